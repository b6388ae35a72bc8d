#pragma once

#include "ui/theme/time_format.h"
#include "ui/timeline/timeline_model.h"
#include "ui/timeline/timeline_rows.h"

#include <QString>

/// What items say in words: on the screen, to a screen reader and on the clipboard.
namespace tributary::ui {

/// A sentence with parts that stand out.
struct Phrase {
    QString text;
    struct Strong {
        int start, length;
    };
    std::vector<Strong> strong;
};

/// What an event says: "Mara assigned this to Tomás". Types it does not know show the item's own text.
Phrase eventPhrase(const TimelineModel &model, const model::TimelineItem &item);

/// What a language is called, by its code; empty if it is none.
QString languageName(const QString &code);

/// How far an outgoing message has come.
struct DeliveryWords {
    QString text; ///< "Read", "Not delivered, this number is a landline" ...
    QString icon; ///< Clock, one tick, two ticks, warning.
    bool failed = false;
    bool unsure = false;  ///< It may or may not have arrived.
    bool waiting = false; ///< Held, in the outbox or needing its author: outlined with dashes.
};
DeliveryWords deliveryWords(const TimelineModel &model, const model::TimelineItem &item, TimePoint now,
                            const TimeFormat &format);

/// Who stands above an item: the agent, the customer's name as the channel gives it, or the customer.
QString senderOf(const TimelineModel &model, const model::TimelineItem &item);
/// "to help@shop.example", "from +33 ...": which of our addresses it went through; empty if unknown.
QString viaOf(const TimelineModel &model, const model::TimelineItem &item);

/// What an agent has to know of a mail whose sender could not be proven: it looks like that person's. Else empty.
QString senderWarning(const TimelineModel &model, const model::TimelineItem &item);

/// Whom a note mentions in vain: they do not see its conversation. Else empty.
QString notToldWords(const model::TimelineItem &item);

/// How often @p text stands in the item as its row shows it, whatever the case.
int occurrences(const model::TimelineItem &item, const QString &text);

/// UX 10, item text pattern. @p position and @p total count items from 1.
QString accessibleName(const TimelineModel &model, const model::TimelineItem &item, const TimeFormat &format, TimePoint now,
                       std::size_t position, std::size_t total);
/// The same for rows that are no item.
QString accessibleName(const TimelineModel &model, const Row &row, const TimeFormat &format, TimePoint now);

/// "2 November 2025 14:02, Layla Al-Haddad (WhatsApp): ": before each of several copied items.
QString copyHeading(const TimelineModel &model, const model::TimelineItem &item, const TimeFormat &format);

/// "2 May to 9 May is not on this computer", and what is being done about it.
QString gapText(const TimelineGap &gap, const TimeFormat &format, TimePoint now);
QString gapStateText(TimelineGap::State state);

/// "1 new message", "3 new messages": the source language has no plural file, so one is a sentence of its own.
QString newMessagesText(int count);

/// "84 KB"
QString sizeText(qint64 bytes);

} // namespace tributary::ui
