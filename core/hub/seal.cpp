#include "core/hub/seal.h"

#include <sodium.h>

namespace tributary::hub {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
static_assert(kSealBytes == kNonceBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES);

unsigned char *raw(std::byte *bytes)
{
    return reinterpret_cast<unsigned char *>(bytes);
}
const unsigned char *raw(const std::byte *bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes);
}

} // namespace

Bytes sealBytes(ByteView key, ByteView plain, ByteView about, Rng &rng)
{
    Bytes sealed(plain.size() + kSealBytes);
    rng.fill(std::span(sealed).first(kNonceBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed.data() + kNonceBytes), nullptr, raw(plain.data()), plain.size(),
                                               raw(about.data()), about.size(), nullptr, raw(sealed.data()),
                                               raw(key.data()));
    return sealed;
}

std::optional<Bytes> unsealBytes(ByteView key, ByteView sealed, ByteView about)
{
    if (sealed.size() < kSealBytes)
        return std::nullopt;
    Bytes plain(sealed.size() - kSealBytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain.data()), nullptr, nullptr, raw(sealed.data() + kNonceBytes),
                                                   sealed.size() - kNonceBytes, raw(about.data()), about.size(),
                                                   raw(sealed.data()), raw(key.data()))
        != 0)
        return std::nullopt;
    return plain;
}

} // namespace tributary::hub
