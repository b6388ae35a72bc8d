#include "core/model/undone.h"

namespace tributary::model {

bool stands(const Identity &identity, const CommandBody &done)
{
    if (const auto *add = std::get_if<AddIdentity>(&done))
        return add->identity == identity.id && add->customer == identity.customer && !identity.verified
               && identity.lastUsedAt == TimePoint();
    const auto *move = std::get_if<MoveIdentity>(&done);
    return move && move->identity == identity.id && move->customer == identity.customer;
}

bool stands(const SavedView &view, const CommandBody &done)
{
    const auto *save = std::get_if<SaveView>(&done);
    if (!save)
        return false;
    SavedView saved = save->view;
    saved.version = view.version;
    saved.owner = view.owner; // whoever has made it keeps it
    if (saved.sharing != SavedView::Sharing::Team)
        saved.team.reset();
    return saved == view;
}

bool stands(const Company &company, const CommandBody &done)
{
    const auto *save = std::get_if<SaveCompany>(&done);
    if (!save)
        return false;
    Company saved = save->company;
    saved.version = company.version;
    return saved == company;
}

SavedViewId viewOf(const CommandBody &body)
{
    if (const auto *save = std::get_if<SaveView>(&body))
        return save->view.id;
    const auto *remove = std::get_if<RemoveView>(&body);
    return remove ? remove->view : SavedViewId();
}

} // namespace tributary::model
