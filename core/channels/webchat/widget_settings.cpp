#include "core/channels/webchat/widget_settings.h"

#include "core/channels/webchat/text_rules.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::webchat {

namespace {

std::string valueOf(const std::map<std::string, std::string> &values, const std::string &key)
{
    const auto found = values.find(key);
    return found == values.end() ? std::string() : found->second;
}

bool isColor(std::string_view text)
{
    return text.size() == 7 && text[0] == '#' && fromHex(text.substr(1)).has_value();
}

bool isLanguageTag(std::string_view text)
{
    return text.size() <= 35 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
           });
}

} // namespace

bool isWidgetKey(std::string_view key)
{
    return !key.empty() && key.size() <= 64 && std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

WidgetSettings readSettings(const AccountSettings &account)
{
    const auto setting = [&](const char *key) { return valueOf(account.settings, key); };
    WidgetSettings out;
    out.key = setting("key");
    if (!isWidgetKey(out.key)) {
        if (!out.key.empty())
            out.problems.push_back("`key` may hold letters, digits, - and _ only; the account's id is used instead.");
        out.key = toHex(account.account.id.view());
    }
    out.origins = OriginList(setting("origins"));
    for (const std::string &entry : out.origins.problems())
        out.problems.push_back("`origins`: " + text::plainName(entry, 80) + " is not of the form https://shop.example.");
    out.title = text::plainName(setting("title"), 60);
    if (out.title.empty())
        out.title = text::plainName(account.account.name, 60);
    out.greeting = cleanText(setting("greeting"), 500);
    out.offlineNotice = cleanText(setting("offline_notice"), 500);
    out.color = setting("color");
    if (!out.color.empty() && !isColor(out.color)) {
        out.problems.push_back("`color` is not of the form #0e6b78.");
        out.color.clear();
    }
    out.locale = setting("locale");
    if (!isLanguageTag(out.locale)) {
        out.problems.push_back("`locale` is no language tag such as en or pt-BR.");
        out.locale.clear();
    }
    const std::string preChat = setting("prechat");
    if (preChat == "off")
        out.preChat = WidgetSettings::PreChat::Off;
    else if (preChat == "required")
        out.preChat = WidgetSettings::PreChat::Required;
    else if (!preChat.empty() && preChat != "optional")
        out.problems.push_back("`prechat` is one of off, optional, required.");
    out.identitySecret = valueOf(account.secrets, "identity_secret");
    return out;
}

} // namespace tributary::channels::webchat
