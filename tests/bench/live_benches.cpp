// What is said by one and heard by many: real hub, real sockets, the many in a process of their own; beside a bare
// QWebSocketServer that sends as many bytes to as many.
#include "tests/bench/benches.h"
#include "tests/bench/live.h"
#include "tests/bench/plain_insert.h"
#include "tests/bench/screen.h"

namespace tributary::bench {
namespace {

constexpr int kMessages = 300;
constexpr int kEveryMs = 15;

/// One more desktop, a real one with all of the shop that looks at a conversation, while others are written to: when is what
/// was said on its screen?
Result<void> painted(Bench &bench, LiveHub &hub, Writer &writer, const QString &profile, const std::string &where,
                     std::vector<Figure> &figures)
{
    constexpr int kTimes = 100;
    Screen screen(bench.theme, profile);
    const auto in = screen.workspace().signIn(hub.process.agents(), Shop::kEmail, Shop::kPassword);
    if (!until([&] { return in.isFinished() && screen.workspace().status().state == client::Status::State::Live; }, 60'000))
        return failure(Error::Kind::TimedOut, "the real desktop never was live");
    const model::ConversationId looked = hub.conversations.front();
    if (!screen.open(looked))
        return failure(Error::Kind::TimedOut, "the conversation was never painted");
    const Bustle bustle(hub, kEveryMs);
    if (!until([&] { return bustle.heard() > 100; }))
        return failure(Error::Kind::TimedOut, "nobody else could write");
    ui::TimelineView &timeline = screen.page().pane().timeline();
    std::vector<double> times;
    for (int i = 0; i < kTimes; ++i) {
        model::TimelineItemId item;
        const auto isThere = [&] { return timeline.model().find(item) != nullptr; };
        const auto seen = screen.untilPainted({{timeline.viewport(), isThere}}, [&] {
            item = writer.write("painted " + std::to_string(i), looked);
            writer.turn(0); // it is on its way; the window waits as it does for everything
        });
        if (!seen)
            return failure(Error::Kind::TimedOut, "what was said was not painted");
        times.push_back(seen->front().ms);
        // Not in step with those who write beside it.
        for (const double pause = seconds() + 0.03 + i % 10 * 1e-3; seconds() < pause || writer.heard < writer.written;) {
            QTest::qWait(1);
            writer.turn(0);
        }
    }
    const std::string what = "live message, command to painted elsewhere, ";
    figures.push_back({what + "p50, " + where, quantile(times, 0.5), "ms", {}, {}, atMost(10)});
    figures.push_back({what + "p99, " + where, quantile(times, 0.99), "ms", {}, {}, atMost(50)});
    return {};
}

Result<void> fanOut(Bench &bench, LiveHub &hub, const QString &profile, int desktops, const std::string &where,
                    std::vector<Figure> &figures)
{
    TRIBUTARY_TRY(hub.restart());
    const double empty = memoryOf(hub.process.pid());
    Crowd crowd;
    TRIBUTARY_TRY(crowd.connectAll(hub.process.agents().port(), desktops, hub.token));
    const double full = memoryOf(hub.process.pid());
    Writer writer(hub);
    if (!writer.goLive())
        return failure(Error::Kind::TimedOut, "the one who writes never was live");
    const std::int64_t bytes = writer.bytesHeard();
    const double cpu = processCpuOf(hub.process.pid());
    double next = seconds();
    while (writer.written < kMessages || writer.heard < kMessages) {
        if (writer.written < kMessages && seconds() >= next) {
            writer.write(noteText());
            next += kEveryMs / 1e3;
        }
        writer.turn(1);
        if (seconds() - next > 60)
            return failure(Error::Kind::TimedOut, "messages were lost");
    }
    const double cost = (processCpuOf(hub.process.pid()) - cpu) / kMessages / (desktops + 1) * 1e6;
    const double worked = memoryOf(hub.process.pid());
    const auto each = std::size_t(writer.bytesHeard() - bytes) / kMessages;
    TRIBUTARY_TRY_ASSIGN(const double bare, bareFanOut(desktops, kMessages, kEveryMs, each));
    figures.push_back({"hub CPU a message and desktop, " + where, cost, "us", bare, "a bare QWebSocketServer",
                       desktops == 500 ? std::optional(atMostTimes(2)) : std::nullopt});
    figures.push_back({"command to its echo, p50, " + where, quantile(writer.delays, 0.5), "ms", {}, {}, {}});
    figures.push_back({"command to its echo, p99, " + where, quantile(writer.delays, 0.99), "ms", {}, {}, {}});
    if (desktops > 1)
        figures.push_back({"hub memory a desktop, " + where, (full - empty) * 1024 / desktops, "KiB", {}, {}, atMost(48)});
    figures.push_back({"hub memory, " + where, worked, "MiB", {}, {}, atMost(100 + desktops * 48.0 / 1024)});
    TRIBUTARY_TRY(painted(bench, hub, writer, profile, where, figures));
    if (desktops != 500)
        return {};
    hub.process.kill();
    if (!hub.process.start())
        return failure(Error::Kind::Failed, "the hub did not come back");
    TRIBUTARY_TRY(crowd.untilLive());
    figures.push_back({"all desktops back after the hub was killed, " + where, crowd.liveMs() / 1e3, "s", {}, {}, {}});
    return {};
}

} // namespace

Result<void> benchFanOut(Bench &bench)
{
    const std::int64_t items = bench.sizes.back();
    TRIBUTARY_TRY_ASSIGN(const auto shop, bench.shop(items));
    TRIBUTARY_TRY_ASSIGN(const auto data, FolderCopy::make(shop->hubFolder(), bench.folder));
    TRIBUTARY_TRY_ASSIGN(const auto profile, FolderCopy::make(shop->profile(), bench.folder));
    LiveHub hub(data->path());
    TRIBUTARY_TRY(hub.start());
    bench.report.note("written to in turns: " + std::to_string(hub.conversations.size()) + " conversations");
    for (const int desktops : {1, 50, 500}) {
        const std::string where =
            std::to_string(desktops) + (desktops == 1 ? " desktop, " : " desktops, ") + shortened(items);
        TRIBUTARY_TRY(bench.several(bench.runs, [&](std::vector<Figure> &figures) {
            return fanOut(bench, hub, profile->path(), desktops, where, figures);
        }));
    }
    return {};
}

Result<void> benchIntake(Bench &bench)
{
    constexpr std::int64_t kInFlight = 256;
    const auto once = [](std::size_t desks, std::vector<Figure> &figures) -> Result<void> {
        const std::int64_t count = desks == 1 ? 5'000 : 20'000;
        const QTemporaryDir folder;
        LiveHub hub(folder.filePath("hub"));
        TRIBUTARY_TRY(hub.makeSmall());
        TRIBUTARY_TRY(hub.start());
        Writer writer(hub, desks);
        if (!writer.goLive())
            return failure(Error::Kind::TimedOut, "those who write never were live");
        const double cpu = processCpuOf(hub.process.pid()), began = seconds();
        while (writer.heard < count) {
            while (writer.written < count && writer.written - writer.heard < kInFlight)
                writer.write(noteText());
            writer.turn(5);
            if (seconds() - began > 300)
                return failure(Error::Kind::TimedOut, "not all messages came back");
        }
        const double ours = double(count) / (seconds() - began);
        const double used = (processCpuOf(hub.process.pid()) - cpu) / double(count) * 1e6;
        TRIBUTARY_TRY_ASSIGN(const double floor, insertDurably(folder.path().toStdString(), count, noteText()));
        const std::string many = desks == 1 ? ", 1 desktop" : ", " + std::to_string(desks) + " desktops";
        figures.push_back({"durable notes a second, sent, stored and heard" + many, ours, "1/s", floor,
                           "SQLite FULL, 16 a commit", desks == 1 ? std::nullopt : std::optional(atLeastTimes(0.5))});
        TRIBUTARY_TRY_ASSIGN(const double rows, insertNotesDurably(hub.file.toStdString(), folder.path().toStdString()));
        figures.push_back(
            {"durable notes a second" + many, ours, "1/s", rows, "SQLite FULL, all rows of a note, 16 a commit", {}});
        figures.push_back({"hub CPU a durable note" + many, used, "us", {}, {}, {}});
        return {};
    };
    for (const std::size_t desks : {1, 16}) // of one desktop each waits for the one before, those of several share a commit
        TRIBUTARY_TRY(bench.several(bench.runs, [&](std::vector<Figure> &figures) { return once(desks, figures); }));
    return {};
}

} // namespace tributary::bench
