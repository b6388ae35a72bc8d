#pragma once

#include "core/base/result.h"
#include "core/hub/exchange/history_line.h"

#include <memory>
#include <string_view>

namespace tributary::hub::exchange {

/// Bytes that must be readable behind a line given to LineParser.
inline constexpr std::size_t kLinePadding = 64;

/// Takes lines of the neutral history format apart. Strict about what it needs, patient with what it does not know.
class LineParser {
public:
    LineParser();
    ~LineParser();
    LineParser(const LineParser &) = delete;
    LineParser &operator=(const LineParser &) = delete;

    /// @p line is one JSON object without its line end, with kLinePadding readable bytes behind it. Invalid: what is wrong
    /// with it, in words without what it holds.
    Result<HistoryLine> parse(std::string_view line);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace tributary::hub::exchange
