#pragma once

#include "core/client/status.h"
#include "ui/theme/time_format.h"

namespace tributary::ui {

/// What the status bar says about the copy, in words (UX 3.2, 6.15). Pure, so that every state can be tested.
struct SyncText {
    enum class Mark { Dot, Bar, Cloud, Warning };
    QString state;   ///< "Synced", "Catching up, 312 of 1,840", "Offline".
    QString outbox;  ///< "Outbox empty", "Outbox 6", "Outbox 6, 2 need you".
    QString toolTip; ///< "Complete as of 14:03:07."
    QString fresh;   ///< The same beside the outbox while it matters; empty when live.
    Mark mark = Mark::Dot;
    double progress = -1; ///< 0 to 1 while catching up and the total is known; negative otherwise.
    bool calm = true;     ///< False: shown in the colour of warnings.
    bool outboxWaits = false;
};
/// @p now: a copy of another day says its date.
SyncText syncText(const client::Status &status, const TimeFormat &format, std::optional<TimePoint> now = {});

/// What the banner says after five seconds without the hub; an empty title for no banner.
struct BannerText {
    QString title;  ///< "Working offline since 14:03."
    QString detail; ///< What still works.
    QString action; ///< "Try now"; none if empty.
    bool danger = false;
};
BannerText bannerText(const client::Status &status, std::optional<TimePoint> offlineSince, const TimeFormat &format);

/// What it says of a hub that this program runs itself, once that has ended.
BannerText hubEndedText();

/// "Next try in 14 s"; empty when none is planned.
QString retryText(std::optional<TimePoint> retryAt, TimePoint now);

} // namespace tributary::ui
