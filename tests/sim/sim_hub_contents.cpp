#include "core/base/digest.h"
#include "core/hub/visitor_uploads.h"
#include "core/model/command_files.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "tests/sim/sim_hub.h"

/// What is attached: uploads and downloads, and the contents that the hub keeps in its folder.
namespace tributary::sim {
namespace {

constexpr Milliseconds kLately{10'000}; ///< Whoever kept a content since may be about to name it.
constexpr std::size_t kMostContent = 1 << 20;

} // namespace

/// As core/hub/agents_api.cpp.
void SimHub::upload(const model::Agent &by, const model::Attachment &file, std::function<void(const Result<void> &)> done)
{
    if (!isUp() || m_world.chance(m_world.faults.refuse))
        return done(failure(Error::Kind::Offline, "no hub"));
    const auto take = [this, file, owner = by.id.text()](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(const bool known, hasFile(database, file));
        if (known)
            return {};
        auto query = database.query(store::sql::hub_add_attachment);
        query.bind("attachment_id", file.id).bindNull("item_id").bind("sha256", file.sha256);
        query.bind("size_bytes", file.sizeBytes).bind("media_type", file.mediaType).bind("name", file.name);
        return query.bind("owner", owner).bind("at_ms", m_clock.now()).run();
    };
    m_world.after(m_world.some(m_world.faults.slowPage), [this, file, take, done = std::move(done), life = m_life] {
        if (life == m_life && isUp() && keep({file}))
            write(take, done);
        else
            done(failure(Error::Kind::Offline, "the hub died"));
    });
}

Result<bool> SimHub::hasFile(store::Database &database, const model::Attachment &file)
{
    auto known = database.query(store::sql::hub_attachment);
    known.bind("attachment_id", file.id);
    return known.step();
}

/// What a desktop attached without this hub comes before the command that names it, also at a hub that was restored.
Result<void> SimHub::checkFiles(store::Database &database, const model::CommandBody &body)
{
    for (const model::Attachment &file : model::filesOf(body)) {
        TRIBUTARY_TRY_ASSIGN(const bool known, hasFile(database, file));
        TRIBUTARY_TRY_ASSIGN(const auto about, store::conversation(database, model::conversationOf(body)));
        m_world.check(known || !about || file.sha256.empty() || m_lost.contains(file.id),
                      "a command has come before its file");
    }
    return {};
}

model::Attachment SimHub::aFile()
{
    model::Attachment file{.id = m_ids.make<model::AttachmentId>(), .mediaType = "application/pdf", .sizeBytes = 1'000};
    file.name = "paper " + std::to_string(++m_files);
    Bytes content(32);
    m_world.rng.fill(content);
    content.resize(std::size_t(file.sizeBytes));
    file.sha256 = toHex(sha256(content));
    if (!m_contents.empty() && m_world.beside.below(4) == 0)
        file.sha256 = std::next(m_contents.begin(), std::ptrdiff_t(m_world.beside.below(m_contents.size())))->first;
    else
        m_contents.emplace(file.sha256, std::move(content));
    return file;
}

bool SimHub::keep(const std::vector<model::Attachment> &files)
{
    for (const model::Attachment &file : files) {
        if (m_world.chanceBeside(m_world.faults.fileDeath))
            m_folder.dieAt(1 + std::int64_t(m_world.beside.below(5)));
        const auto kept = m_blobs->add(contentOf(file.sha256));
        m_folder.dieAt(0);
        m_usedAt[file.sha256] = m_world.now();
        if (m_folder.isDead()) {
            m_world.note("hub: it keeps a content");
            m_cutOff = file.sha256;
            crash();
            return false;
        }
        // It is there already, of the process before: what is said of it now holds, also when the power goes soon after.
        const bool mayDie = m_cutOff == file.sha256 && m_world.now() < m_world.faultsEnd;
        if (mayDie && m_world.beside.below(2) == 0) {
            m_world.after(Milliseconds(100 + std::int64_t(m_world.beside.below(400))), [this, life = m_life] {
                if (life == m_life)
                    crash(true);
            });
        }
        m_world.check(m_world.must(kept, "a content") == file.sha256, "a content has another hash");
    }
    return true;
}

void SimHub::download(const model::Attachment &file, std::function<void(const Result<Bytes> &)> done)
{
    const auto delay = Milliseconds(std::int64_t(m_world.beside.below(std::uint64_t(m_world.faults.slowPage.count()) + 1)));
    m_world.after(delay, [this, file, done = std::move(done)] {
        if (!isUp())
            return done(failure(Error::Kind::Offline, "no hub"));
        done(m_blobs->read(file.sha256, kMostContent));
    });
}

void SimHub::bringBack(const std::map<std::string, Bytes> &contents, bool onlyThose)
{
    for (const std::string &name : m_blobs->names()) {
        if (onlyThose && !contents.contains(name))
            std::filesystem::remove(m_folder.path() / kContents / name.substr(0, 2) / name);
    }
    for (const auto &[name, content] : contents)
        m_folder.write(std::string(kContents) + "/" + name.substr(0, 2) + "/" + name, content);
}

std::set<std::string> SimHub::namedContents()
{
    const SimDisk::Calm calm(m_disk);
    const auto file = m_world.must(
        store::Database::open(kFile, {.mode = store::Database::Mode::ReadOnly, .vfs = m_disk.vfs()}), "the hub's rows");
    std::set<std::string> named;
    auto query = file->queryOnce("SELECT DISTINCT sha256 FROM attachment_ref WHERE sha256 <> ''");
    while (m_world.must(query.step(), "the hub's rows"))
        named.emplace(query.text(0));
    return named;
}

void SimHub::checkContents()
{
    for (const std::string &name : namedContents())
        m_world.check(m_blobs->read(name, kMostContent).has_value(), "a content that the hub names is not there");
}

void SimHub::sweep(bool all, const std::set<std::string> *only)
{
    namespace fs = std::filesystem;
    const auto now = fs::file_time_type::clock::now();
    for (const auto &entry : fs::recursive_directory_iterator(m_folder.path() / kContents)) {
        const auto used = m_usedAt.find(entry.path().filename().string());
        const bool isNew = !all && used != m_usedAt.end() && used->second + kLately > m_world.now();
        fs::last_write_time(entry.path(), now + std::chrono::hours(isNew ? 1 : -2));
    }
    const std::set<std::string> named = namedContents();
    const std::size_t gone = m_blobs->sweep(std::chrono::hours(1), [&](const std::string &name) {
        return named.contains(name) || (only && !only->contains(name));
    });
    if (gone > 0)
        m_world.note("hub: " + std::to_string(gone) + " contents are swept");
}

void SimHub::checkNothingIsLeft()
{
    const TimePoint later = m_clock.now() + std::chrono::hours(96); // its clock may have been ahead
    m_world.must(m_database->inTransaction([&] { return hub::forgetAgentUploads(*m_database, later); }), "old uploads");
    sweep(true);
    checkContents();
    const std::set<std::string> named = namedContents();
    for (const auto &entry : std::filesystem::recursive_directory_iterator(m_folder.path() / kContents))
        m_world.check(!entry.is_regular_file() || named.contains(entry.path().filename().string()),
                      "the hub keeps a content that nothing names");
}

} // namespace tributary::sim
