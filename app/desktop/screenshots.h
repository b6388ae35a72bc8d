#pragma once

#include <QObject>
#include <QString>
#include <QTemporaryFile>

namespace tributary::ui {
class Theme;
}

namespace tributary::app {

class Session;

/// `--shot DIR`: renders the main screens to PNG, light and dark, and ends the program: 0 if all were written.
class Screenshots : public QObject {
    Q_OBJECT
public:
    Screenshots(Session &session, ui::Theme &theme, const QString &folder);
    void start();

private:
    void welcome();
    void inbox();
    void save(const QString &name);
    void bothLooks(const QString &name);
    void pressInPicker(const QString &text);
    void dismissAll();
    void after(int milliseconds, void (Screenshots::*next)());
    void openCustomer();
    void writeNote();
    void showPalette();
    void typeInPalette();
    void showKeys();
    void showViews();
    void showEditor();
    void showFilter();
    void showBulk();
    void showSettings();
    void showNews();
    void showTicket();
    void showAdmin();
    void showAdminPage(int step);
    void showPickers();
    void showDates();
    void showMessageMenu();
    void showColleague();
    void mergeCustomers();
    void showCompany();
    void showCustomers();
    void showDuplicates();
    void showNewCustomer();
    void showImport();
    void showImported();
    void showSomebodyNew();
    void blockCustomer();
    void goOffline();
    void workOffline();
    void showOutbox();
    void showCompare();
    void showWelcome();
    void finish();

    Session &m_session;
    ui::Theme &m_theme;
    QString m_folder;
    QTemporaryFile m_file; ///< Customers to be imported.
    int m_written = 0;
    bool m_failed = false, m_inboxSeen = false;
};

} // namespace tributary::app
