// The files of a profile: killed over, damaged, newer than the program, and open in one window alone.
#include "core/client/workspace.h"
#include "tests/client/teapot_shop.h"

#include <QProcess>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;

class TestProfile : public QObject {
    Q_OBJECT
private slots:
    void draftsAndCommandsSurviveAKill();
    void damagedCacheIsFetchedAgain();
    void newerCacheIsFetchedAgain();
    void aCopyOfAnotherVocabularyIsFetchedAgain();
    void damagedJournalIsReportedAndKept();
    void oneWindowAProfile();
    void aLockOfTheDeadIsNobodys_data();
    void aLockOfTheDeadIsNobodys();
};

void TestProfile::draftsAndCommandsSurviveAKill()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    desk.close();
    hub.stop();
    QProcess writer;
    writer.start(QString(TRIBUTARY_BINARY_DIR) + "/bin/journal_writer",
                 {desk.folder.path(), QString::fromStdString(kConversation.text())});
    QVERIFY(writer.waitForReadyRead(20'000));
    QCOMPARE(writer.readAllStandardOutput().trimmed(), QByteArray("written"));
    writer.kill(); // SIGKILL
    QVERIFY(writer.waitForFinished());
    desk.open(); // its lock is stale, its mark says that the end was unclean
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body,
             std::string("half written"));
    QCOMPARE(desk.workspace->status().outboxCount, 1);
    QVERIFY(desk.conversation().status == Conversation::Status::Resolved);
    hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(hub.commands.size(), 1u);
}

void TestProfile::damagedCacheIsFetchedAgain()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = kConversation, .body = "precious"})));
    desk.close();
    for (const char *suffix : {"-wal", "-shm"})
        QFile::remove(desk.folder.path() + "/cache.db" + suffix);
    QFile cache(desk.folder.path() + "/cache.db");
    QVERIFY(cache.open(QIODevice::WriteOnly));
    cache.write(QByteArray(20'000, 'x'));
    cache.close();
    desk.open();
    desk.live();
    QCOMPARE(desk.conversation().subject, std::string("Where is my teapot?"));
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body, std::string("precious"));
    QVERIFY(!QFile::exists(desk.folder.path() + "/cache.db.broken")); // who was erased meanwhile may be in it
}

void TestProfile::newerCacheIsFetchedAgain()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    desk.close();
    {
        const auto cache = store::Database::open((desk.folder.path() + "/cache.db").toStdString(), {});
        QVERIFY(cache && (*cache)->execute("PRAGMA user_version = 4000"));
    }
    desk.open();
    desk.live();
    QCOMPARE(desk.conversation().subject, std::string("Where is my teapot?"));
}

void TestProfile::aCopyOfAnotherVocabularyIsFetchedAgain()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    desk.close();
    {
        // As a program leaves it that did not know what a newer hub said: the row is here, and says less.
        const auto cache = store::Database::open((desk.folder.path() + "/cache.db").toStdString(), {});
        QVERIFY(
            cache
            && (*cache)->execute("UPDATE vocabulary SET digest = x'00', names = ''; UPDATE conversation SET subject = ''"));
    }
    desk.open();
    desk.live();
    QCOMPARE(desk.conversation().subject, std::string("Where is my teapot?"));
}

void TestProfile::damagedJournalIsReportedAndKept()
{
    QTemporaryDir folder;
    QFile journal(folder.path() + "/journal.db");
    QVERIFY(journal.open(QIODevice::WriteOnly));
    journal.write(QByteArray(9'000, 'y'));
    journal.close();
    Workspace workspace;
    QVERIFY(waited(workspace.open(folder.path())).error().kind == Error::Kind::Corrupt);
    QVERIFY(workspace.status().state == State::Closed);
    QVERIFY(journal.open(QIODevice::ReadOnly));
    QCOMPARE(journal.readAll(), QByteArray(9'000, 'y'));
    const auto rescue = waited(Workspace::rescueJournal(folder.path()));
    QVERIFY(rescue);
    QCOMPARE(rescue->commands + rescue->drafts, 0);
    QCOMPARE(QFileInfo(QString::fromStdString(rescue->damaged.string())).size(), 9'000);
    QVERIFY(waited(workspace.open(folder.path())));
}

void TestProfile::aLockOfTheDeadIsNobodys_data()
{
    QTest::addColumn<QByteArray>("left");
    QTest::newRow("killed before it had written anything") << QByteArray();
    // As a library would write it: the number of a process may be another one's by now.
    QTest::newRow("its number lives on") << QByteArray::number(QCoreApplication::applicationPid()) + "\n"
                                                + QCoreApplication::applicationName().toUtf8() + "\n"
                                                + QSysInfo::machineHostName().toUtf8() + "\n";
}

void TestProfile::aLockOfTheDeadIsNobodys()
{
    QFETCH(const QByteArray, left);
    Desk desk;
    QFile file(desk.folder.filePath("lock"));
    QVERIFY(file.open(QFile::WriteOnly) && file.write(left) == left.size());
    file.close();
    desk.open();
    Workspace other;
    QVERIFY(!waited(other.open(desk.folder.path()))); // but one that lives is
}

void TestProfile::oneWindowAProfile()
{
    QTemporaryDir folder;
    Workspace first;
    Workspace second;
    QVERIFY(waited(first.open(folder.path())));
    QVERIFY(waited(second.open(folder.path())).error().kind == Error::Kind::Conflict);
    QVERIFY(waited(Workspace::rescueJournal(folder.path())).error().kind == Error::Kind::Conflict);
    first.close();
    QVERIFY(waited(second.open(folder.path())));
}

QTEST_GUILESS_MAIN(TestProfile)
#include "tst_profile.moc"
