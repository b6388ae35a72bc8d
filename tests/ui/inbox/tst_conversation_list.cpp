// A long list has its days as headings, and finds a name by its first letters where letters are no commands.
#include "ui/inbox/conversation_list.h"

#include <QSignalSpy>
#include <QTest>

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
    void lettersJumpToANext();
    void accentsDoNotCount();
    void lettersAreCommandsElsewhere();
    void whoWroteIsNamed_data();
    void whoWroteIsNamed();

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

    ManualClock m_clock;
    Theme *m_theme = nullptr;
    ConversationRows *m_rows = nullptr;
    ConversationList *m_list = nullptr;
    bool m_jumps = true;
};

void TestConversationList::init()
{
    m_clock = ManualClock(fromMs(QDateTime(QDate(2026, 3, 12), QTime(12, 0)).toMSecsSinceEpoch()));
    m_theme = new Theme;
    m_rows = new ConversationRows;
    m_list = new ConversationList(*m_theme, m_clock);
    m_list->setModel(m_rows);
    m_jumps = true;
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

QTEST_MAIN(TestConversationList)
#include "tst_conversation_list.moc"
