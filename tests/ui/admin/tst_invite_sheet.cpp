// Inviting somebody, and a new password for them: the link that is made, how it is handed on, and what is said where there
// is none.
#include "core/base/time.h"
#include "tests/ui/admin/open_admin.h"
#include "ui/admin/invite_sheet.h"
#include "ui/admin/people_page.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QUrlQuery>

using namespace tributary;
using namespace tributary::ui;

/// Where a link that begins with mailto: is opened.
class MailProgram : public QObject {
    Q_OBJECT
public:
    MailProgram() { QDesktopServices::setUrlHandler("mailto", this, "open"); }
    ~MailProgram() override { QDesktopServices::unsetUrlHandler("mailto"); }
    QList<QUrl> opened;

public slots:
    void open(const QUrl &url) { opened.append(url); }
};

namespace {

/// Links for @p names, as the hub lists them.
client::HubAccess::People linksFor(const QStringList &names)
{
    client::HubAccess::People people;
    for (const QString &name : names)
        people.links.push_back({.id = name.toStdString(), .email = name.toStdString() + "@shop.test"});
    return people;
}

} // namespace

class TestInviteSheet : public testing::OpenAdmin {
    Q_OBJECT
private slots:
    void invitingNeedsTheHub();
    void aLinkIsShownAndForgotten();
    void aLinkThatNobodyElseCanUseIsSaid_data();
    void aLinkThatNobodyElseCanUseIsSaid();
    void aLinkGoesIntoAMail_data();
    void aLinkGoesIntoAMail();
    void refusalsAreSaid_data();
    void refusalsAreSaid();
    void openLinksAreListed();
    void theNextLinkHasTheFocus_data();
    void theNextLinkHasTheFocus();
    void openLinksAreOfWhoeverSeesThem();
};

void TestInviteSheet::invitingNeedsTheHub()
{
    QVERIFY(m_page->people().mainButton().isVisible());
    QVERIFY(!m_page->people().mainButton().isEnabled());
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    QVERIFY(sheet.isVisible());
    QVERIFY(!sheet.findChild<QAbstractButton *>("inviteMake")->isEnabled());
    QVERIFY(sheet.findChild<QLabel *>("inviteProblem")->isVisible());
    QTest::keyClick(sheet.findChild<QLineEdit *>("inviteName"), Qt::Key_Escape);
    QTRY_VERIFY(!sheet.isVisible());
}

void TestInviteSheet::aLinkIsShownAndForgotten()
{
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    auto *link = sheet.findChild<QLineEdit *>("inviteLink");
    sheet.findChild<QLineEdit *>("inviteEmail")->setText("cora@shop.test");
    client::HubAccess::Link made;
    made.link.hub = QUrl("https://hub.shop.test:7600");
    made.link.secret = "s3cret";
    made.expires = SystemClock().now() + std::chrono::days(7);
    sheet.showMade(made);
    QVERIFY(link->isVisible() && link->isReadOnly());
    QVERIFY(client::joinLinkFrom(link->text()) == made.link);
    QVERIFY(sheet.findChild<QLabel *>("inviteMade")->text().contains("cora@shop.test"));
    QTest::mouseClick(sheet.findChild<QAbstractButton *>("inviteCopy"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), link->text());
    sheet.dismiss();
    QVERIFY(link->text().isEmpty());
}

void TestInviteSheet::aLinkThatNobodyElseCanUseIsSaid_data()
{
    QTest::addColumn<QUrl>("hub");
    QTest::addColumn<bool>("runsHub");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("letsIn");
    QTest::newRow("a hub with a name") << QUrl("https://hub.shop.test:7600") << false << "https://hub.shop.test:7600"
                                       << false;
    QTest::newRow("one's own for the network") << QUrl("https://192.168.1.5:7600") << true << "192.168.1.5" << false;
    QTest::newRow("one's own for this computer")
        << QUrl("http://127.0.0.1:7600") << true << "does not let the network in" << true;
    QTest::newRow("another one on this computer") << QUrl("http://localhost:7600") << false << "--listen" << false;
}

void TestInviteSheet::aLinkThatNobodyElseCanUseIsSaid()
{
    QFETCH(const QUrl, hub);
    QFETCH(const bool, runsHub);
    QFETCH(const QString, says);
    QFETCH(const bool, letsIn);
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.setRunsHub([runsHub] { return runsHub; });
    sheet.invite();
    client::HubAccess::Link made;
    made.link.hub = hub;
    made.link.secret = "s3cret";
    sheet.showMade(made);
    QVERIFY(sheet.findChild<QLabel *>("inviteReach")->text().contains(says));
    auto *letIn = sheet.findChild<QAbstractButton *>("inviteLetIn");
    QCOMPARE(letIn->isVisible(), letsIn);
    if (letsIn) {
        QSignalSpy wanted(&sheet, &InviteSheet::networkWanted);
        QTest::mouseClick(letIn, Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        QVERIFY(!letIn->isEnabled());
        sheet.showReach({}, {}); // on no network
        QVERIFY(letIn->isVisible() && letIn->isEnabled());
        const std::string print = QStringList(32, "AB").join(':').toStdString();
        sheet.showReach(QUrl("https://192.168.1.5:7600"), print);
        const auto link = client::joinLinkFrom(sheet.findChild<QLineEdit *>("inviteLink")->text());
        QVERIFY(link && link->hub == QUrl("https://192.168.1.5:7600") && link->secret == "s3cret");
        QCOMPARE(link->fingerprint, print);
        QVERIFY(!letIn->isVisible());
    }
    QTest::mouseClick(sheet.findChild<QAbstractButton *>("inviteCopy"), Qt::LeftButton);
    sheet.dismiss();
}

void TestInviteSheet::aLinkGoesIntoAMail_data()
{
    QTest::addColumn<bool>("reset");
    QTest::addColumn<QString>("greeting");
    QTest::addColumn<QString>("subject");
    QTest::newRow("somebody is invited") << false << "Hello Cora & Co + 1 = 2,"
                                         << "Join us in Tributary";
    QTest::newRow("a new password") << true << "Hello Tomás Ferreira,"
                                    << "Your new password for Tributary";
}

/// As it stands, whatever is in it: to whom, about what, and the whole link.
void TestInviteSheet::aLinkGoesIntoAMail()
{
    QFETCH(const bool, reset);
    QFETCH(const QString, greeting);
    QFETCH(const QString, subject);
    MailProgram program;
    InviteSheet &sheet = m_page->inviteSheet();
    QString to = "cora+shop@shop.test";
    if (reset) {
        sheet.resetPassword(m_made.colleague);
        to = QString::fromStdString(m_made.colleague.email);
    } else {
        sheet.invite();
        sheet.findChild<QLineEdit *>("inviteName")->setText("Cora & Co + 1 = 2");
        sheet.findChild<QLineEdit *>("inviteEmail")->setText(to);
    }
    client::HubAccess::Link made;
    made.link.hub = QUrl("https://hub.shop.test:7600");
    made.link.secret = "s3cret";
    made.expires = SystemClock().now() + std::chrono::days(7);
    sheet.showMade(made);
    sheet.findChild<QAbstractButton *>("inviteMail")->click();
    QCOMPARE(program.opened.size(), 1);
    const QUrl mail = program.opened.first();
    const QUrlQuery query(mail);
    const auto said = [&query](const char *key) { return query.queryItemValue(key, QUrl::FullyDecoded); };
    QCOMPARE(mail.path(), to);
    QCOMPARE(said("subject"), subject);
    QVERIFY2(said("body").startsWith(greeting + "\r\n\r\n"), qPrintable(said("body")));
    QVERIFY2(said("body").contains("\r\n" + sheet.findChild<QLineEdit *>("inviteLink")->text() + "\r\n"),
             qPrintable(said("body")));
    QVERIFY(said("body").endsWith(QString::fromStdString(m_made.me.name)));
    sheet.dismiss(); // it has been given, and nothing holds it
    QVERIFY(!sheet.isVisible());
}

void TestInviteSheet::refusalsAreSaid_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("word");
    QTest::newRow("a wrong password") << int(Error::Kind::Denied) << "denied"
                                      << "password is wrong";
    QTest::newRow("tried too often") << int(Error::Kind::Denied) << "locked 30"
                                     << "Wait";
    QTest::newRow("more than one may") << int(Error::Kind::Rejected) << ""
                                       << "another role";
    QTest::newRow("there already") << int(Error::Kind::Conflict) << ""
                                   << "there already";
    QTest::newRow("no hub") << int(Error::Kind::Offline) << ""
                            << "cannot be reached";
}

void TestInviteSheet::refusalsAreSaid()
{
    QFETCH(const int, kind);
    QFETCH(const QString, detail);
    QFETCH(const QString, word);
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    sheet.showMade(failure(Error::Kind(kind), detail.toStdString()));
    auto *problem = sheet.findChild<QLabel *>("inviteProblem");
    QVERIFY(!sheet.findChild<QLineEdit *>("inviteLink")->isVisible());
    QVERIFY2(sheet.problemWords({Error::Kind(kind), detail.toStdString()}).contains(word), qPrintable(problem->text()));
    QVERIFY(problem->isVisible());
}

void TestInviteSheet::openLinksAreListed()
{
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    client::HubAccess::People people;
    client::HubAccess::OpenLink link{.id = "0011223344556677", .email = "cora@shop.test", .name = "Cora"};
    link.role = model::Agent::Role::Lead;
    link.by = m_desk->me().id;
    link.expires = SystemClock().now();
    people.links = {link, link};
    people.links[1].isReset = true;
    sheet.showLinks(people);
    QCOMPARE(sheet.findChildren<QWidget *>("openLink").size(), 2);
    QStringList words;
    for (const QLabel *label : sheet.findChild<QWidget *>("inviteList")->findChildren<QLabel *>())
        words.append(label->text());
    QVERIFY(words.contains("Lead, invited by Mara Lindqvist"));
    QVERIFY(words.contains("New password, by Mara Lindqvist"));
    sheet.showLinks(failure(Error::Kind::Offline, ""));
    QVERIFY(sheet.findChild<QLabel *>("inviteListWords")->isVisible());
}

void TestInviteSheet::theNextLinkHasTheFocus_data()
{
    QTest::addColumn<QString>("withdrawn");
    QTest::addColumn<QString>("next");
    QTest::newRow("the first") << "ada"
                               << "cora";
    QTest::newRow("the last") << "cora"
                              << "ada";
}

/// So that several are withdrawn by key; nothing below the sheet may have it.
void TestInviteSheet::theNextLinkHasTheFocus()
{
    QFETCH(const QString, withdrawn);
    QFETCH(const QString, next);
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    sheet.showLinks(linksFor({"ada", "cora"}));
    const auto button = [&sheet](const QString &name) -> QWidget * {
        for (Button *one : sheet.findChild<QWidget *>("inviteList")->findChildren<Button *>()) {
            if (one->isVisible() && one->accessibleName().contains(name))
                return one;
        }
        return nullptr;
    };
    QTRY_VERIFY(button(withdrawn));
    button(withdrawn)->setFocus(Qt::TabFocusReason);
    sheet.showLinks(linksFor({next}));
    QTRY_VERIFY(button(next) && button(next)->hasFocus());
    sheet.showLinks(linksFor({}));
    QTRY_VERIFY(sheet.hasFocus());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!sheet.isVisible());
}

/// Addresses of people whom whoever signs in next may not know of.
void TestInviteSheet::openLinksAreOfWhoeverSeesThem()
{
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    sheet.findChild<QLineEdit *>("inviteName")->setText("Cora");
    sheet.showLinks(linksFor({"ada", "cora"}));
    const auto out = m_workspace->signOut();
    QTRY_VERIFY(out.isFinished() && m_workspace->agent().id.isNull());
    QVERIFY(!sheet.isVisible());
    QTRY_VERIFY(sheet.findChildren<QWidget *>("openLink").isEmpty());
    QVERIFY(sheet.findChild<QLineEdit *>("inviteName")->text().isEmpty());
}

QTEST_MAIN(TestInviteSheet)
#include "tst_invite_sheet.moc"
