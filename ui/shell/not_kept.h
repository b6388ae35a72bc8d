#pragma once

#include "core/base/result.h"

#include <QString>

namespace tributary::ui {

/// Why something that was to be done was not taken into the outbox, for a toast.
QString notKeptWords(const Error &error);

} // namespace tributary::ui
