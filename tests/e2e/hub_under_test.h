#pragma once

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QTest>
#include <QUrl>

#include <csignal>
#include <cstdint>

/// A real tributary-hub over a folder of its own, which can be killed and comes back on the same ports.
class HubUnderTest {
public:
    explicit HubUnderTest(QString folder)
        : m_folder(std::move(folder))
    {
    }
    ~HubUnderTest() { stop(); }

    /// For the serving process alone.
    void setEnvironment(const QMap<QString, QString> &variables)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (auto variable = variables.begin(); variable != variables.end(); ++variable)
            environment.insert(variable.key(), variable.value());
        m_process.setProcessEnvironment(environment);
    }
    /// What it has said on standard error.
    QByteArray log() const
    {
        QFile file(m_folder + ".log");
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    QUrl agents() const { return QUrl(QStringLiteral("http://%1:%2").arg(m_address).arg(m_listen)); }
    QUrl customers() const { return QUrl(QStringLiteral("http://%1:%2").arg(m_address).arg(m_public)); }

    bool start()
    {
        const QStringList words = m_before + QStringList{program(),  "serve",
                                                         "--data",   m_folder,
                                                         "--listen", QStringLiteral("%1:%2").arg(m_address).arg(m_listen),
                                                         "--public", QStringLiteral("%1:%2").arg(m_address).arg(m_public)};
        m_process.setProgram(words.first());
        m_process.setArguments(words.mid(1));
        m_process.setProcessChannelMode(QProcess::SeparateChannels);
        m_process.setStandardErrorFile(m_folder + ".log", QIODevice::Append);
        m_process.start();
        QByteArray line;
        QElapsedTimer waited;
        waited.start();
        while (!line.contains('\n') && waited.elapsed() < 30'000 && m_process.waitForReadyRead(30'000))
            line += m_process.readAll();
        static const QRegularExpression ports("listening http://[^ ]+:(\\d+) public http://[^ ]+:(\\d+)");
        const auto match = ports.match(QString::fromUtf8(line));
        m_listen = match.captured(1).toInt();
        m_public = match.captured(2).toInt();
        if (!match.hasMatch())
            m_process.waitForFinished(5'000);
        return match.hasMatch();
    }
    /// As a power cut would, as far as a process can.
    void kill()
    {
        ::kill(pid_t(m_process.processId()), SIGKILL);
        m_process.waitForFinished();
    }
    bool hasEnded() const { return m_process.state() == QProcess::NotRunning; }
    int exitCode() const { return m_process.exitCode(); }
    /// Words in front of the serving program, such as `nsenter --net=…`, and where it listens: an address without a port.
    void setPlace(const QStringList &before, const QString &address)
    {
        m_before = before;
        m_address = address;
    }
    qint64 pid() const { return m_process.processId(); }
    /// What it has allocated, in bytes. Not its share of what is mapped: that grows when another hub on the machine ends.
    std::int64_t memory() const
    {
        QFile file(QStringLiteral("/proc/%1/smaps_rollup").arg(pid()));
        if (!file.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray &line : file.readAll().split('\n')) {
            if (line.startsWith("Anonymous:"))
                return line.simplified().split(' ')[1].toLongLong() * 1024;
        }
        return 0;
    }
    /// The exit code of an orderly end.
    int stop()
    {
        if (m_process.state() == QProcess::NotRunning)
            return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
        m_process.terminate();
        if (!m_process.waitForFinished(20'000))
            kill();
        return m_process.exitCode();
    }
    /// Runs another verb of the command line and returns what it printed; an empty array if it failed.
    QByteArray run(const QStringList &arguments, const QByteArray &input = {}) const
    {
        QProcess verb;
        verb.start(program(), arguments + QStringList{"--data", m_folder});
        verb.write(input);
        verb.closeWriteChannel();
        if (!verb.waitForFinished(60'000) || verb.exitCode() != 0) {
            qWarning("%s: %s", qPrintable(arguments.join(' ')), verb.readAllStandardError().constData());
            return {};
        }
        return verb.readAllStandardOutput();
    }

private:
    static QString program() { return QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/tributary-hub"); }

    QString m_folder;
    QStringList m_before;
    QString m_address = QStringLiteral("127.0.0.1");
    QProcess m_process;
    int m_listen = 0, m_public = 0;
};
