// What a signed-in desktop sends, in whatever order: each command has an outcome or is refused in words, none reaches the
// store in a way that this cannot bear, and who sees nothing and may do nothing changes nothing of others.
#include "core/hub/access.h"
#include "core/hub/commands.h"
#include "core/hub/ingest.h"
#include "core/hub/teams.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/wire/codec.h"
#include "tests/fuzz/pieces.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using namespace tributary::model;
using fuzz::must;
using fuzz::promise;

namespace {

/// A workspace in memory: what an input does to it is taken back.
struct Hub {
    ManualClock clock;
    SeededRng rng{11};
    IdMaker ids{clock, rng};
    std::unique_ptr<store::Database> database = must(store::Database::open(":memory:", {.vfs = "memdb"}));
    std::vector<Agent> agents; ///< An admin, an agent, and one who may do nothing.
    std::vector<RawId> known;  ///< Of what is there.

    Hub()
    {
        must(store::migrate(*database, store::hubMigrations()));
        must(hub::createWorkspace(*database, "Shop", rng));
        const auto change = [this](auto work) {
            must(database->inTransaction([&]() -> Result<std::int64_t> {
                hub::ChangeLog changes(*database);
                TRIBUTARY_TRY(work(changes));
                return changes.finish();
            }));
        };
        ChannelAccount mail{.id = ids.make<ChannelAccountId>(), .address = "help@shop.test"};
        change([&](hub::ChangeLog &changes) { return changes.put(mail); });
        for (const Agent::Role role : {Agent::Role::Admin, Agent::Role::Agent, Agent::Role::Agent}) {
            const std::string name = "agent" + std::to_string(agents.size());
            agents.push_back(must(hub::addAgent(*database, ids, name + "@shop.test", name, role, "")));
        }
        const Role nothing{.id = ids.make<RoleId>(), .name = "Nothing", .visibility = Visibility::Assigned};
        change([&](hub::ChangeLog &changes) -> Result<void> {
            TRIBUTARY_TRY(hub::saveRole(changes, ids, nothing, clock.now()));
            Agent agent = agents.back();
            agent.customRole = nothing.id;
            TRIBUTARY_TRY(hub::setRights(changes, ids, agent, clock.now()));
            return {};
        });
        agents.back() = *must(store::agent(*database, agents.back().id));
        for (int i = 0; i < 6; ++i) {
            channels::InboundEnvelope envelope{.account = mail.id, .channel = Channel::Email};
            envelope.externalId = envelope.text = "letter " + std::to_string(i);
            envelope.messageIds = {envelope.externalId + "@mail.test"};
            const std::string from = "customer" + std::to_string(i / 2) + "@mail.test";
            envelope.sender = {.address = from, .shown = from, .verified = true};
            envelope.at = clock.now();
            must(database->inTransaction(
                [&] { return hub::ingest(*database, ids, clock, hub::PreparedEnvelope{.envelope = envelope}); }));
        }
        for (const auto table : kNames<EntityType>) {
            if (table == "read_mark")
                continue;
            const std::string text = "SELECT id FROM " + std::string(table) + " ORDER BY id";
            auto query = database->queryOnce(text);
            while (must(query.step()))
                known.push_back(query.id<ConversationId>(0).bytes);
        }
    }
    static Hub &one()
    {
        static Hub hub;
        return hub;
    }
};

/// Most ids of random bytes would mean nothing: those that begin with a small number are of something that is there.
Bytes aimed(ByteView bytes, const std::vector<RawId> &known)
{
    Bytes aimed = copyOf(bytes);
    for (std::size_t at = 1; at + 17 <= aimed.size(); ++at) {
        const auto before = std::size_t(aimed[at - 1]), which = std::size_t(aimed[at + 1]);
        // CBOR: 16 bytes, behind a name or the head of a list
        const bool isId = aimed[at] == std::byte(0x50) && ((before >= 'a' && before <= 'z') || before >> 4 == 8);
        if (!isId || which >= 0xe0)
            continue;
        std::ranges::copy(known[which % known.size()], aimed.begin() + std::ptrdiff_t(at) + 1);
        at += 16;
    }
    return aimed;
}

/// What anybody may change: how they read, and what is theirs alone.
bool isOnesOwn(store::Database &database, std::int64_t type, const RawId &key, const Agent &agent)
{
    if (type == std::int64_t(EntityType::SavedView)) {
        const auto view = must(store::savedView(database, SavedViewId(key)));
        return !view || view->owner == agent.id;
    }
    return type == std::int64_t(EntityType::ReadMark) // its key is of two ids
           || (type == std::int64_t(EntityType::Agent) && key == agent.id.bytes);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Hub &hub = Hub::one();
    store::Database &database = *hub.database;
    SeededRng rng(17); // the same for each input, so that it does the same again
    IdMaker ids(hub.clock, rng);
    const std::array clients{ids.make<ClientId>(), ids.make<ClientId>(), ids.make<ClientId>()};
    std::array<std::int64_t, 3> n{};
    must(database.begin());
    fuzz::Pieces pieces(data, size);
    for (int given = 0; given < 20; ++given) {
        const auto piece = pieces.next();
        if (!piece)
            break;
        const auto value = wire::decode(aimed(piece->bytes, hub.known));
        auto command = value ? wire::commandFrom(*value) : Result<Command>(failure(value.error()));
        if (!command) {
            promise(!command.error().detail.empty(), "a command is refused in words");
            continue;
        }
        const std::size_t who = piece->what % 3;
        command->n = n[who] + 1;
        command->id = ids.make<CommandId>();
        const auto head = must(hub::headOf(database));
        const auto now = must(store::agent(database, hub.agents[who].id)); // an admin may have changed them
        must(database.execute("SAVEPOINT one"));
        const auto outcome = hub::applyCommand(database, ids, hub.clock, *now, clients[who], *command);
        if (!outcome) {
            promise(outcome.error().kind != Error::Kind::Failed && outcome.error().kind != Error::Kind::Corrupt,
                    outcome.error().detail.c_str());
            must(database.execute("ROLLBACK TO one"));
        }
        must(database.execute("RELEASE one"));
        if (!outcome)
            continue;
        ++n[who];
        promise(outcome->n == command->n && outcome->command == command->id, "an outcome is of its command");
        if (who != 2 || *now != hub.agents[2])
            continue;
        auto log = database.queryOnce("SELECT entity_type, entity_key FROM log WHERE seq > :seq AND entity_type >= 0");
        log.bind("seq", head.seq);
        while (must(log.step()))
            promise(isOnesOwn(database, log.integer(0), log.id<AgentId>(1).bytes, *now),
                    "who may do nothing changes nothing of others");
    }
    database.rollback();
    return 0;
}
