#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/ingest.h"
#include "tests/sim/world.h"

#include <map>
#include <set>

namespace tributary::sim {

class SimHub;

/// A platform and its driver: customers who write, a service that takes messages and sometimes answers otherwise, and that
/// repeats whatever the hub has not acknowledged.
class SimPlatform {
public:
    /// What the platform has taken of ours.
    struct Taken {
        int times = 0;
        model::ConversationId conversation;
        bool bounced = false;
        model::Delivery::State told = model::Delivery::State::Sent; ///< The best news of it.
    };

    SimPlatform(World &world, SimHub &hub, model::ChannelAccount account)
        : m_world(world)
        , m_hub(hub)
        , m_account(std::move(account))
    {
    }

    const model::ChannelAccount &account() const { return m_account; }
    /// One of the customers writes; sometimes an answer to something, sometimes anew.
    void customerWrites(std::chrono::days ago = {});
    /// The driver's answer.
    channels::SendOutcome send(const channels::OutboundMessage &message);
    /// Nothing of what customers wrote is still on its way.
    bool isQuiet() const { return m_waiting.empty(); }
    /// The hub was restored as of then: it is given again whatever it had taken since.
    void again(Milliseconds since);
    /// What has gone out so far may go out again: nobody can know of it any more.
    void forgive();

    /// What customers wrote, and from which address.
    const std::map<std::string, std::string> &texts() const { return m_texts; }
    const std::map<model::TimelineItemId, Taken> &taken() const { return m_taken; }
    /// In the order in which they were taken first.
    const std::vector<model::TimelineItemId> &order() const { return m_order; }
    const std::set<model::TimelineItemId> &forgiven() const { return m_forgiven; }

private:
    void deliver(channels::InboundEnvelope envelope);
    void attempt(const std::string &externalId);
    void take(const channels::OutboundMessage &message, const std::string &externalId);

    World &m_world;
    SimHub &m_hub;
    model::ChannelAccount m_account;
    std::map<std::string, hub::PreparedEnvelope> m_waiting; ///< By external id, until acknowledged.
    struct Acknowledged {
        hub::PreparedEnvelope envelope;
        Milliseconds at{0};
    };
    std::map<std::string, Acknowledged> m_acknowledged;
    std::map<std::string, std::string> m_texts;
    std::map<std::string, std::vector<std::string>> m_names; ///< Messages of or to an address, by their names.
    std::map<model::TimelineItemId, Taken> m_taken;
    std::map<std::string, std::string> m_externalIds; ///< By Message-ID.
    std::vector<model::TimelineItemId> m_order;
    std::set<model::TimelineItemId> m_forgiven;
    int m_count = 0;
};

} // namespace tributary::sim
