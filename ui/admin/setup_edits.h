#pragma once

#include "core/model/commands.h"
#include "core/store/setup_reads.h"

#include <QString>
#include <QStringList>

/// What changing the setup of a workspace comes to: shown before the hub has done it, and in words where it has not.
namespace tributary::ui {

/// Whether @p body changes people, roles, teams, fields or statuses.
bool isSetup(const model::CommandBody &body);

/// Shows @p body on @p setup as the hub will do it. What is not about the setup changes nothing.
void apply(store::WorkspaceSetup &setup, const model::CommandBody &body);

/// The entity that @p body is about: an agent, a role, a team, a field, a status.
RawId subjectOf(const model::CommandBody &body);

/// Why the hub did not do it, and what to do.
QString refusalWords(const model::CommandBody &body, const model::Outcome &outcome);

/// Why @p name cannot be the name of something beside @p others; empty if it can.
QString nameProblem(const QString &name, const QStringList &others);
/// Why @p definition cannot be kept beside the fields of @p setup: about its name, key or choices; empty if it can.
struct FieldProblems {
    QString name, key, choices;
    bool any() const { return !name.isEmpty() || !key.isEmpty() || !choices.isEmpty(); }
};
FieldProblems fieldProblems(const model::FieldDefinition &definition, const store::WorkspaceSetup &setup);

/// A field's key made from its name: small letters, digits and `_`, at most 64, free among the fields of @p subject.
/// Confidential ones begin with model::kConfidential. Names without Latin letters give `field`, `field_2` ...
std::string keyFromName(const QString &name, bool confidential, model::FieldDefinition::Subject subject,
                        const store::WorkspaceSetup &setup);
/// Whether a key consists of what the hub takes.
bool isKey(const std::string &key);

/// Language tags from "en, ar;fr": in order, each once. Nothing where one of them is no language.
std::optional<std::vector<std::string>> languagesFrom(const QString &text);

/// Moves the one of @p id by @p by places among those that @p group says it stands with: what has to be saved for it.
template<class T>
std::vector<T> moved(std::vector<T> group, decltype(T::id) id, int by)
{
    const auto at = std::ranges::find(group, id, &T::id);
    if (at == group.end())
        return {};
    const auto from = at - group.begin();
    const auto to = from + by;
    if (to < 0 || to >= std::ssize(group))
        return {};
    std::swap(group[std::size_t(from)], group[std::size_t(to)]);
    std::vector<T> changed;
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (group[i].position != std::int64_t(i)) {
            group[i].position = std::int64_t(i);
            changed.push_back(group[i]);
        }
    }
    return changed;
}

} // namespace tributary::ui
