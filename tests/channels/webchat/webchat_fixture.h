#pragma once

#include "core/channels/webchat/json_reader.h"
#include "tests/channels/webchat/memory_hub.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <deque>

namespace tributary::channels::webchat {

using Settings = std::map<std::string, std::string>;

/// A widget's service over a hub in memory, a clock that stands still, and an executor that the test runs.
class WebChatFixture {
public:
    static constexpr auto kSite = "https://shop.example";
    static constexpr auto kSecret = "b3f1c2d4e5a697887766554433221100";

    explicit WebChatFixture(const Settings &settings = {})
    {
        AccountSettings account;
        account.account.name = "Website";
        account.settings = {{"origins", kSite}, {"key", "widget-7"}};
        for (const auto &[name, value] : settings)
            account.settings[name] = value;
        account.secrets = {{"identity_secret", kSecret}};
        const Executor executor = [this](std::function<void()> job) { m_jobs.push_back(std::move(job)); };
        service = std::make_unique<WebChatService>(account, Surroundings{hub, hub, clock, m_rng, executor, &listener});
        service->start();
    }

    /// Runs what was put off, and what that puts off.
    void settle()
    {
        while (!m_jobs.empty()) {
            const auto job = std::move(m_jobs.front());
            m_jobs.pop_front();
            job();
        }
    }

    HttpResponse http(HttpRequest request)
    {
        HttpResponse out{.status = 0};
        service->handle(request, [&](HttpResponse response) { out = std::move(response); });
        settle();
        return out;
    }

    HttpRequest request(std::string method, std::string path, std::string body = {}) const
    {
        return {.method = std::move(method),
                .path = std::move(path),
                .host = "hub.example",
                .origin = "https://hub.example",
                .remoteAddress = "192.0.2.7",
                .body = std::move(body)};
    }

    /// A new visitor's token.
    std::string newToken(const std::string &address = "192.0.2.7")
    {
        HttpRequest ask = request("POST", "/w/widget-7/session", R"({"site":"https://shop.example"})");
        ask.remoteAddress = address;
        const HttpResponse answer = http(ask);
        const auto fields = JsonFields::read(answer.body);
        return fields ? fields->text("token") : std::string();
    }

    struct Listener final : WebChatListener {
        std::vector<bool> typing; ///< As it was told.
        void visitorTyping(const std::string &, bool on) override { typing.push_back(on); }
    };

    Listener listener;
    ManualClock clock{fromMs(1'795'250'100'000)};
    MemoryHub hub{clock};
    std::unique_ptr<WebChatService> service;

private:
    SystemRng m_rng;
    std::deque<std::function<void()>> m_jobs;
};

/// A widget's end of a socket: what came, and how it ended.
class Tab {
public:
    Tab(WebChatFixture &fixture, const std::string &token, std::int64_t after = -1)
        : m_fixture(fixture)
    {
        m_session = fixture.service->makeSession(fixture.request("GET", "/w/widget-7/socket"));
        m_session->opened(m_sink);
        if (!token.empty())
            say({{"t", "hello"},
                 {"token", QString::fromStdString(token)},
                 {"site", WebChatFixture::kSite},
                 {"after", qint64(after)}});
    }

    void say(const QJsonObject &frame) { sayRaw(QJsonDocument(frame).toJson(QJsonDocument::Compact).toStdString()); }
    /// Leaves what follows from it to be settled later.
    void sayUnsettled(const QJsonObject &frame)
    {
        m_session->frameReceived(QJsonDocument(frame).toJson(QJsonDocument::Compact).toStdString());
    }
    void sayRaw(const std::string &text)
    {
        m_session->frameReceived(text);
        m_fixture.settle();
    }
    void write(const QString &id, const QString &text, const QJsonArray &files = {})
    {
        say({{"t", "msg"}, {"id", id}, {"text", text}, {"files", files}});
    }
    void leave() { m_session->closed(); }

    /// The frames of one type, oldest first.
    QList<QJsonObject> frames(const QString &type) const
    {
        QList<QJsonObject> out;
        for (const auto &text : m_sink->sent) {
            const auto frame = QJsonDocument::fromJson(QByteArray::fromStdString(*text)).object();
            if (frame["t"].toString() == type)
                out.append(frame);
        }
        return out;
    }
    QJsonObject last(const QString &type) const
    {
        const auto all = frames(type);
        return all.isEmpty() ? QJsonObject() : all.last();
    }
    int closeCode() const { return m_sink->code; }
    QString visitor() const { return last("welcome")["visitor"].toString(); }

private:
    struct Sink final : SocketSink {
        std::vector<std::shared_ptr<const std::string>> sent;
        int code = 0;
        void send(std::shared_ptr<const std::string> text) override { sent.push_back(std::move(text)); }
        void close(std::uint16_t closeCode, std::string_view) override { code = closeCode; }
    };
    WebChatFixture &m_fixture;
    std::shared_ptr<Sink> m_sink = std::make_shared<Sink>();
    std::shared_ptr<WebChatSession> m_session;
};

} // namespace tributary::channels::webchat
