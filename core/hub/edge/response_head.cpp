#include "core/hub/edge/response_head.h"

#include "core/hub/edge/ascii.h"

#include <algorithm>
#include <array>
#include <ctime>

namespace tributary::edge {
namespace {

constexpr std::array<std::string_view, 5> kOurs{"Content-Length", "Transfer-Encoding", "Connection", "Date",
                                                "X-Content-Type-Options"};

bool isFieldName(std::string_view name)
{
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (lowerAscii(c) >= 'a' && lowerAscii(c) <= 'z') || c == '-' || c == '_';
    });
}

bool isFieldValue(std::string_view value)
{
    return std::ranges::all_of(value, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

/// IMF-fixdate (RFC 9110, 5.6.7).
std::string httpDate(std::time_t at)
{
    constexpr std::array<const char *, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char *, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    ::gmtime_r(&at, &utc);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[std::size_t(utc.tm_wday)],
                  utc.tm_mday, kMonths[std::size_t(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    return text.data();
}

} // namespace

std::string writeResponseHead(const Response &response, std::optional<std::uint64_t> contentLength, bool keepAlive,
                              std::string_view requestId)
{
    std::string head = "HTTP/1.1 " + std::to_string(response.status) + ' ';
    head += reasonPhrase(response.status);
    const auto add = [&head](std::string_view name, std::string_view value) {
        head += "\r\n";
        head += name;
        head += ": ";
        head += value;
    };
    add("Date", httpDate(std::time(nullptr)));
    for (const auto &[name, value] : response.headers.fields()) {
        const bool isOurs = std::ranges::any_of(kOurs, [&](std::string_view one) { return equalNoCase(one, name); });
        if (!isOurs && isFieldName(name) && isFieldValue(value))
            add(name, value);
    }
    add("X-Content-Type-Options", "nosniff");
    if (response.status >= 400)
        add("X-Request-Id", requestId);
    if (contentLength)
        add("Content-Length", std::to_string(*contentLength));
    add("Connection", keepAlive ? "keep-alive" : "close");
    head += "\r\n\r\n";
    return head;
}

} // namespace tributary::edge
