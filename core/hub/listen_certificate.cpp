#include "core/hub/listen_certificate.h"

#include "core/hub/edge/certificate.h"
#include "core/store/files.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tributary::hub {
namespace {

constexpr std::size_t kMostBytes = 256 * 1024; ///< Of a file with a certificate and its chain.

std::filesystem::path ownPath(const std::filesystem::path &dataFolder)
{
    return dataFolder / "certificate.pem";
}

Result<std::string> contentOf(const std::filesystem::path &path)
{
    auto content = store::readFile(path, kMostBytes);
    if (!content)
        return failure(Error::Kind::Invalid, path.string() + " cannot be read");
    return std::string(textOf(*content));
}

/// By what names and addresses other computers may know this one.
std::vector<std::string> namesOfThisComputer()
{
    std::vector<std::string> names{"localhost", "127.0.0.1", "::1"};
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0 && host[0] != '\0') {
        const std::string name(host.data());
        names.push_back(name);
        if (name.find('.') == std::string::npos)
            names.push_back(name + ".local"); // multicast DNS (RFC 6762)
    }
    ifaddrs *interfaces = nullptr;
    if (::getifaddrs(&interfaces) == 0) {
        for (const ifaddrs *one = interfaces; one; one = one->ifa_next) {
            if (!one->ifa_addr || (one->ifa_addr->sa_family != AF_INET && one->ifa_addr->sa_family != AF_INET6))
                continue;
            std::array<char, NI_MAXHOST> text{};
            const socklen_t size = one->ifa_addr->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
            if (::getnameinfo(one->ifa_addr, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
                const std::string address(text.data());
                names.push_back(address.substr(0, address.find('%'))); // without the name of the interface
            }
        }
        ::freeifaddrs(interfaces);
    }
    return names;
}

bool isLoopback(const std::string &address)
{
    in_addr four{};
    if (::inet_pton(AF_INET, address.c_str(), &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    in6_addr six{};
    return ::inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

} // namespace

Result<ListenCertificate> readCertificate(const std::filesystem::path &certificate, const std::filesystem::path &key)
{
    ListenCertificate read;
    TRIBUTARY_TRY_ASSIGN(read.tls.certificatePem, contentOf(certificate));
    TRIBUTARY_TRY_ASSIGN(read.tls.keyPem, contentOf(key));
    auto fingerprint = edge::fingerprintOf(read.tls.certificatePem);
    if (!fingerprint)
        return failure(Error::Kind::Invalid, certificate.string() + ": " + fingerprint.error().detail);
    read.fingerprint = std::move(*fingerprint);
    return read;
}

Result<std::optional<ListenCertificate>> ownCertificate(const std::filesystem::path &dataFolder)
{
    const auto path = ownPath(dataFolder);
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return std::optional<ListenCertificate>();
    TRIBUTARY_TRY_ASSIGN(ListenCertificate own, readCertificate(path, path));
    return std::optional(std::move(own));
}

Result<ListenCertificate> makeOwnCertificate(const std::filesystem::path &dataFolder,
                                             const std::vector<std::string> &alsoFor, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(auto own, ownCertificate(dataFolder));
    if (own)
        return std::move(*own);
    std::vector<std::string> names = namesOfThisComputer();
    names.insert(names.end(), alsoFor.begin(), alsoFor.end());
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    TRIBUTARY_TRY_ASSIGN(const edge::Tls made, edge::makeCertificate(names, now));
    // One file, so that there is never one without the other.
    const std::string both = made.certificatePem + made.keyPem;
    TRIBUTARY_TRY(store::replaceFile(ownPath(dataFolder), bytesOf(both)));
    return readCertificate(ownPath(dataFolder), ownPath(dataFolder));
}

Result<std::optional<ListenCertificate>> certificateFor(const CertificateWish &wish, const std::filesystem::path &dataFolder,
                                                        TimePoint now)
{
    if (wish.certificate.empty() != wish.key.empty())
        return failure(Error::Kind::Invalid, "a certificate and its key are given together: --certificate FILE --key FILE");
    if (!wish.certificate.empty()) {
        TRIBUTARY_TRY_ASSIGN(ListenCertificate given, readCertificate(wish.certificate, wish.key));
        return std::optional(std::move(given));
    }
    if (!wish.always && isLoopback(wish.listenAddress))
        return std::optional<ListenCertificate>();
    std::vector<std::string> alsoFor = wish.alsoFor;
    alsoFor.push_back(wish.listenAddress);
    TRIBUTARY_TRY_ASSIGN(ListenCertificate own, makeOwnCertificate(dataFolder, alsoFor, now));
    return std::optional(std::move(own));
}

} // namespace tributary::hub
