#include "core/hub/workspace_ids.h"

#include "core/base/digest.h"
#include "core/store/sql.h"

namespace tributary::hub {

Result<RawId> workspaceId(store::Database &database, std::string_view what)
{
    auto query = database.query(store::sql::hub_seal_root);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    const Sha256 of = hmacSha256(found ? query.blob(0) : ByteView(), bytesOf(what));
    return derivedId(fromMs(0), of);
}

} // namespace tributary::hub
