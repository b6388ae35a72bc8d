#pragma once

#include "core/channels/channel_driver.h"

#include <string>

namespace tributary::channels::email {

/// The two forms of a mail's text, with what it answers quoted below.
struct WrittenBody {
    std::string text;
    std::string html; ///< A whole document.
};
WrittenBody writeBody(const OutboundMessage &message);

} // namespace tributary::channels::email
