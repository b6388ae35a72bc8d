#pragma once

#include "core/hub/secrets.h"
#include "core/model/ids.h"
#include "core/store/database.h"

#include <span>
#include <string>
#include <string_view>

namespace tributary::hub {

/// Records of imports that were of somebody erased. That they were taken stays known, so that the same again brings nothing
/// back; by a hash of their names that takes hub.key, for a name may be the address that somebody had in another system.
class HiddenRecords {
public:
    explicit HiddenRecords(const Secrets &secrets);

    /// What stands for what @p source calls @p name.
    std::string nameOf(std::string_view source, std::string_view name) const;
    /// Whether anything of that source is hidden.
    static Result<bool> any(store::Database &database, std::string_view source);
    /// Before @p members are erased: their cards, their links and suggestions, and all that was said with them.
    Result<void> hideRecordsOf(store::Database &database, std::span<const model::CustomerId> members) const;

private:
    struct Record {
        std::string source, name;
    };
    Result<std::vector<Record>> recordsOf(store::Database &database, std::span<const model::CustomerId> members) const;

    Bytes m_key;
};

} // namespace tributary::hub
