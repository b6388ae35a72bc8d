#include "ui/ticket/ticket_sheet.h"

#include "core/model/masks.h"
#include "ui/customer/field_value.h"
#include "ui/shell/picker.h"
#include "ui/shell/when_done.h"

#include <QApplication>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 380, kHeight = 520;
constexpr int kRefreshMs = 80;
constexpr int kLongestStep = 120;    ///< Of a checklist.
constexpr const char *kSubject = ""; ///< Beside the keys of fields.

using Status = model::Conversation::Status;
using Priority = model::Conversation::Priority;

QString priorityName(Priority priority)
{
    switch (priority) {
    case Priority::Low: return TicketSheet::tr("Low");
    case Priority::Normal: return TicketSheet::tr("Normal");
    case Priority::High: return TicketSheet::tr("High");
    case Priority::Urgent: return TicketSheet::tr("Urgent");
    }
    return {};
}

QString nameOf(const model::Conversation &conversation)
{
    const QString subject =
        QString::fromStdString(conversation.subject.empty() ? conversation.preview : conversation.subject);
    return conversation.number > 0 ? TicketSheet::tr("#%1 %2").arg(conversation.number).arg(subject) : subject;
}

QRect globalRect(const QWidget *widget)
{
    return {widget->mapToGlobal(QPoint()), widget->size()};
}

} // namespace

QString TicketSheet::statusName(Status status)
{
    switch (status) {
    case Status::Open: return tr("Open");
    case Status::Waiting: return tr("Waiting on customer");
    case Status::Snoozed: return tr("Snoozed");
    case Status::Resolved: return tr("Resolved");
    }
    return {};
}

TicketSheet::TicketSheet(const Theme &theme, client::Workspace &workspace, Picker &picker, QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_workspace(workspace)
    , m_picker(picker)
    , m_scroll(new QScrollArea(panel()))
{
    setObjectName("ticketSheet");
    setAccessibleName(tr("Details of the conversation"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(0, theme.px(4), 0, theme.px(4));
    layout->addWidget(m_scroll);
    m_again.setSingleShot(true);
    m_again.setInterval(kRefreshMs);
    connect(&m_again, &QTimer::timeout, this, &TicketSheet::read);
    connect(&m_picker, &Overlay::dismissed, this, [this] {
        if (isVisible()) // the button it was opened from may have been made anew
            giveFocus();
    });
}

void TicketSheet::open(model::ConversationId id, const QRect &anchor)
{
    if (id != m_id && m_body) { // what was typed there is given to it first
        if (QWidget *focus = QApplication::focusWidget(); focus && m_body->isAncestorOf(focus))
            focus->clearFocus();
        delete m_scroll->takeWidget();
        m_body = nullptr;
    }
    m_id = id;
    m_focused.clear();
    m_wrong.clear();
    openAt(anchor, QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    read();
}

void TicketSheet::changed(const store::ChangeSet &changes)
{
    const bool concerns = changes.everything || changes.setup || changes.agents || !changes.conversations.empty();
    if (isVisible() && concerns)
        m_again.start();
}

void TicketSheet::read()
{
    whenDone(m_workspace.ticket(m_id), this, [this, id = m_id](const Result<std::optional<store::Ticket>> &ticket) {
        if (id != m_id || !isVisible())
            return; // about another one than is shown by now
        if (!ticket || !*ticket) {
            dismiss(); // moved out of sight
            return;
        }
        show(**ticket);
    });
}

void TicketSheet::show(const store::Ticket &ticket)
{
    const auto *edited = qobject_cast<QLineEdit *>(QApplication::focusWidget());
    if (edited && isAncestorOf(edited) && edited->isModified())
        return; // what is being typed stays; it is read again when it is done
    const QWidget *focus = QApplication::focusWidget();
    const bool hasFocus = !focus || focus == this || isAncestorOf(focus); // else it is a picker's
    if (focus && m_body && m_body->isAncestorOf(focus))
        m_focused = focus->objectName();
    const int scrolled = m_scroll->verticalScrollBar()->value();
    m_ticket = ticket;
    std::erase_if(m_ticket.fields, [this](const model::FieldDefinition &field) {
        return !model::seesField(m_workspace.agent(), field.key); // what is in it is not told here, nor taken from here
    });
    m_body = new QWidget;
    m_body->setAutoFillBackground(false);
    m_rows = new QVBoxLayout(m_body);
    m_rows->setContentsMargins(m_theme.px(16), m_theme.px(8), m_theme.px(16), m_theme.px(12));
    m_rows->setSpacing(m_theme.px(6));
    addSubject();
    addStatus();
    addChecklist();
    addFields();
    addLinks();
    m_rows->addStretch(1);
    m_body->setMaximumWidth(m_scroll->viewport()->width());
    m_scroll->setWidget(m_body);
    m_body->show();
    m_scroll->verticalScrollBar()->setValue(scrolled);
    if (hasFocus)
        giveFocus();
}

void TicketSheet::giveFocus()
{
    if (!m_body)
        return;
    QWidget *focus = m_focused.isEmpty() ? nullptr : m_body->findChild<QWidget *>(m_focused);
    if (!focus)
        focus = m_body->findChild<QWidget *>(QStringLiteral("ticketStatus"));
    focus->setFocus(Qt::PopupFocusReason);
}

void TicketSheet::ask(const QRect &anchor, Picker::Question question)
{
    if (const QWidget *focus = QApplication::focusWidget(); focus && m_body && m_body->isAncestorOf(focus))
        m_focused = focus->objectName();
    m_picker.ask(anchor, std::move(question));
}

void TicketSheet::addHeading(const QString &text)
{
    auto *heading = new TextLabel(
        m_theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, text, m_body);
    heading->setWeight(QFont::DemiBold);
    if (m_rows->count() > 0)
        m_rows->addSpacing(m_theme.px(8));
    m_rows->addWidget(heading);
}

QWidget *TicketSheet::addRow(const QString &name, QWidget *value)
{
    auto *row = new QWidget(m_body);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(m_theme.px(8));
    auto *label = new TextLabel(
        m_theme, Type::Body, [](const Colors &c) { return c.text.secondary; }, name, row);
    label->setFixedWidth(m_theme.px(104));
    layout->addWidget(label);
    const bool isField = qobject_cast<QLineEdit *>(value) != nullptr;
    layout->addWidget(value, isField ? 1 : 0);
    if (!isField)
        layout->addStretch(1);
    value->setAccessibleName(name);
    m_rows->addWidget(row);
    return row;
}

void TicketSheet::give(model::CommandBody command)
{
    emit commandsWanted({std::move(command)});
}

void TicketSheet::allow(QWidget *control, const model::CommandBody &like) const
{
    if (model::may(m_workspace.agent(), like))
        return;
    control->setEnabled(false);
    control->setToolTip(tr("Your role does not include this. An admin can change it."));
}

void TicketSheet::addSubject()
{
    const QString subject = QString::fromStdString(m_ticket.conversation.subject);
    const auto wrong = m_wrong.find(kSubject);
    auto *edit = new QLineEdit(wrong == m_wrong.end() ? subject : wrong->second.typed, m_body);
    edit->setObjectName("ticketSubject");
    edit->setPlaceholderText(tr("No subject"));
    edit->setCursorPosition(0);
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, subject, id = m_id] {
        const QString typed = edit->text();
        const std::string now = typed.simplified().toStdString();
        edit->setModified(false);
        m_wrong.erase(kSubject);
        if (typed == subject) {
            // left as it came, double spaces and all
        } else if (now.size() > model::SetSubject::kMostBytes) {
            m_wrong[kSubject] = {typed, tr("This is longer than a subject can be. Nothing was changed.")};
        } else if (now != subject.toStdString()) {
            give(model::SetSubject{.conversation = id, .subject = now});
        }
        m_again.start();
    });
    allow(edit, model::SetSubject{});
    addRow(tr("Subject"), edit);
    addProblem(kSubject, edit);
}

/// What @p key was filled in with and does not take, below @p edit.
void TicketSheet::addProblem(const std::string &key, QLineEdit *edit)
{
    const auto wrong = m_wrong.find(key);
    if (wrong == m_wrong.end())
        return;
    auto *problem = new TextLabel(
        m_theme, Type::Meta, [](const Colors &c) { return c.status.danger.fg; }, wrong->second.why, m_body);
    problem->setObjectName("problem " + QString::fromStdString(key));
    problem->setWordWrap(true);
    edit->setAccessibleDescription(wrong->second.why);
    m_rows->addWidget(problem);
}

void TicketSheet::addStatus()
{
    const model::Conversation &conversation = m_ticket.conversation;
    QString status = statusName(conversation.status);
    for (const model::CustomStatus &custom : m_ticket.statuses) {
        if (custom.id == conversation.customStatus)
            status = tr("%1 (%2)").arg(QString::fromStdString(custom.name), status);
    }
    const auto button = [this](const char *name, const QString &text) {
        auto *made = new Button(m_theme, Button::Look::Normal, text, m_body);
        made->setObjectName(name);
        made->setMenuArrow(true);
        return made;
    };
    auto *statusButton = button("ticketStatus", status);
    connect(statusButton, &QAbstractButton::clicked, this, [this, statusButton] { pickStatus(globalRect(statusButton)); });
    allow(statusButton, model::SetStatus{});
    addRow(tr("Status"), statusButton);
    auto *priority = button("ticketPriority", priorityName(conversation.priority));
    connect(priority, &QAbstractButton::clicked, this, [this, priority] { pickPriority(globalRect(priority)); });
    allow(priority, model::SetPriority{});
    addRow(tr("Priority"), priority);
    QString team = tr("Nobody in particular");
    for (const model::Team &one : m_ticket.teams) {
        if (one.id == conversation.team)
            team = QString::fromStdString(one.name);
    }
    auto *teamButton = button("ticketTeam", team);
    connect(teamButton, &QAbstractButton::clicked, this, [this, teamButton] { pickTeam(globalRect(teamButton)); });
    allow(teamButton, model::SetTeam{});
    addRow(tr("Team"), teamButton);
    auto *follow = new QCheckBox(tr("Follow this conversation"), m_body);
    follow->setObjectName("ticketFollow");
    follow->setChecked(m_ticket.following);
    connect(follow, &QCheckBox::clicked, this, [this, id = m_id](bool on) { give(model::Follow{id, on}); });
    addRow(tr("Following"), follow);
}

void TicketSheet::addChecklist()
{
    const auto &entries = m_ticket.conversation.checklist;
    const auto done = std::ranges::count(entries, true, &model::ChecklistEntry::done);
    addHeading(entries.empty() ? tr("Checklist") : tr("Checklist, %1 of %2 done").arg(done).arg(entries.size()));
    for (const model::ChecklistEntry &entry : entries) {
        auto *row = new QWidget(m_body);
        auto *layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        auto *check = new QCheckBox(QString::fromStdString(entry.text).replace(u'&', QLatin1String("&&")), row);
        check->setObjectName("check " + QString::fromStdString(entry.id.text()));
        check->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long one is cut, and whole in the tooltip
        check->setToolTip(QString::fromStdString(entry.text));
        check->setChecked(entry.done);
        model::EditChecklist edit{.conversation = m_id, .entry = entry.id, .text = entry.text};
        connect(check, &QCheckBox::clicked, this, [this, edit](bool on) mutable {
            edit.done = on;
            give(edit);
        });
        allow(check, edit);
        auto *rename = new Button(m_theme, Button::Look::Icon, {}, row);
        rename->setObjectName("rename " + QString::fromStdString(entry.id.text()));
        rename->setIconName("pencil");
        rename->setHeightClass(24);
        rename->setAccessibleName(tr("Change the words of %1").arg(QString::fromStdString(entry.text)));
        rename->setToolTip(tr("Change the words"));
        connect(rename, &QAbstractButton::clicked, this, [this, row, entry] { renameStep(row, entry); });
        allow(rename, edit);
        auto *remove = new Button(m_theme, Button::Look::Icon, {}, row);
        remove->setObjectName("remove " + QString::fromStdString(entry.id.text()));
        remove->setIconName("close");
        remove->setHeightClass(24);
        remove->setAccessibleName(tr("Remove %1").arg(QString::fromStdString(entry.text)));
        remove->setToolTip(tr("Remove"));
        edit.removed = true;
        connect(remove, &QAbstractButton::clicked, this, [this, edit] { give(edit); });
        allow(remove, edit);
        layout->addWidget(check, 1);
        layout->addWidget(rename);
        layout->addWidget(remove);
        m_rows->addWidget(row);
    }
    const auto step = std::pair(m_workspace.agent().id, m_id);
    const auto begun = m_begun.find(step);
    auto *add = new QLineEdit(begun == m_begun.end() ? QString() : begun->second, m_body);
    add->setObjectName("checklistAdd");
    add->setPlaceholderText(tr("Add a step"));
    add->setAccessibleName(tr("Add a step"));
    add->setMaxLength(kLongestStep);
    connect(add, &QLineEdit::textEdited, this, [this, step](const QString &typed) { m_begun[step] = typed; });
    connect(add, &QLineEdit::editingFinished, this, [this, add] { // left, and not taken: what came meanwhile is shown
        add->setModified(false);
        m_again.start();
    });
    connect(add, &QLineEdit::returnPressed, this, [this, add, step] {
        const std::string text = add->text().simplified().toStdString();
        if (text.empty())
            return;
        add->clear();
        add->setModified(false); // nothing is being typed: the new step may be shown
        m_begun.erase(step);
        give(model::EditChecklist{
            .conversation = step.second, .entry = m_workspace.makeId<model::ChecklistEntryId>(), .text = text});
    });
    allow(add, model::EditChecklist{});
    m_rows->addWidget(add);
}

/// In the place of its row, until Enter, or until something else is done.
void TicketSheet::renameStep(QWidget *row, const model::ChecklistEntry &entry)
{
    for (QWidget *part : row->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly))
        part->hide();
    auto *edit = new QLineEdit(QString::fromStdString(entry.text), row);
    edit->setObjectName("words " + QString::fromStdString(entry.id.text()));
    edit->setAccessibleName(tr("The words of a step"));
    edit->setMaxLength(kLongestStep);
    row->layout()->addWidget(edit);
    edit->show();                                      // at once: it is to have the keys
    const auto *check = row->findChild<QCheckBox *>(); // it may have been ticked since the row was made
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, entry, check, id = m_id] {
        const std::string now = edit->text().simplified().toStdString();
        edit->setModified(false);
        if (!now.empty() && now != entry.text)
            give(model::EditChecklist{.conversation = id, .entry = entry.id, .text = now, .done = check->isChecked()});
        m_again.start();
    });
    edit->selectAll();
    edit->setFocus();
    edit->setModified(true); // what comes meanwhile waits
}

void TicketSheet::addFields()
{
    if (m_ticket.fields.empty())
        return;
    addHeading(tr("Fields"));
    for (const model::FieldDefinition &field : m_ticket.fields) {
        const auto &values = m_ticket.conversation.fields;
        const auto found = values.find(field.key);
        const QString value = found == values.end() ? QString() : QString::fromStdString(found->second);
        const QString name = QString::fromStdString(field.name), objectName = "field " + QString::fromStdString(field.key);
        const model::SetField like{.conversation = m_id, .key = field.key};
        using FieldType = model::FieldDefinition::Type;
        if (field.type == FieldType::Flag) {
            auto *flag = new QCheckBox(tr("Yes"), m_body);
            flag->setObjectName(objectName);
            flag->setChecked(value == QLatin1String("yes"));
            connect(flag, &QCheckBox::clicked, this, [this, field, id = m_id](bool on) {
                give(model::SetField{.conversation = id, .key = field.key, .value = on ? "yes" : ""});
            });
            allow(flag, like);
            addRow(name, flag);
        } else if (field.type == FieldType::Choice) {
            auto *choose = new Button(m_theme, Button::Look::Normal, value.isEmpty() ? tr("Choose") : value, m_body);
            choose->setObjectName(objectName);
            choose->setMenuArrow(true);
            connect(choose, &QAbstractButton::clicked, this,
                    [this, field, choose] { pickChoice(field, globalRect(choose)); });
            allow(choose, like);
            addRow(name, choose);
        } else {
            const auto wrong = m_wrong.find(field.key);
            const QString shown = editedValue(field, value.toStdString(), m_format);
            auto *edit = new QLineEdit(wrong == m_wrong.end() ? shown : wrong->second.typed, m_body);
            edit->setObjectName(objectName);
            if (field.type == FieldType::Date)
                edit->setPlaceholderText(m_format.locale().toString(QDate(2026, 11, 26), QStringLiteral("d MMM yyyy")));
            else if (field.type == FieldType::Link)
                edit->setPlaceholderText(QStringLiteral("https://"));
            connect(edit, &QLineEdit::editingFinished, this, [this, edit, field, value, shown, id = m_id] {
                edit->setModified(false);
                const QString typed = edit->text().simplified();
                m_wrong.erase(field.key);
                if (typed != shown) {
                    const auto kept = keptValue(field, typed, m_format);
                    if (const auto *problem = std::get_if<FieldProblem>(&kept))
                        m_wrong[field.key] = {typed, problem->words};
                    else if (const auto &now = std::get<std::string>(kept); now != value.toStdString())
                        give(model::SetField{.conversation = id, .key = field.key, .value = now});
                }
                m_again.start();
            });
            allow(edit, like);
            addRow(name, edit);
            addProblem(field.key, edit);
        }
    }
}

void TicketSheet::addConversation(const model::Conversation &one, const QString &tip, std::function<void()> remove)
{
    auto *row = new QWidget(m_body);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    auto *open = new Button(m_theme, Button::Look::Ghost, nameOf(one), row);
    open->setObjectName("open " + QString::fromStdString(one.id.text()));
    open->setToolTip(tip);
    open->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(open, &QAbstractButton::clicked, this, [this, id = one.id] {
        dismiss();
        emit conversationWanted(id);
    });
    layout->addWidget(open, 1);
    if (remove) {
        auto *end = new Button(m_theme, Button::Look::Icon, {}, row);
        end->setIconName("close");
        end->setHeightClass(24);
        end->setAccessibleName(tr("End the link with %1").arg(nameOf(one)));
        end->setToolTip(tr("End this link"));
        connect(end, &QAbstractButton::clicked, this, std::move(remove));
        allow(end, model::RelateConversations{});
        layout->addWidget(end);
    }
    m_rows->addWidget(row);
}

void TicketSheet::addLinks()
{
    addHeading(tr("Linked conversations"));
    if (m_ticket.into)
        addConversation(*m_ticket.into, tr("This one goes on there"),
                        [this, id = m_id] { give(model::SeparateConversation{id}); });
    if (m_ticket.parent)
        addConversation(*m_ticket.parent, tr("This is a side conversation of it"), {});
    for (const model::Conversation &side : m_ticket.sides)
        addConversation(side, tr("A side conversation with somebody else"), {});
    for (const model::Conversation &related : m_ticket.related)
        addConversation(related, tr("Linked"), [this, from = m_id, id = related.id] {
            give(model::RelateConversations{from, id, false});
        });
    auto *row = new QWidget(m_body);
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(m_theme.px(8));
    auto *link = new Button(m_theme, Button::Look::Normal, tr("Link or join"), row);
    link->setObjectName("ticketLink");
    link->setIconName("link");
    connect(link, &QAbstractButton::clicked, this, [this, link] { pickLink(globalRect(link)); });
    allow(link, model::RelateConversations{});
    auto *side = new Button(m_theme, Button::Look::Normal, tr("Write to somebody else"), row);
    side->setObjectName("ticketSide");
    side->setIconName("channel-email");
    connect(side, &QAbstractButton::clicked, this, [this] {
        dismiss();
        emit sideConversationWanted(m_id);
    });
    allow(side, model::StartConversation{});
    if (m_ticket.parent)
        side->setVisible(false);
    layout->addWidget(link);
    layout->addWidget(side);
    layout->addStretch(1);
    m_rows->addWidget(row);
}

void TicketSheet::pickStatus(const QRect &anchor)
{
    Picker::Question question{.objectName = "statusPicker", .placeholder = tr("Status")};
    const model::Conversation &conversation = m_ticket.conversation;
    for (const Status status : {Status::Open, Status::Waiting, Status::Resolved})
        question.choices.append(Choice{.id = QString::number(int(status)),
                                       .text = statusName(status),
                                       .checked = conversation.status == status && !conversation.customStatus});
    for (const model::CustomStatus &custom : m_ticket.statuses)
        question.choices.append(Choice{.id = QString::fromStdString(custom.id.text()),
                                       .text = QString::fromStdString(custom.name),
                                       .detail = statusName(custom.status),
                                       .checked = conversation.customStatus == custom.id});
    const bool hadCustom = conversation.customStatus.has_value();
    question.apply = [this, here = m_id, before = conversation.status, hadCustom](const Choice &choice) {
        for (const model::CustomStatus &custom : m_ticket.statuses) {
            if (QString::fromStdString(custom.id.text()) == choice.id) {
                give(model::SetCustomStatus{here, custom.id, custom.status});
                return;
            }
        }
        const auto status = Status(choice.id.toInt());
        if (before == status && hadCustom) // as it was when it was asked: it may have another status by now
            give(model::SetCustomStatus{here, std::nullopt, status});
        else
            give(model::SetStatus{here, status});
    };
    ask(anchor, std::move(question));
}

void TicketSheet::pickPriority(const QRect &anchor)
{
    Picker::Question question{.objectName = "priorityPicker", .placeholder = tr("Priority")};
    for (const Priority priority : {Priority::Urgent, Priority::High, Priority::Normal, Priority::Low})
        question.choices.append(Choice{.id = QString::number(int(priority)),
                                       .text = priorityName(priority),
                                       .checked = m_ticket.conversation.priority == priority});
    question.apply = [this, here = m_id](const Choice &choice) {
        give(model::SetPriority{here, Priority(choice.id.toInt())});
    };
    ask(anchor, std::move(question));
}

void TicketSheet::pickTeam(const QRect &anchor)
{
    Picker::Question question{.objectName = "teamPicker", .placeholder = tr("Move to team")};
    for (const model::Team &team : m_ticket.teams)
        question.choices.append(Choice{.id = QString::fromStdString(team.id.text()),
                                       .text = QString::fromStdString(team.name),
                                       .icon = "people",
                                       .checked = m_ticket.conversation.team == team.id});
    question.choices.append(Choice{.id = {}, .text = tr("Nobody in particular"), .icon = "inbox"});
    question.apply = [this, here = m_id](const Choice &choice) {
        give(model::SetTeam{here, model::TeamId::fromText(choice.id.toStdString())});
    };
    ask(anchor, std::move(question));
}

void TicketSheet::pickChoice(const model::FieldDefinition &field, const QRect &anchor)
{
    const QString name = QString::fromStdString(field.name);
    Picker::Question question{.objectName = "fieldPicker", .placeholder = name};
    for (const std::string &choice : field.choices)
        question.choices.append(Choice{.id = QString::fromStdString(choice), .text = QString::fromStdString(choice)});
    question.choices.append(Choice{.id = {}, .text = tr("Nothing")});
    question.apply = [this, here = m_id, key = field.key](const Choice &choice) {
        give(model::SetField{.conversation = here, .key = key, .value = choice.id.toStdString()});
    };
    ask(anchor, std::move(question));
}

void TicketSheet::pickLink(const QRect &anchor)
{
    Picker::Question question{.objectName = "linkPicker", .placeholder = tr("Number, or one of this customer")};
    question.width = 360;
    for (const model::Conversation &one : m_ticket.ofPerson) {
        const QString id = QString::fromStdString(one.id.text());
        question.choices.append(Choice{.id = "join " + id, .text = tr("Join into %1").arg(nameOf(one)), .icon = "merge"});
        question.choices.append(Choice{.id = "link " + id, .text = tr("Link with %1").arg(nameOf(one)), .icon = "link"});
    }
    question.interpret = [](const QString &typed) -> std::optional<Choice> {
        bool whole = false;
        const qlonglong number = QString(typed).remove(u'#').toLongLong(&whole);
        if (!whole || number <= 0)
            return std::nullopt;
        return Choice{.id = "number " + QString::number(number), .text = tr("Link with #%1").arg(number), .icon = "link"};
    };
    question.apply = [this, here = m_id](const Choice &choice) {
        const QString what = choice.id.section(u' ', 0, 0), which = choice.id.section(u' ', 1);
        if (what == QLatin1String("number")) {
            whenDone(m_workspace.conversationNumbered(which.toLongLong()), this,
                     [this, which, here](const Result<std::optional<model::Conversation>> &found) {
                         if (found && *found)
                             give(model::RelateConversations{here, (*found)->id, true});
                         else
                             emit said(tr("There is no conversation #%1 on this computer. Check the number.").arg(which));
                     });
            return;
        }
        const auto id = model::ConversationId::fromText(which.toStdString());
        if (!id)
            return;
        if (what == QLatin1String("join"))
            give(model::JoinConversation{here, *id});
        else
            give(model::RelateConversations{here, *id, true});
    };
    ask(anchor, std::move(question));
}

} // namespace tributary::ui
