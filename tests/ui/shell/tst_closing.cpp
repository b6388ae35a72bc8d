// What would be lost when the window closes holds it, once.
#include "ui/shell/overlay.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

namespace {

class Form : public Overlay {
public:
    Form(const Theme &theme, QWidget *window)
        : Overlay(theme, window, Ground::Scrim)
    {
    }
    bool isTyped = false;

protected:
    bool holdsWork() const override { return isTyped; }
};

} // namespace

class TestClosing : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_theme = std::make_unique<Theme>();
        m_settings = std::make_unique<SettingsFile>(m_folder->filePath("window.ini"));
        m_window = std::make_unique<ShellWindow>(*m_theme, *m_settings);
        m_window->show();
    }
    void cleanup()
    {
        m_window.reset();
        m_settings.reset();
        m_theme.reset();
        m_folder.reset();
    }

    void aFormHoldsIt_data()
    {
        QTest::addColumn<bool>("open");
        QTest::addColumn<bool>("typed");
        QTest::newRow("something was typed") << true << true;
        QTest::newRow("nothing was") << true << false;
        QTest::newRow("it was left") << false << true;
    }
    void aFormHoldsIt()
    {
        QFETCH(const bool, open);
        QFETCH(const bool, typed);
        auto *form = new Form(*m_theme, m_window.get());
        form->openCentred({300, 200});
        form->isTyped = typed;
        if (!open)
            form->dismiss();
        QCOMPARE(m_window->close(), !(open && typed));
        QCOMPARE(m_window->isVisible(), open && typed);
        QCOMPARE(m_window->toasts().count(), open && typed ? 1 : 0);
        QVERIFY(m_window->close()); // said twice, it is meant
    }

    void itIsSaidAgain_data()
    {
        QTest::addColumn<QString>("then");
        QTest::addColumn<bool>("closes");
        QTest::newRow("closed again at once") << "" << true;
        QTest::newRow("what was said has gone") << "said" << false;
        QTest::newRow("it is for something else") << "other" << false;
        QTest::newRow("it has been kept") << "kept" << true;
        QTest::newRow("whose it was is gone") << "gone" << true;
    }
    void itIsSaidAgain()
    {
        QFETCH(const QString, then);
        QString unkept = "Codes.";
        auto of = std::make_unique<QObject>();
        m_window->addUnkept(of.get(), [&unkept] { return unkept; });
        QVERIFY(!m_window->close());
        QVERIFY2(m_window->toasts().newestText().startsWith("Codes. "), qPrintable(m_window->toasts().newestText()));
        if (then == "said")
            m_window->toasts().clear();
        else if (then == "other")
            unkept = "A field.";
        else if (then == "kept")
            unkept.clear();
        else if (then == "gone")
            of.reset();
        QTEST(m_window->close(), "closes");
        if (m_window->isVisible())
            QCOMPARE(m_window->toasts().count(), 1);
    }

    void itComesOutOfTheTray()
    {
        QObject of;
        m_window->addUnkept(&of, [] { return QString("Codes."); });
        m_window->hide();
        QVERIFY(!m_window->close());
        QVERIFY(m_window->isVisible());
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<SettingsFile> m_settings;
    std::unique_ptr<ShellWindow> m_window;
};

QTEST_MAIN(TestClosing)
#include "tst_closing.moc"
