// What is typed into a custom field, and what is kept of it.
#include "ui/customer/field_value.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::ui;
using Type = model::FieldDefinition::Type;

class TestFieldValue : public QObject {
    Q_OBJECT
private slots:
    void keeps_data();
    void keeps();
    void shows_data();
    void shows();
};

void TestFieldValue::keeps_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("locale");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("kept"); // "!" is a problem
    const auto row = [](const char *name, Type type, const char *locale, const QString &typed, const QString &kept) {
        QTest::newRow(name) << int(type) << QString(locale) << typed << kept;
    };
    row("text", Type::Text, "en_GB", "  Kiln Club ", "Kiln Club");
    row("nothing", Type::Number, "en_GB", "  ", "");
    row("text without end", Type::Text, "en_GB", QString(2001, u'x'), "!");
    row("a number", Type::Number, "en_GB", "12.50", "12.5");
    row("a number as Germans write it", Type::Number, "de_DE", "12,5", "12.5");
    row("thousands", Type::Number, "en_GB", "1,200", "1200");
    row("no number", Type::Number, "en_GB", "twelve", "!");
    row("infinite", Type::Number, "en_GB", "inf", "!");
    row("an ISO day", Type::Date, "en_GB", "2026-11-26", "2026-11-26");
    row("a day as the British write it", Type::Date, "en_GB", "26/11/2026", "2026-11-26");
    row("a day as Germans write it", Type::Date, "de_DE", "26.11.26", "2026-11-26");
    row("a day with its month", Type::Date, "en_GB", "26 Nov 2026", "2026-11-26");
    row("a day that is not", Type::Date, "en_GB", "31/02/2026", "!");
    row("one of the choices", Type::Choice, "en_GB", "gold", "gold");
    row("none of them", Type::Choice, "en_GB", "lead", "!");
    row("a flag", Type::Flag, "en_GB", "anything", "yes");
    row("a link", Type::Link, "en_GB", "https://shop.test/a?b=1", "https://shop.test/a?b=1");
    row("a script", Type::Link, "en_GB", "javascript:alert(1)", "!");
    row("a link to nowhere", Type::Link, "en_GB", "https://", "!");
}

void TestFieldValue::keeps()
{
    QFETCH(int, type);
    QFETCH(QString, locale);
    QFETCH(QString, typed);
    QFETCH(QString, kept);
    const model::FieldDefinition field{.type = Type(type), .choices = {"gold", "silver"}};
    const auto result = keptValue(field, typed, TimeFormat(QLocale(locale), QTimeZone::utc()));
    if (kept == "!") {
        QVERIFY(std::holds_alternative<FieldProblem>(result));
        QVERIFY(std::get<FieldProblem>(result).words.endsWith(u'.'));
    } else {
        QVERIFY(std::holds_alternative<std::string>(result));
        QCOMPARE(QString::fromStdString(std::get<std::string>(result)), kept);
    }
}

void TestFieldValue::shows_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("shown");
    QTest::newRow("nothing") << int(Type::Date) << ""
                             << "";
    QTest::newRow("a day") << int(Type::Date) << "2026-11-26"
                           << "26 Nov 2026";
    QTest::newRow("a number") << int(Type::Number) << "1200.5"
                              << "1200.5";
    QTest::newRow("a flag") << int(Type::Flag) << "yes"
                            << "Yes";
    QTest::newRow("what does not fit stays as it is") << int(Type::Date) << "soon"
                                                      << "soon";
}

void TestFieldValue::shows()
{
    QFETCH(int, type);
    QFETCH(QString, value);
    QFETCH(QString, shown);
    const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
    QCOMPARE(shownValue({.type = Type(type)}, value.toStdString(), format), shown);
}

QTEST_GUILESS_MAIN(TestFieldValue)
#include "tst_field_value.moc"
