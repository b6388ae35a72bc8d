#include "ui/shell/phone_call.h"

#include "ui/shell/toasts.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QProcess>
#include <QRegularExpression>
#include <QTimer>
#include <QUrl>

namespace tributary::ui {
namespace {

constexpr int kMostMs = 2000; ///< How long it is asked which program calls; then it is tried.

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::PhoneCall)
};

void copyNumber(const QString &number, const QString &words, Toasts &toasts)
{
    QGuiApplication::clipboard()->setText(number);
    toasts.add(words.arg(number));
}

void copyInstead(const QString &number, Toasts &toasts)
{
    copyNumber(number, Words::tr("No program on this computer makes calls. %1 is copied."), toasts);
}

void openNumber(const QString &number, Toasts &toasts)
{
    if (!QDesktopServices::openUrl(QUrl("tel:" + number, QUrl::StrictMode)))
        copyInstead(number, toasts);
}

} // namespace

QString numberOf(const QUrl &link)
{
    return link.scheme() == QLatin1String("tel") ? link.path(QUrl::FullyDecoded).section(u';', 0, 0) : QString();
}

void callNumber(const QString &number, Toasts &toasts)
{
    static const QRegularExpression plain("^\\+?[0-9]+$");
    if (!plain.match(number).hasMatch()) // "*21*…#" would turn calls away
        return copyNumber(number, Words::tr("%1 is a code rather than a number. It is copied."), toasts);
#ifdef Q_OS_LINUX
    // The system says that it has opened what nothing opens: it is asked first.
    auto *ask = new QProcess(&toasts);
    QObject::connect(ask, &QProcess::finished, &toasts, [ask, number, &toasts](int code, QProcess::ExitStatus status) {
        ask->deleteLater();
        if (status == QProcess::NormalExit && code == 0 && ask->readAllStandardOutput().trimmed().isEmpty())
            copyInstead(number, toasts);
        else
            openNumber(number, toasts);
    });
    QObject::connect(ask, &QProcess::errorOccurred, &toasts, [ask, number, &toasts](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return; // it has finished as well
        ask->deleteLater();
        openNumber(number, toasts);
    });
    QTimer::singleShot(kMostMs, ask, &QProcess::kill);
    ask->start("xdg-mime", {"query", "default", "x-scheme-handler/tel"}, QIODevice::ReadOnly);
#else
    openNumber(number, toasts);
#endif
}

} // namespace tributary::ui
