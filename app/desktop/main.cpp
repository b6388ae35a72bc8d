// tributary: the desktop. Wiring only.
#include "app/desktop/desktop_log.h"
#include "app/desktop/language.h"
#include "app/desktop/options.h"
#include "app/desktop/screenshots.h"
#include "app/desktop/session.h"
#include "ui/shell/shell_window.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QIcon>

int main(int argc, char **argv)
{
    using namespace tributary;
    QCoreApplication::setApplicationName("tributary");
    QCoreApplication::setOrganizationName("tributary");
    QCoreApplication::setApplicationVersion(TRIBUTARY_VERSION);
    const app::Options options = app::readOptions(argc, argv);
    if (!options.shots.isEmpty())
        qputenv("QT_QPA_PLATFORM", "offscreen"); // pictures need no display
    QApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    app::installDesktopLog();
    QApplication application(argc, argv);
    app::installLanguage(application);
    QGuiApplication::setDesktopFileName("tributary");
    QApplication::setQuitOnLastWindowClosed(true);

    SystemClock clock;
    ui::Theme theme;
    theme.install(application);
    app::Session session(theme, clock, options);
    app::Screenshots shots(session, theme, options.shots);
    if (!options.shots.isEmpty()) {
        session.window().resize(1440, 900);
        shots.start();
    }
    session.window().show();
    session.start();
    return QApplication::exec();
}
