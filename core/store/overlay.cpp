#include "core/store/overlay.h"

#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/store/taken_back.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;
using Entities = std::vector<Entity>;

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
        if (!mark)
            return Entities();
        mark->mentionSeenAt = std::max(mark->mentionSeenAt.value_or(command.at), command.at);
        return Entities{*mark};
    }
    Result<Entities> operator()(const RelateConversations &relate) const
    {
        TRIBUTARY_TRY_ASSIGN(Entities entities, onConversation(0));
        TRIBUTARY_TRY_ASSIGN(auto other, conversation(database, relate.other));
        if (other && !entities.empty()) {
            applyTo(*other, RelateConversations{relate.other, relate.conversation, relate.related}, by.id, command.at);
            entities.push_back(std::move(*other));
        }
        return entities;
    }
    /// Where messages stand is the hub's to say: nothing of it is shown before.
    Result<Entities> operator()(const MoveItems &) const { return Entities(); }
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
    Result<Entities> operator()(const MoveIdentity &) const { return Entities(); }
    Result<Entities> operator()(const EditCustomer &) const { return onCustomer(); }
    Result<Entities> operator()(const SetCustomerField &) const { return onCustomer(); }
    Result<Entities> operator()(const SetCustomerTags &) const { return onCustomer(); }
    Result<Entities> operator()(const SetCompany &) const { return onCustomer(); }
    Result<Entities> operator()(const BlockCustomer &) const { return onCustomer(); }
    Result<Entities> operator()(const SetConsent &set) const
    {
        return Entities{Consent{.id = consentId(set.customer, set.channel, set.purpose),
                                .customer = set.customer,
                                .channel = set.channel,
                                .purpose = set.purpose,
                                .granted = set.granted,
                                .source = set.source,
                                .at = command.at,
                                .by = by.id}};
    }
    Result<Entities> operator()(const MergeCustomers &merge) const
    {
        return Entities{CustomerLink{.id = merge.link,
                                     .from = merge.from,
                                     .into = merge.into,
                                     .evidence = merge.evidence,
                                     .by = by.id,
                                     .at = command.at}};
    }
    Result<Entities> operator()(const SaveCompany &save) const { return saved(save.company); }
    Result<Entities> operator()(const SaveView &save) const { return saved(save.view); }
    Result<Entities> operator()(const SaveFieldDefinition &save) const { return saved(save.definition); }
    Result<Entities> operator()(const SaveCustomStatus &save) const { return saved(save.status); }
    Result<Entities> operator()(const SaveTeam &save) const { return saved(save.team); }
    // Who may do what, and what is there no more, is shown when the hub has done it.
    Result<Entities> operator()(const SaveRole &) const { return Entities(); }
    Result<Entities> operator()(const RemoveRole &) const { return Entities(); }
    Result<Entities> operator()(const RemoveView &) const { return Entities(); }
    Result<Entities> operator()(const RemoveFieldDefinition &) const { return Entities(); }
    Result<Entities> operator()(const RemoveCustomStatus &) const { return Entities(); }
    Result<Entities> operator()(const RemoveTeam &) const { return Entities(); }
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
    Result<Entities> operator()(const LinkCustomers &link) const
    {
        return Entities{CustomerLink{.id = link.link,
                                     .from = link.from,
                                     .into = link.into,
                                     .evidence = link.evidence,
                                     .by = by.id,
                                     .at = command.at}};
    }
    Result<Entities> operator()(const UnlinkCustomers &unlink) const
    {
        TRIBUTARY_TRY_ASSIGN(auto link, customerLink(database, unlink.link));
        if (!link)
            return Entities();
        link->endedAt = command.at;
        link->endedBy = by.id;
        return Entities{std::move(*link)};
    }
    Result<Entities> operator()(const DismissSuggestion &dismiss) const
    {
        TRIBUTARY_TRY_ASSIGN(auto found, suggestion(database, dismiss.suggestion));
        if (!found || overtaken(*found))
            return Entities();
        found->state = dismiss.dismissed ? Suggestion::State::Dismissed : Suggestion::State::Open;
        return Entities{std::move(*found)};
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
                      .name = start.name,
                      .lastUsedAt = command.at};
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
        applyTo(*found, command.body, by.id, command.at);
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

} // namespace tributary::store
