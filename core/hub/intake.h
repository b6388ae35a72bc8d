#pragma once

#include "core/hub/hub_store.h"
#include "core/hub/ingest.h"

namespace tributary::hub {

/// Makes an envelope ready for ingest(): stores its files and what is too long for a row as blobs, compresses its payload.
/// Writes files, so not on the loop and not on the writer's thread. Full, Failed: nothing may be acknowledged.
Result<PreparedEnvelope> prepare(HubStore &store, channels::InboundEnvelope envelope);

} // namespace tributary::hub
