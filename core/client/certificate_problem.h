#pragma once

#include "core/base/result.h"

#include <optional>
#include <string>

namespace tributary::client {

/// A hub showed a certificate that was not believed, and heard nothing. Fingerprints are SHA-256 as people compare them:
/// 32 pairs of hexadecimal digits with colons between them.
struct CertificateProblem {
    std::string seen;
    std::string pinned; ///< The one that was expected; empty: any that the system trusts.

    friend bool operator==(const CertificateProblem &, const CertificateProblem &) = default;
};

/// As an error of kind Offline, which is what it means to whoever only wants to reach the hub; and out of it again.
Error errorOf(const CertificateProblem &problem);
std::optional<CertificateProblem> certificateProblemIn(const Error &error);

/// A fingerprint however it was typed or pasted, in the form above; empty if it is none.
std::string fingerprintFrom(const std::string &typed);

} // namespace tributary::client
