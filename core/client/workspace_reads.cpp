#include "core/client/readable.h"
#include "core/client/workspace_private.h"

#include "core/model/addresses.h"
#include "core/model/number_region.h"
#include "core/store/cache.h"
#include "core/store/coverage.h"

/// What the screens ask of the copy: each question on a read-only connection, off the window's thread.
namespace tributary::client {
namespace {

enum class Search { Items, People, Order };
enum class Screen { Opened };
enum class Count { Sidebar, List };

/// As whose a number without a country code is read, by the accounts in the copy: as the hub does.
Result<std::string> regionFor(store::Database &cache, model::Channel channel)
{
    TRIBUTARY_TRY_ASSIGN(const auto accounts, store::channelAccounts(cache));
    return model::regionFor(accounts, channel);
}

/// What a copy does not have that is still being fetched may yet come: nobody can say that it is not there.
template<class T>
Result<std::optional<T>> unlessOnItsWay(store::Database &cache, Result<std::optional<T>> found)
{
    if (!found || *found)
        return found;
    TRIBUTARY_TRY_ASSIGN(const auto state, store::Cache(cache).state());
    if (!state || state->bootstrapStart > 0)
        return failure(Error::Kind::Offline, "the copy is still being fetched");
    return found;
}

} // namespace

QFuture<Result<store::QueueCounts>> Workspace::queueCounts(TimePoint startOfToday)
{
    return d->read<store::QueueCounts>([agent = agent().id, startOfToday](store::Database &cache) {
        return store::queueCounts(cache, agent, startOfToday);
    });
}

QFuture<Result<store::SidebarCounts>> Workspace::sidebarCounts(store::SidebarQuery query)
{
    if (!d->isOpen)
        return ready<store::SidebarCounts>(failure(Error::Kind::Offline, "no profile is open"));
    query.agent = agent().id;
    return d->countReads->readNewest<store::SidebarCounts>(
        int(Count::Sidebar),
        [query = std::move(query)](store::Database &cache) { return store::sidebarCounts(cache, query); });
}

QFuture<Result<std::int64_t>> Workspace::listLength(store::ListQuery query, std::int64_t most)
{
    if (!d->isOpen)
        return ready<std::int64_t>(failure(Error::Kind::Offline, "no profile is open"));
    query.agent = agent().id;
    return d->countReads->readNewest<std::int64_t>(
        int(Count::List),
        [query = std::move(query), most](store::Database &cache) { return store::listLength(cache, query, most); });
}

QFuture<Result<store::Setup>> Workspace::setup()
{
    return d->read<store::Setup>([](store::Database &cache) { return store::setup(cache); });
}

QFuture<Result<std::vector<store::ConversationRow>>> Workspace::conversations(store::ListQuery query)
{
    query.agent = agent().id;
    return d->read<std::vector<store::ConversationRow>>(
        [query](store::Database &cache) { return readable(store::conversationPage(cache, query)); });
}

QFuture<Result<std::vector<store::ConversationRow>>> Workspace::conversationsBehindSubmitted(store::ListQuery query)
{
    query.agent = agent().id;
    return d->readBehindSubmitted<std::vector<store::ConversationRow>>(
        [query](store::Database &cache) { return readable(store::conversationPage(cache, query)); });
}

QFuture<Result<std::optional<store::ConversationRow>>> Workspace::conversationRow(model::ConversationId id)
{
    return d->read<std::optional<store::ConversationRow>>([id, agent = agent().id](store::Database &cache) {
        return unlessOnItsWay(cache, readable(store::conversationRow(cache, id, agent)));
    });
}

QFuture<Result<std::vector<store::News>>> Workspace::newsSince(TimePoint since, std::int64_t count)
{
    return d->read<std::vector<store::News>>([since, count, agent = agent().id](store::Database &cache) {
        return readable(store::newsSince(cache, agent, since, count));
    });
}

QFuture<Result<std::vector<store::News>>> Workspace::newsAmong(std::vector<model::TimelineItemId> items)
{
    return d->read<std::vector<store::News>>([items = std::move(items), agent = agent().id](store::Database &cache) {
        return readable(store::newsAmong(cache, agent, items));
    });
}

QFuture<Result<std::optional<store::Ticket>>> Workspace::ticket(model::ConversationId id)
{
    return d->read<std::optional<store::Ticket>>(
        [id, agent = agent().id](store::Database &cache) { return store::ticket(cache, id, agent); });
}

QFuture<Result<std::optional<model::Conversation>>> Workspace::conversationNumbered(std::int64_t number)
{
    return d->read<std::optional<model::Conversation>>(
        [number](store::Database &cache) { return store::conversationNumbered(cache, number); });
}

QFuture<Result<model::CustomerId>> Workspace::rootOf(model::CustomerId id)
{
    return d->read<model::CustomerId>([id](store::Database &cache) { return store::rootOf(cache, id); });
}

QFuture<Result<std::vector<model::CustomerId>>> Workspace::membersOf(model::CustomerId root)
{
    return d->read<std::vector<model::CustomerId>>([root](store::Database &cache) { return store::membersOf(cache, root); });
}

QFuture<Result<std::optional<store::CustomerCard>>> Workspace::customerCard(model::CustomerId id)
{
    return d->read<std::optional<store::CustomerCard>>(
        [id](store::Database &cache) { return readable(store::customerCard(cache, id)); });
}

QFuture<Result<store::TimelinePage>> Workspace::timelineBefore(model::CustomerId root, TimePoint beforeAt,
                                                               model::TimelineItemId beforeId, std::int64_t count)
{
    return d->read<store::TimelinePage>([root, beforeAt, beforeId, count](store::Database &cache) {
        return cache.atOneMoment([&]() -> Result<store::TimelinePage> {
            TRIBUTARY_TRY_ASSIGN(auto page, store::historyBefore(cache, root, beforeAt, beforeId, count));
            TRIBUTARY_TRY(store::addConversations(cache, page));
            return page;
        });
    });
}

QFuture<Result<std::optional<store::OpenedConversation>>> Workspace::openedConversation(store::OpenQuery query)
{
    using Opened = std::optional<store::OpenedConversation>;
    if (!d->isOpen)
        return ready<Opened>(failure(Error::Kind::Offline, "no profile is open"));
    query.agent = agent().id;
    return d->screenReads->readNewest<Opened>(int(Screen::Opened), [query](store::Database &cache) -> Result<Opened> {
        TRIBUTARY_TRY_ASSIGN(Opened opened, unlessOnItsWay(cache, store::openedConversation(cache, query)));
        if (opened) {
            makeReadable(opened->row);
            makeReadable(opened->card);
        }
        return opened;
    });
}

QFuture<Result<std::vector<model::TimelineItem>>> Workspace::itemsByIds(std::vector<model::TimelineItemId> ids)
{
    return d->read<std::vector<model::TimelineItem>>(
        [ids = std::move(ids)](store::Database &cache) { return store::itemsByIds(cache, ids); });
}

QFuture<Result<std::vector<model::ChannelAccount>>> Workspace::channelAccounts()
{
    return d->read<std::vector<model::ChannelAccount>>(
        [](store::Database &cache) { return readable(store::channelAccounts(cache)); });
}

QFuture<Result<std::vector<model::Agent>>> Workspace::agents()
{
    return d->read<std::vector<model::Agent>>([](store::Database &cache) { return store::agents(cache); });
}

QFuture<Result<std::vector<std::string>>> Workspace::knownTags()
{
    return d->read<std::vector<std::string>>([](store::Database &cache) { return store::knownTags(cache); });
}

QFuture<Result<store::PersonBeside>> Workspace::personBeside(model::CustomerId id, std::size_t mostBelongings)
{
    return d->read<store::PersonBeside>(
        [id, mostBelongings](store::Database &cache) { return store::personBeside(cache, id, mostBelongings); });
}

QFuture<Result<std::optional<store::AddressHolder>>> Workspace::addressHolder(model::Channel channel, std::string typed)
{
    return d->read<std::optional<store::AddressHolder>>(
        [channel, typed = std::move(typed)](store::Database &cache) -> Result<std::optional<store::AddressHolder>> {
            TRIBUTARY_TRY_ASSIGN(const std::string region, regionFor(cache, channel));
            const auto address = model::normalised(channel, typed, region);
            if (!address)
                return failure(Error::Kind::Invalid, "not an address of that channel");
            return readable(store::addressHolder(cache, channel, *address));
        });
}

QFuture<Result<std::vector<store::ImportPlan>>> Workspace::planImport(std::vector<store::ImportRow> rows)
{
    return d->read<std::vector<store::ImportPlan>>(
        [rows = std::move(rows)](store::Database &cache) { return store::planImport(cache, rows); });
}

QFuture<Result<std::vector<model::Company>>> Workspace::companies()
{
    return d->read<std::vector<model::Company>>([](store::Database &cache) { return store::companies(cache); });
}

QFuture<Result<std::vector<store::CompanyRow>>> Workspace::companyRows()
{
    return d->read<std::vector<store::CompanyRow>>([](store::Database &cache) { return store::companyRows(cache); });
}

QFuture<Result<std::vector<model::CustomerId>>> Workspace::customersOfCompany(model::CompanyId id)
{
    return d->read<std::vector<model::CustomerId>>(
        [id](store::Database &cache) { return store::customersOfCompany(cache, id); });
}

QFuture<Result<std::optional<store::MergePair>>> Workspace::mergePair(model::CustomerId one, model::CustomerId other,
                                                                      TimePoint since)
{
    using Pair = std::optional<store::MergePair>;
    return d->read<Pair>([one, other, since](store::Database &cache) -> Result<Pair> {
        TRIBUTARY_TRY_ASSIGN(Pair pair, readable(store::mergePair(cache, one, other, since)));
        if (pair) {
            TRIBUTARY_TRY_ASSIGN(pair->region, regionFor(cache, model::Channel::Phone));
        }
        return pair;
    });
}

QFuture<Result<std::vector<model::CustomerId>>> Workspace::peopleInOrder(store::PeopleQuery query)
{
    using Ids = std::vector<model::CustomerId>;
    if (!d->isOpen)
        return ready<Ids>(failure(Error::Kind::Offline, "no profile is open"));
    return d->searchReads->readNewest<Ids>(int(Search::Order), [query = std::move(query)](store::Database &cache) {
        return store::peopleInOrder(cache, query);
    });
}

QFuture<Result<std::vector<store::CustomerRow>>> Workspace::customerRows(std::vector<model::CustomerId> ids)
{
    return d->read<std::vector<store::CustomerRow>>(
        [ids = std::move(ids)](store::Database &cache) { return readable(store::customerRows(cache, ids)); });
}

QFuture<Result<store::Duplicates>> Workspace::duplicates(std::int64_t count, std::optional<store::Duplicates::Place> after)
{
    return d->read<store::Duplicates>(
        [count, after](store::Database &cache) { return readable(store::duplicates(cache, count, after)); });
}

QFuture<Result<store::WorkspaceSetup>> Workspace::workspaceSetup()
{
    return d->read<store::WorkspaceSetup>([](store::Database &cache) { return readable(store::workspaceSetup(cache)); });
}

QFuture<Result<std::vector<store::SearchHit>>> Workspace::searchItems(std::string text, std::int64_t count)
{
    using Hits = std::vector<store::SearchHit>;
    if (!d->isOpen)
        return ready<Hits>(failure(Error::Kind::Offline, "no profile is open"));
    return d->searchReads->readNewest<Hits>(int(Search::Items), [text = std::move(text), count](store::Database &cache) {
        return store::searchItems(cache, text, count);
    });
}

QFuture<Result<std::vector<store::PersonHit>>> Workspace::searchPeople(std::string text, std::int64_t count)
{
    using Hits = std::vector<store::PersonHit>;
    if (!d->isOpen)
        return ready<Hits>(failure(Error::Kind::Offline, "no profile is open"));
    return d->searchReads->readNewest<Hits>(int(Search::People), [text = std::move(text), count](store::Database &cache) {
        return readable(store::searchPeople(cache, text, count));
    });
}

QFuture<Result<store::TimelinePage>> Workspace::historyToSearch(model::CustomerId root, model::HistoryKey before,
                                                                std::int64_t count)
{
    if (!d->isOpen)
        return ready<store::TimelinePage>(failure(Error::Kind::Offline, "no profile is open"));
    return d->searchReads->read<store::TimelinePage>([root, before, count](store::Database &cache) {
        return store::historyBefore(cache, root, before.at, before.id, count);
    });
}

QFuture<Result<void>> Workspace::fetchHistory(model::CustomerId root, model::HistoryKey before, std::int64_t count)
{
    const Promise<void> promise;
    (void)d->read<void>([this, promise, root, before, count](store::Database &cache) -> Result<void> {
        const auto missing = store::missingBefore(cache, root, before);
        if (!missing || !*missing) {
            promise.finish(missing ? Result<void>() : failure(missing.error()));
            return {};
        }
        wire::Fetch wanted{.customer = (*missing)->customer, .count = count};
        wanted.beforeAt = (*missing)->range.to.at;
        wanted.beforeId = (*missing)->range.to.id;
        if ((*missing)->range.from != model::HistoryKey::beginning())
            wanted.after = (*missing)->range.from;
        d->onLink([wanted, promise](HubLink &link) { link.fetch(wanted, promise); });
        return {};
    });
    return promise.future();
}

void Workspace::noteOpened(model::CustomerId root)
{
    if (d->isOpen)
        d->storeThread->post([this, root] { (void)d->store->noteOpened(root); }, WorkThread::Urgency::Hub);
}

} // namespace tributary::client
