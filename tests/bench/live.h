#pragma once

#include "tests/bench/shop.h"
#include "tests/crash/raw_desk.h"
#include "tests/e2e/hub_under_test.h"

#include <QProcess>

#include <atomic>
#include <map>
#include <thread>

/// A hub that serves, those who write to it, and the many who hear of it.
namespace tributary::bench {

/// A hub over a folder in which Shop::kEmail is an admin.
struct LiveHub {
    explicit LiveHub(const QString &folder)
        : file(folder + "/hub.db")
        , process(folder)
    {
    }

    /// With one conversation, in a new folder.
    Result<void> makeSmall();
    /// Starts it, signs somebody in, and finds open conversations, at most 400, each of another customer.
    Result<void> start();
    /// Stopped in good order and started once more: what it has needed so far is given back.
    Result<void> restart();

    QString file;
    HubUnderTest process;
    std::string token;
    std::vector<model::ConversationId> conversations;
};

/// The many, in a process of their own.
class Crowd {
public:
    /// Without a @p token they are plain sockets.
    Result<void> connectAll(int port, int count, const std::string &token);
    /// Waits until it says that all are there, and takes what it says of how long that took.
    Result<void> untilLive();
    double liveMs() const { return m_liveMs; }
    ~Crowd();

private:
    QProcess m_process;
    QByteArray m_said;
    double m_liveMs = 0;
};

/// Those who write notes in turns, to the conversations of the hub in turns; the first of them hears all of them come back,
/// as everybody does.
class Writer {
public:
    explicit Writer(const LiveHub &hub, std::size_t desks = 1);
    ~Writer();

    bool goLive();
    /// Lets them read and write, and waits for up to @p ms for something to do.
    void turn(int ms);
    model::TimelineItemId write(const std::string &body);
    model::TimelineItemId write(const std::string &body, model::ConversationId to);
    /// What the first of them has been told so far, in bytes.
    std::int64_t bytesHeard() const;

    std::int64_t written = 0, heard = 0; ///< Of what they have written themselves.
    std::vector<double> delays;          ///< Milliseconds from the command to its echo.

private:
    class Desk;
    void hear(const wire::Changes &changes);

    const LiveHub &m_hub;
    SystemClock m_clock;
    SystemRng m_rng;
    IdMaker m_ids{m_clock, m_rng};
    std::vector<std::unique_ptr<Desk>> m_desk;
    std::map<model::TimelineItemId, double> m_sentAt;
    std::vector<std::int64_t> m_n; ///< Commands of each.
};

/// Somebody who writes a note every @p everyMs to all conversations in turns, in a thread of their own, as long as this
/// lives.
class Bustle {
public:
    Bustle(const LiveHub &hub, int everyMs);
    std::int64_t heard() const { return m_heard; } ///< How many have been written and have come back.

private:
    std::atomic<std::int64_t> m_heard = 0;
    std::jthread m_thread;
};

/// Microseconds of processor a message and socket, of a QWebSocketServer that only sends on: @p messages of @p bytes, one
/// every @p everyMs.
Result<double> bareFanOut(int sockets, int messages, int everyMs, std::size_t bytes);

/// The body of a note: 200 letters.
const std::string &noteText();

} // namespace tributary::bench
