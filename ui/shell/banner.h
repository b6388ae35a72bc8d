#pragma once

#include "ui/shell/controls.h"
#include "ui/shell/sync_text.h"

namespace tributary::ui {

/// The one 36 px strip at the top of the window: offline, signed out, storage in trouble (UX 3.1, 6.16).
class Banner : public QWidget {
    Q_OBJECT
public:
    Banner(const Theme &theme, QWidget *parent = nullptr);
    /// Hidden while the title is empty.
    void setText(const BannerText &text);
    void setCountdown(const QString &text);
    /// Says that it is over: what there was is gone by then, or is another thing.
    void sayOver(const QString &text) { emit announced(text); }

signals:
    void actionClicked();
    /// To be said aloud; empty: what has not been said yet is no longer so.
    void announced(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    bool m_danger = false;
    TextLabel *m_title, *m_detail, *m_countdown;
    Button *m_action;
};

} // namespace tributary::ui
