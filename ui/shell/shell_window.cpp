#include "ui/shell/shell_window.h"

#include "ui/shell/announcements.h"
#include "ui/shell/banner.h"
#include "ui/shell/key_router.h"
#include "ui/shell/overlay.h"
#include "ui/shell/picker.h"
#include "ui/shell/rail.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shortcut_sheet.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"

#include <QCloseEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>

#include <algorithm>

namespace tributary::ui {
namespace {

constexpr int kHeldMs = 20'000; ///< How long a second try counts as one.

} // namespace

void ShellWindow::fitToScreen()
{
    constexpr QSize kFrame(16, 48); // what a window manager may add, which is not known before it is shown
    resize(size().boundedTo(screen()->availableSize() - kFrame).expandedTo(minimumSize()));
}

ShellWindow::ShellWindow(Theme &theme, SettingsFile &settings)
    : m_theme(theme)
    , m_settings(settings)
    , m_actions(new ActionRegistry(this))
    , m_keys(new KeyRouter(*m_actions, this))
    , m_banner(new Banner(theme, this))
    , m_rail(new Rail(theme, this))
    , m_pages(new QStackedWidget(this))
    , m_statusLine(new StatusLine(theme, this))
    , m_toasts(new Toasts(theme, this))
    , m_announcements(new Announcements(this))
    , m_picker(new Picker(theme, this))
    , m_sheet(new ShortcutSheet(theme, *m_actions, this))
{
    setObjectName("mainWindow");
    setWindowTitle(tr("Tributary"));
    setMinimumSize(960, 600);
    resize(1440, 900);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addWidget(m_pages, 1);
    layout->addWidget(m_banner);
    layout->addLayout(middle, 1);
    layout->addWidget(m_statusLine);
    setFramed(false);
    const QByteArray geometry = m_settings.value("window/geometry").toByteArray();
    if (!geometry.isEmpty())
        restoreGeometry(geometry);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    const QString group = tr("Moving around");
    m_actions->add({.id = "takeToast",
                    .text = tr("Do what the newest message at the bottom offers"),
                    .chord = "F4",
                    .group = group,
                    .always = true},
                   this, [this] { m_toasts->takeNewestAction(); });
    m_actions->add({.id = "dismissToast",
                    .text = tr("Dismiss the newest message at the bottom"),
                    .chord = "Shift+F4",
                    .group = group,
                    .always = true},
                   this, [this] { m_toasts->dismissNewest(); });
    m_toasts->setKeys(m_actions->keyText("takeToast"), m_actions->keyText("dismissToast"));
    connect(m_toasts, &Toasts::added, m_announcements, [this](const QString &text) { m_announcements->say(text); });
    connect(m_banner, &Banner::announced, m_announcements, [this](const QString &text) {
        m_announcements->say(m_rail->isVisible() ? text : QString(), QStringLiteral("banner"));
    });
}

ShellWindow::~ShellWindow()
{
    // While it is still one: hidden by ~QWidget, it would have the pages hear of the focus that moves, and ask a window that
    // is half gone.
    hide();
}

void ShellWindow::setFramed(bool framed)
{
    m_rail->setVisible(framed);
    m_statusLine->setVisible(framed);
    if (!framed)
        m_banner->setVisible(false);
}

void ShellWindow::showPlain(QWidget *page)
{
    setFramed(false);
    m_actions->setCovered(true);
    auto *frame = qobject_cast<QScrollArea *>(page->parentWidget() ? page->parentWidget()->parentWidget() : nullptr);
    // What it has asked for before it was in a window is forgotten as it comes into one.
    QWidget *wanted = frame ? nullptr : page->focusWidget();
    if (!frame) { // large text in a low window: what has no room is scrolled to
        frame = new QScrollArea;
        frame->setFrameShape(QFrame::NoFrame);
        frame->setFocusPolicy(Qt::NoFocus);
        frame->setWidgetResizable(true);
        frame->setWidget(page);
        m_pages->addWidget(frame);
    }
    m_pages->setCurrentWidget(frame);
    if (wanted)
        wanted->setFocus();
}

void ShellWindow::showSection(QWidget *page)
{
    setFramed(true);
    m_actions->setCovered(false);
    if (m_pages->indexOf(page) < 0)
        m_pages->addWidget(page);
    m_pages->setCurrentWidget(page);
}

QWidget *ShellWindow::sectionParent() const
{
    return m_pages;
}

void ShellWindow::showShortcuts()
{
    m_sheet->open();
}

void ShellWindow::addUnkept(QObject *of, ShowUnkept show)
{
    std::erase_if(m_unkept, [](const auto &one) { return !one.first; });
    m_unkept.emplace_back(of, std::move(show));
}

ShellWindow::Unkept ShellWindow::showUnkept()
{
    for (const auto &[of, show] : m_unkept) {
        if (Unkept unkept = of ? show() : Unkept(); !unkept.words.isEmpty())
            return unkept;
    }
    const QList<Overlay *> overlays = findChildren<Overlay *>();
    const bool isHeld = std::ranges::any_of(overlays, [](Overlay *one) { return !one->isHidden() && one->holdsWork(); });
    return isHeld ? tr("What is written here is not kept yet.") : QString();
}

void ShellWindow::closeEvent(QCloseEvent *event)
{
    m_settings.setValue("window/geometry", saveGeometry());
    emit closing();
    event->accept();
    //: %1 is a sentence: what would be lost.
    if (qGuiApp->isSavingSession() || mayLeave(tr("%1 Close once more to leave anyway."))) // nobody looks at it any more
        return;
    event->ignore();
    show(); // it may be in the tray
    setWindowState(windowState() & ~Qt::WindowMinimized);
    raise();
    activateWindow();
}

bool ShellWindow::mayLeave(const QString &asks)
{
    const Unkept unkept = showUnkept();
    const QString asked = unkept.words.isEmpty() ? QString() : asks.arg(unkept.words);
    if (unkept.words.isEmpty() || (m_held && !m_held->isHidden() && m_heldBy == asked))
        return true;
    m_heldBy = asked;
    m_toasts->remove(m_held);
    m_held = m_toasts->offer(asked, unkept.action, {}, unkept.run, kHeldMs);
    return false;
}

bool ShellWindow::clearOverlays()
{
    bool isClear = true;
    for (Overlay *open : findChildren<Overlay *>()) {
        if (open->isHidden())
            continue;
        if (open->holdsWork())
            isClear = false;
        else
            open->dismiss();
    }
    return isClear;
}

void ShellWindow::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.window);
}

} // namespace tributary::ui
