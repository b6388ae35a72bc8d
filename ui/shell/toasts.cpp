#include "ui/shell/toasts.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>

#include <algorithm>
#include <utility>

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
        m_action = addButton(Button::Look::Ghost, action);
        m_action->setObjectName("toastAction");
        m_key = key;
        return m_action;
    }
    Button *addDismiss(const QString &tip)
    {
        Button *button = addButton(Button::Look::Icon, {});
        button->setObjectName("toastDismiss");
        button->setIconName("close");
        button->setToolTip(tip);
        return button;
    }
    Button *action() const { return m_action; }
    /// That of the action, where it has none of its own.
    void setKey(const QString &key) { m_action->setKey(m_key.isEmpty() ? key : m_key); }

    QString text() const { return m_label->text(); }
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
    Button *addButton(Button::Look look, const QString &words)
    {
        auto *button = new Button(m_theme, look, words, this);
        button->setHeightClass(24);
        button->setFocusPolicy(Qt::NoFocus);
        button->setTone([](const Theme &theme) {
            return Tone{
                theme.isDark() ? theme.tokens().light.accent.text : theme.tokens().dark.accent.text, Qt::transparent, {}};
        });
        layout()->addWidget(button);
        return button;
    }

    const Theme &m_theme;
    TextLabel *m_label;
    Button *m_action = nullptr;
    QString m_key;
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
    if (milliseconds == kStays) {
        toast->setProperty("stays", true);
        connect(toast->addDismiss(tr("Dismiss (%1)").arg(m_dismissKey)), &QAbstractButton::clicked, this,
                [this, toast] { remove(toast); });
    } else {
        QTimer::singleShot(milliseconds, toast, [this, toast] { remove(toast); });
    }
    m_toasts.append(toast);
    while (m_toasts.size() > kMost) {
        QWidget *goes = leastNeeded();
        if (!goes)
            break; // all that is there waits for an answer
        remove(goes);
    }
    toast->show();
    toast->raise();
    place();
    const QString shown = key.isEmpty() ? m_takeKey : key;
    emit added(action.isEmpty() ? text
                                : tr("%1. %2 (%3)", "what a toast says and offers, and the key for that")
                                      .arg(text.endsWith(u'.') ? text.chopped(1) : text, action, shown));
    return toast;
}

/// Never the newest, which nobody has read yet, nor one that stays; nothing: these are all there are.
QWidget *Toasts::leastNeeded() const
{
    QWidget *oldest = nullptr;
    for (qsizetype i = 0; i + 1 < m_toasts.size(); ++i) {
        const Toast *toast = static_cast<Toast *>(m_toasts[i]);
        if (toast->property("stays").toBool())
            continue;
        if (!toast->action())
            return m_toasts[i];
        if (!oldest)
            oldest = m_toasts[i];
    }
    return oldest;
}

void Toasts::takeNewestAction()
{
    for (qsizetype i = m_toasts.size(); i-- > 0;) {
        if (Button *action = static_cast<Toast *>(m_toasts[i])->action())
            return action->click();
    }
}

void Toasts::dismissNewest()
{
    if (!m_toasts.isEmpty())
        remove(m_toasts.last());
}

void Toasts::setKeys(const QString &take, const QString &dismiss)
{
    m_takeKey = take;
    m_dismissKey = dismiss;
    place();
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
    QString key = m_takeKey; // of the newest that offers anything
    for (auto toast = m_toasts.crbegin(); toast != m_toasts.crend(); ++toast) {
        if (auto *offers = static_cast<Toast *>(*toast); offers->action())
            offers->setKey(std::exchange(key, QString()));
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
