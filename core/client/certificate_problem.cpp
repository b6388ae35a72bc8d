#include "core/client/certificate_problem.h"

#include <cctype>

namespace tributary::client {
namespace {

constexpr std::string_view kProblem = "certificate ";
constexpr std::size_t kDigits = 64;

} // namespace

Error errorOf(const CertificateProblem &problem)
{
    return {Error::Kind::Offline, std::string(kProblem) + problem.seen + ' ' + problem.pinned};
}

std::optional<CertificateProblem> certificateProblemIn(const Error &error)
{
    if (error.kind != Error::Kind::Offline || !error.detail.starts_with(kProblem))
        return std::nullopt;
    const std::string rest = error.detail.substr(kProblem.size());
    const std::size_t space = rest.find(' ');
    return CertificateProblem{rest.substr(0, space), space == std::string::npos ? std::string() : rest.substr(space + 1)};
}

std::string fingerprintFrom(const std::string &typed)
{
    std::string digits;
    for (const char c : typed) {
        if (std::isxdigit(static_cast<unsigned char>(c)))
            digits += char(std::toupper(static_cast<unsigned char>(c)));
        else if (c != ':' && c != ' ' && c != '-' && c != '\n')
            return {};
    }
    if (digits.size() != kDigits)
        return {};
    std::string pairs;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        pairs += (i > 0 ? ":" : "") + digits.substr(i, 2);
    return pairs;
}

} // namespace tributary::client
