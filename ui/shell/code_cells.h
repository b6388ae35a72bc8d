#pragma once

#include "ui/theme/theme.h"

#include <QLineEdit>

namespace tributary::ui {

/// Six cells for the digits of a second factor (UX 6.2). One paste fills them all, whatever stands between the digits; to a
/// screen reader it is one field.
class CodeCells : public QLineEdit {
    Q_OBJECT
public:
    CodeCells(const Theme &theme, QWidget *parent = nullptr);
    bool isComplete() const; ///< All digits are there.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void completed(const QString &code); ///< The sixth digit has come.

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void onTextChanged(const QString &text);

    const Theme &m_theme;
};

} // namespace tributary::ui
