#pragma once

#include "core/client/outbox.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/time_format.h"

#include <QString>
#include <QStringList>
#include <optional>
#include <vector>

/// What the outbox says: its rows as words, worked out of its entries without a widget.
namespace tributary::ui {

enum class OutboxAction { Open, Compare, SendAnyway, Edit, Cancel, Discard, Dismiss, Unfold };

struct OutboxButton {
    OutboxAction action;
    QString text;
    bool strong = false; ///< Outlined: the way most would go.
    friend bool operator==(const OutboxButton &, const OutboxButton &) = default;
};

struct OutboxRow {
    enum class Kind {
        Text,    ///< A message or a note: name, first line, state, ways out.
        Changes, ///< All triage that waits, in one row.
        Change,  ///< One of it, unfolded.
    };
    enum class Tone { Neutral, Accent, Warning, Danger };

    Kind kind = Kind::Text;
    std::int64_t n = 0;           ///< The command's number; 0 for the row of all changes.
    std::int64_t crossedUpTo = 0; ///< See OutboxEntry.
    model::ConversationId conversation;
    model::TimelineItemId item; ///< Of a text.
    bool isNote = false;
    Strand strand = Strand::Email;
    QString icon; ///< Drawn in a grey tile; for a text its strand's.
    QString name, line, time;
    std::vector<std::pair<int, int>> strong; ///< Places in `line` that stand out: start and length.
    QString chip, chipIcon, chipDetail;      ///< State in a word or two, and what to do about it.
    Tone tone = Tone::Neutral;
    std::vector<OutboxButton> buttons;
    QString spoken; ///< Everything, for a screen reader.

    friend bool operator==(const OutboxRow &, const OutboxRow &) = default;
};

/// The rows in their order: what needs its author, what is held, what waits; triage that waits last, folded into one row
/// unless @p unfolded. @p linked: there is a hub just now.
std::vector<OutboxRow> outboxRows(const std::vector<client::OutboxEntry> &entries, bool unfolded, bool linked,
                                  const TimeFormat &format, TimePoint now);

/// "6 waiting, 2 need you"; "Nothing waits" for none.
QString outboxSummary(const std::vector<client::OutboxEntry> &entries);

/// "resolved João Batista", "snoozed Hannah Breuer": one change, as part of a list of them. The name is isolated.
QString changeClause(const model::CommandBody &body, const QString &name);

/// Why a command came back, in words that fit a chip, and what its author can do about it.
struct ReasonWords {
    QString chip, detail;
    bool danger = false;
};
ReasonWords reasonWords(const client::OutboxEntry &entry, const TimeFormat &format, TimePoint now);

} // namespace tributary::ui

Q_DECLARE_METATYPE(tributary::ui::OutboxRow)
