#pragma once

#include <string>
#include <vector>

namespace tributary::hub {

/// Whether somebody who tries the likeliest passwords first comes to this one soon (ENGINE C26): it is one of the commonest,
/// however it is written (capitals, full width, `p@ssw0rd`), with a year or digits behind it, twice over, a walk over the
/// keyboard, or made of @p about (an address, a name). zxcvbn knows the 30,000 commonest passwords and words.
bool isGuessable(const std::string &password, const std::vector<std::string> &about = {});

} // namespace tributary::hub
