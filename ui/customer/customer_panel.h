#pragma once

#include "core/model/commands.h"
#include "core/model/permissions.h"
#include "core/store/people_reads.h"
#include "ui/customer/field_row.h"
#include "ui/customer/panel_order.h"
#include "ui/shell/controls.h"
#include "ui/theme/time_format.h"

#include <QPointer>
#include <QTimer>

class QHBoxLayout;
class QMenu;
class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

class Picker;
class RowDrag;
class SectionHeader;

/// Who the customer is (UX 6.7): identities, open conversations, a suggestion to merge, what is merged into them, tags,
/// details that are edited where they stand, consent and what was before. It shows a card and says what is wanted; it
/// changes nothing itself.
class CustomerPanel : public QWidget {
    Q_OBJECT
public:
    CustomerPanel(const Theme &theme, const Clock &clock, Picker &picker, QWidget *parent = nullptr);

    /// So many files, and as many orders, are shown at most: ask for no more.
    static constexpr std::size_t kOrdersAsked = 200;

    /// @p current: the conversation on the screen. A card that equals the one shown changes nothing; one that comes while
    /// something of the same person is being edited waits until that is over. @p beside: what showBeside() would be given
    /// next, where it is here already, so that the panel of somebody else is made once.
    void showCard(const store::CustomerCard &card, model::ConversationId current,
                  const std::optional<store::PersonBeside> &beside = {});
    /// What is known of the person beyond the card; of another than is shown, it changes nothing.
    void showBeside(const store::PersonBeside &beside);
    /// How the sections stand: see orderChanged().
    void setOrder(const PanelOrder &order);
    const PanelOrder &order() const { return m_order; }
    void setKnownTags(std::vector<std::string> tags) { m_knownTags = std::move(tags); }
    /// Who looks: what they may not do is disabled, and says why.
    void setAgent(const model::Agent &agent);
    /// What needs the hub (merging) says so while it is away.
    void setLinked(bool linked);
    void clear();
    /// What is being typed in a field is given, if it will do.
    void leaveFields();
    /// Goes to a field that was left with something in it that will not do, and gives what is said of it, or of one of
    /// somebody who is not shown; empty: there is none.
    QString showRefused();
    /// The suggestion on show, of several the one that was gone to last: what Y reviews.
    std::optional<store::CustomerCard::Suggested> suggestion() const;
    model::CustomerId customer() const { return m_card.customer.id; }
    /// As it was read beside the card: one that was removed is none.
    std::optional<model::CompanyId> company() const
    {
        return m_details.customer == m_card.customer.id && m_details.company ? std::optional(m_details.company->id)
                                                                             : std::nullopt;
    }
    /// Tags that are taken somewhere: RowDrag::button() has the tag as its text.
    RowDrag &tagDrag() { return *m_tagDrag; }
    /// A place to open something about the person at.
    QRect anchor() const;

signals:
    void conversationChosen(tributary::model::ConversationId id);
    /// Something to be done as it is.
    void commandWanted(const tributary::model::CommandBody &command);
    /// The same of several that are one thing to whoever wants it: done together, and taken back together.
    void commandsWanted(const std::vector<tributary::model::CommandBody> &commands);
    /// A company of that name is to be made, for the person of whom the panel was when it was asked for.
    void newCompanyWanted(tributary::model::CustomerId customer, const QString &name);
    /// The name or the note is to be another one; the other of the two is nobody's change.
    void cardEdited(tributary::model::CustomerId id, const std::optional<std::string> &name,
                    const std::optional<std::string> &note);
    /// A merge is to be looked at, with @p other or, where that is null, with somebody to be found.
    void mergeWanted(tributary::model::CustomerId other);
    /// The company is to be looked at.
    void companyWanted(tributary::model::CompanyId id);
    /// An address is somebody else's, who is to be found.
    void moveWanted(const tributary::model::Identity &identity, const QRect &anchor);
    /// To be written to.
    void writeWanted(const tributary::model::Identity &identity);
    void copied(const QString &text);
    /// To be called, by whatever program does that here.
    void callWanted(const tributary::model::Identity &identity);
    /// To be opened, or saved where somebody chooses.
    void fileWanted(const tributary::model::Attachment &attachment, bool save);
    /// What was typed of somebody who is not shown any more will not do; it stands there again when they are.
    void refusedLeft(tributary::model::CustomerId customer, const QString &words);
    void itemChosen(tributary::model::ConversationId conversation, tributary::model::TimelineItemId item);
    /// Somebody has folded or moved a section: to be kept.
    void orderChanged(const tributary::ui::PanelOrder &order);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void keep(const store::PersonBeside &beside);
    void changed();
    void give(std::vector<model::CommandBody> commands);
    void rebuild();
    std::vector<FieldRow::Refused> keepRefused(std::vector<FieldRow::Refused> &addresses);
    void putAway();
    void takeUpRefused();
    bool isEditing() const;
    QVBoxLayout *section(const QString &title, const QString &extra = {}, Button *action = nullptr);
    FieldRow *addField(QVBoxLayout *layout, FieldRow::Content content);
    bool may(model::Permission permission) const { return model::may(m_agent, permission); }
    /// Why that cannot be done just now: the agent may not, or the hub is needed and away; empty: it can.
    QString whyNotNow(model::Permission permission, bool needsHub = false) const;
    /// Disables @p button where there is such a reason, and says it.
    void gate(QAbstractButton *button, model::Permission permission, bool needsHub = false) const;

    // customer_panel.cpp: who it is
    void addBlocked();
    void addHead();
    void showLocalTime();
    void addOpenConversations();
    void addSuggestion();
    void addUnknown();
    void stepSuggestion(int by);
    QHBoxLayout *suggestionSteps(const store::CustomerCard::Suggested &suggested, QWidget *parent);
    void addMerged();
    void addPrevious();
    static bool drawsTheSame(const std::vector<model::Conversation> &some, const std::vector<model::Conversation> &others,
                             const model::ConversationId &current);
    void addConversations(const QString &title, const QString &key, bool open, std::size_t shown, std::int64_t more);
    void addConversationRow(QVBoxLayout *layout, const model::Conversation &conversation, bool open);
    void showMore(const QPoint &globalPosition);

    // customer_panel_belongings.cpp: orders, files, and the order of the sections
    void addOrders();
    void addFiles();
    void addShowAll(QVBoxLayout *layout, const QString &section, std::size_t shown, std::size_t total);
    SectionHeader *header(const QString &section) const;
    QStringList sectionsShown() const;
    void wireHeader(SectionHeader *header, QWidget *content);
    QString sectionAt(const QPoint &globalPosition) const;
    void markDrop(const QPoint &globalPosition);
    void moveSection(const QString &section, const QString &before);
    void showSectionMenu(const QString &section, const QPoint &globalPosition);

    // customer_panel_details.cpp: what is kept about them
    void addIdentities();
    void showIdentityMenu(const model::Identity &identity, const QRect &anchor, const QPoint &globalPosition);
    void preferNone(const model::Identity &identity);
    void askAddress();
    FieldRow *addAddressRow(const QString &name);
    void addTags();
    void pickTag(const QRect &anchor);
    void addDetails();
    void addKept(QVBoxLayout *layout);
    FieldRow::Content contentOf(const model::FieldDefinition &field) const;
    void pickLanguage(const QRect &anchor);
    void pickCompany(const QRect &anchor);

    // customer_panel_consent.cpp: what they have agreed to
    using Purpose = model::Consent::Purpose;
    void addConsent();
    Button *consentChip(model::Channel channel, Purpose purpose, const model::Consent *known, QWidget *line);
    void addNeverAsked(QVBoxLayout *layout, model::Channel channel);
    void askAnswer(model::Channel channel, Purpose purpose, const QRect &anchor);
    void askSource(model::Channel channel, Purpose purpose, bool granted, const QRect &anchor,
                   std::optional<TimePoint> saidAt = {});
    void askDay(model::Channel channel, Purpose purpose, bool granted, const QRect &anchor);
    const model::Consent *consent(model::Channel channel, Purpose purpose) const;
    std::optional<TimePoint> lastSaid(model::Channel channel, Purpose purpose) const;

    const Theme &m_theme;
    const Clock &m_clock;
    Picker &m_picker;
    TimeFormat m_format;
    store::CustomerCard m_card;
    store::PersonDetails m_details;
    store::Belongings m_belongings;
    PanelOrder m_order;
    QString m_building;                                                    ///< The section that is being made.
    std::set<QString> m_whole;                                             ///< Sections of which everything is shown.
    std::map<model::CustomerId, std::vector<FieldRow::Refused>> m_refused; ///< Of those who are not shown.
    model::CustomerId m_rowsOf;
    QPointer<Surface> m_dropLine;
    RowDrag *m_tagDrag;
    model::SuggestionId m_suggested; ///< Gone to by hand.
    model::ConversationId m_current;
    model::Agent m_agent;
    std::vector<model::Company> m_companies;
    std::vector<std::string> m_knownTags;
    bool m_shown = false, m_linked = true, m_stale = false;
    QScrollArea *m_scroll;
    Button *m_merge, *m_more;
    QPointer<TextLabel> m_localTime;
    QTimer m_minute; ///< While their time is shown.
    QVBoxLayout *m_body = nullptr;
    QVBoxLayout *m_addressPlace = nullptr;
};

} // namespace tributary::ui
