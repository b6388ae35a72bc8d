// A long list has its days as headings, and finds a name by its first letters where letters are no commands. The row under
// the pointer has buttons.
#include "ui/inbox/conversation_list.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolTip>

using namespace tributary;
using namespace tributary::ui;

namespace {

constexpr std::int64_t kDayMs = 86'400'000;
const char *const kNames[]{"Ada", "Bob", "Ágnes", "Charles", "adam"};

model::ConversationId idOf(int row)
{
    RawId raw{};
    raw[0] = std::byte(1);
    raw[14] = std::byte(row / 256);
    raw[15] = std::byte(row % 256);
    return model::ConversationId(raw);
}

} // namespace

class TestConversationList : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void daysStandAboveALongList_data();
    void daysStandAboveALongList();
    void rowsAreWhereTheyArePainted();
    void headingsFollowTheRows();
    void whatIsOpenIsSeenFromItsTop_data();
    void whatIsOpenIsSeenFromItsTop();
    void lettersJumpToANext();
    void accentsDoNotCount();
    void lettersAreCommandsElsewhere();
    void whoWroteIsNamed_data();
    void whoWroteIsNamed();
    void rowsShowTheColumnsOfTheirView_data();
    void rowsShowTheColumnsOfTheirView();
    void columnsArePainted();
    void vipsHaveAStar();
    void whatIsFollowedHasAnEye();
    void theWholeListIsCounted();
    void quickButtonsLieOverTheEnd_data();
    void quickButtonsLieOverTheEnd();
    void rowsWithoutThePointerHaveNoButtons();
    void aQuickButtonIsClicked_data();
    void aQuickButtonIsClicked();
    void quickButtonsAreOfWhatIsSelected_data();
    void quickButtonsAreOfWhatIsSelected();
    void aRowThatMovesUpIsNotClicked();
    void whatIsGoneCannotBeActedOn_data();
    void whatIsGoneCannotBeActedOn();
    void quickButtonsSayWhatTheyDo_data();
    void quickButtonsSayWhatTheyDo();

private:
    /// @p count rows, 40 a day, newest first.
    void fill(int count)
    {
        std::vector<store::ConversationRow> rows;
        for (int i = 0; i < count; ++i) {
            store::ConversationRow row;
            row.conversation.id = idOf(i);
            row.conversation.lastItemAt = m_clock.now() - Milliseconds(i / 40 * kDayMs + i % 40);
            row.customerName = kNames[i % 5];
            rows.push_back(row);
        }
        m_rows->update(std::move(rows), false);
    }
    QList<int> headings() const
    {
        QList<int> found;
        for (int row = 0; row < m_rows->rowCount(); ++row) {
            if (!m_list->dayHeading(row).isEmpty())
                found.append(row);
        }
        return found;
    }
    int current() const { return m_rows->indexOf(m_list->current()); }
    void offer()
    {
        m_list->setQuickActions([this](model::ConversationId id) {
            m_asked.insert(id);
            return std::vector<QuickAction>{{.id = "snooze", .icon = "moon", .tip = "Snooze (H)"},
                                            {.id = "assign", .icon = "user", .tip = "Assign (A)", .whyNot = "Not you"},
                                            {.id = "resolve", .icon = "check", .tip = "Resolve (E)"}};
        });
    }
    void mouse(QEvent::Type type, const QPoint &at)
    {
        const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
        QMouseEvent event(type, at, m_list->viewport()->mapToGlobal(at), button,
                          type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(m_list->viewport(), &event);
    }
    void hover(int row) { mouse(QEvent::MouseMove, m_list->rowRect(row).center()); }

    ManualClock m_clock;
    Theme *m_theme = nullptr;
    ConversationRows *m_rows = nullptr;
    ConversationList *m_list = nullptr;
    bool m_jumps = true;
    std::set<model::ConversationId> m_asked; ///< Whose buttons the list has asked for.
};

void TestConversationList::init()
{
    m_clock = ManualClock(fromMs(QDateTime(QDate(2026, 3, 12), QTime(12, 0)).toMSecsSinceEpoch()));
    m_theme = new Theme;
    m_rows = new ConversationRows;
    m_list = new ConversationList(*m_theme, m_clock);
    m_list->setModel(m_rows);
    m_jumps = true;
    m_asked.clear();
    m_list->setJumpsByName([this] { return m_jumps; });
    m_list->resize(320, 700);
    m_list->show();
}

void TestConversationList::cleanup()
{
    delete m_list;
    delete m_rows;
    delete m_theme;
}

void TestConversationList::daysStandAboveALongList_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("byTime");
    QTest::addColumn<QList<int>>("days");
    QTest::newRow("200 are looked over without") << 200 << true << QList<int>{};
    QTest::newRow("one more") << 201 << true << QList<int>{0, 40, 80, 120, 160, 200};
    QTest::newRow("in another order they would say nothing") << 201 << false << QList<int>{};
}

void TestConversationList::daysStandAboveALongList()
{
    QFETCH(const int, count);
    QFETCH(const bool, byTime);
    QFETCH(const QList<int>, days);
    fill(count);
    m_list->setByTime(byTime);
    QCOMPARE(headings(), days);
    if (!days.isEmpty()) {
        QVERIFY(m_list->dayHeading(0).contains("12"));
        QVERIFY(m_list->dayHeading(40).contains("11"));
    }
}

/// A click anywhere on a row opens it; one on a heading opens nothing.
void TestConversationList::rowsAreWhereTheyArePainted()
{
    fill(300);
    m_list->setByTime(true);
    for (int row = 1; row < 300; ++row) {
        const int gap = m_list->rowRect(row).top() - m_list->rowRect(row - 1).bottom() - 1;
        QCOMPARE(gap > 0, row % 40 == 0);
    }
    QVERIFY(m_list->rowRect(0).top() > 0);
    m_list->setCurrent(idOf(120));
    const QRect at = m_list->rowRect(120);
    QVERIFY(m_list->viewport()->rect().contains(at));
    QVERIFY(m_list->rowRect(119).bottom() + 1 < at.top());
    QSignalSpy opened(m_list, &ConversationList::opened);
    QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {}, QPoint(100, at.top() - 2)); // the heading
    QCOMPARE(opened.size(), 0);
    for (const int row : {119, 120, 121}) {
        const QRect here = m_list->rowRect(row);
        if (!m_list->viewport()->rect().contains(here))
            continue;
        QTest::mouseClick(m_list->viewport(), Qt::LeftButton, {}, here.topLeft() + QPoint(100, 1));
        QCOMPARE(current(), row);
    }
    QVERIFY(opened.size() >= 2);
    m_list->setCurrent(idOf(299)); // the last one can be seen whole
    QCOMPARE(m_list->rowRect(299).bottom() + 1, m_list->viewport()->height());
}

void TestConversationList::headingsFollowTheRows()
{
    fill(241);
    m_list->setByTime(true);
    QCOMPARE(headings().size(), 7);
    std::vector<store::ConversationRow> rows = m_rows->rows();
    const QList<int> before = headings();
    const QRect at = m_list->rowRect(120);
    rows[100].conversation.lastItemAt = m_clock.now(); // somebody writes; the order is held
    m_rows->update(rows, true);
    QCOMPARE(headings(), before);
    QCOMPARE(m_list->rowRect(120), at);
    rows[240].conversation.lastItemAt = rows[239].conversation.lastItemAt; // its day is the one before now
    m_rows->update(rows, false);
    QCOMPARE(headings().size(), 6);
    fill(100);
    QVERIFY(headings().isEmpty());
    QCOMPARE(m_list->rowRect(99).top() - m_list->rowRect(0).top(), 99 * m_list->rowHeight());
}

void TestConversationList::whatIsOpenIsSeenFromItsTop_data()
{
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("row");
    QTest::newRow("the first, before the window is laid out") << 20 << 0;
    QTest::newRow("another, with no room for all of it") << 20 << 3;
    QTest::newRow("one at the end of what is seen") << 700 << 20;
}

void TestConversationList::whatIsOpenIsSeenFromItsTop()
{
    QFETCH(const int, height);
    QFETCH(const int, row);
    fill(30);
    m_list->resize(320, height);
    QTRY_COMPARE(m_list->height(), height);
    m_list->setCurrent(m_rows->rows()[std::size_t(row)].conversation.id);
    const QRect at = m_list->rowRect(row);
    QVERIFY(at.top() >= 0 && at.top() < height);
    QCOMPARE(m_list->verticalScrollBar()->value() == 0, row == 0);
}

void TestConversationList::lettersJumpToANext()
{
    fill(20);
    m_list->setCurrent(idOf(0));
    QTest::keyClicks(m_list, "c");
    QCOMPARE(current(), 3);
    QTest::keyClicks(m_list, "c"); // the same letter again: the next one
    QCOMPARE(current(), 8);
    QTest::keyClick(m_list, Qt::Key_C, Qt::ControlModifier);
    QCOMPARE(current(), 8);
}

void TestConversationList::accentsDoNotCount()
{
    fill(20);
    m_list->setCurrent(idOf(0));
    QTest::keyClicks(m_list, "a"); // the next one, whatever its accent
    QCOMPARE(current(), 2);
    QTest::keyClicks(m_list, "z"); // nobody of that name: it stays
    QCOMPARE(current(), 2);
}

void TestConversationList::lettersAreCommandsElsewhere()
{
    fill(20);
    m_jumps = false;
    m_list->setCurrent(idOf(0));
    QTest::keyClicks(m_list, "c");
    QCOMPARE(current(), 0);
}

/// "You" is only who looks; a colleague goes by the first name.
void TestConversationList::whoWroteIsNamed_data()
{
    QTest::addColumn<bool>("outbound");
    QTest::addColumn<int>("author"); // 0: nobody here, 1: who looks, 2: a colleague
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("draft"); // null: there is none
    QTest::addColumn<QString>("prefix");
    QTest::newRow("the customer") << false << 0 << "" << QString() << "";
    QTest::newRow("oneself") << true << 1 << "Mara Lindqvist" << QString() << "You: ";
    QTest::newRow("a colleague") << true << 2 << "Tomás Ortega" << QString() << "Tomás: ";
    QTest::newRow("a colleague with one name") << true << 2 << "Aiko" << QString() << "Aiko: ";
    QTest::newRow("spaces around") << true << 2 << "  Tomás  Ortega" << QString() << "Tomás: ";
    QTest::newRow("a name without spaces") << true << 2 << "王小明" << QString() << "王小明: ";
    QTest::newRow("a colleague who is not known here") << true << 2 << "" << QString() << "Sent: ";
    QTest::newRow("from elsewhere") << true << 0 << "" << QString() << "Sent: ";
    QTest::newRow("a draft comes first") << true << 2 << "Tomás"
                                         << "It left on"
                                         << "Draft: ";
    QTest::newRow("a draft of files alone") << true << 2 << "Tomás"
                                            << ""
                                            << "Tomás: ";
}

void TestConversationList::whoWroteIsNamed()
{
    QFETCH(const bool, outbound);
    QFETCH(const int, author);
    QFETCH(const QString, name);
    QFETCH(const QString, draft);
    QFETCH(const QString, prefix);
    const model::AgentId ids[]{{}, model::AgentId(RawId{std::byte(1)}), model::AgentId(RawId{std::byte(2)})};
    store::ConversationRow row{.customerName = "Ada", .previewAuthorName = name.toStdString()};
    row.conversation.preview = "On its way";
    row.conversation.previewOutbound = outbound;
    if (author > 0)
        row.conversation.previewAuthor = ids[author];
    const RowContext context{
        .now = m_clock.now(), .me = ids[1], .draft = draft.isNull() ? std::nullopt : std::optional(draft)};
    const RowWords words = wordsOf(row, context, *m_theme, TimeFormat());
    const auto plain = [](QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); };
    QCOMPARE(plain(words.prefix), prefix);
    QVERIFY(plain(words.spoken).contains(prefix + (draft.isEmpty() ? "On its way" : draft)));
}

void TestConversationList::rowsShowTheColumnsOfTheirView_data()
{
    QTest::addColumn<QStringList>("columns"); // null: nobody has chosen
    QTest::addColumn<QString>("shown");       // pills, columns and the owner
    const QString pressing = "Urgent, Waiting on customer";
    QTest::newRow("as ever") << QStringList() << pressing + " / refund, vip / Tomás Ortega";
    QTest::newRow("none") << QStringList{""} << pressing + " /  / Tomás Ortega";
    QTest::newRow("in the order chosen") << QStringList{"team", "tag"} << pressing + " / Care, refund, vip / Tomás Ortega";
    QTest::newRow("the priority, in its place")
        << QStringList{"tag", "priority"} << "Waiting on customer / refund, vip, Urgent / Tomás Ortega";
    QTest::newRow("the status, in its place") << QStringList{"status"} << "Urgent / Waiting on customer / Tomás Ortega";
    QTest::newRow("the owner, in its place") << QStringList{"assignee"} << pressing + " / Tomás Ortega / ";
    QTest::newRow("fields") << QStringList{"field.order", "field.due", "field.gift"}
                            << pressing + " / Order: JK-1, Due: 26 Nov 2026, Gift / Tomás Ortega";
    QTest::newRow("what is not filled in, or not known")
        << QStringList{"field.size", "mood"} << pressing + " /  / Tomás Ortega";
}

void TestConversationList::rowsShowTheColumnsOfTheirView()
{
    QFETCH(const QStringList, columns);
    QFETCH(const QString, shown);
    using model::FieldDefinition;
    RowColumns chosen{.teams = {{.id = model::TeamId(RawId{std::byte(4)}), .name = "Care"}}};
    chosen.fields = {{.key = "order", .name = "Order"},
                     {.key = "due", .name = "Due", .type = FieldDefinition::Type::Date},
                     {.key = "gift", .name = "Gift", .type = FieldDefinition::Type::Flag},
                     {.key = "size", .name = "Size"}};
    for (const QString &column : columns) {
        if (!column.isEmpty())
            chosen.names.push_back(column.toStdString());
    }
    store::ConversationRow row{.customerName = "Ada", .assigneeName = "Tomás Ortega"};
    row.conversation.status = model::Conversation::Status::Waiting;
    row.conversation.priority = model::Conversation::Priority::Urgent;
    row.conversation.team = model::TeamId(RawId{std::byte(4)});
    row.conversation.tags = {"refund", "vip"};
    row.conversation.fields = {{"order", "JK-1"}, {"due", "2026-11-26"}, {"gift", "yes"}};
    const RowContext context{.now = m_clock.now(), .showOwner = true, .columns = columns.isEmpty() ? nullptr : &chosen};
    const RowWords words = wordsOf(row, context, *m_theme, TimeFormat(QLocale::c()));
    QStringList pills, more;
    for (const Pill &pill : words.pills)
        pills.append(pill.text);
    for (const RowColumn &column : words.columns) {
        more.append(column.pill.text);
        QVERIFY2(words.spoken.contains(column.spoken), qPrintable(words.spoken));
    }
    QCOMPARE((QStringList{pills.join(", "), more.join(", "), words.owner}.join(" / ")), shown);
}

/// They change what is painted, and nothing of where things stand.
void TestConversationList::columnsArePainted()
{
    fill(1);
    const QImage without = m_list->grab().toImage();
    std::vector<store::ConversationRow> rows = m_rows->rows();
    rows[0].conversation.team = model::TeamId(RawId{std::byte(4)});
    m_rows->update(rows, false);
    QVERIFY(m_list->grab().toImage() == without);
    m_list->setColumns(RowColumns{.names = {"team"}, .teams = {{.id = *rows[0].conversation.team, .name = "Care"}}});
    QVERIFY(m_list->grab().toImage() != without);
    QVERIFY(m_list->words(0).spoken.contains("Team Care"));
    m_list->setColumns({});
    QVERIFY(m_list->grab().toImage() == without);
}

void TestConversationList::vipsHaveAStar()
{
    fill(1);
    const QImage without = m_list->grab().toImage();
    QVERIFY(!m_list->words(0).spoken.contains("VIP"));
    std::vector<store::ConversationRow> rows = m_rows->rows();
    rows[0].vip = true;
    m_rows->update(rows, false);
    QVERIFY(m_list->words(0).spoken.startsWith("Ada. VIP."));
    QVERIFY(m_list->grab().toImage() != without);
}

void TestConversationList::whatIsFollowedHasAnEye()
{
    fill(1);
    const QImage without = m_list->grab().toImage();
    QVERIFY(!m_list->words(0).spoken.contains("You follow this"));
    std::vector<store::ConversationRow> rows = m_rows->rows();
    rows[0].following = true;
    m_rows->update(rows, false);
    QVERIFY(m_list->words(0).spoken.startsWith("Ada. You follow this."));
    const QImage followed = m_list->grab().toImage();
    QVERIFY(followed != without);
    rows[0].vip = true; // both have room
    m_rows->update(rows, false);
    QVERIFY(m_list->words(0).spoken.startsWith("Ada. VIP. You follow this."));
    QVERIFY(m_list->grab().toImage() != followed);
}

/// Those that are not loaded count as well.
void TestConversationList::theWholeListIsCounted()
{
    fill(20);
    m_list->setAccessibleName("Mine");
    const auto name = [this] { return QAccessible::queryAccessibleInterface(m_list)->text(QAccessible::Name); };
    QVERIFY2(name().contains("20"), qPrintable(name()));
    m_list->setTotal(240);
    QVERIFY2(name().contains("240"), qPrintable(name()));
    m_list->setTotal(0); // not counted yet
    QVERIFY2(name().contains("20"), qPrintable(name()));
}

void TestConversationList::quickButtonsLieOverTheEnd_data()
{
    QTest::addColumn<Qt::LayoutDirection>("direction");
    QTest::addColumn<bool>("compact");
    QTest::newRow("left to right") << Qt::LeftToRight << false;
    QTest::newRow("right to left") << Qt::RightToLeft << false;
    QTest::newRow("low rows") << Qt::LeftToRight << true;
}

void TestConversationList::quickButtonsLieOverTheEnd()
{
    QFETCH(const Qt::LayoutDirection, direction);
    QFETCH(const bool, compact);
    offer();
    m_theme->setOptions({.density = compact ? Theme::Density::Compact : Theme::Density::Comfortable});
    m_list->setLayoutDirection(direction);
    fill(20);
    const QRect before = m_list->rowRect(3);
    hover(2);
    QCOMPARE(m_list->rowRect(3), before); // nothing moves
    const QRect row = m_list->rowRect(2);
    QRect whole;
    for (int i = 0; i < 3; ++i) {
        const QRect button = m_list->quickButton(i);
        QVERIFY(row.contains(button));
        QVERIFY(button.width() >= 24 && button.height() >= 24); // UX 8
        QVERIFY(!whole.intersects(button));
        whole |= button;
    }
    QCOMPARE(whole.center().x() > row.center().x(), direction == Qt::LeftToRight);
    QVERIFY(m_list->quickButton(3).isEmpty());
}

/// Not for others is anything asked, so that nothing can be laid out or painted.
void TestConversationList::rowsWithoutThePointerHaveNoButtons()
{
    offer();
    fill(20);
    const QImage before = m_list->grab().toImage();
    QVERIFY(m_asked.empty());
    hover(2);
    m_list->grab();
    QCOMPARE(m_asked, std::set{idOf(2)});
    QCOMPARE(m_list->quickActions().size(), 3u);
    m_asked.clear();
    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(m_list->viewport(), &leave); // to the scroll bar
    QVERIFY(m_list->quickActions().empty());
    QVERIFY(m_list->quickButton(0).isEmpty());
    QCOMPARE(m_list->grab().toImage(), before);
    QVERIFY(m_asked.empty());
    QVERIFY(m_list->isHeld()); // it is still inside
}

void TestConversationList::aQuickButtonIsClicked_data()
{
    QTest::addColumn<int>("pressed"); // -1: beside the buttons
    QTest::addColumn<int>("released");
    QTest::addColumn<QString>("action");
    QTest::addColumn<int>("opened");
    QTest::newRow("one") << 2 << 2 << "resolve" << 0;
    QTest::newRow("another") << 0 << 0 << "snooze" << 0;
    QTest::newRow("one that may not be done") << 1 << 1 << "" << 0;
    QTest::newRow("let go on another") << 2 << 0 << "" << 0;
    QTest::newRow("let go beside it") << 2 << -1 << "" << 0;
    QTest::newRow("the row") << -1 << -1 << "" << 1;
}

void TestConversationList::aQuickButtonIsClicked()
{
    QFETCH(const int, pressed);
    QFETCH(const int, released);
    QFETCH(const QString, action);
    QFETCH(const int, opened);
    offer();
    fill(20);
    const QSignalSpy wanted(m_list, &ConversationList::quickWanted), shown(m_list, &ConversationList::opened);
    hover(4);
    const auto at = [this](int button) {
        return button < 0 ? m_list->rowRect(4).topLeft() + QPoint(80, 10) : m_list->quickButton(button).center();
    };
    mouse(QEvent::MouseButtonPress, at(pressed));
    mouse(QEvent::MouseMove, at(released));
    mouse(QEvent::MouseButtonRelease, at(released));
    QCOMPARE(wanted.size(), action.isEmpty() ? 0 : 1);
    QCOMPARE(shown.size(), opened);
    if (action.isEmpty())
        return;
    QCOMPARE(wanted[0][0].toString(), action);
    QCOMPARE(wanted[0][1].value<model::ConversationId>(), idOf(4));
    QCOMPARE(wanted[0][2].toRect().center(), m_list->viewport()->mapToGlobal(at(pressed)));
}

void TestConversationList::quickButtonsAreOfWhatIsSelected_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<int>("left"); // of those that are selected
    QTest::newRow("one of them") << 2 << 2;
    QTest::newRow("another, which alone is meant") << 5 << 0;
}

void TestConversationList::quickButtonsAreOfWhatIsSelected()
{
    QFETCH(const int, row);
    QFETCH(const int, left);
    offer();
    fill(20);
    m_list->toggleSelected(idOf(2));
    m_list->toggleSelected(idOf(3));
    const QSignalSpy wanted(m_list, &ConversationList::quickWanted);
    hover(row);
    const QPoint at = m_list->quickButton(2).center();
    mouse(QEvent::MouseButtonPress, at);
    mouse(QEvent::MouseButtonRelease, at);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][1].value<model::ConversationId>(), idOf(row));
    QCOMPARE(int(m_list->selected().size()), left);
}

void TestConversationList::aRowThatMovesUpIsNotClicked()
{
    offer();
    fill(20);
    const QSignalSpy wanted(m_list, &ConversationList::quickWanted);
    hover(1);
    const QPoint at = m_list->quickButton(2).center();
    mouse(QEvent::MouseButtonPress, at);
    std::vector<store::ConversationRow> rows = m_rows->rows();
    rows.erase(rows.begin() + 1);
    m_rows->letGo({idOf(1)}); // by a key of the agent's own
    m_rows->update(rows, true);
    QCOMPARE(m_list->quickButton(2).center(), at); // the buttons there are those of the next row
    mouse(QEvent::MouseButtonRelease, at);
    QCOMPARE(wanted.size(), 0);
    mouse(QEvent::MouseButtonDblClick, at);
    mouse(QEvent::MouseButtonRelease, at);
    QCOMPARE(wanted.size(), 0);
    mouse(QEvent::MouseButtonPress, at);
    mouse(QEvent::MouseButtonRelease, at);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][1].value<model::ConversationId>(), idOf(2));
}

void TestConversationList::whatIsGoneCannotBeActedOn_data()
{
    QTest::addColumn<bool>("resolved");
    QTest::addColumn<bool>("selected");
    QTest::addColumn<QString>("words");
    QTest::newRow("resolved, the open one") << true << false << "Resolved";
    QTest::newRow("given to somebody, the open one") << false << false << "No longer here";
    QTest::newRow("resolved, the selected one") << true << true << "Resolved";
}

/// It stays below the pointer, without buttons, and says what it is; what is pressed next is not meant for something else.
void TestConversationList::whatIsGoneCannotBeActedOn()
{
    QFETCH(const bool, resolved);
    QFETCH(const bool, selected);
    QFETCH(const QString, words);
    offer();
    fill(20);
    m_list->setCurrent(idOf(selected ? 7 : 4));
    if (selected)
        m_list->toggleSelected(idOf(4));
    hover(4);
    QCOMPARE(m_list->quickActions().size(), 3u);
    const QImage before = m_list->grab(m_list->rowRect(4)).toImage();
    std::vector<store::ConversationRow> rows = m_rows->rows();
    store::ConversationRow left = rows[4];
    rows.erase(rows.begin() + 4);
    m_rows->update(rows, m_list->isHeld());
    QCOMPARE(m_rows->indexOf(idOf(4)), 4); // and those below it are where they were
    QVERIFY(m_list->words(4).spoken.contains("No longer here"));
    if (resolved)
        left.conversation.status = model::Conversation::Status::Resolved;
    m_rows->showWhatBecame({left});
    QVERIFY2(m_list->words(4).spoken.contains(words), qPrintable(m_list->words(4).spoken));
    QVERIFY(m_list->grab(m_list->rowRect(4)).toImage() != before);
    QVERIFY(m_list->quickActions().empty());
    m_list->toggleSelected(idOf(4));
    QVERIFY(m_list->selected().empty());
    if (!selected) { // a choice of anything else, as by the toggle above, would be one
        QVERIFY(m_list->hasLostSelection());
        QVERIFY(m_list->targets().empty());
        m_list->forgetLostSelection(); // it has been said
        QCOMPARE(m_list->targets(), std::vector{idOf(4)});
    }
    m_rows->release();
    QCOMPARE(m_rows->indexOf(idOf(4)), -1);
    QVERIFY(!m_list->hasLostSelection());
}

void TestConversationList::quickButtonsSayWhatTheyDo_data()
{
    QTest::addColumn<int>("button");
    QTest::addColumn<QString>("words");
    QTest::newRow("what it does, and its key") << 0 << "Snooze (H)";
    QTest::newRow("why not") << 1 << "Not you";
}

void TestConversationList::quickButtonsSayWhatTheyDo()
{
    QFETCH(const int, button);
    QFETCH(const QString, words);
    offer();
    fill(20);
    hover(2);
    const QPoint at = m_list->quickButton(button).center();
    QHelpEvent help(QEvent::ToolTip, at, m_list->viewport()->mapToGlobal(at));
    QCoreApplication::sendEvent(m_list->viewport(), &help);
    QVERIFY2(QToolTip::text().contains(words), qPrintable(QToolTip::text()));
    QToolTip::hideText();
}

QTEST_MAIN(TestConversationList)
#include "tst_conversation_list.moc"
