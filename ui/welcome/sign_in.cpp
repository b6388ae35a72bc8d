#include "ui/welcome/sign_in.h"

#include "core/client/workspace.h"
#include "ui/shell/code_cells.h"
#include "ui/welcome/caps_lock.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDropEvent>
#include <QHBoxLayout>
#include <QHideEvent>
#include <QLineEdit>
#include <QMimeData>

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
    m_who = new QWidget(card());
    auto *who = new QVBoxLayout(m_who);
    who->setContentsMargins(0, 0, 0, 0);
    who->setSpacing(theme.px(4));
    who->addWidget(new TextLabel(theme, Type::MetaStrong, secondary, tr("E-mail"), m_who));
    who->addWidget(m_email);
    who->addSpacing(theme.px(8));
    who->addWidget(new TextLabel(theme, Type::MetaStrong, secondary, tr("Password"), m_who));
    auto *password = new QHBoxLayout;
    password->addWidget(m_password, 1);
    password->addWidget(m_show);
    who->addLayout(password);
    m_caps = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.warning.fg; }, tr("Caps Lock is on."), m_who);
    m_caps->setObjectName("capsLock");
    m_caps->hide();
    who->addWidget(m_caps);
    connect(new CapsLock(m_password), &CapsLock::changed, this, [this](bool on) {
        m_caps->setVisible(on);
        place();
    });
    m_keep = new QCheckBox(tr("Keep me signed in"), m_who);
    m_keep->setObjectName("keepSignedIn");
    m_keep->setMinimumHeight(theme.px(24));
    m_keep->setChecked(true);
    const QString without =
        tr("Without it you are asked for your password at the next start. What is on this computer stays.");
    m_keep->setToolTip(without);
    m_keep->setAccessibleDescription(without);
    who->addSpacing(theme.px(4));
    who->addWidget(m_keep, 0, Qt::AlignLeading);
    layout->addWidget(m_who);
    m_codeBox = new QWidget(card());
    auto *codes = new QVBoxLayout(m_codeBox);
    codes->setContentsMargins(0, 0, 0, 0);
    codes->setSpacing(theme.px(8));
    m_codeWords = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.text.primary; }, {}, m_codeBox);
    m_codeWords->setWordWrap(true);
    m_code = new CodeCells(theme, m_codeBox);
    m_recoveryCode = new QLineEdit(m_codeBox);
    m_recoveryCode->setObjectName("recoveryCode");
    m_recoveryCode->setAccessibleName(tr("Recovery code"));
    m_recoveryCode->setFixedHeight(theme.px(32));
    m_recovery = new Button(theme, Button::Look::Ghost, {}, m_codeBox);
    m_recovery->setObjectName("useRecoveryCode");
    m_recovery->setCheckable(true);
    codes->addWidget(m_codeWords);
    codes->addWidget(m_code);
    codes->addWidget(m_recoveryCode);
    codes->addWidget(m_recovery, 0, Qt::AlignLeading);
    layout->addWidget(m_codeBox);
    layout->addWidget(m_error);
    layout->addSpacing(theme.px(16));
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_go);
    m_back = new Button(theme, Button::Look::Ghost, tr("Back"), card());
    m_back->setObjectName("backToPassword");
    m_back->setHeightClass(32);
    foot->addWidget(m_back);
    foot->addStretch(1);
    layout->addLayout(foot);
    layout->addWidget(m_offline);
    m_forgot = new Button(theme, Button::Look::Ghost, tr("Forgot your password?"), card());
    m_forgot->setObjectName("forgotPassword");
    m_forgot->setCheckable(true);
    layout->addWidget(m_forgot, 0, Qt::AlignLeading);
    m_linkBox = new QWidget(card());
    auto *link = new QVBoxLayout(m_linkBox);
    link->setContentsMargins(0, 0, 0, 0);
    link->setSpacing(theme.px(6));
    auto *what = new TextLabel(
        theme, Type::Body, secondary,
        tr("Ask an admin of your workspace for a link: they make one under Admin, People. Paste it here, or drop it on this "
           "page. With it you choose a new password."),
        m_linkBox);
    what->setWordWrap(true);
    link->addWidget(what);
    m_linkField = new QLineEdit(m_linkBox);
    m_linkField->setObjectName("signInLink");
    m_linkField->setAccessibleName(tr("The link"));
    m_linkField->setPlaceholderText(QStringLiteral("tributary://join?…"));
    m_linkField->setFixedHeight(theme.px(32));
    link->addWidget(m_linkField);
    m_linkProblem = new TextLabel(
        theme, Type::Body, [](const Colors &c) { return c.status.danger.fg; }, {}, m_linkBox);
    m_linkProblem->setObjectName("signInLinkProblem");
    m_linkProblem->setWordWrap(true);
    link->addWidget(m_linkProblem);
    layout->addWidget(m_linkBox);
    m_linkBox->hide();
    setAcceptDrops(true);
    connect(m_forgot, &QAbstractButton::toggled, this, [this](bool on) {
        m_linkBox->setVisible(on);
        m_linkField->clear();
        setLinkProblem({});
        if (on)
            m_linkField->setFocus();
        place();
    });
    connect(m_linkField, &QLineEdit::textChanged, this, [this](const QString &text) {
        setLinkProblem({});
        if (client::joinLinkFrom(text)) // pasted: nothing more is to be typed
            takeLink(text);
    });
    connect(m_linkField, &QLineEdit::returnPressed, this, [this] { takeLink(m_linkField->text()); });
    connect(m_show, &QAbstractButton::toggled, this,
            [this](bool on) { m_password->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    connect(m_go, &QAbstractButton::clicked, this, &SignIn::submit);
    connect(m_email, &QLineEdit::returnPressed, m_password, qOverload<>(&QWidget::setFocus));
    connect(m_password, &QLineEdit::returnPressed, this, &SignIn::submit);
    connect(m_change, &QAbstractButton::clicked, this, &SignIn::changeHubWanted);
    connect(m_code, &CodeCells::completed, this, &SignIn::submit);
    connect(m_recoveryCode, &QLineEdit::returnPressed, this, &SignIn::submit);
    connect(m_recovery, &QAbstractButton::toggled, this, &SignIn::useRecoveryCode);
    connect(m_back, &QAbstractButton::clicked, this, [this] {
        askForCode(false);
        m_password->setFocus();
    });
    connect(m_offline, &QAbstractButton::clicked, this, &SignIn::workOfflineWanted);
    askForCode(false);
}

void SignIn::takeLink(const QString &text)
{
    if (const auto link = client::joinLinkFrom(text)) {
        setLinkProblem({});
        return emit linkGiven(*link);
    }
    setLinkProblem(tr("This is no link of Tributary. It begins with tributary://join? and is one line: copy all of it."));
}

void SignIn::setLinkProblem(const QString &problem)
{
    m_linkProblem->setText(problem);
    m_linkProblem->setVisible(!problem.isEmpty());
    place();
}

void SignIn::dragEnterEvent(QDragEnterEvent *event)
{
    if (event->mimeData()->hasText())
        event->acceptProposedAction();
}

void SignIn::dropEvent(QDropEvent *event)
{
    event->acceptProposedAction();
    m_forgot->setChecked(true); // where it is said if it is none
    const QString text = event->mimeData()->text().trimmed();
    if (client::joinLinkFrom(text))
        m_linkField->setText(text); // which takes it
    else
        takeLink(text);
}

void SignIn::hideEvent(QHideEvent *event)
{
    if (!event->spontaneous()) { // it was not only minimised
        m_password->clear();
        m_show->setChecked(false);
        m_forgot->setChecked(false);
        askForCode(false);
    }
    CardPage::hideEvent(event);
}

void SignIn::askForCode(bool on)
{
    m_asksCode = on;
    m_forgot->setVisible(!on);
    m_linkBox->setVisible(!on && m_forgot->isChecked());
    m_who->setVisible(!on);
    m_codeBox->setVisible(on);
    m_back->setVisible(on);
    m_error->setVisible(false);
    m_recovery->setChecked(false);
    useRecoveryCode(false);
}

void SignIn::useRecoveryCode(bool on)
{
    m_codeWords->setText(on ? tr("Type one of the recovery codes that you have kept. Each works once.")
                            : tr("Type the six digits that your authenticator shows now."));
    m_recovery->setText(on ? tr("Use the authenticator") : tr("Use a recovery code"));
    m_recovery->updateGeometry();
    m_code->setVisible(!on);
    m_recoveryCode->setVisible(on);
    m_code->clear();
    m_recoveryCode->clear();
    if (m_asksCode)
        (on ? m_recoveryCode : static_cast<QLineEdit *>(m_code))->setFocus();
    place();
}

void SignIn::setWorkspace(const QString &name, const QString &address, const QString &email, bool hasCopy)
{
    m_title->setText(name.isEmpty() ? tr("Sign in") : tr("Sign in to %1").arg(name));
    m_address->setText(address);
    if (m_email->text().isEmpty() || !isVisible())
        m_email->setText(email);
    m_hasCopy = hasCopy;
    m_offline->setVisible(hasCopy);
    askForCode(false);
    (m_email->text().isEmpty() ? m_email : m_password)->setFocus();
    place();
}

void SignIn::setBusy(bool busy)
{
    m_busy = busy;
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

void SignIn::setKeep(bool keep)
{
    m_keep->setChecked(keep);
}

QString SignIn::words(const Error &error)
{
    static constexpr std::string_view locked = "locked ", turnedOff = "turned-off ";
    switch (error.kind) {
    case Error::Kind::Denied:
        if (error.detail.starts_with(locked)) {
            const int seconds = QString::fromStdString(error.detail.substr(locked.size())).toInt();
            return tr("Too many tries. Try again in %n minute(s).", nullptr, (seconds + 59) / 60);
        }
        if (error.detail.starts_with(turnedOff)) {
            const QString admin = QString::fromStdString(error.detail.substr(turnedOff.size()));
            return admin.isEmpty() ? tr("This account is turned off. Ask an admin.")
                                   : tr("This account is turned off. Ask %1, an admin.").arg(admin);
        }
        if (error.detail == client::Workspace::kCodeWrong)
            return tr("This code is not right, or was used already. Wait for the next one and try again.");
        return tr("E-mail or password is wrong. Both are as you typed them: check and try again.");
    case Error::Kind::Offline:
    case Error::Kind::TimedOut: return tr("The hub cannot be reached. Check the address and the network.");
    case Error::Kind::Rejected:
        return tr("This address is not encrypted and not on this computer, so no password is sent to it. Use https.");
    case Error::Kind::Conflict:
        return tr("Unsent work of somebody else is on this computer. Let them sign in first, so that it is sent.");
    case Error::Kind::Invalid:
    case Error::Kind::Corrupt:
        return tr("What answers at this address is no hub that Tributary %1 understands. Check the address, and whether "
                  "there is a newer Tributary.")
            .arg(QCoreApplication::applicationVersion());
    case Error::Kind::Full: return tr("The disk of this computer is full.");
    default: return tr("Signing in did not work. Try again.");
    }
}

void SignIn::showError(const Error &error)
{
    setBusy(false);
    if (error.kind == Error::Kind::Denied && error.detail == client::Workspace::kCodeNeeded) {
        const bool hasPassword = !m_password->text().isEmpty(); // else it was typed on another page
        askForCode(hasPassword);
        if (!hasPassword)
            m_password->setFocus();
        return;
    }
    m_error->setText(words(error));
    m_error->setVisible(true);
    if (m_asksCode) {
        m_code->clear();
        m_recoveryCode->selectAll();
        (m_recovery->isChecked() ? m_recoveryCode : static_cast<QLineEdit *>(m_code))->setFocus();
        return place();
    }
    (error.kind == Error::Kind::Denied ? m_password : m_email)->setFocus();
    if (error.kind == Error::Kind::Denied)
        m_password->selectAll();
    place();
}

void SignIn::submit()
{
    if (m_busy)
        return;
    if (m_email->text().trimmed().isEmpty())
        return m_email->setFocus();
    if (m_password->text().isEmpty())
        return m_password->setFocus();
    QString code;
    if (m_asksCode) {
        code = m_recovery->isChecked() ? m_recoveryCode->text().trimmed() : m_code->text();
        if (code.isEmpty())
            return (m_recovery->isChecked() ? m_recoveryCode : static_cast<QLineEdit *>(m_code))->setFocus();
    }
    emit signInWanted(m_email->text().trimmed(), m_password->text(), code, m_keep->isChecked());
}

} // namespace tributary::ui
