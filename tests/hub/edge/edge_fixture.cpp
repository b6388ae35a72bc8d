#include "tests/hub/edge/edge_fixture.h"

#include <utility> // Boost.Asio 1.74 forgets it

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <thread>
#include <unistd.h>

namespace tributary::edge::testing {

using namespace std::chrono_literals;

namespace {
constexpr auto kPatience = 10s;
}

void RecordedSocket::opened(std::shared_ptr<Socket> socket)
{
    const std::scoped_lock lock(m_mutex);
    m_state.socket = std::move(socket);
    m_changed.notify_all();
}

void RecordedSocket::message(std::string payload, bool binary)
{
    const std::scoped_lock lock(m_mutex);
    if (echo)
        m_state.socket->send(payload, binary);
    m_state.messages.emplace_back(std::move(payload), binary);
    m_changed.notify_all();
}

void RecordedSocket::drained()
{
    const std::scoped_lock lock(m_mutex);
    ++m_state.drained;
    m_changed.notify_all();
}

void RecordedSocket::closed(std::uint16_t code)
{
    const std::scoped_lock lock(m_mutex);
    ++m_state.closed;
    m_state.closeCode = code;
    m_changed.notify_all();
}

bool RecordedSocket::wait(const std::function<bool(const State &)> &holds)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, kPatience, [&] { return holds(m_state); });
}

std::shared_ptr<Socket> RecordedSocket::socket()
{
    wait([](const State &state) { return state.socket != nullptr; });
    return state().socket;
}

RecordedSocket::State RecordedSocket::state()
{
    const std::scoped_lock lock(m_mutex);
    return m_state;
}

TestHandler::TestHandler()
{
    onRequest = [](Request request, Responder responder) {
        responder.send(Response::text(200, request.method + ' ' + request.path + ' ' + request.body));
    };
    onUpgrade = [this](const Request &request) {
        if (request.path != "/ws")
            return UpgradeDecision::deny(Response::text(404, "no socket here"));
        return UpgradeDecision::accept(recorded);
    };
}

Settings testSettings()
{
    Settings settings;
    settings.times.linger = 300ms;
    settings.times.stop = 1s;
    return settings;
}

struct EdgeFixture::Loop {
    boost::asio::io_context context{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard = boost::asio::make_work_guard(context);
    std::thread thread;
};

EdgeFixture::EdgeFixture(Settings settings, std::function<void(TestHandler &)> prepare)
    : m_loop(std::make_unique<Loop>())
{
    if (prepare)
        prepare(m_handler);
    m_server = std::make_unique<Server>(m_loop->context, std::move(settings), m_handler);
    const auto port = m_server->listen("127.0.0.1", 0);
    if (!port) {
        std::fprintf(stderr, "cannot listen: %s\n", port.error().detail.c_str());
        std::abort();
    }
    m_port = *port;
    m_loop->thread = std::thread([this] { m_loop->context.run(); });
}

EdgeFixture::~EdgeFixture()
{
    onLoop([this] { m_server.reset(); });
    m_loop->guard.reset();
    m_loop->context.stop();
    m_loop->thread.join();
}

void EdgeFixture::onLoop(const std::function<void()> &work)
{
    std::promise<void> done;
    boost::asio::post(m_loop->context, [&] {
        work();
        done.set_value();
    });
    done.get_future().wait();
}

bool EdgeFixture::waitFor(const std::function<bool(const Metrics &)> &holds)
{
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!holds(m_server->metrics())) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(2ms); // a poll; nothing depends on its length
    }
    return true;
}

bool EdgeFixture::stop()
{
    const auto done = std::make_shared<std::promise<void>>();
    m_server->stop([done] { done->set_value(); });
    return done->get_future().wait_for(kPatience) == std::future_status::ready;
}

std::string EdgeFixture::ask(std::string_view request)
{
    RawClient client(m_port);
    client.send(request);
    return client.readResponse(request.starts_with("HEAD"));
}

Result<std::uint16_t> listenOnce(const Settings &settings)
{
    boost::asio::io_context loop;
    TestHandler handler;
    return Server(loop, settings, handler).listen("127.0.0.1", 0);
}

long residentKiB()
{
#ifdef __SANITIZE_ADDRESS__
    return 0;
#endif
    long pages = 0;
    if (std::FILE *file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%*s %ld", &pages) != 1)
            pages = 0;
        std::fclose(file);
    }
    return pages * (::sysconf(_SC_PAGESIZE) / 1024);
}

} // namespace tributary::edge::testing
