#include "core/client/keyring.h"

#include <string_view>

namespace tributary::client {
namespace {

constexpr std::string_view kKey = "seal:";

} // namespace

std::string keyringText(const KeyringEntry &entry)
{
    std::string text = entry.token;
    for (const SealKey &key : entry.keys)
        text.append("\n").append(kKey).append(toBase64(key.bytes()));
    return text;
}

KeyringEntry keyringEntryFrom(std::string_view text)
{
    KeyringEntry entry;
    for (bool isFirst = true; !text.empty() || isFirst; isFirst = false) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (isFirst) {
            entry.token = line;
        } else if (line.starts_with(kKey)) {
            const auto bytes = fromBase64(line.substr(kKey.size()));
            if (const auto key = bytes ? SealKey::from(*bytes) : std::nullopt)
                entry.keys.push_back(*key);
        }
    }
    return entry;
}

} // namespace tributary::client
