#pragma once

#include "core/hub/admin/arguments.h"

#include <filesystem>
#include <functional>

namespace tributary::hub::admin {

/// What `serve` was told, by the first of these that says anything: the command line (`--listen`), the environment
/// (`TRIBUTARY_LISTEN`), `hub.ini` in the data folder (`listen = 127.0.0.1:7600`; lines that begin with `#` or `;` are
/// comments).
class ServeSettings {
public:
    using Environment = std::function<const char *(const char *name)>; ///< std::getenv(), or what a test has instead.

    /// Without a folder there is no hub.ini. Invalid: hub.ini has a line that is no setting, or names one that there is not.
    static Result<ServeSettings> read(const Arguments &arguments, const std::filesystem::path &dataFolder,
                                      const Environment &environment);

    /// Empty where nothing was said.
    std::string value(const std::string &name, const std::string &otherwise = {}) const;
    bool isOn(const std::string &name) const; ///< A flag, or `on`, `yes`, `true` or `1`.

    /// The settings there are.
    static const std::vector<std::string> &names();

private:
    std::map<std::string, std::string> m_values;
};

} // namespace tributary::hub::admin
