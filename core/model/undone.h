#pragma once

#include "core/model/commands.h"

namespace tributary::model {

/// As stands() of a conversation: whether what @p done did to the entity is still so, but for who did it and when.
bool stands(const Identity &identity, const CommandBody &done);
bool stands(const SavedView &view, const CommandBody &done);
bool stands(const Company &company, const CommandBody &done);
/// Of what is recorded, or of nothing where @p consent is absent.
bool stands(const std::optional<Consent> &consent, const CommandBody &done);

/// The company that a command saves, removes or gives back; null for those that are about none.
CompanyId companyOf(const CommandBody &body);
/// What a command records or takes back of consent; null for those that do neither.
ConsentId consentOf(const CommandBody &body);

/// The view that a command saves or removes; null for those that are about none.
SavedViewId viewOf(const CommandBody &body);

} // namespace tributary::model
