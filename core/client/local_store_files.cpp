#include "core/client/local_store.h"

#include "core/base/log.h"
#include "core/client/sealed_blobs.h"
#include "core/model/command_files.h"
#include "core/store/files.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <sstream>

/// Which contents of attachments have to stay on this computer, and which go.
namespace tributary::client {
namespace {

using namespace tributary::model;

constexpr std::string_view kUnsentFiles = "files."; ///< A setting of each agent who is out: a line each.
constexpr std::int64_t kNamedAtOnce = 2'000;        ///< A few milliseconds of reading.

/// The names of files below @p folder that were not written or used since @p since.
std::set<std::string> filesOlderThan(const std::filesystem::path &folder, std::filesystem::file_time_type since)
{
    namespace fs = std::filesystem;
    std::set<std::string> names;
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code problem;
        if (at->is_regular_file(problem) && at->last_write_time(problem) < since && !problem)
            names.insert(at->path().filename().string());
    }
    return names;
}

/// How it begins; nothing where it cannot be read.
Bytes headOf(const std::filesystem::path &folder, const std::string &name)
{
    const auto file = store::readInPieces(folder / name.substr(0, 2) / name);
    return file ? (*file)(SealStream::kHeadBytes).value_or(Bytes()) : Bytes();
}

/// The contents of those that no key at hand opens.
std::set<std::string> unreadableFiles(const std::filesystem::path &folder, const Seals &keys)
{
    std::set<std::string> names;
    for (const std::string &name : filesOlderThan(folder, std::filesystem::file_time_type::max())) {
        if (!keys.opens(headOf(folder, name)))
            names.insert(SealedBlobs::contentOfFile(name));
    }
    return names;
}

/// A line each: its hash and the conversation, or nothing.
std::string linesOf(const std::set<std::pair<std::string, ConversationId>> &files)
{
    std::string lines;
    for (const auto &[sha256, conversation] : files)
        lines += sha256 + " " + (conversation.isNull() ? std::string() : conversation.text()) + "\n";
    return lines;
}

std::set<std::pair<std::string, ConversationId>> namedIn(const std::string &lines)
{
    std::set<std::pair<std::string, ConversationId>> files;
    std::istringstream all(lines);
    for (std::string line; std::getline(all, line);) {
        const std::size_t space = line.find(' ');
        const auto conversation = space == line.npos ? std::nullopt : ConversationId::fromText(line.substr(space + 1));
        files.emplace(line.substr(0, space), conversation.value_or(ConversationId()));
    }
    return files;
}

} // namespace

std::string LocalStore::unsentFilesOf(AgentId agent)
{
    return std::string(kUnsentFiles) + agent.text();
}

Result<LocalStore::NamedFiles> LocalStore::filesOfWork()
{
    TRIBUTARY_TRY(checkUnlocked());
    NamedFiles files;
    const auto add = [&files](const std::vector<Attachment> &attachments, ConversationId conversation) {
        for (const Attachment &attachment : attachments)
            files.emplace(attachment.sha256, conversation);
    };
    TRIBUTARY_TRY_ASSIGN(const auto commands, undecided());
    for (const Command &command : commands)
        add(filesOf(command.body), conversationOf(command.body));
    TRIBUTARY_TRY_ASSIGN(const auto drafts, m_journal->drafts());
    for (const store::Draft &draft : drafts)
        add(store::attachmentsOf(draft), draft.conversation);
    for (const store::Draft &draft : m_discarded)
        add(store::attachmentsOf(draft), draft.conversation);
    return files;
}

Result<std::set<std::string>> LocalStore::filesInUse()
{
    TRIBUTARY_TRY_ASSIGN(const NamedFiles work, filesOfWork());
    std::set<std::string> files = unsentFiles();
    for (const auto &[sha256, conversation] : work)
        files.insert(sha256);
    return files;
}

/// Of who is about to leave.
void LocalStore::noteWhatStays()
{
    if (m_facts.agent.id.isNull())
        return;
    noteUnsentFiles();
    noteHistory();
}

/// What the agent has not sent stays in the journal while they are out, and so do its files, also where somebody else works
/// here meanwhile. Of work that no key at hand opens they are among those that none opens, either.
void LocalStore::noteUnsentFiles()
{
    const std::string name = unsentFilesOf(m_facts.agent.id);
    auto files = filesOfWork();
    if (!files)
        files = namedIn(m_facts.settings[name]);
    if (m_facts.anyLocked) {
        for (const std::string &sha256 : unreadableFiles(m_folder / "blobs", m_keys))
            files->emplace(sha256, ConversationId());
    }
    if (auto done = sealedFilesOfDone())
        files->merge(*done);
    m_facts.settings[name] = linesOf(*files);
}

/// Of what the hub has taken: a hub that is restored is offered it again, and its files with it. Those that are plain are
/// for nobody to find here.
Result<LocalStore::NamedFiles> LocalStore::sealedFilesOfDone()
{
    NamedFiles files;
    if (!m_keys.sealing())
        return files;
    TRIBUTARY_TRY_ASSIGN(const auto entries, watch(m_journal->entriesAfter(0), false));
    for (const store::JournalEntry &entry : entries) {
        for (const Attachment &file : filesOf(entry.command.body)) {
            if (entry.appliedAt && isSealed(headOf(m_folder / "blobs", file.sha256)))
                files.emplace(file.sha256, conversationOf(entry.command.body));
        }
    }
    return files;
}

/// Of all agents who are out, or were until lately.
std::set<std::string> LocalStore::unsentFiles() const
{
    std::set<std::string> files;
    for (const auto &[name, lines] : m_facts.settings) {
        if (!name.starts_with(kUnsentFiles))
            continue;
        for (const auto &[sha256, conversation] : namedIn(lines))
            files.insert(sha256);
    }
    return files;
}

/// Somebody was erased, of whom these conversations were, and what had @p files. Returns those that nobody who is out is to
/// have any more.
Result<std::vector<std::string>> LocalStore::forgetUnsentFiles(const std::set<ConversationId> &erased,
                                                               const std::vector<std::string> &files)
{
    std::vector<std::string> gone;
    for (auto &[name, lines] : m_facts.settings) {
        if (!name.starts_with(kUnsentFiles))
            continue;
        NamedFiles kept;
        for (const auto &[sha256, conversation] : namedIn(lines)) {
            if (conversation.isNull() ? std::ranges::count(files, sha256) > 0 : erased.contains(conversation))
                gone.push_back(sha256);
            else
                kept.emplace(sha256, conversation);
        }
        lines = linesOf(kept);
    }
    if (!gone.empty())
        TRIBUTARY_TRY(keepSettings());
    return gone;
}

void LocalStore::dropFiles()
{
    namespace fs = std::filesystem;
    const std::set<std::string> unsent = unsentFiles();
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(m_folder / "blobs", ignored)) {
        for (const auto &file : fs::directory_iterator(entry.path(), ignored)) {
            if (!unsent.contains(SealedBlobs::contentOfFile(file.path().filename().string())))
                fs::remove_all(file.path(), ignored);
        }
        fs::remove(entry.path(), ignored); // unless something is left in it
    }
    for (const auto &entry : fs::directory_iterator(m_folder / "opened", ignored))
        fs::remove_all(entry.path(), ignored);
}

Result<bool> LocalStore::lookForStrays()
{
    if (!m_cacheFile || m_lookedForStrays || m_facts.isLocked)
        return false;
    if (!m_strays) {
        TRIBUTARY_TRY_ASSIGN(const auto state, watch(store::Cache(*m_cacheFile).state(), true));
        if (!state || !state->syncedAt || state->bootstrapStart > 0)
            return false;
        m_strays.emplace(Strays{.files = filesOlderThan(m_folder / "blobs", m_openedAt)});
    }
    bool isMore = !m_strays->files.empty();
    if (isMore) {
        TRIBUTARY_TRY_ASSIGN(isMore, watch(nameFiles(), true));
    }
    if (isMore)
        return true;
    // What was noted when they signed out can be read again.
    if (m_facts.settings.erase(unsentFilesOf(m_facts.agent.id)) > 0)
        TRIBUTARY_TRY(keepSettings());
    TRIBUTARY_TRY_ASSIGN(auto inUse, watch(filesInUse(), false));
    if (m_facts.anyLocked) // what no key opens may name them
        inUse.merge(unreadableFiles(m_folder / "blobs", m_keys));
    store::ChangeSet gone;
    for (const std::string &name : filesOlderThan(m_folder / "blobs", m_openedAt)) { // others were attached anew meanwhile
        if (m_strays->files.contains(name) && !inUse.contains(SealedBlobs::contentOfFile(name)))
            gone.files.push_back(name);
    }
    m_strays.reset();
    m_lookedForStrays = true;
    if (!gone.files.empty()) {
        log(LogLevel::Info, "tributary.client", "files that nothing names leave this computer",
            {{"files", std::to_string(gone.files.size())}});
        tell(gone);
    }
    return false;
}

/// Takes what the next items name off the list. False: those were the last.
Result<bool> LocalStore::nameFiles()
{
    auto query = m_cacheFile->query(store::sql::cache_files_named);
    query.bind("after", m_strays->after).bind("row_count", kNamedAtOnce);
    std::int64_t seen = 0;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return seen == kNamedAtOnce;
        ++seen;
        m_strays->after = query.integer(0);
        const auto attachments = wire::attachmentsFrom(query.blob(1));
        for (const Attachment &attachment : attachments.value_or(std::vector<Attachment>()))
            m_strays->files.erase(attachment.sha256);
    }
}

} // namespace tributary::client
