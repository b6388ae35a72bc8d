#pragma once

#include "core/base/result.h"

#include <QUrl>

namespace tributary::client {

/// The hub's address as it is kept: `http` or `https`, host and port, nothing else; ws and wss are understood. Rejected:
/// anything not encrypted that is not on this computer (C2). Invalid: no address of a hub.
Result<QUrl> hubAddress(const QUrl &typed);

/// Where its sync socket is.
QUrl socketAddress(const QUrl &hub);

} // namespace tributary::client
