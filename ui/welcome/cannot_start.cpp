#include "ui/welcome/cannot_start.h"

#include "core/base/result.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QUrl>

namespace tributary::ui {
namespace {

constexpr int kWidth = 560;

} // namespace

CannotStart::CannotStart(const Theme &theme, QWidget *parent)
    : CardPage(theme, kWidth, parent)
{
    setObjectName("cannotStart");
    const ColorOf primary = [](const Colors &c) { return c.text.primary; };
    const ColorOf secondary = [](const Colors &c) { return c.text.secondary; };
    m_title = addText(Type::TitleLarge, primary);
    m_title->setObjectName("cannotStartTitle");
    rows()->addSpacing(theme.px(8));
    m_words = addText(Type::Body, primary);
    m_words->setObjectName("cannotStartWords");
    rows()->addSpacing(theme.px(12));
    m_folderTitle = addText(Type::MetaStrong, secondary);
    m_folder = addText(Type::Meta, secondary);
    m_folder->setObjectName("cannotStartFolder");
    m_folder->setTextInteractionFlags(Qt::TextSelectableByMouse);
    rows()->addSpacing(theme.px(12));
    m_busy = addText(Type::Meta, secondary);
    m_busy->setObjectName("cannotStartBusy");
    auto *foot = new QHBoxLayout;
    foot->setSpacing(theme.px(8));
    const auto button = [&](Button::Look look, const QString &text, const char *name) {
        auto *one = new Button(theme, look, text, card());
        one->setObjectName(name);
        one->setHeightClass(32);
        foot->addWidget(one);
        return one;
    };
    m_again = button(Button::Look::Primary, tr("Try again"), "tryAgain");
    m_rescue = button(Button::Look::Primary, tr("Save and go on"), "rescue");
    m_goOn = button(Button::Look::Primary, tr("Go on"), "goOn");
    m_showFolder = button(Button::Look::Normal, tr("Show the folder"), "showFolder");
    foot->addStretch(1);
    m_copy = button(Button::Look::Ghost, tr("Copy details"), "copyDetails");
    m_quit = button(Button::Look::Ghost, tr("Quit"), "quit");
    rows()->addLayout(foot);
    connect(m_again, &QAbstractButton::clicked, this, &CannotStart::tryAgainWanted);
    connect(m_rescue, &QAbstractButton::clicked, this, &CannotStart::rescueWanted);
    connect(m_goOn, &QAbstractButton::clicked, this, &CannotStart::goOnWanted);
    connect(m_quit, &QAbstractButton::clicked, this, &CannotStart::quitWanted);
    connect(m_copy, &QAbstractButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_details); });
    connect(m_showFolder, &QAbstractButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_path)); });
}

void CannotStart::setProblem(const Error &error, const QString &folder)
{
    m_folderTitle->setText(tr("The folder with your work"));
    m_folder->setText(QDir::toNativeSeparators(folder));
    m_path = folder;
    m_details =
        QStringLiteral("tributary %1: %2\n%3\n%4\n%5")
            .arg(QCoreApplication::applicationVersion(), QString::fromUtf8(name(error.kind)),
                 QString::fromStdString(error.detail), folder, QDateTime::currentDateTimeUtc().toString(Qt::ISODate));
    m_copy->setVisible(true);
    m_quit->setVisible(true);
    m_goOn->setVisible(false);
    const bool damaged = error.kind == Error::Kind::Corrupt;
    m_again->setVisible(!damaged);
    m_rescue->setVisible(damaged);
    switch (error.kind) {
    case Error::Kind::Conflict:
        return say(tr("Tributary is open already with this profile"), tr("Use that window. Or close it, and try again."),
                   m_again);
    case Error::Kind::Full:
        return say(tr("The disk of this computer is full"), tr("Nothing is lost. Make some room, and try again."), m_again);
    case Error::Kind::Corrupt:
        return say(tr("The file with your unsent work is damaged"),
                   tr("Nothing has been changed. The hub still has everything it has received. What can still be read of "
                      "your unsent work and drafts can be saved; the damaged file is kept."),
                   m_rescue);
    default:
        return say(tr("The folder with your work cannot be used"),
                   tr("Nothing has been changed. It may be write-protected, or on a disk that is not there."), m_again);
    }
}

void CannotStart::setRescued(const client::JournalRescue &rescue)
{
    QStringList saved;
    if (rescue.commands > 0) //: %n is the number of replies, notes and changes that were not sent yet.
        saved += tr("Not sent yet, and sent when the hub is reached: %n", nullptr, int(rescue.commands));
    if (rescue.cameBack > 0)
        saved += tr("Needing your decision: %n", nullptr, int(rescue.cameBack));
    if (rescue.drafts > 0)
        saved += tr("Drafts: %n", nullptr, int(rescue.drafts));
    const QString damaged = QString::fromStdString(rescue.damaged.string());
    const bool nothing = saved.isEmpty();
    saved += tr("Look through your last replies: what the damaged part held is not among them.");
    if (!rescue.knowsHub)
        saved += tr("Sign in again: which hub this profile belongs to could not be read.");
    m_folderTitle->setText(tr("The damaged file"));
    m_folder->setText(QDir::toNativeSeparators(damaged));
    m_path = QFileInfo(damaged).path();
    for (Button *button : {m_again, m_rescue, m_copy, m_quit})
        button->setVisible(false);
    m_goOn->setVisible(true);
    say(nothing ? tr("No unsent work could be found in the damaged file")
                : tr("What could be read of your unsent work was saved"),
        saved.join('\n'), m_goOn);
}

void CannotStart::setBusy(const QString &words)
{
    m_busy->setText(words);
    m_busy->setVisible(!words.isEmpty());
    for (Button *button : {m_again, m_rescue, m_goOn})
        button->setEnabled(words.isEmpty());
    place();
}

void CannotStart::say(const QString &title, const QString &words, Button *first)
{
    m_title->setText(title);
    m_words->setText(words);
    setAccessibleName(title);
    setAccessibleDescription(words);
    m_first = first;
    setBusy({});
    first->setFocus();
}

void CannotStart::keyPressEvent(QKeyEvent *event)
{
    // Some systems have buttons pressed by Space alone.
    if (event->key() != Qt::Key_Return && event->key() != Qt::Key_Enter)
        return CardPage::keyPressEvent(event);
    auto *chosen = qobject_cast<Button *>(focusWidget());
    (chosen ? chosen : m_first)->click();
}

} // namespace tributary::ui
