#pragma once

#include "core/model/commands.h"

#include <QString>
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

/// Writes a signed-in profile with a small shop into @p folder: a copy without a hub, as after a start with no network. Ends
/// the test program if it cannot.
MadeProfile makeProfile(const QString &folder);

} // namespace tributary::testing
