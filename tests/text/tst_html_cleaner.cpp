#include "core/base/rng.h"
#include "core/text/html_cleaner.h"

#include <QXmlStreamReader>
#include <QtTest>

using namespace tributary;

namespace {

const QSet<QString> elements{"p",   "br", "div", "span", "b",  "i",          "u",   "s",    "strong", "em",    "sub",
                             "sup", "a",  "ul",  "ol",   "li", "blockquote", "pre", "code", "table",  "thead", "tbody",
                             "tr",  "td", "th",  "h1",   "h2", "h3",         "h4",  "h5",   "h6",     "hr",    "img"};
const QSet<QString> attributes{"dir", "lang",  "href",   "start", "colspan", "rowspan", "src", "data-remote-src",
                               "alt", "width", "height", "class"};

/// What the subset forbids, found by another parser than the one that made it; empty if it is all right.
QString fault(const std::string &html)
{
    QXmlStreamReader reader("<root>" + QString::fromStdString(html) + "</root>");
    int depth = 0, tables = 0, count = 0;
    while (!reader.atEnd()) {
        const auto token = reader.readNext();
        const QString name = reader.name().toString();
        if (token == QXmlStreamReader::EndElement) {
            --depth;
            tables -= name == "table" ? 1 : 0;
        }
        if (token != QXmlStreamReader::StartElement || depth++ == 0)
            continue;
        tables += name == "table" ? 1 : 0;
        if (!elements.contains(name) || ++count > 8100)
            return "element " + name;
        if (depth > 70 || tables > 4)
            return "nesting";
        for (const QXmlStreamAttribute &attribute : reader.attributes()) {
            const QString key = attribute.name().toString(), value = attribute.value().toString();
            if (!attributes.contains(key))
                return "attribute " + key;
            if (key == "src" && !value.startsWith("cid:"))
                return "source " + value;
            if (key == "href" && !QRegularExpression("^(https?://|mailto:|tel:)[!-~]*$").match(value).hasMatch())
                return "link " + value;
            if (key == "data-remote-src" && !value.startsWith("http"))
                return "remote " + value;
        }
    }
    return reader.hasError() ? reader.errorString() : QString();
}

QString clean(const QByteArray &html)
{
    return QString::fromStdString(text::cleanHtml(html.toStdString()).html);
}

} // namespace

class TestHtmlCleaner : public QObject {
    Q_OBJECT
private slots:
    void keepsTheSafeSubset_data();
    void keepsTheSafeSubset();
    void removesWhatCouldRun_data();
    void removesWhatCouldRun();
    void marksQuotes_data();
    void marksQuotes();
    void cleaningTwiceChangesNothing();
    void respectsLimits_data();
    void respectsLimits();
    void randomMarkupStaysSafe();
    void reportsWhatAViewNeeds();
};

void TestHtmlCleaner::keepsTheSafeSubset_data()
{
    QTest::addColumn<QByteArray>("html");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *html, const char *expected) {
        QTest::newRow(name) << QByteArray(html) << QString(expected);
    };
    row("words", "<p>Hello <b>big</b> <i>world</i></p>", "<p>Hello <b>big</b> <i>world</i></p>");
    row("unclosed", "<p>one<p>two<b>x", "<p>one</p><p>two<b>x</b></p>");
    row("misnested", "<b><i>x</b></i>", "<b><i>x</i></b>");
    row("entities", "a &amp; b &lt;c&gt; &eacute; &nbsp;&#128512;", "a &amp; b &lt;c&gt; é \u00A0😀");
    row("white space", "<div>  a \n\n b  </div>", "<div>a b </div>");
    row("pre", "<pre>a\n  b</pre>", "<pre>a\n  b</pre>");
    row("list", "<ol start=3><li>a<li>b</ol>", "<ol start=\"3\"><li>a</li><li>b</li></ol>");
    row("item without a list", "<li>a", "<div>a</div>");
    row("spans that take long", "<table><tr><td colspan=100 rowspan=100>a<td colspan=2>b</table>",
        "<table><tbody><tr><td>a</td><td colspan=\"2\">b</td></tr></tbody></table>");
    row("table", "<table><tr><td colspan=2>a<td rowspan=9999>b</table>",
        "<table><tbody><tr><td colspan=\"2\">a</td><td rowspan=\"100\">b</td></tr></tbody></table>");
    row("direction and language", "<div dir=RTL lang=ar style='color:red'>مرحبا</div>",
        "<div dir=\"rtl\" lang=\"ar\">مرحبا</div>");
    row("wrong language", "<p lang='a\"b'>x</p>", "<p>x</p>");
    row("spans without a meaning", "<span style='x'><font color=red>x</font></span>", "x");
    row("cid picture", "<img src='cid:a@b' width=9999 height=20 alt='A \"b\"'>",
        "<img src=\"cid:a@b\" alt=\"A &quot;b&quot;\" width=\"2000\" height=\"20\"/>");
    row("remote picture", "<img src=http://x.test/a.png alt=a>", "<img data-remote-src=\"http://x.test/a.png\" alt=\"a\"/>");
    row("picture relative to a protocol", "<img src=//x.test/a.png>",
        "<img data-remote-src=\"https://x.test/a.png\" alt=\"\"/>");
    row("counting pixel", "x<img src=http://x.test/p width=1 height=1>", "x");
    row("picture as data", "<img src='data:image/png;base64,AAAA' alt=chart>", "chart");
    row("link", "<a href=' https://shop.test/?a=1&amp;b=\"2\" ' onclick=x>go</a>",
        "<a href=\"https://shop.test/?a=1&amp;b=%222%22\">go</a>");
    row("international host", "<a href='https://münchen.test/ü'>go</a>",
        "<a href=\"https://xn--mnchen-3ya.test/%C3%BC\">go</a>");
    row("hidden preview", "<div style='display: none'>secret</div>x", "x");
    row("hidden from Outlook as well", "<div style='display:none;mso-hide:all'>secret</div>x", "x");
    row("a button that Outlook has otherwise", "<b style='mso-hide: all'>Confirm</b>", "<b>Confirm</b>");
    row("older elements", "<center><strike>a</strike><tt>b</tt></center>", "<div><s>a</s><code>b</code></div>");
    row("Outlook's own elements", "<p>a<o:p>&nbsp;</o:p></p>", "<p>a\u00A0</p>");
    row("drawings and formulas", "<svg><script>alert(1)</script><text>x</text></svg><math><mi>y</mi></math>a", "a");
    row("nothing to see", "<div><br></div><p> </p>", "");
}

void TestHtmlCleaner::keepsTheSafeSubset()
{
    QFETCH(QByteArray, html);
    QFETCH(QString, expected);
    QCOMPARE(clean(html), expected);
    QCOMPARE(fault(clean(html).toStdString()), QString());
}

void TestHtmlCleaner::removesWhatCouldRun_data()
{
    QTest::addColumn<QByteArray>("html");
    const char *attacks[] = {"<script>alert(1)</script>",
                             "<scr<script>ipt>alert(1)</scr</script>ipt>",
                             "<img src=x onerror=alert(1)>",
                             "<svg onload=alert(1)>",
                             "<svg><script>alert(1)</script></svg>",
                             "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
                             "<a href='javascript:alert(1)'>x</a>",
                             "<a href=' jav&#x09;ascript:alert(1)'>x</a>",
                             "<a href='java\nscript:alert(1)'>x</a>",
                             "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
                             "<a href='vbscript:x'>x</a>",
                             "<a href='file:///etc/passwd'>x</a>",
                             "<a href='\\\\host\\share'>x</a>",
                             "<iframe src=http://x.test></iframe>",
                             "<object data=x></object>",
                             "<embed src=x>",
                             "<form action=http://x.test><input name=p><button>go</button></form>",
                             "<meta http-equiv=refresh content='0;url=http://x.test'>",
                             "<base href=http://x.test>",
                             "<link rel=stylesheet href=http://x.test/a.css>",
                             "<style>@import url(http://x.test)</style>",
                             "<div style='background:url(http://x.test)'>x</div>",
                             "<div style='position:fixed;top:0'>x</div>",
                             "<table background=http://x.test/a.png><tr><td>x</table>",
                             "<body onload=alert(1) background=http://x.test>x",
                             "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
                             "<textarea></textarea><script>alert(1)</script>",
                             "<template><script>alert(1)</script></template>",
                             "<!--><script>alert(1)</script>-->",
                             "<![CDATA[<script>alert(1)</script>]]>",
                             "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
                             "<video src=http://x.test><source src=x></video>",
                             "<img srcset='http://x.test/a 1x' src='cid:a'>",
                             "<a href='https://shop.test@evil.test/'>x</a>",
                             "<img src='file:///etc/passwd'>",
                             "<xmp><script>alert(1)</script></xmp>",
                             "<plaintext><script>alert(1)",
                             "<select><style></select><img src=x onerror=alert(1)></style>"};
    for (const char *attack : attacks)
        QTest::newRow(attack) << QByteArray(attack);
}

void TestHtmlCleaner::removesWhatCouldRun()
{
    QFETCH(QByteArray, html);
    const QString result = clean("before " + html + " after");
    QCOMPARE(fault(result.toStdString()), QString());
    QVERIFY2(!QRegularExpression("<[^>]*(javascript:|vbscript:|data:|file:|onerror|onload|style=|srcset|shop\\.test)")
                  .match(result)
                  .hasMatch(),
             qPrintable(result));
    QVERIFY2(result.startsWith("before"), qPrintable(result));
}

void TestHtmlCleaner::marksQuotes_data()
{
    QTest::addColumn<QByteArray>("html");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *html, const char *expected) {
        QTest::newRow(name) << QByteArray(html) << QString(expected);
    };
    row("Gmail",
        "<div>new</div><div class='gmail_quote'><div class=gmail_attr>On x wrote:</div><blockquote "
        "class=gmail_quote>old</blockquote></div>",
        "<div>new</div><blockquote class=\"quote\"><div><div>On x "
        "wrote:</div><blockquote>old</blockquote></div></blockquote>");
    row("Apple Mail", "new<blockquote type=cite>old</blockquote>after",
        "new<blockquote class=\"quote\"><blockquote>old</blockquote></blockquote>after");
    row("Thunderbird",
        "<p>new</p><div class=moz-cite-prefix>On x wrote:</div><blockquote type=cite>old</blockquote><p>below</p>",
        "<p>new</p><blockquote class=\"quote\"><div>On x wrote:</div><blockquote>old</blockquote></blockquote><p>below</p>");
    row("Outlook",
        "<div><p>new</p><div style='border:none;border-top: solid #E1E1E1 1.0pt'><p><b>Von:</b> a<br><b>Gesendet:</b> "
        "b<br><b>Betreff:</b> c</p></div><p>old</p></div>",
        "<div><p>new</p><blockquote class=\"quote\"><div><p><b>Von:</b> a<br/><b>Gesendet:</b> b<br/><b>Betreff:</b> "
        "c</p></div><p>old</p></blockquote></div>");
    row("Outlook on the web", "<div>new</div><div><div id=x_divRplyFwdMsg>From: a</div></div><div>old</div>",
        "<div>new</div><blockquote class=\"quote\"><div><div>From: a</div></div><div>old</div></blockquote>");
    row("original message in words", "<p>new</p><p>-----Original Message-----</p><p>old</p>",
        "<p>new</p><blockquote class=\"quote\"><p>-----Original Message-----</p><p>old</p></blockquote>");
    row("a line is no quote", "<p>new</p><div style='border-top:solid 1pt'>Total: 5</div><p>more</p>",
        "<p>new</p><div>Total: 5</div><p>more</p>");
    row("a quotation by the author", "<blockquote>To be</blockquote>", "<blockquote>To be</blockquote>");
}

void TestHtmlCleaner::marksQuotes()
{
    QFETCH(QByteArray, html);
    QFETCH(QString, expected);
    QCOMPARE(clean(html), expected);
    QCOMPARE(text::cleanHtml(html.toStdString()).hasQuote, expected.contains("class=\"quote\""));
}

void TestHtmlCleaner::cleaningTwiceChangesNothing()
{
    for (const char *html : {"<p>a &lt; b</p>", "<img src=http://x.test/a.png alt=a><img src=cid:x>", "<ul><li>a</ul>",
                             "<table><tr><td>a</table>", "<a href='https://x.test/?a=1&b=2'>x</a>"}) {
        const QString once = clean(html);
        QCOMPARE(clean(once.toUtf8()), once);
    }
}

void TestHtmlCleaner::respectsLimits_data()
{
    QTest::addColumn<QByteArray>("html");
    QTest::newRow("nested divs") << QByteArray("<div>").repeated(20'000) + "x";
    QTest::newRow("nested tables") << QByteArray("<table><tr><td>").repeated(500) + "x";
    QTest::newRow("nested quotes") << QByteArray("<blockquote>").repeated(5'000) + "x";
    QTest::newRow("nested lists") << QByteArray("<ul><li>").repeated(20'000) + "x";
    QTest::newRow("long line") << QByteArray(2'000'000, 'x');
    QTest::newRow("long text") << QByteArray("word ").repeated(400'000);
    QTest::newRow("many cells") << "<table><tr>" + QByteArray("<td>x").repeated(100'000);
    QTest::newRow("formatting times paragraphs")
        << QByteArray("<b><i><u><s>").repeated(50'000) + QByteArray("x<p>").repeated(50'000);
    QTest::newRow("links in links") << QByteArray("<a href=http://x.test/>x").repeated(50'000);
    QTest::newRow("open comments") << QByteArray("<!--").repeated(100'000) + "x";
    QTest::newRow("attributes") << "<p " + QByteArray("a=b ").repeated(100'000) + ">x";
    QTest::newRow("one tag") << QByteArray("<").repeated(500'000);
    QTest::newRow("end tags") << QByteArray("</p>").repeated(300'000);
    QTest::newRow("tables in formatting") << QByteArray("<b><table>").repeated(20'000) + "x";
}

void TestHtmlCleaner::respectsLimits()
{
    QFETCH(QByteArray, html);
    // Work that grew faster than the text would not end within the time that a test has.
    const text::CleanHtml result = text::cleanHtml(html.toStdString());
    QVERIFY(result.html.size() <= 300 * 1024);
    QCOMPARE(fault(result.html), QString());
    const QString visible =
        QString::fromStdString(result.html).replace(QRegularExpression("<[^>]*>"), "\n").replace("&lt;", "<");
    QVERIFY(!QRegularExpression("[^\\s\\x{200B}]{2001}", QRegularExpression::UseUnicodePropertiesOption)
                 .match(visible)
                 .hasMatch());
}

void TestHtmlCleaner::randomMarkupStaysSafe()
{
    const QByteArrayList pieces{"<p>",
                                "</p>",
                                "<table>",
                                "<tr>",
                                "<td>",
                                "</table>",
                                "<a href=\"",
                                "javascript:x",
                                "\">",
                                "<svg>",
                                "<style>",
                                "</style>",
                                "<!--",
                                "-->",
                                "<img src=",
                                "cid:x",
                                "http://x.test",
                                " onerror=x>",
                                "<math>",
                                "<script>",
                                "</script>",
                                "&lt;",
                                "&#0;",
                                "&#x202E;",
                                "\xFF",
                                "\"",
                                "'",
                                "<b>",
                                "</b>",
                                "<select>",
                                "<template>",
                                "<title>",
                                "x y",
                                "<li>",
                                "<ul>",
                                "<form>",
                                "<![CDATA[",
                                "<blockquote type=cite>",
                                "<pre>",
                                "\n"};
    SeededRng rng(5);
    for (int round = 0; round < 3000; ++round) {
        QByteArray html;
        for (std::uint64_t i = rng.below(40); i > 0; --i)
            html += pieces[qsizetype(rng.below(std::uint64_t(pieces.size())))];
        const std::string result = text::cleanHtml(html.toStdString()).html;
        QVERIFY2(fault(result).isEmpty(), html + "\n" + result.c_str() + "\n" + fault(result).toUtf8());
    }
}

void TestHtmlCleaner::reportsWhatAViewNeeds()
{
    const auto result = text::cleanHtml(
        "<img src=cid:a><img src=cid:a><img src=cid:b><img src=http://x.test/1><img src=http://x.test/2 width=1>");
    QCOMPARE(result.contentIds, (std::vector<std::string>{"a", "b"}));
    QCOMPARE(result.remoteImages, std::size_t(1));
    QVERIFY(!result.isTruncated);
    QVERIFY(text::cleanHtml(std::string(400'000, 'x')).isTruncated);
}

QTEST_APPLESS_MAIN(TestHtmlCleaner)
#include "tst_html_cleaner.moc"
