#include "core/text/email_address.h"
#include "core/text/html_to_text.h"
#include "core/text/links.h"
#include "core/text/quote_splitter.h"

#include <QtTest>

using namespace tributary;

namespace {

QString shown(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

/// HTML to text and back, links, quotes and addresses.
class TestPlainText : public QObject {
    Q_OBJECT
private slots:
    void readsHtml_data();
    void readsHtml();
    void writesHtml_data();
    void writesHtml();
    void makesLinksSafe_data();
    void makesLinksSafe();
    void findsLinks_data();
    void findsLinks();
    void splitsQuotes_data();
    void splitsQuotes();
    void knowsTheLineBeforeAQuote_data();
    void knowsTheLineBeforeAQuote();
    void normalisesAddresses_data();
    void normalisesAddresses();
};

void TestPlainText::readsHtml_data()
{
    QTest::addColumn<QString>("html");
    QTest::addColumn<QString>("expected");
    QTest::newRow("paragraphs") << "<p>one</p><p>two<br>three</p>"
                                << "one\n\ntwo\nthree";
    QTest::newRow("divs are lines") << "<div>one</div><div>two</div><div><br></div><div>three</div>"
                                    << "one\ntwo\n\nthree";
    QTest::newRow("lists") << "a<ul><li>b<li>c<ol><li>d<li>e</ol></ul>f"
                           << "a\n\n- b\n- c\n  1. d\n  2. e\n\nf";
    QTest::newRow("link") << "<a href='https://shop.test/x'>our shop</a>"
                          << "our shop <https://shop.test/x>";
    QTest::newRow("link that shows itself")
        << "<a href='https://shop.test/'>shop.test</a> <a href='mailto:a@b.test'>a@b.test</a>"
        << "shop.test a@b.test";
    QTest::newRow("quote") << "new<blockquote>old<br>lines<blockquote>older</blockquote></blockquote>"
                           << "new\n\n> old\n> lines\n> \n> > older";
    QTest::newRow("table") << "<table><tr><td>Tent<td>89.00</tr><tr><td>Post<td>5.00</table>"
                           << "Tent 89.00\nPost 5.00";
    QTest::newRow("picture") << "<img src=cid:x alt='a tent'>!"
                             << "[a tent]!";
    QTest::newRow("preformatted") << "<pre>a\n  b</pre>"
                                  << "a\n  b";
    QTest::newRow("unseen") << "<style>p{}</style><title>t</title><script>x</script>seen"
                            << "seen";
    QTest::newRow("entities") << "1 &lt; 2 &amp; 3&nbsp;€"
                              << "1 < 2 & 3\u00A0€";
}

void TestPlainText::readsHtml()
{
    QFETCH(QString, html);
    QFETCH(QString, expected);
    QCOMPARE(shown(text::htmlToText(html.toStdString())), expected);
}

void TestPlainText::writesHtml_data()
{
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QString>("expected");
    QTest::newRow("lines and paragraphs") << "a\nb\n\nc"
                                          << "<p dir=\"auto\">a<br/>b</p><p dir=\"auto\">c</p>";
    QTest::newRow("escapes") << "<b>&\""
                             << "<p dir=\"auto\">&lt;b&gt;&amp;&quot;</p>";
    QTest::newRow("link")
        << "see https://x.test/?a=1&b=2."
        << "<p dir=\"auto\">see <a href=\"https://x.test/?a=1&amp;b=2\">https://x.test/?a=1&amp;b=2</a>.</p>";
    QTest::newRow("quotes") << "new\n> old\n>> older\nend"
                            << "<p dir=\"auto\">new</p><blockquote><p dir=\"auto\">old</p><blockquote><p "
                               "dir=\"auto\">older</p></blockquote></blockquote><p dir=\"auto\">end</p>";
    QTest::newRow("indent") << "a\n  b"
                            << "<p dir=\"auto\">a<br/>\u00A0\u00A0b</p>";
    QTest::newRow("nothing") << ""
                             << "";
}

void TestPlainText::writesHtml()
{
    QFETCH(QString, plain);
    QFETCH(QString, expected);
    QCOMPARE(shown(text::textToHtml(plain.toStdString())), expected);
}

void TestPlainText::makesLinksSafe_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("expected");
    QTest::newRow("plain") << "HTTPS://Shop.Test"
                           << "https://shop.test/";
    QTest::newRow("user before the host") << "https://shop.test@evil.test/x"
                                          << "https://evil.test/x";
    QTest::newRow("look-alike letters") << "https://аррӏе.com/"
                                        << "https://xn--80ak6aa92e.com/";
    QTest::newRow("backslashes") << "https:\\\\x.test\\a"
                                 << "https://x.test/a";
    QTest::newRow("quote and space") << "http://x.test/\"a b\""
                                     << "http://x.test/%22a%20b%22";
    QTest::newRow("port") << "http://x.test:8080/"
                          << "http://x.test:8080/";
    QTest::newRow("IPv6") << "http://[::1]:80/"
                          << "http://[::1]:80/";
    QTest::newRow("override") << "https://x.test/\u202Egpj.exe"
                              << "https://x.test/gpj.exe";
    QTest::newRow("mail") << "mailto:a@b.test?subject=Hi \"x\""
                          << "mailto:a@b.test?subject=Hi%20%22x%22";
    QTest::newRow("phone") << "tel:+49 (89) 123"
                           << "tel:+4989123";
    for (const char *bad :
         {"javascript:alert(1)", "java\tscript:x", "//x.test", "x.test", "data:text/html,x", "file:///etc",
          "http:", "http://", "https://a b.test/", "http://x.test:port/", "mailto:nobody", "tel:", "http://[::1", ""})
        QTest::newRow(qPrintable(QString("refused ") + bad)) << QString(bad) << QString();
}

void TestPlainText::makesLinksSafe()
{
    QFETCH(QString, address);
    QFETCH(QString, expected);
    QCOMPARE(shown(text::safeLink(address.toStdString()).value_or("")), expected);
}

void TestPlainText::findsLinks_data()
{
    QTest::addColumn<QString>("plain");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("end of a sentence") << "See https://x.test/a." << QStringList{"https://x.test/a"};
    QTest::newRow("brackets") << "(https://x.test/a_(b)) and <http://y.test>"
                              << QStringList{"https://x.test/a_(b)", "http://y.test"};
    QTest::newRow("bare") << "www.x.test, xwww.y.test" << QStringList{"www.x.test"};
    QTest::newRow("mail") << "write to a.b+c@x.test." << QStringList{"a.b+c@x.test"};
    QTest::newRow("none") << "http://localhost a@b @x.test http://" << QStringList{};
    QTest::newRow("Chinese around it") << "看https://x.test/a。好" << QStringList{};
    QTest::newRow("Chinese behind it") << "看 https://x.test/a。好" << QStringList{"https://x.test/a"};
}

void TestPlainText::findsLinks()
{
    QFETCH(QString, plain);
    QFETCH(QStringList, expected);
    const std::string text = plain.toStdString();
    QStringList found;
    for (const text::FoundLink &link : text::findLinks(text))
        found << shown(std::string_view(text).substr(link.begin, link.size));
    QCOMPARE(found, expected);
}

void TestPlainText::splitsQuotes_data()
{
    QTest::addColumn<QString>("fresh");
    QTest::addColumn<QString>("signature");
    QTest::addColumn<QString>("quoted");
    QTest::newRow("nothing quoted") << "just text\n"
                                    << ""
                                    << "";
    QTest::newRow("quote at the end") << "new\n\n"
                                      << ""
                                      << "> old\n> older\n";
    QTest::newRow("line before it") << "new\n\n"
                                    << ""
                                    << "On Sun, 22 Nov 2026 at 11:00, Support <s@x.test> wrote:\n> old";
    QTest::newRow("wrapped line before it") << "new\n\n"
                                            << ""
                                            << "On Sun, 22 Nov 2026 at 11:00, Support\n<s@x.test> wrote:\n\n> old";
    QTest::newRow("unmarked below") << "new\n\n"
                                    << ""
                                    << "On 22 Nov 2026, at 11:00, Support wrote:\n\nold";
    QTest::newRow("Outlook") << "new\n\n"
                             << ""
                             << "-----Original Message-----\nFrom: a\nold";
    QTest::newRow("Outlook, German") << "neu\n\n"
                                     << ""
                                     << "Von: a\nGesendet: b\nAn: c\nBetreff: d\n\nalt";
    QTest::newRow("Outlook with a rule") << "new\n"
                                         << ""
                                         << "________________________________\nFrom: a\nSent: b\nTo: c\n\nold";
    QTest::newRow("Chinese") << "好的\n\n"
                             << ""
                             << "发件人: a\n发送时间: b\n收件人: c\n主题: d\n旧";
    QTest::newRow("signature") << "new\n"
                               << "-- \nAnna\n"
                               << "> old";
    QTest::newRow("answers between the lines stay")
        << "On 22 Nov 2026 Support wrote:\n> question?\nanswer\n> other?\nanswer\n"
        << ""
        << "";
    QTest::newRow("forwarded stays") << "see\n---------- Forwarded message ---------\nFrom: a\nDate: b\n"
                                     << ""
                                     << "";
    QTest::newRow("only a quote stays") << "> old\n"
                                        << ""
                                        << "";
    QTest::newRow("words are not enough") << "She wrote: hello\nFrom: here\nmore"
                                          << ""
                                          << "";
}

void TestPlainText::splitsQuotes()
{
    QFETCH(QString, fresh);
    QFETCH(QString, signature);
    QFETCH(QString, quoted);
    const std::string whole = (fresh + signature + quoted).toStdString();
    const text::SplitText split = text::splitQuote(whole);
    QCOMPARE(shown(split.fresh), fresh);
    QCOMPARE(shown(split.signature), signature);
    QCOMPARE(shown(split.quoted), quoted);
}

void TestPlainText::knowsTheLineBeforeAQuote_data()
{
    QTest::addColumn<QString>("line");
    for (const char *line :
         {"Am 22.11.2026 um 11:00 schrieb Support <s@x.test>:", "Le dim. 22 nov. 2026 à 11:00, Support <s@x.test> a écrit :",
          "El dom, 22 nov 2026 a las 11:00, Support (<s@x.test>) escribió:",
          "Il giorno dom 22 nov 2026 alle ore 11:00 Support ha scritto:",
          "Em dom., 22 de nov. de 2026 às 11:00, Support escreveu:",
          "Op zo 22 nov 2026 om 11:00 schreef Support <s@x.test>:",
          "niedz., 22 lis 2026 o 11:00 Support <s@x.test> napisał(a):", "вс, 22 нояб. 2026 г. в 11:00, Support <s@x.test>:",
          "22.11.2026 11:00, Support пишет:", "Den sön 22 nov. 2026 kl 11:00 skrev Support <s@x.test>:",
          "Support <s@x.test>, 22 Kas 2026 Paz, 11:00 tarihinde şunu yazdı:",
          "Στις Κυρ 22 Νοε 2026 στις 11:00 π.μ., ο Support έγραψε:",
          "בתאריך יום א׳, 22 בנוב׳ 2026 ב-11:00 מאת Support <s@x.test> כתב:",
          "في الأحد، 22 نوفمبر 2026 في 11:00 ص Support <s@x.test> كتب:",
          "Support <s@x.test> 于2026年11月22日周日 11:00写道：",
          "2026年11月22日(日) 11:00 Support <s@x.test>さんは書きました:",
          "2026년 11월 22일 (일) 오전 11:00, Support <s@x.test>님이 작성:"})
        QTest::newRow(line) << QString(line);
}

void TestPlainText::knowsTheLineBeforeAQuote()
{
    QFETCH(QString, line);
    const std::string whole = ("new\n\n" + line + "\n> old\n").toStdString();
    QCOMPARE(shown(text::splitQuote(whole).fresh), QString("new\n\n"));
}

void TestPlainText::normalisesAddresses_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("expected");
    QTest::newRow("case and brackets") << " <Anna.P@Customer.TEST> "
                                       << "anna.p@customer.test";
    QTest::newRow("punycode") << "zoë@xn--mnchen-3ya.example."
                              << "zoë@münchen.example";
    QTest::newRow("composed") << "zoe\u0308@x.test"
                              << "zoë@x.test";
    QTest::newRow("scheme") << "mailto:a@x.test"
                            << "a@x.test";
    QTest::newRow("quoted at") << "\"a@b\"@x.test"
                               << "\"a@b\"@x.test";
    for (const char *bad : {"", "anna", "@x.test", "anna@", "an na@x.test", "a@x.test\r\nBcc: b@x.test", "a@x.test,b@x.test",
                            "a\u202E@x.test"})
        QTest::newRow(qPrintable(QString("none: ") + bad)) << QString(bad) << QString();
}

void TestPlainText::normalisesAddresses()
{
    QFETCH(QString, written);
    QFETCH(QString, expected);
    QCOMPARE(shown(text::normaliseAddress(written.toStdString())), expected);
}

QTEST_APPLESS_MAIN(TestPlainText)
#include "tst_plain_text.moc"
