#include "tests/sim/sim_desk.h"

#include "core/store/entities.h"

/// What the person at a desktop does, and what the person is promised.
namespace tributary::sim {

using namespace tributary::model;
using namespace std::chrono_literals;

namespace {

template<class IdType>
Result<std::optional<IdType>> anyId(store::Database &cache, World &world, const std::string &from)
{
    std::int64_t count = 0;
    {
        const std::string text = "SELECT count(*) FROM " + from;
        auto query = cache.queryOnce(text);
        TRIBUTARY_TRY(query.step());
        count = query.integer(0);
    }
    if (count == 0)
        return std::optional<IdType>();
    const std::string text =
        "SELECT id FROM " + from + " ORDER BY id LIMIT 1 OFFSET " + std::to_string(world.rng.below(std::uint64_t(count)));
    auto query = cache.queryOnce(text);
    TRIBUTARY_TRY(query.step());
    return std::optional<IdType>(query.id<IdType>(0));
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
    if (!isUp() || m_world.now() < m_asleepUntil || !hasCopy())
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
    if (m_world.rng.below(8) == 0) {
        const auto waiting = m_world.must(m_store->needsYou(), "what came back");
        if (!waiting.empty())
            return decide(waiting[m_world.rng.below(waiting.size())]);
    }
    if (!m_own.empty() && m_world.rng.below(8) == 0) {
        const TimelineItemId item = m_own[m_own.size() - 1 - m_world.rng.below(std::min<std::size_t>(3, m_own.size()))];
        if (m_world.rng.below(2) == 0)
            return submit({CancelMessage{item}});
        m_triedAgain.insert(item);
        return submit({RetryMessage{item}});
    }
    if (m_world.rng.below(5) == 0) {
        if (auto body = m_world.must(onPeople(cache), "the copy"))
            return submit({std::move(*body)});
    }
    const auto id = m_world.must(anyId<ConversationId>(cache, m_world, "conversation"), "the copy");
    if (!id)
        return;
    const auto conversation = m_world.must(store::conversation(cache, *id), "the copy");
    std::vector<CommandBody> bodies{onConversation(*conversation)};
    if (m_world.rng.below(6) == 0) // a macro: several at once
        bodies.push_back(onConversation(*conversation));
    submit(std::move(bodies));
}

CommandBody SimDesk::onConversation(const Conversation &conversation)
{
    const std::optional<TeamId> team =
        m_world.rng.below(3) == 0 ? std::nullopt : m_world.must(anyId<TeamId>(reader(), m_world, "team"), "the copy");
    using Status = Conversation::Status;
    const auto tag = [this] { return "tag" + std::to_string(m_world.rng.below(4)); };
    const std::string text = m_name + " says " + std::to_string(++m_said);
    switch (m_world.rng.below(17)) {
    case 0:
    case 1:
    case 2:
    case 3:
        return SendMessage{.item = TimelineItemId(m_store->makeId()),
                           .conversation = conversation.id,
                           .to = conversation.identity,
                           .from = conversation.account,
                           .body = text,
                           .resolveAfter = m_world.rng.below(4) == 0};
    case 4:
    case 5: return AddNote{TimelineItemId(m_store->makeId()), conversation.id, text, {}};
    case 6:
        return SetStatus{conversation.id, std::array{Status::Open, Status::Waiting, Status::Resolved}[m_world.rng.below(3)]};
    case 7:
        return Snooze{conversation.id, m_world.rng.below(3) == 0
                                           ? std::nullopt
                                           : std::optional(m_world.clock.now() + m_world.some(Milliseconds(60'000)))};
    case 8:
        return Assign{conversation.id, m_world.rng.below(3) == 0 ? std::nullopt : std::optional(m_agent.id),
                      m_world.rng.below(2) == 0};
    case 9: return SetTags{conversation.id, {tag()}, {tag()}};
    case 10: return SetPriority{conversation.id, Conversation::Priority(m_world.rng.below(4))};
    case 11: return SetSubject{conversation.id, text};
    case 12:
    case 13:
    case 14: return SetTeam{conversation.id, team};
    default:
        return MarkRead{conversation.id, std::int64_t(m_world.rng.below(std::uint64_t(conversation.inboundCount) + 2)),
                        m_world.rng.below(4) == 0};
    }
}

Result<std::optional<CommandBody>> SimDesk::onPeople(store::Database &cache)
{
    TRIBUTARY_TRY_ASSIGN(const auto one, anyId<CustomerId>(cache, m_world, "customer"));
    TRIBUTARY_TRY_ASSIGN(const auto other, anyId<CustomerId>(cache, m_world, "customer"));
    TRIBUTARY_TRY_ASSIGN(const auto link, anyId<CustomerLinkId>(cache, m_world, "customer_link"));
    TRIBUTARY_TRY_ASSIGN(const auto suggestion, anyId<SuggestionId>(cache, m_world, "suggestion"));
    switch (m_world.rng.below(4)) {
    case 0:
        if (one)
            return std::optional<CommandBody>(EditCustomer{*one, "Name " + std::to_string(++m_said), "note of " + m_name});
        break;
    case 1:
        if (one && other)
            return std::optional<CommandBody>(
                LinkCustomers{CustomerLinkId(m_store->makeId()), *one, *other, "the same voice"});
        break;
    case 2:
        if (link)
            return std::optional<CommandBody>(UnlinkCustomers{*link});
        break;
    default:
        if (suggestion)
            return std::optional<CommandBody>(DismissSuggestion{*suggestion, m_world.rng.below(3) > 0});
    }
    return std::optional<CommandBody>();
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
                      || (done.error().kind == Error::Kind::Denied && m_isForgotten && m_copyDamaged),
                  m_name + ": a command is not accepted: " + done.error().detail);
    m_world.note(m_name + ": not accepted: " + done.error().detail);
}

void SimDesk::submitted(const client::LocalStore::Submission &done)
{
    for (const Command &command : done.commands) {
        m_world.note(m_name + ": n=" + std::to_string(command.n) + " " + std::string(nameOf(command.body)));
        m_accepted.insert(command.id);
        if (hasCopy()) // otherwise it is shown with what comes next
            noteShown(command);
    }
    // The store's thread tells the link's: behind what it has answered already.
    m_replyFree = std::max(m_replyFree, m_world.now()) + m_world.some(Milliseconds(2));
    guarded(m_replyFree - m_world.now(),
            [this, commands = done.commands] { perform(m_client->commandsAdded(commands, m_world.now())); });
    checkCopy();
}

void SimDesk::decide(const store::JournalEntry &entry)
{
    const bool isMessage = std::holds_alternative<SendMessage>(entry.command.body);
    if (isMessage && entry.outcome->kind == Outcome::Kind::NeedsYou && m_world.rng.below(2) == 0)
        return attempt([&]() -> Result<client::LocalStore::Submission> {
            auto done = m_store->sendAnyway(entry.command.n);
            if (done)
                m_decided.insert(entry.command.id);
            return done;
        });
    m_world.must(m_store->discard(entry.command.n), "a discard");
    m_decided.insert(entry.command.id);
}

void SimDesk::noteShown(const Command &command)
{
    if (const auto *message = std::get_if<SendMessage>(&command.body)) {
        m_shown[message->item] = {command.id, message->conversation, command.n};
        m_own.push_back(message->item);
    } else if (const auto *note = std::get_if<AddNote>(&command.body)) {
        m_shown[note->item] = {command.id, note->conversation, command.n};
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
        if (!query.flag(1) && (wasAround || isWhole)) { // it has gone to a team that its author is not in
            one = m_shown.erase(one);
            continue;
        }
        if (!isWhole) {
            ++one;
            continue;
        }
        m_world.check(query.flag(0), m_name + ": what its person wrote is not shown any more");
        const bool settled = one->second.n <= state->lastN && ++one->second.seen > 3;
        one = settled ? m_shown.erase(one) : std::next(one);
    }
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

bool SimDesk::hasCaughtUp(const wire::Position &head)
{
    if (!isUp() || !m_client || m_client->status().state != engine::SyncStatus::State::Live || m_copyReplaced)
        return false;
    const SimDisk::Calm calm(m_disk);
    const auto state = m_world.must(store::Cache(reader()).state(), "the copy's state");
    return state && state->bootstrapStart == 0 && state->position == head
           && m_world.must(m_store->outbox(), "the outbox").empty();
}

} // namespace tributary::sim
