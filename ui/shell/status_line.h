#pragma once

#include "ui/shell/controls.h"
#include "ui/shell/sync_text.h"

namespace tributary::ui {

/// The 24 px bar at the foot: the state of the copy, outbox, key hints for the focused pane, people online.
class StatusLine : public QWidget {
    Q_OBJECT
public:
    struct KeyHint {
        QStringList keys;
        QString text;
    };

    StatusLine(const Theme &theme, QWidget *parent = nullptr);
    void setSync(const SyncText &text);
    void setHints(const QList<KeyHint> &hints);
    const QList<KeyHint> &hints() const { return m_hints; }
    /// "9 online", "Presence unknown".
    void setPeople(const QString &text);
    /// "Demo", which opens a menu, with more in its tool tip; none if empty.
    void setChip(const QString &text, const QString &toolTip = {});

    /// Where the outbox figure is, global: what opens from it stands above.
    QRect outboxPlace() const;

    QSize sizeHint() const override;

signals:
    void outboxClicked();
    void chipClicked(const QRect &onScreen);

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    int peopleWidth() const; ///< With its glyph and the space before it.
    int paintSync(QPainter &painter);
    int paintEnd(QPainter &painter);

    const Theme &m_theme;
    SyncText m_sync;
    QList<KeyHint> m_hints;
    QString m_people;
    QAbstractButton *m_outbox, *m_chip;
};

} // namespace tributary::ui
