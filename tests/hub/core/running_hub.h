#pragma once

#include "core/hub/hub.h"
#include "core/hub/teams.h"
#include "core/model/permissions.h"
#include "tests/hub/edge/raw_client.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>

#include <thread>

namespace tributary::hub::testing {

using edge::testing::RawClient;

inline const QString kPassword = "correct horse battery staple";

using namespace model;

struct Answer {
    int status = 0;
    QJsonObject said;
    QByteArray bytes; ///< As they came.
    QString error() const { return said["error"].toString(); }
};

/// A clock that stands still, and that threads may look at while a test moves it.
class StillClock final : public Clock {
public:
    TimePoint now() const override { return fromMs(2'000'000'000'000 + m_passed); }
    Milliseconds steady() const override { return Milliseconds(3'600'000 + m_passed); }
    void advance(Milliseconds by) { m_passed += by.count(); }

private:
    std::atomic<std::int64_t> m_passed = 0;
};

/// The hub with an admin and an agent, or as it is made. Its clock stands still.
class RunningHub {
public:
    enum class With { People, Nobody };

    explicit RunningHub(With with = With::People)
    {
        start();
        if (with == With::Nobody)
            return;
        static const std::string hash = *hashPassword(kPassword.toStdString());
        for (const auto &[email, role] :
             {std::pair("ada@shop.test", Agent::Role::Admin), std::pair("ben@shop.test", Agent::Role::Agent)})
            add(email, role, hash);
    }
    ~RunningHub() { stop(); }
    /// @p between is given the data folder while nothing runs.
    void restart(const std::function<void(const QString &)> &between = {})
    {
        stop();
        if (between)
            between(m_folder.path());
        start();
    }
    template<class Work>
    auto write(Work work)
    {
        const auto done = m_store->writer().writeAndWait(work);
        if (!done)
            qFatal("%s", done.error().detail.c_str());
        return *done;
    }
    std::uint16_t port() const { return m_port; }
    store::Writer &writer() { return m_store->writer(); }
    store::Reader &reader() { return m_store->reader(); }
    Agent add(const std::string &email, Agent::Role role, const std::string &hash)
    {
        return write(
            [&](store::Database &database) { return addAgent(database, m_store->ids(), email, email, role, hash); });
    }
    /// A mailbox at a server that does not answer.
    ChannelAccountId addMailbox()
    {
        const auto added =
            addAccount(*m_store, Channel::Email, "Help",
                       {{"address", "help@shop.test"}, {"imap", "imap://127.0.0.1:1"}, {"smtp", "smtp://127.0.0.1:1"}},
                       {{"password", "three cups of tea"}});
        if (!added)
            qFatal("%s", added.error().detail.c_str());
        return added->id;
    }
    void turnOff(const Agent &agent)
    {
        write([&](store::Database &database) -> Result<int> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(setActive(changes, m_store->ids(), agent, false, std::nullopt, std::nullopt, now()));
            TRIBUTARY_TRY(changes.finish());
            return 0;
        });
    }
    /// As if the table could not be read.
    void hide(const std::string &table)
    {
        write([&](store::Database &database) -> Result<int> {
            TRIBUTARY_TRY(database.execute("ALTER TABLE " + table + " RENAME TO hidden"));
            return 0;
        });
    }
    template<class Id>
    Id makeId()
    {
        return m_store->makeId<Id>();
    }
    /// For a job of the writer.
    IdMaker &ids() { return m_store->ids(); }

    /// @p from is where a web server in front says it comes from; empty: it says nothing.
    Answer ask(const QString &method, const QString &path, const QByteArray &body, const QString &token = {},
               const QString &from = {}) const
    {
        RawClient client(m_port);
        QByteArray request = method.toLatin1() + ' ' + path.toLatin1() + " HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n";
        if (!token.isEmpty())
            request += "Authorization: Bearer " + token.toLatin1() + "\r\n";
        if (!from.isEmpty())
            request += "X-Forwarded-For: " + from.toLatin1() + "\r\n";
        request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        client.send(std::string_view(request.constData(), std::size_t(request.size())));
        const std::string response = client.readResponse();
        const QByteArray said = QByteArray::fromStdString(edge::testing::bodyOf(response));
        return {edge::testing::statusOf(response), QJsonDocument::fromJson(said).object(), said};
    }
    Answer post(const QString &path, const QJsonObject &body, const QString &token = {}) const
    {
        return ask("POST", path, QJsonDocument(body).toJson(QJsonDocument::Compact), token);
    }
    Answer signIn(const QString &email, const QString &password = kPassword, const QString &code = {},
                  const QString &from = {}) const
    {
        const QJsonObject body{{"email", email}, {"password", password}, {"device", "laptop"}, {"code", code}};
        return ask("POST", "/auth/sign-in", QJsonDocument(body).toJson(QJsonDocument::Compact), {}, from);
    }
    QString tokenOf(const QString &email) const { return signIn(email).said["token"].toString(); }
    int statusFor(const QString &token) const { return ask("GET", "/auth/devices", {}, token).status; }
    /// Somebody who may do what an agent does, and manage agents.
    void addManager(const std::string &email) { addWith(email, {"manage-agents"}); }
    /// Somebody who may do what an agent does, and @p further.
    void addWith(const std::string &email, const std::vector<std::string> &further)
    {
        write([&](store::Database &database) -> Result<Agent> {
            Role role{.id = m_store->ids().make<RoleId>(), .name = "Role of " + email};
            role.permissions = permissionsOf(Agent::Role::Agent);
            role.permissions.insert(role.permissions.end(), further.begin(), further.end());
            Role more{.id = RoleId(RawId{std::byte(7)}), .name = "More", .permissions = {"reply", "export"}};
            TRIBUTARY_TRY_ASSIGN(Agent agent, addAgent(database, m_store->ids(), email, email, Agent::Role::Agent,
                                                       *hashPassword(kPassword.toStdString())));
            ChangeLog changes(database);
            TRIBUTARY_TRY(saveRole(changes, m_store->ids(), role, now()));
            TRIBUTARY_TRY(saveRole(changes, m_store->ids(), more, now())); // the same each time
            agent.customRole = role.id;
            TRIBUTARY_TRY_ASSIGN(agent, setRights(changes, m_store->ids(), agent, now()));
            TRIBUTARY_TRY(changes.finish());
            return agent;
        });
    }
    Milliseconds firstCheckAfter = std::chrono::hours(1); ///< ServeOptions, from the next restart() on.
    void advance(Milliseconds by) { m_clock.advance(by); }
    TimePoint now() const { return m_clock.now(); }

private:
    void start()
    {
        auto opened = HubStore::open(m_folder.path().toStdString(), m_clock, m_rng);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        m_store = std::move(*opened);
        m_loop = std::make_unique<Loop>();
        m_hub = std::make_unique<Hub>(*m_store, *m_loop);
        const auto ports =
            m_hub->start({.listenPort = 0, .publicPort = 0, .proxies = {"127.0.0.1"}, .firstCheckAfter = firstCheckAfter});
        if (!ports)
            qFatal("%s", ports.error().detail.c_str());
        m_port = ports->listen;
        m_thread = std::thread([this] { m_loop->run(); });
    }
    void stop()
    {
        m_loop->post([this] { m_hub->stop([this] { m_loop->stop(); }); });
        m_thread.join();
        m_hub.reset();
        m_store->close();
        m_store.reset();
    }

    QTemporaryDir m_folder;
    StillClock m_clock;
    SystemRng m_rng;
    std::unique_ptr<HubStore> m_store;
    std::unique_ptr<Loop> m_loop;
    std::unique_ptr<Hub> m_hub;
    std::uint16_t m_port = 0;
    std::thread m_thread;
};

} // namespace tributary::hub::testing
