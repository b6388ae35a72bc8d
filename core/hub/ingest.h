#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/change_log.h"
#include "core/model/message_limits.h"

/// How a message comes in (DESIGN 4): from what a driver heard to rows in the store, in one transaction.
namespace tributary::hub {

/// Rows that a live frame must be able to carry (64 KiB) are kept within these; what is longer goes into an attachment.
using model::kMaxAttachments;
using model::kMaxBodyBytes;
inline constexpr std::size_t kMaxHtmlBytes = 24 * 1024;
/// Attachments that hold what did not fit: the whole text, the whole HTML.
inline constexpr const char *kWholeText = "tributary.whole-text";
inline constexpr const char *kWholeHtml = "tributary.whole-html";

/// A conversation of @p account that was resolved before this does not open again when its customer writes at @p now: a new
/// one begins.
TimePoint reopensFrom(const model::ChannelAccount &account, TimePoint now);

/// An envelope whose files are already in the blob store (they are written before the transaction, never inside it).
struct PreparedEnvelope {
    channels::InboundEnvelope envelope;
    std::vector<model::Attachment> attachments;
    Bytes raw; ///< Compressed payload; empty if none is kept.
};

/// Takes one envelope. Known ones change nothing. Fails only when the store does: what cannot be understood is kept all the
/// same.
Result<channels::IngestOutcome> ingest(store::Database &database, IdMaker &ids, const Clock &clock,
                                       const PreparedEnvelope &prepared);

} // namespace tributary::hub
