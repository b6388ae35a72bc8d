// What an agent is told: about work of their own, what they follow and where they are mentioned, and nothing else.
#include "core/base/rng.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/store/news.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;
using Kind = TimelineItem::Kind;
using What = News::Kind;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

enum class Whose { Mine, Nobodys, Tomass };

/// One item in one conversation, and what it is to Mara.
struct Case {
    const char *name;
    std::optional<What> expected;
    Whose whose = Whose::Mine;
    Kind kind = Kind::Inbound;
    bool byMe = false, byColleague = false, following = false, mentioned = false, automatic = false, deleted = false;
    std::optional<Delivery::State> delivery = std::nullopt;
    std::map<std::string, std::string> details = {};
};

const std::vector<Case> &cases()
{
    using D = Delivery::State;
    static const std::vector<Case> all{
        {.name = "a customer writes to me", .expected = What::Message},
        {.name = "a customer writes to nobody", .expected = What::Unassigned, .whose = Whose::Nobodys},
        {.name = "a customer writes to a colleague", .expected = {}, .whose = Whose::Tomass},
        {.name = "to a colleague, and I follow", .expected = What::Followed, .whose = Whose::Tomass, .following = true},
        {.name = "to nobody, and I follow", .expected = What::Followed, .whose = Whose::Nobodys, .following = true},
        {.name = "a machine answers", .expected = {}, .automatic = true},
        {.name = "withdrawn", .expected = {}, .deleted = true},
        {.name = "a call comes in", .expected = What::Message, .kind = Kind::Call, .details = {{"direction", "in"}}},
        {.name = "a call went out", .expected = {}, .kind = Kind::Call, .details = {{"direction", "out"}}},
        {.name = "a colleague answers mine", .expected = {}, .kind = Kind::Outbound, .byColleague = true},
        {.name = "a colleague answers what I follow",
         .expected = What::Followed,
         .kind = Kind::Outbound,
         .byColleague = true,
         .following = true},
        {.name = "a colleague notes something", .expected = {}, .kind = Kind::Note, .byColleague = true},
        {.name = "a colleague mentions me",
         .expected = What::Mention,
         .whose = Whose::Tomass,
         .kind = Kind::Note,
         .byColleague = true,
         .mentioned = true},
        {.name = "my note did not reach whom it mentions",
         .expected = What::NotTold,
         .whose = Whose::Tomass,
         .kind = Kind::Note,
         .byMe = true,
         .details = {{"notTold", "Aiko\nTomás"}}},
        {.name = "a colleague's did not",
         .expected = {},
         .whose = Whose::Tomass,
         .kind = Kind::Note,
         .byColleague = true,
         .details = {{"notTold", "Aiko"}}},
        {.name = "my note that was taken back",
         .expected = {},
         .kind = Kind::Note,
         .byMe = true,
         .deleted = true,
         .details = {{"notTold", "Aiko"}}},
        {.name = "I mention myself", .expected = {}, .kind = Kind::Note, .byMe = true, .mentioned = true},
        {.name = "I write in what I follow", .expected = {}, .kind = Kind::Outbound, .byMe = true, .following = true},
        {.name = "mine did not arrive",
         .expected = What::Failed,
         .kind = Kind::Outbound,
         .byMe = true,
         .delivery = D::Failed},
        {.name = "mine is read", .expected = {}, .kind = Kind::Outbound, .byMe = true, .delivery = D::Read},
        {.name = "a colleague's did not arrive",
         .expected = {},
         .kind = Kind::Outbound,
         .byColleague = true,
         .delivery = D::Failed},
        {.name = "given to me",
         .expected = What::Assigned,
         .kind = Kind::Event,
         .byColleague = true,
         .details = {{"event", "assigned"}, {"to", "Mara"}}},
        {.name = "given to me by a rule",
         .expected = What::Assigned,
         .kind = Kind::Event,
         .details = {{"event", "assigned"}, {"to", "Mara"}, {"rule", "Care"}}},
        {.name = "taken by myself",
         .expected = {},
         .kind = Kind::Event,
         .byMe = true,
         .details = {{"event", "assigned"}, {"to", "Mara"}}},
        {.name = "given to a colleague",
         .expected = {},
         .whose = Whose::Tomass,
         .kind = Kind::Event,
         .byColleague = true,
         .details = {{"event", "assigned"}, {"to", "Tomás"}}},
        {.name = "resolved by a colleague",
         .expected = What::Resolved,
         .kind = Kind::Event,
         .byColleague = true,
         .details = {{"event", "resolved"}}},
        {.name = "tagged by a colleague",
         .expected = {},
         .kind = Kind::Event,
         .byColleague = true,
         .details = {{"event", "tagged"}}},
    };
    return all;
}

} // namespace

class TestNews : public QObject {
    Q_OBJECT
private slots:
    void init();
    void says_data();
    void says();
    void isNewestFirstAndBounded();
    void isOnOneLine();

private:
    Conversation conversation(Whose whose, TimePoint lastItemAt);
    template<class T>
    void keep(const T &entity)
    {
        must(put(*m_cache, Entity(entity)));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    ManualClock m_clock;
    SeededRng m_rng{7};
    IdMaker m_ids{m_clock, m_rng};
    std::unique_ptr<Database> m_cache;
    Agent m_me, m_colleague;
    Customer m_layla;
};

void TestNews::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_cache = must(Database::open(m_folder->filePath("cache.db").toStdString(), {}));
    must(migrate(*m_cache, cacheMigrations()));
    m_me = {.id = m_ids.make<AgentId>(), .email = "mara@x.example", .name = "Mara", .version = 1};
    m_colleague = {.id = m_ids.make<AgentId>(), .email = "tomas@x.example", .name = "Tomás", .version = 1};
    m_layla = {.id = m_ids.make<CustomerId>(), .name = "Layla", .version = 1};
    keep(m_me), keep(m_colleague), keep(m_layla);
}

Conversation TestNews::conversation(Whose whose, TimePoint lastItemAt)
{
    Conversation made{.id = m_ids.make<ConversationId>(), .customer = m_layla.id, .subject = "Two cups", .version = 1};
    if (whose != Whose::Nobodys)
        made.assignee = whose == Whose::Mine ? m_me.id : m_colleague.id;
    made.lastItemAt = lastItemAt;
    keep(made);
    return made;
}

void TestNews::says_data()
{
    QTest::addColumn<int>("which");
    for (std::size_t i = 0; i < cases().size(); ++i)
        QTest::newRow(cases()[i].name) << int(i);
}

void TestNews::says()
{
    QFETCH(const int, which);
    const Case &given = cases()[std::size_t(which)];
    const Conversation in = conversation(given.whose, m_clock.now());
    ReadMark mark{.agent = m_me.id, .conversation = in.id, .version = 1, .following = given.following};
    if (given.mentioned)
        mark.mentionedAt = m_clock.now();
    keep(mark);
    TimelineItem item{.id = m_ids.make<TimelineItemId>(), .conversation = in.id, .customer = m_layla.id, .kind = given.kind};
    item.at = m_clock.now();
    item.version = 1;
    item.body = "Hello";
    item.automatic = given.automatic;
    item.deleted = given.deleted;
    item.details = given.details;
    if (given.byMe || given.byColleague) {
        item.author = given.byMe ? m_me.id : m_colleague.id;
        item.authorName = given.byMe ? m_me.name : m_colleague.name;
    }
    if (given.mentioned)
        item.mentions = {m_me.id};
    if (given.delivery)
        item.delivery = Delivery{.state = *given.delivery};
    keep(item);

    const std::vector<News> among = must(newsAmong(*m_cache, m_me.id, {item.id}));
    QCOMPARE(among.size(), std::size_t(given.expected.has_value()));
    const std::vector<News> since = must(newsSince(*m_cache, m_me.id, m_clock.now() - std::chrono::hours(1), 10));
    // What comes for nobody is told when it comes; it is not about the agent's own work.
    QCOMPARE(since.size(), std::size_t(given.expected && *given.expected != What::Unassigned));
    if (!given.expected)
        return;
    QCOMPARE(among.front().kind, *given.expected);
    QCOMPARE(among.front().customerName, "Layla");
    QCOMPARE(among.front().by, given.expected == What::NotTold ? "Aiko\nTomás"
                               : given.byColleague             ? "Tomás"
                               : given.byMe                    ? "Mara"
                               : given.details.count("rule")   ? "Care"
                                                               : "");
    if (!since.empty())
        QCOMPARE(since.front(), among.front());
}

void TestNews::isNewestFirstAndBounded()
{
    const TimePoint now = m_clock.now();
    const Conversation open = conversation(Whose::Mine, now), followed = conversation(Whose::Tomass, now);
    keep(ReadMark{.agent = m_me.id, .conversation = followed.id, .version = 1, .following = true});
    for (int i = 0; i < 50; ++i) {
        TimelineItem item{.id = m_ids.make<TimelineItemId>(), .conversation = i % 2 ? open.id : followed.id};
        item.customer = m_layla.id;
        item.kind = Kind::Inbound;
        item.at = now - std::chrono::minutes(i);
        item.body = std::to_string(i);
        item.version = 1;
        keep(item);
    }
    const auto texts = [&](std::chrono::minutes back, int count) {
        QStringList found;
        for (const News &news : must(newsSince(*m_cache, m_me.id, now - back, count)))
            found.append(QString::fromStdString(news.text));
        return found;
    };
    QCOMPARE(texts(std::chrono::minutes(3), 100), QStringList({"0", "1", "2", "3"}));
    QCOMPARE(texts(std::chrono::minutes(100), 2), QStringList({"0", "1"}));
    QCOMPARE(texts(std::chrono::minutes(100), 100).size(), 50);
}

void TestNews::isOnOneLine()
{
    const Conversation in = conversation(Whose::Mine, m_clock.now());
    const auto said = [&](const std::string &body, const std::string &subject, bool file) {
        TimelineItem item{.id = m_ids.make<TimelineItemId>(), .conversation = in.id, .customer = m_layla.id};
        item.kind = Kind::Inbound;
        item.body = body;
        item.subject = subject;
        item.version = 1;
        if (file)
            item.attachments = {{.id = m_ids.make<AttachmentId>(), .name = "cup.jpg"}};
        keep(item);
        return must(newsAmong(*m_cache, m_me.id, {item.id})).front().text;
    };
    QCOMPARE(said("  Hello,\r\n\n\tthe set \n is broken ", "", false), "Hello, the set is broken");
    QCOMPARE(said("", "A subject", true), "A subject");
    QCOMPARE(said("", "", true), "cup.jpg");
    QCOMPARE(said("", "", false), "Two cups");
    std::string much;
    for (int i = 0; i < 1000; ++i)
        much += "سأ ";
    const std::string cut = said(much, "", false);
    QVERIFY(cut.size() <= News::kMostText && cut.size() > News::kMostText - 8);
    QVERIFY(QString::fromStdString(cut).toStdString() == cut); // no half letter
}

QTEST_GUILESS_MAIN(TestNews)
#include "tst_news.moc"
