#include "core/hub/bootstrap.h"

#include "core/hub/sight.h"
#include "core/hub/teams.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <set>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kRows = 500;         ///< Small rows in a page ...
constexpr std::int64_t kConversations = 50; ///< ... conversations with their newest messages ...
constexpr std::int64_t kItemsOfEach = 20;
constexpr std::int64_t kItems = 1000;           ///< ... messages: what a desktop writes in one transaction.
constexpr std::size_t kPageBytes = 1536 * 1024; ///< A page is full at this size, whatever its rows (wire::kMaxPlainBytes).
constexpr std::size_t kFetchBytes = 48 * 1024;  ///< An answer to a Fetch is a live frame (wire::kMaxFrameBytes).
constexpr std::int64_t kLookedAt = 5'000;       ///< Rows that one page looks at, however few of them its agent may see.
constexpr std::size_t kMostTeams = 64;          ///< That a position can name.

/// About what an item takes on the wire.
std::size_t sizeOf(const TimelineItem &item)
{
    std::size_t size = item.body.size() + item.html.size() + item.subject.size() + item.authorName.size()
                       + item.attachments.size() * 200 + item.mentions.size() * 17 + 500;
    for (const auto &[name, value] : item.details)
        size += name.size() + value.size() + 6;
    return size;
}

/// Stages that come to be are never put behind the one they were before: a position of an earlier program repeats some rows
/// then, and leaves none out.
enum class Stage {
    Roles,
    Fields,
    Statuses,
    Views,
    Teams,
    Agents,
    Accounts,
    Links,
    OwnConversations,
    OpenConversations,
    ReadMarks,
    Suggestions,
    Customers,
    Identities,
    Companies,
    Consents,
    ResolvedConversations,
    Items,
    Done
};

/// What is in it depends on who asks, not only on what they may see.
bool isOwn(Stage stage)
{
    return stage == Stage::Views || stage == Stage::OwnConversations || stage == Stage::ReadMarks;
}

/// Where the next page begins: a stage and the key after which it goes on. `stage.done.start-seq.at.id.gained.total` on the
/// wire, where `gained` is empty, `*`, `**` (with people), or ids of teams parted by `+`; `total` is left out by earlier
/// programs, and where it is not told.
struct Cursor {
    Stage stage = Stage::Roles;
    std::int64_t done = 0;
    std::int64_t startSeq = -1;
    std::int64_t afterMs = std::numeric_limits<std::int64_t>::max();
    RawId afterId{};
    std::optional<Gained> gained; ///< Nothing but conversations of these teams, and what belongs to them.
    std::int64_t total = 0;       ///< Rows of all pages, as counted for the first one; 0: not yet.
};

std::string textOf(const std::optional<Gained> &gained)
{
    if (!gained)
        return {};
    if (gained->people)
        return "**";
    if (gained->everyTeam || gained->teams.size() > kMostTeams)
        return "*";
    std::string text;
    for (const TeamId &team : gained->teams)
        text += (text.empty() ? "" : "+") + team.text();
    return text;
}

/// False: not made here.
bool parseGained(std::string_view text, std::optional<Gained> &gained)
{
    if (text.empty())
        return true;
    gained.emplace();
    gained->people = text == "**";
    gained->everyTeam = gained->people || text == "*";
    while (!gained->everyTeam && !text.empty()) {
        const std::size_t end = text.find('+');
        const auto team = TeamId::fromText(text.substr(0, end));
        if (!team || gained->teams.size() == kMostTeams)
            return false;
        gained->teams.insert(*team);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return true;
}

Result<Cursor> parse(std::string_view text)
{
    Cursor cursor;
    if (text.empty())
        return cursor;
    std::array<std::string_view, 7> parts;
    std::size_t count = 0;
    while (count < parts.size()) {
        // What is behind a last part belongs to it, and makes it no id.
        const std::size_t dot = count + 1 < parts.size() ? text.find('.') : std::string_view::npos;
        parts[count++] = text.substr(0, dot);
        if (dot == std::string_view::npos)
            break;
        text = text.substr(dot + 1);
    }
    const auto number = [](std::string_view digits, std::int64_t &value) {
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return error == std::errc() && end == digits.data() + digits.size();
    };
    std::int64_t stage = 0;
    const auto id = count >= parts.size() - 1 ? idFromText(parts[4]) : std::nullopt;
    const bool hasTotal = count == parts.size();
    if (!id || !number(parts[0], stage) || stage < 0 || stage >= std::int64_t(Stage::Done) || !number(parts[1], cursor.done)
        || !number(parts[2], cursor.startSeq) || !number(parts[3], cursor.afterMs) || !parseGained(parts[5], cursor.gained)
        || (hasTotal && (!number(parts[6], cursor.total) || cursor.total < 0)))
        return failure(Error::Kind::Invalid, "not a page of this bootstrap");
    cursor.stage = Stage(stage);
    cursor.afterId = *id;
    return cursor;
}

std::string write(const Cursor &cursor)
{
    if (cursor.stage == Stage::Done)
        return {};
    return std::to_string(int(cursor.stage)) + "." + std::to_string(cursor.done) + "." + std::to_string(cursor.startSeq)
           + "." + std::to_string(cursor.afterMs) + "." + idToText(cursor.afterId) + "." + textOf(cursor.gained)
           + (cursor.total > 0 ? "." + std::to_string(cursor.total) : std::string());
}

class Pager {
public:
    Pager(store::Database &database, Cursor cursor, Sight sight, TimePoint now, Pages pages)
        : m_database(database)
        , m_cursor(std::move(cursor))
        , m_sight(std::move(sight))
        , m_since(now - kFirstSync)
        , m_isApart(pages == Pages::Apart && !m_cursor.gained)
        , m_isOwn(isOwn(m_cursor.stage))
    {
    }

    Result<wire::BootstrapPage> page()
    {
        TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(m_database));
        if (m_cursor.startSeq < 0)
            m_cursor.startSeq = head.seq;
        m_page.start.epoch = head.epoch;
        m_page.start.seq = m_cursor.startSeq;
        TRIBUTARY_TRY_ASSIGN(const auto chain, chainAt(m_database, m_cursor.startSeq));
        m_page.start.chain = chain.value_or(wire::Chain{});
        m_page.head = head;
        m_page.rights = m_sight.agent().version;
        // Short stages share a page; a page of any size ends with a stage's limit.
        while (m_cursor.stage != Stage::Done && m_page.rows.size() < std::size_t(kRows) / 2 && m_bytes < kPageBytes
               && m_lookedAt < kLookedAt && (!m_isApart || isOwn(m_cursor.stage) == m_isOwn))
            TRIBUTARY_TRY(stage());
        for (Entity &row : m_page.rows)
            m_sight.mask(row);
        if (!m_isApart || !m_isOwn)
            m_cursor.done += std::int64_t(m_page.rows.size());
        m_page.done = m_cursor.done;
        TRIBUTARY_TRY(noteTotal());
        m_page.next = write(m_cursor);
        if (m_cursor.stage == Stage::Items && m_cursor.afterMs < std::numeric_limits<std::int64_t>::max())
            m_page.since = HistoryKey{fromMs(m_cursor.afterMs), TimelineItemId(m_cursor.afterId)};
        else if (m_cursor.stage == Stage::Done)
            m_page.since = HistoryKey{m_since, {}};
        return std::move(m_page);
    }

private:
    /// Counted once: that is a look at every item.
    Result<void> noteTotal()
    {
        TRIBUTARY_TRY_ASSIGN(const bool isAll, seesAll());
        if (m_cursor.gained || !isAll)
            return {}; // how much that is, nobody has counted; how much there is in all is not theirs to know
        if (m_cursor.total == 0) {
            auto total = m_database.query(sql::hub_bootstrap_total);
            total.bind("since_ms", m_since);
            TRIBUTARY_TRY(total.step());
            m_cursor.total = total.integer(0);
        }
        m_page.total = std::max(m_cursor.total, m_page.done);
        return {};
    }
    /// Whether their first copy is everything, as far as teams and accounts go.
    Result<bool> seesAll()
    {
        const Agent &agent = m_sight.agent();
        if (!agent.accounts.empty() || visibilityOf(agent) == Visibility::Assigned)
            return false;
        TRIBUTARY_TRY_ASSIGN(const std::vector<Team> all, teams(m_database));
        return std::ranges::all_of(all, [&agent](const Team &team) { return sees(agent, std::optional(team.id)); });
    }
    Result<void> stage()
    {
        switch (m_cursor.stage) {
        case Stage::Roles: return byId<Role>(sql::hub_bootstrap_role);
        case Stage::Fields: return byId<FieldDefinition>(sql::hub_bootstrap_field_definition);
        case Stage::Statuses: return byId<CustomStatus>(sql::hub_bootstrap_custom_status);
        case Stage::Views: return byId<SavedView>(sql::hub_bootstrap_saved_view);
        case Stage::Teams: return byId<Team>(sql::hub_bootstrap_team);
        case Stage::Agents: return byId<Agent>(sql::hub_bootstrap_agent);
        case Stage::Accounts: return byId<ChannelAccount>(sql::hub_bootstrap_channel_account);
        case Stage::Links: return byId<CustomerLink>(sql::hub_bootstrap_customer_link);
        case Stage::OwnConversations: return conversations(sql::hub_bootstrap_own_conversation, true);
        case Stage::OpenConversations: return conversations(sql::hub_bootstrap_open_conversation, true);
        case Stage::ReadMarks: return readMarks();
        case Stage::Suggestions: return byId<Suggestion>(sql::hub_bootstrap_suggestion);
        case Stage::Customers: return byId<Customer>(sql::hub_bootstrap_customer);
        case Stage::Identities: return byId<Identity>(sql::hub_bootstrap_identity);
        case Stage::Companies: return byId<Company>(sql::hub_bootstrap_company);
        case Stage::Consents: return byId<Consent>(sql::hub_bootstrap_consent);
        case Stage::ResolvedConversations: return conversations(sql::hub_bootstrap_resolved_conversation, false);
        case Stage::Items: return items();
        case Stage::Done: return {};
        }
        return {};
    }

    void nextStage()
    {
        do {
            m_cursor.stage = Stage(int(m_cursor.stage) + 1);
        } while (m_cursor.gained && hadAlready(m_cursor.stage));
        m_cursor.afterMs = std::numeric_limits<std::int64_t>::max();
        m_cursor.afterId = {};
    }

    /// What everybody has, whatever they have gained.
    bool hadAlready(Stage stage) const
    {
        switch (stage) {
        case Stage::Roles:
        case Stage::Fields:
        case Stage::Statuses:
        case Stage::Teams:
        case Stage::Agents:
        case Stage::Accounts:
        case Stage::Consents: return true;
        case Stage::Links:
        case Stage::Suggestions:
        case Stage::Customers:
        case Stage::Identities:
        case Stage::Companies: return !m_cursor.gained->people;
        default: return false;
        }
    }

    /// A row that is no item.
    void put(Entity row)
    {
        m_bytes += wire::encode(wire::toValue(row)).size();
        m_page.rows.push_back(std::move(row));
    }
    template<class T>
    Result<void> byId(std::string_view statement)
    {
        auto query = m_database.query(statement);
        query.bind("after_id", m_cursor.afterId).bind("row_count", kRows);
        TRIBUTARY_TRY_ASSIGN(std::vector<T> rows, store::readAll<T>(query));
        std::size_t taken = 0;
        for (; taken < rows.size() && m_bytes < kPageBytes; ++taken) {
            m_cursor.afterId = rows[taken].id.bytes;
            if constexpr (std::is_same_v<T, SavedView>) {
                if (!model::sees(m_sight.agent(), rows[taken]))
                    continue;
            }
            put(std::move(rows[taken]));
        }
        if (taken == rows.size() && std::int64_t(rows.size()) < kRows)
            nextStage();
        return {};
    }

    /// Whether a conversation, or what belongs to it, is part of this bootstrap.
    Result<bool> wants(const Conversation &conversation)
    {
        if (m_cursor.gained && !m_cursor.gained->everyTeam
            && !(conversation.team && m_cursor.gained->teams.contains(*conversation.team)))
            return false;
        return m_sight.sees(Entity(conversation));
    }
    Result<bool> wants(ConversationId id)
    {
        if (!m_cursor.gained || m_cursor.gained->everyTeam)
            return m_sight.sees(id);
        const auto known = m_wanted.find(id);
        if (known != m_wanted.end())
            return known->second;
        TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(m_database, id));
        bool wanted = false;
        if (conversation) {
            TRIBUTARY_TRY_ASSIGN(wanted, wants(*conversation));
        }
        m_wanted.emplace(id, wanted);
        return wanted;
    }

    Result<void> readMarks()
    {
        auto query = m_database.query(sql::hub_bootstrap_read_mark);
        query.bind("agent_id", m_sight.agent().id).bind("after_id", m_cursor.afterId).bind("row_count", kRows);
        TRIBUTARY_TRY_ASSIGN(std::vector<ReadMark> rows, store::readAll<ReadMark>(query));
        m_lookedAt += std::int64_t(rows.size());
        if (std::int64_t(rows.size()) < kRows)
            nextStage();
        else
            m_cursor.afterId = rows.back().conversation.bytes;
        for (ReadMark &mark : rows) {
            TRIBUTARY_TRY_ASSIGN(const bool wanted, wants(mark.conversation));
            if (wanted)
                put(std::move(mark));
        }
        return {};
    }

    Result<void> conversations(std::string_view statement, bool withNewest)
    {
        const bool own = m_cursor.stage == Stage::OwnConversations;
        const std::int64_t count = withNewest ? kConversations : kRows;
        std::vector<Conversation> rows;
        {
            auto query = m_database.query(statement);
            if (own)
                query.bind("agent_id", m_sight.agent().id);
            query.bind("after_ms", m_cursor.afterMs).bind("after_id", m_cursor.afterId).bind("row_count", count);
            TRIBUTARY_TRY_ASSIGN(rows, store::readAll<Conversation>(query));
        }
        bool more = std::int64_t(rows.size()) == count;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const Conversation &conversation = rows[i];
            ++m_lookedAt;
            TRIBUTARY_TRY_ASSIGN(const bool wanted, wants(conversation));
            // One's own open ones have come already. What is shared has them for all others.
            const bool hadIt =
                m_cursor.stage == Stage::OpenConversations && !m_isApart && conversation.assignee == m_sight.agent().id;
            if (!wanted || hadIt)
                continue;
            put(conversation);
            if (own)
                TRIBUTARY_TRY(withOwnMark(conversation.id));
            if (withNewest)
                TRIBUTARY_TRY(withPeopleAndNewest(conversation));
            if (m_bytes > kPageBytes && i + 1 < rows.size()) {
                rows.resize(i + 1);
                more = true;
            }
        }
        if (!more) {
            nextStage();
        } else {
            m_cursor.afterMs = toMs(rows.back().lastItemAt);
            m_cursor.afterId = rows.back().id.bytes;
        }
        return {};
    }

    /// What of it was read comes with it: it is shown before the stage of all read marks.
    Result<void> withOwnMark(ConversationId conversation)
    {
        TRIBUTARY_TRY_ASSIGN(auto mark, store::readMark(m_database, m_sight.agent().id, conversation));
        if (mark)
            put(std::move(*mark));
        return {};
    }

    Result<void> withPeopleAndNewest(const Conversation &conversation)
    {
        TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(m_database, conversation.customer));
        TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(m_database, conversation.identity));
        if (customer)
            put(std::move(*customer));
        if (identity)
            put(std::move(*identity));
        TRIBUTARY_TRY(newestOf(conversation.customer));
        auto newest = m_database.query(sql::hub_latest_items);
        newest.bind("conversation_id", conversation.id).bind("row_count", kItemsOfEach);
        TRIBUTARY_TRY_ASSIGN(std::vector<TimelineItem> items, store::readAll<TimelineItem>(newest));
        for (TimelineItem &item : items) {
            if (take(std::move(item)))
                return {};
        }
        return {};
    }

    /// True: the page is full.
    bool take(TimelineItem item)
    {
        if (!m_onPage.insert(item.id).second)
            return false; // of a conversation and of its customer
        m_bytes += sizeOf(item);
        m_page.rows.emplace_back(std::move(item));
        return m_bytes > kPageBytes;
    }

    /// The newest page of a customer, whatever the conversation: from its oldest item on nothing is missing.
    Result<void> newestOf(CustomerId customer)
    {
        if (m_cursor.gained || !m_newestOf.insert(customer).second)
            return {}; // part of what has been gained says nothing of the whole
        auto query = m_database.query(sql::hub_latest_of_customer);
        query.bind("customer_id", customer).bind("row_count", kItemsOfEach);
        TRIBUTARY_TRY_ASSIGN(std::vector<TimelineItem> items, store::readAll<TimelineItem>(query));
        HistoryKey from = HistoryKey::beginning();
        if (std::int64_t(items.size()) == kItemsOfEach)
            from = {items.back().at, items.back().id};
        for (TimelineItem &item : items) {
            TRIBUTARY_TRY_ASSIGN(const bool wanted, wants(item.conversation));
            if (wanted && take(std::move(item)))
                return {};
        }
        m_page.covered.push_back({customer, from});
        return {};
    }

    Result<void> items()
    {
        auto query = m_database.query(sql::hub_bootstrap_timeline_item);
        query.bind("since_ms", m_since).bind("after_ms", m_cursor.afterMs).bind("after_id", m_cursor.afterId);
        query.bind("row_count", kItems);
        TRIBUTARY_TRY_ASSIGN(std::vector<TimelineItem> rows, store::readAll<TimelineItem>(query));
        const bool last = std::int64_t(rows.size()) < kItems;
        bool full = false;
        for (TimelineItem &item : rows) {
            ++m_lookedAt;
            m_cursor.afterMs = toMs(item.at);
            m_cursor.afterId = item.id.bytes;
            TRIBUTARY_TRY_ASSIGN(const bool wanted, wants(item.conversation));
            full = wanted && take(std::move(item));
            if (full)
                break;
        }
        if (last && !full)
            nextStage();
        return {};
    }

    store::Database &m_database;
    Cursor m_cursor;
    Sight m_sight;
    TimePoint m_since;
    const bool m_isApart;
    const bool m_isOwn; ///< Of a page that stands apart.
    wire::BootstrapPage m_page;
    std::size_t m_bytes = 0;
    std::int64_t m_lookedAt = 0;
    std::map<ConversationId, bool> m_wanted;
    std::set<CustomerId> m_newestOf;
    std::set<TimelineItemId> m_onPage;
};

} // namespace

std::string gainedPages(const Gained &gained)
{
    return write(Cursor{.stage = Stage::Views, .gained = gained});
}

bool isShared(std::string_view after)
{
    const auto cursor = parse(after);
    return cursor && !cursor->gained && !isOwn(cursor->stage);
}

Result<wire::BootstrapPage> sharedPage(store::Database &database, std::string_view after, const Agent &like, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(Cursor cursor, parse(after));
    if (cursor.gained || isOwn(cursor.stage))
        return failure(Error::Kind::Invalid, "not a page that is shared");
    return Pager(database, std::move(cursor), Sight::like(database, like), now, Pages::Apart).page();
}

Result<wire::BootstrapPage> bootstrapPage(store::Database &database, std::string_view after, AgentId agent, TimePoint now,
                                          Pages pages)
{
    TRIBUTARY_TRY_ASSIGN(Cursor cursor, parse(after));
    TRIBUTARY_TRY_ASSIGN(Sight sight, Sight::of(database, agent));
    return Pager(database, std::move(cursor), std::move(sight), now, pages).page();
}

Result<wire::Page> olderPage(store::Database &database, const wire::Fetch &fetch, AgentId agent)
{
    wire::Page page;
    page.request = fetch.request;
    TRIBUTARY_TRY_ASSIGN(Sight sight, Sight::of(database, agent));
    page.rights = sight.agent().version;
    TRIBUTARY_TRY_ASSIGN(page.head, headOf(database));
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, store::rootOf(database, fetch.customer));
    TRIBUTARY_TRY_ASSIGN(page.customers, store::membersOf(database, root));
    const std::int64_t count = std::clamp<std::int64_t>(fetch.count, 1, 200);
    const HistoryKey least = fetch.after.value_or(HistoryKey::beginning());
    HistoryKey from{fetch.beforeAt, fetch.beforeId}; // what is from here on, and may be seen, is in the page
    std::size_t bytes = 0;
    std::int64_t lookedAt = 0;
    for (bool full = false; !full && from > least && lookedAt < kLookedAt;) {
        TRIBUTARY_TRY_ASSIGN(auto items,
                             store::timelineBefore(database, root, from.at, from.id, count, store::Deleted::Included));
        for (auto item = items.items.rbegin(); item != items.items.rend() && !full; ++item, ++lookedAt) {
            const HistoryKey key{item->at, item->id};
            if (key < least)
                break;
            TRIBUTARY_TRY_ASSIGN(const bool seen, sight.sees(item->conversation));
            if (seen) {
                bytes += sizeOf(*item);
                full = (bytes > kFetchBytes && !page.rows.empty()) || std::int64_t(page.rows.size()) == count;
                if (full)
                    break; // the desktop goes on from the oldest it got
                Entity row(std::move(*item));
                sight.mask(row);
                page.rows.push_back(std::move(row));
            }
            from = key;
        }
        if (!full)
            from = items.from;
    }
    from = std::max(from, least);
    page.complete = from == HistoryKey::beginning();
    if (!page.complete)
        page.from = from;
    return page;
}

} // namespace tributary::hub
