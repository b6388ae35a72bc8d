#pragma once

#include <QHostAddress>
#include <QStringList>

namespace tributary::client {

/// Who can join a hub of one's own. What the internet reaches has a name, and a computer of its own.
enum class HubReach { ThisComputer, LocalNetwork };

/// A port that is free now on every address of this computer. It is kept for the hub of a profile, so that its address
/// stays.
int freePort();

/// Whether a hub could listen on @p port on every address of this computer now: no other program does.
bool isFree(int port);

/// Under which address (IPv4) others on the local network reach this computer; null: it is on none. It may be another
/// tomorrow.
QHostAddress localNetworkAddress();

/// Whether @p host is this computer and nothing else: no other one gets anywhere with it.
bool isThisComputer(const QString &host);

/// With what HubProcess::start() serves a hub of one's own. On the local network it speaks TLS, with a certificate of its
/// own, and its invitations name @p here; the side for customers stays on this computer, where a web server would stand.
QStringList ownHubArguments(HubReach reach, int agentsPort, int customersPort, const QHostAddress &here);

} // namespace tributary::client
