// The desktop's command line: whoever can make somebody start it with words of theirs gets no more than a window.
#include "app/desktop/options.h"

#include <QTest>

using namespace tributary;
using namespace tributary::app;

class TestOptions : public QObject {
    Q_OBJECT
private slots:
    void wrongUseIsRefused_data();
    void wrongUseIsRefused();
    void namesAProfileAndAHub();
};

void TestOptions::wrongUseIsRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    const auto row = [](const char *name, const QStringList &arguments) { QTest::newRow(name) << arguments; };
    row("a file", {"/tmp/invitation.tributary"});
    row("an address", {"https://hub.test"});
    row("an address of a scheme of its own", {"tributary://join?hub=evil.test"});
    row("unknown", {"--run", "sh"});
    row("a library of Qt's", {"-platformpluginpath", "/tmp/evil"});
    row("a library of Qt's, in two dashes", {"--platformpluginpath", "/tmp/evil"});
    row("a plug-in", {"-plugin", "evil"});
    row("a debugger of Qt's", {"-qmljsdebugger=port:1"});
    row("a style sheet", {"-stylesheet", "/tmp/evil.qss"});
    row("joined with its value", {"--hub=https://hub.test"});
    row("no value", {"--profile"});
    row("no hub", {"--hub", ""});
    row("no host", {"--hub", "https:///x"});
    row("a file as hub", {"--hub", "file:///etc/passwd"});
    row("another scheme with a host", {"--hub", "ftp://hub.test/"});
    row("a script as hub", {"--hub", "javascript:alert(1)"});
    row("a share as hub", {"--hub", "//hub.test/share"});
    row("an option in place of a hub", {"--hub", "--demo"});
    row("after what is right", {"--demo", "--", "x"});
}

void TestOptions::wrongUseIsRefused()
{
    QFETCH(const QStringList, arguments);
    const auto options = parseOptions(arguments);
    QVERIFY(!options);
    QCOMPARE(options.error().kind, Error::Kind::Invalid);
}

void TestOptions::namesAProfileAndAHub()
{
    const auto usual = parseOptions({});
    QVERIFY(usual && usual->profile.isEmpty() && usual->hub.isEmpty() && !usual->demo && !usual->check);
    const auto named = parseOptions({"--profile", "--odd name; rm -rf ~", "-platform", "offscreen", "--hub",
                                     "https://hub.test:7600", "-reverse", "--check"});
    QVERIFY(named);
    QCOMPARE(named->profile, QString("--odd name; rm -rf ~")); // a name is a name
    QCOMPARE(named->hub, QUrl("https://hub.test:7600"));
    QVERIFY(named->check && !named->demo && !named->help);
    QVERIFY(parseOptions({"--help"})->help);
    QVERIFY(parseOptions({"--version"})->version);
}

QTEST_APPLESS_MAIN(TestOptions)
#include "tst_options.moc"
