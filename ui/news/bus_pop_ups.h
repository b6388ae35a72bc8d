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
    /// @p otherwise shows them while nobody does on this bus.
    BusPopUps(const QDBusConnection &bus, PopUps &otherwise, QObject *parent = nullptr);

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
    enum class Service { Asked, There, Missing };
    void ask();
    void answered(Service service);
    void send(const PopUp &popUp);
    QString keyOf(uint id) const;

    QDBusConnection m_bus;
    PopUps &m_otherwise;
    Service m_service = Service::Asked;
    QList<PopUp> m_waiting; ///< For its answer, in their order; the latest of each key.
    QHash<QString, Shown> m_shown;
    bool m_hasActions = false, m_hasMarkup = false;
};

} // namespace tributary::ui
