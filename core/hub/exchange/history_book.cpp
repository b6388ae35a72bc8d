#include "core/hub/exchange/history_book.h"

#include "core/hub/exchange/handles.h"
#include "core/hub/ingest.h"
#include "core/hub/people.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <utility>

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::size_t kMaxIdentities = 40'000;
constexpr std::size_t kMaxConversations = 10'000;
constexpr std::size_t kMaxKeys = 100'000;
constexpr const char *kImported = "Imported"; ///< The account of lines that name none.
constexpr std::chrono::days kUseStep{30};     ///< Times of use nearer to each other are written once, at the end.

std::string joined(ByteView a, ByteView b)
{
    std::string key(textOf(a));
    return key.append(textOf(b));
}

std::string accountName(const std::string &given, const std::string &address)
{
    return given.empty() && address.empty() ? kImported : text::plainName(given);
}

std::string identityKey(Channel channel, const std::string &address, ChannelAccountId scope)
{
    std::string key(1, char(int(channel)));
    return key.append(textOf(scope.view())).append(address);
}

} // namespace

void HistoryBook::forget()
{
    m_accounts.clear();
    m_agents.clear();
    m_teams.clear();
    m_keys.clear();
    m_changedIdentities.clear();
    for (const auto &[key, known] : m_identities) { // nothing else of an identity waits to be written
        if (known.identity.lastUsedAt > known.writtenUse)
            m_uses.insert_or_assign(known.identity.id, known.identity.lastUsedAt);
    }
    m_identities.clear();
    m_conversations.clear();
    m_dirty.clear();
    m_latest.clear();
}

void HistoryBook::changed(KnownIdentity &known)
{
    if (!std::exchange(known.dirty, true))
        m_changedIdentities.push_back(&known);
}

Result<void> HistoryBook::write(KnownIdentity &known)
{
    TRIBUTARY_TRY(m_changes->put(known.identity));
    known.writtenUse = known.identity.lastUsedAt;
    known.dirty = false;
    return {};
}

/// Of identities that were forgotten and did not come up again: into the rows as they are now, whoever wrote them.
Result<void> HistoryBook::writeUses()
{
    for (const auto &[id, at] : m_uses) {
        TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(m_changes->database(), id));
        if (!identity || identity->lastUsedAt >= at)
            continue;
        identity->lastUsedAt = at;
        TRIBUTARY_TRY(m_changes->put(*identity));
    }
    m_uses.clear();
    return {};
}

Result<void> HistoryBook::loadOurs()
{
    store::Database &database = m_changes->database();
    auto accounts = database.query(sql::hub_accounts);
    TRIBUTARY_TRY_ASSIGN(m_accounts, store::readAll<ChannelAccount>(accounts));
    auto agents = database.query(sql::exchange_agents);
    TRIBUTARY_TRY_ASSIGN(m_agents, store::readAll<Agent>(agents));
    auto query = database.query(sql::exchange_teams);
    TRIBUTARY_TRY_ASSIGN(const auto teams, store::readAll<Team>(query));
    for (const Team &team : teams)
        m_teams.try_emplace(team.name, team.id);
    return {};
}

Result<void> HistoryBook::begin(ChangeLog &changes)
{
    m_changes = &changes;
    auto query = changes.database().query(sql::exchange_head);
    TRIBUTARY_TRY(query.step());
    if (query.integer(0) == m_head)
        return {};
    // Desktops and channels write too while a hub is at work: what was remembered may be old by now.
    forget();
    return loadOurs();
}

Result<void> HistoryBook::end(bool all)
{
    for (const ConversationId id : m_dirty) {
        KnownConversation &known = m_conversations.at(id);
        TRIBUTARY_TRY(m_changes->put(known.conversation));
        known.dirty = false;
    }
    m_dirty.clear();
    const bool tooMany = m_identities.size() > kMaxIdentities;
    for (KnownIdentity *known : m_changedIdentities)
        TRIBUTARY_TRY(write(*known));
    m_changedIdentities.clear();
    if (all || tooMany) {
        for (auto &[key, known] : m_identities) {
            if (known.identity.lastUsedAt != known.writtenUse)
                TRIBUTARY_TRY(write(known));
        }
    }
    if (all || m_uses.size() > kMaxIdentities)
        TRIBUTARY_TRY(writeUses());
    if (tooMany)
        m_identities.clear();
    if (m_conversations.size() > kMaxConversations) {
        m_conversations.clear();
        m_latest.clear();
    }
    if (m_keys.size() > kMaxKeys)
        m_keys.clear();
    return {};
}

std::optional<ChannelAccount> HistoryBook::knownAccount(Channel channel, const std::string &given,
                                                        const std::string &address) const
{
    const std::string name = accountName(given, address);
    for (const ChannelAccount &account : m_accounts) {
        if (account.removed || account.channel != channel)
            continue;
        const std::string &wanted = address.empty() ? name : address;
        if (account.address == wanted || account.name == wanted)
            return account;
    }
    return std::nullopt;
}

Result<ChannelAccount> HistoryBook::account(Channel channel, const std::string &given, const std::string &address)
{
    if (auto known = knownAccount(channel, given, address))
        return std::move(*known);
    const std::string name = accountName(given, address);
    // Nothing is fetched or sent by it: it stands for where the history came from.
    ChannelAccount account{.id = m_store.ids().make<ChannelAccountId>(),
                           .channel = channel,
                           .name = name.empty() ? address : name,
                           .address = !address.empty() || name == kImported ? address : given,
                           .health = ChannelAccount::Health::Paused};
    TRIBUTARY_TRY(m_changes->put(account));
    m_accounts.push_back(account);
    return account;
}

std::string HistoryBook::onlyAccount(Channel channel) const
{
    std::string only;
    for (const ChannelAccount &account : m_accounts) {
        if (account.removed || account.channel != channel)
            continue;
        if (!only.empty())
            return {};
        only = account.address.empty() ? account.name : account.address;
    }
    return only;
}

Result<Agent> HistoryBook::agentByEmail(const std::string &given, const std::string &name, bool active)
{
    std::string email = text::normaliseAddress(given);
    if (email.empty())
        email = text::asciiLower(text::plainName(given));
    for (const Agent &agent : m_agents) {
        if (agent.email == email)
            return agent;
    }
    // Without a password nobody can sign in as this agent; rights are given by an administrator, never by a file.
    const std::string shown = text::plainName(name);
    Agent agent{
        .id = m_store.ids().make<AgentId>(), .email = email, .name = shown.empty() ? email : shown, .active = active};
    TRIBUTARY_TRY(m_changes->put(agent));
    m_agents.push_back(agent);
    return agent;
}

std::optional<Agent> HistoryBook::agentNamed(const std::string &name) const
{
    for (const Agent &agent : m_agents) {
        if (agent.name == name)
            return agent;
    }
    return std::nullopt;
}

Result<std::optional<Agent>> HistoryBook::agentAs(const std::string &emailOrName)
{
    if (emailOrName.empty())
        return std::optional<Agent>();
    if (emailOrName.find('@') == std::string::npos)
        return agentNamed(emailOrName);
    TRIBUTARY_TRY_ASSIGN(Agent agent, agentByEmail(emailOrName));
    return std::optional<Agent>(std::move(agent));
}

Result<TeamId> HistoryBook::team(const std::string &given)
{
    const std::string name = text::plainName(given);
    if (const auto found = m_teams.find(name); found != m_teams.end())
        return found->second;
    Team team{.id = m_store.ids().make<TeamId>(), .name = name};
    TRIBUTARY_TRY(m_changes->put(team));
    m_teams.emplace(name, team.id);
    return team.id;
}

Result<void> HistoryBook::setTeams(Agent &agent, const std::vector<std::string> &teams)
{
    const Agent before = agent;
    for (const std::string &name : teams) {
        TRIBUTARY_TRY_ASSIGN(const TeamId id, team(name));
        if (std::ranges::count(agent.teams, id) == 0)
            agent.teams.push_back(id);
    }
    if (agent == before)
        return {};
    TRIBUTARY_TRY(m_changes->put(agent));
    for (Agent &known : m_agents) {
        if (known.id == agent.id)
            known = agent;
    }
    return {};
}

Result<std::optional<RawId>> HistoryBook::keyed(const std::string &source, const char *kind, const std::string &name)
{
    const std::string key = source + '\x1f' + kind + '\x1f' + name;
    if (const auto found = m_keys.find(key); found != m_keys.end())
        return std::optional<RawId>(found->second);
    auto query = m_changes->database().query(sql::exchange_key);
    query.bind("source", source).bind("kind", kind).bind("name", name);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<RawId>();
    const RawId id = query.id<CustomerId>(0).bytes;
    m_keys.emplace(key, id);
    return std::optional<RawId>(id);
}

Result<void> HistoryBook::setKey(const std::string &source, const char *kind, const std::string &name, const RawId &id)
{
    m_keys[source + '\x1f' + kind + '\x1f' + name] = id;
    auto query = m_changes->database().query(sql::exchange_add_key);
    return query.bind("source", source).bind("kind", kind).bind("name", name).bind("id", id).run();
}

Result<std::optional<CustomerId>> HistoryBook::knownCustomer(const std::string &source, const std::string &key)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, keyed(source, "customer", key));
    if (known)
        return std::optional<CustomerId>(CustomerId(*known));
    const auto own = CustomerId::fromText(key);
    if (!own)
        return std::optional<CustomerId>();
    TRIBUTARY_TRY_ASSIGN(const auto there, store::customer(m_changes->database(), *own));
    return there ? own : std::nullopt;
}

Result<CustomerId> HistoryBook::make(CustomerId id, const std::string &name, TimePoint at)
{
    Customer made{.id = id, .name = text::plainName(name), .createdAt = at};
    if (made.id.isNull())
        made.id = m_store.ids().make<CustomerId>();
    TRIBUTARY_TRY(m_changes->put(made));
    m_made.insert(made.id);
    return made.id;
}

Result<CustomerId> HistoryBook::customer(const std::string &source, const std::string &key, const std::string &name,
                                         TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, knownCustomer(source, key));
    if (known)
        return *known;
    TRIBUTARY_TRY_ASSIGN(const CustomerId made, make(CustomerId::fromText(key).value_or(CustomerId()), name, at));
    TRIBUTARY_TRY(setKey(source, "customer", key, made.bytes));
    return made;
}

Result<CustomerId> HistoryBook::homeFor(const Person &person, TimePoint at)
{
    if (!person.key.empty())
        return customer(person.source, person.key, person.name, at);
    return make({}, person.name, at);
}

Result<Identity> HistoryBook::identity(const Person &person, ChannelAccountId account, TimePoint at)
{
    const std::string address = normalisedHandle(person.channel, person.handle);
    if (address.empty())
        return failure(Error::Kind::Invalid, "customer_handle has nothing in it");
    const ChannelAccountId scope = isScoped(person.channel) ? account : ChannelAccountId();
    const std::string key = identityKey(person.channel, address, scope);
    auto known = m_identities.find(key);
    if (known == m_identities.end()) {
        auto query = m_changes->database().query(sql::hub_identity_at);
        query.bind("channel", person.channel).bind("address", address).bind("account_id", scope);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        KnownIdentity fresh;
        if (found) {
            fresh.identity = store::readRow<Identity>(query);
            fresh.writtenUse = fresh.identity.lastUsedAt;
            if (const auto use = m_uses.find(fresh.identity.id); use != m_uses.end()) {
                fresh.identity.lastUsedAt = std::max(fresh.identity.lastUsedAt, use->second);
                m_uses.erase(use);
            }
        } else {
            TRIBUTARY_TRY_ASSIGN(const CustomerId home, homeFor(person, at));
            fresh.identity = {.id = m_store.ids().make<IdentityId>(),
                              .customer = home,
                              .channel = person.channel,
                              .account = scope,
                              .address = address,
                              .shown = text::plainName(person.shown.empty() ? person.handle : person.shown),
                              .name = text::plainName(person.name),
                              .verified = person.verified,
                              .problem = text::plainName(person.problem)};
        }
        known = m_identities.emplace(key, std::move(fresh)).first;
        if (!found)
            changed(known->second);
    }
    TRIBUTARY_TRY(meet(known->second, person, at));
    return known->second.identity;
}

/// Takes over what a line says newly of somebody known.
Result<void> HistoryBook::meet(KnownIdentity &known, const Person &person, TimePoint at)
{
    Identity &identity = known.identity;
    if (person.used && at > identity.lastUsedAt) {
        identity.lastUsedAt = at;
        if (at - known.writtenUse > kUseStep)
            changed(known);
    }
    if (person.verified && !identity.verified) {
        identity.verified = true;
        changed(known);
    }
    if (!person.name.empty() && identity.name.empty()) {
        identity.name = text::plainName(person.name);
        if (!identity.name.empty())
            changed(known);
    }
    if (person.key.empty())
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto keyedAs, knownCustomer(person.source, person.key));
    if (!keyedAs)
        return setKey(person.source, "customer", person.key, identity.customer.bytes);
    if (*keyedAs == identity.customer)
        return {};
    // The source says they are one person, the store has them as two: for an agent to look at.
    TRIBUTARY_TRY_ASSIGN(const auto other, store::customer(m_changes->database(), *keyedAs));
    if (!other)
        return {};
    const auto reason = identity.channel == Channel::Email ? Suggestion::Reason::TypedEmail
                        : isScoped(identity.channel)       ? Suggestion::Reason::SameName
                                                           : Suggestion::Reason::SamePhone;
    return suggest(*m_changes, m_store.ids(), *keyedAs, identity.customer, reason, identity.shown, at);
}

Result<Conversation *> HistoryBook::conversation(ConversationId id)
{
    if (const auto found = m_conversations.find(id); found != m_conversations.end())
        return &found->second.conversation;
    TRIBUTARY_TRY_ASSIGN(auto stored, store::conversation(m_changes->database(), id));
    if (!stored)
        return nullptr;
    return &m_conversations.emplace(id, KnownConversation{std::move(*stored)}).first->second.conversation;
}

Conversation &HistoryBook::add(Conversation conversation)
{
    const ConversationId id = conversation.id;
    Conversation &added =
        m_conversations.insert_or_assign(id, KnownConversation{std::move(conversation)}).first->second.conversation;
    changed(id);
    return added;
}

void HistoryBook::changed(ConversationId id)
{
    KnownConversation &known = m_conversations.at(id);
    if (!known.dirty)
        m_dirty.push_back(id);
    known.dirty = true;
}

Result<Conversation *> HistoryBook::goesOnIn(Conversation *one)
{
    if (!one || !one->joinedInto)
        return one;
    TRIBUTARY_TRY_ASSIGN(Conversation *const into, conversation(*one->joinedInto));
    if (!into)
        return one;
    TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(m_changes->database(), one->customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId other, rootOf(m_changes->database(), into->customer));
    return person == other ? into : one;
}

/// That conversation, or what it was joined into, if it was not over by @p at and had begun.
Result<Conversation *> HistoryBook::fitting(ConversationId id, TimePoint at)
{
    TRIBUTARY_TRY_ASSIGN(Conversation *const named, conversation(id));
    TRIBUTARY_TRY_ASSIGN(Conversation *const found, goesOnIn(named));
    if (!found || found->createdAt > at + kApartInHistory)
        return nullptr;
    const bool isOver =
        found->status == Conversation::Status::Resolved && found->resolvedAt && *found->resolvedAt < overInHistory(at);
    return isOver ? nullptr : found;
}

Result<Conversation *> HistoryBook::latest(const Identity &identity, ChannelAccountId account, TimePoint at)
{
    if (const auto last = m_latest.find(joined(identity.id.view(), account.view())); last != m_latest.end()) {
        TRIBUTARY_TRY_ASSIGN(Conversation *const found, fitting(last->second, at));
        if (found)
            return found;
    }
    auto query = m_changes->database().query(sql::exchange_latest_conversation);
    query.bind("identity_id", identity.id).bind("account_id", account);
    query.bind("reopen_after_ms", overInHistory(at)).bind("begun_by_ms", at + kApartInHistory);
    TRIBUTARY_TRY_ASSIGN(const bool stored, query.step());
    if (!stored)
        return nullptr;
    return fitting(query.id<ConversationId>(0), at);
}

void HistoryBook::setLatest(const Conversation &conversation)
{
    if (conversation.parent) // what is asked of others on the side is no conversation of theirs
        return;
    m_latest[joined(conversation.identity.view(), conversation.account.view())] = conversation.id;
}

} // namespace tributary::hub::exchange
