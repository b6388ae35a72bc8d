#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/rng.h"

#include <filesystem>
#include <map>

namespace tributary::hub {

/// Seals what must not be read from the database alone: XChaCha20-Poly1305 under a key in a file of its own (C78, C79).
class Secrets {
public:
    /// Reads `hub.key` in @p folder, making it (mode 0600) where there is none. Corrupt: it has another size.
    static Result<Secrets> open(const std::filesystem::path &folder, Rng &rng);
    /// The key in @p file, wherever it is kept. Corrupt: it has another size. Failed: it cannot be read.
    static Result<Secrets> read(const std::filesystem::path &file);

    /// @p about (the account's id) is bound to the sealed bytes: they open for nothing else.
    Bytes seal(const std::map<std::string, std::string> &secrets, ByteView about, Rng &rng) const;
    Result<std::map<std::string, std::string>> unseal(ByteView sealed, ByteView about) const;
    /// A key for one purpose, such as signing plus addresses; the same as long as hub.key is.
    Bytes derive(std::string_view purpose) const;

private:
    explicit Secrets(Bytes key)
        : m_key(std::move(key))
    {
    }
    Bytes m_key;
};

} // namespace tributary::hub
