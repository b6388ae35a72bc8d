#include "core/hub/edge/socket_upgrade.h"

#include "core/base/bytes.h"

namespace tributary::edge {

int upgradeProblem(const Request &request)
{
    if (request.method != "GET" || !request.body.empty())
        return 400;
    if (request.headers.count("Sec-WebSocket-Version") != 1 || request.headers.value("Sec-WebSocket-Version") != "13")
        return 426;
    const auto key = fromBase64(request.headers.value("Sec-WebSocket-Key"));
    return key && key->size() == 16 ? 0 : 400;
}

} // namespace tributary::edge
