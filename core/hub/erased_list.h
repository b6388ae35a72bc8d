#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/model/ids.h"

#include <filesystem>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

/// `hub.erased` in the hub's folder: who was erased, by their ids. It is no part of a backup, so that a hub that comes back
/// from an older one finds there who is to go again.
///
/// A line for each erasure, `MS ID...`: when it was asked for, and all that the person was; `addresses MS ID...` with the
/// ids that whoever comes from one of their addresses would be born with. At the end `unfinished`, as long as something of
/// them may be left in the file of the database. Before, `file SHA-256` for each file of theirs that is yet to be deleted.
/// Lines that this program does not know stay as they are.
namespace tributary::hub {

/// Somebody who was erased here. Whoever writes from the same address later may have the same id, and is a stranger.
struct ErasedPerson {
    TimePoint at;
    std::vector<model::CustomerId> members;
    std::vector<model::CustomerId> bornAs; ///< By their addresses: bornAt(). Others may have had these ids.
};

class ErasedList {
public:
    /// Empty where there is no such file.
    static Result<ErasedList> read(const std::filesystem::path &folder);
    Result<void> write(const std::filesystem::path &folder) const;

    std::vector<ErasedPerson> persons() const;
    /// When whoever had an id, or would be born with it, was erased last.
    std::unordered_map<model::CustomerId, TimePoint> whenErased() const;
    void add(const ErasedPerson &person);
    /// By their SHA-256.
    std::set<std::string> files() const;
    void addFile(const std::string &sha256);
    void removeFile(const std::string &sha256);

    bool unfinished = false;

private:
    std::vector<std::string> m_lines;
};

} // namespace tributary::hub
