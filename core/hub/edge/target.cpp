#include "core/hub/edge/target.h"

#include "core/hub/edge/ascii.h"

#include <algorithm>

namespace tributary::edge {
namespace {

enum class Plus { Keep, IsSpace };

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Result<std::string> unescape(std::string_view text, Plus plus)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == '%') {
            if (at + 2 >= text.size() || hexDigit(text[at + 1]) < 0 || hexDigit(text[at + 2]) < 0)
                return failure(Error::Kind::Invalid, "bad escape in the request target");
            c = char(hexDigit(text[at + 1]) * 16 + hexDigit(text[at + 2]));
            at += 2;
        } else if (c == '+' && plus == Plus::IsSpace) {
            c = ' ';
        }
        out += c;
    }
    if (!isUtf8(out))
        return failure(Error::Kind::Invalid, "request target is not UTF-8");
    return out;
}

bool hasDotSegment(std::string_view path)
{
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        if (segment == "." || segment == "..")
            return true;
        path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    }
    return false;
}

} // namespace

bool isUtf8(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        const auto lead = static_cast<unsigned char>(text[at++]);
        if (lead < 0x80)
            continue;
        const int more = lead >= 0xc2 && lead <= 0xdf ? 1 : (lead & 0xf0) == 0xe0 ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
        if (more == 0 || text.size() - at < std::size_t(more))
            return false;
        const auto second = static_cast<unsigned char>(text[at]);
        if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90)
            || (lead == 0xf4 && second > 0x8f))
            return false;
        for (int i = 0; i < more; ++i) {
            if ((static_cast<unsigned char>(text[at++]) & 0xc0) != 0x80)
                return false;
        }
    }
    return true;
}

Result<Query> parseQuery(std::string_view text, std::size_t limit)
{
    Query query;
    while (!text.empty()) {
        const std::size_t ampersand = text.find('&');
        const std::string_view pair = text.substr(0, ampersand);
        text = ampersand == std::string_view::npos ? std::string_view() : text.substr(ampersand + 1);
        if (pair.empty())
            continue;
        if (query.size() == limit)
            return failure(Error::Kind::Invalid, "too many query parameters");
        const std::size_t equals = pair.find('=');
        TRIBUTARY_TRY_ASSIGN(std::string key, unescape(pair.substr(0, equals), Plus::IsSpace));
        std::string value;
        if (equals != std::string_view::npos) {
            TRIBUTARY_TRY_ASSIGN(value, unescape(pair.substr(equals + 1), Plus::IsSpace));
        }
        query.emplace_back(std::move(key), std::move(value));
    }
    Query sorted = query; // a hundred parameters: sorting beats comparing each with each
    std::ranges::sort(sorted, {}, &Query::value_type::first);
    if (std::ranges::adjacent_find(sorted, {}, &Query::value_type::first) != sorted.end())
        return failure(Error::Kind::Invalid, "a query key occurs twice");
    return query;
}

Result<Target> parseTarget(std::string_view target, std::size_t queryLimit)
{
    if (target.empty() || target.front() != '/')
        return failure(Error::Kind::Invalid, "request target is not a path");
    const std::size_t mark = target.find('?');
    const std::string_view rawPath = target.substr(0, mark);
    for (std::size_t at = rawPath.find('%'); at != std::string_view::npos; at = rawPath.find('%', at + 1)) {
        if (equalNoCase(rawPath.substr(at, 3), "%2f") || equalNoCase(rawPath.substr(at, 3), "%5c"))
            return failure(Error::Kind::Invalid, "encoded slash in the path");
    }
    Target parsed;
    TRIBUTARY_TRY_ASSIGN(parsed.path, unescape(rawPath, Plus::Keep));
    if (std::ranges::any_of(parsed.path, isControl) || hasDotSegment(parsed.path))
        return failure(Error::Kind::Invalid, "forbidden character or segment in the path");
    if (mark != std::string_view::npos) {
        TRIBUTARY_TRY_ASSIGN(parsed.query, parseQuery(target.substr(mark + 1), queryLimit));
    }
    return parsed;
}

} // namespace tributary::edge
