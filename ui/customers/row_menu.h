#pragma once

#include "ui/theme/theme.h"

#include <QMenu>
#include <functional>

namespace tributary::ui {

/// The menu of what is chosen in a table. What cannot be done is disabled, and says why. Gone when it is closed.
class RowMenu : public QMenu {
    Q_OBJECT
public:
    RowMenu(const Theme &theme, const char *name, QWidget *page);
    /// @p key: what does the same; may be empty. @p why it cannot be done; empty: it can.
    void add(const char *name, const QString &words, const char *icon, const QString &key, const QString &why,
             std::function<void()> run);

private:
    const Theme &m_theme;
};

} // namespace tributary::ui
