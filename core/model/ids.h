#pragma once

#include "core/base/id.h"

namespace tributary::model {

using CustomerId = Id<struct CustomerTag>;
using IdentityId = Id<struct IdentityTag>;
using CustomerLinkId = Id<struct CustomerLinkTag>;
using SuggestionId = Id<struct SuggestionTag>;
using ChannelAccountId = Id<struct ChannelAccountTag>;
using ConversationId = Id<struct ConversationTag>;
using TimelineItemId = Id<struct TimelineItemTag>;
using AttachmentId = Id<struct AttachmentTag>;
using AgentId = Id<struct AgentTag>;
using TeamId = Id<struct TeamTag>;
using CommandId = Id<struct CommandTag>;
using RoleId = Id<struct RoleTag>;
using SavedViewId = Id<struct SavedViewTag>;
using FieldDefinitionId = Id<struct FieldDefinitionTag>;
using CustomStatusId = Id<struct CustomStatusTag>;
using CompanyId = Id<struct CompanyTag>;
using ConsentId = Id<struct ConsentTag>;
using ChecklistEntryId = Id<struct ChecklistEntryTag>;
using ClientId = Id<struct ClientTag>; ///< One installation of the desktop, for the numbering of its commands.

} // namespace tributary::model
