#pragma once

#include <QString>
#include <Qt>

/// What a piece of text is written in, as far as laying it out needs to know.
namespace tributary::ui {

enum class Script { Latin, Arabic, Cjk, Devanagari, Thai };

/// The script that needs the most room among the first 400 characters; Latin for everything that needs no more than Latin.
Script tallestScript(QStringView text);

/// Direction of the first strong letter (UAX 9, P2 and P3); @p otherwise if there is none.
Qt::LayoutDirection directionOf(QStringView text, Qt::LayoutDirection otherwise = Qt::LeftToRight);

/// BCP 47 tag of the script's likeliest language for a screen reader's voice (`ar`, `zh`, `ja`, `ko`, `he`, `hi`, `th`,
/// `ru`, `el`); empty where letters alone do not tell.
QString likelyLanguage(QStringView text);

/// @p text between U+2068 and U+2069, so that its direction cannot disturb the sentence it stands in.
QString isolated(const QString &text);

} // namespace tributary::ui
