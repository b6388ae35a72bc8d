#include "core/store/blobs.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/store/files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace tributary::store {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> noFolder()
{
    const bool full = isNoRoom(errno);
    return failure(full ? Error::Kind::Full : Error::Kind::Failed,
                   full ? "no room left on the disk" : "cannot make the folder of a blob");
}

bool makeFolder(const fs::path &folder)
{
    return ::mkdir(folder.c_str(), S_IRWXU) == 0 || errno == EEXIST;
}

/// By the disk's clock.
bool isOlder(const fs::path &path, std::chrono::seconds age)
{
    std::error_code error;
    const auto made = fs::last_write_time(path, error);
    return !error && made < fs::file_time_type::clock::now() - age;
}

bool isHash(std::string_view text)
{
    return text.size() == 64
           && std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

} // namespace

Result<Blobs> Blobs::open(const fs::path &folder)
{
    if (!makeFolder(folder))
        return noFolder();
    (void)syncFolder(folder / ".."); // where names cannot be kept, who only reads needs none
    return Blobs(folder);
}

Result<std::string> Blobs::add(ByteView content) const
{
    const std::string name = toHex(sha256(content));
    if (hold(name) && read(name, content.size())) // else a disk has changed it since
        return name;
    TRIBUTARY_TRY(put(name, inPieces(content)));
    return name;
}

Result<void> Blobs::put(std::string_view sha256, const std::function<Result<Bytes>()> &next) const
{
    static std::atomic<unsigned> counter{0};
    TRIBUTARY_TRY_ASSIGN(const fs::path target, placeOf(sha256));
    if (!makeFolder(target.parent_path()))
        return noFolder();
    // Two threads may be given the same content.
    TRIBUTARY_TRY(replaceFile(target, next, ".new-" + std::to_string(::getpid()) + "-" + std::to_string(counter++)));
    return syncFolder(m_folder); // the folder may be there, and its name not kept, of a process that was cut off
}

std::vector<std::string> Blobs::names() const
{
    std::vector<std::string> names;
    std::error_code error;
    for (fs::recursive_directory_iterator at(m_folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code gone; // another thread may be at work here
        std::string name = at->path().filename().string();
        if (isHash(name) && at->is_regular_file(gone))
            names.push_back(std::move(name));
    }
    return names;
}

Result<fs::path> Blobs::placeOf(std::string_view sha256) const
{
    if (!isHash(sha256))
        return failure(Error::Kind::Invalid, "not the name of a blob");
    return m_folder / sha256.substr(0, 2) / sha256;
}

Result<fs::path> Blobs::path(std::string_view sha256) const
{
    TRIBUTARY_TRY_ASSIGN(fs::path target, placeOf(sha256));
    std::error_code ignored;
    if (!fs::exists(target, ignored))
        return failure(Error::Kind::NotFound, "no such blob");
    return target;
}

Result<Bytes> Blobs::read(std::string_view name, std::size_t maxBytes) const
{
    TRIBUTARY_TRY_ASSIGN(const fs::path target, path(name));
    std::ifstream stream(target, std::ios::binary | std::ios::ate);
    const auto size = stream.tellg();
    if (!stream || size < 0)
        return failure(Error::Kind::Failed, "cannot read a blob");
    if (std::size_t(size) > maxBytes)
        return failure(Error::Kind::TooLarge, "a blob larger than asked for");
    Bytes content(static_cast<std::size_t>(size));
    stream.seekg(0);
    stream.read(reinterpret_cast<char *>(content.data()), size);
    if (!stream || toHex(sha256(content)) != name)
        return failure(Error::Kind::Corrupt, "a blob does not have its hash any more");
    return content;
}

Result<void> Blobs::hold(std::string_view sha256) const
{
    TRIBUTARY_TRY_ASSIGN(const fs::path found, use(sha256));
    if (TRIBUTARY_BREAK(foundContents))
        return {};
    // Whoever made it may have been cut off before that, or be about to do it.
    TRIBUTARY_TRY(syncFolder(found.parent_path()));
    return syncFolder(m_folder);
}

/// It is there, and counts as new.
Result<fs::path> Blobs::use(std::string_view sha256) const
{
    const std::scoped_lock lock(m_shared->mutex);
    TRIBUTARY_TRY_ASSIGN(fs::path found, path(sha256));
    std::error_code error;
    fs::last_write_time(found, fs::file_time_type::clock::now(), error);
    if (error)
        return failure(Error::Kind::NotFound, "a blob that cannot be held");
    return found;
}

std::shared_ptr<void> Blobs::keptWhole() const
{
    const std::scoped_lock lock(m_shared->mutex); // whoever is deleting one is done
    ++m_shared->copying;
    return {nullptr, [shared = m_shared](void *) { --shared->copying; }};
}

std::size_t Blobs::sweep(std::chrono::seconds age, const std::function<bool(const std::string &sha256)> &isNamed) const
{
    std::size_t gone = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(m_folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const bool isRest = name.find(".new-") != std::string::npos;
        std::error_code problem;
        if ((isHash(name) || isRest) && at->is_regular_file(problem)
            && removeOld(at->path(), age, [&] { return !isRest && isNamed(name); }))
            ++gone;
    }
    return gone;
}

bool Blobs::remove(const std::string &sha256, std::chrono::seconds age, const std::function<bool()> &isNamed) const
{
    const auto target = path(sha256);
    return !target || removeOld(*target, age, isNamed);
}

bool Blobs::removeOld(const fs::path &path, std::chrono::seconds age, const std::function<bool()> &isNamed) const
{
    if (!isOlder(path, age) || isNamed())
        return false;
    const std::scoped_lock lock(m_shared->mutex);
    // Held since, or named before it was old enough to be looked at.
    std::error_code problem;
    return m_shared->copying == 0 && isOlder(path, age) && !isNamed() && fs::remove(path, problem);
}

void Blobs::touch(std::string_view sha256, TimePoint now) const
{
    std::error_code ignored; // it only goes earlier than it might
    if (const auto target = path(sha256))
        fs::last_write_time(*target, std::chrono::file_clock::from_sys(now), ignored);
}

std::uint64_t Blobs::trim(std::uint64_t budget, TimePoint usedBefore,
                          const std::function<bool(const std::string &sha256)> &mayGo) const
{
    struct Here {
        fs::file_time_type usedAt;
        std::uint64_t bytes;
        fs::path path;
    };
    std::vector<Here> here;
    std::uint64_t all = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(m_folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code gone; // another thread may be at work here
        if (!isHash(at->path().filename().string()) || !at->is_regular_file(gone))
            continue;
        const std::uint64_t bytes = at->file_size(gone);
        const auto usedAt = at->last_write_time(gone);
        if (gone)
            continue;
        here.push_back({usedAt, bytes, at->path()});
        all += bytes;
    }
    std::ranges::sort(here,
                      [](const Here &a, const Here &b) { return std::tie(a.usedAt, a.path) < std::tie(b.usedAt, b.path); });
    const auto last = std::chrono::file_clock::from_sys(usedBefore);
    std::uint64_t freed = 0;
    for (const Here &one : here) {
        if (all - freed <= budget || one.usedAt >= last)
            break;
        if (!mayGo(one.path.filename().string()))
            continue;
        const std::scoped_lock lock(m_shared->mutex);
        std::error_code problem;
        const auto usedAt = fs::last_write_time(one.path, problem); // somebody may have taken it up since
        if (!problem && usedAt == one.usedAt && fs::remove(one.path, problem))
            freed += one.bytes;
    }
    return freed;
}

} // namespace tributary::store
