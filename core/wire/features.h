#pragma once

#include "core/model/commands.h"

#include <string>
#include <string_view>
#include <vector>

/// What two programs may do with each other is agreed by name, both ways, never by comparing versions (ENGINE 40): each says
/// in hello and welcome what it can do, and neither uses what the other has not named. A name, once released, keeps its
/// meaning; what changes gets another one.
namespace tributary::wire {

namespace feature {
inline constexpr std::string_view kPresence = "presence";          ///< Who is looking and who types.
inline constexpr std::string_view kFetch = "fetch";                ///< Older history on demand.
inline constexpr std::string_view kDigests = "digests";            ///< Copies are compared: core/wire/digests.h.
inline constexpr std::string_view kViewColumns = "view_columns";   ///< SavedView::columns, as a command to save has them.
inline constexpr std::string_view kEarlierStart = "earlier_start"; ///< Welcome::start.
inline constexpr std::string_view kNamedUploads = "named_uploads"; ///< POST /attachments takes the id of its desktop.
inline constexpr std::string_view kTellsErased = "tells_erased";   ///< Changes::erased.
} // namespace feature

/// All that this program names: its features, and each command it knows as `command:set_tags`.
std::vector<std::string> ownFeatures();

/// What the other side has named. A program from before there were names, which says nothing or nothing of commands, is
/// taken for what such programs could do.
class Features {
public:
    Features() = default;
    explicit Features(const std::vector<std::string> &named);

    bool has(std::string_view feature) const;
    /// All of it: also what it undoes.
    bool knows(const model::Command &command) const;

    friend bool operator==(const Features &, const Features &) = default;

private:
    bool knows(const model::CommandBody &body) const;

    std::vector<std::string> m_names; ///< Sorted.
};

} // namespace tributary::wire
