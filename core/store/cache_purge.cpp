#include "core/base/breaks.h"
#include "core/model/rights.h"
#include "core/store/cache.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/store/unread.h"

/// What leaves a copy: rows and fields that its agent may see no more, and after them their words.
namespace tributary::store {

using namespace tributary::model;

Result<ChangeSet> Cache::purge(const Agent &agent, const std::vector<Command> &pending)
{
    ChangeSet changed;
    TRIBUTARY_TRY_ASSIGN(auto before, state());
    TRIBUTARY_TRY(takeOff(changed));
    TRIBUTARY_TRY(removeUnseen(agent, changed));
    if (before) {
        before->removedBy = std::max(before->removedBy, agent.version);
        TRIBUTARY_TRY(setState(*before));
    }
    TRIBUTARY_TRY(noteWordsGone());
    TRIBUTARY_TRY(putOn(pending, before ? before->lastN : 0, agent, changed));
    return changed;
}

/// Whether there may be something that @p agent, whose own row comes now, must not see. Who is away or has another name sees
/// what they saw; to look at all that is here again takes seconds.
Result<bool> Cache::mayHoldUnseen(const Agent &agent, const CacheState &before)
{
    if (before.rightsUntil > before.position.seq)
        return true;
    TRIBUTARY_TRY_ASSIGN(const auto known, store::agent(m_database, agent.id));
    return !known || !seesTheSame(agent, *known);
}

Result<void> Cache::removeUnseen(const Agent &agent, ChangeSet &changed)
{
    std::vector<ConversationId> unseen;
    {
        auto query = m_database.query(sql::cache_scopes);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            Scope scope;
            if (!query.isNull(1))
                scope.team = query.id<TeamId>(1);
            if (!query.isNull(2))
                scope.assignee = query.id<AgentId>(2);
            scope.account = query.id<ChannelAccountId>(3);
            if (!sees(agent, scope) && !TRIBUTARY_BREAK(purge))
                unseen.push_back(query.id<ConversationId>(0));
        }
    }
    for (const ConversationId &conversation : unseen)
        TRIBUTARY_TRY(removeConversation(conversation, changed));
    changed.everything |= !unseen.empty();
    TRIBUTARY_TRY(removeUnseenViews(agent));
    TRIBUTARY_TRY(maskFields(masksOf(agent), changed));
    // What it is about is not known, so it may be about what is not to be seen any more.
    TRIBUTARY_TRY_ASSIGN(const bool someUnread, hasUnread(m_database));
    if (someUnread && (!unseen.empty() || masksOf(agent).any())) {
        TRIBUTARY_TRY(m_database.query(sql::cache_forget_unread).run());
        TRIBUTARY_TRY(m_database.query(sql::cache_doubt_vocabulary).run());
    }
    return {};
}

Result<void> Cache::removeUnseenViews(const Agent &agent)
{
    std::vector<SavedViewId> unseen;
    TRIBUTARY_TRY(scanRows(m_database, {.type = EntityType::SavedView}, [&](const Entity &entity, const Query &) {
        const auto &view = std::get<SavedView>(entity);
        if (!sees(agent, view))
            unseen.push_back(view.id);
        return Result<void>();
    }));
    for (const SavedViewId &view : unseen)
        TRIBUTARY_TRY(remove(m_database, EntityType::SavedView, view.bytes));
    return {};
}

/// Fields that may be seen no more leave the rows they stand in.
Result<void> Cache::maskFields(const Masks &masks, ChangeSet &changed)
{
    if (!masks.any())
        return {};
    for (const EntityType table :
         {EntityType::Customer, EntityType::Identity, EntityType::CustomerLink, EntityType::Suggestion, EntityType::Company,
          EntityType::Conversation, EntityType::TimelineItem}) {
        std::vector<Entity> masked;
        TRIBUTARY_TRY(scanRows(m_database, {.type = table}, [&](const Entity &entity, const Query &) {
            Entity shown = entity;
            mask(shown, masks);
            if (shown != entity)
                masked.push_back(std::move(shown));
            return Result<void>();
        }));
        for (const Entity &entity : masked)
            TRIBUTARY_TRY(put(m_database, entity, true));
        changed.everything |= !masked.empty();
    }
    return {};
}

/// Of conversations and what is of one.
Result<std::int64_t> Cache::newestVersion()
{
    auto query = m_database.query("SELECT max(coalesce((SELECT max(version) FROM timeline_item), 0),"
                                  " coalesce((SELECT max(version) FROM conversation), 0),"
                                  " coalesce((SELECT max(version) FROM read_mark), 0))");
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

Result<void> Cache::removeOrphans(ChangeSet &changed)
{
    std::vector<ConversationId> missing;
    {
        auto query = m_database.query(sql::cache_orphans);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            missing.push_back(query.id<ConversationId>(0));
        }
    }
    for (const ConversationId &conversation : missing)
        TRIBUTARY_TRY(removeConversation(conversation, changed));
    changed.everything |= !missing.empty();
    return {};
}

Result<void> Cache::removeConversation(ConversationId id, ChangeSet &changed)
{
    {
        auto query = m_database.query(sql::cache_items_of_conversation);
        query.bind("conversation_id", id);
        TRIBUTARY_TRY_ASSIGN(const std::vector<TimelineItem> items, readAll<TimelineItem>(query));
        TRIBUTARY_TRY(dropUnread(m_database, std::int64_t(EntityType::Conversation), id.bytes));
        for (const TimelineItem &item : items) {
            changed.add(item);
            TRIBUTARY_TRY(dropUnread(m_database, std::int64_t(EntityType::TimelineItem), item.id.bytes));
            changed.addFilesOf(item);
        }
    }
    for (const std::string_view statement : {sql::cache_remove_items_of, sql::cache_remove_marks_of}) {
        auto query = m_database.query(statement);
        TRIBUTARY_TRY(query.bind("conversation_id", id).run());
    }
    changed.conversations.insert(id);
    TRIBUTARY_TRY(remove(m_database, EntityType::Conversation, id.bytes));
    return {};
}

Result<void> Cache::forgetDeletedWords()
{
    TRIBUTARY_TRY(m_database.query(sql::cache_optimize_items).run());
    TRIBUTARY_TRY(m_database.query(sql::cache_optimize_customers).run());
    return m_database.query(sql::cache_optimize_people).run();
}

Result<void> Cache::noteWordsGone()
{
    return m_database.query(sql::cache_note_words_gone).run();
}

Result<std::int64_t> Cache::wordsGone()
{
    auto query = m_database.query(sql::cache_words_gone);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? query.integer(0) : 0;
}

/// https://sqlite.org/fts5.html#the_merge_command: a negative number of pages has all segments become one, of which the
/// following calls write so many pages each; one that has nothing to do changes fewer than two rows.
Result<bool> Cache::forgetSomeWords(bool first)
{
    constexpr std::int64_t kPages = 64;
    const auto total = [this]() -> Result<std::int64_t> {
        auto query = m_database.query("SELECT total_changes()");
        TRIBUTARY_TRY(query.step());
        return query.integer(0);
    };
    bool more = false;
    for (const std::string_view statement : {sql::cache_merge_items, sql::cache_merge_people, sql::cache_merge_customers}) {
        TRIBUTARY_TRY_ASSIGN(const std::int64_t before, total());
        auto query = m_database.query(statement);
        TRIBUTARY_TRY(query.bind("pages", first ? -kPages : kPages).run());
        TRIBUTARY_TRY_ASSIGN(const std::int64_t after, total());
        more |= after - before >= 2;
    }
    return more;
}

Result<void> Cache::wordsForgotten(std::int64_t count)
{
    auto query = m_database.query(sql::cache_no_words_gone);
    return query.bind("words_gone", count).run();
}

} // namespace tributary::store
