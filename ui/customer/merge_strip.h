#pragma once

#include "core/store/people_reads.h"
#include "ui/shell/controls.h"
#include "ui/theme/time_format.h"

namespace tributary::ui {

/// The last twelve months of two people on one line: a dot for each thing said or bought, those of whoever joins in a ring.
class MergeStrip : public QWidget {
    Q_OBJECT
public:
    MergeStrip(const Theme &theme, QWidget *parent = nullptr);

    void show(const store::MergeSide &stays, const store::MergeSide &joins, const QString &joiningName, TimePoint since,
              TimePoint now);
    QSize sizeHint() const override { return {m_theme.px(400), m_theme.px(110)}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    struct Dot {
        qreal place = 0; ///< 0 to 1 along the line.
        Strand strand = Strand::Email;
        bool joins = false;
    };
    const Theme &m_theme;
    TimeFormat m_format;
    std::vector<Dot> m_dots;
    TimePoint m_since, m_now;
    QString m_legend;
};

} // namespace tributary::ui
