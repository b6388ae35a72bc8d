#include "core/channels/email/mail_tree.h"

#include "core/channels/email/charset.h"
#include "core/channels/email/gmime_support.h"
#include "core/channels/email/mail_report.h"
#include "core/channels/email/mail_text.h"
#include "core/channels/email/signed_mail.h"
#include "core/text/html_cleaner.h"
#include "core/text/html_to_text.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <deque>

namespace tributary::channels::email {
namespace {

/// One stretch of the body, in the forms the sender offers.
struct BodyBlock {
    std::string text; ///< Plain.
    std::string html; ///< Not yet cleaned.
};

/// What a part stands in.
struct Surroundings {
    int depth = 0;
    BodyBlock *alternative = nullptr; ///< The multipart/alternative it is a form of.
    bool inRelated = false;           ///< It may be a picture for the HTML beside it.
    bool inReport = false;
};

std::string lowerType(GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const GText name(type ? g_mime_content_type_get_mime_type(type) : nullptr);
    return text::asciiLower(text::plainName(name ? name.get() : "application/octet-stream", 120));
}

std::string parameterOf(GMimeObject *object, const char *name)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    const char *value = type ? g_mime_content_type_get_parameter(type, name) : nullptr;
    return value ? value : "";
}

bool isDisposed(GMimeObject *object, const char *how)
{
    const char *disposition = g_mime_object_get_disposition(object);
    return disposition && text::equalsIgnoringCase(disposition, how);
}

/// The name of a file as the sender wrote it: Content-Disposition, else Content-Type; encoded words although RFC 2047
/// forbids them there.
std::string writtenName(GMimeObject *object, GMimeParserOptions *options)
{
    const char *name = g_mime_object_get_disposition(object)
                           ? g_mime_object_get_content_disposition_parameter(object, "filename")
                           : nullptr;
    std::string written = name ? name : parameterOf(object, "name");
    if (written.find("=?") != std::string::npos) {
        const GText decoded(g_mime_utils_header_decode_text(options, relabelled(written).c_str()));
        written = decoded ? decoded.get() : written;
    }
    return decodeText(written, {}).text;
}

constexpr std::string_view kEncrypted = "The mail is encrypted; only its files can be shown.";

class TreeReader {
public:
    TreeReader(ParsedMail &mail, GMimeParserOptions *options, const ParseLimits &limits, bool tooLarge)
        : m_mail(mail)
        , m_options(options)
        , m_limits(limits)
        , m_tooLarge(tooLarge)
    {
    }

    void read(GMimeObject *root)
    {
        if (lowerType(root) == "multipart/report") {
            m_mail.reportType = text::asciiLower(text::plainName(parameterOf(root, "report-type"), 60));
        }
        m_root = root;
        visit(root, {});
        writeBody();
    }

private:
    void addDefect(std::string_view defect)
    {
        if (!defect.empty() && std::ranges::find(m_mail.defects, defect) == m_mail.defects.end()
            && m_mail.defects.size() < 50)
            m_mail.defects.emplace_back(defect);
    }

    void visit(GMimeObject *object, Surroundings place)
    {
        if (place.depth > m_limits.maxDepth) {
            addDefect("Parts are nested too deep; what lies deeper was left out.");
            return;
        }
        if (++m_parts > m_limits.maxParts) {
            addDefect("There are too many parts; the rest was left out.");
            return;
        }
        if (GMIME_IS_MULTIPART(object))
            visitMultipart(GMIME_MULTIPART(object), place);
        else if (GMIME_IS_MESSAGE_PART(object))
            addMessage(object, place);
        else if (GMIME_IS_PART(object))
            visitLeaf(GMIME_PART(object), place);
    }

    void visitMultipart(GMimeMultipart *multipart, Surroundings place)
    {
        const std::string type = lowerType(GMIME_OBJECT(multipart));
        ++place.depth;
        if (type == "multipart/alternative" && !place.alternative)
            place.alternative = &m_blocks.emplace_back();
        place.inRelated = place.inRelated || type == "multipart/related";
        place.inReport = place.inReport || type == "multipart/report";
        if (type == "multipart/encrypted")
            addDefect(kEncrypted);
        const int count = g_mime_multipart_get_count(multipart);
        for (int i = 0; i < count && m_parts <= m_limits.maxParts; ++i)
            visit(g_mime_multipart_get_part(multipart, i), place);
    }

    void visitLeaf(GMimePart *part, const Surroundings &place)
    {
        GMimeObject *object = GMIME_OBJECT(part);
        const std::string type = lowerType(object);
        if (place.inReport && readReportPart(part, type))
            return;
        if (type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime")
            return addSealed(part, type, place);
        const bool isText = type == "text/plain" || type == "text/html" || type == "text/enriched" || type == "text";
        const bool isNamed = !writtenName(object, m_options).empty();
        // A named text part is a file, unless there is nothing else in the mail.
        if (isText && !isDisposed(object, "attachment") && (!isNamed || object == m_root || place.alternative))
            addText(part, type, place);
        else
            addFile(part, type, place);
    }

    /// A part that is signed is in its signature, as Outlook and gateways do it, or it is encrypted.
    void addSealed(GMimePart *part, const std::string &type, Surroundings place)
    {
        const auto content = m_tooLarge ? std::nullopt : contentOfSigned(decodedContent(part));
        if (!content) {
            const std::string kind = text::asciiLower(parameterOf(GMIME_OBJECT(part), "smime-type"));
            if (kind != "certs-only" && kind != "signed-data")
                addDefect(kEncrypted);
            return addFile(part, type, place);
        }
        const Ref<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(content->data(), content->size()));
        const Ref<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
        const Ref<GMimeObject> inner(g_mime_parser_construct_part(parser.get(), m_options));
        if (!inner)
            return addFile(part, type, place);
        if (GMIME_OBJECT(part) == m_root)
            m_root = inner.get();
        ++place.depth;
        visit(inner.get(), place);
    }

    void addText(GMimePart *part, const std::string &type, const Surroundings &place)
    {
        GMimeObject *object = GMIME_OBJECT(part);
        std::string bytes = decodedContent(part);
        const std::size_t max = type == "text/html" ? text::HtmlLimits().maxInputBytes : m_limits.maxTextBytes;
        if (bytes.size() > max) {
            bytes.resize(max);
            addDefect("The text is very long; its end is only in the original.");
        }
        std::string label = parameterOf(object, "charset");
        if (label.empty() && type == "text/html")
            label = charsetInHtml(bytes);
        DecodedText decoded = decodeText(bytes, label);
        addDefect(decoded.problem);
        if (decoded.text.starts_with("\uFEFF"))
            decoded.text.erase(0, 3);

        BodyBlock &block = place.alternative ? *place.alternative : m_blocks.emplace_back();
        std::string &form = type == "text/html" ? block.html : block.text;
        if (type == "text/html") {
            form += decoded.text;
            return;
        }
        if (text::equalsIgnoringCase(parameterOf(object, "format"), "flowed"))
            decoded.text = unflowed(decoded.text, text::equalsIgnoringCase(parameterOf(object, "delsp"), "yes"));
        form += form.empty() ? "" : "\n";
        form += text::scrubbedLines(decoded.text);
    }

    /// Whether it was the machine's part of a report that nobody needs to see, or to see twice.
    bool readReportPart(GMimePart *part, const std::string &type)
    {
        if (type == "message/delivery-status" || type == "message/global-delivery-status") {
            readDeliveryStatus(decodedContent(part), m_mail.report);
            return addReport(part, type);
        }
        if (type == "message/disposition-notification" || type == "message/global-disposition-notification") {
            readDisposition(decodedContent(part), m_mail.report);
            return addReport(part, type);
        }
        if (type == "message/feedback-report") {
            readFeedback(decodedContent(part), m_mail.report);
            return addReport(part, type);
        }
        if (type == "text/rfc822-headers" || type == "message/global-headers") {
            readReturnedHeaders(decodedContent(part), m_mail.report);
            return addReport(part, type);
        }
        return false;
    }

    bool addReport(GMimePart *part, const std::string &type)
    {
        addPart(MailPart::Role::Report, type, GMIME_OBJECT(part), decodedContent(part));
        return true;
    }

    void addMessage(GMimeObject *object, const Surroundings &place)
    {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        std::string content =
            inner ? serialised(GMIME_OBJECT(inner), m_mail.raw->find("\r\n") != std::string::npos) : std::string();
        if (place.inReport)
            readReturnedHeaders(content, m_mail.report);
        addPart(place.inReport ? MailPart::Role::Report : MailPart::Role::Message, lowerType(object), object,
                std::move(content));
    }

    void addFile(GMimePart *part, const std::string &type, const Surroundings &place)
    {
        GMimeObject *object = GMIME_OBJECT(part);
        auto role = MailPart::Role::Attachment;
        if (type == "application/pgp-signature" || type == "application/pkcs7-signature"
            || type == "application/x-pkcs7-signature")
            role = MailPart::Role::Signature;
        else if (type == "text/calendar")
            role = MailPart::Role::Calendar;
        else if (type.starts_with("image/") && g_mime_object_get_content_id(object)
                 && (place.inRelated || isDisposed(object, "inline")))
            role = MailPart::Role::Inline;
        if (type == "application/ms-tnef")
            addDefect("Files are packed in Outlook's own format (winmail.dat).");
        if (m_tooLarge)
            addUntaken(role, type, part);
        else
            addPart(role, type, object, decodedContent(part));
    }

    void addPart(MailPart::Role role, const std::string &type, GMimeObject *object, std::string content)
    {
        MailPart part = describe(role, type, object);
        part.sizeBytes = std::int64_t(content.size());
        const bool isFile =
            role == MailPart::Role::Attachment || role == MailPart::Role::Inline || role == MailPart::Role::Message;
        if (!m_tooLarge || !isFile)
            part.content = std::make_shared<const std::string>(std::move(content));
        m_mail.parts.push_back(std::move(part));
    }

    void addUntaken(MailPart::Role role, const std::string &type, GMimePart *object)
    {
        MailPart part = describe(role, type, GMIME_OBJECT(object));
        GMimeDataWrapper *content = g_mime_part_get_content(object);
        GMimeStream *stream = content ? g_mime_data_wrapper_get_stream(content) : nullptr;
        const std::int64_t encoded = stream ? std::max<std::int64_t>(g_mime_stream_length(stream), 0) : 0;
        const bool isBase64 = g_mime_part_get_content_encoding(object) == GMIME_CONTENT_ENCODING_BASE64;
        part.sizeBytes = isBase64 ? encoded / 78 * 57 : encoded; // 57 bytes a line of 76 and a line end
        m_mail.parts.push_back(std::move(part));
    }

    MailPart describe(MailPart::Role role, const std::string &type, GMimeObject *object)
    {
        MailPart part{.role = role, .mediaType = type};
        if (const std::string name = writtenName(object, m_options); !name.empty())
            part.name = text::safeFileName(name);
        if (const char *id = g_mime_object_get_content_id(object)) {
            std::string_view written = text::trimmed(id);
            if (written.starts_with('<') && written.ends_with('>') && written.size() >= 2)
                written = written.substr(1, written.size() - 2);
            part.contentId = text::plainName(written, 500);
        }
        return part;
    }

    /// Puts the blocks together: plain text where it is offered, made from the HTML where not, and the other way round.
    void writeBody()
    {
        const bool anyHtml =
            std::ranges::any_of(m_blocks, [](const BodyBlock &block) { return !text::trimmed(block.html).empty(); });
        for (BodyBlock &block : m_blocks) {
            if (anyHtml)
                addHtml(block);
            if (text::trimmed(block.text).empty() && !block.html.empty())
                block.text = text::htmlToText(block.html);
            m_mail.text += m_mail.text.empty() || block.text.empty() ? "" : "\n\n";
            m_mail.text += block.text;
        }
        m_mail.text.erase(m_mail.text.find_last_not_of(" \t\n") + 1);
        m_mail.text.erase(0, m_mail.text.find_first_not_of('\n'));
    }

    void addHtml(const BodyBlock &block)
    {
        if (text::trimmed(block.html).empty()) {
            m_mail.html += text::textToHtml(block.text);
            return;
        }
        const text::CleanHtml clean = text::cleanHtml(block.html);
        if (clean.isTruncated)
            addDefect("The HTML is very large or nested very deep; some of it is shown simplified.");
        m_mail.html += clean.html;
        for (MailPart &part : m_mail.parts) {
            const bool isShown =
                !part.contentId.empty() && std::ranges::find(clean.contentIds, part.contentId) != clean.contentIds.end();
            if (isShown && part.role == MailPart::Role::Attachment)
                part.role = MailPart::Role::Inline;
        }
    }

    ParsedMail &m_mail;
    GMimeParserOptions *m_options;
    const ParseLimits &m_limits;
    const bool m_tooLarge;
    GMimeObject *m_root = nullptr;
    std::size_t m_parts = 0;
    std::deque<BodyBlock> m_blocks; ///< A deque: alternatives keep pointers into it.
};

} // namespace

void readMailTree(GMimeObject *root, ParsedMail &mail, GMimeParserOptions *options, const ParseLimits &limits, bool tooLarge)
{
    TreeReader(mail, options, limits, tooLarge).read(root);
}

} // namespace tributary::channels::email
