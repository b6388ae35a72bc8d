// Companies, and whose people are theirs.
#include "tests/hub/core/people_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

class TestCompanyCommands : public QObject {
    Q_OBJECT
private slots:
    void hiddenFieldsOfCompaniesAreNotWritten();
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
};

void TestCompanyCommands::hiddenFieldsOfCompaniesAreNotWritten()
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

void TestCompanyCommands::mailFromACompanyIsFromItsPeople()
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

void TestCompanyCommands::addressesThatAreAddedTellTheCompany()
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

void TestCompanyCommands::aDomainIsOneCompanys()
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

void TestCompanyCommands::aSavedCompanyIsTakenBackWhileItStands_data()
{
    QTest::addColumn<QString>("since");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("name");
    QTest::newRow("as it was left") << "" << Kind::Applied << "Kiln";
    QTest::newRow("by who sees no notes") << "blind" << Kind::Applied << "Kiln";
    QTest::newRow("changed since") << "changed" << Kind::Refused << "Kiln of Ada";
    QTest::newRow("taken back already") << "back" << Kind::NoEffect << "Kiln";
}

void TestCompanyCommands::aSavedCompanyIsTakenBackWhileItStands()
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

void TestCompanyCommands::aRemovedCompanyComesBackWithItsPeople()
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
void TestCompanyCommands::nothingIsDoneToARemovedCompany_data()
{
    QTest::addColumn<QString>("deed");
    QTest::newRow("an edit") << "edit";
    QTest::newRow("a customer of it") << "customer";
}

void TestCompanyCommands::nothingIsDoneToARemovedCompany()
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
void TestCompanyCommands::whatIsOfARemovedCompanyIsFree()
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

void TestCompanyCommands::aNewCompanyIsTakenBackWhileNobodyIsOfIt_data()
{
    QTest::addColumn<bool>("isUsed");
    QTest::addColumn<Kind>("kind");
    QTest::newRow("nobody") << false << Kind::Applied;
    QTest::newRow("a colleague has used it") << true << Kind::Refused;
}

void TestCompanyCommands::aNewCompanyIsTakenBackWhileNobodyIsOfIt()
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

QTEST_GUILESS_MAIN(TestCompanyCommands)
#include "tst_company_commands.moc"
