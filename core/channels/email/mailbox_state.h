#pragma once

#include "core/base/time.h"
#include "core/channels/email/mail_url.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tributary::channels::email {

/// The folders a mailbox is read from.
enum class MailFolder { Inbox, Sent };

/// Where a mail stands in the order of the back-fill: by arrival, so that both folders are read as one conversation.
struct MailPlace {
    TimePoint arrivedAt;
    MailFolder folder = MailFolder::Inbox;
    std::uint32_t uid = 0;

    friend auto operator<=>(const MailPlace &, const MailPlace &) = default;
    friend bool operator==(const MailPlace &, const MailPlace &) = default;
};

/// What a driver remembers of a mailbox between runs. It is saved only after what it says was taken is durable.
struct MailboxState {
    struct Folder {
        std::uint32_t uidValidity = 0; ///< 0: never seen.
        std::uint32_t lastUid = 0;     ///< Everything up to here was taken, or is left to the back-fill.
        std::uint32_t baseUid = 0;     ///< The back-fill takes mails up to here.
        std::string place;             ///< placeOf() it; empty: kept by a version that did not note it.
        friend bool operator==(const Folder &, const Folder &) = default;
    };
    Folder inbox;
    Folder sent;
    TimePoint newest;                   ///< Arrival of the newest mail that was taken.
    std::optional<TimePoint> fillSince; ///< While a back-fill is to be done: how far back.
    MailPlace filledTo;                 ///< The last mail the back-fill has taken.
    std::int64_t skipped = 0;           ///< Mails that could not be fetched or stored, ever.

    Folder &of(MailFolder folder) { return folder == MailFolder::Inbox ? inbox : sent; }
    friend bool operator==(const MailboxState &, const MailboxState &) = default;
};

/// Which folder of whose mailbox on which server, in a word: the numbers of one mean nothing in another.
std::string placeOf(const MailServer &server, const std::string &user, const std::string &folder);

/// A few lines of `key=value`; what cannot be read counts as never seen.
std::string toText(const MailboxState &state);
MailboxState mailboxStateFrom(const std::string &text);

} // namespace tributary::channels::email
