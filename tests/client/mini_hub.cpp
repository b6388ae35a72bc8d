#include "mini_hub.h"

#include "core/wire/features.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

using namespace tributary;
using namespace tributary::model;

MiniHub::MiniHub()
{
    m_epoch[0] = std::byte(1);
    judge = [](const Command &command) { return Outcome{.n = command.n, .command = command.id}; };
    m_sockets.setSupportedSubprotocols(
        {QString::fromLatin1(wire::kSubProtocol.data(), qsizetype(wire::kSubProtocol.size()))});
    connect(&m_server, &QTcpServer::newConnection, this, &MiniHub::onConnection);
    connect(&m_sockets, &QWebSocketServer::newConnection, this, [this] {
        m_desk = m_sockets.nextPendingConnection();
        m_desk->setParent(this); // of a connection handed over, the server is no parent
        ++m_sessions;
        connect(m_desk, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &message) {
            const auto frame = wire::unpack(std::as_bytes(std::span(message.constData(), std::size_t(message.size()))));
            if (frame && *frame)
                onFrame(**frame);
        });
    });
    start();
}

void MiniHub::start()
{
    m_server.listen(QHostAddress::LocalHost, m_port);
    m_port = m_server.serverPort();
}

void MiniHub::stop()
{
    m_server.close();
    for (QTcpSocket *kept : m_server.findChildren<QTcpSocket *>())
        kept->abort(); // also those kept alive between two requests
    if (m_desk)
        m_desk->abort();
}

QUrl MiniHub::url() const
{
    return QUrl(QString("http://127.0.0.1:%1").arg(m_port));
}

void MiniHub::newEpoch(int name, std::int64_t n)
{
    m_epoch[0] = std::byte(name);
    lastN = n;
    if (m_desk)
        m_desk->abort();
}

void MiniHub::onConnection()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection())
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { onRequest(socket); });
}

void MiniHub::onRequest(QTcpSocket *socket)
{
    const QByteArray seen = socket->peek(64 << 20);
    const qsizetype headEnd = seen.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return;
    if (seen.startsWith("GET /sync ")) {
        socket->disconnect(this);
        m_sockets.handleConnection(socket);
        return;
    }
    const QByteArray headers = seen.left(headEnd).toLower();
    const qsizetype at = headers.indexOf("content-length: ");
    const qsizetype length = at < 0 ? 0 : headers.mid(at + 16).split('\r').first().toLongLong();
    if (seen.size() < headEnd + 4 + length)
        return;
    socket->readAll();
    const QByteArray body = seen.mid(headEnd + 4, length);
    const QList<QByteArray> line = seen.left(seen.indexOf('\r')).split(' ');
    const QUrl target = QUrl::fromEncoded(line.value(1));
    const bool mayPass = headers.contains("authorization: bearer " + QByteArray::fromStdString(token));
    if (target.path() == "/auth/sign-in") {
        ++signIns;
        const bool good = QJsonDocument::fromJson(body).object()["password"].toString().toStdString() == password;
        const QJsonObject said{{"token", QString::fromStdString(token)},
                               {"agent_id", QString::fromStdString(agent.id.text())},
                               {"workspace", "Teapots"}};
        answer(socket, good ? 200 : 401, good ? QJsonDocument(said).toJson() : QByteArray(R"({"error":"denied"})"));
    } else if (!mayPass) {
        answer(socket, 401, "{}");
    } else if (target.path() == "/sync/bootstrap") {
        ++pagesAsked;
        if (pageStatus != 0)
            answer(socket, pageStatus, pageSaid);
        else
            answer(socket, 200, page(QUrlQuery(target).queryItemValue("after").toInt()));
    } else if (target.path() == "/auth/seal-key") {
        ++sealKeysAsked;
        const int status = sealKeyStatus != 0 ? sealKeyStatus : sealKey.isEmpty() ? 404 : 200;
        answer(socket, status, status == 200 ? R"({"key":")" + sealKey + R"("})" : QByteArray("{}"));
    } else if (target.path() == "/attachments") {
        ++uploadsAsked;
        if (uploadStatus != 0)
            return answer(socket, uploadStatus, "{}");
        if (holdsUploads) {
            m_held.emplace_back([this, socket = QPointer<QTcpSocket>(socket), target, body] {
                if (socket)
                    takeUpload(socket, target, body);
            });
            return;
        }
        takeUpload(socket, target, body);
    } else if (target.path().startsWith("/attachments/")) {
        const QString id = target.path().section('/', -1);
        if (takesNames() && !uploads.contains(id)) {
            ++blobsMissed;
            return answer(socket, 404, "{}");
        }
        if (takesNames())
            blob = uploads[id];
        answerBlob(socket, headers);
    } else {
        requests.append({target.path(), body});
        answer(socket, 200, says.value(target.path(), "{}"));
    }
}

bool MiniHub::takesNames() const
{
    return wire::Features(features).has(wire::feature::kNamedUploads);
}

void MiniHub::answer(QTcpSocket *socket, int status, const QByteArray &body)
{
    socket->write("HTTP/1.1 " + QByteArray::number(status) + " X\r\nContent-Length: " + QByteArray::number(body.size())
                  + "\r\n\r\n" + body);
}

void MiniHub::answerBlob(QTcpSocket *socket, const QByteArray &headers)
{
    const auto valueOf = [&headers](const QByteArray &name) {
        const qsizetype at = headers.indexOf("\r\n" + name + ": ");
        return at < 0 ? QByteArray() : headers.mid(at + name.size() + 4).split('\r').first();
    };
    const QByteArray range = valueOf("range");
    ranges.append(range);
    if (holdsBlobs) {
        m_held.emplace_back([this, socket = QPointer<QTcpSocket>(socket)] {
            if (socket)
                answer(socket, 200, blob);
        });
        return;
    }
    const Sha256 hash = sha256(std::as_bytes(std::span(blob.constData(), std::size_t(blob.size()))));
    const bool holds = givesParts && range.startsWith("bytes=")
                       && valueOf("if-range") == '"' + QByteArray::fromStdString(toHex(hash)) + '"';
    const QByteArray part = holds ? blob.mid(range.mid(6).split('-').first().toLongLong()) : blob;
    if (cuts.isEmpty())
        return answer(socket, holds ? 206 : 200, part);
    socket->write("HTTP/1.1 " + QByteArray(holds ? "206" : "200")
                  + " X\r\nContent-Length: " + QByteArray::number(part.size()) + "\r\n\r\n" + part.first(cuts.takeFirst()));
    socket->disconnectFromHost();
}

void MiniHub::takeUpload(QTcpSocket *socket, const QUrl &target, const QByteArray &body)
{
    blob = body;
    const QString named = QUrlQuery(target).queryItemValue("id");
    if (takesNames())
        uploads[named] = body;
    const Sha256 hash = sha256(std::as_bytes(std::span(body.constData(), std::size_t(body.size()))));
    const QJsonObject said{{"id", takesNames() ? named : "018f3c2a-7b1e-7c3d-9a55-0123456789ab"},
                           {"sha256", QString::fromStdString(toHex(hash))},
                           {"media_type", "image/png"},
                           {"size", body.size()}};
    answer(socket, 200, QJsonDocument(said).toJson());
}

void MiniHub::letBlobsGo()
{
    holdsBlobs = holdsUploads = false;
    for (const auto &answerOne : std::exchange(m_held, {}))
        answerOne();
}

QByteArray MiniHub::page(int from) const
{
    wire::BootstrapPage page{.start = {.epoch = m_epoch, .seq = head}};
    int at = 0;
    for (const auto &[key, entity] : rows) {
        if (at >= from && at < from + pageSize)
            page.rows.push_back(entity);
        ++at;
    }
    page.done = std::min(at, from + pageSize);
    page.total = at;
    if (from + pageSize < at)
        page.next = std::to_string(from + pageSize);
    else
        page.since = since;
    const Bytes bytes = wire::pack(page);
    return QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
}

void MiniHub::say(const wire::Frame &frame)
{
    const Bytes bytes = wire::pack(frame);
    sendBytes(QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())));
}

void MiniHub::sendBytes(const QByteArray &bytes)
{
    if (m_desk)
        m_desk->sendBinaryMessage(bytes);
}

std::vector<Entity> MiniHub::rowsAfter(std::int64_t seq) const
{
    std::vector<Entity> found;
    for (const auto &[key, entity] : rows) {
        if (versionOf(entity) > seq)
            found.push_back(entity);
    }
    return found;
}

void MiniHub::put(Entity entity)
{
    setVersion(entity, ++head);
    rows[keyOf(entity)] = entity;
    if (!m_desk)
        return;
    say(wire::Changes{
        .from = m_sent, .to = head, .head = head, .rows = {entity}, .lastN = lastN, .serverTime = fromMs(head)});
    m_sent = head;
}

void MiniHub::onFrame(const wire::Frame &frame)
{
    if (const auto *hello = std::get_if<wire::Hello>(&frame)) {
        if (says.contains("/sync"))
            return say(wire::Goodbye{.reason = says["/sync"].toStdString(), .retryAfterMs = 60'000});
        if (hello->token != token)
            return say(wire::Goodbye{.reason = "denied"});
        asked.push_back(hello->position);
        const bool resync = hello->position.epoch != m_epoch;
        m_sent = resync ? head : hello->position.seq;
        std::vector<Outcome> cameBack;
        std::ranges::copy_if(outcomes, std::back_inserter(cameBack), [&](const Outcome &outcome) {
            return resync && outcome.n > hello->lastN && outcome.kind != Outcome::Kind::Applied;
        });
        say(wire::Welcome{.features = features,
                          .agent = agent,
                          .workspace = "Teapots",
                          .head = {.epoch = m_epoch, .seq = head},
                          .resync = resync,
                          .reason = resync ? "new" : "",
                          .lastN = lastN,
                          .outcomes = cameBack});
        if (garbles)
            return sendBytes(kGarbage);
        if (m_sent < head)
            say(wire::Changes{.from = m_sent, .to = head, .head = head, .rows = rowsAfter(m_sent), .lastN = lastN});
        m_sent = head;
    } else if (const auto *command = std::get_if<wire::CommandFrame>(&frame)) {
        if (!deaf)
            apply(command->command);
    } else if (const auto *fetch = std::get_if<wire::Fetch>(&frame)) {
        fetches.push_back(*fetch);
        TimelineItem old{.id = TimelineItemId(rows.begin()->first), .customer = fetch->customer, .body = "from long ago"};
        old.id.bytes[3] = std::byte(0x77);
        old.at = fetch->beforeAt - std::chrono::hours(1);
        old.version = 1;
        say(wire::Page{.request = fetch->request, .rows = {old}, .complete = true});
    } else if (const auto *presence = std::get_if<wire::Presence>(&frame)) {
        heard.push_back(*presence);
    }
}

void MiniHub::apply(const Command &command)
{
    if (command.n != lastN + 1)
        return; // given before
    lastN = command.n;
    commands.push_back(command);
    const Outcome outcome = judge(command);
    outcomes.push_back(outcome);
    std::vector<Entity> touched;
    if (outcome.kind == Outcome::Kind::Applied) {
        auto conversation = get<Conversation>(conversationOf(command.body));
        if (!conversation.id.isNull()) {
            if (auto item = itemOf(command, conversation, agent, 0))
                touched.emplace_back(*item);
            applyTo(conversation, command.body, agent, command.at);
            touched.emplace_back(conversation);
        }
        if (const auto *cancel = std::get_if<CancelMessage>(&command.body))
            takeBack(cancel->item, touched);
    }
    ++head;
    for (Entity &entity : touched) {
        setVersion(entity, head);
        rows[keyOf(entity)] = entity;
    }
    if (silent)
        return;
    say(wire::Changes{.from = m_sent, .to = head, .head = head, .rows = touched, .outcomes = {outcome}, .lastN = lastN});
    m_sent = head;
    m_outcomesSaid = outcomes.size();
}

void MiniHub::speak()
{
    silent = false;
    const std::vector<Outcome> unsaid(outcomes.begin() + std::ptrdiff_t(m_outcomesSaid), outcomes.end());
    say(wire::Changes{
        .from = m_sent, .to = head, .head = head, .rows = rowsAfter(m_sent), .outcomes = unsaid, .lastN = lastN});
    m_sent = head;
    m_outcomesSaid = outcomes.size();
}

void MiniHub::takeBack(TimelineItemId id, std::vector<Entity> &touched)
{
    auto item = get<TimelineItem>(id);
    if (item.id.isNull())
        return;
    item.deleted = true;
    item.body.clear();
    touched.emplace_back(item);
    auto conversation = get<Conversation>(item.conversation);
    conversation.preview.clear();
    for (const auto &[key, entity] : rows) {
        const auto *other = std::get_if<TimelineItem>(&entity);
        if (other && other->id != id && other->conversation == conversation.id && !other->deleted
            && other->kind == TimelineItem::Kind::Inbound) {
            conversation.preview = previewOf(other->body);
            conversation.previewOutbound = false;
            conversation.waitingSince = conversation.lastItemAt = other->at;
        }
    }
    touched.emplace_back(conversation);
}
