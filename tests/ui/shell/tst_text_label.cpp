// A label keeps what is around its words free, however many lines they take.
#include "ui/shell/controls.h"

#include <QtTest>

using namespace tributary::ui;

class TestTextLabel : public QObject {
    Q_OBJECT
private slots:
    void keepsItsMargins_data();
    void keepsItsMargins();

private:
    Theme m_theme;
};

void TestTextLabel::keepsItsMargins_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("wraps");
    QTest::newRow("a line") << "Save any filter as a view" << false;
    QTest::newRow("two lines") << "Save any filter\nas a view" << false;
    QTest::newRow("wrapped") << "Save any filter as a view, and show it to your team or to all others as well" << true;
    QTest::newRow("Arabic") << "احفظ أي تصفية كعرض" << false;
}

void TestTextLabel::keepsItsMargins()
{
    QFETCH(const QString, text);
    QFETCH(const bool, wraps);
    m_theme.install(*qApp);
    TextLabel label(
        m_theme, Type::Body, [](const Colors &) { return QColor(Qt::black); }, text);
    label.setWordWrap(wraps);
    const QSize bare = label.sizeHint();
    const QMargins around(20, 7, 12, 9);
    label.setContentsMargins(around);
    if (!wraps)
        QCOMPARE(label.sizeHint(), bare.grownBy(around));
    label.resize(label.sizeHint());
    QImage image(label.size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    label.render(&image);
    const QRect inside = image.rect().marginsRemoved(around).adjusted(-1, -1, 1, 1); // faces reach over a little
    bool isWritten = false;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y).lightness() > 128)
                continue;
            isWritten = true;
            QVERIFY2(inside.contains(x, y), qPrintable(QStringLiteral("at %1, %2").arg(x).arg(y)));
        }
    }
    QVERIFY(isWritten);
}

QTEST_MAIN(TestTextLabel)
#include "tst_text_label.moc"
