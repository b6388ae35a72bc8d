#include "ui/admin/setup_desk.h"

#include "core/model/permissions.h"
#include "ui/admin/setup_edits.h"
#include "ui/shell/when_done.h"

namespace tributary::ui {
namespace {
constexpr int kSoonMs = 600;
constexpr int kReadMs = 40;
constexpr int kCountsMs = 2000;

/// Whether @p body changes rows beside the one that it is about.
bool reachesOthers(const model::CommandBody &body)
{
    return std::holds_alternative<model::SaveRole>(body) || std::holds_alternative<model::RemoveRole>(body)
           || std::holds_alternative<model::RemoveTeam>(body);
}

/// What a form says of somebody, without what changes by itself.
template<class T>
T settled(T one)
{
    one.version = 0;
    if constexpr (requires { one.away; })
        one.away = false;
    if constexpr (requires { one.health; })
        return T{.id = one.id, .name = one.name, .reopenDays = one.reopenDays, .team = one.team, .region = one.region};
    return one;
}

} // namespace

SetupDesk::SetupDesk(client::Workspace &workspace, QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
{
    m_soonTimer.setSingleShot(true);
    m_soonTimer.setInterval(kSoonMs);
    connect(&m_soonTimer, &QTimer::timeout, this, &SetupDesk::flush);
    m_readTimer.setSingleShot(true);
    connect(&m_readTimer, &QTimer::timeout, this, &SetupDesk::read);
    const auto readSoon = [this](int milliseconds) {
        if (m_isStarted && (!m_readTimer.isActive() || m_readTimer.remainingTime() > milliseconds))
            m_readTimer.start(milliseconds);
    };
    connect(&workspace, &client::Workspace::changed, this, [readSoon](const store::ChangeSet &changes) {
        if (changes.everything || changes.agents || changes.setup || changes.accounts)
            readSoon(kReadMs);
        else if (!changes.conversations.empty())
            readSoon(kCountsMs); // only what everybody has in hand
    });
    connect(&workspace, &client::Workspace::outboxChanged, this, [this, readSoon] {
        if (!m_pending.empty())
            readSoon(kReadMs);
    });
    m_agent = workspace.agent().id;
    connect(&workspace, &client::Workspace::agentChanged, this, [this] {
        if (std::exchange(m_agent, m_workspace.agent().id) != m_workspace.agent().id)
            forgetOthers();
        emit changed();
    });
    connect(&workspace, &client::Workspace::cameBack, this, &SetupDesk::cameBack);
    m_wasLinked = isLinked();
    connect(&workspace, &client::Workspace::statusChanged, this, [this] {
        if (std::exchange(m_wasLinked, isLinked()) != isLinked())
            emit linkChanged();
    });
}

SetupDesk::~SetupDesk()
{
    for (const auto &[role, save] : m_soon) // nobody listens any more
        m_workspace.submit({save}, {}, false);
}

void SetupDesk::start()
{
    if (std::exchange(m_isStarted, true))
        return;
    read();
}

bool SetupDesk::isLinked() const
{
    const client::Status::State state = m_workspace.status().state;
    return state == client::Status::State::Live || state == client::Status::State::CatchingUp;
}

bool SetupDesk::may(model::Permission permission) const
{
    return model::may(me(), permission);
}

void SetupDesk::read()
{
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = true;
    const std::size_t refusals = m_refusals.size();
    // First what is still on its way, then the rows: whatever has arrived by the first answer is in the second.
    whenDone(
        m_workspace.outbox(), this, [this, refusals, of = m_agent](const Result<std::vector<store::JournalEntry>> &outbox) {
            std::vector<std::uint64_t> arrived;
            for (const auto &[key, pending] : m_pending) {
                const auto isIt = [n = pending.n](const store::JournalEntry &entry) { return entry.command.n == n; };
                if (outbox && pending.n > 0 && std::ranges::none_of(*outbox, isIt) && std::ranges::none_of(m_refusals, isIt))
                    arrived.push_back(key);
            }
            whenDone(m_workspace.workspaceSetup(), this,
                     [this, refusals, arrived, of](const Result<store::WorkspaceSetup> &setup) {
                         m_reading = false;
                         if (of != m_agent) { // what had arrived was theirs
                             m_again = false;
                             return read();
                         }
                         if (setup)
                             take(*setup, arrived);
                         tellRefusals(refusals);
                         if (std::exchange(m_again, false))
                             m_readTimer.start(kReadMs);
                     });
        });
}

/// @p arrived are the own changes that the hub has done.
void SetupDesk::take(const store::WorkspaceSetup &setup, const std::vector<std::uint64_t> &arrived)
{
    if (m_isRead)
        noteSaved(setup, arrived);
    for (const std::uint64_t key : arrived)
        m_pending.erase(key);
    m_read = setup;
    m_isRead = true;
    show();
}

/// The first @p count: what is shown is without them by now, so that a form can hold what was typed against it.
void SetupDesk::tellRefusals(std::size_t count)
{
    if (count == 0)
        return;
    const auto end = m_refusals.begin() + std::ptrdiff_t(count);
    const std::vector<store::JournalEntry> told(m_refusals.begin(), end);
    m_refusals.erase(m_refusals.begin(), end);
    for (const store::JournalEntry &entry : told)
        std::erase_if(m_pending, [&](const auto &one) { return one.second.n == entry.command.n; });
    show();
    for (const store::JournalEntry &entry : told)
        emit refused(entry.command.body, refusalWords(entry.command.body, *entry.outcome));
}

void SetupDesk::show()
{
    m_shown = m_read;
    for (const auto &[key, pending] : m_pending)
        apply(m_shown, pending.body);
    for (const auto &[role, save] : m_soon)
        apply(m_shown, save);
    emit changed();
}

/// The rows have own changes in them before the hub has done them: those are saved when they have arrived.
void SetupDesk::noteSaved(const store::WorkspaceSetup &now, const std::vector<std::uint64_t> &arrived)
{
    const TimePoint at = SystemClock().now();
    const auto hasArrived = [&arrived](std::uint64_t key) { return std::ranges::find(arrived, key) != arrived.end(); };
    const auto note = [&](const auto &before, const auto &after) {
        for (const auto &one : after) {
            using T = std::decay_t<decltype(one)>;
            const auto was = std::ranges::find(before, one.id, &T::id);
            if (was != before.end() && settled(*was) == settled(one))
                continue;
            bool own = false, isUnderWay = false;
            for (const auto &[key, pending] : m_pending) {
                if (subjectOf(pending.body) == one.id.bytes || reachesOthers(pending.body))
                    (hasArrived(key) ? own : isUnderWay) = true;
            }
            if (!isUnderWay)
                m_saved[one.id.bytes] = {at, own};
        }
    };
    note(m_read.agents, now.agents);
    note(m_read.teams, now.teams);
    note(m_read.roles, now.roles);
    note(m_read.fields, now.fields);
    note(m_read.statuses, now.statuses);
    note(m_read.accounts, now.accounts);
    for (const std::uint64_t key : arrived)
        m_saved[subjectOf(m_pending.at(key).body)] = {at, true};
}

std::optional<SetupDesk::Saved> SetupDesk::lastSaved(const RawId &id) const
{
    const auto at = m_saved.find(id);
    return at == m_saved.end() ? std::nullopt : std::optional(at->second);
}

bool SetupDesk::isBeingSaved(const RawId &id) const
{
    return std::ranges::any_of(m_pending, [&id](const auto &one) { return subjectOf(one.second.body) == id; })
           || std::ranges::any_of(m_soon, [&id](const auto &one) { return one.first.bytes == id; });
}

void SetupDesk::submit(model::CommandBody body)
{
    if (const auto *save = std::get_if<model::SaveRole>(&body))
        m_soon.erase(save->role.id);
    if (const auto *remove = std::get_if<model::RemoveRole>(&body))
        m_soon.erase(remove->role);
    if (auto *set = std::get_if<model::SetAgent>(&body)) {
        const auto at = std::ranges::find(m_shown.agents, set->agent, &model::Agent::id);
        if (at != m_shown.agents.end())
            set->before = model::settingsOf(*at); // who changes the same person elsewhere changes something else
    }
    const std::uint64_t key = ++m_next;
    m_pending[key] = {body, 0};
    show();
    std::vector<model::CommandBody> bodies{std::move(body)};
    // Rights are not undone by a key: who has lost them could not take it back, and who has them sees what stands.
    whenDone(m_workspace.submit(std::move(bodies), {}, false), this, [this, key](const Result<client::Submitted> &done) {
        const auto at = m_pending.find(key);
        if (at == m_pending.end())
            return;
        if (done && !done->commands.empty()) {
            at->second.n = done->commands.front().n;
            m_readTimer.start(kReadMs);
            return;
        }
        const model::CommandBody body = at->second.body;
        m_pending.erase(at);
        show();
        emit refused(body, tr("This could not be kept on this computer."));
    });
}

void SetupDesk::submitSoon(model::SaveRole save)
{
    m_soon[save.role.id] = std::move(save);
    m_soonTimer.start();
    show();
}

void SetupDesk::flush()
{
    m_soonTimer.stop();
    for (const auto &[role, save] : std::exchange(m_soon, {}))
        submit(save);
}

/// What somebody has done goes out as theirs, or not at all.
void SetupDesk::forgetOthers()
{
    m_soonTimer.stop();
    m_soon.clear();
    m_pending.clear();
    m_refusals.clear();
    m_saved.clear();
    m_shown = m_read;
    emit agentLeft();
}

/// Told when the rows were read without it: until then they have it in them, and a form would find nothing that differs.
void SetupDesk::cameBack(const store::JournalEntry &entry)
{
    if (!isSetup(entry.command.body) || !entry.outcome)
        return;
    m_refusals.push_back(entry);
    // It is said here, and there is nothing to decide about it.
    whenDone(m_workspace.settle(entry.command.n), this, [](const Result<void> &) {});
    if (m_isStarted)
        read();
    else
        tellRefusals(m_refusals.size());
}

} // namespace tributary::ui
