#pragma once

#include "core/client/outbox.h"
#include "ui/shell/overlay.h"
#include "ui/theme/time_format.h"

class QScrollArea;

namespace tributary::ui {

/// An own text beside what was said after its author had last looked, and the three ways on (UX 6.8): send anyway, edit,
/// discard. It asks; whoever opened it does.
class CompareSheet : public Overlay {
    Q_OBJECT
public:
    struct Question {
        QString title;
        QString name; ///< The customer's.
        QString mine;
        std::vector<model::TimelineItem> items; ///< Oldest first.
        QString edit;                           ///< What going on with the text is called.
        QString discard;                        ///< None if empty.
    };

    CompareSheet(const Theme &theme, const Clock &clock, QWidget *window);
    void ask(Question question);

signals:
    void sendAnyway();
    void edit();
    void discard();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void choose(void (CompareSheet::*answer)());
    QWidget *column(const QString &heading, const std::vector<std::pair<QString, QString>> &texts, bool own);

    const Clock &m_clock;
    TimeFormat m_format;
    TextLabel *m_title;
    QScrollArea *m_columns;
    Button *m_discard, *m_edit, *m_send;
};

} // namespace tributary::ui
