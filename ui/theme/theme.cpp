#include "ui/theme/theme.h"

#include "ui/theme/app_style.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/system_appearance.h"

#include <QApplication>
#include <QFontDatabase>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace tributary::ui {
namespace {

/// Families of @p wanted that are installed. Names that are not must go: fontconfig would put a stand-in of its own in their
/// place, ahead of the Noto faces that follow. Generic names stay.
QStringList installed(const QStringList &wanted)
{
    // hasFamily() goes through all rules of fontconfig for each name, more than a millisecond at the start.
    const QStringList all = QFontDatabase::families();
    const auto isThere = [&all](const QString &family) {
        return std::ranges::any_of(all, [&family](const QString &one) { // "Noto Sans", or "Noto Sans [GOOG]"
            return one.startsWith(family, Qt::CaseInsensitive)
                   && (one.size() == family.size() || QStringView(one).mid(family.size()).startsWith(u" ["));
        });
    };
    QStringList found;
    for (const QString &family : wanted) {
        if (family == QLatin1String("sans-serif") || family == QLatin1String("monospace") || isThere(family))
            found << family;
    }
    return found;
}

QFont makeFont(const TypeToken &token, const QStringList &families, qreal scale, int weight)
{
    QFont font;
    font.setFamilies(families);
    font.setPixelSize(std::max(1, int(std::lround(token.size * scale))));
    font.setWeight(QFont::Weight(weight));
    font.setHintingPreference(qApp && qApp->devicePixelRatio() > 1.25 ? QFont::PreferNoHinting
                                                                      : QFont::PreferVerticalHinting);
    font.setStyleStrategy(QFont::PreferAntialias);
    // Below 16 px tracking is under a tenth of a pixel, and any letter spacing makes Qt pull joined Arabic letters apart.
    if (token.size >= 16)
        font.setLetterSpacing(QFont::AbsoluteSpacing, token.tracking * token.size * scale);
    return font;
}

QPalette makePalette(const Colors &c)
{
    QPalette p;
    p.setColor(QPalette::Window, c.bg.surface);
    p.setColor(QPalette::WindowText, c.text.primary);
    p.setColor(QPalette::Base, c.bg.field);
    p.setColor(QPalette::AlternateBase, c.bg.sunken);
    p.setColor(QPalette::Text, c.text.primary);
    p.setColor(QPalette::PlaceholderText, c.text.tertiary);
    p.setColor(QPalette::Button, c.bg.raised);
    p.setColor(QPalette::ButtonText, c.text.primary);
    p.setColor(QPalette::BrightText, c.text.inverse);
    p.setColor(QPalette::Highlight, c.accent.fill);
    p.setColor(QPalette::HighlightedText, c.accent.onFill);
    p.setColor(QPalette::Inactive, QPalette::Highlight, c.bg.selectedInactive);
    p.setColor(QPalette::Inactive, QPalette::HighlightedText, c.text.primary);
    p.setColor(QPalette::Link, c.text.link);
    p.setColor(QPalette::LinkVisited, c.text.link);
    p.setColor(QPalette::ToolTipBase, c.bg.tooltip);
    p.setColor(QPalette::ToolTipText, c.text.onTooltip);
    p.setColor(QPalette::Light, c.bg.raised);
    p.setColor(QPalette::Midlight, c.border.subtle);
    p.setColor(QPalette::Mid, c.border.normal);
    p.setColor(QPalette::Dark, c.border.strong);
    p.setColor(QPalette::Shadow, c.shadow);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, c.text.disabled);
    return p;
}

} // namespace

Theme::Theme(QObject *parent)
    : QObject(parent)
    , m_tokens(Tokens::load())
    , m_system(std::make_unique<SystemAppearance>())
    , m_families(installed(m_tokens.families))
    , m_monoFamilies(installed(m_tokens.monoFamilies))
{
    connect(m_system.get(), &SystemAppearance::changed, this, [this] {
        if (m_options.appearance == Appearance::System)
            refresh();
    });
    refresh();
}

Theme::~Theme() = default;

void Theme::install(QApplication &app)
{
    m_app = &app;
    app.setStyle(new AppStyle(*this)); // owned by the application
    applyTo(app);
}

void Theme::setOptions(const Options &options)
{
    Options wanted = options;
    wanted.textScale = std::clamp(wanted.textScale, 90, 200);
    if (wanted == m_options)
        return;
    m_options = wanted;
    refresh();
}

QFont Theme::font(Type type, QFont::Weight weight) const
{
    QFont font = m_fonts[std::size_t(type)];
    font.setWeight(weight);
    return font;
}

QFont Theme::monoFont(Type type) const
{
    QFont font = m_fonts[std::size_t(type)];
    font.setFamilies(m_monoFamilies);
    font.setLetterSpacing(QFont::AbsoluteSpacing, 0);
    return font;
}

int Theme::lineHeight(Type type, Script script) const
{
    qreal factor = 1;
    switch (script) {
    case Script::Latin: break;
    case Script::Arabic: factor = m_tokens.arabicLine; break;
    case Script::Cjk: factor = m_tokens.cjkLine; break;
    case Script::Devanagari: factor = m_tokens.devanagariLine; break;
    case Script::Thai: factor = m_tokens.thaiLine; break;
    }
    return px(m_tokens.type[std::size_t(type)].line * factor);
}

int Theme::px(qreal size) const
{
    return int(std::lround(size * m_options.textScale / 100));
}

int Theme::gutter(qreal size) const
{
    return int(std::lround(size * std::min(m_options.textScale, 125) / 100));
}

void Theme::refresh()
{
    m_dark = m_options.appearance == Appearance::System ? m_system->isDark() : m_options.appearance == Appearance::Dark;
    m_colors = m_options.highContrast ? (m_dark ? m_tokens.darkHighContrast : m_tokens.lightHighContrast)
                                      : (m_dark ? m_tokens.dark : m_tokens.light);
    for (std::size_t i = 0; i < m_fonts.size(); ++i)
        m_fonts[i] = makeFont(m_tokens.type[i], m_families, m_options.textScale / 100.0, m_tokens.type[i].weight);
    if (m_app)
        applyTo(*m_app);
    emit changed();
}

void Theme::applyTo(QApplication &app) const
{
    // The sheet must follow the palette: Qt 6.4 keeps colours of the old palette in widgets a sheet has already polished.
    const QPalette palette = makePalette(m_colors);
    app.setFont(font(Type::Body));
    app.setPalette(palette);
    QToolTip::setPalette(palette);
    QToolTip::setFont(font(Type::Meta));
    app.setStyleSheet(styleSheet(*this));
}

} // namespace tributary::ui
