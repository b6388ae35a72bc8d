#include "core/hub/admin/socket.h"

#include "core/base/log.h"
#include "core/wire/cbor.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fcntl.h>
#include <list>
#include <mutex>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

namespace tributary::hub::admin {
namespace {

/// For what is told to stop, when the hub ends, to say how far it came.
constexpr std::chrono::seconds kLastWords{2};
constexpr std::size_t kMaxMessage = 64 * 1024 * 1024; ///< Standard input travels whole: mails are piped into import.

class Descriptor {
public:
    explicit Descriptor(int number = -1)
        : m_number(number)
    {
    }
    Descriptor(Descriptor &&other) noexcept
        : m_number(std::exchange(other.m_number, -1))
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }
    int number() const { return m_number; }
    bool isOpen() const { return m_number >= 0; }

private:
    int m_number;
};

/// A socket's path may have 107 bytes, a data folder more: go through an open descriptor of the folder.
sockaddr_un addressIn(const Descriptor &folder)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(folder.number()) + "/hub.sock";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

bool transfer(int socket, std::byte *data, std::size_t size, bool sending)
{
    while (size > 0) {
        const ssize_t done = sending ? ::send(socket, data, size, MSG_NOSIGNAL) : ::recv(socket, data, size, 0);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        data += done;
        size -= std::size_t(done);
    }
    return true;
}

bool sendValue(int socket, const wire::Value &value)
{
    Bytes bytes(4);
    wire::encode(value, bytes);
    const std::size_t size = bytes.size() - 4;
    for (std::size_t i = 0; i < 4; ++i)
        bytes[i] = std::byte(size >> (24 - 8 * i) & 0xff);
    return transfer(socket, bytes.data(), bytes.size(), true);
}

std::optional<wire::Value> receiveValue(int socket)
{
    std::array<std::byte, 4> head;
    if (!transfer(socket, head.data(), head.size(), false))
        return std::nullopt;
    std::size_t size = 0;
    for (const std::byte byte : head)
        size = size << 8 | std::to_integer<std::size_t>(byte);
    if (size > kMaxMessage)
        return std::nullopt;
    Bytes bytes(size);
    if (!transfer(socket, bytes.data(), size, false))
        return std::nullopt;
    auto value = wire::decode(bytes);
    return value ? std::optional<wire::Value>(std::move(*value)) : std::nullopt;
}

std::optional<std::int64_t> numberIn(const wire::Value &value, std::string_view key)
{
    const wire::Value *found = value.find(key);
    const std::int64_t *number = found ? found->as<std::int64_t>() : nullptr;
    return number ? std::optional(*number) : std::nullopt;
}

/// A file by what it is rather than by its name: a service may see another folder under the same path.
struct FileId {
    std::int64_t device = -1, inode = -1;

    static FileId of(const std::filesystem::path &path)
    {
        struct stat about {};
        return ::stat(path.c_str(), &about) == 0 ? FileId{std::int64_t(about.st_dev), std::int64_t(about.st_ino)} : FileId();
    }
    friend bool operator==(const FileId &, const FileId &) = default;
};

std::string textIn(const wire::Value &value, std::string_view key)
{
    const wire::Value *found = value.find(key);
    const std::string *text = found ? found->as<std::string>() : nullptr;
    const Bytes *bytes = found ? found->as<Bytes>() : nullptr;
    return text ? *text : bytes ? std::string(textOf(*bytes)) : std::string();
}

} // namespace

struct SocketServer::State {
    Descriptor listening, stopReading, stopWriting;
    std::filesystem::path path;
    Serve serve;
    std::thread accepting;

    /// One command line's visit.
    struct Command {
        Descriptor link;
        std::thread thread;
        std::shared_ptr<std::atomic<bool>> over = std::make_shared<std::atomic<bool>>(false);
        std::atomic<bool> ended = false;
    };
    std::list<Command> commands; ///< Of the accepting thread; after it, of the destructor.
    std::mutex endedMutex;
    std::condition_variable oneEnded;

    void forgetEnded()
    {
        for (auto command = commands.begin(); command != commands.end();) {
            if (!command->ended) {
                ++command;
                continue;
            }
            command->thread.join();
            command = commands.erase(command);
        }
    }

    void answer(const Command &command) const
    {
        const int number = command.link.number();
        const auto request = receiveValue(number);
        if (!request)
            return;
        std::vector<std::string> arguments;
        if (const wire::Value *list = request->find("arguments"); list && list->as<wire::Array>()) {
            for (const wire::Value &one : *list->as<wire::Array>()) {
                if (const std::string *text = one.as<std::string>())
                    arguments.push_back(*text);
            }
        }
        Console console;
        console.in = textIn(*request, "in");
        console.folder = textIn(*request, "folder");
        console.over = command.over;
        std::atomic<bool> heard = true;
        const auto send = [number, &heard, over = command.over](wire::Map map) {
            if (heard && !sendValue(number, wire::Value(std::move(map)))) {
                heard = false;
                *over = true;
            }
        };
        const auto teller = [&send](const char *key) {
            return [key, &send](std::string_view line) { send({{key, wire::Value(copyOf(bytesOf(line)))}}); };
        };
        console.out = teller("out");
        console.err = teller("err");
        console.wrote = [&send](const std::filesystem::path &path) {
            const FileId id = FileId::of(path);
            send({{"wrote", wire::Value(copyOf(bytesOf(path.native())))},
                  {"device", wire::Value(id.device)},
                  {"inode", wire::Value(id.inode)}});
        };
        int code = 1;
        try {
            code = serve(arguments, console);
        } catch (const std::exception &error) { // a verb gone wrong must not take the hub with it
            log(LogLevel::Error, "tributary.hub", "a command failed unexpectedly", {{"error", error.what()}});
            console.err("the command failed unexpectedly; the hub's log says more");
        }
        send({{"exit", wire::Value(std::int64_t(code))}});
    }

    void run(Command &command)
    {
        answer(command);
        ::shutdown(command.link.number(), SHUT_RDWR);
        const std::scoped_lock lock(endedMutex);
        command.ended = true;
        oneEnded.notify_all();
    }

    void loop()
    {
        for (;;) {
            std::vector<pollfd> polled{{listening.number(), POLLIN, 0}, {stopReading.number(), POLLIN, 0}};
            std::vector<Command *> running;
            for (Command &command : commands) {
                if (*command.over || command.ended)
                    continue;
                running.push_back(&command);
                polled.push_back({command.link.number(), POLLRDHUP, 0});
            }
            if (::poll(polled.data(), polled.size(), -1) < 0) {
                if (errno == EINTR)
                    continue;
                return;
            }
            if (polled[1].revents)
                return;
            for (std::size_t i = 0; i < running.size(); ++i) {
                if (polled[i + 2].revents) // a command line says all it has to say at once, and hangs up when it is gone
                    *running[i]->over = true;
            }
            if (!(polled[0].revents & POLLIN))
                continue;
            Descriptor link(::accept4(listening.number(), nullptr, nullptr, SOCK_CLOEXEC));
            if (!link.isOpen()) {
                // Out of descriptors, perhaps: the same again at once would only burn time.
                ::poll(&polled[1], 1, 100);
                continue;
            }
            ucred peer{};
            socklen_t size = sizeof peer;
            const bool known = ::getsockopt(link.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
            if (!known || (peer.uid != ::geteuid() && peer.uid != 0))
                continue; // the folder's mode keeps others out already; this does not depend on it
            forgetEnded();
            Command &command = commands.emplace_back();
            command.link = std::move(link);
            command.thread = std::thread([this, &command] { run(command); });
        }
    }
};

SocketServer::SocketServer(std::unique_ptr<State> state)
    : m_state(std::move(state))
{
}

SocketServer::~SocketServer()
{
    m_state->stopWriting = Descriptor();
    m_state->accepting.join();
    std::list<State::Command> &commands = m_state->commands;
    for (State::Command &command : commands) {
        *command.over = true;
        ::shutdown(command.link.number(), SHUT_RD); // one that says nothing is not waited for
    }
    {
        std::unique_lock lock(m_state->endedMutex);
        m_state->oneEnded.wait_for(lock, kLastWords, [&] {
            return std::ranges::all_of(commands, [](const State::Command &command) { return command.ended.load(); });
        });
    }
    for (State::Command &command : commands)
        ::shutdown(command.link.number(), SHUT_RDWR); // nor one that takes nothing
    for (State::Command &command : commands)
        command.thread.join();
    ::unlink(m_state->path.c_str());
}

Result<std::unique_ptr<SocketServer>> SocketServer::open(const std::filesystem::path &dataFolder, Serve serve)
{
    auto state = std::make_unique<State>();
    state->serve = std::move(serve);
    state->path = dataFolder / "hub.sock";
    ::unlink(state->path.c_str()); // the folder's lock is ours: whoever left it is gone
    int stop[2];
    if (::pipe2(stop, O_CLOEXEC) != 0)
        return failure(Error::Kind::Failed, "cannot make a pipe");
    state->stopReading = Descriptor(stop[0]);
    state->stopWriting = Descriptor(stop[1]);
    const Descriptor folder(::open(dataFolder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    state->listening = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = addressIn(folder);
    if (!folder.isOpen() || !state->listening.isOpen()
        || ::bind(state->listening.number(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0
        || ::listen(state->listening.number(), 8) != 0)
        return failure(Error::Kind::Failed, "cannot open the local socket in the data folder");
    ::chmod(state->path.c_str(), 0600);
    State *raw = state.get();
    state->accepting = std::thread([raw] { raw->loop(); });
    return std::unique_ptr<SocketServer>(new SocketServer(std::move(state)));
}

std::optional<int> runThroughSocket(const std::filesystem::path &dataFolder, const std::vector<std::string> &arguments,
                                    const Console &console)
{
    const Descriptor folder(::open(dataFolder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    const Descriptor link(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!folder.isOpen() || !link.isOpen())
        return std::nullopt;
    const sockaddr_un address = addressIn(folder);
    if (::connect(link.number(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        return std::nullopt;
    wire::Array words;
    for (const std::string &argument : arguments)
        words.emplace_back(argument);
    wire::Map request;
    request.emplace_back("arguments", wire::Value(std::move(words)));
    request.emplace_back("in", wire::Value(copyOf(bytesOf(console.in))));
    request.emplace_back("folder", wire::Value(copyOf(bytesOf(console.folder))));
    if (!sendValue(link.number(), wire::Value(std::move(request))))
        return std::nullopt;
    std::vector<std::pair<std::string, FileId>> written;
    for (;;) {
        const auto said = receiveValue(link.number());
        if (!said) {
            console.err("the hub went away before it was done");
            return 1;
        }
        if (const auto code = numberIn(*said, "exit")) {
            bool isThere = true;
            for (const auto &[path, id] : written) {
                if (FileId::of(path) == id)
                    continue;
                console.err(path + " is where the hub alone sees it: as a service it has folders of its own in place of "
                            + "some, such as /tmp. Name a folder that is the same for both, and that its unit lets it "
                            + "write to (ReadWritePaths)");
                isThere = false;
            }
            return *code == 0 && !isThere ? 1 : int(*code);
        }
        if (said->find("wrote"))
            written.emplace_back(textIn(*said, "wrote"),
                                 FileId{numberIn(*said, "device").value_or(-1), numberIn(*said, "inode").value_or(-1)});
        if (said->find("out"))
            console.out(textIn(*said, "out"));
        if (said->find("err"))
            console.err(textIn(*said, "err"));
    }
}

} // namespace tributary::hub::admin
