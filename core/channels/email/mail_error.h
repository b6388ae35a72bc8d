#pragma once

#include "core/base/result.h"

#include <cstdint>

namespace tributary::channels::email {

/// Why talking to a mail server did not work. `kind` decides what is tried next and which sentence people see.
struct MailError {
    enum class Kind {
        Unreachable,          ///< No such host, refused, reset, closed.
        TimedOut,             ///< Connected, but no answer in time.
        CertificateExpired,   ///< Or not valid yet.
        CertificateName,      ///< It belongs to another host.
        CertificateUntrusted, ///< Nobody this machine trusts has signed it.
        NoTls,                ///< The server does not offer encryption, or the handshake failed.
        Auth,                 ///< Wrong password or token, or the sign-in was refused.
        Refused,              ///< Understood and refused: the answer is in `detail`.
        Protocol,             ///< The server said something that makes no sense.
        Stopped,              ///< The program is closing.
    };
    Kind kind = Kind::Unreachable;
    std::string detail; ///< For people: English, plain, without customer data. May quote the server.

    friend bool operator==(const MailError &, const MailError &) = default;
};

/// `unreachable`, `certificate`, `tls`, `auth`, `refused`, `protocol`, `stopped`: the kinds that AccountHealth names.
const char *problemName(MailError::Kind kind);

template<class T>
using MailResult = ResultOr<T, MailError>;

/// Makes what a server said fit to be shown and logged: one line of valid UTF-8, at most 300 bytes.
std::string oneLine(std::string_view serverText);

} // namespace tributary::channels::email
