// What waits for the hub, what is taken back, and what came back: nothing is sent twice, and nothing vanishes.
#include "core/client/workspace.h"
#include "core/model/command_files.h"
#include "core/store/database.h"
#include "core/wire/features.h"
#include "mini_hub.h"
#include "waited.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;
using Priority = Conversation::Priority;

namespace {

const auto kMe = idOf<AgentId>(3);
const auto kTom = idOf<AgentId>(4);
const auto kCustomer = idOf<CustomerId>(20);
const auto kIdentity = idOf<IdentityId>(30);
const auto kMailbox = idOf<ChannelAccountId>(40);
const auto kChat = idOf<ChannelAccountId>(41);
const auto kOnHold = idOf<CustomStatusId>(42);

ConversationId talk(int number)
{
    return idOf<ConversationId>(10 + number);
}

/// A hub with one customer and three conversations, each in another state.
struct Shop {
    MiniHub hub;
    Shop()
    {
        hub.features = wire::ownFeatures();
        hub.agent = {.id = kMe, .email = "ana@teapots.example", .name = "Ana"};
        hub.put(hub.agent);
        hub.put(Agent{.id = kTom, .email = "tom@teapots.example", .name = "Tom"});
        hub.put(Customer{.id = kCustomer, .name = "Layla"});
        hub.put(Identity{.id = kIdentity, .customer = kCustomer, .address = "layla@example.org"});
        hub.put(ChannelAccount{.id = kMailbox, .name = "Help", .undoSeconds = 10});
        hub.put(CustomStatus{.id = kOnHold, .name = "On hold", .status = Conversation::Status::Snoozed});
        hub.put(ChannelAccount{.id = kChat, .channel = Channel::WebChat, .name = "Shop"});
        for (int i = 0; i < 3; ++i) {
            Conversation one{.id = talk(i), .number = i + 1, .customer = kCustomer, .identity = kIdentity, .account = kChat};
            one.channel = Channel::WebChat;
            one.subject = "Teapot";
            one.status = i == 1 ? Conversation::Status::Waiting : Conversation::Status::Open;
            one.priority = i == 2 ? Priority::Urgent : Priority::Normal;
            if (i == 1)
                one.assignee = kTom;
            if (i == 2) {
                one.status = Conversation::Status::Snoozed;
                one.snoozedUntil = fromMs(4'100'000'000'000);
                one.customStatus = kOnHold;
            }
            one.tags = {"late"};
            one.inboundCount = 2;
            one.lastItemAt = fromMs(1'700'000'000'000 + i);
            one.preview = "I ordered a blue teapot.";
            one.waitingSince = one.lastItemAt;
            hub.put(one);
            TimelineItem item{.id = idOf<TimelineItemId>(50 + i), .conversation = talk(i), .customer = kCustomer};
            item.kind = TimelineItem::Kind::Inbound;
            item.at = one.lastItemAt;
            item.body = one.preview;
            hub.put(item);
            hub.put(ReadMark{.agent = kMe, .conversation = talk(i), .readCount = 2});
        }
    }
};

SendMessage replyOf(int item, const std::string &body, ChannelAccountId from = kChat)
{
    return {.item = idOf<TimelineItemId>(item), .conversation = talk(0), .to = kIdentity, .from = from, .body = body};
}

struct Desk {
    Shop &shop;
    QTemporaryDir folder;
    std::unique_ptr<Workspace> workspace;

    explicit Desk(Shop &at)
        : shop(at)
    {
        open();
        const auto in = waited(workspace->signIn(shop.hub.url(), "ana@teapots.example", shop.hub.password));
        if (!in)
            qFatal("%s", in.error().detail.c_str());
        live();
    }
    void open()
    {
        workspace = std::make_unique<Workspace>();
        if (!waited(workspace->open(folder.path())))
            qFatal("the profile cannot be opened");
    }
    void live() { QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Live, 20'000); }
    void goOffline()
    {
        shop.hub.stop();
        QTRY_VERIFY(workspace->status().state == State::Offline);
    }
    void comeBack()
    {
        shop.hub.start();
        workspace->tryNow();
        live();
        QTRY_COMPARE(workspace->status().outboxCount, 0);
    }
    Conversation conversation(int number)
    {
        const auto row = waited(workspace->conversationRow(talk(number)));
        return row && *row ? (*row)->conversation : Conversation();
    }
    std::optional<store::Draft> draft(int number, store::Draft::Kind kind = store::Draft::Kind::Reply)
    {
        return waited(workspace->draft(talk(number), kind)).value_or(std::nullopt);
    }
    std::vector<OutboxEntry> entries() { return *waited(workspace->outboxEntries()); }
    bool shows(int item)
    {
        const auto found = waited(workspace->itemsByIds({idOf<TimelineItemId>(item)}));
        return !found->empty() && !found->front().deleted;
    }
};

/// Fields that triage sets: the version and who echoed it are not among them.
bool sameState(const Conversation &a, const Conversation &b)
{
    return a.status == b.status && a.customStatus == b.customStatus && a.snoozedUntil == b.snoozedUntil
           && a.assignee == b.assignee && a.priority == b.priority && a.tags == b.tags && a.subject == b.subject
           && a.preview == b.preview && a.waitingSince == b.waitingSince;
}

/// What a hub says: its author is asked, since a colleague has replied, or it is done.
Outcome asksOrApplies(const Command &command, bool asks)
{
    return {.n = command.n,
            .command = command.id,
            .kind = asks ? Outcome::Kind::NeedsYou : Outcome::Kind::Applied,
            .reason = asks ? Outcome::Reason::ColleagueReplied : Outcome::Reason::None};
}

} // namespace

Q_DECLARE_METATYPE(CommandBody)

class TestOutbox : public QObject {
    Q_OBJECT
private slots:
    void whatWasNeverOfferedIsNotSent_data();
    void whatWasNeverOfferedIsNotSent();
    void whatWasOfferedIsTakenBackByACommand();
    void editingKeepsEveryText();
    void whatCameBackIsNotWrittenOver_data();
    void whatCameBackIsNotWrittenOver();
    void cancellingKeepsNoText();
    void everyTriageActionIsUndone_data();
    void everyTriageActionIsUndone();
    void whatHasNoWayBackStandsBeforeWhatIsOlder();
    void bulkUndoRestoresEachAndLeavesLaterChanges();
    void undoOfflineDoesNotOverrideAColleague();
    void unmergingIsUndoneForWhatWasStillTaken();
    void unblockingIsOfTheWholePerson();
    void notTheSameIsShownOfWholePersons();
    void whatIsChangedOfAPersonIsTakenBack_data();
    void whatIsChangedOfAPersonIsTakenBack();
    void anEditSaysWhatItsAuthorSaw();
    void undoAfterItWentOut();
    void rowsSayWhatWaits();
    void heldTextComesBack_data();
    void heldTextComesBack();
    void whatIsSentAnywayIsSaidToBe_data();
    void whatIsSentAnywayIsSaidToBe();
    void whatCameBackIsTakenBackOnce_data();
    void whatCameBackIsTakenBackOnce();
    void whatIsEditedAgainIsNotUndone_data();
    void whatIsEditedAgainIsNotUndone();
    void whatIsSentAnywayIsUndoneOnce();
    void whatIsThrownAwayComesBack_data();
    void whatIsThrownAwayComesBack();
    void whatIsThrownAwayLeavesTheRestOfItsStep();
    void whatWasGivenTwiceComesBackOnce();
    void whatHasGoneOutMeanwhileDoesNotComeBack();
};

void TestOutbox::whatWasNeverOfferedIsNotSent_data()
{
    QTest::addColumn<bool>("restart");
    QTest::addColumn<bool>("note");
    QTest::newRow("a message") << false << false;
    QTest::newRow("a message, after a restart") << true << false;
    QTest::newRow("a note") << false << true;
}

void TestOutbox::whatWasNeverOfferedIsNotSent()
{
    QFETCH(bool, restart);
    QFETCH(bool, note);
    Shop shop;
    Desk desk(shop);
    const Conversation before = desk.conversation(0);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->submit(SetPriority{talk(2), Priority::Low})));
    if (note)
        QVERIFY(waited(desk.workspace->submit(AddNote{idOf<TimelineItemId>(60), talk(0), "Not yet", {}})));
    else
        QVERIFY(waited(desk.workspace->submit(replyOf(60, "Not yet"))));
    QVERIFY(waited(desk.workspace->submit(SetTags{talk(2), {"gift"}, {}})));
    if (restart) {
        desk.workspace.reset();
        desk.open();
        QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    }
    QVERIFY(desk.shows(60));
    QVERIFY(waited(desk.workspace->takeBackItem(idOf<TimelineItemId>(60), true)));
    QVERIFY(!desk.shows(60));
    QVERIFY(sameState(desk.conversation(0), before));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 2);
    const auto kind = note ? store::Draft::Kind::Note : store::Draft::Kind::Reply;
    QCOMPARE(desk.draft(0, kind)->body, std::string("Not yet"));
    desk.comeBack();
    QCOMPARE(shop.hub.commands.size(), 3u); // the numbers stay dense
    QVERIFY(shop.hub.commands[1].body == CommandBody(CancelMessage{}));
    QVERIFY(shop.hub.get<TimelineItem>(idOf<TimelineItemId>(60)).id.isNull());
    QVERIFY(shop.hub.get<Conversation>(talk(2)).priority == Priority::Low);
    QVERIFY(waited(desk.workspace->takeBackItem(idOf<TimelineItemId>(60), true)).error().kind == Error::Kind::NotFound);
}

/// Whether or not the hub had it in the end: a replaced command might be sent, one more never is.
void TestOutbox::whatWasOfferedIsTakenBackByACommand()
{
    Shop shop;
    Desk desk(shop);
    const Conversation before = desk.conversation(0);
    shop.hub.deaf = true;
    QVERIFY(waited(desk.workspace->submit(replyOf(61, "On its way", kMailbox))));
    desk.goOffline();
    desk.workspace.reset();
    desk.open();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    QVERIFY(waited(desk.workspace->takeBackItem(idOf<TimelineItemId>(61), true)));
    QVERIFY(!desk.shows(61));
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .body = "On its way, or not"})));
    const auto again = waited(desk.workspace->takeBackItem(idOf<TimelineItemId>(61), true)); // a second click
    QVERIFY(!again && again.error().kind == Error::Kind::NotFound);
    QVERIFY(!desk.draft(0)->body.ends_with("On its way\n\nOn its way, or not"));
    QVERIFY(sameState(desk.conversation(0), before));
    shop.hub.deaf = false;
    desk.comeBack();
    QVERIFY(shop.hub.commands.size() >= 2u);
    QVERIFY(std::holds_alternative<SendMessage>(shop.hub.commands[0].body));
    QVERIFY(shop.hub.commands[1].body == CommandBody(CancelMessage{idOf<TimelineItemId>(61)}));
    const Conversation after = shop.hub.get<Conversation>(talk(0));
    QVERIFY(after.status == before.status && after.assignee == before.assignee);
}

void TestOutbox::editingKeepsEveryText()
{
    Shop shop;
    Desk desk(shop);
    desk.goOffline();
    SendMessage message = replyOf(62, "First");
    message.attachments = {Attachment{.id = idOf<AttachmentId>(70), .name = "cup.png"}};
    message.cc = {"bob@example.org"};
    QVERIFY(waited(desk.workspace->submit(message)));
    store::Draft second{.conversation = talk(0), .body = "Second"};
    store::setAttachments(second, {Attachment{.id = idOf<AttachmentId>(71), .name = "saucer.png"}});
    QVERIFY(waited(desk.workspace->saveDraft(second)));
    QSignalSpy told(desk.workspace.get(), &Workspace::draftChanged);
    QVERIFY(waited(desk.workspace->takeBackItem(message.item, true)));
    QTRY_COMPARE(told.size(), 1);
    const auto draft = desk.draft(0);
    QCOMPARE(draft->body, std::string("First\n\nSecond"));
    QCOMPARE(draft->fields.at("cc"), std::string("bob@example.org"));
    QCOMPARE(store::attachmentsOf(*draft).size(), 2u);
    QCOMPARE(store::attachmentsOf(*draft)[0].name, std::string("cup.png"));
}

void TestOutbox::whatCameBackIsNotWrittenOver_data()
{
    QTest::addColumn<bool>("offered");
    QTest::newRow("it had not been given to the hub") << false;
    QTest::newRow("it may be there") << true;
}

/// Whoever writes there has not seen it yet: what they keep of their own text goes below it.
void TestOutbox::whatCameBackIsNotWrittenOver()
{
    QFETCH(const bool, offered);
    Shop shop;
    Desk desk(shop);
    shop.hub.deaf = offered;
    if (!offered)
        desk.goOffline();
    const SendMessage message = replyOf(62, "First", offered ? kMailbox : kChat);
    QVERIFY(waited(desk.workspace->submit(message)));
    if (offered)
        desk.goOffline();
    QVERIFY(!desk.draft(0));
    QVERIFY(waited(desk.workspace->takeBackItem(message.item, true)));
    QSignalSpy told(desk.workspace.get(), &Workspace::draftChanged);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .body = "Second"})));
    QTRY_VERIFY(told.size() > 0);
    QCOMPARE(desk.draft(0)->body, std::string("First\n\nSecond"));
    QCoreApplication::processEvents(); // now they have
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .body = "Both"})));
    QCOMPARE(desk.draft(0)->body, std::string("Both"));
}

void TestOutbox::cancellingKeepsNoText()
{
    Shop shop;
    Desk desk(shop);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->submit(replyOf(63, "No"))));
    QVERIFY(waited(desk.workspace->takeBackItem(idOf<TimelineItemId>(63), false)));
    QVERIFY(!desk.draft(0));
    QVERIFY(!desk.shows(63));
    desk.comeBack();
    QVERIFY(shop.hub.get<TimelineItem>(idOf<TimelineItemId>(63)).id.isNull());
}

void TestOutbox::everyTriageActionIsUndone_data()
{
    QTest::addColumn<CommandBody>("body");
    QTest::addColumn<QString>("when");
    const std::pair<const char *, CommandBody> all[]{
        {"resolve", SetStatus{talk(0), Conversation::Status::Resolved}},
        {"wait", SetStatus{talk(0), Conversation::Status::Waiting}},
        {"snooze", Snooze{talk(0), fromMs(4'000'000'000'000)}},
        {"snooze until they write", Snooze{talk(0), {}}},
        {"assign", Assign{talk(0), kMe}},
        {"unassign", Assign{talk(1), {}}},
        {"reopen", SetStatus{talk(1), Conversation::Status::Open}},
        {"resolve what sleeps with a status of its own", SetStatus{talk(2), Conversation::Status::Resolved}},
        {"snooze that for longer", Snooze{talk(2), fromMs(4'200'000'000'000)}},
        {"another status for that", SetCustomStatus{talk(2), {}, Conversation::Status::Snoozed}},
        {"tags", SetTags{talk(0), {"late", "gift"}, {}}},
        {"untag", SetTags{talk(0), {}, {"late", "never"}}},
        {"priority", SetPriority{talk(2), Priority::Low}},
        {"subject", SetSubject{talk(0), "A cup"}},
        {"unread", MarkRead{talk(0), 1, true}},
        {"note", AddNote{idOf<TimelineItemId>(64), talk(0), "She is right", {}}},
        {"message", replyOf(65, "At once", kMailbox)},
    };
    for (const auto &[name, body] : all) {
        for (const char *when : {"after the echo", "before the echo", "offline"})
            QTest::addRow("%s, %s", name, when) << body << QString(when);
    }
}

void TestOutbox::everyTriageActionIsUndone()
{
    QFETCH(CommandBody, body);
    QFETCH(QString, when);
    Shop shop;
    Desk desk(shop);
    const int about = conversationOf(body) == talk(0) ? 0 : conversationOf(body) == talk(1) ? 1 : 2;
    const Conversation before = desk.conversation(about);
    const auto unread = [&] { return (*waited(desk.workspace->conversationRow(talk(about))))->unread; };
    const std::int64_t unreadBefore = unread();
    if (when == "offline")
        desk.goOffline();
    else if (when == "before the echo")
        shop.hub.deaf = true;
    const auto done = waited(desk.workspace->submit(body));
    QVERIFY(done && done->undo);
    if (when == "after the echo")
        QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    else
        QVERIFY(!sameState(desk.conversation(about), before) || unread() != unreadBefore || desk.shows(64));
    const auto undone = waited(desk.workspace->undo());
    QVERIFY(undone && undone->overtaken.empty());
    QVERIFY(sameState(desk.conversation(about), before));
    QCOMPARE(unread(), unreadBefore);
    QVERIFY(!desk.shows(64) && !desk.shows(65));
    QCOMPARE(desk.workspace->history().newest(fromMs(0)), nullptr);
    if (when == "before the echo") { // what was lost on its way is given again by the next link
        shop.hub.deaf = false;
        desk.goOffline();
    }
    if (when == "after the echo")
        QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    else
        desk.comeBack();
    QVERIFY(sameState(shop.hub.get<Conversation>(talk(about)), before));
    QVERIFY(sameState(desk.conversation(about), before));
    QVERIFY(desk.draft(about).has_value() == std::holds_alternative<SendMessage>(body));
    QVERIFY(desk.draft(about, store::Draft::Kind::Note).has_value() == std::holds_alternative<AddNote>(body));
}

/// Z after a chat message that went out at once is meant for it, and takes back nothing that was done before.
void TestOutbox::whatHasNoWayBackStandsBeforeWhatIsOlder()
{
    Shop shop;
    Desk desk(shop);
    Workspace &workspace = *desk.workspace;
    const auto newest = [&workspace] { return workspace.history().newest(SystemClock().now()); };
    QVERIFY(waited(workspace.submit(SetStatus{.conversation = talk(1), .status = Conversation::Status::Resolved})));
    QTRY_VERIFY(newest());
    QVERIFY(waited(workspace.submit(replyOf(60, "I am sorry"))));
    QTRY_VERIFY(!newest());
    const auto none = waited(workspace.undo());
    QVERIFY(none);
    QCOMPARE(none->overtaken, none->step.forward); // it is said
    QVERIFY(std::holds_alternative<SendMessage>(none->step.forward.front()));
    QCOMPARE(desk.conversation(1).status, Conversation::Status::Resolved);
    QVERIFY(newest()); // once: now it is about that
    QVERIFY(waited(workspace.undo()));
    QCOMPARE(desk.conversation(1).status, Conversation::Status::Waiting);
}

void TestOutbox::bulkUndoRestoresEachAndLeavesLaterChanges()
{
    Shop shop;
    Desk desk(shop);
    std::vector<Conversation> before;
    std::vector<CommandBody> bulk;
    for (int i = 0; i < 3; ++i) {
        before.push_back(desk.conversation(i));
        bulk.emplace_back(SetPriority{talk(i), Priority::High});
        bulk.emplace_back(Assign{talk(i), kMe});
        bulk.emplace_back(SetStatus{talk(i), Conversation::Status::Resolved});
    }
    QVERIFY(waited(desk.workspace->submit(bulk))->undo);
    QTRY_COMPARE(desk.workspace->history().steps().size(), 1u); // one step
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    Conversation theirs = shop.hub.get<Conversation>(talk(1));
    theirs.priority = Priority::Low;
    shop.hub.put(theirs);
    QTRY_VERIFY(desk.conversation(1).priority == Priority::Low);
    const auto undone = waited(desk.workspace->undo());
    QCOMPARE(undone->overtaken.size(), 1u);
    QVERIFY(undone->overtaken[0] == CommandBody(SetPriority{talk(1), Priority::High}));
    QVERIFY(sameState(desk.conversation(0), before[0]));
    QVERIFY(sameState(desk.conversation(2), before[2]));
    Conversation expected = before[1];
    expected.priority = Priority::Low; // a colleague's word stands
    QVERIFY(sameState(desk.conversation(1), expected));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(sameState(shop.hub.get<Conversation>(talk(1)), expected));
}

/// The colleague's change is not known yet when Z is pressed: the hub decides, and nothing shows the wrong state meanwhile.
void TestOutbox::undoOfflineDoesNotOverrideAColleague()
{
    Shop shop;
    Desk desk(shop);
    QVERIFY(waited(desk.workspace->submit(SetPriority{talk(0), Priority::High})));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->undo())->overtaken.empty());
    QVERIFY(desk.conversation(0).priority == Priority::Normal);
    Conversation theirs = shop.hub.get<Conversation>(talk(0));
    theirs.priority = Priority::Urgent;
    shop.hub.put(theirs);
    shop.hub.judge = [&](const Command &command) {
        const bool late = command.undoes && !stands(shop.hub.get<Conversation>(talk(0)), *command.undoes);
        return Outcome{.n = command.n,
                       .command = command.id,
                       .kind = late ? Outcome::Kind::Refused : Outcome::Kind::Applied,
                       .reason = late ? Outcome::Reason::Taken : Outcome::Reason::None};
    };
    QSignalSpy back(desk.workspace.get(), &Workspace::cameBack);
    desk.comeBack();
    QTRY_COMPARE(back.size(), 1);
    QVERIFY(shop.hub.get<Conversation>(talk(0)).priority == Priority::Urgent);
    QVERIFY(desk.conversation(0).priority == Priority::Urgent);
    const auto entries = desk.entries();
    QCOMPARE(entries.size(), 1u);
    QVERIFY(entries[0].state == OutboxEntry::State::Refused && entries[0].command.undoes);
    QVERIFY(waited(desk.workspace->settle(entries[0].command.n)));
    QVERIFY(desk.entries().empty());
}

/// What somebody has edited since a merge is not what came with it, and does not come again with an undo.
void TestOutbox::unmergingIsUndoneForWhatWasStillTaken()
{
    Shop shop;
    const auto other = idOf<CustomerId>(21);
    const CompanyId kiln = idOf<CompanyId>(5);
    shop.hub.put(Customer{.id = kCustomer, .name = "Countess", .note = "Likes tea", .company = kiln});
    shop.hub.put(
        Customer{.id = other, .name = "L. Haddad", .note = "Likes tea", .attributes = {{"size", "42"}}, .company = kiln});
    CustomerLink link{.id = idOf<CustomerLinkId>(6), .from = other, .into = kCustomer, .by = kTom};
    link.replaced = {{"name", "Layla"}, {"note", ""}, {"company", ""}, {"field.size", "40"}};
    shop.hub.put(link);
    Desk desk(shop);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->submit(UnlinkCustomers{link.id}))->undo);
    const auto steps = desk.workspace->history().steps();
    QCOMPARE(steps.size(), 1u);
    const auto &again = std::get<MergeCustomers>(steps.front().back.front().body);
    QVERIFY((again.taken == std::vector<std::string>{"company", "note"}));
}

void TestOutbox::unblockingIsOfTheWholePerson()
{
    Shop shop;
    const auto other = idOf<CustomerId>(21), third = idOf<CustomerId>(22);
    for (const CustomerId id : {other, third}) {
        shop.hub.put(Customer{.id = id, .name = "L. Haddad", .blocked = true, .spam = id == third});
        shop.hub.put(
            CustomerLink{.id = idOf<CustomerLinkId>(id == third ? 7 : 6), .from = id, .into = kCustomer, .by = kTom});
    }
    Desk desk(shop);
    desk.goOffline();
    const auto blocked = [&desk] {
        std::map<CustomerId, std::pair<bool, bool>> found;
        const auto card = waited(desk.workspace->customerCard(kCustomer));
        for (const Customer &member : (*card)->members) {
            if (member.blocked)
                found[member.id] = {member.blocked, member.spam};
        }
        return found;
    };
    const auto before = blocked();
    QCOMPARE(before.size(), 2u);
    QVERIFY(waited(desk.workspace->submit(BlockCustomer{kCustomer, false, false}))->undo);
    QVERIFY(blocked().empty());
    QVERIFY(waited(desk.workspace->undo())->overtaken.empty());
    QVERIFY(blocked() == before);
}

/// One question about two people, and what is said to it, whichever of their records it came from.
void TestOutbox::notTheSameIsShownOfWholePersons()
{
    Shop shop;
    const auto other = idOf<CustomerId>(21), stranger = idOf<CustomerId>(22);
    shop.hub.put(Customer{.id = other, .name = "Layla"});
    shop.hub.put(Customer{.id = stranger, .name = "L. Haddad"});
    shop.hub.put(CustomerLink{.id = idOf<CustomerLinkId>(6), .from = other, .into = kCustomer, .by = kTom});
    const auto offer = [&shop, stranger](int id, CustomerId to) {
        shop.hub.put(Suggestion{.id = idOf<SuggestionId>(id), .customer = stranger, .other = to, .at = fromMs(id)});
    };
    offer(7, kCustomer);
    offer(8, other);
    Desk desk(shop);
    desk.goOffline();
    const auto offered = [&desk] {
        std::vector<SuggestionId> ids;
        const auto card = waited(desk.workspace->customerCard(kCustomer));
        for (const auto &suggested : (*card)->suggestions)
            ids.push_back(suggested.suggestion.id);
        return ids;
    };
    const auto before = offered();
    QCOMPARE(before.size(), 1u);
    QVERIFY(waited(desk.workspace->submit(DismissSuggestion{before.front()}))->undo);
    QVERIFY(offered().empty());
    QVERIFY(waited(desk.workspace->undo())->overtaken.empty());
    QVERIFY(offered() == before);
}

void TestOutbox::whatIsChangedOfAPersonIsTakenBack_data()
{
    using Purpose = Consent::Purpose;
    QTest::addColumn<CommandBody>("body");
    const auto row = [](const char *name, CommandBody body) { QTest::newRow(name) << body; };
    row("their company is removed", RemoveCompany{idOf<CompanyId>(9)});
    row("an address is preferred", PreferIdentity{kCustomer, Channel::Email, kIdentity});
    row("another consent", SetConsent{kCustomer, Channel::Email, Purpose::Service, true, "by phone"});
    row("a consent is withdrawn", SetConsent{kCustomer, Channel::Email, Purpose::Marketing, false, "by phone"});
}

/// Shown at once, without the hub, and just as it was after.
void TestOutbox::whatIsChangedOfAPersonIsTakenBack()
{
    QFETCH(const CommandBody, body);
    Shop shop;
    const Company teas{.id = idOf<CompanyId>(9), .name = "Desert Teas"};
    shop.hub.put(teas);
    shop.hub.put(Customer{.id = kCustomer, .name = "Layla", .company = teas.id});
    Consent given{.customer = kCustomer, .purpose = Consent::Purpose::Marketing, .granted = true, .source = "order form"};
    given.id = consentId(given.customer, given.channel, given.purpose);
    given.at = fromMs(1'700'000'000'000);
    given.by = kMe;
    shop.hub.put(given);
    Desk desk(shop);
    desk.goOffline();
    const auto shown = [&desk] {
        const auto beside = waited(desk.workspace->personBeside(kCustomer, 5));
        const auto card = waited(desk.workspace->customerCard(kCustomer));
        return std::pair(beside->details, (*card)->preferred);
    };
    const auto before = shown();
    QVERIFY(before.first.company && before.first.consents.size() == 1u);
    QVERIFY(waited(desk.workspace->submit(body))->undo);
    QVERIFY(shown() != before);
    QVERIFY(waited(desk.workspace->undo())->overtaken.empty());
    QVERIFY(shown() == before);
}

void TestOutbox::anEditSaysWhatItsAuthorSaw()
{
    Shop shop;
    Desk desk(shop);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->submit(EditCustomer{kCustomer, "Countess", ""})));
    QVERIFY(waited(desk.workspace->submit(EditCustomer{kCustomer, "Countess", "Likes tea"})));
    const std::int64_t seen = shop.hub.get<Customer>(kCustomer).version;
    QVERIFY(seen > 0);
    const auto entries = desk.entries();
    QCOMPARE(entries.size(), 2u);
    for (const OutboxEntry &entry : entries)
        QCOMPARE(entry.command.baseSeq, seen);
}

void TestOutbox::undoAfterItWentOut()
{
    Shop shop;
    Desk desk(shop);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->submit(replyOf(66, "Gone")))->undo); // there was time to undo: it waited
    desk.comeBack();
    TimelineItem sent = shop.hub.get<TimelineItem>(idOf<TimelineItemId>(66));
    sent.delivery->state = Delivery::State::Sent;
    shop.hub.put(sent);
    QTRY_VERIFY(waited(desk.workspace->itemsByIds({sent.id}))->at(0).delivery->state == Delivery::State::Sent);
    const auto undone = waited(desk.workspace->undo());
    QCOMPARE(undone->overtaken.size(), 1u);
    QVERIFY(!desk.draft(0)); // a draft of it would send it twice
    QVERIFY(waited(desk.workspace->takeBackItem(sent.id, true)).error().kind == Error::Kind::Conflict);
    QCOMPARE(shop.hub.commands.size(), 1u);
    QVERIFY(!waited(desk.workspace->submit(replyOf(67, "At once")))->undo); // with a link it goes at once
}

void TestOutbox::rowsSayWhatWaits()
{
    Shop shop;
    shop.hub.judge = [](const Command &command) {
        const auto *message = std::get_if<SendMessage>(&command.body);
        return asksOrApplies(command, message && message->item == idOf<TimelineItemId>(68));
    };
    Desk desk(shop);
    const std::int64_t seen = shop.hub.head;
    TimelineItem theirs{.id = idOf<TimelineItemId>(80), .conversation = talk(0), .customer = kCustomer};
    theirs.kind = TimelineItem::Kind::Outbound;
    theirs.author = kTom;
    theirs.authorName = "Tom";
    theirs.at = fromMs(1'700'000'100'000);
    theirs.body = "We have green ones.";
    shop.hub.put(theirs);
    QVERIFY(waited(desk.workspace->submit(replyOf(68, "Only blue."), seen)));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->submit(replyOf(69, std::string(5000, 'x')))));
    QVERIFY(waited(desk.workspace->submit(MarkRead{talk(1), 2}))); // nobody would look for it
    QVERIFY(waited(desk.workspace->submit(SetStatus{talk(1), Conversation::Status::Resolved})));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 2);
    const auto entries = desk.entries();
    QCOMPARE(entries.size(), 3u);
    QVERIFY(entries[0].state == OutboxEntry::State::NeedsYou);
    QCOMPARE(entries[0].by, std::string("Tom"));
    QVERIFY(entries[0].crossedAt == theirs.at);
    QVERIFY(entries[1].state == OutboxEntry::State::Waits);
    QCOMPARE(entries[1].name, std::string("Layla"));
    QVERIFY(std::get<SendMessage>(entries[1].command.body).body.size() < 300);
    QVERIFY(entries[1].channel == Channel::WebChat);
    QVERIFY(std::holds_alternative<SetStatus>(entries[2].command.body));

    const auto crossing = waited(desk.workspace->crossing(entries[0].command.n));
    QCOMPARE(crossing->items.size(), 1u);
    QCOMPARE(crossing->items[0].body, theirs.body);
    QCOMPARE(std::get<SendMessage>(crossing->command.body).body, std::string("Only blue."));
}

void TestOutbox::heldTextComesBack_data()
{
    QTest::addColumn<QString>("newer");
    QTest::addColumn<QString>("both");
    QTest::newRow("above another text") << "Newer"
                                        << "Yes\n\nNewer";
    QTest::newRow("above one that begins with the same letters") << "Yesterday I asked"
                                                                 << "Yes\n\nYesterday I asked";
}

/// Neither of the two texts is lost, nor what belongs to them.
void TestOutbox::heldTextComesBack()
{
    QFETCH(const QString, newer);
    QFETCH(const QString, both);
    Shop shop;
    shop.hub.judge = [](const Command &command) {
        return Outcome{.n = command.n,
                       .command = command.id,
                       .kind = Outcome::Kind::NeedsYou,
                       .reason = Outcome::Reason::CustomerWrote};
    };
    Desk desk(shop);
    SendMessage held = replyOf(90, "Yes");
    held.attachments = {Attachment{.id = idOf<AttachmentId>(70), .name = "cup.png"}};
    QVERIFY(waited(desk.workspace->submit(held)));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QVERIFY(!desk.draft(0)); // it is neither lost nor twice
    store::Draft draft{.conversation = talk(0), .body = newer.toStdString()};
    draft.fields["cc"] = "bob@example.org";
    store::setAttachments(draft, {Attachment{.id = idOf<AttachmentId>(71), .name = "saucer.png"}});
    QVERIFY(waited(desk.workspace->saveDraft(draft)));
    const std::int64_t n = desk.entries().at(0).command.n;
    QVERIFY(waited(desk.workspace->edit(n)));
    const auto joined = desk.draft(0);
    QCOMPARE(joined->body, both.toStdString());
    QCOMPARE(joined->fields.at("cc"), std::string("bob@example.org"));
    QCOMPARE(store::attachmentsOf(*joined).size(), 2u);
    QCOMPARE(store::attachmentsOf(*joined)[0].name, std::string("cup.png"));
    QCOMPARE(store::attachmentsOf(*joined)[1].name, std::string("saucer.png"));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 0);
    QVERIFY(waited(desk.workspace->edit(n)).error().kind == Error::Kind::NotFound);
}

void TestOutbox::whatIsSentAnywayIsSaidToBe_data()
{
    QTest::addColumn<QString>("refused");
    QTest::newRow("the disk takes all of it") << "";
    QTest::newRow("it fails before that is settled") << "UPDATE OF settled ON command";
    QTest::newRow("it fails before the draft goes") << "UPDATE OF body ON draft";
}

/// From the moment on in which it is in the journal: whoever hears of a failure writes it once more, and it waits for
/// nobody.
void TestOutbox::whatIsSentAnywayIsSaidToBe()
{
    QFETCH(const QString, refused);
    Shop shop;
    shop.hub.judge = [](const Command &command) {
        const auto *message = std::get_if<SendMessage>(&command.body);
        return asksOrApplies(command, message && !message->sendAnyway);
    };
    Desk desk(shop);
    QVERIFY(waited(desk.workspace->submit(replyOf(91, "Only blue."))));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .body = "Only blue.\n\nOr green"})));
    if (!refused.isEmpty()) {
        const auto journal = store::Database::open((desk.folder.path() + "/journal.db").toStdString(), {});
        QVERIFY(journal
                && (*journal)->execute("CREATE TRIGGER refused BEFORE " + refused.toStdString()
                                       + " BEGIN SELECT RAISE(ABORT, 'refused'); END"));
    }
    QVERIFY(waited(desk.workspace->sendAnyway(desk.entries().at(0).command.n, 0)));
    QTRY_VERIFY(!shop.hub.get<TimelineItem>(idOf<TimelineItemId>(91)).id.isNull());
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(desk.workspace->status().needsYouCount, refused.contains("settled") ? 1 : 0);
}

void TestOutbox::whatCameBackIsTakenBackOnce_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("onItsWay");
    QTest::addColumn<bool>("note");
    QTest::newRow("undone") << "undo" << false << false;
    QTest::newRow("undone while its answer was on its way") << "undo" << true << false;
    QTest::newRow("edited") << "edit" << false << false;
    QTest::newRow("edited while its answer was on its way") << "edit" << true << false;
    QTest::newRow("edited, long after it was sent") << "edit later" << false << false;
    QTest::newRow("cancelled") << "cancel" << false << false;
    QTest::newRow("cancelled while its answer was on its way") << "cancel" << true << false;
    QTest::newRow("a note") << "undo" << false << true;
}

/// A message that asks its author and is taken back is a draft, or nothing: never also what could be sent all the same.
void TestOutbox::whatCameBackIsTakenBackOnce()
{
    QFETCH(const QString, how);
    QFETCH(const bool, onItsWay);
    QFETCH(const bool, note);
    Shop shop;
    shop.hub.judge = [](const Command &command) { return asksOrApplies(command, !itemMadeBy(command.body).isNull()); };
    Desk desk(shop);
    const Conversation before = desk.conversation(0);
    shop.hub.silent = onItsWay;
    const SendMessage message = replyOf(90, "Only blue.", kMailbox);
    QVERIFY(waited(note ? desk.workspace->submit(AddNote{message.item, talk(0), message.body, {}})
                        : desk.workspace->submit(message)));
    if (onItsWay)
        QTRY_COMPARE(shop.hub.outcomes.size(), 1u);
    else
        QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    if (how == "edit later") { // no step knows of it any more
        desk.workspace.reset();
        desk.open();
        desk.live();
    }
    const auto undone =
        waited(how == "undo" ? desk.workspace->undo() : desk.workspace->takeBackItem(message.item, how != "cancel"));
    QVERIFY(undone && undone->overtaken.empty());
    if (onItsWay) {
        QTRY_VERIFY(shop.hub.outcomes.size() >= 2u);
        shop.hub.speak();
    }
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 0);
    QVERIFY(desk.entries().empty());
    const auto draft = desk.draft(0, note ? store::Draft::Kind::Note : store::Draft::Kind::Reply);
    QCOMPARE(draft ? draft->body : std::string(), how == "cancel" ? std::string() : message.body);
    QVERIFY(sameState(desk.conversation(0), before));
    QVERIFY(!desk.shows(90));
    QVERIFY(waited(desk.workspace->submit(SetPriority{talk(2), Priority::Low}))); // behind all that was given before
    QTRY_VERIFY(shop.hub.get<Conversation>(talk(2)).priority == Priority::Low);
    QCOMPARE(std::ranges::count_if(shop.hub.commands,
                                   [](const Command &one) { return std::holds_alternative<CancelMessage>(one.body); }),
             onItsWay ? 1 : 0);
}

void TestOutbox::whatIsEditedAgainIsNotUndone_data()
{
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("resolved");
    QTest::newRow("a message") << false << false;
    QTest::newRow("a note") << true << false;
    QTest::newRow("a note that resolved as well") << true << true;
}

/// Its author has it in the editor: undone as well, it would stand above what they make of it, and be cancelled at the hub.
void TestOutbox::whatIsEditedAgainIsNotUndone()
{
    QFETCH(const bool, note);
    QFETCH(const bool, resolved);
    Shop shop;
    shop.hub.judge = [](const Command &command) { return asksOrApplies(command, !itemMadeBy(command.body).isNull()); };
    Desk desk(shop);
    const auto kind = note ? store::Draft::Kind::Note : store::Draft::Kind::Reply;
    const SendMessage message = replyOf(90, "Only blue.", kMailbox);
    std::vector<CommandBody> given{message};
    if (note)
        given = {AddNote{message.item, talk(0), message.body, {}}};
    if (resolved)
        given.push_back(SetStatus{talk(0), Conversation::Status::Resolved});
    QVERIFY(waited(desk.workspace->submit(given)));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QSignalSpy changed(desk.workspace.get(), &Workspace::historyChanged);
    QVERIFY(waited(desk.workspace->edit(desk.entries().at(0).command.n)));
    QCOMPARE(changed.count(), 1); // what offers to undo it looks again
    QCOMPARE(desk.draft(0, kind)->body, message.body);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .kind = kind, .body = "Only blue, sorry."})));

    const auto undone = waited(desk.workspace->undo());
    QCOMPARE(undone.has_value(), resolved);
    QVERIFY(undone || undone.error().kind == Error::Kind::NotFound);
    QCOMPARE(desk.draft(0, kind)->body, std::string("Only blue, sorry."));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QTRY_VERIFY(desk.conversation(0).status == Conversation::Status::Open);
    QVERIFY(std::ranges::none_of(shop.hub.commands,
                                 [](const Command &one) { return std::holds_alternative<CancelMessage>(one.body); }));
}

/// Given twice, it is one message, and one undo takes it back.
void TestOutbox::whatIsSentAnywayIsUndoneOnce()
{
    Shop shop;
    shop.hub.judge = [](const Command &command) {
        const auto *message = std::get_if<SendMessage>(&command.body);
        return asksOrApplies(command, message && !message->sendAnyway);
    };
    Desk desk(shop);
    QVERIFY(waited(desk.workspace->submit(replyOf(90, "Only blue.", kMailbox))));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QVERIFY(waited(desk.workspace->sendAnyway(desk.entries().at(0).command.n, 0)));
    QVERIFY(waited(desk.workspace->undo()));
    QCOMPARE(desk.draft(0)->body, std::string("Only blue."));
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .body = "Only blue, sorry."})));
    QVERIFY(waited(desk.workspace->undo()).error().kind == Error::Kind::NotFound);
    QCOMPARE(desk.draft(0)->body, std::string("Only blue, sorry."));
}

void TestOutbox::whatIsThrownAwayComesBack_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("note");
    QTest::addColumn<bool>("later"); ///< After a restart: no step knows how it was given.
    for (const char *how : {"cancelled here", "cancelled at the hub", "cancelled as it came back", "discarded", "refused"}) {
        for (const bool note : {false, true}) {
            for (const bool later : {false, true}) {
                if (note && QLatin1String(how) == QLatin1String("cancelled at the hub"))
                    continue; // the hub holds no notes
                QTest::addRow("%s%s%s", how, note ? ", a note" : "", later ? ", later" : "")
                    << QString(how) << note << later;
            }
        }
    }
}

/// As its author's draft, above what is being written there by then: once, and with all that belonged to it.
void TestOutbox::whatIsThrownAwayComesBack()
{
    QFETCH(const QString, how);
    QFETCH(const bool, note);
    QFETCH(const bool, later);
    const bool comesBack = how == "cancelled as it came back" || how == "discarded" || how == "refused";
    Shop shop;
    shop.hub.judge = [&](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (comesBack && !itemMadeBy(command.body).isNull()) {
            outcome.kind = how == "refused" ? Outcome::Kind::Refused : Outcome::Kind::NeedsYou;
            outcome.reason = how == "refused" ? Outcome::Reason::Blocked : Outcome::Reason::ColleagueReplied;
        }
        return outcome;
    };
    Desk desk(shop);
    const auto kind = note ? store::Draft::Kind::Note : store::Draft::Kind::Reply;
    const Conversation before = desk.conversation(0);
    if (how == "cancelled here")
        desk.goOffline();
    SendMessage message = replyOf(90, "A long and careful answer.", kMailbox);
    message.attachments = {Attachment{.id = idOf<AttachmentId>(70), .name = "cup.png"}};
    AddNote aside{.item = message.item, .conversation = talk(0), .body = message.body};
    aside.attachments = message.attachments;
    QVERIFY(waited(note ? desk.workspace->submit(aside) : desk.workspace->submit(message)));
    if (comesBack)
        QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    else if (how == "cancelled at the hub")
        QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    if (later) {
        desk.workspace.reset();
        desk.open();
        if (how != "cancelled here")
            desk.live();
    }
    if (how == "discarded" || how == "refused")
        QVERIFY(waited(desk.workspace->discard(desk.entries().at(0).command.n)));
    else
        QVERIFY(waited(desk.workspace->takeBackItem(message.item, false)));
    QVERIFY(!desk.draft(0, kind));
    QVERIFY(!desk.shows(90));
    if (!later || how != "cancelled at the hub") // how it was is known no more
        QVERIFY(sameState(desk.conversation(0), before));
    const auto again = waited(desk.workspace->takeBackItem(message.item, true)); // a second press
    QVERIFY(!again && again.error().kind == Error::Kind::NotFound);
    QVERIFY(!desk.draft(0, kind));

    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .kind = kind, .body = "Newer"})));
    const auto undone = waited(desk.workspace->undo());
    QVERIFY(undone && undone->overtaken.empty());
    const auto draft = desk.draft(0, kind);
    QVERIFY(draft.has_value());
    QCOMPARE(draft->body, std::string("A long and careful answer.\n\nNewer"));
    QCOMPARE(store::attachmentsOf(*draft).size(), 1u);
    QCOMPARE(store::attachmentsOf(*draft)[0].name, std::string("cup.png"));
    QCOMPARE(draft->fields.contains("account"), !note);
    QVERIFY(waited(desk.workspace->undo()).error().kind == Error::Kind::NotFound);
    QCOMPARE(desk.draft(0, kind)->body, draft->body);
    QVERIFY(!desk.shows(90));
    if (how == "cancelled here")
        desk.comeBack();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 0);
    const auto made = shop.hub.get<TimelineItem>(message.item);
    QVERIFY(made.id.isNull() || made.deleted);
}

/// A note that resolved, say: each is taken back by itself.
void TestOutbox::whatIsThrownAwayLeavesTheRestOfItsStep()
{
    Shop shop;
    Desk desk(shop);
    desk.goOffline();
    const auto note = idOf<TimelineItemId>(92);
    QVERIFY(waited(desk.workspace->submit(std::vector<CommandBody>{SetPriority{talk(0), Priority::Low},
                                                                   AddNote{note, talk(0), "Paid", {}},
                                                                   SetStatus{talk(0), Conversation::Status::Resolved}})));
    QVERIFY(waited(desk.workspace->takeBackItem(note, false)));
    QCOMPARE(desk.workspace->history().steps().size(), 2u);
    QVERIFY(waited(desk.workspace->undo()));
    QCOMPARE(desk.draft(0, store::Draft::Kind::Note)->body, std::string("Paid"));
    QVERIFY(desk.conversation(0).status == Conversation::Status::Resolved);
    QVERIFY(waited(
        desk.workspace->saveDraft({.conversation = talk(0), .kind = store::Draft::Kind::Note, .body = "Paid by bank"})));
    QVERIFY(waited(desk.workspace->undo())->overtaken.empty());
    QVERIFY(desk.conversation(0).status == Conversation::Status::Open);
    QVERIFY(desk.conversation(0).priority == Priority::Normal);
    QCOMPARE(desk.draft(0, store::Draft::Kind::Note)->body, std::string("Paid by bank"));
}

/// Sent anyway after it had come back: both times were one message.
void TestOutbox::whatWasGivenTwiceComesBackOnce()
{
    Shop shop;
    shop.hub.judge = [](const Command &command) { return asksOrApplies(command, !itemMadeBy(command.body).isNull()); };
    Desk desk(shop);
    const SendMessage message = replyOf(94, "Only blue.", kMailbox);
    QVERIFY(waited(desk.workspace->submit(message)));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    desk.goOffline();
    QVERIFY(waited(desk.workspace->sendAnyway(desk.entries().at(0).command.n, 0)));
    QVERIFY(waited(desk.workspace->takeBackItem(message.item, false)));
    QVERIFY(waited(desk.workspace->undo()));
    QCOMPARE(desk.draft(0)->body, message.body);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = talk(0), .body = "Only blue, sorry."})));
    QVERIFY(waited(desk.workspace->undo()).error().kind == Error::Kind::NotFound);
    QCOMPARE(desk.draft(0)->body, std::string("Only blue, sorry."));
}

/// It was cancelled, and too late: a draft of it would send it twice.
void TestOutbox::whatHasGoneOutMeanwhileDoesNotComeBack()
{
    Shop shop;
    shop.hub.judge = [](const Command &command) {
        const bool cancels = std::holds_alternative<CancelMessage>(command.body);
        return Outcome{.n = command.n,
                       .command = command.id,
                       .kind = cancels ? Outcome::Kind::Refused : Outcome::Kind::Applied,
                       .reason = cancels ? Outcome::Reason::TooLate : Outcome::Reason::None};
    };
    Desk desk(shop);
    const SendMessage message = replyOf(93, "Gone", kMailbox);
    QVERIFY(waited(desk.workspace->submit(message)));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(waited(desk.workspace->takeBackItem(message.item, false)));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    TimelineItem sent = shop.hub.get<TimelineItem>(message.item);
    sent.delivery->state = Delivery::State::Sent;
    shop.hub.put(sent);
    QTRY_VERIFY(waited(desk.workspace->itemsByIds({sent.id}))->at(0).delivery->state == Delivery::State::Sent);
    const auto undone = waited(desk.workspace->undo());
    QVERIFY(undone);
    QCOMPARE(undone->overtaken.size(), 1u);
    QVERIFY(!desk.draft(0));
}

QTEST_GUILESS_MAIN(TestOutbox)
#include "tst_outbox.moc"
