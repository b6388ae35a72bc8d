#include "ui/welcome/hub_check.h"

#include <QNetworkReply>

namespace tributary::ui {
namespace {

constexpr int kTimeoutMs = 5000;

QString problemOf(const QNetworkReply &reply)
{
    switch (reply.error()) {
    case QNetworkReply::HostNotFoundError: return HubCheck::tr("No computer of this name was found");
    case QNetworkReply::ConnectionRefusedError:
        return HubCheck::tr("The computer answers, but nothing listens at this port");
    case QNetworkReply::SslHandshakeFailedError:
        return HubCheck::tr("Its certificate is not trusted, or it does not speak https");
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError: return HubCheck::tr("No answer in 5 seconds");
    default: return HubCheck::tr("No hub answers here");
    }
}

} // namespace

HubCheck::HubCheck(QObject *parent)
    : QObject(parent)
{
    m_network.setTransferTimeout(kTimeoutMs);
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
}

void HubCheck::check(const QUrl &hub)
{
    QUrl url = hub;
    if (url.scheme().startsWith(QLatin1String("ws")))
        url.setScheme(url.scheme() == QLatin1String("ws") ? QStringLiteral("http") : QStringLiteral("https"));
    url.setPath(QStringLiteral("/healthz"));
    const std::uint64_t question = ++m_question;
    QNetworkReply *reply = m_network.get(QNetworkRequest(url));
    connect(reply, &QNetworkReply::finished, this, [this, reply, question] {
        reply->deleteLater();
        if (question != m_question)
            return;
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (status == 200)
            emit checked(tr("A hub answers here"), true);
        else
            emit checked(status > 0 ? tr("Something answers here, but it is not a hub") : problemOf(*reply), false);
    });
}

} // namespace tributary::ui
