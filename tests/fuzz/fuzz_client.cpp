// A hub that lies, or somebody who speaks for it: whatever comes, the desktop's engine goes on, and its copy takes rows
// whole or refuses them in words.
#include "core/engine/sync_client.h"
#include "core/store/cache.h"
#include "core/store/migrations.h"
#include "tests/fuzz/pieces.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using namespace tributary::model;
using fuzz::must;
using fuzz::promise;

namespace {

store::Database &copy()
{
    static const auto database = [] {
        auto made = must(store::Database::open(":memory:", {.vfs = "memdb"}));
        must(store::migrate(*made, store::cacheMigrations()));
        return made;
    }();
    return *database;
}

/// The engine and its files, as core/client joins them.
class Desktop {
public:
    explicit Desktop(store::Database &database)
        : m_database(database)
        , m_cache(database)
    {
    }

    void begin()
    {
        engine::SyncClient::Start start{.token = "token", .client = ClientId(RawId{std::byte(1)})};
        perform(m_client.start(start, m_now));
        perform(m_client.linkOpened(m_now));
        wire::Welcome welcome{.features = wire::ownFeatures(), .agent = m_agent, .workspace = "Shop"};
        welcome.resync = true;
        welcome.reason = "new";
        welcome.head.epoch.fill(std::byte(3));
        hear(wire::pack(welcome));
    }
    void hear(ByteView message) { perform(m_client.frameReceived(message, m_now)); }
    void page(ByteView body)
    {
        if (!m_pageAsked)
            return;
        m_pageAsked = false;
        auto page = wire::unpackPage(body);
        perform(page ? m_client.pageArrived(std::move(*page), m_now) : m_client.pageFailed(Error::Kind::Failed, m_now));
    }
    /// The oldest step; @p fails: as on a full disk.
    void store(bool fails)
    {
        if (m_steps.empty())
            return;
        const engine::StoreStep step = std::move(m_steps.front());
        m_steps.erase(m_steps.begin());
        if (std::holds_alternative<engine::RenumberJournal>(step))
            return perform(m_client.renumbered(ClientId(RawId{std::byte(2)}), m_now));
        must(m_database.execute("SAVEPOINT one"));
        const Result<void> taken = fails ? failure(Error::Kind::Full, "full") : take(step);
        if (!taken) {
            promise(taken.error().kind != Error::Kind::Failed && taken.error().kind != Error::Kind::Corrupt,
                    taken.error().detail.c_str());
            must(m_database.execute("ROLLBACK TO one"));
        }
        must(m_database.execute("RELEASE one"));
        perform(taken ? m_client.stored(m_now) : m_client.storeFailed(m_now));
    }
    void wait(std::size_t ms)
    {
        m_now += Milliseconds(std::int64_t(ms));
        perform(m_client.timeReached(m_now));
    }
    void lose()
    {
        perform(m_client.linkClosed(m_now));
        perform(m_client.tryNow(m_now));
        perform(m_client.linkOpened(m_now));
    }

private:
    void perform(engine::Effects effects)
    {
        for (engine::StoreStep &step : effects.store)
            m_steps.push_back(std::move(step));
        promise(m_steps.size() < 1000, "no more than was granted is on its way to the files");
        if (effects.askPage)
            m_pageAsked = true;
        if (effects.loadCommands)
            perform(m_client.commandsLoaded({}, m_now));
        if (effects.openLink && !effects.abortLink)
            perform(m_client.linkOpened(m_now));
    }
    Result<void> take(const engine::StoreStep &step)
    {
        if (const auto *resync = std::get_if<engine::Resync>(&step)) {
            TRIBUTARY_TRY(m_cache.clear());
            store::CacheState state{.position = resync->position, .lastN = resync->lastN};
            state.agent = resync->agent.id;
            state.bootstrapStart = 1;
            return m_cache.setState(state);
        }
        TRIBUTARY_TRY_ASSIGN(auto state, m_cache.state());
        if (!state)
            return failure(Error::Kind::Conflict, "no copy");
        if (const auto *changes = std::get_if<wire::Changes>(&step)) {
            if (changes->from != state->position.seq)
                return failure(Error::Kind::Conflict, "a gap");
            TRIBUTARY_TRY(m_cache.apply(*changes, {}, m_agent));
            return {};
        }
        const wire::BootstrapPage &page = std::get<engine::StorePage>(step).page;
        TRIBUTARY_TRY(m_cache.applyRows(page.rows, {}, m_agent, page.unread, page.rights));
        TRIBUTARY_TRY_ASSIGN(state, m_cache.state());
        state->bootstrapNext = page.next;
        if (page.next.empty())
            state->bootstrapStart = 0;
        return m_cache.setState(*state);
    }

    store::Database &m_database;
    store::Cache m_cache;
    SeededRng m_rng{5};
    engine::SyncClient m_client{m_rng};
    Agent m_agent{.id = AgentId(RawId{std::byte(9)}), .role = Agent::Role::Admin};
    Milliseconds m_now{1'000};
    std::vector<engine::StoreStep> m_steps;
    bool m_pageAsked = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    must(copy().begin());
    {
        Desktop desktop(copy());
        desktop.begin();
        desktop.store(false);
        fuzz::Pieces pieces(data, size);
        for (auto piece = pieces.next(); piece; piece = pieces.next()) {
            switch (piece->what % 8) {
            case 0: desktop.store(true); break;
            case 1: desktop.wait(piece->number); break;
            case 2: desktop.lose(); break;
            case 3:
                desktop.page(piece->bytes);
                desktop.store(false);
                break;
            case 4: desktop.hear(piece->bytes); break;
            default: desktop.hear(piece->bytes); desktop.store(false);
            }
        }
    }
    copy().rollback();
    return 0;
}
