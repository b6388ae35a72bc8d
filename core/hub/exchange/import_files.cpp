#include "core/hub/exchange/import_files.h"

#include "core/hub/exchange/attachment_source.h"
#include "core/hub/exchange/line_parser.h"
#include "core/hub/exchange/line_reader.h"
#include "core/hub/exchange/mail_files.h"
#include "core/text/utf8.h"

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;

enum class FileKind { JsonLines, Mbox, Mail, MailFolder };

Result<FileKind> kindOf(const fs::path &path)
{
    std::error_code error;
    if (fs::is_directory(path, error))
        return FileKind::MailFolder;
    const std::string extension = text::asciiLower(path.extension().string());
    if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json")
        return FileKind::JsonLines;
    if (extension == ".eml")
        return FileKind::Mail;
    TRIBUTARY_TRY_ASSIGN(LineReader reader, LineReader::open(path, 64 * 1024));
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const auto got, reader.next());
        const std::string_view line = text::trimmed(reader.line());
        if (got == LineReader::Got::Line && line.empty())
            continue;
        if (line.starts_with("From "))
            return FileKind::Mbox;
        if (line.starts_with("{") || line.starts_with("\xef\xbb\xbf{") || got == LineReader::Got::TooLong)
            return FileKind::JsonLines;
        const std::size_t colon = line.find(':');
        const bool isHeader = colon != std::string_view::npos && colon > 0
                              && line.substr(0, colon).find_first_of(" \t") == std::string_view::npos;
        if (isHeader)
            return FileKind::Mail;
        if (extension == ".mbox" || got == LineReader::Got::End)
            return FileKind::Mbox;
        return failure(Error::Kind::Invalid, "is neither JSON Lines nor mail");
    }
}

void shift(HistoryLine &line, Milliseconds by)
{
    for (std::optional<TimePoint> *time : {&line.at, &line.snoozedUntil, &line.resolvedAt, &line.editedAt, &line.endedAt}) {
        if (*time)
            **time += by;
    }
    for (HistoryConsent &consent : line.consents) {
        if (consent.at)
            *consent.at += by;
    }
    if (const auto until = line.details.find("until_ms"); until != line.details.end())
        until->second = std::to_string(std::atoll(until->second.c_str()) + by.count());
}

class JsonImport {
public:
    JsonImport(HubStore &store, const fs::path &path, const ImportOptions &options, ImportRun &run)
        : m_store(store)
        , m_options(options)
        , m_run(run)
        , m_files(store, path.parent_path())
        , m_source(options.source.empty() ? path.filename().string() : options.source)
    {
    }

    Result<void> take(std::int64_t number, std::string_view text)
    {
        auto parsed = m_parser.parse(text); // some thirty strings, which are not worth moving about
        if (!parsed)
            return failure(parsed.error());
        HistoryLine &line = *parsed;
        if (line.source.empty())
            line.source = m_source;
        if (line.type == HistoryLine::Type::Reference) {
            if (m_options.demoShift)
                m_shift = m_store.clock().now() - *line.at;
            m_run.addDone();
            return {};
        }
        if (line.type == HistoryLine::Type::File) {
            TRIBUTARY_TRY(m_files.addPiece(line));
            m_run.addDone();
            return {};
        }
        shift(line, m_shift);
        std::vector<channels::InboundAttachment> attachments;
        std::vector<std::string> problems;
        for (const HistoryAttachment &attachment : line.attachments) {
            TRIBUTARY_TRY_ASSIGN(auto file, m_files.open(attachment, problems));
            attachments.push_back(std::move(file));
        }
        TRIBUTARY_TRY_ASSIGN(auto prepared, prepareLine(m_store, std::move(line), std::move(attachments)));
        prepared->number = number;
        for (std::string &problem : problems)
            prepared->prepared.envelope.problems.push_back(std::move(problem));
        return m_run.add(std::move(prepared));
    }

private:
    HubStore &m_store;
    const ImportOptions &m_options;
    ImportRun &m_run;
    AttachmentSource m_files;
    LineParser m_parser;
    std::string m_source;
    Milliseconds m_shift{0};
};

Result<void> importJsonLines(HubStore &store, const fs::path &path, const ImportOptions &options, ImportRun &run)
{
    TRIBUTARY_TRY_ASSIGN(LineReader reader, LineReader::open(path, kMaxLineBytes));
    run.beginFile(path.filename().string(), reader.sizeBytes(), "line");
    JsonImport import(store, path, options, run);
    for (std::int64_t number = 1;; ++number) {
        TRIBUTARY_TRY(run.goOn());
        TRIBUTARY_TRY_ASSIGN(const auto got, reader.next());
        if (got == LineReader::Got::End)
            return run.endFile();
        run.setRead(reader.readBytes());
        if (got == LineReader::Got::TooLong) {
            run.complain(number, "it is longer than 8 MB");
            continue;
        }
        std::string_view line = reader.line();
        if (number == 1 && line.starts_with("\xef\xbb\xbf"))
            line.remove_prefix(3);
        if (text::trimmed(line).empty())
            continue;
        if (const Result<void> taken = import.take(number, line); !taken) {
            if (taken.error().kind != Error::Kind::Invalid)
                return taken;
            run.complain(number, taken.error().detail);
        }
    }
}

std::string inWords(const ImportSummary &summary)
{
    return "taken " + std::to_string(summary.taken) + ", known before " + std::to_string(summary.known) + ", left out "
           + std::to_string(summary.bad)
           + (summary.erased > 0 ? ", of persons who were erased " + std::to_string(summary.erased) : "");
}

} // namespace

Result<ImportSummary> importFiles(HubStore &store, const std::vector<std::string> &files, const ImportOptions &options,
                                  const admin::Console &console)
{
    if (files.empty())
        return failure(Error::Kind::Invalid, "import needs a file");
    ImportRun run(store, console, options.isAlone);
    for (const std::string &name : files) {
        const fs::path path = fs::path(console.folder) / name; // an absolute name stays as it is
        const auto named = [&](Error error) { return failure(error.kind, name + ": " + error.detail); };
        const Result<FileKind> kind = kindOf(path);
        if (!kind)
            return named(kind.error());
        const Result<void> done = *kind == FileKind::JsonLines
                                      ? importJsonLines(store, path, options, run)
                                      : importMail(store, path, *kind == FileKind::Mbox, options, run);
        if (!done && run.isStopped()) {
            TRIBUTARY_TRY_ASSIGN(const ImportSummary summary, run.finish());
            return failure(Error::Kind::Offline,
                           "the import was stopped: " + inWords(summary) + "; the same again goes on from there");
        }
        if (!done)
            return named(done.error());
    }
    TRIBUTARY_TRY_ASSIGN(const ImportSummary summary, run.finish());
    console.out(inWords(summary));
    return summary;
}

} // namespace tributary::hub::exchange
