#include "core/client/hub_http.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkReply>

#include <algorithm>

namespace tributary::client {
namespace {

constexpr int kSilenceMs = 30'000;
constexpr int kLongestRetrySeconds = 300;

/// RFC 9110, 10.2.3: the seconds; as a date, which the hub does not give, it counts as none.
std::chrono::seconds retryAfterOf(const QNetworkReply &reply)
{
    return std::chrono::seconds(std::clamp(reply.rawHeader("Retry-After").toInt(), 0, kLongestRetrySeconds));
}

} // namespace

bool HubHttp::Answer::isHubsDenial() const
{
    return status == 401 && QJsonDocument::fromJson(body).object().value("error") == QLatin1String("denied");
}

HubHttp::HubHttp(HubTrust &trust, QObject *parent)
    : QObject(parent)
    , m_trust(trust)
{
}

quint64 HubHttp::send(const Request &request, Done done)
{
    QUrl url = request.hub;
    const qsizetype question = request.path.indexOf('?');
    url.setPath(question < 0 ? request.path : request.path.left(question), QUrl::StrictMode);
    if (question >= 0)
        url.setQuery(request.path.mid(question + 1), QUrl::StrictMode);
    QNetworkRequest wanted(url);
    wanted.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    wanted.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    wanted.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    m_trust.prepare(wanted, request.hub);
    if (!request.token.empty())
        wanted.setRawHeader("Authorization", "Bearer " + QByteArray::fromStdString(request.token));
    if (!request.type.isEmpty())
        wanted.setHeader(QNetworkRequest::ContentTypeHeader, request.type);
    if (request.from > 0) {
        wanted.setRawHeader("Range", "bytes=" + QByteArray::number(request.from) + "-");
        wanted.setRawHeader("If-Range", '"' + request.validator + '"');
    }
    if (!m_network) {
        m_network = std::make_shared<QNetworkAccessManager>();
        m_network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        m_network->setTransferTimeout(kSilenceMs);
    }
    QNetworkReply *reply = request.post ? m_network->post(wanted, request.body) : m_network->get(wanted);
    reply->setParent(this);
    connect(reply, &QObject::destroyed, this, [network = m_network] {});
    const quint64 handle = m_next++;
    m_open.emplace(handle, Open{reply, std::move(done)});
    m_trust.watch(reply, request.hub, [this, handle](const CertificateProblem &problem) {
        if (const auto open = m_open.find(handle); open != m_open.end())
            open->second.problem = problem;
    });
    const qint64 most = request.most;
    connect(reply, &QNetworkReply::downloadProgress, this, [this, handle, reply, most](qint64 received, qint64) {
        const auto open = m_open.find(handle);
        if (received > most && open != m_open.end() && !open->second.tooLarge) {
            open->second.tooLarge = true;
            reply->abort();
        }
    });
    connect(reply, &QNetworkReply::finished, this, [this, handle, reply, most, keepsPart = !request.validator.isEmpty()] {
        finish(handle, reply, most, keepsPart);
    });
    return handle;
}

void HubHttp::finish(quint64 handle, QNetworkReply *reply, qint64 most, bool keepsPart)
{
    reply->deleteLater();
    const auto open = m_open.find(handle);
    if (open == m_open.end())
        return; // cancelled
    const Done done = std::move(open->second.done);
    const bool tooLarge = open->second.tooLarge || reply->bytesAvailable() > most;
    const auto problem = open->second.problem;
    m_open.erase(open);
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const bool cut =
        reply->error() == QNetworkReply::RemoteHostClosedError || reply->error() == QNetworkReply::OperationCanceledError;
    if (problem)
        done(failure(errorOf(*problem)));
    else if (tooLarge) // of what it refuses, the reason and not its length
        done(failure(status / 100 == 4 || status / 100 == 5 ? kindOf(status) : Error::Kind::TooLarge,
                     "the answer is larger than asked for"));
    else if (status > 0 && (!cut || (keepsPart && status / 100 == 2)))
        done(Answer{status, reply->readAll(), cut, retryAfterOf(*reply)});
    else if (reply->error() == QNetworkReply::OperationCanceledError)
        done(failure(Error::Kind::TimedOut, "the hub did not answer in time"));
    else
        done(failure(Error::Kind::Offline, "the hub cannot be reached"));
}

void HubHttp::cancel(quint64 handle)
{
    const auto open = m_open.find(handle);
    if (open == m_open.end())
        return;
    QNetworkReply *reply = open->second.reply;
    m_open.erase(open);
    reply->abort(); // finish() finds nobody to tell
}

void HubHttp::forgetConnections()
{
    m_network.reset();
}

void HubHttp::abortAll()
{
    while (!m_open.empty()) {
        const Done done = m_open.begin()->second.done;
        cancel(m_open.begin()->first);
        done(failure(Error::Kind::Offline, "the link was closed"));
    }
}

Error::Kind HubHttp::kindOf(int status)
{
    switch (status) {
    case 400: return Error::Kind::Invalid;
    case 401:
    case 403: return Error::Kind::Denied;
    case 404:
    case 410: return Error::Kind::NotFound;
    case 408:
    case 504: return Error::Kind::TimedOut;
    case 409: return Error::Kind::Conflict;
    case 413: return Error::Kind::TooLarge;
    case 429:
    case 502:
    case 503: return Error::Kind::Offline;
    default: return status >= 400 && status < 500 ? Error::Kind::Rejected : Error::Kind::Failed;
    }
}

} // namespace tributary::client
