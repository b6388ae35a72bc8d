#pragma once

#include "core/channels/webchat/http.h"
#include "core/channels/webchat/widget_settings.h"

#include <optional>
#include <string_view>

namespace tributary::channels::webchat {

/// The widget's own file for what follows the key in the path (`.js` the loader; `/` the frame; `/app.js` ...), with its
/// headers; nothing if there is none of that name. Compiled into the program.
std::optional<HttpResponse> staticFile(std::string_view rest, const HttpRequest &request, const WidgetSettings &settings);

/// The policy the frame lives under: nothing but its own files, and only inside the account's sites.
std::string framePolicy(const WidgetSettings &settings, std::string_view host);

} // namespace tributary::channels::webchat
