// The part of ImapSession that finds and fetches mail.
#include "core/channels/email/imap_session.h"

#include "core/channels/email/etpan_support.h"

#include <algorithm>
#include <cstring>

namespace tributary::channels::email {
namespace {

constexpr std::size_t kUidsACommand = 500;      // keeps command lines under 8 kB even where no two UIDs are neighbours
constexpr std::size_t kBytesASummary = 512;     // about four times what servers really send
constexpr std::size_t kSearchAnswer = 32 << 20; // three million UIDs
constexpr std::size_t kMostHeaderBytes = 1 << 20;
constexpr std::size_t kSlack = 1 << 20; // for news that servers put between what was asked for

template<class Result, auto Free>
struct Held {
    Result *value = nullptr;
    ~Held()
    {
        if (value)
            Free(value);
    }
};

mailimap_fetch_type *fetchType(std::initializer_list<mailimap_fetch_att *> wanted)
{
    mailimap_fetch_type *type = mailimap_fetch_type_new_fetch_att_list_empty();
    for (mailimap_fetch_att *att : wanted)
        mailimap_fetch_type_new_fetch_att_list_add(type, att);
    return type;
}

/// A server that says no without a line of its own leaves a list that libetpan has freed already.
int uidFetch(mailimap *imap, mailimap_set *set, mailimap_fetch_type *type, clist *&list)
{
    const int code = mailimap_uid_fetch(imap, set, type, &list);
    if (code != MAILIMAP_NO_ERROR)
        list = nullptr;
    return code;
}

} // namespace

MailResult<std::vector<std::uint32_t>> ImapSession::uidsSince(TimePoint day)
{
    m_stream->setReadBudget(kSearchAnswer);
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(day));
    Held<mailimap_search_key, mailimap_search_key_free> key{mailimap_search_key_new_since(
        mailimap_date_new(int(unsigned(date.day())), int(unsigned(date.month())), int(date.year())))};
    Held<clist, mailimap_search_result_free> found;
    if (auto error = errorOf(mailimap_uid_search(m_imap, nullptr, key.value, &found.value)))
        return failure(*error);
    std::vector<std::uint32_t> uids;
    forEach<std::uint32_t>(found.value, [&uids](std::uint32_t &uid) { uids.push_back(uid); });
    std::sort(uids.begin(), uids.end());
    return uids;
}

MailResult<std::vector<ImapSession::Summary>> ImapSession::fetchSummaries(mailimap_set *set)
{
    Held<mailimap_set, mailimap_set_free> heldSet{set};
    Held<mailimap_fetch_type, mailimap_fetch_type_free> type{fetchType(
        {mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_rfc822_size(), mailimap_fetch_att_new_internaldate()})};
    Held<clist, mailimap_fetch_list_free> list;
    if (auto error = errorOf(uidFetch(m_imap, set, type.value, list.value)))
        return failure(*error);
    std::vector<Summary> summaries;
    forEach<mailimap_msg_att>(list.value, [&summaries](mailimap_msg_att &att) {
        const FetchedParts parts = partsOf(att);
        if (parts.summary.uid != 0) // else news of flags, sent unasked
            summaries.push_back(parts.summary);
    });
    std::sort(summaries.begin(), summaries.end(), [](const Summary &a, const Summary &b) { return a.uid < b.uid; });
    return summaries;
}

MailResult<std::vector<ImapSession::Summary>> ImapSession::summariesAfter(std::uint32_t lastSeen)
{
    if (lastSeen == UINT32_MAX)
        return std::vector<Summary>();
    m_stream->setReadBudget(kSearchAnswer);
    m_imap->imap_selection_info->sel_has_exists = 0; // what has been announced is in the answer; what comes later is news
    TRIBUTARY_TRY_ASSIGN(std::vector<Summary> summaries, fetchSummaries(mailimap_set_new_interval(lastSeen + 1, 0)));
    // `n:*` always names the last mail, also when its UID is below n.
    std::erase_if(summaries, [lastSeen](const Summary &summary) { return summary.uid <= lastSeen; });
    return summaries;
}

MailResult<std::vector<ImapSession::Summary>> ImapSession::summariesOf(std::span<const std::uint32_t> uids)
{
    std::vector<Summary> all;
    for (std::size_t from = 0; from < uids.size(); from += kUidsACommand) {
        const auto some = uids.subspan(from, std::min(kUidsACommand, uids.size() - from));
        m_stream->setReadBudget(some.size() * kBytesASummary + kSlack);
        TRIBUTARY_TRY_ASSIGN(const std::vector<Summary> part, fetchSummaries(setOf(some)));
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

MailResult<std::vector<ImapSession::Mail>> ImapSession::fetch(std::span<const Summary> wanted, std::uint32_t mostBytes)
{
    std::vector<Summary> whole;
    std::vector<Summary> tooLarge;
    for (const Summary &summary : wanted)
        (summary.sizeBytes > mostBytes ? tooLarge : whole).push_back(summary);
    std::vector<Mail> mails;
    TRIBUTARY_TRY(fetchInto(mails, whole, false));
    TRIBUTARY_TRY(fetchInto(mails, tooLarge, true));
    std::sort(mails.begin(), mails.end(), [](const Mail &a, const Mail &b) { return a.summary.uid < b.summary.uid; });
    // Some servers give a part and then say no, or say OK and give nothing: that does not mean that a mail is gone.
    std::vector<std::uint32_t> missing;
    for (const Summary &summary : wanted) {
        if (!std::ranges::binary_search(mails, summary.uid, {}, [](const Mail &mail) { return mail.summary.uid; }))
            missing.push_back(summary.uid);
    }
    std::ranges::sort(missing);
    if (missing.empty())
        return mails;
    TRIBUTARY_TRY_ASSIGN(const std::vector<Summary> there, summariesOf(missing));
    if (!there.empty())
        return failure(MailError{MailError::Kind::Refused, "the server does not give a mail that it has"});
    return mails;
}

MailResult<void> ImapSession::fetchInto(std::vector<Mail> &mails, std::span<const Summary> wanted, bool headerOnly)
{
    for (std::size_t from = 0; from < wanted.size(); from += kUidsACommand) {
        const auto some = wanted.subspan(from, std::min(kUidsACommand, wanted.size() - from));
        std::vector<std::uint32_t> uids;
        std::size_t budget = kSlack;
        for (const Summary &summary : some) {
            uids.push_back(summary.uid);
            // Some servers only estimate RFC822.SIZE.
            budget += headerOnly ? kMostHeaderBytes : std::size_t(summary.sizeBytes) * 3 / 2 + kBytesASummary;
        }
        m_stream->setReadBudget(budget);
        mailimap_section *section = headerOnly ? mailimap_section_new_header() : mailimap_section_new(nullptr);
        Held<mailimap_set, mailimap_set_free> set{setOf(uids)};
        Held<mailimap_fetch_type, mailimap_fetch_type_free> type{
            fetchType({mailimap_fetch_att_new_uid(), mailimap_fetch_att_new_body_peek_section(section)})};
        Held<clist, mailimap_fetch_list_free> list;
        if (auto error = errorOf(uidFetch(m_imap, set.value, type.value, list.value)))
            return failure(*error);
        forEach<mailimap_msg_att>(list.value, [&](mailimap_msg_att &att) {
            const FetchedParts parts = partsOf(att);
            const auto summary = std::find_if(some.begin(), some.end(),
                                              [&parts](const Summary &one) { return one.uid == parts.summary.uid; });
            if (parts.hasBody && summary != some.end())
                mails.push_back({*summary, headerOnly, std::make_shared<const std::string>(parts.body)});
        });
    }
    return {};
}

MailResult<bool> ImapSession::hasMessageId(const std::string &messageId)
{
    TRIBUTARY_TRY_ASSIGN(const bool has, hasHeader("Message-ID", "<" + messageId + ">"));
    if (has)
        return true;
    const MailResult<bool> renamed = hasHeader("X-Microsoft-Original-Message-ID", "<" + messageId + ">");
    if (!renamed && renamed.error().kind == MailError::Kind::Refused) // some look for a few headers only
        return false;
    return renamed;
}

MailResult<bool> ImapSession::hasHeader(const char *name, const std::string &value)
{
    m_stream->setReadBudget(kSearchAnswer);
    Held<mailimap_search_key, mailimap_search_key_free> key{
        mailimap_search_key_new_header(::strdup(name), ::strdup(value.c_str()))};
    Held<clist, mailimap_search_result_free> found;
    if (auto error = errorOf(mailimap_uid_search(m_imap, nullptr, key.value, &found.value)))
        return failure(*error);
    return found.value && clist_count(found.value) > 0;
}

} // namespace tributary::channels::email
