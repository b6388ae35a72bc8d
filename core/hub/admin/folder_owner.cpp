#include "core/hub/admin/folder_owner.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::hub::admin {
namespace {

bool become(uid_t user, gid_t group)
{
    // A service's user that is made for it alone (DynamicUser=) has a name only while it runs.
    const passwd *known = ::getpwuid(user);
    const bool grouped = known ? ::initgroups(known->pw_name, group) == 0 : ::setgroups(1, &group) == 0;
    return grouped && ::setegid(group) == 0 && ::seteuid(user) == 0;
}

} // namespace

Result<void> actAsOwnerOf(const std::filesystem::path &dataFolder)
{
    struct stat about {};
    if (::geteuid() != 0 || ::stat(dataFolder.c_str(), &about) != 0 || about.st_uid == 0)
        return {};
    // systemd keeps the folders of such users in one that is root's alone, and what is to be taken in may be root's, too: so
    // the powers of root stay, where the system lets them, and only what is made is somebody else's.
    ::prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP);
    const std::string owner = "user " + std::to_string(about.st_uid);
    if (!become(about.st_uid, about.st_gid))
        return failure(Error::Kind::Failed, "the data folder belongs to " + owner
                                                + ", and root cannot act as that user here: run this as " + owner);
    if (::faccessat(AT_FDCWD, dataFolder.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0)
        return failure(Error::Kind::Failed,
                       "the data folder belongs to " + owner
                           + ", who cannot reach it by this path: run this as root with all its powers, "
                             "or while the hub serves");
    return {};
}

} // namespace tributary::hub::admin
