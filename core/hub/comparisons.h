#pragma once

#include "core/hub/digests.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"

#include <atomic>

namespace tributary::hub {

/// Desktops compare their copies: `POST /sync/digests`. What that takes is bounded: one at a time, on a thread of its own
/// that gives way to all others, and looks through the store take a tenth of its time at most. Whoever comes in between is
/// told to come again. On the loop.
class Comparisons {
public:
    Comparisons(HubStore &store, Loop &loop);
    ~Comparisons();

    struct Busy {
        std::chrono::seconds retryAfter{0};
    };
    /// The body of an answer; Busy; Conflict: the desktop knows other names than this hub, so that equal rows would differ;
    /// Invalid, TooLarge: see answerDigests().
    using Done = std::function<void(std::variant<Bytes, Busy, Error>)>;
    void ask(ByteView body, model::AgentId agent, Done done);

    struct Metrics {
        std::uint64_t comparisons = 0; ///< Answered with the digests of all tables.
        std::uint64_t refused = 0;     ///< Told to come again.
        std::uint64_t diverged = 0;    ///< Copies that were put right ...
        std::uint64_t repaired = 0;    ///< ... rows that were missing there, or other than here ...
        std::uint64_t removed = 0;     ///< ... and rows that should not have been there.
    };
    const Metrics &metrics() const { return m_metrics; }

private:
    Result<std::variant<Bytes, Busy>> answer(store::Database &database, const wire::DigestRequest &request,
                                             model::AgentId agent);
    Result<const DigestBook *> bookFor(store::Database &database, const wire::DigestRequest &request, Milliseconds &wait);
    void noteRepair(const wire::DigestRequest &request, model::AgentId agent);

    HubStore &m_store;
    Loop &m_loop;
    std::unique_ptr<store::Reader> m_reader; ///< Made with the first question.
    bool m_busy = false;
    Metrics m_metrics;
    std::atomic<bool> m_ending = false;
    // On the reader's thread:
    std::optional<DigestBook> m_book;
    Milliseconds m_lookAgain{0}; ///< By Clock::steady(): no look through the store before.
    bool m_gaveWay = false;
};

} // namespace tributary::hub
