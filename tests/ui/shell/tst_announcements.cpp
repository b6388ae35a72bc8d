#include "ui/shell/announcements.h"
#include "ui/shell/banner.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

/// What is said aloud besides what has the focus.
class TestAnnouncements : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_theme = std::make_unique<Theme>();
        m_settings = std::make_unique<ui::SettingsFile>(m_folder->filePath("window.ini"));
        m_window = std::make_unique<ShellWindow>(*m_theme, *m_settings);
        m_window->showSection(new QWidget);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_said = std::make_unique<QSignalSpy>(&m_window->announcements(), &Announcements::said);
    }
    void cleanup()
    {
        m_said.reset();
        m_window.reset();
        m_settings.reset();
        m_theme.reset();
        m_folder.reset();
    }

    void readersFindANotification()
    {
        m_window->announcements().sayNow("Tomás has replied since");
        QCOMPARE(said(), QStringList("Tomás has replied since"));
        QAccessibleInterface *spoken = QAccessible::queryAccessibleInterface(&m_window->announcements());
        QVERIFY(spoken);
        QCOMPARE(spoken->role(), QAccessible::Notification);
        QCOMPARE(spoken->text(QAccessible::Name), QString("Tomás has replied since"));
        QVERIFY(!spoken->state().invisible);
    }

    void whatComesTogetherIsSaidTogether()
    {
        Announcements &announcements = m_window->announcements();
        announcements.say("New message from Layla", "message");
        announcements.say("1 of 2", "find");
        announcements.say("Undone");
        announcements.say("2 of 2", "find");
        announcements.say("New message from Layla", "message");
        announcements.say("Working offline", "banner");
        announcements.say({}, "banner"); // and no more
        announcements.say("Undone");
        QCOMPARE(m_said->count(), 0); // politely
        QTRY_COMPARE(said(), QStringList("2 of 2. New message from Layla. Undone"));
        announcements.say("New message from Layla", "message"); // another one
        QTRY_COMPARE(said().size(), 2);
    }

    void whatIsBehindSaysNothing()
    {
        QWidget other;
        other.show();
        other.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&other));
        m_window->announcements().say("Nobody is there");
        m_window->announcements().sayNow("Nor for this");
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        m_window->announcements().say("Somebody is back");
        QTRY_COMPARE(said(), QStringList("Somebody is back"));
    }

    void toastsAreSaidWithWhatTheyOffer()
    {
        m_window->toasts().add("Undone");
        m_window->toasts().add("Resolved Layla", "Undo", "Z", [] {});
        m_window->toasts().add("This link leads to shop.example.", "Open", {}, [] {});
        QTRY_COMPARE(said(), QStringList("Undone. Resolved Layla. Undo (Z). This link leads to shop.example. Open (F4)"));
    }

    void theBannerIsSaidWhenItSaysSomethingElse()
    {
        const BannerText full{.title = "The disk is full.", .detail = "Nothing new can be kept until there is room."};
        m_window->banner().setText(full);
        m_window->banner().setText(full);
        QTRY_COMPARE(said(), QStringList("The disk is full."));
        m_window->banner().setText(full);
        m_window->banner().setText({});
        m_window->showPlain(new QWidget); // where it is not shown
        m_window->banner().setText(full);
        m_window->announcements().say("And then");
        QTRY_COMPARE(said().size(), 2);
        QCOMPARE(said().last(), QString("And then"));
    }

private:
    QStringList said() const
    {
        QStringList all;
        for (const QVariantList &one : *m_said)
            all += one.first().toString();
        return all;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ui::SettingsFile> m_settings;
    std::unique_ptr<ShellWindow> m_window;
    std::unique_ptr<QSignalSpy> m_said;
};

QTEST_MAIN(TestAnnouncements)
#include "tst_announcements.moc"
