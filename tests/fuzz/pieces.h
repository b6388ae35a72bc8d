#pragma once

#include "core/base/bytes.h"

#include <cstdint>
#include <optional>

namespace tributary::fuzz {

/// An input as a list of pieces: a byte that says what is done, the length in two bytes, highest first, and so many bytes.
class Pieces {
public:
    struct Piece {
        std::uint8_t what = 0;
        std::size_t number = 0; ///< The length, where it is used as a number.
        ByteView bytes;
    };

    Pieces(const std::uint8_t *data, std::size_t size)
        : m_rest(reinterpret_cast<const std::byte *>(data), size)
    {
    }
    /// The last one may be shorter than it says. Nothing: there is no more.
    std::optional<Piece> next()
    {
        if (m_rest.size() < 3)
            return std::nullopt;
        const std::size_t number = std::size_t(m_rest[1]) << 8 | std::size_t(m_rest[2]);
        Piece piece{std::uint8_t(m_rest[0]), number, m_rest.subspan(3, std::min(number, m_rest.size() - 3))};
        m_rest = m_rest.subspan(3 + piece.bytes.size());
        return piece;
    }

private:
    ByteView m_rest;
};

} // namespace tributary::fuzz
