#pragma once

#include "core/hub/edge/loop_gate.h"
#include "core/hub/edge/response.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace tributary::edge {

class Connection;

/// What a Responder holds on to: the way to one request of one connection, if they are still there.
class AnswerSlot {
public:
    AnswerSlot(std::shared_ptr<LoopGate> gate, std::weak_ptr<Connection> connection, std::uint64_t serial, std::string id)
        : m_gate(std::move(gate))
        , m_connection(std::move(connection))
        , m_serial(serial)
        , m_id(std::move(id))
    {
    }

    void send(Response response);
    bool isWanted() const { return m_wanted; }
    void unwanted() { m_wanted = false; } ///< By the connection, when the answer comes too late.
    const std::string &requestId() const { return m_id; }

private:
    std::shared_ptr<LoopGate> m_gate;
    std::weak_ptr<Connection> m_connection; ///< Locked on the edge's thread only: connections die there.
    std::uint64_t m_serial;
    std::string m_id;
    std::atomic<bool> m_used = false;
    std::atomic<bool> m_wanted = true;
};

} // namespace tributary::edge
