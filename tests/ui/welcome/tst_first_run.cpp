// How somebody gets to a hub whose certificate nobody knows yet.
#include "core/client/workspace.h"
#include "ui/shell/code_cells.h"
#include "ui/welcome/certificate_page.h"
#include "ui/welcome/fingerprint_view.h"
#include "ui/welcome/first_run.h"
#include "ui/welcome/hub_check.h"
#include "ui/welcome/hub_ready.h"
#include "ui/welcome/join_page.h"
#include "ui/welcome/sign_in.h"

#include <QCheckBox>
#include <QDropEvent>
#include <QLineEdit>
#include <QMimeData>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

namespace {

const QString kPrint = QStringList(32, "AB").join(':');

} // namespace

class TestFirstRun : public QObject {
    Q_OBJECT
private slots:
    void addressesAreUnderstood_data();
    void addressesAreUnderstood();
    void aCertificateIsComparedFirst();
    void anotherAddressIsAnotherCertificate();
    void theChangedPageLetsNobodyThrough();
    void anAnswerLeavesWhatIsThere_data();
    void anAnswerLeavesWhatIsThere();
    void whatIsTypedEndsTheCheckBefore();
    void anAddressThatHasGoneIsNotAnswered();
    void aPastedLinkIsTaken();
    void whoCanJoinIsChosen_data();
    void whoCanJoinIsChosen();
    void fieldsBeginWhereWhoCanJoinBegins();
    void othersAreToldTheWayToAHub();
    void sixCellsTakeOnePaste_data();
    void sixCellsTakeOnePaste();
    void signInAsksForTheCode();
    void whoSignsInSaysWhetherTheyStay_data();
    void whoSignsInSaysWhetherTheyStay();
    void capsLockIsSaid_data();
    void capsLockIsSaid();
    void aForgottenPasswordIsALink_data();
    void aForgottenPasswordIsALink();
    void joiningNeedsANameAndAPassword();
    void secretsGoWithThePage_data();
    void secretsGoWithThePage();
    void aCodeIsAskedForOnlyBesideAPassword();

private:
    Theme m_theme;
};

void TestFirstRun::addressesAreUnderstood_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("understood");
    QTest::newRow("a name") << "hub.example.com"
                            << "https://hub.example.com";
    QTest::newRow("a name and a port") << " hub.example.com:7600 "
                                       << "https://hub.example.com:7600";
    QTest::newRow("this computer") << "127.0.0.1"
                                   << "http://127.0.0.1:7600";
    QTest::newRow("with a path") << "https://hub.example.com/x?y#z"
                                 << "https://hub.example.com";
    QTest::newRow("two words") << "hub example"
                               << "";
    QTest::newRow("another scheme") << "ftp://hub.example.com"
                                    << "";
}

void TestFirstRun::addressesAreUnderstood()
{
    QFETCH(const QString, typed);
    QTEST(hubAddressFrom(typed).toString(), "understood");
}

void TestFirstRun::aCertificateIsComparedFirst()
{
    FirstRun page(m_theme);
    page.resize(1200, 800);
    page.choose(FirstRun::Way::Connect);
    page.show();
    QSignalSpy connects(&page, &FirstRun::connectWanted);
    auto *address = page.findChild<QLineEdit *>("hubAddress");
    auto *go = page.findChild<Button *>("continue");
    auto *print = page.findChild<FingerprintView *>("newFingerprint");
    QVERIFY(!print->isVisible());
    address->setText("hub.example.com");
    page.setCertificate(kPrint);
    QVERIFY(print->isVisible());
    QCOMPARE(print->text(), QStringList(16, "AB").join(' ') + '\n' + QStringList(16, "AB").join(' '));
    QTest::keyClick(address, Qt::Key_Return); // a habit, and no answer
    QCOMPARE(connects.size(), 0);
    go->click();
    QCOMPARE(connects.size(), 1);
    QCOMPARE(connects[0][0].toUrl(), QUrl("https://hub.example.com"));
    QVERIFY(connects[0][1].toBool());
}

void TestFirstRun::anotherAddressIsAnotherCertificate()
{
    FirstRun page(m_theme);
    page.choose(FirstRun::Way::Connect);
    page.setCertificate(kPrint);
    QSignalSpy connects(&page, &FirstRun::connectWanted);
    auto *address = page.findChild<QLineEdit *>("hubAddress");
    address->setText("other.example.com");
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(connects.size(), 1);
    QVERIFY(!connects[0][1].toBool());
}

void TestFirstRun::theChangedPageLetsNobodyThrough()
{
    CertificatePage page(m_theme);
    page.resize(900, 700);
    page.setProblem({kPrint.toStdString(), QString(kPrint).replace("AB", "CD").toStdString()}, "hub.example.com", true);
    page.show();
    QVERIFY(page.findChild<FingerprintView *>("knownFingerprint")->text().contains("CD"));
    QVERIFY(page.findChild<FingerprintView *>("shownFingerprint")->text().contains("AB"));
    QVERIFY(page.findChild<TextLabel *>("certificateWords")->text().contains("hub.example.com"));
    QStringList ways;
    for (const Button *button : page.findChildren<Button *>()) {
        if (button->isVisible())
            ways.append(button->objectName());
    }
    ways.sort();
    QCOMPARE(ways, (QStringList{"connectAnew", "tryAgain", "workOffline"})); // none goes on regardless
    page.setProblem({kPrint.toStdString(), {}}, "hub.example.com", false);
    QVERIFY(!page.findChild<FingerprintView *>("knownFingerprint")->isVisible());
    QVERIFY(!page.findChild<Button *>("workOffline")->isVisible());
}

void TestFirstRun::anAnswerLeavesWhatIsThere_data()
{
    QTest::addColumn<QString>("print");
    QTest::addColumn<bool>("stays");
    QTest::newRow("a hub answers") << QString() << true;
    QTest::newRow("a certificate to compare") << kPrint << false; // which nobody has read yet
}

/// Whoever has tabbed on meanwhile writes no blank into the address, nor says unseen that two fingerprints are the same.
void TestFirstRun::anAnswerLeavesWhatIsThere()
{
    QFETCH(const QString, print);
    QFETCH(const bool, stays);
    FirstRun page(m_theme);
    page.resize(1200, 800);
    page.choose(FirstRun::Way::Connect);
    page.show();
    page.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&page));
    page.findChild<QLineEdit *>("hubAddress")->setText("hub.example.com");
    page.setProblem("The hub did not answer.");
    auto *go = page.findChild<Button *>("continue");
    go->setFocus(Qt::TabFocusReason);
    page.setAddressVerdict("", false);
    page.setCertificate(print);
    QVERIFY(page.findChild<TextLabel *>("firstRunProblem")->isVisible());
    QCOMPARE(go->hasFocus(), stays);
    QVERIFY(!page.findChild<QLineEdit *>("hubAddress")->hasFocus());
    page.findChild<QLineEdit *>("hubAddress")->setText("other.example.com"); // what was wrong was of the other
    QVERIFY(!page.findChild<TextLabel *>("firstRunProblem")->isVisible());
}

/// Its answer would come to stand beside another address, or beside what is none.
void TestFirstRun::whatIsTypedEndsTheCheckBefore()
{
    FirstRun page(m_theme);
    page.choose(FirstRun::Way::Connect);
    page.show();
    QSignalSpy typed(&page, &FirstRun::addressTyped);
    page.findChild<QLineEdit *>("hubAddress")->setText("hub.example.com");
    QTRY_COMPARE(typed.size(), 2);
    QCOMPARE(typed[0][0].toUrl(), QUrl());
    QCOMPARE(typed[1][0].toUrl(), QUrl("https://hub.example.com"));
    page.findChild<QLineEdit *>("hubAddress")->setText("hub.example.com and");
    QCOMPARE(typed.size(), 3);
    QCOMPARE(typed[2][0].toUrl(), QUrl());
}

void TestFirstRun::anAddressThatHasGoneIsNotAnswered()
{
    QTcpServer hub;
    QVERIFY(hub.listen(QHostAddress::LocalHost));
    HubCheck check, later;
    QSignalSpy checked(&check, &HubCheck::checked), checkedLater(&later, &HubCheck::checked);
    const QUrl url(QStringLiteral("http://127.0.0.1:%1").arg(hub.serverPort()));
    const auto answer = [&hub] {
        QPointer<QTcpSocket> socket;
        const auto isAsked = [&] {
            if (!socket)
                socket = hub.nextPendingConnection();
            return socket && socket->canReadLine();
        };
        if (QTest::qWaitFor(isAsked)) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            socket->disconnectFromHost();
        }
        return socket;
    };
    check.check(url, {});
    check.check({}, {}); // what was typed next is none
    const QPointer<QTcpSocket> socket = answer();
    QVERIFY(socket);
    QTRY_COMPARE(socket->state(), QAbstractSocket::UnconnectedState);
    later.check(url, {});
    QVERIFY(answer());
    QTRY_COMPARE(checkedLater.size(), 1);
    QCOMPARE(checked.size(), 0);
}

void TestFirstRun::aPastedLinkIsTaken()
{
    FirstRun page(m_theme);
    page.choose(FirstRun::Way::Connect);
    QSignalSpy links(&page, &FirstRun::linkGiven), connects(&page, &FirstRun::connectWanted);
    auto *address = page.findChild<QLineEdit *>("hubAddress");
    address->setText(" tributary://join?hub=https%3A%2F%2Fhub.example&secret=abc ");
    QTest::keyClick(address, Qt::Key_Return);
    QCOMPARE(links.size(), 1);
    QCOMPARE(links[0][0].value<client::JoinLink>().hub, QUrl("https://hub.example"));
    QCOMPARE(connects.size(), 0);
}

void TestFirstRun::whoCanJoinIsChosen_data()
{
    using client::HubReach;
    QTest::addColumn<int>("choice");
    QTest::addColumn<bool>("starts");
    QTest::addColumn<int>("reach");
    QTest::addColumn<QString>("says");
    QTest::newRow("this computer") << 0 << true << int(HubReach::ThisComputer) << "Nothing leaves this computer";
    QTest::newRow("the local network") << 1 << true << int(HubReach::LocalNetwork) << "same network";
    QTest::newRow("the internet takes a server") << 2 << false << 0 << "tributary-hub serve";
}

void TestFirstRun::whoCanJoinIsChosen()
{
    QFETCH(const int, choice);
    QFETCH(const bool, starts);
    QFETCH(const int, reach);
    QFETCH(const QString, says);
    FirstRun page(m_theme);
    page.resize(1200, 800);
    page.show();
    std::optional<HubSetup> wanted;
    connect(&page, &FirstRun::startWanted, this, [&wanted](const HubSetup &setup) { wanted = setup; });
    auto *who = page.findChild<Segment *>("whoCanJoin");
    QVERIFY(who->isVisible());
    QCOMPARE(who->current(), 0); // nobody else, unless somebody says so
    for (int i = 0; i < choice; ++i)
        QTest::keyClick(who, Qt::Key_Right);
    QVERIFY(page.findChild<TextLabel *>("whoCanJoinWords")->text().contains(says));
    page.findChild<QLineEdit *>("hubName")->setText("Teapots");
    page.findChild<QLineEdit *>("ownerName")->setText("Ana");
    page.findChild<QLineEdit *>("ownerEmail")->setText("ana@teapots.example");
    page.findChild<QLineEdit *>("ownerPassword")->setText("correct horse battery staple");
    page.findChild<Button *>("continue")->click();
    QCOMPARE(wanted.has_value(), starts);
    QCOMPARE(page.findChild<TextLabel *>("firstRunProblem")->isVisible(), !starts);
    if (wanted)
        QCOMPARE(int(wanted->reach), reach);
    page.choose(FirstRun::Way::Demo);
    QVERIFY(!who->isVisible());
}

void TestFirstRun::fieldsBeginWhereWhoCanJoinBegins()
{
    FirstRun page(m_theme);
    page.resize(1200, 800);
    page.show();
    const auto left = [&page](const char *name) { return page.findChild<QWidget *>(name)->mapTo(&page, QPoint()).x(); };
    QCOMPARE(left("hubName"), left("whoCanJoin"));
    QVERIFY(left("ownerName") > left("hubName"));
}

void TestFirstRun::othersAreToldTheWayToAHub()
{
    HubReady page(m_theme);
    page.resize(900, 700);
    page.show();
    page.setHub("Teapots", QUrl("https://192.168.1.5:7600"), kPrint);
    const auto *address = page.findChild<TextLabel *>("hubReadyAddress");
    QVERIFY(address->isVisible());
    QCOMPARE(address->text(), QString("https://192.168.1.5:7600"));
    QCOMPARE(page.findChild<FingerprintView *>("hubReadyPrint")->fingerprint(), kPrint);
    QSignalSpy goesOn(&page, &HubReady::goOnWanted);
    QTest::keyClick(page.focusWidget(), Qt::Key_Return);
    QCOMPARE(goesOn.size(), 1);
    page.setHub("Teapots", {}, kPrint);
    QVERIFY(!address->isVisible());
    QVERIFY(page.findChild<TextLabel *>("hubReadyWords")->text().contains("no network"));
}

void TestFirstRun::sixCellsTakeOnePaste_data()
{
    QTest::addColumn<QString>("pasted");
    QTest::addColumn<QString>("digits");
    QTest::newRow("six digits") << "279037"
                                << "279037";
    QTest::newRow("in two groups") << "279 037"
                                   << "279037";
    QTest::newRow("with words") << "Your code: 279-037."
                                << "279037";
    QTest::newRow("too many") << "2790371"
                              << "279037";
    QTest::newRow("too few") << "279"
                             << "279";
    QTest::newRow("Arabic digits") << QString::fromUtf8("٢٧٩٠٣٧") << "279037";
}

void TestFirstRun::sixCellsTakeOnePaste()
{
    QFETCH(const QString, pasted);
    QFETCH(const QString, digits);
    CodeCells cells(m_theme);
    QSignalSpy done(&cells, &CodeCells::completed);
    cells.insert(pasted);
    QCOMPARE(cells.text(), digits);
    QCOMPARE(done.size(), digits.size() == 6 ? 1 : 0);
}

void TestFirstRun::signInAsksForTheCode()
{
    SignIn page(m_theme);
    page.resize(900, 700);
    page.setWorkspace("Teapots", "hub.example", "ana@teapots.example", false);
    page.show();
    QSignalSpy wanted(&page, &SignIn::signInWanted);
    page.setPassword("correct horse battery");
    page.findChild<Button *>("signInButton")->click();
    QCOMPARE(wanted.takeFirst(), (QVariantList{"ana@teapots.example", "correct horse battery", "", true}));
    page.setBusy(true);
    auto *cells = page.findChild<CodeCells *>();
    QVERIFY(!cells->isVisible());
    page.showError({Error::Kind::Denied, client::Workspace::kCodeNeeded});
    QVERIFY(cells->isVisible());
    QVERIFY(!page.findChild<QLineEdit *>("password")->isVisible());
    QVERIFY(!page.findChild<TextLabel *>("signInError")->isVisible()); // nobody did anything wrong
    cells->setText("279037");
    QCOMPARE(wanted.takeFirst(), (QVariantList{"ana@teapots.example", "correct horse battery", "279037", true}));
    page.showError({Error::Kind::Denied, client::Workspace::kCodeWrong});
    QVERIFY(page.findChild<TextLabel *>("signInError")->text().contains("code"));
    QVERIFY(cells->text().isEmpty());
    page.findChild<Button *>("useRecoveryCode")->click();
    auto *recovery = page.findChild<QLineEdit *>("recoveryCode");
    QVERIFY(recovery->isVisible() && !cells->isVisible());
    recovery->setText("ABCD-EFGH-IJKL-MNOP");
    QTest::keyClick(recovery, Qt::Key_Return);
    QCOMPARE(wanted.takeFirst()[2].toString(), QString("ABCD-EFGH-IJKL-MNOP"));
    page.findChild<Button *>("backToPassword")->click();
    QVERIFY(page.findChild<QLineEdit *>("password")->isVisible());
}

void TestFirstRun::whoSignsInSaysWhetherTheyStay_data()
{
    QTest::addColumn<bool>("kept");    // as it was the last time
    QTest::addColumn<bool>("clicked"); // the box
    QTest::addColumn<bool>("keep");
    QTest::newRow("as it is") << true << false << true;
    QTest::newRow("not this time") << true << true << false;
    QTest::newRow("as the last time") << false << false << false;
    QTest::newRow("from now on") << false << true << true;
}

void TestFirstRun::whoSignsInSaysWhetherTheyStay()
{
    QFETCH(const bool, kept);
    QFETCH(const bool, clicked);
    QFETCH(const bool, keep);
    SignIn page(m_theme);
    page.resize(900, 700);
    auto *box = page.findChild<QCheckBox *>("keepSignedIn");
    QVERIFY(box->isChecked()); // nobody has said otherwise yet
    page.setKeep(kept);
    page.setWorkspace("Teapots", "hub.example", "ana@teapots.example", true);
    page.show();
    QVERIFY(box->height() >= 24 && box->accessibleDescription().contains("next start"));
    if (clicked)
        QTest::keyClick(box, Qt::Key_Space);
    QSignalSpy wanted(&page, &SignIn::signInWanted);
    page.setPassword("correct horse battery");
    page.findChild<Button *>("signInButton")->click();
    QCOMPARE(wanted.takeFirst()[3].toBool(), keep);
    page.setBusy(true);
    page.showError({Error::Kind::Denied, client::Workspace::kCodeNeeded}); // said on the page before, and stands
    QVERIFY(!box->isVisible());
    page.findChild<CodeCells *>()->setText("279037");
    QCOMPARE(wanted.takeFirst()[3].toBool(), keep);
}

void TestFirstRun::capsLockIsSaid_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<bool>("shift");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("said");
    QTest::newRow("a small letter") << int(Qt::Key_A) << false << "a" << false;
    QTest::newRow("a capital by Shift") << int(Qt::Key_A) << true << "A" << false;
    QTest::newRow("a capital without") << int(Qt::Key_A) << false << "A" << true;
    QTest::newRow("a small letter in spite of Shift") << int(Qt::Key_A) << true << "a" << true;
    QTest::newRow("a digit says nothing") << int(Qt::Key_1) << false << "1" << false;
    QTest::newRow("another script") << 0x0416 << false << QString(QChar(0x0416)) << true;
}

void TestFirstRun::capsLockIsSaid()
{
    QFETCH(const int, key);
    QFETCH(const bool, shift);
    QFETCH(const QString, text);
    QFETCH(const bool, said);
    SignIn page(m_theme);
    page.resize(900, 700);
    page.show();
    auto *password = page.findChild<QLineEdit *>("password");
    auto *hint = page.findChild<TextLabel *>("capsLock");
    QVERIFY(!hint->isVisible());
    QKeyEvent press(QEvent::KeyPress, key, shift ? Qt::ShiftModifier : Qt::NoModifier, text);
    QCoreApplication::sendEvent(password, &press);
    QCOMPARE(hint->isVisible(), said);
    QCOMPARE(password->text(), text); // nothing is swallowed
    QKeyEvent lock(QEvent::KeyPress, Qt::Key_CapsLock, Qt::NoModifier);
    QCoreApplication::sendEvent(password, &lock);
    QCOMPARE(hint->isVisible(), !said && text != "1"); // it was switched, if it was known
}

void TestFirstRun::aForgottenPasswordIsALink_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("dropped");
    QTest::addColumn<bool>("taken");
    const QString link = "tributary://join?hub=https%3A%2F%2Fhub.example%3A7600&secret=abc";
    QTest::newRow("pasted") << link << false << true;
    QTest::newRow("dropped") << link << true << true;
    QTest::newRow("something else pasted") << "https://hub.example" << false << false;
    QTest::newRow("something else dropped") << "a shopping list" << true << false;
}

void TestFirstRun::aForgottenPasswordIsALink()
{
    QFETCH(const QString, text);
    QFETCH(const bool, dropped);
    QFETCH(const bool, taken);
    SignIn page(m_theme);
    page.resize(900, 700);
    page.show();
    QSignalSpy given(&page, &SignIn::linkGiven);
    auto *field = page.findChild<QLineEdit *>("signInLink");
    QVERIFY(!field->isVisible());
    if (dropped) {
        QMimeData data;
        data.setText(text);
        QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&page, &drop);
    } else {
        page.findChild<Button *>("forgotPassword")->click();
        field->setText(text);
        if (!taken)
            QTest::keyClick(field, Qt::Key_Return);
    }
    QVERIFY(field->isVisible());
    QCOMPARE(given.size(), taken ? 1 : 0);
    QCOMPARE(page.findChild<TextLabel *>("signInLinkProblem")->isVisible(), !taken);
    page.setLinkProblem("It was used already.");
    QVERIFY(page.findChild<TextLabel *>("signInLinkProblem")->isVisible());
}

void TestFirstRun::joiningNeedsANameAndAPassword()
{
    JoinPage page(m_theme);
    page.resize(900, 700);
    page.setInvitation({.email = "ada@teapots.example", .workspace = "Teapots"}, "hub.example");
    page.show();
    QSignalSpy wanted(&page, &JoinPage::joinWanted);
    auto *name = page.findChild<QLineEdit *>("joinName"), *password = page.findChild<QLineEdit *>("joinPassword");
    auto *go = page.findChild<Button *>("join");
    go->click();
    name->setText("Ada");
    password->setText("short");
    go->click();
    QCOMPARE(wanted.size(), 0);
    QVERIFY(page.findChild<TextLabel *>("joinError")->isVisible());
    password->setText("a phrase of her own");
    go->click();
    QCOMPARE(wanted.takeFirst(), (QVariantList{"Ada", "a phrase of her own", ""}));
    page.setInvitation({.isReset = true, .email = "ada@teapots.example", .name = "Ada", .workspace = "Teapots"}, "hub");
    QVERIFY(!name->isVisible());
    page.showError({Error::Kind::Denied, client::Workspace::kCodeNeeded});
    QVERIFY(page.findChild<CodeCells *>()->isVisible());
}

void TestFirstRun::secretsGoWithThePage_data()
{
    QTest::addColumn<bool>("first");
    QTest::addColumn<bool>("toTray");
    QTest::newRow("first run") << true << false;
    QTest::newRow("sign-in page") << false << false;
    QTest::newRow("first run, by the tray") << true << true;
    QTest::newRow("sign-in page, by the tray") << false << true;
}

/// Whoever comes back to it may be somebody else.
void TestFirstRun::secretsGoWithThePage()
{
    QFETCH(const bool, first);
    QFETCH(const bool, toTray);
    QWidget window;
    window.resize(1200, 800);
    QWidget *page = first ? static_cast<QWidget *>(new FirstRun(m_theme, &window)) : new SignIn(m_theme, &window);
    page->resize(window.size());
    window.show();
    auto *password = page->findChild<QLineEdit *>(first ? "ownerPassword" : "password");
    auto *email = page->findChild<QLineEdit *>(first ? "ownerEmail" : "email");
    email->setText("ana@teapots.example");
    password->setText("correct horse battery staple");
    for (QWidget *hidden : {toTray ? &window : page}) {
        hidden->hide();
        hidden->show();
    }
    QCOMPARE(password->text(), QString());
    QCOMPARE(email->text(), QString("ana@teapots.example"));
}

/// As it may have been typed on another page, or be forgotten by now.
void TestFirstRun::aCodeIsAskedForOnlyBesideAPassword()
{
    SignIn page(m_theme);
    page.resize(900, 700);
    page.setWorkspace("Teapots", "hub.example", "ana@teapots.example", false);
    page.show();
    page.showError({Error::Kind::Denied, client::Workspace::kCodeNeeded});
    QVERIFY(!page.asksForCode());
    QCOMPARE(page.focusWidget(), page.findChild<QLineEdit *>("password"));
    QVERIFY(!page.findChild<TextLabel *>("signInError")->isVisible());
}

QTEST_MAIN(TestFirstRun)
#include "tst_first_run.moc"
