#include "core/store/list_functions.h"

#include "core/text/search_fold.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <sqlite3.h>
#include <string_view>

namespace tributary::store {
namespace {

/// Reads arrays and maps of text as the cache writes them (core/wire/cbor.h), one head after the other and without making
/// values of them: a count over all conversations looks into each one's tags.
class Scanner {
public:
    explicit Scanner(sqlite3_value *blob)
        : m_at(static_cast<const unsigned char *>(sqlite3_value_blob(blob)))
        , m_end(m_at ? m_at + sqlite3_value_bytes(blob) : m_at)
    {
    }

    enum Major { Text = 3, Array = 4, Map = 5 };
    /// The number of @p major's head here; nothing if something else stands here.
    std::optional<std::uint64_t> head(Major major)
    {
        if (m_at == m_end || *m_at >> 5 != major)
            return std::nullopt;
        const unsigned low = *m_at++ & 31u;
        if (low < 24)
            return low;
        const std::ptrdiff_t bytes = low == 24 ? 1 : low == 25 ? 2 : low == 26 ? 4 : low == 27 ? 8 : 0;
        if (bytes == 0 || m_end - m_at < bytes)
            return std::nullopt;
        std::uint64_t number = 0;
        for (std::ptrdiff_t i = 0; i < bytes; ++i)
            number = number << 8 | *m_at++;
        return number;
    }
    std::optional<std::string_view> text()
    {
        const auto size = head(Text);
        if (!size || *size > std::uint64_t(m_end - m_at))
            return std::nullopt;
        const std::string_view found(reinterpret_cast<const char *>(m_at), std::size_t(*size));
        m_at += *size;
        return found;
    }

private:
    const unsigned char *m_at, *m_end;
};

std::string_view textOf(sqlite3_value *value)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(value));
    return text ? std::string_view(text, std::size_t(sqlite3_value_bytes(value))) : std::string_view();
}

template<class IsIt>
void findInList(sqlite3_context *context, sqlite3_value **arguments, IsIt isIt)
{
    Scanner list(arguments[0]);
    const std::string_view wanted = textOf(arguments[1]);
    bool found = false;
    for (auto left = list.head(Scanner::Array).value_or(0); left > 0 && !found; --left) {
        const auto one = list.text();
        if (!one)
            break;
        found = isIt(*one, wanted);
    }
    sqlite3_result_int(context, found);
}

void listHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    findInList(context, arguments, std::equal_to<std::string_view>());
}

void listHasAnyCase(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; };
    findInList(context, arguments, [lower](std::string_view one, std::string_view wanted) {
        return std::ranges::equal(one, wanted, {}, lower);
    });
}

void mapGet(sqlite3_context *context, int, sqlite3_value **arguments)
{
    Scanner map(arguments[0]);
    const std::string_view wanted = textOf(arguments[1]);
    for (auto left = map.head(Scanner::Map).value_or(0); left > 0; --left) {
        const auto key = map.text();
        const auto value = key ? map.text() : std::nullopt;
        if (!value)
            break;
        if (*key == wanted) {
            sqlite3_result_text64(context, value->data(), value->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
            return;
        }
    }
    sqlite3_result_null(context);
}

void textHas(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const std::string text = text::foldForMatching(textOf(arguments[0]));
    std::string_view wanted = textOf(arguments[1]);
    bool all = true;
    while (all && !wanted.empty()) {
        const std::size_t end = wanted.find('\n');
        all = text.find(wanted.substr(0, end)) != std::string::npos;
        wanted = end == std::string_view::npos ? std::string_view() : wanted.substr(end + 1);
    }
    sqlite3_result_int(context, all);
}

} // namespace

Result<void> addListFunctions(sqlite3 *handle)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    for (const auto &[name, function] : {std::pair("list_has", &listHas), std::pair("list_has_any_case", &listHasAnyCase),
                                         std::pair("map_get", &mapGet), std::pair("text_has", &textHas)}) {
        if (sqlite3_create_function_v2(handle, name, 2, flags, nullptr, function, nullptr, nullptr, nullptr) != SQLITE_OK)
            return failure(Error::Kind::Failed, "cannot add the list functions to the database");
    }
    return {};
}

} // namespace tributary::store
