#pragma once

#include "ui/theme/channel_look.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QGuiApplication>
#include <QLabel>
#include <QMargins>
#include <functional>
#include <optional>

/// Small painted widgets that every screen is made of. They read colours and sizes from the theme each time they paint.
namespace tributary::ui {

/// Which colour, asked anew in every paint so that a change of theme needs no second visit.
using ColorOf = std::function<QColor(const Colors &)>;

/// A button in one of the looks of UX 4. Its accessible name is its text, or its tooltip where it has a glyph alone.
class Button : public QAbstractButton {
    Q_OBJECT
public:
    enum class Look { Normal, Primary, Ghost, Chip, Icon };

    Button(const Theme &theme, Look look, const QString &text = {}, QWidget *parent = nullptr);

    void setIconName(const QString &name);
    /// A key drawn at the end, "E" or "Ctrl ↵".
    void setKey(const QString &key);
    /// A chevron at the end: something opens.
    void setMenuArrow(bool shown);
    /// Other colours than the look's: channel chips, note mode. Nothing for the look's own.
    void setTone(std::function<Tone(const Theme &)> tone);
    /// 24 or 32 high instead of 28.
    void setHeightClass(int height);
    /// Chips without a border until chosen (the chip bar).
    void setFlat(bool flat);
    /// Which sides are round; a split button joins two.
    void setJoined(bool atStart, bool atEnd);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    QColor background() const;
    QColor foreground() const;
    int padding() const;
    const QFont &usedFont() const;

    const Theme &m_theme;
    Look m_look;
    QString m_icon, m_key;
    bool m_arrow = false, m_flat = false, m_joinedStart = false, m_joinedEnd = false;
    int m_height;
    std::function<Tone(const Theme &)> m_tone;
};

/// Text in a style of the type scale. One line is elided with the whole in the tooltip; wrapped text takes the height it
/// needs.
class TextLabel : public QLabel {
    Q_OBJECT
public:
    TextLabel(const Theme &theme, Type type, ColorOf color, const QString &text = {}, QWidget *parent = nullptr);

    void setColor(ColorOf color);
    void setWeight(QFont::Weight weight);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;
    bool hasHeightForWidth() const override { return wordWrap(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QFont usedFont() const;

    const Theme &m_theme;
    Type m_type;
    ColorOf m_color;
    std::optional<QFont::Weight> m_weight;
};

/// A round avatar of an agent or customer, with a presence dot or channel badge.
class AvatarView : public QWidget {
    Q_OBJECT
public:
    AvatarView(const Theme &theme, int size, QWidget *parent = nullptr);
    void setPerson(const QString &name, const RawId &id);
    /// Presence as a dot; nothing hides it. @p ground is what the avatar stands on.
    void setPresence(ColorOf presence, ColorOf ground);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    int m_size;
    QString m_name;
    RawId m_id{};
    ColorOf m_presence, m_ground;
};

/// Two or more choices side by side, one of them chosen: Reply | Note. Arrow keys move between them.
class Segment : public QWidget {
    Q_OBJECT
public:
    Segment(const Theme &theme, QWidget *parent = nullptr);
    void addChoice(const QString &text, const QString &icon = {});
    int current() const { return m_current; }
    void setCurrent(int index);
    /// Colours of note mode instead of the neutral ones.
    void setNoteTone(bool note);
    void setTall(bool tall);
    QSize sizeHint() const override;

signals:
    void chosen(int index);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    struct Choice {
        QString text, icon;
    };
    QList<QRect> cells() const;
    void describe();

    const Theme &m_theme;
    QList<Choice> m_choices;
    int m_current = 0;
    bool m_note = false, m_tall = false;
};

/// A flat area in one colour with optional 1 px lines at its edges: panes and bars.
class Surface : public QWidget {
    Q_OBJECT
public:
    enum Edge { None = 0, Top = 1, Bottom = 2, Start = 4, End = 8 };
    Surface(const Theme &theme, ColorOf color, int edges = None, QWidget *parent = nullptr);
    void setColor(ColorOf color);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    ColorOf m_color;
    int m_edges;
};

/// Room around a layout, by reading side: Qt turns round the order of what stands in it, and not this.
inline QMargins sided(int start, int top, int end, int bottom)
{
    return QGuiApplication::isRightToLeft() ? QMargins(end, top, start, bottom) : QMargins(start, top, end, bottom);
}

/// Repaints @p widget and asks its layout anew whenever the theme changes.
void followTheme(const Theme &theme, QWidget *widget);

/// Whether focus came by key, so that a ring belongs there (UX 10).
bool focusByKey(const QWidget *widget);

} // namespace tributary::ui
