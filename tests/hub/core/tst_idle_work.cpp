// What a hub that serves does by itself, a slice at a time.
#include "core/store/database.h"
#include "tests/hub/core/running_hub.h"

#include <QTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::testing;

class TestIdleWork : public QObject {
    Q_OBJECT
private slots:
    void whatATeamLeavesFollowsByItself_data();
    void whatATeamLeavesFollowsByItself();
};

void TestIdleWork::whatATeamLeavesFollowsByItself_data()
{
    QTest::addColumn<bool>("restarts");
    QTest::newRow("while it serves") << false;
    QTest::newRow("after it was ended in the middle") << true;
}

void TestIdleWork::whatATeamLeavesFollowsByItself()
{
    QFETCH(const bool, restarts);
    RunningHub hub;
    const auto count = [&hub](const std::string &where) {
        return hub.write([&where](store::Database &database) -> Result<std::int64_t> {
            auto query = database.queryOnce("SELECT count(*) FROM conversation WHERE " + where);
            TRIBUTARY_TRY(query.step());
            return query.integer(0);
        });
    };
    constexpr std::int64_t kConversations = 2 * kFollowAtOnce;
    hub.write([&hub](store::Database &database) -> Result<std::int64_t> {
        ChangeLog changes(database);
        TRIBUTARY_TRY_ASSIGN(const Team care, addTeam(changes, hub.ids(), "Care"));
        TRIBUTARY_TRY(addTeam(changes, hub.ids(), "Returns"));
        for (std::int64_t i = 0; i < kConversations; ++i) {
            Conversation one{
                .id = hub.ids().make<ConversationId>(), .status = Conversation::Status::Resolved, .team = care.id};
            TRIBUTARY_TRY(changes.put(one));
        }
        return changes.finish();
    });
    hub.write([&hub](store::Database &database) -> Result<std::int64_t> {
        ChangeLog changes(database);
        TRIBUTARY_TRY(removeTeam(changes, hub.ids(), "Care", "Returns", fromMs(2'000'000'000'000)));
        return changes.finish();
    });
    if (restarts)
        hub.restart();
    const std::string there = "team_id = (SELECT id FROM team WHERE name = 'Returns')";
    QTRY_COMPARE_WITH_TIMEOUT(count(there), kConversations, 20'000);
}

QTEST_GUILESS_MAIN(TestIdleWork)
#include "tst_idle_work.moc"
