#include "ui/shell/code_cells.h"

#include "ui/theme/paint.h"

#include <QPainter>

namespace tributary::ui {
namespace {

constexpr int kCells = 6, kWidth = 40, kHeight = 44, kGap = 8;

} // namespace

CodeCells::CodeCells(const Theme &theme, QWidget *parent)
    : QLineEdit(parent)
    , m_theme(theme)
{
    setObjectName("codeCells");
    setAccessibleName(tr("Six-digit code"));
    setInputMethodHints(Qt::ImhDigitsOnly | Qt::ImhNoPredictiveText);
    setFrame(false);
    setFixedSize(sizeHint());
    connect(this, &QLineEdit::textChanged, this, &CodeCells::onTextChanged);
    connect(&theme, &Theme::changed, this, [this] { setFixedSize(sizeHint()); });
}

bool CodeCells::isComplete() const
{
    return text().size() == kCells;
}

QSize CodeCells::sizeHint() const
{
    return {kCells * m_theme.px(kWidth) + (kCells - 1) * m_theme.px(kGap), m_theme.px(kHeight)};
}

void CodeCells::onTextChanged(const QString &text)
{
    QString digits;
    for (const QChar c : text) {
        if (c.digitValue() >= 0 && digits.size() < kCells)
            digits += QChar(u'0' + c.digitValue());
    }
    if (digits != text)
        return setText(digits); // and comes here again
    update();
    if (digits.size() == kCells)
        emit completed(digits);
}

void CodeCells::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    const QString digits = text();
    const int at = std::min(int(digits.size()), kCells - 1);
    for (int i = 0; i < kCells; ++i) {
        const QRectF cell(i * (m_theme.px(kWidth) + m_theme.px(kGap)), 0, m_theme.px(kWidth), height());
        const bool isNext = hasFocus() && i == at;
        paint::roundRect(painter, cell.adjusted(1, 1, -1, -1), 6, c.bg.field, isNext ? c.border.focus : c.border.strong,
                         isNext ? 2 : 1);
        if (i < digits.size())
            paint::text(painter, cell, m_theme.font(Type::TitleLarge), isEnabled() ? c.text.primary : c.text.disabled,
                        QString(digits[i]), Qt::AlignHCenter, Qt::LeftToRight);
    }
}

} // namespace tributary::ui
