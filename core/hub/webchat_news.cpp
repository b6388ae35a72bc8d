#include "core/hub/webchat_news.h"

#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

/// The event that an item became, and in whose log.
struct Place {
    std::string visitor;
    std::int64_t n = 0;
    std::string clientId;
};

Result<std::optional<Place>> placeOf(store::Database &database, TimelineItemId item)
{
    auto query = database.query(sql::hub_visitor_event_of_item);
    query.bind("item_id", item);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Place>(Place{std::string(query.text(0)), query.integer(1), std::string(query.text(2))})
                 : std::nullopt;
}

Result<void> addItem(store::Database &database, const TimelineItem &item, std::vector<ChatNews> &news)
{
    if (item.channel != Channel::WebChat)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto place, placeOf(database, item.id));
    if (!place)
        return {};
    ChatNews one{item.account, place->visitor, place->n, 0, std::nullopt};
    if (item.deleted || item.editedAt) {
        one.changed = channels::webchat::ChatEvent{place->n, place->clientId, item};
        if (item.deleted) {
            one.changed->item.body.clear();
            one.changed->item.html.clear();
            one.changed->item.attachments.clear();
        }
    }
    news.push_back(std::move(one));
    return {};
}

Result<void> addMark(store::Database &database, AgentId agent, std::int64_t version, std::vector<ChatNews> &news)
{
    ReadMark mark;
    {
        auto query = database.query(sql::hub_read_mark_by_key);
        query.bind("agent_id", agent).bind("version", version);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return {};
        mark = store::readRow<ReadMark>(query);
    }
    TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database, mark.conversation));
    if (!conversation || conversation->channel != Channel::WebChat || mark.readCount < conversation->inboundCount)
        return {};
    auto newest = database.query(sql::hub_newest_visitor_event);
    newest.bind("conversation_id", conversation->id);
    TRIBUTARY_TRY_ASSIGN(const bool isSaid, newest.step());
    if (isSaid)
        news.push_back(
            {conversation->account, std::string(newest.text(0)), newest.integer(1), newest.integer(1), std::nullopt});
    return {};
}

} // namespace

Result<std::vector<ChatNews>> chatNewsAfter(store::Database &database, std::int64_t from)
{
    struct LogRow {
        std::int64_t seq;
        EntityType type;
        RawId key;
        AgentId agent;
    };
    std::vector<LogRow> rows;
    {
        auto query = database.query(sql::hub_chat_log_after);
        query.bind("seq", from).bind("item_type", std::int64_t(EntityType::TimelineItem));
        query.bind("mark_type", std::int64_t(EntityType::ReadMark));
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            rows.push_back(
                {query.integer(0), EntityType(query.integer(1)), query.id<TimelineItemId>(2).bytes, query.id<AgentId>(3)});
        }
    }
    std::vector<ChatNews> news;
    for (const LogRow &row : rows) {
        if (row.type == EntityType::ReadMark) {
            TRIBUTARY_TRY(addMark(database, row.agent, row.seq, news));
            continue;
        }
        TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(database, TimelineItemId(row.key)));
        if (item)
            TRIBUTARY_TRY(addItem(database, *item, news));
    }
    return news;
}

Result<std::optional<ChatPartner>> chatPartnerOf(store::Database &database, ConversationId id)
{
    TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database, id));
    if (!conversation || conversation->channel != Channel::WebChat)
        return std::optional<ChatPartner>();
    TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database, conversation->identity));
    if (!identity)
        return std::optional<ChatPartner>();
    auto query = database.query(sql::hub_visitor_now);
    query.bind("visitor_id", identity->address);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<ChatPartner>(ChatPartner{conversation->account, std::string(query.text(0))}) : std::nullopt;
}

Result<std::optional<ConversationId>> conversationWith(store::Database &database, ChannelAccountId account,
                                                       const std::string &visitor)
{
    auto query = database.query(sql::hub_conversation_with_visitor);
    query.bind("account_id", account).bind("visitor_id", visitor);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<ConversationId>(query.id<ConversationId>(0)) : std::nullopt;
}

} // namespace tributary::hub
