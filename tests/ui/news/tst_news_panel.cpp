// The bell and its list over a real copy: what is new, what was looked at, and what a hub that is live brings.
#include "tests/client/mini_hub.h"
#include "ui/news/news_panel.h"
#include "ui/theme/theme.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::ui;

namespace {

template<class IdType>
IdType idOf(int name)
{
    RawId raw{};
    raw[0] = std::byte(1);
    raw[15] = std::byte(name);
    return IdType(raw);
}

const auto kMe = idOf<AgentId>(3);

} // namespace

class TestNewsPanel : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void isEmptyAtFirst();
    void bringsWhatComes();
    void aReceiptIsNoNews();
    void aCatchUpIsNotToldOneByOne();
    void whatCameWhileTheLinkWasAwayIsTold();
    void whoIsGoneLeavesNoNews_data();
    void whoIsGoneLeavesNoNews();
    void isSeenOnceLookedAt();
    void opensByKey();

private:
    TimelineItem say(int name, const char *body, std::chrono::seconds ago = std::chrono::seconds(1))
    {
        TimelineItem item{.id = idOf<TimelineItemId>(name), .conversation = idOf<ConversationId>(10)};
        item.customer = idOf<CustomerId>(20);
        item.identity = idOf<IdentityId>(30);
        item.account = idOf<ChannelAccountId>(40);
        item.kind = TimelineItem::Kind::Inbound;
        item.at = m_clock.now() - ago;
        item.body = body;
        Conversation &in = m_conversation;
        ++in.inboundCount;
        m_hub->put(in);
        m_hub->put(item);
        return item;
    }
    void open();

    std::unique_ptr<MiniHub> m_hub;
    std::unique_ptr<QTemporaryDir> m_folder;
    SystemClock m_clock;
    Theme m_theme;
    Conversation m_conversation;
    std::unique_ptr<client::Workspace> m_workspace;
    std::unique_ptr<NewsDesk> m_desk;
    std::unique_ptr<QWidget> m_window;
    NewsPanel *m_panel = nullptr;
};

void TestNewsPanel::init()
{
    m_hub = std::make_unique<MiniHub>();
    m_hub->agent = {.id = kMe, .email = "ana@teapots.example", .name = "Ana"};
    m_hub->put(m_hub->agent);
    m_hub->put(Customer{.id = idOf<CustomerId>(20), .name = "Layla"});
    m_hub->put(Identity{.id = idOf<IdentityId>(30), .customer = idOf<CustomerId>(20), .address = "layla@example.org"});
    m_hub->put(ChannelAccount{.id = idOf<ChannelAccountId>(40), .name = "Help"});
    m_conversation = {.id = idOf<ConversationId>(10), .number = 1, .customer = idOf<CustomerId>(20)};
    m_conversation.identity = idOf<IdentityId>(30);
    m_conversation.account = idOf<ChannelAccountId>(40);
    m_conversation.assignee = kMe;
    m_conversation.lastItemAt = m_clock.now();
    m_hub->put(m_conversation);
    m_folder = std::make_unique<QTemporaryDir>();
    open();
    const auto in = m_workspace->signIn(m_hub->url(), "ana@teapots.example", m_hub->password);
    QTRY_VERIFY_WITH_TIMEOUT(in.isFinished() && m_workspace->status().state == client::Status::State::Live, 15'000);
    QTRY_VERIFY(m_desk->isRead() && !m_workspace->setting("news.seen_ms").empty());
}

void TestNewsPanel::open()
{
    m_window.reset();
    m_desk.reset();
    m_workspace = std::make_unique<client::Workspace>();
    const auto opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result());
    m_desk = std::make_unique<NewsDesk>(*m_workspace, m_clock, nullptr);
    m_window = std::make_unique<QWidget>();
    m_window->resize(900, 700);
    m_panel = new NewsPanel(m_theme, m_clock, *m_desk, m_window.get());
    m_window->show();
}

void TestNewsPanel::cleanup()
{
    m_window.reset();
    m_desk.reset();
    m_workspace.reset();
}

void TestNewsPanel::isEmptyAtFirst()
{
    QCOMPARE(m_desk->unseen(), 0);
    m_panel->openAt(QRect(10, 600, 1, 36));
    QVERIFY(m_panel->isVisible());
    QVERIFY(m_panel->list().isHidden());
    QTest::keyClick(m_panel, Qt::Key_Escape);
    QVERIFY(!m_panel->isVisible());
}

void TestNewsPanel::bringsWhatComes()
{
    QSignalSpy arrived(m_desk.get(), &NewsDesk::arrived);
    say(50, "Where is it?");
    QTRY_COMPARE(arrived.size(), 1);
    const auto news = arrived.first().first().value<std::vector<store::News>>();
    QCOMPARE(news.size(), std::size_t(1));
    QCOMPARE(news.front().text, "Where is it?");
    QTRY_COMPARE(m_desk->unseen(), 1);
    // What was said hours ago and comes only now is in the list, and nothing more.
    say(51, "From the morning", std::chrono::hours(3));
    QTRY_COMPARE(m_desk->news().size(), std::size_t(2));
    QCOMPARE(arrived.size(), 1);
    QCOMPARE(m_desk->news().front().text, "Where is it?");
}

void TestNewsPanel::aReceiptIsNoNews()
{
    QSignalSpy arrived(m_desk.get(), &NewsDesk::arrived);
    TimelineItem item = say(50, "one");
    QTRY_COMPARE(arrived.size(), 1);
    item.details["reactions"] = "👍 Ana";
    m_hub->put(item);
    say(51, "two");
    QTRY_COMPARE(arrived.size(), 2);
    const auto news = arrived.last().first().value<std::vector<store::News>>();
    QCOMPARE(news.size(), std::size_t(1));
    QCOMPARE(news.front().text, "two");
}

void TestNewsPanel::aCatchUpIsNotToldOneByOne()
{
    QSignalSpy arrived(m_desk.get(), &NewsDesk::arrived);
    m_hub->stop();
    QTRY_VERIFY(m_workspace->status().state != client::Status::State::Live);
    for (int i = 50; i < 170; ++i)
        say(i, "in the night", std::chrono::hours(5));
    m_hub->start();
    m_workspace->tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->news().size(), std::size_t(120), 15'000);
    QCOMPARE(m_desk->unseen(), 120);
    QCOMPARE(arrived.size(), 0);
}

/// For a moment: of what is older, and of messages that failed in the night, nobody is told one by one.
void TestNewsPanel::whatCameWhileTheLinkWasAwayIsTold()
{
    QSignalSpy arrived(m_desk.get(), &NewsDesk::arrived);
    m_hub->stop();
    QTRY_VERIFY(m_workspace->status().state != client::Status::State::Live);
    say(50, "in the night", std::chrono::hours(5));
    TimelineItem failed = say(51, "never arrived", std::chrono::hours(4));
    failed.kind = TimelineItem::Kind::Outbound;
    failed.author = kMe;
    failed.delivery = Delivery{.state = Delivery::State::Failed};
    m_hub->put(failed);
    say(52, "just now", std::chrono::seconds(20));
    m_hub->start();
    m_workspace->tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(m_desk->news().size(), std::size_t(3), 15'000);
    QTRY_COMPARE(arrived.size(), 1);
    const auto news = arrived.first().first().value<std::vector<store::News>>();
    QCOMPARE(news.size(), std::size_t(1));
    QCOMPARE(news.front().text, "just now");
    // What becomes of a message while the link is there is told whenever it was written.
    QTRY_VERIFY(m_workspace->status().state == client::Status::State::Live);
    TimelineItem other = failed;
    other.id = idOf<TimelineItemId>(53);
    m_hub->put(other);
    QTRY_COMPARE(arrived.size(), 2);
}

void TestNewsPanel::whoIsGoneLeavesNoNews_data()
{
    QTest::addColumn<bool>("byHand");
    QTest::newRow("they signed out") << true;
    QTest::newRow("the hub no longer takes this device") << false;
}

void TestNewsPanel::whoIsGoneLeavesNoNews()
{
    QFETCH(const bool, byHand);
    say(50, "My card is 4111");
    QTRY_COMPARE(m_desk->unseen(), 1);
    m_panel->openAt(QRect(10, 600, 1, 36));
    QCOMPARE(m_panel->list().count(), 1);
    QSignalSpy forgotten(m_desk.get(), &NewsDesk::forgotten);
    if (byHand)
        m_workspace->signOut();
    else
        m_hub->say(wire::Goodbye{.reason = "revoked"});
    QTRY_VERIFY(m_workspace->agent().id.isNull());
    QCOMPARE(forgotten.size(), 1);
    QVERIFY(m_desk->news().empty());
    QCOMPARE(m_desk->unseen(), 0);
    QCOMPARE(m_panel->list().count(), 0);
    QVERIFY(!m_desk->isRead());
    // What they are told by the same item, should they come back, they are told anew.
    const auto in = m_workspace->signIn(m_hub->url(), "ana@teapots.example", m_hub->password);
    QTRY_VERIFY_WITH_TIMEOUT(in.isFinished() && m_workspace->status().state == client::Status::State::Live, 15'000);
    QTRY_COMPARE(m_desk->news().size(), std::size_t(1));
}

void TestNewsPanel::isSeenOnceLookedAt()
{
    say(50, "one");
    QTRY_COMPARE(m_desk->unseen(), 1);
    m_panel->openAt(QRect(10, 600, 1, 36));
    QCOMPARE(m_desk->unseen(), 0);
    QVERIFY2(m_panel->list().spoken(0).contains("one"), qPrintable(m_panel->list().spoken(0)));
    m_panel->dismiss();
    say(51, "two", std::chrono::seconds(0));
    QTRY_COMPARE(m_desk->unseen(), 1);
    // Read where it stands: on another computer, say.
    m_hub->put(ReadMark{.agent = kMe, .conversation = m_conversation.id, .readCount = m_conversation.inboundCount});
    QTRY_COMPARE(m_desk->unseen(), 0);
    say(52, "three", std::chrono::seconds(0));
    QTRY_COMPARE(m_desk->unseen(), 2); // the mark says how many were read, not which
    m_panel->openAt(QRect(10, 600, 1, 36));
    cleanup();
    open(); // and a restart does not bring it back
    QTRY_VERIFY(m_desk->isRead());
    QTRY_COMPARE(m_desk->news().size(), std::size_t(3));
}

void TestNewsPanel::opensByKey()
{
    say(50, "older", std::chrono::seconds(20));
    say(51, "newer");
    QTRY_COMPARE(m_desk->news().size(), std::size_t(2));
    QSignalSpy chosen(m_panel, &NewsPanel::newsChosen);
    m_panel->openAt(QRect(10, 600, 1, 36));
    QTest::keyClick(&m_panel->list(), Qt::Key_Down);
    QTest::keyClick(&m_panel->list(), Qt::Key_Return);
    QCOMPARE(chosen.size(), 1);
    QCOMPARE(chosen.first().first().value<store::News>().text, "older");
    QVERIFY(!m_panel->isVisible());
}

QTEST_MAIN(TestNewsPanel)
#include "tst_news_panel.moc"
