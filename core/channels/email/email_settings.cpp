#include "core/channels/email/email_settings.h"

#include <algorithm>
#include <charconv>

namespace tributary::channels::email {
namespace {

std::string settingOf(const std::map<std::string, std::string> &values, const char *name, const char *otherwise = "")
{
    const auto found = values.find(name);
    return found == values.end() || found->second.empty() ? otherwise : found->second;
}

Result<bool> yesOrNo(const std::map<std::string, std::string> &values, const char *name, bool otherwise)
{
    const std::string value = settingOf(values, name, otherwise ? "yes" : "no");
    if (value != "yes" && value != "no")
        return failure(Error::Kind::Invalid, std::string(name) + " is yes or no");
    return value == "yes";
}

Error inSetting(const char *name, Error error)
{
    error.detail = std::string(name) + ": " + error.detail;
    return error;
}

} // namespace

std::vector<std::string> commaSeparated(const std::string &text)
{
    std::vector<std::string> words;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::size_t first = text.find_first_not_of(' ', at);
        if (first < end)
            words.push_back(text.substr(first, text.find_last_not_of(' ', end - 1) + 1 - first));
        at = end + 1;
    }
    return words;
}

Result<EmailSettings> readEmailSettings(const AccountSettings &account)
{
    const auto &values = account.settings;
    EmailSettings read{.account = account.account.id};
    read.address = settingOf(values, "address", account.account.address.c_str());
    if (read.address.find('@') == std::string::npos)
        return failure(Error::Kind::Invalid, "address: the account needs its own mail address");
    read.aliases = commaSeparated(settingOf(values, "aliases"));
    read.fromName = settingOf(values, "from_name", account.account.name.c_str());
    TRIBUTARY_TRY_ASSIGN(read.numberInSubject, yesOrNo(values, "number_in_subject", false));
    TRIBUTARY_TRY_ASSIGN(read.plusAddress, yesOrNo(values, "plus_address", true));
    const auto imap = parseImapUrl(settingOf(values, "imap"));
    if (!imap)
        return failure(inSetting("imap", imap.error()));
    const auto smtp = parseSmtpUrl(settingOf(values, "smtp"));
    if (!smtp)
        return failure(inSetting("smtp", smtp.error()));
    read.imap = *imap;
    read.smtp = *smtp;
    read.tls.caFile = settingOf(values, "ca_file");

    const std::string days = settingOf(values, "backfill_days", "90");
    constexpr int kMostDays = 36'500;
    const auto [end, error] = std::from_chars(days.data(), days.data() + days.size(), read.backfillDays);
    if (error != std::errc() || end != days.data() + days.size() || read.backfillDays < 0 || read.backfillDays > kMostDays)
        return failure(Error::Kind::Invalid, "backfill_days is a number of days from 0 to 36500");
    TRIBUTARY_TRY_ASSIGN(read.readSent, yesOrNo(values, "sent", true));
    TRIBUTARY_TRY_ASSIGN(read.saveSentCopy, yesOrNo(values, "sent_copy", true));
    read.sentFolder = settingOf(values, "sent_folder");
    const std::string notify = settingOf(values, "notify");
    if (!notify.empty() && notify != "success")
        return failure(Error::Kind::Invalid, "notify can only be success");
    read.notifySuccess = notify == "success";
    read.authservIds = commaSeparated(settingOf(values, "authserv_id"));

    read.password = settingOf(account.secrets, "password");
    read.secrets = account.secrets;
    const bool hasTokens = account.secrets.count("access_token") + account.secrets.count("refresh_token") > 0;
    if (read.password.empty() && !hasTokens)
        return failure(Error::Kind::Invalid, "the account needs a password or an access token");
    if (account.secrets.count("refresh_token") && !account.secrets.count("token_url"))
        return failure(Error::Kind::Invalid, "a refresh_token needs a token_url");
    return read;
}

} // namespace tributary::channels::email
