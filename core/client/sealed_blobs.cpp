#include "core/client/sealed_blobs.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/store/files.h"

#include <algorithm>

namespace tributary::client {
namespace {

namespace fs = std::filesystem;
using Next = std::function<Result<Bytes>()>;

/// As much as says whether and by what a file is sealed.
Result<Bytes> headOf(const fs::path &path)
{
    TRIBUTARY_TRY_ASSIGN(const auto file, store::readInPieces(path));
    return file(SealStream::kHeadBytes);
}

fs::path besideOf(const fs::path &place, ByteView keyId)
{
    return place.string() + "." + toHex(keyId);
}

/// By Blobs::put().
bool isHalfWritten(const fs::path &path)
{
    return path.string().find(".new-") != std::string::npos;
}

Result<std::string> sumOf(const Next &next)
{
    Sha256Stream sum;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const Bytes piece, next());
        if (piece.empty())
            return toHex(sum.finish());
        sum.add(piece);
    }
}

/// What @p next gives, and Corrupt at its end where that is not what is called @p sha256.
Next summed(std::string sha256, const Next &next)
{
    return [name = std::move(sha256), next, sum = std::make_shared<Sha256Stream>()]() -> Result<Bytes> {
        TRIBUTARY_TRY_ASSIGN(Bytes piece, next());
        sum->add(piece);
        if (piece.empty() && toHex(sum->finish()) != name)
            return failure(Error::Kind::Corrupt, "a blob does not have its hash any more");
        return piece;
    };
}

/// What @p next gives, sealed: the head, then each piece.
Next sealing(const SealKey &key, ByteView about, const Next &next)
{
    struct State {
        SealStream stream;
        Bytes ahead; ///< The last piece is told apart, and which one that is shows behind it.
        bool isBegun = false, isOver = false;
    };
    const auto state = std::make_shared<State>(State{SealStream(key, about)});
    return [state, next]() -> Result<Bytes> {
        if (state->isOver)
            return Bytes();
        if (!std::exchange(state->isBegun, true)) {
            TRIBUTARY_TRY_ASSIGN(state->ahead, next());
            return state->stream.head();
        }
        const Bytes piece = std::move(state->ahead);
        if (!piece.empty()) {
            TRIBUTARY_TRY_ASSIGN(state->ahead, next());
        }
        state->isOver = state->ahead.empty();
        return state->stream.piece(piece, state->isOver);
    };
}

} // namespace

void SealedBlobs::setKeys(std::vector<SealKey> keys, bool seals)
{
    const std::scoped_lock lock(m_mutex);
    m_seals = Seals(std::move(keys), seals, m_rng);
}

Seals SealedBlobs::seals() const
{
    const std::scoped_lock lock(m_mutex);
    return m_seals;
}

/// What one key has sealed and another one was to replace lies beside, with the key's id behind its name.
Result<SealedBlobs::Stored> SealedBlobs::stored(std::string_view sha256) const
{
    TRIBUTARY_TRY_ASSIGN(const fs::path place, m_blobs.placeOf(sha256));
    Result<Stored> found = lookAt(place, sha256);
    if (found && found->opens)
        return found;
    const Seals seals = this->seals();
    for (const SealKey &key : seals.keys()) {
        const fs::path beside = besideOf(place, key.id());
        std::error_code ignored;
        if (fs::exists(beside, ignored))
            return lookAt(beside, sha256);
    }
    return found;
}

/// A content may itself begin as what is sealed does: where no key at hand is the one, its hash tells.
Result<SealedBlobs::Stored> SealedBlobs::lookAt(fs::path path, std::string_view sha256) const
{
    Stored found{.path = std::move(path)};
    TRIBUTARY_TRY_ASSIGN(const Bytes head, headOf(found.path));
    const Seals seals = this->seals();
    found.isSealed = isSealed(head);
    found.opens = seals.opens(head);
    if (!found.opens) {
        TRIBUTARY_TRY_ASSIGN(const auto file, store::readInPieces(found.path));
        TRIBUTARY_TRY_ASSIGN(const std::string sum, sumOf([&file] { return file(SealStream::kPieceBytes); }));
        found.opens = sum == sha256;
        found.isSealed = !found.opens;
    }
    found.isAsSealed = found.isSealed ? seals.isAsSealed(head) : !seals.sealing();
    return found;
}

Result<void> SealedBlobs::find(std::string_view sha256) const
{
    TRIBUTARY_TRY_ASSIGN(const Stored found, stored(sha256));
    return found.opens ? Result<void>() : failure(Error::Kind::NotFound, "it is sealed by another key");
}

void SealedBlobs::remove(std::string_view sha256) const
{
    const auto place = m_blobs.placeOf(sha256);
    if (!place)
        return;
    std::vector<fs::path> all{*place};
    std::error_code gone;
    for (fs::directory_iterator at(place->parent_path(), gone), end; !gone && at != end; at.increment(gone)) {
        if (at->path().filename().string().starts_with(std::string(sha256) + ".") && !isHalfWritten(at->path()))
            all.push_back(at->path());
    }
    for (const fs::path &path : all)
        fs::remove(path, gone);
}

void SealedBlobs::removeBeside(const std::string &name) const
{
    std::error_code gone;
    const auto place = m_blobs.placeOf(contentOfFile(name));
    if (place && !isHalfWritten(name) && name.find('/') == name.npos)
        fs::remove(place->parent_path() / name, gone);
}

Result<void> SealedBlobs::keepBeside(std::string_view sha256) const
{
    TRIBUTARY_TRY_ASSIGN(const fs::path place, m_blobs.placeOf(sha256));
    const auto there = lookAt(place, sha256);
    if (!there || there->opens)
        return {};
    TRIBUTARY_TRY_ASSIGN(const Bytes head, headOf(place));
    std::error_code error;
    fs::rename(place, besideOf(place, sealedBy(head)), error); // durable with what comes into its place
    return error ? failure(Error::Kind::Failed, "what another key has sealed cannot be kept") : Result<void>();
}

Result<void> SealedBlobs::put(std::string_view sha256, const Next &next) const
{
    TRIBUTARY_TRY(keepBeside(sha256));
    const Seals seals = this->seals();
    return m_blobs.put(sha256, seals.sealing() ? sealing(*seals.sealing(), bytesOf(sha256), next) : next);
}

Result<void> SealedBlobs::add(std::string_view sha256, ByteView content) const
{
    if (isWhole(sha256) && m_blobs.hold(sha256))
        return {};
    return put(sha256, store::inPieces(content, SealStream::kPieceBytes));
}

Result<Next> SealedBlobs::contentOf(std::string_view sha256) const
{
    TRIBUTARY_TRY_ASSIGN(const Stored found, stored(sha256));
    TRIBUTARY_TRY_ASSIGN(const auto file, store::readInPieces(found.path));
    if (!found.isSealed)
        return summed(std::string(sha256), [file] { return file(SealStream::kPieceBytes); });
    TRIBUTARY_TRY_ASSIGN(const Bytes head, file(SealStream::kHeadBytes));
    TRIBUTARY_TRY_ASSIGN(UnsealStream begun, UnsealStream::begin(head, seals().keys(), bytesOf(sha256)));
    const auto stream = std::make_shared<UnsealStream>(std::move(begun));
    return [file, stream]() -> Result<Bytes> {
        TRIBUTARY_TRY_ASSIGN(const Bytes piece, file(SealStream::kPieceBytes + SealStream::kMoreBytes));
        if (piece.empty() && stream->isWhole())
            return Bytes();
        return stream->piece(piece); // an empty one says that it is cut off
    };
}

bool SealedBlobs::isWhole(std::string_view sha256) const
{
    const auto next = contentOf(sha256);
    return next && sumOf(*next);
}

/// Whoever asks again is given it by the hub.
template<class T>
Result<T> SealedBlobs::withoutDamaged(std::string_view sha256, Result<T> result) const
{
    if (!result && result.error().kind == Error::Kind::Corrupt) {
        log(LogLevel::Error, "tributary.client", "a content is damaged, and was removed", {{"sha256", sha256}});
        std::error_code gone;
        if (const auto found = stored(sha256))
            fs::remove(found->path, gone);
    }
    return result;
}

Result<Bytes> SealedBlobs::read(std::string_view sha256, std::size_t most) const
{
    TRIBUTARY_TRY_ASSIGN(const Next next, contentOf(sha256));
    Bytes content;
    for (;;) {
        const auto piece = withoutDamaged(sha256, next());
        TRIBUTARY_TRY(piece);
        const std::size_t wanted = std::min(piece->size(), most - content.size());
        content.insert(content.end(), piece->begin(), piece->begin() + std::ptrdiff_t(wanted));
        if (wanted < piece->size() || piece->empty()) // where all of it was wanted, its end says whether it is whole
            return content;
    }
}

Result<void> SealedBlobs::copyTo(std::string_view sha256, const fs::path &path) const
{
    TRIBUTARY_TRY_ASSIGN(const Next next, contentOf(sha256));
    return withoutDamaged(sha256, store::saveFile(path, next));
}

Result<bool> SealedBlobs::reseal(std::string_view name) const
{
    TRIBUTARY_TRY_ASSIGN(const Stored found, stored(name));
    std::error_code error;
    const auto usedAt = fs::last_write_time(found.path, error);
    if (error || !found.opens || found.isAsSealed)
        return false;
    TRIBUTARY_TRY_ASSIGN(const Next next, contentOf(name));
    TRIBUTARY_TRY(withoutDamaged(name, put(name, next)));
    fs::last_write_time(found.path, usedAt, error); // nobody has used it
    return true;
}

} // namespace tributary::client
