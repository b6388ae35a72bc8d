#pragma once

#include <QColor>
#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <array>

/// The design tokens of resources/theme/tokens.json as typed values.
namespace tributary::ui {

/// A foreground and the tint it stands on.
struct Tone {
    QColor fg, tint, solid; ///< `solid` is set for states alone; channels have none.
};

/// Every colour by its token name: `bg.surface` in the file is `bg.surface` here. `default` is a word of C++, so it is
/// `normal`.
struct Colors {
    struct Background {
        QColor window, rail, sidebar, list, surface, panel, raised, sunken, hover, pressed, selected, selectedInactive,
            field, tooltip;
    } bg;
    struct Border {
        QColor subtle, normal, strong, focus;
    } border;
    struct Text {
        QColor primary, secondary, tertiary, disabled, inverse, link, onTooltip;
    } text;
    struct Accent {
        QColor fill, fillHover, fillPressed, onFill, text, tint;
    } accent;
    struct Bubble {
        QColor incoming, outgoing, note, noteBorder, card, text, meta, noteText, noteMeta;
    } bubble;
    struct Highlight {
        QColor match, current, text, currentEdge;
    } highlight;
    struct Note {
        QColor fill, onFill, track, tab, edge;
    } note;
    struct Status {
        Tone success, warning, danger, info, neutral;
    } status;
    struct Channels {
        Tone chat, email, whatsapp, messenger, instagram, wechat, telegram, sms, phone, order, note;
    } channel;
    struct Presence {
        QColor online, away, busy, offline;
    } presence;
    std::array<Tone, 8> avatar; ///< `tint` behind, `fg` for the letters.
    QColor scrim, shadow;
};

/// How a kind of text is set, at text scale 100 %.
struct TypeToken {
    qreal size = 13; ///< Pixels.
    qreal line = 18; ///< Pixels from one base line to the next.
    int weight = 400;
    qreal tracking = 0; ///< In em.
};

/// The type scale.
enum class Type { Display, TitleLarge, TitleMedium, BodyLarge, Body, BodyStrong, Meta, MetaStrong, Micro };
inline constexpr int kTypeCount = 9;

struct Tokens {
    Colors light, dark, lightHighContrast, darkHighContrast;
    std::array<TypeToken, kTypeCount> type;
    QStringList families;
    QStringList monoFamilies;
    qreal arabicLine = 1, cjkLine = 1, devanagariLine = 1, thaiLine = 1; ///< Factors on the line height.

    /// Reads the file that is compiled in. A token that is missing is a mistake of ours and stops the program.
    static Tokens load();
};

/// `#RRGGBB` or `#RRGGBBAA`, as tokens.json has it (QColor itself reads the alpha first). Invalid if it is neither.
QColor colorFromToken(const QString &text);

} // namespace tributary::ui
