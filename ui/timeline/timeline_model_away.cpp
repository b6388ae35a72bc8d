#include "ui/timeline/timeline_model.h"

#include <algorithm>

/// What TimelineModel keeps of items that are far from the window, and how they become whole again.
namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

constexpr std::size_t kLight = 256;             ///< Bytes that are not worth a question when they are next shown.
constexpr std::size_t kDetailNode = 96;         ///< Bytes of an entry of a map besides its words.
constexpr std::string_view kKept = "direction"; ///< The detail that says whose a comment is (model::isFromCustomer()).

/// clear() and the assignment of something empty keep the memory.
template<class Container>
void release(Container &container)
{
    Container().swap(container);
}

} // namespace

std::size_t TimelineModel::heldBy(const Item &item)
{
    std::size_t bytes = item.subject.size() + item.body.size() + item.html.size();
    for (const model::Attachment &attachment : item.attachments)
        bytes += sizeof(attachment) + attachment.name.size();
    for (const auto &[name, value] : item.details) {
        if (name != kKept)
            bytes += kDetailNode + name.size() + value.size();
    }
    return bytes;
}

std::vector<model::TimelineItemId> TimelineModel::letGo(const std::vector<bool> &near)
{
    m_comeSince = 0;
    std::vector<model::TimelineItemId> folded;
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        Item &item = m_items[i];
        // Version 0 is our own and not confirmed: nobody else has it for sure.
        if (near[i] || item.kind == Item::Kind::Event || item.version == 0 || heldBy(item) <= kLight)
            continue;
        release(item.subject);
        release(item.body);
        release(item.html);
        release(item.attachments);
        std::erase_if(item.details, [](const auto &detail) { return detail.first != kKept; });
        m_index.at(item.id).text = Known::Text::Away;
        m_hasAway = true;
        if (m_whole.erase(item.id) > 0)
            folded.push_back(item.id);
    }
    return folded;
}

bool TimelineModel::isAway(const Item &item) const
{
    if (!m_hasAway)
        return false;
    const auto known = m_index.find(item.id);
    return known != m_index.end() && known->second.text != Known::Text::Here;
}

bool TimelineModel::ask(const model::TimelineItemId &id)
{
    const auto known = m_index.find(id);
    if (known == m_index.end() || known->second.text != Known::Text::Away)
        return false;
    known->second.text = Known::Text::Asked;
    return true;
}

void TimelineModel::bringBack(const std::vector<model::TimelineItemId> &asked, std::vector<Item> found)
{
    const Batch whole(*this);
    std::set<model::TimelineItemId> here;
    for (const Item &item : found)
        here.insert(item.id);
    std::vector<model::TimelineItemId> gone;
    for (const model::TimelineItemId &id : asked) {
        const auto known = m_index.find(id);
        if (known != m_index.end() && known->second.text == Known::Text::Asked && !here.contains(id))
            gone.push_back(id); // what has come whole meanwhile is newer than the answer
    }
    remove(gone);
    std::erase_if(found, [this](const Item &item) { return !m_index.contains(item.id); }); // removed meanwhile
    apply(std::move(found));
    bringLater(asked); // where the answer was older than what is known: there will be another
}

void TimelineModel::bringLater(const std::vector<model::TimelineItemId> &asked)
{
    for (const model::TimelineItemId &id : asked) {
        if (const auto known = m_index.find(id); known != m_index.end() && known->second.text == Known::Text::Asked)
            known->second.text = Known::Text::Away;
    }
}

} // namespace tributary::ui
