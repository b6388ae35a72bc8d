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
    case QNetworkReply::SslHandshakeFailedError: return HubCheck::tr("The computer answers, but it does not speak https");
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

void HubCheck::check(const QUrl &hub, const std::string &pin)
{
    m_unknown.reset();
    ++m_question;
    if (hub.isEmpty())
        return;
    m_trust.setPin(hub, pin);
    ask(hub);
}

void HubCheck::ask(const QUrl &hub)
{
    QUrl url = hub;
    if (url.scheme().startsWith(QLatin1String("ws")))
        url.setScheme(url.scheme() == QLatin1String("ws") ? QStringLiteral("http") : QStringLiteral("https"));
    url.setPath(QStringLiteral("/healthz"));
    m_network.clearConnectionCache(); // each look is a handshake of its own
    QNetworkRequest request(url);
    m_trust.prepare(request, hub);
    QNetworkReply *reply = m_network.get(request);
    const auto problem = std::make_shared<std::optional<client::CertificateProblem>>();
    m_trust.watch(reply, hub, [problem](const client::CertificateProblem &found) { *problem = found; });
    connect(reply, &QNetworkReply::finished, this, [this, hub, reply, problem, question = m_question] {
        reply->deleteLater();
        if (question == m_question)
            answered(hub, reply, *problem);
    });
}

void HubCheck::answered(const QUrl &hub, QNetworkReply *reply, const std::optional<client::CertificateProblem> &problem)
{
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (problem && !m_unknown) {
        m_unknown = Unknown{*problem};
        if (!problem->pinned.empty()) {
            m_trust.setPin(hub, {});
            return ask(hub); // would the system do?
        }
    }
    if (m_unknown) {
        m_unknown->systemTrusts = !problem && status == 200;
        emit checked(m_unknown->problem.pinned.empty() ? tr("A computer answers whose certificate is not known here yet")
                                                       : tr("This is not the certificate that is known for this hub"),
                     false);
    } else if (status == 200) {
        emit checked(tr("A hub answers here"), true);
    } else {
        emit checked(status > 0 ? tr("Something answers here, but it is not a hub") : problemOf(*reply), false);
    }
}

} // namespace tributary::ui
