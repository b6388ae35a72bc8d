#pragma once

#include "ui/shell/controls.h"

namespace tributary::ui {

/// The 48 px strip of sections at the start of the window, with the agent and their presence at its foot (UX 3.1).
class Rail : public QWidget {
    Q_OBJECT
public:
    Rail(const Theme &theme, QWidget *parent = nullptr);

    /// Sections that are not there for a role are not added.
    void addSection(const QString &id, const QString &text, const QString &icon, const QString &toolTip);
    /// A role may gain or lose a section while the program runs.
    void setSectionShown(const QString &id, bool shown);
    void setCurrent(const QString &id);
    void setBadge(const QString &id, qint64 count);
    /// How many notifications were not looked at yet, on the bell at the foot.
    void setNews(int unseen);
    /// Beside the bell, where its list opens; global.
    QRect besideBell() const;
    void setAgent(const QString &name, const RawId &id);
    /// Grey while the hub is away: presence is then unknown.
    void setOnline(bool online);
    /// Said so themselves: nothing is given out to them.
    void setAway(bool away);

    QSize sizeHint() const override;

signals:
    void sectionChosen(const QString &id);
    void newsWanted(const QRect &bell); ///< Global.
    void agentMenuWanted(const QPoint &globalPosition);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    class SectionButton;
    const Theme &m_theme;
    QList<SectionButton *> m_sections;
    QWidget *m_sectionBox;
    SectionButton *m_news;
    class AgentButton;
    AgentButton *m_agent;
};

} // namespace tributary::ui
