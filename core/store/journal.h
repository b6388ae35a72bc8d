#pragma once

#include "core/base/seal.h"
#include "core/model/commands.h"
#include "core/store/database.h"
#include "core/store/erased.h"

#include <array>
#include <functional>
#include <set>

namespace tributary::store {

/// Who this installation is, and where its workspace lives.
struct Installation {
    model::ClientId client;
    std::string hubUrl; ///< `ws://127.0.0.1:7600` or `wss://…`; empty: not connected to any yet.
    std::string token;  ///< Of this device; empty: signed out. Kept here only where there is no keyring.
    std::string agentEmail;
    std::string workspace;
};

/// Something half written. One for each conversation and kind.
struct Draft {
    enum class Kind { Reply, Note };
    model::ConversationId conversation;
    Kind kind = Kind::Reply;
    std::string body;
    std::map<std::string, std::string> fields; ///< `subject`, `cc`, `identity`, `account`, `attachments` ...
    TimePoint savedAt;
    /// Nothing worth keeping.
    bool isEmpty() const
    {
        return body.empty() && !fields.contains("attachments") && !fields.contains("cc") && !fields.contains("subject");
    }
    friend bool operator==(const Draft &, const Draft &) = default;
};

/// What rows of a journal are checked by: over all that is in them but the numbering.
std::array<std::byte, 16> checksumOf(const Draft &draft);
std::array<std::byte, 16> checksumOf(const Installation &installation);
std::array<std::byte, 16> settingChecksum(std::string_view name, std::string_view value);

/// Files that go with a draft; their contents are on this computer.
void setAttachments(Draft &draft, const std::vector<model::Attachment> &attachments);
std::vector<model::Attachment> attachmentsOf(const Draft &draft);
/// Both texts, @p older above; one alone where the other goes on with it. The files of both.
Draft joined(Draft older, Draft newer);

/// A command with what is known of its fate.
struct JournalEntry {
    model::Command command;
    std::optional<model::Outcome> outcome;
    std::optional<TimePoint> appliedAt; ///< When its echo was applied to the cache.
    bool settled = false;               ///< Its author has decided about the outcome.
};

/// A command as it is stored: its bytes and those of its outcome may be sealed.
struct StoredCommand {
    std::int64_t n = 0;
    Bytes id, command;
    std::optional<Bytes> outcome;
    std::optional<TimePoint> appliedAt;
    bool settled = false;
};

/// A draft as it is stored, where it is sealed.
struct SealedDraft {
    model::ConversationId conversation;
    Draft::Kind kind = Draft::Kind::Reply;
    Bytes key; ///< SealKey::id()
    Bytes sealed;
    TimePoint savedAt;
};

struct RescuedJournal;

/// The precious file of a desktop (DESIGN 7): its commands, drafts and settings. Every call is one durable transaction.
///
/// The words in it are sealed as soon as there is a key for that (unlock()). What is sealed by a key that is not at hand,
/// which may be another agent's, is not there for whoever reads, and stays as it is; locked() tells of it.
class Journal {
public:
    /// Opens @p path, making it and a new client id where there is none, and looks whether it is whole: SQLite's own check,
    /// the checksum of each row, numbers without a gap. Corrupt: it is not; core/store/journal_rescue.h saves the rest.
    /// One that a newer program has worked with is opened all the same: its schema only ever grows. Commands of that program
    /// are kept and wait for it, out of the way of the others. One of an older program is brought to this one's schema as
    /// core/store/file_migration.h says. Full: there is no room for that.
    static Result<std::unique_ptr<Journal>> open(const std::string &path, IdMaker &ids, const std::string &vfs = {});

    /// The keys of whoever works here: the first one seals what is plain or was sealed by another of them, and what is
    /// written from now on. With @p seals false it is all stored plain again, what is sealed by any of them: for a key that
    /// can be kept nowhere. On an error the keys are there all the same, and what is stored is done by reseal() or the next
    /// call. @p rng outlives this. What was plain is off the disk when wipe() has been called.
    Result<void> unlock(std::vector<SealKey> keys, bool seals, Rng &rng);
    /// Stores what can be read as the keys at hand would have it.
    Result<void> reseal();
    /// Writes the file anew where something plain was sealed since: what was overwritten is in its log and between its rows
    /// still. Does nothing, and is due still, while the disk has no room for that. Conflict: somebody reads.
    Result<void> wipe();
    /// No key is at hand any more. Returns those that were, for unlockAgain().
    Seals lock() { return std::exchange(m_seals, {}); }
    void unlockAgain(Seals seals) { m_seals = std::move(seals); }
    /// What a key that is not at hand would open.
    struct Locked {
        std::int64_t inLine = 0;  ///< Commands to be sent: nothing may be sent, or numbered anew, without them.
        std::int64_t waiting = 0; ///< Such commands that were put out of the way of the others.
        bool any = false;         ///< These, or anything else.
    };
    Result<Locked> locked();
    /// Of all that is there, whoever can read it.
    struct Counts {
        std::int64_t commands = 0, unconfirmed = 0, drafts = 0;
    };
    Result<Counts> counts();

    /// Moves the log into the file; for quiet moments. @p truncate: all of it, that the file alone is the journal.
    Result<void> checkpoint(bool truncate = false);

    Result<Installation> installation();
    Result<void> setInstallation(const Installation &installation);
    /// A new client id and numbering from 1, for everything not yet applied: the hub has seen another copy of this one (a
    /// cloned machine), or has lost its memory of it. What it had applied once beyond @p hubN, before it was restored from a
    /// backup, is offered again with the rest. The other applied ones are kept beside the numbers, the newest thousand.
    /// Commands that cannot be read wait out of the way until their key is there.
    Result<void> becomeNewClient(IdMaker &ids, std::optional<std::int64_t> hubN = std::nullopt);
    /// Of a hub that has gone back to before this client came to it: what was applied under earlier numberings is to be
    /// offered again by the next becomeNewClient(), which is due now. Does nothing where nothing was kept.
    Result<void> recallKept();
    /// Commands that recallKept() is about, until they have been numbered.
    Result<std::vector<JournalEntry>> recalled();
    /// They are not to be offered after all, or not now: somebody else comes, whose hub may be another one.
    Result<void> leaveKept();

    /// Takes in what was saved of a damaged journal. For a new one.
    Result<void> fill(const RescuedJournal &rescued);
    /// How many commands wait for the newer program that they are of. Which of those that are sealed are, their key tells.
    Result<std::int64_t> waitingForNewer();

    /// Numbers and stores commands; they are as good as done for the person at the keyboard when this returns. @p offered:
    /// they go to the hub at once.
    Result<std::vector<model::Command>> append(std::vector<model::Command> commands, bool offered = false);
    /// Commands up to this number have been given to a link, so that the hub may know them: they cannot be unsaid any more.
    Result<std::int64_t> offeredUpTo();
    Result<void> setOffered(std::int64_t n);
    /// Puts @p command where one of its number and id is, which no link has been given, and keeps @p draft (an empty one:
    /// none) together with it. NotFound: there is none.
    Result<void> replace(const model::Command &command, const Draft &draft);
    /// Commands with n above @p n, in order. A row whose checksum is wrong is set aside and reported in the log.
    Result<std::vector<JournalEntry>> entriesAfter(std::int64_t n);
    Result<std::optional<JournalEntry>> entry(std::int64_t n);
    /// The last number that was given to a command; 0: none.
    Result<std::int64_t> lastGiven();
    /// The last command whose outcome is known; 0: none.
    Result<std::int64_t> lastApplied();
    /// Keeps what came back to its author. Told twice, the first time counts.
    Result<void> setOutcomes(const std::vector<model::Outcome> &outcomes);
    /// The echo of everything up to @p n is in the cache.
    Result<void> markApplied(std::int64_t n, TimePoint now);
    /// Drops applied commands older than a week that need nobody.
    Result<void> prune(TimePoint now);
    /// Somebody was erased: drafts in their conversations go, whosever, also those that are put by, and of what was done
    /// about them only the numbers are kept, with nothing left to decide. Done is what was applied or came back, and the
    /// numbers @p done, of which the same news says so. What still waits for the hub waits on, and comes back to its author.
    /// What cannot be read now is forgotten when its key is there.
    Result<void> forgetAbout(const Erased &erased, const std::set<std::int64_t> &done = {});
    /// Commands that came back to their author: refused, or needing a decision.
    Result<std::vector<JournalEntry>> needingAuthor();
    /// The author has decided about command @p n, and its text is @p draft now (an empty one: it is none).
    Result<void> settle(std::int64_t n, const Draft &draft = {});

    Result<void> saveDraft(const Draft &draft); ///< An empty one removes it.
    /// Of an agent who has just left, with the seals they had: under what they have written there already.
    Result<void> saveLateDraft(const Draft &draft, const Seals &seals);
    Result<std::optional<Draft>> draft(model::ConversationId conversation, Draft::Kind kind);
    Result<std::vector<Draft>> drafts();
    /// Whose drafts those are, what came back, what waits for a newer program, and what was applied under earlier
    /// numberings. Another agent's are put by, in one transaction, until that one is here again. The first agent of all gets
    /// what is there. What waits must be out of the way of the others already (becomeNewClient()).
    Result<void> setAuthor(model::AgentId agent);

    Result<std::string> setting(const std::string &name, const std::string &otherwise);
    Result<void> setSetting(const std::string &name, const std::string &value);

private:
    Journal(std::unique_ptr<Database> database, std::string path)
        : m_database(std::move(database))
        , m_path(std::move(path))
    {
    }
    Result<void> check();
    Result<void> checkRows();
    Result<void> takeUpWaiting();
    Result<void> bringBack();
    Result<std::vector<JournalEntry>> kept();
    Result<void> putBy(const std::string &where);
    Result<void> resealAll();
    Result<bool> forgetCommandsAbout(const Erased &erased, const std::set<std::int64_t> &done);
    Result<void> changePutBy(const std::function<std::string(std::string_view)> &left);
    Result<void> forgetPutBy(const Erased &erased);
    Result<void> prunePutBy(TimePoint before);
    Result<bool> forgetWhatIsDue();

    std::unique_ptr<Database> m_database;
    std::string m_path;
    Seals m_seals;
};

} // namespace tributary::store

namespace tributary::model {
template<>
inline constexpr std::array<std::string_view, 2> kNames<store::Draft::Kind>{"reply", "note"};
}
