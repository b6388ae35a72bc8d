#pragma once

#include "core/base/result.h"
#include "core/hub/admin/console.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace tributary::hub::admin {

/// The hub's local socket in its data folder, through which the command line reaches a hub that is at work.
class SocketServer {
public:
    /// @p serve runs one command (on a thread of its own) and returns its exit code.
    using Serve = std::function<int(const std::vector<std::string> &arguments, const Console &console)>;
    static Result<std::unique_ptr<SocketServer>> open(const std::filesystem::path &dataFolder, Serve serve);
    /// Tells commands in hand to stop (Console::over), and waits for them.
    ~SocketServer();

private:
    struct State;
    explicit SocketServer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Has the hub that serves @p dataFolder run a command, passing its words on to @p console. Nothing if no hub is there. What
/// the hub has written where this process does not see it is a failure, and said.
std::optional<int> runThroughSocket(const std::filesystem::path &dataFolder, const std::vector<std::string> &arguments,
                                    const Console &console);

} // namespace tributary::hub::admin
