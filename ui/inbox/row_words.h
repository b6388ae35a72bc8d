#pragma once

#include "core/store/cache_reads.h"
#include "ui/theme/paint.h"
#include "ui/theme/time_format.h"

#include <QStringList>
#include <map>

namespace tributary::ui {

/// A colleague at a conversation.
struct RowPresence {
    QString words; ///< "Tomás writes", "Tomás is here".
    QString name;  ///< The whole of it, for the avatar.
    RawId id{};
};

/// Something that a row shows besides the state it is in.
struct RowColumn {
    Pill pill;
    QString spoken; ///< With what it is: "Team Care".
};

/// A row of the conversation list in words (UX 4): what the painter draws and what a screen reader says come from here
/// alike.
struct RowWords {
    QString name;
    bool vip = false;       ///< A star after the name.
    bool following = false; ///< An eye after that.
    QString manyOpen;       ///< "2 open"; empty for one.
    QString time;
    QString prefix; ///< "You: ", "Tomás: ", "Draft: "; may be empty.
    QString preview;
    QList<Pill> pills;
    QList<RowColumn> columns;           ///< The view's; else the tags, at most two.
    QString owner;                      ///< "Unassigned" or a name; empty where the queue says it already.
    std::optional<RowPresence> present; ///< Whose avatar goes before the owner, which then is about them.
    QString spoken;                     ///< The whole row as a sentence or more.
};

/// The names of the workspace's own statuses.
using StatusNames = std::map<model::CustomStatusId, QString>;

/// What a view shows of each conversation (core/model/views.h), and what it needs for that.
struct RowColumns {
    std::vector<std::string> names; ///< In their order.
    std::vector<model::Team> teams;
    std::vector<model::FieldDefinition> fields;
};

struct RowContext {
    TimePoint now;
    model::AgentId me;                  ///< What they wrote is "You: ".
    std::optional<QString> draft;       ///< What is written here and not sent; empty if it is files alone.
    bool gone = false;                  ///< It has left the queue, and stands there only until the order is held no more.
    bool showOwner = false;             ///< Outside Mine.
    std::optional<RowPresence> present; ///< Shown instead of the owner.
    bool offline = false;               ///< What waits, waits for longer than a moment: rows say so.
    const StatusNames *statuses = nullptr;
    const RowColumns *columns = nullptr; ///< Null: nobody has chosen any.
};

RowWords wordsOf(const store::ConversationRow &row, const RowContext &context, const Theme &theme, const TimeFormat &format);

/// What somebody is called among colleagues: the first word of their name.
QString firstName(const std::string &name);

/// The name a customer goes by: their own, else the address they write from.
QString shownName(const store::ConversationRow &row);

/// As store::ConversationRow::vip, of a person whose card is known.
bool isVip(const store::CustomerCard &card);

/// "Open", "Waiting on customer", "Snoozed until Friday 14:00", "Resolved"; the name of a status of the workspace's own
/// where it has one, and with it until when it sleeps.
QString statusWords(const model::Conversation &conversation, const TimeFormat &format, TimePoint now,
                    const StatusNames &own = {});

/// How long somebody has been waiting, as short as can be: "12m", "3h", "2d".
QString waitedFor(TimePoint since, const TimeFormat &format, TimePoint now);

} // namespace tributary::ui
