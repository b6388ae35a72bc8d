// A file of history in JSON Lines, imported into a store as `tributary-hub import` does it, twice.
#include "core/hub/exchange/check_store.h"
#include "core/hub/exchange/import_files.h"
#include "tests/fuzz/promise.h"

#include <fstream>
#include <unistd.h>

using namespace tributary;
using namespace tributary::hub;
using fuzz::promise;

namespace {

namespace fs = std::filesystem;

/// A store that many inputs go into, one after the other, so that they meet what others left.
class Store {
public:
    Store()
    {
        m_console.out = [](std::string_view) {};
        m_console.err = [](std::string_view) {};
        m_folder = fs::temp_directory_path() / ("fuzz-import-" + std::to_string(::getpid()));
        fs::remove_all(m_folder);
        fs::create_directories(m_folder);
        auto opened = HubStore::open(m_folder / "data", m_clock, m_rng);
        promise(bool(opened), "a new store opens");
        m_store = std::move(*opened);
    }
    ~Store()
    {
        promise(exchange::checkStore(*m_store).value_or(exchange::StoreCheck{.problems = {"unreadable"}}).problems.empty(),
                "the store is whole");
        m_store.reset();
        fs::remove_all(m_folder);
    }
    void take(std::string_view bytes)
    {
        const fs::path file = m_folder / "history.jsonl";
        std::ofstream(file, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
        const auto first = import(file);
        const std::int64_t head = this->head();
        const auto second = import(file);
        promise(second.bad == first.bad && this->head() == head, "the same again changes nothing");
    }

private:
    exchange::ImportSummary import(const fs::path &file)
    {
        const auto done = exchange::importFiles(*m_store, {file.string()}, {}, m_console);
        promise(bool(done), "bad lines are left out, and nothing else stops");
        promise(done->lines == done->taken + done->known + done->bad, "each line is counted once");
        return *done;
    }

    std::int64_t head() const
    {
        auto file =
            store::Database::open((m_folder / "data" / "hub.db").string(), {.mode = store::Database::Mode::ReadOnly});
        promise(bool(file), "the store can be read");
        auto query = (*file)->queryOnce("SELECT head FROM workspace");
        promise(query.step().value_or(false), "there is a workspace");
        return query.integer(0);
    }

    ManualClock m_clock{fromMs(1'795'250'100'000)};
    SeededRng m_rng{1};
    admin::Console m_console;
    fs::path m_folder;
    std::unique_ptr<HubStore> m_store;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static std::unique_ptr<Store> store;
    static int inputs = 0;
    if (inputs++ % 500 == 0) {
        store.reset();
        store = std::make_unique<Store>();
    }
    store->take({reinterpret_cast<const char *>(data), size});
    return 0;
}
