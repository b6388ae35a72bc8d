// What changing the setup comes to, and the tables of the Admin section in words.
#include "core/base/rng.h"
#include "core/model/masks.h"
#include "ui/admin/audit_words.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_edits.h"
#include "ui/admin/setup_rows.h"
#include "ui/theme/time_format.h"

#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using model::FieldDefinition;

namespace {

struct Shop {
    SystemClock clock;
    SeededRng rng{12};
    IdMaker ids{clock, rng};
    store::WorkspaceSetup setup;
    model::Team care, returns;
    model::Role help;
    model::Agent mara, noor;

    Shop()
    {
        care = {.id = ids.make<model::TeamId>(), .name = "Care"};
        returns = {.id = ids.make<model::TeamId>(),
                   .name = "Returns",
                   .routing = model::Team::Routing::RoundRobin,
                   .returnMinutes = 30};
        help = {.id = ids.make<model::RoleId>(),
                .name = "Seasonal help",
                .permissions = {"reply"},
                .visibility = model::Visibility::Assigned};
        mara = {.id = ids.make<model::AgentId>(),
                .email = "mara@shop.example",
                .name = "Mara Lindqvist",
                .role = model::Agent::Role::Admin,
                .teams = {care.id, returns.id},
                .capacity = 12,
                .languages = {"en", "ar"}};
        noor = {.id = ids.make<model::AgentId>(), .email = "noor@shop.example", .name = "Noor Aziz"};
        noor.customRole = help.id;
        noor.away = true;
        setup.agents = {mara, noor};
        setup.teams = {care, returns};
        setup.roles = {help};
        setup.openWork[mara.id] = 3;
        setup.unresolvedWork = {{mara.id, 5}, {noor.id, 1}};
        setup.fields = {{.id = ids.make<model::FieldDefinitionId>(), .key = "order_number", .name = "Order number"},
                        {.id = ids.make<model::FieldDefinitionId>(),
                         .subject = FieldDefinition::Subject::Customer,
                         .key = "confidential.iban",
                         .name = "IBAN"}};
        setup.statuses = {{.id = ids.make<model::CustomStatusId>(),
                           .name = "Waits for the kiln",
                           .status = model::Conversation::Status::Waiting}};
        store::arrange(setup);
    }
};

QString cellsOf(const TableRow &row)
{
    QStringList texts;
    for (const TableCell &cell : row.cells)
        texts.append(cell.text);
    return texts.join(QStringLiteral(" | "));
}

} // namespace

class TestSetupWords : public QObject {
    Q_OBJECT
private slots:
    void whoCanAllowIsNamed_data();
    void whoCanAllowIsNamed();
    void aListThatWasTakenAwayIsTold_data();
    void aListThatWasTakenAwayIsTold();
    void whoHasConfirmedAnErasureIsTold();
    void keysAreMadeFromNames_data();
    void keysAreMadeFromNames();
    void fieldsSayWhatIsWrong_data();
    void fieldsSayWhatIsWrong();
    void namesSayWhatIsWrong_data();
    void namesSayWhatIsWrong();
    void languagesAreTags_data();
    void languagesAreTags();
    void changesShowBeforeTheHubHasDoneThem();
    void orderIsSavedWhereItChanged();
    void tablesInWords_data();
    void tablesInWords();
    void refusalsSayWhatToDo_data();
    void refusalsSayWhatToDo();

private:
    Shop m_shop;
};

void TestSetupWords::keysAreMadeFromNames_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("confidential");
    QTest::addColumn<QString>("key");
    QTest::newRow("small letters") << "Reason" << false << "reason";
    QTest::newRow("words are joined") << "  Promised by (date)  " << false << "promised_by_date";
    QTest::newRow("accents go") << "Größe & Länge" << false << "gro_e_lange";
    QTest::newRow("confidential") << "Account" << true << "confidential.account";
    QTest::newRow("taken") << "Order number" << false << "order_number_2";
    QTest::newRow("taken for customers alone") << "IBAN" << true << "confidential.iban";
    QTest::newRow("no Latin letters") << "رقم الطلب" << false << "field";
    QTest::newRow("Chinese") << "订单号" << true << "confidential.field";
    QTest::newRow("nothing") << "" << false << "field";
    QTest::newRow("the language is not a custom field") << "Language" << false << "language_2";
    QTest::newRow("long") << QString(200, 'x') << false << QString(60, 'x');
}

void TestSetupWords::keysAreMadeFromNames()
{
    QFETCH(QString, name);
    QFETCH(bool, confidential);
    QFETCH(QString, key);
    const std::string made = keyFromName(name, confidential, FieldDefinition::Subject::Conversation, m_shop.setup);
    QCOMPARE(QString::fromStdString(made), key);
    QVERIFY(isKey(made));
    QCOMPARE(model::isConfidential(made), confidential);
}

void TestSetupWords::fieldsSayWhatIsWrong_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("isChoice");
    QTest::addColumn<int>("choices");
    QTest::addColumn<QString>("wrong");
    QTest::newRow("fine") << "Reason"
                          << "reason" << false << 0 << "";
    QTest::newRow("a choice") << "Reason"
                              << "reason" << true << 2 << "";
    QTest::newRow("no name") << " "
                             << "reason" << false << 0 << "name";
    QTest::newRow("name taken, whatever its case") << "ORDER number"
                                                   << "other" << false << 0 << "name";
    QTest::newRow("taken for another subject") << "IBAN"
                                               << "iban" << false << 0 << "";
    QTest::newRow("no key") << "Reason"
                            << "" << false << 0 << "key";
    QTest::newRow("large letters") << "Reason"
                                   << "Reason" << false << 0 << "key";
    QTest::newRow("key taken") << "Number"
                               << "order_number" << false << 0 << "key";
    QTest::newRow("nothing to choose") << "Reason"
                                       << "reason" << true << 0 << "choices";
    QTest::newRow("too many") << "Reason"
                              << "reason" << true << 201 << "choices";
}

void TestSetupWords::fieldsSayWhatIsWrong()
{
    QFETCH(QString, name);
    QFETCH(QString, key);
    QFETCH(bool, isChoice);
    QFETCH(int, choices);
    QFETCH(QString, wrong);
    FieldDefinition field{
        .id = m_shop.ids.make<model::FieldDefinitionId>(), .key = key.toStdString(), .name = name.toStdString()};
    field.type = isChoice ? FieldDefinition::Type::Choice : FieldDefinition::Type::Text;
    for (int i = 0; i < choices; ++i)
        field.choices.push_back("choice " + std::to_string(i));
    const FieldProblems problems = fieldProblems(field, m_shop.setup);
    QStringList got;
    if (!problems.name.isEmpty())
        got.append("name");
    if (!problems.key.isEmpty())
        got.append("key");
    if (!problems.choices.isEmpty())
        got.append("choices");
    QCOMPARE(got.join(u' '), wrong);
    QCOMPARE(problems.any(), !wrong.isEmpty());
}

void TestSetupWords::namesSayWhatIsWrong_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("fits");
    QTest::newRow("free") << "Night shift" << true;
    QTest::newRow("none") << "   " << false;
    QTest::newRow("taken") << "care" << false;
    QTest::newRow("100 bytes") << QString(100, 'x') << true;
    QTest::newRow("101 bytes") << QString(101, 'x') << false;
    QTest::newRow("letters of two bytes") << QString(51, QChar(0x0436)) << false;
}

void TestSetupWords::namesSayWhatIsWrong()
{
    QFETCH(QString, name);
    QFETCH(bool, fits);
    QCOMPARE(nameProblem(name, {"Care", "Returns"}).isEmpty(), fits);
}

void TestSetupWords::languagesAreTags_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("tags");
    QTest::newRow("none") << ""
                          << "";
    QTest::newRow("two") << "en, ar"
                         << "en ar";
    QTest::newRow("as people write them") << "EN;pt-br  zh-Hans"
                                          << "en pt-BR zh-hans";
    QTest::newRow("each once") << "en, en"
                               << "en";
    QTest::newRow("a name") << "English"
                            << "wrong";
    QTest::newRow("signs") << "en, ?"
                           << "wrong";
}

void TestSetupWords::languagesAreTags()
{
    QFETCH(QString, typed);
    QFETCH(QString, tags);
    const auto languages = languagesFrom(typed);
    QStringList got;
    for (const std::string &tag : languages.value_or(std::vector<std::string>()))
        got.append(QString::fromStdString(tag));
    QCOMPARE(languages ? got.join(u' ') : QString("wrong"), tags);
}

void TestSetupWords::changesShowBeforeTheHubHasDoneThem()
{
    store::WorkspaceSetup setup = m_shop.setup;
    model::Role role = m_shop.help;
    role.permissions = {"export", "reply"};
    apply(setup, model::SaveRole{role});
    const auto noor = [&setup, this]() -> const model::Agent & {
        return *std::ranges::find(setup.agents, m_shop.noor.id, &model::Agent::id);
    };
    QVERIFY(noor().permissions == role.permissions); // as the hub writes it into its agents' rows
    apply(setup, model::RemoveRole{role.id});
    QVERIFY(setup.roles.empty());
    QVERIFY(!noor().customRole && noor().permissions.empty());
    apply(setup, model::SetAgentActive{.agent = m_shop.mara.id, .active = false, .workTo = m_shop.noor.id});
    QCOMPARE(setup.openWork.at(m_shop.noor.id), 3);
    QCOMPARE(setup.unresolvedWork.at(m_shop.noor.id), 5 + 1); // what waits changes hands as well
    QVERIFY(!setup.unresolvedWork.contains(m_shop.mara.id));
    QVERIFY(!setup.agents.back().active && setup.agents.back().id == m_shop.mara.id); // behind those who work
    apply(setup, model::RemoveTeam{m_shop.care.id, m_shop.returns.id});
    QCOMPARE(setup.teams.size(), 1u);
    QVERIFY(setup.agents.back().teams == std::vector{m_shop.returns.id});
    const store::WorkspaceSetup before = setup;
    apply(setup, model::SetAway{true}); // not of the setup
    QVERIFY(setup == before);
}

void TestSetupWords::orderIsSavedWhereItChanged()
{
    std::vector<model::CustomStatus> statuses;
    for (int i = 0; i < 3; ++i)
        statuses.push_back({.id = m_shop.ids.make<model::CustomStatusId>(), .position = i});
    const auto up = moved(statuses, statuses[1].id, -1);
    QCOMPARE(up.size(), 2u);
    QCOMPARE(up[0].id, statuses[1].id);
    QCOMPARE(up[0].position, 0);
    QCOMPARE(up[1].position, 1);
    QVERIFY(moved(statuses, statuses[0].id, -1).empty());
    QVERIFY(moved(statuses, statuses[2].id, 1).empty());
    QVERIFY(moved(statuses, m_shop.ids.make<model::CustomStatusId>(), 1).empty());
}

void TestSetupWords::tablesInWords_data()
{
    QTest::addColumn<QString>("table");
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("cells");
    QTest::newRow("an admin with room")
        << "people" << 0 << "Mara Lindqvist (you) | Admin | Care, Returns | 3 of 12 | English, Arabic |  | Active";
    QTest::newRow("away, a role of their own, no team")
        << "people" << 1 << "Noor Aziz | Seasonal help | No team | 0 |  |  | Away";
    QTest::newRow("by hand") << "teams" << 0 << "Care | 1 | By hand | Never";
    QTest::newRow("in turn") << "teams" << 1 << "Returns | 1 | Round robin | 30 min";
    QTest::newRow("a field") << "fields" << 0 << "Order number | Text |  | Everybody";
    QTest::newRow("a confidential one") << "customer fields" << 0 << "IBAN | Text |  | Confidential";
    QTest::newRow("a status") << "statuses" << 0 << "Waits for the kiln | Waiting";
}

void TestSetupWords::tablesInWords()
{
    QFETCH(QString, table);
    QFETCH(int, row);
    QFETCH(QString, cells);
    const store::WorkspaceSetup &setup = m_shop.setup;
    const QList<TableRow> rows = table == "people"            ? peopleRows(setup, m_shop.mara.id)
                                 : table == "teams"           ? teamRows(setup)
                                 : table == "fields"          ? fieldRows(setup, FieldDefinition::Subject::Conversation)
                                 : table == "customer fields" ? fieldRows(setup, FieldDefinition::Subject::Customer)
                                                              : statusRows(setup);
    QVERIFY(row < rows.size());
    QCOMPARE(cellsOf(rows[row]), cells);
    for (const TableCell &cell : rows[row].cells)
        QVERIFY(rows[row].spoken.contains(cell.text));
    QCOMPARE(filtered(rows, rows[row].cells.first().text.left(4)).size(), 1);
    QCOMPARE(filtered(rows, "zebra").size(), 0);
}

void TestSetupWords::refusalsSayWhatToDo_data()
{
    QTest::addColumn<int>("reason");
    QTest::addColumn<QString>("says");
    using Reason = model::Outcome::Reason;
    QTest::newRow("rights") << int(Reason::NotAllowed) << "nobody gives or takes";
    QTest::newRow("a name") << int(Reason::Taken) << "already";
    QTest::newRow("gone") << int(Reason::NotFound) << "removed it meanwhile";
    QTest::newRow("the last admin") << int(Reason::Invalid) << "must stay an admin";
    QTest::newRow("an older hub") << int(Reason::NotKnown) << "too old";
    QTest::newRow("by others") << int(Reason::Changed) << "changed it meanwhile";
    QTest::newRow("anything else") << int(Reason::Chain) << "did not take";
}

void TestSetupWords::refusalsSayWhatToDo()
{
    QFETCH(int, reason);
    QFETCH(QString, says);
    const model::Outcome outcome{.kind = model::Outcome::Kind::Refused, .reason = model::Outcome::Reason(reason)};
    QVERIFY(refusalWords(model::SetAgent{}, outcome).contains(says));
    QVERIFY(isSetup(model::SetAgent{}));
    QVERIFY(!isSetup(model::SetAway{}));
}

void TestSetupWords::whoCanAllowIsNamed_data()
{
    QTest::addColumn<int>("admins");
    QTest::addColumn<QString>("words");
    QTest::newRow("nobody is known") << 0 << "An admin can allow it.";
    QTest::newRow("one") << 1 << "Ada can allow it.";
    QTest::newRow("two") << 2 << "Ada or Ben can allow it.";
    QTest::newRow("many") << 5 << "Ada, Ben or Cem can allow it.";
}

/// At most three, of those who are there and may give it.
void TestSetupWords::whoCanAllowIsNamed()
{
    QFETCH(const int, admins);
    QFETCH(const QString, words);
    std::vector<model::Agent> agents{{.name = "A plain agent"},
                                     {.name = "Gone", .role = model::Agent::Role::Admin, .active = false}};
    const char *names[]{"Ada", "Ben", "Cem", "Dan", "Eva"};
    for (int i = 0; i < admins; ++i)
        agents.push_back({.name = names[i], .role = model::Agent::Role::Admin});
    QCOMPARE(whoCanAllow(agents, model::Permission::SeeAudit), words);
}

void TestSetupWords::aListThatWasTakenAwayIsTold_data()
{
    QTest::addColumn<QString>("lines");
    QTest::addColumn<QString>("words");
    QTest::newRow("everybody") << "customers: 52\nwhich: everybody"
                               << "Customers: 52\nWhich of them: all of them";
    QTest::newRow("with a tag") << "customers: 3\nwhich: found\ntag: vip"
                                << "Customers: 3\nWhich of them: who was found by what was typed\nTag: vip";
    QTest::newRow("of a newer hub") << "customers: 3\nwhich: sorted"
                                    << "Customers: 3\nWhich of them: sorted";
}

void TestSetupWords::aListThatWasTakenAwayIsTold()
{
    QFETCH(const QString, lines);
    QTEST(auditFactWords(lines.toStdString()), "words");
    client::HubAccess::AuditEntry entry;
    entry.kind = "exported";
    entry.about = "customers";
    QCOMPARE(auditAboutWords(entry), QString("Customers"));
    const TimePoint at = fromMs(1'700'000'000'000);
    const QString when = auditFactWords("given: " + toIso(at));
    QVERIFY2(when.startsWith("Done without the hub: ") && when.endsWith(TimeFormat().full(at)), qPrintable(when));
}

void TestSetupWords::whoHasConfirmedAnErasureIsTold()
{
    QCOMPARE(auditKindWords("erasure-confirmed"), QString("Erasure confirmed by a device"));
    QCOMPARE(auditFactWords("device: 0011223344556677\nchange: 812"),
             QString("Device: 0011223344556677\nNumber of the change: 812"));
    QCOMPARE(auditFactWords("unconfirmed: 0190"), QString("Erasure that was not confirmed: 0190"));
    QCOMPARE(auditKindWords("restored"), QString("An older state was put back"));
    QCOMPARE(auditFactWords("why: older"), QString("Why: older"));
}

QTEST_MAIN(TestSetupWords)
#include "tst_setup_words.moc"
