#pragma once

#include "core/channels/email/mail_parser.h"

#include <gmime/gmime.h>

namespace tributary::channels::email {

/// Fills text, html, parts and report of @p mail from the tree of its parts. With @p tooLarge files are named, but not
/// taken.
void readMailTree(GMimeObject *root, ParsedMail &mail, GMimeParserOptions *options, const ParseLimits &limits,
                  bool tooLarge);

} // namespace tributary::channels::email
