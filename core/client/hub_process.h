#pragma once

#include "core/base/result.h"

#include <QFuture>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <memory>
#include <string>

namespace tributary::client {

/// A hub of one's own: `tributary-hub serve` as a child of this program, on loopback alone unless it is told otherwise
/// ("start a hub on this computer", the demo shop). It ends with this object.
class HubProcess : public QObject {
    Q_OBJECT
public:
    struct Addresses {
        QUrl agents;             ///< For Workspace::signIn(), from this computer.
        QUrl customers;          ///< The public listener: web chat, webhooks.
        std::string fingerprint; ///< Of the certificate it shows, as fingerprintFrom() has it; empty: plain text.
    };

    explicit HubProcess(QObject *parent = nullptr);
    ~HubProcess() override; ///< stop()

    /// The program beside this one, or in PATH; empty if there is none.
    static QString findProgram();

    /// Starts a hub over the data in @p dataFolder with @p extra arguments; finished when it listens. Failed: it ended
    /// first; the detail is its last line. TimedOut after 30 s.
    /// @p verb: another one that serves, such as `demo`.
    QFuture<Result<Addresses>> start(const QString &dataFolder, const QStringList &extra = {},
                                     const QString &verb = "serve");
    /// Runs another verb (`user`, `account` ...) to its end with @p input on its standard input (secrets are never
    /// arguments) and gives its output. Failed: it did not exit with 0; the detail is its last line.
    QFuture<Result<QByteArray>> run(const QStringList &arguments, const QByteArray &input = {});
    /// SIGTERM, and the end of it after 10 s.
    void stop();
    /// Likewise, without waiting here: finished when it has ended, at once where none runs.
    QFuture<Result<void>> end();
    bool isRunning() const;

signals:
    void ended(const QString &lastLine); ///< By itself, after start() had succeeded.

private:
    void endUnlessReady(const QString &copy);

    class Private;
    std::unique_ptr<Private> d;
};

} // namespace tributary::client
