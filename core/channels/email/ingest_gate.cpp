#include "core/channels/email/ingest_gate.h"

#include "core/base/log.h"

#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tributary::channels::email {
namespace {

constexpr Milliseconds kMostForOneWindow{120'000};
constexpr int kMostTries = 30;

/// The outcomes of one window, filled in from any thread, also after the gate has given up on them.
struct Window {
    explicit Window(std::size_t size)
        : left(size)
        , errors(size)
        , isAnswered(size)
    {
    }
    ~Window() { ::close(done); }

    void answer(std::size_t index, std::optional<Error> error)
    {
        const std::lock_guard lock(mutex);
        if (isAnswered[index])
            return;
        isAnswered[index] = true;
        errors[index] = std::move(error);
        if (--left == 0) {
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written = ::write(done, &one, sizeof one);
        }
    }

    int done = ::eventfd(0, EFD_CLOEXEC);
    std::mutex mutex;
    std::size_t left;
    std::vector<std::optional<Error>> errors;
    std::vector<bool> isAnswered;
};

/// Whether it may be the storage's fault and not the mail's. What is neither for certain is tried for hours, and not for
/// ever: nothing behind it comes in meanwhile.
bool mayPass(const Error &error, int tries)
{
    switch (error.kind) {
    case Error::Kind::Offline:
    case Error::Kind::Full:
    case Error::Kind::TimedOut: return true;
    case Error::Kind::Invalid:
    case Error::Kind::TooLarge:
    case Error::Kind::Rejected: return false;
    default: return tries < kMostTries;
    }
}

} // namespace

MailResult<std::int64_t> IngestGate::deliver(std::vector<InboundEnvelope> pending)
{
    std::int64_t refused = 0;
    int tries = 0;
    while (!pending.empty()) {
        const auto window = std::make_shared<Window>(pending.size());
        for (std::size_t i = 0; i < pending.size(); ++i)
            m_host.ingest(pending[i], [window, i](Result<IngestOutcome> outcome) {
                window->answer(i, outcome ? std::nullopt : std::optional(outcome.error()));
            });
        if (m_stop.waitFor(window->done, POLLIN, kMostForOneWindow) == StopSignal::Wait::Stopped)
            return failure(MailError{MailError::Kind::Stopped, "stopping"});

        ++tries;
        std::vector<InboundEnvelope> again;
        std::optional<Error> trouble;
        {
            const std::lock_guard lock(window->mutex);
            for (std::size_t i = 0; i < pending.size(); ++i) {
                if (!window->isAnswered[i])
                    window->errors[i] = Error{Error::Kind::TimedOut, "no answer from ingest"};
                if (!window->errors[i])
                    continue;
                if (mayPass(*window->errors[i], tries)) {
                    trouble = window->errors[i];
                    again.push_back(std::move(pending[i]));
                } else {
                    ++refused;
                    log(LogLevel::Warning, "tributary.email", "a mail was refused by ingest",
                        {{"error", name(window->errors[i]->kind)}, {"detail", window->errors[i]->detail}});
                }
            }
        }
        pending = std::move(again);
        if (trouble) {
            m_health.ingestFails(*trouble);
            if (!m_stop.sleepFor(m_backoff.next()))
                return failure(MailError{MailError::Kind::Stopped, "stopping"});
        } else {
            m_backoff.reset();
        }
    }
    return refused;
}

} // namespace tributary::channels::email
