#pragma once

#include <QAbstractButton>

namespace tributary::ui {

class Theme;

/// The round way back to the newest message, with how many are new there.
class ToLatestButton final : public QAbstractButton {
    Q_OBJECT
public:
    ToLatestButton(const Theme &theme, QWidget *parent);
    void setCount(int count);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    int m_count = 0;
};

} // namespace tributary::ui
