#include "tests/hub/edge/edge_fixture.h"

#include <QTest>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

using namespace tributary;
using namespace tributary::edge;
using namespace tributary::edge::testing;
using namespace std::chrono_literals;

namespace {

std::string textOf(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, std::size_t(size));
    BIO_free(bio);
    return text;
}

/// A self-signed certificate for `hub`, good for an hour.
Tls makeIdentity()
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>("hub"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    BIO *certificateText = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(certificateText, certificate);
    BIO *keyText = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(keyText, key, nullptr, nullptr, 0, nullptr, nullptr);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return {textOf(certificateText), textOf(keyText)};
}

Settings tlsSettings()
{
    static const Tls identity = makeIdentity();
    Settings settings = testSettings();
    settings.tls = identity;
    return settings;
}

} // namespace

class TestEdgeTls : public QObject {
    Q_OBJECT
private slots:
    void answersOverTls()
    {
        EdgeFixture edge(tlsSettings(), [](TestHandler &handler) {
            handler.onRequest = [](Request request, Responder responder) {
                responder.send(
                    Response::text(200, (request.secure ? "secure " : "plain ") + request.body + std::string(100'000, 'x')));
            };
        });
        RawClient client(edge.port(), true);
        QVERIFY(client.isConnected());
        client.send("POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 5\r\n\r\nhello");
        const std::string body = bodyOf(client.readResponse());
        QVERIFY(body.starts_with("secure hellox"));
        QCOMPARE(body.size(), std::size_t(100'012));
    }

    void oldVersionsAreRefused_data()
    {
        QTest::addColumn<int>("version");
        QTest::addColumn<bool>("ok");
        QTest::newRow("1.0") << TLS1_VERSION << false;
        QTest::newRow("1.1") << TLS1_1_VERSION << false;
        QTest::newRow("1.2") << TLS1_2_VERSION << true;
        QTest::newRow("1.3") << TLS1_3_VERSION << true;
    }
    void oldVersionsAreRefused()
    {
        QFETCH(int, version);
        EdgeFixture edge(tlsSettings());
        QTEST(RawClient(edge.port(), true, version).isConnected(), "ok");
    }

    void plainTextOnATlsPortIsRefused()
    {
        EdgeFixture edge(tlsSettings());
        RawClient client(edge.port());
        client.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
        client.readToEnd();
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.refused[std::size_t(Refusal::TlsFailed)] == 1; }));
    }

    void silentHandshakeEnds()
    {
        Settings settings = tlsSettings();
        settings.times.handshake = 30ms;
        EdgeFixture edge(settings);
        RawClient client(edge.port());
        QVERIFY(client.isClosedByPeer());
    }

    void socketsWorkOverTls()
    {
        EdgeFixture edge(tlsSettings());
        RawClient client(edge.port(), true);
        QCOMPARE(statusOf(client.upgrade()), 101);
        const auto socket = edge.handler().recorded->socket();
        edge.onLoop([&] {
            for (int i = 0; i < 100; ++i)
                socket->send(std::string(std::size_t(i) * 50, char('a' + i % 26)), true);
        });
        for (int i = 0; i < 100; ++i)
            QCOMPARE(client.readFrame().payload, std::string(std::size_t(i) * 50, char('a' + i % 26)));
        client.send(RawClient::frame("hello"));
        QCOMPARE(client.readFrame().payload, std::string("hello"));
        socket->close(1000);
        QCOMPARE(client.readCloseCode(), 1000);
        client.send(RawClient::frame("\x03\xe8", 0x88));
        QVERIFY(edge.handler().recorded->wait([](const auto &state) { return state.closed == 1; }));
        QVERIFY(edge.waitFor([](const Metrics &metrics) { return metrics.connectionsOpen == 0; }));
    }

    /// A certificate is renewed every few weeks; nobody is cut off for it.
    void certificatesAreRenewed()
    {
        EdgeFixture edge(tlsSettings());
        RawClient early(edge.port(), true);
        const Tls next = makeIdentity();
        Tls mixed = next;
        mixed.keyPem = tlsSettings().tls->keyPem;
        bool renewed = true;
        edge.onLoop([&] { renewed = edge.server().renew(mixed).has_value(); });
        QVERIFY(!renewed);
        const std::string before = early.certificate();
        QVERIFY(!before.empty());
        QCOMPARE(RawClient(edge.port(), true).certificate(), before); // the old one goes on
        edge.onLoop([&] { renewed = edge.server().renew(next).has_value(); });
        QVERIFY(renewed);
        RawClient late(edge.port(), true);
        QVERIFY(!late.certificate().empty() && late.certificate() != before);
        for (RawClient *client : {&early, &late}) {
            client->send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
            QCOMPARE(statusOf(client->readResponse()), 200);
        }
        EdgeFixture plain;
        plain.onLoop([&] { renewed = plain.server().renew(next).has_value(); });
        QVERIFY(!renewed);
    }

    void badIdentitiesAreRefused()
    {
        Settings settings = tlsSettings();
        settings.tls->keyPem = makeIdentity().keyPem; // of another certificate
        QVERIFY(!listenOnce(settings));
        settings.tls->certificatePem = "nonsense";
        QVERIFY(!listenOnce(settings));
        QVERIFY(listenOnce(tlsSettings()));
    }
};

QTEST_GUILESS_MAIN(TestEdgeTls)
#include "tst_edge_tls.moc"
