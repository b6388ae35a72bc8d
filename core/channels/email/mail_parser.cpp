#include "core/channels/email/mail_parser.h"

#include "core/channels/email/charset.h"
#include "core/channels/email/gmime_support.h"
#include "core/channels/email/mail_headers.h"
#include "core/channels/email/mail_tree.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::email {
namespace {

void addDefect(ParsedMail &mail, std::string_view defect)
{
    if (std::ranges::find(mail.defects, defect) == mail.defects.end())
        mail.defects.emplace_back(defect);
}

/// GMime's remarks that say something about what a reader gets to see. The others are about style.
const char *defectOf(GMimeParserWarning warning)
{
    switch (warning) {
    case GMIME_WARN_MALFORMED_MULTIPART: return "A multipart is broken.";
    case GMIME_WARN_TRUNCATED_MESSAGE: return "The mail ends too early.";
    case GMIME_WARN_MALFORMED_MESSAGE: return "The mail's headers are broken.";
    case GMIME_CRIT_MULTIPART_WITHOUT_BOUNDARY: return "A multipart says no boundary; shown as text.";
    case GMIME_CRIT_NESTING_OVERFLOW: return "Parts are nested too deep.";
    case GMIME_WARN_INVALID_CONTENT_TYPE: return "A Content-Type makes no sense.";
    case GMIME_CRIT_INVALID_HEADER_NAME: return "A header has no valid name.";
    default: return nullptr;
    }
}

void onWarning(gint64, GMimeParserWarning warning, const gchar *, gpointer mail)
{
    if (const char *defect = defectOf(warning))
        addDefect(*static_cast<ParsedMail *>(mail), defect);
}

/// Without the line that begins each mail in an mbox file; some exports leave it in.
std::string_view withoutEnvelopeLine(std::string_view raw)
{
    if (!raw.starts_with("From ") && !raw.starts_with(">From "))
        return raw;
    const std::size_t end = raw.find('\n');
    return end == std::string_view::npos ? raw : raw.substr(end + 1);
}

std::size_t countHeaders(const ParsedMail &mail, std::string_view name)
{
    return std::size_t(std::ranges::count(mail.headers, name, &ParsedMail::Header::name));
}

void readHeaders(GMimeObject *message, ParsedMail &mail, GMimeParserOptions *options, const ParseLimits &limits)
{
    constexpr int maxHeaders = 2000;
    GMimeHeaderList *list = g_mime_object_get_header_list(message);
    const int count = std::min(g_mime_header_list_get_count(list), maxHeaders);
    for (int i = 0; i < count; ++i) {
        GMimeHeader *header = g_mime_header_list_get_header_at(list, i);
        const char *name = g_mime_header_get_name(header);
        const char *value = g_mime_header_get_raw_value(header);
        std::string unfolded = value ? value : "";
        std::erase_if(unfolded, [](char c) { return c == '\r' || c == '\n'; });
        mail.headers.push_back(
            {text::asciiLower(text::plainName(name ? name : "")), decodeText(text::trimmed(unfolded), {}).text});
    }
    const auto addresses = [&](const char *name) {
        return addressesIn(options, rawHeader(message, name), limits.maxAddresses);
    };
    mail.from = addresses("From");
    mail.sender = addresses("Sender");
    mail.replyTo = addresses("Reply-To");
    mail.to = addresses("To");
    mail.cc = addresses("Cc");
    mail.subject = decodedHeader(options, rawHeader(message, "Subject"));
    if (const auto ids = messageIdsIn(mail.header("message-id")); !ids.empty())
        mail.messageId = ids.front();
    mail.inReplyTo = messageIdsIn(mail.header("in-reply-to"));
    mail.references = messageIdsIn(mail.header("references"));
    mail.date = dateIn(mail.header("date"));

    if (mail.from.empty())
        addDefect(mail, mail.hasHeader("from") ? "The From header has no address." : "There is no From header.");
    if (countHeaders(mail, "from") > 1)
        addDefect(mail, "There are several From headers; the first counts.");
    if (mail.messageId.empty())
        addDefect(mail, "There is no Message-ID.");
    if (!mail.date)
        addDefect(mail, mail.hasHeader("date") ? "The Date makes no sense." : "There is no Date.");
}

/// For bytes in which GMime finds no mail at all, or no body where there is one.
void showAsText(ParsedMail &mail, std::string_view bytes, const ParseLimits &limits)
{
    const DecodedText decoded = decodeText(bytes.substr(0, limits.maxTextBytes), {});
    mail.text = text::scrubbedLines(decoded.text);
}

/// As much of @p bytes as is no heavier, once it is taken apart, than its size lets expect.
std::string_view withinLimits(std::string_view bytes, const ParseLimits &limits)
{
    std::size_t boundaries = 0, headerLines = 0;
    bool inHeader = true, beginsPart = false, holdsMail = false, holdsDigest = false;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
        const std::string_view line = bytes.substr(at, end - at);
        if (line.starts_with("--")) {
            ++boundaries;
            inHeader = beginsPart = true;
            holdsMail = false;
        } else if (line.empty() || line == "\r") { // a mail within a part begins with a header of its own
            inHeader = inHeader && (holdsMail || (holdsDigest && beginsPart));
            beginsPart = holdsMail = false;
        } else if (inHeader) {
            ++headerLines;
            const std::string lower = text::asciiLower(line.substr(0, 200));
            holdsMail = holdsMail || lower.find("message/") != std::string::npos;
            holdsDigest = holdsDigest || lower.find("multipart/digest") != std::string::npos;
        }
        if (boundaries > limits.maxBoundaries || headerLines > limits.maxHeaderLines)
            return bytes.substr(0, at);
        at = end + 1;
    }
    return bytes;
}

std::string_view bodyOf(std::string_view raw)
{
    const std::size_t crlf = raw.find("\r\n\r\n");
    const std::size_t lf = raw.find("\n\n");
    if (crlf == std::string_view::npos && lf == std::string_view::npos)
        return {};
    return crlf < lf ? raw.substr(crlf + 4) : raw.substr(lf + 2);
}

} // namespace

std::string_view ParsedMail::header(std::string_view name) const
{
    const auto found = std::ranges::find(headers, name, &Header::name);
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

bool ParsedMail::hasHeader(std::string_view name) const
{
    return std::ranges::find(headers, name, &Header::name) != headers.end();
}

ParsedMail parseMail(std::shared_ptr<const std::string> raw, const ParseLimits &limits)
{
    initialiseGMime();
    ParsedMail mail;
    mail.raw = raw;
    const std::string_view whole = withoutEnvelopeLine(*raw);
    mail.digest = mailDigest(whole);
    const std::string_view bytes = withinLimits(whole, limits);
    if (bytes.size() < whole.size())
        addDefect(mail, "The mail has far too many parts or headers: only its beginning was read.");

    const ParserOptions options = makeParserOptions();
    g_mime_parser_options_set_warning_callback(options.get(), &onWarning, &mail);
    const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Ref<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), options.get()));
    if (!message) {
        addDefect(mail, "This is no mail; shown as text.");
        showAsText(mail, bytes, limits);
        return mail;
    }
    readHeaders(GMIME_OBJECT(message.get()), mail, options.get(), limits);
    const bool tooLarge = bytes.size() > limits.maxBytes;
    if (tooLarge)
        addDefect(mail, "The mail is too large: its files were not taken.");
    if (GMimeObject *root = g_mime_message_get_mime_part(message.get()))
        readMailTree(root, mail, options.get(), limits, tooLarge);
    if (mail.text.empty() && mail.html.empty() && mail.parts.empty() && !text::trimmed(bodyOf(bytes)).empty())
        showAsText(mail, bodyOf(bytes), limits);
    return mail;
}

ParsedMail parseMail(std::string_view raw, const ParseLimits &limits)
{
    return parseMail(std::make_shared<const std::string>(raw), limits);
}

} // namespace tributary::channels::email
