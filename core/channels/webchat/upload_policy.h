#pragma once

#include <string>
#include <string_view>

namespace tributary::channels::webchat {

/// The media type that @p content is, judged by its bytes alone: pictures, sound, film, PDF, office and zip archives, plain
/// text. Empty for everything else, above all what a browser would run: HTML, SVG, XML, scripts, programs.
std::string allowedTypeOf(std::string_view content);

/// Whether a browser may show a file of that type in place. Pictures of four types only; never SVG.
bool mayShowInline(std::string_view mediaType);

} // namespace tributary::channels::webchat
