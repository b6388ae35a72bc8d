#include "ui/shell/sync_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::SyncText)
};

QString outboxText(const client::Status &status, const QLocale &locale)
{
    if (status.needsYouCount > 0) {
        //: Outbox with entries that came back to their author: %1 in all, so many of them needing a decision.
        return Words::tr("Outbox %1, %n need you", nullptr, int(status.needsYouCount))
            .arg(locale.toString(qint64(status.outboxCount + status.needsYouCount)));
    }
    return status.outboxCount > 0 ? Words::tr("Outbox %1").arg(locale.toString(qint64(status.outboxCount)))
                                  : Words::tr("Outbox empty");
}

} // namespace

SyncText syncText(const client::Status &status, const TimeFormat &format, std::optional<TimePoint> now)
{
    using State = client::Status::State;
    QLocale locale = format.locale();
    locale.setNumberOptions(QLocale::DefaultNumberOptions); // thousands apart: the C locale leaves them together
    SyncText text;
    text.outbox = outboxText(status, locale);
    text.outboxWaits = status.outboxCount > 0 || status.needsYouCount > 0;
    if (status.completeAsOf) {
        const QDateTime at = format.local(*status.completeAsOf);
        QString when = locale.toString(at.time(), QStringLiteral("HH:mm:ss"));
        if (now && format.dateOf(*now) != at.date())
            when = Words::tr("%1, %2", "a date and a time").arg(format.shortDate(at.date(), *now), when);
        text.toolTip = Words::tr("Complete as of %1.").arg(when);
        if (status.state != State::Live)
            text.fresh = Words::tr("Complete as of %1").arg(when);
    } else {
        text.toolTip = Words::tr("Nothing has been fetched yet.");
    }
    if (status.storage != client::Status::Storage::Fine) {
        text.state =
            status.storage == client::Status::Storage::DiskFull ? Words::tr("Disk full") : Words::tr("Storage problem");
        text.mark = SyncText::Mark::Warning;
        text.calm = false;
        return text;
    }
    switch (status.state) {
    case State::Live:
        text.state = Words::tr("Synced");
        if (status.outboxPeak > 0) { // a bulk action on its way
            text.mark = SyncText::Mark::Bar;
            const std::int64_t sent = status.outboxPeak - status.outboxCount;
            text.progress = std::clamp(double(sent) / double(status.outboxPeak), 0.0, 1.0);
            //: How far a bulk action has come on its way to the hub.
            text.state = Words::tr("Sending, %1 of %2")
                             .arg(locale.toString(qint64(sent)), locale.toString(qint64(status.outboxPeak)));
        }
        break;
    case State::CatchingUp:
        text.mark = SyncText::Mark::Bar;
        if (status.total > 0) {
            text.progress = std::min(1.0, double(status.done) / double(status.total));
            text.state = Words::tr("Catching up, %1 of %2")
                             .arg(locale.toString(qint64(status.done)), locale.toString(qint64(status.total)));
        } else {
            text.state = Words::tr("Catching up");
        }
        break;
    case State::Connecting:
        text.state = Words::tr("Connecting");
        text.mark = SyncText::Mark::Cloud;
        break;
    case State::Offline:
        text.state = Words::tr("Offline");
        text.mark = SyncText::Mark::Cloud;
        text.calm = false;
        break;
    case State::SignedOut:
    case State::Closed:
        text.state = Words::tr("Signed out");
        text.mark = SyncText::Mark::Cloud;
        text.calm = false;
        break;
    }
    return text;
}

BannerText bannerText(const client::Status &status, std::optional<TimePoint> offlineSince, const TimeFormat &format)
{
    using State = client::Status::State;
    using Reason = client::Status::Reason;
    if (status.storage == client::Status::Storage::DiskFull)
        return {Words::tr("The disk is full."), Words::tr("Nothing new can be kept until there is room."), {}, true};
    if (status.storage == client::Status::Storage::Broken)
        return {Words::tr("This computer's storage answers with errors."),
                Words::tr("What is shown may be old. Quit, check the disk, and start again."),
                {},
                true};
    if (status.state == State::SignedOut)
        return {Words::tr("This computer is signed out."),
                Words::tr("What you wrote is kept. Sign in again to read, send and receive."), Words::tr("Sign in"), true};
    if (status.rebuilding) {
        const bool linked = status.state == State::Live || status.state == State::CatchingUp;
        return {Words::tr("The copy on this computer was damaged and is fetched again."),
                linked ? Words::tr("What you wrote is kept. Newest conversations come first.")
                       : Words::tr("What you wrote is kept. The rest comes when the hub answers."),
                linked ? QString() : Words::tr("Try now"), false};
    }
    if (status.reason == Reason::Certificate) // at once: somebody may be between
        return {Words::tr("The hub's certificate is not the one that is known."),
                Words::tr("Nothing is sent to it. You can read and write; it waits on this computer."), Words::tr("Show"),
                true};
    if (status.reason == Reason::OtherHistory) // at once: the copy may be the last one
        return {Words::tr("The hub at this address is another one, or has lost its history."),
                Words::tr("Your copy and what you write are kept here. Ask your admin before you sign in again."),
                Words::tr("Sign in"), true};
    if (status.reason == Reason::Unreadable) // at once: waiting does not help
        return {Words::tr("The hub sends what this version cannot read."),
                Words::tr("Update this program, and tell your admin if that does not help. What you write is kept."),
                Words::tr("Try now"), true};
    if (!offlineSince && !status.unsafeDisk.empty())
        return {Words::tr("The profile's folder is on %1, where its files can be damaged.")
                    .arg(QString::fromStdString(status.unsafeDisk)),
                Words::tr("Quit, move it to a disk of this computer, and start again from there."),
                {},
                false};
    if (!offlineSince)
        return {};
    const QString since = Words::tr("Working offline since %1.").arg(format.clock(*offlineSince));
    switch (status.reason) {
    case Reason::Garbage:
        return {since, Words::tr("What answers at the hub's address is not a hub, or a broken one."), Words::tr("Try now"),
                false};
    case Reason::Insecure: return {since, Words::tr("The hub's address is not encrypted and is refused."), {}, true};
    case Reason::Stopping:
        return {since, Words::tr("The hub is being restarted. Everything is sent when it is back."), Words::tr("Try now"),
                false};
    default: break;
    }
    return {since, Words::tr("You can read, write and resolve. Everything is sent when the hub answers."),
            Words::tr("Try now"), false};
}

BannerText hubEndedText()
{
    return {Words::tr("The hub on this computer has stopped."),
            Words::tr("What you write is kept, and sent when it runs again."), Words::tr("Start it again"), true};
}

QString retryText(std::optional<TimePoint> retryAt, TimePoint now)
{
    if (!retryAt)
        return {};
    const auto left = std::chrono::ceil<std::chrono::seconds>(*retryAt - now).count();
    return left > 0 ? Words::tr("Next try in %1 s").arg(left) : Words::tr("Trying now");
}

} // namespace tributary::ui
