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
    std::string said; ///< By the last verb.
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
        said.clear();
        const auto hear = [this](std::string_view line) { said += line; };
        const admin::Console console{.out = hear, .err = hear, .in = in};
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
    void theAuditLogIsVerified();
    void namesOfTeamsMayHaveCommas_data();
    void namesOfTeamsMayHaveCommas();
};

void TestAdminVerbs::namesOfTeamsMayHaveCommas_data()
{
    QTest::addColumn<QString>("teams");
    QTest::addColumn<QString>("said"); ///< By the verb.
    QTest::newRow("one with a comma") << "Care, English"
                                      << "in 1 team";
    QTest::newRow("with another behind it") << "Care, English,Returns"
                                            << "in 2 teams";
    QTest::newRow("and before it") << "Returns,Care, English"
                                   << "in 2 teams";
    QTest::newRow("the longest that is one") << "Care, English, by night"
                                             << "in 1 team";
    QTest::newRow("none") << "none"
                          << "in 0 teams";
    QTest::newRow("there is no such team") << "Care"
                                           << "there is no team Care";
    QTest::newRow("nor such a one behind it") << "Returns,Care"
                                              << "there is no team Care";
}

void TestAdminVerbs::namesOfTeamsMayHaveCommas()
{
    QFETCH(const QString, teams);
    QFETCH(const QString, said);
    Shop shop;
    for (const char *name : {"Care, English", "Care, English, by night", "Returns"})
        shop.put(Team{.id = shop.store->makeId<TeamId>(), .name = name});
    const int code = shop.run({"user", "set", "--email", "ben@shop.test", "--teams", teams.toStdString()});
    QCOMPARE(code == admin::kDone, said.startsWith("in "));
    QVERIFY2(shop.said.find(said.toStdString()) != std::string::npos, shop.said.c_str());
}

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

void TestAdminVerbs::theAuditLogIsVerified()
{
    Shop shop;
    QCOMPARE(shop.run({"workspace", "rename", "--name", "Cups"}), admin::kDone);
    QCOMPARE(shop.run({"audit", "--verify"}), admin::kDone);
    const std::string mark = shop.said;
    QVERIFY2(mark.starts_with("3:"), mark.c_str()); // both people, and the name
    QCOMPARE(shop.run({"workspace", "rename", "--name", "Mugs"}), admin::kDone);
    QCOMPARE(shop.run({"audit", "--verify", "--mark", mark}), admin::kDone);
    QVERIFY2(shop.said.starts_with("4:"), shop.said.c_str());
    QCOMPARE(shop.run({"audit", "--verify", "--mark", "3:" + std::string(64, '0')}), admin::kFailed);
    QVERIFY2(shop.said.find("not what was marked") != std::string::npos, shop.said.c_str());
    QCOMPARE(shop.run({"audit", "--verify", "--mark", "yesterday"}), admin::kWrongUse);
    QCOMPARE(shop.run({"audit", "--verify", "--last", "3"}), admin::kWrongUse);

    shop.write([](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY(database.execute("DROP TRIGGER audit_is_not_changed"));
        return database.execute("UPDATE audit SET became = 'name: Pots' WHERE n = 4");
    });
    QCOMPARE(shop.run({"audit", "--verify"}), admin::kFailed);
    QVERIFY2(shop.said.find("was changed") != std::string::npos, shop.said.c_str());
    QCOMPARE(shop.run({"check"}), admin::kFailed);
    QVERIFY2(shop.said.find("entry 4 of the audit log was changed") != std::string::npos, shop.said.c_str());
}

QTEST_APPLESS_MAIN(TestAdminVerbs)
#include "tst_admin_verbs.moc"
