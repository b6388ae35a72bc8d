#include "ui/theme/scripts.h"

namespace tributary::ui {
namespace {

constexpr qsizetype kLookedAt = 400;

/// Calls @p visit with each code point of the beginning of @p text until it returns true.
template<class Visit>
void eachCodePoint(QStringView text, qsizetype limit, Visit visit)
{
    const qsizetype end = std::min(text.size(), limit);
    for (qsizetype i = 0; i < end; ++i) {
        char32_t code = text[i].unicode();
        if (text[i].isHighSurrogate() && i + 1 < text.size() && text[i + 1].isLowSurrogate())
            code = QChar::surrogateToUcs4(text[i], text[i + 1]);
        if (visit(code))
            return;
        if (code > 0xFFFF)
            ++i;
    }
}

} // namespace

Script tallestScript(QStringView text)
{
    Script found = Script::Latin;
    eachCodePoint(text, kLookedAt, [&](char32_t code) {
        if (code < 0x590)
            return false;
        switch (QChar::script(code)) {
        case QChar::Script_Arabic:
        case QChar::Script_Syriac:
        case QChar::Script_Thaana:
        case QChar::Script_Nko: found = std::max(found, Script::Arabic); break;
        case QChar::Script_Han:
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana:
        case QChar::Script_Bopomofo:
        case QChar::Script_Hangul: found = std::max(found, Script::Cjk); break;
        case QChar::Script_Devanagari:
        case QChar::Script_Bengali:
        case QChar::Script_Gurmukhi:
        case QChar::Script_Gujarati:
        case QChar::Script_Oriya:
        case QChar::Script_Tamil:
        case QChar::Script_Telugu:
        case QChar::Script_Kannada:
        case QChar::Script_Malayalam:
        case QChar::Script_Sinhala:
        case QChar::Script_Tibetan: found = std::max(found, Script::Devanagari); break;
        case QChar::Script_Thai:
        case QChar::Script_Lao:
        case QChar::Script_Khmer:
        case QChar::Script_Myanmar: found = Script::Thai; break;
        default: break;
        }
        return found == Script::Thai;
    });
    return found;
}

Qt::LayoutDirection directionOf(QStringView text, Qt::LayoutDirection otherwise)
{
    Qt::LayoutDirection direction = otherwise;
    int isolates = 0; // P2: what stands between isolates is skipped
    eachCodePoint(text, text.size(), [&](char32_t code) {
        switch (QChar::direction(code)) {
        case QChar::DirLRI:
        case QChar::DirRLI:
        case QChar::DirFSI: ++isolates; return false;
        case QChar::DirPDI: isolates = std::max(0, isolates - 1); return false;
        case QChar::DirL:
            if (isolates > 0)
                return false;
            direction = Qt::LeftToRight;
            return true;
        case QChar::DirR:
        case QChar::DirAL:
            if (isolates > 0)
                return false;
            direction = Qt::RightToLeft;
            return true;
        default: return false;
        }
    });
    return direction;
}

QString likelyLanguage(QStringView text)
{
    QString language;
    eachCodePoint(text, kLookedAt, [&](char32_t code) {
        switch (QChar::script(code)) {
        case QChar::Script_Arabic: language = QStringLiteral("ar"); return true;
        case QChar::Script_Hebrew: language = QStringLiteral("he"); return true;
        case QChar::Script_Hangul: language = QStringLiteral("ko"); return true;
        case QChar::Script_Hiragana:
        case QChar::Script_Katakana: language = QStringLiteral("ja"); return true;
        case QChar::Script_Han: language = QStringLiteral("zh"); return false; // kana may still follow
        case QChar::Script_Devanagari: language = QStringLiteral("hi"); return true;
        case QChar::Script_Thai: language = QStringLiteral("th"); return true;
        case QChar::Script_Cyrillic: language = QStringLiteral("ru"); return true;
        case QChar::Script_Greek: language = QStringLiteral("el"); return true;
        default: return false;
        }
    });
    return language;
}

QString isolated(const QString &text)
{
    return QChar(0x2068) + text + QChar(0x2069);
}

} // namespace tributary::ui
