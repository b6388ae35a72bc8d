#pragma once

#include "core/hub/access.h"
#include "core/hub/admin/verbs.h"
#include "core/hub/commands.h"
#include "core/hub/erasure.h"
#include "core/hub/ingest.h"
#include "core/hub/timeline_events.h"
#include "core/hub/webchat_sql_store.h"
#include "core/store/entities.h"
#include "tests/hub/exchange/exchange_fixture.h"

#include <QDirIterator>
#include <future>

/// A shop with somebody in it whose every trace can be told: Layla, who was merged, mixed up with Bo, asked a courier about,
/// and has written into a conversation of Bo's.
namespace tributary::hub::testing {

using namespace tributary::model;

/// In everything that is hers: her name, addresses, words, files.
inline const QByteArray kMarker = "qxlayla";

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

struct MarkedShop : ExchangeStore {
    ChannelAccount mail, chat;
    Agent ada;
    ClientId desk;
    std::int64_t n = 0;
    int letters = 0;
    std::optional<TimePoint> dated; ///< What letters bear as their date; nothing: the time.
    CustomerId layla, other, bo;
    IdentityId moved; ///< What a test has moved from one to another.
    ConversationId hers, his;
    std::string file;

    MarkedShop()
    {
        mail = {.id = store->ids().make<ChannelAccountId>(), .channel = Channel::Email, .address = "help@shop.test"};
        chat = {.id = store->ids().make<ChannelAccountId>(), .channel = Channel::WebChat, .address = "shop.test"};
        change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(changes.put(mail));
            return changes.put(chat);
        });
        desk = store->ids().make<ClientId>();
        ada = must(store->writer().writeAndWait([&](store::Database &database) {
            return addAgent(database, store->ids(), "ada@shop.test", "Ada", Agent::Role::Admin, "");
        }));
        furnish();
    }
    template<class Work>
    void change(Work work)
    {
        must(store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
            ChangeLog changes(database);
            TRIBUTARY_TRY(work(changes));
            TRIBUTARY_TRY(changes.finish());
            return {};
        }));
    }
    /// A browser that has a token, and maybe signs in.
    channels::webchat::Visitor visit(const std::string &visitor, const std::string &identifier = {},
                                     const std::string &email = {})
    {
        WebChatSqlStore visitors(*store, chat.id, [](const std::function<void()> &) { return false; });
        const Sha256 token = sha256(bytesOf(visitor)), next = sha256(bytesOf(visitor + " signed in"));
        std::promise<Result<channels::webchat::Visitor>> known;
        const auto note = [&](Result<channels::webchat::Visitor> result) { known.set_value(std::move(result)); };
        if (identifier.empty())
            visitors.createVisitor(visitor, token, note);
        else
            visitors.bindProof(visitor, identifier, email, {}, token, next, note);
        return must(known.get_future().get());
    }
    /// A line in the web chat, by who is signed in as @p identifier there.
    channels::IngestOutcome chats(const std::string &visitor, const std::string &text, const std::string &identifier = {},
                                  const std::string &email = {})
    {
        channels::InboundEnvelope envelope{.account = chat.id, .channel = Channel::WebChat};
        envelope.externalId = "line" + std::to_string(++letters);
        envelope.sender = {.address = visitor, .shown = visitor, .scoped = true};
        envelope.sender.verified = !identifier.empty();
        if (!identifier.empty())
            envelope.sender.evidence.push_back({Channel::Api, "widget-7/" + identifier, true});
        if (!email.empty())
            envelope.sender.evidence.push_back({Channel::Email, email, true});
        envelope.at = clock.now();
        envelope.text = text;
        const PreparedEnvelope prepared{.envelope = envelope};
        return must(store->writer().writeAndWait(
            [&](store::Database &database) { return ingest(database, store->ids(), clock, prepared); }));
    }
    /// What it answers, and who has a copy: only where they matter.
    channels::IngestOutcome take(const std::string &from, const std::string &name, const std::string &text,
                                 std::vector<std::string> references = {}, const std::string &cc = {})
    {
        channels::InboundEnvelope envelope{.account = mail.id, .channel = Channel::Email};
        envelope.externalId = "letter" + std::to_string(++letters);
        envelope.messageIds = {envelope.externalId + "@mail.test"};
        envelope.sender = {.address = from, .shown = from, .name = name, .verified = true};
        envelope.at = dated.value_or(clock.now());
        envelope.subject = text;
        envelope.text = text;
        envelope.references = std::move(references);
        if (!cc.empty())
            envelope.details["cc"] = cc;
        PreparedEnvelope prepared{.envelope = envelope};
        prepared.raw = copyOf(bytesOf("raw " + text));
        const std::string sha = must(store->blobs().add(bytesOf("file of " + text)));
        prepared.attachments = {{.id = store->makeId<AttachmentId>(),
                                 .name = text + ".pdf",
                                 .mediaType = "application/pdf",
                                 .sizeBytes = 1,
                                 .sha256 = sha}};
        return must(store->writer().writeAndWait(
            [&](store::Database &database) { return ingest(database, store->ids(), clock, prepared); }));
    }
    /// Whatever becomes of it.
    Outcome offer(CommandBody body, std::optional<CommandBody> undoes = {})
    {
        Command command{.n = ++n, .id = store->makeId<CommandId>(), .at = clock.now(), .baseSeq = 1'000'000};
        command.body = std::move(body);
        command.undoes = std::move(undoes);
        return must(store->writer().writeAndWait(
            [&](store::Database &database) { return applyCommand(database, store->ids(), clock, ada, desk, command); }));
    }
    Outcome apply(const CommandBody &body)
    {
        const Outcome outcome = offer(body);
        if (outcome.kind != Outcome::Kind::Applied)
            qFatal("%s: %s", nameOf(body).data(), outcome.detail.c_str());
        return outcome;
    }
    template<class Ask>
    auto read(Ask ask)
    {
        return must(store->reader().readAndWait(ask));
    }
    Conversation conversation(ConversationId id)
    {
        return read([&](store::Database &database) { return store::conversation(database, id); }).value_or(Conversation());
    }
    std::int64_t number(const std::string &sql)
    {
        return read([&](store::Database &database) -> Result<std::int64_t> {
            auto query = database.queryOnce(sql);
            TRIBUTARY_TRY(query.step());
            return query.integer(0);
        });
    }
    TimelineItemId reply(ConversationId id, const std::string &text)
    {
        const Conversation to = conversation(id);
        const auto item = store->makeId<TimelineItemId>();
        apply(SendMessage{.item = item, .conversation = id, .to = to.identity, .from = to.account, .body = text});
        return item;
    }
    /// What is told of what was done, of a conversation.
    std::vector<std::map<std::string, std::string>> eventsIn(ConversationId id)
    {
        std::vector<std::map<std::string, std::string>> told;
        read([&](store::Database &database) {
            return newestEvent(database, id, [&](const TimelineItem &event) {
                told.push_back(event.details);
                return false;
            });
        });
        return told;
    }
    void furnish()
    {
        const std::string mark = kMarker.toStdString();
        hers = take(mark + "@mail.test", mark, "Where is it, says " + mark).conversation;
        take(mark + ".home@mail.test", mark, mark + " again");
        his = take("bo@mail.test", "Bo", "A word of Bo").conversation;
        layla = conversation(hers).customer;
        bo = conversation(his).customer;
        reply(hers, "Dear " + mark);
        reply(his, "Dear Bo");
        apply(AddNote{.item = store->makeId<TimelineItemId>(), .conversation = hers, .body = mark + " called"});
        apply(EditCustomer{layla, mark, "Pays late, " + mark});
        apply(SetCustomerTags{layla, {mark}, {}});
        apply(SetConsent{.customer = layla, .channel = Channel::Email, .granted = true, .source = "form of " + mark});
        other =
            read([&](store::Database &database) { return personToErase(database, mark + ".home@mail.test"); }).members[0];
        apply(MergeCustomers{.link = store->makeId<CustomerLinkId>(), .from = other, .into = layla, .evidence = mark});
        // With Bo she was mixed up once.
        const auto mixedUp = store->makeId<CustomerLinkId>();
        apply(MergeCustomers{.link = mixedUp, .from = bo, .into = layla, .evidence = mark});
        apply(UnlinkCustomers{mixedUp});
        apply(RelateConversations{hers, his, true});
        const auto aside = store->makeId<ConversationId>();
        apply(StartConversation{.conversation = aside,
                                .account = mail.id,
                                .identity = store->makeId<IdentityId>(),
                                .address = "courier@mail.test",
                                .subject = "About " + mark,
                                .parent = hers});
        reply(aside, "Where does " + mark + " live?");
        // Something of hers came last in a conversation of Bo's: from when they were mixed up.
        change([&](ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY_ASSIGN(auto where, store::conversation(changes.database(), his));
            TimelineItem said{.id = store->ids().make<TimelineItemId>(), .conversation = his, .customer = layla};
            said.identity = must(store::conversation(changes.database(), hers))->identity;
            said.account = mail.id;
            said.kind = TimelineItem::Kind::Inbound;
            said.at = clock.now() + std::chrono::hours(1);
            said.body = mark + " was here";
            TRIBUTARY_TRY(changes.put(said));
            where->preview = said.body;
            return changes.put(*where);
        });
        file = must(store->blobs().add(bytesOf("file of " + mark + " again")));
        age("data");
    }
    /// Files count as old only after a while.
    void age(const char *data)
    {
        const QString blobs = folder.filePath(QString::fromLatin1(data) + "/blobs");
        for (QDirIterator files(blobs, QDir::Files, QDirIterator::Subdirectories); files.hasNext();)
            std::filesystem::last_write_time(files.next().toStdString(),
                                             std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    }
    /// Of Ada; its id.
    std::string addLaptop()
    {
        const std::string token = makeToken(rng);
        must(store->writer().writeAndWait(
            [&](store::Database &database) { return addDevice(database, ada.id, token, "laptop", clock.now()); }));
        return deviceId(deviceKey(token));
    }
    PersonToErase person(const std::string &address = kMarker.toStdString() + "@mail.test")
    {
        return read([&](store::Database &database) { return personToErase(database, address); });
    }
    void erase() { must(eraseForGood(*store, person(), Author{})); }
    /// What hub.erased says.
    std::string listed()
    {
        QFile list(folder.filePath("data/hub.erased"));
        return list.open(QIODevice::ReadOnly) ? list.readAll().toStdString() : std::string();
    }
    /// What the version before this one has left, and what a migration that was cut off has.
    void leaveOlder()
    {
        for (const char *name : {"hub.db.before", "hub.db.migrating", "hub.db.migrating-wal"})
            std::filesystem::copy_file(folder.filePath("data/hub.db").toStdString(),
                                       folder.filePath(QString("data/%1").arg(name)).toStdString());
    }
    /// A file of the hub's folder with something of her in it.
    QString leftIn(const char *data = "data")
    {
        const QByteArray low = kMarker.toLower();
        for (QDirIterator files(folder.filePath(data), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
             files.hasNext();) {
            QFile one(files.next());
            if (!one.open(QIODevice::ReadOnly))
                continue;
            const QByteArray content = one.readAll();
            if (const qsizetype at = content.toLower().indexOf(low); at >= 0)
                return one.fileName() + ": " + QString::fromLatin1(content.mid(std::max<qsizetype>(0, at - 60), 160));
        }
        return {};
    }
    int run(const std::vector<std::string> &arguments)
    {
        out.clear();
        err.clear();
        return admin::run({*store}, arguments, console);
    }
    bool says(const std::string &words) const { return said().find(words) != std::string::npos; }
    std::string said() const
    {
        std::string all;
        for (const std::string &line : out)
            all += line + "\n";
        for (const std::string &line : err)
            all += line + "\n";
        return all;
    }
};

} // namespace tributary::hub::testing
