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
};

/// Invites somebody, and gives the secret of the link. An earlier invitation of the same address works no longer. Conflict:
/// somebody with that address is there already. Invalid: it is no address.
Result<std::string> invite(store::Database &database, Rng &rng, const std::string &email, const std::string &name,
                           model::Agent::Role role, TimePoint now);
/// Lets somebody choose a new password; until they have, the old one works. NotFound: nobody active has that address.
Result<std::string> inviteToReset(store::Database &database, Rng &rng, const std::string &email, TimePoint now);

/// What a secret is good for; nothing if it was used, has expired, or never was.
Result<std::optional<OneTimeLink>> linkOf(store::Database &database, const std::string &secret, TimePoint now);

/// Uses a link up: adds the agent under @p name, or sets the password and ends all of the agent's sessions. NotFound: the
/// link is not good any more. A second factor stays as it is.
Result<model::Agent> useLink(store::Database &database, IdMaker &ids, const std::string &secret, const std::string &name,
                             const std::string &passwordHash, TimePoint now);

/// What is sent to the person: `tributary://join?hub=…&secret=…&certificate=…`. @p hub is the address for desktops;
/// @p fingerprint may be empty, where they trust the hub's certificate anyway.
std::string linkText(const std::string &hub, const std::string &secret, const std::string &fingerprint);

} // namespace tributary::hub

namespace tributary::model {
template<>
inline constexpr std::array<std::string_view, 2> kNames<hub::OneTimeLink::Kind>{"invitation", "reset"};
}
