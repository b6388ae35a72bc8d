#pragma once

#include "core/base/result.h"
#include "core/base/seal.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tributary::client {

/// Where the system keeps secrets for its user (C38). Called on the window's thread, and answers there, later or at once;
/// never blocks. Offline: no keyring answers. Denied: the person said no. NotFound: nothing is kept under that name.
class Keyring {
public:
    virtual ~Keyring() = default;
    using Read = std::function<void(Result<std::string>)>;
    using Done = std::function<void(Result<void>)>;
    virtual void read(const std::string &name, Read done) = 0;
    virtual void write(const std::string &name, const std::string &secret, Done done) = 0;
    virtual void remove(const std::string &name) = 0;
};

/// The desktop's own: Secret Service or KWallet, by QtKeychain, without its insecure fallback.
std::unique_ptr<Keyring> systemKeyring();

/// What is kept there for one profile.
struct KeyringEntry {
    std::string token;
    std::vector<SealKey>
        keys; ///< Of the work on this computer: the one that seals it, then earlier ones. None: it is plain.
};
/// The token, and a line for each key. Entries from before there were keys are a token alone.
std::string keyringText(const KeyringEntry &entry);
/// What makes no sense is left out.
KeyringEntry keyringEntryFrom(std::string_view text);

/// In the journal, the place of a token that is in the keyring under a name.
inline constexpr std::string_view kInKeyring = "keyring:";
inline bool isInKeyring(const std::string &token)
{
    return token.starts_with(kInKeyring);
}
/// There, of a token that is kept nowhere: it ends with the program, and whoever signed in is asked again at the next start.
/// A program that does not know of it finds nothing in the keyring under no name, which comes to the same.
inline constexpr std::string_view kKeptNowhere = kInKeyring;

} // namespace tributary::client
