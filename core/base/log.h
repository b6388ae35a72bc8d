#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace tributary {

enum class LogLevel { Debug, Info, Warning, Error };

/// One `key=value` of a log line. Ids, counts, durations and error kinds only: never names, addresses, text or tokens.
struct LogField {
    std::string_view key;
    std::variant<std::int64_t, std::string> value;

    LogField(std::string_view k, std::string v)
        : key(k)
        , value(std::move(v))
    {
    }
    LogField(std::string_view k, std::string_view v)
        : key(k)
        , value(std::string(v))
    {
    }
    LogField(std::string_view k, const char *v)
        : key(k)
        , value(std::string(v))
    {
    }
    template<class Integer>
    requires std::is_integral_v<Integer> LogField(std::string_view k, Integer v)
        : key(k)
        , value(std::int64_t(v))
    {
    }
};

/// Where log lines go: the desktop joins this to Qt's categories, the hub to logfmt on stderr. Set once, in app/.
using LogSink = std::function<void(LogLevel, std::string_view category, std::string_view message,
                                   std::initializer_list<LogField> fields)>;
void setLogSink(LogSink sink);

/// @p category is one a folder: `tributary.store`. Callable from any thread.
void log(LogLevel level, std::string_view category, std::string_view message, std::initializer_list<LogField> fields = {});

/// A sink that writes one logfmt line an entry to stderr, control characters escaped.
LogSink stderrSink(LogLevel least);

} // namespace tributary
