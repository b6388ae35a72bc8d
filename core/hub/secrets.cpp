#include "core/hub/secrets.h"

#include "core/base/digest.h"
#include "core/base/seal.h"
#include "core/store/files.h"
#include "core/wire/codec.h"

#include <cerrno>
#include <sys/stat.h>

namespace tributary::hub {
namespace {

constexpr std::size_t kKeyBytes = 32;

} // namespace

Result<Secrets> Secrets::read(const std::filesystem::path &file)
{
    Result<Bytes> key = store::readFile(file, kKeyBytes);
    const bool isWhole = key && key->size() == kKeyBytes;
    if (!isWhole && (key || key.error().kind == Error::Kind::TooLarge))
        return failure(Error::Kind::Corrupt,
                       "hub.key is damaged: restore it from a backup, or enter the accounts' secrets anew");
    if (!isWhole) // whatever keeps us from it: another key would open nothing
        return failure(Error::Kind::Failed, "hub.key in the data folder cannot be read: " + key.error().detail);
    return Secrets(std::move(*key));
}

Result<Secrets> Secrets::open(const std::filesystem::path &folder, Rng &rng)
{
    const auto path = folder / "hub.key";
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0)
        return read(path);
    if (errno != ENOENT)
        return failure(Error::Kind::Failed, "cannot look for hub.key in the data folder");
    // Under its name it is whole and durable, or not there: what is sealed by it must not outlive it.
    Bytes key(kKeyBytes);
    rng.fill(key);
    if (const auto made = store::replaceFile(path, key); !made)
        return failure(made.error().kind, "cannot make hub.key in the data folder: " + made.error().detail);
    return Secrets(std::move(key));
}

Bytes Secrets::seal(const std::map<std::string, std::string> &secrets, ByteView about, Rng &rng) const
{
    return sealUnder(m_key, wire::encodeMap(secrets), about, rng);
}

Result<std::map<std::string, std::string>> Secrets::unseal(ByteView sealed, ByteView about) const
{
    const auto plain = unsealUnder(m_key, sealed, about);
    if (!plain)
        return failure(Error::Kind::Corrupt, "sealed secrets do not open with this hub.key");
    return wire::mapFrom(*plain);
}

Bytes Secrets::derive(std::string_view purpose) const
{
    const Sha256 key = hmacSha256(m_key, bytesOf(purpose));
    return {key.begin(), key.end()};
}

} // namespace tributary::hub
