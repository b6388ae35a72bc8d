#pragma once

#include "core/store/cache_reads.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/choices.h"
#include "ui/theme/time_format.h"

namespace tributary::ui {

/// What the palette has found so far.
struct PaletteAnswers {
    QString typed; ///< Without its prefix.
    QChar prefix;  ///< `>`, `@`, `#`; null for none.
    std::vector<store::PersonHit> people;
    std::vector<model::Company> companies; ///< All there are; those that match are shown.
    std::vector<store::SearchHit> messages;
    /// A list that can be gone to.
    struct Place {
        QString id, name, kind, icon;
    };
    std::vector<Place> places; ///< All there are; those that match are shown.
};

/// Parts what was typed from its prefix.
PaletteAnswers parsePalette(const QString &text);

/// The rows: actions that fit, people, companies, messages, places. Ids: `action:…`, `person:…`, `company:…`, `item:…`,
/// `place:…`. Empty input shows the likely actions alone.
QList<Choice> paletteChoices(const PaletteAnswers &answers, const ActionRegistry &actions, bool hasConversation,
                             const Theme &theme, const TimeFormat &format, TimePoint now);

/// A piece of @p body round the first word of @p typed, at most @p most characters, in one line.
QString excerpt(const QString &body, const QString &typed, int most = 90);

} // namespace tributary::ui
