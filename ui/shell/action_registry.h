#pragma once

#include <QAction>
#include <QHash>
#include <QList>
#include <QObject>
#include <QPointer>
#include <functional>

namespace tributary::ui {

/// Where a single key acts: the panes of the frame, by the dynamic property `pane` of a widget or of one it stands in.
enum Pane {
    NoPane = 0,
    SidebarPane = 1,
    ListPane = 2,
    TimelinePane = 4,
    CustomerPane = 8,
    CustomersPane = 16, ///< The section of that name.
    AdminPane = 64,
    InboxPanes = SidebarPane | ListPane | TimelinePane | CustomerPane,
    EveryPane = 0xff,
};

struct ActionSpec {
    QString id;    ///< `resolve`: for tests and settings, never translated.
    QString text;  ///< "Resolve or reopen", translated.
    QString icon;  ///< Drawing; none if empty.
    QString key;   ///< Single key or two in a row: "E", "Shift+J", "G M"; none if empty.
    QString chord; ///< With Ctrl: works from everywhere, also from text ("Ctrl+Shift+E").
    int panes = EveryPane;
    QString group;        ///< Heading in the sheet of keys, translated.
    bool repeats = false; ///< Goes on while its key is held: for what only moves. Anything else is done once a press.
    bool always = false;  ///< Also while a page has the window for itself: sign-in, first run, an unknown certificate.
};

/// Every action of the program, once: menus, tooltips, palette, the sheet of keys and the key router read them from here.
class ActionRegistry : public QObject {
    Q_OBJECT
public:
    struct Entry {
        ActionSpec spec;
        QAction *action = nullptr;
    };

    /// Chords act in @p window.
    explicit ActionRegistry(QWidget *window);

    /// Adds an action; triggering it calls @p handler. An id is added once.
    QAction *add(const ActionSpec &spec, QObject *context, std::function<void()> handler);
    /// What an action means where the focus, or what is open, gives it a narrower sense: @p first is asked each time, and
    /// where it says true it has done it all. One of an action; it is forgotten with @p context.
    void askFirst(const QString &id, const QObject *context, std::function<bool()> first);
    /// An action that says what it would do just now ("Undo: Resolved Layla").
    void setText(const QString &id, const QString &text);
    QAction *action(const QString &id) const;
    const ActionSpec *spec(const QString &id) const;
    const QList<Entry> &entries() const { return m_entries; }
    /// "E" or "Ctrl+K": what menus and the palette show; the single key if there is one.
    QString keyText(const QString &id) const;
    /// "Resolve or reopen (E)".
    QString toolTip(const QString &id) const;

    /// Single keys can be switched off as a whole (WCAG 2.1.4); chords stay.
    void setSingleKeys(bool on) { m_singleKeys = on; }
    bool singleKeys() const { return m_singleKeys; }
    /// A page has the window for itself: nothing acts on what it hides.
    void setCovered(bool covered) { m_covered = covered; }

private:
    QWidget *m_window;
    QList<Entry> m_entries;
    QHash<QString, int> m_byId;
    struct First {
        QPointer<const QObject> context;
        std::function<bool()> ask;
    };
    QHash<QString, First> m_first;
    bool m_singleKeys = true, m_covered = false;
};

} // namespace tributary::ui
