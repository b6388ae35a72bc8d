#include "core/channels/email/ingest_gate.h"

#include "core/base/log.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <mutex>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tributary::channels::email {
namespace {

constexpr Milliseconds kMostForOneWindow{120'000};
constexpr int kMostTries = 30;

/// Whether it may be the storage's fault and not the mail's.
bool mayPass(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::Invalid:
    case Error::Kind::TooLarge:
    case Error::Kind::Rejected: return false;
    default: return true;
    }
}

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

    bool hasFailed()
    {
        const std::lock_guard lock(mutex);
        return std::ranges::any_of(errors, [](const auto &error) { return error && mayPass(*error); });
    }

    int done = ::eventfd(0, EFD_CLOEXEC);
    std::mutex mutex;
    std::size_t left;
    std::vector<std::optional<Error>> errors;
    std::vector<bool> isAnswered;
};

/// Whether nothing but the storage can be the cause.
bool isOfStorage(const Error &error)
{
    return error.kind == Error::Kind::Offline || error.kind == Error::Kind::Full || error.kind == Error::Kind::TimedOut;
}

constexpr std::string_view kLeftOut = "What was attached could not be stored. It is still in the mailbox.";

bool isBare(const InboundEnvelope &envelope)
{
    return std::ranges::count(envelope.problems, kLeftOut) > 0;
}

/// What may be taken where all of it is not: nothing behind it comes in meanwhile, and it is not to be lost. Taken as it is
/// or not at all, the fault is the storage's, and it waits for that.
void leaveFilesOut(InboundEnvelope &envelope)
{
    constexpr std::size_t kInline = 16 * 1024; // what is longer is kept as a file, too
    const std::string sentence(kLeftOut);
    envelope.attachments.clear();
    envelope.text = std::string(text::truncated(envelope.text, kInline));
    if (envelope.html.size() > kInline)
        envelope.html.clear();
    envelope.problems.push_back(sentence);
    envelope.text += (envelope.text.empty() ? "" : "\n\n") + sentence;
}

} // namespace

MailResult<std::int64_t> IngestGate::deliver(std::vector<InboundEnvelope> pending)
{
    std::int64_t refused = 0;
    int tries = 0;
    bool leavesFilesOut = false; // it was the files: others behind need not wait as long
    while (!pending.empty()) {
        const auto window = std::make_shared<Window>(pending.size());
        for (std::size_t i = 0; i < pending.size(); ++i) {
            if (window->hasFailed()) { // at once: what comes behind it must not overtake it
                window->answer(i, Error{Error::Kind::Offline, "waits for one before it"});
                continue;
            }
            m_host.ingest(pending[i], [window, i](Result<IngestOutcome> outcome) {
                window->answer(i, outcome ? std::nullopt : std::optional(outcome.error()));
            });
        }
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
                if (mayPass(*window->errors[i])) {
                    if (!trouble)
                        trouble = window->errors[i];
                    again.push_back(std::move(pending[i]));
                    if (isOfStorage(*window->errors[i]) || isBare(again.back()))
                        continue;
                    leavesFilesOut |= tries >= kMostTries;
                    if (leavesFilesOut)
                        leaveFilesOut(again.back());
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
