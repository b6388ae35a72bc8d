#include "ui/settings/settings_page.h"

#include <QVBoxLayout>

namespace tributary::ui {
namespace {

qsizetype indexOf(const QList<Setting::Choice> &choices, const QString &value)
{
    for (qsizetype i = 0; i < choices.size(); ++i) {
        if (choices[i].value == value)
            return i;
    }
    return -1;
}

} // namespace

SettingsPage::SettingsPage(const Theme &theme, const QString &title, QList<Setting> settings, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_settings(std::move(settings))
{
    setAccessibleName(title);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16));
    layout->setSpacing(0);
    layout->addWidget(new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, title, this));
    layout->addSpacing(theme.px(16));
    for (const Setting &setting : m_settings) {
        auto *name = new TextLabel(
            theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, setting.title, this);
        layout->addWidget(name);
        layout->addSpacing(theme.px(2));
        auto *help = new TextLabel(
            theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, setting.help, this);
        help->setWordWrap(true);
        layout->addWidget(help);
        layout->addSpacing(theme.px(8));
        auto *segment = new Segment(theme, this);
        segment->setObjectName(setting.id);
        segment->setTall(true);
        for (const Setting::Choice &choice : setting.choices)
            segment->addChoice(choice.text);
        name->setBuddy(segment); // its own name is the list of its choices
        layout->addWidget(segment, 0, Qt::AlignLeft);
        layout->addSpacing(theme.px(20));
        m_segments.append(segment);
        connect(segment, &Segment::chosen, this, [this, setting](int index) {
            if (!m_reading && index < setting.choices.size())
                setting.set(setting.choices[index].value);
        });
    }
    layout->addStretch(1);
    if (m_settings.isEmpty()) // a page of its own making
        return;
    auto *reset = new Button(theme, Button::Look::Normal, tr("Reset page"), this);
    reset->setObjectName("resetPage");
    layout->addWidget(reset, 0, Qt::AlignLeft);
    connect(reset, &QAbstractButton::clicked, this, &SettingsPage::reset);
    read();
}

void SettingsPage::read()
{
    m_reading = true;
    for (qsizetype i = 0; i < m_settings.size(); ++i)
        m_segments[i]->setCurrent(int(indexOf(m_settings[i].choices, m_settings[i].value())));
    m_reading = false;
}

void SettingsPage::reset()
{
    for (const Setting &setting : m_settings) {
        if (setting.value() != setting.usual)
            setting.set(setting.usual);
    }
    read();
}

} // namespace tributary::ui
