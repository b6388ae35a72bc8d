#include "core/channels/webchat/upload_policy.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>

namespace tributary::channels::webchat {

namespace {

struct Signature {
    std::size_t at;
    std::string_view bytes;
    std::string_view type;
};

using namespace std::string_view_literals;

// WHATWG MIME Sniffing, sections 6 and 7.1, and the formats' own specifications.
constexpr std::array kSignatures{
    Signature{0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    Signature{0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    Signature{0, "GIF87a"sv, "image/gif"},
    Signature{0, "GIF89a"sv, "image/gif"},
    Signature{8, "WEBPVP"sv, "image/webp"},
    Signature{4, "ftypheic"sv, "image/heic"},
    Signature{4, "ftypheix"sv, "image/heic"},
    Signature{4, "ftypmif1"sv, "image/heic"},
    Signature{4, "ftypavif"sv, "image/avif"},
    Signature{4, "ftypM4A"sv, "audio/mp4"},
    Signature{4, "ftypqt"sv, "video/quicktime"},
    Signature{4, "ftyp"sv, "video/mp4"},
    Signature{0, "%PDF-"sv, "application/pdf"},
    Signature{0, "OggS\0"sv, "audio/ogg"},
    Signature{0, "ID3"sv, "audio/mpeg"},
    Signature{0, "\xFF\xFB"sv, "audio/mpeg"},
    Signature{8, "WAVE"sv, "audio/wav"},
    Signature{0, "fLaC"sv, "audio/flac"},
    Signature{0, "\x1A\x45\xDF\xA3"sv, "video/webm"},
    Signature{0, "PK\x03\x04"sv, "application/zip"},
};

/// Word, Excel, PowerPoint and OpenDocument are zip archives that begin with entries of known names.
std::string zipFlavour(std::string_view content)
{
    const std::string_view start = content.substr(0, 4096);
    constexpr std::string_view openDocument = "mimetypeapplication/vnd.oasis.opendocument.";
    if (const auto at = start.find(openDocument); at != std::string_view::npos) {
        for (const std::string_view kind : {"text"sv, "spreadsheet"sv, "presentation"sv}) {
            if (start.substr(at + openDocument.size()).starts_with(kind))
                return "application/vnd.oasis.opendocument." + std::string(kind);
        }
    }
    if (start.find("[Content_Types].xml") != std::string_view::npos || start.find("_rels/.rels") != std::string_view::npos) {
        const std::string base = "application/vnd.openxmlformats-officedocument.";
        if (content.find("word/document.xml") != std::string_view::npos)
            return base + "wordprocessingml.document";
        if (content.find("xl/workbook.xml") != std::string_view::npos)
            return base + "spreadsheetml.sheet";
        if (content.find("ppt/presentation.xml") != std::string_view::npos)
            return base + "presentationml.presentation";
    }
    return "application/zip";
}

bool isMarkup(std::string_view content)
{
    const std::string start = text::asciiLower(content.substr(0, 1024));
    constexpr std::array signs{"<html"sv, "<!doctype"sv, "<head"sv,   "<body"sv, "<script"sv, "<svg"sv,
                               "<?xml"sv, "<iframe"sv,   "<object"sv, "<math"sv, "<style"sv,  "<?php"sv};
    return std::ranges::any_of(signs, [&](std::string_view sign) { return start.find(sign) != std::string::npos; });
}

bool isPlainText(std::string_view content)
{
    if (content.starts_with("#!"))
        return false; // a script for a shell
    const auto isStray = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) && "\n\r\t\f"sv.find(c) == "\n"sv.npos;
    };
    return text::isValidUtf8(content) && std::ranges::none_of(content, isStray);
}

} // namespace

std::string allowedTypeOf(std::string_view content)
{
    const bool isRiff = content.starts_with("RIFF");
    for (const Signature &signature : kSignatures) {
        if (content.substr(std::min(signature.at, content.size())).starts_with(signature.bytes)) {
            if (signature.at == 8 && !isRiff)
                continue;
            if (signature.at == 4 && content.front() != 0) // a box begins with its size: this is something else
                continue;
            return signature.type == "application/zip" ? zipFlavour(content) : std::string(signature.type);
        }
    }
    if (content.empty() || isMarkup(content) || !isPlainText(content))
        return {};
    return "text/plain";
}

bool mayShowInline(std::string_view mediaType)
{
    constexpr std::array shown{"image/png"sv, "image/jpeg"sv, "image/gif"sv, "image/webp"sv};
    return std::ranges::find(shown, mediaType) != shown.end();
}

} // namespace tributary::channels::webchat
