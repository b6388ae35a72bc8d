#include "core/hub/second_factor.h"

#include "core/base/digest.h"
#include "core/store/sql.h"

#include <array>
#include <liboath/oath.h>
#include <memory>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kStepSeconds = 30;
constexpr int kDigits = 6;
constexpr std::int64_t kStepsOff = 1;
constexpr std::size_t kSecretBytes = 20;   ///< RFC 4226, 4, R6.
constexpr std::size_t kRecoveryBytes = 10; ///< Four groups of four characters.
constexpr std::size_t kGroup = 4;
constexpr std::string_view kName = "totp", kUnkept = "recovery-codes-not-kept";

struct Stored {
    std::string secret;
    bool confirmed = false;
    std::int64_t lastStep = 0;
    bool codesKept = true; ///< So it is of those turned on before that was asked.
};

std::int64_t stepAt(TimePoint now)
{
    return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() / kStepSeconds;
}

std::string codeOf(const std::string &secret, std::int64_t step)
{
    static const bool ready = oath_init() == OATH_OK;
    std::array<char, kDigits + 1> code{};
    if (!ready
        || oath_totp_generate(secret.data(), secret.size(), time_t(step * kStepSeconds), kStepSeconds,
                              OATH_TOTP_DEFAULT_START_TIME, kDigits, code.data())
               != OATH_OK)
        return {};
    return std::string(code.data());
}

std::string base32(ByteView bytes)
{
    char *text = nullptr;
    std::size_t size = 0;
    const auto view = textOf(bytes);
    if (oath_base32_encode(view.data(), view.size(), &text, &size) != OATH_OK)
        return {};
    const std::unique_ptr<char, decltype(&std::free)> owner(text, &std::free);
    std::string encoded(text, size);
    std::erase(encoded, '=');
    return encoded;
}

/// Without what people put between the characters, and in capitals.
std::string plain(const std::string &typed)
{
    std::string code;
    for (const unsigned char c : typed) {
        if (std::isalnum(c))
            code += char(std::toupper(c));
    }
    return code;
}

Result<std::optional<Stored>> storedOf(store::Database &database, const Secrets &secrets, AgentId agent)
{
    Bytes sealed;
    Stored stored;
    {
        auto query = database.query(sql::hub_second_factor);
        query.bind("agent_id", agent);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return std::optional<Stored>();
        sealed = copyOf(query.blob(0));
        stored.confirmed = query.flag(1);
        stored.lastStep = query.integer(2);
    }
    TRIBUTARY_TRY_ASSIGN(const auto opened, secrets.unseal(sealed, agent.view()));
    const auto secret = opened.find(std::string(kName));
    const auto bytes = secret == opened.end() ? std::nullopt : fromHex(secret->second);
    if (!bytes)
        return failure(Error::Kind::Corrupt, "a second factor is damaged");
    stored.secret = std::string(textOf(*bytes));
    stored.codesKept = !opened.contains(std::string(kUnkept));
    return std::optional<Stored>(std::move(stored));
}

Result<void> keep(store::Database &database, const Secrets &secrets, Rng &rng, AgentId agent, const Stored &stored)
{
    std::map<std::string, std::string> open{{std::string(kName), toHex(bytesOf(stored.secret))}};
    if (!stored.codesKept)
        open.emplace(kUnkept, "yes");
    const Bytes sealed = secrets.seal(open, agent.view(), rng);
    auto query = database.query(sql::hub_set_second_factor);
    query.bind("agent_id", agent).bind("sealed", ByteView(sealed)).bind("confirmed", stored.confirmed);
    return query.bind("last_step", stored.lastStep).run();
}

/// The step that @p code is of, if it is one whose turn it is and that was not used.
std::optional<std::int64_t> stepOf(const Stored &stored, const std::string &code, TimePoint now)
{
    std::optional<std::int64_t> found;
    for (std::int64_t step = stepAt(now) - kStepsOff; step <= stepAt(now) + kStepsOff; ++step) {
        const std::string good = codeOf(stored.secret, step);
        if (!good.empty() && equalInConstantTime(bytesOf(good), bytesOf(code)) && step > stored.lastStep)
            found = step;
    }
    return found;
}

Sha256 recoveryHash(const Secrets &secrets, AgentId agent, const std::string &code)
{
    const std::string message = agent.text() + plain(code);
    return hmacSha256(secrets.derive("recovery-code"), bytesOf(message));
}

Result<std::vector<std::string>> makeRecoveryCodes(store::Database &database, const Secrets &secrets, Rng &rng,
                                                   AgentId agent)
{
    auto drop = database.query(sql::hub_drop_recovery_codes);
    TRIBUTARY_TRY(drop.bind("agent_id", agent).run());
    std::vector<std::string> codes;
    for (int i = 0; i < kRecoveryCodes; ++i) {
        Bytes random(kRecoveryBytes);
        rng.fill(random);
        const std::string digits = base32(random);
        std::string shown;
        for (std::size_t at = 0; at < digits.size(); at += kGroup)
            shown += (at > 0 ? "-" : "") + digits.substr(at, kGroup);
        auto query = database.query(sql::hub_add_recovery_code);
        query.bind("agent_id", agent).bind("code_hash", ByteView(recoveryHash(secrets, agent, shown)));
        TRIBUTARY_TRY(query.run());
        codes.push_back(std::move(shown));
    }
    return codes;
}

} // namespace

Result<NewSecondFactor> beginSecondFactor(store::Database &database, const Secrets &secrets, Rng &rng, const Agent &agent,
                                          const std::string &workspace)
{
    TRIBUTARY_TRY_ASSIGN(const bool there, hasSecondFactor(database, agent.id));
    if (there)
        return failure(Error::Kind::Conflict, "there is a second factor already");
    Bytes secret(kSecretBytes);
    rng.fill(secret);
    TRIBUTARY_TRY(keep(database, secrets, rng, agent.id, {std::string(textOf(secret)), false, 0}));
    NewSecondFactor made{.secret = base32(secret)};
    const auto encoded = [](const std::string &text) {
        std::string result;
        for (const unsigned char c : text) {
            if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '@') {
                result += char(c);
            } else {
                constexpr std::string_view digits = "0123456789ABCDEF";
                result += {'%', digits[c >> 4], digits[c & 15]};
            }
        }
        return result;
    };
    const std::string issuer = encoded(workspace.empty() ? "Tributary" : workspace);
    made.uri = "otpauth://totp/" + issuer + ":" + encoded(agent.email) + "?secret=" + made.secret + "&issuer=" + issuer;
    return made;
}

Result<std::vector<std::string>> confirmSecondFactor(store::Database &database, const Secrets &secrets, Rng &rng,
                                                     AgentId agent, const std::string &code, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(auto stored, storedOf(database, secrets, agent));
    if (!stored || stored->confirmed)
        return failure(Error::Kind::NotFound, "no second factor was begun");
    const auto step = stepOf(*stored, plain(code), now);
    if (!step)
        return failure(Error::Kind::Denied, "code-wrong");
    stored->confirmed = true;
    stored->lastStep = *step;
    stored->codesKept = false;
    TRIBUTARY_TRY(keep(database, secrets, rng, agent, *stored));
    return makeRecoveryCodes(database, secrets, rng, agent);
}

Result<std::vector<std::string>> renewRecoveryCodes(store::Database &database, const Secrets &secrets, Rng &rng,
                                                    AgentId agent, const std::string &code, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const bool there, hasSecondFactor(database, agent));
    if (!there)
        return failure(Error::Kind::NotFound, "there is no second factor");
    TRIBUTARY_TRY_ASSIGN(const bool good, takeCode(database, secrets, agent, code, now));
    if (!good)
        return failure(Error::Kind::Denied, "code-wrong");
    TRIBUTARY_TRY_ASSIGN(auto stored, storedOf(database, secrets, agent)); // with the step that was used just now
    stored->codesKept = false;
    TRIBUTARY_TRY(keep(database, secrets, rng, agent, *stored));
    return makeRecoveryCodes(database, secrets, rng, agent);
}

Result<void> noteRecoveryCodesKept(store::Database &database, const Secrets &secrets, Rng &rng, AgentId agent)
{
    TRIBUTARY_TRY_ASSIGN(auto stored, storedOf(database, secrets, agent));
    if (!stored || stored->codesKept)
        return {};
    stored->codesKept = true;
    return keep(database, secrets, rng, agent, *stored);
}

Result<bool> areRecoveryCodesKept(store::Database &database, const Secrets &secrets, AgentId agent)
{
    TRIBUTARY_TRY_ASSIGN(const auto stored, storedOf(database, secrets, agent));
    return !stored || stored->codesKept;
}

Result<bool> hasSecondFactor(store::Database &database, AgentId agent)
{
    auto query = database.query(sql::hub_second_factor);
    query.bind("agent_id", agent);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found && query.flag(1);
}

Result<bool> takeCode(store::Database &database, const Secrets &secrets, AgentId agent, const std::string &code,
                      TimePoint now)
{
    const std::string typed = plain(code);
    if (typed.size() != kDigits) {
        auto query = database.query(sql::hub_use_recovery_code);
        query.bind("agent_id", agent).bind("code_hash", ByteView(recoveryHash(secrets, agent, typed)));
        TRIBUTARY_TRY_ASSIGN(const bool good, query.step());
        if (good)
            TRIBUTARY_TRY(query.run());
        return good;
    }
    TRIBUTARY_TRY_ASSIGN(auto stored, storedOf(database, secrets, agent));
    if (!stored || !stored->confirmed)
        return false;
    const auto step = stepOf(*stored, typed, now);
    if (!step)
        return false;
    auto query = database.query(sql::hub_note_step);
    TRIBUTARY_TRY(query.bind("agent_id", agent).bind("last_step", *step).run());
    return true;
}

Result<void> endSecondFactor(store::Database &database, AgentId agent)
{
    auto factor = database.query(sql::hub_drop_second_factor);
    TRIBUTARY_TRY(factor.bind("agent_id", agent).run());
    auto codes = database.query(sql::hub_drop_recovery_codes);
    return codes.bind("agent_id", agent).run();
}

Result<int> recoveryCodesLeft(store::Database &database, AgentId agent)
{
    auto query = database.query(sql::hub_count_recovery_codes);
    query.bind("agent_id", agent);
    TRIBUTARY_TRY(query.step());
    return int(query.integer(0));
}

} // namespace tributary::hub
