#include "core/client/attachments.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/text/utf8.h"

#include <QBuffer>
#include <QFile>
#include <QFileInfo>
#include <QImageReader>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMimeDatabase>

#include <array>

namespace tributary::client {
namespace {

constexpr int kAllocationMb = 64;
constexpr std::chrono::hours kUsedLately{1}; ///< Whoever was shown a content may be about to open it.

ByteView viewOf(const QByteArray &bytes)
{
    return std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())));
}

Result<model::Attachment> attachmentFrom(const QByteArray &body, const std::string &name)
{
    const QJsonObject answer = QJsonDocument::fromJson(body).object();
    const auto id = model::AttachmentId::fromText(answer["id"].toString().toStdString());
    if (!id)
        return failure(Error::Kind::Failed, "the hub's answer makes no sense");
    model::Attachment attachment{.id = *id, .name = name};
    attachment.sha256 = answer["sha256"].toString().toStdString();
    attachment.mediaType = answer["media_type"].toString().toStdString();
    attachment.sizeBytes = answer["size"].toInteger();
    return attachment;
}

/// Of those that are shown, by its first bytes; empty: none of them. Qt is not asked: each of its plug-ins would look at
/// foreign bytes, and that for SVG reads them whole, with the files that they name.
QByteArray formatOf(const QByteArray &bytes)
{
    if (bytes.startsWith("\x89PNG\r\n\x1a\n"))
        return "png";
    if (bytes.startsWith("\xff\xd8\xff"))
        return "jpeg";
    if (bytes.startsWith("GIF87a") || bytes.startsWith("GIF89a"))
        return "gif";
    if (bytes.startsWith("RIFF") && bytes.mid(8, 4) == "WEBP")
        return "webp";
    return bytes.startsWith("BM") ? "bmp" : "";
}

Result<QImage> scaled(const Bytes &content, QSize size)
{
    QImageReader::setAllocationLimit(kAllocationMb);
    QByteArray bytes = QByteArray::fromRawData(reinterpret_cast<const char *>(content.data()), qsizetype(content.size()));
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::ReadOnly);
    const QByteArray format = formatOf(bytes);
    if (format.isEmpty())
        return failure(Error::Kind::Invalid, "not a picture that can be shown");
    QImageReader reader(&buffer, format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
    const QSize full = reader.size();
    if (!full.isValid())
        return failure(Error::Kind::Invalid, "not a picture that can be shown");
    if (qint64(full.width()) * full.height() > Attachments::kMostPixels)
        return failure(Error::Kind::Invalid, "the picture is too large to decode");
    // Turned by its camera, width and height change places.
    const bool turned = reader.transformation() & QImageIOHandler::TransformationRotate90;
    const QSize room = turned ? size.transposed() : size;
    if (full.width() > room.width() || full.height() > room.height())
        reader.setScaledSize(full.scaled(room, Qt::KeepAspectRatio).expandedTo(QSize(1, 1)));
    QImage picture = reader.read();
    if (picture.isNull())
        return failure(Error::Kind::Invalid, "the picture is damaged");
    return picture;
}

/// That the hub has a file whose last byte was asked for. Who stands between may give all of it, which is more than wanted.
bool isThere(const Result<HubHttp::Answer> &answer)
{
    if (!answer)
        return answer.error().kind == Error::Kind::TooLarge;
    return answer->status / 100 == 2 || answer->status == 416;
}

/// That a file which was refused so will be the next time as well, by the hub or by who stands between. Who is not signed in
/// any more hears of it otherwise.
bool isForGood(int status)
{
    constexpr std::array kLater{401, 408, 425, 429};
    return status / 100 == 4 && std::ranges::find(kLater, status) == kLater.end();
}

} // namespace

Attachments::Attachments(store::Blobs blobs, std::filesystem::path opened, HubLink &link)
    : m_blobs(std::move(blobs))
    , m_opened(std::move(opened))
    , m_link(link)
{
    m_pool.setMaxThreadCount(2);
}

Attachments::~Attachments()
{
    close();
}

void Attachments::close()
{
    m_isClosing = true;
    m_pool.waitForDone();
}

void Attachments::setAccess(const QUrl &hub, const std::string &token)
{
    const std::scoped_lock lock(m_mutex);
    m_hub = hub;
    m_token = token;
}

HubHttp::Request Attachments::request(const QString &path)
{
    const std::scoped_lock lock(m_mutex);
    return {.hub = m_hub, .path = path, .token = m_token};
}

// -- To the hub
// ----------------------------------------------------------------------------------------------------------------

QFuture<Result<model::Attachment>> Attachments::attach(const QString &path, bool isConnected)
{
    const Promise<model::Attachment> promise;
    m_pool.start([this, path, isConnected, promise] {
        QFile file(path);
        if (!QFileInfo(path).isFile() || !file.open(QIODevice::ReadOnly))
            return promise.finish(failure(Error::Kind::NotFound, "the file cannot be read"));
        if (file.size() > kMostUpload)
            return promise.finish(failure(Error::Kind::TooLarge, "the file is larger than 25 MB"));
        const QByteArray content = file.read(kMostUpload + 1);
        const QString name = QFileInfo(path).fileName();
        const QMimeType type = QMimeDatabase().mimeTypeForFileNameAndData(name, content);
        attachNow(name.toStdString(), type.name().toStdString(), content, isConnected, promise);
    });
    return promise.future();
}

QFuture<Result<model::Attachment>> Attachments::attach(const std::string &name, const std::string &mediaType,
                                                       const QByteArray &content, bool isConnected)
{
    const Promise<model::Attachment> promise;
    m_pool.start([this, name, mediaType, content, isConnected, promise] {
        attachNow(name, mediaType, content, isConnected, promise);
    });
    return promise.future();
}

/// On the pool. It is here, and durable, before anybody is told so.
void Attachments::attachNow(const std::string &name, const std::string &mediaType, const QByteArray &content,
                            bool isConnected, const Promise<model::Attachment> &promise)
{
    if (content.size() > kMostUpload)
        return promise.finish(failure(Error::Kind::TooLarge, "the file is larger than 25 MB"));
    const int access = m_access;
    model::Attachment made{.name = text::safeFileName(name), .mediaType = mediaType, .sizeBytes = content.size()};
    made.sha256 = toHex(sha256(viewOf(content)));
    {
        const std::scoped_lock lock(m_mutex);
        made.id = m_ids.make<model::AttachmentId>();
    }
    const Result<void> here = keep(made, content, access);
    if (!isConnected || access != m_access)
        return promise.finish(here ? Result<model::Attachment>(made) : failure(here.error()));
    // What is stored is read again in its turn: any number may be attached at once.
    inTurn([this, made, here, content = here ? QByteArray() : content, access, promise] {
        m_pool.start([=, this] { uploadNow(made, here, content, access, promise); });
    });
}

void Attachments::inTurn(std::function<void()> upload)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_uploads == kMostUploads)
            return m_line.push_back(std::move(upload));
        ++m_uploads;
    }
    upload();
}

void Attachments::turnOver()
{
    std::function<void()> next;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_line.empty()) {
            --m_uploads;
            return;
        }
        next = std::move(m_line.front());
        m_line.pop_front();
    }
    next();
}

/// On the pool. @p content is empty where it is stored.
void Attachments::uploadNow(const model::Attachment &made, const Result<void> &here, const QByteArray &content, int access,
                            const Promise<model::Attachment> &promise)
{
    const auto stored = here ? m_blobs.read(made.sha256, std::size_t(kMostUpload)) : Result<Bytes>(Bytes());
    if (!stored || access != m_access) { // it can be brought later, as where there is no hub
        turnOver();
        return promise.finish(here ? Result<model::Attachment>(made) : failure(here.error()));
    }
    const QByteArray bytes =
        here ? QByteArray(reinterpret_cast<const char *>(stored->data()), qsizetype(stored->size())) : content;
    upload(made, bytes, [this, made, here, content, access, promise](const Result<HubHttp::Answer> &answer) {
        turnOver();
        m_pool.start([=, this] { attached(made, here, answer, content, access, promise); });
    });
}

void Attachments::attached(model::Attachment made, const Result<void> &here, const Result<HubHttp::Answer> &answer,
                           const QByteArray &content, int access, const Promise<model::Attachment> &promise)
{
    const Error::Kind kind = answer ? HubHttp::kindOf(answer->status) : answer.error().kind;
    if (answer && answer->status / 100 == 2) {
        const auto there = attachmentFrom(answer->body, made.name);
        // A hub of before `named_uploads` gives names of its own. Kept so that showing it needs no download.
        if (there && !here)
            (void)keep(*there, content, access);
        return promise.finish(there);
    }
    const bool isLater = kind == Error::Kind::Offline || kind == Error::Kind::TimedOut || (answer && answer->status >= 500);
    if (isLater)
        return promise.finish(here ? Result<model::Attachment>(made) : failure(here.error()));
    promise.finish(answer ? failure(kind, "the hub did not take the file") : failure(answer.error()));
}

/// @p done is called on the link's thread, which is told if the hub has it.
void Attachments::upload(const model::Attachment &attachment, const QByteArray &content, HubHttp::Done done)
{
    const QString name = QString::fromStdString(attachment.name), id = QString::fromStdString(attachment.id.text());
    HubHttp::Request wanted =
        request("/attachments?id=" + id + "&name=" + QString::fromLatin1(QUrl::toPercentEncoding(name)));
    wanted.post = true;
    wanted.type = QByteArray::fromStdString(attachment.mediaType);
    wanted.body = content;
    executorOf (&m_link)([this, wanted, id = attachment.id, done = std::move(done)] {
        m_link.http().send(wanted, [this, id, done](const Result<HubHttp::Answer> &answer) {
            if (answer && answer->status / 100 == 2)
                m_link.fileArrived(id);
            done(answer);
        });
    });
}

void Attachments::bring(const model::Attachment &attachment, std::int64_t session)
{
    // Its last byte tells whether the hub has it. One of nothing is as cheap to bring.
    HubHttp::Request wanted = request("/attachments/" + QString::fromStdString(attachment.id.text()));
    wanted.from = attachment.sizeBytes - 1;
    wanted.validator = QByteArray::fromStdString(attachment.sha256);
    const auto begin = [this, wanted, attachment, session] {
        if (wanted.from < 1)
            return uploadKept(attachment, session);
        m_link.http().send(wanted, [this, attachment, session](const Result<HubHttp::Answer> &answer) {
            if (answer && answer->status == 404)
                return uploadKept(attachment, session);
            turnOver();
            if (isThere(answer))
                m_link.fileArrived(attachment.id);
            else
                m_link.fileFailed(attachment.id, session, answer ? Milliseconds(answer->retryAfter) : Milliseconds(0));
        });
    };
    inTurn([this, begin] { executorOf (&m_link)(begin); });
}

namespace {

/// A content that cannot be read for this reason never will be.
bool isGone(Error::Kind kind)
{
    return kind == Error::Kind::NotFound || kind == Error::Kind::Corrupt || kind == Error::Kind::Invalid;
}

} // namespace

/// In its turn.
void Attachments::uploadKept(const model::Attachment &attachment, std::int64_t session)
{
    m_pool.start([this, attachment, session, access = m_access.load()] {
        const auto never = [this, attachment](const char *why) { // the hub says to its author that it is not there
            log(LogLevel::Warning, "tributary.client", "a file that is to be sent cannot be", {{"error", why}});
            m_link.fileArrived(attachment.id);
        };
        const auto content = m_blobs.read(attachment.sha256, std::size_t(kMostUpload));
        if (!content || access != m_access)
            turnOver();
        if (!content && isGone(content.error().kind))
            return executorOf(&m_link)([never] { never("it is not here any more"); });
        if (!content) // too many files are open, its key is not at hand: that passes
            return executorOf(&m_link)([this, id = attachment.id, session] { m_link.fileFailed(id, session, {}); });
        if (access != m_access)
            return;
        const QByteArray bytes(reinterpret_cast<const char *>(content->data()), qsizetype(content->size()));
        upload(attachment, bytes, [this, id = attachment.id, session, never](const Result<HubHttp::Answer> &answer) {
            turnOver();
            if (answer && isForGood(answer->status))
                never("the hub does not take it");
            else if (!answer || answer->status / 100 != 2)
                m_link.fileFailed(id, session, answer ? Milliseconds(answer->retryAfter) : Milliseconds(0));
        });
    });
}

// -- From the hub
// --------------------------------------------------------------------------------------------------------------

QFuture<Result<QString>> Attachments::file(const model::Attachment &attachment)
{
    const Promise<QString> promise;
    withContent(attachment, [this, promise, sha256 = attachment.sha256, access = m_access.load()](const Result<void> &here) {
        promise.finish(here ? copyForOthers(sha256, access) : failure(here.error()));
    });
    return promise.future();
}

Result<QString> Attachments::copyForOthers(const std::string &sha256, int access)
{
    const std::scoped_lock lock(m_keeping); // as for keep()
    if (access != m_access)
        return failure(Error::Kind::Offline, "signed out meanwhile");
    std::error_code error;
    std::filesystem::create_directory(m_opened, error);
    std::filesystem::permissions(m_opened, std::filesystem::perms::owner_all, error);
    const auto copy = m_opened / sha256; // what was made of the one before is not what was sent
    TRIBUTARY_TRY(m_blobs.copyTo(sha256, copy));
    std::filesystem::permissions(copy, std::filesystem::perms::owner_read, error);
    return QString::fromStdString(copy.string());
}

QFuture<Result<QByteArray>> Attachments::bytes(const model::Attachment &attachment, qint64 most)
{
    const Promise<QByteArray> promise;
    withContent(attachment, [this, promise, sha256 = attachment.sha256, most](const Result<void> &here) {
        const auto content = here ? m_blobs.read(sha256, std::size_t(most)) : failure(here.error());
        if (!content)
            return promise.finish(failure(content.error()));
        promise.finish(QByteArray(reinterpret_cast<const char *>(content->data()), qsizetype(content->size())));
    });
    return promise.future();
}

QFuture<Result<void>> Attachments::save(const model::Attachment &attachment, const QString &path)
{
    const Promise<void> promise;
    withContent(attachment, [this, promise, sha256 = attachment.sha256, path](const Result<void> &here) {
        promise.finish(here ? m_blobs.copyTo(sha256, QFile::encodeName(path).toStdString()) : here);
    });
    return promise.future();
}

QFuture<Result<QImage>> Attachments::thumbnail(const model::Attachment &attachment, QSize size)
{
    const Promise<QImage> promise;
    withContent(attachment, [this, promise, sha256 = attachment.sha256, size](const Result<void> &here) {
        const auto content = here ? m_blobs.read(sha256, std::size_t(kMostDownload)) : failure(here.error());
        promise.finish(content ? scaled(*content, size) : failure(content.error()));
    });
    return promise.future();
}

void Attachments::withContent(const model::Attachment &attachment, Done done)
{
    m_pool.start([this, attachment, done = std::move(done)] {
        if (m_isClosing) // nobody looks at what is still in line: the window is not to wait for it
            return done(failure(Error::Kind::Offline, "the program ends"));
        {
            const std::scoped_lock lock(m_mutex);
            m_reading.insert(attachment.sha256);
        }
        const auto here = m_blobs.find(attachment.sha256);
        if (here) {
            m_blobs.blobs().touch(attachment.sha256, m_clock.now());
            done({});
        }
        {
            const std::scoped_lock lock(m_mutex);
            m_reading.erase(m_reading.find(attachment.sha256));
        }
        if (here)
            return;
        if (here.error().kind != Error::Kind::NotFound)
            return done(here); // still pending at the hub, or nonsense
        {
            const std::scoped_lock lock(m_mutex);
            auto &waiting = m_fetching[attachment.sha256];
            waiting.push_back(done);
            if (waiting.size() > 1)
                return;
        }
        fetch(attachment, m_access);
    });
}

void Attachments::fetch(const model::Attachment &attachment, int access)
{
    HubHttp::Request wanted = request("/attachments/" + QString::fromStdString(attachment.id.text()));
    wanted.most = attachment.sizeBytes > 0 ? std::min(kMostDownload, qint64(attachment.sizeBytes)) : kMostDownload;
    wanted.validator = QByteArray::fromStdString(attachment.sha256);
    {
        const std::scoped_lock lock(m_mutex);
        const auto begun = m_begun.find(attachment.sha256);
        wanted.from = begun == m_begun.end() ? 0 : begun->second.size();
    }
    executorOf (&m_link)([this, wanted, attachment, access] {
        m_link.http().send(wanted, [this, attachment, access, from = wanted.from](const Result<HubHttp::Answer> &answer) {
            m_pool.start([this, attachment, access, from, answer] {
                if (answer)
                    answered(attachment, *answer, access, from);
                else
                    arrived(attachment.sha256, failure(answer.error()));
            });
        });
    });
}

void Attachments::answered(const model::Attachment &attachment, const HubHttp::Answer &answer, int access, qint64 from)
{
    const bool isPart = answer.status == 206;
    if (answer.status != 200 && !isPart)
        return arrived(attachment.sha256, failure(HubHttp::kindOf(answer.status), "the hub did not give the file"));
    QByteArray content = takeBegun(attachment.sha256);
    if (isPart && content.size() != from) // it had to make room, or nobody is signed in any more
        return arrived(attachment.sha256, failure(Error::Kind::Offline, "the beginning is not there any more"));
    content = isPart ? content + answer.body : answer.body;
    if (!answer.isCut)
        return arrived(attachment.sha256, keep(attachment, content, access));
    const bool isMore = content.size() > from;
    keepBegun(attachment.sha256, std::move(content), access);
    if (isMore)
        fetch(attachment, access);
    else
        arrived(attachment.sha256, failure(Error::Kind::Offline, "the link was cut"));
}

QByteArray Attachments::takeBegun(const std::string &sha256)
{
    const std::scoped_lock lock(m_mutex);
    const auto begun = m_begun.extract(sha256);
    return begun.empty() ? QByteArray() : begun.mapped();
}

void Attachments::keepBegun(const std::string &sha256, QByteArray content, int access)
{
    const std::scoped_lock both(m_keeping, m_mutex); // as keep()
    if (access != m_access || content.isEmpty())
        return;
    qint64 all = content.size();
    for (const auto &[other, bytes] : m_begun)
        all += bytes.size();
    if (all > kMostDownload)
        m_begun.clear(); // begun anew when they are asked for
    m_begun[sha256] = std::move(content);
}

void Attachments::endAccess()
{
    const std::scoped_lock both(m_keeping, m_mutex);
    ++m_access;
    m_begun.clear();
    m_blobs.setKeys({}, false);
}

Result<void> Attachments::keep(const model::Attachment &attachment, const QByteArray &content, int access)
{
    if (toHex(sha256(viewOf(content))) != attachment.sha256)
        return failure(Error::Kind::Corrupt, "the file is not the one that was announced");
    const std::scoped_lock lock(m_keeping); // who deletes files does so after this, or finds this one not kept
    if (access != m_access)
        return failure(Error::Kind::Offline, "signed out meanwhile");
    if (isForgotten(attachment.sha256))
        return failure(Error::Kind::NotFound, "it was taken away meanwhile");
    return m_blobs.add(attachment.sha256, viewOf(content));
}

bool Attachments::isForgotten(const std::string &sha256)
{
    const std::scoped_lock lock(m_mutex);
    return m_forgotten.contains(sha256);
}

void Attachments::forget(std::vector<std::string> sha256)
{
    {
        const std::scoped_lock lock(m_mutex);
        for (const std::string &one : sha256) {
            m_begun.erase(one);
            if (m_fetching.contains(one)) // what is under way is not kept when it arrives
                m_forgotten.insert(one);
        }
    }
    m_pool.start([this, sha256 = std::move(sha256)] {
        const std::scoped_lock lock(m_keeping); // behind what keep() is writing
        for (const std::string &one : sha256) {
            const auto path = m_blobs.blobs().path(one);
            if (!path && path.error().kind == Error::Kind::Invalid) { // of no content, unless it lies beside one
                m_blobs.removeBeside(one);
                continue;
            }
            m_blobs.remove(one);
            std::error_code gone;
            std::filesystem::remove(m_opened / one, gone);
        }
    });
}

void Attachments::trim(std::uint64_t budget, std::set<std::string> inUse)
{
    m_pool.start([this, budget, inUse = std::move(inUse)] {
        const auto mayGo = [&](const std::string &sha256) {
            const std::scoped_lock lock(m_mutex);
            return !inUse.contains(sha256) && !m_reading.contains(sha256);
        };
        const std::uint64_t freed = m_blobs.blobs().trim(budget, m_clock.now() - kUsedLately, mayGo);
        if (freed > 0)
            log(LogLevel::Info, "tributary.client", "attachments left this computer", {{"bytes", std::to_string(freed)}});
    });
}

void Attachments::setKeys(std::vector<SealKey> keys, bool seals)
{
    m_blobs.setKeys(std::move(keys), seals);
    m_resealedAt.reset();
}

void Attachments::resealStored()
{
    if ((m_resealedAt && m_clock.steady() < *m_resealedAt + kUsedLately) || m_isSealing.exchange(true))
        return;
    m_resealedAt = m_clock.steady();
    m_pool.start([this, access = m_access.load()] {
        for (const std::string &name : m_blobs.blobs().names()) {
            const std::scoped_lock lock(m_keeping); // what is forgotten meanwhile does not come back
            if (m_isClosing || access != m_access)
                break;
            if (const auto done = m_blobs.reseal(name); !done)
                log(LogLevel::Warning, "tributary.client", "a content was not sealed", {{"error", done.error().detail}});
        }
        // What writes that were cut off have left, which may be plain; no content is deleted.
        m_blobs.blobs().sweep(kUsedLately, [](const std::string &) { return true; });
        m_isSealing = false;
    });
}

void Attachments::arrived(const std::string &sha256, const Result<void> &kept)
{
    std::vector<Done> waiting;
    {
        const std::scoped_lock lock(m_mutex);
        const auto found = m_fetching.extract(sha256);
        m_forgotten.erase(sha256);
        if (!found.empty())
            waiting = std::move(found.mapped());
    }
    for (const Done &done : waiting)
        done(kept);
}

} // namespace tributary::client
