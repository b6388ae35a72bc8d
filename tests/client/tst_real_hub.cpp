#include "core/client/check_profile.h"
#include "core/client/hub_process.h"
#include "core/client/workspace.h"
#include "core/wire/digests.h"
#include "core/wire/vocabulary.h"
#include "tests/client/waited.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QWebSocket>

#include <cstdio>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;
using client::testing::waited;
using State = Status::State;

namespace {

const QString kHoldAHub = QStringLiteral("--hold-a-hub"); ///< This program starts a hub, and stays until it is killed.

/// Somebody on the shop's page, who speaks the web chat's wire as the widget does.
class Visitor : public QObject {
public:
    Visitor(const QUrl &hub, const QString &key)
        : m_base(hub)
        , m_key(key)
    {
        connect(&m_socket, &QWebSocket::textMessageReceived, this,
                [this](const QString &text) { frames.append(QJsonDocument::fromJson(text.toUtf8()).object()); });
    }
    void come()
    {
        QNetworkRequest request(at("http", "/session"));
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        request.setRawHeader("Origin", m_base.toString().toUtf8());
        QNetworkReply *reply = m_network.post(request, R"({"site":"https://shop.example"})");
        QTRY_VERIFY(reply->isFinished());
        m_token = QJsonDocument::fromJson(reply->readAll()).object()["token"].toString();
        reply->deleteLater();
        QVERIFY(!m_token.isEmpty());
        connectTo(m_base);
    }
    /// The same visitor at the hub's new address.
    void connectTo(const QUrl &hub)
    {
        m_base = hub;
        m_socket.abort();
        frames.clear();
        QNetworkRequest socket(at("ws", "/socket"));
        socket.setRawHeader("Origin", m_base.toString().toUtf8());
        m_socket.open(socket);
        QTRY_COMPARE(m_socket.state(), QAbstractSocket::ConnectedState);
        say({{"t", "hello"}, {"v", 1}, {"token", m_token}, {"site", "https://shop.example"}, {"after", -1}});
        QTRY_VERIFY(!frames.isEmpty());
    }
    void say(const QJsonObject &frame)
    {
        m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact)));
    }
    void write(const QString &id, const QString &text)
    {
        say({{"t", "msg"}, {"id", id}, {"text", text}, {"files", QJsonArray()}});
    }
    bool hasRead(const QString &text) const
    {
        return std::ranges::any_of(frames, [&](const QJsonObject &frame) {
            return QString::fromUtf8(QJsonDocument(frame).toJson()).contains(text);
        });
    }
    QList<QJsonObject> frames;

private:
    QUrl at(const QString &scheme, const QString &path) const
    {
        QUrl url = m_base;
        url.setScheme(scheme);
        url.setPath("/w/" + m_key + path);
        return url;
    }
    QUrl m_base;
    QString m_key, m_token;
    QNetworkAccessManager m_network;
    QWebSocket m_socket;
};

struct Desk {
    QTemporaryDir folder;
    std::unique_ptr<Workspace> workspace;

    void signIn(const QUrl &hub, const std::string &email)
    {
        workspace = std::make_unique<Workspace>();
        QVERIFY(waited(workspace->open(folder.path())));
        const auto in = waited(workspace->signIn(hub, email, "correct horse battery staple"));
        QVERIFY2(in, in ? "" : in.error().detail.c_str());
        live();
    }
    void live() { QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Live, 20'000); }
    std::vector<store::ConversationRow> open()
    {
        return waited(workspace->conversations({.queue = store::Queue::AllOpen}))
            .value_or(std::vector<store::ConversationRow>());
    }
    std::optional<store::ConversationRow> row(ConversationId id)
    {
        return waited(workspace->conversationRow(id)).value_or(std::nullopt);
    }
    std::vector<TimelineItem> timeline(CustomerId customer)
    {
        return waited(workspace->timelineBefore(customer, fromMs(4'000'000'000'000), {}, 60))
            .value_or(store::TimelinePage())
            .items;
    }
};

bool says(const std::vector<TimelineItem> &items, const std::string &body)
{
    return std::ranges::any_of(items, [&](const TimelineItem &item) { return item.body == body; });
}

} // namespace

/// The real desktop engine against the real hub's process.
class TestRealHub : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void aConversationFromBothSides();
    void aColleagueWasFaster();
    void aDayOffline();
    void hubRestartsElsewhere();
    void rightsChangeWhileAtWork();
    void restoredFromAnOlderBackup();
    void bothChecksAgree();
    void divergedCopyIsPutRight();
    void damageThatAComparisonFinds();
    void comparisonsAreBounded();
    void passwordChangeSignsOut();
    void aKilledProgramLeavesNoHub();
    void cleanupTestCase();

private:
    QTemporaryDir m_data, m_restored;
    HubProcess m_hub;
    HubProcess::Addresses m_at;
    std::unique_ptr<Visitor> m_visitor;
    Desk m_ana, m_ben;
};

void TestRealHub::initTestCase()
{
    const QStringList data{"--data", m_data.path()};
    for (const QString name : {"ana", "ben"}) {
        const QStringList add{"user", "add", "--email", name + "@teapots.example", "--name", name, "--role", "admin"};
        const auto added = waited(m_hub.run(add + data, "correct horse battery staple\n"));
        QVERIFY2(added, added ? "" : added.error().detail.c_str());
    }
    const auto at = waited(m_hub.start(m_data.path()));
    QVERIFY2(at, at ? "" : at.error().detail.c_str());
    m_at = *at;
    const auto chat = waited(m_hub.run(
        QStringList{"account", "add", "webchat", "--name", "Shop", "--set", "origins=https://shop.example"} + data));
    QVERIFY2(chat, chat ? "" : chat.error().detail.c_str());
    const auto key = QRegularExpression("/w/([^.]+)\\.js").match(QString::fromUtf8(*chat)).captured(1);
    QVERIFY(!key.isEmpty());
    m_visitor = std::make_unique<Visitor>(m_at.customers, key);
    m_ana.signIn(m_at.agents, "ana@teapots.example");
    m_ben.signIn(m_at.agents, "ben@teapots.example");
}

void TestRealHub::aConversationFromBothSides()
{
    m_visitor->come();
    m_visitor->write("0192f5a0-0000-7000-8000-000000000001", "Do you have blue teapots?");
    QTRY_COMPARE(m_ana.open().size(), 1u);
    QTRY_COMPARE(m_ben.open().size(), 1u);
    const store::ConversationRow row = m_ana.open().at(0);
    QTRY_VERIFY(says(m_ana.timeline(row.customer), "Do you have blue teapots?"));

    SendMessage reply{.item = m_ana.workspace->makeId<TimelineItemId>(), .conversation = row.conversation.id};
    reply.to = row.conversation.identity;
    reply.from = row.conversation.account;
    reply.body = "Yes, and they are in stock.";
    QVERIFY(waited(m_ana.workspace->submit(reply, row.conversation.version)));
    QVERIFY(says(m_ana.timeline(row.customer), reply.body)); // before the hub has said anything
    QTRY_VERIFY(m_visitor->hasRead("in stock"));
    QTRY_VERIFY(says(m_ben.timeline(row.customer), reply.body));
    QTRY_COMPARE(m_ana.workspace->status().outboxCount, 0);
    const auto conversation = [&](Desk &desk) { return desk.row(row.conversation.id)->conversation; };
    QTRY_COMPARE(conversation(m_ana), conversation(m_ben));
    QCOMPARE(*conversation(m_ana).assignee, m_ana.workspace->agent().id);

    // Triage and its undo reach the other desktop.
    QVERIFY(waited(m_ana.workspace->submit(SetTags{row.conversation.id, {"blue"}, {}})));
    QTRY_COMPARE(conversation(m_ben).tags, std::vector<std::string>{"blue"});
    QVERIFY(waited(m_ana.workspace->undo()));
    QTRY_VERIFY(conversation(m_ben).tags.empty());
    m_ana.workspace->sendPresence(wire::Presence::Kind::Typing, row.conversation.id);
    QTRY_COMPARE(m_ben.workspace->presentAt(row.conversation.id).size(), 1u);
    QVERIFY(m_ben.workspace->presentAt(row.conversation.id).front().text.empty());
    m_ana.workspace->sendPresence(wire::Presence::Kind::Typing, row.conversation.id, "Dear Layla,");
    QTRY_COMPARE(m_ben.workspace->presentAt(row.conversation.id).front().text, "Dear Layla,"); // a draft that is shared
}

void TestRealHub::aColleagueWasFaster()
{
    QCOMPARE(m_ben.open().size(), 1u);
    const store::ConversationRow seen = m_ben.open().at(0);
    SendMessage reply{
        .conversation = seen.conversation.id, .to = seen.conversation.identity, .from = seen.conversation.account};
    reply.item = m_ana.workspace->makeId<TimelineItemId>();
    reply.body = "We also have green ones.";
    QVERIFY(waited(m_ana.workspace->submit(reply)));
    QTRY_VERIFY(says(m_ben.timeline(seen.customer), reply.body));
    // Ben answers what he saw before that.
    SendMessage crossing = reply;
    crossing.item = m_ben.workspace->makeId<TimelineItemId>();
    crossing.body = "Only blue, sorry.";
    QVERIFY(waited(m_ben.workspace->submit(crossing, seen.conversation.version)));
    QTRY_COMPARE(m_ben.workspace->status().needsYouCount, 1);
    const auto waiting = waited(m_ben.workspace->needsYou());
    QVERIFY(waiting->at(0).outcome->reason == Outcome::Reason::ColleagueReplied);
    QVERIFY(!m_visitor->hasRead("Only blue"));
    // He looks at it, and while he does she says more: what he has not seen he is asked about.
    const auto looked = waited(m_ben.workspace->crossing(waiting->at(0).command.n));
    QCOMPARE(looked->items.size(), 1u);
    reply.item = m_ana.workspace->makeId<TimelineItemId>();
    reply.body = "And red ones.";
    QVERIFY(waited(m_ana.workspace->submit(reply)));
    QTRY_VERIFY(says(m_ben.timeline(seen.customer), reply.body));
    QVERIFY(waited(m_ben.workspace->sendAnyway(waiting->at(0).command.n, looked->upTo)));
    QTRY_COMPARE(m_ben.workspace->status().outboxCount, 0);
    QTRY_COMPARE(m_ben.workspace->status().needsYouCount, 1);
    QVERIFY(!m_visitor->hasRead("Only blue"));
    const std::int64_t again = waited(m_ben.workspace->needsYou())->at(0).command.n;
    const auto both = waited(m_ben.workspace->crossing(again));
    QCOMPARE(both->items.size(), 1u); // what he has seen is no news
    QVERIFY(waited(m_ben.workspace->sendAnyway(again, both->upTo)));
    QTRY_VERIFY(m_visitor->hasRead("Only blue"));
    QTRY_COMPARE(m_ben.workspace->status().outboxCount, 0);
    QCOMPARE(m_ben.workspace->status().needsYouCount, 0);
}

/// Ben's network is gone while Ana works on the same conversation: what he wrote asks first, what he took back never goes
/// out, and what he undoes leaves her later word alone.
void TestRealHub::aDayOffline()
{
    QCOMPARE(m_ben.open().size(), 1u);
    QVERIFY(waited(m_ben.workspace->submit(SetPriority{m_ben.open().at(0).conversation.id, Conversation::Priority::High})));
    QTRY_COMPARE(m_ben.workspace->status().outboxCount, 0);
    const store::ConversationRow seen = m_ben.open().at(0);
    QTRY_VERIFY(m_ana.row(seen.conversation.id)->conversation.priority == Conversation::Priority::High);
    QVERIFY(waited(m_ben.workspace->hubMoved(QUrl("http://127.0.0.1:9")))); // the discard port: nobody listens
    QTRY_VERIFY(m_ben.workspace->status().state == State::Offline);

    SendMessage reply{
        .conversation = seen.conversation.id, .to = seen.conversation.identity, .from = seen.conversation.account};
    SendMessage theirs = reply, crossing = reply, cancelled = reply;
    theirs.item = m_ana.workspace->makeId<TimelineItemId>();
    theirs.body = "The red ones come on Monday.";
    QVERIFY(waited(m_ana.workspace->submit(theirs)));
    QVERIFY(waited(m_ana.workspace->submit(SetPriority{seen.conversation.id, Conversation::Priority::Urgent})));
    QTRY_VERIFY(m_visitor->hasRead("red ones"));

    cancelled.item = m_ben.workspace->makeId<TimelineItemId>();
    cancelled.body = "Never to be read.";
    QVERIFY(waited(m_ben.workspace->submit(cancelled)));
    QVERIFY(waited(m_ben.workspace->takeBackItem(cancelled.item, false)));
    QVERIFY(waited(m_ben.workspace->undo())); // his own text again, to be thrown away once more
    const auto again = waited(m_ben.workspace->draft(seen.conversation.id, store::Draft::Kind::Reply));
    QVERIFY(again && *again);
    QCOMPARE((*again)->body, cancelled.body);
    QCoreApplication::processEvents(); // now he has seen it
    QVERIFY(waited(m_ben.workspace->saveDraft({.conversation = seen.conversation.id})));
    QVERIFY(waited(m_ben.workspace->undo())->overtaken.empty()); // the priority: he cannot know better
    crossing.item = m_ben.workspace->makeId<TimelineItemId>();
    crossing.body = "There are no red ones.";
    QVERIFY(waited(m_ben.workspace->submit(crossing, seen.conversation.version)));
    QVERIFY(says(m_ben.timeline(seen.customer), crossing.body));
    const auto list = waited(m_ben.workspace->attach("stock.txt", "text/plain", "No red ones."));
    QVERIFY(list);
    AddNote note{.item = m_ben.workspace->makeId<TimelineItemId>(), .conversation = seen.conversation.id};
    note.body = "What is in stock.";
    note.attachments = {*list};
    QVERIFY(waited(m_ben.workspace->submit(note)));

    QVERIFY(waited(m_ben.workspace->hubMoved(m_at.agents)));
    m_ben.live();
    QTRY_COMPARE(m_ben.workspace->status().needsYouCount, 2);
    QTRY_COMPARE(m_ben.workspace->status().outboxCount, 0);
    QTRY_VERIFY(says(m_ana.timeline(seen.customer), note.body));
    QCOMPARE(waited(m_ana.workspace->attachmentBytes(*list, 100)).value_or("none"), QByteArray("No red ones."));
    const auto entries = waited(m_ben.workspace->outboxEntries());
    QVERIFY(entries->at(0).command.undoes && entries->at(0).reason == Outcome::Reason::Taken);
    QVERIFY(entries->at(1).state == OutboxEntry::State::NeedsYou);
    QVERIFY(entries->at(1).reason == Outcome::Reason::ColleagueReplied);
    QCOMPARE(entries->at(1).by, std::string("ana"));
    const auto between = waited(m_ben.workspace->crossing(entries->at(1).command.n));
    QVERIFY(says(between->items, theirs.body));
    QVERIFY(m_ben.row(seen.conversation.id)->conversation.priority == Conversation::Priority::Urgent);
    QVERIFY(m_ana.row(seen.conversation.id)->conversation.priority == Conversation::Priority::Urgent);

    QVERIFY(waited(m_ben.workspace->edit(entries->at(1).command.n)));
    QVERIFY(waited(m_ben.workspace->settle(entries->at(0).command.n)));
    QCOMPARE(waited(m_ben.workspace->draft(seen.conversation.id, store::Draft::Kind::Reply)).value()->body, crossing.body);
    QCoreApplication::processEvents(); // now he has seen it
    QVERIFY(waited(m_ben.workspace->saveDraft({.conversation = seen.conversation.id})));
    QVERIFY(!m_visitor->hasRead("Never to be read"));
    QVERIFY(!m_visitor->hasRead("no red ones"));
    QCOMPARE(m_ben.workspace->status().needsYouCount, 0);
}

void TestRealHub::hubRestartsElsewhere()
{
    QCOMPARE(m_ana.open().size(), 1u);
    const store::ConversationRow seen = m_ana.open().at(0);
    m_hub.stop();
    QTRY_VERIFY(m_ana.workspace->status().state == State::Offline);
    QVERIFY(waited(m_ana.workspace->submit(SetPriority{seen.conversation.id, Conversation::Priority::High})));
    QVERIFY(m_ana.row(seen.conversation.id)->pending);
    const auto at = waited(m_hub.start(m_data.path()));
    QVERIFY(at);
    m_at = *at;
    QVERIFY(waited(m_ana.workspace->hubMoved(m_at.agents)));
    QVERIFY(waited(m_ben.workspace->hubMoved(m_at.agents)));
    m_visitor->connectTo(m_at.customers);
    m_ana.live();
    m_ben.live();
    QTRY_COMPARE(m_ana.workspace->status().outboxCount, 0);
    QTRY_VERIFY(m_ben.row(seen.conversation.id)->conversation.priority == Conversation::Priority::High);
    QVERIFY(!m_ana.row(seen.conversation.id)->pending);
}

void TestRealHub::rightsChangeWhileAtWork()
{
    const auto verb = [&](const QStringList &words) {
        const auto done = waited(m_hub.run(words + QStringList{"--data", m_data.path()}, {}));
        if (!done)
            qWarning("%s", done.error().detail.c_str());
        return done.has_value();
    };
    const store::ConversationRow row = m_ben.open().at(0);
    const std::size_t items = m_ben.timeline(row.customer).size();
    QVERIFY(items > 3);
    QVERIFY(verb({"user", "set", "--email", "ben@teapots.example", "--role", "agent"}));
    QTRY_VERIFY(m_ben.workspace->agent().role == Agent::Role::Agent);
    QCOMPARE(m_ben.open().size(), 1u); // it is nobody's in particular

    // It goes to a team that Ben is not in, while he has a word to say there.
    QVERIFY(verb({"team", "add", "Breakages"}));
    std::optional<TeamId> team;
    QTRY_VERIFY(m_ana.row(row.conversation.id));
    QVERIFY(verb({"user", "set", "--email", "ana@teapots.example", "--teams", "Breakages"}));
    QTRY_COMPARE(m_ana.workspace->agent().teams.size(), 1u);
    team = m_ana.workspace->agent().teams.front();
    QVERIFY(waited(m_ana.workspace->submit(SetTeam{row.conversation.id, team})));
    QTRY_VERIFY_WITH_TIMEOUT(!m_ben.row(row.conversation.id), 5'000);
    QVERIFY(m_ben.timeline(row.customer).empty());
    QVERIFY(waited(m_ben.workspace->searchItems("teapots", 10))->empty());
    const TimelineItemId note = m_ben.workspace->makeId<TimelineItemId>();
    QVERIFY(waited(m_ben.workspace->submit(AddNote{note, row.conversation.id, "It was me.", {}})));
    QTRY_COMPARE(m_ben.workspace->status().needsYouCount, 1); // refused, and the text is his again
    QCOMPARE(waited(m_ben.workspace->drafts())->size(), 1u);
    QVERIFY(waited(m_ben.workspace->discard(waited(m_ben.workspace->needsYou())->at(0).command.n)));

    // In the team he has all of it, out of it nothing.
    QVERIFY(verb({"user", "set", "--email", "ben@teapots.example", "--teams", "breakages"}));
    QTRY_VERIFY(m_ben.row(row.conversation.id));
    QTRY_VERIFY(m_ben.timeline(row.customer).size() > items); // the move stands there as well
    QTRY_COMPARE(m_ben.row(row.conversation.id)->conversation, m_ana.row(row.conversation.id)->conversation);
    QVERIFY(verb({"user", "set", "--email", "ben@teapots.example", "--teams", "none"}));
    QTRY_VERIFY_WITH_TIMEOUT(!m_ben.row(row.conversation.id), 5'000);
    QVERIFY(m_ben.timeline(row.customer).empty());

    // A team that ends says whose its conversations are.
    QVERIFY(!verb({"team", "remove", "Breakages"}));
    QVERIFY(verb({"team", "remove", "Breakages", "--into", "everybody"}));
    QTRY_VERIFY(m_ben.row(row.conversation.id));
    QTRY_VERIFY(m_ben.timeline(row.customer).size() > items);
}

void TestRealHub::restoredFromAnOlderBackup()
{
    const store::ConversationRow seen = m_ana.open().at(0);
    const QTemporaryDir place;
    const QString backup = place.filePath("backup");
    const auto made = waited(m_hub.run({"backup", "--data", m_data.path(), "--to", backup})); // while it works
    QVERIFY2(made, made ? "" : made.error().detail.c_str());
    const auto twice = waited(m_hub.run({"backup", "--data", m_data.path(), "--to", backup}));
    QVERIFY(!twice);

    // Acknowledged, and known to everybody, after the backup.
    AddNote note{.item = m_ana.workspace->makeId<TimelineItemId>(), .conversation = seen.conversation.id};
    note.body = "Likes to be called in the morning.";
    const auto plan = waited(m_ana.workspace->attach("plan.txt", "text/plain", "Between 8 and 9."));
    QVERIFY(plan);
    note.attachments = {*plan};
    QVERIFY(waited(m_ana.workspace->submit(note)));
    // Her copy has to have its echo: that the team's end touched a colleague's older reply counts as one that crossed hers.
    QTRY_COMPARE(m_ana.workspace->status().outboxCount, 0);
    SendMessage reply{.item = m_ana.workspace->makeId<TimelineItemId>(), .conversation = seen.conversation.id};
    reply.to = seen.conversation.identity;
    reply.from = seen.conversation.account;
    reply.body = "The green ones are on their way.";
    QVERIFY(waited(m_ana.workspace->submit(reply)));
    QVERIFY(waited(m_ana.workspace->submit(SetTags{seen.conversation.id, {"green"}, {}})));
    QTRY_COMPARE(m_ana.workspace->status().outboxCount, 0);
    QCOMPARE(m_ana.workspace->status().needsYouCount, 0);
    QTRY_VERIFY(m_visitor->hasRead("on their way"));
    QTRY_COMPARE(m_ben.row(seen.conversation.id)->conversation.tags, std::vector<std::string>{"green"});
    QVERIFY(waited(m_ben.workspace->submit(SetPriority{seen.conversation.id, Conversation::Priority::Low})));
    QTRY_COMPARE(m_ben.workspace->status().outboxCount, 0);

    // The disk is lost. Meanwhile somebody works on.
    m_hub.stop();
    QTRY_VERIFY(m_ana.workspace->status().state == State::Offline);
    QVERIFY(waited(m_ana.workspace->submit(SetSubject{seen.conversation.id, "Teapots"})));
    const QString data = m_restored.filePath("data"), key = m_data.filePath("hub.key");
    const auto restored = waited(m_hub.run({"restore", "--data", data, "--from", backup, "--key", key}));
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QVERIFY(!waited(m_hub.run({"restore", "--data", data, "--from", backup}))); // there is data now
    m_visitor.reset();
    const auto at = waited(m_hub.start(data));
    QVERIFY2(at, at ? "" : at.error().detail.c_str());
    m_at = *at;
    QVERIFY(waited(m_ben.workspace->hubMoved(m_at.agents)));
    QVERIFY(waited(m_ana.workspace->hubMoved(m_at.agents)));
    m_ana.live();
    m_ben.live();
    for (Desk *desk : {&m_ana, &m_ben}) {
        QTRY_COMPARE(desk->workspace->status().outboxCount, 0);
        QTRY_COMPARE(desk->row(seen.conversation.id)->conversation.tags, std::vector<std::string>{"green"});
        QTRY_COMPARE(desk->row(seen.conversation.id)->conversation.subject, std::string("Teapots"));
        QTRY_VERIFY(desk->row(seen.conversation.id)->conversation.priority == Conversation::Priority::Low);
        for (const std::string &text : {note.body, reply.body})
            QTRY_COMPARE(std::ranges::count(desk->timeline(seen.customer), text, &TimelineItem::body), 1);
        QCOMPARE(desk->workspace->status().needsYouCount, 0);
    }
    // Her computer has what the hub has lost.
    QCOMPARE(waited(m_ben.workspace->attachmentBytes(*plan, 100)).value_or("none"), QByteArray("Between 8 and 9."));
    const auto checked = waited(m_hub.run({"check", "--data", data}));
    QVERIFY2(checked, checked ? "" : checked.error().detail.c_str());
}

/// The hub's check of what an agent may see, and the check of that agent's copy, name the same digests.
void TestRealHub::bothChecksAgree()
{
    const auto digestsIn = [](const QStringList &lines) {
        return lines.filter(QRegularExpression("^(digest|head|epoch) "));
    };
    const QString data = m_restored.filePath("data");
    for (Desk *desk : {&m_ana, &m_ben}) {
        const QString email = QString::fromStdString(desk->workspace->agent().email);
        QTRY_COMPARE(desk->workspace->status().outboxCount, 0);
        const QString profile = desk->folder.path();
        QStringList ofHub, ofCopy;
        // Equal once the copy has what was said last.
        const auto agree = [&] {
            desk->workspace->close();
            const SystemClock clock;
            SystemRng rng;
            const auto copy = checkProfile(profile.toStdString(), clock, rng);
            const auto hub = waited(m_hub.run({"check", "--data", data, "--agent", email}));
            const auto opened = waited(desk->workspace->open(profile));
            ofCopy.clear();
            for (const std::string &line : copy ? copy->lines : std::vector<std::string>())
                ofCopy.append(QString::fromStdString(line));
            ofHub = hub ? QString::fromUtf8(*hub).split('\n') : QStringList();
            ofCopy = digestsIn(ofCopy), ofHub = digestsIn(ofHub);
            return opened && copy && copy->problems.empty() && ofCopy.size() == 18 && ofCopy == ofHub;
        };
        QTRY_VERIFY_WITH_TIMEOUT(agree(), 20'000);
        desk->live();
    }
    QVERIFY(!waited(m_hub.run({"check", "--data", data, "--agent", "nobody@teapots.example"})));
}

/// Until here nothing has diverged, whatever happened. Then a copy is damaged behind the program's back: it is noticed, put
/// right, seen on the screen, and counted at both ends.
void TestRealHub::divergedCopyIsPutRight()
{
    const auto compared = [](Desk &desk) {
        Result<CopyCheck> check = failure(Error::Kind::Offline, "not asked");
        // A change may be on its way, or somebody else's turn.
        const auto done = [&] {
            check = waited(desk.workspace->compareNow());
            return check.has_value();
        };
        if (!QTest::qWaitFor(done, 30'000))
            qWarning("%s", check.error().detail.c_str());
        return check;
    };
    const auto metric = [&](const QByteArray &name) {
        QNetworkAccessManager network;
        QUrl url = m_at.agents;
        url.setPath("/metrics");
        QNetworkReply *reply = network.get(QNetworkRequest(url));
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 10'000))
            return -1;
        for (const QByteArray &line : reply->readAll().split('\n')) {
            if (line.startsWith(name + " "))
                return line.mid(name.size() + 1).toInt();
        }
        return -2;
    };
    for (Desk *desk : {&m_ana, &m_ben}) {
        const auto check = compared(*desk);
        QVERIFY(check);
        QCOMPARE(check->repaired + check->removed, 0);
        QTRY_VERIFY(desk->workspace->copyCheck().compared > 0);
    }
    QVERIFY(metric("tributary_comparisons_total") >= 2);
    QCOMPARE(metric("tributary_copies_diverged_total"), 0);

    const store::ConversationRow row = m_ana.open().at(0);
    const std::vector<TimelineItem> items = m_ana.timeline(row.customer);
    const TimelineItem &item = items.at(1);
    const QString profile = m_ana.folder.path();
    m_ana.workspace->close();
    {
        const auto file = store::Database::open((profile + "/cache.db").toStdString(), {});
        const std::string id = "x'" + toHex(item.id.bytes) + "'",
                          conversation = "x'" + toHex(row.conversation.id.bytes) + "'";
        QVERIFY(file
                && (*file)->execute("UPDATE timeline_item SET body = 'Never said.' WHERE id = " + id
                                    + "; DELETE FROM timeline_item WHERE id = x'" + toHex(items.at(2).id.bytes)
                                    + "'; UPDATE conversation SET subject = 'Other' WHERE id = " + conversation
                                    + "; UPDATE team SET id = x'000102030405060708090a0b0c0d0e0f'"));
    }
    QVERIFY(waited(m_ana.workspace->open(profile)));
    m_ana.live();
    QVERIFY(says(m_ana.timeline(row.customer), "Never said."));
    store::ChangeSet told;
    const auto listening = connect(m_ana.workspace.get(), &Workspace::changed, this,
                                   [&](const store::ChangeSet &changed) { told.add(changed); });
    const auto check = compared(m_ana);
    QVERIFY(check);
    const bool hasTeam = check->removed == 1;
    QCOMPARE(check->repaired, hasTeam ? 4 : 3);
    QTRY_VERIFY(told.items.contains(item.id) && told.items.contains(items.at(2).id)
                && told.conversations.contains(row.conversation.id));
    disconnect(listening);
    QCOMPARE(m_ana.timeline(row.customer), items);
    QCOMPARE(m_ana.row(row.conversation.id)->conversation, row.conversation);
    QTRY_COMPARE(metric("tributary_copies_diverged_total"), 1);
    QCOMPARE(metric("tributary_copy_rows_repaired_total"), int(check->repaired));
    const auto again = compared(m_ana);
    QVERIFY(again);
    QCOMPARE(again->repaired, check->repaired);
    QCOMPARE(metric("tributary_copies_diverged_total"), 1);
}

/// A page of the copy is damaged that no screen reads: the comparison finds it, and the copy is begun anew.
void TestRealHub::damageThatAComparisonFinds()
{
    const QString profile = m_ana.folder.path();
    const auto before = m_ana.open();
    m_ana.workspace->close();
    const auto copy = [&] { return store::Database::open((profile + "/cache.db").toStdString(), {}).value(); };
    const auto numberIn = [](store::Database &file, const char *sql) {
        auto query = file.query(sql);
        return query.step().value_or(false) ? query.integer(0) : -1;
    };
    const auto consents = [&] { return numberIn(*copy(), "SELECT count(*) FROM consent NOT INDEXED"); };
    std::int64_t page = 0, pageSize = 0;
    {
        const auto file = copy();
        QVERIFY(file->checkpoint(true));
        page = numberIn(*file, "SELECT rootpage FROM sqlite_schema WHERE name = 'consent'");
        pageSize = numberIn(*file, "PRAGMA page_size");
    }
    QFile file(profile + "/cache.db");
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek((page - 1) * pageSize));
    QCOMPARE(file.write(QByteArray(16, '\xee')), 16);
    file.close();
    QCOMPARE(consents(), -1);
    QVERIFY(waited(m_ana.workspace->open(profile)));
    m_ana.live();
    QCOMPARE(waited(m_ana.workspace->compareNow()).error().kind, Error::Kind::Corrupt);
    QVERIFY(QTest::qWaitFor([&] { return consents() == 0; }));
    QTRY_VERIFY(m_ana.open() == before);
    m_ana.live();
    QCOMPARE(consents(), 0);
}

/// Whoever asks the hub to compare is known to it, says what makes sense, and waits for the others.
void TestRealHub::comparisonsAreBounded()
{
    QNetworkAccessManager network;
    const auto post = [&](const QString &path, const QByteArray &body, const QByteArray &token) {
        QUrl url = m_at.agents;
        url.setPath(path);
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/octet-stream");
        if (!token.isEmpty())
            request.setRawHeader("Authorization", "Bearer " + token);
        return network.post(request, body);
    };
    const auto status = [](QNetworkReply *reply) {
        if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 20'000))
            return -1;
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    };
    QNetworkReply *in = post(
        "/auth/sign-in", R"({"email":"ana@teapots.example","password":"correct horse battery staple","device":"test"})", {});
    QCOMPARE(status(in), 200);
    const QByteArray token = QJsonDocument::fromJson(in->readAll()).object()["token"].toString().toUtf8();

    wire::DigestRequest request{.itemsFrom = fromMs(0)};
    {
        const auto copy = store::Database::open((m_ana.folder.path() + "/cache.db").toStdString(),
                                                {.mode = store::Database::Mode::ReadOnly});
        QVERIFY(copy);
        request.position = store::Cache(**copy).state().value()->position;
    }
    const auto body = [](const wire::DigestRequest &said) {
        const Bytes bytes = wire::pack(said);
        return QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    };
    QCOMPARE(status(post("/sync/digests", body(request), {})), 401);
    QCOMPARE(status(post("/sync/digests", body(request), "nobody's")), 401);
    QCOMPARE(status(post("/sync/digests", "teapots", token)), 400);
    QCOMPARE(status(post("/sync/digests", body(request), token)), 409); // of a program that knows other names
    QCOMPARE(status(post("/sync/digests", QByteArray(70'000, 'x'), token)), 413);
    request.vocabulary = wire::vocabularyDigest();
    wire::DigestRequest elsewhere = request;
    elsewhere.position.chain.fill(std::byte(9));
    QNetworkReply *moved = post("/sync/digests", body(elsewhere), token);
    QCOMPARE(status(moved), 200);
    const QByteArray said = moved->readAll();
    QVERIFY(!wire::unpackDigestAnswer(std::as_bytes(std::span(said.constData(), std::size_t(said.size()))))->isLevel);

    QList<QNetworkReply *> many;
    for (int i = 0; i < 6; ++i)
        many.append(post("/sync/digests", body(request), token));
    int answered = 0;
    for (QNetworkReply *reply : many) {
        const int code = status(reply);
        QVERIFY2(code == 200 || (code == 503 && reply->rawHeader("Retry-After").toInt() > 0), QByteArray::number(code));
        answered += code == 200;
    }
    QVERIFY(answered > 0);
}

void TestRealHub::passwordChangeSignsOut()
{
    const QStringList change{"user", "password", "--data", m_restored.filePath("data"), "--email", "ben@teapots.example"};
    const auto changed = waited(m_hub.run(change, "a different horse battery\n"));
    QVERIFY2(changed, changed ? "" : changed.error().detail.c_str());
    QTRY_VERIFY_WITH_TIMEOUT(m_ben.workspace->status().state == State::SignedOut, 10'000);
    QVERIFY(m_ana.workspace->status().state == State::Live);
}

void TestRealHub::cleanupTestCase()
{
    m_ana.workspace.reset();
    m_ben.workspace.reset();
    m_hub.stop();
}

/// As the desktop with a hub of its own dies: the next one must be able to open the folder.
void TestRealHub::aKilledProgramLeavesNoHub()
{
    const QTemporaryDir data;
    QProcess program;
    program.start(QCoreApplication::applicationFilePath(), {kHoldAHub, data.path()});
    QVERIFY(QTest::qWaitFor([&] { return program.canReadLine(); }, 20'000));
    HubProcess next;
    QVERIFY(!waited(next.start(data.path()))); // there is one
    program.kill();
    QVERIFY(program.waitForFinished());
    QVERIFY(QTest::qWaitFor([&] { return waited(next.start(data.path())).has_value(); }, 20'000)); // it ends what it does
}

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (argc == 3 && QLatin1String(argv[1]) == kHoldAHub) {
        HubProcess hub;
        const auto at = waited(hub.start(QString::fromLocal8Bit(argv[2])));
        std::puts(at ? "here" : "failed");
        std::fflush(stdout);
        return QCoreApplication::exec();
    }
    TestRealHub test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_real_hub.moc"
