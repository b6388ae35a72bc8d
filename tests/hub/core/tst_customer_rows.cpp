// Rows of a file of customers at the hub: each is taken whole or not at all, and once, whatever is brought again.
#include "tests/hub/core/hub_under_test.h"

#include "core/hub/teams.h"
#include "core/model/masks.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

namespace {

struct Register : HubUnderTest {
    CustomerId ada, bob;

    Register()
    {
        ada = take(letter("ada@mail.test")).customer;
        bob = take(letter("bob@mail.test")).customer;
        tom.role = Agent::Role::Admin;
        change([&](ChangeLog &changes) { return changes.put(tom); });
        for (const char *key : {"size", "confidential.iban"}) {
            const FieldDefinition field{.id = ids.make<FieldDefinitionId>(),
                                        .subject = FieldDefinition::Subject::Customer,
                                        .key = key,
                                        .name = key,
                                        .type = key == std::string("size") ? FieldDefinition::Type::Number
                                                                           : FieldDefinition::Type::Text};
            must(apply(command(SaveFieldDefinition{field}), tom));
        }
    }
    ImportedCustomer row(const std::string &name, std::vector<std::string> mails)
    {
        ImportedCustomer one{.customer = ids.make<CustomerId>(), .name = name};
        for (std::string &mail : mails)
            one.addresses.push_back({ids.make<IdentityId>(), Channel::Email, std::move(mail)});
        return one;
    }
    std::int64_t people() { return number("SELECT count(*) FROM customer"); }
    Customer customer(CustomerId id) { return *must(store::customer(*database, id)); }
    /// Somebody whose role allows all that a lead may do but @p without.
    Agent restricted(Permission without)
    {
        Role role{.id = ids.make<RoleId>(), .name = "restricted"};
        role.permissions = permissionsOf(Agent::Role::Lead);
        std::erase(role.permissions, std::string(nameOf(without)));
        Agent agent = must(addAgent(*database, ids, "r@shop.test", "R", Agent::Role::Agent, ""));
        change([&](ChangeLog &changes) { return saveRole(changes, ids, role, clock.now()); });
        agent.customRole = role.id;
        return change([&](ChangeLog &changes) { return setRights(changes, ids, agent, clock.now()); });
    }
};

} // namespace

class TestCustomerRows : public QObject {
    Q_OBJECT
private slots:
    void everyRowHasItsOwnOutcome();
    void aRowIsTakenWholeOrNotAtAll_data();
    void aRowIsTakenWholeOrNotAtAll();
    void anAddressThatWasTakenMeanwhileLeavesNobodyBehind();
    void broughtAgainItChangesNothing();
    void whoIsThereAlreadyIsNotMadeTwice();
    void companiesAreMadeOnce();
    void outcomesAreToldWhole();
    void rightsAreAskedByTheRow_data();
    void rightsAreAskedByTheRow();
    void tooManyAtOnceAreRefused();
    void whatIsToldAtOnceStaysSmall();
};

void TestCustomerRows::everyRowHasItsOwnOutcome()
{
    Register hub;
    ImportedCustomer fresh = hub.row("Cleo", {"cleo@mail.test", "cleo@home.test"});
    fresh.note = "Likes blue";
    fresh.tags = {"vip"};
    fresh.fields = {{"size", "38"}};
    ImportedCustomer joins = hub.row("Another name", {"ada@mail.test", "ada@home.test"});
    joins.fields = {{"size", "40"}};
    const ImportedCustomer both = hub.row("Two", {"ada@mail.test", "bob@mail.test"});
    const ImportedCustomer same = hub.row("", {"bob@mail.test"});
    const ImportedCustomer nameless = hub.row("", {"only@mail.test"});
    const std::int64_t before = hub.people();
    const Outcome outcome = hub.mustApply(ImportCustomers{{fresh, joins, both, same, nameless}});
    QCOMPARE(outcome.kind, Kind::Applied);
    QVERIFY(outcome.refusedRows == (std::vector<Outcome::RefusedRow>{{2, Reason::Taken}}));
    QCOMPARE(hub.people(), before + 2);
    const Customer cleo = hub.customer(fresh.customer);
    QCOMPARE(cleo.name, std::string("Cleo"));
    QCOMPARE(cleo.note, std::string("Likes blue"));
    QCOMPARE(cleo.tags, std::vector<std::string>{"vip"});
    QCOMPARE(cleo.attributes.at("size"), std::string("38"));
    for (const auto &address : fresh.addresses) {
        const auto identity = hub.must(store::identity(*hub.database, address.identity));
        QVERIFY(identity && identity->customer == fresh.customer && !identity->verified);
    }
    QCOMPARE(hub.customer(hub.ada).attributes.at("size"), std::string("40"));
    const auto added = hub.must(store::identity(*hub.database, joins.addresses[1].identity));
    QVERIFY(added && added->customer == hub.ada);
    QCOMPARE(hub.customer(nameless.customer).name, std::string()); // who is not shown addresses is shown names
    QCOMPARE(hub.number("SELECT count(*) FROM outcome WHERE refused_rows IS NOT NULL"), 1);
}

void TestCustomerRows::aRowIsTakenWholeOrNotAtAll_data()
{
    QTest::addColumn<QString>("what");
    for (const char *what : {"no address", "no such field", "a value that does not fit", "a tag without letters",
                             "a bad address", "a long name", "no id"})
        QTest::newRow(what) << what;
}

void TestCustomerRows::aRowIsTakenWholeOrNotAtAll()
{
    QFETCH(const QString, what);
    Register hub;
    ImportedCustomer bad = hub.row("Cleo", {"cleo@mail.test"});
    if (what == "no address")
        bad.addresses.clear();
    else if (what == "no such field")
        bad.fields = {{"height", "2"}};
    else if (what == "a value that does not fit")
        bad.fields = {{"size", "big"}};
    else if (what == "a tag without letters")
        bad.tags = {""};
    else if (what == "a bad address")
        bad.addresses.push_back({hub.ids.make<IdentityId>(), Channel::Email, "no address"});
    else if (what == "a long name")
        bad.name = std::string(501, 'x');
    else
        bad.customer = {};
    const std::int64_t before = hub.people();
    const Outcome outcome = hub.mustApply(ImportCustomers{{bad, hub.row("Dora", {"dora@mail.test"})}});
    QCOMPARE(outcome.kind, Kind::Applied);
    QVERIFY(outcome.refusedRows == (std::vector<Outcome::RefusedRow>{{0, Reason::Invalid}}));
    QCOMPARE(hub.people(), before + 1); // Dora
    QCOMPARE(hub.number("SELECT count(*) FROM identity WHERE address = 'cleo@mail.test'"), 0);
}

void TestCustomerRows::anAddressThatWasTakenMeanwhileLeavesNobodyBehind()
{
    Register hub;
    const ImportedCustomer row = hub.row("Cleo from the file", {"cleo@mail.test"});
    hub.clock.advance(std::chrono::seconds(1));
    const CustomerId cleo = hub.take(hub.letter("cleo@mail.test")).customer; // she writes between the look and the row
    const std::int64_t before = hub.people();
    const Outcome outcome = hub.mustApply(ImportCustomers{{row}});
    QCOMPARE(outcome.kind, Kind::Applied);
    QVERIFY(outcome.refusedRows.empty());
    QCOMPARE(hub.people(), before); // nobody with a name and no address
    QCOMPARE(hub.customer(cleo).name, std::string("Cleo from the file"));
}

void TestCustomerRows::broughtAgainItChangesNothing()
{
    Register hub;
    const ImportCustomers rows{{hub.row("Cleo", {"cleo@mail.test"}), hub.row("Two", {"ada@mail.test", "bob@mail.test"})}};
    const Command command = hub.command(rows);
    const Outcome first = hub.must(hub.apply(command, hub.mara));
    const std::int64_t people = hub.people(), head = hub.head();
    QVERIFY(hub.must(hub.apply(command, hub.mara)) == first); // asked twice, by the number
    QCOMPARE(hub.head(), head);
    const Outcome again = hub.mustApply(rows); // another command that says the same
    QCOMPARE(again.kind, Kind::NoEffect);
    QVERIFY(again.refusedRows == first.refusedRows);
    QCOMPARE(hub.people(), people);
    // Her address is somebody else's since: she is not made anew.
    const auto moved = rows.rows[0].addresses[0].identity;
    hub.must(hub.apply(hub.command(MoveIdentity{moved, hub.bob}), hub.tom));
    QVERIFY(hub.mustApply(rows).refusedRows.size() == 1);
    QCOMPARE(hub.people(), people);
}

/// A row names the customer it makes. One who is there by then, without the row's addresses, is left as they are: somebody
/// has decided whose these are.
void TestCustomerRows::whoIsThereAlreadyIsNotMadeTwice()
{
    Register hub;
    ImportedCustomer first = hub.row("Cleo", {"cleo@mail.test"});
    first.tags = {"vip"};
    QCOMPARE(hub.mustApply(ImportCustomers{{first}}).kind, Kind::Applied);
    hub.mustApply(SetCustomerTags{first.customer, {}, {"vip"}});
    const Customer before = hub.customer(first.customer);
    const std::int64_t identities = hub.number("SELECT count(*) FROM identity");
    ImportedCustomer again = hub.row("Cleo once more", {"other@mail.test"});
    again.customer = first.customer;
    again.note = "Overwritten";
    again.tags = {"vip"};
    QCOMPARE(hub.mustApply(ImportCustomers{{again}}).kind, Kind::NoEffect);
    QVERIFY(hub.customer(first.customer) == before);
    QCOMPARE(hub.number("SELECT count(*) FROM identity"), identities);
}

void TestCustomerRows::companiesAreMadeOnce()
{
    Register hub;
    ImportCustomers rows;
    const CompanyId kiln = hub.ids.make<CompanyId>();
    for (int i = 0; i < 3; ++i) {
        rows.rows.push_back(hub.row("", {"p" + std::to_string(i) + "@mail.test"}));
        rows.rows.back().company = i == 1 ? "KILN ltd" : "Kiln Ltd";
        rows.rows.back().companyId = kiln;
    }
    QVERIFY(hub.mustApply(rows).refusedRows.empty());
    QCOMPARE(hub.number("SELECT count(*) FROM company"), 1);
    for (const ImportedCustomer &row : rows.rows)
        QVERIFY(hub.customer(row.customer).company == kiln);
}

void TestCustomerRows::outcomesAreToldWhole()
{
    Register hub;
    const std::int64_t from = hub.head();
    const Outcome outcome = hub.mustApply(ImportCustomers{{hub.row("Two", {"ada@mail.test", "bob@mail.test"})}});
    const auto changes = hub.must(changesAfter(*hub.database, from, hub.mara.id, hub.desk, 60'000));
    QCOMPARE(changes.outcomes.size(), std::size_t(1));
    QVERIFY(changes.outcomes.front() == outcome);
    QVERIFY(hub.must(cameBackAfter(*hub.database, hub.desk, 0)).back() == outcome);
}

void TestCustomerRows::rightsAreAskedByTheRow_data()
{
    QTest::addColumn<int>("without");
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isWhole"); ///< Nothing of the command is done.
    const auto row = [](const char *name, Permission without, const char *what, bool isWhole) {
        QTest::newRow(name) << int(without) << QString(what) << isWhole;
    };
    row("a company", Permission::ManageCompanies, "company", false);
    row("a note", Permission::SeeCustomerNotes, "note", false);
    row("a confidential field", Permission::SeeConfidentialFields, "field", false);
    row("addresses that are hidden", Permission::SeeContactDetails, "", true);
    row("customers at all", Permission::EditCustomers, "", true);
}

void TestCustomerRows::rightsAreAskedByTheRow()
{
    QFETCH(const int, without);
    QFETCH(const QString, what);
    QFETCH(const bool, isWhole);
    Register hub;
    const Agent by = hub.restricted(Permission(without));
    ImportedCustomer one = hub.row("Cleo", {"cleo@mail.test"});
    if (what == "company")
        one.company = "Kiln";
    else if (what == "note")
        one.note = "Likes blue";
    else if (what == "field")
        one.fields = {{"confidential.iban", "DE00"}};
    const std::int64_t before = hub.people();
    const Outcome outcome = hub.must(hub.apply(hub.command(ImportCustomers{{hub.row("D", {"d@mail.test"}), one}}), by));
    QCOMPARE(hub.number("SELECT count(*) FROM audit WHERE kind = 'refused'"), 1);
    if (isWhole) {
        QCOMPARE(outcome.kind, Kind::Refused);
        QCOMPARE(outcome.reason, Reason::NotAllowed);
        QCOMPARE(hub.people(), before);
        return;
    }
    QVERIFY(outcome.refusedRows == (std::vector<Outcome::RefusedRow>{{1, Reason::NotAllowed}}));
    QCOMPARE(hub.people(), before + 1);
    QVERIFY(hub.must(hub.apply(hub.command(ImportCustomers{{one}}), hub.tom)).refusedRows.empty());
}

void TestCustomerRows::tooManyAtOnceAreRefused()
{
    Register hub;
    ImportCustomers rows;
    QCOMPARE(hub.mustApply(rows).reason, Reason::Invalid);
    for (std::size_t i = 0; i <= kMostRowsImported; ++i)
        rows.rows.push_back(hub.row("", {"p" + std::to_string(i) + "@mail.test"}));
    const std::int64_t before = hub.people();
    QCOMPARE(hub.mustApply(rows).reason, Reason::Invalid);
    QCOMPARE(hub.people(), before);
    rows.rows.pop_back();
    QCOMPARE(hub.mustApply(rows).kind, Kind::Applied);
    QCOMPARE(hub.people(), before + std::int64_t(kMostRowsImported));
}

/// It must fit into a frame, however much was refused.
void TestCustomerRows::whatIsToldAtOnceStaysSmall()
{
    Register hub;
    ImportCustomers rows;
    for (std::size_t i = 0; i < kMostRowsImported; ++i)
        rows.rows.push_back(hub.row("Two", {"ada@mail.test", "bob@mail.test"}));
    for (int i = 0; i < 10; ++i)
        QCOMPARE(hub.mustApply(rows).refusedRows.size(), kMostRowsImported);
    const auto told = hub.must(cameBackAfter(*hub.database, hub.desk, 0));
    QVERIFY(!told.empty());
    QCOMPARE(told.back().n, hub.n);
    Outcome::RefusedRow last = told.back().refusedRows.back();
    QCOMPARE(last.row, std::int64_t(kMostRowsImported) - 1);
    QVERIFY(wire::pack(wire::Welcome{.outcomes = told}).size() <= wire::kMaxFrameBytes);
    std::size_t count = 0;
    for (const Outcome &outcome : told)
        count += outcome.refusedRows.size();
    QVERIFY(count <= 600);
}

QTEST_GUILESS_MAIN(TestCustomerRows)
#include "tst_customer_rows.moc"
