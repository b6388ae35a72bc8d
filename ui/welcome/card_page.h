#pragma once

#include "ui/shell/controls.h"

class QVBoxLayout;

namespace tributary::ui {

/// A page with one card in its middle, under the program's name: sign-in and what belongs to it (UX 6.2).
class CardPage : public QWidget {
    Q_OBJECT
public:
    /// @p width of the card at the usual text size.
    CardPage(const Theme &theme, int width, QWidget *parent = nullptr);

protected:
    /// What the page is made of; its children belong to it.
    QWidget *card() const { return m_card; }
    QVBoxLayout *rows() const { return m_rows; }
    TextLabel *addText(Type type, ColorOf color, const QString &text = {});
    /// Call it when what is shown needs more or less room.
    void place();
    const Theme &m_theme;

    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *m_card;
    QVBoxLayout *m_rows;
    const int m_width;
};

} // namespace tributary::ui
