#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/exchange/history_writer.h"

#include <future>

namespace tributary::hub::exchange {

/// What came of an import.
struct ImportSummary {
    std::int64_t lines = 0; ///< Looked at.
    std::int64_t taken = 0;
    std::int64_t known = 0;  ///< Taken before: nothing was changed.
    std::int64_t erased = 0; ///< Left out: of persons who were erased.
    std::int64_t bad = 0;    ///< Refused, each with its number and reason on the console.
};

/// One import at work: gathers lines to batches, writes one batch while the next is read, tells how far it is.
class ImportRun {
public:
    /// @p isAlone: no hub is at work on the store, nobody waits for a transaction to end.
    ImportRun(HubStore &store, const admin::Console &console, bool isAlone);
    ~ImportRun();

    /// A new file begins. @p sizeBytes is all of it, for the estimate.
    void beginFile(std::string name, std::int64_t sizeBytes, std::string_view unit);
    /// To be asked before each line or mail. Offline: whoever wants it is gone, or the hub ends; what was added so far is
    /// still to be written by finish().
    Result<void> goOn();
    bool isStopped() const { return m_isStopped; }
    /// How far reading is in the file.
    void setRead(std::int64_t bytes) { m_readBytes = bytes; }
    /// A line is refused before it comes to the store. The first 100 of a file are shown.
    void complain(std::int64_t number, const std::string &why);
    /// Fails when the store did; then nothing more can be added.
    Result<void> add(std::unique_ptr<PreparedLine> line);
    /// A line that has done its work already (a piece of a file, the reference).
    void addDone();
    Result<void> endFile();
    /// Writes the rest. The last call.
    Result<ImportSummary> finish();

private:
    Result<void> startBatch(bool isLast);
    Result<void> awaitBatch();
    void report(bool atEnd);

    HubStore &m_store;
    const admin::Console &m_console;
    const bool m_isAlone;
    HistoryWriter m_writer;
    PreparedLines m_batch;
    std::size_t m_batchBytes = 0;
    std::future<Result<HistoryWriter::Counts>> m_writing;
    std::vector<std::pair<std::int64_t, std::string>> m_complaints; ///< Of the batch that is being written.
    ImportSummary m_summary;
    std::string m_file;
    std::string m_unit;
    bool m_isStopped = false;
    std::int64_t m_fileBytes = 0, m_readBytes = 0, m_fileLines = 0, m_shown = 0, m_fileBad = 0;
    Milliseconds m_reportedAt{0};
};

/// Makes a line ready: stores its files and what is too long as blobs, cleans its HTML. Invalid: it cannot be taken.
Result<std::unique_ptr<PreparedLine>> prepareLine(HubStore &store, HistoryLine &&line,
                                                  std::vector<channels::InboundAttachment> attachments);

} // namespace tributary::hub::exchange
