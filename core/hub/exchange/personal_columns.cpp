#include "core/hub/exchange/personal_columns.h"

#include "core/store/sql.h"

#include <algorithm>
#include <map>
#include <set>

namespace tributary::hub::exchange {
namespace {

namespace sql = store::sql;

/// Customers whose ids the columns hold.
Finder inColumns(std::vector<std::string_view> columns)
{
    return {{}, std::move(columns)};
}
Finder ofItem(std::string_view column)
{
    return {sql::exchange_owners_of_item, {column}, "id"};
}
Finder ofConversation()
{
    return {sql::exchange_owners_of_conversation, {"id"}};
}
Finder ofVisitor(std::string_view column)
{
    return {sql::exchange_owner_of_visitor, {column}, "visitor_id"};
}

const std::vector<PersonalTable> &all()
{
    static const std::vector<PersonalTable> tables{
        {.name = "customer",
         .plain = {"id", "blocked", "created_ms", "version", "company_id", "spam"},
         .sealed = {{"name"},
                    {"note"},
                    {"language"},
                    {"attributes", Blank::Map},
                    {"tags", Blank::List},
                    {"preferred", Blank::Map}},
         .whose = {inColumns({"id"})}},
        {.name = "identity",
         .plain = {"id", "customer_id", "channel", "account_id", "verified", "last_used_ms", "version"},
         .sealed = {{"address", Blank::Name}, {"shown"}, {"name"}, {"problem"}},
         .whose = {inColumns({"customer_id"})}},
        {.name = "customer_link",
         .plain = {"id", "from_id", "into_id", "by_id", "at_ms", "ended_ms", "ended_by_id", "version", "first_id"},
         .sealed = {{"evidence"}, {"replaced", Blank::Map}},
         .whose = {inColumns({"from_id", "into_id", "first_id"})}},
        {.name = "suggestion",
         .plain = {"id", "customer_id", "other_id", "reason", "state", "at_ms", "version"},
         .sealed = {{"evidence"}},
         .whose = {inColumns({"customer_id", "other_id"})}},
        {.name = "channel_account",
         .plain = {"id", "channel", "name", "address", "health", "problem", "problem_text", "problem_since_ms",
                   "backfill_done", "backfill_total", "defects", "undo_seconds", "removed", "version", "reopen_days",
                   "team_id", "region"}},
        {.name = "agent",
         .plain = {"id", "email", "name", "role", "teams", "active", "version", "custom_role_id", "permissions",
                   "visibility", "accounts", "capacity", "away", "languages"}},
        {.name = "team", .plain = {"id", "name", "version", "routing", "return_minutes"}},
        {.name = "conversation",
         .plain = {"id",
                   "number",
                   "customer_id",
                   "identity_id",
                   "account_id",
                   "channel",
                   "status",
                   "snoozed_until_ms",
                   "resolved_ms",
                   "assignee_id",
                   "team_id",
                   "priority",
                   "created_ms",
                   "last_item_ms",
                   "preview_outbound",
                   "waiting_since_ms",
                   "inbound_count",
                   "version",
                   "custom_status_id",
                   "joined_into_id",
                   "parent_id",
                   "related",
                   "preview_author_id"},
         .sealed = {{"subject"}, {"tags", Blank::List}, {"preview"}, {"fields", Blank::Map}, {"checklist", Blank::List}},
         .whose = {ofConversation()},
         .shared = {{{"preview"}, {{sql::exchange_speakers_of_conversation, {"id"}}}}}},
        // Its events may name others: see NamedPersons.
        {.name = "timeline_item",
         .plain = {"row", "id", "conversation_id", "customer_id", "identity_id", "account_id", "channel", "kind",
                   "author_id", "at_ms", "in_reply_to_id", "automatic", "deleted", "edited_ms", "version", "mentions",
                   "said_seq"},
         .sealed = {{"author_name"},
                    {"subject"},
                    {"body"},
                    {"html"},
                    {"attachments", Blank::List},
                    {"delivery", Blank::Nothing},
                    {"details", Blank::Map}},
         .whose = {ofItem("id")}},
        {.name = "read_mark",
         .plain = {"agent_id", "conversation_id", "read_count", "version", "following", "mentioned_ms", "mention_seen_ms"}},
        {.name = "role", .plain = {"id", "name", "permissions", "visibility", "accounts", "version"}},
        {.name = "saved_view",
         .plain = {"id", "name", "owner_id", "sharing", "team_id", "match_any", "sort", "position", "version", "columns"},
         .sealed = {{"conditions", Blank::List}}},
        {.name = "field_definition", .plain = {"id", "subject", "key", "name", "type", "choices", "position", "version"}},
        {.name = "custom_status", .plain = {"id", "name", "status", "position", "version"}},
        {.name = "company",
         .plain = {"id", "version", "removed"},
         .sealed = {{"name"}, {"domains", Blank::List}, {"note"}, {"attributes", Blank::Map}}},
        {.name = "consent",
         .plain = {"id", "customer_id", "channel", "purpose", "granted", "at_ms", "by_id", "version"},
         .sealed = {{"source"}},
         .whose = {inColumns({"customer_id"})}},
        {.name = "workspace",
         .plain = {"only", "name", "epoch", "head", "chain", "next_number"},
         .sealed = {{"seal_root", Blank::Nothing}}},
        {.name = "log",
         .plain = {"seq", "entity_type", "entity_key", "op", "scope_before", "scope_after", "client_id", "client_n",
                   "chain"}},
        {.name = "client", .plain = {"id", "agent_id", "last_n"}},
        {.name = "outcome",
         .plain = {"client_id", "n", "command_id", "kind", "reason", "seq"},
         .sealed = {{"detail"}, {"refused_rows", Blank::Nothing}}},
        {.name = "agent_password", .plain = {"agent_id", "hash"}},
        {.name = "device", .plain = {"token_hash", "agent_id", "name", "created_ms", "seen_ms", "revoked"}},
        // Names by their ids who has been erased.
        {.name = "owed_receipt", .plain = {"token_hash", "seq", "customer_id", "erased_ms"}},
        {.name = "account_config", .plain = {"account_id", "settings", "sealed", "paused"}},
        {.name = "account_state", .plain = {"account_id", "name"}, .sealed = {{"value"}}},
        // That something has come stays known whoever is erased.
        {.name = "raw_payload",
         .plain = {"account_id", "received_ms", "item_id", "reader"},
         .sealed = {{"external_id"}, {"problems"}, {"payload", Blank::Nothing}},
         .shared = {{{"problems", "payload"}, {ofItem("item_id")}}}},
        {.name = "message_name",
         .plain = {"account_id", "item_id", "conversation_id"},
         .sealed = {{"name"}},
         .whose = {ofItem("item_id")},
         .unreadable = Unreadable::Dropped},
        {.name = "parked_delivery", .plain = {"account_id", "at_ms"}, .sealed = {{"name"}, {"delivery", Blank::Nothing}}},
        {.name = "delivery_queue",
         .plain = {"item_id", "account_id", "conversation_id", "message_id", "not_before_ms", "attempts", "claimed_ms",
                   "uncertain", "queued_seq", "term", "wait_ms"}},
        {.name = "visitor",
         .plain = {"account_id", "email_proven", "blocked", "last_n", "read_n", "delivered_n", "seen_n", "created_ms",
                   "got_n"},
         .sealed = {{"id"}, {"name"}, {"email"}, {"identifier"}, {"moved_to", Blank::Nothing}},
         .whose = {ofVisitor("id")},
         .unreadable = Unreadable::Dropped},
        {.name = "visitor_token",
         .plain = {"token_hash", "revoked"},
         .sealed = {{"visitor_id"}},
         .whose = {ofVisitor("visitor_id")},
         .unreadable = Unreadable::Dropped},
        {.name = "visitor_event",
         .plain = {"n", "item_id"},
         .sealed = {{"visitor_id"}, {"client_ref"}},
         .whose = {ofVisitor("visitor_id"), ofItem("item_id")},
         .unreadable = Unreadable::Dropped},
        {.name = "claim",
         .plain = {"channel", "customer_id", "at_ms"},
         .sealed = {{"address"}},
         .whose = {inColumns({"customer_id"}), {sql::exchange_owners_of_address, {"channel", "address"}}},
         .unreadable = Unreadable::Dropped},
        {.name = "attachment_ref",
         .plain = {"attachment_id", "item_id", "size_bytes", "media_type", "at_ms"},
         .sealed = {{"sha256"}, {"name"}, {"owner"}},
         .whose = {ofItem("item_id"), ofVisitor("owner")},
         .unreadable = Unreadable::Dropped},
        {.name = "imported", .plain = {"source", "item_id"}, .sealed = {{"message_id"}}},
        {.name = "imported_key",
         .plain = {"source", "kind", "id"},
         .sealed = {{"name"}},
         .whose = {{sql::exchange_owners_of_entity, {"id"}}},
         .unreadable = Unreadable::Dropped},
        {.name = "epoch", .plain = {"number", "epoch", "start_seq", "met_ms"}},
        {.name = "incarnation", .plain = {"only", "name"}},
        {.name = "field_set", .plain = {"about", "field", "at_ms"}},
        {.name = "agent_work", .plain = {"agent_id", "given_seq", "seen_ms"}},
        {.name = "match_key",
         .plain = {"kind", "customer_id"},
         .sealed = {{"value"}},
         .whose = {inColumns({"customer_id"})},
         .unreadable = Unreadable::Dropped},
        {.name = "one_time_link",
         .plain = {"secret_hash", "kind", "email", "name", "role", "made_ms", "expires_ms", "custom_role_id", "teams",
                   "capacity", "by_id"}},
        {.name = "second_factor", .plain = {"agent_id", "sealed", "confirmed", "last_step"}},
        {.name = "recovery_code", .plain = {"agent_id", "code_hash"}},
        {.name = "sign_in_sweep", .plain = {"only", "at_ms"}},
        {.name = "company_domain", .plain = {"company_id"}, .sealed = {{"domain"}}},
        {.name = "matching", .plain = {"only", "filled", "seq", "rules"}},
        // Customers are named by their ids alone.
        {.name = "audit",
         .plain = {"n", "at_ms", "kind", "by_id", "place", "subject_id", "about", "was", "became", "folded", "hash"}},
        {.name = "visitor_upload",
         .plain = {"attachment_id", "at_ms"},
         .sealed = {{"network"}},
         .whose = {{sql::exchange_owner_of_upload, {"attachment_id"}}},
         .unreadable = Unreadable::Dropped},
        {.name = "log_mark", .plain = {"at_ms", "seq"}},
        {.name = "sign_in_place", .plain = {"agent_id", "place", "at_ms"}},
        {.name = "ending", .plain = {"id", "is_team", "name", "into_id", "by_id"}},
        {.name = "store_check", .plain = {"only", "at_ms", "problems"}},
        {.name = "erasing_item", .plain = {"id"}},
    };
    return tables;
}

} // namespace

std::optional<std::size_t> PersonalTable::placeOf(std::string_view column) const
{
    const auto found = std::ranges::find(sealed, column, &PersonalColumn::name);
    return found == sealed.end() ? std::nullopt : std::optional(std::size_t(found - sealed.begin()));
}

std::span<const PersonalTable> personalTables()
{
    return all();
}

const PersonalTable *personalTable(std::string_view name)
{
    const auto found = std::ranges::find(all(), name, &PersonalTable::name);
    return found == all().end() ? nullptr : &*found;
}

Result<std::vector<TableColumns>> tablesOf(store::Database &database)
{
    std::vector<TableColumns> tables;
    {
        auto query = database.query(sql::exchange_tables);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            tables.push_back({.name = std::string(query.text(0))});
        }
    }
    for (TableColumns &table : tables) {
        auto query = database.query(sql::exchange_columns);
        query.bind("table_name", table.name);
        std::map<std::int64_t, std::string> key;
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            table.columns.emplace_back(query.text(0));
            if (query.integer(1) > 0)
                key[query.integer(1)] = table.columns.back();
        }
        for (auto &[place, column] : key)
            table.key.push_back(std::move(column));
    }
    return tables;
}

std::vector<std::string> strayColumns(const std::vector<TableColumns> &tables)
{
    std::multiset<std::string> listed;
    for (const PersonalTable &table : all()) {
        for (const std::string_view column : table.plain)
            listed.insert(std::string(table.name) + "." + std::string(column));
        for (const PersonalColumn &column : table.sealed)
            listed.insert(std::string(table.name) + "." + std::string(column.name));
    }
    std::vector<std::string> stray;
    for (const TableColumns &table : tables) {
        for (const std::string &column : table.columns) {
            const auto found = listed.find(table.name + "." + column);
            if (found == listed.end())
                stray.push_back(table.name + "." + column);
            else
                listed.erase(found);
        }
    }
    stray.insert(stray.end(), listed.begin(), listed.end());
    return stray;
}

} // namespace tributary::hub::exchange
