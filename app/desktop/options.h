#pragma once

#include "core/base/result.h"

#include <QString>
#include <QStringList>
#include <QUrl>

namespace tributary::app {

/// `tributary [--profile DIR] [--demo] [--shot DIR] [--hub URL] [--check] [--announce-painted]`
struct Options {
    QString profile; ///< Folder of the copy and journal; empty: the usual one.
    QString shots;   ///< Where to put pictures of the main screens; empty: run as usual.
    QUrl hub;        ///< Signs in there; empty: where it was last.
    bool demo = false;
    bool announcePainted = false; ///< For measuring: says `painted` when the first list is on the screen.
    bool help = false, version = false;
    bool check = false; ///< Look through the profile, say what was found, and end.
};

/// What the command line says, without the program's name. It names a profile and a hub: nothing of it is run or loaded
/// (ENGINE C75). Invalid: wrong use, and why.
Result<Options> parseOptions(const QStringList &arguments);

/// Reads the command line, before there is a display; ends the program for --help, --version and wrong use.
Options readOptions(int argc, char **argv);

/// Where profiles live when nothing else is said.
QString usualProfile();

} // namespace tributary::app
