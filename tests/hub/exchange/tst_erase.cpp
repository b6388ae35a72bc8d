// A person is erased (DESIGN 10, 8): nothing of them is left in any file of the hub, others keep what is theirs, and no
// older state brings them back.
#include "core/hub/delivery_queue.h"
#include "core/hub/people.h"
#include "core/wire/codec.h"
#include "tests/hub/exchange/marked_shop.h"
#include "tests/store/file_calls.h"

#include <QDateTime>
#include <QTest>
#include <atomic>
#include <cerrno>
#include <functional>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::testing;
using Shop = MarkedShop;
using Status = Conversation::Status;
namespace fs = std::filesystem;

namespace {

/// Erases her, or does what else is given, and puts the folder back as it was before, but for the list of who was erased.
/// The store is closed then.
void eraseAndComeBack(Shop &shop, const std::function<void()> &meanwhile = {})
{
    shop.store.reset();
    const fs::path data = shop.folder.filePath("data").toStdString(), older = shop.folder.filePath("older").toStdString();
    fs::copy(data, older, fs::copy_options::recursive);
    shop.reopen();
    meanwhile ? meanwhile() : shop.erase();
    shop.store.reset();
    fs::copy_file(data / "hub.erased", older / "hub.erased", fs::copy_options::overwrite_existing);
    fs::remove_all(data);
    fs::rename(older, data);
}

} // namespace

class TestErase : public QObject {
    Q_OBJECT
private slots:
    void nothingIsLeft();
    void whoseAnAddressWasIsNotTold();
    void noVisitorIsLeft_data();
    void noVisitorIsLeft();
    void whoWasPartedFromThemStaysAVisitor();
    void mailsToOthersDoNotNameThem_data();
    void mailsToOthersDoNotNameThem();
    void whatWasNotDeliveredDoesNotNameThem_data();
    void whatWasNotDeliveredDoesNotNameThem();
    void anAddressOfOursNamesNobody();
    void listsWithoutSomebody_data();
    void listsWithoutSomebody();
    void nothingIsLeftAmongOthers_data();
    void nothingIsLeftAmongOthers();
    void whatAVisitorWasBeforeIsGone();
    void whoIsCalledTheSameStays_data();
    void whoIsCalledTheSameStays();
    void desktopsAreTold();
    void anOlderStateBringsNobodyBack();
    void whoComesLaterStays_data();
    void whoComesLaterStays();
    void whoIsErasedTwiceGoesTwice_data();
    void whoIsErasedTwiceGoesTwice();
    void filesThatABackupHoldsGoAfterIt_data();
    void filesThatABackupHoldsGoAfterIt();
    void aFileThatIsNamedAgainStays();
    void whatWasImportedIsKnownByNoName();
    void anImportBringsNobodyBack_data();
    void anImportBringsNobodyBack();
    void whatWasBegunIsFinished();
    void saysFirstWhatGoes();
    void needsToKnowWho_data();
    void needsToKnowWho();
    void saysWhoIsToConfirm();
    void whatCannotBeDeletedIsSaid();
    void erasingAgainIsFinished();
    void aDiskThatFailsEndsTheHub_data();
    void aDiskThatFailsEndsTheHub();
    void whatMayNotBeOnTheDiskIsWrittenAgain();
    void twoErasuresOfOne();
    void erasuresAtOnce();
};

void TestErase::nothingIsLeft()
{
    Shop shop;
    QVERIFY(!shop.leftIn().isEmpty()); // else this proves nothing
    shop.leaveOlder();
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

/// The audit log, of which nothing is taken away, says from whom to whom an address went.
void TestErase::whoseAnAddressWasIsNotTold()
{
    Shop shop;
    const IdentityId moved = shop.store->makeId<IdentityId>();
    shop.apply(AddIdentity{moved, shop.layla, Channel::Email, "moved@mail.test"});
    shop.apply(MoveIdentity{moved, shop.bo});
    const auto told = [&] {
        return shop
            .read(
                [](store::Database &database) { return auditEntries(database, {.kind = AuditEntry::Kind::IdentityMoved}); })
            .at(0);
    };
    QCOMPARE(told().was, "home: " + kMarker.toStdString() + "\n");
    QCOMPARE(told().became, std::string("home: Bo\n"));
    shop.erase();
    QCOMPARE(told().was, "home: " + shop.layla.text() + "\n");
    QCOMPARE(shop.number("SELECT count(*) FROM audit WHERE instr(lower(was || became || folded), 'qxlayla')"), 0);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestErase::noVisitorIsLeft_data()
{
    QTest::addColumn<QString>("writes");
    QTest::newRow("the laptop has written, the phone has only signed in") << "before";
    QTest::newRow("both have only signed in; a machine of the shop's knows the id") << "elsewhere";
    QTest::newRow("the phone writes, the laptop has only signed in") << "the other";
}

/// Whom the web chat knows by a number that no message was ever written under is erased with them.
void TestErase::noVisitorIsLeft()
{
    QFETCH(const QString, writes);
    Shop shop;
    const std::string user = kMarker.toStdString() + "-42", email = kMarker.toStdString() + "@mail.test";
    shop.visit("phone");
    QCOMPARE(shop.visit("phone", user, email).id, std::string("phone"));
    shop.visit("laptop");
    if (writes == "before")
        shop.chats("laptop", "Hello");
    QCOMPARE(shop.visit("laptop", user, email).id, std::string("phone"));
    if (writes == "before")
        shop.chats("laptop", "It is me", user, email);
    else if (writes == "the other")
        shop.chats("phone", "Hello", user, email);
    else
        shop.chats("till", "Hello", user, email);
    // Somebody else has the same id at another shop.
    shop.visit("stranger");
    shop.change([&](ChangeLog &changes) -> Result<void> {
        auto query = changes.database().queryOnce("UPDATE visitor SET account_id = :account, identifier = '42' "
                                                  "WHERE id = 'stranger'");
        return query.bind("account", shop.mail.id).run();
    });
    QCOMPARE(shop.number("SELECT count(*) FROM visitor"), 3);
    // Both have uploaded something, and sent it to nobody.
    for (const auto &[visitor, name] :
         {std::pair("phone", kMarker.toStdString()), std::pair("stranger", std::string("his"))}) {
        const std::string sha = must(shop.store->blobs().add(bytesOf("unsent of " + name)));
        must(shop.store->writer().writeAndWait([&](store::Database &database) {
            return database.execute(std::string("INSERT INTO attachment_ref VALUES (randomblob(16), NULL, '") + sha
                                    + "', 1, 'text/plain', '" + name + "', '" + visitor + "', 0)");
        }));
    }
    shop.age("data");
    shop.erase();
    QCOMPARE(shop.number("SELECT count(*) FROM attachment_ref WHERE item_id IS NULL"), 1); // the stranger's
    QCOMPARE(shop.leftIn(), QString());
    QCOMPARE(shop.number("SELECT count(*) FROM visitor"), 1); // the stranger
    QCOMPARE(shop.number("SELECT count(*) FROM visitor_token WHERE NOT revoked"), 1);
}

/// Two who used one browser and were parted afterwards: what is the other's by now stays.
void TestErase::whoWasPartedFromThemStaysAVisitor()
{
    Shop shop;
    shop.visit("phone");
    shop.visit("phone", "user-42");
    const auto bo = shop.chats("phone", "Bo here");
    shop.visit("laptop");
    const auto layla = shop.chats("laptop", kMarker.toStdString() + " here");
    shop.visit("laptop", "user-42");
    QVERIFY(bo.customer != layla.customer);
    shop.age("data");
    must(eraseForGood(*shop.store, shop.person(layla.customer.text()), Author{}));
    QCOMPARE(shop.number("SELECT count(*) FROM visitor WHERE id = 'laptop'"), 0);
    QCOMPARE(shop.number("SELECT count(*) FROM visitor WHERE id = 'phone'"), 1);
}

void TestErase::mailsToOthersDoNotNameThem_data()
{
    QTest::addColumn<QString>("where");
    for (const char *where : {"to", "cc", "bcc", "replyTo", "delivery", "meanwhile"})
        QTest::newRow(where) << where;
}

/// Bo has written to her as well, or she was written to with him; of his mail only her address goes.
void TestErase::mailsToOthersDoNotNameThem()
{
    QFETCH(const QString, where);
    Shop shop;
    const std::string address = "QxLayla@mail.test", field = where.toStdString();
    const auto item = shop.take("bo@mail.test", "Bo", "To both of you").item;
    const auto name = [&] {
        shop.change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(auto message, store::timelineItem(changes.database(), item));
            if (field == "delivery") {
                message->delivery = Delivery{.state = Delivery::State::Failed,
                                             .problem = "recipient",
                                             .problemText = "550 <" + address + ">: no such user"};
            } else {
                message->details[field == "meanwhile" ? "cc" : field] =
                    "Doe, Jo <jo@mail.test>, Qx, L. <" + address + ">, my" + address;
            }
            return changes.put(*message);
        });
    };
    if (field == "meanwhile") {
        const auto members = shop.person().members;
        const NamedElsewhere before = shop.read([&](store::Database &database) { // and then it changes
            return namedElsewhere(database, members);
        });
        QVERIFY(std::ranges::find(before.items, item) == before.items.end());
        name();
        const auto ids = shop.read([&](store::Database &database) { return itemsToLookInto(database, before); });
        QVERIFY(ids.contains(item));
        return;
    }
    name();
    shop.erase();
    const auto left = shop.read([&](store::Database &database) { return store::timelineItem(database, item); });
    QVERIFY(left);
    QCOMPARE(left->body, std::string("To both of you"));
    if (field == "delivery") {
        QCOMPARE(left->delivery->problemText, std::string());
        QCOMPARE(left->delivery->problem, std::string("recipient"));
    } else {
        QCOMPARE(left->details.at(field), "Doe, Jo <jo@mail.test>, my" + address); // who is not called quite as she was
    }
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload WHERE payload IS NOT NULL AND item_id = x'" + toHex(item.view())
                         + "'"),
             0);
}

void TestErase::whatWasNotDeliveredDoesNotNameThem_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("address");
    QTest::addColumn<bool>("isThem");
    const auto rows = [](const char *name, const char *address, bool isThem) {
        for (const char *where : {"event", "identity", "identity meanwhile", "parked"})
            QTest::addRow("%s, %s", where, name) << where << address << isThem;
    };
    rows("by mail", "QxLayla@mail.test", true);
    rows("by number", "+4915112345678", true);
    rows("by number, as a platform writes it", "4915112345678", true);
    rows("somebody else", "jumbo-qxlayla@mail.test", false);
}

/// What a server has said of an address of theirs stands with Bo, who was written to with them.
void TestErase::whatWasNotDeliveredDoesNotNameThem()
{
    QFETCH(const QString, where);
    QFETCH(const QString, address);
    QFETCH(const bool, isThem);
    Shop shop;
    const std::string said = "550 <" + address.toStdString() + ">: no such user";
    const IdentityId bos = shop.conversation(shop.his).identity;
    shop.apply(AddIdentity{shop.store->makeId<IdentityId>(), shop.layla, Channel::Phone, "+4915112345678"});
    const auto fail = [&] {
        shop.change([&](ChangeLog &changes) -> Result<void> {
            if (where == "event")
                return addEvent(changes, shop.store->ids(), shop.conversation(shop.his), "delivery-problem",
                                {{"problem", said}}, std::nullopt, shop.clock.now());
            if (where == "parked")
                return parkNews(changes.database(), shop.mail.id, "a message", {.problem = "recipient", .problemText = said},
                                shop.clock.now());
            return setReach(changes, bos, said);
        });
    };
    const auto problem = [&]() -> std::string {
        if (where == "event")
            return shop.eventsIn(shop.his).front()["problem"];
        if (where != "parked")
            return shop.read([&](store::Database &database) { return store::identity(database, bos); })->problem;
        return shop.read([](store::Database &database) -> Result<std::string> {
            auto query = database.queryOnce("SELECT delivery FROM parked_delivery");
            TRIBUTARY_TRY(query.step());
            TRIBUTARY_TRY_ASSIGN(const Delivery news, wire::deliveryFrom(query.blob(0)));
            return news.problemText;
        });
    };
    if (where == "identity meanwhile") {
        const auto members = shop.person().members;
        const auto before = shop.read([&](store::Database &database) { return namedElsewhere(database, members); });
        fail();
        const auto ids = shop.read([&](store::Database &database) { return identitiesToLookInto(database, before); });
        QVERIFY(ids.contains(bos));
        return;
    }
    fail();
    QCOMPARE(problem(), said);
    shop.erase();
    QCOMPARE(problem(), !isThem ? said : where == "parked" ? std::string() : std::string(kUnnamed));
    QCOMPARE(shop.number("SELECT count(*) FROM parked_delivery"), where == "parked" ? 1 : 0);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

/// A forged sender, say: everybody's mails go to that address.
void TestErase::anAddressOfOursNamesNobody()
{
    Shop shop;
    const auto forged = shop.take("help@shop.test", "Help", "Buy this");
    const auto item = shop.take("bo@mail.test", "Bo", "To you").item;
    shop.change([&](ChangeLog &changes) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(auto message, store::timelineItem(changes.database(), item));
        message->details["to"] = "help@shop.test";
        return changes.put(*message);
    });
    must(eraseForGood(*shop.store, shop.person(forged.customer.text()), Author{}));
    const auto left = shop.read([&](store::Database &database) { return store::timelineItem(database, item); });
    QCOMPARE(left->details.at("to"), std::string("help@shop.test"));
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload WHERE payload IS NOT NULL AND item_id = x'" + toHex(item.view())
                         + "'"),
             1);
}

void TestErase::listsWithoutSomebody_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("left");
    QTest::newRow("alone") << "a@mail.test"
                           << "";
    QTest::newRow("in capitals, with a name") << "Ana <A@Mail.Test>"
                                              << "";
    QTest::newRow("the first") << "Ana <a@mail.test>, Bo <bo@mail.test>"
                               << "Bo <bo@mail.test>";
    QTest::newRow("the last") << "bo@mail.test, a@mail.test"
                              << "bo@mail.test";
    QTest::newRow("with a comma in the name") << "Ray, Ana <a@mail.test>, Doe, Jo <jo@mail.test>"
                                              << "Doe, Jo <jo@mail.test>";
    QTest::newRow("of two") << "b@mail.test, bo@mail.test, a@mail.test"
                            << "bo@mail.test";
    QTest::newRow("a longer one") << "la@mail.test, a@mail.test.org"
                                  << "la@mail.test, a@mail.test.org";
    QTest::newRow("no address at all") << "undisclosed recipients"
                                       << "undisclosed recipients";
    QTest::newRow("nothing") << ""
                             << "";
}

void TestErase::listsWithoutSomebody()
{
    QFETCH(const QString, list);
    QFETCH(const QString, left);
    QCOMPARE(QString::fromStdString(withoutAddresses(list.toStdString(), {"a@mail.test", "b@mail.test"})), left);
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

/// Who signed in at the shop was somebody else to the chat before, and had said there who they are; had that one written, it
/// would be somebody's own.
void TestErase::whatAVisitorWasBeforeIsGone()
{
    Shop shop;
    const std::string mark = kMarker.toStdString(), account = "x'" + toHex(shop.chat.id.view()) + "'";
    must(shop.store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
        for (const auto &[customer, visitor] : {std::pair(shop.layla, mark), std::pair(shop.bo, std::string("bo"))})
            TRIBUTARY_TRY(database.execute("INSERT INTO identity VALUES (randomblob(16), x'" + toHex(customer.view())
                                           + "', 'webchat', zeroblob(16), 'v-" + visitor + "', '', '', 0, '', 0, 0)"));
        for (const auto &[visitor, into] :
             {std::pair("v-" + mark, std::string("NULL")), std::pair("w-" + mark, "'v-" + mark + "'"),
              std::pair("x-" + mark, "'w-" + mark + "'"), std::pair(std::string("v-bo"), "'v-" + mark + "'")}) {
            TRIBUTARY_TRY(database.execute("INSERT INTO visitor VALUES ('" + visitor + "', " + account
                                           + ", '', '', 0, '', 0, 0, 0, 0, 0, " + (visitor == "v-bo" ? "NULL" : into)
                                           + ", 0, 0)"));
            TRIBUTARY_TRY(database.execute("INSERT INTO visitor_token VALUES (randomblob(32), '" + visitor + "', 0)"));
        }
        return {};
    }));
    shop.erase();
    QCOMPARE(shop.leftIn(), QString());
    QCOMPARE(shop.number("SELECT count(*) FROM visitor"), 1);
    QCOMPARE(shop.number("SELECT count(*) FROM visitor_token WHERE visitor_id = 'v-bo'"), 1);
    QCOMPARE(shop.number("SELECT count(*) FROM visitor_token"), 1);
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
    std::set<RawId> erased;
    for (const ConversationId &id : changes.erased)
        erased.insert(id.bytes);
    QCOMPARE(erased, items);
    const auto &customers = gone[EntityType::Customer];
    QCOMPARE(std::set<RawId>(customers.begin(), customers.end()), (std::set<RawId>{shop.layla.bytes, shop.other.bytes}));
    QCOMPARE(gone[EntityType::Identity].size(), 2u);
    QCOMPARE(gone[EntityType::CustomerLink].size(), 2u);
    QCOMPARE(gone[EntityType::Consent].size(), 1u);
    // Before anything of theirs: it is then that a desktop knows what it has written to them.
    QCOMPARE(changes.removals.front().type, EntityType::Customer);
    // Whatever backup this hub comes back from, nobody makes them anew.
    QCOMPARE(must(everErased(shop.store->folder())), (std::set<CustomerId>{shop.layla, shop.other}));
}

void TestErase::anOlderStateBringsNobodyBack()
{
    Shop shop;
    const std::string laptop = shop.addLaptop();
    eraseAndComeBack(shop);
    QVERIFY(!shop.leftIn().isEmpty());
    shop.leaveOlder();
    shop.age("data");
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    // The desktops of that time are to confirm it, too, and the log of that time says what they confirm.
    QCOMPARE(shop.run({"erase", "--pending"}), admin::kDone);
    QVERIFY2(shop.says("not confirmed by " + laptop + "\tada@shop.test\tlaptop"), shop.said().c_str());
    QVERIFY(!shop.store->owed().isEmpty());
    const auto entries = shop.read(
        [](store::Database &database) { return auditEntries(database, {.kind = AuditEntry::Kind::CustomerErased}); });
    QCOMPARE(entries.size(), 1u);
    QVERIFY(entries[0].subject == shop.layla.bytes);
    QCOMPARE(entries[0].author.place, std::string(kByHub));
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestErase::whoComesLaterStays_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("to the same hub") << "same";
    QTest::newRow("to one that came back, and has erased them again") << "came back";
    QTest::newRow("to one that came back, from before they were there") << "before them";
    QTest::newRow("to one whose erasure is in the audit log alone") << "logged";
}

/// A stranger has the id of somebody erased, and a letter that bears an older date.
void TestErase::whoComesLaterStays()
{
    QFETCH(const QString, how);
    Shop shop;
    const std::string from = how == "before them" ? "new@mail.test" : kMarker.toStdString() + "@mail.test";
    CustomerId erased = shop.layla;
    if (how == "came back")
        eraseAndComeBack(shop);
    else if (how == "before them")
        eraseAndComeBack(shop, [&] {
            erased = shop.take(from, "Somebody", "Hello").customer;
            must(eraseForGood(*shop.store, shop.person(from), Author{}));
        });
    else
        shop.erase();
    if (how == "logged")
        must(shop.store->writer().writeAndWait(
            [](store::Database &database) { return database.execute("DELETE FROM field_set"); }));
    shop.reopen();
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE address = '" + from + "'"), 0);
    shop.dated = shop.clock.now() - std::chrono::hours(24);
    QCOMPARE(shop.take(from, "A new name", "Hello").customer, erased);
    for (int start = 0; start < 2; ++start) {
        shop.reopen();
        QVERIFY(shop.store);
        QCOMPARE(shop.number("SELECT count(*) FROM customer WHERE name = 'A new name'"), 1);
    }
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestErase::whoIsErasedTwiceGoesTwice_data()
{
    QTest::addColumn<bool>("clockWentBack");
    QTest::newRow("one after the other") << false;
    QTest::newRow("the clock was set back in between") << true;
}

/// The state that comes back has done the one erasure of that id, and not the other.
void TestErase::whoIsErasedTwiceGoesTwice()
{
    QFETCH(const bool, clockWentBack);
    Shop shop;
    shop.erase();
    if (clockWentBack)
        must(shop.store->writer().writeAndWait([](store::Database &database) {
            return database.execute("UPDATE field_set SET at_ms = at_ms + 86400000 WHERE field = 'erased'");
        }));
    shop.dated = shop.clock.now() - std::chrono::hours(24);
    QCOMPARE(shop.take(kMarker.toStdString() + "@mail.test", "Comes again", "Hello").customer, shop.layla);
    shop.age("data");
    eraseAndComeBack(shop);
    QVERIFY(!shop.leftIn().isEmpty());
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestErase::filesThatABackupHoldsGoAfterIt_data()
{
    QTest::addColumn<bool>("restarts");
    QTest::addColumn<bool>("isNew");
    QTest::newRow("with the next look") << false << false;
    QTest::newRow("at the next start") << true << false;
    QTest::newRow("one that was made just now") << false << true;
}

void TestErase::filesThatABackupHoldsGoAfterIt()
{
    QFETCH(const bool, restarts);
    QFETCH(const bool, isNew);
    Shop shop;
    const std::string line = "file " + shop.file + "\n";
    if (isNew)
        must(shop.store->blobs().hold(shop.file));
    {
        const auto backup = isNew ? nullptr : shop.store->blobs().keptWhole();
        shop.erase();
        must(deleteErasedFiles(*shop.store));
        QVERIFY(shop.store->blobs().path(shop.file));
        QVERIFY(shop.listed().find(line) != std::string::npos);
    }
    if (isNew)
        shop.age("data");
    if (restarts)
        shop.reopen();
    else
        must(deleteErasedFiles(*shop.store));
    QVERIFY(!shop.store->blobs().path(shop.file));
    QVERIFY2(shop.listed().find("file") == std::string::npos, shop.listed().c_str());
    QCOMPARE(shop.leftIn(), QString());
}

void TestErase::aFileThatIsNamedAgainStays()
{
    Shop shop;
    {
        const auto backup = shop.store->blobs().keptWhole();
        shop.erase();
    }
    shop.take("bo@mail.test", "Bo", kMarker.toStdString() + " again");
    shop.age("data");
    must(deleteErasedFiles(*shop.store));
    QVERIFY(shop.store->blobs().path(shop.file));
    QVERIFY2(shop.listed().find("file") == std::string::npos, shop.listed().c_str());
}

/// A system that calls people by their addresses, and its messages by theirs.
void TestErase::whatWasImportedIsKnownByNoName()
{
    Shop shop;
    const std::string file = shop.write(
        "old.jsonl",
        R"({"type":"customer","customer_key":"QxLayla@mail.test","identities":[{"channel":"email","address":"qxlayla@mail.test"}]}
{"type":"customer","customer_key":"bo","identities":[{"channel":"email","address":"bo@mail.test"}]}
{"type":"customer","customer_key":"bo.QxLayla@mail.test","identities":[{"channel":"email","address":"other@mail.test"}]}
{"type":"suggestion","customer_key":"bo","other_customer_key":"QxLayla@mail.test","reason":"same-name"}
{"type":"link","customer_key":"QxLayla@mail.test","other_customer_key":"bo","ended_at_ms":1714557600000}
{"message_id":"QxLayla@mail.test/1","customer_handle":"qxlayla@mail.test","channel":"email","direction":"in","at_ms":1714557600000,"body":"Hello"}
{"message_id":"bo/1","customer_handle":"bo@mail.test","channel":"email","direction":"in","at_ms":1714557600000,"body":"Hello"}
)");
    QCOMPARE(must(shop.import(file)).taken, 7);
    shop.erase();
    QCOMPARE(shop.number("SELECT count(*) FROM imported"), 7);
    const std::string named = "SELECT count(*) FROM imported WHERE instr(lower(message_id), 'qxlayla')";
    QCOMPARE(shop.number(named), 1); // a key that only looks like hers
    QCOMPARE(shop.number("SELECT count(*) FROM imported WHERE instr(message_id, 'bo')"), 3);
    // The same again brings nothing.
    const auto again = must(shop.import(file));
    QCOMPARE(again.taken, 0);
    QCOMPARE(again.known, 7);
    QCOMPARE(shop.number("SELECT count(*) FROM imported"), 7);
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE address = 'qxlayla@mail.test'"), 0);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestErase::anImportBringsNobodyBack_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("isHere");
    QTest::addColumn<bool>("isTaken");
    const auto message = [](const char *address, const char *more, bool isOlder) {
        const QByteArray at = QByteArray::number(QDateTime::currentMSecsSinceEpoch() + (isOlder ? -1 : 1) * 86'400'000);
        return QByteArray(R"({"message_id":"m","channel":"email","direction":"in","body":"Hello","customer_handle":")")
               + address + R"(",)" + more + R"("at_ms":)" + at + "}\n";
    };
    const auto card = [](const char *key, const char *more) {
        return QByteArray(R"({"type":"customer","customer_key":")") + key
               + R"(","customer_name":"Back","identities":[{"channel":"email","address":"stranger@mail.test"},)"
                 R"({"channel":"email","address":"QxLayla@mail.test"}])"
               + more + "}\n";
    };
    QTest::newRow("a message") << message("QxLayla@mail.test", "", true) << false << false;
    QTest::newRow("one from after it") << message("QxLayla@mail.test", "", false) << false << false;
    QTest::newRow("by whom they had been merged with") << message("qxlayla.home@mail.test", "", true) << false << false;
    QTest::newRow("at an address that they were given later") << message("elsewhere@mail.test", "", true) << false << false;
    QTest::newRow("under a key of theirs") << message("new@mail.test", R"("customer_key":"k1",)", true) << false << false;
    QTest::newRow("their card") << card("k2", "") << false << false;
    QTest::newRow("a merge with them") << QByteArray(R"({"type":"link","customer_key":"bo","other_customer_key":"k1"})")
                                       << false << false;
    QTest::newRow("who is there again: from before") << message("QxLayla@mail.test", "", true) << true << false;
    QTest::newRow("who is there again: their card of nobody knows when") << card("k2", "") << true << false;
    QTest::newRow("who is there again: from after it") << message("QxLayla@mail.test", "", false) << true << true;
    QTest::newRow("somebody else") << message("jumbo-qxlayla@mail.test", "", true) << false << true;
}

/// An export from before they were erased is imported.
void TestErase::anImportBringsNobodyBack()
{
    QFETCH(const QByteArray, line);
    QFETCH(const bool, isHere);
    QFETCH(const bool, isTaken);
    Shop shop;
    shop.apply(AddIdentity{shop.store->makeId<IdentityId>(), shop.layla, Channel::Email, "elsewhere@mail.test"});
    must(shop.import(shop.write("first.jsonl", R"({"type":"customer","source":"a","customer_key":"k1","identities":[)"
                                               R"({"channel":"email","address":"qxlayla@mail.test"}]})"
                                               "\n")));
    shop.erase();
    if (isHere)
        shop.take(kMarker.toStdString() + "@mail.test", "A new name", "Hello");
    const std::int64_t customers = shop.number("SELECT count(*) FROM customer");
    const std::int64_t items = shop.number("SELECT count(*) FROM timeline_item");
    shop.out.clear();
    const auto done = must(shop.import(shop.write("old.jsonl", line), {.source = "a"}));
    QCOMPARE(done.taken, isTaken ? 1 : 0);
    QCOMPARE(done.erased, isTaken ? 0 : 1);
    QCOMPARE(done.bad, 0);
    QCOMPARE(shop.says("of persons who were erased 1"), !isTaken);
    QCOMPARE(shop.number("SELECT count(*) FROM timeline_item"), items + done.taken);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), customers + (isTaken && !isHere ? 1 : 0));
    QCOMPARE(shop.number("SELECT count(*) FROM imported WHERE message_id = 'm'"), done.taken);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

/// Killed right after it had been written down who is to go.
void TestErase::whatWasBegunIsFinished()
{
    Shop shop;
    const std::string line =
        std::to_string(toMs(shop.clock.now())) + " " + shop.layla.text() + " " + shop.other.text() + "\n";
    const std::string list = line + "unfinished\n";
    shop.store.reset();
    shop.leaveOlder();
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
    QTest::newRow("somebody, and who has yet to confirm")
        << QStringList{"erase", "bo@mail.test", "--pending"} << "no option --pending";
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

void TestErase::saysWhoIsToConfirm()
{
    Shop shop;
    QCOMPARE(shop.run({"erase", "--pending"}), admin::kDone);
    QVERIFY2(shop.says("every device that is signed in has confirmed every erasure"), shop.said().c_str());
    shop.take("stranger@mail.test", "Somebody", "Hello");
    QCOMPARE(shop.run({"erase", "stranger@mail.test", "--yes"}), admin::kDone);
    QVERIFY2(shop.says("no device is signed in"), shop.said().c_str());
    const std::string laptop = shop.addLaptop();
    QCOMPARE(shop.run({"erase", shop.layla.text(), "--yes"}), admin::kDone);
    QVERIFY2(shop.says("1 device is to confirm that its copy is gone"), shop.said().c_str());
    QVERIFY2(shop.says("within 30 days is signed out"), shop.said().c_str());
    QCOMPARE(shop.run({"erase", "--pending"}), admin::kDone);
    QCOMPARE(shop.out.size(), 1u);
    for (const std::string &part :
         {shop.layla.text(), "not confirmed by " + laptop, std::string("ada@shop.test"), std::string("signed out after ")})
        QVERIFY2(shop.says(part), (part + " in " + shop.said()).c_str());
    QVERIFY2(!QByteArray(shop.said().c_str()).contains(kMarker), shop.said().c_str());
}

/// A folder is where the file of the version before would be.
void TestErase::whatCannotBeDeletedIsSaid()
{
    Shop shop;
    const fs::path before = shop.folder.filePath("data/hub.db.before").toStdString();
    fs::create_directories(before / "something");
    const auto erased = eraseForGood(*shop.store, shop.person(), Author{});
    QVERIFY(!erased);
    QVERIFY2(erased.error().detail.find("cannot remove hub.db.before") != std::string::npos, erased.error().detail.c_str());
    // And it is not forgotten that this is to be done.
    QFile list(shop.folder.filePath("data/hub.erased"));
    QVERIFY(list.open(QIODevice::ReadOnly));
    QVERIFY(list.readAll().endsWith("unfinished\n"));
}

/// An older state has come back, and what would have to be deleted beside it cannot be.
void TestErase::erasingAgainIsFinished()
{
    Shop shop;
    eraseAndComeBack(shop);
    const fs::path data = shop.folder.filePath("data").toStdString();
    const fs::path before = data / "hub.db.before";
    fs::create_directories(before / "something");
    const auto isUnfinished = [&] {
        QFile list(QString::fromStdString((data / "hub.erased").string()));
        return list.open(QIODevice::ReadOnly) && list.readAll().endsWith("unfinished\n");
    };
    shop.age("data");
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    QVERIFY(isUnfinished());
    shop.store.reset();
    fs::remove_all(before);
    shop.leaveOlder();
    shop.reopen();
    QVERIFY(!isUnfinished());
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestErase::aDiskThatFailsEndsTheHub_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("as the log comes into the file") << 1;
    QTest::newRow("as what is left of rows is overwritten") << 2;
}

/// What the hub does past SQLite counts as what it does through it (DESIGN 9): it promises nothing more on that file.
void TestErase::aDiskThatFailsEndsTheHub()
{
    QFETCH(const int, which);
    Shop shop;
    shop.store.reset();
    {
        std::atomic<bool> counts = false;
        std::atomic<int> syncs = 0, broken = 0;
        const store::testing::FileCalls calls(shop.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
            return counts && call.what == "sync" && call.name == "hub.db" && ++syncs == which ? EIO : 0;
        });
        shop.reopen();
        QVERIFY(shop.store);
        shop.store->setBroken([&](const Error &) { ++broken; });
        const PersonToErase person = shop.person();
        counts = true;
        must(eraseForGood(*shop.store, person, Author{}));
        QCOMPARE(syncs.load(), which); // none is tried again
        QCOMPARE(broken.load(), 1);
        QVERIFY(!shop.store->writer().writeAndWait([](store::Database &) -> Result<void> { return {}; }));
        shop.store.reset();
    }
    QFile list(shop.folder.filePath("data/hub.erased"));
    QVERIFY(list.open(QIODevice::ReadOnly) && list.readAll().endsWith("unfinished\n"));
    list.close();
    shop.reopen();
    QVERIFY(shop.store);
    shop.store.reset();
    QVERIFY(list.open(QIODevice::ReadOnly) && !list.readAll().contains("unfinished"));
    QCOMPARE(shop.leftIn(), QString());
}

/// All that there is to overwrite reads as overwritten, which may be so in the system's memory alone.
void TestErase::whatMayNotBeOnTheDiskIsWrittenAgain()
{
    Shop shop;
    shop.erase();
    shop.store.reset();
    QFile list(shop.folder.filePath("data/hub.erased"));
    QVERIFY(list.open(QIODevice::Append) && list.write("unfinished\n") > 0);
    list.close();
    std::atomic<int> writes = 0, notSynced = 0;
    {
        const store::testing::FileCalls calls(shop.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
            if (call.name == "hub.db" && call.what == "write")
                ++writes, ++notSynced;
            if (call.name == "hub.db" && call.what == "sync")
                notSynced = 0;
            return 0;
        });
        shop.reopen();
        QVERIFY(shop.store);
        shop.store.reset();
    }
    const qint64 pages = QFileInfo(shop.folder.filePath("data/hub.db")).size() / 4096;
    QVERIFY2(writes > pages / 2, qPrintable(QStringLiteral("%1 of %2").arg(writes.load()).arg(pages)));
    QCOMPARE(notSynced.load(), 0);
    QVERIFY(list.open(QIODevice::ReadOnly) && !list.readAll().contains("unfinished"));
}

/// Each has looked who it is before the other was done.
void TestErase::twoErasuresOfOne()
{
    Shop shop;
    shop.addLaptop();
    const PersonToErase person = shop.person();
    QCOMPARE(must(eraseForGood(*shop.store, person, Author{})), 1);
    QCOMPARE(must(eraseForGood(*shop.store, person, Author{})), 0);
    const auto entries = shop.read(
        [](store::Database &database) { return auditEntries(database, {.kind = AuditEntry::Kind::CustomerErased}); });
    QCOMPARE(entries.size(), 1u);
}

/// By two who erase, and one who looks for files: none of their lines is lost, and none is left.
void TestErase::erasuresAtOnce()
{
    constexpr int kEach = 8;
    Shop shop;
    std::set<CustomerId> everybody;
    std::vector<PersonToErase> persons;
    for (int one = 0; one < 2 * kEach; ++one) {
        const std::string address = "one" + std::to_string(one) + "@mail.test";
        everybody.insert(shop.take(address, "One", address).customer);
        persons.push_back(shop.person(address));
    }
    shop.age("data");
    std::vector<std::future<void>> working;
    for (int half = 0; half < 2; ++half)
        working.push_back(std::async(std::launch::async, [&, half] {
            for (int one = 0; one < kEach; ++one)
                must(eraseForGood(*shop.store, persons[std::size_t(half * kEach + one)], Author{}));
        }));
    working.push_back(std::async(std::launch::async, [&] {
        for (int one = 0; one < kEach; ++one)
            must(deleteErasedFiles(*shop.store));
    }));
    for (std::future<void> &one : working)
        one.get();
    QCOMPARE(must(everErased(shop.store->folder())), everybody);
    QVERIFY2(shop.listed().find("file") == std::string::npos, shop.listed().c_str());
    QVERIFY2(shop.listed().find("unfinished") == std::string::npos, shop.listed().c_str());
}

QTEST_APPLESS_MAIN(TestErase)
#include "tst_erase.moc"
