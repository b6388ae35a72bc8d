#pragma once

#include "ui/theme/theme.h"

#include <QSplitter>

namespace tributary::ui {

/// Panes beside each other, parted by 1 px lines that can be grabbed within 7 px; a double click gives a pane its usual
/// width.
class PaneSplitter : public QSplitter {
    Q_OBJECT
public:
    PaneSplitter(const Theme &theme, QWidget *parent = nullptr);
    const Theme &theme() const { return m_theme; }
    /// The widths that a double click goes back to.
    void setUsual(const QList<int> &sizes)
    {
        m_usual = sizes;
        setSizes(sizes);
    }
    const QList<int> &usual() const { return m_usual; }

protected:
    QSplitterHandle *createHandle() override;
    void resizeEvent(QResizeEvent *event) override;

private:
    const Theme &m_theme;
    QList<int> m_usual;
};

} // namespace tributary::ui
