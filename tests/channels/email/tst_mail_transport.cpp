#include "core/channels/email/backoff.h"
#include "core/channels/email/mail_url.h"
#include "core/channels/email/oauth.h"
#include "core/channels/email/smtp_answer.h"
#include "recording_host.h"
#include "scripted_server.h"

#include <QTest>

#include <arpa/inet.h>
#include <regex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace tributary;
using namespace tributary::channels::email;

namespace {

/// A sign-in service that takes each refresh token once, and nothing more when one has come twice.
class TokenService {
public:
    TokenService()
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t size = sizeof(address);
        if (::bind(m_listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(m_listener, 8) != 0
            || ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size) != 0)
            qFatal("no port");
        m_port = ntohs(address.sin_port);
        m_thread = std::thread([this] {
            for (int peer; (peer = ::accept(m_listener, nullptr, nullptr)) >= 0; ::close(peer))
                answer(peer);
        });
    }
    ~TokenService()
    {
        ::shutdown(m_listener, SHUT_RDWR);
        m_thread.join();
        ::close(m_listener);
    }
    std::map<std::string, std::string> secrets() const
    {
        return {{"refresh_token", "r0"},
                {"client_id", "us"},
                {"token_url", "http://127.0.0.1:" + std::to_string(m_port) + "/token"}};
    }
    int asked() const { return m_asked; }
    std::string good() const { return "r" + std::to_string(m_asked); } ///< When nobody is asking.

private:
    void answer(int peer)
    {
        static const std::regex whole("Content-Length: (\\d+)\r\n(?:[^\r]+\r\n)*\r\n([^]*)");
        std::string request;
        std::array<char, 4096> some{};
        std::smatch match;
        while (!std::regex_search(request, match, whole) || std::stol(match[1]) > match[2].length()) {
            const ssize_t got = ::recv(peer, some.data(), some.size(), 0);
            if (got <= 0)
                return;
            request.append(some.data(), std::size_t(got));
        }
        m_spoilt = m_spoilt || !match[2].str().ends_with("refresh_token=" + good());
        const int n = ++m_asked;
        const std::string number = std::to_string(n);
        const std::string body = m_spoilt ? R"({"error":"invalid_grant"})"
                                          : R"({"access_token":"a)" + number + R"(","refresh_token":"r)" + number + "\"}";
        const std::string said = std::string("HTTP/1.1 ") + (m_spoilt ? "400 Bad Request" : "200 OK")
                                 + "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                                 + std::to_string(body.size()) + "\r\n\r\n" + body;
        (void)::send(peer, said.data(), said.size(), MSG_NOSIGNAL);
    }

    int m_listener = -1;
    int m_port = 0;
    std::atomic<int> m_asked = 0;
    bool m_spoilt = false;
    std::thread m_thread;
};

} // namespace

class TestMailTransport : public QObject {
    Q_OBJECT

private slots:
    void readsServerAddresses_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("read"); // security user host port; empty: refused
        QTest::newRow("all") << "imaps://anna@mail.test:1993"
                             << "tls anna mail.test 1993";
        QTest::newRow("port by default") << "imaps://anna@mail.test"
                                         << "tls anna mail.test 993";
        QTest::newRow("STARTTLS") << "imap://mail.test"
                                  << "starttls  mail.test 143";
        QTest::newRow("an address as user") << "imaps://anna@shop.test@mail.test/"
                                            << "tls anna@shop.test mail.test 993";
        QTest::newRow("encoded user") << "imaps://anna%40shop.test@mail.test"
                                      << "tls anna@shop.test mail.test 993";
        QTest::newRow("IPv6") << "imaps://[2001:db8::1]:994"
                              << "tls  2001:db8::1 994";
        QTest::newRow("password") << "imaps://anna:secret@mail.test"
                                  << "";
        QTest::newRow("other scheme") << "https://mail.test"
                                      << "";
        QTest::newRow("no scheme") << "mail.test:993"
                                   << "";
        QTest::newRow("path") << "imaps://mail.test/INBOX"
                              << "";
        QTest::newRow("no host") << "imaps://anna@"
                                 << "";
        QTest::newRow("port 0") << "imaps://mail.test:0"
                                << "";
        QTest::newRow("port too large") << "imaps://mail.test:65536"
                                        << "";
        QTest::newRow("port with letters") << "imaps://mail.test:99x"
                                           << "";
        QTest::newRow("line end in the user") << "imaps://an%0Ana@mail.test"
                                              << "";
        QTest::newRow("half an escape") << "imaps://anna%4@mail.test"
                                        << "";
        QTest::newRow("line end in the host") << "imaps://mail\n.test"
                                              << "";
    }
    void readsServerAddresses()
    {
        QFETCH(QString, url);
        QFETCH(QString, read);
        const auto server = parseImapUrl(url.toStdString());
        QCOMPARE(server.has_value(), !read.isEmpty());
        if (!server)
            return;
        const QString shown = QStringLiteral("%1 %2 %3 %4")
                                  .arg(server->security == MailServer::Security::Tls ? "tls" : "starttls",
                                       QString::fromStdString(server->user), QString::fromStdString(server->host))
                                  .arg(server->port);
        QCOMPARE(shown, read);
    }

    void knowsTheSubmissionPorts()
    {
        QCOMPARE(int(parseSmtpUrl("smtps://mail.test")->port), 465);
        QCOMPARE(int(parseSmtpUrl("smtp://mail.test")->port), 587);
        QVERIFY(!parseSmtpUrl("imaps://mail.test"));
    }

    void backsOffWithJitter()
    {
        SeededRng rng(7);
        Backoff backoff({.first = Milliseconds(1'000), .most = Milliseconds(300'000)}, rng);
        std::int64_t longest = 0;
        for (int i = 0; i < 200; ++i) {
            const auto wait = backoff.next().count();
            QVERIFY(wait >= 100);
            QVERIFY(wait <= std::min<std::int64_t>(300'000, 1'000LL << std::min(i, 20)));
            longest = std::max<std::int64_t>(longest, wait);
        }
        QVERIFY(longest > 200'000);
        QCOMPARE(backoff.failures(), 200);
        backoff.reset();
        QVERIFY(backoff.next().count() <= 1'000);
    }

    void makesSignInResponses()
    {
        // The vectors of Google's XOAUTH2 page, with this project's test user.
        QCOMPARE(QString::fromStdString(xoauth2Response("support@tributary.test", "ya29.example")),
                 QString("dXNlcj1zdXBwb3J0QHRyaWJ1dGFyeS50ZXN0AWF1dGg9QmVhcmVyIHlhMjkuZXhhbXBsZQEB"));
        QCOMPARE(QString::fromStdString(plainResponse("support@tributary.test", "support-pw")),
                 QString("AHN1cHBvcnRAdHJpYnV0YXJ5LnRlc3QAc3VwcG9ydC1wdw=="));
    }

    void refreshesTokens_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("token"); // empty: refused
        QTest::addColumn<int>("error");
        const auto row = [](const char *name, const char *status, const QByteArray &body, const char *token,
                            MailError::Kind error) {
            QTest::newRow(name) << QByteArray("HTTP/1.1 ") + status
                                       + "\r\nContent-Type: application/json\r\nConnection: close\r\n"
                                       + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body
                                << token << int(error);
        };
        using Kind = MailError::Kind;
        row("new token", "200 OK", R"({"access_token":"fresh","expires_in":3600,"token_type":"Bearer"})", "fresh",
            Kind::Auth);
        row("for ever", "200 OK", R"({"access_token":"fresh","expires_in":9223372036854775807})", "fresh", Kind::Auth);
        row("for less than no time", "200 OK", R"({"access_token":"fresh","expires_in":-9223372036854775808})", "fresh",
            Kind::Auth);
        row("taken back", "400 Bad Request", R"({"error":"invalid_grant"})", "", Kind::Auth);
        row("broken", "500 Oops", "no", "", Kind::Unreachable);
        row("no token in it", "200 OK", "{}", "", Kind::Auth);
        row("no JSON", "200 OK", "<html>", "", Kind::Auth);
        row("redirected elsewhere", "302 Found\r\nLocation: http://127.0.0.1:1/", "", "", Kind::Auth);
    }
    void refreshesTokens()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, token);
        QFETCH(int, error);
        using S = ScriptedServer;
        ScriptedServer server({}, {},
                              {S::expect("\r\n\r\n"), S::expect("refresh_token=r%2F1"), S::say(answer.toStdString())});
        const SystemClock clock;
        const StopSignal stop;
        RecordingHost host;
        TokenSource source({{"refresh_token", "r/1"},
                            {"client_id", "us"},
                            {"token_url", "http://127.0.0.1:" + std::to_string(server.port()) + "/token"}},
                           host, clock);
        QVERIFY(source.isUsed());
        const auto got = source.token(stop);
        QCOMPARE(got.has_value(), !token.isEmpty());
        if (!got) {
            QCOMPARE(int(got.error().kind), error);
            return;
        }
        QCOMPARE(QString::fromStdString(*got), token);
        QCOMPARE(*source.token(stop), *got); // kept: the server takes one connection only
        source.refuse("another");
        QCOMPARE(*source.token(stop), *got);
        source.refuse(*got);
        QVERIFY(!source.token(stop)); // asks again
        QVERIFY(server.received().find("grant_type=refresh_token") != std::string::npos);
    }

    /// The service takes each refresh token once: the next one has to outlive this process before anything else is done.
    void keepsRotatedTokens()
    {
        using S = ScriptedServer;
        const auto answer = [](int n) {
            const std::string body =
                "{\"access_token\":\"a" + std::to_string(n) + "\",\"refresh_token\":\"r" + std::to_string(n) + "\"}";
            return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
                   + std::to_string(body.size()) + "\r\n\r\n" + body;
        };
        const SystemClock clock;
        const StopSignal stop;
        RecordingHost host;
        const auto source = [&](const ScriptedServer &server, const std::string &token) {
            return std::make_unique<TokenSource>(
                std::map<std::string, std::string>{
                    {"refresh_token", token},
                    {"client_id", "us"},
                    {"token_url", "http://127.0.0.1:" + std::to_string(server.port()) + "/token"}},
                host, clock);
        };
        {
            ScriptedServer server({}, {}, {S::expect("\r\n\r\n"), S::expect("refresh_token=r0"), S::say(answer(1))});
            const auto tokens = source(server, "r0");
            host.failWith(Error{Error::Kind::Full, "no room left on the disk"});
            const auto early = tokens->token(stop);
            QVERIFY(!early); // not before it is kept
            QCOMPARE(early.error().kind, MailError::Kind::Unreachable);
            host.failWith(std::nullopt);
            QCOMPARE(*tokens->token(stop), std::string("a1")); // without asking the service again
            QCOMPARE(host.loadSecret("refresh_token"), std::string("r1"));
        }
        { // as made after a restart, or while another of the same account was given one
            ScriptedServer server({}, {}, {S::expect("\r\n\r\n"), S::expect("refresh_token=r1"), S::say(answer(2))});
            QCOMPARE(*source(server, "r0")->token(stop), std::string("a2"));
            QCOMPARE(host.loadSecret("refresh_token"), std::string("r2"));
        }
    }

    /// What cannot be kept is not asked for: the stored one would be used up for nothing.
    void asksOnlyForWhatCanBeKept()
    {
        TokenService service;
        const SystemClock clock;
        const StopSignal stop;
        RecordingHost host;
        TokenSource source(service.secrets(), host, clock);
        host.failWith(Error{Error::Kind::Full, "no room left on the disk"});
        QCOMPARE(source.token(stop).error().kind, MailError::Kind::Unreachable);
        QCOMPARE(service.asked(), 0);
        host.failWith(std::nullopt);
        QVERIFY(source.token(stop));
    }

    /// The account at work and its test, each with a source of its own: neither spoils what the other signs in with.
    void twoAtOnceUseNoTokenTwice()
    {
        TokenService service;
        const SystemClock clock;
        const StopSignal stop;
        RecordingHost host;
        std::atomic<int> failures = 0;
        const auto work = [&] {
            TokenSource source(service.secrets(), host, clock);
            for (int i = 0; i < 40; ++i) {
                const auto token = source.token(stop);
                failures += token ? 0 : 1;
                source.refuse(token.value_or(std::string()));
            }
        };
        std::thread one(work), other(work);
        one.join();
        other.join();
        QCOMPARE(failures.load(), 0);
        QCOMPARE(service.asked(), 80);
        QCOMPARE(host.loadSecret("refresh_token"), service.good());
    }

    void sendsTokensOnlyEncrypted()
    {
        const SystemClock clock;
        const StopSignal stop;
        RecordingHost host;
        TokenSource source({{"refresh_token", "r"}, {"token_url", "http://login.example/token"}}, host, clock);
        const auto got = source.token(stop);
        QVERIFY(!got);
        QCOMPARE(got.error().kind, MailError::Kind::Auth);
    }

    void readsSmtpAnswers_data()
    {
        QTest::addColumn<QStringList>("lines");
        QTest::addColumn<QString>("read");
        QTest::newRow("plain") << QStringList{"250 ok"} << "250||ok";
        QTest::newRow("status") << QStringList{"550 5.1.1 <a@b>: no such user"} << "550|5.1.1|<a@b>: no such user";
        QTest::newRow("lines") << QStringList{"550-5.7.1 one", "550 5.7.1 two"} << "550|5.7.1|one two";
        QTest::newRow("code alone") << QStringList{"250"} << "250||";
        QTest::newRow("an IP address is no status") << QStringList{"220 127.0.0.1 ready"} << "220||127.0.0.1 ready";
        QTest::newRow("two codes") << QStringList{"250-a", "550 b"} << "0||";
        QTest::newRow("letters") << QStringList{"what"} << "0||";
        QTest::newRow("controls and 8-bit") << QStringList{"554 a\tb\x01\xc3\xa4"} << "554||a b ??";
    }
    void readsSmtpAnswers()
    {
        QFETCH(QStringList, lines);
        QFETCH(QString, read);
        std::vector<std::string> raw;
        for (const QString &line : lines)
            raw.push_back(line.toUtf8().toStdString());
        const SmtpAnswer answer = smtpAnswerOf(raw);
        QCOMPARE(QStringLiteral("%1|%2|%3").arg(answer.code).arg(answer.status.c_str(), answer.text.c_str()), read);
    }

    void judgesSmtpAnswers_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("problem");
        using Kind = channels::SendOutcome::Kind;
        const auto row = [](const char *line, SmtpStage stage, Kind kind, const char *problem) {
            QTest::addRow("%s at %d", line, int(stage)) << line << int(stage) << int(kind) << problem;
        };
        row("250 ok", SmtpStage::Content, Kind::Sent, "");
        row("450 4.2.0 greylisted", SmtpStage::Recipient, Kind::Retry, "temporary");
        row("452 4.2.2 full now", SmtpStage::Recipient, Kind::Retry, "temporary");
        row("554 no service here", SmtpStage::Session, Kind::Retry, "temporary");
        row("535 5.7.8 no", SmtpStage::Sender, Kind::Reauthorise, "auth");
        row("534 5.7.9 app password", SmtpStage::SignIn, Kind::Reauthorise, "auth");
        row("530 sign in", SmtpStage::Recipient, Kind::Reauthorise, "auth");
        row("553 5.7.1 not yours", SmtpStage::Sender, Kind::Failed, "config");
        row("550 5.1.1 unknown", SmtpStage::Recipient, Kind::Failed, "recipient");
        row("550 5.2.1 disabled", SmtpStage::Recipient, Kind::Failed, "recipient");
        row("550 User unknown", SmtpStage::Recipient, Kind::Failed, "recipient");
        row("550 5.0.0 no such mailbox", SmtpStage::Recipient, Kind::Failed, "recipient");
        // Of who greets, who sends and who may relay: for the next customer as well, so it says nothing of this one.
        row("504 5.5.2 <shop>: Helo command rejected", SmtpStage::Recipient, Kind::Failed, "policy");
        row("550 5.1.8 Sender address rejected", SmtpStage::Recipient, Kind::Failed, "policy");
        row("550 relay not permitted", SmtpStage::Recipient, Kind::Failed, "policy");
        row("553 sorry, that domain is not in my list", SmtpStage::Recipient, Kind::Failed, "policy");
        row("550 5.2.1 The user is receiving mail at a rate that", SmtpStage::Recipient, Kind::Failed, "policy");
        row("554 5.7.1 policy", SmtpStage::Recipient, Kind::Failed, "policy");
        row("552 5.2.2 full", SmtpStage::Recipient, Kind::Failed, "mailbox-full");
        row("552 Requested mail action aborted: exceeded storage allocation", SmtpStage::Recipient, Kind::Failed,
            "mailbox-full");
        row("552 Message size exceeds fixed maximum message size", SmtpStage::Sender, Kind::Failed, "too-large");
        row("552 5.3.4 too big", SmtpStage::Recipient, Kind::Failed, "too-large");
        row("552 5.3.4 too big", SmtpStage::Sender, Kind::Failed, "too-large");
        row("552 too big", SmtpStage::Content, Kind::Failed, "too-large");
        row("552 5.7.0 blocked", SmtpStage::Content, Kind::Failed, "policy");
        row("554 5.2.252 SendAsDenied", SmtpStage::Content, Kind::Failed, "config");
        row("554 5.2.333 another of Exchange's", SmtpStage::Content, Kind::Failed, "policy");
        row("550 5.4.5 Daily user sending limit exceeded", SmtpStage::Sender, Kind::Retry, "limit");
        row("550 5.4.5 Daily user sending limit exceeded", SmtpStage::Content, Kind::Retry, "limit");
        row("550 5.1.90 daily limit for recipients", SmtpStage::Recipient, Kind::Retry, "limit");
        row("550 5.2.3 too long", SmtpStage::Content, Kind::Failed, "too-large");
        row("554 spam", SmtpStage::Content, Kind::Failed, "policy");
    }
    void judgesSmtpAnswers()
    {
        QFETCH(QString, line);
        QFETCH(int, stage);
        QFETCH(int, kind);
        QFETCH(QString, problem);
        const auto outcome = outcomeOf(smtpAnswerOf({line.toStdString()}), SmtpStage(stage));
        QCOMPARE(int(outcome.kind), kind);
        QCOMPARE(QString::fromStdString(outcome.problem), problem);
        if (problem == "limit")
            QVERIFY(outcome.retryAfter >= std::chrono::hours(1));
    }
};

QTEST_GUILESS_MAIN(TestMailTransport)
#include "tst_mail_transport.moc"
