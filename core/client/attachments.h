#pragma once

#include "core/base/id.h"
#include "core/base/rng.h"
#include "core/client/hub_link.h"
#include "core/client/sealed_blobs.h"

#include <QImage>
#include <QSize>
#include <QThreadPool>

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <set>

namespace tributary::client {

/// Contents of attachments: to the hub, from the hub once, and as small pictures. One that is cut on its way from the hub
/// goes on where it was cut: at once as long as some of it comes each time, else when it is asked for again. Work is done on
/// a pool of its own, requests on the link's thread; callable from the window's.
///
/// They lie here sealed where there is a key (SealedBlobs). Another program is given a copy, never what is stored.
class Attachments {
public:
    static constexpr qint64 kMostUpload = 25ll << 20;
    static constexpr qint64 kMostDownload = 100ll << 20;
    static constexpr int kMostUploads = 2;            ///< At once.
    static constexpr qint64 kMostPixels = 64'000'000; ///< Of a picture to be decoded (C72).

    /// @p opened is the folder of those copies, made when it is needed. Whoever begins and ends empties it.
    Attachments(store::Blobs blobs, std::filesystem::path opened, HubLink &link);
    ~Attachments(); ///< close()

    void setAccess(const QUrl &hub, const std::string &token);
    /// Keeps the content here and, with @p isConnected, brings it to the hub. Where that cannot be reached it is good all
    /// the same: bring() follows when something that names it is sent. TooLarge beyond kMostUpload.
    QFuture<Result<model::Attachment>> attach(const QString &path, bool isConnected);
    QFuture<Result<model::Attachment>> attach(const std::string &name, const std::string &mediaType,
                                              const QByteArray &content, bool isConnected);
    /// Brings one that is here to the hub, unless it has it already; then HubLink::fileArrived(), also where it will never
    /// be there, or fileFailed() of @p session.
    void bring(const model::Attachment &attachment, std::int64_t session);
    /// SealedBlobs::setKeys()
    void setKeys(std::vector<SealKey> keys, bool seals);
    /// A plain copy of the content, made anew, which only its owner may read and nobody is to write, for another program.
    QFuture<Result<QString>> file(const model::Attachment &attachment);
    /// The first @p most bytes.
    QFuture<Result<QByteArray>> bytes(const model::Attachment &attachment, qint64 most);
    /// The content in the place of the file @p path.
    QFuture<Result<void>> save(const model::Attachment &attachment, const QString &path);
    QFuture<Result<QImage>> thumbnail(const model::Attachment &attachment, QSize size);
    /// Deletes contents that are here: their agent may see no more what they belong to.
    void forget(std::vector<std::string> sha256);
    /// Keeps no more than @p budget bytes of contents here, but all of @p inUse, and what was used within the last hour.
    void trim(std::uint64_t budget, std::set<std::string> inUse);
    /// Seals what was stored before there was a key, one after the other, and deletes what writes that were cut off have
    /// left; at most once an hour.
    void resealStored();
    /// Nobody is signed in any more, and no key is at hand: what was asked for until now is not kept when it arrives. From
    /// any thread.
    void endAccess();
    /// Waits for what runs; requests under way end as Offline when the link stops.
    void close();

private:
    using Done = std::function<void(Result<void>)>;
    /// @p done is called on the pool when the content is here, or cannot be.
    void withContent(const model::Attachment &attachment, Done done);
    Result<QString> copyForOthers(const std::string &sha256, int access);
    void fetch(const model::Attachment &attachment, int access);
    void answered(const model::Attachment &attachment, const HubHttp::Answer &answer, int access, qint64 from);
    QByteArray takeBegun(const std::string &sha256);
    void keepBegun(const std::string &sha256, QByteArray content, int access);
    bool isForgotten(const std::string &sha256);
    void arrived(const std::string &sha256, const Result<void> &kept);
    Result<void> keep(const model::Attachment &attachment, const QByteArray &content, int access);
    void attachNow(const std::string &name, const std::string &mediaType, const QByteArray &content, bool isConnected,
                   const Promise<model::Attachment> &promise);
    void attached(model::Attachment made, const Result<void> &here, const Result<HubHttp::Answer> &answer,
                  const QByteArray &content, int access, const Promise<model::Attachment> &promise);
    /// Begins @p upload when fewer than kMostUploads are under way: the line is for others, too, and what goes up is in
    /// memory. It calls turnOver() once, when it is over. From any thread.
    void inTurn(std::function<void()> upload);
    void turnOver();
    void uploadNow(const model::Attachment &made, const Result<void> &here, const QByteArray &content, int access,
                   const Promise<model::Attachment> &promise);
    void upload(const model::Attachment &attachment, const QByteArray &content, HubHttp::Done done);
    void uploadKept(const model::Attachment &attachment, std::int64_t session);
    HubHttp::Request request(const QString &path);

    SealedBlobs m_blobs;
    std::filesystem::path m_opened;
    HubLink &m_link;
    QThreadPool m_pool;
    std::mutex m_mutex;
    QUrl m_hub;
    std::string m_token;
    std::map<std::string, std::vector<Done>> m_fetching; ///< By SHA-256: who waits for it.
    std::map<std::string, QByteArray> m_begun;           ///< By SHA-256: what has come of it before it was cut.
    std::set<std::string> m_forgotten;                   ///< Those of m_fetching that are not to be kept.
    std::multiset<std::string> m_reading;                ///< What is read just now.
    std::deque<std::function<void()>> m_line;            ///< Uploads that wait for their turn.
    int m_uploads = 0;                                   ///< Under way.
    std::mutex m_keeping;                                ///< Held while a content is written.
    std::atomic<int> m_access = 0;                       ///< Rises with each endAccess(), under m_keeping.
    std::atomic<bool> m_isSealing = false, m_isClosing = false;
    std::optional<Milliseconds> m_resealedAt; ///< By Clock::steady(), since there are these keys.
    SystemClock m_clock;
    SystemRng m_rng;
    IdMaker m_ids{m_clock, m_rng}; ///< Under m_mutex.
};

} // namespace tributary::client
