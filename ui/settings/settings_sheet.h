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
    /// With the page first that holds work, if one does.
    void open();
    void showPage(int index);
    int pageCount() const;
    /// Shows the page that holds work, and gives the words for that; empty: none does.
    QString showUnkept();

signals:
    void workLeft(); ///< It is closed, and one of its pages holds work.

protected:
    bool holdsWork() const override { return pageWithWork() >= 0; }

private:
    int pageWithWork() const;

    class PageList;
    PageList *m_list;
    QStackedWidget *m_pages;
};

} // namespace tributary::ui
