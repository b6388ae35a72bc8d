#include "ui/admin/device_list.h"

#include "ui/shell/when_done.h"
#include "ui/theme/time_format.h"

#include <QHBoxLayout>
#include <QPointer>
#include <QVBoxLayout>

namespace tributary::ui {

DeviceList::DeviceList(const Theme &theme, SetupDesk &desk, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_desk(desk)
    , m_rows(new QVBoxLayout(this))
    , m_words(new TextLabel(
          theme, Type::Body, [](const Colors &c) { return c.text.secondary; }, {}, this))
{
    setObjectName("deviceList");
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(theme.px(6));
    m_words->setObjectName("deviceWords");
    m_words->setWordWrap(true);
    m_rows->addWidget(m_words);
    connect(&desk, &SetupDesk::agentLeft, this, [this] {
        ++m_asked;
        m_agent.reset();
        show({});
        say({});
    });
    connect(&desk, &SetupDesk::linkChanged, this, [this] { // what was said of being offline may be true no more
        if (m_agent)
            reload();
    });
}

void DeviceList::showOf(model::AgentId agent, const QString &name)
{
    if (m_agent == agent)
        return;
    m_agent = agent;
    m_name = name;
    show({});
    say(tr("Asking the hub"));
    reload();
}

void DeviceList::reload()
{
    ++m_asked; // what was asked for before is of somebody else by now
    if (!m_agent || !m_desk.isLinked() || !m_desk.may(model::Permission::ManageAgents))
        return say(tr("Offline: the hub knows which devices there are."));
    whenDone(m_desk.access().devicesOf(*m_agent), this,
             [this, asked = m_asked](const Result<std::vector<client::HubAccess::Device>> &devices) {
                 if (asked != m_asked)
                     return;
                 if (!devices)
                     return say(tr("The hub did not say which devices there are. Open this person once more to ask again."));
                 show(*devices);
             });
}

void DeviceList::show(const std::vector<client::HubAccess::Device> &devices)
{
    const bool hadFocus = isAncestorOf(focusWidget()) && focusWidget() && focusWidget()->hasFocus();
    for (QWidget *row : findChildren<QWidget *>(QStringLiteral("deviceRow"), Qt::FindDirectChildrenOnly))
        delete row;
    const TimeFormat format;
    const TimePoint now = SystemClock().now();
    QWidget *first = nullptr;
    for (const client::HubAccess::Device &one : devices) {
        const QString name = one.name.empty() ? tr("A computer without a name") : QString::fromStdString(one.name);
        auto *row = new QWidget(this);
        row->setObjectName("deviceRow");
        auto *parts = new QHBoxLayout(row);
        parts->setContentsMargins(0, 0, 0, 0);
        parts->setSpacing(m_theme.px(8));
        auto *lines = new QVBoxLayout;
        lines->setSpacing(0);
        auto *title = new TextLabel(
            m_theme, Type::Body, [](const Colors &c) { return c.text.primary; }, name, row);
        title->setToolTip(tr("%1, signed in since %2").arg(name, format.full(one.created)));
        lines->addWidget(title);
        const QString seen = one.current ? tr("This computer") : tr("Last seen %1").arg(format.stamp(one.seen, now));
        lines->addWidget(new TextLabel(
            m_theme, Type::Meta, [](const Colors &c) { return c.text.secondary; }, seen, row));
        parts->addLayout(lines, 1);
        if (!one.current) { // one's own is left by signing out here
            auto *out = new Button(m_theme, Button::Look::Normal, tr("Sign out"), row);
            out->setObjectName("signOutDevice");
            out->setAccessibleName(tr("Sign out %1 of %2").arg(name, m_name));
            out->setEnabled(m_readOnly.isEmpty());
            out->setToolTip(m_readOnly.isEmpty() ? tr("Ends at once what is open there") : m_readOnly);
            parts->addWidget(out, 0, Qt::AlignTop);
            connect(out, &QAbstractButton::clicked, this, [this, id = one.id, name, out] { signOut(id, name, out); });
            if (!first)
                first = out;
        }
        m_rows->addWidget(row);
    }
    say(devices.empty() ? tr("Nowhere signed in") : QString());
    if (hadFocus && first)
        first->setFocus(Qt::OtherFocusReason);
}

void DeviceList::setReadOnly(const QString &why)
{
    m_readOnly = why;
    for (Button *out : findChildren<Button *>(QStringLiteral("signOutDevice"))) {
        out->setEnabled(why.isEmpty());
        out->setToolTip(why.isEmpty() ? tr("Ends at once what is open there") : why);
    }
}

void DeviceList::say(const QString &words)
{
    m_words->setText(words);
    m_words->setVisible(!words.isEmpty());
}

void DeviceList::signOut(const std::string &id, const QString &device, Button *button)
{
    if (!m_agent)
        return;
    button->setEnabled(false); // until the hub has answered
    const auto answered = [this, device, button = QPointer<Button>(button), of = *m_agent](const Result<void> &done) {
        if (done)
            emit signedOut(device);
        if (m_agent != of)
            return;
        if (done || done.error().kind == Error::Kind::NotFound) // somebody was faster
            return reload();
        if (button)
            button->setEnabled(m_readOnly.isEmpty());
        say(done.error().kind == Error::Kind::Rejected
                ? tr("They may do more than you may yourself. An admin can sign their devices out.")
                : tr("Not signed out: the hub did not answer. Try again when it does."));
    };
    whenDone(m_desk.access().revokeDeviceOf(*m_agent, id), this, answered);
}

} // namespace tributary::ui
