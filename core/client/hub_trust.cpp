#include "core/client/hub_trust.h"

#include "core/client/hub_address.h"

#include <QCryptographicHash>
#include <QNetworkReply>
#include <QSslCertificate>
#include <QSslError>
#include <QSslSocket>
#include <QWebSocket>

namespace tributary::client {
namespace {

std::string fingerprintOf(const QSslCertificate &certificate)
{
    return certificate.isNull() ? std::string()
                                : fingerprintFrom(certificate.digest(QCryptographicHash::Sha256).toHex().toStdString());
}

QString keyOf(const QUrl &hub)
{
    const auto address = hubAddress(hub);
    return address ? address->toString() : QString();
}

} // namespace

HubTrust::HubTrust(QObject *parent)
    : QObject(parent)
{
}

void HubTrust::setPin(const QUrl &hub, const std::string &fingerprint)
{
    const QString key = keyOf(hub);
    if (fingerprint.empty())
        m_pins.erase(key);
    else if (!key.isEmpty())
        m_pins[key] = fingerprint;
}

std::string HubTrust::pin(const QUrl &hub) const
{
    const auto found = m_pins.find(keyOf(hub));
    return found == m_pins.end() ? std::string() : found->second;
}

QSslConfiguration HubTrust::configuration(const QUrl &hub) const
{
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setProtocol(QSsl::TlsV1_2OrLater);
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    if (!pin(hub).empty())
        configuration.setCaCertificates({}); // nobody but the pin: everything else is an error, to be decided below
    return configuration;
}

void HubTrust::prepare(QNetworkRequest &request, const QUrl &hub) const
{
    request.setSslConfiguration(configuration(hub));
}

void HubTrust::watch(QNetworkReply *reply, const QUrl &hub, Refused refused)
{
    const std::string pinned = pin(hub);
    connect(reply, &QNetworkReply::sslErrors, this, [reply, pinned, refused](const QList<QSslError> &errors) {
        const std::string seen = fingerprintOf(reply->sslConfiguration().peerCertificate());
        if (!pinned.empty() && seen == pinned)
            reply->ignoreSslErrors(errors); // these, of this certificate alone
        else if (!seen.empty())
            refused({seen, pinned});
    });
    // Nothing has been sent yet when this comes. Without any error there would have been nothing to decide above.
    connect(reply, &QNetworkReply::encrypted, this, [reply, pinned, refused] {
        const std::string seen = fingerprintOf(reply->sslConfiguration().peerCertificate());
        if (pinned.empty() || seen == pinned)
            return;
        refused({seen, pinned});
        reply->abort();
    });
}

void HubTrust::watch(QWebSocket *socket, const QUrl &hub, Refused refused)
{
    const std::string pinned = pin(hub);
    socket->setSslConfiguration(configuration(hub));
    connect(socket, &QWebSocket::sslErrors, this, [socket, pinned, refused](const QList<QSslError> &errors) {
        auto *tls = socket->findChild<QSslSocket *>(); // the WebSocket itself does not tell what its peer has shown
        const std::string seen = tls ? fingerprintOf(tls->peerCertificate()) : std::string();
        if (tls && !pinned.empty() && seen == pinned)
            tls->ignoreSslErrors(errors);
        else if (!seen.empty())
            refused({seen, pinned});
    });
}

} // namespace tributary::client
