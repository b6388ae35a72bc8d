#pragma once

#include "ui/inbox/row_words.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/controls.h"
#include "ui/theme/time_format.h"

#include <map>
#include <set>

class QHBoxLayout;

namespace tributary::ui {

/// The 48 px head of the timeline: who, how it stands, who else is here, whose it is, and what one does next (UX 6.5).
class ConversationHeader : public QWidget {
    Q_OBJECT
public:
    ConversationHeader(const Theme &theme, const Clock &clock, ActionRegistry &actions, QWidget *parent = nullptr);

    void setRow(const std::optional<store::ConversationRow> &row);
    /// Why its agent may not do @p action (`resolve`), which is then disabled; empty: they may.
    void setProblem(const QString &action, const QString &why);
    void setStatuses(const StatusNames &names);
    /// A person of whom there is no conversation.
    void setPerson(const QString &name, bool vip);
    struct Viewer {
        QString name;
        RawId id{};
        bool writing = false, away = false;
    };
    void setViewers(const QList<Viewer> &viewers);
    /// Without the hub nobody knows who else is here: it says so (UX 6.8).
    void setPresenceKnown(bool known);
    /// A way back to the list, where only one of both has room.
    void setBackShown(bool shown) { m_back->setVisible(shown); }
    QWidget *ownerButton() const { return m_owner; }
    QWidget *snoozeButton() const { return m_snooze; }
    QWidget *moreButton() const { return m_more; }

signals:
    /// @p action (`resolve`) is wanted, of the conversation that is open.
    void actionWanted(const QString &action);
    void moreWanted(const QPoint &globalPosition);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    const Theme &m_theme;
    const Clock &m_clock;
    TimeFormat m_format;
    TextLabel *m_name, *m_state;
    TextLabel *m_presenceUnknown;
    Button *m_vip, *m_following;
    QWidget *m_viewers;
    Button *m_back, *m_owner, *m_snooze, *m_more, *m_resolve;
    std::map<QString, std::pair<Button *, QString>> m_tips; ///< By action: what it says while it may be done.
    std::optional<store::ConversationRow> m_row;
    StatusNames m_statuses;
};

/// The 40 px bar of channels below it: all, one chip a channel with its count, notes, events. Chips combine; Alt+click takes
/// one alone.
class ChannelChips : public QWidget {
    Q_OBJECT
public:
    ChannelChips(const Theme &theme, QWidget *parent = nullptr);
    void setCounts(const std::map<Strand, int> &counts);
    void reset();

signals:
    /// @p shown empty: everything.
    void filterChanged(const std::set<tributary::ui::Strand> &shown, bool events);
    void findWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Button *chip(const QString &icon);
    void make(Strand strand);
    void rebuild();
    void emitFilter();

    const Theme &m_theme;
    std::map<Strand, int> m_counts;
    std::map<Strand, Button *> m_chips; ///< Of all channels that have been seen here.
    std::set<Strand> m_shown;
    bool m_events = true;
    QWidget *m_box;
    QHBoxLayout *m_line = nullptr;
    Button *m_everything, *m_eventsChip; ///< Not to be seen where nothing is to be filtered.
    Button *m_find;
};

} // namespace tributary::ui
