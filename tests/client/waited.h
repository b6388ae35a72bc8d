#pragma once

#include "core/base/id.h"

#include <QFuture>
#include <QTest>

/// Short words for what tests of a desktop say often.
namespace tributary::client::testing {

/// The same id for the same @p name.
template<class IdType>
IdType idOf(int name)
{
    RawId raw{};
    raw[0] = std::byte(1);
    raw[15] = std::byte(name);
    return IdType(raw);
}

/// What came of @p future, which has to come soon, also on a busy machine. What was told before it is heard, as in the
/// program: there an answer is an event behind it.
template<class T>
T waited(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, 60'000))
        qFatal("a future was never finished");
    QCoreApplication::sendPostedEvents();
    return future.result();
}

} // namespace tributary::client::testing
