#include "ui/timeline/layout_maker.h"
#include "ui/timeline/layout_writer.h"

#include <QCoreApplication>
#include <QHash>

/// Mails: a card with its header, subject, body, quote and files.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

constexpr qreal kBodyHeight = 320; ///< Before "Show all".

bool isPicture(const model::Attachment &attachment)
{
    return attachment.mediaType.starts_with("image/") && attachment.state == model::Attachment::State::Available;
}

/// Pictures on other people's servers, which are never fetched unasked (ENGINE C67).
int remoteImages(const std::string &html)
{
    int count = 0;
    for (std::size_t at = html.find("<img"); at != std::string::npos; at = html.find("<img", at + 4)) {
        const std::size_t end = html.find('>', at);
        const std::size_t source = html.find("src=\"http", at);
        count += source != std::string::npos && source < end;
    }
    return count;
}

} // namespace

/// Returns where it begins.
qreal LayoutMaker::undoButton(RowLayout &out, const QRectF &box) const
{
    const QString undo = Words::tr("Undo");
    const qreal undoWidth = paint::textWidth(m_theme.font(Type::MetaStrong), undo);
    const QString key = QStringLiteral("Z");
    const QSizeF keySize = paint::keycapSize(m_theme, key);
    const qreal width = px(8) + px(13) + px(4) + undoWidth + px(6) + keySize.width() + px(8);
    const QRectF button(box.right() - px(12) - width, box.top() + px(8), width, px(24));
    out.shapes.push_back({.rect = button, .fill = colors().bg.raised, .border = colors().border.normal, .radius = 6});
    Writer b{m_theme, out, button.left() + px(8), button.top(), button.height()};
    b.glyph(QStringLiteral("undo"), 13, colors().text.primary);
    b.gap(4);
    b.label(Type::MetaStrong, 0, colors().text.primary, undo);
    b.gap(6);
    out.keys.push_back(
        {QRectF(QPointF(b.x, button.center().y() - keySize.height() / 2), keySize), key, colors().text.primary});
    out.hits.push_back({.rect = button, .action = TimelineAction::UndoSend, .label = Words::tr("Undo sending (Z)")});
    return button.left();
}

void LayoutMaker::heldEmail(RowLayout &out, const Item &item) const
{
    // One line with the way back: for ten seconds this is all there is to decide.
    const QRectF box(left(), 0, right() - left(), px(40));
    out.shapes.push_back(
        {.rect = box, .fill = colors().bubble.card, .border = colors().accent.fill, .radius = 8, .dashed = true});
    const DeliveryWords words = deliveryWords(m_model, item, m_now, m_format);
    Writer w{m_theme, out, box.left() + px(12), 0, box.height()};

    const qreal end = m_model.isOwn(item) ? undoButton(out, box) : box.right() - px(4);

    Pill pill{.text = words.text, .fg = colors().accent.text, .bg = colors().accent.tint, .ring = 0, .large = true};
    if (item.delivery && item.delivery->heldUntil) {
        // Counted from when the hub had it, which for what was written offline is long after it was written.
        const model::Conversation *of = m_model.conversation(item.conversation);
        const model::ChannelAccount *from = of ? m_model.account(of->account) : nullptr;
        const qreal whole = qreal((*item.delivery->heldUntil - item.at).count());
        const auto total =
            std::max<qreal>(1000, from && from->undoSeconds > 0 ? std::min(whole, qreal(from->undoSeconds) * 1000) : whole);
        pill.ring = std::clamp(qreal((*item.delivery->heldUntil - m_now).count()) / total, 0.0, 1.0);
        out.ticking = true;
    }
    const QSizeF pillSize = paint::pillSize(m_theme, pill);
    const QRectF pillBox(QPointF(end - px(8) - pillSize.width(), box.center().y() - pillSize.height() / 2), pillSize);
    out.pills.push_back({pillBox, pill});

    w.label(Type::BodyStrong, 0, colors().text.primary, senderOf(m_model, item), pillBox.left() - w.x - px(60));
    w.gap(8);
    const QString about =
        Words::tr("Email %1: %2").arg(viaOf(m_model, item), displayLine(item.body.empty() ? item.subject : item.body, 300));
    w.label(Type::Meta, 0, colors().text.secondary, about, pillBox.left() - w.x - px(8));
    out.focusBox = box;
    out.height = int(px(50));
}

void LayoutMaker::email(RowLayout &out, const Row &row, const Item &item) const
{
    const bool outgoing = item.kind == Item::Kind::Outbound;
    if (outgoing && item.delivery && item.delivery->state == model::Delivery::State::Held && !m_model.pending(item.id))
        return heldEmail(out, item);

    const qreal padX = px(12), x = left() + padX, end = right() - padX;
    out.shapes.push_back({});
    qreal y = px(8);

    // Header: who, channel, to, then the time at the end.
    Writer w{m_theme, out, x, y, px(20)};
    const qreal time = w.labelEndingAt(end, Type::Meta, 0, colors().text.tertiary, m_format.clock(item.at));
    w.label(Type::Meta, QFont::DemiBold, colors().text.primary, senderOf(m_model, item), (time - w.x) * 0.5);
    w.gap(6);
    w.label(Type::MetaStrong, 0, colors().channel.email.fg, channelName(item.channel), time - w.x - px(8));
    w.gap(6);
    QString via = viaOf(m_model, item);
    if (const auto cc = item.details.find("cc"); cc != item.details.end() && !cc->second.empty()) {
        const int count = int(std::ranges::count(cc->second, ',')) + 1;
        via += QStringLiteral(" · ") + Words::tr("%n cc", nullptr, count);
    }
    if (item.automatic)
        via += QStringLiteral(" · ") + Words::tr("automatic");
    w.label(Type::Meta, 0, colors().text.tertiary, via, time - w.x - px(8));
    y += px(20);
    const QString warning = senderWarning(m_model, item);
    if (!warning.isEmpty())
        y += warningLine(out, warning, x, y, end);

    const WholeBody *rest = m_openings.whole.contains(item.id) ? m_model.whole(item.id) : nullptr;
    const std::string &source = rest && !rest->html.empty() ? rest->html : item.html;
    const bool html = HtmlFlow::accepts(source);
    std::vector<const model::Attachment *> thumbs, files, all, inText;
    QHash<QString, QImage> pictures;
    for (const model::Attachment &attachment : item.attachments) {
        if (isWholeBody(attachment))
            continue;
        const auto picture =
            html && m_mailImage && standsIn(source, attachment) ? m_mailImage(item, attachment) : std::nullopt;
        if (picture) {
            inText.push_back(&attachment);
            pictures[QString::fromStdString(attachment.contentId)] = *picture;
            continue;
        }
        (isPicture(attachment) ? thumbs : files).push_back(&attachment);
        all.push_back(&attachment);
    }
    // Up to two pictures stand beside a short plain mail; otherwise they are files like the others.
    const bool beside =
        !html && files.empty() && !thumbs.empty() && thumbs.size() <= 2 && item.body.size() < 400 && end - x > px(360);
    qreal textEnd = end;
    if (beside) {
        const qreal side = px(60);
        qreal at = end - qreal(thumbs.size()) * side - qreal(thumbs.size() - 1) * px(4);
        textEnd = at - px(12);
        for (const model::Attachment *thumb : thumbs) {
            const QRectF box(at, y + px(6), side, side);
            out.pictures.push_back({box, thumb->id, 6});
            out.hits.push_back({.rect = box,
                                .action = TimelineAction::OpenAttachment,
                                .label = Words::tr("Open picture %1").arg(displayLine(thumb->name, 120)),
                                .attachment = thumb->id});
            at += side + px(4);
        }
    } else {
        files = std::move(all);
    }
    const qreal besideBottom = beside ? y + px(6) + px(60) : 0;

    if (const QString subject = displayLine(item.subject); !subject.isEmpty()) {
        const PlainFlow::Style style{
            .type = Type::BodyStrong, .color = colors().bubble.text, .linkColor = colors().text.link, .findLinks = false};
        y += px(2);
        y += flow(out, std::make_unique<PlainFlow>(m_theme, subject, style), x, y, textEnd - x) + px(2);
    }

    const bool whole = m_openings.whole.contains(item.id), quoteOpen = m_openings.quotes.contains(item.id);
    bool hasQuote = false, cut = false;
    std::unique_ptr<TextFlow> body;
    if (html) {
        const std::size_t quote = quoteStartHtml(source);
        hasQuote = quote != std::string::npos;
        const std::string shown = hasQuote && !quoteOpen ? source.substr(0, quote) : source;
        const CidImage image = [pictures](const QString &id) { return pictures.value(id); }; // also when it is painted
        body = std::make_unique<HtmlFlow>(m_theme, QString::fromStdString(shown), colors().bubble.text, colors().text.link,
                                          image);
    } else {
        QString text = shownText(bodyOf(item), whole ? kShownAtMost : kShownAtFirst, cut);
        const qsizetype quote = quoteStart(text);
        hasQuote = quote < text.size();
        if (hasQuote && !quoteOpen)
            text.truncate(quote);
        while (!text.isEmpty() && text.back().isSpace())
            text.chop(1);
        if (text.isEmpty() && item.subject.empty() && item.attachments.empty())
            text = Words::tr("This mail is empty.");
        if (!text.isEmpty())
            body = bodyFlow(item, text, colors().bubble.text, Type::BodyLarge);
    }
    if (body) {
        const qreal limit = whole ? 0 : px(kBodyHeight);
        const qreal shown = flow(out, std::move(body), x, y, textEnd - x, limit);
        for (const TextFlow::PictureSpan &picture : out.parts.back().flow->pictures()) {
            const QRectF box = picture.rect.translated(x, y).intersected(QRectF(x, y, textEnd - x, shown));
            const auto named = std::ranges::find(inText, picture.contentId.toStdString(), &model::Attachment::contentId);
            if (named != inText.end() && !box.isEmpty())
                out.hits.push_back({.rect = box,
                                    .action = TimelineAction::OpenAttachment,
                                    .label = Words::tr("Open picture %1").arg(displayLine((*named)->name, 120)),
                                    .attachment = (*named)->id});
        }
        cut = cut || out.parts.back().flow->height() > px(kBodyHeight);
        y += shown;
    }
    cut = cut || hasMoreThanRow(item);
    y = std::max(y, besideBottom);
    if (!files.empty())
        y = chips(out, files, x, y + px(8), end);

    // One line of what more there is.
    struct More {
        QString text;
        std::optional<TimelineAction> action = std::nullopt; ///< Nothing: it is said, and cannot be changed.
    };
    std::vector<More> more;
    if (cut)
        more.push_back({whole ? Words::tr("Show less") : Words::tr("Show all"), TimelineAction::ToggleMore});
    if (hasQuote)
        more.push_back(
            {quoteOpen ? Words::tr("Hide quoted text") : Words::tr("Show quoted text"), TimelineAction::ToggleQuote});
    if (const int remote = html ? remoteImages(source) : 0; remote > 0)
        more.push_back(
            {remote == 1 ? Words::tr("1 picture not loaded") : Words::tr("%n pictures not loaded", nullptr, remote)});
    if (!more.empty()) {
        qreal width = qreal(more.size() - 1) * px(16);
        for (const More &entry : more)
            width += paint::textWidth(m_theme.font(Type::MetaStrong), entry.text);
        // Beside the files if there is room, else on a line of its own.
        const bool beside =
            !files.empty() && out.hits.back().rect.bottom() == y && out.hits.back().rect.right() + px(16) + width <= end;
        if (!beside)
            y += px(6);
        Writer m{m_theme, out, beside ? end - width : x, beside ? y - px(20) : y, px(16)};
        for (const More &entry : more) {
            const qreal begin = m.x;
            m.label(Type::MetaStrong, 0, entry.action ? colors().accent.text : colors().text.tertiary, entry.text);
            if (entry.action)
                out.hits.push_back({.rect = QRectF(begin, m.y, m.x - begin, px(16)).adjusted(-2, -4, 2, 4),
                                    .action = *entry.action,
                                    .label = entry.text});
            m.gap(16);
        }
        if (!beside)
            y += px(16);
    }
    y += px(10);

    const DeliveryWords words = outgoing ? deliveryWords(m_model, item, m_now, m_format) : DeliveryWords{};
    const QRectF box(left(), 0, right() - left(), y);
    out.shapes.front() = {.rect = box,
                          .fill = words.failed                         ? colors().status.danger.tint
                                  : words.unsure || !warning.isEmpty() ? colors().status.warning.tint
                                  : outgoing                           ? colors().bubble.outgoing
                                                                       : colors().bubble.card,
                          .border = words.waiting               ? colors().accent.fill
                                    : outgoing && !words.failed ? QColor()
                                                                : colors().border.normal,
                          .radius = 8,
                          .dashed = words.waiting};
    if (outgoing && colors().bubble.outgoing == colors().bg.surface)
        out.shapes.front().border = colors().border.normal;
    out.focusBox = box;
    if (outgoing) {
        Row named = row;
        named.name = true; // the header has said who and when
        y += deliveryLine(out, named, item, y);
    }
    out.height = int(std::ceil(y + px(10)));
}

} // namespace tributary::ui
