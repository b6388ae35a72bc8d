#include "ui/settings/security_page.h"

#include "core/client/workspace.h"
#include "ui/shell/code_cells.h"
#include "ui/shell/focus_stops.h"
#include "ui/shell/when_done.h"
#include "ui/theme/time_format.h"
#include "ui/welcome/fingerprint_view.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QVBoxLayout>

#include <qrencode.h>

namespace tributary::ui {
namespace {

constexpr int kModule = 4, kQuiet = 4; ///< Pixels of a module, and modules of white around (ISO/IEC 18004).
constexpr qsizetype kGroup = 4;
constexpr int kAbove = 10; ///< A heading.
constexpr int kPairs = 16; ///< Of a fingerprint, in a line.

/// Dark on white, whatever the theme: cameras expect it.
QPixmap qrPicture(const QString &text)
{
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
        QRcode_encodeString(text.toUtf8().constData(), 0, QR_ECLEVEL_M, QR_MODE_8, 1), &QRcode_free);
    if (!code)
        return {};
    const int size = (code->width + 2 * kQuiet) * kModule;
    QPixmap picture(size, size);
    picture.fill(Qt::white);
    QPainter painter(&picture);
    for (int y = 0; y < code->width; ++y) {
        for (int x = 0; x < code->width; ++x) {
            if (code->data[y * code->width + x] & 1)
                painter.fillRect((x + kQuiet) * kModule, (y + kQuiet) * kModule, kModule, kModule, Qt::black);
        }
    }
    return picture;
}

QString inGroups(const QString &text)
{
    QStringList groups;
    for (qsizetype at = 0; at < text.size(); at += kGroup)
        groups.append(text.mid(at, kGroup));
    return groups.join(u' ');
}

} // namespace

SecurityPage::SecurityPage(const Theme &theme, client::Workspace &workspace, QWidget *parent)
    : SettingsPage(theme, tr("Security"), {}, parent)
    , m_theme(theme)
    , m_workspace(workspace)
{
    addAccount(static_cast<QVBoxLayout *>(layout()));
    const ColorOf primary = [](const Colors &c) { return c.text.primary; };
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    auto *rows = static_cast<QVBoxLayout *>(layout());
    rows->setSpacing(theme.px(6));
    const auto label = [&](Type type, ColorOf color, const QString &text, QWidget *of) {
        auto *made = new TextLabel(theme, type, std::move(color), text, of);
        made->setWordWrap(true);
        return made;
    };
    const auto box = [&] {
        auto *made = new QWidget(this);
        auto *inner = new QVBoxLayout(made);
        inner->setContentsMargins(0, 0, 0, 0);
        inner->setSpacing(theme.px(6));
        return made;
    };
    const auto button = [&](const QString &text, const char *name, QWidget *of) {
        auto *made = new Button(theme, Button::Look::Normal, text, of);
        made->setObjectName(name);
        of->layout()->addWidget(made);
        of->layout()->setAlignment(made, Qt::AlignLeading);
        return made;
    };
    int at = rows->count() - 1; // before the stretch
    const auto add = [&](QWidget *part) { rows->insertWidget(at++, part); };
    const auto heading = [&](const QString &text) {
        rows->insertSpacing(at++, theme.px(kAbove));
        add(label(Type::BodyStrong, primary, text, this));
    };
    heading(tr("Second factor"));
    m_state = label(Type::Meta, secondary, {}, this);
    m_state->setObjectName("factorState");
    add(m_state);
    auto *overview = box();
    m_haveCodes = button(tr("I have kept them"), "codesThere", overview);
    m_renew = button(tr("Make new recovery codes"), "renewCodes", overview);
    m_begin = button({}, "changeFactor", overview);
    add(overview);

    m_passwordBox = box();
    m_passwordBox->layout()->addWidget(label(Type::MetaStrong, secondary, tr("Your password, once more"), m_passwordBox));
    m_password = new QLineEdit(m_passwordBox);
    m_password->setObjectName("factorPassword");
    m_password->setAccessibleName(tr("Your password, once more"));
    m_password->setEchoMode(QLineEdit::Password);
    m_passwordBox->layout()->addWidget(m_password);
    auto *next = button(tr("Continue"), "factorContinue", m_passwordBox);
    add(m_passwordBox);

    m_secretBox = box();
    m_secretBox->layout()->addWidget(label(
        Type::Body, primary,
        tr("Scan this with an authenticator, or type the key into it. Then type the code that it shows."), m_secretBox));
    m_picture = new QLabel(m_secretBox);
    m_picture->setObjectName("factorPicture");
    m_picture->setAccessibleName(tr("The key as a picture; it stands below as text"));
    m_secretBox->layout()->addWidget(m_picture);
    m_secret = label(Type::BodyStrong, primary, {}, m_secretBox);
    m_secret->setObjectName("factorSecret");
    m_secret->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_secretBox->layout()->addWidget(m_secret);
    auto *copyLink = button(tr("Copy as a link"), "copyFactor", m_secretBox);
    add(m_secretBox);

    m_codeBox = box();
    m_codeBox->layout()->addWidget(
        label(Type::MetaStrong, secondary, tr("The code that your authenticator shows"), m_codeBox));
    m_code = new CodeCells(theme, m_codeBox);
    m_codeBox->layout()->addWidget(m_code);
    add(m_codeBox);

    m_recoveryBox = box();
    m_recoveryBox->layout()->addWidget(label(
        Type::Body, primary,
        tr("Keep these codes where your telephone is not. Each works once in the place of a code, and they are not shown "
           "again. Earlier ones work no more."),
        m_recoveryBox));
    m_codes = label(Type::BodyStrong, primary, {}, m_recoveryBox);
    m_codes->setObjectName("recoveryCodes");
    m_codes->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_recoveryBox->layout()->addWidget(m_codes);
    auto *copyCodes = button(tr("Copy"), "copyCodes", m_recoveryBox);
    auto *kept = button(tr("I have kept them"), "codesKept", m_recoveryBox);
    add(m_recoveryBox);

    m_problem = label(
        Type::Body, [](const Colors &c) { return c.status.danger.fg; }, {}, this);
    m_problem->setObjectName("securityProblem");
    add(m_problem);
    heading(tr("Devices"));
    add(label(Type::Meta, secondary, tr("Where you are signed in. What you sign out loses its copy within seconds."), this));
    m_devices = box();
    m_deviceRows = static_cast<QVBoxLayout *>(m_devices->layout());
    add(m_devices);
    m_file = label(Type::Meta, secondary,
                   tr("Your sign-in is kept in a file only you can read, because this system has no keyring. For the same "
                      "reason your drafts, what is not sent yet and attachments are not encrypted there."),
                   this);
    m_file->setObjectName("tokenInFile");
    add(m_file);

    heading(tr("The hub"));
    m_hub = label(Type::Meta, secondary, {}, this);
    m_hub->setObjectName("hubWords");
    add(m_hub);
    m_print = new FingerprintView(theme, kPairs, this);
    m_print->setObjectName("hubFingerprint");
    add(m_print);

    connect(m_begin, &QAbstractButton::clicked, this, [this] { go(Step::Password); });
    connect(m_renew, &QAbstractButton::clicked, this, [this] { go(Step::Renew); });
    connect(next, &QAbstractButton::clicked, this, &SecurityPage::submitPassword);
    connect(m_password, &QLineEdit::returnPressed, this, &SecurityPage::submitPassword);
    connect(copyLink, &QAbstractButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_uri); });
    connect(copyCodes, &QAbstractButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_codes->text()); });
    for (Button *one : {kept, m_haveCodes}) {
        connect(one, &QAbstractButton::clicked, this, [this] {
            go(Step::Overview);
            whenDone(m_workspace.access().recoveryCodesKept(), this, [this](const Result<void> &) { read(); });
        });
    }
    m_agent = workspace.agent().id;
    connect(&workspace, &client::Workspace::agentChanged, this, [this] {
        if (std::exchange(m_agent, m_workspace.agent().id) != m_workspace.agent().id)
            go(Step::Overview); // what is shown once is not for who sits here now
    });
    connect(m_code, &CodeCells::completed, this, &SecurityPage::submitCode);
    go(Step::Overview);
    m_state->setText(tr("Asking the hub"));
    m_begin->setVisible(false);
}

void SecurityPage::showHub(const QUrl &hub, const QString &fingerprint)
{
    const bool isHere = hub.host().isEmpty() || hub.scheme() == u"ws" || hub.scheme() == u"http";
    m_hub->setText(isHere ? tr("It runs on this computer, and needs no certificate.")
                   : !fingerprint.isEmpty()
                       ? tr("%1 is believed by this fingerprint of its certificate alone. Its own computer "
                            "shows the same one.")
                             .arg(hub.host())
                       : tr("%1 shows a certificate that this computer trusts.").arg(hub.host()));
    m_print->setFingerprint(fingerprint);
    m_print->setVisible(!fingerprint.isEmpty());
}

void SecurityPage::addAccount(QVBoxLayout *rows)
{
    int at = rows->count() - 1; // before the stretch
    const auto title = [&](const QString &text) {
        rows->insertSpacing(at++, m_theme.px(kAbove));
        rows->insertWidget(at++, new TextLabel(
                                     m_theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, text, this));
    };
    const auto edit = [&](const QString &words, const char *name, bool isSecret) {
        auto *made = new QLineEdit(this);
        made->setObjectName(name);
        made->setAccessibleName(words);
        made->setPlaceholderText(words);
        if (isSecret)
            made->setEchoMode(QLineEdit::Password);
        rows->insertWidget(at++, made);
        return made;
    };
    const auto button = [&](const QString &text, const char *name) {
        auto *made = new Button(m_theme, Button::Look::Normal, text, this);
        made->setObjectName(name);
        rows->insertWidget(at++, made, 0, Qt::AlignLeading);
        return made;
    };
    title(tr("Your name"));
    m_name = edit(tr("As customers and colleagues read it"), "ownName", false);
    m_name->setMaxLength(100);
    m_saveName = button(tr("Save the name"), "saveOwnName");
    title(tr("Your password"));
    m_oldPassword = edit(tr("The password you have"), "oldPassword", true);
    m_newPassword = edit(tr("A new one"), "nextPassword", true);
    m_changePassword = button(tr("Change the password"), "changePassword");
    m_changePassword->setToolTip(tr("Signs out your other devices"));
    m_accountWords = new TextLabel(
        m_theme, Type::Body, [](const Colors &c) { return c.text.secondary; }, {}, this);
    m_accountWords->setObjectName("accountWords");
    m_accountWords->setWordWrap(true);
    m_accountWords->hide();
    rows->insertWidget(at++, m_accountWords);
    connect(m_saveName, &QAbstractButton::clicked, this, &SecurityPage::saveName);
    connect(m_name, &QLineEdit::returnPressed, this, &SecurityPage::saveName);
    connect(m_changePassword, &QAbstractButton::clicked, this, &SecurityPage::changePassword);
    connect(m_newPassword, &QLineEdit::returnPressed, this, &SecurityPage::changePassword);
}

void SecurityPage::saveName()
{
    const QString name = m_name->text().simplified();
    if (name.isEmpty())
        return m_name->setFocus();
    const std::string wanted = name.toStdString();
    const bool fits = wanted.size() <= 100; // bytes: as long as the hub takes
    m_accountWords->setText(fits ? tr("Your name is %1.").arg(name) : tr("That name is too long. Shorten it."));
    m_accountWords->setVisible(!fits || wanted == m_workspace.agent().name);
    if (!fits)
        return m_name->setFocus();
    m_name->setModified(false);
    if (wanted == m_workspace.agent().name)
        return;
    whenDone(m_workspace.submit(model::SetOwnName{wanted}), this, [this, name](const Result<client::Submitted> &kept) {
        m_accountWords->setText(kept ? tr("Your name is %1.").arg(name) : tr("This could not be kept on this computer."));
        m_accountWords->show();
    });
}

void SecurityPage::changePassword()
{
    const std::string old = m_oldPassword->text().toStdString(), next = m_newPassword->text().toStdString();
    if (old.empty())
        return m_oldPassword->setFocus();
    if (next.empty())
        return m_newPassword->setFocus();
    m_changePassword->setEnabled(false); // until the hub has answered
    whenDone(m_workspace.access().changePassword(old, next), this, [this](const Result<void> &done) {
        m_changePassword->setEnabled(true);
        QString words = tr("Changed. Your other devices are signed out.");
        if (!done) {
            const Error &error = done.error();
            const bool denied = error.kind == Error::Kind::Denied;
            words =
                denied && error.detail.starts_with("locked ") ? tr("Too many tries. Wait a few minutes.")
                : denied                                      ? tr("The password you have is another one.")
                : error.kind == Error::Kind::Invalid
                    ? tr("The new one will not do: it is too short, too long, or one of the first that somebody would try.")
                    : tr("The hub cannot be reached. Try again when it answers.");
        }
        m_accountWords->setText(words);
        m_accountWords->show();
        if (!done)
            return m_oldPassword->setFocus();
        m_oldPassword->clear();
        m_newPassword->clear();
        // The others are gone from the list; what else is on the page, codes that are shown once among it, stays.
        readDevices();
    });
}

void SecurityPage::readDevices()
{
    whenDone(m_workspace.access().state(), this, [this](const Result<client::HubAccess::State> &state) {
        if (state)
            listDevices(state->devices);
    });
}

void SecurityPage::go(Step step)
{
    m_step = step;
    m_begin->setVisible(step == Step::Overview);
    m_renew->setVisible(step == Step::Overview && m_hasFactor);
    m_haveCodes->setVisible(step == Step::Overview && m_hasFactor && !m_codesKept);
    m_passwordBox->setVisible(step == Step::Password || step == Step::Renew);
    m_secretBox->setVisible(step == Step::Secret);
    m_codeBox->setVisible(step == Step::Secret || step == Step::Renew);
    m_recoveryBox->setVisible(step == Step::Recovery);
    m_problem->setVisible(false);
    m_password->clear();
    m_code->clear();
    if (step == Step::Password || step == Step::Renew)
        m_password->setFocus();
    if (step == Step::Secret)
        m_code->setFocus();
    if (step != Step::Secret) { // nothing secret stays in a hidden label
        m_secret->clear();
        m_picture->clear();
        m_uri.clear();
    }
    if (step != Step::Recovery)
        m_codes->clear();
}

void SecurityPage::read()
{
    if (holdsWork() || (m_step != Step::Overview && isVisible())) // what is shown once, or half typed
        return readDevices();
    go(Step::Overview);
    if (!m_name->isModified())
        m_name->setText(QString::fromStdString(m_workspace.agent().name));
    m_oldPassword->clear();
    m_newPassword->clear();
    m_accountWords->hide();
    m_file->setVisible(m_workspace.isTokenInFile());
    const QUrl hub = m_workspace.hubUrl();
    showHub(hub, QString::fromStdString(m_workspace.pinOf(hub)));
    whenDone(m_workspace.access().state(), this, [this](const Result<client::HubAccess::State> &state) {
        if (state)
            return show(*state);
        m_state->setText(tr("This needs the hub, which does not answer now."));
        m_begin->setVisible(false);
        m_renew->setVisible(false);
        m_haveCodes->setVisible(false);
    });
}

void SecurityPage::show(const client::HubAccess::State &state)
{
    m_hasFactor = state.secondFactor;
    m_codesKept = state.codesKept;
    if (m_step == Step::Overview)
        go(Step::Overview);
    m_state->setText(
        !m_hasFactor  ? tr("Off. Whoever learns your password can sign in as you.")
        : m_codesKept ? tr("On. Signing in asks for a code of your authenticator, too. Recovery codes left: %1.")
                            .arg(state.recoveryCodes)
                      : tr("On. Signing in asks for a code of your authenticator, too. You have not said that you kept your "
                           "recovery codes. Without them nobody can sign in as you once the telephone is lost. If you do "
                           "not have them, make new ones."));
    m_begin->setText(m_hasFactor ? tr("Turn off") : tr("Set up"));
    m_begin->updateGeometry();
    m_file->setVisible(m_workspace.isTokenInFile());
    listDevices(state.devices);
}

void SecurityPage::listDevices(const std::vector<client::HubAccess::Device> &devices)
{
    const FocusPlace focus = clearRows(*m_devices);
    const TimeFormat format;
    const TimePoint now = SystemClock().now();
    for (const client::HubAccess::Device &one : devices) {
        auto *row = new QWidget(m_devices);
        auto *parts = new QHBoxLayout(row);
        parts->setContentsMargins(0, 0, 0, 0);
        const QString name = one.name.empty() ? tr("A computer without a name") : QString::fromStdString(one.name);
        const QString words = one.current ? tr("%1, this computer").arg(name)
                                          : tr("%1, last used %2").arg(name, format.shortDate(format.dateOf(one.seen), now));
        parts->addWidget(new TextLabel(
                             m_theme, Type::Body, [](const Colors &c) { return c.text.primary; }, words, row),
                         1);
        if (!one.current) {
            auto *out = new Button(m_theme, Button::Look::Normal, tr("Sign out"), row);
            out->setAccessibleName(tr("Sign out %1").arg(name));
            parts->addWidget(out);
            connect(out, &QAbstractButton::clicked, this, [this, id = one.id] {
                whenDone(m_workspace.access().revokeDevice(id), this, [this](const Result<void> &done) {
                    if (!done && done.error().kind != Error::Kind::NotFound)
                        return fail(done.error());
                    readDevices();
                });
            });
        }
        m_deviceRows->addWidget(row);
        row->show(); // at once, or it could not have the focus yet
    }
    giveFocus(*m_devices, focus);
}

void SecurityPage::submitPassword()
{
    const std::string password = m_password->text().toStdString();
    if (password.empty())
        return m_password->setFocus();
    if (m_step == Step::Renew)
        return m_code->isComplete() ? submitCode(m_code->text()) : m_code->setFocus();
    if (m_hasFactor) {
        whenDone(m_workspace.access().endSecondFactor(password), this, [this](const Result<void> &done) {
            if (!done)
                return fail(done.error());
            go(Step::Overview);
            read();
        });
        return;
    }
    whenDone(m_workspace.access().beginSecondFactor(password), this,
             [this](const Result<client::HubAccess::SecondFactor> &begun) {
                 if (begun)
                     showSecret(*begun);
                 else
                     fail(begun.error());
             });
}

void SecurityPage::submitCode(const QString &code)
{
    const std::string password = m_password->text().toStdString();
    if (m_step == Step::Renew && password.empty())
        return m_password->setFocus();
    const client::HubAccess &hub = m_workspace.access();
    whenDone(m_step == Step::Renew ? hub.renewRecoveryCodes(password, code.toStdString())
                                   : hub.confirmSecondFactor(code.toStdString()),
             this, [this, of = m_agent, step = m_step](const Result<std::vector<std::string>> &codes) {
                 if (of != m_agent || (!codes && m_step != step)) // the second answer to one code
                     return;
                 if (codes)
                     return showRecoveryCodes(*codes);
                 m_code->clear();
                 fail(codes.error());
             });
}

void SecurityPage::showSecret(const client::HubAccess::SecondFactor &factor)
{
    go(Step::Secret);
    m_uri = QString::fromStdString(factor.uri);
    m_picture->setPixmap(qrPicture(m_uri));
    m_secret->setText(inGroups(QString::fromStdString(factor.secret)));
}

void SecurityPage::showRecoveryCodes(const std::vector<std::string> &codes)
{
    go(Step::Recovery);
    QStringList lines;
    for (const std::string &one : codes)
        lines.append(QString::fromStdString(one));
    m_codes->setText(lines.join(u'\n'));
    emit workCame();
}

void SecurityPage::fail(const Error &error)
{
    const bool denied = error.kind == Error::Kind::Denied;
    m_problem->setText(denied && error.detail.starts_with("locked ") ? tr("Too many tries. Wait a few minutes.")
                       : denied && error.detail == client::Workspace::kCodeWrong
                           ? tr("This code is not right. Wait for the next one and try again.")
                       : denied ? tr("The password is wrong.")
                       : m_step == Step::Renew && error.kind == Error::Kind::NotFound
                           ? tr("This hub is too old for that. Turn the second factor off and on again.")
                           : tr("The hub cannot be reached. Try again when it answers."));
    m_problem->setVisible(true);
}

} // namespace tributary::ui
