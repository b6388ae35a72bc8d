#pragma once

#include "tests/bench/report.h"
#include "tests/bench/shop.h"

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

    /// The shop of that size, made once a run.
    Result<std::shared_ptr<Shop>> shop(std::int64_t items, bool fresh = false);
    std::map<std::int64_t, std::shared_ptr<Shop>> shops = {};
};

// store_benches.cpp
Result<void> benchImport(Bench &bench);
Result<void> benchTimelinePage(Bench &bench);
Result<void> benchSearch(Bench &bench);
Result<void> benchDisk(Bench &bench);
// screen_benches.cpp
Result<void> benchOpenCustomer(Bench &bench);
Result<void> benchKeys(Bench &bench);
Result<void> benchScroll(Bench &bench);
Result<void> benchBulk(Bench &bench);
// start_benches.cpp
Result<void> benchStart(Bench &bench);
// live_benches.cpp
Result<void> benchFanOut(Bench &bench);
Result<void> benchIntake(Bench &bench);
// chat_benches.cpp
Result<void> benchChat(Bench &bench);
// mail_benches.cpp
Result<void> benchMail(Bench &bench);

} // namespace tributary::bench
