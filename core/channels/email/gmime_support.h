#pragma once

#include <gmime/gmime.h>
#include <memory>
#include <string>
#include <string_view>

/// GMime's objects with an owner, and its headers with the character sets of charset.h. Only for .cpp files of this folder.
namespace tributary::channels::email {

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};
/// Owns one reference.
template<class T>
using Ref = std::unique_ptr<T, Unref>;

struct GFree {
    void operator()(gpointer memory) const { g_free(memory); }
};
using GText = std::unique_ptr<gchar, GFree>;

struct FreeOptions {
    void operator()(GMimeParserOptions *options) const { g_mime_parser_options_free(options); }
};
using ParserOptions = std::unique_ptr<GMimeParserOptions, FreeOptions>;

/// Prepares the library; once is enough, more does nothing. Before any other call of it.
void initialiseGMime();

/// Options that read what is wrong in the ways mail is wrong: raw 8-bit headers as UTF-8, else windows-1252.
ParserOptions makeParserOptions();

/// The value of a header as it stands in the mail, unfolded, with the labels of encoded words (RFC 2047) replaced by the
/// character sets they stand for.
std::string relabelled(std::string_view rawValue);

/// The value of an unstructured header for people: encoded words decoded, on one line, valid UTF-8, no control characters.
std::string decodedHeader(GMimeParserOptions *options, std::string_view rawValue);

/// The first header of this name as it stands in the mail; empty if there is none.
std::string rawHeader(GMimeObject *object, const char *name);

/// The bytes of a part with the transfer encoding taken off.
std::string decodedContent(GMimePart *part);

/// All of an object, headers included. Content keeps the line ends it has; headers get CRLF or \n.
std::string serialised(GMimeObject *object, bool withCrlf);

} // namespace tributary::channels::email
