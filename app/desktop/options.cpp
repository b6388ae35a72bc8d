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

tl::unexpected<Error> wrongUse(const QString &why)
{
    return failure(Error::Kind::Invalid, why.toStdString());
}

} // namespace

QString usualProfile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/workspace";
}

Result<Options> parseOptions(const QStringList &arguments)
{
    Options options;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &name = arguments[i];
        QString *value = nullptr;
        QString hub, ignored;
        if (name == "--help" || name == "-h")
            options.help = true;
        else if (name == "--version")
            options.version = true;
        else if (name == "--demo")
            options.demo = true;
        else if (name == "--announce-painted")
            options.announcePainted = true;
        else if (name == "--check")
            options.check = true;
        else if (name == "--profile")
            value = &options.profile;
        else if (name == "--shot")
            value = &options.shots;
        else if (name == "--hub")
            value = &hub;
        else if (name == "-platform" || name == "-style")
            value = &ignored;        // Qt's own
        else if (name != "-reverse") // Qt's own: right to left
            return wrongUse((name.startsWith('-') ? "unknown option " : "unexpected ") + name);
        if (!value)
            continue;
        if (++i >= arguments.size())
            return wrongUse(name + " needs a value");
        *value = arguments[i];
        if (value != &hub)
            continue;
        options.hub = QUrl(hub);
        const bool isWeb = options.hub.scheme() == "http" || options.hub.scheme() == "https";
        if (!options.hub.isValid() || options.hub.host().isEmpty() || !isWeb)
            return wrongUse("--hub needs an address with a scheme, such as http://127.0.0.1:7600");
    }
    return options;
}

Options readOptions(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 1; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    const Result<Options> options = parseOptions(arguments);
    if (!options) {
        std::fprintf(stderr, "tributary: %s (see --help)\n", options.error().detail.c_str());
        std::exit(2);
    }
    if (options->help)
        std::fputs(kHelp, stdout);
    else if (options->version)
        std::puts("tributary " TRIBUTARY_VERSION);
    if (options->help || options->version)
        std::exit(0);
    return *options;
}

} // namespace tributary::app
