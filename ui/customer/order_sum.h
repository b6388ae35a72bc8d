#pragma once

#include "core/store/people_reads.h"

#include <QLocale>
#include <QString>

namespace tributary::ui {

/// What orders come to, by currency, as a shop writes totals (`AED 740.00`, `64,50 EUR`): "AED 3,912.00". What was cancelled
/// or paid back is left out. Empty: an order has no total, or one that cannot be read, so that any sum would be wrong.
QString orderSum(const std::vector<store::PersonOrder> &orders, const QLocale &locale);

} // namespace tributary::ui
