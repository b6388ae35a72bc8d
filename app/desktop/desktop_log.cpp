#include "app/desktop/desktop_log.h"

#include "core/base/log.h"

#include <QLoggingCategory>
#include <QMessageLogger>
#include <map>
#include <memory>
#include <mutex>

namespace tributary::app {
namespace {

/// Categories by name. Qt keeps pointers to a category and to its name, so neither ever moves or goes.
class Categories {
public:
    const QLoggingCategory &find(std::string_view name)
    {
        const std::scoped_lock lock(m_mutex);
        auto at = m_known.find(name);
        if (at == m_known.end()) {
            at = m_known.emplace(std::string(name), nullptr).first;
            at->second = std::make_unique<QLoggingCategory>(at->first.c_str(), QtWarningMsg);
        }
        return *at->second;
    }

private:
    std::mutex m_mutex;
    std::map<std::string, std::unique_ptr<QLoggingCategory>, std::less<>> m_known;
};

QtMsgType typeOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return QtDebugMsg;
    case LogLevel::Info: return QtInfoMsg;
    case LogLevel::Warning: return QtWarningMsg;
    case LogLevel::Error: return QtCriticalMsg;
    }
    return QtWarningMsg;
}

QString valueOf(const LogField &field)
{
    if (const auto *number = std::get_if<std::int64_t>(&field.value))
        return QString::number(*number);
    return QString::fromStdString(std::get<std::string>(field.value));
}

} // namespace

void installDesktopLog()
{
    auto categories = std::make_shared<Categories>();
    setLogSink([categories](LogLevel level, std::string_view category, std::string_view message,
                            std::initializer_list<LogField> fields) {
        const QLoggingCategory &known = categories->find(category);
        const QtMsgType type = typeOf(level);
        if (!known.isEnabled(type))
            return;
        QString line = QString::fromUtf8(message.data(), qsizetype(message.size()));
        for (const LogField &field : fields)
            line += QStringLiteral(" %1=%2").arg(QString::fromUtf8(field.key.data(), qsizetype(field.key.size())),
                                                 valueOf(field));
        const QMessageLogger logger(nullptr, 0, nullptr, known.categoryName());
        switch (type) {
        case QtDebugMsg: logger.debug().noquote() << line; break;
        case QtInfoMsg: logger.info().noquote() << line; break;
        case QtCriticalMsg: logger.critical().noquote() << line; break;
        default: logger.warning().noquote() << line;
        }
    });
}

} // namespace tributary::app
