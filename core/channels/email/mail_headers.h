#pragma once

#include "core/channels/email/mail_parser.h"

#include <string>
#include <string_view>
#include <vector>

typedef struct _GMimeParserOptions GMimeParserOptions;

namespace tributary::channels::email {

/// The message ids in a Message-ID, In-Reply-To or References header, without <>, in order, each once. Comments, commas and
/// phrases around them are skipped; if nothing stands in <>, words with an @ are taken (old programs leave the brackets
/// out).
std::vector<std::string> messageIdsIn(std::string_view value);

/// The mailboxes of an address header, those of groups included.
std::vector<MailAddress> addressesIn(GMimeParserOptions *options, std::string_view rawValue, std::size_t max);

/// The time a Date header claims (RFC 5322, 3.3 and the obsolete forms); nothing if it makes no sense.
std::optional<TimePoint> dateIn(std::string_view value);

/// SHA-256 (hex) of a mail without what the place it is kept in adds or changes: line ends, `Status`, `X-UID` and the like.
std::string mailDigest(std::string_view raw);

} // namespace tributary::channels::email
