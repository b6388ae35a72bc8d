#pragma once

#include "tests/sim/sim_disk.h"

#include <array>
#include <sqlite3.h>

namespace tributary::sim {

/// The files that one connection of SQLite has open, behind a VFS of its own.
class SimDisk::Mount {
public:
    /// @p name: of its VFS.
    Mount(SimDisk &disk, std::string name);
    ~Mount(); ///< After its connection.
    Mount(const Mount &) = delete;
    Mount &operator=(const Mount &) = delete;

    const std::string &vfs() const { return m_name; }
    /// Null: it is nowhere.
    SimDisk *disk() const { return m_disk; }
    /// Nothing is under way, and nothing has ever failed.
    bool mayMove() const;
    /// The files are closed, as far as the disk knows.
    void leave();
    /// Whether the file of the same name there can be opened instead.
    bool fits(const SimDisk &disk) const;
    /// Opens that. True: nobody else has it open.
    bool enter(SimDisk &disk);
    /// Puts @p other in the place of the log, of which no index is left, and gives back the one before.
    std::shared_ptr<void> swapLog(std::shared_ptr<void> other);
    static std::shared_ptr<void> logOf(ByteView bytes);
    /// What was found out about the file, and holds until something but a connection changes it.
    const void *known() const;
    /// Null: somebody does what may make it another.
    void setKnown(const void *what);
    ByteView bytes() const;
    ByteView logBytes() const;

private:
    friend struct SimDisk::File;
    friend struct SimDisk::Methods;

    void note(File &file, int flags);
    void forget(const File &file);

    SimDisk *m_disk;
    std::string m_name;
    std::unique_ptr<sqlite3_vfs> m_vfs;
    File *m_main = nullptr, *m_log = nullptr;
    int m_others = 0;
    bool m_hasFailed = false;
    std::array<std::byte, 48> m_seen{}; ///< The head of the log's index, as it was left.
    std::uint64_t m_seenIn = 0;         ///< The era of that.
};

} // namespace tributary::sim
