#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/change_log.h"
#include "core/model/addresses.h"

/// Who somebody is: identities, their home customers, and the links between them (DESIGN 5).
namespace tributary::hub {

/// Finds or makes the Identity of a sender, and brings what is newly known of it up to date. A sender with verified evidence
/// of somebody known becomes an identity of that customer from the start; so does a verified number that is proven to be
/// somebody's on another channel with numbers. Who is there already is never merged by that.
Result<model::Identity> identityOf(ChangeLog &changes, IdMaker &ids, const model::ChannelAccount &account,
                                   const channels::InboundSender &sender, TimePoint at);

/// The id that whoever is first met at a normalised address is born with: the same each time. @p scope: the account, where
/// the address means something for that alone. It tells nobody which address that was (workspace_ids.h).
Result<model::CustomerId> bornAt(store::Database &database, model::Channel channel, model::ChannelAccountId scope,
                                 const std::string &address);

/// Finds the identity of an address that one of us has named, or makes it, not verified: for @p customer, who is made as
/// well where there is no such person (a null id: a new one). @p address is normalised, @p shown as it was typed.
Result<model::Identity> identityFor(ChangeLog &changes, IdMaker &ids, model::Channel channel, const std::string &address,
                                    const std::string &shown, const std::string &name, model::CustomerId customer,
                                    model::IdentityId id, TimePoint at);

/// What somebody's row takes, about, and the most that it may: it is to fit into a live frame (wire::kMaxFrameBytes).
std::size_t rowBytes(const model::Customer &customer);
inline constexpr std::size_t kMaxCustomerBytes = 32 * 1024;

/// The company whose people have mail addresses of that domain.
Result<std::optional<model::CompanyId>> companyOfDomain(store::Database &database, const std::string &domain);

/// Says on an identity why nothing can be sent to it, in words; an empty @p problem: something can. Nothing is written where
/// that is no news.
Result<void> setReach(ChangeLog &changes, model::IdentityId identity, const std::string &problem);

/// Gives an identity to another person, with its conversations and all that it said (store::belongingsOf). NotFound: no such
/// identity.
Result<void> moveIdentity(ChangeLog &changes, model::IdentityId identity, model::CustomerId to);

/// Acts on what else is known of a sender: verified evidence links its customer to the one that is proven, a claim only
/// suggests it. The same evidence again changes nothing; neither does evidence whose link a person has ended.
Result<void> applyEvidence(ChangeLog &changes, IdMaker &ids, const model::ChannelAccount &account,
                           const model::Identity &identity, const channels::InboundSender &sender, TimePoint at);

/// The customer that @p id is shown as.
Result<model::CustomerId> rootOf(store::Database &database, model::CustomerId id);

/// Whether @p identity may be written to in @p conversation: it is whom that is held with, or another address of its person.
Result<bool> belongs(store::Database &database, const model::Identity &identity, const model::Conversation &conversation);

/// Those of the person behind @p id who are blocked. Whoever is blocked stays so through a merge, for the whole person.
Result<std::vector<model::Customer>> blockedOf(store::Database &database, model::CustomerId id);

/// Whether whoever has that address is blocked.
Result<bool> isBlocked(store::Database &database, model::IdentityId id);

/// Whether @p person has withdrawn that we write to them about their affairs on @p channel, and nothing from them in
/// @p conversation asks for an answer: it is not waiting for one, and they have not written there since.
Result<bool> isUnwelcome(store::Database &database, model::CustomerId person, model::Channel channel,
                         const std::optional<model::Conversation> &conversation);

/// Merges by a link. The outcome says why it was refused: who is merged already does not join, and nobody joins into them.
/// Where others were merged into the one that joins, they go along by a person's word, never by a machine's.
Result<model::Outcome::Reason> link(ChangeLog &changes, model::CustomerLink link);
/// Once @p ended has ended: those who had come along with it stand with whom they were merged into before.
Result<void> leadBack(ChangeLog &changes, const model::CustomerLink &ended);

/// Whether a person has said of anybody of the one and anybody of the other, who are roots, that they are two: has ended
/// their merge, moved an address away or dismissed the suggestion. Machines neither merge nor offer them.
Result<bool> areSaidToBeTwo(store::Database &database, model::CustomerId a, model::CustomerId b);
/// Keeps a person's word that these two are not one, as a link that was never in force: no machine merges or offers them.
Result<void> keepApart(ChangeLog &changes, IdMaker &ids, model::CustomerId one, model::CustomerId other, model::AgentId by,
                       TimePoint at);
/// Takes that back: the move it came with is undone.
Result<void> forgetKeptApart(ChangeLog &changes, model::CustomerId one, model::CustomerId other);

/// Offers @p customer to be merged into @p other, unless that was offered before, or a person has ended that merge.
Result<void> suggest(ChangeLog &changes, IdMaker &ids, model::CustomerId customer, model::CustomerId other,
                     model::Suggestion::Reason reason, const std::string &evidence, TimePoint at);

} // namespace tributary::hub
