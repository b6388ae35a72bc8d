#pragma once

#include "core/client/workspace.h"
#include "ui/search/palette_choices.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/overlay.h"
#include "ui/theme/time_format.h"

#include <QTimer>

class QLineEdit;

namespace tributary::ui {

/// Ctrl+K: people, messages, actions and places, as one types, from the local index (UX 6.9). `>` shows actions alone, `@`
/// people, `#` messages with a word. The outbox is shown with the same list.
class CommandPalette : public Overlay {
    Q_OBJECT
public:
    CommandPalette(const Theme &theme, const Clock &clock, client::Workspace &workspace, ActionRegistry &actions,
                   QWidget *window);

    /// @p row: what actions would be about.
    void open(const std::optional<store::ConversationRow> &row);
    void setText(const QString &text);
    void setPlaces(std::vector<PaletteAnswers::Place> places) { m_places = std::move(places); }
    QList<Choice> choices() const;

signals:
    void conversationChosen(tributary::model::ConversationId id, std::optional<tributary::model::TimelineItemId> item);
    void customerChosen(tributary::model::CustomerId id);
    void companyChosen(tributary::model::CompanyId id);
    void placeChosen(const QString &id);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void search();
    template<class Hits>
    void answered(const Result<Hits> &hits, Hits &into);
    void showNow();
    void refresh(bool keepCurrent);
    void run(const Choice &choice);

    class Foot;
    const Clock &m_clock;
    client::Workspace &m_workspace;
    ActionRegistry &m_actions;
    QLineEdit *m_field;
    Button *m_context;
    ChoiceList *m_list;
    Foot *m_foot;
    PaletteAnswers m_answers;
    std::vector<PaletteAnswers::Place> m_places;
    std::optional<store::ConversationRow> m_row;
    std::uint64_t m_question = 0;
    int m_waiting = 0;      ///< Answers to it that are still to come.
    QTimer m_patience;      ///< Runs while nothing is shown before they are here.
    bool m_isFresh = false; ///< What the list has chosen is of the text before.
    TimeFormat m_format;
};

} // namespace tributary::ui
