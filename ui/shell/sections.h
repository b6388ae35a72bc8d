#pragma once

#include "ui/shell/action_registry.h"

#include <functional>

class QWidget;

namespace tributary::ui {

class ShellWindow;

/// The sections of the window (UX 3): their buttons on the rail, their keys, what can be asked of them, and which one is
/// shown. A section's page is made when it is first shown; what its agent may not see is absent.
class Sections : public QObject {
    Q_OBJECT
public:
    /// What can be asked of a section from everywhere: it goes to a page of it, or opens a sheet.
    struct Command {
        QString id;   ///< That of the section's own action, if there is one: where that acts, this one is not offered too.
        QString text; ///< "New customer", translated.
        QString icon;
        std::function<void()> run; ///< When the section is shown.
        std::function<bool()> may; ///< Empty: whoever may see the section. Who may not is not offered it.
    };
    struct Section {
        QString id;
        QString text; ///< "Inbox", translated.
        QString icon;
        QString key;                     ///< "G I"
        QString chord;                   ///< "Ctrl+1"
        int panes = EveryPane;           ///< Where its own actions act; elsewhere they are off, their chords too.
        std::function<QWidget *()> page; ///< Makes it; the window owns it.
        std::function<bool()> isThere;   ///< Empty: always.
        QList<Command> commands = {};
    };

    Sections(ShellWindow &shell, QObject *parent);

    /// In the order of the rail.
    void add(Section section);
    /// Nothing where it is not there.
    void show(const QString &id);
    const QString &current() const { return m_current; }
    bool isThere(const QString &id) const;
    /// Rights may have changed: asks each section whether it is there.
    void update();

signals:
    void shown(const QString &id);

private:
    struct Entry {
        Section section;
        QWidget *page = nullptr;
        bool isThere = true;
    };
    Entry *find(const QString &id);
    void addCommand(const QString &section, const Command &command);
    void chooseActions(const Section &section);
    void chooseCommands();
    void showPart(bool forward);

    ShellWindow &m_shell;
    QList<Entry> m_entries;
    QString m_current;
};

} // namespace tributary::ui
