#include "ui/theme/avatar.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QTextBoundaryFinder>

namespace tributary::ui {
namespace {

/// The first thing a reader would call a letter: base and marks together. Nothing for words without letters ("(2)", "&").
QString firstLetter(const QString &word)
{
    qsizetype start = 0;
    while (start < word.size() && !word[start].isLetterOrNumber() && !word[start].isHighSurrogate())
        ++start;
    if (start == word.size())
        return {};
    const QString rest = word.mid(start, 16);
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, rest);
    const qsizetype end = finder.toNextBoundary();
    return end > 0 ? rest.left(end) : rest.left(1);
}

bool takesTwoLetters(const QString &letter)
{
    switch (QChar::script(letter.toUcs4().value(0))) {
    case QChar::Script_Latin:
    case QChar::Script_Cyrillic:
    case QChar::Script_Greek:
    case QChar::Script_Armenian:
    case QChar::Script_Hebrew:
    case QChar::Script_Georgian: return true;
    default: return false;
    }
}

} // namespace

QString initialsOf(const QString &name)
{
    QString first, last;
    const QStringList words = name.left(200).split(QChar::Space, Qt::SkipEmptyParts);
    for (const QString &word : words) {
        const QString letter = firstLetter(word);
        if (letter.isEmpty())
            continue;
        if (first.isEmpty()) {
            first = letter;
            if (!takesTwoLetters(first))
                return first;
        } else if (takesTwoLetters(letter)) {
            last = letter; // a name written twice, as in "김지우 Kim Ji-woo", keeps the script it starts with
        }
    }
    return first.isEmpty() ? QStringLiteral("?") : (first + last).toUpper();
}

int avatarColorOf(const RawId &id)
{
    // The last bytes of a UUIDv7 are random; the first are a time and would give neighbours one colour.
    return int(std::to_integer<unsigned>(id[15]) % 8);
}

namespace paint {

void avatar(QPainter &painter, const Theme &theme, const QRectF &rect, const QString &name, const RawId &id,
            const AvatarBadge &badge, Qt::LayoutDirection direction)
{
    const Tone &tone = theme.colors().avatar[std::size_t(avatarColorOf(id))];
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tone.tint);
    painter.drawEllipse(rect);

    const QString letters = initialsOf(name);
    QFont font = theme.font(Type::BodyStrong);
    const qreal size = rect.width() >= 44 ? 0.375 : rect.width() >= 28 ? 0.375 : 0.45;
    font.setPixelSize(std::max(7, int(rect.width() * size)));
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0);
    painter.setFont(font);
    painter.setPen(tone.fg);
    painter.drawText(rect, Qt::AlignCenter | Qt::TextSingleLine, letters);

    const bool rightToLeft = direction == Qt::RightToLeft;
    if (!badge.icon.isEmpty()) {
        const qreal side = theme.px(16);
        const qreal out = theme.px(4), rim = theme.px(2);
        const QRectF spot(rightToLeft ? rect.left() - out : rect.right() + out - side, rect.bottom() + theme.px(3) - side,
                          side, side);
        painter.setPen(Qt::NoPen);
        painter.setBrush(badge.ring);
        painter.drawEllipse(spot.adjusted(-rim, -rim, rim, rim));
        painter.setBrush(badge.tint);
        painter.drawEllipse(spot);
        const qreal glyph = std::round(side * 0.64);
        const qreal inset = (side - glyph) / 2;
        theme.icons().paint(painter, QRectF(spot.x() + inset, spot.y() + inset, glyph, glyph), badge.icon, badge.fg);
    } else if (badge.presence.isValid()) {
        const qreal dot = theme.px(9), rim = theme.px(2);
        const QRectF spot(rightToLeft ? rect.left() - 1 : rect.right() + 1 - dot, rect.bottom() + 1 - dot, dot, dot);
        painter.setPen(Qt::NoPen);
        painter.setBrush(badge.ring);
        painter.drawEllipse(spot);
        painter.setBrush(badge.presence);
        painter.drawEllipse(spot.adjusted(rim, rim, -rim, -rim));
    }
    painter.restore();
}

} // namespace paint
} // namespace tributary::ui
