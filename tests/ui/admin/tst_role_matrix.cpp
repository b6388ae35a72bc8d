// The matrix of roles: what it shows, which command a toggle makes, and what nobody may give away.
#include "core/base/rng.h"
#include "ui/admin/role_matrix.h"
#include "ui/admin/role_matrix_view.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using model::Permission;

namespace {

struct Shop {
    SystemClock clock;
    SeededRng rng{11};
    IdMaker ids{clock, rng};
    store::WorkspaceSetup setup;
    model::Agent admin, lead, helper;
    model::Role help;

    Shop()
    {
        help = {.id = ids.make<model::RoleId>(), .name = "Seasonal help", .permissions = {"reply", "write-notes"}};
        setup.roles = {help};
        admin = agent("Mara", model::Agent::Role::Admin);
        lead = agent("Yusuf", model::Agent::Role::Lead);
        helper = agent("Noor", model::Agent::Role::Agent);
        helper.customRole = help.id;
        helper.permissions = help.permissions;
        setup.agents = {admin, lead, helper};
    }
    model::Agent agent(const char *name, model::Agent::Role role)
    {
        return {.id = ids.make<model::AgentId>(), .name = name, .role = role};
    }
    RoleMatrix matrix(const model::Agent &by) const
    {
        RoleMatrix made;
        made.set(setup, by);
        return made;
    }
};

int rowOf(const RoleMatrix &matrix, Permission permission)
{
    for (std::size_t i = 0; i < matrix.rows().size(); ++i) {
        if (matrix.rows()[i].permission == permission)
            return int(i);
    }
    return -1;
}

} // namespace

class TestRoleMatrix : public QObject {
    Q_OBJECT
private slots:
    void everyPermissionHasASentence();
    void whatDesktopsAloneKeepToIsSaid();
    void showsWhatEachRoleGives_data();
    void showsWhatEachRoleGives();
    void togglingMakesACommand_data();
    void togglingMakesACommand();
    void nobodyGivesWhatTheyDoNotHave_data();
    void nobodyGivesWhatTheyDoNotHave();
    void copiesBeginAsTheirOriginal();
    void spaceTogglesAndArrowsMove();
    void readOnlyTogglesNothing();
    void cellsSpeak();

private:
    Shop m_shop;
};

void TestRoleMatrix::everyPermissionHasASentence()
{
    const RoleMatrix matrix = m_shop.matrix(m_shop.admin);
    QSet<QString> sentences;
    int headings = 0;
    PermissionGroup group = PermissionGroup::Conversations;
    for (const RoleMatrix::Row &row : matrix.rows()) {
        if (!row.permission) {
            group = row.group;
            QVERIFY(!groupWords(group).isEmpty());
            ++headings;
            continue;
        }
        QCOMPARE(row.group, group);
        sentences.insert(permissionWords(*row.permission));
    }
    QCOMPARE(headings, kPermissionGroups);
    QVERIFY(!sentences.contains(QString()));
    QCOMPARE(sentences.size(), qsizetype(model::kPermissions));
}

void TestRoleMatrix::whatDesktopsAloneKeepToIsSaid()
{
    Theme theme;
    RoleMatrixView view(theme);
    view.setMatrix(m_shop.matrix(m_shop.admin));
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(&view);
    for (std::size_t i = 0; i < model::kPermissions; ++i) {
        const auto permission = Permission(i);
        const QString note = permissionNote(permission);
        // Whoever sees customers has their rows: of lists of them the hub is told, which is said as well.
        QCOMPARE(!note.isEmpty(), model::isKeptByDesktops(permission) || permission == Permission::Export);
        if (note.isEmpty())
            continue;
        QVERIFY(note.contains("desktop"));
        const QString cell = table->child((rowOf(view.matrix(), permission) + 1) * 4 + 3)->text(QAccessible::Name);
        QVERIFY2(cell.startsWith(permissionWords(permission)) && cell.contains(note), qPrintable(cell));
    }
}

void TestRoleMatrix::showsWhatEachRoleGives_data()
{
    QTest::addColumn<int>("permission");
    QTest::addColumn<QString>("shown"); ///< Agent, Lead, Admin, Seasonal help.
    QTest::newRow("daily work") << int(Permission::Reply) << "++++";
    QTest::newRow("not for help") << int(Permission::EditTags) << "+++-";
    QTest::newRow("leads") << int(Permission::Export) << "-++-";
    QTest::newRow("admins") << int(Permission::ManageRoles) << "--+-";
}

void TestRoleMatrix::showsWhatEachRoleGives()
{
    QFETCH(int, permission);
    QFETCH(QString, shown);
    const RoleMatrix matrix = m_shop.matrix(m_shop.admin);
    QString seen;
    for (int column = 0; column < matrix.columnCount(); ++column)
        seen += matrix.isOn(rowOf(matrix, Permission(permission)), column) ? u'+' : u'-';
    QCOMPARE(seen, shown);
}

void TestRoleMatrix::togglingMakesACommand_data()
{
    QTest::addColumn<int>("permission");
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("permissions"); ///< Of the command; "nothing" for none.
    QTest::newRow("gives") << int(Permission::EditTags) << 3 << "edit-tags reply write-notes";
    QTest::newRow("takes") << int(Permission::Reply) << 3 << "write-notes";
    QTest::newRow("agents are built in") << int(Permission::Reply) << 0 << "nothing";
    QTest::newRow("leads are built in") << int(Permission::SeeAudit) << 1 << "nothing";
    QTest::newRow("admins are built in") << int(Permission::SeeAudit) << 2 << "nothing";
}

void TestRoleMatrix::togglingMakesACommand()
{
    QFETCH(int, permission);
    QFETCH(int, column);
    QFETCH(QString, permissions);
    const RoleMatrix matrix = m_shop.matrix(m_shop.admin);
    const int row = rowOf(matrix, Permission(permission));
    const auto save = matrix.toggled(row, column);
    QString got = "nothing";
    if (save) {
        QStringList names;
        for (const std::string &name : save->role.permissions)
            names.append(QString::fromStdString(name));
        got = names.join(u' ');
        QCOMPARE(save->role.id, m_shop.help.id);
        QCOMPARE(save->role.name, m_shop.help.name);
    }
    QCOMPARE(got, permissions);
    QCOMPARE(matrix.whyFixed(row, column).isEmpty(), save.has_value());
}

void TestRoleMatrix::nobodyGivesWhatTheyDoNotHave_data()
{
    QTest::addColumn<QStringList>("mine");
    QTest::addColumn<int>("permission");
    QTest::addColumn<bool>("may");
    const QStringList all{"manage-roles", "reply", "write-notes"};
    QTest::newRow("what one has") << all << int(Permission::Reply) << true;
    QTest::newRow("what one lacks") << all << int(Permission::Export) << false;
    QTest::newRow("roles are not for them") << QStringList{"reply", "write-notes"} << int(Permission::Reply) << false;
    QTest::newRow("the role has more") << QStringList{"manage-roles", "reply"} << int(Permission::Reply) << false;
}

void TestRoleMatrix::nobodyGivesWhatTheyDoNotHave()
{
    QFETCH(QStringList, mine);
    QFETCH(int, permission);
    QFETCH(bool, may);
    model::Agent by = m_shop.agent("Greta", model::Agent::Role::Agent);
    by.customRole = m_shop.ids.make<model::RoleId>();
    for (const QString &name : mine)
        by.permissions.push_back(name.toStdString());
    const RoleMatrix matrix = m_shop.matrix(by);
    const int row = rowOf(matrix, Permission(permission));
    QCOMPARE(matrix.toggled(row, 3).has_value(), may);
    QCOMPARE(matrix.whyFixed(row, 3).isEmpty(), may);
}

void TestRoleMatrix::copiesBeginAsTheirOriginal()
{
    const RoleMatrix matrix = m_shop.matrix(m_shop.admin);
    const model::RoleId id = m_shop.ids.make<model::RoleId>();
    const model::Role lead = copyOf(matrix, 1, m_shop.setup, id);
    QCOMPARE(lead.id, id);
    QCOMPARE(lead.name, std::string("Copy of Lead"));
    QVERIFY(lead.permissions == model::permissionsOf(model::Agent::Role::Lead));
    store::WorkspaceSetup with = m_shop.setup;
    with.roles.push_back(lead);
    QCOMPARE(copyOf(matrix, 1, with, id).name, std::string("Copy 2 of Lead"));
    QVERIFY(copyOf(matrix, 3, with, id).permissions == m_shop.help.permissions);
}

void TestRoleMatrix::spaceTogglesAndArrowsMove()
{
    Theme theme;
    RoleMatrixView view(theme);
    view.resize(900, 600);
    view.setMatrix(m_shop.matrix(m_shop.admin));
    view.show();
    QSignalSpy toggled(&view, &RoleMatrixView::toggled), opened(&view, &RoleMatrixView::roleOpened);
    QSignalSpy fixed(&view, &RoleMatrixView::fixedTouched);
    view.setCurrent(1, 3);
    QTest::keyClick(&view, Qt::Key_Space);
    QCOMPARE(toggled.size(), 1);
    QVERIFY(toggled[0][0].value<model::SaveRole>().role.permissions == std::vector<std::string>{"write-notes"});
    QTest::keyClick(&view, Qt::Key_Left); // Admin: built in
    QTest::keyClick(&view, Qt::Key_Space);
    QCOMPARE(toggled.size(), 1);
    QCOMPARE(fixed.size(), 1);
    // Down past the heading of the next group, and up to the header.
    const RoleMatrix &matrix = view.matrix();
    view.setCurrent(rowOf(matrix, Permission::BulkActions), 3);
    QTest::keyClick(&view, Qt::Key_Down);
    QCOMPARE(view.currentRow(), rowOf(matrix, Permission::EditCustomers));
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(view.currentRow(), rowOf(matrix, Permission::BulkActions));
    QTest::keyClick(&view, Qt::Key_Home);
    QTest::keyClick(&view, Qt::Key_Up);
    QCOMPARE(view.currentRow(), -1);
    QTest::keyClick(&view, Qt::Key_Enter);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][0].toInt(), 3);
    // By mouse as by key.
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.cellRect(2, 3).center());
    QCOMPARE(toggled.size(), 2);
    QCOMPARE(view.currentRow(), 2);
}

void TestRoleMatrix::readOnlyTogglesNothing()
{
    Theme theme;
    RoleMatrixView view(theme);
    view.setMatrix(m_shop.matrix(m_shop.admin));
    view.setReadOnly("The hub is away.");
    QSignalSpy toggled(&view, &RoleMatrixView::toggled);
    QSignalSpy fixed(&view, &RoleMatrixView::fixedTouched);
    view.setCurrent(1, 3);
    QTest::keyClick(&view, Qt::Key_Space);
    QCOMPARE(toggled.size(), 0);
    QCOMPARE(fixed.size(), 1);
    QCOMPARE(fixed[0][0].toString(), QString("The hub is away."));
}

void TestRoleMatrix::cellsSpeak()
{
    Theme theme;
    RoleMatrixView view(theme);
    view.resize(900, 600);
    view.setMatrix(m_shop.matrix(m_shop.admin));
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(&view);
    QVERIFY(table);
    QCOMPARE(table->role(), QAccessible::Table);
    QCOMPARE(table->childCount(), int(view.matrix().rows().size() + 1) * 4);
    QAccessibleInterface *cell = table->child((1 + 1) * 4 + 3);
    QCOMPARE(cell->role(), QAccessible::CheckBox);
    QCOMPARE(cell->text(QAccessible::Name), QString("Answer customers, Seasonal help: allowed"));
    QVERIFY(cell->state().checkable && cell->state().checked && !cell->state().readOnly);
    QVERIFY(table->child((1 + 1) * 4)->state().readOnly);
    QCOMPARE(table->child(3)->role(), QAccessible::ColumnHeader);
}

QTEST_MAIN(TestRoleMatrix)
#include "tst_role_matrix.moc"
