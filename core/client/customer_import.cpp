#include "core/client/customer_import.h"

#include "core/client/async.h"
#include "core/client/work_thread.h"
#include "core/text/search_fold.h"

#include <QFutureWatcher>

#include <utility>

namespace tributary::client {
namespace {

constexpr std::size_t kChecked = 500, kGiven = model::kMostRowsImported; ///< Rows at once.
constexpr std::size_t kMostBytes = 24 * 1024;                            ///< Of a command.
constexpr std::int64_t kMostUnderWay = 1;                                ///< Commands, when more are given.
constexpr std::size_t kRemembered = 100;                                 ///< Commands.

/// About what a row takes in a frame.
std::size_t sizeOf(const store::ImportRow &row)
{
    std::size_t size = 100 + row.name.size() + row.note.size() + row.company.size();
    for (const store::ImportRow::Address &address : row.addresses)
        size += 60 + address.address.size();
    for (const std::string &tag : row.tags)
        size += 5 + tag.size();
    for (const auto &[key, value] : row.fields)
        size += 10 + key.size() + value.size();
    return size;
}

ImportLine::Reason reasonOf(model::Outcome::Reason reason)
{
    switch (reason) {
    case model::Outcome::Reason::Taken: return ImportLine::Reason::Taken;
    case model::Outcome::Reason::NotAllowed: return ImportLine::Reason::NotAllowed;
    case model::Outcome::Reason::NotKnown: return ImportLine::Reason::OldHub;
    default: return ImportLine::Reason::Hub;
    }
}

} // namespace

CustomerImport::CustomerImport(Workspace &workspace, QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_thread(std::make_unique<WorkThread>())
{
    connect(&workspace, &Workspace::statusChanged, this, &CustomerImport::goOn);
    connect(&workspace, &Workspace::outboxChanged, this, &CustomerImport::goOn);
    connect(&workspace, &Workspace::cameBack, this, &CustomerImport::cameBack);
}

CustomerImport::~CustomerImport()
{
    m_thread.reset();
}

std::optional<model::Permission> CustomerImport::missingFor(const model::Agent &agent)
{
    for (const model::Permission permission : {model::Permission::EditCustomers, model::Permission::SeeContactDetails}) {
        if (!model::may(agent, permission))
            return permission;
    }
    return {};
}

QFuture<Result<ImportFile>> CustomerImport::look(const QString &path)
{
    const Promise<ImportFile> promise;
    m_thread->post([promise, path] { promise.finish(lookAtImport(path)); });
    return promise.future();
}

QFuture<Result<void>> CustomerImport::saveRefused(std::map<std::int64_t, std::string> reasons,
                                                  const std::string &reasonHeading, const QString &path)
{
    const Promise<void> promise;
    m_thread->post([promise, file = m_settings.file, reasons = std::move(reasons), reasonHeading, path] {
        promise.finish(saveRows(file, reasons, reasonHeading, path));
    });
    return promise.future();
}

void CustomerImport::check(ImportSettings settings)
{
    begin(std::move(settings), false);
}

void CustomerImport::run(ImportSettings settings)
{
    begin(std::move(settings), true);
}

void CustomerImport::begin(ImportSettings settings, bool importing)
{
    forget();
    m_settings = std::move(settings);
    m_source = std::make_shared<ImportSource>(m_settings);
    m_importing = importing;
    m_stage = importing ? Stage::Importing : Stage::Checking;
    emit progressed();
    next();
}

void CustomerImport::forget()
{
    ++m_turn;
    m_settings = {};
    m_source.reset();
    m_figures = {};
    m_lines.clear();
    m_given.clear();
    m_early.clear();
    m_companies.clear();
    m_done = 0;
    m_importing = m_waiting = m_atEnd = m_cancelled = m_looking = false;
    m_stage = Stage::Idle;
}

void CustomerImport::cancel()
{
    if (!isBusy())
        return;
    m_cancelled = true;
    if (m_waiting)
        goOn();
}

void CustomerImport::next()
{
    const std::size_t count = m_importing ? kGiven : kChecked;
    m_thread->post([this, source = m_source, count, turn = m_turn] { // the thread ends before this does
        auto batch = std::make_shared<Result<ImportSource::Batch>>(source->next(count));
        QMetaObject::invokeMethod(
            this,
            [this, batch, turn] {
                if (turn == m_turn)
                    take(std::move(*batch));
            },
            Qt::QueuedConnection);
    });
}

void CustomerImport::take(Result<ImportSource::Batch> batch)
{
    if (!batch) {
        m_error = batch.error();
        return end(Stage::Failed);
    }
    if (m_cancelled)
        return end(Stage::Cancelled);
    plan(std::move(*batch));
}

void CustomerImport::plan(ImportSource::Batch batch)
{
    auto *watcher = new QFutureWatcher<Result<std::vector<store::ImportPlan>>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, batch, turn = m_turn] {
        watcher->deleteLater();
        if (turn != m_turn)
            return;
        const Result<std::vector<store::ImportPlan>> plans = watcher->result();
        if (!plans) {
            m_error = plans.error();
            return end(Stage::Failed);
        }
        const std::size_t before = m_lines.size();
        for (const ImportLine &line : batch.settled)
            add(line);
        for (std::size_t i = 0; i < batch.rows.size(); ++i) {
            const store::ImportRow &row = batch.rows[i];
            const store::ImportPlan &plan = (*plans)[i];
            using Verdict = ImportLine::Verdict;
            ImportLine line{.number = row.number, .name = row.name.empty() ? row.addresses.front().address : row.name};
            line.detail = plan.name;
            switch (plan.kind) {
            case store::ImportPlan::Kind::New: line.verdict = Verdict::New; break;
            case store::ImportPlan::Kind::Joins: line.verdict = Verdict::Joins; break;
            case store::ImportPlan::Kind::Unchanged: line.verdict = Verdict::Unchanged; break;
            case store::ImportPlan::Kind::TwoPeople:
                line.verdict = Verdict::Refused;
                line.reason = ImportLine::Reason::TwoPeople;
                line.detail = plan.name + " / " + plan.other;
            }
            add(std::move(line));
        }
        std::ranges::sort(m_lines.begin() + std::ptrdiff_t(before), m_lines.end(), {}, &ImportLine::number);
        m_done = batch.done;
        m_atEnd = batch.atEnd;
        emit progressed();
        if (m_importing)
            give(batch.rows, *plans);
        else if (m_atEnd)
            end(Stage::Done);
        else
            next();
    });
    watcher->setFuture(m_workspace.planImport(batch.rows));
}

void CustomerImport::add(ImportLine line)
{
    ++m_figures.rows;
    switch (line.verdict) {
    case ImportLine::Verdict::New: ++m_figures.fresh; break;
    case ImportLine::Verdict::Joins: ++m_figures.joins; break;
    case ImportLine::Verdict::Unchanged: ++m_figures.unchanged; break;
    case ImportLine::Verdict::Twice: ++m_figures.twice; break;
    case ImportLine::Verdict::Refused: ++m_figures.refused; break;
    }
    m_lines.push_back(std::move(line));
}

/// As many rows to a command as the hub takes, and as a frame surely holds.
void CustomerImport::give(const std::vector<store::ImportRow> &rows, const std::vector<store::ImportPlan> &plans)
{
    std::vector<model::CommandBody> commands;
    std::vector<std::vector<std::int64_t>> of; // the rows of each command
    model::ImportCustomers part;
    std::size_t bytes = 0;
    const auto close = [&] {
        if (!part.rows.empty())
            commands.emplace_back(std::exchange(part, {}));
        bytes = 0;
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (plans[i].kind != store::ImportPlan::Kind::New && plans[i].kind != store::ImportPlan::Kind::Joins)
            continue;
        const std::size_t size = sizeOf(rows[i]);
        if (part.rows.size() == model::kMostRowsImported || bytes + size > kMostBytes)
            close();
        if (part.rows.empty())
            of.emplace_back();
        part.rows.push_back(importedOf(rows[i]));
        of.back().push_back(rows[i].number);
        bytes += size;
    }
    close();
    m_waiting = true;
    if (commands.empty())
        return goOn();
    m_looking = true;
    auto *watcher = new QFutureWatcher<Result<Submitted>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, of = std::move(of), turn = m_turn] {
        watcher->deleteLater();
        if (turn != m_turn)
            return;
        m_looking = false;
        const Result<Submitted> kept = watcher->result();
        if (!kept) {
            m_error = kept.error();
            return end(Stage::Failed);
        }
        for (std::size_t i = 0; i < kept->commands.size(); ++i)
            m_given[kept->commands[i].id] = of[i];
        for (const store::JournalEntry &entry : std::exchange(m_early, {}))
            cameBack(entry);
        goOn();
    });
    watcher->setFuture(m_workspace.submit(std::move(commands), {}, false));
}

model::ImportedCustomer CustomerImport::importedOf(const store::ImportRow &row)
{
    model::ImportedCustomer one{.customer = m_workspace.makeId<model::CustomerId>(),
                                .name = row.name,
                                .note = row.note,
                                .tags = row.tags,
                                .fields = row.fields,
                                .company = row.company};
    for (const store::ImportRow::Address &address : row.addresses)
        one.addresses.push_back({m_workspace.makeId<model::IdentityId>(), address.channel, address.address});
    if (!row.company.empty())
        one.companyId = m_companies.try_emplace(text::foldForMatching(row.company), m_workspace.makeId<model::CompanyId>())
                            .first->second;
    return one;
}

/// What was given is on its way: the next part, when little of it still is; the end, when all of it has arrived.
void CustomerImport::goOn()
{
    if (!m_waiting || m_looking || m_stage != Stage::Importing)
        return;
    if (m_atEnd || m_cancelled)
        return settle();
    if (m_workspace.status().outboxCount > kMostUnderWay)
        return;
    m_waiting = false;
    while (m_given.size() > kRemembered) // long answered: what came back has been told
        m_given.erase(m_given.begin());
    next();
}

void CustomerImport::settle()
{
    m_looking = true;
    auto *watcher = new QFutureWatcher<Result<std::vector<store::JournalEntry>>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, turn = m_turn] {
        watcher->deleteLater();
        if (turn != m_turn)
            return;
        m_looking = false;
        if (m_stage != Stage::Importing)
            return;
        const Result<std::vector<store::JournalEntry>> waiting = watcher->result();
        const bool isUnderWay = waiting && std::ranges::any_of(*waiting, [this](const store::JournalEntry &entry) {
                                    return m_given.contains(entry.command.id);
                                });
        if (!isUnderWay || m_cancelled)
            end(m_cancelled ? Stage::Cancelled : Stage::Done);
    });
    watcher->setFuture(m_workspace.outbox());
}

void CustomerImport::end(Stage stage)
{
    m_stage = stage;
    m_waiting = false;
    emit progressed();
    emit ended();
}

void CustomerImport::cameBack(const store::JournalEntry &entry)
{
    const auto given = m_given.find(entry.command.id);
    if (given == m_given.end() && m_looking && std::holds_alternative<model::ImportCustomers>(entry.command.body))
        m_early.push_back(entry); // a hub that does not know them gives none of them a chance
    if (given == m_given.end() || !m_importing || !entry.outcome)
        return;
    m_workspace.settle(entry.command.n); // it stands in the report
    const std::vector<std::int64_t> rows = std::move(given->second);
    m_given.erase(given);
    if (entry.outcome->kind == model::Outcome::Kind::Refused) {
        for (const std::int64_t row : rows)
            refuse(row, entry.outcome->reason);
    }
    for (const model::Outcome::RefusedRow &refused : entry.outcome->refusedRows) {
        if (refused.row >= 0 && std::size_t(refused.row) < rows.size())
            refuse(rows[std::size_t(refused.row)], refused.reason);
    }
    emit progressed();
}

void CustomerImport::refuse(std::int64_t row, model::Outcome::Reason reason)
{
    const auto line = std::ranges::lower_bound(m_lines, row, {}, &ImportLine::number);
    if (line == m_lines.end() || line->number != row || line->verdict == ImportLine::Verdict::Refused)
        return;
    --(line->verdict == ImportLine::Verdict::New ? m_figures.fresh : m_figures.joins);
    ++m_figures.refused;
    line->verdict = ImportLine::Verdict::Refused;
    line->reason = reasonOf(reason);
    line->detail.clear();
}

} // namespace tributary::client
