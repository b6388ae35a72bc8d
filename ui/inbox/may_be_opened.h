#pragma once

#include "core/base/result.h"

#include <QFuture>
#include <QString>

namespace tributary::ui {

/// Whether a file that somebody has sent may be given to the program that opens such files: only what shows and does not
/// run (ENGINE C71), which are pictures, PDF and plain text, both as it was announced (@p mediaType) and as its bytes say.
/// All else is saved, and whoever opens it then knows what they do. Reads the file's beginning, on another thread.
QFuture<Result<bool>> mayBeOpened(const QString &file, const std::string &mediaType);

} // namespace tributary::ui
