#pragma once

#include "core/store/database.h"

#include <QString>

#include <vector>

namespace tributary::crash {

/// One table of the hub's beside that of a copy whose agent sees everything.
struct TableDifference {
    QString name;
    qint64 there = 0;   ///< Rows at the hub.
    qint64 missing = 0; ///< Of those, how many the copy does not have just so.
    qint64 added = 0;   ///< What the copy has beyond them.
};

/// Compares the tables that are synced, byte for byte; of read marks those of the copy's agent.
std::vector<TableDifference> differences(store::Database &hub, store::Database &copy);

} // namespace tributary::crash
