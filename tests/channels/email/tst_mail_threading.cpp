#include "core/channels/email/mail_headers.h"
#include "core/channels/email/mail_threading.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::channels::email;

class TestMailThreading : public QObject {
    Q_OBJECT
private slots:
    void signsPlusAddresses();
    void refusesOtherPlusAddresses_data();
    void refusesOtherPlusAddresses();
    void findsClaims_data();
    void findsClaims();
    void findsIds_data();
    void findsIds();
    void ordersAnsweredIdsNearestFirst();
    void boundsReferences();
    void stripsReplyMarks_data();
    void stripsReplyMarks();
    void readsDates_data();
    void readsDates();
    void digestIgnoresWhatTheMailboxAdds();

private:
    const Bytes m_key = copyOf(bytesOf("a secret of the account"));
};

void TestMailThreading::signsPlusAddresses()
{
    const std::string address = plusAddress("support@tributary.test", 8841, m_key);
    QVERIFY(QRegularExpression("^support\\+c8841\\.[0-9a-f]{16}@tributary\\.test$")
                .match(QString::fromStdString(address))
                .hasMatch());
    QCOMPARE(numberOfPlusAddress(address, "Support@Tributary.test", m_key), std::optional<std::int64_t>(8841));
    const std::string shouted = QString::fromStdString(address).toUpper().toStdString(); // some servers do
    QCOMPARE(numberOfPlusAddress(shouted, "support@tributary.test", m_key), std::optional<std::int64_t>(8841));
    QCOMPARE(withoutPlus(address), std::string("support@tributary.test"));
    QCOMPARE(plusAddress(std::string(60, 'x').append("@tributary.test"), 8841, m_key), std::string());
    QCOMPARE(plusAddress("no address", 8841, m_key), std::string());
}

void TestMailThreading::refusesOtherPlusAddresses_data()
{
    QTest::addColumn<QString>("address");
    const std::string good = plusAddress("support@tributary.test", 8841, m_key);
    const QString address = QString::fromStdString(good);
    QTest::newRow("other number") << QString(address).replace("8841", "8842");
    QTest::newRow("other mailbox") << QString(address).replace("support", "sales");
    QTest::newRow("other domain") << QString(address).replace("tributary", "elsewhere");
    QTest::newRow("short signature") << QString(address).remove(20, 4);
    QTest::newRow("made up") << "support+c8841.5f2d9a@tributary.test";
    QTest::newRow("no signature") << "support+c8841@tributary.test";
    QTest::newRow("empty signature") << "support+c8841.@tributary.test";
    QTest::newRow("another tag") << "support+newsletter@tributary.test";
    QTest::newRow("no number") << "support+c.0123456789abcdef@tributary.test";
    QTest::newRow("overflow") << "support+c99999999999999999999.0123456789abcdef@tributary.test";
    QTest::newRow("plain") << "support@tributary.test";
    QTest::newRow("other key") << QString::fromStdString(plusAddress("support@tributary.test", 8841, bytesOf("another")));
}

void TestMailThreading::refusesOtherPlusAddresses()
{
    QFETCH(QString, address);
    QVERIFY(!numberOfPlusAddress(address.toStdString(), "support@tributary.test", m_key));
}

void TestMailThreading::findsClaims_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<qint64>("number");
    QTest::newRow("mark") << "RE: Blue tent [#8841]" << qint64(8841);
    QTest::newRow("last one") << "[#1] Fwd: [#22] x" << qint64(22);
    QTest::newRow("none") << "Blue tent #8841" << qint64(0);
    QTest::newRow("no number") << "[#abc] [#]" << qint64(0);
    QTest::newRow("negative") << "[#-5]" << qint64(0);
    QTest::newRow("too long") << "[#123456789012345678901234567890]" << qint64(0);
}

void TestMailThreading::findsClaims()
{
    QFETCH(QString, subject);
    QFETCH(qint64, number);
    QCOMPARE(claimedNumber(subject.toStdString()).value_or(0), number);
}

void TestMailThreading::findsIds_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::newRow("list") << QByteArray("<a@x> <b@x>") << QByteArrayList{"a@x", "b@x"};
    QTest::newRow("no spaces") << QByteArray("<a@x><b@x>") << QByteArrayList{"a@x", "b@x"};
    QTest::newRow("comments and phrases") << QByteArray("Your message of \"Sun\" <a@x> (from Support)")
                                          << QByteArrayList{"a@x"};
    QTest::newRow("bare words are used only without brackets") << QByteArray("a@x, <b@x>") << QByteArrayList{"b@x"};
    QTest::newRow("bare words") << QByteArray("a@x, b@x;") << QByteArrayList{"a@x", "b@x"};
    QTest::newRow("folded inside") << QByteArray("<long\r\n @x>") << QByteArrayList{"long@x"};
    QTest::newRow("not closed") << QByteArray("<a@x <b@x>") << QByteArrayList{"b@x"};
    QTest::newRow("each once") << QByteArray("<a@x> <a@x>") << QByteArrayList{"a@x"};
    QTest::newRow("rubbish") << QByteArray("<> < > nothing") << QByteArrayList{};
}

void TestMailThreading::findsIds()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArrayList, expected);
    QByteArrayList found;
    for (const std::string &id : messageIdsIn(value.toStdString()))
        found << QByteArray::fromStdString(id);
    QCOMPARE(found, expected);
}

void TestMailThreading::ordersAnsweredIdsNearestFirst()
{
    const std::vector<std::string> expected{"c", "d", "b", "a"};
    QCOMPARE(answeredIds({"c"}, {"a", "b", "c", "d"}), expected);
}

void TestMailThreading::boundsReferences()
{
    std::vector<std::string> ids;
    for (int i = 0; i < 60; ++i)
        ids.push_back(std::string(1, 'm').append(std::to_string(i)));
    const auto kept = referencesForReply(ids, "m59");
    QCOMPARE(kept.size(), std::size_t(21));
    QCOMPARE(kept.front(), std::string("m0"));
    QCOMPARE(kept[1], std::string("m40"));
    QCOMPARE(kept.back(), std::string("m59"));
    QCOMPARE(referencesForReply({}, "only"), std::vector<std::string>{"only"});
}

void TestMailThreading::stripsReplyMarks_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<QString>("expected");
    QTest::newRow("none") << "Blue tent"
                          << "Blue tent";
    QTest::newRow("several") << "RE: AW: Re: Blue tent"
                             << "Blue tent";
    QTest::newRow("counted") << "Re[2]: Blue tent"
                             << "Blue tent";
    QTest::newRow("Chinese, wide colon") << "回复：帐篷"
                                         << "帐篷";
    QTest::newRow("forward stays") << "Fwd: Blue tent"
                                   << "Fwd: Blue tent";
    QTest::newRow("a word with a colon stays") << "Order: 12"
                                               << "Order: 12";
    QTest::newRow("only a mark") << "Re:"
                                 << "";
}

void TestMailThreading::stripsReplyMarks()
{
    QFETCH(QString, subject);
    QFETCH(QString, expected);
    const std::string plain = subject.toStdString();
    QCOMPARE(QString::fromStdString(std::string(subjectWithoutReplyMarks(plain))), expected);
}

void TestMailThreading::readsDates_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("expected");
    QTest::newRow("zone") << "Sun, 22 Nov 2026 10:00:00 +0100"
                          << "2026-11-22T09:00:00.000Z";
    QTest::newRow("no weekday, no seconds") << "22 Nov 2026 10:00 GMT"
                                            << "2026-11-22T10:00:00.000Z";
    QTest::newRow("two digits") << "Sun, 22 Nov 26 10:00:00 +0000"
                                << "2026-11-22T10:00:00.000Z";
    QTest::newRow("three digits") << "Wed, 24 Jul 102 05:30:52 +0000"
                                  << "2002-07-24T05:30:52.000Z";
    QTest::newRow("three digits written as four") << "Wed, 24 Jul 0102 05:30:52 +0000"
                                                  << "2002-07-24T05:30:52.000Z";
    QTest::newRow("zone alone looks like a year") << "Wed, 24 Jul 2002 05:30:52 +0100"
                                                  << "2002-07-24T04:30:52.000Z";
    for (const char *none : {"", "soon", "Sun, 32 Foo 2026", "Sun, 22 Nov 9999 10:00:00 +0000", "\xFF\xFE"})
        QTest::newRow(qPrintable(QString("none: ") + none)) << QString::fromLatin1(none) << QString();
}

void TestMailThreading::readsDates()
{
    QFETCH(QString, written);
    QFETCH(QString, expected);
    const auto date = dateIn(written.toStdString());
    QCOMPARE(date ? QString::fromStdString(toIso(*date)) : QString(), expected);
}

void TestMailThreading::digestIgnoresWhatTheMailboxAdds()
{
    const std::string digest = mailDigest("From: a@x\r\nSubject: s\r\n\r\nStatus: this is text\r\n");
    QCOMPARE(mailDigest("From: a@x\nSubject: s\n\nStatus: this is text\n\n"), digest);
    QCOMPARE(mailDigest("From: a@x\nStatus: RO\nX-UID: 7\n folded\nSubject: s\n\nStatus: this is text"), digest);
    QVERIFY(mailDigest("From: a@x\nSubject: s\n\nStatus: another text") != digest);
    QVERIFY(mailDigest("From: b@x\nSubject: s\n\nStatus: this is text") != digest);
}

QTEST_APPLESS_MAIN(TestMailThreading)
#include "tst_mail_threading.moc"
