#pragma once

#include "core/client/workspace.h"
#include "ui/shell/choices.h"
#include "ui/shell/overlay.h"

class QLineEdit;

namespace tributary::ui {

/// A popover to find one person: whom to merge with, who gets an address. Matches come while typing, from the copy.
class CustomerSearch : public Overlay {
    Q_OBJECT
public:
    CustomerSearch(const Theme &theme, client::Workspace &workspace, QWidget *window);

    struct Question {
        QString placeholder;
        model::CustomerId except; ///< Not offered.
        QString other;            ///< A last choice beside the people ("A person of its own"); none if empty.
        /// A null id is the other choice.
        std::function<void(model::CustomerId)> chosen;
    };
    void ask(const QRect &anchor, Question question);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search();
    void choose(const Choice &choice);
    void show(const QList<Choice> &people);

    client::Workspace &m_workspace;
    QLineEdit *m_field;
    ChoiceList *m_list;
    Question m_question;
};

} // namespace tributary::ui
