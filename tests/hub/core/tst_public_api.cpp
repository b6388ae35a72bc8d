// What strangers reach of the web chats, and what is left of it when one of them ends.
#include "core/channels/webchat/text_rules.h"
#include "core/hub/public_api.h"
#include "tests/channels/webchat/webchat_fixture.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::channels::webchat;
using namespace tributary::hub;

namespace {

/// The hub's end of a visitor's socket.
class FakeSocket final : public edge::Socket {
public:
    using edge::Socket::send;
    bool send(std::shared_ptr<const std::string>, bool) override { return closeCode == 0; }
    std::size_t queuedBytes() const override { return 0; }
    void close(std::uint16_t code, std::string_view) override { closeCode = code; }
    void abort() override { close(1006, {}); }
    void setReading(bool) override {}
    const std::string &remoteAddress() const override { return m_address; }

    std::uint16_t closeCode = 0;

private:
    std::string m_address = "192.0.2.7";
};

edge::Request handshake()
{
    edge::Request request;
    request.method = "GET";
    request.path = "/w/widget-7/socket";
    request.remoteAddress = "192.0.2.7";
    request.headers.add("Host", "hub.example");
    request.headers.add("Origin", "https://hub.example");
    return request;
}

} // namespace

class TestPublicApi : public QObject {
    Q_OBJECT
private slots:
    void aSocketThatOpensLateFindsItsChatGone();
    void onlyWhoIsKnownMaySendMuch_data();
    void onlyWhoIsKnownMaySendMuch();
};

void TestPublicApi::aSocketThatOpensLateFindsItsChatGone()
{
    WebChatFixture chat;
    Loop loop;
    PublicApi api(loop);
    api.add(*chat.service);
    const edge::UpgradeDecision decision = api.upgrade(handshake());
    QVERIFY(decision.events);
    // The peer is slow to take its 101; meanwhile the account is changed, paused or removed.
    api.remove(*chat.service);
    chat.service.reset();
    const auto socket = std::make_shared<FakeSocket>();
    decision.events->opened(socket);
    QCOMPARE(int(socket->closeCode), int(frames::GoingAway));
    decision.events->message(R"({"t":"hello","token":"x","site":"https://shop.example"})", false);
    decision.events->closed(1001);
    QVERIFY(!api.upgrade(handshake()).events);
}

void TestPublicApi::onlyWhoIsKnownMaySendMuch_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("token");
    QTest::addColumn<bool>("much");
    const QString files = "/w/widget-7/files";
    QTest::newRow("visitor") << "POST" << files << "known" << true;
    QTest::newRow("stranger") << "POST" << files << "" << false;
    QTest::newRow("made-up token") << "POST" << files << "other" << false;
    QTest::newRow("no token") << "POST" << files << "nonsense" << false;
    QTest::newRow("no upload") << "POST"
                               << "/w/widget-7/session"
                               << "known" << false;
    QTest::newRow("other method") << "PUT" << files << "known" << false;
    QTest::newRow("another chat") << "POST"
                                  << "/w/widget-8/files"
                                  << "known" << false;
    QTest::newRow("no chat") << "POST"
                             << "/files"
                             << "known" << false;
}

void TestPublicApi::onlyWhoIsKnownMaySendMuch()
{
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QString, token);
    QFETCH(bool, much);
    WebChatFixture chat, elsewhere;
    const std::map<QString, std::string> tokens{{"known", chat.newToken()}, {"other", elsewhere.newToken()}};
    Loop loop;
    PublicApi api(loop);
    api.add(*chat.service);
    edge::RequestHead head = handshake();
    head.method = method.toStdString();
    head.path = path.toStdString();
    if (const auto bearer = tokens.find(token); bearer != tokens.end())
        head.headers.add("Authorization", "Bearer " + bearer->second);
    else if (!token.isEmpty())
        head.headers.add("Authorization", "Bearer " + token.toStdString());
    QCOMPARE(api.bodyLimit(head), much ? kMostUploadBytes : kMostBodyBytes);
    chat.service->stop();
    QCOMPARE(api.bodyLimit(head), kMostBodyBytes);
}

QTEST_GUILESS_MAIN(TestPublicApi)
#include "tst_public_api.moc"
