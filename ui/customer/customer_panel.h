#pragma once

#include "core/store/cache_reads.h"
#include "ui/shell/controls.h"
#include "ui/theme/time_format.h"

class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

/// Who the customer is (UX 6.7): identities, open conversations, a suggestion to link, what is merged into them, tags,
/// details and what was before. It shows a card and says what is wanted; it changes nothing itself.
class CustomerPanel : public QWidget {
    Q_OBJECT
public:
    CustomerPanel(const Theme &theme, const Clock &clock, QWidget *parent = nullptr);

    /// @p current: the conversation on the screen. A card that equals the one shown changes nothing.
    void showCard(const store::CustomerCard &card, model::ConversationId current);
    void clear();
    /// Suggestion on show, if there is one: what Y links.
    std::optional<store::CustomerCard::Suggested> suggestion() const;
    model::CustomerId customer() const { return m_card.customer.id; }

signals:
    void conversationChosen(tributary::model::ConversationId id);
    void linkWanted(const tributary::store::CustomerCard::Suggested &suggested);
    void dismissWanted(tributary::model::SuggestionId id);
    void unlinkWanted(tributary::model::CustomerLinkId id);
    /// A customer to look at before deciding.
    void reviewWanted(tributary::model::CustomerId customer);
    void tagWanted(const QRect &anchor);
    void copied(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void rebuild();
    QVBoxLayout *section(const QString &title, const QString &extra = {});
    void addHead();
    void addOpenConversations();
    void addIdentities();
    void addSuggestion();
    void addMerged();
    void addTags();
    void addDetails();
    void addPrevious();
    void addConversationRow(QVBoxLayout *layout, const model::Conversation &conversation, bool open);

    const Theme &m_theme;
    const Clock &m_clock;
    TimeFormat m_format;
    store::CustomerCard m_card;
    model::ConversationId m_current;
    bool m_shown = false;
    QScrollArea *m_scroll;
    QVBoxLayout *m_body = nullptr;
};

} // namespace tributary::ui
