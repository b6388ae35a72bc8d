#include "core/client/join_link.h"

#include "core/client/certificate_problem.h"
#include "core/client/hub_address.h"

#include <QUrlQuery>

namespace tributary::client {
namespace {

constexpr qsizetype kLongest = 2'000;

} // namespace

QString JoinLink::text() const
{
    QString digits = QString::fromStdString(fingerprint);
    digits.remove(u':');
    const auto encoded = [](const QString &part) { return QString::fromLatin1(QUrl::toPercentEncoding(part)); };
    QString link = QStringLiteral("tributary://join?hub=%1&secret=%2")
                       .arg(encoded(hub.toString()), encoded(QString::fromStdString(secret)));
    if (!digits.isEmpty())
        link += QStringLiteral("&certificate=") + digits;
    return link;
}

std::optional<JoinLink> joinLinkFrom(const QString &typed)
{
    const QString text = typed.trimmed();
    if (text.size() > kLongest)
        return std::nullopt;
    const QUrl url(text, QUrl::StrictMode);
    if (!url.isValid() || url.scheme() != QLatin1String("tributary") || url.host() != QLatin1String("join"))
        return std::nullopt;
    const QUrlQuery query(url);
    const auto value = [&](const char *name) { return query.queryItemValue(QString::fromLatin1(name), QUrl::FullyDecoded); };
    const auto hub = hubAddress(QUrl(value("hub"), QUrl::StrictMode));
    JoinLink link{.secret = value("secret").toStdString(),
                  .fingerprint = fingerprintFrom(value("certificate").toStdString())};
    if (!hub || link.secret.empty() || (link.fingerprint.empty() && !value("certificate").isEmpty()))
        return std::nullopt;
    link.hub = *hub;
    return link;
}

} // namespace tributary::client
