#include "ui/theme/app_style.h"

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyleOption>

namespace tributary::ui {

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
    case PM_SplitterWidth: return 1; // the grab area is wider: see Splitter in ui/shell
    case PM_MenuPanelWidth: return 1;
    case PM_DefaultFrameWidth: return 1;
    case PM_ToolTipLabelFrameWidth: return 6;
    case PM_ScrollView_ScrollBarSpacing: return 0;
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
    case SH_ScrollBar_Transient: return 0;
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

} // namespace tributary::ui
