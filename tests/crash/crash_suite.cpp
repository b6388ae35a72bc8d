// Real processes, killed with -9 at random instants while mail, chat and replies flow; then everything comes to rest and
// what was acknowledged is counted against what is there.
//
//   crash_suite [--kills-hub N] [--kills-desktop N] [--seed S] [--every MS] [--pauses N] [--desktops N] [--keep DIR]
//
// Prints one table; exits with 0 if nothing was lost, doubled or out of order, else with 1 and the last events. Needs root,
// Postfix and Dovecot (tests/peers).
#include "core/base/rng.h"
#include "core/store/database.h"
#include "tests/channels/email/mail_peer.h"
#include "tests/crash/program.h"
#include "tests/crash/verdict.h"
#include "tests/crash/visitor.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTemporaryDir>

#include <cstdio>

using namespace tributary;
using namespace tributary::crash;
using tributary::channels::email::MailPeer;

namespace {

constexpr int kQuietWithinMs = 180'000; ///< After the last fault; a back-off of the mail queue is in it.
constexpr int kMostEndings = 5;
constexpr int kLookMs = 250;
constexpr int kMostFile = 100'000; ///< In a mail to the shop.
constexpr qsizetype kEventsKept = 60;
const char *const kPassword = "a long demo password";

struct Wishes {
    int hubKills = 12, deskKills = 12, desktops = 3, pauses = 2;
    int everyMs = 700; ///< Mean time between two kills of a side.
    int pauseMs = 1'500;
    quint64 seed = 1;
    QString keep;
};

QString program(const char *name)
{
    return QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/") + QLatin1String(name);
}

/// Ports that were free a moment ago.
std::pair<int, int> freePorts()
{
    QTcpServer one, two;
    one.listen(QHostAddress::LocalHost);
    two.listen(QHostAddress::LocalHost);
    return {one.serverPort(), two.serverPort()};
}

/// As a mail has it (RFC 2045, 6.8).
QString linesOf(const QByteArray &base64)
{
    QString lines;
    for (qsizetype at = 0; at < base64.size(); at += 76)
        lines += QString::fromLatin1(base64.mid(at, 76)) + "\r\n";
    return lines;
}

class Suite : public QObject {
public:
    Suite(const Wishes &wishes, QString folder)
        : m_wishes(wishes)
        , m_folder(std::move(folder))
        , m_rng(wishes.seed)
    {
        m_age.start();
    }

    /// Null: set up; else why not.
    QString open();
    void run(std::function<void(int)> done);

private:
    struct Desktop {
        QString name, profile;
        std::unique_ptr<Program> program;
        int generation = 0;
        QJsonObject status;
        bool signedIn = false;
        QMap<QString, QString> bodies;                                  ///< By item.
        enum class Copy { Unknown, Asked, Alike } copy = Copy::Unknown; ///< As it was compared with the hub, at rest.
    };
    struct Fault {
        QTimer timer;
        int left = 0;
    };

    int chance(int mean) { return int(m_rng.below(std::uint64_t(2 * mean) + 1)); }
    void note(const QString &text)
    {
        m_events.append(QStringLiteral("%1 %2").arg(m_age.elapsed(), 7).arg(text));
        if (m_events.size() > kEventsKept)
            m_events.removeFirst();
    }
    bool verb(const QStringList &words, const QByteArray &input = {}, QByteArray *out = nullptr);
    void startHub();
    void startDesk(Desktop &desk);
    void heardDesk(Desktop &desk, const QJsonObject &event);
    void killHub();
    void killDesk();
    void pause();
    void mailArrives();
    void visitorsWrite();
    void rest();
    void look();
    QString unrest();
    QString behind();
    QString uncompared();
    void finish();

    const Wishes m_wishes;
    const QString m_folder;
    SeededRng m_rng;
    QElapsedTimer m_age, m_resting;
    QStringList m_events;
    Ledger m_ledger;
    std::unique_ptr<MailPeer> m_mail;
    std::unique_ptr<Program> m_hub;
    bool m_hubServes = false;
    int m_listen = 0, m_public = 0;
    QString m_widget;
    std::vector<std::unique_ptr<Desktop>> m_desks;
    std::vector<std::unique_ptr<Visitor>> m_visitors;
    Fault m_hubFault, m_deskFault, m_pauseFault;
    int m_hubKills = 0, m_deskKills = 0, m_pauses = 0;
    QTimer m_mailTimer, m_chatTimer, m_look;
    int m_mails = 0, m_chats = 0;
    int m_endings = 0;
    QString m_lastUnrest;
    std::function<void(int)> m_done;
};

bool Suite::verb(const QStringList &words, const QByteArray &input, QByteArray *out)
{
    QProcess process;
    process.start(program("tributary-hub"), words + QStringList{"--data", m_folder + "/hub"});
    process.write(input);
    process.closeWriteChannel();
    const bool good = process.waitForFinished(60'000) && process.exitCode() == 0;
    if (out)
        *out = process.readAllStandardOutput();
    if (!good)
        m_ledger.surprises.append(words.first() + ": " + QString::fromUtf8(process.readAllStandardError()));
    return good;
}

QString Suite::open()
{
    QString why;
    m_mail = MailPeer::start(&why);
    if (!m_mail)
        return why;
    std::tie(m_listen, m_public) = freePorts();
    QByteArray added;
    const bool made =
        verb({"user", "add", "--email", "mara@shop.test", "--name", "Mara Lindqvist", "--role", "admin"}, kPassword)
        && verb({"user", "add", "--email", "jon@shop.test", "--name", "Jon Bell", "--role", "admin"}, kPassword)
        && verb({"account", "add", "email", "--name", "Support", "--set", "address=support@tributary.test", "--set",
                 "imap=" + m_mail->imapsUrl(), "--set", "smtp=" + m_mail->smtpUrl(), "--set", "ca_file=" + m_mail->caFile(),
                 "--set", "undo_seconds=0"},
                "password=support-pw\n")
        && verb({"account", "add", "webchat", "--name", "Website", "--set", "origins=https://shop.example"}, {}, &added);
    if (!made)
        return m_ledger.surprises.join('\n');
    static const QRegularExpression key("/w/([0-9a-f]+)\\.js");
    m_widget = key.match(QString::fromUtf8(added)).captured(1);
    m_hub = std::make_unique<Program>(program("tributary-hub"),
                                      QStringList{"serve", "--data", m_folder + "/hub", "--listen",
                                                  QStringLiteral("127.0.0.1:%1").arg(m_listen), "--public",
                                                  QStringLiteral("127.0.0.1:%1").arg(m_public)},
                                      m_folder + "/hub.log");
    m_hub->heard = [this](const QByteArray &line) {
        if (line.startsWith("listening ")) {
            m_hubServes = true;
            note("the hub serves");
        }
    };
    m_hub->ended = [this](int code) { // such as a port taken by somebody else meanwhile
        m_ledger.surprises.append(QStringLiteral("the hub ended by itself with %1").arg(code));
        QTimer::singleShot(500, this, [this] { startHub(); });
    };
    startHub();
    for (int i = 0; i < m_wishes.desktops; ++i) {
        auto desk = std::make_unique<Desktop>();
        desk->name = QStringLiteral("d%1").arg(i);
        desk->profile = m_folder + "/" + desk->name;
        desk->program = std::make_unique<Program>(program("crash_desk"), QStringList{desk->profile},
                                                  m_folder + "/" + desk->name + ".log");
        desk->program->heard = [this, one = desk.get()](const QByteArray &line) {
            heardDesk(*one, QJsonDocument::fromJson(line).object());
        };
        desk->program->ended = [this, one = desk.get()](int code) {
            m_ledger.surprises.append(QStringLiteral("%1 ended by itself with %2").arg(one->name).arg(code));
            startDesk(*one);
        };
        startDesk(*desk);
        m_desks.push_back(std::move(desk));
    }
    const QUrl shop(QStringLiteral("http://127.0.0.1:%1").arg(m_public));
    for (int i = 0; i < 4; ++i)
        m_visitors.push_back(std::make_unique<Visitor>(QStringLiteral("v%1").arg(i), shop, m_widget, m_ledger));
    return {};
}

void Suite::startHub()
{
    m_hubServes = false;
    m_hub->start();
}

void Suite::startDesk(Desktop &desk)
{
    ++desk.generation;
    desk.status = {};
    desk.copy = Desktop::Copy::Unknown;
    desk.program->start();
}

void Suite::heardDesk(Desktop &desk, const QJsonObject &event)
{
    const QString what = event["event"].toString();
    const QString body = event["body"].toString(), item = event["item"].toString();
    const auto work = [&] {
        desk.program->tell({{"do", "work"},
                            {"seed", qint64(m_rng.below(1ull << 40))},
                            {"prefix", QStringLiteral("%1g%2").arg(desk.name).arg(desk.generation)},
                            {"every", 60}});
    };
    if (what == "opened") {
        if (!event["ok"].toBool()) {
            m_ledger.surprises.append(desk.name + " did not open: " + event["why"].toString());
        } else if (!desk.signedIn) {
            const bool first = desk.name == "d0" || desk.name == "d2"; // one agent at two desktops
            desk.program->tell({{"do", "sign-in"},
                                {"hub", QStringLiteral("http://127.0.0.1:%1").arg(m_listen)},
                                {"email", first ? "mara@shop.test" : "jon@shop.test"},
                                {"password", kPassword}});
        } else if (m_done && !m_resting.isValid()) {
            work();
        } else {
            desk.program->tell({{"do", "work"}, {"seed", 1}, {"prefix", "-"}, {"every", 0}}); // impatient, and idle
        }
    } else if (what == "signed-in") {
        desk.signedIn = event["ok"].toBool();
        if (desk.signedIn) {
            work();
        } else { // the hub may just be gone
            QTimer::singleShot(300, this, [this, &desk] { heardDesk(desk, {{"event", "opened"}, {"ok", true}}); });
        }
    } else if (what == "status" || what == "asked") {
        desk.status = event;
        if (event["state"] == "signed-out" && desk.signedIn)
            m_ledger.surprises.append(desk.name + " was signed out");
        if (event["storage"] != "fine")
            m_ledger.surprises.append(desk.name + ": its storage is " + event["storage"].toString());
    } else if (what == "compared") {
        desk.copy = event["ok"].toBool() ? Desktop::Copy::Alike : Desktop::Copy::Unknown;
        if (event["repaired"].toInteger() + event["removed"].toInteger() > 0)
            m_ledger.surprises.append(
                QStringLiteral("%1: its copy had silently become another: %2 rows put right, %3 removed")
                    .arg(desk.name)
                    .arg(event["repaired"].toInteger())
                    .arg(event["removed"].toInteger()));
    } else if (what == "wanted") {
        m_ledger.wanted.insert(body);
        desk.bodies[item] = body;
    } else if (what == "accepted") {
        ++m_ledger.accepted;
        if (!item.isEmpty())
            m_ledger.written.push_back({desk.name, body, event["kind"].toString(), item, event["conversation"].toString(),
                                        event["file"].toString(), event["n"].toInteger()});
    } else if (what == "not-accepted") {
        if (event["why"] != "nobody is signed in")
            m_ledger.surprises.append(desk.name + " did not accept: " + event["why"].toString());
    } else if (what == "draft-wanted") {
        m_ledger.drafts[{desk.name, event["conversation"].toString()}].perhaps.insert(body);
    } else if (what == "draft-kept") {
        Ledger::Draft &draft = m_ledger.drafts[{desk.name, event["conversation"].toString()}];
        draft.kept = body;
        draft.perhaps = {};
    } else if (what == "file-opened") {
        m_ledger.filesOpened += event["whole"].toBool();
        if (!event["whole"].toBool())
            m_ledger.surprises.append(desk.name + ": a file is not what was attached: " + event["file"].toString());
    } else if (what == "again") {
        m_ledger.sentAnyway.insert(desk.bodies[item]);
    } else if (what == "discarding") {
        m_ledger.letGo.insert(item);
    }
}

void Suite::killHub()
{
    if (m_hubFault.left <= 0)
        return;
    --m_hubFault.left;
    ++m_hubKills;
    note(QStringLiteral("kill %1 of the hub%2").arg(m_hubKills).arg(m_hubServes ? "" : ", before it served"));
    m_hub->kill();
    QTimer::singleShot(chance(60), this, [this] {
        startHub();
        m_hubFault.timer.start(chance(m_wishes.everyMs));
    });
}

void Suite::killDesk()
{
    if (m_deskFault.left <= 0)
        return;
    --m_deskFault.left;
    ++m_deskKills;
    Desktop &desk = *m_desks[m_rng.below(m_desks.size())];
    note(QStringLiteral("kill %1 of a desktop: %2").arg(m_deskKills).arg(desk.name));
    desk.program->kill();
    QTimer::singleShot(chance(60), this, [this, &desk] {
        startDesk(desk);
        m_deskFault.timer.start(chance(m_wishes.everyMs));
    });
}

/// A machine that is suspended, or swaps: it goes on as if nothing had happened.
void Suite::pause()
{
    if (m_pauseFault.left <= 0)
        return;
    --m_pauseFault.left;
    ++m_pauses;
    Program &program = m_rng.below(2) == 0 ? *m_hub : *m_desks[m_rng.below(m_desks.size())]->program;
    note(QStringLiteral("pause %1: %2").arg(m_pauses).arg(&program == m_hub.get() ? "the hub" : "a desktop"));
    program.signal(SIGSTOP);
    QTimer::singleShot(chance(m_wishes.pauseMs), this, [this, &program] {
        program.signal(SIGCONT);
        m_pauseFault.timer.start(chance(2 * m_wishes.everyMs));
    });
}

void Suite::mailArrives()
{
    const QString customer = QStringList{"anna@customer.test", "boris@customer.test"}[qsizetype(m_rng.below(2))];
    const QString text = QStringLiteral("mail %1 words").arg(++m_mails);
    const QString head =
        QStringLiteral(
            "From: %1 <%2>\r\nTo: support@tributary.test\r\nSubject: Order\r\nMessage-ID: <m%3.%4@customer.test>\r\n"
            "MIME-Version: 1.0\r\n")
            .arg(customer.section('@', 0, 0), customer)
            .arg(m_mails)
            .arg(m_wishes.seed);
    const QString words = QStringLiteral("Content-Type: text/plain; charset=utf-8\r\n\r\n%1\r\n").arg(text);
    if (m_rng.below(3) > 0) {
        m_mail->drop("support@tributary.test", (head + words).toStdString());
    } else {
        const QByteArray file = QByteArray(qsizetype(m_rng.below(kMostFile)), 'y') + text.toUtf8();
        const QString parts = QStringLiteral("Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\n%1\r\n--part\r\n"
                                             "Content-Type: application/octet-stream; name=invoice.bin\r\n"
                                             "Content-Disposition: attachment; filename=invoice.bin\r\n"
                                             "Content-Transfer-Encoding: base64\r\n\r\n%2\r\n--part--\r\n")
                                  .arg(words, linesOf(file.toBase64()));
        m_mail->drop("support@tributary.test", (head + parts).toStdString());
        m_ledger.mailFiles[text] = QCryptographicHash::hash(file, QCryptographicHash::Sha256).toHex();
    }
    m_ledger.mail[customer].append(text);
    m_mailTimer.start(chance(m_wishes.everyMs));
}

void Suite::visitorsWrite()
{
    // 30 a minute and visitor are allowed.
    for (std::size_t i = 0; i < m_visitors.size(); ++i)
        m_visitors[i]->write(QStringLiteral("chat%1 %2 words").arg(i).arg(++m_chats));
}

void Suite::run(std::function<void(int)> done)
{
    m_done = std::move(done);
    for (auto &[fault, count, mean, kill] :
         {std::tuple(&m_hubFault, m_wishes.hubKills, m_wishes.everyMs, &Suite::killHub),
          std::tuple(&m_deskFault, m_wishes.deskKills, m_wishes.everyMs, &Suite::killDesk),
          std::tuple(&m_pauseFault, m_wishes.pauses, 2 * m_wishes.everyMs, &Suite::pause)}) {
        fault->left = count;
        fault->timer.setSingleShot(true);
        connect(&fault->timer, &QTimer::timeout, this, kill);
        fault->timer.start(2'000 + chance(mean));
    }
    m_mailTimer.setSingleShot(true);
    connect(&m_mailTimer, &QTimer::timeout, this, &Suite::mailArrives);
    m_mailTimer.start(0);
    m_chatTimer.setInterval(2'500);
    connect(&m_chatTimer, &QTimer::timeout, this, &Suite::visitorsWrite);
    m_chatTimer.start();
    QTimer::singleShot(300, this, &Suite::visitorsWrite);
    m_look.setInterval(kLookMs);
    connect(&m_look, &QTimer::timeout, this, &Suite::look);
    m_look.start();
}

void Suite::rest()
{
    note("everything is to come to rest");
    m_resting.start();
    m_mailTimer.stop();
    m_chatTimer.stop();
    for (const auto &desk : m_desks)
        desk->program->tell({{"do", "rest"}});
}

/// What is not at rest yet; empty: all is.
QString Suite::unrest()
{
    if (!m_hubServes)
        return "the hub does not serve";
    for (const auto &desk : m_desks) {
        if (desk->status["state"] != "live" || desk->status["outbox"].toInteger() != 0)
            return desk->name + " is " + desk->status["state"].toString() + " with "
                   + QString::number(desk->status["outbox"].toInteger()) + " commands";
    }
    for (const auto &visitor : m_visitors) {
        if (!visitor->isQuiet())
            return visitor->state();
    }
    auto hub = store::Database::open((m_folder + "/hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    if (!hub)
        return "the hub's file cannot be opened";
    // What was in hand when the hub was killed is looked for after half a minute, and says "sending" until then.
    auto waiting = (*hub)->queryOnce("SELECT (SELECT count(*) FROM delivery_queue"
                                     "         WHERE uncertain = 0 OR claimed_ms IS NOT NULL OR wait_ms <= 30000),"
                                     " (SELECT count(*) FROM timeline_item WHERE kind = 'inbound' AND channel = 'email')");
    if (!waiting.step())
        return "the hub's file cannot be read";
    if (waiting.integer(0) != 0)
        return QString::number(waiting.integer(0)) + " messages are to be sent";
    if (waiting.integer(1) < m_mails)
        return QStringLiteral("%1 of %2 mails have come in").arg(waiting.integer(1)).arg(m_mails);
    return behind();
}

/// Who has not all of the hub's changes; empty: all have. An empty outbox and a link say nothing about what the hub has
/// still to tell: the news of a mail that went out, say.
QString Suite::behind()
{
    auto hub = store::Database::open((m_folder + "/hub/hub.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
    if (!hub)
        return "the hub's file cannot be opened";
    auto head = (*hub)->queryOnce("SELECT head FROM workspace");
    if (!head.step())
        return "the hub's file cannot be read";
    for (const auto &desk : m_desks) {
        auto copy =
            store::Database::open((desk->profile + "/cache.db").toStdString(), {.mode = store::Database::Mode::ReadOnly});
        if (!copy)
            return desk->name + "'s copy cannot be opened";
        auto position = (*copy)->queryOnce("SELECT seq FROM position WHERE bootstrap_next = ''");
        if (const auto found = position.step(); !found || !*found || position.integer(0) < head.integer(0))
            return desk->name + " has not all of the hub's changes";
    }
    return {};
}

/// Asks each desktop to compare its copy with the hub (I49). Empty: all have.
QString Suite::uncompared()
{
    QString waiting;
    for (const auto &desk : m_desks) {
        if (desk->copy == Desktop::Copy::Alike)
            continue;
        waiting = desk->name + " has not compared its copy";
        if (std::exchange(desk->copy, Desktop::Copy::Asked) == Desktop::Copy::Unknown)
            desk->program->tell({{"do", "compare"}});
    }
    return waiting;
}

void Suite::look()
{
    if (!m_resting.isValid()) {
        if (m_hubFault.left == 0 && m_deskFault.left == 0 && m_pauseFault.left == 0)
            rest();
        return;
    }
    QString now = unrest();
    if (now.isEmpty())
        now = uncompared();
    if (!now.isEmpty() && m_resting.elapsed() < kQuietWithinMs) {
        m_lastUnrest = now;
        return;
    }
    if (!now.isEmpty())
        m_ledger.surprises.append(QStringLiteral("no rest after %1 s: %2").arg(kQuietWithinMs / 1000).arg(now));
    finish();
}

void Suite::finish()
{
    m_look.stop();
    note(QStringLiteral("at rest after %1 ms").arg(m_resting.elapsed()));
    m_visitors.clear(); // while the desktops are there to hear of it
    Remains remains{.hub = (m_folder + "/hub").toStdString()};
    for (const auto &desk : m_desks) {
        desk->program->tell({{"do", "quit"}});
        if (desk->program->waitForEnd(30'000) != 0)
            m_ledger.surprises.append(desk->name + " did not end well");
        remains.desks[desk->name] = desk->profile.toStdString();
    }
    m_hub->signal(SIGTERM);
    if (m_hub->waitForEnd(30'000) != 0)
        m_ledger.surprises.append("the hub did not end well");
    // Something may have come due while they ended, such as a snooze.
    if (const QString who = behind(); !who.isEmpty() && ++m_endings < kMostEndings) {
        note(who + " after the end: all start once more");
        startHub();
        for (const auto &desk : m_desks)
            startDesk(*desk);
        m_look.start();
        return;
    }
    verb({"check"});
    for (const QString address : {"anna@customer.test", "boris@customer.test"}) {
        for (const QString &path : m_mail->mailsOf(address)) {
            QFile file(path);
            if (file.open(QIODevice::ReadOnly))
                remains.mailboxes[address].append(QString::fromUtf8(file.readAll()));
        }
    }
    const Verdict verdict = judge(m_ledger, remains);
    std::printf(
        "seed %llu: %d kills of the hub, %d of desktops, %d pauses, %lld commands, %lld files opened, %.1f s; at rest after "
        "%.1f s (last: %s)\n%s",
        static_cast<unsigned long long>(m_wishes.seed), m_hubKills, m_deskKills, m_pauses,
        static_cast<long long>(m_ledger.accepted), static_cast<long long>(m_ledger.filesOpened),
        double(m_age.elapsed()) / 1000, double(m_resting.elapsed()) / 1000, qPrintable(m_lastUnrest),
        qPrintable(verdict.table()));
    if (!verdict.good()) {
        std::printf("last events:\n");
        for (const QString &event : m_events)
            std::printf("%s\n", qPrintable(event));
    }
    std::fflush(stdout);
    m_done(verdict.good() ? 0 : 1);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    Wishes wishes;
    parser.addOptions(
        {{"kills-hub", "Kills of the hub.", "N", QString::number(wishes.hubKills)},
         {"kills-desktop", "Kills of desktops.", "N", QString::number(wishes.deskKills)},
         {"pauses", "SIGSTOP and, later, SIGCONT.", "N", QString::number(wishes.pauses)},
         {"pause-ms", "Mean length of a pause.", "MS", QString::number(wishes.pauseMs)},
         {"every", "Mean time between two kills of a side.", "MS", QString::number(wishes.everyMs)},
         {"desktops", "How many; the first and the third are one agent's.", "N", QString::number(wishes.desktops)},
         {"seed", "What is decided by chance.", "S", QString::number(wishes.seed)},
         {"keep", "Leave all files in DIR.", "DIR"}});
    parser.process(application);
    wishes.hubKills = parser.value("kills-hub").toInt();
    wishes.deskKills = parser.value("kills-desktop").toInt();
    wishes.pauses = parser.value("pauses").toInt();
    wishes.pauseMs = parser.value("pause-ms").toInt();
    wishes.everyMs = std::max(50, parser.value("every").toInt());
    wishes.desktops = std::max(1, parser.value("desktops").toInt());
    wishes.seed = parser.value("seed").toULongLong();
    wishes.keep = parser.value("keep");

    QTemporaryDir own;
    const QString folder = wishes.keep.isEmpty() ? own.path() : wishes.keep;
    QDir().mkpath(folder);
    Suite suite(wishes, folder);
    if (const QString why = suite.open(); !why.isEmpty()) {
        std::fprintf(stderr, "crash_suite: %s\n", qPrintable(why));
        return 1;
    }
    suite.run([](int code) { QCoreApplication::exit(code); });
    return application.exec();
}
