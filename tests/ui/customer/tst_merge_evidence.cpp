// What speaks for two being one person, and what against: from what is known of both, and what the hub has found.
#include "ui/customer/merge_evidence.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

Q_DECLARE_METATYPE(tributary::store::MergeSide)

namespace {

using Fields = std::map<std::string, std::string>;

store::MergeSide side(int id, const std::string &name, const Fields &fields = {}, std::vector<Identity> identities = {})
{
    store::MergeSide made;
    made.card.customer = {.id = CustomerId(RawId{std::byte(id)}), .name = name, .attributes = fields};
    made.card.members = {made.card.customer};
    made.card.identities = std::move(identities);
    return made;
}

Identity at(Channel channel, const std::string &address)
{
    return {.channel = channel, .address = address, .shown = address};
}

QString wordsOf(const MergeEvidence &evidence)
{
    QStringList words;
    for (const MergeSignal &sign : evidence.signs)
        words.append((sign.same ? u'+' : u'-') + sign.words);
    return words.join(u'|');
}

} // namespace

class TestMergeEvidence : public QObject {
    Q_OBJECT
private slots:
    void saysWhatIsTheSame_data();
    void saysWhatIsTheSame();
    void theVerdictIsAsStrongAsWhatIsKnown_data();
    void theVerdictIsAsStrongAsWhatIsKnown();
    void whatTheHubHasFoundCounts();
    void everyMemberCounts();
    void numbersAreOfTheRegion();
};

void TestMergeEvidence::saysWhatIsTheSame_data()
{
    QTest::addColumn<store::MergeSide>("one");
    QTest::addColumn<store::MergeSide>("other");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, store::MergeSide one, store::MergeSide other, const char *words) {
        QTest::newRow(name) << one << other << QString::fromUtf8(words);
    };
    row("nothing known", side(1, ""), side(2, ""), "");
    row("one side says nothing", side(1, "Layla Haddad"), side(2, ""), "");
    row("same name in another order", side(1, "Layla Haddad"), side(2, "HADDAD, Layla"), "+Same name, Layla Haddad");
    row("initial", side(1, "Layla Haddad"), side(2, "L. Haddad"), "+L. Haddad may be short for Layla Haddad");
    row("first names alone", side(1, "Layla"), side(2, "Lay"), "-Different names");
    row("same number on two channels", side(1, "", {}, {at(Channel::Sms, "+971505550172")}),
        side(2, "", {}, {at(Channel::WhatsApp, "+971505550172")}), "+Same phone number, +971505550172");
    row("a field without its country", side(1, "", {{"Phone", "050 555 0172"}}),
        side(2, "", {}, {at(Channel::WhatsApp, "+971505550172")}), "+Same phone number, 050 555 0172");
    row("other numbers", side(1, "", {{"shop.mobile", "050 555 0173"}}),
        side(2, "", {}, {at(Channel::WhatsApp, "+971505550172")}), "-Different phone numbers");
    row("fields of other names", side(1, "", {{"Telefon", "050 555 0172"}}), side(2, "", {{"móvil", "+971505550172"}}),
        "+Same phone number, 050 555 0172");
    row("short numbers are nobody's", side(1, "", {{"phone", "0172"}}), side(2, "", {{"phone", "0172"}}), "");
    row("mail", side(1, "", {{"email", "A@x.test"}}), side(2, "", {}, {at(Channel::Email, "a@x.test")}),
        "+Same e-mail address, A@x.test");
    row("hidden mail cannot be compared", side(1, "", {}, {at(Channel::Email, "•••@x.test")}),
        side(2, "", {}, {at(Channel::Email, "•••@x.test")}), "");
    row("address and postcode", side(1, "", {{"Delivers to", "12 High Street"}, {"postcode", "AB1 2CD"}}),
        side(2, "", {{"address", "High street, 12"}, {"postcode", "ab12cd"}}),
        "+Same address, 12 High Street|+Same postcode, AB1 2CD");
    row("confidential fields are not told", side(1, "", {{"confidential.address", "12 High Street"}}),
        side(2, "", {{"confidential.address", "12 High Street"}}), "");
    row("what is the same comes first", side(1, "Ada", {{"postcode", "AB1"}}), side(2, "Bo", {{"postcode", "AB1"}}),
        "+Same postcode, AB1|-Different names");
}

void TestMergeEvidence::saysWhatIsTheSame()
{
    QFETCH(store::MergeSide, one);
    QFETCH(store::MergeSide, other);
    QFETCH(QString, words);
    QCOMPARE(wordsOf(evidenceOf({.one = one, .other = other})), words);
    const auto turned = evidenceOf({.one = other, .other = one});
    QCOMPARE(turned.signs.size(), std::size_t(words.isEmpty() ? 0 : words.count(u'|') + 1)); // whoever stands first
}

void TestMergeEvidence::theVerdictIsAsStrongAsWhatIsKnown_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("phone");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<QString>("count");
    QTest::newRow("number and name") << "Layla"
                                     << "+971505550172"
                                     << "Very likely"
                                     << "2 of 2 are the same";
    QTest::newRow("number alone") << "Mara"
                                  << "+971505550172"
                                  << "Probably"
                                  << "1 of 2 are the same";
    QTest::newRow("name alone") << "Layla"
                                << "+971505550173"
                                << "Perhaps"
                                << "1 of 2 are the same";
    QTest::newRow("neither") << "Mara"
                             << "+971505550173"
                             << "Nothing"
                             << "0 of 2 are the same";
    QTest::newRow("nothing known") << ""
                                   << ""
                                   << "There is nothing"
                                   << "";
}

void TestMergeEvidence::theVerdictIsAsStrongAsWhatIsKnown()
{
    QFETCH(QString, name);
    QFETCH(QString, phone);
    store::MergeSide other = side(2, name.toStdString());
    if (!phone.isEmpty())
        other.card.identities = {at(Channel::Sms, phone.toStdString())};
    const MergeEvidence found =
        evidenceOf({.one = side(1, "Layla", {}, {at(Channel::Sms, "+971505550172")}), .other = other});
    QTEST(found.count, "count");
    QFETCH(QString, verdict);
    QVERIFY2(found.verdict.startsWith(verdict), qPrintable(found.verdict));
}

void TestMergeEvidence::whatTheHubHasFoundCounts()
{
    store::MergePair pair{.one = side(1, "Ada", {{"address", "12 High Street"}}),
                          .other = side(2, "Ada", {{"address", "12a High St"}})};
    pair.suggestion = Suggestion{.reason = Suggestion::Reason::NearAddress, .evidence = "12 High Street"};
    MergeEvidence found = evidenceOf(pair);
    QCOMPARE(wordsOf(found), QStringLiteral("+Same name, Ada|+Nearly the same address, 12 High Street"));
    QCOMPARE(found.evidence(), std::string("Ada"));
    pair.suggestion->reason = Suggestion::Reason::SameName; // the rows say that themselves
    found = evidenceOf(pair);
    QCOMPARE(wordsOf(found), QStringLiteral("+Same name, Ada|-Different addresses"));
    pair.suggestion = Suggestion{.reason = Suggestion::Reason::SamePhone}; // hidden from who looks
    found = evidenceOf(pair);
    QVERIFY(wordsOf(found).contains("+Same phone number"));
    QVERIFY(found.verdict.startsWith("Very likely"));
}

void TestMergeEvidence::everyMemberCounts()
{
    store::MergeSide layla = side(1, "Layla");
    layla.card.members.push_back({.name = "L. Haddad", .attributes = {{"postcode", "AB1"}}});
    const MergeEvidence found = evidenceOf({.one = layla, .other = side(2, "Layla Haddad", {{"postcode", "AB1"}})});
    QCOMPARE(wordsOf(found), QStringLiteral("+L. Haddad may be short for Layla Haddad|+Same postcode, AB1"));
}

/// Neither has its country code, nor ends as the other does.
void TestMergeEvidence::numbersAreOfTheRegion()
{
    store::MergePair pair{.one = side(1, "", {{"phone", "050 555 0172"}}),
                          .other = side(2, "", {{"phone", "00971 50 555 0172"}})};
    QCOMPARE(wordsOf(evidenceOf(pair)), QString("-Different phone numbers"));
    pair.region = "AE";
    QCOMPARE(wordsOf(evidenceOf(pair)), QString("+Same phone number, 050 555 0172"));
}

QTEST_GUILESS_MAIN(TestMergeEvidence)
#include "tst_merge_evidence.moc"
