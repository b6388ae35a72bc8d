#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/base/time.h"

#include <functional>
#include <queue>
#include <stdexcept>
#include <string>
#include <vector>

/// A whole workspace in one thread: a hub, desktops, platforms and the network between them, where one seed decides
/// everything that happens and when.
namespace tributary::sim {

/// How likely things go wrong. Each seed draws its own ("swarm"): some runs only cut links, some only crash the hub.
struct Faults {
    double cut = 0;            ///< A frame is lost and its link with it.
    double halfOpen = 0;       ///< Of a cut link: an end never hears of it.
    double duplicate = 0;      ///< A frame arrives twice.
    double stall = 0;          ///< A frame, and all behind it, is late by seconds.
    double refuse = 0;         ///< A link cannot be opened, a page not be fetched.
    double garble = 0;         ///< A frame arrives damaged or cut short.
    double hubCrash = 0;       ///< At a write of the hub: at any write to its disk, or between commit and answer.
    double deskCrash = 0;      ///< At a step of a desktop's files: at any write to its disk.
    double powerCut = 0;       ///< Of a crash: what was not synced is lost, wholly or in part.
    double lostCopy = 0;       ///< Of a desktop's crash: its copy is gone, and is fetched again.
    double brokenCopy = 0;     ///< Of a desktop's crash: bits of its copy have turned where SQLite can notice.
    double full = 0;           ///< At a step: no room on the disk for some seconds.
    double diskError = 0;      ///< At a step: a read, write or sync fails soon.
    double sleep = 0;          ///< When a person acts: the desktop sleeps for minutes instead.
    double clockStep = 0;      ///< When a person acts: a wall clock is set by up to a day.
    double platform = 0;       ///< A platform gives another answer than "sent".
    double uncertain = 0;      ///< Of those: it does not say whether it took the message.
    double repeat = 0;         ///< A platform delivers the same again.
    double rights = 0;         ///< Each second: teams, roles, or whose new work is whose change.
    double restore = 0;        ///< Each second: the hub goes back to a backup, or somebody puts an older file in its place.
    double wholeFolder = 0;    ///< Of those: the folder with all that could tell, so that only its desktops can.
    double clone = 0;          ///< Each second: a desktop's machine is copied, and both work on.
    double brokenJournal = 0;  ///< Of a desktop's crash: a bit of its journal has turned.
    double history = 0;        ///< Of what is there at the start: months old, and resolved mostly.
    double revoke = 0;         ///< Each second: a device is signed out by somebody else.
    double hubClock = 0;       ///< Each second: the hub's wall clock is set by up to a day.
    double masks = 0;          ///< Of a custom role: it does not see some fields.
    double rollBack = 0;       ///< Each second: somebody puts an older state of a desktop's files in their place.
    double again = 0;          ///< At a step: what was stored already is stored again.
    double forgets = 0;        ///< Each second: the hub forgets its log, and a desktop is away meanwhile.
    double sealed = 0;         ///< Of a desktop: its keyring has a key, by which its work is sealed.
    double hubStart = 0;       ///< Of a start of the hub: it dies at a write of that.
    double erases = 0;         ///< Each second: somebody asks to be forgotten.
    double shift = 0;          ///< Each second: somebody else signs in at a desktop.
    double fileDeath = 0;      ///< Of a content that is kept: its process dies at a step of that.
    Milliseconds slowPage{20}; ///< Longest time that a page of the bootstrap takes each way, or a file.
    Milliseconds latency{20};  ///< Longest time that a frame takes otherwise.
};

/// A promise that did not hold.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A wall clock that somebody sets, beside a steady one.
struct SkewedClock final : Clock {
    explicit SkewedClock(const Clock &of, Milliseconds by = Milliseconds(0))
        : clock(of)
        , skew(by)
    {
    }
    TimePoint now() const override { return clock.now() + skew; }
    Milliseconds steady() const override { return clock.steady(); }
    const Clock &clock;
    Milliseconds skew;
};

/// Time, chance, and the list of what is to happen.
class World {
public:
    World(std::uint64_t seed, bool echo);

    ManualClock clock;
    SeededRng rng;
    /// For faults that were thought of later, so that the seeds of before draw as they did.
    SeededRng apart;
    /// For those that came later still: what becomes of contents of files.
    SeededRng beside;
    /// In lives from this seed on the agents share their computers: those before mean what they meant.
    static constexpr std::uint64_t kShared = 1'000'000'000'000;
    /// For who sits where.
    SeededRng shifts;
    const bool isShared;
    Faults faults;
    Milliseconds faultsEnd{0}; ///< From then on nothing goes wrong.

    Milliseconds now() const { return clock.steady(); }
    /// Calls @p job after @p delay; of two at the same time the one asked for first.
    void after(Milliseconds delay, std::function<void()> job);
    /// Lets everything happen up to @p until.
    void run(Milliseconds until);

    bool chanceBeside(double probability) { return probability > 0 && beside.unit() < probability; }
    bool chance(double probability) { return probability > 0 && rng.unit() < probability; }
    /// Evenly from 0 to @p most.
    Milliseconds some(Milliseconds most) { return Milliseconds(std::int64_t(rng.below(std::uint64_t(most.count()) + 1))); }

    /// One line of what happened. The last ones are printed when a promise is broken, all of them with `--trace`.
    void note(std::string text);
    std::string trace() const;
    void check(bool holds, const std::string &promise)
    {
        if (!holds)
            throw Broken(promise);
    }
    template<class T>
    T must(Result<T> result, const char *what)
    {
        if (!result)
            throw Broken(std::string(what) + ": " + name(result.error().kind) + " " + result.error().detail);
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    std::uint64_t steps() const { return m_steps; }

private:
    struct Event {
        Milliseconds at;
        std::uint64_t order;
        std::function<void()> job;
        bool operator<(const Event &other) const { return at != other.at ? at > other.at : order > other.order; }
    };
    std::priority_queue<Event> m_events;
    std::uint64_t m_order = 0;
    std::uint64_t m_steps = 0;
    std::vector<std::pair<Milliseconds, std::string>> m_trace; ///< A ring.
    std::size_t m_traced = 0;
    bool m_echo;
};

/// Draws how bad a run will be.
Faults drawFaults(Rng &rng, Rng &apart, Rng &beside);

/// @p text in @p bytes, and not as the beginning of a longer one: texts end with a number.
bool holds(const Bytes &bytes, const std::string &text);

} // namespace tributary::sim
