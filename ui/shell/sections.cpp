#include "ui/shell/sections.h"

#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"

#include <algorithm>

namespace tributary::ui {

Sections::Sections(ShellWindow &shell, QObject *parent)
    : QObject(parent)
    , m_shell(shell)
{
    connect(&shell.rail(), &Rail::sectionChosen, this, &Sections::show);
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
    m_entries.append({std::move(section)});
    update();
}

void Sections::update()
{
    for (Entry &entry : m_entries) {
        entry.isThere = !entry.section.isThere || entry.section.isThere();
        m_shell.rail().setSectionShown(entry.section.id, entry.isThere);
        m_shell.actions().action("section-" + entry.section.id)->setEnabled(entry.isThere);
    }
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
}

} // namespace tributary::ui
