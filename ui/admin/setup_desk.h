#pragma once

#include "core/client/workspace.h"
#include "core/store/setup_reads.h"

#include <QObject>
#include <QTimer>
#include <map>

namespace tributary::ui {

/// The setup of the workspace as it is shown: the copy's rows with own changes on top until the hub has answered. A change
/// that the hub refuses is taken off again, and said.
class SetupDesk : public QObject {
    Q_OBJECT
public:
    explicit SetupDesk(client::Workspace &workspace, QObject *parent = nullptr);
    ~SetupDesk() override; ///< What waits for a moment goes out.

    /// Reads from now on; before nothing is asked of the copy.
    void start();
    bool isRead() const { return m_isRead; }
    const store::WorkspaceSetup &shown() const { return m_shown; }
    /// Whether changes can be made: the hub is there.
    bool isLinked() const;
    const client::HubAccess &access() const { return m_workspace.access(); }
    const model::Agent &me() const { return m_workspace.agent(); }
    bool may(model::Permission permission) const;

    void submit(model::CommandBody body);
    /// When a row of the setup was changed, as far as it happened while this is open.
    struct Saved {
        TimePoint at;
        bool own = false; ///< By a change that was made here.
    };
    std::optional<Saved> lastSaved(const RawId &id) const;
    /// A change of it is on its way to the hub.
    bool isBeingSaved(const RawId &id) const;
    /// Several clicks on one role become one change: it goes out when none has come for a moment.
    void submitSoon(model::SaveRole save);
    void flush();
    template<class IdType>
    IdType makeId()
    {
        return m_workspace.makeId<IdType>();
    }

signals:
    void changed();
    void linkChanged();
    /// Somebody else is here, or nobody: what was begun in a form is not theirs.
    void agentLeft();
    /// The hub did not do @p body; @p words say why.
    void refused(const tributary::model::CommandBody &body, const QString &words);

private:
    struct Pending {
        model::CommandBody body;
        std::int64_t n = 0; ///< In the journal; 0: not there yet.
    };
    void read();
    void show();
    void take(const store::WorkspaceSetup &setup, const std::vector<std::uint64_t> &arrived);
    void noteSaved(const store::WorkspaceSetup &now, const std::vector<std::uint64_t> &arrived);
    void tellRefusals(std::size_t count);
    void cameBack(const store::JournalEntry &entry);
    void forgetOthers();

    client::Workspace &m_workspace;
    model::AgentId m_agent;
    store::WorkspaceSetup m_read, m_shown;
    std::map<std::uint64_t, Pending> m_pending;  ///< In the order in which they were made.
    std::vector<store::JournalEntry> m_refusals; ///< Which nobody was told of yet.
    std::map<RawId, Saved> m_saved;
    std::uint64_t m_next = 0;
    std::map<model::RoleId, model::SaveRole> m_soon;
    QTimer m_soonTimer, m_readTimer;
    bool m_isRead = false, m_isStarted = false, m_wasLinked = false, m_reading = false, m_again = false;
};

} // namespace tributary::ui
