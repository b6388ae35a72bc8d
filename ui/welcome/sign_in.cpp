#include "ui/welcome/sign_in.h"

#include <QHBoxLayout>
#include <QLineEdit>

namespace tributary::ui {
namespace {
constexpr int kWidth = 400;
}

SignIn::SignIn(const Theme &theme, QWidget *parent)
    : CardPage(theme, kWidth, parent)
{
    setObjectName("signIn");
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    m_title = new TextLabel(
        theme, Type::TitleLarge, [](const Colors &c) { return c.text.primary; }, tr("Sign in"), card());
    m_address = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.text.tertiary; }, {}, card());
    m_change = new Button(theme, Button::Look::Ghost, tr("Change"), card());
    m_change->setHeightClass(24);
    m_change->setObjectName("changeHub");
    m_email = new QLineEdit(card());
    m_email->setObjectName("email");
    m_email->setAccessibleName(tr("E-mail"));
    m_password = new QLineEdit(card());
    m_password->setObjectName("password");
    m_password->setAccessibleName(tr("Password"));
    m_password->setEchoMode(QLineEdit::Password);
    for (QLineEdit *edit : {m_email, m_password})
        edit->setFixedHeight(theme.px(32));
    m_show = new Button(theme, Button::Look::Icon, {}, card());
    m_show->setIconName("eye");
    m_show->setCheckable(true);
    m_show->setToolTip(tr("Show the password"));
    m_show->setAccessibleName(tr("Show the password"));
    m_error = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.status.danger.fg; }, {}, card());
    m_error->setObjectName("signInError");
    m_error->setWordWrap(true);
    m_error->setVisible(false);
    m_go = new Button(theme, Button::Look::Primary, tr("Sign in"), card());
    m_go->setObjectName("signInButton");
    m_go->setHeightClass(32);
    m_go->setKey(QStringLiteral("↵"));
    m_offline = new Button(theme, Button::Look::Ghost, tr("Work offline with what is on this computer"), card());
    m_offline->setObjectName("workOffline");
    m_offline->setVisible(false);

    QVBoxLayout *layout = rows();
    layout->addWidget(m_title);
    auto *address = new QHBoxLayout;
    address->addWidget(m_address, 1);
    address->addWidget(m_change);
    layout->addLayout(address);
    layout->addSpacing(theme.px(12));
    layout->addWidget(new TextLabel(theme, Type::MetaStrong, secondary, tr("E-mail"), card()));
    layout->addWidget(m_email);
    layout->addSpacing(theme.px(8));
    layout->addWidget(new TextLabel(theme, Type::MetaStrong, secondary, tr("Password"), card()));
    auto *password = new QHBoxLayout;
    password->addWidget(m_password, 1);
    password->addWidget(m_show);
    layout->addLayout(password);
    layout->addWidget(m_error);
    layout->addSpacing(theme.px(16));
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_go);
    foot->addStretch(1);
    layout->addLayout(foot);
    layout->addWidget(m_offline);
    connect(m_show, &QAbstractButton::toggled, this,
            [this](bool on) { m_password->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_go, &QAbstractButton::clicked, this, &SignIn::submit);
    connect(m_email, &QLineEdit::returnPressed, m_password, qOverload<>(&QWidget::setFocus));
    connect(m_password, &QLineEdit::returnPressed, this, &SignIn::submit);
    connect(m_change, &QAbstractButton::clicked, this, &SignIn::changeHubWanted);
    connect(m_offline, &QAbstractButton::clicked, this, &SignIn::workOfflineWanted);
}

void SignIn::setWorkspace(const QString &name, const QString &address, const QString &email, bool hasCopy)
{
    m_title->setText(name.isEmpty() ? tr("Sign in") : tr("Sign in to %1").arg(name));
    m_address->setText(address);
    if (m_email->text().isEmpty())
        m_email->setText(email);
    m_hasCopy = hasCopy;
    m_offline->setVisible(hasCopy);
    (m_email->text().isEmpty() ? m_email : m_password)->setFocus();
    place();
}

void SignIn::setBusy(bool busy)
{
    m_go->setEnabled(!busy);
    m_go->setText(busy ? tr("Signing in") : tr("Sign in"));
    m_go->updateGeometry();
    if (busy) {
        m_error->setVisible(false);
        place();
    }
}

void SignIn::setPassword(const QString &password)
{
    m_password->setText(password);
}

QString SignIn::words(const Error &error)
{
    static constexpr std::string_view locked = "locked ";
    switch (error.kind) {
    case Error::Kind::Denied:
        if (error.detail.starts_with(locked)) {
            const int seconds = QString::fromStdString(error.detail.substr(locked.size())).toInt();
            return tr("Too many tries. Try again in %n minute(s).", nullptr, (seconds + 59) / 60);
        }
        return tr("E-mail or password is wrong. Both are as you typed them: check and try again.");
    case Error::Kind::Offline:
    case Error::Kind::TimedOut: return tr("The hub cannot be reached. Check the address and the network.");
    case Error::Kind::Rejected:
        return tr("This address is not encrypted and not on this computer, so no password is sent to it. Use https.");
    case Error::Kind::Conflict:
        return tr("Unsent work of somebody else is on this computer. Let them sign in first, so that it is sent.");
    case Error::Kind::Invalid:
    case Error::Kind::Corrupt: return tr("What answers at this address is not a hub of this version.");
    case Error::Kind::Full: return tr("The disk of this computer is full.");
    default: return tr("Signing in did not work. Try again.");
    }
}

void SignIn::showError(const Error &error)
{
    setBusy(false);
    m_error->setText(words(error));
    m_error->setVisible(true);
    (error.kind == Error::Kind::Denied ? m_password : m_email)->setFocus();
    if (error.kind == Error::Kind::Denied)
        m_password->selectAll();
    place();
}

void SignIn::submit()
{
    if (!m_go->isEnabled())
        return;
    if (m_email->text().trimmed().isEmpty())
        return m_email->setFocus();
    if (m_password->text().isEmpty())
        return m_password->setFocus();
    emit signInWanted(m_email->text().trimmed(), m_password->text());
}

} // namespace tributary::ui
