#pragma once

#include "core/model/commands.h"

#include <deque>
#include <set>

namespace tributary::engine {

/// Own commands on their way to the hub: dense in n, in order, a bounded number of them unanswered. One that names a file
/// which the hub may not have waits for it, and so do those behind (ENGINE 29).
class CommandWindow {
public:
    static constexpr std::int64_t kInFlight = 64;

    /// What became of commands given to it.
    enum class Taken {
        Yes,
        Gap,    ///< A number is missing: the hub would wait for it for ever.
        Forked, ///< The hub already has another command under that number: another copy of this client is about.
    };

    /// A new session: the hub has everything up to @p hubN, the journal's later ones follow by load(). @p waitsForFiles:
    /// it takes files under the names that they were given here.
    void open(std::int64_t hubN, bool waitsForFiles = false);
    void close() { m_open = false; }
    bool isLoaded() const { return m_open && m_loaded; }

    /// All commands of the journal beyond hubN.
    Taken load(std::vector<model::Command> commands);
    /// Commands that have just been written to the journal. Before load() they are left to it: the journal has them.
    Taken add(std::vector<model::Command> commands);
    /// The hub has answered everything up to @p n.
    void answered(std::int64_t n);
    /// The hub has the file of this id.
    void fileIsThere(model::AttachmentId file);
    /// What the next command waits for; null: for no file.
    const model::Attachment *missingFile() const;
    /// Those that may be sent now, once each.
    std::vector<model::Command> take();

private:
    void forgoCancelled();

    std::deque<model::Command> m_waiting;
    std::set<model::AttachmentId> m_filesThere; ///< Known to be at the hub in this session, and in no command sent yet.
    std::int64_t m_openedAt = 0;                ///< hubN at the start of the session.
    std::int64_t m_lastTaken = 0;               ///< n of the newest command given to load() or add().
    std::int64_t m_lastSent = 0;
    std::int64_t m_answered = 0;
    bool m_open = false;
    bool m_loaded = false;
    bool m_waitsForFiles = false;
};

} // namespace tributary::engine
