#include "tests/bench/live.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>

#include <algorithm>

namespace tributary::bench {

Result<void> LiveHub::makeSmall()
{
    const QTemporaryDir folder;
    QFile history(folder.filePath("one.jsonl"));
    if (!history.open(QIODevice::WriteOnly))
        return failure(Error::Kind::Failed, "cannot write a file");
    history.write(R"({"message_id":"1","customer_handle":"layla@customer.example","channel":"email","direction":"in",)"
                  R"("author":"customer","at_ms":1760000000000,"body":"Hello","subject":"Cups","status":"open"})"
                  "\n");
    history.close();
    const QByteArray password = QByteArray(Shop::kPassword) + '\n';
    if (process.run({"user", "add", "--email", Shop::kEmail, "--name", "Mara", "--role", "admin"}, password).isEmpty()
        || process.run({"import", history.fileName()}).isEmpty())
        return failure(Error::Kind::Failed, "the hub cannot be set up");
    return {};
}

Result<void> LiveHub::start()
{
    if (!process.start())
        return failure(Error::Kind::Failed, "the hub does not start");
    TRIBUTARY_TRY_ASSIGN(conversations, someConversations(file, 400, "status = 'open'"));
    if (conversations.empty())
        return failure(Error::Kind::NotFound, "the hub has no open conversation");
    QNetworkAccessManager network;
    QNetworkRequest request(QUrl(process.agents().toString() + "/auth/sign-in"));
    request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
    const QJsonObject who{{"email", Shop::kEmail}, {"password", Shop::kPassword}, {"device", "bench"}};
    const std::unique_ptr<QNetworkReply> reply(network.post(request, QJsonDocument(who).toJson()));
    if (!QTest::qWaitFor([&reply] { return reply->isFinished(); }, 30'000))
        return failure(Error::Kind::TimedOut, "nobody could sign in");
    token = QJsonDocument::fromJson(reply->readAll()).object()["token"].toString().toStdString();
    return token.empty() ? Result<void>(failure(Error::Kind::Failed, "nobody could sign in")) : Result<void>();
}

Result<void> LiveHub::restart()
{
    process.stop();
    return process.start() ? Result<void>() : Result<void>(failure(Error::Kind::Failed, "the hub does not start again"));
}

Result<void> Crowd::connectAll(int port, int count, const std::string &token)
{
    QStringList arguments{QString::number(port), QString::number(count)};
    if (!token.empty())
        arguments << QString::fromStdString(token);
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QCoreApplication::applicationDirPath() + "/bench_crowd", arguments);
    return untilLive();
}

Result<void> Crowd::untilLive()
{
    m_said.clear();
    const double end = seconds() + 120;
    while (!m_said.contains('\n') && seconds() < end) {
        if (m_process.waitForReadyRead(1'000))
            m_said += m_process.readAllStandardOutput();
        QCoreApplication::processEvents();
    }
    if (!m_said.startsWith("live "))
        return failure(Error::Kind::TimedOut, "not all desktops came");
    m_liveMs = m_said.mid(5).toDouble();
    return {};
}

Crowd::~Crowd()
{
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(20'000)) {
        m_process.kill();
        m_process.waitForFinished();
    }
}

/// Counts what it is told.
class Writer::Desk : public testing::Desk {
public:
    using testing::Desk::Desk;
    std::int64_t bytes = 0;

protected:
    void received(std::string_view message) override
    {
        bytes += std::int64_t(message.size());
        testing::Desk::received(message);
    }
};

Writer::Writer(const LiveHub &hub, std::size_t desks)
    : m_hub(hub)
    , m_n(desks)
{
    while (m_desk.size() < desks)
        m_desk.push_back(std::make_unique<Desk>(hub.process.agents().port(), hub.token, m_rng));
    m_desk.front()->setObserver([this](const wire::Changes &changes) { hear(changes); });
}

Writer::~Writer() = default;

void Writer::hear(const wire::Changes &changes)
{
    for (const model::Entity &row : changes.rows) {
        const auto *item = std::get_if<model::TimelineItem>(&row);
        const auto found = item ? m_sentAt.find(item->id) : m_sentAt.end();
        if (found == m_sentAt.end())
            continue;
        ++heard;
        delays.push_back((seconds() - found->second) * 1e3);
        m_sentAt.erase(found);
    }
}

bool Writer::goLive()
{
    for (const auto &desk : m_desk)
        desk->connectNow();
    const auto isLive = [this] { return std::ranges::all_of(m_desk, [](const auto &desk) { return desk->isLive(); }); };
    const double end = seconds() + 20;
    while (!isLive() && seconds() < end)
        turn(5);
    return isLive();
}

void Writer::turn(int ms)
{
    testing::turn(m_desk, ms);
}

model::TimelineItemId Writer::write(const std::string &body)
{
    return write(body, m_hub.conversations[std::size_t(written) % m_hub.conversations.size()]);
}

model::TimelineItemId Writer::write(const std::string &body, model::ConversationId to)
{
    const model::AddNote note{.item = m_ids.make<model::TimelineItemId>(), .conversation = to, .body = body};
    m_sentAt[note.item] = seconds();
    const std::size_t turn = std::size_t(written) % m_desk.size();
    m_desk[turn]->send(
        wire::CommandFrame{{.n = ++m_n[turn], .id = m_ids.make<model::CommandId>(), .at = m_clock.now(), .body = note}});
    ++written;
    return note.item;
}

std::int64_t Writer::bytesHeard() const
{
    return m_desk.front()->bytes;
}

Bustle::Bustle(const LiveHub &hub, int everyMs)
    : m_thread([this, &hub, everyMs](const std::stop_token &stop) {
        Writer writer(hub);
        if (!writer.goLive())
            return;
        double next = seconds();
        while (!stop.stop_requested()) {
            if (seconds() >= next) {
                writer.write(noteText());
                next += everyMs / 1e3;
            }
            writer.turn(std::clamp(int((next - seconds()) * 1e3), 1, everyMs));
            m_heard = writer.heard;
        }
    })
{
}

Result<double> bareFanOut(int sockets, int messages, int everyMs, std::size_t bytes)
{
    QProcess server;
    server.start(QCoreApplication::applicationDirPath() + "/bare_server", QStringList());
    QByteArray said;
    while (!said.contains('\n') && server.waitForReadyRead(10'000))
        said += server.readAllStandardOutput();
    const int port = said.simplified().split(' ').value(1).toInt();
    class Speaker : public testing::RawSocket {
    public:
        using RawSocket::RawSocket;
        ~Speaker() override { drop(); }
        bool wantsToRead() const { return true; }
        void beat() {}
        int heard = 0;

    protected:
        void received(std::string_view) override { ++heard; }
    };
    double cost = 0;
    {
        Crowd crowd;
        TRIBUTARY_TRY(crowd.connectAll(port, sockets, {}));
        std::vector<std::unique_ptr<Speaker>> speaker;
        speaker.push_back(std::make_unique<Speaker>(port));
        speaker.front()->connectTo("/", {});
        while (!speaker.front()->isUpgraded())
            testing::turn(speaker, 5);
        const Bytes message(bytes, std::byte('w'));
        const double before = processCpuOf(server.processId());
        double next = seconds();
        for (int sent = 0; sent < messages || speaker.front()->heard < messages;) {
            if (sent < messages && seconds() >= next) {
                speaker.front()->sendMessage(message);
                ++sent;
                next += everyMs / 1e3;
            }
            testing::turn(speaker, 1);
        }
        cost = (processCpuOf(server.processId()) - before) / messages / (sockets + 1) * 1e6;
    }
    server.closeWriteChannel();
    if (!server.waitForFinished(10'000)) {
        server.kill();
        server.waitForFinished();
    }
    return cost;
}

const std::string &noteText()
{
    static const std::string text(200, 'w');
    return text;
}

} // namespace tributary::bench
