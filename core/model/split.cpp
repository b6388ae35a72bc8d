#include "core/model/split.h"

namespace tributary::model {

Conversation splitOff(const Conversation &from, const TimelineItem &first, ConversationId id, std::string subject)
{
    return {.id = id,
            .customer = from.customer,
            .identity = first.identity,
            .account = first.account,
            .channel = first.channel,
            .subject = std::move(subject),
            .assignee = from.assignee,
            .team = from.team,
            .priority = from.priority,
            .tags = from.tags,
            .createdAt = first.at,
            .lastItemAt = first.at};
}

bool opensByMove(const Conversation &from, const Conversation &into, bool hasCome, bool isSomethingLeft)
{
    using Status = Conversation::Status;
    if (into.status == Status::Open || from.status == Status::Resolved)
        return false;
    if (into.status == Status::Resolved)
        return into.waitingSince || !isSomethingLeft;
    return from.status == Status::Open && into.waitingSince && hasCome; // else it is put aside for what was in it before
}

bool opensByJoin(const Conversation &joined, const Conversation &into)
{
    using Status = Conversation::Status;
    if (into.status == Status::Resolved)
        return joined.status != Status::Resolved;
    return into.status != Status::Open && joined.status == Status::Open && joined.waitingSince;
}

} // namespace tributary::model
