// What a desktop shows before the hub has answered is what the hub then does: its echo changes nothing that the eye can see.
#include "tests/hub/core/desk_under_test.h"

#include "core/store/overlay.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;

namespace {

/// Two people by chat, one of whom has written twice; a role, a team, and a view that it shares.
struct Shop : Desk {
    ConversationId adas, bobs;
    CustomerId ada;
    IdentityId adaChat;
    Role helper;
    SavedView mine;

    Shop()
    {
        const auto first = take(line("ada"));
        adas = first.conversation;
        ada = first.customer;
        adaChat = conversation(adas).identity;
        clock.advance(std::chrono::seconds(10));
        auto more = line("ada");
        more.text = "One thing more";
        take(more);
        bobs = take(line("bob")).conversation;
        put(ada_, {care.id}, Agent::Role::Admin);
        helper = {.id = ids.make<RoleId>(), .name = "Helper", .permissions = {"reply"}};
        change([&](ChangeLog &changes) { return saveRole(changes, ids, helper, clock.now()); });
        tom.customRole = helper.id;
        tom.teams = {care.id};
        tom = change([&](ChangeLog &changes) { return setRights(changes, ids, tom, clock.now()); });
        move(adas, care.id);
        assign(adas, tom.id);
        mine = {.id = ids.make<SavedViewId>(), .name = "Mine", .owner = ada_.id};
        mine.sharing = SavedView::Sharing::Team;
        mine.team = care.id;
        change([&](ChangeLog &changes) { return changes.put(mine); });
    }
    Agent &ada_ = Desk::ada;
    /// A person who is moved, with what was asked of somebody else on the side.
    MoveIdentity withASide()
    {
        const StartConversation side{.conversation = ids.make<ConversationId>(),
                                     .account = mail.id,
                                     .address = "courier@parcels.test",
                                     .parent = adas};
        must(apply(command(side), ada_));
        must(apply(command(reply(conversation(side.conversation), "Where is it?")), ada_));
        return {adaChat, conversation(bobs).customer};
    }
    /// From an account that goes to a team.
    StartConversation beginInATeam()
    {
        const ChannelAccountId account = conversation(adas).account;
        change([&](ChangeLog &changes) { return setTeamOfAccount(changes, account, care.id); });
        return {.conversation = ids.make<ConversationId>(), .account = account, .identity = adaChat, .customer = ada};
    }
    std::vector<TimelineItemId> linesOf(ConversationId id)
    {
        std::vector<TimelineItemId> found;
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = :id AND kind = 'inbound' "
                                         "ORDER BY at_ms, id");
        query.bind("id", id);
        while (must(query.step()))
            found.push_back(query.id<TimelineItemId>(0));
        return found;
    }
};

/// All that is looked at: versions and numbers are the hub's, and its events make a conversation newer.
Entity seenOf(Entity entity)
{
    setVersion(entity, 0);
    if (auto *one = std::get_if<Conversation>(&entity))
        one->number = 0;
    return entity;
}

} // namespace

class TestOverlay : public QObject {
    Q_OBJECT
private slots:
    void theEchoChangesNothing_data();
    void theEchoChangesNothing();
    void whatTheHubWillNotTakeIsNotShown();
};

void TestOverlay::theEchoChangesNothing_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("atLeast"); ///< So many rows are shown.
    QTest::addColumn<int>("gone");
    QTest::newRow("a split") << "split" << 3 << 0;
    QTest::newRow("all of it moves") << "move all" << 4 << 0;
    QTest::newRow("an identity becomes a person of its own") << "new person" << 4 << 0;
    QTest::newRow("an identity goes to somebody") << "to bob" << 3 << 0;
    QTest::newRow("an identity with a side conversation") << "side" << 7 << 0;
    QTest::newRow("a conversation is begun") << "begin" << 1 << 0;
    QTest::newRow("a view is removed") << "view" << 0 << 1;
    QTest::newRow("a role is removed") << "role" << 1 << 1;
    QTest::newRow("a team is removed") << "team" << 4 << 1;
    QTest::newRow("a team hands over") << "team into" << 4 << 1;
}

void TestOverlay::theEchoChangesNothing()
{
    QFETCH(const QString, what);
    QFETCH(const int, atLeast);
    QFETCH(const int, gone);
    Shop shop;
    const auto lines = shop.linesOf(shop.adas);
    const auto fresh = shop.ids.make<ConversationId>();
    CommandBody body;
    if (what == "split")
        body = MoveItems{shop.adas, fresh, {lines.back()}, "The lid"};
    else if (what == "move all")
        body = MoveItems{shop.adas, fresh, lines, "All of it"};
    else if (what == "new person")
        body = MoveIdentity{shop.adaChat, shop.ids.make<CustomerId>()};
    else if (what == "side")
        body = shop.withASide();
    else if (what == "to bob")
        body = MoveIdentity{shop.adaChat, shop.conversation(shop.bobs).customer};
    else if (what == "begin")
        body = shop.beginInATeam();
    else if (what == "view")
        body = RemoveView{shop.mine.id};
    else if (what == "role")
        body = RemoveRole{shop.helper.id};
    else if (what == "team")
        body = RemoveTeam{shop.care.id, std::nullopt};
    else
        body = RemoveTeam{shop.care.id, shop.returns.id};
    const Command command = shop.command(body);
    const Agent by = *shop.must(store::agent(*shop.database, shop.ada_.id));
    const auto shown = shop.must(store::effectsOf(*shop.database, command, by));
    const auto removed = shop.must(store::removedBy(*shop.database, command));
    QCOMPARE(lines.size(), std::size_t(2));
    QVERIFY(int(shown.size()) >= atLeast);
    QCOMPARE(int(removed.size()), gone);
    QCOMPARE(shop.must(shop.apply(command, by)).kind, Kind::Applied);
    for (const Entity &entity : shown) {
        const auto *mark = std::get_if<ReadMark>(&entity);
        const auto after =
            mark ? std::optional<Entity>(shop.must(store::readMark(*shop.database, mark->agent, mark->conversation)))
                 : shop.must(store::find(*shop.database, typeOf(entity), keyOf(entity)));
        QVERIFY(after);
        if (seenOf(*after) != seenOf(entity))
            QFAIL(std::string(nameOf(typeOf(entity))).c_str());
    }
    for (const Entity &entity : removed)
        QVERIFY(!shop.must(store::find(*shop.database, typeOf(entity), keyOf(entity))));
}

/// Else it would be seen to move and come back.
void TestOverlay::whatTheHubWillNotTakeIsNotShown()
{
    Shop shop;
    const SendMessage answer = shop.reply(shop.conversation(shop.adas), "Hello");
    QCOMPARE(shop.must(shop.apply(shop.command(answer), shop.ada_)).kind, Kind::Applied);
    for (const CommandBody &body : {CommandBody(MoveItems{shop.adas, shop.ids.make<ConversationId>(), {answer.item}, ""}),
                                    CommandBody(MoveItems{shop.adas, shop.bobs, {shop.ids.make<TimelineItemId>()}, ""}),
                                    CommandBody(MoveIdentity{shop.ids.make<IdentityId>(), shop.ada}),
                                    CommandBody(RemoveTeam{shop.care.id, shop.care.id})}) {
        const Command command = shop.command(body);
        QVERIFY(shop.must(store::effectsOf(*shop.database, command, shop.ada_)).empty());
        QVERIFY(shop.must(store::removedBy(*shop.database, command)).empty());
        QVERIFY(shop.must(shop.apply(command, shop.ada_)).kind != Kind::Applied);
    }
}

QTEST_GUILESS_MAIN(TestOverlay)
#include "tst_overlay.moc"
