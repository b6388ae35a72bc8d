#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/hub/admin/console.h"

#include <filesystem>
#include <set>
#include <string>

/// What copies of a store have in common, whichever way they go and however they are hidden.
namespace tributary::hub::exchange {

/// Offline: nobody wants the copy any more, or the hub ends.
Result<void> goOn(const admin::Console &console);

/// Says how far something is, once a second.
class Progress {
public:
    /// @p total of @p what.
    Progress(const Clock &clock, const admin::Console &console, std::string what, std::int64_t total)
        : m_clock(clock)
        , m_console(console)
        , m_what(std::move(what))
        , m_total(total)
        , m_saidAt(clock.steady())
    {
    }
    /// One more of them. Offline: as goOn() says.
    Result<void> one()
    {
        constexpr Milliseconds kReportEvery{1000};
        TRIBUTARY_TRY(goOn(m_console));
        ++m_done;
        if (m_clock.steady() - m_saidAt < kReportEvery)
            return {};
        m_saidAt = m_clock.steady();
        m_console.err(m_what + ": " + std::to_string(m_done) + " of " + std::to_string(m_total));
        return {};
    }

private:
    const Clock &m_clock;
    const admin::Console &m_console;
    std::string m_what;
    std::int64_t m_total;
    std::int64_t m_done = 0;
    Milliseconds m_saidAt;
};

/// Makes a folder (mode 0700) where there is none.
Result<void> makeFolder(const std::filesystem::path &folder);

/// A folder of blobs that is made anew: `blobs/ab/abcdef…`.
class NewBlobs {
public:
    static Result<NewBlobs> make(std::filesystem::path folder);
    /// Where the file of that name will be; its folder is there.
    Result<std::filesystem::path> placeOf(const std::string &name);
    /// Makes the names of all of them survive a power cut.
    Result<void> sync() const;

private:
    explicit NewBlobs(std::filesystem::path folder);
    std::filesystem::path m_folder;
    std::set<std::filesystem::path> m_folders;
};

} // namespace tributary::hub::exchange
