// The hub's side of a link: who is let in, where the stream goes on, and that a desktop cannot make it misbehave.
#include "core/base/compression.h"
#include "core/base/rng.h"
#include "core/engine/sync_session.h"

#include <QTest>
#include <numeric>

using namespace tributary;
using namespace tributary::engine;
using namespace std::chrono_literals;
using Effects = SyncSession::Effects;

namespace {

template<class Array>
Array named(int name)
{
    Array bytes{};
    bytes[0] = std::byte(name);
    return bytes;
}

struct Link {
    ManualClock clock;
    SyncSession session;

    Link() { session.opened(clock.now()); }
    Effects hear(const wire::Frame &frame) { return session.frameReceived(wire::pack(frame), clock.now()); }
    static SyncSession::Admission admission(std::int64_t head)
    {
        SyncSession::Admission admission;
        admission.agent.id.bytes[15] = std::byte(3);
        admission.head = {.epoch = named<wire::Epoch>(1), .seq = head, .chain = named<wire::Chain>(9)};
        admission.chainThere = named<wire::Chain>(5);
        return admission;
    }
    static wire::Hello hello(std::int64_t seq)
    {
        wire::Hello hello{.token = "t", .position = {named<wire::Epoch>(1), seq, named<wire::Chain>(5)}};
        hello.client.bytes[0] = std::byte(1);
        return hello;
    }
    /// Of a desktop with a copy of the history @p epoch, 0: with none, that names what is new (@p knowsIt).
    void hearOf(int epoch, bool knowsIt, bool unheard = false)
    {
        wire::Hello from = hello(epoch == 0 ? 0 : 7);
        from.unheard = unheard;
        from.position.epoch = named<wire::Epoch>(epoch);
        if (knowsIt)
            from.features = wire::ownFeatures();
        hear(from);
    }
    static wire::CommandFrame command(std::int64_t n)
    {
        return {{.n = n, .id = model::CommandId(named<RawId>(int(n))), .body = model::SetStatus{}}};
    }
    Effects open(std::int64_t seq, std::int64_t head)
    {
        hear(hello(seq));
        return session.authenticated(admission(head), clock.now());
    }
    static wire::Changes changes(std::int64_t from, std::int64_t to, std::int64_t head)
    {
        return {.from = from, .to = to, .head = head};
    }
};

template<class T>
std::vector<T> sent(const Effects &effects)
{
    std::vector<T> found;
    for (const Bytes &message : effects.send) {
        const auto frame = wire::unpack(message);
        if (const T *one = frame && *frame ? std::get_if<T>(&**frame) : nullptr)
            found.push_back(*one);
    }
    return found;
}

} // namespace

class TestSyncSession : public QObject {
    Q_OBJECT
private slots:
    void whereTheStreamGoesOn_data();
    void whereTheStreamGoesOn();
    void theStreamMayBeginBeforeTheHead_data();
    void theStreamMayBeginBeforeTheHead();
    void whoBeginsAnewHearsWhoWasErased_data();
    void whoBeginsAnewHearsWhoWasErased();
    void manyWhoWereErasedAreToldByAndBy();
    void whoHasNotTakenItAllHasNotConfirmedIt();
    void sendsOnlyWhatThereIsCreditFor();
    void readsAgainWhenTheHeadMoves();
    void saysWhatADesktopHas();
    void whoBeginsAnewHasNothingYet_data();
    void whoBeginsAnewHasNothingYet();
    void commandsShareACommit();
    void largeCommandsAreFewAtOnce();
    void presenceIsTwentyASecond();
    void nothingIsUnpackedForStrangers();
    void aForkEndsTheLink();
    void aCommandThatHasToWaitEndsNoLink_data();
    void aCommandThatHasToWaitEndsNoLink();
    void whatTheStoreRefusesIsNotOutOfOrder();
    void fetchesAreBounded();
    void nobodySpeaksForAnother();
    void garbageEndsTheLink_data();
    void garbageEndsTheLink();
    void aStalledReaderCostsLittle();
    void commandsWaitInTheSocket();
    void whatIsPackedCountsUnpacked();
    void aSilentDesktopIsDead();
    void whoIsNotReadIsNotSilent();
    void silenceIsNoProof();
    void beatsDoNotPutOffTheTime();
    void aBeatIsAnswered();
    void wallTimeMayJump();
    void onlyWhatBothNameIsUsed();
    void aCommandOfANewerDesktopIsOneToBeAnswered();
};

void TestSyncSession::whereTheStreamGoesOn_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("seq");
    QTest::addColumn<int>("chain");
    QTest::addColumn<bool>("known");
    QTest::addColumn<int>("pages"); // up to here pages have brought rows; 0: nothing ahead of seq
    QTest::addColumn<QString>("reason");
    QTest::newRow("goes on") << 1 << 7 << 5 << true << 0 << "";
    QTest::newRow("up to date") << 1 << 10 << 5 << true << 0 << "";
    QTest::newRow("new") << 0 << 0 << 0 << true << 0 << "new";
    QTest::newRow("another history") << 2 << 7 << 5 << true << 0 << "epoch";
    QTest::newRow("ahead of us") << 1 << 11 << 5 << false << 0 << "fork";
    QTest::newRow("another chain") << 1 << 7 << 6 << true << 0 << "fork";
    QTest::newRow("too long ago") << 1 << 7 << 5 << false << 0 << "horizon";
    QTest::newRow("pages of this history") << 1 << 7 << 5 << true << 9 << "";
    QTest::newRow("pages of another chain") << 1 << 7 << 5 << true << 8 << "fork";
    QTest::newRow("pages ahead of us") << 1 << 7 << 5 << true << 11 << "fork";
    QTest::newRow("too long ago, with pages") << 1 << 7 << 5 << false << 9 << "horizon";
}

void TestSyncSession::whereTheStreamGoesOn()
{
    QFETCH(int, epoch);
    QFETCH(int, seq);
    QFETCH(int, chain);
    QFETCH(bool, known);
    QFETCH(int, pages);
    QFETCH(QString, reason);
    Link link;
    wire::Hello hello = Link::hello(seq);
    if (pages > 0)
        hello.ahead = wire::Position{named<wire::Epoch>(1), pages, named<wire::Chain>(pages)};
    hello.position.epoch = named<wire::Epoch>(epoch);
    hello.position.chain = named<wire::Chain>(chain);
    QVERIFY(link.hear(hello).authenticate.has_value());
    auto admission = Link::admission(10);
    if (!known)
        admission.chainThere.reset();
    if (pages > 0 && pages <= 10)
        admission.chainAhead = named<wire::Chain>(9);
    const auto welcome = sent<wire::Welcome>(link.session.authenticated(admission, link.clock.now()));
    QCOMPARE(welcome.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(welcome[0].reason), reason);
    QCOMPARE(welcome[0].resync, !reason.isEmpty());
    QCOMPARE(link.session.sentTo(), reason.isEmpty() ? seq : 10);
}

void TestSyncSession::theStreamMayBeginBeforeTheHead_data()
{
    QTest::addColumn<bool>("knowsIt"); // the desktop
    QTest::addColumn<int>("epoch");    // of what it has
    QTest::addColumn<int>("start");
    QTest::newRow("who begins anew") << true << 0 << 6;
    QTest::newRow("after a restore") << true << 2 << 6;
    QTest::newRow("who does not know of it") << false << 0 << 10;
    QTest::newRow("who goes on") << true << 1 << 7;
}

/// Many who begin anew begin at one place, and what came since is brought by the stream.
void TestSyncSession::theStreamMayBeginBeforeTheHead()
{
    QFETCH(const bool, knowsIt);
    QFETCH(const int, epoch);
    QFETCH(const int, start);
    Link link;
    link.hearOf(epoch, knowsIt);
    auto admission = Link::admission(10);
    admission.start = wire::Position{admission.head.epoch, 6, named<wire::Chain>(7)};
    const auto welcome = sent<wire::Welcome>(link.session.authenticated(admission, link.clock.now())).at(0);
    QCOMPARE(welcome.head.seq, 10);
    QCOMPARE(welcome.start.has_value(), start == 6);
    if (welcome.start)
        QVERIFY(*welcome.start == *admission.start);
    QCOMPARE(link.session.sentTo(), start);
    const auto read = link.hear(wire::Credit{.bytes = 1 << 20}).readAfter;
    QVERIFY(read ? *read == start : start == 10);
}

void TestSyncSession::whoBeginsAnewHearsWhoWasErased_data()
{
    QTest::addColumn<bool>("knowsIt"); // the desktop
    QTest::addColumn<int>("epoch");    // of what it has
    QTest::addColumn<bool>("unheard");
    QTest::addColumn<int>("toldAt");                              // 0: not
    QTest::newRow("who has nothing") << true << 0 << false << 10; // but a journal, it may be
    QTest::newRow("after a restore") << true << 2 << false << 10;
    QTest::newRow("who goes on") << true << 1 << false << 0; // its changes tell of it
    QTest::newRow("who was cut off at its beginning") << true << 1 << true << 7;
    QTest::newRow("who would not know what it means") << false << 0 << false << 0;
}

/// No change tells of it, where the stream begins later.
void TestSyncSession::whoBeginsAnewHearsWhoWasErased()
{
    QFETCH(const bool, knowsIt);
    QFETCH(const int, epoch);
    QFETCH(const bool, unheard);
    QFETCH(const int, toldAt);
    const bool isTold = toldAt > 0;
    Link link;
    link.hearOf(epoch, knowsIt, unheard);
    auto admission = Link::admission(10);
    SeededRng rng(7);
    IdMaker ids(link.clock, rng);
    for (int i = 0; i < 1'500; ++i) // more than goes into one frame
        admission.erasedConversations.push_back(ids.make<model::ConversationId>());
    admission.erasedCustomers = {ids.make<model::CustomerId>()};
    const auto welcome = link.session.authenticated(admission, link.clock.now());
    QVERIFY(std::holds_alternative<wire::Welcome>(**wire::unpack(welcome.send.at(0))));
    QCOMPARE(welcome.send.size(), std::size_t(1)); // the rest as there is credit for it
    const auto effects = link.hear(wire::Credit{.bytes = 1 << 20, .seq = 0});
    std::vector<model::CustomerId> customers;
    std::vector<model::ConversationId> conversations;
    for (const wire::Changes &changes : sent<wire::Changes>(effects)) {
        QCOMPARE(changes.from, toldAt);
        QCOMPARE(changes.to, toldAt);
        QVERIFY(changes.chain == (unheard ? Link::hello(7).position.chain : admission.head.chain));
        for (const wire::Removal &removal : changes.removals)
            customers.emplace_back(removal.key);
        conversations.insert(conversations.end(), changes.erased.begin(), changes.erased.end());
    }
    QVERIFY(customers == (isTold ? admission.erasedCustomers : std::vector<model::CustomerId>()));
    QVERIFY(conversations == (isTold ? admission.erasedConversations : std::vector<model::ConversationId>()));
    QCOMPARE(sent<wire::Changes>(effects).size(), std::size_t(isTold ? 2 : 0));
}

/// A shop of many years has more of them than a socket takes at once: every desktop that began anew was cut off, each time.
void TestSyncSession::manyWhoWereErasedAreToldByAndBy()
{
    Link link;
    link.hearOf(0, true);
    auto admission = Link::admission(10);
    SeededRng rng(7);
    IdMaker ids(link.clock, rng);
    for (int i = 0; i < 100'000; ++i)
        admission.erasedConversations.push_back(ids.make<model::ConversationId>());
    for (int i = 0; i < 20'000; ++i)
        admission.erasedCustomers.push_back(ids.make<model::CustomerId>());
    link.session.authenticated(admission, link.clock.now());
    std::size_t customers = 0, conversations = 0;
    bool isOver = false;
    for (int i = 0; i < 1'000 && !isOver; ++i) {
        link.session.setQueued(0); // what was sent is on its way
        const auto effects = link.hear(wire::Credit{.bytes = 64 * 1024, .seq = 0});
        std::size_t bytes = 0;
        for (const Bytes &message : effects.send)
            bytes += message.size();
        QVERIFY2(bytes < 512 * 1024, std::to_string(bytes).c_str());
        for (const wire::Changes &changes : sent<wire::Changes>(effects)) {
            customers += changes.removals.size();
            conversations += changes.erased.size();
        }
        isOver = conversations == admission.erasedConversations.size();
        QVERIFY(isOver || !effects.readAfter); // nothing that came later goes before
    }
    QVERIFY(isOver);
    QCOMPARE(customers, admission.erasedCustomers.size());
    QVERIFY(link.session.headMoved(11, link.clock.now()).readAfter || link.hear(wire::Credit{.bytes = 1 << 20}).readAfter);
}

/// What a desktop confirms is in the audit log: not before it has taken all that tells of them.
void TestSyncSession::whoHasNotTakenItAllHasNotConfirmedIt()
{
    Link link;
    link.hearOf(0, true);
    auto admission = Link::admission(10);
    SeededRng rng(7);
    IdMaker ids(link.clock, rng);
    for (int i = 0; i < 2'500; ++i)
        admission.erasedConversations.push_back(ids.make<model::ConversationId>());
    link.session.authenticated(admission, link.clock.now());
    const auto first = link.hear(wire::Credit{.bytes = 1 << 20, .seq = 10});
    QVERIFY(!first.acknowledged); // it may be of the history that it had before
    QCOMPARE(first.send.size(), std::size_t(3));
    for (std::size_t i = 0; i < first.send.size(); ++i) {
        const auto taken = link.hear(wire::Credit{.bytes = std::int64_t(first.send[i].size()), .seq = 10});
        QCOMPARE(taken.acknowledged.has_value(), i == 2);
    }
}

void TestSyncSession::sendsOnlyWhatThereIsCreditFor()
{
    Link link;
    QVERIFY(!link.open(0, 10).readAfter); // no credit yet
    QCOMPARE(*link.hear(wire::Credit{.bytes = 1}).readAfter, 0);
    Effects effects = link.session.changesRead(Link::changes(0, 4, 10), link.clock.now());
    QCOMPARE(sent<wire::Changes>(effects).size(), std::size_t(1));
    QVERIFY(!effects.readAfter); // used up: the log is read again when there is more
    QCOMPARE(link.session.sentTo(), 4);
    QVERIFY(!link.session.headMoved(11, link.clock.now()).readAfter);
    QCOMPARE(*link.hear(wire::Credit{.bytes = 1 << 20}).readAfter, 4);
}

void TestSyncSession::readsAgainWhenTheHeadMoves()
{
    Link link;
    link.open(10, 10);
    QVERIFY(!link.hear(wire::Credit{.bytes = 1 << 20}).readAfter);
    QCOMPARE(*link.session.headMoved(11, link.clock.now()).readAfter, 10);
    QVERIFY(!link.session.headMoved(12, link.clock.now()).readAfter); // one reading at a time
    const Effects effects = link.session.changesRead(Link::changes(10, 11, 12), link.clock.now());
    QCOMPARE(*effects.readAfter, 11);
    QVERIFY(sent<wire::Changes>(link.session.changesRead(Link::changes(10, 12, 12), link.clock.now())).empty()); // not ours
}

void TestSyncSession::saysWhatADesktopHas()
{
    Link link;
    link.hear(Link::hello(4));
    QVERIFY(!link.hear(wire::Credit{.bytes = 1 << 20, .seq = 4}).acknowledged); // by whoever it may be
    link.session.authenticated(Link::admission(10), link.clock.now());
    QCOMPARE(link.hear(wire::Credit{.bytes = 1, .seq = 4}).acknowledged, std::optional<std::int64_t>(4));
    link.session.changesRead(Link::changes(4, 7, 10), link.clock.now());
    QVERIFY(!link.hear(wire::Credit{.bytes = 1, .seq = 8}).acknowledged); // it has not been sent that
    QCOMPARE(link.hear(wire::Credit{.bytes = 1, .seq = 7}).acknowledged, std::optional<std::int64_t>(7));
    QVERIFY(!link.hear(wire::Beat{}).acknowledged);
}

void TestSyncSession::whoBeginsAnewHasNothingYet_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("chain");
    QTest::newRow("of another history") << 2 << 5;
    QTest::newRow("of another one under the same name") << 1 << 6;
    QTest::newRow("new") << 0 << 5;
}

/// What it says before it has begun is of the history that it had.
void TestSyncSession::whoBeginsAnewHasNothingYet()
{
    QFETCH(int, epoch);
    QFETCH(int, chain);
    Link link;
    wire::Hello hello = Link::hello(9);
    hello.position.epoch = named<wire::Epoch>(epoch);
    hello.position.chain = named<wire::Chain>(chain);
    link.hear(hello);
    link.session.authenticated(Link::admission(10), link.clock.now());
    QVERIFY(!link.hear(wire::Credit{.bytes = 1 << 20, .seq = 9}).acknowledged);
    QCOMPARE(link.hear(wire::Credit{.bytes = 1, .seq = 10}).acknowledged, std::optional<std::int64_t>(10));
}

void TestSyncSession::commandsShareACommit()
{
    Link link;
    link.open(0, 0);
    std::vector<std::int64_t> given;
    const auto add = [&](const Effects &effects) {
        for (const auto &command : effects.apply)
            given.push_back(command.n);
    };
    for (std::int64_t n = 1; n <= 20; ++n)
        add(link.hear(Link::command(n)));
    QCOMPARE(given.size(), std::size_t(16)); // so many at most
    for (int i = 0; i < 20; ++i)
        add(link.session.commandApplied(link.clock.now()));
    std::vector<std::int64_t> inOrder(20);
    std::iota(inOrder.begin(), inOrder.end(), 1);
    QVERIFY(given == inOrder);
}

void TestSyncSession::largeCommandsAreFewAtOnce()
{
    Link link;
    link.open(0, 0);
    std::size_t given = 0;
    for (std::int64_t n = 1; n <= 8; ++n) {
        auto large = Link::command(n);
        large.command.body = model::AddNote{.body = std::string(60'000, 'a')};
        given += link.hear(large).apply.size();
    }
    QCOMPARE(given, std::size_t(3));
    QCOMPARE(link.session.commandApplied(link.clock.now()).apply.size(), std::size_t(1));
}

void TestSyncSession::presenceIsTwentyASecond()
{
    Link link;
    link.open(0, 0);
    for (int second = 0; second < 2; ++second) {
        std::size_t told = 0;
        for (int i = 0; i < 500; ++i) {
            link.clock.advance(Milliseconds(1));
            const Effects effects = link.hear(wire::Presence{wire::Presence::Kind::Typing, {}, {}, "a"});
            QVERIFY(!effects.close);
            told += effects.presence.size();
        }
        QCOMPARE(told, std::size_t(20));
        link.clock.advance(Milliseconds(500));
    }
}

void TestSyncSession::nothingIsUnpackedForStrangers()
{
    Bytes squeezed{std::byte(1)};
    const Bytes rest = compress(ByteView(wire::pack(wire::Beat{.ms = 1})).subspan(1));
    squeezed.insert(squeezed.end(), rest.begin(), rest.end());
    QVERIFY(wire::unpack(squeezed)->has_value());
    for (const bool said : {false, true}) { // hello, whose token is not known to be good yet
        Link link;
        if (said)
            link.hear(Link::hello(0));
        const Effects effects = link.session.frameReceived(squeezed, link.clock.now());
        QVERIFY(effects.close && effects.refused);
        QCOMPARE(effects.refused->first, std::string("garbage"));
    }
    Link link;
    link.open(0, 0);
    QVERIFY(!link.session.frameReceived(squeezed, link.clock.now()).close);
}

void TestSyncSession::aForkEndsTheLink()
{
    Link link;
    link.open(0, 0);
    link.hear(Link::command(1));
    link.hear(Link::command(2));
    const Effects effects = link.session.commandFailed({Error::Kind::Conflict, "forked"}, link.clock.now());
    QCOMPARE(sent<wire::Goodbye>(effects).at(0).reason, std::string("forked"));
    QVERIFY(effects.close && effects.apply.empty());
    QVERIFY(link.hear(Link::command(3)).apply.empty());
}

void TestSyncSession::aCommandThatHasToWaitEndsNoLink_data()
{
    QTest::addColumn<int>("lateMs"); // when those behind it are answered
    QTest::newRow("those behind it are answered at once") << 0;
    QTest::newRow("those behind it are answered late") << 2'500;
}

/// Those behind it wait, too; that they were not the next is no mistake of the desktop's.
void TestSyncSession::aCommandThatHasToWaitEndsNoLink()
{
    QFETCH(const int, lateMs);
    Link link;
    link.open(0, 0);
    const Error notNext{Error::Kind::Conflict, "not the next command"};
    link.hear(Link::command(1));
    link.hear(Link::command(2));
    const Effects waits = link.session.commandFailed({Error::Kind::Offline, "not yet"}, link.clock.now());
    QVERIFY(!waits.close && waits.apply.empty());
    QVERIFY(link.hear(Link::command(3)).apply.empty());
    link.clock.advance(Milliseconds(lateMs));
    QVERIFY(link.session.timeReached(link.clock.now()).apply.empty());
    const Effects void2 = link.session.commandFailed(notNext, link.clock.now());
    QVERIFY(!void2.close && void2.apply.empty() && void2.wakeAt);
    QVERIFY(*void2.wakeAt <= std::max(link.clock.now(), link.clock.now() + Milliseconds(2'000 - lateMs)));
    link.clock.advance(Milliseconds(1'000));
    if (lateMs == 0)
        QVERIFY(link.session.timeReached(link.clock.now()).apply.empty());
    link.clock.advance(Milliseconds(1'000));
    const Effects again = link.session.timeReached(link.clock.now());
    QCOMPARE(again.apply.size(), std::size_t(2));
    QCOMPARE(again.apply[0].n, 1);
    QCOMPARE(again.apply[1].n, 2);
    QVERIFY(link.session.timeReached(link.clock.now()).apply.empty()); // once
    QCOMPARE(link.session.commandApplied(link.clock.now()).apply.at(0).n, 3);
    QVERIFY(link.session.commandFailed(notNext, link.clock.now()).close); // nobody waits now
}

void TestSyncSession::whatTheStoreRefusesIsNotOutOfOrder()
{
    for (const auto &[detail, reason] :
         {std::pair("not the next command", "out-of-order"), std::pair("a row is there already", "unavailable")}) {
        Link link;
        link.open(0, 0);
        link.hear(Link::command(1));
        const Effects effects = link.session.commandFailed({Error::Kind::Conflict, detail}, link.clock.now());
        QCOMPARE(sent<wire::Goodbye>(effects).at(0).reason, std::string(reason));
    }
}

void TestSyncSession::fetchesAreBounded()
{
    Link link;
    link.open(0, 0);
    for (int round = 0; round < 3; ++round) { // answered ones do not count
        std::size_t asked = 0;
        for (int i = 0; i < 66; ++i)
            asked += link.hear(wire::Fetch{}).fetch.size();
        QCOMPARE(asked, std::size_t(2)); // at once; the others wait
        for (int i = 0; i < 66 && round < 2; ++i) {
            const Effects effects = link.session.pageRead({});
            QCOMPARE(sent<wire::Page>(effects).size(), std::size_t(1));
            QCOMPARE(effects.fetch.size(), std::size_t(i < 64));
        }
    }
    QVERIFY(link.hear(wire::Fetch{}).close);
}

void TestSyncSession::aStalledReaderCostsLittle()
{
    constexpr std::size_t kMuch = 300 * 1024;
    Link link;
    link.open(0, 10);
    link.hear(wire::Credit{.bytes = 4 << 20});
    link.session.setQueued(kMuch);
    QVERIFY(!link.session.changesRead(Link::changes(0, 4, 10), link.clock.now()).readAfter);
    QVERIFY(!link.session.headMoved(11, link.clock.now()).readAfter);
    QVERIFY(link.hear(wire::Fetch{}).fetch.empty());
    QVERIFY(link.session.presenceHeard({}).send.empty());
    QVERIFY(link.hear(wire::Beat{}).send.empty());
    link.session.setQueued(0);
    const Effects effects = link.session.drained(link.clock.now());
    QCOMPARE(*effects.readAfter, 4);
    QCOMPARE(effects.fetch.size(), std::size_t(1));
    QCOMPARE(link.session.presenceHeard({}).send.size(), std::size_t(1));
}

void TestSyncSession::commandsWaitInTheSocket()
{
    Link link;
    link.open(0, 0);
    auto large = Link::command(1);
    std::string text(60'000, '\0');
    SeededRng(1).fill(std::as_writable_bytes(std::span(text)));
    for (char &c : text)
        c = char('a' + (c & 15));
    large.command.body = model::AddNote{.body = text};
    std::size_t taken = 0, given = 0;
    while (link.session.wantsReading() && taken < 100) {
        given += link.hear(large).apply.size();
        ++taken;
    }
    QVERIFY2(taken > 5 && taken < 15, qPrintable(QString::number(taken)));
    for (std::size_t i = 0; i < taken; ++i)
        given += link.session.commandApplied(link.clock.now()).apply.size();
    QCOMPARE(given, taken);
    QVERIFY(link.session.wantsReading());
}

/// Some hundred bytes on the wire may be megabytes here: what waits counts as it is held, and no single one is that large.
void TestSyncSession::whatIsPackedCountsUnpacked()
{
    Link link;
    link.open(0, 0);
    auto packed = Link::command(1);
    packed.command.body = model::SetTags{.add = std::vector<std::string>(40'000, "aaa")};
    QVERIFY(wire::pack(packed).size() < 1'000);
    std::size_t taken = 0;
    while (link.session.wantsReading() && taken < 100) {
        link.hear(packed);
        ++taken;
    }
    QVERIFY2(taken < 10, qPrintable(QString::number(taken)));
    packed.command.body = model::SetTags{.add = std::vector<std::string>(100'000, "aaa")};
    const auto effects = link.hear(packed);
    QVERIFY(!link.session.isOpen());
    QCOMPARE(effects.send.size(), std::size_t(1)); // with a word
}

void TestSyncSession::nobodySpeaksForAnother()
{
    Link link;
    link.open(0, 0);
    wire::Presence presence{.kind = wire::Presence::Kind::Typing, .text = "as the customer"};
    presence.agent.bytes[15] = std::byte(77);
    auto told = link.hear(presence).presence;
    QCOMPARE(told.size(), std::size_t(1));
    QVERIFY(told[0].agent == Link::admission(0).agent.id);
    QCOMPARE(told[0].text, presence.text); // a draft that is shared
    presence.text = std::string(wire::Presence::kMostText - 1, 'a') + "\xc3\xa9" + std::string(1'000, 'b');
    told = link.hear(presence).presence;
    QCOMPARE(told[0].text, std::string(wire::Presence::kMostText - 1, 'a')); // no half letter
    presence.kind = wire::Presence::Kind::Viewing;
    QVERIFY(link.hear(presence).presence[0].text.empty());
}

void TestSyncSession::garbageEndsTheLink_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("open");
    const auto bytes = [](const wire::Frame &frame) {
        const Bytes packed = wire::pack(frame);
        return QByteArray(reinterpret_cast<const char *>(packed.data()), qsizetype(packed.size()));
    };
    QTest::newRow("nothing") << QByteArray() << true;
    QTest::newRow("noise") << QByteArray("GET / HTTP/1.1") << false;
    QTest::newRow("before the hello") << bytes(wire::Fetch{}) << false;
    QTest::newRow("a command before the hello") << bytes(Link::command(1)) << false;
    QTest::newRow("a second hello") << bytes(Link::hello(0)) << true;
    QTest::newRow("what only a hub says") << bytes(wire::Welcome{}) << true;
}

void TestSyncSession::garbageEndsTheLink()
{
    QFETCH(QByteArray, message);
    QFETCH(bool, open);
    Link link;
    if (open)
        link.open(0, 0);
    const Effects effects = link.session.frameReceived(
        std::as_bytes(std::span(message.constData(), std::size_t(message.size()))), link.clock.now());
    QVERIFY(effects.close && effects.apply.empty() && effects.fetch.empty());
    QCOMPARE(sent<wire::Goodbye>(effects).at(0).reason, std::string("garbage"));
}

void TestSyncSession::aSilentDesktopIsDead()
{
    Link stranger;
    stranger.clock.advance(5s);
    QVERIFY(stranger.session.timeReached(stranger.clock.now()).close);
    Link link;
    link.open(0, 0);
    link.clock.advance(44s);
    QVERIFY(!link.session.timeReached(link.clock.now()).close);
    link.hear(wire::Beat{});
    link.clock.advance(44s);
    QVERIFY(!link.session.timeReached(link.clock.now()).close);
    link.clock.advance(1s);
    QVERIFY(link.session.timeReached(link.clock.now()).abort);
}

/// So many commands wait that nothing more is read; it may be long until the first of them can be carried out.
void TestSyncSession::whoIsNotReadIsNotSilent()
{
    Link link;
    link.open(0, 0);
    auto large = Link::command(1);
    large.command.body = model::AddNote{.body = std::string(60'000, 'a')};
    const std::size_t inHand = 3;
    while (link.session.wantsReading())
        link.hear(large);
    Effects effects;
    for (int seconds = 0; seconds < 120; ++seconds) { // as a loop that looks at wakeAt, or more often
        link.clock.advance(1s);
        effects = link.session.timeReached(link.clock.now());
        QVERIFY(!effects.abort);
        QVERIFY(*effects.wakeAt > link.clock.now());
    }
    link.clock.advance(*effects.wakeAt - link.clock.now() - 1ms); // whatever there is to be done only then
    for (std::size_t i = 0; i < inHand && !link.session.wantsReading(); ++i)
        link.session.commandApplied(link.clock.now());
    QVERIFY(link.session.wantsReading());
    link.clock.advance(44s); // from when it is read again
    QVERIFY(!link.session.timeReached(link.clock.now()).abort);
    link.clock.advance(1s);
    QVERIFY(link.session.timeReached(link.clock.now()).abort);
}

void TestSyncSession::silenceIsNoProof()
{
    Link link;
    link.open(10, 10);
    // A desktop that has nothing to catch up with hears at once that it is so.
    QVERIFY(link.hear(wire::Credit{.bytes = 1 << 20}).wakeAt == link.clock.now());
    QCOMPARE(*link.session.timeReached(link.clock.now()).readAfter, 10);
    QCOMPARE(sent<wire::Changes>(link.session.changesRead(Link::changes(10, 10, 10), link.clock.now())).size(),
             std::size_t(1));
    link.clock.advance(15s);
    QCOMPARE(sent<wire::Beat>(link.session.timeReached(link.clock.now())).size(), std::size_t(1));
    link.hear(wire::Beat{});
    link.clock.advance(15s);
    QCOMPARE(*link.session.timeReached(link.clock.now()).readAfter, 10);
    const auto empty = sent<wire::Changes>(link.session.changesRead(Link::changes(10, 10, 10), link.clock.now()));
    QCOMPARE(empty.size(), std::size_t(1)); // nothing new, and it says so
    QVERIFY(empty[0].serverTime == link.clock.now());
}

/// A desktop beats as often as the hub, and its beats are answered: with those alone it never heard how fresh its copy is.
void TestSyncSession::beatsDoNotPutOffTheTime()
{
    Link link;
    link.open(10, 10);
    link.hear(wire::Credit{.bytes = 1'000'000});
    std::optional<TimePoint> wake;
    int told = 0;
    for (int i = 0; i < 6; ++i) {
        link.clock.advance(14s);
        if (wake && *wake <= link.clock.now()) {
            const Effects effects = link.session.timeReached(link.clock.now());
            if (effects.readAfter) {
                const auto read = link.session.changesRead(Link::changes(10, 10, 10), link.clock.now());
                told += int(sent<wire::Changes>(read).size());
            }
        }
        wake = link.hear(wire::Beat{}).wakeAt;
    }
    QCOMPARE(told, 2); // each half minute, as far as it was asked
}

void TestSyncSession::aBeatIsAnswered()
{
    Link link;
    link.open(10, 10);
    QCOMPARE(sent<wire::Beat>(link.hear(wire::Beat{})).size(), std::size_t(1));
    link.clock.advance(14s); // which counts as one of ours
    QVERIFY(link.session.timeReached(link.clock.now()).send.empty());
}

void TestSyncSession::wallTimeMayJump()
{
    Link link;
    link.open(10, 10);
    link.hear(wire::Credit{.bytes = 1 << 20});
    link.session.setWallAhead(-24h);
    link.session.headMoved(11, link.clock.now());
    const auto frames = sent<wire::Changes>(link.session.changesRead(Link::changes(10, 11, 11), link.clock.now()));
    QVERIFY(frames.at(0).serverTime == link.clock.now() - 24h);
}

void TestSyncSession::onlyWhatBothNameIsUsed()
{
    const auto toldTo = [](std::vector<std::string> features) {
        Link link;
        wire::Hello hello = Link::hello(0);
        hello.features = std::move(features);
        link.hear(hello);
        const Effects welcomed = link.session.authenticated(Link::admission(0), link.clock.now());
        QTest::qVerify(sent<wire::Welcome>(welcomed).at(0).features == wire::ownFeatures(), "", "", __FILE__, __LINE__);
        link.hear(wire::Credit{.bytes = 1'000'000});
        return sent<wire::Presence>(link.session.presenceHeard({})).size();
    };
    QCOMPARE(toldTo(wire::ownFeatures()), std::size_t(1));
    QCOMPARE(toldTo({}), std::size_t(1)); // from before there were names: it knew presence
    QCOMPARE(toldTo({"fetch", "command:set_tags", "holograms"}), std::size_t(0));
}

void TestSyncSession::aCommandOfANewerDesktopIsOneToBeAnswered()
{
    Link link;
    link.open(0, 0);
    wire::Map map = *wire::decode(ByteView(wire::pack(Link::command(1))).subspan(1))->as<wire::Map>();
    for (auto &[name, value] : map) {
        if (name != "command")
            continue;
        for (auto &[field, what] : *value.as<wire::Map>()) {
            if (field == "name")
                what = "set_colour";
        }
    }
    Bytes message{std::byte(0)};
    wire::encode(wire::Value(std::move(map)), message);
    const Effects effects = link.session.frameReceived(message, link.clock.now());
    QVERIFY(!effects.close && sent<wire::Goodbye>(effects).empty());
    QCOMPARE(effects.apply.size(), std::size_t(1));
    QCOMPARE(effects.apply[0].unknown, std::string("set_colour"));
    QCOMPARE(effects.apply[0].n, 1);
    QVERIFY(!link.session.commandApplied(link.clock.now()).close); // and the link goes on
    QCOMPARE(link.hear(Link::command(2)).apply.size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TestSyncSession)
#include "tst_sync_session.moc"
