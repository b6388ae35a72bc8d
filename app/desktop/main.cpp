// tributary: the desktop. Wiring only.
#include "app/desktop/announce_painted.h"
#include "app/desktop/desktop_log.h"
#include "app/desktop/end_signals.h"
#include "app/desktop/language.h"
#include "app/desktop/options.h"
#include "app/desktop/screenshots.h"
#include "app/desktop/session.h"
#include "core/client/check_profile.h"
#include "core/client/local_store.h"
#include "core/model/addresses.h"
#include "ui/shell/plain_words.h"
#include "ui/shell/shell_window.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFileInfo>
#include <QIcon>
#include <cstdio>
#include <fontconfig/fontconfig.h>
#include <future>
#include <optional>
#include <thread>

namespace {

/// `--check`: no window, and no display needed.
int checkFiles(const QString &profile)
{
    using namespace tributary;
    std::optional<Result<store::FolderLock>> lock;
    if (QFileInfo::exists(profile) && !lock.emplace(client::LocalStore::lockFolder(profile.toStdString()))) {
        std::fprintf(stderr, "tributary: %s\n", lock->error().detail.c_str());
        return 1;
    }
    const SystemClock clock;
    SystemRng rng;
    const auto check = client::checkProfile(profile.toStdString(), clock, rng);
    if (!check) {
        std::fprintf(stderr, "tributary: %s\n", check.error().detail.c_str());
        return 1;
    }
    for (const std::string &line : check->lines)
        std::puts(line.c_str());
    for (const std::string &problem : check->problems)
        std::printf("problem: %s\n", problem.c_str());
    std::puts(check->problems.empty() ? "the files are in order" : "the files are damaged");
    return check->problems.empty() ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    using namespace tributary;
    QCoreApplication::setApplicationName("tributary");
    QCoreApplication::setOrganizationName("tributary");
    QCoreApplication::setApplicationVersion(TRIBUTARY_VERSION);
    const app::Options options = app::readOptions(argc, argv);
    if (options.check)
        return checkFiles(options.profile.isEmpty() ? app::usualProfile() : options.profile);
    if (!options.shots.isEmpty())
        qputenv("QT_QPA_PLATFORM", "offscreen"); // pictures need no display
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    app::installDesktopLog();
    // What takes a while and is needed by the first letters and rows, while Qt starts: the system's list of fonts, and what
    // is known of phone numbers.
    std::promise<void> haveFonts;
    const std::jthread early([&haveFonts] {
        FcInit();
        haveFonts.set_value();
        model::shownAddress(model::Channel::WhatsApp, "+14155550100");
    });
    QApplication application(argc, argv);
    app::installLanguage(application);
    QGuiApplication::setDesktopFileName("tributary");
    QApplication::setQuitOnLastWindowClosed(true);
    app::endOnSignals(&application);

    SystemClock clock;
    ui::PlainWords plainWords;
    application.installEventFilter(&plainWords);
    haveFonts.get_future().wait(); // fontconfig would read them once more, at the same time
    ui::Theme theme;
    theme.install(application);
    app::Session session(theme, clock, options);
    app::Screenshots shots(session, theme, options.shots);
    if (!options.shots.isEmpty()) {
        session.window().resize(1440, 900);
        shots.start();
    }
    if (options.announcePainted)
        app::announcePainted(session);
    session.start();
    session.showWhenFilled();
    return QApplication::exec();
}
