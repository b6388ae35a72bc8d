#pragma once

#include <string>
#include <string_view>

/// How text stands in an SMTP dialogue.
namespace tributary::channels::email {

bool isAscii(std::string_view text);

/// RFC 3461, 4: printable ASCII but + and =; everything else as +XX.
std::string xtext(std::string_view text);

/// Makes a mail as it goes over the wire after DATA, piece by piece: CRLF line ends throughout (a bare CR or LF lets mail be
/// smuggled past some servers), dots doubled (RFC 5321, 4.5.2), and one line end at the very end; the final dot is not part
/// of it.
class DotStuffer {
public:
    std::string next(std::string_view piece);
    /// What is to follow the last piece.
    std::string_view end() const { return m_atLineStart ? "" : "\r\n"; }

private:
    bool m_atLineStart = true;
    bool m_afterCr = false;
};

/// Whether @p address can stand between < and > of an SMTP command without changing its meaning.
bool isSafeAddress(std::string_view address);

} // namespace tributary::channels::email
