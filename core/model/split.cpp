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

bool opensByMove(const Conversation &from, const Conversation &into, bool isSomethingLeft)
{
    using Status = Conversation::Status;
    return from.status != Status::Resolved && into.status == Status::Resolved && (into.waitingSince || !isSomethingLeft);
}

} // namespace tributary::model
