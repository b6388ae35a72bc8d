#pragma once

#include <QLocale>
#include <QString>

namespace tributary::ui {

/// What stands on the screen of a count: "9,999+" beyond four digits (UX 3.2). wholeCount() is for hovering.
inline constexpr qint64 kMostShown = 9'999;

inline QString wholeCount(qint64 count, QLocale locale)
{
    locale.setNumberOptions(QLocale::DefaultNumberOptions);
    return locale.toString(count);
}

inline QString shortCount(qint64 count, const QLocale &locale)
{
    return count > kMostShown ? wholeCount(kMostShown, locale) + u'+' : wholeCount(count, locale);
}

} // namespace tributary::ui
