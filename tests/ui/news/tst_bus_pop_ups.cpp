// Notifications on a real desktop bus, with a service that answers as the specification says, late or not at all.
#include "ui/news/bus_pop_ups.h"

#include <QDBusContext>
#include <QDBusMessage>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary::ui;

namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");

/// What the system has beside the bus.
class Others : public PopUps {
public:
    void show(const PopUp &popUp) override { shown.append(popUp.title); }
    void withdraw(const QString &) override {}
    QStringList shown;
};

} // namespace

/// The service: keeps what it is asked to show.
class Notifications : public QObject, protected QDBusContext {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")
public:
    struct Asked {
        uint replaces;
        QString title, body;
        QStringList actions;
    };
    QList<Asked> asked;
    QList<uint> closed;
    QStringList capabilities{"body", "actions", "body-markup"};
    QList<QDBusMessage> held; ///< Calls not answered yet.
    bool hold = false;
    uint nextId = 1;

public slots:
    QStringList GetCapabilities() { return capabilities; }
    uint Notify(const QString &, uint replaces, const QString &, const QString &title, const QString &body,
                const QStringList &actions, const QVariantMap &, int)
    {
        asked.append({replaces, title, body, actions});
        if (hold) {
            setDelayedReply(true);
            held.append(message());
            return 0;
        }
        return replaces ? replaces : nextId++;
    }
    void CloseNotification(uint id) { closed.append(id); }

signals:
    void ActionInvoked(uint id, const QString &action);
    void NotificationClosed(uint id, uint reason);
};

class TestBusPopUps : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase();
    void othersShowThemWithoutAService();
    void showsWhatWasSaidAsText();
    void takesThePlaceOfTheOneBefore();
    void joinsWhatComesBeforeTheAnswer();
    void saysWhatWasClicked();
    void isWithdrawn();

private:
    QProcess m_daemon;
    QTemporaryDir m_folder;
    QString m_address;
    std::unique_ptr<Notifications> m_service;
    std::unique_ptr<QDBusConnection> m_there, m_here;
    int m_count = 0;
};

void TestBusPopUps::initTestCase()
{
    // A bus of its own, which starts no programs of this machine: neither those nor another test are on it.
    QFile config(m_folder.filePath("bus.conf"));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.write("<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
                 "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\"><busconfig><type>session</type><listen>"
                 "unix:path="
                 + m_folder.filePath("bus").toUtf8()
                 + "</listen><policy context=\"default\"><allow user=\"*\"/><allow send_destination=\"*\" "
                   "eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow own=\"*\"/></policy>"
                   "</busconfig>");
    config.close();
    m_daemon.start("dbus-daemon", {"--config-file=" + config.fileName(), "--nofork", "--print-address=1"});
    QVERIFY2(m_daemon.waitForStarted(), "dbus-daemon is needed: Debian package dbus-daemon");
    QTRY_VERIFY(m_daemon.canReadLine());
    m_address = QString::fromUtf8(m_daemon.readLine()).trimmed();
}

void TestBusPopUps::init()
{
    ++m_count;
    m_there = std::make_unique<QDBusConnection>(QDBusConnection::connectToBus(m_address, QString("there%1").arg(m_count)));
    m_here = std::make_unique<QDBusConnection>(QDBusConnection::connectToBus(m_address, QString("here%1").arg(m_count)));
    QVERIFY(m_there->isConnected() && m_here->isConnected());
    m_service = std::make_unique<Notifications>();
    QVERIFY(m_there->registerObject("/org/freedesktop/Notifications", m_service.get(),
                                    QDBusConnection::ExportAllSlots | QDBusConnection::ExportAllSignals));
    QVERIFY(m_there->registerService(kService));
}

void TestBusPopUps::cleanup()
{
    m_there->unregisterService(kService);
    m_service.reset();
    QDBusConnection::disconnectFromBus(QString("there%1").arg(m_count));
    QDBusConnection::disconnectFromBus(QString("here%1").arg(m_count));
}

void TestBusPopUps::cleanupTestCase()
{
    m_daemon.terminate();
    m_daemon.waitForFinished();
}

void TestBusPopUps::othersShowThemWithoutAService()
{
    m_there->unregisterService(kService);
    Others others;
    BusPopUps popUps(*m_here, others);
    QSignalSpy activated(&popUps, &PopUps::activated);
    popUps.show({.key = "layla", .title = "one"}); // before it is known
    popUps.show({.key = "layla", .title = "two"});
    QTRY_COMPARE(others.shown, QStringList({"two"}));
    popUps.show({.key = "omar", .title = "three"});
    QCOMPARE(others.shown, QStringList({"two", "three"}));
    emit others.activated("omar", {});
    QCOMPARE(activated.size(), 1);
    // It comes later, as when the desktop's shell is started anew.
    QVERIFY(m_there->registerService(kService));
    QTRY_VERIFY(([&] {
        popUps.show({.key = "omar", .title = "four"});
        QCoreApplication::processEvents();
        return !m_service->asked.isEmpty();
    }()));
    QCOMPARE(m_service->asked.first().title, "four");
    // No bus at all.
    Others alone;
    BusPopUps nowhere(QDBusConnection::connectToBus("unix:path=/nowhere", "nowhere"), alone);
    nowhere.show({.key = "layla", .title = "five"});
    QTRY_COMPARE(alone.shown, QStringList({"five"}));
}

void TestBusPopUps::showsWhatWasSaidAsText()
{
    Others others;
    BusPopUps popUps(*m_here, others);
    QTRY_VERIFY(([&] {
        popUps.show({.key = "k", .title = "Layla", .text = "<b>5 > 4</b> & so on", .actions = {{"reply", "Reply"}}});
        QCoreApplication::processEvents();
        return !m_service->asked.isEmpty() && !m_service->asked.last().actions.isEmpty();
    }()));
    QCOMPARE(m_service->asked.last().title, "Layla");
    QCOMPARE(m_service->asked.last().body, "&lt;b&gt;5 &gt; 4&lt;/b&gt; &amp; so on");
    QCOMPARE(m_service->asked.last().actions, QStringList({"default", "Open", "reply", "Reply"}));
}

void TestBusPopUps::takesThePlaceOfTheOneBefore()
{
    Others others;
    BusPopUps popUps(*m_here, others);
    popUps.show({.key = "layla", .title = "one"});
    popUps.show({.key = "omar", .title = "two"});
    QTRY_COMPARE(m_service->asked.size(), 2);
    QTRY_VERIFY(([&] {
        popUps.show({.key = "layla", .title = "three"});
        QCoreApplication::processEvents();
        return m_service->asked.last().replaces == 1;
    }()));
    QCOMPARE(m_service->asked.last().title, "three");
}

void TestBusPopUps::joinsWhatComesBeforeTheAnswer()
{
    m_service->hold = true;
    Others others;
    BusPopUps popUps(*m_here, others);
    popUps.show({.key = "layla", .title = "1"});
    QTRY_COMPARE(m_service->held.size(), 1);
    for (int i = 2; i < 20; ++i)
        popUps.show({.key = "layla", .title = QString::number(i)});
    QCOMPARE(m_service->asked.size(), 1);
    m_service->hold = false;
    m_there->send(m_service->held.takeFirst().createReply(QVariant(7u)));
    QTRY_COMPARE(m_service->asked.size(), 2);
    QCOMPARE(m_service->asked.last().title, "19");
    QCOMPARE(m_service->asked.last().replaces, 7u);
}

void TestBusPopUps::saysWhatWasClicked()
{
    Others others;
    BusPopUps popUps(*m_here, others);
    QSignalSpy activated(&popUps, &PopUps::activated), closed(&popUps, &PopUps::closed);
    popUps.show({.key = "layla", .title = "one"});
    popUps.show({.key = "omar", .title = "two"});
    QTRY_COMPARE(m_service->asked.size(), 2);
    // The answers to both are on their way before these.
    emit m_service->ActionInvoked(2, "reply");
    QTRY_COMPARE(activated.size(), 1);
    QCOMPARE(activated.takeFirst(), QVariantList({"omar", "reply"}));
    emit m_service->ActionInvoked(1, "default");
    QTRY_COMPARE(activated.size(), 1);
    QCOMPARE(activated.takeFirst(), QVariantList({"layla", ""}));
    emit m_service->ActionInvoked(99, "reply"); // another program's
    emit m_service->NotificationClosed(1, 2);
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(closed.takeFirst(), QVariantList({"layla"}));
    QCOMPARE(activated.size(), 0);
    popUps.show({.key = "layla", .title = "again"});
    QTRY_COMPARE(m_service->asked.size(), 3);
    QCOMPARE(m_service->asked.last().replaces, 0u);
}

void TestBusPopUps::isWithdrawn()
{
    m_service->hold = true;
    Others others;
    BusPopUps popUps(*m_here, others);
    popUps.withdraw("nobody"); // never shown
    popUps.show({.key = "layla", .title = "one"});
    QTRY_COMPARE(m_service->held.size(), 1);
    popUps.withdraw("layla"); // before it is known by which id
    m_there->send(m_service->held.takeFirst().createReply(QVariant(7u)));
    QTRY_COMPARE(m_service->closed, QList<uint>({7}));
    popUps.withdraw("layla");
    m_service->hold = false;
    popUps.show({.key = "omar", .title = "two"});
    QTRY_COMPARE(m_service->asked.size(), 2);
    QTRY_VERIFY(([&] {
        popUps.withdraw("omar");
        QCoreApplication::processEvents();
        return m_service->closed == QList<uint>({7, 1});
    }()));
}

QTEST_GUILESS_MAIN(TestBusPopUps)
#include "tst_bus_pop_ups.moc"
