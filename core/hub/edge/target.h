#pragma once

#include "core/hub/edge/request.h"

#include <string>
#include <string_view>

namespace tributary::edge {

struct Target {
    std::string path;
    Query query;
};

/// Takes an origin-form request target (RFC 9112, 3.2.1) apart. Invalid: any other form, a bad escape, an encoded slash or
/// control character, a `.` or `..` segment, text that is not UTF-8, or a bad query.
Result<Target> parseTarget(std::string_view target, std::size_t queryLimit);

} // namespace tributary::edge
