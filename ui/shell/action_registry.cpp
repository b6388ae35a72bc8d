#include "ui/shell/action_registry.h"

#include <QKeySequence>
#include <QWidget>

namespace tributary::ui {

ActionRegistry::ActionRegistry(QWidget *window)
    : QObject(window)
    , m_window(window)
{
}

QAction *ActionRegistry::add(const ActionSpec &spec, QObject *context, std::function<void()> handler)
{
    Q_ASSERT(!m_byId.contains(spec.id));
    auto *action = new QAction(spec.text, this);
    action->setObjectName(spec.id);
    if (!spec.chord.isEmpty()) {
        action->setShortcut(QKeySequence(spec.chord));
        action->setShortcutContext(Qt::WindowShortcut);
        action->setAutoRepeat(spec.repeats);
        m_window->addAction(action);
    }
    connect(action, &QAction::triggered, context, [this, id = spec.id, always = spec.always, handler = std::move(handler)] {
        if (m_covered && !always)
            return;
        const First first = m_first.value(id);
        if (first.context && first.ask())
            return;
        handler();
    });
    m_byId.insert(spec.id, int(m_entries.size()));
    m_entries.append({spec, action});
    return action;
}

void ActionRegistry::askFirst(const QString &id, const QObject *context, std::function<bool()> first)
{
    Q_ASSERT(m_byId.contains(id) && !m_first.value(id).context);
    m_first.insert(id, {context, std::move(first)});
}

void ActionRegistry::setText(const QString &id, const QString &text)
{
    const auto at = m_byId.constFind(id);
    if (at == m_byId.constEnd())
        return;
    m_entries[*at].spec.text = text;
    m_entries[*at].action->setText(text);
}

QAction *ActionRegistry::action(const QString &id) const
{
    const auto at = m_byId.constFind(id);
    return at == m_byId.constEnd() ? nullptr : m_entries[*at].action;
}

const ActionSpec *ActionRegistry::spec(const QString &id) const
{
    const auto at = m_byId.constFind(id);
    return at == m_byId.constEnd() ? nullptr : &m_entries[*at].spec;
}

QString ActionRegistry::keyText(const QString &id) const
{
    const ActionSpec *found = spec(id);
    if (!found)
        return {};
    if (!found->key.isEmpty() && m_singleKeys)
        return found->key;
    return QKeySequence(found->chord).toString(QKeySequence::NativeText);
}

QString ActionRegistry::toolTip(const QString &id) const
{
    const ActionSpec *found = spec(id);
    if (!found)
        return {};
    const QString key = keyText(id);
    return key.isEmpty() ? found->text : tr("%1 (%2)", "an action and its key").arg(found->text, key);
}

} // namespace tributary::ui
