#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/exchange/history_line.h"
#include "core/hub/hub_store.h"

#include <filesystem>
#include <map>

namespace tributary::hub::exchange {

/// The largest file that is taken with a message.
inline constexpr std::int64_t kMaxAttachmentBytes = 100 * 1024 * 1024;

/// Where the attachments of one history file come from: its own lines, or files beside it.
class AttachmentSource {
public:
    /// @p folder is the one the history file stands in; nothing outside of it is ever read.
    AttachmentSource(HubStore &store, const std::filesystem::path &folder);
    ~AttachmentSource();

    /// Puts the file into the blob store and returns it by its hash: a line may have many large ones, and no two of them are
    /// in memory at once. Invalid: the path leads out of the folder, or the data is not base64. A file that is not there
    /// becomes an attachment without content, and a sentence in @p problems.
    Result<channels::InboundAttachment> open(const HistoryAttachment &from, std::vector<std::string> &problems);
    /// A piece of a file too large for one line; pieces come in order, the last one completes it. Invalid: they do not fit.
    Result<void> addPiece(const HistoryLine &line);

private:
    /// Null: there is no such file, or it is too large.
    Result<std::shared_ptr<const std::string>> readBeside(const std::string &path);

    HubStore &m_store;
    std::filesystem::path m_folder;
    std::filesystem::path m_partPath; ///< Where the pieces of a file are joined; of this history alone.
    std::string m_partHash;
    std::int64_t m_partSize = 0;
    std::map<std::string, std::int64_t> m_complete; ///< Hashes and sizes of files that this history has brought itself.
};

} // namespace tributary::hub::exchange
