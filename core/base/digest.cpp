#include "core/base/digest.h"

#include <sodium.h>

namespace tributary {
namespace {

/// Never null, which the library's functions do not take of nothing, either.
const unsigned char *raw(ByteView bytes)
{
    static constexpr unsigned char nothing = 0;
    return bytes.empty() ? &nothing : reinterpret_cast<const unsigned char *>(bytes.data());
}

} // namespace

Sha256 sha256(ByteView bytes)
{
    Sha256 digest;
    crypto_hash_sha256(reinterpret_cast<unsigned char *>(digest.data()), raw(bytes), bytes.size());
    return digest;
}

Sha256 hmacSha256(ByteView key, ByteView message)
{
    Sha256 digest;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, raw(key), key.size());
    crypto_auth_hmacsha256_update(&state, raw(message), message.size());
    crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char *>(digest.data()));
    return digest;
}

std::array<std::byte, 16> blake16(ByteView bytes)
{
    std::array<std::byte, 16> digest;
    crypto_generichash(reinterpret_cast<unsigned char *>(digest.data()), digest.size(), raw(bytes), bytes.size(), nullptr,
                       0);
    return digest;
}

bool equalInConstantTime(ByteView a, ByteView b)
{
    return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

struct Sha256Stream::State {
    crypto_hash_sha256_state sodium;
};

Sha256Stream::Sha256Stream()
    : m_state(std::make_unique<State>())
{
    crypto_hash_sha256_init(&m_state->sodium);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(ByteView bytes)
{
    crypto_hash_sha256_update(&m_state->sodium, raw(bytes), bytes.size());
}

Sha256 Sha256Stream::finish()
{
    Sha256 digest;
    crypto_hash_sha256_final(&m_state->sodium, reinterpret_cast<unsigned char *>(digest.data()));
    return digest;
}

} // namespace tributary
