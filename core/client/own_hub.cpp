#include "core/client/own_hub.h"

#include <QNetworkInterface>
#include <QTcpServer>
#include <QUdpSocket>

namespace tributary::client {
namespace {

bool isUsable(const QHostAddress &address)
{
    return address.protocol() == QAbstractSocket::IPv4Protocol && !address.isLoopback() && !address.isLinkLocal()
           && address != QHostAddress(QHostAddress::AnyIPv4);
}

} // namespace

int freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::AnyIPv4, 0) ? probe.serverPort() : 0;
}

bool isFree(int port)
{
    return QTcpServer().listen(QHostAddress::AnyIPv4, quint16(port));
}

QHostAddress localNetworkAddress()
{
    // Where the way out begins; a computer may have bridges and tunnels besides. Nothing is sent: it is UDP, and the address
    // is one of those kept for documents (RFC 5737).
    QUdpSocket way;
    way.connectToHost(QHostAddress(QStringLiteral("192.0.2.1")), 9);
    if (isUsable(way.localAddress()))
        return way.localAddress();
    // A network that leads nowhere else is one as well.
    for (const QNetworkInterface &one : QNetworkInterface::allInterfaces()) {
        const QNetworkInterface::InterfaceFlags wanted = QNetworkInterface::IsUp | QNetworkInterface::IsRunning;
        if ((one.flags() & wanted) != wanted || one.flags().testFlag(QNetworkInterface::IsPointToPoint))
            continue;
        for (const QNetworkAddressEntry &entry : one.addressEntries()) {
            if (isUsable(entry.ip()))
                return entry.ip();
        }
    }
    return {};
}

bool isThisComputer(const QString &host)
{
    const QHostAddress number(host);
    return host == QLatin1String("localhost") || (!number.isNull() && number.isLoopback());
}

QStringList ownHubArguments(HubReach reach, int agentsPort, int customersPort, const QHostAddress &here)
{
    const QString customers = QStringLiteral("127.0.0.1:%1").arg(customersPort);
    if (reach == HubReach::ThisComputer)
        return {"--listen", QStringLiteral("127.0.0.1:%1").arg(agentsPort), "--public", customers};
    QStringList arguments{"--listen", QStringLiteral("0.0.0.0:%1").arg(agentsPort), "--public", customers};
    if (!here.isNull())
        arguments << "--address" << QStringLiteral("https://%1:%2").arg(here.toString()).arg(agentsPort);
    return arguments;
}

} // namespace tributary::client
