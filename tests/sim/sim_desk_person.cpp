#include "tests/sim/sim_desk.h"

#include "core/store/cache_reads.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/wire/codec.h"
#include "tests/sim/sim_hub.h"

/// What the person at a desktop does, and what the person is promised.
namespace tributary::sim {

using namespace tributary::model;
using namespace std::chrono_literals;

namespace {

/// A consent, and a company that is new, are not taken back here: seeds go on drawing what they drew when they could not be.
bool isDrawn(const client::UndoStep &step)
{
    return std::ranges::none_of(step.forward, [](const CommandBody &done) {
        return std::holds_alternative<SetConsent>(done) || std::holds_alternative<SaveCompany>(done);
    });
}

} // namespace

void SimDesk::looking(const std::function<void()> &work)
{
    try {
        work();
    } catch (const Broken &) {
        if (!m_store || !m_reader || !m_reader->isBroken())
            throw;
        m_world.note(m_name + ": its copy cannot be read");
        m_reader.reset();
        m_store->replaceCache("a read failed");
    }
}

void SimDesk::act()
{
    if (!isUp() || m_isOut || m_world.now() < m_asleepUntil || !hasCopy())
        return;
    looking([this] { actNow(); });
    hasEnded();
}

void SimDesk::actNow()
{
    if (m_world.chance(m_world.faults.sleep)) {
        m_asleepUntil = std::min(m_world.faultsEnd, m_world.now() + m_world.some(180s));
        return m_world.note(m_name + ": asleep until " + std::to_string(m_asleepUntil.count()));
    }
    if (m_world.chance(m_world.faults.clockStep))
        m_clock.skew += m_world.some(48h) - 24h;
    const SimDisk::Calm calm(m_disk);
    store::Database &cache = reader();
    const bool hasHistory = m_world.faults.history > 0;
    if (m_world.rng.below(hasHistory ? 4 : 20) == 0)
        return scrollUp(cache);
    if (m_world.rng.below(hasHistory ? 8 : 20) == 0)
        return keepHouse();
    if (m_world.rng.below(8) == 0) {
        const auto waiting = m_world.must(m_store->needsYou(), "what came back");
        if (!waiting.empty())
            return decide(waiting[m_world.rng.below(waiting.size())]);
    }
    if (!m_own.empty() && m_world.rng.below(8) == 0) {
        const TimelineItemId item = m_own[m_own.size() - 1 - m_world.rng.below(std::min<std::size_t>(3, m_own.size()))];
        if (m_world.rng.below(2) == 0) {
            // At whichever of their desktops it was written, where it is seen here.
            const TimelineItemId other = m_hub.lastWrittenBy(m_agent.id);
            const bool isThere = m_world.must(store::timelineItem(cache, other), "an item").has_value();
            return submit({CancelMessage{isThere && m_world.beside.below(3) == 0 ? other : item}});
        }
        m_triedAgain.insert(item);
        return submit({RetryMessage{item}});
    }
    if (!m_undo.empty() && m_world.rng.below(10) == 0)
        return takeBack();
    if (m_world.rng.below(5) == 0) {
        if (auto body = m_world.must(onPeople(cache), "the copy"))
            return submit({std::move(*body)});
    }
    if (m_world.rng.below(6) == 0) {
        if (auto body = m_world.must(onSetup(cache), "the copy"))
            return submit({std::move(*body)});
    }
    if (m_world.rng.below(10) == 0)
        return attach();
    const auto conversation = m_world.must(anyConversation(cache), "the copy");
    if (!conversation)
        return;
    if (m_world.rng.below(8) == 0) {
        if (auto body = m_world.must(onTickets(cache, *conversation), "the copy"))
            return submit({std::move(*body)});
    }
    std::vector<CommandBody> bodies{onConversation(*conversation)};
    if (m_world.rng.below(6) == 0) // a macro: several at once
        bodies.push_back(onConversation(*conversation));
    submit(std::move(bodies));
}

/// As Workspace::fetchHistory() does.
void SimDesk::scrollUp(store::Database &cache)
{
    const auto customer = m_world.must(anyCustomer(cache), "the copy");
    if (!customer || !m_client->isConnected())
        return;
    const auto root = m_world.must(store::rootOf(cache, *customer), "the copy");
    if (m_world.rng.below(4) == 0)
        atStore([this, root] { (void)m_store->noteOpened(root); });
    const auto missing = m_world.must(store::missingBefore(cache, root, HistoryKey::end()), "the gaps");
    if (!missing)
        return;
    wire::Fetch wanted{.request = ++m_fetches, .customer = missing->customer};
    wanted.count = 1 + std::int64_t(m_world.rng.below(6));
    wanted.beforeAt = missing->range.to.at;
    wanted.beforeId = missing->range.to.id;
    if (missing->range.from != HistoryKey::beginning())
        wanted.after = missing->range.from;
    m_fetching.emplace(wanted.request, wanted);
    m_world.note(m_name + ": scrolls up");
    perform(m_client->send(wanted, m_world.now()));
}

/// What the program does beside, in small steps with others between them.
void SimDesk::keepHouse()
{
    const bool words = m_world.rng.below(3) == 0;
    if (!words && m_world.rng.below(2) == 0) {
        const char *days = std::array{"0", "20", "20", "90"}[m_world.rng.below(4)];
        atStore([this, days] { (void)m_store->setSetting("history.days", days); });
    }
    for (int i = 0; i < 6; ++i)
        atStore([this, words] { words ? (void)m_store->forgetWords() : (void)m_store->evict(); });
}

void SimDesk::submit(std::vector<CommandBody> bodies, std::optional<std::int64_t> baseSeq)
{
    attempt([&] { return m_store->submit(std::move(bodies), baseSeq, m_world.rng.below(4) == 0); });
}

/// What is not accepted, because the disk is full or fails, is told to its person; what is accepted stays so.
void SimDesk::attempt(const std::function<Result<client::LocalStore::Submission>()> &work)
{
    trouble();
    m_disk.setCalm(false);
    const auto done = work();
    m_disk.setCalm(true);
    if (hasEnded())
        return; // nobody was told anything
    if (done)
        return submitted(*done);
    m_world.check(done.error().kind == Error::Kind::Full || done.error().kind == Error::Kind::Failed
                      || done.error().kind == Error::Kind::Corrupt
                      || (done.error().kind == Error::Kind::Denied && (m_isOut || (m_isForgotten && m_copyDamaged))),
                  m_name + ": a command is not accepted: " + done.error().detail);
    m_world.note(m_name + ": not accepted: " + done.error().detail);
}

void SimDesk::submitted(const client::LocalStore::Submission &done)
{
    for (const Command &command : done.commands) {
        m_world.note(m_name + ": n=" + std::to_string(command.n) + " " + std::string(nameOf(command.body)));
        m_accepted.insert(command.id);
        noteText(command);
        if (hasCopy()) // otherwise it is shown with what comes next
            noteShown(command);
    }
    // The store's thread tells the link's: behind what it has answered already.
    if (done.undo && isDrawn(*done.undo))
        m_undo.push_back(*done.undo);
    m_replyFree = std::max(m_replyFree, m_world.now()) + m_world.some(Milliseconds(2));
    guarded(m_replyFree - m_world.now(),
            [this, commands = done.commands] { perform(m_client->commandsAdded(commands, m_world.now())); });
    checkCopy();
}

/// The newest thing that can be taken back. Its texts are drafts again, and not shown any more.
void SimDesk::takeBack()
{
    const client::UndoStep step = std::move(m_undo.back());
    m_undo.pop_back();
    if (step.until && m_clock.now() > *step.until)
        return;
    for (const CommandBody &body : step.forward) {
        const auto *message = std::get_if<SendMessage>(&body);
        const auto *note = std::get_if<AddNote>(&body);
        if (!message && !note)
            continue;
        const TimelineItemId item = message ? message->item : note->item;
        m_shown.erase(item);
        if (message && m_hub.isTakenBack(item)) {
            for (const Attachment &file : message->attachments)
                m_hub.mayBeGone(file.sha256);
        }
        m_hub.takesBack(item);
        if (m_isCopied) // it goes there, too: it is the same command
            m_hub.itemsMove({item});
    }
    attempt([&] { return m_store->takeBack(step); });
}

void SimDesk::decide(const store::JournalEntry &entry)
{
    const bool isMessage = std::holds_alternative<SendMessage>(entry.command.body);
    if (isMessage && entry.outcome->kind == Outcome::Kind::NeedsYou && m_world.rng.below(2) == 0)
        return attempt([&]() -> Result<client::LocalStore::Submission> {
            const auto crossing = m_store->crossing(entry.command.n);
            auto done = m_store->sendAnyway(entry.command.n, crossing ? crossing->upTo : 0);
            if (done)
                m_decided.insert(entry.command.id);
            return done;
        });
    m_world.must(m_store->discard(entry.command.n), "a discard");
    m_decided.insert(entry.command.id);
}

void SimDesk::noteText(const Command &command)
{
    if (m_world.isShared)
        m_given.emplace(command.id, command);
    if (const auto *message = std::get_if<SendMessage>(&command.body))
        m_texts.try_emplace(command.id, Text{message->item, message->conversation, message->body});
    else if (const auto *note = std::get_if<AddNote>(&command.body))
        m_texts.try_emplace(command.id, Text{note->item, note->conversation, note->body});
    else if (const auto *cancel = std::get_if<CancelMessage>(&command.body))
        m_hub.takesBack(cancel->item);
}

void SimDesk::noteShown(const Command &command)
{
    if (const auto *message = std::get_if<SendMessage>(&command.body)) {
        m_shown[message->item] = {command.id, message->conversation, command.n};
        m_own.push_back(message->item);
        m_hub.writes(m_agent.id, message->item);
    } else if (const auto *note = std::get_if<AddNote>(&command.body)) {
        m_shown[note->item] = {command.id, note->conversation, command.n};
    } else if (const auto *cancel = std::get_if<CancelMessage>(&command.body)) {
        m_shown.erase(cancel->item); // a restored hub, told of both, need not make it at all
        if (m_isCopied)              // nor one that hears of it from the other copy first (seed 1034337)
            m_hub.itemsMove({cancel->item});
    } else if (const auto *move = std::get_if<MoveItems>(&command.body)) {
        m_hub.itemsMove(move->items);
    }
}

bool SimDesk::hasCopy() const
{
    return m_store->facts().storage == client::Status::Storage::Fine && !m_copyReplaced;
}

void SimDesk::checkCopy()
{
    if (hasCopy())
        looking([this] { checkCopyNow(); });
}

void SimDesk::findDamage()
{
    if (!isUp() || !hasCopy())
        return;
    const SimDisk::Calm calm(m_disk);
    const bool isWhole = [this] {
        auto query = reader().query("PRAGMA integrity_check(1)");
        const auto found = query.step();
        return found && query.text(0) == "ok";
    }();
    if (isWhole)
        return;
    m_world.note(m_name + ": its copy is damaged");
    m_reader.reset();
    m_store->replaceCache("a comparison found it damaged");
}

void SimDesk::checkCopyNow()
{
    const SimDisk::Calm calm(m_disk);
    store::Database &file = reader();
    store::Cache cache(file);
    const auto state = m_world.must(cache.state(), "the copy's state");
    if (!state)
        return;
    // I12
    const bool sameHistory = state->position.epoch == m_position.epoch;
    m_world.check(!sameHistory || state->position.seq >= m_position.seq, m_name + ": the copy went back");
    m_position = state->position;
    checkNumbers(*state);
    // I14: what was shown stays.
    const bool isWhole = state->bootstrapStart == 0;
    for (auto one = m_shown.begin(); one != m_shown.end();) {
        auto query = file.query("SELECT EXISTS (SELECT 1 FROM timeline_item WHERE id = :id),"
                                " EXISTS (SELECT 1 FROM conversation WHERE id = :conversation_id)");
        query.bind("id", one->first).bind("conversation_id", one->second.conversation);
        m_world.must(query.step(), "the copy");
        const bool wasAround = std::exchange(one->second.isAround, query.flag(1));
        // It has gone to a team that its author is not in, or somebody has moved it elsewhere, or taken it back: a restored
        // hub that hears of that first does not make it. Or its customer is erased: the journal forgets that before the copy
        // does.
        const bool isErased = m_hub.wasErased({EntityType::Conversation, one->second.conversation.bytes});
        if ((!query.flag(1) && (wasAround || isWhole)) || m_hub.moves(one->first) || m_hub.isTakenBack(one->first)
            || isErased) {
            one = m_shown.erase(one);
            continue;
        }
        if (!isWhole) {
            ++one;
            continue;
        }
        // A message goes on in what its conversation was joined into, which may be out of sight here.
        const bool isGone = !query.flag(0);
        if (isGone && !m_hub.isUp()) {
            ++one;
            continue;
        }
        const ConversationId now = isGone ? m_hub.conversationOf(one->first) : ConversationId();
        const bool isHere = now.isNull() || m_world.must(store::conversation(file, now), "the copy").has_value();
        // Nor in one that only a later command makes, as the earlier one that had made it comes to nothing by now: it is
        // sent back (seed 1040350).
        const auto there = m_world.must(store::conversation(file, one->second.conversation), "the copy");
        const bool isMadeLater = there && there->version == 0;
        // At a copy of this machine it may have come back to its author, who hears of it there (seed 1114001).
        if (isGone && (isMadeLater || m_isCopied || (!isHere && now != one->second.conversation))) {
            one = m_shown.erase(one);
            continue;
        }
        if (isGone)
            m_world.note(m_name + ": n=" + std::to_string(one->second.n) + " made item " + one->first.text() + ", of "
                         + one->second.conversation.text() + "; the copy has heard up to n=" + std::to_string(state->lastN)
                         + ", " + inJournal(one->second.command) + ", " + m_hub.whatIsOf(one->first)
                         + m_hub.whatBecameOf(one->second.command));
        m_world.check(!isGone, m_name + ": what its person wrote is not shown any more");
        const bool settled = one->second.n <= state->lastN && ++one->second.seen > 3;
        one = settled ? m_shown.erase(one) : std::next(one);
    }
}

/// I13: in a copy that is whole, own commands, put on bit by bit, are shown as they are when all are taken off and put on
/// again.
void SimDesk::checkOverlay()
{
    if (!hasCopy())
        return;
    const SimDisk::Calm calm(m_disk);
    const auto commands = [&] {
        std::vector<Command> pending;
        for (store::JournalEntry &entry : m_world.must(m_store->outbox(), "the outbox"))
            pending.push_back(std::move(entry.command));
        return pending;
    }();
    const auto rows = [&](store::Database &file) {
        std::vector<std::pair<std::string, RawId>> all;
        for (std::size_t type = 0; type < kNames<EntityType>.size(); ++type) {
            const auto add = [&](const Entity &entity, const store::Query &) -> Result<void> {
                all.emplace_back(std::string(textOf(wire::encode(wire::toValue(entity)))), keyOf(entity));
                return {};
            };
            m_world.must(store::scanRows(file, {.type = EntityType(type)}, add), "the copy");
        }
        std::ranges::sort(all);
        return all;
    };
    const auto file = openCopy();
    m_disk.sync(std::string(cachePath()) + "-wal"); // as whoever opens it to write for good: seeds mean what they meant
    const auto state = m_world.must(store::Cache(*file).state(), "the copy's state");
    if (!state || state->bootstrapStart > 0)
        return; // what they are about has yet to come
    const auto before = rows(*file);
    decltype(rows(*file)) after;
    const auto looked = file->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(store::Cache(*file).rebuildOverlay(commands, m_store->facts().agent));
        after = rows(*file);
        return failure(Error::Kind::Conflict, "only looked at");
    });
    m_world.check(looked.error().detail == "only looked at", m_name + ": its overlay: " + looked.error().detail);
    if (before == after)
        return;
    for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
        if (i < before.size() && !std::ranges::binary_search(after, before[i]))
            m_world.note("shown:  " + toHex(bytesOf(before[i].first)));
        if (i < after.size() && !std::ranges::binary_search(before, after[i]))
            m_world.note("anew:   " + toHex(bytesOf(after[i].first)));
    }
    throw Broken(m_name + ": what it shows is not what its commands make of the hub's rows");
}

/// What waits has every number beyond what the copy has, up to the newest: none is missing, and none is there that the copy
/// has already (I24). Of the journal itself: the outbox does not list everything.
void SimDesk::checkNumbers(const store::CacheState &state)
{
    if (state.client != m_store->facts().installation.client || m_isCopied)
        return; // a copy of this installation may have given numbers that are not here
    if (!m_journalReader)
        m_journalReader = m_world.must(
            store::Database::open("./journal.db", {.mode = store::Database::Mode::ReadOnly, .vfs = m_disk.vfs()}),
            "a journal");
    auto query = m_journalReader->query("SELECT count(*), coalesce(min(n), 0), coalesce(max(n), 0),"
                                        " (SELECT next_n FROM installation WHERE only = 1)"
                                        " FROM command WHERE n > :n AND n < 1000000000000");
    query.bind("n", state.lastN);
    m_world.must(query.step(), "the journal");
    const std::int64_t count = query.integer(0);
    m_world.check(query.integer(3) == state.lastN + count + 1
                      && (count == 0 || (query.integer(1) == state.lastN + 1 && query.integer(2) == state.lastN + count)),
                  m_name + ": what waits has not every number");
}

bool SimDesk::isComparable()
{
    if (!isUp() || !hasCopy())
        return true; // for others to judge
    const SimDisk::Calm calm(m_disk);
    const auto state = m_world.must(store::Cache(reader()).state(), "the copy's state");
    return !state || !state->rightsChanged;
}

bool SimDesk::hasCaughtUp(const wire::Position &head)
{
    if (!isUp() || !m_client || m_client->status().state != engine::SyncStatus::State::Live || !hasCopy())
        return false;
    const SimDisk::Calm calm(m_disk);
    const auto state = m_world.must(store::Cache(reader()).state(), "the copy's state");
    return state && state->bootstrapStart == 0 && !state->rightsChanged && state->position == head
           && m_world.must(m_store->outbox(), "the outbox").empty();
}

} // namespace tributary::sim
