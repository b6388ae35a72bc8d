#include "ui/timeline/layout_maker.h"

#include "ui/timeline/layout_writer.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

} // namespace

std::unique_ptr<RowLayout> LayoutMaker::make(const Row &row) const
{
    auto out = std::make_unique<RowLayout>();
    const auto &items = m_model.items();
    switch (row.key.kind) {
    case RowKey::Kind::Date: date(*out, row); break;
    case RowKey::Kind::Unread: unread(*out, row); break;
    case RowKey::Kind::Gap: gap(*out, row); break;
    case RowKey::Kind::Older: older(*out); break;
    case RowKey::Kind::Hidden: hidden(*out, row); break;
    case RowKey::Kind::Changes: changes(*out, row); break;
    case RowKey::Kind::Conversation: conversation(*out, row); break;
    case RowKey::Kind::Typing: typing(*out); break;
    case RowKey::Kind::Item: {
        const Item &item = items[row.first];
        switch (item.kind) {
        case Item::Kind::Event: event(*out, item); break;
        case Item::Kind::Note: note(*out, item); break;
        case Item::Kind::Call: call(*out, item); break;
        case Item::Kind::Order: order(*out, item); break;
        case Item::Kind::Payment:
        case Item::Kind::Form:
        case Item::Kind::Rating: card(*out, item); break;
        case Item::Kind::Inbound:
        case Item::Kind::Outbound:
        case Item::Kind::Comment:
            if (item.channel == model::Channel::Email && item.kind != Item::Kind::Comment)
                email(*out, row, item);
            else
                bubble(*out, row, item);
            break;
        }
        break;
    }
    }
    if (m_direction == Qt::RightToLeft)
        out->mirror(m_width);
    return out;
}

std::unique_ptr<RowLayout> LayoutMaker::placeholder(const Row &row, int height) const
{
    auto out = std::make_unique<RowLayout>();
    const qreal width = (right() - left()) * 0.62;
    const bool isOurs = m_model.items()[row.first].kind == Item::Kind::Outbound;
    const QRectF box(isOurs ? right() - width : left(), 0, width, std::max(px(8), height - px(8)));
    out->shapes.push_back({.rect = box, .fill = colors().bg.sunken, .radius = 10}); // no shimmer (UX 3.2)
    out->focusBox = box;
    out->height = height;
    if (m_direction == Qt::RightToLeft)
        out->mirror(m_width);
    return out;
}

int LayoutMaker::estimate(const Row &row) const
{
    switch (row.key.kind) {
    case RowKey::Kind::Date: return int(px(30));
    case RowKey::Kind::Unread: return int(px(26));
    case RowKey::Kind::Hidden: return int(px(20));
    case RowKey::Kind::Changes: return int(px(24));
    case RowKey::Kind::Typing: return int(px(32));
    case RowKey::Kind::Older:
    case RowKey::Kind::Gap: return int(px(50));
    case RowKey::Kind::Conversation: return int(px(42));
    case RowKey::Kind::Item: break;
    }
    const Item &item = m_model.items()[row.first];
    // About seven pixels a letter of body text; bytes of other scripts are fewer, wider letters.
    const auto lines = [&](qreal width) {
        return std::max(1, int(qreal(std::min<std::size_t>(item.body.size(), 4000)) * px(7) / std::max(width, 50.0)) + 1);
    };
    switch (item.kind) {
    case Item::Kind::Event: return int(px(24));
    case Item::Kind::Call: return int(px(item.details.contains("transcript") ? 74 : 54));
    case Item::Kind::Order: return int(px(66));
    case Item::Kind::Note: return int(px(44) + lines(right() - left() - px(24)) * px(18));
    case Item::Kind::Payment:
    case Item::Kind::Form:
    case Item::Kind::Rating: return int(px(54) + (item.body.empty() ? 0 : lines(right() - left()) * px(20)));
    default: break;
    }
    if (item.channel == model::Channel::Email)
        return int(px(70) + std::min(320.0, lines(right() - left() - px(24)) * px(20))
                   + (item.attachments.empty() ? 0 : px(32)));
    const qreal room = std::min<qreal>(px(560), (right() - left()) * 0.82);
    qreal height =
        px(24) + lines(room) * px(20) + (row.name ? px(22) : 0) + (item.kind == Item::Kind::Outbound ? px(17) : 0);
    if (!item.attachments.empty())
        height += px(160);
    return int(height);
}

const std::string &LayoutMaker::bodyOf(const Item &item) const
{
    const WholeBody *rest = m_openings.whole.contains(item.id) ? m_model.whole(item.id) : nullptr;
    return rest && !rest->text.empty() ? rest->text : item.body;
}

void LayoutMaker::date(RowLayout &out, const Row &row) const
{
    const QString text = m_format.dayHeading(m_format.dateOf(m_model.items()[row.first].at), m_now);
    Writer w{m_theme, out, left(), px(4), px(16)};
    w.label(Type::MetaStrong, 0, colors().text.tertiary, text, right() - left());
    w.gap(12);
    out.shapes.push_back({.rect = {w.x, px(12), right() - w.x, qreal(m_theme.hairline())}, .fill = colors().border.subtle});
    out.height = int(px(30));
}

void LayoutMaker::unread(RowLayout &out, const Row &row) const
{
    Writer w{m_theme, out, left(), px(2), px(16)};
    w.label(Type::Micro, QFont::DemiBold, colors().accent.text, newMessagesText(int(row.count)));
    w.gap(8);
    out.shapes.push_back({.rect = {w.x, px(10), right() - w.x, 1}, .fill = colors().accent.fill});
    out.height = int(px(26));
}

void LayoutMaker::gap(RowLayout &out, const Row &row) const
{
    const TimelineGap &gap = m_model.gaps()[row.gap];
    const QRectF box(left(), 0, right() - left(), px(40));
    out.shapes.push_back(
        {.rect = box, .fill = colors().bg.sunken, .border = colors().border.normal, .radius = 8, .dashed = true});
    Writer w{m_theme, out, box.left() + px(12), 0, box.height()};
    const QString text = gapText(gap, m_format, m_now);
    const QString state = gapStateText(gap.state);
    const bool canLoad = gap.state == TimelineGap::State::Missing || gap.state == TimelineGap::State::Failed;
    const qreal begin = w.labelEndingAt(box.right() - px(12), Type::MetaStrong, 0,
                                        canLoad ? colors().accent.text : colors().text.tertiary, state);
    w.label(Type::Meta, 0, colors().text.secondary, text, begin - w.x - px(12));
    if (canLoad)
        out.hits.push_back(
            {.rect = box, .action = TimelineAction::LoadGap, .value = std::to_string(row.gap), .label = state});
    out.focusBox = box;
    out.height = int(px(50));
}

void LayoutMaker::older(RowLayout &out) const
{
    // Static bars in the shape of what is coming: no shimmer (UX 3.2).
    const qreal widths[]{0.34, 0.62};
    qreal y = px(6);
    for (const qreal part : widths) {
        out.shapes.push_back(
            {.rect = {left(), y, (right() - left()) * part, px(12)}, .fill = colors().bg.sunken, .radius = 4});
        y += px(18);
    }
    out.hits.push_back({.rect = QRectF(left(), 0, right() - left(), px(50)),
                        .action = TimelineAction::LoadOlder,
                        .label = Words::tr("Load earlier history")});
    out.height = int(px(50));
}

void LayoutMaker::hidden(RowLayout &out, const Row &row) const
{
    Writer w{m_theme, out, left(), 0, px(16)};
    const qreal begin = w.x;
    w.label(Type::Micro, 0, colors().text.tertiary, Words::tr("%n hidden", nullptr, int(row.count)));
    out.focusBox = QRectF(begin - 4, 0, w.x - begin + 8, px(16));
    out.hits.push_back({.rect = out.focusBox, .action = TimelineAction::ShowHidden, .label = Words::tr("Show everything")});
    out.height = int(px(20));
}

void LayoutMaker::changes(RowLayout &out, const Row &row) const
{
    Writer w{m_theme, out, left(), 0, px(16)};
    const qreal begin = w.x;
    w.label(Type::MetaStrong, 0, colors().text.secondary, Words::tr("%n changes", nullptr, int(row.count)));
    w.gap(4);
    const auto &items = m_model.items();
    const std::size_t last = std::min(row.first + row.count, items.size()) - 1;
    w.label(Type::Meta, 0, colors().text.tertiary, QStringLiteral("· %1").arg(m_format.clock(items[last].at)));
    w.gap(4);
    w.glyph(row.open ? QStringLiteral("chevron-up") : QStringLiteral("chevron-down"), 12, colors().text.tertiary);
    out.focusBox = QRectF(begin - 4, -2, w.x - begin + 8, px(20));
    out.focusRadius = 4;
    out.hits.push_back({.rect = out.focusBox,
                        .action = TimelineAction::ToggleChanges,
                        .label = row.open ? Words::tr("Fold the changes") : Words::tr("Show the changes")});
    out.height = int(px(24));
}

void LayoutMaker::conversation(RowLayout &out, const Row &row) const
{
    const auto &items = m_model.items();
    const Item &first = items[row.first];
    const Item &last = items[std::min(row.first + row.count, items.size()) - 1];
    const model::Conversation *conversation = m_model.conversation(first.conversation);
    const QRectF box(left(), 0, right() - left(), px(32));
    out.shapes.push_back({.rect = box, .fill = colors().bg.sunken, .radius = 8});
    Writer w{m_theme, out, box.left() + px(10), 0, box.height()};
    w.glyph(row.open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right"), 14, colors().text.secondary);
    w.gap(8);
    const QString hint = row.open ? Words::tr("Space folds") : Words::tr("Space opens");
    const qreal end = w.labelEndingAt(box.right() - px(10), Type::Meta, 0, colors().text.tertiary, hint) - px(8);

    QString subject = conversation ? displayLine(conversation->subject) : QString();
    if (subject.isEmpty())
        subject = channelName(first.channel);
    const TimePoint resolved = conversation && conversation->resolvedAt ? *conversation->resolvedAt : last.at;
    const QString when = m_format.shortDate(m_format.dateOf(resolved), m_now);
    const QString about = row.count == 1 ? Words::tr("1 item, resolved %1").arg(when)
                                         : Words::tr("%n items, resolved %1", nullptr, int(row.count)).arg(when);
    const qreal aboutWidth = paint::textWidth(m_theme.font(Type::Meta), about);
    w.label(Type::MetaStrong, 0, colors().text.primary, subject, std::max(px(80), end - w.x - aboutWidth - px(8)));
    w.gap(8);
    w.label(Type::Meta, 0, colors().text.tertiary, about, end - w.x);
    out.hits.push_back({.rect = box, .action = TimelineAction::ToggleConversation, .label = hint});
    out.focusBox = box;
    out.height = int(px(42));
}

void LayoutMaker::typing(RowLayout &out) const
{
    // Three dots that stand still: they say the same, and move nothing under the eye of a reader.
    qreal x = left();
    for (const qreal opacity : {1.0, 0.65, 0.4}) {
        QColor color = colors().text.tertiary;
        color.setAlphaF(float(opacity));
        out.shapes.push_back({.rect = {x, px(8), px(5), px(5)}, .fill = color, .radius = px(2.5)});
        x += px(8);
    }
    Writer w{m_theme, out, x + px(3), 0, px(20)};
    QStringList names;
    for (const Typing &typing : m_model.typing())
        names << typing.name;
    w.label(Type::Meta, 0, colors().text.tertiary, Words::tr("%1 is typing").arg(QLocale().createSeparatedList(names)),
            right() - w.x);
    out.height = int(px(32));
}

void LayoutMaker::event(RowLayout &out, const Item &item) const
{
    Phrase phrase = eventPhrase(m_model, item);
    std::vector<PlainFlow::Span> spans;
    for (const Phrase::Strong &strong : phrase.strong)
        spans.push_back({strong.start, strong.length, colors().text.secondary, QFont::Medium, {}});
    phrase.text += QStringLiteral(" · ") + m_format.clock(item.at);
    const PlainFlow::Style style{.type = Type::Meta,
                                 .color = colors().text.tertiary,
                                 .linkColor = colors().text.link,
                                 .direction = m_direction,
                                 .findLinks = false};
    auto text = std::make_unique<PlainFlow>(m_theme, phrase.text, style, std::move(spans));
    const qreal room = right() - left();
    // Only what is still merged can be taken apart.
    const auto type = item.details.find("event"), link = item.details.find("link");
    const bool undo = type != item.details.end() && type->second == "merged" && link != item.details.end()
                      && m_model.isMerged(link->second);
    qreal height = text->layOut(room);
    // As wide as its words, so that it stands at the edge the reader starts from whichever way they run.
    const qreal natural = text->naturalWidth();
    text->shrinkTo(natural);
    out.parts.push_back({std::move(text), QPointF(left(), 0), QRectF(left(), 0, natural, height)});
    if (undo) {
        const QString label = Words::tr("Undo merge");
        const bool fits = natural + px(6) + paint::textWidth(m_theme.font(Type::MetaStrong), label) <= room;
        Writer w{m_theme, out, fits ? left() + natural + px(6) : left(), fits ? height - px(16) : height, px(16)};
        const qreal begin = w.x;
        w.label(Type::MetaStrong, 0, colors().accent.text, label);
        out.hits.push_back({.rect = QRectF(begin, w.y, w.x - begin, w.height).adjusted(-2, -4, 2, 4),
                            .action = TimelineAction::UndoMerge,
                            .label = label});
        height = w.y + w.height;
    }
    out.focusBox = QRectF(left() - 4, -2, natural + 8, height + 4);
    out.focusRadius = 4;
    out.height = int(height + px(8));
}

qreal LayoutMaker::flow(RowLayout &out, std::unique_ptr<TextFlow> text, qreal x, qreal y, qreal width, qreal maxHeight) const
{
    const qreal whole = text->layOut(width);
    const qreal shown = maxHeight > 0 ? std::min(whole, maxHeight) : whole;
    out.parts.push_back({std::move(text), QPointF(x, y), QRectF(x, y, width, shown)});
    return shown;
}

std::unique_ptr<TextFlow> LayoutMaker::bodyFlow(const Item &item, const QString &text, const QColor &color, Type type) const
{
    // A person's words take the interface's direction only where they have none of their own.
    Q_UNUSED(item)
    const PlainFlow::Style style{
        .type = type, .color = color, .linkColor = colors().text.link, .direction = Qt::LeftToRight};
    return std::make_unique<PlainFlow>(m_theme, text, style);
}

} // namespace tributary::ui
