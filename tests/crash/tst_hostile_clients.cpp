// Desktops that are none, or that want more than they may, at the real hub: each is sent away in words, the log says why,
// the hub's memory stays flat, and whoever else is at work does not feel it.
#include "core/base/compression.h"
#include "core/store/database.h"
#include "core/wire/cbor.h"
#include "core/wire/frames.h"
#include "tests/crash/desk_process.h"
#include "tests/e2e/hub_under_test.h"
#include "tests/hub/edge/raw_client.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace tributary;
using namespace tributary::model;
using tributary::crash::DeskProcess;
using Raw = edge::testing::RawClient;

namespace {

constexpr int kSoon = 60'000;
constexpr int kRounds = 50; ///< Of each attack.
/// AddressSanitizer keeps 256 MiB of what was freed before it is used again: then only what is lost in whole shows.
#ifdef __SANITIZE_ADDRESS__
constexpr std::int64_t kOwnKeep = 320 << 20;
#else
constexpr std::int64_t kOwnKeep = 0;
#endif
constexpr std::int64_t kMostGrowth = kOwnKeep + (12 << 20); ///< Of the hub, over all; an allocator's noise is in it.
constexpr std::int64_t kMostPeak = kOwnKeep + (48 << 20);   ///< While one goes on: less than the smaller bomb.
constexpr std::size_t kBombBytes = 512ull << 20;

std::string messageOf(ByteView payload)
{
    return Raw::frame(textOf(payload));
}

Bytes plain(std::string_view cbor)
{
    Bytes bytes{std::byte(0)};
    const ByteView view = bytesOf(cbor);
    bytes.insert(bytes.end(), view.begin(), view.end());
    return bytes;
}

} // namespace

class TestHostileClients : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void isRefusedInWords_data();
    void isRefusedInWords();
    void aFloodCostsNothing_data();
    void aFloodCostsNothing();
    void commandsWithoutTheRight();
    void pagesOfTheWebAreTurnedAway();
    void presenceOfWhatIsNotSeen();
    void filesOfWhatIsNotSeen();
    void aCommandThatTheHubFailsAt();
    void strangersUploadNothing();
    void manySignInsAtOnce();
    void anExportThatNobodyReads();
    void cleanupTestCase();

private:
    /// A socket behind its upgrade.
    std::unique_ptr<Raw> connected() const
    {
        auto client = std::make_unique<Raw>(std::uint16_t(m_hub.agents().port()));
        client->send("GET /sync HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                     "Sec-WebSocket-Protocol: "
                     + std::string(wire::kSubProtocol) + "\r\n\r\n");
        if (!client->readUntil("\r\n\r\n").starts_with("HTTP/1.1 101"))
            qFatal("no upgrade");
        return client;
    }
    std::unique_ptr<Raw> signedIn(ClientId client) const { return signedIn(client, m_token); }
    std::unique_ptr<Raw> signedIn(ClientId client, const std::string &token) const
    {
        auto socket = connected();
        socket->send(messageOf(wire::pack(wire::Hello{.token = token, .client = client})));
        socket->send(messageOf(wire::pack(wire::Credit{.bytes = 1 << 20})));
        return socket;
    }
    /// What the hub says next of a kind; nothing: the link ended before.
    template<class Frame>
    static std::optional<Frame> next(Raw &socket)
    {
        for (;;) {
            const auto got = socket.readFrame();
            if (got.first != 0x82)
                return {};
            const auto frame = wire::unpack(bytesOf(got.payload));
            if (!frame || !*frame)
                return {};
            if (const auto *wanted = std::get_if<Frame>(&**frame))
                return *wanted;
        }
    }
    /// The most that the hub has had since forgetPeak().
    std::int64_t peak() const
    {
        QFile file(QStringLiteral("/proc/%1/status").arg(m_hub.pid()));
        if (!file.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith("VmHWM:"))
                return line.simplified().split(' ')[1].toLongLong() * 1024;
        }
        return 0;
    }
    void forgetPeak() const
    {
        QFile file(QStringLiteral("/proc/%1/clear_refs").arg(m_hub.pid()));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write("5") == 1);
    }
    QString tokenOf(const char *email) const;
    int statusOfFile(const std::string &id, const std::string &token) const
    {
        Raw client(std::uint16_t(m_hub.agents().port()));
        client.send("GET /attachments/" + id + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                    + "\r\n\r\n");
        return edge::testing::statusOf(client.readResponse());
    }

    QTemporaryDir m_folder;
    HubUnderTest m_hub{m_folder.filePath("hub")};
    std::unique_ptr<DeskProcess> m_desk; ///< At work all the time.
    std::string m_token;                 ///< Of an agent in no team.
    std::string m_adminToken;
    ConversationId m_foreign; ///< Of a team that agent is not in.
    CustomerId m_foreignCustomer;
    ConversationId m_anybodys;
    SystemRng m_rng;
    SystemClock m_clock;
    IdMaker m_ids{m_clock, m_rng};
    std::int64_t m_before = 0;
    int m_terminal = -1; ///< Of somebody who has asked for an export and gone for lunch.
};

QString TestHostileClients::tokenOf(const char *email) const
{
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(m_hub.agents().toString() + "/auth/sign-in"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    const QJsonObject who{{"email", email}, {"password", DeskProcess::kPassword}, {"device", "raw"}};
    const std::unique_ptr<QNetworkReply> reply(network.post(request, QJsonDocument(who).toJson()));
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, kSoon))
        return {};
    return QJsonDocument::fromJson(reply->readAll()).object()["token"].toString();
}

void TestHostileClients::initTestCase()
{
    QFile history(m_folder.filePath("history.jsonl"));
    QVERIFY(history.open(QIODevice::WriteOnly));
    history.write(R"({"type":"team","name":"Returns"}
{"type":"message","message_id":"m1","channel":"email","account":"Support","customer_handle":"anna@customer.test","direction":"in","at_ms":1795250000000,"body":"Broken cup.","conversation_key":"k1","status":"open","team":"Returns"}
)");
    // More people than the buffers of a socket take.
    for (int i = 0; i < 3'000; ++i)
        history.write(QStringLiteral(R"({"type":"message","message_id":"c%1","channel":"email","account":"Support",)"
                                     R"("customer_handle":"c%1@customer.test","direction":"in","at_ms":%2,"body":"A cup.",)"
                                     R"("conversation_key":"c%1","status":"resolved"})")
                          .arg(i)
                          .arg(1'795'000'000'000 + i)
                          .toUtf8()
                      + '\n');
    history.close();
    QVERIFY(
        !m_hub.run({"user", "add", "--email", "mara@shop.test", "--name", "Mara", "--role", "admin"}, DeskProcess::kPassword)
             .isEmpty());
    QVERIFY(
        !m_hub.run({"user", "add", "--email", "tom@shop.test", "--name", "Tom", "--role", "agent"}, DeskProcess::kPassword)
             .isEmpty());
    QVERIFY(!m_hub.run({"import", history.fileName()}).isEmpty());
    QVERIFY(m_hub.start());
    auto file =
        store::Database::open(m_folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    QVERIFY(file);
    auto query = (*file)->queryOnce("SELECT id, customer_id FROM conversation WHERE team_id IS NOT NULL");
    QVERIFY(query.step().value_or(false));
    m_foreign = query.id<ConversationId>(0);
    m_foreignCustomer = query.id<CustomerId>(1);
    auto other = (*file)->queryOnce("SELECT id FROM conversation WHERE team_id IS NULL LIMIT 1");
    QVERIFY(other.step().value_or(false));
    m_anybodys = other.id<ConversationId>(0);
    m_token = tokenOf("tom@shop.test").toStdString();
    m_adminToken = tokenOf("mara@shop.test").toStdString();
    QVERIFY(!m_token.empty() && !m_adminToken.empty());
    m_desk = std::make_unique<DeskProcess>(m_folder.filePath("profile"));
    m_desk->start();
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->count("opened"), 1, kSoon);
    m_desk->signIn(m_hub.agents(), "mara@shop.test");
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->state(), "live", kSoon);
    for (int i = 0; i < 10; ++i) { // what the first links warm up is there for good
        const auto socket = signedIn(m_ids.make<ClientId>());
        QVERIFY(next<wire::Welcome>(*socket));
    }
    m_before = m_hub.memory();
}

void TestHostileClients::isRefusedInWords_data()
{
    QTest::addColumn<std::string>("bytes");
    QTest::addColumn<bool>("signedIn");
    QTest::addColumn<QByteArray>("logged");
    const auto row = [](const char *name, std::string bytes, const char *logged, bool in = false) {
        QTest::newRow(name) << std::move(bytes) << in << QByteArray(logged);
    };
    SeededRng rng(1);
    Bytes noise(4'000);
    rng.fill(noise);
    row("random bytes", messageOf(noise), "reason=garbage");
    row("random bytes as text", Raw::frame("hello", 0x81), "reason=garbage");
    row("text that is none", Raw::frame("\xff\xfe", 0x81), "not valid UTF-8");
    row("nothing", messageOf(Bytes()), "reason=garbage");
    row("a frame without a mask", "\x82\x03\x01\x02\x03", "rules of WebSocket");
    // 0x7f is a length of 64 bits: a frame that says it is an exabyte long.
    row("a frame of an exabyte", std::string("\x82\xff\x0f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14), "may hold");
    row(
        "a message in too many pieces",
        [] {
            std::string pieces = Raw::frame("x", 0x02);
            for (int i = 0; i < 100; ++i)
                pieces += Raw::frame("x", 0x00);
            return pieces;
        }(),
        "may hold");
    row("above the limit", messageOf(plain(std::string(100'000, '\0'))), "may hold");
    row("deep nesting", messageOf(plain(std::string(60'000, '\x81'))), "reason=garbage");
    row("deep maps", messageOf(plain([] {
            std::string maps;
            for (int i = 0; i < 20'000; ++i)
                maps += "\xa1\x61\x61";
            return maps;
        }())),
        "reason=garbage");
    // An array that says it has 2^60 elements.
    row("a promise of elements", messageOf(plain(std::string("\x9b\x10\0\0\0\0\0\0\0", 9))), "reason=garbage");
    Bytes bomb{std::byte(1)};
    const Bytes squeezed = compress(Bytes(kBombBytes), 1);
    bomb.insert(bomb.end(), squeezed.begin(), squeezed.end());
    row("a bomb", messageOf(bomb), bomb.size() > wire::kMaxFrameBytes ? "may hold" : "reason=garbage");
    Bytes smaller{std::byte(1)};
    const Bytes squeezedLess = compress(Bytes(64 << 20), 1);
    smaller.insert(smaller.end(), squeezedLess.begin(), squeezedLess.end());
    row("a smaller bomb", messageOf(smaller), "reason=garbage");
    row("a command before hello",
        messageOf(wire::pack(wire::CommandFrame{{.n = 1, .id = m_ids.make<CommandId>(), .body = MarkRead{}}})),
        "hello comes first");
    row("a wrong token", messageOf(wire::pack(wire::Hello{.token = "wrong", .client = m_ids.make<ClientId>()})),
        "reason=denied");
    row("hello twice", messageOf(wire::pack(wire::Hello{.token = "twice", .client = m_ids.make<ClientId>()})),
        "hello was said before", true);
    row("what only a hub says", messageOf(wire::pack(wire::Goodbye{"stopping", "The hub restarts.", 1})), "only a hub sends",
        true);
    row("a later command first",
        messageOf(wire::pack(wire::CommandFrame{{.n = 7, .id = m_ids.make<CommandId>(), .body = MarkRead{}}})),
        "reason=out-of-order", true);
    std::string fetches;
    for (int i = 0; i < 400; ++i)
        fetches += messageOf(wire::pack(wire::Fetch{.request = i, .beforeAt = fromMs(4'000'000'000'000), .count = 200}));
    row("a flood of fetches", fetches, "too many fetches", true);
}

void TestHostileClients::aFloodCostsNothing_data()
{
    isRefusedInWords_data();
    SeededRng rng(2);
    std::string presence;
    for (int i = 0; i < 1'000; ++i) {
        Bytes text(2'000);
        rng.fill(text);
        presence += messageOf(wire::pack(wire::Presence{wire::Presence::Kind::Typing, m_foreign, {}, toHex(text)}));
    }
    QTest::newRow("a flood of presence") << presence << true << QByteArray();
}

void TestHostileClients::isRefusedInWords()
{
    QFETCH(const std::string, bytes);
    QFETCH(const bool, signedIn);
    QFETCH(const QByteArray, logged);
    const qsizetype logBefore = m_hub.log().size();
    {
        const auto socket = signedIn ? this->signedIn(m_ids.make<ClientId>()) : connected();
        if (signedIn)
            QVERIFY(next<wire::Welcome>(*socket));
        socket->send(bytes);
        // Words and a goodbye; only where the bytes are no message at all, the close code that RFC 6455 has for it.
        const bool isNoMessage =
            logged.contains("UTF-8") || logged.contains("rules of WebSocket") || logged.contains("may hold");
        bool ended = false;
        for (;;) {
            const auto frame = socket->readFrame();
            if (frame.first == 0)
                break;
            if (frame.first == 0x82) {
                const auto said = wire::unpack(bytesOf(frame.payload));
                QVERIFY(said && *said);
                if (const auto *goodbye = std::get_if<wire::Goodbye>(&**said)) {
                    QVERIFY(!goodbye->text.empty());
                    ended = true;
                }
            } else if (frame.first == 0x88) {
                ended |= isNoMessage;
            }
        }
        QVERIFY(ended);
    }
    QTRY_VERIFY_WITH_TIMEOUT(m_hub.log().mid(logBefore).contains(logged), kSoon);
}

/// Again and again, without waiting for what is said.
void TestHostileClients::aFloodCostsNothing()
{
    QFETCH(const std::string, bytes);
    QFETCH(const bool, signedIn);
    forgetPeak();
    const std::int64_t atFirst = peak();
    for (int round = 0; round < kRounds; ++round) {
        const auto socket = signedIn ? this->signedIn(m_ids.make<ClientId>()) : connected();
        socket->send(bytes);
    }
    const int written = m_desk->count("accepted");
    m_desk->note(QString::fromStdString(m_foreign.text()), "still at work");
    QTRY_VERIFY_WITH_TIMEOUT(m_desk->count("accepted") == written + 1 && m_desk->outbox() == 0, kSoon);
    QCOMPARE(m_desk->state(), "live");
    QVERIFY2(peak() - atFirst < kMostPeak, qPrintable(QString::number(peak() - atFirst)));
    QVERIFY2(m_hub.memory() - m_before < kMostGrowth, qPrintable(QString::number(m_hub.memory() - m_before)));
}

/// Every command on what its sender may not see is answered as if it did not exist; nothing of it is told or done.
void TestHostileClients::commandsWithoutTheRight()
{
    const auto socket = signedIn(m_ids.make<ClientId>());
    QVERIFY(next<wire::Welcome>(*socket));
    const std::vector<CommandBody> bodies{
        AddNote{m_ids.make<TimelineItemId>(), m_foreign, "Let me in", {}},
        SetStatus{m_foreign, Conversation::Status::Resolved},
        Assign{m_foreign, {}},
        SetTags{m_foreign, {"mine"}, {}},
        MarkRead{m_foreign, 1},
    };
    std::int64_t n = 0;
    for (const CommandBody &body : bodies) {
        socket->send(messageOf(
            wire::pack(wire::CommandFrame{{.n = ++n, .id = m_ids.make<CommandId>(), .at = m_clock.now(), .body = body}})));
    }
    std::vector<Outcome> outcomes;
    while (outcomes.size() < bodies.size()) {
        const auto changes = next<wire::Changes>(*socket);
        QVERIFY(changes);
        outcomes.insert(outcomes.end(), changes->outcomes.begin(), changes->outcomes.end());
        for (const Entity &entity : changes->rows)
            QVERIFY(!std::holds_alternative<Conversation>(entity) && !std::holds_alternative<TimelineItem>(entity));
    }
    for (const Outcome &outcome : outcomes) {
        QCOMPARE(outcome.kind, Outcome::Kind::Refused);
        QCOMPARE(outcome.reason, Outcome::Reason::NotFound);
    }
    socket->send(messageOf(wire::pack(
        wire::Fetch{.request = 1, .customer = m_foreignCustomer, .beforeAt = fromMs(4'000'000'000'000), .count = 200})));
    const auto page = next<wire::Page>(*socket);
    QVERIFY(page && page->rows.empty());
    // The same question of who may: there is something to be seen.
    auto file =
        store::Database::open(m_folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    auto query =
        (*file)->queryOnce("SELECT status, assignee_id, (SELECT count(*) FROM timeline_item WHERE body = 'Let me in')"
                           " FROM conversation WHERE id = :id");
    QVERIFY(query.bind("id", m_foreign).step().value_or(false));
    QCOMPARE(QByteArray(query.text(0).data(), int(query.text(0).size())), QByteArray("open"));
    QCOMPARE(query.integer(2), 0);
}

/// A browser that somebody's page has sent says whose page it is: agents have no business there (ENGINE C16).
void TestHostileClients::pagesOfTheWebAreTurnedAway()
{
    for (const char *origin : {"https://evil.test", "http://127.0.0.1", "null"}) {
        Raw client(std::uint16_t(m_hub.agents().port()));
        client.send("GET /sync HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: "
                    + std::string(origin) + "\r\nSec-WebSocket-Protocol: " + std::string(wire::kSubProtocol) + "\r\n\r\n");
        QCOMPARE(edge::testing::statusOf(client.readResponse()), 403);
    }
}

/// Who is at work on what one may not see is not told; and what one says of it oneself nobody hears.
void TestHostileClients::presenceOfWhatIsNotSeen()
{
    const auto tom = signedIn(m_ids.make<ClientId>());
    const auto mara = signedIn(m_ids.make<ClientId>(), m_adminToken);
    const auto colleague = signedIn(m_ids.make<ClientId>(), m_adminToken);
    const auto welcomed = next<wire::Welcome>(*tom);
    QVERIFY(welcomed && next<wire::Welcome>(*mara) && next<wire::Welcome>(*colleague));
    const auto says = [](Raw &socket, ConversationId where) {
        socket.send(messageOf(wire::pack(wire::Presence{wire::Presence::Kind::Viewing, where, {}, {}})));
    };
    /// The first presence that says something of one of the two.
    const auto heard = [this](Raw &socket) {
        for (;;) {
            const auto presence = next<wire::Presence>(socket);
            if (!presence || presence->conversation == m_foreign || presence->conversation == m_anybodys)
                return presence;
        }
    };
    says(*mara, m_foreign);
    says(*mara, m_anybodys);
    auto presence = heard(*tom);
    QVERIFY(presence);
    QCOMPARE(presence->conversation, m_anybodys);
    presence = heard(*colleague);
    QVERIFY(presence);
    QCOMPARE(presence->conversation, m_foreign); // who may see it hears it
    presence = heard(*colleague);
    QVERIFY(presence);
    QCOMPARE(presence->conversation, m_anybodys);

    says(*tom, m_foreign);
    says(*tom, m_anybodys);
    presence = heard(*colleague);
    QVERIFY(presence);
    QCOMPARE(presence->conversation, m_anybodys);
    QCOMPARE(presence->agent, welcomed->agent.id);
}

/// A file is its uploader's until it belongs to an item; then it is whose the item is, and no name opens it to others.
void TestHostileClients::filesOfWhatIsNotSeen()
{
    Raw uploader(std::uint16_t(m_hub.agents().port()));
    uploader.send("POST /attachments?name=plan.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + m_adminToken
                  + "\r\nContent-Type: text/plain\r\nContent-Length: 11\r\n\r\nsecret plan");
    const QByteArray answer = QByteArray::fromStdString(uploader.readResponse());
    QCOMPARE(edge::testing::statusOf(answer.toStdString()), 201);
    const QJsonObject made = QJsonDocument::fromJson(answer.mid(answer.indexOf("\r\n\r\n") + 4)).object();
    Attachment file{.name = "plan.txt", .mediaType = "text/plain", .sizeBytes = 11};
    file.id = *AttachmentId::fromText(made["id"].toString().toStdString());
    file.sha256 = made["sha256"].toString().toStdString();
    const auto expect = [&](int mara, int tom) {
        QCOMPARE(statusOfFile(file.id.text(), m_adminToken), mara);
        QCOMPARE(statusOfFile(file.id.text(), m_token), tom);
        QCOMPARE(statusOfFile(file.sha256, m_token), 404); // a hash is no key
    };
    expect(200, 404);
    QCOMPARE(statusOfFile(m_ids.make<AttachmentId>().text(), m_adminToken), 404);
    QCOMPARE(statusOfFile(file.id.text(), "made-up"), 401);

    const auto mara = signedIn(m_ids.make<ClientId>(), m_adminToken);
    QVERIFY(next<wire::Welcome>(*mara));
    std::int64_t n = 0;
    const auto does = [&](CommandBody body) {
        mara->send(messageOf(wire::pack(
            wire::CommandFrame{{.n = ++n, .id = m_ids.make<CommandId>(), .at = m_clock.now(), .body = std::move(body)}})));
        std::vector<Outcome> outcomes;
        while (outcomes.empty()) {
            const auto changes = next<wire::Changes>(*mara);
            QVERIFY(changes);
            outcomes = changes->outcomes;
        }
        QCOMPARE(outcomes.front().kind, Outcome::Kind::Applied);
    };
    does(AddNote{m_ids.make<TimelineItemId>(), m_foreign, "The plan", {file}, {}});
    expect(200, 404);
    auto store =
        store::Database::open(m_folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    auto query = (*store)->queryOnce("SELECT team_id FROM conversation WHERE id = :id");
    QVERIFY(query.bind("id", m_foreign).step().value_or(false));
    const auto team = query.id<TeamId>(0);
    does(SetTeam{m_foreign, std::nullopt});
    expect(200, 200);
    does(SetTeam{m_foreign, team});
    expect(200, 404);
}

/// It is tried three times; then it goes back to its author, and those behind it are done.
void TestHostileClients::aCommandThatTheHubFailsAt()
{
    auto file = store::Database::open(m_folder.filePath("hub/hub.db").toStdString(), {});
    QVERIFY(file);
    QVERIFY((*file)->execute("CREATE TRIGGER fails BEFORE INSERT ON timeline_item WHEN NEW.body = 'poison' "
                             "BEGIN SELECT RAISE(ABORT, 'a fault of the hub'); END"));
    const ClientId client = m_ids.make<ClientId>();
    const auto note = [&](std::int64_t n, const char *body) {
        return messageOf(
            wire::pack(wire::CommandFrame{{.n = n,
                                           .id = m_ids.make<CommandId>(),
                                           .at = m_clock.now(),
                                           .body = AddNote{m_ids.make<TimelineItemId>(), m_anybodys, body, {}}}}));
    };
    const std::string poison = note(1, "poison");
    for (int i = 0; i < 3; ++i) {
        const auto socket = signedIn(client);
        QVERIFY(next<wire::Welcome>(*socket));
        socket->send(poison);
        const auto goodbye = next<wire::Goodbye>(*socket);
        QVERIFY(goodbye);
        QCOMPARE(goodbye->reason, std::string("unavailable"));
    }
    const auto socket = signedIn(client);
    QVERIFY(next<wire::Welcome>(*socket));
    socket->send(poison);
    socket->send(note(2, "harmless"));
    std::vector<Outcome> outcomes;
    while (outcomes.size() < 2) {
        const auto changes = next<wire::Changes>(*socket);
        QVERIFY(changes);
        outcomes.insert(outcomes.end(), changes->outcomes.begin(), changes->outcomes.end());
    }
    QCOMPARE(outcomes[0].n, 1);
    QCOMPARE(outcomes[0].kind, Outcome::Kind::Refused);
    QCOMPARE(outcomes[1].kind, Outcome::Kind::Applied);
    QVERIFY(m_hub.log().contains("goes back to its author"));
    QVERIFY((*file)->execute("DROP TRIGGER fails"));
}

/// Whose token is made up is told so before their bytes are taken.
void TestHostileClients::strangersUploadNothing()
{
    const std::int64_t before = m_hub.memory();
    const std::string megabyte(1 << 20, 'x');
    std::vector<std::unique_ptr<Raw>> strangers;
    for (int i = 0; i < 100; ++i) {
        strangers.push_back(std::make_unique<Raw>(std::uint16_t(m_hub.agents().port())));
        strangers.back()->send("POST /attachments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer made-up\r\n"
                               "Content-Length: 20000000\r\n\r\n"
                               + megabyte);
    }
    for (const auto &stranger : strangers)
        QCOMPARE(edge::testing::statusOf(stranger->readResponse()), 413);
    QVERIFY2(m_hub.memory() - before < kMostGrowth, qPrintable(QString::number(m_hub.memory() - before)));
    Raw known(std::uint16_t(m_hub.agents().port()));
    known.send("POST /attachments?name=a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + m_token
               + "\r\nContent-Length: " + std::to_string(megabyte.size()) + "\r\n\r\n" + megabyte);
    QCOMPARE(edge::testing::statusOf(known.readResponse()), 201);
}

/// Each password costs 64 MiB and a tenth of a second: they wait in a short line, and who finds it full is told to come
/// again.
void TestHostileClients::manySignInsAtOnce()
{
    const std::int64_t before = m_hub.memory();
    std::vector<std::unique_ptr<Raw>> guessers;
    for (int i = 0; i < 100; ++i) {
        guessers.push_back(std::make_unique<Raw>(std::uint16_t(m_hub.agents().port())));
        const std::string body =
            R"({"email":"nobody)" + std::to_string(i) + R"(@shop.test","password":"a wild guess at it","device":"raw"})";
        guessers.back()->send("POST /auth/sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                              "Content-Length: "
                              + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    int denied = 0, later = 0;
    std::int64_t most = 0;
    for (const auto &guesser : guessers) {
        const std::string answer = guesser->readResponse();
        const int status = edge::testing::statusOf(answer);
        QVERIFY2(status == 401 || status == 429, answer.c_str());
        denied += status == 401;
        later += status == 429 && answer.find("Retry-After: ") != std::string::npos;
        most = std::max(most, m_hub.memory());
    }
    QVERIFY(denied > 0 && later > 0);
    QCOMPARE(denied + later, 100);
    QVERIFY(most - before < kMostGrowth + 2 * (64 << 20)); // one hash at a time, and what its allocator keeps
    QCOMPARE(m_desk->state(), "live");
}

/// As `tributary-hub export | less`: nobody else waits for it, not even the hub's end.
void TestHostileClients::anExportThatNobodyReads()
{
    m_terminal = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = m_folder.filePath("hub/hub.sock").toStdString();
    QVERIFY(path.size() < sizeof address.sun_path);
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    QCOMPARE(::connect(m_terminal, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
    Bytes request(4);
    wire::encode(wire::Value(wire::Map{{"arguments", wire::Value(wire::Array{wire::Value(std::string("export"))})}}),
                 request);
    request[3] = std::byte(request.size() - 4);
    QCOMPARE(::send(m_terminal, request.data(), request.size(), MSG_NOSIGNAL), ssize_t(request.size()));
    const auto waiting = [this] {
        int bytes = 0;
        return ::ioctl(m_terminal, FIONREAD, &bytes) == 0 ? bytes : -1;
    };
    for (int before = 0; before == 0 || before != waiting();) { // until no more comes
        QVERIFY(before >= 0);
        before = waiting();
        const int written = m_desk->count("accepted");
        m_desk->note(QString::fromStdString(m_foreign.text()), "still at work");
        QTRY_VERIFY_WITH_TIMEOUT(m_desk->count("accepted") == written + 1 && m_desk->outbox() == 0, kSoon);
    }
}

void TestHostileClients::cleanupTestCase()
{
    QCOMPARE(m_desk->quit(), 0);
    QVERIFY(!m_hub.run({"check"}).isEmpty());
    QCOMPARE(m_hub.stop(), 0);
    ::close(m_terminal);
}

QTEST_GUILESS_MAIN(TestHostileClients)
#include "tst_hostile_clients.moc"
