#pragma once

#include "ui/theme/theme.h"

#include <QFont>
#include <QPointF>
#include <QString>
#include <QTextLayout>
#include <memory>
#include <vector>

class QPainter;

namespace tributary::ui {

/// What is marked in a text while it is painted. Positions count QChars of TextFlow::text().
struct TextMarks {
    int from = 0, to = 0; ///< Selected, from < to; nothing if equal.
    QColor selection, selectionText;
    struct Hit {
        int start, length;
        bool current;
    };
    std::vector<Hit> hits; ///< Found text.
    QColor match, current, hitText, currentEdge;
};

/// A link in a text.
struct LinkSpan {
    int start, length;
    QString href;
};

/// Some text in a row that can be selected, copied and searched. Laid out for one width and then only painted.
class TextFlow {
public:
    virtual ~TextFlow() = default;
    /// Breaks lines at @p width; returns the height.
    virtual qreal layOut(qreal width) = 0;
    virtual qreal naturalWidth() const = 0; ///< Of the widest line; at most the width laid out for.
    virtual qreal height() const = 0;
    virtual void paint(QPainter &painter, QPointF at, const TextMarks &marks) const = 0;
    virtual int positionAt(QPointF point) const = 0;
    virtual QString text() const = 0;
    virtual QString linkAt(QPointF point) const = 0;
    virtual std::vector<LinkSpan> links() const = 0; ///< In the text's order.
    /// Rectangle of the character at @p position, for scrolling a hit into view.
    virtual QRectF rectAt(int position) const = 0;
    struct PictureSpan {
        QRectF rect;
        QString contentId;
    };
    /// Those that stand in the text.
    virtual std::vector<PictureSpan> pictures() const { return {}; }
};

/// Removes what plain text must not do to a screen: control characters but line ends and tabs. Never changes what is left.
QString displayText(std::string_view utf8, qsizetype maxLength);
/// A name, subject or address for one line: as displayText(), without line ends, bidirectional controls and runs of blanks.
QString displayLine(std::string_view utf8, qsizetype maxLength = 500);

/// The beginning of a long text: so many characters, so many lines.
struct TextExtent {
    qsizetype characters;
    int lines;
};
inline constexpr TextExtent kShownAtFirst{4000, 60};    ///< Before "Show all"; a bubble is no place for a book.
inline constexpr TextExtent kShownAtMost{60'000, 2000}; ///< Even then: the rest is in the original.

/// displayText() of at most @p extent, without white space at its end; @p cut says whether anything was left out.
QString shownText(std::string_view utf8, const TextExtent &extent, bool &cut);

/// @p href as it is looked up, with no letter of another script that looks like a Latin one (`xn--…`, ENGINE C68); as it is
/// where its host has none.
QString plainLink(const QString &href);

/// Addresses that start with http, https or www., and e-mail addresses. Nothing else becomes clickable (ENGINE C68).
std::vector<LinkSpan> findLinks(const QString &text);

/// Plain text in paragraphs, each in the direction of its first strong letter, on a grid of lines that leaves its script
/// room.
class PlainFlow final : public TextFlow {
public:
    /// A stretch of text that looks different.
    struct Span {
        int start, length;
        QColor color;   ///< As the rest if invalid.
        int weight = 0; ///< As the rest if 0.
        QString href;   ///< Link if not empty.
    };
    struct Style {
        Type type = Type::BodyLarge;
        int weight = 0; ///< That of the type if 0.
        QColor color, linkColor;
        Qt::LayoutDirection direction = Qt::LeftToRight; ///< Of paragraphs without a strong letter.
        bool findLinks = true;
    };
    PlainFlow(const Theme &theme, QString text, const Style &style, std::vector<Span> spans = {});

    qreal layOut(qreal width) override;
    qreal naturalWidth() const override { return m_naturalWidth; }
    qreal height() const override { return m_height; }
    void paint(QPainter &painter, QPointF at, const TextMarks &marks) const override;
    int positionAt(QPointF point) const override;
    QString text() const override { return m_text; }
    QString linkAt(QPointF point) const override;
    std::vector<LinkSpan> links() const override;
    QRectF rectAt(int position) const override;
    /// Width the lines really need after layOut(); lines of right-to-left paragraphs are moved to end there.
    void shrinkTo(qreal width);

private:
    struct Paragraph {
        int start;
        qreal top = 0;
        Qt::LayoutDirection direction;
        std::unique_ptr<QTextLayout> layout;
    };
    void breakLines(qreal width);
    /// Colour alone does not tell the current hit from the others.
    void outline(QPainter &painter, QPointF at, const Paragraph &paragraph, const TextMarks::Hit &hit,
                 const QColor &color) const;
    const Paragraph *paragraphAt(qreal y) const;

    QString m_text;
    QColor m_color;
    std::vector<Span> m_spans;
    std::vector<Paragraph> m_paragraphs;
    int m_lineHeight;
    qreal m_baseline;
    qreal m_naturalWidth = 0, m_height = 0, m_width = 0;
    bool m_anyRightToLeft = false;
};

} // namespace tributary::ui
