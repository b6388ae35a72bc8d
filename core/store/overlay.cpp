#include "core/store/overlay.h"

#include "core/store/entities.h"
#include "core/store/taken_back.h"

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
    Result<Entities> operator()(const EditCustomer &edit) const
    {
        TRIBUTARY_TRY_ASSIGN(auto found, customer(database, edit.customer));
        if (!found || overtaken(*found))
            return Entities();
        found->name = edit.name;
        found->note = edit.note;
        return Entities{std::move(*found)};
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

} // namespace

Result<std::vector<Entity>> effectsOf(Database &database, const Command &command, const Agent &by)
{
    return std::visit(Effects{database, command, by}, command.body);
}

} // namespace tributary::store
