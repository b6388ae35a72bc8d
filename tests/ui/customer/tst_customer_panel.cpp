// The panel beside the timeline: what is edited where it stands, what asks first, and what an agent may not do.
#include "tests/ui/customer/panel_under_test.h"

#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;
using namespace tributary::ui::testing;

class TestCustomerPanel : public QObject {
    Q_OBJECT
private slots:
    void whatIsKnownAlreadyIsShownAtOnce();
    void whatWasUnfoldedIsFoldedForAnother();
    void enterSavesAndEscReverts();
    void whatWillNotDoIsSaid();
    void newsDoesNotTakeWhatIsBeingTyped();
    void anotherPersonDoes();
    void allPreviousConversationsCanBeSeen();
    void ofManyOpenOnesNotAllHaveARow();
    void whatIsTypedIsSavedBeforeAnotherComes_data();
    void whatIsTypedIsSavedBeforeAnotherComes();
    void whatWasRefusedStandsThereAgain_data();
    void whatWasRefusedStandsThereAgain();
    void aRefusedAddressStandsThereAgain();
    void whatWasRefusedIsOfWhoeverTypedIt();
    void theFocusStaysWhereItWas_data();
    void theFocusStaysWhereItWas();
    void aSuggestionIsReviewedOrDismissed();
    void ofSeveralSuggestionsEachIsReached();
    void anUnknownPersonIsLinked();
    void headSaysWhoAndWhen();
    void aTagOfSeveralIsRemovedAtOnce_data();
    void aTagOfSeveralIsRemovedAtOnce();
    void aTagOfAnyMemberIsNotOfferedAgain();
    void nothingIsShownTwice();
    void blockedIsAStripWithAWayOut();
    void confidentialFieldsAreForWhoSeesThem_data();
    void confidentialFieldsAreForWhoSeesThem();
    void whatAnAgentMayNotDoSaysWhy_data();
    void whatAnAgentMayNotDoSaysWhy();
    void withoutTheHubNobodyMerges();
    void aMergeIsUndone_data();
    void aMergeIsUndone();
    void everythingHasAName();
};

/// The panel of somebody else is made once where all is there, and never with what is of a third person.
void TestCustomerPanel::whatIsKnownAlreadyIsShownAtOnce()
{
    Panel p;
    QVERIFY(p.field("birthday"));
    p.card.customer.id = CustomerId(RawId{std::byte(9)});
    p.card.members = {p.card.customer};
    p.panel.showCard(p.card, {}, store::PersonBeside{.details = p.details, .belongings = {}});
    QVERIFY2(!p.field("birthday"), "of whoever was shown before");
    p.card.customer.id = CustomerId(RawId{std::byte(8)});
    p.card.members = {p.card.customer};
    p.details.customer = p.card.customer.id;
    const store::PersonBeside beside{.details = p.details, .belongings = {.customer = p.card.customer.id}};
    p.panel.showCard(p.card, {}, beside);
    FieldRow *row = p.field("birthday");
    QVERIFY(row);
    p.panel.showBeside(beside); // says nothing new
    QCOMPARE(p.field("birthday"), row);
    p.panel.showCard(p.card, {});
    QCOMPARE(p.field("birthday"), row);
}

/// Also where all that there is of them is here at once.
void TestCustomerPanel::whatWasUnfoldedIsFoldedForAnother()
{
    Panel p;
    for (int i = 0; i < 11; ++i)
        p.card.conversations.push_back(
            {.id = ConversationId(RawId{std::byte(40 + i)}), .status = Conversation::Status::Resolved});
    p.show();
    const auto rows = [&p] { return p.panel.findChildren<QWidget *>("panelConversation").size(); };
    QTRY_COMPARE(rows(), 8);
    p.panel.findChild<Button *>("showAll-previous")->click();
    QTRY_COMPARE(rows(), 11);
    p.card.customer.id = p.details.customer = CustomerId(RawId{std::byte(8)});
    p.card.members = {p.card.customer};
    const store::PersonBeside beside{.details = p.details, .belongings = {.customer = p.card.customer.id}};
    p.panel.showCard(p.card, {}, beside);
    QTRY_COMPARE(rows(), 8);
}

void TestCustomerPanel::enterSavesAndEscReverts()
{
    Panel p;
    QLineEdit *editor = p.edit("birthday");
    QVERIFY(editor);
    QTest::keyClicks(editor, "2026-11-26");
    QTest::keyClick(editor, Qt::Key_Escape);
    QVERIFY(p.commands.empty());
    QTRY_VERIFY(!p.field("birthday")->isEditing());
    editor = p.field("birthday")->findChild<QLineEdit *>("fieldEditor");
    p.field("birthday")->edit();
    for (QLineEdit *one : p.panel.findChildren<QLineEdit *>("fieldEditor"))
        editor = one;
    QTest::keyClicks(editor, "2026-11-26");
    QTest::keyClick(editor, Qt::Key_Return);
    QCOMPARE(p.commands.size(), std::size_t(1));
    const auto &set = std::get<SetCustomerField>(p.commands.front());
    QCOMPARE(set.key, std::string("birthday"));
    QCOMPARE(set.value, std::string("2026-11-26"));
}

void TestCustomerPanel::whatWillNotDoIsSaid()
{
    Panel p;
    QLineEdit *editor = p.edit("birthday");
    QTest::keyClicks(editor, "soon");
    QTest::keyClick(editor, Qt::Key_Return);
    QVERIFY(p.commands.empty());
    QVERIFY(p.field("birthday")->isEditing()); // the words stay
    const auto *problem = p.panel.findChild<QLabel *>("fieldProblem");
    QVERIFY(problem && !problem->text().isEmpty());
    QCOMPARE(editor->accessibleDescription(), problem->text());
    // Where it would be lost, it shows itself.
    const QString refused = p.panel.showRefused();
    QVERIFY2(refused.contains(problem->text()) && refused.startsWith("Birthday"), qPrintable(refused));
    editor->setText("2026-11-26");
    p.panel.leaveFields();
    QCOMPARE(p.panel.showRefused(), QString());
}

void TestCustomerPanel::newsDoesNotTakeWhatIsBeingTyped()
{
    Panel p;
    QPointer<QLineEdit> editor = p.edit("birthday");
    QTest::keyClicks(editor, "26 No");
    p.card.customer.tags = {"vip", "breakage"};
    p.card.members = {p.card.customer};
    p.show();
    QVERIFY(editor);
    QCOMPARE(editor->text(), QStringLiteral("26 No"));
    QCOMPARE(p.panel.findChildren<Button *>("customerTag").size(), 1);
    QTest::keyClick(editor, Qt::Key_Escape);
    QTRY_COMPARE(p.panel.findChildren<Button *>("customerTag").size(), 2); // shown when that is over
}

void TestCustomerPanel::allPreviousConversationsCanBeSeen()
{
    Panel p;
    for (int i = 0; i < 11; ++i)
        p.card.conversations.push_back({.id = ConversationId(RawId{std::byte(40 + i)}),
                                        .subject = "Subject " + std::to_string(i),
                                        .status = Conversation::Status::Resolved});
    p.show();
    const auto rows = [&p] { return p.panel.findChildren<QWidget *>("panelConversation").size(); };
    QTRY_COMPARE(rows(), 8);
    auto *all = p.panel.findChild<Button *>("showAll-previous");
    QVERIFY(all && all->text().contains("11"));
    all->click();
    QTRY_COMPARE(rows(), 11);
    const auto header = [&p] { return p.panel.findChild<QWidget *>("section-previous")->accessibleName(); };
    QVERIFY(!header().contains("newest"));
    p.card.moreResolved = 401; // older ones, which were not read: that is said
    p.show();
    QTRY_VERIFY(header().contains("newest 11 of 412"));
}

void TestCustomerPanel::ofManyOpenOnesNotAllHaveARow()
{
    Panel p;
    for (int i = 0; i < 25; ++i)
        p.card.conversations.push_back({.id = ConversationId(RawId{std::byte(40 + i)}), .subject = "Subject"});
    p.show();
    const auto rows = [&p] { return p.panel.findChildren<QWidget *>("panelConversation").size(); };
    QTRY_COMPARE(rows(), 20);
    p.panel.findChild<Button *>("showAll-open")->click();
    QTRY_COMPARE(rows(), 25);
}

void TestCustomerPanel::anotherPersonDoes()
{
    Panel p;
    QPointer<QLineEdit> editor = p.edit("birthday");
    p.card.customer.id = CustomerId(RawId{std::byte(7)});
    p.details.customer = p.card.customer.id;
    p.show();
    QTRY_VERIFY(!editor);
}

void TestCustomerPanel::whatIsTypedIsSavedBeforeAnotherComes_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("leaves");
    QTest::addColumn<int>("saved");
    QTest::newRow("another person") << "2026-11-26" << false << 1;
    QTest::newRow("nobody") << "2026-11-26" << true << 1;
    QTest::newRow("what will not do is not") << "soon" << false << 0;
    QTest::newRow("what is as it was is not") << "" << false << 0;
}

void TestCustomerPanel::whatIsTypedIsSavedBeforeAnotherComes()
{
    QFETCH(QString, typed);
    QFETCH(bool, leaves);
    QFETCH(int, saved);
    Panel p;
    const CustomerId whose = p.card.customer.id;
    QTest::keyClicks(p.edit("birthday"), typed);
    p.card.customer.id.bytes[0] = std::byte(99);
    if (leaves)
        p.panel.clear();
    else
        p.panel.showCard(p.card, {});
    QCOMPARE(int(p.commands.size()), saved);
    if (saved > 0)
        QCOMPARE(std::get<SetCustomerField>(p.commands.front()).customer, whose);
}

void TestCustomerPanel::whatWasRefusedStandsThereAgain_data()
{
    QTest::addColumn<bool>("leaves");
    QTest::addColumn<bool>("detailsLater");
    QTest::newRow("another person") << false << false;
    QTest::newRow("nobody") << true << false;
    QTest::newRow("the fields come behind the card") << false << true;
}

/// What will not do is no reason to forget it.
void TestCustomerPanel::whatWasRefusedStandsThereAgain()
{
    QFETCH(const bool, leaves);
    QFETCH(const bool, detailsLater);
    Panel p;
    const store::CustomerCard layla = p.card;
    const store::PersonBeside beside{.details = p.details, .belongings = {.customer = layla.customer.id}};
    QSignalSpy left(&p.panel, &CustomerPanel::refusedLeft);
    QTest::keyClicks(p.edit("birthday"), "soon");
    store::CustomerCard other = p.card;
    other.customer.id.bytes[0] = std::byte(99);
    if (leaves)
        p.panel.clear();
    else
        p.panel.showCard(other, {});
    QCOMPARE(left.size(), 1);
    QCOMPARE(left.front().front().value<CustomerId>(), layla.customer.id);
    QVERIFY(left.front().back().toString().contains("Birthday: "));
    QVERIFY(!p.panel.showRefused().isEmpty()); // nor does the window close over it
    p.panel.showCard(layla, {}, detailsLater ? std::nullopt : std::optional(beside));
    p.panel.showBeside(beside);
    FieldRow *row = p.field("birthday");
    QVERIFY(row && row->refused());
    QCOMPARE(row->refused()->typed, QString("soon"));
    QVERIFY(QApplication::focusWidget() != row->findChild<QLineEdit *>("fieldEditor"));
    QVERIFY(p.commands.empty());
    auto *editor = p.field("birthday")->findChild<QLineEdit *>("fieldEditor");
    editor->setText("2026-11-26");
    QTest::keyClick(editor, Qt::Key_Return);
    QCOMPARE(p.commands.size(), 1u);
    QVERIFY(p.panel.showRefused().isEmpty());
}

/// A message of theirs comes, and the panel is made anew.
void TestCustomerPanel::aRefusedAddressStandsThereAgain()
{
    Panel p;
    p.panel.findChild<Button *>("addIdentity")->click();
    auto *picker = p.picker.findChild<QLineEdit *>("pickerField");
    QTRY_VERIFY(picker->isVisible());
    QTest::keyClick(picker, Qt::Key_Return); // by mail
    const auto editor = [&p]() -> QLineEdit * {
        const auto all = p.panel.findChildren<QLineEdit *>("fieldEditor");
        return all.isEmpty() ? nullptr : all.back();
    };
    QVERIFY(editor());
    QTest::keyClicks(editor(), "anna.example");
    QTest::keyClick(editor(), Qt::Key_Return);
    QVERIFY(!p.panel.showRefused().isEmpty());
    editor()->clearFocus(); // for something else
    p.card.customer.note = "Green tea";
    p.card.members = {p.card.customer};
    p.panel.showCard(p.card, {});
    QVERIFY(p.panel.showRefused().contains("name@example.com"));
    QCOMPARE(editor()->text(), QString("anna.example"));
    QVERIFY(p.commands.empty());
    editor()->setText("anna@work.example");
    QTest::keyClick(editor(), Qt::Key_Return);
    QCOMPARE(p.commands.size(), 1u);
    QCOMPARE(std::get<AddIdentity>(p.commands.front()).address, std::string("anna@work.example"));
}

void TestCustomerPanel::whatWasRefusedIsOfWhoeverTypedIt()
{
    Panel p;
    QTest::keyClicks(p.edit("birthday"), "soon");
    p.panel.clear();
    p.panel.setAgent({.id = AgentId(RawId{std::byte(7)}), .role = Agent::Role::Admin});
    QVERIFY(p.panel.showRefused().isEmpty());
    p.show();
    QVERIFY(!p.field("birthday") || !p.field("birthday")->refused());
}

void TestCustomerPanel::theFocusStaysWhereItWas_data()
{
    QTest::addColumn<bool>("isGone");
    QTest::newRow("it is there again") << false;
    QTest::newRow("it is gone: what stands in its place") << true;
}

/// All rows are made anew with each change; single keys need something that has the focus.
void TestCustomerPanel::theFocusStaysWhereItWas()
{
    QFETCH(const bool, isGone);
    Panel p;
    const auto show = [&p] {
        p.card.members = {p.card.customer};
        p.show();
    };
    p.card.customer.tags = {"vip", "wholesale"};
    show();
    p.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&p.window));
    Button *tag = nullptr;
    for (Button *one : p.panel.findChildren<Button *>()) {
        if (one->accessibleName().contains("wholesale"))
            tag = one;
    }
    QVERIFY(tag);
    tag->setFocus(Qt::TabFocusReason);
    const QString name = tag->accessibleName();
    if (isGone)
        p.card.customer.tags = {"vip"};
    else
        p.card.customer.note = "Likes blue";
    show();
    auto *focus = qobject_cast<QAbstractButton *>(QApplication::focusWidget());
    QVERIFY(focus && p.panel.isAncestorOf(focus));
    QCOMPARE(focus->accessibleName().contains("wholesale"), !isGone);
}

void TestCustomerPanel::aSuggestionIsReviewedOrDismissed()
{
    Panel p;
    const Suggestion suggestion{
        .id = SuggestionId(RawId{std::byte(5)}), .reason = Suggestion::Reason::SamePhone, .evidence = "+1"};
    Customer other{.id = CustomerId(RawId{std::byte(6)}), .name = "L. Haddad"};
    p.card.suggestions = {{suggestion, other, {}}};
    p.show();
    QSignalSpy review(&p.panel, &CustomerPanel::mergeWanted);
    p.panel.findChild<Button *>("reviewSuggestion")->click();
    QCOMPARE(review.size(), 1);
    QVERIFY(review.front().front().value<CustomerId>() == other.id);
    p.panel.findChild<Button *>("dismissSuggestion")->click();
    QVERIFY(std::get<DismissSuggestion>(p.commands.back()).suggestion == suggestion.id);
}

void TestCustomerPanel::anUnknownPersonIsLinked()
{
    Panel p;
    p.show();
    QVERIFY(!p.panel.findChild<QWidget *>("unknownPerson")); // who has a name is known
    p.card.customer.name.clear();
    p.show();
    QVERIFY(p.panel.findChild<QWidget *>("unknownPerson"));
    QSignalSpy wanted(&p.panel, &CustomerPanel::mergeWanted);
    p.panel.findChild<Button *>("linkToCustomer")->click();
    QCOMPARE(wanted.size(), 1);
    QVERIFY(wanted.front().front().value<CustomerId>().isNull()); // somebody is to be found
    p.panel.setLinked(false);
    QVERIFY(!p.panel.findChild<Button *>("linkToCustomer")->isEnabled());
    p.panel.setLinked(true);
    p.card.suggestions = {{{.id = SuggestionId(RawId{std::byte(5)})}, {.id = CustomerId(RawId{std::byte(6)})}, {}}};
    p.show();
    QVERIFY(!p.panel.findChild<QWidget *>("unknownPerson")); // somebody is proposed
    QVERIFY(p.panel.findChild<QWidget *>("mergeSuggestion"));
}

void TestCustomerPanel::ofSeveralSuggestionsEachIsReached()
{
    Panel p;
    for (const int id : {5, 6, 7}) {
        store::CustomerCard::Suggested suggested{.other = {.id = CustomerId(RawId{std::byte(id)})}};
        suggested.suggestion.id = SuggestionId(RawId{std::byte(id)});
        p.card.suggestions.push_back(suggested);
    }
    p.show();
    std::vector<CustomerId> reviewed;
    QObject::connect(&p.panel, &CustomerPanel::mergeWanted, [&](CustomerId other) { reviewed.push_back(other); });
    const auto shown = [&p] { return p.panel.suggestion()->other.id.bytes[0]; };
    QCOMPARE(shown(), std::byte(5));
    p.panel.findChild<Button *>("nextSuggestion")->click();
    QTRY_COMPARE(shown(), std::byte(6));
    QVERIFY(p.panel.findChild<QLabel *>("suggestionCount")->text().contains("2 of 3"));
    p.panel.findChild<Button *>("reviewSuggestion")->click();
    QVERIFY(reviewed.back() == p.card.suggestions[1].other.id);
    p.panel.findChild<Button *>("previousSuggestion")->click();
    QTRY_COMPARE(shown(), std::byte(5));
    p.panel.findChild<Button *>("previousSuggestion")->click();
    QTRY_COMPARE(shown(), std::byte(7)); // round
    p.card.suggestions.pop_back();       // dismissed: another is shown
    p.show();
    QCOMPARE(shown(), std::byte(5));
}

void TestCustomerPanel::headSaysWhoAndWhen()
{
    Panel p;
    QVERIFY(p.panel.findChild<QWidget *>("vip")); // the tag
    auto *time = p.panel.findChild<QLabel *>("localTime");
    QVERIFY(time->isHidden());
    p.card.customer.attributes["Time zone"] = "Asia/Dubai";
    p.card.customer.tags = {"breakage"};
    p.card.members = {p.card.customer};
    p.show();
    time = p.panel.findChildren<QLabel *>("localTime").constLast();
    QVERIFY(!time->isHidden());
    QVERIFY2(time->text().contains("Dubai"), qPrintable(time->text()));
    QVERIFY(p.panel.findChildren<QWidget *>("vip").isEmpty());
}

void TestCustomerPanel::aTagOfSeveralIsRemovedAtOnce_data()
{
    QTest::addColumn<int>("others"); // merged into them, who have it as well
    QTest::addColumn<int>("single");
    QTest::addColumn<int>("together");
    QTest::newRow("their own") << 0 << 1 << 0;
    QTest::newRow("of two") << 1 << 0 << 2;
    QTest::newRow("of three") << 2 << 0 << 3;
}

void TestCustomerPanel::aTagOfSeveralIsRemovedAtOnce()
{
    QFETCH(int, others);
    QFETCH(int, single);
    QFETCH(int, together);
    Panel p;
    for (int i = 0; i < others; ++i)
        p.card.members.push_back({.id = CustomerId(RawId{std::byte(20 + i)}), .tags = {"vip", "lamp"}});
    p.card.members.push_back({.id = CustomerId(RawId{std::byte(30)}), .tags = {"lamp"}}); // has it not
    p.show();
    Button *chip = nullptr;
    for (Button *one : p.panel.findChildren<Button *>("customerTag")) {
        if (one->text() == "vip")
            chip = one;
    }
    QVERIFY(chip);
    chip->click();
    QCOMPARE(int(p.commands.size()), single);
    QCOMPARE(int(p.together.size()), together > 0 ? 1 : 0); // one thing, and one to be taken back
    std::set<CustomerId> whose;
    for (const CommandBody &body : single > 0 ? p.commands : p.together.front()) {
        const auto &set = std::get<SetCustomerTags>(body);
        QVERIFY(set.add.empty());
        QCOMPARE(set.remove, std::vector<std::string>{"vip"});
        whose.insert(set.customer);
    }
    QCOMPARE(int(whose.size()), single + together);
}

void TestCustomerPanel::aTagOfAnyMemberIsNotOfferedAgain()
{
    Panel p;
    p.card.members.push_back({.id = CustomerId(RawId{std::byte(20)}), .tags = {"lamp"}});
    p.panel.setKnownTags({"lamp", "uae", "vip"});
    p.show();
    p.panel.findChildren<Button *>("addTag").constLast()->click();
    QTRY_VERIFY(p.picker.isVisible());
    QTest::keyClick(p.pickerField(), Qt::Key_1);
    QCOMPARE(std::get<SetCustomerTags>(p.commands.back()).add, std::vector<std::string>{"uae"});
}

void TestCustomerPanel::nothingIsShownTwice()
{
    Panel p;
    p.card.customer.attributes = {
        {"Birthday", "May"}, {"Company", "Desert Teas"}, {"customer since", "March 2021"}, {"Prefers", "Email"}};
    p.card.members = {p.card.customer};
    p.show();
    QStringList said;
    for (const QAbstractButton *value : p.panel.findChildren<QAbstractButton *>()) {
        if (qobject_cast<FieldRow *>(value->parentWidget()))
            said.append(value->accessibleName());
    }
    QCOMPARE(said.filter(QRegularExpression("^birthday:", QRegularExpression::CaseInsensitiveOption)),
             QStringList{"Birthday: May"});
    QCOMPARE(said.filter(QRegularExpression("^company:", QRegularExpression::CaseInsensitiveOption)),
             QStringList{"Company: Desert Teas"});
    QCOMPARE(said.filter(QRegularExpression("^customer since:", QRegularExpression::CaseInsensitiveOption)).size(), 1);
    QCOMPARE(said.filter("Prefers").size(), 1);
}

void TestCustomerPanel::blockedIsAStripWithAWayOut()
{
    Panel p;
    QVERIFY(!p.panel.findChild<QWidget *>("blockedStrip"));
    p.card.members.push_back({.id = CustomerId(RawId{std::byte(9)}), .blocked = true}); // by somebody merged into them
    p.show();
    QVERIFY(p.panel.findChild<QWidget *>("blockedStrip"));
    p.panel.findChild<Button *>("unblock")->click();
    const auto &block = std::get<BlockCustomer>(p.commands.back());
    QVERIFY(!block.blocked && block.customer == p.card.customer.id);
}

void TestCustomerPanel::confidentialFieldsAreForWhoSeesThem_data()
{
    QTest::addColumn<bool>("sees");
    QTest::newRow("who sees them") << true;
    QTest::newRow("who does not") << false;
}

void TestCustomerPanel::confidentialFieldsAreForWhoSeesThem()
{
    QFETCH(const bool, sees);
    Panel p;
    p.details.fields.push_back({.key = "confidential.iban", .name = "IBAN"});
    p.card.customer.attributes = {{"iban", "DE02"}}; // by an import: everybody's, whatever it is called
    p.card.members = {p.card.customer};
    p.agent.customRole = RoleId(RawId{std::byte(3)});
    p.agent.permissions = permissionsOf(Agent::Role::Admin);
    if (!sees)
        std::erase(p.agent.permissions, std::string(nameOf(Permission::SeeConfidentialFields)));
    p.show();
    QVERIFY(p.field("birthday"));
    QCOMPARE(p.field("confidential.iban") != nullptr, sees);
    QStringList said;
    for (const QAbstractButton *value : p.panel.findChildren<QAbstractButton *>()) {
        if (qobject_cast<FieldRow *>(value->parentWidget()))
            said.append(value->accessibleName());
    }
    QCOMPARE(said.filter(QRegularExpression("^iban:", QRegularExpression::CaseInsensitiveOption)),
             QStringList{sees ? "IBAN: DE02" : "iban: DE02"});
}

void TestCustomerPanel::whatAnAgentMayNotDoSaysWhy_data()
{
    QTest::addColumn<int>("permission");
    QTest::addColumn<QString>("name");
    QTest::newRow("merge") << int(Permission::MergeCustomers) << "mergeCustomer";
    QTest::newRow("review") << int(Permission::MergeCustomers) << "reviewSuggestion";
    QTest::newRow("not the same") << int(Permission::MergeCustomers) << "dismissSuggestion";
    QTest::newRow("tags") << int(Permission::EditCustomers) << "addTag";
    QTest::newRow("addresses") << int(Permission::EditCustomers) << "addIdentity";
    QTest::newRow("consent") << int(Permission::RecordConsent) << "consent";
    QTest::newRow("unblock") << int(Permission::BlockCustomers) << "unblock";
}

void TestCustomerPanel::whatAnAgentMayNotDoSaysWhy()
{
    QFETCH(int, permission);
    QFETCH(QString, name);
    Panel p;
    p.card.suggestions = {{{.id = SuggestionId(RawId{std::byte(5)})}, {.id = CustomerId(RawId{std::byte(6)})}, {}}};
    p.card.customer.blocked = p.card.members.front().blocked = true;
    p.show();
    p.details.consents = p.details.recorded = {{.granted = true, .source = "form"}};
    p.show();
    QVERIFY(p.panel.findChild<Button *>(name)->isEnabled());
    p.agent.customRole = RoleId(RawId{std::byte(3)});
    p.agent.permissions = permissionsOf(Agent::Role::Admin);
    std::erase(p.agent.permissions, std::string(nameOf(Permission(permission))));
    p.show();
    const auto *button = p.panel.findChildren<Button *>(name).constLast();
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains("admin"));
}

void TestCustomerPanel::withoutTheHubNobodyMerges()
{
    Panel p;
    p.panel.setLinked(false);
    QVERIFY(!p.panel.findChild<Button *>("mergeCustomer")->isEnabled());
    QVERIFY(p.panel.findChild<Button *>("mergeCustomer")->toolTip().contains("hub"));
    const auto merge = [&p] {
        delete p.panel.findChild<QMenu *>("customerMenu");
        p.panel.findChild<Button *>("customerMore")->click();
        return p.panel.findChild<QMenu *>("customerMenu")->actions().front();
    };
    QCOMPARE(merge()->text(), QString("Merge with another customer"));
    QVERIFY(!merge()->isEnabled());
    QCOMPARE(merge()->toolTip(), QString("This needs the hub, which is not reached now."));
    p.panel.setLinked(true);
    QVERIFY(p.panel.findChild<Button *>("mergeCustomer")->isEnabled());
    QVERIFY(merge()->isEnabled());
    QVERIFY(!merge()->toolTip().contains("hub"));
}

void TestCustomerPanel::aMergeIsUndone_data()
{
    QTest::addColumn<bool>("linked");
    QTest::newRow("the hub answers") << true;
    QTest::newRow("the hub is away") << false;
}

/// Each of those whom somebody was merged from, by itself.
void TestCustomerPanel::aMergeIsUndone()
{
    QFETCH(const bool, linked);
    Panel p;
    for (const int name : {6, 7}) {
        const CustomerId from(RawId{std::byte(name)});
        p.card.members.push_back({.id = from, .name = name == 6 ? "L. Haddad" : ""});
        p.card.links.push_back({.id = CustomerLinkId(RawId{std::byte(name)}),
                                .from = from,
                                .into = p.card.customer.id,
                                .evidence = "l@mail.test"});
    }
    p.show();
    p.panel.setLinked(linked);
    QList<Button *> undo;
    for (Button *one : p.panel.findChildren<Button *>("unlink")) {
        if (one->isVisibleTo(&p.panel))
            undo.append(one);
    }
    QCOMPARE(undo.size(), 2);
    QCOMPARE(undo[0]->accessibleName(), QString("Undo the merge of L. Haddad"));
    QCOMPARE(undo[1]->accessibleName(), QString("Undo the merge of Visitor"));
    QCOMPARE(undo[0]->isEnabled(), linked);
    QCOMPARE(undo[1]->toolTip().contains("hub"), !linked);
    undo[1]->click();
    QVERIFY(p.commands
            == (linked ? std::vector<CommandBody>{UnlinkCustomers{CustomerLinkId(RawId{std::byte(7)})}}
                       : std::vector<CommandBody>()));
}

void TestCustomerPanel::everythingHasAName()
{
    Panel p;
    for (const QWidget *widget : p.panel.findChildren<QWidget *>()) {
        if (!(widget->focusPolicy() & Qt::TabFocus))
            continue;
        const auto *button = qobject_cast<const QAbstractButton *>(widget);
        QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()),
                 qPrintable(widget->objectName() + " " + widget->metaObject()->className()));
    }
}

QTEST_MAIN(TestCustomerPanel)
#include "tst_customer_panel.moc"
