#pragma once

#include "core/store/import_plan.h"
#include "core/text/csv.h"

#include <QDateTime>
#include <QString>

#include <deque>
#include <memory>
#include <unordered_map>

class QFile;

/// Rows of a file of customers: what its columns mean, and what a row says. Plain and synchronous, on one thread.
namespace tributary::client {

/// What stands in a column.
struct ImportColumn {
    enum class Kind { Skip, Name, Email, Phone, Company, Note, Tag, Field };
    Kind kind = Kind::Skip;
    std::string field; ///< FieldDefinition::key.
    friend bool operator==(const ImportColumn &, const ImportColumn &) = default;
};

/// A file that has been looked at.
struct ImportFile {
    QString path;
    text::CsvShape shape;
    std::vector<std::string> headings;
    std::vector<std::vector<std::string>> sample; ///< The first rows.
    qint64 bytes = 0, rows = 0;                   ///< Without the heading and empty lines.
    QDateTime modified;
};
/// NotFound: it cannot be read. Invalid: nothing in it. TooLarge: too many rows, or a row that cannot be (the detail is its
/// number).
Result<ImportFile> lookAtImport(const QString &path);
/// What its headings seem to say.
std::vector<ImportColumn> guessColumns(const ImportFile &file, const std::vector<model::FieldDefinition> &fields);

struct ImportSettings {
    ImportFile file;
    std::vector<ImportColumn> columns;
    std::vector<model::FieldDefinition> fields;
    std::string region; ///< Of numbers without a country code (ISO 3166).
};

/// What would become, or became, of a row.
struct ImportLine {
    enum class Verdict : std::uint8_t { New, Joins, Unchanged, Twice, Refused };
    enum class Reason : std::uint8_t {
        None,
        NoAddress,
        BadEmail,
        BadPhone,
        BadField,
        TooLong,
        TwoPeople,
        Hub,
        Taken,
        NotAllowed,
        OldHub
    };
    std::int64_t number = 0;
    Verdict verdict = Verdict::New;
    Reason reason = Reason::None;
    std::string name;   ///< Of the row, or its address; shortened.
    std::string detail; ///< Who it joins, what will not do, or the number of the row that is the same.
};

/// Reads a file again, row by row.
class ImportSource {
public:
    static constexpr std::int64_t kMostRows = 500'000;

    explicit ImportSource(ImportSettings settings);
    ~ImportSource();

    struct Batch {
        std::vector<store::ImportRow> rows; ///< To be held against what is there.
        std::vector<ImportLine> settled;    ///< Decided by the file alone.
        double done = 0;                    ///< Of the file, 0 to 1.
        bool atEnd = false;
    };
    /// About @p count more rows. Conflict: the file is another one by now.
    Result<Batch> next(std::size_t count);

private:
    Result<void> open();
    void take(std::vector<std::string> fields, Batch &batch);

    ImportSettings m_settings;
    std::unique_ptr<QFile> m_file;
    std::unique_ptr<text::CsvReader> m_reader;
    std::deque<std::pair<std::int64_t, std::vector<std::string>>> m_read; ///< Parsed, not yet asked for.
    std::unordered_map<std::size_t, std::int64_t> m_seen;                 ///< Addresses, hashed, by the row that had them.
    std::int64_t m_number = 0;
    bool m_finished = false, m_headed = false;
};

/// Writes the rows of @p file that @p reasons names to @p path, with the reason behind them.
Result<void> saveRows(const ImportFile &file, const std::map<std::int64_t, std::string> &reasons,
                      const std::string &reasonHeading, const QString &path);

} // namespace tributary::client
