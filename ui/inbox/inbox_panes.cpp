// The panes of the inbox: which of them there is room for, and what keys mean where one of them has the focus.
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/row_words.h"
#include "ui/search/command_palette.h"
#include "ui/shell/edge_overlay.h"
#include "ui/shell/menu_of.h"
#include "ui/shell/pane_splitter.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"

#include <QApplication>
#include <QHBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kRail = 48; ///< The frame's: it belongs to the width that UX 3.1 counts.
constexpr int kOverlayPanelBelow = 1240, kFoldSidebarBelow = 1080, kStackBelow = 960;
constexpr int kColumnLeast = 280, kColumnMost = 440, kPaneLeast = 440, kPanelUsual = 288;
constexpr int kBesideSidebar = 456; ///< From here on a list has room beside the sidebar.

} // namespace

void InboxPage::layOut()
{
    auto *splitter = new PaneSplitter(m_theme, this);
    m_splitter = splitter;
    m_panelColumn = new QWidget(this); // keeps its place and width while the panel is elsewhere
    auto *column = new QHBoxLayout(m_panelColumn);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_panel);
    m_splitter->addWidget(m_sidebar);
    m_splitter->addWidget(m_column);
    m_splitter->addWidget(m_pane);
    m_splitter->addWidget(m_panelColumn);
    const auto limit = [this](QWidget *pane, int least, int most) {
        pane->setMinimumWidth(m_theme.px(least));
        pane->setMaximumWidth(m_theme.px(most));
    };
    limit(m_sidebar, 176, 280);
    limit(m_column, kColumnLeast, kColumnMost);
    limit(m_panelColumn, 264, 380);
    m_pane->setMinimumWidth(m_theme.px(kPaneLeast));
    m_splitter->setStretchFactor(2, 1);
    splitter->setUsual({m_theme.px(192), m_theme.px(320), m_theme.px(592), m_theme.px(kPanelUsual)});
    m_splitter->restoreState(m_settings.value("inbox/splitter").toByteArray());
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_splitter);
    m_panelOver = new EdgeOverlay(m_theme, this, kPanelUsual);
    m_panelOver->setObjectName("customerPanelOver");
    m_panelOver->setProperty("pane", int(CustomerPane));
    connect(m_panelOver, &EdgeOverlay::closed, this, [this] {
        m_panelColumn->layout()->addWidget(m_panel);
        m_panel->setVisible(true); // where its column is
    });
}

void InboxPage::wirePanes()
{
    ActionRegistry &actions = m_shell.actions();
    actions.askFirst("customerPanel", this, [this] {
        if (hasPanelColumn())
            return false;
        if (m_panelOver->isOpen())
            m_panelOver->dismiss();
        else if (isVisible())
            m_panelOver->open(m_panel);
        return true;
    });
    actions.askFirst("back", this, [this] {
        const bool wasOpen = m_panelOver->isOpen();
        m_panelOver->dismiss();
        return wasOpen;
    });
    actions.askFirst("unread", this, [this] { // what is selected in the list is meant before what is read
        const std::optional<model::TimelineItemId> item = m_pane->timeline().focusedItem();
        const bool isSelected = !m_everything.empty() || !m_list->selected().empty() || m_list->hasLostSelection();
        return item && m_pane->timeline().hasFocus() && (!isSelected || isAboutOpen()) && markUnreadFrom(*item);
    });
    connect(m_pane, &ConversationPane::unreadWanted, this, &InboxPage::markUnreadFrom);
    actions.add({.id = "more",
                 .text = tr("More actions for what has the focus"),
                 .icon = "more",
                 .key = ".",
                 .chord = "Shift+F10",
                 .group = tr("Moving around")},
                this, [this] { openMore(); });
}

void InboxPage::resizeEvent(QResizeEvent *event)
{
    applyBreakpoints();
    QWidget::resizeEvent(event);
}

void InboxPage::applyBreakpoints()
{
    const int wide = width() + m_theme.px(kRail);
    const bool stacked = wide < m_theme.px(kStackBelow), folds = foldsSidebar();
    const bool timeline = stacked && m_stackedInTimeline;
    const QPointer<QWidget> focus = QApplication::focusWidget();
    if (hasPanelColumn())
        m_panelOver->dismiss();
    m_panelColumn->setVisible(m_panelWanted && hasPanelColumn());
    // One alone takes all the room there is.
    m_column->setMinimumWidth(stacked ? 0 : m_theme.px(kColumnLeast));
    m_column->setMaximumWidth(stacked ? QWIDGETSIZE_MAX : m_theme.px(kColumnMost));
    m_pane->setMinimumWidth(stacked ? 0 : m_theme.px(kPaneLeast));
    m_sidebar->setVisible(folds ? m_sidebarOver && !timeline : m_sidebarWanted);
    m_column->setPlacesShown(folds);
    m_pane->header().setBackShown(stacked);
    m_column->setVisible(!timeline && !(stacked && m_sidebarOver && width() < m_theme.px(kBesideSidebar)));
    m_pane->setVisible(!stacked || m_stackedInTimeline);
    if (focus && m_panel->isAncestorOf(focus) && focus->isVisible()) // it has moved with the panel
        focus->setFocus(Qt::OtherFocusReason);
}

bool InboxPage::foldsSidebar() const
{
    return width() + m_theme.px(kRail) < m_theme.px(kFoldSidebarBelow);
}

/// Where there is none F9 shows the panel over the timeline.
bool InboxPage::hasPanelColumn() const
{
    return width() + m_theme.px(kRail) >= m_theme.px(kOverlayPanelBelow);
}

void InboxPage::enterTimeline()
{
    m_stackedInTimeline = true;
    applyBreakpoints();
}

bool InboxPage::markUnreadFrom(const model::TimelineItemId &item)
{
    const std::optional<model::MarkRead> mark = m_pane->markUnreadFrom(item);
    if (!mark)
        return false;
    if (mark->conversation == m_pane->conversation())
        m_pane->keepUnread();
    run({*mark}, {}, false, m_pane->row() ? QStringList{shownName(*m_pane->row())} : QStringList());
    return true;
}

/// The menu of what has the focus; where it has none, that of the open conversation, or every action that there is.
void InboxPage::openMore()
{
    QWidget *focus = QApplication::focusWidget();
    if (focus && openMenuOf(*focus))
        return;
    const QWidget *more = m_pane->header().moreButton();
    if (more->isVisible())
        return showMenu(more->mapToGlobal(QPoint(0, more->height())), false);
    openPalette();
    m_palette->setText(">");
}

} // namespace tributary::ui
