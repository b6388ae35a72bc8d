#pragma once

#include "core/base/result.h"
#include "core/model/entities.h"

#include <QFuture>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

#include <cstdint>
#include <map>
#include <memory>

namespace tributary::bench {

/// A hub with that many items and a desktop's profile with all of them, made by the real programs over real sockets.
class Shop {
public:
    Shop(const QString &folder, std::int64_t items);

    /// Makes what is not there yet. @p fresh: all of it anew, measured.
    Result<void> make(bool fresh);

    std::int64_t items() const { return m_items; }
    QString hubFolder() const { return m_folder + "/hub"; }
    QString profile() const { return m_folder + "/profile"; }
    QString cacheFile() const { return profile() + "/cache.db"; }
    QString hubFile() const { return hubFolder() + "/hub.db"; }

    /// Of the last fresh make(); seconds of all processors, and of the clock.
    double importCpu = 0, importSeconds = 0, bootstrapCpu = 0, bootstrapSeconds = 0;

    static constexpr const char *kEmail = "mara@bench.example", *kPassword = "a long bench password";

private:
    Result<void> import();
    Result<void> bootstrap();

    QString m_folder;
    std::int64_t m_items;
};

/// Of a folder with all that is in it, to be changed; it goes with this.
class FolderCopy {
public:
    /// In the folder @p in; all of it is on the disk, so that nothing is written beside what is measured next.
    static Result<std::unique_ptr<FolderCopy>> make(const QString &of, const QString &in);
    QString path() const { return m_folder.filePath("copy"); }

private:
    explicit FolderCopy(const QString &in)
        : m_folder(in + "/copy-XXXXXX")
    {
    }
    QTemporaryDir m_folder;
};

/// Conversations one after the other of which no two are of one customer, always in the same order. @p file is that of a hub
/// or of a desktop, @p which SQL.
Result<std::vector<model::ConversationId>> someConversations(const QString &file, std::size_t count,
                                                             const std::string &which = "TRUE");

constexpr int kLongMs = 3'600'000; ///< For what is only to end at all.

/// The result of @p future, in whose wait the events of this thread are handled.
template<class T>
Result<T> waited(QFuture<Result<T>> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, kLongMs) || future.resultCount() == 0)
        return failure(Error::Kind::TimedOut, "it never ended");
    return future.result();
}

/// Processor time of this process so far, in seconds.
double processCpu();
/// Of its children that have ended.
double childrenCpu();
/// A monotonic clock, in seconds.
double seconds();
/// Proportional set size of a process in MiB (Linux, /proc/PID/smaps_rollup); 0 if it is gone.
double memoryOf(qint64 pid);
double processCpuOf(qint64 pid);

} // namespace tributary::bench
