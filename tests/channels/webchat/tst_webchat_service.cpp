#include "tests/channels/webchat/webchat_fixture.h"

#include "core/base/digest.h"

#include <QFile>
#include <QTest>

#include <deque>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::webchat;

namespace {

QString uuid(int n)
{
    return QString("018f3c2a-7b1e-7c3d-9a55-%1").arg(n, 12, 10, QChar('0'));
}

QString hashOf(const char *identifier)
{
    return QString::fromStdString(toHex(hmacSha256(bytesOf(WebChatFixture::kSecret), bytesOf(identifier))));
}

} // namespace

class TestWebChatService : public QObject {
    Q_OBJECT

private slots:
    void sessionNeedsAnAllowedSite_data();
    void sessionNeedsAnAllowedSite();
    void sessionsAreLimitedByAddress();
    void badFramesCloseTheSocket_data();
    void badFramesCloseTheSocket();
    void badMessagesAreRefused_data();
    void badMessagesAreRefused();
    void sameIdIsSameMessage();
    void storeTroubleIsRetriedOnce();
    void resumesAfterNumber_data();
    void resumesAfterNumber();
    void numbersFollowTheOrderOfWriting();
    void messagesAreLimited();
    void aShopInManyTabsIsServed();
    void tokenOpensOneVisitorOnly();
    void uploadsAreJudgedByContent_data();
    void uploadsAreJudgedByContent();
    void filesOfOthersDoNotExist();
    void typedEmailIsAClaim();
    void signedIdentityIsProof_data();
    void signedIdentityIsProof();
    void proofJoinsDevices();
    void forgedIdentityChangesNothing();
    void logoutEndsTheToken();
    void logoutThatFailsIsSaidAgain();
    void whoIsErasedComesAgain_data();
    void whoIsErasedComesAgain();
    void whatWasErasedIsNotTakenAgain();
    void repliesAreSentOnce();
    void withoutItsFileNothingIsSent();
    void marksReachTheHubOnce();
    void agentsMarksAreKept();
    void typingAndPresenceReachTheVisitor();
    void whoTypesOnIsToldOfAgain();
    void silentSocketsAreClosed();
    void hostileTextsStayText();
    void stopAnswersEverySend();
    void frameHasAStrictPolicy();
    void socketChecksOrigin_data();
    void socketChecksOrigin();
};

void TestWebChatService::sessionNeedsAnAllowedSite_data()
{
    QTest::addColumn<QString>("origin");
    QTest::addColumn<QString>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("fine") << "https://hub.example"
                          << R"({"site":"https://shop.example"})" << 200;
    QTest::newRow("site in capitals") << "https://hub.example"
                                      << R"({"site":"https://SHOP.example:443"})" << 200;
    QTest::newRow("foreign site") << "https://hub.example"
                                  << R"({"site":"https://evil.example"})" << 403;
    QTest::newRow("site that only looks alike") << "https://hub.example"
                                                << R"({"site":"https://shop.example.evil"})" << 403;
    QTest::newRow("plain http site") << "https://hub.example"
                                     << R"({"site":"http://shop.example"})" << 403;
    QTest::newRow("no site") << "https://hub.example"
                             << "{}" << 403;
    QTest::newRow("called from another page") << "https://shop.example"
                                              << R"({"site":"https://shop.example"})" << 403;
    QTest::newRow("no origin") << ""
                               << R"({"site":"https://shop.example"})" << 403;
    QTest::newRow("opaque origin") << "null"
                                   << R"({"site":"https://shop.example"})" << 403;
    QTest::newRow("no JSON") << "https://hub.example"
                             << "site=1" << 400;
    QTest::newRow("key twice") << "https://hub.example"
                               << R"({"site":"https://shop.example","site":"x"})" << 400;
}

void TestWebChatService::sessionNeedsAnAllowedSite()
{
    QFETCH(QString, origin);
    QFETCH(QString, body);
    WebChatFixture fixture;
    HttpRequest request = fixture.request("POST", "/w/widget-7/session", body.toStdString());
    request.origin = origin.toStdString();
    QTEST(fixture.http(request).status, "status");
}

void TestWebChatService::sessionsAreLimitedByAddress()
{
    WebChatFixture fixture;
    for (int i = 0; i < 10; ++i)
        QVERIFY(!fixture.newToken().empty());
    HttpRequest request = fixture.request("POST", "/w/widget-7/session", R"({"site":"https://shop.example"})");
    const HttpResponse refused = fixture.http(request);
    QCOMPARE(refused.status, 429);
    QCOMPARE(refused.header("Retry-After"), std::string_view("6"));
    QVERIFY(!fixture.newToken("192.0.2.8").empty());
    fixture.clock.advance(Milliseconds(6'000));
    QVERIFY(!fixture.newToken().empty());
}

void TestWebChatService::badFramesCloseTheSocket_data()
{
    QTest::addColumn<QByteArray>("frame");
    QTest::newRow("no JSON") << QByteArray("hello");
    QTest::newRow("cut off") << QByteArray(R"({"t":"msg")");
    QTest::newRow("a list") << QByteArray("[1]");
    QTest::newRow("key twice") << QByteArray(R"({"t":"ping","t":"msg"})");
    QTest::newRow("bad UTF-8") << QByteArray("{\"t\":\"\xC3\x28\"}");
    QTest::newRow("deep") << QByteArray("{\"t\":").append(QByteArray(2000, '[')).append(QByteArray(2000, ']')).append('}');
    QTest::newRow("nested object") << QByteArray(R"({"t":"msg","x":{"y":1}})");
    QTest::newRow("too large") << QByteArray(R"({"t":"msg","text":")").append(QByteArray(70'000, 'a')).append("\"}");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("hello twice") << QByteArray(R"({"t":"hello"})");
}

void TestWebChatService::badFramesCloseTheSocket()
{
    QFETCH(QByteArray, frame);
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    tab.sayRaw(frame.toStdString());
    QCOMPARE(tab.closeCode(), int(frames::BadFrame));
    Tab stranger(fixture, {});
    stranger.say({{"t", "msg"}, {"id", uuid(1)}, {"text", "hi"}});
    QCOMPARE(stranger.closeCode(), int(frames::NeedSession));
}

void TestWebChatService::badMessagesAreRefused_data()
{
    QTest::addColumn<QJsonObject>("message");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const QString &id, const QString &text, const QJsonArray &files,
                        const char *code) {
        QTest::newRow(name) << QJsonObject{{"t", "msg"}, {"id", id}, {"text", text}, {"files", files}} << QString(code);
    };
    row("no id", "", "hi", {}, "bad-id");
    row("id is no UUID", "1; DROP TABLE", "hi", {}, "bad-id");
    row("id in capitals", uuid(1).toUpper(), "hi", {}, "bad-id");
    row("empty", uuid(1), "", {}, "empty");
    row("blank", uuid(1), " \n\t\u200B", {}, "empty");
    row("too long", uuid(1), QString(10'001, 'a'), {}, "too-long");
    row("longest", uuid(1), QString(10'000, QChar(0x4E2D)), {}, "");
    row("unknown upload", uuid(1), "", {uuid(9)}, "file");
    row("eleven files", uuid(1), "", {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}, "too-many-files");
}

void TestWebChatService::badMessagesAreRefused()
{
    QFETCH(QJsonObject, message);
    QFETCH(QString, code);
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    tab.say(message);
    QCOMPARE(tab.last("error")["code"].toString(), code);
    QCOMPARE(fixture.hub.envelopes(InboundEnvelope::Kind::Message).size(), std::size_t(code.isEmpty()));
    QCOMPARE(tab.closeCode(), 0);
}

void TestWebChatService::sameIdIsSameMessage()
{
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    Tab tab(fixture, token);
    Tab other(fixture, token);
    tab.write(uuid(1), "hello");
    tab.write(uuid(1), "hello");
    other.write(uuid(1), "hello");
    const auto answers = tab.frames("ok");
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers[0]["n"].toInteger(), 1);
    QCOMPARE(answers[1]["n"].toInteger(), 1);
    QCOMPARE(other.last("ok")["n"].toInteger(), 1);
    QCOMPARE(other.frames("ev").size(), 1); // both tabs show it, once
    QCOMPARE(fixture.hub.envelopes(InboundEnvelope::Kind::Message).size(), 1U);
}

void TestWebChatService::storeTroubleIsRetriedOnce()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    fixture.hub.failing = true;
    // Both are on their way when the first fails: the second must not overtake it.
    tab.sayUnsettled({{"t", "msg"}, {"id", uuid(1)}, {"text", "one"}});
    tab.write(uuid(2), "two");
    QCOMPARE(tab.frames("error").size(), 2);
    QCOMPARE(tab.frames("error")[0]["code"].toString(), "retry");
    QCOMPARE(tab.frames("error")[0]["id"].toString(), uuid(1));
    fixture.hub.failing = false;
    tab.write(uuid(1), "one");
    tab.write(uuid(2), "two");
    QCOMPARE(tab.last("ok")["n"].toInteger(), 2);
    QCOMPARE(fixture.hub.envelopes(InboundEnvelope::Kind::Message).size(), 2U);
}

void TestWebChatService::resumesAfterNumber_data()
{
    QTest::addColumn<int>("after");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("more");
    QTest::newRow("from the beginning") << 0 << 1 << 100 << true;
    QTest::newRow("some are known") << 140 << 141 << 10 << false;
    QTest::newRow("all are known") << 150 << 0 << 0 << false;
    QTest::newRow("nothing is known") << -1 << 101 << 50 << true;
    QTest::newRow("from another history") << 5000 << 101 << 50 << true;
}

void TestWebChatService::resumesAfterNumber()
{
    QFETCH(int, after);
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    {
        Tab tab(fixture, token);
        for (int i = 1; i <= 150; ++i)
            fixture.service->send(fixture.hub.reply(tab.visitor().toStdString(), "m"), [](SendOutcome) {});
        fixture.settle();
    }
    Tab tab(fixture, token, after);
    const auto events = tab.last("events")["events"].toArray();
    QTEST(int(events.size()), "count");
    QTEST(events.isEmpty() ? 0 : int(events.first()["n"].toInteger()), "first");
    QTEST(tab.last("events")["more"].toBool(), "more");
    // The widget asks for the rest by number, in either direction.
    tab.say({{"t", "since"}, {"n", 149}});
    QCOMPARE(tab.last("events")["events"].toArray().size(), 1);
    tab.say({{"t", "older"}, {"n", 3}});
    QCOMPARE(tab.last("events")["events"].toArray().size(), 2);
    QCOMPARE(tab.last("events")["more"].toBool(), false);
}

void TestWebChatService::numbersFollowTheOrderOfWriting()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    for (int i = 1; i <= 8; ++i)
        tab.write(uuid(i), QString::number(i));
    const auto log = fixture.hub.log(tab.visitor().toStdString());
    for (int i = 1; i <= 8; ++i) {
        QCOMPARE(log[i - 1].n, i);
        QCOMPARE(log[i - 1].item.body, std::to_string(i));
    }
}

void TestWebChatService::messagesAreLimited()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    for (int i = 1; i <= 10; ++i)
        tab.write(uuid(i), "hi");
    QVERIFY(tab.frames("error").isEmpty());
    tab.write(uuid(11), "hi");
    QCOMPARE(tab.last("error")["code"].toString(), "limit");
    QCOMPARE(tab.last("error")["id"].toString(), uuid(11));
    QCOMPARE(tab.last("error")["retry_after"].toInteger(), 2);
    fixture.clock.advance(Milliseconds(2'000));
    tab.write(uuid(11), "hi");
    QCOMPARE(tab.last("ok")["n"].toInteger(), 11);
}

/// Each tab of a shop has a socket, open or not: the one that is looked at is the newest.
void TestWebChatService::aShopInManyTabsIsServed()
{
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    std::deque<Tab> tabs;
    for (int i = 0; i < 20; ++i)
        QCOMPARE(tabs.emplace_back(fixture, token).closeCode(), 0);
    Tab more(fixture, token);
    QCOMPARE(more.closeCode(), int(frames::TooMany));
    QCOMPARE(more.last("error")["retry_after"].toInteger(), 30);
    tabs[1].leave();
    QCOMPARE(Tab(fixture, token).closeCode(), 0);
}

void TestWebChatService::tokenOpensOneVisitorOnly()
{
    WebChatFixture fixture;
    Tab anna(fixture, fixture.newToken());
    Tab bert(fixture, fixture.newToken());
    anna.write(uuid(1), "my order number is 4711");
    QVERIFY(bert.frames("ev").isEmpty());
    bert.say({{"t", "since"}, {"n", 0}});
    QVERIFY(bert.last("events")["events"].toArray().isEmpty());
    // Somebody else's message id, guessed or seen: refused, and nothing of it told.
    bert.write(uuid(1), "what was it?");
    QCOMPARE(bert.last("error")["code"].toString(), "taken");
    QVERIFY(bert.frames("ev").isEmpty());
    QVERIFY(bert.frames("ok").isEmpty());
    Tab forged(fixture, std::string(43, 'A'));
    QCOMPARE(forged.closeCode(), int(frames::NeedSession));
}

void TestWebChatService::uploadsAreJudgedByContent_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<int>("status");
    QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1A\n....") << 200;
    QTest::newRow("pdf") << QByteArray("%PDF-1.7\n") << 200;
    QTest::newRow("text") << QByteArray("Größe: 42\n") << 200;
    QTest::newRow("svg") << QByteArray("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>") << 415;
    QTest::newRow("html") << QByteArray("\n <!DOCTYPE html><script>alert(1)</script>") << 415;
    QTest::newRow("program") << QByteArray("MZ\x90\0\3", 5) << 415;
    QTest::newRow("shell script") << QByteArray("#!/bin/sh\nrm -rf /\n") << 415;
    QTest::newRow("empty") << QByteArray() << 415;
    QTest::newRow("too large") << QByteArray("%PDF-1.7\n").append(QByteArray(20 * 1024 * 1024, 'x')) << 413;
}

void TestWebChatService::uploadsAreJudgedByContent()
{
    QFETCH(QByteArray, content);
    WebChatFixture fixture;
    HttpRequest request = fixture.request("POST", "/w/widget-7/files", content.toStdString());
    request.bearer = fixture.newToken();
    request.fileName = "../../etc/passwd\u202Egnp.png";
    const HttpResponse answer = fixture.http(request);
    QTEST(answer.status, "status");
    if (answer.status == 200)
        QCOMPARE(JsonFields::read(answer.body)->text("name"), std::string("passwdgnp.png"));
    request.bearer = std::string(43, 'x');
    if (answer.status == 200)
        QCOMPARE(fixture.http(request).status, 401);
}

void TestWebChatService::filesOfOthersDoNotExist()
{
    WebChatFixture fixture;
    const std::string annasToken = fixture.newToken();
    const std::string bertsToken = fixture.newToken();
    Tab anna(fixture, annasToken);
    Tab bert(fixture, bertsToken);
    HttpRequest upload = fixture.request("POST", "/w/widget-7/files", "%PDF-1.7 secret");
    upload.bearer = annasToken;
    upload.fileName = "\"invoice\".pdf";
    const QString id = QString::fromStdString(JsonFields::read(fixture.http(upload).body)->text("id"));
    bert.write(uuid(1), "", {id});
    QCOMPARE(bert.last("error")["code"].toString(), "file");
    anna.write(uuid(2), "", {id});
    const auto file = anna.last("ev")["files"].toArray().first().toObject();
    HttpRequest download = fixture.request("GET", "/w/widget-7/files/" + file["id"].toString().toStdString());
    download.bearer = annasToken;
    const HttpResponse mine = fixture.http(download);
    QCOMPARE(mine.status, 200);
    QCOMPARE(mine.body, std::string("%PDF-1.7 secret"));
    QCOMPARE(mine.header("Content-Type"), std::string_view("application/octet-stream"));
    QVERIFY(mine.header("Content-Disposition").starts_with("attachment;"));
    QVERIFY(mine.header("Content-Security-Policy").find("sandbox") != std::string_view::npos);
    download.bearer = bertsToken;
    QCOMPARE(fixture.http(download).status, 404);
    download.bearer.clear();
    QCOMPARE(fixture.http(download).status, 401);
}

void TestWebChatService::typedEmailIsAClaim()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    tab.say({{"t", "profile"}, {"name", "Anna \u202EPetrova"}, {"email", "not an address"}});
    QCOMPARE(tab.last("error")["code"].toString(), "email");
    tab.say({{"t", "profile"}, {"name", "Anna \u202EPetrova"}, {"email", " Anna@Customer.Test "}});
    QVERIFY(fixture.hub.envelopes(InboundEnvelope::Kind::Identity).empty()); // nobody has written yet
    tab.write(uuid(1), "hi");
    const auto sender = fixture.hub.envelopes(InboundEnvelope::Kind::Message).at(0).sender;
    QCOMPARE(sender.name, std::string("Anna Petrova"));
    QCOMPARE(sender.verified, false);
    QCOMPARE(sender.scoped, true);
    QCOMPARE(sender.evidence.size(), 1U);
    QCOMPARE(sender.evidence[0].address, std::string("anna@customer.test"));
    QCOMPARE(sender.evidence[0].verified, false);
    tab.say({{"t", "profile"}, {"name", "Anna"}, {"email", "anna@other.test"}});
    const auto later = fixture.hub.envelopes(InboundEnvelope::Kind::Identity);
    QCOMPARE(later.size(), 1U);
    QCOMPARE(later[0].sender.evidence[0].verified, false);
}

void TestWebChatService::signedIdentityIsProof_data()
{
    QTest::addColumn<QJsonObject>("proof");
    QTest::addColumn<QString>("email");
    QTest::addColumn<QString>("identifier");
    const QString jwt =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        "eyJpc3MiOiJzaG9wLmV4YW1wbGUiLCJzdWIiOiJ1c2VyLTQyIiwibmFtZSI6IkFubmEgUGV0cm92YSIsImVtYWlsIjoiYW5uYUBjdXN0b21lci"
        "50ZXN0IiwiaWF0IjoxNzk1MjUwMDAwLCJleHAiOjE3OTUyNTAzMDAsImF1ZCI6IndpZGdldC03In0.HITOlv496nl9arFghYDOl3lZQYN-"
        "TuTuCLpoCCgjRBg";
    QTest::newRow("token with e-mail") << QJsonObject{{"jwt", jwt}} << "anna@customer.test"
                                       << "widget-7/user-42";
    QTest::newRow("hash of an e-mail") << QJsonObject{{"identifier", "anna@customer.test"},
                                                      {"hash", hashOf("anna@customer.test")}}
                                       << "anna@customer.test"
                                       << "widget-7/anna@customer.test";
    QTest::newRow("hash of a number") << QJsonObject{{"identifier", "user-42"}, {"hash", hashOf("user-42")}} << ""
                                      << "widget-7/user-42";
}

void TestWebChatService::signedIdentityIsProof()
{
    QFETCH(QJsonObject, proof);
    QFETCH(QString, email);
    WebChatFixture fixture;
    const std::string oldToken = fixture.newToken();
    Tab tab(fixture, oldToken);
    tab.write(uuid(1), "before");
    proof["t"] = "identify";
    tab.say(proof);
    const std::string newToken = tab.last("reset")["token"].toString().toStdString();
    QVERIFY(!newToken.empty() && newToken != oldToken);
    QVERIFY(tab.last("welcome")["you"].toObject()["proven"].toBool());
    const auto told = fixture.hub.envelopes(InboundEnvelope::Kind::Identity);
    QCOMPARE(told.size(), 1U);
    QTEST(QString::fromStdString(told[0].sender.evidence.at(0).address), "identifier");
    QVERIFY(std::ranges::all_of(told[0].sender.evidence, &InboundSender::Evidence::verified));
    QCOMPARE(told[0].sender.evidence.size(), std::size_t(email.isEmpty() ? 1 : 2));
    if (!email.isEmpty())
        QCOMPARE(QString::fromStdString(told[0].sender.evidence[1].address), email);
    // A copy of the token from before the sign-in opens nothing any more.
    Tab thief(fixture, oldToken);
    QCOMPARE(thief.closeCode(), int(frames::NeedSession));
    Tab next(fixture, newToken);
    QCOMPARE(next.last("events")["events"].toArray().size(), 1);
    next.say(proof); // the next page view says it again
    QVERIFY(next.frames("reset").isEmpty());
}

void TestWebChatService::proofJoinsDevices()
{
    WebChatFixture fixture;
    const QJsonObject proof{{"t", "identify"}, {"identifier", "user-42"}, {"hash", hashOf("user-42")}};
    Tab desktop(fixture, fixture.newToken());
    desktop.write(uuid(1), "from the desktop");
    desktop.say(proof);
    Tab phone(fixture, fixture.newToken());
    phone.write(uuid(2), "from the phone");
    const std::string before = phone.visitor().toStdString();
    phone.say(proof);
    QCOMPARE(phone.visitor(), desktop.visitor());
    QCOMPARE(phone.last("events")["events"].toArray().size(), 2);
    QCOMPARE(desktop.last("head")["last"].toInteger(), 2);
    // A reply to the anonymous conversation reaches both.
    fixture.service->send(fixture.hub.reply(before, "hello both"), [](SendOutcome) {});
    fixture.settle();
    QCOMPARE(phone.last("ev")["n"].toInteger(), 3);
    QCOMPARE(desktop.last("ev")["n"].toInteger(), 3);
    // And what was accepted before the sign-in is known after it.
    phone.write(uuid(2), "from the phone");
    QCOMPARE(phone.last("ok")["n"].toInteger(), 2);
}

void TestWebChatService::forgedIdentityChangesNothing()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    tab.say({{"t", "identify"}, {"identifier", "user-42"}, {"hash", hashOf("user-43")}});
    QCOMPARE(tab.last("error")["code"].toString(), "identity");
    tab.say({{"t", "identify"}, {"identifier", ""}, {"hash", hashOf("")}});
    QCOMPARE(tab.frames("error").size(), 2);
    QVERIFY(tab.frames("reset").isEmpty());
    tab.say({{"t", "identify"}, {"identifier", "user-42"}, {"hash", hashOf("user-42")}});
    tab.say({{"t", "identify"}, {"identifier", "user-43"}, {"hash", hashOf("user-43")}});
    QCOMPARE(tab.last("error")["code"].toString(), "other-identity");
}

void TestWebChatService::logoutEndsTheToken()
{
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    Tab one(fixture, token), two(fixture, token);
    one.say({{"t", "logout"}});
    QCOMPARE(one.closeCode(), int(frames::NeedSession));
    QCOMPARE(two.closeCode(), int(frames::NeedSession));
    Tab again(fixture, token);
    QCOMPARE(again.closeCode(), int(frames::NeedSession));
}

void TestWebChatService::logoutThatFailsIsSaidAgain()
{
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    Tab tab(fixture, token);
    fixture.hub.failing = true;
    tab.say({{"t", "logout"}});
    QCOMPARE(tab.last("error")["code"].toString(), "retry");
    QCOMPARE(tab.closeCode(), 0);
    fixture.hub.failing = false;
    tab.say({{"t", "logout"}});
    QCOMPARE(tab.closeCode(), int(frames::NeedSession));
    Tab again(fixture, token);
    QCOMPARE(again.closeCode(), int(frames::NeedSession));
}

void TestWebChatService::whoIsErasedComesAgain_data()
{
    QTest::addColumn<QJsonObject>("frame");
    QTest::addColumn<bool>("meanwhile"); // after the hub has begun to take it in
    QTest::newRow("writes") << QJsonObject{{"t", "msg"}, {"id", uuid(2)}, {"text", "still there?"}} << false;
    QTest::newRow("is writing") << QJsonObject{{"t", "msg"}, {"id", uuid(2)}, {"text", "still there?"}} << true;
    QTest::newRow("reads") << QJsonObject{{"t", "read"}, {"n", 1}} << false;
    QTest::newRow("says a name") << QJsonObject{{"t", "profile"}, {"name", "Anna"}} << false;
    QTest::newRow("signs in") << QJsonObject{{"t", "identify"}, {"identifier", "user-42"}, {"hash", hashOf("user-42")}}
                              << false;
}

void TestWebChatService::whoIsErasedComesAgain()
{
    QFETCH(QJsonObject, frame);
    QFETCH(bool, meanwhile);
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    Tab tab(fixture, token), other(fixture, token);
    tab.write(uuid(1), "hello");
    const std::string visitor = tab.visitor().toStdString();
    if (meanwhile)
        tab.sayUnsettled(frame);
    fixture.hub.erase(visitor);
    if (meanwhile)
        fixture.settle();
    else
        tab.say(frame);
    QCOMPARE(tab.closeCode(), int(frames::NeedSession));
    QCOMPARE(other.closeCode(), int(frames::NeedSession));
    QVERIFY(tab.frames("error").isEmpty()); // none that says to try again as the same
    Tab again(fixture, fixture.newToken());
    again.write(uuid(2), "still there?");
    QCOMPARE(again.last("ok")["n"].toInteger(), 1);
}

void TestWebChatService::whatWasErasedIsNotTakenAgain()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    tab.write(uuid(1), "hello");
    fixture.hub.erase(tab.visitor().toStdString());
    // A browser that had not heard of it says it again.
    Tab again(fixture, fixture.newToken());
    again.write(uuid(1), "hello");
    QCOMPARE(again.last("error")["code"].toString(), "taken");
    again.write(uuid(2), "anybody there?");
    QCOMPARE(again.last("ok")["n"].toInteger(), 1);
    QCOMPARE(again.closeCode(), 0);
}

void TestWebChatService::repliesAreSentOnce()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    OutboundMessage message = fixture.hub.reply(tab.visitor().toStdString(), "<b>hello</b>", "Maya");
    std::vector<SendOutcome> outcomes;
    const auto note = [&](SendOutcome outcome) { outcomes.push_back(std::move(outcome)); };
    fixture.service->send(message, note);
    fixture.settle();
    message.lookFirst = true;
    fixture.service->send(message, note);
    fixture.settle();
    QCOMPARE(outcomes.size(), 2U);
    QCOMPARE(outcomes[0].kind, SendOutcome::Kind::Sent);
    QCOMPARE(outcomes[1].externalId, outcomes[0].externalId);
    QCOMPARE(tab.last("ev")["n"].toInteger(), 1);
    QCOMPARE(tab.last("ev")["text"].toString(), "<b>hello</b>");
    QCOMPARE(tab.last("ev")["name"].toString(), "Maya");
    QCOMPARE(fixture.hub.log(tab.visitor().toStdString()).size(), 1U);
    message.to.address = "nobody";
    fixture.service->send(message, note);
    fixture.settle();
    QCOMPARE(outcomes[2].kind, SendOutcome::Kind::Failed);
    fixture.hub.failing = true;
    message.to.address = tab.visitor().toStdString();
    fixture.service->send(message, note);
    fixture.settle();
    QCOMPARE(outcomes[3].kind, SendOutcome::Kind::Retry);
}

/// What lacks a file is not sent without it; and if it may have gone out with it, nobody can say.
void TestWebChatService::withoutItsFileNothingIsSent()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    OutboundMessage message = fixture.hub.reply(tab.visitor().toStdString(), "Here it is.", "Maya");
    message.files = {{{.name = "mug.png", .state = model::Attachment::State::Failed}, {}}};
    std::vector<SendOutcome> outcomes;
    const auto note = [&](SendOutcome outcome) { outcomes.push_back(std::move(outcome)); };
    for (const bool lookFirst : {false, true}) {
        message.lookFirst = lookFirst;
        fixture.service->send(message, note);
        fixture.settle();
    }
    QCOMPARE(outcomes.size(), 2U);
    QCOMPARE(outcomes[0].kind, SendOutcome::Kind::Failed);
    QCOMPARE(outcomes[1].kind, SendOutcome::Kind::Uncertain);
    QVERIFY(outcomes[0].problemText != outcomes[1].problemText);
    message.files.clear(); // nor what is only to be looked for
    message.lookOnly = true;
    fixture.service->send(message, note);
    fixture.settle();
    QCOMPARE(outcomes.back().problem, std::string("restored"));
    QCOMPARE(fixture.hub.log(tab.visitor().toStdString()).size(), 0U);
}

void TestWebChatService::marksReachTheHubOnce()
{
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    Tab one(fixture, token), two(fixture, token);
    std::string externalId;
    fixture.service->send(fixture.hub.reply(one.visitor().toStdString(), "hi"),
                          [&](SendOutcome outcome) { externalId = outcome.externalId; });
    fixture.settle();
    one.say({{"t", "got"}, {"n", 1}});
    one.say({{"t", "read"}, {"n", 9}});
    two.say({{"t", "read"}, {"n", 1}});
    const auto told = fixture.hub.envelopes(InboundEnvelope::Kind::Delivery);
    QCOMPARE(told.size(), 2U);
    QCOMPARE(told[0].delivery.state, model::Delivery::State::Delivered);
    QCOMPARE(told[1].delivery.state, model::Delivery::State::Read);
    QCOMPARE(told[1].about, std::vector<std::string>{externalId});
    QCOMPARE(two.last("marks")["read"].toInteger(), 1); // the other tab clears its badge
}

void TestWebChatService::agentsMarksAreKept()
{
    WebChatFixture fixture;
    const std::string token = fixture.newToken();
    std::string visitor;
    {
        Tab tab(fixture, token);
        tab.write(uuid(1), "one");
        tab.write(uuid(2), "two");
        visitor = tab.visitor().toStdString();
        fixture.service->agentMarks(visitor, 2, 1);
        fixture.service->agentMarks(visitor, 1, 0); // late
        fixture.settle();
        QCOMPARE(tab.frames("marks").size(), 1);
    }
    Tab next(fixture, token); // the next page view
    QCOMPARE(next.last("welcome")["delivered"].toInteger(), 2);
    QCOMPARE(next.last("welcome")["seen"].toInteger(), 1);
    next.leave();
    fixture.service->agentMarks(visitor, 2, 2); // while nobody looks
    fixture.settle();
    Tab last(fixture, token);
    QCOMPARE(last.last("welcome")["seen"].toInteger(), 2);
}

void TestWebChatService::typingAndPresenceReachTheVisitor()
{
    WebChatFixture fixture(Settings{{"offline_notice", "We are back at nine."}});
    Tab tab(fixture, fixture.newToken());
    QCOMPARE(tab.last("welcome")["online"].toBool(), false);
    QCOMPARE(tab.last("welcome")["notice"].toString(), "We are back at nine.");
    fixture.service->setPresence(true);
    QCOMPARE(tab.last("presence")["online"].toBool(), true);
    fixture.service->agentTyping(tab.visitor().toStdString(), "Maya", true);
    QCOMPARE(tab.last("typing")["name"].toString(), "Maya");
    tab.write(uuid(1), "hi");
    fixture.service->agentMarks(tab.visitor().toStdString(), 1, 0);
    fixture.service->agentMarks(tab.visitor().toStdString(), 0, 1);
    fixture.settle();
    QCOMPARE(tab.last("marks")["delivered"].toInteger(), 1);
    QCOMPARE(tab.last("marks")["seen"].toInteger(), 1);
    fixture.hub.block(tab.visitor().toStdString());
    fixture.service->visitorBlocked(tab.visitor().toStdString());
    QCOMPARE(tab.closeCode(), int(frames::Forbidden));
}

/// A desktop forgets after ten seconds who types; a widget says it every four.
void TestWebChatService::whoTypesOnIsToldOfAgain()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    std::vector<bool> &told = fixture.listener.typing;
    const auto type = [&tab](bool on) { tab.say({{"t", "typing"}, {"on", on}}); };
    type(true);
    QCOMPARE(told, std::vector<bool>({true}));
    type(true); // no flood reaches the desktops
    fixture.clock.advance(Milliseconds(2'900));
    type(true);
    QCOMPARE(told, std::vector<bool>({true}));
    fixture.clock.advance(Milliseconds(1'100));
    type(true);
    QCOMPARE(told, std::vector<bool>({true, true}));
    fixture.clock.advance(Milliseconds(7'900));
    fixture.service->timePassed();
    QCOMPARE(told.size(), 2U);
    fixture.clock.advance(Milliseconds(100)); // they have stopped without a word
    fixture.service->timePassed();
    QCOMPARE(told, std::vector<bool>({true, true, false}));
    type(true); // and begin again
    type(false);
    type(false);
    QCOMPARE(told, std::vector<bool>({true, true, false, true, false}));
}

void TestWebChatService::silentSocketsAreClosed()
{
    WebChatFixture fixture;
    Tab stranger(fixture, {});
    Tab tab(fixture, fixture.newToken());
    fixture.clock.advance(Milliseconds(5'000));
    fixture.service->timePassed();
    QCOMPARE(stranger.closeCode(), int(frames::TimedOut));
    QCOMPARE(tab.closeCode(), 0);
    fixture.clock.advance(Milliseconds(60'000));
    tab.say({{"t", "ping"}});
    QCOMPARE(tab.frames("pong").size(), 1);
    fixture.clock.advance(Milliseconds(60'000));
    fixture.service->timePassed();
    QCOMPARE(tab.closeCode(), 0);
    fixture.clock.advance(Milliseconds(15'000));
    fixture.service->timePassed();
    QCOMPARE(tab.closeCode(), int(frames::TimedOut));
}

void TestWebChatService::hostileTextsStayText()
{
    QFile file(TRIBUTARY_SOURCE_DIR "/tests/fixtures/webchat/hostile-texts.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    // One of the texts holds half a surrogate pair, which QJsonDocument would not write as a browser does: take the escapes
    // as they stand in the file.
    const QByteArray json = file.readAll().trimmed();
    const auto texts = QJsonDocument::fromJson(json).array();
    QVERIFY(texts.size() >= 15);
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    int n = 0;
    int accepted = 0;
    for (const QByteArray &line : json.mid(1, json.size() - 2).split('\n')) {
        QByteArray literal = line.trimmed();
        if (literal.endsWith(','))
            literal.chop(1);
        if (literal.isEmpty())
            continue;
        fixture.clock.advance(Milliseconds(2'000));
        tab.sayRaw(("{\"t\":\"msg\",\"id\":\"" + uuid(++n).toUtf8() + "\",\"text\":" + literal + "}").toStdString());
        QCOMPARE(tab.closeCode(), 0);
        accepted += tab.last("ok")["id"].toString() == uuid(n);
    }
    QCOMPARE(n, int(texts.size()));
    QCOMPARE(accepted, n - 2); // the two that are white space alone say nothing
    const auto log = fixture.hub.log(tab.visitor().toStdString());
    QCOMPARE(log.at(0).item.body, std::string("<script>alert(1)</script>"));
    for (const ChatEvent &event : log) {
        QVERIFY(event.item.body.find('\0') == std::string::npos);
        QVERIFY(event.item.html.empty());
    }
    for (const QJsonObject &frame : tab.frames("ev"))
        QVERIFY(!QJsonDocument(frame).toJson().isEmpty());
}

void TestWebChatService::stopAnswersEverySend()
{
    WebChatFixture fixture;
    Tab tab(fixture, fixture.newToken());
    const Tab silent(fixture, {}); // has not said hello
    int answers = 0;
    fixture.service->send(fixture.hub.reply(tab.visitor().toStdString(), "hi"), [&](SendOutcome outcome) {
        ++answers;
        QCOMPARE(outcome.kind, SendOutcome::Kind::Uncertain); // it may be on its way into the log
    });
    fixture.service->stop();
    QCOMPARE(answers, 1);
    QCOMPARE(tab.closeCode(), int(frames::GoingAway));
    QCOMPARE(silent.closeCode(), int(frames::GoingAway));
    fixture.settle();
    QCOMPARE(answers, 1);
    SendOutcome late;
    fixture.service->send(fixture.hub.reply(tab.visitor().toStdString(), "hi"),
                          [&](SendOutcome outcome) { late = std::move(outcome); });
    fixture.settle();
    QCOMPARE(late.kind, SendOutcome::Kind::Retry); // and this one is on no way at all
    QCOMPARE(fixture.http(fixture.request("GET", "/w/widget-7/")).status, 503);
}

void TestWebChatService::frameHasAStrictPolicy()
{
    WebChatFixture fixture(
        Settings{{"title", "\"><script>alert(1)</script>"}, {"origins", "https://shop.example https://*.shop.test;x"}});
    const HttpResponse frame = fixture.http(fixture.request("GET", "/w/widget-7/"));
    QCOMPARE(frame.status, 200);
    const auto policy = QByteArray(frame.header("Content-Security-Policy").data());
    QVERIFY(policy.contains("default-src 'none'"));
    QVERIFY(policy.contains("frame-ancestors https://shop.example https://*.shop.test"));
    QVERIFY(!policy.contains("unsafe"));
    QVERIFY(frame.body.find("<script>alert") == std::string::npos);
    QVERIFY(frame.body.find("{{") == std::string::npos);
    for (const char *path : {".js", "/app.js", "/link.js", "/view.js", "/words.js", "/lang-ar.js", "/style.css"}) {
        HttpRequest request = fixture.request("GET", std::string("/w/widget-7") + path);
        const HttpResponse file = fixture.http(request);
        QCOMPARE(file.status, 200);
        request.ifNoneMatch = file.header("ETag");
        QCOMPARE(fixture.http(request).status, 304);
        request.method = "POST";
        QCOMPARE(fixture.http(request).status, 405);
    }
    QCOMPARE(fixture.http(fixture.request("GET", "/w/widget-8/")).status, 404);
    QCOMPARE(fixture.http(fixture.request("GET", "/w/widget-7/../x")).status, 404);
}

void TestWebChatService::socketChecksOrigin_data()
{
    QTest::addColumn<QString>("origin");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::newRow("own frame") << "https://hub.example"
                               << "/w/widget-7/socket" << 0;
    QTest::newRow("no origin") << ""
                               << "/w/widget-7/socket" << 403;
    QTest::newRow("the shop's page itself") << "https://shop.example"
                                            << "/w/widget-7/socket" << 403;
    QTest::newRow("foreign") << "https://evil.example"
                             << "/w/widget-7/socket" << 403;
    QTest::newRow("sandboxed") << "null"
                               << "/w/widget-7/socket" << 403;
    QTest::newRow("other path") << "https://hub.example"
                                << "/w/widget-7/sockets" << 404;
}

void TestWebChatService::socketChecksOrigin()
{
    QFETCH(QString, origin);
    QFETCH(QString, path);
    WebChatFixture fixture;
    HttpRequest request = fixture.request("GET", path.toStdString());
    request.origin = origin.toStdString();
    const auto refusal = fixture.service->refuseSocket(request);
    QTEST(refusal ? refusal->status : 0, "status");
}

QTEST_APPLESS_MAIN(TestWebChatService)
#include "tst_webchat_service.moc"
