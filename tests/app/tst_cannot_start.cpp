// The program on a profile that cannot be opened: what its window says, what can be done there, and that it goes on.
#include "app/desktop/session.h"
#include "core/store/database.h"
#include "tests/crash/desk_process.h"
#include "tests/e2e/hub_under_test.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/shell_window.h"
#include "ui/welcome/cannot_start.h"
#include "ui/welcome/first_run.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace tributary;
using namespace tributary::ui;
using tributary::crash::DeskProcess;

namespace {

constexpr int kSoon = 60'000;

struct Program {
    explicit Program(const QString &profile)
        : options{.profile = profile}
    {
        session.window().resize(1000, 700);
        session.start();
        session.window().show();
    }
    CannotStart *page() { return session.window().findChild<CannotStart *>(); }
    bool isShown() { return page() && page()->isVisible(); }
    QString title() { return text("cannotStartTitle"); }
    QString text(const char *name) { return isShown() ? page()->findChild<TextLabel *>(name)->text() : QString(); }
    Button *button(const char *name) { return page()->findChild<Button *>(name); }
    QStringList buttons()
    {
        QStringList names;
        for (const Button *button : page()->findChildren<Button *>()) {
            if (button->isVisible())
                names += button->objectName();
        }
        names.sort();
        return names;
    }

    Theme theme;
    SystemClock clock;
    app::Options options;
    app::Session session{theme, clock, options};
};

/// Whether there was a page as the window came.
struct FirstShown : QObject {
    explicit FirstShown(app::Session &of)
        : session(of)
    {
        session.window().installEventFilter(this);
    }
    bool eventFilter(QObject *, QEvent *event) override
    {
        wasFilled |= event->type() == QEvent::Show && session.firstRun();
        return false;
    }
    app::Session &session;
    bool wasFilled = false;
};

/// How often a note is at the hub.
int notes(const QString &folder, const QString &body)
{
    auto file = store::Database::open((folder + "/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    auto query = (*file)->queryOnce("SELECT count(*) FROM timeline_item WHERE kind = 'note' AND body = :body");
    query.bind("body", body.toStdString());
    return query.step().value_or(false) ? int(query.integer(0)) : -1;
}

QString conversationIn(const QString &folder)
{
    auto file = store::Database::open((folder + "/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    auto query = (*file)->queryOnce("SELECT id FROM conversation");
    return query.step().value_or(false) ? QString::fromStdString(query.id<model::ConversationId>(0).text()) : QString();
}

} // namespace

class TestCannotStart : public QObject {
    Q_OBJECT
private slots:
    void saysWhatHappened_data();
    void saysWhatHappened();
    void saysWhatWasSaved();
    void aDamagedJournalIsRescued();
    void anOpenProfileIsNotOpenedTwice();
    void aFolderThatCannotBeUsed();
    void theWindowComesWithWhatIsInIt_data();
    void theWindowComesWithWhatIsInIt();
};

void TestCannotStart::saysWhatHappened_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("title");
    QTest::addColumn<QStringList>("buttons");
    const QStringList usual{"copyDetails", "quit", "showFolder", "tryAgain"};
    QTest::newRow("in use") << int(Error::Kind::Conflict) << "Tributary is open already with this profile" << usual;
    QTest::newRow("no room") << int(Error::Kind::Full) << "The disk of this computer is full" << usual;
    QTest::newRow("damaged") << int(Error::Kind::Corrupt) << "The file with your unsent work is damaged"
                             << QStringList{"copyDetails", "quit", "rescue", "showFolder"};
    QTest::newRow("cannot be read") << int(Error::Kind::Failed) << "The folder with your work cannot be used" << usual;
    QTest::newRow("no right") << int(Error::Kind::Denied) << "The folder with your work cannot be used" << usual;
}

void TestCannotStart::saysWhatHappened()
{
    QFETCH(const int, kind);
    QFETCH(const QString, title);
    QFETCH(const QStringList, buttons);
    const Theme theme;
    CannotStart page(theme);
    page.resize(900, 600);
    page.setProblem({Error::Kind(kind), "disk I/O error (10)"}, "/home/mara/.local/share/tributary");
    page.show();
    QCOMPARE(page.findChild<TextLabel *>("cannotStartTitle")->text(), title);
    QCOMPARE(page.accessibleName(), title);
    QVERIFY(!page.findChild<TextLabel *>("cannotStartWords")->text().contains("10")); // no codes in the sentence
    QVERIFY(page.findChild<TextLabel *>("cannotStartFolder")->text().contains("/home/mara/.local/share/tributary"));
    QStringList shown;
    for (const Button *button : page.findChildren<Button *>()) {
        if (button->isVisible())
            shown += button->objectName();
    }
    shown.sort();
    QCOMPARE(shown, buttons);
    page.findChild<Button *>("copyDetails")->click();
    QVERIFY(QGuiApplication::clipboard()->text().contains("disk I/O error (10)"));
    page.setBusy("Opening the files");
    QVERIFY(!page.findChild<Button *>(buttons.contains("rescue") ? "rescue" : "tryAgain")->isEnabled());
    QVERIFY(page.findChild<Button *>("quit")->isEnabled());
    page.setProblem({Error::Kind(kind), "again"}, "/home/mara"); // it did not help
    QVERIFY(page.findChild<Button *>(buttons.contains("rescue") ? "rescue" : "tryAgain")->isEnabled());
}

void TestCannotStart::saysWhatWasSaved()
{
    const Theme theme;
    CannotStart page(theme);
    page.resize(900, 600);
    page.setProblem({Error::Kind::Corrupt, "damaged"}, "/home/mara");
    page.show();
    const auto words = [&] { return page.findChild<TextLabel *>("cannotStartWords")->text().split('\n'); };
    page.setRescued(
        {.damaged = "/home/mara/journal.db.damaged-1", .commands = 3, .cameBack = 1, .drafts = 2, .knowsHub = true});
    QCOMPARE(words().size(), 4);
    QVERIFY(words()[0].endsWith("3") && words()[1].endsWith("1") && words()[2].endsWith("2"));
    QVERIFY(page.findChild<TextLabel *>("cannotStartFolder")->text().endsWith("journal.db.damaged-1"));
    page.setRescued({.damaged = "/home/mara/journal.db.damaged-1"});
    QCOMPARE(words().size(), 2); // and that one has to sign in again
    QVERIFY(page.findChild<TextLabel *>("cannotStartTitle")->text().startsWith("No unsent work"));
    QSignalSpy goesOn(&page, &CannotStart::goOnWanted);
    QTest::keyClick(page.focusWidget(), Qt::Key_Space);
    QTest::keyClick(page.focusWidget(), Qt::Key_Return);
    QCOMPARE(goesOn.size(), 2);
}

/// F28: a reply that never reached the hub lies in a journal that is damaged. Two clicks, and it goes out, once.
void TestCannotStart::aDamagedJournalIsRescued()
{
    QTemporaryDir folder;
    const QString profile = folder.filePath("profile"), data = folder.filePath("hub");
    HubUnderTest hub(data);
    QVERIFY(
        !hub.run({"user", "add", "--email", "mara@shop.test", "--name", "Mara", "--role", "admin"}, DeskProcess::kPassword)
             .isEmpty());
    QFile mail(folder.filePath("first.eml"));
    QVERIFY(mail.open(QIODevice::WriteOnly));
    mail.write(
        "From: Anna <anna@customer.test>\r\nTo: support@shop.test\r\nSubject: Cups\r\nMessage-ID: <a@customer.test>\r\n"
        "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nTwo cups are broken.\r\n");
    mail.close();
    QVERIFY(!hub.run({"import", mail.fileName()}).isEmpty());
    QVERIFY(hub.start());
    const QString conversation = conversationIn(data);
    {
        DeskProcess desk(profile);
        desk.start();
        QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
        desk.signIn(hub.agents(), "mara@shop.test");
        QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
        hub.kill();
        desk.note(conversation, "Anna rang as well.");
        QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), 1, kSoon);
        QCOMPARE(desk.quit(), 0);
    }
    { // what is only in its log would be taken from there, before the file
        auto file = store::Database::open((profile + "/journal.db").toStdString(), {});
        QVERIFY(file && (*file)->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    QFile journal(profile + "/journal.db");
    QVERIFY(journal.open(QIODevice::ReadWrite));
    QCOMPARE(journal.write(QByteArray(64, 'x')), 64); // SQLite does not know it any more
    journal.close();

    Program program(profile);
    QTRY_COMPARE_WITH_TIMEOUT(program.title(), "The file with your unsent work is damaged", kSoon);
    program.button("rescue")->click();
    QTRY_COMPARE_WITH_TIMEOUT(program.title(), "What could be read of your unsent work was saved", kSoon);
    QVERIFY(program.text("cannotStartWords").contains("Not sent yet, and sent when the hub is reached: 1"));
    QVERIFY(QFile::exists(program.text("cannotStartFolder"))); // the damaged file is kept
    QCOMPARE(program.buttons(), (QStringList{"goOn", "showFolder"}));
    QVERIFY(!program.session.inbox());
    program.button("goOn")->click();
    QTRY_VERIFY_WITH_TIMEOUT(program.session.inbox() && program.session.inbox()->isVisible(), kSoon);
    QCOMPARE(program.session.workspace().status().outboxCount, 1);
    QVERIFY(hub.start());
    program.session.workspace().tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(program.session.workspace().status().outboxCount, 0, kSoon);
    QCOMPARE(notes(data, "Anna rang as well."), 1);
    QCOMPARE(hub.stop(), 0);
}

void TestCannotStart::anOpenProfileIsNotOpenedTwice()
{
    QTemporaryDir folder;
    const QString profile = folder.filePath("profile");
    DeskProcess desk(profile);
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
    Program program(profile);
    QTRY_COMPARE_WITH_TIMEOUT(program.title(), "Tributary is open already with this profile", kSoon);
    QSignalSpy asked(&program.session, &app::Session::needsSomebody);
    program.button("tryAgain")->click();
    QTRY_COMPARE_WITH_TIMEOUT(asked.size(), 1, kSoon); // it still is
    QVERIFY(program.isShown());
    QCOMPARE(desk.quit(), 0);
    program.button("tryAgain")->click();
    QTRY_VERIFY_WITH_TIMEOUT(program.session.firstRun() && program.session.firstRun()->isVisible(), kSoon);
    QVERIFY(!program.isShown());
}

void TestCannotStart::aFolderThatCannotBeUsed()
{
    QTemporaryDir folder;
    const QString profile = folder.filePath("profile");
    QFile inItsPlace(profile);
    QVERIFY(inItsPlace.open(QIODevice::WriteOnly));
    inItsPlace.close();
    Program program(profile);
    QTRY_COMPARE_WITH_TIMEOUT(program.title(), "The folder with your work cannot be used", kSoon);
    QVERIFY(inItsPlace.remove());
    program.button("tryAgain")->click();
    QTRY_VERIFY_WITH_TIMEOUT(program.session.firstRun() && program.session.firstRun()->isVisible(), kSoon);
}

void TestCannotStart::theWindowComesWithWhatIsInIt_data()
{
    QTest::addColumn<bool>("isOpened");
    QTest::newRow("with the first page") << true;
    QTest::newRow("soon, where there is none yet") << false;
}

void TestCannotStart::theWindowComesWithWhatIsInIt()
{
    QFETCH(const bool, isOpened);
    QTemporaryDir folder;
    Theme theme;
    const SystemClock clock;
    const app::Options options{.profile = folder.filePath("profile")};
    app::Session session(theme, clock, options);
    const FirstShown shown(session);
    QElapsedTimer since;
    since.start();
    if (isOpened)
        session.start();
    session.showWhenFilled();
    QVERIFY(!session.window().isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(session.window().isVisible(), kSoon);
    QVERIFY(shown.wasFilled || since.elapsed() >= 100); // the machine may be slow
    QVERIFY(isOpened || !shown.wasFilled);
    if (isOpened)
        QTRY_VERIFY_WITH_TIMEOUT(session.firstRun() && session.firstRun()->isVisible(), kSoon);
    session.window().hide(); // into the tray
    emit session.inboxReady();
    QCoreApplication::processEvents();
    QVERIFY(!session.window().isVisible());
}

QTEST_MAIN(TestCannotStart)
#include "tst_cannot_start.moc"
