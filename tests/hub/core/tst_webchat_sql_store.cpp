// What the hub's database keeps for the web chat: marks, whose log is whose, texts that are too long for a row.
#include "core/hub/access.h"
#include "core/hub/account_store.h"
#include "core/hub/commands.h"
#include "core/hub/idle_visitors.h"
#include "core/hub/intake.h"
#include "core/hub/webchat_news.h"
#include "core/hub/webchat_sql_store.h"
#include "core/store/entities.h"

#include <QTemporaryDir>
#include <QtTest>

#include <future>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::webchat::ChatEvent;
using channels::webchat::Visitor;
using Marked = channels::webchat::WebChatStore::Marked;

namespace {

Sha256 tokenOf(const std::string &visitor)
{
    return sha256(bytesOf("token of " + visitor));
}

struct Shop {
    QTemporaryDir folder;
    SystemClock clock;
    SystemRng rng;
    std::unique_ptr<HubStore> store = std::move(*HubStore::open(folder.path().toStdString(), clock, rng));
    ChannelAccount account = *addAccount(*store, Channel::WebChat, "Chat", {{"origins", "https://shop.test"}}, {});
    Agent ada;
    ClientId desk = store->makeId<ClientId>();
    WebChatSqlStore chat{*store, account.id, [](std::function<void()> job) {
                             job();
                             return true;
                         }};

    template<class T>
    static T must(Result<T> result)
    {
        if (!result)
            qFatal("%s", result.error().detail.c_str());
        return std::move(*result);
    }
    template<class T, class Start>
    T wait(Start start)
    {
        std::promise<Result<T>> promise;
        start([&](Result<T> result) { promise.set_value(std::move(result)); });
        return must(promise.get_future().get());
    }
    template<class Work>
    auto write(Work work)
    {
        return must(store->writer().writeAndWait(work));
    }
    template<class Ask>
    auto read(Ask ask)
    {
        return must(store->reader().readAndWait(ask));
    }

    Shop()
    {
        ada = write([&](store::Database &database) {
            return addAgent(database, store->ids(), "ada@shop.test", "Ada", Agent::Role::Admin, "");
        });
        for (const char *visitor : {"laptop", "phone"})
            wait<Visitor>([&](auto done) { chat.createVisitor(visitor, tokenOf(visitor), done); });
    }
    ~Shop() { store->close(); }

    std::int64_t head()
    {
        return read([](store::Database &database) { return headOf(database); }).seq;
    }
    std::vector<ChatNews> newsAfter(std::int64_t seq)
    {
        return read([&](store::Database &database) { return chatNewsAfter(database, seq); });
    }

    /// A line of a visitor's, as the desk takes it in.
    channels::IngestOutcome take(const std::string &visitor, const std::string &text,
                                 std::vector<channels::InboundAttachment> files = {})
    {
        channels::InboundEnvelope envelope{.account = account.id, .channel = Channel::WebChat};
        envelope.externalId = "line" + std::to_string(++m_lines);
        envelope.sender = {.address = visitor, .shown = visitor, .scoped = true};
        envelope.at = clock.now();
        envelope.text = text;
        envelope.attachments = std::move(files);
        const PreparedEnvelope prepared = must(prepare(*store, std::move(envelope)));
        const auto outcome =
            write([&](store::Database &database) { return ingest(database, store->ids(), clock, prepared); });
        append(visitor, outcome.item, "c" + std::to_string(m_lines));
        return outcome;
    }
    WebChatSqlStore::Appended append(const std::string &visitor, TimelineItemId item, const std::string &clientId = {})
    {
        return wait<WebChatSqlStore::Appended>([&](auto done) { chat.append(visitor, item, clientId, done); });
    }
    void apply(CommandBody body)
    {
        Command command{.n = ++m_commands, .id = store->makeId<CommandId>(), .at = clock.now(), .baseSeq = 1'000'000};
        command.body = std::move(body);
        const Outcome outcome = write(
            [&](store::Database &database) { return applyCommand(database, store->ids(), clock, ada, desk, command); });
        if (outcome.kind != Outcome::Kind::Applied)
            qFatal("%s", outcome.detail.c_str());
    }
    /// An answer of Ada's, sent.
    TimelineItemId reply(ConversationId id, const std::string &text)
    {
        const Conversation to = *read([&](store::Database &database) { return store::conversation(database, id); });
        const auto item = store->makeId<TimelineItemId>();
        apply(SendMessage{.item = item, .conversation = id, .to = to.identity, .from = to.account, .body = text});
        return item;
    }
    Visitor seenBy(const std::string &token)
    {
        return wait<Visitor>([&](auto done) { chat.findVisitor(tokenOf(token), done); });
    }
    Marked mark(const std::string &visitor, std::int64_t got, std::int64_t read)
    {
        return wait<Marked>([&](auto done) { chat.markVisitor(visitor, got, read, done); });
    }
    Visitor markAgents(const std::string &visitor, std::int64_t delivered, std::int64_t seen)
    {
        return wait<Visitor>([&](auto done) { chat.markAgents(visitor, delivered, seen, done); });
    }
    void signIn(const std::string &visitor, const std::string &next)
    {
        wait<Visitor>([&](auto done) { chat.bindProof(visitor, "user-42", {}, {}, tokenOf(visitor), tokenOf(next), done); });
    }
    std::vector<ChatEvent> log(const std::string &visitor)
    {
        return wait<std::vector<ChatEvent>>([&](auto done) { chat.eventsAfter(visitor, 0, 100, done); });
    }

private:
    int m_lines = 0;
    std::int64_t m_commands = 0;
};

} // namespace

class TestWebChatSqlStore : public QObject {
    Q_OBJECT
private slots:
    void whoMayBeKnownIsSaidAtOnce();
    void agentsMarksStay();
    void marksGoOnAfterASignIn();
    void whatArrivedIsToldOnce();
    void signInMovesWhatIsSaidToThem();
    void longTextsAreWhole_data();
    void longTextsAreWhole();
    void aFileOfThatNameIsAFile();
    void whatIsNotThereIsNotAppended();
    void whoOnlyLookedInIsForgotten_data();
    void whoOnlyLookedInIsForgotten();
};

void TestWebChatSqlStore::whoMayBeKnownIsSaidAtOnce()
{
    Shop shop;
    QVERIFY(shop.chat.mayFindVisitor(tokenOf("laptop")));
    QVERIFY(!shop.chat.mayFindVisitor(tokenOf("stranger")));
    QVERIFY(shop.wait<bool>([&](auto done) { shop.chat.revokeToken(tokenOf("laptop"), done); }));
    QVERIFY(!shop.chat.mayFindVisitor(tokenOf("laptop")));
    QVERIFY(shop.chat.mayFindVisitor(tokenOf("phone")));
}

void TestWebChatSqlStore::agentsMarksStay()
{
    Shop shop;
    shop.take("laptop", "one");
    shop.take("laptop", "two");
    QCOMPARE(shop.markAgents("laptop", 2, 1).seen, 1);
    QCOMPARE(shop.seenBy("laptop").delivered, 2);
    QCOMPARE(shop.seenBy("laptop").seen, 1);
    shop.markAgents("laptop", 1, 0); // late
    QCOMPARE(shop.seenBy("laptop").delivered, 2);
    QCOMPARE(shop.seenBy("laptop").seen, 1);
    shop.markAgents("laptop", 0, 9); // beyond the newest, and what was seen has arrived
    QCOMPARE(shop.seenBy("laptop").delivered, 2);
    QCOMPARE(shop.seenBy("laptop").seen, 2);
    shop.take("laptop", "three");
    QCOMPARE(shop.seenBy("laptop").seen, 2);
    // Also under the number of before a sign-in, of whoever that has turned out to be.
    shop.signIn("laptop", "laptop2");
    shop.take("phone", "four");
    shop.signIn("phone", "phone2");
    QCOMPARE(shop.markAgents("phone", 4, 4).id, std::string("laptop"));
    QCOMPARE(shop.seenBy("phone2").seen, 4);
}

/// Whoever had been seen to the end stays so, and what was said of one log is not taken for the other.
void TestWebChatSqlStore::marksGoOnAfterASignIn()
{
    Shop shop;
    shop.take("laptop", "one");
    shop.signIn("laptop", "laptop2");
    shop.markAgents("laptop", 1, 1);
    const auto conversation = shop.take("phone", "two").conversation;
    shop.append("phone", shop.reply(conversation, "three"));
    shop.append("laptop", shop.reply(conversation, "four"));
    shop.markAgents("laptop", 2, 2);
    shop.markAgents("phone", 2, 1);
    shop.mark("phone", 1, 1);
    shop.signIn("phone", "phone2");
    Visitor joined = shop.seenBy("phone2");
    QCOMPARE(joined.id, std::string("laptop"));
    QCOMPARE(joined.last, 4);
    QCOMPARE(joined.delivered, 4);
    QCOMPARE(joined.seen, 3);
    QCOMPARE(joined.read, 0); // of the laptop something was still to be read
    QVERIFY(shop.mark("phone", 2, 2).looked.empty());
    joined = shop.seenBy("phone2");
    QCOMPARE(joined.got, 0);
    QCOMPARE(joined.read, 0);
}

/// What each browser says at every page view costs no more than what is new.
void TestWebChatSqlStore::whatArrivedIsToldOnce()
{
    Shop shop;
    const auto conversation = shop.take("laptop", "hello").conversation;
    const auto first = shop.reply(conversation, "first"), second = shop.reply(conversation, "second");
    shop.append("laptop", first);
    shop.append("laptop", second);
    QCOMPARE(shop.mark("laptop", 2, 0).arrived, std::vector{first});
    QVERIFY(shop.mark("laptop", 2, 0).arrived.empty());
    QCOMPARE(shop.mark("laptop", 9, 0).arrived, std::vector{second});
    QCOMPARE(shop.seenBy("laptop").got, 3);
    const std::int64_t before = shop.head();
    const Marked again = shop.mark("laptop", 3, 0);
    QVERIFY(again.arrived.empty() && again.looked.empty());
    QCOMPARE(again.got, 3);
    QCOMPARE(shop.head(), before); // and nobody hears of it
    const Marked looked = shop.mark("laptop", 0, 3);
    QCOMPARE(looked.looked, (std::vector{first, second}));
    QVERIFY(looked.arrived.empty());
    // What is read has arrived.
    const auto third = shop.reply(conversation, "third");
    shop.append("laptop", third);
    QCOMPARE(shop.mark("laptop", 0, 4).arrived, std::vector{third});
}

/// The laptop writes as nobody, and signs in as who the phone is: what agents do goes to the one log that is left.
void TestWebChatSqlStore::signInMovesWhatIsSaidToThem()
{
    Shop shop;
    shop.take("phone", "from the phone");
    shop.signIn("phone", "phone2");
    const auto ofLaptop = shop.take("laptop", "from the laptop").conversation;
    const auto isWith = [&](const char *visitor) {
        const auto with = shop.read([&](store::Database &database) { return chatPartnerOf(database, ofLaptop); });
        return with && with->visitor == visitor && with->account == shop.account.id;
    };
    QVERIFY(isWith("laptop"));
    std::int64_t before = shop.head();
    shop.signIn("laptop", "laptop2");
    QVERIFY(isWith("phone")); // whoever types in it is seen there

    // A look at the conversation, an answer in it, and taking that back.
    shop.apply(MarkRead{.conversation = ofLaptop, .readCount = 1});
    auto news = shop.newsAfter(before);
    QCOMPARE(news.size(), std::size_t(1));
    QCOMPARE(news[0].visitor, std::string("phone"));
    QCOMPARE(news[0].seen, 2);
    before = shop.head();
    const auto answer = shop.reply(ofLaptop, "an answer");
    shop.append("laptop", answer);
    news = shop.newsAfter(before);
    QCOMPARE(news.size(), std::size_t(1));
    QCOMPARE(news[0].visitor, std::string("phone"));
    QCOMPARE(news[0].arrived, 3);

    // And where the visitor types, in the conversation of before, which is the newest of theirs.
    const auto where = [&](const char *visitor) {
        return shop.read([&](store::Database &database) { return conversationWith(database, shop.account.id, visitor); });
    };
    QCOMPARE(where("phone"), std::optional(ofLaptop));
    QCOMPARE(where("laptop"), std::optional(ofLaptop));
    QVERIFY(!where("nobody"));
}

void TestWebChatSqlStore::longTextsAreWhole_data()
{
    QTest::addColumn<QString>("text");
    QTest::newRow("10,000 characters of Chinese") << QString(10'000, QChar(0x4E2D));
    QTest::newRow("cut within a character") << "a" + QString(9'999, QChar(0x4E2D));
    QTest::newRow("just fits") << QString(int(kMaxBodyBytes), 'a');
}

void TestWebChatSqlStore::longTextsAreWhole()
{
    QFETCH(const QString, text);
    Shop shop;
    const auto taken = shop.take("laptop", text.toStdString());
    const auto isWhole = [&](const ChatEvent &event) {
        return event.item.body == text.toStdString() && event.item.attachments.empty();
    };
    QVERIFY(isWhole(shop.append("laptop", taken.item, "c1").event));
    const auto log = shop.log("laptop");
    QCOMPARE(log.size(), std::size_t(1));
    QVERIFY(isWhole(log[0]));
    const auto before = shop.wait<std::vector<ChatEvent>>([&](auto done) { shop.chat.eventsBefore("laptop", 9, 9, done); });
    QVERIFY(before.size() == 1 && isWhole(before[0]));
    const auto again =
        shop.wait<std::optional<ChatEvent>>([&](auto done) { shop.chat.findByClientId("laptop", "c1", done); });
    QVERIFY(again && isWhole(*again));
}

void TestWebChatSqlStore::aFileOfThatNameIsAFile()
{
    Shop shop;
    channels::InboundAttachment file{.name = kWholeText, .mediaType = "text/plain"};
    file.content = std::make_shared<const std::string>("something else");
    shop.take("laptop", "see this", {file});
    QCOMPARE(shop.log("laptop").at(0).item.body, std::string("see this"));
    QCOMPARE(shop.log("laptop").at(0).item.attachments.size(), std::size_t(1));
}

/// Told apart, since the web chat goes on with the visitor in the one case alone.
void TestWebChatSqlStore::whatIsNotThereIsNotAppended()
{
    Shop shop;
    const auto item = shop.take("laptop", "hello").item;
    const auto kindOf = [&](const char *visitor, TimelineItemId which) {
        std::promise<Error::Kind> kind;
        shop.chat.append(visitor, which, "c", [&](const Result<WebChatSqlStore::Appended> &appended) {
            kind.set_value(appended ? Error::Kind::Failed : appended.error().kind);
        });
        return kind.get_future().get();
    };
    QCOMPARE(kindOf("laptop", shop.store->makeId<TimelineItemId>()), Error::Kind::Conflict);
    QCOMPARE(kindOf("laptop", TimelineItemId()), Error::Kind::Conflict); // what ingest says of one that was erased
    QCOMPARE(kindOf("phone", item), Error::Kind::Conflict);
    QCOMPARE(kindOf("nobody", item), Error::Kind::NotFound);
}

void TestWebChatSqlStore::whoOnlyLookedInIsForgotten_data()
{
    QTest::addColumn<QString>("did");
    QTest::addColumn<qint64>("daysAgo"); // when they were there last
    QTest::addColumn<bool>("isForgotten");
    QTest::newRow("opened the chat, long ago") << "nothing" << qint64(91) << true;
    QTest::newRow("opened the chat") << "nothing" << qint64(89) << false;
    QTest::newRow("was back meanwhile") << "came back" << qint64(91) << false;
    QTest::newRow("said who they are, unproven") << "claimed" << qint64(91) << true;
    QTest::newRow("wrote") << "wrote" << qint64(91) << false;
    QTest::newRow("is known to the shop") << "signed in" << qint64(91) << false;
    QTest::newRow("turned out to be another one") << "moved" << qint64(91) << false;
    QTest::newRow("an agent knows them") << "identity" << qint64(91) << false;
}

void TestWebChatSqlStore::whoOnlyLookedInIsForgotten()
{
    QFETCH(const QString, did);
    QFETCH(const qint64, daysAgo);
    QFETCH(const bool, isForgotten);
    Shop shop;
    std::string token = "phone";
    if (did == "claimed")
        shop.wait<Visitor>([&](auto done) { shop.chat.saveClaims("phone", "Ann", "ann@x.test", done); });
    else if (did == "wrote")
        shop.take("phone", "hello");
    else if (did == "signed in" || did == "moved") {
        if (did == "moved")
            shop.signIn("laptop", "laptop, signed in");
        shop.signIn("phone", token = "phone, signed in");
    } else if (did == "identity") {
        Customer customer{.id = shop.store->makeId<CustomerId>()};
        Identity known{.id = shop.store->makeId<IdentityId>(), .customer = customer.id};
        known.account = shop.account.id;
        known.channel = Channel::WebChat;
        known.address = "phone";
        shop.write([&](store::Database &database) -> Result<std::int64_t> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(changes.put(customer));
            TRIBUTARY_TRY(changes.put(known));
            TRIBUTARY_TRY(changes.finish());
            return 0;
        });
    }
    const TimePoint now = shop.clock.now();
    shop.write([&](store::Database &database) -> Result<std::int64_t> {
        auto query = database.queryOnce("UPDATE visitor SET created_ms = :at_ms");
        TRIBUTARY_TRY(query.bind("at_ms", now - std::chrono::hours(24 * daysAgo)).run());
        return 0;
    });
    if (did == "came back")
        shop.seenBy("phone");
    const auto forget = [&] {
        return shop.write([&](store::Database &database) { return forgetIdleVisitors(database, now - kIdleVisitorLife); });
    };
    const auto count = [&](const std::string &what) {
        return shop.read([&](store::Database &database) -> Result<std::int64_t> {
            auto query = database.queryOnce("SELECT count(*) FROM " + what);
            TRIBUTARY_TRY(query.step());
            return query.integer(0);
        });
    };
    const std::int64_t before = count("visitor WHERE id <> 'laptop'"), tokens = count("visitor_token");
    forget();
    QCOMPARE(forget(), std::int64_t(0));
    QCOMPARE(count("visitor WHERE id <> 'laptop'"), before - (isForgotten ? 1 : 0));
    QCOMPARE(shop.chat.mayFindVisitor(tokenOf(token)), !isForgotten);
    const bool laptopIsThere = shop.chat.mayFindVisitor(tokenOf(did == "moved" ? "laptop, signed in" : "laptop"));
    QCOMPARE(laptopIsThere, daysAgo < 90 || did == "moved"); // who is idle as well
    QCOMPARE(count("visitor_token"), tokens - (isForgotten ? 1 : 0) - (laptopIsThere ? 0 : 1));
}

QTEST_GUILESS_MAIN(TestWebChatSqlStore)
#include "tst_webchat_sql_store.moc"
