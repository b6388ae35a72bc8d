// Who may see what: the one rule that hub and desktop share.
#include "core/model/masks.h"
#include "core/model/rights.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;

namespace {

using Plain = Agent::Role;
const TeamId kCare(RawId{std::byte(1)});
const TeamId kReturns(RawId{std::byte(2)});

} // namespace

Q_DECLARE_METATYPE(tributary::model::Agent)
Q_DECLARE_METATYPE(std::optional<tributary::model::TeamId>)

class TestRights : public QObject {
    Q_OBJECT
private slots:
    void sees_data();
    void sees();
    void seesAllOf_data();
    void seesAllOf();
    void failuresNameNobody_data();
    void failuresNameNobody();
    void whatIsFilledInIsMaskedByWhatItIs_data();
    void whatIsFilledInIsMaskedByWhatItIs();
    void whatIsLackedIsNamed_data();
    void whatIsLackedIsNamed();
};

void TestRights::sees_data()
{
    QTest::addColumn<Agent>("agent");
    QTest::addColumn<std::optional<TeamId>>("team");
    QTest::addColumn<bool>("seen");
    const std::optional<TeamId> none, care(kCare);
    QTest::newRow("of nobody in particular") << Agent{} << none << true;
    QTest::newRow("of another team") << Agent{.teams = {kReturns}} << care << false;
    QTest::newRow("of no team of theirs") << Agent{} << care << false;
    QTest::newRow("of their own team") << Agent{.teams = {kReturns, kCare}} << care << true;
    QTest::newRow("a lead, of another team") << Agent{.role = Plain::Lead, .teams = {kReturns}} << care << false;
    QTest::newRow("an admin") << Agent{.role = Plain::Admin} << care << true;
    QTest::newRow("deactivated") << Agent{.teams = {kCare}, .active = false} << care << false;
    QTest::newRow("deactivated, of nobody in particular") << Agent{.active = false} << none << false;
    QTest::newRow("a deactivated admin") << Agent{.role = Plain::Admin, .active = false} << none << false;
}

void TestRights::sees()
{
    QFETCH(const Agent, agent);
    QFETCH(const std::optional<TeamId>, team);
    QTEST(model::sees(agent, team), "seen");
    QTEST(model::sees(agent, Conversation{.team = team}), "seen");
}

void TestRights::seesAllOf_data()
{
    QTest::addColumn<Agent>("after");
    QTest::addColumn<Agent>("before");
    QTest::addColumn<bool>("all");
    const Agent care{.teams = {kCare}}, both{.teams = {kReturns, kCare}}, admin{.role = Plain::Admin};
    const Agent gone{.teams = {kCare}, .active = false};
    QTest::newRow("the same") << care << care << true;
    QTest::newRow("a team more") << both << care << true;
    QTest::newRow("a team less") << care << both << false;
    QTest::newRow("another team") << Agent{.teams = {kReturns}} << care << false;
    QTest::newRow("made admin") << admin << both << true;
    QTest::newRow("admin no more") << both << admin << false;
    QTest::newRow("deactivated") << gone << care << false;
    QTest::newRow("back again") << care << gone << true;
}

void TestRights::seesAllOf()
{
    QFETCH(const Agent, after);
    QFETCH(const Agent, before);
    QTEST(model::seesAllOf(after, before), "all");
}

void TestRights::failuresNameNobody_data()
{
    QTest::addColumn<bool>("hidden");
    QTest::newRow("who sees no addresses") << true;
    QTest::newRow("who sees no notes") << false;
}

/// Why a message did not arrive names the address that it was for.
void TestRights::failuresNameNobody()
{
    QFETCH(const bool, hidden);
    const Masks masks{.contactDetails = hidden, .notes = !hidden};
    const std::string why = "jane@x.test did not get it: no such user";
    Entity message =
        TimelineItem{.kind = TimelineItem::Kind::Outbound,
                     .delivery = Delivery{.state = Delivery::State::Failed, .problem = "recipient", .problemText = why}};
    Entity event =
        TimelineItem{.kind = TimelineItem::Kind::Event, .details = {{"event", "delivery-failed"}, {"problem", why}}};
    mask(message, masks);
    mask(event, masks);
    const Delivery &delivery = *std::get<TimelineItem>(message).delivery;
    QCOMPARE(delivery.problemText, hidden ? std::string() : why);
    QCOMPARE(delivery.problem, std::string("recipient")); // what kind of problem it is may be known
    const auto &details = std::get<TimelineItem>(event).details;
    QCOMPARE(details.contains("problem"), !hidden);
    QCOMPARE(details.at("event"), std::string("delivery-failed"));
}

void TestRights::whatIsFilledInIsMaskedByWhatItIs_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown");
    QTest::newRow("an address") << "jane@x.test"
                                << "•••@x.test";
    QTest::newRow("a number") << "+44 20 7946 0018"
                              << "••• 18";
    QTest::newRow("a number of a country") << "(020) 7946-0018"
                                           << "••• 18";
    QTest::newRow("words") << "Where is my parcel?"
                           << "Where is my parcel?";
    QTest::newRow("a date") << "2026-11-27"
                            << "2026-11-27";
    QTest::newRow("a date as it is written elsewhere") << "27.11.2026"
                                                       << "27.11.2026";
    QTest::newRow("a small number") << "12"
                                    << "12";
    QTest::newRow("nothing") << ""
                             << "";
}

/// A form has an entry for each of its labels, whatever they are called.
void TestRights::whatIsFilledInIsMaskedByWhatItIs()
{
    QFETCH(const QString, typed);
    QFETCH(const QString, shown);
    for (const bool hidden : {true, false}) {
        const Masks masks{.contactDetails = hidden, .notes = true};
        Entity form = TimelineItem{.kind = TimelineItem::Kind::Form, .details = {{"Ihre Angabe", typed.toStdString()}}};
        for (int again = 0; again < 2; ++again) { // what is masked stays as it is
            mask(form, masks);
            QCOMPARE(std::get<TimelineItem>(form).details.at("Ihre Angabe"), (hidden ? shown : typed).toStdString());
        }
    }
}

void TestRights::whatIsLackedIsNamed_data()
{
    using enum Permission;
    using Lacked = std::optional<Permission>;
    QTest::addColumn<std::vector<Permission>>("has");
    QTest::addColumn<CommandBody>("body");
    QTest::addColumn<Lacked>("lacked");
    const auto row = [](const char *name, std::vector<Permission> has, CommandBody body, Lacked lacked) {
        QTest::newRow(name) << has << body << lacked;
    };
    const SetField open{.key = "size"}, hidden{.key = "confidential.iban"};
    const SetCustomerField ofCustomer{.key = "confidential.iban"};
    SendMessage resolving;
    resolving.resolveAfter = true;
    row("nothing is needed", {}, MarkRead{}, {});
    row("what is needed is there", {EditDetails}, open, {});
    row("what is needed is not", {SeeConfidentialFields}, hidden, EditDetails);
    row("a field that is not seen", {EditDetails}, hidden, SeeConfidentialFields);
    row("a field that is seen", {EditDetails, SeeConfidentialFields}, hidden, {});
    row("a customer's that is not seen", {EditCustomers}, ofCustomer, SeeConfidentialFields);
    row("a customer's that is seen", {EditCustomers, SeeConfidentialFields}, ofCustomer, {});
    row("a reply", {Reply}, SendMessage{}, {});
    row("one that resolves", {Reply}, resolving, ChangeStatus);
    row("one that may resolve", {Reply, ChangeStatus}, resolving, {});
}

void TestRights::whatIsLackedIsNamed()
{
    using Lacked = std::optional<Permission>;
    QFETCH(const std::vector<Permission>, has);
    QFETCH(const CommandBody, body);
    QFETCH(const Lacked, lacked);
    Agent agent{.customRole = RoleId(RawId{std::byte(1)})};
    for (const Permission one : has)
        agent.permissions.emplace_back(nameOf(one));
    QVERIFY(lackedFor(agent, body) == lacked);
    QCOMPARE(may(agent, body), !lacked);
    agent.active = false;
    QVERIFY(!may(agent, body));
}

QTEST_APPLESS_MAIN(TestRights)
#include "tst_rights.moc"
