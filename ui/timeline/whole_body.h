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

/// A picture that stands where @p html, as it was cleaned, has it. Of other kinds, and where it is not named there, it is a
/// file like others.
inline bool standsIn(std::string_view html, const model::Attachment &attachment)
{
    return !attachment.contentId.empty() && attachment.state == model::Attachment::State::Available
           && attachment.mediaType.starts_with("image/")
           && html.find("src=\"cid:" + attachment.contentId + '"') != std::string_view::npos;
}

} // namespace tributary::ui
