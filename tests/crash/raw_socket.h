#pragma once

#include "core/base/bytes.h"

#include <string>
#include <string_view>

namespace tributary::testing {

/// A WebSocket client (RFC 6455) on a plain socket that never blocks: hundreds of them fit into one thread. Messages are
/// binary and whole, as the hub sends them.
class RawSocket {
public:
    explicit RawSocket(int port)
        : m_port(port)
    {
    }
    virtual ~RawSocket() { drop(); }
    RawSocket(const RawSocket &) = delete;
    RawSocket &operator=(const RawSocket &) = delete;

    bool isConnected() const { return m_file >= 0; }
    bool isUpgraded() const { return m_upgraded; }
    int file() const { return m_file; }
    bool wantsToWrite() const { return !m_out.empty() || m_connecting; }
    /// What it does not read is to lie at the other end, not in the kernel: from the next connect on.
    void setSmallBuffers() { m_smallBuffers = true; }

    /// To @p path on loopback; what is sent from now on follows the upgrade.
    void connectTo(const std::string &path, const std::string &subProtocol);
    void sendMessage(ByteView payload);
    /// When poll() says so.
    void writable();
    void readable();
    /// Whether the other end has given it up; asked of one that does not read.
    void lookWhetherCut();

protected:
    virtual void received(std::string_view message) = 0;
    void drop();
    virtual void lost() { drop(); }

private:
    const int m_port;
    int m_file = -1;
    std::string m_in, m_out;
    bool m_upgraded = false, m_connecting = false, m_smallBuffers = false;
};

} // namespace tributary::testing
