// Somebody is erased at the hub: what was written to them and about them leaves the journal of a desktop, whatever that has
// missed meanwhile.
#include "core/engine/sync_session.h"
#include "core/hub/erasure.h"
#include "core/hub/named_elsewhere.h"
#include "core/hub/people.h"
#include "core/store/sql.h"
#include "tests/client/compare_shop.h"

#include <QDir>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;

namespace {

template<class T>
T must(Result<T> result)
{
    return HubUnderTest::must(std::move(result));
}

constexpr auto kWord = "qzxjvkw"; ///< In all that is said to Layla and of her.
const std::string kHers = "layla@mail.test";

struct ErasingShop : Shop {
    Conversation hers, his;

    ErasingShop()
    {
        const IdentityId layla = identityAt(kHers).id;
        for (const TimelineItemId &one : {oldest, newest, take(letter("omar@mail.test")).item}) {
            const Conversation found = conversation(item(one).conversation);
            (found.identity == layla ? hers : his) = found;
        }
        follow();
    }
    Identity identityAt(const std::string &address)
    {
        auto query = database->query(store::sql::hub_identity_at);
        query.bind("channel", Channel::Email).bind("address", address).bind("account_id", ChannelAccountId());
        if (!must(query.step()))
            qFatal("nobody is there");
        return store::readRow<Identity>(query);
    }
    /// Done at the desktop, and at the hub: which the desktop has yet to hear.
    Outcome give(CommandBody body)
    {
        const auto given = must(files->submit({std::move(body)}, std::int64_t(1'000'000), false)).commands;
        Command command = given.at(0);
        command.baseEpoch = must(hub::headOf(*database)).epoch;
        return must(database->inTransaction(
            [&] { return hub::applyCommand(*database, ids, clock, mara, files->facts().installation.client, command); }));
    }
    void change(const std::function<Result<void>(hub::ChangeLog &)> &work)
    {
        must(database->inTransaction([&]() -> Result<void> {
            hub::ChangeLog changes(*database);
            TRIBUTARY_TRY(work(changes));
            TRIBUTARY_TRY(changes.finish());
            return {};
        }));
    }
    void erase(CustomerId whom)
    {
        change([&](hub::ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(hub::erase(changes, {whom}, hub::NamedElsewhere()));
            return {};
        });
    }
    /// More than goes into one frame.
    void writeMuch()
    {
        for (int i = 0; i < 60; ++i) {
            auto one = letter("omar@mail.test");
            one.text = std::string(2'000, 'x');
            take(one);
        }
    }
    /// All that it has missed, in frames as they travel. Returns how many of them told of rows or removals.
    int catchUp(bool isOlder = false)
    {
        if (isOlder)
            files->setHubFeatures(wire::Features({"fetch", "command:send_message"}));
        for (int frames = 0;; ++frames) {
            auto changes = must(hub::changesAfter(*database, must(files->syncStart()).position.seq, mara.id,
                                                  files->facts().installation.client, 40 * 1024));
            if (changes.to == changes.from)
                return frames;
            changes.serverTime = clock.now();
            if (isOlder)
                changes.erased.clear();
            const auto heard = must(wire::unpack(wire::pack(changes), wire::kMaxFromHub));
            must(files->take(engine::StoreStep(std::get<wire::Changes>(*heard))));
        }
    }
    /// Comes back with a copy that the hub cannot continue, and takes what it says to that.
    void beginAnew()
    {
        engine::SyncSession session;
        session.opened(clock.now());
        const auto start = must(files->syncStart());
        wire::Hello hello{.features = wire::ownFeatures(), .token = start.token, .position = start.position};
        hello.client = start.client;
        session.frameReceived(wire::pack(hello), clock.now());
        engine::SyncSession::Admission admission{.agent = mara, .workspace = "Shop"}; // without a chain: beyond the horizon
        admission.head = must(hub::headOf(*database));
        admission.lastN = must(hub::lastApplied(*database, start.client));
        admission.erasedCustomers = must(hub::erasedCustomers(*database));
        admission.erasedConversations = must(hub::erasedConversations(*database));
        std::vector<Bytes> said = session.authenticated(admission, clock.now()).send;
        const auto credit = wire::pack(wire::Credit{.bytes = 1 << 20, .seq = 0});
        std::ranges::move(session.frameReceived(credit, clock.now()).send, std::back_inserter(said));
        for (const Bytes &message : said) {
            const auto heard = must(wire::unpack(message));
            if (const auto *welcome = std::get_if<wire::Welcome>(&*heard))
                must(files->take(engine::StoreStep(engine::Resync{welcome->head, welcome->agent, welcome->workspace,
                                                                  welcome->lastN, welcome->reason, welcome->outcomes})));
            else
                must(files->take(engine::StoreStep(std::get<wire::Changes>(*heard))));
        }
    }
    /// Whether @p word is in a file of the journal.
    bool isInJournal(const QByteArray &word = kWord) const
    {
        const QDir files(profile.path(), "journal.db*", {}, QDir::Files);
        return std::ranges::any_of(files.entryInfoList(), [&word](const QFileInfo &info) {
            QFile file(info.filePath());
            return file.open(QFile::ReadOnly) && file.readAll().contains(word);
        });
    }
    /// The same in what is put by, in base64: wherever in three bytes it begins.
    bool isPutBy(const QByteArray &word) const
    {
        for (int before = 0; before < 3; ++before) {
            const int from = (before * 8 + 5) / 6, to = (before + int(word.size())) * 8 / 6;
            if (isInJournal((QByteArray(before, ' ') + word).toBase64().mid(from, to - from)))
                return true;
        }
        return false;
    }
    bool hasDraft(const Conversation &one) { return must(files->draft(one.id, store::Draft::Kind::Reply)).has_value(); }
    void draft(const Conversation &one, const std::string &words)
    {
        must(files->saveDraft({.conversation = one.id, .body = words}));
    }
};

} // namespace

class TestErasedPerson : public QObject {
    Q_OBJECT
private slots:
    void whoeverIsBehindForgets_data();
    void whoeverIsBehindForgets();
    void whatIsSomebodyElsesStays_data();
    void whatIsSomebodyElsesStays();
    void whatWasAskedAsideGoes_data();
    void whatWasAskedAsideGoes();
    void whatWasDoneToTheirCardGoes_data();
    void whatWasDoneToTheirCardGoes();
    void rowsOfOthersStay();
    void whatTakesAwayIsOfferedAgain();
    void whatIsPutByGoes();
    void nothingIsLeftToDecide();
    void refusedWithItComesBack();
    void whatWasThrownAwayStaysAway();
    void whoeverFetchesAllAnewForgets_data();
    void whoeverFetchesAllAnewForgets();
};

void TestErasedPerson::whoeverIsBehindForgets_data()
{
    QTest::addColumn<QString>("missed");
    QTest::newRow("nothing") << "";
    QTest::newRow("who has it") << "assigned"; // it goes with the first frame, its customer with the last
    QTest::newRow("whose it is") << "moved";
    QTest::newRow("that it is out of sight") << "hidden";
    QTest::newRow("nothing, and it has been out of sight") << "hidden before";
}

void TestErasedPerson::whoeverIsBehindForgets()
{
    QFETCH(const QString, missed);
    ErasingShop shop;
    shop.draft(shop.hers, std::string(kWord) + ", half a thought");
    shop.draft(shop.his, "another");
    QCOMPARE(shop.give(shop.reply(shop.hers, std::string("Dear ") + kWord)).kind, Outcome::Kind::Applied);
    shop.catchUp();
    CustomerId whom = shop.hers.customer;
    Conversation hers = shop.conversation(shop.hers.id);
    if (missed == "assigned") {
        hers.assignee = shop.tom.id;
        shop.change([&](hub::ChangeLog &changes) { return changes.put(hers); });
    } else if (missed == "moved") {
        whom = shop.ids.make<CustomerId>();
        Customer customer{.id = whom, .name = "Layla"};
        shop.change([&](hub::ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(changes.put(customer));
            return hub::moveIdentity(changes, hers.identity, whom); // with all that was said there
        });
    } else if (missed.startsWith("hidden")) {
        Team team{.id = shop.ids.make<TeamId>(), .name = "Others"};
        hers.team = team.id;
        hers.assignee.reset();
        shop.change([&](hub::ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(changes.put(team));
            return changes.put(hers);
        });
        if (missed == "hidden before") {
            shop.catchUp();
            QVERIFY(!must(store::conversation(*shop.copy(), hers.id)));
            QVERIFY(shop.hasDraft(hers)); // it may come again
        }
    }
    shop.writeMuch();
    shop.erase(whom);
    QVERIFY(shop.catchUp() > 2);
    QVERIFY(!shop.hasDraft(hers));
    QVERIFY(shop.hasDraft(shop.his));
    const auto saved = shop.files->saveDraft({.conversation = hers.id, .body = "and the rest of it"});
    QVERIFY(!saved && saved.error().kind == Error::Kind::NotFound);
    QVERIFY(!shop.isInJournal());
    QVERIFY(must(shop.files->outboxEntries()).empty());
}

void TestErasedPerson::whoeverFetchesAllAnewForgets_data()
{
    QTest::addColumn<bool>("isBack");
    QTest::newRow("she is gone") << false;
    QTest::newRow("somebody has come under her id since") << true;
}

/// The log does not reach back to when she was erased.
void TestErasedPerson::whoeverFetchesAllAnewForgets()
{
    QFETCH(const bool, isBack);
    ErasingShop shop;
    const CustomerId made = shop.ids.make<CustomerId>();
    QCOMPARE(shop.give(AddCustomer{.customer = made, .name = kWord}).kind, Outcome::Kind::Applied);
    QCOMPARE(shop.give(shop.reply(shop.hers, std::string("Dear ") + kWord)).kind, Outcome::Kind::Applied);
    shop.catchUp();
    shop.draft(shop.hers, std::string(kWord) + ", half a thought");
    shop.draft(shop.his, "another");
    for (const CustomerId &whom : {shop.hers.customer, made}) {
        shop.erase(whom);
        auto noted = shop.database->query(store::sql::hub_set_field_set); // as eraseForGood() does
        must(noted.bind("about", whom).bind("field", "erased").bind("at_ms", shop.clock.now()).run());
    }
    Customer stranger{.id = made, .name = "Lea"};
    if (isBack)
        shop.change([&](hub::ChangeLog &changes) { return changes.put(stranger); });
    shop.beginAnew();
    QVERIFY(!shop.hasDraft(shop.hers));
    QVERIFY(shop.hasDraft(shop.his));
    QVERIFY(!shop.files->saveDraft({.conversation = shop.hers.id, .body = "and the rest of it"}));
    // Whether that was all of them the next frame says: until then it would be told once more.
    const auto begun = must(shop.files->syncStart());
    QVERIFY(begun.unheard);
    wire::Changes next{.from = begun.position.seq, .to = begun.position.seq, .head = begun.position.seq};
    next.chain = begun.position.chain;
    must(shop.files->take(engine::StoreStep(next)));
    QVERIFY(!must(shop.files->syncStart()).unheard);
    QCOMPARE(shop.isInJournal(), isBack); // what was done under an id that somebody has by now is told apart by nothing
}

/// Words that their author has thrown away, and could have had back.
void TestErasedPerson::whatWasThrownAwayStaysAway()
{
    ErasingShop shop;
    const auto message = std::get<SendMessage>(CommandBody(shop.reply(shop.hers, std::string("Dear ") + kWord)));
    must(shop.files->submit({message}, {}, true));
    const auto thrown = must(shop.files->takeBackItem(message.item, false));
    QVERIFY(thrown.undo.has_value());
    shop.erase(shop.hers.customer);
    shop.catchUp();
    const auto undone = shop.files->takeBack(*thrown.undo);
    QVERIFY(!undone && undone.error().kind == Error::Kind::NotFound);
    QVERIFY(!shop.hasDraft(shop.hers));
}

void TestErasedPerson::whatIsSomebodyElsesStays_data()
{
    QTest::addColumn<bool>("isOlder");
    QTest::newRow("the hub says which conversations") << false;
    QTest::newRow("an older hub does not") << true;
}

/// It was hers as long as this desktop knows: the frame that tells of her tells of that, too.
void TestErasedPerson::whatIsSomebodyElsesStays()
{
    QFETCH(const bool, isOlder);
    ErasingShop shop;
    shop.draft(shop.hers, "to Omar by now");
    Conversation moved = shop.conversation(shop.hers.id);
    moved.customer = shop.his.customer;
    moved.identity = shop.his.identity;
    shop.change([&](hub::ChangeLog &changes) { return changes.put(moved); });
    shop.erase(shop.hers.customer);
    shop.catchUp(isOlder);
    QVERIFY(!must(store::customer(*shop.copy(), shop.hers.customer)));
    QVERIFY(shop.hasDraft(moved));
}

void TestErasedPerson::whatWasAskedAsideGoes_data()
{
    whatIsSomebodyElsesStays_data();
}

/// Somebody was asked about another customer, of whom that conversation is.
void TestErasedPerson::whatWasAskedAsideGoes()
{
    QFETCH(const bool, isOlder);
    ErasingShop shop;
    const StartConversation aside{.conversation = shop.ids.make<ConversationId>(),
                                  .account = shop.mail.id,
                                  .identity = shop.hers.identity,
                                  .address = kHers,
                                  .name = kWord,
                                  .customer = shop.hers.customer,
                                  .subject = "Where is it?",
                                  .parent = shop.his.id};
    QCOMPARE(shop.give(aside).kind, Outcome::Kind::Applied);
    const Conversation asked = shop.conversation(aside.conversation);
    QCOMPARE(asked.customer, shop.his.customer);
    QCOMPARE(shop.give(shop.reply(asked, std::string("Dear ") + kWord)).kind, Outcome::Kind::Applied);
    shop.catchUp();
    shop.draft(asked, std::string(kWord) + "?");
    shop.erase(shop.hers.customer);
    QVERIFY(!must(store::conversation(*shop.database, asked.id)));
    shop.catchUp(isOlder);
    QVERIFY(!shop.hasDraft(asked));
    QVERIFY(!shop.files->saveDraft({.conversation = asked.id, .body = "and"}));
    QVERIFY(!shop.isInJournal());
}

void TestErasedPerson::whatWasDoneToTheirCardGoes_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isHeard"); ///< Before she is erased; else the same frame tells of both.
    for (const char *what : {"added", "address", "note", "field", "consent", "merged", "imported", "filled", "started"}) {
        QTest::addRow("%s", what) << what << true;
        QTest::addRow("%s, heard of with the erasure", what) << what << false;
    }
}

void TestErasedPerson::whatWasDoneToTheirCardGoes()
{
    QFETCH(const QString, what);
    QFETCH(const bool, isHeard);
    ErasingShop shop;
    const CustomerId layla = shop.hers.customer, made = shop.ids.make<CustomerId>();
    const std::string address = std::string(kWord) + "@mail.test";
    CustomerId whom = layla;
    CommandBody body;
    if (what == "added") {
        whom = made;
        body = AddCustomer{.customer = made, .name = kWord};
    } else if (what == "address") {
        body = AddIdentity{.identity = shop.ids.make<IdentityId>(), .customer = layla, .address = address};
    } else if (what == "note") {
        body = EditCustomer{.customer = layla, .name = "Layla", .note = kWord};
    } else if (what == "field") {
        FieldDefinition size{.id = shop.ids.make<FieldDefinitionId>(),
                             .subject = FieldDefinition::Subject::Customer,
                             .key = "size",
                             .name = "Size"};
        shop.change([&](hub::ChangeLog &changes) { return changes.put(size); });
        body = SetCustomerField{.customer = layla, .key = "size", .value = kWord};
    } else if (what == "consent") {
        body = SetConsent{.customer = layla, .granted = true, .source = kWord};
    } else if (what == "merged") {
        whom = made;
        Customer customer{.id = made, .name = "Layla"};
        shop.change([&](hub::ChangeLog &changes) { return changes.put(customer); });
        body = LinkCustomers{
            .link = shop.ids.make<CustomerLinkId>(), .from = made, .into = layla, .evidence = std::string("by ") + kWord};
    } else if (what == "imported") {
        whom = made;
        body = ImportCustomers{
            {{.customer = made, .name = kWord, .addresses = {{shop.ids.make<IdentityId>(), Channel::Email, address}}}}};
    } else if (what == "filled") { // under a name of its own, for whoever has that address
        body = ImportCustomers{
            {{.customer = made, .note = kWord, .addresses = {{shop.ids.make<IdentityId>(), Channel::Email, kHers}}}}};
    } else {
        whom = made;
        body = StartConversation{.conversation = shop.ids.make<ConversationId>(),
                                 .account = shop.mail.id,
                                 .identity = shop.ids.make<IdentityId>(),
                                 .address = address,
                                 .name = kWord,
                                 .customer = made};
    }
    const Outcome outcome = shop.give(body);
    QVERIFY2(outcome.kind == Outcome::Kind::Applied, outcome.detail.c_str());
    if (isHeard)
        shop.catchUp();
    QVERIFY(shop.isInJournal());
    shop.erase(whom);
    shop.catchUp();
    QVERIFY(!shop.isInJournal());
    // And what is left is taken in by a journal that is opened.
    shop.files.reset();
    shop.files = shop.open();
    QVERIFY(must(shop.files->outboxEntries()).empty());
}

void TestErasedPerson::rowsOfOthersStay()
{
    ErasingShop shop;
    const CustomerId made = shop.ids.make<CustomerId>(), omar = shop.ids.make<CustomerId>();
    const auto row = [&](CustomerId id, const std::string &name) {
        return ImportedCustomer{
            .customer = id, .name = name, .addresses = {{shop.ids.make<IdentityId>(), Channel::Email, name + "@mail.test"}}};
    };
    ImportedCustomer refused = row(shop.ids.make<CustomerId>(), "nobody");
    refused.addresses[0].address = "no address";
    QCOMPARE(shop.give(ImportCustomers{{row(made, kWord), refused, row(omar, "omar-of-a-file")}}).refusedRows.size(), 1u);
    shop.catchUp();
    QCOMPARE(must(shop.files->needsYou()).size(), 1u);
    shop.erase(made);
    shop.catchUp();
    QVERIFY(!shop.isInJournal());
    QVERIFY(shop.isInJournal("omar-of-a-file"));
    const auto needing = must(shop.files->needsYou());
    QCOMPARE(needing.size(), 1u);
    const auto &import = std::get<ImportCustomers>(needing[0].command.body);
    QCOMPARE(needing[0].outcome->refusedRows.size(), 1u);
    QVERIFY(import.rows.at(std::size_t(needing[0].outcome->refusedRows[0].row)) == refused);
}

/// A card that was taken away by hand: a hub that goes back to when it was there is to hear of that.
void TestErasedPerson::whatTakesAwayIsOfferedAgain()
{
    ErasingShop shop;
    const CustomerId made = shop.ids.make<CustomerId>();
    QCOMPARE(shop.give(AddCustomer{.customer = made, .name = kWord}).kind, Outcome::Kind::Applied);
    shop.catchUp();
    QCOMPARE(shop.give(RemoveCustomer{.customer = made}).kind, Outcome::Kind::Applied);
    shop.catchUp();
    QVERIFY(!shop.isInJournal());
    const auto kept = must(shop.files->commandsAfter(0, 1));
    QCOMPARE(kept.size(), 2u);
    QVERIFY(std::holds_alternative<CancelMessage>(kept[0].body));
    QVERIFY(kept[1].body == CommandBody(RemoveCustomer{.customer = made}));
}

/// On a computer that two share, and that has no keyring.
void TestErasedPerson::whatIsPutByGoes()
{
    ErasingShop shop;
    const auto signIn = [&](const Agent &agent) {
        must(shop.files->signOut("token"));
        must(shop.files->adopt("ws://hub.test", "token", agent.email, agent.id, "Shop"));
        shop.bootstrap();
    };
    shop.draft(shop.hers, std::string(kWord) + ", half a thought");
    shop.draft(shop.his, "another");
    // Two replies cross: hers and his come back for Mara to decide.
    for (const Conversation *one : {&shop.hers, &shop.his}) {
        const auto given = must(shop.files->submit({shop.reply(*one, std::string(one == &shop.hers ? kWord : "to him"))},
                                                   std::nullopt, false))
                               .commands.at(0);
        wire::Changes back{.from = must(shop.files->syncStart()).position.seq, .lastN = given.n};
        back.to = back.head = back.from;
        Outcome asks{.n = given.n, .command = given.id, .kind = Outcome::Kind::NeedsYou};
        asks.reason = Outcome::Reason::ColleagueReplied;
        back.outcomes = {asks};
        must(shop.files->take(engine::StoreStep(back)));
    }
    QCOMPARE(must(shop.files->needsYou()).size(), 2u);
    signIn(shop.tom);
    QVERIFY(must(shop.files->drafts()).empty());
    QVERIFY(must(shop.files->needsYou()).empty());
    QVERIFY(shop.isPutBy(kWord));
    shop.erase(shop.hers.customer);
    shop.catchUp();
    QVERIFY(!shop.isPutBy(kWord));
    QVERIFY(shop.isPutBy("another"));
    signIn(shop.mara);
    QVERIFY(!shop.hasDraft(shop.hers));
    QVERIFY(shop.hasDraft(shop.his));
    const auto needing = must(shop.files->needsYou());
    QCOMPARE(needing.size(), 1u);
    QCOMPARE(conversationOf(needing[0].command.body), shop.his.id);
}

/// A reply to her had crossed with another one, and its author is to look at both.
void TestErasedPerson::nothingIsLeftToDecide()
{
    ErasingShop shop;
    const SendMessage reply = shop.reply(shop.hers, kWord);
    const Command given = must(shop.files->submit({reply}, std::nullopt, false)).commands.at(0);
    wire::Changes back{.from = must(shop.files->syncStart()).position.seq, .lastN = given.n};
    back.to = back.head = back.from;
    Outcome asks{.n = given.n, .command = given.id, .kind = Outcome::Kind::NeedsYou};
    asks.reason = Outcome::Reason::ColleagueReplied;
    back.outcomes = {asks};
    must(shop.files->take(engine::StoreStep(back)));
    QCOMPARE(shop.files->facts().needsYouCount, 1);
    QCOMPARE(must(shop.files->outboxEntries()).size(), 1u);
    const std::int64_t revision = shop.files->facts().outboxRevision;
    shop.erase(shop.hers.customer);
    shop.catchUp();
    QVERIFY(must(shop.files->outboxEntries()).empty());
    QCOMPARE(shop.files->facts().needsYouCount, 0);
    QVERIFY(shop.files->facts().outboxRevision > revision);
    QVERIFY(!shop.isInJournal());
}

/// What waited while she was erased was not taken: its author hears of that, also with the same frame.
void TestErasedPerson::refusedWithItComesBack()
{
    ErasingShop shop;
    shop.erase(shop.hers.customer);
    QCOMPARE(shop.give(shop.reply(shop.hers, kWord)).kind, Outcome::Kind::Refused);
    shop.catchUp();
    const auto needing = must(shop.files->needsYou());
    QCOMPARE(needing.size(), 1u);
    QCOMPARE(std::get<SendMessage>(needing[0].command.body).body, std::string(kWord));
    QVERIFY(!shop.hasDraft(shop.hers));
    // Thrown away, it is gone: nothing could give it back.
    QVERIFY(!must(shop.files->discard(needing[0].command.n)).undo);
}

QTEST_GUILESS_MAIN(TestErasedPerson)
#include "tst_erased_person.moc"
