#include "core/hub/hub.h"

/// What a hub counts, as Prometheus reads it.
namespace tributary::hub {

std::string Hub::metricsText()
{
    std::string text;
    const auto add = [&text](const std::string &name, const char *help, const char *type, std::uint64_t value) {
        text += "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n" + name + " " + std::to_string(value)
                + "\n";
    };
    add("tributary_head_seq", "Newest seq of the workspace.", "gauge", std::uint64_t(m_head));
    add("tributary_commits_total", "Write transactions since the start.", "counter", m_commits);
    add("tributary_store_problems", "What the hub's last look through its store found: to be looked into.", "gauge",
        std::uint64_t(m_housekeeping.storeProblems()));
    add("tributary_store_checked_seconds", "When that was, in seconds since 1970.", "gauge",
        std::uint64_t(m_housekeeping.storeCheckedMs() / 1000));
    add("tributary_desktops", "Connected desktops.", "gauge", m_sockets.count());
    add("tributary_forks_total", "Desktops with another history than this hub's under its epoch: to be looked into.",
        "counter", m_sockets.forks());
    add("tributary_sign_in_failures_total", "Wrong passwords and codes: an alarm belongs on many of them.", "counter",
        m_agentsApi.signInFailures());
    add("tributary_bootstrap_pages_waiting", "Pages of first copies that wait their turn.", "gauge",
        m_agentsApi.pagesWaiting());
    add("tributary_bootstrap_pages_total", "Pages of first copies given to desktops.", "counter", m_agentsApi.pagesGiven());
    add("tributary_bootstrap_pages_shared_total", "Of these, pages that had been read for another desktop.", "counter",
        m_agentsApi.pagesShared());
    const Comparisons::Metrics &compared = m_agentsApi.comparisons();
    add("tributary_comparisons_total", "Copies of desktops compared with the store.", "counter", compared.comparisons);
    add("tributary_comparisons_refused_total", "Comparisons told to come again later.", "counter", compared.refused);
    add("tributary_copies_diverged_total", "Copies that were not what they should be: to be looked into.", "counter",
        compared.diverged);
    add("tributary_copy_rows_repaired_total", "Rows of such copies that were missing or other.", "counter",
        compared.repaired);
    add("tributary_copy_rows_removed_total", "Rows of such copies that should not have been there.", "counter",
        compared.removed);
    add("tributary_accounts_running", "Channel accounts that are at work.", "gauge", m_accounts.size());
    for (const auto &[side, server] :
         {std::pair("agents", m_agentsServer.get()), std::pair("public", m_publicServer.get())}) {
        if (!server)
            continue;
        const edge::Metrics metrics = server->metrics();
        const std::string prefix = std::string("tributary_") + side;
        add(prefix + "_connections_open", "Open connections.", "gauge", metrics.connectionsOpen);
        add(prefix + "_connections_total", "Connections since the start.", "counter", metrics.connections);
        add(prefix + "_sockets_open", "Open WebSockets.", "gauge", metrics.socketsOpen);
        add(prefix + "_messages_in_total", "WebSocket messages received.", "counter", metrics.messagesIn);
        add(prefix + "_messages_out_total", "WebSocket messages sent.", "counter", metrics.messagesOut);
        add(prefix + "_bytes_in_total", "Bytes received.", "counter", metrics.bytesIn);
        add(prefix + "_bytes_out_total", "Bytes sent.", "counter", metrics.bytesOut);
        std::uint64_t refused = 0;
        for (const std::uint64_t count : metrics.refused)
            refused += count;
        add(prefix + "_refused_total", "Requests and links turned away.", "counter", refused);
    }
    return text;
}

} // namespace tributary::hub
