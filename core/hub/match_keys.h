#pragma once

#include "core/hub/near_address.h"
#include "core/model/entities.h"

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

/// All keys of a customer, the strongest first: numbers and mail addresses of its identities and of the fields `phone` and
/// `email`; its name with the field `postcode`; the field `address` or `delivers_to` with `postcode` or `city`, as a whole
/// and as blocks. Fields count by their key or by the name an import gave them (`Delivers to`), also behind a dot or
/// underscore (`shop.phone`, `work_phone`); confidential ones do not. Numbers without a country code are ones of @p region.
std::vector<MatchKey> matchKeysOf(const model::Customer &customer, const std::vector<model::Identity> &identities,
                                  std::string_view region);

/// What the fields of a customer say of where they live.
std::vector<PostalAddress> addressesOf(const model::Customer &customer);

/// A name whatever the order of its parts (`Haddad, Layla`); empty for one that says too little.
std::string normalName(std::string_view name);
/// Without spaces and hyphens, in small letters; empty for what is no postcode.
std::string normalPostcode(std::string_view postcode);
/// Whatever the order of street and number, common abbreviations and punctuation; @p place is the postcode or town, which
/// may stand in the address as well. Empty for what does not name one house.
std::string normalAddress(std::string_view address, std::string_view place);

} // namespace tributary::hub
