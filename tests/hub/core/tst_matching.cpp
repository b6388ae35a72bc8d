// Who may be the same person: by what they have in common, told once, and only of those who have changed.
#include "tests/hub/core/hub_under_test.h"

#include "core/hub/match_keys.h"
#include "core/hub/matching.h"
#include "core/model/field_meaning.h"
#include "core/store/sql.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

namespace {

using Fields = std::map<std::string, std::string>;

struct Matching : HubUnderTest {
    Matching() { settle(); }
    /// Works until there is nothing more to do; says how many slices it took.
    int settle(std::int64_t most = 200)
    {
        int slices = 1;
        while (must(database->inTransaction([&] { return matchSome(*database, ids, clock.now(), most); })))
            ++slices;
        return slices;
    }
    CustomerId add(const std::string &name, Fields fields = {})
    {
        Customer customer{
            .id = ids.make<CustomerId>(), .name = name, .attributes = std::move(fields), .createdAt = clock.now()};
        change([&](ChangeLog &changes) { return changes.put(customer); });
        return customer.id;
    }
    Identity withNumber(CustomerId customer, const std::string &address, Channel channel = Channel::WhatsApp)
    {
        Identity identity{.id = ids.make<IdentityId>(), .customer = customer, .channel = channel, .address = address};
        identity.shown = address;
        change([&](ChangeLog &changes) { return changes.put(identity); });
        return identity;
    }
    void set(CustomerId id, Fields fields)
    {
        Customer customer = *must(store::customer(*database, id));
        customer.attributes = std::move(fields);
        change([&](ChangeLog &changes) { return changes.put(customer); });
    }
    std::vector<Suggestion> suggestions()
    {
        auto query = database->queryOnce(
            "SELECT id, customer_id, other_id, reason, evidence, state, at_ms, version FROM suggestion ORDER BY id");
        return must(store::readAll<Suggestion>(query));
    }
    std::int64_t keys() { return HubUnderTest::number("SELECT count(*) FROM match_key"); }
};

} // namespace

Q_DECLARE_METATYPE(Fields)
Q_DECLARE_METATYPE(tributary::model::FieldDefinition::Subject)

class TestMatching : public QObject {
    Q_OBJECT
private slots:
    void normalNames_data();
    void normalNames();
    void normalPostcodes_data();
    void normalPostcodes();
    void nearAddresses_data();
    void nearAddresses();
    void nearlyTheSameHouse_data();
    void nearlyTheSameHouse();
    void nearAddressesAreSuggested();
    void aBlockOfFlatsSaysNothing();
    void newRulesAreForEverybody_data();
    void newRulesAreForEverybody();
    void fieldsCountByTheirName_data();
    void fieldsCountByTheirName();
    void fieldsAreCalledByManyNames_data();
    void fieldsAreCalledByManyNames();
    void theNameOnTheScreenCounts_data();
    void theNameOnTheScreenCounts();
    void whatTheyHaveInCommon_data();
    void whatTheyHaveInCommon();
    void aPairIsSuggestedOnce();
    void aPersonsNoIsFinal();
    void whatManyHaveSaysNothing();
    void onlyWhatHasChangedIsLookedAt();
    void aMovedIdentityTakesItsKeyAlong();
    void everybodyIsLookedAtInSlices();
    void changesDuringTheFirstLookAreSeen();
    void theOneOfAMergeIsSuggested();
    void notTheSameIsSaidOfWholePersons_data();
    void notTheSameIsSaidOfWholePersons();
    void manyRecordsOfOnePersonAreOne();
    void whoHadItBeforeIsFoundAmongMany();
    void aNumberOnTwoChannelsIsSuggestedUnlessProven_data();
    void aNumberOnTwoChannelsIsSuggestedUnlessProven();
};

void TestMatching::normalNames_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::addColumn<bool>("same");
    const auto row = [](const char *name, const char *one, const char *other, bool same) {
        QTest::newRow(name) << QString::fromUtf8(one) << QString::fromUtf8(other) << same;
    };
    row("case", "Layla HADDAD", "layla haddad", true);
    row("order", "Haddad, Layla", "Layla Haddad", true);
    row("accents", "Amélie Rousseau", "Amelie Rousseau", true);
    row("a letter of its own", "Søren Łukasz", "Soren Lukasz", true);
    row("vowel signs", "لَيلى الحداد", "ليلى الحداد", true);
    row("one more word", "Layla Haddad", "Layla Al Haddad", false);
    row("one name alone says nothing", "Layla", "Layla", false);
    row("nothing", "", "", false);
    row("a number is no name", "Visitor 12", "Visitor 12", false);
    row("not UTF-8", "Layla \xff Haddad", "Layla Haddad", true);
}

void TestMatching::normalNames()
{
    QFETCH(QString, one);
    QFETCH(QString, other);
    QFETCH(bool, same);
    const std::string a = normalName(one.toStdString()), b = normalName(other.toStdString());
    QCOMPARE(!a.empty() && a == b, same);
}

void TestMatching::normalPostcodes_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("normal");
    QTest::newRow("digits") << "10115"
                            << "10115";
    QTest::newRow("letters") << "SW1A 1AA"
                             << "sw1a1aa";
    QTest::newRow("a hyphen") << "00-950"
                              << "00950";
    QTest::newRow("wide digits") << QString::fromUtf8("１００－０００１") << "1000001";
    QTest::newRow("a town") << "Dubai"
                            << "";
    QTest::newRow("too short") << "12"
                               << "";
    QTest::newRow("a sentence") << "I do not know 5 of them"
                                << "";
    QTest::newRow("nothing") << ""
                             << "";
}

void TestMatching::normalPostcodes()
{
    QFETCH(QString, typed);
    QFETCH(QString, normal);
    QCOMPARE(QString::fromStdString(normalPostcode(typed.toStdString())), normal);
}

void TestMatching::nearAddresses_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::addColumn<QString>("place");
    QTest::addColumn<bool>("same");
    const auto row = [](const char *name, const char *one, const char *other, const char *place, bool same) {
        QTest::newRow(name) << QString::fromUtf8(one) << QString::fromUtf8(other) << QString::fromUtf8(place) << same;
    };
    row("abbreviated", "5 High Street", "5 High St.", "SW1A 1AA", true);
    row("number first or last", "12 Rue de Rivoli", "Rue de Rivoli, 12", "75001", true);
    row("a German street", "Hauptstraße 5", "Hauptstr. 5", "10115", true);
    row("two words", "Lange Straße 5", "Lange Str. 5", "10115", true);
    row("the place within", "5 High St, SW1A 1AA", "5 High Street", "SW1A 1AA", true);
    row("a saint and a street", "3 Saint Mary's Street", "3 St. Mary's St", "OX1 1AA", true);
    row("a sign for number", "Via Roma, n. 12", "Via Roma 12", "00184", false); // `n` may be part of a number
    row("number written out", "Musterweg Nr. 7", "Musterweg 7", "20095", true);
    row("punctuation and case", "JUMEIRAH 1; VILLA 14", "Jumeirah 1, Villa 14", "Dubai", true);
    row("another house", "5 High Street", "6 High Street", "SW1A 1AA", false);
    row("another street", "5 High Street", "5 Low Street", "SW1A 1AA", false);
    row("no number", "High Street", "High Street", "London", false);
    row("a number alone", "5", "5", "10115", false);
    row("nothing", "", "", "", false);
    row("Chinese", "南京西路1266号", "南京西路 1266 号", "上海", true);
}

void TestMatching::nearAddresses()
{
    QFETCH(QString, one);
    QFETCH(QString, other);
    QFETCH(QString, place);
    QFETCH(bool, same);
    const std::string a = normalAddress(one.toStdString(), place.toStdString());
    const std::string b = normalAddress(other.toStdString(), place.toStdString());
    QCOMPARE(!a.empty() && a == b, same);
}

void TestMatching::nearlyTheSameHouse_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("onePlace");
    QTest::addColumn<QString>("other");
    QTest::addColumn<QString>("otherPlace");
    QTest::addColumn<bool>("near");
    const auto row = [](const char *name, const char *one, const char *onePlace, const char *other, const char *otherPlace,
                        bool near) {
        QTest::newRow(name) << QString::fromUtf8(one) << QString::fromUtf8(onePlace) << QString::fromUtf8(other)
                            << QString::fromUtf8(otherPlace) << near;
    };
    row("the same", "5 High Street", "SW1A 1AA", "5 High Street", "SW1A 1AA", true);
    row("abbreviated", "5 High St.", "SW1A 1AA", "High Street 5", "sw1a1aa", true);
    row("Str. and Straße", "Hauptstr. 5", "10115", "Hauptstraße 5", "10115", true);
    row("a letter missing", "Schonhauser Allee 12", "10435", "Schönhausr Allee 12", "10435", true);
    row("two letters changed places", "Kastanienstr. 7", "10119", "Kastaneinstr. 7", "10119", true);
    row("as one word or two", "Lindenstr. 3", "10969", "Linden Str. 3", "10969", true);
    row("the kind of street left out", "12 King", "OX1 1AA", "12 King Street", "OX1 1AA", true);
    row("the town within", "Hauptstr. 5, Berlin", "10115", "Hauptstr. 5", "10115", true);
    row("the postcode within", "Lindenstr. 5, 10115 Berlin", "", "Lidenstr. 5", "10115", true);
    row("a British postcode within", "5 High Street, London SW1A 1AA", "", "5 High St", "SW1A 1AA", true);
    row("a Dutch postcode within", "Prinsengracht 263, 1016 GV", "", "Prinsegracht 263", "1016GV", true);
    row("a letter at the number", "Hauptstr. 5a", "10115", "Hauptstr. 5 A", "10115", true);
    row("a flat alike", "12 King Street, Flat 3", "OX1 1AA", "Apt 3, 12 King St", "OX1 1AA", true);
    row("Chinese", "南京西路1266号", "200040", "南京西路 1266 号", "200040", true);
    row("Cyrillic", "улица Ленина 5", "101000", "улица Ленинa 5", "101000", true);
    row("Arabic", "شارع الوصل 14", "00000", "شارع الوصل ١٤", "00000", true);

    row("another house", "Hauptstr. 5", "10115", "Hauptstr. 6", "10115", false);
    row("another letter at the number", "Hauptstr. 5a", "10115", "Hauptstr. 5b", "10115", false);
    row("a house and one of its flats", "12 King Street", "OX1 1AA", "12 King Street, Flat 3", "OX1 1AA", false);
    row("another flat", "12 King Street, Flat 3", "OX1 1AA", "12 King Street, Flat 4", "OX1 1AA", false);
    row("another postcode", "Hauptstr. 5", "10115", "Hauptstr. 5", "10117", false);
    row("another kind of street", "12 King Street", "OX1 1AA", "12 King Road", "OX1 1AA", false);
    row("another kind of street, as one word", "Lindenstr. 3", "10969", "Lindenallee 3", "10969", false);
    row("short names that look alike", "Bergstr. 5", "10115", "Burgstr. 5", "10115", false);
    row("short names, in English", "3 Mill Lane", "OX1 1AA", "3 Hill Lane", "OX1 1AA", false);
    row("the other end of the town", "8 North Road", "OX1 1AA", "8 South Road", "OX1 1AA", false);
    row("another first letter", "Gartenweg 4", "10115", "Kartenweg 4", "10115", false);
    row("two mistakes in a short name", "Kantstr. 9", "10623", "Knatzstr. 9", "10623", false);
    row("no number", "Hauptstr.", "10115", "Hauptstr.", "10115", false);
    row("a number alone", "5", "10115", "5", "10115", false);
    row("the kind of street alone", "5 St", "OX1 1AA", "5 St", "OX1 1AA", false);
    row("no place", "Hauptstr. 5", "", "Hauptstr. 5", "", false);
    row("nothing", "", "", "", "", false);
    row("not UTF-8", "\xff\xfe 5", "10115", "\xff\xfd 5", "10115", false);
}

void TestMatching::nearlyTheSameHouse()
{
    QFETCH(QString, one);
    QFETCH(QString, onePlace);
    QFETCH(QString, other);
    QFETCH(QString, otherPlace);
    QFETCH(bool, near);
    const PostalAddress a = postalAddress(one.toStdString(), onePlace.toStdString(), {});
    const PostalAddress b = postalAddress(other.toStdString(), otherPlace.toStdString(), {});
    const std::set<std::string> blocks = blocksOf(a);
    const bool meet = std::ranges::any_of(blocksOf(b), [&](const std::string &block) { return blocks.contains(block); });
    QCOMPARE(meet && isNear(a, b), near);
    QCOMPARE(meet && isNear(b, a), near);
}

/// Found when somebody is added, and again when an address is written otherwise; the reason has both.
void TestMatching::nearAddressesAreSuggested()
{
    Matching hub;
    hub.add("Ada", {{"address", "Schönhauser Allee 12"}, {"postcode", "10435"}});
    const CustomerId bob = hub.add("Bob", {{"address", "Kastanienallee 12"}, {"postcode", "10435"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(0)); // the same place and number, another street
    hub.set(bob, {{"address", "Schonhausr Allee 12"}, {"postcode", "10435"}});
    hub.settle();
    const std::vector<Suggestion> found = hub.suggestions();
    QCOMPARE(found.size(), std::size_t(1));
    QCOMPARE(found.front().reason, Suggestion::Reason::NearAddress);
    QCOMPARE(QString::fromStdString(found.front().evidence), QString("Schonhausr Allee 12 / Schönhauser Allee 12"));
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
}

/// Of very many at one number nobody is compared with anybody: the work never grows with the square of the base.
void TestMatching::aBlockOfFlatsSaysNothing()
{
    Matching hub;
    const auto name = [](int i) { return std::string("Street of ") + char('a' + i) + char('a' + i) + char('a' + i); };
    for (int i = 0; i < 25; ++i) // all other streets, which is only found by comparing them
        hub.add("Tenant", {{"address", name(i) + " 7"}, {"postcode", "10435"}});
    hub.add("Ada", {{"address", "Brunnenallee 7"}, {"postcode", "10435"}});
    hub.settle();
    hub.add("Bob", {{"address", "Brunenallee 7"}, {"postcode", "10435"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(0));
    // So do more than a few who are alike.
    for (int i = 0; i < 8; ++i)
        hub.add("Reseller", {{"address", i % 2 ? "Marktplatz 1" : "Marktplaz 1"}, {"postcode", "10178"}});
    hub.settle();
    QVERIFY(!hub.suggestions().empty()); // the first of them are
    QVERIFY(hub.suggestions().size() <= std::size_t(kMostSharing * (kMostSharing - 1) / 2));
}

void TestMatching::fieldsCountByTheirName_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("kind");
    QTest::newRow("phone") << "phone"
                           << "+971 50 555 0172"
                           << "phone";
    QTest::newRow("an import's name") << "Delivers to"
                                      << "Jumeirah 1, Villa 14, Dubai"
                                      << "address";
    QTest::newRow("behind a dot") << "shop.phone"
                                  << "+971 50 555 0172"
                                  << "phone";
    QTest::newRow("behind an underscore") << "work_phone"
                                          << "+971 50 555 0172"
                                          << "phone";
    QTest::newRow("an address") << "address"
                                << "5 High Street, London"
                                << "address";
    QTest::newRow("a number of the region") << "phone"
                                            << "050 555 0172"
                                            << "phone";
    QTest::newRow("e-mail") << "E-mail"
                            << "Ada@Mail.TEST"
                            << "email";
    QTest::newRow("not a number") << "phone"
                                  << "ask Tom"
                                  << "";
    QTest::newRow("confidential") << "confidential.phone"
                                  << "+971 50 555 0172"
                                  << "";
    QTest::newRow("another field") << "telephone box"
                                   << "+971 50 555 0172"
                                   << "";
    QTest::newRow("empty") << "phone"
                           << ""
                           << "";
}

void TestMatching::fieldsAreCalledByManyNames_data()
{
    using Meaning = FieldMeaning;
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("meaning"); // -1: none
    const auto row = [](const char *name, std::optional<Meaning> meaning) {
        QTest::newRow(name) << QString::fromUtf8(name) << (meaning ? int(*meaning) : -1);
    };
    for (const char *name : {"phone", "Phone number", "work_phone", "shop.mobile", "Telefon", "TELÉFONO", "Téléphone",
                             "Handy", "Celular", "Телефон", "手机", "電話番号"})
        row(name, Meaning::Phone);
    for (const char *name :
         {"email", "E-mail", "e_mail", "E-Mail-Adresse", "Email address", "Correo electrónico", "Courriel"})
        row(name, Meaning::Email);
    for (const char *name : {"postcode", "post_code", "ZIP", "Zip code", "zip-code", "Postal code", "PLZ", "Código postal",
                             "codigo_postal", "CEP", "Code Postal", "shipping zip", "郵便番号", "우편번호"})
        row(name, Meaning::Postcode);
    for (const char *name : {"city", "Town", "Ort", "Ciudad", "Città", "Город", "城市"})
        row(name, Meaning::City);
    for (const char *name : {"address", "Delivers to", "delivers_to", "Street", "Straße", "STRASSE", "Dirección", "Endereço",
                             "billing address", "地址"})
        row(name, Meaning::Address);
    for (const char *name : {"", "telephone box", "Company", "zipper", "size", "---"})
        row(name, {});
}

void TestMatching::fieldsAreCalledByManyNames()
{
    QFETCH(const QString, name);
    const auto meaning = meaningOf(name.toStdString());
    QTEST(meaning ? int(*meaning) : -1, "meaning");
}

void TestMatching::theNameOnTheScreenCounts_data()
{
    QTest::addColumn<FieldDefinition::Subject>("subject");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("found");
    using Subject = FieldDefinition::Subject;
    QTest::newRow("by its name") << Subject::Customer << "custom_7"
                                 << "ZIP" << true;
    QTest::newRow("by its key, where the name says nothing") << Subject::Customer << "postcode"
                                                             << "Where the parcel goes" << true;
    QTest::newRow("by neither") << Subject::Customer << "custom_7"
                                << "Size" << false;
    QTest::newRow("a field of conversations") << Subject::Conversation << "custom_7"
                                              << "ZIP" << false;
    QTest::newRow("a confidential one") << Subject::Customer << "confidential.7"
                                        << "ZIP" << false;
}

/// Who has the same name and postcode is suggested, whatever the shop calls its field.
void TestMatching::theNameOnTheScreenCounts()
{
    QFETCH(const FieldDefinition::Subject, subject);
    QFETCH(const QString, key);
    QFETCH(const QString, name);
    QFETCH(const bool, found);
    Matching hub;
    FieldDefinition field{
        .id = hub.ids.make<FieldDefinitionId>(), .subject = subject, .key = key.toStdString(), .name = name.toStdString()};
    hub.change([&](ChangeLog &changes) { return changes.put(field); });
    hub.add("Layla Haddad", {{key.toStdString(), "SW1A 1AA"}});
    hub.add("Haddad, Layla", {{key.toStdString(), "sw1a1aa"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(found ? 1 : 0));
    if (found)
        QCOMPARE(hub.suggestions().front().reason, Suggestion::Reason::SameNameAndPostcode);
}

/// What a field is called says what is in it, and a region what a number is: of those who were there before, too.
void TestMatching::newRulesAreForEverybody_data()
{
    QTest::addColumn<QString>("change");
    QTest::addColumn<bool>("found");
    QTest::newRow("a field has a name") << "field" << true;
    QTest::newRow("an account has a region") << "region" << true;
    QTest::newRow("an account says how it is") << "health" << false;
}

void TestMatching::newRulesAreForEverybody()
{
    QFETCH(const QString, change);
    QFETCH(const bool, found);
    Matching hub;
    if (change == "field") {
        hub.add("Ann", {{"x1", "+971 50 555 0172"}});
        hub.add("Bob", {{"x1", "+971 50 555 0172"}});
    } else {
        hub.add("Ann", {{"phone", "+971 50 555 0172"}});
        hub.add("Bob", {{"phone", "050 555 0172"}});
    }
    hub.settle();
    QVERIFY(hub.suggestions().empty());
    const std::int64_t before = hub.head();
    FieldDefinition field{.id = hub.ids.make<FieldDefinitionId>(),
                          .subject = FieldDefinition::Subject::Customer,
                          .key = "x1",
                          .name = "Phone"};
    ChannelAccount account = *hub.must(store::channelAccount(*hub.database, hub.mail.id));
    if (change == "region")
        account.region = "AE";
    account.problemText = "It is slow today.";
    hub.change([&](ChangeLog &changes) { return change == "field" ? changes.put(field) : changes.put(account); });
    QVERIFY(hub.must(havePeopleChanged(*hub.database, before)));
    hub.settle(1); // slice by slice
    QCOMPARE(hub.suggestions().size(), std::size_t(found ? 1 : 0));
    hub.must(hub.database->execute("DELETE FROM suggestion"));
    hub.settle();
    QVERIFY(hub.suggestions().empty()); // once
}

void TestMatching::fieldsCountByTheirName()
{
    QFETCH(QString, key);
    QFETCH(QString, value);
    QFETCH(QString, kind);
    const Customer customer{.name = "Ada", .attributes = {{key.toStdString(), value.toStdString()}}};
    const std::vector<MatchKey> keys = matchKeysOf(customer, {}, {}, "AE");
    QCOMPARE(keys.size(), std::size_t(kind.isEmpty() ? 0 : 1));
    if (!kind.isEmpty())
        QCOMPARE(QString::fromStdString(std::string(nameOf(keys.front().kind))), kind);
    if (kind == "phone")
        QCOMPARE(keys.front().value, std::string("+971505550172"));
}

void TestMatching::whatTheyHaveInCommon_data()
{
    QTest::addColumn<QString>("firstName");
    QTest::addColumn<Fields>("first");
    QTest::addColumn<QString>("secondName");
    QTest::addColumn<Fields>("second");
    QTest::addColumn<int>("reason"); // -1: nothing
    const auto row = [](const char *name, const char *a, Fields first, const char *b, Fields second, int reason) {
        QTest::newRow(name) << QString(a) << first << QString(b) << second << reason;
    };
    row("the same number", "Ada", {{"phone", "+44 20 7946 0018"}}, "A. L.", {{"phone", "+442079460018"}},
        int(Suggestion::Reason::SamePhone));
    row("the same name and postcode", "Ada Lovelace", {{"postcode", "SW1A 1AA"}}, "lovelace, ada", {{"postcode", "sw1a1aa"}},
        int(Suggestion::Reason::SameNameAndPostcode));
    row("the same name elsewhere", "Ada Lovelace", {{"postcode", "SW1A 1AA"}}, "Ada Lovelace", {{"postcode", "OX1 1AA"}},
        -1);
    row("near the same address", "Ada", {{"address", "5 High Street"}, {"postcode", "OX1 1AA"}}, "Bob",
        {{"address", "High St. 5, OX1 1AA"}, {"postcode", "OX1 1AA"}}, int(Suggestion::Reason::NearAddress));
    row("the strongest is the reason", "Ada Lovelace", {{"postcode", "OX1 1AA"}, {"phone", "+442079460018"}}, "Ada Lovelace",
        {{"postcode", "OX1 1AA"}, {"phone", "+442079460018"}}, int(Suggestion::Reason::SamePhone));
    row("nothing", "Ada", {}, "Ada", {}, -1);
}

void TestMatching::whatTheyHaveInCommon()
{
    QFETCH(QString, firstName);
    QFETCH(Fields, first);
    QFETCH(QString, secondName);
    QFETCH(Fields, second);
    QFETCH(int, reason);
    Matching hub;
    const CustomerId a = hub.add(firstName.toStdString(), first);
    hub.settle();
    QVERIFY(hub.suggestions().empty());
    hub.clock.advance(std::chrono::hours(1));
    const CustomerId b = hub.add(secondName.toStdString(), second);
    hub.settle();
    const std::vector<Suggestion> found = hub.suggestions();
    QCOMPARE(found.size(), std::size_t(reason < 0 ? 0 : 1));
    if (reason < 0)
        return;
    QVERIFY(found.front().customer == b); // who came later would join
    QVERIFY(found.front().other == a);
    QCOMPARE(int(found.front().reason), reason);
    QVERIFY(!found.front().evidence.empty());
    QCOMPARE(found.front().state, Suggestion::State::Open);
}

void TestMatching::aPairIsSuggestedOnce()
{
    Matching hub;
    const CustomerId a = hub.add("Ada Lovelace", {{"phone", "+442079460018"}});
    const CustomerId b = hub.add("Ada Lovelace", {{"phone", "+442079460018"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
    hub.set(a, {{"phone", "+442079460018"}, {"postcode", "OX1 1AA"}});
    hub.set(b, {{"phone", "+442079460018"}, {"postcode", "OX1 1AA"}}); // another reason adds nothing
    hub.settle();
    hub.set(b, {});
    hub.settle();
    hub.set(b, {{"phone", "+442079460018"}}); // neither does the same once more
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
    QCOMPARE(hub.suggestions().front().reason, Suggestion::Reason::SamePhone);
}

void TestMatching::aPersonsNoIsFinal()
{
    Matching hub;
    const CustomerId a = hub.add("Ada", {{"phone", "+442079460018"}});
    const CustomerId b = hub.add("Bob", {{"phone", "+442079460018"}});
    hub.settle();
    hub.mustApply(DismissSuggestion{hub.suggestions().front().id});
    hub.set(b, {});
    hub.settle();
    hub.set(b, {{"phone", "+442079460018"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
    QCOMPARE(hub.suggestions().front().state, Suggestion::State::Dismissed);
    // Nor is a merge offered that was ended by hand.
    const CustomerId c = hub.add("Cleo");
    const CustomerLinkId link = hub.ids.make<CustomerLinkId>();
    hub.mustApply(LinkCustomers{link, c, a, "said so"});
    hub.mustApply(UnlinkCustomers{link});
    hub.set(a, {{"phone", "+442079460099"}});
    hub.set(c, {{"phone", "+442079460099"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
}

void TestMatching::whatManyHaveSaysNothing()
{
    Matching hub;
    for (int i = 0; i < 200; ++i)
        hub.add("Maria Garcia", {{"postcode", "28001"}});
    hub.settle();
    QCOMPARE(hub.number("SELECT count(*) FROM match_key WHERE kind = 'name-postcode'"), 200);
    // The first few did not know yet how many there would be.
    QVERIFY(std::int64_t(hub.suggestions().size()) <= kMostSharing * (kMostSharing - 1) / 2);
}

void TestMatching::onlyWhatHasChangedIsLookedAt()
{
    Matching hub;
    const CustomerId a = hub.add("Ada", {{"phone", "+442079460018"}});
    for (int i = 0; i < 50; ++i)
        hub.add("Person number", {{"phone", "+4420794601" + std::to_string(10 + i)}});
    hub.settle();
    QCOMPARE(hub.keys(), 51);
    const std::int64_t head = hub.head();
    hub.take(hub.letter("ada@mail.test")); // a mail makes a person, and much that is none
    QVERIFY(*havePeopleChanged(*hub.database, head));
    QCOMPARE(hub.settle(), 1);
    QCOMPARE(hub.keys(), 52);
    const std::int64_t quiet = hub.head();
    hub.take(hub.letter("ada@mail.test"));
    QVERIFY(!*havePeopleChanged(*hub.database, quiet));
    hub.set(a, {{"phone", "+442079460099"}});
    hub.settle();
    QCOMPARE(hub.number("SELECT count(*) FROM match_key WHERE value = '+442079460018'"), 0);
    QCOMPARE(hub.number("SELECT count(*) FROM match_key WHERE value = '+442079460099'"), 1);
    const std::int64_t before = hub.head();
    hub.settle();
    QCOMPARE(hub.head(), before); // nothing to do writes nothing
}

void TestMatching::aMovedIdentityTakesItsKeyAlong()
{
    Matching hub;
    const CustomerId a = hub.add("Ada"), b = hub.add("Bob"), c = hub.add("Cleo", {{"phone", "+442079460018"}});
    const Identity phone = hub.withNumber(a, "+442079460018");
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1)); // Ada and Cleo
    hub.mustApply(MoveIdentity{phone.id, b});
    hub.settle();
    const std::vector<Suggestion> found = hub.suggestions();
    QCOMPARE(found.size(), std::size_t(2)); // Bob and Cleo
    QVERIFY(found.back().customer == c && found.back().other == b);
    auto query = hub.database->queryOnce("SELECT count(*) FROM match_key WHERE customer_id = :id");
    query.bind("id", a);
    QVERIFY(*query.step());
    QCOMPARE(query.integer(0), std::int64_t(0));
}

void TestMatching::everybodyIsLookedAtInSlices()
{
    Matching hub;
    hub.must(hub.database->queryOnce("DELETE FROM matching").run()); // a store of an older program
    for (int i = 0; i < 95; ++i)
        hub.add("Person " + std::string(1, char('a' + i % 26)),
                {{"phone", "+4420794601" + std::to_string(10 + i / 2)}}); // two of a number
    QCOMPARE(hub.settle(10), 11);                                         // and what has changed meanwhile
    QCOMPARE(hub.keys(), 95);
    QCOMPARE(hub.suggestions().size(), std::size_t(47));
    QCOMPARE(hub.settle(10), 1);
    QCOMPARE(hub.suggestions().size(), std::size_t(47));
}

void TestMatching::changesDuringTheFirstLookAreSeen()
{
    Matching hub;
    hub.must(hub.database->queryOnce("DELETE FROM matching").run());
    std::vector<CustomerId> people;
    for (int i = 0; i < 20; ++i)
        people.push_back(hub.add("Person"));
    const auto slice = [&] {
        return HubUnderTest::must(
            hub.database->inTransaction([&] { return matchSome(*hub.database, hub.ids, hub.clock.now(), 5); }));
    };
    QVERIFY(slice());
    hub.set(people[0], {{"phone", "+442079460018"}}); // looked at already
    hub.set(people[19], {{"phone", "+442079460018"}});
    hub.settle(5);
    QCOMPARE(hub.keys(), 2);
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
}

void TestMatching::theOneOfAMergeIsSuggested()
{
    Matching hub;
    const CustomerId a = hub.add("Ada"), b = hub.add("Bob", {{"phone", "+442079460018"}});
    hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), b, a, ""});
    hub.settle();
    const CustomerId c = hub.add("Cleo", {{"phone", "+442079460018"}});
    hub.settle();
    const std::vector<Suggestion> found = hub.suggestions();
    QCOMPARE(found.size(), std::size_t(1));
    QVERIFY(found.front().customer == c && found.front().other == a);
    // Two of one person need no word.
    hub.set(a, {{"phone", "+442079460018"}});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
}

void TestMatching::notTheSameIsSaidOfWholePersons_data()
{
    QTest::addColumn<bool>("isUnmerged");
    QTest::newRow("a suggestion is dismissed") << false;
    QTest::newRow("a merge is ended") << true;
}

void TestMatching::notTheSameIsSaidOfWholePersons()
{
    QFETCH(const bool, isUnmerged);
    Matching hub;
    const Fields phone{{"phone", "+442079460018"}};
    const CustomerId a = hub.add("Ada", phone), b = hub.add("Bob", phone), c = hub.add("Cleo", phone);
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(3));
    const auto between = [&hub](CustomerId one, CustomerId other) {
        for (const Suggestion &suggestion : hub.suggestions()) {
            if (std::set{suggestion.customer, suggestion.other} == std::set{one, other})
                return suggestion;
        }
        qFatal("nothing was suggested");
    };
    hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), b, a, ""});
    const DismissSuggestion dismiss{between(a, c).id};
    if (isUnmerged) {
        const CustomerLinkId link = hub.ids.make<CustomerLinkId>();
        hub.mustApply(LinkCustomers{link, c, a, ""});
        Suggestion old = between(b, c);
        old.state = Suggestion::State::Open; // as older hubs have left it
        hub.change([&](ChangeLog &changes) { return changes.put(old); });
        hub.mustApply(UnlinkCustomers{link});
    } else {
        QCOMPARE(hub.mustApply(dismiss).kind, Outcome::Kind::Applied);
        QCOMPARE(between(b, c).state, Suggestion::State::Dismissed);
    }
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 0);
    hub.set(c, {{"phone", "+442079460018"}, {"postcode", "OX1 1AA"}});
    hub.set(b, {{"phone", "+442079460099"}});
    hub.settle();
    hub.set(b, phone); // the same again adds nothing
    hub.settle();
    QCOMPARE(hub.number("SELECT count(*) FROM suggestion WHERE state = 'open'"), 0);
    if (isUnmerged)
        return;
    Command back = hub.command(DismissSuggestion{dismiss.suggestion, false});
    back.undoes = CommandBody(dismiss);
    QCOMPARE(HubUnderTest::must(hub.apply(back, hub.mara)).kind, Outcome::Kind::Applied);
    QCOMPARE(between(a, c).state, Suggestion::State::Open);
    QCOMPARE(between(b, c).state, Suggestion::State::Open);
}

void TestMatching::manyRecordsOfOnePersonAreOne()
{
    Matching hub;
    const Fields phone{{"phone", "+442079460018"}};
    const CustomerId a = hub.add("Ada");
    for (int i = 0; i < 10; ++i)
        hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), hub.add("Ada", phone), a, ""});
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(0));
    const CustomerId c = hub.add("Cleo", phone);
    hub.settle();
    QCOMPARE(hub.suggestions().size(), std::size_t(1));
    QVERIFY(hub.suggestions().front().customer == c && hub.suggestions().front().other == a);
}

void TestMatching::whoHadItBeforeIsFoundAmongMany()
{
    Matching hub;
    for (int i = 0; i < 10; ++i)
        hub.add("Ada", {{"phone", "+442079460018"}});
    const CustomerId late = hub.add("Late"), other = hub.add("Other");
    const Identity number = hub.withNumber(late, "+442079460018");
    hub.settle();
    QCOMPARE(hub.keys(), 11);
    hub.mustApply(MoveIdentity{number.id, other});
    hub.settle();
    QCOMPARE(hub.keys(), 11);
    auto query = hub.database->queryOnce("SELECT 1 FROM match_key WHERE customer_id = x'" + toHex(late.view()) + "'");
    QVERIFY(!*query.step());
}

void TestMatching::aNumberOnTwoChannelsIsSuggestedUnlessProven_data()
{
    QTest::addColumn<bool>("isVerified");
    QTest::newRow("nobody has proven it") << false;
    QTest::newRow("it is proven on both") << true;
}

void TestMatching::aNumberOnTwoChannelsIsSuggestedUnlessProven()
{
    QFETCH(const bool, isVerified);
    Matching hub;
    for (const Channel channel : {Channel::Sms, Channel::WhatsApp}) {
        ChannelAccount account{.id = hub.ids.make<ChannelAccountId>(), .channel = channel, .address = "+442079460000"};
        hub.change([&](ChangeLog &changes) { return changes.put(account); });
        channels::InboundEnvelope message{.account = account.id, .channel = channel};
        message.externalId = nameOf(channel);
        message.sender = {.address = "+442079460018", .shown = "+442079460018", .verified = isVerified};
        message.at = hub.clock.now();
        message.text = "Hello";
        hub.take(message);
    }
    hub.settle();
    QCOMPARE(hub.HubUnderTest::number("SELECT count(*) FROM customer"), isVerified ? 1 : 2);
    const std::vector<Suggestion> found = hub.suggestions();
    QCOMPARE(found.size(), std::size_t(isVerified ? 0 : 1));
    QVERIFY(isVerified || found.front().reason == Suggestion::Reason::SamePhone);
}

QTEST_GUILESS_MAIN(TestMatching)
#include "tst_matching.moc"
