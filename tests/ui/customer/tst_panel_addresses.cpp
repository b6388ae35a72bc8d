// The addresses in the panel beside the timeline: how each is called, its menu, and which is preferred.
#include "tests/ui/customer/panel_under_test.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;
using namespace tributary::ui::testing;

class TestPanelAddresses : public QObject {
    Q_OBJECT
private slots:
    void anAddressIsCalled_data();
    void anAddressIsCalled();
    void theMenuOfAnAddressOpensByEitherButton_data();
    void theMenuOfAnAddressOpensByEitherButton();
    void anAddressIsPreferred_data();
    void anAddressIsPreferred();
    void whatAnAddressDoesNotOfferSaysWhy_data();
    void whatAnAddressDoesNotOfferSaysWhy();
};

void TestPanelAddresses::anAddressIsCalled_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("offered");
    QTest::addColumn<bool>("possible");
    QTest::newRow("a number") << int(Channel::WhatsApp) << "+971505550172" << true << true;
    QTest::newRow("a hidden one") << int(Channel::Phone) << "••• 72" << true << false;
    QTest::newRow("mail") << int(Channel::Email) << "l@mail.test" << false << false;
}

void TestPanelAddresses::anAddressIsCalled()
{
    QFETCH(int, channel);
    QFETCH(QString, address);
    QFETCH(bool, offered);
    QFETCH(bool, possible);
    Panel p;
    p.card.identities.front().channel = Channel(channel);
    p.card.identities.front().address = p.card.identities.front().shown = address.toStdString();
    p.card.identities.front().problem = "550 5.1.1 no such mailbox here";
    p.show();
    auto *row = p.panel.findChildren<QAbstractButton *>("identity").constLast();
    QVERIFY(row->toolTip().contains("5.1.1")); // the row itself says it in short
    std::vector<Identity> called;
    QObject::connect(&p.panel, &CustomerPanel::callWanted, [&](const Identity &one) { called.push_back(one); });
    row->click();
    QAction *call = nullptr;
    for (QAction *action : p.panel.findChild<QMenu *>()->actions()) {
        if (action->text() == "Call")
            call = action;
    }
    QCOMPARE(call != nullptr, offered);
    if (!call)
        return;
    QCOMPARE(call->isEnabled(), possible);
    call->trigger();
    QCOMPARE(called.size(), std::size_t(possible));
}

void TestPanelAddresses::theMenuOfAnAddressOpensByEitherButton_data()
{
    QTest::addColumn<bool>("right");
    QTest::newRow("left") << false;
    QTest::newRow("right, or the menu key") << true;
}

void TestPanelAddresses::theMenuOfAnAddressOpensByEitherButton()
{
    QFETCH(bool, right);
    Panel p;
    auto *row = p.panel.findChild<QAbstractButton *>("identity");
    if (right) {
        QContextMenuEvent event(QContextMenuEvent::Mouse, row->rect().center(), row->mapToGlobal(row->rect().center()));
        QApplication::sendEvent(row, &event);
    } else {
        row->click();
    }
    const auto *menu = p.panel.findChild<QMenu *>("identityMenu");
    QVERIFY(menu);
    QStringList words;
    for (const QAction *action : menu->actions()) {
        if (!action->isSeparator())
            words.append(action->text());
    }
    QVERIFY2(words.contains("Copy") && words.contains("Write to this address") && words.contains("Move to another customer"),
             qPrintable(words.join(u'|')));
}

void TestPanelAddresses::anAddressIsPreferred_data()
{
    QTest::addColumn<bool>("isPreferred");
    QTest::addColumn<QString>("words");
    QTest::newRow("it comes first from now on") << false << "Make preferred";
    QTest::newRow("and no longer") << true << "No longer preferred";
}

void TestPanelAddresses::anAddressIsPreferred()
{
    QFETCH(bool, isPreferred);
    QFETCH(QString, words);
    Panel p;
    const IdentityId id = p.card.identities.front().id;
    if (isPreferred) {
        p.card.customer.preferred = {{"email", id.text()}};
        p.card.members = {p.card.customer};
        p.card.preferred = {id};
    }
    p.show();
    auto *row = p.panel.findChildren<QAbstractButton *>("identity").constLast();
    QCOMPARE(row->accessibleName().contains("preferred"), isPreferred);
    QCOMPARE(row->toolTip().contains("Preferred"), isPreferred);
    row->click();
    QAction *prefer = nullptr;
    for (QAction *action : p.panel.findChild<QMenu *>("identityMenu")->actions()) {
        if (action->text() == words)
            prefer = action;
    }
    QVERIFY(prefer && prefer->isEnabled());
    prefer->trigger();
    QCOMPARE(p.commands.size(), std::size_t(1));
    const auto &command = std::get<PreferIdentity>(p.commands.front());
    QVERIFY(command.customer == p.card.customer.id && command.channel == Channel::Email);
    QVERIFY(command.identity == (isPreferred ? std::nullopt : std::optional(id)));
}

void TestPanelAddresses::whatAnAddressDoesNotOfferSaysWhy_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("linked");
    QTest::addColumn<bool>("may");
    QTest::addColumn<int>("addresses");
    QTest::addColumn<QString>("why"); ///< Empty: it can be done.
    const QString hub = "This needs the hub, which is not reached now.", admin = "admin";
    for (const char *words : {"Move to another customer", "Remove from this customer"}) {
        QTest::addRow("%s", words) << QString(words) << true << true << 2 << QString();
        QTest::addRow("%s, offline", words) << QString(words) << false << true << 2 << hub;
        QTest::addRow("%s, not allowed", words) << QString(words) << true << false << 2 << admin;
        QTest::addRow("%s, neither", words) << QString(words) << false << false << 2 << admin;
    }
    QTest::newRow("the only one is moved") << "Move to another customer" << true << true << 1 << QString();
    QTest::newRow("the only one stays") << "Remove from this customer" << true << true << 1 << "They have no other address.";
}

void TestPanelAddresses::whatAnAddressDoesNotOfferSaysWhy()
{
    QFETCH(const QString, words);
    QFETCH(const bool, linked);
    QFETCH(const bool, may);
    QFETCH(const int, addresses);
    QFETCH(const QString, why);
    Panel p;
    if (addresses > 1) {
        p.card.identities.push_back(p.card.identities.front());
        p.card.identities.back().id = IdentityId(RawId{std::byte(3)});
    }
    if (!may) {
        p.agent.customRole = RoleId(RawId{std::byte(3)});
        p.agent.permissions = permissionsOf(Agent::Role::Admin);
        std::erase(p.agent.permissions, std::string(nameOf(Permission::MergeCustomers)));
    }
    p.show();
    p.panel.setLinked(linked);
    p.panel.findChildren<QAbstractButton *>("identity").constLast()->click();
    for (const QAction *action : p.panel.findChild<QMenu *>("identityMenu")->actions()) {
        if (action->text() != words)
            continue;
        QCOMPARE(action->isEnabled(), why.isEmpty());
        QVERIFY2(why.isEmpty() || action->toolTip().contains(why), qPrintable(action->toolTip()));
        return;
    }
    QFAIL("it is not in the menu");
}

QTEST_MAIN(TestPanelAddresses)
#include "tst_panel_addresses.moc"
