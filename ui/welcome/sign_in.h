#pragma once

#include "core/base/result.h"
#include "ui/welcome/card_page.h"

class QLineEdit;

namespace tributary::ui {

/// The sign-in card (UX 6.2). Errors are said in words at the card; what was typed stays.
class SignIn : public CardPage {
    Q_OBJECT
public:
    SignIn(const Theme &theme, QWidget *parent = nullptr);

    /// @p hasCopy: something of this workspace is on this computer and can be worked with.
    void setWorkspace(const QString &name, const QString &address, const QString &email, bool hasCopy);
    void setBusy(bool busy);
    void showError(const Error &error);
    void setPassword(const QString &password);

    /// What a failed sign-in means to the person.
    static QString words(const Error &error);

signals:
    void signInWanted(const QString &email, const QString &password);
    void changeHubWanted();
    void workOfflineWanted();

private:
    void submit();

    TextLabel *m_title, *m_address, *m_error;
    QLineEdit *m_email, *m_password;
    Button *m_show, *m_go, *m_offline, *m_change;
    bool m_hasCopy = false;
};

} // namespace tributary::ui
