#pragma once

#include "core/model/masks.h"
#include "core/model/views.h"
#include "core/store/cache_reads.h"
#include "ui/shell/choices.h"

/// The rows of saved views in words, and what there is to choose in them: for the editor and for the chips of a filter.
namespace tributary::ui::views {

/// What the words and choices are made of.
struct Known {
    store::Setup setup;
    std::vector<model::Agent> agents;
    std::vector<model::ChannelAccount> accounts;
    std::vector<std::string> tags; ///< Of conversations.
    model::Masks masks = {};       ///< What is hidden from whoever looks.
};

/// Whether whoever looks does not see the field: to them it is empty everywhere.
bool isHidden(std::string_view field, const Known &known);
QString fieldName(std::string_view field, const Known &known);
QString operationName(model::ViewOperation operation, model::ViewValue value);
QString valueName(const model::SavedView::Condition &condition, const Known &known);
/// "Tag: refund", "Not assigned": a condition on a chip.
QString chipText(const model::SavedView::Condition &condition, const Known &known);
QString sortName(model::SavedView::Sort sort);
QString sharingName(const model::SavedView &view, const Known &known);

/// Without those that are hidden.
QList<Choice> fieldChoices(const Known &known);
/// What rows can show, without what they show already and what is hidden.
QList<Choice> columnChoices(const std::vector<std::string> &shown, const Known &known);
QList<Choice> operationChoices(const model::ViewField &field);
QList<Choice> valueChoices(const model::SavedView::Condition &condition, const Known &known);
/// What was typed, as a value of that field: "2 h", "90", "1.5", "refund"; nothing if it is none.
std::optional<Choice> interpret(const model::SavedView::Condition &condition, const QString &typed, const Known &known);
/// Whether a chosen or typed value goes with that kind of field at all: one of another kind is forgotten.
void changeField(model::SavedView::Condition &condition, std::string_view field, const Known &known);

} // namespace tributary::ui::views
