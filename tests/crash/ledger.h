#pragma once

#include <QString>
#include <QStringList>

#include <map>
#include <set>
#include <vector>

namespace tributary::crash {

/// What somebody has been told is safe. Texts are unique, and end in a space and a word, so that none is part of another.
struct Ledger {
    /// Sender (an address, a visitor's name) to its messages, in order.
    std::map<QString, QStringList> mail;  ///< In the shop's mailbox.
    std::map<QString, QStringList> chat;  ///< Acknowledged to the visitor.
    std::map<QString, QString> mailFiles; ///< By text of a mail: SHA-256 of what is attached to it.
    qint64 filesOpened = 0;               ///< By the desktops, and found to be whole.

    struct Written {
        QString desk, body, kind, item, conversation;
        QString file; ///< SHA-256 of what is attached to it; empty: nothing.
        qint64 n = 0;
    };
    std::vector<Written> written;       ///< Replies and notes that a desktop has accepted, in its order.
    std::set<QString> wanted;           ///< Texts that were asked for, accepted or not.
    std::set<QString> letGo;            ///< Items whose author was discarding them.
    std::set<QString> sentAnyway;       ///< Texts that came back and were sent all the same, so later than written.
    std::map<QString, qint64> commands; ///< Desktop to its highest n accepted.
    std::int64_t accepted = 0;          ///< Commands of any kind.

    struct Draft {
        QString kept;              ///< The last one known to be safe.
        std::set<QString> perhaps; ///< Asked for after it.
    };
    std::map<std::pair<QString, QString>, Draft> drafts; ///< By desktop and conversation.

    /// What a visitor's browser shows: its log, by number.
    struct Seen {
        std::map<qint64, QString> agentTexts;
        std::map<qint64, QString> allTexts;
    };
    std::map<QString, Seen> browsers;
    QStringList surprises; ///< What nobody may see: a visitor's log that was replaced, a program that ended by itself.
};

} // namespace tributary::crash
