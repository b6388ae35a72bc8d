#pragma once

#include "core/base/time.h"
#include "core/model/ids.h"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <vector>

namespace tributary::hub {

/// Notices a command that ends the hub: its desktop offers it again for ever, and it would end it at every start.
///
/// Nothing is written while all is well. Only for some minutes after an end that was not clean, the command in hand is noted
/// in the data folder before it is tried; one that is still noted at the next start has ended the hub once more. After the
/// second time it is deadly: it is refused instead of being tried (ENGINE 2.3, 21), and its text comes back to its author.
class DeadlyCommands {
public:
    /// The hub begins to work in @p folder, which it alone has.
    DeadlyCommands(std::filesystem::path folder, const Clock &clock);

    /// From any thread.
    bool isDeadly(model::CommandId command) const;
    /// It is about to be carried out; null: none is. Durable when this returns, if anything has to be.
    void trying(model::CommandId command);
    /// It has come to something, whatever it is.
    void done(model::CommandId command);
    /// The hub ends as it should.
    void endedWell();

private:
    struct Noted {
        model::CommandId command;
        int deaths = 0;
    };
    bool isWatching() const;
    void read();
    void write();

    const std::filesystem::path m_folder;
    const Clock &m_clock;
    std::atomic<bool> m_active = false; ///< There is something to do at all.
    Milliseconds m_watchUntil{0};
    mutable std::mutex m_mutex;  ///< For what follows.
    std::vector<Noted> m_deadly; ///< Those that have ended the hub, the newest last.
    model::CommandId m_trying;   ///< Null: none.
};

} // namespace tributary::hub
