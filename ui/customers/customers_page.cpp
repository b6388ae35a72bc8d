#include "ui/customers/customers_page.h"

#include "ui/customer/merge_flow.h"
#include "ui/customer/people_words.h"
#include "ui/customers/company_table.h"
#include "ui/customers/import_sheet.h"
#include "ui/customers/new_customer_sheet.h"
#include "ui/shell/announcements.h"
#include "ui/shell/picker.h"
#include "ui/shell/row_drag.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr std::int64_t kPairsAtOnce = 200, kMostPairsAgain = 1000; ///< A page; what is read again of a long list.
constexpr const char *kTagPicker = "customersTagPicker";
constexpr int kTypingMs = 80, kRefreshMs = 1500,
              kStillMs = 2000; ///< All of 30,000 take a fifth of a second to put in order.

} // namespace

CustomersPage::CustomersPage(const Theme &theme, const Clock &clock, client::Workspace &workspace, ShellWindow &shell,
                             MergeFlow &merge, SettingsFile &settings, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_shell(shell)
    , m_merge(merge)
    , m_rows(new CustomerRows(workspace, this))
    , m_table(new CustomerTable(theme, clock, *m_rows, this))
    , m_duplicates(new DuplicateList(theme, clock, this))
    , m_companies(new CompanyTable(theme, clock, this))
    , m_views(new QStackedWidget(this))
{
    setObjectName("customersPage");
    setProperty("pane", int(CustomersPane));
    auto *head = new Surface(
        theme, [](const Colors &c) { return c.bg.surface; }, Surface::Bottom, this);
    head->setFixedHeight(theme.px(48));
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    row->setSpacing(theme.px(12));
    m_title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, tr("Customers"), head);
    m_title->setObjectName("customersTitle");
    row->addWidget(m_title);
    m_choice = new Segment(theme, head);
    m_choice->setAccessibleName(tr("Which customers"));
    m_choice->addChoice(tr("Everybody"));
    m_choice->addChoice(tr("Duplicates"));
    m_choice->addChoice(tr("Companies"));
    row->addWidget(m_choice);
    row->addStretch(1);
    const auto filter = [&](const char *name, const QString &words) {
        auto *field = new QLineEdit(head);
        field->setObjectName(QLatin1String(name));
        field->setPlaceholderText(words);
        field->setAccessibleName(words);
        field->setClearButtonEnabled(true);
        field->setMinimumWidth(theme.px(120));
        field->setMaximumWidth(theme.px(260));
        field->installEventFilter(this);
        row->addWidget(field, 10);
        return field;
    };
    m_filter = filter("customersFilter", tr("Filter by name, address or number"));
    m_filter->setToolTip(tr("company:name shows the people of a company"));
    m_tagFilter = new Button(theme, Button::Look::Chip, {}, head);
    m_tagFilter->setObjectName("customersTag");
    m_tagFilter->setIconName("tag");
    m_tagFilter->setMenuArrow(true);
    m_tagFilter->setCheckable(true);
    row->addWidget(m_tagFilter);
    m_companyFilter = filter("companiesFilter", tr("Filter by name or domain"));
    m_companyFilter->hide();
    m_import = new Button(theme, Button::Look::Ghost, tr("Import"), head);
    m_import->setIconName("download");
    m_import->setObjectName("importCustomers");
    row->addWidget(m_import);
    m_new = new Button(theme, Button::Look::Normal, tr("New customer"), head);
    m_new->setIconName("plus");
    m_new->setKey("N");
    m_new->setObjectName("newCustomer");
    row->addWidget(m_new);
    m_empty = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.text.secondary; }, {}, this);
    m_empty->setObjectName("customersEmpty");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_hint = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.secondary; },
        tr("Y looks at two beside each other. Shift+Y keeps them apart for good."), this);
    m_views->addWidget(m_table);
    m_views->addWidget(m_duplicates);
    m_views->addWidget(m_companies);
    m_views->addWidget(m_empty);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(head);
    auto *hintRow = new QHBoxLayout;
    hintRow->setContentsMargins(theme.px(16), 0, theme.px(16), 0);
    hintRow->setSpacing(theme.px(4));
    hintRow->addWidget(m_hint, 1);
    const auto decide = [&](const QString &words, Button::Look look, const char *key, const char *name) {
        auto *button = new Button(theme, look, words, this);
        button->setKey(QString::fromLatin1(key));
        button->setObjectName(name);
        button->setHeightClass(24);
        button->hide();
        hintRow->addWidget(button);
        return button;
    };
    m_review = decide(tr("Review"), Button::Look::Normal, "Y", "reviewPair");
    m_apart = decide(tr("Not the same"), Button::Look::Ghost, "Shift Y", "keepPairApart");
    layout->addLayout(hintRow);
    layout->addWidget(m_views, 1);
    m_hint->setFixedHeight(theme.px(32));
    m_hint->hide();

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, [this] {
        m_saysCount = true;
        loadPeople();
    });
    connect(m_tagFilter, &QAbstractButton::clicked, this, &CustomersPage::askTag);
    m_table->keepOrder(settings, "customers");
    m_companies->keepOrder(settings, "companies");
    connect(m_table, &ColumnRows::orderWanted, this, &CustomersPage::orderPeople);
    connect(m_filter, &QLineEdit::textChanged, this, [this] {
        m_enters = 0;
        m_typing.start();
    });
    for (PaintedRows *rows : std::initializer_list<PaintedRows *>{m_table, m_duplicates, m_companies}) {
        rows->installEventFilter(this);
        rows->viewport()->installEventFilter(this);
    }
    connect(m_new, &QAbstractButton::clicked, this, &CustomersPage::addCustomer);
    connect(m_import, &QAbstractButton::clicked, this, [this] { importCustomers(); });
    connect(m_review, &QAbstractButton::clicked, this, &CustomersPage::review);
    connect(m_apart, &QAbstractButton::clicked, this, &CustomersPage::keepApart);
    connect(&merge, &MergeFlow::keptApart, this, [this] {
        if (isVisible()) // all is read when it is shown
            load();
    });
    setAcceptDrops(true);
    connect(m_choice, &Segment::chosen, this, [this](int index) { setView(View(index)); });
    connect(m_rows, &CustomerRows::loaded, this, [this] {
        if (std::exchange(m_fromTop, false))
            m_table->setCurrent(0);
        showTitle();
        showEmpty();
        sayCount();
        takeEnter();
    });
    connect(m_table, &PaintedRows::opened, this, [this](int at) { emit customerChosen(m_rows->at(at)); });
    connect(m_table, &ColumnRows::menuWanted, this, &CustomersPage::showMenu);
    connect(m_table, &CustomerTable::selectionChanged, this, &CustomersPage::showTitle);
    wireDrag();
    wireCompanies();
    connect(m_duplicates, &DuplicateList::moreWanted, this, &CustomersPage::loadMorePairs);
    connect(m_duplicates, &PaintedRows::opened, this, [this] { review(); });
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, [this] {
        if (m_touched.isValid() && m_touched.elapsed() < kStillMs)
            m_refresh.start();
        else
            onChanged(std::exchange(m_pending, {}));
    });
    connect(&workspace, &client::Workspace::changed, this, [this](const store::ChangeSet &changes) {
        if (!isVisible()) // all is read when it is shown
            return;
        m_pending.add(changes);
        if (!m_refresh.isActive())
            m_refresh.start();
    });
    const auto gate = [this] {
        const bool may = model::may(m_workspace.agent(), model::Permission::EditCustomers);
        m_new->setEnabled(may);
        m_new->setToolTip(may ? tr("New customer (N)") : whyNot(model::Permission::EditCustomers));
        const auto missing = client::CustomerImport::missingFor(m_workspace.agent());
        m_import->setEnabled(!missing);
        m_import->setToolTip(missing ? whyNot(*missing) : tr("Import customers from a file"));
        showDecisions();
    };
    connect(&workspace, &client::Workspace::agentChanged, this, gate);
    gate();
    addActions();
    showTagged({});
}

/// A row that is dropped on another one: the two may be one person.
void CustomersPage::wireDrag()
{
    RowDrag &drag = m_table->allowDrag();
    const auto other = [this](const QPoint &at) {
        const int row = m_table->rowAtGlobal(at);
        return row == m_table->current() ? -1 : row;
    };
    connect(&drag, &RowDrag::movedTo, this, [this, &drag, other](const QPoint &at) {
        const int row = other(at);
        m_table->setDropRow(row);
        const QString name = personName(m_table->currentCustomer());
        drag.setWords(row < 0 ? name : tr("Merge %1 with %2").arg(name, personName(m_rows->at(row))));
    });
    connect(&drag, &RowDrag::cancelled, this, [this] { m_table->setDropRow(-1); });
    connect(&drag, &RowDrag::droppedAt, this, [this, other](const QPoint &at) {
        const int row = other(at);
        m_table->setDropRow(-1);
        if (row < 0)
            return;
        if (!model::may(m_workspace.agent(), model::Permission::MergeCustomers))
            m_shell.toasts().add(whyNot(model::Permission::MergeCustomers), {}, {}, {}, 4000);
        else
            m_merge.review(m_table->currentCustomer(), m_rows->at(row));
    });
}

void CustomersPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_pending = {};
    m_rows->forget({});
    load();
    readTags();
    if (!event->spontaneous()) // the window comes back: whoever had the keys has them still
        m_views->currentWidget()->setFocus(Qt::OtherFocusReason);
    showHints();
}

/// The keys of what is shown.
void CustomersPage::showHints()
{
    if (!isVisible())
        return; // another section says its own
    QList<StatusLine::KeyHint> hints;
    switch (view()) {
    case View::Everybody:
        hints = {{{tr("Enter")}, tr("timeline")}, {{"/"}, tr("filter")}, {{"N"}, tr("new customer")}, {{"Y"}, tr("merge")}};
        break;
    case View::Duplicates:
        hints = {{{"J", "K"}, tr("move")}, {{"Y"}, tr("review")}, {{tr("Shift Y")}, tr("not the same")}};
        break;
    case View::Companies:
        hints = {{{tr("Enter")}, tr("open")}, {{"/"}, tr("filter")}, {{"S"}, tr("order")}, {{"Y"}, tr("merge")}};
        break;
    }
    hints.append({{"?"}, tr("all keys")});
    m_shell.statusLine().setHints(hints);
}

void CustomersPage::load()
{
    if (view() == View::Companies) // else they are read when they are shown
        loadCompanies();
    loadPeople();
    m_wantedPairs = ++m_askedPairs;
    const std::int64_t again = std::clamp<std::int64_t>(m_duplicates->count(), kPairsAtOnce, kMostPairsAgain);
    whenDone(m_workspace.duplicates(again), this, [this, asked = m_askedPairs](Result<store::Duplicates> page) {
        if (asked != m_wantedPairs)
            return;
        m_wantedPairs = 0;
        if (!page)
            return;
        m_duplicates->setPairs(std::move(page->pairs));
        takePage(*page);
    });
}

void CustomersPage::loadPeople()
{
    const ColumnRows::Order order = m_table->order();
    store::PeopleQuery query{
        .typed = m_filter->text().trimmed().toStdString(), .tag = m_tag, .order = store::PeopleQuery::Order(order.by)};
    const bool newestFirst = query.order == store::PeopleQuery::Order::Contact;
    query.backwards = newestFirst == order.rising;
    m_rows->load(query);
}

void CustomersPage::orderPeople(ColumnRows::Order order)
{
    m_table->setOrder(order);
    m_fromTop = true;
    loadPeople();
}

void CustomersPage::askOrder()
{
    ColumnRows *table = tableShown();
    if (!table)
        return;
    Picker::Question question{.objectName = "tableOrderPicker", .placeholder = tr("Order")};
    QList<ColumnRows::Order> orders;
    for (const ColumnRows::Column &column : table->columns()) {
        for (const bool rising : {!column.startsFalling, column.startsFalling}) {
            if (!column.order)
                continue;
            orders.append({*column.order, rising});
            question.choices.append(Choice{.id = QString::number(orders.size() - 1),
                                           .text = ColumnRows::wordsOf(column, rising),
                                           .checked = orders.last() == table->order()});
        }
    }
    question.apply = [table, orders](const Choice &choice) { emit table->orderWanted(orders.value(choice.id.toInt())); };
    const QRect head = table->headingRect(0).toRect();
    m_shell.picker().ask(QRect(table->viewport()->mapToGlobal(head.topLeft()), head.size()), std::move(question));
}

void CustomersPage::showTagged(const std::string &tag)
{
    const bool isOther = std::exchange(m_tag, tag) != tag;
    const QString words = QString::fromStdString(tag);
    m_tagFilter->setChecked(!tag.empty());
    m_tagFilter->setText(tag.empty() ? tr("Any tag") : tr("Tag: %1").arg(words));
    m_tagFilter->setAccessibleName(tag.empty() ? tr("Filter by tag") : tr("Filter by tag: %1").arg(words));
    m_tagFilter->setToolTip(tr("Show the customers with a tag (T)"));
    m_tagFilter->updateGeometry();
    if (!isOther)
        return;
    setView(View::Everybody);
    m_fromTop = true;
    m_saysCount = true;
    loadPeople();
}

/// Of all tags that customers have, as far as they are known: the next keys are meant for the question.
void CustomersPage::askTag()
{
    m_tagFilter->setChecked(!m_tag.empty()); // as it was, until one is chosen
    setView(View::Everybody);
    offerTags();
    readTags();
}

void CustomersPage::offerTags()
{
    Picker::Question question{.objectName = kTagPicker, .placeholder = tr("Customers with the tag")};
    question.choices.append(Choice{.text = tr("Any tag"), .checked = m_tag.empty()});
    for (const std::string &tag : m_tags) {
        const QString words = QString::fromStdString(tag);
        question.choices.append(Choice{.id = words, .text = words, .icon = "tag", .checked = tag == m_tag});
    }
    question.apply = [this](const Choice &choice) {
        showTagged(choice.id.toStdString());
        rowsShown().setFocus(Qt::OtherFocusReason);
    };
    m_shell.picker().ask(QRect(m_tagFilter->mapToGlobal(QPoint()), m_tagFilter->size()), std::move(question));
}

void CustomersPage::readTags()
{
    whenDone(m_workspace.setup(), this, [this](const Result<store::Setup> &setup) {
        if (!setup || std::exchange(m_tags, setup->customerTags) == setup->customerTags)
            return;
        const Picker &picker = m_shell.picker();
        if (!picker.isVisible() || picker.panel()->objectName() != QLatin1String(kTagPicker))
            return;
        auto *field = picker.findChild<QLineEdit *>("pickerField");
        const QString typed = field->text();
        offerTags();
        field->setText(typed);
    });
}

void CustomersPage::loadMorePairs()
{
    if (!m_nextPairs || m_wantedPairs != 0)
        return;
    m_wantedPairs = ++m_askedPairs;
    whenDone(m_workspace.duplicates(kPairsAtOnce, m_nextPairs), this,
             [this, asked = m_askedPairs](Result<store::Duplicates> page) {
                 if (asked != m_wantedPairs)
                     return;
                 m_wantedPairs = 0;
                 if (!page)
                     return;
                 m_duplicates->addPairs(std::move(page->pairs));
                 takePage(*page);
             });
}

void CustomersPage::takePage(const store::Duplicates &page)
{
    m_nextPairs = page.next;
    m_openPairs = page.open;
    showTitle();
    showEmpty();
    if (m_duplicates->wantsMore()) // a page of pairs that were there already
        loadMorePairs();
}

void CustomersPage::onChanged(const store::ChangeSet &changes)
{
    if (changes.everything || changes.links || changes.agents)
        m_rows->forget({});
    else if (!changes.customers.empty())
        m_rows->forget(changes.customers);
    if (changes.everything || changes.links || !changes.customers.empty() || !changes.conversations.empty())
        load();
    else if (!changes.companies.empty() && view() == View::Companies)
        loadCompanies();
}

void CustomersPage::setView(View view)
{
    m_choice->setCurrent(int(view));
    m_filter->setVisible(view == View::Everybody);
    m_tagFilter->setVisible(view == View::Everybody);
    m_companyFilter->setVisible(view == View::Companies);
    m_hint->setVisible(view == View::Duplicates);
    if (view == View::Companies)
        loadCompanies();
    showTitle();
    showEmpty();
    showHints();
    m_views->currentWidget()->setFocus(Qt::OtherFocusReason);
}

void CustomersPage::showTitle()
{
    const bool pairs = view() == View::Duplicates;
    const int found = m_nextPairs ? int(std::max<std::int64_t>(m_openPairs, m_duplicates->count())) : m_duplicates->count();
    const int count = pairs ? found : m_rows->rowCount();
    QString words = pairs                       ? tr("Customers, %n probable duplicate(s)", nullptr, count)
                    : view() == View::Companies ? tr("Companies, %1").arg(locale().toString(m_companies->count()))
                                                : tr("Customers, %1").arg(locale().toString(count));
    if (view() == View::Everybody && m_table->selectedCount() > 0)
        //: How many customers there are, and how many of them are selected.
        words = tr("%1, %2").arg(words, selectedWords());
    if (!m_exported.isEmpty())
        words = tr("%1. %2", "the title of the page, and what goes on").arg(words, m_exported);
    m_title->setText(words);
    // In a narrow window the filter matters more than the whole name of the page.
    m_title->setMinimumWidth(width() < m_theme.px(620) ? 0 : m_title->sizeHint().width());
}

void CustomersPage::showEmpty()
{
    const bool pairs = view() == View::Duplicates, companies = view() == View::Companies;
    const bool isEmpty = pairs       ? m_duplicates->count() == 0
                         : companies ? m_hasCompanies && m_companies->count() == 0
                                     : m_rows->isLoaded() && m_rows->rowCount() == 0;
    if (companies)
        m_empty->setText(whyNoCompanies());
    else if (pairs)
        m_empty->setText(tr("Nobody here seems to be the same person twice. Numbers, names with postcodes and addresses are "
                            "compared whenever they change."));
    else
        m_empty->setText(whyNobody());
    m_views->setCurrentWidget(isEmpty ? static_cast<QWidget *>(m_empty) : &rowsShown());
    showDecisions();
}

/// How many a filter leaves, for who cannot see it.
void CustomersPage::sayCount()
{
    if (m_rows->isReading() || !std::exchange(m_saysCount, false) || !isVisible() || view() != View::Everybody)
        return;
    m_shell.announcements().say(m_rows->rowCount() > 0 ? m_title->text() : whyNobody(), QStringLiteral("filter"));
}

QString CustomersPage::whyNobody() const
{
    const QString typed = m_filter->text().trimmed(), tag = QString::fromStdString(m_tag);
    if (typed.isEmpty() && tag.isEmpty())
        return tr("There are no customers yet. They come with their first message, or with N.");
    if (tag.isEmpty())
        return tr("Nobody matches “%1”.").arg(typed);
    return typed.isEmpty() ? tr("Nobody has the tag “%1”.").arg(tag)
                           : tr("Nobody with the tag “%1” matches “%2”.").arg(tag, typed);
}

ColumnRows *CustomersPage::tableShown() const
{
    return qobject_cast<ColumnRows *>(&rowsShown());
}

PaintedRows &CustomersPage::rowsShown() const
{
    switch (view()) {
    case View::Everybody: return *m_table;
    case View::Duplicates: return *m_duplicates;
    case View::Companies: return *m_companies;
    }
    return *m_table;
}

/// What can be done with a pair stands above the list, for who knows no keys.
void CustomersPage::showDecisions()
{
    const bool arePairs = view() == View::Duplicates && m_duplicates->count() > 0;
    const bool may = model::may(m_workspace.agent(), model::Permission::MergeCustomers);
    for (Button *button : {m_review, m_apart}) {
        button->setVisible(arePairs);
        button->setEnabled(may);
        button->setToolTip(may ? QString() : whyNot(model::Permission::MergeCustomers));
    }
}

void CustomersPage::showFiltered(const QString &typed)
{
    showTagged({}); // all of them
    setView(View::Everybody);
    m_filter->setText(typed);
}

void CustomersPage::addCustomer()
{
    if (!m_new->isEnabled())
        return;
    if (!m_newSheet) {
        m_newSheet = new NewCustomerSheet(m_theme, m_workspace, m_shell.picker(), &m_shell);
        connect(m_newSheet, &NewCustomerSheet::added, this, [this](model::CustomerId id, const QString &name) {
            m_shell.toasts().add(tr("Added %1.").arg(name), tr("Open"), {}, [this, id] { emit customerChosen(id); });
            showFiltered(name); // to be seen at once
        });
        connect(m_newSheet, &NewCustomerSheet::notKept, this,
                [this] { m_shell.toasts().add(tr("This could not be kept on this computer"), {}, {}, {}, 4000); });
        connect(m_newSheet, &NewCustomerSheet::customerWanted, this, &CustomersPage::customerChosen);
    }
    m_newSheet->open();
}

ImportSheet &CustomersPage::importSheet()
{
    if (!m_importSheet) {
        m_importSheet = new ImportSheet(m_theme, m_clock, m_workspace, m_shell.picker(), &m_shell);
        connect(m_importSheet, &ImportSheet::endedUnseen, this, [this] {
            const bool hasFailed = m_importSheet->import().stage() == client::CustomerImport::Stage::Failed;
            m_shell.toasts().add(hasFailed ? tr("The import of customers has stopped.")
                                           : tr("The import of customers is over."),
                                 tr("Report"), {}, [this] { importCustomers(); });
        });
    }
    return *m_importSheet;
}

void CustomersPage::importCustomers(const QString &path)
{
    if (!m_import->isEnabled())
        return;
    importSheet().open();
    if (!path.isEmpty())
        importSheet().choose(path);
}

void CustomersPage::dragEnterEvent(QDragEnterEvent *event)
{
    if (m_import->isEnabled() && !ImportSheet::fileIn(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void CustomersPage::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    importCustomers(ImportSheet::fileIn(event->mimeData()));
}

void CustomersPage::review()
{
    if (view() == View::Companies)
        return mergeCompany();
    if (!model::may(m_workspace.agent(), model::Permission::MergeCustomers)) {
        m_shell.toasts().add(whyNot(model::Permission::MergeCustomers), {}, {}, {}, 4000);
        return;
    }
    if (view() == View::Duplicates) {
        if (const store::Duplicate *pair = m_duplicates->currentPair())
            m_merge.review(pair->customer.id, pair->other.id);
        return;
    }
    const std::vector<model::CustomerId> people = m_table->chosen();
    if (people.size() > 1)
        m_merge.reviewAll(people);
    else if (!people.empty())
        m_merge.find(people.front(), placeOfCurrent());
    else
        saidLost();
}

void CustomersPage::keepApart()
{
    const store::Duplicate *pair = m_duplicates->currentPair();
    if (!pair || view() != View::Duplicates)
        return;
    const auto nameOf = [](const store::CustomerRow &one) {
        return one.name.empty() ? tr("Visitor") : QString::fromStdString(one.name);
    };
    m_merge.keepApart(pair->suggestion.id, nameOf(pair->customer), nameOf(pair->other));
}

void CustomersPage::addActions()
{
    const auto add = [this](const char *id, const QString &text, const char *icon, const char *key, auto handler,
                            const char *chord = "", bool repeats = false) {
        m_shell.actions().add({.id = id,
                               .text = text,
                               .icon = icon,
                               .key = key,
                               .chord = chord,
                               .panes = CustomersPane,
                               .group = tr("Customers"),
                               .repeats = repeats},
                              this, std::move(handler));
    };
    add(
        "nextCustomer", tr("Next customer"), "chevron-down", "J", [this] { rowsShown().step(1); }, "", true);
    add(
        "previousCustomer", tr("Previous customer"), "chevron-up", "K", [this] { rowsShown().step(-1); }, "", true);
    const auto ofTable = [this](auto run) {
        return [this, run] {
            if (view() == View::Everybody)
                run(*m_table);
        };
    };
    add("extendCustomersDown", tr("Extend selection down"), "", "Shift+J",
        ofTable([](CustomerTable &table) { table.extend(1); }), "", true);
    add("extendCustomersUp", tr("Extend selection up"), "", "Shift+K",
        ofTable([](CustomerTable &table) { table.extend(-1); }), "", true);
    add("selectCustomer", tr("Select customer"), "check", "X",
        ofTable([](CustomerTable &table) { table.toggleSelected(); }));
    add("blockCustomers", tr("Block or mark as spam"), "shield", "!", ofTable([this](CustomerTable &) { blockChosen(); }),
        "Ctrl+Shift+Del");
    add(
        "exportCustomers", tr("Export what is shown as a file"), "download", "", [this] { exportShown(); }, "Ctrl+E");
    add(
        "filterCustomers", tr("Filter customers"), "search", "/",
        [this] {
            if (view() == View::Companies)
                return m_companyFilter->setFocus(Qt::ShortcutFocusReason);
            setView(View::Everybody);
            m_filter->setFocus(Qt::ShortcutFocusReason);
        },
        "Ctrl+Shift+L");
    add("filterCustomersByTag", tr("Filter customers by tag"), "tag", "T", [this] { askTag(); });
    add("orderCustomers", tr("Order of the table"), "sort", "S", [this] { askOrder(); });
    add("addCustomer", tr("New customer"), "plus", "N", [this] { addCustomer(); });
    add("importCustomers", tr("Import customers from a file"), "download", "", [this] { importCustomers(); });
    add("duplicates", tr("Everybody, or probable duplicates"), "people", "D",
        [this] { setView(view() == View::Duplicates ? View::Everybody : View::Duplicates); });
    add("removeCompany", tr("Remove company"), "close", "", [this] {
        if (view() == View::Companies)
            return removeCompany();
        setView(View::Companies); // to choose one
    });
    add("companies", tr("Everybody, or companies"), "people", "O",
        [this] { setView(view() == View::Companies ? View::Everybody : View::Companies); });
    add(
        "mergeCustomers", tr("Merge with another customer"), "merge", "Y", [this] { review(); }, "Ctrl+Shift+G");
    add("keepApart", tr("Not the same person"), "close", "Shift+Y", [this] { keepApart(); });
}

bool CustomersPage::eventFilter(QObject *watched, QEvent *event)
{
    const bool isHand = event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress
                        || event->type() == QEvent::Wheel || event->type() == QEvent::KeyPress;
    if (isHand && watched != m_filter && watched != m_companyFilter)
        m_touched.start();
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent *>(event)->key();
    const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
    if (watched == m_companyFilter && (enter || key == Qt::Key_Down || key == Qt::Key_Escape)) {
        if (key == Qt::Key_Escape)
            m_companyFilter->clear();
        m_companies->setFocus(Qt::OtherFocusReason);
        return true;
    }
    if (watched == m_filter && (enter || key == Qt::Key_Down || key == Qt::Key_Escape)) {
        if (key == Qt::Key_Escape)
            m_filter->clear();
        if (enter && (m_typing.isActive() || m_rows->isReading())) {
            ++m_enters;
            return true;
        }
        m_table->setFocus(Qt::OtherFocusReason);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

/// What was pressed while the rows were still those of another question.
void CustomersPage::takeEnter()
{
    const int enters = m_typing.isActive() ? 0 : std::exchange(m_enters, 0);
    if (enters == 0 || m_rows->rowCount() == 0)
        return;
    m_table->setCurrent(0);
    m_table->setFocus(Qt::OtherFocusReason);
    if (enters > 1)
        emit customerChosen(m_rows->at(0));
}

void CustomersPage::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.surface);
}

} // namespace tributary::ui
