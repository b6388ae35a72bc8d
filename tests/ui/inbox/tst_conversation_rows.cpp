#include "ui/inbox/conversation_rows.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

/// A row known by one letter: its customer, unless said otherwise, is its own.
static store::ConversationRow row(char name, char customer = 0, std::int64_t unread = 0)
{
    store::ConversationRow made;
    made.conversation.id.bytes[15] = std::byte(name);
    made.customer.bytes[15] = std::byte(customer ? customer : name);
    made.customerName = std::string(1, name);
    made.unread = unread;
    return made;
}

static std::vector<store::ConversationRow> rowsOf(const char *names)
{
    std::vector<store::ConversationRow> all;
    for (; *names; ++names)
        all.push_back(row(*names));
    return all;
}

class TestConversationRows : public QObject {
    Q_OBJECT
private slots:
    void reorders_data();
    void reorders();
    void holdsTheOrder();
    void changesShowWhileHeld();
    void oneRowACustomer();
    void eachHasARowWhereThatIsWanted();
    void pagesDoNotDouble();
    void whatWaitsOutlivesAPage();
    void aMoveAloneIsReleasedToo();

private:
    static QString shown(const ConversationRows &model)
    {
        QString text;
        for (const store::ConversationRow &row : model.rows())
            text += QString::fromStdString(row.customerName);
        return text;
    }
};

void TestConversationRows::reorders_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::newRow("fill") << ""
                          << "abc";
    QTest::newRow("empty") << "abc"
                           << "";
    QTest::newRow("arrival on top") << "abc"
                                    << "xabc";
    QTest::newRow("to the top") << "abcd"
                                << "dabc";
    QTest::newRow("reverse") << "abcd"
                             << "dcba";
    QTest::newRow("all at once") << "abcdef"
                                 << "xfbya";
}

void TestConversationRows::reorders()
{
    QFETCH(QString, before);
    QFETCH(QString, after);
    ConversationRows model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update(rowsOf(before.toLatin1()), false);
    model.update(rowsOf(after.toLatin1()), false);
    QCOMPARE(shown(model), after);
}

void TestConversationRows::holdsTheOrder()
{
    ConversationRows model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update(rowsOf("abcd"), false);
    model.update(rowsOf("xdac"), true); // b is gone, d rose, x came
    QCOMPARE(shown(model), QString("acd"));
    QCOMPARE(model.waiting(), 1);
    model.release();
    QCOMPARE(shown(model), QString("xdac"));
    QCOMPARE(model.waiting(), 0);
}

void TestConversationRows::changesShowWhileHeld()
{
    ConversationRows model;
    model.update(rowsOf("ab"), false);
    model.update({row('b', 0, 3), row('a')}, true);
    QCOMPARE(shown(model), QString("ab"));
    QCOMPARE(model.rows()[1].unread, 3);
}

void TestConversationRows::oneRowACustomer()
{
    ConversationRows model;
    model.update({row('a', 'z'), row('b'), row('c', 'z')}, false);
    QCOMPARE(shown(model), QString("ab"));
}

void TestConversationRows::eachHasARowWhereThatIsWanted()
{
    ConversationRows model;
    model.setSharing(false);
    model.update({row('a', 'z'), row('b')}, false);
    model.append({row('c', 'z')});
    QCOMPARE(shown(model), QString("abc"));
    model.setSharing(true);
    model.update({row('a', 'z'), row('b')}, false);
    model.append({row('c', 'z')});
    QCOMPARE(shown(model), QString("ab"));
    QCOMPARE(model.read().size(), 3u); // where the next page goes on
}

void TestConversationRows::whatWaitsOutlivesAPage()
{
    ConversationRows model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update(rowsOf("abc"), false);
    model.update(rowsOf("xcab"), true);
    QCOMPARE(model.read().back().customerName, std::string("b")); // which is not the last one shown
    model.append(rowsOf("de"));
    QCOMPARE(shown(model), QString("abcde"));
    QCOMPARE(model.waiting(), 1);
    model.release();
    QCOMPARE(shown(model), QString("xcabde"));
    QCOMPARE(model.waiting(), 0);
}

void TestConversationRows::aMoveAloneIsReleasedToo()
{
    ConversationRows model;
    model.update(rowsOf("abc"), false);
    model.update(rowsOf("cab"), true);
    QCOMPARE(shown(model), QString("abc"));
    model.release();
    QCOMPARE(shown(model), QString("cab"));
}

void TestConversationRows::pagesDoNotDouble()
{
    ConversationRows model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update(rowsOf("abc"), false);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    model.append(rowsOf("cde"));
    QCOMPARE(shown(model), QString("abcde"));
    QCOMPARE(inserted.count(), 1); // however long it is
}

QTEST_APPLESS_MAIN(TestConversationRows)
#include "tst_conversation_rows.moc"
