#pragma once

#include "core/model/limits.h"
#include "core/model/permissions.h"

#include <QString>

/// What somebody may do, see and is given, in words.
namespace tributary::ui {

enum class PermissionGroup { Conversations, Customers, Sharing, Administration };
inline constexpr int kPermissionGroups = int(PermissionGroup::Administration) + 1;

PermissionGroup groupOf(model::Permission permission);
QString groupWords(PermissionGroup group);
/// One sentence: "Answer customers".
QString permissionWords(model::Permission permission);
/// What is to be known of it besides, in sentences: where only the desktop keeps to it. Empty for most.
QString permissionNote(model::Permission permission);

QString roleWords(model::Agent::Role role);
QString visibilityWords(model::Visibility visibility);
/// The sentence on who can give @p permission: "Ada, Ben or Tom can allow it."
QString whoCanAllow(const std::vector<model::Agent> &agents, model::Permission permission);
/// Why somebody is not given something, as the detail of a choice.
QString notGivenWords(model::NotGiven why);
QString routingWords(model::Team::Routing routing);
QString statusWords(model::Conversation::Status status);
QString subjectWords(model::FieldDefinition::Subject subject);
QString fieldTypeWords(model::FieldDefinition::Type type);
/// "15 min", "1 h", "a day"; "never" for 0.
QString minutesWords(std::int64_t minutes);
/// "English" for `en`; the tag itself where it is not known.
QString languageList(const std::string &tag);

} // namespace tributary::ui
