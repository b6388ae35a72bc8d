#include "ui/admin/ordered_page.h"

#include "ui/shell/picker.h"

#include <QLineEdit>

namespace tributary::ui {

void OrderedPage::setRecords(RecordTable *table, const char *menu, const QString &icon, QLineEdit *name)
{
    m_ordered = table;
    m_menu = QLatin1String(menu);
    m_icon = icon;
    setTable(table);
    table->setMoving(true);
    pane().dangerButton()->setText(tr("Remove"));
    connect(table, &RecordTable::opened, this, [this](const RawId &id) { openRecord(id); });
    connect(table, &RecordTable::moveWanted, this, &OrderedPage::move);
    connect(table, &RecordTable::removeWanted, this,
            [this](const QList<RawId> &ids) { pickRemoval(ids, placeOfCurrent()); });
    connect(table, &RecordTable::menuWanted, this, &OrderedPage::showMenu);
    connect(table, &RecordTable::renamed, this, [this, name](const RawId &id, const QString &typed) {
        openRecord(id);
        name->setText(typed);
        save();
    });
    connect(pane().dangerButton(), &QAbstractButton::clicked, this, [this] {
        if (const auto id = openedId())
            pickRemoval({*id}, placeOf(pane().dangerButton()));
    });
}

void OrderedPage::showMenu(const QList<RawId> &ids, const QRect &place)
{
    const QStringList names = namesOf(ids);
    if (names.isEmpty())
        return;
    Picker::Question question{.objectName = m_menu, .placeholder = aboutWords(names)};
    const auto add = [&](const char *id, const QString &text, const QString &icon, const QString &key,
                         const QString &whyNot) {
        question.choices.append(Choice{.id = QLatin1String(id),
                                       .text = text,
                                       .detail = whyNot,
                                       .icon = icon,
                                       .key = whyNot.isEmpty() ? key : QString(),
                                       .enabled = whyNot.isEmpty()});
    };
    if (ids.size() == 1) {
        add("details", tr("Details"), m_icon, tr("Enter"), {});
        add("rename", tr("Rename"), "pencil", "F2", whyReadOnly());
        add("up", tr("Move up"), "chevron-up", tr("Alt Up"), whyNotMoved());
        add("down", tr("Move down"), "chevron-down", tr("Alt Down"), whyNotMoved());
    }
    add("remove", removeChoice(names).text, "close", tr("Del"), whyReadOnly());
    question.apply = [this, ids, place](const Choice &choice) {
        if (choice.id == u"details")
            openRecord(ids.front());
        else if (choice.id == u"rename")
            m_ordered->renameCurrent();
        else if (choice.id == u"remove")
            pickRemoval(ids, place);
        else
            move(ids.front(), choice.id == u"up" ? -1 : 1);
    };
    popUp(place, std::move(question));
}

void OrderedPage::pickRemoval(const QList<RawId> &ids, const QRect &place)
{
    const QStringList names = namesOf(ids);
    if (names.isEmpty() || !whyReadOnly().isEmpty())
        return;
    Picker::Question question{.objectName = "removePicker", .placeholder = staysWords(ids), .width = 320};
    question.choices.append(removeChoice(names));
    question.choices.append(
        Choice{.id = "keep", .text = names.size() == 1 ? tr("Keep it") : tr("Keep them"), .icon = "undo"});
    question.apply = [this, ids](const Choice &choice) {
        if (choice.id != u"remove")
            return;
        for (const RawId &id : ids)
            m_tools.desk.submit(removal(id));
    };
    m_tools.picker.ask(place, std::move(question));
}

QString OrderedPage::whyNotMoved() const
{
    const QString why = whyReadOnly();
    return !why.isEmpty() || typed().isEmpty() ? why : tr("Not while the list is filtered.");
}

void OrderedPage::move(const RawId &id, int by)
{
    if (!whyNotMoved().isEmpty())
        return;
    for (model::CommandBody &command : moves(id, by))
        m_tools.desk.submit(std::move(command));
}

} // namespace tributary::ui
