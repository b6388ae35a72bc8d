#include "core/text/quote_splitter.h"
#include "ui/timeline/layout_maker.h"
#include "ui/timeline/layout_writer.h"

#include <QCoreApplication>
#include <QRegularExpression>

/// Bubbles of chats, and what mails and notes share with them: files, pictures, where a quote begins.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

constexpr qreal kBubblePaddingX = 12, kBubblePaddingY = 8;

bool isImage(const model::Attachment &attachment)
{
    return attachment.mediaType.starts_with("image/") && attachment.state == model::Attachment::State::Available;
}

struct Files {
    std::vector<const model::Attachment *> images, others;
};

Files filesOf(const Item &item)
{
    Files files;
    for (const model::Attachment &attachment : item.attachments) {
        if (isWholeBody(attachment))
            continue;
        (isImage(attachment) ? files.images : files.others).push_back(&attachment);
    }
    return files;
}

} // namespace

qsizetype quoteStart(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    const text::SplitText split = text::splitQuote({bytes.constData(), std::size_t(bytes.size())});
    return QString::fromUtf8(bytes.left(bytes.size() - qsizetype(split.quoted.size()))).size();
}

qreal LayoutMaker::chips(RowLayout &out, const std::vector<const model::Attachment *> &files, qreal x, qreal y,
                         qreal end) const
{
    const qreal start = x, height = px(24);
    for (const model::Attachment *file : files) {
        QString name = displayLine(file->name, 120);
        if (name.isEmpty())
            name = Words::tr("Unnamed file");
        const QString size = file->state == model::Attachment::State::TooLarge  ? Words::tr("too large")
                             : file->state == model::Attachment::State::Failed  ? Words::tr("missing")
                             : file->state == model::Attachment::State::Pending ? Words::tr("on its way")
                                                                                : sizeText(file->sizeBytes);
        const qreal nameWidth = std::min(paint::textWidth(m_theme.font(Type::MetaStrong), name), px(220));
        const qreal sizeWidth = paint::textWidth(m_theme.font(Type::Meta), size);
        const qreal width = px(8) + px(13) + px(4) + nameWidth + px(4) + sizeWidth + px(8);
        if (x > start && x + width > end) {
            x = start;
            y += height + px(6);
        }
        const QRectF box(x, y, std::min(width, end - start), height);
        out.shapes.push_back({.rect = box, .fill = colors().bg.surface, .border = colors().border.normal, .radius = 6});
        Writer w{m_theme, out, x + px(8), y, height};
        w.glyph(isImage(*file) ? QStringLiteral("image") : QStringLiteral("attach"), 13, colors().text.secondary);
        w.gap(4);
        w.label(Type::MetaStrong, 0, colors().text.secondary, name,
                std::min(nameWidth, box.right() - w.x - px(12) - sizeWidth));
        w.gap(4);
        w.label(Type::Meta, 0, colors().text.tertiary, size, box.right() - w.x - px(4));
        out.hits.push_back({.rect = box,
                            .action = TimelineAction::OpenAttachment,
                            .label = Words::tr("Open %1").arg(name),
                            .attachment = file->id});
        x = box.right() + px(8);
    }
    return y + height;
}

qreal LayoutMaker::pictures(RowLayout &out, const std::vector<const model::Attachment *> &images, qreal x, qreal y,
                            qreal maxWidth, qreal &width) const
{
    const auto add = [&](const QRectF &box, const model::Attachment *image) {
        out.pictures.push_back({box, image->id, 7});
        out.hits.push_back({.rect = box,
                            .action = TimelineAction::OpenAttachment,
                            .label = Words::tr("Open picture %1").arg(displayLine(image->name, 120)),
                            .attachment = image->id});
    };
    if (images.size() == 1) {
        qreal w = std::min<qreal>(px(240), maxWidth), h = px(160);
        if (images[0]->width > 0 && images[0]->height > 0) {
            const qreal shape = qreal(images[0]->height) / qreal(images[0]->width);
            w = std::min<qreal>(w, px(qreal(std::max<std::int64_t>(images[0]->width, 80))));
            h = std::clamp(w * shape, px(60), px(320));
            if (w * shape > px(320))
                w = std::max(px(80), px(320) / shape);
        }
        add(QRectF(x, y, w, h), images[0]);
        width = w;
        return h;
    }
    const qreal gap = px(4), side = std::min<qreal>(px(118), (maxWidth - gap) / 2);
    for (std::size_t i = 0; i < images.size(); ++i)
        add(QRectF(x + qreal(i % 2) * (side + gap), y + qreal(i / 2) * (side + gap), side, side), images[i]);
    width = 2 * side + gap;
    return qreal((images.size() + 1) / 2) * (side + gap) - gap;
}

void LayoutMaker::bubble(RowLayout &out, const Row &row, const Item &item) const
{
    const bool outgoing = item.kind == Item::Kind::Outbound;
    const DeliveryWords delivery = outgoing ? deliveryWords(m_model, item, m_now, m_format) : DeliveryWords{};
    qreal y = row.name ? nameLine(out, row, item, 0) : 0;
    const qreal top = y;
    const qreal maxWidth = std::min<qreal>(px(560), (right() - left()) * 0.82);
    const qreal padX = px(kBubblePaddingX), padY = px(kBubblePaddingY);

    const bool whole = m_openings.whole.contains(item.id);
    bool cut = false;
    const QString text = item.deleted ? Words::tr("This message was withdrawn by its sender.")
                                      : shownText(bodyOf(item), whole ? kShownAtMost : kShownAtFirst, cut);
    cut = cut || (!whole && !item.deleted && hasMoreThanRow(item));
    const Files files = item.deleted ? Files{} : filesOf(item);
    const qreal x = left();
    qreal width = 0;
    const std::size_t firstPart = out.parts.size(), firstPicture = out.pictures.size(), firstHit = out.hits.size();
    const std::size_t firstShape = out.shapes.size(), firstGlyph = out.glyphs.size(), firstLabel = out.labels.size();
    out.shapes.push_back({}); // the bubble itself, once its size is known

    if (item.inReplyTo) {
        if (const Item *answered = m_model.find(*item.inReplyTo); answered && !answered->body.empty()) {
            Writer w{m_theme, out, x + padX + px(8), y + padY, px(16)};
            out.shapes.push_back({.rect = {x + padX, y + padY, 2, px(16)}, .fill = toneOf(m_theme, strandOf(item)).fg});
            w.label(Type::Meta, 0, colors().bubble.meta, displayLine(answered->body, 200), maxWidth - 2 * padX - px(8));
            width = w.x - x + padX;
            y += px(20);
        }
    }
    if (!files.images.empty()) {
        qreal imageWidth = 0;
        y += px(4) + pictures(out, files.images, x + px(4), y + px(4), maxWidth - px(8), imageWidth);
        width = std::max(width, imageWidth + px(8));
        if (text.isEmpty() && files.others.empty())
            y += px(4);
    }
    if (!text.isEmpty()) {
        auto body = bodyFlow(item, text, item.deleted ? colors().bubble.meta : colors().bubble.text, Type::BodyLarge);
        auto *plain = static_cast<PlainFlow *>(body.get());
        const qreal room = (width > 0 && !files.images.empty() ? std::max(width, px(240)) : maxWidth) - 2 * padX;
        const qreal before = files.images.empty() ? padY : px(4);
        qreal height = plain->layOut(room);
        const qreal natural = std::max({plain->naturalWidth(), width - 2 * padX, px(8)});
        plain->shrinkTo(natural);
        out.parts.push_back({std::move(body), QPointF(x + padX, y + before), QRectF(x + padX, y + before, natural, height)});
        width = std::max(width, natural + 2 * padX);
        y += before + height;
        if (cut) {
            Writer w{m_theme, out, x + padX, y, px(20)};
            const qreal begin = w.x;
            const QString more = whole ? Words::tr("The rest is in the original") : Words::tr("Show all");
            w.label(Type::MetaStrong, 0, whole ? colors().text.tertiary : colors().accent.text, more);
            if (!whole)
                out.hits.push_back(
                    {.rect = {begin, y, w.x - begin, px(20)}, .action = TimelineAction::ToggleMore, .label = more});
            y += px(20);
        }
        y += files.images.empty() && files.others.empty() ? padY : px(6);
    }
    if (!files.others.empty()) {
        y = chips(out, files.others, x + px(8), y + px(text.isEmpty() ? 8 : 2), x + maxWidth - px(8)) + px(8);
        qreal widest = 0;
        for (std::size_t i = firstHit; i < out.hits.size(); ++i)
            widest = std::max(widest, out.hits[i].rect.right() - x + px(8));
        width = std::max(width, widest);
    }
    if (width == 0) { // nothing at all: still an item, and one can see that it is empty
        width = px(40);
        y += px(36);
    }

    const QRectF box(x, top, width, y - top);
    RowLayout::Shape &shape = out.shapes[firstShape];
    shape.rect = box;
    shape.fill = delivery.failed   ? colors().status.danger.tint
                 : delivery.unsure ? colors().status.warning.tint
                 : outgoing        ? colors().bubble.outgoing
                                   : colors().bubble.incoming;
    shape.radius = 10;
    shape.tail = 3;
    shape.tailLeft = !outgoing;
    if (delivery.waiting) {
        shape.border = delivery.failed ? colors().status.danger.fg : colors().accent.fill;
        shape.dashed = true;
    } else if (colors().bubble.incoming == colors().bg.surface) {
        shape.border = colors().border.normal; // high contrast: the outline is all there is
    }
    out.focusBox = box;
    out.focusRadius = 10;
    if (outgoing) {
        const qreal move = right() - box.right();
        const auto shift = [move](auto &list, std::size_t from) {
            for (std::size_t i = from; i < list.size(); ++i)
                list[i].rect.translate(move, 0);
        };
        shift(out.shapes, firstShape);
        shift(out.glyphs, firstGlyph);
        shift(out.labels, firstLabel);
        shift(out.pictures, firstPicture);
        shift(out.hits, firstHit);
        for (std::size_t i = firstPart; i < out.parts.size(); ++i) {
            out.parts[i].at += QPointF(move, 0);
            out.parts[i].clip.translate(move, 0);
        }
        out.focusBox.translate(move, 0);
        y += deliveryLine(out, row, item, y);
    } else if (row.time || item.editedAt) {
        const QString edited = item.editedAt ? Words::tr("edited") : QString();
        const QString when = row.time ? m_format.clock(item.at) : QString();
        Writer w{m_theme, out, box.right() + px(8), box.bottom() - px(18), px(16)};
        w.label(Type::Meta, 0, colors().text.tertiary,
                when.isEmpty() || edited.isEmpty() ? when + edited : when + QStringLiteral(" · ") + edited);
    }
    out.height = int(std::ceil(y + px(8)));
}

} // namespace tributary::ui
