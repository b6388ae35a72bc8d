#pragma once

#include "core/hub/edge/metrics.h"
#include "core/hub/edge/request.h"
#include "core/hub/edge/settings.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tributary::edge {

/// Reads one request from bytes in pieces of any size: no I/O, no clock. Beast parses; this adds what Beast lets pass.
class RequestReader {
public:
    enum class State { Head, Body, Done, Failed };

    /// @p settings outlives the reader. @p id becomes RequestHead::id.
    RequestReader(const Settings &settings, std::string id);
    ~RequestReader();

    /// Takes what it can use of @p bytes and returns how much that was; the rest is to be offered again, with more behind
    /// it. Returns at the end of the header, so that setBodyLimit() can be called before the body is looked at.
    std::size_t feed(std::string_view bytes);
    State state() const;

    /// Fails with 413 at once if the announced body is larger, later if what comes is.
    void setBodyLimit(std::size_t bytes);

    /// As far as known; complete from State::Body on.
    const RequestHead &head() const;
    RequestHead &head();
    /// The whole request, from State::Done on, once.
    Request take();

    std::size_t bodyBytes() const;
    bool isKeepAlive() const;     ///< Persistent by version and Connection header.
    bool expectsContinue() const; ///< Expect: 100-continue.
    bool isSocketUpgrade() const; ///< Connection: upgrade and Upgrade: websocket.
    int failureStatus() const;    ///< 400, 405, 413, 414, 417 or 431, in State::Failed.
    Refusal refusal() const;

private:
    class Parser;
    std::unique_ptr<Parser> m_parser;
};

} // namespace tributary::edge
