#pragma once

#include "ui/news/pop_ups.h"

#include <QDBusConnection>
#include <QHash>
#include <QStringList>
#include <optional>

namespace tributary::ui {

/// By the desktop bus (freedesktop.org, Desktop Notifications Specification 1.2). Nothing waits for the service: what it
/// does not answer is not shown.
class BusPopUps : public PopUps {
    Q_OBJECT
public:
    explicit BusPopUps(const QDBusConnection &bus, QObject *parent = nullptr);

    /// Somebody shows notifications on this bus. Asks the bus, and waits for it: at start only.
    static bool isThere(const QDBusConnection &bus);

    void show(const PopUp &popUp) override;
    void withdraw(const QString &key) override;

private slots:
    void onAction(uint id, const QString &action);
    void onClosed(uint id, uint reason);

private:
    struct Shown {
        uint id = 0; ///< 0: the service has not said yet.
        bool asked = false;
        bool gone = false;           ///< Withdrawn before it was known by which id.
        std::optional<PopUp> latest; ///< To follow when it is known.
    };
    void send(const PopUp &popUp);
    QString keyOf(uint id) const;

    QDBusConnection m_bus;
    QHash<QString, Shown> m_shown;
    bool m_hasActions = false, m_hasMarkup = false;
};

} // namespace tributary::ui
