#pragma once

#include "core/base/result.h"
#include "core/client/join_link.h"
#include "ui/welcome/card_page.h"

class QLineEdit;

namespace tributary::ui {

class CodeCells;

/// Where a link has led: somebody joins a workspace, or chooses a new password. What was typed stays when it did not work.
class JoinPage : public CardPage {
    Q_OBJECT
public:
    JoinPage(const Theme &theme, QWidget *parent = nullptr);
    void setInvitation(const client::Invitation &invitation, const QString &hub);
    void setBusy(bool busy);
    /// Also asks for the code of the second factor where that is what is missing.
    void showError(const Error &error);

signals:
    void joinWanted(const QString &name, const QString &password, const QString &code);
    void backWanted();

private:
    void submit();

    TextLabel *m_title, *m_where, *m_nameTitle, *m_codeTitle, *m_error;
    QLineEdit *m_name, *m_password;
    CodeCells *m_code;
    Button *m_show, *m_go, *m_back;
    bool m_isReset = false, m_asksCode = false;
};

} // namespace tributary::ui
