// The audit log: what is noted, by whom, with what before and after; that nothing changes it; what is never in it.
#include "core/hub/audit.h"
#include "core/hub/audit_chain.h"
#include "core/hub/one_time_links.h"
#include "core/store/sql.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = AuditEntry::Kind;

class TestAudit : public QObject {
    Q_OBJECT
private slots:
    void commandsAreNoted_data();
    void commandsAreNoted();
    void aListOfCustomersIsNoted_data();
    void aListOfCustomersIsNoted();
    void onlyWhatDiffersIsTold();
    void dailyWorkIsNot();
    void refusalsAreNoted();
    void rolledBackWithTheAct();
    void nothingChangesAnEntry_data();
    void nothingChangesAnEntry();
    void changesInTheFileAreSeen_data();
    void changesInTheFileAreSeen();
    void earlierEntriesAreCovered();
    void entriesAreCut();
    void linesCannotBeForged();
    void noSecretIsInIt();
    void customersAreNamedById();
    void filters_data();
    void filters();
    void pages();

private:
    static std::vector<AuditEntry> entries(HubUnderTest &hub, AuditQuery query = {})
    {
        return HubUnderTest::must(auditEntries(*hub.database, query));
    }
};

void TestAudit::commandsAreNoted_data()
{
    QTest::addColumn<QString>("act");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("was");
    QTest::addColumn<QString>("became");
    QTest::newRow("rights") << "rights" << int(Kind::PersonChanged) << "role: agent"
                            << "role: lead";
    QTest::newRow("what a plain role below gives") << "rights below" << int(Kind::PersonChanged) << "role: agent"
                                                   << "role: Helper, else lead";
    QTest::newRow("teams") << "teams" << int(Kind::PersonChanged) << ""
                           << "teams: Care, Returns";
    QTest::newRow("shut out") << "shut out" << int(Kind::PersonDeactivated) << "active: yes"
                              << "active: no";
    QTest::newRow("a role") << "role" << int(Kind::RoleAdded) << ""
                            << "permissions: reply";
    QTest::newRow("a team") << "team" << int(Kind::TeamAdded) << ""
                            << "name: Sales";
    QTest::newRow("a team's end") << "team gone" << int(Kind::TeamRemoved) << "name: Returns"
                                  << "";
    QTest::newRow("a field") << "field" << int(Kind::FieldAdded) << ""
                             << "key: colour";
    QTest::newRow("a status") << "status" << int(Kind::StatusAdded) << ""
                              << "counts-as: open";
    QTest::newRow("a merge") << "merge" << int(Kind::Merged) << ""
                             << "into: ";
    QTest::newRow("its end") << "unmerge" << int(Kind::Unmerged) << ""
                             << "ended: yes";
    QTest::newRow("how long an account reopens") << "reopen" << int(Kind::AccountChanged) << "reopen-days: 14"
                                                 << "reopen-days: 30";
    QTest::newRow("an account's country") << "region" << int(Kind::AccountChanged) << ""
                                          << "region: AE";
    QTest::newRow("an address moved") << "move" << int(Kind::IdentityMoved) << "home: Ann"
                                      << "home: Bert";
    QTest::newRow("consent") << "consent" << int(Kind::ConsentRecorded) << ""
                             << "granted: yes";
    QTest::newRow("consent withdrawn") << "withdrawal" << int(Kind::ConsentRecorded) << "granted: yes"
                                       << "granted: no";
    QTest::newRow("a company removed") << "company gone" << int(Kind::CompanyRemoved) << ""
                                       << "removed: yes";
    QTest::newRow("a company restored") << "company back" << int(Kind::CompanyRestored) << "removed: yes"
                                        << "";
    QTest::newRow("blocked") << "block" << int(Kind::Blocked) << ""
                             << "blocked: yes";
}

void TestAudit::commandsAreNoted()
{
    QFETCH(const QString, act);
    QFETCH(const int, kind);
    QFETCH(const QString, was);
    QFETCH(const QString, became);
    Desk hub;
    hub.put(hub.mara, {}, Agent::Role::Admin);
    const auto one = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const auto two = hub.conversation(hub.take(hub.letter("b@mail.test")).conversation);
    const CustomerLinkId link = hub.ids.make<CustomerLinkId>();
    const Company kiln{.id = hub.ids.make<CompanyId>(), .name = "Kiln"};
    const Role helper{.id = hub.ids.make<RoleId>(), .name = "Helper", .permissions = {"reply"}};
    const std::map<QString, std::vector<CommandBody>> acts{
        {"company gone", {SaveCompany{kiln}, RemoveCompany{kiln.id}}},
        {"company back", {SaveCompany{kiln}, RemoveCompany{kiln.id}, RemoveCompany{kiln.id, false}}},
        {"rights", {SetAgent{.agent = hub.tom.id, .role = Agent::Role::Lead}}},
        {"rights below",
         {SaveRole{helper}, SetAgent{.agent = hub.tom.id, .role = Agent::Role::Lead, .customRole = helper.id}}},
        {"teams", {SetAgent{.agent = hub.tom.id, .teams = {hub.returns.id, hub.care.id}}}},
        {"shut out", {SetAgentActive{hub.tom.id, false, std::nullopt}}},
        {"role", {SaveRole{{.id = hub.ids.make<RoleId>(), .name = "Helper", .permissions = {"reply"}}}}},
        {"team", {SaveTeam{{.id = hub.ids.make<TeamId>(), .name = "Sales"}}}},
        {"team gone", {RemoveTeam{hub.returns.id, std::nullopt}}},
        {"field", {SaveFieldDefinition{{.id = hub.ids.make<FieldDefinitionId>(), .key = "colour", .name = "Colour"}}}},
        {"status", {SaveCustomStatus{{.id = hub.ids.make<CustomStatusId>(), .name = "With the courier"}}}},
        {"merge", {LinkCustomers{link, one.customer, two.customer, "why"}}},
        {"unmerge", {LinkCustomers{link, one.customer, two.customer, "why"}, UnlinkCustomers{link}}},
        {"block", {BlockCustomer{one.customer, true, false}}},
        {"reopen", {SetReopenDays{hub.mail.id, 30}}},
        {"region", {SetAccountRegion{hub.mail.id, "AE"}}},
        {"move",
         {EditCustomer{one.customer, "Ann", ""}, EditCustomer{two.customer, "Bert", ""},
          MoveIdentity{one.identity, two.customer}}},
        {"consent", {SetConsent{one.customer, Channel::Email, Consent::Purpose::Marketing, true, "by phone"}}},
        {"withdrawal",
         {SetConsent{one.customer, Channel::Email, Consent::Purpose::Marketing, true, "by phone"},
          SetConsent{one.customer, Channel::Email, Consent::Purpose::Marketing, false, "by mail"}}},
    };
    for (const CommandBody &body : acts.at(act))
        QCOMPARE(hub.mustApply(body).kind, Outcome::Kind::Applied);
    const AuditEntry entry = entries(hub).front();
    QCOMPARE(int(entry.kind), kind);
    QVERIFY(entry.author.by == hub.mara.id);
    QCOMPARE(entry.author.place, std::string(kByDesktop));
    QCOMPARE(entry.author.at, hub.clock.now());
    QCOMPARE(entry.byName, hub.mara.name);
    QVERIFY2(QString::fromStdString(entry.was).contains(was), entry.was.c_str());
    QVERIFY2(QString::fromStdString(entry.became).contains(became), entry.became.c_str());
}

void TestAudit::aListOfCustomersIsNoted_data()
{
    using Which = ExportCustomers::Which;
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("tag");
    QTest::addColumn<int>("minutes"); ///< Before the hub hears of it.
    QTest::addColumn<QString>("became");
    QTest::newRow("everybody") << 52 << int(Which::Everybody) << "" << 0 << "customers: 52\nwhich: everybody";
    QTest::newRow("who has a tag") << 3 << int(Which::Everybody) << "vip" << 0 << "customers: 3\nwhich: everybody\ntag: vip";
    QTest::newRow("a tag of two lines") << 3 << int(Which::Found) << "vip\nby: nobody" << 0
                                        << "customers: 3\nwhich: found\ntag: vip by: nobody";
    QTest::newRow("without the hub") << 1 << int(Which::Selected) << "" << 90 << "customers: 1\nwhich: selected\ngiven: %1";
    QTest::newRow("nobody") << 0 << int(Which::Everybody) << "" << 0 << "";
}

/// By whom, how many, how they were chosen, and when where the hub was not there; once, however often it is told.
void TestAudit::aListOfCustomersIsNoted()
{
    QFETCH(const int, count);
    QFETCH(const int, which);
    QFETCH(const QString, tag);
    QFETCH(const int, minutes);
    QFETCH(QString, became);
    Desk hub;
    hub.put(hub.mara, {hub.care.id}, Agent::Role::Lead);
    const Command command = hub.command(ExportCustomers{count, ExportCustomers::Which(which), tag.toStdString()});
    became.replace("%1", QString::fromStdString(toIso(command.at)));
    hub.clock.advance(std::chrono::minutes(minutes));
    const Outcome outcome = hub.must(hub.apply(command, hub.mara));
    QCOMPARE(outcome.kind, became.isEmpty() ? Outcome::Kind::Refused : Outcome::Kind::Applied);
    QCOMPARE(hub.must(hub.apply(command, hub.mara)).kind, outcome.kind);
    const std::vector<AuditEntry> noted = entries(hub, {.kind = Kind::Exported});
    QCOMPARE(noted.size(), std::size_t(!became.isEmpty()));
    if (noted.empty())
        return;
    QCOMPARE(noted[0].about, std::string("customers"));
    QCOMPARE(QString::fromStdString(noted[0].became), became);
    QCOMPARE(noted[0].author.by, std::optional(hub.mara.id));
    QCOMPARE(noted[0].author.place, std::string("desktop"));
}

void TestAudit::onlyWhatDiffersIsTold()
{
    Desk hub;
    hub.put(hub.mara, {}, Agent::Role::Admin);
    hub.mustApply(SetAgent{.agent = hub.tom.id, .capacity = 5});
    const AuditEntry entry = entries(hub).front();
    QCOMPARE(entry.was, std::string());
    QCOMPARE(entry.became, std::string("capacity: 5\n"));
    QCOMPARE(entry.about, hub.tom.name);
    QVERIFY(entry.subject == hub.tom.id.bytes);
}

void TestAudit::dailyWorkIsNot()
{
    Desk hub;
    const auto one = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const std::size_t before = entries(hub).size();
    hub.mustApply(hub.reply(one, "Hello"));
    hub.mustApply(SetStatus{one.id, Conversation::Status::Waiting});
    hub.mustApply(EditCustomer{one.customer, "Name", "Note"});
    hub.mustApply(SetAway{true});
    QCOMPARE(entries(hub).size(), before);
}

void TestAudit::refusalsAreNoted()
{
    Desk hub;
    QCOMPARE(hub.mustApply(SaveTeam{{.id = hub.ids.make<TeamId>(), .name = "Sales"}}).kind, Outcome::Kind::Refused);
    const AuditEntry entry = entries(hub).front();
    QVERIFY(entry.kind == Kind::Refused);
    QCOMPARE(entry.about, std::string("save_team"));
    QVERIFY(entry.author.by == hub.mara.id);

    // Whatever they say of an earlier time.
    const std::size_t before = entries(hub).size();
    Command again = hub.command(SaveTeam{{.id = hub.ids.make<TeamId>(), .name = "Sales"}}, hub.head());
    again.earlier = Outcome::Kind::Applied;
    QCOMPARE(hub.must(hub.apply(again, hub.mara)).kind, Outcome::Kind::NoEffect);
    QCOMPARE(entries(hub).size(), before + 1);
    QVERIFY(entries(hub).front().kind == Kind::Refused);
}

void TestAudit::rolledBackWithTheAct()
{
    Desk hub;
    const std::size_t before = entries(hub).size();
    const auto done = hub.database->inTransaction([&]() -> Result<void> {
        ChangeLog changes(*hub.database);
        TRIBUTARY_TRY(addTeam(changes, hub.ids, "Sales"));
        return failure(Error::Kind::Failed, "something else");
    });
    QVERIFY(!done);
    QCOMPARE(entries(hub).size(), before);
}

void TestAudit::nothingChangesAnEntry_data()
{
    QTest::addColumn<QString>("statement");
    QTest::newRow("changed") << "UPDATE audit SET about = 'Somebody else'";
    QTest::newRow("moved in time") << "UPDATE audit SET at_ms = 0 WHERE n = 1";
    QTest::newRow("removed") << "DELETE FROM audit WHERE n = 1";
    QTest::newRow("emptied") << "DELETE FROM audit";
}

void TestAudit::nothingChangesAnEntry()
{
    QFETCH(const QString, statement);
    Desk hub;
    const auto before = entries(hub);
    QVERIFY(!before.empty());
    QVERIFY(!hub.database->execute(statement.toStdString()));
    const auto after = entries(hub);
    QCOMPARE(after.size(), before.size());
    QCOMPARE(after.back().about, before.back().about);
}

void TestAudit::changesInTheFileAreSeen_data()
{
    QTest::addColumn<QString>("statement");
    QTest::addColumn<QString>("problem");
    QTest::newRow("nothing") << "SELECT 1"
                             << "";
    for (const char *column : {"kind = 'merged'", "place = 'elsewhere'", "about = 'x'", "was = 'x'", "became = 'x'",
                               "at_ms = at_ms + 1", "by_id = x'01'", "subject_id = x'01'", "hash = x'01'", "hash = NULL"})
        QTest::newRow(column) << QStringLiteral("UPDATE audit SET %1 WHERE n = 3").arg(column)
                              << "entry 3 of the audit log was changed";
    // Two neighbours whose texts together are the same.
    QTest::newRow("moved") << "UPDATE audit SET was = became, became = was WHERE n = 3"
                           << "entry 3 of the audit log was changed";
    QTest::newRow("removed") << "DELETE FROM audit WHERE n = 3"
                             << "entry 3 of the audit log is missing";
    QTest::newRow("the first") << "DELETE FROM audit WHERE n = 1"
                               << "entry 1 of the audit log is missing";
    QTest::newRow("the last") << "DELETE FROM audit WHERE n >= 12"
                              << "entry 12 of the audit log was marked, and is missing";
    QTest::newRow("all") << "DELETE FROM audit"
                         << "entry 12 of the audit log was marked, and is missing";
    // What whoever makes all hashes anew cannot do: have them as they were marked.
    QTest::newRow("another chain") << "UPDATE audit SET was = 'x', hash = NULL"
                                   << "entry 12 of the audit log or one before it is not what was marked";
}

void TestAudit::changesInTheFileAreSeen()
{
    QFETCH(const QString, statement);
    QFETCH(const QString, problem);
    Desk hub;
    while (HubUnderTest::must(auditMark(*hub.database)).n < 12)
        HubUnderTest::must(note(*hub.database, {.by = hub.mara.id}, {.kind = Kind::Imported, .became = "files: 1\n"}));
    const AuditMark mark = HubUnderTest::must(auditMark(*hub.database));
    QCOMPARE(mark.n, 12);
    QVERIFY(AuditMark::fromText(mark.text()) == mark);
    QVERIFY(hub.database->execute("DROP TRIGGER audit_is_not_changed"));
    QVERIFY(hub.database->execute("DROP TRIGGER audit_is_not_shortened"));
    QVERIFY(hub.database->execute(statement.toStdString()));
    const AuditCheck check = HubUnderTest::must(checkAudit(*hub.database, mark));
    QCOMPARE(QString::fromStdString(check.problem), problem);
    if (problem.isEmpty())
        QVERIFY(check.last == mark);
}

void TestAudit::earlierEntriesAreCovered()
{
    Desk hub;
    const auto add = [&] {
        HubUnderTest::must(note(*hub.database, {.by = hub.mara.id}, {.kind = Kind::Imported, .became = "files: 1\n"}));
    };
    add();
    add();
    // As an earlier program left it.
    QVERIFY(hub.database->execute("DROP TRIGGER audit_is_not_changed"));
    QVERIFY(hub.database->execute("UPDATE audit SET hash = NULL"));
    QVERIFY(HubUnderTest::must(checkAudit(*hub.database)).problem.empty());
    add();
    const AuditMark mark = HubUnderTest::must(auditMark(*hub.database));
    QVERIFY(HubUnderTest::must(checkAudit(*hub.database, mark)).problem.empty());
    QVERIFY(hub.database->execute("UPDATE audit SET became = 'x' WHERE n = 1"));
    QVERIFY(!HubUnderTest::must(checkAudit(*hub.database)).problem.empty());
}

void TestAudit::entriesAreCut()
{
    HubUnderTest hub;
    const std::string text = "name: " + std::string(5000, 'x'), umlauts = QString(3000, QChar(0xfc)).toStdString();
    HubUnderTest::must(note(*hub.database, {}, {Kind::Exported, {}, umlauts, text, umlauts}));
    const AuditEntry entry = entries(hub).front();
    QVERIFY(entry.was.size() <= kAuditBytes && entry.became.size() <= kAuditBytes && entry.about.size() <= 300);
    for (const std::string &part : {entry.about, entry.was, entry.became}) {
        QVERIFY(QString::fromStdString(part).endsWith(QChar(0x2026)));
        QVERIFY(!QString::fromStdString(part).contains(QChar::ReplacementCharacter));
    }
}

/// A name is no place to write further lines from.
void TestAudit::linesCannotBeForged()
{
    Desk hub;
    hub.change([&](ChangeLog &changes) { return addTeam(changes, hub.ids, "Sales\nrole: admin"); });
    QCOMPARE(QString::fromStdString(entries(hub).front().became).count('\n'), 2); // name and routing
}

void TestAudit::noSecretIsInIt()
{
    Desk hub;
    const auto now = hub.clock.now();
    const std::string invitation =
        HubUnderTest::must(invite(*hub.database, hub.rng, "cora@shop.test", "Cora", Agent::Role::Agent, now));
    HubUnderTest::must(useLink(*hub.database, hub.ids, invitation, "Cora", "the-hash", now, "10.0.0.9"));
    const std::string reset = HubUnderTest::must(inviteToReset(*hub.database, hub.rng, "cora@shop.test", now));
    HubUnderTest::must(useLink(*hub.database, hub.ids, reset, "", "another-hash", now, "10.0.0.9"));
    hub.put(hub.mara, {}, Agent::Role::Admin);
    const auto one = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    const auto two = hub.conversation(hub.take(hub.letter("b@mail.test")).conversation);
    hub.mustApply(
        LinkCustomers{hub.ids.make<CustomerLinkId>(), one.customer, two.customer, "both wrote as secret@mail.test"});
    hub.mustApply(BlockCustomer{two.customer, true, true});
    std::string all;
    for (const AuditEntry &entry : entries(hub))
        all += entry.about + "\n" + entry.was + entry.became + entry.author.place + "\n";
    for (const std::string &secret : {invitation, reset, std::string("hash"), std::string("mail.test")})
        QVERIFY2(all.find(secret) == std::string::npos, secret.c_str());
    AuditQuery joined{.kind = Kind::Joined};
    QCOMPARE(entries(hub, joined).front().author.place, std::string("10.0.0.9"));
    AuditQuery set{.kind = Kind::PasswordSet};
    QCOMPARE(entries(hub, set).size(), 1u);
}

/// Their name is read with the entry: what is erased there is not kept here.
void TestAudit::customersAreNamedById()
{
    Desk hub;
    hub.put(hub.mara, {}, Agent::Role::Admin);
    const auto one = hub.conversation(hub.take(hub.letter("a@mail.test")).conversation);
    hub.mustApply(EditCustomer{one.customer, "Layla", ""});
    hub.mustApply(BlockCustomer{one.customer, true, false});
    QCOMPARE(entries(hub).front().about, std::string("Layla"));
    QCOMPARE(hub.number("SELECT count(*) FROM audit WHERE about LIKE '%Layla%' OR folded LIKE '%layla%'"), 0);
}

void TestAudit::filters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<int>("found");
    QTest::newRow("by a person") << "by mara" << 2;
    QTest::newRow("about a person") << "about tom" << 1;
    QTest::newRow("a kind") << "kind" << 1;
    QTest::newRow("a word, folded") << "text" << 1;
    QTest::newRow("a quote") << "quote" << 0;
    QTest::newRow("from then on") << "from" << 1;
    QTest::newRow("until then") << "until" << 1;
}

void TestAudit::filters()
{
    QFETCH(const QString, filter);
    QFETCH(const int, found);
    Desk hub;
    hub.put(hub.mara, {}, Agent::Role::Admin);
    hub.clock.advance(std::chrono::hours(1));
    const std::int64_t first = entries(hub).front().n;
    const auto start = hub.clock.now();
    hub.mustApply(SaveTeam{{.id = hub.ids.make<TeamId>(), .name = "Süd"}});
    hub.clock.advance(std::chrono::hours(1));
    const auto later = hub.clock.now();
    hub.mustApply(SetAgent{.agent = hub.tom.id, .capacity = 5});
    AuditQuery query;
    if (filter == "by mara")
        query.person = hub.mara.id.bytes;
    else if (filter == "about tom")
        query.person = hub.tom.id.bytes;
    else if (filter == "kind")
        query.kind = Kind::TeamAdded, query.from = start;
    else if (filter == "text")
        query.text = "SUD";
    else if (filter == "quote")
        query.text = "' OR 1=1 --";
    else if (filter == "from")
        query.from = later;
    else
        query.from = start, query.until = later;
    auto all = entries(hub, query);
    std::erase_if(all, [first](const AuditEntry &entry) { return entry.n <= first; }); // how the test began
    QCOMPARE(int(all.size()), found);
}

void TestAudit::pages()
{
    HubUnderTest hub;
    for (int i = 0; i < 25; ++i)
        HubUnderTest::must(note(*hub.database, {}, {Kind::Exported, {}, std::to_string(i)}));
    const std::size_t total = std::size_t(hub.number("SELECT count(*) FROM audit"));
    std::vector<std::int64_t> numbers;
    AuditQuery query{.rows = 10};
    for (;;) {
        const auto page = entries(hub, query);
        if (page.empty())
            break;
        for (const AuditEntry &entry : page)
            numbers.push_back(entry.n);
        query.before = page.back().n;
    }
    QCOMPARE(numbers.size(), total);
    QVERIFY(std::ranges::is_sorted(numbers, std::greater()));
    QCOMPARE(numbers.front(), std::int64_t(total));
}

QTEST_GUILESS_MAIN(TestAudit)
#include "tst_audit.moc"
