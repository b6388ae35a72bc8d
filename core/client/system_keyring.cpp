#include "core/client/keyring.h"

#include <QObject>
#include <QTimer>

#include <qt6keychain/keychain.h>

namespace tributary::client {
namespace {

const QString kService = QStringLiteral("tributary");
constexpr int kWriteMs = 10'000;
constexpr int kReadMs = 120'000; ///< Somebody may have to type the keyring's password.

Error errorOf(const QKeychain::Job &job)
{
    switch (job.error()) {
    case QKeychain::EntryNotFound: return {Error::Kind::NotFound, "nothing is kept under that name"};
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied: return {Error::Kind::Denied, "the keyring was not opened"};
    default: return {Error::Kind::Offline, "no keyring answers"};
    }
}

/// Starts @p job and calls @p done once, with an error where nothing comes in time.
void start(QKeychain::Job *job, const std::string &name, int milliseconds, std::function<void(const Error *)> done)
{
    job->setInsecureFallback(false);
    job->setKey(QString::fromStdString(name));
    const auto answered = std::make_shared<bool>(false);
    QObject::connect(job, &QKeychain::Job::finished, job, [answered, done](QKeychain::Job *over) {
        if (std::exchange(*answered, true))
            return;
        const Error error = errorOf(*over);
        done(over->error() == QKeychain::NoError ? nullptr : &error);
    });
    QTimer::singleShot(milliseconds, job, [answered, done] {
        if (std::exchange(*answered, true))
            return;
        const Error late{Error::Kind::Offline, "the keyring does not answer"};
        done(&late);
    });
    job->start();
}

class SystemKeyring final : public Keyring {
public:
    void read(const std::string &name, Read done) override
    {
        auto *job = new QKeychain::ReadPasswordJob(kService);
        start(job, name, kReadMs, [job, done](const Error *error) {
            done(error ? Result<std::string>(failure(*error)) : job->textData().toStdString());
        });
    }
    void write(const std::string &name, const std::string &secret, Done done) override
    {
        auto *job = new QKeychain::WritePasswordJob(kService);
        job->setTextData(QString::fromStdString(secret));
        start(job, name, kWriteMs,
              [done](const Error *error) { done(error ? Result<void>(failure(*error)) : Result<void>()); });
    }
    void remove(const std::string &name) override
    {
        start(new QKeychain::DeletePasswordJob(kService), name, kWriteMs, [](const Error *) {});
    }
};

} // namespace

std::unique_ptr<Keyring> systemKeyring()
{
    return std::make_unique<SystemKeyring>();
}

} // namespace tributary::client
