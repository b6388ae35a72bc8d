#include "ui/welcome/join_page.h"

#include "core/client/workspace.h"
#include "ui/shell/code_cells.h"
#include "ui/welcome/sign_in.h"

#include <QHBoxLayout>
#include <QLineEdit>

namespace tributary::ui {
namespace {

constexpr int kWidth = 400;
constexpr qsizetype kShortestPassword = 12;

} // namespace

JoinPage::JoinPage(const Theme &theme, QWidget *parent)
    : CardPage(theme, kWidth, parent)
{
    setObjectName("joinPage");
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    m_title = addText(Type::TitleLarge, [](const Colors &c) { return c.text.primary; });
    m_title->setObjectName("joinTitle");
    m_where = addText(Type::Body, [](const Colors &c) { return c.text.tertiary; });
    rows()->addSpacing(theme.px(12));
    m_nameTitle = addText(Type::MetaStrong, secondary, tr("Your name"));
    m_name = new QLineEdit(card());
    m_name->setObjectName("joinName");
    m_name->setAccessibleName(tr("Your name"));
    rows()->addWidget(m_name);
    rows()->addSpacing(theme.px(8));
    addText(Type::MetaStrong, secondary, tr("New password, 12+ characters"));
    m_password = new QLineEdit(card());
    m_password->setObjectName("joinPassword");
    m_password->setAccessibleName(tr("New password, 12+ characters"));
    m_password->setEchoMode(QLineEdit::Password);
    for (QLineEdit *edit : {m_name, m_password})
        edit->setFixedHeight(theme.px(32));
    m_show = new Button(theme, Button::Look::Icon, {}, card());
    m_show->setIconName("eye");
    m_show->setCheckable(true);
    m_show->setToolTip(tr("Show the password"));
    m_show->setAccessibleName(tr("Show the password"));
    auto *password = new QHBoxLayout;
    password->addWidget(m_password, 1);
    password->addWidget(m_show);
    rows()->addLayout(password);
    m_codeTitle = addText(Type::MetaStrong, secondary, tr("The six digits that your authenticator shows now"));
    m_code = new CodeCells(theme, card());
    rows()->addWidget(m_code);
    m_error = addText(Type::Body, [](const Colors &c) { return c.status.danger.fg; });
    m_error->setObjectName("joinError");
    rows()->addSpacing(theme.px(16));
    auto *foot = new QHBoxLayout;
    m_go = new Button(theme, Button::Look::Primary, {}, card());
    m_go->setObjectName("join");
    m_go->setHeightClass(32);
    m_go->setKey(QStringLiteral("↵"));
    m_back = new Button(theme, Button::Look::Ghost, tr("Back"), card());
    m_back->setHeightClass(32);
    foot->addWidget(m_go);
    foot->addWidget(m_back);
    foot->addStretch(1);
    rows()->addLayout(foot);
    connect(m_show, &QAbstractButton::toggled, this,
            [this](bool on) { m_password->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_name, &QLineEdit::returnPressed, m_password, qOverload<>(&QWidget::setFocus));
    connect(m_password, &QLineEdit::returnPressed, this, &JoinPage::submit);
    connect(m_code, &CodeCells::completed, this, &JoinPage::submit);
    connect(m_go, &QAbstractButton::clicked, this, &JoinPage::submit);
    connect(m_back, &QAbstractButton::clicked, this, &JoinPage::backWanted);
}

void JoinPage::setInvitation(const client::Invitation &invitation, const QString &hub)
{
    m_isReset = invitation.isReset;
    m_asksCode = false;
    const QString workspace = QString::fromStdString(invitation.workspace);
    m_title->setText(m_isReset ? tr("Choose a new password") : tr("Join %1").arg(workspace));
    //: An e-mail address, and the hub's address.
    m_where->setText(tr("%1 at %2").arg(QString::fromStdString(invitation.email), hub));
    m_name->setText(QString::fromStdString(invitation.name));
    m_password->clear();
    for (QWidget *part : std::initializer_list<QWidget *>{m_nameTitle, m_name})
        part->setVisible(!m_isReset);
    for (QWidget *part : std::initializer_list<QWidget *>{m_codeTitle, m_code, m_error})
        part->setVisible(false);
    setBusy(false);
    (m_isReset || !m_name->text().isEmpty() ? m_password : m_name)->setFocus();
    place();
}

void JoinPage::setBusy(bool busy)
{
    m_go->setEnabled(!busy);
    m_go->setText(busy ? tr("Signing in") : m_isReset ? tr("Save and sign in") : tr("Join"));
    m_go->updateGeometry();
    if (busy)
        m_error->setVisible(false);
    place();
}

void JoinPage::showError(const Error &error)
{
    setBusy(false);
    if (error.kind == Error::Kind::Denied && error.detail == client::Workspace::kCodeNeeded) {
        m_asksCode = true;
        m_codeTitle->setVisible(true);
        m_code->setVisible(true);
        m_code->setFocus();
        return place();
    }
    m_error->setText(
        error.kind == Error::Kind::NotFound ? tr("This link was used already, or has expired. Ask for a new one.")
        : error.kind == Error::Kind::Invalid
            ? tr("This password will not do: it is too short, too long, or one of the first that somebody would try. Take "
                 "three words that have nothing to do with each other.")
        : error.kind == Error::Kind::Conflict
            ? tr("Unsent work of somebody else is on this computer. Let them sign in first, so that it is sent.")
            : SignIn::words(error));
    m_error->setVisible(true);
    if (m_asksCode) {
        m_code->clear();
        m_code->setFocus();
    } else {
        m_password->setFocus();
    }
    place();
}

void JoinPage::submit()
{
    if (!m_go->isEnabled())
        return;
    const QString name = m_name->text().trimmed();
    if (!m_isReset && name.isEmpty())
        return m_name->setFocus();
    if (m_password->text().size() < kShortestPassword) {
        m_error->setText(tr("The password needs 12 characters or more"));
        m_error->setVisible(true);
        m_password->setFocus();
        return place();
    }
    emit joinWanted(name, m_password->text(), m_asksCode ? m_code->text() : QString());
}

} // namespace tributary::ui
