// A desktop without a screen, for tests that kill it: the real Workspace on a real profile, and somebody at the keyboard who
// answers, notes, attaches, opens files, sorts and drafts by chance. It is told what to do by lines of JSON on standard
// input and says on standard output what was asked of the Workspace and what the Workspace has accepted.
//
//   crash_desk PROFILE
#include "core/base/log.h"
#include "core/client/workspace.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSocketNotifier>
#include <QTimer>

#include <cstdio>
#include <unistd.h>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::model;

namespace {

constexpr int kRetryMs = 300; ///< A person who presses "try now" rather than wait half a minute.
constexpr int kMostFile = 200'000;

void say(const QJsonObject &event)
{
    const QByteArray line = QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(line.constData(), 1, std::size_t(line.size()), stdout);
    std::fflush(stdout);
}

QString textOfId(const RawId &id)
{
    return QString::fromStdString(toHex(id));
}

const char *name(Status::State state)
{
    switch (state) {
    case Status::State::Closed: return "closed";
    case Status::State::SignedOut: return "signed-out";
    case Status::State::Offline: return "offline";
    case Status::State::Connecting: return "connecting";
    case Status::State::CatchingUp: return "catching-up";
    case Status::State::Live: return "live";
    }
    return "";
}

const char *name(Status::Storage storage)
{
    switch (storage) {
    case Status::Storage::Fine: return "fine";
    case Status::Storage::DiskFull: return "disk-full";
    case Status::Storage::Broken: return "broken";
    }
    return "";
}

const char *name(Status::Reason reason)
{
    switch (reason) {
    case Status::Reason::None: return "none";
    case Status::Reason::Unreachable: return "unreachable";
    case Status::Reason::Denied: return "denied";
    case Status::Reason::OtherHistory: return "other-history";
    case Status::Reason::Stopping: return "stopping";
    case Status::Reason::Garbage: return "garbage";
    case Status::Reason::Unreadable: return "unreadable";
    case Status::Reason::Certificate: return "certificate";
    case Status::Reason::Insecure: return "insecure";
    }
    return "";
}

/// Calls @p then with the answer, on this thread.
template<class T, class Then>
void when(QObject *context, QFuture<T> future, Then then)
{
    future.then(context, std::move(then));
}

class Desk : public QObject {
public:
    explicit Desk(QString profile)
        : m_profile(std::move(profile))
    {
        m_work.setSingleShot(true);
        connect(&m_work, &QTimer::timeout, this, [this] { step(); });
        m_retry.setInterval(kRetryMs);
        connect(&m_retry, &QTimer::timeout, this, [this] {
            if (m_impatient && m_workspace.status().state == Status::State::Offline)
                m_workspace.tryNow();
        });
        m_retry.start();
        connect(&m_workspace, &Workspace::statusChanged, this, [this] { tellStatus(); });
        connect(&m_workspace, &Workspace::cameBack, this, [](const store::JournalEntry &entry) {
            const auto *message = std::get_if<SendMessage>(&entry.command.body);
            say({{"event", "came-back"},
                 {"n", qint64(entry.command.n)},
                 {"item", message ? textOfId(message->item.bytes) : QString()},
                 {"kind", entry.outcome && entry.outcome->kind == Outcome::Kind::NeedsYou ? "needs-you" : "refused"}});
        });
    }

    void open()
    {
        when(this, m_workspace.open(m_profile), [this](const Result<void> &opened) {
            say({{"event", "opened"},
                 {"ok", opened.has_value()},
                 {"why", opened ? QString() : QString::fromStdString(opened.error().detail)}});
            if (!opened)
                QCoreApplication::exit(3);
            else
                tellStatus();
        });
    }

    void told(const QJsonObject &order)
    {
        const QString what = order["do"].toString();
        if (what == "sign-in") {
            when(this,
                 m_workspace.signIn(QUrl(order["hub"].toString()), order["email"].toString().toStdString(),
                                    order["password"].toString().toStdString()),
                 [](const Result<void> &in) {
                     say({{"event", "signed-in"},
                          {"ok", in.has_value()},
                          {"why", in ? QString() : QString::fromStdString(in.error().detail)}});
                 });
        } else if (what == "work") {
            m_rng.emplace(std::uint64_t(order["seed"].toInteger()));
            m_prefix = order["prefix"].toString().toStdString();
            m_every = order["every"].toInt(50);
            m_impatient = true;
            if (!m_work.isActive())
                m_work.start(0);
        } else if (what == "rest") {
            m_every = 0;
            m_work.stop();
            say({{"event", "resting"}});
        } else if (what == "compare") {
            when(this, m_workspace.compareNow(), [](const Result<CopyCheck> &check) {
                say({{"event", "compared"},
                     {"ok", check.has_value()},
                     {"repaired", check ? qint64(check->repaired) : 0},
                     {"removed", check ? qint64(check->removed) : 0},
                     {"why", check ? QString() : QString::fromStdString(check.error().detail)}});
            });
        } else if (what == "try") {
            m_workspace.tryNow();
        } else if (what == "patient") {
            m_impatient = false;
        } else if (what == "draft") { // one text of the caller's
            saveDraft(ConversationId::fromText(order["conversation"].toString().toStdString()).value_or(ConversationId()),
                      order["body"].toString().toStdString());
        } else if (what == "note") {
            note(order["conversation"].toString().toStdString(), order["body"].toString().toStdString());
        } else if (what == "rows") {
            tellRows();
        } else if (what == "status") {
            tellStatus(true);
        } else if (what == "sign-out") {
            when(this, m_workspace.signOut(), [](const Result<void> &out) {
                say({{"event", "signed-out"}, {"ok", out.has_value()}});
            });
        } else if (what == "quit") {
            m_work.stop();
            m_workspace.close();
            QCoreApplication::quit();
        }
    }

private:
    void tellStatus(bool asked = false)
    {
        const Status &status = m_workspace.status();
        say({{"event", asked ? "asked" : "status"},
             {"state", name(status.state)},
             {"reason", name(status.reason)},
             {"storage", name(status.storage)},
             {"outbox", qint64(status.outboxCount)},
             {"needsYou", qint64(status.needsYouCount)}});
    }

    void tellRows()
    {
        when(this, m_workspace.conversations({.queue = store::Queue::AllOpen, .count = 500}),
             [](const Result<std::vector<store::ConversationRow>> &rows) {
                 say({{"event", "rows"}, {"count", rows ? qint64(rows->size()) : -1}});
             });
    }

    std::string nextBody(const char *kind) { return m_prefix + " " + kind + std::to_string(++m_counter) + " words"; }

    void step()
    {
        if (m_every <= 0)
            return;
        const store::ListQuery query{.queue = m_rng->below(5) == 0 ? store::Queue::Resolved : store::Queue::AllOpen};
        when(this, m_workspace.conversations(query), [this](const Result<std::vector<store::ConversationRow>> &rows) {
            if (rows && !rows->empty())
                act((*rows)[m_rng->below(rows->size())].conversation);
            if (m_every > 0)
                m_work.start(int(m_rng->below(std::uint64_t(2 * m_every))));
        });
    }

    void act(const Conversation &conversation)
    {
        switch (m_rng->below(18)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
        case 5: return reply(conversation);
        case 6:
        case 7:
            return withFile([this, conversation = conversation.id.text()](const std::vector<Attachment> &files) {
                note(conversation, nextBody("n"), files);
            });
        case 8: return submit(SetTags{conversation.id, {"tag" + std::to_string(m_rng->below(5))}, {}}, {});
        case 9: return submit(SetPriority{conversation.id, Conversation::Priority(m_rng->below(4))}, {});
        case 10: return submit(Assign{conversation.id, m_workspace.agent().id, m_rng->below(2) == 0}, {});
        case 11:
            return submit(SetStatus{conversation.id,
                                    m_rng->below(3) == 0 ? Conversation::Status::Resolved : Conversation::Status::Open},
                          {});
        case 12: return submit(MarkRead{conversation.id, conversation.inboundCount}, {});
        case 13: return saveDraft(conversation.id, nextBody("d"));
        case 14:
        case 15: return openFiles(conversation.customer);
        default: return decide();
        }
    }

    void reply(const Conversation &conversation)
    {
        SendMessage message{.item = m_workspace.makeId<TimelineItemId>(),
                            .conversation = conversation.id,
                            .to = conversation.identity,
                            .from = conversation.account,
                            .subject = conversation.subject};
        message.sendAnyway = m_rng->below(4) != 0;
        withFile([this, message](std::vector<Attachment> files) mutable {
            message.body = nextBody("r"); // by now: texts are numbered in the order in which they are accepted
            message.attachments = std::move(files);
            submit(message, {{"kind", "reply"},
                             {"item", textOfId(message.item.bytes)},
                             {"body", QString::fromStdString(message.body)},
                             {"file", shaOf(message.attachments)},
                             {"conversation", QString::fromStdString(message.conversation.text())}});
        });
    }

    void note(const std::string &conversation, const std::string &body, const std::vector<Attachment> &files = {})
    {
        const AddNote note{.item = m_workspace.makeId<TimelineItemId>(),
                           .conversation = ConversationId::fromText(conversation).value_or(ConversationId()),
                           .body = body,
                           .attachments = files};
        submit(note, {{"kind", "note"},
                      {"item", textOfId(note.item.bytes)},
                      {"body", QString::fromStdString(note.body)},
                      {"file", shaOf(files)}});
    }

    static QString shaOf(const std::vector<Attachment> &files)
    {
        return files.empty() ? QString() : QString::fromStdString(files.front().sha256);
    }

    /// Every fourth text goes with a file that nobody else has, if the hub takes it now.
    void withFile(std::function<void(std::vector<Attachment>)> then)
    {
        if (m_rng->below(4) != 0)
            return then({});
        QByteArray content = QByteArray::fromStdString(m_prefix) + QByteArray::number(++m_files) + '\n';
        const std::string name = content.trimmed().toStdString() + ".txt";
        content.resize(content.size() + qsizetype(m_rng->below(kMostFile)), 'x');
        when(this, m_workspace.attach(name, "text/plain", content),
             [then](const Result<Attachment> &file) { then(file ? std::vector{*file} : std::vector<Attachment>()); });
    }

    /// Opens what is attached to the newest of somebody's timeline, as a click does, and looks whether it is that.
    void openFiles(CustomerId customer)
    {
        const auto last = TimelineItemId(RawId{std::byte{0xff}});
        when(this, m_workspace.timelineBefore(customer, TimePoint::max(), last, 20),
             [this](const Result<store::TimelinePage> &page) {
                 if (!page)
                     return;
                 for (const TimelineItem &item : page->items) {
                     for (const Attachment &file : item.attachments)
                         openFile(file);
                 }
             });
    }

    void openFile(const Attachment &file)
    {
        when(this, m_workspace.attachmentFile(file), [file](const Result<QString> &path) {
            if (!path)
                return; // the hub is away
            QFile content(*path);
            const QByteArray bytes = content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
            const QByteArray sha = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
            say({{"event", "file-opened"},
                 {"file", QString::fromStdString(file.sha256)},
                 {"whole", sha == file.sha256.c_str()}});
        });
    }

    void submit(CommandBody body, QJsonObject what)
    {
        what["event"] = "wanted";
        if (what.contains("kind"))
            say(what);
        when(this, m_workspace.submit(std::move(body)), [what](const Result<Submitted> &done) mutable {
            if (!done) {
                say({{"event", "not-accepted"},
                     {"why", QString::fromStdString(done.error().detail)},
                     {"body", what["body"]}});
                return;
            }
            what["event"] = "accepted";
            what["n"] = qint64(done->commands.front().n);
            what["command"] = textOfId(done->commands.front().id.bytes);
            say(what);
        });
    }

    void saveDraft(ConversationId conversation, const std::string &body)
    {
        QJsonObject what{{"event", "draft-wanted"},
                         {"conversation", QString::fromStdString(conversation.text())},
                         {"body", QString::fromStdString(body)}};
        say(what);
        // Of the kind Note: a refused reply comes back as a draft of the kind Reply, and would stand in the way.
        const store::Draft draft{.conversation = conversation, .kind = store::Draft::Kind::Note, .body = body};
        when(this, m_workspace.saveDraft(draft), [what](const Result<void> &kept) mutable {
            what["event"] = kept ? "draft-kept" : "draft-not-kept";
            say(what);
        });
    }

    /// Something has come back: send it all the same, or let it go.
    void decide()
    {
        when(this, m_workspace.needsYou(), [this](const Result<std::vector<store::JournalEntry>> &entries) {
            if (!entries || entries->empty())
                return;
            const store::JournalEntry &entry = (*entries)[m_rng->below(entries->size())];
            const auto *message = std::get_if<SendMessage>(&entry.command.body);
            const QString item = message ? textOfId(message->item.bytes) : QString();
            if (message && m_rng->below(3) > 0) {
                say({{"event", "again"}, {"item", item}});
                when(this, m_workspace.sendAnyway(entry.command.n, 0), [](const Result<Submitted> &) {});
            } else {
                say({{"event", "discarding"}, {"item", item}});
                when(this, m_workspace.discard(entry.command.n), [](const Result<Submitted> &) {});
            }
        });
    }

    const QString m_profile;
    Workspace m_workspace;
    QTimer m_work, m_retry;
    std::optional<SeededRng> m_rng;
    std::string m_prefix;
    int m_every = 0;
    int m_counter = 0;
    int m_files = 0;
    bool m_impatient = false;
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc != 2)
        return 2;
    setLogSink(stderrSink(LogLevel::Info));
    Desk desk(QString::fromLocal8Bit(argv[1]));
    QSocketNotifier orders(STDIN_FILENO, QSocketNotifier::Read);
    QByteArray waiting;
    QObject::connect(&orders, &QSocketNotifier::activated, &desk, [&] {
        char bytes[4096];
        const ssize_t size = ::read(STDIN_FILENO, bytes, sizeof bytes);
        if (size <= 0)
            return QCoreApplication::exit(4); // whoever started us is gone
        waiting.append(bytes, qsizetype(size));
        for (qsizetype end; (end = waiting.indexOf('\n')) >= 0; waiting.remove(0, end + 1))
            desk.told(QJsonDocument::fromJson(waiting.left(end)).object());
    });
    QTimer::singleShot(0, &desk, [&desk] { desk.open(); });
    return application.exec();
}
