#include "core/hub/deadly_commands.h"

#include "core/base/bytes.h"
#include "core/base/log.h"
#include "core/store/files.h"

#include <algorithm>
#include <sstream>

namespace tributary::hub {
namespace {

namespace fs = std::filesystem;

constexpr const char *kWorking = "hub.working"; ///< There while a hub works: it was killed if it is there at a start.
constexpr const char *kTrying = "hub.trying";   ///< Lines of a command, how often it has ended the hub, and `now` or `then`.
constexpr int kDeaths = 2;
constexpr std::size_t kMostNoted = 32;
constexpr std::chrono::minutes kWatch{10}; ///< A desktop offers it again within a minute.

} // namespace

DeadlyCommands::DeadlyCommands(fs::path folder, const Clock &clock)
    : m_folder(std::move(folder))
    , m_clock(clock)
{
    std::error_code ignored;
    const bool wasKilled = fs::exists(m_folder / kWorking, ignored);
    read();
    if (const model::CommandId last = std::exchange(m_trying, {}); wasKilled && !last.isNull()) {
        auto known = std::ranges::find(m_deadly, last, &Noted::command);
        if (known == m_deadly.end())
            known = m_deadly.insert(known, {last, 0});
        ++known->deaths;
        log(LogLevel::Error, "tributary.hub",
            known->deaths < kDeaths ? "the hub ended while a command was being carried out"
                                    : "a command ends the hub again and again: it is refused when it comes again",
            {{"command", last.text()}, {"times", known->deaths}});
        if (m_deadly.size() > kMostNoted)
            m_deadly.erase(m_deadly.begin());
        write();
    }
    if (wasKilled) {
        log(LogLevel::Warning, "tributary.hub", "the hub was ended before it had finished: commands are watched for a while",
            {{"minutes", kWatch.count()}});
        m_watchUntil = m_clock.steady() + kWatch;
    }
    m_active = wasKilled || !m_deadly.empty();
    if (const auto noted = store::replaceFile(m_folder / kWorking, ByteView());
        !noted) // a full disk must not keep it from starting
        log(LogLevel::Warning, "tributary.hub", "hub.working cannot be written", {{"error", noted.error().detail}});
}

bool DeadlyCommands::isWatching() const
{
    return m_watchUntil.count() > 0 && m_clock.steady() < m_watchUntil;
}

bool DeadlyCommands::isDeadly(model::CommandId command) const
{
    if (!m_active)
        return false;
    const std::scoped_lock lock(m_mutex);
    const auto known = std::ranges::find(m_deadly, command, &Noted::command);
    return known != m_deadly.end() && known->deaths >= kDeaths;
}

void DeadlyCommands::trying(model::CommandId command)
{
    if (!m_active)
        return;
    const std::scoped_lock lock(m_mutex);
    if (!isWatching()) {
        m_active = !m_deadly.empty();
        command = {};
    }
    if (std::exchange(m_trying, command) != command)
        write();
}

void DeadlyCommands::done(model::CommandId command)
{
    if (!m_active)
        return;
    const std::scoped_lock lock(m_mutex);
    const bool wasNoted = std::erase_if(m_deadly, [&](const Noted &one) { return one.command == command; }) > 0;
    if (wasNoted)
        log(LogLevel::Warning, "tributary.hub", "a command that had ended the hub has come to something",
            {{"command", command.text()}});
    if (m_trying == command)
        m_trying = {};
    else if (!wasNoted)
        return;
    write();
}

void DeadlyCommands::endedWell()
{
    const std::scoped_lock lock(m_mutex);
    if (std::exchange(m_trying, {}) != model::CommandId())
        write();
    std::error_code ignored;
    fs::remove(m_folder / kWorking, ignored);
}

void DeadlyCommands::read()
{
    const auto content = store::readFile(m_folder / kTrying, 16 * 1024);
    if (!content)
        return;
    std::istringstream lines{std::string(textOf(*content))};
    std::string id, when;
    for (int deaths = 0; lines >> id >> deaths >> when && m_deadly.size() <= kMostNoted;) {
        const auto command = model::CommandId::fromText(id);
        if (!command)
            continue;
        if (deaths > 0)
            m_deadly.push_back({*command, deaths});
        if (when == "now")
            m_trying = *command;
    }
}

void DeadlyCommands::write()
{
    std::ostringstream text;
    bool isTold = m_trying.isNull();
    for (const Noted &one : m_deadly) {
        const bool now = one.command == m_trying;
        isTold = isTold || now;
        text << one.command.text() << ' ' << one.deaths << (now ? " now\n" : " then\n");
    }
    if (!isTold)
        text << m_trying.text() << " 0 now\n";
    const std::string lines = text.str();
    if (lines.empty()) {
        std::error_code ignored; // if it comes back after a power cut, it is about what has an outcome
        fs::remove(m_folder / kTrying, ignored);
    } else if (const auto noted = store::replaceFile(m_folder / kTrying, bytesOf(lines)); !noted) {
        log(LogLevel::Warning, "tributary.hub", "hub.trying cannot be written", {{"error", noted.error().detail}});
    }
}

} // namespace tributary::hub
