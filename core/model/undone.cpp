#include "core/model/undone.h"

#include "core/model/views.h"

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
    SavedView saved = withColumnsOf(save->view, view);
    saved.version = view.version;
    saved.owner = view.owner; // whoever has made it keeps it
    if (saved.sharing != SavedView::Sharing::Team)
        saved.team.reset();
    return saved == view;
}

bool stands(const Company &company, const CommandBody &done)
{
    if (const auto *remove = std::get_if<RemoveCompany>(&done))
        return remove->company == company.id && remove->removed == company.removed;
    const auto *save = std::get_if<SaveCompany>(&done);
    if (!save)
        return false;
    Company saved = save->company;
    saved.version = company.version;
    return saved == company;
}

bool stands(const std::optional<Consent> &consent, const CommandBody &done)
{
    if (std::holds_alternative<RemoveConsent>(done))
        return !consent;
    const auto *set = std::get_if<SetConsent>(&done);
    return set && consent && consent->id == consentOf(done) && consent->granted == set->granted
           && consent->source == set->source && (!set->saidAt || consent->at == *set->saidAt);
}

CompanyId companyOf(const CommandBody &body)
{
    if (const auto *save = std::get_if<SaveCompany>(&body))
        return save->company.id;
    const auto *remove = std::get_if<RemoveCompany>(&body);
    return remove ? remove->company : CompanyId();
}

ConsentId consentOf(const CommandBody &body)
{
    if (const auto *set = std::get_if<SetConsent>(&body))
        return consentId(set->customer, set->channel, set->purpose);
    const auto *remove = std::get_if<RemoveConsent>(&body);
    return remove ? consentId(remove->customer, remove->channel, remove->purpose) : ConsentId();
}

SavedViewId viewOf(const CommandBody &body)
{
    if (const auto *save = std::get_if<SaveView>(&body))
        return save->view.id;
    const auto *remove = std::get_if<RemoveView>(&body);
    return remove ? remove->view : SavedViewId();
}

} // namespace tributary::model
