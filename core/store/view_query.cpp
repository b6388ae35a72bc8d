#include "core/store/view_query.h"

#include "core/model/views.h"
#include "core/text/search_fold.h"

#include <algorithm>
#include <charconv>

namespace tributary::store {
namespace {

using namespace tributary::model;
using Condition = SavedView::Condition;

constexpr std::string_view kNo = "FALSE";

std::int64_t wholeNumber(std::string_view text)
{
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

/// What was typed, for text_has(): one line.
std::string needle(std::string_view typed)
{
    std::string folded = text::foldForMatching(typed);
    std::ranges::replace(folded, '\n', ' ');
    return folded;
}

std::string negated(bool no, std::string sql)
{
    return no ? "NOT (" + sql + ")" : std::move(sql);
}

/// What a row shows of a conversation, as text to look for words in.
constexpr std::string_view kShownText =
    "c.subject || ' ' || c.preview || ' #' || c.number"
    " || coalesce((SELECT ' ' || i.name || ' ' || i.shown FROM identity AS i WHERE i.id = c.identity_id), '')"
    " || coalesce((SELECT ' ' || k.name FROM customer AS k WHERE k.id = coalesce((SELECT l.into_id FROM customer_link AS l"
    " WHERE l.from_id = c.customer_id AND l.ended_ms IS NULL), c.customer_id)), '')";

std::string wordsOf(std::string_view typed)
{
    std::string words = text::foldForMatching(typed);
    std::string lines;
    for (const char c : words) {
        if (c != ' ' && c != '\t' && c != '\n')
            lines += c;
        else if (!lines.empty() && lines.back() != '\n')
            lines += '\n';
    }
    return lines;
}

/// Empty: nothing that could be looked for was typed.
std::string wordsSql(std::string_view typed, Parameters &parameters)
{
    const std::string words = wordsOf(typed);
    return words.empty() ? words : "text_has(" + std::string(kShownText) + ", " + parameters.add(words) + ")";
}

/// Few have slept for long enough, and an index of their own finds them.
std::string isDue(std::string_view now)
{
    return "c.id IN (SELECT s.id FROM conversation AS s WHERE s.snoozed_until_ms <= " + std::string(now) + ")";
}

class ConditionWriter {
public:
    ConditionWriter(const Condition &condition, const ViewScope &scope, Parameters &parameters)
        : m_condition(condition)
        , m_scope(scope)
        , m_parameters(parameters)
        , m_operation(fromName<ViewOperation>(condition.operation).value_or(ViewOperation::Is))
    {
    }

    std::string write(const ViewField &field)
    {
        const std::string_view name = field.name;
        if (name == kFieldPrefix)
            return customField(field.value);
        if (name == "status")
            return status();
        if (name == "channel")
            return chosen("c.channel", m_condition.value);
        if (name == "priority")
            return chosen("c.priority", m_condition.value);
        if (name == "custom_status")
            return id("c.custom_status_id");
        if (name == "assignee")
            return id("c.assignee_id");
        if (name == "team")
            return id("c.team_id");
        if (name == "account")
            return id("c.account_id");
        if (name == "tag")
            return tag("c.tags");
        if (name == "customer_tag") // of a merged person, those of whom they are shown as
            return tag("(SELECT k.tags FROM customer AS k WHERE k.id = coalesce((SELECT l.into_id FROM customer_link AS l"
                       " WHERE l.from_id = c.customer_id AND l.ended_ms IS NULL), c.customer_id))");
        if (name == "subject")
            return text("nullif(c.subject, '')");
        if (name == "words") {
            const std::string sql = wordsSql(m_condition.value, m_parameters);
            return sql.empty() ? std::string(kNo) : sql;
        }
        if (name == "waiting")
            return since("c.waiting_since_ms");
        if (name == "last_item")
            return since("c.last_item_ms");
        if (name == "created")
            return since("c.created_ms");
        if (name == "resolved")
            return "c.status = 'resolved' AND " + since("c.resolved_ms");
        if (name == "unread")
            return negated(isNotSet(), "c.inbound_count > coalesce(" + mark("read_count") + ", 0)");
        if (name == "following")
            return negated(isNotSet(), "coalesce(" + mark("following") + ", 0) <> 0");
        if (name == "mentioned")
            return negated(isNotSet(), mark("mentioned_ms") + " IS NOT NULL");
        return std::string(kNo);
    }

private:
    bool isNotSet() const { return m_operation == ViewOperation::IsNotSet; }
    bool isSet() const { return m_operation == ViewOperation::IsSet; }
    std::string is() const { return m_operation == ViewOperation::IsNot ? " IS NOT " : " IS "; }
    std::string nullness(const std::string &column) const { return column + (isSet() ? " IS NOT NULL" : " IS NULL"); }

    std::string mark(std::string_view column)
    {
        return "(SELECT r." + std::string(column) + " FROM read_mark AS r WHERE r.agent_id = "
               + m_parameters.add(m_scope.agent.bytes) + " AND r.conversation_id = c.id)";
    }
    std::string chosen(const std::string &column, const std::string &value)
    {
        return column + is() + m_parameters.add(value);
    }
    std::string status()
    {
        if (isSet())
            return "TRUE";
        const std::string &value = m_condition.value;
        const auto due = [this] { return isDue(m_parameters.add(toMs(m_scope.now))); };
        const bool isNot = m_operation == ViewOperation::IsNot;
        if (value == nameOf(Conversation::Status::Open))
            return negated(isNot, "c.status IN ('open', 'snoozed') AND (c.status = 'open' OR " + due() + ")");
        if (value == nameOf(Conversation::Status::Snoozed))
            return negated(isNot, "c.status = 'snoozed' AND NOT " + due());
        return chosen("c.status", value);
    }
    std::string id(const std::string &column)
    {
        if (isSet() || isNotSet())
            return nullness(column);
        const bool isMe = m_condition.field == "assignee" && m_condition.value == kMe;
        const auto wanted = isMe ? std::optional(m_scope.agent.bytes) : idFromText(m_condition.value);
        return column + is() + m_parameters.add(wanted.value_or(RawId{}));
    }
    std::string tag(const std::string &list)
    {
        if (isSet() || isNotSet())
            return "coalesce(length(" + list + "), 1)" + (isSet() ? " > 1" : " <= 1"); // an empty list is one byte
        return negated(m_operation == ViewOperation::IsNot,
                       "list_has(" + list + ", " + m_parameters.add(m_condition.value) + ")");
    }
    std::string text(const std::string &column)
    {
        if (isSet() || isNotSet())
            return nullness(column);
        if (m_operation != ViewOperation::Contains)
            return column + is() + m_parameters.add(m_condition.value);
        const std::string wanted = needle(m_condition.value);
        if (wanted.empty()) // nothing of it is left, so that everything would have it
            return std::string(kNo) + " AND " + column + " IS NULL"; // the column's own parameters are to be used
        return column + " IS NOT NULL AND text_has(" + column + ", " + m_parameters.add(wanted) + ")";
    }
    std::string since(const std::string &column)
    {
        if (isSet() || isNotSet())
            return nullness(column);
        const TimePoint then = m_scope.now - std::chrono::minutes(wholeNumber(m_condition.value));
        const bool older = m_operation == ViewOperation::OlderThan;
        return "coalesce(" + column + (older ? " < " : " >= ") + m_parameters.add(toMs(then)) + ", FALSE)";
    }
    std::string customField(ViewValue value)
    {
        const std::string column =
            "map_get(c.fields, " + m_parameters.add(m_condition.field.substr(kFieldPrefix.size())) + ")";
        if (isSet() || isNotSet())
            return nullness(column);
        if (value == ViewValue::Text || value == ViewValue::Choice)
            return text(column);
        const bool number = value == ViewValue::Number;
        const auto typed = [number](const std::string &one) { return number ? "CAST(" + one + " AS REAL)" : one; };
        const std::string compare = m_operation == ViewOperation::MoreThan   ? " > "
                                    : m_operation == ViewOperation::LessThan ? " < "
                                                                             : is();
        return "coalesce(" + typed(column) + compare + typed(m_parameters.add(m_condition.value)) + ", FALSE)";
    }

    const Condition &m_condition;
    const ViewScope &m_scope;
    Parameters &m_parameters;
    ViewOperation m_operation;
};

/// Who is blocked, by themselves or as whom they are shown: a handful, found by an index of their own.
constexpr std::string_view kNotBlocked =
    "c.customer_id NOT IN (SELECT id FROM customer WHERE blocked <> 0"
    " UNION SELECT l.from_id FROM customer AS k CROSS JOIN customer_link AS l ON l.into_id = k.id AND l.ended_ms IS NULL"
    " WHERE k.blocked <> 0)";

/// What a list filtered by status chooses from.
const std::string kAnyStatus = "c.joined_into_id IS NULL AND (c.status = 'resolved' OR " + std::string(kNotBlocked) + ")";

std::string queueSql(const ListQuery &list, const ViewScope &scope, Parameters &parameters)
{
    const bool names = namesStatus(SavedView{.conditions = list.filters});
    const auto open = [&] { // who filters by status asks for what is not open as well
        return names ? kAnyStatus : openWorkSql(parameters.add(toMs(list.now)));
    };
    switch (list.queue) {
    case Queue::Mine: return open() + " AND c.assignee_id = " + parameters.add(scope.agent.bytes);
    case Queue::Unassigned: return open() + " AND c.assignee_id IS NULL";
    case Queue::AllOpen: return open();
    case Queue::Snoozed:
        return "c.status = 'snoozed' AND NOT " + isDue(parameters.add(toMs(list.now))) + " AND c.joined_into_id IS NULL AND "
               + std::string(kNotBlocked);
    case Queue::Resolved:
        return "+c.status = 'resolved' AND c.joined_into_id IS NULL AND c.resolved_ms >= "
               + parameters.add(toMs(list.startOfToday)) + " AND " + std::string(kNotBlocked);
    case Queue::Drafts: return amongSql(list.drafts, parameters);
    case Queue::Mentions:
        return "c.id IN (SELECT m.conversation_id FROM read_mark AS m WHERE m.mentioned_ms IS NOT NULL AND m.agent_id = "
               + parameters.add(scope.agent.bytes) + ")";
    case Queue::Followed:
        return "c.id IN (SELECT m.conversation_id FROM read_mark AS m WHERE m.following <> 0 AND m.agent_id = "
               + parameters.add(scope.agent.bytes) + ") AND " + kAnyStatus;
    case Queue::Team: return open() + " AND c.team_id = " + parameters.add(list.team.value_or(TeamId()).bytes);
    case Queue::View:
        if (!list.view)
            return std::string(kNo);
        return names ? kAnyStatus + " AND " + conditionsSql(*list.view, scope, parameters)
                     : viewSql(*list.view, scope, parameters);
    }
    return std::string(kNo);
}

} // namespace

std::string Parameters::add(Value value)
{
    m_values.push_back(std::move(value));
    return ":v" + std::to_string(m_values.size());
}

void Parameters::bindTo(Query &query) const
{
    for (std::size_t i = 0; i < m_values.size(); ++i) {
        const std::string name = "v" + std::to_string(i + 1);
        std::visit(
            [&]<class T>(const T &value) {
                if constexpr (std::is_same_v<T, Bytes>)
                    query.bind(name.c_str(), ByteView(value));
                else
                    query.bind(name.c_str(), value);
            },
            m_values[i]);
    }
}

std::string conditionSql(const Condition &condition, const ViewScope &scope, Parameters &parameters)
{
    const auto field = viewField(condition.field, scope.definitions);
    if (!field || problemOf(condition, scope.definitions))
        return std::string(kNo);
    return ConditionWriter(condition, scope, parameters).write(*field);
}

std::string conditionsSql(const SavedView &view, const ViewScope &scope, Parameters &parameters)
{
    std::string sql;
    for (const Condition &condition : view.conditions)
        sql += (sql.empty() ? "((" : view.matchAny ? ") OR (" : ") AND (") + conditionSql(condition, scope, parameters);
    return sql.empty() ? "TRUE" : sql + "))";
}

std::string openWorkSql(std::string_view now)
{
    return "c.status IN ('open', 'waiting', 'snoozed') AND (c.status <> 'snoozed' OR " + isDue(now)
           + ") AND c.joined_into_id IS NULL AND " + std::string(kNotBlocked);
}

std::string viewSql(const SavedView &view, const ViewScope &scope, Parameters &parameters)
{
    const std::string conditions = conditionsSql(view, scope, parameters);
    if (!namesStatus(view))
        return openWorkSql(parameters.add(toMs(scope.now))) + " AND " + conditions;
    return kAnyStatus + " AND " + conditions;
}

std::string listSql(const ListQuery &list, const ViewScope &scope, Parameters &parameters)
{
    std::string sql = queueSql(list, scope, parameters);
    if (list.channel)
        sql += " AND c.channel = " + parameters.add(std::string(nameOf(*list.channel)));
    for (const Condition &condition : list.filters)
        sql += " AND (" + conditionSql(condition, scope, parameters) + ")";
    if (const std::string words = wordsSql(list.words, parameters); !words.empty())
        sql += " AND " + words;
    if (!list.among.empty())
        sql += " AND " + amongSql(list.among, parameters);
    return sql;
}

bool isBehind(const ListQuery &list, const ListPlace &one, const ListPlace &other)
{
    Parameters unused;
    const bool rising = orderOf(list, {list.agent, list.now, {}}, unused).rising;
    const auto key = [](const ListPlace &place) { return std::tie(place.rank, place.ms, place.id); };
    return rising ? key(one) > key(other) : key(one) < key(other);
}

ListOrder orderOf(const ListQuery &list, const ViewScope &scope, Parameters &parameters)
{
    if (list.queue == Queue::Mentions && !list.sort)
        return {"0", "coalesce((SELECT r.mentioned_ms FROM read_mark AS r WHERE r.agent_id = "
                         + parameters.add(scope.agent.bytes) + " AND r.conversation_id = c.id), 0)"};
    switch (list.sort.value_or(list.view ? list.view->sort : SavedView::Sort::Newest)) {
    case SavedView::Sort::Newest: return {"0", "c.last_item_ms"};
    case SavedView::Sort::Oldest: return {"0", "c.last_item_ms", true};
    case SavedView::Sort::LongestWaiting: // who does not wait comes last
        return {"c.waiting_since_ms IS NULL", "coalesce(c.waiting_since_ms, c.last_item_ms)", true};
    case SavedView::Sort::Priority:
        return {"CASE c.priority WHEN 'urgent' THEN 3 WHEN 'high' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END", "c.last_item_ms"};
    }
    return {"0", "c.last_item_ms"};
}

std::string amongSql(const std::vector<ConversationId> &ids, Parameters &parameters)
{
    Bytes all;
    for (const ConversationId &id : ids)
        all.insert(all.end(), id.bytes.begin(), id.bytes.end());
    const std::string blob = parameters.add(std::move(all));
    return "c.id IN (WITH RECURSIVE place (at) AS (SELECT 1 WHERE length(" + blob
           + ") > 0 UNION ALL SELECT at + 16 FROM place"
             " WHERE at + 16 < length("
           + blob + ")) SELECT substr(" + blob + ", at, 16) FROM place)";
}

} // namespace tributary::store
