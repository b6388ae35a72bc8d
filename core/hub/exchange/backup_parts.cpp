#include "core/hub/exchange/backup_parts.h"

#include "core/store/files.h"

#include <cerrno>
#include <sys/stat.h>

namespace tributary::hub::exchange {

namespace fs = std::filesystem;

Result<void> goOn(const admin::Console &console)
{
    return console.isOver() ? Result<void>(failure(Error::Kind::Offline, "the copy was stopped; nothing is left of it"))
                            : Result<void>();
}

Result<void> makeFolder(const fs::path &folder)
{
    if (::mkdir(folder.c_str(), S_IRWXU) == 0 || errno == EEXIST)
        return {};
    return failure(store::isNoRoom(errno) ? Error::Kind::Full : Error::Kind::Failed,
                   "cannot make the folder " + folder.string());
}

NewBlobs::NewBlobs(fs::path folder)
    : m_folder(std::move(folder))
    , m_folders{m_folder}
{
}

Result<NewBlobs> NewBlobs::make(fs::path folder)
{
    TRIBUTARY_TRY(makeFolder(folder));
    return NewBlobs(std::move(folder));
}

Result<fs::path> NewBlobs::placeOf(const std::string &name)
{
    const fs::path folder = m_folder / name.substr(0, 2);
    if (m_folders.insert(folder).second)
        TRIBUTARY_TRY(makeFolder(folder));
    return folder / name;
}

Result<void> NewBlobs::sync() const
{
    for (const fs::path &folder : m_folders)
        TRIBUTARY_TRY(store::syncFolder(folder));
    return {};
}

} // namespace tributary::hub::exchange
