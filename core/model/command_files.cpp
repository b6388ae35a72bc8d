#include "core/model/command_files.h"

#include <numeric>

namespace tributary::model {

std::int64_t totalBytes(const std::vector<Attachment> &files)
{
    return std::accumulate(files.begin(), files.end(), std::int64_t(0),
                           [](std::int64_t sum, const Attachment &file) { return sum + file.sizeBytes; });
}

const std::vector<Attachment> &filesOf(const CommandBody &body)
{
    static const std::vector<Attachment> none;
    if (const auto *message = std::get_if<SendMessage>(&body))
        return message->attachments;
    if (const auto *note = std::get_if<AddNote>(&body))
        return note->attachments;
    return none;
}

TimelineItemId itemMadeBy(const CommandBody &body)
{
    if (const auto *message = std::get_if<SendMessage>(&body))
        return message->item;
    const auto *note = std::get_if<AddNote>(&body);
    return note ? note->item : TimelineItemId();
}

} // namespace tributary::model
