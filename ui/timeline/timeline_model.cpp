#include "ui/timeline/timeline_model.h"

#include <algorithm>
#include <tuple>

namespace tributary::ui {
namespace {

using Item = model::TimelineItem;

bool before(const Item &a, const Item &b)
{
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
}

} // namespace

TimelineModel::TimelineModel(QObject *parent)
    : QAbstractListModel(parent)
{
}

int TimelineModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_items.size());
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Item &item = m_items[std::size_t(index.row())];
    if (role == Qt::DisplayRole)
        return QString::fromStdString(item.body.empty() ? item.subject : item.body);
    if (role == ItemRole)
        return QVariant::fromValue(item);
    return {};
}

void TimelineModel::reset(const QString &customerName, model::AgentId self)
{
    beginResetModel();
    m_items.clear();
    m_index.clear();
    m_frontPlace = 0;
    m_counts.clear();
    m_unknown.clear();
    m_expected.clear();
    m_hasAway = false;
    m_comeSince = 0;
    m_complete = false;
    m_from = model::HistoryKey::end();
    m_loading = false;
    m_gaps.clear();
    m_firstUnread.reset();
    m_conversations.clear();
    m_identities.clear();
    m_pending.clear();
    m_typing.clear();
    m_whole.clear();
    m_customerName = customerName;
    m_self = self;
    endResetModel();
    emit restarted();
}

void TimelineModel::itemsDiffer(ItemsChange change)
{
    if (m_itemsDiffer)
        change = {.ownSend = change.ownSend || m_itemsDiffer->ownSend};
    if (m_batches == 0)
        emit itemsChanged(change);
    else
        m_itemsDiffer = change;
}

void TimelineModel::contextDiffers()
{
    if (m_batches == 0)
        emit contextChanged();
    else
        m_contextDiffers = true;
}

void TimelineModel::sayHeld()
{
    if (std::exchange(m_contextDiffers, false))
        emit contextChanged();
    const bool cameBack = std::exchange(m_cameBack, false);
    if (const auto change = std::exchange(m_itemsDiffer, std::nullopt))
        emit itemsChanged(*change);
    else if (cameBack)
        emit textsArrived();
}

void TimelineModel::apply(std::vector<Item> items)
{
    const Batch whole(*this); // what is taken out to stand elsewhere is one change
    std::vector<Item> fresh;
    std::set<model::TimelineItemId> moved; // a changed time is a removal and an insertion
    bool changed = false, ownSend = false;
    for (Item &item : items) {
        const auto known = m_index.find(item.id);
        if (known == m_index.end()) {
            ownSend = m_expected.erase(item.id) > 0 || ownSend;
            fresh.push_back(std::move(item));
            continue;
        }
        const std::size_t row = rowOf(known->second);
        Item &shown = m_items[row];
        const bool isBack = known->second.text == Known::Text::Asked && item.version == shown.version;
        // The hub repeats itself after a reconnect. Version 0 is our own and not confirmed: it may change any time.
        if (!isBack && item.version != 0 && item.version <= shown.version)
            continue;
        if (item == shown) {
            known->second.text = Known::Text::Here;
            m_cameBack = m_cameBack || isBack;
            continue;
        }
        if (item.at != shown.at) {
            moved.insert(item.id);
            fresh.push_back(std::move(item));
            continue;
        }
        const bool sameRow = isBack && item.conversation == shown.conversation;
        const QModelIndex where = index(int(row));
        count(shown, -1);
        shown = std::move(item);
        count(shown, 1);
        known->second.text = Known::Text::Here;
        ++m_comeSince;
        emit dataChanged(where, where);
        (sameRow ? m_cameBack : changed) = true;
    }
    if (!moved.empty()) {
        remove({moved.begin(), moved.end()});
    }
    if (!fresh.empty())
        insertSorted(std::move(fresh));
    else if (!changed)
        return;
    itemsDiffer({.ownSend = ownSend});
}

void TimelineModel::count(const Item &item, int by)
{
    if (item.kind == Item::Kind::Event)
        return;
    const auto counted = m_counts.try_emplace(strandOf(item)).first;
    counted->second += by;
    if (counted->second == 0)
        m_counts.erase(counted);
}

/// Returns how many have come before all others, if all have; 0 if not.
std::size_t TimelineModel::insertSorted(std::vector<Item> fresh)
{
    m_comeSince += fresh.size();
    std::ranges::sort(fresh, before);
    // The same id twice in one page: the later version stands.
    for (std::size_t i = 1; i < fresh.size();) {
        if (fresh[i].id == fresh[i - 1].id)
            fresh.erase(fresh.begin() + std::ptrdiff_t(fresh[i].version > fresh[i - 1].version ? i - 1 : i));
        else
            ++i;
    }
    for (const Item &item : fresh) {
        count(item, 1);
        if (!m_conversations.contains(item.conversation))
            m_unknown.insert(item.conversation);
    }
    // One insertion for every unbroken run, from the end, so that earlier positions stay true.
    std::size_t end = fresh.size();
    std::size_t lowest = m_items.size(), older = 0;
    while (end > 0) {
        const std::size_t at = std::size_t(std::ranges::lower_bound(m_items, fresh[end - 1], before) - m_items.begin());
        std::size_t begin = end - 1;
        while (begin > 0 && (at == 0 || before(m_items[at - 1], fresh[begin - 1])))
            --begin;
        beginInsertRows({}, int(at), int(at + end - begin - 1));
        m_items.insert(m_items.begin() + std::ptrdiff_t(at), std::make_move_iterator(fresh.begin() + std::ptrdiff_t(begin)),
                       std::make_move_iterator(fresh.begin() + std::ptrdiff_t(end)));
        if (at == 0)
            older = end - begin;
        else
            lowest = at;
        endInsertRows();
        end = begin;
    }
    m_frontPlace -= std::ptrdiff_t(older);
    reindex(0, older);
    reindex(older + lowest, m_items.size());
    return older == fresh.size() ? older : 0;
}

void TimelineModel::reindex(std::size_t from, std::size_t to)
{
    for (std::size_t i = from; i < to; ++i)
        m_index[m_items[i].id].place = m_frontPlace + std::ptrdiff_t(i);
}

void TimelineModel::remove(const std::vector<model::TimelineItemId> &ids)
{
    std::set<std::size_t, std::greater<>> rows;
    for (const auto &id : ids) {
        if (const auto known = m_index.find(id); known != m_index.end())
            rows.insert(rowOf(known->second));
    }
    if (rows.empty())
        return;
    for (const std::size_t row : rows) {
        beginRemoveRows({}, int(row), int(row));
        count(m_items[row], -1);
        m_index.erase(m_items[row].id);
        m_items.erase(m_items.begin() + std::ptrdiff_t(row));
        endRemoveRows();
    }
    reindex(*rows.rbegin(), m_items.size());
    itemsDiffer({});
}

void TimelineModel::prependOlder(std::vector<Item> items, bool complete)
{
    const bool was = m_complete;
    m_complete = complete;
    std::erase_if(items, [this](const Item &item) { return m_index.contains(item.id); });
    if (!items.empty())
        itemsDiffer({.older = insertSorted(std::move(items))});
    else if (was != complete)
        contextDiffers();
}

void TimelineModel::setComplete(bool complete)
{
    if (std::exchange(m_complete, complete) != complete)
        contextDiffers();
}

void TimelineModel::setLoading(bool loading)
{
    if (std::exchange(m_loading, loading) != loading)
        contextDiffers();
}

void TimelineModel::setGaps(std::vector<TimelineGap> gaps)
{
    std::ranges::sort(gaps, {}, [](const TimelineGap &gap) { return gap.range.from; });
    if (gaps == m_gaps)
        return;
    m_gaps = std::move(gaps);
    contextDiffers();
}

void TimelineModel::setFirstUnread(std::optional<model::TimelineItemId> id)
{
    if (id == m_firstUnread)
        return;
    m_firstUnread = id;
    contextDiffers();
}

void TimelineModel::setConversations(std::vector<model::Conversation> conversations)
{
    // With each message a conversation changes, and mostly nothing that is drawn of it.
    const auto drawn = [](const model::Conversation &of) {
        return std::tie(of.subject, of.status, of.resolvedAt, of.account);
    };
    bool differs = false;
    for (auto &conversation : conversations) {
        const auto [known, isNew] = m_conversations.try_emplace(conversation.id);
        // What comes before its items is drawn with them.
        if (isNew ? m_unknown.erase(conversation.id) > 0 : drawn(known->second) != drawn(conversation))
            differs = true;
        known->second = std::move(conversation);
    }
    if (differs)
        contextDiffers();
}

void TimelineModel::setMerges(std::set<std::string> links)
{
    if (std::exchange(m_merges, links) != links)
        contextDiffers();
}

void TimelineModel::setAgentNames(std::map<model::AgentId, QString> names)
{
    if (std::exchange(m_agentNames, std::move(names)) != m_agentNames)
        contextDiffers();
}

void TimelineModel::setAccounts(std::vector<model::ChannelAccount> accounts)
{
    std::map<model::ChannelAccountId, model::ChannelAccount> named;
    for (auto &account : accounts)
        named.emplace(account.id, std::move(account));
    if (std::exchange(m_accounts, std::move(named)) != m_accounts)
        contextDiffers();
}

void TimelineModel::setIdentities(std::vector<model::Identity> identities)
{
    const auto drawn = [](const auto &entry) {
        const model::Identity &of = entry.second;
        return std::tie(entry.first, of.channel, of.address, of.name, of.shown, of.verified, of.problem);
    };
    std::map<model::IdentityId, model::Identity> named;
    for (auto &identity : identities)
        named.emplace(identity.id, std::move(identity));
    const bool same = std::ranges::equal(named, m_identities, {}, drawn, drawn);
    m_identities = std::move(named);
    if (!same)
        contextDiffers();
}

void TimelineModel::setPending(std::map<model::TimelineItemId, PendingState> pending)
{
    if (pending == m_pending)
        return;
    m_pending = std::move(pending);
    contextDiffers();
}

void TimelineModel::setWhole(const model::TimelineItemId &id, WholeBody whole)
{
    m_whole[id] = std::move(whole);
    emit wholeArrived(id);
}

const WholeBody *TimelineModel::whole(const model::TimelineItemId &id) const
{
    const auto at = m_whole.find(id);
    return at == m_whole.end() ? nullptr : &at->second;
}

void TimelineModel::setTyping(std::vector<Typing> typing)
{
    if (typing == m_typing)
        return;
    m_typing = std::move(typing);
    contextDiffers();
}

const Item *TimelineModel::find(const model::TimelineItemId &id) const
{
    const auto known = m_index.find(id);
    return known == m_index.end() ? nullptr : &m_items[rowOf(known->second)];
}

std::optional<std::size_t> TimelineModel::indexOf(const model::TimelineItemId &id) const
{
    const auto known = m_index.find(id);
    return known == m_index.end() ? std::nullopt : std::optional(rowOf(known->second));
}

std::size_t TimelineModel::lowerBound(TimePoint at, const model::TimelineItemId &id) const
{
    const auto less = [](const Item &item, const std::pair<TimePoint, model::TimelineItemId> &key) {
        return std::tie(item.at, item.id) < std::tie(key.first, key.second);
    };
    return std::size_t(std::lower_bound(m_items.begin(), m_items.end(), std::pair(at, id), less) - m_items.begin());
}

const model::Conversation *TimelineModel::conversation(const model::ConversationId &id) const
{
    const auto found = m_conversations.find(id);
    return found == m_conversations.end() ? nullptr : &found->second;
}

const model::ChannelAccount *TimelineModel::account(const model::ChannelAccountId &id) const
{
    const auto found = m_accounts.find(id);
    return found == m_accounts.end() ? nullptr : &found->second;
}

const model::Identity *TimelineModel::identity(const model::IdentityId &id) const
{
    const auto found = m_identities.find(id);
    return found == m_identities.end() ? nullptr : &found->second;
}

std::optional<PendingState> TimelineModel::pending(const model::TimelineItemId &id) const
{
    const auto found = m_pending.find(id);
    return found == m_pending.end() ? std::nullopt : std::optional(found->second);
}

QString TimelineModel::authorOf(const Item &item) const
{
    if (item.author) {
        if (const auto name = m_agentNames.find(*item.author); name != m_agentNames.end())
            return name->second;
    }
    return QString::fromStdString(item.authorName);
}

} // namespace tributary::ui
