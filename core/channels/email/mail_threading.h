#pragma once

#include "core/base/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a mail says which conversation it belongs to.
namespace tributary::channels::email {

/// The address of one conversation: `support+c8841.5f2d9a0c1b7e4d36@shop.example`. The sixteen digits are half of an
/// HMAC-SHA-256 over number and mailbox, so nobody can make up an address that leads into another customer's conversation.
/// Empty if @p own is no address or the result would be too long for one (RFC 5321, 4.5.3.1.1).
std::string plusAddress(std::string_view own, std::int64_t conversationNumber, ByteView key);

/// The number in such an address, if it is made from @p own (or any alias of ours with the same key) and its signature is
/// right.
std::optional<std::int64_t> numberOfPlusAddress(std::string_view address, std::string_view own, ByteView key);

/// @p address without a plus part: `support@shop.example`. Mail to any of them is mail to us.
std::string withoutPlus(std::string_view address);

/// The number in `[#8841]` in a subject; the last one if there are several. Anybody can write it.
std::optional<std::int64_t> claimedNumber(std::string_view subject);

/// The ids a mail answers, nearest first: In-Reply-To, then References from the end, each once, at most 100.
std::vector<std::string> answeredIds(const std::vector<std::string> &inReplyTo, const std::vector<std::string> &references);

/// What a reply carries in References: those of what it answers and its id at the end, the first one and the last twenty.
std::vector<std::string> referencesForReply(const std::vector<std::string> &references, std::string_view answered);

/// A subject without the marks of replies in many languages (`Re:`, `AW:`, `RE[2]:` ...).
std::string_view subjectWithoutReplyMarks(std::string_view subject);

} // namespace tributary::channels::email
