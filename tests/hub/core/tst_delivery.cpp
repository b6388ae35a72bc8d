// What goes out: in order within a conversation, each once, and looked for before it is sent again.
#include "core/store/sql.h"
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::SendOutcome;
using State = Delivery::State;

class TestDelivery : public QObject {
    Q_OBJECT
private slots:
    void keepsTheOrderOfAConversation();
    void otherConversationsGoOn();
    void anAccountThatCannotSendHoldsUpNoOther_data();
    void anAccountThatCannotSendHoldsUpNoOther();
    void oneThatWaitsBehindAnotherIsNotDue();
    void aClockSetBackKeepsNobodyWaiting_data();
    void aClockSetBackKeepsNobodyWaiting();
    void looksOnlyAtItsAccount();
    void whatAnAccountHadInHandIsLookedFor();
    void outcomes_data();
    void outcomes();
    void theClaimOfAnotherIsNotSettled();
    void whatIsAnsweredAfterItWasReleasedIsKnown_data();
    void whatIsAnsweredAfterItWasReleasedIsKnown();
    void whatThePlatformToldIsNotTakenBack();
    void newsThatCameBeforeTheMessage_data();
    void newsThatCameBeforeTheMessage();
    void whatWaitedUnderTwoNamesIsToldOnce();
    void aCrashMakesItLookFirst();
    void aMailIsLookedForOnceItCanBeFound_data();
    void aMailIsLookedForOnceItCanBeFound();
    void asksAPersonAfterLookingTwice();
    void toNobodyIsAFailureThatIsSeen();
    void nothingGoesOutToTheBlocked_data();
    void nothingGoesOutToTheBlocked();
    void aFailureOpensNothingOfTheBlocked();
    void nothingGoesOutToAnotherCustomer_data();
    void nothingGoesOutToAnotherCustomer();
    void whatWasTakenBackIsNotTriedAgain();
    void retryIsANewTryOfTheSameMessage();
    void retryDoesNotDisturbTheLook();
    void anAccountSetUpAnewProvesNothingOfBefore_data();
    void anAccountSetUpAnewProvesNothingOfBefore();
    void doubtStaysUntilItIsSeen_data();
    void doubtStaysUntilItIsSeen();
    void refusedSignInsUseUpNoAttempt();
    void aRefusedSignInPutsOffItsWholeAccount();
    void aRefusedLookHoldsUpNobodyElse();
    void aCopyThatWasNotTakenIsTold();
    void anAddressThatTakesNothingSaysSo_data();
    void anAddressThatTakesNothingSaysSo();
    void aReplyCarriesTheWholeThread();
    void aReplyQuotesNoStranger_data();
    void aReplyQuotesNoStranger();
    void aRemovedAccountTellsWhoWaits();
    void retryDelays_data();
    void retryDelays();
};

namespace {

struct Queue : HubUnderTest {
    Conversation first = conversation(take(line("first")).conversation);
    Conversation second = conversation(take(line("second")).conversation);

    TimelineItemId send(const Conversation &to, const std::string &text)
    {
        const SendMessage message = reply(to, text);
        mustApply(message);
        return message.item;
    }
};

} // namespace

/// Whom it was for is gone from the store: it went to nobody, and its author must see that.
void TestDelivery::toNobodyIsAFailureThatIsSeen()
{
    Queue hub;
    const TimelineItemId lost = hub.send(hub.first, "one");
    const TimelineItemId other = hub.send(hub.second, "two");
    hub.mustApply(SetStatus{hub.first.id, Conversation::Status::Waiting});
    hub.must(hub.database->execute("DELETE FROM identity WHERE id = x'" + toHex(hub.first.identity.view()) + "'"));
    const std::int64_t before = hub.head();
    const auto claimed = hub.claim(hub.chat);
    QVERIFY(claimed && claimed->message.item.id == other); // the rest goes on
    const TimelineItem item = hub.item(lost);
    QVERIFY(item.delivery->state == State::Failed);
    QCOMPARE(item.delivery->problem, std::string("recipient"));
    QVERIFY(!item.delivery->problemText.empty());
    QVERIFY(item.version > before); // desktops are told
    QVERIFY(hub.conversation(hub.first.id).status == Conversation::Status::Open);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND instr(CAST(details AS TEXT), "
                        "'delivery-failed') > 0"),
             1);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 1); // the other one, in hand
}

void TestDelivery::keepsTheOrderOfAConversation()
{
    Queue hub;
    hub.send(hub.first, "one");
    hub.send(hub.first, "two");
    const auto one = hub.claim(hub.chat);
    QCOMPARE(one->message.item.body, std::string("one"));
    QVERIFY(!hub.claim(hub.chat)); // the second waits for the first
    hub.settled(*one, {.kind = SendOutcome::Kind::Retry});
    QVERIFY(!hub.claim(hub.chat)); // also while that waits for another try
    hub.clock.advance(std::chrono::minutes(2));
    const auto again = hub.claim(hub.chat);
    QCOMPARE(again->message.item.body, std::string("one"));
    QCOMPARE(again->message.messageId, one->message.messageId);
    QCOMPARE(again->claim.attempts, 2);
    hub.settled(*again, {.kind = SendOutcome::Kind::Sent});
    QCOMPARE(hub.claim(hub.chat)->message.item.body, std::string("two"));
}

void TestDelivery::otherConversationsGoOn()
{
    Queue hub;
    hub.send(hub.first, "one");
    hub.send(hub.second, "two");
    const auto one = hub.claim(hub.chat);
    const auto two = hub.claim(hub.chat);
    QVERIFY(one && two);
    QVERIFY(one->message.conversation.id != two->message.conversation.id);
    QVERIFY(!hub.claim(hub.mail)); // of another account
}

void TestDelivery::anAccountThatCannotSendHoldsUpNoOther_data()
{
    QTest::addColumn<QString>("account"); ///< What becomes of it with the first message.
    QTest::addColumn<bool>("holds");      ///< That comes first, then.
    QTest::newRow("it sends") << "sends" << true;
    QTest::newRow("it is paused") << "" << false;
    QTest::newRow("it is paused with it in hand") << "in hand" << false;
    QTest::newRow("its sign-in is refused") << "refused" << false;
    QTest::newRow("it is not reached") << "retry" << false;
}

/// A customer is answered by another account while one is out of order; else in the order of writing.
void TestDelivery::anAccountThatCannotSendHoldsUpNoOther()
{
    QFETCH(const QString, account);
    QFETCH(const bool, holds);
    Queue hub;
    const Conversation mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation);
    hub.send(hub.first, "one");
    SendMessage other = hub.reply(hub.first, "two");
    other.to = mail.identity;
    other.from = hub.mail.id;
    hub.must(hub.database->execute("UPDATE identity SET customer_id = (SELECT customer_id FROM identity WHERE id = x'"
                                   + toHex(hub.first.identity.view()) + "') WHERE id = x'" + toHex(mail.identity.view())
                                   + "'"));
    QCOMPARE(hub.mustApply(other).kind, Outcome::Kind::Applied);
    hub.clock.advance(std::chrono::seconds(11)); // what can be undone has gone by
    QVERIFY(!hub.claim(hub.mail));
    const TimePoint due = *hub.must(nextDue(*hub.database, hub.mail.id, hub.clock.now()));
    QVERIFY(due > hub.clock.now());
    if (!account.isEmpty()) {
        const auto one = hub.claim(hub.chat);
        QVERIFY(one && !hub.claim(hub.mail));
        if (account == "sends")
            hub.settled(*one, {.kind = SendOutcome::Kind::Sent});
        else if (account != "in hand")
            hub.settled(*one, {.kind = account == "retry" ? SendOutcome::Kind::Retry : SendOutcome::Kind::Reauthorise});
    }
    if (!holds && account != "refused") { // that is known to take longer
        QVERIFY(!hub.claim(hub.mail));
        const auto until = hub.must(nextDue(*hub.database, hub.mail.id, hub.clock.now()));
        QVERIFY(*until > hub.clock.now());
        hub.clock.advance(Milliseconds(*until - hub.clock.now()));
    }
    QVERIFY(*hub.must(nextDue(*hub.database, hub.mail.id, hub.clock.now())) <= hub.clock.now());
    const auto two = hub.claim(hub.mail);
    QVERIFY(two);
    QCOMPARE(two->message.item.body, std::string("two"));
}

void TestDelivery::oneThatWaitsBehindAnotherIsNotDue()
{
    Queue hub;
    hub.send(hub.first, "one");
    hub.send(hub.first, "two");
    const auto claimed = hub.claim(hub.chat);
    QVERIFY(claimed);
    hub.settled(*claimed, {.kind = SendOutcome::Kind::Retry});
    const auto due = hub.must(nextDue(*hub.database, hub.chat.id, hub.clock.now()));
    QVERIFY(due);
    QVERIFY(*due > hub.clock.now()); // the first one's next try, not the second one's turn
    QVERIFY(!hub.claim(hub.chat));
    hub.clock.advance(*due - hub.clock.now());
    QCOMPARE(hub.claim(hub.chat)->message.item.body, std::string("one"));
}

void TestDelivery::aClockSetBackKeepsNobodyWaiting_data()
{
    QTest::addColumn<bool>("retried");
    QTest::newRow("held for second thoughts") << false;
    QTest::newRow("to be tried again") << true;
}

void TestDelivery::aClockSetBackKeepsNobodyWaiting()
{
    QFETCH(const bool, retried);
    Queue hub;
    const auto mail = hub.take(hub.letter("ada@mail.test"));
    const SendMessage held = hub.reply(hub.conversation(mail.conversation), "one");
    hub.mustApply(held);
    QVERIFY(!hub.claim(hub.mail));
    if (retried) {
        hub.clock.advance(std::chrono::seconds(11));
        const auto claimed = hub.claim(hub.mail);
        QVERIFY(claimed);
        hub.settled(*claimed, {.kind = SendOutcome::Kind::Retry});
    }
    QVERIFY(*hub.must(nextDue(*hub.database, hub.mail.id, hub.clock.now())) > hub.clock.now());
    hub.clock.step(hub.clock.now() - std::chrono::hours(24));
    hub.clock.advance(std::chrono::minutes(1));
    QVERIFY(hub.must(nextDue(*hub.database, hub.mail.id, hub.clock.now())) == hub.clock.now());
    const auto claimed = hub.claim(hub.mail);
    QVERIFY(claimed);
    QCOMPARE(claimed->message.item.body, std::string("one"));
}

void TestDelivery::looksOnlyAtItsAccount()
{
    Queue hub;
    for (const std::string_view text : {store::sql::hub_next_delivery, store::sql::hub_next_delivery_time}) {
        auto plan = hub.database->queryOnce("EXPLAIN QUERY PLAN " + std::string(text));
        int looks = 0;
        while (hub.must(plan.step())) {
            const std::string step(plan.text(3));
            QVERIFY2(!step.starts_with("SCAN q") && !step.starts_with("SCAN earlier"), step.c_str());
            looks += step.starts_with("SEARCH q USING INDEX delivery_queue_account");
        }
        QVERIFY(looks > 0);
    }
}

void TestDelivery::whatAnAccountHadInHandIsLookedFor()
{
    Queue hub;
    hub.send(hub.first, "one");
    QVERIFY(hub.claim(hub.chat));
    QVERIFY(!hub.must(nextDue(*hub.database, hub.chat.id, hub.clock.now())));
    hub.must(releaseAllOf(*hub.database, hub.mail.id, hub.clock.now()));
    QVERIFY(!hub.claim(hub.chat)); // another account's
    hub.must(releaseAllOf(*hub.database, hub.chat.id, hub.clock.now()));
    const auto again = hub.claim(hub.chat);
    QVERIFY(again);
    QVERIFY(again->message.lookFirst);
}

void TestDelivery::outcomes_data()
{
    QTest::addColumn<int>("answer");
    QTest::addColumn<int>("state");
    QTest::addColumn<bool>("waits");
    QTest::addColumn<bool>("looksFirst");
    const auto row = [](const char *name, SendOutcome::Kind answer, State state, bool waits, bool looksFirst) {
        QTest::newRow(name) << int(answer) << int(state) << waits << looksFirst;
    };
    row("sent", SendOutcome::Kind::Sent, State::Sent, false, false);
    row("retry", SendOutcome::Kind::Retry, State::Queued, true, false);
    row("failed", SendOutcome::Kind::Failed, State::Failed, false, false);
    row("uncertain", SendOutcome::Kind::Uncertain, State::Uncertain, true, true);
    row("re-authorise", SendOutcome::Kind::Reauthorise, State::Queued, true, false);
}

void TestDelivery::outcomes()
{
    QFETCH(int, answer);
    QFETCH(int, state);
    QFETCH(bool, waits);
    QFETCH(bool, looksFirst);
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    hub.mustApply(SetStatus{hub.first.id, Conversation::Status::Resolved});
    const auto claimed = hub.claim(hub.chat);
    QCOMPARE(hub.item(item).delivery->state, State::Sending);
    hub.settled(*claimed, {.kind = SendOutcome::Kind(answer), .problem = "p", .problemText = "Why."});
    QCOMPARE(int(hub.item(item).delivery->state), state);
    QCOMPARE(nextDue(*hub.database, hub.chat.id, hub.clock.now())->has_value(), waits);
    // A failure must be seen by somebody.
    QCOMPARE(hub.conversation(hub.first.id).status == Conversation::Status::Open, State(state) == State::Failed);
    hub.clock.advance(std::chrono::hours(2));
    const auto again = hub.claim(hub.chat);
    QCOMPARE(again.has_value(), waits);
    QVERIFY(!again || again->message.lookFirst == looksFirst);
}

void TestDelivery::theClaimOfAnotherIsNotSettled()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    const auto paused = hub.claim(hub.chat);
    hub.must(releaseAllOf(*hub.database, hub.chat.id, hub.clock.now()));
    const auto present = hub.claim(hub.chat);
    QVERIFY(paused && present && paused->claim.term != present->claim.term);
    for (const SendOutcome::Kind late : {SendOutcome::Kind::Retry, SendOutcome::Kind::Failed, SendOutcome::Kind::Uncertain,
                                         SendOutcome::Kind::Reauthorise, SendOutcome::Kind::Sent}) {
        hub.settled(*paused, {.kind = late, .externalId = "x1", .problem = "p", .problemText = "Why."});
        QCOMPARE(hub.item(item).delivery->state, State::Sending);
        hub.clock.advance(std::chrono::hours(2));
        QVERIFY(!hub.claim(hub.chat)); // it is in hand
    }
    hub.settled(*present, {.kind = SendOutcome::Kind::Retry, .isNotThere = true});
    QCOMPARE(hub.item(item).delivery->state, State::Queued);
    hub.clock.advance(std::chrono::hours(2));
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Sent});
    hub.settled(*paused, {.kind = SendOutcome::Kind::Failed, .problem = "p", .problemText = "Why."});
    QCOMPARE(hub.item(item).delivery->state, State::Sent);
    // How the platform calls what the late one handed over is known: its news finds the message.
    auto names = hub.database->queryOnce("SELECT 1 FROM message_name WHERE name = 'x1'");
    QVERIFY(hub.must(names.exists()));
}

void TestDelivery::whatIsAnsweredAfterItWasReleasedIsKnown_data()
{
    QTest::addColumn<bool>("wasInDoubt");
    QTest::addColumn<int>("answer");
    QTest::addColumn<int>("state");
    const auto row = [](const char *name, bool wasInDoubt, SendOutcome::Kind answer, State state) {
        QTest::newRow(name) << wasInDoubt << int(answer) << int(state);
    };
    row("not sent", false, SendOutcome::Kind::Retry, State::Queued);
    row("not sent, for want of a password", false, SendOutcome::Kind::Reauthorise, State::Queued);
    row("refused", false, SendOutcome::Kind::Failed, State::Failed);
    row("sent", false, SendOutcome::Kind::Sent, State::Sent);
    row("handed over, and no answer", false, SendOutcome::Kind::Uncertain, State::Uncertain);
    row("it could not be looked for", true, SendOutcome::Kind::Retry, State::Uncertain);
}

/// The account was changed: its old worker ends what it has in hand and tells of it, and the new one has released that
/// before.
void TestDelivery::whatIsAnsweredAfterItWasReleasedIsKnown()
{
    QFETCH(const bool, wasInDoubt);
    QFETCH(const int, answer);
    QFETCH(const int, state);
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    auto claimed = hub.claim(hub.chat);
    if (wasInDoubt) {
        hub.settled(*claimed, {.kind = SendOutcome::Kind::Uncertain});
        hub.clock.advance(std::chrono::minutes(1));
        claimed = hub.claim(hub.chat);
    }
    hub.must(releaseAllOf(*hub.database, hub.chat.id, hub.clock.now()));
    hub.settled(*claimed, {.kind = SendOutcome::Kind(answer)});
    QCOMPARE(int(hub.item(item).delivery->state), state);
    hub.clock.advance(std::chrono::hours(2));
    const auto again = hub.claim(hub.chat);
    QVERIFY(!again || again->message.lookFirst == (State(state) == State::Uncertain));
    QCOMPARE(again.has_value(), State(state) == State::Queued || State(state) == State::Uncertain);
}

void TestDelivery::whatThePlatformToldIsNotTakenBack()
{
    for (const SendOutcome::Kind answer : {SendOutcome::Kind::Retry, SendOutcome::Kind::Failed, SendOutcome::Kind::Uncertain,
                                           SendOutcome::Kind::Reauthorise, SendOutcome::Kind::Sent}) {
        Queue hub;
        const TimelineItemId item = hub.send(hub.first, "one");
        const auto claimed = hub.claim(hub.chat);
        hub.change([&](ChangeLog &changes) {
            return recordDelivery(changes, item, Delivery{.state = State::Delivered, .at = hub.clock.now()});
        });
        hub.settled(*claimed, {.kind = answer, .problem = "p", .problemText = "Why."});
        QCOMPARE(hub.item(item).delivery->state, State::Delivered);
        QVERIFY(!nextDue(*hub.database, hub.chat.id, hub.clock.now())->has_value());
    }
}

/// A hub that was restored hears of a message's arrival before its author offers it again.
void TestDelivery::newsThatCameBeforeTheMessage_data()
{
    QTest::addColumn<State>("state");
    QTest::addColumn<Conversation::Status>("status");
    QTest::newRow("read") << State::Read << Conversation::Status::Resolved;
    QTest::newRow("failed") << State::Failed << Conversation::Status::Open; // its author has to look
}

void TestDelivery::newsThatCameBeforeTheMessage()
{
    QFETCH(State, state);
    QFETCH(Conversation::Status, status);
    Queue hub;
    SendMessage message = hub.reply(hub.first, "one");
    message.resolveAfter = true;
    channels::InboundEnvelope news{.account = hub.chat.id, .channel = Channel::WebChat};
    news.kind = channels::InboundEnvelope::Kind::Delivery;
    news.externalId = "news";
    news.about = {"t" + toHex(message.item.view()) + "@tributary.invalid"};
    news.delivery = {.state = state, .at = hub.clock.now()};
    hub.take(news);
    hub.mustApply(message);
    QCOMPARE(hub.item(message.item).delivery->state, state);
    QCOMPARE(hub.conversation(hub.first.id).status, status);
    QVERIFY(!hub.claim(hub.chat)); // it has gone out
}

/// A platform may call a message by several names, and the message be known by one after the other.
void TestDelivery::whatWaitedUnderTwoNamesIsToldOnce()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    const Delivery failed{.state = State::Failed, .problemText = "No such box.", .at = hub.clock.now()};
    for (const char *name : {"one", "other"})
        hub.must(hub.database->inTransaction(
            [&] { return parkNews(*hub.database, hub.chat.id, name, failed, hub.clock.now()); }));
    const auto named = [&](const char *name) {
        hub.change([&](ChangeLog &changes) { return takeParked(changes, hub.ids, hub.chat.id, name, item); });
    };
    const auto told = [&] {
        return hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND "
                          "instr(CAST(details AS TEXT), 'delivery-failed') > 0");
    };
    named("one");
    QCOMPARE(told(), 1);
    hub.mustApply(SetStatus{hub.first.id, Conversation::Status::Resolved}); // seen, and dealt with
    named("other");
    QCOMPARE(told(), 1);
    QVERIFY(hub.conversation(hub.first.id).status == Conversation::Status::Resolved);
}

void TestDelivery::aCrashMakesItLookFirst()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    hub.send(hub.second, "two");
    QVERIFY(hub.claim(hub.chat));
    HubUnderTest::must(hub.database->inTransaction([&] { return releaseAll(*hub.database, hub.clock.now()); }));
    for (int i = 0; i < 2; ++i) {
        const auto claimed = hub.claim(hub.chat);
        QVERIFY(claimed);
        QCOMPARE(claimed->message.lookFirst, claimed->message.item.id == item);
    }
}

void TestDelivery::aMailIsLookedForOnceItCanBeFound_data()
{
    QTest::addColumn<bool>("hubDied");
    QTest::newRow("the hub died") << true;
    QTest::newRow("its account's settings were changed") << false;
}

/// A mailbox has the copy of what went out a while after.
void TestDelivery::aMailIsLookedForOnceItCanBeFound()
{
    QFETCH(const bool, hubDied);
    Queue hub;
    const auto mail = hub.take(hub.letter("ada@mail.test"));
    hub.send(hub.conversation(mail.conversation), "one");
    hub.clock.advance(std::chrono::seconds(11));
    QVERIFY(hub.claim(hub.mail));
    hub.must(hub.database->inTransaction([&] {
        return hubDied ? releaseAll(*hub.database, hub.clock.now())
                       : releaseAllOf(*hub.database, hub.mail.id, hub.clock.now());
    }));
    QVERIFY(!hub.claim(hub.mail));
    QVERIFY(*hub.must(nextDue(*hub.database, hub.mail.id, hub.clock.now())) == hub.clock.now() + std::chrono::seconds(30));
    hub.clock.advance(std::chrono::seconds(30));
    const auto again = hub.claim(hub.mail);
    QVERIFY(again);
    QVERIFY(again->message.lookFirst);
}

void TestDelivery::asksAPersonAfterLookingTwice()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    for (int i = 0; i < 3; ++i) {
        const auto claimed = hub.claim(hub.chat);
        QVERIFY(claimed);
        QCOMPARE(claimed->message.lookFirst, i > 0);
        hub.settled(*claimed, {.kind = SendOutcome::Kind::Uncertain});
        hub.clock.advance(std::chrono::minutes(1));
    }
    QVERIFY(!hub.claim(hub.chat));
    QCOMPARE(hub.item(item).delivery->state, State::Uncertain);
    QVERIFY(!nextDue(*hub.database, hub.chat.id, hub.clock.now())->has_value());
}

void TestDelivery::nothingGoesOutToTheBlocked_data()
{
    QTest::addColumn<bool>("mayHaveGoneOut");
    QTest::addColumn<int>("state");
    QTest::newRow("not sent yet") << false << int(State::Failed);
    QTest::newRow("it may have gone out") << true << int(State::Uncertain);
}

void TestDelivery::nothingGoesOutToTheBlocked()
{
    QFETCH(const bool, mayHaveGoneOut);
    QFETCH(const int, state);
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    const TimelineItemId other = hub.send(hub.second, "two");
    if (mayHaveGoneOut) {
        QVERIFY(hub.claim(hub.chat)->message.item.id == item);
        hub.must(releaseAllOf(*hub.database, hub.chat.id, hub.clock.now()));
    }
    QCOMPARE(hub.mustApply(BlockCustomer{hub.first.customer, true, false}).kind, Outcome::Kind::Applied);
    const auto claimed = hub.claim(hub.chat);
    QVERIFY(claimed && claimed->message.item.id == other); // the rest goes on
    QCOMPARE(int(hub.item(item).delivery->state), state);
    QCOMPARE(hub.item(item).delivery->problem, std::string("blocked"));
    QVERIFY(!hub.item(item).delivery->problemText.empty());
    QCOMPARE(hub.conversation(hub.first.id).status, Conversation::Status::Resolved); // and in no queue of ours
    const Outcome retried = hub.mustApply(RetryMessage{item});
    QCOMPARE(retried.kind, Outcome::Kind::Refused);
    QCOMPARE(retried.reason, Outcome::Reason::Blocked);
    hub.mustApply(BlockCustomer{hub.first.customer, false, false});
    QCOMPARE(hub.mustApply(RetryMessage{item}).kind, Outcome::Kind::Applied);
    QVERIFY(hub.claim(hub.chat)->message.item.id == item);
}

void TestDelivery::aFailureOpensNothingOfTheBlocked()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    const auto claimed = hub.claim(hub.chat);
    hub.mustApply(BlockCustomer{hub.first.customer, true, false});
    hub.settled(*claimed, {.kind = SendOutcome::Kind::Failed, .problem = "p", .problemText = "Why."});
    QCOMPARE(hub.item(item).delivery->state, State::Failed);
    QCOMPARE(hub.conversation(hub.first.id).status, Conversation::Status::Resolved);
}

void TestDelivery::nothingGoesOutToAnotherCustomer_data()
{
    nothingGoesOutToTheBlocked_data();
}

/// An address that was picked while two were merged is a stranger's once they are not.
void TestDelivery::nothingGoesOutToAnotherCustomer()
{
    QFETCH(const bool, mayHaveGoneOut);
    QFETCH(const int, state);
    Queue hub;
    const auto link = hub.ids.make<CustomerLinkId>();
    hub.mustApply(LinkCustomers{link, hub.second.customer, hub.first.customer, ""});
    SendMessage message = hub.reply(hub.first, "one");
    message.to = hub.second.identity;
    QCOMPARE(hub.mustApply(message).kind, Outcome::Kind::Applied);
    const TimelineItemId other = hub.send(hub.second, "two");
    if (mayHaveGoneOut) {
        QVERIFY(hub.claim(hub.chat)->message.item.id == message.item);
        hub.must(releaseAllOf(*hub.database, hub.chat.id, hub.clock.now()));
    }
    hub.mustApply(UnlinkCustomers{link});
    const auto claimed = hub.claim(hub.chat);
    QVERIFY(claimed && claimed->message.item.id == other); // the rest goes on
    const TimelineItem item = hub.item(message.item);
    QCOMPARE(int(item.delivery->state), state);
    QCOMPARE(item.delivery->problem, std::string("recipient"));
    QVERIFY(item.delivery->problemText.find("another customer's") != std::string::npos);
    QCOMPARE(hub.conversation(hub.first.id).status, Conversation::Status::Open); // somebody must see it
    const Outcome retried = hub.mustApply(RetryMessage{message.item});
    QCOMPARE(retried.kind, Outcome::Kind::Refused);
    QCOMPARE(retried.reason, Outcome::Reason::Changed);
}

/// Taken back in a history that is over, and found by this one as failed: there is nothing in it to send.
void TestDelivery::whatWasTakenBackIsNotTriedAgain()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Failed});
    Command cancel = hub.command(CancelMessage{item});
    cancel.earlier = Outcome::Kind::Applied;
    QCOMPARE(hub.must(hub.apply(cancel, hub.mara)).kind, Outcome::Kind::Applied);
    const Outcome retried = hub.mustApply(RetryMessage{item});
    QCOMPARE(retried.kind, Outcome::Kind::Refused);
    QCOMPARE(retried.reason, Outcome::Reason::NotFound);
    QVERIFY(!hub.claim(hub.chat));
}

void TestDelivery::retryIsANewTryOfTheSameMessage()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    const auto claimed = hub.claim(hub.chat);
    QCOMPARE(hub.mustApply(RetryMessage{item}).kind, Outcome::Kind::NoEffect); // it is being sent
    hub.settled(*claimed, {.kind = SendOutcome::Kind::Failed});
    QCOMPARE(hub.mustApply(RetryMessage{item}).kind, Outcome::Kind::Applied);
    const auto again = hub.claim(hub.chat);
    QVERIFY(again);
    QCOMPARE(again->message.messageId, claimed->message.messageId);
    hub.settled(*again, {.kind = SendOutcome::Kind::Sent});
    QCOMPARE(hub.item(item).delivery->state, State::Sent);
    QCOMPARE(hub.mustApply(RetryMessage{item}).kind, Outcome::Kind::NoEffect);
}

void TestDelivery::retryDoesNotDisturbTheLook()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Uncertain});
    QCOMPARE(hub.item(item).delivery->state, State::Uncertain);
    QCOMPARE(hub.mustApply(RetryMessage{item}).kind, Outcome::Kind::NoEffect);
    QCOMPARE(hub.item(item).delivery->state, State::Uncertain);
    hub.clock.advance(std::chrono::minutes(1));
    QVERIFY(hub.claim(hub.chat)->message.lookFirst);
}

void TestDelivery::anAccountSetUpAnewProvesNothingOfBefore_data()
{
    QTest::addColumn<bool>("isInHand"); // when it is set up in another way
    QTest::addColumn<int>("answer");    // to what was in hand then
    QTest::addColumn<bool>("looksFirst");
    QTest::newRow("in doubt") << false << int(SendOutcome::Kind::Uncertain) << true;
    QTest::newRow("in hand, and lost") << true << int(SendOutcome::Kind::Uncertain) << true;
    QTest::newRow("in hand, and not sent") << true << int(SendOutcome::Kind::Retry) << false;
}

/// Where a mail that was in doubt is not found now, it may be in the Sent folder of another server.
void TestDelivery::anAccountSetUpAnewProvesNothingOfBefore()
{
    QFETCH(bool, isInHand);
    QFETCH(int, answer);
    QFETCH(bool, looksFirst);
    Queue hub;
    hub.send(hub.first, "one");
    const auto setUpAnew = [&] { hub.must(doubtAllOf(*hub.database, hub.chat.id)); };
    const auto claimed = hub.claim(hub.chat);
    if (isInHand)
        setUpAnew();
    hub.settled(*claimed, {.kind = SendOutcome::Kind(answer)});
    if (!isInHand)
        setUpAnew();
    hub.clock.advance(std::chrono::hours(2));
    const auto look = hub.claim(hub.chat);
    QVERIFY(look);
    QCOMPARE(look->message.lookFirst, looksFirst);
    QCOMPARE(look->message.mayBeElsewhere, looksFirst);
    QVERIFY(!look->message.lookOnly);
    hub.must(releaseAllOf(*hub.database, hub.chat.id, hub.clock.now())); // it may have gone out now, by these settings
    hub.clock.advance(std::chrono::hours(2));
    QCOMPARE(hub.claim(hub.chat)->message.mayBeElsewhere, looksFirst);
}

/// What broke the sending often breaks the look for it as well: a look that could not be had proves nothing.
void TestDelivery::doubtStaysUntilItIsSeen_data()
{
    QTest::addColumn<int>("answer");
    QTest::newRow("the mailbox cannot be reached") << int(SendOutcome::Kind::Retry);
    QTest::newRow("its password is refused") << int(SendOutcome::Kind::Reauthorise);
}

void TestDelivery::doubtStaysUntilItIsSeen()
{
    QFETCH(int, answer);
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Uncertain});
    for (int i = 0; i < 3; ++i) {
        hub.clock.advance(std::chrono::hours(2));
        const auto look = hub.claim(hub.chat);
        QVERIFY(look);
        QVERIFY(look->message.lookFirst);
        hub.settled(*look, {.kind = SendOutcome::Kind(answer)});
        QCOMPARE(hub.item(item).delivery->state, State::Uncertain);
    }
    hub.clock.advance(std::chrono::hours(2));
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Retry, .isNotThere = true}); // looked for, at last
    QCOMPARE(hub.item(item).delivery->state, State::Queued);
    hub.clock.advance(std::chrono::hours(2));
    QVERIFY(!hub.claim(hub.chat)->message.lookFirst);
}

void TestDelivery::refusedSignInsUseUpNoAttempt()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    for (int i = 0; i < 60; ++i) {
        hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Reauthorise});
        hub.clock.advance(std::chrono::minutes(6));
    }
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Retry});
    QCOMPARE(hub.item(item).delivery->state, State::Queued);
}

void TestDelivery::aRefusedSignInPutsOffItsWholeAccount()
{
    Queue hub;
    hub.send(hub.first, "one");
    hub.send(hub.second, "two");
    const auto letter = hub.take(hub.letter("ada@mail.test"));
    hub.send(hub.conversation(letter.conversation), "by another account");
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Reauthorise});
    hub.clock.advance(std::chrono::minutes(4));
    QVERIFY(!hub.claim(hub.chat)); // one refusal is enough for now
    QVERIFY(*hub.must(nextDue(*hub.database, hub.chat.id, hub.clock.now())) > hub.clock.now());
    QVERIFY(hub.claim(hub.mail));
    hub.clock.advance(std::chrono::minutes(2));
    const auto one = hub.claim(hub.chat);
    const auto two = hub.claim(hub.chat);
    QVERIFY(one && two);
    QCOMPARE(one->message.item.body, std::string("two")); // it may be the message that is refused: the others first
    QVERIFY(!one->message.lookFirst && !two->message.lookFirst);
}

/// Where it is looked for, another server refuses than the one that sends.
void TestDelivery::aRefusedLookHoldsUpNobodyElse()
{
    Queue hub;
    hub.send(hub.first, "one");
    hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Uncertain});
    hub.clock.advance(std::chrono::minutes(1));
    const auto look = hub.claim(hub.chat);
    QVERIFY(look && look->message.lookFirst);
    hub.send(hub.second, "two");
    hub.settled(*look, {.kind = SendOutcome::Kind::Reauthorise});
    const auto other = hub.claim(hub.chat);
    QVERIFY(other);
    QCOMPARE(other->message.item.body, std::string("two"));
}

void TestDelivery::aCopyThatWasNotTakenIsTold()
{
    Queue hub;
    const TimelineItemId item = hub.send(hub.first, "one");
    hub.settled(*hub.claim(hub.chat),
                {.kind = SendOutcome::Kind::Sent, .problem = "recipient", .problemText = "Not taken for bob@mail.test."});
    QCOMPARE(hub.item(item).delivery->state, State::Sent);
    QCOMPARE(hub.item(item).delivery->problemText, std::string("Not taken for bob@mail.test."));
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND instr(CAST(details AS TEXT), "
                        "'Not taken for bob@mail.test.') > 0"),
             1);
}

void TestDelivery::anAddressThatTakesNothingSaysSo_data()
{
    using Kind = SendOutcome::Kind;
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("problem");
    QTest::addColumn<bool>("said");
    QTest::newRow("no such address") << int(Kind::Failed) << "recipient" << true;
    QTest::newRow("refused by rules") << int(Kind::Failed) << "policy" << false;
    QTest::newRow("a full mailbox") << int(Kind::Failed) << "mailbox-full" << false;
    QTest::newRow("not now") << int(Kind::Retry) << "temporary" << false;
    QTest::newRow("nobody knows") << int(Kind::Uncertain) << "recipient" << false;
    QTest::newRow("a copy alone") << int(Kind::Sent) << "recipient" << false;
}

/// Why is kept on the address, until a message gets there, or its owner writes from it.
void TestDelivery::anAddressThatTakesNothingSaysSo()
{
    QFETCH(const int, kind);
    QFETCH(const QString, problem);
    QFETCH(const bool, said);
    for (const bool writes : {true, false}) {
        Queue hub;
        const auto problemNow = [&] {
            return HubUnderTest::must(store::identity(*hub.database, hub.first.identity))->problem;
        };
        const TimelineItemId item = hub.send(hub.first, "one");
        const std::int64_t before = hub.head();
        hub.settled(
            *hub.claim(hub.chat),
            {.kind = SendOutcome::Kind(kind), .problem = problem.toStdString(), .problemText = "Nobody of that name."});
        QCOMPARE(problemNow(), said ? std::string("Nobody of that name.") : std::string());
        if (!said)
            continue;
        QVERIFY(HubUnderTest::must(store::identity(*hub.database, hub.first.identity))->version
                > before); // desktops hear of it
        QVERIFY(HubUnderTest::must(store::identity(*hub.database, hub.second.identity))->problem.empty());
        if (writes) {
            hub.clock.advance(std::chrono::seconds(1)); // behind what was said to them
            hub.take(hub.line("first"));
        } else {
            hub.mustApply(RetryMessage{item});
            hub.settled(*hub.claim(hub.chat), {.kind = SendOutcome::Kind::Sent});
        }
        QVERIFY(problemNow().empty());
    }
}

void TestDelivery::aReplyCarriesTheWholeThread()
{
    Queue hub;
    auto letter = hub.letter("ada@mail.test");
    letter.details = {{"messageId", "m3@mail.test"}, {"references", "m1@mail.test m2@shop.test"}};
    hub.send(hub.conversation(hub.take(letter).conversation), "one");
    hub.clock.advance(std::chrono::seconds(11));
    const auto claimed = hub.claim(hub.mail);
    QVERIFY(claimed && claimed->message.previous);
    QCOMPARE(claimed->message.previous->references,
             (std::vector<std::string>{"m1@mail.test", "m2@shop.test", "m3@mail.test"}));
}

void TestDelivery::aReplyQuotesNoStranger_data()
{
    QTest::addColumn<bool>("undone");
    QTest::addColumn<QString>("quoted");
    QTest::newRow("one person") << false << "bob";
    QTest::newRow("two, since the merge was undone") << true << "ada";
}

/// What came into a conversation by a merge stays there when that is undone, and is not the other one's to read.
void TestDelivery::aReplyQuotesNoStranger()
{
    QFETCH(const bool, undone);
    QFETCH(const QString, quoted);
    Queue hub;
    auto letter = hub.letter("ada@mail.test");
    letter.text = letter.details["messageId"] = "ada";
    const auto ada = hub.take(letter);
    const auto bob = hub.take(hub.line("bob"));
    const auto link = hub.ids.make<CustomerLinkId>();
    hub.mustApply(LinkCustomers{link, bob.customer, ada.customer, "one person"});
    QCOMPARE(hub.mustApply(JoinConversation{bob.conversation, ada.conversation}).kind, Outcome::Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    auto line = hub.line("bob");
    line.text = line.details["messageId"] = "bob";
    QCOMPARE(hub.take(line).conversation, ada.conversation);
    if (undone)
        QCOMPARE(hub.mustApply(UnlinkCustomers{link}).kind, Outcome::Kind::Applied);
    const TimelineItemId reply = hub.send(hub.conversation(ada.conversation), "one");
    hub.clock.advance(std::chrono::seconds(11));
    const auto claimed = hub.claim(hub.mail);
    QVERIFY(claimed && claimed->message.item.id == reply && claimed->message.previous);
    QCOMPARE(claimed->message.previous->text, quoted.toStdString());
    QCOMPARE(claimed->message.previous->messageId, quoted.toStdString());
    QCOMPARE(claimed->message.previous->references, std::vector{quoted.toStdString()});
}

void TestDelivery::aRemovedAccountTellsWhoWaits()
{
    Queue hub;
    const TimelineItemId inHand = hub.send(hub.first, "one");
    const TimelineItemId waiting = hub.send(hub.second, "two");
    const auto claimed = hub.claim(hub.chat);
    QVERIFY(claimed && claimed->message.item.id == inHand);
    hub.change([&](ChangeLog &changes) { return endDeliveriesOf(changes, hub.ids, hub.chat.id, hub.clock.now()); });
    QCOMPARE(hub.item(inHand).delivery->state, State::Uncertain);
    QCOMPARE(hub.item(waiting).delivery->state, State::Failed);
    QVERIFY(hub.conversation(hub.second.id).status == Conversation::Status::Open);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    hub.settled(*claimed, {.kind = SendOutcome::Kind::Sent}); // it had gone out
    QCOMPARE(hub.item(inHand).delivery->state, State::Sent);
}

void TestDelivery::retryDelays_data()
{
    QTest::addColumn<int>("attempt");
    QTest::addColumn<int>("asked");
    QTest::addColumn<int>("least");
    QTest::addColumn<int>("most");
    QTest::newRow("first") << 1 << 0 << 48 << 60;
    QTest::newRow("second") << 2 << 0 << 240 << 300;
    QTest::newRow("later: an hour") << 40 << 0 << 2880 << 3600;
    QTest::newRow("the platform asks for longer") << 1 << 600 << 600 << 600;
    QTest::newRow("the platform asks for less") << 2 << 5 << 240 << 300;
}

void TestDelivery::retryDelays()
{
    QFETCH(int, attempt);
    QFETCH(int, asked);
    QFETCH(int, least);
    QFETCH(int, most);
    SeededRng rng{3};
    for (int i = 0; i < 100; ++i) {
        const auto asks = asked > 0 ? std::optional(std::chrono::seconds(asked)) : std::nullopt;
        const auto delay = retryDelay(attempt, asks, rng).count();
        QVERIFY2(delay >= least && delay <= most, qPrintable(QString::number(delay)));
    }
}

QTEST_GUILESS_MAIN(TestDelivery)
#include "tst_delivery.moc"
