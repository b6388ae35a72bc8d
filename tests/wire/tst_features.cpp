// What two programs may do with each other is agreed by name.
#include "core/model/command_fields.h"
#include "core/wire/features.h"
#include "core/wire/vocabulary.h"
#include "tests/wire/filled.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::wire;

class TestFeatures : public QObject {
    Q_OBJECT
private slots:
    void thisProgramKnowsItself();
    void whoNamesNothingIsFromBefore();
    void whatIsNotNamedIsNotUsed();
    void columnsOfViewsAreNamed();
    void whatIsUndoneCountsToo();
    void vocabulariesAreCompared();
};

void TestFeatures::thisProgramKnowsItself()
{
    const Features own(ownFeatures());
    for (const std::string_view name :
         {feature::kPresence, feature::kFetch, feature::kDigests, feature::kViewColumns, feature::kTellsErased})
        QVERIFY(own.has(name));
    for (const CommandBody &body : oneOfEach<CommandBody>())
        QVERIFY2(own.knows(Command{.body = body}), std::string(nameOf(body)).c_str());
    QVERIFY(!own.has("telepathy"));
    std::size_t bytes = 0;
    for (const std::string &name : ownFeatures())
        bytes += name.size() + 2;
    QVERIFY(bytes < 2000); // said with every hello
}

void TestFeatures::whoNamesNothingIsFromBefore()
{
    for (const Features &first : {Features(std::vector<std::string>{}), Features({"presence", "fetch"})}) {
        QVERIFY(first.has(feature::kPresence) && first.has(feature::kFetch));
        QVERIFY(!first.has(feature::kDigests));
        QVERIFY(first.knows(Command{.body = SetTeam{}}));
    }
}

void TestFeatures::whatIsNotNamedIsNotUsed()
{
    const Features some({"fetch", "command:set_tags", "command:cancel_message", "something-else"});
    QVERIFY(some.has(feature::kFetch) && !some.has(feature::kPresence));
    QVERIFY(some.knows(Command{.body = SetTags{}}) && !some.knows(Command{.body = SetStatus{}}));
}

/// A view with columns is not saved without them: it comes back to its author.
void TestFeatures::columnsOfViewsAreNamed()
{
    SaveView save;
    const Features older({"command:save_view"}), newer({"command:save_view", "view_columns"});
    QVERIFY(older.knows(Command{.body = save}) && newer.knows(Command{.body = save}));
    save.view.columns = std::vector<std::string>{"team"};
    QVERIFY(!older.knows(Command{.body = save}) && newer.knows(Command{.body = save}));
}

void TestFeatures::whatIsUndoneCountsToo()
{
    const Features some({"command:set_tags"});
    Command undo{.body = SetTags{}};
    undo.undoes = SetTags{};
    QVERIFY(some.knows(undo));
    undo.undoes = SetStatus{};
    QVERIFY(!some.knows(undo));
}

void TestFeatures::vocabulariesAreCompared()
{
    QVERIFY(vocabulary().find("\nconversation.status=waiting\n") != std::string::npos);
    QVERIFY(vocabulary().find("\ntimeline_item.delivery.state=uncertain\n") != std::string::npos);
    QVERIFY(knowsAllOf(vocabulary()));
    QVERIFY(knowsAllOf(""));
    QVERIFY(knowsAllOf("conversation.status=waiting\nteam.name\n"));
    QVERIFY(!knowsAllOf(vocabulary() + "conversation.status=escalated\n"));
    QVERIFY(!knowsAllOf("hologram"));
}

QTEST_APPLESS_MAIN(TestFeatures)
#include "tst_features.moc"
