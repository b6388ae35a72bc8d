// What the table of customers, the list of duplicates and a merge read of a copy.
#include "core/model/customer_fields.h"
#include "core/store/cache.h"
#include "core/store/entities.h"
#include "core/store/import_plan.h"
#include "core/store/migrations.h"
#include "core/store/people_reads.h"
#include "core/store/ticket_reads.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::store;
using namespace tributary::model;

Q_DECLARE_METATYPE(tributary::model::Channel)
Q_DECLARE_METATYPE(tributary::store::ImportRow)

namespace {

struct Copy {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{3};
    IdMaker ids{clock, rng};
    std::unique_ptr<Database> database;
    Agent tom;
    CustomerId ada, bob, cleo; ///< Heard of last: Cleo, Bob, Ada.
    std::int64_t version = 0;

    Copy()
    {
        database = std::move(*Database::open(folder.filePath("cache.db").toStdString(), {}));
        if (!migrate(*database, cacheMigrations()))
            qFatal("no schema");
        tom = {.id = ids.make<AgentId>(), .email = "tom@shop.test", .name = "Tom"};
        write(tom);
        ada = person("Ada Lovelace", Channel::Email, 100, Conversation::Status::Resolved);
        bob = person("Bob", Channel::WhatsApp, 200, Conversation::Status::Open);
        cleo = person("", Channel::Email, 300, Conversation::Status::Open);
    }
    template<class T>
    void write(T one)
    {
        one.version = ++version;
        if (!put(*database, one))
            qFatal("not written");
    }
    CustomerId person(const std::string &name, Channel channel, std::int64_t ms, Conversation::Status status)
    {
        Customer customer{.id = ids.make<CustomerId>(), .name = name, .tags = {"of " + name}};
        write(customer);
        Identity identity{.id = ids.make<IdentityId>(), .customer = customer.id, .channel = channel};
        identity.address = identity.shown = "address" + std::to_string(ms);
        write(identity);
        Conversation talk{.id = ids.make<ConversationId>(), .customer = customer.id, .identity = identity.id};
        talk.status = status;
        talk.assignee = tom.id;
        talk.lastItemAt = fromMs(ms);
        write(talk);
        TimelineItem item{.id = ids.make<TimelineItemId>(), .conversation = talk.id, .customer = customer.id};
        item.kind = TimelineItem::Kind::Order;
        item.details = {{"number", "JK-" + std::to_string(ms)}};
        item.at = fromMs(ms);
        write(item);
        return customer.id;
    }
    CustomerLinkId merge(CustomerId from, CustomerId into)
    {
        CustomerLink link{.id = ids.make<CustomerLinkId>(), .from = from, .into = into};
        write(link);
        return link.id;
    }
    void suggest(CustomerId a, CustomerId b, Suggestion::State state = Suggestion::State::Open)
    {
        write(
            Suggestion{.id = ids.make<SuggestionId>(), .customer = a, .other = b, .state = state, .at = fromMs(++version)});
    }
    template<class T>
    static T must(Result<T> result)
    {
        if (!result)
            qFatal("%s", result.error().detail.c_str());
        return std::move(*result);
    }
};

} // namespace

class TestPeopleReads : public QObject {
    Q_OBJECT
private slots:
    void whoWasHeardOfLastStandsFirst();
    void aMergedPersonIsOneRow();
    void standInOrder_data();
    void standInOrder();
    void aTagIsAnybodysOfThePerson_data();
    void aTagIsAnybodysOfThePerson();
    void filters_data();
    void filters();
    void peopleOfACompany_data();
    void peopleOfACompany();
    void companiesWithTheirPeople();
    void aRemovedCompanyIsNowhere();
    void thePreferredAddressComesFirst_data();
    void thePreferredAddressComesFirst();
    void whatIsNotResolvedIsNeverCut_data();
    void whatIsNotResolvedIsNeverCut();
    void whoIsFoundByNameIsOfferedThePreferredAddress();
    void pairsAreListedOnce();
    void pairsComeInPages();
    void aPairForAMerge();
    void theStrictestConsentOfAllMembers();
    void filesAndOrdersNewestFirst();
    void whoHasAnAddress_data();
    void whoHasAnAddress();
    void rowsOfAFileAreHeldAgainstTheCopy_data();
    void rowsOfAFileAreHeldAgainstTheCopy();
};

void TestPeopleReads::whoWasHeardOfLastStandsFirst()
{
    Copy copy;
    QVERIFY((Copy::must(peopleInOrder(*copy.database, {})) == std::vector{copy.cleo, copy.bob, copy.ada}));
}

void TestPeopleReads::aMergedPersonIsOneRow()
{
    Copy copy;
    copy.merge(copy.cleo, copy.ada);
    QVERIFY((Copy::must(peopleInOrder(*copy.database, {})) == std::vector{copy.ada, copy.bob}));
    const CustomerRow row = Copy::must(customerRows(*copy.database, {copy.ada})).front();
    QCOMPARE(row.name, std::string("Ada Lovelace"));
    QCOMPARE(toMs(*row.lastContact), std::int64_t(300));
    QCOMPARE(row.open, std::int64_t(1));
    QCOMPARE(row.tags.size(), std::size_t(2));
    QCOMPARE(row.ownerOfLast, std::string("Tom"));
    QVERIFY(row.channels == std::set{Channel::Email});
}

void TestPeopleReads::standInOrder_data()
{
    QTest::addColumn<bool>("byName");
    QTest::addColumn<bool>("backwards");
    QTest::addColumn<QString>("expected"); ///< Ada, Bob, Cleo, who has no name, and émile, who never wrote.
    QTest::newRow("who was heard of last") << false << false << "cbae";
    QTest::newRow("who was heard of longest ago") << false << true << "eabc";
    QTest::newRow("by name, whatever the case and accents") << true << false << "abec";
    QTest::newRow("from the end, and who has none last all the same") << true << true << "ebac";
}

void TestPeopleReads::standInOrder()
{
    QFETCH(bool, byName);
    QFETCH(bool, backwards);
    QFETCH(QString, expected);
    Copy copy;
    const Customer emile{.id = copy.ids.make<CustomerId>(), .name = "émile"};
    copy.write(emile);
    const PeopleQuery query{.order = byName ? PeopleQuery::Order::Name : PeopleQuery::Order::Contact,
                            .backwards = backwards};
    const std::map<CustomerId, QChar> letters{{copy.ada, 'a'}, {copy.bob, 'b'}, {copy.cleo, 'c'}, {emile.id, 'e'}};
    QString shown;
    for (const CustomerId id : Copy::must(peopleInOrder(*copy.database, query)))
        shown += letters.at(id);
    QCOMPARE(shown, expected);
}

void TestPeopleReads::aTagIsAnybodysOfThePerson_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("tag");
    QTest::addColumn<QString>("expected");
    QTest::newRow("of one") << ""
                            << "of Bob"
                            << "b";
    QTest::newRow("of who is merged into somebody") << ""
                                                    << "of "
                                                    << "a";
    QTest::newRow("a part of a tag is none") << ""
                                             << "Bob"
                                             << "";
    QTest::newRow("with what is typed") << "ada"
                                        << "of Bob"
                                        << "";
    QTest::newRow("both fit") << "bob"
                              << "of Bob"
                              << "b";
}

void TestPeopleReads::aTagIsAnybodysOfThePerson()
{
    QFETCH(QString, typed);
    QFETCH(QString, tag);
    QFETCH(QString, expected);
    Copy copy;
    copy.merge(copy.cleo, copy.ada);
    const PeopleQuery query{.typed = typed.toStdString(), .tag = tag.toStdString()};
    QString shown;
    for (const CustomerId id : Copy::must(peopleInOrder(*copy.database, query)))
        shown += id == copy.ada ? 'a' : id == copy.bob ? 'b' : '?';
    QCOMPARE(shown, expected);
}

void TestPeopleReads::filters_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("found");
    QTest::newRow("everybody") << "" << 3;
    QTest::newRow("a word of a name") << "love" << 1;
    QTest::newRow("two words") << "ada lov" << 1;
    QTest::newRow("in any order") << "LOVELACE ada" << 1;
    QTest::newRow("nobody") << "zoe" << 0;
    QTest::newRow("only signs") << "%'\"" << 3;
}

void TestPeopleReads::filters()
{
    QFETCH(QString, typed);
    QFETCH(int, found);
    Copy copy;
    QCOMPARE(int(Copy::must(peopleInOrder(*copy.database, {.typed = typed.toStdString()})).size()), found);
}

void TestPeopleReads::peopleOfACompany_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("found");
    QTest::newRow("by name") << "company:\"Desert Teas\"" << 2;
    QTest::newRow("part of a name, any case") << " Company: desert" << 2;
    QTest::newRow("another") << "company:kiln" << 0;
    QTest::newRow("no name yet") << "company:" << 0;
    QTest::newRow("by id") << "company:%1" << 2;
    QTest::newRow("another id") << "company:0190b7d2-1111-7000-8000-000000000001" << 0;
}

void TestPeopleReads::peopleOfACompany()
{
    QFETCH(QString, typed);
    QFETCH(int, found);
    Copy copy;
    const Company teas{.id = copy.ids.make<CompanyId>(), .name = "Desert Teas"};
    copy.write(teas);
    copy.write(Company{.id = copy.ids.make<CompanyId>(), .name = "Kiln & Co"});
    for (const CustomerId id : {copy.ada, copy.bob, copy.cleo}) {
        Customer customer = *Copy::must(store::customer(*copy.database, id));
        customer.company = teas.id;
        copy.write(customer);
    }
    copy.merge(copy.cleo, copy.ada); // one person now
    typed.replace("%1", QString::fromStdString(teas.id.text()));
    QCOMPARE(int(Copy::must(peopleInOrder(*copy.database, {.typed = typed.toStdString()})).size()), found);
}

void TestPeopleReads::companiesWithTheirPeople()
{
    Copy copy;
    const Company teas{.id = copy.ids.make<CompanyId>(), .name = "Desert Teas", .domains = {"teas.example"}};
    const Company kiln{.id = copy.ids.make<CompanyId>(), .name = "Kiln & Co"};
    copy.write(teas);
    copy.write(kiln);
    for (const CustomerId id : {copy.ada, copy.bob, copy.cleo}) {
        Customer customer = *Copy::must(store::customer(*copy.database, id));
        customer.company = teas.id;
        copy.write(customer);
    }
    copy.merge(copy.cleo, copy.ada); // one person now
    const std::vector<CompanyRow> rows = Copy::must(companyRows(*copy.database));
    QCOMPARE(rows.size(), std::size_t(2));
    QCOMPARE(rows[0].company.name, teas.name);
    QCOMPARE(rows[0].company.domains, teas.domains);
    QCOMPARE(rows[0].people, std::int64_t(2));
    QCOMPARE(rows[1].company.id, kiln.id);
    QCOMPARE(rows[1].people, std::int64_t(0));
    // Whoever is merged belongs to it all the same: the merge may end.
    QCOMPARE(Copy::must(customersOfCompany(*copy.database, teas.id)).size(), std::size_t(3));
    QVERIFY(Copy::must(customersOfCompany(*copy.database, kiln.id)).empty());
}

void TestPeopleReads::aRemovedCompanyIsNowhere()
{
    Copy copy;
    Company teas{.id = copy.ids.make<CompanyId>(), .name = "Desert Teas", .domains = {"teas.example"}};
    copy.write(teas);
    Customer ada = *Copy::must(store::customer(*copy.database, copy.ada));
    ada.company = teas.id;
    copy.write(ada);
    const auto shows = [&] {
        const bool beside = Copy::must(personDetails(*copy.database, copy.ada)).company.has_value();
        const bool inTable = !Copy::must(companyRows(*copy.database)).empty();
        const bool found = !Copy::must(peopleInOrder(*copy.database, {.typed = "company:desert"})).empty();
        const bool known = !Copy::must(companiesByName(*copy.database)).empty();
        return int(beside) + int(inTable) + int(found) + int(known);
    };
    QCOMPARE(shows(), 4);
    teas.removed = true;
    copy.write(teas);
    QCOMPARE(shows(), 0);
    teas.removed = false;
    copy.write(teas);
    QCOMPARE(shows(), 4);
}

void TestPeopleReads::thePreferredAddressComesFirst_data()
{
    QTest::addColumn<QString>("ofAda"); // which of hers Ada's own row prefers, and which Cleo's
    QTest::addColumn<QString>("ofCleo");
    QTest::addColumn<bool>("merged"); // Cleo into Ada
    QTest::addColumn<QString>("first");
    QTest::addColumn<int>("preferred");
    QTest::newRow("nothing: by use") << ""
                                     << "" << false << "address100" << 0;
    QTest::newRow("one that was never used") << "spare"
                                             << "" << false << "spare" << 1;
    QTest::newRow("merged, by use") << ""
                                    << "" << true << "address300" << 0;
    QTest::newRow("the one who stayed has the word") << "spare"
                                                     << "address300" << true << "spare" << 1;
    QTest::newRow("else the one who joined") << ""
                                             << "address300" << true << "address300" << 1;
    QTest::newRow("one of who joined, by the one who stayed") << "address300"
                                                              << "" << true << "address300" << 1;
    QTest::newRow("and apart again it is not theirs") << "address300"
                                                      << "" << false << "address100" << 0;
}

void TestPeopleReads::thePreferredAddressComesFirst()
{
    QFETCH(const QString, ofAda);
    QFETCH(const QString, ofCleo);
    QFETCH(const bool, merged);
    QFETCH(const QString, first);
    QFETCH(const int, preferred);
    Copy copy;
    std::map<QString, IdentityId> ids;
    const auto add = [&](CustomerId whose, const char *shown, std::int64_t usedMs) {
        Identity one{.id = copy.ids.make<IdentityId>(), .customer = whose, .address = shown, .shown = shown};
        one.lastUsedAt = fromMs(usedMs);
        copy.write(one);
        ids[shown] = one.id;
    };
    add(copy.ada, "spare", 0);
    for (const auto &[whose, shown, usedMs] :
         {std::tuple(copy.ada, "address100", 100), std::tuple(copy.cleo, "address300", 300)}) {
        const auto card = Copy::must(customerCard(*copy.database, whose));
        for (Identity known : card->identities) {
            if (known.shown != shown)
                continue;
            known.lastUsedAt = fromMs(usedMs);
            copy.write(known);
            ids[shown] = known.id;
        }
    }
    for (const auto &[whose, which] : {std::pair(copy.ada, ofAda), std::pair(copy.cleo, ofCleo)}) {
        Customer customer = *Copy::must(store::customer(*copy.database, whose));
        if (!which.isEmpty())
            setPreferred(customer, Channel::Email, ids.at(which));
        copy.write(customer);
    }
    if (merged)
        copy.merge(copy.cleo, copy.ada);
    const CustomerCard card = *Copy::must(customerCard(*copy.database, copy.ada));
    QCOMPARE(QString::fromStdString(card.identities.front().shown), first);
    QCOMPARE(int(card.preferred.size()), preferred);
    QCOMPARE(card.preferred.contains(card.identities.front().id), preferred > 0);
}

void TestPeopleReads::whatIsNotResolvedIsNeverCut_data()
{
    QTest::addColumn<int>("resolved");
    QTest::addColumn<bool>("merged");
    QTest::addColumn<int>("more");
    QTest::newRow("few resolved since") << 20 << false << 0;
    QTest::newRow("as many as are read") << 49 << false << 0;
    QTest::newRow("many") << 120 << false << 71;
    QTest::newRow("many of somebody merged") << 120 << true << 71;
}

/// An old conversation that is still open is in the card of whoever has had many since, and in what a ticket can be joined
/// to.
void TestPeopleReads::whatIsNotResolvedIsNeverCut()
{
    QFETCH(const int, resolved);
    QFETCH(const bool, merged);
    Copy copy;
    const auto talk = [&copy](CustomerId whose, Conversation::Status status, std::int64_t ms) {
        const Conversation made{
            .id = copy.ids.make<ConversationId>(), .customer = whose, .status = status, .lastItemAt = fromMs(ms)};
        copy.write(made);
        return made.id;
    };
    using Status = Conversation::Status;
    const CustomerId whose = merged ? copy.ids.make<CustomerId>() : copy.ada;
    if (merged) {
        copy.write(Customer{.id = whose, .name = "Ada at work"});
        copy.merge(whose, copy.ada);
    }
    std::set<ConversationId> unresolved;
    for (const Status status : {Status::Open, Status::Waiting, Status::Snoozed})
        unresolved.insert(talk(whose, status, 10));
    talk(copy.bob, Status::Snoozed, 11); // somebody else's
    for (int i = 0; i < resolved; ++i)
        talk(i % 2 == 0 ? whose : copy.ada, Status::Resolved, 1000 + i);
    const CustomerCard card = *Copy::must(customerCard(*copy.database, copy.ada));
    std::set<ConversationId> found;
    for (const Conversation &one : card.conversations) {
        if (one.status != Status::Resolved)
            found.insert(one.id);
    }
    QVERIFY(found == unresolved);
    QVERIFY(std::ranges::is_sorted(card.conversations, std::greater(), &Conversation::lastItemAt));
    QTEST(int(card.moreResolved), "more"); // one more was there at first
    QCOMPARE(std::int64_t(card.conversations.size()), 3 + 1 + resolved - card.moreResolved);
    QCOMPARE(card.moreUnresolved, 0);
    const ConversationId newest = card.conversations.front().id;
    const auto ticket = Copy::must(store::ticket(*copy.database, newest, copy.tom.id));
    QCOMPARE(ticket->ofPerson.size(), card.conversations.size() - 1);
}

void TestPeopleReads::whoIsFoundByNameIsOfferedThePreferredAddress()
{
    Copy copy;
    const Cache cache(*copy.database); // what has changed comes into the index with the next transaction
    const Identity spare{
        .id = copy.ids.make<IdentityId>(), .customer = copy.ada, .address = "spare@mail.test", .shown = "spare@mail.test"};
    const auto prefer = [&](IdentityId which) {
        const auto written = copy.database->inTransaction([&]() -> Result<void> {
            copy.write(spare);
            Customer ada = *Copy::must(store::customer(*copy.database, copy.ada));
            setPreferred(ada, Channel::Email, which);
            copy.write(ada);
            return {};
        });
        QVERIFY(written);
    };
    const auto offered = [&](const char *typed) {
        const std::vector<PersonHit> hits = Copy::must(searchPeople(*copy.database, typed, 5));
        return hits.size() == 1 ? QString::fromStdString(hits.front().identity.shown) : QString();
    };
    const auto known = Copy::must(customerCard(*copy.database, copy.ada));
    prefer(spare.id);
    QCOMPARE(offered("lovelace"), QString("spare@mail.test"));
    QCOMPARE(offered("address100"), QString("address100")); // what was typed is meant
    prefer(known->identities.front().id);
    QCOMPARE(offered("lovelace"), QString("address100"));
}

void TestPeopleReads::pairsAreListedOnce()
{
    Copy copy;
    copy.suggest(copy.bob, copy.ada);
    copy.suggest(copy.ada, copy.bob);
    copy.suggest(copy.cleo, copy.ada, Suggestion::State::Dismissed);
    copy.suggest(copy.cleo, copy.bob);
    QCOMPARE(Copy::must(duplicates(*copy.database, 100)).pairs.size(), std::size_t(2));
    copy.merge(copy.bob, copy.ada);
    const auto left = Copy::must(duplicates(*copy.database, 100)).pairs; // Cleo with whom Bob has become
    QCOMPARE(left.size(), std::size_t(1));
    QVERIFY(left.front().other.id == copy.ada && left.front().customer.id == copy.cleo);
}

/// All of them once, in the order of one long list, however small the pages and however many have the same time.
void TestPeopleReads::pairsComeInPages()
{
    Copy copy;
    for (int i = 0; i < 3; ++i) {
        copy.suggest(copy.bob, copy.ada);
        copy.suggest(copy.cleo, copy.bob);
        copy.suggest(copy.cleo, copy.ada);
    }
    const Duplicates all = Copy::must(duplicates(*copy.database, 100));
    QCOMPARE(all.pairs.size(), std::size_t(3));
    QCOMPARE(all.open, std::int64_t(9));
    QVERIFY(!all.next);
    for (const std::int64_t size : {1, 2, 4, 9}) {
        std::vector<SuggestionId> seen;
        std::set<std::pair<CustomerId, CustomerId>> pairs;
        std::optional<Duplicates::Place> after;
        int pages = 0;
        do {
            const Duplicates page = Copy::must(duplicates(*copy.database, size, after));
            QCOMPARE(page.open, std::int64_t(9));
            for (const Duplicate &one : page.pairs) {
                seen.push_back(one.suggestion.id);
                pairs.insert(std::minmax(one.customer.id, one.other.id));
            }
            after = page.next;
            QVERIFY(++pages < 20);
        } while (after);
        QCOMPARE(pairs.size(), std::size_t(3));
        QVERIFY(std::set(seen.begin(), seen.end()).size() == seen.size());
    }
}

void TestPeopleReads::aPairForAMerge()
{
    Copy copy;
    copy.suggest(copy.bob, copy.ada);
    const auto pair = Copy::must(mergePair(*copy.database, copy.ada, copy.bob, fromMs(150)));
    QVERIFY(pair && pair->suggestion);
    QCOMPARE(pair->one.orders, std::int64_t(1));
    QCOMPARE(pair->one.conversations, std::int64_t(1));
    QCOMPARE(pair->one.moments.size(), std::size_t(0)); // before the months shown
    QCOMPARE(pair->other.moments.size(), std::size_t(1));
    copy.merge(copy.bob, copy.ada);
    QVERIFY(!Copy::must(mergePair(*copy.database, copy.ada, copy.bob, fromMs(150))));
    QVERIFY(!Copy::must(mergePair(*copy.database, copy.ada, copy.ids.make<CustomerId>(), fromMs(150))));
}

void TestPeopleReads::theStrictestConsentOfAllMembers()
{
    Copy copy;
    const auto consent = [&](CustomerId who, bool granted) {
        copy.write(Consent{.id = consentId(who, Channel::Email, Consent::Purpose::Marketing),
                           .customer = who,
                           .purpose = Consent::Purpose::Marketing,
                           .granted = granted,
                           .source = "form"});
    };
    consent(copy.ada, true);
    consent(copy.bob, false);
    QVERIFY(Copy::must(personDetails(*copy.database, copy.ada)).consents.front().granted);
    copy.merge(copy.bob, copy.ada);
    const PersonDetails details = Copy::must(personDetails(*copy.database, copy.bob));
    QVERIFY(details.customer == copy.ada);
    QCOMPARE(details.consents.size(), std::size_t(1));
    QVERIFY(!details.consents.front().granted);
}

void TestPeopleReads::filesAndOrdersNewestFirst()
{
    Copy copy;
    copy.merge(copy.cleo, copy.ada);
    const auto item = [&](CustomerId who, std::int64_t ms, std::vector<Attachment> attachments, bool deleted = false) {
        TimelineItem made{.id = copy.ids.make<TimelineItemId>(), .customer = who};
        made.kind = TimelineItem::Kind::Inbound;
        made.at = fromMs(ms);
        made.subject = "of " + std::to_string(ms);
        made.attachments = std::move(attachments);
        made.deleted = deleted;
        copy.write(made);
    };
    item(copy.ada, 150, {{.name = "old.pdf"}, {.name = "logo.png", .isInline = true}});
    item(copy.cleo, 250, {{.name = "new.pdf"}, {.name = "newer.pdf"}});
    item(copy.ada, 400, {{.name = "taken back.pdf"}}, true);
    item(copy.bob, 500, {{.name = "somebody else's.pdf"}});
    TimelineItem again{.id = copy.ids.make<TimelineItemId>(), .customer = copy.ada};
    again.kind = TimelineItem::Kind::Order;
    again.at = fromMs(350);
    again.details = {{"number", "JK-100"}, {"status", "delivered"}};
    copy.write(again);

    Belongings found = Copy::must(belongings(*copy.database, copy.cleo, 10));
    QCOMPARE(found.customer, copy.ada); // one person
    std::vector<std::string> names;
    for (const PersonFile &file : found.files)
        names.push_back(file.attachment.name);
    QCOMPARE(names, (std::vector<std::string>{"new.pdf", "newer.pdf", "old.pdf"}));
    QCOMPARE(found.files.front().subject, "of 250");
    QVERIFY(!found.moreFiles);
    QCOMPARE(found.orders.size(), 2u); // JK-100 was told of twice
    QCOMPARE(found.orders[0].details.at("status"), "delivered");
    QCOMPARE(found.orders[1].details.at("number"), "JK-300");
    found = Copy::must(belongings(*copy.database, copy.ada, 2));
    QCOMPARE(found.files.size(), 2u);
    QVERIFY(found.moreFiles);
}

void TestPeopleReads::whoHasAnAddress_data()
{
    QTest::addColumn<Channel>("channel");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("holder");
    QTest::newRow("theirs") << Channel::Email << "address100"
                            << "Ada Lovelace";
    QTest::newRow("a number is the same on all that have numbers") << Channel::Phone << "address200"
                                                                   << "Bob";
    QTest::newRow("a mail address is no number") << Channel::Phone << "address100"
                                                 << "";
    QTest::newRow("of somebody merged") << Channel::Email << "address300"
                                        << "Ada Lovelace";
    QTest::newRow("nobody's") << Channel::Email << "address400"
                              << "";
}

void TestPeopleReads::whoHasAnAddress()
{
    QFETCH(const Channel, channel);
    QFETCH(const QString, address);
    QFETCH(const QString, holder);
    Copy copy;
    copy.merge(copy.cleo, copy.ada);
    const auto found = Copy::must(addressHolder(*copy.database, channel, address.toStdString()));
    QCOMPARE(found ? QString::fromStdString(found->name) : QString(), holder);
}

void TestPeopleReads::rowsOfAFileAreHeldAgainstTheCopy_data()
{
    using Kind = ImportPlan::Kind;
    QTest::addColumn<ImportRow>("row");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("added");
    const auto mail = [](const char *address) { return ImportRow::Address{Channel::Email, address}; };
    const auto row = [](const char *name, ImportRow one, Kind kind, int added) {
        QTest::newRow(name) << std::move(one) << int(kind) << added;
    };
    row("new", {.name = "Ada Lovelace", .addresses = {mail("new")}}, Kind::New, 1); // a name proves nothing
    row("known", {.name = "Other", .addresses = {mail("address100")}}, Kind::Unchanged, 0);
    row("known, with another address", {.addresses = {mail("address100"), mail("second")}}, Kind::Joins, 1);
    row("known, with a note", {.note = "Tea", .addresses = {mail("address100")}}, Kind::Joins, 0);
    row("known, with a tag they have", {.addresses = {mail("address100")}, .tags = {"of Ada Lovelace"}}, Kind::Unchanged, 0);
    row("known, with a new tag", {.addresses = {mail("address100")}, .tags = {"vip"}}, Kind::Joins, 0);
    row("known without a name", {.name = "Cleo", .addresses = {mail("address300")}}, Kind::Joins, 0);
    row("two people", {.addresses = {mail("address100"), mail("address300")}}, Kind::TwoPeople, 0);
}

void TestPeopleReads::rowsOfAFileAreHeldAgainstTheCopy()
{
    QFETCH(const ImportRow, row);
    QFETCH(const int, kind);
    Copy copy;
    const auto plans = Copy::must(planImport(*copy.database, {row}));
    QCOMPARE(plans.size(), 1u);
    QCOMPARE(int(plans[0].kind), kind);
    QTEST(int(plans[0].add.size()), "added");
}

QTEST_GUILESS_MAIN(TestPeopleReads)
#include "tst_people_reads.moc"
