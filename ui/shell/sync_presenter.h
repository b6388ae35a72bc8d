#pragma once

#include "core/base/time.h"
#include "core/client/status.h"
#include "ui/shell/people_online.h"
#include "ui/theme/time_format.h"

#include <QObject>
#include <QTimer>
#include <optional>

namespace tributary::ui {

class Banner;
class Rail;
class StatusLine;

/// Keeps status bar, banner and rail true to the link: the status bar at once, the banner after five seconds without the
/// hub, with the seconds to the next try (UX 6.15).
class SyncPresenter : public QObject {
    Q_OBJECT
public:
    static constexpr Milliseconds kBannerAfter{5000};

    SyncPresenter(client::Workspace &workspace, const Clock &clock, Banner &banner, StatusLine &statusLine, Rail &rail,
                  QObject *parent);

    /// Whether the hub that this program runs itself has ended. Said until it runs again, whatever else the link says;
    /// whoever listens to the banner's button starts it.
    void setHubEnded(bool ended);

signals:
    void signInWanted();
    /// Somebody wants to see which certificate was not believed.
    void certificateWanted();

private:
    void refresh();
    void countDown();
    void showPeople();

    client::Workspace &m_workspace;
    const Clock &m_clock;
    Banner &m_banner;
    StatusLine &m_statusLine;
    Rail &m_rail;
    QTimer m_tick;
    std::optional<TimePoint> m_offlineSince;
    std::optional<Milliseconds> m_offlineSteady; ///< The same by a clock that nobody sets.
    bool m_hubEnded = false;
    bool m_saidOffline = false; ///< And not that it is over.
    TimeFormat m_format;
    PeopleOnline m_people;
};

} // namespace tributary::ui
