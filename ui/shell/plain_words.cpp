#include "ui/shell/plain_words.h"

#include <QAction>
#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QToolTip>

namespace tributary::ui {
namespace {

/// What @p widget would show as its tooltip.
QString toolTipOf(const QWidget *widget, const QHelpEvent &help)
{
    const auto *menu = qobject_cast<const QMenu *>(widget);
    if (!menu || !menu->toolTipsVisible())
        return widget->toolTip();
    const QAction *action = menu->actionAt(help.pos());
    return action ? action->toolTip() : QString();
}

} // namespace

void showPlainToolTip(const QPoint &at, const QString &words, QWidget *widget)
{
    if (words.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(at, QStringLiteral("<span>%1</span>").arg(words.toHtmlEscaped()), widget, {},
                           widget->toolTipDuration());
}

bool PlainWords::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Polish) {
        // Tooltips are labels too; what they are given is escaped below.
        if (auto *label = qobject_cast<QLabel *>(watched);
            label && label->textFormat() == Qt::AutoText && !label->inherits("QTipLabel"))
            label->setTextFormat(Qt::PlainText);
        return false;
    }
    auto *widget = event->type() == QEvent::ToolTip ? qobject_cast<QWidget *>(watched) : nullptr;
    if (!widget)
        return false;
    const auto &help = *static_cast<QHelpEvent *>(event);
    const QString words = toolTipOf(widget, help);
    if (!Qt::mightBeRichText(words))
        return false;
    showPlainToolTip(help.globalPos(), words, widget);
    return true;
}

} // namespace tributary::ui
