#include "ui/customers/import_words.h"

#include <QCoreApplication>

namespace tributary::ui::importing {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Importing)
};

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

QString refusal(const client::ImportLine &line)
{
    using Reason = client::ImportLine::Reason;
    const QString detail = q(line.detail);
    switch (line.reason) {
    case Reason::NoAddress:
        return Words::tr("Neither an e-mail address nor a number: nobody could tell whether they are here already.");
    case Reason::BadEmail: return Words::tr("“%1” is no mail address.").arg(detail);
    case Reason::BadPhone:
        return Words::tr("“%1” is no number that can be called. Does it need the code of its country?").arg(detail);
    case Reason::BadField: return Words::tr("Not a value of that field: %1").arg(detail);
    case Reason::TooLong: return Words::tr("The name, the note, or all fields together are too long.");
    case Reason::TwoPeople: return Words::tr("Its addresses belong to two people: %1. Merge them first.").arg(detail);
    case Reason::Hub: return Words::tr("The hub has refused it. Check what the row says, and bring it in once more.");
    case Reason::Taken:
        return Words::tr("Its addresses belong to two people by now. Merge them, and bring the row in once more.");
    case Reason::NotAllowed:
        return Words::tr("Your role may not set all that this row says: its note, its company, or a confidential field.");
    case Reason::OldHub: return Words::tr("This hub is too old to take files. Ask whoever looks after it for a newer one.");
    case Reason::None: break;
    }
    return {};
}

} // namespace

QString encodingName(text::CsvShape::Encoding encoding)
{
    switch (encoding) {
    case text::CsvShape::Encoding::Utf8: return QStringLiteral("UTF-8");
    case text::CsvShape::Encoding::Utf16Le:
    case text::CsvShape::Encoding::Utf16Be: return QStringLiteral("UTF-16");
    case text::CsvShape::Encoding::Windows1252: return QStringLiteral("Windows-1252");
    }
    return {};
}

QString delimiterName(char delimiter)
{
    if (delimiter == ';')
        return Words::tr("parted by semicolons");
    return delimiter == '\t' ? Words::tr("parted by tabs") : Words::tr("parted by commas");
}

QString columnName(const client::ImportColumn &column, const std::vector<model::FieldDefinition> &fields)
{
    using Kind = client::ImportColumn::Kind;
    switch (column.kind) {
    case Kind::Skip: return Words::tr("Left out");
    case Kind::Name: return Words::tr("Name");
    case Kind::Email: return Words::tr("E-mail address");
    case Kind::Phone: return Words::tr("Phone number");
    case Kind::Company: return Words::tr("Company");
    case Kind::Note: return Words::tr("Note");
    case Kind::Tag: return Words::tr("Tags");
    case Kind::Field: break;
    }
    const auto field = std::ranges::find(fields, column.field, &model::FieldDefinition::key);
    return field == fields.end() ? q(column.field) : q(field->name);
}

QString outcome(const client::ImportLine &line, bool wasImport)
{
    using Verdict = client::ImportLine::Verdict;
    const QString detail = q(line.detail);
    switch (line.verdict) {
    case Verdict::New: return wasImport ? Words::tr("Added") : Words::tr("New");
    case Verdict::Joins: return wasImport ? Words::tr("Joined %1").arg(detail) : Words::tr("Joins %1").arg(detail);
    case Verdict::Unchanged: return Words::tr("Nothing new about %1").arg(detail);
    case Verdict::Twice: return Words::tr("The same address as in row %1, which counts").arg(detail);
    case Verdict::Refused: return refusal(line);
    }
    return {};
}

QString problem(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::NotFound: return Words::tr("The file cannot be read. Is it still there, and may you open it?");
    case Error::Kind::Invalid:
        return Words::tr("There are no rows in this file. The first line names the columns, the others are customers.");
    case Error::Kind::Conflict: return Words::tr("The file has been changed since it was looked at. Choose it again.");
    case Error::Kind::Full: return Words::tr("The file could not be written. Is there room, and may you write there?");
    case Error::Kind::TooLarge:
        if (error.detail == "rows")
            return Words::tr("There are more than 500,000 rows in this file. Part it into several.");
        return Words::tr("Row %1 is too long. Is a quotation mark missing near it?").arg(q(error.detail));
    case Error::Kind::Offline: return Words::tr("The copy on this computer was closed.");
    default: return Words::tr("This could not be kept on this computer. What is in already stays.");
    }
}

} // namespace tributary::ui::importing
