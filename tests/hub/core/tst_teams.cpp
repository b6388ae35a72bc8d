// What belongs to a team is its members' alone: in the log, in the bootstrap, in older pages, for commands, and in a
// desktop's copy, also while rights and teams change under it.
#include "core/hub/erasure.h"
#include "core/wire/codec.h"
#include "tests/hub/core/random_deeds.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

namespace {

/// Whether a page that has @p rows brings none of them back behind @p removals (Cache::buried()).
bool coverAll(const std::vector<wire::Removal> &removals, const std::vector<Entity> &rows)
{
    const auto covers = [&](const RawId &key, std::int64_t version) {
        const auto removal = std::ranges::find(removals, key, &wire::Removal::key);
        return removal != removals.end() && removal->version >= version;
    };
    return std::ranges::all_of(rows, [&](const Entity &row) {
        const auto *item = std::get_if<TimelineItem>(&row);
        const bool isOfPeople = typeOf(row) == EntityType::ReadMark || typeOf(row) == EntityType::Customer;
        return isOfPeople || covers(keyOf(row), versionOf(row))
               || (item && covers(item->conversation.bytes, versionOf(row)));
    });
}

} // namespace

class TestTeams : public QObject {
    Q_OBJECT
private slots:
    void namesAreUniqueWhateverTheirCase();
    void whoLosesSightIsToldToRemove();
    void whatIsInNoConversationGoesFromAll();
    void rightsThatComeBackHideNoRemoval();
    void whoGainsSightGetsAllOfIt();
    void rightsThatGrowNameWhatToFetch_data();
    void rightsThatGrowNameWhatToFetch();
    void whatWasGivenStaysWhenRightsNarrow();
    void theFirstCopyTellsNothingOfOthers_data();
    void theFirstCopyTellsNothingOfOthers();
    void olderPagesLeaveOutWhatIsNotSeen();
    void commandsDoNotReachWhatIsNotSeen();
    void assigneesMustSee();
    void aTeamThatEndsHandsOver();
    void aLinkTellsItsNumberAlone();
    void accountsGiveTheirTeam();
    void theTeamOfAnAccountIsSetByWhoSeesIt_data();
    void theTeamOfAnAccountIsSetByWhoSeesIt();
    void copiesHoldWhatTheirAgentMaySee_data();
    void copiesHoldWhatTheirAgentMaySee();
};

void TestTeams::namesAreUniqueWhateverTheirCase()
{
    Desk hub;
    ChangeLog changes(*hub.database);
    QVERIFY(addTeam(changes, hub.ids, "CARE").error().kind == Error::Kind::Conflict);
    QVERIFY(addTeam(changes, hub.ids, "").error().kind == Error::Kind::Invalid);
    QVERIFY(addTeam(changes, hub.ids, std::string(101, 'x')).error().kind == Error::Kind::Invalid);
    QVERIFY(renameTeam(changes, "returns", "care").error().kind == Error::Kind::Conflict);
    QVERIFY(renameTeam(changes, "returns", "Returns and refunds"));
    QVERIFY(teamNamed(*hub.database, "nobody's").error().kind == Error::Kind::NotFound);
}

void TestTeams::whoLosesSightIsToldToRemove()
{
    Desk hub;
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    hub.mustApply(MarkRead{first, 1, false});
    const Keys all = hub.allOf(first);
    const std::int64_t before = hub.head();
    hub.move(first, hub.returns.id);
    const auto tom = hub.after(before, hub.tom);
    QVERIFY(tom.rows.empty());
    QVERIFY(Desk::has(Desk::keysOf(tom.removals), all));
    QVERIFY(!Desk::keysOf(tom.removals).contains({EntityType::ReadMark, keyOf(ReadMark{hub.mara.id, first})}));
    const auto ada = hub.after(before, hub.ada);
    QVERIFY(ada.removals.empty());
    QVERIFY(Desk::has(Desk::keysOf(ada.rows), all));
    // There and back while nobody looked: nothing to remove.
    hub.move(first, std::nullopt);
    QVERIFY(hub.after(before, hub.tom).removals.empty());
    QVERIFY(Desk::has(Desk::keysOf(hub.after(before, hub.tom).rows), all));
    // And away again: a page that was read in between is older than the removal.
    const auto inBetween = hub.after(before, hub.tom).rows;
    hub.move(first, hub.returns.id);
    const auto gone = hub.after(before, hub.tom).removals;
    QVERIFY(coverAll(gone, inBetween));
    // Or it is there no more.
    hub.move(first, std::nullopt);
    const auto again = hub.after(before, hub.tom).rows;
    hub.change([&](ChangeLog &changes) { return erase(changes, {hub.conversation(first).customer}, {}); });
    QVERIFY(coverAll(hub.after(before, hub.tom).removals, again));
}

/// What stood in no conversation everybody has, also who sees only what is assigned to them.
void TestTeams::whatIsInNoConversationGoesFromAll()
{
    Desk hub;
    const CustomerId dora = hub.ids.make<CustomerId>();
    hub.mustApply(AddCustomer{dora, "Dora"});
    hub.give(hub.mara, {.permissions = {}, .visibility = Visibility::Assigned, .accounts = {hub.mail.id}}, {hub.care.id});
    const std::int64_t before = hub.head();
    Keys items;
    for (const Entity &row : hub.after(0, hub.mara).rows) {
        const auto *item = std::get_if<TimelineItem>(&row);
        if (item && item->customer == dora)
            items.insert({EntityType::TimelineItem, keyOf(row)});
    }
    QVERIFY(!items.empty());
    hub.change([&](ChangeLog &changes) { return erase(changes, {dora}, {}); });
    QVERIFY(Desk::has(Desk::keysOf(hub.after(before, hub.mara).removals), items));
}

/// Out of sight, then no rights, then the same rights: a frame that ends in between is read by those of none.
void TestTeams::rightsThatComeBackHideNoRemoval()
{
    Desk hub;
    hub.put(hub.tom, {hub.care.id});
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    hub.move(first, hub.care.id);
    const std::int64_t before = hub.head();
    hub.move(first, hub.returns.id);
    hub.put(hub.tom, {});
    Keys removed;
    std::int64_t from = before;
    const auto next = [&] {
        const auto frame =
            HubUnderTest::must(changesAfter(*hub.database, from, hub.tom.id, hub.ids.make<ClientId>(), 1)); // a row each
        from = frame.to;
        removed.merge(Desk::keysOf(frame.removals));
    };
    next();
    QVERIFY(from < hub.head());
    hub.put(hub.tom, {hub.care.id});
    while (from < hub.head())
        next();
    QVERIFY(Desk::has(removed, hub.allOf(first)));
}

void TestTeams::whoGainsSightGetsAllOfIt()
{
    Desk hub;
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    hub.mustApply(MarkRead{first, 1, false});
    hub.move(first, hub.returns.id);
    const std::int64_t before = hub.head();
    hub.move(first, hub.care.id);
    const auto mara = hub.after(before, hub.mara);
    QVERIFY(Desk::has(Desk::keysOf(mara.rows), hub.allOf(first)));
    QVERIFY(Desk::keysOf(mara.rows).contains({EntityType::ReadMark, keyOf(ReadMark{hub.mara.id, first})}));
    const auto tom = hub.after(before, hub.tom);
    QVERIFY(tom.rows.empty() && tom.removals.empty()); // never had it, never hears of it
}

void TestTeams::rightsThatGrowNameWhatToFetch_data()
{
    QTest::addColumn<QByteArray>("teams");
    QTest::addColumn<bool>("admin");
    QTest::addColumn<QByteArray>("gained");
    QTest::newRow("a team") << QByteArray("r") << false << QByteArray("r");
    QTest::newRow("two teams") << QByteArray("cr") << false << QByteArray("cr");
    QTest::newRow("admin") << QByteArray() << true << QByteArray("cr");
    QTest::newRow("nothing") << QByteArray() << false << QByteArray();
}

void TestTeams::rightsThatGrowNameWhatToFetch()
{
    QFETCH(const QByteArray, teams);
    QFETCH(const bool, admin);
    QFETCH(const QByteArray, gained);
    Desk hub;
    std::map<char, ConversationId> of;
    std::map<char, std::optional<TeamId>> team{{'c', hub.care.id}, {'r', hub.returns.id}, {'n', std::nullopt}};
    for (const char one : {'c', 'r', 'n'}) {
        of[one] = hub.take(hub.letter(std::string(1, one) + "@mail.test")).conversation;
        hub.move(of[one], team[one]);
    }
    const std::int64_t before = hub.head();
    std::vector<TeamId> now;
    for (const char one : teams)
        now.push_back(*team[one]);
    hub.put(hub.tom, now, admin ? Agent::Role::Admin : Agent::Role::Agent);
    const auto changes = hub.after(before, hub.tom);
    QCOMPARE(changes.bootstrap.has_value(), !gained.isEmpty());
    QVERIFY(!hub.after(before, hub.mara).bootstrap); // somebody else's
    if (gained.isEmpty())
        return;
    const Keys keys = Desk::keysOf(hub.bootstrap(hub.tom, *changes.bootstrap));
    for (const char one : {'c', 'r'})
        QVERIFY(gained.contains(one) ? Desk::has(keys, hub.allOf(of[one])) : Desk::hasNone(keys, hub.allOf(of[one])));
    if (!admin)
        QVERIFY(Desk::hasNone(keys, hub.allOf(of['n']))); // was there before
}

/// What somebody is given while they see everything, and who then sees only what is theirs: their desktop hears of the
/// rights before it hears of the conversation.
void TestTeams::whatWasGivenStaysWhenRightsNarrow()
{
    Desk hub;
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    Copy copy(hub, hub.mara, hub.folder.filePath("copy"));
    const auto catchUp = [&] {
        for (int i = 0; i < 100 && !copy.isComplete(); ++i) {
            copy.hear(1);
            copy.fetch();
        }
        QVERIFY(copy.isComplete());
    };
    catchUp();
    hub.change([&](ChangeLog &changes) {
        hub.mara.capacity = 7;
        return changes.put(hub.mara);
    });
    hub.assign(first, hub.mara.id);
    hub.give(hub.mara, {.permissions = permissionsOf(Agent::Role::Agent), .visibility = Visibility::Assigned}, {});
    catchUp();
    const Copy::Rows rows = copy.rows();
    for (const auto &key : hub.allOf(first))
        QVERIFY(rows.contains(key));
    QVERIFY(rows == copy.authorised());
}

void TestTeams::theFirstCopyTellsNothingOfOthers_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<bool>("isTold");
    QTest::newRow("an admin") << "admin" << true;
    QTest::newRow("in every team") << "both" << true;
    QTest::newRow("in one of them") << "one" << false;
    QTest::newRow("of one account") << "account" << false;
    QTest::newRow("of their own work") << "own" << false;
}

/// How much there is in all is for who is given all of it.
void TestTeams::theFirstCopyTellsNothingOfOthers()
{
    QFETCH(const QString, who);
    QFETCH(const bool, isTold);
    Desk hub;
    for (int n = 0; n < 5; ++n)
        hub.move(hub.take(hub.letter("a@mail.test")).conversation, hub.returns.id);
    const std::vector<TeamId> both{hub.care.id, hub.returns.id};
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    if (who == "both")
        hub.put(hub.mara, both);
    if (who == "account" || who == "own") {
        if (who == "account")
            role.accounts = {hub.mail.id};
        else
            role.visibility = Visibility::Assigned;
        hub.give(hub.mara, role, both);
    }
    const auto page =
        HubUnderTest::must(bootstrapPage(*hub.database, {}, (who == "admin" ? hub.ada : hub.mara).id, hub.clock.now()));
    QCOMPARE(page.total > 0, isTold);
}

void TestTeams::olderPagesLeaveOutWhatIsNotSeen()
{
    Desk hub;
    std::vector<ConversationId> conversations;
    for (int i = 0; i < 30; ++i) {
        hub.clock.advance(std::chrono::minutes(1));
        conversations.push_back(hub.take(hub.letter("same@mail.test")).conversation);
        if (i % 3 > 0)
            hub.move(conversations.back(), i % 3 == 1 ? hub.care.id : hub.returns.id);
    }
    const auto customer = hub.conversation(conversations.front()).customer;
    const auto seen = [&](const Agent &agent) {
        Keys keys;
        wire::Fetch fetch{.customer = customer, .beforeAt = TimePoint::max(), .count = 4};
        for (bool complete = false; !complete;) {
            const auto page = HubUnderTest::must(olderPage(*hub.database, fetch, agent.id));
            for (const Entity &row : page.rows) {
                keys.insert({typeOf(row), keyOf(row)});
                fetch.beforeAt = std::get<TimelineItem>(row).at;
                fetch.beforeId = std::get<TimelineItem>(row).id;
            }
            complete = page.complete;
        }
        return keys;
    };
    for (const Agent &agent : {hub.mara, hub.tom, hub.ada}) {
        const Keys keys = seen(agent);
        for (const ConversationId &id : conversations) {
            Keys items = hub.allOf(id);
            items.erase({EntityType::Conversation, id.bytes});
            QVERIFY(sees(agent, hub.conversation(id)) ? Desk::has(keys, items) : Desk::hasNone(keys, items));
        }
    }
}

void TestTeams::commandsDoNotReachWhatIsNotSeen()
{
    using Kind = Outcome::Kind;
    using Reason = Outcome::Reason;
    Desk hub;
    const auto hidden = hub.take(hub.letter("a@mail.test")).conversation;
    const auto reply = hub.reply(hub.conversation(hidden), "Hello");
    QCOMPARE(hub.mustApply(reply).kind, Kind::Applied);
    hub.move(hidden, hub.returns.id);
    const auto events = hub.number("SELECT count(*) FROM log WHERE entity_type >= 0");
    const std::vector<CommandBody> bodies{hub.reply(hub.conversation(hidden), "Again"),
                                          RetryMessage{reply.item},
                                          AddNote{hub.ids.make<TimelineItemId>(), hidden, "note", {}},
                                          SetStatus{hidden, Conversation::Status::Resolved},
                                          Snooze{hidden, std::nullopt},
                                          Assign{hidden, hub.mara.id, false},
                                          SetTags{hidden, {"vip"}, {}},
                                          SetPriority{hidden, Conversation::Priority::High},
                                          SetSubject{hidden, "mine"},
                                          SetTeam{hidden, hub.care.id},
                                          MarkRead{hidden, 1, false}};
    for (const CommandBody &body : bodies) {
        const Outcome outcome = hub.mustApply(body);
        QCOMPARE(outcome.kind, Kind::Refused);
        QCOMPARE(outcome.reason, Reason::NotFound); // as if it did not exist
    }
    QCOMPARE(hub.number("SELECT count(*) FROM log WHERE entity_type >= 0"), events);
}

void TestTeams::assigneesMustSee()
{
    using Kind = Outcome::Kind;
    Desk hub;
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    hub.move(first, hub.care.id);
    const Outcome refused = hub.mustApply(Assign{first, hub.tom.id, false});
    QCOMPARE(refused.kind, Kind::Refused);
    QCOMPARE(refused.reason, Outcome::Reason::NotAllowed);
    QCOMPARE(hub.mustApply(Assign{first, hub.mara.id, false}).kind, Kind::Applied);
    // Who has it and sees it no more gives it back: by its move ...
    QCOMPARE(hub.mustApply(SetTeam{first, hub.returns.id}).kind, Kind::Applied);
    QVERIFY(!hub.conversation(first).assignee);
    // ... and by their own.
    hub.move(first, hub.care.id);
    QCOMPARE(hub.mustApply(Assign{first, hub.mara.id, false}).kind, Kind::Applied);
    hub.put(hub.mara, {});
    QVERIFY(!hub.conversation(first).assignee);
}

void TestTeams::aTeamThatEndsHandsOver()
{
    Desk hub;
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    hub.move(first, hub.care.id);
    hub.change([&](ChangeLog &changes) { return setTeamOfAccount(changes, hub.mail.id, hub.care.id); });
    const std::int64_t before = hub.head();
    hub.change([&](ChangeLog &changes) -> Result<void> {
        const auto itself = removeTeam(changes, hub.ids, "Care", "care", hub.clock.now());
        if (itself || itself.error().kind != Error::Kind::Invalid)
            return failure(Error::Kind::Failed, "into itself");
        return {};
    });
    hub.change([&](ChangeLog &changes) { return removeTeam(changes, hub.ids, "care", "Returns", hub.clock.now()); });
    QCOMPARE(hub.conversation(first).team, std::optional(hub.returns.id));
    QVERIFY(HubUnderTest::must(store::agent(*hub.database, hub.mara.id))->teams.empty());
    QCOMPARE(HubUnderTest::must(teamOfAccount(*hub.database, hub.mail.id)), std::optional(hub.returns.id));
    const Keys removed = Desk::keysOf(hub.after(before, hub.tom).removals);
    QVERIFY(removed.contains({EntityType::Team, hub.care.id.bytes}));
    QVERIFY(Desk::has(Desk::keysOf(hub.after(before, hub.mara).removals), {{EntityType::Team, hub.care.id.bytes}}));
}

/// What is linked with something that is out of sight names it by its number and its id, and nothing else of it is known.
void TestTeams::aLinkTellsItsNumberAlone()
{
    Desk hub;
    const auto near = hub.take(hub.letter("a@mail.test")).conversation;
    const auto linked = hub.take(hub.letter("secret@mail.test")).conversation;
    const auto joined = hub.take(hub.letter("a@mail.test")).conversation;
    const auto into = hub.take(hub.letter("a@mail.test")).conversation;
    QVERIFY(near != joined && joined != into);
    QCOMPARE(hub.mustApply(RelateConversations{near, linked, true}).kind, Outcome::Kind::Applied);
    QCOMPARE(hub.mustApply(JoinConversation{joined, into}).kind, Outcome::Kind::Applied);
    for (const ConversationId &id : {linked, into}) {
        hub.mustApply(SetSubject{id, "A secret subject"});
        hub.mustApply(AddNote{hub.ids.make<TimelineItemId>(), id, "A secret note", {}});
        hub.move(id, hub.returns.id);
    }
    const std::int64_t before = hub.head();
    hub.mustApply(SetPriority{near, Conversation::Priority::High});
    std::vector<Entity> told = hub.bootstrap(hub.tom);
    const auto later = hub.after(before, hub.tom);
    QVERIFY(later.removals.empty());
    told.insert(told.end(), later.rows.begin(), later.rows.end());
    QVERIFY(Desk::hasNone(Desk::keysOf(told), hub.allOf(linked)));
    int links = 0;
    for (Entity &row : told) {
        if (auto *one = std::get_if<Conversation>(&row); one && (one->id == near || one->id == joined)) {
            ++links;
            std::erase(one->related, linked);
            if (one->joinedInto == into)
                one->joinedInto.reset();
        }
        const Bytes bytes = wire::encode(wire::toValue(row));
        for (const ConversationId &id : {linked, into})
            QVERIFY(std::ranges::search(bytes, id.view()).empty());
        QVERIFY(textOf(bytes).find("secret") == std::string_view::npos || std::holds_alternative<Customer>(row)
                || std::holds_alternative<Identity>(row)); // people are a directory that all share
        const auto *item = std::get_if<TimelineItem>(&row);
        const auto event = item ? item->details.find("event") : decltype(item->details.begin())();
        if (item && event != item->details.end() && (event->second == "related" || event->second == "joined")) {
            for (const auto &[name, value] : item->details)
                QVERIFY2(name == "event" || name == "number" || name == "from", name.c_str());
        }
    }
    QVERIFY(links >= 2);
}

void TestTeams::accountsGiveTheirTeam()
{
    Desk hub;
    hub.change([&](ChangeLog &changes) { return setTeamOfAccount(changes, hub.mail.id, hub.returns.id); });
    QCOMPARE(hub.conversation(hub.take(hub.letter("a@mail.test")).conversation).team, std::optional(hub.returns.id));
    QVERIFY(!hub.conversation(hub.take(hub.line("v1")).conversation).team);
    hub.change([&](ChangeLog &changes) { return setTeamOfAccount(changes, hub.mail.id, std::nullopt); });
    QVERIFY(!hub.conversation(hub.take(hub.letter("b@mail.test")).conversation).team);
}

void TestTeams::theTeamOfAnAccountIsSetByWhoSeesIt_data()
{
    QTest::addColumn<QString>("before"); // of the account; it is given to Returns
    QTest::addColumn<int>("role");
    QTest::addColumn<bool>("known");
    QTest::addColumn<int>("reason");
    using Reason = Outcome::Reason;
    QTest::newRow("an admin") << "care" << int(Agent::Role::Admin) << true << int(Reason::None);
    QTest::newRow("nobody's before") << "" << int(Agent::Role::Admin) << true << int(Reason::None);
    QTest::newRow("as it is") << "returns" << int(Agent::Role::Admin) << true << int(Reason::None);
    QTest::newRow("a lead") << "care" << int(Agent::Role::Lead) << true << int(Reason::NotAllowed);
    QTest::newRow("no such team") << "care" << int(Agent::Role::Admin) << false << int(Reason::NotFound);
    QTest::newRow("one of another team") << "other" << -1 << true << int(Reason::NotAllowed);
}

/// What comes in next goes there; who does not see the team that has it does not take it from them. It is in the audit log.
void TestTeams::theTeamOfAnAccountIsSetByWhoSeesIt()
{
    QFETCH(const QString, before);
    QFETCH(const int, role);
    QFETCH(const bool, known);
    QFETCH(const int, reason);
    Desk hub;
    std::optional<TeamId> was;
    if (before == "other")
        was = hub.returns.id;
    else if (!before.isEmpty())
        was = before == "care" ? hub.care.id : hub.returns.id;
    hub.change([&](ChangeLog &changes) { return setTeamOfAccount(changes, hub.mail.id, was); });
    if (role < 0)
        hub.give(hub.mara, Role{.permissions = permissionsOf(Agent::Role::Admin)}, {hub.care.id});
    else
        hub.put(hub.mara, {hub.care.id}, Agent::Role(role));
    const auto audited = hub.number("SELECT count(*) FROM audit WHERE kind = 'account-changed'");
    const TeamId wanted = !known ? hub.ids.make<TeamId>() : before == "other" ? hub.care.id : hub.returns.id;
    const Outcome outcome = hub.mustApply(SetAccountTeam{hub.mail.id, wanted});
    QCOMPARE(int(outcome.reason), reason);
    const bool changes = outcome.kind == Outcome::Kind::Applied;
    QCOMPARE(changes, outcome.reason == Outcome::Reason::None && was != wanted);
    QCOMPARE(hub.conversation(hub.take(hub.letter("a@mail.test")).conversation).team, changes ? wanted : was);
    QCOMPARE(hub.number("SELECT count(*) FROM audit WHERE kind = 'account-changed'"), audited + (changes ? 1 : 0));
}

void TestTeams::copiesHoldWhatTheirAgentMaySee_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 20; ++seed)
        QTest::newRow(qPrintable(QString::number(seed))) << seed;
}

void TestTeams::copiesHoldWhatTheirAgentMaySee()
{
    QFETCH(const quint64, seed);
    SeededRng rng(seed);
    Desk hub;
    RandomDeeds deeds(hub, rng, {&hub.mara, &hub.tom, &hub.ada});
    std::vector<std::unique_ptr<Copy>> copies;
    for (const Agent &agent : {hub.mara, hub.tom, hub.ada})
        copies.push_back(std::make_unique<Copy>(hub, agent, hub.folder.filePath(QString::fromStdString(agent.name))));
    for (int step = 0; step < 300; ++step) {
        hub.clock.advance(std::chrono::seconds(7));
        deeds.act();
        for (const auto &copy : copies) {
            if (rng.below(3) == 0)
                copy->hear(rng.below(2) == 0 ? 1 : 4000);
            if (rng.below(2) == 0)
                copy->fetch();
            QVERIFY(!copy->leaks());
        }
    }
    for (const auto &copy : copies) {
        QVERIFY(copy->catchUp());
        QVERIFY(!copy->leaks());
        const Copy::Rows here = copy->rows(), there = copy->authorised();
        for (const auto &[key, row] : there)
            QVERIFY2(here.contains(key) && here.at(key) == row,
                     qPrintable(QString::fromStdString((here.contains(key) ? "otherwise: " : "missing: ")
                                                       + std::string(nameOf(key.first)) + " " + toHex(key.second))));
        for (const auto &[key, row] : here)
            QVERIFY2(there.contains(key), qPrintable(QString::fromStdString("too much: " + std::string(nameOf(key.first))
                                                                            + " " + toHex(key.second))));
    }
}

QTEST_APPLESS_MAIN(TestTeams)
#include "tst_teams.moc"
