// What must not be read from the database alone (C77 to C79).
#include "core/hub/account_store.h"
#include "core/hub/hub_store.h"

#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace tributary;
using namespace tributary::hub;

class TestSecrets : public QObject {
    Q_OBJECT
private slots:
    void openForNothingElse();
    void noBitMayTurn();
    void anotherKeyOpensNothing();
    void aBrokenKeyIsNoKey();
    void aKeyIsWholeOrNotThere();
    void anUnreadableKeyIsNotReplaced();
    void onlyTheOwnerMayRead();
    void aRenewedSecretOutlivesTheHub();

private:
    SystemRng m_rng;
    const std::map<std::string, std::string> m_secrets{{"password", "correct horse"}, {"access_token", ""}};
};

void TestSecrets::openForNothingElse()
{
    QTemporaryDir folder;
    const auto secrets = Secrets::open(folder.path().toStdString(), m_rng);
    QVERIFY(secrets);
    const Bytes sealed = secrets->seal(m_secrets, bytesOf("account 1"), m_rng);
    QVERIFY(textOf(sealed).find("horse") == std::string_view::npos);
    QVERIFY(*secrets->unseal(sealed, bytesOf("account 1")) == m_secrets);
    QVERIFY(!secrets->unseal(sealed, bytesOf("account 2")));
    QVERIFY(secrets->seal(m_secrets, bytesOf("account 1"), m_rng) != sealed); // never the same nonce
    // The same key after a restart.
    QVERIFY(*Secrets::open(folder.path().toStdString(), m_rng)->unseal(sealed, bytesOf("account 1")) == m_secrets);
}

void TestSecrets::noBitMayTurn()
{
    QTemporaryDir folder;
    const auto secrets = Secrets::open(folder.path().toStdString(), m_rng);
    QVERIFY(secrets);
    const Bytes sealed = secrets->seal(m_secrets, bytesOf("account"), m_rng);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes other = sealed;
        other[i] ^= std::byte(1u << (i % 8));
        QVERIFY(!secrets->unseal(other, bytesOf("account")));
        QVERIFY(!secrets->unseal(ByteView(sealed).first(i), bytesOf("account")));
    }
}

void TestSecrets::anotherKeyOpensNothing()
{
    QTemporaryDir here, there;
    const auto secrets = Secrets::open(here.path().toStdString(), m_rng);
    const auto others = Secrets::open(there.path().toStdString(), m_rng);
    QVERIFY(secrets && others);
    QVERIFY(!others->unseal(secrets->seal(m_secrets, bytesOf("account"), m_rng), bytesOf("account")));
    QVERIFY(secrets->derive("plus addresses") != others->derive("plus addresses"));
    QVERIFY(secrets->derive("plus addresses") != secrets->derive("something else"));
}

void TestSecrets::aBrokenKeyIsNoKey()
{
    QTemporaryDir folder;
    QVERIFY(Secrets::open(folder.path().toStdString(), m_rng));
    QFile key(folder.filePath("hub.key"));
    QVERIFY(key.resize(7));
    QVERIFY(Secrets::open(folder.path().toStdString(), m_rng).error().kind == Error::Kind::Corrupt);
}

/// As on a disk that is full, at the first start: seven bytes are taken. With room it starts.
void TestSecrets::aKeyIsWholeOrNotThere()
{
    QTemporaryDir folder;
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit few{7, before.rlim_max};
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &few), 0);
    const auto failed = Secrets::open(folder.path().toStdString(), m_rng);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QVERIFY(!failed);
    QVERIFY(QDir(folder.path()).isEmpty(QDir::Files | QDir::Hidden));
    const auto secrets = Secrets::open(folder.path().toStdString(), m_rng);
    QVERIFY2(secrets, secrets ? "" : secrets.error().detail.c_str());
    QVERIFY(Secrets::open(folder.path().toStdString(), m_rng)->derive("x") == secrets->derive("x"));
}

/// A link to a disk that is not there yet, say.
void TestSecrets::anUnreadableKeyIsNotReplaced()
{
    QTemporaryDir folder;
    const QString key = folder.filePath("hub.key");
    QVERIFY(QFile::link(folder.filePath("elsewhere"), key));
    QVERIFY(!Secrets::open(folder.path().toStdString(), m_rng));
    QVERIFY(QFileInfo(key).isSymLink() && !QFile::exists(folder.filePath("elsewhere")));
    QVERIFY(QFile::remove(key) && QDir().mkdir(key));
    QVERIFY(!Secrets::open(folder.path().toStdString(), m_rng));
    QVERIFY(QFileInfo(key).isDir());
}

void TestSecrets::onlyTheOwnerMayRead()
{
    QTemporaryDir folder;
    const mode_t before = ::umask(0); // whatever the service was started with
    SystemClock clock;
    auto store = HubStore::open(folder.filePath("data").toStdString(), clock, m_rng);
    ::umask(before);
    QVERIFY(store);
    struct stat found {};
    QVERIFY(::stat(qPrintable(folder.filePath("data")), &found) == 0);
    QCOMPARE(found.st_mode & 0777u, 0700u);
    for (const char *name : {"hub.key", "hub.db", "hub.db-wal", "hub.db-shm"}) {
        QVERIFY2(::stat(qPrintable(folder.filePath("data/") + name), &found) == 0, name);
        QVERIFY2((found.st_mode & 0777u) == 0600u, name);
    }
}

/// A refresh token that came in place of another one.
void TestSecrets::aRenewedSecretOutlivesTheHub()
{
    QTemporaryDir folder;
    const SystemClock clock;
    model::ChannelAccountId id;
    {
        const auto store = HubStore::open(folder.path().toStdString(), clock, m_rng);
        QVERIFY(store);
        const auto account =
            addAccount(**store, model::Channel::Email, "Help",
                       {{"address", "help@shop.test"}, {"imap", "imap.shop.test"}, {"smtp", "smtp.shop.test"}},
                       {{"refresh_token", "r0"}, {"client_id", "us"}});
        QVERIFY(account);
        id = account->id;
        QVERIFY(replaceAccountSecret(**store, id, "refresh_token", "r0", "r1"));
        QVERIFY(replaceAccountSecret(**store, id, "refresh_token", "r0", "late")); // entered anew meanwhile: stays
        (*store)->close();
    }
    const auto store = HubStore::open(folder.path().toStdString(), clock, m_rng);
    QVERIFY(store);
    QCOMPARE(accountSecret(**store, id, "refresh_token"), std::string("r1"));
    QCOMPARE(findAccount(**store, "Help")->settings.secrets.at("client_id"), std::string("us"));
    (*store)->close();
    for (const QString &name : QDir(folder.path()).entryList(QDir::Files)) {
        QFile one(folder.path() + "/" + name);
        QVERIFY(one.open(QIODevice::ReadOnly));
        QVERIFY2(!one.readAll().contains("refresh_token"), qPrintable(name));
    }
}

QTEST_GUILESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
