#pragma once

#include "core/base/rng.h"
#include "core/engine/backoff.h"
#include "core/wire/frames.h"
#include "tests/crash/raw_socket.h"

#include <functional>
#include <memory>
#include <poll.h>
#include <vector>

namespace tributary::testing {

Milliseconds now();

/// One desktop: a socket, and as much of the protocol as it takes to be served.
class Desk : public RawSocket {
public:
    Desk(int port, std::string token, Rng &rng);
    ~Desk() override { drop(); }

    bool isLive() const { return m_live; }
    bool wantsToRead() const { return !m_stalled; }
    void stall() { m_stalled = true; }
    /// Called with what comes once it is live. Without, nothing is decoded.
    void setObserver(std::function<void(const wire::Changes &)> heard) { m_heard = std::move(heard); }
    Milliseconds retryAt() const { return m_retryAt; }

    void connectNow();
    void send(const wire::Frame &frame) { sendMessage(wire::pack(frame)); }
    void beat();

protected:
    void received(std::string_view message) override;
    void lost() override;

private:
    static constexpr std::int64_t kCredit = 1 << 20;

    const std::string m_token;
    Rng &m_rng;
    model::ClientId m_client;
    wire::Position m_position;
    engine::Backoff m_backoff;
    std::function<void(const wire::Changes &)> m_heard;
    bool m_live = false, m_stalled = false;
    std::int64_t m_toGrant = 0;
    Milliseconds m_beatAt{0}, m_retryAt{0};
};

/// Lets all of them read and write once, and waits for up to @p ms for something to do.
template<class Socket>
void turn(const std::vector<std::unique_ptr<Socket>> &desks, int ms)
{
    std::vector<pollfd> files;
    std::vector<Socket *> who;
    for (const auto &desk : desks) {
        if (!desk->isConnected())
            continue;
        const short wanted = short((desk->wantsToRead() ? POLLIN : 0) | (desk->wantsToWrite() ? POLLOUT : 0));
        if (wanted == 0)
            continue;
        files.push_back({desk->file(), wanted, 0});
        who.push_back(desk.get());
    }
    ::poll(files.data(), files.size(), ms);
    for (std::size_t i = 0; i < files.size(); ++i) {
        if ((files[i].revents & (POLLOUT | POLLERR | POLLHUP)) != 0 && who[i]->isConnected())
            who[i]->writable();
        if ((files[i].revents & (POLLIN | POLLHUP)) != 0 && who[i]->isConnected() && who[i]->wantsToRead())
            who[i]->readable();
        if (who[i]->wantsToRead())
            who[i]->beat();
    }
}

} // namespace tributary::testing
