#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/change_log.h"

/// Who somebody is: identities, their home customers, and the links between them (DESIGN 5).
namespace tributary::hub {

/// Finds or makes the Identity of a sender, and brings what is newly known of it up to date. A sender with verified evidence
/// of somebody known becomes an identity of that customer from the start.
Result<model::Identity> identityOf(ChangeLog &changes, IdMaker &ids, const model::ChannelAccount &account,
                                   const channels::InboundSender &sender, TimePoint at);

/// Acts on what else is known of a sender: verified evidence links its customer to the one that is proven, a claim only
/// suggests it. The same evidence again changes nothing; neither does evidence whose link a person has ended.
Result<void> applyEvidence(ChangeLog &changes, IdMaker &ids, const model::Identity &identity,
                           const channels::InboundSender &sender, TimePoint at);

/// The customer that @p id is shown as.
Result<model::CustomerId> rootOf(store::Database &database, model::CustomerId id);

/// Merges by a link. The outcome says why it was refused: chains, cycles and repeats are.
Result<model::Outcome::Reason> link(ChangeLog &changes, model::CustomerLink link);

/// Offers @p customer to be merged into @p other, unless that was offered before.
Result<void> suggest(ChangeLog &changes, IdMaker &ids, model::CustomerId customer, model::CustomerId other,
                     model::Suggestion::Reason reason, const std::string &evidence, TimePoint at);

} // namespace tributary::hub
