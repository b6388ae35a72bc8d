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
    void anIdTellsNoAddress();
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
    void whoIsNotProvenChangesNobody_data();
    void whoIsNotProvenChangesNobody();
    void theSameNumberIsTheSamePerson_data();
    void theSameNumberIsTheSamePerson();
    void aNumberThatIsShownIsTheirsElsewhere();
    void aNumberOfTwoIsNobodys_data();
    void aNumberOfTwoIsNobodys();
    void twoWhoAreThereAreNotMergedByTheirNumber();
    void aNumberIsWhoseAPersonHasSaid();
    void aBlockedPersonsNumberIsBlockedElsewhere();
};

namespace {

InboundEnvelope chatter(HubUnderTest &hub, const std::string &visitor, const std::string &email, bool verified)
{
    InboundEnvelope line = hub.line(visitor);
    if (!email.empty())
        line.sender.evidence.push_back({Channel::Email, email, verified});
    return line;
}

constexpr const char *kNumber = "+442079460018";

ChannelAccount accountOf(HubUnderTest &hub, Channel channel)
{
    ChannelAccount account{.id = hub.ids.make<ChannelAccountId>(), .channel = channel, .address = "+442079460000"};
    hub.change([&](ChangeLog &changes) { return changes.put(account); });
    return account;
}

InboundEnvelope textTo(HubUnderTest &hub, const ChannelAccount &account, bool verified = true, const char *from = kNumber)
{
    InboundEnvelope envelope{.account = account.id, .channel = account.channel};
    envelope.externalId = "text" + std::to_string(++hub.count);
    envelope.sender = {.address = from, .shown = from, .verified = verified};
    envelope.at = hub.clock.now();
    envelope.text = "Text";
    return envelope;
}

} // namespace

/// Ids go to desktops whose agents may not see addresses: nobody tries out there which address one was made from.
void TestPeople::anIdTellsNoAddress()
{
    const auto bornIn = [](const char *root) {
        HubUnderTest hub;
        hub.must(hub.database->execute("UPDATE workspace SET seal_root = x'" + std::string(root) + "'"));
        const ConversationId in = hub.take(hub.letter("anna@mail.test")).conversation;
        const Conversation conversation = hub.conversation(in);
        return std::pair(conversation.customer, conversation.identity);
    };
    QVERIFY(bornIn("01") == bornIn("01"));
    QVERIFY(bornIn("01").first != bornIn("02").first);
    QVERIFY(bornIn("01").second != bornIn("02").second);
}

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

void TestPeople::whoIsNotProvenChangesNobody_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isVerified");
    QTest::newRow("somebody who has a name") << "Ada" << true;
    QTest::newRow("somebody who has none") << "" << true;
    QTest::newRow("an address that was only told") << "" << false;
}

/// A mail that only names an address stands where that address's mail does, and says so; the person stays as they are.
void TestPeople::whoIsNotProvenChangesNobody()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isVerified);
    HubUnderTest hub;
    InboundEnvelope first = hub.letter("ada@mail.test");
    first.sender.name = name.toStdString();
    first.sender.verified = isVerified;
    const auto ada = hub.take(first);
    hub.take(chatter(hub, "visitor", "ada@mail.test", false));
    const auto suggestions = hub.number("SELECT count(*) FROM suggestion");
    InboundEnvelope forged = hub.letter("ada@mail.test");
    forged.sender.name = "Mallory";
    forged.sender.verified = false;
    forged.sender.disproved = true;
    forged.details = {{"senderProof", "failed"}};
    const auto outcome = hub.take(forged);
    QVERIFY(outcome.customer == ada.customer && outcome.conversation != ada.conversation);
    const TimelineItem item = hub.item(outcome.item);
    QCOMPARE(item.details.at("senderProof"), std::string("failed"));
    QCOMPARE((*store::customer(*hub.database, ada.customer))->name, name.toStdString());
    const Identity identity = **store::identity(*hub.database, item.identity);
    QCOMPARE(identity.name, name.toStdString());
    QCOMPARE(identity.verified, isVerified); // what was proven once still is
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion"), suggestions);
}

void TestPeople::theSameNumberIsTheSamePerson_data()
{
    QTest::addColumn<int>("known");
    QTest::addColumn<bool>("isKnownVerified");
    QTest::addColumn<int>("next");
    QTest::addColumn<bool>("isNextVerified");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("isSame");
    const auto row = [](const char *name, Channel known, bool isKnownVerified, Channel next, bool isNextVerified,
                        const char *address, bool isSame) {
        QTest::newRow(name) << int(known) << isKnownVerified << int(next) << isNextVerified << QString(address) << isSame;
    };
    row("a call, then a text", Channel::Phone, true, Channel::Sms, true, kNumber, true);
    row("a text, then WhatsApp", Channel::Sms, true, Channel::WhatsApp, true, kNumber, true);
    row("WhatsApp, then a call", Channel::WhatsApp, true, Channel::Phone, true, kNumber, true);
    row("written otherwise", Channel::Sms, true, Channel::WhatsApp, true, "+44 20 7946 0018", true);
    row("the first was not proven", Channel::Sms, false, Channel::WhatsApp, true, kNumber, false);
    row("the second is not proven", Channel::Sms, true, Channel::WhatsApp, false, kNumber, false);
    row("neither is", Channel::Sms, false, Channel::WhatsApp, false, kNumber, false);
    row("another number", Channel::Sms, true, Channel::WhatsApp, true, "+442079460019", false);
    row("the same digits on a channel that has no numbers", Channel::Sms, true, Channel::X, true, kNumber, false);
}

void TestPeople::theSameNumberIsTheSamePerson()
{
    QFETCH(const int, known);
    QFETCH(const bool, isKnownVerified);
    QFETCH(const int, next);
    QFETCH(const bool, isNextVerified);
    QFETCH(const QString, address);
    QFETCH(const bool, isSame);
    HubUnderTest hub;
    const ChannelAccount first = accountOf(hub, Channel(known)), second = accountOf(hub, Channel(next));
    const auto ada = hub.take(textTo(hub, first, isKnownVerified));
    hub.clock.advance(std::chrono::minutes(1));
    for (int i = 0; i < 2; ++i) {
        const auto again = hub.take(textTo(hub, second, isNextVerified, qPrintable(address)));
        QCOMPARE(again.customer == ada.customer, isSame);
    }
    QCOMPARE(hub.number("SELECT count(*) FROM identity"), 2);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
    // What the hub does by itself to somebody who is there is told.
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"), isSame ? 1 : 0);
}

/// A shop's server says of a visitor which number is theirs.
void TestPeople::aNumberThatIsShownIsTheirsElsewhere()
{
    HubUnderTest hub;
    const auto ada = hub.take(textTo(hub, accountOf(hub, Channel::Sms)));
    InboundEnvelope chat = hub.line("visitor");
    chat.sender.evidence.push_back({Channel::Phone, kNumber, false});
    QVERIFY(hub.take(chat).customer != ada.customer); // anybody can type it
    chat = hub.line("another visitor");
    chat.sender.evidence.push_back({Channel::Phone, kNumber, true});
    QVERIFY(hub.take(chat).customer == ada.customer);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
}

void TestPeople::aNumberOfTwoIsNobodys_data()
{
    QTest::addColumn<bool>("areMerged");
    QTest::newRow("two") << false;
    QTest::newRow("two who are one") << true;
}

void TestPeople::aNumberOfTwoIsNobodys()
{
    QFETCH(const bool, areMerged);
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test")), bob = hub.take(hub.letter("bob@mail.test"));
    for (const auto &[customer, channel] :
         {std::pair{ada.customer, Channel::Phone}, std::pair{bob.customer, Channel::Sms}}) {
        Identity identity{.id = hub.ids.make<IdentityId>(), .customer = customer, .channel = channel, .address = kNumber};
        identity.verified = true;
        hub.change([&](ChangeLog &changes) { return changes.put(identity); });
    }
    if (areMerged)
        hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), bob.customer, ada.customer, ""});
    const auto outcome = hub.take(textTo(hub, accountOf(hub, Channel::WhatsApp)));
    QCOMPARE(*tributary::hub::rootOf(*hub.database, outcome.customer) == ada.customer, areMerged);
    QVERIFY(areMerged || outcome.customer != bob.customer);
}

void TestPeople::twoWhoAreThereAreNotMergedByTheirNumber()
{
    HubUnderTest hub;
    const ChannelAccount sms = accountOf(hub, Channel::Sms), whatsApp = accountOf(hub, Channel::WhatsApp);
    const auto ada = hub.take(textTo(hub, sms)), other = hub.take(textTo(hub, whatsApp, false));
    QVERIFY(other.customer != ada.customer);
    QVERIFY(hub.take(textTo(hub, whatsApp)).customer == other.customer); // proven now, and there already
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
}

void TestPeople::aNumberIsWhoseAPersonHasSaid()
{
    HubUnderTest hub;
    const auto ada = hub.take(textTo(hub, accountOf(hub, Channel::Sms)));
    const CustomerId own = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{hub.item(ada.item).identity, own}).kind, Outcome::Kind::Applied);
    QVERIFY(hub.take(textTo(hub, accountOf(hub, Channel::Phone))).customer == own);
    // Moved once more, away from the other address that it has proven: which of them is theirs?
    const CustomerId third = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{hub.item(ada.item).identity, third}).kind, Outcome::Kind::Applied);
    const auto outcome = hub.take(textTo(hub, accountOf(hub, Channel::WhatsApp)));
    QVERIFY(outcome.customer != own && outcome.customer != third);
}

void TestPeople::aBlockedPersonsNumberIsBlockedElsewhere()
{
    HubUnderTest hub;
    const auto ada = hub.take(textTo(hub, accountOf(hub, Channel::Sms)));
    hub.change([&](ChangeLog &changes) {
        Customer customer = **store::customer(*hub.database, ada.customer);
        customer.blocked = true;
        return changes.put(customer);
    });
    const auto outcome = hub.take(textTo(hub, accountOf(hub, Channel::WhatsApp)));
    QVERIFY(outcome.customer == ada.customer);
    QCOMPARE(hub.conversation(outcome.conversation).status, Conversation::Status::Resolved);
}

QTEST_GUILESS_MAIN(TestPeople)
#include "tst_people.moc"
