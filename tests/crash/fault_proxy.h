#pragma once

#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>
#include <QUrl>

#include <vector>

namespace tributary::crash {

/// A relay on loopback between desktops and a hub that does what bad networks and boxes in the middle do.
class FaultProxy : public QObject {
public:
    enum class Way { ToHub, ToDesk };

    explicit FaultProxy(const QUrl &hub)
        : m_hub(hub)
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *desk = m_server.nextPendingConnection())
                begin(desk);
        });
    }
    ~FaultProxy() override { dropAll(); }

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(m_server.serverPort())); }
    void setHub(const QUrl &hub) { m_hub = hub; }

    /// Each connection is reset when @p bytes have gone that way; -1: never.
    void cutAfter(Way way, qint64 bytes)
    {
        m_cutWay = way;
        m_cutAfter = bytes;
    }
    /// What comes is passed on so much later, all that has come by then together: as by a box that looks into everything.
    void holdBack(int milliseconds) { m_heldMs = milliseconds; }
    /// Answers every connection with this instead of asking the hub; empty: no more.
    void answerAll(const QByteArray &answer) { m_answer = answer; }
    /// Connections that are open now pass nothing on, either way, and nobody is told: half-open. New ones work.
    void freeze()
    {
        for (const auto &pair : m_pairs)
            pair->frozen = true;
    }
    void dropAll()
    {
        while (!m_pairs.empty())
            drop(m_pairs.back().get());
    }
    int connections() const { return m_connections; } ///< Ever.
    int cuts() const { return m_cuts; }
    qint64 passed(Way way) const { return way == Way::ToHub ? m_toHub : m_toDesk; } ///< On the newest connection.

private:
    struct Pair {
        QTcpSocket *desk = nullptr, *hub = nullptr;
        qint64 toHub = 0, toDesk = 0;
        bool frozen = false;
        bool heldToHub = false, heldToDesk = false;
    };

    void begin(QTcpSocket *desk)
    {
        ++m_connections;
        if (!m_answer.isEmpty()) {
            connect(desk, &QTcpSocket::readyRead, desk, [desk, answer = m_answer] {
                if (!desk->readAll().contains("\r\n\r\n"))
                    return;
                desk->write(answer);
                desk->disconnectFromHost();
            });
            connect(desk, &QTcpSocket::disconnected, desk, &QObject::deleteLater);
            return;
        }
        m_pairs.push_back(std::make_unique<Pair>());
        Pair *pair = m_pairs.back().get();
        pair->desk = desk;
        pair->hub = new QTcpSocket(this);
        desk->setParent(this);
        m_toHub = m_toDesk = 0;
        pair->hub->connectToHost(m_hub.host(), quint16(m_hub.port()));
        connect(desk, &QTcpSocket::readyRead, this, [this, pair] { came(pair, Way::ToHub); });
        connect(pair->hub, &QTcpSocket::readyRead, this, [this, pair] { came(pair, Way::ToDesk); });
        connect(pair->hub, &QTcpSocket::connected, this, [this, pair] { pass(pair, Way::ToHub); });
        for (QTcpSocket *socket : {desk, pair->hub}) {
            connect(socket, &QTcpSocket::errorOccurred, this, [this, pair] { ended(pair); });
            connect(socket, &QTcpSocket::disconnected, this, [this, pair] { ended(pair); });
        }
        if (m_cutAfter == 0)
            cut(pair);
    }

    void came(Pair *pair, Way way)
    {
        bool &held = way == Way::ToHub ? pair->heldToHub : pair->heldToDesk;
        if (m_heldMs == 0)
            return pass(pair, way);
        if (std::exchange(held, true))
            return;
        QTimer::singleShot(m_heldMs, pair->hub, [this, pair, way] { // which ends with the pair
            (way == Way::ToHub ? pair->heldToHub : pair->heldToDesk) = false;
            pass(pair, way);
        });
    }

    void pass(Pair *pair, Way way)
    {
        QTcpSocket *from = way == Way::ToHub ? pair->desk : pair->hub;
        QTcpSocket *to = way == Way::ToHub ? pair->hub : pair->desk;
        if (pair->frozen || to->state() != QAbstractSocket::ConnectedState)
            return;
        QByteArray bytes = from->readAll();
        qint64 &count = way == Way::ToHub ? pair->toHub : pair->toDesk;
        const bool isCut = m_cutAfter >= 0 && way == m_cutWay && count + bytes.size() >= m_cutAfter;
        if (isCut)
            bytes.truncate(qsizetype(m_cutAfter - count));
        count += bytes.size();
        (way == Way::ToHub ? m_toHub : m_toDesk) = count;
        to->write(bytes);
        to->flush();
        if (isCut)
            cut(pair);
    }

    void cut(Pair *pair)
    {
        ++m_cuts;
        // Not from within a signal of the sockets that go.
        QTimer::singleShot(0, this, [this, pair] { drop(pair); });
    }
    void ended(Pair *pair)
    {
        if (!pair->frozen)
            QTimer::singleShot(0, this, [this, pair] { drop(pair); });
    }
    void drop(Pair *pair)
    {
        const auto found = std::find_if(m_pairs.begin(), m_pairs.end(), [&](const auto &one) { return one.get() == pair; });
        if (found == m_pairs.end())
            return;
        for (QTcpSocket *socket : {pair->desk, pair->hub}) {
            socket->disconnect(this);
            socket->abort();
            socket->deleteLater();
        }
        m_pairs.erase(found);
    }

    QUrl m_hub;
    QTcpServer m_server;
    std::vector<std::unique_ptr<Pair>> m_pairs;
    QByteArray m_answer;
    Way m_cutWay = Way::ToHub;
    qint64 m_cutAfter = -1, m_toHub = 0, m_toDesk = 0;
    int m_connections = 0, m_cuts = 0, m_heldMs = 0;
};

} // namespace tributary::crash
