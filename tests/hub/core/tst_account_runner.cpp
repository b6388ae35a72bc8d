// The runner of an account, where the store does not take what it has to say: a full disk, for some time.
#include "core/hub/account_runner.h"
#include "core/hub/hub_store.h"
#include "core/hub/ingest.h"
#include "core/store/entities.h"

#include <QTemporaryDir>
#include <QtTest>

#include <future>
#include <thread>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::AccountHealth;
using channels::OutboundMessage;
using channels::SendOutcome;
using Health = ChannelAccount::Health;

namespace {

constexpr int kPatience = 30'000;
constexpr Milliseconds kRetry{20};

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// Sends nothing.
struct IdleDriver : channels::ChannelDriver {
    void start() override {}
    void stop() override {}
    void send(OutboundMessage, std::function<void(SendOutcome)> done) override { done({.kind = SendOutcome::Kind::Retry}); }
    std::vector<Check> test() override { return {}; }
};

/// A hub's folder, a loop on a thread of its own, and the runner of one mailbox.
class Running {
public:
    Running()
        : m_store(must(HubStore::open(m_folder.path().toStdString(), m_clock, m_rng)))
    {
        must(m_store->writer().writeAndWait(
            [&](store::Database &database) { return createWorkspace(database, "Shop", m_rng); }));
        m_account =
            must(addAccount(*m_store, Channel::Email, "Help",
                            {{"address", "help@shop.test"}, {"imap", "imap://127.0.0.1:1"}, {"smtp", "smtp://127.0.0.1:1"}},
                            {{"password", "three cups of tea"}}));
        m_thread = std::thread([this] { m_loop.run(); });
    }
    ~Running()
    {
        onLoop([&] {
            if (runner)
                runner->stop();
        });
        settle();
        runner.reset();
        m_loop.stop();
        m_thread.join();
    }
    void start()
    {
        auto account = must(findAccount(*m_store, "Help"));
        onLoop([&] {
            runner = std::make_shared<AccountRunner>(*m_store, m_loop, account, kRetry);
            runner->start([](const auto &, auto &) { return std::make_unique<IdleDriver>(); });
        });
    }
    void onLoop(const std::function<void()> &what)
    {
        std::promise<void> done;
        m_loop.post([&] {
            what();
            done.set_value();
        });
        done.get_future().wait();
    }
    /// All that the writer was asked for is done, or has failed, and the loop has heard of it.
    void settle()
    {
        execute("SELECT 1");
        onLoop([] {});
    }
    void execute(const std::string &sql)
    {
        must(m_store->writer().writeAndWait([&](store::Database &database) { return database.execute(sql); }));
    }
    /// Nothing of a table can be changed, until heal().
    void hurt(const std::string &table)
    {
        execute("CREATE TRIGGER hurt BEFORE UPDATE ON " + table + " BEGIN SELECT RAISE(ABORT, 'no room'); END");
    }
    void heal() { execute("DROP TRIGGER hurt"); }
    /// It works, and then its password is refused while nothing can be stored.
    void failsUnseen()
    {
        start();
        runner->reportHealth({.health = Health::Healthy});
        QTRY_COMPARE_WITH_TIMEOUT(account().health, Health::Healthy, kPatience);
        hurt("channel_account");
        runner->reportHealth({Health::NotWorking, "auth", "The password is another.", 0, 0});
        settle();
    }
    std::int64_t number(const std::string &sql)
    {
        return must(m_store->reader().readAndWait([&](store::Database &database) -> Result<std::int64_t> {
            auto query = database.queryOnce(sql);
            TRIBUTARY_TRY(query.step());
            return query.integer(0);
        }));
    }
    void change(const std::map<std::string, std::string> &settings, const std::map<std::string, std::string> &secrets)
    {
        must(changeAccount(*m_store, m_account.id, settings, secrets));
    }
    /// A message that was in hand (@p claimed) or is in doubt.
    void queue(const std::string &claimed, int uncertain)
    {
        execute("INSERT INTO delivery_queue (item_id, account_id, conversation_id, message_id, not_before_ms, attempts, "
                "claimed_ms, uncertain, queued_seq) VALUES (x'0102030405060708090a0b0c0d0e0f10', x'"
                + toHex(m_account.id.view()) + "', x'00', 'm', 0, 1, " + claimed + ", " + std::to_string(uncertain)
                + ", 1)");
    }
    ChannelAccount account()
    {
        return *must(m_store->reader().readAndWait(
            [&](store::Database &database) { return store::channelAccount(database, m_account.id); }));
    }
    std::shared_ptr<AccountRunner> runner;

private:
    QTemporaryDir m_folder;
    ManualClock m_clock;
    SeededRng m_rng{7};
    std::unique_ptr<HubStore> m_store;
    ChannelAccount m_account;
    Loop m_loop;
    std::thread m_thread;
};

} // namespace

class TestAccountRunner : public QObject {
    Q_OBJECT
private slots:
    /// Whoever reports trouble does so once.
    void troubleIsShownOnceItCanBe()
    {
        Running hub;
        hub.failsUnseen();
        QCOMPARE(hub.account().health, Health::Healthy);
        hub.heal();
        QTRY_COMPARE_WITH_TIMEOUT(hub.account().problem, std::string("auth"), kPatience);
    }

    /// Of what was reported while nothing could be stored the last counts.
    void whatIsOverIsNotShown()
    {
        Running hub;
        hub.failsUnseen();
        hub.runner->reportHealth({Health::Slow, "", "", 0, 0});
        hub.settle();
        hub.heal();
        QTRY_COMPARE_WITH_TIMEOUT(hub.account().health, Health::Slow, kPatience);
        hub.settle();
        QCOMPARE(hub.account().problem, std::string());
    }

    /// What the runner before had in hand is let go of, or it would be in nobody's for ever.
    void whatWasInHandIsReleasedOnceItCanBe()
    {
        Running hub;
        hub.queue("1", 0);
        hub.hurt("delivery_queue");
        hub.start();
        hub.settle();
        hub.runner->poke(); // claims nothing meanwhile
        hub.settle();
        QCOMPARE(hub.number("SELECT claimed_ms IS NOT NULL FROM delivery_queue"), 1);
        hub.heal();
        QTRY_COMPARE_WITH_TIMEOUT(hub.number("SELECT count(*) FROM delivery_queue WHERE claimed_ms IS NOT NULL"), 0,
                                  kPatience);
    }

    /// Else what is in it would be shown as the message, uncleaned (C64).
    void nobodysFileIsTheWholeOfAMessage()
    {
        Running hub;
        hub.start();
        channels::InboundEnvelope letter{.account = hub.account().id, .channel = Channel::Email};
        letter.externalId = "1";
        letter.sender = {.address = "ada@mail.test"};
        letter.text = "Look.";
        letter.attachments = {{.name = kWholeHtml, .mediaType = "text/html"}, {.name = kWholeText}, {.name = "mug.html"}};
        std::promise<bool> taken;
        hub.runner->ingest(letter, [&](const auto &done) { taken.set_value(done.has_value()); });
        QVERIFY(taken.get_future().get());
        QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE instr(attachments, 'their-tributary.whole-html')"
                            " AND instr(attachments, 'their-tributary.whole-text') AND instr(attachments, 'mug.html')"),
                 1);
    }

    void whatIsInDoubtIsSoByTheSettingsOfThen()
    {
        Running hub;
        hub.queue("NULL", 1);
        const auto doubt = [&] { return Doubt(hub.number("SELECT uncertain FROM delivery_queue")); };
        hub.change({{"smtp", "smtp://127.0.0.1:1"}}, {{"password", "four cups of tea"}}); // the same place
        QCOMPARE(doubt(), Doubt::Here);
        hub.change({{"smtp", "smtp://127.0.0.1:2"}}, {});
        QCOMPARE(doubt(), Doubt::Elsewhere);
    }
};

QTEST_GUILESS_MAIN(TestAccountRunner)
#include "tst_account_runner.moc"
