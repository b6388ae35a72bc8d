#pragma once

#include "ui/admin/setup_page.h"

class QStackedWidget;

namespace tributary::ui {

class PeoplePage;
class RolesPage;
class TeamsPage;
class FieldsPage;
class StatusesPage;
class ReopeningPage;
class InviteSheet;
class AuditPage;
class ShellWindow;

/// The Admin section: its pages at the start, the chosen one beside them (UX 6.13). Pages that a role lacks are absent.
class AdminPage : public QWidget {
    Q_OBJECT
public:
    AdminPage(const Theme &theme, SetupDesk &desk, ShellWindow &shell, QWidget *parent = nullptr);

    /// Whether there is anything here for @p agent.
    static bool isFor(const model::Agent &agent);

    PeoplePage &people() { return *m_people; }
    RolesPage &roles() { return *m_roles; }
    TeamsPage &teams() { return *m_teams; }
    FieldsPage &fields() { return *m_fields; }
    StatusesPage &statuses() { return *m_statuses; }
    ReopeningPage &reopening() { return *m_reopening; }
    InviteSheet &inviteSheet() { return *m_invite; }
    AuditPage &audit() { return *m_audit; }
    void showPage(SetupPage *page);
    SetupPage *current() const;
    /// Names of the pages that are there for who looks, in order.
    QStringList pageNames() const;
    /// The hub did not do @p body. Whether it is said here.
    bool take(const model::CommandBody &body, const QString &words);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void choosePages();
    void showLink();
    void showPane(bool forward);
    void showHints();

    class Sidebar;
    const Theme &m_theme;
    SetupDesk &m_desk;
    ShellWindow &m_shell;
    Sidebar *m_sidebar;
    Strip *m_strip;
    QStackedWidget *m_stack;
    QList<SetupPage *> m_pages;
    PeoplePage *m_people;
    RolesPage *m_roles;
    TeamsPage *m_teams;
    FieldsPage *m_fields;
    StatusesPage *m_statuses;
    ReopeningPage *m_reopening;
    AuditPage *m_audit;
    InviteSheet *m_invite;
};

} // namespace tributary::ui
