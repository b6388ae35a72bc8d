// What the listen side proves itself with, and where it is told so.
#include "core/hub/admin/serve_settings.h"
#include "core/hub/edge/certificate.h"
#include "core/hub/edge/tls_context.h"
#include "core/hub/listen_certificate.h"
#include "core/hub/loop.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>

using namespace tributary;
using namespace tributary::hub;
using namespace std::chrono_literals;

namespace {

const TimePoint kNow = fromMs(1'790'000'000'000);

} // namespace

class TestListenCertificate : public QObject {
    Q_OBJECT
private slots:
    void isMadeOnceForItsOwnerAlone();
    void namesAndTimes();
    void whereTlsIsSpoken_data();
    void whereTlsIsSpoken();
    void givenFiles();
    void settingsHaveAnOrder();
    void badSettingsAreNamed_data();
    void badSettingsAreNamed();
    void hangUpsAreHeardAgainAndAgain();
};

void TestListenCertificate::isMadeOnceForItsOwnerAlone()
{
    QTemporaryDir folder;
    const std::filesystem::path data = folder.path().toStdString();
    QVERIFY(!ownCertificate(data)->has_value());
    const auto made = makeOwnCertificate(data, {"192.0.2.7"}, kNow);
    QVERIFY(made);
    QCOMPARE(made->fingerprint.size(), std::size_t(32 * 3 - 1));
    QVERIFY(edge::makeTlsContext(made->tls));
    QCOMPARE(int(QFile::permissions(folder.filePath("certificate.pem"))
                 & ~(QFile::ReadUser | QFile::WriteUser | QFile::ReadOwner | QFile::WriteOwner)),
             0);
    // The same ever after, whatever this computer is called by then.
    QCOMPARE(makeOwnCertificate(data, {"192.0.2.8"}, kNow + 24h * 400)->fingerprint, made->fingerprint);
    QCOMPARE((*ownCertificate(data))->fingerprint, made->fingerprint);
    QTemporaryDir other;
    QVERIFY(makeOwnCertificate(other.path().toStdString(), {}, kNow)->fingerprint != made->fingerprint);
}

/// As OpenSSL's own program reads it.
void TestListenCertificate::namesAndTimes()
{
    const auto made = edge::makeCertificate({"hub.shop.example", "192.0.2.7", "2001:db8::7"}, kNow);
    QVERIFY(made);
    QProcess openssl;
    openssl.start("openssl", {"x509", "-noout", "-text", "-fingerprint", "-sha256"});
    openssl.write(QByteArray::fromStdString(made->certificatePem));
    openssl.closeWriteChannel();
    QVERIFY(openssl.waitForFinished());
    const QString said = QString::fromUtf8(openssl.readAllStandardOutput());
    QVERIFY2(said.contains("DNS:hub.shop.example, IP Address:192.0.2.7, IP Address:2001:DB8:0:0:0:0:0:7"), qPrintable(said));
    QVERIFY(said.contains("CA:FALSE"));
    QVERIFY(said.contains("prime256v1"));
    QVERIFY(said.contains("Not Before: Sep 20 "));
    QVERIFY(said.contains(" 2051 GMT"));
    QVERIFY(said.contains("Fingerprint=" + QString::fromStdString(*edge::fingerprintOf(made->certificatePem))));
    QVERIFY(!edge::makeCertificate({}, kNow));
}

void TestListenCertificate::whereTlsIsSpoken_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("always");
    QTest::addColumn<bool>("tls");
    QTest::newRow("this computer") << "127.0.0.1" << false << false;
    QTest::newRow("this computer, by another of its addresses") << "127.8.0.1" << false << false;
    QTest::newRow("this computer, IPv6") << "::1" << false << false;
    QTest::newRow("this computer, wanted") << "127.0.0.1" << true << true;
    QTest::newRow("everywhere") << "0.0.0.0" << false << true;
    QTest::newRow("everywhere, IPv6") << "::" << false << true;
    QTest::newRow("a network") << "192.168.1.4" << false << true;
    QTest::newRow("not a number") << "localhost.example" << false << true;
}

void TestListenCertificate::whereTlsIsSpoken()
{
    QFETCH(const QString, address);
    QFETCH(const bool, always);
    QTemporaryDir folder;
    const CertificateWish wish{.listenAddress = address.toStdString(), .always = always};
    const auto certificate = certificateFor(wish, folder.path().toStdString(), kNow);
    QVERIFY(certificate);
    QTEST(certificate->has_value(), "tls");
    QTEST(QFile::exists(folder.filePath("certificate.pem")), "tls"); // none is made that nobody needs
}

void TestListenCertificate::givenFiles()
{
    QTemporaryDir folder;
    const std::filesystem::path data = folder.path().toStdString();
    const auto made = edge::makeCertificate({"hub.shop.example"}, kNow);
    const auto write = [&](const char *name, const std::string &content) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(QByteArray::fromStdString(content)) < 0)
            qFatal("no room");
        return data / name;
    };
    CertificateWish wish{.listenAddress = "127.0.0.1"};
    wish.certificate = write("given.crt", made->certificatePem);
    QVERIFY(certificateFor(wish, data, kNow).error().kind == Error::Kind::Invalid); // half of it
    wish.key = write("given.key", made->keyPem);
    const auto given = certificateFor(wish, data, kNow);
    QVERIFY(given && *given);
    QCOMPARE((*given)->fingerprint, *edge::fingerprintOf(made->certificatePem));
    QVERIFY(!QFile::exists(folder.filePath("certificate.pem")));
    wish.certificate = write("given.crt", "nonsense");
    QVERIFY(certificateFor(wish, data, kNow).error().kind == Error::Kind::Invalid);
    wish.certificate = data / "gone";
    QVERIFY(certificateFor(wish, data, kNow).error().detail.find("gone") != std::string::npos);
}

void TestListenCertificate::settingsHaveAnOrder()
{
    using admin::Arguments;
    using admin::ServeSettings;
    QTemporaryDir folder;
    QFile ini(folder.filePath("hub.ini"));
    QVERIFY(ini.open(QIODevice::WriteOnly));
    ini.write("# for the shop\n\n listen = 10.0.0.1:1 \npublic=127.0.0.1:2\nproxy = 127.0.0.9\ntls = yes\n");
    ini.close();
    const auto environment = [](const char *name) -> const char * {
        return name == std::string("TRIBUTARY_LISTEN")   ? "10.0.0.2:1"
               : name == std::string("TRIBUTARY_PUBLIC") ? "127.0.0.2:2"
               : name == std::string("TRIBUTARY_KEY")    ? ""
                                                         : nullptr;
    };
    const auto arguments = Arguments::parse({"--listen", "10.0.0.3:1"}, {"tls"});
    const auto settings = ServeSettings::read(*arguments, folder.path().toStdString(), environment);
    QVERIFY(settings);
    QCOMPARE(settings->value("listen"), std::string("10.0.0.3:1"));
    QCOMPARE(settings->value("public"), std::string("127.0.0.2:2"));
    QCOMPARE(settings->value("proxy"), std::string("127.0.0.9"));
    QCOMPARE(settings->value("key", "none"), std::string("none"));
    QVERIFY(settings->isOn("tls"));
    const auto flag = ServeSettings::read(*Arguments::parse({"--tls"}, {"tls"}), {}, [](const char *) { return nullptr; });
    QVERIFY(flag->isOn("tls"));
    QVERIFY(flag->value("proxy").empty());
}

void TestListenCertificate::badSettingsAreNamed_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("no such setting") << QByteArray("lisen = 127.0.0.1:1");
    QTest::newRow("no setting at all") << QByteArray("listen 127.0.0.1:1");
}

void TestListenCertificate::badSettingsAreNamed()
{
    QFETCH(const QByteArray, line);
    QTemporaryDir folder;
    QFile ini(folder.filePath("hub.ini"));
    QVERIFY(ini.open(QIODevice::WriteOnly) && ini.write("\n" + line) > 0);
    ini.close();
    const auto settings = admin::ServeSettings::read(*admin::Arguments::parse({}, {}), folder.path().toStdString(),
                                                     [](const char *) { return nullptr; });
    QVERIFY(!settings);
    QVERIFY(settings.error().detail.find("line 2") != std::string::npos);
}

/// SIGHUP, which ends a program that does not listen to it.
void TestListenCertificate::hangUpsAreHeardAgainAndAgain()
{
    Loop loop;
    int heard = 0;
    loop.onHangUp([&] {
        if (++heard == 3)
            loop.stop();
        else
            ::raise(SIGHUP);
    });
    loop.post([] { ::raise(SIGHUP); });
    loop.run();
    QCOMPARE(heard, 3);
}

QTEST_GUILESS_MAIN(TestListenCertificate)
#include "tst_listen_certificate.moc"
