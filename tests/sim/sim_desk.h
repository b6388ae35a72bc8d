#pragma once

#include "core/client/local_store.h"
#include "tests/sim/sim_wire.h"

#include <map>
#include <set>

namespace tributary::sim {

class SimHub;

/// A desktop without its threads, sockets and screen: the real engine over the real journal and cache, joined as
/// core/client/hub_link.cpp joins them, with a chance to die between any two steps of the files.
class SimDesk {
public:
    /// @p skew: how wrong its wall clock is.
    SimDesk(World &world, SimHub &hub, std::string name, std::filesystem::path folder, std::string token, model::Agent agent,
            Milliseconds skew);

    void start();
    void crash();
    bool isUp() const { return m_store != nullptr; }
    /// The person does something, if there is anything to do it with.
    void act();

    const std::string &name() const { return m_name; }
    const model::Agent &agent() const { return m_agent; }
    std::filesystem::path cacheFile() const { return client::LocalStore::cachePath(m_folder); }
    client::LocalStore &files() { return *m_store; }
    const engine::SyncStatus &status() const { return m_client->status(); }
    /// Everything that was accepted from its person, by id; true: its outcome has come.
    const std::set<model::CommandId> &accepted() const { return m_accepted; }
    /// Messages whose author asked for another try, knowing that they may go out twice.
    const std::set<model::TimelineItemId> &triedAgain() const { return m_triedAgain; }
    /// All of the screen's promises about the copy as it stands.
    void checkCopy();

private:
    struct SkewedClock final : Clock {
        SkewedClock(const Clock &of, Milliseconds by)
            : clock(of)
            , skew(by)
        {
        }
        TimePoint now() const override { return clock.now() + skew; }
        Milliseconds steady() const override { return clock.steady(); }
        const Clock &clock;
        Milliseconds skew;
    };

    void guarded(Milliseconds delay, std::function<void()> job);
    template<class Work, class Done>
    void onStore(Work work, Done done);
    void perform(engine::Effects effects);
    void openLink();
    void dropLink();
    void storeStep(engine::StoreStep step);
    void askPage(const std::string &after);
    void submit(std::vector<model::CommandBody> bodies, std::optional<std::int64_t> baseSeq = std::nullopt);
    void submitted(const client::LocalStore::Submission &done);
    void decide(const store::JournalEntry &entry);
    void dieAfterAppend(std::vector<model::CommandBody> bodies);
    void dieAfterApply(const wire::Changes &changes);
    void keepSnapshot();
    void noteShown(const model::Command &command);
    model::CommandBody onConversation(const model::Conversation &conversation);
    Result<std::optional<model::CommandBody>> onPeople(store::Database &cache);
    /// The copy as the screen reads it.
    store::Database &reader();

    World &m_world;
    SimHub &m_hub;
    std::string m_name;
    std::filesystem::path m_folder;
    std::string m_token;
    model::Agent m_agent;
    SkewedClock m_clock;
    std::unique_ptr<client::LocalStore> m_store;
    std::unique_ptr<store::Database> m_reader;
    std::unique_ptr<engine::SyncClient> m_client;
    std::shared_ptr<SimWire> m_wire;
    int m_life = 0;
    int m_session = 0;
    int m_failedSession = 0;
    int m_timer = 0;
    int m_pageAsked = 0;
    Milliseconds m_storeFree{0}, m_replyFree{0};
    int m_said = 0;

    std::set<model::CommandId> m_accepted;
    std::set<model::TimelineItemId> m_triedAgain;
    std::map<model::TimelineItemId, model::CommandId> m_shown; ///< Own items on the screen: they do not flicker.
    std::vector<model::TimelineItemId> m_own;
    wire::Position m_position; ///< Of the copy, when last looked at.
    bool m_hasSnapshot = false;
};

} // namespace tributary::sim
