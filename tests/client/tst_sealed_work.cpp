// Work on this computer is sealed by a key that is in the keyring, and that the hub gives again: whatever becomes of either,
// nothing unsent is lost, and no word of it is on the disk.
#include "core/client/keyring.h"
#include "core/client/workspace.h"
#include "core/store/database.h"
#include "core/wire/features.h"
#include "tests/client/fake_keyring.h"
#include "tests/client/mini_hub.h"
#include "tests/client/waited.h"

#include <QBuffer>
#include <QDirIterator>
#include <QImage>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;

namespace {

SealKey keyOf(char name)
{
    return *SealKey::from(Bytes(SealKey::kBytes, std::byte(name)));
}

QByteArray textOfKey(char name)
{
    return QByteArray::fromStdString(toBase64(keyOf(name).bytes()));
}

const auto kConversation = idOf<ConversationId>(10);
const auto kCustomer = idOf<CustomerId>(20);
const QByteArray kWord = "pomegranate"; ///< In everything that somebody writes.

} // namespace

class TestSealedWork : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_keyring = {};
        m_folder = std::make_unique<QTemporaryDir>();
        m_hub = std::make_unique<MiniHub>();
        m_hub->agent = {.id = idOf<AgentId>(3), .email = "ana@teapots.example", .name = "Ana"};
        m_hub->token = "a-token";
        m_hub->sealKey = textOfKey('a');
        furnish(*m_hub);
    }
    void nothingIsOnTheDisk();
    void aProfileOfBeforeIsSealed();
    void aKeyringThatAnswersLate();
    void whoWritesWhenItComesDoesNotWriteOverIt();
    void aKeyringThatHasLostIt_data();
    void aKeyringThatHasLostIt();
    void aKeyThatIsLostWaits_data();
    void aKeyThatIsLostWaits();
    void aHubWithAnotherKey();
    void anOlderHubHasNone();
    void aHubThatDoesNotSayItNow_data();
    void aHubThatDoesNotSayItNow();
    void withoutAKeyringItIsPlain();
    void aKeyringThatIsThereNoMore();
    void aKeyringThatIsThereNoMoreAndNothingUnsent_data();
    void aKeyringThatIsThereNoMoreAndNothingUnsent();
    void whatWaitedGoesOutWithoutAKeyring();
    void aKeyringThatDoesNotTakeTheKey();
    void itIsPlainBeforeItsKeyGoes();
    void whoDoesNotStayIsGivenItAgain();
    void twoAgentsInTurn();
    void twoAgentsHaveTheSameFile();
    void whatWasSentIsBroughtAgain_data();
    void whatWasSentIsBroughtAgain();
    void signingOutForgetsIt();
    void theEntryHasBoth();
    void attachmentsAreSealed();
    void attachmentsOfBeforeAreSealed();
    void copiesForOthersGo();

private:
    static void furnish(MiniHub &hub)
    {
        hub.put(hub.agent);
        hub.put(Customer{.id = kCustomer, .name = "Layla"});
        Conversation conversation{.id = kConversation, .number = 1, .customer = kCustomer};
        conversation.lastItemAt = fromMs(1'700'000'000'000);
        hub.put(conversation);
    }
    std::unique_ptr<Workspace> opened(bool withKeyring = true)
    {
        auto workspace = std::make_unique<Workspace>();
        if (withKeyring)
            workspace->setKeyring(std::make_unique<FakeKeyring>(m_keyring));
        const auto done = waited(workspace->open(m_folder->path()));
        if (!done)
            qFatal("%s", done.error().detail.c_str());
        return workspace;
    }
    static bool isLive(Workspace &workspace)
    {
        return QTest::qWaitFor(
            [&] {
                workspace.tryNow();
                return workspace.status().state == State::Live;
            },
            20'000);
    }
    bool signIn(Workspace &workspace)
    {
        const auto in = waited(workspace.signIn(m_hub->url(), m_hub->agent.email, m_hub->password));
        if (!in)
            qWarning("%s: %s", name(in.error().kind), in.error().detail.c_str());
        return in && isLive(workspace);
    }
    std::unique_ptr<Workspace> live(bool withKeyring = true)
    {
        auto workspace = opened(withKeyring);
        if (!signIn(*workspace))
            qFatal("not live");
        return workspace;
    }
    /// The keyring has the key, so that all is sealed.
    bool hasKey(char name)
    {
        return QTest::qWaitFor([&] {
            return m_keyring.entries.size() == 1
                   && m_keyring.entries.begin()->second.starts_with(m_hub->token
                                                                    + "\nseal:" + textOfKey(name).toStdString());
        });
    }
    /// A note, and a draft of another one, written while the hub is gone.
    void work(Workspace &workspace, int name)
    {
        const std::string text = (kWord + QByteArray::number(name)).toStdString();
        QVERIFY(waited(workspace.submit(
            AddNote{.item = idOf<TimelineItemId>(100 + name), .conversation = kConversation, .body = text})));
        QVERIFY(waited(workspace.saveDraft({.conversation = kConversation, .body = text, .savedAt = SystemClock().now()})));
    }
    std::vector<std::string> sent() const
    {
        std::vector<std::string> texts;
        for (const Command &command : m_hub->commands) {
            if (const auto *note = std::get_if<AddNote>(&command.body))
                texts.push_back(note->body);
        }
        return texts;
    }
    std::string draft(Workspace &workspace)
    {
        const auto draft = waited(workspace.draft(kConversation, store::Draft::Kind::Reply));
        return draft && *draft ? (*draft)->body : std::string();
    }
    /// In any byte of the journal or of a content; or of a copy for others.
    bool isOnDisk(const QByteArray &word = kWord) const
    {
        QDirIterator files(m_folder->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (!files.fileName().startsWith("cache.db") && file.open(QIODevice::ReadOnly) && file.readAll().contains(word))
                return true;
        }
        return false;
    }
    /// What was done with the hub gone, in a profile that is closed by now.
    void workAlone(int name)
    {
        auto workspace = live();
        QVERIFY(hasKey('a'));
        m_hub->stop();
        QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Offline, 20'000);
        work(*workspace, name);
    }
    Attachment attachmentOf(const QByteArray &content, int name)
    {
        m_hub->blob = content;
        Attachment one{.id = idOf<AttachmentId>(name), .name = "a.txt", .sizeBytes = content.size()};
        one.sha256 = toHex(sha256(std::as_bytes(std::span(content.constData(), std::size_t(content.size())))));
        return one;
    }
    FakeKeyring::State m_keyring;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MiniHub> m_hub;
};

void TestSealedWork::nothingIsOnTheDisk()
{
    workAlone(1);
    QVERIFY(!isOnDisk());
    {
        auto workspace = opened(); // the hub is gone still
        QTRY_COMPARE(waited(workspace->outbox())->size(), std::size_t(1));
        QCOMPARE(workspace->status().outboxCount, 1);
        QCOMPARE(draft(*workspace), std::string("pomegranate1"));
        work(*workspace, 2);
    }
    QVERIFY(!isOnDisk());
    m_hub->start();
    auto workspace = opened();
    QVERIFY(isLive(*workspace));
    QTRY_COMPARE(sent(), (std::vector<std::string>{"pomegranate1", "pomegranate2"}));
    QTRY_COMPARE(workspace->status().outboxCount, 0);
    QCOMPARE(m_hub->signIns, 1);
    workspace->close();
    QVERIFY(!isOnDisk());
}

void TestSealedWork::aProfileOfBeforeIsSealed()
{
    m_hub->sealKey.clear();
    {
        auto workspace = live();
        m_hub->stop();
        QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Offline, 20'000);
        work(*workspace, 1);
    }
    QVERIFY(isOnDisk());
    QCOMPARE(m_keyring.entries.begin()->second, m_hub->token); // as programs of before have left it
    m_hub->sealKey = textOfKey('a');
    m_hub->start();
    {
        auto workspace = opened();
        QVERIFY(isLive(*workspace));
        QVERIFY(hasKey('a'));
        QTRY_VERIFY(!isOnDisk());
        QCOMPARE(draft(*workspace), std::string("pomegranate1"));
    }
    QVERIFY(!isOnDisk());
    QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
}

/// Somebody types the keyring's password: what is here can be read, and worked with; nothing is sent before all is known.
void TestSealedWork::aKeyringThatAnswersLate()
{
    workAlone(1);
    m_hub->start();
    m_keyring.holds = true;
    auto workspace = opened();
    QVERIFY(workspace->status().state == State::Connecting);
    const auto shown = waited(workspace->itemsByIds({idOf<TimelineItemId>(101)}));
    QVERIFY(shown && shown->size() == 1); // its own work too, as it was
    QCOMPARE(shown->front().body, std::string("pomegranate1"));
    QVERIFY(waited(workspace->outbox())->empty());
    work(*workspace, 2);
    const auto both = waited(workspace->itemsByIds({idOf<TimelineItemId>(101), idOf<TimelineItemId>(102)}));
    QCOMPARE(both->size(), std::size_t(2));
    QVERIFY(!waited(workspace->undo())); // looks at what is under way
    QSignalSpy drafts(workspace.get(), &Workspace::draftChanged);
    m_keyring.answer();
    QVERIFY(isLive(*workspace));
    QTRY_COMPARE(sent(), (std::vector<std::string>{"pomegranate1", "pomegranate2"}));
    QVERIFY(drafts.size() > 0);
    QCOMPARE(draft(*workspace), std::string("pomegranate1\n\npomegranate2"));
    QCOMPARE(waited(workspace->itemsByIds({idOf<TimelineItemId>(101), idOf<TimelineItemId>(102)}))->size(), std::size_t(2));
    workspace->close();
    QVERIFY(!isOnDisk());
}

/// An editor saves when the draft is there again already, and was not read yet.
void TestSealedWork::whoWritesWhenItComesDoesNotWriteOverIt()
{
    workAlone(1);
    m_keyring.holds = true;
    auto workspace = opened();
    const auto save = [&](const std::string &body) {
        return workspace->saveDraft({.conversation = kConversation, .body = body, .savedAt = SystemClock().now()});
    };
    QVERIFY(waited(save("new")));
    QSignalSpy told(workspace.get(), &Workspace::draftChanged);
    m_keyring.answer();
    QTRY_VERIFY(told.size() > 0);
    const auto read = workspace->draft(kConversation, store::Draft::Kind::Reply);
    const auto late = save("new and more"); // before the answer is here
    QCOMPARE((*waited(read))->body, std::string("pomegranate1\n\nnew"));
    QVERIFY(waited(late));
    QVERIFY(waited(save("new and more still"))); // an answer that was written over while it came is not looked at
    QCOMPARE(draft(*workspace), std::string("pomegranate1\n\nnew and more still"));
    QVERIFY(waited(save("all is known")));
    QCOMPARE(draft(*workspace), std::string("all is known"));
}

void TestSealedWork::aKeyringThatHasLostIt_data()
{
    QTest::addColumn<QString>("entry");
    QTest::newRow("all of it") << "";
    QTest::newRow("the key") << "a-token";
    QTest::newRow("another key") << "a-token\nseal:" + QString(textOfKey('x'));
    QTest::newRow("what makes no sense") << "a-token\nseal:AAAA\nsomething";
}

/// The hub gives it again, to whoever is signed in or signs in anew. All is sent once.
void TestSealedWork::aKeyringThatHasLostIt()
{
    QFETCH(const QString, entry);
    workAlone(1);
    if (entry.isEmpty())
        m_keyring.entries.clear();
    else
        m_keyring.entries.begin()->second = entry.toStdString();
    {
        auto workspace = opened(); // while the hub is gone
        if (entry.isEmpty())
            QTRY_VERIFY(workspace->status().state == State::SignedOut);
        QVERIFY(waited(workspace->outbox())->empty());
        work(*workspace, 2);
        QVERIFY(waited(workspace->conversationRow(kConversation)));
    }
    m_hub->start();
    auto workspace = opened();
    QSignalSpy lost(workspace.get(), &Workspace::workLocked);
    if (entry.isEmpty()) {
        QTRY_VERIFY(workspace->status().state == State::SignedOut);
        QCOMPARE(sent(), std::vector<std::string>());
        QVERIFY(signIn(*workspace));
    }
    QVERIFY(isLive(*workspace));
    QTRY_COMPARE(sent(), (std::vector<std::string>{"pomegranate1", "pomegranate2"}));
    QTRY_COMPARE(workspace->status().outboxCount, 0);
    QCOMPARE(draft(*workspace), std::string("pomegranate1\n\npomegranate2"));
    QVERIFY(hasKey('a'));
    QCOMPARE(lost.size(), 0);
    workspace->close();
    QVERIFY(!isOnDisk());
}

void TestSealedWork::aKeyThatIsLostWaits_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("the hub has another") << textOfKey('n');
    QTest::newRow("the hub is an older one, and has none") << QByteArray();
}

/// Neither the keyring nor the hub has it: it is said, and what is done from now on goes out. It is found: so does the rest.
void TestSealedWork::aKeyThatIsLostWaits()
{
    QFETCH(const QByteArray, key);
    workAlone(1);
    m_keyring.entries.clear();
    m_hub->sealKey = key;
    m_hub->start();
    {
        auto workspace = opened();
        QSignalSpy lost(workspace.get(), &Workspace::workLocked);
        QTRY_VERIFY(workspace->status().state == State::SignedOut);
        QVERIFY(signIn(*workspace));
        QCOMPARE(lost.size(), 1);
        QCOMPARE(lost[0][0].toLongLong(), 1);
        work(*workspace, 2);
        QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate2"});
        QVERIFY(key.isEmpty() || hasKey('n'));
    }
    {
        auto workspace = opened(); // said each time
        QSignalSpy lost(workspace.get(), &Workspace::workLocked);
        QVERIFY(isLive(*workspace));
        QTRY_COMPARE(lost.size(), 1);
        QCOMPARE(lost[0][0].toLongLong(), 1);
    }
    m_hub->sealKey = textOfKey('a');
    auto workspace = opened();
    QVERIFY(isLive(*workspace));
    QVERIFY(hasKey('a'));
    QTRY_COMPARE(sent(), (std::vector<std::string>{"pomegranate2", "pomegranate1"})); // at once
    QCOMPARE(draft(*workspace), std::string("pomegranate1\n\npomegranate2"));
}

/// Its hub.key is another one since it was set up anew. What was sealed by the former is sealed by this one.
void TestSealedWork::aHubWithAnotherKey()
{
    workAlone(1);
    m_hub->sealKey = textOfKey('n');
    m_hub->start();
    {
        auto workspace = opened();
        QVERIFY(isLive(*workspace));
        QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
        QVERIFY(hasKey('n'));
        QTRY_COMPARE(draft(*workspace), std::string("pomegranate1"));
    }
    m_keyring.entries.begin()->second = "a-token\nseal:" + textOfKey('n').toStdString();
    auto workspace = opened();
    QTRY_COMPARE(draft(*workspace), std::string("pomegranate1"));
}

void TestSealedWork::anOlderHubHasNone()
{
    m_hub->sealKey.clear();
    auto workspace = live();
    QTRY_COMPARE(m_hub->sealKeysAsked, 1);
    work(*workspace, 1);
    QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
    workspace->close();
    QVERIFY(isOnDisk());
    QCOMPARE(m_keyring.entries.begin()->second, m_hub->token);
    workspace = opened();
    QVERIFY(isLive(*workspace));
    QCOMPARE(draft(*workspace), std::string("pomegranate1"));
}

void TestSealedWork::aHubThatDoesNotSayItNow_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("it is busy") << 503 << textOfKey('a');
    QTest::newRow("a proxy asks who is there") << 407 << textOfKey('a');
    QTest::newRow("too many questions") << 429 << textOfKey('a');
}

/// Where something sealed waits it is asked again before anything is sent.
void TestSealedWork::aHubThatDoesNotSayItNow()
{
    QFETCH(const int, status);
    QFETCH(const QByteArray, key);
    workAlone(1);
    m_keyring.entries.begin()->second = m_hub->token;
    m_hub->sealKeyStatus = status;
    m_hub->sealKey = key;
    m_hub->start();
    const int before = m_hub->sealKeysAsked;
    const int sessions = m_hub->sessions();
    auto workspace = opened();
    QTRY_VERIFY(m_hub->sealKeysAsked > before);
    QTRY_VERIFY(workspace->status().state == State::Offline);
    QVERIFY(workspace->status().retryAt.has_value());
    work(*workspace, 2);
    workspace->tryNow();
    QTRY_VERIFY(m_hub->sealKeysAsked > before + 1);
    QCOMPARE(m_hub->sessions(), sessions);
    m_hub->sealKeyStatus = 0;
    QVERIFY(isLive(*workspace));
    QTRY_COMPARE(sent(), (std::vector<std::string>{"pomegranate1", "pomegranate2"}));
}

void TestSealedWork::withoutAKeyringItIsPlain()
{
    m_keyring.absent = true;
    {
        auto workspace = live();
        QVERIFY(workspace->isTokenInFile());
        work(*workspace, 1);
        QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
    }
    QVERIFY(isOnDisk());
    QCOMPARE(m_hub->sealKeysAsked, 0);
    auto workspace = opened();
    QCOMPARE(draft(*workspace), std::string("pomegranate1"));
}

/// What was sealed is stored plain again, that it can be worked with while the hub is gone.
void TestSealedWork::aKeyringThatIsThereNoMore()
{
    workAlone(1);
    m_keyring.absent = true;
    m_hub->start();
    {
        auto workspace = opened();
        QTRY_VERIFY(workspace->status().state == State::SignedOut);
        QVERIFY(signIn(*workspace));
        QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
        QTRY_COMPARE(workspace->status().outboxCount, 0);
        QCOMPARE(draft(*workspace), std::string("pomegranate1"));
        m_hub->stop();
        QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Offline, 20'000);
        work(*workspace, 2);
    }
    auto workspace = opened();
    QCOMPARE(waited(workspace->outbox())->size(), std::size_t(1));
    QCOMPARE(draft(*workspace), std::string("pomegranate2"));
    m_keyring.absent = false; // and there again
    workspace->close();
    m_hub->start();
    workspace = opened();
    QVERIFY(isLive(*workspace));
    QVERIFY(hasKey('a'));
    QTRY_VERIFY(!isOnDisk());
    QTRY_COMPARE(sent(), (std::vector<std::string>{"pomegranate1", "pomegranate2"}));
}

void TestSealedWork::aKeyringThatIsThereNoMoreAndNothingUnsent_data()
{
    QTest::addColumn<bool>("isLockedOut");
    QTest::newRow("they had signed out") << false;
    QTest::newRow("the device was signed out") << true;
}

/// What is sealed is a draft, and what came back.
void TestSealedWork::aKeyringThatIsThereNoMoreAndNothingUnsent()
{
    QFETCH(const bool, isLockedOut);
    m_hub->judge = [](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id, .kind = Outcome::Kind::Refused};
        outcome.reason = Outcome::Reason::NotAllowed;
        return outcome;
    };
    {
        auto workspace = live();
        QVERIFY(hasKey('a'));
        work(*workspace, 1);
        QTRY_COMPARE(workspace->status().needsYouCount, 1);
        QTRY_COMPARE(workspace->status().outboxCount, 0);
        if (!isLockedOut)
            QVERIFY(waited(workspace->signOut()));
    }
    m_keyring = {.absent = true};
    auto workspace = opened();
    QTRY_VERIFY(workspace->status().state == State::SignedOut);
    QCOMPARE(draft(*workspace), std::string());
    QVERIFY(signIn(*workspace));
    QTRY_COMPARE(draft(*workspace), std::string("pomegranate1"));
    QTRY_COMPARE(workspace->status().needsYouCount, 1);
    workspace->close();
    m_hub->stop();
    workspace = opened(); // and can be worked with while the hub is gone
    QCOMPARE(draft(*workspace), std::string("pomegranate1"));
    QCOMPARE(workspace->status().needsYouCount, 1);
}

/// It was put out of the way when no key was to be had.
void TestSealedWork::whatWaitedGoesOutWithoutAKeyring()
{
    workAlone(1);
    m_keyring.entries.clear();
    m_hub->sealKey.clear();
    m_hub->start();
    {
        auto workspace = opened();
        QVERIFY(signIn(*workspace));
    }
    m_keyring = {.absent = true};
    m_hub->sealKey = textOfKey('a');
    auto workspace = opened();
    QTRY_VERIFY(workspace->status().state == State::SignedOut);
    QCOMPARE(sent(), std::vector<std::string>());
    QVERIFY(signIn(*workspace));
    QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
    QCOMPARE(draft(*workspace), std::string("pomegranate1"));
}

/// It has the token, and is locked when the hub gives the key: which it gives again.
void TestSealedWork::aKeyringThatDoesNotTakeTheKey()
{
    {
        auto workspace = live();
        QVERIFY(hasKey('a'));
        QVERIFY(waited(workspace->saveDraft({.conversation = kConversation, .body = kWord.toStdString()})));
        QVERIFY(waited(workspace->signOut()));
    }
    m_hub->sealKeyStatus = 503;
    const int before = m_hub->sealKeysAsked;
    auto workspace = opened();
    QVERIFY(signIn(*workspace));
    QTRY_VERIFY(m_hub->sealKeysAsked > before);
    QCOMPARE(draft(*workspace), std::string());
    m_keyring.absent = true;
    m_hub->sealKeyStatus = 0;
    m_hub->stop();
    QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Offline, 20'000);
    m_hub->start();
    QVERIFY(isLive(*workspace));
    QTRY_COMPARE(draft(*workspace), kWord.toStdString());
    workspace->close();
    QVERIFY(!isOnDisk());
}

/// Somebody signs in once more, and the keyring takes nothing any more: were it the other way round, a program that is ended
/// in between would leave what nobody can open.
void TestSealedWork::itIsPlainBeforeItsKeyGoes()
{
    auto workspace = live();
    QVERIFY(hasKey('a'));
    QVERIFY(waited(workspace->saveDraft({.conversation = kConversation, .body = kWord.toStdString()})));
    QVERIFY(!isOnDisk());
    m_keyring.absent = true;
    bool wasPlain = false;
    m_keyring.removing = [&] { wasPlain = isOnDisk(); };
    QVERIFY(signIn(*workspace));
    QTRY_VERIFY(m_keyring.entries.empty());
    QVERIFY(wasPlain);
    QCOMPARE(draft(*workspace), kWord.toStdString());
    m_keyring.removing = [] {};
}

/// The key is nowhere but at the hub.
void TestSealedWork::whoDoesNotStayIsGivenItAgain()
{
    const auto signInOnly = [this](Workspace &workspace) {
        return waited(workspace.signIn(m_hub->url(), m_hub->agent.email, m_hub->password, {}, false)) && isLive(workspace);
    };
    {
        auto workspace = opened();
        QVERIFY(signInOnly(*workspace));
        QTRY_COMPARE(m_hub->sealKeysAsked, 1);
        m_hub->stop();
        QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Offline, 20'000);
        work(*workspace, 1);
        QTRY_VERIFY(!isOnDisk());
    }
    QVERIFY(m_keyring.entries.empty());
    m_hub->start();
    auto workspace = opened();
    QCOMPARE(workspace->status().state, State::SignedOut);
    QVERIFY(signInOnly(*workspace));
    QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
    QCOMPARE(draft(*workspace), std::string("pomegranate1"));
}

void TestSealedWork::twoAgentsInTurn()
{
    workAlone(1);
    m_keyring.entries.clear();
    MiniHub bens;
    bens.agent = {.id = idOf<AgentId>(4), .email = "ben@teapots.example", .name = "Ben"};
    bens.token = "another-token";
    bens.sealKey = textOfKey('b');
    furnish(bens);
    const auto enter = [](Workspace &workspace, MiniHub &hub) {
        return waited(workspace.signIn(hub.url(), hub.agent.email, hub.password));
    };
    {
        auto workspace = opened();
        const auto refused = enter(*workspace, bens); // work of Ana's, whom nobody can read now
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, Error::Kind::Conflict);
        m_hub->start();
        QVERIFY(signIn(*workspace));
        QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
        QTRY_COMPARE(workspace->status().outboxCount, 0);
        QVERIFY(hasKey('a'));
        QVERIFY(enter(*workspace, bens)); // without signing Ana out
        QVERIFY(isLive(*workspace));
        const auto entry = [this] { return QByteArray::fromStdString(m_keyring.entries.begin()->second); };
        QTRY_VERIFY(entry().contains(textOfKey('b')));
        QVERIFY(!entry().contains(textOfKey('a')));
        QCOMPARE(draft(*workspace), std::string());
        QVERIFY(waited(workspace->saveDraft({.conversation = kConversation, .body = "Ben's pomegranate"})));
        QVERIFY(waited(workspace->signOut()));
        QCOMPARE(draft(*workspace), std::string());
    }
    QVERIFY(!isOnDisk());
    auto workspace = opened();
    m_hub->newEpoch(2, 0); // it tells clients apart by their numbers alone
    QVERIFY(signIn(*workspace));
    QTRY_COMPARE(draft(*workspace), std::string("pomegranate1"));
    QVERIFY(enter(*workspace, bens));
    QVERIFY(isLive(*workspace));
    QTRY_COMPARE(draft(*workspace), std::string("Ben's pomegranate"));
}

/// The one's copy of a content does not cost the other theirs, which they have yet to send.
void TestSealedWork::twoAgentsHaveTheSameFile()
{
    MiniHub bens;
    bens.agent = {.id = idOf<AgentId>(4), .email = "ben@teapots.example", .name = "Ben"};
    bens.token = "another-token";
    bens.sealKey = textOfKey('b');
    furnish(bens);
    m_hub->features = bens.features = wire::ownFeatures();
    auto workspace = live();
    QVERIFY(hasKey('a'));
    m_hub->stop();
    QTRY_VERIFY(workspace->status().state == State::Offline);
    const auto file = waited(workspace->attach("prices.pdf", "application/pdf", kWord));
    QVERIFY(file);
    store::Draft unsent{.conversation = kConversation, .body = "The prices"};
    store::setAttachments(unsent, {*file});
    QVERIFY(waited(workspace->saveDraft(unsent)));
    QVERIFY(waited(workspace->signOut()));

    QVERIFY(waited(workspace->signIn(bens.url(), bens.agent.email, bens.password)));
    QVERIFY(isLive(*workspace));
    QTRY_VERIFY(m_keyring.entries.begin()->second.find(textOfKey('b').toStdString()) != std::string::npos);
    QVERIFY(waited(workspace->attach("the same.pdf", "application/pdf", kWord)));
    QVERIFY(waited(workspace->signOut()));

    m_hub->start();
    QVERIFY(signIn(*workspace));
    QVERIFY(isLive(*workspace));
    QVERIFY(hasKey('a'));
    SendMessage message{.item = idOf<TimelineItemId>(61), .conversation = kConversation, .body = "The prices"};
    message.attachments = {*file};
    QVERIFY(waited(workspace->submit(message)));
    QTRY_COMPARE_WITH_TIMEOUT(workspace->status().outboxCount, 0, 15'000);
    QCOMPARE(m_hub->uploads.value(QString::fromStdString(file->id.text())), kWord);
    QVERIFY(!isOnDisk());
}

void TestSealedWork::whatWasSentIsBroughtAgain_data()
{
    QTest::addColumn<bool>("isSealed");
    QTest::addColumn<bool>("isShared"); // somebody else works there in between
    QTest::addColumn<bool>("isRestored");
    QTest::newRow("sealed") << true << false << true;
    QTest::newRow("plain: its file goes with the sign-out") << false << false << true;
    QTest::newRow("sealed, on a computer that is shared") << true << true << true;
    QTest::newRow("plain, on a computer that is shared") << false << true << true;
    QTest::newRow("the same hub, nothing is said twice") << true << true << false;
}

/// They signed out in the evening, and the hub is put back to the night before.
void TestSealedWork::whatWasSentIsBroughtAgain()
{
    QFETCH(const bool, isSealed);
    QFETCH(const bool, isShared);
    QFETCH(const bool, isRestored);
    m_hub->features = wire::ownFeatures();
    auto workspace = live(isSealed);
    QVERIFY(!isSealed || hasKey('a'));
    const auto file = waited(workspace->attach("prices.pdf", "application/pdf", kWord));
    QVERIFY(file);
    SendMessage message{.item = idOf<TimelineItemId>(101), .conversation = kConversation, .body = "Here they are."};
    message.attachments = {*file};
    QVERIFY(waited(workspace->submit(message)));
    QTRY_COMPARE(m_hub->uploads.size(), 1);
    QTRY_COMPARE(workspace->status().outboxCount, 0);
    QVERIFY(waited(workspace->signOut()));
    QVERIFY(!isOnDisk());

    m_hub->commands.clear();
    m_hub->outcomes.clear();
    if (isShared) {
        const Agent ana =
            std::exchange(m_hub->agent, {.id = idOf<AgentId>(4), .email = "ben@teapots.example", .name = "Ben"});
        const QByteArray anas = std::exchange(m_hub->sealKey, textOfKey('b'));
        m_hub->put(m_hub->agent);
        m_hub->lastN = 0; // it tells clients apart by their numbers alone
        QVERIFY(signIn(*workspace));
        QVERIFY(waited(workspace->signOut()));
        QVERIFY(m_hub->commands.empty());
        m_hub->agent = ana;
        m_hub->sealKey = anas;
    }
    if (isRestored) {
        m_hub->uploads.clear();
        m_hub->newEpoch(2, 0);
    }
    QVERIFY(signIn(*workspace));
    m_hub->put(m_hub->agent); // it has said whom it has erased
    if (!isRestored) {
        QTRY_COMPARE(workspace->status().outboxCount, 0);
        QVERIFY(m_hub->commands.empty());
        return;
    }
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QCOMPARE(m_hub->uploads.size(), isSealed ? 1 : 0);
    if (isSealed)
        QCOMPARE(m_hub->uploads.first(), kWord);
}

void TestSealedWork::signingOutForgetsIt()
{
    auto workspace = live();
    QVERIFY(hasKey('a'));
    m_hub->stop();
    QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == State::Offline, 20'000);
    work(*workspace, 1);
    QVERIFY(waited(workspace->signOut()));
    QVERIFY(m_keyring.entries.empty());
    QCOMPARE(workspace->status().outboxCount, 1); // what waits is said
    QCOMPARE(draft(*workspace), std::string());
    workspace->close();
    QVERIFY(!isOnDisk());
    m_hub->start();
    workspace = opened();
    QVERIFY(signIn(*workspace));
    QTRY_COMPARE(sent(), std::vector<std::string>{"pomegranate1"});
    QCOMPARE(draft(*workspace), std::string("pomegranate1"));
}

void TestSealedWork::theEntryHasBoth()
{
    const KeyringEntry entry{.token = "token", .keys = {keyOf('a'), keyOf('b')}};
    const KeyringEntry back = keyringEntryFrom(keyringText(entry));
    QCOMPARE(back.token, entry.token);
    QCOMPARE(back.keys, entry.keys);
    QCOMPARE(keyringText({.token = "token"}), std::string("token"));
    QVERIFY(keyringEntryFrom("token").keys.empty());
    QVERIFY(keyringEntryFrom("").token.empty());
    QCOMPARE(keyringEntryFrom("token\nfuture:x\nseal:!!\n").token, std::string("token"));
    QVERIFY(keyringEntryFrom("token\nfuture:x\nseal:!!\n").keys.empty());
}

void TestSealedWork::attachmentsAreSealed()
{
    auto workspace = live();
    QVERIFY(hasKey('a'));
    const QByteArray text = QByteArray(kWord).repeated(20'000);
    const Attachment remote = attachmentOf(text, 70);
    QVERIFY(waited(workspace->attachmentBytes(remote, 1 << 20)).value() == text);
    QCOMPARE(waited(workspace->attachmentBytes(remote, 11)).value(), kWord);
    const auto own = waited(workspace->attach("own.txt", "text/plain", kWord + " of one's own"));
    QVERIFY(own);
    QImage picture(40, 20, QImage::Format_RGB32);
    picture.fill(Qt::blue);
    QByteArray png;
    QBuffer buffer(&png);
    picture.save(&buffer, "PNG");
    const Attachment shown = attachmentOf(png, 71);
    QCOMPARE(waited(workspace->thumbnail(shown, QSize(10, 10)))->size(), QSize(10, 5));
    QVERIFY(!isOnDisk());
    QVERIFY(!isOnDisk(png));

    QTemporaryDir elsewhere;
    const QString to = elsewhere.filePath("saved.txt");
    QVERIFY(waited(workspace->saveAttachment(remote, to)));
    QFile saved(to);
    QVERIFY(saved.open(QIODevice::ReadOnly));
    QVERIFY(saved.readAll() == text);
    QVERIFY(!waited(workspace->saveAttachment(remote, elsewhere.filePath("no/such/folder"))));
    m_hub->stop(); // all of it is here
    workspace->close();
    QVERIFY(!isOnDisk());
    workspace = opened();
    QTRY_VERIFY(waited(workspace->attachmentBytes(remote, 1 << 20)).value_or(QByteArray()) == text);
    QVERIFY(waited(workspace->attachmentBytes(*own, 100)).has_value());
}

void TestSealedWork::attachmentsOfBeforeAreSealed()
{
    m_hub->sealKey.clear();
    const QByteArray text = QByteArray(kWord).repeated(20'000);
    Attachment remote;
    {
        auto workspace = live();
        remote = attachmentOf(text, 70);
        QVERIFY(waited(workspace->attachmentFile(remote)));
    }
    QVERIFY(isOnDisk());
    m_hub->sealKey = textOfKey('a');
    QStringList names;
    QDirIterator files(m_folder->filePath("blobs"), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext())
        names << files.next();
    for (const QString &name : std::as_const(names)) {
        QVERIFY(QFile::copy(name, name + ".new-1-1")); // of a write that was cut off
        for (const QString &one : {name, name + ".new-1-1"}) {
            QFile file(one);
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(file.setFileTime(QDateTime::currentDateTime().addDays(-1), QFileDevice::FileModificationTime));
        }
    }
    auto workspace = opened();
    QVERIFY(isLive(*workspace));
    QVERIFY(hasKey('a'));
    QVERIFY(waited(workspace->setSetting("attachments.megabytes", "100"))); // has it tidy up
    QTRY_VERIFY(!isOnDisk());
    m_hub->stop();
    QVERIFY(waited(workspace->attachmentBytes(remote, 1 << 20)).value() == text);
}

/// Another program is given a plain file, for as long as need be.
void TestSealedWork::copiesForOthersGo()
{
    const QByteArray text = kWord + " for another program";
    auto workspace = live();
    QVERIFY(hasKey('a'));
    Attachment remote = attachmentOf(text, 70);
    const auto open = [&] {
        const auto path = waited(workspace->attachmentFile(remote));
        QFile file(path.value_or(QString()));
        if (!file.open(QIODevice::ReadOnly) || file.readAll() != text)
            qFatal("not opened");
        return *path;
    };
    const QString path = open();
    QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    QCOMPARE(QFile::permissions(m_folder->filePath("opened")) & (QFile::ReadGroup | QFile::ReadOther | QFile::ExeOther),
             QFile::Permissions());
    QCOMPARE(open(), path);
    workspace->close(); // at the end
    QVERIFY(!QFile::exists(path));
    QVERIFY(!isOnDisk());
    QVERIFY(QDir(m_folder->path()).mkdir("opened"));
    QFile left(m_folder->filePath("opened/left")); // of one that was killed
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.close();
    workspace = opened();
    QVERIFY(!left.exists());
    QVERIFY(isLive(*workspace));
    open();
    QVERIFY(waited(workspace->signOut())); // nobody is here
    QVERIFY(!QFile::exists(path));
    QVERIFY(signIn(*workspace));
    QVERIFY(hasKey('a'));
    TimelineItem item{.id = idOf<TimelineItemId>(71), .conversation = kConversation, .customer = kCustomer};
    item.attachments = {remote};
    m_hub->put(item);
    const auto say = [&] {
        m_hub->say(wire::Changes{
            .from = m_hub->head - 1, .to = m_hub->head, .head = m_hub->head, .rows = {m_hub->get<TimelineItem>(item.id)}});
    };
    say();
    QTRY_COMPARE(waited(workspace->itemsByIds({item.id}))->size(), std::size_t(1));
    open();
    item.deleted = true; // it was taken back
    item.attachments.clear();
    m_hub->put(item);
    say();
    QTRY_VERIFY(!QFile::exists(path));
    QTRY_VERIFY(!isOnDisk());
}

QTEST_GUILESS_MAIN(TestSealedWork)
#include "tst_sealed_work.moc"
