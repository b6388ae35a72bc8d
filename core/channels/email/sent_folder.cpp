#include "core/channels/email/sent_folder.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::email {
namespace {

bool isPrintable(char32_t point)
{
    return point >= U' ' && point <= U'~';
}

/// Whether each `&` in it begins `&...-` as modified UTF-7 has it, and all else is ASCII.
bool isModifiedUtf7(std::string_view name)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (!isPrintable(static_cast<unsigned char>(name[at])))
            return false;
        if (name[at] != '&')
            continue;
        at = name.find_first_not_of(digits, at + 1);
        if (at == name.npos || name[at] != '-')
            return false;
    }
    return true;
}

void appendUtf16(Bytes &out, char32_t point)
{
    const auto unit = [&out](char32_t value) {
        out.push_back(std::byte(value >> 8 & 0xff));
        out.push_back(std::byte(value & 0xff));
    };
    if (point < 0x10000) {
        unit(point);
    } else {
        unit(0xd800 + ((point - 0x10000) >> 10));
        unit(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
}

} // namespace

std::string imapFolderName(std::string_view name)
{
    if (isModifiedUtf7(name))
        return std::string(name);
    std::string out;
    for (std::size_t at = 0; at < name.size();) {
        if (isPrintable(static_cast<unsigned char>(name[at]))) {
            out += name[at] == '&' ? "&-" : std::string(1, name[at]);
            ++at;
            continue;
        }
        Bytes units;
        while (at < name.size() && !isPrintable(static_cast<unsigned char>(name[at])))
            appendUtf16(units, text::nextCodePoint(name, at));
        std::string digits = toBase64(units);
        digits.erase(digits.find_last_not_of('=') + 1);
        std::ranges::replace(digits, '/', ',');
        out += '&' + digits + '-';
    }
    return out;
}

MailResult<std::string> sentFolderOf(ImapSession &session, const EmailSettings &settings)
{
    if (!settings.sentFolder.empty())
        return imapFolderName(settings.sentFolder);
    return markedSentFolder(session);
}

MailResult<std::string> markedSentFolder(ImapSession &session)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<ImapSession::Folder> folders, session.folders());
    const auto sent = std::ranges::find_if(folders, [](const auto &one) { return one.isSent && one.canSelect; });
    return sent == folders.end() ? std::string() : sent->name;
}

bool filesSentMailItself(bool isGmail, const MailServer &smtp)
{
    const std::string host = text::asciiLower(smtp.host);
    // Not smtp-relay.gmail.com, which sends for whole companies and knows no mailbox.
    return isGmail && (host == "smtp.gmail.com" || host == "smtp.googlemail.com");
}

} // namespace tributary::channels::email
