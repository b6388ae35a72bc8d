#include "core/base/digest.h"
#include "core/base/json_writer.h"
#include "core/channels/webchat/http.h"
#include "core/channels/webchat/identity_proof.h"
#include "core/channels/webchat/json_reader.h"
#include "core/channels/webchat/origins.h"
#include "core/channels/webchat/rate_limiter.h"
#include "core/channels/webchat/upload_policy.h"
#include "core/channels/webchat/visitor_token.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace tributary;
using namespace tributary::channels::webchat;

class TestWebChatParts : public QObject {
    Q_OBJECT

private slots:
    void jsonIsSafeAnywhere_data();
    void jsonIsSafeAnywhere();
    void jsonKeepsStructure();
    void readsFlatObjects_data();
    void readsFlatObjects();
    void provesIdentity_data();
    void provesIdentity();
    void rightlySignedIsNotEnough_data();
    void rightlySignedIsNotEnough();
    void normalisesEmail_data();
    void normalisesEmail();
    void matchesOrigins_data();
    void matchesOrigins();
    void ownOrigin_data();
    void ownOrigin();
    void bucketsRefill();
    void bucketsStayBounded();
    void sniffsTypes_data();
    void sniffsTypes();
    void tokensBelongToOneWidget();
};

void TestWebChatParts::jsonIsSafeAnywhere_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("plain") << QByteArray("Grüße 😀") << QByteArray("\"Grüße 😀\"");
    QTest::newRow("quotes") << QByteArray("\"\\") << QByteArray(R"("\"\\")");
    QTest::newRow("controls") << QByteArray("\n\r\t\x01\x7f\0", 6) << QByteArray(R"("\n\r\t\u0001\u007f\u0000")");
    QTest::newRow("script end") << QByteArray("</script>&") << QByteArray(R"("\u003c/script\u003e\u0026")");
    QTest::newRow("line separators") << QByteArray("\xE2\x80\xA8\xE2\x80\xA9") << QByteArray(R"("\u2028\u2029")");
    QTest::newRow("bad bytes") << QByteArray("a\xFF\xC3(") << QByteArray("\"a\xEF\xBF\xBD\xEF\xBF\xBD(\"");
    QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    QTest::newRow("surrogate as UTF-8") << QByteArray("\xED\xA0\x80")
                                        << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    QTest::newRow("cut off") << QByteArray("\xF0\x9F\x98") << QByteArray("\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

void TestWebChatParts::jsonIsSafeAnywhere()
{
    QFETCH(QByteArray, text);
    JsonWriter json;
    json.value(std::string_view(text.data(), std::size_t(text.size())));
    QTEST(QByteArray::fromStdString(json.text()), "json");
}

void TestWebChatParts::jsonKeepsStructure()
{
    JsonWriter json;
    json.beginObject().field("a", true).field("b", -5).key("c").beginArray().value("x").beginObject().endObject();
    json.beginArray().endArray().endArray().field("d", std::string("y")).endObject();
    QCOMPARE(QByteArray::fromStdString(json.text()), QByteArray(R"({"a":true,"b":-5,"c":["x",{},[]],"d":"y"})"));
}

void TestWebChatParts::readsFlatObjects_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QByteArray>("text"); // of field "a"; "!" when refused
    QTest::newRow("text") << QByteArray(R"({"a":"x"})") << QByteArray("x");
    QTest::newRow("null is absent") << QByteArray(R"({"a":null})") << QByteArray();
    QTest::newRow("pair") << QByteArray(R"({"a":"\ud83d\ude00"})") << QByteArray("😀");
    QTest::newRow("half pair") << QByteArray(R"({"a":"\ud83d!"})") << QByteArray("\xEF\xBF\xBD!");
    QTest::newRow("other half") << QByteArray(R"({"a":"\ude00"})") << QByteArray("\xEF\xBF\xBD");
    QTest::newRow("half, then pair") << QByteArray(R"({"a":"\ud83d\ud83d\ude00"})") << QByteArray("\xEF\xBF\xBD😀");
    QTest::newRow("backslash before u") << QByteArray(R"({"a":"\\ud83d"})") << QByteArray("\\ud83d");
    QTest::newRow("trailing bytes") << QByteArray(R"({"a":"x"} {})") << QByteArray("!");
    QTest::newRow("object inside") << QByteArray(R"({"a":{"b":"c"}})") << QByteArray("!");
    QTest::newRow("numbers in a list") << QByteArray(R"({"a":[1]})") << QByteArray("!");
    QTest::newRow("twice") << QByteArray(R"({"a":"x","a":"y"})") << QByteArray("!");
    QTest::newRow("huge number") << QByteArray(R"({"a":1e300})") << QByteArray("!");
    QTest::newRow("nothing") << QByteArray() << QByteArray("!");
}

void TestWebChatParts::readsFlatObjects()
{
    QFETCH(QByteArray, json);
    const auto fields = JsonFields::read(std::string_view(json.data(), std::size_t(json.size())));
    QTEST(fields ? QByteArray::fromStdString(fields->text("a")) : QByteArray("!"), "text");
}

void TestWebChatParts::provesIdentity_data()
{
    QTest::addColumn<QJsonObject>("vector");
    QFile file(TRIBUTARY_SOURCE_DIR "/tests/fixtures/webchat/signatures.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    for (const auto &value : QJsonDocument::fromJson(file.readAll())["vectors"].toArray()) {
        const QJsonObject vector = value.toObject();
        if (vector["scheme"] != "rfc6455")
            QTest::newRow(qPrintable(vector["name"].toString())) << vector;
    }
}

void TestWebChatParts::provesIdentity()
{
    QFETCH(QJsonObject, vector);
    const std::string secret = vector["secret"].toString().toStdString();
    const std::string message = vector["message"].toString().toStdString();
    const bool isHash = vector["scheme"] == "identity-hex-hmac-sha256";
    const auto verify = [&](const std::string &value, const std::string &key) {
        return isHash ? verifyIdentifierHash(key, message, value)
                      : verifyIdentityToken(key, vector["audience"].toString().toStdString(), value,
                                            fromMs(vector["check_at"].toInteger() * 1000));
    };
    const std::string value = vector[isHash ? "value" : "token"].toString().toStdString();
    const bool expected = vector["valid"].toBool() && (!isHash || !message.empty());
    QCOMPARE(verify(value, secret).has_value(), expected);
    QVERIFY(!verify(value, "other"));
    QVERIFY(!verify(value, ""));
    QVERIFY(!verify("", secret));
    // No single changed character may pass.
    for (std::size_t at = 0; at < value.size(); at += 7) {
        std::string changed = value;
        changed[at] = changed[at] == 'b' ? 'c' : 'b';
        QVERIFY2(!verify(changed, secret), changed.c_str());
    }
    if (expected && !isHash) {
        QCOMPARE(verify(value, secret)->identifier, std::string("user-42"));
        QCOMPARE(verify(value, secret)->email, std::string("anna@customer.test"));
    }
}

void TestWebChatParts::rightlySignedIsNotEnough_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("claims"); // at second 1000
    QTest::addColumn<bool>("valid");
    const QByteArray header = R"({"alg":"HS256"})";
    QTest::newRow("fine") << header << QByteArray(R"({"sub":"u","aud":"w","exp":1300})") << true;
    QTest::newRow("several audiences") << header << QByteArray(R"({"sub":"u","aud":["x","w"],"exp":1300})") << true;
    QTest::newRow("alg none") << QByteArray(R"({"alg":"none"})") << QByteArray(R"({"sub":"u","aud":"w","exp":1300})")
                              << false;
    QTest::newRow("alg HS512") << QByteArray(R"({"alg":"HS512"})") << QByteArray(R"({"sub":"u","aud":"w","exp":1300})")
                               << false;
    QTest::newRow("no alg") << QByteArray("{}") << QByteArray(R"({"sub":"u","aud":"w","exp":1300})") << false;
    QTest::newRow("no exp") << header << QByteArray(R"({"sub":"u","aud":"w"})") << false;
    QTest::newRow("ends now") << header << QByteArray(R"({"sub":"u","aud":"w","exp":1000})") << false;
    QTest::newRow("lives for years") << header << QByteArray(R"({"sub":"u","aud":"w","exp":99999999})") << false;
    QTest::newRow("not yet") << header << QByteArray(R"({"sub":"u","aud":"w","exp":1300,"nbf":1100})") << false;
    QTest::newRow("no audience") << header << QByteArray(R"({"sub":"u","exp":1300})") << false;
    QTest::newRow("other audiences") << header << QByteArray(R"({"sub":"u","aud":["x"],"exp":1300})") << false;
    QTest::newRow("nobody") << header << QByteArray(R"({"sub":"","aud":"w","exp":1300})") << false;
    QTest::newRow("claim twice") << header << QByteArray(R"({"sub":"u","sub":"v","aud":"w","exp":1300})") << false;
}

void TestWebChatParts::rightlySignedIsNotEnough()
{
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, claims);
    const auto part = [](const QByteArray &json) { return toBase64Url(bytesOf(json.toStdString())); };
    const std::string text = part(header) + "." + part(claims);
    const std::string token = text + "." + toBase64Url(hmacSha256(bytesOf("secret"), bytesOf(text)));
    QTEST(verifyIdentityToken("secret", "w", token, fromMs(1'000'000)).has_value(), "valid");
}

void TestWebChatParts::normalisesEmail_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("email");
    QTest::newRow("plain") << "  Anna.P@Shop.Example "
                           << "anna.p@shop.example";
    QTest::newRow("tagged") << "a+b@c.de"
                            << "a+b@c.de";
    QTest::newRow("no domain") << "anna@"
                               << "";
    QTest::newRow("no dot") << "anna@localhost"
                            << "";
    QTest::newRow("two at") << "a@b@c.de"
                            << "";
    QTest::newRow("header injection") << "a@b.de\r\nBcc: x@y.z"
                                      << "";
    QTest::newRow("list") << "a@b.de,c@d.ef"
                          << "";
    QTest::newRow("direction override") << "a\u202E@b.de"
                                        << "";
    QTest::newRow("too long") << QString(65, 'a') + "@b.de"
                              << "";
}

void TestWebChatParts::normalisesEmail()
{
    QFETCH(QString, typed);
    QTEST(QString::fromStdString(normalisedEmail(typed.toStdString())), "email");
}

void TestWebChatParts::matchesOrigins_data()
{
    QTest::addColumn<QString>("origin");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("listed") << "https://shop.example" << true;
    QTest::newRow("usual port") << "https://shop.example:443" << true;
    QTest::newRow("case") << "HTTPS://Shop.Example" << true;
    QTest::newRow("other scheme") << "http://shop.example" << false;
    QTest::newRow("other port") << "https://shop.example:8443" << false;
    QTest::newRow("suffix") << "https://shop.example.evil.test" << false;
    QTest::newRow("prefix") << "https://evilshop.example" << false;
    QTest::newRow("below the star") << "https://a.b.test" << true;
    QTest::newRow("the star's own domain") << "https://b.test" << false;
    QTest::newRow("looks like below the star") << "https://eb.test" << false;
    QTest::newRow("a star itself") << "https://*.b.test" << false;
    QTest::newRow("with port") << "http://127.0.0.1:8080" << true;
    QTest::newRow("null") << "null" << false;
    QTest::newRow("empty") << "" << false;
}

void TestWebChatParts::matchesOrigins()
{
    QFETCH(QString, origin);
    const OriginList list("https://shop.example/, https://*.b.test http://127.0.0.1:8080 ; javascript:x shop.test 'none'");
    QCOMPARE(list.problems().size(), 3U);
    QTEST(list.allows(origin.toStdString()), "allowed");
    QCOMPARE(OriginList("").frameAncestors(), std::string("'none'"));
    QCOMPARE(list.frameAncestors(), std::string("https://shop.example https://*.b.test http://127.0.0.1:8080"));
}

void TestWebChatParts::ownOrigin_data()
{
    QTest::addColumn<QString>("origin");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("own");
    QTest::newRow("same") << "http://127.0.0.1:7601"
                          << "127.0.0.1:7601" << true;
    QTest::newRow("TLS ends before us") << "https://hub.example"
                                        << "hub.example" << true;
    QTest::newRow("usual port named") << "https://hub.example"
                                      << "hub.example:443" << true;
    QTest::newRow("other port") << "https://hub.example"
                                << "hub.example:8443" << false;
    QTest::newRow("other host") << "https://evil.example"
                                << "hub.example" << false;
    QTest::newRow("no host") << "https://"
                             << "" << false;
}

void TestWebChatParts::ownOrigin()
{
    QFETCH(QString, origin);
    QFETCH(QString, host);
    QTEST(isOwnOrigin(origin.toStdString(), host.toStdString()), "own");
}

void TestWebChatParts::bucketsRefill()
{
    RateLimiter limiter(30, 10);
    for (int i = 0; i < 10; ++i)
        QVERIFY(!limiter.take("a", Milliseconds(0)));
    QCOMPARE(limiter.take("a", Milliseconds(0)).value().count(), 2);
    QVERIFY(!limiter.take("b", Milliseconds(0)));
    QVERIFY(limiter.take("a", Milliseconds(1'999)));
    QVERIFY(!limiter.take("a", Milliseconds(2'000)));
    int allowed = 0;
    for (int second = 3; second <= 62; ++second)
        allowed += !limiter.take("a", Milliseconds(second * 1'000));
    QCOMPARE(allowed, 30);
}

void TestWebChatParts::bucketsStayBounded()
{
    RateLimiter limiter(60, 2);
    for (int i = 0; i < 30'000; ++i)
        limiter.take(std::to_string(i), Milliseconds(i / 100));
    QVERIFY(limiter.size() <= 20'001);
}

void TestWebChatParts::sniffsTypes_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("type");
    QTest::newRow("png") << QByteArray("\x89PNG\r\n\x1A\n") << "image/png";
    QTest::newRow("jpeg") << QByteArray("\xFF\xD8\xFF\xE0") << "image/jpeg";
    QTest::newRow("webp") << QByteArray("RIFF\4\0\0\0WEBPVP8 ", 16) << "image/webp";
    QTest::newRow("no heic") << QByteArray("<!--ftypheic--><svg xmlns='http://www.w3.org/2000/svg'/>") << "";
    QTest::newRow("not webp") << QByteArray("xxxx\4\0\0\0WEBPVP8 ", 16) << "";
    QTest::newRow("mp4") << QByteArray("\0\0\0\x18"
                                       "ftypisom",
                                       12)
                         << "video/mp4";
    QTest::newRow("zip") << QByteArray("PK\x03\x04 x") << "application/zip";
    QTest::newRow("docx") << QByteArray("PK\x03\x04[Content_Types].xml word/document.xml")
                          << "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    QTest::newRow("text") << QByteArray("hello\r\n") << "text/plain";
    QTest::newRow("text that is not UTF-8") << QByteArray("h\xE4llo") << "";
    QTest::newRow("svg after a comment") << QByteArray("<!-- x --><SVG>") << "";
    QTest::newRow("xml") << QByteArray("<?xml version='1.0'?>") << "";
    QTest::newRow("elf") << QByteArray("\x7F"
                                       "ELF")
                         << "";
    QTest::newRow("gif that is html") << QByteArray("GIF89a=1;//<html>")
                                      << "image/gif"; // served as what it was judged to be
}

void TestWebChatParts::sniffsTypes()
{
    QFETCH(QByteArray, content);
    QTEST(QString::fromStdString(allowedTypeOf(std::string_view(content.data(), std::size_t(content.size())))), "type");
    QVERIFY(!mayShowInline("image/svg+xml"));
}

void TestWebChatParts::tokensBelongToOneWidget()
{
    SystemRng rng;
    const std::string token = makeVisitorToken(rng);
    QVERIFY(looksLikeVisitorToken(token));
    QVERIFY(token != makeVisitorToken(rng));
    QVERIFY(visitorTokenHash("a", token) == visitorTokenHash("a", token));
    QVERIFY(visitorTokenHash("a", token) != visitorTokenHash("b", token));
    QVERIFY(!looksLikeVisitorToken(token + "A"));
    QVERIFY(!looksLikeVisitorToken(std::string(42, 'A') + "+"));
}

QTEST_APPLESS_MAIN(TestWebChatParts)
#include "tst_webchat_parts.moc"
