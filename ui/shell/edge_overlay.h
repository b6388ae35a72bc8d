#pragma once

#include "ui/theme/theme.h"

#include <QPointer>
#include <QWidget>

namespace tributary::ui {

/// A pane that has no column in a narrow window: over the far edge of its page, from top to bottom (UX 3.1). A click beside
/// it, Esc, or focus that goes to something else of the page closes it. Unlike an Overlay it leaves the window its keys:
/// what it shows is about what lies below.
class EdgeOverlay : public QWidget {
    Q_OBJECT
public:
    /// @p width: of the pane, before the theme's scale.
    EdgeOverlay(const Theme &theme, QWidget *page, int width);

    bool isOpen() const { return !isHidden(); }
    /// Takes @p pane from where it stands and shows it; focus goes into it. It is to be taken back when this has closed.
    void open(QWidget *pane);

public slots:
    /// Closes it; focus goes back to where it was, if it is inside.
    void dismiss();

signals:
    void closed();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool focusNextPrevChild(bool next) override;

private:
    bool holdsFocus() const;
    void focusFirst();
    void keepFocus();

    const Theme &m_theme;
    int m_width;
    QWidget *m_frame; ///< Holds the pane.
    QPointer<QWidget> m_opener;
};

} // namespace tributary::ui
