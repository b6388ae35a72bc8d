// A person is erased (DESIGN 10, 8): nothing of them is left in any file of the hub, and others keep what is theirs.
#include "core/hub/delivery_queue.h"
#include "core/hub/people.h"
#include "core/wire/codec.h"
#include "tests/hub/exchange/marked_shop.h"

#include <QTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::testing;
using channels::InboundEnvelope;
using Shop = MarkedShop;
using Status = Conversation::Status;

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
    void whatWasMovedIsNotCalledAsTheyWere_data();
    void whatWasMovedIsNotCalledAsTheyWere();
    void whoReactedIsNotTold_data();
    void whoReactedIsNotTold();
    void viewsDoNotLookForThem_data();
    void viewsDoNotLookForThem();
    void anAddressOfOursNamesNobody();
    void listsWithoutSomebody_data();
    void listsWithoutSomebody();
    void nothingIsLeftAmongOthers_data();
    void nothingIsLeftAmongOthers();
    void whatIsOfOthersStays_data();
    void whatIsOfOthersStays();
    void whatOthersSaidAsideStaysAside();
    void othersWhoAreOneStaySo();
    void whatAVisitorWasBeforeIsGone();
    void whoIsCalledTheSameStays_data();
    void whoIsCalledTheSameStays();
    void copiesThatComeLaterBringNothingBack_data();
    void copiesThatComeLaterBringNothingBack();
    void whatWasMeantForThemMakesNobody_data();
    void whatWasMeantForThemMakesNobody();
    void desktopsAreTold();
    void saysFirstWhatGoes();
    void needsToKnowWho_data();
    void needsToKnowWho();
    void saysWhoIsToConfirm();
};

void TestErase::nothingIsLeft()
{
    Shop shop;
    QVERIFY(!shop.leftIn().isEmpty()); // else this proves nothing
    shop.leaveOlder();
    const std::int64_t ofBo =
        shop.number("SELECT count(*) FROM timeline_item WHERE customer_id = x'" + toHex(shop.bo.view()) + "'");
    QVERIFY(ofBo > 1);
    QVERIFY(shop.read(erasedCustomers).empty() && shop.read(erasedConversations).empty());
    const auto members = shop.person().members;
    shop.erase();
    QCOMPARE(shop.leftIn(), QString());
    QVERIFY(!shop.store->blobs().path(shop.file));
    QVERIFY(std::ranges::is_permutation(shop.read(erasedCustomers), members));
    QVERIFY(!shop.read(erasedConversations).empty());
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

void TestErase::whatWasMovedIsNotCalledAsTheyWere_data()
{
    QTest::addColumn<bool>("isNamesake");
    QTest::newRow("it is Bo's by now") << false;
    QTest::newRow("it is somebody's who is called the same") << true;
}

/// An address that was hers has been moved to somebody else, with what was written from there.
void TestErase::whatWasMovedIsNotCalledAsTheyWere()
{
    QFETCH(const bool, isNamesake);
    Shop shop;
    const std::string name = kMarker.toStdString(), address = "moved@mail.test";
    const CustomerId to = isNamesake ? shop.take("namesake@mail.test", name, "Hello").customer : shop.bo;
    const IdentityId moved = shop.store->makeId<IdentityId>();
    shop.apply(AddIdentity{moved, shop.layla, Channel::Email, address});
    const auto item = shop.take(address, name, "From there").item;
    const auto identity = [&] {
        return shop.read([&](store::Database &database) { return store::identity(database, moved); }).value_or(Identity());
    };
    QCOMPARE(identity().name, name);
    shop.apply(MoveIdentity{moved, to});
    QCOMPARE(identity().customer, to);
    shop.erase();
    QCOMPARE(identity().name, isNamesake ? name : std::string());
    QCOMPARE(identity().address, address);
    const auto left = shop.read([&](store::Database &database) { return store::timelineItem(database, item); });
    QVERIFY(left);
    QCOMPARE(left->authorName, isNamesake ? name : std::string(kUnnamed));
    QCOMPARE(left->body, std::string("From there"));
    if (!isNamesake)
        QCOMPARE(shop.leftIn(), QString());
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestErase::whoReactedIsNotTold_data()
{
    QTest::addColumn<QString>("reactions");
    QTest::addColumn<QString>("left");
    QTest::newRow("by name") << "👍 qxlayla;❤ Bo;🎉"
                             << "👍;❤ Bo;🎉";
    QTest::newRow("by address") << "❤ Bo;👍 qxlayla@mail.test"
                                << "❤ Bo;👍";
    QTest::newRow("somebody else") << "👍 qxlayla's friend;❤ Bo"
                                   << "👍 qxlayla's friend;❤ Bo";
}

/// Of an imported message to a group.
void TestErase::whoReactedIsNotTold()
{
    QFETCH(const QString, reactions);
    QFETCH(const QString, left);
    Shop shop;
    const auto item = shop.take("bo@mail.test", "Bo", "To all").item;
    shop.change([&](ChangeLog &changes) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(auto message, store::timelineItem(changes.database(), item));
        message->details["reactions"] = reactions.toStdString();
        return changes.put(*message);
    });
    shop.erase();
    const auto message = shop.read([&](store::Database &database) { return store::timelineItem(database, item); });
    QCOMPARE(QString::fromStdString(message->details.at("reactions")), left);
    QCOMPARE(message->body, std::string("To all"));
}

void TestErase::viewsDoNotLookForThem_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("value");
    QTest::addColumn<bool>("goes");
    QTest::newRow("their name") << "subject" << QString(kMarker) << true;
    QTest::newRow("their address") << "subject"
                                   << "from qxlayla@mail.test" << true;
    QTest::newRow("a field with their address") << "field.contact"
                                                << "QxLayla@mail.test" << true;
    QTest::newRow("a tag that is the same word") << "tag" << QString(kMarker) << false;
    QTest::newRow("something else") << "subject"
                                    << "teapot" << false;
}

void TestErase::viewsDoNotLookForThem()
{
    QFETCH(const QString, field);
    QFETCH(const QString, value);
    QFETCH(const bool, goes);
    Shop shop;
    const SavedView::Condition other{"status", "is", "open"};
    SavedView view{.id = shop.store->makeId<SavedViewId>(), .name = "Mine", .owner = shop.ada.id};
    view.conditions = {other, {field.toStdString(), "contains", value.toStdString()}};
    shop.change([&](ChangeLog &changes) { return changes.put(view); });
    shop.erase();
    const auto left = shop.read([&](store::Database &database) { return store::savedView(database, view.id); });
    QVERIFY(left);
    QVERIFY(left->conditions[0] == other);
    QCOMPARE(left->conditions[1].value, goes ? std::string(kUnnamed) : value.toStdString());
    QCOMPARE(left->version > view.version, goes); // every desktop hears of it
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
    shop.apply(
        MarkRead{.conversation = where, .readCount = std::max<std::int64_t>(1, shop.conversation(where).inboundCount)});
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
        // What he writes next has been read by nobody.
        QCOMPARE(shop.number("SELECT max(read_count) FROM read_mark WHERE conversation_id = x'" + toHex(where.view()) + "'"),
                 1);
    }
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestErase::whatIsOfOthersStays_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("the two had been merged") << "merged";
    QTest::newRow("an address had been hers by mistake") << "moved";
    QTest::newRow("the two had been merged, and his was joined into hers") << "joined";
}

/// Messages of Bo's that stand in a conversation of hers go on in one of his, with what was answered to him there.
void TestErase::whatIsOfOthersStays()
{
    QFETCH(const QString, how);
    Shop shop;
    const std::string address = "bo.too@mail.test";
    const IdentityId his = shop.store->makeId<IdentityId>();
    CustomerLinkId link;
    if (how != "moved") {
        shop.apply(AddIdentity{his, shop.bo, Channel::Email, address});
        link = shop.store->makeId<CustomerLinkId>();
        shop.apply(MergeCustomers{.link = link, .from = shop.bo, .into = shop.layla, .evidence = "a mistake"});
    } else {
        shop.apply(AddIdentity{his, shop.layla, Channel::Email, address});
    }
    if (how == "joined")
        shop.apply(JoinConversation{shop.his, shop.hers});
    const TimelineItemId asked = shop.store->makeId<TimelineItemId>();
    shop.apply(
        SendMessage{.item = asked, .conversation = shop.hers, .to = his, .from = shop.mail.id, .body = "Did it arrive?"});
    const auto answer = shop.take(address, "Bo", "Not yet", {"t" + toHex(asked.view()) + "@shop.test"});
    QCOMPARE(answer.conversation, shop.hers);
    if (how == "joined") // of a backup of when they were one: by their ids alone they are erased again there
        must(shop.store->writer().writeAndWait([&](store::Database &database) {
            return database.execute("UPDATE customer_link SET ended_ms = 1 WHERE id = x'" + toHex(link.view()) + "'");
        }));
    else if (how == "merged")
        shop.apply(UnlinkCustomers{link});
    else
        shop.apply(MoveIdentity{his, shop.bo});
    const auto customerOf = [&](TimelineItemId item) {
        return shop.read([&](store::Database &database) { return store::timelineItem(database, item); })
            .value_or(TimelineItem())
            .customer;
    };
    QCOMPARE(customerOf(answer.item), shop.bo);
    shop.erase();
    QCOMPARE(shop.leftIn(), QString());
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    for (const TimelineItemId &item : {asked, answer.item}) {
        QCOMPARE(customerOf(item), shop.bo);
        const auto there = shop.read([&](store::Database &database) { return store::timelineItem(database, item); });
        const Conversation where = shop.conversation(there->conversation);
        QCOMPARE(where.customer, shop.bo);
        QCOMPARE(where.identity, his);
        QCOMPARE(where.inboundCount, std::int64_t(1));
        QCOMPARE(where.preview, std::string("Not yet"));
        QVERIFY(where.tags.empty() && where.number > 0);
    }
    // What still waits there goes out in the order of where it stands.
    const std::string waiting = "SELECT count(*) FROM delivery_queue AS q JOIN timeline_item AS i ON i.id = q.item_id";
    QCOMPARE(shop.number(waiting + " WHERE i.id = x'" + toHex(asked.view()) + "'"), 1);
    QCOMPARE(shop.number(waiting + " WHERE q.conversation_id <> i.conversation_id"), 0);
    const std::string is = " = x'" + toHex(answer.item.view()) + "'";
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload WHERE payload IS NOT NULL AND item_id" + is), 1);
    QCOMPARE(shop.number("SELECT count(*) FROM attachment_ref WHERE item_id" + is), 1);
    QVERIFY(!shop.conversation(shop.his).joinedInto);
    // What he answers to it comes there, too.
    const auto more = shop.take(address, "Bo", "Now it has", {"t" + toHex(asked.view()) + "@shop.test"});
    QCOMPARE(shop.conversation(more.conversation).customer, shop.bo);
    QCOMPARE(shop.conversation(more.conversation).inboundCount, std::int64_t(2));
}

/// Whom somebody has merged while an erasure was asked for: two others who are one stay so.
void TestErase::othersWhoAreOneStaySo()
{
    Shop shop;
    const CustomerId kim = shop.take("kim@mail.test", "Kim", "Hello").customer;
    shop.apply(
        MergeCustomers{.link = shop.store->makeId<CustomerLinkId>(), .from = kim, .into = shop.layla, .evidence = "a"});
    shop.apply(
        MergeCustomers{.link = shop.store->makeId<CustomerLinkId>(), .from = shop.layla, .into = shop.bo, .evidence = "b"});
    const auto rootOfKim = [&] { return shop.read([&](store::Database &database) { return rootOf(database, kim); }); };
    QCOMPARE(rootOfKim(), shop.bo);
    must(shop.store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const auto named, namedElsewhere(database, {shop.layla}));
        ChangeLog changes(database);
        TRIBUTARY_TRY(erase(changes, {shop.layla}, named));
        const auto done = changes.finish();
        return done ? Result<void>() : failure(done.error());
    }));
    QCOMPARE(rootOfKim(), shop.bo);
    QCOMPARE(shop.number("SELECT count(*) FROM customer_link WHERE first_id IS NOT NULL"), 0);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

/// Asked aside about Bo, with a colleague who answers, too: that one's words stay aside, and are in no mail to Bo.
void TestErase::whatOthersSaidAsideStaysAside()
{
    Shop shop;
    const std::string mark = kMarker.toStdString();
    const auto aside = shop.store->makeId<ConversationId>();
    shop.apply(StartConversation{.conversation = aside,
                                 .account = shop.mail.id,
                                 .address = mark + "@mail.test",
                                 .subject = "About Bo",
                                 .parent = shop.his});
    const Conversation to = shop.conversation(aside);
    const TimelineItemId asked = shop.store->makeId<TimelineItemId>();
    shop.apply(SendMessage{.item = asked,
                           .conversation = aside,
                           .to = to.identity,
                           .from = to.account,
                           .body = "Where is his parcel?",
                           .cc = {"kim@mail.test"}});
    const auto answer = shop.take("kim@mail.test", "Kim", "He is difficult", {"t" + toHex(asked.view()) + "@shop.test"});
    QCOMPARE(answer.conversation, aside);
    QCOMPARE(answer.customer, shop.bo);
    shop.erase();
    const auto item = shop.read([&](store::Database &database) { return store::timelineItem(database, answer.item); });
    QVERIFY(item && item->conversation != aside);
    const Conversation where = shop.conversation(item->conversation);
    QCOMPARE(where.customer, shop.bo);
    QVERIFY(where.parent == shop.his);
    QCOMPARE(where.identity, item->identity);
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

void TestErase::copiesThatComeLaterBringNothingBack_data()
{
    QTest::addColumn<InboundEnvelope::Kind>("kind");
    QTest::addColumn<bool>("isErased");
    QTest::addColumn<bool>("isNamed");
    QTest::newRow("from the Sent folder") << InboundEnvelope::Kind::Echo << true << true;
    QTest::newRow("a blind copy to ourselves") << InboundEnvelope::Kind::Message << true << true;
    QTest::newRow("of what was sent to somebody else") << InboundEnvelope::Kind::Echo << false << true;
    QTest::newRow("a bounce that has the mail's name") << InboundEnvelope::Kind::Delivery << true << true;
    QTest::newRow("a bounce that has its envelope's name") << InboundEnvelope::Kind::Delivery << true << false;
    QTest::newRow("a bounce of what was sent to somebody else") << InboundEnvelope::Kind::Delivery << false << true;
}

/// Of a message that went out right before.
void TestErase::copiesThatComeLaterBringNothingBack()
{
    QFETCH(const InboundEnvelope::Kind, kind);
    QFETCH(const bool, isErased);
    QFETCH(const bool, isNamed);
    Shop shop;
    const std::string text = (isErased ? kMarker.toStdString() : "Bo") + ", it is on its way";
    const TimelineItemId sent = shop.reply(isErased ? shop.hers : shop.his, text);
    shop.erase();
    InboundEnvelope copy{.account = shop.mail.id, .channel = Channel::Email, .kind = kind};
    copy.externalId = "copy";
    const std::string name = "t" + toHex(sent.view()) + "@shop.test";
    if (kind == InboundEnvelope::Kind::Delivery) {
        copy.about = isNamed ? std::vector{name} : std::vector{sent.text()};
        copy.delivery = {.state = Delivery::State::Failed, .at = shop.clock.now()};
    } else {
        copy.messageIds = {name};
    }
    copy.claimsEcho = kind == InboundEnvelope::Kind::Message;
    copy.sender = {.address = isErased ? kMarker.toStdString() + "@mail.test" : "bo@mail.test"};
    copy.at = shop.clock.now();
    copy.text = text;
    const PreparedEnvelope prepared{.envelope = copy, .raw = copyOf(bytesOf(text))};
    const std::int64_t before = shop.number("SELECT count(*) FROM customer");
    const auto outcome = must(shop.store->writer().writeAndWait(
        [&](store::Database &database) { return ingest(database, shop.store->ids(), shop.clock, prepared); }));
    QCOMPARE(outcome.item.isNull(), isErased);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), before);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestErase::whatWasMeantForThemMakesNobody_data()
{
    QTest::addColumn<std::function<CommandBody(Shop &)>>("body");
    QTest::addColumn<bool>("isUndone");
    using Make = std::function<CommandBody(Shop &)>;
    QTest::newRow("an address that had been theirs goes back to them") << Make([](Shop &shop) {
        return MoveIdentity{shop.moved, shop.layla};
    }) << true;
    QTest::newRow("an address that somebody else has is given to them") << Make([](Shop &shop) {
        return MoveIdentity{shop.moved, shop.layla};
    }) << false;
    QTest::newRow("their taking away is undone") << Make([](Shop &shop) {
        return AddCustomer{shop.layla, kMarker.toStdString()};
    }) << true;
    QTest::newRow("a conversation is begun with them") << Make([](Shop &shop) {
        return StartConversation{.conversation = shop.store->makeId<ConversationId>(),
                                 .account = shop.mail.id,
                                 .identity = shop.store->makeId<IdentityId>(),
                                 .address = kMarker.toStdString() + "@mail.test",
                                 .name = kMarker.toStdString(),
                                 .customer = shop.layla,
                                 .subject = "Your order"};
    }) << false;
    QTest::newRow("a file has them in it") << Make([](Shop &shop) {
        ImportedCustomer row{.customer = shop.layla, .name = kMarker.toStdString()};
        row.addresses = {{shop.store->makeId<IdentityId>(), Channel::Email, "new@mail.test"}};
        return ImportCustomers{.rows = {row}};
    }) << false;
}

/// Of whoever was erased: in the journal of a desktop that had it from before. Of a history before this one, too:
/// tst_erase_lasts.
void TestErase::whatWasMeantForThemMakesNobody()
{
    QFETCH(const std::function<CommandBody(Shop &)>, body);
    QFETCH(const bool, isUndone);
    Shop shop;
    shop.moved = shop.store->makeId<IdentityId>();
    shop.apply(AddIdentity{shop.moved, shop.layla, Channel::Email, "moved@mail.test"});
    const MoveIdentity away{shop.moved, shop.bo};
    shop.apply(away);
    const CommandBody late = body(shop);
    shop.erase();
    const std::int64_t there = shop.number("SELECT count(*) FROM customer");
    shop.offer(late, !isUndone                                    ? std::nullopt
                     : std::holds_alternative<MoveIdentity>(late) ? std::optional<CommandBody>(away)
                                                                  : std::optional<CommandBody>(RemoveCustomer{shop.layla}));
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), there);
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE customer_id NOT IN (SELECT id FROM customer)"), 0);
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE id = x'" + toHex(shop.moved.view()) + "' AND customer_id = x'"
                         + toHex(shop.bo.view()) + "'"),
             1);
    QCOMPARE(shop.leftIn(), QString());
    QCOMPARE(shop.check().problems, std::vector<std::string>());
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

QTEST_APPLESS_MAIN(TestErase)
#include "tst_erase.moc"
