// Names of enumerators are stable for ever: they stand in databases, on the wire and in exports.
#include "core/model/command_fields.h"
#include "core/model/fields.h"
#include "core/store/journal.h"

#include <QtTest>
#include <set>

using namespace tributary;
using namespace tributary::model;

namespace {

/// The names, in order, with the last enumerator beside them: a new one without a name fails here.
template<class Enum>
void check(Enum last, const char *names)
{
    std::string joined;
    for (std::size_t i = 0; i < kNames<Enum>.size(); ++i) {
        const auto name = kNames<Enum>[i];
        QCOMPARE(nameOf(Enum(i)), name);
        QVERIFY(fromName<Enum>(name) == Enum(i)); // also: no name is there twice
        joined += (i ? " " : "") + std::string(name);
    }
    QCOMPARE(joined, std::string(names));
    QCOMPARE(std::size_t(last) + 1, kNames<Enum>.size());
    QVERIFY(!fromName<Enum>(""));
    QVERIFY(!fromName<Enum>("pigeon"));
    QVERIFY(!fromName<Enum>(std::string(kNames<Enum>[0]) + " "));
}

template<class T>
void checkFields()
{
    std::set<std::string_view> names;
    std::size_t count = 0;
    const auto add = [&](std::string_view name, auto) { names.insert(name), ++count; };
    fieldsOf<T>(add);
    commandFieldsOf<T>(add);
    QVERIFY(count > 0);
    QCOMPARE(names.size(), count);
}

template<class Variant, std::size_t... Index>
void checkEachOf(std::index_sequence<Index...>)
{
    (checkFields<std::variant_alternative_t<Index, Variant>>(), ...);
}

} // namespace

class TestNames : public QObject {
    Q_OBJECT
private slots:
    void enumerators();
    void commands();
    void fieldsDiffer();
    void keysAndVersions();
};

void TestNames::enumerators()
{
    check(Channel::Api, "email webchat whatsapp messenger instagram telegram wechat sms phone line x api");
    check(Suggestion::Reason::NearAddress, "typed-email same-phone same-name same-name-and-postcode near-address");
    check(Visibility::Everything, "assigned teams everything");
    check(Team::Routing::LeastLoad, "by-hand round-robin least-load");
    check(SavedView::Sharing::Everybody, "private team everybody");
    check(SavedView::Sort::Priority, "newest oldest longest-waiting priority");
    check(FieldDefinition::Subject::Company, "conversation customer company");
    check(FieldDefinition::Type::Link, "text number date choice flag link");
    check(Consent::Purpose::Marketing, "service marketing");
    check(Suggestion::State::Dismissed, "open linked dismissed");
    check(ChannelAccount::Health::Paused, "starting healthy slow needs-attention not-working paused");
    check(Agent::Role::Admin, "agent lead admin");
    check(Conversation::Status::Resolved, "open waiting snoozed resolved");
    check(Conversation::Priority::Urgent, "low normal high urgent");
    check(Attachment::State::Failed, "pending available too-large failed");
    check(Delivery::State::Uncertain, "held queued sending sent delivered read failed uncertain");
    check(TimelineItem::Kind::Comment, "inbound outbound note event call order payment form rating comment");
    check(EntityType::Consent, "customer identity customer_link suggestion channel_account agent team conversation "
                               "timeline_item read_mark role saved_view field_definition custom_status company consent");
    check(Outcome::Kind::Refused, "applied no-effect needs-you refused");
    check(Outcome::Reason::NoConsent, "none customer-wrote colleague-replied window-closed not-found not-allowed too-late "
                                      "taken chain invalid blocked account-gone not-known changed no-consent");
    check(store::Draft::Kind::Note, "reply note");
}

void TestNames::commands()
{
    const std::vector<std::pair<CommandBody, const char *>> all{
        {SendMessage(), "send_message"},
        {CancelMessage(), "cancel_message"},
        {RetryMessage(), "retry_message"},
        {AddNote(), "add_note"},
        {SetStatus(), "set_status"},
        {Snooze(), "snooze"},
        {Assign(), "assign"},
        {SetTags(), "set_tags"},
        {SetPriority(), "set_priority"},
        {SetSubject(), "set_subject"},
        {MarkRead(), "mark_read"},
        {EditCustomer(), "edit_customer"},
        {LinkCustomers(), "link_customers"},
        {UnlinkCustomers(), "unlink_customers"},
        {DismissSuggestion(), "dismiss_suggestion"},
        {SetTeam(), "set_team"},
        {SetCustomStatus(), "set_custom_status"},
        {SetField(), "set_field"},
        {EditChecklist(), "edit_checklist"},
        {Follow(), "follow"},
        {SeeMentions(), "see_mentions"},
        {JoinConversation(), "join_conversation"},
        {SeparateConversation(), "separate_conversation"},
        {RelateConversations(), "relate_conversations"},
        {MoveItems(), "move_items"},
        {StartConversation(), "start_conversation"},
        {MergeCustomers(), "merge_customers"},
        {MoveIdentity(), "move_identity"},
        {AddCustomer(), "add_customer"},
        {AddIdentity(), "add_identity"},
        {SetCustomerField(), "set_customer_field"},
        {SetCustomerTags(), "set_customer_tags"},
        {SetCompany(), "set_company"},
        {BlockCustomer(), "block_customer"},
        {SetConsent(), "set_consent"},
        {SaveCompany(), "save_company"},
        {SaveView(), "save_view"},
        {RemoveView(), "remove_view"},
        {SaveFieldDefinition(), "save_field_definition"},
        {RemoveFieldDefinition(), "remove_field_definition"},
        {SaveCustomStatus(), "save_custom_status"},
        {RemoveCustomStatus(), "remove_custom_status"},
        {SaveRole(), "save_role"},
        {RemoveRole(), "remove_role"},
        {SaveTeam(), "save_team"},
        {RemoveTeam(), "remove_team"},
        {SetAgent(), "set_agent"},
        {SetAgentActive(), "set_agent_active"},
        {SetAway(), "set_away"},
        {ImportCustomers(), "import_customers"},
        {SetReopenDays(), "set_reopen_days"},
        {SetAccountTeam(), "set_account_team"},
        {RemoveIdentity(), "remove_identity"},
        {RemoveCustomer(), "remove_customer"},
        {SetOwnName(), "set_own_name"},
        {RemoveCompany(), "remove_company"},
        {PreferIdentity(), "prefer_identity"},
        {RemoveConsent(), "remove_consent"},
        {ExportCustomers(), "export_customers"},
        {SetAccountRegion(), "set_account_region"},
    };
    QCOMPARE(all.size(), std::variant_size_v<CommandBody>);
    for (const auto &[body, name] : all)
        QCOMPARE(std::string(nameOf(body)), std::string(name));
}

void TestNames::fieldsDiffer()
{
    checkEachOf<Entity>(std::make_index_sequence<std::variant_size_v<Entity>>());
    checkEachOf<CommandBody>(std::make_index_sequence<std::variant_size_v<CommandBody>>());
    checkFields<Attachment>();
    checkFields<Delivery>();
    checkFields<Outcome>();
    checkFields<Outcome::RefusedRow>();
    checkFields<ImportedCustomer>();
    checkFields<ImportedCustomer::Address>();
}

void TestNames::keysAndVersions()
{
    QCOMPARE(std::size_t(EntityType::Consent) + 1, std::variant_size_v<Entity>);
    Entity entity = Team{.id = TeamId(RawId{std::byte(1)}), .name = "Care", .version = 3};
    QCOMPARE(typeOf(entity), EntityType::Team);
    QVERIFY(keyOf(entity) == RawId{std::byte(1)});
    QCOMPARE(versionOf(entity), std::int64_t(3));
    setVersion(entity, 9);
    QCOMPARE(std::get<Team>(entity).version, std::int64_t(9));

    // The key of a mark says whose and of which conversation, and in which order they stand.
    ReadMark mark{.agent = AgentId(RawId{std::byte(1)}), .conversation = ConversationId(RawId{std::byte(2)})};
    const RawId key = keyOf(mark);
    mark.readCount = 7;
    QVERIFY(keyOf(mark) == key);
    mark.conversation = ConversationId(RawId{std::byte(3)});
    QVERIFY(keyOf(mark) != key);
    QVERIFY(keyOf(ReadMark{.agent = AgentId(RawId{std::byte(2)}), .conversation = ConversationId(RawId{std::byte(1)})})
            != key);
}

QTEST_APPLESS_MAIN(TestNames)
#include "tst_names.moc"
