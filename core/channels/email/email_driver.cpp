#include "core/channels/email/email_driver.h"

#include "core/channels/email/mail_sender.h"
#include "core/channels/email/mailbox_reader.h"
#include "core/channels/email/sent_folder.h"

#include <algorithm>

namespace tributary::channels::email {
namespace {

/// The account's key for signed reply addresses, made at the first start: addresses given out once have to work for years.
Bytes plusTagKeyOf(const EmailSettings &settings, DriverHost &host)
{
    constexpr const char *kStateKey = "plus_tag_key";
    const auto given = settings.secrets.find(kStateKey);
    const std::string digits = given != settings.secrets.end() ? given->second : host.loadState(kStateKey);
    if (auto key = fromHex(digits); key && !key->empty())
        return *key;
    Bytes key(32);
    SystemRng().fill(key);
    host.saveState(kStateKey, toHex(key));
    return key;
}

ChannelDriver::Check checkFolders(ImapSession &imap, const EmailSettings &settings)
{
    ChannelDriver::Check check{.name = "Folders"};
    const auto folders = imap.folders();
    const auto sent = folders ? sentFolderOf(imap, settings) : failure(folders.error());
    if (!sent) {
        check.text = sentenceFor(sent.error(), settings.imap);
        return check;
    }
    check.text = std::to_string(folders->size()) + " folders; sent mail is in ";
    if (sent->empty()) {
        check.ok = true;
        check.text += "no folder the server names: set sent_folder.";
        return check;
    }
    const auto opened = imap.select(*sent);
    check.ok = opened.has_value();
    if (opened) {
        check.text += (settings.sentFolder.empty() ? *sent : settings.sentFolder) + ".";
    } else if (opened.error().kind != MailError::Kind::Refused) {
        check.text = sentenceFor(opened.error(), settings.imap);
    } else {
        constexpr std::size_t kMostNamed = 30;
        std::string names;
        for (std::size_t i = 0; i < std::min(folders->size(), kMostNamed); ++i)
            names += (names.empty() ? "" : ", ") + (*folders)[i].name;
        check.text = sentFolderSentence(*sent) + " There are: " + names + ".";
    }
    return check;
}

} // namespace

/// Everything that exists between start() and stop().
struct EmailDriver::Running {
    Running(const EmailDriver &driver, HealthBoard &health)
        : tokens(driver.m_settings->secrets, driver.m_host, driver.m_clock)
        , reader({*driver.m_settings, driver.m_tuning, driver.m_codec, driver.m_host, health, tokens, driver.m_clock, stop})
        , sender({*driver.m_settings, driver.m_tuning, driver.m_codec, health, tokens, stop})
    {
    }

    StopSignal stop;
    TokenSource tokens;
    MailboxReader reader;
    MailSender sender;
    std::thread reading;
    std::thread sending;
};

EmailDriver::EmailDriver(const AccountSettings &account, DriverHost &host, MailCodec codec, const Clock &clock,
                         const EmailTuning &tuning)
    : m_settings(readEmailSettings(account))
    , m_host(host)
    , m_codec(std::move(codec))
    , m_clock(clock)
    , m_tuning(tuning)
    , m_health(host)
{
}

EmailDriver::~EmailDriver()
{
    EmailDriver::stop();
}

void EmailDriver::start()
{
    if (!m_settings) {
        m_health.isMisconfigured(m_settings.error().detail);
        return;
    }
    const std::lock_guard lock(m_mutex);
    if (m_running)
        return;
    m_running = std::make_shared<Running>(*this, m_health);
    m_running->reading = std::thread(&MailboxReader::run, &m_running->reader);
    m_running->sending = std::thread(&MailSender::run, &m_running->sender);
}

void EmailDriver::stop()
{
    m_stopped.raise();
    std::shared_ptr<Running> running;
    {
        const std::lock_guard lock(m_mutex);
        running.swap(m_running);
    }
    if (!running)
        return;
    running->stop.raise();
    running->sender.close();
    running->reading.join();
    running->sending.join();
}

void EmailDriver::send(OutboundMessage message, std::function<void(SendOutcome)> done)
{
    std::shared_ptr<Running> running;
    {
        const std::lock_guard lock(m_mutex);
        running = m_running;
    }
    if (running)
        running->sender.send(std::move(message), std::move(done));
    else if (!m_settings)
        done({.kind = SendOutcome::Kind::Reauthorise,
              .problem = "config",
              .problemText = "The account's settings are not complete: " + m_settings.error().detail + "."});
    else
        done({.kind = SendOutcome::Kind::Retry, .problem = "stopped", .problemText = "The account is paused."});
}

std::unique_ptr<ChannelDriver> makeEmailDriver(const AccountSettings &account, DriverHost &host, const Clock &clock,
                                               const EmailTuning &tuning)
{
    MailCodec codec; // stays empty if the settings make no sense: then nothing is read or sent
    if (const auto settings = readEmailSettings(account))
        codec = makeMailCodec(*settings, plusTagKeyOf(*settings, host), clock);
    return std::make_unique<EmailDriver>(account, host, std::move(codec), clock, tuning);
}

std::vector<ChannelDriver::Check> EmailDriver::test()
{
    if (!m_settings)
        return {{.name = "Settings", .ok = false, .text = m_settings.error().detail + "."}};
    const EmailSettings &settings = *m_settings;
    TokenSource tokens(settings.secrets, m_host, m_clock);
    std::vector<Check> checks;

    const auto imap = signIn<ImapSession>(settings.imap, settings, tokens, m_tuning.timeouts, m_stopped);
    checks.push_back({.name = "Sign in to IMAP",
                      .ok = imap.has_value(),
                      .text = imap ? "Signed in to " + settings.imap.host
                                         + ((*imap)->hasIdle() ? "; new mail is announced at once"
                                                               : "; it is asked for new mail once a minute")
                                         + "."
                                   : sentenceFor(imap.error(), settings.imap)});
    checks.push_back(imap ? checkFolders(**imap, settings)
                          : Check{.name = "Folders", .ok = false, .text = "Not tried, because the sign-in failed."});

    const auto smtp = signIn<SmtpSession>(settings.smtp, settings, tokens, m_tuning.timeouts, m_stopped);
    std::string size;
    if (smtp && (*smtp)->mostBytes() != 0)
        size = "; it takes mails up to " + std::to_string((*smtp)->mostBytes() / 1'000'000) + " MB";
    checks.push_back(
        {.name = "Sign in to SMTP",
         .ok = smtp.has_value(),
         .text = smtp ? "Signed in to " + settings.smtp.host + size + "." : sentenceFor(smtp.error(), settings.smtp)});
    return checks;
}

} // namespace tributary::channels::email
