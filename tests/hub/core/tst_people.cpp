// Who somebody is: proof links, a claim only suggests, and a person's no is final.
#include "tests/hub/core/hub_under_test.h"

#include "core/store/cache_reads.h"

#include <set>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Reason = Outcome::Reason;

class TestPeople : public QObject {
    Q_OBJECT
private slots:
    void proofIsTheSamePersonFromTheStart();
    void laterProofLinks();
    void whoNeverWroteFromAnAddressHasNotUsedIt();
    void aClaimSuggestsOnce();
    void aClaimBeforeTheAddressIsKnown();
    void aPersonsNoIsFinal();
    void aMovedIdentityIsNotMergedBack();
    void anAddressNobodyHasShownIsOnlySuggested();
    void anAddressThatIsShownIsProven();
    void aPersonsNoHoldsForTheWholePerson_data();
    void aPersonsNoHoldsForTheWholePerson();
    void fewClaimsAreOffered_data();
    void fewClaimsAreOffered();
    void chainsAreRefused_data();
    void chainsAreRefused();
    void aMergeUndoneRestoresBothSides();
    void whatWasSaidWhileMergedIsWithTheRightOne();
    void aJoinEndsWithTheMerge_data();
    void aJoinEndsWithTheMerge();
    void namesFollowTheChannel();
    void onlyWhoIsVouchedForIsRenamed_data();
    void onlyWhoIsVouchedForIsRenamed();
};

namespace {

InboundEnvelope chatter(HubUnderTest &hub, const std::string &visitor, const std::string &email, bool verified)
{
    InboundEnvelope line = hub.line(visitor);
    if (!email.empty())
        line.sender.evidence.push_back({Channel::Email, email, verified});
    return line;
}

} // namespace

void TestPeople::proofIsTheSamePersonFromTheStart()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto chat = hub.take(chatter(hub, "visitor", "ada@mail.test", true));
    QVERIFY(chat.customer == ada.customer);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion"), 0);
}

void TestPeople::whoNeverWroteFromAnAddressHasNotUsedIt()
{
    HubUnderTest hub;
    const auto identity = [&](const char *address) {
        auto query =
            hub.database->queryOnce("SELECT last_used_ms FROM identity WHERE address = '" + std::string(address) + "'");
        if (!HubUnderTest::must(query.step()))
            qFatal("no such identity");
        return query.time(0);
    };
    const auto chat = hub.take(chatter(hub, "visitor", "proven@mail.test", true));
    QCOMPARE(identity("visitor"), hub.clock.now());
    QCOMPARE(identity("proven@mail.test"), TimePoint()); // shown by the shop, and never written from
    hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), chat.customer, Channel::Email, "told@mail.test"});
    QCOMPARE(identity("told@mail.test"), TimePoint());
    hub.mustApply(StartConversation{.conversation = hub.ids.make<ConversationId>(),
                                    .account = hub.mail.id,
                                    .identity = hub.ids.make<IdentityId>(),
                                    .address = "first@mail.test",
                                    .name = "Somebody",
                                    .customer = hub.ids.make<CustomerId>()});
    QCOMPARE(identity("first@mail.test"), TimePoint());
    hub.clock.advance(std::chrono::minutes(1)); // the first use counts, however soon it is
    hub.take(hub.letter("told@mail.test"));
    QCOMPARE(identity("told@mail.test"), hub.clock.now());
}

void TestPeople::laterProofLinks()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto chat = hub.take(chatter(hub, "visitor", "", false));
    QVERIFY(chat.customer != ada.customer);
    for (int i = 0; i < 3; ++i)
        hub.take(chatter(hub, "visitor", "ada@mail.test", true));
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 1);
    QVERIFY(*tributary::hub::rootOf(*hub.database, chat.customer) == ada.customer);
    QVERIFY(hub.item(chat.item).customer == chat.customer); // an item stays with its own
}

void TestPeople::aClaimSuggestsOnce()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    for (int i = 0; i < 3; ++i) {
        const auto chat = hub.take(chatter(hub, "visitor", "ada@mail.test", false));
        QVERIFY(chat.customer != ada.customer);
    }
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM identity WHERE channel = 'email'"), 1); // a claim is no identity
}

void TestPeople::aClaimBeforeTheAddressIsKnown()
{
    HubUnderTest hub;
    hub.take(chatter(hub, "visitor", "ada@mail.test", false));
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion"), 0);
    hub.take(hub.letter("ada@mail.test"));
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 1);
}

void TestPeople::aPersonsNoIsFinal()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto chat = hub.take(chatter(hub, "visitor", "", false));
    hub.take(chatter(hub, "visitor", "ada@mail.test", true));
    auto query = hub.database->queryOnce("SELECT id FROM customer_link");
    QVERIFY(*query.step());
    const auto link = query.id<CustomerLinkId>(0);
    QCOMPARE(hub.mustApply(UnlinkCustomers{link}).kind, Outcome::Kind::Applied);
    QCOMPARE(hub.mustApply(UnlinkCustomers{link}).kind, Outcome::Kind::NoEffect);
    for (int i = 0; i < 2; ++i)
        hub.take(chatter(hub, "visitor", "ada@mail.test", true));
    QVERIFY(*tributary::hub::rootOf(*hub.database, chat.customer) == chat.customer);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link WHERE ended_ms IS NULL"), 0);
    // A person may think again.
    QCOMPARE(hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), chat.customer, ada.customer, "said so"}).kind,
             Outcome::Kind::Applied);
}

void TestPeople::aMovedIdentityIsNotMergedBack()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto chat = hub.take(chatter(hub, "visitor", "ada@mail.test", true));
    QVERIFY(chat.customer == ada.customer);
    const IdentityId visitor = hub.conversation(chat.conversation).identity;
    const CustomerId own = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{visitor, own}).kind, Outcome::Kind::Applied);
    for (const bool verified : {true, false, true})
        QVERIFY(hub.take(chatter(hub, "visitor", "ada@mail.test", verified)).customer == own);
    QVERIFY(*tributary::hub::rootOf(*hub.database, own) == own);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link WHERE ended_ms IS NULL"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM audit WHERE kind = 'unmerged'"), 0); // nobody was merged
    // A person may think again.
    QCOMPARE(hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), own, ada.customer, "said so"}).kind,
             Outcome::Kind::Applied);
}

/// A colleague may have typed it wrong, or with the wrong person.
void TestPeople::anAddressNobodyHasShownIsOnlySuggested()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), ada.customer, Channel::Email, "bob@mail.test"});
    for (int i = 0; i < 2; ++i) {
        const auto bob = hub.take(chatter(hub, "bob", "bob@mail.test", true));
        QVERIFY(*tributary::hub::rootOf(*hub.database, bob.customer) == bob.customer);
    }
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 1);
}

void TestPeople::anAddressThatIsShownIsProven()
{
    HubUnderTest hub;
    const auto bob = hub.take(hub.line("bob"));
    hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), bob.customer, Channel::Email, "bob@mail.test"});
    hub.take(chatter(hub, "bob", "bob@mail.test", true)); // what he had told is his
    QVERIFY(hub.take(chatter(hub, "bob at home", "bob@mail.test", true)).customer == bob.customer);
}

void TestPeople::aPersonsNoHoldsForTheWholePerson_data()
{
    QTest::addColumn<QString>("no");
    QTest::newRow("a merge was ended, and the one merged with others") << "unmerged";
    QTest::newRow("a suggestion was dismissed") << "dismissed";
}

void TestPeople::aPersonsNoHoldsForTheWholePerson()
{
    QFETCH(const QString, no);
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto chat = hub.take(chatter(hub, "visitor", no == "dismissed" ? "ada@mail.test" : "", false));
    if (no == "dismissed") {
        auto query = hub.database->queryOnce("SELECT id FROM suggestion");
        QVERIFY(*query.step());
        QCOMPARE(hub.mustApply(DismissSuggestion{query.id<SuggestionId>(0)}).kind, Outcome::Kind::Applied);
    } else {
        const auto link = hub.ids.make<CustomerLinkId>();
        hub.mustApply(LinkCustomers{link, chat.customer, ada.customer, ""});
        hub.mustApply(UnlinkCustomers{link});
        const auto other = hub.take(hub.letter("ada@work.test"));
        hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), ada.customer, other.customer, ""});
    }
    for (const bool verified : {true, false})
        hub.take(chatter(hub, "visitor", "ada@mail.test", verified));
    QVERIFY(*tributary::hub::rootOf(*hub.database, chat.customer) == chat.customer);
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 0);
}

void TestPeople::fewClaimsAreOffered_data()
{
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("of an address that is known") << true;
    QTest::newRow("of one that is known later") << false;
}

/// Somebody may type a stranger's address in as many chats as they like.
void TestPeople::fewClaimsAreOffered()
{
    QFETCH(const bool, isKnown);
    HubUnderTest hub;
    if (isKnown)
        hub.take(hub.letter("ada@mail.test"));
    for (int i = 0; i < 20; ++i)
        hub.take(chatter(hub, "visitor" + std::to_string(i), "ada@mail.test", false));
    hub.take(hub.letter("ada@mail.test"));
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion"), 6);
    // Once one is decided there is room for another.
    auto query = hub.database->queryOnce("SELECT id FROM suggestion");
    QVERIFY(*query.step());
    hub.mustApply(DismissSuggestion{query.id<SuggestionId>(0)});
    hub.take(chatter(hub, "one more", "ada@mail.test", false));
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 6);
}

void TestPeople::chainsAreRefused_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("into");
    QTest::addColumn<int>("reason");
    // 1 is merged into 0 already.
    QTest::newRow("one more member") << 2 << 0 << int(Reason::None);
    QTest::newRow("merged already") << 1 << 2 << int(Reason::Chain);
    QTest::newRow("again") << 1 << 0 << int(Reason::Chain);
    QTest::newRow("into a member") << 2 << 1 << int(Reason::Chain);
    QTest::newRow("one that has members") << 0 << 2 << int(Reason::None);
    QTest::newRow("a cycle") << 0 << 1 << int(Reason::Chain);
    QTest::newRow("into itself") << 2 << 2 << int(Reason::NotFound);
}

void TestPeople::chainsAreRefused()
{
    QFETCH(int, from);
    QFETCH(int, into);
    QFETCH(int, reason);
    HubUnderTest hub;
    std::vector<CustomerId> people;
    for (const char *who : {"a@mail.test", "b@mail.test", "c@mail.test"})
        people.push_back(hub.take(hub.letter(who)).customer);
    QCOMPARE(hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), people[1], people[0], ""}).reason, Reason::None);
    const auto outcome = hub.mustApply(
        LinkCustomers{hub.ids.make<CustomerLinkId>(), people[std::size_t(from)], people[std::size_t(into)], ""});
    QCOMPARE(int(outcome.reason), reason);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), outcome.reason == Reason::None ? 2 : 1);
}

void TestPeople::aMergeUndoneRestoresBothSides()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto bob = hub.take(hub.line("bob"));
    const auto link = hub.ids.make<CustomerLinkId>();
    hub.mustApply(LinkCustomers{link, bob.customer, ada.customer, "one person"});
    const auto together = [&](CustomerId root) {
        return HubUnderTest::must(store::timelineBefore(*hub.database, root, fromMs(1LL << 50), {}, 10'000)).items;
    };
    for (int i = 0; i < 500; ++i) {
        hub.clock.advance(Milliseconds(1));
        hub.take(hub.letter("ada@mail.test"));
        hub.take(hub.line("bob"));
    }
    QVERIFY(together(ada.customer).size() >= 1002);
    hub.mustApply(UnlinkCustomers{link});
    for (const auto &[who, channel] : {std::pair{ada.customer, Channel::Email}, std::pair{bob.customer, Channel::WebChat}}) {
        std::size_t messages = 0;
        for (const TimelineItem &item : together(who)) {
            QVERIFY(item.customer == who);
            QCOMPARE(item.channel, channel);
            messages += item.kind == TimelineItem::Kind::Inbound;
        }
        QCOMPARE(messages, std::size_t(501));
    }
}

/// Also what came into the other's conversation, and what was answered there.
void TestPeople::whatWasSaidWhileMergedIsWithTheRightOne()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto bob = hub.take(hub.line("bob"));
    const auto link = hub.ids.make<CustomerLinkId>();
    hub.mustApply(LinkCustomers{link, bob.customer, ada.customer, "one person"});
    QCOMPARE(hub.mustApply(JoinConversation{bob.conversation, ada.conversation}).kind, Outcome::Kind::Applied);
    const auto line = hub.take(hub.line("bob"));
    QCOMPARE(line.conversation, ada.conversation);
    QVERIFY(line.customer == bob.customer);
    SendMessage answer = hub.reply(hub.conversation(ada.conversation), "Hello");
    answer.to = hub.item(line.item).identity;
    answer.from = hub.chat.id;
    QCOMPARE(hub.mustApply(answer).kind, Outcome::Kind::Applied);
    QVERIFY(hub.item(answer.item).customer == bob.customer);
    hub.mustApply(UnlinkCustomers{link});
    const auto said = [&](CustomerId root) {
        std::set<TimelineItemId> ids;
        for (const TimelineItem &item :
             HubUnderTest::must(store::timelineBefore(*hub.database, root, fromMs(1LL << 50), {}, 100)).items) {
            if (item.kind != TimelineItem::Kind::Event)
                ids.insert(item.id);
        }
        return ids;
    };
    QVERIFY((said(ada.customer) == std::set{ada.item}));
    QVERIFY((said(bob.customer) == std::set{bob.item, line.item, answer.item}));
}

void TestPeople::aJoinEndsWithTheMerge_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("chatIntoMail");
    QTest::newRow("the merge is undone") << "unmerge" << true;
    QTest::newRow("the merge is undone, the other way round") << "unmerge" << false;
    QTest::newRow("who has written is moved away") << "move" << true;
    QTest::newRow("who has taken in is moved away") << "move" << false;
    QTest::newRow("as older hubs have left it") << "left" << true;
}

/// Of two people nothing goes on in the other's conversation.
void TestPeople::aJoinEndsWithTheMerge()
{
    QFETCH(const QString, how);
    QFETCH(const bool, chatIntoMail);
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto bob = hub.take(chatter(hub, "bob", how == "move" ? "ada@mail.test" : "", how == "move"));
    QCOMPARE(bob.customer == ada.customer, how == "move");
    const auto link = hub.ids.make<CustomerLinkId>();
    if (how != "move")
        hub.mustApply(LinkCustomers{link, bob.customer, ada.customer, "one person"});
    const JoinConversation join = chatIntoMail ? JoinConversation{bob.conversation, ada.conversation}
                                               : JoinConversation{ada.conversation, bob.conversation};
    QCOMPARE(hub.mustApply(join).kind, Outcome::Kind::Applied);
    if (chatIntoMail)
        QCOMPARE(hub.take(hub.line("bob")).conversation, ada.conversation);
    CustomerId alone = bob.customer;
    if (how == "move") {
        alone = hub.ids.make<CustomerId>();
        QCOMPARE(hub.mustApply(MoveIdentity{hub.conversation(bob.conversation).identity, alone}).kind,
                 Outcome::Kind::Applied);
    } else {
        QCOMPARE(hub.mustApply(UnlinkCustomers{link}).kind, Outcome::Kind::Applied);
    }
    if (how == "left") {
        Conversation old = hub.conversation(bob.conversation);
        old.joinedInto = ada.conversation;
        setStatus(old, Conversation::Status::Resolved, hub.clock.now());
        hub.change([&](ChangeLog &changes) { return changes.put(old); });
    } else {
        const Conversation apart = hub.conversation(join.conversation);
        QVERIFY(!apart.joinedInto);
        QCOMPARE(apart.status, Conversation::Status::Open);
        QVERIFY(apart.waitingSince.has_value()); // nobody has answered it
    }
    const auto next = hub.take(hub.line("bob"));
    QCOMPARE(next.conversation, bob.conversation);
    QVERIFY(next.customer == alone);
    QVERIFY(hub.conversation(bob.conversation).customer == alone);
    QVERIFY(hub.conversation(ada.conversation).customer == ada.customer);
}

void TestPeople::namesFollowTheChannel()
{
    HubUnderTest hub;
    InboundEnvelope letter = hub.letter("ada@mail.test");
    const auto ada = hub.take(letter);
    const auto name = [&] { return (*store::customer(*hub.database, ada.customer))->name; };
    letter = hub.letter("ada@mail.test");
    letter.sender.name = "Ada";
    hub.take(letter);
    QCOMPARE(name(), std::string("Ada"));
    hub.mustApply(EditCustomer{ada.customer, "Countess", ""});
    letter = hub.letter("ada@mail.test");
    letter.sender.name = "Ada L.";
    hub.take(letter);
    QCOMPARE(name(), std::string("Countess")); // what an agent has said stays
}

void TestPeople::onlyWhoIsVouchedForIsRenamed_data()
{
    QTest::addColumn<QString>("knownAs");
    QTest::addColumn<bool>("isChat"); // whose visitor is who they were
    QTest::addColumn<bool>("isVerified");
    QTest::addColumn<QString>("becomes");
    QTest::newRow("a forged sender") << "Ada" << false << false << "Ada";
    QTest::newRow("the sender") << "Ada" << false << true << "Mallory";
    QTest::newRow("whoever has no name yet") << "" << false << false << "Mallory";
    QTest::newRow("the visitor of a chat") << "Ada" << true << false << "Mallory";
}

void TestPeople::onlyWhoIsVouchedForIsRenamed()
{
    QFETCH(const QString, knownAs);
    QFETCH(const bool, isChat);
    QFETCH(const bool, isVerified);
    QFETCH(const QString, becomes);
    HubUnderTest hub;
    InboundEnvelope first = isChat ? hub.line("ada") : hub.letter("ada@mail.test");
    first.sender.name = knownAs.toStdString();
    const auto ada = hub.take(first);
    InboundEnvelope next = isChat ? hub.line("ada") : hub.letter("ada@mail.test");
    next.sender.name = "Mallory";
    next.sender.verified = isVerified;
    const auto item = hub.item(hub.take(next).item);
    QCOMPARE((*store::customer(*hub.database, ada.customer))->name, becomes.toStdString());
    QCOMPARE((*store::identity(*hub.database, item.identity))->name, becomes.toStdString());
}

QTEST_GUILESS_MAIN(TestPeople)
#include "tst_people.moc"
