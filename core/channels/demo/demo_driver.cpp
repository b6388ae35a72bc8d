#include "core/channels/demo/demo_driver.h"

#include <algorithm>
#include <sstream>

namespace tributary::channels::demo {
namespace {

using model::Channel;
using model::Delivery;

/// Channels whose customers can be seen reading.
bool tellsReading(Channel channel)
{
    return channel != Channel::Email && channel != Channel::Sms && channel != Channel::Phone;
}

/// Addresses that mean the same on every account of a channel; the others are the platform's for one account.
bool isGlobal(Channel channel)
{
    return channel == Channel::Email || channel == Channel::WhatsApp || channel == Channel::Sms || channel == Channel::Phone;
}

} // namespace

DemoDriver::DemoDriver(const AccountSettings &account, DriverHost &host, const Clock &clock, Rng &rng, const Pace &pace)
    : m_account(account)
    , m_host(host)
    , m_clock(clock)
    , m_rng(rng)
    , m_pace(pace)
{
    const auto traffic = account.settings.find("traffic");
    std::istringstream lines(traffic == account.settings.end() ? std::string() : traffic->second);
    for (std::string text; std::getline(lines, text);) {
        const std::size_t first = text.find('\t');
        const std::size_t second = first == std::string::npos ? first : text.find('\t', first + 1);
        if (second != std::string::npos)
            m_lines.push_back({text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)});
    }
}

DemoDriver::~DemoDriver()
{
    stop();
}

void DemoDriver::start()
{
    m_host.reportHealth({model::ChannelAccount::Health::Healthy, {}, {}, 0, 0});
    m_thread = std::thread([this] { loop(); });
    if (!m_lines.empty())
        later(m_pace.nextMessage / 4 + Milliseconds(std::int64_t(m_rng.below(std::uint64_t(m_pace.nextMessage.count())))),
              [this] { customerWrites(); });
}

void DemoDriver::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void DemoDriver::later(Milliseconds after, std::function<void()> run)
{
    const std::scoped_lock lock(m_mutex);
    m_tasks.push_back({m_clock.steady() + after, std::move(run)});
    m_wake.notify_one();
}

void DemoDriver::loop()
{
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        const auto next = std::ranges::min_element(m_tasks, {}, &Task::due);
        if (next == m_tasks.end()) {
            m_wake.wait(lock);
            continue;
        }
        if (const auto wait = next->due - m_clock.steady(); wait > Milliseconds(0)) {
            m_wake.wait_for(lock, wait);
            continue;
        }
        const auto run = std::move(next->run);
        m_tasks.erase(next);
        lock.unlock();
        run();
        lock.lock();
    }
}

void DemoDriver::send(OutboundMessage message, std::function<void(SendOutcome)> done)
{
    if (message.lookOnly)
        return done(SendOutcome::leftBehind());
    if (message.lacksFile())
        return done(SendOutcome::lostFile(message.lookFirst));
    SendOutcome sent;
    sent.externalId = "demo:" + message.item.id.text();
    done(sent);
    later(m_pace.deliver, [this, id = sent.externalId] { report(id, Delivery::State::Delivered); });
    if (tellsReading(m_account.account.channel))
        later(m_pace.read, [this, id = sent.externalId] { report(id, Delivery::State::Read); });
}

std::vector<ChannelDriver::Check> DemoDriver::test()
{
    return {{"Demo", true, "Made up: nothing leaves this computer."}};
}

void DemoDriver::report(const std::string &messageId, Delivery::State state)
{
    InboundEnvelope envelope;
    envelope.account = m_account.account.id;
    envelope.channel = m_account.account.channel;
    envelope.kind = InboundEnvelope::Kind::Delivery;
    envelope.externalId = messageId + (state == Delivery::State::Read ? ":read" : ":delivered");
    envelope.at = m_clock.now();
    envelope.about = {messageId};
    envelope.delivery.state = state;
    envelope.delivery.at = envelope.at;
    m_host.ingest(std::move(envelope), [](const Result<IngestOutcome> &) {});
}

void DemoDriver::customerWrites()
{
    const Line &line = m_lines[m_nextLine++ % m_lines.size()];
    InboundEnvelope envelope;
    envelope.account = m_account.account.id;
    envelope.channel = m_account.account.channel;
    envelope.at = m_clock.now();
    envelope.externalId = "demo:" + line.address + ":" + std::to_string(toMs(envelope.at));
    envelope.sender.address = envelope.sender.shown = line.address;
    envelope.sender.name = line.name;
    envelope.sender.scoped = !isGlobal(envelope.channel);
    envelope.sender.verified = true;
    envelope.text = line.text;
    m_host.ingest(std::move(envelope), [](const Result<IngestOutcome> &) {});
    const auto mean = std::uint64_t(m_pace.nextMessage.count());
    if (m_nextLine < m_lines.size()) // each once: a shop whose customers repeat themselves convinces nobody
        later(Milliseconds(std::int64_t(mean / 2 + m_rng.below(mean))), [this] { customerWrites(); });
}

} // namespace tributary::channels::demo
