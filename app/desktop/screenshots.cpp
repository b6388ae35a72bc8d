#include "app/desktop/screenshots.h"

#include "app/desktop/notices.h"
#include "app/desktop/session.h"
#include "ui/admin/admin_page.h"
#include "ui/admin/audit_page.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/invite_sheet.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/statuses_page.h"
#include "ui/admin/teams_page.h"
#include "ui/customer/company_sheet.h"
#include "ui/customer/customer_panel.h"
#include "ui/customer/merge_flow.h"
#include "ui/customers/customers_page.h"
#include "ui/customers/import_sheet.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/view_editor.h"
#include "ui/outbox/compare_sheet.h"
#include "ui/outbox/outbox_popover.h"
#include "ui/search/command_palette.h"
#include "ui/settings/settings_sheet.h"
#include "ui/shell/picker.h"
#include "ui/shell/sections.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/sync_presenter.h"
#include "ui/welcome/first_run.h"
#include "ui/welcome/sign_in.h"

#include <QAbstractButton>
#include <QApplication>
#include <QDir>
#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <cstdio>

namespace tributary::app {
namespace {

constexpr int kSettleMs = 900;     ///< For what is read and decoded off the window's thread.
constexpr int kCatchUpMs = 20'000; ///< For the first copy of a workspace.
constexpr int kGiveUpMs = 240'000;

} // namespace

Screenshots::Screenshots(Session &session, ui::Theme &theme, const QString &folder)
    : QObject(&session)
    , m_session(session)
    , m_theme(theme)
    , m_folder(folder)
{
}

void Screenshots::start()
{
    QDir().mkpath(m_folder);
    connect(&m_session, &Session::inboxReady, this, &Screenshots::inbox);
    connect(&m_session, &Session::needsSomebody, this, &Screenshots::welcome);
    QTimer::singleShot(kGiveUpMs, this, [] {
        std::fprintf(stderr, "tributary: the workspace did not open in time for pictures of it\n");
        QCoreApplication::exit(1);
    });
}

void Screenshots::after(int milliseconds, void (Screenshots::*next)())
{
    QTimer::singleShot(milliseconds, this, next);
}

void Screenshots::save(const QString &name)
{
    const QString path = QDir(m_folder).filePath(name + ".png");
    if (m_session.window().grab().save(path))
        std::printf("%s\n", qPrintable(path));
    else
        m_failed = true;
    std::fflush(stdout);
    ++m_written;
}

void Screenshots::bothLooks(const QString &name)
{
    for (const auto appearance : {ui::Theme::Appearance::Light, ui::Theme::Appearance::Dark}) {
        ui::Theme::Options options = m_theme.options();
        options.appearance = appearance;
        m_theme.setOptions(options);
        QApplication::processEvents();
        QApplication::processEvents();
        save(name + (appearance == ui::Theme::Appearance::Light ? "-light" : "-dark"));
    }
}

void Screenshots::welcome()
{
    disconnect(&m_session, &Session::needsSomebody, this, nullptr);
    // Nobody is signed in: all there is to show are the screens before that.
    QTimer::singleShot(kSettleMs, this, &Screenshots::showWelcome);
}

void Screenshots::inbox()
{
    disconnect(&m_session, &Session::inboxReady, this, nullptr);
    disconnect(&m_session, &Session::needsSomebody, this, nullptr);
    auto *wait = new QTimer(this);
    auto *waited = new int(0);
    connect(wait, &QTimer::destroyed, this, [waited] { delete waited; });
    connect(wait, &QTimer::timeout, this, [this, wait, waited] {
        *waited += wait->interval();
        const auto state = m_session.workspace().status().state;
        const bool filled = m_session.inbox()->list().model()->rowCount() > 0;
        if ((state == client::Status::State::Live && filled) || *waited >= kCatchUpMs) {
            wait->deleteLater();
            wait->stop();
            after(kSettleMs, &Screenshots::openCustomer);
        }
    });
    wait->start(100);
}

void Screenshots::openCustomer()
{
    m_session.inbox()->list().openFirst();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("inbox");
        m_session.inbox()->list().step(1);
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("inbox-second");
            writeNote();
        });
    });
}

void Screenshots::writeNote()
{
    m_session.inbox()->pane().note();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("note");
        m_session.inbox()->pane().composer().setMode(ui::Composer::Mode::Reply);
        showViews();
    });
}

void Screenshots::showViews()
{
    ui::InboxPage &inbox = *m_session.inbox();
    const auto views = inbox.sidebar().shownViews();
    if (!views.empty())
        inbox.chooseQueue(ui::QueuePlace(views.front()));
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("view");
        m_session.inbox()->chooseQueue(store::Queue::Mentions);
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("mentions");
            showFilter();
        });
    });
}

void Screenshots::showFilter()
{
    ui::InboxPage &inbox = *m_session.inbox();
    inbox.chooseQueue(store::Queue::AllOpen);
    ui::ListColumn::Filter filter;
    filter.extra = {{"priority", "is_not", "low"}};
    filter.words = "cup";
    inbox.column().setFilter(filter);
    emit inbox.column().filterChanged();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("filter");
        showEditor();
    });
}

void Screenshots::showEditor()
{
    m_session.inbox()->saveFilterAsView();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("view-editor");
        m_session.inbox()->viewEditor().dismiss();
        showBulk();
    });
}

void Screenshots::showBulk()
{
    ui::InboxPage &inbox = *m_session.inbox();
    inbox.column().setFilter({});
    emit inbox.column().filterChanged();
    QTimer::singleShot(kSettleMs, this, [this] {
        emit m_session.inbox()->list().everythingWanted();
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("bulk");
            m_session.inbox()->list().clearSelection();
            m_session.inbox()->chooseQueue(store::Queue::Mine);
            QTimer::singleShot(kSettleMs, this, &Screenshots::showPalette);
        });
    });
}

void Screenshots::showPalette()
{
    m_session.inbox()->openPalette();
    typeInPalette();
}

void Screenshots::typeInPalette()
{
    m_session.inbox()->palette().setText("re");
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("command-palette");
        m_session.inbox()->palette().dismiss();
        showKeys();
    });
}

void Screenshots::showKeys()
{
    m_session.window().showShortcuts();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("keys");
        showSettings();
    });
}

void Screenshots::showSettings()
{
    for (ui::Overlay *open : m_session.window().findChildren<ui::Overlay *>())
        open->dismiss();
    m_session.showSettings();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("settings");
        for (const auto &[place, name] :
             {std::pair{1, "inbox"}, {2, "storage"}, {3, "security"}, {4, "writing"}, {6, "keys"}}) {
            m_session.settingsSheet()->showPage(place); // in the order of Session::showSettings()
            bothLooks(QStringLiteral("settings-") + name);
        }
        m_session.settingsSheet()->dismiss();
        showNews();
    });
}

void Screenshots::showNews()
{
    m_session.showNewsSettings();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("settings-notifications");
        m_session.settingsSheet()->dismiss();
        m_session.notices()->showPanel();
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("notifications");
            for (ui::Overlay *open : m_session.window().findChildren<ui::Overlay *>())
                open->dismiss();
            showTicket();
        });
    });
}

void Screenshots::showTicket()
{
    client::Workspace &workspace = m_session.workspace();
    const model::ConversationId id = m_session.inbox()->pane().conversation();
    for (const auto &[text, done] : {std::pair("Ask the courier for a photo", true), std::pair("Refund or replace", false)})
        workspace.submit(model::EditChecklist{
            .conversation = id, .entry = workspace.makeId<model::ChecklistEntryId>(), .text = text, .done = done});
    m_session.window().actions().action("details")->trigger();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("ticket");
        for (ui::Overlay *open : m_session.window().findChildren<ui::Overlay *>())
            open->dismiss();
        m_session.window().actions().action("newConversation")->trigger();
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("new-conversation");
            for (ui::Overlay *open : m_session.window().findChildren<ui::Overlay *>())
                open->dismiss();
            showPickers();
        });
    });
}

void Screenshots::dismissAll()
{
    for (ui::Overlay *open : m_session.window().findChildren<ui::Overlay *>())
        open->dismiss();
}

/// Types into the picker that is open, and takes the first row.
void Screenshots::pressInPicker(const QString &text)
{
    auto *field = m_session.window().picker().findChild<QLineEdit *>();
    field->setText(text);
    QKeyEvent press(QEvent::KeyPress, Qt::Key_Return, Qt::NoModifier);
    QApplication::sendEvent(field, &press);
}

void Screenshots::showPickers()
{
    m_session.window().actions().action("block")->trigger();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("block-picker");
        dismissAll();
        m_session.window().actions().action("snooze")->trigger();
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("snooze-picker");
            pressInPicker(tr("Pick"));
            after(kSettleMs, &Screenshots::showDates);
        });
    });
}

void Screenshots::showDates()
{
    bothLooks("date-popover");
    dismissAll();
    m_session.inbox()->chooseQueue(store::Queue::Resolved); // where there is nothing in the demo
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("empty-list");
        m_session.inbox()->chooseQueue(store::Queue::Mine);
        QTimer::singleShot(kSettleMs, this, [this] {
            m_session.inbox()->list().openFirst();
            after(kSettleMs, &Screenshots::showMessageMenu);
        });
    });
}

/// A menu is a window of its own, and has a picture of its own.
void Screenshots::showMessageMenu()
{
    ui::TimelineView &timeline = m_session.inbox()->pane().timeline();
    const auto &items = timeline.model().items();
    QTimer::singleShot(kSettleMs, this, [this] {
        if (QWidget *menu = QApplication::activePopupWidget()) {
            m_failed |= !menu->grab().save(QDir(m_folder).filePath("message-menu.png"));
            menu->close();
        }
        showColleague();
    });
    if (!items.empty())
        emit timeline.itemMenuRequested(items.back().id, timeline.mapToGlobal(timeline.rect().center()));
}

/// As if somebody else were at the conversations of the list.
void Screenshots::showColleague()
{
    ui::ConversationList &list = m_session.inbox()->list();
    list.setPresence([&list](model::ConversationId id) -> std::optional<ui::RowPresence> {
        const auto &rows = list.model()->rows();
        for (std::size_t i = 0; i < std::min<std::size_t>(2, rows.size()); ++i) {
            if (rows[i].conversation.id == id)
                return ui::RowPresence{i == 0 ? tr("Tomás writes") : tr("Aiko is here"), i == 0 ? "Tomás Ferreira" : "Aiko",
                                       id.bytes};
        }
        return std::nullopt;
    });
    list.viewport()->update();
    bothLooks("colleagues");
    mergeCustomers();
}

void Screenshots::mergeCustomers()
{
    m_session.sections()->show("inbox");
    const auto pairs = m_session.workspace().duplicates(1);
    QTimer::singleShot(kSettleMs, this, [this, pairs] {
        const auto answer = pairs.isFinished() ? pairs.result() : Result<store::Duplicates>(store::Duplicates());
        const std::vector<store::Duplicate> found = answer ? answer->pairs : std::vector<store::Duplicate>();
        if (!found.empty())
            m_session.inbox()->mergeFlow().review(found.front().customer.id, found.front().other.id);
        QTimer::singleShot(kSettleMs, this, [this, found] {
            bothLooks("merge");
            m_session.inbox()->mergeFlow().sheet().dismiss();
            if (!found.empty())
                m_session.inbox()->openCustomer(found.front().other.id);
            after(kSettleMs, &Screenshots::showCompany);
        });
    });
}

void Screenshots::showCompany()
{
    bothLooks("customer-panel");
    if (const auto company = m_session.inbox()->customerPanel().company())
        m_session.inbox()->openCompany(*company);
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("company");
        dismissAll();
        if (auto *scroll = m_session.inbox()->customerPanel().findChild<QScrollArea *>()) {
            scroll->verticalScrollBar()->setValue(scroll->verticalScrollBar()->maximum());
            save("customer-panel-end");
        }
        showCustomers();
    });
}

void Screenshots::showCustomers()
{
    m_session.sections()->show("customers");
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("customers");
        showDuplicates();
    });
}

void Screenshots::showDuplicates()
{
    m_session.customers()->setView(ui::CustomersPage::View::Duplicates);
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("customers-duplicates");
        showNewCustomer();
    });
}

void Screenshots::showNewCustomer()
{
    m_session.customers()->setView(ui::CustomersPage::View::Everybody);
    m_session.customers()->addCustomer();
    auto *sheet = m_session.window().findChild<ui::Overlay *>("newCustomerSheet");
    sheet->findChild<QLineEdit *>("newCustomerName")->setText("Amira Haddad");
    m_session.customers()->table().setCurrent(1);
    const auto known = m_session.workspace().customerCard(m_session.customers()->table().currentCustomer());
    QTimer::singleShot(kSettleMs, this, [this, sheet, known] { // somebody has that address already
        const Result<std::optional<store::CustomerCard>> card = known.isFinished() ? known.result() : std::nullopt;
        if (card && *card) {
            for (const model::Identity &identity : (*card)->identities) {
                if (identity.channel == model::Channel::Email)
                    sheet->findChild<QLineEdit *>("newAddress")->setText(QString::fromStdString(identity.shown));
            }
        }
        sheet->findChild<QAbstractButton *>("saveCustomer")->click();
        QTimer::singleShot(kSettleMs, this, [this, sheet] {
            bothLooks("new-customer");
            sheet->dismiss();
            showImport();
        });
    });
}

void Screenshots::showImport()
{
    m_file.setFileTemplate(QDir::tempPath() + "/customersXXXXXX.csv");
    if (!m_file.open())
        return finish();
    m_file.write("Name;E-mail;Mobile;Company;Tags;Comments;Loyalty number\n"
                 "Amira Haddad;amira@mail.example;+971 50 555 0188;Desert Teas;wholesale, vip;Asks for samples;8812\n"
                 "Piet de Vries;piet@kiln.example;+31 20 794 0011;Kiln & Co;;;8813\n"
                 "Amira H.;AMIRA@mail.example;;;;;8812\n"
                 "No address;;;;;;\n"
                 "Somebody;not an address;;;;;\n");
    m_file.close();
    m_session.customers()->importCustomers(m_file.fileName());
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("import-columns");
        m_session.window().findChild<QAbstractButton *>("importNext")->click();
        QTimer::singleShot(kSettleMs, this, [this] {
            bothLooks("import-check");
            m_session.window().findChild<QAbstractButton *>("importNext")->click();
            after(3 * kSettleMs, &Screenshots::showImported);
        });
    });
}

void Screenshots::showImported()
{
    save("import-done");
    m_session.customers()->importSheet().dismiss();
    const auto holder = m_session.workspace().addressHolder(model::Channel::Email, "amira@mail.example");
    QTimer::singleShot(kSettleMs, this, [this, holder] {
        m_session.sections()->show("inbox");
        const Result<std::optional<store::AddressHolder>> added = holder.isFinished() ? holder.result() : std::nullopt;
        if (added && *added)
            m_session.inbox()->openCustomer((*added)->customer);
        after(kSettleMs, &Screenshots::showSomebodyNew);
    });
}

void Screenshots::showSomebodyNew()
{
    bothLooks("customer-alone");
    m_session.inbox()->list().openFirst();
    after(kSettleMs, &Screenshots::blockCustomer);
}

void Screenshots::blockCustomer()
{
    const model::CustomerId who = m_session.inbox()->customerPanel().customer();
    m_session.workspace().submit(model::BlockCustomer{who, true, true});
    QTimer::singleShot(kSettleMs, this, [this, who] {
        bothLooks("blocked");
        m_session.workspace().submit(model::BlockCustomer{who, false, false});
        m_session.inbox()->list().openFirst();
        after(kSettleMs, &Screenshots::showAdmin);
    });
}

void Screenshots::showAdmin()
{
    m_session.sections()->show("admin");
    QTimer::singleShot(kSettleMs, this, [this] {
        if (!m_session.admin())
            return goOffline(); // not for who is signed in
        showAdminPage(0);
    });
}

/// Each page with its details open, one after the other.
void Screenshots::showAdminPage(int step)
{
    ui::AdminPage &admin = *m_session.admin();
    const auto openRow = [](ui::RecordTable &table, int row) {
        if (row < table.rows().size())
            emit table.opened(table.rows()[row].id);
    };
    QString name;
    switch (step) {
    case 0:
        name = "admin-people";
        admin.showPage(&admin.people());
        openRow(admin.people().table(), 6);
        break;
    case 1: {
        name = "admin-roles";
        admin.showPage(&admin.roles());
        if (const model::Role *role = admin.roles().matrix().matrix().role(ui::RoleMatrix::kPlainRoles))
            admin.roles().open(role->id);
        break;
    }
    case 2:
        name = "admin-teams";
        admin.showPage(&admin.teams());
        openRow(admin.teams().table(), 1);
        break;
    case 3:
        name = "admin-fields";
        admin.showPage(&admin.fields());
        openRow(admin.fields().table(), 1);
        break;
    case 4:
        name = "admin-field-new";
        admin.fields().mainButton().click();
        admin.fields().save();
        break;
    case 5:
        name = "admin-statuses";
        admin.showPage(&admin.statuses());
        openRow(admin.statuses().table(), 0);
        break;
    case 6:
        name = "admin-reopening";
        admin.showPage(&admin.reopening());
        openRow(admin.reopening().table(), 0);
        break;
    case 7:
        name = "admin-audit";
        admin.showPage(&admin.audit());
        QTimer::singleShot(kSettleMs / 3, this, [&admin, openRow] { openRow(admin.audit().table(), 0); });
        break;
    case 8:
        name = "admin-invite";
        admin.showPage(&admin.people());
        admin.inviteSheet().invite();
        break;
    case 9:
        name = "admin-languages";
        admin.inviteSheet().dismiss();
        openRow(admin.people().table(), 1);
        if (auto *languages = admin.people().findChild<QAbstractButton *>("personLanguages"))
            languages->click();
        break;
    default:
        dismissAll();
        m_session.sections()->show("inbox");
        return goOffline();
    }
    QTimer::singleShot(step > 0 && step < 7 ? kSettleMs / 3 : kSettleMs, this, [this, name, step] {
        bothLooks(name);
        showAdminPage(step + 1);
    });
}

void Screenshots::goOffline()
{
    QApplication::sendPostedEvents();
    for (QWidget *child : m_session.window().findChildren<QWidget *>()) {
        if (auto *sheet = qobject_cast<ui::Overlay *>(child))
            sheet->dismiss();
    }
    m_session.stopHub();
    QTimer::singleShot(ui::SyncPresenter::kBannerAfter.count() + kSettleMs, this, &Screenshots::workOffline);
}

/// What an agent does with the network gone: two replies, a note, and triage.
void Screenshots::workOffline()
{
    ui::InboxPage &inbox = *m_session.inbox();
    client::Workspace &workspace = m_session.workspace();
    const auto &rows = inbox.list().model()->rows();
    for (std::size_t i = 0; i < std::min<std::size_t>(5, rows.size()); ++i) {
        const model::Conversation &one = rows[i].conversation;
        const model::SendMessage reply{.item = workspace.makeId<model::TimelineItemId>(),
                                       .conversation = one.id,
                                       .to = one.identity,
                                       .from = one.account,
                                       .body = i == 0 ? "Thank you, two new cups leave our shop in Dubai today."
                                                      : "Yes, the indigo glaze is food and dishwasher safe."};
        if (i < 2)
            workspace.submit(reply);
        else if (i == 2)
            workspace.submit(model::AddNote{.item = workspace.makeId<model::TimelineItemId>(),
                                            .conversation = one.id,
                                            .body = "Invoice corrected, wait for the courier.",
                                            .attachments = {}});
        else if (i == 3)
            workspace.submit(model::SetStatus{one.id, model::Conversation::Status::Resolved});
        else
            workspace.submit(model::Snooze{one.id, {}});
    }
    inbox.list().openFirst();
    QTimer::singleShot(kSettleMs, this, [this] {
        bothLooks("offline");
        m_session.inbox()->showOutbox();
        QTimer::singleShot(kSettleMs, this, &Screenshots::showOutbox);
    });
}

void Screenshots::showOutbox()
{
    bothLooks("offline-outbox");
    m_session.inbox()->outbox().dismiss();
    showCompare();
}

void Screenshots::showCompare()
{
    ui::InboxPage &inbox = *m_session.inbox();
    inbox.pane().composer().setCrossing(tr("%1 has replied to %2 since you began").arg("Tomás Ferreira", "Layla"));
    QTimer::singleShot(kSettleMs, this, [this, &inbox] {
        bothLooks("crossing");
        ui::CompareSheet &sheet = inbox.compareSheet();
        const auto &items = inbox.pane().timeline().model().items();
        const std::vector<model::TimelineItem> since(items.end() - std::min<std::ptrdiff_t>(2, std::ssize(items)),
                                                     items.end());
        sheet.ask({.title = tr("Your message to %1, and what came in between").arg("Layla"),
                   .name = "Layla",
                   .mine = tr("Thank you, two new cups leave our shop in Dubai today."),
                   .items = since,
                   .edit = tr("Edit"),
                   .discard = tr("Discard")});
        QTimer::singleShot(kSettleMs, this, [this, &sheet] {
            bothLooks("compare");
            sheet.dismiss();
            showWelcome();
        });
    });
}

void Screenshots::showWelcome()
{
    const QString known = QStringList(16, "9D:4C").join(':'), shown = QStringList(16, "53:A2").join(':');
    m_session.showFirstRun();
    bothLooks("first-run");
    m_session.firstRun()->setAddress("hub.juniperkiln.example");
    m_session.firstRun()->setCertificate(shown);
    m_session.firstRun()->setAddressVerdict(tr("A computer answers whose certificate is not known here yet"), false);
    bothLooks("connect-compare");
    m_session.setHubUrl(QUrl("https://hub.juniperkiln.example"));
    m_session.showCertificate({shown.toStdString(), known.toStdString()});
    bothLooks("certificate-changed");
    m_session.showJoin({}, {.email = "ada@juniperkiln.example", .name = "Ada Byron", .workspace = "Juniper & Kiln"});
    bothLooks("join");
    m_session.showSignIn();
    bothLooks("sign-in");
    m_session.signInPage()->showError({Error::Kind::Denied, client::Workspace::kCodeNeeded});
    bothLooks("sign-in-code");
    finish();
}

void Screenshots::finish()
{
    QCoreApplication::exit(m_failed || m_written == 0 ? 1 : 0);
}

} // namespace tributary::app
