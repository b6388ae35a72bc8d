#pragma once

#include "core/base/executor.h"
#include "core/base/result.h"
#include "core/model/entities.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

/// The one interface between the hub and a platform. A driver does the talking; what it hears it hands over as envelopes,
/// what it is to say it is given as messages. It owns no database and decides nothing about customers or conversations.
namespace tributary::channels {

/// A file that came with a message. The bytes travel with the envelope; the hub stores them by content.
struct InboundAttachment {
    std::string name;      ///< As the sender called it; made safe by the driver (no path, no control characters).
    std::string mediaType; ///< Sniffed where possible.
    std::string contentId;
    bool isInline = false;
    std::shared_ptr<const std::string> content; ///< Null: known of, but not taken (too large); `sizeBytes` says how large.
    std::int64_t sizeBytes = 0;
    std::string sha256; ///< Instead of `content`: the hub has it under this hash already.
};

/// Who wrote, as far as the platform says.
struct InboundSender {
    std::string address; ///< Normalised (e-mail case-folded, phone E.164, visitor or platform id).
    std::string shown;   ///< As written.
    std::string name;
    bool scoped = false;    ///< The address means something for this account alone.
    bool verified = false;  ///< The platform vouches for it.
    bool disproved = false; ///< The platform found that it may be somebody else who only names that address.
    /// More that is known of the person. A verified one links customers by itself; a claim only suggests it.
    struct Evidence {
        model::Channel channel = model::Channel::Email;
        std::string address; ///< Normalised.
        bool verified = false;
        friend bool operator==(const Evidence &, const Evidence &) = default;
    };
    std::vector<Evidence> evidence;
};

/// One thing that happened on a platform, in the hub's words.
struct InboundEnvelope {
    enum class Kind {
        Message,  ///< A customer wrote.
        Echo,     ///< We wrote, from elsewhere (the Sent folder, the platform's own app).
        Delivery, ///< News of a message of ours: `delivery` and `about` say what.
        Identity, ///< Nothing was said, but more is known of the sender (a visitor signed in or typed an address).
        Ignored,  ///< Taken note of so that it is not asked for again (a duplicate, a read receipt of nothing we know).
    };
    model::ChannelAccountId account;
    model::Channel channel = model::Channel::Email;
    Kind kind = Kind::Message;
    std::string externalId;              ///< Unique within the account for ever; the same again changes nothing.
    std::vector<std::string> messageIds; ///< Names other messages may use for this one (Message-ID without <>).
    InboundSender sender;
    TimePoint at;
    std::string subject;
    std::string text; ///< Plain text, valid UTF-8.
    std::string html; ///< Already cleaned.
    std::vector<InboundAttachment> attachments;
    bool automatic = false;  ///< Written by a machine.
    bool isToMany = false;   ///< Automatic for no other reason: a person's, if it answers something of ours.
    bool claimsEcho = false; ///< Message: it says that we wrote it, and nothing proves that. Ours if the hub knows its name.
    std::map<std::string, std::string> details; ///< Goes to TimelineItem::details.

    /// Where it belongs, strongest first; the hub takes the first that it knows.
    std::optional<std::int64_t> conversationNumber; ///< From a signed plus address: proven.
    std::vector<std::string> references;            ///< Message ids it answers, nearest first.
    std::optional<std::int64_t> claimedNumber;      ///< From `[#8841]` in the subject: only for a sender who belongs to it.
    std::string threadKey;                          ///< The platform's own thread, where it has one.

    std::vector<std::string> about;     ///< Delivery: message ids or external ids of ours, the best first.
    model::Delivery delivery;           ///< Delivery: what to record.
    std::vector<std::string> failedFor; ///< Delivery: whom it failed for, normalised; empty: whom it was written to.
    std::vector<std::string>
        problems; ///< Defects of the payload that were worked around, in words, for the account's health.
    std::shared_ptr<const std::string> raw; ///< The payload as it came, kept as it came.
    /// Which version of the channel's reader has made this of the payload; 0: none is named.
    std::int64_t reader = 0;
};

/// What became of an envelope, once it is on the disk.
struct IngestOutcome {
    bool known = false; ///< It had been taken before; nothing changed.
    model::TimelineItemId item;
    model::ConversationId conversation;
    model::CustomerId customer;
    std::int64_t seq = 0;
};

/// A message of ours, with everything a driver needs to send it.
struct OutboundMessage {
    model::TimelineItem item;
    model::Conversation conversation;
    model::Identity to;
    std::string messageId; ///< Fixed for this delivery whatever happens, without <>: `t1234.8841@shop.example`.
    std::string agentName;
    /// What it answers, for threading headers and the quote: the newest message of the customer, if any.
    struct Previous {
        std::string messageId;
        std::vector<std::string> references; ///< Oldest first, including messageId last.
        std::string authorName;
        TimePoint at;
        std::string text;
        std::string html;
    };
    std::optional<Previous> previous;
    struct File {
        model::Attachment attachment;
        std::string path; ///< In the hub's blob store; read only. Empty: it is lost.
    };
    std::vector<File> files; ///< With one that is lost it is not sent, only looked for.
    bool lookFirst =
        false; ///< It may have gone out already (uncertain, or the hub died while sending): look before sending.
    /// With lookFirst: it may have gone out by other settings than the account has now, so that a look which does not find
    /// it proves nothing.
    bool mayBeElsewhere = false;
    /// With lookFirst: nor is it known whether it is still to go out. Where it is not found nothing is sent: that is
    /// SendOutcome::leftBehind().
    bool lookOnly = false;

    bool lacksFile() const
    {
        return std::ranges::any_of(files, [](const File &file) { return file.path.empty(); });
    }
};

/// The driver's answer to a send.
struct SendOutcome {
    enum class Kind {
        Sent,        ///< The platform has taken it over.
        Retry,       ///< Not now; `retryAfter` if the platform said when.
        Failed,      ///< Never; `problem` says why.
        Uncertain,   ///< Handed over, no answer: it may or may not arrive.
        Reauthorise, ///< Nothing goes out on this account until its secrets are renewed.
    };
    Kind kind = Kind::Sent;
    std::string externalId;  ///< As the platform calls it, if it says.
    std::string problem;     ///< Kind: `recipient` (there is no such address), `too-large`, `auth`, `policy` ...
    std::string problemText; ///< One plain sentence for the agent.
    std::optional<std::chrono::seconds> retryAfter;
    bool isNotThere = false; ///< It was looked for first, and has not gone out before. Else a doubt stays one.

    /// Of a message that lacks a file, and has not gone out; or of which that is not known (@p inDoubt).
    static SendOutcome lostFile(bool inDoubt)
    {
        return {.kind = inDoubt ? Kind::Uncertain : Kind::Failed,
                .problem = "lost-file",
                .problemText = inDoubt ? "It may have gone out, and a file of it is lost since the hub was restored from a "
                                         "backup. Ask the customer before you write it again."
                                       : "A file of it is lost. Attach the file again to a new message."};
    }

    /// Of a message that was to be looked for alone (OutboundMessage::lookOnly), and was not found: a person decides.
    static SendOutcome leftBehind()
    {
        return {.kind = Kind::Uncertain,
                .problem = "restored",
                .problemText = "The hub was restored from a backup in which this was still to be sent. It may have gone out "
                               "since then, or have been taken back. Ask whoever wrote it before you send it again."};
    }
};

/// How an account is doing.
struct AccountHealth {
    model::ChannelAccount::Health health = model::ChannelAccount::Health::Starting;
    std::string problem;     ///< Kind: `auth`, `certificate`, `unreachable`, `tls`, `disk-full`, `config` ...
    std::string problemText; ///< What is wrong and what to do, in a sentence.
    std::int64_t backfillDone = 0;
    std::int64_t backfillTotal = 0;

    friend bool operator==(const AccountHealth &, const AccountHealth &) = default;
};

/// What the hub offers a driver. Every call may come from any thread.
class DriverHost {
public:
    virtual ~DriverHost() = default;
    /// Hands over what arrived. @p done gets the outcome once it is durable, or an error when it is not (then ask again
    /// later: nothing was taken). Only after success may the platform be told that it was received.
    virtual void ingest(InboundEnvelope envelope, std::function<void(Result<IngestOutcome>)> done) = 0;
    virtual void reportHealth(AccountHealth health) = 0;
    /// A small durable memory of the driver's own (cursors, UIDVALIDITY ...), by key. Empty if never saved.
    virtual std::string loadState(const std::string &key) = 0;
    virtual void saveState(const std::string &key, const std::string &value) = 0;
    /// One of the account's secrets as it is kept now: another than the driver was made with where the platform has given
    /// another since. Empty: there is none.
    virtual std::string loadSecret(const std::string &name) = 0;
    /// Keeps @p becomes, which the platform gave in place of @p was; durable when this returns, and only then to be used.
    /// Nothing is kept where the secret is another than @p was by now: somebody has entered it anew.
    virtual Result<void> replaceSecret(const std::string &name, const std::string &was, const std::string &becomes) = 0;
};

struct AccountSettings {
    model::ChannelAccount account;
    std::map<std::string, std::string> settings; ///< `imap`, `smtp`, `origins` ...: what `account add --set` was given.
    std::map<std::string, std::string> secrets;  ///< `password`, `access_token` ...: opened for the driver alone.
};

class ChannelDriver {
public:
    virtual ~ChannelDriver() = default; ///< Stops first if still running.
    /// Begins to listen. Returns at once; trouble is reported as health, and the driver goes on trying for ever.
    virtual void start() = 0;
    /// Ends everything in hand within seconds and returns when nothing of it runs any more.
    virtual void stop() = 0;
    /// Sends one message; @p done is called exactly once, from any thread, also when stopped meanwhile.
    virtual void send(OutboundMessage message, std::function<void(SendOutcome)> done) = 0;
    /// Tries every part that can be tried without sending to a customer. Blocks for seconds. One line a check.
    struct Check {
        std::string name;
        bool ok = false;
        std::string text; ///< What was seen, or what is wrong and what to do.
    };
    virtual std::vector<Check> test() = 0;
};

} // namespace tributary::channels
