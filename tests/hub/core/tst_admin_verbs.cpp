// What the command line does, by its words: the rules that hold for an admin's screen hold here.
#include "core/hub/admin/verbs.h"
#include "core/hub/one_time_links.h"
#include "core/hub/teams.h"
#include "core/store/entities.h"
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

namespace {

/// A store with an admin and an agent, and nothing at work on it.
struct Shop {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{7};
    std::unique_ptr<HubStore> store = HubUnderTest::must(HubStore::open(folder.path().toStdString(), clock, rng));
    Agent ada = add("ada@shop.test", Agent::Role::Admin), ben = add("ben@shop.test", Agent::Role::Agent);

    template<class Work>
    auto write(Work work)
    {
        return HubUnderTest::must(store->writer().writeAndWait(work));
    }
    Agent add(const std::string &email, Agent::Role role)
    {
        return write([&](store::Database &database) { return addAgent(database, store->ids(), email, email, role, ""); });
    }
    template<class Row>
    void put(Row row)
    {
        write([&](store::Database &database) -> Result<void> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(changes.put(row));
            TRIBUTARY_TRY(changes.finish());
            return {};
        });
    }
    int run(const std::vector<std::string> &words, const std::string &in = {})
    {
        const admin::Console console{.out = [](std::string_view) {}, .err = [](std::string_view) {}, .in = in};
        return admin::run({*store}, words, console);
    }
};

} // namespace

class TestAdminVerbs : public QObject {
    Q_OBJECT
private slots:
    void whoIsDeactivatedHandsOver();
    void anAdminIsLeft();
    void aPasswordEndsTheLinks();
};

void TestAdminVerbs::whoIsDeactivatedHandsOver()
{
    Shop shop;
    const ConversationId id = shop.store->makeId<ConversationId>();
    shop.put(Conversation{.id = id, .assignee = shop.ben.id});
    QCOMPARE(shop.run({"user", "deactivate", "--email", "ben@shop.test"}), admin::kDone);
    const auto assignee = shop.write([&](store::Database &database) -> Result<std::optional<AgentId>> {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::conversation(database, id));
        return found->assignee;
    });
    QVERIFY(!assignee);
}

void TestAdminVerbs::anAdminIsLeft()
{
    Shop shop;
    QVERIFY(shop.run({"user", "deactivate", "--email", "ada@shop.test"}) != admin::kDone);
    const auto ada = shop.write([&](store::Database &database) { return store::agent(database, shop.ada.id); });
    QVERIFY(ada->active);
}

/// Whoever has asked for a link before could undo it.
void TestAdminVerbs::aPasswordEndsTheLinks()
{
    Shop shop;
    const auto link = shop.write(
        [&](store::Database &database) { return inviteToReset(database, shop.rng, "ben@shop.test", shop.clock.now()); });
    QCOMPARE(shop.run({"user", "password", "--email", "ben@shop.test"}, "a phrase of three teapots"), admin::kDone);
    const auto found = shop.write([&](store::Database &database) { return linkOf(database, link, shop.clock.now()); });
    QVERIFY(!found);
}

QTEST_APPLESS_MAIN(TestAdminVerbs)
#include "tst_admin_verbs.moc"
