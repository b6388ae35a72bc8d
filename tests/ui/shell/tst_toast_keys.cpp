#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QAbstractButton>
#include <QApplication>
#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

/// What a toast offers, for who has no mouse.
class TestToastKeys : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_theme = std::make_unique<Theme>();
        m_settings = std::make_unique<ui::SettingsFile>(m_folder->filePath("window.ini"));
        m_window = std::make_unique<ShellWindow>(*m_theme, *m_settings);
        auto *field = new QLineEdit; // the chords work from a text as well
        m_window->showSection(field);
        m_window->show();
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        field->setFocus();
        QTRY_VERIFY(field->hasFocus());
    }
    void cleanup()
    {
        m_window.reset();
        m_settings.reset();
        m_theme.reset();
        m_folder.reset();
    }

    void aKeyTakesTheNewestOffer()
    {
        QStringList taken;
        toasts().add("A", "Look", {}, [&] { taken += "A"; });
        toasts().add("B", "Undo", "Z", [&] { taken += "B"; });
        toasts().add("C");
        key(Qt::Key_F4);
        QCOMPARE(taken, QStringList("B"));
        QCOMPARE(shown(), (QStringList{"A", "C"}));
        key(Qt::Key_F4);
        QCOMPARE(taken, (QStringList{"B", "A"}));
        key(Qt::Key_F4);
        QCOMPARE(taken.size(), 2);
        QCOMPARE(shown(), QStringList("C"));
        key(Qt::Key_F4, Qt::ShiftModifier);
        QCOMPARE(shown(), QStringList());
        QVERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    }

    void itIsShownOnThatOne()
    {
        const auto width = [this](int index) { return shownActions()[index]->sizeHint().width(); };
        toasts().add("A", "Look", {}, [] {});
        const int withKey = width(0);
        toasts().add("B", "Look", {}, [] {});
        QVERIFY(width(0) < withKey);
        QCOMPARE(width(1), withKey);
        key(Qt::Key_F4, Qt::ShiftModifier);
        QCOMPARE(width(0), withKey);
    }

    void whatIsTheOnlyWayStays()
    {
        bool again = false;
        toasts().add(
            "Your changes were not saved.", "Edit again", {}, [&] { again = true; }, Toasts::kStays);
        for (const char *text : {"A", "B", "C", "D"})
            toasts().add(text, {}, {}, {}, 1);
        QVERIFY(shown().contains("Your changes were not saved.") && shown().contains("D"));
        QCOMPARE(shown().size(), Toasts::kMost);
        QTRY_COMPARE(shown(), QStringList("Your changes were not saved.")); // the others have had their time
        for (int i = 0; i < Toasts::kMost; ++i)
            toasts().add(
                "And another", "Edit again", {}, [] {}, Toasts::kStays);
        QVERIFY(shown().contains("Your changes were not saved."));
        for (int i = 0; i < Toasts::kMost; ++i)
            key(Qt::Key_F4, Qt::ShiftModifier);
        QCOMPARE(shown(), QStringList("Your changes were not saved."));
        key(Qt::Key_F4);
        QVERIFY(again);
        QCOMPARE(shown(), QStringList());
        toasts().add(
            "To be dismissed", "Edit again", {}, [] {}, Toasts::kStays);
        m_window->findChild<QAbstractButton *>("toastDismiss")->click();
        QCOMPARE(shown(), QStringList());
    }

    void theSheetOfKeysNamesThem()
    {
        m_window->showShortcuts();
        QString words;
        for (const QWidget *one : m_window->findChildren<QWidget *>())
            words += one->accessibleDescription();
        QVERIFY(words.contains("Do what the newest message at the bottom offers: F4"));
        QVERIFY(words.contains("Dismiss the newest message at the bottom: Shift+F4"));
    }

private:
    Toasts &toasts() { return m_window->toasts(); }
    void key(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key(key), modifiers);
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
    QStringList shown() const
    {
        QStringList texts;
        for (const QWidget *toast : m_window->findChildren<QWidget *>("toast")) {
            if (toast->isVisible())
                texts += toast->accessibleName();
        }
        return texts;
    }
    QList<QAbstractButton *> shownActions() const
    {
        QList<QAbstractButton *> actions;
        for (auto *action : m_window->findChildren<QAbstractButton *>("toastAction")) {
            if (action->isVisible())
                actions += action;
        }
        return actions;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ui::SettingsFile> m_settings;
    std::unique_ptr<ShellWindow> m_window;
};

QTEST_MAIN(TestToastKeys)
#include "tst_toast_keys.moc"
