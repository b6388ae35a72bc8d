// A visitor's browser that says anything: a line of input is a frame of the socket, or `METHOD PATH BODY` over HTTP. TOKEN
// in either stands for the token of a visitor that is known.
#include "core/text/utf8.h"
#include "tests/channels/webchat/memory_hub.h"
#include "tests/fuzz/promise.h"

#include <deque>

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::webchat;
using fuzz::promise;

namespace {

struct Sink final : SocketSink {
    bool closed = false;
    void send(std::shared_ptr<const std::string> text) override
    {
        promise(!closed, "nothing is said after the goodbye");
        promise(text::isValidUtf8(*text), "frames are valid UTF-8");
        promise(text->starts_with("{\"t\":\""), "frames say what they are");
    }
    void close(std::uint16_t code, std::string_view reason) override
    {
        closed = true;
        promise(code >= 1000 && code < 5000 && reason.size() <= 123, "the goodbye is a proper one");
    }
};

class Browser {
public:
    Browser()
    {
        AccountSettings account;
        account.account.name = "Website";
        account.settings = {{"origins", "https://shop.example"}, {"key", "widget-7"}};
        account.secrets = {{"identity_secret", "b3f1c2d4e5a697887766554433221100"}};
        const Executor executor = [this](std::function<void()> job) { m_jobs.push_back(std::move(job)); };
        m_service = std::make_unique<WebChatService>(account, Surroundings{m_hub, m_hub, m_clock, m_rng, executor, nullptr});
        m_service->start();
        const HttpResponse answer = http("POST", "/w/widget-7/session", R"({"site":"https://shop.example"})");
        const std::string_view before = "\"token\":\"";
        const std::size_t at = answer.body.find(before);
        promise(at != std::string::npos, "a visitor gets a token");
        m_token = answer.body.substr(at + before.size());
        m_token.resize(m_token.find('"'));
        m_session = m_service->makeSession(request("GET", "/w/widget-7/socket"));
        m_session->opened(m_sink);
    }
    ~Browser()
    {
        m_session->closed();
        settle();
        m_service->stop();
    }
    void line(std::string text)
    {
        for (std::size_t at = text.find("TOKEN"); at != std::string::npos; at = text.find("TOKEN", at + m_token.size()))
            text.replace(at, 5, m_token);
        for (const char *method : {"GET ", "POST ", "PUT ", "DELETE "}) {
            if (!text.starts_with(method))
                continue;
            const std::size_t path = std::string_view(method).size();
            const std::size_t body = std::min(text.find(' ', path), text.size());
            http({method, path - 1}, text.substr(path, body - path), text.substr(std::min(body + 1, text.size())));
            return;
        }
        m_clock.advance(Milliseconds(300));
        m_session->frameReceived(text);
        settle();
        m_service->timePassed();
        settle();
    }

private:
    HttpRequest request(std::string method, std::string path, std::string body = {}) const
    {
        return {.method = std::move(method),
                .path = std::move(path),
                .host = "hub.example",
                .origin = "https://hub.example",
                .bearer = m_token,
                .fileName = "picture.png",
                .remoteAddress = "192.0.2.7",
                .body = std::move(body)};
    }
    HttpResponse http(std::string method, std::string path, std::string body)
    {
        HttpResponse out{.status = 0};
        int answers = 0;
        m_service->handle(request(std::move(method), std::move(path), std::move(body)), [&](HttpResponse response) {
            out = std::move(response);
            ++answers;
        });
        settle();
        promise(answers == 1, "a request gets one answer");
        promise(out.status >= 200 && out.status < 600 && out.status != 500, "it is an answer, and no failure of ours");
        for (const auto &[name, value] : out.headers)
            promise(value.find_first_of("\r\n") == std::string::npos, "headers are one line each");
        return out;
    }
    void settle()
    {
        while (!m_jobs.empty()) {
            const auto job = std::move(m_jobs.front());
            m_jobs.pop_front();
            job();
        }
    }

    ManualClock m_clock{fromMs(1'795'250'100'000)};
    MemoryHub m_hub{m_clock};
    SeededRng m_rng{1};
    std::deque<std::function<void()>> m_jobs;
    std::unique_ptr<WebChatService> m_service;
    std::string m_token;
    std::shared_ptr<Sink> m_sink = std::make_shared<Sink>();
    std::shared_ptr<WebChatSession> m_session;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Browser browser;
    std::string_view rest(reinterpret_cast<const char *>(data), size);
    for (int lines = 0; !rest.empty() && lines < 40; ++lines) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        browser.line(std::string(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return 0;
}
