#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/hub/edge/settings.h"

#include <string>
#include <vector>

namespace tributary::edge {

/// What people compare: SHA-256 of the first certificate in @p certificatePem, as 32 pairs of hexadecimal digits with colons
/// between them. Invalid: there is none.
Result<std::string> fingerprintOf(const std::string &certificatePem);

/// A new key (ECDSA P-256) and a certificate that it signs itself, for @p names: host names and numeric addresses, at least
/// one. Good from a day before @p now for 25 years: who pins it compares fingerprints, and a change would be an alarm.
Result<Tls> makeCertificate(const std::vector<std::string> &names, TimePoint now);

} // namespace tributary::edge
