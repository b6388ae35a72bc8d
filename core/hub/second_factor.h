#pragma once

#include "core/hub/secrets.h"
#include "core/model/entities.h"
#include "core/store/database.h"

/// A second factor beside the password (C29): six digits that change every half minute (TOTP: RFC 6238 with SHA-1, 30 s),
/// and eight codes for whoever has lost the telephone. Each code works once.
namespace tributary::hub {

inline constexpr int kRecoveryCodes = 8;

struct NewSecondFactor {
    std::string secret; ///< Base32, 160 bits.
    std::string uri;    ///< `otpauth://totp/…`, for a QR code.
};

/// Makes a new secret, which counts when a code of it has come (confirmSecondFactor()). Conflict: there is one that counts.
Result<NewSecondFactor> beginSecondFactor(store::Database &database, const Secrets &secrets, Rng &rng,
                                          const model::Agent &agent, const std::string &workspace);
/// From now on a code is asked for; gives the recovery codes, which are shown once, and are not kept before
/// noteRecoveryCodesKept(). Denied: the code is wrong. NotFound: nothing was begun.
Result<std::vector<std::string>> confirmSecondFactor(store::Database &database, const Secrets &secrets, Rng &rng,
                                                     model::AgentId agent, const std::string &code, TimePoint now);
/// Others in the place of all that are left, for whoever has a good @p code; as confirmSecondFactor(). NotFound: there is no
/// second factor.
Result<std::vector<std::string>> renewRecoveryCodes(store::Database &database, const Secrets &secrets, Rng &rng,
                                                    model::AgentId agent, const std::string &code, TimePoint now);
/// The agent says that they have kept their codes: nothing before that tells whether they were seen at all.
Result<void> noteRecoveryCodesKept(store::Database &database, const Secrets &secrets, Rng &rng, model::AgentId agent);
/// Also where there are none to keep.
Result<bool> areRecoveryCodesKept(store::Database &database, const Secrets &secrets, model::AgentId agent);
/// Whether a code is asked for.
Result<bool> hasSecondFactor(store::Database &database, model::AgentId agent);
/// Whether @p code, of a telephone that is half a minute off at most or a recovery code, is good; it is used up then.
Result<bool> takeCode(store::Database &database, const Secrets &secrets, model::AgentId agent, const std::string &code,
                      TimePoint now);
Result<void> endSecondFactor(store::Database &database, model::AgentId agent);
Result<int> recoveryCodesLeft(store::Database &database, model::AgentId agent);

} // namespace tributary::hub
