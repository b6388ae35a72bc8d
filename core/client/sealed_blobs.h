#pragma once

#include "core/base/seal.h"
#include "core/store/blobs.h"

#include <mutex>

namespace tributary::client {

/// Contents of attachments on this computer, by their SHA-256. Where there is a key each is sealed by it, in pieces; without
/// one they are plain, and summed whenever they are read: other programs may write there. What is sealed by a key that is
/// not at hand is as good as not here: the hub gives it again. It stays beside, though: its agent may have it to send.
/// Callable from any thread.
class SealedBlobs {
public:
    explicit SealedBlobs(store::Blobs blobs)
        : m_blobs(std::move(blobs))
    {
    }

    /// The first of @p keys seals, if @p seals; each opens.
    void setKeys(std::vector<SealKey> keys, bool seals);

    /// Whether the content is here and can be opened; NotFound, or Invalid for what is no name.
    Result<void> find(std::string_view sha256) const;
    /// Stores @p content, whose SHA-256 this is, in the place of what is damaged.
    Result<void> add(std::string_view sha256, ByteView content) const;
    /// The first @p most bytes. Corrupt: it is damaged, and was removed. Of a plain one only all of it shows that.
    Result<Bytes> read(std::string_view sha256, std::size_t most) const;
    /// Puts the content, plain, in the place of @p path (mode 0600). Corrupt as for read().
    Result<void> copyTo(std::string_view sha256, const std::filesystem::path &path) const;
    /// With what any key has sealed of it.
    void remove(std::string_view sha256) const;
    /// The SHA-256 of what is stored as a file of that name: what another key than the last one has sealed has more of a
    /// name.
    static std::string contentOfFile(const std::string &name) { return name.substr(0, name.find('.')); }
    /// Removes what was put beside under this name.
    void removeBeside(const std::string &name) const;

    /// Stores one that is here as add() would now. One that does not have its hash any more is removed. False: there was
    /// nothing to do.
    Result<bool> reseal(std::string_view sha256) const;
    const store::Blobs &blobs() const { return m_blobs; }

private:
    using Next = std::function<Result<Bytes>()>;
    Seals seals() const;
    struct Stored {
        std::filesystem::path path;
        bool isSealed = false;
        bool opens = false;      ///< Plain, or by a key that is at hand.
        bool isAsSealed = false; ///< As put() would have it.
    };
    Result<Stored> stored(std::string_view sha256) const;
    Result<Stored> lookAt(std::filesystem::path path, std::string_view sha256) const;
    Result<void> keepBeside(std::string_view sha256) const;
    /// What is stored, opened piece by piece; Corrupt, perhaps at its end, if it is not what it was.
    Result<Next> contentOf(std::string_view sha256) const;
    bool isWhole(std::string_view sha256) const;
    Result<void> put(std::string_view sha256, const Next &next) const;
    template<class T>
    Result<T> withoutDamaged(std::string_view sha256, Result<T> result) const;

    store::Blobs m_blobs;
    mutable std::mutex m_mutex;
    Seals m_seals;
    mutable SystemRng m_rng;
};

} // namespace tributary::client
