// Saved views: their columns, who may change and remove them, and what becomes of two who do so at once.
#include "core/model/views.h"
#include "tests/hub/core/ticket_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

namespace {

/// A view that everybody shares, Mara's; two leads change it, each at a desktop of their own.
struct SharedView : Ticket {
    ClientId leads = ids.make<ClientId>();
    std::int64_t leadsN = 0;
    SavedView view{.id = ids.make<SavedViewId>(), .name = "Angry", .sharing = SavedView::Sharing::Everybody};

    SharedView()
    {
        mara.role = Agent::Role::Lead;
        change([&](ChangeLog &changes) { return changes.put(mara); });
        QCOMPARE(mustApply(SaveView{view}).kind, Kind::Applied);
        view = *now();
    }
    std::optional<SavedView> now() { return must(store::savedView(*database, view.id)); }
    Outcome lead(CommandBody body, std::optional<CommandBody> undoes = {})
    {
        Command done = command(std::move(body));
        done.n = ++leadsN;
        --n; // which is of the other desktop
        done.undoes = std::move(undoes);
        return must(database->inTransaction([&] { return applyCommand(*database, ids, clock, ada, leads, done); }));
    }
    SavedView named(const char *name) const
    {
        SavedView other = view;
        other.name = name;
        return other;
    }
};

} // namespace

class TestSavedViews : public QObject {
    Q_OBJECT
private slots:
    void columnsOfViewsAreChecked_data();
    void columnsOfViewsAreChecked();
    void columnsOutliveProgramsWithout();
    void viewsAreTheirOwners();
    void viewsOfTwoEditors();
    void removedViewsComeBackToTheirOwners();
};

void TestSavedViews::columnsOfViewsAreChecked_data()
{
    QTest::addColumn<QStringList>("columns");
    QTest::addColumn<bool>("isTaken");
    QStringList most;
    for (std::size_t i = 0; i < kMostColumns; ++i)
        most.append(QString("field.f%1").arg(i));
    QTest::newRow("some") << QStringList{"team", "priority"} << true;
    QTest::newRow("none") << QStringList{} << true;
    QTest::newRow("of a newer program") << QStringList{"mood"} << true;
    QTest::newRow("as many as there may be") << most << true;
    QTest::newRow("one more") << most + QStringList{"team"} << false;
    QTest::newRow("twice") << QStringList{"team", "tag", "team"} << false;
    QTest::newRow("without a name") << QStringList{""} << false;
    QTest::newRow("too long") << QStringList{QString(101, 'x')} << false;
}

void TestSavedViews::columnsOfViewsAreChecked()
{
    QFETCH(const QStringList, columns);
    QFETCH(const bool, isTaken);
    Ticket hub;
    SavedView view{.id = hub.ids.make<SavedViewId>(), .name = "VIP"};
    view.columns.emplace();
    for (const QString &column : columns)
        view.columns->push_back(column.toStdString());
    const Outcome outcome = hub.mustApply(SaveView{view});
    QCOMPARE(outcome.kind, isTaken ? Kind::Applied : Kind::Refused);
    const auto kept = HubUnderTest::must(store::savedView(*hub.database, view.id));
    QCOMPARE(kept.has_value(), isTaken);
    QVERIFY(!kept || kept->columns == view.columns);
}

void TestSavedViews::columnsOutliveProgramsWithout()
{
    Ticket hub;
    const SavedView plain{.id = hub.ids.make<SavedViewId>(), .name = "VIP"};
    SavedView chosen = plain;
    chosen.columns = std::vector<std::string>{"team", "tag"};
    const auto columns = [&] { return HubUnderTest::must(store::savedView(*hub.database, plain.id))->columns; };
    QCOMPARE(hub.mustApply(SaveView{plain}).kind, Kind::Applied);
    QVERIFY(!columns());
    QCOMPARE(hub.mustApply(SaveView{chosen}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{plain}).kind, Kind::NoEffect); // as an older program has it
    QVERIFY(columns() == chosen.columns);
    SavedView renamed = plain;
    renamed.name = "Important";
    QCOMPARE(hub.mustApply(SaveView{renamed}).kind, Kind::Applied);
    QVERIFY(columns() == chosen.columns);
}

void TestSavedViews::viewsAreTheirOwners()
{
    Ticket hub;
    SavedView view{.id = hub.ids.make<SavedViewId>(), .name = "VIP waiting"};
    view.conditions = {{"tag", "is", "vip"}};
    QCOMPARE(hub.mustApply(SaveView{view}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{view}).kind, Kind::NoEffect);
    QCOMPARE(HubUnderTest::must(store::savedView(*hub.database, view.id))->owner, hub.mara.id);
    QCOMPARE(hub.by(hub.tom, SaveView{view}).reason, Reason::NotFound); // he does not see it
    view.sharing = SavedView::Sharing::Team;
    view.team = hub.returns.id;
    QCOMPARE(hub.mustApply(SaveView{view}).reason, Reason::NotAllowed); // she is not in that team
    view.team = hub.care.id;
    QCOMPARE(hub.mustApply(SaveView{view}).kind, Kind::Applied);
    hub.put(hub.tom, {hub.care.id});
    QCOMPARE(hub.by(hub.tom, SaveView{view}).reason, Reason::NotAllowed);
    QCOMPARE(hub.by(hub.tom, RemoveView{view.id}).reason, Reason::NotAllowed);
    view.name = "VIP";
    QCOMPARE(hub.admin(SaveView{view}).kind, Kind::Applied);
    QCOMPARE(HubUnderTest::must(store::savedView(*hub.database, view.id))->owner, hub.mara.id);
    view.conditions.resize(31);
    QCOMPARE(hub.mustApply(SaveView{view}).reason, Reason::Invalid);
    view.conditions.resize(1);
    view.team = hub.ids.make<TeamId>();
    QCOMPARE(hub.admin(SaveView{view}).reason, Reason::NotFound);
    QCOMPARE(hub.mustApply(RemoveView{view.id}).kind, Kind::Applied);
    QVERIFY(!HubUnderTest::must(store::savedView(*hub.database, view.id)));
}

void TestSavedViews::viewsOfTwoEditors()
{
    SharedView hub;
    QCOMPARE(hub.lead(SaveView{hub.named("Very angry")}).kind, Kind::Applied);
    const Outcome late = hub.mustApply(SaveView{hub.named("Furious")}); // she had not seen that
    QCOMPARE(late.kind, Kind::Refused);
    QCOMPARE(late.reason, Reason::Changed);
    QCOMPARE(hub.now()->name, std::string("Very angry"));
    QCOMPARE(hub.mustApply(SaveView{hub.named("Very angry")}).kind, Kind::NoEffect); // they agree
    hub.view = *hub.now();
    QCOMPARE(hub.mustApply(SaveView{hub.named("Furious")}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{hub.named("Calm")}).kind, Kind::Applied); // her own change had not come back yet
    QCOMPARE(hub.now()->name, std::string("Calm"));
    QCOMPARE(hub.lead(RemoveView{hub.view.id}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SaveView{hub.named("Furious")}).reason, Reason::Changed);
    QVERIFY(!hub.now());
}

void TestSavedViews::removedViewsComeBackToTheirOwners()
{
    SharedView hub;
    const RemoveView removal{hub.view.id};
    QCOMPARE(hub.lead(removal).kind, Kind::Applied);
    SavedView back = hub.view;
    back.owner = hub.tom.id; // whatever it says
    back.sharing = SavedView::Sharing::Private;
    Command forged = hub.command(SaveView{back});
    forged.undoes = removal;
    QCOMPARE(HubUnderTest::must(hub.apply(forged, hub.tom)).reason, Reason::NotAllowed); // it was not his
    back.sharing = hub.view.sharing;
    QCOMPARE(hub.lead(SaveView{back}, removal).kind, Kind::Applied);
    QCOMPARE(hub.now()->owner, hub.mara.id);
    QCOMPARE(hub.lead(SaveView{hub.named("Other")}, removal).reason, Reason::Taken); // it is there again
    SavedView never = hub.view;
    never.id = hub.ids.make<SavedViewId>();
    QCOMPARE(hub.lead(SaveView{never}, RemoveView{never.id}).reason, Reason::Taken);
}

QTEST_APPLESS_MAIN(TestSavedViews)
#include "tst_saved_views.moc"
