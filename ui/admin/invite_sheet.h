#pragma once

#include "core/client/hub_access.h"
#include "ui/admin/admin_parts.h"
#include "ui/admin/setup_desk.h"
#include "ui/shell/overlay.h"

#include <functional>

class QSpinBox;
class QStackedWidget;

namespace tributary::ui {

class FingerprintView;
class Picker;

/// Makes links that work once: somebody joins with what the form says, or chooses a new password. Beside it the links that
/// nobody has used yet, each to be withdrawn. Everything in it is asked of the hub; nothing waits in the outbox.
class InviteSheet : public Overlay {
    Q_OBJECT
public:
    InviteSheet(const Theme &theme, SetupDesk &desk, Picker &picker, QWidget *window);

    void invite();
    void resetPassword(const model::Agent &agent);

    /// Whether the hub is one that this program runs, and can let the network in.
    void setRunsHub(std::function<bool()> runsHub) { m_runsHub = std::move(runsHub); }
    /// Others reach the hub there from now on, also by the link that is shown; empty: there is no network.
    void showReach(const QUrl &forOthers, const std::string &fingerprint);
    /// It could not be done, and why.
    void showReachProblem(const QString &words);

    /// What the hub has said; for tests as well.
    void showMade(const Result<client::HubAccess::Link> &made);
    void showLinks(const Result<client::HubAccess::People> &people);
    /// Why nothing came of it, and what to do.
    QString problemWords(const Error &error) const;

signals:
    /// Links were made or withdrawn.
    void linksChanged();
    /// The hub that this program runs is to be reached from the local network as well.
    void networkWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    bool holdsWork() const override;

private:
    void open();
    void make();
    void mailLink();
    void readLinks();
    void listLinks();
    QString whyNot(const model::Agent &given) const;
    void pickRole();
    void pickTeams();
    void showForm();
    void showLink();
    void say(const QString &problem);
    const store::WorkspaceSetup &setup() const { return m_desk.shown(); }

    SetupDesk &m_desk;
    Picker &m_picker;
    client::HubAccess::Invite m_wanted;
    std::optional<model::Agent> m_reset; ///< Whose password; absent: somebody is invited.
    std::vector<client::HubAccess::OpenLink> m_links;
    client::JoinLink m_made; ///< The one that is shown.
    std::function<bool()> m_runsHub;
    bool m_saysAway = false;
    bool m_copied = false; ///< Or it has gone into a mail.
    QString m_until;       ///< The end of the link that is shown, in words.
    int m_asked = 0;       ///< Answers to what an earlier opening has asked are not shown.

    QStackedWidget *m_steps;
    TextLabel *m_title, *m_words, *m_problem, *m_madeWords, *m_listWords, *m_printTitle, *m_reach;
    QLineEdit *m_name, *m_email, *m_password, *m_link;
    ChoiceButton *m_role, *m_teams;
    QSpinBox *m_capacity;
    FormField *m_nameField, *m_emailField, *m_roleField, *m_teamsField, *m_capacityField, *m_passwordField;
    FingerprintView *m_print;
    Button *m_make, *m_copy, *m_another, *m_letIn;
    Button *m_mail;
    QWidget *m_list;
    QVBoxLayout *m_rows;
};

} // namespace tributary::ui
