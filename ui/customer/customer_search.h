#pragma once

#include "core/client/workspace.h"
#include "ui/shell/choices.h"
#include "ui/shell/overlay.h"

#include <QStringList>

class QLineEdit;

namespace tributary::ui {

/// What may find another record of somebody whose name is not known, the best first: an address that one of their fields
/// has, then the name that a channel gave, the number or its last digits, and what stands before the @ of an address.
/// Numbers without a country code are ones of @p region.
QStringList knownOf(const store::CustomerCard &card, std::string_view region);

/// A popover to find one person: whom to merge with, who gets an address. Matches come while typing, from the copy; keys
/// that come before them are meant for them. What is not a person is chosen only by a step to it, or a click.
class CustomerSearch : public Overlay {
    Q_OBJECT
public:
    CustomerSearch(const Theme &theme, client::Workspace &workspace, QWidget *window);

    struct Question {
        QString placeholder;
        model::CustomerId except; ///< Not offered.
        QString other;            ///< A last choice beside the people ("A person of its own"); none if empty.
        QStringList known = {};   ///< Typed in already, if it finds somebody: the first of these that does.
        /// A null id is the other choice. @p name: as it was shown.
        std::function<void(model::CustomerId, const QString &name)> chosen;
    };
    void ask(const QRect &anchor, Question question);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search();
    void read();
    void tryKnown();
    void choose(const Choice &choice);
    /// @p nobody: why there is none of them.
    void show(const QList<Choice> &people, const QString &nobody);
    void takeKey(int key);
    QString typed() const;

    client::Workspace &m_workspace;
    QLineEdit *m_field;
    ChoiceList *m_list;
    Question m_question;
    std::optional<QString> m_listOf; ///< What was typed when the list was asked for.
    QList<int> m_keys;               ///< Pressed since, for the list of what is typed now.
};

} // namespace tributary::ui
