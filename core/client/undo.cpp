#include "core/client/undo.h"

#include "core/model/command_files.h"
#include "core/model/customer_fields.h"
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "core/model/views.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"

#include <algorithm>
#include <map>

namespace tributary::client {
namespace {

using namespace tributary::model;
using Bodies = std::vector<CommandBody>;

CommandBody statusOf(const Conversation &before)
{
    if (before.customStatus)
        return SetCustomStatus{before.id, before.customStatus, before.status};
    if (before.status == Conversation::Status::Snoozed)
        return Snooze{before.id, before.snoozedUntil};
    return SetStatus{before.id, before.status};
}

/// Works out, command after command, what takes each back.
class Inverter {
public:
    Inverter(store::Database &cache, TimePoint at, const Agent &by, bool waits, IdMaker &ids, UndoStep &step)
        : m_cache(cache)
        , m_at(at)
        , m_by(by)
        , m_waits(waits)
        , m_ids(ids)
        , m_step(step)
    {
    }

    /// False if there is no way back.
    Result<bool> take(std::size_t index)
    {
        m_index = index;
        TRIBUTARY_TRY_ASSIGN(const bool possible, std::visit(*this, m_step.forward[index]));
        if (const auto about = m_known.find(conversationOf(m_step.forward[index])); about != m_known.end())
            applyTo(about->second, m_step.forward[index], m_by, m_at);
        return possible;
    }

    Result<bool> operator()(const SendMessage &message)
    {
        TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(m_cache, message.from));
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(message.conversation));
        if (!account || !before || (account->undoSeconds <= 0 && !m_waits))
            return false;
        if (account->undoSeconds > 0) {
            const TimePoint until = m_at + std::chrono::seconds(account->undoSeconds);
            m_step.until = m_step.until ? std::min(*m_step.until, until) : until;
        }
        back(CancelMessage{message.item});
        Conversation after = *before;
        applyTo(after, message, m_by, m_at);
        if (after.status != before->status)
            back(statusOf(*before), SetStatus{before->id, after.status});
        if (after.assignee != before->assignee) // answering it took it
            back(Assign{.conversation = before->id}, Assign{before->id, after.assignee});
        return true;
    }
    Result<bool> operator()(const AddNote &note)
    {
        back(CancelMessage{note.item});
        return true;
    }
    Result<bool> operator()(const LinkCustomers &link)
    {
        back(UnlinkCustomers{link.link});
        return true;
    }
    Result<bool> operator()(const UnlinkCustomers &unlink)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::customerLink(m_cache, unlink.link));
        if (!before || before->first) // whom they went along with then cannot be said again
            return false;
        // An ended link stays ended: this is another one.
        MergeCustomers again{
            .link = m_ids.make<CustomerLinkId>(), .from = before->from, .into = before->into, .evidence = before->evidence};
        TRIBUTARY_TRY_ASSIGN(const auto from, store::customer(m_cache, before->from));
        TRIBUTARY_TRY_ASSIGN(const auto into, store::customer(m_cache, before->into));
        if (!from || !into)
            return false;
        for (const auto &[field, value] : before->replaced) {
            if (fieldOf(*into, field) == fieldOf(*from, field)) // else it was changed since, and is not given back either
                again.taken.push_back(field);
        }
        back(std::move(again));
        return true;
    }
    Result<bool> operator()(const MergeCustomers &merge)
    {
        back(UnlinkCustomers{merge.link});
        return true;
    }
    Result<bool> operator()(const MoveIdentity &move)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::identity(m_cache, move.identity));
        if (before)
            back(MoveIdentity{before->id, before->customer}, move);
        return before.has_value();
    }
    Result<bool> operator()(const AddCustomer &add)
    {
        back(RemoveCustomer{add.customer}, add);
        return true;
    }
    Result<bool> operator()(const AddIdentity &add)
    {
        back(RemoveIdentity{add.identity}, add);
        return true;
    }
    Result<bool> operator()(const RemoveIdentity &remove)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::identity(m_cache, remove.identity));
        if (!may(m_by, Permission::SeeContactDetails)) // they do not know which it was
            return false;
        if (before)
            back(AddIdentity{before->id, before->customer, before->channel, before->address});
        return before.has_value();
    }
    Result<bool> operator()(const RemoveCustomer &) { return false; }
    Result<bool> operator()(const EditCustomer &edit) { return onCustomer(edit); }
    Result<bool> operator()(const SetCustomerField &set) { return onCustomer(set); }
    Result<bool> operator()(const SetCompany &set) { return onCustomer(set); }
    Result<bool> operator()(const PreferIdentity &prefer) { return onCustomer(prefer); }
    Result<bool> operator()(const BlockCustomer &block)
    {
        if (block.blocked)
            return onCustomer(block);
        TRIBUTARY_TRY_ASSIGN(const CustomerId root, store::rootOf(m_cache, block.customer)); // of the whole person
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, store::membersOf(m_cache, root));
        for (const CustomerId member : members) {
            TRIBUTARY_TRY_ASSIGN(const auto before, store::customer(m_cache, member));
            if (before && before->blocked)
                back(inverseOf(block, *before), BlockCustomer{member, false, false});
        }
        return true;
    }
    Result<bool> operator()(const SetCustomerTags &change)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::customer(m_cache, change.customer));
        if (!before)
            return false;
        SetCustomerTags undo{.customer = before->id};
        const auto had = [&](const std::string &tag) { return std::ranges::count(before->tags, tag) > 0; };
        std::ranges::copy_if(change.remove, std::back_inserter(undo.add), had);
        std::ranges::copy_if(change.add, std::back_inserter(undo.remove), [&](const auto &tag) { return !had(tag); });
        if (!undo.add.empty() || !undo.remove.empty())
            back(std::move(undo));
        return true;
    }
    Result<bool> operator()(const Follow &follow)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::readMark(m_cache, m_by.id, follow.conversation));
        if ((before && before->following) != follow.following)
            back(Follow{follow.conversation, !follow.following});
        return true;
    }
    Result<bool> operator()(const SeeMentions &) { return true; }
    Result<bool> operator()(const JoinConversation &join)
    {
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(join.conversation));
        if (!before)
            return false;
        back(SeparateConversation{before->id}, join);
        if (before->status != Conversation::Status::Open)
            back(statusOf(*before), SetStatus{before->id, Conversation::Status::Open});
        return true;
    }
    Result<bool> operator()(const MoveItems &move)
    {
        back(MoveItems{.conversation = move.into, .into = move.conversation, .items = move.items});
        return true;
    }
    Result<bool> operator()(const SaveView &save)
    {
        TRIBUTARY_TRY_ASSIGN(auto before, store::savedView(m_cache, save.view.id));
        if (before && save.view.columns) // said, so that those of the change are not kept
            before->columns = columnsOf(*before);
        back(before ? CommandBody(SaveView{*before}) : CommandBody(RemoveView{save.view.id}), save);
        return true;
    }
    Result<bool> operator()(const RemoveView &remove)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::savedView(m_cache, remove.view));
        if (before)
            back(SaveView{*before}, remove);
        return before.has_value();
    }
    Result<bool> operator()(const SaveCompany &save)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::company(m_cache, save.company.id));
        back(before ? CommandBody(SaveCompany{*before}) : CommandBody(RemoveCompany{save.company.id}), save);
        return true;
    }
    Result<bool> operator()(const RemoveCompany &remove)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::company(m_cache, remove.company));
        if (before && before->removed != remove.removed)
            back(RemoveCompany{remove.company, !remove.removed}, remove);
        return before.has_value();
    }
    // What customers are written, and who may do what: not with a key that is pressed by mistake.
    Result<bool> operator()(const StartConversation &) { return false; }
    Result<bool> operator()(const SaveFieldDefinition &) { return false; }
    Result<bool> operator()(const RemoveFieldDefinition &) { return false; }
    Result<bool> operator()(const SaveCustomStatus &) { return false; }
    Result<bool> operator()(const RemoveCustomStatus &) { return false; }
    Result<bool> operator()(const SaveRole &) { return false; }
    Result<bool> operator()(const RemoveRole &) { return false; }
    Result<bool> operator()(const SaveTeam &) { return false; }
    Result<bool> operator()(const RemoveTeam &) { return false; }
    Result<bool> operator()(const SetAgent &) { return false; }
    Result<bool> operator()(const SetAgentActive &) { return false; }
    Result<bool> operator()(const SetAway &) { return false; }
    Result<bool> operator()(const ImportCustomers &) { return false; }
    Result<bool> operator()(const SetReopenDays &) { return false; }
    Result<bool> operator()(const SetAccountTeam &) { return false; }
    Result<bool> operator()(const SetAccountRegion &) { return false; }
    Result<bool> operator()(const SetOwnName &) { return false; }
    Result<bool> operator()(const ExportCustomers &) { return false; }
    /// What was recorded before is recorded again, or nothing is: the timeline keeps both, and that it was taken back.
    Result<bool> operator()(const SetConsent &set)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::consent(m_cache, consentId(set.customer, set.channel, set.purpose)));
        if (before)
            back(SetConsent{set.customer, set.channel, set.purpose, before->granted, before->source, before->at}, set);
        else
            back(RemoveConsent{set.customer, set.channel, set.purpose}, set);
        return true;
    }
    Result<bool> operator()(const RemoveConsent &) { return false; }
    Result<bool> operator()(const DismissSuggestion &dismiss)
    {
        back(DismissSuggestion{dismiss.suggestion, !dismiss.dismissed}, dismiss);
        return true;
    }
    Result<bool> operator()(const MarkRead &mark)
    {
        if (!mark.backwards)
            return true;
        TRIBUTARY_TRY_ASSIGN(const auto before, store::readMark(m_cache, m_by.id, mark.conversation));
        if (before && before->readCount > mark.readCount)
            back(MarkRead{mark.conversation, before->readCount});
        return true;
    }
    Result<bool> operator()(const CancelMessage &) { return false; }
    Result<bool> operator()(const RetryMessage &) { return false; }
    Result<bool> operator()(const SetTags &change)
    {
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(change.conversation));
        if (!before)
            return false;
        SetTags undo{.conversation = before->id};
        const auto had = [&](const std::string &tag) { return std::ranges::count(before->tags, tag) > 0; };
        std::ranges::copy_if(change.remove, std::back_inserter(undo.add), had);
        std::ranges::copy_if(change.add, std::back_inserter(undo.remove), [&](const auto &tag) { return !had(tag); });
        if (!undo.add.empty() || !undo.remove.empty())
            back(std::move(undo));
        return true;
    }
    Result<bool> operator()(const SetStatus &change) { return onStatus(change); }
    Result<bool> operator()(const Snooze &change) { return onStatus(change); }
    Result<bool> operator()(const SetCustomStatus &change)
    {
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(change.conversation));
        if (!before || (change.custom && change.status != before->status))
            return onStatus(change);
        back(SetCustomStatus{before->id, before->customStatus, before->status}, change);
        return true;
    }
    /// Where its owner does not see the team, the hub takes it from them.
    Result<bool> operator()(const SetTeam &change)
    {
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(change.conversation));
        if (!before)
            return false;
        back(SetTeam{before->id, before->team}, change);
        if (!before->assignee)
            return true;
        TRIBUTARY_TRY_ASSIGN(const auto owner, store::agent(m_cache, *before->assignee));
        Conversation moved = *before;
        moved.team = change.team;
        const bool mayGive = owner && (owner->id == m_by.id || may(m_by, Permission::AssignOthers));
        if (mayGive && owner->active && !sees(*owner, moved))
            back(Assign{before->id, owner->id}, Assign{.conversation = before->id});
        return true;
    }
    /// What sets a field of the conversation: the field as it was, while it still is as it was set.
    template<class Change>
    Result<bool> operator()(const Change &change)
    {
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(change.conversation));
        if (before)
            back(inverseOf(change, *before), change);
        return before != nullptr;
    }

private:
    /// An own status keeps no time of waking: that is set before it.
    template<class Change>
    Result<bool> onStatus(const Change &change)
    {
        TRIBUTARY_TRY_ASSIGN(const Conversation *before, known(change.conversation));
        if (!before)
            return false;
        if (before->customStatus && before->snoozedUntil) {
            const Snooze asleep{before->id, before->snoozedUntil};
            back(asleep, change);
            back(statusOf(*before), asleep);
        } else {
            back(statusOf(*before), change);
        }
        return true;
    }

    static CommandBody inverseOf(const Assign &, const Conversation &before) { return Assign{before.id, before.assignee}; }
    static CommandBody inverseOf(const SetPriority &, const Conversation &before)
    {
        return SetPriority{before.id, before.priority};
    }
    static CommandBody inverseOf(const SetSubject &, const Conversation &before)
    {
        return SetSubject{before.id, before.subject};
    }

    static CommandBody inverseOf(const SetField &change, const Conversation &before)
    {
        const auto was = before.fields.find(change.key);
        return SetField{before.id, change.key, was == before.fields.end() ? std::string() : was->second};
    }
    static CommandBody inverseOf(const EditChecklist &change, const Conversation &before)
    {
        const auto was = std::ranges::find(before.checklist, change.entry, &ChecklistEntry::id);
        if (was == before.checklist.end())
            return EditChecklist{.conversation = before.id, .entry = change.entry, .removed = true};
        return EditChecklist{.conversation = before.id, .entry = was->id, .text = was->text, .done = was->done};
    }
    static CommandBody inverseOf(const SeparateConversation &, const Conversation &before)
    {
        return JoinConversation{before.id, before.joinedInto.value_or(ConversationId())};
    }
    static CommandBody inverseOf(const RelateConversations &change, const Conversation &before)
    {
        return RelateConversations{before.id, change.other, !change.related};
    }

    static CommandBody inverseOf(const EditCustomer &, const Customer &before)
    {
        return EditCustomer{before.id, before.name, before.note};
    }
    static CommandBody inverseOf(const SetCustomerField &change, const Customer &before)
    {
        if (change.key == kLanguageField)
            return SetCustomerField{before.id, change.key, before.language};
        const auto was = before.attributes.find(change.key);
        return SetCustomerField{before.id, change.key, was == before.attributes.end() ? std::string() : was->second};
    }
    static CommandBody inverseOf(const SetCompany &, const Customer &before)
    {
        return SetCompany{before.id, before.company};
    }
    static CommandBody inverseOf(const PreferIdentity &change, const Customer &before)
    {
        return PreferIdentity{before.id, change.channel, preferredOn(before, change.channel)};
    }
    static CommandBody inverseOf(const BlockCustomer &, const Customer &before)
    {
        return BlockCustomer{before.id, before.blocked, before.spam};
    }
    template<class Change>
    Result<bool> onCustomer(const Change &change)
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::customer(m_cache, change.customer));
        if (before)
            back(inverseOf(change, *before), change);
        return before.has_value();
    }

    void back(CommandBody body, std::optional<CommandBody> undoes = {})
    {
        m_step.back.push_back({m_index, std::move(body), std::move(undoes)});
    }
    /// The conversation as the commands before this one leave it; null if it is not here.
    Result<const Conversation *> known(ConversationId id)
    {
        if (const auto at = m_known.find(id); at != m_known.end())
            return &at->second;
        TRIBUTARY_TRY_ASSIGN(const auto found, store::conversation(m_cache, id));
        return found ? &m_known.emplace(id, *found).first->second : nullptr;
    }

    store::Database &m_cache;
    TimePoint m_at;
    const Agent &m_by;
    bool m_waits;
    IdMaker &m_ids;
    UndoStep &m_step;
    std::size_t m_index = 0;
    std::map<ConversationId, Conversation> m_known;
};

bool usable(const UndoStep &step, TimePoint now)
{
    return !step.until || now < *step.until;
}

} // namespace

Result<std::optional<UndoStep>> undoOf(store::Database &cache, const Bodies &bodies, TimePoint at, const Agent &by,
                                       bool waits, IdMaker &ids)
{
    UndoStep step{.forward = bodies, .at = at};
    Inverter inverter(cache, at, by, waits, ids, step);
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        TRIBUTARY_TRY_ASSIGN(const bool possible, inverter.take(i));
        if (!possible)
            return std::optional<UndoStep>();
    }
    if (step.back.empty())
        return std::optional<UndoStep>();
    // The last first: each is taken back to what the one before it left. Those of one command keep their order.
    std::ranges::stable_sort(step.back, std::greater(), &UndoStep::Back::of);
    return std::optional<UndoStep>(std::move(step));
}

UndoStep discardOf(const CommandBody &text, TimePoint at)
{
    return {.forward = {text}, .back = {}, .at = at, .until = {}, .isDiscard = true};
}

std::optional<store::Draft> draftOf(const CommandBody &body, TimePoint at)
{
    store::Draft draft{.savedAt = at};
    const std::vector<Attachment> *attachments = nullptr;
    if (const auto *message = std::get_if<SendMessage>(&body)) {
        draft.conversation = message->conversation;
        draft.body = message->body;
        if (!message->subject.empty())
            draft.fields["subject"] = message->subject;
        std::string cc;
        for (const std::string &address : message->cc)
            cc += (cc.empty() ? "" : ", ") + address;
        if (!cc.empty())
            draft.fields["cc"] = cc;
        draft.fields["identity"] = message->to.text();
        draft.fields["account"] = message->from.text();
        attachments = &message->attachments;
    } else if (const auto *note = std::get_if<AddNote>(&body)) {
        draft.conversation = note->conversation;
        draft.kind = store::Draft::Kind::Note;
        draft.body = note->body;
        attachments = &note->attachments;
    } else {
        return std::nullopt;
    }
    store::setAttachments(draft, *attachments);
    return draft;
}

void UndoHistory::push(UndoStep step)
{
    m_steps.push_back(std::move(step));
    if (m_steps.size() > kMost)
        m_steps.erase(m_steps.begin());
}

std::optional<UndoStep> UndoHistory::pop(TimePoint now)
{
    std::erase_if(m_steps, [&](const UndoStep &step) { return !usable(step, now); });
    if (m_steps.empty())
        return std::nullopt;
    UndoStep step = std::move(m_steps.back());
    m_steps.pop_back();
    return step;
}

const UndoStep *UndoHistory::newest(TimePoint now) const
{
    for (auto step = m_steps.rbegin(); step != m_steps.rend(); ++step) {
        if (usable(*step, now))
            return step->back.empty() && !step->isDiscard ? nullptr : &*step;
    }
    return nullptr;
}

void UndoHistory::remove(const UndoStep &step)
{
    std::erase(m_steps, step);
}

std::optional<UndoStep> UndoHistory::takeOut(TimelineItemId item)
{
    std::optional<UndoStep> taken;
    for (auto step = m_steps.begin(); step != m_steps.end();) {
        const auto made = std::ranges::find(step->forward, item, itemMadeBy);
        if (step->isDiscard || item.isNull() || made == step->forward.end()) {
            ++step;
            continue;
        }
        const auto place = std::size_t(made - step->forward.begin());
        taken = UndoStep{.forward = {*made}, .back = {}, .at = step->at, .until = step->until};
        std::vector<UndoStep::Back> left;
        for (UndoStep::Back &back : step->back) {
            const bool isOfIt = back.of == place;
            back.of = isOfIt ? 0 : back.of - (back.of > place ? 1 : 0);
            (isOfIt ? taken->back : left).push_back(std::move(back));
        }
        step->forward.erase(made);
        step->back = std::move(left);
        step = step->back.empty() ? m_steps.erase(step) : std::next(step);
    }
    return taken;
}

} // namespace tributary::client
