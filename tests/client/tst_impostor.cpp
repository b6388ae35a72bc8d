// Somebody between the desktop and its hub who has no good certificate hears nothing: no password, no token, no word.
#include "core/client/local_store.h"
#include "core/client/workspace.h"

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
using State = Status::State;

namespace {

constexpr int kSoon = 20'000;

template<class T>
T waited(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, kSoon))
        qFatal("no answer in time");
    return future.result();
}

/// Speaks TLS with what it has, and keeps what it is told.
class Impostor : public QTcpServer {
public:
    Impostor(const QString &certificate, const QString &key)
    {
        m_certificates = QSslCertificate::fromPath(certificate);
        QFile file(key);
        if (!file.open(QIODevice::ReadOnly) || m_certificates.isEmpty())
            qFatal("no certificate");
        m_key = QSslKey(&file, QSsl::Rsa);
        listen(QHostAddress::LocalHost);
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
    {
        SystemClock clock;
        SystemRng rng;
        const LocalStore::Events nobodyListens{.changed = [](const auto &) {},
                                               .factsChanged = [] {},
                                               .cameBack = [](const auto &) {},
                                               .draftChanged = [](auto) {},
                                               .cacheReplaced = [] {}};
        auto files = LocalStore::open(profile.path().toStdString(), clock, rng, nobodyListens);
        QVERIFY(files);
        QVERIFY((*files)->adopt(impostor.url().toString().toStdString(), "a-secret-token", "ana@teapots.example",
                                model::AgentId(), "Teapots"));
    }
    Workspace workspace;
    QVERIFY(waited(workspace.open(profile.path())));
    if (trusted) {
        QTRY_VERIFY_WITH_TIMEOUT(impostor.heard.contains("/sync"), kSoon);
        return;
    }
    QTRY_VERIFY_WITH_TIMEOUT(impostor.tries >= 2, kSoon); // it tries again, and says as little
    QCOMPARE(impostor.heard, QByteArray());
    QVERIFY(workspace.status().state == State::Offline || workspace.status().state == State::Connecting);
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
