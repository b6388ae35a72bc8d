#include "core/channels/email/mail_writer.h"

#include "core/base/digest.h"
#include "core/channels/email/gmime_support.h"
#include "core/channels/email/mail_headers.h"
#include "core/channels/email/mail_quote.h"
#include "core/channels/email/mail_threading.h"
#include "core/model/command_files.h"
#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace tributary::channels::email {
namespace {

bool hasControls(std::string_view value)
{
    return std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool isPlausibleId(std::string_view id)
{
    return !id.empty() && id.size() <= 900 && id.find_first_of("<> \t") == std::string_view::npos && !hasControls(id);
}

/// As it goes into a header: the domain in ASCII, which every server takes; the local part as it is.
std::string writtenAddress(std::string_view address)
{
    const std::string normal = text::normaliseAddress(address);
    const std::size_t at = normal.rfind('@');
    if (normal.empty() || at == std::string::npos)
        return {};
    const GText domain(g_hostname_to_ascii(normal.c_str() + at + 1));
    // What the customer writes in capitals stays so: some old systems do tell them apart.
    const std::string_view plain = text::trimmed(address);
    const std::size_t plainAt = plain.rfind('@');
    const bool keepLocal = !plain.starts_with('<') && !text::startsWithIgnoringCase(plain, "mailto:");
    return (keepLocal ? std::string(plain.substr(0, plainAt)) : normal.substr(0, at)) + '@'
           + (domain ? domain.get() : normal.substr(at + 1));
}

std::vector<MailAddress> carbonCopies(const OutboundMessage &message)
{
    const auto cc = message.item.details.find("cc");
    if (cc == message.item.details.end())
        return {};
    initialiseGMime();
    const ParserOptions options = makeParserOptions();
    return addressesIn(options.get(), cc->second, 100);
}

Result<void> checkFields(const OutboundMessage &message, const MailIdentity &identity)
{
    const auto refuse = [](const char *what) {
        return failure(Error::Kind::Invalid, std::string("the ") + what + " cannot stand in a mail header");
    };
    if (writtenAddress(identity.address).empty())
        return refuse("sender's address");
    if (hasControls(message.to.address) || writtenAddress(message.to.address).empty())
        return refuse("recipient's address");
    if (hasControls(message.to.name) || hasControls(identity.name) || hasControls(message.agentName))
        return refuse("name");
    if (hasControls(message.item.subject) || hasControls(message.conversation.subject))
        return refuse("subject");
    if (const auto cc = message.item.details.find("cc"); cc != message.item.details.end() && hasControls(cc->second))
        return refuse("list of copies");
    if (!isPlausibleId(message.messageId))
        return refuse("message id");
    return {};
}

/// By what lies on the disk: a mail is in memory several times while it is made.
Result<void> checkSize(const OutboundMessage &message)
{
    std::uintmax_t total = 0;
    for (const OutboundMessage::File &file : message.files) {
        std::error_code error;
        const std::uintmax_t bytes = std::filesystem::file_size(file.path, error);
        if (error)
            return failure(Error::Kind::NotFound, "a file to attach is not in the store");
        total += bytes;
    }
    if (total > std::uintmax_t(model::kMaxFilesBytes))
        return failure(Error::Kind::TooLarge, "its files have more than 50 MB together. Send them in several mails");
    return {};
}

std::string subjectOf(const OutboundMessage &message, const MailIdentity &identity)
{
    const std::string &given = message.item.subject.empty() ? message.conversation.subject : message.item.subject;
    std::string subject = text::plainName(given, 500);
    if (message.previous)
        subject = std::string("Re: ").append(subjectWithoutReplyMarks(subject));
    const std::int64_t number = message.conversation.number;
    if (identity.numberInSubject && number > 0 && claimedNumber(subject) != number)
        subject.append(" [#").append(std::to_string(number)).append("]");
    return subject;
}

/// Sets a header whose value is ASCII and needs no encoding.
void setHeader(GMimeMessage *mail, const char *name, const std::string &value)
{
    g_mime_object_set_header(GMIME_OBJECT(mail), name, value.c_str(), "utf-8");
}

std::string inBrackets(std::string_view id)
{
    return std::string(1, '<').append(id).append(1, '>');
}

void writeThreading(GMimeMessage *mail, const OutboundMessage &message)
{
    if (!message.previous)
        return;
    const auto &previous = *message.previous;
    if (isPlausibleId(previous.messageId))
        setHeader(mail, "In-Reply-To", inBrackets(previous.messageId));
    std::string references;
    for (const std::string &id : referencesForReply(previous.references, previous.messageId)) {
        if (!isPlausibleId(id)) // ids of others are whatever they wrote
            continue;
        references += references.empty() ? "" : " ";
        references += inBrackets(id);
    }
    if (!references.empty())
        setHeader(mail, "References", references);
}

void writeHeaders(GMimeMessage *mail, const OutboundMessage &message, const MailIdentity &identity)
{
    std::string fromName = identity.name;
    if (identity.showAgent && !message.agentName.empty())
        fromName = fromName.empty() ? message.agentName : message.agentName + " (" + fromName + ")";
    const auto addMailbox = [&](GMimeAddressType type, const std::string &name, std::string_view address) {
        const std::string plain = text::plainName(name);
        g_mime_message_add_mailbox(mail, type, plain.empty() ? nullptr : plain.c_str(), writtenAddress(address).c_str());
    };
    addMailbox(GMIME_ADDRESS_TYPE_FROM, fromName, identity.address);
    const bool shownFits = text::normaliseAddress(message.to.shown) == message.to.address;
    addMailbox(GMIME_ADDRESS_TYPE_TO, message.to.name, shownFits ? message.to.shown : message.to.address);
    for (const MailAddress &copy : carbonCopies(message)) {
        if (!writtenAddress(copy.shown).empty())
            addMailbox(GMIME_ADDRESS_TYPE_CC, copy.name, copy.shown);
    }
    if (!identity.plusTagKey.empty()) {
        if (const std::string reply = plusAddress(identity.address, message.conversation.number, identity.plusTagKey);
            !reply.empty())
            addMailbox(GMIME_ADDRESS_TYPE_REPLY_TO, identity.name, reply);
    }
    g_mime_message_set_subject(mail, subjectOf(message, identity).c_str(), "utf-8");
    GDateTime *now = g_date_time_new_from_unix_utc(toMs(identity.now) / 1000);
    g_mime_message_set_date(mail, now);
    g_date_time_unref(now);
    setHeader(mail, "Message-Id", inBrackets(message.messageId));
    writeThreading(mail, message);
    if (message.item.automatic) {
        setHeader(mail, "Auto-Submitted", "auto-replied");
        setHeader(mail, "X-Auto-Response-Suppress", "All");
    }
}

/// Content of a part, from bytes.
void setContent(GMimePart *part, std::string_view bytes, GMimeContentEncoding encoding)
{
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Ref<GMimeDataWrapper> wrapper(g_mime_data_wrapper_new_with_stream(stream.get(), GMIME_CONTENT_ENCODING_DEFAULT));
    g_mime_part_set_content(part, wrapper.get());
    g_mime_part_set_content_encoding(part, encoding);
}

/// Not through g_mime_text_part_set_text(), which writes the text in whatever character set is the smallest.
Ref<GMimeObject> textPart(const char *subtype, const std::string &content)
{
    Ref<GMimePart> part(g_mime_part_new_with_type("text", subtype));
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part.get()), "charset", "utf-8");
    setContent(part.get(), content, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return Ref<GMimeObject>(GMIME_OBJECT(part.release()));
}

Ref<GMimeMultipart> multipart(const char *subtype)
{
    return Ref<GMimeMultipart>(g_mime_multipart_new_with_subtype(subtype));
}

Result<std::string> contentOf(const OutboundMessage::File &file)
{
    std::ifstream in(file.path, std::ios::binary);
    if (!in)
        return failure(Error::Kind::NotFound, "a file to attach is not in the store");
    std::ostringstream bytes;
    bytes << in.rdbuf();
    if (in.bad())
        return failure(Error::Kind::Failed, "a file to attach cannot be read");
    std::string content = std::move(bytes).str();
    const std::string &announced = file.attachment.sha256;
    if (!announced.empty() && toHex(sha256(bytesOf(content))) != announced)
        return failure(Error::Kind::Corrupt,
                       "a file to attach has changed on the hub's disk (attach the original once more)");
    return content;
}

/// A media type as two tokens. A mail inside a mail may not be base64 (RFC 2046, 5.2.1), so it goes as plain bytes.
std::pair<std::string, std::string> mediaTypeOf(const model::Attachment &attachment)
{
    const std::string type = text::asciiLower(attachment.mediaType);
    const std::size_t slash = type.find('/');
    const bool isToken = std::ranges::all_of(type, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
               || std::string_view("/-+._").find(c) != std::string_view::npos;
    });
    if (slash == std::string::npos || slash == 0 || slash + 1 == type.size() || !isToken || type.starts_with("message/")
        || type.starts_with("multipart/"))
        return {"application", "octet-stream"};
    return {type.substr(0, slash), type.substr(slash + 1)};
}

Result<Ref<GMimeObject>> filePart(const OutboundMessage::File &file)
{
    TRIBUTARY_TRY_ASSIGN(const std::string content, contentOf(file));
    const auto [type, subtype] = mediaTypeOf(file.attachment);
    Ref<GMimePart> part(g_mime_part_new_with_type(type.c_str(), subtype.c_str()));
    setContent(part.get(), content, GMIME_CONTENT_ENCODING_BASE64);
    const bool isInline = file.attachment.isInline && isPlausibleId(file.attachment.contentId);
    g_mime_object_set_disposition(GMIME_OBJECT(part.get()), isInline ? "inline" : "attachment");
    g_mime_part_set_filename(part.get(), text::safeFileName(file.attachment.name).c_str());
    if (isInline)
        g_mime_object_set_content_id(GMIME_OBJECT(part.get()), file.attachment.contentId.c_str());
    return Ref<GMimeObject>(GMIME_OBJECT(part.release()));
}

/// mixed( alternative( text, related( html, pictures ) ), files ), with the levels that are needed.
Result<Ref<GMimeObject>> writeParts(const OutboundMessage &message)
{
    const WrittenBody body = writeBody(message);
    const auto related = multipart("related");
    const auto mixed = multipart("mixed");
    const auto alternative = multipart("alternative");
    const Ref<GMimeObject> html = textPart("html", body.html);
    g_mime_multipart_add(related.get(), html.get());
    g_mime_multipart_add(mixed.get(), GMIME_OBJECT(alternative.get()));
    for (const OutboundMessage::File &file : message.files) {
        TRIBUTARY_TRY_ASSIGN(const Ref<GMimeObject> part, filePart(file));
        g_mime_multipart_add(g_mime_object_get_content_id(part.get()) ? related.get() : mixed.get(), part.get());
    }
    const Ref<GMimeObject> plain = textPart("plain", body.text);
    g_mime_multipart_add(alternative.get(), plain.get());
    const bool hasPictures = g_mime_multipart_get_count(related.get()) > 1;
    g_mime_multipart_add(alternative.get(), hasPictures ? GMIME_OBJECT(related.get()) : html.get());
    GMimeMultipart *root = g_mime_multipart_get_count(mixed.get()) > 1 ? mixed.get() : alternative.get();
    return Ref<GMimeObject>(GMIME_OBJECT(g_object_ref(root)));
}

} // namespace

Result<std::string> writeMail(const OutboundMessage &message, const MailIdentity &identity)
{
    TRIBUTARY_TRY(checkFields(message, identity));
    TRIBUTARY_TRY(checkSize(message));
    initialiseGMime();
    const Ref<GMimeMessage> mail(g_mime_message_new(FALSE));
    writeHeaders(mail.get(), message, identity);
    TRIBUTARY_TRY_ASSIGN(const Ref<GMimeObject> parts, writeParts(message));
    g_mime_message_set_mime_part(mail.get(), parts.get());
    setHeader(mail.get(), "MIME-Version", "1.0");
    return serialised(GMIME_OBJECT(mail.get()), true);
}

std::vector<std::string> recipientsOf(const OutboundMessage &message)
{
    const bool shownFits = text::normaliseAddress(message.to.shown) == message.to.address;
    std::vector<std::string> out{writtenAddress(shownFits ? message.to.shown : message.to.address)};
    for (const MailAddress &copy : carbonCopies(message)) {
        const std::string address = writtenAddress(copy.shown);
        if (!address.empty() && std::ranges::find(out, address) == out.end())
            out.push_back(address);
    }
    return out;
}

} // namespace tributary::channels::email
