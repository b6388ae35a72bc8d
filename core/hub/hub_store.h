#pragma once

#include "core/hub/secrets.h"
#include "core/store/blobs.h"
#include "core/store/reader.h"
#include "core/store/writer.h"

#include <filesystem>
#include <mutex>

namespace tributary::hub {

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
    /// Called once, on the writer's thread, when the database cannot be written any more.
    void setBroken(std::function<void(Error)> broken);

private:
    HubStore(std::filesystem::path folder, int lock, Secrets secrets, store::Blobs blobs, const Clock &clock, Rng &rng);

    std::filesystem::path m_folder;
    int m_lock; ///< Held as long as the file is open.
    Secrets m_secrets;
    store::Blobs m_blobs;
    const Clock &m_clock;
    Rng &m_rng;
    IdMaker m_ids;
    std::mutex m_idMutex;
    IdMaker m_otherIds;
    std::mutex m_brokenMutex;
    std::function<void(Error)> m_broken;
    std::unique_ptr<store::Writer> m_writer;
    std::unique_ptr<store::Reader> m_reader;
};

} // namespace tributary::hub
