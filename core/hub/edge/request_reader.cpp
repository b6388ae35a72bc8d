#include "core/hub/edge/request_reader.h"

#include "core/hub/edge/ascii.h"
#include "core/hub/edge/target.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility> // Boost.Asio 1.74 forgets it

#include <boost/beast/http/basic_parser.hpp>

namespace tributary::edge {
namespace {

namespace http = boost::beast::http;
using BeastError = boost::beast::error_code;
using BeastText = boost::beast::string_view;

std::string_view view(BeastText text)
{
    return {text.data(), text.size()};
}

/// Fields that mean one thing only: two of them are two readings of one request (RFC 9110, 5.3).
constexpr std::array<std::string_view, 10> kSingle{
    "Host",         "Content-Length", "Transfer-Encoding", "Authorization",     "Origin",
    "Content-Type", "Range",          "If-Range",          "Sec-WebSocket-Key", "Expect"};

bool isDigits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

class RequestReader::Parser final : public http::basic_parser<true> {
public:
    Parser(const Settings &settings, std::string id)
        : m_settings(settings)
    {
        m_request.id = std::move(id);
        header_limit(std::uint32_t(settings.limits.headerBytes));
        // setBodyLimit() decides, after the header. (To Beast 1.74, any length is more than no limit at all.)
        body_limit(std::numeric_limits<std::uint64_t>::max());
    }

    std::size_t feed(std::string_view bytes)
    {
        std::size_t used = 0;
        while (m_state == State::Head || m_state == State::Body) {
            const State before = m_state;
            // Offered a last chunk without its end, and a byte more the next time, Beast 1.74 asserts that there are five.
            if (m_state == State::Body && chunked() && m_chunkLeft == 0 && bytes.size() - used < kShortestEnd)
                break;
            BeastError error;
            const std::size_t taken = put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), error);
            used += taken;
            if (error == http::error::need_more) {
                checkWaiting(bytes.size() - used);
                break;
            }
            if (error) {
                failFor(error);
                break;
            }
            if (is_done())
                m_state = State::Done;
            if (before == State::Head && is_header_done())
                break; // the body limit is asked for here
            if (used == bytes.size())
                break;
        }
        return used;
    }

    void setBodyLimit(std::size_t bytes)
    {
        m_bodyLimit = bytes;
        if (m_state == State::Body && content_length().value_or(0) > bytes)
            fail(413, Refusal::BodyTooLarge);
    }

    void fail(int status, Refusal refusal)
    {
        if (m_state == State::Failed)
            return;
        m_state = State::Failed;
        m_status = status;
        m_refusal = refusal;
    }

    const Settings &m_settings;
    State m_state = State::Head;
    int m_status = 400;
    Refusal m_refusal = Refusal::BadRequest;
    Request m_request;
    bool m_expectsContinue = false;
    bool m_upgrade = false;

private:
    /// What waits for the rest of its line is bounded, too: Beast's own limit starts anew with every line it has consumed.
    void checkWaiting(std::size_t waiting)
    {
        if (m_state == State::Head) {
            if (m_sawRequestLine ? m_headerBytes + waiting > m_settings.limits.headerBytes
                                 : waiting > m_settings.limits.requestLineBytes)
                fail(m_sawRequestLine ? 431 : 414, Refusal::HeaderTooLarge);
        } else if (waiting > m_settings.limits.headerBytes) {
            fail(400, Refusal::BadRequest); // a chunk header or trailer without end
        }
    }

    void failFor(const BeastError &error)
    {
        if (error == http::error::header_limit)
            fail(m_sawRequestLine ? 431 : 414, Refusal::HeaderTooLarge);
        else if (error == http::error::body_limit)
            fail(413, Refusal::BodyTooLarge);
        else
            fail(400, Refusal::BadRequest); // or what a callback below has said already
    }

    /// Ends parsing from inside a callback.
    void refuse(BeastError &error, int status, Refusal refusal)
    {
        fail(status, refusal);
        error = http::error::bad_value;
    }

    void on_request_impl(http::verb, BeastText method, BeastText target, int version, BeastError &error) override
    {
        m_sawRequestLine = true;
        m_version = version;
        const std::size_t lineBytes = method.size() + target.size() + 12; // two spaces, HTTP/1.1, CRLF
        m_headerBytes = lineBytes;
        if (lineBytes > m_settings.limits.requestLineBytes)
            return refuse(error, 414, Refusal::HeaderTooLarge);
        if (std::ranges::find(m_settings.methods, view(method)) == m_settings.methods.end())
            return refuse(error, 405, Refusal::MethodNotAllowed);
        m_request.method = std::string(view(method));
        auto parsed = parseTarget(view(target), m_settings.limits.queryParameters);
        if (!parsed)
            return refuse(error, 400, Refusal::BadRequest);
        m_request.path = std::move(parsed->path);
        m_request.query = std::move(parsed->query);
    }

    void on_response_impl(int, BeastText, int, BeastError &) override {}

    void on_field_impl(http::field, BeastText beastName, BeastText beastValue, BeastError &error) override
    {
        const std::string_view name = view(beastName);
        const std::string_view value = view(beastValue);
        m_headerBytes += name.size() + value.size() + 4; // colon, space, CRLF
        if (++m_headerLines > m_settings.limits.headerLines || m_headerBytes > m_settings.limits.headerBytes)
            return refuse(error, 431, Refusal::HeaderTooLarge);
        if (m_state != State::Head)
            return; // a trailer: counted, and ignored (RFC 9110, 6.5.1)
        const bool single = std::ranges::any_of(kSingle, [&](std::string_view one) { return equalNoCase(one, name); });
        if (single && m_request.headers.contains(name))
            return refuse(error, 400, Refusal::BadRequest);
        if (equalNoCase(name, "Content-Length") && !isDigits(value))
            return refuse(error, 400, Refusal::BadRequest); // Beast takes `5, 5`
        if (equalNoCase(name, "Transfer-Encoding") && !equalNoCase(value, "chunked"))
            return refuse(error, 400, Refusal::BadRequest); // Beast would read no body and call the rest a request
        m_request.headers.add(std::string(name), std::string(value));
    }

    void on_header_impl(BeastError &error) override
    {
        const Headers &headers = m_request.headers;
        if (m_version == 11 ? headers.value("Host").empty() : headers.contains("Transfer-Encoding"))
            return refuse(error, 400, Refusal::BadRequest);
        if (const std::string_view expect = headers.value("Expect"); !expect.empty()) {
            if (!equalNoCase(expect, "100-continue"))
                return refuse(error, 417, Refusal::BadRequest);
            m_expectsContinue = m_version == 11;
        }
        m_upgrade = headers.hasToken("Connection", "upgrade") && headers.hasToken("Upgrade", "websocket");
        m_state = State::Body;
    }

    void on_body_init_impl(const boost::optional<std::uint64_t> &, BeastError &) override {}

    std::size_t on_body_impl(BeastText body, BeastError &error) override
    {
        if (body.size() > m_bodyLimit - m_request.body.size()) {
            refuse(error, 413, Refusal::BodyTooLarge);
            return 0;
        }
        m_request.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t size, BeastText extensions, BeastError &error) override
    {
        // A chunk's size is refused before its bytes come. Chunks of a byte each cost ever more header than body.
        m_chunkOverhead += extensions.size() + 1;
        if (size > m_bodyLimit - m_request.body.size() || m_chunkOverhead > kChunkOverheadBase + m_bodyLimit)
            refuse(error, 413, Refusal::BodyTooLarge);
        m_chunkLeft = size;
    }

    std::size_t on_chunk_body_impl(std::uint64_t, BeastText body, BeastError &error) override
    {
        const std::size_t taken = on_body_impl(body, error);
        m_chunkLeft -= taken;
        return taken;
    }

    void on_finish_impl(BeastError &) override {}

    static constexpr std::size_t kChunkOverheadBase = 64 * 1024;
    static constexpr std::size_t kShortestEnd = std::string_view("0\r\n\r\n").size(); ///< Of a body in chunks.

    bool m_sawRequestLine = false;
    int m_version = 11;
    std::size_t m_headerBytes = 0;
    std::size_t m_headerLines = 0;
    std::size_t m_bodyLimit = 0;
    std::size_t m_chunkOverhead = 0;
    std::uint64_t m_chunkLeft = 0; ///< Of the chunk whose bytes come.
};

RequestReader::RequestReader(const Settings &settings, std::string id)
    : m_parser(std::make_unique<Parser>(settings, std::move(id)))
{
}

RequestReader::~RequestReader() = default;

std::size_t RequestReader::feed(std::string_view bytes)
{
    return bytes.empty() ? 0 : m_parser->feed(bytes);
}

RequestReader::State RequestReader::state() const
{
    return m_parser->m_state;
}

void RequestReader::setBodyLimit(std::size_t bytes)
{
    m_parser->setBodyLimit(bytes);
}

const RequestHead &RequestReader::head() const
{
    return m_parser->m_request;
}

RequestHead &RequestReader::head()
{
    return m_parser->m_request;
}

Request RequestReader::take()
{
    return std::move(m_parser->m_request);
}

std::size_t RequestReader::bodyBytes() const
{
    return m_parser->m_request.body.size();
}

bool RequestReader::isKeepAlive() const
{
    return m_parser->is_header_done() && m_parser->keep_alive();
}

bool RequestReader::expectsContinue() const
{
    return m_parser->m_expectsContinue;
}

bool RequestReader::isSocketUpgrade() const
{
    return m_parser->m_upgrade;
}

int RequestReader::failureStatus() const
{
    return m_parser->m_status;
}

Refusal RequestReader::refusal() const
{
    return m_parser->m_refusal;
}

} // namespace tributary::edge
