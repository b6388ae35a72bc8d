#include "core/model/said.h"

#include "core/model/commands.h"

namespace tributary::model {

using Kind = TimelineItem::Kind;

bool isFromCustomer(const TimelineItem &item)
{
    if (item.kind != Kind::Comment)
        return item.kind == Kind::Inbound;
    const auto direction = item.details.find("direction");
    return direction == item.details.end() || direction->second == "in";
}

bool isMessage(const TimelineItem &item)
{
    return item.kind == Kind::Inbound || item.kind == Kind::Outbound || item.kind == Kind::Comment;
}

std::string previewOf(const TimelineItem &item)
{
    std::string words = previewOf(item.body.empty() ? item.subject : item.body);
    if (words.empty() && !item.attachments.empty())
        words = item.attachments.front().name;
    return words;
}

void Said::add(const TimelineItem &item)
{
    if (item.deleted)
        return;
    if (item.kind == Kind::Event) {
        const auto said = [&](const char *name) {
            const auto detail = item.details.find(name);
            return detail == item.details.end() ? std::string_view() : std::string_view(detail->second);
        };
        const std::string_view event = said("event");
        const std::string_view counts = event == "status" ? said("counts") : std::string_view();
        if (event == "resolved" || event == "waiting" || counts == "resolved" || counts == "waiting")
            m_isPutAside = true;
        else if (counts == "open")
            m_isPutAside = false;
        else if (event == "reopened" && said("why") != "wrote") // by hand: what was asked is asked still
            m_isPutAside = false;
        return;
    }
    lastAt = item.at;
    if (isMessage(item) || (preview.empty() && item.kind != Kind::Note)) {
        preview = previewOf(item);
        previewOutbound = isMessage(item) && !isFromCustomer(item);
        previewAuthor = previewOutbound ? item.author : std::nullopt;
    }
    if (!isMessage(item))
        return;
    if (!isFromCustomer(item)) {
        waitingSince.reset();
    } else if (!item.automatic) {
        ++inboundCount;
        if (!waitingSince || m_isPutAside)
            waitingSince = item.at;
        m_isPutAside = false;
    }
}

} // namespace tributary::model
