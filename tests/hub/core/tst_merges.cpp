// Merges that come apart again, and identities that move between people.
#include "tests/hub/core/people_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

class TestMerges : public QObject {
    Q_OBJECT
private slots:
    void twoWithMembersAreMergedAndComeApart_data();
    void twoWithMembersAreMergedAndComeApart();
    void whatAChainTookIsGivenBackInAnyOrder_data();
    void whatAChainTookIsGivenBackInAnyOrder();
    void unmergingRestoresEveryField();
    void whatWasChangedSinceStays();
    void mergesEndInAnyOrder_data();
    void mergesEndInAnyOrder();
    void theUndoOfAMergeIsAnUnmerge();
    void aMergeOfWhatHasChangedIsAskedAgain_data();
    void aMergeOfWhatHasChangedIsAskedAgain();
    void badMergesAreRefused_data();
    void badMergesAreRefused();
    void identitiesMoveAndMoveBack();
    void whatOthersSaidMovesAlong();
    void whatWasSplitOffStaysWithItsPerson();
    void aMoveTakenBackLeavesNoNo();
    void movingIntoNobodyMakesAPerson();
    void whoWasMadeByAMoveGoesWithIt_data();
    void whoWasMadeByAMoveGoesWithIt();
};

void TestMerges::unmergingRestoresEveryField()
{
    People hub;
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    const Customer ada = hub.customer(hub.ada), bob = hub.customer(hub.bob);
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, kEveryField);
    QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    const Customer merged = hub.customer(hub.ada);
    QCOMPARE(merged.name, bob.name);
    QCOMPARE(merged.note, bob.note);
    QCOMPARE(merged.language, bob.language);
    QVERIFY(merged.company == bob.company);
    QVERIFY((merged.attributes
             == std::map<std::string, std::string>{
                 {"membership", "bob club"}, {"phone", "+971505550172"}, {"Customer since", "bob"}}));
    QVERIFY(hub.customer(hub.bob) == bob); // who joins is not touched at all
    for (int i = 0; i < 1000; ++i) {
        hub.clock.advance(Milliseconds(1));
        hub.take(i % 2 == 0 ? hub.letter("ada@mail.test") : hub.line("bob"));
    }
    QVERIFY(hub.timeline(hub.ada).size() > 1000);
    QCOMPARE(hub.mustApply(UnlinkCustomers{merge.link}).kind, Kind::Applied);
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
    QVERIFY(hub.customer(hub.bob) == bob);
    std::size_t messages = 0;
    for (const CustomerId who : {hub.ada, hub.bob}) {
        for (const TimelineItem &item : hub.timeline(who)) {
            QVERIFY(item.customer == who);
            QCOMPARE(item.channel, who == hub.ada ? Channel::Email : Channel::WebChat);
            messages += item.kind == TimelineItem::Kind::Inbound;
        }
    }
    QCOMPARE(messages, std::size_t(1002));
}

void TestMerges::whatWasChangedSinceStays()
{
    People hub;
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"name", "language"});
    hub.mustApply(merge);
    hub.mustApply(EditCustomer{hub.ada, "Countess", "ada note"});
    hub.mustApply(UnlinkCustomers{merge.link});
    QCOMPARE(hub.customer(hub.ada).name, std::string("Countess"));
    QCOMPARE(hub.customer(hub.ada).language, std::string("ar"));
}

void TestMerges::mergesEndInAnyOrder_data()
{
    QTest::addColumn<bool>("firstFirst");
    QTest::newRow("the first one first") << true;
    QTest::newRow("the last one first") << false;
}

void TestMerges::mergesEndInAnyOrder()
{
    QFETCH(bool, firstFirst);
    People hub;
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    hub.fill(hub.cleo, "cleo");
    const Customer ada = hub.customer(hub.ada);
    const MergeCustomers one = hub.merge(hub.bob, hub.ada, kEveryField);
    hub.mustApply(one);
    hub.clock.advance(Milliseconds(1));
    const MergeCustomers two = hub.merge(hub.cleo, hub.ada, kEveryField);
    QCOMPARE(hub.mustApply(two).kind, Kind::Applied);
    hub.mustApply(UnlinkCustomers{firstFirst ? one.link : two.link});
    QCOMPARE(hub.customer(hub.ada).name, firstFirst ? std::string("cleo") : std::string("bob"));
    hub.mustApply(UnlinkCustomers{firstFirst ? two.link : one.link});
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
}

void TestMerges::theUndoOfAMergeIsAnUnmerge()
{
    People hub;
    hub.fill(hub.ada, "ada");
    const Customer ada = hub.customer(hub.ada);
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"note"});
    hub.mustApply(merge);
    QCOMPARE(hub.mustApply(merge).kind, Kind::NoEffect); // by a copied installation, say
    const std::vector<TimelineItem> items = hub.timeline(hub.ada);
    const auto event = std::ranges::find_if(items, [](const TimelineItem &item) {
        return item.kind == TimelineItem::Kind::Event && item.details.at("event") == "merged";
    });
    QVERIFY(event != items.end());
    QCOMPARE(event->details.at("link"), merge.link.text()); // what "Undo merge" ends
    QCOMPARE(hub.mustApply(UnlinkCustomers{*CustomerLinkId::fromText(event->details.at("link"))}).kind, Kind::Applied);
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
    QCOMPARE(hub.mustApply(merge).kind, Kind::NoEffect); // an ended link stays ended
    QVERIFY(hub.customerLink(merge.link).endedAt.has_value());
}

void TestMerges::aMergeOfWhatHasChangedIsAskedAgain_data()
{
    QTest::addColumn<int>("changed");
    QTest::newRow("nobody") << -1;
    QTest::newRow("who joins") << 1;
    QTest::newRow("who stays") << 0;
}

void TestMerges::aMergeOfWhatHasChangedIsAskedAgain()
{
    QFETCH(int, changed);
    People hub;
    MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"name"});
    if (changed >= 0)
        hub.as(hub.tom, EditCustomer{changed == 1 ? hub.bob : hub.ada, "Another name", ""});
    const Outcome outcome = hub.mustApply(merge);
    QCOMPARE(outcome.reason, changed >= 0 ? Reason::Changed : Reason::None);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), changed >= 0 ? 0 : 1);
    merge.fromVersion = hub.customer(hub.bob).version;
    merge.intoVersion = hub.customer(hub.ada).version;
    hub.mustApply(merge); // looked at again
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 1);
}

void TestMerges::twoWithMembersAreMergedAndComeApart_data()
{
    QTest::addColumn<QString>("ends");  // which merges end, in this order
    QTest::addColumn<QString>("roots"); // of a1, a, b1, b, c then
    QTest::newRow("none") << ""
                          << "ccccc";
    QTest::newRow("the last") << "b"
                              << "bbbbc";
    QTest::newRow("backwards") << "ba"
                               << "aabbc";
    QTest::newRow("all") << "baxy"
                         << "xaybc";
    QTest::newRow("the middle one first") << "a"
                                          << "aaccc";
    QTest::newRow("then the last") << "ab"
                                   << "aabbc";
    QTest::newRow("a member first") << "x"
                                    << "xcccc";
    QTest::newRow("a member, then backwards") << "xba"
                                              << "xabbc";
}

/// a1 into a, b1 into b, a into b, b into c: every one is c then. Each merge that ends leads to where it was before.
void TestMerges::twoWithMembersAreMergedAndComeApart()
{
    QFETCH(const QString, ends);
    QFETCH(const QString, roots);
    People hub;
    const CustomerId a1 = hub.ada, a = hub.bob, b1 = hub.cleo;
    const CustomerId b = hub.take(hub.letter("b@mail.test")).customer, c = hub.take(hub.letter("c@mail.test")).customer;
    hub.fill(a, "ada");
    hub.fill(b, "bob");
    const Customer aBefore = hub.customer(a), bBefore = hub.customer(b), cBefore = hub.customer(c);
    std::map<QChar, MergeCustomers> merges;
    for (const auto &[name, from, into] : {std::tuple(u'x', a1, a), {u'y', b1, b}, {u'a', a, b}, {u'b', b, c}}) {
        merges[name] = hub.merge(from, into, name == u'a' ? std::vector<std::string>{"name"} : std::vector<std::string>());
        QCOMPARE(hub.mustApply(merges[name]).kind, Kind::Applied);
    }
    QCOMPARE(hub.customer(b).name, aBefore.name);
    for (const QChar end : ends)
        QCOMPARE(hub.mustApply(UnlinkCustomers{merges[end].link}).kind, Kind::Applied);
    const std::map<QChar, CustomerId> named{{u'x', a1}, {u'a', a}, {u'y', b1}, {u'b', b}, {u'c', c}};
    const CustomerId order[]{a1, a, b1, b, c};
    for (int i = 0; i < 5; ++i)
        QVERIFY2(*tributary::hub::rootOf(*hub.database, order[i]) == named.at(roots[i]), qPrintable(QString::number(i)));
    if (ends.contains(u'a')) // also what was taken over
        QCOMPARE(content(hub.customer(b)), content(bBefore));
    QCOMPARE(content(hub.customer(c)), content(cBefore));
    QCOMPARE(content(hub.customer(a)), content(aBefore));
    // Nobody is left with a way back that leads nowhere.
    QCOMPARE(
        hub.number("SELECT count(*) FROM customer_link WHERE ended_ms IS NULL AND first_id IS NOT NULL AND first_id NOT IN "
                   "(SELECT from_id FROM customer_link WHERE ended_ms IS NULL)"),
        0);
}

void TestMerges::whatAChainTookIsGivenBackInAnyOrder_data()
{
    QTest::addColumn<QString>("ends");
    QTest::newRow("the newest first") << "ba";
    QTest::newRow("the oldest first") << "ab";
}

/// b takes a's name, and c then takes it from b.
void TestMerges::whatAChainTookIsGivenBackInAnyOrder()
{
    QFETCH(const QString, ends);
    People hub;
    const CustomerId a = hub.ada, b = hub.bob, c = hub.cleo;
    hub.fill(a, "ada");
    hub.fill(b, "bob");
    hub.fill(c, "cleo");
    const Customer bBefore = hub.customer(b), cBefore = hub.customer(c);
    const std::map<QChar, MergeCustomers> merges{{u'a', hub.merge(a, b, {"name"})}, {u'b', hub.merge(b, c, {"name"})}};
    for (const QChar one : {u'a', u'b'}) {
        MergeCustomers merge = merges.at(one);
        merge.fromVersion = hub.customer(merge.from).version;
        merge.intoVersion = hub.customer(merge.into).version;
        QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    }
    QCOMPARE(hub.customer(c).name, hub.customer(a).name);
    for (const QChar end : ends)
        QCOMPARE(hub.mustApply(UnlinkCustomers{merges.at(end).link}).kind, Kind::Applied);
    QCOMPARE(content(hub.customer(b)), content(bBefore));
    QCOMPARE(content(hub.customer(c)), content(cBefore));
}

void TestMerges::badMergesAreRefused_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("into");
    QTest::addColumn<QString>("taken");
    QTest::addColumn<int>("evidence");
    QTest::addColumn<int>("reason");
    // 1 is merged into 0 already.
    QTest::newRow("fine") << 2 << 0 << "name" << 10 << int(Reason::None);
    QTest::newRow("merged already") << 1 << 2 << "name" << 10 << int(Reason::Chain);
    QTest::newRow("one with members joins") << 0 << 2 << "name" << 10 << int(Reason::None);
    QTest::newRow("into a member") << 2 << 1 << "name" << 10 << int(Reason::Chain);
    QTest::newRow("a cycle") << 0 << 1 << "name" << 10 << int(Reason::Chain);
    QTest::newRow("the same record twice") << 2 << 2 << "name" << 10 << int(Reason::NotFound);
    QTest::newRow("nobody there") << 3 << 0 << "name" << 10 << int(Reason::NotFound);
    QTest::newRow("no such field") << 2 << 0 << "blocked" << 10 << int(Reason::Invalid);
    QTest::newRow("a field without a key") << 2 << 0 << "field." << 10 << int(Reason::Invalid);
    QTest::newRow("a key that is none") << 2 << 0 << "field.Bad Key" << 10 << int(Reason::Invalid);
    QTest::newRow("evidence without end") << 2 << 0 << "name" << 5000 << int(Reason::Invalid);
}

void TestMerges::badMergesAreRefused()
{
    QFETCH(int, from);
    QFETCH(int, into);
    QFETCH(QString, taken);
    QFETCH(int, evidence);
    QFETCH(int, reason);
    People hub;
    hub.mustApply(hub.merge(hub.bob, hub.ada, {}));
    const CustomerId people[]{hub.ada, hub.bob, hub.cleo, hub.ids.make<CustomerId>()};
    const Customer before = hub.customer(hub.ada);
    const Outcome outcome = hub.mustApply(MergeCustomers{.link = hub.ids.make<CustomerLinkId>(),
                                                         .from = people[from],
                                                         .into = people[into],
                                                         .evidence = std::string(std::size_t(evidence), 'x'),
                                                         .taken = {taken.toStdString()}});
    QCOMPARE(int(outcome.reason), reason);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), outcome.reason == Reason::None ? 2 : 1);
    if (outcome.reason != Reason::None)
        QVERIFY(hub.customer(hub.ada) == before);
}

void TestMerges::identitiesMoveAndMoveBack()
{
    People hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    const Conversation conversation = hub.conversation(first.conversation);
    for (int i = 0; i < 20; ++i)
        hub.take(hub.letter("ada@mail.test"));
    const auto said = [&](CustomerId who) {
        return std::ranges::count_if(hub.timeline(who),
                                     [](const TimelineItem &item) { return item.kind == TimelineItem::Kind::Inbound; });
    };
    QCOMPARE(said(hub.ada), 22);
    QCOMPARE(said(hub.bob), 1);
    QCOMPARE(hub.mustApply(MoveIdentity{conversation.identity, hub.bob}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(MoveIdentity{conversation.identity, hub.bob}).kind, Kind::NoEffect);
    QVERIFY(hub.identity(conversation.identity).customer == hub.bob);
    QVERIFY(hub.conversation(conversation.id).customer == hub.bob);
    QCOMPARE(said(hub.ada), 0);
    QCOMPARE(said(hub.bob), 23);
    QVERIFY(hub.take(hub.letter("ada@mail.test")).customer == hub.bob); // what comes next too
    QCOMPARE(hub.mustApply(MoveIdentity{conversation.identity, hub.ada}).kind, Kind::Applied);
    QCOMPARE(said(hub.ada), 23);
    QCOMPARE(said(hub.bob), 1);
    for (const TimelineItem &item : hub.timeline(hub.ada))
        QVERIFY(item.customer == hub.ada);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link WHERE ended_ms IS NULL"), 0);
}

/// What others have said in a conversation stands with it, and so does what was asked of them on the side.
void TestMerges::whatOthersSaidMovesAlong()
{
    People hub;
    const ConversationId thread = hub.answeredByCora().conversation;
    const StartConversation side{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "courier@parcels.test",
                                 .parent = thread};
    QCOMPARE(hub.mustApply(side).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(side.conversation), "Where is it?")).kind, Kind::Applied);
    const IdentityId mail = hub.conversation(thread).identity;
    const auto standsWith = [&](CustomerId who) {
        const std::string own = " AND customer_id = x'" + toHex(who.view()) + "'";
        const std::string spoken = " AND identity_id <> zeroblob(16)"; // what happened to a person stays theirs
        for (const ConversationId &one : {thread, side.conversation}) {
            const std::string items =
                "SELECT count(*) FROM timeline_item WHERE conversation_id = x'" + toHex(one.view()) + "'" + spoken;
            if (hub.conversation(one).customer != who || hub.number(items) < 2
                || hub.number(items) != hub.number(items + own))
                return false;
        }
        return true;
    };
    QVERIFY(standsWith(hub.ada));
    QCOMPARE(hub.mustApply(MoveIdentity{mail, hub.bob}).kind, Kind::Applied);
    QVERIFY(standsWith(hub.bob));
    const std::vector<TimelineItem> left = hub.timeline(hub.ada);
    QCOMPARE(left.size(), std::size_t(1));
    QCOMPARE(left[0].details.at("event"), std::string("identity-left"));
    // What Cora says elsewhere is her own.
    const auto hers = hub.take(hub.letter("cora@mail.test"));
    QVERIFY(hub.item(hers.item).customer == hers.customer && hers.customer != hub.bob);
    QCOMPARE(hub.mustApply(MoveIdentity{mail, hub.ada}).kind, Kind::Applied);
    QVERIFY(standsWith(hub.ada));
}

/// It begins with an answer of Cora's, and is Ada's matter all the same: her address does not take it along.
void TestMerges::whatWasSplitOffStaysWithItsPerson()
{
    People hub;
    const auto answer = hub.answeredByCora();
    const ConversationId parted = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{answer.conversation, parted, {answer.item}}).kind, Kind::Applied);
    const IdentityId coras = hub.item(answer.item).identity;
    const auto hers = hub.take(hub.letter("cora@mail.test")).customer; // she is a customer as well
    for (const CustomerId &to : {hub.bob, hers}) {
        QCOMPARE(hub.mustApply(MoveIdentity{coras, to}).kind, Kind::Applied);
        QCOMPARE(hub.conversation(parted).customer, hub.ada);
        QCOMPARE(hub.item(answer.item).customer, hub.ada);
    }
}

void TestMerges::aMoveTakenBackLeavesNoNo()
{
    People hub;
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    const MoveIdentity move{mail, hub.bob};
    QCOMPARE(hub.mustApply(move).kind, Kind::Applied);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), std::int64_t(1)); // they are two, a person says
    Command back = hub.command(MoveIdentity{mail, hub.ada});
    back.undoes = CommandBody(move);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Kind::Applied);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), std::int64_t(0)); // nobody says so any more
}

void TestMerges::movingIntoNobodyMakesAPerson()
{
    People hub;
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    const CustomerId made = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{mail, made}).kind, Kind::Applied);
    QVERIFY(hub.customer(made).name.empty()); // its address is shown for it, to those who may see that
    const IdentityId named = hub.conversation(hub.take(hub.line("bob")).conversation).identity;
    Identity bob = hub.identity(named);
    bob.name = "Bob";
    hub.change([&](ChangeLog &changes) { return changes.put(bob); });
    const CustomerId another = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{named, another}).kind, Kind::Applied);
    QCOMPARE(hub.customer(another).name, std::string("Bob"));
    QCOMPARE(hub.mustApply(MoveIdentity{mail, CustomerId()}).reason, Reason::NotFound);
    QCOMPARE(hub.mustApply(MoveIdentity{hub.ids.make<IdentityId>(), hub.ada}).reason, Reason::NotFound);
}

void TestMerges::whoWasMadeByAMoveGoesWithIt_data()
{
    QTest::addColumn<QString>("since");
    QTest::addColumn<bool>("isThere");
    QTest::newRow("nothing more is known of them") << "" << false;
    QTest::newRow("the address was written from") << "written" << false;
    QTest::newRow("something was noted of them") << "noted" << true;
    QTest::newRow("another address was added") << "added" << true;
    QTest::newRow("they had been there before") << "there" << true;
}

void TestMerges::whoWasMadeByAMoveGoesWithIt()
{
    QFETCH(const QString, since);
    QFETCH(const bool, isThere);
    People hub;
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    const MoveIdentity move{mail, hub.ids.make<CustomerId>()};
    if (since == "there")
        hub.mustApply(AddCustomer{move.customer, "Dora"});
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(move).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    if (since == "written")
        hub.take(hub.letter("ada@mail.test"));
    if (since == "noted")
        hub.mustApply(SetCustomerTags{move.customer, {"vip"}, {}});
    if (since == "added")
        hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), move.customer, Channel::Email, "dora@mail.test"});
    Command back = hub.command(MoveIdentity{mail, hub.ada});
    back.undoes = CommandBody(move);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Kind::Applied);
    QVERIFY(hub.identity(mail).customer == hub.ada);
    QCOMPARE(HubUnderTest::must(store::customer(*hub.database, move.customer)).has_value(), isThere);
}

QTEST_GUILESS_MAIN(TestMerges)
#include "tst_merges.moc"
