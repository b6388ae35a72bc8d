// Who changes roles, teams and colleagues (C40): nobody gives more than they have, takes sight from who sees more, or leaves
// the hub without an admin.
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

Q_DECLARE_METATYPE(tributary::model::CommandBody)

class TestGivingRights : public QObject {
    Q_OBJECT
private slots:
    void nobodyGivesMoreThanTheyHave_data();
    void nobodyGivesMoreThanTheyHave();
    void nobodyShowsMoreThanTheySee_data();
    void nobodyShowsMoreThanTheySee();
    void nobodyTakesSightFromWhoSeesMore_data();
    void nobodyTakesSightFromWhoSeesMore();
    void aRoleThatEndsGivesNothingMore_data();
    void aRoleThatEndsGivesNothingMore();
    void nobodyOpensATeamThatTheyDoNotSee_data();
    void nobodyOpensATeamThatTheyDoNotSee();
    void aRoleShowsNoTeamThatItsAuthorDoesNotSee();
    void aTeamThatIsNotSeenIsNotEnded();
    void whatOthersHaveChangedStays_data();
    void whatOthersHaveChangedStays();
    void whatOthersHaveSavedStays_data();
    void whatOthersHaveSavedStays();
    void anAdminIsAlwaysLeft();
    void rolesChangeWithTheirAgents();
    void deactivatedAgentsHandOver();
};

void TestGivingRights::nobodyGivesMoreThanTheyHave_data()
{
    QTest::addColumn<CommandBody>("body");
    const AgentId tom; // filled in by the test: it is the same for all
    Role all{.id = RoleId(RawId{std::byte(1)}), .name = "All", .permissions = permissionsOf(Agent::Role::Admin)};
    QTest::newRow("a role with more") << CommandBody(SaveRole{all});
    QTest::newRow("made admin") << CommandBody(SetAgent{.agent = tom, .role = Agent::Role::Admin});
    for (const Agent::Role plain : {Agent::Role::Admin, Agent::Role::Lead}) // what is left when the role above it ends
        QTest::addRow("made %s below a role", nameOf(plain).data())
            << CommandBody(SetAgent{.agent = tom, .role = plain, .customRole = all.id});
    QTest::newRow("an admin shut out") << CommandBody(SetAgentActive{tom, false, std::nullopt});
}

void TestGivingRights::nobodyGivesMoreThanTheyHave()
{
    QFETCH(CommandBody, body);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    for (const char *more : {"manage-agents", "manage-roles"})
        role.permissions.push_back(more);
    hub.give(hub.mara, role, {hub.care.id});
    if (auto *set = std::get_if<SetAgent>(&body)) {
        set->agent = hub.tom.id;
        if (set->customRole) // her own, which gives no more than she has
            set->customRole = hub.mara.customRole;
    }
    if (auto *set = std::get_if<SetAgentActive>(&body))
        set->agent = hub.ada.id;
    const Outcome outcome = hub.mustApply(body);
    QCOMPARE(outcome.kind, Kind::Refused);
    QCOMPARE(outcome.reason, Reason::NotAllowed);
    // Within what they have they do as they like.
    QCOMPARE(hub.mustApply(SetAgent{.agent = hub.tom.id, .teams = {hub.care.id}, .capacity = 3}).kind, Kind::Applied);
    Role less{.id = hub.ids.make<RoleId>(), .name = "Less", .permissions = {"reply"}};
    QCOMPARE(hub.mustApply(SaveRole{less}).kind, Kind::Applied);
}

void TestGivingRights::nobodyShowsMoreThanTheySee_data()
{
    QTest::addColumn<int>("visibility");
    QTest::addColumn<bool>("everyAccount");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("as much") << int(Visibility::Assigned) << false << true;
    QTest::newRow("their teams") << int(Visibility::Teams) << false << false;
    QTest::newRow("everything") << int(Visibility::Everything) << false << false;
    QTest::newRow("every account") << int(Visibility::Assigned) << true << false;
}

/// Who may change roles, and sees little, does not widen their own.
void TestGivingRights::nobodyShowsMoreThanTheySee()
{
    QFETCH(const int, visibility);
    QFETCH(const bool, everyAccount);
    QFETCH(const bool, allowed);
    Desk hub;
    Role own{
        .permissions = permissionsOf(Agent::Role::Admin), .visibility = Visibility::Assigned, .accounts = {hub.mail.id}};
    hub.give(hub.mara, own, {hub.care.id});
    own = *HubUnderTest::must(store::role(*hub.database, *hub.mara.customRole));
    own.visibility = Visibility(visibility);
    if (everyAccount)
        own.accounts.clear();
    own.name = "Another name";
    const Outcome outcome = hub.mustApply(SaveRole{own});
    QCOMPARE(outcome.kind, allowed ? Kind::Applied : Kind::Refused);
    if (!allowed)
        QCOMPARE(outcome.reason, Reason::NotAllowed);
    // Nor by a plain role, which sees all of its teams.
    QCOMPARE(hub.mustApply(SetAgent{.agent = hub.mara.id, .role = Agent::Role::Agent}).reason, Reason::NotAllowed);
}

void TestGivingRights::nobodyTakesSightFromWhoSeesMore_data()
{
    QTest::addColumn<int>("visibility"); // his
    QTest::addColumn<bool>("limited");   // she, to the accounts that she serves
    QTest::addColumn<bool>("allowed");
    QTest::newRow("who sees as much") << int(Visibility::Teams) << false << true;
    QTest::newRow("who sees everything") << int(Visibility::Everything) << false << false;
    QTest::newRow("who serves every account") << int(Visibility::Teams) << true << false;
}

/// Who may manage agents changes nobody to see as little as they do themselves.
void TestGivingRights::nobodyTakesSightFromWhoSeesMore()
{
    QFETCH(const int, visibility);
    QFETCH(const bool, limited);
    QFETCH(const bool, allowed);
    Desk hub;
    Role own{.permissions = permissionsOf(Agent::Role::Agent)};
    own.permissions.push_back("manage-agents");
    if (limited)
        own.accounts = {hub.mail.id};
    hub.give(hub.mara, own, {hub.care.id});
    hub.give(hub.tom, {.permissions = permissionsOf(Agent::Role::Agent), .visibility = Visibility(visibility)}, {});
    SetAgent set{.agent = hub.tom.id};
    if (limited) // a plain agent serves every account, which is not hers to give
        set.customRole = hub.mara.customRole;
    const Outcome outcome = hub.mustApply(set);
    QCOMPARE(outcome.kind, allowed ? Kind::Applied : Kind::Refused);
    QCOMPARE(outcome.reason, allowed ? Reason::None : Reason::NotAllowed);
    QCOMPARE(*HubUnderTest::must(store::agent(*hub.database, hub.tom.id)) == hub.tom, !allowed);
    // Who sees all may.
    QVERIFY(HubUnderTest::must(hub.apply(hub.command(set), hub.ada)).kind != Kind::Refused);
}

void TestGivingRights::aRoleThatEndsGivesNothingMore_data()
{
    QTest::addColumn<int>("plain");
    QTest::addColumn<int>("visibility");
    QTest::addColumn<QString>("who");
    QTest::addColumn<bool>("allowed");
    const auto row = [](Agent::Role plain, Visibility visibility, const char *who, bool allowed) {
        QTest::addRow("%s, %s, %s", who, nameOf(plain).data(), nameOf(visibility).data())
            << int(plain) << int(visibility) << QString(who) << allowed;
    };
    row(Agent::Role::Admin, Visibility::Assigned, "her own", false);
    row(Agent::Role::Agent, Visibility::Assigned, "her own", false); // who sees only their own would see their teams'
    row(Agent::Role::Agent, Visibility::Teams, "her own", true);
    row(Agent::Role::Lead, Visibility::Teams, "a colleague's", false);
    row(Agent::Role::Admin, Visibility::Teams, "a colleague's who is not active", false);
    row(Agent::Role::Agent, Visibility::Teams, "a colleague's", true);
}

/// What a plain role gives is what the end of a custom one gives to those who have it.
void TestGivingRights::aRoleThatEndsGivesNothingMore()
{
    QFETCH(const int, plain);
    QFETCH(const int, visibility);
    QFETCH(const QString, who);
    QFETCH(const bool, allowed);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent), .visibility = Visibility(visibility)};
    role.permissions.push_back("manage-roles");
    const bool isOwn = who == "her own";
    Agent &holder = isOwn ? hub.mara : hub.tom;
    if (!isOwn)
        hub.give(hub.mara, role, {hub.care.id});
    hub.put(holder, {hub.care.id}, Agent::Role(plain));
    hub.give(holder, role, {hub.care.id});
    if (who.endsWith("not active"))
        hub.change([&](ChangeLog &changes) {
            return setActive(changes, hub.ids, holder, false, std::nullopt, std::nullopt, hub.clock.now());
        });
    const RoleId id = *holder.customRole;
    const Outcome outcome = hub.mustApply(RemoveRole{id});
    QCOMPARE(outcome.kind, allowed ? Kind::Applied : Kind::Refused);
    const Agent after = *HubUnderTest::must(store::agent(*hub.database, holder.id));
    QCOMPARE(after.customRole.has_value(), !allowed);
    if (allowed)
        return;
    QCOMPARE(outcome.reason, Reason::NotAllowed);
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(RemoveRole{id}), hub.ada)).kind, Kind::Applied); // who has all
}

void TestGivingRights::nobodyOpensATeamThatTheyDoNotSee_data()
{
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("teams");
    QTest::addColumn<int>("capacity");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("oneself, another team") << "mara"
                                           << "care returns" << 0 << false;
    QTest::newRow("oneself, how much") << "mara"
                                       << "care" << 3 << true;
    QTest::newRow("a colleague, another team") << "tom"
                                               << "returns" << 0 << false;
    QTest::newRow("a colleague, one's own team") << "tom"
                                                 << "care" << 0 << true;
    QTest::newRow("a colleague, out of a team") << "tom"
                                                << "" << 5 << true;
    QTest::newRow("an admin, a team") << "ada"
                                      << "care" << 0 << false;
    QTest::newRow("an admin, how much") << "ada"
                                        << "" << 1 << false;
}

/// Who may manage agents, and sees one team, opens no other, and changes nobody who has more.
void TestGivingRights::nobodyOpensATeamThatTheyDoNotSee()
{
    QFETCH(const QString, who);
    QFETCH(const QString, teams);
    QFETCH(const int, capacity);
    QFETCH(const bool, allowed);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    role.permissions.push_back("manage-agents");
    hub.give(hub.mara, role, {hub.care.id});
    if (who == "tom" && teams.isEmpty())
        hub.put(hub.tom, {hub.returns.id});
    const Agent about = who == "mara" ? hub.mara : who == "tom" ? hub.tom : hub.ada;
    SetAgent set{.agent = about.id, .role = about.role, .customRole = about.customRole, .capacity = capacity};
    for (const QString &name : teams.split(' ', Qt::SkipEmptyParts))
        set.teams.push_back(name == "care" ? hub.care.id : hub.returns.id);
    const Outcome outcome = hub.mustApply(set);
    QCOMPARE(outcome.kind, allowed ? Kind::Applied : Kind::Refused);
    if (!allowed) {
        QCOMPARE(outcome.reason, Reason::NotAllowed);
        QVERIFY(*HubUnderTest::must(store::agent(*hub.database, about.id)) == about);
    }
}

void TestGivingRights::aRoleShowsNoTeamThatItsAuthorDoesNotSee()
{
    Desk hub;
    Role own{.permissions = permissionsOf(Agent::Role::Agent)};
    own.permissions.push_back("manage-roles");
    hub.give(hub.mara, own, {hub.care.id});
    hub.give(hub.tom, {.permissions = {"reply"}, .visibility = Visibility::Assigned}, {hub.returns.id});
    Role wider = *HubUnderTest::must(store::role(*hub.database, *hub.tom.customRole));
    wider.visibility = Visibility::Teams;
    QCOMPARE(hub.mustApply(SaveRole{wider}).reason, Reason::NotAllowed); // all that belongs to the other team
    hub.put(hub.tom, {hub.care.id});
    QCOMPARE(hub.mustApply(SaveRole{wider}).kind, Kind::Applied);
}

/// What belonged to a team that ends goes to another one, or to everybody.
void TestGivingRights::aTeamThatIsNotSeenIsNotEnded()
{
    Desk hub;
    Role own{.permissions = permissionsOf(Agent::Role::Agent)};
    own.permissions.push_back("manage-teams");
    hub.give(hub.mara, own, {hub.care.id});
    QCOMPARE(hub.mustApply(RemoveTeam{hub.returns.id, std::nullopt}).reason, Reason::NotAllowed);
    QCOMPARE(hub.mustApply(RemoveTeam{hub.returns.id, hub.care.id}).reason, Reason::NotAllowed);
    QCOMPARE(hub.mustApply(RemoveTeam{hub.care.id, hub.returns.id}).kind, Kind::Applied);
}

void TestGivingRights::whatOthersHaveChangedStays_data()
{
    QTest::addColumn<bool>("knows"); // what it was made from
    QTest::addColumn<QString>("teams");
    QTest::addColumn<bool>("isLead");
    QTest::newRow("by what was seen") << true << "returns" << true;
    QTest::newRow("all of it") << false << "care returns" << false; // as older desktops say it
}

/// Two admins, one of them with an old copy: who gives more work out gives no team back that has been taken since.
void TestGivingRights::whatOthersHaveChangedStays()
{
    QFETCH(const bool, knows);
    QFETCH(const QString, teams);
    QFETCH(const bool, isLead);
    Desk hub;
    hub.put(hub.tom, {hub.care.id});
    const AgentSettings seen = settingsOf(hub.tom);
    const auto admin = [&](CommandBody body) {
        return HubUnderTest::must(hub.apply(hub.command(std::move(body)), hub.ada)).kind;
    };
    QCOMPARE(admin(SetAgent{.agent = hub.tom.id, .role = Agent::Role::Lead}), Kind::Applied); // out of the team, too
    SetAgent late{.agent = hub.tom.id, .teams = {hub.care.id, hub.returns.id}, .capacity = 7};
    if (knows)
        late.before = seen;
    QCOMPARE(admin(late), Kind::Applied);
    const Agent now = *HubUnderTest::must(store::agent(*hub.database, hub.tom.id));
    QStringList names;
    for (const auto &[team, name] : {std::pair(hub.care.id, "care"), std::pair(hub.returns.id, "returns")}) {
        if (std::ranges::count(now.teams, team) > 0)
            names += name;
    }
    QCOMPARE(names.join(' '), teams);
    QCOMPARE(now.role, isLead ? Agent::Role::Lead : Agent::Role::Agent);
    QCOMPARE(now.capacity, std::int64_t(7));
}

void TestGivingRights::whatOthersHaveSavedStays_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"role", "team", "field", "status"})
        QTest::newRow(what) << what;
}

/// Saved whole: who has read an older one is asked to look again, and what was removed is not made anew. What one has saved
/// oneself meanwhile is no surprise.
void TestGivingRights::whatOthersHaveSavedStays()
{
    QFETCH(const QString, what);
    Desk hub;
    const Agent ben = *addAgent(*hub.database, hub.ids, "ben@shop.test", "Ben", Agent::Role::Admin, "");
    Role role{.id = hub.ids.make<RoleId>(), .name = "Help", .permissions = {"reply"}};
    Team team{.id = hub.ids.make<TeamId>(), .name = "Help"};
    FieldDefinition field{.id = hub.ids.make<FieldDefinitionId>(), .key = "order", .name = "Order"};
    CustomStatus status{.id = hub.ids.make<CustomStatusId>(), .name = "Kiln", .status = Conversation::Status::Waiting};
    const auto save = [&](const std::string &name, std::int64_t version) -> CommandBody {
        role.name = team.name = field.name = status.name = name;
        role.version = team.version = field.version = status.version = version;
        return what == "role"    ? CommandBody(SaveRole{role})
               : what == "team"  ? CommandBody(SaveTeam{team})
               : what == "field" ? CommandBody(SaveFieldDefinition{field})
                                 : CommandBody(SaveCustomStatus{status});
    };
    const auto read = [&] {
        const auto all = [&](auto row) { return std::pair(row ? row->name : std::string(), row ? row->version : 0); };
        return what == "role"    ? all(HubUnderTest::must(store::role(*hub.database, role.id)))
               : what == "team"  ? all(HubUnderTest::must(store::team(*hub.database, team.id)))
               : what == "field" ? all(HubUnderTest::must(store::fieldDefinition(*hub.database, field.id)))
                                 : all(HubUnderTest::must(store::customStatus(*hub.database, status.id)));
    };
    std::map<AgentId, std::pair<ClientId, std::int64_t>> desktops; // whose change it was is known by that
    const auto by = [&](const Agent &who, CommandBody body) {
        auto &[desktop, n] = desktops.try_emplace(who.id, hub.ids.make<ClientId>(), 0).first->second;
        Command done = hub.command(std::move(body));
        done.n = ++n;
        return HubUnderTest::must(hub.database->inTransaction(
            [&, desktop = desktop] { return applyCommand(*hub.database, hub.ids, hub.clock, who, desktop, done); }));
    };
    QCOMPARE(by(hub.ada, save("First", 0)).kind, Kind::Applied);
    const std::int64_t first = read().second;
    QCOMPARE(by(ben, save("Ben's", first)).kind, Kind::Applied);
    QCOMPARE(by(ben, save("Ben's second", first)).kind, Kind::Applied); // his own, from before it came back to him
    const Outcome late = by(hub.ada, save("Ada's", first));
    QCOMPARE(late.kind, Kind::Refused);
    QCOMPARE(late.reason, Reason::Changed);
    QCOMPARE(read().first, std::string("Ben's second"));
    const std::int64_t second = read().second;
    QCOMPARE(by(hub.ada, save("Ada's", second)).kind, Kind::Applied);
    const CommandBody remove = what == "role"    ? CommandBody(RemoveRole{role.id})
                               : what == "team"  ? CommandBody(RemoveTeam{team.id, std::nullopt})
                               : what == "field" ? CommandBody(RemoveFieldDefinition{field.id})
                                                 : CommandBody(RemoveCustomStatus{status.id});
    QCOMPARE(by(ben, remove).kind, Kind::Applied);
    const Outcome gone = by(hub.ada, save("Ada's again", second));
    QCOMPARE(gone.kind, Kind::Refused);
    QVERIFY(gone.reason == Reason::Changed || gone.reason == Reason::Taken); // its conversations still have that status
    QCOMPARE(read().second, std::int64_t(0));
}

void TestGivingRights::anAdminIsAlwaysLeft()
{
    HubUnderTest hub;
    const Agent ada = *addAgent(*hub.database, hub.ids, "ada@shop.test", "Ada", Agent::Role::Admin, "");
    const auto demoted = HubUnderTest::must(hub.apply(hub.command(SetAgent{.agent = ada.id}), ada));
    QCOMPARE(demoted.kind, Kind::Refused);
    QCOMPARE(demoted.reason, Reason::Invalid);
    const auto out = HubUnderTest::must(hub.apply(hub.command(SetAgentActive{ada.id, false, std::nullopt}), ada));
    QCOMPARE(out.reason, Reason::NotAllowed); // nobody shuts themselves out
    QVERIFY(HubUnderTest::must(store::agent(*hub.database, ada.id))->active);
}

void TestGivingRights::rolesChangeWithTheirAgents()
{
    Desk hub;
    const auto taken = hub.take(hub.letter("a@mail.test")).conversation;
    Role role{.permissions = permissionsOf(Agent::Role::Agent)};
    hub.give(hub.mara, role, {hub.care.id});
    hub.assign(taken, hub.mara.id);
    role = *HubUnderTest::must(store::role(*hub.database, *hub.mara.customRole));
    const auto admin = [&](CommandBody body) {
        return HubUnderTest::must(hub.apply(hub.command(std::move(body)), hub.ada));
    };
    role.permissions = {"write-notes"};
    role.accounts = {hub.chat.id};
    QCOMPARE(admin(SaveRole{role}).kind, Kind::Applied);
    hub.mara = *HubUnderTest::must(store::agent(*hub.database, hub.mara.id));
    QVERIFY(may(hub.mara, Permission::WriteNotes) && !may(hub.mara, Permission::Reply));
    QVERIFY(!hub.conversation(taken).assignee); // what she may see no more went back
    QCOMPARE(admin(RemoveRole{role.id}).kind, Kind::Applied);
    hub.mara = *HubUnderTest::must(store::agent(*hub.database, hub.mara.id));
    QVERIFY(!hub.mara.customRole && hub.mara.permissions.empty() && may(hub.mara, Permission::Reply));
    QVERIFY(!HubUnderTest::must(store::role(*hub.database, role.id)));
}

void TestGivingRights::deactivatedAgentsHandOver()
{
    Desk hub;
    const auto first = hub.take(hub.letter("a@mail.test")).conversation;
    const auto hidden = hub.take(hub.letter("b@mail.test")).conversation;
    hub.move(hidden, hub.care.id);
    for (const auto &id : {first, hidden})
        hub.assign(id, hub.mara.id);
    const std::string token = makeToken(hub.rng);
    HubUnderTest::must(addDevice(*hub.database, hub.mara.id, token, "laptop", hub.clock.now()));
    const auto outcome = HubUnderTest::must(hub.apply(hub.command(SetAgentActive{hub.mara.id, false, hub.tom.id}), hub.ada));
    QCOMPARE(outcome.kind, Kind::Applied);
    QCOMPARE(hub.conversation(first).assignee, std::optional(hub.tom.id));
    QVERIFY(!hub.conversation(hidden).assignee); // Tom does not see that team's
    QVERIFY(!HubUnderTest::must(agentOfToken(*hub.database, token)));
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(SetAgentActive{hub.mara.id, true, std::nullopt}), hub.ada)).kind,
             Kind::Applied);
    QVERIFY(!HubUnderTest::must(agentOfToken(*hub.database, token))); // signed out stays signed out
}

QTEST_APPLESS_MAIN(TestGivingRights)
#include "tst_giving_rights.moc"
