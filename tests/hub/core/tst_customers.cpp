// What agents do to people: merges that come apart again, identities that move, fields, consent, and whom nobody hears.
#include "tests/hub/core/hub_under_test.h"

#include "core/hub/account_store.h"
#include "core/hub/command_rules.h"
#include "core/hub/matching.h"
#include "core/hub/teams.h"
#include "core/model/customer_fields.h"
#include "core/model/masks.h"
#include "core/store/people_reads.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

namespace {

struct People : HubUnderTest {
    CustomerId ada, bob, cleo;

    People()
    {
        ada = take(letter("ada@mail.test")).customer;
        bob = take(line("bob")).customer;
        cleo = take(line("cleo")).customer;
        tom.role = Agent::Role::Admin;
        change([&](ChangeLog &changes) { return changes.put(tom); });
    }
    Customer customer(CustomerId id) { return *must(store::customer(*database, id)); }
    Identity identity(IdentityId id) { return *must(store::identity(*database, id)); }
    CustomerLink customerLink(CustomerLinkId id) { return *must(store::customerLink(*database, id)); }
    Outcome as(const Agent &by, CommandBody body) { return must(apply(command(std::move(body)), by)); }
    void field(const std::string &key, FieldDefinition::Type type, std::vector<std::string> choices = {})
    {
        const Outcome outcome = as(tom, SaveFieldDefinition{{.id = ids.make<FieldDefinitionId>(),
                                                             .subject = FieldDefinition::Subject::Customer,
                                                             .key = key,
                                                             .name = key,
                                                             .type = type,
                                                             .choices = std::move(choices)}});
        QCOMPARE(outcome.kind, Kind::Applied);
    }
    /// Gives a person something in every field.
    void fill(CustomerId id, const std::string &word)
    {
        Customer one = customer(id);
        one.name = word;
        one.note = word + " note";
        one.language = word == "ada" ? "ar" : "en";
        one.attributes = {{"membership", word + " club"}};
        if (word == "ada")
            one.attributes["city"] = "Dubai";
        else
            one.attributes["phone"] = "+971505550172";
        one.attributes["Customer since"] = word; // as an import calls it
        one.tags = {word};
        one.company = companyNamed(word);
        change([&](ChangeLog &changes) { return changes.put(one); });
    }
    CompanyId companyNamed(const std::string &name)
    {
        Company company{.id = ids.make<CompanyId>(), .name = name};
        change([&](ChangeLog &changes) { return changes.put(company); });
        return company.id;
    }
    MergeCustomers merge(CustomerId from, CustomerId into, std::vector<std::string> taken)
    {
        return {.link = ids.make<CustomerLinkId>(),
                .from = from,
                .into = into,
                .evidence = "Same phone",
                .taken = std::move(taken),
                .fromVersion = customer(from).version,
                .intoVersion = customer(into).version};
    }
    /// Somebody whose custom role allows all that an agent may do but @p without.
    Agent restricted(std::vector<Permission> without)
    {
        Role role{.id = ids.make<RoleId>(), .name = "restricted " + std::to_string(++count)};
        role.permissions = permissionsOf(Agent::Role::Agent);
        for (const Permission permission : without)
            std::erase(role.permissions, std::string(nameOf(permission)));
        Agent agent =
            must(addAgent(*database, ids, "r" + std::to_string(count) + "@shop.test", "R", Agent::Role::Agent, ""));
        change([&](ChangeLog &changes) { return saveRole(changes, ids, role, clock.now()); });
        agent.customRole = role.id;
        return change([&](ChangeLog &changes) { return setRights(changes, ids, agent, clock.now()); });
    }
    std::vector<TimelineItem> timeline(CustomerId root)
    {
        return must(store::timelineBefore(*database, root, fromMs(1LL << 50), {}, 10'000)).items;
    }
};

/// All but the version, which every change moves on.
Customer content(Customer customer)
{
    customer.version = 0;
    return customer;
}

const std::vector<std::string> kEveryField{
    "name", "note", "language", "company", "field.membership", "field.city", "field.phone", "field.Customer since"};

} // namespace

Q_DECLARE_METATYPE(tributary::model::CommandBody)

class TestCustomers : public QObject {
    Q_OBJECT
private slots:
    void withdrawnConsentStops_data();
    void withdrawnConsentStops();
    void aConsentSaysWhenItWasGiven_data();
    void aConsentSaysWhenItWasGiven();
    void aMistypedAddressGoes_data();
    void aMistypedAddressGoes();
    void aNewCustomerIsTakenBack_data();
    void aNewCustomerIsTakenBack();
    void twoWithMembersAreMergedAndComeApart_data();
    void twoWithMembersAreMergedAndComeApart();
    void whatAChainTookIsGivenBackInAnyOrder_data();
    void whatAChainTookIsGivenBackInAnyOrder();
    void whatWaitsIsNotSentAgainstConsent();
    void everyChangeOfStatusIsTold();
    void unmergingRestoresEveryField();
    void whatWasChangedSinceStays();
    void mergesEndInAnyOrder_data();
    void mergesEndInAnyOrder();
    void theUndoOfAMergeIsAnUnmerge();
    void everyChangeIsToldOnTheTimeline_data();
    void everyChangeIsToldOnTheTimeline();
    void whoNeverWroteHasATimelineAllTheSame();
    void whatIsHiddenIsHiddenInEventsToo();
    void aMergeOfWhatHasChangedIsAskedAgain_data();
    void aMergeOfWhatHasChangedIsAskedAgain();
    void badMergesAreRefused_data();
    void badMergesAreRefused();
    void identitiesMoveAndMoveBack();
    void whatOthersSaidMovesAlong();
    void aMoveTakenBackLeavesNoNo();
    void movingIntoNobodyMakesAPerson();
    void whoWasMadeByAMoveGoesWithIt_data();
    void whoWasMadeByAMoveGoesWithIt();
    void hiddenFieldsAreNeitherReadNorOverwritten();
    void hiddenFieldsOfCompaniesAreNotWritten();
    void hiddenAddressesAreNotFoundOut();
    void hiddenFieldsAreNotTaken();
    void anEditByWhoSeesNoNotesCanBeUndone();
    void editsThatCrossAreOfTheirField_data();
    void editsThatCrossAreOfTheirField();
    void blockedPeopleAreKeptAndUnheard();
    void unblockingOpensWhatTheBlockHadResolved_data();
    void unblockingOpensWhatTheBlockHadResolved();
    void whatCameInDuringABlockIsSeenAfter_data();
    void whatCameInDuringABlockIsSeenAfter();
    void whoWasBlockedThroughOthersIsHeardAgain_data();
    void whoWasBlockedThroughOthersIsHeardAgain();
    void nothingIsSentToTheBlocked();
    void aBlockedPersonStaysSoThroughAMerge();
    void consentIsSaidOnTheTimeline();
    void consentNeedsASource();
    void fieldsTakeTheirType_data();
    void fieldsTakeTheirType();
    void whatMakesNoSenseIsRefused_data();
    void whatMakesNoSenseIsRefused();
    void permissionsAreAsked_data();
    void permissionsAreAsked();
    void addressesThatWereToldAreKept();
    void numbersAreOfTheAccountsRegion();
    void mailFromACompanyIsFromItsPeople();
    void addressesThatAreAddedTellTheCompany();
    void aDomainIsOneCompanys();
    void aSavedCompanyIsTakenBackWhileItStands_data();
    void aSavedCompanyIsTakenBackWhileItStands();
    void aRemovedCompanyComesBackWithItsPeople();
    void nothingIsDoneToARemovedCompany_data();
    void nothingIsDoneToARemovedCompany();
    void whatIsOfARemovedCompanyIsFree();
    void aNewCompanyIsTakenBackWhileNobodyIsOfIt_data();
    void aNewCompanyIsTakenBackWhileNobodyIsOfIt();
    void thePreferredAddressIsOneOfTheirs_data();
    void thePreferredAddressIsOneOfTheirs();
    void whoMadeItPreferredTakesItBack();
    void aConsentIsTakenBack_data();
    void aConsentIsTakenBack();
    void aColleaguesConsentIsNotTakenBack();
};

void TestCustomers::unmergingRestoresEveryField()
{
    People hub;
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    const Customer ada = hub.customer(hub.ada), bob = hub.customer(hub.bob);
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, kEveryField);
    QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    const Customer merged = hub.customer(hub.ada);
    QCOMPARE(merged.name, bob.name);
    QCOMPARE(merged.note, bob.note);
    QCOMPARE(merged.language, bob.language);
    QVERIFY(merged.company == bob.company);
    QVERIFY((merged.attributes
             == std::map<std::string, std::string>{
                 {"membership", "bob club"}, {"phone", "+971505550172"}, {"Customer since", "bob"}}));
    QVERIFY(hub.customer(hub.bob) == bob); // who joins is not touched at all
    for (int i = 0; i < 1000; ++i) {
        hub.clock.advance(Milliseconds(1));
        hub.take(i % 2 == 0 ? hub.letter("ada@mail.test") : hub.line("bob"));
    }
    QVERIFY(hub.timeline(hub.ada).size() > 1000);
    QCOMPARE(hub.mustApply(UnlinkCustomers{merge.link}).kind, Kind::Applied);
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
    QVERIFY(hub.customer(hub.bob) == bob);
    std::size_t messages = 0;
    for (const CustomerId who : {hub.ada, hub.bob}) {
        for (const TimelineItem &item : hub.timeline(who)) {
            QVERIFY(item.customer == who);
            QCOMPARE(item.channel, who == hub.ada ? Channel::Email : Channel::WebChat);
            messages += item.kind == TimelineItem::Kind::Inbound;
        }
    }
    QCOMPARE(messages, std::size_t(1002));
}

void TestCustomers::whatWasChangedSinceStays()
{
    People hub;
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"name", "language"});
    hub.mustApply(merge);
    hub.mustApply(EditCustomer{hub.ada, "Countess", "ada note"});
    hub.mustApply(UnlinkCustomers{merge.link});
    QCOMPARE(hub.customer(hub.ada).name, std::string("Countess"));
    QCOMPARE(hub.customer(hub.ada).language, std::string("ar"));
}

void TestCustomers::mergesEndInAnyOrder_data()
{
    QTest::addColumn<bool>("firstFirst");
    QTest::newRow("the first one first") << true;
    QTest::newRow("the last one first") << false;
}

void TestCustomers::mergesEndInAnyOrder()
{
    QFETCH(bool, firstFirst);
    People hub;
    hub.fill(hub.ada, "ada");
    hub.fill(hub.bob, "bob");
    hub.fill(hub.cleo, "cleo");
    const Customer ada = hub.customer(hub.ada);
    const MergeCustomers one = hub.merge(hub.bob, hub.ada, kEveryField);
    hub.mustApply(one);
    hub.clock.advance(Milliseconds(1));
    const MergeCustomers two = hub.merge(hub.cleo, hub.ada, kEveryField);
    QCOMPARE(hub.mustApply(two).kind, Kind::Applied);
    hub.mustApply(UnlinkCustomers{firstFirst ? one.link : two.link});
    QCOMPARE(hub.customer(hub.ada).name, firstFirst ? std::string("cleo") : std::string("bob"));
    hub.mustApply(UnlinkCustomers{firstFirst ? two.link : one.link});
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
}

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

void TestCustomers::theUndoOfAMergeIsAnUnmerge()
{
    People hub;
    hub.fill(hub.ada, "ada");
    const Customer ada = hub.customer(hub.ada);
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"note"});
    hub.mustApply(merge);
    QCOMPARE(hub.mustApply(merge).kind, Kind::NoEffect); // by a copied installation, say
    const std::vector<TimelineItem> items = hub.timeline(hub.ada);
    const auto event = std::ranges::find_if(items, [](const TimelineItem &item) {
        return item.kind == TimelineItem::Kind::Event && item.details.at("event") == "merged";
    });
    QVERIFY(event != items.end());
    QCOMPARE(event->details.at("link"), merge.link.text()); // what "Undo merge" ends
    QCOMPARE(hub.mustApply(UnlinkCustomers{*CustomerLinkId::fromText(event->details.at("link"))}).kind, Kind::Applied);
    QVERIFY(content(hub.customer(hub.ada)) == content(ada));
    QCOMPARE(hub.mustApply(merge).kind, Kind::NoEffect); // an ended link stays ended
    QVERIFY(hub.customerLink(merge.link).endedAt.has_value());
}

void TestCustomers::aMergeOfWhatHasChangedIsAskedAgain_data()
{
    QTest::addColumn<int>("changed");
    QTest::newRow("nobody") << -1;
    QTest::newRow("who joins") << 1;
    QTest::newRow("who stays") << 0;
}

void TestCustomers::aMergeOfWhatHasChangedIsAskedAgain()
{
    QFETCH(int, changed);
    People hub;
    MergeCustomers merge = hub.merge(hub.bob, hub.ada, {"name"});
    if (changed >= 0)
        hub.as(hub.tom, EditCustomer{changed == 1 ? hub.bob : hub.ada, "Another name", ""});
    const Outcome outcome = hub.mustApply(merge);
    QCOMPARE(outcome.reason, changed >= 0 ? Reason::Changed : Reason::None);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), changed >= 0 ? 0 : 1);
    merge.fromVersion = hub.customer(hub.bob).version;
    merge.intoVersion = hub.customer(hub.ada).version;
    hub.mustApply(merge); // looked at again
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), 1);
}

void TestCustomers::withdrawnConsentStops_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("stopped");
    QTest::newRow("nothing was ever said") << "" << false;
    QTest::newRow("withdrawn") << "withdrawn" << true;
    QTest::newRow("by whom is merged into them") << "withdrawn member" << true;
    QTest::newRow("on another channel") << "withdrawn elsewhere" << false;
    QTest::newRow("for marketing") << "withdrawn marketing" << false;
    QTest::newRow("given again") << "withdrawn given" << false;
    QTest::newRow("waits for an answer") << "withdrawn waits" << false;
    QTest::newRow("has written since") << "withdrawn wrote" << false;
    QTest::newRow("sent all the same") << "withdrawn anyway" << true;
}

/// Neither an answer nor a first message goes out on a channel that somebody does not want to be written to on; what they
/// ask is answered.
void TestCustomers::withdrawnConsentStops()
{
    QFETCH(const QString, how);
    QFETCH(const bool, stopped);
    People hub;
    const auto letter = hub.take(hub.letter("dora@mail.test"));
    if (!how.contains("waits"))
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(letter.conversation), "Gladly.")).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    CustomerId whose = letter.customer;
    if (how.contains("member")) {
        whose = hub.bob;
        hub.as(hub.tom, LinkCustomers{hub.ids.make<CustomerLinkId>(), hub.bob, letter.customer, "same"});
    }
    const auto channel = how.contains("elsewhere") ? Channel::Phone : Channel::Email;
    const auto purpose = how.contains("marketing") ? Consent::Purpose::Marketing : Consent::Purpose::Service;
    if (how.startsWith("withdrawn"))
        QCOMPARE(hub.as(hub.tom, SetConsent{whose, channel, purpose, false, "by phone"}).kind, Kind::Applied);
    if (how.contains("given"))
        hub.as(hub.tom, SetConsent{whose, channel, purpose, true, "by phone"});
    hub.clock.advance(std::chrono::minutes(1));
    if (how.contains("wrote")) {
        auto more = hub.letter("dora@mail.test");
        more.references = {"m" + std::to_string(hub.count - 1) + "@mail.test"};
        const auto again = hub.take(more);
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(again.conversation), "Of course.")).kind, Kind::Applied);
        QCOMPARE(hub.mustApply(hub.reply(hub.conversation(again.conversation), "And this.")).kind, Kind::Applied);
        return;
    }
    const Conversation conversation = hub.conversation(letter.conversation);
    SendMessage reply = hub.reply(conversation, "One more thing.");
    reply.sendAnyway = how.contains("anyway");
    const Outcome answer = hub.mustApply(reply);
    QCOMPARE(answer.reason, stopped ? Reason::NoConsent : Reason::None);
    QCOMPARE(answer.kind, stopped ? Kind::Refused : Kind::Applied);
    if (how.contains("waits"))
        return;
    const Outcome first = hub.mustApply(StartConversation{.conversation = hub.ids.make<ConversationId>(),
                                                          .account = conversation.account,
                                                          .identity = conversation.identity,
                                                          .subject = "News"});
    QCOMPARE(first.reason, stopped ? Reason::NoConsent : Reason::None);
}

void TestCustomers::aConsentSaysWhenItWasGiven_data()
{
    QTest::addColumn<int>("daysAgo");
    QTest::addColumn<bool>("taken");
    QTest::newRow("last week") << 7 << true;
    QTest::newRow("today") << 0 << true;
    QTest::newRow("next week") << -7 << false;
}

void TestCustomers::aConsentSaysWhenItWasGiven()
{
    QFETCH(const int, daysAgo);
    QFETCH(const bool, taken);
    People hub;
    const TimePoint said = hub.clock.now() - std::chrono::days(daysAgo);
    const Outcome outcome =
        hub.as(hub.tom, SetConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "order form", said});
    QCOMPARE(outcome.kind, taken ? Kind::Applied : Kind::Refused);
    const auto known =
        hub.must(store::consent(*hub.database, consentId(hub.ada, Channel::Email, Consent::Purpose::Marketing)));
    QCOMPARE(known.has_value(), taken);
    if (known) {
        QVERIFY(known->at == said);
        QCOMPARE(known->source, std::string("order form"));
    }
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
}

void TestCustomers::twoWithMembersAreMergedAndComeApart_data()
{
    QTest::addColumn<QString>("ends");  // which merges end, in this order
    QTest::addColumn<QString>("roots"); // of a1, a, b1, b, c then
    QTest::newRow("none") << ""
                          << "ccccc";
    QTest::newRow("the last") << "b"
                              << "bbbbc";
    QTest::newRow("backwards") << "ba"
                               << "aabbc";
    QTest::newRow("all") << "baxy"
                         << "xaybc";
    QTest::newRow("the middle one first") << "a"
                                          << "aaccc";
    QTest::newRow("then the last") << "ab"
                                   << "aabbc";
    QTest::newRow("a member first") << "x"
                                    << "xcccc";
    QTest::newRow("a member, then backwards") << "xba"
                                              << "xabbc";
}

/// a1 into a, b1 into b, a into b, b into c: every one is c then. Each merge that ends leads to where it was before.
void TestCustomers::twoWithMembersAreMergedAndComeApart()
{
    QFETCH(const QString, ends);
    QFETCH(const QString, roots);
    People hub;
    const CustomerId a1 = hub.ada, a = hub.bob, b1 = hub.cleo;
    const CustomerId b = hub.take(hub.letter("b@mail.test")).customer, c = hub.take(hub.letter("c@mail.test")).customer;
    hub.fill(a, "ada");
    hub.fill(b, "bob");
    const Customer aBefore = hub.customer(a), bBefore = hub.customer(b), cBefore = hub.customer(c);
    std::map<QChar, MergeCustomers> merges;
    for (const auto &[name, from, into] : {std::tuple(u'x', a1, a), {u'y', b1, b}, {u'a', a, b}, {u'b', b, c}}) {
        merges[name] = hub.merge(from, into, name == u'a' ? std::vector<std::string>{"name"} : std::vector<std::string>());
        QCOMPARE(hub.mustApply(merges[name]).kind, Kind::Applied);
    }
    QCOMPARE(hub.customer(b).name, aBefore.name);
    for (const QChar end : ends)
        QCOMPARE(hub.mustApply(UnlinkCustomers{merges[end].link}).kind, Kind::Applied);
    const std::map<QChar, CustomerId> named{{u'x', a1}, {u'a', a}, {u'y', b1}, {u'b', b}, {u'c', c}};
    const CustomerId order[]{a1, a, b1, b, c};
    for (int i = 0; i < 5; ++i)
        QVERIFY2(*tributary::hub::rootOf(*hub.database, order[i]) == named.at(roots[i]), qPrintable(QString::number(i)));
    if (ends.contains(u'a')) // also what was taken over
        QCOMPARE(content(hub.customer(b)), content(bBefore));
    QCOMPARE(content(hub.customer(c)), content(cBefore));
    QCOMPARE(content(hub.customer(a)), content(aBefore));
    // Nobody is left with a way back that leads nowhere.
    QCOMPARE(
        hub.number("SELECT count(*) FROM customer_link WHERE ended_ms IS NULL AND first_id IS NOT NULL AND first_id NOT IN "
                   "(SELECT from_id FROM customer_link WHERE ended_ms IS NULL)"),
        0);
}

void TestCustomers::whatAChainTookIsGivenBackInAnyOrder_data()
{
    QTest::addColumn<QString>("ends");
    QTest::newRow("the newest first") << "ba";
    QTest::newRow("the oldest first") << "ab";
}

/// b takes a's name, and c then takes it from b.
void TestCustomers::whatAChainTookIsGivenBackInAnyOrder()
{
    QFETCH(const QString, ends);
    People hub;
    const CustomerId a = hub.ada, b = hub.bob, c = hub.cleo;
    hub.fill(a, "ada");
    hub.fill(b, "bob");
    hub.fill(c, "cleo");
    const Customer bBefore = hub.customer(b), cBefore = hub.customer(c);
    const std::map<QChar, MergeCustomers> merges{{u'a', hub.merge(a, b, {"name"})}, {u'b', hub.merge(b, c, {"name"})}};
    for (const QChar one : {u'a', u'b'}) {
        MergeCustomers merge = merges.at(one);
        merge.fromVersion = hub.customer(merge.from).version;
        merge.intoVersion = hub.customer(merge.into).version;
        QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    }
    QCOMPARE(hub.customer(c).name, hub.customer(a).name);
    for (const QChar end : ends)
        QCOMPARE(hub.mustApply(UnlinkCustomers{merges.at(end).link}).kind, Kind::Applied);
    QCOMPARE(content(hub.customer(b)), content(bBefore));
    QCOMPARE(content(hub.customer(c)), content(cBefore));
}

/// Held for an undo, or for an account that is down, while the customer says no.
void TestCustomers::whatWaitsIsNotSentAgainstConsent()
{
    People hub;
    const auto letter = hub.take(hub.letter("dora@mail.test"));
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(letter.conversation), "Gladly.")).kind, Kind::Applied);
    const SendMessage more = hub.reply(hub.conversation(letter.conversation), "One more thing.");
    QCOMPARE(hub.mustApply(more).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    hub.as(hub.tom, SetConsent{letter.customer, Channel::Email, Consent::Purpose::Service, false, "by phone"});
    const auto claimed =
        hub.change([&](ChangeLog &changes) { return claimNext(changes, hub.ids, hub.mail, hub.clock.now()); });
    QVERIFY(!claimed);
    const auto item = *hub.must(store::timelineItem(*hub.database, more.item));
    QCOMPARE(item.delivery->state, Delivery::State::Failed);
    QCOMPARE(item.delivery->problem, std::string("no-consent"));
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

void TestCustomers::badMergesAreRefused_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("into");
    QTest::addColumn<QString>("taken");
    QTest::addColumn<int>("evidence");
    QTest::addColumn<int>("reason");
    // 1 is merged into 0 already.
    QTest::newRow("fine") << 2 << 0 << "name" << 10 << int(Reason::None);
    QTest::newRow("merged already") << 1 << 2 << "name" << 10 << int(Reason::Chain);
    QTest::newRow("one with members joins") << 0 << 2 << "name" << 10 << int(Reason::None);
    QTest::newRow("into a member") << 2 << 1 << "name" << 10 << int(Reason::Chain);
    QTest::newRow("a cycle") << 0 << 1 << "name" << 10 << int(Reason::Chain);
    QTest::newRow("the same record twice") << 2 << 2 << "name" << 10 << int(Reason::NotFound);
    QTest::newRow("nobody there") << 3 << 0 << "name" << 10 << int(Reason::NotFound);
    QTest::newRow("no such field") << 2 << 0 << "blocked" << 10 << int(Reason::Invalid);
    QTest::newRow("a field without a key") << 2 << 0 << "field." << 10 << int(Reason::Invalid);
    QTest::newRow("a key that is none") << 2 << 0 << "field.Bad Key" << 10 << int(Reason::Invalid);
    QTest::newRow("evidence without end") << 2 << 0 << "name" << 5000 << int(Reason::Invalid);
}

void TestCustomers::badMergesAreRefused()
{
    QFETCH(int, from);
    QFETCH(int, into);
    QFETCH(QString, taken);
    QFETCH(int, evidence);
    QFETCH(int, reason);
    People hub;
    hub.mustApply(hub.merge(hub.bob, hub.ada, {}));
    const CustomerId people[]{hub.ada, hub.bob, hub.cleo, hub.ids.make<CustomerId>()};
    const Customer before = hub.customer(hub.ada);
    const Outcome outcome = hub.mustApply(MergeCustomers{.link = hub.ids.make<CustomerLinkId>(),
                                                         .from = people[from],
                                                         .into = people[into],
                                                         .evidence = std::string(std::size_t(evidence), 'x'),
                                                         .taken = {taken.toStdString()}});
    QCOMPARE(int(outcome.reason), reason);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), outcome.reason == Reason::None ? 2 : 1);
    if (outcome.reason != Reason::None)
        QVERIFY(hub.customer(hub.ada) == before);
}

void TestCustomers::identitiesMoveAndMoveBack()
{
    People hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    const Conversation conversation = hub.conversation(first.conversation);
    for (int i = 0; i < 20; ++i)
        hub.take(hub.letter("ada@mail.test"));
    const auto said = [&](CustomerId who) {
        return std::ranges::count_if(hub.timeline(who),
                                     [](const TimelineItem &item) { return item.kind == TimelineItem::Kind::Inbound; });
    };
    QCOMPARE(said(hub.ada), 22);
    QCOMPARE(said(hub.bob), 1);
    QCOMPARE(hub.mustApply(MoveIdentity{conversation.identity, hub.bob}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(MoveIdentity{conversation.identity, hub.bob}).kind, Kind::NoEffect);
    QVERIFY(hub.identity(conversation.identity).customer == hub.bob);
    QVERIFY(hub.conversation(conversation.id).customer == hub.bob);
    QCOMPARE(said(hub.ada), 0);
    QCOMPARE(said(hub.bob), 23);
    QVERIFY(hub.take(hub.letter("ada@mail.test")).customer == hub.bob); // what comes next too
    QCOMPARE(hub.mustApply(MoveIdentity{conversation.identity, hub.ada}).kind, Kind::Applied);
    QCOMPARE(said(hub.ada), 23);
    QCOMPARE(said(hub.bob), 1);
    for (const TimelineItem &item : hub.timeline(hub.ada))
        QVERIFY(item.customer == hub.ada);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link WHERE ended_ms IS NULL"), 0);
}

/// What others have said in a conversation stands with it, and so does what was asked of them on the side.
void TestCustomers::whatOthersSaidMovesAlong()
{
    People hub;
    InboundEnvelope letter = hub.letter("ada@mail.test");
    letter.details["to"] = "help@shop.test, cora@mail.test";
    const ConversationId thread = hub.take(letter).conversation;
    InboundEnvelope fromCora = hub.letter("cora@mail.test");
    fromCora.references = {letter.messageIds.front()};
    QCOMPARE(hub.take(fromCora).conversation, thread);
    const StartConversation side{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "courier@parcels.test",
                                 .parent = thread};
    QCOMPARE(hub.mustApply(side).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(side.conversation), "Where is it?")).kind, Kind::Applied);
    const IdentityId mail = hub.conversation(thread).identity;
    const auto standsWith = [&](CustomerId who) {
        const std::string own = " AND customer_id = x'" + toHex(who.view()) + "'";
        const std::string spoken = " AND identity_id <> zeroblob(16)"; // what happened to a person stays theirs
        for (const ConversationId &one : {thread, side.conversation}) {
            const std::string items =
                "SELECT count(*) FROM timeline_item WHERE conversation_id = x'" + toHex(one.view()) + "'" + spoken;
            if (hub.conversation(one).customer != who || hub.number(items) < 2
                || hub.number(items) != hub.number(items + own))
                return false;
        }
        return true;
    };
    QVERIFY(standsWith(hub.ada));
    QCOMPARE(hub.mustApply(MoveIdentity{mail, hub.bob}).kind, Kind::Applied);
    QVERIFY(standsWith(hub.bob));
    const std::vector<TimelineItem> left = hub.timeline(hub.ada);
    QCOMPARE(left.size(), std::size_t(1));
    QCOMPARE(left[0].details.at("event"), std::string("identity-left"));
    // What Cora says elsewhere is her own.
    const auto hers = hub.take(hub.letter("cora@mail.test"));
    QVERIFY(hub.item(hers.item).customer == hers.customer && hers.customer != hub.bob);
    QCOMPARE(hub.mustApply(MoveIdentity{mail, hub.ada}).kind, Kind::Applied);
    QVERIFY(standsWith(hub.ada));
}

void TestCustomers::aMoveTakenBackLeavesNoNo()
{
    People hub;
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    const MoveIdentity move{mail, hub.bob};
    QCOMPARE(hub.mustApply(move).kind, Kind::Applied);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), std::int64_t(1)); // they are two, a person says
    Command back = hub.command(MoveIdentity{mail, hub.ada});
    back.undoes = CommandBody(move);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Kind::Applied);
    QCOMPARE(hub.number("SELECT count(*) FROM customer_link"), std::int64_t(0)); // nobody says so any more
}

void TestCustomers::movingIntoNobodyMakesAPerson()
{
    People hub;
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    const CustomerId made = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{mail, made}).kind, Kind::Applied);
    QVERIFY(hub.customer(made).name.empty()); // its address is shown for it, to those who may see that
    const IdentityId named = hub.conversation(hub.take(hub.line("bob")).conversation).identity;
    Identity bob = hub.identity(named);
    bob.name = "Bob";
    hub.change([&](ChangeLog &changes) { return changes.put(bob); });
    const CustomerId another = hub.ids.make<CustomerId>();
    QCOMPARE(hub.mustApply(MoveIdentity{named, another}).kind, Kind::Applied);
    QCOMPARE(hub.customer(another).name, std::string("Bob"));
    QCOMPARE(hub.mustApply(MoveIdentity{mail, CustomerId()}).reason, Reason::NotFound);
    QCOMPARE(hub.mustApply(MoveIdentity{hub.ids.make<IdentityId>(), hub.ada}).reason, Reason::NotFound);
}

void TestCustomers::whoWasMadeByAMoveGoesWithIt_data()
{
    QTest::addColumn<QString>("since");
    QTest::addColumn<bool>("isThere");
    QTest::newRow("nothing more is known of them") << "" << false;
    QTest::newRow("the address was written from") << "written" << false;
    QTest::newRow("something was noted of them") << "noted" << true;
    QTest::newRow("another address was added") << "added" << true;
    QTest::newRow("they had been there before") << "there" << true;
}

void TestCustomers::whoWasMadeByAMoveGoesWithIt()
{
    QFETCH(const QString, since);
    QFETCH(const bool, isThere);
    People hub;
    const IdentityId mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation).identity;
    const MoveIdentity move{mail, hub.ids.make<CustomerId>()};
    if (since == "there")
        hub.mustApply(AddCustomer{move.customer, "Dora"});
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(move).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    if (since == "written")
        hub.take(hub.letter("ada@mail.test"));
    if (since == "noted")
        hub.mustApply(SetCustomerTags{move.customer, {"vip"}, {}});
    if (since == "added")
        hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), move.customer, Channel::Email, "dora@mail.test"});
    Command back = hub.command(MoveIdentity{mail, hub.ada});
    back.undoes = CommandBody(move);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Kind::Applied);
    QVERIFY(hub.identity(mail).customer == hub.ada);
    QCOMPARE(HubUnderTest::must(store::customer(*hub.database, move.customer)).has_value(), isThere);
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

void TestCustomers::hiddenFieldsOfCompaniesAreNotWritten()
{
    People hub;
    const std::string key = "confidential.credit";
    QCOMPARE(hub.as(hub.tom, SaveFieldDefinition{{.id = hub.ids.make<FieldDefinitionId>(),
                                                  .subject = FieldDefinition::Subject::Company,
                                                  .key = key,
                                                  .name = "Credit"}})
                 .kind,
             Kind::Applied);
    const Agent blind = hub.restricted({Permission::SeeConfidentialFields});
    Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .attributes = {{key, "none"}}};
    QCOMPARE(hub.as(blind, SaveCompany{kiln}).reason, Reason::NotAllowed); // a new one
    kiln.attributes.clear();
    QCOMPARE(hub.as(blind, SaveCompany{kiln}).kind, Kind::Applied);
    kiln.attributes[key] = "none";
    QCOMPARE(hub.as(blind, SaveCompany{kiln}).reason, Reason::NotAllowed); // one that has no such value yet
    const auto stored = [&] { return *HubUnderTest::must(store::company(*hub.database, kiln.id)); };
    QVERIFY(stored().attributes.empty());
    kiln.attributes[key] = "plenty";
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    kiln.attributes.clear(); // as who may not see it has it
    kiln.name = "Kiln Ltd";
    QCOMPARE(hub.as(blind, SaveCompany{kiln}).kind, Kind::Applied);
    QCOMPARE(stored().attributes.at(key), std::string("plenty"));
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

void TestCustomers::blockedPeopleAreKeptAndUnheard()
{
    People hub;
    const ConversationId mail = hub.take(hub.letter("ada@mail.test")).conversation;
    QCOMPARE(hub.conversation(mail).status, Conversation::Status::Open);
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, true, true}).kind, Kind::Applied);
    QVERIFY(hub.customer(hub.ada).spam);
    QCOMPARE(hub.conversation(mail).status, Conversation::Status::Resolved);
    const auto later = hub.take(hub.letter("ada@mail.test"));
    QCOMPARE(hub.conversation(later.conversation).status, Conversation::Status::Resolved);
    QVERIFY(!hub.conversation(later.conversation).waitingSince);
    QVERIFY(!hub.item(later.item).body.empty()); // nothing is lost
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, true, true}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, false, true}).kind, Kind::Applied);
    QVERIFY(!hub.customer(hub.ada).blocked);
    QVERIFY(!hub.customer(hub.ada).spam);
    const auto last = hub.take(hub.letter("ada@mail.test"));
    QCOMPARE(hub.conversation(last.conversation).status, Conversation::Status::Open);
}

void TestCustomers::unblockingOpensWhatTheBlockHadResolved_data()
{
    QTest::addColumn<QString>("was");
    QTest::addColumn<QString>("since");
    QTest::addColumn<int>("becomes");
    using Status = Conversation::Status;
    QTest::newRow("open") << "open"
                          << "" << int(Status::Open);
    QTest::newRow("waiting for the customer") << "waiting"
                                              << "" << int(Status::Waiting);
    QTest::newRow("snoozed") << "snoozed"
                             << "" << int(Status::Snoozed);
    QTest::newRow("waiting, and the customer wrote") << "waiting"
                                                     << "written" << int(Status::Open);
    QTest::newRow("resolved before") << "resolved"
                                     << "" << int(Status::Resolved);
    QTest::newRow("resolved again since") << "open"
                                          << "resolved" << int(Status::Resolved);
    QTest::newRow("as older hubs told it") << "open"
                                           << "old" << int(Status::Open);
}

/// A block that is undone leaves no customer waiting whom nobody sees.
void TestCustomers::unblockingOpensWhatTheBlockHadResolved()
{
    QFETCH(const QString, was);
    QFETCH(const QString, since);
    QFETCH(const int, becomes);
    using Status = Conversation::Status;
    People hub;
    const ConversationId chat = hub.take(hub.line("bob")).conversation;
    const TimePoint until = hub.clock.now() + std::chrono::hours(30);
    if (was == "snoozed")
        hub.mustApply(Snooze{chat, until});
    else
        hub.mustApply(SetStatus{chat, *fromName<Status>(was.toStdString())});
    const Conversation before = hub.conversation(chat);
    QVERIFY(before.waitingSince);
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(BlockCustomer{hub.bob, true, false}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(chat).status, Status::Resolved);
    hub.clock.advance(std::chrono::minutes(1));
    const TimePoint written = hub.clock.now();
    if (since == "written")
        QCOMPARE(hub.take(hub.line("bob")).conversation, chat);
    if (since == "resolved")
        QCOMPARE(hub.mustApply(SetStatus{chat, Status::Resolved}).kind, Kind::Applied);
    if (since == "old") {
        auto query = hub.database->queryOnce("SELECT id FROM timeline_item WHERE kind = 'event' ORDER BY version DESC");
        HubUnderTest::must(query.step());
        TimelineItem event = hub.item(query.id<TimelineItemId>(0));
        QCOMPARE(event.details.at("why"), std::string("blocked"));
        event.details.erase("from");
        hub.change([&](ChangeLog &changes) { return changes.put(event); });
    }
    QCOMPARE(hub.mustApply(BlockCustomer{hub.bob, false, false}).kind, Kind::Applied);
    const Conversation after = hub.conversation(chat);
    QCOMPARE(int(after.status), becomes);
    if (after.status == Status::Resolved)
        return;
    // What waited for the customer was put aside: they wait for an answer since they wrote again.
    const bool isNew = was == "waiting" && since == "written";
    QVERIFY(after.waitingSince == (isNew ? std::optional(written) : before.waitingSince));
    QVERIFY(after.snoozedUntil == before.snoozedUntil);
    QCOMPARE(after.inboundCount, before.inboundCount + (since == "written"));
}

void TestCustomers::whatCameInDuringABlockIsSeenAfter_data()
{
    QTest::addColumn<QString>("was");
    QTest::addColumn<int>("came");
    QTest::newRow("a conversation that began then") << "" << 1;
    QTest::newRow("one that goes on since") << "" << 3;
    QTest::newRow("one that had been resolved before") << "resolved" << 1;
}

void TestCustomers::whatCameInDuringABlockIsSeenAfter()
{
    QFETCH(const QString, was);
    QFETCH(const int, came);
    using Status = Conversation::Status;
    People hub;
    std::int64_t before = 0;
    const CustomerId dora = was.isEmpty() ? hub.take(hub.letter("dora@mail.test")).customer : hub.bob;
    if (!was.isEmpty()) {
        const ConversationId chat = hub.take(hub.line("bob")).conversation;
        hub.mustApply(SetStatus{chat, Status::Resolved});
        before = hub.conversation(chat).inboundCount;
    }
    hub.clock.advance(std::chrono::minutes(1));
    QCOMPARE(hub.mustApply(BlockCustomer{dora, true, false}).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    const TimePoint since = hub.clock.now();
    ConversationId id;
    for (int i = 0; i < came; ++i) {
        InboundEnvelope next = was.isEmpty() ? hub.letter("dora@mail.test") : hub.line("bob");
        if (i > 0)
            next.references = {"m" + std::to_string(hub.count - 1) + "@mail.test"};
        id = hub.take(next).conversation;
        QCOMPARE(hub.conversation(id).status, Status::Resolved);
        hub.clock.advance(std::chrono::minutes(1));
    }
    QCOMPARE(hub.mustApply(BlockCustomer{dora, false, false}).kind, Kind::Applied);
    const Conversation after = hub.conversation(id);
    QCOMPARE(after.status, Status::Open);
    QVERIFY(after.waitingSince && *after.waitingSince >= (was.isEmpty() ? since : TimePoint()));
    QCOMPARE(after.inboundCount, before + came);
}

void TestCustomers::whoWasBlockedThroughOthersIsHeardAgain_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("who had written while merged") << "written";
    QTest::newRow("who was resolved with the other") << "resolved";
    QTest::newRow("an address that is moved away") << "moved";
}

void TestCustomers::whoWasBlockedThroughOthersIsHeardAgain()
{
    QFETCH(const QString, how);
    using Status = Conversation::Status;
    People hub;
    const auto mail = hub.take(hub.letter("ada@mail.test"));
    const ConversationId chat = hub.take(hub.line("bob")).conversation;
    const std::int64_t before = hub.conversation(mail.conversation).inboundCount;
    ConversationId another;
    hub.clock.advance(std::chrono::minutes(1));
    if (how == "written") {
        hub.mustApply(SetStatus{mail.conversation, Status::Waiting});
        hub.mustApply(BlockCustomer{hub.bob, true, false});
    }
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {});
    if (how != "moved")
        QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    if (how != "written")
        hub.mustApply(BlockCustomer{hub.ada, true, false});
    hub.clock.advance(std::chrono::minutes(1));
    if (how == "written") {
        InboundEnvelope next = hub.letter("ada@mail.test");
        next.references = {"m" + std::to_string(hub.count - 2) + "@mail.test"};
        QCOMPARE(hub.take(next).conversation, mail.conversation);
        QCOMPARE(hub.conversation(mail.conversation).status, Status::Waiting);
        another = hub.take(hub.letter("ada@mail.test")).conversation;
        QCOMPARE(hub.conversation(another).status, Status::Resolved);
    }
    if (how == "moved")
        QCOMPARE(hub.mustApply(MoveIdentity{hub.conversation(mail.conversation).identity, hub.cleo}).kind, Kind::Applied);
    else
        QCOMPARE(hub.mustApply(UnlinkCustomers{merge.link}).kind, Kind::Applied);
    const bool isAdaHeard = how != "resolved";
    QCOMPARE(hub.conversation(mail.conversation).status, isAdaHeard ? Status::Open : Status::Resolved);
    QCOMPARE(hub.conversation(chat).status, how == "written" ? Status::Resolved : Status::Open);
    if (how == "written") {
        QCOMPARE(hub.conversation(mail.conversation).inboundCount, before + 1);
        QVERIFY(hub.conversation(mail.conversation).waitingSince);
        QCOMPARE(hub.conversation(another).status, Status::Open);
        QVERIFY(hub.conversation(another).waitingSince);
    }
}

void TestCustomers::nothingIsSentToTheBlocked()
{
    People hub;
    const Conversation mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation);
    hub.mustApply(BlockCustomer{hub.ada, true, false});
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).reason, Reason::Blocked);
    StartConversation start{
        .conversation = hub.ids.make<ConversationId>(), .account = hub.mail.id, .identity = mail.identity, .subject = "x"};
    QCOMPARE(hub.mustApply(start).reason, Reason::Blocked);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    hub.mustApply(BlockCustomer{hub.ada, false, false});
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
}

void TestCustomers::aBlockedPersonStaysSoThroughAMerge()
{
    People hub;
    hub.mustApply(BlockCustomer{hub.bob, true, false});
    const MergeCustomers merge = hub.merge(hub.bob, hub.ada, {});
    QCOMPARE(hub.mustApply(merge).kind, Kind::Applied);
    const Conversation mail = hub.conversation(hub.take(hub.letter("ada@mail.test")).conversation);
    QCOMPARE(mail.status, Conversation::Status::Resolved);
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).reason, Reason::Blocked);
    // Unblocking is of the whole person.
    QCOMPARE(hub.mustApply(BlockCustomer{hub.ada, false, false}).kind, Kind::Applied);
    QVERIFY(!hub.customer(hub.bob).blocked);
    QCOMPARE(hub.mustApply(hub.reply(mail, "hello")).kind, Kind::Applied);
}

void TestCustomers::consentIsSaidOnTheTimeline()
{
    People hub;
    const auto events = [&] {
        QStringList found;
        for (const TimelineItem &item : hub.timeline(hub.ada)) {
            if (item.kind == TimelineItem::Kind::Event && item.details.at("event").starts_with("consent"))
                found.append(QString::fromStdString(item.details.at("event") + " " + item.details.at("purpose") + " "
                                                    + item.details.at("source")));
        }
        return found;
    };
    const SetConsent given{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "order form"};
    QCOMPARE(hub.mustApply(given).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(given).kind, Kind::NoEffect);
    hub.clock.advance(std::chrono::hours(1));
    SetConsent withdrawn = given;
    withdrawn.granted = false;
    withdrawn.source = "by phone";
    QCOMPARE(hub.mustApply(withdrawn).kind, Kind::Applied);
    QCOMPARE(events(), QStringList({"consent-given marketing order form", "consent-withdrawn marketing by phone"}));
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 1);
    const Consent last =
        *HubUnderTest::must(store::consent(*hub.database, consentId(hub.ada, Channel::Email, Consent::Purpose::Marketing)));
    QVERIFY(!last.granted);
    QCOMPARE(last.source, std::string("by phone"));
    QVERIFY(last.at == hub.clock.now());
    QVERIFY(last.by == hub.mara.id);
    // Another channel or purpose is another consent.
    SetConsent other = given;
    other.channel = Channel::WhatsApp;
    hub.mustApply(other);
    other.purpose = Consent::Purpose::Service;
    hub.mustApply(other);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 3);
}

void TestCustomers::consentNeedsASource()
{
    People hub;
    QCOMPARE(hub.mustApply(SetConsent{hub.ada, Channel::Email, Consent::Purpose::Service, true, ""}).reason,
             Reason::Invalid);
    QCOMPARE(
        hub.mustApply(SetConsent{hub.ada, Channel::Email, Consent::Purpose::Service, true, std::string(600, 'x')}).reason,
        Reason::Invalid);
    QCOMPARE(
        hub.mustApply(SetConsent{hub.ids.make<CustomerId>(), Channel::Email, Consent::Purpose::Service, true, "x"}).reason,
        Reason::NotFound);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 0);
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

void TestCustomers::mailFromACompanyIsFromItsPeople()
{
    People hub;
    Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .domains = {" Kiln.TEST "}};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    QVERIFY(hub.customer(hub.take(hub.letter("dora@kiln.test")).customer).company == kiln.id);
    QVERIFY(!hub.customer(hub.take(hub.letter("dora@notkiln.test")).customer).company);
    kiln.domains = {"kiln-works.test"};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::NoEffect);
    QVERIFY(!hub.customer(hub.take(hub.letter("eve@kiln.test")).customer).company);
    QVERIFY(hub.customer(hub.take(hub.letter("eve@kiln-works.test")).customer).company == kiln.id);
}

void TestCustomers::addressesThatAreAddedTellTheCompany()
{
    People hub;
    const Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .domains = {"kiln.test"}};
    const Company wharf{.id = hub.ids.make<CompanyId>(), .name = "Wharf", .domains = {"wharf.test"}};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, SaveCompany{wharf}).kind, Kind::Applied);
    const auto add = [&hub](CustomerId to, const std::string &address) {
        QCOMPARE(hub.mustApply(AddIdentity{hub.ids.make<IdentityId>(), to, Channel::Email, address}).kind, Kind::Applied);
    };
    add(hub.bob, "bob@mail.test");
    QVERIFY(!hub.customer(hub.bob).company);
    add(hub.bob, "bob@kiln.test");
    QVERIFY(hub.customer(hub.bob).company == kiln.id);
    const std::vector<TimelineItem> told = hub.timeline(hub.bob);
    QVERIFY(std::ranges::any_of(told, [](const TimelineItem &item) {
        return item.kind == TimelineItem::Kind::Event && item.details.contains("to") && item.details.at("to") == "Kiln";
    }));
    add(hub.bob, "bob@wharf.test"); // what is known of them stays
    QVERIFY(hub.customer(hub.bob).company == kiln.id);
    // A visitor who shows an address of theirs.
    InboundEnvelope line = hub.line("cleo");
    line.sender.evidence.push_back({Channel::Email, "cleo@wharf.test", true});
    QVERIFY(hub.customer(hub.take(line).customer).company == wharf.id);
}

void TestCustomers::aDomainIsOneCompanys()
{
    People hub;
    Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .domains = {"kiln.test"}};
    Company wharf{.id = hub.ids.make<CompanyId>(), .name = "Wharf", .domains = {"wharf.test", "Kiln.test"}};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    const Outcome outcome = hub.as(hub.tom, SaveCompany{wharf});
    QCOMPARE(outcome.kind, Kind::Refused);
    QCOMPARE(outcome.reason, Reason::Taken);
    QVERIFY(outcome.detail.find("Kiln") != std::string::npos);
    QVERIFY(hub.customer(hub.take(hub.letter("dora@kiln.test")).customer).company == kiln.id);
    // Two that have it from before: both can be edited, and it stays with whom it is.
    wharf.domains = {"kiln.test"};
    hub.change([&](ChangeLog &changes) { return changes.put(wharf); });
    wharf.name = "The Wharf";
    QCOMPARE(hub.as(hub.tom, SaveCompany{wharf}).kind, Kind::Applied);
    QVERIFY(hub.customer(hub.take(hub.letter("eve@kiln.test")).customer).company == kiln.id);
    kiln.domains.clear();
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    wharf.domains = {"kiln.test", "wharf.test"};
    QCOMPARE(hub.as(hub.tom, SaveCompany{wharf}).kind, Kind::Applied);
    QVERIFY(hub.customer(hub.take(hub.letter("fay@wharf.test")).customer).company == wharf.id);
}

void TestCustomers::aSavedCompanyIsTakenBackWhileItStands_data()
{
    QTest::addColumn<QString>("since");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("name");
    QTest::newRow("as it was left") << "" << Kind::Applied << "Kiln";
    QTest::newRow("by who sees no notes") << "blind" << Kind::Applied << "Kiln";
    QTest::newRow("changed since") << "changed" << Kind::Refused << "Kiln of Ada";
    QTest::newRow("taken back already") << "back" << Kind::NoEffect << "Kiln";
}

void TestCustomers::aSavedCompanyIsTakenBackWhileItStands()
{
    QFETCH(const QString, since);
    QFETCH(const Kind, kind);
    QFETCH(const QString, name);
    People hub;
    const Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .domains = {"kiln.test"}, .note = "Pays late"};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    const Agent by = since == "blind" ? hub.restricted({Permission::SeeCustomerNotes}) : hub.tom;
    Company before = kiln;
    if (since == "blind")
        before.note.clear(); // as it is shown to them
    Company renamed = before;
    renamed.name = "Kiln Works";
    renamed.domains.clear();
    hub.clock.advance(Milliseconds(1));
    QCOMPARE(hub.as(by, SaveCompany{renamed}).kind, Kind::Applied);
    Company others = kiln;
    others.name = since == "changed" ? "Kiln of Ada" : "Kiln";
    hub.clock.advance(Milliseconds(1));
    if (since == "changed" || since == "back")
        QCOMPARE(hub.as(hub.tom, SaveCompany{others}).kind, Kind::Applied);
    hub.clock.advance(Milliseconds(1));
    Command back = hub.command(SaveCompany{before});
    back.undoes = CommandBody(SaveCompany{renamed});
    QCOMPARE(HubUnderTest::must(hub.apply(back, by)).kind, kind);
    const auto now = HubUnderTest::must(store::company(*hub.database, kiln.id));
    QCOMPARE(QString::fromStdString(now->name), name);
    QCOMPARE(now->note, kiln.note);
    QVERIFY(hub.customer(hub.take(hub.letter("dora@kiln.test")).customer).company == kiln.id); // its domain is its again
}

void TestCustomers::aRemovedCompanyComesBackWithItsPeople()
{
    People hub;
    const Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .domains = {"kiln.test"}, .note = "Pays late"};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, SetCompany{hub.ada, kiln.id}).kind, Kind::Applied);
    const Customer ada = hub.customer(hub.ada);
    const auto companyOfAda = [&] { return HubUnderTest::must(store::companyOf(*hub.database, hub.customer(hub.ada))); };
    const RemoveCompany remove{kiln.id};
    QCOMPARE(hub.as(hub.tom, remove).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, remove).kind, Kind::NoEffect);
    QVERIFY(hub.customer(hub.ada) == ada); // nobody's own row is written, however many they are
    QVERIFY(!companyOfAda());
    QVERIFY(HubUnderTest::must(store::companies(*hub.database)).empty());
    QVERIFY(!hub.customer(hub.take(hub.letter("dora@kiln.test")).customer).company);
    Command back = hub.command(RemoveCompany{kiln.id, false});
    back.undoes = CommandBody(remove);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, Kind::Applied);
    QVERIFY(hub.customer(hub.ada) == ada);
    const auto again = companyOfAda();
    QVERIFY(again);
    QCOMPARE(again->note, kiln.note);
    QVERIFY(hub.customer(hub.take(hub.letter("eve@kiln.test")).customer).company == kiln.id);
    Command twice = hub.command(RemoveCompany{kiln.id, false});
    twice.undoes = CommandBody(remove);
    QCOMPARE(HubUnderTest::must(hub.apply(twice, hub.tom)).kind, Kind::NoEffect);
}

/// By somebody who was away when it was removed.
void TestCustomers::nothingIsDoneToARemovedCompany_data()
{
    QTest::addColumn<QString>("deed");
    QTest::newRow("an edit") << "edit";
    QTest::newRow("a customer of it") << "customer";
}

void TestCustomers::nothingIsDoneToARemovedCompany()
{
    QFETCH(const QString, deed);
    People hub;
    const CompanyId kiln = hub.companyNamed("Kiln");
    QCOMPARE(hub.as(hub.tom, RemoveCompany{kiln}).kind, Kind::Applied);
    const CommandBody body = deed == "edit" ? CommandBody(SaveCompany{{.id = kiln, .name = "Kiln Works"}})
                                            : CommandBody(SetCompany{hub.ada, kiln});
    const Outcome outcome = hub.as(hub.tom, body);
    QCOMPARE(outcome.kind, Kind::Refused);
    QCOMPARE(outcome.reason, Reason::NotFound);
    const Company now = *HubUnderTest::must(store::company(*hub.database, kiln));
    QVERIFY(now.removed);
    QCOMPARE(now.name, std::string("Kiln"));
    QVERIFY(!hub.customer(hub.ada).company);
}

/// Its name, its domains and its people may be another company's; what is so by then stays when it comes back.
void TestCustomers::whatIsOfARemovedCompanyIsFree()
{
    People hub;
    const Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln", .domains = {"kiln.test"}};
    const Company wharf{.id = hub.ids.make<CompanyId>(), .name = "Wharf", .domains = {"kiln.test"}};
    QCOMPARE(hub.as(hub.tom, SaveCompany{kiln}).kind, Kind::Applied);
    const CustomerId dora = hub.take(hub.letter("dora@mail.test")).customer;
    QCOMPARE(hub.as(hub.tom, SetCompany{dora, kiln.id}).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, RemoveCompany{kiln.id}).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, SaveCompany{wharf}).kind, Kind::Applied);
    const AddIdentity work{hub.ids.make<IdentityId>(), dora, Channel::Email, "dora@kiln.test"};
    QCOMPARE(hub.as(hub.tom, work).kind, Kind::Applied);
    QVERIFY(hub.customer(dora).company == wharf.id); // she belonged to none
    QCOMPARE(hub.as(hub.tom, RemoveCompany{kiln.id, false}).kind, Kind::Applied);
    QVERIFY(hub.customer(dora).company == wharf.id);
    QVERIFY(hub.customer(hub.take(hub.letter("eve@kiln.test")).customer).company == wharf.id);
}

void TestCustomers::aNewCompanyIsTakenBackWhileNobodyIsOfIt_data()
{
    QTest::addColumn<bool>("isUsed");
    QTest::addColumn<Kind>("kind");
    QTest::newRow("nobody") << false << Kind::Applied;
    QTest::newRow("a colleague has used it") << true << Kind::Refused;
}

void TestCustomers::aNewCompanyIsTakenBackWhileNobodyIsOfIt()
{
    QFETCH(const bool, isUsed);
    QFETCH(const Kind, kind);
    People hub;
    const SaveCompany made{{.id = hub.ids.make<CompanyId>(), .name = "Kiln"}};
    QCOMPARE(hub.as(hub.tom, made).kind, Kind::Applied);
    if (isUsed)
        QCOMPARE(hub.as(hub.tom, SetCompany{hub.ada, made.company.id}).kind, Kind::Applied);
    Command back = hub.command(RemoveCompany{made.company.id});
    back.undoes = CommandBody(made);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, kind);
    QCOMPARE(HubUnderTest::must(store::companies(*hub.database)).size(), std::size_t(isUsed));
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

void TestCustomers::aConsentIsTakenBack_data()
{
    QTest::addColumn<bool>("hadBefore");
    QTest::addColumn<bool>("changedSince");
    QTest::addColumn<QString>("told"); // the last event and its reason
    QTest::newRow("the first word") << false << false << "consent-removed undo";
    QTest::newRow("behind another") << true << false << "consent-given undo";
    QTest::newRow("they have said more since") << false << true << "consent-given ";
    QTest::newRow("behind another, and more since") << true << true << "consent-given ";
}

void TestCustomers::aConsentIsTakenBack()
{
    QFETCH(const bool, hadBefore);
    QFETCH(const bool, changedSince);
    QFETCH(const QString, told);
    People hub;
    const auto word = [&](bool granted, const std::string &source) {
        return SetConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing, granted, source};
    };
    const auto recorded = [&] {
        auto found = HubUnderTest::must(
            store::consent(*hub.database, consentId(hub.ada, Channel::Email, Consent::Purpose::Marketing)));
        if (found)
            found->version = 0;
        return found;
    };
    if (hadBefore)
        QCOMPARE(hub.mustApply(word(true, "order form")).kind, Kind::Applied);
    const std::optional<Consent> before = recorded();
    hub.clock.advance(std::chrono::hours(1));
    const SetConsent mistake = word(false, "by phone");
    QCOMPARE(hub.as(hub.tom, mistake).kind, Kind::Applied);
    hub.clock.advance(std::chrono::hours(1));
    if (changedSince)
        QCOMPARE(hub.mustApply(word(true, "by letter")).kind, Kind::Applied);
    const std::optional<Consent> since = recorded();
    hub.clock.advance(Milliseconds(1));
    Command back = hub.command(RemoveConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing});
    if (before) {
        SetConsent again = word(before->granted, before->source);
        again.saidAt = before->at;
        back.body = again;
    }
    back.undoes = CommandBody(mistake);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, changedSince ? Kind::Refused : Kind::Applied);
    QVERIFY(recorded() == (changedSince ? since : before)); // also whose record it is
    std::vector<TimelineItem> events = hub.timeline(hub.ada);
    std::erase_if(events, [](const TimelineItem &item) {
        return item.kind != TimelineItem::Kind::Event || !item.details.at("event").starts_with("consent");
    });
    QCOMPARE(events.size(), std::size_t(hadBefore) + 2); // nothing of it is lost
    const auto why = events.back().details.find("why");
    QCOMPARE(QString::fromStdString(events.back().details.at("event") + " "
                                    + (why == events.back().details.end() ? std::string() : why->second)),
             told);
}

void TestCustomers::aColleaguesConsentIsNotTakenBack()
{
    People hub;
    const SetConsent word{hub.ada, Channel::Email, Consent::Purpose::Marketing, true, "by phone"};
    QCOMPARE(hub.mustApply(word).kind, Kind::Applied);
    QCOMPARE(hub.as(hub.tom, word).kind, Kind::NoEffect);
    Command back = hub.command(RemoveConsent{hub.ada, Channel::Email, Consent::Purpose::Marketing});
    back.undoes = CommandBody(word);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.tom)).kind, Kind::Refused);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 1);
    QCOMPARE(HubUnderTest::must(hub.apply(hub.command(back.body), hub.mara)).kind,
             Kind::Refused); // it is an undo or nothing
    back = hub.command(back.body);
    back.undoes = CommandBody(word);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Kind::Applied);
    QCOMPARE(hub.number("SELECT count(*) FROM consent"), 0);
}

QTEST_GUILESS_MAIN(TestCustomers)
#include "tst_customers.moc"
