// How a sign-in ends, and what becomes of the copy and of what is unsent.
#include "tests/client/teapot_shop.h"

#include <QDirIterator>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;

class TestSignOut : public QObject {
    Q_OBJECT
private slots:
    void anotherAgentsUnsentWorkIsKept();
    void settingsOfAPersonStayTheirs();
    void theSessionBeforeIsOver();
    void whoIsNotLetInLeavesTheOther();
    void signOutForgetsTheCopy();
    void revokedSignsOut();
    void onlyTheHubEndsASignIn_data();
    void onlyTheHubEndsASignIn();
    void aHubOfAnotherHistoryEndsNoSignIn();
};

void TestSignOut::anotherAgentsUnsentWorkIsKept()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    MiniHub other;
    furnish(other);
    other.agent.id = idOf<AgentId>(9);
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    QVERIFY(waited(desk.workspace->submit(SetStatus{kConversation, Conversation::Status::Resolved})));
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)).error().kind == Error::Kind::Conflict);
    hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)));
    desk.live();
    QCOMPARE(desk.workspace->agent().id, idOf<AgentId>(9));
    QVERIFY(desk.conversation().status == Conversation::Status::Open); // the other hub's
    QVERIFY(waited(desk.workspace->submit(SetStatus{kConversation, Conversation::Status::Waiting})));
    QTRY_COMPARE(other.commands.size(), 1u); // its own command 1, not the first agent's
}

/// Whoever sits down next shows nobody what they write because the one before them did, and misses no news that they read.
void TestSignOut::settingsOfAPersonStayTheirs()
{
    MiniHub hub, other;
    furnish(hub);
    furnish(other);
    other.agent.id = idOf<AgentId>(9);
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->setSetting("drafts.shared", "on")));
    QVERIFY(waited(desk.workspace->setSetting("theme", "dark")));
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)));
    desk.live();
    QCOMPARE(desk.workspace->setting("drafts.shared", "off"), std::string("off"));
    QCOMPARE(desk.workspace->setting("theme"), std::string("dark")); // of the computer
    QVERIFY(waited(desk.workspace->setSetting("news.seen_ms", "7")));
    desk.close();
    desk.open();
    QCOMPARE(desk.workspace->setting("news.seen_ms"), std::string("7"));
    QVERIFY(waited(desk.workspace->signIn(hub.url(), "ana", hub.password)));
    desk.live();
    QCOMPARE(desk.workspace->setting("drafts.shared", "off"), std::string("on"));
    QVERIFY(desk.workspace->setting("news.seen_ms").empty());
}

/// Who signs in over a session that goes on gets nothing of it, and its hub hears nothing of them.
void TestSignOut::theSessionBeforeIsOver()
{
    MiniHub hub;
    furnish(hub);
    hub.blob = "of another";
    Attachment file{.id = idOf<AttachmentId>(70), .name = "a.txt", .sizeBytes = hub.blob.size()};
    file.sha256 = toHex(sha256(bytesOf("of another")));
    TimelineItem item{.id = idOf<TimelineItemId>(71), .conversation = kConversation, .customer = kCustomer};
    item.attachments = {file};
    hub.put(item);
    Desk desk;
    desk.signIn(hub);
    QTRY_VERIFY(desk.workspace->status().completeAsOf.has_value());
    hub.holdsBlobs = true;
    const auto asked = desk.workspace->attachmentFile(file);
    QTRY_COMPARE(hub.ranges.size(), 1);
    const int sessions = hub.sessions();
    MiniHub other;
    furnish(other);
    other.agent.id = idOf<AgentId>(9);
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)));
    desk.live();
    hub.letBlobsGo();
    QVERIFY(!waited(asked));
    QCOMPARE(hub.sessions(), sessions);
    QDirIterator kept(desk.folder.path(), {QString::fromStdString(file.sha256)}, QDir::Files, QDirIterator::Subdirectories);
    QVERIFY(!kept.hasNext());
}

void TestSignOut::whoIsNotLetInLeavesTheOther()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.silent = true;
    QVERIFY(waited(desk.workspace->submit(SetStatus{kConversation, Conversation::Status::Resolved})));
    MiniHub other;
    furnish(other);
    other.agent.id = idOf<AgentId>(9);
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)).error().kind == Error::Kind::Conflict);
    QCOMPARE(desk.workspace->agent().id, hub.agent.id);
    hub.silent = false;
    desk.live();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(hub.commands.size(), 1u);
    QCOMPARE(other.sessions(), 0);
}

void TestSignOut::signOutForgetsTheCopy()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = kConversation, .body = "stays"})));
    const QDir blobs(desk.folder.filePath("blobs"));
    QVERIFY(blobs.mkpath("ab"));
    QFile attachment(blobs.filePath("ab/cd"));
    QVERIFY(attachment.open(QIODevice::WriteOnly) && attachment.write("of a customer") > 0);
    QTRY_VERIFY(desk.workspace->status().completeAsOf.has_value());
    QVERIFY(waited(desk.workspace->signOut()));
    QVERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(desk.workspace->agent().id.isNull());
    QVERIFY(!desk.workspace->status().completeAsOf); // there is nothing left to work on
    QVERIFY(blobs.isEmpty());
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 0u);
    QCOMPARE(waited(desk.workspace->drafts())->size(), 1u);
    desk.close();
    desk.open();
    QVERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(waited(desk.workspace->signIn(hub.url(), "ana@teapots.example", hub.password)));
    desk.live();
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 1u);
}

void TestSignOut::revokedSignsOut()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QTRY_VERIFY(desk.workspace->status().completeAsOf.has_value());
    hub.say(wire::Goodbye{.reason = "revoked"});
    QTRY_VERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(desk.workspace->status().reason == Status::Reason::Denied);
    QVERIFY(!desk.workspace->status().completeAsOf); // the copy goes with the sign-in
    QTRY_VERIFY(desk.workspace->agent().id.isNull());
    QVERIFY(!desk.workspace->status().completeAsOf);
}

void TestSignOut::onlyTheHubEndsASignIn_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<bool>("ends");
    QTest::newRow("the hub itself") << 401 << QByteArray(R"({"error":"denied"})") << true;
    QTest::newRow("a proxy wants a sign-in of its own") << 401 << QByteArray("<html>Sign in</html>") << false;
    QTest::newRow("a firewall") << 403 << QByteArray("<html>Blocked</html>") << false;
    QTest::newRow("a firewall that speaks JSON") << 403 << QByteArray(R"({"error":"denied"})") << false;
}

/// Who stands before the hub may refuse a page; the copy and the sign-in stay.
void TestSignOut::onlyTheHubEndsASignIn()
{
    QFETCH(int, status);
    QFETCH(QByteArray, said);
    QFETCH(bool, ends);
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.pageStatus = status;
    hub.pageSaid = said;
    hub.pagesAsked = 0;
    hub.newEpoch(2, hub.lastN);
    QTRY_VERIFY(hub.pagesAsked > 0);
    if (ends) {
        hub.token = "another"; // it says so to the next hello
        QTRY_VERIFY(desk.workspace->status().state == State::SignedOut);
        return;
    }
    hub.pageStatus = 0;
    desk.live(); // asked again
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 1u);
}

/// A hub that was begun anew, or another one at the same address, has signed nobody out: this copy may be the last.
void TestSignOut::aHubOfAnotherHistoryEndsNoSignIn()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.says["/sync"] = "other-history";
    hub.stop();
    hub.start();
    QTRY_VERIFY(desk.workspace->status().reason == Status::Reason::OtherHistory);
    QVERIFY(desk.workspace->status().state == State::Offline);
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 1u);
    hub.says.clear();
    desk.workspace->tryNow();
    desk.live(); // it was put back
}

QTEST_GUILESS_MAIN(TestSignOut)
#include "tst_sign_out.moc"
