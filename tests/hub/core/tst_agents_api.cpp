// What the listen side says when it should say no: to who has lost a right just now, when its store cannot be asked, and of
// its figures.
#include "core/wire/features.h"
#include "core/wire/seam.h"
#include "tests/hub/core/running_hub.h"

#include <QJsonArray>
#include <QtTest>

#include <future>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using namespace tributary::hub::testing;

namespace {

/// As much of a desktop as it takes to give a command.
class Link {
public:
    explicit Link(std::uint16_t port)
        : m_client(port)
    {
        m_client.send("GET /sync HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Protocol: "
                      + std::string(wire::kSubProtocol) + "\r\n\r\n");
        m_client.readUntil("\r\n\r\n");
    }
    void say(const wire::Frame &frame) { m_client.send(RawClient::frame(textOf(wire::pack(frame)))); }
    /// The next frame of that kind; none: the link has ended.
    template<class Frame>
    std::optional<Frame> hear()
    {
        for (;;) {
            const RawClient::Frame got = m_client.readFrame();
            if (got.first != 0x82)
                return std::nullopt;
            const auto frame = wire::unpack(bytesOf(got.payload));
            if (frame && *frame) {
                if (const auto *one = std::get_if<Frame>(&**frame))
                    return *one;
            }
        }
    }

private:
    RawClient m_client;
};

std::string figure(const RunningHub &hub, const QByteArray &name)
{
    for (const QByteArray &line : hub.ask("GET", "/metrics", {}).bytes.split('\n')) {
        if (line.startsWith(name + ' '))
            return line.mid(name.size() + 1).toStdString();
    }
    return {};
}

} // namespace

class TestAgentsApi : public QObject {
    Q_OBJECT
private slots:
    void rightsAreThoseOfTheCommandsTransaction();
    void aStoreThatCannotBeAskedSaysNo_data();
    void aStoreThatCannotBeAskedSaysNo();
    void aLinkNeedsTheStore();
    void withdrawnTokensEndTheLink_data();
    void withdrawnTokensEndTheLink();
    void filesOfWhatWasTakenBackAreTheirUploaders();
    void anUploadOfOneNameIsOne();
    void aStoreThatDoesNotTakeItIsNoTakenName();
    void whoIsBelievedIsSetByWhoManagesChannels();
    void pagesAreSharedByWhoSeesTheSame();
    void rightsOfAPageAreThoseOfWhenItIsGiven();
    void aSeamThatIsNoneIsRefused();
    void whoBeginsAnewBeginsAtOnePlace();
    void figuresAreNobodys();
    void figuresAreNotForEverybody_data();
    void figuresAreNotForEverybody();
};

/// The command has arrived, and waits for its turn to write, when its author loses the right to it (ENGINE C43).
void TestAgentsApi::rightsAreThoseOfTheCommandsTransaction()
{
    RunningHub hub;
    hub.add("eve@shop.test", Agent::Role::Admin, {}); // somebody has to be one
    const QString token = hub.tokenOf("ada@shop.test");
    Link desk(hub.port());
    desk.say(wire::Hello{.token = token.toStdString(), .client = hub.makeId<ClientId>()});
    desk.say(wire::Credit{.bytes = 1 << 20});
    QVERIFY(desk.hear<wire::Welcome>());

    std::promise<void> goOn;
    std::promise<Result<void>> demoted;
    hub.writer().write(
        [&, may = goOn.get_future().share()](store::Database &database) -> Result<void> {
            may.wait();
            TRIBUTARY_TRY_ASSIGN(const auto ada, agentByEmail(database, "ada@shop.test"));
            ChangeLog changes(database);
            TRIBUTARY_TRY(setRights(changes, hub.ids(), *ada, Agent::Role::Agent, {}, hub.now()));
            TRIBUTARY_TRY(changes.finish());
            return {};
        },
        [](std::function<void()> call) { call(); }, [&](Result<void> done) { demoted.set_value(std::move(done)); });
    Team team{.id = hub.makeId<TeamId>(), .name = "Refunds"};
    desk.say(wire::CommandFrame{{.n = 1, .id = hub.makeId<CommandId>(), .at = hub.now(), .body = SaveTeam{team}}});
    QTRY_COMPARE(figure(hub, "tributary_agents_messages_in_total"), std::string("3")); // it waits behind the other write
    goOn.set_value();
    QVERIFY(demoted.get_future().get());
    for (;;) {
        const auto changes = desk.hear<wire::Changes>();
        QVERIFY(changes);
        if (changes->outcomes.empty())
            continue;
        QCOMPARE(changes->outcomes[0].kind, Outcome::Kind::Refused);
        QCOMPARE(changes->outcomes[0].reason, Outcome::Reason::NotAllowed);
        break;
    }
}

void TestAgentsApi::aStoreThatCannotBeAskedSaysNo_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("table"); // that cannot be read
    const QByteArray password = R"({"password":"correct horse battery staple")";
    const QByteArray signIn = R"({"email":"ada@shop.test","password":"correct horse battery staple"})";
    const auto row = [](const char *method, const QString &path, const QByteArray &body, const char *table) {
        QTest::addRow("%s %s without %s", method, qPrintable(path), table) << method << path << body << table;
    };
    row("POST", "/auth/sign-in", signIn, "agent");
    row("POST", "/auth/sign-in", signIn, "agent_password");
    row("POST", "/auth/sign-in", signIn, "device");
    row("POST", "/auth/sign-in", signIn, "second_factor");
    row("POST", "/auth/link", R"({"secret":"x"})", "one_time_link");
    row("POST", "/auth/join", R"({"secret":"x","password":"three cups of tea"})", "one_time_link");
    row("POST", "/auth/sign-out", {}, "device");
    row("POST", "/auth/devices/revoke", R"({"id":"0011223344556677"})", "device");
    row("POST", "/auth/second-factor/begin", password + "}", "agent_password");
    row("POST", "/auth/second-factor/confirm", R"({"code":"123456"})", "second_factor");
    row("POST", "/auth/password", password + R"(,"next":"three cups of tea"})", "agent_password");
    row("POST", "/auth/invite", password + R"(,"email":"a@b.test","role":"agent"})", "one_time_link");
    row("POST", "/auth/reset", password + R"(,"email":"ben@shop.test"})", "one_time_link");
    row("GET", "/auth/devices", {}, "device");
    row("GET", "/people", {}, "device");
    row("GET", "/people", {}, "one_time_link");
    row("POST", "/people/withdraw", R"({"id":"0011223344556677"})", "one_time_link");
    row("GET", "/audit", {}, "audit");
    row("GET", "/sync/bootstrap", {}, "agent");
    row("GET", "/attachments/018f3c2a-7b1e-7c3d-9a55-0123456789ab", {}, "attachment_ref");
    row("POST", "/attachments?name=a.txt", "hello", "attachment_ref");
    row("POST", "/attachments?name=a.txt", "hello", "device");
}

/// Whoever cannot be looked up is not let in, and what cannot be looked up is not there for them (ENGINE C89).
void TestAgentsApi::aStoreThatCannotBeAskedSaysNo()
{
    QFETCH(const QString, method);
    QFETCH(const QString, path);
    QFETCH(const QByteArray, body);
    QFETCH(const QString, table);
    RunningHub hub;
    const QString token = hub.tokenOf("ada@shop.test");
    QVERIFY(!token.isEmpty());
    hub.hide(table.toStdString());
    const Answer answer = hub.ask(method, path, body, token);
    QCOMPARE(answer.status, 503);
    QCOMPARE(answer.error(), QString("unavailable"));
    QVERIFY(answer.said["retry_after"].toInt() > 0);
    QCOMPARE(hub.ask("GET", "/healthz", {}).status, 200); // it goes on
}

void TestAgentsApi::aLinkNeedsTheStore()
{
    RunningHub hub;
    const QString token = hub.tokenOf("ada@shop.test");
    hub.hide("device");
    Link desk(hub.port());
    desk.say(wire::Hello{.token = token.toStdString(), .client = hub.makeId<ClientId>()});
    const auto goodbye = desk.hear<wire::Goodbye>();
    QVERIFY(goodbye);
    QCOMPARE(goodbye->reason, std::string("unavailable")); // and not denied, which would end the desktop's sign-in
}

void TestAgentsApi::withdrawnTokensEndTheLink_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("by its own sign-out") << "sign-out";
    QTest::newRow("by another device of its agent") << "device";
    QTest::newRow("by a new password") << "password";
    QTest::newRow("by who manages people") << "people";
    QTest::newRow("in the store, without a word to the hub") << "store";
}

/// ENGINE F59, C34. The hub's clock stands still, so no beat and no silence ends the link: only that its token is none any
/// more, which the hub looks at by itself (SyncSockets says how often, and that it is below five seconds).
void TestAgentsApi::withdrawnTokensEndTheLink()
{
    QFETCH(const QString, how);
    RunningHub hub;
    const QString token = hub.tokenOf("ben@shop.test"), other = hub.tokenOf("ben@shop.test"),
                  ada = hub.tokenOf("ada@shop.test");
    Link desk(hub.port()), stays(hub.port());
    desk.say(wire::Hello{.token = token.toStdString(), .client = hub.makeId<ClientId>()});
    stays.say(wire::Hello{.token = ada.toStdString(), .client = hub.makeId<ClientId>()});
    const auto welcome = desk.hear<wire::Welcome>();
    QVERIFY(welcome && stays.hear<wire::Welcome>());
    const QJsonObject own{{"password", kPassword}, {"next", "another phrase of his"}};
    const auto device = [&] {
        for (const QJsonValue &one : hub.ask("GET", "/auth/devices", {}, token).said["devices"].toArray()) {
            if (one.toObject()["current"].toBool())
                return one.toObject()["id"].toString();
        }
        return QString();
    };
    if (how == "sign-out")
        QCOMPARE(hub.post("/auth/sign-out", {}, token).status, 204);
    else if (how == "device")
        QCOMPARE(hub.post("/auth/devices/revoke", {{"id", device()}}, other).status, 204);
    else if (how == "password")
        QCOMPARE(hub.post("/auth/password", own, other).status, 204);
    else if (how == "people")
        QCOMPARE(hub.post("/people/devices/revoke",
                          {{"agent", QString::fromStdString(welcome->agent.id.text())}, {"id", device()}}, ada)
                     .status,
                 204);
    else
        hub.write([&](store::Database &database) -> Result<int> {
            auto query = database.queryOnce("UPDATE device SET revoked = 1 WHERE agent_id = :agent");
            TRIBUTARY_TRY(query.bind("agent", welcome->agent.id).run());
            return 0;
        });
    const auto goodbye = desk.hear<wire::Goodbye>();
    QVERIFY(goodbye);
    QCOMPARE(goodbye->reason, std::string("revoked"));
    stays.say(wire::Beat{.ms = 1});
    QVERIFY(stays.hear<wire::Beat>()); // nobody else's
}

void TestAgentsApi::anUploadOfOneNameIsOne()
{
    RunningHub hub;
    const QString ada = hub.tokenOf("ada@shop.test"), ben = hub.tokenOf("ben@shop.test");
    const QString id = QString::fromStdString(hub.makeId<AttachmentId>().text());
    const QString path = "/attachments?name=a.txt&id=" + id;
    const Answer first = hub.ask("POST", path, "hello", ada);
    QCOMPARE(first.status, 201);
    QCOMPARE(first.said["id"].toString(), id);
    const Answer again = hub.ask("POST", path, "hello", ada); // the answer was lost on its way
    QCOMPARE(again.status, 201);
    QCOMPARE(again.said, first.said);
    QCOMPARE(hub.ask("POST", path, "another", ada).status, 409);
    QCOMPARE(hub.ask("POST", path, "hello", ben).status, 409);
    QCOMPARE(hub.ask("GET", "/attachments/" + id, {}, ben).status, 404);
    QCOMPARE(hub.ask("GET", "/attachments/" + id, {}, ada).status, 200);
    for (const char *bad : {"", "1", "00000000000000000000000000000000", "../../x"})
        QCOMPARE(hub.ask("POST", QStringLiteral("/attachments?name=a.txt&id=%1").arg(bad), "hello", ada).status, 400);
}

/// As when somebody else holds its lock: the desktop is to come again, not to give the file up.
void TestAgentsApi::aStoreThatDoesNotTakeItIsNoTakenName()
{
    RunningHub hub;
    const QString ada = hub.tokenOf("ada@shop.test");
    const QString path = "/attachments?name=a.txt&id=" + QString::fromStdString(hub.makeId<AttachmentId>().text());
    const auto execute = [&](std::string_view script) {
        hub.write([&](store::Database &database) -> Result<int> {
            TRIBUTARY_TRY(database.execute(script));
            return 0;
        });
    };
    execute("CREATE TRIGGER busy BEFORE INSERT ON attachment_ref BEGIN SELECT raise(ABORT, 'not now'); END");
    const Answer answer = hub.ask("POST", path, "hello", ada);
    QCOMPARE(answer.status, 503);
    QVERIFY(answer.said["retry_after"].toInt() > 0);
    execute("DROP TRIGGER busy");
    QCOMPARE(hub.ask("POST", path, "hello", ada).status, 201);
}

void TestAgentsApi::filesOfWhatWasTakenBackAreTheirUploaders()
{
    RunningHub hub;
    const QString ada = hub.tokenOf("ada@shop.test"), ben = hub.tokenOf("ben@shop.test");
    const Answer uploaded = hub.ask("POST", "/attachments?name=a.txt", "hello", ada);
    QCOMPARE(uploaded.status, 201);
    const QString path = "/attachments/" + uploaded.said["id"].toString();
    const auto both = [&] { return QList<int>{hub.ask("GET", path, {}, ada).status, hub.ask("GET", path, {}, ben).status}; };
    QCOMPARE(both(), (QList<int>{200, 404}));
    TimelineItem item{.id = hub.makeId<TimelineItemId>(), .conversation = hub.makeId<ConversationId>()};
    const auto put = [&] {
        hub.write([&](store::Database &database) -> Result<int> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(changes.put(item));
            TRIBUTARY_TRY(changes.finish());
            return 0;
        });
    };
    hub.write([&](store::Database &database) -> Result<int> {
        ChangeLog changes(database);
        Conversation conversation{.id = item.conversation};
        TRIBUTARY_TRY(changes.put(conversation));
        TRIBUTARY_TRY(changes.finish());
        auto query = database.queryOnce("UPDATE attachment_ref SET item_id = :item");
        TRIBUTARY_TRY(query.bind("item", item.id).run());
        return 0;
    });
    put();
    QCOMPARE(both(), (QList<int>{200, 200}));
    item.deleted = true;
    put();
    QCOMPARE(both(), (QList<int>{200, 404}));
}

/// Whose Authentication-Results a mailbox believes: asked and set over HTTP, kept, and in the audit log.
void TestAgentsApi::whoIsBelievedIsSetByWhoManagesChannels()
{
    RunningHub hub;
    const QString account = QString::fromStdString(hub.addMailbox().text());
    const QString asked = "/accounts/believed?account=" + account;
    const QString ada = hub.tokenOf("ada@shop.test"), ben = hub.tokenOf("ben@shop.test");
    const auto set = [&](const QString &names, const QString &token) {
        return hub.post("/accounts/believed", {{"account", account}, {"authserv_id", names}}, token).status;
    };
    QCOMPARE(hub.ask("GET", asked, {}).status, 401);
    QCOMPARE(hub.ask("GET", asked, {}, ben).status, 403);
    QCOMPARE(hub.ask("GET", asked, {}, ada).said["authserv_id"].toString(), QString());
    QCOMPARE(set("mx.shop.test", ben), 403);
    QCOMPARE(set("no name", ada), 400);
    QCOMPARE(set("MX.Shop.test,mail.shop.test", ada), 204);
    QCOMPARE(hub.ask("GET", asked, {}, ada).said["authserv_id"].toString(), QString("mx.shop.test, mail.shop.test"));
    const QJsonArray entries = hub.ask("GET", "/audit?kind=account-changed", {}, ada).said["entries"].toArray();
    QCOMPARE(entries.size(), qsizetype(1));
    QCOMPARE(entries[0].toObject()["became"].toString().trimmed(), QString("settings: authserv_id"));
    QCOMPARE(set({}, ada), 204); // back to what the program knows by itself
    QCOMPARE(hub.ask("GET", asked, {}, ada).said["authserv_id"].toString(), QString());
    const QString other = "/accounts/believed?account=" + QString::fromStdString(hub.makeId<ChannelAccountId>().text());
    QCOMPARE(hub.ask("GET", other, {}, ada).status, 404);
    QCOMPARE(hub.ask("GET", "/accounts/believed?account=x", {}, ada).status, 400);
}

namespace {

/// Pages of a first copy, asked for over HTTP.
struct Asking {
    RunningHub &hub;
    wire::Seam seam;

    wire::BootstrapPage ask(const QString &token, const QString &after = {}, bool saysSeam = true)
    {
        const Answer answer = hub.ask("GET", path(after, saysSeam), {}, token);
        wasStamped = answer.bytes.startsWith('\2');
        const auto page =
            wire::unpackPage(std::as_bytes(std::span(answer.bytes.constData(), std::size_t(answer.bytes.size()))));
        if (answer.status != 200 || !page)
            qFatal("no page: %d", answer.status);
        return *page;
    }
    QString path(const QString &after, bool saysSeam) const
    {
        return "/sync/bootstrap?after=" + after
               + (saysSeam ? "&seam=" + QString::fromStdString(wire::textOf(seam)) : QString());
    }
    int given() const { return std::stoi(figure(hub, "tributary_bootstrap_pages_total")); }
    int shared() const { return std::stoi(figure(hub, "tributary_bootstrap_pages_shared_total")); }
    bool wasStamped = false;
};

} // namespace

/// Each is given it with the version of their own row; who does not say where their stream began is served as ever.
void TestAgentsApi::pagesAreSharedByWhoSeesTheSame()
{
    RunningHub hub;
    static const std::string hash = *hashPassword(kPassword.toStdString());
    const Agent eve = hub.add("eve@shop.test", Agent::Role::Agent, hash);
    const QString ada = hub.tokenOf("ada@shop.test"), ben = hub.tokenOf("ben@shop.test"),
                  evesToken = hub.tokenOf("eve@shop.test");
    const wire::Position head = hub.write([](store::Database &database) { return headOf(database); });
    Asking pages{hub, {head.epoch, head.seq}};
    const auto bens = pages.ask(ben);
    QVERIFY(pages.wasStamped);
    QCOMPARE(pages.given(), 1);
    QCOMPARE(pages.shared(), 0);
    const auto eves = pages.ask(evesToken); // nothing is kept for one alone
    QVERIFY(pages.wasStamped);
    QCOMPARE(eves.rights, eve.version);
    QVERIFY(bens.rights > 0 && bens.rights < eve.version);
    QCOMPARE(pages.shared(), 0);
    auto again = pages.ask(ben);
    QCOMPARE(pages.shared(), 1);
    QVERIFY(again == bens);
    // An admin sees more, and has pages of their own.
    QVERIFY(pages.ask(ada).rights > 0);
    QCOMPARE(pages.shared(), 1);
    // So has everybody of what is their own, and who does not say where their stream began.
    const auto own = pages.ask(ben, QString::fromStdString(bens.next));
    QVERIFY(!pages.wasStamped);
    QCOMPARE(own.rights, bens.rights);
    const auto whole = pages.ask(ben, {}, false);
    QVERIFY(!pages.wasStamped);
    QCOMPARE(whole.rights, bens.rights);
    QVERIFY(whole.rows.size() > bens.rows.size()); // what is shared and what is not stand together
    QCOMPARE(pages.given(), 6);
    QCOMPARE(pages.shared(), 1);
    // Whose stream began later has it read anew; and so has everybody a minute later.
    hub.add("kim@shop.test", Agent::Role::Agent, hash);
    pages.seam.seq = hub.write([](store::Database &database) { return headOf(database); }).seq;
    pages.ask(evesToken);
    QCOMPARE(pages.shared(), 1);
    pages.ask(ben);
    QCOMPARE(pages.shared(), 2);
    hub.advance(std::chrono::minutes(1));
    pages.ask(ben);
    QCOMPARE(pages.shared(), 2);
    QCOMPARE(pages.given(), 9);
}

/// Who has asked and waits for it to be read loses a right meanwhile: it is read for nobody like them.
void TestAgentsApi::rightsOfAPageAreThoseOfWhenItIsGiven()
{
    RunningHub hub;
    const QString token = hub.tokenOf("ben@shop.test");
    const auto hold = [&hub](std::promise<void> &goOn, std::promise<void> &holds) {
        hub.reader().read(
            [&holds, may = goOn.get_future().share()](store::Database &) -> Result<void> {
                holds.set_value();
                may.wait();
                return {};
            },
            [](std::function<void()> call) { call(); }, [](const Result<void> &) {});
    };
    std::promise<void> first, firstHolds, second, secondHolds;
    RawClient client(hub.port());
    client.send("GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n");
    client.readResponse();
    hold(first, firstHolds);
    client.send("GET /sync/bootstrap?seam=018f3c2a-7b1e-7c3d-9a55-0123456789ab.1 HTTP/1.1\r\nHost: hub\r\n"
                "Authorization: Bearer "
                + token.toStdString() + "\r\n\r\n");
    for (int i = 0; i < 3; ++i)
        hub.ask("GET", "/healthz", {}); // behind it: who asks is to be looked up when the reader goes on
    hold(second, secondHolds);
    first.set_value();
    secondHolds.get_future().wait(); // it has been
    hub.write([&](store::Database &database) -> Result<int> {
        TRIBUTARY_TRY_ASSIGN(const auto ben, agentByEmail(database, "ben@shop.test"));
        ChangeLog changes(database);
        Agent less = *ben;
        less.languages = {"de"}; // whatever it is
        TRIBUTARY_TRY(changes.put(less));
        TRIBUTARY_TRY(changes.finish());
        return 0;
    });
    second.set_value();
    const std::string response = client.readResponse();
    QCOMPARE(edge::testing::statusOf(response), 503);
    const auto retry = edge::testing::fieldOf(response, "Retry-After");
    QVERIFY(!retry.empty());
    QCOMPARE(figure(hub, "tributary_bootstrap_pages_total"), std::string("0"));
}

void TestAgentsApi::aSeamThatIsNoneIsRefused()
{
    RunningHub hub;
    const QString token = hub.tokenOf("ben@shop.test");
    for (const char *seam : {"", "1", "x.1", "018f3c2a-7b1e-7c3d-9a55-0123456789ab.-1"}) {
        const Answer answer = hub.ask("GET", QString("/sync/bootstrap?after=&seam=") + seam, {}, token);
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.error(), QString("invalid"));
    }
    const QString good = "/sync/bootstrap?seam=018f3c2a-7b1e-7c3d-9a55-0123456789ab.1";
    QCOMPARE(hub.ask("GET", good, {}, token).status, 200); // of another history: what is of this one is said with it
    QCOMPARE(hub.ask("GET", good + "&after=nonsense", {}, token).status, 400);
    QCOMPARE(hub.ask("GET", good, {}).status, 401);
    hub.hide("log"); // what a page is read with; who asks can be looked up
    QCOMPARE(hub.ask("GET", good, {}, token).status, 503);
}

/// The first who comes sets the mark for a minute; the stream of the others brings what came since.
void TestAgentsApi::whoBeginsAnewBeginsAtOnePlace()
{
    RunningHub hub;
    const QString token = hub.tokenOf("ben@shop.test");
    const auto welcome = [&](Link &link, bool knowsIt) {
        wire::Hello hello{.token = token.toStdString(), .client = hub.makeId<ClientId>()};
        if (knowsIt)
            hello.features = wire::ownFeatures();
        link.say(hello);
        link.say(wire::Credit{.bytes = 1 << 20});
        return *link.hear<wire::Welcome>();
    };
    Link first(hub.port()), second(hub.port()), old(hub.port());
    const wire::Welcome mark = welcome(first, true);
    QVERIFY(mark.resync && !mark.start);
    hub.add("eve@shop.test", Agent::Role::Agent, {});
    const wire::Welcome anew = welcome(second, true);
    QVERIFY(anew.start && *anew.start == mark.head);
    QVERIFY(anew.head.seq > mark.head.seq);
    const auto changes = second.hear<wire::Changes>();
    QVERIFY(changes);
    QCOMPARE(changes->from, mark.head.seq);
    QCOMPARE(changes->to, anew.head.seq);
    const wire::Welcome asEver = welcome(old, false);
    QVERIFY(asEver.resync && !asEver.start);
    QCOMPARE(old.hear<wire::Changes>()->from, anew.head.seq);
    hub.advance(std::chrono::minutes(1));
    Link later(hub.port()); // not before: who has said nothing for a minute is sent away
    QVERIFY(!welcome(later, true).start);
}

/// Numbers under names that are the program's own (ENGINE C90): nobody's name, address or id, whoever has been here.
void TestAgentsApi::figuresAreNobodys()
{
    RunningHub hub;
    const QString token = hub.tokenOf("ada@shop.test");
    hub.signIn("someone-else@shop.test", "not the password at all");
    Link desk(hub.port());
    desk.say(wire::Hello{.token = token.toStdString(), .client = hub.makeId<ClientId>()});
    QVERIFY(desk.hear<wire::Welcome>());
    const Answer answer = hub.ask("GET", "/metrics", {});
    QCOMPARE(answer.status, 200);
    static const QRegularExpression number("^tributary_[a-z_]+ [0-9]+$"),
        comment("^# (HELP|TYPE) tributary_[a-z_]+ [A-Za-z0-9':,. ]+$");
    int numbers = 0;
    for (const QByteArray &line : answer.bytes.split('\n')) {
        const QString text = QString::fromUtf8(line);
        if (text.isEmpty())
            continue;
        const bool isNumber = number.match(text).hasMatch();
        QVERIFY2(isNumber || comment.match(text).hasMatch(), line.constData());
        numbers += isNumber;
    }
    QVERIFY(numbers > 10);
}

void TestAgentsApi::figuresAreNotForEverybody_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("who");
    QTest::addColumn<int>("status");
    QTest::newRow("from this computer") << ""
                                        << "" << 200;
    QTest::newRow("from another, by nobody") << "192.0.2.4"
                                             << "" << 401;
    QTest::newRow("from another, that says it is this one") << "127.0.0.1"
                                                            << "" << 401;
    QTest::newRow("from another, by an agent") << "192.0.2.4"
                                               << "ben@shop.test" << 403;
    QTest::newRow("from another, by who may read the audit log") << "192.0.2.4"
                                                                 << "ada@shop.test" << 200;
}

void TestAgentsApi::figuresAreNotForEverybody()
{
    QFETCH(const QString, from);
    QFETCH(const QString, who);
    QFETCH(const int, status);
    RunningHub hub;
    const QString token = who.isEmpty() ? QString() : hub.tokenOf(who);
    const Answer answer = hub.ask("GET", "/metrics", {}, token, from);
    QCOMPARE(answer.status, status);
    QCOMPARE(answer.bytes.contains("tributary_desktops"), status == 200);
}

QTEST_GUILESS_MAIN(TestAgentsApi)
#include "tst_agents_api.moc"
