#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace tributary::edge::testing {

/// A blocking client that sends exactly the bytes it is told to. Waits at most 10 s for an answer.
class RawClient {
public:
    explicit RawClient(std::uint16_t port, bool tls = false, int maxTlsVersion = 0, bool ipv6 = false);
    ~RawClient();
    RawClient(const RawClient &) = delete;
    RawClient &operator=(const RawClient &) = delete;

    bool isConnected() const { return m_file >= 0; }
    /// What the server has shown, in DER.
    std::string certificate() const;
    bool send(std::string_view bytes);
    /// Some bytes; nothing at the end of the stream.
    std::string readSome();
    /// Up to and including @p end; less if the stream ends first.
    std::string readUntil(std::string_view end);
    std::string readExactly(std::size_t bytes);
    /// A response with its body, by Content-Length; the head alone for @p headOnly.
    std::string readResponse(bool headOnly = false);
    std::string readToEnd();
    /// Whether the peer ends the stream, by close or reset, without sending anything more.
    bool isClosedByPeer() { return readToEnd().empty() && m_sawEnd; }
    void halfClose();
    /// Closes with a reset, as a crashed peer's kernel would.
    void reset();
    void setReceiveBuffer(int bytes);
    int descriptor() const { return m_file; }

    /// Asks for an upgrade on /ws and returns the response's head.
    std::string upgrade(std::string_view extraHeaders = {});
    /// One masked frame (RFC 6455). @p first is the first byte: FIN, reserved bits and opcode.
    static std::string frame(std::string_view payload, unsigned first = 0x82);
    /// One frame of the server: its first byte and its payload; first is 0 at the end.
    struct Frame {
        unsigned first = 0;
        std::string payload;
    };
    Frame readFrame();
    /// The code of the close frame that comes next, other frames skipped; 0 if the stream ends without.
    int readCloseCode();

private:
    int m_file = -1;
    bool m_sawEnd = false;
    std::string m_received;
    ssl_ctx_st *m_context = nullptr;
    ssl_st *m_tls = nullptr;
};

/// The status of a response, 0 if it is none.
int statusOf(std::string_view response);
std::string bodyOf(std::string_view response);
/// The value of a header field, as written.
std::string fieldOf(std::string_view response, std::string_view name);

} // namespace tributary::edge::testing
