#include "core/channels/webchat/http.h"

#include "core/base/json_writer.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::webchat {

std::string_view HttpResponse::header(std::string_view name) const
{
    const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

HttpResponse jsonResponse(int status, std::string body)
{
    HttpResponse response{.status = status, .body = std::move(body)};
    response.set("Content-Type", "application/json");
    response.set("Cache-Control", "no-store");
    return response;
}

HttpResponse errorResponse(int status, std::string_view code, std::optional<std::chrono::seconds> retryAfter)
{
    JsonWriter json;
    json.beginObject().field("error", code);
    if (retryAfter)
        json.field("retry_after", retryAfter->count());
    HttpResponse response = jsonResponse(status, json.endObject().take());
    if (retryAfter)
        response.set("Retry-After", std::to_string(retryAfter->count()));
    return response;
}

std::string attachmentDisposition(std::string_view fileName)
{
    const std::string name = text::safeFileName(fileName);
    std::string plain;
    std::string encoded;
    constexpr char digits[] = "0123456789ABCDEF";
    for (const char c : name) {
        const bool isAscii = static_cast<unsigned char>(c) < 0x80 && c != '"' && c != '\\' && c != '%';
        plain += isAscii ? c : '_';
        const bool isPlain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (isPlain)
            encoded += c;
        else
            encoded += std::string("%") + digits[static_cast<unsigned char>(c) >> 4] + digits[c & 0xF];
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + encoded;
}

} // namespace tributary::channels::webchat
