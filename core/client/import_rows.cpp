#include "core/client/import_rows.h"

#include "core/model/addresses.h"
#include "core/model/field_values.h"
#include "core/text/search_fold.h"
#include "core/text/utf8.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <set>

namespace tributary::client {
namespace {

using Kind = ImportColumn::Kind;
using Reason = ImportLine::Reason;

constexpr qint64 kPiece = 64 * 1024;
constexpr std::size_t kSampleRows = 3;
constexpr std::size_t kLongestName = 500, kLongestNote = 2000, kLongestTag = 40, kShownName = 60;
constexpr std::size_t kMostTags = 30;
constexpr std::size_t kLongestFields =
    20 * 1024; ///< All of a row: it goes to the hub in one command (wire::kMaxCommandBytes).

Result<void> readAll(QFile &file, const std::function<Result<void>(std::string_view)> &take)
{
    while (!file.atEnd()) {
        const QByteArray piece = file.read(kPiece);
        if (piece.isEmpty())
            return failure(Error::Kind::NotFound, "the file cannot be read to its end");
        TRIBUTARY_TRY(take({piece.constData(), std::size_t(piece.size())}));
    }
    return {};
}

bool isBlank(const std::vector<std::string> &fields)
{
    return std::ranges::all_of(fields, &std::string::empty);
}

std::string tagOf(std::string_view text)
{
    const QString tag = QString::fromUtf8(text.data(), qsizetype(text.size())).simplified().toLower().replace(u' ', u'-');
    return std::string(text::truncated(tag.toStdString(), kLongestTag));
}

void addTo(std::string &text, std::string_view more, const char *between)
{
    if (!text.empty() && !more.empty())
        text += between;
    text += more;
}

/// A value as it is kept: "Yes" for a flag, a choice in its own case.
std::string kept(const model::FieldDefinition &field, const std::string &typed)
{
    const std::string folded = text::foldForMatching(typed);
    if (field.type == model::FieldDefinition::Type::Flag) {
        if (folded == "yes" || folded == "true" || folded == "1" || folded == "x")
            return "yes";
        return folded == "no" || folded == "false" || folded == "0" ? std::string() : typed;
    }
    if (field.type == model::FieldDefinition::Type::Choice) {
        const auto same = std::ranges::find_if(
            field.choices, [&](const std::string &choice) { return text::foldForMatching(choice) == folded; });
        return same == field.choices.end() ? typed : *same;
    }
    return typed;
}

struct Refusal {
    Reason reason = Reason::None;
    std::string detail;
};

/// What a row says. A refusal leaves what has been read of it.
Refusal readRow(const ImportSettings &settings, const std::vector<std::string> &fields, store::ImportRow &row)
{
    std::set<store::ImportRow::Address> addresses;
    std::set<std::string> tags;
    Refusal refusal;
    const auto refuse = [&](Reason reason, const std::string &detail) {
        if (refusal.reason == Reason::None)
            refusal = {reason, std::string(text::truncated(detail, 80))};
    };
    const auto address = [&](model::Channel channel, Reason reason, const std::string &typed) {
        if (const auto as = model::normalised(channel, typed, settings.region))
            addresses.insert({channel, *as});
        else
            refuse(reason, typed);
    };
    for (std::size_t i = 0; i < std::min(fields.size(), settings.columns.size()); ++i) {
        const std::string &value = fields[i];
        const ImportColumn &column = settings.columns[i];
        if (value.empty())
            continue;
        switch (column.kind) {
        case Kind::Skip: break;
        case Kind::Name: addTo(row.name, text::plainName(value), " "); break;
        case Kind::Email: address(model::Channel::Email, Reason::BadEmail, value); break;
        case Kind::Phone: address(model::Channel::Phone, Reason::BadPhone, value); break;
        case Kind::Company: row.company = text::plainName(value); break;
        case Kind::Note: addTo(row.note, text::plainName(value, kLongestNote), "; "); break;
        case Kind::Tag: {
            const QStringList words =
                QString::fromStdString(value).replace(u';', u',').replace(u'|', u',').split(u',', Qt::SkipEmptyParts);
            for (const QString &word : words) {
                if (std::string tag = tagOf(word.toStdString()); !tag.empty() && tags.size() < kMostTags)
                    tags.insert(std::move(tag));
            }
            break;
        }
        case Kind::Field: {
            const auto definition = std::ranges::find(settings.fields, column.field, &model::FieldDefinition::key);
            if (definition == settings.fields.end())
                break;
            const std::string as = kept(*definition, value);
            if (!model::fitsField(*definition, as))
                refuse(Reason::BadField, definition->name + ": " + value);
            else if (!as.empty())
                row.fields[column.field] = as;
        }
        }
    }
    if (row.name.size() > kLongestName)
        refuse(Reason::TooLong, row.name);
    if (row.note.size() > kLongestNote)
        refuse(Reason::TooLong, row.note);
    std::size_t said = 0;
    for (const auto &[key, value] : row.fields)
        said += key.size() + value.size();
    if (said > kLongestFields) // else it would end the whole import
        refuse(Reason::TooLong, {});
    if (addresses.empty())
        refuse(Reason::NoAddress, {});
    row.addresses.assign(addresses.begin(), addresses.end());
    row.tags.assign(tags.begin(), tags.end());
    return refusal;
}

} // namespace

Result<ImportFile> lookAtImport(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(Error::Kind::NotFound, "the file cannot be read");
    const QFileInfo info(path);
    ImportFile seen{.path = path, .bytes = info.size(), .modified = info.lastModified()};
    text::CsvGuess guess;
    TRIBUTARY_TRY(readAll(file, [&guess](std::string_view bytes) {
        guess.feed(bytes);
        return Result<void>();
    }));
    seen.shape = guess.shape();
    file.seek(0);
    text::CsvReader reader(seen.shape, [&seen](std::vector<std::string> fields) {
        if (isBlank(fields))
            return;
        if (seen.headings.empty()) {
            seen.headings = std::move(fields);
            return;
        }
        if (seen.sample.size() < kSampleRows)
            seen.sample.push_back(std::move(fields));
        ++seen.rows;
    });
    TRIBUTARY_TRY(readAll(file, [&](std::string_view bytes) {
        if (seen.rows > ImportSource::kMostRows)
            return Result<void>(failure(Error::Kind::TooLarge, "rows"));
        return reader.feed(bytes);
    }));
    TRIBUTARY_TRY(reader.finish());
    if (seen.rows == 0)
        return failure(Error::Kind::Invalid, "no rows below a heading");
    return seen;
}

std::vector<ImportColumn> guessColumns(const ImportFile &file, const std::vector<model::FieldDefinition> &fields)
{
    static const std::pair<Kind, std::vector<std::string>> kWords[]{
        {Kind::Email, {"mail", "correo"}},
        {Kind::Phone, {"phone", "telefon", "tel", "mobile", "mobil", "handy", "telephone", "cell"}},
        {Kind::Company, {"company", "organisation", "organization", "firma", "societe", "empresa"}},
        {Kind::Tag, {"tag", "label", "schlagwort", "etiquette"}},
        {Kind::Note, {"note", "notes", "comment", "remark", "notiz", "bemerkung"}},
        {Kind::Name, {"name", "vorname", "nachname", "surname", "nom", "prenom", "nombre", "customer"}},
    };
    std::vector<ImportColumn> columns;
    for (const std::string &heading : file.headings) {
        const std::string folded = text::foldForMatching(heading);
        ImportColumn column;
        for (const model::FieldDefinition &field : fields) {
            if (field.subject == model::FieldDefinition::Subject::Customer
                && (text::foldForMatching(field.name) == folded || field.key == folded))
                column = {Kind::Field, field.key};
        }
        for (const auto &[kind, words] : kWords) {
            if (column.kind != Kind::Skip)
                break;
            // At the beginning of a word: "tel" is one, "hotel" is none.
            const bool says = std::ranges::any_of(words, [&folded](const std::string &word) {
                const std::size_t at = folded.find(word);
                const bool inside = word == "mail" || word == "name" || word == "phone" || word == "telefon";
                return at != std::string::npos
                       && (inside || at == 0 || !std::isalpha(static_cast<unsigned char>(folded[at - 1])));
            });
            if (says)
                column.kind = kind;
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

ImportSource::ImportSource(ImportSettings settings)
    : m_settings(std::move(settings))
{
}

ImportSource::~ImportSource() = default;

Result<void> ImportSource::open()
{
    const QFileInfo info(m_settings.file.path);
    if (info.size() != m_settings.file.bytes || info.lastModified() != m_settings.file.modified)
        return failure(Error::Kind::Conflict, "the file has changed");
    m_file = std::make_unique<QFile>(m_settings.file.path);
    if (!m_file->open(QIODevice::ReadOnly))
        return failure(Error::Kind::NotFound, "the file cannot be read");
    m_reader = std::make_unique<text::CsvReader>(m_settings.file.shape, [this](std::vector<std::string> fields) {
        ++m_number;
        if (isBlank(fields))
            return;
        if (std::exchange(m_headed, true))
            m_read.emplace_back(m_number, std::move(fields));
    });
    return {};
}

Result<ImportSource::Batch> ImportSource::next(std::size_t count)
{
    if (!m_file)
        TRIBUTARY_TRY(open());
    Batch batch;
    for (std::size_t taken = 0; taken < count; ++taken) {
        while (m_read.empty() && !m_finished) {
            const QByteArray piece = m_file->read(kPiece);
            if (piece.isEmpty()) {
                m_finished = true;
                TRIBUTARY_TRY(m_reader->finish());
            } else {
                TRIBUTARY_TRY(m_reader->feed({piece.constData(), std::size_t(piece.size())}));
            }
        }
        if (m_read.empty())
            break;
        auto [number, fields] = std::move(m_read.front());
        m_read.pop_front();
        batch.rows.push_back({.number = number});
        take(std::move(fields), batch);
    }
    batch.atEnd = m_finished && m_read.empty();
    batch.done = batch.atEnd ? 1 : double(m_file->pos()) / double(std::max<qint64>(1, m_file->size()));
    return batch;
}

/// Fills the last row of @p batch, or settles it.
void ImportSource::take(std::vector<std::string> fields, Batch &batch)
{
    store::ImportRow &row = batch.rows.back();
    const Refusal refusal = readRow(m_settings, fields, row);
    ImportLine line{.number = row.number, .verdict = ImportLine::Verdict::Refused, .reason = refusal.reason};
    line.name = text::truncated(row.name, kShownName);
    if (line.name.empty() && !row.addresses.empty())
        line.name = row.addresses.front().address;
    line.detail = refusal.detail;
    if (refusal.reason == Reason::None) {
        std::int64_t first = 0;
        std::vector<std::size_t> hashes;
        for (const store::ImportRow::Address &address : row.addresses) {
            hashes.push_back(std::hash<std::string>()(std::to_string(int(address.channel)) + address.address));
            if (const auto seen = m_seen.find(hashes.back()); seen != m_seen.end() && first == 0)
                first = seen->second;
        }
        if (first == 0) {
            for (const std::size_t hash : hashes)
                m_seen.emplace(hash, row.number);
            return;
        }
        line.verdict = ImportLine::Verdict::Twice;
        line.detail = std::to_string(first);
    }
    batch.settled.push_back(std::move(line));
    batch.rows.pop_back();
}

Result<void> saveRows(const ImportFile &file, const std::map<std::int64_t, std::string> &reasons,
                      const std::string &reasonHeading, const QString &path)
{
    QFile from(file.path);
    QSaveFile to(path);
    if (!from.open(QIODevice::ReadOnly))
        return failure(Error::Kind::NotFound, "the file cannot be read");
    if (!to.open(QIODevice::WriteOnly))
        return failure(Error::Kind::Failed, "the file cannot be written");
    to.write("\xEF\xBB\xBF"); // so that spreadsheets know it is UTF-8
    std::int64_t number = 0;
    bool headed = false;
    text::CsvReader reader(file.shape, [&](std::vector<std::string> fields) {
        ++number;
        if (isBlank(fields))
            return;
        const auto reason = reasons.find(number);
        if (headed && reason == reasons.end())
            return;
        fields.resize(file.headings.size());
        fields.push_back(headed ? reason->second : reasonHeading);
        headed = true;
        const std::string line = text::csvLine(fields);
        to.write(line.data(), qint64(line.size()));
    });
    TRIBUTARY_TRY(readAll(from, [&reader](std::string_view bytes) { return reader.feed(bytes); }));
    TRIBUTARY_TRY(reader.finish());
    return to.commit() ? Result<void>() : failure(Error::Kind::Full, "the file cannot be written");
}

} // namespace tributary::client
