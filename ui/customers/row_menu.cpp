#include "ui/customers/row_menu.h"

namespace tributary::ui {

RowMenu::RowMenu(const Theme &theme, const char *name, QWidget *page)
    : QMenu(page)
    , m_theme(theme)
{
    setObjectName(QLatin1String(name));
    setAttribute(Qt::WA_DeleteOnClose);
    setToolTipsVisible(true);
}

void RowMenu::add(const char *name, const QString &words, const char *icon, const QString &key, const QString &why,
                  std::function<void()> run)
{
    const Colors &c = m_theme.colors();
    QAction *action = addAction(m_theme.icons().icon(icon, c.text.secondary, c.text.disabled),
                                key.isEmpty() ? words : words + u'\t' + key, parentWidget(), std::move(run));
    action->setObjectName(QLatin1String(name));
    action->setEnabled(why.isEmpty());
    action->setToolTip(why);
}

} // namespace tributary::ui
