#pragma once

#include "core/engine/sync_client.h"

#include <algorithm>

/// A desktop's side of sync without sockets and files, and short words for what it hears and says.
namespace tributary::engine::testing {

inline wire::Epoch epochOf(int name)
{
    wire::Epoch epoch{};
    epoch[0] = std::byte(name);
    return epoch;
}

template<class IdType>
IdType idOf(int name)
{
    RawId raw{};
    raw[15] = std::byte(name);
    raw[0] = std::byte(1);
    return IdType(raw);
}

inline model::Command commandOf(std::int64_t n)
{
    return {.n = n,
            .id = idOf<model::CommandId>(int(n)),
            .body = model::SetStatus{.conversation = idOf<model::ConversationId>(9)}};
}

inline std::vector<model::Command> commandsOf(std::int64_t first, std::int64_t last)
{
    std::vector<model::Command> commands;
    for (std::int64_t n = first; n <= last; ++n)
        commands.push_back(commandOf(n));
    return commands;
}

inline wire::Changes changesOf(std::int64_t from, std::int64_t to, std::int64_t head = 0, std::int64_t lastN = 0)
{
    wire::Changes changes{.from = from, .to = to, .head = std::max(head, to), .lastN = lastN};
    changes.chain[0] = std::byte(to);
    changes.serverTime = fromMs(to * 1000);
    return changes;
}

/// A desktop with a simulated adapter: effects pile up here, files and hub are what the test says they are.
struct Desk {
    ManualClock clock;
    SeededRng rng{7};
    SyncClient client{rng};
    Effects last; ///< Of the last event.
    std::optional<Milliseconds> wakeAt;

    Milliseconds now() const { return clock.steady(); }
    Effects &take(Effects effects)
    {
        last = std::move(effects);
        wakeAt = last.wakeAt;
        return last;
    }
    SyncClient::Start start(std::int64_t seq, std::int64_t lastN = 0)
    {
        SyncClient::Start from{.token = "secret", .client = idOf<model::ClientId>(1), .lastN = lastN};
        from.agent = idOf<model::AgentId>(3);
        from.position = {.epoch = epochOf(seq < 0 ? 0 : 1), .seq = std::max<std::int64_t>(0, seq)};
        return from;
    }
    wire::Welcome welcome(std::int64_t head, std::int64_t lastN = 0, std::string resync = {}) const
    {
        wire::Welcome frame{
            .head = {.epoch = epochOf(1), .seq = head}, .resync = !resync.empty(), .reason = resync, .lastN = lastN};
        frame.agent.id = idOf<model::AgentId>(3);
        return frame;
    }
    Effects &hear(const wire::Frame &frame) { return take(client.frameReceived(wire::pack(frame), now())); }
    /// Moves the clock from one wake-up to the next, as a timer would, and gathers what is sent and asked for.
    Effects pass(Milliseconds by)
    {
        Effects all;
        const Milliseconds until = now() + by;
        while (wakeAt && *wakeAt <= until) {
            clock.advance(std::max(Milliseconds(0), *wakeAt - now()));
            Effects &step = take(client.timeReached(now()));
            std::ranges::move(step.send, std::back_inserter(all.send));
            all.abortLink |= step.abortLink;
            all.openLink |= step.openLink;
            if (step.askPage)
                all.askPage = step.askPage;
            if (step.askFile)
                all.askFile = step.askFile;
        }
        clock.advance(until - now());
        return all;
    }
    /// Moves the clock to when it tries the hub again.
    bool opensWithin(Milliseconds most)
    {
        const Milliseconds until = now() + most;
        last.openLink = false;
        while (!last.openLink && wakeAt && *wakeAt <= until) {
            clock.advance(std::max(Milliseconds(0), *wakeAt - now()));
            take(client.timeReached(now()));
        }
        return last.openLink;
    }
    /// Up to a session that goes on at @p seq, with the journal loaded.
    void connect(std::int64_t seq, std::int64_t head, std::vector<model::Command> journal = {}, std::int64_t hubN = 0)
    {
        take(client.start(start(seq), now()));
        take(client.linkOpened(now()));
        hear(welcome(head, hubN));
        take(client.commandsLoaded(std::move(journal), now()));
    }
    void storeAll(std::size_t steps = 1)
    {
        for (std::size_t i = 0; i < steps; ++i)
            take(client.stored(now()));
    }
};

inline std::optional<wire::Seam> seamAt(std::int64_t seq)
{
    return wire::Seam{epochOf(1), seq};
}

template<class T>
std::vector<T> framesOf(const Effects &effects)
{
    std::vector<T> found;
    for (const wire::Frame &frame : effects.send) {
        if (const auto *one = std::get_if<T>(&frame))
            found.push_back(*one);
    }
    return found;
}

inline std::vector<std::int64_t> numbersIn(const Effects &effects)
{
    std::vector<std::int64_t> numbers;
    for (const auto &frame : framesOf<wire::CommandFrame>(effects))
        numbers.push_back(frame.command.n);
    return numbers;
}

inline std::vector<std::int64_t> range(std::int64_t first, std::int64_t last)
{
    std::vector<std::int64_t> numbers;
    for (std::int64_t n = first; n <= last; ++n)
        numbers.push_back(n);
    return numbers;
}

} // namespace tributary::engine::testing
