#pragma once

#include <QDBusVariant>
#include <QObject>
#include <QVariant>

namespace tributary::ui {

/// Whether the desktop is dark, and when that changes. Qt 6.4 has no signal for it (6.5 does), so this asks the settings
/// portal (org.freedesktop.portal.Settings, `color-scheme`: 1 dark, 2 light) and otherwise goes by the lightness of the
/// first palette.
class SystemAppearance : public QObject {
    Q_OBJECT
public:
    explicit SystemAppearance(QObject *parent = nullptr);
    bool isDark() const { return m_dark; }

signals:
    void changed();

private slots:
    void onSettingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void takeScheme(const QVariant &value);

    bool m_dark = false;
};

} // namespace tributary::ui
