#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/hub/edge/settings.h"

#include <filesystem>
#include <optional>

namespace tributary::hub {

/// What the listen side proves itself with to the desktops, and what people compare of it.
struct ListenCertificate {
    edge::Tls tls;
    std::string fingerprint; ///< `AB:CD:…`, see edge::fingerprintOf().
};

/// Reads what an admin has given. Invalid: a file that cannot be read, or makes no sense.
Result<ListenCertificate> readCertificate(const std::filesystem::path &certificate, const std::filesystem::path &key);

/// The hub's own, `certificate.pem` in its data folder (mode 0600: the key is in it), if it has been made already.
Result<std::optional<ListenCertificate>> ownCertificate(const std::filesystem::path &dataFolder);

/// The hub's own; the first time it is made, for this computer's names and addresses and @p alsoFor. The same ever after,
/// also when they change: the desktops know it by its fingerprint.
Result<ListenCertificate> makeOwnCertificate(const std::filesystem::path &dataFolder,
                                             const std::vector<std::string> &alsoFor, TimePoint now);

/// How the listen side is to prove itself, as an admin has said it.
struct CertificateWish {
    std::string listenAddress;              ///< Numeric.
    std::filesystem::path certificate, key; ///< Both, or neither.
    bool always = false;                    ///< TLS also on loopback.
    std::vector<std::string> alsoFor;       ///< Names for the hub's own certificate.
};

/// The certificate to serve with: the given one; else the hub's own wherever other computers can reach the address; nothing,
/// plain text, on loopback alone. Invalid: one file without the other, or one that makes no sense.
Result<std::optional<ListenCertificate>> certificateFor(const CertificateWish &wish, const std::filesystem::path &dataFolder,
                                                        TimePoint now);

} // namespace tributary::hub
