#pragma once

#include "ui/theme/icons.h"
#include "ui/theme/scripts.h"
#include "ui/theme/tokens.h"

#include <QFont>
#include <QObject>
#include <array>

class QApplication;

namespace tributary::ui {

class SystemAppearance;

/// How everything looks: colours, fonts, sizes and icons. One is made in main() and handed to every widget that paints.
/// Widgets ask it while painting and repaint (and lay out again) on changed(); they keep no colours of their own.
class Theme : public QObject {
    Q_OBJECT
public:
    enum class Appearance { System, Light, Dark };
    enum class Density { Comfortable, Compact };
    struct Options {
        Appearance appearance = Appearance::System;
        Density density = Density::Comfortable;
        bool highContrast = false;
        bool reducedMotion = false;
        int textScale = 100; ///< Per cent, 90 to 200.

        friend bool operator==(const Options &, const Options &) = default;
    };

    explicit Theme(QObject *parent = nullptr);
    ~Theme() override;

    /// Gives @p app this look: style, palette, font and style sheet, now and after every change.
    void install(QApplication &app);
    void setOptions(const Options &options);
    const Options &options() const { return m_options; }
    bool isDark() const { return m_dark; }
    bool isCompact() const { return m_options.density == Density::Compact; }

    const Colors &colors() const { return m_colors; }
    const Tokens &tokens() const { return m_tokens; }
    const Icons &icons() const { return m_icons; }

    /// Font of the type scale at the current text scale. Made once, so that a painter may ask for it in every frame.
    const QFont &font(Type type) const { return m_fonts[std::size_t(type)]; }
    QFont font(Type type, QFont::Weight weight) const;
    /// For code, ids and keycaps that must line up.
    QFont monoFont(Type type) const;
    /// From base line to base line, pixels, roomier where the script needs it.
    int lineHeight(Type type, Script script = Script::Latin) const;

    /// @p size at the current text scale: row, control and icon sizes. Never for 1 px lines.
    int px(qreal size) const;
    /// The same for margins and gutters, which grow to 125 % at most (UX 12).
    int gutter(qreal size) const;
    /// Milliseconds of an animation: 0 where motion is not wanted.
    int duration(int milliseconds) const { return m_options.reducedMotion ? 0 : milliseconds; }
    /// Width of lines that part or outline: 1, or 2 in high contrast.
    int hairline() const { return m_options.highContrast ? 2 : 1; }

signals:
    /// Colours, fonts or sizes are different now.
    void changed();

private:
    void refresh();
    void applyTo(QApplication &app) const;

    Tokens m_tokens;
    Options m_options;
    std::unique_ptr<SystemAppearance> m_system;
    bool m_dark = false;
    Colors m_colors;
    Icons m_icons;
    std::array<QFont, kTypeCount> m_fonts;
    QStringList m_families;
    QStringList m_monoFamilies;
    QApplication *m_app = nullptr;
};

} // namespace tributary::ui
