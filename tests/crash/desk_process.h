#pragma once

#include "tests/crash/program.h"

#include <QList>
#include <QUrl>

namespace tributary::crash {

/// crash_desk as a process, and all that it has said. Waits are the caller's, with QTRY_….
class DeskProcess {
public:
    static constexpr const char *kPassword = "a long demo password";

    /// @p before: words in front of the program, such as `nsenter --net=…`.
    explicit DeskProcess(const QString &profile, const QStringList &before = {})
        : m_program((before + QStringList{QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/crash_desk")}).first(),
                    (before + QStringList{QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/crash_desk")}).mid(1)
                        + QStringList{profile},
                    profile + ".log")
    {
        m_program.heard = [this](const QByteArray &line) {
            const QJsonObject event = QJsonDocument::fromJson(line).object();
            if (event["event"] == "status" || event["event"] == "asked")
                status = event;
            events.append(event);
        };
        m_program.ended = [this](int code) { exitCode = code; };
    }

    void setEnvironment(const QMap<QString, QString> &variables)
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (auto variable = variables.begin(); variable != variables.end(); ++variable)
            environment.insert(variable.key(), variable.value());
        m_program.setEnvironment(environment);
    }
    void start()
    {
        events.clear();
        status = {};
        exitCode = -1;
        m_program.start();
    }
    void kill() { m_program.kill(); }
    /// 0: it ended well.
    int quit()
    {
        tell({{"do", "quit"}});
        return m_program.waitForEnd(20'000);
    }
    void tell(const QJsonObject &order) { m_program.tell(order); }
    void signal(int number) { m_program.signal(number); }
    void signIn(const QUrl &hub, const QString &email)
    {
        tell({{"do", "sign-in"}, {"hub", hub.toString()}, {"email", email}, {"password", kPassword}});
        tell({{"do", "work"}, {"seed", 1}, {"prefix", "-"}, {"every", 0}}); // tries again at once, and is idle
    }
    void note(const QString &conversation, const QString &body)
    {
        tell({{"do", "note"}, {"conversation", conversation}, {"body", body}});
    }
    QString state() const { return status["state"].toString(); }
    QString storage() const { return status["storage"].toString(); }
    qint64 outbox() const { return status["outbox"].toInteger(-1); }
    /// How often an event has been said, with a body if one is given.
    int count(const QString &event, const QString &body = {}) const
    {
        int times = 0;
        for (const QJsonObject &one : events)
            times += one["event"] == event && (body.isNull() || one["body"] == body);
        return times;
    }
    QJsonObject last(const QString &event) const
    {
        for (auto one = events.rbegin(); one != events.rend(); ++one) {
            if ((*one)["event"] == event)
                return *one;
        }
        return {};
    }

    QList<QJsonObject> events;
    QJsonObject status;
    int exitCode = -1;

private:
    Program m_program;
};

} // namespace tributary::crash
