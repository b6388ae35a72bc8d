#pragma once

#include "core/model/commands.h"

#include <QString>
#include <functional>
#include <vector>

namespace tributary::testing {

/// What is in a profile made by makeProfile(), by name.
struct MadeProfile {
    model::Agent me, colleague;
    model::ChannelAccount mail, chat;
    std::vector<model::Customer> customers;
    model::Customer silent;                         ///< Known, and never in contact.
    model::Customer visitor;                        ///< Perhaps the first of the customers.
    std::vector<model::Conversation> conversations; ///< Newest first; as many as customers.
};

struct MadeOptions {
    int more = 0;     ///< Conversations besides, older than the others.
    int messages = 0; ///< Long ones of the customer of the first conversation, a minute apart, before all that is in it.
    model::Agent::Role role = model::Agent::Role::Admin;
    std::vector<std::string> permissions = {}; ///< Of a role of its own, if there are any.
    std::vector<model::FieldDefinition> fields = {};
    std::vector<model::CustomStatus> statuses = {};                      ///< Given ids by their caller ...
    std::vector<model::Team> teams = {};                                 ///< The colleague is in each of them.
    std::function<void(std::size_t, model::Conversation &)> change = {}; ///< ... and each of the ten, before it is kept.
    std::size_t theirs = 0;        ///< So many of the first conversations are the colleague's.
    std::string colleagueDid = {}; ///< An event of the first conversation, a minute ago.
    /// Commands of one's own that the hub has sent back: their author is to decide.
    std::function<std::vector<model::CommandBody>(const MadeProfile &)> held = {};
    std::vector<model::Agent> others = {};            ///< Colleagues besides, given ids by their caller.
    std::optional<model::TeamId> mailTeam = {};       ///< To which what comes in by mail goes.
    std::optional<model::CustomerLinkId> merge = {};  ///< The colleague has merged the visitor into the first customer.
    std::vector<model::ChannelAccount> accounts = {}; ///< Besides, given ids by their caller.
};

/// Writes a signed-in profile with a small shop into @p folder: a copy without a hub, as after a start with no network. Ends
/// the test program if it cannot.
MadeProfile makeProfile(const QString &folder, const MadeOptions &options = {});

} // namespace tributary::testing
