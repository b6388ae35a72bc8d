#include "core/channels/email/mailbox_state.h"

#include <charconv>
#include <map>

namespace tributary::channels::email {

std::string toText(const MailboxState &state)
{
    std::string text;
    const auto put = [&text](const char *key, std::int64_t value) {
        text += key;
        text += '=' + std::to_string(value) + '\n';
    };
    put("inbox.validity", state.inbox.uidValidity);
    put("inbox.last", state.inbox.lastUid);
    put("inbox.base", state.inbox.baseUid);
    put("sent.validity", state.sent.uidValidity);
    put("sent.last", state.sent.lastUid);
    put("sent.base", state.sent.baseUid);
    put("newest", toMs(state.newest));
    if (state.fillSince) {
        put("fill.since", toMs(*state.fillSince));
        put("fill.at", toMs(state.filledTo.arrivedAt));
        put("fill.folder", std::int64_t(state.filledTo.folder));
        put("fill.uid", state.filledTo.uid);
    }
    put("skipped", state.skipped);
    return text;
}

MailboxState mailboxStateFrom(const std::string &text)
{
    std::map<std::string, std::int64_t> values;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::size_t equals = text.find('=', at);
        std::int64_t value = 0;
        if (equals < end && std::from_chars(text.data() + equals + 1, text.data() + end, value).ec == std::errc())
            values[text.substr(at, equals - at)] = value;
        at = end + 1;
    }
    const auto get = [&values](const char *key) {
        const auto found = values.find(key);
        return found == values.end() ? 0 : found->second;
    };
    MailboxState state;
    state.inbox = {std::uint32_t(get("inbox.validity")), std::uint32_t(get("inbox.last")), std::uint32_t(get("inbox.base"))};
    state.sent = {std::uint32_t(get("sent.validity")), std::uint32_t(get("sent.last")), std::uint32_t(get("sent.base"))};
    state.newest = fromMs(get("newest"));
    if (values.count("fill.since")) {
        state.fillSince = fromMs(get("fill.since"));
        const auto folder = get("fill.folder") == 0 ? MailFolder::Inbox : MailFolder::Sent;
        state.filledTo = {fromMs(get("fill.at")), folder, std::uint32_t(get("fill.uid"))};
    }
    state.skipped = get("skipped");
    return state;
}

} // namespace tributary::channels::email
