#include "ui/theme/order_look.h"
#include "ui/timeline/layout_maker.h"
#include "ui/timeline/layout_writer.h"

#include <QCoreApplication>

/// Calls, orders and the small cards of ratings, payments and forms.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

QString detail(const Item &item, const char *key, qsizetype most = 200)
{
    const auto found = item.details.find(key);
    return found == item.details.end() ? QString() : displayLine(found->second, most);
}

Milliseconds durationOf(const Item &item)
{
    const auto found = item.details.find("durationMs");
    return Milliseconds(found == item.details.end() ? 0 : QString::fromStdString(found->second).toLongLong());
}

} // namespace

void LayoutMaker::call(RowLayout &out, const Item &item) const
{
    const QString transcript = detail(item, "transcript", 2000), outcome = detail(item, "outcome");
    const bool missed = outcome == QLatin1String("missed") || outcome == QLatin1String("voicemail");
    const bool recorded = !item.attachments.empty();
    const QRectF box(left(), 0, right() - left(), px(transcript.isEmpty() ? 44 : 64));
    out.shapes.push_back({.rect = box, .fill = colors().bubble.card, .border = colors().border.normal, .radius = 8});

    const qreal line = transcript.isEmpty() ? box.height() : px(40);
    const qreal badge = px(transcript.isEmpty() ? 28 : 24);
    const QRectF play(box.left() + px(12), (line - badge) / 2, badge, badge);
    out.shapes.push_back({.rect = play, .fill = colors().channel.phone.tint, .radius = badge / 2});
    const bool incoming = detail(item, "direction") != QLatin1String("out");
    const qreal glyph = px(transcript.isEmpty() ? 14 : 12);
    out.glyphs.push_back({QRectF(play.center().x() - glyph / 2, play.center().y() - glyph / 2, glyph, glyph),
                          recorded   ? QStringLiteral("play")
                          : incoming ? QStringLiteral("call-in")
                                     : QStringLiteral("call-out"),
                          colors().channel.phone.fg});
    if (recorded)
        out.hits.push_back({.rect = play.adjusted(-2, -2, 2, 2),
                            .action = TimelineAction::PlayCall,
                            .label = Words::tr("Play the recording (Space)"),
                            .attachment = item.attachments.front().id});

    Writer w{m_theme, out, play.right() + px(12), 0, line};
    qreal end =
        w.labelEndingAt(box.right() - px(12), Type::Meta, 0, colors().text.tertiary, m_format.clock(item.at)) - px(12);
    if (missed) {
        const Pill pill{.text = Words::tr("Missed"), .fg = colors().status.danger.fg, .bg = colors().status.danger.tint};
        const QSizeF size = paint::pillSize(m_theme, pill);
        out.pills.push_back({QRectF(QPointF(end + px(4) - size.width(), (line - size.height()) / 2), size), pill});
        end -= size.width() + px(4);
    }
    const QString title = outcome == QLatin1String("voicemail") ? Words::tr("Voicemail")
                          : outcome == QLatin1String("missed")  ? Words::tr("Missed call")
                          : incoming                            ? Words::tr("Incoming call")
                                                                : Words::tr("Outgoing call");
    const QString length = durationOf(item).count() > 0 ? m_format.duration(durationOf(item)) : QString();
    const QString agent = displayLine(m_model.authorOf(item).toStdString(), 120);
    if (transcript.isEmpty()) {
        if (!length.isEmpty())
            end = w.labelEndingAt(end, Type::Meta, 0, colors().text.secondary, length) - px(12);
        const QString with = agent.isEmpty() ? QString() : Words::tr("with %1").arg(agent);
        Writer t{m_theme, out, w.x, with.isEmpty() ? 0 : px(5), with.isEmpty() ? line : px(18)};
        const qreal titleWidth = t.label(Type::BodyStrong, 0, colors().text.primary, title, end - t.x);
        Writer s{m_theme, out, w.x, px(23), px(16)};
        const qreal withWidth = s.label(Type::Meta, 0, colors().text.tertiary, with, end - s.x);
        w.x += std::max(titleWidth, withWidth) + px(12);
    } else {
        w.label(Type::BodyStrong, 0, colors().text.primary, title, end - w.x);
        w.gap(8);
        w.label(Type::Meta, 0, colors().text.tertiary, length, end - w.x);
        w.gap(8);
        Writer t{m_theme, out, play.right() + px(8), px(38), px(16)};
        t.label(Type::Meta, 0, colors().text.secondary, QStringLiteral("“%1”").arg(transcript), box.right() - px(12) - t.x);
    }
    if (recorded && end - w.x > px(60)) {
        const qreal width = std::min<qreal>(px(208), end - w.x - px(12));
        out.waves.push_back(
            {QRectF(w.x, (line - px(20)) / 2, width, px(20)),
             std::to_integer<unsigned>(item.id.bytes[15]) * 131 + std::to_integer<unsigned>(item.id.bytes[14]),
             colors().border.strong});
    }
    out.focusBox = box;
    out.height = int(box.height() + px(10));
}

void LayoutMaker::order(RowLayout &out, const Item &item) const
{
    const QString status = detail(item, "status");
    const OrderState state = orderState(status);
    const bool open = m_openings.orders.contains(item.id) || state >= OrderState::ReturnAsked;
    const bool returning = state >= OrderState::ReturnAsked && state <= OrderState::Refunded;
    const bool steps = open && state < OrderState::Cancelled;
    QRectF box(left(), 0, right() - left(), px(steps ? 78 : 56));
    if (steps && returning)
        box.setHeight(px(60));
    out.shapes.push_back({.rect = box, .fill = colors().bubble.card, .border = colors().border.normal, .radius = 8});

    qreal x = box.left() + px(12);
    if (!item.attachments.empty() && !(steps && returning)) {
        const QRectF picture(box.left() + px(8), px(8), px(40), px(40));
        out.pictures.push_back({picture, item.attachments.front().id, 6});
        x = picture.right() + px(12);
    }
    const Tone &tone = toneOf(m_theme, state);
    QStringList facts;
    for (const char *key : {"items", "total", "courier"})
        facts << detail(item, key);
    facts.removeAll(QString());
    if (steps && returning) {
        // A return is told in one line, with the sum at the end.
        Writer w{m_theme, out, x, px(8), px(18)};
        const qreal end =
            w.labelEndingAt(box.right() - px(12), Type::BodyStrong, 0, colors().text.primary, detail(item, "total")) - px(8);
        w.label(Type::BodyStrong, 0, colors().text.primary, detail(item, "number"), end - w.x);
        w.gap(8);
        w.label(Type::Body, 0, colors().text.secondary, Words::tr("Return of %1").arg(detail(item, "items")), end - w.x);
    } else {
        Writer w{m_theme, out, x, px(10), px(18)};
        Writer t{m_theme, out, x, 0, px(56)};
        const qreal end =
            t.labelEndingAt(box.right() - px(12), Type::Meta, 0, colors().text.tertiary, m_format.clock(item.at)) - px(12);
        w.label(Type::BodyStrong, 0, colors().text.primary, detail(item, "number"), end - w.x - px(60));
        w.gap(6);
        w.pill({.text = orderStatusName(state, status), .fg = tone.fg, .bg = tone.tint});
        Writer s{m_theme, out, x, px(30), px(16)};
        s.label(Type::Meta, 0, colors().text.secondary, facts.join(QStringLiteral(" · ")), end - s.x);
        if (state < OrderState::ReturnAsked)
            out.hits.push_back({.rect = box,
                                .action = TimelineAction::ToggleOrder,
                                .label = open ? Words::tr("Hide the steps") : Words::tr("Show the steps")});
    }
    if (steps) {
        const QStringList names =
            returning ? QStringList{Words::tr("Return asked"), Words::tr("Sent back"), Words::tr("Received"),
                                    Words::tr("Refunded")}
                      : QStringList{Words::tr("Paid"), Words::tr("Packed"), Words::tr("Shipped"), Words::tr("Delivered")};
        const int done = int(state) - int(returning ? OrderState::ReturnAsked : OrderState::Paid) + 1;
        qreal used = 0;
        for (const QString &name : names)
            used += px(18) + paint::textWidth(m_theme.font(Type::Meta), name);
        const qreal bar =
            std::max(px(8), (box.width() - px(24) - used - qreal(names.size() - 1) * px(16)) / qreal(names.size() - 1));
        Writer w{m_theme, out, box.left() + px(12), box.height() - px(26), px(16)};
        for (int i = 0; i < names.size(); ++i) {
            const bool reached = i < done;
            if (reached) {
                w.glyph(QStringLiteral("check-circle"), 14, colors().status.success.fg);
            } else {
                out.shapes.push_back({.rect = {w.x + 1, w.y + px(2), px(12), px(12)},
                                      .border = colors().border.strong,
                                      .radius = px(6),
                                      .dashed = true,
                                      .borderWidth = 1.5});
                w.x += px(14);
            }
            w.gap(4);
            w.label(Type::Meta, 0, reached ? colors().status.success.fg : colors().text.secondary, names[i],
                    box.right() - w.x);
            w.gap(8);
            if (i + 1 < names.size()) {
                out.shapes.push_back({.rect = {w.x, w.y + px(7), bar, 2},
                                      .fill = i + 1 < done ? colors().status.success.solid : colors().border.normal,
                                      .radius = 1});
                w.x += bar + px(8);
            }
        }
    }
    out.focusBox = box;
    out.height = int(box.height() + px(10));
}

void LayoutMaker::card(RowLayout &out, const Item &item) const
{
    out.shapes.push_back({});
    const qreal padX = px(12), x = left() + padX, end = right() - padX;
    Writer w{m_theme, out, x, px(8), px(20)};
    const qreal time = w.labelEndingAt(end, Type::Meta, 0, colors().text.tertiary, m_format.clock(item.at)) - px(12);
    QString title, value;
    switch (item.kind) {
    case Item::Kind::Rating: title = Words::tr("Rating"); break;
    case Item::Kind::Payment:
        title = Words::tr("Payment");
        value = detail(item, "total").isEmpty() ? detail(item, "amount") : detail(item, "total");
        break;
    default: title = Words::tr("Form"); break;
    }
    if (const QString subject = displayLine(item.subject, 120); !subject.isEmpty())
        title = subject;
    w.label(Type::BodyStrong, 0, colors().text.primary, title, time - w.x - px(80));
    w.gap(8);
    if (item.kind == Item::Kind::Rating) {
        const int most = std::clamp(detail(item, "max").toInt(), 0, 10) ? std::clamp(detail(item, "max").toInt(), 1, 10) : 5;
        const int stars = std::clamp(detail(item, "score").toInt(), 0, most);
        for (int i = 0; i < most; ++i) {
            w.glyph(QStringLiteral("star"), 14, i < stars ? colors().status.warning.fg : colors().text.disabled);
            w.gap(2);
        }
        w.gap(6);
        w.label(Type::Meta, 0, colors().text.secondary, Words::tr("%1 of %2").arg(stars).arg(most),
                time - w.x); // stars are counted in words too
    } else if (!value.isEmpty()) {
        w.label(Type::Body, 0, colors().text.secondary, value, time - w.x);
        w.gap(8);
    }
    if (const QString status = detail(item, "status"); !status.isEmpty())
        w.pill({.text = status, .fg = colors().status.neutral.fg, .bg = colors().status.neutral.tint});
    qreal y = px(8) + px(20);
    bool cut = false; // what people write into forms and ratings is short; the rest is in the original
    QString text = shownText(item.body, kShownAtFirst, cut);
    if (text.isEmpty() && item.kind == Item::Kind::Form) {
        QStringList lines;
        for (const auto &[key, answer] : item.details)
            lines << QStringLiteral("%1: %2").arg(displayLine(key, 80), displayLine(answer, 500));
        text = lines.join(u'\n');
    }
    if (!text.isEmpty())
        y += px(2) + flow(out, bodyFlow(item, text, colors().bubble.text, Type::Body), x, y + px(2), end - x);
    y += px(8);
    const QRectF box(left(), 0, right() - left(), y);
    out.shapes.front() = {.rect = box, .fill = colors().bubble.card, .border = colors().border.normal, .radius = 8};
    out.focusBox = box;
    out.height = int(std::ceil(y + px(10)));
}

} // namespace tributary::ui
