#include "core/store/change_set.h"

namespace tributary::store {
namespace {

using namespace tributary::model;

struct Noter {
    ChangeSet &changed;

    void operator()(const Customer &one) const { changed.customers.insert(one.id); }
    void operator()(const Identity &one) const { changed.customers.insert(one.customer); }
    void operator()(const CustomerLink &one) const
    {
        changed.links = true;
        changed.customers.insert(one.from);
        changed.customers.insert(one.into);
    }
    void operator()(const Suggestion &one) const
    {
        changed.customers.insert(one.customer);
        changed.customers.insert(one.other);
    }
    void operator()(const ChannelAccount &) const { changed.accounts = true; }
    void operator()(const Agent &) const { changed.agents = true; }
    void operator()(const Team &) const { changed.agents = true; }
    void operator()(const Conversation &one) const
    {
        changed.conversations.insert(one.id);
        changed.customers.insert(one.customer);
    }
    void operator()(const TimelineItem &one) const
    {
        changed.items.insert(one.id);
        changed.customers.insert(one.customer);
    }
    void operator()(const ReadMark &one) const { changed.conversations.insert(one.conversation); }
    void operator()(const Role &) const { changed.agents = true; }
    void operator()(const SavedView &) const { changed.setup = true; }
    void operator()(const FieldDefinition &) const { changed.setup = true; }
    void operator()(const CustomStatus &) const { changed.setup = true; }
    void operator()(const Company &one) const { changed.companies.insert(one.id); }
    void operator()(const Consent &one) const { changed.customers.insert(one.customer); }
};

} // namespace

void ChangeSet::add(const Entity &entity)
{
    std::visit(Noter{*this}, entity);
}

void ChangeSet::add(const ChangeSet &other)
{
    conversations.insert(other.conversations.begin(), other.conversations.end());
    own.insert(other.own.begin(), other.own.end());
    customers.insert(other.customers.begin(), other.customers.end());
    items.insert(other.items.begin(), other.items.end());
    accounts |= other.accounts;
    agents |= other.agents;
    links |= other.links;
    setup |= other.setup;
    companies.insert(other.companies.begin(), other.companies.end());
    everything |= other.everything;
    files.insert(files.end(), other.files.begin(), other.files.end());
}

void ChangeSet::addFilesOf(const Entity &gone)
{
    if (const auto *item = std::get_if<TimelineItem>(&gone)) {
        for (const Attachment &attachment : item->attachments)
            files.push_back(attachment.sha256);
    }
}

bool ChangeSet::empty() const
{
    return conversations.empty() && customers.empty() && items.empty() && companies.empty() && !accounts && !agents && !links
           && !setup && !everything && files.empty();
}

} // namespace tributary::store
