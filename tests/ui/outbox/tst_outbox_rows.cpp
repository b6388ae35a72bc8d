// What the outbox says, and how its list is steered by keys.
#include "core/model/command_files.h"
#include "ui/outbox/outbox_list.h"

#include <QAccessible>
#include <QApplication>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using client::OutboxEntry;
using State = OutboxEntry::State;
using Reason = model::Outcome::Reason;

namespace {

const TimePoint kNow = fromMs(1'700'000'000'000);
const TimeFormat kFormat(QLocale(QLocale::English, QLocale::UnitedKingdom), QTimeZone::utc());

OutboxEntry text(std::int64_t n, const char *name, const char *body, State state = State::Waits)
{
    OutboxEntry entry{.state = state, .name = name};
    entry.command.n = n;
    entry.command.at = kNow;
    entry.command.body = model::SendMessage{.body = body};
    entry.channel = model::Channel::WebChat;
    return entry;
}

OutboxEntry change(std::int64_t n, const char *name, model::CommandBody body)
{
    OutboxEntry entry{.name = name};
    entry.command.n = n;
    entry.command.at = kNow;
    entry.command.body = std::move(body);
    return entry;
}

QStringList ways(const OutboxRow &row)
{
    QStringList texts;
    for (const OutboxButton &button : row.buttons)
        texts.append(button.text);
    return texts;
}

std::vector<OutboxEntry> many(int count)
{
    std::vector<OutboxEntry> entries;
    for (int i = 1; i <= count; ++i)
        entries.push_back(text(i, "Layla", "It is on its way."));
    return entries;
}

} // namespace

Q_DECLARE_METATYPE(model::Outcome::Reason)

class TestOutboxRows : public QObject {
    Q_OBJECT
private slots:
    void reasons_data();
    void reasons();
    void aFileMayBeWhatIsGone();
    void theCustomerMayHaveIt();
    void filesMayBeTooLargeTogether();
    void changesFoldIntoOneRow();
    void statesAndWays();
    void countsWhatNeedsYou();
    void keysReachEveryButton();
    void staysWhereItIs();
    void whatComesUnderThePointerIsNotPressed_data();
    void whatComesUnderThePointerIsNotPressed();
    void hundredsScroll();
    void speaks();
    void buttonsAreInsideTheirRow_data();
    void buttonsAreInsideTheirRow();
};

void TestOutboxRows::reasons_data()
{
    QTest::addColumn<Reason>("reason");
    QTest::addColumn<State>("state");
    QTest::addColumn<QString>("chip");
    QTest::addColumn<QStringList>("buttons");
    const QStringList compare{"Compare", "Send anyway", "Discard"}, edit{"Edit", "Discard"};
    QTest::newRow("colleague") << Reason::ColleagueReplied << State::NeedsYou << "\u2068Tomás\u2069 replied 22:13"
                               << compare;
    QTest::newRow("customer") << Reason::CustomerWrote << State::NeedsYou << "The customer wrote 22:13" << compare;
    QTest::newRow("window") << Reason::WindowClosed << State::NeedsYou << "Reply window closed" << edit;
    QTest::newRow("blocked") << Reason::Blocked << State::Refused << "The customer is blocked" << edit;
    QTest::newRow("another's") << Reason::Changed << State::Refused << "The address is another customer's now" << edit;
    QTest::newRow("account") << Reason::AccountGone << State::Refused << "The channel account is gone" << edit;
    QTest::newRow("rights") << Reason::NotAllowed << State::Refused << "You may not do this" << edit;
    QTest::newRow("gone") << Reason::NotFound << State::Refused << "The conversation is gone" << edit;
    QTest::newRow("too new") << Reason::NotKnown << State::Refused << "This hub is too old for it" << edit;
    QTest::newRow("unknown") << Reason::Invalid << State::Refused << "The hub did not take it" << edit;
}

void TestOutboxRows::reasons()
{
    QFETCH(Reason, reason);
    QFETCH(State, state);
    QFETCH(QString, chip);
    QFETCH(QStringList, buttons);
    OutboxEntry entry = text(1, "Layla", "Only blue.", state);
    entry.reason = reason;
    entry.by = "Tomás Ferreira";
    entry.crossedAt = kNow;
    const auto rows = outboxRows({entry}, false, true, kFormat, kNow);
    QCOMPARE(rows.size(), std::size_t(1));
    QCOMPARE(rows[0].chip, chip);
    QVERIFY(!rows[0].chipDetail.isEmpty()); // what to do about it
    QCOMPARE(ways(rows[0]), buttons);
    QVERIFY(rows[0].spoken.contains(chip));
}

void TestOutboxRows::aFileMayBeWhatIsGone()
{
    OutboxEntry entry = text(1, "Layla", "See the picture.", State::Refused);
    std::get<model::SendMessage>(entry.command.body).attachments = {{.name = "mug.png"}};
    entry.reason = Reason::NotFound;
    const auto rows = outboxRows({entry}, false, true, kFormat, kNow);
    QCOMPARE(rows[0].chip, QString("The conversation or a file is gone"));
    QVERIFY(rows[0].chipDetail.contains("Attach the file again"));
}

/// Whatever the reason is by now: sent without another thought it would go out twice.
void TestOutboxRows::theCustomerMayHaveIt()
{
    OutboxEntry entry = text(1, "Layla", "It is on its way.", State::Refused);
    entry.command.earlier = model::Outcome::Kind::Applied;
    entry.reason = Reason::NotFound;
    const auto rows = outboxRows({entry}, false, true, kFormat, kNow);
    QCOMPARE(rows[0].chip, QString("The customer may have this already"));
    QVERIFY(rows[0].chipDetail.contains("Ask the customer before"));
    QCOMPARE(ways(rows[0]), (QStringList{"Edit", "Discard"}));
}

void TestOutboxRows::filesMayBeTooLargeTogether()
{
    OutboxEntry entry = text(1, "Layla", "Two films.", State::Refused);
    const model::Attachment film{.name = "film.mp4", .sizeBytes = model::kMaxFilesBytes / 2 + 1};
    std::get<model::SendMessage>(entry.command.body).attachments = {film, film};
    entry.reason = Reason::Invalid;
    const auto rows = outboxRows({entry}, false, true, kFormat, kNow);
    QCOMPARE(rows[0].chip, QString("The files are too large together"));
    QVERIFY(rows[0].chipDetail.contains("50 MB"));
    QCOMPARE(ways(rows[0]), (QStringList{"Edit", "Discard"}));
}

void TestOutboxRows::changesFoldIntoOneRow()
{
    const std::vector<OutboxEntry> entries{
        change(1, "João Batista", model::SetStatus{.status = model::Conversation::Status::Resolved}),
        text(2, "Layla", "Hello"),
        change(3, "Hannah Breuer", model::Snooze{}),
    };
    auto rows = outboxRows(entries, false, false, kFormat, kNow);
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[1].line, QString("2 changes: resolved \u2068João Batista\u2069, snoozed \u2068Hannah Breuer\u2069"));
    QCOMPARE(rows[1].strong.size(), std::size_t(2));
    QCOMPARE(rows[1].line.mid(rows[1].strong[1].first, rows[1].strong[1].second), QString("\u2068Hannah Breuer\u2069"));
    rows = outboxRows(entries, true, false, kFormat, kNow);
    QCOMPARE(rows.size(), std::size_t(4));
    QCOMPARE(rows[2].line, QString("Resolved \u2068João Batista\u2069"));

    std::vector<OutboxEntry> lots;
    for (int i = 0; i < 40; ++i)
        lots.push_back(change(i + 1, "Layla", model::Assign{}));
    QVERIFY(outboxRows(lots, false, false, kFormat, kNow)[0].line.endsWith("37 more"));

    OutboxEntry refused = entries[0]; // what came back is not folded away
    refused.state = State::Refused;
    refused.reason = Reason::Taken;
    rows = outboxRows({refused, entries[2]}, false, false, kFormat, kNow);
    QCOMPARE(rows[0].chip, QString("Somebody else was first"));
    QCOMPARE(ways(rows[0]), QStringList{"Dismiss"});
    OutboxEntry company = refused;
    company.command.body = model::SaveCompany{};
    QCOMPARE(outboxRows({company}, false, false, kFormat, kNow)[0].chip, QString("A domain of it is another company's"));
    company.reason = Reason::NotFound;
    company.command.body = model::SaveCompany{{.id = model::CompanyId(RawId{std::byte(1)}), .name = "Kiln"}};
    QCOMPARE(outboxRows({company}, false, false, kFormat, kNow)[0].chip, QString("The company was removed"));
    company.command.body = model::SetCompany{{}, model::CompanyId(RawId{std::byte(1)})};
    QCOMPARE(outboxRows({company}, false, false, kFormat, kNow)[0].chip, QString("The company was removed"));
    refused.command.undoes = model::SetStatus{};
    QCOMPARE(outboxRows({refused}, false, false, kFormat, kNow)[0].chip, QString("Not undone, it was changed since"));
}

void TestOutboxRows::statesAndWays()
{
    QCOMPARE(outboxRows({text(1, "L", "x")}, false, false, kFormat, kNow)[0].chip, QString("Waits for the hub"));
    QCOMPARE(outboxRows({text(1, "L", "x")}, false, true, kFormat, kNow)[0].chip, QString("Sending"));
    OutboxEntry held = text(1, "L", "x", State::Held);
    held.heldUntil = kNow + Milliseconds(6'200);
    const OutboxRow row = outboxRows({held}, false, true, kFormat, kNow)[0];
    QCOMPARE(row.chip, QString("Sends in 7 s"));
    QCOMPARE(ways(row), (QStringList{"Edit", "Cancel"}));
    OutboxEntry note = change(2, "L", model::AddNote{.body = "She is right"});
    QVERIFY(outboxRows({note}, false, false, kFormat, kNow)[0].strand == Strand::Note);
    OutboxEntry files = text(3, "L", "");
    QCOMPARE(outboxRows({files}, false, false, kFormat, kNow)[0].line, QString("Attachments"));
}

void TestOutboxRows::countsWhatNeedsYou()
{
    std::vector<OutboxEntry> entries = many(4);
    QCOMPARE(outboxSummary({}), QString("Nothing waits"));
    QCOMPARE(outboxSummary(entries), QString("4 waiting"));
    entries.push_back(text(5, "L", "x", State::NeedsYou));
    entries.push_back(text(6, "L", "x", State::NeedsYou));
    QCOMPARE(outboxSummary(entries), QString("6 waiting, 2 need you"));
}

void TestOutboxRows::keysReachEveryButton()
{
    const Theme theme;
    OutboxList list(theme);
    list.resize(468, 300);
    list.setRows(outboxRows(many(3), false, false, kFormat, kNow));
    list.setVisible(true);
    QSignalSpy asked(&list, &OutboxList::activated);
    const auto action = [&asked] { return asked.takeFirst()[1].value<OutboxAction>(); };
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(action(), OutboxAction::Open);
    QTest::keyClick(&list, Qt::Key_Down);
    QTest::keyClick(&list, Qt::Key_Right);
    QTest::keyClick(&list, Qt::Key_Return);
    QCOMPARE(asked[0][0].value<OutboxRow>().n, std::int64_t(2));
    QCOMPARE(action(), OutboxAction::Edit);
    QTest::keyClick(&list, Qt::Key_Right);
    QTest::keyClick(&list, Qt::Key_Right); // not beyond the last
    QTest::keyClick(&list, Qt::Key_Space);
    QCOMPARE(action(), OutboxAction::Cancel);
    QTest::keyClick(&list, Qt::Key_End);
    QCOMPARE(list.currentRow(), 2);
    QCOMPARE(list.currentButton(), -1); // another row's button is not pressed by mistake
    list.setLayoutDirection(Qt::RightToLeft);
    QTest::keyClick(&list, Qt::Key_Left); // onward, as the eye sees it
    QCOMPARE(list.currentButton(), 0);
}

void TestOutboxRows::staysWhereItIs()
{
    const Theme theme;
    OutboxList list(theme);
    list.resize(468, 300);
    std::vector<OutboxEntry> entries = many(50);
    list.setRows(outboxRows(entries, false, false, kFormat, kNow));
    list.setVisible(true);
    list.setCurrent(20, 1);
    const int top = list.rowRect(20).top();
    entries.erase(entries.begin(), entries.begin() + 5); // those have been sent
    list.setRows(outboxRows(entries, false, false, kFormat, kNow));
    QCOMPARE(list.rows()[std::size_t(list.currentRow())].n, std::int64_t(21));
    QCOMPARE(list.currentButton(), 1);
    QCOMPARE(list.rowRect(list.currentRow()).top(), top);
    entries.erase(entries.begin() + 15); // the current one itself
    list.setRows(outboxRows(entries, false, false, kFormat, kNow));
    QCOMPARE(list.rows()[std::size_t(list.currentRow())].n, std::int64_t(22));
    QCOMPARE(list.currentButton(), -1);
    list.setRows({});
    QCOMPARE(list.currentRow(), 0);
    QTest::keyClick(&list, Qt::Key_Down);
    QTest::keyClick(&list, Qt::Key_Return);
}

void TestOutboxRows::whatComesUnderThePointerIsNotPressed_data()
{
    QTest::addColumn<QPoint>("by"); ///< The pointer is moved, after a row has left.
    QTest::addColumn<bool>("isMeant");
    QTest::newRow("held still") << QPoint() << false;
    QTest::newRow("as a hand does") << QPoint(1, 1) << false;
    QTest::newRow("moved to it") << QPoint(8, 0) << true;
}

/// A message goes out while somebody aims at the next one, and the one after that stands there.
void TestOutboxRows::whatComesUnderThePointerIsNotPressed()
{
    QFETCH(const QPoint, by);
    QFETCH(const bool, isMeant);
    const Theme theme;
    OutboxList list(theme);
    list.resize(468, 300);
    std::vector<OutboxEntry> entries = many(3);
    list.setRows(outboxRows(entries, false, false, kFormat, kNow));
    list.setVisible(true);
    QSignalSpy asked(&list, &OutboxList::activated);
    const int cancel = int(list.rows().front().buttons.size()) - 1;
    const QPoint at = list.buttonRect(1, cancel).center();
    const auto moveTo = [&list](const QPoint &place) {
        QMouseEvent moved(QEvent::MouseMove, place, list.viewport()->mapToGlobal(place), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(list.viewport(), &moved);
    };
    moveTo(at);
    entries.erase(entries.begin());
    list.setRows(outboxRows(entries, false, false, kFormat, kNow));
    if (!by.isNull())
        moveTo(at + by);
    QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, at + by);
    QCOMPARE(asked.size(), isMeant ? 1 : 0);
    if (!isMeant) {
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, at + by); // once more: that one
        QCOMPARE(asked.size(), 1);
    }
    QCOMPARE(asked[0][0].value<OutboxRow>().n, std::int64_t(3));
}

void TestOutboxRows::hundredsScroll()
{
    const Theme theme;
    OutboxList list(theme);
    list.resize(468, 300);
    list.setRows(outboxRows(many(500), false, false, kFormat, kNow));
    list.setVisible(true);
    QVERIFY(list.verticalScrollBar()->maximum() > 0);
    list.setCurrent(499);
    QVERIFY(list.viewport()->rect().contains(list.rowRect(499)));
    QVERIFY(!list.grab().isNull());
}

void TestOutboxRows::speaks()
{
    const Theme theme;
    OutboxList list(theme);
    list.resize(468, 300);
    list.setRows(outboxRows(many(2), false, false, kFormat, kNow));
    QAccessibleInterface *heard = QAccessible::queryAccessibleInterface(&list);
    QVERIFY(heard);
    QCOMPARE(heard->childCount(), 2);
    QVERIFY(heard->child(0)->text(QAccessible::Name).contains("Layla"));
    QVERIFY(heard->child(0)->text(QAccessible::Name).contains("Waits for the hub"));
    QAccessibleInterface *cancel = heard->child(1)->child(1);
    QCOMPARE(cancel->text(QAccessible::Name), QString("Cancel"));
    QCOMPARE(cancel->role(), QAccessible::Button);
    QSignalSpy asked(&list, &OutboxList::activated);
    cancel->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QCOMPARE(asked.size(), 1);
    QCOMPARE(asked[0][0].value<OutboxRow>().n, std::int64_t(2));
}

void TestOutboxRows::buttonsAreInsideTheirRow_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<Qt::LayoutDirection>("direction");
    for (const auto direction : {Qt::LeftToRight, Qt::RightToLeft}) {
        QTest::addRow("wide %d", int(direction)) << 468 << direction;
        QTest::addRow("narrow %d", int(direction)) << 280 << direction; // the ways go below the chip
    }
}

void TestOutboxRows::buttonsAreInsideTheirRow()
{
    QFETCH(int, width);
    QFETCH(Qt::LayoutDirection, direction);
    const Theme theme;
    OutboxList list(theme);
    list.setLayoutDirection(direction);
    list.resize(width, 300);
    OutboxEntry entry = text(1, "Layla", "Only blue.", State::NeedsYou);
    entry.reason = Reason::CustomerWrote;
    entry.crossedAt = kNow;
    list.setVisible(true);
    list.setRows(outboxRows({entry}, false, true, kFormat, kNow));
    for (int i = 0; i < 3; ++i) {
        QVERIFY(list.rowRect(0).contains(list.buttonRect(0, i)));
        if (i > 0)
            QVERIFY(!list.buttonRect(0, i).intersects(list.buttonRect(0, i - 1)));
    }
}

QTEST_MAIN(TestOutboxRows)
#include "tst_outbox_rows.moc"
