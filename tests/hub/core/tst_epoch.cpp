// A hub restored from an older backup: what desktops offer again is done once, what was said stays said.
#include "core/hub/epoch.h"

#include "core/hub/incarnation.h"
#include "core/hub/teams.h"
#include "core/model/rights.h"
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

namespace {

/// A hub that is put back to an earlier moment, and remembers what its desktops had.
struct RestorableHub : HubUnderTest {
    wire::Epoch before{};

    void backUp() { must(database->backupTo(folder.filePath("backup.db").toStdString())); }
    void restore()
    {
        before = must(headOf(*database)).epoch;
        database = std::move(*store::Database::open(folder.filePath("backup.db").toStdString(), {}));
        must(database->inTransaction([&]() -> Result<void> {
            const auto begun = beginEpoch(*database, rng);
            return begun ? meetEpoch(*database, clock.now()) : failure(begun.error());
        }));
        n = must(lastApplied(*database, desk));
    }
    wire::Epoch epoch() { return must(headOf(*database)).epoch; }
    /// A command as a desktop gives it: with the epoch of its copy.
    Command given(CommandBody body)
    {
        Command made = command(std::move(body), head());
        made.baseEpoch = epoch();
        return made;
    }
    Outcome mustDo(const Command &command) { return must(apply(command, mara)); }
    /// What a desktop offers again of what had been applied.
    static Command again(Command command, Kind earlier = Kind::Applied)
    {
        command.earlier = earlier;
        return command;
    }
    bool looksFirst(TimelineItemId id)
    {
        auto query = database->queryOnce("SELECT uncertain FROM delivery_queue WHERE item_id = :id");
        query.bind("id", id);
        return must(query.step()) && query.flag(0);
    }
};

} // namespace

class TestEpoch : public QObject {
    Q_OBJECT
private slots:
    void aSeqCountsInItsEpoch();
    void aBeginningThatWasCutOffIsNoticed_data();
    void aBeginningThatWasCutOffIsNoticed();
    void aReplyIsSentOnce();
    void thePlatformTellsOfItFirst();
    void whatWasWrittenElsewhereKeepsItsWords_data();
    void whatWasWrittenElsewhereKeepsItsWords();
    void whatCameAgainHasItsName_data();
    void whatCameAgainHasItsName();
    void whatWasTakenBackElsewhereStaysSo_data();
    void whatWasTakenBackElsewhereStaysSo();
    void whoWasBlockedSinceHasWhatWasSent();
    void whoWasPartedStaysApart_data();
    void whoWasPartedStaysApart();
    void waitsForTheChannel();
    void waitsForWhoHasWritten_data();
    void waitsForWhoHasWritten();
    void waitsForSight();
    void laterWordsStand();
    void theLastDecisionStandsWhoeverComesFirst_data();
    void theLastDecisionStandsWhoeverComesFirst();
    void decidedStaysDecided();
    void theGuardKnowsWhatWasSeen();
    void numbersAreNotGivenTwice_data();
    void numbersAreNotGivenTwice();
    void whatWaitsIsLookedForFirst();
    void whatWasTriedAgainIsLookedForFirst_data();
    void whatWasTriedAgainIsLookedForFirst();
    void whatWaitsGoesOutWhenAPersonSaysSo_data();
    void whatWaitsGoesOutWhenAPersonSaysSo();
    void whatWasTakenBackStaysSo_data();
    void whatWasTakenBackStaysSo();
    void nobodyErasedComesBack_data();
    void nobodyErasedComesBack();
    void aLostFileMakesNothingUnsaid_data();
    void aLostFileMakesNothingUnsaid();
};

void TestEpoch::aSeqCountsInItsEpoch()
{
    RestorableHub hub;
    hub.take(hub.line("visitor"));
    const std::int64_t start = hub.head();
    const wire::Epoch first = hub.epoch();
    hub.backUp();
    hub.take(hub.line("visitor"));
    hub.restore();
    QVERIFY(hub.epoch() != first);
    QCOMPARE(*seenHere(*hub.database, first, start - 1), start - 1);
    QCOMPARE(*seenHere(*hub.database, first, start + 5), start); // what came after is no part of this history
    QCOMPARE(*seenHere(*hub.database, hub.epoch(), start + 5), start + 5);
    QCOMPARE(*seenHere(*hub.database, wire::Epoch{}, 7), 7);
    wire::Epoch stranger{};
    stranger[0] = std::byte(1);
    QCOMPARE(*seenHere(*hub.database, stranger, 7), 0);
    QCOMPARE((*newestEpoch(*hub.database)).seq, start);
}

void TestEpoch::aBeginningThatWasCutOffIsNoticed_data()
{
    QTest::addColumn<bool>("fileLost");
    QTest::newRow("an older copy") << false;
    QTest::newRow("without the file beside it") << true;
}

/// The hub dies as it begins the epoch that an older copy of its file takes: the next start knows of it still.
void TestEpoch::aBeginningThatWasCutOffIsNoticed()
{
    QFETCH(const bool, fileLost);
    RestorableHub hub;
    const std::filesystem::path beside = hub.folder.path().toStdString();
    const auto enter = [&] { return enterIncarnation(beside, *hub.database, hub.rng); };
    QVERIFY(enter()->suspicion.empty());
    hub.backUp();
    hub.take(hub.letter("a@mail.test"));
    QVERIFY(noteHead(beside, HubUnderTest::must(enter()).name, hub.head()));
    const wire::Epoch before = hub.epoch();
    hub.database = std::move(*store::Database::open(hub.folder.filePath("backup.db").toStdString(), {}));
    if (fileLost)
        std::filesystem::remove(beside / "hub.incarnation");
    QVERIFY(hub.database->execute(
        "CREATE TRIGGER dies BEFORE UPDATE ON workspace BEGIN SELECT RAISE(ABORT, 'the process dies'); END"));
    QVERIFY(!enter());
    QVERIFY(hub.database->execute("DROP TRIGGER dies"));
    QVERIFY(hub.epoch() == before);
    QVERIFY(!enter()->suspicion.empty());
    QVERIFY(hub.epoch() != before);
    const wire::Epoch begun = hub.epoch();
    QVERIFY(enter()->suspicion.empty()); // once
    QVERIFY(hub.epoch() == begun);
}

void TestEpoch::aReplyIsSentOnce()
{
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    const auto reply = hub.given(hub.reply(hub.conversation(letter.conversation), "Yes."));
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    const auto id = std::get<SendMessage>(reply.body).item;
    hub.restore();
    // Meanwhile a colleague's reply was offered again, and the customer's next letter was fetched again.
    auto next = hub.letter("ann@mail.test");
    next.references = {"m1@mail.test"};
    hub.take(next);
    const auto toms = hub.reply(hub.conversation(letter.conversation), "From Tom.");
    auto other = RestorableHub::again({.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .body = toms});
    QCOMPARE((*hub.database->inTransaction([&] {
                 return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, hub.ids.make<ClientId>(), other);
             })).kind,
             Kind::Applied);
    QCOMPARE(hub.mustDo(RestorableHub::again(reply)).kind, Kind::Applied); // not "needs you": it has been said
    QVERIFY(hub.looksFirst(id));
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE body = 'Yes.'"), 1);
    // Found in Sent: it is not handed over again.
    hub.clock.advance(std::chrono::minutes(1));
    for (auto claimed = hub.claim(hub.mail); claimed; claimed = hub.claim(hub.mail)) {
        QVERIFY(claimed->message.lookFirst);
        QVERIFY(claimed->message.messageId.find(toHex(claimed->message.item.id.view())) == 1);
        hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent});
    }
    QCOMPARE(hub.item(id).delivery->state, Delivery::State::Sent);
    // And a second time, from another copy: nothing.
    Command repeat = RestorableHub::again(reply);
    repeat.n = ++hub.n + 1;
    hub.n = repeat.n;
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
}

void TestEpoch::thePlatformTellsOfItFirst()
{
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    const auto reply = hub.given(hub.reply(hub.conversation(letter.conversation), "Yes."));
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    const auto id = std::get<SendMessage>(reply.body).item;
    const auto claimed = [&] {
        hub.clock.advance(std::chrono::minutes(1));
        return hub.claim(hub.mail);
    }();
    const std::string messageId = claimed->message.messageId;
    hub.restore();
    auto echo = hub.letter("ann@mail.test");
    echo.kind = channels::InboundEnvelope::Kind::Echo;
    echo.messageIds = {messageId};
    echo.references = {"m1@mail.test"};
    echo.text = "Yes.";
    QCOMPARE(hub.take(echo).item, id);
    QVERIFY(!hub.item(id).author);
    QCOMPARE(hub.mustDo(RestorableHub::again(reply)).kind, Kind::Applied);
    QCOMPARE(*hub.item(id).author, hub.mara.id);
    QCOMPARE(hub.item(id).delivery->state, Delivery::State::Sent);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'outbound'"), 1);
    QCOMPARE(*hub.conversation(letter.conversation).assignee, hub.mara.id);
}

void TestEpoch::whatWasWrittenElsewhereKeepsItsWords_data()
{
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("it had been done") << true;
    QTest::newRow("it may have been done") << false;
}

/// A message from another program has nobody as its author, and is none of ours that came back: nobody who offers one under
/// its id puts words or a name to it.
void TestEpoch::whatWasWrittenElsewhereKeepsItsWords()
{
    QFETCH(const bool, isKnown);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    Command offered = hub.given(hub.reply(hub.conversation(letter.conversation), "Other words."));
    hub.restore();
    auto echo = hub.letter("ann@mail.test");
    echo.kind = channels::InboundEnvelope::Kind::Echo;
    echo.references = {"m1@mail.test"};
    echo.text = "From the phone.";
    const auto elsewhere = hub.take(echo);
    QCOMPARE(elsewhere.conversation, letter.conversation);
    const TimelineItem item = hub.item(elsewhere.item);
    QVERIFY(item.kind == TimelineItem::Kind::Outbound && !item.author);
    const Conversation conversation = hub.conversation(letter.conversation);

    std::get<SendMessage>(offered.body).item = elsewhere.item;
    const Outcome outcome = hub.mustDo(isKnown ? RestorableHub::again(offered) : offered);
    QCOMPARE(outcome.kind, Kind::Refused);
    QCOMPARE(outcome.reason, Reason::Taken);
    QVERIFY(hub.item(elsewhere.item) == item);
    QVERIFY(hub.conversation(letter.conversation) == conversation);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
}

void TestEpoch::whatCameAgainHasItsName_data()
{
    QTest::addColumn<bool>("isChat");
    QTest::newRow("a mail") << false;
    QTest::newRow("a visitor, whose browser says it again") << true;
}

void TestEpoch::whatCameAgainHasItsName()
{
    QFETCH(const bool, isChat);
    RestorableHub hub;
    hub.backUp();
    auto letter = isChat ? hub.line("visitor") : hub.letter("new@mail.test");
    const auto first = hub.take(letter);
    const Conversation conversation = hub.conversation(first.conversation);
    const auto note = hub.given(AddNote{hub.ids.make<TimelineItemId>(), first.conversation, "A regular."});
    const auto reply = hub.given(hub.reply(conversation, "Welcome."));
    QCOMPARE(hub.mustDo(note).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    hub.restore();
    if (isChat) // it has no time of its own
        letter.at = hub.clock.now() + std::chrono::hours(1);
    const auto second = hub.take(letter);
    QVERIFY(!second.known);
    QCOMPARE(second.item == first.item, !isChat);
    QCOMPARE(second.conversation, first.conversation);
    QCOMPARE(second.customer, first.customer);
    QCOMPARE(hub.conversation(second.conversation).identity, conversation.identity);
    QCOMPARE(hub.mustDo(RestorableHub::again(note)).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(RestorableHub::again(reply)).kind, Kind::Applied);
}

void TestEpoch::whatWasTakenBackElsewhereStaysSo_data()
{
    QTest::addColumn<bool>("isNote");
    QTest::addColumn<bool>("isHeardFirst"); // the desktop where it was written, and where it was taken back
    QTest::newRow("a message, taken back first") << false << false;
    QTest::newRow("a note, taken back first") << true << false;
    QTest::newRow("a message, written first") << false << true;
    QTest::newRow("a note, written first") << true << true;
}

/// Written at one desktop and taken back at another, both since the backup: whichever comes back first.
void TestEpoch::whatWasTakenBackElsewhereStaysSo()
{
    QFETCH(const bool, isNote);
    QFETCH(const bool, isHeardFirst);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    SendMessage reply = hub.reply(hub.conversation(letter.conversation), "Half a thought");
    const AddNote note{.item = reply.item, .conversation = letter.conversation, .body = "Half a thought"};
    const Command written = hub.given(isNote ? CommandBody(note) : CommandBody(reply));
    QCOMPARE(hub.mustDo(written).kind, Kind::Applied);
    const auto laptop = hub.ids.make<ClientId>();
    const auto atLaptop = [&](Command command) {
        command.n = 1;
        return hub.must(hub.database->inTransaction(
            [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.mara, laptop, command); }));
    };
    const Command back = hub.given(CancelMessage{reply.item});
    QCOMPARE(atLaptop(back).kind, Kind::Applied);
    hub.restore();
    hub.clock.advance(std::chrono::minutes(2));
    if (isHeardFirst)
        hub.mustDo(RestorableHub::again(written));
    atLaptop(RestorableHub::again(back));
    if (!isHeardFirst)
        QCOMPARE(hub.mustDo(RestorableHub::again(written)).kind, Kind::NoEffect);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind IN ('outbound', 'note') AND NOT deleted"), 0);
}

/// A reply that had gone out before its customer was blocked is looked for, and does not come back to its author.
void TestEpoch::whoWasBlockedSinceHasWhatWasSent()
{
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    const SendMessage reply = hub.reply(hub.conversation(letter.conversation), "Here you are.");
    const Command written = hub.given(reply);
    QCOMPARE(hub.mustDo(written).kind, Kind::Applied);
    hub.restore();
    const Agent ada = hub.must(hub.database->inTransaction(
        [&] { return addAgent(*hub.database, hub.ids, "ada@shop.test", "Ada", Agent::Role::Admin, ""); }));
    Command block{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .body = BlockCustomer{letter.customer}};
    QCOMPARE(hub.must(hub.database->inTransaction([&] {
                    return applyCommand(*hub.database, hub.ids, hub.clock, ada, hub.ids.make<ClientId>(), block);
                }))
                 .kind,
             Kind::Applied);
    QCOMPARE(hub.mustDo(RestorableHub::again(written)).kind, Kind::Applied);
    QVERIFY(hub.looksFirst(reply.item));
}

void TestEpoch::whoWasPartedStaysApart_data()
{
    QTest::addColumn<bool>("isVisitorFirst");
    QTest::newRow("the visitor comes back first") << true;
    QTest::newRow("who parted them comes back first") << false;
}

/// A channel has proven that two people are one, and somebody knew better.
void TestEpoch::whoWasPartedStaysApart()
{
    QFETCH(const bool, isVisitorFirst);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    const auto first = hub.line("visitor");
    hub.take(first);
    auto proven = hub.line("visitor");
    proven.sender.evidence.push_back({Channel::Email, "ann@mail.test", true});
    const auto visitor = hub.take(proven);
    CustomerLinkId link;
    {
        auto links = hub.database->queryOnce("SELECT id FROM customer_link WHERE ended_ms IS NULL");
        QVERIFY(hub.must(links.step()));
        link = links.id<CustomerLinkId>(0);
    }
    const Command parted = hub.given(UnlinkCustomers{link});
    const auto areOne = [&] {
        return hub.must(rootOf(*hub.database, visitor.customer)) == hub.must(rootOf(*hub.database, letter.customer));
    };
    QVERIFY(areOne());
    QCOMPARE(hub.mustDo(parted).kind, Kind::Applied);
    QVERIFY(!areOne());
    hub.restore();
    hub.clock.advance(std::chrono::minutes(2));
    const auto comesBack = [&] {
        hub.take(first);
        hub.take(proven);
    };
    if (isVisitorFirst)
        comesBack();
    hub.mustDo(RestorableHub::again(parted));
    if (!isVisitorFirst)
        comesBack();
    QVERIFY(!areOne());
}

void TestEpoch::waitsForTheChannel()
{
    RestorableHub hub;
    hub.backUp();
    const auto letter = hub.letter("new@mail.test");
    const auto taken = hub.take(letter);
    const auto reply = hub.given(hub.reply(hub.conversation(taken.conversation), "Welcome."));
    const auto done = hub.given(SetStatus{taken.conversation, Status::Resolved});
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(done).kind, Kind::Applied);
    hub.restore();
    const auto early = hub.apply(RestorableHub::again(reply), hub.mara);
    QVERIFY(!early);
    QCOMPARE(early.error().kind, Error::Kind::Offline);
    QCOMPARE(*lastApplied(*hub.database, hub.desk), 0);
    // It never comes: the text goes back to its author, and nobody is asked about the status a second time.
    hub.clock.advance(std::chrono::minutes(2));
    QCOMPARE(hub.mustDo(RestorableHub::again(reply)).kind, Kind::Refused);
    QCOMPARE(hub.mustDo(RestorableHub::again(done)).kind, Kind::NoEffect);
}

void TestEpoch::waitsForWhoHasWritten_data()
{
    using Make = std::function<CommandBody(RestorableHub &, const Conversation &)>;
    QTest::addColumn<Make>("make");
    QTest::newRow("who is blocked") << Make(
        [](RestorableHub &, const Conversation &with) { return BlockCustomer{.customer = with.customer, .blocked = true}; });
    QTest::newRow("a card") << Make([](RestorableHub &, const Conversation &with) {
        return EditCustomer{with.customer, "Ann", "Likes blue."};
    });
    QTest::newRow("a merge") << Make([](RestorableHub &hub, const Conversation &with) {
        const auto old = hub.take(hub.letter("old@mail.test"));
        return LinkCustomers{hub.ids.make<CustomerLinkId>(), with.customer, old.customer, ""};
    });
    QTest::newRow("whose an address is") << Make([](RestorableHub &hub, const Conversation &with) {
        const auto old = hub.take(hub.letter("old@mail.test"));
        return MoveIdentity{with.identity, old.customer};
    });
    QTest::newRow("a conversation that we begin") << Make([](RestorableHub &hub, const Conversation &with) {
        return StartConversation{.conversation = hub.ids.make<ConversationId>(),
                                 .account = with.account,
                                 .identity = with.identity,
                                 .customer = with.customer,
                                 .subject = "Your cup"};
    });
}

/// As waitsForTheChannel: people who are new since the backup are brought again like their conversations.
void TestEpoch::waitsForWhoHasWritten()
{
    QFETCH(const std::function<CommandBody(RestorableHub &, const Conversation &)>, make);
    RestorableHub hub;
    hub.take(hub.letter("old@mail.test"));
    hub.backUp();
    const auto letter = hub.letter("new@mail.test");
    const auto command = hub.given(make(hub, hub.conversation(hub.take(letter).conversation)));
    QCOMPARE(hub.mustDo(command).kind, Kind::Applied);
    hub.restore();
    const auto early = hub.apply(RestorableHub::again(command), hub.mara);
    QVERIFY(!early);
    QCOMPARE(early.error().kind, Error::Kind::Offline);
    hub.take(letter);
    QCOMPARE(hub.mustDo(RestorableHub::again(command)).kind, Kind::Applied);
}

/// What a colleague had given to somebody since the backup is theirs again when that colleague is back: until then it waits.
void TestEpoch::waitsForSight()
{
    RestorableHub hub;
    const ConversationId about = hub.take(hub.line("visitor")).conversation;
    const auto moveTo = [&](std::optional<TeamId> team) {
        hub.change([&](ChangeLog &changes) {
            Conversation moved = hub.conversation(about);
            moved.team = team;
            return changes.put(moved);
        });
    };
    hub.change([&](ChangeLog &changes) { return addTeam(changes, hub.ids, "Sales"); });
    moveTo(hub.must(teams(*hub.database)).front().id);
    hub.backUp();
    moveTo(std::nullopt);
    const auto note = hub.given(AddNote{.item = hub.ids.make<TimelineItemId>(), .conversation = about, .body = "Blue."});
    const auto high = hub.given(SetPriority{about, Conversation::Priority::High});
    QCOMPARE(hub.mustDo(note).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(high).kind, Kind::Applied);
    hub.restore();
    QVERIFY(!sees(hub.mara, hub.conversation(about)));
    const auto early = hub.apply(RestorableHub::again(note), hub.mara);
    QVERIFY(!early);
    QCOMPARE(early.error().kind, Error::Kind::Offline);

    // Beyond that minute it comes back; what is refused is not the newest word on anything.
    hub.clock.advance(std::chrono::minutes(2));
    QCOMPARE(hub.mustDo(RestorableHub::again(note)).kind, Kind::Refused);
    QCOMPARE(hub.mustDo(RestorableHub::again(high)).kind, Kind::NoEffect);
    auto query = hub.database->queryOnce("SELECT 1 FROM field_set WHERE field = 'priority'");
    QVERIFY(!hub.must(query.step()));
}

void TestEpoch::laterWordsStand()
{
    RestorableHub hub;
    const auto line = hub.take(hub.line("visitor"));
    const ConversationId about = line.conversation;
    hub.backUp();
    const auto resolved = hub.given(SetStatus{about, Status::Resolved});
    const auto high = hub.given(SetPriority{about, Conversation::Priority::High});
    const auto tag = hub.given(SetTags{about, {"blue"}, {}});
    const auto read = hub.given(MarkRead{about, 1});
    const auto card = hub.given(EditCustomer{line.customer, "Ann", ""});
    for (const Command &command : {resolved, high, tag, read, card})
        QCOMPARE(hub.mustDo(command).kind, Kind::Applied);
    hub.restore();
    hub.clock.advance(std::chrono::minutes(10));
    hub.take(hub.line("visitor"));
    const auto low = SetPriority{about, Conversation::Priority::Low};
    Command toms{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .body = low};
    QCOMPARE((*hub.database->inTransaction([&] {
                 return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, hub.ids.make<ClientId>(), toms);
             })).kind,
             Kind::Applied);
    QCOMPARE(hub.mustDo(RestorableHub::again(resolved)).kind, Kind::NoEffect); // the customer has written since
    QCOMPARE(hub.mustDo(RestorableHub::again(high)).kind, Kind::NoEffect);     // and Tom has decided otherwise
    QCOMPARE(hub.mustDo(RestorableHub::again(tag)).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(RestorableHub::again(read)).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(RestorableHub::again(card)).kind, Kind::Applied);
    const Conversation after = hub.conversation(about);
    QCOMPARE(after.status, Status::Open);
    QCOMPARE(after.priority, Conversation::Priority::Low);
    QCOMPARE(after.tags, std::vector<std::string>{"blue"});
}

namespace {

/// What decisions are about.
struct People {
    std::vector<TeamId> teams;
    ConversationId one, other;
    CustomerId ann, bob;
    IdentityId address;
    CustomerLinkId link;
    TeamId newTeam; ///< Like these of things that are made since the backup.
    RoleId newRole;
    SavedViewId newView;
    IdentityId newAddress;
    CustomerId newCustomer;
    FieldDefinitionId newField;
    CustomStatusId newStatus;
    ChecklistEntryId newEntry;
};

} // namespace

void TestEpoch::theLastDecisionStandsWhoeverComesFirst_data()
{
    using Make = std::function<CommandBody(RestorableHub &, const People &)>;
    using Look = std::function<bool(RestorableHub &, const People &)>;
    QTest::addColumn<Make>("first");
    QTest::addColumn<Make>("second");
    QTest::addColumn<Look>("stands");
    const auto tom = [](RestorableHub &hub) { return hub.must(store::agent(*hub.database, hub.tom.id)).value(); };
    QTest::newRow("a team that was taken away")
        << Make([](RestorableHub &hub, const People &p) { return SetAgent{.agent = hub.tom.id, .teams = p.teams}; })
        << Make([](RestorableHub &hub, const People &p) { return SetAgent{.agent = hub.tom.id, .teams = {p.teams[0]}}; })
        << Look([tom](RestorableHub &hub, const People &) { return tom(hub).teams.size() == 1; });
    QTest::newRow("who was let in, and shut out") << Make([](RestorableHub &hub, const People &) {
        return SetAgentActive{hub.tom.id, true, {}};
    }) << Make([](RestorableHub &hub, const People &) {
        return SetAgentActive{hub.tom.id, false, {}};
    }) << Look([tom](RestorableHub &hub, const People &) { return !tom(hub).active; });
    QTest::newRow("the team of an account") << Make([](RestorableHub &hub, const People &p) {
        return SetAccountTeam{hub.mail.id, p.teams[1]};
    }) << Make([](RestorableHub &hub, const People &p) {
        return SetAccountTeam{hub.mail.id, p.teams[0]};
    }) << Look([](RestorableHub &hub, const People &p) {
        return hub.must(store::channelAccount(*hub.database, hub.mail.id))->team == p.teams[0];
    });
    QTest::newRow("a team that was removed") << Make([](RestorableHub &, const People &p) {
        return SaveTeam{Team{.id = p.teams[1], .name = "Very important"}};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveTeam{p.teams[1], p.teams[0]};
    }) << Look([](RestorableHub &hub, const People &p) { return !hub.must(store::team(*hub.database, p.teams[1])); });
    QTest::newRow("a team that was made and removed") << Make([](RestorableHub &, const People &p) {
        return SaveTeam{Team{.id = p.newTeam, .name = "For a day"}};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveTeam{p.newTeam, p.teams[0]};
    }) << Look([](RestorableHub &hub, const People &p) { return !hub.must(store::team(*hub.database, p.newTeam)); });
    QTest::newRow("a role that was made and removed") << Make([](RestorableHub &, const People &p) {
        return SaveRole{Role{.id = p.newRole, .name = "For a day", .permissions = {"reply"}}};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveRole{p.newRole};
    }) << Look([](RestorableHub &hub, const People &p) { return !hub.must(store::role(*hub.database, p.newRole)); });
    QTest::newRow("a view that was made and removed")
        << Make([](RestorableHub &, const People &p) { return SaveView{{.id = p.newView, .name = "For a day"}}; })
        << Make([](RestorableHub &, const People &p) { return RemoveView{p.newView}; })
        << Look([](RestorableHub &hub, const People &p) { return !hub.must(store::savedView(*hub.database, p.newView)); });
    QTest::newRow("an address that was typed wrong") << Make([](RestorableHub &, const People &p) {
        return AddIdentity{p.newAddress, p.ann, Channel::Email, "an@mail.test"};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveIdentity{p.newAddress};
    }) << Look([](RestorableHub &hub, const People &p) { return !hub.must(store::identity(*hub.database, p.newAddress)); });
    QTest::newRow("a customer who was added by mistake") << Make([](RestorableHub &, const People &p) {
        return AddCustomer{p.newCustomer, "Nobody"};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveCustomer{p.newCustomer};
    }) << Look([](RestorableHub &hub, const People &p) { return !hub.must(store::customer(*hub.database, p.newCustomer)); });
    QTest::newRow("a field that was made and removed") << Make([](RestorableHub &, const People &p) {
        return SaveFieldDefinition{{.id = p.newField, .key = "order", .name = "Order"}};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveFieldDefinition{p.newField};
    }) << Look([](RestorableHub &hub, const People &p) {
        return !hub.must(store::fieldDefinition(*hub.database, p.newField));
    });
    QTest::newRow("a status that was made and removed") << Make([](RestorableHub &, const People &p) {
        return SaveCustomStatus{{p.newStatus, "Kiln", Status::Waiting}};
    }) << Make([](RestorableHub &, const People &p) {
        return RemoveCustomStatus{p.newStatus};
    }) << Look([](RestorableHub &hub, const People &p) {
        return !hub.must(store::customStatus(*hub.database, p.newStatus));
    });
    QTest::newRow("an entry of a checklist that was removed") << Make([](RestorableHub &, const People &p) {
        return EditChecklist{.conversation = p.one, .entry = p.newEntry, .text = "Call"};
    }) << Make([](RestorableHub &, const People &p) {
        return EditChecklist{.conversation = p.one, .entry = p.newEntry, .removed = true};
    }) << Look([](RestorableHub &hub, const People &p) { return hub.conversation(p.one).checklist.empty(); });
    QTest::newRow("what was related by mistake") << Make([](RestorableHub &, const People &p) {
        return RelateConversations{p.one, p.other, true};
    }) << Make([](RestorableHub &, const People &p) {
        return RelateConversations{p.other, p.one, false};
    }) << Look([](RestorableHub &hub, const People &p) { return hub.conversation(p.one).related.empty(); });
    QTest::newRow("in which country numbers are") << Make([](RestorableHub &hub, const People &) {
        return SetAccountRegion{hub.mail.id, "DE"};
    }) << Make([](RestorableHub &hub, const People &) {
        return SetAccountRegion{hub.mail.id, "FR"};
    }) << Look([](RestorableHub &hub, const People &) {
        return hub.must(store::channelAccount(*hub.database, hub.mail.id))->region == "FR";
    });
    QTest::newRow("who was blocked again") << Make([](RestorableHub &, const People &p) {
        return BlockCustomer{p.ann, false, false};
    }) << Make([](RestorableHub &, const People &p) {
        return BlockCustomer{p.ann, true, false};
    }) << Look([](RestorableHub &hub, const People &p) { return hub.must(store::customer(*hub.database, p.ann))->blocked; });
    QTest::newRow("a merge that was undone") << Make([](RestorableHub &, const People &p) {
        return MergeCustomers{.link = p.link, .from = p.bob, .into = p.ann, .evidence = "the same"};
    }) << Make([](RestorableHub &, const People &p) {
        return UnlinkCustomers{p.link};
    }) << Look([](RestorableHub &hub, const People &p) { return hub.must(rootOf(*hub.database, p.bob)) == p.bob; });
    QTest::newRow("an address that was moved twice") << Make([](RestorableHub &, const People &p) {
        return MoveIdentity{p.address, p.bob};
    }) << Make([](RestorableHub &, const People &p) {
        return MoveIdentity{p.address, p.ann};
    }) << Look([](RestorableHub &hub, const People &p) {
        return hub.must(store::identity(*hub.database, p.address))->customer == p.ann;
    });
    QTest::newRow("what was joined, and separated") << Make([](RestorableHub &, const People &p) {
        return JoinConversation{p.one, p.other};
    }) << Make([](RestorableHub &, const People &p) {
        return SeparateConversation{p.one};
    }) << Look([](RestorableHub &hub, const People &p) { return !hub.conversation(p.one).joinedInto; });
}

/// After a restore each desktop brings again what it had done: whichever comes back last does not decide.
void TestEpoch::theLastDecisionStandsWhoeverComesFirst()
{
    QFETCH(const std::function<CommandBody(RestorableHub &, const People &)>, first);
    QFETCH(const std::function<CommandBody(RestorableHub &, const People &)>, second);
    QFETCH(const std::function<bool(RestorableHub &, const People &)>, stands);
    RestorableHub hub;
    const Agent ada = hub.must(hub.database->inTransaction(
        [&] { return addAgent(*hub.database, hub.ids, "ada@shop.test", "Ada", Agent::Role::Admin, ""); }));
    People p;
    for (const char *name : {"Care", "VIP"}) {
        p.teams.push_back(hub.ids.make<TeamId>());
        QCOMPARE(hub.must(hub.apply(hub.given(SaveTeam{Team{.id = p.teams.back(), .name = name}}), ada)).kind,
                 Kind::Applied);
    }
    const auto ann = hub.take(hub.letter("ann@mail.test"));
    p.one = ann.conversation;
    p.ann = ann.customer;
    p.address = hub.conversation(p.one).identity;
    p.other = hub.take(hub.letter("ann@mail.test")).conversation;
    p.bob = hub.take(hub.letter("bob@mail.test")).customer;
    p.link = hub.ids.make<CustomerLinkId>();
    p.newTeam = hub.ids.make<TeamId>();
    p.newRole = hub.ids.make<RoleId>();
    p.newView = hub.ids.make<SavedViewId>();
    p.newAddress = hub.ids.make<IdentityId>();
    p.newCustomer = hub.ids.make<CustomerId>();
    p.newField = hub.ids.make<FieldDefinitionId>();
    p.newStatus = hub.ids.make<CustomStatusId>();
    p.newEntry = hub.ids.make<ChecklistEntryId>();
    hub.backUp();
    std::vector<Command> deeds;
    for (const auto &deed : {first, second}) {
        deeds.push_back(hub.given(deed(hub, p)));
        QVERIFY(hub.must(hub.apply(deeds.back(), ada)).kind != Kind::Refused);
        hub.clock.advance(std::chrono::hours(24));
    }
    QVERIFY(stands(hub, p));
    hub.restore();
    hub.clock.advance(std::chrono::minutes(2)); // what channels bring is there by now, or is not coming
    for (auto deed = deeds.rbegin(); deed != deeds.rend(); ++deed) {
        Command again = RestorableHub::again(*deed);
        again.n = 1;
        const auto desk = hub.ids.make<ClientId>(); // each of another desktop
        hub.must(
            hub.database->inTransaction([&] { return applyCommand(*hub.database, hub.ids, hub.clock, ada, desk, again); }));
    }
    QVERIFY(stands(hub, p));
}

void TestEpoch::decidedStaysDecided()
{
    RestorableHub hub;
    const auto line = hub.take(hub.line("visitor"));
    hub.backUp();
    Command crossing = hub.given(hub.reply(hub.conversation(line.conversation), "Only blue."));
    hub.take(hub.line("visitor"));
    QCOMPARE(hub.mustDo(crossing).kind, Kind::NeedsYou);
    hub.restore();
    // Discarded, or sent under another number: whatever became of it, it does not go out now.
    QCOMPARE(hub.mustDo(RestorableHub::again(crossing, Kind::NeedsYou)).kind, Kind::NoEffect);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    QCOMPARE(*lastApplied(*hub.database, hub.desk), crossing.n);
}

void TestEpoch::theGuardKnowsWhatWasSeen()
{
    RestorableHub hub;
    const auto line = hub.take(hub.line("visitor"));
    hub.backUp();
    for (int i = 0; i < 20; ++i)
        hub.take(hub.line("other"));
    Command pending =
        hub.given(hub.reply(hub.conversation(line.conversation), "Never arrived.")); // base far beyond the backup
    hub.restore();
    pending.n = hub.n + 1;
    hub.take(hub.line("visitor")); // with a number below that base: nobody has seen it all the same
    QVERIFY(hub.head() < pending.baseSeq);
    const Outcome outcome = hub.mustDo(pending);
    QCOMPARE(outcome.kind, Kind::NeedsYou);
    QCOMPARE(outcome.reason, Reason::CustomerWrote);
}

void TestEpoch::numbersAreNotGivenTwice_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("since");
    QTest::newRow("a day's work") << 1'500 << 200;
    QTest::newRow("a small shop that has grown fast") << 5 << 9'000;
    QTest::newRow("as many as ever before") << 40'000 << 39'000;
}

/// By the number alone an answer is known to belong to a conversation: it must not be another customer's.
void TestEpoch::numbersAreNotGivenTwice()
{
    QFETCH(const int, before);
    QFETCH(const int, since);
    RestorableHub hub;
    const auto pass = [&hub](int count) { // as many have begun
        hub.must(hub.database->execute("UPDATE workspace SET next_number = next_number + " + std::to_string(count)));
    };
    pass(before);
    hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    pass(since);
    const std::int64_t lost = hub.conversation(hub.take(hub.letter("bob@mail.test")).conversation).number;
    hub.restore();
    QVERIFY(hub.conversation(hub.take(hub.letter("cy@mail.test")).conversation).number > lost);
}

void TestEpoch::whatWaitsIsLookedForFirst()
{
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    const auto reply = hub.given(hub.reply(hub.conversation(letter.conversation), "Held."));
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    const auto id = std::get<SendMessage>(reply.body).item;
    QVERIFY(!hub.looksFirst(id));
    hub.backUp();
    hub.restore();
    QVERIFY(hub.looksFirst(id)); // the hub that was lost may have sent it
    QCOMPARE(*itemOfMessageId("t" + toHex(id.view()) + "@shop.test"), id);
    QCOMPARE(*itemOfMessageId("t" + toHex(id.view()) + ".1001@shop.test"), id);
    QVERIFY(!itemOfMessageId("tests@shop.test"));
    QVERIFY(!itemOfMessageId("t" + toHex(id.view())));
}

void TestEpoch::whatWasTriedAgainIsLookedForFirst_data()
{
    QTest::addColumn<int>("retries");   ///< By a person, each after it had failed.
    QTest::addColumn<QString>("known"); ///< Of the last try: where it stands, as far as this history knows.
    for (const char *known : {"in the backup", "applied after it", "unanswered after it"}) {
        QTest::addRow("first attempt, %s", known) << 0 << known;
        QTest::addRow("tried again, %s", known) << 1 << known;
        QTest::addRow("tried again twice, %s", known) << 2 << known;
    }
}

/// It went out after the backup, whichever of its tries that was, and must not go out once more.
void TestEpoch::whatWasTriedAgainIsLookedForFirst()
{
    QFETCH(const int, retries);
    QFETCH(const QString, known);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    const SendMessage reply = hub.reply(hub.conversation(letter.conversation), "Yes.");
    const auto handedOver = [&](channels::SendOutcome::Kind answer) {
        hub.clock.advance(std::chrono::minutes(1));
        hub.settled(*hub.claim(hub.mail), {.kind = answer});
    };
    Command last;
    for (int i = 0; i <= retries; ++i) {
        if (i > 0)
            handedOver(channels::SendOutcome::Kind::Failed);
        if (i == retries && known != "in the backup")
            hub.backUp();
        last = hub.given(i == 0 ? CommandBody(reply) : CommandBody(RetryMessage{reply.item}));
        QCOMPARE(hub.mustDo(last).kind, Kind::Applied);
    }
    if (known == "in the backup")
        hub.backUp();
    handedOver(channels::SendOutcome::Kind::Sent);

    hub.restore();
    if (known == "applied after it")
        QCOMPARE(hub.mustDo(RestorableHub::again(last)).kind, Kind::Applied);
    else if (known == "unanswered after it")
        QCOMPARE(hub.mustDo(last).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    const auto claimed = hub.claim(hub.mail);
    QVERIFY(claimed);
    QVERIFY(claimed->message.lookFirst);
    QCOMPARE(claimed->message.mayBeElsewhere, known == "applied after it"); // nobody knows how the account was set up then
    hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent});     // it is there
    QVERIFY(!hub.claim(hub.mail));
    QVERIFY(hub.item(reply.item).delivery->state == Delivery::State::Sent);
}

void TestEpoch::whatWaitsGoesOutWhenAPersonSaysSo_data()
{
    QTest::addColumn<int>("tries"); ///< Before the backup.
    QTest::newRow("not tried yet") << 0;
    QTest::newRow("tried often") << 5;
}

/// Whether it was taken back since, only those know who have yet to come back, or never will. So it is looked for and not
/// sent, and its conversation says so.
void TestEpoch::whatWaitsGoesOutWhenAPersonSaysSo()
{
    using Answer = channels::SendOutcome;
    QFETCH(const int, tries);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    const auto reply = hub.given(hub.reply(hub.conversation(letter.conversation), "Yes."));
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    const auto id = std::get<SendMessage>(reply.body).item;
    for (int i = 0; i < tries; ++i) {
        hub.clock.advance(std::chrono::hours(2));
        hub.settled(*hub.claim(hub.mail), {.kind = Answer::Kind::Retry});
    }
    hub.backUp();
    hub.restore();
    QCOMPARE(hub.mustApply(CancelMessage{id}).reason, Reason::TooLate); // it may have gone out

    const auto look = [&] {
        hub.clock.advance(std::chrono::hours(2));
        auto claimed = hub.claim(hub.mail);
        return claimed && claimed->message.lookFirst && claimed->message.lookOnly ? claimed : std::nullopt;
    };
    const auto first = look();
    QVERIFY(first);
    hub.settled(*first, Answer::leftBehind());
    QVERIFY(hub.must(isQueued(*hub.database, id))); // its copy may be there a little later
    QVERIFY(look());                                // and the hub dies
    hub.must(releaseAll(*hub.database, hub.clock.now()));
    QVERIFY(look()); // and its account is changed
    hub.must(releaseAllOf(*hub.database, hub.mail.id, hub.clock.now()));
    for (const Answer::Kind kind : {Answer::Kind::Retry, Answer::Kind::Reauthorise}) { // it cannot be looked for
        const auto claimed = look();
        QVERIFY(claimed);
        hub.settled(*claimed, {.kind = kind});
    }
    const auto last = look();
    QVERIFY(last);
    hub.settled(*last, Answer::leftBehind());
    QVERIFY(hub.item(id).delivery->state == Delivery::State::Uncertain);
    QCOMPARE(hub.item(id).delivery->problem, std::string("restored"));
    QCOMPARE(hub.conversation(letter.conversation).status, Status::Open);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);

    QCOMPARE(hub.mustApply(RetryMessage{id}).kind, Kind::Applied);
    const auto sent = hub.claim(hub.mail);
    QVERIFY(sent);
    QVERIFY(!sent->message.lookFirst && !sent->message.lookOnly);
}

void TestEpoch::whatWasTakenBackStaysSo_data()
{
    QTest::addColumn<QString>("when"); ///< Who has taken it back is back.
    QTest::addColumn<bool>("byColleague");
    for (const char *when : {"before it is looked for", "while it is looked for", "between two looks", "long after",
                             "when it was sent all the same"}) {
        QTest::addRow("%s", when) << when << false;
        QTest::addRow("%s, a colleague", when) << when << true;
    }
}

/// It waits in the backup, and was taken back after that.
void TestEpoch::whatWasTakenBackStaysSo()
{
    using Answer = channels::SendOutcome;
    QFETCH(const QString, when);
    QFETCH(const bool, byColleague);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    const auto reply = hub.given(hub.reply(hub.conversation(letter.conversation), "Not this one."));
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    const auto id = std::get<SendMessage>(reply.body).item;
    hub.backUp();
    Command cancel = hub.given(CancelMessage{id});
    ClientId client = hub.desk;
    if (byColleague) {
        client = hub.ids.make<ClientId>();
        cancel.n = 1;
    }
    const auto taken = [&](const Command &command) {
        return hub.must(hub.database->inTransaction([&] {
            return applyCommand(*hub.database, hub.ids, hub.clock, byColleague ? hub.tom : hub.mara, client, command);
        }));
    };
    QCOMPARE(taken(cancel).kind, Kind::Applied);
    QVERIFY(hub.item(id).deleted);

    hub.restore();
    QVERIFY(!hub.item(id).deleted);
    std::optional<Claimed> claimed;
    const auto look = [&] {
        hub.clock.advance(std::chrono::minutes(1));
        claimed = hub.claim(hub.mail);
        QVERIFY(claimed);
    };
    if (when != "before it is looked for")
        look();
    if (when == "between two looks") {
        hub.settled(*claimed, Answer::leftBehind());
    } else if (when == "long after" || when == "when it was sent all the same") {
        hub.settled(*claimed, Answer::leftBehind());
        for (int i = 1; i < 3; ++i) {
            look();
            hub.settled(*claimed, Answer::leftBehind());
        }
        QVERIFY(!hub.must(isQueued(*hub.database, id)));
    }
    if (when == "when it was sent all the same") {
        const ClientId others = hub.ids.make<ClientId>();
        const Command retry{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .body = RetryMessage{id}};
        QCOMPARE(hub.must(hub.database->inTransaction(
                              [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, others, retry); }))
                     .kind,
                 Kind::Applied);
        look();
        hub.settled(*claimed, {.kind = Answer::Kind::Sent});
        QCOMPARE(taken(RestorableHub::again(cancel)).kind, Kind::NoEffect);
        QVERIFY(!hub.item(id).deleted);
        return;
    }
    const bool wasWaiting = hub.conversation(hub.item(id).conversation).status == Status::Waiting; // and is open again
    const std::int64_t told = hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'");
    QCOMPARE(taken(RestorableHub::again(cancel)).kind, Kind::Applied);
    if (when == "while it is looked for")
        hub.settled(*claimed, Answer::leftBehind());
    QVERIFY(hub.item(id).deleted);
    QVERIFY(hub.item(id).body.empty());
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event'"),
             told + (byColleague ? 1 : 0) + (wasWaiting ? 1 : 0));
}

void TestEpoch::nobodyErasedComesBack_data()
{
    QTest::addColumn<bool>("wasApplied"); ///< In the history that is over; else it was only given there.
    QTest::addColumn<QString>("what");
    for (const char *what : {"added", "imported", "started", "parted"}) {
        QTest::addRow("%s", what) << true << what;
        QTest::addRow("%s, and not done yet", what) << false << what;
    }
}

/// Somebody who came and was erased after the backup: nothing here says that they were there, but the list of the erased.
void TestEpoch::nobodyErasedComesBack()
{
    QFETCH(const bool, wasApplied);
    QFETCH(const QString, what);
    RestorableHub hub;
    const TimelineItem letter = hub.item(hub.take(hub.letter("omar@mail.test")).item);
    hub.backUp();
    const CustomerId layla = hub.ids.make<CustomerId>(), bo = hub.ids.make<CustomerId>();
    const auto row = [&](CustomerId id, const std::string &address) {
        return ImportedCustomer{
            .customer = id, .name = address, .addresses = {{hub.ids.make<IdentityId>(), Channel::Email, address}}};
    };
    CommandBody body;
    if (what == "added")
        body = AddCustomer{.customer = layla, .name = "Layla"};
    else if (what == "imported")
        body = ImportCustomers{{row(layla, "layla@mail.test"), row(bo, "bo@mail.test")}};
    else if (what == "started")
        body = StartConversation{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "layla@mail.test",
                                 .customer = layla};
    else
        body = MoveIdentity{.identity = letter.identity, .customer = layla};
    Command command = hub.given(body);
    hub.restore();
    command.n = ++hub.n;
    if (wasApplied)
        command = hub.again(command);
    using Erased = Result<std::set<CustomerId>>;
    const auto offerWhere = [&](const Erased &erased) {
        return hub.database->inTransaction([&] {
            return applyCommand(*hub.database, hub.ids, hub.clock, hub.mara, hub.desk, command, false,
                                [&] { return erased; });
        });
    };
    const auto offer = [&](const std::set<CustomerId> &erased) { return hub.must(offerWhere(erased)); };
    // Where that cannot be read just now, it waits, and is not blamed.
    QCOMPARE(offerWhere(failure(Error::Kind::Failed, "no more files")).error().kind, Error::Kind::Offline);
    const Outcome outcome = offer({layla});
    QVERIFY(!hub.must(store::customer(*hub.database, layla)));
    const bool isImport = what == "imported";
    QCOMPARE(outcome.kind, isImport ? Kind::Applied : Kind::NoEffect);
    QCOMPARE(outcome.refusedRows.size(), isImport && !wasApplied ? 1u : 0u);
    QCOMPARE(hub.must(store::customer(*hub.database, bo)).has_value(), isImport);
    // And nobody else is kept out.
    command.n = ++hub.n;
    command.id = hub.ids.make<CommandId>();
    QCOMPARE(offer({hub.ids.make<CustomerId>()}).kind, Kind::Applied);
    QVERIFY(hub.must(store::customer(*hub.database, layla)));
}

void TestEpoch::aLostFileMakesNothingUnsaid_data()
{
    QTest::addColumn<bool>("isKnown");
    QTest::newRow("it had been done") << true;
    QTest::newRow("it may have been done") << false;
}

/// A file that was uploaded since the backup is gone, and what it was sent with may have gone out: it stands, and is looked
/// for, rather than come back to its author, who would write it a second time.
void TestEpoch::aLostFileMakesNothingUnsaid()
{
    QFETCH(const bool, isKnown);
    RestorableHub hub;
    const auto letter = hub.take(hub.letter("ann@mail.test"));
    hub.backUp();
    const auto uploaded = [&](const Agent &by, char digit) {
        Attachment file{.id = hub.ids.make<AttachmentId>(), .name = "mug.png", .sha256 = std::string(64, digit)};
        auto query =
            hub.database->queryOnce("INSERT INTO attachment_ref VALUES (:id, NULL, :sha, 1, '', 'mug.png', :owner, 0)");
        hub.must(query.bind("id", file.id).bind("sha", file.sha256).bind("owner", by.id.text()).run());
        return file;
    };
    SendMessage message = hub.reply(hub.conversation(letter.conversation), "Here it is.");
    message.attachments = {uploaded(hub.mara, 'a')};
    const auto reply = hub.given(message);
    const auto note = hub.given(AddNote{.item = hub.ids.make<TimelineItemId>(),
                                        .conversation = letter.conversation,
                                        .body = "With a picture.",
                                        .attachments = {uploaded(hub.mara, 'b')}});
    QCOMPARE(hub.mustDo(reply).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(note).kind, Kind::Applied);
    hub.restore();
    uploaded(hub.tom, 'a'); // who has the same file is no reason to hand it out

    const auto offered = [&](const Command &command) { return isKnown ? RestorableHub::again(command) : command; };
    QCOMPARE(hub.mustDo(offered(reply)).kind, Kind::Applied);
    QCOMPARE(hub.mustDo(offered(note)).kind, Kind::Applied);
    for (const TimelineItemId &id : {message.item, std::get<AddNote>(note.body).item}) {
        const TimelineItem stands = hub.item(id);
        QCOMPARE(stands.attachments.size(), std::size_t(1));
        QCOMPARE(stands.attachments[0].name, std::string("mug.png"));
        QVERIFY(stands.attachments[0].state == Attachment::State::Failed);
        QVERIFY(stands.attachments[0].sha256.empty());
    }
    QCOMPARE(hub.number("SELECT count(*) FROM attachment_ref WHERE item_id IS NOT NULL"), 0);
    hub.clock.advance(std::chrono::minutes(1));
    const auto claimed = hub.claim(hub.mail);
    QVERIFY(claimed && claimed->message.lookFirst && claimed->message.lacksFile());
    hub.settled(*claimed, channels::SendOutcome::lostFile(false));
    QVERIFY(hub.item(message.item).delivery->state == Delivery::State::Failed);
    QVERIFY(hub.conversation(letter.conversation).status == Status::Open); // with the reason on its timeline
    // Another try of it goes to nobody, without its file.
    hub.n = hub.must(lastApplied(*hub.database, hub.desk));
    QCOMPARE(hub.mustApply(RetryMessage{message.item}).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    QVERIFY(!hub.claim(hub.mail));
    QCOMPARE(hub.item(message.item).delivery->problem, std::string("lost-file"));
    QVERIFY(hub.item(message.item).delivery->state == Delivery::State::Failed);
}

QTEST_APPLESS_MAIN(TestEpoch)
#include "tst_epoch.moc"
