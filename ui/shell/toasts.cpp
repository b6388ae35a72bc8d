#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

namespace tributary::ui {
namespace {

/// One toast, dark on light and light on dark, with room for its shadow.
class Toast : public QWidget {
public:
    static constexpr int kShadow = 16;

    Toast(const Theme &theme, const QString &text, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
    {
        setObjectName("toast");
        setAccessibleName(text);
        m_label = new TextLabel(
            theme, Type::Body, [](const Colors &c) { return c.text.onTooltip; }, text, this);
        auto *layout = new QHBoxLayout(this);
        layout->setContentsMargins(sided(kShadow + theme.px(14), kShadow, kShadow + theme.px(8), kShadow));
        layout->setSpacing(theme.px(12));
        layout->addWidget(m_label, 1);
    }

    Button *addAction(const QString &action, const QString &key)
    {
        m_offers = true;
        auto *button = new Button(m_theme, Button::Look::Ghost, action, this);
        button->setObjectName("toastAction");
        button->setHeightClass(24);
        button->setKey(key);
        button->setFocusPolicy(Qt::NoFocus);
        button->setTone([](const Theme &theme) {
            return Tone{
                theme.isDark() ? theme.tokens().light.accent.text : theme.tokens().dark.accent.text, Qt::transparent, {}};
        });
        layout()->addWidget(button);
        return button;
    }

    QString text() const { return m_label->text(); }
    bool offers() const { return m_offers; }
    QSize sizeHint() const override
    {
        QSize size = QWidget::sizeHint();
        size.setHeight(m_theme.px(36) + 2 * kShadow);
        return size;
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const QRectF box = QRectF(rect()).adjusted(kShadow, kShadow, -kShadow, -kShadow);
        paint::shadow(painter, m_theme, box, m_theme.px(8), 2);
        paint::roundRect(painter, box, m_theme.px(8), m_theme.colors().bg.tooltip);
    }

private:
    const Theme &m_theme;
    TextLabel *m_label;
    bool m_offers = false;
};

} // namespace

Toasts::Toasts(const Theme &theme, QWidget *window)
    : QWidget(window)
    , m_theme(theme)
{
    setVisible(false); // only a home for the toasts' timers; the toasts are children of the window
    window->installEventFilter(this);
}

void Toasts::add(const QString &text, const QString &action, const QString &key, std::function<void()> run, int milliseconds)
{
    offer(text, action, key, std::move(run), milliseconds);
}

QWidget *Toasts::offer(const QString &text, const QString &action, const QString &key, std::function<void()> run,
                       int milliseconds)
{
    auto *toast = new Toast(m_theme, text, parentWidget());
    if (!action.isEmpty()) {
        connect(toast->addAction(action, key), &QAbstractButton::clicked, this, [this, toast, run = std::move(run)] {
            remove(toast);
            run();
        });
    }
    m_toasts.append(toast);
    while (m_toasts.size() > kMost)
        remove(leastNeeded());
    QTimer::singleShot(milliseconds, toast, [this, toast] { remove(toast); });
    toast->show();
    toast->raise();
    place();
    QAccessibleEvent announced(toast, QAccessible::Alert);
    QAccessible::updateAccessibility(&announced);
    return toast;
}

/// Never the newest, which nobody has read yet.
QWidget *Toasts::leastNeeded() const
{
    const auto end = std::prev(m_toasts.cend());
    const auto plain =
        std::find_if(m_toasts.cbegin(), end, [](QWidget *one) { return !static_cast<Toast *>(one)->offers(); });
    return plain == end ? m_toasts.first() : *plain;
}

void Toasts::clear()
{
    while (!m_toasts.isEmpty())
        remove(m_toasts.last());
}

QString Toasts::newestText() const
{
    return m_toasts.isEmpty() ? QString() : static_cast<Toast *>(m_toasts.last())->text();
}

void Toasts::remove(QWidget *toast)
{
    if (!m_toasts.removeOne(toast))
        return;
    toast->hide();
    toast->deleteLater();
    place();
}

void Toasts::place()
{
    const QWidget *window = parentWidget();
    int bottom = window->height() - m_theme.px(24 + 12) + Toast::kShadow;
    for (auto toast = m_toasts.crbegin(); toast != m_toasts.crend(); ++toast) {
        const QSize size = (*toast)->sizeHint().boundedTo(window->size());
        (*toast)->setGeometry((window->width() - size.width()) / 2, bottom - size.height(), size.width(), size.height());
        bottom -= m_theme.px(36 + 8);
    }
}

bool Toasts::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(watched, event);
}

} // namespace tributary::ui
