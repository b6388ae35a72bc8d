#include "core/hub/people_keys.h"

#include "core/base/digest.h"
#include "core/base/seal.h"
#include "core/store/files.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::hub {
namespace {

namespace fs = std::filesystem;
using model::CustomerId;

constexpr std::string_view kFirstLine = "tributary people.keys 1\n";
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kSealedBytes = std::tuple_size_v<PeopleKeys::Key> + kSealedMoreBytes;
constexpr std::size_t kEntryBytes = kIdBytes + kSealedBytes;
constexpr std::size_t kEntriesAtOnce = 1000;
constexpr std::size_t kMostBytes = std::size_t(1) << 30; ///< Twelve million persons.

Bytes wrappingKey(const Secrets &secrets)
{
    return secrets.derive("people.keys");
}

Bytes placeOf(std::size_t number, ByteView id)
{
    Bytes about = copyOf(bytesOf("people.keys " + std::to_string(number) + " "));
    about.insert(about.end(), id.begin(), id.end());
    return about;
}

bool isEmpty(ByteView sealed)
{
    return std::ranges::all_of(sealed, [](std::byte byte) { return byte == std::byte(0); });
}

tl::unexpected<Error> cannotWrite()
{
    const bool full = store::isNoRoom(errno);
    return failure(full ? Error::Kind::Full : Error::Kind::Failed,
                   full ? "no room left on the disk for people.keys" : "people.keys cannot be written");
}

/// people.keys, open for writing in its place.
class KeysFile {
public:
    explicit KeysFile(const fs::path &path)
        : m_file(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW))
    {
    }
    ~KeysFile()
    {
        if (m_file >= 0)
            ::close(m_file);
    }
    KeysFile(const KeysFile &) = delete;
    KeysFile &operator=(const KeysFile &) = delete;
    bool isOpen() const { return m_file >= 0; }
    /// How much there was; nothing: it cannot be read.
    std::optional<std::size_t> read(std::span<std::byte> into, std::size_t at) const
    {
        std::size_t got = 0;
        while (got < into.size()) {
            const ssize_t more = ::pread(m_file, into.data() + got, into.size() - got, off_t(at + got));
            if (more < 0 && errno == EINTR)
                continue;
            if (more < 0)
                return std::nullopt;
            if (more == 0)
                break;
            got += std::size_t(more);
        }
        return got;
    }
    bool write(ByteView bytes, std::size_t at) const
    {
        while (!bytes.empty()) {
            const ssize_t written = ::pwrite(m_file, bytes.data(), bytes.size(), off_t(at));
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                return false;
            at += std::size_t(written);
            bytes = bytes.subspan(std::size_t(written));
        }
        return true;
    }
    bool endAt(std::size_t size) const { return ::ftruncate(m_file, off_t(size)) == 0; }
    bool sync() const { return ::fsync(m_file) == 0; }

private:
    int m_file;
};

void appendEntry(Bytes &entries, std::size_t number, const CustomerId &customer, const Bytes &wrapping, Rng &rng)
{
    PeopleKeys::Key key;
    rng.fill(key);
    const Bytes sealed = sealUnder(wrapping, key, placeOf(number, customer.view()), rng);
    entries.insert(entries.end(), customer.view().begin(), customer.view().end());
    entries.insert(entries.end(), sealed.begin(), sealed.end());
}

Result<void> append(const fs::path &path, std::size_t number, const Bytes &entries)
{
    const KeysFile file(path);
    const std::size_t at = kFirstLine.size() + number * kEntryBytes;
    // What a write that was cut off has left is behind the last whole entry.
    if (!file.isOpen() || !file.endAt(at) || !file.write(entries, at) || !file.sync())
        return cannotWrite();
    return {};
}

Result<Bytes> contentOf(const fs::path &file)
{
    Result<Bytes> content = store::readFile(file, kMostBytes);
    if (!content)
        return failure(content.error().kind, "people.keys cannot be read: " + content.error().detail);
    if (!textOf(*content).starts_with(kFirstLine))
        return failure(Error::Kind::Corrupt, file.string() + " is no people.keys, is damaged, or is of a newer program");
    return content;
}

} // namespace

Result<PeopleKeys> PeopleKeys::parse(ByteView content, const Secrets &secrets)
{
    const Bytes wrapping = wrappingKey(secrets);
    PeopleKeys keys;
    std::size_t damaged = 0;
    for (ByteView rest = content.subspan(kFirstLine.size()); rest.size() >= kEntryBytes; rest = rest.subspan(kEntryBytes)) {
        const ByteView id = rest.first(kIdBytes), sealed = rest.subspan(kIdBytes, kSealedBytes);
        const std::size_t number = keys.m_keys.size();
        Entry &entry = keys.m_keys.emplace_back();
        if (isEmpty(sealed))
            continue;
        const auto key = unsealUnder(wrapping, sealed, placeOf(number, id));
        if (!key && number == kNobody)
            return failure(Error::Kind::Corrupt,
                           "people.keys does not open with this hub.key: they are of two hubs, or one of "
                           "them is damaged");
        if (!key) {
            ++damaged;
            continue;
        }
        std::ranges::copy(*key, entry.key.begin());
        entry.isThere = true;
        keys.m_numbers.emplace_back(CustomerId::fromBytes(id).value_or(CustomerId()), Number(number));
    }
    if (damaged > 0)
        return failure(Error::Kind::Corrupt, "people.keys is damaged: " + std::to_string(damaged)
                                                 + " of its keys do not open; take another copy of it");
    if (keys.m_keys.empty() || !keys.key(kNobody))
        return failure(Error::Kind::Corrupt, "people.keys is damaged: it ends too early");
    std::ranges::sort(keys.m_numbers);
    return keys;
}

Result<PeopleKeys> PeopleKeys::read(const fs::path &file, const Secrets &secrets)
{
    TRIBUTARY_TRY_ASSIGN(const Bytes content, contentOf(file));
    return parse(content, secrets);
}

Result<PeopleKeys> PeopleKeys::complete(const fs::path &folder, const Secrets &secrets,
                                        std::span<const CustomerId> customers, Rng &rng)
{
    const fs::path path = folder / kPeopleKeys;
    const Bytes wrapping = wrappingKey(secrets);
    std::error_code error;
    if (!fs::exists(path, error) && !error) {
        Bytes first = copyOf(bytesOf(kFirstLine));
        appendEntry(first, kNobody, CustomerId(), wrapping, rng);
        TRIBUTARY_TRY(store::replaceFile(path, first));
    }
    TRIBUTARY_TRY_ASSIGN(PeopleKeys keys, read(path, secrets));
    Bytes entries;
    std::size_t number = keys.size();
    for (const CustomerId &customer : customers) {
        if (!keys.numberOf(customer))
            appendEntry(entries, number++, customer, wrapping, rng);
    }
    if (entries.empty())
        return keys;
    TRIBUTARY_TRY(append(path, keys.size(), entries));
    return read(path, secrets);
}

std::optional<PeopleKeys::Number> PeopleKeys::numberOf(const CustomerId &customer) const
{
    const auto found = std::ranges::lower_bound(m_numbers, customer, {}, &std::pair<CustomerId, Number>::first);
    return found != m_numbers.end() && found->first == customer ? std::optional(found->second) : std::nullopt;
}

std::string PeopleKeys::fingerprint() const
{
    return toHex(ByteView(hmacSha256(m_keys[kNobody].key, bytesOf("fingerprint"))).first(16));
}

Result<void> destroyKeys(const fs::path &folder, std::span<const CustomerId> customers)
{
    const fs::path path = folder / kPeopleKeys;
    std::error_code error;
    if (!fs::exists(path, error) && !error)
        return {};
    const KeysFile file(path);
    if (!file.isOpen())
        return cannotWrite();
    const std::set<CustomerId> gone(customers.begin(), customers.end());
    constexpr std::array<std::byte, kSealedBytes> nothing{};
    Bytes piece(kEntriesAtOnce * kEntryBytes);
    // The first entry is nobody's, and stays whatever is asked for.
    for (std::size_t at = kFirstLine.size() + kEntryBytes;;) {
        const std::optional<std::size_t> got = file.read(piece, at);
        if (!got)
            return failure(Error::Kind::Failed, "people.keys cannot be read");
        for (std::size_t entry = 0; entry + kEntryBytes <= *got; entry += kEntryBytes) {
            const auto id = CustomerId::fromBytes(ByteView(piece).subspan(entry, kIdBytes));
            if (id && gone.contains(*id) && !file.write(nothing, at + entry + kIdBytes))
                return cannotWrite();
        }
        if (*got < piece.size())
            break;
        at += *got;
    }
    return file.sync() ? Result<void>() : Result<void>(cannotWrite());
}

Result<void> mayReplaceKeys(const fs::path &folder, const fs::path &file)
{
    std::error_code error;
    if (const auto size = fs::file_size(file, error); error == std::errc::no_such_file_or_directory || (!error && size == 0))
        return {};
    const std::size_t first = kFirstLine.size() + kEntryBytes;
    const auto there = contentOf(file), ours = contentOf(folder / kPeopleKeys);
    if (!there || there->size() < first)
        return failure(Error::Kind::Conflict, file.string() + " is something else than keys of backups: name another file");
    // The first entry is never made anew, and none is ever taken away.
    const bool isOlder = ours && ours->size() >= there->size()
                         && std::ranges::equal(ByteView(*ours).first(first), ByteView(*there).first(first));
    return isOlder
               ? Result<void>()
               : failure(Error::Kind::Conflict,
                         file.string()
                             + " has the keys of other backups, which nobody could read without it: put it into the data "
                               "folder as people.keys before the hub starts, or name another file");
}

Result<void> copyKeys(const fs::path &folder, const fs::path &file)
{
    TRIBUTARY_TRY(mayReplaceKeys(folder, file));
    TRIBUTARY_TRY_ASSIGN(const Bytes content, contentOf(folder / kPeopleKeys));
    return store::replaceFile(fs::absolute(file), content);
}

} // namespace tributary::hub
