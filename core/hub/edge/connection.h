#pragma once

#include "core/hub/edge/answer_slot.h"
#include "core/hub/edge/outgoing_file.h"
#include "core/hub/edge/pace.h"
#include "core/hub/edge/request_reader.h"
#include "core/hub/edge/server_core.h"

#include <array>
#include <optional>

namespace tributary::edge {

/// One HTTP connection: reads a request, has it answered, writes the answer, and only then looks at the next one.
class Connection final : public Peer, public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket,
               const boost::asio::ip::address &address);

    ~Connection() override;

    void start();
    /// The answer to the request of that serial number; a late one is ignored.
    void answer(std::uint64_t serial, Response response);
    void stopGently() override;
    void drop() override;

private:
    enum class Phase { Handshake, Idle, Reading, Handling, Answering, Ended };
    using Reaction = void (Connection::*)();
    using Time = Pace::Time;

    void beginRequest();
    void readMore();
    void process();
    void headComplete();
    void bodyMoved(std::size_t bytes);
    void sendContinue();
    void countBody(std::size_t bytes);
    void dispatch();
    void upgrade(Request request);
    void refuse(int status, Refusal why);

    void beginAnswer(Response response);
    void writeMore();
    void written(std::size_t bytes);
    void answerDone();
    void logAnswer();
    void linger();

    void at(Time when, Reaction reaction);
    void after(Times::Duration time, Reaction reaction);
    void onTooSlowToAsk();
    void onTooSlowToSend();
    void onTooSlowToRead();
    void onHandlerTooSlow();

    std::shared_ptr<ServerCore> m_core;
    std::shared_ptr<Transport> m_transport;
    std::optional<Ticket> m_ticket; ///< Passed on when the connection becomes something else.
    boost::asio::ip::address m_address;
    boost::asio::steady_timer m_timer;
    std::uint64_t m_timerSerial = 0;
    Phase m_phase = Phase::Handshake;
    Pace m_pace;

    std::vector<char> m_chunk; ///< Where the kernel puts bytes.
    std::string m_input;       ///< Received and not yet used.
    std::unique_ptr<RequestReader> m_reader;
    bool m_headSeen = false;
    bool m_sendingContinue = false;
    std::size_t m_bodyBytes = 0; ///< As counted with those of the others.
    std::size_t m_served = 0;

    std::uint64_t m_serial = 0; ///< Of the request in hand.
    std::shared_ptr<AnswerSlot> m_slot;
    RequestHead m_asked; ///< What the answer needs to know of the request.
    bool m_keepAlive = false;
    std::chrono::steady_clock::time_point m_askedAt;

    int m_status = 0;
    std::string m_route;
    std::string m_outHead;
    std::string m_outBody; ///< Body, or the current piece of the file.
    std::array<boost::asio::const_buffer, 2> m_outBuffers;
    OutgoingFile m_outFile;
    std::uint64_t m_outBytes = 0;
};

} // namespace tributary::edge
