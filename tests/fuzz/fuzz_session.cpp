// What a stranger, or a desktop that is broken, sends to the hub: it is answered or the link is closed with a reason.
#include "core/engine/sync_session.h"
#include "tests/fuzz/pieces.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using fuzz::promise;

namespace {

/// The session, and a hub that answers everything it asks.
class Link {
public:
    Link() { perform(m_session.opened(now())); }

    void hello()
    {
        wire::Hello hello{.features = wire::ownFeatures(), .token = "token", .client = model::ClientId(RawId{std::byte(1)})};
        hear(wire::pack(hello));
    }
    void hear(ByteView message)
    {
        if (!m_over && m_session.wantsReading()) // else it stays in the socket
            perform(m_session.frameReceived(message, now()));
    }
    void wait(std::size_t ms)
    {
        m_clock.advance(Milliseconds(std::int64_t(ms)));
        if (!m_over)
            perform(m_session.timeReached(now()));
    }
    void answer(bool refuses)
    {
        if (m_over || m_commands == 0)
            return;
        --m_commands;
        perform(refuses ? m_session.commandFailed({Error::Kind::Conflict, "not the next one"}, now())
                        : m_session.commandApplied(now()));
    }
    void grow(std::size_t by)
    {
        m_head += std::int64_t(by % 64);
        if (!m_over)
            perform(m_session.headMoved(m_head, now()));
    }
    void stall(std::size_t bytes) { m_session.setQueued(bytes * 16); }

private:
    TimePoint now() const { return m_clock.now(); }
    void perform(engine::SyncSession::Effects effects)
    {
        for (const Bytes &message : effects.send) {
            const auto frame = wire::unpack(message, wire::kMaxPlainBytes);
            promise(frame && *frame, "what the hub says can be read");
        }
        if (effects.refused)
            promise(!effects.refused->second.empty(), "who is refused is told why");
        m_commands += effects.apply.size();
        if (effects.close || effects.abort) {
            m_over = true;
            return;
        }
        if (effects.authenticate) {
            engine::SyncSession::Admission admission{.agent = {.id = model::AgentId(RawId{std::byte(9)})}};
            admission.head.seq = m_head;
            admission.start = wire::Position{.seq = m_head / 2};
            perform(m_session.authenticated(admission, now()));
        }
        for (const wire::Fetch &fetch : effects.fetch) {
            if (!m_over)
                perform(m_session.pageRead(wire::Page{.request = fetch.request, .complete = true}));
        }
        if (effects.readAfter && !m_over) {
            wire::Changes changes{.from = *effects.readAfter, .to = m_head, .head = m_head};
            changes.from = std::min(changes.from, m_head);
            perform(m_session.changesRead(std::move(changes), now()));
        }
    }

    ManualClock m_clock;
    engine::SyncSession m_session;
    std::int64_t m_head = 5;
    std::size_t m_commands = 0;
    bool m_over = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Link link;
    fuzz::Pieces pieces(data, size);
    for (auto piece = pieces.next(); piece; piece = pieces.next()) {
        switch (piece->what % 8) {
        case 0: link.hello(); break;
        case 1: link.wait(piece->number); break;
        case 2: link.answer(piece->number % 2 == 1); break;
        case 3: link.grow(piece->number); break;
        case 4: link.stall(piece->number); break;
        default: link.hear(piece->bytes);
        }
    }
    return 0;
}
