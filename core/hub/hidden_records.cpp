#include "core/hub/hidden_records.h"

#include "core/base/digest.h"
#include "core/store/sql.h"

namespace tributary::hub {

namespace sql = store::sql;
using model::CustomerId;
using model::TimelineItemId;

HiddenRecords::HiddenRecords(const Secrets &secrets)
    : m_key(secrets.derive("erased records"))
{
}

std::string HiddenRecords::nameOf(std::string_view source, std::string_view name) const
{
    std::string record(source);
    record.append("\x1f").append(name);
    return "\x1f"
           "erased\x1f"
           + toHex(hmacSha256(m_key, bytesOf(record)));
}

Result<bool> HiddenRecords::any(store::Database &database, std::string_view source)
{
    auto query = database.query(sql::hub_hides_records);
    query.bind("source", source);
    return query.exists();
}

Result<void> HiddenRecords::hideRecordsOf(store::Database &database, std::span<const CustomerId> members) const
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Record> records, recordsOf(database, members));
    for (const Record &record : records) {
        auto query = database.query(sql::hub_hide_imported);
        query.bind("source", record.source).bind("message_id", record.name);
        TRIBUTARY_TRY(query.bind("hidden", nameOf(record.source, record.name)).run());
    }
    return {};
}

Result<std::vector<HiddenRecords::Record>> HiddenRecords::recordsOf(store::Database &database,
                                                                    std::span<const CustomerId> members) const
{
    std::vector<Record> records, keys;
    const auto read = [](store::Query query, auto take) -> Result<void> {
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                return {};
            take(query);
        }
    };
    std::vector<TimelineItemId> items;
    for (const CustomerId &member : members) {
        auto called = database.query(sql::hub_import_keys_of);
        called.bind("id", member);
        TRIBUTARY_TRY(read(std::move(called), [&](const store::Query &row) {
            keys.push_back({std::string(row.text(0)), std::string(row.text(1))});
        }));
        auto theirs = database.query(sql::hub_items_to_erase);
        theirs.bind("customer_id", member);
        TRIBUTARY_TRY(read(std::move(theirs), [&](const store::Query &row) { items.push_back(row.id<TimelineItemId>(0)); }));
    }
    for (const Record &key : keys) {
        auto with = database.query(sql::hub_records_with_key);
        with.bind("source", key.source).bind("key", key.name);
        TRIBUTARY_TRY(read(std::move(with), [&](const store::Query &row) {
            records.push_back({key.source, std::string(row.text(0))});
        }));
    }
    for (const TimelineItemId &id : items)
        TRIBUTARY_TRY(database.query(sql::hub_add_erasing).bind("id", id).run());
    // Once for all of them: it walks through the table.
    TRIBUTARY_TRY(read(database.query(sql::hub_imported_erasing), [&](const store::Query &row) {
        records.push_back({std::string(row.text(0)), std::string(row.text(1))});
    }));
    TRIBUTARY_TRY(database.query(sql::hub_end_erasing).run());
    return records;
}

} // namespace tributary::hub
