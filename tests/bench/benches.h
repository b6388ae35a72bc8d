#pragma once

#include "tests/bench/report.h"
#include "tests/bench/shop.h"

#include <functional>

namespace tributary::ui {
class Theme;
}

namespace tributary::bench {

/// What a benchmark has to work with.
struct Bench {
    Report &report;
    QString folder; ///< For its files.
    std::vector<std::int64_t> sizes;
    ui::Theme &theme; ///< As in the program: what style and sheet paint is measured with it.
    int runs = 3;     ///< How often what is one sample is measured.

    /// The shop of that size, made once a run.
    Result<std::shared_ptr<Shop>> shop(std::int64_t items, bool fresh = false);
    /// Measures @p times over and reports the medians; @p once adds the same figures each time. Where a run fails, those
    /// before it are reported.
    Result<void> several(int times, const std::function<Result<void>(std::vector<Figure> &)> &once);
    std::map<std::int64_t, std::shared_ptr<Shop>> shops = {};
};

// store_benches.cpp
Result<void> benchImport(Bench &bench);
Result<void> benchTimelinePage(Bench &bench);
Result<void> benchSearch(Bench &bench);
Result<void> benchDisk(Bench &bench);
// screen_benches.cpp
Result<void> benchOpenCustomer(Bench &bench);
Result<void> benchScroll(Bench &bench);
Result<void> benchBulk(Bench &bench);
// key_benches.cpp
Result<void> benchKeys(Bench &bench);
// palette_benches.cpp
Result<void> benchPalette(Bench &bench);
// start_benches.cpp
Result<void> benchStart(Bench &bench);
// live_benches.cpp
Result<void> benchFanOut(Bench &bench);
Result<void> benchIntake(Bench &bench);
// chat_benches.cpp
Result<void> benchChat(Bench &bench);
// mail_benches.cpp
Result<void> benchMail(Bench &bench);
Result<void> benchMailbox(Bench &bench);

} // namespace tributary::bench
