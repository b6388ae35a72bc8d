#include "ui/shell/sync_presenter.h"

#include "core/client/workspace.h"
#include "ui/shell/banner.h"
#include "ui/shell/rail.h"
#include "ui/shell/status_line.h"

namespace tributary::ui {

SyncPresenter::SyncPresenter(client::Workspace &workspace, const Clock &clock, Banner &banner, StatusLine &statusLine,
                             Rail &rail, QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_clock(clock)
    , m_banner(banner)
    , m_statusLine(statusLine)
    , m_rail(rail)
{
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &SyncPresenter::countDown);
    connect(&workspace, &client::Workspace::statusChanged, this, &SyncPresenter::refresh);
    connect(&workspace, &client::Workspace::outboxChanged, this, &SyncPresenter::refresh);
    connect(&workspace, &client::Workspace::agentChanged, this,
            [this] { m_rail.setAgent(QString::fromStdString(m_workspace.agent().name), m_workspace.agent().id.bytes); });
    connect(&workspace, &client::Workspace::presenceChanged, this, [this](model::ConversationId id) {
        if (m_people.set(id, m_workspace.presentAt(id)))
            showPeople();
    });
    connect(&banner, &Banner::actionClicked, this, [this] {
        if (m_hubEnded)
            return;
        const client::Status &status = m_workspace.status();
        if (status.state == client::Status::State::SignedOut || status.reason == client::Status::Reason::OtherHistory)
            emit signInWanted();
        else if (status.reason == client::Status::Reason::Certificate)
            emit certificateWanted();
        else
            m_workspace.tryNow();
    });
    m_rail.setAgent(QString::fromStdString(workspace.agent().name), workspace.agent().id.bytes);
    refresh();
}

void SyncPresenter::setHubEnded(bool ended)
{
    m_hubEnded = ended;
    countDown();
}

void SyncPresenter::refresh()
{
    using State = client::Status::State;
    const client::Status &status = m_workspace.status();
    const bool linked = status.state == State::Live || status.state == State::CatchingUp;
    if (linked) {
        m_offlineSince.reset();
        m_offlineSteady.reset();
    } else if (!m_offlineSince) {
        m_offlineSince = m_clock.now();
        m_offlineSteady = m_clock.steady();
    }
    m_rail.setOnline(linked);
    m_statusLine.setSync(syncText(status, m_format, m_clock.now()));
    showPeople();
    countDown();
    if (linked)
        m_tick.stop();
    else
        m_tick.start();
}

/// Who is here, oneself among them; without the hub nobody knows.
void SyncPresenter::showPeople()
{
    const bool others = m_workspace.status().state == client::Status::State::Live
                        || m_workspace.status().state == client::Status::State::CatchingUp;
    m_statusLine.setPeople(others ? tr("%Ln online", nullptr, int(m_people.agents().size()) + 1) : tr("Presence unknown"));
}

void SyncPresenter::countDown()
{
    const client::Status &status = m_workspace.status();
    const bool late = m_offlineSteady && m_clock.steady() - *m_offlineSteady >= kBannerAfter;
    const bool saysEnded = m_hubEnded && status.storage == client::Status::Storage::Fine; // else that comes first
    m_banner.setText(saysEnded ? hubEndedText() : bannerText(status, late ? m_offlineSince : std::nullopt, m_format));
    m_saidOffline = m_saidOffline || late || saysEnded;
    if (!m_offlineSince && !m_hubEnded && std::exchange(m_saidOffline, false))
        m_banner.sayOver(tr("Back online"));
    if (saysEnded)
        return m_banner.setCountdown({});
    using State = client::Status::State;
    m_banner.setCountdown(status.state == State::Offline      ? retryText(status.retryAt, m_clock.now())
                          : status.state == State::Connecting ? tr("Trying now")
                                                              : QString());
}

} // namespace tributary::ui
