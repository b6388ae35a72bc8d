#include "core/client/hub_access.h"

#include "core/client/async.h"
#include "core/client/hub_address.h"
#include "core/client/own_hub.h"

#include <QJsonArray>

namespace tributary::client {
namespace {

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

/// A future of what @p read makes of the answer.
template<class T, class Read>
QFuture<Result<T>> asked(const HubAccess::Ask &ask, const QString &path, const std::optional<QJsonObject> &body, Read read)
{
    const Promise<T> promise;
    ask(path, body, [promise, read](const Result<QJsonObject> &answer) {
        promise.finish(answer ? Result<T>(read(*answer)) : Result<T>(failure(answer.error())));
    });
    return promise.future();
}

QFuture<Result<void>> asked(const HubAccess::Ask &ask, const QString &path, const QJsonObject &body)
{
    const Promise<void> promise;
    ask(path, body, [promise](const Result<QJsonObject> &answer) {
        promise.finish(answer ? Result<void>() : Result<void>(failure(answer.error())));
    });
    return promise.future();
}

std::vector<HubAccess::Device> devicesIn(const QJsonObject &said)
{
    std::vector<HubAccess::Device> devices;
    for (const QJsonValue &value : said["devices"].toArray()) {
        const QJsonObject one = value.toObject();
        HubAccess::Device device{.id = one["id"].toString().toStdString(), .name = one["name"].toString().toStdString()};
        device.created = fromMs(one["created_ms"].toInteger());
        device.seen = fromMs(one["seen_ms"].toInteger());
        device.current = one["current"].toBool();
        devices.push_back(std::move(device));
    }
    return devices;
}

std::vector<std::string> recoveryCodesIn(const QJsonObject &said)
{
    std::vector<std::string> codes;
    for (const QJsonValue &one : said["recovery_codes"].toArray())
        codes.push_back(one.toString().toStdString());
    return codes;
}

} // namespace

QFuture<Result<HubAccess::State>> HubAccess::state() const
{
    return asked<State>(m_ask, "/auth/devices", std::nullopt, [](const QJsonObject &said) {
        State state{.secondFactor = said["second_factor"].toBool(), .recoveryCodes = said["recovery_codes"].toInt()};
        state.codesKept = said["recovery_codes_kept"].toBool(true);
        state.devices = devicesIn(said);
        return state;
    });
}

QFuture<Result<void>> HubAccess::revokeDevice(const std::string &id) const
{
    return asked(m_ask, "/auth/devices/revoke", {{"id", text(id)}});
}

QFuture<Result<HubAccess::SecondFactor>> HubAccess::beginSecondFactor(const std::string &password) const
{
    return asked<SecondFactor>(
        m_ask, "/auth/second-factor/begin", QJsonObject{{"password", text(password)}}, [](const QJsonObject &said) {
            return SecondFactor{said["secret"].toString().toStdString(), said["uri"].toString().toStdString()};
        });
}

QFuture<Result<std::vector<std::string>>> HubAccess::confirmSecondFactor(const std::string &code) const
{
    return asked<std::vector<std::string>>(m_ask, "/auth/second-factor/confirm", QJsonObject{{"code", text(code)}},
                                           recoveryCodesIn);
}

QFuture<Result<std::vector<std::string>>> HubAccess::renewRecoveryCodes(const std::string &password,
                                                                        const std::string &code) const
{
    return asked<std::vector<std::string>>(m_ask, "/auth/second-factor/codes",
                                           QJsonObject{{"password", text(password)}, {"code", text(code)}}, recoveryCodesIn);
}

QFuture<Result<void>> HubAccess::recoveryCodesKept() const
{
    return asked(m_ask, "/auth/second-factor/codes-kept", QJsonObject());
}

QFuture<Result<void>> HubAccess::endSecondFactor(const std::string &password) const
{
    return asked(m_ask, "/auth/second-factor/end", {{"password", text(password)}});
}

QFuture<Result<void>> HubAccess::changePassword(const std::string &password, const std::string &next) const
{
    return asked(m_ask, "/auth/password", {{"password", text(password)}, {"next", text(next)}});
}

QFuture<Result<HubAccess::People>> HubAccess::people() const
{
    return asked<People>(m_ask, "/people", std::nullopt, [](const QJsonObject &said) {
        People people;
        for (const QJsonValue &value : said["agents"].toArray()) {
            const QJsonObject one = value.toObject();
            const auto agent = model::AgentId::fromText(one["id"].toString().toStdString());
            if (!agent)
                continue;
            people.seen[*agent] = fromMs(one["seen_ms"].toInteger());
            if (one["second_factor"].toBool())
                people.secondFactors.insert(*agent);
            if (one["connected"].toBool())
                people.connected.insert(*agent);
        }
        for (const QJsonValue &value : said["links"].toArray()) {
            const QJsonObject one = value.toObject();
            const auto part = [&one](const char *name) { return one[QLatin1String(name)].toString().toStdString(); };
            OpenLink link{
                .id = part("id"), .isReset = part("kind") == "reset", .email = part("email"), .name = part("name")};
            link.role = model::fromName<model::Agent::Role>(part("role")).value_or(link.role);
            link.customRole = model::RoleId::fromText(part("custom_role"));
            link.by = model::AgentId::fromText(part("by"));
            link.made = fromMs(one["made_ms"].toInteger());
            link.expires = fromMs(one["expires_ms"].toInteger());
            people.links.push_back(std::move(link));
        }
        return people;
    });
}

QFuture<Result<HubAccess::AuditPage>> HubAccess::audit(const AuditFilter &filter, std::int64_t before, bool exports) const
{
    QString path = QStringLiteral("/audit?before=%1").arg(before);
    const auto add = [&path](const char *name, const QString &value) {
        if (!value.isEmpty())
            path += u'&' + QLatin1String(name) + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(value));
    };
    add("person", filter.person ? text(filter.person->text()) : QString());
    add("kind", text(filter.kind));
    add("from", filter.from ? QString::number(toMs(*filter.from)) : QString());
    add("until", filter.until ? QString::number(toMs(*filter.until)) : QString());
    add("text", text(filter.text));
    add("export", exports ? QStringLiteral("yes") : QString());
    return asked<AuditPage>(m_ask, path, std::nullopt, [](const QJsonObject &said) {
        AuditPage page{.next = said["next"].toInteger()};
        for (const QJsonValue &value : said["entries"].toArray()) {
            const QJsonObject one = value.toObject();
            const auto part = [&one](const char *name) { return one[QLatin1String(name)].toString().toStdString(); };
            AuditEntry entry{.n = one["n"].toInteger(), .at = fromMs(one["at_ms"].toInteger()), .kind = part("kind")};
            entry.by = model::AgentId::fromText(part("by"));
            entry.byName = part("by_name");
            entry.place = part("place");
            if (const auto subject = model::AgentId::fromText(part("subject")))
                entry.subject = subject->bytes;
            entry.about = part("about");
            entry.was = part("was");
            entry.became = part("became");
            page.entries.push_back(std::move(entry));
        }
        return page;
    });
}

QFuture<Result<void>> HubAccess::withdraw(const std::string &id) const
{
    return asked(m_ask, "/people/withdraw", {{"id", text(id)}});
}

QFuture<Result<std::vector<HubAccess::Device>>> HubAccess::devicesOf(model::AgentId agent) const
{
    const QString path = QStringLiteral("/people/devices?agent=%1").arg(text(agent.text()));
    return asked<std::vector<Device>>(m_ask, path, std::nullopt, devicesIn);
}

QFuture<Result<void>> HubAccess::revokeDeviceOf(model::AgentId agent, const std::string &id) const
{
    return asked(m_ask, "/people/devices/revoke", {{"agent", text(agent.text())}, {"id", text(id)}});
}

QFuture<Result<void>> HubAccess::endSecondFactorOf(model::AgentId agent) const
{
    return asked(m_ask, "/people/second-factor/end", {{"agent", text(agent.text())}});
}

QFuture<Result<std::string>> HubAccess::believedServers(model::ChannelAccountId account) const
{
    const QString path = QStringLiteral("/accounts/believed?account=%1").arg(text(account.text()));
    return asked<std::string>(m_ask, path, std::nullopt,
                              [](const QJsonObject &said) { return said["authserv_id"].toString().toStdString(); });
}

QFuture<Result<void>> HubAccess::believeServers(model::ChannelAccountId account, const std::string &names) const
{
    return asked(m_ask, "/accounts/believed", {{"account", text(account.text())}, {"authserv_id", text(names)}});
}

QFuture<Result<HubAccess::Link>> HubAccess::invite(const std::string &password, const Invite &whom) const
{
    const auto roleName = model::nameOf(whom.role);
    QStringList teams;
    for (const model::TeamId &team : whom.teams)
        teams.append(text(team.text()));
    return link("/auth/invite", {{"password", text(password)},
                                 {"email", text(whom.email)},
                                 {"name", text(whom.name)},
                                 {"role", QString::fromUtf8(roleName.data(), qsizetype(roleName.size()))},
                                 {"custom_role", whom.customRole ? text(whom.customRole->text()) : QString()},
                                 {"teams", teams.join(u' ')},
                                 {"capacity", QString::number(whom.capacity)}});
}

QFuture<Result<HubAccess::Link>> HubAccess::resetPassword(const std::string &password, const std::string &email) const
{
    return link("/auth/reset", {{"password", text(password)}, {"email", text(email)}});
}

QFuture<Result<HubAccess::Link>> HubAccess::link(const QString &path, const QJsonObject &body) const
{
    return asked<Link>(m_ask, path, body, [link = m_here()](const QJsonObject &said) {
        Link made{link, fromMs(said["expires_ms"].toInteger())};
        made.link.secret = said["secret"].toString().toStdString();
        // Beside the hub one uses an address of which nobody else has anything. How others reach it, it says itself.
        const auto forOthers = hubAddress(QUrl(said["hub"].toString()));
        if (forOthers && isThisComputer(link.hub.host()))
            made.link.hub = *forOthers;
        return made;
    });
}

} // namespace tributary::client
