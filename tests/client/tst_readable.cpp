// Numbers as people read them: in what is read of the copy, never in what is compared.
#include "core/client/readable.h"
#include "core/model/addresses.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;

class TestReadable : public QObject {
    Q_OBJECT
private slots:
    void numbersAreShownInternationally_data();
    void numbersAreShownInternationally();
    void identitiesKeepTheirAddress_data();
    void identitiesKeepTheirAddress();
    void reasonsHaveReadableNumbers();
    void whoHasNoNameGoesByANumber();
};

void TestReadable::numbersAreShownInternationally_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *name, Channel channel, const QString &address, const QString &shown) {
        QTest::newRow(name) << int(channel) << address << shown;
    };
    row("Great Britain", Channel::Sms, "+442079460018", "+44 20 7946 0018");
    row("the Emirates", Channel::WhatsApp, "+971505550172", "+971 50 555 0172");
    row("America", Channel::Phone, "+12125550123", "+1 212-555-0123");
    row("Germany", Channel::Phone, "+493012345678", "+49 30 12345678");
    row("read already", Channel::Phone, "+44 20 7946 0018", "+44 20 7946 0018");
    row("a short code", Channel::Sms, "60800", "60800");
    row("the name of a sender", Channel::Sms, "ParcelPost", "ParcelPost");
    row("hidden", Channel::Sms, QString::fromUtf8("••• 72"), QString::fromUtf8("••• 72"));
    row("no number", Channel::Phone, "+abc", "+abc");
    row("without end", Channel::Phone, "+" + QString(400, u'1'), "+" + QString(400, u'1'));
    row("not UTF-8", Channel::Phone, "+", "+");
    row("mail", Channel::Email, "+442079460018@mail.test", "+442079460018@mail.test");
    row("a handle that looks like one", Channel::Telegram, "+442079460018", "+442079460018");
    row("nothing", Channel::Phone, "", "");
}

void TestReadable::numbersAreShownInternationally()
{
    QFETCH(int, channel);
    QFETCH(QString, address);
    QFETCH(QString, shown);
    QCOMPARE(QString::fromStdString(shownAddress(Channel(channel), address.toStdString())), shown);
}

void TestReadable::identitiesKeepTheirAddress_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown");
    QTest::newRow("as it was typed") << int(Channel::WhatsApp) << "+971505550172"
                                     << "050 555 0172"
                                     << "+971 50 555 0172";
    QTest::newRow("hidden") << int(Channel::WhatsApp) << QString::fromUtf8("•••id") << QString::fromUtf8("••• 72")
                            << QString::fromUtf8("••• 72");
    QTest::newRow("mail") << int(Channel::Email) << "ada@mail.test"
                          << "Ada@Mail.test"
                          << "Ada@Mail.test";
}

void TestReadable::identitiesKeepTheirAddress()
{
    QFETCH(int, channel);
    QFETCH(QString, address);
    QFETCH(QString, typed);
    QFETCH(QString, shown);
    const Identity given{.channel = Channel(channel), .address = address.toStdString(), .shown = typed.toStdString()};
    store::CustomerCard card{.identities = {given}, .suggestions = {{.identities = {given}}}};
    makeReadable(card);
    for (const Identity &read : {card.identities.front(), card.suggestions.front().identities.front()}) {
        QCOMPARE(QString::fromStdString(read.shown), shown);
        QCOMPARE(read.address, given.address);
    }
}

void TestReadable::reasonsHaveReadableNumbers()
{
    Suggestion phone{.reason = Suggestion::Reason::SamePhone, .evidence = "+971505550172"};
    makeReadable(phone);
    QCOMPARE(phone.evidence, std::string("+971 50 555 0172"));
    Suggestion name{.reason = Suggestion::Reason::SameName, .evidence = "+971505550172"};
    makeReadable(name);
    QCOMPARE(name.evidence, std::string("+971505550172"));
}

void TestReadable::whoHasNoNameGoesByANumber()
{
    store::CustomerRow row{.name = "+971505550172"};
    makeReadable(row);
    QCOMPARE(row.name, std::string("+971 50 555 0172"));
    store::ConversationRow listed{.identityShown = "+971505550172"};
    listed.conversation.channel = Channel::Sms;
    makeReadable(listed);
    QCOMPARE(listed.identityShown, std::string("+971 50 555 0172"));
    std::optional<store::PersonHit> nobody;
    makeReadable(nobody);
    QVERIFY(!nobody);
}

QTEST_APPLESS_MAIN(TestReadable)
#include "tst_readable.moc"
