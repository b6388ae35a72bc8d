#include "tests/sim/world.h"

#include <cstdio>

namespace tributary::sim {
namespace {

constexpr std::size_t kTraced = 60;
constexpr std::uint64_t kBeside = 0x9e3779b97f4a7c15;
constexpr std::uint64_t kMostSteps = 2'000'000; ///< The longest life takes a tenth.

} // namespace

World::World(std::uint64_t seed, bool echo)
    : rng(seed)
    , apart(~seed)
    , beside(seed + kBeside)
    , shifts(~(seed + kBeside))
    , isShared(seed >= kShared)
    , m_echo(echo)
{
}

void World::after(Milliseconds delay, std::function<void()> job)
{
    m_events.push({now() + std::max(Milliseconds(0), delay), m_order++, std::move(job)});
}

void World::run(Milliseconds until)
{
    while (!m_events.empty() && m_events.top().at <= until) {
        Event event = std::move(const_cast<Event &>(m_events.top())); // it is taken off before it is used
        m_events.pop();
        clock.advance(event.at - now());
        if (++m_steps > kMostSteps)
            throw Broken("it goes round in circles");
        event.job();
    }
    clock.advance(std::max(Milliseconds(0), until - now()));
}

void World::note(std::string text)
{
    if (m_echo)
        std::printf("%lld %s\n", static_cast<long long>(now().count()), text.c_str());
    if (m_trace.size() < kTraced)
        m_trace.emplace_back(now(), std::move(text));
    else
        m_trace[m_traced % kTraced] = {now(), std::move(text)};
    ++m_traced;
}

std::string World::trace() const
{
    std::string text;
    for (std::size_t i = 0; i < m_trace.size(); ++i) {
        const auto &[at, what] = m_trace[m_traced < kTraced ? i : (m_traced + i) % kTraced];
        text += "  " + std::to_string(at.count()) + " " + what + "\n";
    }
    return text;
}

Faults drawFaults(Rng &rng, Rng &apart, Rng &beside)
{
    Faults faults;
    // Each kind is absent in half of the runs: a fault that always happens hides those that only show without it.
    const auto draw = [&](double most) { return rng.below(2) == 0 ? 0.0 : most * rng.unit(); };
    faults.cut = draw(0.05);
    faults.halfOpen = draw(0.6);
    faults.duplicate = draw(0.1);
    faults.stall = draw(0.02);
    faults.garble = draw(0.01);
    faults.refuse = draw(0.4);
    faults.hubCrash = draw(0.02);
    faults.deskCrash = draw(0.08);
    faults.powerCut = draw(0.8);
    faults.lostCopy = draw(0.4);
    faults.brokenCopy = draw(0.3);
    faults.full = draw(0.005);
    faults.diskError = draw(0.01);
    faults.sleep = draw(0.02);
    faults.clockStep = draw(0.03);
    faults.platform = draw(0.5);
    faults.uncertain = draw(1.0);
    faults.repeat = draw(0.3);
    faults.rights = draw(0.6);
    faults.restore = draw(0.6);
    faults.wholeFolder = rng.below(3) == 0 ? 1.0 : 0.0;
    faults.clone = draw(0.08);
    faults.brokenJournal = draw(0.15);
    faults.again = draw(0.2);
    faults.history = draw(0.9);
    faults.revoke = draw(0.08);
    faults.rollBack = draw(0.08);
    faults.hubClock = draw(0.05);
    faults.masks = draw(1.0);
    faults.latency = Milliseconds(5 + std::int64_t(rng.below(400)));
    faults.slowPage = Milliseconds(5 + std::int64_t(rng.below(5'000)));
    const auto drawFrom = [](Rng &from, double most) { return from.below(2) == 0 ? 0.0 : most * from.unit(); };
    const auto drawApart = [&](double most) { return drawFrom(apart, most); };
    // A hub that has just come back waits for its desktops before it forgets (Hub::mayForgetLog), longer than a life here:
    // only by the log can they tell that a whole folder has gone back.
    faults.forgets = faults.wholeFolder > 0 ? 0.0 : drawApart(0.3);
    faults.hubStart = drawApart(0.5);
    faults.sealed = drawApart(1.0);
    faults.fileDeath = drawFrom(beside, 0.3);
    faults.erases = drawFrom(beside, 0.2);
    return faults;
}

bool holds(const Bytes &bytes, const std::string &text)
{
    const std::string_view all = textOf(bytes);
    for (std::size_t at = all.find(text); at != all.npos; at = all.find(text, at + 1)) {
        const std::size_t end = at + text.size();
        if (end == all.size() || all[end] < '0' || all[end] > '9')
            return true;
    }
    return false;
}

} // namespace tributary::sim
