#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tributary::store {

/// Content-addressed files: `blobs/ab/abcdef…` by SHA-256. A blob is there whole or not at all: temporary name, fsync,
/// rename, fsync of the folder. Callable from any thread.
class Blobs {
public:
    /// Makes @p folder (mode 0700) where it does not exist.
    static Result<Blobs> open(const std::filesystem::path &folder);

    /// Stores @p content and returns its SHA-256 in hex; the same content again is one file.
    Result<std::string> add(ByteView content) const;
    /// The same with what @p next gives in pieces, until one is empty, under the name of the content that it stands for, in
    /// the place of what is there: for who keeps contents in another form (core/client/sealed_blobs.h).
    Result<void> put(std::string_view sha256, const std::function<Result<Bytes>()> &next) const;
    /// The names of all blobs.
    std::vector<std::string> names() const;
    /// Where the blob is or would be. @p sha256 that is not 64 hex digits is Invalid: it never becomes a path.
    Result<std::filesystem::path> placeOf(std::string_view sha256) const;
    /// Where the blob is, or NotFound; else as placeOf().
    Result<std::filesystem::path> path(std::string_view sha256) const;
    /// The content, refused beyond @p maxBytes or when it no longer has its hash.
    Result<Bytes> read(std::string_view sha256, std::size_t maxBytes) const;

    /// Makes sure that the blob is there, also after a power cut, and counts as new for sweep(), for whoever is about to
    /// name it. NotFound.
    Result<void> hold(std::string_view sha256) const;
    /// Deletes the blobs that are older than @p age, by the disk's clock, and that @p isNamed, asked right before each, says
    /// no to; and what writes that were cut off have left. Blobs are older than what names them: whoever names one held or
    /// made it lately. Nothing goes while anybody has keptWhole(). Returns how many went.
    std::size_t sweep(std::chrono::seconds age, const std::function<bool(const std::string &sha256)> &isNamed) const;
    /// The same of one blob. True: it is not there, or not any more.
    bool remove(const std::string &sha256, std::chrono::seconds age, const std::function<bool()> &isNamed) const;
    /// As long as the result lives, sweep() deletes nothing: for copying.
    std::shared_ptr<void> keptWhole() const;

    /// Somebody uses the blob: trim() takes it later than others.
    void touch(std::string_view sha256, TimePoint now) const;
    /// Deletes blobs, those used longest ago first, until all together have at most @p budget bytes. Left alone are those
    /// used since @p usedBefore, or meanwhile, and those that @p mayGo, asked right before each, says no to. Returns the
    /// bytes set free.
    std::uint64_t trim(std::uint64_t budget, TimePoint usedBefore,
                       const std::function<bool(const std::string &sha256)> &mayGo) const;

private:
    explicit Blobs(std::filesystem::path folder)
        : m_folder(std::move(folder))
    {
    }
    Result<std::filesystem::path> use(std::string_view sha256) const;

    struct Shared {
        std::mutex mutex; ///< Between deleting a blob and finding that it is there.
        std::atomic<int> copying = 0;
    };
    bool removeOld(const std::filesystem::path &path, std::chrono::seconds age, const std::function<bool()> &isNamed) const;

    std::filesystem::path m_folder;
    std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
};

} // namespace tributary::store
