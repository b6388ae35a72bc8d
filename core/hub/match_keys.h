#pragma once

#include "core/hub/near_address.h"
#include "core/model/entities.h"

#include <span>

/// What may make two customers one person, each in one normal form. Who shares one is found by equality alone; of those who
/// share an AddressBlock, a place and a house number, the addresses are compared (near_address.h).
namespace tributary::hub {

struct MatchKey {
    enum class Kind { Phone, Email, NameAndPostcode, Address, AddressBlock };
    Kind kind = Kind::Phone;
    std::string value;    ///< Compare this.
    std::string evidence; ///< As people read it.
    friend bool operator==(const MatchKey &, const MatchKey &) = default;
};
/// As the table has it.
std::string_view nameOf(MatchKey::Kind kind);
model::Suggestion::Reason reasonOf(MatchKey::Kind kind);

/// All keys of a customer, the strongest first: numbers and mail addresses of its identities and fields; its name with its
/// postcode; its address with its postcode or town, as a whole and as blocks. What a field says is told by the name that it
/// has in @p fields, or by its key (field_meaning.h); confidential ones do not count. Numbers without a country code are
/// ones of @p region.
std::vector<MatchKey> matchKeysOf(const model::Customer &customer, const std::vector<model::Identity> &identities,
                                  std::span<const model::FieldDefinition> fields, std::string_view region);

/// What the fields of a customer say of where they live.
std::vector<PostalAddress> addressesOf(const model::Customer &customer, std::span<const model::FieldDefinition> fields);

/// A name whatever the order of its parts (`Haddad, Layla`); empty for one that says too little.
std::string normalName(std::string_view name);
/// Without spaces and hyphens, in small letters; empty for what is no postcode.
std::string normalPostcode(std::string_view postcode);
/// Whatever the order of street and number, common abbreviations and punctuation; @p place is the postcode or town, which
/// may stand in the address as well. Empty for what does not name one house.
std::string normalAddress(std::string_view address, std::string_view place);

} // namespace tributary::hub
