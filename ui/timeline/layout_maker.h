#pragma once

#include "ui/timeline/html_flow.h"
#include "ui/timeline/item_words.h"
#include "ui/timeline/row_layout.h"

#include <unordered_set>

namespace tributary::ui {

/// What a person has unfolded inside items.
struct Openings {
    std::unordered_set<model::TimelineItemId> quotes; ///< The quoted part of a mail.
    std::unordered_set<model::TimelineItemId> whole;  ///< Longer than "Show all".
    std::unordered_set<model::TimelineItemId> orders; ///< Steps of an order.
};

/// A picture inside the text of a mail; one of its size, or a null one, while it is not here yet. Nothing: it cannot be had,
/// and is a file like others.
using MailImage = std::function<std::optional<QImage>(const model::TimelineItem &, const model::Attachment &)>;

/// Turns rows into layouts for a column of one width. Pure: reads the model, keeps nothing.
class LayoutMaker {
public:
    LayoutMaker(const Theme &theme, const TimelineModel &model, const TimeFormat &format, const Openings &openings,
                const MailImage &mailImage, int width, Qt::LayoutDirection direction, TimePoint now)
        : m_theme(theme)
        , m_model(model)
        , m_format(format)
        , m_openings(openings)
        , m_mailImage(mailImage)
        , m_width(width)
        , m_direction(direction)
        , m_now(now)
    {
    }

    std::unique_ptr<RowLayout> make(const Row &row) const;
    /// In the place of an item whose text is on its way, @p height pixels high.
    std::unique_ptr<RowLayout> placeholder(const Row &row, int height) const;
    /// A guess at the height without laying anything out, for rows nobody has seen yet.
    int estimate(const Row &row) const;

private:
    using Item = model::TimelineItem;
    struct Writer; ///< Puts labels one after another; layout_writer.h

    /// The item's text: all of it where that was asked for and is here.
    const std::string &bodyOf(const Item &item) const;
    void date(RowLayout &out, const Row &row) const;
    void unread(RowLayout &out, const Row &row) const;
    void gap(RowLayout &out, const Row &row) const;
    void older(RowLayout &out) const;
    void hidden(RowLayout &out, const Row &row) const;
    void changes(RowLayout &out, const Row &row) const;
    void conversation(RowLayout &out, const Row &row) const;
    void typing(RowLayout &out) const;
    void event(RowLayout &out, const Item &item) const;
    void bubble(RowLayout &out, const Row &row, const Item &item) const;
    void email(RowLayout &out, const Row &row, const Item &item) const;
    void heldEmail(RowLayout &out, const Item &item) const;
    qreal undoButton(RowLayout &out, const QRectF &box) const;
    void note(RowLayout &out, const Item &item) const;
    void call(RowLayout &out, const Item &item) const;
    void order(RowLayout &out, const Item &item) const;
    void card(RowLayout &out, const Item &item) const;

    qreal nameLine(RowLayout &out, const Row &row, const Item &item, qreal y) const;
    qreal deliveryLine(RowLayout &out, const Row &row, const Item &item, qreal y) const;
    /// What an agent has to know of an item, from @p x to @p end. Returns its height.
    qreal warningLine(RowLayout &out, const QString &words, qreal x, qreal y, qreal end) const;
    qreal chips(RowLayout &out, const std::vector<const model::Attachment *> &files, qreal x, qreal y, qreal right) const;
    qreal pictures(RowLayout &out, const std::vector<const model::Attachment *> &images, qreal x, qreal y, qreal maxWidth,
                   qreal &width) const;
    /// Adds text at (x, y) broken at @p width, cut after @p maxHeight pixels if that is not 0. Returns its height.
    qreal flow(RowLayout &out, std::unique_ptr<TextFlow> text, qreal x, qreal y, qreal width, qreal maxHeight = 0) const;
    std::unique_ptr<TextFlow> bodyFlow(const Item &item, const QString &text, const QColor &color, Type type) const;

    qreal left() const { return m_theme.gutter(48); }
    qreal right() const { return m_width - m_theme.gutter(16); }
    qreal px(qreal size) const { return m_theme.px(size); }
    const Colors &colors() const { return m_theme.colors(); }

    const Theme &m_theme;
    const TimelineModel &m_model;
    const TimeFormat &m_format;
    const Openings &m_openings;
    const MailImage &m_mailImage;
    int m_width;
    Qt::LayoutDirection m_direction;
    TimePoint m_now;
};

/// Where the quoted history begins in the plain text of a mail (text::splitQuote); its size if there is none.
qsizetype quoteStart(const QString &text);

} // namespace tributary::ui
