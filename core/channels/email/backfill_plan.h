#pragma once

#include "core/channels/email/imap_session.h"
#include "core/channels/email/mailbox_state.h"

namespace tributary::channels::email {

/// The mails a back-fill is to take, of both folders, by arrival, oldest first: so an answer never comes in before what it
/// answers, whoever wrote either.
class BackfillPlan {
public:
    struct Entry {
        MailPlace place;
        ImapSession::Summary summary;
    };

    /// Those of @p inbox and @p sent that arrived at @p since or later. Places up to @p filledTo count as done.
    BackfillPlan(std::span<const ImapSession::Summary> inbox, std::span<const ImapSession::Summary> sent, TimePoint since,
                 const MailPlace &filledTo);

    std::int64_t total() const { return std::int64_t(m_entries.size()); }
    std::int64_t done() const { return std::int64_t(m_next); }
    bool isDone() const { return m_next == m_entries.size(); }
    /// The next mails: at least one, at most @p mails, and together at most @p bytes unless the first is larger alone.
    /// @p mostMailBytes: larger mails count as their header alone.
    std::span<const Entry> next(std::size_t mails, std::size_t bytes, std::uint32_t mostMailBytes) const;
    void advance(std::size_t count) { m_next += count; }
    /// One more, at its place among those that are left. Ends what next() has given.
    void add(const Entry &entry);

private:
    std::vector<Entry> m_entries;
    std::size_t m_next = 0;
};

/// How much of @p summaries makes one window, by the rule of BackfillPlan::next().
std::size_t windowLength(std::span<const ImapSession::Summary> summaries, std::size_t mails, std::size_t bytes,
                         std::uint32_t mostMailBytes);

} // namespace tributary::channels::email
