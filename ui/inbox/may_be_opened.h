#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QFuture>

namespace tributary::ui {

/// As much of a file as mayBeOpened() looks at.
inline constexpr qint64 kLookedAtBytes = 16 * 1024;

/// Whether a file that somebody has sent may be given to the program that opens such files: only what shows and does not
/// run (ENGINE C71), which are pictures, PDF and plain text, both as it was announced (@p mediaType) and as its first bytes
/// (@p beginning) say. All else is saved, and whoever opens it then knows what they do. Looks on another thread.
QFuture<Result<bool>> mayBeOpened(const QByteArray &beginning, const std::string &mediaType);

} // namespace tributary::ui
