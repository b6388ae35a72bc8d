#include "ui/timeline/html_flow.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QTextBlock>
#include <QTextDocument>
#include <QTextLayout>
#include <QUrl>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace tributary::ui {
namespace {

// ENGINE C65.
constexpr std::size_t kMaxHtml = 256 * 1024;
constexpr int kMaxDepth = 64;
constexpr int kMaxTables = 4;
constexpr std::size_t kMaxRun = 2000;

/// Anything but these is no link to us, whatever the mail says (ENGINE C68).
bool isLink(const QString &href)
{
    return std::ranges::any_of(std::array{"https:", "http:", "mailto:", "tel:"}, [&href](const char *scheme) {
        return href.startsWith(QLatin1String(scheme), Qt::CaseInsensitive);
    });
}

QString contentIdOf(const QUrl &cid)
{
    return QUrl::fromPercentEncoding(cid.path().toUtf8());
}

/// Refuses everything but pictures of the message itself.
class SealedDocument final : public QTextDocument {
public:
    explicit SealedDocument(CidImage image)
        : m_image(std::move(image))
    {
    }

protected:
    QVariant loadResource(int type, const QUrl &name) override
    {
        if (type == ImageResource && name.scheme() == QLatin1String("cid") && m_image) {
            const QImage picture = m_image(contentIdOf(name));
            if (!picture.isNull())
                return picture.width() > kMostMailImageWidth
                           ? picture.scaledToWidth(kMostMailImageWidth, Qt::SmoothTransformation)
                           : picture;
        }
        // Not a null QVariant: that would make QTextDocument look on the disk itself.
        if (type != ImageResource)
            return QByteArray("");
        QImage nothing(1, 1, QImage::Format_ARGB32_Premultiplied);
        nothing.fill(Qt::transparent);
        return nothing;
    }

private:
    CidImage m_image;
};

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

std::string tagAt(const std::string &html, std::size_t at)
{
    std::string name;
    while (at < html.size() && name.size() < 12
           && ((html[at] >= 'a' && html[at] <= 'z') || (html[at] >= 'A' && html[at] <= 'Z')
               || (html[at] >= '0' && html[at] <= '9')))
        name += lower(html[at++]);
    return name;
}

bool oneOf(const std::string &name, std::initializer_list<const char *> names)
{
    return std::ranges::find(names, name) != names.end();
}

/// Whether what cells span together can be laid out in a moment: no more than the cleaner lets through. A file that pretends
/// to be the whole of a mail has not been cleaned: what a cleaner would not have written counts as too much.
bool spansLittle(const std::string &html)
{
    constexpr long mostOfOne = 100, mostOfAll = 5'000;
    constexpr long mostPlaces = 30'000; // all rows times the widest one: each place costs some ten microseconds
    std::string all(html);
    std::ranges::transform(all, all.begin(), lower);
    if (all.find("<style") != all.npos)
        return false;
    long spanned = 0, rows = 0, width = 0, widest = 0;
    for (std::size_t at = all.find('<'); at != all.npos;) {
        const std::size_t next = all.find('<', at + 1);
        const std::string_view tag = std::string_view(all).substr(at, next - at);
        if (tag.find('>') == tag.npos)
            return false;
        long cells = 1, columns = 1;
        for (const std::string_view name : {"colspan", "rowspan"}) {
            for (std::size_t span = tag.find(name); span != tag.npos; span = tag.find(name, span + name.size())) {
                const std::size_t digits = tag.find_first_not_of(" \t\r\n=\"'", span + name.size());
                const long count = digits == tag.npos ? 0 : std::strtol(tag.data() + digits, nullptr, 10);
                if (count > mostOfOne)
                    return false;
                cells *= std::max(count, 1L);
                if (cells > 1 && spanned + cells > mostOfAll)
                    return false;
            }
            if (name == "colspan")
                columns = cells;
        }
        spanned += cells > 1 ? cells : 0;
        const std::string element = tagAt(all, at + 1);
        if (oneOf(element, {"table", "tr"})) {
            ++rows;
            width = 0;
        } else if (oneOf(element, {"td", "th"})) {
            width += columns;
            widest = std::max(widest, width);
        }
        at = next;
    }
    return rows * widest <= mostPlaces;
}

} // namespace

bool HtmlFlow::accepts(const std::string &html)
{
    if (html.empty() || html.size() > kMaxHtml || !spansLittle(html))
        return false;
    int depth = 0, tables = 0;
    bool rich = false, inTag = false;
    std::size_t run = 0;
    for (std::size_t i = 0; i < html.size(); ++i) {
        const char c = html[i];
        if (inTag) {
            inTag = c != '>';
            continue;
        }
        if (c != '<') {
            const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
            run = blank ? 0 : run + 1;
            if (run > kMaxRun)
                return false;
            continue;
        }
        inTag = true;
        const bool closing = i + 1 < html.size() && html[i + 1] == '/';
        const std::string name = tagAt(html, i + (closing ? 2 : 1));
        if (oneOf(name, {"br", "img", "hr", "col", "wbr", ""})) {
            rich = rich || name == "img";
            continue;
        }
        depth += closing ? -1 : 1;
        if (name == "table")
            tables += closing ? -1 : 1;
        if (depth > kMaxDepth || tables > kMaxTables)
            return false;
        rich =
            rich
            || oneOf(name, {"table", "ul", "ol", "b", "strong", "i", "em", "u", "h1", "h2", "h3", "h4", "a", "pre", "code"});
    }
    return rich;
}

HtmlFlow::HtmlFlow(const Theme &theme, const QString &html, const QColor &text, const QColor &link, CidImage image)
    : m_document(std::make_unique<SealedDocument>(std::move(image)))
    , m_color(text)
{
    m_document->setUndoRedoEnabled(false);
    m_document->setDocumentMargin(0);
    m_document->setDefaultFont(theme.font(Type::BodyLarge));
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_document->setDefaultTextOption(option);
    m_document->setDefaultStyleSheet(
        QStringLiteral("a { color: %1; } p { margin: 0 0 8px 0; } blockquote { margin: 4px 0 4px 12px; color: %2; }")
            .arg(link.name(), theme.colors().bubble.meta.name()));
    m_document->setHtml(html);
    for (QTextBlock block = m_document->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        QTextBlockFormat format;
        const bool rightToLeft = directionOf(block.text()) == Qt::RightToLeft;
        format.setLayoutDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
        format.setLineHeight(theme.lineHeight(Type::BodyLarge, tallestScript(block.text())),
                             QTextBlockFormat::MinimumHeight);
        cursor.mergeBlockFormat(format);
    }
}

HtmlFlow::~HtmlFlow() = default;

qreal HtmlFlow::layOut(qreal width)
{
    m_document->setTextWidth(width);
    return height();
}

qreal HtmlFlow::naturalWidth() const
{
    return std::min(m_document->idealWidth(), m_document->textWidth());
}

qreal HtmlFlow::height() const
{
    return std::ceil(m_document->size().height());
}

void HtmlFlow::paint(QPainter &painter, QPointF at, const TextMarks &marks) const
{
    QAbstractTextDocumentLayout::PaintContext context;
    context.palette.setColor(QPalette::Text, m_color);
    const auto mark = [&](int from, int to, const QColor &background, const QColor &foreground) {
        QAbstractTextDocumentLayout::Selection selection;
        selection.cursor = QTextCursor(m_document.get());
        const int last = m_document->characterCount() - 1;
        selection.cursor.setPosition(std::clamp(from, 0, last));
        selection.cursor.setPosition(std::clamp(to, 0, last), QTextCursor::KeepAnchor);
        selection.format.setBackground(background);
        selection.format.setForeground(foreground);
        context.selections.push_back(selection);
    };
    for (const TextMarks::Hit &hit : marks.hits)
        mark(hit.start, hit.start + hit.length, hit.current ? marks.current : marks.match, marks.hitText);
    if (marks.from < marks.to)
        mark(marks.from, marks.to, marks.selection, marks.selectionText);
    painter.save();
    painter.translate(at);
    if (painter.hasClipping())
        context.clip = painter.clipBoundingRect();
    m_document->documentLayout()->draw(&painter, context);
    painter.restore();
}

int HtmlFlow::positionAt(QPointF point) const
{
    return std::max(0, m_document->documentLayout()->hitTest(point, Qt::FuzzyHit));
}

QString HtmlFlow::text() const
{
    // Not toPlainText(): that turns the pictures and paragraph ends that positions count into other lengths.
    QString text;
    for (QTextBlock block = m_document->begin(); block.isValid(); block = block.next()) {
        if (!text.isEmpty() || block.previous().isValid())
            text += u'\n';
        text += block.text();
    }
    return text;
}

QString HtmlFlow::linkAt(QPointF point) const
{
    const QString link = m_document->documentLayout()->anchorAt(point);
    return isLink(link) ? link : QString();
}

std::vector<LinkSpan> HtmlFlow::links() const
{
    std::vector<LinkSpan> links;
    for (QTextBlock block = m_document->begin(); block.isValid(); block = block.next()) {
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QTextFragment fragment = at.fragment();
            if (const QString href = fragment.charFormat().anchorHref(); isLink(href))
                links.push_back({fragment.position(), fragment.length(), href});
        }
    }
    return links;
}

QRectF HtmlFlow::rectAt(int position) const
{
    const QTextBlock block = m_document->findBlock(position);
    return block.isValid() ? m_document->documentLayout()->blockBoundingRect(block) : QRectF();
}

std::vector<TextFlow::PictureSpan> HtmlFlow::pictures() const
{
    std::vector<PictureSpan> pictures;
    for (QTextBlock block = m_document->begin(); block.isValid(); block = block.next()) {
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QTextFragment fragment = at.fragment();
            const QTextImageFormat format = fragment.charFormat().toImageFormat();
            const QUrl name = format.isValid() ? QUrl(format.name()) : QUrl();
            if (name.scheme() != QLatin1String("cid"))
                continue;
            const QPointF origin = m_document->documentLayout()->blockBoundingRect(block).topLeft();
            for (int i = 0; i < fragment.length(); ++i) {
                const int position = fragment.position() + i - block.position();
                const QTextLine line = block.layout()->lineForTextPosition(position);
                if (!line.isValid())
                    continue;
                const qreal from = line.cursorToX(position), to = line.cursorToX(position + 1);
                pictures.push_back(
                    {QRectF(std::min(from, to), line.y(), std::abs(to - from), line.height()).translated(origin),
                     contentIdOf(name)});
            }
        }
    }
    return pictures;
}

std::size_t quoteStartHtml(const std::string &html)
{
    constexpr std::string_view kQuote = "<blockquote class=\"quote\">";
    bool isSaid = false;                   // something stands before it: a mail that begins with its quote is shown whole
    std::size_t start = std::string::npos; // of the quote that nothing has been said behind
    int depth = 0, quoteDepth = 0;         // of blockquotes, and of that one
    bool isAnswered = false;               // what follows in it is no quote: one quoted in it has ended
    for (std::size_t i = 0; i < html.size(); ++i) {
        const char c = html[i];
        if (c != '<') {
            const bool isBlank = c == ' ' || c == '\n' || c == '\t' || c == '\r' || html.compare(i, 6, "&nbsp;") == 0;
            if (html.compare(i, 6, "&nbsp;") == 0)
                i += 5;
            const bool isQuoted = start != std::string::npos && depth >= quoteDepth && !(depth == quoteDepth && isAnswered);
            if (isBlank || isQuoted)
                continue;
            isSaid = true;
            start = std::string::npos;
            continue;
        }
        const bool closing = i + 1 < html.size() && html[i + 1] == '/';
        if (tagAt(html, i + (closing ? 2 : 1)) == "blockquote") {
            if (!closing && ++depth > 0 && start == std::string::npos && isSaid
                && html.compare(i, kQuote.size(), kQuote) == 0) {
                start = i;
                quoteDepth = depth;
                isAnswered = false;
            } else if (closing && start != std::string::npos && depth == quoteDepth + 1) {
                isAnswered = true;
            }
            depth -= closing ? 1 : 0;
        }
        i = std::min(html.find('>', i), html.size() - 1);
    }
    return start;
}

} // namespace tributary::ui
