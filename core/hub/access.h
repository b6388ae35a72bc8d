#pragma once

#include "core/hub/change_log.h"

/// Who may come in: agents, their passwords (argon2id) and devices.
namespace tributary::hub {

/// Adds an agent. Conflict: the e-mail address is taken. Invalid: an address, name or password that will not do, with the
/// reason.
Result<model::Agent> addAgent(store::Database &database, IdMaker &ids, const std::string &email, const std::string &name,
                              model::Agent::Role role, const std::string &passwordHash);

/// Whoever signs in with that address, whatever the case of its Latin letters; active or not.
Result<std::optional<model::Agent>> agentByEmail(store::Database &database, const std::string &email);

/// Sets a password (where @p passwordHash is given) or whether somebody may sign in; either ends every device's session.
/// NotFound: nobody has that address.
Result<void> changeAgent(store::Database &database, const std::string &email, const std::string &passwordHash,
                         std::optional<bool> active);

/// At least 12, at most 128 characters, and not among the commonest (C26). Hashes with argon2id, 64 MiB, 2 passes: about
/// 100 ms and that much memory; never on a thread that must answer.
Result<std::string> hashPassword(const std::string &password);
/// In the same time whether @p hash fits or not. An empty hash (an unknown user) costs the same and never fits.
bool fitsPassword(const std::string &hash, const std::string &password);

struct Credentials {
    model::Agent agent;
    std::string hash;
};
Result<std::optional<Credentials>> credentialsOf(store::Database &database, const std::string &email);

/// A new device's token: 256 random bits in base64url. Only its hash is stored.
std::string makeToken(Rng &rng);
Result<void> addDevice(store::Database &database, model::AgentId agent, const std::string &token, const std::string &name,
                       TimePoint now);
Result<void> revokeDevice(store::Database &database, const std::string &token);
/// The active agent that a token belongs to; nothing for one unknown, revoked, or of somebody deactivated.
Result<std::optional<model::Agent>> agentOfToken(store::Database &database, const std::string &token);

/// Slows guessing (C28): failures of an account or an address wait longer each time, and forget in 15 minutes. In memory.
class SignInGuard {
public:
    explicit SignInGuard(const Clock &clock)
        : m_clock(clock)
    {
    }
    /// How long to wait before @p key may try again; zero: now.
    std::chrono::seconds wait(const std::string &key) const;
    void failed(const std::string &key);
    void succeeded(const std::string &key);

private:
    struct Failures {
        int count = 0;
        Milliseconds last{0};
    };
    const Clock &m_clock;
    std::map<std::string, Failures> m_failures;
};

} // namespace tributary::hub
