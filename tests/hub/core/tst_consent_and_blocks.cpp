// Whom nobody writes to: who is blocked, and who has withdrawn their consent.
#include "tests/hub/core/people_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

class TestConsentAndBlocks : public QObject {
    Q_OBJECT
private slots:
    void withdrawnConsentStops_data();
    void withdrawnConsentStops();
    void aConsentSaysWhenItWasGiven_data();
    void aConsentSaysWhenItWasGiven();
    void whatWaitsIsNotSentAgainstConsent();
    void blockedPeopleAreKeptAndUnheard();
    void unblockingOpensWhatTheBlockHadResolved_data();
    void unblockingOpensWhatTheBlockHadResolved();
    void whatCameInDuringABlockIsSeenAfter_data();
    void whatCameInDuringABlockIsSeenAfter();
    void whoWasBlockedThroughOthersIsHeardAgain_data();
    void whoWasBlockedThroughOthersIsHeardAgain();
    void nothingIsSentToTheBlocked();
    void aBlockedPersonStaysSoThroughAMerge();
    void consentIsSaidOnTheTimeline();
    void consentNeedsASource();
    void whatWasRecordedLaterStands_data();
    void whatWasRecordedLaterStands();
    void aConsentIsTakenBack_data();
    void aConsentIsTakenBack();
    void aColleaguesConsentIsNotTakenBack();
};

void TestConsentAndBlocks::withdrawnConsentStops_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("stopped");
    QTest::newRow("nothing was ever said") << "" << false;
    QTest::newRow("withdrawn") << "withdrawn" << true;
    QTest::newRow("by whom is merged into them") << "withdrawn member" << true;
    QTest::newRow("on another channel") << "withdrawn elsewhere" << false;
    QTest::newRow("for marketing") << "withdrawn marketing" << false;
    QTest::newRow("given again") << "withdrawn given" << false;
    QTest::newRow("waits for an answer") << "withdrawn waits" << false;
    QTest::newRow("has written since") << "withdrawn wrote" << false;
    QTest::newRow("sent all the same") << "withdrawn anyway" << true;
}

/// Neither an answer nor a first message goes out on a channel that somebody does not want to be written to on; what they
/// ask is answered.
void TestConsentAndBlocks::withdrawnConsentStops()
{
    QFETCH(const QString, how);
    QFETCH(const bool, stopped);
    People hub;
    const auto letter = hub.take(hub.letter("dora@mail.test"));
    if (!how.contains("waits"))
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(letter.conversation), "Gladly.")).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    CustomerId whose = letter.customer;
    if (how.contains("member")) {
        whose = hub.bob;
        hub.as(hub.tom, LinkCustomers{hub.ids.make<CustomerLinkId>(), hub.bob, letter.customer, "same"});
    }
    const auto channel = how.contains("elsewhere") ? Channel::Phone : Channel::Email;
    const auto purpose = how.contains("marketing") ? Consent::Purpose::Marketing : Consent::Purpose::Service;
    if (how.startsWith("withdrawn"))
        QCOMPARE(hub.as(hub.tom, SetConsent{whose, channel, purpose, false, "by phone"}).kind, Kind::Applied);
    if (how.contains("given"))
        hub.as(hub.tom, SetConsent{whose, channel, purpose, true, "by phone"});
    hub.clock.advance(std::chrono::minutes(1));
    if (how.contains("wrote")) {
        auto more = hub.letter("dora@mail.test");
        more.references = {"m" + std::to_string(hub.count - 1) + "@mail.test"};
        const auto again = hub.take(more);
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(again.conversation), "Of course.")).kind, Kind::Applied);
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(again.conversation), "And this.")).kind, Kind::Applied);
        return;
    }
    const Conversation conversation = hub.conversation(letter.conversation);
    SendMessage reply = hub.reply(conversation, "One more thing.");
    reply.sendAnyway = how.contains("anyway");
    const Outcome answer = hub.mustApply(reply);
    QCOMPARE(answer.reason, stopped ? Reason::NoConsent : Reason::None);
    QCOMPARE(answer.kind, stopped ? Kind::Refused : Kind::Applied);
    if (how.contains("waits"))
        return;
    const Outcome first = hub.mustApply(StartConversation{.conversation = hub.ids.make<ConversationId>(),
                                                          .account = conversation.account,
                                                          .identity = conversation.identity,
                                                          .subject = "News"});
    QCOMPARE(first.reason, stopped ? Reason::NoConsent : Reason::None);
}

void TestConsentAndBlocks::aConsentSaysWhenItWasGiven_data()
{
    QTest::addColumn<int>("daysAgo");
    QTest::addColumn<bool>("taken");
    QTest::newRow("last week") << 7 << true;
    QTest::newRow("today") << 0 << true;
    QTest::newRow("next week") << -7 << false;
}

void TestConsentAndBlocks::aConsentSaysWhenItWasGiven()
{
    QFETCH(const int, daysAgo);
    QFETCH(const bool, taken);
    People hub;
    const TimePoint said = hub.clock.now() - std::chrono::days(daysAgo);
    const Outcome outcome =
        hub.as(hub.tom, SetConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "order form", said});
    QCOMPARE(outcome.kind, taken ? Kind::Applied : Kind::Refused);
    const auto known =
        hub.must(store::consent(*hub.database, consentId(hub.ada, Channel::Email, Consent::Purpose::Marketing)));
    QCOMPARE(known.has_value(), taken);
    if (known) {
        QVERIFY(known->at == said);
        QCOMPARE(known->source, std::string("order form"));
    }
}

/// Held for an undo, or for an account that is down, while the customer says no.
void TestConsentAndBlocks::whatWaitsIsNotSentAgainstConsent()
{
    People hub;
    const auto letter = hub.take(hub.letter("dora@mail.test"));
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(letter.conversation), "Gladly.")).kind, Kind::Applied);
    const SendMessage more = hub.reply(hub.conversation(letter.conversation), "One more thing.");
    QCOMPARE(hub.mustApply(more).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    hub.as(hub.tom, SetConsent{letter.customer, Channel::Email, Consent::Purpose::Service, false, "by phone"});
    const auto claimed =
        hub.change([&](ChangeLog &changes) { return claimNext(changes, hub.ids, hub.mail, hub.clock.now()); });
    QVERIFY(!claimed);
    const auto item = *hub.must(store::timelineItem(*hub.database, more.item));
    QCOMPARE(item.delivery->state, Delivery::State::Failed);
    QCOMPARE(item.delivery->problem, std::string("no-consent"));
}

void TestConsentAndBlocks::blockedPeopleAreKeptAndUnheard()
{
    People hub;
    const ConversationId mail = hub.take(hub.letter("ada@mail.test")).conversation;
    QCOMPARE(hub.conversation(mail).status, Conversation::Status::Open);
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, true, true}).kind, Kind::Applied);
    QVERIFY(hub.customer(hub.ada).spam);
    QCOMPARE(hub.conversation(mail).status, Conversation::Status::Resolved);
    const auto later = hub.take(hub.letter("ada@mail.test"));
    QCOMPARE(hub.conversation(later.conversation).status, Conversation::Status::Resolved);
    QVERIFY(!hub.conversation(later.conversation).waitingSince);
    QVERIFY(!hub.item(later.item).body.empty()); // nothing is lost
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, true, true}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, false, true}).kind, Kind::Applied);
    QVERIFY(!hub.customer(hub.ada).blocked);
    QVERIFY(!hub.customer(hub.ada).spam);
    const auto last = hub.take(hub.letter("ada@mail.test"));
    QCOMPARE(hub.conversation(last.conversation).status, Conversation::Status::Open);
}

void TestConsentAndBlocks::unblockingOpensWhatTheBlockHadResolved_data()
{
    QTest::addColumn<QString>("was");
    QTest::addColumn<QString>("since");
    QTest::addColumn<int>("becomes");
    using Status = Conversation::Status;
    QTest::newRow("open") << "open"
                          << "" << int(Status::Open);
    QTest::newRow("waiting for the customer") << "waiting"
                                              << "" << int(Status::Waiting);
    QTest::newRow("snoozed") << "snoozed"
                             << "" << int(Status::Snoozed);
    QTest::newRow("waiting, and the customer wrote") << "waiting"
                                                     << "written" << int(Status::Open);
    QTest::newRow("resolved before") << "resolved"
                                     << "" << int(Status::Resolved);
    QTest::newRow("resolved again since") << "open"
                                          << "resolved" << int(Status::Resolved);
    QTest::newRow("as older hubs told it") << "open"
                                           << "old" << int(Status::Open);
}

/// A block that is undone leaves no customer waiting whom nobody sees.
void TestConsentAndBlocks::unblockingOpensWhatTheBlockHadResolved()
{
    QFETCH(const QString, was);
    QFETCH(const QString, since);
    QFETCH(const int, becomes);
    using Status = Conversation::Status;
    People hub;
    const ConversationId chat = hub.take(hub.line("bob")).conversation;
    const TimePoint until = hub.clock.now() + std::chrono::hours(30);
    if (was == "snoozed")
        hub.mustApply(Snooze{chat, until});
    else
        hub.mustApply(SetStatus{chat, *fromName<Status>(was.toStdString())});
    const Conversation before = hub.conversation(chat);
    QVERIFY(before.waitingSince);
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(BlockCustomer{hub.bob, true, false}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(chat).status, Status::Resolved);
    hub.clock.advance(std::chrono::minutes(1));
    const TimePoint written = hub.clock.now();
    if (since == "written")
        QCOMPARE(hub.take(hub.line("bob")).conversation, chat);
    if (since == "resolved")
        QCOMPARE(hub.mustApply(SetStatus{chat, Status::Resolved}).kind, Kind::Applied);
    if (since == "old") {
        auto query = hub.database->queryOnce("SELECT id FROM timeline_item WHERE kind = 'event' ORDER BY version DESC");
        HubUnderTest::must(query.step());
        TimelineItem event = hub.item(query.id<TimelineItemId>(0));
        QCOMPARE(event.details.at("why"), std::string("blocked"));
        event.details.erase("from");
        hub.change([&](ChangeLog &changes) { return changes.put(event); });
    }
    QCOMPARE(hub.mustApply(BlockCustomer{hub.bob, false, false}).kind, Kind::Applied);
    const Conversation after = hub.conversation(chat);
    QCOMPARE(int(after.status), becomes);
    if (after.status == Status::Resolved)
        return;
    // What waited for the customer was put aside: they wait for an answer since they wrote again.
    const bool isNew = was == "waiting" && since == "written";
    QVERIFY(after.waitingSince == (isNew ? std::optional(written) : before.waitingSince));
    QVERIFY(after.snoozedUntil == before.snoozedUntil);
    QCOMPARE(after.inboundCount, before.inboundCount + (since == "written"));
}

void TestConsentAndBlocks::whatCameInDuringABlockIsSeenAfter_data()
{
    QTest::addColumn<QString>("was");
    QTest::addColumn<int>("came");
    QTest::newRow("a conversation that began then") << "" << 1;
    QTest::newRow("one that goes on since") << "" << 3;
    QTest::newRow("one that had been resolved before") << "resolved" << 1;
    QTest::newRow("one that a machine had begun") << "automatic" << 1;
}

void TestConsentAndBlocks::whatCameInDuringABlockIsSeenAfter()
{
    QFETCH(const QString, was);
    QFETCH(const int, came);
    using Status = Conversation::Status;
    People hub;
    std::int64_t before = 0;
    const bool isAutomatic = was == "automatic";
    InboundEnvelope first = hub.letter("dora@mail.test");
    first.automatic = isAutomatic;
    const bool isMail = was.isEmpty() || isAutomatic;
    const auto begun = isMail ? hub.take(first) : channels::IngestOutcome();
    const CustomerId dora = isMail ? begun.customer : hub.bob;
    if (isAutomatic) {
        hub.mustApply(SetStatus{begun.conversation, Status::Resolved});
        before = hub.conversation(begun.conversation).inboundCount;
        QCOMPARE(before, std::int64_t(1));
    } else if (!was.isEmpty()) {
        const ConversationId chat = hub.take(hub.line("bob")).conversation;
        hub.mustApply(SetStatus{chat, Status::Resolved});
        before = hub.conversation(chat).inboundCount;
    }
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(BlockCustomer{dora, true, false}).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    const TimePoint since = hub.clock.now();
    ConversationId id;
    for (int i = 0; i < came; ++i) {
        InboundEnvelope next = isMail ? hub.letter("dora@mail.test") : hub.line("bob");
        if (i > 0 || isAutomatic)
            next.references = {"m" + std::to_string(hub.count - 1) + "@mail.test"};
        id = hub.take(next).conversation;
        QCOMPARE(hub.conversation(id).status, Status::Resolved);
        hub.clock.advance(std::chrono::minutes(1));
    }
    QCOMPARE(hub.mustApply(BlockCustomer{dora, false, false}).kind, Kind::Applied);
    const Conversation after = hub.conversation(id);
    QCOMPARE(after.status, Status::Open);
    QVERIFY(after.waitingSince && *after.waitingSince >= (was.isEmpty() ? since : TimePoint()));
    QCOMPARE(after.inboundCount, isAutomatic ? came : before + came); // counted anew, without what a machine has sent
}

void TestConsentAndBlocks::whoWasBlockedThroughOthersIsHeardAgain_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("who had written while merged") << "written";
    QTest::newRow("who was resolved with the other") << "resolved";
    QTest::newRow("an address that is moved away") << "moved";
}

void TestConsentAndBlocks::whoWasBlockedThroughOthersIsHeardAgain()
{
    QFETCH(const QString, how);
    using Status = Conversation::Status;
    People hub;
    const auto mail = hub.take(hub.letter("ada@mail.test"));
    const ConversationId chat = hub.take(hub.line("bob")).conversation;
    const std::int64_t before = hub.conversation(mail.conversation).inboundCount;
    ConversationId another;
    hub.clock.advance(std::chrono::minutes(1));
    if (how == "written") {
        hub.mustApply(SetStatus{mail.conversation, Status::Waiting});
        hub.mustApply(BlockCustomer{hub.bob, true, false});
    }
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {});
    if (how != "moved")
        QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    if (how != "written")
        hub.mustApply(BlockCustomer{hub.ada, true, false});
    hub.clock.advance(std::chrono::minutes(1));
    if (how == "written") {
        InboundEnvelope next = hub.letter("ada@mail.test");
        next.references = {"m" + std::to_string(hub.count - 2) + "@mail.test"};
        QCOMPARE(hub.take(next).conversation, mail.conversation);
        QCOMPARE(hub.conversation(mail.conversation).status, Status::Waiting);
        another = hub.take(hub.letter("ada@mail.test")).conversation;
        QCOMPARE(hub.conversation(another).status, Status::Resolved);
    }
    if (how == "moved")
        QCOMPARE(hub.mustApply(MoveIdentity{hub.conversation(mail.conversation).identity, hub.cleo}).kind, Kind::Applied);
    else
        QCOMPARE(hub.mustApply(UnlinkCustomers{merge.link}).kind, Kind::Applied);
    const bool isAdaHeard = how != "resolved";
    QCOMPARE(hub.conversation(mail.conversation).status, isAdaHeard ? Status::Open : Status::Resolved);
    QCOMPARE(hub.conversation(chat).status, how == "written" ? Status::Resolved : Status::Open);
    if (how == "written") {
        QCOMPARE(hub.conversation(mail.conversation).inboundCount, before + 1);
        QVERIFY(hub.conversation(mail.conversation).waitingSince);
        QCOMPARE(hub.conversation(another).status, Status::Open);
        QVERIFY(hub.conversation(another).waitingSince);
    }
}

void TestConsentAndBlocks::nothingIsSentToTheBlocked()
{
    People hub;
    const Conversation mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation);
    hub.mustApply(BlockCustomer{hub.ada, true, false});
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).reason, Reason::Blocked);
    StartConversation start{
        .conversation = hub.ids.make<ConversationId>(), .account = hub.mail.id, .identity = mail.identity, .subject = "x"};
    QCOMPARE(hub.mustApply(start).reason, Reason::Blocked);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    hub.mustApply(BlockCustomer{hub.ada, false, false});
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
}

void TestConsentAndBlocks::aBlockedPersonStaysSoThroughAMerge()
{
    People hub;
    hub.mustApply(BlockCustomer{hub.bob, true, false});
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {});
    QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    const Conversation mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation);
    QCOMPARE(mail.status, Conversation::Status::Resolved);
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).reason, Reason::Blocked);
    // Unblocking is of the whole person.
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, false, false}).kind, Kind::Applied);
    QVERIFY(!hub.customer(hub.bob).blocked);
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).kind, Kind::Applied);
}

void TestConsentAndBlocks::consentIsSaidOnTheTimeline()
{
    People hub;
    const auto events = [&] {
        QStringList found;
        for (const TimelineItem &item : hub.timeline(hub.ada)) {
            if (item.kind == TimelineItem::Kind::Event && item.details.at("event").starts_with("consent"))
                found.append(QString::fromStdString(item.details.at("event") + " " + item.details.at("purpose") + " "
                                                    + item.details.at("source")));
        }
        return found;
    };
    const SetConsent given{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "order form"};
    QCOMPARE(hub.mustApply(given).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(given).kind, Kind::NoEffect);
    hub.clock.advance(std::chrono::hours(1));
    SetConsent withdrawn = given;
    withdrawn.granted = false;
    withdrawn.source = "by phone";
    QCOMPARE(hub.mustApply(withdrawn).kind, Kind::Applied);
    QCOMPARE(events(), QStringList({"consent-given marketing order form", "consent-withdrawn marketing by phone"}));
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 1);
    const Consent last =
        *HubUnderTest::must(store::consent(*hub.database, consentId(hub.ada, Channel::Email, Consent::Purpose::Marketing)));
    QVERIFY(!last.granted);
    QCOMPARE(last.source, std::string("by phone"));
    QVERIFY(last.at == hub.clock.now());
    QVERIFY(last.by == hub.mara.id);
    // Another channel or purpose is another consent.
    SetConsent other = given;
    other.channel = Channel::WhatsApp;
    hub.mustApply(other);
    other.purpose = Consent::Purpose::Service;
    hub.mustApply(other);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 3);
}

void TestConsentAndBlocks::consentNeedsASource()
{
    People hub;
    QCOMPARE(hub.mustApply(SetConsent{hub.ada, Channel::Email, Consent::Purpose::Service, true, ""}).reason,
             Reason::Invalid);
    QCOMPARE(
        hub.mustApply(SetConsent{hub.ada, Channel::Email, Consent::Purpose::Service, true, std::string(600, 'x')}).reason,
        Reason::Invalid);
    QCOMPARE(
        hub.mustApply(SetConsent{hub.ids.make<CustomerId>(), Channel::Email, Consent::Purpose::Service, true, "x"}).reason,
        Reason::NotFound);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 0);
}

void TestConsentAndBlocks::whatWasRecordedLaterStands_data()
{
    QTest::addColumn<bool>("granted");
    QTest::addColumn<bool>("hasSeen"); // what was recorded meanwhile
    QTest::addColumn<int>("kind");
    QTest::newRow("said otherwise since") << true << false << int(Kind::Refused);
    QTest::newRow("said the same since") << false << false << int(Kind::NoEffect);
    QTest::newRow("by a clock that is behind") << true << true << int(Kind::Applied);
}

/// Recorded without the hub: what the customer has said to a colleague meanwhile is not overridden.
void TestConsentAndBlocks::whatWasRecordedLaterStands()
{
    QFETCH(const bool, granted);
    QFETCH(const bool, hasSeen);
    QFETCH(const int, kind);
    People hub;
    const auto consent = [&](bool isGranted, const std::string &source) {
        return SetConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing, isGranted, source};
    };
    const TimePoint then = hub.clock.now();
    const std::int64_t seen = hub.head();
    hub.clock.advance(std::chrono::hours(2));
    QCOMPARE(hub.as(hub.tom, consent(false, "by mail")).kind, Kind::Applied);
    hub.clock.advance(std::chrono::hours(1));
    Command offline = hub.command(consent(granted, "by phone"), hasSeen ? hub.head() : seen);
    offline.at = then;
    const Outcome outcome = hub.must(hub.apply(offline, hub.mara));
    QCOMPARE(int(outcome.kind), kind);
    if (outcome.kind == Kind::Refused)
        QCOMPARE(outcome.reason, Reason::Changed);
    auto query = hub.database->queryOnce("SELECT granted FROM consent");
    QVERIFY(hub.must(query.step()));
    QCOMPARE(query.flag(0), hasSeen);
}

void TestConsentAndBlocks::aConsentIsTakenBack_data()
{
    QTest::addColumn<bool>("hadBefore");
    QTest::addColumn<bool>("changedSince");
    QTest::addColumn<QString>("told"); // the last event and its reason
    QTest::newRow("the first word") << false << false << "consent-removed undo";
    QTest::newRow("behind another") << true << false << "consent-given undo";
    QTest::newRow("they have said more since") << false << true << "consent-given ";
    QTest::newRow("behind another, and more since") << true << true << "consent-given ";
}

void TestConsentAndBlocks::aConsentIsTakenBack()
{
    QFETCH(const bool, hadBefore);
    QFETCH(const bool, changedSince);
    QFETCH(const QString, told);
    People hub;
    const auto word = [&](bool granted, const std::string &source) {
        return SetConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing, granted, source};
    };
    const auto recorded = [&] {
        auto found = HubUnderTest::must(
            store::consent(*hub.database, consentId(hub.ada, Channel::Email, Consent::Purpose::Marketing)));
        if (found)
            found->version = 0;
        return found;
    };
    if (hadBefore)
        QCOMPARE(hub.mustApply(word(true, "order form")).kind, Kind::Applied);
    const std::optional<Consent> before = recorded();
    hub.clock.advance(std::chrono::hours(1));
    const SetConsent mistake = word(false, "by phone");
    QCOMPARE(hub.as(hub.tom, mistake).kind, Kind::Applied);
    hub.clock.advance(std::chrono::hours(1));
    if (changedSince)
        QCOMPARE(hub.mustApply(word(true, "by letter")).kind, Kind::Applied);
    const std::optional<Consent> since = recorded();
    hub.clock.advance(Milliseconds(1));
    Command back = hub.command(RemoveConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing});
    if (before) {
        SetConsent again = word(before->granted, before->source);
        again.saidAt = before->at;
        back.body = again;
    }
    back.undoes = CommandBody(mistake);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, changedSince ? Kind::Refused : Kind::Applied);
    QVERIFY(recorded() == (changedSince ? since : before)); // also whose record it is
    std::vector<TimelineItem> events = hub.timeline(hub.ada);
    std::erase_if(events, [](const TimelineItem &item) {
        return item.kind != TimelineItem::Kind::Event || !item.details.at("event").starts_with("consent");
    });
    QCOMPARE(events.size(), std::size_t(hadBefore) + 2); // nothing of it is lost
    const auto why = events.back().details.find("why");
    QCOMPARE(QString::fromStdString(events.back().details.at("event") + " "
                                    + (why == events.back().details.end() ? std::string() : why->second)),
             told);
}

void TestConsentAndBlocks::aColleaguesConsentIsNotTakenBack()
{
    People hub;
    const SetConsent word{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "by phone"};
    QCOMPARE(hub.mustApply(word).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, word).kind, Kind::NoEffect);
    Command back = hub.command(RemoveConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing});
    back.undoes = CommandBody(word);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, Kind::Refused);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 1);
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(back.body), hub.mara)).kind,
             Kind::Refused); // it is an undo or nothing
    back = hub.command(back.body);
    back.undoes = CommandBody(word);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Kind::Applied);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 0);
}

QTEST_GUILESS_MAIN(TestConsentAndBlocks)
#include "tst_consent_and_blocks.moc"
