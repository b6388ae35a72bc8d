#pragma once

#include "ui/settings/settings_page.h"
#include "ui/shell/overlay.h"

class QListWidget;
class QStackedWidget;

namespace tributary::ui {

/// The settings over the window: pages at the start, the chosen one beside them (UX 6.14). Changes apply at once.
class SettingsSheet : public Overlay {
    Q_OBJECT
public:
    SettingsSheet(const Theme &theme, QWidget *window);

    /// Owned by the sheet from here on. Returns its place, for showPage().
    int addPage(const QString &icon, SettingsPage *page);
    void open();
    void showPage(int index);
    int pageCount() const;

private:
    class PageList;
    PageList *m_list;
    QStackedWidget *m_pages;
};

} // namespace tributary::ui
