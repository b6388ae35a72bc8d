// What agents do: once each, in order, and checked against what has happened since.
#include "core/model/command_files.h"
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

class TestCommands : public QObject {
    Q_OBJECT
private slots:
    void whatIsNotKnownHereIsRefused();
    void repeatsAnswerTheSame();
    void oldRepeatsAreAnsweredTheSame();
    void repeatsUnderAnotherNumber();
    void numbersAreDense();
    void anotherCommandUnderANumberIsAFork();
    void whatIsSaidStandsBehindWhatItsAuthorHadRead_data();
    void whatIsSaidStandsBehindWhatItsAuthorHadRead();
    void aRefusalUsesUpItsNumber();
    void ofMuchThatCameBackTheNewestIsTold();
    void anAddressUnderAnotherIdIsWrittenTo();
    void onlyAddressesOfItsPersonAreWrittenTo_data();
    void onlyAddressesOfItsPersonAreWrittenTo();
    void whatMayHaveGoneOutToAnotherIsInDoubt();
    void answeringTakesWhatIsNobodys_data();
    void answeringTakesWhatIsNobodys();
    void sendGuard_data();
    void sendGuard();
    void puttingAsideIsChecked_data();
    void puttingAsideIsChecked();
    void cancelInTimeOrTooLate();
    void undoIsCountedByTheHub();
    void takenBackLeavesNoTrace();
    void notesAreTheirAuthorsToTakeBack();
    void filesAreBoundedTogether();
    void whatIsTakenBackHasNoFiles();
    void takingBackWhatNeverCame();
    void undoStopsAtALaterChange_data();
    void undoStopsAtALaterChange();
    void undoOfPeopleAndViewsStopsAtALaterChange_data();
    void undoOfPeopleAndViewsStopsAtALaterChange();
    void undoIsOfItsOwnKind();
    void assignIfFree();
    void tagsAddAndRemove();
    void readMarksMergeByMaximum_data();
    void readMarksMergeByMaximum();
    void snoozesWake();
    void nothingChangedIsNoEffect();
};

void TestCommands::repeatsAnswerTheSame()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const Command command = hub.command(hub.reply(hub.conversation(first.conversation), "hello"));
    const Outcome once = *hub.apply(command, hub.mara);
    QCOMPARE(once.kind, Kind::Applied);
    const std::int64_t head = hub.head();
    for (int i = 0; i < 3; ++i)
        QVERIFY(*hub.apply(command, hub.mara) == once);
    QCOMPARE(hub.head(), head);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 1);
}

/// Of what was done long ago nothing is kept; of what came back it is known for ever that it did.
void TestCommands::oldRepeatsAreAnsweredTheSame()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    std::map<std::int64_t, std::pair<Command, Outcome>> given;
    const auto give = [&](CommandBody body, std::int64_t seen = 1'000'000) {
        const Command command = hub.command(std::move(body), seen);
        const Outcome outcome = *hub.apply(command, hub.mara);
        given.emplace(command.n, std::pair(command, outcome));
        return outcome.kind;
    };
    QCOMPARE(give(SetPriority{first.conversation, Conversation::Priority::High}), Kind::Applied);
    QCOMPARE(give(SetStatus{hub.ids.make<ConversationId>()}), Kind::Refused);
    const std::int64_t seen = hub.head();
    hub.take(hub.line("visitor"));
    QCOMPARE(give(hub.reply(hub.conversation(first.conversation), "hello"), seen), Kind::NeedsYou);
    while (hub.n < 1'300)
        give(
            SetPriority{first.conversation, hub.n % 2 == 0 ? Conversation::Priority::High : Conversation::Priority::Normal});
    QVERIFY(hub.number("SELECT count(*) FROM outcome") < 1'200);
    for (const auto &[n, one] : given)
        QVERIFY2(*hub.apply(one.first, hub.mara) == one.second, std::to_string(n).c_str());
}

/// A copy of an installation numbers anew what it does not know to have been done.
void TestCommands::repeatsUnderAnotherNumber()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    Command command = hub.command(SetTags{first.conversation, {"refund"}, {}});
    const Outcome once = *hub.apply(command, hub.mara);
    hub.mustApply(SetTags{first.conversation, {}, {"refund"}});
    const std::int64_t version = hub.conversation(first.conversation).version;
    hub.desk = hub.ids.make<ClientId>();
    command.n = hub.n = 1;
    const Outcome again = *hub.apply(command, hub.mara);
    QCOMPARE(again.kind, once.kind);
    QCOMPARE(hub.conversation(first.conversation).version, version); // it is not done a second time
    QCOMPARE(hub.mustApply(SetTags{first.conversation, {"late"}, {}}).n, std::int64_t(2));
}

void TestCommands::whatIsSaidStandsBehindWhatItsAuthorHadRead_data()
{
    using namespace std::chrono_literals;
    QTest::addColumn<int>("seconds"); // of the author's clock, from when the visitor wrote last
    QTest::addColumn<bool>("hasRead");
    QTest::addColumn<int>("at");
    QTest::newRow("a clock that is right") << 30 << true << 30'000;
    QTest::newRow("a clock that is slow") << -120 << true << 1;
    QTest::newRow("a clock of yesterday") << -86'400 << true << 1;
    QTest::newRow("a clock that is fast") << 900 << true << 60'000;
    QTest::newRow("written offline, before that came") << -1'800 << false << -1'800'000;
}

/// Of two people by their clocks an answer stood above its question, for everybody and for ever (I50).
void TestCommands::whatIsSaidStandsBehindWhatItsAuthorHadRead()
{
    QFETCH(const int, seconds);
    QFETCH(const bool, hasRead);
    QFETCH(const int, at);
    HubUnderTest hub;
    hub.take(hub.line("visitor"));
    hub.clock.advance(std::chrono::hours(30));
    const std::int64_t before = hub.head();
    const auto asked = hub.take(hub.line("visitor"));
    const TimePoint then = hub.item(asked.item).at;
    hub.clock.advance(std::chrono::seconds(60));
    Command note = hub.command(AddNote{hub.ids.make<TimelineItemId>(), asked.conversation, "Answered.", {}},
                               hasRead ? hub.head() : before);
    note.at = then + std::chrono::seconds(seconds);
    QCOMPARE(hub.apply(note, hub.mara)->kind, Kind::Applied);
    QCOMPARE(toMs(hub.item(std::get<AddNote>(note.body).item).at) - toMs(then), at);
}

void TestCommands::numbersAreDense()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    Command command = hub.command(SetPriority{first.conversation, Conversation::Priority::High});
    command.n = 2;
    const auto early = hub.apply(command, hub.mara);
    QVERIFY(!early);
    QCOMPARE(early.error().kind, Error::Kind::Conflict);
    QVERIFY(early.error().detail != "forked");
    QCOMPARE(hub.conversation(first.conversation).priority, Conversation::Priority::Normal);
    command.n = 1;
    QCOMPARE((*hub.apply(command, hub.mara)).kind, Kind::Applied);
    QCOMPARE(*lastApplied(*hub.database, hub.desk), 1);
}

void TestCommands::anotherCommandUnderANumberIsAFork()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    hub.mustApply(SetPriority{first.conversation, Conversation::Priority::High});
    Command other = hub.command(SetPriority{first.conversation, Conversation::Priority::Low});
    other.n = 1;
    const auto forked = hub.apply(other, hub.mara);
    QVERIFY(!forked);
    QCOMPARE(forked.error().detail, std::string("forked"));
    QCOMPARE(hub.conversation(first.conversation).priority, Conversation::Priority::High);
}

void TestCommands::aRefusalUsesUpItsNumber()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const Outcome refused = hub.mustApply(SetStatus{hub.ids.make<ConversationId>(), Status::Resolved});
    QCOMPARE(refused.kind, Kind::Refused);
    QCOMPARE(refused.reason, Reason::NotFound);
    const Outcome next = hub.mustApply(SetStatus{first.conversation, Status::Resolved});
    QCOMPARE(next.kind, Kind::Applied);
    QCOMPARE(next.n, 2);
}

void TestCommands::ofMuchThatCameBackTheNewestIsTold()
{
    HubUnderTest hub;
    for (int i = 0; i < 450; ++i)
        QCOMPARE(hub.mustApply(SetPriority{hub.ids.make<ConversationId>(), Conversation::Priority::High}).kind,
                 Kind::Refused);
    const auto told = *cameBackAfter(*hub.database, hub.desk, 0);
    QCOMPARE(told.front().n, std::int64_t(51));
    QCOMPARE(told.back().n, std::int64_t(450));
    QVERIFY(std::ranges::is_sorted(told, {}, &Outcome::n));
    QCOMPARE(cameBackAfter(*hub.database, hub.desk, 440)->size(), std::size_t(10));
}

/// Typed by its author, or of a history that is over: the hub has the address under an id of its own.
void TestCommands::anAddressUnderAnotherIdIsWrittenTo()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const Conversation conversation = hub.conversation(first.conversation);
    SendMessage message = hub.reply(conversation, "hello");
    message.to = hub.ids.make<IdentityId>();
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QCOMPARE(hub.item(message.item).identity, conversation.identity);
}

void TestCommands::onlyAddressesOfItsPersonAreWrittenTo_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<int>("reason");
    QTest::newRow("of one who is merged with them") << "merged" << int(Reason::None);
    QTest::newRow("the merge was undone meanwhile") << "unmerged" << int(Reason::Changed);
    QTest::newRow("the address was moved meanwhile") << "moved" << int(Reason::Changed);
    QTest::newRow("a stranger's") << "stranger" << int(Reason::Changed);
    QTest::newRow("a third party's, of whom it is a side conversation") << "side" << int(Reason::None);
}

void TestCommands::onlyAddressesOfItsPersonAreWrittenTo()
{
    QFETCH(const QString, how);
    QFETCH(const int, reason);
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto bob = hub.take(hub.letter("bob@mail.test"));
    const IdentityId bobs = hub.conversation(bob.conversation).identity;
    const auto link = hub.ids.make<CustomerLinkId>();
    SendMessage message = hub.reply(hub.conversation(ada.conversation), "About your order");
    message.to = bobs;
    if (how == "merged" || how == "unmerged")
        hub.mustApply(LinkCustomers{link, bob.customer, ada.customer, ""});
    if (how == "moved") {
        hub.mustApply(MoveIdentity{bobs, ada.customer});
        hub.mustApply(MoveIdentity{bobs, bob.customer});
    }
    if (how == "side") {
        message.conversation = hub.ids.make<ConversationId>();
        hub.mustApply(StartConversation{
            .conversation = message.conversation, .account = hub.mail.id, .identity = bobs, .parent = ada.conversation});
    }
    if (how == "unmerged")
        hub.mustApply(UnlinkCustomers{link});
    const Outcome outcome = hub.mustApply(message);
    QCOMPARE(int(outcome.reason), reason);
    QCOMPARE(outcome.kind, outcome.reason == Reason::None ? Kind::Applied : Kind::Refused);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), outcome.reason == Reason::None ? 1 : 0);
}

/// Given before the hub was restored: it may have sent this while the two were one person.
void TestCommands::whatMayHaveGoneOutToAnotherIsInDoubt()
{
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const auto bob = hub.take(hub.letter("bob@mail.test"));
    SendMessage message = hub.reply(hub.conversation(ada.conversation), "About your order");
    message.to = hub.conversation(bob.conversation).identity;
    message.sendAnyway = true;
    Command command = hub.command(message);
    command.baseEpoch = RawId{std::byte(9)};
    QCOMPARE(HubUnderTest::must(hub.apply(command, hub.mara)).kind, Kind::Applied);
    hub.clock.advance(std::chrono::minutes(1));
    QVERIFY(!hub.claim(hub.mail)); // nor is it looked for, which might be to send it
    QCOMPARE(hub.item(message.item).delivery->state, Delivery::State::Uncertain);
}

void TestCommands::answeringTakesWhatIsNobodys_data()
{
    QTest::addColumn<bool>("leaveFree");
    QTest::addColumn<bool>("isToms");
    QTest::addColumn<QString>("whose");
    QTest::newRow("it is taken") << false << false << "Mara";
    QTest::newRow("its author leaves it") << true << false << "";
    QTest::newRow("a colleague's stays theirs") << false << true << "Tom";
    QTest::newRow("a colleague's, left") << true << true << "Tom";
}

void TestCommands::answeringTakesWhatIsNobodys()
{
    QFETCH(const bool, leaveFree);
    QFETCH(const bool, isToms);
    QFETCH(const QString, whose);
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    if (isToms)
        hub.must(hub.apply(hub.command(Assign{first.conversation, hub.tom.id}), hub.tom));
    SendMessage message = hub.reply(hub.conversation(first.conversation), "hello");
    message.leaveFree = leaveFree;
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    const Conversation after = hub.conversation(first.conversation);
    const auto assignee = after.assignee ? hub.must(store::agent(*hub.database, *after.assignee)) : std::nullopt;
    QCOMPARE(assignee ? QString::fromStdString(assignee->name) : QString(), whose);
    QCOMPARE(after.status, Conversation::Status::Waiting);
    const bool isTold = whose == "Mara";
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND author_name = 'Mara' AND "
                        "instr(CAST(details AS TEXT), 'assigned')"),
             isTold ? 1 : 0);
}

void TestCommands::sendGuard_data()
{
    QTest::addColumn<QString>("meanwhile");
    QTest::addColumn<bool>("anyway");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("reason");
    const auto row = [](const char *name, const char *meanwhile, bool anyway, Kind kind, Reason reason) {
        QTest::newRow(name) << QString(meanwhile) << anyway << int(kind) << int(reason);
    };
    row("nothing happened", "", false, Kind::Applied, Reason::None);
    row("the customer wrote", "customer", false, Kind::NeedsYou, Reason::CustomerWrote);
    row("a colleague replied", "colleague", false, Kind::NeedsYou, Reason::ColleagueReplied);
    row("both: the colleague matters more", "colleague customer", false, Kind::NeedsYou, Reason::ColleagueReplied);
    row("the author wrote before", "self", false, Kind::Applied, Reason::None);
    row("a machine wrote", "machine", false, Kind::Applied, Reason::None);
    row("a colleague's older message was read", "receipt", false, Kind::Applied, Reason::None);
    row("send anyway", "colleague customer", true, Kind::Applied, Reason::None);
}

void TestCommands::sendGuard()
{
    QFETCH(QString, meanwhile);
    QFETCH(bool, anyway);
    QFETCH(int, kind);
    QFETCH(int, reason);
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    Conversation seen = hub.conversation(first.conversation);
    if (meanwhile.contains("receipt")) {
        const SendMessage older = hub.reply(seen, "said before");
        Command theirs{
            .n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .baseSeq = seen.version, .body = older};
        HubUnderTest::must(hub.database->inTransaction(
            [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, hub.ids.make<ClientId>(), theirs); }));
        seen = hub.conversation(first.conversation);
        hub.change([&](ChangeLog &changes) {
            return recordDelivery(changes, older.item, Delivery{.state = Delivery::State::Read, .at = hub.clock.now()});
        });
        QVERIFY(hub.item(older.item).version > seen.version);
    }
    if (meanwhile.contains("colleague")) {
        const ClientId other = hub.ids.make<ClientId>();
        Command theirs{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .baseSeq = seen.version};
        theirs.body = hub.reply(seen, "from Tom");
        HubUnderTest::must(hub.database->inTransaction(
            [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, other, theirs); }));
    }
    if (meanwhile.contains("customer"))
        hub.take(hub.line("visitor"));
    if (meanwhile.contains("machine")) {
        auto line = hub.line("visitor");
        line.automatic = true;
        hub.take(line);
    }
    if (meanwhile.contains("self"))
        hub.mustApply(hub.reply(seen, "first"), seen.version);
    SendMessage reply = hub.reply(seen, "hello");
    reply.sendAnyway = anyway;
    const Outcome outcome = hub.mustApply(reply, seen.version);
    QCOMPARE(int(outcome.kind), kind);
    QCOMPARE(int(outcome.reason), reason);
    QCOMPARE((*store::timelineItem(*hub.database, reply.item)).has_value(), outcome.kind == Kind::Applied);
}

/// DESIGN 7: resolve is decided on what its author has seen; of the other states the last one wins.
void TestCommands::puttingAsideIsChecked_data()
{
    QTest::addColumn<QString>("meanwhile");
    QTest::addColumn<QString>("command");
    QTest::addColumn<bool>("isTaken");
    QTest::newRow("nothing happened") << ""
                                      << "resolve" << true;
    QTest::newRow("the customer wrote") << "customer"
                                        << "resolve" << false;
    QTest::newRow("the customer wrote, a status of one's own") << "customer"
                                                               << "own" << false;
    QTest::newRow("a colleague replied") << "colleague"
                                         << "resolve" << true;
    QTest::newRow("both") << "colleague customer"
                          << "resolve" << false;
    QTest::newRow("a machine wrote") << "machine"
                                     << "resolve" << true;
    QTest::newRow("the author replied") << "self"
                                        << "resolve" << true;
    QTest::newRow("a tag") << "tag"
                           << "resolve" << true;
    QTest::newRow("waiting") << "customer"
                             << "waiting" << false;
    QTest::newRow("snoozed") << "customer"
                             << "snooze" << false;
    QTest::newRow("one that is just begun") << "customer"
                                            << "new" << true;
}

void TestCommands::puttingAsideIsChecked()
{
    QFETCH(QString, meanwhile);
    QFETCH(QString, command);
    QFETCH(bool, isTaken);
    HubUnderTest hub;
    CustomStatus own{.id = hub.ids.make<CustomStatusId>(), .name = "Refunded", .status = Status::Resolved};
    hub.change([&](ChangeLog &changes) { return changes.put(own); });
    const auto first = hub.take(hub.line("visitor"));
    const Conversation seen = hub.conversation(first.conversation);
    if (meanwhile.contains("colleague")) {
        Command theirs{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .baseSeq = seen.version};
        theirs.body = hub.reply(seen, "from Tom");
        HubUnderTest::must(hub.database->inTransaction(
            [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, hub.ids.make<ClientId>(), theirs); }));
    }
    if (meanwhile.contains("customer") || meanwhile.contains("machine")) {
        auto line = hub.line("visitor");
        line.automatic = meanwhile.contains("machine");
        hub.take(line);
    }
    if (meanwhile.contains("self"))
        hub.mustApply(hub.reply(seen, "first"), seen.version);
    if (meanwhile.contains("tag"))
        hub.mustApply(SetTags{seen.id, {"refund"}, {}}, seen.version);
    CommandBody body = SetStatus{seen.id, command == "waiting" ? Status::Waiting : Status::Resolved};
    if (command == "own")
        body = SetCustomStatus{seen.id, own.id, Status::Resolved};
    if (command == "snooze")
        body = Snooze{seen.id, hub.clock.now() + std::chrono::hours(1)};
    const Outcome outcome = hub.mustApply(body, command == "new" ? 0 : seen.version);
    QCOMPARE(int(outcome.kind), int(isTaken ? Kind::Applied : Kind::Refused));
    QCOMPARE(int(outcome.reason), int(isTaken ? Reason::None : Reason::CustomerWrote));
    QCOMPARE(hub.conversation(seen.id).status == Status::Open, !isTaken);
    // Whoever has seen it may.
    if (!isTaken)
        QCOMPARE(hub.mustApply(body, hub.conversation(seen.id).version).kind, Kind::Applied);
}

void TestCommands::cancelInTimeOrTooLate()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    const SendMessage held = hub.reply(hub.conversation(first.conversation), "oops");
    hub.mustApply(held);
    QCOMPARE(hub.item(held.item).delivery->state, Delivery::State::Held);
    QVERIFY(!hub.claim(hub.mail)); // ten seconds for second thoughts
    QCOMPARE(hub.mustApply(CancelMessage{held.item}).kind, Kind::Applied);
    QVERIFY(hub.item(held.item).deleted);
    QVERIFY(hub.item(held.item).body.empty());
    hub.clock.advance(std::chrono::seconds(11));
    QVERIFY(!hub.claim(hub.mail));
    const SendMessage sent = hub.reply(hub.conversation(first.conversation), "hello");
    hub.mustApply(sent);
    hub.clock.advance(std::chrono::seconds(11));
    QVERIFY(hub.claim(hub.mail));
    const Outcome late = hub.mustApply(CancelMessage{sent.item});
    QCOMPARE(late.kind, Kind::Refused);
    QCOMPARE(late.reason, Reason::TooLate);
    QVERIFY(!hub.item(sent.item).deleted);
}

/// Written offline, or by a clock that is behind: its author sees it go out now, and may still think again.
void TestCommands::undoIsCountedByTheHub()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    hub.clock.advance(std::chrono::hours(2));
    const SendMessage held = hub.reply(hub.conversation(first.conversation), "oops");
    Command command = hub.command(held);
    command.at = hub.clock.now() - std::chrono::hours(1);
    QCOMPARE((*hub.apply(command, hub.mara)).kind, Kind::Applied);
    QCOMPARE(hub.item(held.item).at, command.at);
    QVERIFY(hub.item(held.item).delivery->heldUntil == hub.clock.now() + std::chrono::seconds(10));
    QVERIFY(!hub.claim(hub.mail));
    hub.clock.advance(std::chrono::seconds(11));
    QVERIFY(hub.claim(hub.mail));
}

void TestCommands::takenBackLeavesNoTrace()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    const Conversation before = hub.conversation(first.conversation);
    QVERIFY(before.waitingSince);
    hub.clock.advance(std::chrono::minutes(5));
    const SendMessage held = hub.reply(before, "a text for nobody");
    hub.mustApply(held);
    QCOMPARE(hub.conversation(before.id).preview, held.body);
    hub.mustApply(CancelMessage{held.item});
    const Conversation after = hub.conversation(before.id);
    QCOMPARE(after.preview, before.preview);
    QCOMPARE(after.previewOutbound, before.previewOutbound);
    QVERIFY(after.previewAuthor == before.previewAuthor);
    QVERIFY(after.waitingSince == before.waitingSince);
    QVERIFY(after.lastItemAt == before.lastItemAt);
    QCOMPARE(hub.mustApply(CancelMessage{held.item}).kind, Kind::NoEffect);
}

void TestCommands::notesAreTheirAuthorsToTakeBack()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const AddNote note{hub.ids.make<TimelineItemId>(), first.conversation, "she is right", {}};
    hub.mustApply(note);
    Command theirs{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .body = CancelMessage{note.item}};
    const auto refused = HubUnderTest::must(hub.database->inTransaction(
        [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, hub.ids.make<ClientId>(), theirs); }));
    QCOMPARE(refused.reason, Reason::NotAllowed);
    QVERIFY(!hub.item(note.item).deleted);
    QCOMPARE(hub.mustApply(CancelMessage{note.item}).kind, Kind::Applied);
    QVERIFY(hub.item(note.item).deleted);
    QVERIFY(hub.item(note.item).body.empty());
    QCOMPARE(hub.mustApply(CancelMessage{first.item}).reason, Reason::NotFound); // what a customer wrote stays
}

void TestCommands::filesAreBoundedTogether()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    const auto upload = [&](std::int64_t bytes) {
        Attachment file{.id = hub.ids.make<AttachmentId>(), .name = "film.mp4", .sizeBytes = 1}; // as a desktop may say
        file.sha256 = std::string(64, 'a');
        auto query = hub.database->queryOnce(
            "INSERT INTO attachment_ref VALUES (:id, NULL, :sha, :bytes, '', 'film.mp4', :owner, 0)");
        query.bind("id", file.id).bind("sha", file.sha256).bind("bytes", bytes).bind("owner", hub.mara.id.text());
        HubUnderTest::must(query.run());
        return file;
    };
    const std::int64_t half = kMaxFilesBytes / 2;
    SendMessage message = hub.reply(hub.conversation(first.conversation), "two films");
    message.attachments = {upload(half), upload(half), upload(1)};
    const Outcome refused = hub.mustApply(message);
    QCOMPARE(refused.kind, Kind::Refused);
    QCOMPARE(refused.reason, Reason::Invalid);
    message.attachments.pop_back();
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QCOMPARE(hub.item(message.item).attachments.front().sizeBytes, half);
}

/// Its text is a draft again, and may be sent with the same files.
void TestCommands::whatIsTakenBackHasNoFiles()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    Attachment file{.id = hub.ids.make<AttachmentId>(), .name = "cup.png"};
    file.sha256 = std::string(64, 'a');
    const auto upload = [&](store::Database &database) -> Result<void> {
        auto query = database.queryOnce("INSERT INTO attachment_ref VALUES (:id, NULL, :sha, 1, '', 'cup.png', :owner, 0)");
        return query.bind("id", file.id).bind("sha", file.sha256).bind("owner", hub.mara.id.text()).run();
    };
    HubUnderTest::must(upload(*hub.database));
    const auto attached = [&] { return hub.number("SELECT count(*) FROM attachment_ref WHERE item_id IS NOT NULL"); };
    SendMessage message = hub.reply(hub.conversation(first.conversation), "with a cup");
    message.subject = "A cup";
    message.attachments = {file};
    const AddNote note{hub.ids.make<TimelineItemId>(), first.conversation, "for Tom", {}, {hub.tom.id}};
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(note).kind, Kind::Applied);
    QCOMPARE(attached(), 1);
    QVERIFY(!hub.item(note.item).mentions.empty());
    for (const TimelineItemId &id : {message.item, note.item}) {
        QCOMPARE(hub.mustApply(CancelMessage{id}).kind, Kind::Applied);
        const TimelineItem left = hub.item(id);
        QVERIFY(left.deleted && left.attachments.empty() && left.mentions.empty() && left.subject.empty());
    }
    QCOMPARE(attached(), 0);
    message.item = hub.ids.make<TimelineItemId>();
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QCOMPARE(hub.item(message.item).attachments.size(), std::size_t(1));
    QCOMPARE(attached(), 1);
}

void TestCommands::takingBackWhatNeverCame()
{
    HubUnderTest hub;
    hub.take(hub.line("visitor"));
    QCOMPARE(hub.mustApply(CancelMessage{}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(CancelMessage{hub.ids.make<TimelineItemId>()}).kind, Kind::NoEffect);
}

void TestCommands::undoStopsAtALaterChange_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<bool>("changed");
    QTest::addColumn<int>("kind");
    for (int what = 0; what < 5; ++what) {
        QTest::addRow("nobody else, %d", what) << what << false << int(Kind::Applied);
        QTest::addRow("a colleague since, %d", what) << what << true << int(Kind::Refused);
    }
}

void TestCommands::undoStopsAtALaterChange()
{
    QFETCH(int, what);
    QFETCH(bool, changed);
    QFETCH(int, kind);
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    const Conversation before = hub.conversation(first.conversation);
    const TimePoint until = hub.clock.now() + std::chrono::hours(3);
    const CommandBody done[]{SetStatus{before.id, Status::Resolved}, Snooze{before.id, until},
                             Assign{before.id, hub.mara.id}, SetPriority{before.id, Conversation::Priority::High},
                             SetSubject{before.id, "Cups"}};
    const CommandBody theirs[]{SetStatus{before.id, Status::Waiting}, Snooze{before.id, until + std::chrono::hours(1)},
                               Assign{before.id, hub.tom.id}, SetPriority{before.id, Conversation::Priority::Urgent},
                               SetSubject{before.id, "Plates"}};
    const CommandBody back[]{SetStatus{before.id, before.status}, SetStatus{before.id, before.status},
                             Assign{before.id, before.assignee}, SetPriority{before.id, before.priority},
                             SetSubject{before.id, before.subject}};
    hub.mustApply(done[what]);
    hub.clock.advance(std::chrono::minutes(1));
    if (changed) {
        Command other{.n = 1, .id = hub.ids.make<CommandId>(), .at = hub.clock.now(), .body = theirs[what]};
        HubUnderTest::must(hub.database->inTransaction(
            [&] { return applyCommand(*hub.database, hub.ids, hub.clock, hub.tom, hub.ids.make<ClientId>(), other); }));
    }
    hub.take(hub.letter("bob@mail.test")); // what others write elsewhere is no reason
    const Conversation now = hub.conversation(before.id);
    Command undo = hub.command(back[what]);
    undo.undoes = done[what];
    const Outcome outcome = *hub.apply(undo, hub.mara);
    QCOMPARE(int(outcome.kind), kind);
    const Conversation after = hub.conversation(before.id);
    if (changed) {
        QCOMPARE(outcome.reason, Reason::Taken);
        QVERIFY(after == now);
    } else {
        QVERIFY(stands(after, back[what]));
    }
    Command again = hub.command(back[what]); // somebody has put it back already: nothing is left to do
    again.undoes = done[what];
    QCOMPARE((*hub.apply(again, hub.mara)).kind, changed ? Kind::Refused : Kind::NoEffect);
}

void TestCommands::undoOfPeopleAndViewsStopsAtALaterChange_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("since");
    QTest::addColumn<int>("kind");
    for (const char *what : {"an identity", "a view", "a new view"}) {
        QTest::addRow("%s, nobody else", what) << QString(what) << QString() << int(Kind::Applied);
        QTest::addRow("%s, a colleague since", what) << QString(what) << QString("changed") << int(Kind::Refused);
        QTest::addRow("%s, put back already", what) << QString(what) << QString("back") << int(Kind::NoEffect);
    }
    QTest::newRow("a view, removed since") << QString("a view") << QString("removed") << int(Kind::Refused);
}

void TestCommands::undoOfPeopleAndViewsStopsAtALaterChange()
{
    QFETCH(const QString, what);
    QFETCH(const QString, since);
    QFETCH(const int, kind);
    HubUnderTest hub;
    const auto ada = hub.take(hub.letter("ada@mail.test"));
    const CustomerId bob = hub.take(hub.letter("bob@mail.test")).customer;
    const CustomerId cleo = hub.take(hub.letter("cleo@mail.test")).customer;
    const IdentityId mail = hub.conversation(ada.conversation).identity;
    const SavedView first{.id = hub.ids.make<SavedViewId>(), .name = "VIP", .conditions = {{"tag", "is", "vip"}}};
    SavedView second = first, theirs = first;
    second.name = "VIP waiting";
    theirs.name = "Very important";
    theirs.owner = hub.mara.id;
    CommandBody done = SaveView{first}, back = RemoveView{first.id};
    if (what == "an identity") {
        done = MoveIdentity{mail, bob};
        back = MoveIdentity{mail, ada.customer};
    } else if (what == "a view") {
        hub.mustApply(done);
        done = SaveView{second};
        back = SaveView{first};
    }
    QCOMPARE(hub.mustApply(done).kind, Kind::Applied);
    if (since == "back")
        QCOMPARE(hub.mustApply(back).kind, Kind::Applied);
    if (since == "removed")
        hub.mustApply(RemoveView{first.id});
    if (since == "changed" && what == "an identity")
        HubUnderTest::must(hub.apply(hub.command(MoveIdentity{mail, cleo}), hub.tom));
    else if (since == "changed")
        hub.change([&](ChangeLog &changes) { return changes.put(theirs); });
    const auto view = [&] { return HubUnderTest::must(store::savedView(*hub.database, first.id)); };
    const auto home = [&] { return HubUnderTest::must(store::identity(*hub.database, mail))->customer; };
    const auto viewBefore = view();
    const CustomerId homeBefore = home();
    Command undo = hub.command(back);
    undo.undoes = done;
    const Outcome outcome = *hub.apply(undo, hub.mara);
    QCOMPARE(int(outcome.kind), kind);
    if (outcome.kind == Kind::Refused)
        QCOMPARE(outcome.reason, Reason::Taken);
    if (outcome.kind != Kind::Applied) { // what somebody else has done stays
        QVERIFY(view() == viewBefore && home() == homeBefore);
    } else if (what == "an identity") {
        QVERIFY(home() == ada.customer);
    } else {
        QCOMPARE(view().has_value(), what == "a view");
        QVERIFY(!view() || view()->name == first.name);
    }
}

void TestCommands::undoIsOfItsOwnKind()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const auto second = hub.take(hub.line("another"));
    hub.mustApply(SetPriority{second.conversation, Conversation::Priority::High});
    Command undo = hub.command(SetPriority{first.conversation, Conversation::Priority::Low});
    undo.undoes = SetPriority{second.conversation, Conversation::Priority::High}; // of another conversation
    QCOMPARE((*hub.apply(undo, hub.mara)).reason, Reason::Taken);
    Command message = hub.command(CancelMessage{});
    message.undoes = SetPriority{first.conversation, Conversation::Priority::Normal};
    QCOMPARE((*hub.apply(message, hub.mara)).reason, Reason::Invalid);
}

void TestCommands::assignIfFree()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    QCOMPARE(hub.mustApply(Assign{first.conversation, hub.tom.id, true}).kind, Kind::Applied);
    const Outcome taken = hub.mustApply(Assign{first.conversation, hub.mara.id, true});
    QCOMPARE(taken.kind, Kind::Refused);
    QCOMPARE(taken.reason, Reason::Taken);
    QVERIFY(hub.conversation(first.conversation).assignee == hub.tom.id);
    QCOMPARE(hub.mustApply(Assign{first.conversation, hub.mara.id, false}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(Assign{first.conversation, hub.ids.make<AgentId>(), false}).reason, Reason::NotFound);
}

void TestCommands::tagsAddAndRemove()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    using Tags = std::vector<std::string>;
    hub.mustApply(SetTags{first.conversation, {"late", "cup"}, {}});
    hub.mustApply(SetTags{first.conversation, {"cup", "blue"}, {"late", "unknown"}});
    QVERIFY((hub.conversation(first.conversation).tags == Tags{"blue", "cup"}));
    QCOMPARE(hub.mustApply(SetTags{first.conversation, {""}, {}}).reason, Reason::Invalid);
}

void TestCommands::readMarksMergeByMaximum_data()
{
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("mark");
    QTest::addColumn<bool>("backwards");
    QTest::addColumn<int>("after");
    QTest::newRow("further") << 1 << 2 << false << 2;
    QTest::newRow("an older desktop") << 2 << 1 << false << 2;
    QTest::newRow("more than there is") << 1 << 99 << false << 3;
    QTest::newRow("unread again") << 3 << 1 << true << 1;
}

void TestCommands::readMarksMergeByMaximum()
{
    QFETCH(int, before);
    QFETCH(int, mark);
    QFETCH(bool, backwards);
    QFETCH(int, after);
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    hub.take(hub.line("visitor"));
    hub.take(hub.line("visitor"));
    hub.mustApply(MarkRead{first.conversation, before, false});
    hub.mustApply(MarkRead{first.conversation, mark, backwards});
    QCOMPARE((*store::readMark(*hub.database, hub.mara.id, first.conversation))->readCount, after);
    QVERIFY(!*store::readMark(*hub.database, hub.tom.id, first.conversation));
}

void TestCommands::snoozesWake()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const auto until = hub.clock.now() + std::chrono::hours(1);
    hub.mustApply(Snooze{first.conversation, until});
    QVERIFY(*nextSnooze(*hub.database) == until);
    const auto wake = [&] {
        return hub.database->inTransaction([&] { return wakeSnoozed(*hub.database, hub.ids, hub.clock.now()); });
    };
    const std::int64_t head = hub.head();
    QVERIFY(wake());
    QCOMPARE(hub.head(), head);
    hub.clock.advance(std::chrono::hours(1));
    QVERIFY(wake());
    QCOMPARE(hub.conversation(first.conversation).status, Status::Open);
    QVERIFY(!*nextSnooze(*hub.database));
    hub.mustApply(Snooze{first.conversation, std::nullopt}); // until the customer writes
    hub.clock.advance(std::chrono::days(300));
    QVERIFY(wake());
    QCOMPARE(hub.conversation(first.conversation).status, Status::Snoozed);
    hub.take(hub.line("visitor"));
    QCOMPARE(hub.conversation(first.conversation).status, Status::Open);
}

void TestCommands::nothingChangedIsNoEffect()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    hub.mustApply(SetPriority{first.conversation, Conversation::Priority::High});
    const std::int64_t version = hub.conversation(first.conversation).version;
    QCOMPARE(hub.mustApply(SetPriority{first.conversation, Conversation::Priority::High}).kind, Kind::NoEffect);
    QCOMPARE(hub.conversation(first.conversation).version, version);
}

/// A command of a newer desktop uses up its number and comes back, and those behind it are done.
void TestCommands::whatIsNotKnownHereIsRefused()
{
    HubUnderTest hub;
    const auto conversation = hub.conversation(hub.take(hub.letter("layla@mail.test")).conversation);
    const std::int64_t head = hub.head();
    for (const auto &earlier : {std::optional<Outcome::Kind>(), std::optional(Outcome::Kind::Applied)}) {
        Command command = hub.command(CancelMessage{});
        command.unknown = "set_colour";
        command.earlier = earlier;
        const Outcome outcome = HubUnderTest::must(hub.apply(command, hub.mara));
        QVERIFY(outcome.kind == Outcome::Kind::Refused);
        QVERIFY(outcome.reason == Outcome::Reason::NotKnown);
        QCOMPARE(outcome.detail, std::string("not known here: set_colour"));
        QVERIFY(HubUnderTest::must(hub.apply(command, hub.mara)) == outcome); // asked twice, the same answer
    }
    QCOMPARE(hub.head(), head + 2); // the two outcomes, nothing else
    QVERIFY(hub.mustApply(SetTags{conversation.id, {"tea"}, {}}).kind == Outcome::Kind::Applied);
}

QTEST_GUILESS_MAIN(TestCommands)
#include "tst_commands.moc"
