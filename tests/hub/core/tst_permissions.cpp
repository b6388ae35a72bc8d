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
    void unknownPermissionsGrantNothing();
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

void TestPermissions::unknownPermissionsGrantNothing()
{
    Desk hub;
    hub.give(hub.mara, Role{.permissions = {"", "do-everything", "reply "}}, {});
    for (std::size_t i = 0; i < kPermissions; ++i)
        QVERIFY(!may(hub.mara, Permission(i)));
}

QTEST_APPLESS_MAIN(TestPermissions)
#include "tst_permissions.moc"
