#include "core/hub/audit.h"

#include "core/hub/audit_chain.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/search_fold.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <limits>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;
using Kind = AuditEntry::Kind;
/// What of a row counts here, by stable names.
using Facts = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kLongestAbout = 300;
constexpr std::string_view kHome = "home";

std::string cut(std::string text, std::size_t most)
{
    if (text.size() <= most)
        return text;
    std::size_t end = most - 3; // for the ellipsis
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    text.resize(end);
    return text + "…";
}

/// Names on one line: what somebody calls a team must not look like a line of its own.
std::string oneLine(std::string_view text)
{
    std::string line = text::scrubbed(text);
    for (char &c : line)
        c = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    return line;
}

std::string listed(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + oneLine(word);
    return text;
}

template<class IdType, class Find>
Result<std::string> namesOf(store::Database &database, const std::vector<IdType> &ids, Find find)
{
    std::vector<std::string> names;
    for (const IdType &id : ids) {
        TRIBUTARY_TRY_ASSIGN(const auto found, find(database, id));
        names.push_back(found ? found->name : id.text());
    }
    std::ranges::sort(names);
    return listed(names);
}

/// Collects what counts of one row.
struct Teller {
    store::Database &database;

    Result<Facts> operator()(const Agent &agent) const
    {
        std::string role(nameOf(agent.role));
        if (agent.customRole) {
            TRIBUTARY_TRY_ASSIGN(const auto custom, store::role(database, *agent.customRole));
            const std::string plain = agent.role == Agent::Role::Agent ? std::string() : ", else " + role; // when it ends
            role = (custom ? oneLine(custom->name) : agent.customRole->text()) + plain;
        }
        TRIBUTARY_TRY_ASSIGN(const std::string teams, namesOf(database, agent.teams, store::team));
        return Facts{{"name", oneLine(agent.name)},
                     {"email", oneLine(agent.email)},
                     {"role", role},
                     {"teams", teams},
                     {"capacity", agent.capacity > 0 ? std::to_string(agent.capacity) : std::string()},
                     {"languages", listed(agent.languages)},
                     {"active", agent.active ? "yes" : "no"}};
    }
    Result<Facts> operator()(const Role &role) const
    {
        TRIBUTARY_TRY_ASSIGN(const std::string accounts, namesOf(database, role.accounts, store::channelAccount));
        return Facts{{"name", oneLine(role.name)},
                     {"permissions", listed(role.permissions)},
                     {"sees", std::string(nameOf(role.visibility))},
                     {"accounts", accounts}};
    }
    Result<Facts> operator()(const Team &team) const
    {
        return Facts{{"name", oneLine(team.name)},
                     {"routing", std::string(nameOf(team.routing))},
                     {"return-minutes", team.returnMinutes > 0 ? std::to_string(team.returnMinutes) : std::string()}};
    }
    Result<Facts> operator()(const FieldDefinition &field) const
    {
        return Facts{{"name", oneLine(field.name)},
                     {"key", oneLine(field.key)},
                     {"of", std::string(nameOf(field.subject))},
                     {"type", std::string(nameOf(field.type))},
                     {"choices", listed(field.choices)}};
    }
    Result<Facts> operator()(const CustomStatus &status) const
    {
        return Facts{{"name", oneLine(status.name)}, {"counts-as", std::string(nameOf(status.status))}};
    }
    Result<Facts> operator()(const ChannelAccount &account) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto team, account.team ? store::team(database, *account.team) : std::optional<Team>());
        return Facts{{"name", oneLine(account.name)},
                     {"team", team ? oneLine(team->name) : std::string()},
                     {"channel", std::string(nameOf(account.channel))},
                     {"address", oneLine(account.address)},
                     {"undo-seconds", std::to_string(account.undoSeconds)},
                     {"reopen-days", std::to_string(account.reopenDays)},
                     {"region", account.region},
                     {"removed", account.removed ? "yes" : ""}};
    }
    Result<Facts> operator()(const CustomerLink &link) const
    {
        // Evidence may be an address: it is not told here.
        return Facts{{"from", link.from.text()}, {"into", link.into.text()}, {"ended", link.endedAt ? "yes" : ""}};
    }
    Result<Facts> operator()(const Customer &customer) const
    {
        return Facts{{"blocked", customer.blocked ? (customer.spam ? "spam" : "yes") : ""}};
    }
    Result<Facts> operator()(const Identity &identity) const
    {
        // By the id: an entry is never changed, and a name goes when somebody is erased.
        return Facts{{std::string(kHome), identity.customer.text()}};
    }
    Result<Facts> operator()(const Company &company) const { return Facts{{"removed", company.removed ? "yes" : ""}}; }
    Result<Facts> operator()(const Consent &consent) const
    {
        return Facts{{"of-channel", std::string(nameOf(consent.channel))},
                     {"purpose", std::string(nameOf(consent.purpose))},
                     // Where it was said stands with the consent: what is here stays when somebody is erased.
                     {"granted", consent.granted ? "yes" : "no"}};
    }
    template<class T>
    Result<Facts> operator()(const T &) const
    {
        return Facts();
    }
};

struct Kinds {
    Kind added, changed, removed;
};

std::optional<Kinds> kindsOf(const Entity &entity)
{
    switch (typeOf(entity)) {
    case EntityType::Agent: return Kinds{Kind::PersonAdded, Kind::PersonChanged, Kind::PersonDeactivated};
    case EntityType::Role: return Kinds{Kind::RoleAdded, Kind::RoleChanged, Kind::RoleRemoved};
    case EntityType::Team: return Kinds{Kind::TeamAdded, Kind::TeamChanged, Kind::TeamRemoved};
    case EntityType::FieldDefinition: return Kinds{Kind::FieldAdded, Kind::FieldChanged, Kind::FieldRemoved};
    case EntityType::CustomStatus: return Kinds{Kind::StatusAdded, Kind::StatusChanged, Kind::StatusRemoved};
    case EntityType::ChannelAccount: return Kinds{Kind::AccountAdded, Kind::AccountChanged, Kind::AccountRemoved};
    case EntityType::CustomerLink: return Kinds{Kind::Merged, Kind::Merged, Kind::Unmerged};
    case EntityType::Identity: return Kinds{Kind::IdentityMoved, Kind::IdentityMoved, Kind::IdentityMoved};
    case EntityType::Consent: return Kinds{Kind::ConsentRecorded, Kind::ConsentRecorded, Kind::ConsentRecorded};
    case EntityType::Company: return Kinds{Kind::CompanyRestored, Kind::CompanyRestored, Kind::CompanyRemoved};
    case EntityType::Customer: return Kinds{Kind::Blocked, Kind::Blocked, Kind::Unblocked};
    default: return std::nullopt;
    }
}

std::string nameIn(const Entity &entity)
{
    return std::visit(
        [](const auto &row) -> std::string {
            using T = std::decay_t<decltype(row)>;
            if constexpr (std::is_same_v<T, Agent>)
                return row.name.empty() ? row.email : row.name;
            else if constexpr (
                std::is_same_v<
                    T,
                    Role> || std::is_same_v<T, Team> || std::is_same_v<T, FieldDefinition> || std::is_same_v<T, CustomStatus> || std::is_same_v<T, ChannelAccount> || std::is_same_v<T, Company>)
                return row.name;
            else
                return {};
        },
        entity);
}

/// @p fact of whose an address was, with the name of whoever is there still.
Result<std::string> withName(store::Database &database, std::string fact)
{
    const std::string key = std::string(kHome) + ": ";
    const std::size_t end = std::min(fact.find('\n'), fact.size());
    if (!fact.starts_with(key))
        return fact;
    const auto id = CustomerId::fromText(fact.substr(key.size(), end - key.size()));
    if (!id) // a name, from before it was the id
        return fact;
    TRIBUTARY_TRY_ASSIGN(const auto home, store::customer(database, *id));
    return home && !home->name.empty() ? key + oneLine(home->name) + fact.substr(end) : fact;
}

/// What is moved or agreed to is told of the person.
RawId subjectOf(const Entity &row)
{
    if (const auto *identity = std::get_if<Identity>(&row))
        return identity->customer.bytes;
    const auto *consent = std::get_if<Consent>(&row);
    return consent ? consent->customer.bytes : keyOf(row);
}

Kind kindOf(const Kinds &kinds, const std::optional<Entity> &before, const std::optional<Entity> &after)
{
    if (!after)
        return kinds.removed;
    if (const auto *customer = std::get_if<Customer>(&*after))
        return customer->blocked ? Kind::Blocked : Kind::Unblocked;
    if (const auto *link = std::get_if<CustomerLink>(&*after))
        return link->endedAt ? Kind::Unmerged : Kind::Merged;
    if (const auto *company = std::get_if<Company>(&*after))
        return company->removed ? kinds.removed : kinds.changed;
    if (!before)
        return kinds.added;
    if (const auto *account = std::get_if<ChannelAccount>(&*after); account && account->removed)
        return kinds.removed;
    if (const auto *agent = std::get_if<Agent>(&*after); agent && agent->active != std::get<Agent>(*before).active)
        return agent->active ? Kind::PersonActivated : Kind::PersonDeactivated;
    return kinds.changed;
}

} // namespace

Result<void> note(store::Database &database, const Author &author, AuditEntry entry)
{
    entry.about = cut(oneLine(entry.about), kLongestAbout);
    entry.was = cut(text::scrubbed(entry.was), kAuditBytes);
    entry.became = cut(text::scrubbed(entry.became), kAuditBytes);
    std::string who;
    if (author.by) {
        TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, *author.by));
        if (agent)
            who = agent->name + " " + agent->email;
    }
    const std::string all = who + "\n" + author.place + "\n" + entry.about + "\n" + entry.was + "\n" + entry.became;
    TRIBUTARY_TRY_ASSIGN(const AuditMark before, auditMark(database));
    const TimePoint at = author.at == TimePoint() ? SystemClock().now() : author.at;
    const std::string place = cut(oneLine(author.place), kLongestAbout);
    const AuditRow row{.n = before.n + 1,
                       .atMs = toMs(at),
                       .kind = nameOf(entry.kind),
                       .place = place,
                       .about = entry.about,
                       .was = entry.was,
                       .became = entry.became,
                       .by = author.by ? author.by->view() : ByteView(),
                       .subject = entry.subject == RawId{} ? ByteView() : ByteView(entry.subject)};
    auto query = database.query(sql::hub_add_audit);
    query.bind("n", row.n).bind("at_ms", row.atMs).bind("kind", row.kind).bind("by_id", author.by).bind("place", place);
    if (row.subject.empty())
        query.bindNull("subject_id");
    else
        query.bind("subject_id", row.subject);
    query.bind("about", row.about).bind("was", row.was).bind("became", row.became);
    return query.bind("folded", text::foldForMatching(all)).bind("hash", ByteView(markAfter(before, row).hash)).run();
}

Result<std::string> rightsIn(store::Database &database, const Agent &agent)
{
    TRIBUTARY_TRY_ASSIGN(const Facts facts, Teller{database}(agent));
    std::string lines;
    for (const auto &[name, value] : facts) {
        if (!value.empty() && (name == "role" || name == "teams" || name == "capacity"))
            lines += name + ": " + value + "\n";
    }
    return lines;
}

bool isAudited(const Entity &entity)
{
    return kindsOf(entity).has_value();
}

Result<void> noteChange(store::Database &database, const Author &author, const std::optional<Entity> &before,
                        const std::optional<Entity> &after)
{
    const Entity &row = after ? *after : *before;
    const auto kinds = kindsOf(row);
    if (!kinds)
        return {};
    if (const auto *link = std::get_if<CustomerLink>(&row); link && !before && link->endedAt)
        return {}; // never in force: nobody was merged, and nobody taken apart
    const auto *identity = std::get_if<Identity>(&row);
    if (identity && (!before || !after || std::get<Identity>(*before).customer == identity->customer))
        return {}; // what moves from one person to another counts, not that somebody writes from a new address
    const Teller teller{database};
    Facts was, became;
    if (before) {
        TRIBUTARY_TRY_ASSIGN(was, std::visit(teller, *before));
    }
    if (after) {
        TRIBUTARY_TRY_ASSIGN(became, std::visit(teller, *after));
    }
    AuditEntry entry{.kind = kindOf(*kinds, before, after), .subject = subjectOf(row), .about = nameIn(row)};
    const auto lineOf = [](const std::pair<std::string, std::string> &fact) {
        return fact.first + ": " + fact.second + "\n";
    };
    for (std::size_t i = 0; i < std::max(was.size(), became.size()); ++i) {
        const std::string old = i < was.size() ? was[i].second : std::string();
        const std::string now = i < became.size() ? became[i].second : std::string();
        if (old == now)
            continue;
        if (!old.empty())
            entry.was += lineOf(was[i]);
        if (!now.empty())
            entry.became += lineOf(became[i]);
    }
    if (entry.was.empty() && entry.became.empty())
        return {};
    return note(database, author, std::move(entry));
}

Result<std::vector<AuditEntry>> auditEntries(store::Database &database, const AuditQuery &wanted)
{
    auto query = database.query(sql::hub_audit_before);
    constexpr auto last = std::numeric_limits<std::int64_t>::max();
    query.bind("before_n", wanted.before > 0 ? wanted.before : last);
    if (wanted.person)
        query.bind("person_id", *wanted.person);
    else
        query.bindNull("person_id");
    query.bind("kind", wanted.kind ? std::string(nameOf(*wanted.kind)) : std::string());
    query.bind("from_ms", wanted.from ? toMs(*wanted.from) : std::int64_t(0));
    query.bind("until_ms", wanted.until ? toMs(*wanted.until) : last);
    query.bind("text", text::foldForMatching(wanted.text)).bind("row_count", wanted.rows);
    std::vector<AuditEntry> entries;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return entries;
        AuditEntry entry;
        entry.n = query.integer(0);
        entry.author.at = query.time(1);
        const auto kind = fromName<Kind>(query.text(2));
        if (!kind)
            continue; // of a newer program
        entry.kind = *kind;
        if (!query.isNull(3))
            entry.author.by = query.id<AgentId>(3);
        entry.author.place = query.text(4);
        if (!query.isNull(5))
            entry.subject = query.id<CustomerId>(5).bytes;
        entry.about = query.text(6);
        if (entry.about.empty())
            entry.about = query.text(10).empty() ? query.text(11) : query.text(10);
        entry.was = query.text(7);
        entry.became = query.text(8);
        if (entry.kind == Kind::IdentityMoved) {
            TRIBUTARY_TRY_ASSIGN(entry.was, withName(database, std::move(entry.was)));
            TRIBUTARY_TRY_ASSIGN(entry.became, withName(database, std::move(entry.became)));
        }
        entry.byName = query.text(9);
        entries.push_back(std::move(entry));
    }
}

} // namespace tributary::hub
