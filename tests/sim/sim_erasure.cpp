#include "core/base/breaks.h"
#include "core/hub/erased_list.h"
#include "core/hub/erasure.h"
#include "core/store/entities.h"
#include "core/store/page_gaps.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"
#include "tests/sim/oracle.h"

/// Somebody asks to be forgotten (I55), as core/hub/erasure.cpp does it with a writer and a reader of its own.
namespace tributary::sim {

using namespace tributary::model;

namespace {

std::string listOf(const std::vector<CustomerId> &members)
{
    std::string list;
    for (const CustomerId &member : members)
        list += (list.empty() ? "x'" : ", x'") + toHex(member.view()) + "'";
    return "(" + list + ")";
}

Result<std::set<SimHub::Row>> rowsOf(store::Database &database, EntityType type, const std::string &sql)
{
    std::set<SimHub::Row> rows;
    auto query = database.queryOnce(sql);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return rows;
        const bool isMark = type == EntityType::ReadMark;
        rows.emplace(type, isMark ? keyOf(ReadMark{query.id<AgentId>(0), query.id<ConversationId>(1)})
                                  : query.id<CustomerId>(0).bytes);
    }
}

Result<std::set<SimHub::Row>> allRows(store::Database &database)
{
    std::set<SimHub::Row> rows;
    for (std::size_t type = 0; type < kNames<EntityType>.size(); ++type) {
        const bool isMark = EntityType(type) == EntityType::ReadMark;
        const std::string key = isMark ? "agent_id, conversation_id" : "id";
        TRIBUTARY_TRY_ASSIGN(auto some, rowsOf(database, EntityType(type),
                                               "SELECT " + key + " FROM " + std::string(kNames<EntityType>[type])));
        rows.merge(some);
    }
    return rows;
}

/// Subjects, and names of files: others may have the same.
Result<std::set<std::string>> namesIn(store::Database &database)
{
    std::set<std::string> names;
    auto query =
        database.queryOnce("SELECT subject, attachments FROM timeline_item UNION SELECT subject, x'' FROM conversation");
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return names;
        names.insert(std::string(query.text(0)));
        for (const Attachment &file : wire::attachmentsFrom(query.blob(1)).value_or(std::vector<Attachment>()))
            names.insert(file.name);
    }
}

/// What may go with @p members, said once more and otherwise than the erasure says it.
Result<std::set<SimHub::Row>> rowsOfPersons(store::Database &database, const std::vector<CustomerId> &members)
{
    const std::string who = listOf(members);
    const std::string identities = "(SELECT id FROM identity WHERE customer_id IN " + who + ")";
    const std::string conversations =
        "(SELECT id FROM conversation WHERE customer_id IN " + who + " OR identity_id IN " + identities + ")";
    const std::array<std::pair<EntityType, std::string>, 8> all{{
        {EntityType::Customer, "SELECT id FROM customer WHERE id IN " + who},
        {EntityType::Identity, "SELECT id FROM identity WHERE customer_id IN " + who},
        {EntityType::CustomerLink, "SELECT id FROM customer_link WHERE from_id IN " + who + " OR into_id IN " + who},
        {EntityType::Suggestion, "SELECT id FROM suggestion WHERE customer_id IN " + who + " OR other_id IN " + who},
        {EntityType::Consent, "SELECT id FROM consent WHERE customer_id IN " + who},
        {EntityType::Conversation, "SELECT id FROM conversation WHERE id IN " + conversations},
        {EntityType::ReadMark, "SELECT agent_id, conversation_id FROM read_mark WHERE conversation_id IN " + conversations},
        // A message of somebody else stays, in whose conversation it may stand.
        {EntityType::TimelineItem, "SELECT id FROM timeline_item WHERE customer_id IN " + who + " OR (conversation_id IN "
                                       + conversations
                                       + " AND (kind NOT IN ('inbound', 'outbound') OR customer_id NOT IN (SELECT id FROM "
                                         "customer))) OR (identity_id IN "
                                       + identities + " AND kind <> 'event')"},
    }};
    std::set<SimHub::Row> rows;
    for (const auto &[type, sql] : all) {
        TRIBUTARY_TRY_ASSIGN(auto some, rowsOf(database, type, sql));
        rows.merge(some);
    }
    return rows;
}

} // namespace

// -- The hub --------------------------------------------------------------------------------------------------------------

/// From now on nobody writes from their addresses, nor is given anything that was on its way: who comes later under an
/// erased id is a stranger, and an erasure that is done again cannot tell yet.
void SimHub::letNobodyComeBack(const hub::PersonToErase &person)
{
    m_silent.insert(person.addresses.begin(), person.addresses.end());
}

void SimHub::eraseSomebody()
{
    hub::PersonToErase person;
    {
        const SimDisk::Calm calm(m_disk);
        std::vector<CustomerId> customers;
        auto query = m_database->queryOnce("SELECT DISTINCT customer_id FROM identity ORDER BY customer_id");
        while (m_world.must(query.step(), "customers"))
            customers.push_back(query.id<CustomerId>(0));
        if (customers.empty())
            return;
        const CustomerId one = customers[m_world.beside.below(customers.size())];
        person = m_world.must(hub::personToErase(*m_database, one.text()), "who asks to be forgotten");
    }
    letNobodyComeBack(person);
    m_world.note("hub: " + person.members.front().text() + " asks to be forgotten, with "
                 + std::to_string(person.conversations) + " conversations");
    m_world.after(Milliseconds(2'000), [this, members = person.members, life = m_life] {
        if (life == m_life)
            eraseForGood(members);
    });
}

/// First it is noted beside the database: whatever happens then, a start goes on with it.
void SimHub::eraseForGood(const std::vector<CustomerId> &members)
{
    const auto note = [&]() -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(hub::ErasedList list, hub::ErasedList::read(m_folder.path()));
        list.add({.at = m_clock.now(), .members = members, .bornAs = {}});
        return list.write(m_folder.path());
    };
    if (m_world.chanceBeside(m_world.faults.fileDeath))
        m_folder.dieAt(1 + std::int64_t(m_world.beside.below(3)));
    const auto noted = note();
    m_folder.dieAt(0);
    if (m_folder.isDead())
        return crash();
    m_world.must(noted, "who is to be erased");
    m_unfinished = true;
    eraseNow(members);
}

void SimHub::eraseNow(const std::vector<CustomerId> &members)
{
    write([this, members](store::Database &database) { return erase(database, members); },
          [this, members](const Result<std::set<std::string>> &files) {
              settleErasure();
              if (!files) // the disk is full: it is asked for again
                  return later([this, members] { eraseNow(members); }, Milliseconds(5'000));
              m_world.note("hub: " + members.front().text() + " is erased");
              finishErasure(*files);
          });
}

Result<std::set<std::string>> SimHub::erase(store::Database &database, const std::vector<CustomerId> &members)
{
    TRIBUTARY_TRY_ASSIGN(const auto named, hub::namedElsewhere(database, members));
    TRIBUTARY_TRY_ASSIGN(const auto theirs, rowsOfPersons(database, members));
    TRIBUTARY_TRY_ASSIGN(const auto before, allRows(database));
    std::map<Row, Going> going;
    for (const auto &row : before) {
        if (!theirs.contains(row))
            continue;
        Going &one = going[row] = {.at = m_world.now(), .says = {}};
        if (row.first == EntityType::Identity) { // it may have been moved to them since they have asked
            TRIBUTARY_TRY_ASSIGN(const auto identity, store::identity(database, IdentityId(row.second)));
            one.says = {identity->address};
        } else if (row.first == EntityType::TimelineItem) {
            TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(database, TimelineItemId(row.second)));
            if (item->kind == TimelineItem::Kind::Event)
                continue;
            one.says = {item->body, item->subject};
            for (const Attachment &file : item->attachments)
                one.says.push_back(file.name);
        }
    }
    hub::ChangeLog changes(database, {.author = {std::nullopt, hub::kByHub, m_clock.now()}});
    TRIBUTARY_TRY_ASSIGN(auto files, hub::erase(changes, members, named));
    TRIBUTARY_TRY(changes.finish());
    TRIBUTARY_TRY_ASSIGN(const auto after, allRows(database));
    for (const Row &row : before) {
        if (after.contains(row))
            continue;
        m_world.check(theirs.contains(row), "an erasure takes what is somebody else's");
        m_going.insert_or_assign(row, going.at(row));
        if (row.first == EntityType::TimelineItem)
            itemsMove({TimelineItemId(row.second)});
    }
    return files;
}

/// Behind the commit, or at the next start: a full disk may not have taken it.
void SimHub::settleErasure()
{
    if (m_going.empty())
        return;
    const SimDisk::Calm calm(m_disk);
    const auto there = m_world.must(allRows(*m_database), "the hub's rows");
    const auto others = m_world.must(namesIn(*m_database), "subjects and names of files");
    for (const auto &[row, going] : std::exchange(m_going, {})) {
        if (there.contains(row))
            continue;
        m_erased[row] = going.at;
        m_everErased.insert(row);
        if (row.first == EntityType::Identity)
            m_silent.insert(going.says.begin(), going.says.end());
        if (row.first != EntityType::TimelineItem)
            continue;
        for (const std::string &text : going.says) {
            if (!text.empty() && !others.contains(text))
                m_erasedTexts.insert(text);
        }
    }
}

/// What is left outside of the rows: their files, and bytes in the room of pages and in the log.
void SimHub::finishErasure(const std::set<std::string> &files)
{
    if (!files.empty())
        sweep(false, &files);
    const auto wipe = [this]() -> Result<void> {
        std::int64_t page = 1;
        for (bool found = false;;) {
            TRIBUTARY_TRY_ASSIGN(const auto wiped, store::wipePageGaps(*m_database, page, 2'000));
            found |= wiped.wiped > 0;
            page = wiped.atEnd ? 1 : wiped.next;
            if (wiped.atEnd && !std::exchange(found, false))
                break;
        }
        TRIBUTARY_TRY_ASSIGN(const bool isEmpty, store::emptyLog(*m_database));
        return isEmpty ? Result<void>() : failure(Error::Kind::Conflict, "somebody reads");
    };
    const auto wiped = wipe();
    if (m_disk.isDead() || m_database->isBroken())
        return crash();
    m_unfinished = !wiped;
    if (!wiped) // the disk is full: in the product at the next start
        later([this] { finishErasure({}); }, Milliseconds(5'000));
}

/// At a start, before anybody is there: whoever was erased, and has come back with an older state.
Result<void> SimHub::eraseAgain()
{
    settleErasure();
    if (TRIBUTARY_BREAK(erasedAgain))
        return {};
    TRIBUTARY_TRY_ASSIGN(const std::set<CustomerId> erased, hub::everErased(m_folder.path()));
    for (const CustomerId &member : erased) {
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(*m_database, member));
        if (!customer)
            continue;
        m_world.note("hub: " + member.text() + " is erased again");
        TRIBUTARY_TRY_ASSIGN(const auto files, m_database->inTransaction([&] { return erase(*m_database, {member}); }));
        settleErasure();
        m_unfinished = true;
        if (!files.empty())
            sweep(false, &files);
    }
    return {};
}

bool SimHub::isErased(const Row &row) const
{
    return m_erased.contains(row);
}

std::set<CustomerId> SimHub::everErased()
{
    return m_world.must(hub::everErased(m_folder.path()), "who was erased");
}

// -- What must hold -------------------------------------------------------------------------------------------------------

namespace {

Result<std::set<std::string>> textsIn(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(std::set<std::string> texts, namesIn(database));
    auto query = database.queryOnce("SELECT body FROM timeline_item");
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return texts;
        texts.insert(std::string(query.text(0)));
    }
}

/// The beginning of a longer text of somebody who is there: of that, a part may be left in the room of a page (seed
/// 1044714).
bool mayBeOfOthers(const std::string &text, const std::set<std::string> &others)
{
    const auto next = others.upper_bound(text);
    return next != others.end() && next->starts_with(text);
}

} // namespace

void checkErased(World &world, SimHub &hub)
{
    const SimDisk::Calm calm(hub.disk());
    const std::set<CustomerId> everErased = hub.everErased();
    for (const SimHub::Row &row : world.must(allRows(hub.database()), "the hub's rows"))
        world.check(!hub.isErased(row)
                        && !(row.first == EntityType::Customer && everErased.contains(CustomerId(row.second))),
                    "somebody who was erased is there again: a " + std::string(nameOf(row.first)));
    const Bytes file = hub.disk().read("hub.db"), log = hub.disk().read("hub.db-wal");
    const std::set<std::string> others = world.must(textsIn(hub.database()), "what others have said");
    for (const std::string &text : hub.erasedTexts())
        world.check(mayBeOfOthers(text, others) || (!holds(file, text) && !holds(log, text)),
                    "'" + text + "' was erased, and is in a file of the hub");
}

void checkErased(World &world, SimHub &hub, SimDesk &desk)
{
    const std::set<std::string> others = world.must(textsIn(hub.database()), "what others have said");
    for (const char *name : {"cache.db", "cache.db-wal", "cache.db.broken", "cache.db.broken-wal"}) {
        const Bytes bytes = desk.disk().read(name);
        for (const std::string &text : hub.erasedTexts())
            world.check(mayBeOfOthers(text, others) || !holds(bytes, text),
                        desk.name() + ": '" + text + "' was erased, and is in " + name);
    }
    desk.checkJournalForgets(hub.erased());
}

} // namespace tributary::sim
