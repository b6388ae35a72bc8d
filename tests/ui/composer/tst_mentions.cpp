// Whom a note names.
#include "ui/composer/mentions.h"

#include <QTest>
#include <algorithm>

using namespace tributary;
using namespace tributary::ui;

namespace {

model::AgentId idOf(int number)
{
    RawId raw{};
    raw[15] = std::byte(number);
    return model::AgentId(raw);
}

model::Agent agent(int number, const char *name, bool active = true, const char *email = "")
{
    return {.id = idOf(number), .email = email, .name = name, .active = active};
}

const std::vector<model::Agent> kAgents{agent(1, "Mara"), agent(2, "Mara Lindqvist"), agent(3, "Tomás Ferreira"),
                                        agent(4, "Gone", false), agent(5, "")};
const std::vector<model::Agent> kNamesakes{
    agent(1, "Ana Prado", true, "north@shop.test"), agent(2, "ana prado", true, "south@shop.test"),
    agent(3, "Ana Prado", false, "gone@shop.test"), agent(4, "Ana", true, "ana@shop.test")};

QList<int> numbersOf(const std::vector<model::AgentId> &ids)
{
    QList<int> numbers;
    for (const model::AgentId &id : ids)
        numbers.append(std::to_integer<int>(id.bytes[15]));
    return numbers;
}

} // namespace

class TestMentions : public QObject {
    Q_OBJECT
private slots:
    void names_data();
    void names();
    void namesakesAreToldApart_data();
    void namesakesAreToldApart();
    void whoIsOfferedHasANameOfTheirOwn_data();
    void whoIsOfferedHasANameOfTheirOwn();
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
    QCOMPARE(numbersOf(mentionsIn(text, kAgents)), numbers);
}

void TestMentions::namesakesAreToldApart_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("chosen"); ///< Who was chosen as "Ana Prado" before there was another one; 0: nobody.
    QTest::addColumn<QList<int>>("numbers");
    QTest::addColumn<bool>("isClear");
    QTest::newRow("by the address") << QString("@Ana Prado (south@shop.test) please") << 0 << QList<int>{2} << true;
    QTest::newRow("both by the address") << QString("@Ana Prado (south@shop.test) @Ana Prado (north@shop.test)") << 0
                                         << QList<int>{2, 1} << true;
    QTest::newRow("by the name alone") << QString("@Ana Prado please") << 0 << QList<int>{1, 2} << false;
    QTest::newRow("chosen by the name") << QString("@Ana Prado please") << 2 << QList<int>{2} << true;
    QTest::newRow("chosen, and the other one by the address")
        << QString("@Ana Prado and @Ana Prado (north@shop.test)") << 2 << QList<int>{2, 1} << true;
    QTest::newRow("chosen, and not there any more") << QString("Please look") << 2 << QList<int>{} << true;
    QTest::newRow("whoever was chosen is gone") << QString("@Ana Prado") << 3 << QList<int>{1, 2} << false;
    QTest::newRow("a shorter name") << QString("@Ana please") << 0 << QList<int>{4} << true;
    QTest::newRow("an address that is nobody's") << QString("@Ana Prado (x@shop.test)") << 0 << QList<int>{1, 2} << false;
}

void TestMentions::namesakesAreToldApart()
{
    QFETCH(const QString, text);
    QFETCH(const int, chosen);
    QFETCH(const QList<int>, numbers);
    QFETCH(const bool, isClear);
    std::vector<Mention> mentions;
    if (chosen > 0)
        mentions.push_back({idOf(chosen), "Ana Prado"});
    QCOMPARE(numbersOf(mentionsIn(text, kNamesakes, mentions)), numbers);
    const auto clear = [](const Naming &naming) { return naming.isChosen || naming.agents.size() == 1; };
    QCOMPARE(std::ranges::all_of(namingsIn(text, kNamesakes, mentions), clear), isClear);
}

void TestMentions::whoIsOfferedHasANameOfTheirOwn_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("name");
    QTest::newRow("one of two") << 0 << QString("Ana Prado (north@shop.test)");
    QTest::newRow("the other, written otherwise") << 1 << QString("ana prado (south@shop.test)");
    QTest::newRow("the only one") << 3 << QString("Ana");
}

void TestMentions::whoIsOfferedHasANameOfTheirOwn()
{
    QFETCH(const int, which);
    QFETCH(const QString, name);
    QCOMPARE(mentionName(kNamesakes[std::size_t(which)], kNamesakes), name);
}

QTEST_APPLESS_MAIN(TestMentions)
#include "tst_mentions.moc"
