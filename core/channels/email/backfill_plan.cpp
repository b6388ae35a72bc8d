#include "core/channels/email/backfill_plan.h"

#include <algorithm>

namespace tributary::channels::email {
namespace {

constexpr std::size_t kHeaderBytes = 16 * 1024;

template<class Range, class SizeOf>
std::size_t lengthOf(const Range &range, std::size_t mails, std::size_t bytes, SizeOf sizeOf)
{
    std::size_t count = 0;
    for (std::size_t sum = 0; count < std::min(mails, range.size()); ++count) {
        sum += sizeOf(range[count]);
        if (count > 0 && sum > bytes)
            break;
    }
    return count;
}

std::size_t weightOf(const ImapSession::Summary &summary, std::uint32_t mostMailBytes)
{
    return summary.sizeBytes > mostMailBytes ? kHeaderBytes : summary.sizeBytes;
}

} // namespace

BackfillPlan::BackfillPlan(std::span<const ImapSession::Summary> inbox, std::span<const ImapSession::Summary> sent,
                           TimePoint since, const MailPlace &filledTo)
{
    const auto add = [&](std::span<const ImapSession::Summary> summaries, MailFolder folder) {
        for (const ImapSession::Summary &summary : summaries) {
            if (summary.arrivedAt >= since)
                m_entries.push_back({{summary.arrivedAt, folder, summary.uid}, summary});
        }
    };
    add(inbox, MailFolder::Inbox);
    add(sent, MailFolder::Sent);
    std::sort(m_entries.begin(), m_entries.end(), [](const Entry &a, const Entry &b) { return a.place < b.place; });
    const auto firstLeft =
        std::find_if(m_entries.begin(), m_entries.end(), [&filledTo](const Entry &entry) { return entry.place > filledTo; });
    m_next = std::size_t(firstLeft - m_entries.begin());
}

std::span<const BackfillPlan::Entry> BackfillPlan::next(std::size_t mails, std::size_t bytes,
                                                        std::uint32_t mostMailBytes) const
{
    const std::span<const Entry> left = std::span(m_entries).subspan(m_next);
    return left.first(lengthOf(left, mails, bytes,
                               [mostMailBytes](const Entry &entry) { return weightOf(entry.summary, mostMailBytes); }));
}

void BackfillPlan::add(const Entry &entry)
{
    const auto left = m_entries.begin() + std::ptrdiff_t(m_next);
    m_entries.insert(std::upper_bound(left, m_entries.end(), entry,
                                      [](const Entry &one, const Entry &other) { return one.place < other.place; }),
                     entry);
}

std::size_t windowLength(std::span<const ImapSession::Summary> summaries, std::size_t mails, std::size_t bytes,
                         std::uint32_t mostMailBytes)
{
    return lengthOf(summaries, mails, bytes,
                    [mostMailBytes](const ImapSession::Summary &summary) { return weightOf(summary, mostMailBytes); });
}

} // namespace tributary::channels::email
