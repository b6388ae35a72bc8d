#pragma once

#include "core/model/permissions.h"

/// What of a row somebody may not see, though they see that it is there: fields are masked before a row leaves the hub, and
/// again on the desktop when rights have shrunk.
namespace tributary::model {

/// At the beginning of a custom field's key: its values are for those who may see confidential fields. It is part of the key
/// so that no row has to be sent again because a definition has changed.
inline constexpr std::string_view kConfidential = "confidential.";
bool isConfidential(std::string_view key);

/// What is hidden.
struct Masks {
    bool contactDetails = false;
    bool notes = false;
    bool confidentialFields = false;

    bool any() const { return contactDetails || notes || confidentialFields; }
    /// Whether a custom field of that key is hidden.
    bool hideField(std::string_view key) const { return confidentialFields && isConfidential(key); }
    /// Whether all that @p other hides is hidden by this as well.
    bool coverAllOf(const Masks &other) const
    {
        return (contactDetails || !other.contactDetails) && (notes || !other.notes)
               && (confidentialFields || !other.confidentialFields);
    }
    friend auto operator<=>(const Masks &, const Masks &) = default;
};
/// Of who is not active everything is hidden.
Masks masksOf(const Agent &agent);
/// Whether @p agent sees custom fields of that key. Who does not neither sets them nor is asked for them.
bool seesField(const Agent &agent, std::string_view key);

/// Leaves of @p entity what may be seen. Done again it changes nothing.
void mask(Entity &entity, const Masks &masks);

/// What is shown of an address that is hidden: its last two digits, or the domain of a mail address (`••• 72`,
/// `•••@shop.example`).
std::string maskedAddress(Channel channel, std::string_view address);

} // namespace tributary::model
