// What is said by one and heard by many: real hub, real sockets, the many in a process of their own; beside a bare
// QWebSocketServer that sends the same bytes to as many.
#include "core/client/workspace.h"
#include "core/store/migrations.h"
#include "tests/bench/benches.h"
#include "tests/bench/plain_insert.h"
#include "tests/crash/raw_desk.h"
#include "tests/e2e/hub_under_test.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/shell_window.h"
#include "ui/timeline/timeline_view.h"

#include <QCoreApplication>
#include <QDir>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>

namespace tributary::bench {
namespace {

using testing::Desk;

constexpr const char *kEmail = "mara@bench.example", *kPassword = "a long bench password";
constexpr int kMessages = 300;
constexpr int kEveryMs = 15;

/// A hub with one conversation, and somebody signed in.
struct Hub {
    QTemporaryDir folder;
    HubUnderTest process{folder.filePath("hub")};
    std::string token;
    model::ConversationId conversation;

    Result<void> start()
    {
        QFile history(folder.filePath("one.jsonl"));
        if (!history.open(QIODevice::WriteOnly))
            return failure(Error::Kind::Failed, "cannot write a file");
        history.write(R"({"message_id":"1","customer_handle":"layla@customer.example","channel":"email","direction":"in",)"
                      R"("author":"customer","at_ms":1760000000000,"body":"Hello","subject":"Cups","status":"open"})"
                      "\n");
        history.close();
        if (process
                .run({"user", "add", "--email", kEmail, "--name", "Mara", "--role", "admin"}, QByteArray(kPassword) + '\n')
                .isEmpty()
            || process.run({"import", history.fileName()}).isEmpty() || !process.start())
            return failure(Error::Kind::Failed, "the hub cannot be set up");
        TRIBUTARY_TRY_ASSIGN(const auto file, store::Database::open(folder.filePath("hub/hub.db").toStdString(),
                                                                    {.mode = store::Database::Mode::ReadOnly}));
        auto query = file->queryOnce("SELECT id FROM conversation");
        TRIBUTARY_TRY(query.step());
        conversation = query.id<model::ConversationId>(0);
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(process.agents().toString() + "/auth/sign-in"));
        request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
        const QJsonObject who{{"email", kEmail}, {"password", kPassword}, {"device", "bench"}};
        QNetworkReply *reply = network.post(request, QJsonDocument(who).toJson());
        if (!QTest::qWaitFor([reply] { return reply->isFinished(); }, 30'000))
            return failure(Error::Kind::TimedOut, "nobody could sign in");
        token = QJsonDocument::fromJson(reply->readAll()).object()["token"].toString().toStdString();
        reply->deleteLater();
        return token.empty() ? Result<void>(failure(Error::Kind::Failed, "nobody could sign in")) : Result<void>();
    }
};

/// The many, in a process of their own.
class Crowd {
public:
    Result<void> connectAll(int port, int count, const std::string &token)
    {
        QStringList arguments{QString::number(port), QString::number(count)};
        if (!token.empty())
            arguments << QString::fromStdString(token);
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QCoreApplication::applicationDirPath() + "/bench_crowd", arguments);
        return untilLive();
    }
    /// Waits until it says that all are there, and takes what it says of how long that took.
    Result<void> untilLive()
    {
        m_said.clear();
        const double end = seconds() + 120;
        while (!m_said.contains('\n') && seconds() < end) {
            if (m_process.waitForReadyRead(1'000))
                m_said += m_process.readAllStandardOutput();
            QCoreApplication::processEvents();
        }
        if (!m_said.startsWith("live "))
            return failure(Error::Kind::TimedOut, "not all desktops came");
        m_liveMs = m_said.mid(5).toDouble();
        return {};
    }
    double liveMs() const { return m_liveMs; }
    ~Crowd()
    {
        m_process.closeWriteChannel();
        if (!m_process.waitForFinished(20'000)) {
            m_process.kill();
            m_process.waitForFinished();
        }
    }

private:
    QProcess m_process;
    QByteArray m_said;
    double m_liveMs = 0;
};

/// Those who write notes in turns; the first of them hears all of them come back, as everybody does.
class Writer {
public:
    explicit Writer(Hub &hub, std::size_t desks = 1)
        : m_hub(hub)
        , m_n(desks)
    {
        while (m_desk.size() < desks)
            m_desk.push_back(std::make_unique<Desk>(hub.process.agents().port(), hub.token, m_rng));
        m_desk.front()->setObserver([this](const wire::Changes &changes) {
            for (const model::Entity &row : changes.rows) {
                const auto *item = std::get_if<model::TimelineItem>(&row);
                if (!item || item->kind != model::TimelineItem::Kind::Note)
                    continue;
                ++heard;
                if (const auto found = m_sentAt.find(item->id); found != m_sentAt.end())
                    delays.push_back((seconds() - found->second) * 1e3);
            }
        });
    }
    bool goLive()
    {
        for (const auto &desk : m_desk)
            desk->connectNow();
        const auto isLive = [this] { return std::ranges::all_of(m_desk, [](const auto &desk) { return desk->isLive(); }); };
        const double end = seconds() + 20;
        while (!isLive() && seconds() < end)
            turn(5);
        return isLive();
    }
    void turn(int ms) { testing::turn(m_desk, ms); }
    model::TimelineItemId write(const std::string &body)
    {
        const model::AddNote note{
            .item = m_ids.make<model::TimelineItemId>(), .conversation = m_hub.conversation, .body = body};
        m_sentAt[note.item] = seconds();
        const std::size_t turn = std::size_t(written) % m_desk.size();
        m_desk[turn]->send(
            wire::CommandFrame{{.n = ++m_n[turn], .id = m_ids.make<model::CommandId>(), .at = m_clock.now(), .body = note}});
        ++written;
        return note.item;
    }

    std::int64_t written = 0, heard = 0;
    std::vector<double> delays; ///< Milliseconds from the command to its echo.

private:
    Hub &m_hub;
    SystemClock m_clock;
    SystemRng m_rng;
    IdMaker m_ids{m_clock, m_rng};
    std::vector<std::unique_ptr<Desk>> m_desk;
    std::map<model::TimelineItemId, double> m_sentAt;
    std::vector<std::int64_t> m_n; ///< Commands of each.
};

const std::string &words()
{
    static const std::string text(200, 'w');
    return text;
}

/// Microseconds of processor a message and socket, of a server that only sends on.
Result<double> bareFanOut(int sockets)
{
    QProcess server;
    server.start(QCoreApplication::applicationDirPath() + "/bare_server", QStringList());
    QByteArray said;
    while (!said.contains('\n') && server.waitForReadyRead(10'000))
        said += server.readAllStandardOutput();
    const int port = said.simplified().split(' ').value(1).toInt();
    class Speaker : public testing::RawSocket {
    public:
        using RawSocket::RawSocket;
        ~Speaker() override { drop(); }
        bool wantsToRead() const { return true; }
        void beat() {}
        int heard = 0;

    protected:
        void received(std::string_view) override { ++heard; }
    };
    double cost = 0;
    {
        Crowd crowd;
        TRIBUTARY_TRY(crowd.connectAll(port, sockets, {}));
        std::vector<std::unique_ptr<Speaker>> speaker;
        speaker.push_back(std::make_unique<Speaker>(port));
        speaker.front()->connectTo("/", {});
        while (!speaker.front()->isUpgraded())
            testing::turn(speaker, 5);
        // As many bytes as a frame of the hub with such a note has.
        const Bytes message(420, std::byte('w'));
        const double before = processCpuOf(server.processId());
        double next = seconds();
        for (int sent = 0; sent < kMessages || speaker.front()->heard < kMessages;) {
            if (sent < kMessages && seconds() >= next) {
                speaker.front()->sendMessage(message);
                ++sent;
                next += kEveryMs / 1e3;
            }
            testing::turn(speaker, 1);
        }
        cost = (processCpuOf(server.processId()) - before) / kMessages / (sockets + 1) * 1e6;
    }
    server.closeWriteChannel();
    if (!server.waitForFinished(10'000)) {
        server.kill();
        server.waitForFinished();
    }
    return cost;
}

/// Waits until an item has been painted and what was painted has gone to the screen.
class Painted : public QObject {
public:
    explicit Painted(ui::TimelineView &timeline)
        : m_timeline(timeline)
    {
        timeline.viewport()->installEventFilter(this);
        m_limit.setSingleShot(true);
        QObject::connect(&m_limit, &QTimer::timeout, &m_loop, &QEventLoop::quit);
    }
    bool waitFor(const model::TimelineItemId &item)
    {
        m_item = item;
        m_isPainted = false;
        m_limit.start(5'000);
        m_loop.exec();
        return m_isPainted;
    }
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_isPainted && m_timeline.model().find(m_item)) {
            m_isPainted = true;
            QTimer::singleShot(0, &m_loop, &QEventLoop::quit); // behind this painting and its way to the screen
        }
        return false;
    }

private:
    ui::TimelineView &m_timeline;
    QEventLoop m_loop;
    QTimer m_limit;
    model::TimelineItemId m_item;
    bool m_isPainted = false;
};

/// One more desktop, a real one that looks at the conversation: when is what was said on its screen?
Result<void> benchPainted(Bench &bench, Hub &hub, Writer &writer, int desktops)
{
    using namespace tributary::ui;
    QTemporaryDir folder;
    SystemClock clock;
    QSettings settings(folder.filePath("window.ini"), QSettings::IniFormat);
    client::Workspace workspace;
    const auto opened = workspace.open(folder.filePath("profile"));
    if (!QTest::qWaitFor([&opened] { return opened.isFinished(); }, 20'000))
        return failure(Error::Kind::TimedOut, "the profile did not open");
    const auto in = workspace.signIn(hub.process.agents(), kEmail, kPassword);
    if (!QTest::qWaitFor([&] { return workspace.status().state == client::Status::State::Live; }, 60'000))
        return failure(Error::Kind::TimedOut, "the real desktop never was live");
    std::vector<double> times;
    {
        ShellWindow window(bench.theme, settings);
        auto *page = new InboxPage(bench.theme, clock, workspace, window, settings);
        window.showSection(page);
        window.resize(1440, 900);
        window.show();
        page->openConversation(hub.conversation);
        QTest::qWait(2'000);
        Painted painted(page->pane().timeline());
        for (int i = 0; i < 60; ++i) {
            const double began = seconds();
            const model::TimelineItemId item = writer.write("painted " + std::to_string(i));
            writer.turn(0); // it is on its way; the window waits as it does for everything
            if (!painted.waitFor(item))
                return failure(Error::Kind::TimedOut, "what was said was not painted");
            times.push_back((seconds() - began) * 1e3);
            for (const double pause = seconds() + 0.03; seconds() < pause || writer.heard < writer.written;)
                writer.turn(5);
            QTest::qWait(10);
        }
    }
    const std::string many = std::to_string(desktops) + (desktops == 1 ? " desktop" : " desktops");
    bench.report.add(
        {"live message, command to painted elsewhere, p50, " + many, quantile(times, 0.5), "ms", {}, {}, atMost(10)});
    bench.report.add(
        {"live message, command to painted elsewhere, p99, " + many, quantile(times, 0.99), "ms", {}, {}, atMost(50)});
    return {};
}

} // namespace

Result<void> benchFanOut(Bench &bench)
{
    for (const int desktops : {1, 50, 500}) {
        Hub hub;
        TRIBUTARY_TRY(hub.start());
        const double empty = memoryOf(hub.process.pid());
        Crowd crowd;
        TRIBUTARY_TRY(crowd.connectAll(hub.process.agents().port(), desktops, hub.token));
        const double full = memoryOf(hub.process.pid());
        Writer writer(hub);
        if (!writer.goLive())
            return failure(Error::Kind::TimedOut, "the one who writes never was live");
        const double cpu = processCpuOf(hub.process.pid());
        double next = seconds();
        while (writer.written < kMessages || writer.heard < kMessages) {
            if (writer.written < kMessages && seconds() >= next) {
                writer.write(words());
                next += kEveryMs / 1e3;
            }
            writer.turn(1);
            if (seconds() - next > 60)
                return failure(Error::Kind::TimedOut, "messages were lost");
        }
        const double cost = (processCpuOf(hub.process.pid()) - cpu) / kMessages / (desktops + 1) * 1e6;
        TRIBUTARY_TRY_ASSIGN(const double bare, bareFanOut(desktops));
        const std::string many = std::to_string(desktops) + (desktops == 1 ? " desktop" : " desktops");
        bench.report.add({"hub CPU a message and desktop, " + many, cost, "us", bare, "a bare QWebSocketServer",
                          desktops == 500 ? std::optional(atMostTimes(2)) : std::nullopt});
        bench.report.add({"command to its echo, p50, " + many, quantile(writer.delays, 0.5), "ms", {}, {}, {}});
        bench.report.add({"command to its echo, p99, " + many, quantile(writer.delays, 0.99), "ms", {}, {}, {}});
        if (desktops > 1) {
            bench.report.add({"hub memory a desktop, " + many, (full - empty) * 1024 / desktops, "KiB", {}, {}, atMost(48)});
            bench.report.add({"hub memory, " + many, full, "MiB", {}, {}, atMost(100 + desktops * 48.0 / 1024)});
        }
        TRIBUTARY_TRY(benchPainted(bench, hub, writer, desktops));
        if (desktops != 500)
            continue;
        hub.process.kill();
        if (!hub.process.start())
            return failure(Error::Kind::Failed, "the hub did not come back");
        TRIBUTARY_TRY(crowd.untilLive());
        bench.report.add({"all desktops back after the hub was killed, " + many, crowd.liveMs() / 1e3, "s", {}, {}, {}});
    }
    return {};
}

Result<void> benchIntake(Bench &bench)
{
    constexpr std::int64_t kCount = 20'000, kInFlight = 256;
    for (const std::size_t desks :
         {1, 16}) { // of one desktop each waits for the one before, those of several share a commit
        Hub hub;
        TRIBUTARY_TRY(hub.start());
        Writer writer(hub, desks);
        if (!writer.goLive())
            return failure(Error::Kind::TimedOut, "those who write never were live");
        const double cpu = processCpuOf(hub.process.pid()), began = seconds();
        while (writer.heard < kCount) {
            while (writer.written < kCount && writer.written - writer.heard < kInFlight)
                writer.write(words());
            writer.turn(5);
            if (seconds() - began > 300)
                return failure(Error::Kind::TimedOut, "not all messages came back");
        }
        const double ours = double(kCount) / (seconds() - began);
        const double used = (processCpuOf(hub.process.pid()) - cpu) / double(kCount) * 1e6;
        QTemporaryDir folder;
        TRIBUTARY_TRY_ASSIGN(const double floor, insertDurably(folder.path().toStdString(), kCount, words()));
        const std::string many = desks == 1 ? ", 1 desktop" : ", " + std::to_string(desks) + " desktops";
        bench.report.add({"durable notes a second, sent, stored and heard" + many, ours, "1/s", floor,
                          "SQLite FULL, 16 a commit", desks == 1 ? std::nullopt : std::optional(atLeastTimes(0.5))});
        TRIBUTARY_TRY_ASSIGN(const double rows, insertNotesDurably(hub.folder.filePath("hub/hub.db").toStdString(),
                                                                   folder.path().toStdString()));
        bench.report.add(
            {"durable notes a second" + many, ours, "1/s", rows, "SQLite FULL, all rows of a note, 16 a commit", {}});
        bench.report.add({"hub CPU a durable note" + many, used, "us", {}, {}, {}});
    }
    return {};
}

} // namespace tributary::bench
