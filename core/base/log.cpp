#include "core/base/log.h"

#include "core/base/time.h"

#include <cstdio>
#include <memory>
#include <mutex>

namespace tributary {
namespace {

std::mutex sinkMutex;
std::shared_ptr<LogSink> currentSink;

void appendValue(std::string &line, std::string_view value)
{
    const bool plain = !value.empty() && value.find_first_of(" =\"\\") == std::string_view::npos;
    if (!plain)
        line += '"';
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char character = value[at];
        if (character == '"' || character == '\\')
            line += '\\';
        // U+0080 to U+009F are control characters too: some terminals take U+009B for the start of a sequence.
        const bool second = character == '\xc2' && at + 1 < value.size() && static_cast<unsigned char>(value[at + 1]) < 0xa0;
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f || second)
            line += '?'; // a line break in foreign text must not forge a log line
        else
            line += character;
        at += second ? 1 : 0;
    }
    if (!plain)
        line += '"';
}

constexpr std::string_view levelName(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return "debug";
    case LogLevel::Info: return "info";
    case LogLevel::Warning: return "warning";
    case LogLevel::Error: return "error";
    }
    return "error";
}

} // namespace

void setLogSink(LogSink sink)
{
    const std::scoped_lock lock(sinkMutex);
    currentSink = std::make_shared<LogSink>(std::move(sink));
}

void log(LogLevel level, std::string_view category, std::string_view message, std::initializer_list<LogField> fields)
{
    std::shared_ptr<LogSink> sink;
    {
        const std::scoped_lock lock(sinkMutex);
        sink = currentSink;
    }
    if (sink && *sink)
        (*sink)(level, category, message, fields);
}

LogSink stderrSink(LogLevel least)
{
    return [least](LogLevel level, std::string_view category, std::string_view message,
                   std::initializer_list<LogField> fields) {
        if (level < least)
            return;
        std::string line = "ts=" + toIso(SystemClock().now()) + " level=";
        line += levelName(level);
        line += " category=";
        line += category;
        line += " msg=";
        appendValue(line, message);
        for (const LogField &field : fields) {
            line += ' ';
            line += field.key;
            line += '=';
            if (const auto *number = std::get_if<std::int64_t>(&field.value))
                line += std::to_string(*number);
            else
                appendValue(line, std::get<std::string>(field.value));
        }
        line += '\n';
        std::fwrite(line.data(), 1, line.size(), stderr);
    };
}

} // namespace tributary
