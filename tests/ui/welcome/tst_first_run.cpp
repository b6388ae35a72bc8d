// How somebody gets to a hub whose certificate nobody knows yet.
#include "ui/welcome/certificate_page.h"
#include "ui/welcome/fingerprint_view.h"
#include "ui/welcome/first_run.h"

#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

namespace {

const QString kPrint = QStringList(32, "AB").join(':');

} // namespace

class TestFirstRun : public QObject {
    Q_OBJECT
private slots:
    void addressesAreUnderstood_data();
    void addressesAreUnderstood();
    void aCertificateIsComparedFirst();
    void anotherAddressIsAnotherCertificate();
    void theChangedPageLetsNobodyThrough();

private:
    Theme m_theme;
};

void TestFirstRun::addressesAreUnderstood_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("understood");
    QTest::newRow("a name") << "hub.example.com"
                            << "https://hub.example.com";
    QTest::newRow("a name and a port") << " hub.example.com:7600 "
                                       << "https://hub.example.com:7600";
    QTest::newRow("this computer") << "127.0.0.1"
                                   << "http://127.0.0.1:7600";
    QTest::newRow("with a path") << "https://hub.example.com/x?y#z"
                                 << "https://hub.example.com";
    QTest::newRow("two words") << "hub example"
                               << "";
    QTest::newRow("another scheme") << "ftp://hub.example.com"
                                    << "";
}

void TestFirstRun::addressesAreUnderstood()
{
    QFETCH(const QString, typed);
    QTEST(hubAddressFrom(typed).toString(), "understood");
}

void TestFirstRun::aCertificateIsComparedFirst()
{
    FirstRun page(m_theme);
    page.resize(1200, 800);
    page.choose(FirstRun::Way::Connect);
    page.show();
    QSignalSpy connects(&page, &FirstRun::connectWanted);
    auto *address = page.findChild<QLineEdit *>("hubAddress");
    auto *go = page.findChild<Button *>("continue");
    auto *print = page.findChild<FingerprintView *>("newFingerprint");
    QVERIFY(!print->isVisible());
    address->setText("hub.example.com");
    page.setCertificate(kPrint);
    QVERIFY(print->isVisible());
    QCOMPARE(print->text(), QStringList(16, "AB").join(' ') + '\n' + QStringList(16, "AB").join(' '));
    QTest::keyClick(address, Qt::Key_Return); // a habit, and no answer
    QCOMPARE(connects.size(), 0);
    go->click();
    QCOMPARE(connects.size(), 1);
    QCOMPARE(connects[0][0].toUrl(), QUrl("https://hub.example.com"));
    QVERIFY(connects[0][1].toBool());
}

void TestFirstRun::anotherAddressIsAnotherCertificate()
{
    FirstRun page(m_theme);
    page.choose(FirstRun::Way::Connect);
    page.setCertificate(kPrint);
    QSignalSpy connects(&page, &FirstRun::connectWanted);
    auto *address = page.findChild<QLineEdit *>("hubAddress");
    address->setText("other.example.com");
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(connects.size(), 1);
    QVERIFY(!connects[0][1].toBool());
}

void TestFirstRun::theChangedPageLetsNobodyThrough()
{
    CertificatePage page(m_theme);
    page.resize(900, 700);
    page.setProblem({kPrint.toStdString(), QString(kPrint).replace("AB", "CD").toStdString()}, "hub.example.com", true);
    page.show();
    QVERIFY(page.findChild<FingerprintView *>("knownFingerprint")->text().contains("CD"));
    QVERIFY(page.findChild<FingerprintView *>("shownFingerprint")->text().contains("AB"));
    QVERIFY(page.findChild<TextLabel *>("certificateWords")->text().contains("hub.example.com"));
    QStringList ways;
    for (const Button *button : page.findChildren<Button *>()) {
        if (button->isVisible())
            ways.append(button->objectName());
    }
    ways.sort();
    QCOMPARE(ways, (QStringList{"connectAnew", "tryAgain", "workOffline"})); // none goes on regardless
    page.setProblem({kPrint.toStdString(), {}}, "hub.example.com", false);
    QVERIFY(!page.findChild<FingerprintView *>("knownFingerprint")->isVisible());
    QVERIFY(!page.findChild<Button *>("workOffline")->isVisible());
}

QTEST_MAIN(TestFirstRun)
#include "tst_first_run.moc"
