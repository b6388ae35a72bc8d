#pragma once

#include "core/hub/deadly_commands.h"
#include "core/hub/erasure_receipts.h"
#include "core/hub/incarnation.h"
#include "core/hub/secrets.h"
#include "core/store/blobs.h"
#include "core/store/folder_lock.h"
#include "core/store/reader.h"
#include "core/store/writer.h"

#include <filesystem>
#include <mutex>
#include <utility>

namespace tributary::hub {

/// What a restore calls the database until it is whole; a folder that has one is no store yet.
inline constexpr const char *kRestoring = "hub.db.restoring";

/// Held as long as a process works in a data folder. Conflict: another process has it.
Result<store::FolderLock> lockFolder(const std::filesystem::path &folder);

/// The hub's data folder, opened: its lock, key, database and blobs. One process a folder.
class HubStore {
public:
    /// Opens @p folder, making it where it does not exist. Conflict: another process has it open.
    static Result<std::unique_ptr<HubStore>> open(const std::filesystem::path &folder, const Clock &clock, Rng &rng);
    ~HubStore(); ///< close()

    /// Finishes what was accepted and closes the database.
    void close();

    const std::filesystem::path &folder() const { return m_folder; }
    store::Writer &writer() { return *m_writer; }
    store::Reader &reader() { return *m_reader; }
    const store::Blobs &blobs() const { return m_blobs; }
    const Secrets &secrets() const { return m_secrets; }
    /// Held by whoever works on people.keys: an erasure until the persons are gone with their keys, a sealed backup from the
    /// moment that it shows until it has the keys of all who are in it. So nobody gets a new key in between.
    std::mutex &peopleKeysMutex() { return m_peopleKeysMutex; }
    /// Held from the line in hub.erased that begins an erasure until nothing of that is left to be done, and by whoever else
    /// changes that file. Never by a job of the writer; taken before peopleKeysMutex().
    std::mutex &erasureMutex() { return m_erasureMutex; }
    DeadlyCommands &deadly() { return m_deadly; }
    OwedReceipts &owed() { return m_owed; }
    const Clock &clock() const { return m_clock; }
    Rng &rng() { return m_rng; }
    /// For jobs of the writer only.
    IdMaker &ids() { return m_ids; }
    /// From any thread.
    template<class IdType>
    IdType makeId()
    {
        const std::scoped_lock lock(m_idMutex);
        return m_otherIds.make<IdType>();
    }
    /// Why a new epoch was begun when the store was opened; empty: none was.
    const std::string &suspicion() const { return m_incarnation.suspicion; }
    /// The same for one agent each time: it seals what they do on their own computers (core/base/seal.h).
    Bytes sealKeyOf(model::AgentId agent) const;
    /// Another thread that reads, for what takes long: reader() is for what somebody waits on. It ends with endLongReads().
    Result<std::unique_ptr<store::Reader>> openReader() const;
    /// The same for who asks of their own thread what is found at once.
    Result<std::unique_ptr<store::Database>> openReading() const;
    /// The hub stops: nothing that takes long is waited for. What reads by a connection of its own fails from now on.
    void endLongReads() { *m_ending = true; }
    bool endsLongReads() const { return *m_ending; }
    /// Notes beside the database how far it has come. A job of the reader, now and then.
    Result<void> noteHead(store::Database &database) const;
    /// Called once, on the writer's thread, when the database cannot be written any more; at once, where that has happened.
    void setBroken(std::function<void(Error)> broken);

private:
    HubStore(std::filesystem::path folder, store::FolderLock lock, Secrets secrets, store::Blobs blobs, const Clock &clock,
             Rng &rng);

    std::filesystem::path m_folder;
    store::FolderLock m_lock;
    Secrets m_secrets;
    Bytes m_sealRoot;
    store::Blobs m_blobs;
    const Clock &m_clock;
    Rng &m_rng;
    IdMaker m_ids;
    std::mutex m_idMutex;
    IdMaker m_otherIds;
    Incarnation m_incarnation;
    DeadlyCommands m_deadly;
    OwedReceipts m_owed;
    std::shared_ptr<std::atomic<bool>> m_ending = std::make_shared<std::atomic<bool>>(false);
    std::mutex m_brokenMutex;
    std::function<void(Error)> m_broken;
    std::optional<Error> m_brokenBy; ///< Once: the writer says it to nobody a second time.
    std::unique_ptr<store::Writer> m_writer;
    std::unique_ptr<store::Reader> m_reader;
    std::mutex m_peopleKeysMutex;
    std::mutex m_erasureMutex;
};

} // namespace tributary::hub
