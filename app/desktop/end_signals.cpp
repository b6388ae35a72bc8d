#include "app/desktop/end_signals.h"

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <QCoreApplication>
#include <QSocketNotifier>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace tributary::app {

#ifdef Q_OS_UNIX
namespace {

int pipeEnds[2] = {-1, -1};

void asked(int) // nothing but what a signal handler may do
{
    const int before = errno; // of whatever it came in the middle of
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(pipeEnds[1], &byte, 1);
    errno = before;
}

} // namespace

void endOnSignals(QObject *parent)
{
    if (::pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    auto *notifier = new QSocketNotifier(pipeEnds[0], QSocketNotifier::Read, parent);
    QObject::connect(notifier, &QSocketNotifier::activated, parent, [notifier] {
        notifier->setEnabled(false);
        QCoreApplication::quit();
        QCoreApplication::exit(); // also where the window stays: in the tray, or for what somebody should still keep
    });
    struct sigaction action = {};
    action.sa_handler = asked;
    action.sa_flags = SA_RESTART | SA_RESETHAND;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP})
        ::sigaction(signal, &action, nullptr);
}
#else
void endOnSignals(QObject *) {}
#endif

} // namespace tributary::app
