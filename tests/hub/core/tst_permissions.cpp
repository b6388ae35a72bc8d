// Role x action x object (C40): what each role may do to what it sees and does not see, decided at the hub.
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

namespace {

/// One of each command, about this conversation and its people. Where a command is about nothing of the kind it is still
/// here, for the permission.
std::vector<CommandBody> everyCommand(Desk &hub, const Conversation &about, const Conversation &other)
{
    auto &ids = hub.ids;
    SendMessage resolving = hub.reply(about, "Bye");
    resolving.resolveAfter = true;
    return {
        hub.reply(about, "Hello"),
        resolving,
        CancelMessage{ids.make<TimelineItemId>()},
        RetryMessage{ids.make<TimelineItemId>()},
        AddNote{ids.make<TimelineItemId>(), about.id, "note", {}, {}},
        SetStatus{about.id, Conversation::Status::Waiting},
        Snooze{about.id, std::nullopt},
        Assign{about.id, std::nullopt, false},
        Assign{about.id, hub.tom.id, false},
        SetTags{about.id, {"vip"}, {}},
        SetPriority{about.id, Conversation::Priority::High},
        SetSubject{about.id, "Another"},
        MarkRead{about.id, 1, false},
        EditCustomer{about.customer, "Name", "Note"},
        LinkCustomers{ids.make<CustomerLinkId>(), other.customer, about.customer, "why"},
        UnlinkCustomers{ids.make<CustomerLinkId>()},
        DismissSuggestion{ids.make<SuggestionId>()},
        SetTeam{about.id, hub.care.id},
        SetCustomStatus{about.id, std::nullopt, Conversation::Status::Open},
        SetField{about.id, "size", "12"},
        SetField{about.id, "confidential.size", "12"},
        EditChecklist{about.id, ids.make<ChecklistEntryId>(), "call", false, false},
        Follow{about.id, true},
        SeeMentions{about.id},
        JoinConversation{about.id, other.id},
        SeparateConversation{about.id},
        RelateConversations{about.id, other.id, true},
        MoveItems{about.id, ids.make<ConversationId>(), {}, "split"},
        StartConversation{.conversation = ids.make<ConversationId>(), .account = hub.mail.id, .address = "new@mail.test"},
        MergeCustomers{.link = ids.make<CustomerLinkId>(), .from = other.customer, .into = about.customer},
        MoveIdentity{about.identity, other.customer},
        AddCustomer{ids.make<CustomerId>(), "Somebody"},
        AddIdentity{ids.make<IdentityId>(), about.customer, Channel::Email, "more@mail.test"},
        SetCustomerField{about.customer, "language", "de"},
        SetCustomerField{about.customer, "confidential.size", "12"},
        SetCustomerTags{about.customer, {"vip"}, {}},
        SetCompany{about.customer, std::nullopt},
        BlockCustomer{about.customer, true, false},
        SetConsent{about.customer, Channel::Email, Consent::Purpose::Marketing, true, "by phone"},
        SaveCompany{{.id = ids.make<CompanyId>(), .name = "Kiln Ltd"}},
        SaveView{{.id = ids.make<SavedViewId>(), .name = "Mine"}},
        SaveView{
            {.id = ids.make<SavedViewId>(), .name = "The team's", .sharing = SavedView::Sharing::Team, .team = hub.care.id}},
        SaveView{{.id = ids.make<SavedViewId>(), .name = "Everybody's", .sharing = SavedView::Sharing::Everybody}},
        RemoveView{ids.make<SavedViewId>()},
        SaveFieldDefinition{{.id = ids.make<FieldDefinitionId>(), .key = "colour", .name = "Colour"}},
        RemoveFieldDefinition{ids.make<FieldDefinitionId>()},
        SaveCustomStatus{{.id = ids.make<CustomStatusId>(), .name = "With the courier"}},
        RemoveCustomStatus{ids.make<CustomStatusId>()},
        SaveRole{{.id = ids.make<RoleId>(), .name = "Helper"}},
        RemoveRole{ids.make<RoleId>()},
        SaveTeam{{.id = ids.make<TeamId>(), .name = "New team"}},
        RemoveTeam{ids.make<TeamId>(), std::nullopt},
        SetAgent{.agent = hub.tom.id, .capacity = 5},
        SetAgentActive{hub.tom.id, false, std::nullopt},
        SetAway{true},
        SetReopenDays{hub.mail.id, 30},
        SetAccountTeam{hub.mail.id, hub.care.id},
        SetAccountRegion{hub.mail.id, "AE"},
        RemoveIdentity{ids.make<IdentityId>()},
        RemoveCustomer{ids.make<CustomerId>()},
        SetOwnName{"Mara of Care"},
        RemoveCompany{ids.make<CompanyId>()},
        PreferIdentity{about.customer, Channel::Email, about.identity},
        RemoveConsent{about.customer, Channel::Email, Consent::Purpose::Marketing},
        ExportCustomers{.count = 2},
        ImportCustomers{{{.customer = ids.make<CustomerId>(),
                          .name = "From a file",
                          .addresses = {{ids.make<IdentityId>(), Channel::Email, "file@mail.test"}}}}},
    };
}

/// What the table of DESIGN and UX says, once more and by the commands' names: which of them need more than an agent has.
bool isForLeads(const CommandBody &body)
{
    if (std::holds_alternative<ExportCustomers>(body))
        return true;
    const auto *save = std::get_if<SaveView>(&body);
    return save && save->view.sharing == SavedView::Sharing::Everybody;
}

bool isForAdmins(const CommandBody &body)
{
    static const std::set<std::string_view> names{"save_field_definition",
                                                  "remove_field_definition",
                                                  "save_custom_status",
                                                  "remove_custom_status",
                                                  "save_role",
                                                  "remove_role",
                                                  "save_team",
                                                  "remove_team",
                                                  "set_agent",
                                                  "set_agent_active",
                                                  "set_reopen_days",
                                                  "set_account_team",
                                                  "set_account_region"};
    return names.contains(nameOf(body));
}

} // namespace

Q_DECLARE_METATYPE(tributary::model::CommandBody)

class TestPermissions : public QObject {
    Q_OBJECT
private slots:
    void everyCommandIsListed();
    void roles_data();
    void roles();
    void withoutOne_data();
    void withoutOne();
    void objects_data();
    void objects();
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
    void anAdminIsAlwaysLeft();
    void unknownPermissionsGrantNothing();
    void rolesChangeWithTheirAgents();
    void deactivatedAgentsHandOver();
};

void TestPermissions::everyCommandIsListed()
{
    Desk hub;
    const auto first = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    std::set<std::string_view> names;
    for (const CommandBody &body : everyCommand(hub, first, first))
        names.insert(nameOf(body));
    QCOMPARE(names.size(), std::variant_size_v<CommandBody>);
}

void TestPermissions::roles_data()
{
    QTest::addColumn<int>("role");
    for (const Agent::Role role : {Agent::Role::Agent, Agent::Role::Lead, Agent::Role::Admin})
        QTest::newRow(nameOf(role).data()) << int(role);
}

/// Plain roles: each command is refused as not allowed exactly where the table says so.
void TestPermissions::roles()
{
    QFETCH(const int, role);
    Desk hub;
    hub.put(hub.mara, {hub.care.id}, Agent::Role(role));
    const auto first = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const auto second = hub.conversation(hub.take(hub.letter("b@mail.test")).conversation);
    for (const CommandBody &body : everyCommand(hub, first, second)) {
        const bool allowed = Agent::Role(role) == Agent::Role::Admin
                             || (!isForAdmins(body) && (Agent::Role(role) == Agent::Role::Lead || !isForLeads(body)));
        QCOMPARE(may(hub.mara, body), allowed);
        const Outcome outcome = hub.mustApply(body);
        const bool refused = outcome.kind == Kind::Refused && outcome.reason == Reason::NotAllowed;
        QVERIFY2(refused != allowed, nameOf(body).data());
    }
}

void TestPermissions::withoutOne_data()
{
    QTest::addColumn<int>("permission");
    for (std::size_t i = 0; i < kPermissions; ++i)
        QTest::newRow(nameOf(Permission(i)).data()) << int(i);
}

/// A custom role that has everything but one permission is refused what needs it, and nothing else; and something needs it.
void TestPermissions::withoutOne()
{
    QFETCH(const int, permission);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Admin)};
    std::erase(role.permissions, nameOf(Permission(permission)));
    hub.give(hub.mara, role, {hub.care.id});
    const auto first = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const auto second = hub.conversation(hub.take(hub.letter("b@mail.test")).conversation);
    int asked = 0;
    for (const CommandBody &body : everyCommand(hub, first, second)) {
        // Whose an address is comes out of a file of addresses, and whether somebody has it of adding it.
        const bool namesAddresses = std::holds_alternative<ImportCustomers>(body)
                                    || std::holds_alternative<AddIdentity>(body)
                                    || std::holds_alternative<RemoveIdentity>(body);
        const bool findsOut = Permission(permission) == Permission::SeeContactDetails && namesAddresses;
        const auto *message = std::get_if<SendMessage>(&body);
        const bool resolves =
            Permission(permission) == Permission::ChangeStatus && message && message->resolveAfter; // by answering
        const auto *field = std::get_if<SetField>(&body);
        const auto *ofCustomer = std::get_if<SetCustomerField>(&body);
        const bool fills = Permission(permission) == Permission::SeeConfidentialFields
                           && ((field && isConfidential(field->key)) || (ofCustomer && isConfidential(ofCustomer->key)));
        const bool needsIt = neededFor(body, hub.mara.id) == Permission(permission) || findsOut || resolves || fills;
        asked += needsIt;
        // Who lacks something gives it to nobody, and takes no role from who has it.
        const bool isAboutRights = std::holds_alternative<SetAgentActive>(body) || std::holds_alternative<SetAgent>(body);
        const Outcome outcome = hub.mustApply(body);
        const bool refused = outcome.kind == Kind::Refused && outcome.reason == Reason::NotAllowed;
        if (!isAboutRights)
            QVERIFY2(refused == needsIt, nameOf(body).data());
        else if (needsIt)
            QVERIFY(refused);
    }
    // Notes are left out of rows, and the audit log is no command (tst_audit). The rest desktops keep to, which is said.
    const bool isForNoCommand = Permission(permission) == Permission::SeeCustomerNotes
                                || Permission(permission) == Permission::SeeAudit
                                || isKeptByDesktops(Permission(permission));
    QCOMPARE(asked == 0, isForNoCommand);
}

void TestPermissions::objects_data()
{
    QTest::addColumn<int>("visibility");
    QTest::addColumn<QString>("object");
    QTest::addColumn<bool>("seen");
    const auto row = [](Visibility visibility, const char *object, bool seen) {
        QTest::addRow("%s, %s", nameOf(visibility).data(), object) << int(visibility) << QString(object) << seen;
    };
    row(Visibility::Teams, "nobody's", true);
    row(Visibility::Teams, "own team", true);
    row(Visibility::Teams, "other team", false);
    row(Visibility::Teams, "own team, a colleague's", true);
    row(Visibility::Teams, "other team, own", false);
    row(Visibility::Teams, "other account", false);
    row(Visibility::Assigned, "nobody's", false);
    row(Visibility::Assigned, "own team", false);
    row(Visibility::Assigned, "own team, a colleague's", false);
    row(Visibility::Assigned, "own team, own", true);
    row(Visibility::Assigned, "other team, own", false);
    row(Visibility::Assigned, "nobody's, own", true);
    row(Visibility::Assigned, "other account, own", false);
    row(Visibility::Everything, "other team", true);
    row(Visibility::Everything, "other team, a colleague's", true);
    row(Visibility::Everything, "other account", false);
}

/// Every command on a conversation that its author does not see is answered as if there were none.
void TestPermissions::objects()
{
    QFETCH(const int, visibility);
    QFETCH(const QString, object);
    QFETCH(const bool, seen);
    Desk hub;
    Role role{.permissions = permissionsOf(Agent::Role::Admin), .visibility = Visibility(visibility)};
    role.accounts = {hub.mail.id};
    hub.give(hub.mara, role, {hub.care.id});
    const bool otherAccount = object.startsWith("other account");
    const auto taken = hub.take(otherAccount ? hub.line("visitor") : hub.letter("a@mail.test")).conversation;
    if (object.startsWith("own team"))
        hub.move(taken, hub.care.id);
    if (object.startsWith("other team"))
        hub.move(taken, hub.returns.id);
    if (object.endsWith(", own"))
        hub.assign(taken, hub.mara.id);
    if (object.endsWith("colleague's"))
        hub.assign(taken, hub.tom.id);
    const Conversation about = hub.conversation(taken);
    QCOMPARE(model::sees(hub.mara, about), seen);
    const auto rows = Desk::keysOf(hub.bootstrap(hub.mara));
    QCOMPARE(rows.contains({EntityType::Conversation, taken.bytes}), seen);
    const auto other = hub.conversation(hub.take(hub.letter("b@mail.test")).conversation);
    const Conversation untouched = hub.conversation(taken);
    for (const CommandBody &body : everyCommand(hub, about, other)) {
        const bool isAboutIt = conversationOf(body) == about.id;
        if (!isAboutIt)
            continue;
        if (seen) { // one is enough: the others may come to see it no more by what is done
            QVERIFY(hub.mustApply(Follow{about.id, true}).reason != Reason::NotFound);
            break;
        }
        const Outcome outcome = hub.mustApply(body);
        QVERIFY2(outcome.kind == Kind::Refused && outcome.reason == Reason::NotFound, nameOf(body).data());
    }
    if (!seen)
        QVERIFY(hub.conversation(taken) == untouched);
}

void TestPermissions::nobodyGivesMoreThanTheyHave_data()
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

void TestPermissions::nobodyGivesMoreThanTheyHave()
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

void TestPermissions::nobodyShowsMoreThanTheySee_data()
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
void TestPermissions::nobodyShowsMoreThanTheySee()
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

void TestPermissions::nobodyTakesSightFromWhoSeesMore_data()
{
    QTest::addColumn<int>("visibility"); // his
    QTest::addColumn<bool>("limited");   // she, to the accounts that she serves
    QTest::addColumn<bool>("allowed");
    QTest::newRow("who sees as much") << int(Visibility::Teams) << false << true;
    QTest::newRow("who sees everything") << int(Visibility::Everything) << false << false;
    QTest::newRow("who serves every account") << int(Visibility::Teams) << true << false;
}

/// Who may manage agents changes nobody to see as little as they do themselves.
void TestPermissions::nobodyTakesSightFromWhoSeesMore()
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

void TestPermissions::aRoleThatEndsGivesNothingMore_data()
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
void TestPermissions::aRoleThatEndsGivesNothingMore()
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

void TestPermissions::nobodyOpensATeamThatTheyDoNotSee_data()
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
void TestPermissions::nobodyOpensATeamThatTheyDoNotSee()
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

void TestPermissions::aRoleShowsNoTeamThatItsAuthorDoesNotSee()
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
void TestPermissions::aTeamThatIsNotSeenIsNotEnded()
{
    Desk hub;
    Role own{.permissions = permissionsOf(Agent::Role::Agent)};
    own.permissions.push_back("manage-teams");
    hub.give(hub.mara, own, {hub.care.id});
    QCOMPARE(hub.mustApply(RemoveTeam{hub.returns.id, std::nullopt}).reason, Reason::NotAllowed);
    QCOMPARE(hub.mustApply(RemoveTeam{hub.returns.id, hub.care.id}).reason, Reason::NotAllowed);
    QCOMPARE(hub.mustApply(RemoveTeam{hub.care.id, hub.returns.id}).kind, Kind::Applied);
}

void TestPermissions::workIsGivenToWhoSeesOnlyTheirOwn()
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

void TestPermissions::workIsTakenFromColleaguesByWhoMayAssign_data()
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
void TestPermissions::workIsTakenFromColleaguesByWhoMayAssign()
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

void TestPermissions::whoAnswersTakesItIfTheyMay_data()
{
    QTest::addColumn<bool>("takesWork");
    QTest::newRow("who takes work") << true;
    QTest::newRow("who does not") << false;
}

/// The answer is taken either way, and what the hub makes of it is what the author's desktop has shown.
void TestPermissions::whoAnswersTakesItIfTheyMay()
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

void TestPermissions::whoServesSomeAccountsWritesFromThose_data()
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

void TestPermissions::whoServesSomeAccountsWritesFromThose()
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

void TestPermissions::whoSplitsOffStillSeesIt_data()
{
    QTest::addColumn<bool>("limited");
    QTest::addColumn<bool>("cameByAnother");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("by the account that they serve") << true << false << true;
    QTest::newRow("by another") << true << true << false;
    QTest::newRow("by another, of who serves all") << false << true << true;
}

/// What is split off is of the account that it came by, which need not be that of the rest.
void TestPermissions::whoSplitsOffStillSeesIt()
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

void TestPermissions::anAddressIsAddedToSomebodyByWhoMayEditThem_data()
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
void TestPermissions::anAddressIsAddedToSomebodyByWhoMayEditThem()
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

void TestPermissions::anUndoTellsNothingOfConfidentialFields_data()
{
    QTest::addColumn<QString>("guess");
    QTest::newRow("right") << "4711";
    QTest::newRow("wrong") << "4712";
}

/// Who may not see a field learns nothing of it by claiming to have set it.
void TestPermissions::anUndoTellsNothingOfConfidentialFields()
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

void TestPermissions::colleaguesMessagesAreTakenBackByWhoMayReply()
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

void TestPermissions::anAdminIsAlwaysLeft()
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

void TestPermissions::unknownPermissionsGrantNothing()
{
    Desk hub;
    hub.give(hub.mara, Role{.permissions = {"", "do-everything", "reply "}}, {});
    for (std::size_t i = 0; i < kPermissions; ++i)
        QVERIFY(!may(hub.mara, Permission(i)));
}

void TestPermissions::rolesChangeWithTheirAgents()
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

void TestPermissions::deactivatedAgentsHandOver()
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

QTEST_APPLESS_MAIN(TestPermissions)
#include "tst_permissions.moc"
