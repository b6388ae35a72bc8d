#include "ui/shell/recent_choices.h"
#include "ui/shell/settings_file.h"

#include <algorithm>

namespace tributary::ui {
namespace {

constexpr int kMostRecent = 8;

} // namespace

RecentChoices::RecentChoices(SettingsFile &settings, QString key)
    : m_settings(settings)
    , m_key(std::move(key))
{
}

void RecentChoices::putFirst(QList<Choice> &choices, qsizetype first) const
{
    const QStringList recent = m_settings.value(m_key).toStringList();
    std::stable_sort(choices.begin() + first, choices.end(), [&recent](const Choice &a, const Choice &b) {
        const auto place = [&recent](const Choice &choice) {
            const qsizetype at = recent.indexOf(choice.id);
            return at < 0 ? recent.size() : at;
        };
        return place(a) < place(b);
    });
}

void RecentChoices::note(const QString &id)
{
    if (id.isEmpty())
        return;
    QStringList recent = m_settings.value(m_key).toStringList();
    recent.removeAll(id);
    recent.prepend(id);
    m_settings.setValue(m_key, QStringList(recent.mid(0, kMostRecent)));
}

} // namespace tributary::ui
