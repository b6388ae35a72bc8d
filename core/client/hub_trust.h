#pragma once

#include "core/client/certificate_problem.h"

#include <QObject>
#include <QSslConfiguration>
#include <QUrl>

#include <functional>
#include <map>

class QNetworkReply;
class QNetworkRequest;
class QSslSocket;
class QWebSocket;
#include <string>
#include <string_view>

namespace tributary::client {

/// Under what name the pin of a hub is among the settings.
inline constexpr std::string_view kPin = "pin ";
inline std::string pinName(const QUrl &hub)
{
    return std::string(kPin) + hub.toString().toStdString();
}

/// The one place that decides which hub is believed (C3 to C6). A hub without a pin must show a certificate that the system
/// trusts. One with a pin must show exactly that certificate; who signed it, its names and dates do not matter then, and no
/// other is believed, whoever signed that. TLS 1.2 or later. Lives on the thread of what it watches.
class HubTrust : public QObject {
    Q_OBJECT
public:
    explicit HubTrust(QObject *parent = nullptr);

    /// From now on; an empty fingerprint takes the pin away. Addresses are those of hubAddress().
    void setPin(const QUrl &hub, const std::string &fingerprint);
    std::string pin(const QUrl &hub) const;

    /// Says what a request to @p hub is opened with.
    void prepare(QNetworkRequest &request, const QUrl &hub) const;
    using Refused = std::function<void(const CertificateProblem &)>;
    /// Decides about the certificate that comes. @p refused is called where it is not believed, before the error follows;
    /// nothing has been sent then.
    void watch(QNetworkReply *reply, const QUrl &hub, Refused refused);
    void watch(QWebSocket *socket, const QUrl &hub, Refused refused);

private:
    QSslConfiguration configuration(const QUrl &hub) const;

    std::map<QString, std::string> m_pins;
};

} // namespace tributary::client
