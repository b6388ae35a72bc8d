#pragma once

#include "core/client/customer_import.h"

#include <QString>

/// What is said of a file of customers.
namespace tributary::ui::importing {

QString encodingName(text::CsvShape::Encoding encoding);
QString delimiterName(char delimiter);
/// "E-mail address", or the name of a custom field.
QString columnName(const client::ImportColumn &column, const std::vector<model::FieldDefinition> &fields);
/// "New", "Joins Layla", or why a row is refused and what would do.
QString outcome(const client::ImportLine &line, bool wasImport);
/// Why the file cannot be used, and what to do.
QString problem(const Error &error);

} // namespace tributary::ui::importing
