#include "ui/theme/app_style.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>
#include <algorithm>

namespace tributary::ui {
namespace {

constexpr int kScrollBar = 12, kShortestHandle = 32;
constexpr int kHandle = 6, kHandleUnderPointer = 8; ///< Across.

/// Bars of painted lists and panels lie over their content, which keeps its width when a bar comes or goes; in a text field
/// a bar over the text would hide the end of its lines.
bool liesOverContent(const QWidget *bar)
{
    const QWidget *holder = bar ? bar->parentWidget() : nullptr;
    const QWidget *area = holder ? holder->parentWidget() : nullptr;
    return area && area->property("overlayScrollBar").toBool();
}

} // namespace

AppStyle::AppStyle(const Theme &theme)
    : QProxyStyle(QStringLiteral("Fusion"))
    , m_theme(theme)
{
}

int AppStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ToolBarIconSize:
    case PM_ListViewIconSize: return m_theme.px(16);
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return m_theme.px(14);
    case PM_SplitterWidth: return 1; // the grab area is wider: see Splitter in ui/shell
    case PM_MenuPanelWidth: return 1;
    case PM_DefaultFrameWidth: return 1;
    case PM_ToolTipLabelFrameWidth: return 6;
    case PM_ScrollView_ScrollBarSpacing: return 0;
    case PM_ScrollBarExtent: return kScrollBar;
    case PM_ScrollBarSliderMin: return kShortestHandle;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int AppStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_ToolTip_WakeUpDelay: return 500;
    case SH_EtchDisabledText: return 0;
    case SH_DialogButtonBox_ButtonsHaveIcons: return 0;
    case SH_ItemView_ShowDecorationSelected: return 1;
    case SH_UnderlineShortcut: return 0;
    case SH_ScrollBar_Transient: return liesOverContent(widget) ? 1 : 0;
    case SH_Widget_Animate:
    case SH_Widget_Animation_Duration: return m_theme.duration(QProxyStyle::styleHint(hint, option, widget, data));
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

void AppStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                             const QWidget *widget) const
{
    if (element == PE_FrameFocusRect) {
        // Only after a key: a ring that follows the mouse is noise (UX 10).
        if (option->state & State_KeyboardFocusChange)
            paint::focusRing(*painter, m_theme, QRectF(option->rect).adjusted(3, 3, -3, -3), 6);
        return;
    }
    QProxyStyle::drawPrimitive(element, option, painter, widget);
}

void AppStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                  const QWidget *widget) const
{
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !slider)
        return QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (slider->maximum <= slider->minimum)
        return;
    const bool upright = slider->orientation == Qt::Vertical;
    const bool busy = option->state & (State_MouseOver | State_Sunken);
    const int across = busy ? kHandleUnderPointer : kHandle;
    QRectF handle(subControlRect(control, option, SC_ScrollBarSlider, widget));
    const qreal aside = ((upright ? handle.width() : handle.height()) - across) / 2;
    handle.adjust(upright ? aside : 2, upright ? 2 : aside, upright ? -aside : -2, upright ? -2 : -aside);
    const Colors &c = m_theme.colors();
    paint::roundRect(*painter, handle, across / 2.0, busy ? c.border.strong : c.border.normal);
}

QRect AppStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl part,
                               const QWidget *widget) const
{
    const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option);
    if (control != CC_ScrollBar || !slider)
        return QProxyStyle::subControlRect(control, option, part, widget);
    // The whole length is groove: there are no buttons at its ends.
    const bool upright = slider->orientation == Qt::Vertical;
    const int length = upright ? slider->rect.height() : slider->rect.width();
    const qint64 range = qint64(slider->maximum) - slider->minimum;
    const int handle = range <= 0 ? length
                                  : std::clamp(int(qint64(slider->pageStep) * length / (range + slider->pageStep)),
                                               std::min(kShortestHandle, length), length);
    const int start = sliderPositionFromValue(slider->minimum, slider->maximum, slider->sliderPosition, length - handle,
                                              slider->upsideDown);
    const auto stretch = [&](int from, int to) {
        const QRect at = upright ? QRect(slider->rect.left(), slider->rect.top() + from, slider->rect.width(), to - from)
                                 : QRect(slider->rect.left() + from, slider->rect.top(), to - from, slider->rect.height());
        return visualRect(slider->direction, slider->rect, at);
    };
    switch (part) {
    case SC_ScrollBarSubLine:
    case SC_ScrollBarAddLine: return {};
    case SC_ScrollBarSubPage: return stretch(0, start);
    case SC_ScrollBarAddPage: return stretch(start + handle, length);
    case SC_ScrollBarSlider: return stretch(start, start + handle);
    default: return slider->rect;
    }
}

} // namespace tributary::ui
