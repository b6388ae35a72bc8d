#pragma once

#include "core/hub/access.h"
#include "core/hub/bootstrap.h"
#include "core/hub/commands.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/ingest.h"
#include "core/hub/people.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/store/sql.h"

#include <QTemporaryDir>
#include <QtTest>

/// A hub's store with one mailbox, one web chat and two agents, and short words for what a test does with it.
namespace tributary::hub {

struct HubUnderTest {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{7};
    IdMaker ids{clock, rng};
    std::unique_ptr<store::Database> database;
    model::ChannelAccount mail, chat;
    model::Agent mara, tom;
    model::ClientId desk;
    std::int64_t n = 0;
    int count = 0;

    template<class T>
    static T must(Result<T> result)
    {
        if (!result)
            qFatal("%s", result.error().detail.c_str());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    /// A transaction with a log of its own; returns what @p work does.
    template<class Work>
    auto change(Work work)
    {
        return must(database->inTransaction([&]() {
            ChangeLog changes(*database);
            auto result = work(changes);
            if (result)
                must(changes.finish());
            return result;
        }));
    }

    HubUnderTest()
    {
        database =
            std::move(*store::Database::open(folder.filePath("hub.db").toStdString(),
                                             {.durability = store::Database::Durability::Normal})); // no power cuts here
        must(store::migrate(*database, store::hubMigrations()));
        must(createWorkspace(*database, "Shop", rng));
        mail = {.id = ids.make<model::ChannelAccountId>(), .channel = model::Channel::Email, .address = "help@shop.test"};
        mail.undoSeconds = 10;
        chat = {.id = ids.make<model::ChannelAccountId>(), .channel = model::Channel::WebChat, .address = "shop.test"};
        change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(changes.put(mail));
            return changes.put(chat);
        });
        mara = *addAgent(*database, ids, "mara@shop.test", "Mara", model::Agent::Role::Agent, "");
        tom = *addAgent(*database, ids, "tom@shop.test", "Tom", model::Agent::Role::Agent, "");
        desk = ids.make<model::ClientId>();
    }

    channels::InboundEnvelope letter(const std::string &from)
    {
        channels::InboundEnvelope envelope{.account = mail.id, .channel = model::Channel::Email};
        envelope.externalId = "letter" + std::to_string(++count);
        envelope.messageIds = {"m" + std::to_string(count) + "@mail.test"};
        envelope.sender = {.address = from, .shown = from, .verified = true};
        envelope.at = clock.now();
        envelope.subject = "Subject " + std::to_string(count);
        envelope.text = "Text " + std::to_string(count);
        return envelope;
    }
    channels::InboundEnvelope line(const std::string &visitor)
    {
        channels::InboundEnvelope envelope{.account = chat.id, .channel = model::Channel::WebChat};
        envelope.externalId = "line" + std::to_string(++count);
        envelope.messageIds = {envelope.externalId};
        envelope.sender = {.address = visitor, .shown = visitor, .scoped = true};
        envelope.at = clock.now();
        envelope.text = "Line " + std::to_string(count);
        return envelope;
    }
    channels::IngestOutcome take(const channels::InboundEnvelope &envelope)
    {
        return must(
            database->inTransaction([&] { return ingest(*database, ids, clock, PreparedEnvelope{.envelope = envelope}); }));
    }

    model::Command command(model::CommandBody body, std::int64_t baseSeq = 1'000'000)
    {
        return {
            .n = ++n, .id = ids.make<model::CommandId>(), .at = clock.now(), .baseSeq = baseSeq, .body = std::move(body)};
    }
    Result<model::Outcome> apply(const model::Command &command, const model::Agent &by)
    {
        return database->inTransaction([&] { return applyCommand(*database, ids, clock, by, desk, command); });
    }
    /// What becomes of Mara's next command.
    model::Outcome mustApply(model::CommandBody body, std::int64_t baseSeq = 1'000'000)
    {
        return must(apply(command(std::move(body), baseSeq), mara));
    }
    model::SendMessage reply(const model::Conversation &conversation, const std::string &text)
    {
        return {.item = ids.make<model::TimelineItemId>(),
                .conversation = conversation.id,
                .to = conversation.identity,
                .from = conversation.account,
                .body = text};
    }

    model::Conversation conversation(model::ConversationId id) { return *must(store::conversation(*database, id)); }
    model::TimelineItem item(model::TimelineItemId id) { return *must(store::timelineItem(*database, id)); }
    std::int64_t head() { return must(headOf(*database)).seq; }
    std::int64_t number(const std::string &sql)
    {
        auto query = database->queryOnce(sql);
        must(query.step());
        return query.integer(0);
    }
    /// What `tributary-hub check` finds of rows that speak of something that is not there; empty: nothing.
    std::string lost()
    {
        std::string found;
        auto query = database->query(store::sql::exchange_check_lost);
        while (must(query.step())) {
            if (query.integer(1) > 0)
                found += std::to_string(query.integer(1)) + " " + std::string(query.text(0)) + "\n";
        }
        return found;
    }
    /// Takes the next message of an account's queue in hand.
    std::optional<Claimed> claim(const model::ChannelAccount &account)
    {
        return change([&](ChangeLog &changes) { return claimNext(changes, ids, account, clock.now()); });
    }
    void settled(const Claimed &claimed, channels::SendOutcome outcome)
    {
        change([&](ChangeLog &changes) { return settle(changes, ids, claimed.claim, outcome, clock.now(), rng); });
    }
};

} // namespace tributary::hub
