#include "ui/inbox/date_popover.h"

#include <QCalendarWidget>
#include <QHBoxLayout>
#include <QTimeEdit>
#include <QToolButton>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {
constexpr int kWidth = 300, kHeight = 320;
} // namespace

DatePopover::DatePopover(const Theme &theme, QWidget *window)
    : Overlay(theme, window, Ground::Clear)
    , m_days(new QCalendarWidget(panel()))
    , m_time(new QTimeEdit(panel()))
    , m_take(new Button(theme, Button::Look::Primary, tr("Snooze"), panel()))
{
    setObjectName("datePopover");
    setAccessibleName(tr("Until when"));
    m_days->setObjectName("snoozeDays");
    m_days->setAccessibleName(tr("Day"));
    m_days->setVerticalHeaderFormat(QCalendarWidget::NoVerticalHeader);
    // Its own colours are those of no theme: the name of the month stood dark on dark.
    for (QToolButton *part : m_days->findChildren<QToolButton *>())
        part->setStyleSheet(QStringLiteral("color: palette(highlighted-text); background: transparent; border: none;"));
    m_time->setDisplayFormat(locale().timeFormat(QLocale::ShortFormat));
    m_time->setObjectName("snoozeTime");
    m_time->setAccessibleName(tr("Time"));
    m_take->setObjectName("snoozeTake");
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_time);
    foot->addStretch(1);
    foot->addWidget(m_take);
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8));
    layout->setSpacing(theme.px(8));
    layout->addWidget(m_days, 1);
    layout->addLayout(foot);
    connect(m_days, &QCalendarWidget::activated, this, &DatePopover::choose);
    connect(m_days, &QCalendarWidget::selectionChanged, this, &DatePopover::refresh);
    connect(m_time, &QTimeEdit::timeChanged, this, &DatePopover::refresh);
    connect(m_take, &QAbstractButton::clicked, this, &DatePopover::choose);
}

void DatePopover::ask(const QRect &anchor, const QDateTime &now)
{
    m_now = now;
    m_days->setLocale(locale());
    m_days->setFirstDayOfWeek(locale().firstDayOfWeek());
    m_days->setMinimumDate(now.date());
    m_days->setSelectedDate(now.date().addDays(1));
    m_time->setTime(QTime(9, 0));
    refresh();
    openAt(anchor, QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_days->setFocus(Qt::PopupFocusReason);
}

QDateTime DatePopover::at() const
{
    QDateTime at = m_now;
    at.setDate(m_days->selectedDate());
    at.setTime(m_time->time());
    return at;
}

void DatePopover::refresh()
{
    const bool toCome = at() > m_now;
    m_take->setEnabled(toCome);
    m_take->setToolTip(toCome ? QString() : tr("This time has passed already"));
}

void DatePopover::choose()
{
    if (at() <= m_now)
        return;
    const QDateTime until = at();
    dismiss();
    emit chosen(until);
}

} // namespace tributary::ui
