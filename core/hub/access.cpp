#include "core/hub/access.h"

#include "core/base/digest.h"
#include "core/base/network_key.h"
#include "core/hub/guessable.h"
#include "core/hub/workspace_ids.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <array>
#include <sodium.h>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::size_t kMemory = 64 * 1024 * 1024; ///< C24; measured 96 ms (E31).
constexpr unsigned long long kPasses = 2;
constexpr int kFreeFailures = 5;        ///< Of one account from one network.
constexpr int kFreeOfNetwork = 30;      ///< A whole office may be behind one.
constexpr int kFreeOfSite = 90;         ///< Of an IPv6 site, with the free ones of each of its networks.
constexpr int kFreeFailuresOfSite = 10; ///< Of one account from one site, likewise.
constexpr int kFreeOfAccount = 50;      ///< From all networks together, each of which adds only its first failures.
constexpr std::int64_t kPlacesKept = 50;
constexpr int kMostDoublings = 9; ///< 512 s.
constexpr int kMostOfAccount = 6; ///< 64 s: who is the account's owner must get a turn.
constexpr std::chrono::minutes kForget{15};
constexpr std::size_t kMaxKeys = 10'000;
constexpr std::size_t kLongestEmail = 254;

std::string lowered(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return c < 0x80 ? char(std::tolower(c)) : char(c); });
    return text;
}

} // namespace

std::string emailKey(const std::string &email)
{
    return lowered(email);
}

bool isEmail(const std::string &email)
{
    const std::size_t at = email.find('@');
    return at != 0 && at != std::string::npos && at + 1 < email.size() && email.size() <= kLongestEmail
           && email.find_first_of(" \t\r\n<>") == std::string::npos;
}

Result<std::optional<Agent>> agentByEmail(store::Database &database, const std::string &email)
{
    auto query = database.query(sql::hub_agent_by_email);
    query.bind("email", lowered(email));
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Agent>(store::readRow<Agent>(query)) : std::nullopt;
}

namespace {

/// The same each time that an address is invited to this workspace: who joined after the backup that a hub has come back
/// from is who they were, and what they have done since is theirs.
Result<AgentId> idFor(store::Database &database, IdMaker &ids, const std::string &email)
{
    TRIBUTARY_TRY_ASSIGN(const RawId raw, workspaceId(database, "agent " + email));
    const AgentId id(raw);
    TRIBUTARY_TRY_ASSIGN(const auto taken, store::agent(database, id));
    return taken ? ids.make<AgentId>() : id;
}

} // namespace

Result<Agent> addAgent(store::Database &database, IdMaker &ids, const std::string &email, const std::string &name,
                       Agent::Role role, const std::string &passwordHash, const Author &author)
{
    Agent wanted{.email = email, .name = name, .role = role};
    return addAgent(database, ids, std::move(wanted), passwordHash, author);
}

Result<Agent> addAgent(store::Database &database, IdMaker &ids, Agent agent, const std::string &passwordHash,
                       const Author &author)
{
    if (!isEmail(agent.email))
        return failure(Error::Kind::Invalid, "the e-mail address is not one");
    if (agent.name.empty() || agent.name.size() > 200)
        return failure(Error::Kind::Invalid, "the name is empty or too long");
    TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, agent.email));
    if (known)
        return failure(Error::Kind::Conflict, "somebody with that e-mail address is there already");
    agent.email = lowered(agent.email);
    TRIBUTARY_TRY_ASSIGN(agent.id, idFor(database, ids, agent.email));
    std::ranges::sort(agent.teams);
    ChangeLog changes(database, {.author = author});
    TRIBUTARY_TRY(changes.put(agent));
    TRIBUTARY_TRY(changes.finish());
    TRIBUTARY_TRY(setPassword(database, agent.id, passwordHash));
    return agent;
}

Result<void> changePassword(store::Database &database, const Agent &agent, const std::string &passwordHash,
                            const Author &author)
{
    TRIBUTARY_TRY(setPassword(database, agent.id, passwordHash));
    auto links = database.query(sql::hub_drop_links);
    TRIBUTARY_TRY(links.bind("email", emailKey(agent.email)).run());
    return note(database, author, {AuditEntry::Kind::PasswordSet, agent.id.bytes, agent.name});
}

Result<void> setPassword(store::Database &database, AgentId agent, const std::string &hash)
{
    auto query = database.query(sql::hub_set_password);
    return query.bind("agent_id", agent).bind("hash", hash).run();
}

bool wantsNewHash(const std::string &hash)
{
    return crypto_pwhash_str_needs_rehash(hash.c_str(), kPasses, kMemory) == 1;
}

Result<std::string> hashPassword(const std::string &password, const std::vector<std::string> &about)
{
    const auto characters = std::ranges::count_if(password, [](unsigned char c) { return (c & 0xc0) != 0x80; });
    if (characters < 12)
        return failure(Error::Kind::Invalid, "a password needs at least 12 characters");
    if (characters > 128 || password.size() > 512)
        return failure(Error::Kind::Invalid, "a password has at most 128 characters");
    if (isGuessable(password, about))
        return failure(Error::Kind::Invalid,
                       "that password is one of the first that somebody would try: take three words that have nothing to do "
                       "with each other");
    return hashUnchecked(password);
}

Result<std::string> hashUnchecked(const std::string &password)
{
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(), kPasses, kMemory) != 0)
        return failure(Error::Kind::Failed, "no memory to hash a password");
    return std::string(hash.data());
}

bool fitsPassword(const std::string &hash, const std::string &password)
{
    if (hash.empty()) {
        // The same work for nobody: how long an answer takes must not tell who exists (C27).
        std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
        std::array<unsigned char, 32> out{};
        const int done = crypto_pwhash(out.data(), out.size(), password.data(), password.size(), salt.data(), kPasses,
                                       kMemory, crypto_pwhash_ALG_ARGON2ID13);
        sodium_memzero(out.data(), done == 0 ? out.size() : 0);
        return false;
    }
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

Result<std::optional<Credentials>> credentialsOf(store::Database &database, const std::string &email)
{
    TRIBUTARY_TRY_ASSIGN(auto agent, agentByEmail(database, email));
    if (!agent)
        return std::optional<Credentials>();
    auto query = database.query(sql::hub_password);
    query.bind("agent_id", agent->id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Credentials>(Credentials{std::move(*agent), std::string(query.text(0))}) : std::nullopt;
}

Result<void> noteSignInPlace(store::Database &database, AgentId agent, const std::string &address, TimePoint now)
{
    auto query = database.query(sql::hub_note_sign_in_place);
    TRIBUTARY_TRY(query.bind("agent_id", agent).bind("place", siteKey(address)).bind("now_ms", now).run());
    auto forget = database.query(sql::hub_forget_sign_in_places);
    return forget.bind("agent_id", agent).bind("row_count", kPlacesKept).run();
}

Result<std::vector<std::pair<std::string, std::string>>> signInPlaces(store::Database &database)
{
    std::vector<std::pair<std::string, std::string>> places;
    auto query = database.query(sql::hub_sign_in_places);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return places;
        places.emplace_back(query.text(0), query.text(1));
    }
}

namespace {

std::string accountKey(const SignInGuard::Who &who)
{
    return "account:" + emailKey(who.email.substr(0, kLongestEmail)); // whoever fails chooses how long it is
}

std::string networkOf(const SignInGuard::Who &who)
{
    return "network:" + networkKey(who.address);
}

/// Empty for IPv4, where a network is one address.
std::string siteOf(const SignInGuard::Who &who)
{
    const std::string site = siteKey(who.address);
    return site == networkKey(who.address) ? std::string() : "network:" + site;
}

std::string knownKey(const std::string &email, const std::string &place)
{
    return place + " " + emailKey(email);
}

} // namespace

std::chrono::seconds SignInGuard::waitOf(const std::string &key, int free, int mostDoublings) const
{
    const auto found = m_failures.find(key);
    if (found == m_failures.end() || found->second.count < free)
        return std::chrono::seconds(0);
    const int over = std::min(found->second.count - free, mostDoublings);
    const auto until = found->second.last + std::chrono::seconds(1 << over); // 1 s, 2 s, 4 s …
    const auto left = std::chrono::ceil<std::chrono::seconds>(until - m_clock.steady());
    return std::max(left, std::chrono::seconds(0));
}

std::chrono::seconds SignInGuard::wait(const Who &who) const
{
    const std::scoped_lock lock(m_mutex);
    const std::string network = networkOf(who), site = siteOf(who);
    const auto ofPlaces =
        std::max(waitOf(network, kFreeOfNetwork, kMostDoublings), waitOf(site, kFreeOfSite, kMostDoublings));
    if (who.email.empty())
        return ofPlaces;
    const std::string account = accountKey(who);
    const auto ofPair = waitOf(network + " " + account, kFreeFailures, kMostDoublings);
    if (m_known.contains(knownKey(who.email, siteKey(who.address))))
        return std::max(ofPlaces, ofPair);
    return std::max({ofPlaces, ofPair, waitOf(site + " " + account, kFreeFailuresOfSite, kMostDoublings),
                     waitOf(account, kFreeOfAccount, kMostOfAccount)});
}

int SignInGuard::count(const std::string &key)
{
    const Milliseconds now = m_clock.steady();
    if (m_failures.size() >= kMaxKeys)
        std::erase_if(m_failures, [&](const auto &entry) { return now - entry.second.last > kForget; });
    // A flood of made-up names must neither grow without end, nor make the hub forget whom somebody is really after.
    for (int least = 1; m_failures.size() >= kMaxKeys; least *= 2)
        std::erase_if(m_failures, [&](const auto &entry) { return entry.second.count <= least; });
    Failures &failures = m_failures[key];
    if (now - failures.last > kForget)
        failures.count = 0;
    failures.last = now;
    return ++failures.count;
}

void SignInGuard::failed(const Who &who)
{
    const std::scoped_lock lock(m_mutex);
    ++m_total;
    const std::string network = networkOf(who), site = siteOf(who);
    // One stranger who goes on and on is slowed alone; only many networks together slow their site, or the whole account.
    if (count(network) <= kFreeOfNetwork && !site.empty())
        count(site);
    if (who.email.empty())
        return;
    const std::string account = accountKey(who);
    if (count(network + " " + account) > kFreeFailures)
        return;
    if (site.empty() || count(site + " " + account) <= kFreeFailuresOfSite)
        count(account);
}

void SignInGuard::succeeded(const Who &who)
{
    const std::scoped_lock lock(m_mutex);
    m_failures.erase(networkOf(who) + " " + accountKey(who));
    remember(knownKey(who.email, siteKey(who.address)));
}

void SignInGuard::knows(const std::string &email, const std::string &place)
{
    const std::scoped_lock lock(m_mutex);
    remember(knownKey(email, place));
}

void SignInGuard::remember(std::string known)
{
    if (m_known.size() >= kMaxKeys)
        m_known.erase(m_known.begin());
    m_known.insert(std::move(known));
}

std::uint64_t SignInGuard::failures() const
{
    const std::scoped_lock lock(m_mutex);
    return m_total;
}

} // namespace tributary::hub
