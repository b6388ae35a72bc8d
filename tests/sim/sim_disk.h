#pragma once

#include "core/base/bytes.h"
#include "core/base/rng.h"
#include "core/store/disk.h"
#include "core/store/migrations.h"

#include <map>
#include <memory>

namespace tributary::sim {

/// The disk of one machine, in memory: an SQLite VFS over byte vectors that knows what has been synced and what not. Its
/// process can die at any write, and what happens on it after that does not happen. It has one folder: of a path the last
/// name counts.
class SimDisk final : public store::Disk {
public:
    SimDisk(Rng &rng, const std::string &name);
    ~SimDisk() override;

    /// What goes wrong from now on.
    struct Troubles {
        std::int64_t dieAt = 0;  ///< The process dies at this write, counted from now; 0: not.
        std::int64_t failAt = 0; ///< This write, read or sync fails, and so does everything until restart(); 0: none.
        bool full = false;       ///< No file can grow.
        bool dieAtSync = false;  ///< The process dies before the next sync: what it is of is written, and not safe.
    };
    Troubles troubles;

    /// What was to go wrong does not. It may be full for some time yet.
    void disarm() { troubles = {.full = troubles.full}; }

    /// The process is dead: no effect of it reaches the disk any more.
    void kill() { m_dead = true; }
    bool isDead() const { return m_dead; }
    /// A read, write or sync has failed; the process has to end.
    bool hasFailed() const { return m_failed; }
    /// Before the next process, when all files are closed. @p powerCut: of what was not synced, any part is lost.
    void restart(bool powerCut);
    /// Whether a sync was tried again on a file where one had failed.
    bool syncedAfterFailure() const { return m_syncedAfterFailure; }

    std::string vfs() const override { return m_name; }
    /// By what vfs() says; null: there is none.
    static SimDisk *named(std::string_view vfs);
    /// Nothing is about to go wrong with it.
    bool isSafe() const;
    void rename(const std::filesystem::path &from, const std::filesystem::path &to) override;
    void drop(const std::filesystem::path &path) override
    {
        if (m_dead)
            return;
        remove(path);
        begin(path);
    }
    /// A file at @p path that is dropped or set aside begins anew as @p bytes: to make one takes long.
    void beginsAs(const std::filesystem::path &path, const Bytes &bytes) { m_beginnings[path.filename().string()] = &bytes; }
    std::string identity(const std::filesystem::path &) const override { return {}; }
    bool reserve(const std::filesystem::path &, std::uintmax_t) override { return !troubles.full || m_calm; }
    bool release(const std::filesystem::path &) override { return false; } // its files do not share their room
    void remove(const std::filesystem::path &path);
    bool exists(const std::filesystem::path &path) const { return m_files.contains(path.filename().string()); }
    std::size_t size(const std::filesystem::path &path) const;
    Bytes read(const std::filesystem::path &path) const;
    /// A file that is there and synced.
    void write(const std::filesystem::path &path, ByteView bytes);
    void sync(const std::filesystem::path &path);
    /// The same files as on another machine, with what its system has yet to write.
    void copyOf(const SimDisk &other);
    /// Turns a bit of what is there. False: there is nothing.
    bool flipBit(const std::filesystem::path &path, std::uint64_t bit);

    /// What one connection of SQLite sees of a disk (sim_connections.cpp): it can go over to another one in between.
    class Mount;

    void setCalm(bool calm) { m_calm = calm; }
    /// While it lives nothing goes wrong: for those who only look.
    class Calm {
    public:
        explicit Calm(SimDisk &disk)
            : m_disk(disk)
            , m_before(disk.m_calm)
        {
            disk.m_calm = true;
        }
        ~Calm() { m_disk.m_calm = m_before; }
        Calm(const Calm &) = delete;
        Calm &operator=(const Calm &) = delete;

    private:
        SimDisk &m_disk;
        bool m_before;
    };

private:
    struct Content;
    struct File;
    struct Methods;
    struct Shared;

    void begin(const std::filesystem::path &path);
    /// Before a write of any kind. False: it has no effect and fails.
    bool mayWrite();
    /// Before a read or sync.
    bool mayUse();
    void loseUnsynced(Content &content);

    Rng &m_rng;
    std::string m_name;
    std::unique_ptr<Mount> m_mount; ///< For whoever does not have one for each connection.
    std::map<std::string, std::shared_ptr<Content>> m_files;
    std::map<std::string, const Bytes *> m_beginnings;
    bool m_dead = false;
    bool m_failed = false;
    bool m_calm = false;
    bool m_syncedAfterFailure = false;
};

/// Before the first database of a process: SQLite for one thread, which counts nothing.
void setUpSqlite();

/// A database that has gone through @p migrations and nothing else. Made once.
const Bytes &emptyFile(std::span<const store::Migration> migrations);

} // namespace tributary::sim
