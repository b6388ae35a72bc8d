// Two people change one record: each change stays, and neither brings back what the other has taken away.
#include "core/model/commands.h"
#include "core/model/rebased.h"

#include <QTest>

using namespace tributary;
using namespace tributary::model;
using Names = std::vector<std::string>;

Q_DECLARE_METATYPE(Names)

class TestRebased : public QObject {
    Q_OBJECT
private slots:
    void listsAreJoined_data();
    void listsAreJoined();
    void membersAreTheirOwn();
};

void TestRebased::listsAreJoined_data()
{
    QTest::addColumn<Names>("draft");
    QTest::addColumn<Names>("base");
    QTest::addColumn<Names>("now");
    QTest::addColumn<Names>("joined");
    const Names two{"a", "b"};
    QTest::newRow("nobody else") << Names{"a", "c"} << two << two << Names{"a", "c"};
    QTest::newRow("nothing of one's own") << two << two << Names{"b"} << Names{"b"};
    QTest::newRow("taken away by others") << Names{"a", "b", "c"} << two << Names{"b"} << Names{"b", "c"};
    QTest::newRow("added by others") << Names{"a"} << two << Names{"a", "b", "d"} << Names{"a", "d"};
    QTest::newRow("added by both") << Names{"a", "b", "c"} << two << Names{"a", "b", "c"} << Names{"a", "b", "c"};
}

void TestRebased::listsAreJoined()
{
    QFETCH(const Names, draft);
    QFETCH(const Names, base);
    QFETCH(const Names, now);
    QFETCH(const Names, joined);
    QCOMPARE(rebasedList(draft, base, now), joined);
}

void TestRebased::membersAreTheirOwn()
{
    const Role base{.name = "Care", .permissions = {"assign", "merge"}, .version = 3};
    Role draft = base, now = base;
    draft.name = "Care, evening";
    now.permissions = {"assign"}; // somebody has taken a right away
    now.visibility = Visibility::Assigned;
    now.version = 4;
    const Role both = rebased(draft, base, now, &Role::name, &Role::permissions, &Role::visibility);
    QCOMPARE(both.name, std::string("Care, evening"));
    QCOMPARE(both.permissions, Names{"assign"});
    QCOMPARE(both.visibility, Visibility::Assigned);
    QCOMPARE(both.version, std::int64_t(4));
}

QTEST_APPLESS_MAIN(TestRebased)
#include "tst_rebased.moc"
