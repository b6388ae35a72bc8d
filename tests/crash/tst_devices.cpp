// Who may use a desktop, and how many there are of it: sign-ins that end while somebody works, two desktops of one agent, a
// machine that was copied. Real processes throughout.
#include "core/store/journal.h"
#include "tests/crash/desk_process.h"
#include "tests/crash/rows.h"
#include "tests/e2e/hub_under_test.h"

#include <QDirIterator>
#include <QTemporaryDir>

using namespace tributary;
using tributary::crash::DeskProcess;

namespace {

constexpr int kSoon = 60'000;
constexpr int kRevoked = 10'000; ///< Twice what is promised: the machine has other things to do.
const QByteArray kMarker = "Two-cups-are-broken";

struct Shop {
    QTemporaryDir folder;
    HubUnderTest hub{folder.filePath("hub")};
    QString conversation;

    bool open()
    {
        for (const char *name : {"mara", "ada"}) { // somebody is an admin whatever becomes of Mara
            const QString email = QLatin1String(name) + "@shop.test";
            if (hub.run({"user", "add", "--email", email, "--name", name, "--role", "admin"}, DeskProcess::kPassword)
                    .isEmpty())
                return false;
        }
        for (int i = 0; i < 8; ++i) {
            const QString path = folder.filePath(QStringLiteral("%1.eml").arg(i));
            QFile mail(path);
            if (!mail.open(QIODevice::WriteOnly))
                return false;
            const QByteArray n = QByteArray::number(i);
            mail.write("From: Anna <anna" + n + "@customer.test>\r\nTo: support@shop.test\r\nSubject: Cups\r\nMessage-ID: <a"
                       + n + "@customer.test>\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\n" + kMarker + "\r\n");
            mail.close();
            if (hub.run({"import", path}).isEmpty())
                return false;
        }
        if (!hub.start())
            return false;
        auto file = database("hub/hub.db");
        auto query = file->queryOnce("SELECT id FROM conversation");
        if (!query.step().value_or(false))
            return false;
        conversation = QString::fromStdString(query.id<model::ConversationId>(0).text());
        return true;
    }
    std::unique_ptr<store::Database> database(const QString &path,
                                              store::Database::Mode mode = store::Database::Mode::ReadOnly) const
    {
        auto file = store::Database::open(folder.filePath(path).toStdString(), {.mode = mode});
        if (!file)
            qFatal("%s: %s", qPrintable(path), file.error().detail.c_str());
        return std::move(*file);
    }
    qint64 number(const QString &path, const char *sql) const
    {
        auto file = database(path);
        auto query = file->queryOnce(sql);
        return query.step().value_or(false) ? query.integer(0) : -1;
    }
    QString profile(const char *name) const { return folder.filePath(name); }
    void signIn(DeskProcess &desk) const
    {
        QTRY_COMPARE_WITH_TIMEOUT(desk.count("opened"), 1, kSoon);
        desk.signIn(hub.agents(), "mara@shop.test");
        QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    }
    /// Works for a while and comes to rest.
    static void work(const QList<DeskProcess *> &desks, int commands)
    {
        int seed = 0;
        QList<int> before;
        for (DeskProcess *desk : desks) {
            before.append(desk->count("accepted"));
            desk->tell({{"do", "work"}, {"seed", ++seed}, {"prefix", QStringLiteral("desk%1").arg(seed)}, {"every", 5}});
        }
        for (qsizetype i = 0; i < desks.size(); ++i) {
            QTRY_VERIFY_WITH_TIMEOUT(desks[i]->count("accepted") >= before[i] + commands, kSoon);
            desks[i]->tell({{"do", "rest"}});
        }
        for (DeskProcess *desk : desks) {
            QTRY_COMPARE_WITH_TIMEOUT(desk->count("resting"), 1, kSoon);
            QTRY_VERIFY_WITH_TIMEOUT(desk->state() == "live" && desk->outbox() == 0, kSoon);
        }
    }
    /// Every note that a desktop has accepted is at the hub once.
    void notesAreThere(const QList<DeskProcess *> &desks) const
    {
        int notes = 0;
        for (const DeskProcess *desk : desks) {
            for (const QJsonObject &event : desk->events) {
                if (event["event"] != "accepted" || event["kind"] != "note")
                    continue;
                ++notes;
                auto file = database("hub/hub.db");
                auto query = file->queryOnce("SELECT count(*) FROM timeline_item WHERE id = x'"
                                             + event["item"].toString().toStdString() + "' AND kind = 'note'");
                QVERIFY(query.step().value_or(false));
                QCOMPARE(query.integer(0), 1);
            }
        }
        QVERIFY(notes > 0);
    }
    void isCopy(const char *name) const
    {
        const auto hubFile = database("hub/hub.db");
        const auto copy = database(QString::fromLatin1(name) + "/cache.db");
        for (const auto &table : crash::differences(*hubFile, *copy))
            QVERIFY2(
                table.missing == 0 && table.added == 0,
                qPrintable(QStringLiteral("%1: %2 missing, %3 added").arg(table.name).arg(table.missing).arg(table.added)));
    }
};

/// The first file below @p folder that has @p text in it.
QString fileWith(const QString &folder, const QByteArray &text)
{
    for (QDirIterator files(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories); files.hasNext();) {
        QFile file(files.next());
        if (!file.fileName().contains("journal.db") && file.open(QIODevice::ReadOnly) && file.readAll().contains(text))
            return file.fileName();
    }
    return {};
}

bool copyFolder(const QString &from, const QString &to)
{
    QProcess copy;
    copy.start("cp", {"-a", from, to});
    return copy.waitForFinished() && copy.exitCode() == 0;
}

} // namespace

class TestDevices : public QObject {
    Q_OBJECT
private slots:
    void signInsEnd_data();
    void signInsEnd();
    void aHubBegunAnewSignsNobodyOut();
    void twoDesktopsOfOneAgent();
    void aClonedMachine();
    void theErasedAreGoneEverywhere();
};

void TestDevices::signInsEnd_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("password changed at the running hub") << "password";
    QTest::newRow("deactivated at the running hub") << "deactivate";
    QTest::newRow("in the store, by another process") << "store";
    QTest::newRow("while the hub was stopped") << "stopped";
    QTest::newRow("by its own sign-out") << "own";
}

void TestDevices::signInsEnd()
{
    QFETCH(const QString, how);
    Shop shop;
    QVERIFY(shop.open());
    DeskProcess desk(shop.profile("desk"));
    desk.start();
    shop.signIn(desk);
    QTRY_VERIFY_WITH_TIMEOUT(!fileWith(shop.profile("desk"), kMarker).isEmpty(), kSoon); // else this test proves nothing
    desk.tell({{"do", "draft"}, {"conversation", shop.conversation}, {"body", "half written"}});
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("draft-kept"), 1, kSoon);
    const QByteArray other = "another long password";
    QElapsedTimer since;
    if (how == "password") {
        QVERIFY(!shop.hub.run({"user", "password", "--email", "mara@shop.test"}, other).isEmpty());
    } else if (how == "deactivate") {
        QVERIFY(!shop.hub.run({"user", "deactivate", "--email", "mara@shop.test"}).isEmpty());
    } else if (how == "store") {
        QVERIFY(shop.database("hub/hub.db", store::Database::Mode::ReadWrite)->execute("UPDATE device SET revoked = 1"));
    } else if (how == "stopped") {
        QCOMPARE(shop.hub.stop(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "offline", kSoon);
        desk.note(shop.conversation, "written while it was stopped");
        QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), 1, kSoon);
        QVERIFY(!shop.hub.run({"user", "deactivate", "--email", "mara@shop.test"}).isEmpty());
        QVERIFY(shop.hub.start());
    } else {
        desk.tell({{"do", "sign-out"}});
    }
    since.start();
    // A running hub asks itself every three seconds whose token still holds (five are promised), and at once where it is
    // told.
    const bool isTold = how == "password" || how == "deactivate" || how == "store";
    const int within = isTold ? kRevoked : kSoon; // the macro takes no expression of several words
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "signed-out", within);
    qInfo("%s: signed out after %.1f s", qPrintable(how), double(since.elapsed()) / 1000);
    QCOMPARE(desk.status["reason"].toString(), how == "own" ? "none" : "denied");
    QTRY_COMPARE_WITH_TIMEOUT(fileWith(shop.profile("desk"), kMarker), QString(), kSoon);
    desk.kill(); // not even a crash brings the copy back
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "signed-out", kSoon);
    QCOMPARE(fileWith(shop.profile("desk"), kMarker), QString());

    // The same agent again: what was written is still theirs.
    if (how == "deactivate" || how == "stopped")
        QVERIFY(!shop.hub.run({"user", "activate", "--email", "mara@shop.test"}).isEmpty());
    if (how == "password")
        QVERIFY(!shop.hub.run({"user", "password", "--email", "mara@shop.test"}, DeskProcess::kPassword).isEmpty());
    shop.signIn(desk);
    QTRY_COMPARE_WITH_TIMEOUT(desk.outbox(), 0, kSoon);
    QCOMPARE(shop.number("hub/hub.db", "SELECT count(*) FROM timeline_item WHERE body = 'written while it was stopped'"),
             how == "stopped");
    QCOMPARE(shop.number("desk/journal.db", "SELECT count(*) FROM draft WHERE body = 'half written'"), 1);
    QCOMPARE(desk.quit(), 0);
    shop.isCopy("desk");
}

/// Its folder is not mounted, so that an empty one serves in its place: no copy goes, and with the folder back all goes on.
void TestDevices::aHubBegunAnewSignsNobodyOut()
{
    Shop shop;
    QVERIFY(shop.open());
    DeskProcess desk(shop.profile("desk"));
    desk.start();
    shop.signIn(desk);
    QTRY_VERIFY_WITH_TIMEOUT(!fileWith(shop.profile("desk"), kMarker).isEmpty(), kSoon);
    QCOMPARE(shop.hub.stop(), 0);
    QDir folder(shop.folder.path());
    QVERIFY(folder.rename("hub", "kept"));
    const QStringList add{"user", "add", "--email", "ada@shop.test", "--name", "Ada", "--role", "admin"};
    QVERIFY(!shop.hub.run(add, DeskProcess::kPassword).isEmpty());
    QVERIFY(shop.hub.start());
    QTRY_COMPARE_WITH_TIMEOUT(desk.status["reason"].toString(), "other-history", kSoon);
    QCOMPARE(desk.state(), "offline");
    desk.kill(); // nor at a start
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.status["reason"].toString(), "other-history", kSoon);
    QVERIFY(!fileWith(shop.profile("desk"), kMarker).isEmpty());
    desk.note(shop.conversation, "written meanwhile");
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("accepted"), 1, kSoon);

    QCOMPARE(shop.hub.stop(), 0);
    QVERIFY(folder.rename("hub", "other") && folder.rename("kept", "hub"));
    QVERIFY(shop.hub.start());
    desk.kill(); // it would wait a minute
    desk.start();
    QTRY_COMPARE_WITH_TIMEOUT(desk.state(), "live", kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(desk.outbox(), 0, kSoon);
    QCOMPARE(shop.number("hub/hub.db", "SELECT count(*) FROM timeline_item WHERE body = 'written meanwhile'"), 1);
    QCOMPARE(desk.quit(), 0);
}

void TestDevices::twoDesktopsOfOneAgent()
{
    Shop shop;
    QVERIFY(shop.open());
    DeskProcess one(shop.profile("one")), two(shop.profile("two"));
    for (DeskProcess *desk : {&one, &two}) {
        desk->start();
        shop.signIn(*desk);
    }
    Shop::work({&one, &two}, 80);
    // One goes on without the hub, the other dies.
    shop.hub.kill();
    QTRY_COMPARE_WITH_TIMEOUT(one.state(), "offline", kSoon);
    one.note(shop.conversation, "from the one");
    two.note(shop.conversation, "from the other");
    QTRY_COMPARE_WITH_TIMEOUT(one.count("accepted", "from the one"), 1, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(two.count("accepted", "from the other"), 1, kSoon);
    two.kill();
    const QList<QJsonObject> before = two.events;
    QVERIFY(shop.hub.start());
    two.start();
    for (DeskProcess *desk : {&one, &two}) {
        desk->tell({{"do", "work"}, {"seed", 1}, {"prefix", "-"}, {"every", 0}}); // does not wait out the back-off
        QTRY_VERIFY_WITH_TIMEOUT(desk->state() == "live" && desk->outbox() == 0, kSoon);
    }
    two.events += before;
    shop.notesAreThere({&one, &two});
    QCOMPARE(one.quit(), 0);
    QCOMPARE(two.quit(), 0);
    shop.isCopy("one");
    shop.isCopy("two");
}

void TestDevices::aClonedMachine()
{
    Shop shop;
    QVERIFY(shop.open());
    DeskProcess original(shop.profile("original"));
    original.start();
    shop.signIn(original);
    Shop::work({&original}, 30);
    // Something of it is not at the hub when the machine is copied: both copies will say it.
    shop.hub.kill();
    QTRY_COMPARE_WITH_TIMEOUT(original.state(), "offline", kSoon);
    original.note(shop.conversation, "before the copy");
    QTRY_COMPARE_WITH_TIMEOUT(original.count("accepted", "before the copy"), 1, kSoon);
    QCOMPARE(original.quit(), 0);
    QVERIFY(copyFolder(shop.profile("original"), shop.profile("clone")));
    DeskProcess clone(shop.profile("clone"));
    original.start();
    clone.start();
    for (DeskProcess *desk : {&original, &clone}) {
        QTRY_COMPARE_WITH_TIMEOUT(desk->count("opened"), 1, kSoon);
        desk->note(shop.conversation, desk == &clone ? "by the clone" : "by the original");
        QTRY_COMPARE_WITH_TIMEOUT(desk->count("accepted"), 1, kSoon);
    }
    QVERIFY(shop.hub.start());
    Shop::work({&original, &clone}, 40);
    for (const char *note : {"before the copy", "by the clone", "by the original"})
        QCOMPARE(shop.number("hub/hub.db",
                             (QByteArray("SELECT count(*) FROM timeline_item WHERE body = '") + note + "'").constData()),
                 1);
    shop.notesAreThere({&original, &clone});
    QCOMPARE(original.quit(), 0);
    QCOMPARE(clone.quit(), 0);
    shop.isCopy("original");
    shop.isCopy("clone");
    SystemClock clock;
    SystemRng rng;
    IdMaker ids(clock, rng);
    model::ClientId clients[2];
    for (int i = 0; i < 2; ++i) {
        auto journal = store::Journal::open(shop.profile(i == 0 ? "original" : "clone").toStdString() + "/journal.db", ids);
        QVERIFY(journal);
        clients[i] = (*journal)->installation().value().client;
    }
    QVERIFY(clients[0] != clients[1]);
}

/// Who is erased at the hub is gone from a desktop as well: from its copy, and from what it has written and kept (DESIGN 10,
/// 8).
void TestDevices::theErasedAreGoneEverywhere()
{
    Shop shop;
    QVERIFY(shop.open());
    DeskProcess desk(shop.profile("desk"));
    desk.start();
    shop.signIn(desk);
    const QByteArray draft = "Half-written-to-her", note = "Noted-of-her";
    desk.note(shop.conversation, QString::fromLatin1(note));
    desk.tell({{"do", "draft"}, {"conversation", shop.conversation}, {"body", QString::fromLatin1(draft)}});
    QTRY_COMPARE_WITH_TIMEOUT(desk.count("draft-kept"), 1, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(desk.outbox(), 0, kSoon);
    QCOMPARE(shop.number("desk/journal.db", "SELECT count(*) FROM draft"), 1);
    QByteArray address;
    QString customer;
    {
        const auto file = shop.database("hub/hub.db");
        auto query = file->queryOnce(
            "SELECT i.address, i.customer_id FROM identity AS i JOIN conversation AS c ON c.identity_id = i.id "
            "WHERE c.id = x'"
            + QByteArray(shop.conversation.toLatin1()).replace("-", "").toStdString() + "'");
        QVERIFY(query.step().value_or(false));
        address = QByteArray::fromStdString(std::string(query.text(0)));
        customer = QString::fromStdString(query.id<model::CustomerId>(1).text());
    }
    QVERIFY(!fileWith(shop.profile("desk"), address).isEmpty());

    QVERIFY(shop.hub.run({"erase", customer, "--yes"}).contains("erased"));
    const std::string ofHer = "SELECT count(*) FROM identity WHERE address = '" + address.toStdString() + "'";
    QTRY_COMPARE_WITH_TIMEOUT(shop.number("desk/cache.db", ofHer.c_str()), 0, kSoon);
    // What is left of rows in the file goes with the next tidying, as of all that goes (tst_local_history).
    QCOMPARE(shop.number("desk/journal.db", "SELECT count(*) FROM draft"), 0);
    QCOMPARE(shop.number("desk/journal.db",
                         "SELECT count(*) FROM command WHERE instr(command, CAST('Noted-of-her' AS BLOB)) > 0"),
             0);
    QCOMPARE(desk.quit(), 0);
    QCOMPARE(shop.hub.stop(), 0);
    QCOMPARE(fileWith(shop.folder.filePath("hub"), address), QString());
    QCOMPARE(fileWith(shop.folder.filePath("hub"), note), QString());
    shop.isCopy("desk");
    QVERIFY(!fileWith(shop.profile("desk"), kMarker).isEmpty()); // the others are there
}

QTEST_GUILESS_MAIN(TestDevices)
#include "tst_devices.moc"
