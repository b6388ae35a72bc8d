#include "app/desktop/options.h"

#include <QStandardPaths>
#include <cstdio>
#include <cstdlib>

namespace tributary::app {
namespace {

constexpr const char *kHelp =
    "tributary [--profile DIR] [--hub URL] [--demo] [--shot DIR] [--check]\n"
    "\n"
    "  --profile DIR  keep the copy of the workspace, drafts and settings in DIR\n"
    "  --hub URL      sign in to this hub, such as https://hub.example.com or http://127.0.0.1:7600\n"
    "  --demo         open a made-up shop, with a hub of its own in a temporary folder\n"
    "  --shot DIR     render the main screens to PNG files in DIR, without a display, and exit\n"
    "  --check        look whether the files of the profile are whole, print what they hold, and exit:\n"
    "                 0 all is well, 1 something is damaged, 2 wrong use\n"
    "  --announce-painted\n"
    "                 for measuring: print \"painted\" when the first list is on the screen, and exit when\n"
    "                 standard input ends\n";

[[noreturn]] void wrongUse(const QString &why)
{
    std::fprintf(stderr, "tributary: %s (see --help)\n", qPrintable(why));
    std::exit(2);
}

} // namespace

QString usualProfile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/workspace";
}

Options readOptions(int argc, char **argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const QString name = QString::fromLocal8Bit(argv[i]);
        const auto value = [&] {
            if (i + 1 >= argc)
                wrongUse(name + " needs a value");
            return QString::fromLocal8Bit(argv[++i]);
        };
        if (name == "--help" || name == "-h") {
            std::fputs(kHelp, stdout);
            std::exit(0);
        } else if (name == "--version") {
            std::puts("tributary " TRIBUTARY_VERSION);
            std::exit(0);
        } else if (name == "--profile") {
            options.profile = value();
        } else if (name == "--shot") {
            options.shots = value();
        } else if (name == "--demo") {
            options.demo = true;
        } else if (name == "--announce-painted") {
            options.announcePainted = true;
        } else if (name == "--check") {
            options.check = true;
        } else if (name == "--hub") {
            options.hub = QUrl(value());
            if (!options.hub.isValid() || options.hub.host().isEmpty())
                wrongUse("--hub needs an address with a scheme, such as http://127.0.0.1:7600");
        } else if (name == "-reverse") {
            continue; // Qt's own: right to left
        } else if (name.startsWith('-') && name != "-platform" && name != "-style") {
            wrongUse("unknown option " + name);
        } else if (name.startsWith('-')) {
            value(); // Qt's own
        } else {
            wrongUse("unexpected " + name);
        }
    }
    return options;
}

} // namespace tributary::app
