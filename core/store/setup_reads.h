#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

#include <map>

/// How a workspace is set up, for the screens that show or change it.
namespace tributary::store {

/// Everything in the order in which it is shown: by name, fields and statuses by their position.
struct WorkspaceSetup {
    std::vector<model::Agent> agents; ///< Also those who are not active.
    std::vector<model::Team> teams;
    std::vector<model::Role> roles;
    std::vector<model::FieldDefinition> fields;
    std::vector<model::CustomStatus> statuses;
    std::vector<model::ChannelAccount> accounts;           ///< Without those that were removed.
    std::map<model::AgentId, std::int64_t> openWork;       ///< Open conversations of each, as far as they are seen here.
    std::map<model::AgentId, std::int64_t> unresolvedWork; ///< These, and what waits or sleeps.

    friend bool operator==(const WorkspaceSetup &, const WorkspaceSetup &) = default;
};

Result<WorkspaceSetup> workspaceSetup(Database &database);
/// Puts @p setup into the order in which it is shown.
void arrange(WorkspaceSetup &setup);

} // namespace tributary::store
