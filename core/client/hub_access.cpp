#include "core/client/hub_access.h"

#include "core/client/async.h"

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

} // namespace

QFuture<Result<HubAccess::State>> HubAccess::state() const
{
    return asked<State>(m_ask, "/auth/devices", std::nullopt, [](const QJsonObject &said) {
        State state{.secondFactor = said["second_factor"].toBool(), .recoveryCodes = said["recovery_codes"].toInt()};
        for (const QJsonValue &value : said["devices"].toArray()) {
            const QJsonObject one = value.toObject();
            Device device{.id = one["id"].toString().toStdString(), .name = one["name"].toString().toStdString()};
            device.created = fromMs(one["created_ms"].toInteger());
            device.seen = fromMs(one["seen_ms"].toInteger());
            device.current = one["current"].toBool();
            state.devices.push_back(std::move(device));
        }
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
                                           [](const QJsonObject &said) {
                                               std::vector<std::string> codes;
                                               for (const QJsonValue &one : said["recovery_codes"].toArray())
                                                   codes.push_back(one.toString().toStdString());
                                               return codes;
                                           });
}

QFuture<Result<void>> HubAccess::endSecondFactor(const std::string &password) const
{
    return asked(m_ask, "/auth/second-factor/end", {{"password", text(password)}});
}

QFuture<Result<HubAccess::Link>> HubAccess::invite(const std::string &password, const std::string &email,
                                                   const std::string &name, model::Agent::Role role) const
{
    const auto roleName = model::nameOf(role);
    return link("/auth/invite", {{"password", text(password)},
                                 {"email", text(email)},
                                 {"name", text(name)},
                                 {"role", QString::fromUtf8(roleName.data(), qsizetype(roleName.size()))}});
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
        return made;
    });
}

} // namespace tributary::client
