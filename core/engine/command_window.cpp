#include "core/engine/command_window.h"

#include "core/base/breaks.h"
#include "core/model/command_files.h"

#include <algorithm>

namespace tributary::engine {

void CommandWindow::open(std::int64_t hubN, bool waitsForFiles)
{
    m_waiting.clear();
    m_filesThere.clear();
    m_waitsForFiles = waitsForFiles;
    m_openedAt = m_lastTaken = m_lastSent = m_answered = hubN;
    m_open = true;
    m_loaded = false;
}

CommandWindow::Taken CommandWindow::load(std::vector<model::Command> commands)
{
    if (!m_open || m_loaded)
        return Taken::Yes; // asked for by a session that is over
    m_loaded = true;
    return add(std::move(commands));
}

CommandWindow::Taken CommandWindow::add(std::vector<model::Command> commands)
{
    if (!m_open || !m_loaded)
        return Taken::Yes;
    for (model::Command &command : commands) {
        if (command.n <= m_openedAt)
            return Taken::Forked;
        if (command.n <= m_lastTaken)
            continue;
        if (command.n != m_lastTaken + 1)
            return Taken::Gap;
        m_lastTaken = command.n;
        m_waiting.push_back(std::move(command));
    }
    return Taken::Yes;
}

void CommandWindow::answered(std::int64_t n)
{
    m_answered = std::max(m_answered, n);
}

void CommandWindow::fileIsThere(model::AttachmentId file)
{
    if (m_open)
        m_filesThere.insert(file);
}

const model::Attachment *CommandWindow::missingFile() const
{
    if (!m_open || !m_waitsForFiles || m_waiting.empty())
        return nullptr;
    // What came back or changed nothing then does nothing at a restored hub, and its files may be gone from here.
    const auto &earlier = m_waiting.front().earlier;
    if (earlier && *earlier != model::Outcome::Kind::Applied)
        return nullptr;
    for (const model::Attachment &file : model::filesOf(m_waiting.front().body)) {
        if (!file.sha256.empty() && !m_filesThere.contains(file.id))
            return &file;
    }
    return nullptr;
}

std::vector<model::Command> CommandWindow::take()
{
    std::vector<model::Command> commands;
    if (!m_open)
        return commands;
    forgoCancelled();
    const auto mayGo = [this] { return !missingFile() || TRIBUTARY_BREAK(filesFirst); };
    while (!m_waiting.empty() && m_lastSent - m_answered < kInFlight && mayGo()) {
        for (const model::Attachment &file : model::filesOf(m_waiting.front().body))
            m_filesThere.erase(file.id);
        m_lastSent = m_waiting.front().n;
        commands.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
        forgoCancelled();
    }
    return commands;
}

/// What its author has taken back while it waits for a file need not wait, nor be said at all: only its number is used up.
/// But a hub that was restored is to be told of all that was decided before, as it was.
void CommandWindow::forgoCancelled()
{
    if (!missingFile() || m_waiting.front().earlier)
        return;
    model::Command &next = m_waiting.front();
    const bool isCancelled = std::ranges::any_of(m_waiting, [&next](const model::Command &command) {
        const auto *cancel = std::get_if<model::CancelMessage>(&command.body);
        return cancel && !command.earlier && cancel->item == model::itemMadeBy(next.body);
    });
    if (isCancelled)
        next.body = model::CancelMessage{};
}

} // namespace tributary::engine
