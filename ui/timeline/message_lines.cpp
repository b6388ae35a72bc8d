#include "ui/timeline/layout_maker.h"
#include "ui/timeline/layout_writer.h"

#include <QCoreApplication>

/// The lines above and below a message: who and when, how far it has come.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

QString firstWord(const QString &name)
{
    return name.section(u' ', 0, 0);
}

} // namespace

qreal LayoutMaker::nameLine(RowLayout &out, const Row &row, const Item &item, qreal y) const
{
    const Tone &tone = toneOf(m_theme, strandOf(item));
    const QString who = senderOf(m_model, item), via = viaOf(m_model, item), time = m_format.clock(item.at);
    const QString channel = channelName(item.channel);
    const bool outgoing = item.kind == Item::Kind::Outbound;
    Q_UNUSED(row)
    Writer w{m_theme, out, left(), y, px(20)};
    const auto width = [&](Type type, int weight, const QString &text) {
        return text.isEmpty() ? 0 : paint::textWidth(w.font(type, weight), text);
    };
    const qreal whoWidth = width(Type::Meta, QFont::DemiBold, who), channelWidth = width(Type::MetaStrong, 0, channel);
    const qreal timeWidth = width(Type::Meta, 0, time), gaps = px(6) * (via.isEmpty() ? 2 : 3);
    const qreal room = right() - left();
    const qreal viaWidth =
        std::min(width(Type::Meta, 0, via), std::max(0.0, room - whoWidth - channelWidth - timeWidth - gaps));
    if (outgoing)
        w.x = std::max(left(), right() - whoWidth - channelWidth - viaWidth - timeWidth - gaps);
    w.label(Type::Meta, QFont::DemiBold, colors().text.primary, who, room * 0.5);
    w.gap(6);
    w.label(Type::MetaStrong, 0, tone.fg, channel);
    w.gap(6);
    if (viaWidth > px(30)) {
        w.label(Type::Meta, 0, colors().text.tertiary, via, viaWidth);
        w.gap(6);
    }
    w.label(Type::Meta, 0, colors().text.tertiary, time);
    return px(22);
}

qreal LayoutMaker::warningLine(RowLayout &out, const QString &words, qreal x, qreal y, qreal end) const
{
    const PlainFlow::Style style{.type = Type::MetaStrong,
                                 .color = colors().status.warning.fg,
                                 .linkColor = colors().status.warning.fg,
                                 .direction = m_direction,
                                 .findLinks = false};
    y += px(2);
    Writer{m_theme, out, x, y, px(18)}.glyph(QStringLiteral("warning"), 14, colors().status.warning.fg);
    return px(4) + flow(out, std::make_unique<PlainFlow>(m_theme, words, style), x + px(20), y, end - x - px(20));
}

qreal LayoutMaker::deliveryLine(RowLayout &out, const Row &row, const Item &item, qreal y) const
{
    const DeliveryWords words = deliveryWords(m_model, item, m_now, m_format);
    const bool loud = words.failed || words.unsure || words.waiting;
    const QColor color = words.failed    ? colors().status.danger.fg
                         : words.unsure  ? colors().status.warning.fg
                         : words.waiting ? colors().accent.text
                                         : colors().text.tertiary;
    const int weight = loud ? QFont::Medium : QFont::Normal;
    struct Way {
        QString text;
        TimelineAction action;
    };
    std::vector<Way> ways;
    const auto state = item.delivery ? item.delivery->state : model::Delivery::State::Sent;
    if (m_model.pending(item.id) == PendingState::NeedsYou) {
        ways.push_back({Words::tr("Compare"), TimelineAction::ReviewHeld});
        ways.push_back({Words::tr("Edit"), TimelineAction::EditHeld});
        ways.push_back({Words::tr("Discard"), TimelineAction::DiscardHeld});
    } else if (m_model.pending(item.id) == PendingState::Outbox) {
        ways.push_back({Words::tr("Edit"), TimelineAction::EditPending});
        ways.push_back({Words::tr("Cancel"), TimelineAction::CancelPending});
    } else if (state == model::Delivery::State::Held) {
        if (m_model.isOwn(item)) // undoing is for one's own steps
            ways.push_back({Words::tr("Undo"), TimelineAction::UndoSend});
        out.ticking = item.delivery->heldUntil.has_value();
    } else if (state == model::Delivery::State::Failed && item.delivery->problem == "recipient"
               && item.channel != model::Channel::Email) {
        ways.push_back({Words::tr("Send as email"), TimelineAction::SendAsEmail});
        ways.push_back({Words::tr("Try another number"), TimelineAction::TryAnotherNumber});
    } else if (item.delivery && item.delivery->problem == "lost-file") {
        // To try again would be without the file: it is for its author to write it anew.
    } else if (words.failed) {
        ways.push_back({Words::tr("Try again"), TimelineAction::Retry});
    } else if (words.unsure) {
        ways.push_back({Words::tr("Send again"), TimelineAction::Retry});
    }

    QStringList before;                               // each a label of its own: together they would take one direction
    if (!words.failed && !m_model.pending(item.id)) { // what waits says itself since when
        if (!row.name)
            before << firstWord(senderOf(m_model, item)) << m_format.clock(item.at);
        if (item.editedAt)
            before << Words::tr("edited");
        before.removeAll(QString());
    }
    if (before.isEmpty() && words.text.isEmpty())
        return 0;

    const QString dot = QStringLiteral(" · ");
    const auto width = [&](int w, const QString &text) {
        return text.isEmpty() ? 0.0 : paint::textWidth(m_theme.font(Type::Micro, QFont::Weight(w)), text);
    };
    const qreal dotWidth = width(weight, dot), room = right() - left();
    qreal wayWidth = 0, beforeWidth = 0;
    for (const Way &way : ways)
        wayWidth += dotWidth + width(weight, way.text);
    for (const QString &text : before)
        beforeWidth += width(QFont::Normal, text) + dotWidth;
    if (words.text.isEmpty() && !before.isEmpty())
        beforeWidth -= dotWidth;
    const qreal glyph = words.icon.isEmpty() ? 0 : px(13) + px(4);
    const qreal textWidth = width(weight, words.text);
    Writer w{m_theme, out, left(), y + px(3), px(14)};
    bool needsDot = true;
    if (beforeWidth + glyph + textWidth > room) {
        // A reason too long for a line is broken, never cut; the ways out follow on the next.
        w.glyph(words.icon, 13, color);
        const PlainFlow::Style style{
            .type = Type::Micro, .color = color, .linkColor = color, .direction = m_direction, .findLinks = false};
        w.y += flow(out, std::make_unique<PlainFlow>(m_theme, words.text, style), left() + glyph, w.y, room - glyph);
        w.x = right() - wayWidth + dotWidth;
        needsDot = false;
    } else {
        const bool twoLines = beforeWidth + glyph + textWidth + wayWidth > room;
        w.x = right() - beforeWidth - glyph - textWidth - (twoLines ? 0 : wayWidth);
        for (const QString &text : before) {
            w.label(Type::Micro, QFont::Normal, colors().text.tertiary, text);
            if (!words.text.isEmpty() || &text != &before.back())
                w.label(Type::Micro, QFont::Normal, colors().text.tertiary, dot);
        }
        if (glyph > 0) {
            w.glyph(words.icon, 13, color);
            w.gap(4);
        }
        w.label(Type::Micro, weight, color, words.text);
        if (twoLines) {
            w.y += px(16);
            w.x = right() - wayWidth + dotWidth;
            needsDot = false;
        }
    }
    for (const Way &way : ways) {
        if (needsDot)
            w.label(Type::Micro, weight, color, dot);
        needsDot = true;
        const qreal begin = w.x;
        w.label(Type::Micro, weight, color, way.text, 1e6, true);
        out.hits.push_back({.rect = QRectF(begin, w.y, w.x - begin, w.height).adjusted(-2, -5, 2, 5),
                            .action = way.action,
                            .label = way.text});
    }
    return w.y + w.height - y;
}

} // namespace tributary::ui
