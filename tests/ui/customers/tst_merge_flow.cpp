// A merge from the wish to the toast, against a hub that changes one of the two meanwhile.
#include "core/wire/features.h"
#include "tests/client/mini_hub.h"
#include "tests/client/waited.h"
#include "ui/customer/merge_flow.h"
#include "ui/shell/toasts.h"

#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;
using client::testing::idOf;
using client::testing::waited;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;

namespace {

const auto kLayla = idOf<CustomerId>(20), kHaddad = idOf<CustomerId>(21);

struct Flow {
    QTemporaryDir folder;
    MiniHub hub;
    SystemClock clock;
    Theme theme;
    client::Workspace workspace;
    QWidget window;
    std::unique_ptr<Toasts> toasts;
    std::unique_ptr<MergeFlow> flow;

    Flow()
    {
        hub.agent = {.id = idOf<AgentId>(3), .email = "ana@teapots.example", .name = "Ana", .role = Agent::Role::Admin};
        hub.put(hub.agent);
        hub.features = wire::ownFeatures();
        hub.put(customer(kLayla, "Layla", "Tea", 1000));
        hub.put(customer(kHaddad, "L. Haddad", "Coffee", 2000));
        window.resize(1200, 800);
        window.show();
    }
    static Customer customer(CustomerId id, const std::string &name, const std::string &note, std::int64_t createdMs)
    {
        return {.id = id, .name = name, .note = note, .createdAt = fromMs(createdMs)};
    }
    void come()
    {
        QVERIFY(waited(workspace.open(folder.path())));
        QVERIFY(waited(workspace.signIn(hub.url(), hub.agent.email, hub.password)));
        QTRY_COMPARE(workspace.status().state, client::Status::State::Live);
        toasts = std::make_unique<Toasts>(theme, &window);
        flow = std::make_unique<MergeFlow>(theme, clock, workspace, *toasts, &window);
    }
    QWidget *row(const QString &field)
    {
        QWidget *last = nullptr;
        for (QWidget *one : flow->sheet().findChildren<QWidget *>("mergeField")) {
            if (one->property("field").toString() == field)
                last = one;
        }
        return last;
    }
    std::vector<MergeCustomers> given() const
    {
        std::vector<MergeCustomers> all;
        for (const Command &command : hub.commands) {
            if (const auto *merge = std::get_if<MergeCustomers>(&command.body))
                all.push_back(*merge);
        }
        return all;
    }
};

} // namespace

Q_DECLARE_METATYPE(tributary::model::Channel)

class TestMergeFlow : public QObject {
    Q_OBJECT
private slots:
    void mergesAndOffersUndo();
    void whoHasChangedIsAskedAboutAgain();
    void onePersonIsNotMergedWithThemselves();
    void whoIsLookedAtStays();
    void nothingComesOverWhatSomebodyWrites_data();
    void nothingComesOverWhatSomebodyWrites();
    void severalComeOneAfterTheOther();
    void aSeriesEndsWithAnotherWish();
    void whoIsKeptApartIsNotProposedAgain();
    void ofASeriesTheOthersAreAskedAbout();
    void whatIsKnownOfAStranger_data();
    void whatIsKnownOfAStranger();
    void whatIsKnownFindsThemAtOnce();
    void enterIsForWhatIsTyped();
};

void TestMergeFlow::mergesAndOffersUndo()
{
    Flow f;
    f.come();
    QSignalSpy merged(f.flow.get(), &MergeFlow::merged);
    f.flow->review(kLayla, kHaddad);
    QTRY_VERIFY(f.flow->sheet().isVisible());
    QVERIFY(f.row("name"));
    f.flow->sheet().merge();
    QTRY_COMPARE(merged.size(), 1);
    QTRY_COMPARE(f.given().size(), 1u);
    QCOMPARE(f.given()[0].into, kLayla); // known longer
    QCOMPARE(f.given()[0].from, kHaddad);
    QVERIFY(f.given()[0].fromVersion > 0 && f.given()[0].intoVersion > 0);
    QVERIFY(!f.flow->sheet().isVisible());
    QVERIFY(f.toasts->newestText().contains("L. Haddad"));
}

void TestMergeFlow::whoHasChangedIsAskedAboutAgain()
{
    Flow f;
    f.come();
    bool isFirst = true;
    f.hub.judge = [&](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (std::holds_alternative<MergeCustomers>(command.body) && std::exchange(isFirst, false)) {
            outcome.kind = Kind::Refused;
            outcome.reason = Reason::Changed;
        }
        return outcome;
    };
    f.flow->review(kLayla, kHaddad);
    QTRY_VERIFY(f.flow->sheet().isVisible());
    const std::int64_t before = f.hub.get<Customer>(kHaddad).version;
    f.hub.put(Flow::customer(kHaddad, "L. Haddad", "Coffee, and no milk", 2000)); // a colleague, at this moment
    f.flow->sheet().merge();
    QTRY_COMPARE(f.given().size(), 1u);
    QTRY_VERIFY(f.flow->sheet().isVisible()); // asks again
    QTRY_VERIFY(f.row("note") && f.row("note")->property("changed").toBool());
    QVERIFY(!f.row("name") || !f.row("name")->property("changed").toBool());
    QTRY_COMPARE(waited(f.workspace.needsYou())->size(), 0u); // it is decided here, not in the outbox
    f.flow->sheet().merge();
    QTRY_COMPARE(f.given().size(), 2u);
    QVERIFY(std::max(f.given()[1].fromVersion, f.given()[1].intoVersion) > before);
    QVERIFY(f.given()[1].link != f.given()[0].link);
    QVERIFY(!f.flow->sheet().isVisible());
}

void TestMergeFlow::onePersonIsNotMergedWithThemselves()
{
    Flow f;
    f.come();
    f.flow->review(kLayla, kLayla);
    QTRY_COMPARE(f.toasts->count(), 1);
    QVERIFY(!f.flow->sheet().isVisible());
}

/// A merge comes back while others are being looked at.
void TestMergeFlow::whoIsLookedAtStays()
{
    Flow f;
    const auto amelie = idOf<CustomerId>(22), rousseau = idOf<CustomerId>(23);
    f.hub.put(Flow::customer(amelie, "Amelie", "", 3000));
    f.hub.put(Flow::customer(rousseau, "A. Rousseau", "", 4000));
    f.come();
    f.hub.judge = [](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        const auto *merge = std::get_if<MergeCustomers>(&command.body);
        if (merge && merge->into == kLayla) {
            outcome.kind = Kind::Refused;
            outcome.reason = Reason::Changed;
        }
        return outcome;
    };
    f.flow->review(kLayla, kHaddad);
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().merge();
    f.flow->review(amelie, rousseau);
    QTRY_VERIFY(f.toasts->newestText().contains("not done"));
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().merge();
    QTRY_COMPARE(f.given().size(), 2u);
    QCOMPARE(f.given()[1].into, amelie);
    QCOMPARE(f.given()[1].from, rousseau);
}

void TestMergeFlow::nothingComesOverWhatSomebodyWrites_data()
{
    QTest::addColumn<bool>("several");
    QTest::newRow("two that have changed meanwhile") << false;
    QTest::newRow("the next two of several") << true;
}

/// The hub answers late, when its author has gone on to something else.
void TestMergeFlow::nothingComesOverWhatSomebodyWrites()
{
    QFETCH(const bool, several);
    Flow f;
    const auto amelie = idOf<CustomerId>(22);
    f.hub.put(Flow::customer(amelie, "Amelie", "", 3000));
    f.come();
    QLineEdit editor(&f.window);
    editor.show();
    f.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&f.window));
    f.hub.judge = [several](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (!several && std::holds_alternative<MergeCustomers>(command.body)) {
            outcome.kind = Kind::Refused;
            outcome.reason = Reason::Changed;
        }
        return outcome;
    };
    several ? f.flow->reviewAll({kHaddad, kLayla, amelie}) : f.flow->review(kLayla, kHaddad);
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.hub.silent = true;
    f.flow->sheet().merge();
    QTRY_VERIFY(!f.flow->sheet().isVisible());
    editor.setFocus();
    QTRY_VERIFY(editor.hasFocus());
    f.hub.silent = false;
    f.hub.put(Flow::customer(several ? kLayla : amelie, "Layla", "Tea and coffee", 1000)); // it says what it has done
    const QString said = several ? "The next two" : "was not done";
    QTRY_VERIFY2(f.toasts->newestText().contains(said), qPrintable(f.toasts->newestText()));
    QVERIFY(!f.flow->sheet().isVisible() && editor.hasFocus());
    f.toasts->takeNewestAction();
    QTRY_VERIFY(f.flow->sheet().isVisible());
}

void TestMergeFlow::severalComeOneAfterTheOther()
{
    Flow f;
    const auto amelie = idOf<CustomerId>(22);
    f.hub.put(Flow::customer(amelie, "Amelie", "", 3000));
    f.come();
    f.flow->reviewAll({kHaddad, kLayla, amelie});
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.hub.silent = true;
    f.flow->sheet().merge();
    QTRY_COMPARE(f.given().size(), 1u);
    QCOMPARE(f.given()[0].into, kLayla);
    emit f.workspace.outboxChanged();
    waited(f.workspace.outbox());
    QCoreApplication::processEvents();
    QVERIFY(!f.flow->sheet().isVisible()); // what it makes of the two is not there yet
    f.hub.silent = false;
    f.hub.put(Flow::customer(kLayla, "Layla", "Tea and coffee", 1000)); // with this the hub says what it has done
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().merge();
    QTRY_COMPARE(f.given().size(), 2u);
    QCOMPARE(f.given()[1].into, kLayla);
    QCOMPARE(f.given()[1].from, amelie);
    QVERIFY(f.given()[1].intoVersion > f.given()[0].intoVersion);
    QTRY_COMPARE(f.workspace.status().outboxCount, 0);
    QVERIFY(!f.flow->sheet().isVisible());
}

void TestMergeFlow::aSeriesEndsWithAnotherWish()
{
    Flow f;
    const auto amelie = idOf<CustomerId>(22), rousseau = idOf<CustomerId>(23);
    f.hub.put(Flow::customer(amelie, "Amelie", "", 3000));
    f.hub.put(Flow::customer(rousseau, "A. Rousseau", "", 4000));
    f.come();
    f.flow->reviewAll({kLayla, kHaddad, amelie});
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().dismiss();
    f.flow->review(amelie, rousseau);
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().merge();
    QTRY_COMPARE(f.workspace.status().outboxCount, 0);
    QTRY_COMPARE(f.given().size(), 1u);
    QVERIFY(!f.flow->sheet().isVisible());
    f.flow->reviewAll({kLayla});
    QTRY_VERIFY(f.toasts->newestText().contains("one person already"));
}

void TestMergeFlow::whoIsKeptApartIsNotProposedAgain()
{
    Flow f;
    const auto suggestion = idOf<SuggestionId>(30);
    f.hub.put(Suggestion{.id = suggestion,
                         .customer = kHaddad,
                         .other = kLayla,
                         .reason = Suggestion::Reason::SamePhone,
                         .evidence = "+971505550172",
                         .at = fromMs(3000)});
    f.come();
    const auto proposed = [&f] { return waited(f.workspace.customerCard(kLayla)).value()->suggestions.size(); };
    QSignalSpy apart(f.flow.get(), &MergeFlow::keptApart);
    f.flow->review(kLayla, kHaddad);
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.hub.silent = true; // what it makes of it is not what this is about
    f.flow->sheet().findChild<Button *>("mergeApart")->click();
    QVERIFY(!f.flow->sheet().isVisible());
    QTRY_COMPARE(apart.size(), 1);
    QVERIFY2(f.toasts->newestText().startsWith("Kept Layla and L. Haddad apart"), qPrintable(f.toasts->newestText()));
    QCOMPARE(proposed(), 0u);
    QTRY_VERIFY(std::ranges::any_of(f.hub.commands, [suggestion](const Command &command) {
        const auto *dismiss = std::get_if<DismissSuggestion>(&command.body);
        return dismiss && dismiss->suggestion == suggestion && dismiss->dismissed;
    }));
    QVERIFY(f.given().empty());
    QVERIFY(waited(f.workspace.undo())); // as by the toast
    QCOMPARE(proposed(), 1u);
}

void TestMergeFlow::ofASeriesTheOthersAreAskedAbout()
{
    Flow f;
    const auto amelie = idOf<CustomerId>(22);
    f.hub.put(Flow::customer(amelie, "Amelie", "", 3000));
    f.hub.put(Suggestion{.id = idOf<SuggestionId>(30), .customer = kHaddad, .other = kLayla, .at = fromMs(3000)});
    f.come();
    f.flow->reviewAll({kLayla, kHaddad, amelie});
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().keepApart();
    QTRY_VERIFY(f.flow->sheet().isVisible());
    f.flow->sheet().merge();
    QTRY_COMPARE(f.given().size(), 1u);
    QCOMPARE(f.given()[0].into, kLayla);
    QCOMPARE(f.given()[0].from, amelie);
}

void TestMergeFlow::whatIsKnownOfAStranger_data()
{
    QTest::addColumn<QString>("field"); // of the customer
    QTest::addColumn<QString>("value");
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("name"); // that the channel gave
    QTest::addColumn<QStringList>("known");
    const auto row = [](const char *what, const char *field, const char *value, Channel channel, const char *address,
                        const char *name, QStringList known) {
        QTest::newRow(what) << QString(field) << QString(value) << channel << QString(address) << QString(name) << known;
    };
    row("a caller", "", "", Channel::Phone, "+971505550172", "", {"+971 50 555 0172", "0172"});
    row("a caller who has said a mail address", "Mail", "Layla@Tea.example", Channel::Phone, "+971505550172", "",
        {"layla@tea.example", "+971 50 555 0172", "0172"});
    row("a visitor who has typed a number", "number", "+971 50 555 0172", Channel::WebChat, "v81", "", {"+971505550172"});
    row("a visitor who has typed one without its country", "number", "050 555 0172", Channel::WebChat, "v81", "",
        {"+971505550172"});
    row("one with a name on the channel", "", "", Channel::WebChat, "v81", "Layla", {"Layla"});
    row("a mail address", "", "", Channel::Email, "layla.haddad@tea.example", "", {"layla haddad"});
    row("one that says nothing", "", "", Channel::Email, "lh@tea.example", "", {});
    row("a hidden one", "", "", Channel::Phone, "•••0172", "", {});
    row("a confidential field", "confidential.mail", "layla@tea.example", Channel::WebChat, "v81", "", {});
    row("a field of something else", "Membership", "Kiln Club", Channel::WebChat, "v81", "", {});
}

void TestMergeFlow::whatIsKnownOfAStranger()
{
    QFETCH(const QString, field);
    QFETCH(const QString, value);
    QFETCH(const Channel, channel);
    QFETCH(const QString, address);
    QFETCH(const QString, name);
    store::CustomerCard card{.customer = Flow::customer(kHaddad, "", "", 2000)};
    if (!field.isEmpty())
        card.customer.attributes[field.toStdString()] = value.toStdString();
    card.members = {card.customer};
    card.identities = {Identity{.channel = channel, .address = address.toStdString(), .name = name.toStdString()}};
    QTEST(knownOf(card, "AE"), "known");
}

/// The first of it that finds somebody stands in the field, with them below it; the field is empty where none does.
void TestMergeFlow::whatIsKnownFindsThemAtOnce()
{
    Flow f;
    f.hub.put(Identity{
        .id = idOf<IdentityId>(40), .customer = kLayla, .address = "layla@tea.example", .shown = "layla@tea.example"});
    f.come();
    auto *field = f.window.findChild<QLineEdit *>("customerSearchField");
    QVERIFY(field);
    auto *list = field->parentWidget()->findChild<ChoiceList *>();
    QVERIFY(list);
    const auto isFound = [&] { // addresses are found as soon as they have been read
        f.flow->find(kHaddad, QRect(0, 0, 10, 10), {"somebody else", "layla@tea.example", "+971 50 555 0172"});
        return QTest::qWaitFor(
            [&] { return std::ranges::any_of(list->choices(), [](const Choice &one) { return one.text == "Layla"; }); },
            500);
    };
    bool found = false;
    for (int i = 0; i < 20 && !found; ++i)
        found = isFound();
    QVERIFY(found);
    QCOMPARE(field->text(), QString("layla@tea.example"));
    QCOMPARE(field->selectedText(), field->text()); // to be typed over
    f.flow->find(kHaddad, QRect(0, 0, 10, 10), {"somebody else"});
    QTRY_COMPARE(field->text(), QString());
}

/// Not for the answer to what was typed before, nor for the only choice that nobody has made.
void TestMergeFlow::enterIsForWhatIsTyped()
{
    Flow f;
    f.come();
    auto *field = f.window.findChild<QLineEdit *>("customerSearchField");
    auto *list = field->parentWidget()->findChild<ChoiceList *>();
    std::vector<CustomerId> chosen;
    const auto ask = [&] {
        f.flow->search().ask(QRect(0, 0, 10, 10), {.placeholder = "Whose is it?",
                                                   .other = "A person of its own",
                                                   .chosen = [&](CustomerId id, const QString &) { chosen.push_back(id); }});
    };
    const auto shows = [list](const QString &text) {
        return std::ranges::any_of(list->choices(), [&](const Choice &one) { return one.text == text; });
    };
    ask();
    QTest::keyClick(field, Qt::Key_Return); // nothing is typed
    QTest::keyClicks(field, "Layla");
    for (int i = 0; i < 20 && !shows("Layla"); ++i) { // names are found as soon as they have been read
        field->clear();
        field->setText("Layla");
        (void)QTest::qWaitFor([&] { return shows("Layla"); }, 500);
    }
    QVERIFY(shows("Layla"));
    field->setText("Laylo");
    QTRY_VERIFY(shows("Nobody of that name is on this computer"));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(f.flow->search().isVisible() && chosen.empty());

    field->setText("Layla");
    QTRY_VERIFY(shows("Layla"));
    field->setText("Haddad");
    QTest::keyClick(field, Qt::Key_Return); // with Layla in the list still
    QTRY_COMPARE(chosen, std::vector<CustomerId>{kHaddad});

    ask();
    QTest::keyClick(field, Qt::Key_Down);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(chosen.back(), CustomerId()); // it was gone to
}

QTEST_MAIN(TestMergeFlow)
#include "tst_merge_flow.moc"
