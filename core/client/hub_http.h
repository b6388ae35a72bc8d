#pragma once

#include "core/client/hub_trust.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <chrono>
#include <functional>
#include <map>
#include <memory>

namespace tributary::client {

/// Requests to the hub, on the link's thread. No redirects, no cookies, bounded answers, 30 s without a byte is a time-out.
class HubHttp : public QObject {
    Q_OBJECT
public:
    struct Request {
        QUrl hub;
        QString path;      ///< With its query, percent-encoded.
        std::string token; ///< Sent as Bearer unless empty.
        QByteArray type;   ///< Content-Type of a body.
        QByteArray body;
        bool post = false;
        qint64 most = 1 << 20; ///< Bytes of an answer; more is TooLarge.
        /// Of a content that was begun: its bytes from here on, if it still is the one of this validator. The answer is 206
        /// then, else all of it. One with a validator that is cut comes as far as it came.
        qint64 from = 0;
        QByteArray validator;
    };
    struct Answer {
        int status = 0;
        QByteArray body;
        bool isCut = false;                 ///< More should have come.
        std::chrono::seconds retryAfter{0}; ///< How long it wants not to be asked again; at most 5 minutes are believed.

        /// The hub says that this sign-in is none (any more), and not a proxy of whatever kind before it.
        bool isHubsDenial() const;
    };
    using Done = std::function<void(Result<Answer>)>;

    /// @p trust decides whom to believe, on the same thread, and outlives this.
    explicit HubHttp(HubTrust &trust, QObject *parent = nullptr);

    /// @p done gets every answer the hub gave, whatever its status; Offline or TimedOut where it gave none (Offline with
    /// a CertificateProblem where it was not believed: then it heard nothing). On this thread, once. Returns a handle for
    /// cancel().
    quint64 send(const Request &request, Done done);
    /// Its `done` is not called any more.
    void cancel(quint64 handle);
    /// Connections that are kept for later are not used any more: whom to believe is another now, or they may be dead.
    /// Requests on their way go on.
    void forgetConnections();
    /// Every open request ends as Offline.
    void abortAll();

    /// What a status that is not success means for who asked.
    static Error::Kind kindOf(int status);

private:
    void finish(quint64 handle, QNetworkReply *reply, qint64 most, bool keepsPart);

    struct Open {
        QNetworkReply *reply;
        Done done;
        bool tooLarge = false;
        std::optional<CertificateProblem> problem;
    };
    HubTrust &m_trust;
    /// Made by the first request, on this thread; lives as long as what was asked through it.
    std::shared_ptr<QNetworkAccessManager> m_network;
    std::map<quint64, Open> m_open;
    quint64 m_next = 1;
};

} // namespace tributary::client
