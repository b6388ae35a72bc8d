#pragma once

#include "core/model/entities.h"
#include "core/model/history.h"
#include "ui/theme/channel_look.h"
#include "ui/timeline/whole_body.h"

#include <QAbstractListModel>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace tributary::ui {

/// A stretch of history that is not on this computer.
struct TimelineGap {
    enum class State {
        Missing, ///< Loaded when it comes near, or when asked for.
        Loading,
        Offline, ///< The hub has it and cannot be asked.
        Failed,  ///< Asked for in vain: only a person asks again.
    };
    model::HistoryRange range;
    State state = State::Missing;
    friend bool operator==(const TimelineGap &, const TimelineGap &) = default;
};

/// What the hub does not know yet about one of our own messages.
enum class PendingState {
    Outbox,   ///< In the journal, the hub has not taken it.
    NeedsYou, ///< Held: something happened since it was written (DESIGN 7, the send guard).
};

/// Who writes just now.
struct Typing {
    QString name;
    model::Channel channel = model::Channel::WebChat;
    friend bool operator==(const Typing &, const Typing &) = default;
};

/// What TimelineModel::itemsChanged() is about.
struct ItemsChange {
    bool ownSend = false;  ///< One of them was just written here: see expectOwn().
    std::size_t older = 0; ///< That many have come before all others, and nothing else has changed; 0: anything may have.
};

/// The timeline of one customer as values, in (at, id) order, with what is needed to name people and addresses.
/// Qt::DisplayRole is the item's text; ItemRole the whole model::TimelineItem.
///
/// Of items far from the window only that stays of which rows are made: they are away (letGo()), and come back by
/// bringBack(). Who reads texts, files or details of items asks isAway() first.
class TimelineModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { ItemRole = Qt::UserRole };
    using Item = model::TimelineItem;
    using Items = std::deque<Item>; ///< History grows at its front: what is here stays where it is.

    explicit TimelineModel(QObject *parent = nullptr);

    /// While one is alive, what changes is said once, at its end: several changes that belong together are shown together.
    class Batch {
    public:
        explicit Batch(TimelineModel &model)
            : m_model(model)
        {
            ++m_model.m_batches;
        }
        ~Batch()
        {
            if (--m_model.m_batches == 0)
                m_model.sayHeld();
        }
        Batch(const Batch &) = delete;
        Batch &operator=(const Batch &) = delete;

    private:
        TimelineModel &m_model;
    };

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    /// Forgets everything and shows @p customerName from here on.
    void reset(const QString &customerName, model::AgentId self);

    /// Adds items, or replaces those that are known by an older version. The same again changes nothing.
    void apply(std::vector<Item> items);
    /// Has just been written here, and its author wants to see it; what they once wrote comes as anything else does.
    void expectOwn(const model::TimelineItemId &id) { m_expected.insert(id); }
    void remove(const std::vector<model::TimelineItemId> &ids);
    /// A page of older items; @p complete: nothing older is on this computer.
    void prependOlder(std::vector<Item> items, bool complete);
    /// Whether everything older that is on this computer is here. What is not is a gap.
    void setComplete(bool complete);
    bool isComplete() const { return m_complete; }
    /// How far back the copy has been looked at: what it has from there on is here. reset(): nothing has been.
    void setFrom(const model::HistoryKey &from) { m_from = from; }
    const model::HistoryKey &from() const { return m_from; }
    /// The first page is being fetched.
    void setLoading(bool loading);
    bool isLoading() const { return m_loading; }

    void setGaps(std::vector<TimelineGap> gaps);
    /// Items from this one on were new when the customer was opened; nothing: all read.
    void setFirstUnread(std::optional<model::TimelineItemId> id);
    /// As they are by now; others that are known stay known, until reset().
    void setConversations(std::vector<model::Conversation> conversations);
    /// The merges that are in force, by the id of their link.
    void setMerges(std::set<std::string> links);
    bool isMerged(const std::string &link) const { return m_merges.contains(link); }
    void setAgentNames(std::map<model::AgentId, QString> names);
    void setAccounts(std::vector<model::ChannelAccount> accounts);
    void setIdentities(std::vector<model::Identity> identities);
    void setPending(std::map<model::TimelineItemId, PendingState> pending);
    /// What the row of @p id had no room for, now that it is here.
    void setWhole(const model::TimelineItemId &id, WholeBody whole);
    /// Lets go of subject, text, files and details of the items that are not @p near (by index), where that saves anything.
    /// Events, and what the copy may not have, stay whole. Says nothing: what is laid out of them is still right. Returns
    /// those that have lost what setWhole() gave.
    std::vector<model::TimelineItemId> letGo(const std::vector<bool> &near);
    bool isAway(const Item &item) const;
    bool hasAway() const { return m_hasAway; } ///< False: there are none. True: there may be some.
    /// Notes that @p id is being fetched. False: it is here, or on its way already.
    bool ask(const model::TimelineItemId &id);
    /// The answer for @p asked: those @p found are whole again, the others are gone.
    void bringBack(const std::vector<model::TimelineItemId> &asked, std::vector<Item> found);
    /// They could not be fetched: they may be asked for again.
    void bringLater(const std::vector<model::TimelineItemId> &asked);
    /// How many items have come whole since it was let go of some.
    std::size_t comeSince() const { return m_comeSince; }
    /// What letGo() could let go of, in bytes, about.
    static std::size_t heldBy(const Item &item);
    /// Replaces who is typing. When that is over is its caller's to know.
    void setTyping(std::vector<Typing> typing);

    const Items &items() const { return m_items; }
    const Item *find(const model::TimelineItemId &id) const;
    std::optional<std::size_t> indexOf(const model::TimelineItemId &id) const;
    /// Index of the item, or of the first one after it; size if there is none.
    std::size_t lowerBound(TimePoint at, const model::TimelineItemId &id) const;
    const std::vector<TimelineGap> &gaps() const { return m_gaps; }
    const std::optional<model::TimelineItemId> &firstUnread() const { return m_firstUnread; }
    const std::vector<Typing> &typing() const { return m_typing; }
    const model::Conversation *conversation(const model::ConversationId &id) const;
    const model::ChannelAccount *account(const model::ChannelAccountId &id) const;
    const model::Identity *identity(const model::IdentityId &id) const;
    std::optional<PendingState> pending(const model::TimelineItemId &id) const;
    const WholeBody *whole(const model::TimelineItemId &id) const; ///< Null until it is here.
    const QString &customerName() const { return m_customerName; }
    /// Name of the agent who did it; the name kept with the item if the agent is unknown.
    QString authorOf(const Item &item) const;
    bool isOwn(const Item &item) const { return item.author && *item.author == m_self; }
    /// Items on each strand, for the chip bar.
    const std::map<Strand, int> &countByStrand() const { return m_counts; }

signals:
    /// Items were added, changed or removed.
    void itemsChanged(const tributary::ui::ItemsChange &change);
    /// Names, gaps, marks, conversations or typing: rows change, items do not.
    void contextChanged();
    /// setWhole(): this one row is another now.
    void wholeArrived(const tributary::model::TimelineItemId &id);
    /// Items that were away are whole again, and nothing else has changed: the rows are the same, what they show is not.
    void textsArrived();
    /// Another customer.
    void restarted();

private:
    /// Where an item stands, and whether it is whole.
    struct Known {
        enum class Text : std::uint8_t { Here, Away, Asked };
        std::ptrdiff_t place = 0; ///< Counted from m_frontPlace.
        Text text = Text::Here;
    };

    void itemsDiffer(ItemsChange change);
    void contextDiffers();
    void sayHeld();
    std::size_t insertSorted(std::vector<Item> fresh);
    void reindex(std::size_t from, std::size_t to);
    std::size_t rowOf(const Known &known) const { return std::size_t(known.place - m_frontPlace); }
    void count(const Item &item, int by);

    Items m_items;
    std::unordered_map<model::TimelineItemId, Known> m_index;
    std::ptrdiff_t m_frontPlace = 0; ///< Of the first item: what comes before it changes nobody else's place.
    std::map<Strand, int> m_counts;  ///< No zeros.
    bool m_hasAway = false;
    std::size_t m_comeSince = 0;
    std::set<model::TimelineItemId> m_expected; ///< See expectOwn().
    int m_batches = 0;
    /// To be said when the last batch ends.
    std::optional<ItemsChange> m_itemsDiffer;
    bool m_contextDiffers = false, m_cameBack = false;
    bool m_complete = false;
    model::HistoryKey m_from = model::HistoryKey::end();
    bool m_loading = false;
    std::vector<TimelineGap> m_gaps;
    std::optional<model::TimelineItemId> m_firstUnread;
    std::unordered_map<model::ConversationId, model::Conversation> m_conversations;
    std::set<model::ConversationId> m_unknown; ///< Items are here of them, they themselves have not been.
    std::map<model::AgentId, QString> m_agentNames;
    std::map<model::ChannelAccountId, model::ChannelAccount> m_accounts;
    std::map<model::IdentityId, model::Identity> m_identities;
    std::map<model::TimelineItemId, PendingState> m_pending;
    std::map<model::TimelineItemId, WholeBody> m_whole;
    std::set<std::string> m_merges;
    std::vector<Typing> m_typing;
    QString m_customerName;
    model::AgentId m_self;
};

} // namespace tributary::ui

Q_DECLARE_METATYPE(tributary::model::TimelineItem)
