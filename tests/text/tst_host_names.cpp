// Names of servers as somebody types them, parted by commas.
#include "core/text/host_names.h"

#include <QtTest>

using namespace tributary::text;

class TestHostNames : public QObject {
    Q_OBJECT
private slots:
    void reads_data();
    void reads();
};

void TestHostNames::reads_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("isGood");
    QTest::addColumn<QString>("names");
    const auto row = [](const char *name, const QString &typed, const QString &names) {
        QTest::newRow(name) << typed << true << names;
    };
    const auto bad = [](const char *name, const QString &typed) { QTest::newRow(name) << typed << false << QString(); };
    row("nothing", {}, {});
    row("blanks", "  ", {});
    row("one", "mail.shop.example", "mail.shop.example");
    row("one word", "mx1", "mx1");
    row("capitals", "MX.Shop.Example", "mx.shop.example");
    row("several", "mx.shop.example ,\tspam-filter.shop.example", "mx.shop.example, spam-filter.shop.example");
    row("a comma too many", "a.example,,b.example,", "a.example, b.example");
    row("the longest label", QString(63, u'a') + ".example", QString(63, u'a') + ".example");
    bad("a blank within", "mail shop.example");
    bad("an address", "ada@shop.example");
    bad("a link", "https://mail.shop.example");
    bad("a port", "mail.shop.example:993");
    bad("an empty label", "mail..example");
    bad("a dot at the end", "mail.example.");
    bad("a hyphen at the end", "mail-.example");
    bad("a label too long", QString(64, u'a') + ".example");
    bad("one of two", "mail.shop.example, not a name");
    bad("a line that would go on in a header", "mail.shop.example\r\nX: y");
    bad("too many", QString("mail.example,").repeated(100));
}

void TestHostNames::reads()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, isGood);
    QFETCH(const QString, names);
    const auto read = hostNames(typed.toStdString());
    QCOMPARE(read.has_value(), isGood);
    if (read)
        QCOMPARE(QString::fromStdString(*read), names);
}

QTEST_APPLESS_MAIN(TestHostNames)
#include "tst_host_names.moc"
