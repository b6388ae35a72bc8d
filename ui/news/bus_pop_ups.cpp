#include "ui/news/bus_pop_ups.h"

#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QVariantMap>

namespace tributary::ui {
namespace {

const QString kService = QStringLiteral("org.freedesktop.Notifications");
const QString kPath = QStringLiteral("/org/freedesktop/Notifications");
const QString kDefault = QStringLiteral("default"); // the specification's name for a click on the body

QDBusMessage call(const QString &method)
{
    return QDBusMessage::createMethodCall(kService, kPath, kService, method);
}

} // namespace

BusPopUps::BusPopUps(const QDBusConnection &bus, QObject *parent)
    : PopUps(parent)
    , m_bus(bus)
{
    m_bus.connect(kService, kPath, kService, "ActionInvoked", this, SLOT(onAction(uint, QString)));
    m_bus.connect(kService, kPath, kService, "NotificationClosed", this, SLOT(onClosed(uint, uint)));
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call("GetCapabilities")), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QStringList> reply = *watcher;
        if (reply.isError())
            return;
        m_hasActions = reply.value().contains("actions");
        m_hasMarkup = reply.value().contains("body-markup");
    });
}

bool BusPopUps::isThere(const QDBusConnection &bus)
{
    if (!bus.isConnected() || !bus.interface())
        return false;
    return bus.interface()->isServiceRegistered(kService)
           || bus.interface()->activatableServiceNames().value().contains(kService);
}

void BusPopUps::show(const PopUp &popUp)
{
    Shown &shown = m_shown[popUp.key];
    shown.gone = false;
    if (shown.asked && shown.id == 0) { // two of one key would stand side by side
        shown.latest = popUp;
        return;
    }
    send(popUp);
}

void BusPopUps::send(const PopUp &popUp)
{
    Shown &shown = m_shown[popUp.key];
    QStringList actions;
    if (m_hasActions) {
        actions << kDefault << tr("Open");
        for (const auto &[id, words] : popUp.actions)
            actions << id << words;
    }
    // What a customer wrote is text, also where the service would take it for markup.
    const QString body = m_hasMarkup ? popUp.text.toHtmlEscaped() : popUp.text;
    const QVariantMap hints{{"desktop-entry", "tributary"}, {"category", "im.received"}};
    QDBusMessage message = call("Notify");
    message << QStringLiteral("Tributary") << shown.id << QStringLiteral("tributary") << popUp.title << body << actions
            << hints << -1;
    shown.asked = true;
    shown.id = 0;
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(message), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher, key = popUp.key] {
        watcher->deleteLater();
        const QDBusPendingReply<uint> reply = *watcher;
        const auto found = m_shown.find(key);
        if (found == m_shown.end())
            return;
        if (reply.isError()) {
            m_shown.erase(found);
            return;
        }
        found->id = reply.value();
        if (found->gone)
            return withdraw(key);
        if (const auto latest = std::exchange(found->latest, std::nullopt))
            send(*latest);
    });
}

void BusPopUps::withdraw(const QString &key)
{
    const auto found = m_shown.find(key);
    if (found == m_shown.end())
        return;
    if (found->id == 0) {
        found->gone = true;
        found->latest.reset();
        return;
    }
    QDBusMessage message = call("CloseNotification");
    message << found->id;
    m_shown.erase(found);
    m_bus.asyncCall(message);
}

QString BusPopUps::keyOf(uint id) const
{
    for (auto it = m_shown.begin(); it != m_shown.end(); ++it) {
        if (it->id == id)
            return it.key();
    }
    return {}; // another program's
}

void BusPopUps::onAction(uint id, const QString &action)
{
    const QString key = keyOf(id);
    if (!key.isEmpty())
        emit activated(key, action == kDefault ? QString() : action);
}

void BusPopUps::onClosed(uint id, uint)
{
    const QString key = keyOf(id);
    if (key.isEmpty())
        return;
    m_shown.remove(key);
    emit closed(key);
}

} // namespace tributary::ui
