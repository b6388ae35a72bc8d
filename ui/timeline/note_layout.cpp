#include "ui/timeline/layout_maker.h"
#include "ui/timeline/layout_writer.h"

#include <QCoreApplication>
#include <QRegularExpression>

/// Internal notes.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

} // namespace

void LayoutMaker::note(RowLayout &out, const Item &item) const
{
    const qreal padX = px(12), padY = px(8);
    Writer w{m_theme, out, left() + padX, padY, px(16)};
    out.shapes.push_back({});
    const qreal time = w.labelEndingAt(right() - padX, Type::Meta, 0, colors().bubble.noteMeta, m_format.clock(item.at));
    w.label(Type::Meta, QFont::DemiBold, colors().bubble.noteText, senderOf(m_model, item), time - w.x - px(90));
    w.gap(6);
    w.label(Type::Meta, 0, colors().bubble.noteMeta, Words::tr("internal note"), time - w.x - px(8));
    qreal y = padY + px(18);

    const bool whole = m_openings.whole.contains(item.id);
    bool cut = false;
    const QString text = shownText(bodyOf(item), whole ? kShownAtMost : kShownAtFirst, cut);
    cut = cut || hasMoreThanRow(item);
    std::vector<PlainFlow::Span> mentions;
    static const QRegularExpression mention(QStringLiteral("(?<![\\w@])@\\w[\\w.-]*"),
                                            QRegularExpression::UseUnicodePropertiesOption);
    for (auto found = mention.globalMatch(text); found.hasNext();) {
        const auto match = found.next();
        mentions.push_back(
            {int(match.capturedStart()), int(match.capturedLength()), colors().accent.text, QFont::Medium, {}});
    }
    const PlainFlow::Style style{.type = Type::Body, .color = colors().bubble.noteText, .linkColor = colors().text.link};
    y += flow(out, std::make_unique<PlainFlow>(m_theme, text, style, std::move(mentions)), left() + padX, y,
              right() - left() - 2 * padX);
    if (cut && !whole) {
        Writer more{m_theme, out, left() + padX, y, px(20)};
        const qreal begin = more.x;
        more.label(Type::MetaStrong, 0, colors().accent.text, Words::tr("Show all"));
        out.hits.push_back({.rect = {begin, y, more.x - begin, px(20)},
                            .action = TimelineAction::ToggleMore,
                            .label = Words::tr("Show all")});
        y += px(20);
    }
    std::vector<const model::Attachment *> all;
    for (const model::Attachment &attachment : item.attachments) {
        if (!isWholeBody(attachment))
            all.push_back(&attachment);
    }
    if (!all.empty())
        y = chips(out, all, left() + padX, y + px(8), right() - padX);
    if (const QString warning = notToldWords(item); !warning.isEmpty())
        y += warningLine(out, warning, left() + padX, y, right() - padX);
    y += padY;
    const DeliveryWords pending = m_model.pending(item.id) ? deliveryWords(m_model, item, m_now, m_format) : DeliveryWords{};
    const QRectF box(left(), 0, right() - left(), y);
    out.shapes.front() = {.rect = box,
                          .fill = colors().bubble.note,
                          .border = pending.waiting ? colors().accent.fill : colors().bubble.noteBorder,
                          .radius = 8,
                          .dashed = pending.waiting};
    out.focusBox = box;
    if (pending.waiting) {
        Row row;
        row.name = true;
        y += deliveryLine(out, row, item, y);
    }
    out.height = int(std::ceil(y + px(10)));
}

} // namespace tributary::ui
