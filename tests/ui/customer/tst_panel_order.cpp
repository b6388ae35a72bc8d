// In which order the sections of the panel stand: kept as text, moved by key, drag and menu, folded.
#include "ui/customer/customer_panel.h"
#include "ui/customer/section_header.h"
#include "ui/shell/picker.h"

#include <QMenu>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

namespace {

struct Panel {
    Theme theme;
    ManualClock clock;
    QWidget window;
    Picker picker{theme, &window};
    CustomerPanel panel{theme, clock, picker, &window};
    store::CustomerCard card;
    store::Belongings belongings;
    QStringList kept; ///< What was to be kept, newest last.
    std::vector<std::pair<std::string, bool>> files;
    std::vector<TimelineItemId> items;

    Panel()
    {
        window.resize(900, 900);
        panel.setGeometry(0, 0, 300, 900);
        QObject::connect(&panel, &CustomerPanel::orderChanged, [this](const PanelOrder &order) { kept << order.text(); });
        QObject::connect(&panel, &CustomerPanel::fileWanted,
                         [this](const Attachment &attachment, bool save) { files.emplace_back(attachment.name, save); });
        QObject::connect(&panel, &CustomerPanel::itemChosen,
                         [this](ConversationId, TimelineItemId item) { items.push_back(item); });
        card.customer = {.id = CustomerId(RawId{std::byte(1)}), .name = "Layla"};
        card.members = {card.customer};
        card.identities = {{.id = IdentityId(RawId{std::byte(2)}), .customer = card.customer.id, .address = "l@mail.test"}};
        belongings.customer = card.customer.id;
        for (int i = 0; i < 6; ++i) {
            belongings.files.push_back({.attachment = {.name = "file" + std::to_string(i) + ".pdf", .sizeBytes = 2'400'000},
                                        .item = TimelineItemId(RawId{std::byte(10 + i)}),
                                        .at = fromMs(1'700'000'000'000 - i),
                                        .subject = "Breakage"});
            belongings.orders.push_back(
                {.item = TimelineItemId(RawId{std::byte(20 + i)}),
                 .at = fromMs(1'700'000'000'000 - i),
                 .details = {{"number", "JK-" + std::to_string(i)}, {"status", "shipped"}, {"total", "€ 40.00"}}});
        }
        panel.setAgent({.role = Agent::Role::Admin});
        panel.showCard(card, {});
        panel.showBeside({.details = {.customer = card.customer.id}, .belongings = belongings});
        window.show();
    }
    QStringList sections() const
    {
        std::vector<std::pair<int, QString>> found;
        for (const SectionHeader *header : panel.findChildren<SectionHeader *>())
            found.emplace_back(header->mapTo(&panel, QPoint()).y(), header->id());
        std::ranges::sort(found);
        QStringList ids;
        for (const auto &[y, id] : found)
            ids << id;
        return ids;
    }
    SectionHeader *header(const QString &id) { return panel.findChild<SectionHeader *>("section-" + id); }
};

} // namespace

class TestPanelOrder : public QObject {
    Q_OBJECT
private slots:
    void isKeptAsText_data();
    void isKeptAsText();
    void foldsAndUnfolds();
    void movesByKey();
    void movesByDragUnlessEsc();
    void isPutBackByTheMenu();
    void filesOpenAndOrdersAreShown();
};

void TestPanelOrder::isKeptAsText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("order");
    QTest::addColumn<QString>("folded");
    const QString usual = PanelOrder::usual().join(u' ');
    QTest::newRow("nothing was kept") << "" << usual << "";
    QTest::newRow("what was") << "files " + QString(usual).remove(" files") << "files " + QString(usual).remove(" files")
                              << "";
    QTest::newRow("a section came later") << QString(usual).remove(" orders") << usual << "";
    QTest::newRow("one that is not known here is skipped") << "loyalty " + usual << usual << "";
    QTest::newRow("twice counts once") << usual + " open" << usual << "";
    QTest::newRow("folded") << QString(usual).replace("tags", "-tags") << usual << "tags";
    QTest::newRow("rubbish") << "- -- -" << usual << "";
}

void TestPanelOrder::isKeptAsText()
{
    QFETCH(const QString, text);
    QFETCH(const QString, folded);
    const PanelOrder order = PanelOrder::fromText(text);
    QTEST(order.sections().join(u' '), "order");
    QVERIFY(folded.isEmpty() || order.isFolded(folded));
    QCOMPARE(PanelOrder::fromText(order.text()), order);
    QVERIFY(!text.contains("loyalty") || order.text().contains("loyalty")); // and kept for the program that does
}

void TestPanelOrder::foldsAndUnfolds()
{
    Panel p;
    QWidget *row = p.panel.findChild<QWidget *>("panelFile");
    QVERIFY(row->isVisible());
    QTest::keyClick(p.header("files"), Qt::Key_Space);
    QVERIFY(!row->isVisible());
    QVERIFY(p.header("files")->accessibleName().contains("folded"));
    QVERIFY(PanelOrder::fromText(p.kept.last()).isFolded("files"));
    QTest::mouseClick(p.header("files"), Qt::LeftButton);
    QVERIFY(row->isVisible());
    QVERIFY(!PanelOrder::fromText(p.kept.last()).isFolded("files"));
}

void TestPanelOrder::movesByKey()
{
    Panel p;
    const QStringList usual{"identities", "orders", "tags", "details", "consent", "files"};
    QTRY_COMPARE(p.sections(), usual);
    QTest::keyClick(p.header("files"), Qt::Key_Up, Qt::AltModifier);
    QTRY_COMPARE(p.sections().indexOf("files"), 4); // past what is on the screen, whatever is hidden between
    QTest::keyClick(p.header("identities"), Qt::Key_Down, Qt::AltModifier);
    QTRY_COMPARE(p.sections(), (QStringList{"orders", "identities", "tags", "details", "files", "consent"}));
    QTest::keyClick(p.header("orders"), Qt::Key_Up, Qt::AltModifier); // it is the first
    QCOMPARE(p.kept.size(), 2);
}

void TestPanelOrder::movesByDragUnlessEsc()
{
    Panel p;
    QTRY_VERIFY(p.sections().indexOf("orders") == 1);
    SectionHeader *orders = p.header("orders");
    const auto over = [&](const QString &section) {
        return orders->mapFromGlobal(p.header(section)->mapToGlobal(QPoint(10, 2)));
    };
    QTest::mousePress(orders, Qt::LeftButton, {}, QPoint(10, 5));
    QTest::mouseMove(orders, over("consent"));
    QTRY_VERIFY(p.panel.findChild<QWidget *>("sectionDrop"));
    QVERIFY(p.panel.findChild<QWidget *>("sectionDrop")->isVisible());
    QTest::keyClick(orders, Qt::Key_Escape);
    QVERIFY(!p.panel.findChild<QWidget *>("sectionDrop")->isVisible());
    QTest::mouseRelease(orders, Qt::LeftButton, {}, over("consent"));
    QVERIFY(p.kept.isEmpty()); // neither moved nor folded

    QTest::mousePress(orders, Qt::LeftButton, {}, QPoint(10, 5));
    QTest::mouseMove(orders, over("consent"));
    QTest::mouseRelease(orders, Qt::LeftButton, {}, over("consent"));
    QTRY_COMPARE(p.sections(), (QStringList{"identities", "tags", "details", "orders", "consent", "files"}));
    QCOMPARE(p.kept.size(), 1);
}

void TestPanelOrder::isPutBackByTheMenu()
{
    Panel p;
    const auto reset = [&]() -> QAction * {
        emit p.header("tags")->menuWanted(p.window.mapToGlobal(QPoint(5, 5)));
        for (QMenu *menu : p.panel.findChildren<QMenu *>("sectionMenu")) {
            if (menu->isVisible())
                return menu->findChild<QAction *>("resetOrder");
        }
        return nullptr;
    };
    QVERIFY(reset());
    QVERIFY(!reset()->isEnabled()); // it is the usual one
    PanelOrder order;
    order.moveBefore("files", "open");
    p.panel.setOrder(order);
    QCOMPARE(p.panel.order(), order);
    QTRY_COMPARE(p.sections().front(), "files");
    QAction *action = nullptr;
    for (QMenu *menu : p.panel.findChildren<QMenu *>("sectionMenu"))
        menu->close();
    QVERIFY(action = reset());
    QVERIFY(action->isEnabled());
    action->trigger();
    QTRY_COMPARE(p.sections().back(), "files");
    QVERIFY(PanelOrder::fromText(p.kept.last()).isUsual());
}

void TestPanelOrder::filesOpenAndOrdersAreShown()
{
    Panel p;
    QCOMPARE(p.panel.findChildren<QAbstractButton *>("panelOrder").size(), 2);
    QCOMPARE(p.panel.findChildren<QAbstractButton *>("panelFile").size(), 4);
    auto *first = p.panel.findChild<QAbstractButton *>("panelFile");
    QVERIFY(first->accessibleName().contains("file0.pdf"));
    QVERIFY(first->accessibleName().contains("Breakage"));
    first->click();
    QCOMPARE(p.files, (std::vector<std::pair<std::string, bool>>{{"file0.pdf", false}}));
    p.panel.findChild<QAbstractButton *>("panelOrder")->click();
    QCOMPARE(p.items, std::vector<TimelineItemId>{TimelineItemId(RawId{std::byte(20)})});
    p.panel.findChild<Button *>("showAll-files")->click();
    QTRY_COMPARE(p.panel.findChildren<QAbstractButton *>("panelFile").size(), 6);
    QCOMPARE(p.panel.findChildren<QAbstractButton *>("panelOrder").size(), 2);
    p.panel.findChild<Button *>("showAll-orders")->click();
    QTRY_COMPARE(p.panel.findChildren<QAbstractButton *>("panelOrder").size(), 6);
}

QTEST_MAIN(TestPanelOrder)
#include "tst_panel_order.moc"
