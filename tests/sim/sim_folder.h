#pragma once

#include "core/base/bytes.h"
#include "core/base/rng.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace tributary::sim {

/// A folder of real files, for what goes to the system's own: made when it is first used, in memory where the system has
/// such a place, and gone with this. Its name is no part of a life: two with one seed are alike.
///
/// It knows what a power cut would take of it. The calls that make a file durable (fsync, rename, mkdir) are this program's
/// own, in the place of the C library's (sim_folder.cpp): a process can die before each, and after that it changes nothing.
class SimFolder {
public:
    SimFolder() = default;
    ~SimFolder();
    SimFolder(const SimFolder &) = delete;
    SimFolder &operator=(const SimFolder &) = delete;

    const std::filesystem::path &path();
    /// Nothing, where there is no such file.
    Bytes read(const std::string &name);
    /// A file that is there and durable.
    void write(const std::string &name, ByteView bytes);
    /// The same files, durable: as on another machine, or of another time.
    void copyOf(SimFolder &other);

    /// The process dies before this step, counted from now; 0: not.
    void dieAt(std::int64_t step) { m_dieAt = step; }
    void kill() { m_dead = true; }
    bool isDead() const { return m_dead; }
    /// Before the next process.
    void restart();
    /// What was not made durable is lost, wholly or in part.
    void cutPower(Rng &rng);

    /// Which one @p path is in. Null: none.
    static SimFolder *of(const std::filesystem::path &path);
    /// Before a step. False: the process is dead, and it has no effect.
    bool mayStep();
    void synced(const std::filesystem::path &path);
    void isNew(const std::filesystem::path &path);
    void renames(const std::filesystem::path &from, const std::filesystem::path &to);

private:
    struct Before {
        bool wasThere = false;
        Bytes content;
    };

    std::filesystem::path m_path;
    std::map<std::filesystem::path, Before> m_unkept; ///< Names that are not durable, and what was there instead.
    std::set<std::filesystem::path> m_unsynced;       ///< Files whose content is not.
    std::set<std::filesystem::path> m_synced;         ///< Of new ones: those whose content is.
    std::int64_t m_dieAt = 0;
    bool m_dead = false;
};

} // namespace tributary::sim
