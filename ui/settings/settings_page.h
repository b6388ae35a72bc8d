#pragma once

#include "ui/shell/controls.h"

#include <functional>

namespace tributary::ui {

/// Something a person may choose, and where it is kept.
struct Setting {
    struct Choice {
        QString text;
        QString value;
    };
    QString id;    ///< For tests; never translated.
    QString title; ///< "Text size"
    QString help;  ///< A sentence or two on what it does.
    QList<Choice> choices;
    QString usual; ///< The value of "Reset page".
    std::function<QString()> value;
    std::function<void(const QString &value)> set; ///< Applies at once.
};

/// A page of the settings: a title, its settings one below the other, and "Reset page".
class SettingsPage : public QWidget {
    Q_OBJECT
public:
    SettingsPage(const Theme &theme, const QString &title, QList<Setting> settings, QWidget *parent = nullptr);

    const QString &title() const { return m_title; }
    /// What is chosen may have changed since.
    virtual void read();
    /// Something on it is shown once, and nobody has said yet that they have kept it.
    virtual bool holdsWork() const { return false; }
    void reset();

signals:
    void workCame(); ///< From here on it holds some.

private:
    const QString m_title;
    const QList<Setting> m_settings;
    QList<Segment *> m_segments;
    bool m_reading = false;
};

} // namespace tributary::ui
