#include "tests/crash/visitor.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QUuid>

namespace tributary::crash {
namespace {

constexpr int kReconnectMs = 150; ///< The widget takes 1 to 30 s; here no minute is to be lost between two kills.
constexpr int kSayAgainMs = 2'000;
constexpr int kPingMs = 10'000;
const QString kSite = QStringLiteral("https://shop.example");

} // namespace

Visitor::Visitor(QString name, const QUrl &hub, QString key, Ledger &ledger)
    : m_name(std::move(name))
    , m_key(std::move(key))
    , m_hub(hub)
    , m_ledger(ledger)
{
    m_again.setSingleShot(true);
    m_again.setInterval(kReconnectMs);
    connect(&m_again, &QTimer::timeout, this, [this] { m_token.isEmpty() ? openSession() : openSocket(); });
    m_sayAgain.setSingleShot(true);
    m_sayAgain.setInterval(kSayAgainMs);
    connect(&m_sayAgain, &QTimer::timeout, this, [this] { sayWaiting(); });
    m_ping.setInterval(kPingMs);
    connect(&m_ping, &QTimer::timeout, this, [this] { say({{"t", "ping"}}); });
    m_ping.start();
    m_network.setTransferTimeout(5'000);
    connect(&m_socket, &QWebSocket::connected, this, [this] {
        say({{"t", "hello"}, {"v", 1}, {"token", m_token}, {"site", kSite}, {"after", m_newest}});
    });
    connect(&m_socket, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { onFrame(QJsonDocument::fromJson(text.toUtf8()).object()); });
    const auto gone = [this] {
        m_welcome = false;
        if (m_socket.closeCode() == 4401) {
            m_ledger.surprises.append(m_name + ": its session is not known any more");
            m_token.clear();
        }
        connectSoon();
    };
    connect(&m_socket, &QWebSocket::disconnected, this, gone);
    connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, gone);
    connectSoon();
}

QUrl Visitor::at(const QString &scheme, const QString &path) const
{
    QUrl url = m_hub;
    url.setScheme(scheme);
    url.setPath("/w/" + m_key + path);
    return url;
}

QString Visitor::state() const
{
    return QStringLiteral("%1: %2 unsaid, shows %3 of %4, %5")
        .arg(m_name)
        .arg(m_waiting.size())
        .arg(m_newest)
        .arg(m_last)
        .arg(m_welcome ? "welcome" : "away");
}

void Visitor::connectSoon()
{
    if (!m_again.isActive())
        m_again.start();
}

void Visitor::openSession()
{
    QNetworkRequest request(at("http", "/session"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    request.setRawHeader("Origin", m_hub.toString().toUtf8());
    QNetworkReply *reply = m_network.post(request, QJsonDocument(QJsonObject{{"site", kSite}}).toJson());
    connect(reply, &QNetworkReply::finished, this, [this, reply] {
        reply->deleteLater();
        m_token = QJsonDocument::fromJson(reply->readAll()).object()["token"].toString();
        connectSoon();
    });
}

void Visitor::openSocket()
{
    m_socket.abort();
    QNetworkRequest request(at("ws", "/socket"));
    request.setRawHeader("Origin", m_hub.toString().toUtf8());
    m_socket.open(request);
}

void Visitor::say(const QJsonObject &frame)
{
    if (m_socket.isValid())
        m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)));
}

void Visitor::write(const QString &text)
{
    m_waiting.push_back({QUuid::createUuid().toString(QUuid::WithoutBraces), text});
    if (m_welcome)
        say({{"t", "msg"}, {"id", m_waiting.back().id}, {"text", text}, {"files", QJsonArray()}});
}

void Visitor::sayWaiting()
{
    if (!m_welcome)
        return;
    for (const Message &message : m_waiting)
        say({{"t", "msg"}, {"id", message.id}, {"text", message.text}, {"files", QJsonArray()}});
}

void Visitor::accepted(const QString &id)
{
    const auto found =
        std::find_if(m_waiting.begin(), m_waiting.end(), [&](const Message &message) { return message.id == id; });
    if (found == m_waiting.end())
        return;
    m_ledger.chat[m_name].append(found->text);
    m_waiting.erase(found);
}

void Visitor::askForMissing()
{
    say({{"t", "since"}, {"n", m_newest}});
}

void Visitor::onFrame(const QJsonObject &frame)
{
    const QString type = frame["t"].toString();
    if (type == "welcome") {
        const QString epoch = frame["epoch"].toVariant().toString();
        if (!m_epoch.isEmpty() && m_epoch != epoch)
            m_ledger.surprises.append(m_name + ": its log was replaced");
        m_epoch = epoch;
        m_welcome = true;
        m_last = std::max(m_last, frame["last"].toInteger());
        if (m_last < m_newest)
            m_ledger.surprises.append(m_name + ": its log has become shorter");
        if (m_newest < 0)
            m_newest = 0;
        if (m_newest < m_last)
            askForMissing();
        sayWaiting();
    } else if (type == "events") {
        for (const QJsonValue &event : frame["events"].toArray())
            onEvent(event.toObject());
        if (frame["more"].toBool())
            askForMissing();
    } else if (type == "ev") {
        onEvent(frame);
    } else if (type == "ok") {
        accepted(frame["id"].toString());
        m_last = std::max(m_last, frame["n"].toInteger());
    } else if (type == "head") {
        m_last = std::max(m_last, frame["last"].toInteger());
        askForMissing();
    } else if (type == "error") {
        if (!m_sayAgain.isActive())
            m_sayAgain.start();
    } else if (type == "reset") {
        m_ledger.surprises.append(m_name + ": was given another token");
    }
}

void Visitor::onEvent(const QJsonObject &event)
{
    const qint64 n = event["n"].toInteger();
    m_last = std::max(m_last, n);
    if (n > m_newest + 1)
        return askForMissing();
    m_newest = std::max(m_newest, n);
    Ledger::Seen &seen = m_ledger.browsers[m_name];
    const QString text = event["text"].toString();
    if (const auto before = seen.allTexts.find(n); before != seen.allTexts.end() && before->second != text)
        m_ledger.surprises.append(m_name + ": an event became another text");
    seen.allTexts[n] = text;
    if (event["from"].toString() == "agent")
        seen.agentTexts[n] = text;
    if (event.contains("id"))
        accepted(event["id"].toString());
}

} // namespace tributary::crash
