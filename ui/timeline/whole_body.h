#pragma once

#include "core/model/entities.h"

#include <algorithm>
#include <string_view>

namespace tributary::ui {

/// What of a message did not fit its row: the hub keeps it as attachments of these names, which are no files to a person.
struct WholeBody {
    std::string text, html; ///< Each empty if the row has it whole.
};
inline constexpr std::string_view kWholeTextName = "tributary.whole-text";
inline constexpr std::string_view kWholeHtmlName = "tributary.whole-html";

inline bool isWholeBody(const model::Attachment &attachment)
{
    return attachment.name == kWholeTextName || attachment.name == kWholeHtmlName;
}

inline bool hasMoreThanRow(const model::TimelineItem &item)
{
    return std::ranges::any_of(item.attachments, isWholeBody);
}

/// Shown as a file or picture of its own. Pictures inside a mail's text are not: they stand in the text.
inline bool isShownAsFile(const model::TimelineItem &item, const model::Attachment &attachment)
{
    return !isWholeBody(attachment) && !(attachment.isInline && !attachment.contentId.empty() && !item.html.empty());
}

} // namespace tributary::ui
