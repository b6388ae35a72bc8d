#include "ui/shell/announcements.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <algorithm>

namespace tributary::ui {
namespace {

constexpr qint64 kSettleMs = 300; ///< What is typed or arrives together.
constexpr qint64 kEveryMs = 2000;

/// Readers on Linux say a notification when it shows, and hear of no alerts from Qt (6.4); others say alerts.
QAccessibleInterface *makeAccessible(const QString &, QObject *object)
{
    auto *widget = qobject_cast<Announcements *>(object);
    return widget ? new QAccessibleWidget(widget, QAccessible::Notification) : nullptr;
}

} // namespace

Announcements::Announcements(QWidget *window)
    : QWidget(window)
{
    static const bool installed = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(installed)
    setObjectName("announcements");
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFixedSize(0, 0);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Announcements::sayWaiting);
}

void Announcements::say(const QString &text, const QString &topic)
{
    std::erase_if(m_waiting,
                  [&](const Line &line) { return line.text == text || (!topic.isEmpty() && line.topic == topic); });
    if (text.isEmpty() || !window()->isActiveWindow())
        return;
    m_waiting.push_back({topic, text});
    if (m_timer.isActive())
        return;
    const qint64 since = m_since.isValid() ? m_since.elapsed() : kEveryMs;
    m_timer.start(int(std::max(kSettleMs, kEveryMs - since)));
}

void Announcements::sayNow(const QString &text)
{
    if (text.isEmpty() || !window()->isActiveWindow())
        return;
    m_since.start();
    setAccessibleName(text);
    for (const QAccessible::Event kind : {QAccessible::ObjectShow, QAccessible::Alert}) {
        QAccessibleEvent event(this, kind);
        QAccessible::updateAccessibility(&event);
    }
    emit said(text);
}

void Announcements::sayWaiting()
{
    QString all;
    for (const Line &line : std::exchange(m_waiting, {})) {
        if (!all.isEmpty())
            all += all.endsWith(u'.') ? QStringLiteral(" ") : QStringLiteral(". ");
        all += line.text;
    }
    sayNow(all);
}

} // namespace tributary::ui
