#include "core/client/hub_process.h"

#include "core/client/async.h"
#include "core/client/certificate_problem.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTimer>

#include <csignal>
#include <sys/prctl.h>
#include <unistd.h>

namespace tributary::client {
namespace {

constexpr int kStartMs = 30'000;
constexpr int kStopMs = 15'000; ///< It allows what it has in hand 10 s.
constexpr int kVerbMs = 60'000;
constexpr qsizetype kLongestLine = 4'096;

/// `listening http://127.0.0.1:PORT public http://127.0.0.1:PORT`
std::optional<HubProcess::Addresses> addressesIn(const QByteArray &line)
{
    const QList<QByteArray> words = line.simplified().split(' ');
    if (words.size() < 4 || words[0] != "listening" || words[2] != "public")
        return std::nullopt;
    HubProcess::Addresses addresses{.agents = QUrl(QString::fromUtf8(words[1])),
                                    .customers = QUrl(QString::fromUtf8(words[3]))};
    if (addresses.agents.host() == QLatin1String("0.0.0.0")) // everywhere, so here as well
        addresses.agents.setHost(QStringLiteral("127.0.0.1"));
    const bool good = addresses.agents.isValid() && addresses.agents.port() > 0;
    return good ? std::optional(addresses) : std::nullopt;
}

/// `certificate SHA-256 AB:CD:…`, which comes before it where the hub speaks TLS.
std::string fingerprintIn(const QByteArray &line)
{
    const QList<QByteArray> words = line.simplified().split(' ');
    return words.size() == 3 && words[0] == "certificate" ? fingerprintFrom(words[2].toStdString()) : std::string();
}

QString lastLineOf(const QByteArray &text)
{
    const QList<QByteArray> lines = text.trimmed().split('\n');
    return QString::fromUtf8(lines.isEmpty() ? QByteArray() : lines.last().left(kLongestLine));
}

} // namespace

class HubProcess::Private {
public:
    QProcess process;
    std::optional<Promise<Addresses>> starting;
    std::optional<Promise<void>> ending; ///< Somebody waits for its end.
    QByteArray output;                   ///< Up to the line that says where it listens.
    QByteArray errors;                   ///< The newest bytes.
    std::string fingerprint;
    bool listening = false;
    bool stopping = false;
    bool late = false; ///< It was ended because it did not get ready.
    int attempt = 0;
};

HubProcess::HubProcess(QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>())
{
    // A program that is killed leaves no hub behind: nobody would know where it listens, and the next one could not open
    // the folder.
    d->process.setChildProcessModifier([parent = ::getpid()] {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent) // it died before that was said
            ::raise(SIGTERM);
    });
    connect(&d->process, &QProcess::readyReadStandardOutput, this, [this] {
        d->output += d->process.readAllStandardOutput();
        for (qsizetype end = d->output.indexOf('\n'); end >= 0; end = d->output.indexOf('\n')) {
            const QByteArray line = d->output.left(end);
            d->output.remove(0, end + 1);
            if (std::string said = fingerprintIn(line); !said.empty())
                d->fingerprint = std::move(said);
            auto addresses = addressesIn(line);
            if (addresses && d->starting) {
                addresses->fingerprint = d->fingerprint;
                d->listening = true;
                std::exchange(d->starting, std::nullopt)->finish(*addresses);
            }
        }
        d->output = d->output.right(kLongestLine);
    });
    connect(&d->process, &QProcess::readyReadStandardError, this,
            [this] { d->errors = (d->errors + d->process.readAllStandardError()).right(kLongestLine); });
    const auto over = [this](const QString &why) {
        if (d->starting)
            std::exchange(d->starting, std::nullopt)
                ->finish(d->late ? failure(Error::Kind::TimedOut, "the hub does not get ready")
                                 : failure(Error::Kind::Failed, why.toStdString()));
        else if (std::exchange(d->listening, false) && !d->stopping)
            emit ended(why);
        if (d->ending)
            std::exchange(d->ending, std::nullopt)->finish({});
    };
    connect(&d->process, &QProcess::finished, this, [this, over] {
        d->errors = (d->errors + d->process.readAllStandardError()).right(kLongestLine);
        over(lastLineOf(d->errors));
    });
    connect(&d->process, &QProcess::errorOccurred, this, [over](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            over("the hub's program cannot be started");
    });
}

HubProcess::~HubProcess()
{
    stop();
}

QString HubProcess::findProgram()
{
    const QString beside = QCoreApplication::applicationDirPath() + "/tributary-hub";
    return QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable("tributary-hub");
}

QFuture<Result<HubProcess::Addresses>> HubProcess::start(const QString &dataFolder, const QStringList &extra,
                                                         const QString &verb)
{
    if (isRunning())
        return ready<Addresses>(failure(Error::Kind::Conflict, "the hub runs already"));
    const QString program = findProgram();
    if (program.isEmpty())
        return ready<Addresses>(failure(Error::Kind::NotFound, "tributary-hub is not installed"));
    d->output.clear();
    d->errors.clear();
    d->fingerprint.clear();
    d->listening = d->stopping = d->late = false;
    const Promise<Addresses> promise;
    d->starting = promise;
    ++d->attempt;
    d->process.start(program,
                     QStringList{verb, "--data", dataFolder, "--listen", "127.0.0.1:0", "--public", "127.0.0.1:0"} + extra);
    endUnlessReady(dataFolder + "/hub.db.migrating");
    return promise.future();
}

/// @p copy is there while the hub brings its database to its version (store::copyPath()), which takes as long as it takes.
void HubProcess::endUnlessReady(const QString &copy)
{
    QTimer::singleShot(kStartMs, &d->process, [this, copy, attempt = d->attempt] {
        if (!d->starting || d->attempt != attempt)
            return;
        if (QFileInfo::exists(copy))
            return endUnlessReady(copy);
        d->late = d->stopping = true;
        d->process.kill(); // its store bears that, and the window does not wait for it
    });
}

QFuture<Result<QByteArray>> HubProcess::run(const QStringList &arguments, const QByteArray &input)
{
    const QString program = findProgram();
    if (program.isEmpty())
        return ready<QByteArray>(failure(Error::Kind::NotFound, "tributary-hub is not installed"));
    auto *verb = new QProcess(this);
    const Promise<QByteArray> promise;
    connect(verb, &QProcess::finished, this, [verb, promise](int code, QProcess::ExitStatus status) {
        verb->deleteLater();
        if (status == QProcess::NormalExit && code == 0)
            promise.finish(verb->readAllStandardOutput());
        else
            promise.finish(failure(Error::Kind::Failed, lastLineOf(verb->readAllStandardError()).toStdString()));
    });
    connect(verb, &QProcess::errorOccurred, this, [verb, promise](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return; // finished() follows
        verb->deleteLater();
        promise.finish(failure(Error::Kind::Failed, "the hub's program cannot be started"));
    });
    QTimer::singleShot(kVerbMs, verb, [verb, promise] {
        promise.finish(failure(Error::Kind::TimedOut, "the hub's program does not end"));
        verb->kill();
    });
    verb->start(program, arguments);
    verb->write(input);
    verb->closeWriteChannel();
    return promise.future();
}

void HubProcess::stop()
{
    d->stopping = true;
    if (!isRunning())
        return;
    d->process.terminate(); // SIGTERM: it finishes what it has accepted
    if (!d->process.waitForFinished(kStopMs)) {
        d->process.kill();
        d->process.waitForFinished(1'000);
    }
}

QFuture<Result<void>> HubProcess::end()
{
    if (!isRunning())
        return ready<void>({});
    if (!d->ending) {
        d->ending.emplace();
        d->stopping = true;
        d->process.terminate();
        QTimer::singleShot(kStopMs, &d->process, [this, attempt = d->attempt] {
            if (d->ending && d->attempt == attempt)
                d->process.kill();
        });
    }
    return d->ending->future();
}

bool HubProcess::isRunning() const
{
    return d->process.state() != QProcess::NotRunning;
}

} // namespace tributary::client
