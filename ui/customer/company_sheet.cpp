#include "ui/customer/company_sheet.h"

#include "core/model/masks.h"
#include "ui/customer/field_value.h"
#include "ui/customer/panel_rows.h"
#include "ui/customer/people_words.h"
#include "ui/shell/picker.h"
#include "ui/shell/when_done.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QTimer>

namespace tributary::ui {
namespace {

constexpr int kWidth = 560, kHeight = 640;
constexpr std::size_t kPeopleShown = 6, kMostDomains = 50; ///< Domains as many as the hub takes.
constexpr int kMostName = 200, kMostNoteBytes = 2'000, kMostDomainBytes = 100, kAgainMs = 300;

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

bool isConfirm(const QKeyEvent &event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    return (event.modifiers() & Qt::ControlModifier) && (enter || event.key() == Qt::Key_S);
}

ColorOf secondary()
{
    return [](const Colors &c) { return c.text.secondary; };
}

/// The command has the whole record: what was not changed in @p draft, which was made from @p known, is as others have left
/// it since.
model::Company besideOthers(model::Company draft, const model::Company &known, const std::vector<model::Company> &companies)
{
    const auto found = std::ranges::find(companies, draft.id, &model::Company::id);
    if (found == companies.end())
        return draft;
    const auto take = [&](auto member) {
        if (draft.*member == known.*member)
            draft.*member = (*found).*member;
    };
    take(&model::Company::name);
    take(&model::Company::domains);
    take(&model::Company::note);
    std::map<std::string, std::string> attributes = found->attributes;
    const auto valueIn = [](const model::Company &company, const std::string &key) {
        const auto at = company.attributes.find(key);
        return at == company.attributes.end() ? std::string() : at->second;
    };
    for (const model::Company *company : {&std::as_const(draft), &known}) {
        for (const auto &[key, value] : company->attributes) {
            const std::string mine = valueIn(draft, key);
            if (mine == valueIn(known, key))
                continue;
            if (mine.empty())
                attributes.erase(key);
            else
                attributes[key] = mine;
        }
    }
    draft.attributes = std::move(attributes);
    draft.version = found->version;
    return draft;
}

/// The first domain that was added and that another company has, with its name: mail from it is from one company.
std::optional<std::pair<std::string, std::string>> takenDomain(const model::Company &draft, const model::Company &known,
                                                               const std::vector<model::Company> &companies)
{
    for (const std::string &domain : draft.domains) {
        if (std::ranges::count(known.domains, domain) > 0)
            continue;
        for (const model::Company &other : companies) {
            if (other.id != draft.id && std::ranges::count(other.domains, domain) > 0)
                return std::pair(domain, other.name);
        }
    }
    return std::nullopt;
}

} // namespace

CompanySheet::CompanySheet(const Theme &theme, const Clock &clock, client::Workspace &workspace, Picker &picker,
                           QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_picker(picker)
{
    setObjectName("companySheet");
    setAccessibleName(tr("Company"));
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *head = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Bottom, panel());
    auto *headRow = new QHBoxLayout(head);
    headRow->setContentsMargins(sided(theme.px(24), theme.px(14), theme.px(16), theme.px(14)));
    m_title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, {}, head);
    headRow->addWidget(m_title, 1);
    auto *close = new Button(theme, Button::Look::Icon, {}, head);
    close->setIconName("close");
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close"));
    headRow->addWidget(close);
    layout->addWidget(head);

    m_scroll = new QScrollArea(panel());
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    auto *form = new QWidget;
    auto *body = new QVBoxLayout(form);
    body->setContentsMargins(theme.px(24), theme.px(12), theme.px(24), theme.px(12));
    body->setSpacing(theme.px(4));
    const auto label = [&](const QString &text, QWidget *buddy) {
        auto *name = new TextLabel(theme, Type::Meta, secondary(), text, form);
        name->setBuddy(buddy);
        body->addWidget(name);
        return name;
    };
    m_readOnly = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.warning.fg; }, {}, form);
    m_readOnly->setObjectName("companyReadOnly");
    m_readOnly->setWordWrap(true);
    body->addWidget(m_readOnly);
    m_name = new QLineEdit(form);
    m_name->setObjectName("companyName");
    m_name->setMaxLength(kMostName);
    m_name->setAccessibleName(tr("Name"));
    label(tr("Name"), m_name);
    body->addWidget(m_name);
    body->addSpacing(theme.px(4));
    m_domains = new QLineEdit(form);
    m_domains->setObjectName("companyDomains");
    m_domains->setPlaceholderText(tr("example.com, example.org"));
    m_domains->setAccessibleName(tr("Domains of its mail addresses"));
    label(tr("Domains of its mail addresses"), m_domains);
    body->addWidget(m_domains);
    auto *help = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; },
        tr("Whoever writes from one of them for the first time belongs to the company."), form);
    help->setWordWrap(true);
    body->addWidget(help);
    body->addSpacing(theme.px(4));
    m_note = new QPlainTextEdit(form);
    m_note->setObjectName("companyNote");
    m_note->setTabChangesFocus(true);
    m_note->setFixedHeight(theme.px(64));
    m_note->setAccessibleName(tr("Note"));
    m_noteName = label(tr("Note"), m_note);
    body->addWidget(m_note);
    m_fieldRows = new QVBoxLayout;
    m_fieldRows->setContentsMargins(0, theme.px(4), 0, 0);
    body->addLayout(m_fieldRows);
    body->addSpacing(theme.px(8));
    m_peopleName = new TextLabel(
        theme, Type::MetaStrong, [](const Colors &c) { return c.text.secondary; }, {}, form);
    m_peopleName->setObjectName("companyPeople");
    body->addWidget(m_peopleName);
    m_people = new QVBoxLayout;
    m_people->setSpacing(0);
    body->addLayout(m_people);
    m_everybody = new Button(theme, Button::Look::Ghost, tr("Show all in Customers"), form);
    m_everybody->setObjectName("companyEverybody");
    m_everybody->setHeightClass(24);
    body->addWidget(m_everybody, 0, Qt::AlignLeading);
    body->addStretch(1);
    m_scroll->setWidget(form);
    form->setAutoFillBackground(false);
    layout->addWidget(m_scroll, 1);

    auto *foot = new Surface(
        theme, [](const Colors &) { return QColor(Qt::transparent); }, Surface::Top, panel());
    auto *footRow = new QHBoxLayout(foot);
    footRow->setContentsMargins(theme.px(24), theme.px(12), theme.px(24), theme.px(12));
    footRow->setSpacing(theme.px(8));
    m_problem = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.danger.fg; }, {}, foot);
    m_problem->setObjectName("companyProblem");
    m_problem->setWordWrap(true);
    m_remove = new Button(theme, Button::Look::Ghost, tr("Remove company"), foot);
    m_remove->setObjectName("companyRemove");
    auto *cancel = new Button(theme, Button::Look::Normal, tr("Cancel"), foot);
    m_save = new Button(theme, Button::Look::Primary, tr("Save company"), foot);
    m_save->setObjectName("companySave");
    m_save->setKey(QStringLiteral("Ctrl ↵"));
    footRow->addWidget(m_remove);
    footRow->addWidget(m_problem, 1);
    footRow->addWidget(cancel);
    footRow->addWidget(m_save);
    layout->addWidget(foot);

    connect(close, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(cancel, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_save, &QAbstractButton::clicked, this, &CompanySheet::save);
    connect(m_remove, &QAbstractButton::clicked, this, [this] {
        dismiss();
        emit removeWanted(m_known.id);
    });
    connect(m_name, &QLineEdit::textEdited, this, &CompanySheet::changed);
    connect(m_domains, &QLineEdit::textEdited, this, &CompanySheet::changed);
    connect(m_note, &QPlainTextEdit::textChanged, this, &CompanySheet::changed);
    connect(m_everybody, &QAbstractButton::clicked, this, [this] {
        dismiss();
        emit everybodyWanted(QStringLiteral("company:\"%1\"").arg(q(m_known.name).remove(u'"')));
    });
}

void CompanySheet::open(model::CompanyId id)
{
    const std::uint64_t question = ++m_question;
    whenDone(m_workspace.companies(), this, [this, id, question](const Result<std::vector<model::Company>> &companies) {
        if (question != m_question || !companies)
            return;
        const auto found = std::ranges::find(*companies, id, &model::Company::id);
        if (found == companies->end())
            return;
        show(*found);
        whenDone(m_workspace.setup(), this, [this, question](const Result<store::Setup> &setup) {
            if (question != m_question || !setup)
                return;
            m_fields = setup->fields;
            std::erase_if(m_fields, [this](const model::FieldDefinition &field) {
                return field.subject != model::FieldDefinition::Subject::Company
                       || !model::seesField(m_workspace.agent(), field.key);
            });
            showFields();
        });
        askPeople();
    });
}

void CompanySheet::show(const model::Company &company)
{
    m_known = m_draft = company;
    m_fields.clear();
    const model::Agent &me = m_workspace.agent();
    m_mayChange = model::may(me, model::Permission::ManageCompanies);
    m_title->setText(q(company.name));
    m_readOnly->setText(m_mayChange ? QString() : whyNot(model::Permission::ManageCompanies));
    m_readOnly->setVisible(!m_mayChange);
    m_remove->setEnabled(m_mayChange);
    m_remove->setToolTip(m_mayChange ? tr("Its customers belong to no company then. It can be taken back.")
                                     : whyNot(model::Permission::ManageCompanies));
    QStringList domains;
    for (const std::string &domain : company.domains)
        domains.append(q(domain));
    const QSignalBlocker quiet(m_note);
    m_name->setText(q(company.name));
    m_domains->setText(domains.join(QStringLiteral(", ")));
    m_note->setPlainText(q(company.note));
    const bool seesNotes = model::may(me, model::Permission::SeeCustomerNotes);
    m_note->setVisible(seesNotes);
    m_noteName->setVisible(seesNotes);
    for (QLineEdit *field : {m_name, m_domains})
        field->setReadOnly(!m_mayChange);
    m_note->setReadOnly(!m_mayChange);
    showFields();
    showPeople({}, 0);
    m_peopleName->setText(tr("Customers"));
    say({});
    changed();
    m_known = m_draft; // as the form gives it: what is not touched is not changed, double spaces and all
    changed();
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_name->setFocus(Qt::PopupFocusReason);
}

/// Whoever else asks for people in order may take the question's place: it is asked again then.
void CompanySheet::askPeople()
{
    whenDone(m_workspace.peopleInOrder({.typed = "company:" + m_known.id.text()}), this,
             [this, question = m_question](Result<std::vector<model::CustomerId>> ids) {
                 if (question != m_question || !isVisible())
                     return;
                 if (!ids) {
                     if (ids.error().kind == Error::Kind::Conflict)
                         QTimer::singleShot(kAgainMs, this, [this, question] {
                             if (question == m_question && isVisible())
                                 askPeople();
                         });
                     return;
                 }
                 const std::size_t total = ids->size();
                 ids->resize(std::min(total, kPeopleShown));
                 whenDone(m_workspace.customerRows(std::move(*ids)), this,
                          [this, question, total](const Result<std::vector<store::CustomerRow>> &rows) {
                              if (rows && question == m_question)
                                  showPeople(*rows, total);
                          });
             });
}

void CompanySheet::showPeople(const std::vector<store::CustomerRow> &rows, std::size_t total)
{
    while (const QLayoutItem *item = m_people->itemAt(0)) {
        QWidget *row = item->widget();
        m_people->removeWidget(row);
        delete row;
    }
    m_peopleName->setText(rows.empty() ? tr("Nobody belongs to it yet") : tr("%n customer(s)", "of a company", int(total)));
    for (const store::CustomerRow &row : rows) {
        const QString name = row.name.empty() ? tr("Visitor") : q(row.name);
        auto *line =
            new PanelRow(m_theme, {.text = name,
                                   .end = row.lastContact ? m_format.relative(*row.lastContact, m_clock.now()) : tr("never"),
                                   .icon = "user"});
        line->setObjectName("companyPerson");
        line->setToolTip(tr("Open %1").arg(name));
        connect(
            line, &QAbstractButton::clicked, this,
            [this, id = row.id] {
                dismiss();
                emit customerWanted(id);
            },
            Qt::QueuedConnection);
        m_people->addWidget(line);
        line->show();
    }
    m_everybody->setVisible(total > rows.size());
}

void CompanySheet::showFields()
{
    while (const QLayoutItem *item = m_fieldRows->itemAt(0)) {
        QWidget *row = item->widget();
        m_fieldRows->removeWidget(row);
        delete row;
    }
    for (const model::FieldDefinition &field : m_fields) {
        auto *row = new FieldRow(m_theme, contentOf(field));
        row->setProperty("field", q(field.key));
        connect(row, &FieldRow::typed, this, &CompanySheet::changed);
        connect(row, &FieldRow::editingEnded, this, &CompanySheet::changed);
        m_fieldRows->addWidget(row);
    }
}

void CompanySheet::renewField(const std::string &key)
{
    const auto field = std::ranges::find(m_fields, key, &model::FieldDefinition::key);
    for (FieldRow *row : fieldRows()) {
        if (field != m_fields.end() && row->property("field") == q(key))
            row->setContent(contentOf(*field));
    }
}

FieldRow *CompanySheet::refusedField() const
{
    const QList<FieldRow *> rows = fieldRows();
    const auto refused = std::ranges::find_if(rows, [](const FieldRow *row) { return row->refused().has_value(); });
    return refused == rows.end() ? nullptr : *refused;
}

FieldRow::Content CompanySheet::contentOf(const model::FieldDefinition &field)
{
    const auto found = m_draft.attributes.find(field.key);
    const std::string value = found == m_draft.attributes.end() ? std::string() : found->second;
    FieldRow::Content content{.name = q(field.name),
                              .value = shownValue(field, value, m_format),
                              .edited = editedValue(field, value, m_format),
                              .placeholder = tr("Add"),
                              .whyNot = m_mayChange ? QString() : whyNot(model::Permission::ManageCompanies)};
    const auto set = [this, key = field.key](const std::string &to) {
        if (to.empty())
            m_draft.attributes.erase(key);
        else
            m_draft.attributes[key] = to;
        changed();
        // Not yet: this is called from what it takes the place of.
        QMetaObject::invokeMethod(
            this, [this, key] { renewField(key); }, Qt::QueuedConnection);
    };
    using Type = model::FieldDefinition::Type;
    if (field.type == Type::Flag) {
        content.placeholder = tr("No");
        content.choose = [set, value](const QRect &) { set(value.empty() ? "yes" : ""); };
    } else if (field.type == Type::Choice) {
        content.placeholder = tr("Choose");
        content.choose = [this, set, field, value](const QRect &anchor) {
            Picker::Question question{.objectName = "companyFieldPicker", .placeholder = q(field.name)};
            for (const std::string &choice : field.choices)
                question.choices.append(Choice{.id = q(choice), .text = q(choice), .checked = choice == value});
            question.choices.append(Choice{.id = {}, .text = tr("Nothing"), .icon = "close"});
            question.apply = [set](const Choice &choice) { set(choice.id.toStdString()); };
            m_picker.raise();
            m_picker.ask(anchor, std::move(question));
        };
    } else {
        content.save = [this, set, field](const QString &typed) -> QString {
            const auto kept = keptValue(field, typed, m_format);
            if (const auto *problem = std::get_if<FieldProblem>(&kept))
                return problem->words;
            set(std::get<std::string>(kept));
            return {};
        };
    }
    return content;
}

void CompanySheet::say(const QString &problem, QWidget *at)
{
    m_problem->setText(problem);
    if (at)
        at->setFocus(Qt::OtherFocusReason);
}

std::optional<std::vector<std::string>> CompanySheet::domains(QString &wrong) const
{
    std::vector<std::string> all;
    for (const QString &part : m_domains->text().split(u',', Qt::SkipEmptyParts)) {
        QString domain = part.trimmed().toLower();
        if (domain.startsWith(u'@'))
            domain.remove(0, 1);
        if (domain.isEmpty())
            continue;
        const bool isOne = domain.contains(u'.') && !domain.contains(u'@') && !domain.contains(u' ')
                           && domain.toUtf8().size() <= kMostDomainBytes;
        if (!isOne) {
            wrong = part.trimmed();
            return std::nullopt;
        }
        if (std::ranges::count(all, domain.toStdString()) == 0)
            all.push_back(domain.toStdString());
    }
    return all;
}

void CompanySheet::changed()
{
    QString wrong;
    m_draft.name = m_name->text().simplified().toStdString();
    m_draft.note = m_note->toPlainText().trimmed().toStdString();
    const auto typed = domains(wrong);
    if (typed)
        m_draft.domains = *typed;
    if (!m_problem->text().isEmpty())
        say({});
    m_save->setEnabled(holdsWork());
    m_save->setToolTip(m_mayChange ? QString() : whyNot(model::Permission::ManageCompanies));
}

bool CompanySheet::holdsWork() const
{
    QString wrong;
    const QList<FieldRow *> rows = fieldRows();
    return m_mayChange && (m_draft != m_known || !domains(wrong) || std::ranges::any_of(rows, &FieldRow::isChanged));
}

void CompanySheet::save()
{
    for (FieldRow *row : fieldRows())
        row->leave(); // what stands in an editor counts
    if (FieldRow *refused = refusedField()) {
        refused->showProblem();
        m_scroll->widget()->layout()->activate(); // the sentence has just come
        m_scroll->ensureWidgetVisible(refused);
        return;
    }
    if (!m_save->isEnabled())
        return;
    QString wrong;
    if (m_draft.name.empty())
        return say(tr("Say what the company is called."), m_name);
    if (!domains(wrong))
        return say(tr("“%1” is no domain. One looks like example.com.").arg(wrong.left(60)), m_domains);
    if (m_draft.domains.size() > kMostDomains)
        return say(tr("A company takes %n domain(s) at most.", nullptr, int(kMostDomains)), m_domains);
    if (m_draft.note.size() > kMostNoteBytes)
        return say(tr("The note is too long. Keep it under 2,000 characters."), m_note);
    m_save->setEnabled(false);
    // As it is now: another company may be shown before this one is kept.
    whenDone(m_workspace.companies(), this,
             [this, draft = m_draft, known = m_known](const Result<std::vector<model::Company>> &companies) {
                 const auto taken = companies ? takenDomain(draft, known, *companies) : std::nullopt;
                 if (!taken)
                     return give(companies ? besideOthers(draft, known, *companies) : draft);
                 if (m_known.id != draft.id)
                     return;
                 m_save->setEnabled(true);
                 say(tr("“%1” is a domain of %2. Take it out there first.").arg(q(taken->first), q(taken->second)),
                     m_domains);
             });
}

void CompanySheet::give(const model::Company &company)
{
    whenDone(m_workspace.submit(model::SaveCompany{company}), this, [this, company](const Result<client::Submitted> &kept) {
        const bool isShown = m_known.id == company.id;
        if (!kept) {
            if (isShown)
                changed();
            emit notKept();
            return;
        }
        if (isShown)
            dismiss();
        emit saved(q(company.name));
    });
}

bool CompanySheet::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && isConfirm(*static_cast<QKeyEvent *>(event))) {
        event->accept(); // the composer's key elsewhere
        return true;
    }
    return Overlay::event(event);
}

void CompanySheet::keyPressEvent(QKeyEvent *event)
{
    if (!isConfirm(*event))
        return Overlay::keyPressEvent(event);
    save();
    event->accept();
}

} // namespace tributary::ui
