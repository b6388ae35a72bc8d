#include "core/engine/sync_client.h"

#include <algorithm>

/// What goes to the files and comes from them: changes, the bootstrap, the journal's commands.
namespace tributary::engine {
namespace {

constexpr Milliseconds kLongestHttpRetry{60'000};

} // namespace

void SyncClient::queue(StoreStep step, Underway after, Effects &effects)
{
    effects.store.push_back(std::move(step));
    m_underway.push_back(std::move(after));
}

Effects SyncClient::stored(Milliseconds now)
{
    Effects effects;
    if (!m_underway.empty()) {
        const Underway step = std::move(m_underway.front());
        m_underway.pop_front();
        stepDone(step, effects, now);
        afterStep(effects, now);
    }
    return finish(std::move(effects));
}

void SyncClient::stepDone(const Underway &step, Effects &effects, Milliseconds now)
{
    switch (step.kind) {
    case Underway::Kind::Resync:
        m_known.position = step.position;
        m_known.lastN = step.lastN;
        m_known.agent = step.agent;
        m_known.bootstrapping = true;
        m_known.bootstrapStart = std::max<std::int64_t>(1, step.position.seq);
        m_known.bootstrapNext.clear();
        m_known.completeAsOf.reset();
        m_known.ahead.reset();
        m_known.unheard = true;
        if (m_known.removedBy == step.removedBy) // else rights have shrunk since
            m_known.removedBy = 0;
        m_levelAt = step.fullAt;
        m_pagesDone = m_pagesTotal = 0;
        askPage(effects);
        break;
    case Underway::Kind::Changes:
        m_known.position.seq = step.position.seq;
        m_known.position.chain = step.position.chain;
        m_known.lastN = std::max(m_known.lastN, step.lastN);
        m_known.unheard = m_known.unheard && !step.heard;
        if (step.fullAt)
            m_levelAt = step.fullAt;
        if (step.fullAt && !m_known.bootstrapping && !step.gained)
            m_known.completeAsOf = step.fullAt;
        if (step.gained) {
            m_known.bootstrapNext = m_known.bootstrapping ? std::string() : *step.gained;
            m_known.bootstrapping = true;
            m_known.bootstrapStart = std::max<std::int64_t>(1, step.position.seq); // what was gained is there from here on
            m_pagesDone = m_pagesTotal = 0;
            askPage(effects);
        }
        m_toGrant += step.bytes;
        if (m_toGrant >= kCredit / 4)
            acknowledge(effects);
        else if (m_link == Link::Open && !m_ackBy)
            m_ackBy = now + kAckDelay;
        break;
    case Underway::Kind::Page:
        m_known.bootstrapNext = step.next;
        m_known.bootstrapping = !step.next.empty();
        if (!m_known.bootstrapping && m_levelAt)
            m_known.completeAsOf = m_levelAt;
        m_pagesDone = step.done;
        m_pagesTotal = step.total > 0 ? std::max(step.done, step.total) : 0; // 0: not known
        m_backoff.reset();
        askPage(effects);
        break;
    case Underway::Kind::Renumber: break; // renumbered() comes instead
    }
}

void SyncClient::afterStep(Effects &effects, Milliseconds now)
{
    if (m_underway.empty() && m_openWhenStored && m_running)
        open(effects, now);
    renumberIfDue(effects);
}

Effects SyncClient::storeFailed(Milliseconds now)
{
    Effects effects;
    if (!m_underway.empty()) {
        m_underway.pop_front();
        if (m_running && m_link != Link::None)
            hangUp(effects, now, SyncStatus::Reason::Storage);
        afterStep(effects, now);
    }
    return finish(std::move(effects));
}

Effects SyncClient::storeForked(Milliseconds now)
{
    Effects effects;
    if (!m_underway.empty()) {
        m_underway.pop_front();
        if (m_link != Link::None)
            hangUp(effects, now, SyncStatus::Reason::None);
        renumber(effects);
    }
    return finish(std::move(effects));
}

void SyncClient::acknowledge(Effects &effects)
{
    m_ackBy.reset();
    if (m_link != Link::Open)
        return;
    effects.send.push_back(wire::Credit{.bytes = m_toGrant, .seq = m_known.position.seq});
    m_toGrant = 0;
}

// -- Bootstrap ------------------------------------------------------------------------------------------------------------

void SyncClient::askPage(Effects &effects)
{
    // Where to begin may be about to change.
    const bool toBegin = std::ranges::any_of(
        m_underway, [](const Underway &one) { return one.gained.has_value() || one.kind == Underway::Kind::Resync; });
    if (m_link != Link::Open || !m_known.bootstrapping || m_pageAsked || m_pageAt || toBegin)
        return;
    m_pageAsked = true;
    m_pageStale = false;
    effects.askPage = m_known.bootstrapNext;
    if (m_known.bootstrapStart > 0)
        effects.seam = wire::Seam{m_known.position.epoch, m_known.bootstrapStart};
}

Effects SyncClient::pageArrived(wire::BootstrapPage page, Milliseconds now)
{
    if (!m_pageAsked)
        return finish({});
    if (std::exchange(m_pageStale, false) || (page.rights > 0 && page.rights < m_rights)) {
        Effects again;
        m_pageAsked = false;
        askPage(again);
        return finish(std::move(again));
    }
    const bool stuck = !page.next.empty() && page.next == m_known.bootstrapNext;
    if (stuck || page.start.epoch != m_known.position.epoch) {
        ++m_status.garbage; // or of a history that is over: the next welcome will tell
        return pageFailed(Error::Kind::Failed, now);
    }
    Effects effects;
    m_pageAsked = false;
    m_pageWait = kFirstHttpRetry;
    if (std::exchange(m_pagesUnread, 0) >= kTriesToRead)
        m_reason = SyncStatus::Reason::None;
    noteAhead(page.head);
    Underway after{.kind = Underway::Kind::Page, .next = page.next, .done = page.done, .total = page.total};
    queue(StorePage{std::move(page)}, std::move(after), effects);
    return finish(std::move(effects));
}

Effects SyncClient::pageFailed(Error::Kind kind, Milliseconds now, Milliseconds atLeast)
{
    Effects effects;
    if (!m_pageAsked)
        return finish(std::move(effects));
    m_pageAsked = false;
    m_pageStale = false;
    if (kind == Error::Kind::Denied && m_link == Link::Open) // what that means a goodbye says: it may be another hub by now
        hangUp(effects, now, SyncStatus::Reason::None);
    if (kind == Error::Kind::NotFound || kind == Error::Kind::Invalid || kind == Error::Kind::Rejected)
        m_known.bootstrapNext.clear();
    if (kind == Error::Kind::Corrupt && ++m_pagesUnread >= kTriesToRead)
        m_reason = SyncStatus::Reason::Unreadable;
    // Many wait after a restore: not all of them at the same moment.
    const Milliseconds wait = std::max(m_pageWait, atLeast);
    m_pageAt = now + wait + Milliseconds(std::int64_t(m_rng.below(std::uint64_t(wait.count() / 5 + 1))));
    m_pageWait = std::min(2 * m_pageWait, kLongestHttpRetry);
    return finish(std::move(effects));
}

// -- Own commands ---------------------------------------------------------------------------------------------------------

Effects SyncClient::commandsLoaded(std::vector<model::Command> commands, Milliseconds now)
{
    Effects effects;
    if (m_loadsAsked > 0 && --m_loadsAsked == 0)
        taken(m_commands.load(std::move(commands)), effects, now);
    return finish(std::move(effects));
}

Effects SyncClient::commandsNotLoaded(Milliseconds now)
{
    Effects effects;
    if (m_loadsAsked > 0 && --m_loadsAsked == 0 && m_link == Link::Open)
        hangUp(effects, now, SyncStatus::Reason::Storage);
    return finish(std::move(effects));
}

Effects SyncClient::commandsAdded(std::vector<model::Command> commands, Milliseconds now)
{
    Effects effects;
    taken(m_commands.add(std::move(commands)), effects, now);
    return finish(std::move(effects));
}

void SyncClient::taken(CommandWindow::Taken taken, Effects &effects, Milliseconds now)
{
    switch (taken) {
    case CommandWindow::Taken::Yes: sendCommands(effects); break;
    case CommandWindow::Taken::Gap:
        // Only when every echo is in: what the hub has already done must not be numbered anew.
        m_commands.close();
        m_renumberDue = true;
        renumberIfDue(effects);
        break;
    case CommandWindow::Taken::Forked:
        hangUp(effects, now, SyncStatus::Reason::None);
        renumber(effects);
        break;
    }
}

void SyncClient::sendCommands(Effects &effects)
{
    if (m_link != Link::Open)
        return;
    for (model::Command &command : m_commands.take())
        effects.send.push_back(wire::CommandFrame{std::move(command)});
    askFile(effects);
}

/// One at a time: the hub takes commands in order, and files are large.
void SyncClient::askFile(Effects &effects)
{
    if (m_fileAsked || m_fileAt)
        return;
    if (const model::Attachment *missing = m_commands.missingFile()) {
        m_fileAsked = missing->id;
        effects.askFile = *missing;
    }
}

Effects SyncClient::fileArrived(model::AttachmentId file, Milliseconds)
{
    Effects effects;
    m_commands.fileIsThere(file);
    if (m_fileAsked == file) {
        m_fileAsked.reset();
        m_fileWait = kFirstHttpRetry;
    }
    sendCommands(effects);
    return finish(std::move(effects));
}

Effects SyncClient::fileFailed(model::AttachmentId file, Milliseconds now, Milliseconds atLeast)
{
    if (m_fileAsked == file) {
        m_fileAsked.reset();
        m_fileAt = now + std::max(m_fileWait, atLeast);
        m_fileWait = std::min(m_fileWait * 2, kLongestHttpRetry);
    }
    return finish({});
}

void SyncClient::renumber(Effects &effects)
{
    effects.store.emplace_back(
        std::in_place_type<RenumberJournal>); // through queue() g++ 12 warns of the other alternatives
    m_underway.push_back(Underway{.kind = Underway::Kind::Renumber});
}

void SyncClient::renumberIfDue(Effects &effects)
{
    if (!m_renumberDue || m_link != Link::Open || !m_underway.empty() || m_known.position.seq < m_head || m_known.unheard)
        return;
    m_renumberDue = false;
    renumber(effects);
}

Effects SyncClient::renumbered(model::ClientId client, Milliseconds now)
{
    Effects effects;
    if (!m_underway.empty()) {
        m_underway.pop_front();
        m_known.client = client;
        m_known.lastN = 0;
        effects.abortLink = m_link != Link::None;
        forgetSession();
        if (m_running)
            open(effects, now);
    }
    return finish(std::move(effects));
}

} // namespace tributary::engine
