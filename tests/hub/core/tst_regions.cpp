// In which country an account's numbers are: who says so, where it stands, and what came from hubs that kept it elsewhere.
#include "core/hub/account_store.h"
#include "core/hub/regions.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"
#include "tests/hub/core/desk_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Settings = std::map<std::string, std::string>;

namespace {

const Settings kMailbox{{"address", "help@shop.test"}, {"imap", "imap.shop.test"}, {"smtp", "smtp.shop.test"}};

Settings with(Settings settings, const std::string &region)
{
    settings["region"] = region;
    return settings;
}

/// As a hub of before would have kept it.
Result<void> keep(store::Database &database, ChannelAccountId id, const Settings &settings)
{
    auto query = database.query(store::sql::hub_set_account_config);
    query.bind("account_id", id).bind("settings", ByteView(wire::encodeMap(settings)));
    return query.bind("sealed", bytesOf("sealed")).bind("paused", true).run();
}

} // namespace

class TestRegions : public QObject {
    Q_OBJECT
private slots:
    void whoManagesChannelsSetsIt_data();
    void whoManagesChannelsSetsIt();
    void anAccountThatIsGoneHasNone();
    void theCommandLineWritesTheRow();
    void settingsOfBeforeMoveIntoTheRow_data();
    void settingsOfBeforeMoveIntoTheRow();
    void whatWasMovedIsNotBroughtBack();
    void aHubOfBeforeIsOpened();
};

void TestRegions::whoManagesChannelsSetsIt_data()
{
    using Kind = Outcome::Kind;
    using Reason = Outcome::Reason;
    QTest::addColumn<QString>("region"); // the account has GB
    QTest::addColumn<Agent::Role>("role");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<Reason>("reason");
    QTest::newRow("an admin") << "AE" << Agent::Role::Admin << Kind::Applied << Reason::None;
    QTest::newRow("none any more") << "" << Agent::Role::Admin << Kind::Applied << Reason::None;
    QTest::newRow("as it is") << "GB" << Agent::Role::Admin << Kind::NoEffect << Reason::None;
    QTest::newRow("no country") << "XX" << Agent::Role::Admin << Kind::Refused << Reason::Invalid;
    QTest::newRow("small letters") << "ae" << Agent::Role::Admin << Kind::Refused << Reason::Invalid;
    QTest::newRow("its name") << "United Arab Emirates" << Agent::Role::Admin << Kind::Refused << Reason::Invalid;
    QTest::newRow("a lead") << "AE" << Agent::Role::Lead << Kind::Refused << Reason::NotAllowed;
    QTest::newRow("an agent") << "AE" << Agent::Role::Agent << Kind::Refused << Reason::NotAllowed;
}

void TestRegions::whoManagesChannelsSetsIt()
{
    QFETCH(const QString, region);
    QFETCH(const Agent::Role, role);
    QFETCH(const Outcome::Kind, kind);
    QFETCH(const Outcome::Reason, reason);
    Desk hub;
    hub.change([&](ChangeLog &changes) { return setRegionOfAccount(changes, hub.mail.id, "GB"); });
    hub.put(hub.mara, {hub.care.id}, role);
    const Outcome outcome = hub.mustApply(SetAccountRegion{hub.mail.id, region.toStdString()});
    QCOMPARE(outcome.kind, kind);
    QCOMPARE(outcome.reason, reason);
    const std::string expected = kind == Outcome::Kind::Applied ? region.toStdString() : "GB";
    QCOMPARE(Desk::must(regionOf(*hub.database, hub.mail.id)), expected);
    QCOMPARE(Desk::must(regionFor(*hub.database, Channel::Phone)), expected);
}

void TestRegions::anAccountThatIsGoneHasNone()
{
    Desk hub;
    hub.put(hub.mara, {}, Agent::Role::Admin);
    QCOMPARE(hub.mustApply(SetAccountRegion{hub.ids.make<ChannelAccountId>(), "AE"}).reason, Outcome::Reason::NotFound);
    QCOMPARE(hub.mustApply(SetAccountRegion{hub.mail.id, "AE"}).kind, Outcome::Kind::Applied);
    hub.change([&](ChangeLog &changes) {
        ChannelAccount gone = *Desk::must(store::channelAccount(*hub.database, hub.mail.id));
        gone.removed = true;
        return changes.put(gone);
    });
    QCOMPARE(Desk::must(regionFor(*hub.database, Channel::Phone)), std::string());
    QCOMPARE(hub.mustApply(SetAccountRegion{hub.mail.id, "GB"}).reason, Outcome::Reason::NotFound);
}

void TestRegions::theCommandLineWritesTheRow()
{
    QTemporaryDir folder;
    const SystemClock clock;
    SeededRng rng{7};
    const auto store = HubStore::open(folder.path().toStdString(), clock, rng);
    QVERIFY(store);
    const Settings secrets{{"password", "p"}};
    const auto refused = addAccount(**store, Channel::Email, "Help", with(kMailbox, "XX"), secrets);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
    const auto added = addAccount(**store, Channel::Email, "Help", with(kMailbox, "AE"), secrets);
    QVERIFY(added);
    const auto kept = [&] { return Desk::must(findAccount(**store, "Help")).settings; };
    QCOMPARE(kept().account.region, std::string("AE"));
    QVERIFY(!kept().settings.contains("region"));
    QVERIFY(changeAccount(**store, added->id, {{"undo_seconds", "5"}}, {}));
    QCOMPARE(kept().account.region, std::string("AE")); // what is not given stays
    QVERIFY(!changeAccount(**store, added->id, {{"region", "ae"}}, {}));
    QCOMPARE(kept().account.region, std::string("AE"));
    QVERIFY(changeAccount(**store, added->id, {{"region", "GB"}}, {}));
    QCOMPARE(kept().account.region, std::string("GB"));
    QVERIFY(!kept().settings.contains("region"));
    QVERIFY(changeAccount(**store, added->id, {{"region", ""}}, {}));
    QCOMPARE(kept().account.region, std::string());
    QCOMPARE(kept().account.undoSeconds, std::int64_t(5));
}

void TestRegions::settingsOfBeforeMoveIntoTheRow_data()
{
    QTest::addColumn<QString>("row");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<QString>("after");
    QTest::newRow("only among the settings") << ""
                                             << "AE"
                                             << "AE";
    QTest::newRow("the row has one") << "GB"
                                     << "AE"
                                     << "GB";
    QTest::newRow("nothing set") << ""
                                 << ""
                                 << "";
    QTest::newRow("no country") << ""
                                << "XX"
                                << "";
}

void TestRegions::settingsOfBeforeMoveIntoTheRow()
{
    QFETCH(const QString, row);
    QFETCH(const QString, setting);
    QFETCH(const QString, after);
    Desk hub;
    hub.change([&](ChangeLog &changes) { return setRegionOfAccount(changes, hub.mail.id, row.toStdString()); });
    Desk::must(keep(*hub.database, hub.mail.id, with(kMailbox, setting.toStdString())));
    Desk::must(keep(*hub.database, hub.chat.id, {{"key", "k"}}));
    const std::int64_t before = hub.head();
    Desk::must(hub.database->inTransaction([&] { return moveRegions(*hub.database, hub.clock.now()); }));
    QCOMPARE(Desk::must(regionOf(*hub.database, hub.mail.id)), after.toStdString());
    QCOMPARE(Desk::keysOf(hub.after(before, hub.tom).rows).contains({EntityType::ChannelAccount, hub.mail.id.bytes}),
             row != after); // desktops are told
    auto query = hub.database->query(store::sql::hub_account_config);
    QVERIFY(Desk::must(query.bind("account_id", hub.mail.id).step()));
    QVERIFY(Desk::must(wire::mapFrom(query.blob(0))) == kMailbox); // and nothing else of them is lost
    QVERIFY(copyOf(query.blob(1)) == copyOf(bytesOf("sealed")));
    QVERIFY(query.flag(2));
}

void TestRegions::whatWasMovedIsNotBroughtBack()
{
    Desk hub;
    hub.put(hub.mara, {}, Agent::Role::Admin);
    Desk::must(keep(*hub.database, hub.mail.id, with(kMailbox, "AE")));
    const auto move = [&] {
        Desk::must(hub.database->inTransaction([&] { return moveRegions(*hub.database, hub.clock.now()); }));
    };
    move();
    QCOMPARE(Desk::must(regionOf(*hub.database, hub.mail.id)), std::string("AE"));
    QCOMPARE(hub.mustApply(SetAccountRegion{hub.mail.id, ""}).kind, Outcome::Kind::Applied);
    move(); // as at the next start
    QCOMPARE(Desk::must(regionOf(*hub.database, hub.mail.id)), std::string());
}

void TestRegions::aHubOfBeforeIsOpened()
{
    QTemporaryDir folder;
    const SystemClock clock;
    SeededRng rng{7};
    {
        const auto store = HubStore::open(folder.path().toStdString(), clock, rng);
        QVERIFY(store);
        const auto added = addAccount(**store, Channel::Email, "Help", kMailbox, {{"password", "p"}});
        QVERIFY(added);
        QVERIFY((*store)->writer().writeAndWait(
            [&](store::Database &database) { return keep(database, added->id, with(kMailbox, "AE")); }));
        (*store)->close();
    }
    const auto store = HubStore::open(folder.path().toStdString(), clock, rng);
    QVERIFY(store);
    const auto region =
        (*store)->reader().readAndWait([](store::Database &database) { return regionFor(database, Channel::Sms); });
    QCOMPARE(Desk::must(region), std::string("AE"));
}

QTEST_GUILESS_MAIN(TestRegions)
#include "tst_regions.moc"
