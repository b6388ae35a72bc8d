#include "ui/welcome/hub_ready.h"

#include "ui/welcome/fingerprint_view.h"

#include <QHBoxLayout>
#include <QKeyEvent>

namespace tributary::ui {
namespace {

constexpr int kWidth = 560, kPairs = 16;

} // namespace

HubReady::HubReady(const Theme &theme, QWidget *parent)
    : CardPage(theme, kWidth, parent)
{
    setObjectName("hubReady");
    const ColorOf primary = [](const Colors &c) { return c.text.primary; };
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    m_title = addText(Type::TitleLarge, primary);
    rows()->addSpacing(theme.px(8));
    m_words = addText(Type::Body, primary);
    m_words->setObjectName("hubReadyWords");
    rows()->addSpacing(theme.px(12));
    m_addressTitle = addText(Type::MetaStrong, secondary, tr("Its address on your network"));
    m_address = addText(Type::BodyStrong, primary);
    m_address->setObjectName("hubReadyAddress");
    rows()->addSpacing(theme.px(8));
    addText(Type::MetaStrong, secondary, tr("The fingerprint of its certificate"));
    m_print = new FingerprintView(theme, kPairs, card());
    m_print->setObjectName("hubReadyPrint");
    rows()->addWidget(m_print);
    rows()->addSpacing(theme.px(16));
    auto *foot = new QHBoxLayout;
    m_goOn = new Button(theme, Button::Look::Primary, tr("Open the inbox"), card());
    m_goOn->setObjectName("hubReadyGoOn");
    m_goOn->setHeightClass(32);
    foot->addWidget(m_goOn);
    foot->addStretch(1);
    rows()->addLayout(foot);
    connect(m_goOn, &QAbstractButton::clicked, this, &HubReady::goOnWanted);
}

void HubReady::setHub(const QString &name, const QUrl &forOthers, const QString &fingerprint)
{
    const bool isReached = !forOthers.isEmpty();
    m_title->setText(tr("%1 is ready").arg(name));
    m_words->setText(
        isReached
            ? tr("Invite your colleagues in Admin, People: the link has all that their computer needs. Whoever types the "
                 "address instead is shown the fingerprint, and compares it with this one. The hub runs while Tributary is "
                 "open here.")
            : tr(
                "This computer is on no network now, so nobody else reaches the hub yet. Once it is, invite your colleagues "
                "in Admin, People."));
    m_addressTitle->setVisible(isReached);
    m_address->setVisible(isReached);
    m_address->setText(forOthers.toString());
    m_print->setFingerprint(fingerprint);
    setAccessibleName(m_title->text());
    m_goOn->setFocus();
    place();
}

void HubReady::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        m_goOn->click(); // some systems have buttons pressed by Space alone
    else
        CardPage::keyPressEvent(event);
}

} // namespace tributary::ui
