// The customer beside the timeline: what is read for the panel, and what is done to a person.
#include "ui/inbox/inbox_page.h"

#include "core/model/number_region.h"
#include "ui/customer/company_sheet.h"
#include "ui/customer/customer_panel.h"
#include "ui/customer/merge_flow.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/phone_call.h"
#include "ui/shell/picker.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/theme/scripts.h"

#include <algorithm>

namespace tributary::ui {
void InboxPage::wirePeople()
{
    // The panel is made behind the painting of the timeline, which is what one waits for: a timer's turn comes behind the
    // painting that was asked for before it began. Begun at once it would come with whatever other timer is due, before it.
    m_panelLater.setSingleShot(true);
    m_panelLater.setInterval(0);
    connect(&m_panelLater, &QTimer::timeout, this, &InboxPage::showPerson);
    connect(m_pane, &ConversationPane::cardChanged, &m_panelLater, qOverload<>(&QTimer::start), Qt::QueuedConnection);
    connect(m_pane, &ConversationPane::cardChanged, this, [this] { reloadPerson(false); }); // it is read meanwhile
    connect(m_pane, &ConversationPane::unmergeWanted, this,
            [this](model::CustomerLinkId link) { runOnPerson(model::UnlinkCustomers{.link = link}); });
    const auto agent = [this] {
        m_panel->setAgent(m_workspace.agent());
        m_panel->setOrder(PanelOrder::fromText(m_settings.value(panelSetting()).toString()));
    };
    connect(&m_workspace, &client::Workspace::agentChanged, this, agent);
    agent();
    const auto linked = [this] { m_panel->setLinked(isLinked()); };
    connect(&m_workspace, &client::Workspace::statusChanged, this, linked);
    linked();
    connect(m_panel, &CustomerPanel::conversationChosen, this, [this](model::ConversationId id) { openConversation(id); });
    connect(m_panel, &CustomerPanel::orderChanged, this,
            [this](const PanelOrder &order) { m_settings.setValue(panelSetting(), order.text()); });
    connect(m_panel, &CustomerPanel::refusedLeft, this, [this](model::CustomerId customer, const QString &words) {
        m_shell.toasts().add(words, tr("Go back"), {}, [this, customer] { openCustomer(customer); });
    });
    connect(m_panel, &CustomerPanel::itemChosen, this,
            [this](model::ConversationId id, model::TimelineItemId item) { openConversation(id, item); });
    connect(m_panel, &CustomerPanel::fileWanted, m_pane, &ConversationPane::openFile);
    connect(m_panel, &CustomerPanel::commandWanted, this, &InboxPage::runOnPerson);
    connect(m_panel, &CustomerPanel::commandsWanted, this,
            [this](const std::vector<model::CommandBody> &commands) { run(commands); });
    connect(m_panel, &CustomerPanel::newCompanyWanted, this, [this](model::CustomerId customer, const QString &name) {
        const auto company = m_workspace.makeId<model::CompanyId>();
        run({model::SaveCompany{{.id = company, .name = name.toStdString()}}, model::SetCompany{customer, company}});
    });
    connect(m_panel, &CustomerPanel::cardEdited, this, &InboxPage::editPerson);
    connect(m_panel, &CustomerPanel::companyWanted, this, &InboxPage::openCompany);
    connect(m_panel, &CustomerPanel::mergeWanted, this, &InboxPage::mergeCustomer);
    connect(m_panel, &CustomerPanel::moveWanted, this, [this](const model::Identity &identity, const QRect &anchor) {
        const auto move = [this, identity](model::CustomerId to, const QString &name) {
            const std::string &shown = identity.shown.empty() ? identity.address : identity.shown;
            const bool isOwn = to.isNull();
            run({model::MoveIdentity{identity.id, isOwn ? m_workspace.makeId<model::CustomerId>() : to}},
                isOwn ? QString() : name, false, {isolated(QString::fromStdString(shown))});
        };
        m_merge->search().ask(anchor, {.placeholder = tr("Whose address is it?"),
                                       .except = m_panel->customer(),
                                       .other = tr("A person of its own"),
                                       .chosen = move});
    });
    connect(m_panel, &CustomerPanel::writeWanted, this, [this](const model::Identity &identity) {
        if (!m_pane->person().isNull())
            return beginWithPerson(identity);
        if (!m_pane->composerHere())
            return;
        m_pane->replyTo(false);
        if (!m_pane->composer().chooseIdentity(identity.id))
            m_shell.toasts().add(tr("Nothing of ours can write to this address"), {}, {}, {}, 4000);
    });
    connect(m_panel, &CustomerPanel::callWanted, this, [this](const model::Identity &identity) {
        callNumber(QString::fromStdString(identity.address), m_shell.toasts());
    });
    connect(m_panel, &CustomerPanel::copied, this,
            [this](const QString &text) { m_shell.toasts().add(tr("Copied %1").arg(text), {}, {}, {}, 3000); });
}

/// Where the order of the panel's sections is kept: on this computer, for whoever has this role.
QString InboxPage::panelSetting() const
{
    const model::Agent &agent = m_workspace.agent();
    const QString role = agent.customRole ? QString::fromStdString(agent.customRole->text())
                                          : QString::fromUtf8(model::nameOf(agent.role).data());
    return "customer/sections/" + role;
}

void InboxPage::showPerson()
{
    m_panelLater.stop();
    if (m_pane->card())
        m_panel->showCard(*m_pane->card(), m_pane->conversation(), std::exchange(m_beside, {}));
    else
        m_panel->clear();
}

/// Reads what stands beside the timeline of the pane's customer; @p again: also of whom it was read before.
void InboxPage::reloadPerson(bool again)
{
    const model::CustomerId id = m_pane->card() ? m_pane->card()->customer.id : model::CustomerId();
    if (!again && id == m_detailsOf)
        return;
    m_detailsOf = id;
    m_beside.reset();
    if (id.isNull())
        return;
    whenDone(m_workspace.personBeside(id, CustomerPanel::kOrdersAsked), this,
             [this, id](const Result<store::PersonBeside> &beside) {
                 if (!beside || id != m_detailsOf)
                     return;
                 if (m_panel->customer() == id)
                     m_panel->showBeside(*beside);
                 else
                     m_beside = *beside; // their panel is about to be made
             });
}

/// The command has both: what was not edited is as it stands by now, not as it was when the panel was drawn.
void InboxPage::editPerson(model::CustomerId id, const std::optional<std::string> &name,
                           const std::optional<std::string> &note)
{
    CardEdit &edit = m_cardEdits[id]; // the one before may not be in the copy yet
    if (name)
        edit.name = name;
    if (note)
        edit.note = note;
    ++m_giving;
    whenDone(m_workspace.customerCard(id), this, [this, id, edit](const Result<std::optional<store::CustomerCard>> &card) {
        --m_giving;
        const auto failed = [this, id] {
            m_cardEdits.erase(id); // it never happened
            m_shell.toasts().add(tr("This customer is not here any more, so nothing was changed"), {}, {}, {}, 5000);
        };
        if (!card || !*card)
            return failed();
        const auto now = std::ranges::find((*card)->members, id, &model::Customer::id);
        if (now == (*card)->members.end())
            return failed();
        runOnPerson(model::EditCustomer{id, edit.name.value_or(now->name), edit.note.value_or(now->note)});
    });
}

void InboxPage::runOnPerson(model::CommandBody body)
{
    if (auto *add = std::get_if<model::AddIdentity>(&body); add && add->identity.isNull())
        add->identity = m_workspace.makeId<model::IdentityId>();
    if (auto *move = std::get_if<model::MoveIdentity>(&body); move && move->customer.isNull())
        move->customer = m_workspace.makeId<model::CustomerId>();
    run({std::move(body)});
}

// -- Channel accounts that do not work

/// Whoever can put it right is told when one stops; the sidebar says it to everybody.
void InboxPage::tellOfAccounts(const std::vector<model::ChannelAccount> &accounts)
{
    std::set<model::ChannelAccountId> broken;
    for (const model::ChannelAccount &account : accounts) {
        if (account.removed || account.health != model::ChannelAccount::Health::NotWorking)
            continue;
        broken.insert(account.id);
        const bool isNew = m_brokenAccounts && !m_brokenAccounts->contains(account.id);
        if (isNew && model::may(m_workspace.agent(), model::Permission::ManageChannels))
            m_shell.toasts().add(tr("%1 has stopped working").arg(QString::fromStdString(account.name)), tr("Look"), {},
                                 [this, id = account.id] { explainAccount(id); });
    }
    m_brokenAccounts = std::move(broken);
}

/// What is wrong and who puts it right, in words; an admin goes to where it is done.
void InboxPage::explainAccount(model::ChannelAccountId id)
{
    const auto found = std::ranges::find(m_known.accounts, id, &model::ChannelAccount::id);
    if (found == m_known.accounts.end())
        return;
    using Health = model::ChannelAccount::Health;
    const QString name = QString::fromStdString(found->name), problem = QString::fromStdString(found->problemText);
    QString words;
    switch (found->health) {
    case Health::NotWorking: words = tr("%1 does not work: nothing comes in or goes out by it.").arg(name); break;
    case Health::NeedsAttention: words = tr("%1 needs attention, and may stop working.").arg(name); break;
    case Health::Slow: words = tr("%1 is slow: messages arrive and leave late.").arg(name); break;
    case Health::Paused: words = tr("%1 is paused: nothing comes in or goes out by it.").arg(name); break;
    case Health::Starting:
    case Health::Healthy:
        words = found->backfillTotal > 0 ? tr("%1 is fetching older messages. It works meanwhile.").arg(name)
                                         : tr("%1 is starting.").arg(name);
        break;
    }
    if (!problem.isEmpty())
        words = tr("%1 The reason: %2", "both are sentences").arg(words, problem);
    if (model::may(m_workspace.agent(), model::Permission::ManageChannels))
        m_shell.toasts().add(
            words, tr("Open Admin"), {}, [this, id] { emit accountWanted(id); }, 20'000);
    else if (found->health == Health::Healthy || found->health == Health::Starting)
        m_shell.toasts().add(words);
    else
        m_shell.toasts().add(tr("%1 An admin can put it right.", "after a sentence").arg(words), {}, {}, {}, 20'000);
}

CompanySheet &InboxPage::companySheet()
{
    if (!m_company) {
        m_company = new CompanySheet(m_theme, m_clock, m_workspace, m_shell.picker(), &m_shell);
        connect(m_company, &CompanySheet::customerWanted, this, &InboxPage::openCustomer);
        connect(m_company, &CompanySheet::removeWanted, this,
                [this](model::CompanyId id) { run({model::RemoveCompany{id}}); });
        connect(m_company, &CompanySheet::everybodyWanted, this, &InboxPage::customersWanted);
        connect(m_company, &CompanySheet::saved, this, [this](const QString &name) {
            m_shell.toasts().add(tr("Saved %1.").arg(name), {}, {}, {}, 4000);
            reloadPerson(true);
        });
        connect(m_company, &CompanySheet::notKept, this,
                [this] { m_shell.toasts().add(tr("This could not be kept on this computer"), {}, {}, {}, 4000); });
    }
    return *m_company;
}

void InboxPage::openCompany(model::CompanyId id)
{
    companySheet().open(id);
}

/// The panel's own: whoever it shows, with @p other or somebody to be found.
void InboxPage::mergeCustomer(model::CustomerId other)
{
    const model::CustomerId here = m_panel->customer();
    if (here.isNull())
        return;
    if (!model::may(m_workspace.agent(), model::Permission::MergeCustomers)) {
        m_shell.toasts().add(tr("Your role may not merge customers. An admin can allow it."), {}, {}, {}, 4000);
        return;
    }
    if (other.isNull() && m_panel->suggestion())
        other = m_panel->suggestion()->other.id;
    const auto &card = m_pane->card();
    const bool isUnknown = card && card->customer.id == here && card->customer.name.empty();
    if (other.isNull())
        m_merge->find(here, m_panel->anchor(),
                      isUnknown ? knownOf(*card, model::regionFor(m_known.accounts, model::Channel::Phone)) : QStringList());
    else
        m_merge->review(here, other);
}

std::vector<model::CustomerId> InboxPage::targetPeople() const
{
    if ((m_list->selected().empty() || isAboutOpen()) && !m_pane->person().isNull())
        return {m_pane->person()};
    std::vector<model::CustomerId> people;
    for (const store::ConversationRow &row : targetRows()) {
        if (std::ranges::find(people, row.customer) == people.end())
            people.push_back(row.customer);
    }
    return people;
}

/// What a key or a menu means: those who are selected, or whoever is open. The panel may still show somebody else.
void InboxPage::mergeTargets()
{
    const std::vector<model::CustomerId> people = targetPeople();
    if (people.empty()) {
        saidLost();
        return;
    }
    if (people.size() > 1 || (m_list->selected().size() > 1 && !isAboutOpen()))
        return m_merge->reviewAll(people);
    if (m_pane->card() && people.front() == m_pane->card()->customer.id)
        showPerson(); // which may be about to be made: whom they may be the same as is known by it
    if (people.front() == m_panel->customer())
        return mergeCustomer({});
    m_merge->find(people.front(), m_panel->anchor());
}

void InboxPage::blockCustomers()
{
    const std::vector<model::CustomerId> people = targetPeople();
    if (people.empty()) {
        saidLost();
        return;
    }
    if (const QString problem = bulkProblem(people.size()); !problem.isEmpty()) {
        m_shell.toasts().add(problem, {}, {}, {}, 4000);
        return;
    }
    // What is so already is known of the one on the screen; of others each way is offered.
    const store::CustomerCard *card = m_pane->card() ? &*m_pane->card() : nullptr;
    const bool isKnown = people.size() == 1 && card && card->customer.id == people.front();
    const bool blocked = isKnown && std::ranges::any_of(card->members, &model::Customer::blocked);
    const bool spam = blocked && std::ranges::any_of(card->members, &model::Customer::spam);
    Picker::Question question{.objectName = "blockPicker", .width = 360};
    question.placeholder = people.size() > 1 ? tr("Block these people or mark them as spam") : tr("Block or mark as spam");
    if (!blocked || spam)
        question.choices.append(Choice{
            .id = "block", .text = tr("Block"), .detail = tr("nothing of theirs comes in any more"), .icon = "shield"});
    if (!spam)
        question.choices.append(
            Choice{.id = "spam", .text = tr("Mark as spam"), .detail = tr("blocked, and not counted"), .icon = "warning"});
    if (blocked || !isKnown)
        question.choices.insert(blocked ? 0 : question.choices.size(),
                                Choice{.id = "unblock", .text = tr("Unblock"), .icon = "undo"});
    question.apply = [this, people](const Choice &choice) {
        std::vector<model::CommandBody> commands;
        for (const model::CustomerId id : people)
            commands.push_back(
                model::BlockCustomer{id, choice.id != QLatin1String("unblock"), choice.id == QLatin1String("spam")});
        run(std::move(commands));
        m_list->clearSelection(); // it was about these
    };
    m_shell.picker().ask(anchorFor(m_pane->header().moreButton()), std::move(question));
}

} // namespace tributary::ui
