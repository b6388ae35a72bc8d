#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <csignal>
#include <functional>

namespace tributary::crash {

/// A program that is started, killed, stopped and started again. What it says on standard output is heard line by line, also
/// what it said just before it was killed.
class Program {
public:
    Program(QString program, QStringList arguments, QString log)
        : m_program(std::move(program))
        , m_arguments(std::move(arguments))
        , m_log(std::move(log))
    {
    }
    ~Program() { kill(); }

    std::function<void(const QByteArray &)> heard; ///< A line, without its end.
    std::function<void(int)> ended;                ///< It ended by itself, with this code; not called after kill().

    void setArguments(QStringList arguments) { m_arguments = std::move(arguments); }
    void setEnvironment(QProcessEnvironment environment) { m_environment = std::move(environment); }

    void start()
    {
        if (m_process) // it may be the one that is just saying that it has ended
            m_process.release()->deleteLater();
        m_process = std::make_unique<QProcess>();
        m_process->setProgram(m_program);
        m_process->setArguments(m_arguments);
        if (!m_environment.isEmpty())
            m_process->setProcessEnvironment(m_environment);
        m_process->setStandardErrorFile(m_log, QIODevice::Append);
        QObject::connect(m_process.get(), &QProcess::readyReadStandardOutput, [this] { readLines(); });
        QObject::connect(m_process.get(), &QProcess::finished, [this](int code) {
            if (m_killing)
                return;
            readLines();
            if (ended)
                ended(code);
        });
        m_process->start();
    }
    bool isRunning() const { return m_process && m_process->state() != QProcess::NotRunning; }
    void tell(const QJsonObject &order)
    {
        if (isRunning())
            m_process->write(QJsonDocument(order).toJson(QJsonDocument::Compact) + '\n');
    }
    void write(const QByteArray &bytes)
    {
        if (isRunning())
            m_process->write(bytes);
    }
    void signal(int number)
    {
        if (isRunning() && m_process->processId() > 0)
            ::kill(pid_t(m_process->processId()), number);
    }
    /// At this very instant, and what it has said is heard before this returns.
    void kill()
    {
        if (!isRunning())
            return;
        m_killing = true;
        m_process->waitForStarted();
        signal(SIGKILL);
        m_process->waitForFinished();
        readLines();
        m_killing = false;
    }
    /// Its exit code after an orderly end; -1 if it had to be killed.
    int waitForEnd(int ms)
    {
        m_killing = true;
        const bool over = !isRunning() || m_process->waitForFinished(ms);
        if (!over)
            kill();
        readLines();
        m_killing = false;
        return over && m_process && m_process->exitStatus() == QProcess::NormalExit ? m_process->exitCode() : -1;
    }
    qint64 pid() const { return m_process ? m_process->processId() : 0; }

private:
    void readLines()
    {
        m_process->setReadChannel(QProcess::StandardOutput);
        while (m_process->canReadLine()) {
            const QByteArray line = m_process->readLine().chopped(1);
            if (heard)
                heard(line);
        }
    }

    QString m_program;
    QStringList m_arguments;
    QString m_log;
    QProcessEnvironment m_environment;
    std::unique_ptr<QProcess> m_process;
    bool m_killing = false;
};

} // namespace tributary::crash
