#pragma once

#include "core/client/hub_link.h"
#include "core/store/blobs.h"

#include <QImage>
#include <QSize>
#include <QThreadPool>

#include <mutex>
#include <set>

namespace tributary::client {

/// Contents of attachments: to the hub, from the hub once, and as small pictures. One that is cut on its way from the hub
/// goes on where it was cut: at once as long as some of it comes each time, else when it is asked for again. Work is done on
/// a pool of its own, requests on the link's thread; callable from the window's.
class Attachments {
public:
    static constexpr qint64 kMostUpload = 25ll << 20;
    static constexpr qint64 kMostDownload = 100ll << 20;
    static constexpr qint64 kMostPixels = 64'000'000; ///< Of a picture to be decoded (C72).

    Attachments(store::Blobs blobs, HubLink &link);
    ~Attachments(); ///< close()

    void setAccess(const QUrl &hub, const std::string &token);
    QFuture<Result<model::Attachment>> upload(const QString &path);
    QFuture<Result<model::Attachment>> upload(const std::string &name, const std::string &mediaType,
                                              const QByteArray &content);
    QFuture<Result<QString>> file(const model::Attachment &attachment);
    QFuture<Result<QImage>> thumbnail(const model::Attachment &attachment, QSize size);
    /// Deletes contents that are here: their agent may see no more what they belong to.
    void forget(std::vector<std::string> sha256);
    /// Keeps no more than @p budget bytes of contents here, but all of @p inUse, and what was used within the last hour.
    void trim(std::uint64_t budget, std::set<std::string> inUse);
    /// Nobody is signed in any more: what was asked for until now is not kept when it arrives. From any thread.
    void endAccess();
    /// Waits for what runs; requests under way end as Offline when the link stops.
    void close();

private:
    using FileDone = std::function<void(Result<QString>)>;
    void withFile(const model::Attachment &attachment, FileDone done);
    void fetch(const model::Attachment &attachment, int access);
    void answered(const model::Attachment &attachment, const HubHttp::Answer &answer, int access, qint64 from);
    QByteArray takeBegun(const std::string &sha256);
    void keepBegun(const std::string &sha256, QByteArray content, int access);
    bool isForgotten(const std::string &sha256);
    void arrived(const std::string &sha256, const Result<QString> &file);
    int access();
    Result<QString> keep(const model::Attachment &attachment, const QByteArray &content, int access);
    void post(const std::string &name, const std::string &mediaType, const QByteArray &content,
              Promise<model::Attachment> promise);
    HubHttp::Request request(const QString &path);

    store::Blobs m_blobs;
    HubLink &m_link;
    QThreadPool m_pool;
    std::mutex m_mutex;
    QUrl m_hub;
    std::string m_token;
    std::map<std::string, std::vector<FileDone>> m_fetching; ///< By SHA-256: who waits for it.
    std::map<std::string, QByteArray> m_begun;               ///< By SHA-256: what has come of it before it was cut.
    std::set<std::string> m_forgotten;                       ///< Those of m_fetching that are not to be kept.
    std::multiset<std::string> m_reading;                    ///< What is read just now.
    std::mutex m_keeping;                                    ///< Held while a content is written.
    int m_access = 0;                                        ///< Rises with each endAccess(); guarded by m_keeping.
    SystemClock m_clock;
};

} // namespace tributary::client
