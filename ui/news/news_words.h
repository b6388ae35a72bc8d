#pragma once

#include "core/store/news.h"

#include <QString>

namespace tributary::ui {

/// "Layla Al-Haddad", "Tomás gave you Layla Al-Haddad": who and what, in a sentence of one line.
QString newsTitle(const store::News &news);
/// What was said; where that says nothing by itself, what happened.
QString newsText(const store::News &news);
/// Both, channel and time, for a screen reader.
QString spokenNews(const store::News &news, const QString &time, bool unseen);

} // namespace tributary::ui
