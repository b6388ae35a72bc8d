#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace tributary::ui {

/// Lies over a pane while something is held over it that can be dropped there, and says what becomes of it.
class DropZone : public QWidget {
    Q_OBJECT
public:
    DropZone(const Theme &theme, QWidget *pane);

    /// @p text: what is done with it; @p detail: what must be known of it. In the colour of what takes it.
    void show(const QString &text, const QString &detail, const QColor &colour);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    QString m_text, m_detail;
    QColor m_colour;
};

} // namespace tributary::ui
