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
class Copy {
public:
    static Result<Copy> begin(const fs::path &from, const fs::path &to)
    {
        Copy copy(from, to);
        if (!copy.m_from)
            return problem("read", from);
        if (!copy.m_to)
            return problem("write", to);
        return copy;
    }
    /// As much as @p piece holds; less at the end.
    Result<std::size_t> read(Bytes &piece) const
    {
        const std::size_t got = std::fread(piece.data(), 1, piece.size(), m_from.get());
        if (std::ferror(m_from.get()))
            return problem("read", m_source);
        return got;
    }
    Result<void> write(ByteView piece) const
    {
        if (std::fwrite(piece.data(), 1, piece.size(), m_to.get()) != piece.size())
            return problem("write", m_target);
        return {};
    }
    /// Makes it durable.
    Result<void> finish() const
    {
        if (std::fflush(m_to.get()) != 0)
            return problem("write", m_target);
        return store::syncFile(m_target);
    }

private:
    Copy(const fs::path &from, const fs::path &to)
        : m_source(from)
        , m_target(to)
        , m_from(openFile(from, O_RDONLY, "rb"))
        , m_to(openFile(to, O_CREAT | O_EXCL | O_WRONLY, "wb"))
    {
    }
    fs::path m_source, m_target;
    File m_from, m_to;
};

} // namespace

Result<void> sealFile(const fs::path &from, const fs::path &to, const FileKey &key,
                      const std::function<void(ByteView)> &taken)
{
    TRIBUTARY_TRY_ASSIGN(const Copy copy, Copy::begin(from, to));
    crypto_secretstream_xchacha20poly1305_state state;
    Bytes plain(kPiece), sealed(kPiece + kMore), header(kHeader);
    crypto_secretstream_xchacha20poly1305_init_push(&state, raw(header), raw(key));
    TRIBUTARY_TRY(copy.write(header));
    for (bool atEnd = false; !atEnd;) {
        TRIBUTARY_TRY_ASSIGN(const std::size_t got, copy.read(plain));
        atEnd = got < kPiece;
        taken(ByteView(plain).first(got));
        const unsigned char tag = atEnd ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
        crypto_secretstream_xchacha20poly1305_push(&state, raw(sealed), nullptr, raw(plain), got, nullptr, 0, tag);
        TRIBUTARY_TRY(copy.write(ByteView(sealed).first(got + kMore)));
    }
    return copy.finish();
}

Result<void> unsealFile(const fs::path &from, const fs::path &to, const FileKey &key,
                        const std::function<void(ByteView)> &taken)
{
    TRIBUTARY_TRY_ASSIGN(const Copy copy, Copy::begin(from, to));
    const auto damaged = [] { return failure(Error::Kind::Corrupt, "a sealed file that does not open"); };
    crypto_secretstream_xchacha20poly1305_state state;
    Bytes plain(kPiece), sealed(kPiece + kMore), header(kHeader);
    const auto first = copy.read(header);
    if (!first || *first != kHeader || crypto_secretstream_xchacha20poly1305_init_pull(&state, raw(header), raw(key)) != 0)
        return damaged();
    for (bool atEnd = false; !atEnd;) {
        TRIBUTARY_TRY_ASSIGN(const std::size_t got, copy.read(sealed));
        unsigned char tag = 0;
        unsigned long long size = 0;
        if (got < kMore
            || crypto_secretstream_xchacha20poly1305_pull(&state, raw(plain), &size, &tag, raw(sealed), got, nullptr, 0)
                   != 0)
            return damaged();
        atEnd = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        taken(ByteView(plain).first(std::size_t(size)));
        TRIBUTARY_TRY(copy.write(ByteView(plain).first(std::size_t(size))));
    }
    return copy.finish();
}

} // namespace tributary::hub::exchange
