#pragma once

#include "core/hub/exchange/history_book.h"
#include "core/hub/exchange/history_line.h"
#include "core/hub/hidden_records.h"
#include "core/hub/ingest.h"

#include <functional>
#include <map>
#include <memory>
#include <span>

namespace tributary::hub::exchange {

/// A line whose files are in the blob store and whose texts are within the limits of a row.
struct PreparedLine {
    HistoryLine line;          ///< Without its body, html, subject, details and attachments: they are in `prepared`.
    PreparedEnvelope prepared; ///< `raw`: what is kept besides (unknown fields, or the mail as it came).
    std::string externalId;    ///< Of a mail: as a live mailbox calls it, so that its back-fill does not bring it again.
    std::vector<std::string> names;      ///< What other messages may call it.
    std::vector<std::string> references; ///< Names of messages it answers, nearest first.
    std::int64_t number = 0;             ///< Of the line or mail in its file, from 1.
};

/// By pointers: a line is some sixty strings, which are not worth moving about.
using PreparedLines = std::vector<std::unique_ptr<PreparedLine>>;

/// Writes lines of history to the store, each once. What is of persons who were erased (hub.erased) is left out: all of it
/// where there is nobody at their addresses, and what is from before where somebody has come there since. For jobs of the
/// store's writer.
class HistoryWriter {
public:
    struct Counts {
        std::int64_t taken = 0;
        std::int64_t known = 0;
        std::int64_t bad = 0;
        std::int64_t erased = 0; ///< Of persons who were erased.
    };
    /// Told of a line that is not taken: its number and why.
    using Complain = std::function<void(std::int64_t number, const std::string &why)>;

    explicit HistoryWriter(HubStore &store)
        : m_store(store)
        , m_book(store)
        , m_hidden(store.secrets())
    {
    }

    /// One transaction's work. An error means that nothing of it holds, and this writer must not be used again.
    Result<Counts> write(store::Database &database, const PreparedLines &lines, const Complain &complain, bool isLast);

private:
    enum class Outcome { Taken, Known, Erased };
    Result<Outcome> take(PreparedLine &prepared);
    Result<bool> isTaken(const std::string &source, const std::string &name);
    Result<bool> isHidden(const std::string &source, const std::string &name);
    Result<bool> remember(const std::string &source, const std::string &name, model::TimelineItemId item);
    Result<bool> isOfErased(const HistoryLine &line);
    Result<bool> isErasedKey(const std::string &source, const std::string &key);

    Result<Outcome> takeItem(PreparedLine &prepared);
    Result<bool> isNewItem(const PreparedLine &prepared, model::TimelineItemId item, model::ChannelAccountId account);
    Result<model::Conversation *> conversationFor(const PreparedLine &prepared, const model::Identity &identity,
                                                  const model::ChannelAccount &account);
    Result<model::Conversation *> namedConversation(const PreparedLine &prepared, model::ChannelAccountId account);
    Result<model::TimelineItem> itemOf(PreparedLine &prepared, const model::Identity &identity,
                                       const model::Conversation &conversation, model::TimelineItemId id);
    Result<void> setAuthor(const HistoryLine &line, model::TimelineItem &item);
    Result<void> keepBesides(const PreparedLine &prepared, const model::TimelineItem &item);
    Result<void> applyState(const HistoryLine &line, model::Conversation &conversation);

    Result<void> takeCustomer(const HistoryLine &line);
    Result<void> takeConsents(const HistoryLine &line, model::CustomerId customer, TimePoint at);
    Result<void> takeAgent(const HistoryLine &line);
    Result<void> takeSuggestion(const HistoryLine &line);
    Result<void> takeLink(const HistoryLine &line);

    HubStore &m_store;
    HistoryBook m_book;
    HiddenRecords m_hidden;
    std::map<std::string, bool> m_hides; ///< Sources of this transaction, and whether any of their records is hidden.
    ChangeLog *m_changes = nullptr;
    std::unordered_map<model::CustomerId, TimePoint> m_whenErased; ///< As the list of the erased has it.
};

/// What is said in a line does to its conversation's row what it would have done live, as of the line's own time. Of a
/// conversation that nobody says is still open, what is older than @p overFrom (overInHistory()) is over.
void applyItem(const model::TimelineItem &item, bool isNew, TimePoint overFrom, model::Conversation &conversation);

} // namespace tributary::hub::exchange
