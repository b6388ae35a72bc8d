#pragma once

#include <QString>
#include <QUrl>

#include <optional>
#include <string>

namespace tributary::client {

/// A link that an admin has sent: `tributary://join?hub=…&secret=…&certificate=…`. It works once.
struct JoinLink {
    QUrl hub;
    std::string secret;
    std::string fingerprint; ///< Of the hub's certificate, as fingerprintFrom() has it; empty: the system trusts it anyway.

    QString text() const;
    friend bool operator==(const JoinLink &, const JoinLink &) = default;
};

/// Nothing where the text is no such link: its hub must be one that hubAddress() takes, and anything said must make sense.
std::optional<JoinLink> joinLinkFrom(const QString &typed);

/// What the hub says a link is good for.
struct Invitation {
    bool isReset = false; ///< A new password for somebody who is there already.
    std::string email, name, workspace;
};

} // namespace tributary::client
