#pragma once

#include <string>
#include <string_view>

namespace tributary::model {

/// Where a telephone number is (ISO 3166, `AE`), by libphonenumber. Empty: it is no number in E.164, or of no country (a
/// satellite's, a toll-free one).
std::string regionOfNumber(std::string_view number);

} // namespace tributary::model
