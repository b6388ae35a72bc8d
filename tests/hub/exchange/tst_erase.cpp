// A person is erased (DESIGN 10, 8): nothing of them is left in any file of the hub, others keep what is theirs, and no
// older state brings them back.
#include "core/hub/access.h"
#include "core/hub/admin/verbs.h"
#include "core/hub/commands.h"
#include "core/hub/erasure.h"
#include "core/hub/ingest.h"
#include "core/hub/timeline_events.h"
#include "core/store/entities.h"
#include "tests/hub/exchange/exchange_fixture.h"

#include <QDirIterator>
#include <QTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Status = Conversation::Status;
namespace fs = std::filesystem;

namespace {

/// In everything that is hers: her name, addresses, words, files.
const QByteArray kMarker = "qxlayla";

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

struct Shop : ExchangeStore {
    ChannelAccount mail, chat;
    Agent ada;
    ClientId desk;
    std::int64_t n = 0;
    int letters = 0;
    CustomerId layla, other, bo;
    ConversationId hers, his;
    std::string file;

    Shop()
    {
        mail = {.id = store->ids().make<ChannelAccountId>(), .channel = Channel::Email, .address = "help@shop.test"};
        chat = {.id = store->ids().make<ChannelAccountId>(), .channel = Channel::WebChat, .address = "shop.test"};
        change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(changes.put(mail));
            return changes.put(chat);
        });
        desk = store->ids().make<ClientId>();
        ada = must(store->writer().writeAndWait([&](store::Database &database) {
            return addAgent(database, store->ids(), "ada@shop.test", "Ada", Agent::Role::Admin, "");
        }));
        furnish();
    }
    template<class Work>
    void change(Work work)
    {
        must(store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(work(changes));
            TRIBUTARY_TRY(changes.finish());
            return {};
        }));
    }
    /// What it answers, and who has a copy: only where they matter.
    channels::IngestOutcome take(const std::string &from, const std::string &name, const std::string &text,
                                 std::vector<std::string> references = {}, const std::string &cc = {})
    {
        channels::InboundEnvelope envelope{.account = mail.id, .channel = Channel::Email};
        envelope.externalId = "letter" + std::to_string(++letters);
        envelope.messageIds = {envelope.externalId + "@mail.test"};
        envelope.sender = {.address = from, .shown = from, .name = name, .verified = true};
        envelope.at = clock.now();
        envelope.subject = text;
        envelope.text = text;
        envelope.references = std::move(references);
        if (!cc.empty())
            envelope.details["cc"] = cc;
        PreparedEnvelope prepared{.envelope = envelope};
        prepared.raw = copyOf(bytesOf("raw " + text));
        const std::string sha = must(store->blobs().add(bytesOf("file of " + text)));
        prepared.attachments = {{.id = store->makeId<AttachmentId>(),
                                 .name = text + ".pdf",
                                 .mediaType = "application/pdf",
                                 .sizeBytes = 1,
                                 .sha256 = sha}};
        return must(store->writer().writeAndWait(
            [&](store::Database &database) { return ingest(database, store->ids(), clock, prepared); }));
    }
    Outcome apply(CommandBody body)
    {
        Command command{.n = ++n, .id = store->makeId<CommandId>(), .at = clock.now(), .baseSeq = 1'000'000};
        command.body = std::move(body);
        const Outcome outcome = must(store->writer().writeAndWait(
            [&](store::Database &database) { return applyCommand(database, store->ids(), clock, ada, desk, command); }));
        if (outcome.kind != Outcome::Kind::Applied)
            qFatal("%s: %s", nameOf(command.body).data(), outcome.detail.c_str());
        return outcome;
    }
    template<class Ask>
    auto read(Ask ask)
    {
        return must(store->reader().readAndWait(ask));
    }
    Conversation conversation(ConversationId id)
    {
        return read([&](store::Database &database) { return store::conversation(database, id); }).value_or(Conversation());
    }
    std::int64_t number(const std::string &sql)
    {
        return read([&](store::Database &database) -> Result<std::int64_t> {
            auto query = database.queryOnce(sql);
            TRIBUTARY_TRY(query.step());
            return query.integer(0);
        });
    }
    TimelineItemId reply(ConversationId id, const std::string &text)
    {
        const Conversation to = conversation(id);
        const auto item = store->makeId<TimelineItemId>();
        apply(SendMessage{.item = item, .conversation = id, .to = to.identity, .from = to.account, .body = text});
        return item;
    }
    /// What is told of what was done, of a conversation.
    std::vector<std::map<std::string, std::string>> eventsIn(ConversationId id)
    {
        std::vector<std::map<std::string, std::string>> told;
        read([&](store::Database &database) {
            return newestEvent(database, id, [&](const TimelineItem &event) {
                told.push_back(event.details);
                return false;
            });
        });
        return told;
    }
    void furnish()
    {
        const std::string mark = kMarker.toStdString();
        hers = take(mark + "@mail.test", mark, "Where is it, says " + mark).conversation;
        take(mark + ".home@mail.test", mark, mark + " again");
        his = take("bo@mail.test", "Bo", "A word of Bo").conversation;
        layla = conversation(hers).customer;
        bo = conversation(his).customer;
        reply(hers, "Dear " + mark);
        reply(his, "Dear Bo");
        apply(AddNote{.item = store->makeId<TimelineItemId>(), .conversation = hers, .body = mark + " called"});
        apply(EditCustomer{layla, mark, "Pays late, " + mark});
        apply(SetCustomerTags{layla, {mark}, {}});
        apply(SetConsent{.customer = layla, .channel = Channel::Email, .granted = true, .source = "form of " + mark});
        other =
            read([&](store::Database &database) { return personToErase(database, mark + ".home@mail.test"); }).members[0];
        apply(MergeCustomers{.link = store->makeId<CustomerLinkId>(), .from = other, .into = layla, .evidence = mark});
        // With Bo she was mixed up once.
        const auto mixedUp = store->makeId<CustomerLinkId>();
        apply(MergeCustomers{.link = mixedUp, .from = bo, .into = layla, .evidence = mark});
        apply(UnlinkCustomers{mixedUp});
        apply(RelateConversations{hers, his, true});
        const auto aside = store->makeId<ConversationId>();
        apply(StartConversation{.conversation = aside,
                                .account = mail.id,
                                .identity = store->makeId<IdentityId>(),
                                .address = "courier@mail.test",
                                .subject = "About " + mark,
                                .parent = hers});
        reply(aside, "Where does " + mark + " live?");
        // Something of hers came last in a conversation of Bo's: from when they were mixed up.
        change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(auto where, store::conversation(changes.database(), his));
            TimelineItem said{.id = store->ids().make<TimelineItemId>(), .conversation = his, .customer = layla};
            said.identity = must(store::conversation(changes.database(), hers))->identity;
            said.account = mail.id;
            said.kind = TimelineItem::Kind::Inbound;
            said.at = clock.now() + std::chrono::hours(1);
            said.body = mark + " was here";
            TRIBUTARY_TRY(changes.put(said));
            where->preview = said.body;
            return changes.put(*where);
        });
        file = must(store->blobs().add(bytesOf("file of " + mark + " again")));
        age("data");
    }
    /// Files count as old only after a while.
    void age(const char *data)
    {
        const QString blobs = folder.filePath(QString::fromLatin1(data) + "/blobs");
        for (QDirIterator files(blobs, QDir::Files, QDirIterator::Subdirectories); files.hasNext();)
            fs::last_write_time(files.next().toStdString(), fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    PersonToErase person(const std::string &address = kMarker.toStdString() + "@mail.test")
    {
        return read([&](store::Database &database) { return personToErase(database, address); });
    }
    void erase() { must(eraseForGood(*store, person(), Author{})); }
    /// A file of the hub's folder with something of her in it.
    QString leftIn(const char *data = "data")
    {
        const QByteArray low = kMarker.toLower();
        for (QDirIterator files(folder.filePath(data), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
             files.hasNext();) {
            QFile one(files.next());
            if (!one.open(QIODevice::ReadOnly))
                continue;
            const QByteArray content = one.readAll();
            if (const qsizetype at = content.toLower().indexOf(low); at >= 0)
                return one.fileName() + ": " + QString::fromLatin1(content.mid(std::max<qsizetype>(0, at - 60), 160));
        }
        return {};
    }
    int run(const std::vector<std::string> &arguments)
    {
        out.clear();
        err.clear();
        return admin::run({*store}, arguments, console);
    }
    bool says(const std::string &words) const { return said().find(words) != std::string::npos; }
    std::string said() const
    {
        std::string all;
        for (const std::string &line : out)
            all += line + "\n";
        for (const std::string &line : err)
            all += line + "\n";
        return all;
    }
};

} // namespace

class TestErase : public QObject {
    Q_OBJECT
private slots:
    void nothingIsLeft();
    void nothingIsLeftAmongOthers_data();
    void nothingIsLeftAmongOthers();
    void whoIsCalledTheSameStays_data();
    void whoIsCalledTheSameStays();
    void desktopsAreTold();
    void anOlderStateBringsNobodyBack();
    void whatWasBegunIsFinished();
    void saysFirstWhatGoes();
    void needsToKnowWho_data();
    void needsToKnowWho();
};

void TestErase::nothingIsLeft()
{
    Shop shop;
    QVERIFY(!shop.leftIn().isEmpty()); // else this proves nothing
    const std::int64_t ofBo =
        shop.number("SELECT count(*) FROM timeline_item WHERE customer_id = x'" + toHex(shop.bo.view()) + "'");
    QVERIFY(ofBo > 1);
    shop.erase();
    QCOMPARE(shop.leftIn(), QString());
    QVERIFY(!shop.store->blobs().path(shop.file));
    // Of others nothing is missing, and what named her does so no more.
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    QCOMPARE(shop.number("SELECT count(*) FROM timeline_item WHERE customer_id = x'" + toHex(shop.bo.view()) + "'"), ofBo);
    QVERIFY(shop.conversation(shop.his).related.empty());
    QCOMPARE(shop.conversation(shop.his).preview, std::string("Dear Bo"));
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload WHERE payload IS NOT NULL"), 1);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2); // Bo and the courier
    // Her letters are known to have come, and do not come again.
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload"), 3);
    // Who writes after that is a stranger.
    shop.take(kMarker.toStdString() + "@mail.test", "A new name", "Hello");
    QCOMPARE(shop.number("SELECT count(*) FROM customer WHERE name = 'A new name'"), 1);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer WHERE name = 'A new name'"), 1);
}

void TestErase::nothingIsLeftAmongOthers_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("whom Bo's matter was talked over with") << "aside";
    QTest::newRow("who had a copy of Bo's letter") << "copy";
    QTest::newRow("who has opened Bo's matter again") << "opens";
    QTest::newRow("whose answer was split off from Bo's matter") << "split off";
}

/// What she has said about Bo, or to him, stands on his timeline, and is hers all the same.
void TestErase::nothingIsLeftAmongOthers()
{
    QFETCH(const QString, how);
    const bool aside = how == "aside";
    Shop shop;
    const std::string mark = kMarker.toStdString();
    ConversationId where, parted;
    std::vector<TimelineItemId> gone;
    if (aside) {
        where = shop.store->makeId<ConversationId>();
        shop.apply(StartConversation{.conversation = where,
                                     .account = shop.mail.id,
                                     .address = mark + "@mail.test",
                                     .subject = "About Bo",
                                     .parent = shop.his});
        gone.push_back(shop.reply(where, "Where is his parcel?"));
        const auto answer =
            shop.take(mark + "@mail.test", mark, mark + " has it", {"t" + toHex(gone[0].view()) + "@shop.test"});
        QCOMPARE(answer.conversation, where);
        QCOMPARE(answer.customer, shop.bo);
        gone.push_back(answer.item);
    } else {
        const std::string unmarked = "elsewhere@mail.test"; // Bo's letter, which has it, stays
        shop.apply(AddIdentity{shop.store->makeId<IdentityId>(), shop.layla, Channel::Email, unmarked});
        where = shop.take("bo@mail.test", "Bo", "To both of you", {}, unmarked).conversation;
        const std::string letter = "letter" + std::to_string(shop.letters) + "@mail.test";
        if (how == "opens")
            shop.apply(SetStatus{where, Status::Resolved});
        const auto answer = shop.take(unmarked, mark, mark + " joins in", {letter});
        QCOMPARE(answer.conversation, where);
        QCOMPARE(answer.customer, shop.bo);
        gone.push_back(answer.item);
        if (how == "split off") {
            parted = shop.store->makeId<ConversationId>();
            shop.apply(MoveItems{where, parted, {answer.item}});
            QVERIFY(shop.conversation(parted).identity != shop.conversation(shop.his).identity);
        }
    }
    shop.apply(MarkRead{.conversation = where, .readCount = 1});
    shop.age("data");
    shop.erase();
    QCOMPARE(shop.leftIn(), QString());
    for (const TimelineItemId &item : gone) {
        const std::string is = " = x'" + toHex(item.view()) + "'";
        QCOMPARE(shop.number("SELECT count(*) FROM timeline_item WHERE id" + is), 0);
        for (const char *table : {"raw_payload", "attachment_ref", "message_name", "delivery_queue"})
            QCOMPARE(shop.number(std::string("SELECT count(*) FROM ") + table + " WHERE item_id" + is), 0);
    }
    QCOMPARE(shop.number("SELECT count(*) FROM read_mark WHERE conversation_id = x'" + toHex(where.view()) + "'"),
             aside ? 0 : 1);
    QCOMPARE(shop.number("SELECT count(*) FROM conversation WHERE id = x'" + toHex(where.view()) + "'"), aside ? 0 : 1);
    if (how == "split off") // it is Bo's, and at an address of his
        QCOMPARE(shop.conversation(parted).identity, shop.conversation(shop.his).identity);
    if (how == "copy") { // Bo waits there still
        QCOMPARE(shop.conversation(where).preview, std::string("To both of you"));
        QCOMPARE(shop.conversation(where).inboundCount, std::int64_t(1));
        QVERIFY(shop.conversation(where).waitingSince.has_value());
    }
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestErase::whoIsCalledTheSameStays_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("an agent") << "Ada";
    QTest::newRow("a status") << "open";
    QTest::newRow("a status of the shop's own") << "Courier";
}

/// What was done with Bo is told as before: by whom, and what.
void TestErase::whoIsCalledTheSameStays()
{
    QFETCH(const QString, name);
    Shop shop;
    const CustomStatus courier{.id = shop.store->makeId<CustomStatusId>(), .name = "Courier", .status = Status::Open};
    shop.apply(SaveCustomStatus{courier});
    shop.apply(SetCustomStatus{shop.his, courier.id, Status::Open});
    shop.take("namesake@mail.test", name.toStdString(), "Hello");
    const auto told = shop.eventsIn(shop.his);
    QVERIFY(std::ranges::any_of(told, [&](const auto &event) { // else this proves nothing
        return std::ranges::any_of(event, [&](const auto &value) { return value.second == name.toStdString(); });
    }));
    must(eraseForGood(*shop.store, shop.person("namesake@mail.test"), Author{}));
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE address = 'namesake@mail.test'"), 0);
    QVERIFY(shop.eventsIn(shop.his) == told);
}

void TestErase::desktopsAreTold()
{
    Shop shop;
    const std::int64_t before = shop.read(&headOf).seq;
    const std::set<RawId> items = [&] {
        return shop.read([&](store::Database &database) -> Result<std::set<RawId>> {
            std::set<RawId> ids;
            auto query = database.queryOnce("SELECT id FROM conversation WHERE customer_id IN (x'" + toHex(shop.layla.view())
                                            + "', x'" + toHex(shop.other.view()) + "')");
            while (must(query.step()))
                ids.insert(query.id<ConversationId>(0).bytes);
            return ids;
        });
    }();
    QCOMPARE(items.size(), 3u);
    shop.erase();
    const wire::Changes changes = shop.read(
        [&](store::Database &database) { return changesAfter(database, before, shop.ada.id, shop.desk, 1 << 20); });
    std::map<EntityType, std::vector<RawId>> gone;
    for (const wire::Removal &removal : changes.removals)
        gone[removal.type].push_back(removal.key);
    const auto &conversations = gone[EntityType::Conversation];
    QCOMPARE(std::set<RawId>(conversations.begin(), conversations.end()), items);
    const auto &customers = gone[EntityType::Customer];
    QCOMPARE(std::set<RawId>(customers.begin(), customers.end()), (std::set<RawId>{shop.layla.bytes, shop.other.bytes}));
    QCOMPARE(gone[EntityType::Identity].size(), 2u);
    QCOMPARE(gone[EntityType::CustomerLink].size(), 2u);
    QCOMPARE(gone[EntityType::Consent].size(), 1u);
    // Before anything of theirs: it is then that a desktop knows what it has written to them.
    QCOMPARE(changes.removals.front().type, EntityType::Customer);
}

void TestErase::anOlderStateBringsNobodyBack()
{
    Shop shop;
    shop.store.reset();
    const fs::path data = shop.folder.filePath("data").toStdString(), older = shop.folder.filePath("older").toStdString();
    fs::copy(data, older, fs::copy_options::recursive);
    shop.reopen();
    shop.erase();
    shop.store.reset();
    fs::copy_file(data / "hub.erased", older / "hub.erased");
    fs::remove_all(data);
    fs::rename(older, data);
    QVERIFY(!shop.leftIn().isEmpty());
    shop.age("data");
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

/// Killed right after it had been written down who is to go.
void TestErase::whatWasBegunIsFinished()
{
    Shop shop;
    const std::string line =
        std::to_string(toMs(shop.clock.now())) + " " + shop.layla.text() + " " + shop.other.text() + "\n";
    const std::string list = line + "unfinished\n";
    shop.store.reset();
    QFile file(shop.folder.filePath("data/hub.erased"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(list.c_str()), qint64(list.size()));
    file.close();
    shop.reopen();
    QVERIFY(shop.store);
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(line.c_str()));
}

void TestErase::saysFirstWhatGoes()
{
    Shop shop;
    const std::string address = kMarker.toStdString() + "@mail.test";
    QCOMPARE(shop.run({"erase", address}), admin::kFailed);
    for (const std::string &part : {kMarker.toStdString(), address, kMarker.toStdString() + ".home@mail.test",
                                    std::string("3 conversations"), std::string("2 files"), std::string("--yes")})
        QVERIFY2(shop.says(part), (part + " in " + shop.said()).c_str());
    QVERIFY(!shop.leftIn().isEmpty());
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 4);
    QCOMPARE(shop.run({"erase", address, "--yes"}), admin::kDone);
    QVERIFY2(!QByteArray(shop.said().c_str()).toLower().contains(kMarker.toLower()), shop.said().c_str());
    QCOMPARE(shop.leftIn(), QString());
    QCOMPARE(shop.run({"audit", "--kind", "customer-erased"}), admin::kDone);
    QVERIFY2(shop.says("customer-erased"), shop.said().c_str());
}

void TestErase::needsToKnowWho_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("words");
    QTest::newRow("nobody") << QStringList{"erase"} << "one address or customer id";
    QTest::newRow("two") << QStringList{"erase", "a@mail.test", "b@mail.test"} << "one address or customer id";
    QTest::newRow("a stranger") << QStringList{"erase", "stranger@mail.test", "--yes"} << "there is no customer at";
    QTest::newRow("an unknown id") << QStringList{"erase", "00000000-0000-7000-8000-000000000000", "--yes"}
                                   << "there is no customer at";
    QTest::newRow("an unknown option") << QStringList{"erase", "bo@mail.test", "--now", "x"} << "no option --now";
}

void TestErase::needsToKnowWho()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, words);
    Shop shop;
    std::vector<std::string> given;
    for (const QString &one : arguments)
        given.push_back(one.toStdString());
    QVERIFY(shop.run(given) != admin::kDone);
    QVERIFY2(shop.says(words.toStdString()), shop.said().c_str());
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 4);
}

QTEST_APPLESS_MAIN(TestErase)
#include "tst_erase.moc"
