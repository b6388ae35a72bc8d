#pragma once

#include "core/client/workspace.h"
#include "ui/shell/overlay.h"
#include "ui/shell/picker.h"
#include "ui/theme/time_format.h"

#include <QTimer>
#include <map>

class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

/// A conversation as a ticket: its status, priority and team, the checklist, custom fields, and what it is linked with.
/// Every change is a command at once; what its agent may not do is disabled and says so.
class TicketSheet : public Overlay {
    Q_OBJECT
public:
    TicketSheet(const Theme &theme, client::Workspace &workspace, Picker &picker, QWidget *window);

    /// Shows @p id below @p anchor (global coordinates).
    void open(model::ConversationId id, const QRect &anchor);
    /// Something has changed that it may show.
    void changed(const store::ChangeSet &changes);
    model::ConversationId conversation() const { return m_id; }
    static QString statusName(model::Conversation::Status status);

signals:
    /// Of one step: with undo and words like any other.
    void commandsWanted(const std::vector<tributary::model::CommandBody> &commands);
    void conversationWanted(tributary::model::ConversationId id);
    void sideConversationWanted(tributary::model::ConversationId parent);
    /// Why something was not done.
    void said(const QString &words);

private:
    void read();
    void show(const store::Ticket &ticket);
    void addHeading(const QString &text);
    QWidget *addRow(const QString &name, QWidget *value);
    void addSubject();
    void addProblem(const std::string &key, QLineEdit *edit);
    void addStatus();
    void addChecklist();
    void renameStep(QWidget *row, const model::ChecklistEntry &entry);
    void addFields();
    void addLinks();
    void addConversation(const model::Conversation &one, const QString &tip, std::function<void()> remove);
    void pickStatus(const QRect &anchor);
    void pickPriority(const QRect &anchor);
    void pickTeam(const QRect &anchor);
    void pickChoice(const model::FieldDefinition &field, const QRect &anchor);
    void pickLink(const QRect &anchor);
    void give(model::CommandBody command);
    /// Disabled, with the reason, where @p like may not be done.
    void allow(QWidget *control, const model::CommandBody &like) const;

    void giveFocus();
    void ask(const QRect &anchor, Picker::Question question);

    client::Workspace &m_workspace;
    Picker &m_picker;
    model::ConversationId m_id;
    store::Ticket m_ticket;
    QScrollArea *m_scroll;
    QWidget *m_body = nullptr;
    QVBoxLayout *m_rows = nullptr;
    QTimer m_again; ///< Joins changes that come close together.
    TimeFormat m_format;
    struct Wrong {
        QString typed;
        QString why;
    };
    std::map<std::string, Wrong>
        m_wrong; ///< Fields, by key, that were filled in with what they do not take; "": the subject.
    /// Steps that somebody has begun to write, and not added: by whom, and to which one.
    std::map<std::pair<model::AgentId, model::ConversationId>, QString> m_begun;
    QString m_focused; ///< The object that had the keyboard before it was shown anew.
};

} // namespace tributary::ui
