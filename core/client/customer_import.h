#pragma once

#include "core/client/import_rows.h"
#include "core/client/workspace.h"

#include <QObject>

#include <memory>

namespace tributary::client {

class WorkThread;

/// Figures of a file: its rows by what would become, or became, of them.
struct ImportFigures {
    std::int64_t rows = 0, fresh = 0, joins = 0, unchanged = 0, twice = 0, refused = 0;
    friend bool operator==(const ImportFigures &, const ImportFigures &) = default;
};

/// Brings the customers of a file into the workspace by commands, each of which takes a part of the rows: the hub checks
/// each row and takes it whole or not at all, the journal keeps them, and the next part waits until the last ones have
/// arrived. A row whose address is known joins whoever has it, and fills only what is empty: so a file that is read again
/// changes nothing. Addresses of a file are told, not proven: nobody is merged because of one.
///
/// Lives on the window's thread; files and numbers are read on one of its own.
class CustomerImport : public QObject {
    Q_OBJECT
public:
    enum class Stage { Idle, Checking, Importing, Done, Cancelled, Failed };

    explicit CustomerImport(Workspace &workspace, QObject *parent = nullptr);
    ~CustomerImport() override;

    QFuture<Result<ImportFile>> look(const QString &path);
    /// Says what would happen, and changes nothing.
    void check(ImportSettings settings);
    /// Does it. While the hub is away it waits.
    void run(ImportSettings settings);
    /// Ends check() or run() after the part that is under way. What is in stays in.
    void cancel();
    /// As if there had been none: somebody else signs in. What has not been given yet is not, and nothing is said of it.
    void forget();
    QFuture<Result<void>> saveRefused(std::map<std::int64_t, std::string> reasons, const std::string &reasonHeading,
                                      const QString &path);

    Stage stage() const { return m_stage; }
    bool isBusy() const { return m_stage == Stage::Checking || m_stage == Stage::Importing; }
    bool wasImport() const { return m_importing; } ///< What the lines are of.
    bool isWaiting() const { return m_waiting && m_workspace.status().state != Status::State::Live; }
    double done() const { return m_done; } ///< Of the file, 0 to 1.
    const ImportFigures &figures() const { return m_figures; }
    const std::vector<ImportLine> &lines() const { return m_lines; } ///< In the order of the file.
    const ImportSettings &settings() const { return m_settings; }
    Error error() const { return m_error; } ///< Of Stage::Failed.

    /// Who may bring customers in; nothing: @p agent may. Addresses that are hidden could not be compared.
    static std::optional<model::Permission> missingFor(const model::Agent &agent);

signals:
    void progressed();
    void ended();

private:
    void begin(ImportSettings settings, bool importing);
    void next();
    void take(Result<ImportSource::Batch> batch);
    void plan(ImportSource::Batch batch);
    void give(const std::vector<store::ImportRow> &rows, const std::vector<store::ImportPlan> &plans);
    model::ImportedCustomer importedOf(const store::ImportRow &row);
    void refuse(std::int64_t row, model::Outcome::Reason reason);
    void goOn();
    void settle();
    void end(Stage stage);
    void add(ImportLine line);
    void cameBack(const store::JournalEntry &entry);

    Workspace &m_workspace;
    std::unique_ptr<WorkThread> m_thread;
    std::shared_ptr<ImportSource> m_source; ///< Used on the thread alone.
    ImportSettings m_settings;
    ImportFigures m_figures;
    std::vector<ImportLine> m_lines;
    /// Rows by commands that are under way, which are named in the order of their time. Not by their numbers, which others
    /// have when the numbering begins anew.
    std::map<model::CommandId, std::vector<std::int64_t>> m_given;
    std::vector<store::JournalEntry> m_early;            ///< They came back before the numbers of what was given are known.
    std::map<std::string, model::CompanyId> m_companies; ///< Made by this import.
    Stage m_stage = Stage::Idle;
    Error m_error{};
    double m_done = 0;
    std::uint64_t m_turn = 0; ///< Answers to an earlier turn are dropped.
    bool m_importing = false, m_waiting = false, m_atEnd = false, m_cancelled = false, m_looking = false;
};

} // namespace tributary::client
