#pragma once

#include "core/hub/secrets.h"
#include "core/model/ids.h"

#include <filesystem>
#include <optional>
#include <span>
#include <vector>

/// `people.keys` in the hub's folder: a key of each person, by which sealed backups hide what is theirs. Whoever is erased
/// loses it, and can be read in no sealed backup any more. It is never part of a backup.
///
/// A line that says what the file is, then entries of one size: the id of a customer, and the key, sealed by hub.key and
/// bound to its place. The place of an entry is its number, by which backups name the key; it never changes. A number
/// without a key is of somebody who was erased; one beyond the end says that the file is older than the backup. Whoever
/// comes back under the same id has a new number. Number 0 is of nobody: for what nobody can tell whose it is.
///
/// Not a database: SQLite keeps copies in its log and in the gaps of its pages. Here a key is at one place, and one write
/// over it is the end of it.
namespace tributary::hub {

inline constexpr const char *kPeopleKeys = "people.keys";

class PeopleKeys {
public:
    using Number = std::uint32_t;
    using Key = std::array<std::byte, 32>;
    static constexpr Number kNobody = 0;

    /// Reads @p file. NotFound: it is not there. Corrupt: it is damaged, or @p secrets are not those it was sealed by.
    static Result<PeopleKeys> read(const std::filesystem::path &file, const Secrets &secrets);
    /// Reads the file in @p folder, after making keys for those of @p customers who have none; durable when it returns.
    static Result<PeopleKeys> complete(const std::filesystem::path &folder, const Secrets &secrets,
                                       std::span<const model::CustomerId> customers, Rng &rng);

    /// How many numbers there are, also of those whose key is gone.
    std::size_t size() const { return m_keys.size(); }
    std::optional<Number> numberOf(const model::CustomerId &customer) const;
    /// Null: it was destroyed. @p number is below size().
    const Key *key(Number number) const { return m_keys[number].isThere ? &m_keys[number].key : nullptr; }
    /// The same for the same keys of nobody, which are never made anew; tells nothing of them.
    std::string fingerprint() const;

private:
    struct Entry {
        Key key{};
        bool isThere = false;
    };
    static Result<PeopleKeys> parse(ByteView content, const Secrets &secrets);

    std::vector<Entry> m_keys;                                   ///< By number.
    std::vector<std::pair<model::CustomerId, Number>> m_numbers; ///< Of keys that are there; sorted.
};

/// Overwrites the keys of @p customers, durably, where there are any.
Result<void> destroyKeys(const std::filesystem::path &folder, std::span<const model::CustomerId> customers);
/// Whether a copy of the file in @p folder, or of one that is yet to be made there, may stand in the place of @p file: where
/// nothing is, or an older copy. Conflict: @p file has keys of other backups, which nobody could read any more; or is
/// something else.
Result<void> mayReplaceKeys(const std::filesystem::path &folder, const std::filesystem::path &file);
/// Puts a copy of the file in @p folder in the place of @p file, durably. NotFound: no keys have been made yet. Conflict:
/// see mayReplaceKeys().
Result<void> copyKeys(const std::filesystem::path &folder, const std::filesystem::path &file);

} // namespace tributary::hub
