#pragma once

#include "core/base/result.h"
#include "core/hub/edge/settings.h"

#include <memory>

namespace boost::asio::ssl {
class context;
}

namespace tributary::edge {

/// A server's TLS settings: 1.2 or later, the certificate chain and key given. Invalid if they do not parse or match.
Result<std::shared_ptr<boost::asio::ssl::context>> makeTlsContext(const Tls &tls);

} // namespace tributary::edge
