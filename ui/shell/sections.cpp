#include "ui/shell/sections.h"

#include "ui/shell/focus_stops.h"
#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"

#include <QApplication>
#include <algorithm>

namespace tributary::ui {

Sections::Sections(ShellWindow &shell, QObject *parent)
    : QObject(parent)
    , m_shell(shell)
{
    connect(&shell.rail(), &Rail::sectionChosen, this, &Sections::show);
    // The inbox and the admin pages know their panes better. In the sheet of keys theirs stand for all.
    const int panes = EveryPane & ~(InboxPanes | AdminPane);
    shell.actions().add({.id = "nextPart", .text = tr("Next pane"), .chord = "F6", .panes = panes, .repeats = true}, this,
                        [this] { showPart(true); });
    shell.actions().add(
        {.id = "previousPart", .text = tr("Previous pane"), .chord = "Shift+F6", .panes = panes, .repeats = true}, this,
        [this] { showPart(false); });
}

Sections::Entry *Sections::find(const QString &id)
{
    const auto at = std::ranges::find_if(m_entries, [&id](const Entry &entry) { return entry.section.id == id; });
    return at == m_entries.end() ? nullptr : &*at;
}

bool Sections::isThere(const QString &id) const
{
    return std::ranges::any_of(m_entries, [&id](const Entry &entry) { return entry.section.id == id && entry.isThere; });
}

void Sections::add(Section section)
{
    const QString action = "section-" + section.id;
    m_shell.actions().add({.id = action,
                           .text = tr("Go to %1").arg(section.text),
                           .icon = section.icon,
                           .key = section.key,
                           .chord = section.chord,
                           .group = tr("Moving around")},
                          this, [this, id = section.id] { show(id); });
    m_shell.rail().addSection(section.id, section.text, section.icon,
                              tr("%1 (%2)", "a section and its key").arg(section.text, section.chord));
    for (const Command &command : section.commands)
        addCommand(section.id, command);
    m_entries.append({std::move(section)});
    update();
}

void Sections::addCommand(const QString &section, const Command &command)
{
    m_shell.actions().add({.id = "ask-" + command.id, .text = command.text, .icon = command.icon}, this,
                          [this, section, run = command.run] {
                              show(section);
                              if (m_current == section)
                                  run();
                          });
}

void Sections::update()
{
    for (Entry &entry : m_entries) {
        entry.isThere = !entry.section.isThere || entry.section.isThere();
        m_shell.rail().setSectionShown(entry.section.id, entry.isThere);
        m_shell.actions().action("section-" + entry.section.id)->setEnabled(entry.isThere);
    }
    chooseCommands();
    if (!m_current.isEmpty() && !isThere(m_current))
        show(m_entries.first().section.id);
}

void Sections::show(const QString &id)
{
    Entry *entry = find(id);
    if (!entry || !entry->isThere)
        return;
    if (!entry->page)
        entry->page = entry->section.page();
    m_shell.showSection(entry->page);
    m_shell.rail().setCurrent(id);
    m_current = id;
    chooseActions(entry->section);
    emit shown(id);
}

/// What acts on panes that are not on the screen is off: a chord must not change what nobody sees.
void Sections::chooseActions(const Section &section)
{
    for (const ActionRegistry::Entry &entry : m_shell.actions().entries()) {
        if (entry.spec.panes != EveryPane)
            entry.action->setEnabled(entry.spec.panes & section.panes);
    }
    chooseCommands();
}

void Sections::chooseCommands()
{
    for (const Entry &entry : m_entries) {
        for (const Command &command : entry.section.commands) {
            const QAction *own = m_shell.actions().action(command.id);
            m_shell.actions()
                .action("ask-" + command.id)
                ->setVisible(entry.isThere && (!command.may || command.may()) && !(own && own->isEnabled()));
        }
    }
}

/// From one part of the page to the next that Tab stops in, as they stand below and beside each other.
void Sections::showPart(bool forward)
{
    const Entry *entry = find(m_current);
    if (!entry || !entry->page)
        return;
    const auto stopsOf = [](QWidget *part) {
        return part->focusPolicy() & Qt::TabFocus ? QList<QWidget *>{part} : focusStops(*part);
    };
    QList<QWidget *> parts;
    for (QWidget *part : entry->page->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly)) {
        if (part->isVisible() && part->isEnabled() && !stopsOf(part).isEmpty())
            parts.append(part);
    }
    if (parts.isEmpty())
        return;
    const bool mirrored = entry->page->layoutDirection() == Qt::RightToLeft;
    std::ranges::stable_sort(parts, {}, [mirrored](const QWidget *part) {
        return std::pair(part->y(), mirrored ? -part->geometry().right() : part->x());
    });
    const QWidget *focus = QApplication::focusWidget();
    const auto holds = [focus](const QWidget *part) { return focus && (part == focus || part->isAncestorOf(focus)); };
    const auto here = std::ranges::find_if(parts, holds);
    const qsizetype at = here == parts.end() ? (forward ? -1 : 0) : here - parts.begin();
    QWidget *next = parts[(at + (forward ? 1 : parts.size() - 1)) % parts.size()];
    if (!holds(next)) // the only one there is
        stopsOf(next).first()->setFocus(Qt::TabFocusReason);
}

} // namespace tributary::ui
