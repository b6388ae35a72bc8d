#include "core/channels/webchat/static_files.h"

#include "core/base/json_writer.h"
#include "core/channels/webchat/widget_files.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>

namespace tributary::channels::webchat {

namespace {

struct StaticFile {
    std::string_view rest;
    std::string_view type;
    const std::string_view &content;
};

constexpr std::array kStaticFiles{
    StaticFile{".js", "text/javascript; charset=utf-8", files::loader},
    StaticFile{"/app.js", "text/javascript; charset=utf-8", files::app},
    StaticFile{"/link.js", "text/javascript; charset=utf-8", files::link},
    StaticFile{"/view.js", "text/javascript; charset=utf-8", files::view},
    StaticFile{"/words.js", "text/javascript; charset=utf-8", files::words},
    StaticFile{"/lang-ar.js", "text/javascript; charset=utf-8", files::lang_ar},
    StaticFile{"/lang-de.js", "text/javascript; charset=utf-8", files::lang_de},
    StaticFile{"/lang-es.js", "text/javascript; charset=utf-8", files::lang_es},
    StaticFile{"/lang-fr.js", "text/javascript; charset=utf-8", files::lang_fr},
    StaticFile{"/lang-zh.js", "text/javascript; charset=utf-8", files::lang_zh},
    StaticFile{"/style.css", "text/css; charset=utf-8", files::style},
};

void addCommonHeaders(HttpResponse &response)
{
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Referrer-Policy", "no-referrer");
}

/// Leaves out what only readers of the source need: indents, blank lines and comments. Our own files know of it: no text in
/// them depends on its indents, begins a line with `//` or `/*`, or has ` // ` inside.
std::string withoutComments(std::string_view source)
{
    std::string out;
    bool inComment = false;
    while (!source.empty()) {
        const auto end = std::min(source.find('\n'), source.size());
        const std::string_view whole = source.substr(0, end);
        const std::string_view line = text::trimmed(whole.substr(0, std::min(whole.find(" // "), whole.size())));
        source.remove_prefix(std::min(end + 1, source.size()));
        const bool begins = !inComment && line.starts_with("/*") && (line.ends_with("*/") || line.find("*/") == line.npos);
        if (!inComment && !begins && !line.empty() && !line.starts_with("//"))
            out.append(line).append(1, '\n');
        inComment = (inComment || begins) && line.find("*/") == line.npos;
    }
    return out;
}

std::string escapedForAttribute(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

const char *nameOf(WidgetSettings::PreChat preChat)
{
    switch (preChat) {
    case WidgetSettings::PreChat::Off: return "off";
    case WidgetSettings::PreChat::Required: return "required";
    case WidgetSettings::PreChat::Optional: break;
    }
    return "optional";
}

HttpResponse frame(const HttpRequest &request, const WidgetSettings &settings)
{
    JsonWriter json;
    json.beginObject().field("key", settings.key).field("title", settings.title).field("greeting", settings.greeting);
    json.field("color", settings.color).field("locale", settings.locale).field("prechat", nameOf(settings.preChat));
    json.endObject();

    HttpResponse response;
    addCommonHeaders(response);
    response.set("Content-Type", "text/html; charset=utf-8");
    response.set("Content-Security-Policy", framePolicy(settings, request.host));
    response.set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    response.set("Cache-Control", "no-cache");
    response.body = files::frame;
    constexpr std::string_view place = "{{config}}";
    if (const auto at = response.body.find(place); at != std::string::npos)
        response.body.replace(at, place.size(), escapedForAttribute(json.text()));
    return response;
}

} // namespace

std::string framePolicy(const WidgetSettings &settings, std::string_view host)
{
    // Older Safari does not count ws: to the same host as 'self'. What is no plain host name is left out.
    const bool isPlain = !host.empty() && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':'
               || c == '[' || c == ']';
    });
    const std::string sockets = isPlain ? " wss://" + std::string(host) + " ws://" + std::string(host) : std::string();
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; connect-src "
           "'self'"
           + sockets + "; base-uri 'none'; form-action 'none'; frame-ancestors " + settings.origins.frameAncestors();
}

std::optional<HttpResponse> staticFile(std::string_view rest, const HttpRequest &request, const WidgetSettings &settings)
{
    if (rest == "/")
        return frame(request, settings);
    const auto file = std::ranges::find(kStaticFiles, rest, &StaticFile::rest);
    if (file == kStaticFiles.end())
        return std::nullopt;
    static const auto bodies = [] { // once: they never change while the program runs
        std::array<std::string, kStaticFiles.size()> all;
        std::ranges::transform(kStaticFiles, all.begin(),
                               [](const StaticFile &each) { return withoutComments(each.content); });
        return all;
    }();
    const std::string &body = bodies[std::size_t(file - kStaticFiles.begin())];
    const std::string etag = std::string(1, '"').append(toHex(blake16(bytesOf(body)))).append(1, '"');
    HttpResponse response;
    addCommonHeaders(response);
    response.set("Content-Type", std::string(file->type));
    response.set("ETag", etag);
    response.set("Cache-Control", "public, max-age=300");
    // The loader alone is for other sites' pages.
    response.set("Cross-Origin-Resource-Policy", rest == ".js" ? "cross-origin" : "same-origin");
    if (request.ifNoneMatch == etag)
        response.status = 304;
    else
        response.body = body;
    return response;
}

} // namespace tributary::channels::webchat
