#include "core/store/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::store {

bool isNoRoom(int error)
{
    return error == ENOSPC || error == EDQUOT;
}

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> ioError(const char *what, const fs::path &path)
{
    if (isNoRoom(errno))
        return failure(Error::Kind::Full, "no room left on the disk");
    const auto kind = errno == ENOENT   ? Error::Kind::NotFound
                      : errno == EEXIST ? Error::Kind::Conflict
                                        : Error::Kind::Failed;
    return failure(kind, std::string("cannot ") + what + " " + path.filename().string());
}

class File {
public:
    File(const fs::path &path, int flags)
        : m_file(::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR))
    {
    }
    ~File()
    {
        if (m_file >= 0)
            ::close(m_file);
    }
    File(const File &) = delete;
    File &operator=(const File &) = delete;
    bool isOpen() const { return m_file >= 0; }
    bool writeAll(ByteView bytes) const
    {
        while (!bytes.empty()) {
            const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return false;
            bytes = bytes.subspan(std::size_t(written));
        }
        return true;
    }
    /// How much was read; 0 at the end, below it on an error.
    ssize_t read(std::span<std::byte> into) const
    {
        for (;;) {
            const ssize_t got = ::read(m_file, into.data(), into.size());
            if (got >= 0 || errno != EINTR)
                return got;
        }
    }
    bool sync() const { return ::fsync(m_file) == 0; }

private:
    int m_file;
};

} // namespace

Result<void> syncFolder(const fs::path &folder)
{
    const File directory(folder, O_RDONLY | O_DIRECTORY);
    return directory.isOpen() && directory.sync() ? Result<void>() : Result<void>(ioError("keep", folder));
}

Result<void> syncFile(const fs::path &path)
{
    const File file(path, O_RDONLY);
    return file.isOpen() && file.sync() ? Result<void>() : Result<void>(ioError("keep", path));
}

namespace {

/// Fills @p file, which is the one at @p fresh, and puts it in the place of @p path.
Result<void> putInPlace(const File &file, const fs::path &fresh, const fs::path &path,
                        const std::function<Result<Bytes>()> &next)
{
    const auto written = [&]() -> Result<void> {
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const Bytes piece, next());
            if (piece.empty())
                return file.sync() ? Result<void>() : Result<void>(ioError("write", path));
            if (!file.writeAll(piece))
                return ioError("write", path);
        }
    }();
    if (written && ::rename(fresh.c_str(), path.c_str()) == 0)
        return {};
    const auto error = written ? ioError("write", path) : failure(written.error());
    ::unlink(fresh.c_str());
    return error;
}

} // namespace

Result<void> replaceFile(const fs::path &path, const std::function<Result<Bytes>()> &next, const std::string &suffix)
{
    const fs::path fresh = path.string() + suffix;
    const File file(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_NOFOLLOW);
    if (!file.isOpen())
        return ioError("write", path);
    TRIBUTARY_TRY(putInPlace(file, fresh, path, next));
    return syncFolder(path.parent_path());
}

Result<void> saveFile(const fs::path &path, const std::function<Result<Bytes>()> &next)
{
    constexpr int kMostNames = 1000;
    for (int i = 1;; ++i) {
        const fs::path fresh = path.string() + ".part" + std::to_string(i);
        const File file(fresh, O_CREAT | O_EXCL | O_WRONLY);
        if (!file.isOpen() && errno == EEXIST && i < kMostNames)
            continue;
        if (!file.isOpen())
            return ioError("write", path);
        TRIBUTARY_TRY(putInPlace(file, fresh, path, next));
        (void)syncFolder(path.parent_path());
        return {};
    }
}

Result<void> replaceFile(const fs::path &path, ByteView content, const std::string &suffix)
{
    return replaceFile(path, inPieces(content), suffix);
}

std::function<Result<Bytes>()> inPieces(ByteView content, std::size_t size)
{
    return [content, size]() mutable -> Result<Bytes> {
        const ByteView piece = content.first(std::min(content.size(), size));
        content = content.subspan(piece.size());
        return copyOf(piece);
    };
}

Result<std::function<Result<Bytes>(std::size_t)>> readInPieces(const fs::path &path)
{
    const auto file = std::make_shared<File>(path, O_RDONLY);
    if (!file->isOpen())
        return ioError("read", path);
    return [file, path](std::size_t size) -> Result<Bytes> {
        Bytes piece(size);
        std::size_t filled = 0;
        while (filled < size) {
            const ssize_t got = file->read(std::span(piece).subspan(filled));
            if (got < 0)
                return ioError("read", path);
            if (got == 0)
                break;
            filled += std::size_t(got);
        }
        piece.resize(filled);
        return piece;
    };
}

Result<void> copyFile(const fs::path &from, const fs::path &to, const std::function<void(ByteView)> &taken)
{
    const File source(from, O_RDONLY);
    if (!source.isOpen())
        return ioError("read", from);
    const File target(to, O_CREAT | O_EXCL | O_WRONLY);
    if (!target.isOpen())
        return ioError("write", to);
    std::vector<std::byte> piece(256 * 1024);
    for (;;) {
        const ssize_t got = source.read(piece);
        if (got < 0)
            return ioError("read", from);
        const ByteView part(piece.data(), std::size_t(got));
        if (part.empty())
            break;
        if (taken)
            taken(part);
        if (!target.writeAll(part))
            return ioError("write", to);
    }
    return target.sync() ? Result<void>() : Result<void>(ioError("write", to));
}

Result<Bytes> readFile(const fs::path &path, std::size_t maxBytes)
{
    const File file(path, O_RDONLY);
    if (!file.isOpen())
        return ioError("read", path);
    Bytes content;
    std::array<std::byte, 4096> piece;
    for (;;) {
        const ssize_t got = file.read(piece);
        if (got < 0)
            return ioError("read", path);
        if (got == 0)
            return content;
        if (content.size() + std::size_t(got) > maxBytes)
            return failure(Error::Kind::TooLarge, path.filename().string() + " is larger than it can be");
        content.insert(content.end(), piece.begin(), piece.begin() + got);
    }
}

} // namespace tributary::store
