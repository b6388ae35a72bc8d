#include "core/channels/email/mail_quote.h"

#include "core/text/html_cleaner.h"
#include "core/text/html_to_text.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::email {
namespace {

/// Of the quoted text: a reply should not grow for ever.
constexpr std::size_t maxQuotedBytes = 32 * 1024;

/// `On 2026-11-22 at 10:00 UTC, Anna Petrova wrote:`, which mail programs know for a quote.
std::string attribution(const OutboundMessage::Previous &previous)
{
    const std::string iso = toIso(previous.at); // 2026-11-22T10:00:00.000Z
    std::string line = "On ";
    line += iso.substr(0, 10);
    line += " at ";
    line += iso.substr(11, 5);
    line += " UTC, ";
    line += previous.authorName.empty() ? "you" : text::plainName(previous.authorName);
    line += " wrote:";
    return line;
}

std::string quotedText(std::string_view plain)
{
    std::string out;
    for (std::string_view left = text::truncated(text::trimmed(plain), maxQuotedBytes); !left.empty();) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        const std::string_view line = left.substr(0, end);
        out += line.starts_with('>') || line.empty() ? ">" : "> ";
        out += line;
        out += '\n';
        left.remove_prefix(std::min(end + 1, left.size()));
    }
    return out;
}

/// Cleaned HTML with each picture replaced by its description: the ones inside came with the other mail, and those elsewhere
/// must not be fetched by anybody who opens the reply.
std::string withoutPictures(std::string_view html)
{
    std::string out;
    while (!html.empty()) {
        const std::size_t begin = html.find("<img ");
        out += html.substr(0, begin);
        if (begin == std::string_view::npos)
            break;
        const std::size_t end = std::min(html.find('>', begin), html.size() - 1); // attributes hold no plain >
        const std::string_view tag = html.substr(begin, end - begin);
        if (const std::size_t alt = tag.find("alt=\""); alt != std::string_view::npos) {
            const std::string_view words = tag.substr(alt + 5, tag.find('"', alt + 5) - alt - 5);
            if (!words.empty())
                out.append(1, '[').append(words).append(1, ']');
        }
        html.remove_prefix(end + 1);
    }
    return out;
}

std::string quotedHtml(const OutboundMessage::Previous &previous)
{
    // Cleaned once more: what comes from the store is as foreign as it was when it came in.
    text::HtmlLimits limits;
    limits.maxOutputBytes = maxQuotedBytes * 2;
    const std::string html = previous.html.empty() ? text::textToHtml(text::truncated(previous.text, maxQuotedBytes))
                                                   : text::cleanHtml(previous.html, limits).html;
    return withoutPictures(html);
}

} // namespace

WrittenBody writeBody(const OutboundMessage &message)
{
    WrittenBody body;
    body.text = text::scrubbedLines(message.item.body);
    const std::string html =
        message.item.html.empty() ? text::textToHtml(message.item.body) : text::cleanHtml(message.item.html).html;
    if (body.text.empty())
        body.text = text::htmlToText(html);
    while (body.text.ends_with('\n'))
        body.text.pop_back();
    body.text += '\n';
    body.html = "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"/></head><body>\n" + html + "\n";
    if (message.previous) {
        const std::string line = attribution(*message.previous);
        body.text.append(1, '\n').append(line).append(1, '\n').append(quotedText(message.previous->text));
        body.html.append("<div class=\"gmail_quote\"><p>").append(text::escapeHtml(line)).append("</p>\n");
        body.html += "<blockquote type=\"cite\" style=\"margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex\">";
        body.html.append(quotedHtml(*message.previous)).append("</blockquote></div>\n");
    }
    body.html += "</body></html>\n";
    return body;
}

} // namespace tributary::channels::email
