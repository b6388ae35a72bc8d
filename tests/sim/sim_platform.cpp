#include "tests/sim/sim_platform.h"

#include "tests/sim/sim_hub.h"

namespace tributary::sim {
namespace {

using namespace tributary::model;
using channels::InboundEnvelope;
using channels::SendOutcome;

constexpr std::uint64_t kCustomers = 5;

} // namespace

void SimPlatform::customerWrites(std::chrono::days ago)
{
    const std::string who = std::to_string(m_world.rng.below(kCustomers));
    const bool mail = m_account.channel == Channel::Email;
    InboundEnvelope envelope{.account = m_account.id, .channel = m_account.channel};
    const std::string number = std::to_string(++m_count);
    envelope.externalId = "in" + number;
    envelope.messageIds = {"in" + number + "@" + m_account.address};
    envelope.sender.address = mail ? "customer" + who + "@mail.test" : "visitor" + who;
    envelope.sender.shown = envelope.sender.address;
    envelope.sender.name = m_world.rng.below(3) == 0 ? "Customer " + who : "";
    envelope.sender.scoped = !mail;
    envelope.sender.verified = mail;
    if (m_hub.isSilent(envelope.sender.address))
        return;
    if (!mail && m_world.rng.below(4) == 0 && !m_hub.isSilent("customer" + who + "@mail.test"))
        envelope.sender.evidence.push_back({Channel::Email, "customer" + who + "@mail.test", m_world.rng.below(2) == 0});
    envelope.at = m_hub.clock().now() - ago;
    envelope.subject = mail ? "About " + number : "";
    envelope.text = m_account.address + " says " + number;
    envelope.automatic = m_world.rng.below(20) == 0;
    auto &names = m_names[envelope.sender.address];
    if (mail && !names.empty() && m_world.rng.below(3) > 0)
        envelope.references = {names[m_world.rng.below(names.size())]};
    names.push_back(envelope.messageIds.front());
    m_texts[envelope.text] = envelope.sender.address;
    if (m_world.rng.below(6) == 0)
        m_waiting[envelope.externalId].attachments = {m_hub.aFile()};
    deliver(std::move(envelope));
}

void SimPlatform::deliver(InboundEnvelope envelope)
{
    if (m_hub.isSilent(envelope.sender.address))
        return;
    const std::string id = envelope.externalId;
    m_waiting[id].envelope = std::move(envelope);
    attempt(id);
}

/// Again and again until the hub has said that it is on the disk; sometimes once more after that.
void SimPlatform::attempt(const std::string &externalId)
{
    m_world.after(m_world.some(m_world.faults.latency), [this, externalId] {
        const auto found = m_waiting.find(externalId);
        if (found == m_waiting.end())
            return;
        if (m_hub.isSilent(found->second.envelope.sender.address)) {
            m_waiting.erase(found);
            return;
        }
        std::erase_if(found->second.envelope.sender.evidence, // nor does anybody prove to be them
                      [this](const auto &evidence) { return m_hub.isSilent(evidence.address); });
        m_world.after(Milliseconds(2'000) + m_world.some(Milliseconds(3'000)), [this, externalId] { attempt(externalId); });
        if (!m_hub.isUp() || !m_hub.keep(found->second.attachments))
            return;
        m_hub.write([this, prepared = found->second](
                        store::Database &database) { return hub::ingest(database, m_hub.ids(), m_hub.clock(), prepared); },
                    [this, externalId](const Result<channels::IngestOutcome> &outcome) {
                        if (!outcome) { // not on the disk, so not acknowledged
                            m_world.check(outcome.error().kind == Error::Kind::Full, "an envelope is not taken");
                            return;
                        }
                        if (m_world.chance(m_world.faults.repeat))
                            return;
                        if (const auto waiting = m_waiting.extract(externalId); !waiting.empty())
                            m_acknowledged[externalId] = {waiting.mapped(), m_world.now()};
                    });
    });
}

void SimPlatform::again(Milliseconds since)
{
    for (auto one = m_acknowledged.begin(); one != m_acknowledged.end();) {
        if (one->second.at < since) {
            ++one;
            continue;
        }
        hub::PreparedEnvelope &waiting = m_waiting[one->first] = std::move(one->second.envelope);
        if (m_account.channel == Channel::WebChat) // a browser says it again at another time
            waiting.envelope.at = m_hub.clock().now();
        // Reading all of a mailbox again takes a while.
        m_world.after(m_world.some(Milliseconds(15'000)), [this, id = one->first] { attempt(id); });
        one = m_acknowledged.erase(one);
    }
    m_order.clear(); // in which order a restored hub learns of what has gone out is chance
}

void SimPlatform::forgive()
{
    for (const auto &[item, taken] : m_taken)
        m_forgiven.insert(item);
}

void SimPlatform::take(const channels::OutboundMessage &message, const std::string &externalId)
{
    m_world.check(!m_hub.isWithdrawn(message.item.id), "what was taken back goes out");
    Taken &taken = m_taken[message.item.id];
    if (++taken.times == 1)
        m_order.push_back(message.item.id);
    taken.conversation = message.item.conversation;
    m_externalIds[message.messageId] = externalId;
    m_names[message.to.address].push_back(message.messageId);
    // What the platform tells later: that it went out (a copy in Sent), that it arrived, that it was read, that it bounced.
    InboundEnvelope news{.account = m_account.id, .channel = m_account.channel};
    news.externalId = "news" + std::to_string(++m_count);
    news.at = m_hub.clock().now();
    const std::string name = externalId.empty() ? message.messageId : externalId;
    switch (m_world.rng.below(4)) {
    case 0:
        news.kind = InboundEnvelope::Kind::Echo;
        news.messageIds = {message.messageId};
        news.sender = {.address = message.to.address,
                       .shown = message.to.shown,
                       .name = message.to.name,
                       .scoped = !message.to.account.isNull()}; // whom it was written to
        news.text = message.item.body;
        return deliver(std::move(news));
    case 1:
    case 2:
        news.kind = InboundEnvelope::Kind::Delivery;
        news.about = {name};
        news.delivery = {.state = m_world.rng.below(2) == 0 ? Delivery::State::Delivered : Delivery::State::Read,
                         .at = news.at};
        taken.told = std::max(taken.told, news.delivery.state);
        return deliver(std::move(news));
    default:
        if (m_world.rng.below(10) > 0)
            return;
        news.kind = InboundEnvelope::Kind::Delivery;
        news.about = {name};
        taken.bounced = true;
        news.delivery = {
            .state = Delivery::State::Failed, .problem = "bounced", .problemText = "No such box.", .at = news.at};
        return deliver(std::move(news));
    }
}

SendOutcome SimPlatform::send(const channels::OutboundMessage &message)
{
    const std::string externalId = m_account.channel == Channel::Email ? "" : "x" + message.messageId;
    const auto known = m_taken.find(message.item.id);
    if (message.lookFirst && m_world.chance(m_world.faults.platform / 2)) {
        m_world.note("platform: it cannot be looked for");
        return {.kind = m_world.rng.below(4) == 0 ? SendOutcome::Kind::Reauthorise : SendOutcome::Kind::Retry,
                .problem = "unreachable",
                .problemText = "Later."};
    }
    if (message.lookFirst && known != m_taken.end()) {
        m_world.note("platform: it is there already");
        return {.kind = SendOutcome::Kind::Sent, .externalId = externalId};
    }
    if (message.lookOnly)
        return SendOutcome::leftBehind();
    if (m_world.chance(m_world.faults.platform)) {
        if (m_world.chance(m_world.faults.uncertain)) {
            if (m_world.rng.below(2) == 0)
                take(message, externalId);
            m_world.note("platform: no answer");
            return {.kind = SendOutcome::Kind::Uncertain, .problem = "unreachable", .problemText = "No answer."};
        }
        SendOutcome refused{.kind = SendOutcome::Kind::Retry, .problem = "busy", .problemText = "Later."};
        switch (m_world.rng.below(4)) {
        case 0: refused = {.kind = SendOutcome::Kind::Failed, .problem = "recipient", .problemText = "Unknown."}; break;
        case 1: refused = {.kind = SendOutcome::Kind::Reauthorise, .problem = "auth", .problemText = "Sign in."}; break;
        default: break;
        }
        refused.isNotThere = message.lookFirst;
        return refused;
    }
    take(message, externalId);
    m_world.note("platform: takes " + message.item.body);
    return {.kind = SendOutcome::Kind::Sent, .externalId = externalId};
}

} // namespace tributary::sim
