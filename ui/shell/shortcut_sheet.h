#pragma once

#include "ui/shell/overlay.h"

namespace tributary::ui {

class ActionRegistry;

/// The `?` sheet: every action with its keys, by group, from the registry.
class ShortcutSheet : public Overlay {
    Q_OBJECT
public:
    ShortcutSheet(const Theme &theme, const ActionRegistry &actions, QWidget *window);
    void open();

private:
    class Page;
    const ActionRegistry &m_actions;
    Page *m_page;
};

} // namespace tributary::ui
