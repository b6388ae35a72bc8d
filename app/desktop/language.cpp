#include "app/desktop/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace tributary::app {

void installLanguage(QCoreApplication &application)
{
    const QLocale locale;
    auto *words = new QTranslator(&application);
    if (words->load(locale, QStringLiteral("tributary"), QStringLiteral("_"), QStringLiteral(":/i18n"))
        || words->load(QStringLiteral(":/i18n/tributary_en.qm")))
        QCoreApplication::installTranslator(words);
    auto *dialogs = new QTranslator(&application);
    if (dialogs->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                      QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(dialogs);
}

} // namespace tributary::app
