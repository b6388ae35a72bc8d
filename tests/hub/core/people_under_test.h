#pragma once

#include "core/hub/teams.h"
#include "core/model/permissions.h"
#include "core/store/people_reads.h"
#include "tests/hub/core/hub_under_test.h"

namespace tributary::hub {

using namespace model;

struct People : HubUnderTest {
    CustomerId ada, bob, cleo;

    People()
    {
        ada = take(letter("ada@mail.test")).customer;
        bob = take(line("bob")).customer;
        cleo = take(line("cleo")).customer;
        tom.role = Agent::Role::Admin;
        change([&](ChangeLog &changes) { return changes.put(tom); });
    }
    Customer customer(CustomerId id) { return *must(store::customer(*database, id)); }
    Identity identity(IdentityId id) { return *must(store::identity(*database, id)); }
    CustomerLink customerLink(CustomerLinkId id) { return *must(store::customerLink(*database, id)); }
    Outcome as(const Agent &by, CommandBody body) { return must(apply(command(std::move(body)), by)); }
    void field(const std::string &key, FieldDefinition::Type type, std::vector<std::string> choices = {})
    {
        const Outcome outcome = as(tom, SaveFieldDefinition{{.id = ids.make<FieldDefinitionId>(),
                                                             .subject = FieldDefinition::Subject::Customer,
                                                             .key = key,
                                                             .name = key,
                                                             .type = type,
                                                             .choices = std::move(choices)}});
        QCOMPARE(outcome.kind, Outcome::Kind::Applied);
    }
    /// Ada writes, with a copy to Cora, whose answer is part of the same conversation.
    auto answeredByCora()
    {
        channels::InboundEnvelope first = letter("ada@mail.test"), answer = letter("cora@mail.test");
        first.details["to"] = "help@shop.test, cora@mail.test";
        answer.references = {first.messageIds.front()};
        const auto thread = take(first).conversation;
        const auto taken = take(answer);
        if (taken.conversation != thread)
            qFatal("the answer has begun a conversation of its own");
        return taken;
    }
    /// Gives a person something in every field.
    void fill(CustomerId id, const std::string &word)
    {
        Customer one = customer(id);
        one.name = word;
        one.note = word + " note";
        one.language = word == "ada" ? "ar" : "en";
        one.attributes = {{"membership", word + " club"}};
        if (word == "ada")
            one.attributes["city"] = "Dubai";
        else
            one.attributes["phone"] = "+971505550172";
        one.attributes["Customer since"] = word; // as an import calls it
        one.tags = {word};
        one.company = companyNamed(word);
        change([&](ChangeLog &changes) { return changes.put(one); });
    }
    CompanyId companyNamed(const std::string &name)
    {
        Company company{.id = ids.make<CompanyId>(), .name = name};
        change([&](ChangeLog &changes) { return changes.put(company); });
        return company.id;
    }
    MergeCustomers merge(CustomerId from, CustomerId into, std::vector<std::string> taken)
    {
        return {.link = ids.make<CustomerLinkId>(),
                .from = from,
                .into = into,
                .evidence = "Same phone",
                .taken = std::move(taken),
                .fromVersion = customer(from).version,
                .intoVersion = customer(into).version};
    }
    /// Somebody whose custom role allows all that an agent may do but @p without.
    Agent restricted(std::vector<Permission> without)
    {
        Role role{.id = ids.make<RoleId>(), .name = "restricted " + std::to_string(++count)};
        role.permissions = permissionsOf(Agent::Role::Agent);
        for (const Permission permission : without)
            std::erase(role.permissions, std::string(nameOf(permission)));
        Agent agent =
            must(addAgent(*database, ids, "r" + std::to_string(count) + "@shop.test", "R", Agent::Role::Agent, ""));
        change([&](ChangeLog &changes) { return saveRole(changes, ids, role, clock.now()); });
        agent.customRole = role.id;
        return change([&](ChangeLog &changes) { return setRights(changes, ids, agent, clock.now()); });
    }
    std::vector<TimelineItem> timeline(CustomerId root)
    {
        return must(store::timelineBefore(*database, root, fromMs(1LL << 50), {}, 10'000)).items;
    }
};

/// All but the version, which every change moves on.
inline model::Customer content(model::Customer customer)
{
    customer.version = 0;
    return customer;
}

inline const std::vector<std::string> kEveryField{
    "name", "note", "language", "company", "field.membership", "field.city", "field.phone", "field.Customer since"};

} // namespace tributary::hub

Q_DECLARE_METATYPE(tributary::model::CommandBody)
