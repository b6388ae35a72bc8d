#pragma once

#include "core/channels/email/imap_session.h"

#include <libetpan/libetpan.h>

#include <functional>

/// What lies between libetpan and the rest: streams, lists and dates.
namespace tributary::channels::email {

/// What an IMAP command with a short answer may bring, in bytes, unasked news of other things included.
inline constexpr std::size_t kSmallAnswer = 4 << 20;

/// A libetpan stream over @p stream, which must outlive it. Closing it closes nothing.
mailstream *etpanStreamOver(MailStream &stream);

/// Calls @p visit with each element of a list that may be null.
template<class Element>
void forEach(clist *list, const std::function<void(Element &)> &visit)
{
    if (!list)
        return;
    for (clistiter *cell = clist_begin(list); cell != nullptr; cell = clist_next(cell))
        visit(*static_cast<Element *>(clist_content(cell)));
}

/// INTERNALDATE as a time; 1970 if it is not a date.
TimePoint timeOf(const mailimap_date_time &date);

/// A set for UID commands in few words: runs become ranges.
mailimap_set *setOf(std::span<const std::uint32_t> risingUids);

/// One element of a FETCH answer. `body` points into @p att and is null if there was none.
struct FetchedParts {
    ImapSession::Summary summary;
    std::string_view body;
    bool hasBody = false;
};
FetchedParts partsOf(const mailimap_msg_att &att);

} // namespace tributary::channels::email
