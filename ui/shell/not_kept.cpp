#include "ui/shell/not_kept.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::NotKept)
};

} // namespace

QString notKeptWords(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::TooLarge: return Words::tr("This is longer than the hub takes. Shorten it.");
    case Error::Kind::Denied: return Words::tr("You are signed out. This was not done.");
    case Error::Kind::Full: return Words::tr("The disk is full. This was not done.");
    default: return Words::tr("This could not be kept on this computer");
    }
}

} // namespace tributary::ui
