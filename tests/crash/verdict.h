#pragma once

#include "tests/crash/ledger.h"

#include <filesystem>

namespace tributary::crash {

/// Where the parts of a shop that has come to rest lie.
struct Remains {
    std::filesystem::path hub;                      ///< The hub's data folder; no hub runs on it.
    std::map<QString, std::filesystem::path> desks; ///< Profiles by the desktop's name; closed.
    std::map<QString, QStringList> mailboxes;       ///< Customer's address to the raw mails in it.
};

struct Verdict {
    struct Row {
        QString what;
        qint64 acknowledged = 0, found = 0, lost = 0, doubled = 0, disordered = 0;
        bool good() const { return lost == 0 && doubled == 0 && disordered == 0 && found == acknowledged; }
    };
    std::vector<Row> rows;
    QStringList problems; ///< One line each.
    bool good() const;
    QString table() const;
};

/// Counts what was acknowledged against what is there, in the files themselves.
Verdict judge(const Ledger &ledger, const Remains &remains);

} // namespace tributary::crash
