#include "core/client/local_store.h"

#include "core/base/breaks.h"
#include "core/base/log.h"
#include "core/client/seen_history.h"
#include "core/client/taken_before.h"
#include "core/model/command_files.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/page_gaps.h"
#include "core/store/sql.h"

#include <algorithm>
#include <map>

/// What the hub says, into the files.
namespace tributary::client {
namespace {

using namespace tributary::model;

constexpr std::size_t kRowsAtOnce = 1'000; ///< In one transaction (DESIGN 6).

/// Of which there is nothing to come any more: what is refused comes back to its author.
std::set<std::int64_t> doneBy(const std::vector<Outcome> &outcomes)
{
    std::set<std::int64_t> numbers;
    for (const Outcome &outcome : outcomes) {
        if (outcome.kind != Outcome::Kind::Refused)
            numbers.insert(outcome.n);
    }
    return numbers;
}

Error noCache()
{
    return {Error::Kind::Failed, "there is no cache"};
}

} // namespace

Result<engine::SyncClient::Start> LocalStore::syncStart()
{
    engine::SyncClient::Start start{.token = m_facts.installation.token, .client = m_facts.installation.client};
    if (!haveCache())
        return failure(noCache());
    TRIBUTARY_TRY(checkUnlocked());
    TRIBUTARY_TRY_ASSIGN(const auto state, store::Cache(*m_cacheFile).state());
    // Without a copy all that ever came back is told again. The journal knows of what is applied, but not whether that was
    // in the history of now: the hub may have gone back, done it anew, and have said of it what was not heard here.
    if (!state)
        return start;
    start.position = state->position;
    start.lastN = state->lastN;
    start.agent = state->agent;
    start.bootstrapping = state->bootstrapStart > 0;
    start.bootstrapStart = state->bootstrapStart;
    start.bootstrapNext = state->bootstrapNext;
    start.completeAsOf = state->syncedAt;
    start.removedBy = state->removedBy;
    start.unheard = state->unheard;
    if (state->aheadSeq > state->position.seq)
        start.ahead = {state->position.epoch, state->aheadSeq, state->aheadChain};
    if (m_facts.agent.id == state->agent)
        start.self = m_facts.agent;
    return start;
}

Result<void> LocalStore::take(const engine::StoreStep &step)
{
    const bool isResync = std::holds_alternative<engine::Resync>(step);
    if (m_resyncOwed && !isResync) // also where it has our numbers: they are of another history (seed 1001217)
        return failure(Error::Kind::Conflict, "it follows upon a copy that could not be begun");
    auto taken = takeStep(step);
    if (isResync)
        m_resyncOwed = !taken;
    return taken;
}

Result<void> LocalStore::takeStep(const engine::StoreStep &step)
{
    showAll(); // which may be when the disk fails, and the copy with it
    if (!haveCache())
        return failure(noCache());
    TRIBUTARY_TRY(checkSignedIn());
    if (m_facts.storage == Status::Storage::DiskFull && !takeReserve()) // what is left is for what a person types
        return failure(Error::Kind::Full, "no room left on the disk");
    if (m_overlayInDoubt)
        TRIBUTARY_TRY(showOwnAnew());
    if (const auto *changes = std::get_if<wire::Changes>(&step))
        return takeChanges(*changes);
    if (const auto *page = std::get_if<engine::StorePage>(&step))
        return takePage(page->page);
    if (const auto *resync = std::get_if<engine::Resync>(&step))
        return takeResync(*resync);
    return failure(Error::Kind::Invalid, "renumber() does that");
}

/// What the link has read may still be on its way here when its agent signs out, or is signed out.
Result<void> LocalStore::checkSignedIn() const
{
    if (m_facts.installation.token.empty())
        return failure(Error::Kind::Denied, "nobody is signed in");
    return checkUnlocked();
}

/// For the next time they are here: how far they have seen which history. Of what is still to be offered to a hub that has
/// gone back nothing is noted, so that it is.
void LocalStore::noteHistory()
{
    std::string &note = m_facts.settings[seenHistoryOf(m_facts.agent.id)];
    note.clear();
    const auto recalled = m_journal->recalled();
    const auto state = m_cacheFile ? store::Cache(*m_cacheFile).state() : Result<std::optional<store::CacheState>>();
    const bool isKnown = recalled && recalled->empty() && !m_facts.anyLocked && state && *state;
    if (isKnown && (*state)->position.epoch != wire::Epoch{})
        note = toHex((*state)->position.epoch) + " " + std::to_string((*state)->position.seq);
}

/// Whether it may have lost what was done here: it has another history than this copy is of, or than was seen here last, or
/// less of it.
bool LocalStore::hasGoneBack(const wire::Position &hub) const
{
    if (m_facts.epoch != wire::Epoch{})
        return m_facts.epoch != hub.epoch;
    const auto note = m_facts.settings.find(seenHistoryOf(m_facts.agent.id));
    const std::string history = toHex(hub.epoch) + " ";
    if (note == m_facts.settings.end() || !note->second.starts_with(history))
        return true;
    return std::strtoll(note->second.c_str() + history.size(), nullptr, 10) > hub.seq;
}

Result<void> LocalStore::takeResync(const engine::Resync &step)
{
    TRIBUTARY_TRY(checkOwn(step.lastN, step.outcomes));
    store::CacheState state{.position = step.position, .client = m_facts.installation.client, .lastN = step.lastN};
    state.agent = step.agent.id;
    state.workspace = step.workspace;
    state.unheard = true;
    state.bootstrapStart = std::max<std::int64_t>(1, step.position.seq); // 0 would say that there is nothing to fetch
    // A hub that does not know this client may have gone back to before it came, and have lost what was done as another one,
    // too. Where nobody can tell it is offered all the same: what a hub has done already has no second effect.
    const bool isOther = step.reason == "fork" || hasGoneBack(step.position); // under the same name, too (seed 580)
    if (isOther && step.lastN == 0 && !TRIBUTARY_BREAK(offeredAgain))
        TRIBUTARY_TRY(watch(m_journal->recallKept(), false));
    TRIBUTARY_TRY(keepOutcomes(step.outcomes));
    m_erased.clear();    // a hub of before may know them
    dropOlderJournals(); // who was erased meanwhile is not told one by one
    m_disk.drop(cachePath(m_folder).string() + ".broken");
    const auto begun = beginCopyAnew();
    m_facts.syncedAt.reset();
    begun ? m_events.copyMoved() : m_events.cacheReplaced();
    tell(store::ChangeSet{.everything = true});
    TRIBUTARY_TRY(begun);
    TRIBUTARY_TRY(watch(m_cacheFile->inTransaction([&]() -> Result<void> {
        store::Cache cache(*m_cacheFile);
        TRIBUTARY_TRY(cache.clear());
        return cache.setState(state);
    }),
                        true));
    // As with changes: from here on the step has not failed.
    m_facts.epoch = step.position.epoch;
    (void)watch(m_journal->markApplied(step.lastN, m_clock.now()), false);
    m_facts.settings.erase(seenHistoryOf(m_facts.agent.id)); // from here on the copy says it
    // After an epoch change also what another history had taken is under way again.
    (void)watch(loadPending(step.lastN), false);
    m_facts.syncedAt.reset();
    (void)watch(recount(), false);
    m_events.factsChanged();
    tell(store::ChangeSet{.everything = true});
    tellCameBack();
    return {};
}

Result<void> LocalStore::takeChanges(const wire::Changes &changes)
{
    store::Cache cache(*m_cacheFile);
    TRIBUTARY_TRY_ASSIGN(const auto state, watch(cache.state(), true));
    if (!state)
        return failure(Error::Kind::Conflict, "there is no copy to go on from");
    if (changes.from != state->position.seq && !TRIBUTARY_BREAK(gap))
        return changes.to <= state->position.seq
                   ? Result<void>()
                   : failure(Error::Kind::Conflict, "a gap in the changes, after " + std::to_string(state->position.seq));
    if (changes.lastN > state->lastN)
        TRIBUTARY_TRY(checkOwn(changes.lastN, changes.outcomes));
    // First: where the copy knows of nobody any more, it cannot be said what was about them.
    TRIBUTARY_TRY_ASSIGN(const store::Erased erased, watch(erasedBy(changes), true));
    std::vector<std::string> files = filesAbout(erased);
    if (!TRIBUTARY_BREAK(erasedWork))
        TRIBUTARY_TRY(watch(m_journal->forgetAbout(erased, doneBy(changes.outcomes)), false));
    const std::set<ConversationId> &theirs = erased.conversations;
    m_erased.insert(theirs.begin(), theirs.end()); // what is refused with this frame is no draft there
    std::erase_if(m_discarded, [&theirs](const store::Draft &one) { return theirs.contains(one.conversation); });
    if (!erased.empty())
        (void)watch(m_journal->checkpoint(true), false); // its log has it still
    if (std::ranges::find(changes.removals, EntityType::Customer, &wire::Removal::type) != changes.removals.end())
        dropOlderJournals();
    if (!TRIBUTARY_BREAK(outcomesFirst))
        TRIBUTARY_TRY(keepOutcomes(changes.outcomes));
    TRIBUTARY_TRY_ASSIGN(
        store::ChangeSet changed,
        watch(m_cacheFile->inTransaction([&] { return cache.apply(changes, m_pending, m_facts.agent); }), true));
    if (TRIBUTARY_BREAK(outcomesFirst))
        TRIBUTARY_TRY(keepOutcomes(changes.outcomes));
    // From here on the copy has it, and the step has not failed: the hub would be asked for what is here. What the journal
    // cannot take now, on a full disk, it is told again with the next frame, welcome or start.
    m_rowsInLog += std::int64_t(changes.rows.size()) + 1;
    std::erase_if(m_regained, [&theirs](const auto &one) { return theirs.contains(one.first.first); });
    std::erase_if(m_untold, [&erased](const auto &one) { return isAbout(one.command, erased); });
    for (const ConversationId &id : theirs)
        m_events.draftChanged(id);
    changed.files.insert(changed.files.end(), files.begin(), files.end());
    forgetDeleted(changed);
    for (const Entity &row : changes.rows) {
        if (const auto *agent = std::get_if<Agent>(&row); agent && agent->id == m_facts.agent.id)
            (void)setAgent(*agent, m_facts.installation.workspace);
    }
    if (changes.lastN > state->lastN) {
        noteHeld(changes.lastN);
        if (!TRIBUTARY_BREAK(echoRemoval))
            std::erase_if(m_pending, [&](const Command &command) { return command.n <= changes.lastN; });
        (void)watch(m_journal->markApplied(changes.lastN, m_clock.now()), false);
        if (m_clock.now() - m_prunedAt > std::chrono::hours(6))
            (void)watch(prune(), false);
    }
    if (changes.lastN > state->lastN || !erased.empty()) {
        (void)watch(recount(), false);
        m_events.factsChanged();
    }
    if (!theirs.empty()) {
        if (const auto more = watch(forgetUnsentFiles(theirs, changed.files), false))
            changed.files.insert(changed.files.end(), more->begin(), more->end());
    }
    tell(changed);
    tellCameBack();
    return {};
}

/// Who is removed has nothing but a card, or is erased: either way nothing of them stays here.
Result<store::Erased> LocalStore::erasedBy(const wire::Changes &changes)
{
    store::Erased erased;
    erased.conversations.insert(changes.erased.begin(), changes.erased.end());
    for (const wire::Removal &removal : changes.removals) {
        if (removal.type != EntityType::Customer)
            continue;
        erased.customers.emplace(removal.key);
        auto reached = m_cacheFile->query(store::sql::cache_identities_of);
        reached.bind("id", removal.key);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Identity> identities, store::readAll<Identity>(reached));
        for (const Identity &identity : identities) {
            erased.identities.insert(identity.id);
            if (!identity.address.empty()) // else it is not shown here
                erased.addresses.emplace(identity.channel, identity.address);
        }
        if (m_hub.has(wire::feature::kTellsErased))
            continue;
        auto query = m_cacheFile->query(store::sql::cache_conversations_of_erased);
        query.bind("customer_id", removal.key);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            erased.conversations.insert(query.id<ConversationId>(0));
        }
    }
    for (const Entity &row : changes.rows) { // it is there, and somebody else's by now
        if (const auto *conversation = std::get_if<Conversation>(&row))
            erased.conversations.erase(conversation->id);
    }
    return erased;
}

/// The files of what is written to them and not sent: after that nothing names them. None while that cannot be read.
std::vector<std::string> LocalStore::filesAbout(const store::Erased &erased)
{
    std::vector<std::string> files;
    const auto work = erased.conversations.empty() ? Result<NamedFiles>(NamedFiles()) : filesOfWork();
    for (const auto &[sha256, conversation] : work.value_or(NamedFiles())) {
        if (erased.conversations.contains(conversation))
            files.push_back(sha256);
    }
    return files;
}

/// Else a text of ours would count as applied, and be gone: under the number that another copy of this installation has
/// used, whether it has been given here already or is the next one to be given.
Result<void> LocalStore::checkOwn(std::int64_t lastN, const std::vector<Outcome> &outcomes)
{
    if (TRIBUTARY_BREAK(forkedClient))
        return {};
    TRIBUTARY_TRY_ASSIGN(const std::int64_t given, watch(m_journal->lastGiven(), false));
    bool isOurs = lastN <= given;
    for (const Outcome &outcome : outcomes) { // of what counts as applied as well: a hub that went back may say otherwise
        TRIBUTARY_TRY_ASSIGN(const auto own, watch(m_journal->entry(outcome.n), false));
        isOurs = isOurs && (!own || own->command.id == outcome.command);
    }
    return isOurs ? Result<void>() : failure(Error::Kind::Conflict, std::string(kForked));
}

void LocalStore::forgetDeleted(const store::ChangeSet &changed)
{
    if (!changed.everything)
        return;
    m_disk.drop(cachePath(m_folder).string() + ".broken"); // it was put aside with all that could be seen then
    // A deleted row is overwritten, its words in the index are not until that is rewritten, nor is the log.
    if (const auto done = watch(store::Cache(*m_cacheFile).forgetDeletedWords(), true); !done)
        log(LogLevel::Warning, "tributary.client", "the index was not rewritten", {{"error", done.error().detail}});
    if (m_cacheFile)
        checkpoint(true);
    m_forgetting.reset(); // a pass that was under way has nothing left to do: the next one says so
}

Result<bool> LocalStore::forgetWords()
{
    if (!m_cacheFile)
        return false;
    store::Cache cache(*m_cacheFile);
    TRIBUTARY_TRY_ASSIGN(const std::int64_t gone, watch(cache.wordsGone(), true));
    if (gone == 0)
        return false;
    if (!m_forgetting || m_forgetting->page == 0) {
        TRIBUTARY_TRY_ASSIGN(const bool more, forgetInIndex(cache));
        if (!m_forgetting)
            m_forgetting = Forgetting{.gone = gone};
        m_forgetting->page = more ? 0 : 1;
        return true;
    }
    TRIBUTARY_TRY_ASSIGN(const bool more, forgetInPages());
    if (more)
        return true;
    TRIBUTARY_TRY(forgetInLog(cache));
    return false;
}

Result<bool> LocalStore::forgetInIndex(store::Cache &cache)
{
    TRIBUTARY_TRY_ASSIGN(const bool more,
                         watch(m_cacheFile->inTransaction([&] { return cache.forgetSomeWords(!m_forgetting); }), true));
    m_rowsInLog += 64; // as many pages
    checkpoint(false);
    if (!more)
        m_disk.drop(cachePath(m_folder).string() + ".broken"); // has what could be seen when it was put aside
    return more;
}

/// Conflict: somebody reads. It goes on where it was when it is called again.
Result<bool> LocalStore::forgetInPages()
{
    constexpr std::int64_t kPages = 512;
    constexpr int kMostPasses = 4; // while rows come and go there is always something to be found, of what may be seen
    auto wiped = store::wipePageGaps(*m_cacheFile, m_forgetting->page, kPages);
    if (!wiped && wiped.error().kind == Error::Kind::Conflict)
        return failure(wiped.error());
    TRIBUTARY_TRY_ASSIGN(const store::WipedGaps done, watch(std::move(wiped), true));
    Forgetting &pass = *m_forgetting;
    pass.page = done.next;
    pass.found |= done.wiped > 0;
    if (!done.atEnd)
        return true;
    if (!std::exchange(pass.found, false) || ++pass.passes == kMostPasses)
        return false;
    pass.page = 1;
    return true;
}

Result<void> LocalStore::forgetInLog(store::Cache &cache)
{
    const std::int64_t gone = std::exchange(m_forgetting, std::nullopt)->gone;
    if (!TRIBUTARY_BREAK(goneWords)) {
        TRIBUTARY_TRY_ASSIGN(const bool isEmpty, watch(store::emptyLog(*m_cacheFile), true));
        if (!isEmpty)
            return {}; // not while somebody reads: the next pass tries again
    }
    m_rowsInLog = 0;
    return watch(m_cacheFile->inTransaction([&] { return cache.wordsForgotten(gone); }), true);
}

/// What came back is told of when the step is done, or, where it fails, the one that has it again.
Result<void> LocalStore::keepOutcomes(const std::vector<Outcome> &outcomes)
{
    if (outcomes.empty())
        return {};
    const auto isTakenBack = [this](const Command &command) {
        const TimelineItemId item = itemMadeBy(command.body);
        return std::ranges::any_of(m_pending, [&](const Command &later) {
            const auto *cancel = std::get_if<CancelMessage>(&later.body);
            return cancel && !item.isNull() && cancel->item == item && later.n > command.n;
        });
    };
    std::vector<store::JournalEntry> cameBack;
    std::vector<Outcome> kept = outcomes;
    for (Outcome &outcome : kept) {
        if (outcome.kind != Outcome::Kind::NeedsYou && outcome.kind != Outcome::Kind::Refused && outcome.refusedRows.empty())
            continue;
        TRIBUTARY_TRY_ASSIGN(auto mine, watch(m_journal->entry(outcome.n), false));
        if (!mine || mine->command.id != outcome.command || mine->outcome) // told again: its author may have decided since
            continue;
        if (mine->settled) // it was about somebody who is erased
            continue;
        // Its author has decided, or never knew of it: what they have read may be out of their sight by now.
        const bool isNoMatter =
            !isMeant(mine->command.body) || (outcome.kind == Outcome::Kind::NeedsYou && isTakenBack(mine->command));
        if (isNoMatter) {
            TRIBUTARY_TRY(watch(m_journal->settle(outcome.n), false)); // before the outcome, as below
            continue;
        }
        if (mine->appliedAt)
            outcome.detail = kTakenBefore;
        if (outcome.kind == Outcome::Kind::Refused)
            TRIBUTARY_TRY(backToDraft(mine->command)); // before the outcome: if this is all that happens, it happens again
        mine->outcome = outcome;
        cameBack.push_back(std::move(*mine));
    }
    TRIBUTARY_TRY(watch(m_journal->setOutcomes(kept), false));
    std::ranges::move(cameBack, std::back_inserter(m_untold));
    return {};
}

void LocalStore::tellCameBack()
{
    for (const store::JournalEntry &entry : std::exchange(m_untold, {}))
        m_events.cameBack(entry);
}

Result<void> LocalStore::backToDraft(const Command &command)
{
    if (const auto *cancel = std::get_if<CancelMessage>(&command.body))
        return cancelCameTooLate(*cancel);
    auto draft = draftOf(command.body, m_clock.now());
    return draft ? restoreDraft(std::move(*draft)) : Result<void>();
}

/// The message is out: its text, brought back as a draft when it was cancelled, would be sent twice.
Result<void> LocalStore::cancelCameTooLate(const CancelMessage &cancel)
{
    TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(*m_cacheFile, cancel.item));
    return item ? dropDraftIf(item->conversation, store::Draft::Kind::Reply, item->body, item->attachments) : Result<void>();
}

Result<void> LocalStore::takePage(const wire::BootstrapPage &page)
{
    store::Cache cache(*m_cacheFile);
    TRIBUTARY_TRY_ASSIGN(const auto before, watch(cache.state(), true));
    if (!before)
        return failure(Error::Kind::Conflict, "there is no copy to add a page to");
    if (before->bootstrapStart == 0)
        return {}; // the last one, once more: what has gone since it was read is known no longer
    store::ChangeSet changed;
    for (std::size_t from = 0; from == 0 || from < page.rows.size(); from += kRowsAtOnce) {
        const std::size_t to = std::min(page.rows.size(), from + kRowsAtOnce);
        const std::vector<Entity> rows(page.rows.begin() + std::ptrdiff_t(from), page.rows.begin() + std::ptrdiff_t(to));
        TRIBUTARY_TRY_ASSIGN(
            const store::ChangeSet part, watch(m_cacheFile->inTransaction([&]() -> Result<store::ChangeSet> {
                TRIBUTARY_TRY_ASSIGN(auto touched,
                                     cache.applyRows(rows, m_pending, m_facts.agent,
                                                     from == 0 ? page.unread : std::vector<wire::Unread>(), page.rights));
                if (to < page.rows.size())
                    return touched;
                TRIBUTARY_TRY_ASSIGN(auto state, cache.state());
                if (!state)
                    return failure(Error::Kind::Conflict, "there is no copy to add a page to");
                state->bootstrapNext = page.next;
                state->noteAhead(page.head);
                if (page.next.empty())
                    state->bootstrapStart = 0;
                TRIBUTARY_TRY(cache.setState(*state));
                TRIBUTARY_TRY(noteCovered(page));
                return touched;
            }),
                                               true));
        changed.add(part);
    }
    // A gap is one no more, also where all that came was here already.
    for (const wire::BootstrapPage::Covered &one : page.covered)
        changed.customers.insert(one.customer);
    changed.everything |= page.next.empty();
    m_rowsInLog += std::int64_t(page.rows.size());
    if (page.next.empty() && std::exchange(m_facts.rebuilding, false))
        m_events.factsChanged();
    tell(changed);
    if (m_rowsInLog > 20'000)
        checkpoint(false);
    return {};
}

/// What has come whole with this page and those before it.
Result<void> LocalStore::noteCovered(const wire::BootstrapPage &page)
{
    for (const wire::BootstrapPage::Covered &one : page.covered)
        TRIBUTARY_TRY(store::addCoverage(*m_cacheFile, one.customer, {one.from, HistoryKey::end()}));
    if (page.since)
        TRIBUTARY_TRY(store::addWindow(*m_cacheFile, {*page.since, HistoryKey::end()}));
    return page.next.empty() ? store::resumeCoverage(*m_cacheFile) : Result<void>();
}

Result<void> LocalStore::takeOlder(const wire::Fetch &asked, const wire::Page &page)
{
    showAll();
    if (!haveCache())
        return failure(noCache());
    TRIBUTARY_TRY(checkSignedIn());
    HistoryRange covered{page.complete ? HistoryKey::beginning() : HistoryKey::end(), {asked.beforeAt, asked.beforeId}};
    for (const Entity &row : page.rows) {
        if (const auto *item = std::get_if<TimelineItem>(&row))
            covered.from = std::min(covered.from, HistoryKey{item->at, item->id});
    }
    covered.from = page.from.value_or(covered.from);
    const std::vector<CustomerId> whose = page.customers.empty() ? std::vector{asked.customer} : page.customers;
    store::Cache cache(*m_cacheFile);
    TRIBUTARY_TRY_ASSIGN(store::ChangeSet changed, watch(m_cacheFile->inTransaction([&]() -> Result<store::ChangeSet> {
                             TRIBUTARY_TRY_ASSIGN(auto touched, cache.applyRows(page.rows, m_pending, m_facts.agent,
                                                                                page.unread, page.rights));
                             TRIBUTARY_TRY_ASSIGN(auto state, cache.state());
                             if (!state)
                                 return failure(Error::Kind::Conflict, "there is no copy to add history to");
                             state->noteAhead(page.head);
                             TRIBUTARY_TRY(cache.setState(*state));
                             for (const CustomerId &customer : whose)
                                 TRIBUTARY_TRY(store::addCoverage(*m_cacheFile, customer, covered));
                             return touched;
                         }),
                                                         true));
    m_rowsInLog += std::int64_t(page.rows.size());
    changed.customers.insert(whose.begin(), whose.end()); // also where nothing came: a gap is no gap any more
    tell(changed);
    return {};
}

Result<void> LocalStore::repair(const store::Repair &repair)
{
    showAll();
    if (!haveCache())
        return failure(noCache());
    TRIBUTARY_TRY(checkSignedIn());
    const auto changed = watch(
        m_cacheFile->inTransaction([&] { return store::Cache(*m_cacheFile).repair(repair, m_pending, m_facts.agent); }),
        true);
    if (!changed) {
        if (changed.error().kind == Error::Kind::Conflict) // another row is in the way, which is to be found yet
            replaceCache("it is not what the hub has, and cannot be put right: " + changed.error().detail);
        return failure(changed.error());
    }
    std::map<std::string_view, std::int64_t> tables;
    for (const Entity &row : repair.rows)
        ++tables[nameOf(typeOf(row))];
    for (const Entity &row : repair.gone)
        ++tables[nameOf(typeOf(row))];
    for (const auto &[table, rows] : tables)
        log(LogLevel::Warning, "tributary.client", "the copy was not what the hub has, and was put right",
            {{"table", std::string(table)}, {"rows", rows}});
    m_rowsInLog += std::int64_t(repair.rows.size() + repair.gone.size());
    for (const Entity &row : repair.rows) {
        if (const auto *agent = std::get_if<Agent>(&row); agent && agent->id == m_facts.agent.id)
            TRIBUTARY_TRY(setAgent(*agent, m_facts.installation.workspace));
    }
    tell(*changed);
    return {};
}

Result<ClientId> LocalStore::renumber()
{
    TRIBUTARY_TRY(checkUnlocked());
    showAll();
    std::optional<std::int64_t> hubN;
    if (m_cacheFile) {
        TRIBUTARY_TRY_ASSIGN(const auto state, watch(store::Cache(*m_cacheFile).state(), true));
        if (state && state->client == m_facts.installation.client)
            hubN = state->lastN;
    }
    TRIBUTARY_TRY(watch(m_journal->becomeNewClient(m_ids, hubN), false));
    std::string token = m_facts.installation.token; // the journal may have only its place in the keyring
    TRIBUTARY_TRY_ASSIGN(m_facts.installation, m_journal->installation());
    m_facts.installation.token = std::move(token);
    TRIBUTARY_TRY_ASSIGN(m_offered, m_journal->offeredUpTo());
    if (m_cacheFile)
        TRIBUTARY_TRY(watch(loadCopy(), true));
    TRIBUTARY_TRY(recount());
    m_events.factsChanged();
    return m_facts.installation.client;
}

/// What the hub at the other end does not know, or is larger than it takes (of a program that gave larger ones), comes back
/// to its author, before anything of it is on its way. An empty command uses up its number, so that what was done later
/// goes out all the same.
Result<void> LocalStore::takeBackUnsendable(std::vector<Command> &commands)
{
    std::vector<Outcome> outcomes;
    std::vector<Command *> empty;
    showAll();
    for (Command &command : commands) {
        const bool isKnown = m_hub.knows(command);
        if (isKnown && wire::plainSize(command) <= wire::kMaxCommandBytes)
            continue;
        outcomes.push_back({.n = command.n, .command = command.id});
        outcomes.back().kind = Outcome::Kind::Refused;
        outcomes.back().reason = isKnown ? Outcome::Reason::Invalid : Outcome::Reason::NotKnown;
        empty.push_back(&command);
    }
    if (outcomes.empty())
        return {};
    TRIBUTARY_TRY(keepOutcomes(outcomes));
    for (Command *command : empty) { // not before it is back: else nobody would have it
        command->body = CancelMessage{};
        command->undoes.reset();
    }
    std::erase_if(m_pending, [&](const Command &command) {
        return std::ranges::any_of(outcomes, [&](const Outcome &outcome) { return outcome.n == command.n; });
    });
    if (m_cacheFile)
        (void)showOwnAnew();
    TRIBUTARY_TRY(recount());
    m_events.factsChanged();
    tellCameBack();
    return {};
}

Result<std::vector<Command>> LocalStore::commandsAfter(std::int64_t n, std::int64_t link)
{
    TRIBUTARY_TRY(checkUnlocked());
    // Before anything is sent: what follows it the hub would take, and that one would be nobody's (seed 1501).
    for (const Outcome &outcome : m_hubHas) {
        TRIBUTARY_TRY_ASSIGN(const auto own, watch(m_journal->entry(outcome.n), false));
        if (own && outcome.n <= n && own->command.id != outcome.command && !TRIBUTARY_BREAK(forkedClient))
            return std::vector<Command>{own->command};
    }
    TRIBUTARY_TRY_ASSIGN(auto entries, watch(m_journal->entriesAfter(n), false));
    std::set<TimelineItemId> takenBack; // offered again they must not go out before that is said, too
    for (const store::JournalEntry &entry : entries) {
        if (const auto *cancel = std::get_if<CancelMessage>(&entry.command.body);
            cancel && entry.appliedAt && !entry.outcome)
            takenBack.insert(cancel->item);
    }
    std::vector<Command> commands;
    for (store::JournalEntry &entry : entries) {
        if (entry.appliedAt && TRIBUTARY_BREAK(offeredAgain))
            continue;
        const auto *message = std::get_if<SendMessage>(&entry.command.body);
        if (entry.outcome)
            entry.command.earlier = entry.outcome->kind;
        else if (entry.appliedAt && message && takenBack.contains(message->item))
            entry.command.earlier = Outcome::Kind::NoEffect;
        else if (entry.appliedAt)
            entry.command.earlier = Outcome::Kind::Applied;
        commands.push_back(std::move(entry.command));
    }
    TRIBUTARY_TRY(takeBackUnsendable(commands));
    // Before the first of them can be on its way.
    if (!commands.empty() && commands.back().n > m_offered) {
        TRIBUTARY_TRY(watch(m_journal->setOffered(commands.back().n), false));
        m_offered = commands.back().n;
    }
    m_link = std::max(m_link, link);
    // Out of line with the numbers: that has everything numbered anew, and these with it.
    TRIBUTARY_TRY_ASSIGN(auto recalled, watch(m_journal->recalled(), false));
    if (!recalled.empty())
        commands.push_back(std::move(recalled.front().command));
    return commands;
}

} // namespace tributary::client
