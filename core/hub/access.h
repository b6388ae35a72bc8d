#pragma once

#include "core/hub/change_log.h"
#include "core/hub/devices.h"

#include <map>
#include <mutex>
#include <set>

/// Who may come in: agents, their passwords (argon2id) and devices.
namespace tributary::hub {

/// Adds an agent. Conflict: the e-mail address is taken. Invalid: an address, name or password that will not do, with the
/// reason.
Result<model::Agent> addAgent(store::Database &database, IdMaker &ids, const std::string &email, const std::string &name,
                              model::Agent::Role role, const std::string &passwordHash, const Author &author = {});
/// The same for somebody with teams, capacity and a custom role; @p wanted has no id yet.
Result<model::Agent> addAgent(store::Database &database, IdMaker &ids, model::Agent wanted, const std::string &passwordHash,
                              const Author &author = {});

/// Whoever signs in with that address, whatever the case of its Latin letters; active or not.
Result<std::optional<model::Agent>> agentByEmail(store::Database &database, const std::string &email);

/// Gives somebody another password. A link to choose one is good no longer: whoever has it would undo that. Sessions go on.
Result<void> changePassword(store::Database &database, const model::Agent &agent, const std::string &passwordHash,
                            const Author &author = {});

/// At least 12, at most 128 characters, and not easily guessed by who knows @p about them (C26). Hashes with argon2id, 64
/// MiB, 2 passes: about 100 ms and that much memory; never on a thread that must answer.
Result<std::string> hashPassword(const std::string &password, const std::vector<std::string> &about = {});
/// The same for one that everybody may know: the demo shop's.
Result<std::string> hashUnchecked(const std::string &password);
/// Whether @p hash was made with less than hashPassword() takes now: whoever signs in gets a new one (C24).
bool wantsNewHash(const std::string &hash);
Result<void> setPassword(store::Database &database, model::AgentId agent, const std::string &hash);
/// In the same time whether @p hash fits or not. An empty hash (an unknown user) costs the same and never fits.
bool fitsPassword(const std::string &hash, const std::string &password);

/// Keeps that somebody has signed in at @p address, for a year; the newest fifty places of each.
Result<void> noteSignInPlace(store::Database &database, model::AgentId agent, const std::string &address, TimePoint now);
/// What noteSignInPlace() has kept of everybody: e-mail addresses, and places as SignInGuard::knows() has them.
Result<std::vector<std::pair<std::string, std::string>>> signInPlaces(store::Database &database);

/// Of whoever signs in with that address, active or not.
struct Credentials {
    model::Agent agent;
    std::string hash;
};
Result<std::optional<Credentials>> credentialsOf(store::Database &database, const std::string &email);

/// `Mara@Shop.Test` as it is kept and compared: Latin letters in lower case.
std::string emailKey(const std::string &email);
/// Whether that can be an e-mail address.
bool isEmail(const std::string &email);

/// Slows guessing (C28): whoever fails at an account waits longer each time, and is forgotten 15 minutes after the last
/// failure. Counted by account and network (see networkKey()) together, so that a stranger keeps nobody out who is
/// elsewhere; by network, for one that tries many accounts; and by account, for many networks that try one, which delays a
/// little all but the places its owner has signed in from. The many networks of one IPv6 site (see siteKey()) are counted
/// together as well, each with its first failures alone, so that one that has a whole site is not many, and a neighbour is
/// not kept out. Who is signed in already is not asked, and not kept out. In memory; any thread.
class SignInGuard {
public:
    /// One e-mail address (empty: of nobody in particular) from one network address.
    struct Who {
        std::string email, address;
    };
    explicit SignInGuard(const Clock &clock)
        : m_clock(clock)
    {
    }
    /// How long they have to wait before they may try again; zero: now.
    std::chrono::seconds wait(const Who &who) const;
    void failed(const Who &who);
    /// Forgets the account's failures from there. Those of the network stay: somebody there may be trying other accounts.
    void succeeded(const Who &who);
    /// The account's owner has signed in from @p place before, which is a siteKey().
    void knows(const std::string &email, const std::string &place);
    /// Of everybody, since the start.
    std::uint64_t failures() const;

private:
    struct Failures {
        int count = 0;
        Milliseconds last{0};
    };
    std::chrono::seconds waitOf(const std::string &key, int free, int mostDoublings) const;
    int count(const std::string &key);
    void remember(std::string known);

    const Clock &m_clock;
    mutable std::mutex m_mutex; ///< For all below.
    std::map<std::string, Failures> m_failures;
    std::set<std::string> m_known; ///< Accounts with a place where somebody has signed in to them.
    std::uint64_t m_total = 0;
};

} // namespace tributary::hub
