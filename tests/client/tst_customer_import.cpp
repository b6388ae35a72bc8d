// Customers from a file, against the real hub: what is said beforehand is what happens, and again nothing does.
#include "core/client/customer_import.h"
#include "core/client/hub_process.h"
#include "core/model/permissions.h"
#include "core/wire/features.h"
#include "tests/client/mini_hub.h"
#include "tests/client/waited.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;
using client::testing::waited;
using Stage = CustomerImport::Stage;
using Verdict = ImportLine::Verdict;
using Reason = ImportLine::Reason;
using Kind = ImportColumn::Kind;

class TestCustomerImport : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void columnsAreGuessed_data();
    void columnsAreGuessed();
    void aCheckChangesNothing();
    void aRowThatIsTooMuchIsRefused();
    void itDoesWhatItSaid();
    void againItChangesNothing();
    void gapsAreFilled();
    void refusedRowsAreSaved();
    void aFileThatHasChangedIsNotTaken();
    void itCanBeStopped();
    void whatCannotBeReadIsSaid();
    void whoMay();
    void manyRowsStayBounded();
    void rowsThatTheHubRefusesAreSaid();
    void refusedRowsComeBackWhereNobodyWaits();
    void anOlderHubIsSaidToTakeNone();

private:
    QString write(const QByteArray &content, const char *name = "people.csv")
    {
        const QString path = m_folder.filePath(name);
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("no file can be written");
        return path;
    }
    ImportSettings look(const QString &path)
    {
        auto file = waited(m_import->look(path));
        if (!file)
            qFatal("%s", file.error().detail.c_str());
        ImportSettings settings{.file = *file, .fields = waited(m_workspace.setup())->fields, .region = "GB"};
        settings.columns = guessColumns(*file, settings.fields);
        return settings;
    }
    void check(const ImportSettings &settings)
    {
        m_import->check(settings);
        QTRY_VERIFY_WITH_TIMEOUT(!m_import->isBusy(), 60'000);
    }
    void run(const ImportSettings &settings)
    {
        m_import->run(settings);
        QTRY_VERIFY_WITH_TIMEOUT(!m_import->isBusy(), 120'000);
    }
    std::size_t people() { return waited(m_workspace.peopleInOrder({}))->size(); }
    std::optional<store::CustomerCard> holder(Channel channel, const std::string &address)
    {
        const auto found = waited(m_workspace.addressHolder(channel, address));
        return found && *found ? *waited(m_workspace.customerCard((*found)->customer)) : std::nullopt;
    }
    std::vector<std::pair<Verdict, Reason>> verdicts() const
    {
        std::vector<std::pair<Verdict, Reason>> all;
        for (const ImportLine &line : m_import->lines())
            all.emplace_back(line.verdict, line.reason);
        return all;
    }

    QTemporaryDir m_data, m_folder;
    HubProcess m_hub;
    QUrl m_address;
    Workspace m_workspace;
    std::unique_ptr<CustomerImport> m_import;
};

const QByteArray kFile = "Full name;E-mail;Phone;Company;Tags;Shoe size;Ignored\r\n"
                         "Ada Byron;ADA@mail.example;020 7946 0018;Engines Ltd;vip, Early Bird;38;x\r\n"
                         "\r\n"
                         "Charles;charles@mail.example;;engines ltd;;;\r\n"
                         "Nobody;;;;;;\r\n"
                         "Bad;not a mail;;;;;\r\n"
                         "Worse;worse@mail.example;12;;;;\r\n"
                         "Ada again;ada@mail.example;;;;;\r\n"
                         "Big foot;big@mail.example;;;;very;\r\n"
                         ";only@mail.example;;;;;\r\n";
const std::vector<std::pair<Verdict, Reason>> kVerdicts{
    {Verdict::New, Reason::None},         {Verdict::New, Reason::None},         {Verdict::Refused, Reason::NoAddress},
    {Verdict::Refused, Reason::BadEmail}, {Verdict::Refused, Reason::BadPhone}, {Verdict::Twice, Reason::None},
    {Verdict::Refused, Reason::BadField}, {Verdict::New, Reason::None}};

void TestCustomerImport::initTestCase()
{
    const QStringList add{"user",   "add",   "--email", "ana@teapots.example", "--name", "Ana",
                          "--role", "admin", "--data",  m_data.path()};
    const auto added = waited(m_hub.run(add, "correct horse battery staple\n"));
    QVERIFY2(added, added ? "" : added.error().detail.c_str());
    const auto at = waited(m_hub.start(m_data.path()));
    QVERIFY2(at, at ? "" : at.error().detail.c_str());
    m_address = at->agents;
    QVERIFY(waited(m_workspace.open(m_folder.filePath("profile"))));
    QVERIFY(waited(m_workspace.signIn(at->agents, "ana@teapots.example", "correct horse battery staple")));
    QTRY_COMPARE_WITH_TIMEOUT(m_workspace.status().state, Status::State::Live, 20'000);
    const FieldDefinition size{.id = m_workspace.makeId<FieldDefinitionId>(),
                               .subject = FieldDefinition::Subject::Customer,
                               .key = "shoe",
                               .name = "Shoe size",
                               .type = FieldDefinition::Type::Number};
    QVERIFY(waited(m_workspace.submit(SaveFieldDefinition{size})));
    QTRY_COMPARE(m_workspace.status().outboxCount, 0);
    m_import = std::make_unique<CustomerImport>(m_workspace);
}

void TestCustomerImport::columnsAreGuessed_data()
{
    QTest::addColumn<QByteArray>("headings");
    QTest::addColumn<QList<int>>("kinds");
    using List = QList<int>;
    const auto k = [](Kind kind) { return int(kind); };
    QTest::newRow("English") << QByteArray("First name,Last Name,E-mail address,Mobile,Company,Notes,Tags,Street")
                             << List{k(Kind::Name),    k(Kind::Name), k(Kind::Email), k(Kind::Phone),
                                     k(Kind::Company), k(Kind::Note), k(Kind::Tag),   k(Kind::Skip)};
    QTest::newRow("German") << QByteArray("Vorname;Nachname;E-Mail;Telefon;Firma;Bemerkung")
                            << List{k(Kind::Name),  k(Kind::Name),    k(Kind::Email),
                                    k(Kind::Phone), k(Kind::Company), k(Kind::Note)};
    QTest::newRow("a hotel is no number") << QByteArray("Hotel,Tel.") << List{k(Kind::Skip), k(Kind::Phone)};
    QTest::newRow("a field by its name") << QByteArray("SHOE size,mail") << List{k(Kind::Field), k(Kind::Email)};
    QTest::newRow("a company's name is the company's")
        << QByteArray("Company name,e-mail") << List{k(Kind::Company), k(Kind::Email)};
}

void TestCustomerImport::columnsAreGuessed()
{
    QFETCH(const QByteArray, headings);
    QFETCH(const QList<int>, kinds);
    const ImportSettings settings = look(write(headings + "\nx" + QByteArray(headings.contains(';') ? ";y\n" : ",y\n")));
    QList<int> guessed;
    for (const ImportColumn &column : settings.columns)
        guessed << int(column.kind);
    QCOMPARE(guessed, kinds);
}

void TestCustomerImport::aCheckChangesNothing()
{
    const ImportSettings settings = look(write(kFile));
    QCOMPARE(settings.file.rows, 8);
    QCOMPARE(settings.file.shape.delimiter, ';');
    const std::size_t before = people();
    check(settings);
    QCOMPARE(m_import->stage(), Stage::Done);
    QCOMPARE(verdicts(), kVerdicts);
    QCOMPARE(m_import->figures(), (ImportFigures{.rows = 8, .fresh = 3, .twice = 1, .refused = 4}));
    QCOMPARE(m_import->lines()[1].number, 4); // as a spreadsheet counts, the empty line too
    QCOMPARE(m_import->lines()[5].detail, "2");
    QCOMPARE(people(), before);
    QCOMPARE(m_workspace.status().outboxCount, 0);
}

/// More than one command can carry: that row is refused, and the others are taken.
void TestCustomerImport::aRowThatIsTooMuchIsRefused()
{
    QByteArray headings = "Name,E-mail", tooMuch = "Long,long@mail.example", little = "Short,short@mail.example";
    std::vector<FieldDefinition> fields;
    for (int i = 0; i < 20; ++i) {
        const QByteArray name = "field" + QByteArray::number(i);
        headings += ',' + name;
        tooMuch += ',' + QByteArray(1'900, 'x');
        little += ",x";
        FieldDefinition field;
        field.subject = FieldDefinition::Subject::Customer;
        field.key = field.name = name.toStdString();
        fields.push_back(field);
    }
    ImportSettings settings = look(write(headings + '\n' + tooMuch + '\n' + little + '\n'));
    settings.fields = fields;
    settings.columns = guessColumns(settings.file, fields);
    check(settings);
    QCOMPARE(verdicts(),
             (std::vector<std::pair<Verdict, Reason>>{{Verdict::Refused, Reason::TooLong}, {Verdict::New, Reason::None}}));
}

void TestCustomerImport::itDoesWhatItSaid()
{
    run(look(write(kFile)));
    QCOMPARE(m_import->stage(), Stage::Done);
    QCOMPARE(verdicts(), kVerdicts);
    QCOMPARE(m_workspace.status().outboxCount, 0);
    QCOMPARE(people(), 3u);
    const auto ada = holder(Channel::Email, "ada@mail.example");
    QVERIFY(ada);
    QCOMPARE(ada->customer.name, "Ada Byron");
    QCOMPARE(ada->customer.tags, (std::vector<std::string>{"early-bird", "vip"}));
    QCOMPARE(ada->customer.attributes.at("shoe"), "38");
    QVERIFY(ada->customer.version > 0); // the hub's word, not this desktop's
    QCOMPARE(ada->identities.size(), 2u);
    for (const Identity &identity : ada->identities)
        QVERIFY(!identity.verified && identity.version > 0);
    QVERIFY(holder(Channel::WhatsApp, "+442079460018")); // a number is the same everywhere
    const auto charles = holder(Channel::Email, "charles@mail.example");
    QVERIFY(charles && ada->customer.company && charles->customer.company == ada->customer.company);
    QCOMPARE(waited(m_workspace.companies())->size(), 1u);
    QCOMPARE(holder(Channel::Email, "only@mail.example")->customer.name, "");

    // When the numbering begins anew, a reply has the number that a part of this had: it is not settled, but with its
    // author.
    const QSignalSpy taken(m_import.get(), &CustomerImport::progressed);
    for (std::int64_t n = 1; n < 20; ++n) {
        store::JournalEntry entry;
        entry.command = {.n = n, .id = m_workspace.makeId<CommandId>()};
        entry.command.body = SendMessage{.body = "a reply"};
        entry.outcome = Outcome{.n = n, .command = entry.command.id, .kind = Outcome::Kind::NeedsYou};
        emit m_workspace.cameBack(entry);
    }
    QCOMPARE(taken.size(), 0);
}

void TestCustomerImport::againItChangesNothing()
{
    run(look(write(kFile)));
    QCOMPARE(m_import->stage(), Stage::Done);
    QCOMPARE(m_import->figures(), (ImportFigures{.rows = 8, .unchanged = 3, .twice = 1, .refused = 4}));
    QCOMPARE(people(), 3u);
    QCOMPARE(waited(m_workspace.companies())->size(), 1u);
}

void TestCustomerImport::gapsAreFilled()
{
    const QByteArray file = "Name,E-mail,Mobile,Shoe size,Note\n"
                            "Another Ada,ada@mail.example,+44 20 7946 0018,40,Writes letters\n"
                            "Both,ada@mail.example,,,\n"
                            "Two,charles@mail.example,+442079460018,,\n";
    const ImportSettings settings = look(write(file));
    check(settings);
    QCOMPARE(verdicts(),
             (std::vector<std::pair<Verdict, Reason>>{
                 {Verdict::Joins, Reason::None}, {Verdict::Twice, Reason::None}, {Verdict::Twice, Reason::None}}));
    run(settings);
    const auto ada = holder(Channel::Email, "ada@mail.example");
    QCOMPARE(ada->customer.name, "Ada Byron"); // what is known stays
    QCOMPARE(ada->customer.attributes.at("shoe"), "38");
    QCOMPARE(ada->customer.note, "Writes letters");
    run(settings);
    QCOMPARE(m_import->figures().unchanged, 1);
    QCOMPARE(people(), 3u);
    // Two people's addresses in one row merge nobody.
    check(look(write("Name,E-mail,Mobile\nTwo,charles@mail.example,+442079460018\n")));
    QCOMPARE(verdicts(), (std::vector<std::pair<Verdict, Reason>>{{Verdict::Refused, Reason::TwoPeople}}));
}

void TestCustomerImport::refusedRowsAreSaved()
{
    check(look(write(kFile)));
    std::map<std::int64_t, std::string> reasons;
    for (const ImportLine &line : m_import->lines()) {
        if (line.verdict == Verdict::Refused)
            reasons.emplace(line.number, "because, of \"that\"");
    }
    const QString path = m_folder.filePath("refused.csv");
    QVERIFY(waited(m_import->saveRefused(reasons, "Why", path)));
    const ImportSettings saved = look(path);
    QCOMPARE(saved.file.rows, 4);
    QCOMPARE(saved.file.headings.back(), "Why");
    QCOMPARE(saved.file.sample[0].front(), "Nobody");
    QCOMPARE(saved.file.sample[1].back(), "because, of \"that\"");
    QVERIFY(!waited(m_import->saveRefused(reasons, "Why", m_folder.filePath("no such folder/refused.csv"))));
}

void TestCustomerImport::aFileThatHasChangedIsNotTaken()
{
    const ImportSettings settings = look(write(kFile));
    write(kFile + "One more;more@mail.example;;;;;\r\n");
    run(settings);
    QCOMPARE(m_import->stage(), Stage::Failed);
    QCOMPARE(m_import->error().kind, Error::Kind::Conflict);
    QCOMPARE(people(), 3u);
}

void TestCustomerImport::itCanBeStopped()
{
    QByteArray file = "Name,E-mail\n";
    for (int i = 0; i < 600; ++i)
        file += "Many " + QByteArray::number(i) + ",many" + QByteArray::number(i) + "@mail.example\n";
    const ImportSettings settings = look(write(file));
    const auto stop = connect(m_import.get(), &CustomerImport::progressed, this, [this] {
        if (m_import->figures().rows > 0)
            m_import->cancel();
    });
    run(settings);
    disconnect(stop);
    QCOMPARE(m_import->stage(), Stage::Cancelled);
    QVERIFY(m_import->figures().rows < 600);
    QTRY_COMPARE(m_workspace.status().outboxCount, 0);
    const auto in = std::int64_t(people()) - 3;
    QCOMPARE(in, m_import->figures().fresh); // what it says is in, is
    // And it goes on where it was.
    check(settings);
    QCOMPARE(m_import->figures().unchanged, in);
    QCOMPARE(m_import->figures().fresh, 600 - in);
    run(settings);
    QCOMPARE(m_import->stage(), Stage::Done);
    QCOMPARE(m_workspace.status().outboxCount, 0);
    QCOMPARE(std::int64_t(people()), 603);
}

void TestCustomerImport::whatCannotBeReadIsSaid()
{
    QCOMPARE(waited(m_import->look(m_folder.filePath("nothing"))).error().kind, Error::Kind::NotFound);
    QCOMPARE(waited(m_import->look(write(""))).error().kind, Error::Kind::Invalid);
    QCOMPARE(waited(m_import->look(write("Name,Mail\n\n\n"))).error().kind, Error::Kind::Invalid);
    QCOMPARE(waited(m_import->look(write("a,b\n\"" + QByteArray(200'000, 'x')))).error().kind, Error::Kind::TooLarge);
}

void TestCustomerImport::whoMay()
{
    Agent agent{.role = Agent::Role::Agent};
    QCOMPARE(CustomerImport::missingFor(agent), std::nullopt);
    agent.customRole = RoleId(RawId{std::byte(1)});
    QCOMPARE(CustomerImport::missingFor(agent), Permission::EditCustomers);
    agent.permissions = {"edit-customers"};
    QCOMPARE(CustomerImport::missingFor(agent), Permission::SeeContactDetails);
}

void TestCustomerImport::manyRowsStayBounded()
{
    constexpr int kRows = 50'000;
    QByteArray file = "Name,E-mail,Phone\n";
    for (int i = 0; i < kRows; ++i)
        file += "Person " + QByteArray::number(i) + ",p" + QByteArray::number(i) + "@bulk.example,+44207946"
                + QByteArray::number(1000 + i % 9000) + "\n";
    const ImportSettings settings = look(write(file));
    check(settings);
    QCOMPARE(m_import->stage(), Stage::Done);
    QCOMPARE(m_import->figures().rows, kRows);
    QCOMPARE(m_import->figures().fresh + m_import->figures().twice + m_import->figures().refused + m_import->figures().joins,
             kRows);
}

/// A role that may not give companies: each row for itself, and nothing of it is in.
void TestCustomerImport::rowsThatTheHubRefusesAreSaid()
{
    const QStringList add{"user",   "add",   "--email", "ben@teapots.example", "--name", "Ben",
                          "--role", "agent", "--data",  m_data.path()};
    const auto added = waited(m_hub.run(add, "a second pair of hands\n"));
    QVERIFY2(added, added ? "" : added.error().detail.c_str());
    Role role{.id = m_workspace.makeId<RoleId>(), .name = "No companies", .permissions = permissionsOf(Agent::Role::Agent)};
    std::erase(role.permissions, std::string(nameOf(Permission::ManageCompanies)));
    QVERIFY(waited(m_workspace.submit(SaveRole{role})));
    std::optional<Agent> ben;
    QVERIFY(QTest::qWaitFor(
        [&] {
            const auto agents = waited(m_workspace.agents());
            const auto found = std::ranges::find(*agents, "Ben", &Agent::name);
            if (found != agents->end())
                ben = *found;
            return ben.has_value();
        },
        20'000));
    QVERIFY(waited(m_workspace.submit(SetAgent{.agent = ben->id, .customRole = role.id})));
    QTRY_COMPARE(m_workspace.status().outboxCount, 0);

    Workspace other;
    QVERIFY(waited(other.open(m_folder.filePath("ben"))));
    QVERIFY(waited(other.signIn(m_address, "ben@teapots.example", "a second pair of hands")));
    QTRY_COMPARE_WITH_TIMEOUT(other.status().state, Status::State::Live, 20'000);
    CustomerImport import(other);
    const std::size_t before = people();
    import.run(look(write("Name,E-mail,Company\nWith,with@refused.example,Kiln\nWithout,without@refused.example,\n"
                          "Also,also@refused.example,Kiln\n")));
    QTRY_VERIFY_WITH_TIMEOUT(!import.isBusy(), 60'000);
    QCOMPARE(import.stage(), Stage::Done);
    QCOMPARE(import.figures(), (ImportFigures{.rows = 3, .fresh = 1, .refused = 2}));
    QCOMPARE(import.lines()[0].reason, Reason::NotAllowed);
    QCOMPARE(import.lines()[1].verdict, Verdict::New);
    QCOMPARE(import.lines()[2].reason, Reason::NotAllowed);
    QTRY_COMPARE(other.status().needsYouCount, 0); // it stands in the report
    QTRY_COMPARE(people(), before + 1);
    QVERIFY(!holder(Channel::Email, "with@refused.example"));
}

/// The sheet was closed with the program: what was refused waits in the outbox.
void TestCustomerImport::refusedRowsComeBackWhereNobodyWaits()
{
    QCOMPARE(m_workspace.status().needsYouCount, 0);
    ImportedCustomer row{.customer = m_workspace.makeId<CustomerId>(), .name = "Two"};
    for (const char *mail : {"ada@mail.example", "charles@mail.example"})
        row.addresses.push_back({m_workspace.makeId<IdentityId>(), Channel::Email, mail});
    QVERIFY(waited(m_workspace.submit(ImportCustomers{{row}})));
    QTRY_COMPARE(m_workspace.status().needsYouCount, 1);
    const auto entries = waited(m_workspace.outboxEntries());
    QCOMPARE(entries->size(), 1u);
    QCOMPARE(entries->front().state, OutboxEntry::State::Refused);
    QCOMPARE(entries->front().refusedRows, 1);
    QVERIFY(waited(m_workspace.settle(entries->front().command.n)));
    QTRY_COMPARE(m_workspace.status().needsYouCount, 0);
}

/// It does not know the command: each comes back in the moment in which it is given.
void TestCustomerImport::anOlderHubIsSaidToTakeNone()
{
    MiniHub hub;
    hub.features = wire::ownFeatures();
    std::erase(hub.features, "command:import_customers");
    hub.agent = {.id = AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-000000000003").value(),
                 .email = "ana@teapots.example",
                 .name = "Ana"};
    hub.put(hub.agent);
    Workspace workspace;
    QVERIFY(waited(workspace.open(m_folder.filePath("another"))));
    QVERIFY(waited(workspace.signIn(hub.url(), "ana@teapots.example", hub.password)));
    QTRY_COMPARE_WITH_TIMEOUT(workspace.status().state, Status::State::Live, 20'000);
    CustomerImport import(workspace);
    const auto file = waited(import.look(write("Name;E-mail\r\nAda;ada@old.example\r\nBob;bob@old.example\r\n", "old.csv")));
    QVERIFY(file);
    ImportSettings settings{.file = *file, .region = "GB"};
    settings.columns = guessColumns(*file, {});
    import.run(settings);
    QTRY_VERIFY_WITH_TIMEOUT(!import.isBusy(), 20'000);
    QCOMPARE(import.lines().size(), std::size_t(2));
    for (const ImportLine &line : import.lines())
        QVERIFY(line.verdict == Verdict::Refused && line.reason == Reason::OldHub);
    QCOMPARE(import.figures().refused, 2);
    QCOMPARE(import.figures().fresh, 0);
    QTRY_COMPARE(workspace.status().needsYouCount, 0); // it stands in the report
}

QTEST_MAIN(TestCustomerImport)
#include "tst_customer_import.moc"
