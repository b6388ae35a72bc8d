#pragma once

#include "ui/news/news_desk.h"
#include "ui/shell/overlay.h"
#include "ui/shell/painted_rows.h"

namespace tributary::ui {

/// The rows behind the bell: who, what and when, the new ones marked.
class NewsList : public PaintedRows {
    Q_OBJECT
public:
    NewsList(const Theme &theme, const Clock &clock, NewsDesk &desk, QWidget *parent = nullptr);

    void read();
    const store::News *at(int row) const;
    int count() const override { return int(m_news.size()); }
    int rowHeight() const override { return m_theme.px(56); }
    QString spoken(int row) const override;

protected:
    void paintRow(QPainter &painter, int row, const QRect &box) override;

private:
    struct Row {
        store::News news;
        bool unseen = false; ///< When it was read: looking at the list does not take the marks away under one's eyes.
    };
    QString timeOf(const store::News &news) const;

    NewsDesk &m_desk;
    std::vector<Row> m_news;
};

/// What the agent was told in the last 30 days, beside the bell (UX 9).
class NewsPanel : public Overlay {
    Q_OBJECT
public:
    NewsPanel(const Theme &theme, const Clock &clock, NewsDesk &desk, QWidget *window);

    /// @p anchor: the bell, global.
    void openAt(const QRect &anchor);
    NewsList &list() { return *m_list; }

signals:
    void newsChosen(const tributary::store::News &news);
    void settingsWanted();

private:
    void show();
    QSize wantedSize() const;

    NewsDesk &m_desk;
    NewsList *m_list;
    TextLabel *m_empty;
};

} // namespace tributary::ui
