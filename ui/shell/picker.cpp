#include "ui/shell/picker.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {
constexpr int kRow = 32;
constexpr int kMostRows = 8;
} // namespace

Picker::Picker(const Theme &theme, QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_field(new QLineEdit(panel()))
    , m_list(new ChoiceList(theme, kRow, panel()))
{
    m_field->installEventFilter(this);
    m_field->setObjectName("pickerField");
    m_list->setObjectName("pickerList");
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, theme.px(8), 0, theme.px(8));
    layout->setSpacing(theme.px(4));
    auto *inset = new QVBoxLayout;
    inset->setContentsMargins(theme.px(8), 0, theme.px(8), theme.px(2));
    inset->addWidget(m_field);
    layout->addLayout(inset);
    layout->addWidget(m_list, 1);
    connect(m_field, &QLineEdit::textChanged, this, &Picker::filter);
    connect(m_list, &ChoiceList::chosen, this, &Picker::apply);
}

void Picker::ask(const QRect &anchor, Question question)
{
    m_question = std::move(question);
    panel()->setObjectName(m_question.objectName);
    m_field->setPlaceholderText(m_question.placeholder);
    m_field->setAccessibleName(m_question.placeholder);
    m_field->clear();
    openAt(anchor, QSize(m_theme.px(m_question.width), m_theme.px(200)));
    filter();
    m_field->setFocus(Qt::PopupFocusReason);
}

void Picker::filter()
{
    const QString typed = m_field->text().trimmed();
    QList<Choice> shown;
    if (!typed.isEmpty() && m_question.interpret) {
        if (const std::optional<Choice> meant = m_question.interpret(typed))
            shown.append(*meant);
    }
    int digit = 0;
    for (Choice choice : m_question.choices) {
        if (!typed.isEmpty() && !matchesTyped(choice.text + u' ' + choice.detail, typed))
            continue;
        if (typed.isEmpty() && choice.enabled && ++digit <= 9 && choice.key.isEmpty())
            choice.key = QString::number(digit);
        shown.append(choice);
    }
    if (shown.isEmpty())
        shown.append(Choice{.text = tr("Nothing matches"), .enabled = false});
    m_list->setChoices(shown, typed);
    const int rows = std::min<int>(kMostRows, int(shown.size()));
    resizePanel(
        QSize(m_theme.px(m_question.width), m_theme.px(kRow) * rows + m_theme.px(8 + 8 + 6) + m_field->sizeHint().height()));
}

void Picker::apply(const Choice &choice)
{
    const auto done = m_question.apply;
    dismiss();
    if (done)
        done(choice);
}

bool Picker::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        switch (key->key()) {
        case Qt::Key_Down: m_list->step(1); return true;
        case Qt::Key_Up: m_list->step(-1); return true;
        case Qt::Key_Escape: dismiss(); return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (const std::optional<Choice> choice = m_list->currentChoice())
                apply(*choice);
            return true;
        default: break;
        }
        if (m_field->text().isEmpty() && key->key() >= Qt::Key_1 && key->key() <= Qt::Key_9
            && key->modifiers() == Qt::NoModifier) {
            int digit = key->key() - Qt::Key_0;
            for (const Choice &choice : m_list->choices()) {
                if (choice.enabled && --digit == 0) {
                    apply(choice);
                    return true;
                }
            }
        }
    }
    return Overlay::eventFilter(watched, event);
}

} // namespace tributary::ui
