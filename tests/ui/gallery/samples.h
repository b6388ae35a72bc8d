#pragma once

#include "ui/timeline/timeline_model.h"

#include <QImage>

/// Fictional customers of a homeware shop, for pictures and tests of the timeline.
namespace tributary::samples {

/// The moment the samples are seen: 4 November 2025, 14:04 UTC.
TimePoint now();
/// Ids from small numbers, so that tests can name them.
template<class IdType>
IdType id(int number)
{
    RawId raw{};
    raw[14] = std::byte((number >> 8) & 0xFF);
    raw[15] = std::byte(number & 0xFF);
    raw[13] = std::byte((number >> 16) & 0xFF);
    raw[0] = std::byte(1);
    return IdType(raw);
}

/// Layla: mail, note, call, WhatsApp in Arabic, an event and a photo.
void fillLayla(ui::TimelineModel &model);
/// Amélie: Instagram, a merge, mail with files, voicemail, an SMS that failed, a return, a mail that can be taken back.
void fillAmelie(ui::TimelineModel &model);
/// Chen: a folded conversation, web chat, WeChat, an order, a note, typing.
void fillChen(ui::TimelineModel &model);
/// Everything else there is: gaps, long mails, HTML, ratings, forms, payments, outbox, hidden items.
void fillVariety(ui::TimelineModel &model);
/// @p count items of all kinds over three years.
void fillMany(ui::TimelineModel &model, int count);

/// A picture of a cup, as the attachment with that number.
QImage cup(int number, QSize size);

} // namespace tributary::samples
