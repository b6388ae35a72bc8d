#pragma once

#include "ui/shell/choices.h"
#include "ui/shell/overlay.h"

class QLineEdit;

namespace tributary::ui {

/// The 280 wide popover for assign, tag, snooze, priority and channel (UX 4): a field on top, the choices below, digits 1 to
/// 9 pick while nothing is typed, Enter applies, Esc goes back.
class Picker : public Overlay {
    Q_OBJECT
public:
    struct Question {
        QString objectName;
        QString placeholder;
        QList<Choice> choices;
        /// What the typed text means by itself ("fri 14:00", a new tag): a row above the matching ones; nothing for none.
        std::function<std::optional<Choice>(const QString &typed)> interpret;
        std::function<void(const Choice &)> apply;
        int width = 280;
    };

    Picker(const Theme &theme, QWidget *window);
    /// @p anchor in global coordinates.
    void ask(const QRect &anchor, Question question);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void filter();
    void apply(const Choice &choice);

    QLineEdit *m_field;
    ChoiceList *m_list;
    Question m_question;
};

} // namespace tributary::ui
