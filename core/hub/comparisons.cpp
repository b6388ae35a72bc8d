#include "core/hub/comparisons.h"

#include "core/base/log.h"
#include "core/wire/vocabulary.h"

#include <algorithm>
#include <sys/resource.h>

namespace tributary::hub {
namespace {

using wire::DigestRequest;
using Ask = DigestRequest::Ask;

constexpr int kPauseFor = 9; ///< Times as long as a look took there is none.
constexpr std::chrono::seconds kNextTurn{5};

/// What it does can wait, what the other threads do cannot. In Linux a thread has a niceness of its own.
void giveWay()
{
#ifdef __linux__
    (void)::setpriority(PRIO_PROCESS, 0, 10);
#endif
}

} // namespace

Comparisons::Comparisons(HubStore &store, Loop &loop)
    : m_store(store)
    , m_loop(loop)
{
}

Comparisons::~Comparisons()
{
    m_ending = true;
    if (m_reader)
        m_reader->close();
}

void Comparisons::ask(ByteView body, model::AgentId agent, Done done)
{
    const auto request = wire::unpackDigestRequest(body);
    if (!request)
        return done(request.error());
    if (request->vocabulary != wire::vocabularyDigest())
        return done(Error{Error::Kind::Conflict, "another vocabulary"});
    if (request->ask == Ask::Done)
        noteRepair(*request, agent);
    if (m_busy) {
        ++m_metrics.refused;
        return done(Busy{kNextTurn});
    }
    if (!m_reader) {
        auto reader = m_store.openReader();
        if (!reader)
            return done(reader.error());
        m_reader = std::move(*reader);
    }
    m_busy = true;
    m_reader->read([this, request = *request, agent](store::Database &database) { return answer(database, request, agent); },
                   m_loop.executor(),
                   [this, ask = request->ask, done = std::move(done)](Result<std::variant<Bytes, Busy>> answer) {
                       m_busy = false;
                       if (!answer)
                           return done(answer.error());
                       if (auto *busy = std::get_if<Busy>(&*answer)) {
                           ++m_metrics.refused;
                           return done(*busy);
                       }
                       m_metrics.comparisons += ask == Ask::Tables;
                       done(std::get<Bytes>(std::move(*answer)));
                   });
}

Result<std::variant<Bytes, Comparisons::Busy>> Comparisons::answer(store::Database &database, const DigestRequest &request,
                                                                   model::AgentId agent)
{
    if (!std::exchange(m_gaveWay, true))
        giveWay();
    const DigestBook *book = nullptr;
    TRIBUTARY_TRY_ASSIGN(const bool level, isLevel(database, request.position));
    if (level && (request.ask == Ask::Tables || request.ask == Ask::Buckets)) {
        Milliseconds wait{0};
        TRIBUTARY_TRY_ASSIGN(book, bookFor(database, request, wait));
        if (!book)
            return std::variant<Bytes, Busy>(Busy{std::chrono::ceil<std::chrono::seconds>(wait)});
    }
    TRIBUTARY_TRY_ASSIGN(const wire::DigestAnswer answer, answerDigests(database, request, agent, book));
    return std::variant<Bytes, Busy>(wire::pack(answer));
}

/// The book that is there if it is of that moment, else a new one, unless it is too early for that.
Result<const DigestBook *> Comparisons::bookFor(store::Database &database, const DigestRequest &request, Milliseconds &wait)
{
    if (m_book && m_book->at == request.position && m_book->itemsFrom == request.itemsFrom)
        return &*m_book;
    const Milliseconds begin = m_store.clock().steady();
    if (begin < m_lookAgain) {
        wait = m_lookAgain - begin;
        return nullptr;
    }
    m_book.reset();
    TRIBUTARY_TRY_ASSIGN(m_book, readDigestBook(database, request.itemsFrom, &m_ending));
    const Milliseconds end = m_store.clock().steady();
    m_lookAgain = end + kPauseFor * (end - begin);
    log(LogLevel::Info, "tributary.hub", "the store was looked through for comparing copies",
        {{"head", m_book->at.seq}, {"ms", (end - begin).count()}});
    return &*m_book;
}

/// A copy that silently becomes another is a mistake of ours: it is to be seen.
void Comparisons::noteRepair(const DigestRequest &request, model::AgentId agent)
{
    if (request.repaired <= 0 && request.removed <= 0)
        return;
    ++m_metrics.diverged;
    m_metrics.repaired += std::uint64_t(std::max<std::int64_t>(request.repaired, 0));
    m_metrics.removed += std::uint64_t(std::max<std::int64_t>(request.removed, 0));
    log(LogLevel::Warning, "tributary.hub", "a desktop's copy was not what the hub has, and was put right",
        {{"agent", agent.text()}, {"rows", request.repaired}, {"removed", request.removed}});
}

} // namespace tributary::hub
