// Files of separated values: how they are written, and what stands in them, however they are cut.
#include "core/text/csv.h"

#include "core/base/rng.h"
#include "core/text/utf8.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::text;
using Rows = std::vector<std::vector<std::string>>;
using Encoding = CsvShape::Encoding;

Q_DECLARE_METATYPE(Rows)

namespace {

Result<Rows> rowsOf(const std::string &bytes, const CsvShape &shape, std::size_t piece = 1 << 20)
{
    Rows rows;
    CsvReader reader(shape, [&rows](CsvReader::Row row) { rows.push_back(std::move(row)); });
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        TRIBUTARY_TRY(reader.feed(std::string_view(bytes).substr(at, piece)));
    TRIBUTARY_TRY(reader.finish());
    return rows;
}

CsvShape guess(const std::string &bytes, std::size_t piece = 1 << 20)
{
    CsvGuess found;
    for (std::size_t at = 0; at < bytes.size(); at += piece)
        found.feed(std::string_view(bytes).substr(at, piece));
    return found.shape();
}

std::string utf16(const QString &text, bool little, bool mark)
{
    std::string bytes;
    const QString all = mark ? QChar(0xFEFF) + text : text;
    for (const QChar c : all) {
        const char high = char(c.unicode() >> 8), low = char(c.unicode() & 0xFF);
        bytes += little ? low : high;
        bytes += little ? high : low;
    }
    return bytes;
}

} // namespace

class TestCsv : public QObject {
    Q_OBJECT
private slots:
    void reads_data();
    void reads();
    void tellsHowItIsWritten_data();
    void tellsHowItIsWritten();
    void whatIsWrittenIsRead();
    void aQuoteThatIsNeverClosedEnds();
    void tooManyColumnsEnd();
};

void TestCsv::reads_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<char>("delimiter");
    QTest::addColumn<Rows>("rows");
    const auto row = [](const char *name, QByteArray file, Rows rows, char delimiter = ',') {
        QTest::newRow(name) << std::move(file) << delimiter << std::move(rows);
    };
    row("plain", "a,b\nc,d\n", {{"a", "b"}, {"c", "d"}});
    row("without a last line end", "a,b\nc,d", {{"a", "b"}, {"c", "d"}});
    row("line ends of Windows", "a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}});
    row("of an old Mac", "a,b\rc,d\r", {{"a", "b"}, {"c", "d"}});
    row("quotes", R"("a,1","say ""hi""")", {{"a,1", "say \"hi\""}});
    row("a line end within", "\"a\nb\",c\n", {{"a\nb", "c"}});
    row("of Windows within", "\"a\r\nb\",c\r\n", {{"a\nb", "c"}});
    row("empty fields", ",,\n", {{"", "", ""}});
    row("an empty line counts", "a\n\nb\n", {{"a"}, {}, {"b"}});
    row("of Windows as well, once", "a\r\n\r\nb\r\n", {{"a"}, {}, {"b"}});
    row("white space around", " a , b \n", {{"a", "b"}});
    row("semicolons", "a;b,c\n", {{"a", "b,c"}}, ';');
    row("tabs, and an empty first", "\tb\n", {{"", "b"}}, '\t');
    row("a mark",
        "\xEF\xBB\xBF"
        "a,b\n",
        {{"a", "b"}});
    row("a mark before a quote", "\xEF\xBB\xBF\"a\",b\n", {{"a", "b"}});
    row("no UTF-8 in the middle", "a\xFF,b\n", {{"a\xEF\xBF\xBD", "b"}});
    row("nothing", "", {});
    row("a quote inside a word", "5\" pipe,b\n", {{"5\" pipe", "b"}});
}

void TestCsv::reads()
{
    QFETCH(const QByteArray, file);
    QFETCH(const char, delimiter);
    QFETCH(const Rows, rows);
    for (const std::size_t piece : {1, 2, 3, 7, 100'000}) { // wherever it is cut
        const auto read = rowsOf(file.toStdString(), {.delimiter = delimiter}, piece);
        QVERIFY(read);
        QCOMPARE(*read, rows);
    }
}

void TestCsv::tellsHowItIsWritten_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<int>("encoding");
    QTest::addColumn<char>("delimiter");
    QTest::addColumn<QString>("first");
    const QString text = QStringLiteral("Ægir;né;2\nB;c,d;3\n");
    const auto row = [](const char *name, QByteArray file, Encoding encoding, char delimiter, const QString &first) {
        QTest::newRow(name) << std::move(file) << int(encoding) << delimiter << first;
    };
    row("UTF-8", text.toUtf8(), Encoding::Utf8, ';', "Ægir");
    row("UTF-8 with a mark", "\xEF\xBB\xBF" + text.toUtf8(), Encoding::Utf8, ';', "Ægir");
    row("windows-1252", "Z\x9A,\x80 5\nb,c\n", Encoding::Windows1252, ',', "Zš");
    row("windows-1252, at the very end", "name,b\nc,caf\xE9", Encoding::Windows1252, ',', "name");
    for (const bool little : {true, false}) {
        const Encoding encoding = little ? Encoding::Utf16Le : Encoding::Utf16Be;
        row(little ? "UTF-16 LE" : "UTF-16 BE", QByteArray::fromStdString(utf16(text, little, true)), encoding, ';', "Ægir");
        row(little ? "UTF-16 LE without a mark" : "UTF-16 BE without a mark",
            QByteArray::fromStdString(utf16(text, little, false)), encoding, ';', "Ægir");
    }
    row("beyond the basic plane", QByteArray::fromStdString(utf16(QStringLiteral("😀;b\n"), true, true)), Encoding::Utf16Le,
        ';', "😀");
    row("tabs", "a\tb, c\nd\te, f\n", Encoding::Utf8, '\t', "a");
    row("commas in quotes are none", "\"a,b,c\";d\n\"e,f,g\";h\n", Encoding::Utf8, ';', "a,b,c");
    row("one column", "name\nAda\n", Encoding::Utf8, ',', "name");
    row("nothing", "", Encoding::Utf8, ',', "");
}

void TestCsv::tellsHowItIsWritten()
{
    QFETCH(const QByteArray, file);
    QFETCH(const int, encoding);
    QFETCH(const char, delimiter);
    QFETCH(const QString, first);
    for (const std::size_t piece : {1, 3, 100'000}) {
        const CsvShape shape = guess(file.toStdString(), piece);
        QCOMPARE(int(shape.encoding), encoding);
        QCOMPARE(shape.delimiter, delimiter);
        const auto rows = rowsOf(file.toStdString(), shape, piece);
        QVERIFY(rows);
        QCOMPARE(rows->empty() ? QString() : QString::fromStdString(rows->front().front()), first);
    }
}

void TestCsv::whatIsWrittenIsRead()
{
    SeededRng rng(11);
    const std::string_view letters[]{"a", "\"", ",", ";", "\n", "\t", "é", "x y", "''", "\"\""};
    const auto random = [&rng](std::size_t below) {
        std::array<std::byte, 4> bytes{};
        rng.fill(bytes);
        return (std::size_t(bytes[0]) << 8 | std::size_t(bytes[1])) % below;
    };
    Rows rows;
    std::string file;
    for (int i = 0; i < 400; ++i) {
        std::vector<std::string> row;
        for (std::size_t column = 0; column < 1 + random(5); ++column) {
            std::string field = "f";
            for (std::size_t n = random(8); n > 0; --n)
                field += letters[random(std::size(letters))];
            row.push_back(field + "f");
        }
        file += csvLine(row);
        rows.push_back(std::move(row));
    }
    for (const std::size_t piece : {1, 13, 4096}) {
        const auto read = rowsOf(file, {}, piece);
        QVERIFY(read);
        QCOMPARE(*read, rows);
    }
    // Any bytes at all: an answer, and valid text.
    for (int i = 0; i < 300; ++i) {
        std::string bytes(1 + random(300), '\0');
        rng.fill(std::as_writable_bytes(std::span(bytes)));
        const auto read = rowsOf(bytes, guess(bytes), 1 + random(40));
        QVERIFY(read);
        for (const auto &row : *read)
            for (const std::string &field : row)
                QVERIFY(isValidUtf8(field));
    }
}

void TestCsv::aQuoteThatIsNeverClosedEnds()
{
    CsvReader reader({}, [](CsvReader::Row) {});
    QVERIFY(reader.feed("a,b\nc,\""));
    std::size_t fed = 0;
    Result<void> read;
    for (; read && fed < 3'000'000; fed += 16'384)
        read = reader.feed(std::string(16'384, 'x'));
    QVERIFY(!read); // long before all of it is in memory
    QVERIFY(fed <= 2 * CsvReader::kLongestField);
    QCOMPARE(read.error().kind, Error::Kind::TooLarge);
    QCOMPARE(read.error().detail, "2"); // the row
}

void TestCsv::tooManyColumnsEnd()
{
    QVERIFY(rowsOf(std::string(CsvReader::kMostColumns - 1, ',') + "\n", {}));
    const auto read = rowsOf("a\n" + std::string(CsvReader::kMostColumns, ',') + "\n", {});
    QVERIFY(!read);
    QCOMPARE(read.error().detail, "2");
}

QTEST_GUILESS_MAIN(TestCsv)
#include "tst_csv.moc"
