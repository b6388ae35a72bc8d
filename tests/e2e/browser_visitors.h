#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

/// Visitors of a shop in a real browser: tests/e2e/visitor.mjs.
class BrowserVisitors {
public:
    BrowserVisitors()
    {
        m_process.setWorkingDirectory(QStringLiteral(TRIBUTARY_SOURCE_DIR "/tests/e2e"));
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start("node", {"visitor.mjs"});
        m_process.waitForStarted();
    }
    ~BrowserVisitors()
    {
        ask("end");
        m_process.waitForFinished(10'000);
    }

    /// Has something done; an empty object if it failed, with a warning that says why.
    QJsonObject ask(const QString &what, QJsonObject with = {})
    {
        with["do"] = what;
        m_process.write(QJsonDocument(with).toJson(QJsonDocument::Compact) + '\n');
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(60'000))
                return {};
        }
        const QJsonObject answer = QJsonDocument::fromJson(m_process.readLine()).object();
        if (answer["ok"].toBool())
            return answer;
        qWarning("%s: %s", qPrintable(what), qPrintable(answer["error"].toString()));
        return {};
    }
    bool does(const QString &visitor, const QString &what, QJsonObject with = {})
    {
        with["as"] = visitor;
        return ask(what, with)["ok"].toBool();
    }

private:
    QProcess m_process;
};
