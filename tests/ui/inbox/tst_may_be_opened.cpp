// Which files of others are opened by a click.
#include "ui/inbox/may_be_opened.h"

#include <QBuffer>
#include <QImage>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestMayBeOpened : public QObject {
    Q_OBJECT
private slots:
    void programsAreNot_data();
    void programsAreNot();
};

void TestMayBeOpened::programsAreNot_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("announced");
    QTest::addColumn<bool>("isOpened");
    const auto picture = [](const char *format) {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        QImage image(4, 4, QImage::Format_RGB32);
        image.fill(Qt::red);
        image.save(&buffer, format);
        return bytes;
    };
    const QByteArray pdf = "%PDF-1.4\n1 0 obj\n<< >>\nendobj\n", elf = QByteArray("\x7f"
                                                                                  "ELF\2\1\1",
                                                                                  7)
                                                                       + QByteArray(57, '\0');
    const QByteArray svg = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script>x()</script></svg>";
    const auto row = [](const char *name, const QByteArray &bytes, const char *announced, bool isOpened) {
        QTest::newRow(name) << bytes << announced << isOpened;
    };
    row("a picture", picture("PNG"), "image/png", true);
    row("a photograph", picture("JPG"), "image/jpeg", true);
    row("PDF", pdf, "application/pdf", true);
    row("text", "Two cups are broken.\n", "text/plain", true);
    row("a picture that is announced as a program", picture("PNG"), "application/x-executable", false);
    row("a program", elf, "application/x-executable", false);
    row("a program as a picture", elf, "image/png", false);
    row("a program as text", elf, "text/plain", false);
    row("a script as text", "#!/bin/sh\nrm -rf ~\n", "text/plain", false);
    row("a starter as text", "[Desktop Entry]\nType=Application\nExec=sh -c x\n", "text/plain", false);
    row("a page as text", "<!DOCTYPE html><html><script>x()</script></html>", "text/plain", false);
    row("a page", "<!DOCTYPE html><html></html>", "text/html", false);
    row("SVG", svg, "image/svg+xml", false);
    row("SVG as a picture", svg, "image/png", false);
    row("an archive as PDF", QByteArray("PK\3\4\24\0\0\0", 8) + QByteArray(60, 'x'), "application/pdf", false);
    row("a document", QByteArray("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) + QByteArray(600, '\0'), "application/msword",
        false);
    row("any bytes as a picture", QByteArray(64, '\1'), "image/webp", false);
}

void TestMayBeOpened::programsAreNot()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, announced);
    QFETCH(const bool, isOpened);
    const auto may = mayBeOpened(bytes, announced.toStdString());
    QTRY_VERIFY(may.isFinished());
    QVERIFY(may.result());
    QCOMPARE(*may.result(), isOpened);
    QVERIFY(mayBeOpened({}, "text/html").isFinished());
}

QTEST_GUILESS_MAIN(TestMayBeOpened)
#include "tst_may_be_opened.moc"
