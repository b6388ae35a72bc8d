#include "core/base/seal.h"

#include "core/base/digest.h"

#include <algorithm>
#include <sodium.h>
#include <string_view>

namespace tributary {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealedMoreBytes == kNonceBytes + kTagBytes);
static_assert(SealKey::kBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(SealKey::kBytes == crypto_secretstream_xchacha20poly1305_KEYBYTES);
static_assert(SealStream::kMoreBytes == crypto_secretstream_xchacha20poly1305_ABYTES);
static_assert(SealStream::kHeadBytes == kSealHeadBytes + crypto_secretstream_xchacha20poly1305_HEADERBYTES);

/// No CBOR that we write begins with the first byte, nor any text with it (UTF-8).
constexpr std::string_view kMark{"\xffTSEAL\0\1", 8};

unsigned char *raw(std::byte *bytes)
{
    return reinterpret_cast<unsigned char *>(bytes);
}
const unsigned char *raw(const std::byte *bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes);
}

crypto_secretstream_xchacha20poly1305_state *stateOf(std::span<std::byte> bytes)
{
    return reinterpret_cast<crypto_secretstream_xchacha20poly1305_state *>(bytes.data());
}

} // namespace

Bytes sealUnder(ByteView key, ByteView plain, ByteView about, Rng &rng)
{
    Bytes sealed(kNonceBytes + plain.size() + kTagBytes);
    rng.fill(std::span(sealed).first(kNonceBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed.data() + kNonceBytes), nullptr, raw(plain.data()), plain.size(),
                                               raw(about.data()), about.size(), nullptr, raw(sealed.data()),
                                               raw(key.data()));
    return sealed;
}

Result<Bytes> unsealUnder(ByteView key, ByteView sealed, ByteView about)
{
    if (sealed.size() < kNonceBytes + kTagBytes)
        return failure(Error::Kind::Corrupt, "sealed bytes are damaged");
    Bytes plain(sealed.size() - kNonceBytes - kTagBytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(raw(plain.data()), nullptr, nullptr, raw(sealed.data() + kNonceBytes),
                                                   sealed.size() - kNonceBytes, raw(about.data()), about.size(),
                                                   raw(sealed.data()), raw(key.data()))
        != 0)
        return failure(Error::Kind::Corrupt, "sealed bytes do not open with this key");
    return plain;
}

std::optional<SealKey> SealKey::from(ByteView bytes)
{
    if (bytes.size() != kBytes)
        return std::nullopt;
    SealKey key;
    std::ranges::copy(bytes, key.m_bytes.begin());
    Bytes named = copyOf(bytesOf("which seal key"));
    named.insert(named.end(), bytes.begin(), bytes.end());
    const auto name = blake16(named);
    std::ranges::copy(std::span(name).first(kIdBytes), key.m_id.begin());
    return key;
}

bool isSealed(ByteView stored)
{
    return stored.size() >= kSealHeadBytes && textOf(stored.first(kMark.size())) == kMark;
}

ByteView sealedBy(ByteView stored)
{
    return stored.subspan(kMark.size(), SealKey::kIdBytes);
}

Bytes sealHead(const SealKey &key)
{
    Bytes head(kSealHeadBytes);
    const auto rest = std::ranges::copy(bytesOf(kMark), head.begin()).out;
    std::ranges::copy(key.id(), rest);
    return head;
}

const SealKey *Seals::keyOf(ByteView stored) const
{
    const auto found =
        std::ranges::find_if(m_keys, [&](const SealKey &key) { return std::ranges::equal(key.id(), sealedBy(stored)); });
    return found == m_keys.end() ? nullptr : &*found;
}

Bytes Seals::seal(ByteView plain, ByteView about) const
{
    if (!sealing())
        return copyOf(plain);
    Bytes stored = sealHead(*sealing());
    const Bytes sealed = sealUnder(sealing()->bytes(), plain, about, *m_rng);
    stored.insert(stored.end(), sealed.begin(), sealed.end());
    return stored;
}

bool Seals::opens(ByteView stored) const
{
    return !isSealed(stored) || keyOf(stored);
}

Result<Bytes> Seals::open(ByteView stored, ByteView about) const
{
    if (!isSealed(stored))
        return copyOf(stored);
    const SealKey *key = keyOf(stored);
    if (!key)
        return failure(Error::Kind::Denied, "sealed by a key that is not at hand");
    return unsealUnder(key->bytes(), stored.subspan(kSealHeadBytes), about);
}

bool Seals::isAsSealed(ByteView stored) const
{
    return sealing() ? isSealed(stored) && std::ranges::equal(sealing()->id(), sealedBy(stored)) : !isSealed(stored);
}

SealStream::SealStream(const SealKey &key, ByteView about)
    : m_head(sealHead(key))
    , m_about(copyOf(about))
{
    static_assert(kStateBytes == sizeof(crypto_secretstream_xchacha20poly1305_state));
    m_head.resize(kHeadBytes);
    crypto_secretstream_xchacha20poly1305_init_push(stateOf(m_state), raw(m_head.data() + kSealHeadBytes),
                                                    raw(key.bytes().data()));
}

Bytes SealStream::piece(ByteView plain, bool isLast)
{
    Bytes sealed(plain.size() + kMoreBytes);
    const unsigned char tag =
        isLast ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
    crypto_secretstream_xchacha20poly1305_push(stateOf(m_state), raw(sealed.data()), nullptr, raw(plain.data()),
                                               plain.size(), raw(m_about.data()), m_about.size(), tag);
    return sealed;
}

Result<UnsealStream> UnsealStream::begin(ByteView head, const std::vector<SealKey> &keys, ByteView about)
{
    if (head.size() != SealStream::kHeadBytes || !isSealed(head))
        return failure(Error::Kind::Invalid, "that is not sealed");
    for (const SealKey &key : keys) {
        if (!std::ranges::equal(key.id(), sealedBy(head)))
            continue;
        UnsealStream stream;
        stream.m_about = copyOf(about);
        if (crypto_secretstream_xchacha20poly1305_init_pull(stateOf(stream.m_state), raw(head.data() + kSealHeadBytes),
                                                            raw(key.bytes().data()))
            != 0)
            return failure(Error::Kind::Corrupt, "a sealed content is damaged");
        return stream;
    }
    return failure(Error::Kind::Denied, "sealed by a key that is not at hand");
}

Result<Bytes> UnsealStream::piece(ByteView sealed)
{
    if (m_isWhole || sealed.size() < SealStream::kMoreBytes)
        return failure(Error::Kind::Corrupt, "a sealed content is damaged");
    Bytes plain(sealed.size() - SealStream::kMoreBytes);
    unsigned char tag = 0;
    if (crypto_secretstream_xchacha20poly1305_pull(stateOf(m_state), raw(plain.data()), nullptr, &tag, raw(sealed.data()),
                                                   sealed.size(), raw(m_about.data()), m_about.size())
        != 0)
        return failure(Error::Kind::Corrupt, "a sealed content is damaged");
    m_isWhole = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return plain;
}

} // namespace tributary
