// What is done to one customer of the table, or to several of them.
#include "ui/customer/merge_flow.h"
#include "ui/customer/people_words.h"
#include "ui/customers/customer_export.h"
#include "ui/customers/customers_page.h"
#include "ui/customers/row_menu.h"
#include "ui/shell/picker.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/undo_words.h"
#include "ui/shell/when_done.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/scripts.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>

namespace tributary::ui {
namespace {

constexpr std::size_t kMostAtOnce = 200; ///< Blocked as one step that can be taken back.

bool isMasked(const model::Identity &identity)
{
    return identity.address.starts_with("•••");
}

QString shownOf(const model::Identity &identity)
{
    return QString::fromStdString(identity.shown.empty() ? identity.address : identity.shown);
}

} // namespace

QRect CustomersPage::placeOfCurrent() const
{
    const PaintedRows &rows = rowsShown();
    const QRect box = rows.rowRect(std::max(0, rows.current()));
    return QRect(rows.viewport()->mapToGlobal(box.topLeft()), box.size());
}

bool CustomersPage::saidLost()
{
    if (!m_table->hasLostSelection())
        return false;
    m_table->forgetLostSelection();
    m_shell.toasts().add(tr("What you had selected is not in this list any more. Nothing was changed."), {}, {}, {}, 5000);
    return true;
}

QString CustomersPage::personName(model::CustomerId id) const
{
    const store::CustomerRow *row = m_rows->row(m_rows->indexOf(id));
    return row && !row->name.empty() ? QString::fromStdString(row->name) : tr("Visitor");
}

QString CustomersPage::whyNotBlocked(std::size_t count) const
{
    if (!model::may(m_workspace.agent(), model::Permission::BlockCustomers))
        return whyNot(model::Permission::BlockCustomers);
    if (count > 1 && !model::may(m_workspace.agent(), model::Permission::BulkActions))
        return whyNot(model::Permission::BulkActions);
    if (count > kMostAtOnce)
        return tr("At most %1 at once.").arg(locale().toString(qulonglong(kMostAtOnce)));
    return {};
}

void CustomersPage::showMenu(const QPoint &place)
{
    const std::vector<model::CustomerId> people = m_table->chosen();
    if (people.empty()) {
        saidLost();
        return;
    }
    const model::Agent &me = m_workspace.agent();
    auto *menu = new RowMenu(m_theme, "customerMenu", this);
    const auto needs = [&me](model::Permission permission) {
        return model::may(me, permission) ? QString() : whyNot(permission);
    };
    const bool one = people.size() == 1;
    if (one) {
        menu->add("open", tr("Open"), "people", tr("Enter"), {}, [this, id = people.front()] { emit customerChosen(id); });
    } else {
        menu->addAction(selectedWords())->setEnabled(false); // what it is about
        menu->addSeparator();
    }
    menu->add("merge", one ? tr("Merge with another customer") : tr("Merge these"), "merge", QStringLiteral("Y"),
              needs(model::Permission::MergeCustomers), [this] { review(); });
    if (one)
        menu->add("copyAddress", tr("Copy address"), "copy", {}, {}, [this, id = people.front()] { copyAddress(id); });
    menu->addSeparator();
    menu->add("block", tr("Block or mark as spam"), "shield", {}, whyNotBlocked(people.size()), [this] { blockChosen(); });
    menu->addSeparator();
    menu->add("order", tr("Order of the table"), "sort", QStringLiteral("S"), {}, [this] { askOrder(); });
    menu->add("export", m_table->selectedCount() > 0 ? tr("Export what is selected") : tr("Export what is shown"),
              "download", QStringLiteral("Ctrl+E"), needs(model::Permission::Export), [this] { exportShown(); });
    menu->popup(place);
}

QString CustomersPage::selectedWords() const
{
    return tr("%n selected", nullptr, int(m_table->selectedCount()));
}

/// The only one they have at once; of several it is asked which.
void CustomersPage::copyAddress(model::CustomerId id)
{
    whenDone(m_workspace.customerCard(id), this, [this](const Result<std::optional<store::CustomerCard>> &card) {
        if (!card || !*card)
            return;
        std::vector<model::Identity> known = (*card)->identities;
        std::erase_if(known, isMasked);
        const auto copy = [this](const QString &address) {
            QGuiApplication::clipboard()->setText(address);
            m_shell.toasts().add(tr("Copied %1").arg(address), {}, {}, {}, 3000);
        };
        if (known.empty()) {
            const bool may = model::may(m_workspace.agent(), model::Permission::SeeContactDetails);
            m_shell.toasts().add(may ? tr("No address of theirs is known.") : whyNot(model::Permission::SeeContactDetails),
                                 {}, {}, {}, 4000);
            return;
        }
        if (known.size() == 1)
            return copy(shownOf(known.front()));
        Picker::Question question{.objectName = "copyAddressPicker", .placeholder = tr("Copy address")};
        for (const model::Identity &identity : known)
            question.choices.append(Choice{.id = shownOf(identity),
                                           .text = shownOf(identity),
                                           .detail = channelName(identity.channel),
                                           .icon = iconOf(identity.channel),
                                           .iconColor = toneOf(m_theme, identity.channel).fg});
        question.apply = [copy](const Choice &choice) { copy(choice.id); };
        m_shell.picker().ask(placeOfCurrent(), std::move(question));
    });
}

/// One question for all that are selected, and one step to take back.
void CustomersPage::blockChosen()
{
    const std::vector<model::CustomerId> people = m_table->chosen();
    if (people.empty()) {
        saidLost();
        return;
    }
    if (const QString why = whyNotBlocked(people.size()); !why.isEmpty()) {
        m_shell.toasts().add(why, {}, {}, {}, 4000);
        return;
    }
    // What is so already is known of those that have been read; of others each way is offered.
    const auto isBlocked = [this](model::CustomerId id) {
        const store::CustomerRow *row = m_rows->row(m_rows->indexOf(id));
        return !row || row->blocked;
    };
    const bool any = std::ranges::any_of(people, isBlocked);
    Picker::Question question{.objectName = "blockPicker", .width = 360};
    const QString name = isolated(personName(people.front())); // of the only one: asked now, she may be gone by then
    question.placeholder =
        people.size() > 1 ? tr("Block these people or mark them as spam") : tr("Block %1 or mark as spam").arg(name);
    question.choices.append(
        Choice{.id = "block", .text = tr("Block"), .detail = tr("nothing of theirs comes in any more"), .icon = "shield"});
    question.choices.append(
        Choice{.id = "spam", .text = tr("Mark as spam"), .detail = tr("blocked, and not counted"), .icon = "warning"});
    if (any)
        question.choices.append(Choice{.id = "unblock", .text = tr("Unblock"), .icon = "undo"});
    question.apply = [this, people, name](const Choice &choice) {
        const bool blocks = choice.id != QLatin1String("unblock");
        std::vector<model::CommandBody> commands;
        for (const model::CustomerId id : people)
            commands.push_back(model::BlockCustomer{id, blocks, choice.id == QLatin1String("spam")});
        const QString words = people.size() > 1 ? (blocks ? tr("Blocked these people") : tr("Unblocked these people"))
                                                : (blocks ? tr("Blocked %1").arg(name) : tr("Unblocked %1").arg(name));
        m_table->clearSelection(); // it was about these
        whenDone(m_workspace.submit(std::move(commands)), this, [this, words](const Result<client::Submitted> &done) {
            if (!done)
                m_shell.toasts().add(tr("This could not be kept on this computer"), {}, {}, {}, 4000);
            else if (done->undo)
                offerUndo(words, *done->undo, m_workspace, m_shell.toasts(), this);
        });
    };
    m_shell.picker().ask(placeOfCurrent(), std::move(question));
}

// -- Export
// -----------------------------------------------------------------------------------------------------------------

void CustomersPage::exportShown()
{
    if (!model::may(m_workspace.agent(), model::Permission::Export)) {
        m_shell.toasts().add(whyNot(model::Permission::Export), {}, {}, {}, 4000);
        return;
    }
    if (view() != View::Everybody) { // what is written is what is on the screen
        m_shell.toasts().add(tr("This list cannot be exported. Customers are exported from Everybody."), {}, {}, {}, 4000);
        return;
    }
    if (m_export || m_rows->rowCount() == 0 || saidLost())
        return;
    auto *dialog = new QFileDialog(this, tr("Export customers"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("csv");
    dialog->setNameFilter(tr("Tables (*.csv)"));
    dialog->selectFile("customers.csv");
    connect(dialog, &QFileDialog::fileSelected, this, &CustomersPage::exportTo);
    dialog->open();
}

void CustomersPage::exportTo(const QString &path)
{
    if (m_export)
        return;
    using Which = model::ExportCustomers::Which;
    std::vector<model::CustomerId> people;
    Which which = m_filter->text().trimmed().isEmpty() ? Which::Everybody : Which::Found;
    if (m_table->selectedCount() > 0) {
        which = Which::Selected;
        people = m_table->chosen();
    } else {
        for (int row = 0; row < m_rows->rowCount(); ++row)
            people.push_back(m_rows->at(row));
    }
    if (people.empty())
        return;
    const qint64 all = qint64(people.size());
    m_export = new CustomerExport(m_workspace, std::move(people), which, m_tag, path, this);
    const auto progress = [this, all](qint64 rows) {
        m_exported = tr("Exporting, %1 of %2").arg(locale().toString(rows), locale().toString(all));
        showTitle();
    };
    const auto ended = [this](const QString &words) {
        m_export->deleteLater();
        m_export = nullptr;
        m_exported.clear();
        showTitle();
        m_shell.toasts().add(words);
    };
    connect(m_export, &CustomerExport::progressed, this, progress);
    connect(m_export, &CustomerExport::finished, this,
            [ended, path](qint64 rows) { ended(tr("%n customer(s) are in %1.", nullptr, int(rows)).arg(path)); });
    connect(m_export, &CustomerExport::failed, this, [ended](CustomerExport::Problem problem) {
        using Problem = CustomerExport::Problem;
        switch (problem) {
        case Problem::NotKept:
            return ended(
                tr("The export could not be noted on this computer, so nothing was written. Make room on the disk."));
        case Problem::Refused: return ended(tr("The hub does not let you export customers, so nothing was written."));
        case Problem::Unread: return ended(tr("The customers could not be read, so nothing was written. Try again."));
        case Problem::Unwritten:
            return ended(tr("The file cannot be written. Choose another place, or make room on the disk."));
        }
    });
    progress(0);
    m_export->start();
}

} // namespace tributary::ui
