#include "core/text/search_fold.h"

#include "core/base/rng.h"
#include "core/text/utf8.h"

#include <QtTest>
#include <sqlite3.h>

using namespace tributary;

namespace {

/// An index as the store keeps it, in memory.
class Index {
public:
    Index()
    {
        sqlite3_open(":memory:", &m_database);
        run("CREATE VIRTUAL TABLE found USING fts5(body, tokenize = \"unicode61 remove_diacritics 2\")");
    }
    ~Index() { sqlite3_close(m_database); }

    void add(std::string_view body)
    {
        sqlite3_stmt *insert = nullptr;
        sqlite3_prepare_v2(m_database, "INSERT INTO found(body) VALUES (?)", -1, &insert, nullptr);
        const std::string folded = text::foldForSearch(body);
        sqlite3_bind_text(insert, 1, folded.data(), int(folded.size()), SQLITE_TRANSIENT);
        sqlite3_step(insert);
        sqlite3_finalize(insert);
    }

    /// How many rows match what was typed; -1 if SQLite refuses the expression, 0 if there is nothing to search for.
    int count(std::string_view typed)
    {
        const std::string expression = text::matchExpression(typed);
        if (expression.empty())
            return 0;
        sqlite3_stmt *select = nullptr;
        sqlite3_prepare_v2(m_database, "SELECT count(*) FROM found WHERE found MATCH ?", -1, &select, nullptr);
        sqlite3_bind_text(select, 1, expression.data(), int(expression.size()), SQLITE_TRANSIENT);
        const int result = sqlite3_step(select) == SQLITE_ROW ? sqlite3_column_int(select, 0) : -1;
        sqlite3_finalize(select);
        return result;
    }

private:
    void run(const char *sql) { sqlite3_exec(m_database, sql, nullptr, nullptr, nullptr); }
    sqlite3 *m_database = nullptr;
};

} // namespace

class TestSearchFold : public QObject {
    Q_OBJECT
private slots:
    void makesExpressions_data();
    void makesExpressions();
    void foldsForMatching_data();
    void foldsForMatching();
    void finds_data();
    void finds();
    void findsEveryPartOfAnUnspacedText_data();
    void findsEveryPartOfAnUnspacedText();
    void neverBreaksTheQuery();
    void foldingTwiceChangesNothing();
    void boundsTheQuery();
};

void TestSearchFold::makesExpressions_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing") << ""
                             << "";
    QTest::newRow("no token") << "!!! -- \"\" :)"
                              << "";
    QTest::newRow("emoji is no token") << "⛺"
                                       << "";
    QTest::newRow("one word is a prefix") << "tent"
                                          << R"("tent"*)";
    QTest::newRow("words") << "blue tent"
                           << R"("blue" "tent"*)";
    QTest::newRow("operators are words") << "blue AND NOT tent*"
                                         << R"("blue" "AND" "NOT" "tent"*)";
    QTest::newRow("column filter") << "body:x"
                                   << R"("body x"*)";
    QTest::newRow("quotes make a phrase") << R"("blue tent" broken)"
                                          << R"("blue tent" "broken"*)";
    QTest::newRow("phrase at the end has no prefix") << R"("blue tent")"
                                                     << R"("blue tent")";
    QTest::newRow("open quote") << R"("blue te)"
                                << R"("blue te"*)";
    QTest::newRow("address") << "anna@shop.example"
                             << R"("anna shop example"*)";
    QTest::newRow("Chinese") << "蓝色帐篷"
                             << R"("蓝 色 帐 篷")";
    QTest::newRow("mixed run") << "iPhone手机"
                               << R"("iPhone 手 机")";
    QTest::newRow("mixed run ends in Latin") << "手机iPh"
                                             << R"("手 机 iPh"*)";
    QTest::newRow("full width") << "ｔｅｎｔ　１２"
                                << R"("tent" "12"*)";
    QTest::newRow("NUL") << QString(QChar(0)) + "xy"
                         << R"("xy"*)";
    QTest::newRow("one letter that is a phrase") << R"("x")"
                                                 << R"("x")";
}

void TestSearchFold::makesExpressions()
{
    QFETCH(QString, typed);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(text::matchExpression(typed.toStdString())), expected);
}

void TestSearchFold::foldsForMatching_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("folded");
    QTest::newRow("plain text") << QByteArray("  Two CUPS ") << QByteArray("two cups");
    QTest::newRow("accents") << QByteArray("Réfund Ångström") << QByteArray("refund angstrom");
    QTest::newRow("Greek, its last letter") << QByteArray("ΟΔΟΣ") << QByteArray("οδοσ");
    QTest::newRow("a plain part of it as it would be alone") << QByteArray("CUPS é") << QByteArray("cups e");
    QTest::newRow("Chinese stands apart") << QByteArray("青瓷") << QByteArray("青 瓷");
    QTest::newRow("nothing but space") << QByteArray(" \t ") << QByteArray();
    QTest::newRow("nothing") << QByteArray() << QByteArray();
}

void TestSearchFold::foldsForMatching()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, folded);
    QCOMPARE(QByteArray::fromStdString(text::foldForMatching(text.toStdString())), folded);
}

void TestSearchFold::finds_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("found");
    const auto row = [](const char *name, const char *body, const char *typed, bool found = true) {
        QTest::newRow(name) << QString(body) << QString(typed) << found;
    };
    row("case", "Blue Tent", "tent");
    row("prefix", "tents", "ten");
    row("prefix of the last word alone", "blueish tent", "blue tent", false);
    row("the first letter of a word", "blue tents", "t");
    row("the first letter after a word", "blue tents", "blue t");
    row("the first letter after a word that is not there", "blue tents", "red t", false);
    row("a letter that nothing begins with", "blue tents", "x", false);
    row("a letter and an accent", "kühl", "k");
    row("a letter of its own behind one", "Øl, ðæg", "ð");
    row("a word of one letter", "vitamin C", "c");
    row("the first digit", "order 53", "5");
    row("diacritics", "Zoë Müller", "zoe muller");
    row("diacritics typed", "Zoe Muller", "Zoë Müller");
    row("decomposed", "Zoe\u0308", "zoë");
    row("sharp s", "Hauptstraße", "hauptstrasse");
    row("Danish", "Københavns æbler", "kobenhavns aebler");
    row("Turkish", "Işıklı İstanbul", "isikli istanbul");
    row("Russian io", "тёмный", "темный");
    row("Greek accents and final sigma", "Αθήνας ΟΔΌΣ", "αθηνας οδος");
    row("Arabic alef and marks", "أَهْلاً وَسَهْلاً", "اهلا وسهلا");
    row("Arabic teh marbuta", "خيمة زرقاء", "خيمه");
    row("Arabic tatweel", "خيـــمة", "خيمة");
    row("Persian letters typed on an Arabic keyboard", "کتاب فارسی", "كتاب فارسي");
    row("Arabic digits", "طلب ٨٨٤١", "8841");
    row("Persian digits", "۸۸۴۱", "8841");
    row("Arabic presentation forms", "ﺧﻴﻤﺔ", "خيمة");
    row("Hebrew points", "שָׁלוֹם", "שלום");
    row("soft hyphen", "Kunden\u00ADdienst", "kundendienst");
    row("half-width kana with voice mark", "ﾊﾞｯｸﾞ", "バッグ");
    row("decomposed kana", "か\u3099き", "がき");
    row("Korean inside a word", "한국어상담", "상담");
    row("conjoining jamo", "\u1112\u1161\u11ab", "한");
    row("Chinese word order", "篷帐", "帐篷", false);
    row("Chinese next to Latin", "我的iPhone坏了", "iphone");
    row("Chinese and a word", "蓝色 tent 帐篷", "帐篷 tent");
    row("ligature", "ﬁnal oﬃce", "final office");
    row("squared text beside a superscript", "㎏ m²", "m²");
    row("number with hyphens", "INV-2024-001", "2024-001");
    row("Thai", "สวัสดีครับ", "ครับ");
    row("Hindi", "नमस्ते दुनिया", "दुनिया");
}

void TestSearchFold::finds()
{
    QFETCH(QString, body);
    QFETCH(QString, typed);
    QFETCH(bool, found);
    Index index;
    index.add(body.toStdString());
    QCOMPARE(index.count(typed.toStdString()), found ? 1 : 0);
}

void TestSearchFold::findsEveryPartOfAnUnspacedText_data()
{
    QTest::addColumn<QString>("body");
    QTest::newRow("Chinese") << "您好，请问蓝色帐篷还有货吗？我想订两顶。";
    QTest::newRow("Japanese") << "テントのファスナーが壊れました、交換できますか。";
    QTest::newRow("Korean") << "텐트지퍼가고장났어요교환되나요";
    QTest::newRow("rare characters") << QString::fromUtf8("𠀀𪛖𫝀龘㐀〇々");
}

void TestSearchFold::findsEveryPartOfAnUnspacedText()
{
    QFETCH(QString, body);
    Index index;
    index.add(body.toStdString());
    const auto points = body.toUcs4();
    for (qsizetype begin = 0; begin < points.size(); ++begin) {
        for (qsizetype length = 1; begin + length <= points.size(); ++length) {
            const QString part = QString::fromUcs4(reinterpret_cast<const char32_t *>(points.data() + begin), length);
            if (QString("，。？、").contains(part))
                continue;
            QVERIFY2(index.count(part.toStdString()) == 1, qPrintable(part));
        }
    }
}

void TestSearchFold::neverBreaksTheQuery()
{
    Index index;
    index.add("anything at all");
    SeededRng rng(7);
    const std::u32string alphabet = U"ab\"'*()^:-+{}\\ \t\nANDORNEAR帐篷かﾞ\u0301\u064B⛺\u202E\uFFFFß١";
    for (int round = 0; round < 5000; ++round) {
        std::string typed;
        for (std::uint64_t i = rng.below(20); i > 0; --i) {
            if (rng.below(10) == 0)
                typed += char(rng.below(256));
            else
                text::appendUtf8(typed, alphabet[rng.below(alphabet.size())]);
        }
        QVERIFY2(index.count(typed) >= 0, text::matchExpression(typed).c_str());
    }
}

void TestSearchFold::foldingTwiceChangesNothing()
{
    for (const char *body : {"Zoë 日本 ﾊﾞｯｸﾞ", "أَهْلاً ٨٨", "Straße iPhone手机x", "ﬁ ㎏ m²"}) {
        const std::string once = text::foldForSearch(body);
        QCOMPARE(text::foldForSearch(once), once);
    }
}

void TestSearchFold::boundsTheQuery()
{
    std::string typed;
    for (int i = 0; i < 5000; ++i)
        typed += "word ";
    QVERIFY(text::matchExpression(typed).size() < 32 * 8);
    QVERIFY(text::matchExpression(std::string(300'000, 'x')).size() < 5000);
}

QTEST_APPLESS_MAIN(TestSearchFold)
#include "tst_search_fold.moc"
