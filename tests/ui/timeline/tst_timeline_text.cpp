#include "ui/timeline/html_flow.h"
#include "ui/timeline/item_words.h"
#include "ui/timeline/layout_maker.h"

#include <QFile>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary::ui;

class TestTimelineText : public QObject {
    Q_OBJECT
private slots:
    void removesWhatPlainTextMustNotDo()
    {
        QCOMPARE(displayText("a\r\nb\rc\x01\x1b[31m", 100), QString("a\nb\nc[31m"));
        QCOMPARE(displayText(std::string(5000, 'x'), 10).size(), 10);
        QCOMPARE(displayLine("  two\n lines \xE2\x80\xAE"
                             "evil"),
                 QString("two lines evil"));
        QCOMPARE(displayText("\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 3).size(), 2); // never half a surrogate pair
    }

    void showsTheBeginningOfLongTexts()
    {
        bool cut = true;
        QCOMPARE(shownText("short \n\n", {10, 3}, cut), QString("short"));
        QVERIFY(!cut);
        QCOMPARE(shownText("a\nb\nc\nd", {10, 3}, cut), QString("a\nb\nc"));
        QVERIFY(cut);
        QCOMPARE(shownText("0123456789x", {10, 3}, cut), QString("0123456789"));
        QVERIFY(cut);
        QCOMPARE(shownText(std::string(100'000, '\n'), {10, 3}, cut), QString());
    }

    void findsLinksOnly_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("href");
        QTest::newRow("https") << "see https://a.example/x?y=1."
                               << "https://a.example/x?y=1";
        QTest::newRow("www") << "www.a.example"
                             << "https://www.a.example";
        QTest::newRow("mail") << "write to mara@a.example, please"
                              << "mailto:mara@a.example";
        QTest::newRow("in brackets") << "(https://a.example/b)"
                                     << "https://a.example/b";
        QTest::newRow("file") << "file:///etc/passwd"
                              << "";
        QTest::newRow("javascript") << "javascript:alert(1)"
                                    << "";
        QTest::newRow("custom scheme") << "ms-word:ofe|u|http"
                                       << "";
        QTest::newRow("plain") << "no link. here"
                               << "";
    }
    void findsLinksOnly()
    {
        QFETCH(QString, text);
        QFETCH(QString, href);
        const auto links = findLinks(text);
        QCOMPARE(links.size(), href.isEmpty() ? 0U : 1U);
        if (!href.isEmpty())
            QCOMPARE(links[0].href, href);
    }

    void eachParagraphHasItsOwnDirection()
    {
        const Theme theme;
        PlainFlow flow(theme, QString::fromUtf8("hello\nمرحبا"), {.color = Qt::black, .linkColor = Qt::blue});
        flow.layOut(300);
        flow.shrinkTo(flow.naturalWidth());
        QVERIFY(flow.rectAt(0).x() < 1);
        QVERIFY(flow.rectAt(6).x() > 10); // Arabic begins at its right edge
        QCOMPARE(flow.positionAt({0, 1}), 0);
    }

    void arabicLinesAreTaller()
    {
        const Theme theme;
        PlainFlow latin(theme, "abc", {.color = Qt::black}), arabic(theme, QString::fromUtf8("مرحبا"), {.color = Qt::black});
        QCOMPARE(latin.layOut(200), 20.0);
        QCOMPARE(arabic.layOut(200), 22.0);
    }

    void survivesHostileText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("one word of 60,000") << QString(60'000, u'x');
        QTest::newRow("60,000 line ends") << QString(60'000, u'\n');
        QTest::newRow("marks upon marks") << "Z" + QString(2000, QChar(0x0336)) + "\n" + QString(5000, QChar(0x0E49));
        QTest::newRow("bidi controls") << QString(3000, QChar(0x202E)) + "abc" + QString(3000, QChar(0x2067));
        QTest::newRow("lone surrogates") << QString(3000, QChar(0xD800));
        QTest::newRow("joiners") << QString(4000, QChar(0x200D));
        QTest::newRow("emoji") << QString::fromUtf8("👩‍👩‍👧‍👦").repeated(2000);
        QTest::newRow("object replacement") << QString(500, QChar::ObjectReplacementCharacter);
    }
    void survivesHostileText()
    {
        QFETCH(QString, text);
        const Theme theme;
        PlainFlow flow(theme, text.left(kShownAtFirst.characters), {.color = Qt::black, .linkColor = Qt::blue});
        QVERIFY(flow.layOut(400) >= 20);
        QImage image(420, 800, QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&image);
        painter.setClipRect(image.rect());
        flow.paint(painter, {0, 0}, {});
        QVERIFY(flow.naturalWidth() <= 400);
        QVERIFY(flow.positionAt({1e6, 1e6}) <= text.size());
        QVERIFY(flow.positionAt({-1e6, -1e6}) >= 0);
        flow.linkAt({5, 5});
    }

    void htmlLoadsNothing()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("secret.png");
        QImage red(20, 20, QImage::Format_RGB32);
        red.fill(Qt::red);
        QVERIFY(red.save(path));
        const Theme theme;
        QStringList asked;
        const auto image = [&](const QString &id) {
            asked << id;
            QImage green(20, 20, QImage::Format_RGB32);
            green.fill(Qt::green);
            return id == "known@mail" ? green : QImage();
        };
        const auto paintedHtml = [&](const QString &html) {
            HtmlFlow flow(theme, html, Qt::black, Qt::blue, image);
            flow.layOut(300);
            QImage canvas(300, 60, QImage::Format_RGB32);
            canvas.fill(Qt::white);
            QPainter painter(&canvas);
            flow.paint(painter, {0, 0}, {});
            painter.end();
            int red = 0, green = 0;
            for (int y = 0; y < canvas.height(); ++y) {
                for (int x = 0; x < canvas.width(); ++x) {
                    red += canvas.pixel(x, y) == qRgb(255, 0, 0);
                    green += canvas.pixel(x, y) == qRgb(0, 255, 0);
                }
            }
            return std::pair(red > 0, green > 0);
        };
        const auto painted = [&](const QString &source) {
            return paintedHtml(QString("<p><b>x</b><img src=\"%1\"></p>").arg(source));
        };
        QCOMPARE(painted("cid:known@mail"), std::pair(false, true));
        for (const QString &source :
             {path, "file://" + path, QString("cid:other@mail"), QString("data:image/png;base64,AAAA"),
              QString("qrc:/icons/logo.svg"), QString(":/icons/logo.svg"), QString("https://t.example/1.png")})
            QCOMPARE(painted(source), std::pair(false, false));
        QVERIFY(!asked.contains(path));
        // Not by other ways to name a file either, should the cleaner ever let one through.
        QFile sheet(folder.filePath("red.css"));
        QVERIFY(sheet.open(QIODevice::WriteOnly) && sheet.write("p, b { background-color: #ff0000 }") > 0);
        sheet.close();
        for (const QString &html : {QString("<table background=\"%1\" width=\"100\"><tr><td>x</td></tr></table>").arg(path),
                                    QString("<p style=\"background-image: url(%1)\">x</p>").arg(path),
                                    QString("<style>p { background-image: url(%1) }</style><p>x</p>").arg(path),
                                    QString("<link rel=\"stylesheet\" href=\"%1\"><p>x</p>").arg(sheet.fileName()),
                                    QString("<link rel=\"stylesheet\" href=\"file://%1\"><p>x</p>").arg(sheet.fileName()),
                                    QString("<style>@import url(%1);</style><p>x</p>").arg(sheet.fileName()),
                                    QString("<img src=\"//host.example/%1\"><p>x</p>").arg(path)})
            QCOMPARE(paintedHtml(html), std::pair(false, false));
    }

    void htmlHasLimits()
    {
        QVERIFY(HtmlFlow::accepts("<p><b>Bold</b></p>"));
        QVERIFY(!HtmlFlow::accepts("<p>plain in a paragraph</p>")); // the text says it better
        QVERIFY(!HtmlFlow::accepts(""));
        QVERIFY(!HtmlFlow::accepts("<b>" + std::string(300 * 1024, 'x')));
        std::string deep = "<b>x</b>";
        for (int i = 0; i < 200; ++i)
            deep = "<div>" + deep + "</div>";
        QVERIFY(!HtmlFlow::accepts(deep));
        std::string tables = "x";
        for (int i = 0; i < 6; ++i)
            tables = "<table><tr><td>" + tables + "</td></tr></table>";
        QVERIFY(!HtmlFlow::accepts(tables));
        QVERIFY(!HtmlFlow::accepts("<b>a</b>" + std::string(3000, 'w')));
        // What would be laid out for minutes, be it of the hub or of a file that takes the name of a whole mail.
        const auto cells = [](const std::string &spans, int count) {
            std::string html = "<b>x</b><table>";
            for (int i = 0; i < count; ++i)
                html += "<tr><td " + spans + ">a</td></tr>";
            return html + "</table>";
        };
        QVERIFY(HtmlFlow::accepts(cells("colspan=\"3\"", 100)));
        QVERIFY(HtmlFlow::accepts(cells("rowspan=\"10\"", 500))); // as much as the cleaner lets through
        QVERIFY(!HtmlFlow::accepts(cells("rowspan=\"10\"", 501)));
        QVERIFY(!HtmlFlow::accepts(cells("colspan=20000", 1)));
        QVERIFY(!HtmlFlow::accepts(cells("colspan=90 title='<' rowspan=90", 1)));
        QVERIFY(!HtmlFlow::accepts(cells("colspan=\"100\" rowspan=\"100\"", 100)));
        QVERIFY(!HtmlFlow::accepts(cells("title='>' ROWSPAN = '90'", 1000)));
        std::string wide = "<b>x</b><table><tr>"; // and long, which takes as long without a word of spans
        for (int i = 0; i < 100; ++i)
            wide += "<td>a</td>";
        const auto longer = [&wide](int count) {
            std::string html = wide + "</tr>";
            for (int i = 0; i < count; ++i)
                html += "<tr><td>a</td></tr>";
            return html + "</table>";
        };
        QVERIFY(HtmlFlow::accepts(longer(200)));
        QVERIFY(!HtmlFlow::accepts(longer(3'900)));
        QVERIFY(!HtmlFlow::accepts("<style>td { padding: 9999px }</style><b>a</b>"));
    }

    void onlyKnownSchemesAreLinks()
    {
        const Theme theme;
        for (const auto &[href, works] : {std::pair("https://a.example", true), std::pair("javascript:x", false),
                                          std::pair("file:///x", false), std::pair("mailto:a@b.example", true)}) {
            HtmlFlow flow(theme, QString("<a href=\"%1\">press here</a>").arg(href), Qt::black, Qt::blue, {});
            flow.layOut(300);
            QCOMPARE(!flow.linkAt({20, 10}).isEmpty(), works);
        }
    }

    void findsTheQuote()
    {
        QCOMPARE(quoteStart("Yes.\n\nOn Mon, 3 Nov 2025 at 10:00, Mara <m@x.example> wrote:\n> hello"), 6);
        QCOMPARE(quoteStart("Oui.\n\nLe 28 oct. 2025 à 17:10, Mara a écrit :\n> bonjour"), 6);
        QCOMPARE(quoteStart("Yes.\n> quoted"), 5);
        QCOMPARE(quoteStart("> quoted first\nthen the answer"), qsizetype(30));
        QCOMPARE(quoteStart("nothing"), 7);
        // Answers between the lines are read with what they answer.
        const QString answered = "My answers below.\n> Which colour?\nBlue.\n> Where to?\nBerlin, by Friday.";
        QCOMPARE(quoteStart(answered), answered.size());
        QCOMPARE(quoteStart("Yes.\n____________________\nName: Anna"), qsizetype(36)); // a form, parted by a line
    }

    void findsTheQuoteInHtml_data()
    {
        QTest::addColumn<QByteArray>("html");
        QTest::addColumn<QByteArray>("quoted"); ///< From here on; nothing: there is none.
        const QByteArray quote = "<blockquote class=\"quote\">";
        QTest::newRow("none") << QByteArray("<p>a</p>") << QByteArray();
        QTest::newRow("at the end") << QByteArray("<p>Yes</p>" + quote + "b</blockquote>")
                                    << QByteArray(quote + "b</blockquote>");
        QTest::newRow("nothing but blanks behind it")
            << QByteArray("<p>Yes</p>" + quote + "b</blockquote><p>&nbsp;</p>\n<br>")
            << QByteArray(quote + "b</blockquote><p>&nbsp;</p>\n<br>");
        QTest::newRow("it never ends") << QByteArray("<p>Yes</p>" + quote + "b") << QByteArray(quote + "b");
        QTest::newRow("an answer below it") << QByteArray("<p>Hi</p>" + quote + "b</blockquote><p>Blue</p>") << QByteArray();
        QTest::newRow("answers between, and the last quote behind them")
            << QByteArray("<p>Hi</p>" + quote + "b</blockquote><p>Blue</p>" + quote + "c</blockquote>")
            << QByteArray(quote + "c</blockquote>");
        QTest::newRow("an answer inside of what the program took for the quote")
            << QByteArray("<p>Hi</p>" + quote + "On Monday:<blockquote>b</blockquote><div>Blue</div></blockquote>")
            << QByteArray();
        QTest::newRow("a quote in the quote") << QByteArray("<p>Hi</p>" + quote + "b<blockquote>c</blockquote></blockquote>")
                                              << QByteArray(quote + "b<blockquote>c</blockquote></blockquote>");
        QTest::newRow("it begins with it") << QByteArray(quote + "b</blockquote><p>Blue</p>") << QByteArray();
        QTest::newRow("nothing but it") << QByteArray(quote + "b</blockquote>") << QByteArray();
        QTest::newRow("set in, and no quote") << QByteArray("<p>Hi</p><blockquote>Berlin</blockquote>") << QByteArray();
    }

    void findsTheQuoteInHtml()
    {
        QFETCH(const QByteArray, html);
        QFETCH(const QByteArray, quoted);
        const std::size_t start = quoteStartHtml(html.toStdString());
        QCOMPARE(start == std::string::npos ? QByteArray() : html.mid(qsizetype(start)), quoted);
    }

    void eventsAreSentences_data()
    {
        using Details = std::map<std::string, std::string>;
        QTest::addColumn<Details>("details");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("consent names who, and the channel in words")
            << Details{{"event", "consent-given"}, {"purpose", "marketing"}, {"channel", "webchat"}, {"source", "by phone"}}
            << "Mara recorded consent to marketing, Web chat: by phone";
        QTest::newRow("consent withdrawn")
            << Details{{"event", "consent-withdrawn"}, {"purpose", "service"}, {"channel", "sms"}, {"source", "a letter"}}
            << "Mara recorded that consent to service messages is withdrawn, SMS: a letter";
        QTest::newRow("consent taken back") << Details{{"event", "consent-removed"},
                                                       {"purpose", "marketing"},
                                                       {"channel", "sms"},
                                                       {"source", "a form"},
                                                       {"why", "undo"}}
                                            << "Mara took back what was recorded of consent to marketing, SMS: a form";
        QTest::newRow("resolved") << Details{{"event", "resolved"}} << "Mara resolved this";
        QTest::newRow("resolved as spam") << Details{{"event", "resolved"}, {"why", "spam"}}
                                          << "Mara resolved this, because the customer was marked as spam";
        const auto row = [](const char *name, const Details &details, const char *sentence) {
            QTest::newRow(name) << details << QString::fromUtf8(sentence);
        };
        row("assigned", {{"event", "assigned"}, {"to", "Tom"}}, "Mara assigned this to Tom");
        row("by a rule", {{"event", "assigned"}, {"to", "Tom"}, {"rule", "Arabic"}}, "Arabic rule assigned this to Tom");
        row("given back", {{"event", "assigned"}}, "Mara put this back in the queue");
        row("whose turn it was", {{"event", "assigned"}, {"to", "Tom"}, {"rule", "Care"}, {"why", "turn"}},
            "Care rule assigned this to Tom, whose turn it was");
        row("who had room", {{"event", "assigned"}, {"to", "Tom"}, {"rule", "Care"}, {"why", "least-load"}},
            "Care rule assigned this to Tom, who had the least to do");
        row("a reason of a newer hub", {{"event", "assigned"}, {"to", "Tom"}, {"rule", "Care"}, {"why", "the-moon"}},
            "Care rule assigned this to Tom");
        row("taken by replying", {{"event", "assigned"}, {"to", "Mara"}, {"why", "reply"}}, "Mara took this by replying");
        row("taken over", {{"event", "assigned"}, {"to", "Mara"}, {"from", "Tom"}}, "Mara took this over from Tom");
        row("from one to another", {{"event", "assigned"}, {"to", "Ada"}, {"from", "Tom"}},
            "Mara reassigned this from Tom to Ada");
        row("given back, and taken back", {{"event", "assigned"}, {"from", "Tom"}, {"why", "undo"}},
            "Mara took this from Tom and put it back in the queue, taking back a change");
        row("one's own given back", {{"event", "assigned"}, {"from", "Mara"}}, "Mara put this back in the queue");
        row("of who is gone", {{"event", "assigned"}, {"why", "gone"}},
            "Back in the queue: the account of who had this was turned off");
        row("of who is gone, by name", {{"event", "assigned"}, {"from", "Tom"}, {"why", "gone"}},
            "Mara put this back in the queue: the account of Tom was turned off");
        row("out of sight, by name", {{"event", "assigned"}, {"from", "Tom"}, {"why", "out-of-sight"}},
            "Mara put this back in the queue: Tom does not see it any more");
        row("work of who is gone", {{"event", "assigned"}, {"to", "Ada"}, {"from", "Tom"}, {"why", "gone"}},
            "Mara assigned this to Ada, because the account of Tom was turned off");
        row("reopened", {{"event", "reopened"}}, "Mara reopened this");
        row("heard again", {{"event", "reopened"}, {"why", "heard-again"}},
            "Mara reopened this, because the customer is not blocked any more");
        row("messages came", {{"event", "reopened"}, {"why", "moved-here"}},
            "Mara reopened this, because messages were moved here");
        row("resolved by replying", {{"event", "resolved"}, {"why", "reply"}}, "Mara replied and resolved this");
        row("resolved, taken back", {{"event", "resolved"}, {"why", "undo"}}, "Mara resolved this, taking back a change");
        row("resolved when empty", {{"event", "resolved"}, {"why", "emptied"}},
            "Mara resolved this, because nothing is left in it");
        row("separated", {{"event", "separated"}, {"why", "strangers"}},
            "Mara made this a conversation of its own again, because it is of another customer");
        row("as it was before a join", {{"event", "resolved"}, {"why", "separated"}},
            "Mara resolved this, because what had opened it is a conversation of its own again");
        row("a message stopped", {{"event", "message-stopped"}, {"from", "Tom"}},
            "Mara stopped a message of Tom before it went out");
        row("a message once more", {{"event", "message-retried"}}, "Mara tried to send a message once more");
        row("somebody else", {{"event", "kept-apart"}, {"from", "Bob"}}, "Mara said that Bob is somebody else");
        row("somebody else, without a name", {{"event", "kept-apart"}, {"from", ""}},
            "Mara said that a customer without a name is somebody else");
        row("perhaps not somebody else", {{"event", "offered-again"}, {"from", "Bob"}, {"why", "undo"}},
            "Mara took back that Bob is somebody else");
        row("waiting", {{"event", "waiting"}}, "Mara is waiting for the customer");
        row("woke", {{"event", "woke"}}, "The snooze is over");
        row("snoozed", {{"event", "snoozed"}}, "Mara snoozed this until the customer writes");
        row("not delivered", {{"event", "delivery-failed"}, {"problem", "no such box"}},
            "A message could not be delivered: no such box");
        row("a problem", {{"event", "delivery-problem"}, {"problem", "not taken for bob"}},
            "There is a problem with a message: not taken for bob");
        row("a problem that may not be seen", {{"event", "delivery-problem"}}, "There is a problem with a message");
        row("tags", {{"event", "tags"}, {"added", "vip"}, {"removed", "new"}}, "Mara added the tag vip and removed new");
        row("a team", {{"event", "moved"}, {"to", "Care"}}, "Mara moved this to Care");
        row("no team", {{"event", "moved"}}, "Mara took this out of its team");
        row("a team that ends", {{"event", "moved"}, {"to", "Care"}, {"from", "Returns"}, {"why", "team-removed"}},
            "Mara moved this to Care, because the team Returns was removed");
        row("no team, for it ends", {{"event", "moved"}, {"from", "Returns"}, {"why", "team-removed"}},
            "Mara took this out of the team Returns, which was removed");
        row("a status that ends", {{"event", "status"}, {"from", "Courier"}, {"why", "status-removed"}},
            "Mara took the status Courier off, because that status was removed");
        row("not delivered, and open", {{"event", "delivery-failed"}, {"problem", "no such box"}, {"opened", "yes"}},
            "A message could not be delivered, so this is open again: no such box");
        row("not delivered, open, and hidden", {{"event", "delivery-failed"}, {"opened", "yes"}},
            "A message could not be delivered, so this is open again");
        row("a subject", {{"event", "subject"}, {"to", "Parcel"}}, "Mara changed the subject to Parcel");
        row("a status", {{"event", "status"}, {"to", "With the courier"}}, "Mara set the status to With the courier");
        row("a field", {{"event", "field"}, {"name", "Size"}, {"to", "42"}}, "Mara set Size to 42");
        row("a hidden field", {{"event", "field"}, {"name", "Size"}}, "Mara changed Size");
        row("a checklist", {{"event", "checklist"}, {"change", "done"}, {"to", "call"}}, "Mara finished “call”");
        row("a new entry", {{"event", "checklist"}, {"change", "added"}, {"to", "call"}},
            "Mara put “call” on the checklist");
        row("a renamed entry", {{"event", "checklist"}, {"change", "text"}, {"from", "call"}, {"to", "write"}},
            "Mara renamed “call” on the checklist to “write”");
        row("an entry that an older hub renamed", {{"event", "checklist"}, {"change", "text"}, {"to", "write"}},
            "Mara renamed a step of the checklist to “write”");
        row("begun", {{"event", "started"}}, "Mara began this conversation");
        row("joined", {{"event", "joined"}, {"number", "12"}}, "Mara joined this into #12");
        row("gone for long", {{"event", "returned"}, {"from", "Tom"}}, "Back in the queue: Tom has been gone for long");
        row("gone for long, by a rule", {{"event", "returned"}, {"from", "Tom"}, {"rule", "Care"}},
            "Care rule put this back in the queue: Tom has been gone for long");
        row("away for long", {{"event", "returned"}, {"from", "Tom"}, {"rule", "Care"}, {"why", "away"}},
            "Care rule put this back in the queue: Tom has been away for long");
        row("merged", {{"event", "merged"}, {"from", "Bob"}}, "Mara merged Bob into this customer");
        row("merged, and why", {{"event", "merged"}, {"from", "Bob"}, {"why", "Same phone number, +971 50 555 0172"}},
            "Mara merged Bob into this customer. Why: Same phone number, +971 50 555 0172");
        row("unmerged", {{"event", "unmerged"}, {"from", "Bob"}}, "Mara took Bob apart from this customer again");
        row("unmerged by undo", {{"event", "unmerged"}, {"from", "Bob"}, {"why", "undo"}},
            "Mara took Bob apart from this customer again, taking back a change");
        row("blocked", {{"event", "blocked"}}, "Mara blocked this customer");
        row("spam", {{"event", "spam"}}, "Mara marked this customer as spam");
        row("unblocked", {{"event", "unblocked"}}, "Mara unblocked this customer");
        row("an address came", {{"event", "identity-moved"}, {"address", "a@b.test"}, {"from", "Bob"}},
            "Mara moved a@b.test from Bob to this customer");
        row("a hidden address came", {{"event", "identity-moved"}, {"from", "Bob"}},
            "Mara moved an address to this customer");
        row("an address left", {{"event", "identity-left"}, {"address", "a@b.test"}, {"to", "Bob"}},
            "Mara moved a@b.test to Bob");
        row("an address", {{"event", "identity-added"}, {"address", "+971 50 555 0172"}},
            "Mara added the address +971 50 555 0172");
        row("a proven address", {{"event", "identity-added"}, {"address", "a@b.test"}, {"why", "proven"}},
            "The address a@b.test was added: it is proven to be theirs");
        row("a proven address that is hidden", {{"event", "identity-added"}, {"channel", "webchat"}, {"why", "proven"}},
            "An address on Web chat was added: it is proven to be theirs");
        row("a name of the channel",
            {{"event", "customer-field"}, {"field", "name"}, {"from", "A"}, {"to", "B"}, {"why", "channel"}},
            "Mara changed the name of this customer from A to B, because they are called so on their channel");
        row("a company by an address",
            {{"event", "customer-field"}, {"field", "company"}, {"to", "Kiln"}, {"why", "by-address"}},
            "Mara set the company of this customer to Kiln, because of an address of theirs");
        row("a preferred address", {{"event", "identity-preferred"}, {"channel", "email"}, {"address", "a@b.test"}},
            "Mara made a@b.test the preferred address");
        row("a preferred address that is hidden", {{"event", "identity-preferred"}, {"channel", "email"}},
            "Mara chose which address of this customer comes first, Email");
        row("no preferred address", {{"event", "identity-preferred"}, {"channel", "email"}, {"removed", "yes"}},
            "Mara prefers no address of this customer any more, Email");
        row("a hidden address", {{"event", "identity-added"}}, "Mara added an address of this customer");
        row("a new customer", {{"event", "customer-added"}}, "Mara added this customer");
        row("from a file", {{"event", "customer-imported"}}, "Mara filled in this customer from a file");
        row("a name", {{"event", "customer-field"}, {"field", "name"}, {"from", "A"}, {"to", "B"}},
            "Mara changed the name of this customer from A to B");
        row("a first name", {{"event", "customer-field"}, {"field", "name"}, {"to", "B"}},
            "Mara set the name of this customer to B");
        row("a note", {{"event", "customer-field"}, {"field", "note"}}, "Mara changed the note of this customer");
        row("a note gone", {{"event", "customer-field"}, {"field", "note"}, {"removed", "yes"}},
            "Mara removed the note of this customer");
        row("a language", {{"event", "customer-field"}, {"field", "language"}, {"from", "en"}, {"to", "ar"}},
            "Mara changed the language of this customer from English to Arabic");
        row("no company any more", {{"event", "customer-field"}, {"field", "company"}, {"from", "Kiln"}},
            "Mara removed the company of this customer: it was Kiln");
        row("a field of the customer",
            {{"event", "customer-field"}, {"field", "field.size"}, {"name", "Size"}, {"from", "40"}, {"to", "42"}},
            "Mara changed Size of this customer from 40 to 42");
        row("a field that was hidden", {{"event", "customer-field"}, {"field", "field.confidential.iban"}, {"name", "IBAN"}},
            "Mara changed IBAN of this customer");
        row("taken back", {{"event", "customer-field"}, {"field", "name"}, {"to", "B"}, {"why", "undo"}},
            "Mara set the name of this customer to B, taking back a change");
        row("tags of the customer", {{"event", "customer-tags"}, {"added", "tea, vip"}, {"removed", ""}},
            "Mara tagged this customer tea, vip");
        row("a tag of the customer gone", {{"event", "customer-tags"}, {"added", ""}, {"removed", "tea"}},
            "Mara removed the tag tea from this customer");
        QTest::newRow("priority") << Details{{"event", "priority"}, {"to", "urgent"}} << "Mara set the priority to Urgent";
        QTest::newRow("priority of a newer hub")
            << Details{{"event", "priority"}, {"to", "sky-high"}} << "Mara set the priority to sky-high";
    }
    void eventsAreSentences()
    {
        using Details = std::map<std::string, std::string>;
        QFETCH(Details, details);
        QFETCH(QString, sentence);
        TimelineModel model;
        tributary::model::TimelineItem item;
        item.kind = tributary::model::TimelineItem::Kind::Event;
        item.authorName = "Mara";
        item.details = details;
        QString text = eventPhrase(model, item).text;
        text.remove(QChar(0x2068)).remove(QChar(0x2069)); // names are isolated
        QCOMPARE(text, sentence);
    }

    void whatNobodyDidNamesNobody_data()
    {
        using Details = std::map<std::string, std::string>;
        QTest::addColumn<Details>("details");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("an account turned off") << Details{{"event", "assigned"}, {"from", "Tom"}, {"why", "gone"}}
                                               << "Back in the queue: the account of Tom was turned off";
        QTest::newRow("out of sight") << Details{{"event", "assigned"}, {"from", "Tom"}, {"why", "out-of-sight"}}
                                      << "Back in the queue: Tom does not see this any more";
        const QDateTime until(QDate(2026, 3, 2), QTime(9, 0));
        QTest::newRow("the time came")
            << Details{{"event", "woke"}, {"until_ms", std::to_string(until.toMSecsSinceEpoch())}}
            << QString("The snooze until %1 is over").arg(QLocale().toString(until, QLocale::ShortFormat));
        QTest::newRow("a name") << Details{{"event", "customer-field"}, {"field", "name"}, {"from", "A"}, {"to", "B"}}
                                << "Tributary changed the name of this customer from A to B";
    }
    /// Read out as it is shown.
    void whatNobodyDidNamesNobody()
    {
        using Details = std::map<std::string, std::string>;
        QFETCH(Details, details);
        QFETCH(QString, sentence);
        TimelineModel model;
        tributary::model::TimelineItem item;
        item.kind = tributary::model::TimelineItem::Kind::Event;
        item.details = details;
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        const QString said = accessibleName(model, item, format, item.at, 1, 1);
        for (QString text : {eventPhrase(model, item).text, said.section(": ", 1)}) {
            text.remove(QChar(0x2068)).remove(QChar(0x2069));
            QVERIFY2(text.startsWith(sentence), qPrintable(text));
        }
    }

    void whatIsSentSaysWhatIsWrongWithIt_data()
    {
        QTest::addColumn<QString>("problem");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << ""
                                 << "Sent";
        QTest::newRow("it is late") << "It is being tried again."
                                    << "Sent. It is being tried again.";
    }
    void whatIsSentSaysWhatIsWrongWithIt()
    {
        QFETCH(QString, problem);
        QFETCH(QString, words);
        using namespace tributary::model;
        const TimelineModel model;
        TimelineItem item;
        item.kind = TimelineItem::Kind::Outbound;
        item.delivery = Delivery{.state = Delivery::State::Sent, .problemText = problem.toStdString()};
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        QCOMPARE(deliveryWords(model, item, item.at, format).text, words);
    }

    void saysWhoMayNotHaveWritten_data()
    {
        using tributary::model::Channel;
        QTest::addColumn<QString>("proof");
        QTest::addColumn<int>("channel");
        QTest::addColumn<bool>("isKnown");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const char *proof, Channel channel, bool isKnown, const char *words) {
            QTest::newRow(name) << QString(proof) << int(channel) << isKnown << QString(words);
        };
        row("nothing is known", "", Channel::Email, true, "");
        row("proven", "proven", Channel::Email, true, "");
        row("failed", "failed", Channel::Email, true,
            "This may not be from Ada@mail.test: the sending server could not prove it");
        row("failed, and the address is not here", "failed", Channel::Email, false,
            "This may not be from Ada <ada@mail.test>: the sending server could not prove it");
        row("not a mail", "failed", Channel::WebChat, true, "");
    }
    /// On the card and to a screen reader, before what it asks for.
    void saysWhoMayNotHaveWritten()
    {
        QFETCH(QString, proof);
        QFETCH(int, channel);
        QFETCH(bool, isKnown);
        QFETCH(QString, words);
        using namespace tributary::model;
        TimelineModel model;
        Identity ada;
        ada.id.bytes[0] = std::byte(1);
        ada.address = "ada@mail.test";
        ada.shown = "Ada@mail.test";
        if (isKnown)
            model.setIdentities({ada});
        TimelineItem item;
        item.id.bytes[0] = std::byte(2);
        item.identity = ada.id;
        item.kind = TimelineItem::Kind::Inbound;
        item.channel = Channel(channel);
        item.body = "Send money";
        item.details["from"] = "Ada <ada@mail.test>";
        if (!proof.isEmpty())
            item.details["senderProof"] = proof.toStdString();
        const auto plain = [](QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); };
        QCOMPARE(plain(senderWarning(model, item)), words);
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        const QString said = plain(accessibleName(model, item, format, item.at, 1, 1));
        QCOMPARE(said.startsWith(words + ". "), !words.isEmpty());
        QVERIFY(said.contains("Send money"));
        model.apply({item});
        const Theme theme;
        const Openings openings{};
        const MailImage noImage;
        const LayoutMaker maker(theme, model, format, openings, noImage, 600, Qt::LeftToRight, item.at);
        const auto layout = maker.make(Row{});
        QStringList shown;
        for (int part = 0; part < int(layout->parts.size()); ++part)
            shown << plain(layout->partText(part));
        QCOMPARE(shown.contains(words), !words.isEmpty());
    }

    void saysWhomANoteDidNotReach_data()
    {
        QTest::addColumn<QString>("names");
        QTest::addColumn<QString>("words");
        QTest::newRow("it reached all") << QString() << QString();
        QTest::newRow("one") << QStringLiteral("Aiko")
                             << QStringLiteral("Aiko cannot see this conversation and was not told.");
        QTest::newRow("two") << QStringLiteral("Aiko\nTomás")
                             << QStringLiteral("%1 cannot see this conversation and were not told.")
                                    .arg(QLocale().createSeparatedList({QStringLiteral("Aiko"), QStringLiteral("Tomás")}));
    }
    /// Below the note and to a screen reader.
    void saysWhomANoteDidNotReach()
    {
        QFETCH(QString, names);
        QFETCH(QString, words);
        using namespace tributary::model;
        TimelineItem item;
        item.id.bytes[0] = std::byte(2);
        item.kind = TimelineItem::Kind::Note;
        item.body = "@Aiko please look";
        if (!names.isEmpty())
            item.details[std::string(kNotTold)] = names.toStdString();
        const auto plain = [](QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); };
        QCOMPARE(plain(notToldWords(item)), words);
        TimelineModel model;
        model.apply({item});
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        const QString said = plain(accessibleName(model, item, format, item.at, 1, 1));
        QVERIFY(said.contains("please look"));
        QCOMPARE(!words.isEmpty() && said.contains(words), !words.isEmpty());
        const Theme theme;
        const Openings openings{};
        const MailImage noImage;
        const LayoutMaker maker(theme, model, format, openings, noImage, 600, Qt::LeftToRight, item.at);
        const auto layout = maker.make(Row{});
        QStringList shown;
        for (int part = 0; part < int(layout->parts.size()); ++part)
            shown << plain(layout->partText(part));
        QCOMPARE(shown.contains(words), !words.isEmpty());
    }
};

QTEST_MAIN(TestTimelineText)
#include "tst_timeline_text.moc"
