#include "core/text/utf8.h"

#include "core/base/rng.h"

#include <QtTest>

using namespace tributary;

namespace {

/// Whether @p part is @p whole with some bytes left out.
bool isInOrder(std::string_view part, std::string_view whole)
{
    for (const char c : whole) {
        if (!part.empty() && part.front() == c)
            part.remove_prefix(1);
    }
    return part.empty();
}

} // namespace

class TestUtf8 : public QObject {
    Q_OBJECT
private slots:
    void scrubs_data();
    void scrubs();
    void scrubbingRandomBytesGivesValidText();
    void scrubsLines_data();
    void scrubsLines();
    void makesNames_data();
    void makesNames();
    void makesFileNames_data();
    void makesFileNames();
    void truncatesBetweenCharacters();
};

void TestUtf8::scrubs_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *name, const QByteArray &bytes, const QByteArray &expected) {
        QTest::newRow(name) << bytes << expected;
    };
    row("ascii stays", "Hello", "Hello");
    row("valid stays", "Zoë 日本 ⛺😀", "Zoë 日本 ⛺😀");
    row("NUL", QByteArray("a\0b", 3), "a\uFFFDb");
    row("lone surrogate, one mark a byte", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD");
    row("overlong", "\xC0\xAF", "\uFFFD\uFFFD");
    row("above Unicode", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD");
    row("cut sequence is one mark", "a\xE2\x9B", "a\uFFFD");
    row("cut sequence, then a letter", "\xF0\x9F\x98x", "\uFFFDx");
    row("latin-1", "M\xE4rz", "M\uFFFDrz");
}

void TestUtf8::scrubs()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, expected);
    QCOMPARE(QByteArray::fromStdString(text::scrubbed(bytes.toStdString())), expected);
    QCOMPARE(text::isValidUtf8(bytes.toStdString()), bytes == expected || bytes.contains('\0'));
}

void TestUtf8::scrubbingRandomBytesGivesValidText()
{
    SeededRng rng(1);
    for (int round = 0; round < 2000; ++round) {
        std::string bytes(rng.below(60), '\0');
        for (char &c : bytes)
            c = char(rng.below(4) == 0 ? rng.below(128) : 128 + rng.below(128));
        const std::string clean = text::scrubbed(bytes);
        QVERIFY(text::isValidUtf8(clean));
        // What is left when the marks are taken out was there before, in this order.
        std::string rest = clean;
        for (std::size_t at = 0; (at = rest.find("\uFFFD", at)) != std::string::npos;)
            rest.erase(at, 3);
        QVERIFY(isInOrder(rest, bytes));
        QVERIFY(text::isValidUtf8(text::scrubbedLines(bytes)));
        QVERIFY(text::isValidUtf8(text::plainName(bytes)));
        QVERIFY(text::isValidUtf8(text::safeFileName(bytes)));
    }
}

void TestUtf8::scrubsLines_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << QByteArray() << "";
    QTest::newRow("plain") << QByteArray("Two lines,\n\tone  with a tab.\n") << "Two lines,\n\tone  with a tab.\n";
    QTest::newRow("line ends of DOS") << QByteArray("a\r\nb\r\n") << "a\nb\n";
    QTest::newRow("line ends of old Macs") << QByteArray("a\rb\r") << "a\nb\n";
    QTest::newRow("both") << QByteArray("a\r\r\nb") << "a\n\nb";
    QTest::newRow("controls") << QByteArray("\x01 a\x1B[31mb\x7F\xC2\x85 c\x0B") << " a[31mb c";
    QTest::newRow("null") << QByteArray("a\0b", 3) << QString::fromUtf8("a\uFFFDb");
    QTest::newRow("scripts") << QByteArray("é 周末 مرحباً 😀 \u2028\u200C")
                             << QString::fromUtf8("é 周末 مرحباً 😀 \u2028\u200C");
    QTest::newRow("broken") << QByteArray("a\xC3(\xFF z\xE5\x91") << QString::fromUtf8("a\uFFFD(\uFFFD z\uFFFD");
    QTest::newRow("replaced before") << QByteArray("a\uFFFDb") << QString::fromUtf8("a\uFFFDb");
}

void TestUtf8::scrubsLines()
{
    QFETCH(QByteArray, written);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(text::scrubbedLines(written.toStdString())), expected);
}

void TestUtf8::makesNames_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<QString>("expected");
    QTest::newRow("white space") << QByteArray("  Anna \t\r\n Petrova ") << "Anna Petrova";
    QTest::newRow("bidi override") << QByteArray("Anna \u202Emoc.live\u202C") << "Anna moc.live";
    QTest::newRow("isolates and marks") << QByteArray("\u2066Anna\u2069\u200F\u061C") << "Anna";
    QTest::newRow("zero width and BOM") << QByteArray("\uFEFFAn\u200Bna") << "Anna";
    QTest::newRow("joiner of Persian stays") << QByteArray("می\u200Cخواهم") << QString::fromUtf8("می\u200Cخواهم");
    QTest::newRow("line separator") << QByteArray("a\u2028b") << "a b";
    QTest::newRow("controls") << QByteArray("a\x01\x1B[31mb\x7F\xC2\x85") << "a[31mb";
    QTest::newRow("long") << QByteArray(500, 'x') << QString(200, 'x');
    QTest::newRow("nothing") << QByteArray("\u202E \r\n") << "";
}

void TestUtf8::makesNames()
{
    QFETCH(QByteArray, written);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(text::plainName(written.toStdString())), expected);
}

void TestUtf8::makesFileNames_data()
{
    QTest::addColumn<QByteArray>("written");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << QByteArray("Rechnung März.pdf") << "Rechnung März.pdf";
    QTest::newRow("path") << QByteArray("../../etc/passwd") << "passwd";
    QTest::newRow("windows path") << QByteArray("C:\\Users\\a\\x.doc") << "x.doc";
    QTest::newRow("only dots") << QByteArray("../..") << "file";
    QTest::newRow("folder") << QByteArray("a/b/") << "file";
    QTest::newRow("hidden") << QByteArray(".bashrc") << "bashrc";
    QTest::newRow("override hides the extension") << QByteArray("photo\u202Egnp.exe") << "photognp.exe";
    QTest::newRow("reserved characters") << QByteArray("a:b*c?.txt") << "a_b_c_.txt";
    QTest::newRow("device") << QByteArray("CON") << "_CON";
    QTest::newRow("device with extensions") << QByteArray("nul.tar.gz") << "_nul.tar.gz";
    QTest::newRow("numbered device") << QByteArray("lpt1.txt") << "_lpt1.txt";
    QTest::newRow("trailing dots") << QByteArray("x.txt. .") << "x.txt";
    QTest::newRow("NUL inside") << QByteArray("a\0.exe", 6) << "a.exe";
    QTest::newRow("long keeps its extension") << (QByteArray(400, 'x') + ".pdf") << (QString(196, 'x') + ".pdf");
    QTest::newRow("long in three-byte characters")
        << (QByteArray("日").repeated(100) + ".pdf") << (QString("日").repeated(65) + ".pdf");
}

void TestUtf8::makesFileNames()
{
    QFETCH(QByteArray, written);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(text::safeFileName(written.toStdString())), expected);
}

void TestUtf8::truncatesBetweenCharacters()
{
    QCOMPARE(text::truncated("aé日", 4), std::string_view("aé"));
    QCOMPARE(text::truncated("aé日", 6), std::string_view("aé日"));
    QCOMPARE(text::truncated("日", 2), std::string_view());
}

QTEST_APPLESS_MAIN(TestUtf8)
#include "tst_utf8.moc"
