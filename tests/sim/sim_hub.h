#pragma once

#include "core/engine/sync_session.h"
#include "core/hub/change_log.h"
#include "core/hub/delivery_queue.h"
#include "tests/sim/sim_wire.h"

#include <filesystem>
#include <map>

namespace tributary::sim {

class SimPlatform;

/// The hub without its threads and sockets: the real functions over a real database, joined as core/hub/sync_sockets.cpp and
/// core/hub/account_runner.cpp join them, with a chance to die at every commit.
class SimHub {
public:
    SimHub(World &world, std::filesystem::path folder);
    ~SimHub();

    void start();
    void crash();
    bool isUp() const { return m_database != nullptr; }
    store::Database &database() { return *m_database; }
    IdMaker &ids() { return m_ids; }

    void add(SimPlatform &platform) { m_workers.push_back({&platform}); }
    void accept(const std::shared_ptr<SimWire> &wire);
    /// GET /sync/bootstrap. An error is what the desktop's HTTP client would make of the answer, or of there being none.
    void page(const std::string &after, const std::string &token, std::function<void(Result<Bytes>)> done);
    /// One transaction of the writer, a little later; @p done some time after its commit, or never.
    template<class Work, class Done>
    void write(Work work, Done done)
    {
        onWriter([this, work = std::move(work), done = std::move(done)]() mutable {
            const bool dies = m_world.chance(m_world.faults.hubCrash);
            const bool before = dies && m_world.rng.below(2) == 0;
            if (before) {
                m_world.must(m_database->begin(), "begin");
                (void)work(*m_database);
                m_database->rollback();
                return crash();
            }
            auto result = m_database->inTransaction([&] { return work(*m_database); });
            if (dies)
                return crash();
            committed();
            later([done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
        });
    }
    /// A person adds an agent and a device, at the hub itself.
    model::Agent addAgent(const std::string &name, const std::string &token);
    model::ChannelAccount addAccount(model::Channel channel, const std::string &address, std::int64_t undoSeconds);
    void poke();

private:
    struct Connection;
    struct Worker {
        SimPlatform *platform;
        bool busy = false;
    };
    /// Unless the hub has died meanwhile.
    void later(std::function<void()> job, Milliseconds most = Milliseconds(5));
    void onWriter(std::function<void()> job);
    void committed();
    void perform(const std::shared_ptr<Connection> &connection, engine::SyncSession::Effects effects);
    void authenticate(const std::shared_ptr<Connection> &connection, const wire::Hello &hello);
    void apply(const std::shared_ptr<Connection> &connection, model::Command command);
    void work(Worker &worker);
    void handOver(Worker &worker, hub::Claimed claimed);
    void wakeSnoozes();

    World &m_world;
    std::filesystem::path m_folder;
    IdMaker m_ids;
    std::unique_ptr<store::Database> m_database;
    std::vector<std::shared_ptr<Connection>> m_connections;
    std::vector<Worker> m_workers;
    int m_life = 0;
    Milliseconds m_writerFree{0};
};

} // namespace tributary::sim
