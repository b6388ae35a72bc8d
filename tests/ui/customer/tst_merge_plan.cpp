// Two people beside each other: what differs, whose value counts, and the command that comes of it.
#include "ui/customer/merge_plan.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;
using store::MergeSide;

namespace {

MergeSide side(int id, const std::string &name)
{
    MergeSide made;
    made.card.customer.id = CustomerId(RawId{std::byte(id)});
    made.card.customer.name = name;
    made.card.customer.version = id * 10;
    made.card.members = {made.card.customer};
    return made;
}

Consent consent(bool granted, std::int64_t ms, Channel channel = Channel::Email)
{
    return {.channel = channel, .purpose = Consent::Purpose::Marketing, .granted = granted, .source = "x", .at = fromMs(ms)};
}

MergePlan plan(const MergeSide &stays, const MergeSide &joins, const MergePicks &picks = {},
               const std::vector<FieldDefinition> &fields = {})
{
    return planOf(stays, joins, fields, picks, TimeFormat(QLocale("en_GB"), QTimeZone::utc()), fromMs(1LL << 41));
}

const MergeField *find(const MergePlan &plan, const QString &label)
{
    const auto found = std::ranges::find(plan.differing, label, &MergeField::label);
    return found == plan.differing.end() ? nullptr : &*found;
}

} // namespace

class TestMergePlan : public QObject {
    Q_OBJECT
private slots:
    void whoStaysKeepsTheirs();
    void anEmptyFieldTakesTheOther();
    void picksAreOfAPerson();
    void equalFieldsAreFolded();
    void importedFieldsCountToo();
    void theStricterConsentCounts_data();
    void theStricterConsentCounts();
    void whatOnlyOneHasSaidIsShown_data();
    void whatOnlyOneHasSaidIsShown();
    void blockedStaysBlocked();
    void whoHasMembersCannotJoin();
    void strictestOfSeveral();
};

void TestMergePlan::whoStaysKeepsTheirs()
{
    const MergeSide layla = side(1, "Layla"), haddad = side(2, "L. Haddad");
    const MergePlan made = plan(layla, haddad);
    QCOMPARE(made.differing.size(), std::size_t(1));
    QVERIFY(!made.differing.front().takesJoining);
    const MergeCustomers command = commandOf(made, layla, haddad, "Same phone");
    QVERIFY(command.into == layla.card.customer.id && command.from == haddad.card.customer.id);
    QCOMPARE(command.intoVersion, std::int64_t(10));
    QCOMPARE(command.fromVersion, std::int64_t(20));
    QCOMPARE(command.evidence, std::string("Same phone"));
    QVERIFY(command.taken.empty());
}

void TestMergePlan::anEmptyFieldTakesTheOther()
{
    MergeSide layla = side(1, "Layla"), haddad = side(2, "");
    haddad.card.customer.language = "ar";
    const MergePlan made = plan(layla, haddad);
    QVERIFY(find(made, "Language")->takesJoining);
    QVERIFY(!find(made, "Name")->takesJoining);
    QCOMPARE(commandOf(made, layla, haddad, {}).taken, std::vector<std::string>{"language"});
}

void TestMergePlan::picksAreOfAPerson()
{
    const MergeSide layla = side(1, "Layla"), haddad = side(2, "L. Haddad");
    const MergePicks picks{{"name", haddad.card.customer.id}};
    QVERIFY(find(plan(layla, haddad, picks), "Name")->takesJoining);
    QVERIFY(!find(plan(haddad, layla, picks), "Name")->takesJoining); // swapped, the same name is kept
}

void TestMergePlan::equalFieldsAreFolded()
{
    MergeSide one = side(1, "Layla"), other = side(2, "Layla");
    one.card.customer.language = other.card.customer.language = "ar";
    const MergePlan made = plan(one, other);
    QVERIFY(made.differing.empty());
    QCOMPARE(made.equal.size(), std::size_t(2));
}

void TestMergePlan::importedFieldsCountToo()
{
    MergeSide one = side(1, "Layla"), other = side(2, "Layla");
    one.card.customer.attributes = {{"Delivers to", "Jumeirah 1"}, {"tier", "Studio"}};
    other.card.customer.attributes = {{"Delivers to", "Villa 14"}, {"tier", "Retail"}};
    const FieldDefinition tier{.subject = FieldDefinition::Subject::Customer,
                               .key = "tier",
                               .name = "Price list",
                               .type = FieldDefinition::Type::Text};
    const MergePlan made = plan(one, other, {{"field.Delivers to", other.card.customer.id}}, {tier});
    QVERIFY(find(made, "Price list") && find(made, "Delivers to"));
    QVERIFY(!find(made, "tier"));
    QCOMPARE(commandOf(made, one, other, {}).taken, std::vector<std::string>{"field.Delivers to"});
}

void TestMergePlan::theStricterConsentCounts_data()
{
    QTest::addColumn<bool>("stays");
    QTest::addColumn<bool>("joins");
    QTest::addColumn<int>("rows");
    QTest::addColumn<bool>("takesJoining");
    QTest::newRow("no and yes") << false << true << 1 << false;
    QTest::newRow("yes and no") << true << false << 1 << true;
    QTest::newRow("both yes") << true << true << 0 << false;
    QTest::newRow("both no") << false << false << 0 << false;
}

void TestMergePlan::theStricterConsentCounts()
{
    QFETCH(bool, stays);
    QFETCH(bool, joins);
    QFETCH(int, rows);
    QFETCH(bool, takesJoining);
    MergeSide one = side(1, "Layla"), other = side(2, "Layla");
    one.consents = {consent(stays, 1)};
    other.consents = {consent(joins, 2)};
    const MergePlan made = plan(one, other);
    QCOMPARE(int(made.differing.size()), rows);
    if (rows == 1) {
        QCOMPARE(made.differing.front().takesJoining, takesJoining);
        QVERIFY(!made.differing.front().decided.isEmpty()); // nobody loosens it by the way
    }
    QVERIFY(commandOf(made, one, other, {}).taken.empty());
}

void TestMergePlan::whatOnlyOneHasSaidIsShown_data()
{
    QTest::addColumn<bool>("byWhoStays");
    QTest::addColumn<bool>("granted");
    QTest::newRow("yes, by who stays") << true << true;
    QTest::newRow("no, by who joins") << false << false;
    QTest::newRow("yes, by who joins") << false << true;
}

void TestMergePlan::whatOnlyOneHasSaidIsShown()
{
    QFETCH(bool, byWhoStays);
    QFETCH(bool, granted);
    MergeSide one = side(1, "Layla"), other = side(2, "L. Haddad");
    (byWhoStays ? one : other).consents = {consent(granted, 1)};
    const MergePlan made = plan(one, other);
    const auto row = std::ranges::find_if(
        made.differing, [](const MergeField &field) { return field.id.empty() && field.stays != field.joins; });
    QVERIFY(row != made.differing.end());
    QCOMPARE((byWhoStays ? row->joins : row->stays), QString("Not asked"));
    QVERIFY((byWhoStays ? row->stays : row->joins).startsWith(granted ? "Yes" : "No"));
    QCOMPARE(row->takesJoining, !byWhoStays);
    QVERIFY(!row->decided.isEmpty());
    QVERIFY(std::ranges::count(commandOf(made, one, other, "").taken, std::string()) == 0);
}

void TestMergePlan::blockedStaysBlocked()
{
    MergeSide one = side(1, "Layla"), other = side(2, "Layla");
    other.card.members.front().blocked = true;
    const MergePlan made = plan(one, other);
    QVERIFY(find(made, "Blocked")->takesJoining);
    QVERIFY(commandOf(made, one, other, {}).taken.empty());
}

void TestMergePlan::whoHasMembersCannotJoin()
{
    MergeSide one = side(1, "Layla"), other = side(2, "Layla");
    other.card.members.push_back(side(3, "Third").card.customer);
    QVERIFY(plan(one, other).joinsHasMembers);
    QVERIFY(!plan(other, one).joinsHasMembers);
}

void TestMergePlan::strictestOfSeveral()
{
    const auto found = store::strictest({consent(true, 5), consent(false, 1), consent(false, 3),
                                         consent(true, 1, Channel::Sms), consent(true, 9, Channel::Sms)});
    QCOMPARE(found.size(), std::size_t(2));
    QVERIFY(!found[0].granted);
    QCOMPARE(toMs(found[0].at), std::int64_t(3));
    QVERIFY(found[1].granted);
    QCOMPARE(toMs(found[1].at), std::int64_t(9));
}

QTEST_GUILESS_MAIN(TestMergePlan)
#include "tst_merge_plan.moc"
