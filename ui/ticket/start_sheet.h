#pragma once

#include "core/client/workspace.h"
#include "ui/shell/overlay.h"

#include <QTimer>

class QLineEdit;

namespace tributary::ui {

class Picker;

/// Begins a conversation (UX: C, Ctrl+N): to whom, from which account, about what. With a parent it is a side conversation
/// with a third party. People who are known are offered while an address or a name is typed.
class StartSheet : public Overlay {
    Q_OBJECT
public:
    StartSheet(const Theme &theme, client::Workspace &workspace, Picker &picker, QWidget *window);

    void open(std::optional<model::ConversationId> parent = {});
    /// With somebody who is known, at one of @p identities where an account of ours can write to it. An address that is
    /// typed in its place is told to be theirs.
    void openFor(model::CustomerId customer, const QString &name, std::vector<model::Identity> identities);
    bool holdsWork() const override;
    /// It is open, and goes on with what has been typed in it whatever it is asked for.
    bool isAtWork() const { return isVisible() && holdsWork(); }

signals:
    /// The command, for the one who gives it; the conversation is opened when it is kept.
    void startWanted(const tributary::model::StartConversation &command);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void start();
    void suggest();
    void choose(const store::PersonHit &person);
    void pickAccount();
    void showAccount();
    void say(const QString &problem);
    QString whyNot(const model::ChannelAccount &account) const;
    void choosePerson();

    client::Workspace &m_workspace;
    Picker &m_picker;
    std::optional<model::ConversationId> m_parent;
    std::vector<model::ChannelAccount> m_accounts;
    std::optional<model::ChannelAccount> m_account;
    model::CustomerId m_for; ///< Who is written to, whatever the address.
    QString m_forName;
    std::vector<model::Identity> m_forIdentities;
    std::optional<store::PersonHit> m_person; ///< Chosen from those known; typing on lets go of them.
    TextLabel *m_title, *m_problem;
    QLineEdit *m_to, *m_subject;
    QWidget *m_hits;
    Button *m_from, *m_start;
    QTimer m_look;
};

} // namespace tributary::ui
