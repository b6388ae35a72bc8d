#include "core/hub/one_time_links.h"

#include "core/base/digest.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

Result<void> dropLinks(store::Database &database, const std::string &email)
{
    auto query = database.query(sql::hub_drop_links);
    return query.bind("email", emailKey(email)).run();
}

Result<std::string> add(store::Database &database, Rng &rng, const OneTimeLink &link, TimePoint now)
{
    TRIBUTARY_TRY(dropLinks(database, link.email));
    std::string secret = makeToken(rng);
    auto query = database.query(sql::hub_add_link);
    query.bind("secret_hash", ByteView(sha256(bytesOf(secret)))).bind("kind", link.kind).bind("email", emailKey(link.email));
    query.bind("name", link.name).bind("role", link.role).bind("made_ms", now).bind("expires_ms", link.expires);
    TRIBUTARY_TRY(query.run());
    return secret;
}

/// RFC 3986, 2.1: everything but unreserved characters.
std::string percentEncoded(const std::string &text)
{
    std::string encoded;
    for (const unsigned char c : text) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_'
            || c == '~') {
            encoded += char(c);
        } else {
            constexpr std::string_view digits = "0123456789ABCDEF";
            encoded += {'%', digits[c >> 4], digits[c & 15]};
        }
    }
    return encoded;
}

} // namespace

Result<std::string> invite(store::Database &database, Rng &rng, const std::string &email, const std::string &name,
                           Agent::Role role, TimePoint now)
{
    if (!isEmail(email))
        return failure(Error::Kind::Invalid, "the e-mail address is not one");
    if (name.size() > 200)
        return failure(Error::Kind::Invalid, "the name is too long");
    TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, email));
    if (known)
        return failure(Error::Kind::Conflict, "somebody with that e-mail address is there already");
    return add(database, rng, {OneTimeLink::Kind::Invitation, email, name, role, now + kInvitationLife}, now);
}

Result<std::string> inviteToReset(store::Database &database, Rng &rng, const std::string &email, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, email));
    if (!known || !known->active)
        return failure(Error::Kind::NotFound, "nobody active has that e-mail address");
    return add(database, rng, {OneTimeLink::Kind::Reset, email, known->name, known->role, now + kResetLife}, now);
}

Result<std::optional<OneTimeLink>> linkOf(store::Database &database, const std::string &secret, TimePoint now)
{
    auto query = database.query(sql::hub_link);
    query.bind("secret_hash", ByteView(sha256(bytesOf(secret)))).bind("now_ms", now);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<OneTimeLink>();
    const auto kind = fromName<OneTimeLink::Kind>(query.text(0));
    const auto role = fromName<Agent::Role>(query.text(3));
    if (!kind || !role)
        return failure(Error::Kind::Corrupt, "a link is of no known kind");
    return std::optional<OneTimeLink>({*kind, std::string(query.text(1)), std::string(query.text(2)), *role, query.time(4)});
}

Result<Agent> useLink(store::Database &database, IdMaker &ids, const std::string &secret, const std::string &name,
                      const std::string &passwordHash, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const auto link, linkOf(database, secret, now));
    if (!link)
        return failure(Error::Kind::NotFound, "the link is not good any more");
    TRIBUTARY_TRY(dropLinks(database, link->email));
    if (link->kind == OneTimeLink::Kind::Invitation)
        return addAgent(database, ids, link->email, name.empty() ? link->name : name, link->role, passwordHash);
    TRIBUTARY_TRY_ASSIGN(const auto agent, agentByEmail(database, link->email));
    if (!agent || !agent->active)
        return failure(Error::Kind::NotFound, "the link is not good any more");
    TRIBUTARY_TRY(changeAgent(database, link->email, passwordHash, std::nullopt));
    return *agent;
}

std::string linkText(const std::string &hub, const std::string &secret, const std::string &fingerprint)
{
    std::string digits = fingerprint;
    std::erase(digits, ':');
    std::string text = "tributary://join?hub=" + percentEncoded(hub) + "&secret=" + percentEncoded(secret);
    return digits.empty() ? text : text + "&certificate=" + digits;
}

} // namespace tributary::hub
