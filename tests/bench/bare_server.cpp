// The floor for the hub's fan-out: a QWebSocketServer that sends what anybody says to everybody, and knows nothing.
#include <QCoreApplication>
#include <QSocketNotifier>
#include <QWebSocket>
#include <QWebSocketServer>

#include <cstdio>
#include <unistd.h>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QWebSocketServer server("bare", QWebSocketServer::NonSecureMode);
    if (!server.listen(QHostAddress::LocalHost, 0))
        return 1;
    QList<QWebSocket *> all;
    QObject::connect(&server, &QWebSocketServer::newConnection, [&] {
        QWebSocket *socket = server.nextPendingConnection();
        all.append(socket);
        QObject::connect(socket, &QWebSocket::binaryMessageReceived, [&all](const QByteArray &message) {
            for (QWebSocket *one : all)
                one->sendBinaryMessage(message);
        });
        QObject::connect(socket, &QWebSocket::disconnected, [&all, socket] {
            all.removeOne(socket);
            socket->deleteLater();
        });
    });
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, [] {
        char byte = 0;
        if (::read(STDIN_FILENO, &byte, 1) <= 0)
            QCoreApplication::quit();
    });
    std::printf("listening %d\n", int(server.serverPort()));
    std::fflush(stdout);
    return QCoreApplication::exec();
}
