#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <utility>
#include <vector>

namespace tributary::ui {

/// What a screen reader says besides what has the focus (UX 10): politely, so that what comes together is said together and
/// not more often than every two seconds. There is nothing of it to see. Only a window in front says anything; what it says
/// has to be on it.
class Announcements : public QWidget {
    Q_OBJECT
public:
    explicit Announcements(QWidget *window);

    /// Said soon. What comes later of the same @p topic takes the place of what has not been said yet, also where that is
    /// nothing; without a topic, all is said.
    void say(const QString &text, const QString &topic = {});
    /// Said at once: somebody is about to do what they would not if they knew.
    void sayNow(const QString &text);

signals:
    void said(const QString &text);

private:
    void sayWaiting();

    struct Line {
        QString topic, text;
    };
    std::vector<Line> m_waiting;
    QTimer m_timer;
    QElapsedTimer m_since; ///< The last time.
};

} // namespace tributary::ui
