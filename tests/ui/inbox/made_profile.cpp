#include "tests/ui/inbox/made_profile.h"

#include "core/base/rng.h"
#include "core/store/cache.h"
#include "core/store/coverage.h"
#include "core/store/journal.h"
#include "core/store/migrations.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"
#include "core/wire/vocabulary.h"

#include <QDir>

namespace tributary::testing {
namespace {

using model::TimelineItem;

struct Line {
    const char *name, *native, *address;
    model::Channel channel;
    const char *subject, *body;
    int minutesAgo;
    bool unread;
    const char *tag;
};

constexpr Line kLines[]{
    {"Layla Al-Haddad ليلى الحداد", "ليلى", "layla.h@mail.example", model::Channel::WebChat, "Breakage on JK-20871",
     "هذه صورة أوضح للكسر في الكوب الثاني", 2, true, "breakage"},
    {"陈思远 Chen Siyuan", "陈", "chen@siyuan.example", model::Channel::WebChat, "Restock of celadon trays",
     "请问青瓷茶盘什么时候补货？想再订两套", 6, true, "restock"},
    {"Amélie Rousseau", "", "amelie@mail.example", model::Channel::Email, "Facture et remboursement — commande JK-20614",
     "Bonjour, je n'ai pas encore reçu le remboursement de ma commande. Pouvez-vous vérifier ?", 11, true, "refund"},
    {"Ngozi Okafor", "", "ngozi@mail.example", model::Channel::Email, "Is the indigo bowl food safe?",
     "Hi, I would like to use the indigo bowl for soup. Is the glaze food safe?", 19, false, ""},
    {"João Batista", "", "joao@mail.example", model::Channel::WebChat, "", "Perfeito, já pedi a etiqueta de devolução.", 24,
     false, ""},
    {"김지우 Kim Ji-woo", "", "jiwoo@mail.example", model::Channel::WebChat, "",
     "Checkout shows the wrong VAT for Korea, can you look?", 31, true, "checkout"},
    {"Sara Öberg", "", "sara@mail.example", model::Channel::Email, "Delivery van left without ringing",
     "The van left without ringing. Please send the parcel again tomorrow.", 44, false, ""},
    {"Олена Ковальчук", "", "olena@mail.example", model::Channel::WebChat, "",
     "Дякую! Чи можна змінити адресу доставки на Львів?", 70, false, "address"},
    {"Hannah Breuer", "", "hannah@mail.example", model::Channel::Email, "Wholesale price list for spring",
     "Who can I speak to about the wholesale price list for spring?", 130, false, "wholesale"},
    {"Rohan Kulkarni रोहन", "", "rohan@mail.example", model::Channel::Email, "Gift wrap request for order JK-20890",
     "Please wrap it as a gift and leave the invoice out.", 190, false, ""},
};

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("the profile cannot be made: %s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

} // namespace

MadeProfile makeProfile(const QString &folder, const MadeOptions &options)
{
    QDir().mkpath(folder);
    const SystemClock clock;
    SeededRng rng(7);
    IdMaker ids(clock, rng);
    const TimePoint now = clock.now();
    MadeProfile made;
    std::vector<model::Entity> rows;
    std::int64_t version = 1;
    const auto add = [&](auto entity) {
        entity.version = version++;
        rows.push_back(entity);
        return entity;
    };
    model::Agent me{
        .id = ids.make<model::AgentId>(), .email = "mara@shop.example", .name = "Mara Lindqvist", .role = options.role};
    if (!options.permissions.empty()) {
        me.customRole = ids.make<model::RoleId>();
        me.permissions = options.permissions;
    }
    made.me = add(me);
    for (const model::FieldDefinition &field : options.fields)
        add(field);
    for (const model::CustomStatus &status : options.statuses)
        add(status);
    model::Agent colleague{.id = ids.make<model::AgentId>(), .email = "tomas@shop.example", .name = "Tomás Ferreira"};
    for (const model::Team &team : options.teams) {
        add(team);
        colleague.teams.push_back(team.id);
    }
    made.colleague = add(colleague);
    for (const model::Agent &other : options.others)
        add(other);
    made.mail = add(model::ChannelAccount{.id = ids.make<model::ChannelAccountId>(),
                                          .channel = model::Channel::Email,
                                          .name = "Help",
                                          .address = "help@juniperkiln.example",
                                          .health = model::ChannelAccount::Health::Healthy,
                                          .undoSeconds = 10,
                                          .team = options.mailTeam});
    made.chat = add(model::ChannelAccount{.id = ids.make<model::ChannelAccountId>(),
                                          .channel = model::Channel::WebChat,
                                          .name = "juniperkiln.example",
                                          .address = "juniperkiln.example",
                                          .health = model::ChannelAccount::Health::Healthy});
    for (const model::ChannelAccount &account : options.accounts)
        add(account);
    for (const Line &line : kLines) {
        const TimePoint at = now - std::chrono::minutes(line.minutesAgo);
        const model::ChannelAccount &account = line.channel == model::Channel::Email ? made.mail : made.chat;
        model::Customer customer{
            .id = ids.make<model::CustomerId>(), .name = line.name, .createdAt = now - std::chrono::hours(24 * 400)};
        customer.attributes["Membership"] = "Kiln Club";
        customer = add(customer);
        model::Identity identity{.id = ids.make<model::IdentityId>(),
                                 .customer = customer.id,
                                 .channel = line.channel,
                                 .address = line.address,
                                 .shown = line.address,
                                 .name = line.name,
                                 .verified = line.channel == model::Channel::Email,
                                 .lastUsedAt = at};
        if (line.channel == model::Channel::WebChat)
            identity.account = account.id;
        identity = add(identity);
        if (line.channel == model::Channel::WebChat) // everybody can be reached by mail as well
            add(model::Identity{.id = ids.make<model::IdentityId>(),
                                .customer = customer.id,
                                .channel = model::Channel::Email,
                                .address = line.address,
                                .shown = line.address,
                                .verified = true,
                                .lastUsedAt = at - std::chrono::hours(30)});
        model::Conversation conversation{.id = ids.make<model::ConversationId>(),
                                         .number = 8800 + version,
                                         .customer = customer.id,
                                         .identity = identity.id,
                                         .account = account.id,
                                         .channel = line.channel,
                                         .subject = line.subject,
                                         .assignee =
                                             made.conversations.size() < options.theirs ? made.colleague.id : made.me.id,
                                         .createdAt = at - std::chrono::hours(26),
                                         .lastItemAt = at,
                                         .preview = line.body,
                                         .waitingSince = at,
                                         .inboundCount = line.unread ? 2 : 0};
        if (line.unread == false)
            conversation.inboundCount = 1;
        if (*line.tag)
            conversation.tags = {line.tag};
        if (options.change)
            options.change(made.conversations.size(), conversation);
        conversation = add(conversation);
        const auto item = [&](TimelineItem::Kind kind, TimePoint when, const char *body) {
            TimelineItem entry{.id = ids.make<model::TimelineItemId>(),
                               .conversation = conversation.id,
                               .customer = customer.id,
                               .identity = identity.id,
                               .account = account.id,
                               .channel = line.channel,
                               .kind = kind,
                               .at = when,
                               .subject = line.channel == model::Channel::Email ? line.subject : "",
                               .body = body};
            if (kind != TimelineItem::Kind::Inbound) {
                entry.author = made.me.id;
                entry.authorName = made.me.name;
            }
            if (kind == TimelineItem::Kind::Outbound)
                entry.delivery = model::Delivery{.state = model::Delivery::State::Read, .at = when};
            return entry;
        };
        for (int i = 1; made.conversations.empty() && i <= options.messages; ++i) {
            std::string body = "Message " + std::to_string(i) + " of long ago: ";
            for (int word = 0; word < 60; ++word)
                body += "and so on ";
            add(item(TimelineItem::Kind::Inbound, at - std::chrono::hours(26) - std::chrono::minutes(i), body.c_str()));
        }
        add(item(TimelineItem::Kind::Inbound, at - std::chrono::hours(26),
                 "Hello, the set is beautiful but two of the six cups came cracked. Can you send new ones?"));
        add(item(TimelineItem::Kind::Note, at - std::chrono::hours(25),
                 "Transit damage, claim opened with DHL. Stock of two celadon cups held."));
        add(item(TimelineItem::Kind::Outbound, at - std::chrono::minutes(20),
                 "Thank you, I am looking into it and write again today."));
        add(item(TimelineItem::Kind::Inbound, at, line.body));
        if (made.conversations.empty() && !options.colleagueDid.empty()) {
            TimelineItem event = item(TimelineItem::Kind::Event, now - std::chrono::minutes(1), "");
            event.author = made.colleague.id;
            event.authorName = made.colleague.name;
            event.details["event"] = options.colleagueDid;
            add(event);
        }
        if (!line.unread)
            add(model::ReadMark{
                .agent = made.me.id, .conversation = conversation.id, .readCount = conversation.inboundCount});
        else
            add(model::ReadMark{.agent = made.me.id, .conversation = conversation.id, .readCount = 1});
        made.customers.push_back(customer);
        made.conversations.push_back(conversation);
    }
    for (int i = 0; i < options.more; ++i) {
        const model::Customer customer =
            add(model::Customer{.id = ids.make<model::CustomerId>(), .name = "Customer " + std::to_string(i)});
        made.conversations.push_back(add(model::Conversation{.id = ids.make<model::ConversationId>(),
                                                             .customer = customer.id,
                                                             .account = made.mail.id,
                                                             .assignee = made.me.id,
                                                             .lastItemAt = now - std::chrono::hours(5 + i),
                                                             .preview = "Good morning"}));
        made.customers.push_back(customer);
    }
    // A visitor who typed the first customer's address: a suggestion, not proof.
    const model::Customer visitor =
        add(model::Customer{.id = ids.make<model::CustomerId>(), .name = "L. Haddad", .createdAt = now});
    made.visitor = visitor;
    made.silent = add(model::Customer{.id = ids.make<model::CustomerId>(), .name = "Zoë Quiet", .createdAt = now});
    add(model::Identity{.id = ids.make<model::IdentityId>(),
                        .customer = made.silent.id,
                        .address = "zoe@quiet.example",
                        .shown = "zoe@quiet.example"});
    if (options.merge) {
        const model::Conversation &first = made.conversations[0];
        add(model::CustomerLink{.id = *options.merge,
                                .from = visitor.id,
                                .into = first.customer,
                                .evidence = "layla.h@mail.example",
                                .by = made.colleague.id,
                                .at = now - std::chrono::minutes(1)});
        TimelineItem event{.id = ids.make<model::TimelineItemId>(),
                           .conversation = first.id,
                           .customer = first.customer,
                           .identity = first.identity,
                           .account = first.account,
                           .channel = first.channel,
                           .kind = TimelineItem::Kind::Event,
                           .at = now - std::chrono::minutes(1)};
        event.author = made.colleague.id;
        event.authorName = made.colleague.name;
        event.details = {{"event", "merged"}, {"from", visitor.name}, {"link", options.merge->text()}};
        add(event);
    } else {
        add(model::Suggestion{.id = ids.make<model::SuggestionId>(),
                              .customer = visitor.id,
                              .other = made.customers[0].id,
                              .evidence = "layla.h@mail.example",
                              .at = now});
    }

    const std::string base = folder.toStdString();
    auto journal = must(store::Journal::open(base + "/journal.db", ids));
    store::Installation installation = must(journal->installation());
    installation.hubUrl = "ws://127.0.0.1:9"; // the discard port: nobody listens
    installation.token = "token";
    installation.agentEmail = made.me.email;
    installation.workspace = "Juniper & Kiln";
    must(journal->setInstallation(installation));
    must(journal->setSetting("agent", toBase64(wire::encode(wire::toValue(model::Entity(made.me))))));
    if (options.held) {
        std::vector<model::Command> commands;
        for (model::CommandBody &body : options.held(made))
            commands.push_back({.id = ids.make<model::CommandId>(), .at = now, .body = std::move(body)});
        for (const model::Command &command : must(journal->append(std::move(commands)))) {
            must(journal->setOutcomes({{.n = command.n, .command = command.id, .kind = model::Outcome::Kind::NeedsYou}}));
            must(journal->markApplied(command.n, now));
        }
    }
    auto cacheFile = must(store::Database::open(base + "/cache.db", {}));
    must(store::migrate(*cacheFile, store::cacheMigrations()));
    store::Cache cache(*cacheFile);
    must(cacheFile->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(cache.applyRows(rows, {}, made.me));
        auto vocabulary = cacheFile->query(store::sql::cache_set_vocabulary); // a copy of another program would be emptied
        vocabulary.bind("digest", ByteView(wire::vocabularyDigest())).bind("names", wire::vocabulary());
        TRIBUTARY_TRY(vocabulary.run());
        TRIBUTARY_TRY(store::addWindow(*cacheFile, {{now - std::chrono::hours(24 * 90), {}}, model::HistoryKey::end()}));
        store::CacheState state;
        state.position.seq = version;
        state.client = installation.client;
        state.agent = made.me.id;
        state.workspace = installation.workspace;
        state.syncedAt = now;
        return cache.setState(state);
    }));
    return made;
}

} // namespace tributary::testing
