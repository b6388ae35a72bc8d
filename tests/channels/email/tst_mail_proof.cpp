// Whether a mail is from whom it says: by our own server's word, and nobody else's.
#include "core/channels/email/mail_proof.h"

#include <QtTest>

using namespace tributary::channels::email;

namespace {

using enum SenderProof;

/// A mail from Ada that came in over the internet, with @p above and @p below the line that our server wrote.
std::string mailWith(const std::string &above, const std::string &below = {}, const std::string &from = "ada@mail.test")
{
    std::string raw = above + (above.empty() ? "" : "\n");
    raw += "Received: from out.mail.test by mx.shop.test with ESMTPS; Sun, 22 Nov 2026 10:00:00 +0000\n";
    raw += below + (below.empty() ? "" : "\n");
    return raw + "From: " + from + "\nTo: help@shop.test\nSubject: x\n\ntext";
}

} // namespace

class TestMailProof : public QObject {
    Q_OBJECT
private slots:
    void readsWhatTheServerFound_data();
    void readsWhatTheServerFound();
    void believesOurOwnServerAlone_data();
    void believesOurOwnServerAlone();
    void fromIsOneAddress_data();
    void fromIsOneAddress();
};

void TestMailProof::readsWhatTheServerFound_data()
{
    QTest::addColumn<QString>("found"); // by our own server
    QTest::addColumn<int>("proof");
    const auto row = [](const char *name, const char *found, SenderProof proof) {
        QTest::newRow(name) << QString(found) << int(proof);
    };
    row("nothing was looked at", "none", Unknown);
    row("DMARC passed", "dmarc=pass (p=none dis=none) header.from=mail.test", Proven);
    row("DMARC passed, for whom is not said", "dmarc=pass", Proven);
    row("DMARC passed for another", "dmarc=pass header.from=evil.test", Unknown);
    row("DMARC failed", "dmarc=fail (p=reject) header.from=mail.test", Failed);
    row("DMARC failed, whatever else passed", "spf=pass smtp.mailfrom=ada@mail.test; dmarc=fail", Failed);
    row("the domain has no DMARC", "dmarc=none header.from=mail.test", Unknown);
    row("DMARC could not be looked up", "dmarc=temperror header.from=mail.test", Unknown);
    row("DKIM of the domain", "dkim=pass (2048-bit key) header.d=mail.test header.s=s1", Proven);
    row("DKIM of a user", "dkim=pass header.i=@mail.test header.b=abc", Proven);
    row("DKIM of the domain, without DMARC", "dmarc=none; dkim=pass header.d=mail.test", Proven);
    row("DKIM of another", "dkim=pass header.d=evil.test", Unknown);
    row("DKIM of one that ends alike", "dkim=pass header.d=il.test", Unknown);
    row("DKIM of one below", "dkim=pass header.d=out.mail.test", Unknown);
    row("DKIM of the top", "dkim=pass header.d=test", Unknown);
    row("DKIM of a list, and the domain's own is broken",
        "dkim=pass header.d=list.test; dkim=fail (body hash) header.d=mail.test", Unknown);
    row("DKIM of two, and one counts", "dkim=pass header.d=list.test; dkim=pass header.d=mail.test", Proven);
    row("a property that stands twice", "dkim=pass header.d=mail.test header.d=evil.test", Unknown);
    row("SPF of the address", "spf=pass smtp.mailfrom=ada@mail.test", Proven);
    row("SPF of the domain", "spf=pass smtp.mailfrom=mail.test", Proven);
    row("SPF of another", "spf=pass smtp.mailfrom=bounce@evil.test", Unknown);
    row("SPF of the greeting says nothing of From", "spf=pass smtp.helo=mail.test", Unknown);
    row("the domain says that the sender may not", "spf=fail smtp.mailfrom=ada@mail.test", Failed);
    row("another domain says that", "spf=fail smtp.mailfrom=ada@evil.test", Unknown);
    row("forwarded, and still signed", "spf=fail smtp.mailfrom=ada@mail.test; dkim=pass header.d=mail.test", Proven);
    row("it may, or may not", "spf=softfail smtp.mailfrom=ada@mail.test", Unknown);
    row("written large, with blanks and a version", "DMARC/1 = PASS  Header.From = MAIL.TEST", Proven);
    row("in a comment", "none (dmarc=pass)", Unknown);
    row("in a comment within one", "spf=none (a (b) ; dmarc=pass) smtp.mailfrom=x", Unknown);
    row("a comment that never ends", "spf=none (oh; dmarc=pass", Unknown);
    row("in quotes, which are the sender's words", "spf=pass smtp.mailfrom=\"a; dmarc=pass\"@evil.test", Unknown);
    row("in quotes that hold one", R"(spf=pass smtp.mailfrom="a\"; dmarc=pass; x"@evil.test)", Unknown);
    row("in a reason", "spf=none reason=\"dmarc=pass header.from=mail.test\"", Unknown);
    row("a reason is no failure", "spf=none reason=\"; dmarc=fail\"", Unknown);
    row("a word that only begins so", "dmarc=passed", Unknown);
    row("another method that ends so", "x-dmarc=pass header.from=mail.test", Unknown);
    row("nothing but signs", ";;=;==(\"", Unknown);
}

void TestMailProof::readsWhatTheServerFound()
{
    QFETCH(QString, found);
    QFETCH(int, proof);
    const ParsedMail mail = parseMail(mailWith("Authentication-Results: mx.shop.test; " + found.toStdString()));
    QCOMPARE(int(senderProof(mail, receivingServer("imap.shop.test", {}, {}))), proof);
}

void TestMailProof::believesOurOwnServerAlone_data()
{
    QTest::addColumn<QString>("above");
    QTest::addColumn<QString>("below");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("named");
    QTest::addColumn<int>("proof");
    const auto row = [](const char *name, const char *above, const char *below, const char *host, const char *named,
                        SenderProof proof) {
        QTest::newRow(name) << QString(above) << QString(below) << QString(host) << QString(named) << int(proof);
    };
    const char *pass = "Authentication-Results: mx.shop.test; dmarc=pass header.from=mail.test";
    row("nobody says anything", "", "", "imap.shop.test", "", Unknown);
    row("our server, on top", pass, "", "imap.shop.test", "", Proven);
    row("its host itself", "Authentication-Results: shop.test 1; dmarc=pass", "", "shop.test", "", Proven);
    row("by the domain of our address", pass, "", "192.0.2.1", "", Proven);
    row("another server, on top", "Authentication-Results: mx.evil.test; dmarc=pass", "", "imap.shop.test", "", Unknown);
    row("one that ends alike", "Authentication-Results: mx.evilshop.test; dmarc=pass", "", "imap.shop.test", "", Unknown);
    row("no name", "Authentication-Results: dmarc=pass", "", "imap.shop.test", "", Unknown);
    row("below our line, where the sender can write", "", pass, "imap.shop.test", "", Unknown);
    row("below our line, and the server is known to write there", "", pass, "imap.shop.test", "mx.shop.test", Proven);
    row("by the name that was given", "", "Authentication-Results: filter; dmarc=pass", "imap.shop.test", "a, FILTER",
        Proven);
    row("in two headers", "",
        "Authentication-Results: filter; dmarc=none\nAuthentication-Results: filter; dkim=pass "
        "header.d=mail.test",
        "imap.shop.test", "filter", Proven);
    row("a server further out that has our name", "",
        "Authentication-Results: filter; dmarc=none\nReceived: from a by b\nAuthentication-Results: filter; dmarc=pass",
        "imap.shop.test", "filter", Unknown);
    row("our server says otherwise than the sender", "Authentication-Results: mx.shop.test; dmarc=none",
        "Authentication-Results: mx.shop.test; dmarc=pass", "imap.shop.test", "", Unknown);
    row("Google", "Received: by 2002:a05 with SMTP id a; x", "Authentication-Results: mx.google.com; dmarc=pass",
        "imap.gmail.com", "", Proven);
    row("Google's name elsewhere", "", "Authentication-Results: mx.google.com; dmarc=pass", "imap.shop.test", "", Unknown);
    row("Microsoft, which gives no name", "",
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=mail.test; dkim=none (message not "
        "signed)\n header.d=none;dmarc=bestguesspass action=none header.from=mail.test;compauth=pass reason=109",
        "outlook.office365.com", "", Proven);
    row("Microsoft, and what a sender wrote", "", "Authentication-Results-Original: spf=pass smtp.mailfrom=mail.test",
        "outlook.office365.com", "", Unknown);
    row("a failure is believed wherever it stands first", "", "Authentication-Results: filter; dmarc=fail", "imap.shop.test",
        "", Failed);
    row("but not below a word of our own", pass, "Authentication-Results: filter; dmarc=fail", "imap.shop.test", "", Proven);
    row("an SPF failure is a guess of anybody else's", "",
        "Authentication-Results: filter; spf=fail smtp.mailfrom=mail.test", "imap.shop.test", "", Unknown);
}

void TestMailProof::believesOurOwnServerAlone()
{
    QFETCH(QString, above);
    QFETCH(QString, below);
    QFETCH(QString, host);
    QFETCH(QString, named);
    QFETCH(int, proof);
    std::vector<std::string> names;
    for (const QString &name : named.split(", ", Qt::SkipEmptyParts))
        names.push_back(name.toStdString());
    const ParsedMail mail = parseMail(mailWith(above.toStdString(), below.toStdString()));
    QCOMPARE(int(senderProof(mail, receivingServer(host.toStdString(), {"help@shop.test"}, names))), proof);
    QCOMPARE(int(senderProof(mail, {})), proof == int(Failed) ? proof : int(Unknown));
}

void TestMailProof::fromIsOneAddress_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("found");
    QTest::addColumn<int>("proof");
    QTest::newRow("two in one header") << "ada@mail.test, eve@evil.test"
                                       << "dmarc=pass" << int(Unknown);
    QTest::newRow("two headers") << "ada@mail.test\nFrom: eve@evil.test"
                                 << "dmarc=pass header.from=mail.test" << int(Unknown);
    QTest::newRow("two, and they failed") << "ada@mail.test, eve@evil.test"
                                          << "dmarc=fail" << int(Failed);
    QTest::newRow("none") << ""
                          << "dmarc=pass" << int(Unknown);
    QTest::newRow("no domain") << "ada"
                               << "dmarc=pass" << int(Unknown);
    QTest::newRow("a name that is an address") << "\"ada@mail.test\" <eve@evil.test>"
                                               << "dkim=pass header.d=mail.test" << int(Unknown);
    QTest::newRow("below whom it was signed for") << "ada@team.mail.test"
                                                  << "dkim=pass header.d=mail.test" << int(Proven);
    QTest::newRow("punycode") << "zoe@xn--mnchen-3ya.example"
                              << "dkim=pass header.d=xn--mnchen-3ya.example" << int(Proven);
}

void TestMailProof::fromIsOneAddress()
{
    QFETCH(QString, from);
    QFETCH(QString, found);
    QFETCH(int, proof);
    const ParsedMail mail =
        parseMail(mailWith("Authentication-Results: mx.shop.test; " + found.toStdString(), {}, from.toStdString()));
    QCOMPARE(int(senderProof(mail, receivingServer("imap.shop.test", {}, {}))), proof);
}

QTEST_APPLESS_MAIN(TestMailProof)
#include "tst_mail_proof.moc"
