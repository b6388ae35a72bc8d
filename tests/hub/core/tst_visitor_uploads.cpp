// What visitors of a web chat upload: off the loop, bounded, taken over without a second look, and gone after a day.
#include "core/hub/account_store.h"
#include "core/hub/exchange/check_store.h"
#include "core/hub/intake.h"
#include "core/hub/log_horizon.h"
#include "core/hub/visitor_uploads.h"
#include "core/hub/webchat_sql_store.h"
#include "core/store/entities.h"

#include <QTemporaryDir>
#include <QtTest>

#include <future>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

namespace {

using Uploaded = channels::webchat::WebChatStore::Uploaded;

struct Shop {
    QTemporaryDir folder;
    SystemClock clock;
    SystemRng rng;
    std::unique_ptr<HubStore> store = std::move(*HubStore::open(folder.path().toStdString(), clock, rng));
    ChannelAccount account = *addAccount(*store, Channel::WebChat, "Chat", {{"origins", "https://shop.test"}}, {});
    std::vector<std::function<void()>> jobs; ///< Of the worker.
    WebChatSqlStore chat{*store, account.id, [this](std::function<void()> job) {
                             jobs.push_back(std::move(job));
                             return true;
                         }};

    Shop()
    {
        for (const char *visitor : {"anna", "ben", "cleo"})
            QVERIFY(wait<channels::webchat::Visitor>(
                [&](auto done) { chat.createVisitor(visitor, sha256(bytesOf(std::string(visitor))), done); }));
    }
    ~Shop() { store->close(); }

    template<class T, class Start>
    Result<T> wait(Start start)
    {
        std::promise<Result<T>> promise;
        start([&](Result<T> result) { promise.set_value(std::move(result)); });
        for (const auto &job : std::exchange(jobs, {}))
            job();
        return promise.get_future().get();
    }
    Result<std::string> upload(const std::string &visitor, const std::string &content,
                               const std::string &network = "192.0.2.1")
    {
        channels::InboundAttachment file{.name = "a.txt"};
        file.content = std::make_shared<const std::string>(content);
        TRIBUTARY_TRY_ASSIGN(const auto kept,
                             wait<Uploaded>([&](auto done) { chat.saveUpload(visitor, network, std::move(file), done); }));
        return kept.id;
    }
    Result<std::vector<channels::InboundAttachment>> load(const std::string &visitor, const std::vector<std::string> &ids)
    {
        return wait<std::vector<channels::InboundAttachment>>([&](auto done) { chat.loadUploads(visitor, ids, done); });
    }
    /// As the desk does once all are there.
    Result<channels::IngestOutcome> send(const std::string &visitor, const std::vector<std::string> &ids)
    {
        TRIBUTARY_TRY_ASSIGN(auto files, load(visitor, ids));
        channels::InboundEnvelope envelope{.account = account.id, .channel = Channel::WebChat};
        envelope.externalId = "m" + std::to_string(++m_sent);
        envelope.sender = {.address = visitor, .shown = visitor, .scoped = true};
        envelope.at = clock.now();
        envelope.text = "see these";
        envelope.attachments = std::move(files);
        TRIBUTARY_TRY_ASSIGN(PreparedEnvelope prepared, prepare(*store, std::move(envelope)));
        return store->writer().writeAndWait(
            [&](store::Database &database) { return hub::ingest(database, store->ids(), store->clock(), prepared); });
    }
    template<class Work>
    auto write(Work work)
    {
        const auto done = store->writer().writeAndWait(work);
        if (!done)
            qFatal("%s", done.error().detail.c_str());
        return *done;
    }
    /// As if all of it had been so large.
    void grow(const std::string &where, std::int64_t bytes)
    {
        write([&](store::Database &database) -> Result<int> {
            const std::string sql = "UPDATE attachment_ref SET size_bytes = " + std::to_string(bytes) + " WHERE " + where;
            TRIBUTARY_TRY(database.execute(sql.c_str()));
            return 0;
        });
    }
    std::int64_t forget(TimePoint before)
    {
        return write([&](store::Database &database) { return forgetUploads(database, before); });
    }
    /// All files as old as that.
    void age(std::chrono::hours by)
    {
        for (const auto &entry : std::filesystem::recursive_directory_iterator(folder.path().toStdString() + "/blobs")) {
            if (entry.is_regular_file())
                std::filesystem::last_write_time(entry, std::filesystem::file_time_type::clock::now() - by);
        }
    }
    bool hasFile(const std::string &content) { return store->blobs().path(toHex(sha256(bytesOf(content)))).has_value(); }

private:
    int m_sent = 0;
};

} // namespace

class TestVisitorUploads : public QObject {
    Q_OBJECT
private slots:
    void writesAreTheWorkers();
    void whatIsSentIsNotReadAgain();
    void whatWaitsIsBounded_data();
    void whatWaitsIsBounded();
    void whatIsNeverSentGoes();
    void whatAgentsNeverSentGoesLater();
    void filesGoSoonAfterTheyAreForgotten();
    void aForgottenLogIsNoProblem();
};

void TestVisitorUploads::writesAreTheWorkers()
{
    Shop shop;
    bool answered = false;
    channels::InboundAttachment file{.name = "a.txt"};
    file.content = std::make_shared<const std::string>("bytes");
    shop.chat.saveUpload("anna", "192.0.2.1", file, [&](const Result<Uploaded> &) { answered = true; });
    QVERIFY(!answered && !shop.hasFile("bytes")); // whoever asks goes on at once
    QCOMPARE(shop.jobs.size(), std::size_t(1));
    shop.jobs.clear();
    WebChatSqlStore busy(*shop.store, shop.account.id, [](const std::function<void()> &) { return false; });
    const auto refused = shop.wait<Uploaded>([&](auto done) { busy.saveUpload("anna", "192.0.2.1", file, done); });
    QCOMPARE(refused.error().kind, Error::Kind::Offline);
    QCOMPARE(shop.upload("anna", "<script>").error().kind, Error::Kind::Invalid);
    QVERIFY(!shop.hasFile("<script>"));
}

void TestVisitorUploads::whatIsSentIsNotReadAgain()
{
    Shop shop;
    const std::string id = *shop.upload("anna", "a picture");
    QVERIFY(!shop.load("ben", {id})); // somebody else's
    const auto loaded = shop.load("anna", {id});
    QVERIFY(loaded && !loaded->front().content);
    QCOMPARE(loaded->front().sizeBytes, std::int64_t(9));
    const auto sent = shop.send("anna", {id, id});
    QVERIFY(sent);
    const auto item = *shop.store->reader().readAndWait(
        [&](store::Database &database) { return store::timelineItem(database, sent->item); });
    QCOMPARE(item->attachments.size(), std::size_t(2));
    QCOMPARE(item->attachments[0].sha256, toHex(sha256(bytesOf(std::string("a picture")))));
    QCOMPARE(item->attachments[0].state, Attachment::State::Available);
    QCOMPARE(item->attachments[0].name, std::string("a.txt"));
}

void TestVisitorUploads::whatWaitsIsBounded_data()
{
    QTest::addColumn<QString>("visitor");
    QTest::addColumn<QString>("network");
    QTest::addColumn<qint64>("waiting"); // of anna, at 192.0.2.1
    QTest::addColumn<bool>("isSent");
    QTest::addColumn<bool>("isTaken");
    const auto row = [](const char *name, const char *visitor, const char *network, std::int64_t waiting, bool isSent,
                        bool isTaken) { QTest::newRow(name) << visitor << network << qint64(waiting) << isSent << isTaken; };
    row("little", "anna", "192.0.2.1", 1000, false, true);
    row("a message full", "anna", "192.0.2.1", 10 * 20 * 1024 * 1024, false, true);
    row("too much of one visitor", "anna", "192.0.2.9", kMostUnsentBytes, false, false);
    row("who has sent it may go on", "anna", "192.0.2.9", kMostUnsentBytes, true, true);
    row("of another visitor elsewhere", "ben", "192.0.2.9", kMostUnsentOfNetwork, false, true);
    row("of the same address", "ben", "192.0.2.1", kMostUnsentOfNetwork, false, false);
    row("of all", "ben", "192.0.2.9", kMostUnsentOfAll, false, false);
}

void TestVisitorUploads::whatWaitsIsBounded()
{
    QFETCH(QString, visitor);
    QFETCH(QString, network);
    QFETCH(qint64, waiting);
    QFETCH(bool, isSent);
    QFETCH(bool, isTaken);
    Shop shop;
    const std::string id = *shop.upload("anna", "large");
    if (isSent)
        QVERIFY(shop.send("anna", {id}));
    shop.grow("item_id IS NULL", waiting);
    const auto next = shop.upload(visitor.toStdString(), "one more", network.toStdString());
    QCOMPARE(next.has_value(), isTaken);
    if (!isTaken) {
        QCOMPARE(next.error().kind, Error::Kind::Rejected);
        QVERIFY(!shop.hasFile("one more"));
    }
}

void TestVisitorUploads::whatIsNeverSentGoes()
{
    using namespace std::chrono_literals;
    Shop shop;
    const std::string sent = *shop.upload("anna", "sent"), left = *shop.upload("anna", "left"),
                      both = *shop.upload("ben", "of two"), also = *shop.upload("cleo", "of two");
    QVERIFY(shop.send("anna", {sent}));
    QVERIFY(shop.send("ben", {both}));
    const AttachmentId agents = shop.store->makeId<AttachmentId>(); // an agent's, who may have written offline
    const std::string sha = *shop.store->blobs().add(bytesOf(std::string("an agent's")));
    shop.write([&](store::Database &database) -> Result<int> {
        auto query =
            database.queryOnce("INSERT INTO attachment_ref VALUES (:id, NULL, :sha, 10, 'text/plain', 'b', 'agent', 0)");
        TRIBUTARY_TRY(query.bind("id", agents).bind("sha", sha).run());
        return 0;
    });
    QVERIFY(shop.store->blobs().add(bytesOf(std::string("nobody's"))));
    shop.age(48h);
    QVERIFY(shop.store->blobs().add(bytesOf(std::string("being uploaded"))));

    QCOMPARE(shop.forget(shop.clock.now() - 1h), std::int64_t(0)); // not a day yet
    QCOMPARE(*sweepBlobs(*shop.store, 24h), std::size_t(1));
    QVERIFY(!shop.hasFile("nobody's") && shop.hasFile("left"));
    QVERIFY(shop.load("anna", {left}));

    QCOMPARE(shop.forget(shop.clock.now() + 1h), std::int64_t(4));
    QVERIFY(!shop.load("anna", {left}));
    QCOMPARE(*sweepBlobs(*shop.store, 24h), std::size_t(1));
    QVERIFY(!shop.hasFile("left"));
    for (const char *kept : {"sent", "of two", "an agent's", "being uploaded"})
        QVERIFY2(shop.hasFile(kept), kept);
    const auto check = exchange::checkStore(*shop.store);
    QVERIFY(check && check->problems.empty());
}

/// A file that an agent has uploaded waits for the message, which may be written on a train; not for ever.
void TestVisitorUploads::whatAgentsNeverSentGoesLater()
{
    using namespace std::chrono_literals;
    Shop shop;
    const TimePoint now = shop.clock.now();
    const auto upload = [&](const std::string &content, TimePoint at, const std::optional<TimelineItemId> &item) {
        const std::string sha = *shop.store->blobs().add(bytesOf(content));
        shop.write([&](store::Database &database) -> Result<int> {
            auto query = database.queryOnce(
                "INSERT INTO attachment_ref VALUES (:id, :item, :sha, 10, 'text/plain', 'a', 'agent', :at)");
            query.bind("id", shop.store->makeId<AttachmentId>()).bind("item", item).bind("sha", sha).bind("at", at);
            TRIBUTARY_TRY(query.run());
            return 0;
        });
    };
    upload("old", now - 91 * 24h, std::nullopt);
    upload("old and sent", now - 91 * 24h, shop.store->makeId<TimelineItemId>());
    upload("younger", now - 89 * 24h, std::nullopt);
    const std::string visitors = *shop.upload("anna", "a visitor's");
    const auto forget = [&](TimePoint before) {
        return shop.write([&](store::Database &database) { return forgetAgentUploads(database, before); });
    };
    QCOMPARE(forget(now - kIdleLife), std::int64_t(1));
    QCOMPARE(forget(now - kIdleLife), std::int64_t(0));
    shop.age(48h);
    QCOMPARE(*sweepBlobs(*shop.store, 24h), std::size_t(1));
    QVERIFY(!shop.hasFile("old") && shop.hasFile("old and sent") && shop.hasFile("younger"));
    QCOMPARE(forget(now + 1h), std::int64_t(1)); // and never one of a visitor
    QVERIFY(shop.load("anna", {visitors}));
}

/// What may wait is bounded by what is known of: the disk must not have it for another day.
void TestVisitorUploads::filesGoSoonAfterTheyAreForgotten()
{
    using namespace std::chrono_literals;
    SweepTimes times;
    Milliseconds now = 5min;
    QVERIFY(times.isDue(now)); // at the start
    QVERIFY(!times.isDue(now += 1h));
    times.forgotten();
    QVERIFY(times.isDue(now += 1h));
    QVERIFY(!times.isDue(now += 23h));
    QVERIFY(times.isDue(now += 1h));
}

/// What an admin is told by `tributary-hub check` then.
void TestVisitorUploads::aForgottenLogIsNoProblem()
{
    using namespace std::chrono_literals;
    Shop shop;
    const TimePoint now = shop.clock.now();
    for (int i = 0; i < 5; ++i)
        QVERIFY(shop.send("anna", {}));
    shop.write([&](store::Database &database) -> Result<int> {
        TRIBUTARY_TRY(markLog(database, now - 40 * 24h));
        return 0;
    });
    for (int i = 0; i < 5; ++i)
        QVERIFY(shop.send("ben", {}));
    QVERIFY(shop.write([&](store::Database &database) { return forgetLog(database, now - kLogLife); }) > 0);
    const auto check = exchange::checkStore(*shop.store);
    QVERIFY(check);
    QVERIFY2(check->problems.empty(), check->problems.empty() ? "" : check->problems.front().c_str());
}

QTEST_APPLESS_MAIN(TestVisitorUploads)
#include "tst_visitor_uploads.moc"
