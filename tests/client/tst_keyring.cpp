// Where the token of a desktop is kept.
#include "core/client/workspace.h"
#include "tests/client/fake_keyring.h"
#include "tests/client/mini_hub.h"
#include "tests/client/waited.h"

#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::client;
using client::testing::waited;
using State = Status::State;

class TestKeyring : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_keyring = {};
        m_folder = std::make_unique<QTemporaryDir>();
        m_hub = std::make_unique<MiniHub>();
        m_hub->agent = {.id = *model::AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ab"), .name = "Ana"};
        m_hub->token = "a-token-nobody-may-see";
    }
    void theTokenIsInTheKeyringAlone();
    void withoutAKeyringItIsInTheFile();
    void aTokenOfBeforeMoves();
    void aKeyringThatGivesNothingThrowsNothingAway();
    void workGoesOnWhileItIsLocked();
    void signingOutForgetsIt();
    void signingInAgainLeavesOne();
    void aRefusedSignInLeavesWhoIsIn();
    void whoDoesNotStayIsAskedAgain_data();
    void whoDoesNotStayIsAskedAgain();

private:
    void open(Workspace &workspace, bool withKeyring = true)
    {
        if (withKeyring)
            workspace.setKeyring(std::make_unique<FakeKeyring>(m_keyring));
        QVERIFY(waited(workspace.open(m_folder->path())));
    }
    void signIn(Workspace &workspace)
    {
        QVERIFY(waited(workspace.signIn(m_hub->url(), "ana@teapots.example", m_hub->password)));
        QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
    }
    /// In any file of the profile, closed.
    bool isOnDisk() const
    {
        for (const QFileInfo &info : QDir(m_folder->path()).entryInfoList(QDir::Files)) {
            QFile file(info.filePath());
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains(m_hub->token.c_str()))
                return true;
        }
        return false;
    }
    FakeKeyring::State m_keyring;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MiniHub> m_hub;
};

void TestKeyring::theTokenIsInTheKeyringAlone()
{
    {
        Workspace workspace;
        open(workspace);
        signIn(workspace);
        QVERIFY(!workspace.isTokenInFile());
        QVERIFY(waited(workspace.setSetting("x", "y")));
    }
    QCOMPARE(m_keyring.entries.size(), std::size_t(1));
    QCOMPARE(m_keyring.entries.begin()->second, m_hub->token);
    QVERIFY(!isOnDisk());
    Workspace again; // nobody has to sign in
    open(again);
    QVERIFY(again.status().state != State::SignedOut);
    QTRY_VERIFY_WITH_TIMEOUT(again.status().state == State::Live, 20'000);
    QCOMPARE(m_hub->signIns, 1);
    QVERIFY(waited(again.hubMoved(m_hub->url()))); // writes the journal again
    again.close();
    QVERIFY(!isOnDisk());
}

void TestKeyring::withoutAKeyringItIsInTheFile()
{
    m_keyring.absent = true;
    Workspace workspace;
    QSignalSpy told(&workspace, &Workspace::tokenKeptInFile);
    open(workspace);
    signIn(workspace);
    QVERIFY(workspace.isTokenInFile());
    QCOMPARE(told.size(), 1);
    workspace.close();
    QVERIFY(isOnDisk());
    Workspace again;
    open(again);
    QTRY_VERIFY_WITH_TIMEOUT(again.status().state == State::Live, 20'000);
}

void TestKeyring::aTokenOfBeforeMoves()
{
    {
        Workspace workspace;
        open(workspace, false);
        signIn(workspace);
        QVERIFY(!workspace.isTokenInFile()); // nobody has spoken of a keyring
    }
    QVERIFY(isOnDisk());
    {
        Workspace workspace;
        open(workspace);
        QTRY_COMPARE(m_keyring.entries.size(), std::size_t(1));
        QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
        QTRY_VERIFY(!workspace.isTokenInFile());
    }
    QVERIFY(!isOnDisk());
    Workspace again;
    open(again);
    QTRY_VERIFY_WITH_TIMEOUT(again.status().state == State::Live, 20'000);
}

void TestKeyring::aKeyringThatGivesNothingThrowsNothingAway()
{
    {
        Workspace workspace;
        open(workspace);
        signIn(workspace);
    }
    const auto kept = m_keyring.entries;
    m_keyring.entries.clear();
    {
        Workspace workspace;
        open(workspace);
        QTRY_VERIFY(workspace.status().state == State::SignedOut);
        QVERIFY(!workspace.agent().id.isNull()); // nothing was thrown away
        QVERIFY(QFile::exists(m_folder->filePath("cache.db")));
    }
    m_keyring.entries = kept; // it was not open, say
    {
        Workspace workspace;
        open(workspace);
        QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
    }
    m_keyring.entries.clear();
    Workspace workspace;
    open(workspace);
    QTRY_VERIFY(workspace.status().state == State::SignedOut);
    signIn(workspace); // and on
    QCOMPARE(m_keyring.entries.size(), std::size_t(1));
}

void TestKeyring::workGoesOnWhileItIsLocked()
{
    {
        Workspace workspace;
        open(workspace);
        signIn(workspace);
    }
    m_keyring.silent = true;
    const int sessions = m_hub->sessions();
    Workspace workspace;
    open(workspace);
    QVERIFY(workspace.status().state == State::Connecting);
    QVERIFY(!workspace.agent().id.isNull());
    QVERIFY(waited(workspace.agents()));
    QVERIFY(!waited(workspace.access().state())); // no request without a token
    QCOMPARE(m_hub->sessions(), sessions);
}

void TestKeyring::signingOutForgetsIt()
{
    Workspace workspace;
    open(workspace);
    signIn(workspace);
    QVERIFY(waited(workspace.signOut()));
    QVERIFY(m_keyring.entries.empty());
    signIn(workspace);
    QCOMPARE(m_keyring.entries.size(), std::size_t(1));
    m_hub->token = "another"; // and now the hub shows it out
    m_hub->newEpoch(2, 0);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::SignedOut, 20'000);
    QVERIFY(m_keyring.entries.empty());
}

void TestKeyring::signingInAgainLeavesOne()
{
    Workspace workspace;
    open(workspace);
    signIn(workspace);
    signIn(workspace);
    QCOMPARE(m_keyring.entries.size(), std::size_t(1));
}

/// Unsent work of one agent keeps another out. The one stays signed in, and nothing of the other is left.
void TestKeyring::aRefusedSignInLeavesWhoIsIn()
{
    Workspace workspace;
    open(workspace);
    signIn(workspace);
    m_hub->stop();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Offline, 20'000);
    QVERIFY(waited(workspace.submit(model::AddNote{.body = "not sent yet"})));
    MiniHub other;
    other.agent = {.id = *model::AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ac"), .name = "Ben"};
    other.token = "the token of another";
    const auto refused = waited(workspace.signIn(other.url(), "ben@teapots.example", other.password));
    QVERIFY(!refused && refused.error().kind == Error::Kind::Conflict);
    QCOMPARE(m_keyring.entries.size(), std::size_t(1));
    QCOMPARE(m_keyring.entries.begin()->second, m_hub->token);
}

void TestKeyring::whoDoesNotStayIsAskedAgain_data()
{
    QTest::addColumn<bool>("hasKeyring");
    QTest::addColumn<bool>("stayedBefore");
    QTest::newRow("with a keyring") << true << false;
    QTest::newRow("without one") << false << false;
    QTest::newRow("who had stayed before") << true << true;
    QTest::newRow("who had stayed before, by a file") << false << true;
}

/// What lets the desktop in is nowhere; what is on this computer stays, and can be worked with.
void TestKeyring::whoDoesNotStayIsAskedAgain()
{
    QFETCH(const bool, hasKeyring);
    QFETCH(const bool, stayedBefore);
    {
        Workspace workspace;
        open(workspace, hasKeyring);
        if (stayedBefore)
            signIn(workspace);
        QVERIFY(waited(workspace.signIn(m_hub->url(), "ana@teapots.example", m_hub->password, {}, false)));
        QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
        QVERIFY(!workspace.isTokenInFile());
        QVERIFY(waited(workspace.hubMoved(m_hub->url()))); // writes the journal again
        QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
    }
    QVERIFY(m_keyring.entries.empty());
    QVERIFY(!isOnDisk());
    const int signIns = m_hub->signIns;
    Workspace again;
    open(again, hasKeyring);
    QCOMPARE(again.status().state, State::SignedOut);
    QCOMPARE(again.agentEmail(), std::string("ana@teapots.example"));
    QCOMPARE(again.agent().id, m_hub->agent.id);
    QCOMPARE(m_hub->signIns, signIns);
    signIn(again); // stays from now on
    again.close();
    QCOMPARE(m_keyring.entries.size(), hasKeyring ? 1U : 0U);
    Workspace third;
    open(third, hasKeyring);
    QTRY_VERIFY_WITH_TIMEOUT(third.status().state == State::Live, 20'000);
}

QTEST_GUILESS_MAIN(TestKeyring)
#include "tst_keyring.moc"
