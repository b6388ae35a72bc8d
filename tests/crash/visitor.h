#pragma once

#include "tests/crash/ledger.h"

#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <deque>

namespace tributary::crash {

/// Somebody on the shop's page, as the widget is (core/channels/webchat/PROTOCOL.md): keeps what it wrote until it hears
/// `ok` or its own event, says it again after each welcome, and asks for the events it missed.
class Visitor : public QObject {
public:
    Visitor(QString name, const QUrl &hub, QString key, Ledger &ledger);

    ~Visitor() override { m_socket.disconnect(this); } // it says at its end that it is closed

    void write(const QString &text);
    bool isQuiet() const { return m_waiting.empty() && m_socket.isValid() && m_newest >= m_last; }
    QString state() const;

private:
    struct Message {
        QString id, text;
    };
    void connectSoon();
    void openSession();
    void openSocket();
    void onFrame(const QJsonObject &frame);
    void onEvent(const QJsonObject &event);
    void accepted(const QString &id);
    void say(const QJsonObject &frame);
    void sayWaiting();
    void askForMissing();
    QUrl at(const QString &scheme, const QString &path) const;

    const QString m_name, m_key;
    const QUrl m_hub;
    Ledger &m_ledger;
    QNetworkAccessManager m_network;
    QWebSocket m_socket;
    QTimer m_again, m_sayAgain, m_ping;
    QString m_token, m_epoch;
    std::deque<Message> m_waiting;
    bool m_welcome = false;
    qint64 m_newest = -1; ///< Everything up to here is shown.
    qint64 m_last = 0;    ///< The hub's newest, as far as it was said.
};

} // namespace tributary::crash
