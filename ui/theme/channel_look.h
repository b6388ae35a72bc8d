#pragma once

#include "core/model/entities.h"
#include "ui/theme/tokens.h"

#include <QString>

namespace tributary::ui {

class Theme;

/// The strands of the braid: a channel, or one of the two kinds of item that have a colour of their own.
enum class Strand { Chat, Email, WhatsApp, Messenger, Instagram, WeChat, Telegram, Sms, Phone, Order, Note };

Strand strandOf(model::Channel channel);
/// Notes and orders, payments and calls have strands of their own, whatever channel their conversation is on.
Strand strandOf(const model::TimelineItem &item);

/// Colour and tint. Colour never says anything alone: glyph or name goes with it (tokens.json, meta.notes).
const Tone &toneOf(const Theme &theme, Strand strand);
inline const Tone &toneOf(const Theme &theme, model::Channel channel)
{
    return toneOf(theme, strandOf(channel));
}

/// Name of the drawing in Icons.
QString iconOf(Strand strand);
QString iconOf(model::Channel channel);

/// "WhatsApp", "Web chat" ... in the interface's language.
QString channelName(model::Channel channel);
QString strandName(Strand strand);

} // namespace tributary::ui
