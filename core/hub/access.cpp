#include "core/hub/access.h"

#include "core/base/digest.h"
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
constexpr int kFreeFailures = 5;
constexpr std::chrono::minutes kForget{15};
constexpr std::size_t kMaxKeys = 10'000;

/// The commonest passwords that are long enough to pass the length rule.
constexpr std::array<std::string_view, 24> kCommon{
    "123456789012",    "1234567890123",  "password1234",  "passwordpassword", "qwertyuiop123",    "qwertyuiopasd",
    "111111111111",    "000000000000",   "administrator", "letmeinletmein",   "iloveyou1234",     "welcome12345",
    "changeme1234",    "password12345",  "123123123123",  "abcdefghijkl",     "1q2w3e4r5t6y",     "qazwsxedcrfv",
    "adminadminadmin", "supportsupport", "tributary1234", "monkeymonkey",     "footballfootball", "aaaaaaaaaaaa"};

std::string lowered(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return c < 0x80 ? char(std::tolower(c)) : char(c); });
    return text;
}

} // namespace

Result<std::optional<Agent>> agentByEmail(store::Database &database, const std::string &email)
{
    auto query = database.query(sql::hub_agent_by_email);
    query.bind("email", lowered(email));
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Agent>(store::readRow<Agent>(query)) : std::nullopt;
}

Result<Agent> addAgent(store::Database &database, IdMaker &ids, const std::string &email, const std::string &name,
                       Agent::Role role, const std::string &passwordHash)
{
    const std::size_t at = email.find('@');
    if (at == 0 || at == std::string::npos || at + 1 == email.size() || email.size() > 254
        || email.find_first_of(" \t\r\n<>") != std::string::npos)
        return failure(Error::Kind::Invalid, "the e-mail address is not one");
    if (name.empty() || name.size() > 200)
        return failure(Error::Kind::Invalid, "the name is empty or too long");
    TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, email));
    if (known)
        return failure(Error::Kind::Conflict, "somebody with that e-mail address is there already");
    Agent agent{.id = ids.make<AgentId>(), .email = lowered(email), .name = name, .role = role};
    ChangeLog changes(database);
    TRIBUTARY_TRY(changes.put(agent));
    TRIBUTARY_TRY(changes.finish());
    auto query = database.query(sql::hub_set_password);
    TRIBUTARY_TRY(query.bind("agent_id", agent.id).bind("hash", passwordHash).run());
    return agent;
}

Result<void> changeAgent(store::Database &database, const std::string &email, const std::string &passwordHash,
                         std::optional<bool> active)
{
    TRIBUTARY_TRY_ASSIGN(auto agent, agentByEmail(database, email));
    if (!agent)
        return failure(Error::Kind::NotFound, "nobody has that e-mail address");
    if (active && agent->active != *active) {
        agent->active = *active;
        ChangeLog changes(database);
        TRIBUTARY_TRY(changes.put(*agent));
        TRIBUTARY_TRY(changes.finish());
    }
    if (!passwordHash.empty()) {
        auto query = database.query(sql::hub_set_password);
        TRIBUTARY_TRY(query.bind("agent_id", agent->id).bind("hash", passwordHash).run());
    }
    auto query = database.query(sql::hub_revoke_devices);
    return query.bind("agent_id", agent->id).run();
}

Result<std::string> hashPassword(const std::string &password)
{
    const auto characters = std::ranges::count_if(password, [](unsigned char c) { return (c & 0xc0) != 0x80; });
    if (characters < 12)
        return failure(Error::Kind::Invalid, "a password needs at least 12 characters");
    if (characters > 128 || password.size() > 512)
        return failure(Error::Kind::Invalid, "a password has at most 128 characters");
    if (std::ranges::count(kCommon, lowered(password)) > 0)
        return failure(Error::Kind::Invalid, "that password is one of the commonest: choose another");
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
    if (!agent || !agent->active)
        return std::optional<Credentials>();
    auto query = database.query(sql::hub_password);
    query.bind("agent_id", agent->id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Credentials>(Credentials{std::move(*agent), std::string(query.text(0))}) : std::nullopt;
}

std::string makeToken(Rng &rng)
{
    std::array<std::byte, 32> bytes;
    rng.fill(bytes);
    return toBase64Url(bytes);
}

Result<void> addDevice(store::Database &database, AgentId agent, const std::string &token, const std::string &name,
                       TimePoint now)
{
    auto query = database.query(sql::hub_add_device);
    query.bind("token_hash", ByteView(sha256(bytesOf(token)))).bind("agent_id", agent).bind("name", name.substr(0, 200));
    return query.bind("now_ms", now).run();
}

Result<void> revokeDevice(store::Database &database, const std::string &token)
{
    auto query = database.query(sql::hub_revoke_device);
    return query.bind("token_hash", ByteView(sha256(bytesOf(token)))).run();
}

Result<std::optional<Agent>> agentOfToken(store::Database &database, const std::string &token)
{
    AgentId id;
    {
        auto query = database.query(sql::hub_device);
        query.bind("token_hash", ByteView(sha256(bytesOf(token))));
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found || query.flag(1))
            return std::optional<Agent>();
        id = query.id<AgentId>(0);
    }
    TRIBUTARY_TRY_ASSIGN(auto agent, store::agent(database, id));
    if (agent && !agent->active)
        agent.reset();
    return agent;
}

std::chrono::seconds SignInGuard::wait(const std::string &key) const
{
    const auto found = m_failures.find(key);
    if (found == m_failures.end() || found->second.count < kFreeFailures)
        return std::chrono::seconds(0);
    const int over = std::min(found->second.count - kFreeFailures, 9);
    const auto until = found->second.last + std::chrono::seconds(1 << over); // 1 s, 2 s, 4 s … 512 s
    const auto left = std::chrono::ceil<std::chrono::seconds>(until - m_clock.steady());
    return std::max(left, std::chrono::seconds(0));
}

void SignInGuard::failed(const std::string &key)
{
    const Milliseconds now = m_clock.steady();
    if (m_failures.size() >= kMaxKeys)
        std::erase_if(m_failures, [&](const auto &entry) { return now - entry.second.last > kForget; });
    if (m_failures.size() >= kMaxKeys)
        m_failures.clear(); // a flood of made-up names: forgetting is better than growing
    Failures &failures = m_failures[key];
    if (now - failures.last > kForget)
        failures.count = 0;
    ++failures.count;
    failures.last = now;
}

void SignInGuard::succeeded(const std::string &key)
{
    m_failures.erase(key);
}

} // namespace tributary::hub
