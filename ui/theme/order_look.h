#pragma once

#include "ui/theme/tokens.h"

#include <QString>

namespace tributary::ui {

class Theme;

/// How far an order has come, from the word a shop has for it.
enum class OrderState { Paid, Packed, Shipped, Delivered, ReturnAsked, SentBack, Received, Refunded, Cancelled, Other };
OrderState orderState(const QString &status);

/// In the interface's language; of a state that is not known here, the shop's own word.
QString orderStatusName(OrderState state, const QString &status);
const Tone &toneOf(const Theme &theme, OrderState state);

} // namespace tributary::ui
