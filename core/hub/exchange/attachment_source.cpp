#include "core/hub/exchange/attachment_source.h"

#include "core/base/digest.h"
#include "core/hub/part_files.h"
#include "core/text/utf8.h"

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;
using model::AttachmentId;

/// A file of at most @p maxBytes; nothing if it is not one.
std::shared_ptr<const std::string> readFile(const fs::path &path, std::int64_t maxBytes)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK); // a pipe must not hold us up
    struct stat about {};
    if (file < 0)
        return nullptr;
    std::shared_ptr<std::string> content;
    if (::fstat(file, &about) == 0 && S_ISREG(about.st_mode) && about.st_size <= maxBytes) {
        content = std::make_shared<std::string>(std::size_t(about.st_size), '\0');
        std::size_t done = 0;
        while (done < content->size()) {
            const ssize_t count = ::read(file, content->data() + done, content->size() - done);
            if (count <= 0)
                break;
            done += std::size_t(count);
        }
        content->resize(done);
    }
    ::close(file);
    return content;
}

bool isWithin(const fs::path &path, const fs::path &folder)
{
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
    return end == folder.end();
}

} // namespace

AttachmentSource::AttachmentSource(HubStore &store, const fs::path &folder)
    : m_store(store)
    , m_partPath(partFile(store.folder(), store.makeId<AttachmentId>().text()))
{
    std::error_code error;
    m_folder = fs::canonical(folder.empty() ? fs::path(".") : folder, error);
}

AttachmentSource::~AttachmentSource()
{
    std::error_code error;
    fs::remove(m_partPath, error);
}

Result<std::shared_ptr<const std::string>> AttachmentSource::readBeside(const std::string &path)
{
    const fs::path relative(path);
    if (relative.is_absolute() || path.find('\0') != std::string::npos)
        return failure(Error::Kind::Invalid, "an attachment's path is not relative");
    for (const fs::path &part : relative) {
        if (part == "..")
            return failure(Error::Kind::Invalid, "an attachment's path leads out of the folder of the file");
    }
    std::error_code error;
    const fs::path real = fs::canonical(m_folder / relative, error); // links are followed here, and only here
    if (error)
        return std::shared_ptr<const std::string>();
    if (m_folder.empty() || !isWithin(real, m_folder))
        return failure(Error::Kind::Invalid, "an attachment's path leads out of the folder of the file");
    return readFile(real, kMaxAttachmentBytes);
}

Result<channels::InboundAttachment> AttachmentSource::open(const HistoryAttachment &from, std::vector<std::string> &problems)
{
    channels::InboundAttachment file{.mediaType = text::plainName(from.mediaType),
                                     .contentId = from.contentId,
                                     .isInline = from.isInline,
                                     .sizeBytes = std::max<std::int64_t>(from.sizeBytes, 0)};
    if (file.mediaType.empty())
        file.mediaType = "application/octet-stream";
    // The program's own names (kWholeText and its like) say what a file is for: they stay as they are.
    file.name = text::safeFileName(from.name.empty() ? fs::path(from.path).filename().string() : from.name);
    const auto keep = [&](ByteView content) -> Result<void> {
        TRIBUTARY_TRY_ASSIGN(file.sha256, m_store.blobs().add(content));
        file.sizeBytes = std::int64_t(content.size());
        return {};
    };
    if (from.hasData) {
        const auto bytes = fromBase64(from.dataBase64);
        if (!bytes)
            return failure(Error::Kind::Invalid, "attachments.data_base64 is not base64");
        TRIBUTARY_TRY(keep(*bytes));
    } else if (!from.path.empty()) {
        TRIBUTARY_TRY_ASSIGN(const auto content, readBeside(from.path));
        if (content)
            TRIBUTARY_TRY(keep(bytesOf(*content)));
        else
            problems.push_back("an attachment is not there, or larger than 100 MB");
    } else if (const auto brought = m_complete.find(from.sha256); brought != m_complete.end()) {
        // Knowing a hash alone gives no right to what is in the store.
        file.sha256 = brought->first;
        file.sizeBytes = brought->second;
    }
    return file;
}

Result<void> AttachmentSource::addPiece(const HistoryLine &line)
{
    const auto bytes = fromBase64(line.dataBase64);
    if (!bytes)
        return failure(Error::Kind::Invalid, "data_base64 is not base64");
    if (line.offset == 0) {
        m_partHash = line.sha256;
        m_partSize = 0;
    }
    if (m_partHash.empty() || line.sha256 != m_partHash || line.offset != m_partSize || line.sizeBytes > kMaxAttachmentBytes)
        return failure(Error::Kind::Invalid, "the pieces of a file do not fit together");
    std::ofstream out(m_partPath, line.offset == 0 ? std::ios::binary : std::ios::binary | std::ios::app);
    out.write(reinterpret_cast<const char *>(bytes->data()), std::streamsize(bytes->size()));
    out.close();
    if (!out)
        return failure(Error::Kind::Full, "cannot write a file's pieces to the data folder");
    m_partSize += std::int64_t(bytes->size());
    if (m_partSize < line.sizeBytes)
        return {};
    const auto whole = readFile(m_partPath, kMaxAttachmentBytes);
    m_partHash.clear();
    if (!whole || toHex(sha256(bytesOf(*whole))) != line.sha256)
        return failure(Error::Kind::Invalid, "the pieces of a file do not have its hash");
    TRIBUTARY_TRY_ASSIGN(const std::string hash, m_store.blobs().add(bytesOf(*whole)));
    m_complete.emplace(hash, m_partSize);
    return {};
}

} // namespace tributary::hub::exchange
