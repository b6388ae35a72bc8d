#include "core/channels/email/charset.h"

#include "core/base/rng.h"
#include "core/text/utf8.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::channels::email;

class TestCharset : public QObject {
    Q_OBJECT
private slots:
    void decodes_data();
    void decodes();
    void anyBytesUnderAnyLabelGiveValidText();
};

void TestCharset::decodes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("label");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<bool>("isDefect");
    const auto row = [](const char *name, const QByteArray &bytes, const char *label, const char *expected,
                        bool defect = false) {
        QTest::newRow(name) << bytes << QByteArray(label) << QString(expected) << defect;
    };
    row("ascii", "plain", "us-ascii", "plain");
    row("utf-8", "Zoë", "UTF-8", "Zoë");
    row("gb2312 is read as gb18030", QByteArray::fromHex("c0b6e9464a"), "gb2312", "蓝镕J");
    row("latin-1 is read as windows-1252", "one \x96 \x80", "iso-8859-1", "one – €");
    row("ascii with a dash of Windows", "one \x96 two", "us-ascii", "one – two");
    row("ks_c_5601 is read as cp949", QByteArray::fromHex("bec8b3e72094ee"), "ks_c_5601-1987", "안녕 뷁");
    row("shift_jis with extensions of Windows", QByteArray::fromHex("8740"), "Shift_JIS", "①");
    row("iso-2022-jp", "\x1B$B%F%s%H\x1B(B", "ISO-2022-JP", "テント");
    const char *japanese = "①②の件、お世話になります。㈱山田商事の髙橋です。№Ⅲ㎡﨑";
    const QByteArray pairs = "-!-\"$N7o!\"$*@$OC$K$J$j$^$9!#-j;3ED>&;v$N|b66$G$9!#-b-7-Vyu";
    row("iso-2022-jp with characters of Windows", "\x1B$B" + pairs + "\x1B(B", "iso-2022-jp", japanese);
    row("the same by another name", "\x1B$B" + pairs + "\x1B(B", "CP50221", japanese);
    QByteArray high = pairs;
    for (char &c : high)
        c = char(c | 0x80);
    row("euc-jp with characters of Windows", high, "EUC-JP", japanese);
    row("iso-2022-jp, half-width katakana", "\x1B(I1\x1B(B ab", "iso-2022-jp", "ｱ ab");
    row("iso-2022-jp, katakana by a shift",
        "\x0E"
        "1\x0F ab",
        "cp50222", "ｱ ab");
    row("iso-2022-jp, JIS X 0212", "\x1B$(D0!\x1B(B", "iso-2022-jp", "丂");
    row("iso-2022-jp over a line's end", "\x1B$B%F\n%s\x1B(B", "iso-2022-jp", "テ\nン");
    row("iso-2022-jp cut in a character", "\x1B$B%F%\x1B(B!", "iso-2022-jp", "テ\uFFFD!", true);
    row("euc-jp, katakana, JIS X 0212, and nonsense", QByteArray::fromHex("8eb1 8fb0a1 fe"), "euc-jp", "ｱ丂\uFFFD", true);
    row("koi8-r", QByteArray::fromHex("f0d2c9d7c5d4"), "koi8-r", "Привет");
    row("utf-7", "Hi +2D3eAA-", "utf-7", "Hi 😀");
    row("utf-16 of letters below 0x80", QByteArray("H\0i\0", 4), "utf-16le", "Hi");
    row("quoted label", "Zo\xEB", "\"iso-8859-15\"", "Zoë");
    row("latin-1 label on UTF-8", "Zoë", "iso-8859-1", "Zoë", true);
    row("utf-8 label on latin-1", "Zo\xEB", "utf-8", "Zoë", true);
    row("utf-8 cut in a character", "Zoë日\xE6\x9C", "utf-8", "Zoë日\uFFFD", true);
    row("unknown label, UTF-8", "Zoë", "x-klingon", "Zoë", true);
    row("unknown label, not UTF-8", "Zo\xEB", "x-klingon", "Zoë", true);
    row("no label, UTF-8", "Zoë", "", "Zoë");
    row("no label, not UTF-8", "Zo\xEB", "", "Zoë", true);
    row("label with options for iconv", "Zo\xEB", "ascii//IGNORE", "Zoë", true);
    row("big5 label on UTF-8", "好é", "big5", "好é", true);
    row("NUL", QByteArray("a\0b", 3), "utf-8", "a\uFFFDb");
}

void TestCharset::decodes()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, label);
    QFETCH(QString, expected);
    QFETCH(bool, isDefect);
    const DecodedText decoded = decodeText(bytes.toStdString(), label.toStdString());
    QCOMPARE(QString::fromStdString(decoded.text), expected);
    QCOMPARE(!decoded.problem.empty(), isDefect);
}

void TestCharset::anyBytesUnderAnyLabelGiveValidText()
{
    SeededRng rng(3);
    for (const char *label : {"utf-8", "gb2312", "iso-2022-jp", "iso-2022-kr", "utf-7", "utf-16", "hz", "big5", "euc-jp",
                              "shift_jis", "windows-1251", "us-ascii", "", "ibm037", "x-\xFF"}) {
        for (int round = 0; round < 300; ++round) {
            std::string bytes(rng.below(80), '\0');
            for (char &c : bytes)
                c = char(rng.below(256));
            const std::string decoded = decodeText(bytes, label).text;
            QVERIFY2(text::isValidUtf8(decoded) && decoded.find('\0') == std::string::npos, label);
        }
    }
}

QTEST_APPLESS_MAIN(TestCharset)
#include "tst_charset.moc"
