#pragma once

#include "core/base/bytes.h"

#include <array>
#include <memory>
#include <string_view>

namespace tributary {

using Sha256 = std::array<std::byte, 32>;

Sha256 sha256(ByteView bytes);
Sha256 hmacSha256(ByteView key, ByteView message);
/// A keyless 16-byte BLAKE2b digest: for row checksums, chains and table hashes, not for secrets.
std::array<std::byte, 16> blake16(ByteView bytes);
/// Compares in time that depends on the sizes alone.
bool equalInConstantTime(ByteView a, ByteView b);

/// SHA-256 over pieces.
class Sha256Stream {
public:
    Sha256Stream();
    ~Sha256Stream();
    Sha256Stream(const Sha256Stream &) = delete;
    Sha256Stream &operator=(const Sha256Stream &) = delete;
    void add(ByteView bytes);
    Sha256 finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace tributary
