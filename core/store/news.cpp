#include "core/store/news.h"

#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;
using Kind = TimelineItem::Kind;

std::string detail(const TimelineItem &item, std::string_view name)
{
    const auto found = item.details.find(std::string(name));
    return found == item.details.end() ? std::string() : found->second;
}

/// The customer said it, and no machine in their name.
bool isFromCustomer(const TimelineItem &item)
{
    switch (item.kind) {
    case Kind::Inbound: return !item.automatic;
    case Kind::Call:
    case Kind::Form:
    case Kind::Rating:
    case Kind::Comment: return !item.author && detail(item, "direction") != "out" && detail(item, "direction") != "internal";
    default: return false;
    }
}

/// Its first words, on one line.
std::string oneLine(const std::string &text)
{
    std::string line;
    bool gap = false;
    for (const char byte : text) {
        if (byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t') {
            gap = !line.empty();
            continue;
        }
        if (gap)
            line += ' ';
        gap = false;
        line += byte;
        if (line.size() > News::kMostText + 4)
            break;
    }
    return std::string(text::truncated(line, News::kMostText));
}

Result<std::optional<News>> newsIn(Database &cache, AgentId agent, const TimelineItem &item)
{
    TRIBUTARY_TRY_ASSIGN(const auto row, conversationRow(cache, item.conversation, agent));
    if (!row)
        return std::optional<News>();
    TRIBUTARY_TRY_ASSIGN(const auto mark, readMark(cache, agent, item.conversation));
    const auto kind = newsKind(item, row->conversation, agent, mark && mark->following);
    if (!kind)
        return std::optional<News>();
    News news{.kind = *kind, .item = item.id, .conversation = item.conversation, .customer = row->customer};
    news.customerName = row->customerName;
    news.channel = item.channel;
    news.at = item.at;
    news.looked = news.kind == News::Kind::Mention ? !row->mentionNew : isFromCustomer(item) && row->unread == 0;
    if (item.author || item.kind == Kind::Event)
        news.by = item.authorName.empty() ? detail(item, "rule") : item.authorName;
    if (news.kind == News::Kind::NotTold)
        news.by = detail(item, kNotTold);
    news.text = oneLine(!item.body.empty() ? item.body : item.subject);
    if (news.text.empty())
        news.text = oneLine(item.attachments.empty() ? row->conversation.subject : item.attachments.front().name);
    return std::optional<News>(std::move(news));
}

} // namespace

std::optional<News::Kind> newsKind(const TimelineItem &item, const Conversation &conversation, AgentId agent, bool following)
{
    if (item.deleted)
        return std::nullopt;
    const bool mine = conversation.assignee == agent;
    if (item.author == agent) {
        if (item.kind == Kind::Note)
            return item.details.contains(std::string(kNotTold)) ? std::optional(News::Kind::NotTold) : std::nullopt;
        const bool failed = item.kind == Kind::Outbound && item.delivery && item.delivery->state == Delivery::State::Failed;
        return failed ? std::optional(News::Kind::Failed) : std::nullopt;
    }
    if (item.kind == Kind::Event) {
        const std::string event = detail(item, "event");
        if (mine && event == "assigned" && !detail(item, "to").empty())
            return News::Kind::Assigned;
        return mine && event == "resolved" && item.author ? std::optional(News::Kind::Resolved) : std::nullopt;
    }
    if (std::ranges::find(item.mentions, agent) != item.mentions.end())
        return News::Kind::Mention;
    const bool said = isFromCustomer(item);
    if (said && mine)
        return News::Kind::Message;
    if (following && (said || item.kind == Kind::Outbound || item.kind == Kind::Note))
        return News::Kind::Followed;
    return said && !conversation.assignee ? std::optional(News::Kind::Unassigned) : std::nullopt;
}

Result<std::vector<News>> newsSince(Database &cache, AgentId agent, TimePoint since, std::int64_t count)
{
    std::vector<TimelineItem> items;
    {
        auto query = cache.query(sql::cache_news);
        // Not all that is found is news: what was said by machines, say.
        query.bind("agent_id", agent).bind("since_ms", since).bind("row_count", 2 * count);
        TRIBUTARY_TRY_ASSIGN(items, readAll<TimelineItem>(query));
    }
    std::vector<News> all;
    for (const TimelineItem &item : items) {
        TRIBUTARY_TRY_ASSIGN(auto news, newsIn(cache, agent, item));
        if (news && news->kind != News::Kind::Unassigned && std::int64_t(all.size()) < count)
            all.push_back(std::move(*news));
    }
    return all;
}

Result<std::vector<News>> newsAmong(Database &cache, AgentId agent, const std::vector<TimelineItemId> &ids)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItem> items, itemsByIds(cache, ids));
    std::vector<News> all;
    for (const TimelineItem &item : items) {
        TRIBUTARY_TRY_ASSIGN(auto news, newsIn(cache, agent, item));
        if (news)
            all.push_back(std::move(*news));
    }
    std::ranges::stable_sort(all, {}, &News::at);
    return all;
}

} // namespace tributary::store
