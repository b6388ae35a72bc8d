// Coming in at a real hub that speaks TLS with a certificate of its own: links, codes, devices.
#include "core/client/hub_process.h"
#include "core/client/workspace.h"
#include "tests/client/waited.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <liboath/oath.h>

using namespace tributary;
using namespace tributary::client;
using client::testing::waited;
using State = Status::State;

namespace {

constexpr const char *kPassword = "correct horse battery staple";

std::string codeOf(const std::string &base32)
{
    char *secret = nullptr;
    std::size_t size = 0;
    if (oath_base32_decode(base32.data(), base32.size(), &secret, &size) != OATH_OK)
        qFatal("no base32");
    char code[7] = {};
    oath_totp_generate(secret, size, ::time(nullptr), 30, 0, 6, code);
    free(secret);
    return code;
}

struct Desk {
    QTemporaryDir folder;
    Workspace workspace;
    Desk()
    {
        if (!waited(workspace.open(folder.path())))
            qFatal("no profile");
    }
    bool isLive()
    {
        return QTest::qWaitFor([&] { return workspace.status().state == State::Live; }, 20'000);
    }
    bool isOut()
    {
        return QTest::qWaitFor([&] { return workspace.status().state == State::SignedOut; }, 20'000);
    }
};

} // namespace

class TestSignIn : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void theHubIsUnknownAtFirst();
    void aLinkOfTheCommandLineBringsSomebodyIn();
    void anAdminInvitesFromTheDesktop();
    void aLinkForAnotherHubIsNoLink();
    void anAdminGivesANewPassword();
    void devicesAreSeenAndSignedOut();
    void anAdminSignsAnothersDeviceOut();
    void aSecondFactor();
    void linksAreRead_data();
    void linksAreRead();
    void theHubKeepsItsCertificate();

private:
    QByteArray verb(const QStringList &words, const QByteArray &input = {})
    {
        const auto done = waited(m_hub.run(words + QStringList{"--data", m_data.path()}, input));
        if (!done)
            qWarning("%s", done.error().detail.c_str());
        return done.value_or(QByteArray());
    }
    std::string fingerprint() { return fingerprintFrom(verb({"certificate"}).trimmed().mid(8).toStdString()); }
    /// Signed in as the admin.
    void begin(Desk &desk)
    {
        desk.workspace.trustHub(m_at, fingerprint());
        QVERIFY(waited(desk.workspace.signIn(m_at, "ana@teapots.example", kPassword)));
        QVERIFY(desk.isLive());
    }
    QTemporaryDir m_data;
    HubProcess m_hub;
    QUrl m_at;
};

void TestSignIn::initTestCase()
{
    verb({"user", "add", "--email", "ana@teapots.example", "--name", "Ana", "--role", "admin"}, kPassword);
    const auto at = waited(m_hub.start(m_data.path(), {"--tls"}));
    QVERIFY2(at, at ? "" : at.error().detail.c_str());
    m_at = at->agents;
    QCOMPARE(m_at.scheme(), QString("https"));
    QVERIFY(!fingerprint().empty());
}

void TestSignIn::theHubIsUnknownAtFirst()
{
    Desk desk;
    const auto refused = waited(desk.workspace.signIn(m_at, "ana@teapots.example", kPassword));
    QVERIFY(!refused);
    const auto problem = certificateProblemIn(refused.error());
    QVERIFY(problem);
    QCOMPARE(problem->seen, fingerprint()); // what a person compares
    QVERIFY(problem->pinned.empty());
    desk.workspace.trustHub(m_at, problem->seen);
    QVERIFY(waited(desk.workspace.signIn(m_at, "ana@teapots.example", kPassword)));
    QVERIFY(desk.isLive()); // the sync link as well
}

void TestSignIn::aLinkOfTheCommandLineBringsSomebodyIn()
{
    const QByteArray text = verb({"user", "invite", "ben@teapots.example", "--name", "Ben", "--role", "lead"});
    const auto link = joinLinkFrom(QString::fromUtf8(text));
    QVERIFY2(link, text.constData());
    QCOMPARE(link->hub, m_at);
    QCOMPARE(link->fingerprint, fingerprint());
    QCOMPARE(link->text().toUtf8(), text.trimmed());
    Desk desk; // it knows nothing of the hub, and nobody is asked
    const auto found = waited(desk.workspace.lookAt(*link));
    QVERIFY2(found, found ? "" : found.error().detail.c_str());
    QCOMPARE(found->email, std::string("ben@teapots.example"));
    QCOMPARE(found->name, std::string("Ben"));
    QVERIFY(!found->isReset);
    const auto weak = waited(desk.workspace.join(*link, "Ben Ito", "short"));
    QVERIFY(!weak && weak.error().kind == Error::Kind::Invalid);
    const auto in = waited(desk.workspace.join(*link, "Ben Ito", "a phrase of his own"));
    QVERIFY2(in, in ? "" : in.error().detail.c_str());
    QVERIFY(desk.isLive());
    QTRY_COMPARE(desk.workspace.agent().name, std::string("Ben Ito"));
    QVERIFY(desk.workspace.agent().role == model::Agent::Role::Lead);
    QCOMPARE(desk.workspace.agentEmail(), std::string("ben@teapots.example"));
    Desk second;
    QVERIFY(waited(second.workspace.lookAt(*link)).error().kind == Error::Kind::NotFound);
}

void TestSignIn::anAdminInvitesFromTheDesktop()
{
    Desk ana;
    begin(ana);
    const HubAccess &access = ana.workspace.access();
    const auto role = model::Agent::Role::Agent;
    const auto wrong = waited(access.invite("not the password", {"cora@teapots.example", "Cora", role}));
    QVERIFY(!wrong && wrong.error().kind == Error::Kind::Denied);
    QVERIFY(ana.isLive());
    QVERIFY(waited(access.invite(kPassword, {"ana@teapots.example", "", role})).error().kind == Error::Kind::Conflict);
    const auto made = waited(access.invite(kPassword, {"cora@teapots.example", "Cora", role}));
    QVERIFY(made);
    const auto isForCora = [](const HubAccess::OpenLink &link) { return link.email == "cora@teapots.example"; };
    const auto before = waited(access.people());
    QVERIFY(before && std::ranges::count_if(before->links, isForCora) == 1);
    const auto link = std::ranges::find_if(before->links, isForCora);
    QVERIFY(link->name == "Cora" && link->by == ana.workspace.agent().id && link->expires == made->expires);
    QVERIFY(before->connected.contains(ana.workspace.agent().id));
    Desk cora;
    QVERIFY(waited(cora.workspace.join(*joinLinkFrom(made->link.text()), "Cora", "a phrase of her own")));
    QVERIFY(cora.isLive());
    const auto after = waited(access.people());
    QVERIFY(after && std::ranges::count_if(after->links, isForCora) == 0);
    QVERIFY(after->connected.contains(cora.workspace.agent().id));
    QVERIFY(waited(access.withdraw(link->id)).error().kind == Error::Kind::NotFound);
    const auto refused = waited(cora.workspace.access().invite("a phrase of her own", {"eve@teapots.example", "", role}));
    QVERIFY(!refused && refused.error().kind == Error::Kind::Rejected);
}

/// Whoever stands between has not the certificate that the link speaks of.
void TestSignIn::aLinkForAnotherHubIsNoLink()
{
    auto link = *joinLinkFrom(QString::fromUtf8(verb({"user", "invite", "dan@teapots.example"})));
    const std::string real = link.fingerprint;
    link.fingerprint = fingerprintFrom(std::string(64, 'a'));
    Desk desk;
    const auto found = waited(desk.workspace.lookAt(link));
    QVERIFY(!found);
    QCOMPARE(certificateProblemIn(found.error())->pinned, link.fingerprint);
    QCOMPARE(certificateProblemIn(found.error())->seen, real);
    QVERIFY(!waited(desk.workspace.join(link, "Dan", "a phrase of his own")));
    QVERIFY(desk.workspace.pinOf(m_at).empty());
    link.fingerprint.clear();
    QVERIFY(certificateProblemIn(waited(desk.workspace.lookAt(link)).error())); // then a person has to compare
}

void TestSignIn::anAdminGivesANewPassword()
{
    Desk ana, ben;
    begin(ana);
    ben.workspace.trustHub(m_at, fingerprint());
    QVERIFY(waited(ben.workspace.signIn(m_at, "ben@teapots.example", "a phrase of his own")));
    QVERIFY(ben.isLive());
    const auto made = waited(ana.workspace.access().resetPassword(kPassword, "ben@teapots.example"));
    QVERIFY(made);
    Desk other;
    QVERIFY(waited(other.workspace.lookAt(made->link))->isReset);
    QVERIFY(waited(other.workspace.join(made->link, {}, "another phrase of his")));
    QVERIFY(other.isLive());
    QCOMPARE(other.workspace.agent().name, std::string("Ben Ito"));
    QVERIFY(ben.isOut());
    QVERIFY(!waited(ben.workspace.signIn(m_at, "ben@teapots.example", "a phrase of his own")));
}

void TestSignIn::devicesAreSeenAndSignedOut()
{
    Desk here, there;
    begin(here);
    begin(there);
    const auto state = waited(here.workspace.access().state());
    QVERIFY(state);
    const auto &devices = state->devices;
    QVERIFY(devices.size() >= 2);
    QCOMPARE(std::ranges::count(devices, true, &HubAccess::Device::current), 1);
    QVERIFY(!devices[0].name.empty());
    const auto now = SystemClock().now();
    QVERIFY(devices[0].seen <= now && devices[0].seen > now - std::chrono::minutes(5));
    const auto theirs = waited(there.workspace.access().state());
    const auto other = std::ranges::find(theirs->devices, true, &HubAccess::Device::current);
    QVERIFY(waited(here.workspace.access().revokeDevice("0011223344556677")).error().kind == Error::Kind::NotFound);
    QVERIFY(waited(here.workspace.access().revokeDevice(other->id)));
    QVERIFY(there.isOut());
    QVERIFY(here.isLive());
    // And by whoever runs the hub.
    const QByteArray list = verb({"device", "list", "--email", "Ana@teapots.example"});
    const auto own = waited(here.workspace.access().state());
    const auto me = std::ranges::find(own->devices, true, &HubAccess::Device::current);
    QVERIFY(list.contains(me->id.c_str()));
    QVERIFY(!list.contains(other->id.c_str()));
    verb({"device", "revoke", QString::fromStdString(me->id)});
    QVERIFY(here.isOut());
    QVERIFY(!waited(here.workspace.access().state()));
}

/// The session there ends within seconds, and the other one of theirs goes on.
void TestSignIn::anAdminSignsAnothersDeviceOut()
{
    Desk ana, dan;
    begin(ana);
    verb({"user", "add", "--email", "dan@teapots.example", "--name", "Dan", "--role", "agent"}, "a phrase of his own\n");
    dan.workspace.trustHub(m_at, fingerprint());
    QVERIFY(waited(dan.workspace.signIn(m_at, "dan@teapots.example", "a phrase of his own")));
    QVERIFY(dan.isLive());
    const HubAccess &access = ana.workspace.access();
    const model::AgentId id = dan.workspace.agent().id;
    const auto devices = waited(access.devicesOf(id));
    QVERIFY(devices);
    QCOMPARE(devices->size(), std::size_t(1));
    QVERIFY(!devices->front().current && !devices->front().name.empty());
    QVERIFY(waited(access.revokeDeviceOf(id, "0011223344556677")).error().kind == Error::Kind::NotFound);
    QVERIFY(waited(dan.workspace.access().devicesOf(id)).error().kind == Error::Kind::Rejected); // not his to ask
    QVERIFY(waited(access.revokeDeviceOf(id, devices->front().id)));
    QVERIFY(dan.isOut());
    QVERIFY(ana.isLive());
    QCOMPARE(waited(access.devicesOf(id))->size(), std::size_t(0));
}

void TestSignIn::aSecondFactor()
{
    Desk ana;
    begin(ana);
    const HubAccess &access = ana.workspace.access();
    const auto begun = waited(access.beginSecondFactor(kPassword));
    QVERIFY(begun);
    QVERIFY(begun->uri.starts_with("otpauth://"));
    QVERIFY(waited(access.confirmSecondFactor("000000")).error().kind == Error::Kind::Denied);
    const auto codes = waited(access.confirmSecondFactor(codeOf(begun->secret)));
    QVERIFY(codes);
    QCOMPARE(codes->size(), std::size_t(8));
    QVERIFY(waited(access.state())->secondFactor);
    Desk other;
    other.workspace.trustHub(m_at, fingerprint());
    const auto needed = waited(other.workspace.signIn(m_at, "ana@teapots.example", kPassword));
    QCOMPARE(needed.error().detail, std::string(Workspace::kCodeNeeded));
    const auto wrong = waited(other.workspace.signIn(m_at, "ana@teapots.example", kPassword, "123"));
    QCOMPARE(wrong.error().detail, std::string(Workspace::kCodeWrong));
    QVERIFY(waited(other.workspace.signIn(m_at, "ana@teapots.example", kPassword, codes->at(2))));
    QVERIFY(other.isLive());
    QCOMPARE(waited(access.state())->recoveryCodes, 7);
    verb({"user", "no-second-factor", "--email", "ana@teapots.example"});
    QVERIFY(!waited(access.state())->secondFactor);
    Desk third;
    begin(third);
}

void TestSignIn::linksAreRead_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("good");
    const QString print = QString(64, 'a');
    QTest::newRow("whole") << " tributary://join?hub=https%3A%2F%2Fhub.example%3A7600&secret=x-_1&certificate=" + print
                                  + "\n"
                           << true;
    QTest::newRow("without a certificate") << "tributary://join?hub=https%3A%2F%2Fhub.example&secret=x" << true;
    QTest::newRow("not encrypted") << "tributary://join?hub=http%3A%2F%2Fhub.example&secret=x" << false;
    QTest::newRow("without a secret") << "tributary://join?hub=https%3A%2F%2Fhub.example" << false;
    QTest::newRow("half a certificate") << "tributary://join?hub=https%3A%2F%2Fhub.example&secret=x&certificate=AB" << false;
    QTest::newRow("another scheme") << "https://join?hub=https%3A%2F%2Fhub.example&secret=x" << false;
    QTest::newRow("another word") << "tributary://open?hub=https%3A%2F%2Fhub.example&secret=x" << false;
    QTest::newRow("a novel") << "tributary://join?hub=https%3A%2F%2Fhub.example&secret=" + QString(3000, 'x') << false;
}

void TestSignIn::linksAreRead()
{
    QFETCH(const QString, typed);
    QTEST(joinLinkFrom(typed).has_value(), "good");
    if (const auto link = joinLinkFrom(typed))
        QCOMPARE(*joinLinkFrom(link->text()), *link);
}

void TestSignIn::theHubKeepsItsCertificate()
{
    Desk desk;
    begin(desk);
    const std::string before = fingerprint();
    const QString same = QStringLiteral("127.0.0.1:%1").arg(m_at.port());
    m_hub.stop();
    QCOMPARE(fingerprint(), before); // also of a hub that does not work
    QVERIFY(waited(m_hub.start(m_data.path(), {"--tls", "--listen", same})));
    QTRY_VERIFY_WITH_TIMEOUT(desk.workspace.status().state != State::Live, 20'000);
    desk.workspace.tryNow();
    QVERIFY(desk.isLive());
    // Another one in its place: the desktop stays away.
    m_hub.stop();
    QVERIFY(QFile::remove(m_data.filePath("certificate.pem")));
    QVERIFY(waited(m_hub.start(m_data.path(), {"--tls", "--listen", same})));
    QTRY_VERIFY_WITH_TIMEOUT(desk.workspace.status().reason == Status::Reason::Certificate, 30'000);
    QCOMPARE(desk.workspace.status().certificate->pinned, before);
    QCOMPARE(desk.workspace.status().certificate->seen, fingerprint());
}

QTEST_GUILESS_MAIN(TestSignIn)
#include "tst_sign_in.moc"
