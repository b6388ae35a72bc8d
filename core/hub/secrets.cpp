#include "core/hub/secrets.h"

#include "core/base/digest.h"
#include "core/wire/codec.h"

#include <fcntl.h>
#include <fstream>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::hub {
namespace {

constexpr std::size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

unsigned char *raw(std::byte *bytes)
{
    return reinterpret_cast<unsigned char *>(bytes);
}
const unsigned char *raw(const std::byte *bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes);
}

} // namespace

Result<Secrets> Secrets::open(const std::filesystem::path &folder, Rng &rng)
{
    const auto path = folder / "hub.key";
    if (std::ifstream file(path, std::ios::binary); file) {
        std::string content((std::istreambuf_iterator<char>(file)), {});
        if (content.size() != kKeyBytes)
            return failure(Error::Kind::Corrupt,
                           "hub.key is damaged: restore it from a backup, or enter the accounts' secrets anew");
        return Secrets(copyOf(bytesOf(content)));
    }
    Bytes key(kKeyBytes);
    rng.fill(key);
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return failure(Error::Kind::Failed, "cannot make hub.key in the data folder");
    const bool written = ::write(file, key.data(), key.size()) == ssize_t(key.size()) && ::fsync(file) == 0;
    ::close(file);
    if (!written)
        return failure(Error::Kind::Full, "cannot write hub.key in the data folder");
    return Secrets(std::move(key));
}

Bytes Secrets::seal(const std::map<std::string, std::string> &secrets, ByteView about, Rng &rng) const
{
    const Bytes plain = wire::encodeMap(secrets);
    Bytes sealed(kNonceBytes + plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
    rng.fill(std::span(sealed).first(kNonceBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed.data() + kNonceBytes), nullptr, raw(plain.data()), plain.size(),
                                               raw(about.data()), about.size(), nullptr, raw(sealed.data()),
                                               raw(m_key.data()));
    return sealed;
}

Result<std::map<std::string, std::string>> Secrets::unseal(ByteView sealed, ByteView about) const
{
    constexpr std::size_t extra = kNonceBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES;
    if (sealed.size() < extra)
        return failure(Error::Kind::Corrupt, "sealed secrets are damaged");
    Bytes plain(sealed.size() - extra);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain.data()), nullptr, nullptr, raw(sealed.data() + kNonceBytes),
                                                   sealed.size() - kNonceBytes, raw(about.data()), about.size(),
                                                   raw(sealed.data()), raw(m_key.data()))
        != 0)
        return failure(Error::Kind::Corrupt, "sealed secrets do not open with this hub.key");
    return wire::mapFrom(plain);
}

Bytes Secrets::derive(std::string_view purpose) const
{
    const Sha256 key = hmacSha256(m_key, bytesOf(purpose));
    return {key.begin(), key.end()};
}

} // namespace tributary::hub
