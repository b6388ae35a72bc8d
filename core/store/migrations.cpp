#include "core/store/migrations.h"

#include "core/store/sql.h"

#include <array>
#include <map>
#include <mutex>

namespace tributary::store {
namespace {

const std::array kHub{
    Migration{"0001_entities", sql::migrations_0001_entities},
    Migration{"hub/0002_hub", sql::migrations_hub_0002_hub},
    Migration{"hub/0003_teams", sql::migrations_hub_0003_teams},
    Migration{"hub/0004_epochs", sql::migrations_hub_0004_epochs},
    Migration{"hub/0005_claims_and_repeats", sql::migrations_hub_0005_claims_and_repeats},
    Migration{"0006_desk", sql::migrations_0006_desk},
    Migration{"hub/0007_desk", sql::migrations_hub_0007_desk},
    Migration{"hub/0010_sign_in", sql::migrations_hub_0010_sign_in},
    Migration{"hub/0011_people", sql::migrations_hub_0011_people},
    Migration{"hub/0012_access", sql::migrations_hub_0012_access},
    Migration{"hub/0013_audit", sql::migrations_hub_0013_audit},
    Migration{"hub/0014_waits", sql::migrations_hub_0014_waits},
    Migration{"hub/0015_refused_rows", sql::migrations_hub_0015_refused_rows},
    Migration{"0016_people", sql::migrations_0016_people},
    Migration{"hub/0017_address_blocks", sql::migrations_hub_0017_address_blocks},
    Migration{"hub/0018_ended_links", sql::migrations_hub_0018_ended_links},
    Migration{"hub/0019_visitor_uploads", sql::migrations_hub_0019_visitor_uploads},
    Migration{"hub/0020_log_marks", sql::migrations_hub_0020_log_marks},
    Migration{"0021_people", sql::migrations_0021_people},
    Migration{"hub/0022_account_team", sql::migrations_hub_0022_account_team},
    Migration{"hub/0023_sign_in_places", sql::migrations_hub_0023_sign_in_places},
    Migration{"hub/0024_audit_chain", sql::migrations_hub_0024_audit_chain},
    Migration{"hub/0025_endings", sql::migrations_hub_0025_endings},
    Migration{"0026_people", sql::migrations_0026_people},
    Migration{"0027_view_columns", sql::migrations_0027_view_columns},
    Migration{"0028_account_region", sql::migrations_0028_account_region},
    Migration{"hub/0029_matching_rules", sql::migrations_hub_0029_matching_rules},
    Migration{"hub/0030_store_check", sql::migrations_hub_0030_store_check},
    Migration{"hub/0031_owed_receipts", sql::migrations_hub_0031_owed_receipts},
    Migration{"hub/0032_visitor_got", sql::migrations_hub_0032_visitor_got},
    Migration{"hub/0033_seal_root", sql::migrations_hub_0033_seal_root},
    Migration{"hub/0034_idle_visitors", sql::migrations_hub_0034_idle_visitors},
};
const std::array kCache{
    Migration{"0001_entities", sql::migrations_0001_entities},
    Migration{"cache/0002_cache", sql::migrations_cache_0002_cache},
    Migration{"cache/0004_teams", sql::migrations_cache_0004_teams},
    Migration{"cache/0005_vocabulary", sql::migrations_cache_0005_vocabulary},
    Migration{"cache/0003_coverage", sql::migrations_cache_0003_coverage},
    Migration{"cache/0006_unread", sql::migrations_cache_0006_unread},
    Migration{"0006_desk", sql::migrations_0006_desk},
    Migration{"cache/0008_views", sql::migrations_cache_0008_views},
    Migration{"0016_people", sql::migrations_0016_people},
    Migration{"cache/0009_words", sql::migrations_cache_0009_words},
    Migration{"0021_people", sql::migrations_0021_people},
    Migration{"cache/0010_searched_later", sql::migrations_cache_0010_searched_later},
    Migration{"cache/0011_open_of_customer", sql::migrations_cache_0011_open_of_customer},
    Migration{"cache/0012_followed", sql::migrations_cache_0012_followed},
    Migration{"cache/0013_customer_names", sql::migrations_cache_0013_customer_names},
    Migration{"cache/0014_customer_table", sql::migrations_cache_0014_customer_table},
    Migration{"0026_people", sql::migrations_0026_people},
    Migration{"0027_view_columns", sql::migrations_0027_view_columns},
    Migration{"cache/0016_own_notes", sql::migrations_cache_0016_own_notes},
    Migration{"0028_account_region", sql::migrations_0028_account_region},
    Migration{"cache/0017_put_off_of_customer", sql::migrations_cache_0017_put_off_of_customer},
    Migration{"cache/0018_rights_until", sql::migrations_cache_0018_rights_until},
    Migration{"cache/0019_removed_by", sql::migrations_cache_0019_removed_by},
    Migration{"cache/0020_ahead", sql::migrations_cache_0020_ahead},
    Migration{"cache/0021_unheard", sql::migrations_cache_0021_unheard},
};
const std::array kJournal{
    Migration{"journal/0001_journal", sql::migrations_journal_0001_journal},
    Migration{"journal/0002_settled", sql::migrations_journal_0002_settled},
    Migration{"journal/0003_checksums", sql::migrations_journal_0003_checksums},
    Migration{"journal/0004_fates", sql::migrations_journal_0004_fates},
    Migration{"journal/0005_sealed", sql::migrations_journal_0005_sealed},
    Migration{"journal/0006_needing_author", sql::migrations_journal_0006_needing_author},
};

Result<void> apply(Database &database, const Migration &migration, std::int64_t number)
{
    constexpr std::string_view divider = "\n-- next\n";
    std::string_view rest = migration.sql;
    while (!rest.empty()) {
        const std::size_t end = rest.find(divider);
        TRIBUTARY_TRY(database.execute(rest.substr(0, end)));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + divider.size());
    }
    return database.execute("PRAGMA user_version = " + std::to_string(number));
}

Result<std::string> schemaOf(Database &database)
{
    auto query = database.query(sql::journal_schema);
    TRIBUTARY_TRY(query.step());
    return std::string(query.text(0));
}

/// Of a file that @p migrations have made: one is made, in memory, the first time that somebody asks.
Result<std::string> schemaMadeBy(std::span<const Migration> migrations)
{
    static std::mutex mutex;
    static std::map<std::pair<const Migration *, std::size_t>, std::string> known;
    const std::lock_guard lock(mutex);
    const auto found = known.find({migrations.data(), migrations.size()});
    if (found != known.end())
        return found->second;
    TRIBUTARY_TRY_ASSIGN(const auto fresh, Database::open(":memory:", {.vfs = "memdb"}));
    TRIBUTARY_TRY(migrate(*fresh, migrations));
    TRIBUTARY_TRY_ASSIGN(std::string schema, schemaOf(*fresh));
    return known[{migrations.data(), migrations.size()}] = std::move(schema);
}

} // namespace

std::span<const Migration> hubMigrations()
{
    return kHub;
}

std::span<const Migration> cacheMigrations()
{
    return kCache;
}

std::span<const Migration> journalMigrations()
{
    return kJournal;
}

Result<std::int64_t> versionOf(Database &database)
{
    auto query = database.query("PRAGMA user_version");
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

Result<void> migrate(Database &database, std::span<const Migration> migrations)
{
    TRIBUTARY_TRY_ASSIGN(std::int64_t version, versionOf(database));
    const auto newest = std::int64_t(migrations.size());
    if (version > newest)
        return failure(Error::Kind::Corrupt, "the file was made by a newer version of the program");
    if (version < 0)
        return failure(Error::Kind::Corrupt, "the file is damaged: no program has made it");
    for (; version < newest; ++version) {
        TRIBUTARY_TRY(
            database.inTransaction([&] { return apply(database, migrations[std::size_t(version)], version + 1); }));
    }
    return {};
}

Result<bool> isMadeBy(Database &database, std::span<const Migration> migrations)
{
    TRIBUTARY_TRY_ASSIGN(const std::string expected, schemaMadeBy(migrations));
    TRIBUTARY_TRY_ASSIGN(const std::string schema, schemaOf(database));
    return schema == expected;
}

} // namespace tributary::store
