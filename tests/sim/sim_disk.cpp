#include "tests/sim/sim_disk.h"

#include "core/store/database.h"
#include "tests/sim/sim_memory.h"
#include "tests/sim/sim_mount.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

namespace tributary::sim {
namespace {

constexpr std::size_t kSector = 512;    ///< What a power cut leaves whole, mostly.
constexpr std::size_t kRoom = 1 << 20;  ///< For a file that grows.
constexpr std::size_t kRegion = 32'768; ///< SQLite's.

std::string keyOf(const std::filesystem::path &path)
{
    return path.filename().string();
}

std::map<std::string, SimDisk *, std::less<>> &disks()
{
    static std::map<std::string, SimDisk *, std::less<>> all;
    return all;
}

/// Files that others begin as, by their bytes; and what was found out about one of those.
std::map<const std::byte *, const void *> &beginnings()
{
    static std::map<const std::byte *, const void *> all;
    return all;
}

} // namespace

/// What the connections to one file share: the index of its log. A connection keeps pointers into it for as long as it
/// lives, so it goes only where the file has the same, or none yet.
struct SimDisk::Shared {
    std::string path;
    std::vector<std::unique_ptr<std::byte[]>> regions;
    int mapped = 0;        ///< Connections.
    std::uint64_t era = 0; ///< Rises with each file.

    void clear()
    {
        for (const auto &region : regions)
            std::memset(region.get(), 0, kRegion);
    }
    /// One that is nobody's.
    static Shared &unused(const std::string &path)
    {
        static auto &all = *new std::vector<std::unique_ptr<Shared>>; // as long as the connections, which are not ended
        for (const auto &one : all) {
            if (one->mapped == 0 && one->path == path)
                return *one;
        }
        all.push_back(std::make_unique<Shared>());
        all.back()->path = path;
        return *all.back();
    }
};

struct SimDisk::Content {
    std::vector<std::byte> bytes;
    std::size_t syncedSize = 0;
    std::vector<std::size_t> changed; ///< Sectors, since the last sync.
    std::vector<char> isChanged;      ///< By sector.
    std::vector<std::byte> before;    ///< Those as they were.
    bool syncFailed = false;

    std::vector<File *> open;
    Shared *shared = nullptr;
    const void *known = nullptr; ///< See Mount::known().
    const std::byte *begunAs = nullptr;

    void keep(std::size_t from, std::size_t to)
    {
        to = std::min(to, syncedSize);
        if (from >= to)
            return;
        const std::size_t sectors = (to + kSector - 1) / kSector;
        if (isChanged.size() < sectors) {
            isChanged.resize(sectors);
            before.resize(sectors * kSector);
        }
        for (std::size_t sector = from / kSector; sector < sectors; ++sector) {
            if (std::exchange(isChanged[sector], true))
                continue;
            changed.push_back(sector);
            const std::size_t start = sector * kSector;
            const std::size_t there = std::min(kSector, std::max(start, bytes.size()) - start);
            if (there > 0)
                std::memcpy(before.data() + start, bytes.data() + start, there);
            std::memset(before.data() + start + there, 0, kSector - there);
        }
    }
    void synced()
    {
        syncedSize = bytes.size();
        for (const std::size_t sector : changed)
            isChanged[sector] = false;
        changed.clear();
    }
};

struct SimDisk::File : sqlite3_file {
    Mount *mount = nullptr;
    std::shared_ptr<Content> content;
    std::string path;
    int lock = SQLITE_LOCK_NONE;
    Shared *shared = nullptr;
    unsigned sharedMask = 0, exclusiveMask = 0;

    SimDisk &disk() const { return *mount->m_disk; }
    int failed(int code) const
    {
        mount->m_hasFailed = true;
        return code;
    }
    void share()
    {
        ++shared->mapped;
        content->shared = shared;
    }
    void endShare()
    {
        sharedMask = exclusiveMask = 0;
        if (!shared || !content || --shared->mapped > 0)
            return;
        shared->clear();
        ++shared->era;
        content->shared = nullptr;
    }
};

struct SimDisk::Methods {
    static File &of(sqlite3_file *file) { return *static_cast<File *>(file); }
    static Mount &of(sqlite3_vfs *vfs) { return *static_cast<Mount *>(vfs->pAppData); }

    static int close(sqlite3_file *base)
    {
        File &file = of(base);
        shmUnmap(base, 0);
        file.mount->forget(file);
        if (file.content)
            std::erase(file.content->open, &file);
        file.~File();
        return SQLITE_OK;
    }
    static int read(sqlite3_file *base, void *target, int count, sqlite3_int64 from)
    {
        File &file = of(base);
        if (!file.disk().mayUse())
            return file.failed(SQLITE_IOERR_READ);
        const auto &bytes = file.content->bytes;
        const std::size_t start = std::min(std::size_t(from), bytes.size());
        const std::size_t there = std::min(std::size_t(count), bytes.size() - start);
        if (there > 0) // an empty file has no bytes to point at
            std::memcpy(target, bytes.data() + start, there);
        std::memset(static_cast<std::byte *>(target) + there, 0, std::size_t(count) - there);
        return there == std::size_t(count) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
    }
    static int write(sqlite3_file *base, const void *source, int count, sqlite3_int64 from)
    {
        File &file = of(base);
        Content &content = *file.content;
        const auto end = std::size_t(from) + std::size_t(count);
        if (!file.disk().mayWrite())
            return file.failed(SQLITE_IOERR_WRITE);
        if (file.disk().troubles.full && !file.disk().m_calm && end > content.bytes.size())
            return file.failed(SQLITE_FULL);
        content.keep(std::size_t(from), end);
        if (end > content.bytes.capacity()) // what is not used yet costs nothing
            content.bytes.reserve(std::max(4 * content.bytes.capacity(), kRoom));
        const auto *bytes = static_cast<const std::byte *>(source);
        if (std::size_t(from) == content.bytes.size()) {
            content.bytes.insert(content.bytes.end(), bytes, bytes + count);
            return SQLITE_OK;
        }
        if (end > content.bytes.size())
            content.bytes.resize(end);
        std::memcpy(content.bytes.data() + from, bytes, std::size_t(count));
        return SQLITE_OK;
    }
    static int truncate(sqlite3_file *base, sqlite3_int64 size)
    {
        File &file = of(base);
        if (!file.disk().mayWrite())
            return file.failed(SQLITE_IOERR_TRUNCATE);
        file.content->keep(std::size_t(size), file.content->syncedSize);
        file.content->bytes.resize(std::size_t(size));
        return SQLITE_OK;
    }
    static int sync(sqlite3_file *base, int)
    {
        File &file = of(base);
        Content &content = *file.content;
        if (file.disk().troubles.dieAtSync && !file.disk().m_calm)
            file.disk().m_dead = true;
        if (content.syncFailed && !file.disk().m_dead)
            file.disk().m_syncedAfterFailure = true; // the system has forgotten what it could not write
        if (!file.disk().mayWrite()) {
            content.syncFailed = !file.disk().m_dead;
            return file.failed(SQLITE_IOERR_FSYNC);
        }
        content.synced();
        return SQLITE_OK;
    }
    static int fileSize(sqlite3_file *base, sqlite3_int64 *size)
    {
        *size = sqlite3_int64(of(base).content->bytes.size());
        return SQLITE_OK;
    }
    static int lock(sqlite3_file *base, int level)
    {
        File &file = of(base);
        if (level <= file.lock)
            return SQLITE_OK;
        const int refused = level == SQLITE_LOCK_SHARED     ? SQLITE_LOCK_PENDING
                            : level == SQLITE_LOCK_RESERVED ? SQLITE_LOCK_RESERVED
                                                            : SQLITE_LOCK_SHARED;
        for (const File *other : file.content->open) {
            if (other != &file && other->lock >= refused)
                return SQLITE_BUSY;
        }
        file.lock = level;
        return SQLITE_OK;
    }
    static int unlock(sqlite3_file *base, int level)
    {
        of(base).lock = std::min(of(base).lock, level);
        return SQLITE_OK;
    }
    static int isReserved(sqlite3_file *base, int *result)
    {
        *result =
            std::ranges::any_of(of(base).content->open, [](const File *file) { return file->lock >= SQLITE_LOCK_RESERVED; });
        return SQLITE_OK;
    }
    static int control(sqlite3_file *, int, void *) { return SQLITE_NOTFOUND; }
    static int sectorSize(sqlite3_file *) { return 4096; }
    static int characteristics(sqlite3_file *) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

    static int shmMap(sqlite3_file *base, int region, int size, int extend, void volatile **memory)
    {
        File &file = of(base);
        if (!file.shared) {
            file.shared = file.content->shared ? file.content->shared : &Shared::unused(file.path);
            file.share();
        }
        Shared &shared = *file.shared;
        *memory = nullptr;
        if (size != int(kRegion))
            return SQLITE_IOERR_SHMSIZE;
        if (std::size_t(region) >= shared.regions.size() && !extend)
            return SQLITE_OK;
        while (std::size_t(region) >= shared.regions.size())
            shared.regions.push_back(std::make_unique<std::byte[]>(kRegion));
        *memory = shared.regions[std::size_t(region)].get();
        return SQLITE_OK;
    }
    static int shmLock(sqlite3_file *base, int offset, int count, int flags)
    {
        File &file = of(base);
        const unsigned mask = ((1U << count) - 1U) << offset;
        if ((flags & SQLITE_SHM_UNLOCK) != 0) {
            file.sharedMask &= ~mask;
            file.exclusiveMask &= ~mask;
            return SQLITE_OK;
        }
        const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
        for (const File *other : file.content->open) {
            if (other != &file && ((other->exclusiveMask | (exclusive ? other->sharedMask : 0U)) & mask) != 0)
                return SQLITE_BUSY;
        }
        (exclusive ? file.exclusiveMask : file.sharedMask) |= mask;
        return SQLITE_OK;
    }
    static void shmBarrier(sqlite3_file *) {}
    static int shmUnmap(sqlite3_file *base, int)
    {
        of(base).endShare();
        of(base).shared = nullptr;
        return SQLITE_OK;
    }

    static int open(sqlite3_vfs *vfs, const char *name, sqlite3_file *memory, int flags, int *outFlags)
    {
        static const sqlite3_io_methods methods{
            2,         &close,      &read,    &write,      &truncate,        &sync,   &fileSize, &lock,
            &unlock,   &isReserved, &control, &sectorSize, &characteristics, &shmMap, &shmLock,  &shmBarrier,
            &shmUnmap, nullptr,     nullptr};
        Mount &mount = of(vfs);
        SimDisk &disk = *mount.m_disk;
        memory->pMethods = nullptr;
        const std::string path = keyOf(name ? name : "");
        auto found = disk.m_files.find(path);
        if (found == disk.m_files.end()) {
            if ((flags & SQLITE_OPEN_CREATE) == 0)
                return SQLITE_CANTOPEN;
            if (!disk.mayWrite() || (disk.troubles.full && !disk.m_calm)) {
                mount.m_hasFailed = true;
                return disk.m_dead || disk.m_failed ? SQLITE_IOERR : SQLITE_FULL;
            }
            found = disk.m_files.emplace(path, std::make_shared<Content>()).first;
        }
        File *file = new (memory) File;
        file->pMethods = &methods;
        file->mount = &mount;
        file->content = found->second;
        file->path = path;
        file->content->open.push_back(file);
        mount.note(*file, flags);
        if (outFlags)
            *outFlags = flags;
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs *vfs, const char *name, int)
    {
        if (!of(vfs).m_disk->mayWrite()) {
            of(vfs).m_hasFailed = true;
            return SQLITE_IOERR_DELETE;
        }
        of(vfs).m_disk->m_files.erase(keyOf(name));
        return SQLITE_OK;
    }
    static int access(sqlite3_vfs *vfs, const char *name, int, int *result)
    {
        *result = of(vfs).m_disk->m_files.contains(keyOf(name));
        return SQLITE_OK;
    }
    static int fullPath(sqlite3_vfs *, const char *name, int size, char *target)
    {
        sqlite3_snprintf(size, target, "%s", name);
        return SQLITE_OK;
    }
    static int randomness(sqlite3_vfs *vfs, int count, char *target)
    {
        of(vfs).m_disk->m_rng.fill({reinterpret_cast<std::byte *>(target), std::size_t(count)});
        return count;
    }
    static int sleep(sqlite3_vfs *, int microseconds) { return microseconds; }
    static int currentTime(sqlite3_vfs *, sqlite3_int64 *milliseconds)
    {
        *milliseconds = 210'866'803'200'000; // days of Julius Caesar's calendar until 1970, as SQLite counts
        return SQLITE_OK;
    }
};

SimDisk::Mount::Mount(SimDisk &disk, std::string name)
    : m_disk(&disk)
    , m_name(std::move(name))
    , m_vfs(std::make_unique<sqlite3_vfs>())
{
    m_vfs->iVersion = 2;
    m_vfs->szOsFile = sizeof(File);
    m_vfs->mxPathname = 512;
    m_vfs->zName = m_name.c_str();
    m_vfs->pAppData = this;
    m_vfs->xOpen = &Methods::open;
    m_vfs->xDelete = &Methods::remove;
    m_vfs->xAccess = &Methods::access;
    m_vfs->xFullPathname = &Methods::fullPath;
    m_vfs->xRandomness = &Methods::randomness;
    m_vfs->xSleep = &Methods::sleep;
    m_vfs->xCurrentTimeInt64 = &Methods::currentTime;
    sqlite3_vfs_register(m_vfs.get(), 0);
}

SimDisk::Mount::~Mount()
{
    sqlite3_vfs_unregister(m_vfs.get());
}

void SimDisk::Mount::note(File &file, int flags)
{
    if ((flags & SQLITE_OPEN_MAIN_DB) != 0)
        m_main = &file;
    else if ((flags & SQLITE_OPEN_WAL) != 0)
        m_log = &file;
    else
        ++m_others;
}

void SimDisk::Mount::forget(const File &file)
{
    if (&file == m_main)
        m_main = nullptr;
    else if (&file == m_log)
        m_log = nullptr;
    else
        --m_others;
}

bool SimDisk::Mount::mayMove() const
{
    return m_disk && !m_hasFailed && m_others == 0 && m_main && m_log && m_main->shared && !m_main->shared->regions.empty()
           && m_main->lock <= SQLITE_LOCK_SHARED && m_main->sharedMask == 0 && m_main->exclusiveMask == 0;
}

void SimDisk::Mount::leave()
{
    std::memcpy(m_seen.data(), m_main->shared->regions[0].get(), m_seen.size());
    m_seenIn = m_main->shared->era;
    m_main->endShare();
    for (File *file : {m_main, m_log}) {
        std::erase(file->content->open, file);
        file->content.reset();
    }
    m_disk = nullptr;
}

bool SimDisk::Mount::fits(const SimDisk &disk) const
{
    const auto found = disk.m_files.find(m_main->path);
    if (found == disk.m_files.end() || found->second->bytes.empty())
        return false;
    const Shared &mine = *m_main->shared;
    if (!found->second->shared)
        return mine.mapped == 0;
    // What it has seen last must not look as if it were of this file.
    return found->second->shared == &mine
           && (m_seenIn == mine.era || std::memcmp(m_seen.data(), mine.regions[0].get(), m_seen.size()) != 0);
}

bool SimDisk::Mount::enter(SimDisk &disk)
{
    m_disk = &disk;
    for (File *file : {m_main, m_log}) {
        std::shared_ptr<Content> &content = disk.m_files[file->path]; // a log that is not there is made, as by opening it
        if (!content)
            content = std::make_shared<Content>();
        file->content = content;
        content->open.push_back(file);
    }
    const bool isFirst = m_main->shared->mapped == 0;
    m_main->share();
    return isFirst;
}

std::shared_ptr<void> SimDisk::Mount::swapLog(std::shared_ptr<void> other)
{
    auto before = std::static_pointer_cast<void>(m_log->content);
    m_log->content = std::static_pointer_cast<Content>(std::move(other));
    m_main->shared->clear();
    return before;
}

std::shared_ptr<void> SimDisk::Mount::logOf(ByteView bytes)
{
    auto content = std::make_shared<Content>();
    content->bytes.assign(bytes.begin(), bytes.end());
    return content;
}

const void *SimDisk::Mount::known() const
{
    return m_main->content->known;
}

void SimDisk::Mount::setKnown(const void *what)
{
    if (!m_main || !m_main->content)
        return;
    Content &content = *m_main->content;
    content.known = what;
    if (!what)
        content.begunAs = nullptr;
    else if (content.begunAs)
        beginnings()[content.begunAs] = what;
}

ByteView SimDisk::Mount::bytes() const
{
    return m_main->content->bytes;
}
ByteView SimDisk::Mount::logBytes() const
{
    return m_log->content->bytes;
}

SimDisk::SimDisk(Rng &rng, const std::string &name)
    : m_rng(rng)
    , m_name(name)
    , m_mount(std::make_unique<Mount>(*this, name))
{
    disks()[m_name] = this;
}

SimDisk::~SimDisk()
{
    const auto found = disks().find(m_name);
    if (found != disks().end() && found->second == this)
        disks().erase(found);
}

SimDisk *SimDisk::named(std::string_view vfs)
{
    const auto found = disks().find(vfs);
    return found == disks().end() ? nullptr : found->second;
}

bool SimDisk::isSafe() const
{
    const Troubles &all = troubles;
    return !m_dead && (m_calm || (!m_failed && all.dieAt == 0 && all.failAt == 0 && !all.full && !all.dieAtSync));
}

bool SimDisk::mayUse()
{
    if (m_dead || m_calm) // the dead may look: nobody hears what they see
        return true;
    if (troubles.failAt > 0 && --troubles.failAt == 0)
        m_failed = true;
    return !m_failed;
}

bool SimDisk::mayWrite()
{
    if (m_dead)
        return false;
    if (!mayUse())
        return false;
    if (!m_calm && troubles.dieAt > 0 && --troubles.dieAt == 0)
        m_dead = true;
    return !m_dead;
}

void SimDisk::restart(bool powerCut)
{
    for (auto &[path, content] : m_files) {
        content->syncFailed = false;
        if (powerCut)
            content->known = nullptr;
        if (powerCut)
            loseUnsynced(*content);
    }
    m_dead = m_failed = false;
    troubles = {};
}

void SimDisk::loseUnsynced(Content &content)
{
    const bool all = m_rng.below(3) == 0;
    const std::size_t grown = content.bytes.size();
    const std::size_t size = all                          ? content.syncedSize
                             : grown > content.syncedSize ? content.syncedSize + m_rng.below(grown - content.syncedSize + 1)
                             : m_rng.below(2) == 0        ? content.syncedSize
                                                          : grown;
    std::ranges::sort(content.changed);
    content.bytes.resize(size);
    for (const std::size_t sector : content.changed) {
        const std::size_t start = sector * kSector;
        if (start >= size)
            continue;
        const std::size_t end = std::min(kSector, size - start);
        const bool isNew = !all && m_rng.below(2) == 0;
        // Some are torn: their beginning is the new, the rest the old.
        std::size_t torn = isNew ? end : !all && m_rng.below(8) == 0 ? m_rng.below(kSector) : 0;
        // Where the file was cut off, and that is lost, it is as it was: nothing was written there.
        torn = std::min(torn, std::max(grown, start) - start);
        if (torn < end)
            std::memcpy(content.bytes.data() + start + torn, content.before.data() + start + torn, end - torn);
    }
    for (std::size_t sector = content.syncedSize / kSector + 1; !all && sector * kSector < size; ++sector) {
        if (m_rng.below(16) == 0)
            std::memset(content.bytes.data() + sector * kSector, 0, std::min(kSector, size - sector * kSector));
    }
    content.synced();
}

void SimDisk::rename(const std::filesystem::path &from, const std::filesystem::path &to)
{
    for (const char *suffix : {"", "-wal"}) {
        if (!mayWrite())
            return;
        m_files.erase(keyOf(to) + suffix);
        auto file = m_files.extract(keyOf(from) + suffix);
        if (file.empty())
            continue;
        file.key() = keyOf(to) + suffix;
        m_files.insert(std::move(file));
    }
    begin(from);
}

void SimDisk::begin(const std::filesystem::path &path)
{
    const auto known = m_beginnings.find(keyOf(path));
    if (known != m_beginnings.end() && (!troubles.full || m_calm) && !m_dead)
        write(path, *known->second);
}

void SimDisk::remove(const std::filesystem::path &path)
{
    for (const char *suffix : {"", "-wal"})
        m_files.erase(keyOf(path) + suffix);
}

std::size_t SimDisk::size(const std::filesystem::path &path) const
{
    const auto found = m_files.find(keyOf(path));
    return found == m_files.end() ? 0 : found->second->bytes.size();
}

Bytes SimDisk::read(const std::filesystem::path &path) const
{
    const auto found = m_files.find(keyOf(path));
    return found == m_files.end() ? Bytes() : Bytes(found->second->bytes.begin(), found->second->bytes.end());
}

void SimDisk::write(const std::filesystem::path &path, ByteView bytes)
{
    auto content = std::make_shared<Content>();
    content->bytes.assign(bytes.begin(), bytes.end());
    content->synced();
    if (const auto beginning = beginnings().find(bytes.data()); beginning != beginnings().end()) {
        content->begunAs = beginning->first;
        content->known = beginning->second;
    }
    m_files[keyOf(path)] = std::move(content);
}

void SimDisk::sync(const std::filesystem::path &path)
{
    const auto found = m_files.find(keyOf(path));
    if (found != m_files.end() && !m_dead && !found->second->bytes.empty())
        found->second->synced();
}

void SimDisk::copyOf(const SimDisk &other)
{
    m_files.clear();
    for (const auto &[path, content] : other.m_files) {
        write(path, content->bytes);
        m_files[path]->known = content->known;
    }
}

void setUpSqlite()
{
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
#ifndef __SANITIZE_ADDRESS__ // which looks after the system's
    setUpMemory();
#endif
}

const Bytes &emptyFile(std::span<const store::Migration> migrations)
{
    static std::map<const store::Migration *, Bytes> made;
    Bytes &bytes = made[migrations.data()];
    if (!bytes.empty())
        return bytes;
    SeededRng rng(1);
    SimDisk disk(rng, "sim-empty");
    {
        auto database = store::Database::open("empty.db", {.vfs = disk.vfs()});
        if (!database || !store::migrate(**database, migrations) || !(*database)->checkpoint(true))
            std::abort();
    }
    bytes = disk.read("empty.db");
    beginnings()[bytes.data()] = nullptr;
    return bytes;
}

bool SimDisk::flipBit(const std::filesystem::path &path, std::uint64_t bit)
{
    const auto found = m_files.find(keyOf(path));
    if (found == m_files.end() || found->second->bytes.empty())
        return false;
    auto &bytes = found->second->bytes;
    for (const auto &[path, content] : m_files)
        content->known = nullptr;
    bytes[bit / 8 % bytes.size()] ^= std::byte(1U << bit % 8);
    return true;
}

} // namespace tributary::sim
