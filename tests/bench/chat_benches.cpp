// What visitors of the shop's page write, over real sockets, until the hub has said that it is on its disk.
#include "tests/bench/benches.h"
#include "tests/bench/plain_insert.h"
#include "tests/e2e/hub_under_test.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QUuid>
#include <QWebSocket>

#include <algorithm>
#include <memory>

namespace tributary::bench {
namespace {

constexpr int kVisitors = 400;
constexpr int kMessagesOfEach = 10; ///< As many as one may write at once (PROTOCOL.md, Limits).
constexpr int kLongMs = 120'000;
const QString kSite = QStringLiteral("https://shop.example");

/// One tab (core/channels/webchat/PROTOCOL.md), at an address of its own as far as the hub is told.
class Visitor {
public:
    Visitor(QNetworkAccessManager &network, const QUrl &hub, const QString &key, int number)
        : m_hub(hub)
        , m_key(key)
        , m_address(QStringLiteral("10.0.%1.%2").arg(number / 250).arg(number % 250 + 1).toUtf8())
    {
        QObject::connect(&m_socket, &QWebSocket::connected, [this] {
            say({{"t", "hello"}, {"v", 1}, {"token", m_token}, {"site", kSite}, {"after", -1}});
        });
        QObject::connect(&m_socket, &QWebSocket::textMessageReceived, [this](const QString &text) {
            const QString type = QJsonDocument::fromJson(text.toUtf8()).object()["t"].toString();
            m_isWelcome |= type == "welcome";
            m_accepted += type == "ok";
            m_refused |= type == "error";
        });
        QNetworkRequest request = to("http", "/session");
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        m_session.reset(network.post(request, QJsonDocument(QJsonObject{{"site", kSite}}).toJson()));
        QObject::connect(m_session.get(), &QNetworkReply::finished, &m_socket, [this] {
            m_token = QJsonDocument::fromJson(m_session->readAll()).object()["token"].toString();
            m_socket.open(to("ws", "/socket"));
        });
    }
    ~Visitor() { m_socket.disconnect(); } // it says at its end that it is closed
    Visitor(const Visitor &) = delete;
    Visitor &operator=(const Visitor &) = delete;

    bool isWelcome() const { return m_isWelcome; }
    bool wasRefused() const { return m_refused; }
    int accepted() const { return m_accepted; }
    void write(const QString &text)
    {
        say({{"t", "msg"},
             {"id", QUuid::createUuid().toString(QUuid::WithoutBraces)},
             {"text", text},
             {"files", QJsonArray()}});
    }

private:
    QNetworkRequest to(const QString &scheme, const QString &path) const
    {
        QUrl url = m_hub;
        url.setScheme(scheme);
        url.setPath("/w/" + m_key + path);
        QNetworkRequest request(url);
        request.setRawHeader("Origin", m_hub.toString().toUtf8());
        request.setRawHeader("X-Forwarded-For", m_address);
        return request;
    }
    void say(const QJsonObject &frame)
    {
        m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)));
    }

    const QUrl m_hub;
    const QString m_key;
    const QByteArray m_address;
    QString m_token;
    QWebSocket m_socket;
    std::unique_ptr<QNetworkReply> m_session;
    bool m_isWelcome = false, m_refused = false;
    int m_accepted = 0;
};

Result<void> chat(std::vector<Figure> &figures)
{
    const QTemporaryDir folder;
    HubUnderTest hub(folder.filePath("hub"));
    const QByteArray added = hub.run({"account", "add", "webchat", "--name", "Website", "--set", "origins=" + kSite});
    static const QRegularExpression key("/w/([0-9a-f]+)\\.js");
    const QString widget = key.match(QString::fromUtf8(added)).captured(1);
    hub.setEnvironment({{"TRIBUTARY_PROXY", "127.0.0.1"}}); // that is us, who say where each visitor is
    if (widget.isEmpty() || !hub.start())
        return failure(Error::Kind::Failed, "the hub cannot be set up");
    QNetworkAccessManager network;
    std::vector<std::unique_ptr<Visitor>> visitors;
    for (int i = 0; i < kVisitors; ++i)
        visitors.push_back(std::make_unique<Visitor>(network, hub.customers(), widget, i));
    const auto all = [&visitors](auto holds) {
        return QTest::qWaitFor([&] { return std::ranges::all_of(visitors, holds); }, kLongMs);
    };
    if (!all([](const auto &one) { return one->isWelcome(); }))
        return failure(Error::Kind::TimedOut, "not all visitors were let in");
    const QString text = QString(200, 'w');
    const double cpu = processCpuOf(hub.pid()), began = seconds();
    for (int i = 0; i < kMessagesOfEach; ++i) {
        for (const auto &visitor : visitors)
            visitor->write(text);
    }
    const bool done = all([](const auto &one) { return one->accepted() == kMessagesOfEach || one->wasRefused(); });
    const double took = seconds() - began;
    if (!done || std::ranges::any_of(visitors, [](const auto &one) { return one->wasRefused(); }))
        return failure(Error::Kind::Failed, "not all messages were taken");
    constexpr std::int64_t kCount = std::int64_t(kVisitors) * kMessagesOfEach;
    const double used = processCpuOf(hub.pid()) - cpu;
    TRIBUTARY_TRY_ASSIGN(const double floor, insertDurably(folder.path().toStdString(), kCount, text.toStdString()));
    figures.push_back({"web chat messages a second, sent, stored and acknowledged", double(kCount) / took, "1/s", floor,
                       "SQLite FULL, 16 a commit", atLeastTimes(0.5)});
    figures.push_back({"hub CPU a web chat message", used / double(kCount) * 1e6, "us", {}, {}, {}});
    return {};
}

} // namespace

Result<void> benchChat(Bench &bench)
{
    return bench.several(bench.runs, chat);
}

} // namespace tributary::bench
