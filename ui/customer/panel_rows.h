#pragma once

#include "ui/shell/controls.h"

#include <QBoxLayout>

namespace tributary::ui {

/// A line of the customer panel: a channel's badge or glyph, a text, a tick if proven, and something pale at the end. It can
/// be clicked, and then has focus and a name.
class PanelRow : public QAbstractButton {
    Q_OBJECT
public:
    struct Content {
        QString text, end;
        std::optional<Strand> badge; ///< Round tile; `glyph` without a tile.
        std::optional<Strand> glyph;
        QString detail; ///< A second line, pale.
        QString icon;   ///< Where neither badge nor glyph is.
        bool verified = false;
        bool preferred = false; ///< Comes first, and is marked.
        QString problem;        ///< Red, in place of `end`: two or three words.
        QString why;            ///< The whole of the problem, for the tool tip.
        QString state;          ///< A pill behind the text ...
        Tone stateTone;         ///< ... in these colours.
        bool strong = false;
        int height = 28;
    };
    PanelRow(const Theme &theme, Content content, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    Content m_content;
};

/// Things beside each other, wrapped to further lines: tags.
class FlowRow : public QWidget {
    Q_OBJECT
public:
    explicit FlowRow(int gap, QWidget *parent = nullptr);
    void add(QWidget *widget);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, heightForWidth(width())}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    int arrange(int width, bool apply) const;
    int m_gap;
    QList<QWidget *> m_widgets;
};

} // namespace tributary::ui
