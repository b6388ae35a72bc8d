#include "core/hub/exchange/mail_files.h"

#include "core/channels/email/email_settings.h"
#include "core/channels/email/mail_envelope.h"
#include "core/hub/account_store.h"
#include "core/hub/exchange/line_reader.h"
#include "core/hub/intake.h"
#include "core/text/email_address.h"

#include <algorithm>
#include <fstream>
#include <sys/stat.h>

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;
using channels::InboundEnvelope;
using channels::email::MailAccount;

constexpr std::size_t kMaxMailLine = 1024 * 1024;

class MailImport {
public:
    MailImport(HubStore &store, const ImportOptions &options, ImportRun &run)
        : m_store(store)
        , m_run(run)
        , m_source(options.source.empty() ? "mail" : options.source)
        , m_name(options.account)
    {
    }

    Result<void> begin()
    {
        if (m_name.empty())
            return {};
        if (m_name.find('@') != std::string::npos)
            m_account.ownAddresses.push_back(text::normaliseAddress(m_name));
        const auto stored = findAccount(m_store, m_name);
        if (!stored) // an address is enough: an account is made for what is imported
            return m_account.ownAddresses.empty() ? Result<void>(failure(stored.error())) : Result<void>();
        if (stored->settings.account.channel != model::Channel::Email)
            return failure(Error::Kind::Invalid, "that account is not a mail account");
        m_name = stored->settings.account.address.empty() ? stored->settings.account.name : stored->settings.account.address;
        m_account.id = stored->settings.account.id;
        m_account.ownAddresses = {text::normaliseAddress(stored->settings.account.address)};
        if (const auto aliases = stored->settings.settings.find("aliases"); aliases != stored->settings.settings.end()) {
            for (const std::string &alias : channels::email::commaSeparated(aliases->second))
                m_account.ownAddresses.push_back(text::normaliseAddress(alias));
        }
        return {};
    }

    /// One mail, as it stands in its file. @p at is when it came, for one without a date of its own.
    Result<void> take(std::int64_t number, std::shared_ptr<const std::string> raw, TimePoint at)
    {
        const channels::email::ParsedMail mail = channels::email::parseMail(std::move(raw));
        const TimePoint now = m_store.clock().now();
        InboundEnvelope envelope = channels::email::toEnvelope(mail, m_account, std::min(mail.date.value_or(at), now), true);
        HistoryLine line{.source = m_source,
                         .messageId = envelope.externalId,
                         .customerHandle = envelope.sender.address,
                         .customerShown = envelope.sender.shown,
                         .customerName = envelope.sender.name,
                         .channel = model::Channel::Email,
                         .account = m_name,
                         .author = "customer",
                         .at = envelope.at,
                         .automatic = envelope.automatic};
        line.direction = HistoryLine::Direction::In;
        if (line.customerHandle.empty())
            line.customerHandle = "unknown"; // no sender at all: still worth an agent's eye
        if (envelope.kind == InboundEnvelope::Kind::Echo) {
            line.direction = HistoryLine::Direction::Out;
            line.author = mail.from.empty() ? "" : mail.from.front().address;
            line.authorName = mail.from.empty() ? "" : mail.from.front().name;
            if (std::ranges::count(m_account.ownAddresses, line.author) > 0)
                line.author = line.authorName.empty() ? "system" : line.authorName; // the mailbox is no agent
        }
        auto prepared = std::make_unique<PreparedLine>();
        prepared->line = std::move(line);
        prepared->externalId = envelope.externalId;
        prepared->names = envelope.messageIds;
        prepared->references = envelope.references;
        prepared->number = number;
        TRIBUTARY_TRY_ASSIGN(prepared->prepared, prepare(m_store, std::move(envelope)));
        return m_run.add(std::move(prepared));
    }

    Result<void> takeFile(std::int64_t number, const fs::path &path)
    {
        struct stat about {};
        if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) {
            m_run.complain(number, "it is not a file");
            return {};
        }
        if (std::uint64_t(about.st_size) > kMaxMailBytes) {
            m_run.complain(number, "it is larger than 64 MB");
            return {};
        }
        std::ifstream in(path, std::ios::binary);
        auto raw = std::make_shared<std::string>(std::size_t(about.st_size), '\0');
        in.read(raw->data(), std::streamsize(raw->size()));
        raw->resize(std::size_t(in.gcount()));
        if (raw->empty()) {
            m_run.complain(number, "it is empty or cannot be read");
            return {};
        }
        return take(number, std::move(raw), fromMs(std::int64_t(about.st_mtime) * 1000));
    }

private:
    HubStore &m_store;
    ImportRun &m_run;
    std::string m_source;
    std::string m_name;
    MailAccount m_account;
};

bool isQuotedFrom(std::string_view line)
{
    const std::size_t at = line.find_first_not_of('>');
    return at != std::string_view::npos && at > 0 && line.substr(at).starts_with("From ");
}

/// An mbox as RFC 4155 has it, with `>From ` quoting undone (mboxrd): a mail begins with a line "From " at the start or
/// behind an empty line.
Result<void> importMbox(const fs::path &path, MailImport &import, ImportRun &run, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(LineReader reader, LineReader::open(path, kMaxMailLine));
    run.beginFile(path.filename().string(), reader.sizeBytes(), "mail");
    auto mail = std::make_shared<std::string>();
    std::int64_t number = 0;
    bool tooLarge = false, afterEmpty = true;
    const auto flush = [&]() -> Result<void> {
        if (number > 0 && tooLarge)
            run.complain(number, "it is larger than 64 MB, or has a line above 1 MB");
        else if (number > 0 && !mail->empty())
            TRIBUTARY_TRY(import.take(number, mail, now));
        mail = std::make_shared<std::string>();
        tooLarge = false;
        return {};
    };
    for (;;) {
        TRIBUTARY_TRY(run.goOn());
        TRIBUTARY_TRY_ASSIGN(const auto got, reader.next());
        if (got == LineReader::Got::End)
            break;
        run.setRead(reader.readBytes());
        std::string_view line = reader.line();
        if (got == LineReader::Got::Line && afterEmpty && line.starts_with("From ")) {
            TRIBUTARY_TRY(flush());
            ++number;
            afterEmpty = false;
            continue;
        }
        tooLarge |= got == LineReader::Got::TooLong || mail->size() + line.size() > kMaxMailBytes;
        afterEmpty = got == LineReader::Got::Line && (line.empty() || line == "\r");
        if (tooLarge) {
            mail->clear();
            continue;
        }
        mail->append(isQuotedFrom(line) ? line.substr(1) : line).push_back('\n');
    }
    TRIBUTARY_TRY(flush());
    return run.endFile();
}

bool isMaildir(const fs::path &folder)
{
    std::error_code error;
    return fs::is_directory(folder / "cur", error) && fs::is_directory(folder / "new", error);
}

/// The mails of a folder and those below it: of Maildirs what is in `cur` and `new`, elsewhere files named *.eml.
void collect(const fs::path &folder, int depth, std::vector<fs::path> &into)
{
    const bool maildir = isMaildir(folder);
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const fs::path &path = at->path();
        const std::string name = path.filename().string();
        if (at->is_symlink(error))
            continue;
        if (at->is_directory(error)) {
            if (maildir && (name == "cur" || name == "new")) {
                for (fs::directory_iterator mail(path, error), none; !error && mail != none; mail.increment(error)) {
                    if (mail->is_regular_file(error) && !mail->path().filename().string().starts_with('.'))
                        into.push_back(mail->path());
                }
            } else if (name != "tmp" && depth > 0) {
                collect(path, depth - 1, into);
            }
        } else if (!maildir && path.extension() == ".eml") {
            into.push_back(path);
        }
    }
}

Result<void> importFolder(const fs::path &path, MailImport &import, ImportRun &run)
{
    std::vector<fs::path> mails;
    collect(path, 8, mails);
    if (mails.empty())
        return failure(Error::Kind::Invalid, "has neither a Maildir nor .eml files in it");
    // A Maildir's names begin with the time of arrival: questions come before their answers.
    std::ranges::sort(mails, [](const fs::path &a, const fs::path &b) {
        return std::pair(a.filename().native(), a.native()) < std::pair(b.filename().native(), b.native());
    });
    run.beginFile(path.filename().string(), std::int64_t(mails.size()), "mail");
    std::int64_t number = 0;
    for (const fs::path &mail : mails) {
        TRIBUTARY_TRY(run.goOn());
        TRIBUTARY_TRY(import.takeFile(++number, mail));
        run.setRead(number);
    }
    return run.endFile();
}

} // namespace

Result<void> importMail(HubStore &store, const fs::path &path, bool isMbox, const ImportOptions &options, ImportRun &run)
{
    MailImport import(store, options, run);
    TRIBUTARY_TRY(import.begin());
    std::error_code error;
    if (isMbox)
        return importMbox(path, import, run, store.clock().now());
    if (fs::is_directory(path, error))
        return importFolder(path, import, run);
    run.beginFile(path.filename().string(), 1, "mail");
    TRIBUTARY_TRY(import.takeFile(1, path));
    return run.endFile();
}

} // namespace tributary::hub::exchange
