#pragma once

#include "core/model/entities.h"
#include "core/model/permissions.h"

#include <QString>

/// What is said of people in sentences, on the panel, in a merge and in the table.
namespace tributary::ui {

/// "Same phone number, +971 50 555 0172"
QString reasonWords(const model::Suggestion &suggestion);

/// Why somebody may not do what needs @p permission, for a tooltip.
QString whyNot(model::Permission permission);

/// "Service messages by email"
QString consentName(model::Channel channel, model::Consent::Purpose purpose);

/// "Arabic" for `ar`; what is no language stays as it is.
QString languageWords(const std::string &code);

} // namespace tributary::ui
