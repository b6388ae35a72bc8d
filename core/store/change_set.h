#pragma once

#include "core/model/entities.h"

#include <set>

namespace tributary::store {

/// What a write to the cache touched, for the views that show it. Ids alone: who is interested reads again.
struct ChangeSet {
    std::set<model::ConversationId> conversations;
    std::set<model::ConversationId> own;   ///< Of these, what the agent has just done something to, besides looking at it.
    std::set<model::CustomerId> customers; ///< Whose timeline or card changed: home customers, not roots.
    std::set<model::TimelineItemId> items;
    std::set<model::CompanyId> companies;
    bool accounts = false;
    bool agents = false;            ///< Agents, teams, roles.
    bool setup = false;             ///< Saved views, custom fields, custom statuses.
    bool links = false;             ///< Merges changed: members of customers are to be read again.
    bool everything = false;        ///< Read all of it again (bootstrap began anew, cache rebuilt, rights shrank).
    std::vector<std::string> files; ///< Hashes of attachments that went with what its agent may see no more.

    void add(const model::Entity &entity);
    void add(const ChangeSet &other);
    /// What may lie on the disk of an item that is gone.
    void addFilesOf(const model::Entity &gone);
    bool empty() const;
};

} // namespace tributary::store
