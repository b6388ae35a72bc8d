#pragma once

#include "ui/shell/controls.h"

namespace tributary::ui {

class RowDrag;

/// The heading of a section of the customer panel: a click, Enter or Space folds it, Alt+Up and Alt+Down or a drag move it,
/// and a menu puts the usual order back.
class SectionHeader : public QAbstractButton {
    Q_OBJECT
public:
    SectionHeader(const Theme &theme, const QString &id, const QString &title, const QString &extra,
                  QWidget *parent = nullptr);

    const QString &id() const { return m_id; }
    void setFolded(bool folded);
    RowDrag &drag() { return *m_drag; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

signals:
    void moveWanted(int by);
    void menuWanted(const QPoint &globalPosition);

protected:
    bool event(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    const Theme &m_theme;
    QString m_id, m_extra;
    RowDrag *m_drag;
    bool m_folded = false;
};

} // namespace tributary::ui
