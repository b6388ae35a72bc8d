#pragma once

#include "ui/shell/controls.h"

#include <QPointer>

namespace tributary::ui {

/// A panel above the window's content: pickers, palette, sheets, dialogs. It covers the window, with a scrim or clear; a
/// click beside the panel or Esc closes it, and focus goes back to where it was. Being a child of the window it needs no
/// compositor. While it is open the focus is never nowhere: what had it may be made anew, or go.
class Overlay : public QWidget {
    Q_OBJECT
public:
    enum class Ground { Clear, Scrim };

    Overlay(const Theme &theme, QWidget *window, Ground ground);

    /// Where contents go; its background, border and shadow are painted by the overlay.
    QWidget *panel() const { return m_panel; }
    /// Opens below @p anchor (global coordinates), above it where there is no room, within the window.
    void openAt(const QRect &anchor, QSize size);
    /// Opens in the middle, @p top from the window's top; negative: centred.
    void openCentred(QSize size, int top = -1);
    void resizePanel(QSize size);
    /// Something was typed, or is shown once: a click beside does not close it, Esc does, and while it is open the window
    /// does not close at the first try.
    virtual bool holdsWork() const { return false; }

public slots:
    void dismiss();

signals:
    void dismissed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool focusNextPrevChild(bool next) override;

    const Theme &m_theme;

private:
    void reveal();
    void place();
    void takeLostFocus();
    bool isTopmost() const;
    void hideAlone();
    /// What it paints itself: the panel with its shadow.
    QRect painted() const;
    int elevation() const;

    Ground m_ground;
    QWidget *m_panel;
    QPointer<QWidget> m_opener;
    QRect m_anchor;
    QSize m_size;
    int m_top = -1;
    bool m_anchored = false;
};

} // namespace tributary::ui
