// Who may see what: the one rule that hub and desktop share.
#include "core/base/rng.h"
#include "core/model/fields.h"
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
    void whoSeesTheSameIsTakenForOne_data();
    void whoSeesTheSameIsTakenForOne();
    void allFieldsHaveBeenThoughtOf();
    void anybodyLikeThemSeesWhatTheySee();
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
    QCOMPARE(seesTheSame(after, before), after == before);
    QCOMPARE(seesTheSame(before, after), after == before);
}

namespace {

/// Whether what is shared depends on it.
const std::map<std::string_view, bool> kCounts{
    {"id", false},      {"email", false},    {"name", false},          {"role", true},        {"teams", true},
    {"active", true},   {"version", false},  {"custom_role_id", true}, {"permissions", true}, {"visibility", true},
    {"accounts", true}, {"capacity", false}, {"away", false},          {"languages", false}};

const ChannelAccountId kMail(RawId{std::byte(3)}), kChat(RawId{std::byte(4)});
const RoleId kRole(RawId{std::byte(5)});
const std::string kNotes = "see-customer-notes", kContacts = "see-contact-details";

} // namespace

void TestRights::allFieldsHaveBeenThoughtOf()
{
    std::size_t count = 0;
    fieldsOf<Agent>([&](std::string_view name, auto) {
        QVERIFY2(kCounts.contains(name), name.data());
        ++count;
    });
    QCOMPARE(count, kCounts.size());
}

void TestRights::whoSeesTheSameIsTakenForOne_data()
{
    QTest::addColumn<Agent>("one");
    QTest::addColumn<Agent>("other");
    QTest::addColumn<bool>("same");
    using Permissions = std::vector<std::string>;
    const Agent plain{.teams = {kCare}};
    const auto custom = [](Permissions permissions, Visibility visibility = Visibility::Teams) {
        return Agent{.customRole = kRole, .permissions = std::move(permissions), .visibility = visibility};
    };
    Agent renamed{.id = AgentId(RawId{std::byte(9)}), .email = "a@b.test", .name = "A", .teams = {kCare}, .version = 7};
    renamed.capacity = 3;
    renamed.away = true;
    renamed.languages = {"de"};
    QTest::newRow("somebody else") << plain << renamed << true;
    QTest::newRow("a lead") << plain << Agent{.role = Plain::Lead, .teams = {kCare}} << true;
    QTest::newRow("an admin") << plain << Agent{.role = Plain::Admin, .teams = {kCare}} << false;
    QTest::newRow("admins of other teams")
        << Agent{.role = Plain::Admin, .teams = {kCare}} << Agent{.role = Plain::Admin} << true;
    QTest::newRow("another team") << plain << Agent{.teams = {kReturns}} << false;
    QTest::newRow("a team more") << plain << Agent{.teams = {kCare, kReturns}} << false;
    QTest::newRow("teams in another order")
        << Agent{.teams = {kReturns, kCare}} << Agent{.teams = {kCare, kReturns}} << true;
    QTest::newRow("of one account") << plain << Agent{.teams = {kCare}, .accounts = {kMail}} << false;
    QTest::newRow("of another account") << Agent{.accounts = {kChat}} << Agent{.accounts = {kMail}} << false;
    QTest::newRow("without notes") << custom({kContacts, kNotes}) << custom({kContacts}) << false;
    QTest::newRow("who may do more") << custom({kNotes}) << custom({"export", kNotes}) << true;
    QTest::newRow("a role like a plain one") << Agent{} << custom({"see-confidential-fields", kContacts, kNotes}) << true;
    QTest::newRow("of all teams") << custom({kNotes}) << custom({kNotes}, Visibility::Everything) << false;
}

void TestRights::whoSeesTheSameIsTakenForOne()
{
    QFETCH(const Agent, one);
    QFETCH(const Agent, other);
    QVERIFY(anybodyLike(one) && anybodyLike(other));
    QTEST(anybodyLike(one) == anybodyLike(other), "same");
    // Of who they are nothing is left.
    fieldsOf<Agent>([&](std::string_view name, auto member) {
        if (!kCounts.at(name))
            QVERIFY2((*anybodyLike(other)).*member == Agent().*member, name.data());
    });
}

void TestRights::anybodyLikeThemSeesWhatTheySee()
{
    SeededRng rng(11);
    const AgentId other(RawId{std::byte(8)});
    const auto some = [&](const auto &all) {
        std::decay_t<decltype(all)> picked;
        for (const auto &one : all) {
            if (rng.below(2) == 0)
                picked.push_back(one);
        }
        return picked;
    };
    std::vector<std::string> permissions;
    for (std::size_t i = 0; i < kPermissions; ++i)
        permissions.emplace_back(nameOf(Permission(i)));
    int shared = 0;
    for (int round = 0; round < 4'000; ++round) {
        Agent agent{.id = AgentId(RawId{std::byte(7)}), .role = Plain(rng.below(3)), .active = rng.below(8) > 0};
        agent.teams = some(std::vector{kCare, kReturns});
        if (rng.below(2) == 0) {
            agent.customRole = kRole;
            agent.permissions = some(permissions);
        }
        agent.visibility = Visibility(rng.below(3));
        agent.accounts = some(std::vector{kMail, kChat});
        const auto like = anybodyLike(agent);
        QCOMPARE(like.has_value(), agent.active && visibilityOf(agent) != Visibility::Assigned);
        if (!like)
            continue;
        ++shared;
        QVERIFY(masksOf(*like) == masksOf(agent));
        for (const std::optional<TeamId> &team : {std::optional<TeamId>(), std::optional(kCare), std::optional(kReturns)}) {
            QCOMPARE(model::sees(*like, team), model::sees(agent, team));
            QCOMPARE(model::sees(*like, SavedView{.owner = other, .sharing = SavedView::Sharing::Team, .team = team}),
                     model::sees(agent, SavedView{.owner = other, .sharing = SavedView::Sharing::Team, .team = team}));
            for (const std::optional<AgentId> &assignee :
                 {std::optional<AgentId>(), std::optional(agent.id), std::optional(other)}) {
                for (const ChannelAccountId account : {kMail, kChat}) {
                    const Scope scope{team, assignee, account};
                    QCOMPARE(model::sees(*like, scope), model::sees(agent, scope));
                }
            }
        }
    }
    QVERIFY(shared > 1'000);
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
