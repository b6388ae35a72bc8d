#include "ui/settings/hub_page.h"

#include "ui/welcome/fingerprint_view.h"

#include <QVBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kPairs = 16; ///< Of a fingerprint, in a line.

} // namespace

HubPage::HubPage(const Theme &theme, std::function<Hub()> ask, QWidget *parent)
    : SettingsPage(theme, tr("Hub"), {}, parent)
    , m_ask(std::move(ask))
{
    auto *rows = static_cast<QVBoxLayout *>(layout());
    int at = rows->count() - 1; // before the stretch
    const ColorOf primary = [](const Colors &c) { return c.text.primary; };
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    const auto add = [&](QWidget *widget, int above) {
        rows->insertSpacing(at++, theme.px(above));
        rows->insertWidget(at++, widget, 0, qobject_cast<TextLabel *>(widget) ? Qt::Alignment() : Qt::AlignLeading);
    };
    const auto label = [&](Type type, ColorOf color, const QString &text, const char *name) {
        auto *made = new TextLabel(theme, type, std::move(color), text, this);
        made->setWordWrap(true);
        made->setObjectName(name);
        return made;
    };
    add(label(Type::Body, primary,
              tr("Tributary runs the hub of this workspace on this computer. It runs while Tributary is open here."),
              "hubPageWords"),
        0);
    auto *title = label(Type::BodyStrong, primary, tr("Who can join"), "hubReachTitle");
    add(title, 16);
    m_reach = new Segment(theme, this);
    m_reach->setObjectName("hubReach");
    m_reach->setTall(true);
    m_reach->addChoice(tr("This computer only"));
    m_reach->addChoice(tr("Local network"));
    title->setBuddy(m_reach);
    add(m_reach, 8);
    m_words = label(Type::Meta, secondary, {}, "hubReachWords");
    add(m_words, 8);
    m_restart = new Button(theme, Button::Look::Normal, tr("Restart the hub"), this);
    m_restart->setObjectName("hubRestart");
    add(m_restart, 8);
    m_problem = label(
        Type::BodyStrong, [](const Colors &c) { return c.status.danger.fg; }, {}, "hubReachProblem");
    add(m_problem, 8);
    m_addressTitle = label(Type::MetaStrong, secondary, tr("Its address on your network"), "hubAddressTitle");
    add(m_addressTitle, 12);
    m_address = label(Type::BodyStrong, primary, {}, "hubPageAddress");
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    add(m_address, 2);
    m_printTitle = label(Type::MetaStrong, secondary, tr("The fingerprint of its certificate"), "hubPrintTitle");
    add(m_printTitle, 12);
    m_print = new FingerprintView(theme, kPairs, this);
    m_print->setObjectName("hubPagePrint");
    add(m_print, 2);
    connect(m_reach, &Segment::chosen, this, &HubPage::showWords);
    connect(m_restart, &QAbstractButton::clicked, this, [this] {
        m_busy = true;
        m_problem->setText({});
        showWords();
        emit reachWanted(chosen());
    });
    HubPage::read();
}

client::HubReach HubPage::chosen() const
{
    return client::HubReach(m_reach->current());
}

void HubPage::read()
{
    if (m_busy)
        return;
    m_hub = m_ask();
    m_problem->setText({});
    m_reach->setCurrent(int(m_hub.reach));
    showWords();
}

void HubPage::showDone(const QString &problem)
{
    m_busy = false;
    read();
    m_problem->setText(problem);
    showWords();
}

void HubPage::showWords()
{
    const bool isNetwork = chosen() == client::HubReach::LocalNetwork, isNew = chosen() != m_hub.reach;
    QString words =
        isNetwork && isNew
            ? tr("Colleagues on the same network can join with a link that you make in Admin, People. The hub gets a "
                 "certificate of its own, and what goes over the network is encrypted.")
        : isNetwork
            ? tr("Colleagues on the same network join with a link that you make in Admin, People. What goes over the "
                 "network is encrypted.")
        : isNew
            ? tr("Nobody else reaches the hub any more. Colleagues who have joined keep what they have, and what they write "
                 "waits on their computers until you let the network in again.")
            : tr("Nothing leaves this computer, and nobody else reaches the hub.");
    const auto also = [&words](const QString &sentence) { words += u' ' + sentence; };
    if (m_busy)
        words = tr("The hub is being restarted.");
    else if (isNew)
        also(tr("The hub has to be restarted for this. Whoever still reaches it is connected again by itself after a few "
                "seconds."));
    else if (isNetwork && m_hub.forOthers.isEmpty())
        also(tr("This computer is on no network now, so nobody else reaches it yet."));
    if (!m_hub.whyFixed.isEmpty())
        also(m_hub.whyFixed);
    m_words->setText(words);
    m_reach->setAccessibleDescription(words);
    m_reach->setEnabled(!m_busy && m_hub.whyFixed.isEmpty());
    m_restart->setVisible(isNew || m_busy);
    m_restart->setEnabled(!m_busy && m_hub.whyFixed.isEmpty());
    m_problem->setVisible(!m_problem->text().isEmpty());
    const bool isReached = !m_hub.forOthers.isEmpty();
    m_addressTitle->setVisible(isReached);
    m_address->setVisible(isReached);
    m_address->setText(m_hub.forOthers.toString());
    m_printTitle->setVisible(!m_hub.fingerprint.isEmpty());
    m_print->setVisible(!m_hub.fingerprint.isEmpty());
    m_print->setFingerprint(m_hub.fingerprint);
}

} // namespace tributary::ui
