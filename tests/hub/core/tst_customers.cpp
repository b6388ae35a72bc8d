// What agents do to people: what is kept of them, what is hidden, what the timeline says of it, and which address comes
// first.
#include "tests/hub/core/people_under_test.h"

#include "core/hub/account_store.h"
#include "core/hub/matching.h"
#include "core/model/customer_fields.h"
#include "core/model/masks.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

class TestCustomers : public QObject {
    Q_OBJECT
private slots:
    void aMistypedAddressGoes_data();
    void aMistypedAddressGoes();
    void aNewCustomerIsTakenBack_data();
    void aNewCustomerIsTakenBack();
    void everyChangeOfStatusIsTold();
    void everyChangeIsToldOnTheTimeline_data();
    void everyChangeIsToldOnTheTimeline();
    void whoNeverWroteHasATimelineAllTheSame();
    void whatIsHiddenIsHiddenInEventsToo();
    void hiddenFieldsAreNeitherReadNorOverwritten();
    void hiddenAddressesAreNotFoundOut();
    void hiddenFieldsAreNotTaken();
    void anEditByWhoSeesNoNotesCanBeUndone();
    void editsThatCrossAreOfTheirField_data();
    void editsThatCrossAreOfTheirField();
    void fieldsTakeTheirType_data();
    void fieldsTakeTheirType();
    void whatMakesNoSenseIsRefused_data();
    void whatMakesNoSenseIsRefused();
    void permissionsAreAsked_data();
    void permissionsAreAsked();
    void addressesThatWereToldAreKept();
    void numbersAreOfTheAccountsRegion();
    void thePreferredAddressIsOneOfTheirs_data();
    void thePreferredAddressIsOneOfTheirs();
    void whoMadeItPreferredTakesItBack();
};

void TestCustomers::everyChangeIsToldOnTheTimeline_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<QString>("told"); // event, then its values in order of their names
    const auto row = [](const char *name, const char *told) { QTest::newRow(name) << QString(name) << QString(told); };
    row("name", "customer-field|field=name|from=|to=Layla");
    row("note", "customer-field|field=note");
    row("note emptied", "customer-field|field=note|removed=yes");
    row("language", "customer-field|field=language|from=|to=ar");
    row("a field", "customer-field|field=field.size|from=|name=size|to=42");
    row("a field emptied", "customer-field|field=field.size|from=42|name=size|to=");
    row("tags", "customer-tags|added=tea, vip|removed=");
    row("a tag gone", "customer-tags|added=|removed=tea");
    row("company", "customer-field|field=company|from=|to=Kiln");
    row("preferred", "identity-preferred|address=+971 50 555 0172|channel=whatsapp");
    row("no longer preferred", "identity-preferred|channel=whatsapp|removed=yes");
    row("blocked", "blocked");
    row("unblocked", "unblocked");
    row("consent", "consent-given|channel=email|purpose=marketing|source=by phone");
    row("merged", "merged|from=bob|why=Same phone");
    row("unmerged", "unmerged|from=bob");
    row("an address", "identity-added|address=+971 50 555 0172|channel=whatsapp");
    row("an address that came", "identity-moved|address=bob|from=bob");
    row("the same again", "");
    row("taken back", "customer-field|field=name|from=Layla|to=|why=undo");
}

void TestCustomers::everyChangeIsToldOnTheTimeline()
{
    QFETCH(QString, change);
    QFETCH(QString, told);
    People hub;
    hub.field("size", FieldDefinition::Type::Text);
    Customer bob = hub.customer(hub.bob);
    bob.name = "bob";
    Customer ada = hub.customer(hub.ada);
    ada.name = "";
    hub.change([&](ChangeLog &changes) -> Result<void> {
        TRIBUTARY_TRY(changes.put(bob));
        return changes.put(ada);
    });
    const CompanyId kiln = hub.companyNamed("Kiln");
    const Identity hers = hub.identity(hub.conversation(hub.take(hub.line("bob")).conversation).identity);
    const EditCustomer name{hub.ada, "Layla", ""};
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {});
    const SetConsent consent{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "by phone"};
    const AddIdentity number{hub.ids.make<IdentityId>(), hub.ada, Channel::WhatsApp, "+971505550172"};
    const PreferIdentity prefer{hub.ada, Channel::WhatsApp, number.identity};
    const std::map<QString, std::vector<CommandBody>> changes{
        {"preferred", {number, prefer}},
        {"no longer preferred", {number, prefer, PreferIdentity{hub.ada, Channel::WhatsApp, std::nullopt}}},
        {"name", {name}},
        {"note", {EditCustomer{hub.ada, "", "likes tea"}}},
        {"note emptied", {EditCustomer{hub.ada, "", "likes tea"}, EditCustomer{hub.ada, "", ""}}},
        {"language", {SetCustomerField{hub.ada, "language", "ar"}}},
        {"a field", {SetCustomerField{hub.ada, "size", "42"}}},
        {"a field emptied", {SetCustomerField{hub.ada, "size", "42"}, SetCustomerField{hub.ada, "size", ""}}},
        {"tags", {SetCustomerTags{hub.ada, {"vip", "tea"}, {}}}},
        {"a tag gone", {SetCustomerTags{hub.ada, {"vip", "tea"}, {}}, SetCustomerTags{hub.ada, {}, {"tea"}}}},
        {"company", {SetCompany{hub.ada, kiln}}},
        {"blocked", {BlockCustomer{hub.ada, true, false}}},
        {"unblocked", {BlockCustomer{hub.ada, true, false}, BlockCustomer{hub.ada, false, false}}},
        {"consent", {consent}},
        {"merged", {merge}},
        {"unmerged", {merge, UnlinkCustomers{merge.link}}},
        {"an address", {AddIdentity{hub.ids.make<IdentityId>(), hub.ada, Channel::WhatsApp, "+971505550172"}}},
        {"an address that came", {MoveIdentity{hers.id, hub.ada}}},
        {"the same again", {EditCustomer{hub.ada, "", ""}}},
        {"taken back", {name}},
    };
    for (const CommandBody &body : changes.at(change)) {
        hub.clock.advance(Milliseconds(1));
        hub.as(hub.tom, body);
    }
    if (change == "taken back") {
        hub.clock.advance(Milliseconds(1));
        Command back = hub.command(EditCustomer{hub.ada, "", ""});
        back.undoes = CommandBody(name);
        QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, Kind::Applied);
    }
    const std::vector<TimelineItem> items = hub.timeline(hub.ada);
    const auto isEvent = [](const TimelineItem &item) {
        return item.kind == TimelineItem::Kind::Event && item.details.at("event") != "resolved"
               && item.details.at("event") != "reopened"; // what that does to conversations is told there
    };
    const auto last = std::ranges::find_if(items.rbegin(), items.rend(), isEvent);
    if (told.isEmpty()) {
        QVERIFY(last == items.rend());
        return;
    }
    QVERIFY(last != items.rend());
    QString text = QString::fromStdString(last->details.at("event"));
    for (const auto &[key, value] : last->details) {
        if (key != "event" && key != "link")
            text += QString("|%1=%2").arg(QString::fromStdString(key), QString::fromStdString(value));
    }
    QCOMPARE(text, told);
    QVERIFY(last->author == hub.tom.id);
    QCOMPARE(last->at, hub.clock.now());
    QVERIFY(last->conversation == hub.conversation(last->conversation).id); // where who works on it reads it
}

/// In no conversation, seen by everybody who sees the customer; and nothing else minds it.
void TestCustomers::whoNeverWroteHasATimelineAllTheSame()
{
    People hub;
    const CustomerId dora = hub.ids.make<CustomerId>();
    hub.mustApply(AddCustomer{dora, "Dora"});
    hub.mustApply(SetCustomerTags{dora, {"vip"}, {}});
    const std::vector<TimelineItem> items = hub.timeline(dora);
    QCOMPARE(items.size(), std::size_t(2));
    QVERIFY(items.front().conversation.isNull());
    const wire::Changes changes =
        HubUnderTest::must(changesAfter(*hub.database, 0, hub.mara.id, hub.ids.make<ClientId>(), 1 << 20));
    QCOMPARE(std::ranges::count_if(changes.rows,
                                   [&](const Entity &row) {
                                       const auto *item = std::get_if<TimelineItem>(&row);
                                       return item && item->customer == dora;
                                   }),
             2);
    // With a conversation the next one stands there.
    const auto identity = AddIdentity{hub.ids.make<IdentityId>(), dora, Channel::Email, "dora@mail.test"};
    hub.mustApply(identity);
    const auto mail = hub.take(hub.letter("dora@mail.test"));
    hub.clock.advance(Milliseconds(1));
    hub.mustApply(SetCustomerTags{dora, {}, {"vip"}});
    QVERIFY(hub.timeline(dora).back().conversation == mail.conversation);
}

void TestCustomers::whatIsHiddenIsHiddenInEventsToo()
{
    TimelineItem item{.kind = TimelineItem::Kind::Event,
                      .details = {{"event", "customer-field"}, {"field", "field.confidential.health"}, {"to", "b"}}};
    item.details["from"] = "a";
    Entity secret = item;
    mask(secret, Masks{.confidentialFields = true});
    QVERIFY(!std::get<TimelineItem>(secret).details.contains("from"));
    QVERIFY(!std::get<TimelineItem>(secret).details.contains("to"));
    item.details["field"] = "field.size";
    Entity open = item;
    mask(open, Masks{.confidentialFields = true});
    QCOMPARE(std::get<TimelineItem>(open).details.at("from"), std::string("a"));
    Entity merged =
        TimelineItem{.kind = TimelineItem::Kind::Event,
                     .details = {{"event", "merged"}, {"from", "Bob"}, {"link", "1"}, {"why", "+971 50 555 0172"}}};
    mask(merged, Masks{.contactDetails = true});
    QVERIFY(!std::get<TimelineItem>(merged).details.contains("why"));
    QCOMPARE(std::get<TimelineItem>(merged).details.at("from"), std::string("Bob"));
}

void TestCustomers::aMistypedAddressGoes_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("reason");
    QTest::newRow("never used") << "" << int(Kind::Applied) << int(Reason::None);
    QTest::newRow("undone") << "undo" << int(Kind::Applied) << int(Reason::None);
    QTest::newRow("written to") << "written" << int(Kind::Refused) << int(Reason::Taken);
    QTest::newRow("written to beside another") << "written beside" << int(Kind::Refused) << int(Reason::Taken);
    QTest::newRow("undone, but written to") << "written undo moved" << int(Kind::Refused) << int(Reason::Taken);
    QTest::newRow("somebody writes from it") << "used" << int(Kind::Refused) << int(Reason::Taken);
    QTest::newRow("hidden") << "hidden" << int(Kind::Refused) << int(Reason::NotAllowed);
    QTest::newRow("gone already") << "gone" << int(Kind::NoEffect) << int(Reason::None);
}

void TestCustomers::aMistypedAddressGoes()
{
    QFETCH(const QString, how);
    QFETCH(const int, kind);
    QFETCH(const int, reason);
    People hub;
    const AddIdentity add{hub.ids.make<IdentityId>(), hub.ada, Channel::Email, "adda@mail.test"};
    if (!how.contains("gone"))
        QCOMPARE(hub.mustApply(add).kind, Kind::Applied);
    std::optional<ConversationId> beside;
    if (how.contains("beside"))
        beside = hub.take(hub.letter("dora@mail.test")).conversation;
    if (how.contains("written"))
        QCOMPARE(hub.mustApply(StartConversation{.conversation = hub.ids.make<ConversationId>(),
                                                 .account = hub.mail.id,
                                                 .identity = add.identity,
                                                 .subject = "Hello",
                                                 .parent = beside})
                     .kind,
                 Kind::Applied);
    if (how.contains("used"))
        hub.take(hub.letter("adda@mail.test"));
    if (how.contains("moved"))
        hub.as(hub.tom, MoveIdentity{add.identity, hub.cleo});
    const auto match = [&] {
        while (
            hub.must(hub.database->inTransaction([&] { return matchSome(*hub.database, hub.ids, hub.clock.now(), 100); })))
            continue;
    };
    match();
    Command remove = hub.command(RemoveIdentity{add.identity});
    if (how.contains("undo"))
        remove.undoes = add;
    const Outcome outcome =
        hub.must(hub.apply(remove, how.contains("hidden") ? hub.restricted({Permission::SeeContactDetails}) : hub.mara));
    QCOMPARE(int(outcome.kind), kind);
    QCOMPARE(int(outcome.reason), reason);
    const bool isThere = hub.must(store::identity(*hub.database, add.identity)).has_value();
    QCOMPARE(isThere, outcome.kind == Kind::Refused);
    if (outcome.kind == Kind::Applied) { // what was taken away may be typed again
        const auto isTold = [](const TimelineItem &item) {
            return item.kind == TimelineItem::Kind::Event && item.details.at("event") == "identity-removed";
        };
        QVERIFY(std::ranges::any_of(hub.timeline(hub.ada), isTold));
        match();
        QCOMPARE(hub.number("SELECT count(*) FROM match_key WHERE value = 'adda@mail.test'"), 0); // found by nobody
        QCOMPARE(hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), hub.ada, Channel::Email, "adda@mail.test"}).kind,
                 Kind::Applied);
    }
    QCOMPARE(hub.lost(), std::string());
}

void TestCustomers::aNewCustomerIsTakenBack_data()
{
    QTest::addColumn<QString>("since");
    QTest::addColumn<bool>("goes");
    QTest::newRow("nothing since") << "" << true;
    QTest::newRow("a machine suggests") << "suggested" << true;
    QTest::newRow("renamed") << "renamed" << false;
    QTest::newRow("an address") << "address" << false;
    QTest::newRow("merged") << "merged" << false;
    QTest::newRow("a consent") << "consent" << false;
}

/// The undo of adding somebody: what they were given since keeps them.
void TestCustomers::aNewCustomerIsTakenBack()
{
    QFETCH(const QString, since);
    QFETCH(const bool, goes);
    People hub;
    const AddCustomer add{hub.ids.make<CustomerId>(), "Dora"};
    QCOMPARE(hub.mustApply(add).kind, Kind::Applied);
    if (since == "suggested")
        hub.change([&](ChangeLog &changes) {
            return suggest(changes, hub.ids, add.customer, hub.ada, Suggestion::Reason::SameName, "Dora", hub.clock.now());
        });
    else if (since == "renamed")
        hub.mustApply(EditCustomer{add.customer, "Theodora", ""});
    else if (since == "address")
        hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), add.customer, Channel::Email, "dora@mail.test"});
    else if (since == "merged")
        hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), add.customer, hub.ada, "same"});
    else if (since == "consent")
        hub.mustApply(SetConsent{add.customer, Channel::Email, Consent::Purpose::Service, true, "by phone"});
    Command remove = hub.command(RemoveCustomer{add.customer});
    remove.undoes = add;
    const Outcome outcome = hub.must(hub.apply(remove, hub.mara));
    QCOMPARE(outcome.kind, goes ? Kind::Applied : Kind::Refused);
    QCOMPARE(outcome.reason, goes ? Reason::None : Reason::Taken);
    QCOMPARE(hub.must(store::customer(*hub.database, add.customer)).has_value(), !goes);
    if (goes) {
        for (const TimelineItem &item : hub.timeline(add.customer))
            QVERIFY(item.deleted && item.authorName.empty());
        QCOMPARE(hub.number("SELECT count(*) FROM suggestion"), 0);
    }
    QCOMPARE(hub.lost(), std::string()); // else no backup of it could be restored
}

/// Who and why: the customer who writes, the colleague who answers.
void TestCustomers::everyChangeOfStatusIsTold()
{
    People hub;
    const auto visitor = hub.take(hub.line("dora"));
    const auto newest = [&] { return hub.timeline(visitor.customer); };
    const auto told = [&](const char *event, const char *why, const char *from) {
        for (const TimelineItem &item : newest()) {
            const auto is = [&](const char *name, const char *value) {
                const auto at = item.details.find(name);
                return (at == item.details.end() ? std::string() : at->second) == value;
            };
            if (is("event", event) && is("why", why) && is("from", from))
                return item.authorName;
        }
        return std::string("nobody");
    };
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(visitor.conversation), "Hello.")).kind, Kind::Applied);
    QCOMPARE(told("waiting", "reply", ""), std::string("Mara"));
    hub.take(hub.line("dora"));
    QCOMPARE(hub.conversation(visitor.conversation).status, Conversation::Status::Open);
    QVERIFY(told("reopened", "wrote", "waiting") != "nobody");
    hub.mustApply(Snooze{visitor.conversation, std::nullopt});
    hub.take(hub.line("dora"));
    QVERIFY(told("reopened", "wrote", "snoozed") != "nobody");
    hub.mustApply(SetStatus{visitor.conversation, Conversation::Status::Resolved});
    hub.take(hub.line("dora"));
    QVERIFY(told("reopened", "wrote", "resolved") != "nobody");
    const auto events = hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'");
    hub.take(hub.line("dora")); // open already
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"), events);
}

void TestCustomers::hiddenFieldsAreNeitherReadNorOverwritten()
{
    People hub;
    hub.field("confidential.iban", FieldDefinition::Type::Text);
    hub.fill(hub.ada, "ada");
    QCOMPARE(hub.as(hub.tom, SetCustomerField{hub.ada, "confidential.iban", "DE02"}).kind, Kind::Applied);
    const Agent blind = hub.restricted({Permission::SeeCustomerNotes, Permission::SeeConfidentialFields});
    QCOMPARE(hub.as(blind, EditCustomer{hub.ada, "New name", ""}).kind, Kind::Applied);
    QCOMPARE(hub.customer(hub.ada).name, std::string("New name"));
    QCOMPARE(hub.customer(hub.ada).note, std::string("ada note"));
    QCOMPARE(hub.as(blind, SetCustomerField{hub.ada, "confidential.iban", "mine"}).reason, Reason::NotAllowed);
    QCOMPARE(hub.customer(hub.ada).attributes.at("confidential.iban"), std::string("DE02"));
    Entity shown = hub.customer(hub.ada);
    mask(shown, masksOf(blind));
    QVERIFY(std::get<Customer>(shown).note.empty());
    QVERIFY(!std::get<Customer>(shown).attributes.contains("confidential.iban"));
}

void TestCustomers::hiddenAddressesAreNotFoundOut()
{
    People hub;
    const Agent blind = hub.restricted({Permission::SeeContactDetails});
    // Whether somebody has an address.
    for (const char *address : {"ada@mail.test", "nobody@mail.test"})
        QCOMPARE(hub.as(blind, AddIdentity{hub.ids.make<IdentityId>(), hub.bob, Channel::Email, address}).reason,
                 Reason::NotAllowed);
    // Whose it is.
    StartConversation start{.conversation = hub.ids.make<ConversationId>(),
                            .account = hub.mail.id,
                            .identity = hub.ids.make<IdentityId>(),
                            .address = " Ada@Mail.Test",
                            .customer = hub.ids.make<CustomerId>()};
    QCOMPARE(hub.as(blind, start).reason, Reason::NotAllowed);
    QVERIFY(!HubUnderTest::must(store::conversation(*hub.database, start.conversation)));
    start.address = "nobody@mail.test"; // somebody new may be written to
    QCOMPARE(hub.as(blind, start).kind, Kind::Applied);
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    start.conversation = hub.ids.make<ConversationId>();
    start.identity = mail; // and whoever is chosen
    QCOMPARE(hub.as(blind, start).kind, Kind::Applied);
    // What it is: an address is no name.
    const CustomerId made = hub.ids.make<CustomerId>();
    QCOMPARE(hub.as(blind, MoveIdentity{mail, made}).kind, Kind::Applied);
    QVERIFY(hub.customer(made).name.empty());
}

void TestCustomers::hiddenFieldsAreNotTaken()
{
    People hub;
    hub.field("confidential.iban", FieldDefinition::Type::Text);
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    const Agent blind = hub.restricted({Permission::SeeCustomerNotes, Permission::SeeConfidentialFields});
    QCOMPARE(hub.as(blind, hub.merge(hub.bob, hub.ada, {"note"})).reason, Reason::NotAllowed);
    QCOMPARE(hub.as(blind, hub.merge(hub.bob, hub.ada, {"field.confidential.iban"})).reason, Reason::NotAllowed);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 0);
    // What was replaced is hidden with the field it was in, and comes back all the same.
    const Customer ada = hub.customer(hub.ada);
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"note", "name"});
    hub.as(hub.tom, merge);
    Entity shown = hub.customerLink(merge.link);
    mask(shown, masksOf(blind));
    QVERIFY(!std::get<CustomerLink>(shown).replaced.contains("note"));
    QVERIFY(std::get<CustomerLink>(shown).replaced.contains("name"));
    QCOMPARE(hub.as(blind, UnlinkCustomers{merge.link}).kind, Kind::Applied);
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
}

void TestCustomers::anEditByWhoSeesNoNotesCanBeUndone()
{
    People hub;
    hub.fill(hub.ada, "ada");
    const Agent blind = hub.restricted({Permission::SeeCustomerNotes});
    const EditCustomer edit{hub.ada, "New name", ""};
    hub.as(blind, edit);
    Command undo = hub.command(EditCustomer{hub.ada, "ada", ""});
    undo.undoes = edit;
    QCOMPARE(HubUnderTest::must(hub.apply(undo, blind)).kind, Kind::Applied);
    QCOMPARE(hub.customer(hub.ada).name, std::string("ada"));
    QCOMPARE(hub.customer(hub.ada).note, std::string("ada note"));
}

void TestCustomers::editsThatCrossAreOfTheirField_data()
{
    using Edits = QList<QStringList>; // name and note
    QTest::addColumn<Edits>("theirs");
    QTest::addColumn<Edits>("mine");
    QTest::addColumn<bool>("saysWhatItSaw");
    QTest::addColumn<QStringList>("becomes");
    const Edits note{{"Ada", "Likes tea"}}, name{{"Layla", "Old"}};
    QTest::newRow("a name, and a colleague's note") << note << name << true << QStringList{"Layla", "Likes tea"};
    QTest::newRow("a note, and a colleague's name") << name << note << true << QStringList{"Layla", "Likes tea"};
    QTest::newRow("two notes") << note << Edits{{"Ada", "Mine"}} << true << QStringList{"Ada", "Mine"};
    QTest::newRow("two names") << name << Edits{{"Mine", "Old"}} << true << QStringList{"Mine", "Old"};
    QTest::newRow("nobody else's") << Edits{} << name + Edits{{"Layla", "Mine"}} << true << QStringList{"Layla", "Mine"};
    QTest::newRow("there and back") << Edits{} << name + Edits{{"Ada", "Old"}} << true << QStringList{"Ada", "Old"};
    QTest::newRow("several of each") << note << name + Edits{{"Hana", "Old"}} << true << QStringList{"Hana", "Likes tea"};
    QTest::newRow("by an older desktop") << note << name << false << QStringList{"Layla", "Old"};
}

/// Of a colleague's edit that was on its way here, nothing is lost but what was edited here as well.
void TestCustomers::editsThatCrossAreOfTheirField()
{
    QFETCH(const QList<QStringList>, theirs);
    QFETCH(const QList<QStringList>, mine);
    QFETCH(const bool, saysWhatItSaw);
    QFETCH(const QStringList, becomes);
    People hub;
    const auto edit = [&hub](const QStringList &card) {
        return EditCustomer{hub.ada, card[0].toStdString(), card[1].toStdString()};
    };
    hub.mustApply(edit({"Ada", "Old"}));
    const std::int64_t seen = saysWhatItSaw ? hub.customer(hub.ada).version : 0;
    for (const QStringList &card : theirs)
        hub.as(hub.tom, edit(card));
    for (const QStringList &card : mine)
        hub.mustApply(edit(card), seen);
    QCOMPARE(hub.customer(hub.ada).name, becomes[0].toStdString());
    QCOMPARE(hub.customer(hub.ada).note, becomes[1].toStdString());
}

void TestCustomers::fieldsTakeTheirType_data()
{
    using Type = FieldDefinition::Type;
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *name, Type type, const QString &value, bool fits) {
        QTest::newRow(name) << int(type) << value << fits;
    };
    row("any text", Type::Text, QString::fromUtf8("wählt Tee 茶"), true);
    row("text without end", Type::Text, QString(3000, u'x'), false);
    row("a number", Type::Number, "12.5", true);
    row("a negative number", Type::Number, "-3", true);
    row("a word is no number", Type::Number, "twelve", false);
    row("a number with a unit", Type::Number, "12 kg", false);
    row("a day", Type::Date, "2026-02-28", true);
    row("a day that is not", Type::Date, "2026-02-30", false);
    row("a day written otherwise", Type::Date, "28.02.2026", false);
    row("a choice", Type::Choice, "gold", true);
    row("not among the choices", Type::Choice, "Gold", false);
    row("yes", Type::Flag, "yes", true);
    row("true is not yes", Type::Flag, "true", false);
    row("a link", Type::Link, "https://shop.test/a", true);
    row("a script", Type::Link, "javascript:alert(1)", false);
    row("a link without a scheme", Type::Link, "shop.test", false);
}

void TestCustomers::fieldsTakeTheirType()
{
    QFETCH(int, type);
    QFETCH(QString, value);
    QFETCH(bool, fits);
    People hub;
    const auto kind = FieldDefinition::Type(type);
    hub.field("about", kind,
              kind == FieldDefinition::Type::Choice ? std::vector<std::string>{"gold", "silver"}
                                                    : std::vector<std::string>{});
    const Outcome outcome = hub.mustApply(SetCustomerField{hub.ada, "about", value.toStdString()});
    QCOMPARE(outcome.reason, fits ? Reason::None : Reason::Invalid);
    QCOMPARE(hub.customer(hub.ada).attributes.contains("about"), fits);
    QCOMPARE(hub.mustApply(SetCustomerField{hub.ada, "about", ""}).reason, Reason::None); // nothing always will
    QVERIFY(!hub.customer(hub.ada).attributes.contains("about"));
}

void TestCustomers::whatMakesNoSenseIsRefused_data()
{
    QTest::addColumn<CommandBody>("body");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, CommandBody body, Reason reason) { QTest::newRow(name) << body << int(reason); };
    const CustomerId nobody(RawId{std::byte(9)});
    const std::string endless(5000, 'x');
    row("a customer without a name", AddCustomer{nobody, ""}, Reason::Invalid);
    row("a customer without an id", AddCustomer{{}, "Ada"}, Reason::Invalid);
    row("a name without end", AddCustomer{nobody, endless}, Reason::Invalid);
    row("a card of nobody", EditCustomer{nobody, "a", "b"}, Reason::NotFound);
    row("a note without end", EditCustomer{nobody, "a", endless}, Reason::Invalid);
    row("an identity of nobody", AddIdentity{{}, nobody, Channel::Email, "a@b.test"}, Reason::NotFound);
    row("a field that is not defined", SetCustomerField{nobody, "nothing", "x"}, Reason::NotFound);
    row("a language without end", SetCustomerField{nobody, "language", endless}, Reason::Invalid);
    row("an empty tag", SetCustomerTags{nobody, {""}, {}}, Reason::Invalid);
    row("a tag without end", SetCustomerTags{nobody, {endless}, {}}, Reason::Invalid);
    row("tags of nobody", SetCustomerTags{nobody, {"vip"}, {}}, Reason::NotFound);
    row("a company that is not there", SetCompany{nobody, CompanyId(RawId{std::byte(8)})}, Reason::NotFound);
    row("a company without a name", SaveCompany{{.id = CompanyId(RawId{std::byte(8)})}}, Reason::Invalid);
    row("a company with an address for a domain",
        SaveCompany{{.id = CompanyId(RawId{std::byte(8)}), .name = "Kiln", .domains = {"a@kiln.test"}}}, Reason::Invalid);
    row("a company with a field that is not defined",
        SaveCompany{{.id = CompanyId(RawId{std::byte(8)}), .name = "Kiln", .attributes = {{"x", "y"}}}}, Reason::Invalid);
    row("blocking nobody", BlockCustomer{nobody, true, false}, Reason::NotFound);
    row("a link without an id", LinkCustomers{{}, nobody, nobody, ""}, Reason::NotFound);
    row("ending a link that is not there", UnlinkCustomers{CustomerLinkId(RawId{std::byte(7)})}, Reason::NotFound);
    row("a removal of no company", RemoveCompany{CompanyId(RawId{std::byte(8)})}, Reason::NotFound);
    row("no address to prefer", PreferIdentity{nobody, Channel::Email, IdentityId(RawId{std::byte(8)})}, Reason::NotFound);
    row("a preference of nobody", PreferIdentity{nobody, Channel::Email, std::nullopt}, Reason::NotFound);
    row("a consent that is forgotten", RemoveConsent{nobody, Channel::Email, Consent::Purpose::Service}, Reason::Invalid);
    row("a suggestion that is not there", DismissSuggestion{SuggestionId(RawId{std::byte(7)})}, Reason::NotFound);
}

void TestCustomers::whatMakesNoSenseIsRefused()
{
    QFETCH(CommandBody, body);
    QFETCH(int, reason);
    People hub;
    const auto rows = [&] {
        return hub.number("SELECT (SELECT count(*) FROM customer) + (SELECT count(*) FROM identity)"
                          " + (SELECT count(*) FROM company) + (SELECT count(*) FROM customer_link)");
    };
    const std::int64_t before = rows();
    const Outcome outcome = hub.as(hub.tom, body);
    QCOMPARE(outcome.kind, Kind::Refused);
    QCOMPARE(int(outcome.reason), reason);
    QCOMPARE(rows(), before);
}

void TestCustomers::permissionsAreAsked_data()
{
    QTest::addColumn<int>("permission");
    QTest::addColumn<CommandBody>("body");
    const auto row = [](Permission permission, CommandBody body) {
        QTest::newRow(std::string(nameOf(body)).c_str()) << int(permission) << body;
    };
    row(Permission::EditCustomers, EditCustomer{});
    row(Permission::EditCustomers, SetCustomerField{});
    row(Permission::EditCustomers, SetCustomerTags{});
    row(Permission::EditCustomers, AddCustomer{});
    row(Permission::EditCustomers, AddIdentity{});
    row(Permission::ManageCompanies, SetCompany{});
    row(Permission::ManageCompanies, SaveCompany{});
    row(Permission::MergeCustomers, LinkCustomers{});
    row(Permission::MergeCustomers, MergeCustomers{});
    row(Permission::MergeCustomers, UnlinkCustomers{});
    row(Permission::MergeCustomers, MoveIdentity{});
    row(Permission::MergeCustomers, DismissSuggestion{});
    row(Permission::BlockCustomers, BlockCustomer{});
    row(Permission::RecordConsent, SetConsent{});
    row(Permission::RecordConsent, RemoveConsent{});
    row(Permission::ManageCompanies, RemoveCompany{});
    row(Permission::EditCustomers, PreferIdentity{});
}

void TestCustomers::permissionsAreAsked()
{
    QFETCH(int, permission);
    QFETCH(CommandBody, body);
    People hub;
    const Agent less = hub.restricted({Permission(permission)});
    QCOMPARE(hub.as(less, body).reason, Reason::NotAllowed);
    QVERIFY(hub.as(hub.tom, body).reason != Reason::NotAllowed);
}

void TestCustomers::addressesThatWereToldAreKept()
{
    People hub;
    const IdentityId id = hub.ids.make<IdentityId>();
    QCOMPARE(hub.mustApply(AddIdentity{id, hub.bob, Channel::Email, " Bob@Mail.TEST "}).kind, Kind::Applied);
    QCOMPARE(hub.identity(id).address, std::string("bob@mail.test"));
    QVERIFY(!hub.identity(id).verified); // told, not proven
    QCOMPARE(hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), hub.ada, Channel::Email, "bob@mail.test"}).reason,
             Reason::Taken);
    QCOMPARE(hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), hub.ada, Channel::Email, "no address"}).reason,
             Reason::Invalid);
    // Mail from it is that person's, and proves it.
    QVERIFY(hub.take(hub.letter("bob@mail.test")).customer == hub.bob);
    QVERIFY(hub.identity(id).verified);
}

void TestCustomers::numbersAreOfTheAccountsRegion()
{
    People hub;
    ChannelAccount sms{.id = hub.ids.make<ChannelAccountId>(), .channel = Channel::Sms, .address = "+97145550134"};
    hub.change([&](ChangeLog &changes) { return changes.put(sms); });
    const AddIdentity add{hub.ids.make<IdentityId>(), hub.ada, Channel::WhatsApp, "050 555 0172"};
    QCOMPARE(hub.mustApply(add).reason, Reason::Invalid); // of which country?
    hub.change([&](ChangeLog &changes) { return setRegionOfAccount(changes, sms.id, "AE"); });
    QCOMPARE(hub.mustApply(add).kind, Kind::Applied);
    QCOMPARE(hub.identity(add.identity).address, std::string("+971505550172"));
    QCOMPARE(hub.identity(add.identity).shown, std::string("050 555 0172"));
    // A conversation that we begin, and a sender as a provider writes it.
    const StartConversation start{.conversation = hub.ids.make<ConversationId>(),
                                  .account = sms.id,
                                  .identity = hub.ids.make<IdentityId>(),
                                  .address = "050 555 0199",
                                  .name = "Layla",
                                  .customer = hub.ids.make<CustomerId>()};
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
    QCOMPARE(hub.identity(start.identity).address, std::string("+971505550199"));
    InboundEnvelope text{.account = sms.id, .channel = Channel::Sms};
    text.externalId = "sms1";
    text.sender = {.address = "0505550199", .shown = "0505550199", .verified = true};
    text.at = hub.clock.now();
    text.text = "yes please";
    QVERIFY(hub.take(text).customer == start.customer);
    text.externalId = "sms2";
    text.sender = {.address = "ParcelPost", .shown = "ParcelPost"}; // the name of a sender stays
    QVERIFY(hub.take(text).customer != start.customer);
    QCOMPARE(hub.number("SELECT count(*) FROM identity WHERE address = 'ParcelPost'"), 1);
}

void TestCustomers::thePreferredAddressIsOneOfTheirs_data()
{
    QTest::addColumn<QString>("whose");
    QTest::addColumn<int>("reason"); // none: it is taken
    QTest::newRow("their own") << "ada" << int(Reason::None);
    QTest::newRow("of who is merged into them") << "merged" << int(Reason::None);
    QTest::newRow("of somebody else") << "bob" << int(Reason::Changed);
    QTest::newRow("of another channel") << "channel" << int(Reason::Invalid);
}

void TestCustomers::thePreferredAddressIsOneOfTheirs()
{
    QFETCH(const QString, whose);
    QFETCH(const int, reason);
    People hub;
    const AddIdentity number{hub.ids.make<IdentityId>(), whose == "ada" || whose == "channel" ? hub.ada : hub.bob,
                             Channel::WhatsApp, "+971505550172"};
    QCOMPARE(hub.as(hub.tom, number).kind, Kind::Applied);
    if (whose == "merged")
        QCOMPARE(hub.as(hub.tom, hub.merge(hub.bob, hub.ada, {})).kind, Kind::Applied);
    const PreferIdentity prefer{hub.ada, whose == "channel" ? Channel::Sms : Channel::WhatsApp, number.identity};
    const Outcome outcome = hub.as(hub.tom, prefer);
    QCOMPARE(int(outcome.reason), reason);
    const bool isTaken = outcome.kind == Kind::Applied;
    QCOMPARE(isTaken, reason == int(Reason::None));
    QVERIFY(preferredOn(hub.customer(hub.ada), prefer.channel) == (isTaken ? std::optional(number.identity) : std::nullopt));
    QVERIFY(hub.customer(hub.bob).preferred.empty());
}

/// Back to what was preferred before, unless somebody has chosen otherwise since.
void TestCustomers::whoMadeItPreferredTakesItBack()
{
    People hub;
    std::vector<IdentityId> all;
    for (const char *address : {"one@mail.test", "two@mail.test", "three@mail.test"}) {
        all.push_back(hub.ids.make<IdentityId>());
        QCOMPARE(hub.as(hub.tom, AddIdentity{all.back(), hub.ada, Channel::Email, address}).kind, Kind::Applied);
    }
    const auto prefer = [&](std::size_t i) { return PreferIdentity{hub.ada, Channel::Email, all[i]}; };
    const auto back = [&](std::size_t to, std::size_t from) {
        Command command = hub.command(prefer(to));
        command.undoes = CommandBody(prefer(from));
        return HubUnderTest::must(hub.apply(command, hub.tom)).kind;
    };
    QCOMPARE(hub.as(hub.tom, prefer(0)).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, prefer(0)).kind, Kind::NoEffect);
    QCOMPARE(hub.as(hub.tom, prefer(1)).kind, Kind::Applied);
    QCOMPARE(back(0, 1), Kind::Applied);
    QVERIFY(preferredOn(hub.customer(hub.ada), Channel::Email) == all[0]);
    QCOMPARE(hub.as(hub.tom, prefer(1)).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, prefer(2)).kind, Kind::Applied);
    QCOMPARE(back(0, 1), Kind::Refused);
    QVERIFY(preferredOn(hub.customer(hub.ada), Channel::Email) == all[2]);
}

QTEST_GUILESS_MAIN(TestCustomers)
#include "tst_customers.moc"
