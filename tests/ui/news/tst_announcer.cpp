// What pops up: one a customer, nothing that is looked at, switched off or muted.
#include "ui/news/announcer.h"
#include "ui/news/news_words.h"

#include "core/base/rng.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::ui;
using Kind = store::News::Kind;

namespace {

class FakePopUps : public PopUps {
public:
    void show(const PopUp &popUp) override { shown.append(popUp); }
    void withdraw(const QString &key) override { withdrawn.append(key); }
    QList<PopUp> shown;
    QStringList withdrawn;
};

} // namespace

class TestAnnouncer : public QObject {
    Q_OBJECT
private slots:
    void init();
    void saysWho_data();
    void saysWho();
    void hasOneForACustomer();
    void countsOnlyMessages_data();
    void countsOnlyMessages();
    void isSilent_data();
    void isSilent();
    void hidesWhatWasSaid();
    void opensWhatWasClicked();
    void takesAwayWhatHasServed();
    void takesAwayAllWhereNobodyIsLeft();

private:
    store::News news(Kind kind, const char *who, const char *text)
    {
        store::News made{.kind = kind, .item = m_ids.make<model::TimelineItemId>(), .customerName = who, .text = text};
        model::CustomerId &customer = m_customers[who];
        model::ConversationId &conversation = m_conversations[who];
        if (customer == model::CustomerId()) {
            customer = m_ids.make<model::CustomerId>();
            conversation = m_ids.make<model::ConversationId>();
        }
        made.customer = customer;
        made.conversation = conversation;
        made.channel = model::Channel::WhatsApp;
        made.at = m_clock.now();
        return made;
    }
    void arrive(const std::vector<store::News> &all) { emit m_desk->arrived(all); }

    std::unique_ptr<QTemporaryDir> m_folder;
    ManualClock m_clock;
    SeededRng m_rng{3};
    IdMaker m_ids{m_clock, m_rng};
    std::map<std::string, model::CustomerId> m_customers;
    std::map<std::string, model::ConversationId> m_conversations;
    std::unique_ptr<client::Workspace> m_workspace;
    std::unique_ptr<NewsDesk> m_desk;
    std::unique_ptr<FakePopUps> m_popUps;
    std::unique_ptr<Announcer> m_announcer;
};

void TestAnnouncer::init()
{
    m_announcer.reset();
    m_desk.reset();
    m_workspace = std::make_unique<client::Workspace>();
    m_folder = std::make_unique<QTemporaryDir>();
    auto opened = m_workspace->open(m_folder->path());
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result());
    m_desk = std::make_unique<NewsDesk>(*m_workspace, m_clock, nullptr);
    m_popUps = std::make_unique<FakePopUps>();
    m_announcer = std::make_unique<Announcer>(*m_desk, *m_workspace, m_clock, *m_popUps, nullptr);
}

void TestAnnouncer::saysWho_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("by");
    QTest::addColumn<QString>("title");
    QTest::newRow("message") << int(Kind::Message) << ""
                             << "Layla";
    QTest::newRow("assigned") << int(Kind::Assigned) << "Tomás"
                              << "Tomás gave you Layla";
    QTest::newRow("assigned by nobody") << int(Kind::Assigned) << ""
                                        << "Layla is yours now";
    QTest::newRow("mention") << int(Kind::Mention) << "Tomás"
                             << "Tomás mentioned you: Layla";
    QTest::newRow("followed") << int(Kind::Followed) << ""
                              << "Layla, whom you follow";
    QTest::newRow("followed colleague") << int(Kind::Followed) << "Tomás"
                                        << "Tomás wrote: Layla, whom you follow";
    QTest::newRow("failed") << int(Kind::Failed) << "Mara"
                            << "Your message to Layla did not arrive";
    QTest::newRow("unassigned") << int(Kind::Unassigned) << ""
                                << "Layla waits for somebody";
    QTest::newRow("resolved") << int(Kind::Resolved) << "Tomás"
                              << "Tomás resolved Layla";
    QTest::newRow("not told") << int(Kind::NotTold) << "Aiko"
                              << "Aiko was not told of your note: Layla";
}

void TestAnnouncer::saysWho()
{
    QFETCH(const int, kind);
    QFETCH(const QString, by);
    store::News one = news(Kind(kind), "Layla", "Hello");
    one.by = by.toStdString();
    QTEST(newsTitle(one), "title");
}

void TestAnnouncer::hasOneForACustomer()
{
    arrive({news(Kind::Message, "Layla", "one"), news(Kind::Message, "Omar", "x")});
    QCOMPARE(m_popUps->shown.size(), 2);
    arrive({news(Kind::Message, "Layla", "two"), news(Kind::Message, "Layla", "three")});
    QCOMPARE(m_popUps->shown.size(), 3);
    const PopUp &last = m_popUps->shown.last();
    QVERIFY2(last.title.startsWith("Layla, 3 message"), qPrintable(last.title));
    QCOMPARE(last.text, "WhatsApp: three");
    const auto first = std::ranges::find(m_popUps->shown, QString("Layla"), &PopUp::title);
    QVERIFY(first != m_popUps->shown.end());
    QCOMPARE(last.key, first->key);
    // Being mentioned is not one more message.
    arrive({news(Kind::Mention, "Layla", "@Mara")});
    QVERIFY(m_popUps->shown.last().key != last.key);
    // Taken away by hand: counting begins anew.
    emit m_popUps->closed(last.key);
    arrive({news(Kind::Message, "Layla", "four")});
    QCOMPARE(m_popUps->shown.last().title, "Layla");
}

void TestAnnouncer::countsOnlyMessages_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("title");
    QTest::addColumn<bool>("counts");
    QTest::newRow("message") << int(Kind::Message) << "Layla" << true;
    QTest::newRow("followed") << int(Kind::Followed) << "Tomás wrote: Layla, whom you follow" << true;
    QTest::newRow("assigned") << int(Kind::Assigned) << "Tomás gave you Layla" << false;
    QTest::newRow("mention") << int(Kind::Mention) << "Tomás mentioned you: Layla" << false;
    QTest::newRow("failed") << int(Kind::Failed) << "Your message to Layla did not arrive" << false;
    QTest::newRow("not told") << int(Kind::NotTold) << "Tomás was not told of your note: Layla" << false;
}

void TestAnnouncer::countsOnlyMessages()
{
    QFETCH(const int, kind);
    QFETCH(const QString, title);
    QFETCH(const bool, counts);
    store::News one = news(Kind(kind), "Layla", "one"), two = news(Kind(kind), "Layla", "two");
    one.by = two.by = "Tomás";
    arrive({one, two});
    QCOMPARE(m_popUps->shown.size(), 1);
    const QString shown = m_popUps->shown.last().title;
    if (counts)
        QVERIFY2(shown.startsWith(title + ", 2 message"), qPrintable(shown));
    else
        QCOMPARE(shown, title);
}

void TestAnnouncer::isSilent_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("setting");
    QTest::addColumn<bool>("lookedAt");
    QTest::addColumn<int>("mutedMinutes");
    QTest::addColumn<int>("shown");
    QTest::newRow("usual") << int(Kind::Message) << "" << false << 0 << 1;
    QTest::newRow("switched off") << int(Kind::Message) << "news.message off" << false << 0 << 0;
    QTest::newRow("another is off") << int(Kind::Message) << "news.mention off" << false << 0 << 1;
    QTest::newRow("nobody's, usually") << int(Kind::Unassigned) << "" << false << 0 << 0;
    QTest::newRow("nobody's, switched on") << int(Kind::Unassigned) << "news.unassigned on" << false << 0 << 1;
    QTest::newRow("resolved by others, usually") << int(Kind::Resolved) << "" << false << 0 << 0;
    QTest::newRow("looked at") << int(Kind::Message) << "" << true << 0 << 0;
    QTest::newRow("muted") << int(Kind::Message) << "" << false << 60 << 0;
    QTest::newRow("no more muted") << int(Kind::Message) << "" << false << -1 << 1;
}

void TestAnnouncer::isSilent()
{
    QFETCH(const int, kind);
    QFETCH(const QString, setting);
    QFETCH(const bool, lookedAt);
    QFETCH(const int, mutedMinutes);
    if (!setting.isEmpty())
        m_workspace->setSetting(setting.section(' ', 0, 0).toStdString(), setting.section(' ', 1).toStdString());
    m_announcer->isLookedAt = [lookedAt](model::ConversationId) { return lookedAt; };
    if (mutedMinutes != 0)
        m_announcer->muteUntil(m_clock.now() + std::chrono::minutes(mutedMinutes));
    arrive({news(Kind(kind), "Layla", "Hello")});
    QTEST(int(m_popUps->shown.size()), "shown");
}

void TestAnnouncer::hidesWhatWasSaid()
{
    m_workspace->setSetting(kNewsContent, "hidden");
    arrive({news(Kind::Message, "Layla", "my card is 4111")});
    QCOMPARE(m_popUps->shown.last().text, "WhatsApp");
    QVERIFY(!m_popUps->shown.last().title.contains("4111"));
}

void TestAnnouncer::opensWhatWasClicked()
{
    QSignalSpy opened(m_announcer.get(), &Announcer::openWanted), reply(m_announcer.get(), &Announcer::replyWanted),
        snooze(m_announcer.get(), &Announcer::snoozeWanted);
    const store::News one = news(Kind::Message, "Layla", "one");
    arrive({one});
    const QString key = m_popUps->shown.last().key;
    emit m_popUps->activated("of another program", {});
    QCOMPARE(opened.size(), 0);
    emit m_popUps->activated(key, "reply");
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened.first().at(0).value<model::ConversationId>(), one.conversation);
    QCOMPARE(opened.first().at(1).value<model::TimelineItemId>(), one.item);
    QCOMPARE(reply.size(), 1);
    QCOMPARE(snooze.size(), 0);
    emit m_popUps->activated(key, {}); // it has gone
    QCOMPARE(opened.size(), 1);
}

void TestAnnouncer::takesAwayWhatHasServed()
{
    const store::News one = news(Kind::Message, "Layla", "one"), other = news(Kind::Message, "Omar", "x");
    arrive({one, other});
    m_announcer->forget(one.conversation);
    QCOMPARE(m_popUps->withdrawn.size(), 1);
    arrive({news(Kind::Message, "Layla", "two")});
    QCOMPARE(m_popUps->shown.last().title, "Layla");
}

void TestAnnouncer::takesAwayAllWhereNobodyIsLeft()
{
    const store::News one = news(Kind::Message, "Layla", "one"), other = news(Kind::Mention, "Omar", "x");
    arrive({one, other});
    emit m_desk->forgotten();
    QCOMPARE(m_popUps->withdrawn.size(), 2);
    for (const PopUp &popUp : m_popUps->shown)
        QVERIFY(m_popUps->withdrawn.contains(popUp.key));
    QSignalSpy opened(m_announcer.get(), &Announcer::openWanted);
    emit m_popUps->activated(m_popUps->shown.first().key, {}); // clicked in the moment before it went
    QCOMPARE(opened.size(), 0);
}

QTEST_GUILESS_MAIN(TestAnnouncer)
#include "tst_announcer.moc"
