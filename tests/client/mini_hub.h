#pragma once

#include "core/base/digest.h"
#include "core/model/commands.h"
#include "core/wire/frames.h"

#include <QMap>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

#include <functional>
#include <map>

/// A hub in the same thread, made of a few maps, that can be told to misbehave: what the real one cannot be asked for. It
/// speaks the protocol of core/wire/frames.h and the HTTP of the sync edge.
class MiniHub : public QObject {
public:
    using Command = tributary::model::Command;
    using Outcome = tributary::model::Outcome;

    /// No frame at all.
    static inline const QByteArray kGarbage{"\0\x62\xc3\x28", 4};

    MiniHub();
    QUrl url() const;
    /// As a hub that is not there: connections are refused until start().
    void stop();
    void start();
    /// A new history, as after a restore: the log is begun again with the rows as they are.
    void newEpoch(int name, std::int64_t lastN);

    void put(tributary::model::Entity entity);
    void say(const tributary::wire::Frame &frame);
    void sendBytes(const QByteArray &bytes);
    /// What it has done silently is said now.
    void speak();
    int sessions() const { return m_sessions; }

    template<class T>
    T get(const auto &id) const
    {
        for (const auto &[key, entity] : rows) {
            if (const auto *one = std::get_if<T>(&entity); one && one->id == id)
                return *one;
        }
        return {};
    }

    tributary::model::Agent agent;
    std::string password = "correct horse battery";
    std::string token = "token-1";
    std::vector<std::string> features; ///< As it names them; none: a hub from before there were names.
    std::map<tributary::RawId, tributary::model::Entity> rows;
    std::int64_t head = 1;
    std::int64_t lastN = 0;
    std::vector<Command> commands; ///< As they were applied, each once.
    std::function<Outcome(const Command &)> judge;
    QMap<QString, QByteArray> says;                 ///< What it answers, by the path, beyond what it knows of itself.
    QList<std::pair<QString, QByteArray>> requests; ///< What was asked for so, with the bodies.
    std::vector<Outcome> outcomes;                  ///< Of all commands.
    bool silent = false;                            ///< Does what it is told, and says nothing of it until speak().
    bool deaf = false;                              ///< Commands are lost on their way in.
    bool garbles = false;                           ///< Behind each welcome it says what makes no sense.
    std::vector<tributary::wire::Position> asked;   ///< From where each session wanted to go on.
    QByteArray blob;                                ///< What every attachment is, of a hub without `named_uploads`.
    QMap<QString, QByteArray> uploads;              ///< By the names that desktops gave them, of one with it.
    bool givesParts = true;                         ///< Else all of it, whatever was asked for.
    int uploadsAsked = 0;
    int uploadStatus = 0;      ///< That one is answered with instead of being taken.
    QList<qsizetype> cuts;     ///< After so many bytes of it the connection ends, each time one is asked for.
    int blobsMissed = 0;       ///< Times that it was asked for one it does not have.
    QByteArrayList ranges;     ///< What was asked for of it.
    bool holdsBlobs = false;   ///< It is answered with letBlobsGo().
    bool holdsUploads = false; ///< The same.
    void letBlobsGo();
    std::vector<tributary::wire::Presence> heard;
    int pageSize = 3;
    /// How far back the first copy reaches.
    tributary::model::HistoryKey since{tributary::fromMs(1'690'000'000'000), {}};
    std::vector<tributary::wire::Fetch> fetches;
    int signIns = 0;
    QByteArray sealKey; ///< As it gives it, in base64; none: a hub from before there were any.
    int sealKeysAsked = 0;
    int sealKeyStatus = 0; ///< That it is answered with instead.
    /// What a page of the first copy is answered with instead; 0: the page.
    int pageStatus = 0;
    QByteArray pageSaid;
    int pagesAsked = 0;

private:
    void onConnection();
    void onRequest(QTcpSocket *socket);
    bool takesNames() const;
    void answer(QTcpSocket *socket, int status, const QByteArray &body);
    void takeUpload(QTcpSocket *socket, const QUrl &target, const QByteArray &body);
    void answerBlob(QTcpSocket *socket, const QByteArray &headers);
    QByteArray page(int from) const;
    void onFrame(const tributary::wire::Frame &frame);
    void apply(const Command &command);
    void takeBack(tributary::model::TimelineItemId id, std::vector<tributary::model::Entity> &touched);
    std::vector<tributary::model::Entity> rowsAfter(std::int64_t seq) const;

    QTcpServer m_server;
    QWebSocketServer m_sockets{"mini hub", QWebSocketServer::NonSecureMode};
    QPointer<QWebSocket> m_desk;
    tributary::wire::Epoch m_epoch{};
    std::int64_t m_sent = 0;
    std::size_t m_outcomesSaid = 0;
    quint16 m_port = 0;
    std::vector<std::function<void()>> m_held;
    int m_sessions = 0;
};
