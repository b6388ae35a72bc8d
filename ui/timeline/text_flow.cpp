#include "ui/timeline/text_flow.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QRegularExpression>
#include <QTextLine>
#include <QTextOption>
#include <QUrl>
#include <algorithm>
#include <cmath>

namespace tributary::ui {
namespace {

constexpr qsizetype kLongestParagraph = 2000; // shaping is linear, but one layout of a megabyte is one stall of a second

bool isControl(QChar c)
{
    return (c < u' ' && c != u'\n' && c != u'\t') || (c >= QChar(0x7F) && c < QChar(0xA0)) || c == QChar(0xFFFE)
           || c == QChar(0xFFFF) || c == QChar(0x2028) || c == QChar(0x2029);
}

bool isBidiControl(QChar c)
{
    const char16_t code = c.unicode();
    return code == 0x200E || code == 0x200F || code == 0x061C || (code >= 0x202A && code <= 0x202E)
           || (code >= 0x2066 && code <= 0x2069);
}

} // namespace

QString displayText(std::string_view utf8, qsizetype maxLength)
{
    // No character is shorter than a byte, so what is beyond four bytes each need not be decoded.
    const bool cut = utf8.size() > std::size_t(maxLength) * 4;
    QString text = QString::fromUtf8(utf8.data(), cut ? maxLength * 4 : qsizetype(utf8.size()));
    text.replace(QLatin1String("\r\n"), QLatin1String("\n")).replace(u'\r', u'\n');
    text.removeIf([](QChar c) { return isControl(c); });
    if (text.size() > maxLength) {
        text.truncate(maxLength);
        if (text.back().isHighSurrogate())
            text.chop(1);
    }
    return text;
}

QString displayLine(std::string_view utf8, qsizetype maxLength)
{
    QString line = displayText(utf8, maxLength);
    line.removeIf([](QChar c) { return isBidiControl(c); });
    return line.simplified();
}

QString shownText(std::string_view utf8, const TextExtent &extent, bool &cut)
{
    QString text = displayText(utf8, extent.characters + 1);
    while (!text.isEmpty() && text.back().isSpace())
        text.chop(1);
    cut = text.size() > extent.characters;
    if (cut)
        text.truncate(text[extent.characters - 1].isHighSurrogate() ? extent.characters - 1 : extent.characters);
    qsizetype end = -1;
    for (int line = 0; line < extent.lines; ++line) {
        end = text.indexOf(u'\n', end + 1);
        if (end < 0)
            return text;
    }
    cut = true;
    text.truncate(end);
    return text;
}

QString plainLink(const QString &href)
{
    const QUrl url(href);
    const bool isForeign = url.host(QUrl::FullyEncoded).contains(QLatin1String("xn--"), Qt::CaseInsensitive);
    return isForeign ? QString::fromLatin1(url.toEncoded()) : href;
}

std::vector<LinkSpan> findLinks(const QString &text)
{
    static const QRegularExpression pattern(
        QStringLiteral(
            R"((?<![\w@])(?:https?://|www\.)[^\s<>"'\x{201C}\x{201D}\x{2066}-\x{2069}]{2,2000}|[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,63})"),
        QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
    std::vector<LinkSpan> links;
    auto found = pattern.globalMatch(text);
    while (found.hasNext() && links.size() < 500) {
        const QRegularExpressionMatch match = found.next();
        QString link = match.captured();
        // A full stop or a bracket that closes the sentence is not part of it.
        while (!link.isEmpty() && QStringView(u".,;:!?)]}»'،。").contains(link.back()))
            link.chop(1);
        const bool web = link.contains(QLatin1String("://"));
        const QString href = web ? link
                             : link.startsWith(QLatin1String("www."), Qt::CaseInsensitive)
                                 ? QStringLiteral("https://") + link
                                 : QStringLiteral("mailto:") + link;
        if (link.size() > 4)
            links.push_back({int(match.capturedStart()), int(link.size()), href});
    }
    return links;
}

PlainFlow::PlainFlow(const Theme &theme, QString text, const Style &style, std::vector<Span> spans)
    : m_text(std::move(text))
    , m_color(style.color)
    , m_spans(std::move(spans))
    , m_lineHeight(theme.lineHeight(style.type, tallestScript(m_text)))
{
    const QFont font = style.weight ? theme.font(style.type, QFont::Weight(style.weight)) : theme.font(style.type);
    const QFontMetricsF metrics(font);
    m_baseline = (m_lineHeight - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent();
    if (style.findLinks) {
        for (LinkSpan &link : findLinks(m_text))
            m_spans.push_back({link.start, link.length, style.linkColor, 0, link.href});
    }

    Qt::LayoutDirection last = style.direction;
    qsizetype start = 0;
    while (start <= m_text.size()) {
        qsizetype end = m_text.indexOf(u'\n', start);
        if (end < 0)
            end = m_text.size();
        const bool split = end - start > kLongestParagraph;
        if (split) {
            end = start + kLongestParagraph;
            if (m_text[end - 1].isHighSurrogate())
                --end;
        }
        const QString line = m_text.mid(start, end - start);
        last = directionOf(line, last);
        m_anyRightToLeft = m_anyRightToLeft || last == Qt::RightToLeft;
        auto layout = std::make_unique<QTextLayout>(line, font);
        layout->setCacheEnabled(true);
        QList<QTextLayout::FormatRange> formats;
        for (const Span &span : m_spans) {
            const int from = std::max(span.start, int(start)), to = std::min(span.start + span.length, int(end));
            if (from >= to)
                continue;
            QTextCharFormat format;
            if (span.color.isValid())
                format.setForeground(span.color);
            if (span.weight)
                format.setFontWeight(span.weight);
            if (!span.href.isEmpty())
                format.setFontUnderline(true);
            formats.push_back({from - int(start), to - from, format});
        }
        if (!formats.isEmpty())
            layout->setFormats(formats);
        m_paragraphs.push_back({int(start), 0, last, std::move(layout)});
        start = split ? end : end + 1;
    }
}

qreal PlainFlow::layOut(qreal width)
{
    breakLines(std::max(width, 20.0));
    return m_height;
}

void PlainFlow::shrinkTo(qreal width)
{
    if (m_anyRightToLeft && width < m_width)
        breakLines(width);
}

void PlainFlow::breakLines(qreal width)
{
    m_width = width;
    m_naturalWidth = 0;
    qreal y = 0;
    for (Paragraph &paragraph : m_paragraphs) {
        QTextOption option;
        option.setTextDirection(paragraph.direction);
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        paragraph.layout->setTextOption(option);
        paragraph.top = y;
        qreal inside = 0;
        paragraph.layout->beginLayout();
        for (QTextLine line = paragraph.layout->createLine(); line.isValid(); line = paragraph.layout->createLine()) {
            line.setLineWidth(width);
            line.setPosition(QPointF(0, inside + m_baseline - line.ascent()));
            m_naturalWidth = std::max(m_naturalWidth, line.naturalTextWidth());
            inside += m_lineHeight;
        }
        paragraph.layout->endLayout();
        y += inside;
    }
    m_naturalWidth = std::min(std::ceil(m_naturalWidth), width);
    m_height = y;
}

void PlainFlow::paint(QPainter &painter, QPointF at, const TextMarks &marks) const
{
    painter.setPen(m_color);
    const QRectF clip = painter.hasClipping() ? painter.clipBoundingRect() : QRectF();
    for (const Paragraph &paragraph : m_paragraphs) {
        const qreal height = paragraph.layout->lineCount() * m_lineHeight;
        if (clip.isValid() && (at.y() + paragraph.top > clip.bottom() || at.y() + paragraph.top + height < clip.top()))
            continue;
        const int length = int(paragraph.layout->text().size());
        QList<QTextLayout::FormatRange> ranges;
        for (const TextMarks::Hit &hit : marks.hits) {
            const int from = std::max(hit.start - paragraph.start, 0),
                      to = std::min(hit.start + hit.length - paragraph.start, length);
            if (from >= to)
                continue;
            QTextCharFormat format;
            format.setBackground(hit.current ? marks.current : marks.match);
            format.setForeground(marks.hitText);
            ranges.push_back({from, to - from, format});
        }
        const int from = std::max(marks.from - paragraph.start, 0), to = std::min(marks.to - paragraph.start, length);
        if (from < to) {
            QTextCharFormat format;
            format.setBackground(marks.selection);
            format.setForeground(marks.selectionText);
            ranges.push_back({from, to - from, format});
        }
        paragraph.layout->draw(&painter, at + QPointF(0, paragraph.top), ranges, clip);
        for (const TextMarks::Hit &hit : marks.hits) {
            if (hit.current && hit.start >= paragraph.start && hit.start + hit.length <= paragraph.start + length)
                outline(painter, at, paragraph, hit, marks.currentEdge);
        }
    }
}

void PlainFlow::outline(QPainter &painter, QPointF at, const Paragraph &paragraph, const TextMarks::Hit &hit,
                        const QColor &color) const
{
    const int from = hit.start - paragraph.start, to = from + hit.length;
    for (int i = 0; i < paragraph.layout->lineCount(); ++i) {
        const QTextLine line = paragraph.layout->lineAt(i);
        const int begin = std::max(from, line.textStart()), end = std::min(to, line.textStart() + line.textLength());
        if (begin >= end)
            continue;
        const qreal a = line.cursorToX(begin), b = line.cursorToX(end);
        painter.setPen(QPen(color, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(at.x() + std::min(a, b) - 0.5, at.y() + paragraph.top + line.y() - 0.5,
                                       std::abs(b - a) + 1, line.height() + 1),
                                2, 2);
    }
}

const PlainFlow::Paragraph *PlainFlow::paragraphAt(qreal y) const
{
    const Paragraph *found = nullptr;
    for (const Paragraph &paragraph : m_paragraphs) {
        if (found && paragraph.top > y)
            break;
        found = &paragraph;
    }
    return found;
}

int PlainFlow::positionAt(QPointF point) const
{
    const Paragraph *paragraph = paragraphAt(point.y());
    if (!paragraph || paragraph->layout->lineCount() == 0)
        return 0;
    const int line = std::clamp(int((point.y() - paragraph->top) / m_lineHeight), 0, paragraph->layout->lineCount() - 1);
    return paragraph->start + paragraph->layout->lineAt(line).xToCursor(point.x());
}

QString PlainFlow::linkAt(QPointF point) const
{
    if (point.x() < 0 || point.y() < 0 || point.y() >= m_height)
        return {};
    const Paragraph *paragraph = paragraphAt(point.y());
    if (!paragraph)
        return {};
    const int row = int((point.y() - paragraph->top) / m_lineHeight);
    if (row >= paragraph->layout->lineCount())
        return {};
    const QTextLine line = paragraph->layout->lineAt(row);
    if (!line.naturalTextRect().adjusted(0, -4, 0, 4).contains(QPointF(point.x(), point.y() - paragraph->top)))
        return {};
    const int position = paragraph->start + line.xToCursor(point.x(), QTextLine::CursorOnCharacter);
    for (const Span &span : m_spans) {
        if (!span.href.isEmpty() && position >= span.start && position < span.start + span.length)
            return span.href;
    }
    return {};
}

std::vector<LinkSpan> PlainFlow::links() const
{
    std::vector<LinkSpan> links;
    for (const Span &span : m_spans) {
        if (!span.href.isEmpty())
            links.push_back({span.start, span.length, span.href});
    }
    std::ranges::sort(links, {}, &LinkSpan::start);
    return links;
}

QRectF PlainFlow::rectAt(int position) const
{
    for (auto paragraph = m_paragraphs.rbegin(); paragraph != m_paragraphs.rend(); ++paragraph) {
        if (position < paragraph->start)
            continue;
        const QTextLine line = paragraph->layout->lineForTextPosition(position - paragraph->start);
        if (!line.isValid())
            break;
        return {line.cursorToX(position - paragraph->start), paragraph->top + line.lineNumber() * m_lineHeight, 1,
                qreal(m_lineHeight)};
    }
    return {};
}

} // namespace tributary::ui
