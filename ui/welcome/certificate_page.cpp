#include "ui/welcome/certificate_page.h"

#include "ui/welcome/fingerprint_view.h"

#include <QHBoxLayout>

namespace tributary::ui {
namespace {

constexpr int kWidth = 560, kPairs = 16;

} // namespace

CertificatePage::CertificatePage(const Theme &theme, QWidget *parent)
    : CardPage(theme, kWidth, parent)
{
    setObjectName("certificatePage");
    const ColorOf primary = [](const Colors &c) { return c.text.primary; };
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    m_title = addText(Type::TitleLarge, [](const Colors &c) { return c.status.danger.fg; });
    rows()->addSpacing(theme.px(8));
    m_words = addText(Type::Body, primary);
    m_words->setObjectName("certificateWords");
    rows()->addSpacing(theme.px(12));
    const auto fingerprint = [&](const char *name) {
        auto *view = new FingerprintView(theme, kPairs, card());
        view->setObjectName(name);
        rows()->addWidget(view);
        rows()->addSpacing(theme.px(8));
        return view;
    };
    m_knownTitle = addText(Type::MetaStrong, secondary, tr("Known until now"));
    m_known = fingerprint("knownFingerprint");
    m_shownTitle = addText(Type::MetaStrong, secondary, tr("Shown now"));
    m_shown = fingerprint("shownFingerprint");
    rows()->addSpacing(theme.px(8));
    auto *foot = new QHBoxLayout;
    m_again = new Button(theme, Button::Look::Primary, tr("Try again"), card());
    m_again->setObjectName("tryAgain");
    m_again->setHeightClass(32);
    m_anew = new Button(theme, Button::Look::Ghost, tr("Connect anew and compare"), card());
    m_anew->setObjectName("connectAnew");
    m_anew->setHeightClass(32);
    foot->addWidget(m_again);
    foot->addWidget(m_anew);
    foot->addStretch(1);
    rows()->addLayout(foot);
    m_offline = new Button(theme, Button::Look::Ghost, tr("Work offline with what is on this computer"), card());
    m_offline->setObjectName("workOffline");
    rows()->addWidget(m_offline);
    connect(m_again, &QAbstractButton::clicked, this, &CertificatePage::tryAgainWanted);
    connect(m_anew, &QAbstractButton::clicked, this, &CertificatePage::connectAnewWanted);
    connect(m_offline, &QAbstractButton::clicked, this, &CertificatePage::workOfflineWanted);
}

void CertificatePage::setProblem(const client::CertificateProblem &problem, const QString &address, bool hasCopy)
{
    const bool changed = !problem.pinned.empty();
    m_title->setText(changed ? tr("The hub's certificate has changed") : tr("The hub's certificate is not trusted"));
    m_words->setText(
        changed
            ? tr("%1 shows another certificate than the one this computer knows. Nothing was sent to it: no password and "
                 "no message. Somebody may be between you and the hub, or it has a new certificate. Ask whoever runs "
                 "it before you connect again.")
                  .arg(address)
            : tr("%1 shows a certificate that this computer does not know, or that has expired or is for another name. "
                 "Nothing was sent to it: no password and no message. Ask whoever runs the hub.")
                  .arg(address));
    m_knownTitle->setVisible(changed);
    m_known->setFingerprint(QString::fromStdString(problem.pinned));
    m_shown->setFingerprint(QString::fromStdString(problem.seen));
    m_offline->setVisible(hasCopy);
    setAccessibleName(m_title->text());
    m_again->setFocus();
    place();
}

} // namespace tributary::ui
