#pragma once

#include "core/model/entities.h"

#include <QString>
#include <vector>

namespace tributary::ui {

/// Somebody who was chosen for a note, and the words after the "@" by which it names them.
struct Mention {
    model::AgentId agent;
    QString name;
    friend bool operator==(const Mention &, const Mention &) = default;
};

/// The words by which a note names @p agent: the name, and where somebody else of @p agents has the same one the address
/// too.
QString mentionName(const model::Agent &agent, const std::vector<model::Agent> &agents);

/// A name that stands in a note, and whose it is.
struct Naming {
    QString name;
    std::vector<model::AgentId> agents;
    bool isChosen = false; ///< It was said who is meant; else it is everybody of that name.
};
/// Whom a note names with `@Name`: by their whole name, or by what they were @p chosen with; the longer one where one begins
/// like another; each once, in the order of the text. An address (`a@mara`) names nobody, and who is not active is not
/// named.
std::vector<Naming> namingsIn(const QString &text, const std::vector<model::Agent> &agents,
                              const std::vector<Mention> &chosen = {});
/// All of them.
std::vector<model::AgentId> mentionsIn(const QString &text, const std::vector<model::Agent> &agents,
                                       const std::vector<Mention> &chosen = {});

} // namespace tributary::ui
