#include "ui/admin/audit_page.h"

#include "core/model/permissions.h"
#include "ui/admin/audit_export.h"
#include "ui/admin/audit_words.h"
#include "ui/admin/permission_words.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/theme/time_format.h"

#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLineEdit>
#include <QScrollBar>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kTypingMs = 250;
constexpr std::size_t kMostRows = 5000; ///< Beyond that the filter is the way; the table for all is a file.

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

AuditPage::AuditPage(const AdminTools &tools, QWidget *parent)
    : SetupPage(tools, tr("Audit log"), model::Permission::SeeAudit, parent)
    , m_table(new RecordTable(tools.theme, tr("Audit log"), auditColumns(), this))
    , m_person(new ChoiceButton(tools.theme, tr("Person")))
    , m_kind(new ChoiceButton(tools.theme, tr("What")))
    , m_time(new ChoiceButton(tools.theme, tr("When")))
{
    setObjectName("auditPage");
    m_table->setObjectName("auditTable");
    setTable(m_table);
    setMainButton(tr("Export"), "download");
    mainButton().setToolTip(tr("Write what the filter matches into a table (Ctrl+E)"));
    m_person->setObjectName("auditPerson");
    m_kind->setObjectName("auditKind");
    m_time->setObjectName("auditTime");
    m_person->setChoice(tr("Everybody"));
    m_kind->setChoice(tr("Everything"));
    setTime({}, {}, tr("At any time"));
    for (ChoiceButton *button : {m_person, m_kind, m_time}) {
        button->setMaximumWidth(tools.theme.px(120));
        addToHeader(button);
    }
    filter().setFixedWidth(tools.theme.px(120)); // three more stand beside it

    const auto label = [&](Type type, ColorOf color, const QString &text, const char *name) {
        auto *made = new TextLabel(tools.theme, type, std::move(color), text);
        made->setWordWrap(true);
        made->setObjectName(QLatin1String(name));
        made->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        pane().body()->insertWidget(pane().body()->count() - 1, made); // before the stretch
        return made;
    };
    const auto primary = [](const Colors &c) { return c.text.primary; };
    const auto secondary = [](const Colors &c) { return c.text.secondary; };
    m_who = label(Type::Body, primary, {}, "auditWho");
    m_when = label(Type::Body, secondary, {}, "auditWhen");
    m_where = label(Type::Body, secondary, {}, "auditWhere");
    m_wasTitle = label(Type::MetaStrong, secondary, tr("Before"), "auditWasTitle");
    m_was = label(Type::Body, primary, {}, "auditWas");
    m_becameTitle = label(Type::MetaStrong, secondary, tr("After"), "auditBecameTitle");
    m_became = label(Type::Body, primary, {}, "auditBecame");
    for (Button *button : {pane().saveButton(), pane().revertButton(), pane().dangerButton()})
        button->hide();

    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingMs);
    connect(&m_typing, &QTimer::timeout, this, [this] { ask(0); });
    connect(m_table, &RecordTable::opened, this, &AuditPage::open);
    connect(m_table, &RecordTable::menuWanted, this, &AuditPage::showMenu);
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &AuditPage::askMore);
    connect(m_person, &QAbstractButton::clicked, this, &AuditPage::pickPerson);
    connect(m_kind, &QAbstractButton::clicked, this, &AuditPage::pickKind);
    connect(m_time, &QAbstractButton::clicked, this, &AuditPage::pickTime);
}

/// All of it as the hub has it, not only what has been scrolled to.
void AuditPage::exportShown()
{
    if (mainButton().isEnabled())
        mainClicked();
}

void AuditPage::showEvent(QShowEvent *event)
{
    SetupPage::showEvent(event);
    m_asked.reset(); // it has gone on since
    showAll();
}

void AuditPage::showAll()
{
    m_wanted.text = typed().toStdString();
    if (!isVisible())
        return;
    if (!m_tools.desk.isLinked()) {
        ++m_question; // whatever is on its way does not come any more
        m_asking = false;
        m_asked.reset();
    } else if (m_asked != m_wanted) {
        const bool isFirst = !m_asked;
        m_asked = m_wanted;
        isFirst ? ask(0) : m_typing.start();
    }
    showEmptyWords();
}

void AuditPage::ask(std::int64_t before)
{
    m_asking = true;
    whenDone(m_tools.desk.access().audit(m_wanted, before), this,
             [this, question = ++m_question, before](const Result<client::HubAccess::AuditPage> &page) {
                 if (question == m_question)
                     show(page, before == 0);
             });
}

void AuditPage::askMore()
{
    const QScrollBar *bar = m_table->verticalScrollBar();
    if (m_asking || m_next == 0 || m_entries.size() >= kMostRows || bar->value() < bar->maximum() - bar->pageStep())
        return;
    ask(m_next);
}

void AuditPage::show(const Result<client::HubAccess::AuditPage> &page, bool begins)
{
    m_asking = false;
    m_problem = page ? std::nullopt : std::optional(page.error());
    if (!page && begins && page.error().kind != Error::Kind::Rejected)
        m_asked.reset(); // asked again with the next change
    if (page) {
        if (begins) {
            m_entries.clear();
            showPane(false);
        }
        m_entries.insert(m_entries.end(), page->entries.begin(), page->entries.end());
        m_next = page->next;
        m_table->setRows(auditRows(m_entries, SystemClock().now()));
        const QString count = locale().toString(qint64(m_entries.size()));
        setCount(m_next > 0 ? tr("%1+", "so many entries are shown, and there are more").arg(count) : count);
    }
    showEmptyWords();
    if (page)
        askMore(); // until the window is full
}

void AuditPage::showEmptyWords()
{
    const bool away = !m_tools.desk.isLinked();
    if (m_problem && m_problem->kind == Error::Kind::Rejected)
        empty().setWords(tr("Not for your role"),
                         tr("Your role does not let you see who did what. %1")
                             .arg(whoCanAllow(m_tools.desk.shown().agents, model::Permission::SeeAudit)),
                         {});
    else if (away || m_problem)
        empty().setWords(tr("The log is at the hub"),
                         tr("Nothing of it is kept on this computer. It comes when the hub answers."), {});
    else if (m_asking)
        empty().setWords(tr("Asking the hub"), {}, {});
    else
        empty().setWords(tr("Nothing matches"), tr("No entry has this person, kind, time and text. Take one of them away."),
                         {});
    showEmpty(m_entries.empty() || (m_problem && m_problem->kind == Error::Kind::Rejected));
    const bool mayExport = m_tools.desk.may(model::Permission::Export);
    mainButton().setEnabled(!away && !m_problem && !m_export && mayExport);
    mainButton().setToolTip(mayExport ? QString()
                                      : tr("Your role does not let you take lists away as files. %1")
                                            .arg(whoCanAllow(m_tools.desk.shown().agents, model::Permission::Export)));
}

void AuditPage::open(const RawId &id)
{
    const auto at = std::ranges::find_if(m_entries, [&id](const auto &entry) { return auditRowId(entry.n) == id; });
    if (at == m_entries.end())
        return;
    const TimeFormat format;
    const QString about = auditAboutWords(*at);
    m_table->setOpened(id);
    pane().setTitle(about.isEmpty() ? auditKindWords(at->kind)
                                    //: What was done, and about whom or what.
                                    : tr("%1: %2").arg(auditKindWords(at->kind), about));
    m_who->setText(tr("By %1").arg(auditWhoWords(*at)));
    m_when->setText(format.full(at->at));
    m_where->setText(auditPlaceWords(at->place));
    const QString was = auditFactWords(at->was), became = auditFactWords(at->became);
    m_was->setText(was);
    m_became->setText(became);
    for (QWidget *part : std::initializer_list<QWidget *>{m_was, m_wasTitle})
        part->setVisible(!was.isEmpty());
    for (QWidget *part : std::initializer_list<QWidget *>{m_became, m_becameTitle})
        part->setVisible(!became.isEmpty());
    showPane(true);
}

void AuditPage::showMenu(const QList<RawId> &ids, const QRect &place)
{
    QStringList lines;
    for (const TableRow &row : m_table->rows()) {
        if (ids.contains(row.id))
            lines.append(row.spoken);
    }
    if (lines.isEmpty())
        return;
    Picker::Question question{.objectName = "auditMenu", .placeholder = lines.size() == 1 ? tr("Entry") : aboutWords(lines)};
    if (lines.size() == 1)
        question.choices.append(Choice{.id = "details", .text = tr("Details"), .icon = "log", .key = tr("Enter")});
    question.choices.append(Choice{.id = "copy", .text = tr("Copy"), .icon = "copy"});
    question.apply = [this, ids, lines](const Choice &choice) {
        if (choice.id == u"copy")
            QGuiApplication::clipboard()->setText(lines.join(u'\n'));
        else
            open(ids.front());
    };
    popUp(place, std::move(question));
}

void AuditPage::formClosed()
{
    m_table->setOpened({});
}

void AuditPage::pickPerson()
{
    Picker::Question question{.objectName = "auditPersonPicker", .placeholder = tr("Person")};
    question.choices.append(Choice{.id = "all", .text = tr("Everybody"), .icon = "people", .checked = !m_wanted.person});
    for (const model::Agent &agent : setup().agents) {
        const QString name = shown(agent.name.empty() ? agent.email : agent.name);
        question.choices.append(Choice{.id = shown(agent.id.text()),
                                       .text = name,
                                       .person = name,
                                       .personId = agent.id.bytes,
                                       .checked = m_wanted.person == agent.id});
    }
    question.apply = [this](const Choice &choice) {
        m_wanted.person = model::AgentId::fromText(choice.id.toStdString());
        m_person->setChoice(choice.text);
        showAll();
    };
    m_tools.picker.ask(placeOf(m_person), std::move(question));
}

void AuditPage::pickKind()
{
    Picker::Question question{.objectName = "auditKindPicker", .placeholder = tr("What")};
    question.choices.append(Choice{.id = {}, .text = tr("Everything"), .icon = "log", .checked = m_wanted.kind.empty()});
    for (const AuditKind &kind : auditKinds())
        question.choices.append(
            Choice{.id = kind.id, .text = kind.words, .icon = "log", .checked = shown(m_wanted.kind) == kind.id});
    question.apply = [this](const Choice &choice) {
        m_wanted.kind = choice.id.toStdString();
        m_kind->setChoice(choice.text);
        showAll();
    };
    m_tools.picker.ask(placeOf(m_kind), std::move(question));
}

void AuditPage::setTime(std::optional<TimePoint> from, std::optional<TimePoint> until, const QString &words)
{
    m_wanted.from = from;
    m_wanted.until = until;
    m_time->setChoice(words);
}

void AuditPage::pickTime()
{
    Picker::Question question{.objectName = "auditTimePicker", .placeholder = tr("A day, such as 2026-11-26")};
    const auto add = [&](const char *id, const QString &words) {
        question.choices.append(Choice{.id = QLatin1String(id), .text = words, .icon = "calendar"});
    };
    add("any", tr("At any time"));
    add("1", tr("Today"));
    add("7", tr("In the last 7 days"));
    add("30", tr("In the last 30 days"));
    question.interpret = [](const QString &typed) -> std::optional<Choice> {
        const QDate day = QDate::fromString(typed.trimmed(), Qt::ISODate);
        if (!day.isValid())
            return std::nullopt;
        return Choice{
            .id = day.toString(Qt::ISODate), .text = QLocale().toString(day, QLocale::ShortFormat), .icon = "calendar"};
    };
    question.apply = [this](const Choice &choice) {
        const TimeFormat format;
        const QDate day = QDate::fromString(choice.id, Qt::ISODate);
        const auto startOf = [&format](QDate of) { return fromMs(format.startOfDay(of)); };
        if (day.isValid())
            setTime(startOf(day), startOf(day.addDays(1)), choice.text);
        else if (const int days = choice.id.toInt(); days > 0)
            setTime(startOf(format.dateOf(SystemClock().now()).addDays(1 - days)), {}, choice.text);
        else
            setTime({}, {}, choice.text);
        showAll();
    };
    m_tools.picker.ask(placeOf(m_time), std::move(question));
}

void AuditPage::mainClicked()
{
    auto *dialog = new QFileDialog(this, tr("Export the audit log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("csv");
    dialog->setNameFilter(tr("Tables (*.csv)"));
    dialog->selectFile("audit.csv");
    connect(dialog, &QFileDialog::fileSelected, this, &AuditPage::exportTo);
    dialog->open();
}

void AuditPage::exportTo(const QString &path)
{
    if (m_export)
        return;
    m_export = new AuditExport(m_tools.desk.access(), m_wanted, path, this);
    mainButton().setText(tr("Exporting"));
    showEmptyWords();
    const auto ended = [this](const QString &words) {
        m_export->deleteLater();
        m_export = nullptr;
        mainButton().setText(tr("Export"));
        mainButton().updateGeometry();
        showEmptyWords();
        m_tools.toasts.add(words);
    };
    connect(m_export, &AuditExport::progressed, this, [this](qint64 rows) {
        mainButton().setText(tr("Exporting, %1").arg(locale().toString(rows)));
        mainButton().updateGeometry();
    });
    connect(m_export, &AuditExport::finished, this,
            [this, ended, path](qint64 rows) { ended(tr("%n entries are in %1.", nullptr, int(rows)).arg(path)); });
    connect(m_export, &AuditExport::failed, this, [ended](const Error &error) {
        const bool file = error.kind == Error::Kind::Failed || error.kind == Error::Kind::Full;
        ended(file ? tr("The file cannot be written. Choose another place, or make room on the disk.")
                   : tr("The hub cannot be reached, so nothing was written. Try again when it answers."));
    });
    m_export->start();
}

} // namespace tributary::ui
