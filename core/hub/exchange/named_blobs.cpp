#include "core/hub/exchange/named_blobs.h"

#include "core/store/sql.h"

namespace tributary::hub::exchange {

Result<std::vector<std::string>> namedBlobs(store::Database &database, const std::string &after)
{
    std::vector<std::string> names;
    auto query = database.query(store::sql::exchange_check_blobs);
    query.bind("after", after).bind("row_count", std::int64_t(kBlobsAtOnce));
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return names;
        names.emplace_back(query.text(0));
    }
}

} // namespace tributary::hub::exchange
