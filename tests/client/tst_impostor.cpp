// Somebody between the desktop and its hub who has no good certificate hears nothing: no password, no token, no word.
#include "core/client/hub_address.h"
#include "core/client/hub_trust.h"
#include "core/client/local_store.h"
#include "core/client/workspace.h"
#include "tests/client/waited.h"

#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::client;
using client::testing::waited;
using State = Status::State;

namespace {

constexpr int kSoon = 20'000;

/// Speaks TLS with what it has, and keeps what it is told.
class Impostor : public QTcpServer {
public:
    Impostor(const QString &certificate, const QString &key, quint16 port = 0)
    {
        m_certificates = QSslCertificate::fromPath(certificate);
        QFile file(key);
        if (!file.open(QIODevice::ReadOnly) || m_certificates.isEmpty())
            qFatal("no certificate");
        m_key = QSslKey(&file, QSsl::Rsa);
        if (!listen(QHostAddress::LocalHost, port))
            qFatal("the port is taken");
    }
    QUrl url() const { return QUrl(QStringLiteral("https://127.0.0.1:%1").arg(serverPort())); }

    QByteArray heard;
    int tries = 0;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QSslSocket(this);
        socket->setSocketDescriptor(descriptor);
        socket->setLocalCertificate(m_certificates.first());
        socket->setPrivateKey(m_key);
        connect(socket, &QSslSocket::readyRead, this, [this, socket] { heard += socket->readAll(); });
        connect(socket, &QSslSocket::disconnected, socket, &QObject::deleteLater);
        ++tries;
        socket->startServerEncryption();
    }

private:
    QList<QSslCertificate> m_certificates;
    QSslKey m_key;
};

} // namespace

class TestImpostor : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void hearsNothing_data();
    void hearsNothing();
    void onlyThePinIsBelieved_data();
    void onlyThePinIsBelieved();
    void anotherCertificateIsSaidAndHearsNothing();
    void aPinIsKept();
    void fingerprintsAreRead_data();
    void fingerprintsAreRead();
    void redirectsAreNotFollowed();

private:
    void openssl(const QString &words) const
    {
        QProcess process;
        process.setWorkingDirectory(m_folder.path());
        process.start("openssl", words.split(' '));
        QVERIFY2(process.waitForFinished() && process.exitCode() == 0, process.readAllStandardError().constData());
    }
    void write(const char *name, const QByteArray &content) const
    {
        QFile file(m_folder.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == content.size());
    }
    std::string fingerprint(const QString &certificate) const
    {
        const auto read = QSslCertificate::fromPath(m_folder.filePath(certificate + ".crt"));
        return fingerprintFrom(read.value(0).digest(QCryptographicHash::Sha256).toHex().toStdString());
    }
    /// A profile that is signed in at @p hub, without the hub's knowing.
    /// @p pin: the fingerprint that was accepted before; it is known from the first try on.
    void adopt(const QString &profile, const QUrl &hub, const std::string &pin = {}) const
    {
        SystemClock clock;
        SystemRng rng;
        const LocalStore::Events nobodyListens{.changed = [](const auto &) {},
                                               .factsChanged = [] {},
                                               .cameBack = [](const auto &) {},
                                               .draftChanged = [](auto) {},
                                               .cacheReplaced = [] {}};
        auto files = LocalStore::open(profile.toStdString(), clock, rng, nobodyListens);
        QVERIFY(files);
        QVERIFY((*files)->adopt(hub.toString().toStdString(), "a-secret-token", "ana@teapots.example", model::AgentId(),
                                "Teapots"));
        if (!pin.empty())
            QVERIFY((*files)->setSetting(pinName(*hubAddress(hub)), pin));
    }
    QTemporaryDir m_folder;
};

/// An authority that this program trusts, one that it does not, and certificates of both.
void TestImpostor::initTestCase()
{
    write("good.ext", "subjectAltName=IP:127.0.0.1\n");
    write("other.ext", "subjectAltName=DNS:hub.example.org\n");
    for (const char *authority : {"trusted", "unknown"}) {
        openssl(QStringLiteral("req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=%1 -keyout %1.key -out %1.crt")
                    .arg(authority));
    }
    openssl("req -newkey rsa:2048 -nodes -subj /CN=hub -keyout hub.key -out hub.csr");
    const QString sign =
        "x509 -req -in hub.csr -CA %1.crt -CAkey %1.key -CAcreateserial -days %2 -extfile %3.ext -out %4.crt";
    openssl(sign.arg("trusted", "30", "good", "good"));
    openssl(sign.arg("trusted", "30", "other", "other"));
    openssl(sign.arg("trusted", "-1", "good", "expired"));
    openssl(sign.arg("unknown", "30", "good", "foreign"));
    openssl(sign.arg("unknown", "31", "good", "foreign-too"));
    openssl("x509 -req -in hub.csr -signkey hub.key -days 30 -extfile good.ext -out unknown-too.crt");
    QSslConfiguration trusting = QSslConfiguration::defaultConfiguration();
    QVERIFY(trusting.addCaCertificates(m_folder.filePath("trusted.crt")));
    QSslConfiguration::setDefaultConfiguration(trusting);
}

void TestImpostor::hearsNothing_data()
{
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<bool>("trusted");
    QTest::newRow("of an unknown authority") << "foreign" << false;
    QTest::newRow("of another host") << "other" << false;
    QTest::newRow("expired") << "expired" << false;
    QTest::newRow("a good one") << "good" << true; // so that the others prove something
}

void TestImpostor::hearsNothing()
{
    QFETCH(const QString, certificate);
    QFETCH(const bool, trusted);
    Impostor impostor(m_folder.filePath(certificate + ".crt"), m_folder.filePath("hub.key"));
    {
        QTemporaryDir profile;
        Workspace workspace;
        QVERIFY(waited(workspace.open(profile.path())));
        const auto answer = workspace.signIn(impostor.url(), "ana@teapots.example", "correct horse battery");
        if (trusted) {
            QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains("correct horse battery"), kSoon);
        } else {
            QVERIFY(waited(answer).error().kind == Error::Kind::Offline);
            QVERIFY(impostor.tries > 0);
            QCOMPARE(impostor.heard, QByteArray());
        }
    }
    impostor.heard.clear();
    impostor.tries = 0;
    // Signed in since before it came between.
    QTemporaryDir profile;
    adopt(profile.path(), impostor.url());
    Workspace workspace;
    QVERIFY(waited(workspace.open(profile.path())));
    if (trusted) {
        QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains("/sync"), kSoon);
        return;
    }
    QTRY_VERIFY_WITH_TIMEOUT(impostor.tries >= 2, kSoon); // it tries again, and says as little
    QCOMPARE(impostor.heard, QByteArray());
    QVERIFY(workspace.status().state == State::Offline || workspace.status().state == State::Connecting);
    QTRY_VERIFY(workspace.status().reason == Status::Reason::Certificate);
    QVERIFY(workspace.status().certificate->seen == fingerprint(certificate));
    QVERIFY(workspace.status().certificate->pinned.empty());
}

void TestImpostor::onlyThePinIsBelieved_data()
{
    QTest::addColumn<QString>("pinned");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<bool>("believed");
    QTest::newRow("the pinned one, of nobody known") << "foreign"
                                                     << "foreign" << true;
    QTest::newRow("the pinned one, of another name") << "other"
                                                     << "other" << true;
    QTest::newRow("the pinned one, expired") << "expired"
                                             << "expired" << true;
    QTest::newRow("another one of nobody known") << "foreign"
                                                 << "unknown-too" << false;
    QTest::newRow("of the same authority and for the same name") << "foreign"
                                                                 << "foreign-too" << false;
    QTest::newRow("one that the system trusts") << "foreign"
                                                << "good" << false;
}

void TestImpostor::onlyThePinIsBelieved()
{
    QFETCH(const QString, pinned);
    QFETCH(const QString, shown);
    QFETCH(const bool, believed);
    Impostor impostor(m_folder.filePath(shown + ".crt"), m_folder.filePath("hub.key"));
    {
        QTemporaryDir profile;
        Workspace workspace;
        QVERIFY(waited(workspace.open(profile.path())));
        workspace.trustHub(impostor.url(), fingerprint(pinned));
        const auto answer = workspace.signIn(impostor.url(), "ana@teapots.example", "correct horse battery");
        if (believed) {
            QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains("correct horse battery"), kSoon);
        } else {
            const auto problem = certificateProblemIn(waited(answer).error());
            QVERIFY(problem);
            QCOMPARE(problem->pinned, fingerprint(pinned));
            QCOMPARE(problem->seen, fingerprint(shown));
            QCOMPARE(impostor.heard, QByteArray());
        }
    }
    impostor.heard.clear();
    impostor.tries = 0;
    QTemporaryDir profile;
    adopt(profile.path(), impostor.url(), fingerprint(pinned));
    Workspace workspace;
    QVERIFY(waited(workspace.open(profile.path())));
    if (believed) {
        QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains("/sync"), kSoon);
        return;
    }
    QTRY_VERIFY_WITH_TIMEOUT(impostor.tries >= 2, kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.status().certificate && workspace.status().certificate->pinned == fingerprint(pinned),
                             kSoon);
    QCOMPARE(impostor.heard, QByteArray());
}

/// A hub that was believed for days, and then somebody between.
void TestImpostor::anotherCertificateIsSaidAndHearsNothing()
{
    auto hub = std::make_unique<Impostor>(m_folder.filePath("foreign.crt"), m_folder.filePath("hub.key"));
    const quint16 port = hub->serverPort();
    const QUrl url = hub->url();
    QTemporaryDir profile;
    adopt(profile.path(), url, fingerprint("foreign"));
    Workspace workspace;
    QVERIFY(waited(workspace.open(profile.path())));
    QTRY_VERIFY_WITH_TIMEOUT(hub->heard.contains("/sync"), kSoon);
    hub.reset();
    Impostor between(m_folder.filePath("good.crt"), m_folder.filePath("hub.key"), port);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.status().reason == Status::Reason::Certificate, kSoon);
    QCOMPARE(workspace.status().certificate->seen, fingerprint("good"));
    QCOMPARE(workspace.status().certificate->pinned, fingerprint("foreign"));
    QCOMPARE(between.heard, QByteArray());
    QVERIFY(certificateProblemIn(
        waited(workspace.signIn(url, "ana@teapots.example", "correct horse battery")).error())); // no password either
    QCOMPARE(between.heard, QByteArray());
    // Somebody has compared the new one.
    workspace.trustHub(url, fingerprint("good"));
    workspace.tryNow();
    QTRY_VERIFY_WITH_TIMEOUT(between.heard.contains("/sync"), kSoon);
}

void TestImpostor::aPinIsKept()
{
    Impostor impostor(m_folder.filePath("foreign.crt"), m_folder.filePath("hub.key"));
    QTemporaryDir profile;
    adopt(profile.path(), impostor.url());
    {
        Workspace workspace;
        QVERIFY(waited(workspace.open(profile.path())));
        workspace.trustHub(impostor.url(), fingerprint("foreign"));
        QVERIFY(waited(workspace.setSetting("x", "y"))); // behind it
    }
    impostor.heard.clear();
    Workspace workspace;
    QVERIFY(waited(workspace.open(profile.path())));
    QCOMPARE(workspace.pinOf(impostor.url()), fingerprint("foreign"));
    QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains("/sync"), kSoon);
    workspace.trustHub(impostor.url(), {});
    QVERIFY(workspace.pinOf(impostor.url()).empty());
}

void TestImpostor::fingerprintsAreRead_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("good");
    const QString pairs = QStringLiteral("ab").repeated(32);
    QTest::newRow("digits") << pairs << true;
    QTest::newRow("pairs with colons") << QStringList(32, "AB").join(':') << true;
    QTest::newRow("in groups") << QStringList(8, "ab ab ab ab").join("  ") << true;
    QTest::newRow("in two lines") << QString(pairs).insert(32, '\n') << true;
    QTest::newRow("one too few") << pairs.chopped(1) << false;
    QTest::newRow("other letters") << QString(pairs).replace(0, 1, 'g') << false;
    QTest::newRow("nothing") << QString() << false;
}

void TestImpostor::fingerprintsAreRead()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, good);
    const std::string read = fingerprintFrom(typed.toStdString());
    QCOMPARE(read.empty(), !good);
    if (good)
        QCOMPARE(QString::fromStdString(read), QStringList(32, "AB").join(':'));
}

/// Whoever answers in the hub's place must not be able to send the password on to somebody else.
void TestImpostor::redirectsAreNotFollowed()
{
    QTcpServer elsewhere;
    QVERIFY(elsewhere.listen(QHostAddress::LocalHost));
    QTcpServer portal;
    QVERIFY(portal.listen(QHostAddress::LocalHost));
    int asked = 0;
    connect(&portal, &QTcpServer::newConnection, this, [&] {
        QTcpSocket *socket = portal.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, this, [&, socket] {
            if (!socket->readAll().contains("correct horse battery"))
                return;
            ++asked;
            socket->write(
                QByteArrayLiteral("HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: http://127.0.0.1:")
                + QByteArray::number(elsewhere.serverPort()) + "/auth/sign-in\r\n\r\n");
        });
    });
    QTemporaryDir profile;
    Workspace workspace;
    QVERIFY(waited(workspace.open(profile.path())));
    const QUrl hub(QStringLiteral("http://127.0.0.1:%1").arg(portal.serverPort()));
    QVERIFY(!waited(workspace.signIn(hub, "ana@teapots.example", "correct horse battery")));
    QCOMPARE(asked, 1);
    QVERIFY(!elsewhere.hasPendingConnections());
}

QTEST_GUILESS_MAIN(TestImpostor)
#include "tst_impostor.moc"
