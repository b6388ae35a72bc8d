#pragma once

#include "core/base/result.h"
#include "core/client/join_link.h"
#include "ui/welcome/card_page.h"

class QCheckBox;
class QLineEdit;

namespace tributary::ui {

class CodeCells;

/// The sign-in card (UX 6.2). Errors are said in words at the card; what was typed stays.
class SignIn : public CardPage {
    Q_OBJECT
public:
    SignIn(const Theme &theme, QWidget *parent = nullptr);

    /// @p hasCopy: something of this workspace is on this computer and can be worked with.
    void setWorkspace(const QString &name, const QString &address, const QString &email, bool hasCopy);
    void setBusy(bool busy);
    /// Also asks for the code of the second factor where that is what is missing, beside the password.
    void showError(const Error &error);
    bool asksForCode() const { return m_asksCode; }
    void setPassword(const QString &password);
    /// Whether whoever signs in stays so beyond the end of the program, as it stands before anybody has said otherwise.
    void setKeep(bool keep);

    /// What became of a link that was given; empty: it is being looked at.
    void setLinkProblem(const QString &problem);

    /// What a failed sign-in means to the person.
    static QString words(const Error &error);

signals:
    /// @p code is empty unless the hub has asked for one. Without @p keep the next start asks again.
    void signInWanted(const QString &email, const QString &password, const QString &code, bool keep);
    void changeHubWanted();
    void workOfflineWanted();
    /// Pasted, or dropped onto the page.
    void linkGiven(const tributary::client::JoinLink &link);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    /// Forgets what is secret: whoever comes back to the page may be somebody else.
    void hideEvent(QHideEvent *event) override;

private:
    void submit();
    void askForCode(bool on);
    void useRecoveryCode(bool on);
    void takeLink(const QString &text);

    TextLabel *m_title, *m_address, *m_error;
    QLineEdit *m_email, *m_password;
    QCheckBox *m_keep;
    Button *m_show, *m_go, *m_offline, *m_change, *m_recovery, *m_back;
    QWidget *m_who, *m_codeBox; ///< E-mail and password, or the code.
    TextLabel *m_codeWords;
    CodeCells *m_code;
    QLineEdit *m_recoveryCode;
    TextLabel *m_caps, *m_linkProblem;
    Button *m_forgot;
    QWidget *m_linkBox; ///< What to do without a password.
    QLineEdit *m_linkField;
    bool m_hasCopy = false, m_asksCode = false, m_busy = false;
};

} // namespace tributary::ui
