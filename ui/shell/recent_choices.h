#pragma once

#include "ui/shell/choices.h"

namespace tributary::ui {

class SettingsFile;

/// What was chosen last in a picker, kept on this computer under @p key: the next question offers it first (UX 4).
class RecentChoices {
public:
    RecentChoices(SettingsFile &settings, QString key);

    /// Of @p choices from @p first on: what was chosen lately to the front, the newest first. The others keep their order.
    void putFirst(QList<Choice> &choices, qsizetype first = 0) const;
    /// @p id was chosen; the empty one, which stands for nothing, is not remembered.
    void note(const QString &id);

private:
    SettingsFile &m_settings;
    QString m_key;
};

} // namespace tributary::ui
