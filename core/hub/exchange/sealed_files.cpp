#include "core/hub/exchange/sealed_files.h"

#include "core/store/files.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <sodium.h>
#include <sys/stat.h>

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kMore = crypto_secretstream_xchacha20poly1305_ABYTES;
constexpr std::size_t kHeader = crypto_secretstream_xchacha20poly1305_HEADERBYTES;
static_assert(std::tuple_size_v<FileKey> == crypto_secretstream_xchacha20poly1305_KEYBYTES);

struct Close {
    void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

File openFile(const fs::path &path, int flags, const char *mode)
{
    const int file = ::open(path.c_str(), flags | O_CLOEXEC, S_IRUSR | S_IWUSR);
    return File(file < 0 ? nullptr : ::fdopen(file, mode));
}

tl::unexpected<Error> problem(const char *what, const fs::path &path)
{
    if (store::isNoRoom(errno))
        return failure(Error::Kind::Full, "no room left on the disk");
    return failure(errno == ENOENT ? Error::Kind::NotFound : Error::Kind::Failed,
                   std::string("cannot ") + what + " " + path.filename().string());
}

unsigned char *raw(Bytes &bytes)
{
    return reinterpret_cast<unsigned char *>(bytes.data());
}
const unsigned char *raw(const FileKey &key)
{
    return reinterpret_cast<const unsigned char *>(key.data());
}

/// Both ends of a copy, which goes piece by piece.
struct Copy {
    Copy(const fs::path &source, const fs::path &target)
        : from(openFile(source, O_RDONLY, "rb"))
        , to(openFile(target, O_CREAT | O_EXCL | O_WRONLY, "wb"))
    {
    }
    std::size_t read(Bytes &piece) const { return std::fread(piece.data(), 1, piece.size(), from.get()); }
    bool write(ByteView piece) const { return std::fwrite(piece.data(), 1, piece.size(), to.get()) == piece.size(); }
    File from, to;
};

} // namespace

Result<void> sealFile(const fs::path &from, const fs::path &to, const FileKey &key,
                      const std::function<void(ByteView)> &taken)
{
    const Copy copy(from, to);
    if (!copy.from)
        return problem("read", from);
    if (!copy.to)
        return problem("write", to);
    crypto_secretstream_xchacha20poly1305_state state;
    Bytes plain(kPiece), sealed(kPiece + kMore), header(kHeader);
    crypto_secretstream_xchacha20poly1305_init_push(&state, raw(header), raw(key));
    if (!copy.write(header))
        return problem("write", to);
    for (bool atEnd = false; !atEnd;) {
        const std::size_t got = copy.read(plain);
        if (std::ferror(copy.from.get()))
            return problem("read", from);
        atEnd = got < kPiece;
        taken(ByteView(plain).first(got));
        const unsigned char tag = atEnd ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        crypto_secretstream_xchacha20poly1305_push(&state, raw(sealed), nullptr, raw(plain), got, nullptr, 0, tag);
        if (!copy.write(ByteView(sealed).first(got + kMore)))
            return problem("write", to);
    }
    if (std::fflush(copy.to.get()) != 0)
        return problem("write", to);
    return store::syncFile(to);
}

Result<void> unsealFile(const fs::path &from, const fs::path &to, const FileKey &key,
                        const std::function<void(ByteView)> &taken)
{
    const Copy copy(from, to);
    if (!copy.from)
        return problem("read", from);
    if (!copy.to)
        return problem("write", to);
    const auto damaged = [] { return failure(Error::Kind::Corrupt, "a sealed file that does not open"); };
    crypto_secretstream_xchacha20poly1305_state state;
    Bytes plain(kPiece), sealed(kPiece + kMore), header(kHeader);
    if (copy.read(header) != kHeader || crypto_secretstream_xchacha20poly1305_init_pull(&state, raw(header), raw(key)) != 0)
        return damaged();
    for (bool atEnd = false; !atEnd;) {
        const std::size_t got = copy.read(sealed);
        if (std::ferror(copy.from.get()))
            return problem("read", from);
        unsigned char tag = 0;
        unsigned long long size = 0;
        if (got < kMore
            || crypto_secretstream_xchacha20poly1305_pull(&state, raw(plain), &size, &tag, raw(sealed), got, nullptr, 0)
                   != 0)
            return damaged();
        atEnd = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        taken(ByteView(plain).first(std::size_t(size)));
        if (!copy.write(ByteView(plain).first(std::size_t(size))))
            return problem("write", to);
    }
    if (std::fflush(copy.to.get()) != 0)
        return problem("write", to);
    return store::syncFile(to);
}

} // namespace tributary::hub::exchange
