#pragma once

#include "ui/admin/setup_page.h"

class QSpinBox;
class QVBoxLayout;

namespace tributary::ui {

/// Who is in a team, on its page: each with how much is given out to them and a button that takes them out, and one that
/// takes somebody in. What is changed here is saved at once, as it is a change of the person.
class TeamMembers : public QWidget {
    Q_OBJECT
public:
    explicit TeamMembers(const AdminTools &tools, QWidget *parent = nullptr);

    /// @p why nothing can be changed; empty: it can.
    void showOf(model::TeamId team, const QString &why);

private:
    struct Row {
        model::AgentId agent;
        QString name;
        std::int64_t capacity = 0;
        QString why;
        friend bool operator==(const Row &, const Row &) = default;
    };
    void build();
    void addRow(const Row &row);
    void submit(model::AgentId agent, const std::function<void(model::SetAgent &)> &change);
    void pick();
    /// Why the hub would not take @p agent with @p teams from whoever looks; empty: it would.
    QString whyNot(const model::Agent &agent, std::vector<model::TeamId> teams) const;

    AdminTools m_tools;
    QVBoxLayout *m_lines;
    TextLabel *m_nobody;
    QWidget *m_box;
    Button *m_add;
    model::TeamId m_team;
    QList<Row> m_rows;
};

} // namespace tributary::ui
