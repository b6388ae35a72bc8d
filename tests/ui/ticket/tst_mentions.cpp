// Whom a note names.
#include "ui/ticket/mentions.h"

#include <QTest>

using namespace tributary;
using namespace tributary::ui;

namespace {

model::Agent agent(int number, const char *name, bool active = true)
{
    RawId raw{};
    raw[15] = std::byte(number);
    return {.id = model::AgentId(raw), .name = name, .active = active};
}

const std::vector<model::Agent> kAgents{agent(1, "Mara"), agent(2, "Mara Lindqvist"), agent(3, "Tomás Ferreira"),
                                        agent(4, "Gone", false), agent(5, "")};

} // namespace

class TestMentions : public QObject {
    Q_OBJECT
private slots:
    void names_data();
    void names();
};

void TestMentions::names_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QList<int>>("numbers");
    QTest::newRow("nobody") << QString("Please look") << QList<int>{};
    QTest::newRow("one") << QString("@Tomás Ferreira please look") << QList<int>{3};
    QTest::newRow("the longer name") << QString("@Mara Lindqvist please") << QList<int>{2};
    QTest::newRow("the shorter name") << QString("@Mara please") << QList<int>{1};
    QTest::newRow("at the end") << QString("ask @Mara") << QList<int>{1};
    QTest::newRow("before a comma") << QString("@Mara, @Tomás Ferreira.") << QList<int>{1, 3};
    QTest::newRow("in any case") << QString("@mara LINDQVIST") << QList<int>{2};
    QTest::newRow("twice is once") << QString("@Mara @Mara") << QList<int>{1};
    QTest::newRow("part of a word") << QString("@Maraschino") << QList<int>{};
    QTest::newRow("an address") << QString("help@Mara") << QList<int>{};
    QTest::newRow("in brackets") << QString("(@Mara)") << QList<int>{1};
    QTest::newRow("who is gone") << QString("@Gone") << QList<int>{};
    QTest::newRow("a sign alone") << QString("@") << QList<int>{};
}

void TestMentions::names()
{
    QFETCH(const QString, text);
    QFETCH(const QList<int>, numbers);
    QList<int> named;
    for (const model::AgentId &id : mentionsIn(text, kAgents))
        named.append(std::to_integer<int>(id.bytes[15]));
    QCOMPARE(named, numbers);
}

QTEST_APPLESS_MAIN(TestMentions)
#include "tst_mentions.moc"
