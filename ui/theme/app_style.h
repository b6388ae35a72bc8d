#pragma once

#include <QProxyStyle>

namespace tributary::ui {

class Theme;

/// Fusion with our focus ring, sizes and habits. Colours come from the palette and the style sheet.
class AppStyle : public QProxyStyle {
    Q_OBJECT
public:
    explicit AppStyle(const Theme &theme);

    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;

private:
    const Theme &m_theme;
};

} // namespace tributary::ui
