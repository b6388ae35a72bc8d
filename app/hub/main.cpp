// tributary-hub: talks to the channels, keeps the store, and serves the desktops.
#include "core/base/log.h"
#include "core/hub/account_store.h"
#include "core/hub/admin/arguments.h"
#include "core/hub/admin/folder_owner.h"
#include "core/hub/admin/serve_settings.h"
#include "core/hub/admin/socket.h"
#include "core/hub/admin/verbs.h"
#include "core/hub/exchange/demo_shop.h"
#include "core/hub/hub.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <poll.h>
#include <set>
#include <sstream>
#include <unistd.h>

using namespace tributary;
using hub::admin::kDone;
using hub::admin::kFailed;
using hub::admin::kWrongUse;

namespace {

constexpr const char *kHelp =
    "tributary-hub talks to the channels, keeps the store, and serves the desktops.\n"
    "\n"
    "  serve      --data DIR [--listen 127.0.0.1:7600] [--public 127.0.0.1:7601] [--proxy ADDRESS]\n"
    "  demo       --data DIR: a made-up shop, to look around in\n"
    "  user       add, invite, list, set (role and teams), password, reset, deactivate, activate\n"
    "  device     list, revoke: who is signed in where\n"
    "  audit      who did what; nothing changes an entry\n"
    "  team       add, list, rename, remove: who may see what\n"
    "  account    add, list, test, pause, resume, set, team, remove\n"
    "  workspace  rename\n"
    "  import     history from JSON Lines, mbox, Maildir and .eml files\n"
    "  export     conversations and their people as JSON Lines\n"
    "  backup     a consistent copy of everything, while the hub works on\n"
    "  restore    puts a backup into an empty folder\n"
    "  check      counts, positions and integrity of the store\n"
    "  certificate the fingerprint by which desktops know this hub\n"
    "\n"
    "Every command takes --data DIR, works whether or not a hub is serving that folder, and explains\n"
    "itself with --help. It exits with 0 (done), 1 (failed) or 2 (wrong use).";
constexpr const char *kServeHelp =
    "tributary-hub serve --data DIR [--listen 127.0.0.1:7600] [--public 127.0.0.1:7601] [--proxy ADDRESS,…]\n"
    "                    [--certificate FILE --key FILE] [--tls] [--address URL] [--log-days 30] [--verbose]\n"
    "\n"
    "listen is for agents' desktops, public for the outside world (web chat). Port 0 takes a free one. When both\n"
    "are open, one line says so on standard output: listening http://… public http://…\n"
    "\n"
    "Beyond this computer listen speaks TLS, with --certificate and --key (PEM files, the chain in the first), or else\n"
    "with a certificate of the hub's own, made once and kept in the data folder. Its fingerprint is printed; whoever\n"
    "connects a desktop compares it. On 127.0.0.1 and ::1 plain text is allowed; --tls has TLS there, too.\n"
    "On SIGHUP the certificate's files are read again; if they are not good, it goes on with what it has.\n"
    "--address is how desktops reach this hub, such as https://hub.shop.example:7600; invitations name it.\n"
    "--log-days (30) is for how long changes are listed one by one: a desktop that was away for longer fetches a fresh\n"
    "copy, and loses nothing of its own.\n"
    "With a web server in front, name its address with --proxy: what it says in X-Forwarded-For is believed then.\n"
    "\n"
    "What no flag says is taken from the environment (TRIBUTARY_LISTEN, TRIBUTARY_CERTIFICATE …), then from hub.ini in\n"
    "the data folder (listen = 0.0.0.0:7600).";

constexpr const char *kDemoHelp =
    "tributary-hub demo --data DIR [--listen 127.0.0.1:0] [--public 127.0.0.1:0]\n"
    "\n"
    "Fills an empty folder with a made-up shop and serves it. Agents sign in as mara@juniperkiln.example with\n"
    "demo-password; the shop's page with its chat is at the public address.";

int complain(const std::string &line, int code)
{
    std::fprintf(stderr, "tributary-hub: %s\n", line.c_str());
    return code;
}

/// Standard input as far as somebody pipes it, for verbs that take a password or secrets there. The others leave it alone:
/// it may be the list of a loop that they stand in, or a pipe that nobody closes.
std::string standardInput(const std::vector<std::string> &words)
{
    static const std::set<std::pair<std::string, std::string>> takers{
        {"user", "add"}, {"user", "password"}, {"account", "add"}, {"account", "set"}};
    if (words.size() < 2 || !takers.contains({words[0], words[1]}) || ::isatty(STDIN_FILENO))
        return {};
    return {std::istreambuf_iterator<char>(std::cin), {}};
}

/// The parts of a list with commas.
std::vector<std::string> partsOf(const std::string &list)
{
    std::vector<std::string> parts;
    std::istringstream stream(list);
    for (std::string part; std::getline(stream, part, ',');)
        if (!part.empty())
            parts.push_back(part);
    return parts;
}

const char *environmentOf(const char *name)
{
    return std::getenv(name);
}

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;
};

std::optional<Endpoint> endpointIn(const std::string &text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos)
        return std::nullopt;
    char *end = nullptr;
    const unsigned long port = std::strtoul(text.c_str() + colon + 1, &end, 10);
    if (*end != '\0' || port > 65535 || colon + 1 == text.size())
        return std::nullopt;
    std::string address = text.substr(0, colon);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    return Endpoint{std::move(address), std::uint16_t(port)};
}

std::string urlOf(const std::string &address, std::uint16_t port, bool tls = false)
{
    const bool isV6 = address.find(':') != std::string::npos;
    return (tls ? "https://" : "http://") + (isV6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

/// The demo shop's page with the script tag of its chat, and where its pictures are.
Result<void> showShop(hub::Hub &hub, std::uint16_t port)
{
    TRIBUTARY_TRY_ASSIGN(const auto chat, hub::findAccount(hub.store(), "Shop chat"));
    const std::string origin = urlOf("127.0.0.1", port);
    TRIBUTARY_TRY(hub::changeAccount(hub.store(), chat.settings.account.id, {{"origins", origin}}, {}));
    hub.reloadAccounts();
    TRIBUTARY_TRY_ASSIGN(const std::filesystem::path shop, hub::exchange::demoShopFile());
    std::ifstream file(shop.parent_path() / "page" / "index.html");
    std::string page((std::istreambuf_iterator<char>(file)), {});
    const std::size_t from = page.find("<!-- widget:");
    const std::size_t to = page.find("-->", from);
    if (from == std::string::npos || to == std::string::npos)
        return failure(Error::Kind::Corrupt, "the demo shop's page has no place for its chat");
    page.replace(from, to + 3 - from, "<script async src=\"/w/" + chat.settings.settings.at("key") + ".js\"></script>");
    hub.showPage(std::move(page), shop.parent_path() / "media");
    return {};
}

/// Makes the demo shop in a folder that has nothing in it yet.
Result<void> makeShop(hub::HubStore &store)
{
    const hub::admin::Console silent{[](std::string_view) {}, [](std::string_view) {}, {}, {}};
    const auto made = hub::exchange::seedDemo(store, {{}, {"http://127.0.0.1"}}, silent);
    if (!made && made.error().kind != Error::Kind::Conflict)
        return failure(made.error());
    return {};
}

/// The host of `https://host:port`.
std::string hostOf(const std::string &url)
{
    const std::size_t scheme = url.find("://");
    const auto endpoint = scheme == std::string::npos ? std::nullopt : endpointIn(url.substr(scheme + 3));
    if (endpoint)
        return endpoint->address;
    return scheme == std::string::npos ? std::string() : url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
}

std::optional<int> daysIn(const std::string &text)
{
    int days = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), days);
    const bool good = error == std::errc() && end == text.data() + text.size() && days >= 1 && days <= 3650;
    return good ? std::optional(days) : std::nullopt;
}

/// What SIGHUP asks for. A certificate that is not good changes nothing.
void readCertificateAgain(hub::Hub &hub, const hub::CertificateWish &wish, const std::string &folder, TimePoint now)
{
    // Its own is never made anew here: desktops know it by its fingerprint.
    const auto own =
        wish.certificate.empty() ? hub::ownCertificate(folder) : Result<std::optional<hub::ListenCertificate>>();
    if (wish.certificate.empty() && own && !*own && !hub.fingerprint().empty())
        return log(LogLevel::Error, "tributary.hub", "certificate.pem is gone; the certificate before it goes on");
    const auto certificate = hub::certificateFor(wish, folder, now);
    if (certificate && !*certificate)
        return log(LogLevel::Info, "tributary.hub", "there is no certificate to read again: listen speaks plain text");
    const auto renewed = certificate ? hub.renewCertificate(**certificate) : Result<void>(failure(certificate.error()));
    if (renewed)
        log(LogLevel::Info, "tributary.hub", "the certificate was read again, and is shown from the next connection on",
            {{"sha256", (*certificate)->fingerprint}});
    else
        log(LogLevel::Error, "tributary.hub", "the new certificate is not good; the one before it goes on",
            {{"error", renewed.error().detail}});
}

int serve(const hub::admin::Arguments &arguments, const std::string &folder, bool demo)
{
    setLogSink(stderrSink(arguments.has("verbose") ? LogLevel::Debug : LogLevel::Info));
    const auto nobody = [](const char *) -> const char * { return nullptr; }; // the demo is the same everywhere
    const auto settings = demo ? hub::admin::ServeSettings::read(arguments, {}, nobody)
                               : hub::admin::ServeSettings::read(arguments, folder, &environmentOf);
    if (!settings)
        return complain(settings.error().detail, kWrongUse);
    const auto listen = endpointIn(settings->value("listen", demo ? "127.0.0.1:0" : "127.0.0.1:7600"));
    const auto publicSide = endpointIn(settings->value("public", demo ? "127.0.0.1:0" : "127.0.0.1:7601"));
    if (!listen || !publicSide)
        return complain("--listen and --public are ADDRESS:PORT", kWrongUse);
    // A service is told of a renewed certificate at any time, also while it opens; a terminal that closes ends what it runs.
    const bool isService = !demo && !::isatty(STDIN_FILENO);
    if (isService)
        std::signal(SIGHUP, SIG_IGN);
    static SystemClock clock;
    static SystemRng rng;
    auto store = hub::HubStore::open(folder, clock, rng);
    if (!store)
        return complain(store.error().detail, kFailed);
    if (demo) {
        if (const auto made = makeShop(**store); !made)
            return complain(made.error().detail, kFailed);
    }
    hub::Loop loop;
    int code = kDone;
    {
        const std::string address = settings->value("address");
        std::vector<std::string> alsoFor;
        if (const std::string host = hostOf(address); !host.empty())
            alsoFor.push_back(host);
        const hub::CertificateWish wish{listen->address, settings->value("certificate"), settings->value("key"),
                                        settings->isOn("tls"), alsoFor};
        auto certificate = hub::certificateFor(wish, folder, clock.now());
        if (!certificate)
            return complain(certificate.error().detail,
                            certificate.error().kind == Error::Kind::Invalid ? kWrongUse : kFailed);
        const bool tls = certificate->has_value();
        const auto logDays = daysIn(settings->value("log-days", "30"));
        if (!logDays)
            return complain("--log-days is a number of days, from 1 to 3650", kWrongUse);
        hub::Hub hub(**store, loop);
        hub::ServeOptions options{.listenAddress = listen->address,
                                  .listenPort = listen->port,
                                  .publicAddress = publicSide->address,
                                  .publicPort = publicSide->port,
                                  .proxies = partsOf(settings->value("proxy")),
                                  .certificate = std::move(*certificate),
                                  .logLife = std::chrono::hours(24) * *logDays,
                                  .address = address};
        const auto ports = hub.start(options);
        if (!ports)
            return complain(ports.error().detail, kFailed);
        if (demo) {
            if (const auto shown = showShop(hub, ports->publicSide); !shown)
                return complain(shown.error().detail, kFailed);
        }
        auto socket = hub::admin::SocketServer::open(folder, [&](const auto &words, const hub::admin::Console &console) {
            return hub::admin::run({**store, &hub}, words, console);
        });
        if (!socket)
            return complain(socket.error().detail, kFailed);
        const auto stop = [&] { hub.stop([&] { loop.stop(); }); };
        loop.onTermination(stop);
        if (isService)
            loop.onHangUp([&] { readCertificateAgain(hub, wish, folder, clock.now()); });
        (*store)->setBroken([&](const Error &error) {
            // Nothing can be promised any more: end, and start again from what is on the disk (DESIGN 9).
            complain(error.detail, kFailed);
            code = kFailed;
            loop.post(stop);
        });
        if (tls)
            std::printf("certificate SHA-256 %s\n", hub.fingerprint().c_str());
        std::printf("listening %s public %s\n", urlOf(listen->address, ports->listen, tls).c_str(),
                    urlOf(publicSide->address, ports->publicSide).c_str());
        std::fflush(stdout);
        loop.run();
        (*store)->setBroken({});
    }
    (*store)->close();
    return code;
}

int runVerb(const std::vector<std::string> &words, const std::string &folder)
{
    setLogSink(stderrSink(LogLevel::Warning));
    if (!std::ranges::all_of(words, text::isValidUtf8))
        return complain("an argument is not UTF-8; say it in a terminal that speaks UTF-8, or give the file another name",
                        kWrongUse);
    hub::admin::Console console;
    console.out = [](std::string_view line) { std::printf("%.*s\n", int(line.size()), line.data()); };
    console.err = [](std::string_view line) {
        std::fprintf(stderr, "tributary-hub: %.*s\n", int(line.size()), line.data());
    };
    console.in = standardInput(words);
    console.folder = std::filesystem::current_path().string();
    const bool restores = words.front() == "restore";
    if (!restores) {
        if (const auto code = hub::admin::runThroughSocket(folder, words, console))
            return *code;
    }
    if (const auto become = hub::admin::actAsOwnerOf(folder); !become)
        return complain(become.error().detail, kFailed);
    if (restores)
        return hub::admin::runRestore(std::filesystem::absolute(folder), words, console);
    static SystemClock clock;
    static SystemRng rng;
    auto store = hub::HubStore::open(folder, clock, rng);
    if (!store)
        return complain(store.error().detail, kFailed);
    const int code = hub::admin::run({**store, nullptr}, words, console);
    (*store)->close();
    return code;
}

} // namespace

int main(int argc, char **argv)
{
    std::signal(SIGPIPE, SIG_IGN);
    std::vector<std::string> words(argv + 1, argv + argc);
    const bool wantsHelp = std::ranges::count(words, "--help") > 0;
    if (words.empty() || words.front() == "--help" || words.front() == "help") {
        std::puts(kHelp);
        return words.empty() ? kWrongUse : kDone;
    }
    const std::string verb = words.front();
    const bool serves = verb == "serve" || verb == "demo";
    if (!serves && !hub::admin::isVerb(verb))
        return complain("no command " + verb + "; see tributary-hub --help", kWrongUse);
    if (wantsHelp) {
        std::puts(verb == "serve" ? kServeHelp : verb == "demo" ? kDemoHelp : hub::admin::helpFor(verb).c_str());
        return kDone;
    }
    // --data is for us; the rest is the command's.
    std::string folder = std::getenv("TRIBUTARY_DATA") ? std::getenv("TRIBUTARY_DATA") : "";
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i] == "--data" && i + 1 < words.size()) {
            folder = words[i + 1];
            words.erase(words.begin() + std::ptrdiff_t(i), words.begin() + std::ptrdiff_t(i) + 2);
            break;
        }
        if (words[i].starts_with("--data=")) {
            folder = words[i].substr(7);
            words.erase(words.begin() + std::ptrdiff_t(i));
            break;
        }
    }
    if (folder.empty())
        return complain(verb + " needs --data DIR", kWrongUse);
    if (!serves)
        return runVerb(words, folder);
    const auto arguments = hub::admin::Arguments::parse({words.begin() + 1, words.end()}, {"verbose", "tls"});
    if (!arguments)
        return complain(arguments.error().detail, kWrongUse);
    std::vector<std::string> known = hub::admin::ServeSettings::names();
    known.push_back("verbose");
    if (const auto unknown = arguments->unknown(known))
        return complain(verb + " has no option --" + *unknown, kWrongUse);
    return serve(*arguments, folder, verb == "demo");
}
