#include "core/channels/email/mailbox_state.h"

#include "core/base/digest.h"
#include "core/text/utf8.h"

#include <charconv>
#include <map>

namespace tributary::channels::email {

std::string placeOf(const MailServer &server, const std::string &user, const std::string &folder)
{
    const std::string all = text::asciiLower(server.host) + '\n' + std::to_string(server.port) + '\n' + user + '\n' + folder;
    return toHex(sha256(bytesOf(all)));
}

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
    text += "inbox.place=" + state.inbox.place + "\nsent.place=" + state.sent.place + '\n';
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
    std::map<std::string, std::string> values;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::size_t equals = text.find('=', at);
        if (equals < end)
            values[text.substr(at, equals - at)] = text.substr(equals + 1, end - equals - 1);
        at = end + 1;
    }
    const auto get = [&values](const char *key) {
        const std::string &text = values[key];
        std::int64_t value = 0;
        return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc() ? value : 0;
    };
    MailboxState state;
    state.inbox = {std::uint32_t(get("inbox.validity")), std::uint32_t(get("inbox.last")), std::uint32_t(get("inbox.base")),
                   values["inbox.place"]};
    state.sent = {std::uint32_t(get("sent.validity")), std::uint32_t(get("sent.last")), std::uint32_t(get("sent.base")),
                  values["sent.place"]};
    state.newest = fromMs(get("newest"));
    if (get("fill.since") != 0) {
        state.fillSince = fromMs(get("fill.since"));
        const auto folder = get("fill.folder") == 0 ? MailFolder::Inbox : MailFolder::Sent;
        state.filledTo = {fromMs(get("fill.at")), folder, std::uint32_t(get("fill.uid"))};
    }
    state.skipped = get("skipped");
    return state;
}

} // namespace tributary::channels::email
