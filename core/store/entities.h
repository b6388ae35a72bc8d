#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

/// Entities in and out of the tables that the hub's store and a desktop's cache share.
namespace tributary::store {

/// Writes @p entity unless a newer version is there; @p force writes it all the same (a shown state going back to its base).
/// True if a row was written.
Result<bool> put(Database &database, const model::Entity &entity, bool force = false);

/// Removes the row; true if there was one.
Result<bool> remove(Database &database, model::EntityType type, const RawId &key);

/// The entity of that key in the log or on the wire, or nothing. A ReadMark has no such key: see readMark().
Result<std::optional<model::Entity>> find(Database &database, model::EntityType type, const RawId &key);

Result<std::optional<model::Customer>> customer(Database &database, model::CustomerId id);
Result<std::optional<model::Identity>> identity(Database &database, model::IdentityId id);
Result<std::optional<model::CustomerLink>> customerLink(Database &database, model::CustomerLinkId id);
Result<std::optional<model::Suggestion>> suggestion(Database &database, model::SuggestionId id);
Result<std::optional<model::ChannelAccount>> channelAccount(Database &database, model::ChannelAccountId id);
Result<std::optional<model::Agent>> agent(Database &database, model::AgentId id);
Result<std::optional<model::Conversation>> conversation(Database &database, model::ConversationId id);
Result<std::optional<model::TimelineItem>> timelineItem(Database &database, model::TimelineItemId id);
Result<std::optional<model::Team>> team(Database &database, model::TeamId id);
Result<std::optional<model::Role>> role(Database &database, model::RoleId id);
Result<std::optional<model::SavedView>> savedView(Database &database, model::SavedViewId id);
Result<std::optional<model::FieldDefinition>> fieldDefinition(Database &database, model::FieldDefinitionId id);
Result<std::optional<model::CustomStatus>> customStatus(Database &database, model::CustomStatusId id);
Result<std::optional<model::Company>> company(Database &database, model::CompanyId id);
/// The company that somebody belongs to; one that was removed is none.
Result<std::optional<model::Company>> companyOf(Database &database, const model::Customer &customer);
Result<std::optional<model::Consent>> consent(Database &database, model::ConsentId id);
Result<std::optional<model::ReadMark>> readMark(Database &database, model::AgentId agent, model::ConversationId id);

/// Reads the row a query stands on; the query's first columns are the entity's, in the order of core/model/fields.h.
/// A field that cannot be read keeps its default: a damaged row shows, it does not stop the page.
template<class T>
T readRow(const Query &query);

/// Runs @p query to its end and reads every row.
template<class T>
Result<std::vector<T>> readAll(Query &query)
{
    std::vector<T> rows;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return rows;
        rows.push_back(readRow<T>(query));
    }
}

} // namespace tributary::store
