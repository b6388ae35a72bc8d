#include "ui/news/bus_pop_ups.h"

#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
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

BusPopUps::BusPopUps(const QDBusConnection &bus, PopUps &otherwise, QObject *parent)
    : PopUps(parent)
    , m_bus(bus)
    , m_otherwise(otherwise)
{
    m_bus.connect(kService, kPath, kService, "ActionInvoked", this, SLOT(onAction(uint, QString)));
    m_bus.connect(kService, kPath, kService, "NotificationClosed", this, SLOT(onClosed(uint, uint)));
    connect(&otherwise, &PopUps::activated, this, &PopUps::activated);
    connect(&otherwise, &PopUps::closed, this, &PopUps::closed);
    auto *comes = new QDBusServiceWatcher(kService, m_bus, QDBusServiceWatcher::WatchForRegistration, this);
    connect(comes, &QDBusServiceWatcher::serviceRegistered, this, &BusPopUps::ask);
    ask();
}

void BusPopUps::ask()
{
    if (!m_bus.isConnected()) // a call there would never be answered, not even with an error
        return answered(Service::Missing);
    auto *watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(call("GetCapabilities")), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        watcher->deleteLater();
        const QDBusPendingReply<QStringList> reply = *watcher;
        if (reply.isError())
            return answered(Service::Missing);
        m_hasActions = reply.value().contains("actions");
        m_hasMarkup = reply.value().contains("body-markup");
        answered(Service::There);
    });
}

void BusPopUps::answered(Service service)
{
    m_service = service;
    const QList<PopUp> waiting = std::exchange(m_waiting, {});
    for (const PopUp &popUp : waiting)
        show(popUp);
}

void BusPopUps::show(const PopUp &popUp)
{
    if (m_service == Service::Missing)
        return m_otherwise.show(popUp);
    if (m_service == Service::Asked) {
        m_waiting.removeIf([&popUp](const PopUp &one) { return one.key == popUp.key; });
        m_waiting.append(popUp);
        return;
    }
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
    m_waiting.removeIf([&key](const PopUp &one) { return one.key == key; });
    m_otherwise.withdraw(key);
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
