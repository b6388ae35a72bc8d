// What is pasted into a text is text, whatever it was where it comes from (ENGINE C74).
#include "ui/composer/composer_editor.h"

#include <QApplication>
#include <QClipboard>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

using namespace tributary::ui;

class TestComposerEditor : public QObject {
    Q_OBJECT
private slots:
    void pastesPlainText_data();
    void pastesPlainText();
    void filesAreGivenAndNotWritten();
    void everythingHasTheColourOfTheTheme();
};

void TestComposerEditor::pastesPlainText_data()
{
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("text");
    const QString page = "<b>Two</b> <a href='https://evil.test'>cups</a><img src='file:///etc/passwd'><script>x()</script>";
    QTest::newRow("a page with its text") << page << "Two cups"
                                          << "Two cups";
    QTest::newRow("markup that is text") << QString() << page << page;
    QTest::newRow("several lines") << "<table><tr><td>a</td></tr></table>"
                                   << "a\nb"
                                   << "a\nb";
    QTest::newRow("a page alone") << page << QString() << QString();
}

void TestComposerEditor::pastesPlainText()
{
    QFETCH(const QString, html);
    QFETCH(const QString, plain);
    QFETCH(const QString, text);
    const Theme theme;
    ComposerEditor editor(theme);
    const QString empty = editor.document()->toHtml();
    auto *data = new QMimeData;
    if (!html.isEmpty())
        data->setHtml(html);
    if (!plain.isEmpty())
        data->setText(plain);
    QApplication::clipboard()->setMimeData(data);
    editor.paste();
    QCOMPARE(editor.toPlainText(), text);
    editor.selectAll();
    QVERIFY(!editor.textCursor().charFormat().isAnchor());
    QVERIFY(editor.textCursor().charFormat().fontWeight() <= QFont::Normal);
    editor.setPlainText({});
    QCOMPARE(editor.document()->toHtml(), empty);
}

/// At dusk the system's theme changes while somebody writes: nothing that they have written keeps the colour of before.
void TestComposerEditor::everythingHasTheColourOfTheTheme()
{
    Theme theme;
    ComposerEditor editor(theme);
    QTest::keyClicks(&editor, "written by day");
    Theme::Options other = theme.options();
    other.appearance = theme.isDark() ? Theme::Appearance::Light : Theme::Appearance::Dark;
    theme.setOptions(other);
    QTest::keyClicks(&editor, ", and on by night");
    QTextCursor cursor = editor.textCursor();
    for (int at = 1; at <= editor.toPlainText().size(); ++at) {
        cursor.setPosition(at);
        QVERIFY(!cursor.charFormat().hasProperty(QTextFormat::ForegroundBrush));
    }
    QCOMPARE(editor.palette().color(QPalette::Text), theme.colors().text.primary);
}

void TestComposerEditor::filesAreGivenAndNotWritten()
{
    const Theme theme;
    ComposerEditor editor(theme);
    const QSignalSpy given(&editor, &ComposerEditor::filesGiven);
    auto *data = new QMimeData;
    data->setUrls({QUrl::fromLocalFile("/tmp/a.png")});
    data->setHtml("<b>x</b>");
    QApplication::clipboard()->setMimeData(data);
    editor.paste();
    QCOMPARE(given.size(), 1);
    QCOMPARE(editor.toPlainText(), QString());
}

QTEST_MAIN(TestComposerEditor)
#include "tst_composer_editor.moc"
