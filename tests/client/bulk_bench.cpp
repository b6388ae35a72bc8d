// What 5,000 conversations resolved at once cost against a real hub: until they are kept, until the list shows it, until the
// hub has answered for each, and how long the window's thread was kept from its work meanwhile.
#include "core/client/hub_process.h"
#include "core/client/workspace.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;

namespace {

template<class T>
T waited(QFuture<Result<T>> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 600'000) || !future.result())
        qFatal("a step failed: %s", future.isFinished() ? future.result().error().detail.c_str() : "no answer");
    if constexpr (!std::is_void_v<T>)
        return *future.result();
}

/// The longest time between two turns of this thread's loop.
class Gaps {
public:
    Gaps()
    {
        m_timer.setInterval(1);
        m_timer.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_timer, &QTimer::timeout,
                         [this] { m_longest = std::max(m_longest, m_last.nsecsElapsed()), m_last.start(); });
        m_last.start();
        m_timer.start();
    }
    double take()
    {
        const double ms = double(std::exchange(m_longest, 0)) / 1e6;
        m_last.start();
        return ms;
    }

private:
    QTimer m_timer;
    QElapsedTimer m_last;
    qint64 m_longest = 0;
};

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    const int count = argc > 1 ? atoi(argv[1]) : 5'000;
    QTemporaryDir data, profile;
    QFile history(data.filePath("history.jsonl"));
    if (!history.open(QIODevice::WriteOnly))
        return 1;
    for (int i = 0; i < count; ++i)
        history.write(
            QStringLiteral(
                R"({"source":"bench","message_id":"m%1","customer_handle":"c%1@mail.test","customer_name":"Customer %1","channel":"email","account":"help@shop.test","conversation_key":"k%1","direction":"in","author":"customer","at_ms":%2,"subject":"Where is my order","body":"Hello, I have been waiting for my parcel for two weeks now.","status":"open"})"
                "\n")
                .arg(i)
                .arg(QDateTime::currentMSecsSinceEpoch() - 1'000LL * 60 * (i + 1))
                .toUtf8());
    history.close();
    HubProcess hub;
    const QString folder = data.filePath("hub");
    QDir().mkpath(folder);
    waited(hub.run({"user", "add", "--data", folder, "--email", "ana@shop.test", "--name", "Ana", "--role", "admin"},
                   "correct horse battery staple\n"));
    waited(hub.run({"import", "--data", folder, history.fileName()}));
    const auto at = waited(hub.start(folder));
    Workspace desk;
    waited(desk.open(profile.path()));
    waited(desk.signIn(at.agents, "ana@shop.test", "correct horse battery staple"));
    const auto openOnes = [&](std::int64_t most) {
        store::ListQuery query{.count = most};
        query.countOthers = false;
        return waited(desk.conversations(query));
    };
    if (!QTest::qWaitFor([&] { return int(openOnes(count).size()) == count && desk.status().state == Status::State::Live; },
                         300'000))
        qFatal("the copy did not come: %d", int(openOnes(count).size()));
    Gaps gaps;
    QTest::qWait(500);
    const double usual = gaps.take();
    QElapsedTimer timer;
    timer.start();
    const auto rows = openOnes(count);
    std::vector<CommandBody> commands;
    for (const store::ConversationRow &row : rows)
        commands.push_back(SetStatus{row.conversation.id, Conversation::Status::Resolved});
    const qint64 selectedMs = timer.restart();
    const double selecting = gaps.take();
    auto submitted = desk.submit(commands);
    qint64 firstMs = -1, keptMs = -1, shownMs = -1, slowestRead = 0;
    while (shownMs < 0) {
        QElapsedTimer reading;
        reading.start();
        const auto left = openOnes(100);
        slowestRead = std::max(slowestRead, reading.elapsed());
        if (keptMs < 0 && submitted.isFinished())
            keptMs = timer.elapsed();
        if (firstMs < 0 && (left.empty() || left.front().conversation.id != rows.front().conversation.id))
            firstMs = timer.elapsed();
        if (left.empty())
            shownMs = timer.elapsed();
    }
    const double submitting = gaps.take();
    if (!QTest::qWaitFor([&] { return desk.status().outboxCount == 0; }, 600'000))
        qFatal("the hub did not answer");
    const qint64 answeredMs = timer.elapsed();
    const double answering = gaps.take();
    timer.restart();
    waited(desk.undo());
    const qint64 undoneMs = timer.elapsed();
    if (!QTest::qWaitFor([&] { return int(openOnes(count).size()) == count; }, 600'000))
        qFatal("the undo is not shown");
    const qint64 backMs = timer.elapsed();
    const double undoing = gaps.take();
    std::printf(
        "%d conversations read in %lld ms; resolved: kept after %lld ms, the list changes after %lld ms, all is shown"
        " after %lld ms, the hub has answered for all after %lld ms; the slowest read meanwhile %lld ms\n",
        count, selectedMs, keptMs, firstMs, shownMs, answeredMs, slowestRead);
    std::printf("undone: kept after %lld ms, shown after %lld ms\n", undoneMs, backMs);
    std::printf("the window's thread was away for at most %.1f ms while reading, %.1f ms while submitting, %.1f ms while the"
                " hub answered, %.1f ms while undoing; %.1f ms when idle\n",
                selecting, submitting, answering, undoing, usual);
    if (!QTest::qWaitFor([&] { return desk.status().outboxCount == 0; }, 600'000))
        qFatal("the hub did not answer");
    desk.close();
    hub.stop();
    return 0;
}
