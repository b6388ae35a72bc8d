#pragma once

#include "core/hub/endings.h"
#include "core/hub/erasure.h"
#include "core/model/permissions.h"
#include "tests/hub/core/desk_under_test.h"

namespace tributary::hub {

/// What happens in a shop, drawn at random: letters and chats, teams, roles, owners, fields, views; of rights and work of
/// the people that are given.
class RandomDeeds {
public:
    RandomDeeds(Desk &hub, SeededRng &rng, std::vector<Agent *> people)
        : m_hub(hub)
        , m_rng(rng)
        , m_people(std::move(people))
    {
        for (int i = 0; i < 12; ++i)
            m_conversations.push_back(hub.take(hub.letter("c" + std::to_string(i % 5) + "@mail.test")).conversation);
        for (int i = 0; i < 4; ++i)
            m_conversations.push_back(hub.take(hub.line("v" + std::to_string(i))).conversation);
    }

    void act()
    {
        ++m_step;
        switch (m_rng.below(18)) {
        case 0:
        case 1:
            m_conversations.push_back(
                m_hub.take(m_hub.letter("c" + std::to_string(m_rng.below(5)) + "@mail.test")).conversation);
            break;
        case 2:
        case 3: m_hub.move(anyConversation(), anyTeam()); break;
        case 4:
        case 5: {
            std::vector<TeamId> now;
            for (int i = 0; i < 2; ++i) {
                if (const auto team = anyTeam())
                    now.push_back(*team);
            }
            Agent &whose = anyOf();
            if (m_rng.below(2) == 0) {
                m_hub.give(whose, anyRole(), now);
            } else {
                m_hub.change([&](ChangeLog &changes) -> Result<void> {
                    Agent plain = *HubUnderTest::must(store::agent(*m_hub.database, whose.id));
                    plain.customRole.reset();
                    TRIBUTARY_TRY_ASSIGN(whose, setRights(changes, m_hub.ids, plain, m_hub.clock.now()));
                    return {};
                });
                m_hub.put(whose, now, m_rng.below(6) == 0 ? Agent::Role::Admin : Agent::Role::Agent);
            }
            break;
        }
        case 8:
        case 9:
        case 10: m_hub.assign(anyConversation(), m_rng.below(4) == 0 ? std::nullopt : std::optional(anyOf().id)); break;
        case 11: {
            Customer customer =
                *HubUnderTest::must(store::customer(*m_hub.database, m_hub.conversation(m_conversations.front()).customer));
            customer.note = "note " + std::to_string(m_step);
            customer.attributes["confidential.iban"] = std::to_string(m_step);
            m_hub.change([&](ChangeLog &changes) { return changes.put(customer); });
            break;
        }
        case 12: {
            SavedView view{.id = m_views.empty() || m_rng.below(2) == 0 ? m_hub.ids.make<SavedViewId>()
                                                                        : m_views[m_rng.below(m_views.size())],
                           .name = "view " + std::to_string(m_step),
                           .owner = anyOf().id,
                           .sharing = SavedView::Sharing(m_rng.below(3)),
                           .team = anyTeam()};
            if (!view.team && view.sharing == SavedView::Sharing::Team) // the hub takes no such view
                view.sharing = SavedView::Sharing::Private;
            m_views.push_back(view.id);
            m_hub.change([&](ChangeLog &changes) { return changes.put(view); });
            break;
        }
        case 13: {
            if (m_views.empty())
                break;
            const auto view = HubUnderTest::must(store::savedView(*m_hub.database, m_views[m_rng.below(m_views.size())]));
            if (view)
                m_hub.change([&](ChangeLog &changes) { return changes.remove(Entity(*view)); });
            break;
        }
        case 14: { // an item goes to another conversation
            const auto from = m_conversations[m_rng.below(m_conversations.size())];
            const auto into = m_conversations[m_rng.below(m_conversations.size())];
            auto query = m_hub.database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = x'"
                                                   + toHex(from.view()) + "' AND kind = 'inbound' LIMIT 1");
            if (!HubUnderTest::must(query.step()))
                break;
            TimelineItem item = m_hub.item(query.id<TimelineItemId>(0));
            item.conversation = into;
            m_hub.change([&](ChangeLog &changes) { return changes.put(item); });
            break;
        }
        case 15: {
            const Agent by = *HubUnderTest::must(store::agent(*m_hub.database, m_hub.mara.id));
            HubUnderTest::must(
                m_hub.apply(m_hub.command(AddCustomer{m_hub.ids.make<CustomerId>(), "Dora " + std::to_string(m_step)}), by));
            break;
        }
        case 16:
            if (m_conversations.size() > 4 && m_rng.below(3) == 0)
                eraseSomebody();
            break;
        case 6:
            m_hub.change(
                [&](ChangeLog &changes) { return addTeam(changes, m_hub.ids, "Team " + std::to_string(++m_extra)); });
            break;
        case 7:
            if (const auto all = HubUnderTest::must(teams(*m_hub.database)); all.size() > 2 && m_rng.below(3) == 0)
                m_hub.change([&](ChangeLog &changes) {
                    return removeTeam(changes, m_hub.ids, all[0].name,
                                      m_rng.below(2) == 0 ? std::nullopt : std::optional(all[1].name), m_hub.clock.now(), 1);
                });
            break;
        default: {
            const auto id = anyConversation();
            const Agent by = *HubUnderTest::must(store::agent(*m_hub.database, m_hub.mara.id));
            HubUnderTest::must(m_hub.apply(m_hub.command(AddNote{m_hub.ids.make<TimelineItemId>(), id, "note", {}}), by));
        }
        }
        if (m_rng.below(4) == 0) // what has a team that ended follows later
            HubUnderTest::must(
                m_hub.database->inTransaction([&] { return endSome(*m_hub.database, m_hub.ids, m_hub.clock.now(), 1); }));
    }

private:
    /// Often one of a few, which come and go.
    ConversationId anyConversation()
    {
        const std::size_t some =
            m_rng.below(2) == 0 ? std::min<std::size_t>(3, m_conversations.size()) : m_conversations.size();
        return m_conversations[m_rng.below(some)];
    }
    /// With or without conversations.
    void eraseSomebody()
    {
        auto query = m_hub.database->queryOnce("SELECT id FROM customer ORDER BY id");
        std::vector<CustomerId> all;
        while (HubUnderTest::must(query.step()))
            all.push_back(query.id<CustomerId>(0));
        const CustomerId gone = all[m_rng.below(all.size())];
        m_hub.change([&](ChangeLog &changes) { return erase(changes, {gone}, {}); });
        std::erase_if(m_conversations, [&](const ConversationId &id) {
            return !HubUnderTest::must(store::conversation(*m_hub.database, id));
        });
        while (m_conversations.size() < 4)
            m_conversations.push_back(
                m_hub.take(m_hub.letter("c" + std::to_string(m_conversations.size()) + "@mail.test")).conversation);
    }
    std::optional<TeamId> anyTeam()
    {
        const auto all = HubUnderTest::must(teams(*m_hub.database));
        const auto pick = m_rng.below(all.size() + 1);
        return pick == all.size() ? std::nullopt : std::optional(all[pick].id);
    }
    Agent &anyOf() { return *m_people[m_rng.below(m_people.size())]; }
    Role anyRole()
    {
        Role role{.permissions = permissionsOf(Agent::Role::Lead), .visibility = Visibility(m_rng.below(3))};
        for (const char *hidden : {"see-contact-details", "see-customer-notes", "see-confidential-fields"}) {
            if (m_rng.below(3) == 0)
                std::erase(role.permissions, hidden);
        }
        if (m_rng.below(3) == 0)
            role.accounts = {m_rng.below(2) == 0 ? m_hub.mail.id : m_hub.chat.id};
        return role;
    }

    Desk &m_hub;
    SeededRng &m_rng;
    std::vector<Agent *> m_people;
    std::vector<ConversationId> m_conversations;
    std::vector<SavedViewId> m_views;
    int m_step = 0, m_extra = 0;
};

} // namespace tributary::hub
