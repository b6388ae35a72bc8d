#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

/// What would become of rows of a file of customers, held against the cache or the hub's own tables. Reads only.
namespace tributary::store {

/// What one row says of somebody. Its addresses are as they are compared (model/addresses.h).
struct ImportRow {
    struct Address {
        model::Channel channel = model::Channel::Email;
        std::string address;
        friend auto operator<=>(const Address &, const Address &) = default;
    };
    std::int64_t number = 0; ///< In the file, as a spreadsheet counts; the heading is 1.
    std::string name, note, company;
    std::vector<Address> addresses;
    std::vector<std::string> tags;
    std::map<std::string, std::string> fields; ///< By FieldDefinition::key.
    friend bool operator==(const ImportRow &, const ImportRow &) = default;
};

/// What is to be done about one row: only gaps are filled, and nothing that is known already is replaced.
struct ImportPlan {
    enum class Kind { New, Joins, Unchanged, TwoPeople };
    Kind kind = Kind::New;
    model::CustomerId customer; ///< Who is there already.
    std::string name;           ///< Theirs, as the cache has it.
    std::string other;          ///< TwoPeople: the second who has an address of the row.
    std::string setName;        ///< What they are called then; of who is there already and has a name, that name.
    std::string setNote;        ///< Empty: it stays. Likewise below.
    std::string keptNote;       ///< What goes along with a new name.
    std::vector<ImportRow::Address> add;
    std::vector<std::string> tags;
    std::map<std::string, std::string> fields;
    std::optional<model::CompanyId> company; ///< One that is there.
    std::string newCompany;                  ///< One that is not.
    friend bool operator==(const ImportPlan &, const ImportPlan &) = default;
};
/// Companies by their names, whatever their case (text::foldForMatching).
using CompaniesByName = std::map<std::string, model::CompanyId>;
Result<CompaniesByName> companiesByName(Database &database);
/// What is to be done about @p row as things stand.
Result<ImportPlan> planRow(Database &database, const ImportRow &row, const CompaniesByName &companies);
/// A plan for each of @p rows, each as if it were the only one. Who has an address that equals one of the row's, proven or
/// told, is who the row is about: an address belongs to one person. A name proves nothing.
Result<std::vector<ImportPlan>> planImport(Database &database, const std::vector<ImportRow> &rows);

} // namespace tributary::store
