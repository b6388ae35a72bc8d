// What a command does to a conversation, and what it puts on the timeline: the same at the desktop and at the hub.
#include "core/model/commands.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;

namespace {

template<class IdType>
IdType id(int number)
{
    RawId raw{};
    raw[15] = std::byte(number);
    return IdType(raw);
}

const AgentId kMara = id<AgentId>(1);
const AgentId kJonas = id<AgentId>(2);
const TeamId kCare = id<TeamId>(3);
const TimePoint kBefore = fromMs(1'800'000'000'000);
const TimePoint kNow = fromMs(1'800'000'600'000);

/// Open, unassigned, and waiting for an answer.
Conversation conversation()
{
    return {.id = id<ConversationId>(10),
            .customer = id<CustomerId>(11),
            .identity = id<IdentityId>(12),
            .account = id<ChannelAccountId>(13),
            .channel = Channel::WhatsApp,
            .subject = "A cup",
            .tags = {"broken", "vip"},
            .lastItemAt = kBefore,
            .preview = "Where is it?",
            .waitingSince = kBefore};
}

} // namespace

using Change = std::function<void(Conversation &)>;
Q_DECLARE_METATYPE(Change)
Q_DECLARE_METATYPE(CommandBody)

class TestCommandEffects : public QObject {
    Q_OBJECT
private slots:
    void applies_data();
    void applies();
    void whoAnswersTakesItIfTheyMay_data();
    void whoAnswersTakesItIfTheyMay();
    void knowsItsConversation();
    void messagesBecomeItems();
    void undoHoldsAMessage();
    void notesBecomeItems();
    void othersPutNothingOnTheTimeline();
    void readMarks_data();
    void readMarks();
    void previews_data();
    void previews();
    void previewsAreCutBetweenCharacters();
};

void TestCommandEffects::applies_data()
{
    QTest::addColumn<Change>("before");
    QTest::addColumn<CommandBody>("body");
    QTest::addColumn<Change>("change");
    const auto row = [](const char *name, Change before, CommandBody body, Change change) {
        QTest::newRow(name) << std::move(before) << std::move(body) << std::move(change);
    };
    const Change asItWas = [](Conversation &) {};
    const auto snoozed = [](Conversation &c) { c.status = Conversation::Status::Snoozed, c.snoozedUntil = kNow; };
    const auto resolved = [](Conversation &c) { c.status = Conversation::Status::Resolved, c.resolvedAt = kBefore; };

    row("a reply", asItWas, SendMessage{.body = "On its\nway"}, [](Conversation &c) {
        c.status = Conversation::Status::Waiting;
        c.assignee = kMara; // who answers takes it
        c.lastItemAt = kNow;
        c.preview = "On its way";
        c.previewOutbound = true;
        c.previewAuthor = kMara;
        c.waitingSince.reset();
    });
    row("a reply that takes nothing", asItWas, SendMessage{.body = "On its\nway", .leaveFree = true}, [](Conversation &c) {
        c.status = Conversation::Status::Waiting;
        c.lastItemAt = kNow;
        c.preview = "On its way";
        c.previewOutbound = true;
        c.previewAuthor = kMara;
        c.waitingSince.reset();
    });
    row(
        "a reply to what a colleague has", [](Conversation &c) { c.assignee = kJonas; }, SendMessage{.body = "Hello"},
        [](Conversation &c) {
            c.status = Conversation::Status::Waiting;
            c.lastItemAt = kNow;
            c.preview = "Hello";
            c.previewOutbound = true;
            c.previewAuthor = kMara;
            c.waitingSince.reset();
        });
    row("a reply that resolves", asItWas, SendMessage{.body = "Bye", .resolveAfter = true}, [](Conversation &c) {
        c.status = Conversation::Status::Resolved;
        c.resolvedAt = kNow;
        c.assignee = kMara;
        c.lastItemAt = kNow;
        c.preview = "Bye";
        c.previewOutbound = true;
        c.previewAuthor = kMara;
        c.waitingSince.reset();
    });
    row(
        "a reply under a clock that is behind", [](Conversation &c) { c.lastItemAt = kNow + Milliseconds(1); },
        SendMessage{.body = "x"},
        [](Conversation &c) {
            c.status = Conversation::Status::Waiting;
            c.assignee = kMara;
            c.preview = "x";
            c.previewOutbound = true;
            c.previewAuthor = kMara;
            c.waitingSince.reset();
        });
    row("a note moves it up, and changes nothing else", asItWas, AddNote{.body = "Look"},
        [](Conversation &c) { c.lastItemAt = kNow; });
    row("resolve", asItWas, SetStatus{.status = Conversation::Status::Resolved}, [](Conversation &c) {
        c.status = Conversation::Status::Resolved;
        c.resolvedAt = kNow;
    });
    row("reopen", resolved, SetStatus{.status = Conversation::Status::Open}, [](Conversation &c) {
        c.status = Conversation::Status::Open;
        c.resolvedAt.reset();
    });
    row("wake", snoozed, SetStatus{.status = Conversation::Status::Open}, [](Conversation &c) {
        c.status = Conversation::Status::Open;
        c.snoozedUntil.reset();
    });
    row("snooze until a time", resolved, Snooze{.until = kNow}, [](Conversation &c) {
        c.status = Conversation::Status::Snoozed;
        c.snoozedUntil = kNow;
        c.resolvedAt.reset();
    });
    row("snooze until the customer writes", snoozed, Snooze{}, [](Conversation &c) {
        c.status = Conversation::Status::Snoozed;
        c.snoozedUntil.reset();
    });
    row("assign", asItWas, Assign{.assignee = kJonas}, [](Conversation &c) { c.assignee = kJonas; });
    row(
        "back to the queue", [](Conversation &c) { c.assignee = kMara; }, Assign{},
        [](Conversation &c) { c.assignee.reset(); });
    row("to a team", asItWas, SetTeam{.team = kCare}, [](Conversation &c) { c.team = kCare; });
    row(
        "out of its team", [](Conversation &c) { c.team = kCare; }, SetTeam{}, [](Conversation &c) { c.team.reset(); });
    row("tags are sorted, each once", asItWas, SetTags{.add = {"vip", "cup", "cup", "a"}}, [](Conversation &c) {
        c.tags = {"a", "broken", "cup", "vip"};
    });
    row("a tag goes", asItWas, SetTags{.remove = {"vip", "never there"}}, [](Conversation &c) { c.tags = {"broken"}; });
    row("a tag that goes and comes is there", asItWas, SetTags{.add = {"vip"}, .remove = {"vip"}}, [](Conversation &c) {
        c.tags = {"broken", "vip"};
    });
    row("priority", asItWas, SetPriority{.priority = Conversation::Priority::Urgent},
        [](Conversation &c) { c.priority = Conversation::Priority::Urgent; });
    row("subject", asItWas, SetSubject{.subject = "Two cups"}, [](Conversation &c) { c.subject = "Two cups"; });
    // These are about something else.
    row("take back a message", asItWas, CancelMessage{}, asItWas);
    row("try a message again", asItWas, RetryMessage{}, asItWas);
    row("read mark", asItWas, MarkRead{.readCount = 5}, asItWas);
    row("customer", asItWas, EditCustomer{.name = "L."}, asItWas);
    row("link", asItWas, LinkCustomers{}, asItWas);
    row("unlink", asItWas, UnlinkCustomers{}, asItWas);
    row("suggestion", asItWas, DismissSuggestion{}, asItWas);
}

void TestCommandEffects::applies()
{
    QFETCH(const Change, before);
    QFETCH(const CommandBody, body);
    QFETCH(const Change, change);
    Conversation changed = conversation();
    before(changed);
    Conversation expected = changed;
    change(expected);
    const Agent mara{.id = kMara};
    applyTo(changed, body, mara, kNow);
    QVERIFY(changed == expected);
    applyTo(changed, body, mara, kNow); // shown by the desktop, then done by the hub: twice is once
    QVERIFY(changed == expected);
}

void TestCommandEffects::whoAnswersTakesItIfTheyMay_data()
{
    QTest::addColumn<QStringList>("permissions");
    QTest::addColumn<bool>("takes");
    QTest::newRow("a role that takes work") << QStringList{"reply", "take-work"} << true;
    QTest::newRow("a role that only answers") << QStringList{"reply"} << false;
    QTest::newRow("a role that only gives work to others") << QStringList{"reply", "assign-others"} << false;
}

void TestCommandEffects::whoAnswersTakesItIfTheyMay()
{
    QFETCH(const QStringList, permissions);
    QFETCH(const bool, takes);
    Agent mara{.id = kMara, .customRole = id<RoleId>(4)};
    for (const QString &one : permissions)
        mara.permissions.push_back(one.toStdString());
    Conversation answered = conversation();
    applyTo(answered, SendMessage{.body = "On its way"}, mara, kNow);
    QCOMPARE(answered.assignee.has_value(), takes);
    QVERIFY(answered.status == Conversation::Status::Waiting); // the answer itself is what it always is
}

void TestCommandEffects::knowsItsConversation()
{
    const auto ours = id<ConversationId>(10);
    QCOMPARE(conversationOf(SendMessage{.conversation = ours}), ours);
    QCOMPARE(conversationOf(AddNote{.conversation = ours}), ours);
    QCOMPARE(conversationOf(SetStatus{.conversation = ours}), ours);
    QCOMPARE(conversationOf(Snooze{.conversation = ours}), ours);
    QCOMPARE(conversationOf(Assign{.conversation = ours}), ours);
    QCOMPARE(conversationOf(SetTags{.conversation = ours}), ours);
    QCOMPARE(conversationOf(SetTeam{.conversation = ours}), ours);
    QCOMPARE(conversationOf(SetPriority{.conversation = ours}), ours);
    QCOMPARE(conversationOf(SetSubject{.conversation = ours}), ours);
    QCOMPARE(conversationOf(MarkRead{.conversation = ours}), ours);
    QVERIFY(conversationOf(CancelMessage{}).isNull());
    QVERIFY(conversationOf(EditCustomer{}).isNull());
    QVERIFY(conversationOf(LinkCustomers{}).isNull());
    QVERIFY(conversationOf(DismissSuggestion{}).isNull());
}

void TestCommandEffects::messagesBecomeItems()
{
    SendMessage message{.item = id<TimelineItemId>(20),
                        .conversation = id<ConversationId>(10),
                        .to = id<IdentityId>(21),
                        .from = id<ChannelAccountId>(22),
                        .subject = "Re: A cup",
                        .body = "On its\nway",
                        .cc = {"a@shop.test", "b@shop.test"},
                        .attachments = {Attachment{.id = id<AttachmentId>(23), .name = "cup.jpg"}},
                        .inReplyTo = id<TimelineItemId>(24)};
    const Command command{.n = 1, .id = id<CommandId>(30), .at = kNow, .body = message};
    const Agent mara{.id = kMara, .name = "Mara"};
    TimelineItem expected{.id = message.item,
                          .conversation = id<ConversationId>(10),
                          .customer = id<CustomerId>(11),
                          .identity = message.to,
                          .account = message.from,
                          .channel = Channel::WhatsApp,
                          .kind = TimelineItem::Kind::Outbound,
                          .author = kMara,
                          .authorName = "Mara",
                          .at = kNow,
                          .subject = "Re: A cup",
                          .body = "On its\nway",
                          .attachments = message.attachments,
                          .delivery = Delivery{.state = Delivery::State::Queued, .at = kNow},
                          .inReplyTo = message.inReplyTo,
                          .details = {{"cc", "a@shop.test, b@shop.test"}}};
    QVERIFY(itemOf(command, conversation(), mara, 0) == expected);
    message.cc.clear();
    expected.details.clear();
    QVERIFY(itemOf({.n = 1, .at = kNow, .body = message}, conversation(), mara, 0) == expected);
}

void TestCommandEffects::undoHoldsAMessage()
{
    const Command command{.n = 1, .at = kNow, .body = SendMessage{.body = "x"}};
    const auto held = itemOf(command, conversation(), Agent(), 10);
    QCOMPARE(held->delivery->state, Delivery::State::Held);
    QVERIFY(held->delivery->heldUntil == kNow + std::chrono::seconds(10));
    const auto queued = itemOf(command, conversation(), Agent(), -1);
    QCOMPARE(queued->delivery->state, Delivery::State::Queued);
    QVERIFY(!queued->delivery->heldUntil);
}

void TestCommandEffects::notesBecomeItems()
{
    const AddNote note{.item = id<TimelineItemId>(20), .conversation = id<ConversationId>(10), .body = "Look"};
    const auto item = itemOf({.n = 1, .at = kNow, .body = note}, conversation(), {.id = kMara, .name = "Mara"}, 10);
    const TimelineItem expected{.id = note.item,
                                .conversation = id<ConversationId>(10),
                                .customer = id<CustomerId>(11),
                                .identity = id<IdentityId>(12),
                                .account = id<ChannelAccountId>(13),
                                .channel = Channel::WhatsApp,
                                .kind = TimelineItem::Kind::Note,
                                .author = kMara,
                                .authorName = "Mara",
                                .at = kNow,
                                .body = "Look"};
    QVERIFY(item == expected); // without a delivery: it goes to nobody
}

void TestCommandEffects::othersPutNothingOnTheTimeline()
{
    for (const CommandBody &body : {CommandBody(SetStatus()), CommandBody(Assign()), CommandBody(CancelMessage()),
                                    CommandBody(MarkRead()), CommandBody(LinkCustomers())})
        QVERIFY(!itemOf({.n = 1, .at = kNow, .body = body}, conversation(), Agent(), 10));
}

void TestCommandEffects::readMarks_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("backwards");
    QTest::addColumn<int>("after");
    QTest::newRow("rises") << 3 << 5 << false << 5;
    QTest::newRow("stays") << 5 << 3 << false << 5;
    QTest::newRow("goes back") << 5 << 3 << true << 3;
    QTest::newRow("going back is not going on") << 3 << 5 << true << 3;
}

void TestCommandEffects::readMarks()
{
    QFETCH(const int, before);
    QFETCH(const int, count);
    QFETCH(const bool, backwards);
    QFETCH(const int, after);
    QCOMPARE(readCountAfter(before, {.readCount = count, .backwards = backwards}), std::int64_t(after));
}

void TestCommandEffects::previews_data()
{
    QTest::addColumn<std::string>("body");
    QTest::addColumn<int>("most");
    QTest::addColumn<std::string>("preview");
    const auto row = [](const char *name, std::string body, int most, std::string preview) {
        QTest::newRow(name) << std::move(body) << most << std::move(preview);
    };
    row("empty", "", 10, "");
    row("white space alone", " \n\t ", 10, "");
    row("one line", "Hello", 10, "Hello");
    row("white space folded", "  a \r\n\t b\n\nc  ", 10, "a b c");
    row("control characters are white space",
        std::string("a\0\x1b"
                    "b",
                    4),
        10, "a b");
    row("exactly as long", "abcde", 5, "abcde");
    row("white space after the last character", "abcde \n", 5, "abcde");
    row("cut", "abcdef", 5, "abcde…");
    row("cut at a blank", "abcde f", 5, "abcde…");
    row("a blank that would be the last", "abcd ef", 5, "abcd…");
    row("two bytes", "éééé", 3, "ééé…");
    row("three bytes", "茶茶茶茶", 3, "茶茶茶…");
    row("four bytes", "🫖🫖🫖🫖", 3, "🫖🫖🫖…");
    row("mixed", "aé茶🫖z", 4, "aé茶🫖…");
    row("blanks count", "a b c d", 5, "a b c…");
}

void TestCommandEffects::previews()
{
    QFETCH(const std::string, body);
    QFETCH(const int, most);
    QFETCH(const std::string, preview);
    QCOMPARE(previewOf(body, std::size_t(most)), preview);
}

void TestCommandEffects::previewsAreCutBetweenCharacters()
{
    const QString text = QString::fromUtf8("Ein Täßchen 茶, bitte 🫖 – danke schön! ").repeated(8);
    for (int most = 1; most < 200; ++most) {
        const std::string preview = previewOf(text.toStdString(), std::size_t(most));
        const auto codePoints = QString::fromStdString(preview).toUcs4();
        QVERIFY(!codePoints.contains(0xfffd));
        QVERIFY2(codePoints.size() <= most + 1, qPrintable(QString::number(most))); // and the ellipsis
        QVERIFY(text.simplified().startsWith(QString::fromStdString(preview).chopped(1)));
        QVERIFY(preview.ends_with("…"));
    }
}

QTEST_APPLESS_MAIN(TestCommandEffects)
#include "tst_command_effects.moc"
