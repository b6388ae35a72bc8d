#pragma once

#include "core/model/entities.h"
#include "core/model/history.h"
#include "core/store/database.h"

#include <set>

/// What the screens ask of the cache. Each runs on a read-only connection and is finished at once.
namespace tributary::store {

enum class Queue {
    Mine,
    Unassigned,
    AllOpen,
    Snoozed,
    Resolved, ///< Since ListQuery::startOfToday.
    Drafts,   ///< ListQuery::drafts.
    Mentions, ///< Where a colleague has asked the agent to look, ever.
    Followed, ///< What the agent follows, whatever has become of it.
    Team,     ///< Open work of ListQuery::team.
    View,     ///< ListQuery::view.
};

/// A place in the order of a list, to go on from.
struct ListPlace {
    std::int64_t rank = 0, ms = 0;
    model::ConversationId id;
    friend bool operator==(const ListPlace &, const ListPlace &) = default;
};

struct ListQuery {
    Queue queue = Queue::AllOpen;
    model::AgentId agent;                  ///< Who is looking: "mine", and whose read marks count.
    std::optional<model::Channel> channel; ///< Only this one.
    std::optional<model::TeamId> team;
    std::optional<model::SavedView> view;
    std::vector<model::SavedView::Condition> filters; ///< All of them, on top of what the queue is.
    std::string words;                                ///< What rows show has all of these in it.
    std::vector<model::ConversationId> drafts;        ///< The journal's.
    std::vector<model::ConversationId> among;         ///< Of these alone; empty: of all.
    std::optional<model::SavedView::Sort> sort;       ///< Absent: the view's own; the newest first.
    TimePoint startOfToday{};
    TimePoint now{};
    std::optional<ListPlace> after; ///< Continue after this row.
    std::int64_t count = 100;
    bool countOthers = true; ///< ConversationRow::openOfCustomer.
};

/// A row of a conversation list.
struct ConversationRow {
    model::Conversation conversation;
    model::CustomerId customer; ///< The root that the customer resolves to.
    std::string customerName;
    std::string identityShown;
    std::string assigneeName;        ///< Empty: nobody.
    std::string previewAuthorName;   ///< Of the agent who wrote what the row shows; empty: none did.
    std::int64_t unread = 0;         ///< Messages from the customer beyond the read mark.
    std::int64_t openOfCustomer = 1; ///< Open conversations of the same person, this one included.
    bool pending = false;            ///< Own commands on it have not reached the hub.
    bool mentionNew = false;         ///< A colleague has asked the agent to look, and they have not.
    bool following = false;          ///< The agent follows it.
    bool vip = false;                ///< The customer, or who is merged into them, has the tag `vip` in whatever case.
    ListPlace place;
    friend bool operator==(const ConversationRow &, const ConversationRow &) = default;
};

struct QueueCounts {
    std::int64_t mine = 0, unassigned = 0, allOpen = 0, snoozed = 0, resolvedToday = 0;
    std::int64_t mineUnread = 0;
    friend bool operator==(const QueueCounts &, const QueueCounts &) = default;
};

/// Every figure of the sidebar, in one go.
struct SidebarQuery {
    model::AgentId agent;
    TimePoint startOfToday{}, now{};
    std::vector<model::ConversationId> drafts;
    std::vector<model::SavedViewId> views; ///< Those that can be seen just now.
};
struct SidebarCounts {
    /// No more are counted of what needs a look of its own: a figure above says "9,999+" all the same.
    static constexpr std::int64_t kMost = 10'000;
    QueueCounts queues;
    std::int64_t drafts = 0, mentions = 0, mentionsNew = 0, followed = 0;
    std::map<model::TeamId, std::int64_t> teams;
    std::map<model::SavedViewId, std::int64_t> views;
    friend bool operator==(const SidebarCounts &, const SidebarCounts &) = default;
};

/// What a workspace is set up with, as far as its agent sees it.
struct Setup {
    std::vector<model::SavedView> views;        ///< By position, then name.
    std::vector<model::Team> teams;             ///< By name.
    std::vector<model::FieldDefinition> fields; ///< By position.
    std::vector<model::CustomStatus> statuses;  ///< By position.
    std::vector<std::string> customerTags;      ///< Those in use, each once.
    friend bool operator==(const Setup &, const Setup &) = default;
};

/// Everything about a person but the timeline. All members of a merge together.
struct CustomerCard {
    model::Customer customer;                ///< The root.
    std::vector<model::Customer> members;    ///< The root first, then those merged into it.
    std::vector<model::CustomerLink> links;  ///< Live ones.
    std::vector<model::Identity> identities; ///< Those that are preferred first, then by newest use.
    std::set<model::IdentityId> preferred;   ///< Of `identities`, at most one on each channel.
    /// Newest first: what is not resolved, and the newest of what is.
    std::vector<model::Conversation> conversations;
    std::int64_t moreResolved = 0, moreUnresolved = 0; ///< Older ones, which are not in `conversations`.
    struct Suggested {
        model::Suggestion suggestion;
        model::Customer other; ///< The root of the other side.
        std::vector<model::Identity> identities;
    };
    std::vector<Suggested> suggestions; ///< Open ones.
    std::map<model::Channel, std::int64_t> itemCounts;
    std::int64_t noteCount = 0;
    bool historyComplete = false; ///< Everything the hub has of this person is here.
};

struct TimelinePage {
    std::vector<model::TimelineItem> items; ///< In order of (at, id), oldest first.
    bool reachesStart = false;              ///< Nothing older is in the cache.
    model::HistoryKey from;                 ///< How far back it has looked; the next page goes on from here.
    std::vector<model::Conversation>
        conversations;                     ///< Those its items are in that who asked has not, each once: addConversations().
    std::vector<model::HistoryRange> gaps; ///< What is not in the cache of what it has looked at (coverage.h).
};

struct SearchHit {
    model::TimelineItem item;
    std::string customerName;
    model::CustomerId customer; ///< Root.
};
struct PersonHit {
    model::CustomerId customer; ///< Root.
    std::string name;
    model::Identity identity; ///< The one that matched, else the preferred one of the channel of the newest, else that.
};

Result<QueueCounts> queueCounts(Database &database, model::AgentId agent, TimePoint startOfToday);
Result<SidebarCounts> sidebarCounts(Database &database, const SidebarQuery &query);
Result<std::vector<ConversationRow>> conversationPage(Database &database, const ListQuery &query);
/// How many rows the list has, at most @p most.
Result<std::int64_t> listLength(Database &database, const ListQuery &query, std::int64_t most);
Result<Setup> setup(Database &database);
/// One row as a list would show it; nothing if the conversation is not here.
Result<std::optional<ConversationRow>> conversationRow(Database &database, model::ConversationId id, model::AgentId agent);

/// The customer that @p id is shown as: itself, or what it is merged into.
Result<model::CustomerId> rootOf(Database &database, model::CustomerId id);
/// @p root and everything merged into it, the root first.
Result<std::vector<model::CustomerId>> membersOf(Database &database, model::CustomerId root);
/// Of a person with these @p members, newest first: all that are not resolved, as far as a person can have any use for them,
/// and the newest of what is.
Result<std::vector<model::Conversation>> conversationsOf(Database &database, const std::vector<model::CustomerId> &members);
Result<std::optional<CustomerCard>> customerCard(Database &database, model::CustomerId id);

enum class Deleted { Hidden, Included };
/// The page of a person's items just older than (@p beforeAt, @p beforeId), newest end; pass the far future for the newest.
/// @p deleted: whether what is left of items that were taken back comes along, as in a copy.
Result<TimelinePage> timelineBefore(Database &database, model::CustomerId root, TimePoint beforeAt,
                                    model::TimelineItemId beforeId, std::int64_t count, Deleted deleted = Deleted::Hidden);
/// All items not older than (@p fromAt, @p fromId): what a view that reaches back to there shows.
Result<TimelinePage> timelineFrom(Database &database, model::CustomerId root, TimePoint fromAt, model::TimelineItemId fromId,
                                  std::int64_t most);
Result<std::vector<model::TimelineItem>> itemsByIds(Database &database, const std::vector<model::TimelineItemId> &ids);

Result<std::vector<model::ChannelAccount>> channelAccounts(Database &database);
Result<std::vector<model::Agent>> agents(Database &database);
Result<std::vector<std::string>> knownTags(Database &database);

/// Newest first. @p text is what was typed; nothing searchable in it gives nothing.
Result<std::vector<SearchHit>> searchItems(Database &database, std::string_view text, std::int64_t count);
Result<std::vector<PersonHit>> searchPeople(Database &database, std::string_view text, std::int64_t count);

} // namespace tributary::store
