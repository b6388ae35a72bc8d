// What strangers reach of the web chats, and what is left of it when one of them ends.
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

QTEST_GUILESS_MAIN(TestPublicApi)
#include "tst_public_api.moc"
