#pragma once

#include <QString>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace tributary::channels::email {

/// A mail server that says and expects what a test tells it, for what real servers never do.
class ScriptedServer {
public:
    struct Step {
        enum class Kind { Say, Expect, StartTls, Call } kind;
        std::string text;           ///< Say: as it is. Expect: read until this has come.
        std::function<void()> what; ///< Call: done on the server's thread.
    };
    static Step say(std::string text) { return {Step::Kind::Say, std::move(text), {}}; }
    static Step expect(std::string text) { return {Step::Kind::Expect, std::move(text), {}}; }
    static Step startTls() { return {Step::Kind::StartTls, {}, {}}; }
    static Step call(std::function<void()> what) { return {Step::Kind::Call, {}, std::move(what)}; }

    /// Listens at once, for one connection: it is closed after the last step, or when the client closes it.
    ScriptedServer(const QString &certificate, const QString &key, std::vector<Step> steps)
        : ScriptedServer(certificate, key, std::vector<std::vector<Step>>{std::move(steps)})
    {
    }
    /// The same for several connections, one after the other.
    ScriptedServer(const QString &certificate, const QString &key, std::vector<std::vector<Step>> connections);
    ~ScriptedServer();

    int port() const { return m_port; }
    /// Everything the client has said, once the last connection is over.
    std::string received();

private:
    void serve(std::string certificate, std::string key, std::vector<std::vector<Step>> connections);
    void serveOne(int socket, const std::string &certificate, const std::string &key, const std::vector<Step> &steps);

    int m_listener = -1;
    int m_port = 0;
    std::string m_received;
    std::thread m_thread;
};

} // namespace tributary::channels::email
