#include "core/store/search_functions.h"

#include "core/text/search_fold.h"

#include <sqlite3.h>

namespace tributary::store {
namespace {

void searchFold(sqlite3_context *context, int, sqlite3_value **arguments)
{
    const auto *text = reinterpret_cast<const char *>(sqlite3_value_text(arguments[0]));
    if (!text) {
        sqlite3_result_null(context);
        return;
    }
    const std::string_view given(text, std::size_t(sqlite3_value_bytes(arguments[0])));
    if (text::isFolded(given)) {
        sqlite3_result_value(context, arguments[0]);
        return;
    }
    const std::string folded = text::foldForSearch(given);
    sqlite3_result_text64(context, folded.data(), folded.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

} // namespace

Result<void> addSearchFunctions(sqlite3 *handle)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const int code =
        sqlite3_create_function_v2(handle, "search_fold", 1, flags, nullptr, &searchFold, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return failure(Error::Kind::Failed, "cannot add search_fold to the database");
    return {};
}

} // namespace tributary::store
