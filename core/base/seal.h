#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/rng.h"

#include <array>
#include <optional>
#include <vector>

/// What must not be read from the disk alone: XChaCha20-Poly1305 under a key that is kept elsewhere (C78).
namespace tributary {

/// By how much sealed bytes are more than the plain ones: a nonce in front, and what tells damage.
inline constexpr std::size_t kSealedMoreBytes = 24 + 16;
/// A nonce of @p rng and the sealed bytes. @p about is bound to them: they open for nothing else. @p key has 32 bytes.
Bytes sealUnder(ByteView key, ByteView plain, ByteView about, Rng &rng);
/// Corrupt: they are not what was sealed, by this key, about this.
Result<Bytes> unsealUnder(ByteView key, ByteView sealed, ByteView about);

/// Seals one agent's work on their computer. The hub gives the same one to the same agent again.
class SealKey {
public:
    static constexpr std::size_t kBytes = 32, kIdBytes = 8;
    /// Nothing: @p bytes are not as many as a key has.
    static std::optional<SealKey> from(ByteView bytes);

    ByteView bytes() const { return m_bytes; }
    /// Says which key it is, and nothing of it: stands before what it has sealed.
    ByteView id() const { return m_id; }
    friend bool operator==(const SealKey &, const SealKey &) = default;

private:
    SealKey() = default;
    std::array<std::byte, kBytes> m_bytes{};
    std::array<std::byte, kIdBytes> m_id{};
};

/// Whether @p stored is sealed by any key: by its first bytes, which nothing has that is stored plain in a journal.
bool isSealed(ByteView stored);
/// Of bytes for which isSealed(): by which key, as SealKey::id().
ByteView sealedBy(ByteView stored);
/// What stands before bytes that are sealed by @p key: isSealed() and sealedBy() read it.
Bytes sealHead(const SealKey &key);
inline constexpr std::size_t kSealHeadBytes = 8 + SealKey::kIdBytes;

/// The keys that are at hand: the first seals, each opens what it has sealed. Without any, what is stored is plain.
class Seals {
public:
    Seals() = default;
    /// @p seals false: what is sealed is opened, and what is stored from now on is plain. @p rng outlives this.
    Seals(std::vector<SealKey> keys, bool seals, Rng &rng)
        : m_keys(std::move(keys))
        , m_seals(seals && !m_keys.empty())
        , m_rng(&rng)
    {
    }

    /// The key that seals; null: none does.
    const SealKey *sealing() const { return m_seals ? &m_keys.front() : nullptr; }
    const std::vector<SealKey> &keys() const { return m_keys; }
    Bytes seal(ByteView plain, ByteView about) const;
    /// Whether it can be opened here, if it is undamaged: plain, or sealed by a key that is at hand.
    bool opens(ByteView stored) const;
    /// What was sealed; plain bytes as they are. Denied: by a key that is not at hand. Corrupt: damaged.
    Result<Bytes> open(ByteView stored, ByteView about) const;
    /// Whether seal() would give something of this kind.
    bool isAsSealed(ByteView stored) const;

private:
    const SealKey *keyOf(ByteView stored) const;

    std::vector<SealKey> m_keys;
    bool m_seals = false;
    Rng *m_rng = nullptr;
};

/// Seals a content in pieces, for files: head(), then what piece() makes of each.
class SealStream {
public:
    static constexpr std::size_t kPieceBytes = 64 * 1024; ///< Of what is to be sealed; the last may have fewer.
    static constexpr std::size_t kMoreBytes = 17;         ///< That each piece grows by.
    static constexpr std::size_t kHeadBytes = kSealHeadBytes + 24;
    /// @p about is bound to it, as in sealUnder().
    SealStream(const SealKey &key, ByteView about);
    const Bytes &head() const { return m_head; }
    Bytes piece(ByteView plain, bool isLast);

private:
    friend class UnsealStream;
    static constexpr std::size_t kStateBytes = 52; ///< crypto_secretstream_xchacha20poly1305_state
    Bytes m_head, m_about;
    alignas(8) std::array<std::byte, kStateBytes> m_state{};
};

/// The other way round.
class UnsealStream {
public:
    /// Denied: by none of @p keys. Invalid: @p head is not one of SealStream's.
    static Result<UnsealStream> begin(ByteView head, const std::vector<SealKey> &keys, ByteView about);
    /// Of kPieceBytes + kMoreBytes, the last perhaps of fewer. Corrupt: it is not what was sealed, or not the next one.
    Result<Bytes> piece(ByteView sealed);
    /// The last piece was there: before, the content is cut off.
    bool isWhole() const { return m_isWhole; }

private:
    UnsealStream() = default;
    Bytes m_about;
    bool m_isWhole = false;
    alignas(8) std::array<std::byte, SealStream::kStateBytes> m_state{};
};

} // namespace tributary
