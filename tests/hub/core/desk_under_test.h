#pragma once

#include "core/hub/shared_pages.h"
#include "core/hub/sight.h"
#include "core/hub/start_mark.h"
#include "core/hub/teams.h"
#include "core/store/cache.h"
#include "core/store/row_scan.h"
#include "tests/hub/core/hub_under_test.h"

/// A hub with teams, and desktops' copies that are fed from it: what each agent is told, and holds.
namespace tributary::hub {

using namespace tributary::model;

using Keys = std::set<std::pair<EntityType, RawId>>;

struct Desk : HubUnderTest {
    Team care, returns;
    Agent ada; ///< An admin.

    Desk()
    {
        care = change([&](ChangeLog &changes) { return addTeam(changes, ids, "Care"); });
        returns = change([&](ChangeLog &changes) { return addTeam(changes, ids, "Returns"); });
        ada = *addAgent(*database, ids, "ada@shop.test", "Ada", Agent::Role::Admin, "");
        // Somebody is always an admin, whatever becomes of the others.
        must(addAgent(*database, ids, "root@shop.test", "Root", Agent::Role::Admin, ""));
        put(mara, {care.id});
    }
    void put(Agent &agent, std::vector<TeamId> teams, Agent::Role role = Agent::Role::Agent)
    {
        agent = change([&](ChangeLog &changes) {
            return setRights(changes, ids, *must(store::agent(*database, agent.id)), role, std::move(teams), clock.now());
        });
    }
    /// Gives an agent a custom role of their own.
    void give(Agent &agent, Role role, std::vector<TeamId> teams)
    {
        agent = change([&](ChangeLog &changes) -> Result<Agent> {
            role.id = ids.make<RoleId>();
            role.name = role.id.text();
            TRIBUTARY_TRY(saveRole(changes, ids, role, clock.now()));
            Agent wanted = *must(store::agent(*database, agent.id));
            wanted.customRole = role.id;
            wanted.teams = std::move(teams);
            return setRights(changes, ids, wanted, clock.now());
        });
    }
    void assign(ConversationId id, std::optional<AgentId> agent)
    {
        change([&](ChangeLog &changes) {
            Conversation one = conversation(id);
            one.assignee = agent;
            return changes.put(one);
        });
    }
    void move(ConversationId id, std::optional<TeamId> team)
    {
        change([&](ChangeLog &changes) {
            return moveToTeam(changes, ids, conversation(id), team, {}, std::nullopt, clock.now());
        });
    }
    wire::Changes after(std::int64_t seq, const Agent &agent)
    {
        return must(changesAfter(*database, seq, agent.id, ids.make<ClientId>(), 1 << 20));
    }
    static Keys keysOf(const std::vector<Entity> &rows)
    {
        Keys keys;
        for (const Entity &row : rows)
            keys.insert({typeOf(row), keyOf(row)});
        return keys;
    }
    static Keys keysOf(const std::vector<wire::Removal> &removals)
    {
        Keys keys;
        for (const wire::Removal &removal : removals)
            keys.insert({removal.type, removal.key});
        return keys;
    }
    std::vector<Entity> bootstrap(const Agent &agent, std::string next = {})
    {
        std::vector<Entity> rows;
        do {
            auto page = must(bootstrapPage(*database, next, agent.id, clock.now()));
            rows.insert(rows.end(), page.rows.begin(), page.rows.end());
            next = page.next;
        } while (!next.empty());
        return rows;
    }
    /// The conversation's key and its items' keys.
    Keys allOf(ConversationId id)
    {
        Keys keys{{EntityType::Conversation, id.bytes}};
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = x'" + toHex(id.view()) + "'");
        while (must(query.step()))
            keys.insert({EntityType::TimelineItem, query.id<TimelineItemId>(0).bytes});
        return keys;
    }
    static bool has(const Keys &keys, const Keys &part) { return std::ranges::includes(keys, part); }
    static bool hasNone(const Keys &keys, const Keys &part)
    {
        return std::ranges::none_of(part, [&](const auto &key) { return keys.contains(key); });
    }
};

/// What a hub has of first copies that several can be given.
struct Sharing {
    explicit Sharing(Desk &desk)
        : mark(desk.clock)
        , pages(desk.clock,
                [this, &desk](const SharedPages::Question &question, const auto &, const SharedPages::Done &done) {
                    ++reads;
                    done(SharedPages::read(*desk.database, question, desk.clock.now()));
                })
    {
    }

    StartMark mark;
    SharedPages pages;
    int reads = 0;
};

/// A desktop's copy, fed as core/client does: frames at once, pages a while after they were read.
class Copy {
public:
    Copy(Desk &hub, Agent agent, const QString &path, Sharing *sharing = nullptr)
        : m_hub(hub)
        , m_agent(std::move(agent))
        , m_sharing(sharing)
    {
        m_file = HubUnderTest::must(
            store::Database::open(path.toStdString(), {.durability = store::Database::Durability::Normal}));
        HubUnderTest::must(store::migrate(*m_file, store::cacheMigrations()));
        begin();
    }
    /// As a welcome has it.
    void begin()
    {
        m_page.reset();
        store::CacheState state{.position = HubUnderTest::must(headOf(*m_hub.database)), .agent = m_agent.id};
        if (m_sharing) {
            const wire::Position head = state.position;
            state.position =
                HubUnderTest::must(startAt(*m_hub.database, m_sharing->mark.position(), head, ClientId())).value_or(head);
            m_sharing->mark.note(head);
        }
        state.bootstrapStart = std::max<std::int64_t>(1, state.position.seq);
        store::Cache cache(*m_file);
        HubUnderTest::must(m_file->inTransaction([&]() -> Result<void> {
            TRIBUTARY_TRY(cache.clear());
            return cache.setState(state);
        }));
        m_rights = HubUnderTest::must(store::agent(*m_hub.database, m_agent.id))->version;
    }

    /// Takes a frame, if there is one.
    void hear(std::size_t bytes)
    {
        const auto changes =
            HubUnderTest::must(changesAfter(*m_hub.database, state().position.seq, m_agent.id, ClientId(), bytes));
        for (const Entity &row : changes.rows) {
            if (const auto *agent = std::get_if<Agent>(&row); agent && agent->id == m_agent.id)
                m_rights = std::max(m_rights, agent->version);
        }
        if (changes.bootstrap)
            m_page.reset();
        HubUnderTest::must(m_file->inTransaction([&] { return store::Cache(*m_file).apply(changes, {}, m_agent); }));
    }
    /// Asks for a page, or takes the one asked for before.
    void fetch()
    {
        const store::CacheState now = state();
        if (now.bootstrapStart == 0)
            return;
        if (!m_page) {
            m_page = ask(now);
            return;
        }
        const wire::BootstrapPage page = std::move(*m_page);
        m_page.reset();
        if (page.rights < m_rights)
            return;
        HubUnderTest::must(m_file->inTransaction([&]() -> Result<void> {
            store::Cache cache(*m_file);
            TRIBUTARY_TRY(cache.applyRows(page.rows, {}, m_agent, page.unread, page.rights));
            store::CacheState after = state();
            after.bootstrapNext = page.next;
            if (page.next.empty())
                after.bootstrapStart = 0;
            return cache.setState(after);
        }));
    }
    /// Hears all that there is; false if that never ends.
    bool catchUp()
    {
        for (int i = 0; i < 100'000 && !isComplete(); ++i) {
            hear(40 * 1024);
            fetch();
        }
        return isComplete();
    }
    bool isComplete()
    {
        const store::CacheState now = state();
        return now.bootstrapStart == 0 && !now.rightsChanged && now.position.seq == m_hub.head();
    }
    const Agent &agent() const { return m_agent; }

    /// Each row that is here, whole, by table and key.
    using Rows = std::map<std::pair<EntityType, RawId>, std::string>;
    Rows rows()
    {
        Rows rows;
        for (std::size_t type = 0; type < std::variant_size_v<Entity>; ++type) {
            HubUnderTest::must(store::scanRows(*m_file, {.type = EntityType(type)}, [&](const Entity &entity, const auto &) {
                rows[{EntityType(type), keyOf(entity)}] = toHex(store::digestOf(entity));
                return Result<void>();
            }));
        }
        return rows;
    }
    /// What the hub says this agent may see, said once more and otherwise than core/model/rights.h does.
    Rows authorised()
    {
        const Agent agent = *HubUnderTest::must(store::agent(*m_hub.database, m_agent.id));
        const Masks masks = masksOf(agent);
        Rows rows;
        for (std::size_t type = 0; type < std::variant_size_v<Entity>; ++type) {
            std::vector<Entity> all;
            HubUnderTest::must(
                store::scanRows(*m_hub.database, {.type = EntityType(type)}, [&](const Entity &entity, const auto &) {
                    all.push_back(entity);
                    return Result<void>();
                }));
            for (Entity &entity : all) {
                if (!mayHave(agent, entity))
                    continue;
                mask(entity, masks);
                rows[{EntityType(type), keyOf(entity)}] = toHex(store::digestOf(entity));
            }
        }
        return rows;
    }
    /// I37: once its newest rights have been told of, nothing is here that its agent may not see. (Before that, what comes
    /// goes by rights that are newer than those known here.)
    bool leaks()
    {
        const auto agent = HubUnderTest::must(store::agent(*m_file, m_agent.id));
        if (!agent || *agent != *HubUnderTest::must(store::agent(*m_hub.database, m_agent.id)))
            return false;
        bool leaked = false;
        HubUnderTest::must(
            store::scanRows(*m_file, {.type = EntityType::Conversation}, [&](const Entity &entity, const auto &) {
                leaked |= !seesConversation(*agent, std::get<Conversation>(entity));
                return Result<void>();
            }));
        HubUnderTest::must(store::scanRows(*m_file, {.type = EntityType::Customer}, [&](const Entity &entity, const auto &) {
            leaked |= !std::get<Customer>(entity).note.empty() && !has(*agent, "see-customer-notes");
            return Result<void>();
        }));
        HubUnderTest::must(store::scanRows(*m_file, {.type = EntityType::Identity}, [&](const Entity &entity, const auto &) {
            leaked |=
                std::get<Identity>(entity).address.find('@') != std::string::npos && !has(*agent, "see-contact-details");
            return Result<void>();
        }));
        return leaked;
    }

private:
    static bool has(const Agent &agent, const std::string &permission)
    {
        return !agent.customRole || std::ranges::count(agent.permissions, permission) > 0;
    }
    static bool isIn(const Agent &agent, const std::optional<TeamId> &team)
    {
        return team && std::ranges::count(agent.teams, *team) > 0;
    }
    static bool seesAll(const Agent &agent)
    {
        return agent.customRole ? agent.visibility == Visibility::Everything : agent.role == Agent::Role::Admin;
    }
    static bool seesConversation(const Agent &agent, const Conversation &conversation)
    {
        if (agent.customRole && agent.visibility == Visibility::Assigned && conversation.assignee != agent.id)
            return false;
        if (agent.customRole && !agent.accounts.empty() && std::ranges::count(agent.accounts, conversation.account) == 0)
            return false;
        return seesAll(agent) || !conversation.team || isIn(agent, conversation.team);
    }
    bool mayHave(const Agent &agent, const Entity &entity)
    {
        if (const auto *conversation = std::get_if<Conversation>(&entity))
            return seesConversation(agent, *conversation);
        if (const auto *item = std::get_if<TimelineItem>(&entity))
            return item->conversation.isNull() || seesConversation(agent, m_hub.conversation(item->conversation));
        if (const auto *readMark = std::get_if<ReadMark>(&entity))
            return readMark->agent == agent.id && seesConversation(agent, m_hub.conversation(readMark->conversation));
        if (const auto *view = std::get_if<SavedView>(&entity))
            return view->owner == agent.id || view->sharing == SavedView::Sharing::Everybody
                   || (view->sharing == SavedView::Sharing::Team && (seesAll(agent) || isIn(agent, view->team)));
        return true;
    }

    wire::BootstrapPage ask(const store::CacheState &state)
    {
        if (!m_sharing)
            return HubUnderTest::must(bootstrapPage(*m_hub.database, state.bootstrapNext, m_agent.id, m_hub.clock.now()));
        const Agent agent = *HubUnderTest::must(store::agent(*m_hub.database, m_agent.id));
        const wire::Seam seam{state.position.epoch, state.bootstrapStart};
        const auto question = SharedPages::questionOf(agent, state.bootstrapNext, seam, m_agent.id.bytes);
        if (!question)
            return HubUnderTest::must(bootstrapPage(*m_hub.database, state.bootstrapNext, m_agent.id, m_hub.clock.now(),
                                                    anybodyLike(agent) ? Pages::Apart : Pages::Together));
        std::optional<wire::BootstrapPage> given;
        m_sharing->pages.ask({.question = *question, .done = [&](const Result<SharedPages::Page> &page) {
                                  given = HubUnderTest::must(
                                      wire::unpackPage(wire::stamped(*HubUnderTest::must(page).packed, agent.version)));
                              }});
        return *given;
    }

    store::CacheState state() { return *HubUnderTest::must(store::Cache(*m_file).state()); }
    Desk &m_hub;
    Agent m_agent;
    Sharing *m_sharing;
    std::unique_ptr<store::Database> m_file;
    std::int64_t m_rights = 0;
    std::optional<wire::BootstrapPage> m_page; ///< Read, and still on its way.
};

} // namespace tributary::hub
