#include "core/hub/bootstrap.h"

#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <array>
#include <charconv>
#include <limits>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kRows = 500;         ///< Small rows in a page ...
constexpr std::int64_t kConversations = 50; ///< ... conversations with their newest messages ...
constexpr std::int64_t kItemsOfEach = 20;
constexpr std::int64_t kItems = 300;            ///< ... messages.
constexpr std::size_t kPageBytes = 1536 * 1024; ///< A page is full at this size, whatever its rows (wire::kMaxPlainBytes).
constexpr std::size_t kFetchBytes = 48 * 1024;  ///< An answer to a Fetch is a live frame (wire::kMaxFrameBytes).

/// About what an item takes on the wire.
std::size_t sizeOf(const TimelineItem &item)
{
    return item.body.size() + item.html.size() + item.subject.size() + item.attachments.size() * 200 + 500;
}

enum class Stage {
    Teams,
    Agents,
    Accounts,
    Links,
    OpenConversations,
    ReadMarks,
    Suggestions,
    Customers,
    Identities,
    ResolvedConversations,
    Items,
    Done
};

/// Where the next page begins: a stage and the key after which it goes on. `stage.done.start-seq.at.id` on the wire.
struct Cursor {
    Stage stage = Stage::Teams;
    std::int64_t done = 0;
    std::int64_t startSeq = -1;
    std::int64_t afterMs = std::numeric_limits<std::int64_t>::max();
    RawId afterId{};
};

Result<Cursor> parse(std::string_view text)
{
    Cursor cursor;
    if (text.empty())
        return cursor;
    std::array<std::string_view, 5> parts;
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
    const auto id = count == 5 ? idFromText(parts[4]) : std::nullopt;
    if (!id || !number(parts[0], stage) || stage < 0 || stage >= std::int64_t(Stage::Done) || !number(parts[1], cursor.done)
        || !number(parts[2], cursor.startSeq) || !number(parts[3], cursor.afterMs))
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
           + "." + std::to_string(cursor.afterMs) + "." + idToText(cursor.afterId);
}

class Pager {
public:
    Pager(store::Database &database, Cursor cursor, AgentId agent, TimePoint now)
        : m_database(database)
        , m_cursor(cursor)
        , m_agent(agent)
        , m_since(now - kFirstSync)
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
        // Short stages share a page; a page of any size ends with a stage's limit.
        while (m_cursor.stage != Stage::Done && m_page.rows.size() < std::size_t(kRows) / 2 && m_bytes < kPageBytes)
            TRIBUTARY_TRY(stage());
        m_cursor.done += std::int64_t(m_page.rows.size());
        m_page.done = m_cursor.done;
        m_page.next = write(m_cursor);
        auto total = m_database.query(sql::hub_bootstrap_total);
        total.bind("since_ms", m_since);
        TRIBUTARY_TRY(total.step());
        m_page.total = std::max(total.integer(0), m_page.done);
        return std::move(m_page);
    }

private:
    Result<void> stage()
    {
        switch (m_cursor.stage) {
        case Stage::Teams: return byId<Team>(sql::hub_bootstrap_team);
        case Stage::Agents: return byId<Agent>(sql::hub_bootstrap_agent);
        case Stage::Accounts: return byId<ChannelAccount>(sql::hub_bootstrap_channel_account);
        case Stage::Links: return byId<CustomerLink>(sql::hub_bootstrap_customer_link);
        case Stage::OpenConversations: return conversations(sql::hub_bootstrap_open_conversation, true);
        case Stage::ReadMarks: return readMarks();
        case Stage::Suggestions: return byId<Suggestion>(sql::hub_bootstrap_suggestion);
        case Stage::Customers: return byId<Customer>(sql::hub_bootstrap_customer);
        case Stage::Identities: return byId<Identity>(sql::hub_bootstrap_identity);
        case Stage::ResolvedConversations: return conversations(sql::hub_bootstrap_resolved_conversation, false);
        case Stage::Items: return items();
        case Stage::Done: return {};
        }
        return {};
    }

    void nextStage()
    {
        m_cursor.stage = Stage(int(m_cursor.stage) + 1);
        m_cursor.afterMs = std::numeric_limits<std::int64_t>::max();
        m_cursor.afterId = {};
    }

    template<class T>
    void take(std::vector<T> rows)
    {
        for (T &row : rows)
            m_page.rows.emplace_back(std::move(row));
    }
    /// Takes what fits into the page; false: not all did.
    bool takeItems(std::vector<TimelineItem> &items)
    {
        for (std::size_t i = 0; i < items.size(); ++i) {
            m_bytes += sizeOf(items[i]);
            m_page.rows.emplace_back(items[i]);
            if (m_bytes > kPageBytes) {
                items.resize(i + 1);
                return false;
            }
        }
        return true;
    }

    template<class T>
    Result<void> byId(std::string_view statement)
    {
        auto query = m_database.query(statement);
        query.bind("after_id", m_cursor.afterId).bind("row_count", kRows);
        TRIBUTARY_TRY_ASSIGN(std::vector<T> rows, store::readAll<T>(query));
        if (std::int64_t(rows.size()) < kRows)
            nextStage();
        else
            m_cursor.afterId = rows.back().id.bytes;
        take(std::move(rows));
        return {};
    }

    Result<void> readMarks()
    {
        auto query = m_database.query(sql::hub_bootstrap_read_mark);
        query.bind("agent_id", m_agent).bind("after_id", m_cursor.afterId).bind("row_count", kRows);
        TRIBUTARY_TRY_ASSIGN(std::vector<ReadMark> rows, store::readAll<ReadMark>(query));
        if (std::int64_t(rows.size()) < kRows)
            nextStage();
        else
            m_cursor.afterId = rows.back().conversation.bytes;
        take(std::move(rows));
        return {};
    }

    Result<void> conversations(std::string_view statement, bool withNewest)
    {
        const std::int64_t count = withNewest ? kConversations : kRows;
        std::vector<Conversation> rows;
        {
            auto query = m_database.query(statement);
            query.bind("after_ms", m_cursor.afterMs).bind("after_id", m_cursor.afterId).bind("row_count", count);
            TRIBUTARY_TRY_ASSIGN(rows, store::readAll<Conversation>(query));
        }
        bool more = std::int64_t(rows.size()) == count;
        for (std::size_t i = 0; withNewest && i < rows.size(); ++i) {
            const Conversation &conversation = rows[i];
            TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(m_database, conversation.customer));
            TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(m_database, conversation.identity));
            if (customer)
                m_page.rows.emplace_back(std::move(*customer));
            if (identity)
                m_page.rows.emplace_back(std::move(*identity));
            auto newest = m_database.query(sql::hub_latest_items);
            newest.bind("conversation_id", conversation.id).bind("row_count", kItemsOfEach);
            TRIBUTARY_TRY_ASSIGN(std::vector<TimelineItem> items, store::readAll<TimelineItem>(newest));
            if (!takeItems(items) && i + 1 < rows.size()) {
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
        take(std::move(rows));
        return {};
    }

    Result<void> items()
    {
        auto query = m_database.query(sql::hub_bootstrap_timeline_item);
        query.bind("since_ms", m_since).bind("after_ms", m_cursor.afterMs).bind("after_id", m_cursor.afterId);
        query.bind("row_count", kItems);
        TRIBUTARY_TRY_ASSIGN(std::vector<TimelineItem> rows, store::readAll<TimelineItem>(query));
        const bool last = std::int64_t(rows.size()) < kItems;
        if (takeItems(rows) && last) {
            nextStage();
        } else {
            m_cursor.afterMs = toMs(rows.back().at);
            m_cursor.afterId = rows.back().id.bytes;
        }
        return {};
    }

    store::Database &m_database;
    Cursor m_cursor;
    AgentId m_agent;
    TimePoint m_since;
    wire::BootstrapPage m_page;
    std::size_t m_bytes = 0;
};

} // namespace

Result<wire::BootstrapPage> bootstrapPage(store::Database &database, std::string_view after, AgentId agent, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const Cursor cursor, parse(after));
    return Pager(database, cursor, agent, now).page();
}

Result<wire::Page> olderPage(store::Database &database, const wire::Fetch &fetch)
{
    wire::Page page;
    page.request = fetch.request;
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, store::rootOf(database, fetch.customer));
    const std::int64_t count = std::clamp<std::int64_t>(fetch.count, 1, 200);
    TRIBUTARY_TRY_ASSIGN(auto items, store::timelineBefore(database, root, fetch.beforeAt, fetch.beforeId, count));
    page.complete = items.reachesStart;
    std::size_t bytes = 0;
    for (auto item = items.items.rbegin(); item != items.items.rend(); ++item) {
        bytes += sizeOf(*item);
        if (bytes > kFetchBytes && !page.rows.empty()) {
            page.complete = false; // the desktop goes on from the oldest it got
            break;
        }
        page.rows.emplace_back(std::move(*item));
    }
    return page;
}

} // namespace tributary::hub
