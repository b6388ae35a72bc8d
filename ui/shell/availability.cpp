#include "ui/shell/availability.h"

#include "core/client/workspace.h"
#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

namespace tributary::ui {

Availability::Availability(client::Workspace &workspace, ShellWindow &shell, QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_shell(shell)
{
    shell.actions().add({.id = "away",
                         .text = tr("Set yourself away"),
                         .icon = "moon",
                         .chord = "Ctrl+Shift+D",
                         .group = tr("Moving around")},
                        this, [this] { setAway(!m_away); });
    connect(&workspace, &client::Workspace::changed, this, [this](const store::ChangeSet &changes) {
        if (changes.everything || changes.agents)
            read();
    });
    connect(&workspace, &client::Workspace::agentChanged, this, &Availability::read);
    read();
}

/// From the copy, where what was said just now stands also before the hub has heard of it.
void Availability::read()
{
    whenDone(m_workspace.agents(), this, [this](const Result<std::vector<model::Agent>> &agents) {
        if (!agents)
            return;
        const auto me = std::ranges::find(*agents, m_workspace.agent().id, &model::Agent::id);
        m_away = me != agents->end() && me->away;
        show();
    });
}

void Availability::setAway(bool away)
{
    m_away = away;
    show();
    whenDone(m_workspace.submit({model::SetAway{away}}, {}, false), this,
             [this, away](const Result<client::Submitted> &done) {
                 if (!done) {
                     m_shell.toasts().add(tr("This could not be kept on this computer"));
                     read();
                     return;
                 }
                 m_shell.toasts().add(away ? tr("You are away. No work is given out to you.")
                                           : tr("You are available. Work is given out to you again."),
                                      {}, {}, {}, 4000);
             });
}

void Availability::show()
{
    m_shell.rail().setAway(m_away);
    m_shell.actions().setText("away", m_away ? tr("Set yourself available") : tr("Set yourself away"));
}

} // namespace tributary::ui
