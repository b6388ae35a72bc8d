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
    m_hasAway = false;
    m_comeSince = 0;
    m_complete = false;
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

void TimelineModel::itemsDiffer(bool ownSend)
{
    if (m_batches == 0) {
        emit itemsChanged(ownSend);
        return;
    }
    m_itemsDiffer = true;
    m_ownSend = m_ownSend || ownSend;
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
    if (std::exchange(m_itemsDiffer, false))
        emit itemsChanged(std::exchange(m_ownSend, false));
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
            ownSend = ownSend || (isOwn(item) && (item.kind == Item::Kind::Outbound || item.kind == Item::Kind::Note));
            fresh.push_back(std::move(item));
            continue;
        }
        Item &shown = m_items[known->second.at];
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
        const QModelIndex where = index(int(known->second.at));
        shown = std::move(item);
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
    itemsDiffer(ownSend);
}

void TimelineModel::insertSorted(std::vector<Item> fresh)
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
    // One insertion for every unbroken run, from the end, so that earlier positions stay true.
    std::size_t end = fresh.size();
    std::size_t lowest = m_items.size();
    while (end > 0) {
        const std::size_t at = std::size_t(std::ranges::lower_bound(m_items, fresh[end - 1], before) - m_items.begin());
        std::size_t begin = end - 1;
        while (begin > 0 && (at == 0 || before(m_items[at - 1], fresh[begin - 1])))
            --begin;
        beginInsertRows({}, int(at), int(at + end - begin - 1));
        m_items.insert(m_items.begin() + std::ptrdiff_t(at), std::make_move_iterator(fresh.begin() + std::ptrdiff_t(begin)),
                       std::make_move_iterator(fresh.begin() + std::ptrdiff_t(end)));
        lowest = std::min(lowest, at);
        endInsertRows();
        end = begin;
    }
    reindex(lowest);
}

void TimelineModel::reindex(std::size_t from)
{
    for (std::size_t i = from; i < m_items.size(); ++i)
        m_index[m_items[i].id].at = i;
}

void TimelineModel::remove(const std::vector<model::TimelineItemId> &ids)
{
    std::set<std::size_t, std::greater<>> rows;
    for (const auto &id : ids) {
        if (const auto known = m_index.find(id); known != m_index.end())
            rows.insert(known->second.at);
    }
    if (rows.empty())
        return;
    for (const std::size_t row : rows) {
        beginRemoveRows({}, int(row), int(row));
        m_index.erase(m_items[row].id);
        m_items.erase(m_items.begin() + std::ptrdiff_t(row));
        endRemoveRows();
    }
    reindex(*rows.rbegin());
    itemsDiffer(false);
}

void TimelineModel::prependOlder(std::vector<Item> items, bool complete)
{
    const bool was = m_complete;
    m_complete = complete;
    const std::size_t count = m_items.size();
    std::erase_if(items, [this](const Item &item) { return m_index.contains(item.id); });
    if (!items.empty())
        insertSorted(std::move(items));
    if (m_items.size() != count)
        itemsDiffer(false);
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
        differs = differs || isNew || drawn(known->second) != drawn(conversation);
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
    return known == m_index.end() ? nullptr : &m_items[known->second.at];
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

std::map<Strand, int> TimelineModel::countByStrand() const
{
    std::map<Strand, int> counts;
    for (const Item &item : m_items) {
        if (item.kind != Item::Kind::Event)
            ++counts[strandOf(item)];
    }
    return counts;
}

} // namespace tributary::ui
