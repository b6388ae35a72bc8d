#include "core/store/overlay.h"

#include "core/model/links.h"
#include "core/model/rights.h"
#include "core/model/said.h"
#include "core/model/split.h"
#include "core/model/undone.h"
#include "core/model/views.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/homes.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/store/suggestions.h"
#include "core/store/taken_back.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;
using Entities = std::vector<Entity>;

/// An undo of what was done to a view that comes too late: the view has been changed since, is gone, or is there again.
Result<bool> isLate(Database &database, const Command &command)
{
    if (!command.undoes)
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto view, savedView(database, viewOf(command.body)));
    if (std::holds_alternative<RemoveView>(*command.undoes))
        return view.has_value();
    return !view || !stands(*view, *command.undoes);
}

struct Effects {
    Database &database;
    const Command &command;
    const Agent &by;

    Result<Entities> operator()(const SendMessage &message) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto account, channelAccount(database, message.from));
        return onConversation(account ? account->undoSeconds : 0);
    }
    Result<Entities> operator()(const AddNote &) const { return onConversation(0); }
    Result<Entities> operator()(const CancelMessage &cancel) const
    {
        TRIBUTARY_TRY_ASSIGN(auto item, timelineItem(database, cancel.item));
        if (!item)
            return Entities();
        item->deleted = true;
        TRIBUTARY_TRY_ASSIGN(auto found, conversation(database, item->conversation));
        if (!found)
            return Entities{std::move(*item)};
        TRIBUTARY_TRY(showWithout(database, *found, item->id));
        return Entities{std::move(*item), std::move(*found)};
    }
    Result<Entities> operator()(const RetryMessage &retry) const
    {
        TRIBUTARY_TRY_ASSIGN(auto item, timelineItem(database, retry.item));
        if (!item || !item->delivery)
            return Entities();
        item->delivery->state = Delivery::State::Queued;
        item->delivery->at = command.at;
        return Entities{std::move(*item)};
    }
    Result<Entities> operator()(const MarkRead &mark) const
    {
        TRIBUTARY_TRY_ASSIGN(auto known, readMark(database, by.id, mark.conversation));
        ReadMark now = known.value_or(ReadMark{.agent = by.id, .conversation = mark.conversation});
        now.readCount = readCountAfter(now.readCount, mark);
        return Entities{now};
    }
    Result<Entities> operator()(const Follow &follow) const
    {
        TRIBUTARY_TRY_ASSIGN(auto known, readMark(database, by.id, follow.conversation));
        ReadMark now = known.value_or(ReadMark{.agent = by.id, .conversation = follow.conversation});
        now.following = follow.following;
        return Entities{now};
    }
    Result<Entities> operator()(const SeeMentions &seen) const
    {
        TRIBUTARY_TRY_ASSIGN(auto mark, readMark(database, by.id, seen.conversation));
        if (!mark || !mark->mentionedAt)
            return Entities();
        mark->mentionSeenAt = std::max(*mark->mentionedAt, command.at); // this computer's clock may be behind
        return Entities{*mark};
    }
    Result<Entities> operator()(const RelateConversations &relate) const
    {
        TRIBUTARY_TRY_ASSIGN(Entities entities, onConversation(0));
        TRIBUTARY_TRY_ASSIGN(auto other, conversation(database, relate.other));
        if (other && !entities.empty()) {
            applyTo(*other, RelateConversations{relate.other, relate.conversation, relate.related}, by, command.at);
            entities.push_back(std::move(*other));
        }
        return entities;
    }
    /// Only what the hub will take: one that is on its way stays where it is, and so do all.
    Result<Entities> operator()(const MoveItems &move) const
    {
        TRIBUTARY_TRY_ASSIGN(auto from, conversation(database, move.conversation));
        if (!from || move.into.isNull() || move.into == move.conversation)
            return Entities();
        std::vector<TimelineItem> items;
        for (const TimelineItemId &id : move.items) {
            TRIBUTARY_TRY_ASSIGN(auto item, timelineItem(database, id));
            if (!item || (item->conversation != from->id && item->conversation != move.into) || isOnItsWay(*item))
                return Entities();
            if (item->conversation == from->id)
                items.push_back(std::move(*item));
        }
        if (items.empty())
            return Entities();
        TRIBUTARY_TRY_ASSIGN(auto into, conversation(database, move.into));
        if (into && (into->joinedInto || into->parent || from->parent))
            return Entities();
        if (!into)
            into = splitOff(*from, items.front(), move.into, move.subject);
        const auto waited = into->waitingSince;
        TRIBUTARY_TRY_ASSIGN(const bool isSomethingLeft, recount(*from, {}, items));
        TRIBUTARY_TRY(recount(*into, items, {}));
        if (opensByMove(*from, *into, into->waitingSince != waited, isSomethingLeft))
            setStatus(*into, Conversation::Status::Open, command.at);
        if (!isSomethingLeft && from->status != Conversation::Status::Resolved)
            setStatus(*from, Conversation::Status::Resolved, command.at);
        Entities entities;
        TRIBUTARY_TRY_ASSIGN(auto mark, readMark(database, by.id, from->id));
        if (mark && mark->readCount > from->inboundCount) {
            mark->readCount = from->inboundCount;
            entities.push_back(std::move(*mark));
        }
        entities.push_back(std::move(*into));
        entities.push_back(std::move(*from));
        for (TimelineItem &item : items) {
            item.conversation = move.into;
            entities.push_back(std::move(item));
        }
        return entities;
    }
    Result<Entities> operator()(const StartConversation &start) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto account, channelAccount(database, start.account));
        if (!account)
            return Entities();
        Entities entities;
        TRIBUTARY_TRY_ASSIGN(const Identity to, addressee(start, account->channel, entities));
        Conversation begun{.id = start.conversation,
                           .customer = to.customer,
                           .identity = to.id,
                           .account = account->id,
                           .channel = account->channel,
                           .subject = start.subject,
                           .assignee = by.id,
                           .team = account->team,
                           .createdAt = command.at,
                           .lastItemAt = command.at,
                           .parent = start.parent};
        if (start.parent) {
            TRIBUTARY_TRY_ASSIGN(const auto parent, conversation(database, *start.parent));
            if (!parent)
                return Entities();
            begun.customer = parent->customer;
            begun.team = parent->team;
        }
        entities.push_back(std::move(begun));
        return entities;
    }
    Result<Entities> operator()(const AddCustomer &add) const
    {
        return Entities{Customer{.id = add.customer, .name = add.name, .createdAt = command.at}};
    }
    /// Shown as it was typed until the hub says in which form it stands, and whose it is.
    Result<Entities> operator()(const AddIdentity &add) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto known, identity(database, add.identity));
        TRIBUTARY_TRY_ASSIGN(const auto home, customer(database, add.customer));
        auto query = database.query(sql::hub_identity_at);
        query.bind("channel", add.channel).bind("address", add.address).bind("account_id", ChannelAccountId());
        TRIBUTARY_TRY_ASSIGN(const bool isTaken, query.step());
        if (known || isTaken || !home)
            return Entities();
        return Entities{Identity{.id = add.identity,
                                 .customer = add.customer,
                                 .channel = add.channel,
                                 .address = add.address,
                                 .shown = add.address,
                                 .name = home->name}};
    }
    /// Its newest messages go along at once; what is older than those follows with the hub's answer.
    Result<Entities> operator()(const MoveIdentity &move) const
    {
        constexpr std::int64_t kItemsShown = 500;
        TRIBUTARY_TRY_ASSIGN(auto moved, identity(database, move.identity));
        if (!moved || move.customer.isNull() || moved->customer == move.customer || overtaken(*moved))
            return Entities();
        Entities entities;
        TRIBUTARY_TRY_ASSIGN(const auto to, customer(database, move.customer));
        if (!to)
            entities.push_back(Customer{.id = move.customer, .name = moved->name, .createdAt = command.at});
        TRIBUTARY_TRY_ASSIGN(GoesAlong along, goesAlongWith(database, *moved, kItemsShown));
        for (TimelineItem &item : along.items) {
            item.customer = move.customer;
            entities.push_back(std::move(item));
        }
        for (Conversation &one : along.conversations) {
            one.customer = move.customer;
            entities.push_back(std::move(one));
        }
        moved->customer = move.customer;
        entities.push_back(std::move(*moved));
        return entities;
    }
    /// The hub decides each row; they are shown when it has.
    Result<Entities> operator()(const ImportCustomers &) const { return Entities(); }
    Result<Entities> operator()(const EditCustomer &) const { return onCustomer(); }
    Result<Entities> operator()(const SetCustomerField &) const { return onCustomer(); }
    Result<Entities> operator()(const SetCustomerTags &) const { return onCustomer(); }
    Result<Entities> operator()(const SetCompany &) const { return onCustomer(); }
    Result<Entities> operator()(const PreferIdentity &) const { return onCustomer(); }
    Result<Entities> operator()(const BlockCustomer &block) const
    {
        TRIBUTARY_TRY_ASSIGN(Entities entities, onCustomer());
        if (block.blocked || entities.empty())
            return entities;
        TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(database, block.customer)); // of the whole person
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, root));
        for (const CustomerId member : members) {
            TRIBUTARY_TRY_ASSIGN(auto found, customer(database, member));
            if (!found || !found->blocked || member == block.customer)
                continue;
            applyTo(*found, BlockCustomer{member, false, false});
            entities.push_back(std::move(*found));
        }
        return entities;
    }
    Result<Entities> operator()(const SetConsent &set) const
    {
        const ConsentId id = consentId(set.customer, set.channel, set.purpose);
        TRIBUTARY_TRY_ASSIGN(const auto there, consent(database, id));
        if (overtaken(there))
            return Entities();
        return saved(Consent{.id = id,
                             .customer = set.customer,
                             .channel = set.channel,
                             .purpose = set.purpose,
                             .granted = set.granted,
                             .source = set.source,
                             .at = set.saidAt.value_or(command.at),
                             .by = by.id});
    }
    Result<Entities> operator()(const MergeCustomers &merge) const
    {
        return linked(CustomerLink{.id = merge.link,
                                   .from = merge.from,
                                   .into = merge.into,
                                   .evidence = merge.evidence,
                                   .by = by.id,
                                   .at = command.at});
    }
    Result<Entities> operator()(const SaveCompany &save) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto there, company(database, save.company.id));
        const bool late = command.undoes && (!there || overtaken(*there));
        return late || (there && there->removed) ? Result<Entities>(Entities()) : saved(save.company);
    }
    Result<Entities> operator()(const RemoveCompany &remove) const
    {
        TRIBUTARY_TRY_ASSIGN(auto there, company(database, remove.company));
        if (!there || overtaken(*there))
            return Entities();
        there->removed = remove.removed;
        return Entities{std::move(*there)};
    }
    Result<Entities> operator()(const SaveView &save) const
    {
        TRIBUTARY_TRY_ASSIGN(const bool late, isLate(database, command));
        if (late)
            return Entities();
        TRIBUTARY_TRY_ASSIGN(const auto known, savedView(database, save.view.id));
        return saved(known ? withColumnsOf(save.view, *known) : save.view);
    }
    Result<Entities> operator()(const SaveFieldDefinition &save) const { return saved(save.definition); }
    Result<Entities> operator()(const SaveCustomStatus &save) const { return saved(save.status); }
    Result<Entities> operator()(const SetReopenDays &set) const
    {
        TRIBUTARY_TRY_ASSIGN(auto account, channelAccount(database, set.account));
        if (!account)
            return Entities();
        account->reopenDays = set.days;
        return Entities{std::move(*account)};
    }
    Result<Entities> operator()(const SetAccountTeam &set) const
    {
        TRIBUTARY_TRY_ASSIGN(auto account, channelAccount(database, set.account));
        if (!account || account->removed || !sees(by, account->team))
            return Entities();
        if (set.team) {
            TRIBUTARY_TRY_ASSIGN(const auto known, team(database, *set.team));
            if (!known)
                return Entities();
        }
        account->team = set.team;
        return Entities{std::move(*account)};
    }
    Result<Entities> operator()(const SetAccountRegion &set) const
    {
        TRIBUTARY_TRY_ASSIGN(auto account, channelAccount(database, set.account));
        if (!account)
            return Entities();
        account->region = set.region;
        return Entities{std::move(*account)};
    }
    Result<Entities> operator()(const SaveTeam &save) const { return saved(save.team); }
    // What is removed itself: removedBy().
    Result<Entities> operator()(const RemoveView &) const { return Entities(); }
    Result<Entities> operator()(const RemoveFieldDefinition &) const { return Entities(); }
    Result<Entities> operator()(const RemoveIdentity &) const { return Entities(); }
    Result<Entities> operator()(const RemoveCustomer &) const { return Entities(); }
    Result<Entities> operator()(const RemoveConsent &) const { return Entities(); }
    Result<Entities> operator()(const ExportCustomers &) const { return Entities(); }
    Result<Entities> operator()(const RemoveRole &remove) const
    {
        TRIBUTARY_TRY_ASSIGN(std::vector<Agent> agents, all<Agent>());
        Entities entities;
        for (Agent &one : agents) {
            if (one.customRole != remove.role)
                continue;
            one.customRole.reset(); // what their plain role gives
            one.permissions.clear();
            one.visibility = Visibility::Teams;
            one.accounts.clear();
            entities.push_back(std::move(one));
        }
        return entities;
    }
    /// What it has in hand goes where it is given; what is resolved follows with the hub's answer.
    Result<Entities> operator()(const RemoveTeam &remove) const
    {
        constexpr std::int64_t kConversationsShown = 1000;
        TRIBUTARY_TRY_ASSIGN(const auto known, team(database, remove.team));
        if (!known || remove.into == remove.team)
            return Entities();
        TRIBUTARY_TRY_ASSIGN(std::vector<Agent> agents, all<Agent>());
        for (Agent &one : agents)
            std::erase(one.teams, remove.team);
        auto query = database.query(sql::cache_open_of_team);
        query.bind("team_id", remove.team).bind("row_count", kConversationsShown);
        TRIBUTARY_TRY_ASSIGN(auto conversations, readAll<Conversation>(query));
        Entities entities;
        for (Conversation &one : conversations) {
            one.team = remove.into;
            const auto assignee = one.assignee ? std::ranges::find(agents, *one.assignee, &Agent::id) : agents.end();
            if (one.assignee && (assignee == agents.end() || !sees(*assignee, one)))
                one.assignee.reset();
            entities.push_back(std::move(one));
        }
        TRIBUTARY_TRY_ASSIGN(const std::vector<SavedView> views, all<SavedView>());
        for (SavedView view : views) {
            if (view.team != remove.team || view.owner != by.id)
                continue;
            view.sharing = SavedView::Sharing::Private; // its owner keeps it
            view.team.reset();
            entities.push_back(std::move(view));
        }
        TRIBUTARY_TRY_ASSIGN(std::vector<ChannelAccount> accounts, all<ChannelAccount>());
        for (ChannelAccount &account : accounts) {
            if (account.team != remove.team)
                continue;
            account.team = remove.into;
            entities.push_back(std::move(account));
        }
        for (Agent &one : agents) {
            TRIBUTARY_TRY_ASSIGN(const auto before, agent(database, one.id));
            if (before != one)
                entities.push_back(std::move(one));
        }
        return entities;
    }
    // Who may do what is shown when the hub has done it.
    Result<Entities> operator()(const SaveRole &) const { return Entities(); }
    Result<Entities> operator()(const RemoveCustomStatus &) const { return Entities(); }
    Result<Entities> operator()(const SetAgent &) const { return Entities(); }
    Result<Entities> operator()(const SetAgentActive &) const { return Entities(); }
    Result<Entities> operator()(const SetAway &set) const
    {
        TRIBUTARY_TRY_ASSIGN(auto own, agent(database, by.id));
        if (!own)
            return Entities();
        own->away = set.away;
        return Entities{std::move(*own)};
    }
    Result<Entities> operator()(const SetOwnName &set) const
    {
        TRIBUTARY_TRY_ASSIGN(auto own, agent(database, by.id));
        const std::string name(text::trimmed(set.name));
        const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
        if (!own || name.empty() || std::ranges::any_of(name, isControl))
            return Entities();
        own->name = name;
        return Entities{std::move(*own)};
    }
    Result<Entities> operator()(const LinkCustomers &link) const
    {
        return linked(CustomerLink{.id = link.link,
                                   .from = link.from,
                                   .into = link.into,
                                   .evidence = link.evidence,
                                   .by = by.id,
                                   .at = command.at});
    }
    Result<Entities> operator()(const UnlinkCustomers &unlink) const
    {
        TRIBUTARY_TRY_ASSIGN(auto link, customerLink(database, unlink.link));
        if (!link || link->endedAt)
            return Entities();
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerLink> members, linksInto(link->into));
        Entities entities;
        for (CustomerLink &member : ledBack(*link, members))
            entities.push_back(std::move(member));
        link->endedAt = command.at;
        link->endedBy = by.id;
        entities.push_back(std::move(*link));
        return entities;
    }
    Result<Entities> operator()(const DismissSuggestion &dismiss) const
    {
        TRIBUTARY_TRY_ASSIGN(auto found, suggestion(database, dismiss.suggestion));
        if (!found || overtaken(*found))
            return Entities();
        TRIBUTARY_TRY_ASSIGN(const std::vector<Suggestion> decided, decidedWith(database, *found, dismiss.dismissed));
        return Entities(decided.begin(), decided.end());
    }
    template<class OnConversation>
    Result<Entities> operator()(const OnConversation &) const
    {
        return onConversation(0);
    }

    /// An undo that comes too late shows nothing, as the hub will do nothing.
    template<class Entity>
    bool overtaken(const Entity &entity) const
    {
        return command.undoes && !stands(entity, *command.undoes);
    }

    Result<std::vector<CustomerLink>> linksInto(CustomerId root) const
    {
        auto query = database.query(sql::cache_links_into);
        query.bind("id", root);
        return readAll<CustomerLink>(query);
    }

    /// A merge, with those who were merged into the one that joins.
    Result<Entities> linked(CustomerLink merge) const
    {
        TRIBUTARY_TRY_ASSIGN(std::vector<CustomerLink> members, linksInto(merge.from));
        Entities entities;
        for (CustomerLink &member : carriedAlong(merge, std::move(members)))
            entities.push_back(std::move(member));
        entities.push_back(std::move(merge));
        return entities;
    }

    static bool isOnItsWay(const TimelineItem &item)
    {
        using State = Delivery::State;
        return item.delivery
               && (item.delivery->state == State::Held || item.delivery->state == State::Queued
                   || item.delivery->state == State::Sending || item.delivery->state == State::Uncertain);
    }

    template<class T>
    Result<std::vector<T>> all() const
    {
        std::vector<T> found;
        TRIBUTARY_TRY(scanRows(database, {.type = typeOf(Entity(T{}))}, [&found](const Entity &entity, const Query &) {
            found.push_back(std::get<T>(entity));
            return Result<void>();
        }));
        return found;
    }

    /// What a conversation says of its messages when some have come or gone. Of old ones not all may be here: they are
    /// counted by the difference. False: nothing is left.
    Result<bool> recount(Conversation &conversation, const std::vector<TimelineItem> &come,
                         const std::vector<TimelineItem> &gone) const
    {
        std::vector<TimelineItem> items;
        {
            auto query = database.query(sql::cache_items_of_conversation);
            query.bind("conversation_id", conversation.id);
            TRIBUTARY_TRY_ASSIGN(items, readAll<TimelineItem>(query));
        }
        std::erase_if(items, [&](const TimelineItem &item) {
            return std::ranges::find(gone, item.id, &TimelineItem::id) != gone.end();
        });
        items.insert(items.end(), come.begin(), come.end());
        std::ranges::sort(
            items, [](const TimelineItem &a, const TimelineItem &b) { return std::tie(a.at, a.id) < std::tie(b.at, b.id); });
        const auto counts = [](const TimelineItem &item) {
            return isMessage(item) && isFromCustomer(item) && !item.automatic && !item.deleted;
        };
        conversation.inboundCount += std::ranges::count_if(come, counts) - std::ranges::count_if(gone, counts);
        conversation.inboundCount = std::max<std::int64_t>(0, conversation.inboundCount);
        Said said;
        for (const TimelineItem &item : items)
            said.add(item);
        const bool isAnything = conversation.inboundCount > 0 || said.lastAt;
        // What is said last may be among the old ones that are not here.
        if (!said.preview.empty() || conversation.inboundCount == 0) {
            conversation.preview = said.preview;
            conversation.previewOutbound = said.previewOutbound;
            conversation.previewAuthor = said.previewAuthor;
        }
        conversation.waitingSince = said.waitingSince;
        conversation.lastItemAt = said.lastAt.value_or(conversation.createdAt);
        return isAnything;
    }

    /// Who is written to. An address that is not known here is shown as it was typed until the hub says whose it is.
    Result<Identity> addressee(const StartConversation &start, Channel channel, Entities &entities) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto known, identity(database, start.identity));
        if (known)
            return *known;
        auto query = database.query(sql::hub_identity_at);
        query.bind("channel", channel).bind("address", start.address).bind("account_id", ChannelAccountId());
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found)
            return readRow<Identity>(query);
        TRIBUTARY_TRY_ASSIGN(const auto home, customer(database, start.customer));
        if (!home)
            entities.push_back(Customer{.id = start.customer, .name = start.name, .createdAt = command.at});
        Identity made{.id = start.identity,
                      .customer = start.customer,
                      .channel = channel,
                      .address = start.address,
                      .shown = start.address,
                      .name = start.name};
        entities.push_back(made);
        return made;
    }

    /// Keeps the version of what is there: an own effect is no newer row of the hub's.
    template<class T>
    Result<Entities> saved(T entity) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto there, find(database, typeOf(Entity(entity)), entity.id.bytes));
        entity.version = there ? versionOf(*there) : 0;
        return Entities{std::move(entity)};
    }

    Result<Entities> onCustomer() const
    {
        TRIBUTARY_TRY_ASSIGN(auto found, customer(database, customerOf(command.body)));
        if (!found || overtaken(*found))
            return Entities();
        applyTo(*found, command.body);
        return Entities{std::move(*found)};
    }

    Result<Entities> onConversation(std::int64_t undoSeconds) const
    {
        TRIBUTARY_TRY_ASSIGN(auto found, conversation(database, conversationOf(command.body)));
        if (!found || overtaken(*found))
            return Entities();
        Entities entities;
        if (auto item = itemOf(command, *found, by, undoSeconds))
            entities.push_back(std::move(*item));
        applyTo(*found, command.body, by, command.at);
        entities.push_back(std::move(*found));
        return entities;
    }
};

template<class T, class... Some>
constexpr bool isOneOf = (std::is_same_v<T, Some> || ...);

} // namespace

std::optional<Footprint> footprintOf(const CommandBody &body)
{
    return std::visit(
        []<class T>(const T &one) -> std::optional<Footprint> {
            if constexpr (isOneOf<T, SendMessage, AddNote>)
                return Footprint{one.conversation, one.item};
            else if constexpr (isOneOf<T, SetStatus, Snooze, Assign, SetTeam, SetTags, SetPriority, SetSubject,
                                       SetCustomStatus, SetField, EditChecklist, MarkRead, Follow, SeeMentions>)
                return Footprint{one.conversation, {}};
            else
                return std::nullopt;
        },
        body);
}

Result<std::vector<Entity>> effectsOf(Database &database, const Command &command, const Agent &by)
{
    return std::visit(Effects{database, command, by}, command.body);
}

Result<std::vector<Entity>> removedBy(Database &database, const Command &command)
{
    const auto removed = [&database](EntityType type, const RawId &key) -> Result<Entities> {
        TRIBUTARY_TRY_ASSIGN(auto there, find(database, type, key));
        return there ? Entities{std::move(*there)} : Entities();
    };
    if (const auto *one = std::get_if<RemoveView>(&command.body)) {
        TRIBUTARY_TRY_ASSIGN(const bool late, isLate(database, command));
        return late ? Result<Entities>(Entities()) : removed(EntityType::SavedView, one->view.bytes);
    }
    if (const auto *one = std::get_if<RemoveFieldDefinition>(&command.body))
        return removed(EntityType::FieldDefinition, one->definition.bytes);
    if (const auto *one = std::get_if<RemoveIdentity>(&command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto there, identity(database, one->identity));
        if (!there || (command.undoes && !stands(*there, *command.undoes)))
            return Entities();
        TRIBUTARY_TRY_ASSIGN(const bool isNamed, isInUse(database, *there));
        return isNamed ? Result<Entities>(Entities()) : removed(EntityType::Identity, one->identity.bytes);
    }
    if (const auto *one = std::get_if<RemoveCustomer>(&command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto there, customer(database, one->customer));
        const bool late = there && command.undoes && !stands(*there, *command.undoes);
        return late ? Result<Entities>(Entities()) : removed(EntityType::Customer, one->customer.bytes);
    }
    if (std::holds_alternative<RemoveConsent>(command.body)) {
        const ConsentId id = consentOf(command.body);
        TRIBUTARY_TRY_ASSIGN(const auto there, consent(database, id));
        const bool late = !command.undoes || !stands(there, *command.undoes);
        return late ? Result<Entities>(Entities()) : removed(EntityType::Consent, id.bytes);
    }
    if (const auto *one = std::get_if<RemoveRole>(&command.body))
        return removed(EntityType::Role, one->role.bytes);
    const auto *one = std::get_if<RemoveTeam>(&command.body);
    return one && one->into != one->team ? removed(EntityType::Team, one->team.bytes) : Entities();
}

} // namespace tributary::store
