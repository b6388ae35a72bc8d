#include "ui/customer/field_row.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QStyle>

namespace tributary::ui {

/// The value as it stands, to be pressed.
class FieldRow::Value : public QAbstractButton {
public:
    Value(const Theme &theme, const Content &content, QWidget *parent)
        : QAbstractButton(parent)
        , m_theme(theme)
    {
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        setContent(content);
        followTheme(theme, this);
    }
    void setContent(const Content &content)
    {
        m_placeholder = content.value.isEmpty() ? content.placeholder : QString();
        setText(content.value);
        const bool isFixed = !content.save && !content.choose;
        setEnabled(!isFixed && content.whyNot.isEmpty());
        setFocusPolicy(isEnabled() ? Qt::TabFocus : Qt::NoFocus);
        //: The name of a field and its value, for a screen reader.
        setAccessibleName(FieldRow::tr("%1: %2").arg(content.name, text().isEmpty() ? m_placeholder : text()));
        setToolTip(content.whyNot.isEmpty() ? content.value : content.whyNot);
    }
    QSize sizeHint() const override { return {m_theme.px(80), m_theme.px(24)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        const Colors &c = m_theme.colors();
        const int out = m_theme.px(4);
        const bool rtl = layoutDirection() == Qt::RightToLeft;
        const QRectF box = QRectF(rect()).adjusted(rtl ? 0 : -out, 1, rtl ? out : 0, -1);
        if (isEnabled() && underMouse())
            paint::roundRect(painter, box, m_theme.px(4), c.bg.hover);
        const bool isEmpty = text().isEmpty();
        // Numbers and addresses read from the left in every language.
        const QString shown = text().isRightToLeft() ? text() : QChar(0x2066) + text() + QChar(0x2069);
        paint::text(painter, rect(), m_theme.font(Type::Meta), isEmpty ? c.text.tertiary : c.text.primary,
                    isEmpty ? m_placeholder : shown, Qt::AlignLeading, layoutDirection());
        if (focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(rect()).adjusted(1, 2, -2, -2), m_theme.px(4));
    }
    void keyPressEvent(QKeyEvent *event) override
    {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
            click();
        else
            QAbstractButton::keyPressEvent(event);
    }

private:
    const Theme &m_theme;
    QString m_placeholder;
};

FieldRow::FieldRow(const Theme &theme, Content content, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_content(std::move(content))
    , m_value(new Value(theme, m_content, this))
{
    setObjectName("fieldRow");
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setHorizontalSpacing(theme.px(8));
    layout->setVerticalSpacing(0);
    auto *name = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; }, m_content.name, this);
    name->setFixedWidth(theme.px(100));
    name->setMinimumHeight(theme.px(24));
    layout->addWidget(name, 0, 0, Qt::AlignTop);
    layout->addWidget(m_value, 0, 1);
    layout->setColumnStretch(1, 1);
    connect(m_value, &QAbstractButton::clicked, this, &FieldRow::edit);
}

void FieldRow::setContent(Content content)
{
    m_content = std::move(content);
    m_value->setContent(m_content);
}

bool FieldRow::isChanged() const
{
    return m_editor && m_editor->text() != m_content.edited;
}

void FieldRow::edit()
{
    if (m_content.choose) {
        m_content.choose(QRect(m_value->mapToGlobal(QPoint()), m_value->size()));
        return;
    }
    if (m_editor || !m_content.save || !m_value->isEnabled())
        return;
    openEditor(m_content.edited);
    m_editor->selectAll();
    m_editor->setFocus(Qt::OtherFocusReason);
}

void FieldRow::openEditor(const QString &text)
{
    m_editor = new QLineEdit(text, this);
    m_editor->setObjectName("fieldEditor");
    m_editor->setAccessibleName(m_content.name);
    m_editor->setPlaceholderText(m_content.placeholder);
    m_editor->installEventFilter(this);
    connect(m_editor, &QLineEdit::textEdited, this, &FieldRow::typed);
    m_value->hide();
    static_cast<QGridLayout *>(layout())->addWidget(m_editor, 0, 1);
}

void FieldRow::takeUp(const Refused &refused)
{
    if (m_editor || !m_content.save || !m_value->isEnabled())
        return;
    openEditor(refused.typed);
    m_editor->show();
    say(refused.why);
}

void FieldRow::save()
{
    const QString why = isChanged() ? m_content.save(m_editor->text()) : QString();
    if (why.isEmpty())
        return endEditing();
    say(why);
}

void FieldRow::say(const QString &why)
{
    if (!m_problem) {
        m_problem = new TextLabel(
            m_theme, Type::Meta, [](const Colors &c) { return c.status.danger.fg; }, {}, this);
        m_problem->setObjectName("fieldProblem");
        m_problem->setWordWrap(true);
        static_cast<QGridLayout *>(layout())->addWidget(m_problem, 1, 1);
    }
    m_problem->setText(why);
    m_editor->setAccessibleDescription(why);
}

void FieldRow::leave()
{
    if (m_editor)
        save();
}

std::optional<FieldRow::Refused> FieldRow::refused() const
{
    return m_problem ? std::optional(Refused{m_content.name, m_editor->text(), m_problem->text()}) : std::nullopt;
}

QString FieldRow::wordsOf(const Refused &refused)
{
    //: %1 is the name of a field, %2 a sentence: why what was typed will not do.
    return tr("%1: %2").arg(refused.name, refused.why);
}

void FieldRow::showProblem()
{
    if (m_editor)
        m_editor->setFocus(Qt::OtherFocusReason);
}

void FieldRow::endEditing()
{
    if (!m_editor)
        return;
    m_editor->removeEventFilter(this);
    const bool hadFocus = m_editor->hasFocus();
    m_editor->deleteLater();
    m_editor = nullptr;
    delete m_problem;
    m_problem = nullptr;
    m_value->show();
    if (hadFocus)
        m_value->setFocus(Qt::OtherFocusReason);
    emit editingEnded();
}

bool FieldRow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_editor && event->type() == QEvent::ShortcutOverride) {
        event->accept(); // Esc and Enter are the editor's
        return true;
    }
    if (watched == m_editor && event->type() == QEvent::KeyPress) {
        const auto &key = *static_cast<QKeyEvent *>(event);
        switch (key.key()) {
        case Qt::Key_Escape: endEditing(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            save();
            return !(key.modifiers() & Qt::ControlModifier); // then it is for the sheet around as well
        default: break;
        }
    }
    if (watched == m_editor && event->type() == QEvent::FocusOut && !isChanged())
        QMetaObject::invokeMethod(this, &FieldRow::endEditing, Qt::QueuedConnection); // nothing was typed
    return QWidget::eventFilter(watched, event);
}

} // namespace tributary::ui
