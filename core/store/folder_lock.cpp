#include "core/store/folder_lock.h"

#include "core/store/files.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::store {

Result<FolderLock> FolderLock::take(const std::filesystem::path &folder, std::string_view name)
{
    const int file = ::open((folder / name).c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file < 0)
        return failure(isNoRoom(errno) ? Error::Kind::Full : Error::Kind::Failed, "the folder cannot be written to");
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        ::close(file);
        return failure(Error::Kind::Conflict, "another process has the folder open");
    }
    return FolderLock(file);
}

FolderLock::~FolderLock()
{
    if (m_file >= 0)
        ::close(m_file);
}

} // namespace tributary::store
