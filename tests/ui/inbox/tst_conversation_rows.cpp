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
    void whatLeavesAHeldOrder_data();
    void whatLeavesAHeldOrder();
    void whatStayedMayBeTakenByOthers();
    void whatIsGoneSaysWhatBecameOfIt();
    void whatIsOutOfSightSaysNothing();
    void aRowThatIsSharedStaysWhileHeld();
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
    static QString gone(const ConversationRows &model)
    {
        QString text;
        for (const store::ConversationRow &row : model.rows()) {
            if (model.isGone(row.conversation.id))
                text += QString::fromStdString(row.customerName);
        }
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
    QCOMPARE(shown(model), QString("abcd"));
    QCOMPARE(gone(model), QString("b"));
    QCOMPARE(model.waiting(), 1);
    model.append(rowsOf("e"));
    QCOMPARE(shown(model), QString("abcde"));
    QCOMPARE(gone(model), QString("b"));
    model.release();
    QCOMPARE(shown(model), QString("xdace"));
    QCOMPARE(gone(model), QString());
    QCOMPARE(model.waiting(), 0);
}

void TestConversationRows::whatLeavesAHeldOrder_data()
{
    QTest::addColumn<QString>("own"); // what the agent did something to
    QTest::addColumn<QString>("now");
    QTest::addColumn<QString>("rows");
    QTest::addColumn<QString>("goneOnes");
    QTest::newRow("by a colleague") << ""
                                    << "ac"
                                    << "abc"
                                    << "b";
    QTest::newRow("by the agent") << "b"
                                  << "ac"
                                  << "ac"
                                  << "";
    QTest::newRow("one by each") << "c"
                                 << "a"
                                 << "ab"
                                 << "b";
    QTest::newRow("all, by colleagues") << ""
                                        << ""
                                        << "abc"
                                        << "abc";
    QTest::newRow("all, by the agent") << "abc"
                                       << "x"
                                       << "x"
                                       << "";
}

void TestConversationRows::whatLeavesAHeldOrder()
{
    QFETCH(const QString, own);
    QFETCH(const QString, now);
    QFETCH(const QString, rows);
    QFETCH(const QString, goneOnes);
    ConversationRows model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.update(rowsOf("abc"), false);
    for (const QChar one : own)
        model.letGo({row(one.toLatin1()).conversation.id});
    model.update(rowsOf(now.toLatin1()), true);
    QCOMPARE(shown(model), rows);
    QCOMPARE(gone(model), goneOnes);
    model.update(rowsOf("abc"), true);                   // it is taken back
    QCOMPARE(gone(model), now == "x" ? now : QString()); // what had come in their place leaves in its turn
    model.update(rowsOf("ab"), false);                   // what was done before says nothing of what comes after
    model.update(rowsOf("a"), true);
    QCOMPARE(shown(model), QString("ab"));
    QCOMPARE(gone(model), QString("b"));
}

/// What the agent did and left where it was is like any other row: a colleague who takes it out does not move the rest.
void TestConversationRows::whatStayedMayBeTakenByOthers()
{
    ConversationRows model;
    model.update(rowsOf("abc"), false);
    const auto own = row('b').conversation.id;
    model.letGo({own}, 1); // resolved, while the first question is under way
    model.update(rowsOf("abc"), true);
    model.answered(1); // which may not know of it
    model.update(rowsOf("ac"), true);
    model.answered(2);
    QCOMPARE(shown(model), QString("ac"));
    model.update(rowsOf("abc"), false);
    model.letGo({own}, 2);
    model.update(rowsOf("abc"), true);
    model.answered(3); // it is known, and the row is there
    model.update(rowsOf("ac"), true);
    model.answered(4);
    QCOMPARE(shown(model), QString("abc"));
    QCOMPARE(gone(model), QString("b"));
}

void TestConversationRows::whatIsGoneSaysWhatBecameOfIt()
{
    ConversationRows model;
    model.update(rowsOf("ab"), false);
    model.update(rowsOf("a"), true);
    store::ConversationRow there = row('a'), left = row('b');
    there.conversation.status = left.conversation.status = model::Conversation::Status::Resolved;
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.showWhatBecame({there, left}); // a is none of those by now
    QCOMPARE(changed.count(), 1);
    QCOMPARE(model.rows()[0].conversation.status, model::Conversation::Status::Open);
    QCOMPARE(model.rows()[1].conversation.status, model::Conversation::Status::Resolved);
}

/// Rights have shrunk, and the pointer rests over the list: the place stays, and no word of it.
void TestConversationRows::whatIsOutOfSightSaysNothing()
{
    ConversationRows model;
    std::vector<store::ConversationRow> rows = rowsOf("ab");
    rows[1].conversation.preview = "my address is";
    model.update(rows, false);
    rows.pop_back();
    model.update(rows, true);
    QCOMPARE(gone(model), QString("b"));
    model.showWhatBecame({});
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(model.rows()[1].customerName.empty());
    QVERIFY(model.rows()[1].conversation.preview.empty());
    QVERIFY(model.isGone(row('b').conversation.id));
}

void TestConversationRows::aRowThatIsSharedStaysWhileHeld()
{
    ConversationRows model;
    model.update({row('a', 'z'), row('b')}, false);
    model.update({row('c', 'z'), row('a', 'z', 1), row('b')}, true); // c would have the row
    QCOMPARE(shown(model), QString("ab"));
    QCOMPARE(gone(model), QString());
    QCOMPARE(model.rows()[0].unread, 1);
    QCOMPARE(model.waiting(), 1);
    model.release();
    QCOMPARE(shown(model), QString("cb"));
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
