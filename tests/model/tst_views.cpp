// Which rows a saved view may have, and what is said of those that match nothing.
#include "core/model/views.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;

namespace {

const std::vector<FieldDefinition> kDefinitions{
    {.key = "amount", .name = "Amount", .type = FieldDefinition::Type::Number},
    {.key = "due", .name = "Due", .type = FieldDefinition::Type::Date},
    {.key = "size", .name = "Size", .type = FieldDefinition::Type::Choice, .choices = {"small", "large"}},
    {.key = "gift", .name = "Gift", .type = FieldDefinition::Type::Flag},
    {.subject = FieldDefinition::Subject::Customer, .key = "club", .name = "Club"}};

std::string problemName(std::optional<ConditionProblem> problem)
{
    if (!problem)
        return "none";
    switch (*problem) {
    case ConditionProblem::UnknownField: return "field";
    case ConditionProblem::UnknownOperation: return "operation";
    case ConditionProblem::NoValue: return "no value";
    case ConditionProblem::BadValue: return "value";
    }
    return {};
}

} // namespace

class TestViews : public QObject {
    Q_OBJECT
private slots:
    void conditionsAreChecked_data();
    void conditionsAreChecked();
    void everyFieldHasAnOperator();
    void openWorkUnlessAStatusIsNamed();
    void someAreLeftByReading();
    void tagsAreShownWhereNobodyHasChosen();
};

void TestViews::conditionsAreChecked_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("operation");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("problem");
    const auto add = [](const char *name, const char *field, const char *operation, const char *value, const char *problem) {
        QTest::newRow(name) << field << operation << value << problem;
    };
    const char *id = "0190b7d2-1111-7000-8000-000000000001";
    add("a status", "status", "is", "open", "none");
    add("no such status", "status", "is", "closed", "value");
    add("a status has no before", "status", "older_than", "5", "operation");
    add("any status", "status", "is_set", "", "none");
    add("resolved lately", "resolved", "newer_than", "1440", "none");
    add("me", "assignee", "is", "me", "none");
    add("somebody", "assignee", "is_not", id, "none");
    add("not an id", "assignee", "is", "mara", "value");
    add("me is no team", "team", "is", "me", "value");
    add("nobody needs no value", "assignee", "is_not_set", "", "none");
    add("a span", "waiting", "older_than", "90", "none");
    add("no span yet", "waiting", "older_than", "", "no value");
    add("a span that is no number", "waiting", "older_than", "1h", "value");
    add("a negative span", "last_item", "older_than", "-1", "value");
    add("a span of ages", "last_item", "older_than", "99999999999999999999", "value");
    add("any tag", "tag", "is", "Wörk '; DROP", "none");
    add("a tag yet to be said", "tag", "is", "", "no value");
    add("a field of a newer program", "mood", "is", "glad", "field");
    add("an operator of a newer program", "tag", "sounds_like", "x", "operation");
    add("words", "words", "contains", "layla refund", "none");
    add("words are not one thing", "words", "is", "layla", "operation");
    add("a number", "field.amount", "more_than", "99.5", "none");
    add("no number", "field.amount", "more_than", "lots", "value");
    add("a day", "field.due", "less_than", "2026-02-28", "none");
    add("a day that is none", "field.due", "less_than", "2026-02-30", "value");
    add("a choice", "field.size", "is", "large", "none");
    add("no such choice", "field.size", "is", "huge", "value");
    add("a flag", "field.gift", "is_set", "", "none");
    add("a field that is gone", "field.gone", "is_set", "", "field");
    add("a customer's field is no conversation's", "field.club", "is_set", "", "field");
    add("nothing at all", "", "", "", "field");
}

void TestViews::conditionsAreChecked()
{
    QFETCH(const QString, field);
    QFETCH(const QString, operation);
    QFETCH(const QString, value);
    QFETCH(const QString, problem);
    const SavedView::Condition condition{field.toStdString(), operation.toStdString(), value.toStdString()};
    QCOMPARE(QString::fromStdString(problemName(problemOf(condition, kDefinitions))), problem);
}

void TestViews::everyFieldHasAnOperator()
{
    for (const ViewField &field : viewFields()) {
        QVERIFY(!field.operations.empty());
        const bool needsNone = field.value == ViewValue::Nothing;
        QCOMPARE(std::ranges::none_of(field.operations, takesValue), needsNone);
        QVERIFY(viewField(field.name, {}).has_value());
    }
}

void TestViews::openWorkUnlessAStatusIsNamed()
{
    SavedView view;
    QVERIFY(!namesStatus(view));
    view.conditions = {{"tag", "is", "vip"}};
    QVERIFY(!namesStatus(view));
    view.conditions.push_back({"custom_status", "is_set", ""});
    QVERIFY(namesStatus(view));
}

void TestViews::someAreLeftByReading()
{
    SavedView view{.conditions = {{"tag", "is", "vip"}}};
    QVERIFY(!namesReading(view));
    for (const char *field : {"unread", "mentioned"}) {
        view.conditions = {{"tag", "is", "vip"}, {field, "is_set", ""}};
        QVERIFY(namesReading(view));
    }
}

void TestViews::tagsAreShownWhereNobodyHasChosen()
{
    using Columns = std::vector<std::string>;
    SavedView saved, known;
    QVERIFY(columnsOf(saved) == Columns{"tag"});
    known.columns = Columns{"team", "field.size"};
    QVERIFY(withColumnsOf(saved, known).columns == known.columns); // of a program that knows of none
    saved.columns = Columns{};
    QVERIFY(columnsOf(saved).empty());
    QVERIFY(withColumnsOf(saved, known).columns == saved.columns);
    for (const std::string_view column : viewColumns())
        QVERIFY(viewField(column, {}).has_value()); // they have its words
}

QTEST_GUILESS_MAIN(TestViews)
#include "tst_views.moc"
