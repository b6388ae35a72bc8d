// The web chat as a browser meets it, for the tests in tests/e2e/webchat: the real service on the real edge, a hub in memory
// behind it, a shop's page on another origin, and a control port that plays the agent. Loopback only, free ports; prints
// them as one line of JSON and ends when its standard input does.
#include "core/base/json_writer.h"
#include "core/base/log.h"
#include "core/channels/webchat/json_reader.h"
#include "core/hub/edge/server.h"
#include "tests/channels/webchat/memory_hub.h"
#include "tests/channels/webchat/webchat_edge.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <iostream>
#include <unistd.h>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::webchat;

namespace {

constexpr auto kKey = "widget-7";
constexpr auto kSecret = "b3f1c2d4e5a697887766554433221100";

class Listener final : public WebChatListener {
public:
    std::map<std::string, bool> typing;
    std::map<std::string, std::string> pages;
    void visitorTyping(const std::string &visitor, bool on) override { typing[visitor] = on; }
    void visitorPresent(const std::string &visitor, bool present, const std::string &page) override
    {
        pages[visitor] = present ? page : std::string("gone");
    }
};

/// Pages of a shop: whatever the query asks for, with the script tag.
class Shop final : public edge::Handler {
public:
    std::string scriptUrl;

    std::size_t bodyLimit(const edge::RequestHead &) override { return 0; }
    edge::UpgradeDecision upgrade(const edge::Request &request) override
    {
        return edge::UpgradeDecision::deny(edge::errorResponse(404, request.id));
    }
    void request(edge::Request request, edge::Responder responder) override
    {
        const std::string locale(request.parameter("locale").value_or("en"));
        // 127.0.0.1 and localhost are two sites to a browser, so the frame may be one of the shop's own site or of another.
        std::string script = scriptUrl;
        if (request.parameter("site") == "same")
            script.replace(script.find("localhost"), std::string_view("localhost").size(), "127.0.0.1");
        edge::Response page = edge::Response::text(
            200,
            "<!doctype html><html lang=\"" + locale + "\"" + (locale == "ar" ? " dir=\"rtl\"" : "")
                + "><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                  "<title>Shop</title><style>:root{color-scheme:light dark}body{font:16px/1.5 "
                  "system-ui,sans-serif;margin:40px;"
                  "max-width:640px}</style></head><body><h1>Northwind Outfitters</h1><p>Wool, oak and things that last.</p>"
                  "<p><a href=\"/?next=1\">Next page</a> <input aria-label=\"Search the shop\"></p><script async src=\""
                + script + "\"></script></body></html>",
            "text/html; charset=utf-8");
        // A strict shop: the script tag must work under it with no more than these two permissions.
        const std::string hub = script.substr(0, script.find("/w/"));
        page.headers.set("Content-Security-Policy",
                         "default-src 'self'; style-src 'unsafe-inline'; script-src " + hub + "; frame-src " + hub);
        responder.send(std::move(page));
    }
};

class TestServer;

/// Plays the agent: POST /reply, /typing, /marks, /presence, /block, /down, /up, /fail, /restore; GET /state.
class Control final : public edge::Handler {
public:
    explicit Control(TestServer &server)
        : m_server(server)
    {
    }
    std::size_t bodyLimit(const edge::RequestHead &) override { return 1024 * 1024; }
    edge::UpgradeDecision upgrade(const edge::Request &request) override
    {
        return edge::UpgradeDecision::deny(edge::errorResponse(404, request.id));
    }
    void request(edge::Request request, edge::Responder responder) override;

private:
    TestServer &m_server;
};

class TestServer {
public:
    explicit TestServer(boost::asio::io_context &loop)
        : m_loop(loop)
        , m_control(*this)
        , m_timer(loop)
    {
        m_shopServer = std::make_unique<edge::Server>(m_loop, edge::Settings{.name = "shop"}, m_shop);
        m_controlServer = std::make_unique<edge::Server>(m_loop, edge::Settings{.name = "control"}, m_control);
        const std::uint16_t shopPort = m_shopServer->listen("127.0.0.1", 0).value();
        const std::uint16_t controlPort = m_controlServer->listen("127.0.0.1", 0).value();

        AccountSettings account;
        account.account.name = "Northwind Outfitters";
        account.settings = {{"key", kKey},
                            {"origins", "http://127.0.0.1:" + std::to_string(shopPort)},
                            {"greeting", "Hello! Ask us anything about your order, sizes or returns."},
                            {"offline_notice", "We are back at nine. Leave a message and we will answer."}};
        account.secrets = {{"identity_secret", kSecret}};
        const Executor executor = [this](std::function<void()> job) { boost::asio::post(m_loop, std::move(job)); };
        service = std::make_unique<WebChatService>(account, Surroundings{hub, hub, m_clock, m_rng, executor, &listener});
        service->start();
        m_edge = std::make_unique<WebChatEdge>(*service);
        up();
        m_shop.scriptUrl = "http://localhost:" + std::to_string(m_port) + "/w/" + kKey + ".js";
        tick();

        JsonWriter json;
        json.beginObject().field("hub", "http://localhost:" + std::to_string(m_port));
        json.field("shop", "http://127.0.0.1:" + std::to_string(shopPort));
        json.field("control", "http://127.0.0.1:" + std::to_string(controlPort));
        json.field("key", kKey).field("secret", kSecret).endObject();
        std::cout << json.text() << std::endl;
    }

    /// Drops every connection at once, as kill -9 would.
    void down() { m_public.reset(); }
    void up()
    {
        if (m_public)
            return;
        m_public = std::make_unique<edge::Server>(m_loop, edge::Settings{.trustedProxies = {"127.0.0.1"}, .name = "public"},
                                                  *m_edge);
        m_port = m_public->listen("127.0.0.1", m_port).value();
    }

    Listener listener;

private:
    SystemClock m_clock;
    SystemRng m_rng;

public:
    MemoryHub hub{m_clock};
    std::unique_ptr<WebChatService> service;

private:
    void tick()
    {
        m_timer.expires_after(std::chrono::seconds(1));
        m_timer.async_wait([this](boost::system::error_code error) {
            if (error)
                return;
            service->timePassed();
            tick();
        });
    }

    boost::asio::io_context &m_loop;
    Shop m_shop;
    Control m_control;
    std::unique_ptr<WebChatEdge> m_edge;
    std::unique_ptr<edge::Server> m_shopServer;
    std::unique_ptr<edge::Server> m_controlServer;
    std::unique_ptr<edge::Server> m_public;
    std::uint16_t m_port = 0;
    boost::asio::steady_timer m_timer;
};

void writeState(JsonWriter &json, TestServer &server)
{
    json.beginObject().key("visitors").beginArray();
    for (const std::string &visitor : server.hub.visitorIds()) {
        json.beginObject().field("id", visitor).field("typing", server.listener.typing[visitor]);
        json.field("page", server.listener.pages[visitor]).key("log").beginArray();
        for (const ChatEvent &event : server.hub.log(visitor)) {
            json.beginObject().field("n", event.n).field("id", event.clientId).field("text", event.item.body);
            json.field("in", event.item.kind == model::TimelineItem::Kind::Inbound);
            json.field("files", event.item.attachments.size()).endObject();
        }
        json.endArray().endObject();
    }
    json.endArray().key("messages").beginArray();
    for (const InboundEnvelope &envelope : server.hub.envelopes(InboundEnvelope::Kind::Message)) {
        json.beginObject().field("text", envelope.text).field("name", envelope.sender.name).key("evidence").beginArray();
        for (const auto &evidence : envelope.sender.evidence)
            json.beginObject().field("address", evidence.address).field("verified", evidence.verified).endObject();
        json.endArray().endObject();
    }
    json.endArray().key("deliveries").beginArray();
    for (const InboundEnvelope &envelope : server.hub.envelopes(InboundEnvelope::Kind::Delivery))
        json.value(envelope.delivery.state == model::Delivery::State::Read ? "read" : "delivered");
    json.endArray().endObject();
}

void Control::request(edge::Request request, edge::Responder responder)
{
    const auto fields = JsonFields::read(request.body.empty() ? "{}" : request.body);
    if (!fields) {
        responder.send(edge::errorResponse(400, request.id));
        return;
    }
    WebChatService &service = *m_server.service;
    const std::string visitor = fields->text("visitor");
    if (request.path == "/reply") {
        std::optional<InboundAttachment> file;
        if (const auto content = fromBase64(fields->text("file")); content && !content->empty())
            file = InboundAttachment{.name = fields->text("name"),
                                     .mediaType = fields->text("type"),
                                     .content = std::make_shared<const std::string>(textOf(*content))};
        service.send(m_server.hub.reply(visitor, fields->text("text"), "Maya", std::move(file)), [](SendOutcome) {});
    } else if (request.path == "/typing") {
        service.agentTyping(visitor, "Maya", fields->flag("on"));
    } else if (request.path == "/marks") {
        service.agentMarks(visitor, fields->number("delivered").value_or(0), fields->number("seen").value_or(0));
    } else if (request.path == "/presence") {
        service.setPresence(fields->flag("on"));
    } else if (request.path == "/down") {
        m_server.down();
    } else if (request.path == "/up") {
        m_server.up();
    } else if (request.path == "/restore") { // while it is down
        if (const auto events = fields->number("events"))
            m_server.hub.goBack(visitor, *events);
        else
            m_server.hub.goBackBefore(visitor);
    } else if (request.path == "/forget-uploads") { // they are a day old
        m_server.hub.forgetUploads();
    } else if (request.path == "/no-uploads") {
        m_server.hub.takesNoUploads = fields->flag("on");
    } else if (request.path == "/fail") {
        m_server.hub.failing = fields->flag("on");
    }
    JsonWriter json;
    writeState(json, m_server);
    responder.send(edge::Response::json(200, json.take()));
}

} // namespace

int main()
{
    setLogSink(stderrSink(LogLevel::Warning));
    boost::asio::io_context loop(1);
    TestServer server(loop);
    // Whoever started this holds the other end: when it goes, however it goes, so does this.
    boost::asio::posix::stream_descriptor input(loop, ::dup(STDIN_FILENO));
    std::array<char, 64> ignored;
    std::function<void()> read = [&] {
        input.async_read_some(boost::asio::buffer(ignored), [&](boost::system::error_code error, std::size_t) {
            if (error)
                loop.stop();
            else
                read();
        });
    };
    read();
    loop.run();
}
