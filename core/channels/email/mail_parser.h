#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// A mail as it came over the wire (RFC 5322, 2045-2049, 2231, 3676, 6532) made into plain values.
namespace tributary::channels::email {

/// Beyond these a mail is still taken in, with less of it (ENGINE C55).
struct ParseLimits {
    int maxDepth = 60; ///< Levels of multiparts.
    std::size_t maxParts = 1000;
    std::size_t maxBoundaries = 50'000;      ///< Lines that could part parts: what lies behind more of them is not read ...
    std::size_t maxHeaderLines = 100'000;    ///< ... and that behind more lines of headers: each costs many times its size.
    std::size_t maxBytes = 25 * 1024 * 1024; ///< Of the whole mail: above it the files are named, but not taken.
    std::size_t maxTextBytes = 1024 * 1024;  ///< Of the plain text.
    std::size_t maxAddresses = 500;          ///< Of each header.
};

struct MailAddress {
    std::string address; ///< Normalised (text::normaliseAddress()); may have no domain.
    std::string shown;   ///< As written.
    std::string name;    ///< Plain; empty if there is none.

    friend bool operator==(const MailAddress &, const MailAddress &) = default;
};

/// Anything in the mail that is not its text.
struct MailPart {
    enum class Role {
        Attachment,
        Inline, ///< A picture the HTML shows.
        Calendar,
        Message,   ///< Another mail; it is not looked into.
        Signature, ///< OpenPGP or S/MIME: proof for programs, nothing a customer attached.
        Report,    ///< The machine's part of a delivery report, read receipt or complaint.
    };
    Role role = Role::Attachment;
    std::string name;                           ///< Safe as a file name; empty if the sender gave none.
    std::string mediaType;                      ///< As the sender says, lower case.
    std::string contentId;                      ///< Without <>.
    std::shared_ptr<const std::string> content; ///< Null: not taken.
    std::int64_t sizeBytes = 0;                 ///< Decoded; an estimate when it was not taken.
};

/// One recipient of a delivery report (RFC 3464, 2.3).
struct RecipientStatus {
    std::string recipient;
    std::string action;     ///< `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
    std::string status;     ///< `5.1.1`
    std::string diagnostic; ///< What the other server said.
    std::string original;   ///< Whom the mail was addressed to, where that is another; empty if it does not say.
};

/// The machine's part of a multipart/report, from whichever kind there is.
struct MailReport {
    std::vector<RecipientStatus> recipients; ///< RFC 3464.
    std::string originalEnvelopeId;          ///< RFC 3464, 2.2.1.
    std::string originalMessageId;           ///< Of the mail it is about, without <>, from the copy or its headers.
    std::string disposition;                 ///< RFC 8098: `displayed`, `deleted` ...
    std::string feedbackType;                ///< RFC 5965: `abuse` ...
};

struct ParsedMail {
    struct Header {
        std::string name;  ///< Lower case.
        std::string value; ///< Unfolded, as it stands in the mail (encoded words and all), valid UTF-8.
    };
    std::vector<Header> headers;
    std::vector<MailAddress> from, sender, replyTo, to, cc;
    std::string subject;
    std::string messageId;               ///< Without <>; empty if there is none.
    std::vector<std::string> inReplyTo;  ///< Ids without <>.
    std::vector<std::string> references; ///< Oldest first.
    std::optional<TimePoint> date;       ///< As claimed; may be anything from 1970 to 2200.
    std::string text;                    ///< Valid UTF-8, \n line ends; made from the HTML if there was no plain text.
    std::string html;                    ///< Cleaned (text::cleanHtml()).
    std::vector<MailPart> parts;
    std::string reportType; ///< Of a multipart/report, lower case: `delivery-status` ...
    MailReport report;
    std::vector<std::string> defects; ///< What was wrong and worked around, a sentence each, no customer data.
    std::string
        digest; ///< SHA-256 (hex) of headers and body; the same for the same mail fetched again, also with other line ends.
    std::shared_ptr<const std::string> raw;

    /// The first header of this name (lower case), or empty.
    std::string_view header(std::string_view name) const;
    bool hasHeader(std::string_view name) const;
};

/// Reads any bytes; what cannot be understood becomes text and a defect. Never fails, and takes bounded time and memory.
ParsedMail parseMail(std::shared_ptr<const std::string> raw, const ParseLimits &limits = {});
ParsedMail parseMail(std::string_view raw, const ParseLimits &limits = {});

} // namespace tributary::channels::email
