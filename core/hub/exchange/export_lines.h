#pragma once

#include "core/model/entities.h"

#include <string>

namespace tributary::hub::exchange {

/// What is said with an item in an export, beyond the item's own row.
struct ExportedItem {
    model::TimelineItem item;
    model::Identity identity;
    std::string account; ///< Its address, or its name.
    std::string authorEmail;
    std::string authorAgentName;
    bool isLast = false; ///< Of its conversation: it carries the conversation's state.
    model::Conversation conversation;
    std::string assignee;
    std::string team;
    std::vector<std::string>
        contents;        ///< Of each attachment: `data_base64`, `path` and `sha256` as a JSON member, or empty.
    std::string unknown; ///< JSON object of fields that came with the import and mean nothing here.
};

/// The source that exports name: their ids are UUIDs, unique everywhere.
inline constexpr const char *kExportSource = "tributary";

std::string lineOf(const ExportedItem &exported);
/// With the label of each identity's account, and the e-mail address of who has recorded each consent.
std::string lineOf(const model::Customer &customer, const std::vector<std::pair<model::Identity, std::string>> &identities,
                   const std::vector<std::pair<model::Consent, std::string>> &consents);
std::string lineOf(const model::ChannelAccount &account);
std::string lineOf(const model::Agent &agent, const std::vector<std::string> &teams);
std::string lineOf(const model::Team &team);
std::string lineOf(const model::Suggestion &suggestion);
std::string lineOf(const model::CustomerLink &link, const std::string &by, const std::string &endedBy);
/// One piece of a file too large to stand in its message's line.
std::string pieceOf(const std::string &sha256, std::int64_t offset, std::int64_t sizeBytes, const std::string &base64);

/// How an account is named in exports.
const std::string &labelOf(const model::ChannelAccount &account);

} // namespace tributary::hub::exchange
