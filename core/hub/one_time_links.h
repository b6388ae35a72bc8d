#pragma once

#include "core/hub/access.h"

/// Links that work once: an admin makes one, whoever gets it chooses a password with it. Of their secret only a hash is
/// kept.
namespace tributary::hub {

inline constexpr std::chrono::days kInvitationLife{7};
inline constexpr std::chrono::hours kResetLife{24};

struct OneTimeLink {
    enum class Kind { Invitation, Reset };
    Kind kind = Kind::Invitation;
    std::string email;
    std::string name; ///< As the admin has typed it; whoever is invited may change it.
    model::Agent::Role role = model::Agent::Role::Agent;
    TimePoint expires;
    std::optional<model::RoleId> customRole;
    std::vector<model::TeamId> teams;
    std::int64_t capacity = 0;
    std::optional<model::AgentId> by; ///< Absent: whoever has the hub's folder.
    TimePoint made;
    std::string id; ///< 16 hexadecimal digits; says nothing of the secret.
};

/// Invites somebody to what @p wanted says (all but its times), and gives the secret of the link. An earlier invitation of
/// the same address works no longer. Conflict: somebody with that address is there already. Invalid: it is no address, or
/// there is no such role or team.
Result<std::string> invite(store::Database &database, Rng &rng, OneTimeLink wanted, TimePoint now,
                           const std::string &place = kByCommandLine);
Result<std::string> invite(store::Database &database, Rng &rng, const std::string &email, const std::string &name,
                           model::Agent::Role role, TimePoint now);
/// Lets somebody choose a new password; until they have, the old one works. NotFound: nobody active has that address.
Result<std::string> inviteToReset(store::Database &database, Rng &rng, const std::string &email, TimePoint now,
                                  std::optional<model::AgentId> by = std::nullopt,
                                  const std::string &place = kByCommandLine);
/// What @p link makes of whoever uses it, with what a custom role gives: for the question who may give that.
Result<model::Agent> invited(store::Database &database, const OneTimeLink &link);
/// Whether @p by, as they are by now, may give what @p link does: asked when it is made, and again when it is used.
Result<bool> mayGive(store::Database &database, model::AgentId by, const OneTimeLink &link);

/// Those that are still good, the newest first; at most 500.
Result<std::vector<OneTimeLink>> openLinks(store::Database &database, TimePoint now);
/// Makes a link good for nothing.
Result<void> withdrawLink(store::Database &database, const OneTimeLink &link, const Author &author = {});

/// What a secret is good for; nothing if it was used, has expired, never was, or is of somebody who could not make it any
/// more.
Result<std::optional<OneTimeLink>> linkOf(store::Database &database, const std::string &secret, TimePoint now);

/// Uses a link up: adds the agent under @p name, with what is still there of role and teams, or sets the password and ends
/// all of the agent's sessions. NotFound: the link is not good any more. A second factor stays as it is.
Result<model::Agent> useLink(store::Database &database, IdMaker &ids, const std::string &secret, const std::string &name,
                             const std::string &passwordHash, TimePoint now, const std::string &place = kByHub);

/// What is sent to the person: `tributary://join?hub=…&secret=…&certificate=…`. @p hub is the address for desktops;
/// @p fingerprint may be empty, where they trust the hub's certificate anyway.
std::string linkText(const std::string &hub, const std::string &secret, const std::string &fingerprint);

} // namespace tributary::hub

namespace tributary::model {
template<>
inline constexpr std::array<std::string_view, 2> kNames<hub::OneTimeLink::Kind>{"invitation", "reset"};
}
