// Many desktops at one hub: what those cost that stop reading, whether the others feel it, and how long all take to come
// back when the hub was killed. Plain sockets in one thread; each speaks the protocol of a desktop as far as this needs.
//
//   crowd [--desktops N] [--stalled N] [--seconds S]
//
// Prints figures; exits with 0 if a stalled reader cost at most 2 MiB of the hub's memory, all of them were cut off, and
// every desktop was live again within a minute of the kill.
#include "core/base/rng.h"
#include "core/store/database.h"
#include "tests/crash/raw_desk.h"
#include "tests/e2e/hub_under_test.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>

#include <sys/resource.h>

#include <algorithm>

using namespace tributary;
using namespace tributary::model;
using tributary::testing::Desk;
using tributary::testing::now;
using tributary::testing::turn;

namespace {

constexpr int kObservers = 10; ///< Desktops that look into what they are sent.
constexpr std::int64_t kMostPerStalled = 2 << 20;
const char *const kPassword = "a long demo password";

class Crowd {
public:
    Crowd(int desktops, int stalled, int seconds)
        : m_stalled(stalled)
        , m_seconds(seconds)
        , m_wanted(desktops)
    {
    }

    bool run();

private:
    bool open();
    bool connectAll(const char *what);
    /// Lets a while pass with traffic; the delays from a command to each observer, in microseconds, sorted.
    std::vector<std::int64_t> traffic(int seconds, const char *what);
    double hubCpu() const;
    std::size_t cutStalled();

    const int m_stalled, m_seconds, m_wanted;
    QTemporaryDir m_folder;
    HubUnderTest m_hub{m_folder.filePath("hub")};
    SystemClock m_clock;
    SystemRng m_rng;
    IdMaker m_ids{m_clock, m_rng};
    std::vector<std::unique_ptr<Desk>> m_desks;
    ConversationId m_conversation;
    CustomerId m_customer;
    std::int64_t m_n = 0;
    std::vector<std::int64_t> m_delays;
};

bool Crowd::open()
{
    if (m_hub.run({"user", "add", "--email", "mara@shop.test", "--name", "Mara", "--role", "admin"}, kPassword).isEmpty())
        return false;
    // Somebody with a long history, for those who ask for it.
    QFile box(m_folder.filePath("history.mbox"));
    if (!box.open(QIODevice::WriteOnly))
        return false;
    for (int i = 0; i < 400; ++i) {
        QByteArray words;
        while (words.size() < 2'000)
            words += QByteArray::number(m_rng.next(), 36) + ' ';
        box.write(
            "From anna@customer.test Tue Nov 24 10:00:00 2026\nFrom: Anna <anna@customer.test>\nTo: support@shop.test\n"
            "Subject: Cups\nMessage-ID: <m"
            + QByteArray::number(i) + "@customer.test>\nDate: Tue, 24 Nov 2026 10:" + QByteArray::number(10 + i / 60 % 50)
            + ":" + QByteArray::number(i % 60).rightJustified(2, '0') + " +0000\n\n" + words + "\n\n");
    }
    box.close();
    if (m_hub.run({"import", box.fileName()}).isEmpty() || !m_hub.start())
        return false;
    auto file =
        store::Database::open(m_folder.filePath("hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    if (!file)
        return false;
    auto query = (*file)->queryOnce("SELECT id, customer_id FROM conversation");
    if (!query.step().value_or(false))
        return false;
    m_conversation = query.id<ConversationId>(0);
    m_customer = query.id<CustomerId>(1);

    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(m_hub.agents().toString() + "/auth/sign-in"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    const QJsonObject who{{"email", "mara@shop.test"}, {"password", kPassword}, {"device", "crowd"}};
    QNetworkReply *reply = network.post(request, QJsonDocument(who).toJson());
    if (!QTest::qWaitFor([&] { return reply->isFinished(); }, 30'000))
        return false;
    const std::string token = QJsonDocument::fromJson(reply->readAll()).object()["token"].toString().toStdString();
    reply->deleteLater();
    for (int i = 0; i < m_wanted; ++i)
        m_desks.push_back(std::make_unique<Desk>(m_hub.agents().port(), token, m_rng));
    for (int i = m_wanted - m_stalled; i < m_wanted; ++i)
        m_desks[std::size_t(i)]->setSmallBuffers();
    for (int i = 0; i < std::min(kObservers, m_wanted - m_stalled); ++i)
        m_desks[std::size_t(i)]->setObserver([this](const wire::Changes &changes) {
            for (const Entity &row : changes.rows) {
                const auto *item = std::get_if<TimelineItem>(&row);
                if (!item || item->kind != TimelineItem::Kind::Note)
                    continue;
                timespec spec{};
                ::clock_gettime(CLOCK_MONOTONIC, &spec);
                m_delays.push_back(std::int64_t(spec.tv_sec) * 1'000'000 + spec.tv_nsec / 1'000
                                   - std::atoll(item->body.c_str()));
            }
        });
    return !token.empty();
}

bool Crowd::connectAll(const char *what)
{
    const Milliseconds start = now();
    std::vector<Milliseconds> liveAt(m_desks.size(), Milliseconds(-1));
    while (now() - start < Milliseconds(60'000)) {
        std::size_t live = 0;
        for (std::size_t i = 0; i < m_desks.size(); ++i) {
            Desk &desk = *m_desks[i];
            if (!desk.isConnected() && now() >= desk.retryAt())
                desk.connectNow();
            live += desk.isLive();
            if (desk.isLive() && liveAt[i].count() < 0)
                liveAt[i] = now() - start;
        }
        if (live == m_desks.size()) {
            std::ranges::sort(liveAt);
            std::printf("%s: %zu desktops live; half after %.2f s, all after %.2f s\n", what, live,
                        double(liveAt[live / 2].count()) / 1000, double(liveAt.back().count()) / 1000);
            return true;
        }
        turn(m_desks, 20);
    }
    std::printf("%s: after a minute only %td of %zu desktops are live\n", what,
                std::ranges::count_if(m_desks, [](const auto &desk) { return desk->isLive(); }), m_desks.size());
    return false;
}

double Crowd::hubCpu() const
{
    QFile file(QStringLiteral("/proc/%1/stat").arg(m_hub.pid()));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> words = file.readAll().split(')').last().simplified().split(' ');
    return double(words[11].toLongLong() + words[12].toLongLong()) / double(::sysconf(_SC_CLK_TCK));
}

std::vector<std::int64_t> Crowd::traffic(int seconds, const char *what)
{
    m_delays.clear();
    const double cpuBefore = hubCpu();
    const Milliseconds start = now();
    Milliseconds next = start;
    int sent = 0;
    while (now() - start < std::chrono::seconds(seconds)) {
        if (now() >= next) {
            next += Milliseconds(250); // times all desktops: that is what a hub has to send
            timespec spec{};
            ::clock_gettime(CLOCK_MONOTONIC, &spec);
            std::string body = std::to_string(std::int64_t(spec.tv_sec) * 1'000'000 + spec.tv_nsec / 1'000) + " ";
            while (body.size() < 6'000)
                body += std::to_string(m_rng.next()) + " ";
            const AddNote note{.item = m_ids.make<TimelineItemId>(), .conversation = m_conversation, .body = body};
            m_desks[0]->send(
                wire::CommandFrame{{.n = ++m_n, .id = m_ids.make<CommandId>(), .at = m_clock.now(), .body = note}});
            for (std::size_t i = 1; i < std::min<std::size_t>(m_desks.size(), 6); ++i)
                m_desks[i]->send(wire::Presence{.kind = wire::Presence::Kind::Typing, .conversation = m_conversation});
            ++sent;
        }
        turn(m_desks, 5);
    }
    std::vector<std::int64_t> delays = std::move(m_delays);
    std::ranges::sort(delays);
    if (!delays.empty())
        std::printf("%s: %d notes of 6 KB, each heard by %d observers after %.1f ms p50, %.1f ms p99; hub CPU %.1f s, "
                    "memory %.1f MiB\n",
                    what, sent, kObservers, double(delays[delays.size() / 2]) / 1000,
                    double(delays[delays.size() * 99 / 100]) / 1000, hubCpu() - cpuBefore,
                    double(m_hub.memory()) / (1 << 20));
    return delays;
}

std::size_t Crowd::cutStalled()
{
    std::size_t cut = 0;
    for (std::size_t i = std::size_t(m_wanted - m_stalled); i < m_desks.size(); ++i) {
        if (m_desks[i]->isConnected())
            m_desks[i]->lookWhetherCut();
        cut += !m_desks[i]->isConnected();
    }
    return cut;
}

bool Crowd::run()
{
    if (!open()) {
        std::printf("the hub cannot be set up\n");
        return false;
    }
    const std::int64_t empty = m_hub.memory();
    if (!connectAll("first time"))
        return false;
    std::printf("memory: %.1f MiB without desktops, %.1f KiB more for each\n", double(empty) / (1 << 20),
                double(m_hub.memory() - empty) / 1024 / m_wanted);
    traffic(m_seconds, "all read");
    const std::int64_t before = m_hub.memory();
    for (std::size_t i = std::size_t(m_wanted - m_stalled); i < m_desks.size(); ++i) {
        for (int request = 0; request < 64; ++request)
            m_desks[i]->send(wire::Fetch{
                .request = request, .customer = m_customer, .beforeAt = fromMs(4'000'000'000'000), .count = 200});
        m_desks[i]->stall();
    }
    std::int64_t most = 0;
    std::size_t cut = 0;
    const Milliseconds stalledAt = now();
    for (int part = 0; part < 40 && cut < std::size_t(m_stalled); ++part) {
        traffic(std::max(1, m_seconds / 2), part == 0 ? "some have stalled" : "still");
        most = std::max(most, m_hub.memory() - before);
        cut = cutStalled();
    }
    std::printf("%zu of %d stalled desktops cut off within %.1f s; they cost %.1f KiB each at most\n", cut, m_stalled,
                double((now() - stalledAt).count()) / 1000, double(most) / 1024 / std::max(1, m_stalled));
    const bool bounded = most <= kMostPerStalled * m_stalled && cut == std::size_t(m_stalled);
    m_desks.erase(m_desks.end() - m_stalled, m_desks.end());
    m_hub.kill();
    while (std::ranges::any_of(m_desks, [](const auto &desk) { return desk->isConnected(); }))
        turn(m_desks, 20);
    return m_hub.start() && connectAll("after a kill of the hub") && bounded;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{"desktops", "How many.", "N", "500"},
                       {"stalled", "Of those, how many stop reading.", "N", "50"},
                       {"seconds", "Of traffic in each part.", "S", "10"}});
    parser.process(application);
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    return Crowd(parser.value("desktops").toInt(), parser.value("stalled").toInt(), parser.value("seconds").toInt()).run()
               ? 0
               : 1;
}
