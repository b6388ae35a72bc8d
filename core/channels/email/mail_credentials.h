#pragma once

#include <string>

namespace tributary::channels::email {

/// How to sign in to a mail server.
struct MailCredentials {
    std::string user;
    std::string password;    ///< For PLAIN and LOGIN; ignored when there is an access token.
    std::string accessToken; ///< For XOAUTH2.
};

} // namespace tributary::channels::email
