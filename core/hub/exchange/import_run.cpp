#include "core/hub/exchange/import_run.h"

#include "core/hub/exchange/handles.h"
#include "core/hub/intake.h"
#include "core/text/html_cleaner.h"
#include "core/text/html_to_text.h"

namespace tributary::hub::exchange {
namespace {

/// In one transaction. A conversation is written once in each, however many of its messages come in it, and so is a page of
/// an index; who works at the hub meanwhile waits for a fifth of a second at most.
struct Batch {
    std::size_t lines, bytes;
};
constexpr Batch kBesideOthers{4'000, 8 * 1024 * 1024}, kAlone{12'000, 24 * 1024 * 1024};

constexpr Batch batchFor(bool isAlone)
{
    return isAlone ? kAlone : kBesideOthers;
}

constexpr std::int64_t kShownComplaints = 100;
constexpr Milliseconds kReportEvery{1000};

/// 12400 as `12,400`.
std::string grouped(std::int64_t number)
{
    std::string text = std::to_string(number);
    for (std::ptrdiff_t at = std::ptrdiff_t(text.size()) - 3; at > 0; at -= 3)
        text.insert(std::size_t(at), ",");
    return text;
}

std::size_t sizeOf(const std::map<std::string, std::string> &fields)
{
    std::size_t size = 0;
    for (const auto &[name, value] : fields)
        size += name.size() + value.size();
    return size;
}

/// About what it takes in memory, and of the store's time.
std::size_t sizeOf(const PreparedLine &line)
{
    const channels::InboundEnvelope &envelope = line.prepared.envelope;
    return 1000 + envelope.text.size() + envelope.html.size() + line.prepared.raw.size() + sizeOf(envelope.details)
           + sizeOf(line.line.attributes) + (envelope.attachments.size() + line.line.identities.size()) * 300;
}

// What is part of a row, which is to fit into a live frame.
constexpr std::size_t kMostTagBytes = 16 * 1024;
constexpr std::size_t kMostAttributeBytes = 24 * 1024;

std::size_t sizeOf(const std::optional<std::vector<std::string>> &tags)
{
    std::size_t size = 0;
    for (const std::string &tag : tags.value_or(std::vector<std::string>()))
        size += tag.size();
    return size;
}

} // namespace

Result<std::unique_ptr<PreparedLine>> prepareLine(HubStore &store, HistoryLine &&line,
                                                  std::vector<channels::InboundAttachment> attachments)
{
    auto prepared = std::make_unique<PreparedLine>();
    for (const HistoryIdentity &identity : line.identities) {
        if (normalisedHandle(identity.channel, identity.address).empty())
            return failure(Error::Kind::Invalid, "an address of identities has nothing in it");
    }
    if (sizeOf(line.tags) > kMostTagBytes)
        return failure(Error::Kind::Invalid, "its tags are larger than 16 KiB together");
    if (sizeOf(line.attributes) > kMostAttributeBytes)
        return failure(Error::Kind::Invalid, "its attributes are larger than 24 KiB together");
    if (line.type <= HistoryLine::Type::Event) {
        if (normalisedHandle(*line.channel, line.customerHandle).empty())
            return failure(Error::Kind::Invalid, "customer_handle has nothing in it");
        channels::InboundEnvelope envelope;
        envelope.subject = std::move(line.subject);
        envelope.text = std::move(line.body).value_or("");
        if (!line.html.empty()) {
            envelope.html = text::cleanHtml(line.html).html;
            if (envelope.text.empty())
                envelope.text = text::htmlToText(envelope.html);
        }
        envelope.attachments = std::move(attachments);
        envelope.details = std::move(line.details);
        if (!line.reactions.empty())
            envelope.details["reactions"] = std::move(line.reactions);
        if (!line.unknown.empty())
            envelope.raw = std::make_shared<const std::string>(std::move(line.unknown));
        TRIBUTARY_TRY_ASSIGN(prepared->prepared, prepare(store, std::move(envelope)));
        const auto &details = prepared->prepared.envelope.details;
        if (const auto id = details.find("messageId");
            id != details.end() && !id->second.empty() && !line.conversationKey.empty())
            prepared->names.push_back(id->second);
    }
    line.html.clear();
    line.attachments.clear();
    prepared->line = std::move(line);
    return prepared;
}

ImportRun::ImportRun(HubStore &store, const admin::Console &console, bool isAlone)
    : m_store(store)
    , m_console(console)
    , m_isAlone(isAlone)
    , m_writer(store)
{
    m_reportedAt = store.clock().steady();
}

ImportRun::~ImportRun()
{
    if (m_writing.valid())
        m_writing.wait(); // it uses what is ours
}

void ImportRun::beginFile(std::string name, std::int64_t sizeBytes, std::string_view unit)
{
    m_file = std::move(name);
    m_unit = unit;
    m_fileBytes = sizeBytes;
    m_readBytes = m_fileLines = m_shown = m_fileBad = 0;
}

Result<void> ImportRun::goOn()
{
    m_isStopped |= m_console.isOver();
    return m_isStopped ? Result<void>(failure(Error::Kind::Offline, "the import was stopped")) : Result<void>();
}

void ImportRun::complain(std::int64_t number, const std::string &why)
{
    ++m_summary.bad;
    ++m_fileBad;
    if (number > m_fileLines) {
        m_fileLines = number;
        ++m_summary.lines;
    }
    if (m_shown++ < kShownComplaints)
        m_console.err(m_file + ": " + m_unit + " " + std::to_string(number) + " is left out: " + why);
    else if (m_shown == kShownComplaints + 1)
        m_console.err(m_file + ": more are left out; they are counted, not listed");
}

Result<void> ImportRun::add(std::unique_ptr<PreparedLine> line)
{
    ++m_summary.lines;
    m_fileLines = std::max(m_fileLines, line->number);
    m_batchBytes += sizeOf(*line);
    m_batch.push_back(std::move(line));
    const Batch full = batchFor(m_isAlone);
    if (m_batch.size() >= full.lines || m_batchBytes >= full.bytes)
        TRIBUTARY_TRY(startBatch(false));
    report(false);
    return {};
}

void ImportRun::addDone()
{
    ++m_summary.lines;
    ++m_summary.taken;
}

Result<void> ImportRun::startBatch(bool isLast)
{
    TRIBUTARY_TRY(awaitBatch());
    auto promise = std::make_shared<std::promise<Result<HistoryWriter::Counts>>>();
    m_writing = promise->get_future();
    auto batch = std::make_shared<PreparedLines>(std::move(m_batch));
    m_batch.clear();
    m_batch.reserve(batchFor(m_isAlone).lines);
    m_batchBytes = 0;
    m_store.writer().write(
        [this, batch, isLast](store::Database &database) {
            return m_writer.write(
                database, *batch,
                [this](std::int64_t number, const std::string &why) { m_complaints.emplace_back(number, why); }, isLast);
        },
        [](std::function<void()> call) { call(); },
        [promise](Result<HistoryWriter::Counts> counts) { promise->set_value(std::move(counts)); });
    return {};
}

Result<void> ImportRun::awaitBatch()
{
    if (!m_writing.valid())
        return {};
    TRIBUTARY_TRY_ASSIGN(const HistoryWriter::Counts counts, m_writing.get());
    m_summary.taken += counts.taken;
    m_summary.known += counts.known;
    m_summary.erased += counts.erased;
    for (const auto &[number, why] : m_complaints)
        complain(number, why);
    m_complaints.clear();
    return {};
}

void ImportRun::report(bool atEnd)
{
    const Milliseconds now = m_store.clock().steady();
    if (!atEnd && now - m_reportedAt < kReportEvery)
        return;
    m_reportedAt = now;
    const std::string done = "imported " + grouped(m_fileLines);
    const std::string units = " " + m_unit + (m_fileLines == 1 && atEnd ? "" : "s");
    if (atEnd || m_readBytes <= 0 || m_fileBytes <= m_readBytes)
        m_console.err(m_file + ": " + done + units);
    else
        m_console.err(m_file + ": " + done + " of about "
                      + grouped(std::int64_t(double(m_fileLines) * double(m_fileBytes) / double(m_readBytes))) + units);
}

Result<void> ImportRun::endFile()
{
    TRIBUTARY_TRY(startBatch(false));
    TRIBUTARY_TRY(awaitBatch()); // what the writer complains of belongs to this file
    report(true);
    return {};
}

Result<ImportSummary> ImportRun::finish()
{
    TRIBUTARY_TRY(startBatch(true));
    TRIBUTARY_TRY(awaitBatch());
    return m_summary;
}

} // namespace tributary::hub::exchange
