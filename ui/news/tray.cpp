#include "ui/news/tray.h"

#include "ui/shell/action_registry.h"
#include "ui/theme/paint.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QPainter>

namespace tributary::ui {

Tray::Tray(const Theme &theme, ActionRegistry &actions, QWidget &window, QObject *parent)
    : PopUps(parent)
    , m_theme(theme)
    , m_actions(actions)
    , m_window(window)
{
    m_icon.setContextMenu(&m_menu);
    connect(&m_menu, &QMenu::aboutToShow, this, &Tray::fillMenu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            openWindow();
    });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, [this] {
        if (m_lastKey.isEmpty())
            openWindow();
        else
            emit activated(m_lastKey, {});
    });
    connect(&theme, &Theme::changed, this, &Tray::paintIcon);
    fillMenu();
    paintIcon();
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    m_icon.show();
    window.installEventFilter(this);
}

void Tray::setState(int unseen, bool linked, qint64 outbox)
{
    m_outbox = outbox;
    if (m_unseen == unseen && m_linked == linked && !m_icon.toolTip().isEmpty())
        return;
    m_unseen = unseen;
    m_linked = linked;
    m_icon.setToolTip(!linked      ? tr("Tributary: working offline")
                      : unseen > 0 ? tr("Tributary: %n new notifications", nullptr, unseen)
                                   : tr("Tributary"));
    paintIcon();
}

void Tray::setMuted(bool muted)
{
    m_muted = muted;
}

QPixmap Tray::pixmap(int size) const
{
    const qreal ratio = m_window.devicePixelRatio();
    QPixmap picture(QSize(size, size) * ratio);
    picture.setDevicePixelRatio(ratio);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    const Colors &c = m_theme.colors();
    m_theme.icons().paint(painter, QRectF(0, 0, size, size), "logo", c.accent.fill);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_linked) { // a shape, not only a colour
        paint::roundRect(painter, QRectF(size * 0.1, size * 0.76, size * 0.8, size * 0.18), size * 0.05, c.presence.offline);
    } else if (m_unseen > 0) {
        const qreal dot = size * 0.44;
        paint::roundRect(painter, QRectF(size - dot, 0, dot, dot), dot / 2, c.status.danger.fg);
    }
    return picture;
}

void Tray::paintIcon()
{
    QIcon icon;
    for (const int size : {16, 22, 32, 48})
        icon.addPixmap(pixmap(size));
    m_icon.setIcon(icon);
}

void Tray::fillMenu()
{
    m_menu.clear();
    if (QAction *away = m_actions.action("away"))
        m_menu.addAction(away);
    m_menu.addAction(m_outbox > 0 ? tr("Outbox: %1").arg(QLocale().toString(m_outbox)) : tr("Outbox: empty"))
        ->setEnabled(false);
    if (QAction *start = m_actions.action("newConversation")) {
        m_menu.addAction(start->text(), this, [this, start] {
            openWindow();
            start->trigger();
        });
    }
    QAction *mute = m_menu.addAction(tr("Quiet for an hour"), this, [this] { emit muteWanted(!m_muted); });
    mute->setCheckable(true);
    mute->setChecked(m_muted);
    m_menu.addSeparator();
    m_menu.addAction(tr("Open Tributary"), this, &Tray::openWindow);
    m_menu.addAction(tr("Quit"), this, &Tray::quit);
}

void Tray::openWindow()
{
    m_window.show();
    m_window.setWindowState(m_window.windowState() & ~Qt::WindowMinimized);
    m_window.raise();
    m_window.activateWindow();
}

void Tray::quit()
{
    m_quitting = true;
    const bool closed = m_window.close(); // also out of the tray, where quitting alone asks no window
    m_quitting = closed;
    if (closed)
        QCoreApplication::quit();
}

void Tray::show(const PopUp &popUp)
{
    m_lastKey = popUp.key;
    if (isThere())
        m_icon.showMessage(popUp.title, popUp.text, m_icon.icon());
}

void Tray::withdraw(const QString &key)
{
    if (key != m_lastKey)
        return;
    m_lastKey.clear();
    if (isThere())
        m_icon.showMessage({}, {}); // an empty one takes the place of the one before it, and is not shown
}

bool Tray::eventFilter(QObject *watched, QEvent *event)
{
    // At the end of the session the system closes windows as well, and means it.
    if (watched != &m_window || event->type() != QEvent::Close || !isThere() || m_quitting || qGuiApp->isSavingSession())
        return false;
    event->ignore();
    m_window.hide();
    emit hidden();
    return true;
}

} // namespace tributary::ui
