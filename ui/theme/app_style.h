#pragma once

#include <QProxyStyle>

namespace tributary::ui {

class Theme;

/// Fusion with our focus ring, sizes and habits. Colours come from the palette and the style sheet, but for scroll bars:
/// a style sheet would have them take room from what they scroll.
class AppStyle : public QProxyStyle {
    Q_OBJECT
public:
    explicit AppStyle(const Theme &theme);

    int pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const override;
    int styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                       const QWidget *widget) const override;
    void drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                            const QWidget *widget) const override;
    QRect subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                         const QWidget *widget) const override;

private:
    const Theme &m_theme;
};

} // namespace tributary::ui
