// Rights in the daily work (C40): no command does by the way what another one needs a right for.
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

class TestRightsAtWork : public QObject {
    Q_OBJECT
private slots:
    void workIsGivenToWhoSeesOnlyTheirOwn();
    void workIsTakenFromColleaguesByWhoMayAssign_data();
    void workIsTakenFromColleaguesByWhoMayAssign();
    void whoAnswersTakesItIfTheyMay_data();
    void whoAnswersTakesItIfTheyMay();
    void whoServesSomeAccountsWritesFromThose_data();
    void whoServesSomeAccountsWritesFromThose();
    void whoSplitsOffStillSeesIt_data();
    void whoSplitsOffStillSeesIt();
    void anAddressIsAddedToSomebodyByWhoMayEditThem_data();
    void anAddressIsAddedToSomebodyByWhoMayEditThem();
    void anUndoTellsNothingOfConfidentialFields_data();
    void anUndoTellsNothingOfConfidentialFields();
    void colleaguesMessagesAreTakenBackByWhoMayReply();
};

void TestRightsAtWork::workIsGivenToWhoSeesOnlyTheirOwn()
{
    Desk hub;
    hub.give(hub.tom, {.permissions = permissionsOf(Agent::Role::Agent), .visibility = Visibility::Assigned}, {hub.care.id});
    const auto ours = hub.take(hub.letter("a@mail.test")).conversation;
    hub.move(ours, hub.care.id);
    QCOMPARE(hub.mustApply(Assign{ours, hub.tom.id, false}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(ours).assignee, std::optional(hub.tom.id));
    const auto theirs = hub.take(hub.letter("b@mail.test")).conversation;
    hub.move(theirs, hub.returns.id); // which he is not in
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(Assign{theirs, hub.tom.id, false}), hub.ada)).reason,
             Reason::NotAllowed);
}

void TestRightsAtWork::workIsTakenFromColleaguesByWhoMayAssign_data()
{
    QTest::addColumn<QString>("holder");
    QTest::addColumn<bool>("assignsOthers");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("nobody's") << "" << false << true;
    QTest::newRow("one's own") << "mara" << false << true;
    QTest::newRow("a colleague's") << "tom" << false << false;
    QTest::newRow("a colleague's, by who assigns") << "tom" << true << true;
    QTest::newRow("of a colleague who is gone") << "gone" << false << true;
}

/// To take work is not to take it away: neither to oneself, nor back to the queue.
void TestRightsAtWork::workIsTakenFromColleaguesByWhoMayAssign()
{
    QFETCH(const QString, holder);
    QFETCH(const bool, assignsOthers);
    QFETCH(const bool, allowed);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    if (!assignsOthers)
        std::erase(role.permissions, "assign-others");
    hub.give(hub.mara, role, {hub.care.id});
    if (holder == "gone")
        hub.change([&](ChangeLog &changes) {
            return setActive(changes, hub.ids, hub.tom, false, std::nullopt, std::nullopt, hub.clock.now());
        });
    for (const std::optional<AgentId> &to : {std::optional(hub.mara.id), std::optional<AgentId>()}) {
        const auto taken = hub.take(hub.letter("a@mail.test")).conversation;
        const auto has = holder.isEmpty()   ? std::optional<AgentId>()
                         : holder == "mara" ? std::optional(hub.mara.id)
                                            : std::optional(hub.tom.id);
        hub.assign(taken, has);
        const Outcome outcome = hub.mustApply(Assign{taken, to, false});
        QCOMPARE(outcome.reason, allowed ? Reason::None : Reason::NotAllowed);
        QCOMPARE(hub.conversation(taken).assignee, allowed ? to : has);
    }
}

void TestRightsAtWork::whoAnswersTakesItIfTheyMay_data()
{
    QTest::addColumn<bool>("takesWork");
    QTest::newRow("who takes work") << true;
    QTest::newRow("who does not") << false;
}

/// The answer is taken either way, and what the hub makes of it is what the author's desktop has shown.
void TestRightsAtWork::whoAnswersTakesItIfTheyMay()
{
    QFETCH(const bool, takesWork);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    if (!takesWork)
        std::erase(role.permissions, "take-work");
    hub.give(hub.mara, role, {hub.care.id});
    const Conversation before = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const SendMessage reply = hub.reply(before, "Hello");
    Conversation shown = before;
    applyTo(shown, reply, hub.mara, hub.clock.now());
    QCOMPARE(hub.mustApply(reply).kind, Kind::Applied);
    const Conversation after = hub.conversation(before.id);
    QCOMPARE(after.assignee, takesWork ? std::optional(hub.mara.id) : std::nullopt);
    QCOMPARE(shown.assignee, after.assignee);
    QCOMPARE(shown.status, after.status);
}

void TestRightsAtWork::whoServesSomeAccountsWritesFromThose_data()
{
    QTest::addColumn<bool>("limited");
    QTest::addColumn<QString>("of");
    QTest::addColumn<QString>("from");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("theirs") << true << "served"
                            << "served" << true;
    QTest::newRow("another") << true << "served"
                             << "other" << false;
    QTest::newRow("another, by who serves all") << false << "served"
                                                << "other" << true;
}

void TestRightsAtWork::whoServesSomeAccountsWritesFromThose()
{
    QFETCH(const bool, limited);
    QFETCH(const QString, of);
    QFETCH(const QString, from);
    QFETCH(const bool, allowed);
    Desk hub;
    ChannelAccount other{.id = hub.ids.make<ChannelAccountId>(), .channel = Channel::Email, .address = "board@shop.test"};
    hub.change([&](ChangeLog &changes) { return changes.put(other); });
    Role role{.permissions = permissionsOf(Agent::Role::Agent), .visibility = Visibility::Everything};
    if (limited)
        role.accounts = {hub.mail.id};
    hub.give(hub.mara, role, {});
    auto letter = hub.letter("a@mail.test");
    letter.account = of == "other" ? other.id : hub.mail.id;
    SendMessage reply = hub.reply(hub.conversation(hub.take(letter).conversation), "Hello");
    reply.from = from == "other" ? other.id : hub.mail.id;
    const Outcome outcome = hub.mustApply(reply);
    QCOMPARE(outcome.reason, allowed ? Reason::None : Reason::NotAllowed);
    QCOMPARE(HubUnderTest::must(store::timelineItem(*hub.database, reply.item)).has_value(), allowed);
}

void TestRightsAtWork::whoSplitsOffStillSeesIt_data()
{
    QTest::addColumn<bool>("limited");
    QTest::addColumn<bool>("cameByAnother");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("by the account that they serve") << true << false << true;
    QTest::newRow("by another") << true << true << false;
    QTest::newRow("by another, of who serves all") << false << true << true;
}

/// What is split off is of the account that it came by, which need not be that of the rest.
void TestRightsAtWork::whoSplitsOffStillSeesIt()
{
    QFETCH(const bool, limited);
    QFETCH(const bool, cameByAnother);
    QFETCH(const bool, allowed);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    if (limited)
        role.accounts = {hub.mail.id};
    hub.give(hub.mara, role, {hub.care.id});
    const auto letter = hub.take(hub.letter("a@mail.test")), chat = hub.take(hub.line("a"));
    for (const CommandBody &body : std::vector<CommandBody>{
             LinkCustomers{hub.ids.make<CustomerLinkId>(), chat.customer, letter.customer, "one person"},
             JoinConversation{chat.conversation, letter.conversation}})
        QCOMPARE(HubUnderTest::must(hub.apply(hub.command(body), hub.ada)).kind, Kind::Applied);
    const auto line = hub.take(hub.line("a"));
    QCOMPARE(line.conversation, letter.conversation);
    const Conversation before = hub.conversation(letter.conversation);
    const auto fresh = hub.ids.make<ConversationId>();
    const TimelineItemId split = cameByAnother ? line.item : letter.item;
    const Outcome outcome = hub.mustApply(MoveItems{letter.conversation, fresh, {split}, "Apart"});
    QCOMPARE(outcome.reason, allowed ? Reason::None : Reason::NotAllowed);
    QCOMPARE(HubUnderTest::must(store::conversation(*hub.database, fresh)).has_value(), allowed);
    QCOMPARE(hub.item(split).conversation, allowed ? fresh : letter.conversation);
    QCOMPARE(hub.conversation(letter.conversation) == before, !allowed);
}

void TestRightsAtWork::anAddressIsAddedToSomebodyByWhoMayEditThem_data()
{
    QTest::addColumn<bool>("edits");
    QTest::addColumn<QString>("whom");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("somebody, another address") << false << "known"
                                               << "new@mail.test" << false;
    QTest::newRow("somebody, another address, by who edits") << true << "known"
                                                             << "new@mail.test" << true;
    QTest::newRow("somebody, their own") << false << "known"
                                         << "a@mail.test" << true;
    QTest::newRow("a stranger") << false << "stranger"
                                << "new@mail.test" << true;
}

/// To write to somebody first adds no address to them by the way.
void TestRightsAtWork::anAddressIsAddedToSomebodyByWhoMayEditThem()
{
    QFETCH(const bool, edits);
    QFETCH(const QString, whom);
    QFETCH(const QString, address);
    QFETCH(const bool, allowed);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    if (!edits)
        std::erase(role.permissions, "edit-customers");
    hub.give(hub.mara, role, {hub.care.id});
    const CustomerId known = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation).customer;
    StartConversation start{.conversation = hub.ids.make<ConversationId>(), .account = hub.mail.id};
    start.identity = hub.ids.make<IdentityId>();
    start.customer = whom == "known" ? known : hub.ids.make<CustomerId>();
    start.address = address.toStdString();
    const Outcome outcome = hub.mustApply(start);
    QCOMPARE(outcome.reason, allowed ? Reason::None : Reason::NotAllowed);
    QCOMPARE(hub.number("SELECT count(*) FROM identity"), allowed && address != "a@mail.test" ? 2 : 1);
}

void TestRightsAtWork::anUndoTellsNothingOfConfidentialFields_data()
{
    QTest::addColumn<QString>("guess");
    QTest::newRow("right") << "4711";
    QTest::newRow("wrong") << "4712";
}

/// Who may not see a field learns nothing of it by claiming to have set it.
void TestRightsAtWork::anUndoTellsNothingOfConfidentialFields()
{
    QFETCH(const QString, guess);
    Desk hub;
    const auto taken = hub.take(hub.letter("a@mail.test")).conversation;
    const std::string key = "confidential.contract";
    const auto admin = [&](CommandBody body) {
        return HubUnderTest::must(hub.apply(hub.command(std::move(body)), hub.ada));
    };
    QCOMPARE(admin(SaveFieldDefinition{{.id = hub.ids.make<FieldDefinitionId>(), .key = key, .name = "Contract"}}).kind,
             Kind::Applied);
    QCOMPARE(admin(SetField{taken, key, "4711"}).kind, Kind::Applied);
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    std::erase(role.permissions, "see-confidential-fields");
    hub.give(hub.mara, role, {hub.care.id});
    for (const std::string &back : {guess.toStdString(), std::string("0")}) {
        Command undo = hub.command(SetField{taken, key, back});
        undo.undoes = SetField{taken, key, guess.toStdString()};
        const Outcome outcome = HubUnderTest::must(hub.apply(undo, hub.mara));
        QCOMPARE(outcome.kind, Kind::Refused);
        QCOMPARE(outcome.reason, Reason::NotAllowed); // whatever it holds
    }
}

void TestRightsAtWork::colleaguesMessagesAreTakenBackByWhoMayReply()
{
    Desk hub;
    const Conversation letter = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const SendMessage theirs = hub.reply(letter, "Hello"), own = hub.reply(letter, "And");
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(theirs), hub.tom)).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(own).kind, Kind::Applied);
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    std::erase(role.permissions, "reply");
    hub.give(hub.mara, role, {});
    QCOMPARE(hub.mustApply(CancelMessage{theirs.item}).reason, Reason::NotAllowed);
    QVERIFY(!hub.item(theirs.item).deleted);
    QVERIFY(HubUnderTest::must(isQueued(*hub.database, theirs.item)));
    QCOMPARE(hub.mustApply(CancelMessage{own.item}).kind, Kind::Applied); // one's own, whatever one may by now
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(CancelMessage{theirs.item}), hub.ada)).kind, Kind::Applied);
}

QTEST_APPLESS_MAIN(TestRightsAtWork)
#include "tst_rights_at_work.moc"
