#include "core/client/undo.h"

#include "core/store/entities.h"

#include <algorithm>

namespace tributary::client {
namespace {

using namespace tributary::model;
using Bodies = std::vector<CommandBody>;

CommandBody statusOf(const Conversation &before)
{
    if (before.status == Conversation::Status::Snoozed)
        return Snooze{before.id, before.snoozedUntil};
    return SetStatus{before.id, before.status};
}

/// The inverse of one command, put into the step; false if there is none.
struct Inverter {
    store::Database &cache;
    TimePoint at;
    IdMaker &ids;
    UndoStep &step;

    Result<bool> operator()(const SendMessage &message) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(cache, message.from));
        TRIBUTARY_TRY_ASSIGN(const auto before, store::conversation(cache, message.conversation));
        if (!account || !before || account->undoSeconds <= 0)
            return false;
        const TimePoint until = at + std::chrono::seconds(account->undoSeconds);
        step.until = step.until ? std::min(*step.until, until) : until;
        step.inverse.emplace_back(CancelMessage{message.item});
        step.inverse.push_back(statusOf(*before));
        if (!before->assignee) // answering it took it
            step.inverse.emplace_back(Assign{.conversation = before->id});
        store::Draft draft{.conversation = before->id, .body = message.body, .savedAt = at};
        if (!message.subject.empty())
            draft.fields["subject"] = message.subject;
        std::string cc;
        for (const std::string &address : message.cc)
            cc += (cc.empty() ? "" : ", ") + address;
        if (!cc.empty())
            draft.fields["cc"] = cc;
        draft.fields["identity"] = message.to.text();
        draft.fields["account"] = message.from.text();
        step.drafts.push_back(std::move(draft));
        return true;
    }
    Result<bool> operator()(const EditCustomer &edit) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::customer(cache, edit.customer));
        if (before)
            step.inverse.emplace_back(EditCustomer{before->id, before->name, before->note});
        return before.has_value();
    }
    Result<bool> operator()(const LinkCustomers &link) const
    {
        step.inverse.emplace_back(UnlinkCustomers{link.link});
        return true;
    }
    Result<bool> operator()(const UnlinkCustomers &unlink) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::customerLink(cache, unlink.link));
        if (before) // an ended link stays ended: this is another one
            step.inverse.emplace_back(
                LinkCustomers{ids.make<CustomerLinkId>(), before->from, before->into, before->evidence});
        return before.has_value();
    }
    Result<bool> operator()(const DismissSuggestion &dismiss) const
    {
        step.inverse.emplace_back(DismissSuggestion{dismiss.suggestion, !dismiss.dismissed});
        return true;
    }
    Result<bool> operator()(const MarkRead &) const { return true; }
    Result<bool> operator()(const AddNote &) const { return false; }
    Result<bool> operator()(const CancelMessage &) const { return false; }
    Result<bool> operator()(const RetryMessage &) const { return false; }
    /// What changes a field of the conversation: the field as it was.
    template<class Change>
    Result<bool> operator()(const Change &change) const
    {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::conversation(cache, change.conversation));
        if (before)
            step.inverse.push_back(inverseOf(change, *before));
        return before.has_value();
    }

    static CommandBody inverseOf(const SetStatus &, const Conversation &before) { return statusOf(before); }
    static CommandBody inverseOf(const Snooze &, const Conversation &before) { return statusOf(before); }
    static CommandBody inverseOf(const Assign &, const Conversation &before) { return Assign{before.id, before.assignee}; }
    static CommandBody inverseOf(const SetTeam &, const Conversation &before) { return SetTeam{before.id, before.team}; }
    static CommandBody inverseOf(const SetPriority &, const Conversation &before)
    {
        return SetPriority{before.id, before.priority};
    }
    static CommandBody inverseOf(const SetSubject &, const Conversation &before)
    {
        return SetSubject{before.id, before.subject};
    }
    static CommandBody inverseOf(const SetTags &change, const Conversation &before)
    {
        SetTags back{.conversation = before.id};
        const auto had = [&](const std::string &tag) { return std::ranges::count(before.tags, tag) > 0; };
        std::ranges::copy_if(change.remove, std::back_inserter(back.add), had);
        std::ranges::copy_if(change.add, std::back_inserter(back.remove), [&](const auto &tag) { return !had(tag); });
        return back;
    }
};

bool usable(const UndoStep &step, TimePoint now)
{
    return !step.until || now < *step.until;
}

} // namespace

Result<std::optional<UndoStep>> undoOf(store::Database &cache, const Bodies &bodies, TimePoint at, IdMaker &ids)
{
    UndoStep step{.forward = bodies, .at = at};
    for (const CommandBody &body : bodies) {
        TRIBUTARY_TRY_ASSIGN(const bool possible, std::visit(Inverter{cache, at, ids, step}, body));
        if (!possible)
            return std::optional<UndoStep>();
    }
    if (step.inverse.empty())
        return std::optional<UndoStep>();
    return std::optional<UndoStep>(std::move(step));
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
            return &*step;
    }
    return nullptr;
}

void UndoHistory::remove(const UndoStep &step)
{
    std::erase(m_steps, step);
}

} // namespace tributary::client
