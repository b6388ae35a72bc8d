// Words of others in tooltips, labels and boxes are plain text, whatever they look like.
#include "ui/shell/plain_words.h"

#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QTextDocument>
#include <QToolTip>
#include <QtTest>

using tributary::ui::PlainWords;

namespace {

const QString kHostile = QStringLiteral("<img src=\"file:///etc/passwd\"><b>Paid</b>");

} // namespace

class TestPlainWords : public QObject {
    Q_OBJECT
private slots:
    void init() { qApp->installEventFilter(&m_words); }
    void cleanup()
    {
        qApp->removeEventFilter(&m_words);
        QToolTip::hideText();
    }
    void toolTips_data();
    void toolTips();
    void menus();
    void labels_data();
    void labels();
    void boxes();

private:
    static void ask(QWidget &widget, QPoint at = {})
    {
        QHelpEvent event(QEvent::ToolTip, at, widget.mapToGlobal(at));
        QCoreApplication::sendEvent(&widget, &event);
    }
    /// What a reader of the tooltip sees.
    static QString shown()
    {
        const QLabel *tip = nullptr;
        for (const QWidget *window : QApplication::topLevelWidgets()) {
            if (window->inherits("QTipLabel") && window->isVisible())
                tip = qobject_cast<const QLabel *>(window);
        }
        QTextDocument document;
        if (!tip)
            return QStringLiteral("no tooltip");
        if (tip->textFormat() != Qt::PlainText && Qt::mightBeRichText(QToolTip::text()))
            document.setHtml(QToolTip::text());
        else
            document.setPlainText(QToolTip::text());
        return document.toPlainText();
    }

    PlainWords m_words;
};

void TestPlainWords::toolTips_data()
{
    QTest::addColumn<QString>("words");
    QTest::newRow("words") << QStringLiteral("Opened today");
    QTest::newRow("an image") << kHostile;
    QTest::newRow("bold") << QStringLiteral("<b>Paid</b>");
    QTest::newRow("an entity") << QStringLiteral("a <i>b</i> &lt;c&gt;");
}

void TestPlainWords::toolTips()
{
    QFETCH(const QString, words);
    QWidget widget;
    widget.setToolTip(words);
    widget.show();
    QVERIFY(QTest::qWaitForWindowExposed(&widget));
    ask(widget);
    QTRY_VERIFY(QToolTip::isVisible());
    QCOMPARE(shown(), words);
}

void TestPlainWords::menus()
{
    QMenu menu;
    menu.setToolTipsVisible(true);
    QAction *action = menu.addAction(QStringLiteral("Move"));
    action->setToolTip(kHostile);
    menu.popup({});
    ask(menu, menu.actionGeometry(action).center());
    QTRY_VERIFY(QToolTip::isVisible());
    QCOMPARE(shown(), kHostile);
}

void TestPlainWords::labels_data()
{
    QTest::addColumn<Qt::TextFormat>("format");
    QTest::addColumn<Qt::TextFormat>("expected");
    QTest::newRow("none was chosen") << Qt::AutoText << Qt::PlainText;
    QTest::newRow("plain") << Qt::PlainText << Qt::PlainText;
    QTest::newRow("ours") << Qt::RichText << Qt::RichText;
}

void TestPlainWords::labels()
{
    QFETCH(const Qt::TextFormat, format);
    QFETCH(const Qt::TextFormat, expected);
    QLabel label(kHostile);
    label.setTextFormat(format);
    label.show();
    QCOMPARE(label.textFormat(), expected);
}

void TestPlainWords::boxes()
{
    QMessageBox box;
    box.setText(kHostile);
    box.setInformativeText(kHostile);
    box.open();
    int labels = 0;
    for (const QLabel *label : box.findChildren<QLabel *>()) {
        if (label->text().isEmpty())
            continue;
        ++labels;
        QCOMPARE(label->textFormat(), Qt::PlainText);
    }
    QVERIFY(labels >= 2);
}

QTEST_MAIN(TestPlainWords)
#include "tst_plain_words.moc"
