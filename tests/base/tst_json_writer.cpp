// What is written is JSON whatever the text, and does no harm inside a page either.
#include "core/base/json_writer.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace tributary;

class TestJsonWriter : public QObject {
    Q_OBJECT
private slots:
    void punctuates();
    void escapes_data();
    void escapes();
    void everyByteIsReadBack();
};

void TestJsonWriter::punctuates()
{
    JsonWriter json;
    json.beginObject().field("a", 1).field("b", "two").field("c", true).field("d", std::string("x"));
    json.key("e").beginArray().value(false).value(INT64_MIN).beginObject().endObject().beginArray().endArray().endArray();
    json.key("f").beginObject().field("g", UINT64_MAX).endObject().field("h", 0).endObject();
    QCOMPARE(json.text(), std::string(R"({"a":1,"b":"two","c":true,"d":"x","e":[false,-9223372036854775808,{},[]],)"
                                      R"("f":{"g":18446744073709551615},"h":0})"));
}

void TestJsonWriter::escapes_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("written");
    const auto row = [](const char *name, std::string text, std::string written) {
        QTest::newRow(name) << std::move(text) << '"' + written + '"';
    };
    row("plain", "Grüße 茶 🫖", "Grüße 茶 🫖");
    row("quote and backslash", "\"\\", "\\\"\\\\");
    row("line ends", "\r\n\t", "\\r\\n\\t");
    row("control characters", std::string("\0\x1f\x7f", 3), "\\u0000\\u001f\\u007f");
    row("end of a script", "</script>", "\\u003c/script\\u003e");
    row("entity", "&amp;", "\\u0026amp;");
    row("line separators", "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029");
    row("lone continuation", "a\x80z", "a\xef\xbf\xbdz");
    row("overlong", "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd");
    row("surrogate", "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    row("cut at the end", "é\xe2\x80", "é\xef\xbf\xbd\xef\xbf\xbd");
    row("beyond U+10FFFF", "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

void TestJsonWriter::escapes()
{
    QFETCH(const std::string, text);
    QFETCH(const std::string, written);
    QCOMPARE(JsonWriter().value(text).text(), written);
    const std::string key = JsonWriter().beginObject().field(text, 1).endObject().take();
    QCOMPARE(key, "{" + written + ":1}");
}

void TestJsonWriter::everyByteIsReadBack()
{
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += char(i);
    JsonWriter json;
    json.beginArray().value(all).endArray();
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(QByteArray::fromStdString(json.text()), &error);
    QCOMPARE(error.error, QJsonParseError::NoError);
    const QString read = document.array().at(0).toString();
    QCOMPARE(read.size(), 256);
    for (int i = 0; i < 256; ++i)
        QCOMPARE(read.at(i), QChar(i < 128 ? i : 0xfffd));
}

QTEST_APPLESS_MAIN(TestJsonWriter)
#include "tst_json_writer.moc"
