#include "core/store/file_system.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <linux/magic.h>
#include <sys/vfs.h>

namespace tributary::store {
namespace {

struct Kind {
    std::uint32_t magic;
    const char *name;
};

constexpr std::array kUnsafe{
    Kind{NFS_SUPER_MAGIC, "NFS"},
    Kind{SMB_SUPER_MAGIC, "a Windows share"},
    Kind{0xff534d42, "a Windows share"}, // CIFS, which linux/magic.h has from 5.16 on
    Kind{0xfe534d42, "a Windows share"}, // SMB2
    Kind{MSDOS_SUPER_MAGIC, "FAT"},
    Kind{0x2011bab0, "exFAT"},
    Kind{AFS_SUPER_MAGIC, "AFS"},
    Kind{CODA_SUPER_MAGIC, "Coda"},
    Kind{V9FS_MAGIC, "9P"},
};

} // namespace

std::string unsafeFileSystem(const std::filesystem::path &folder)
{
    struct statfs info {};
    return ::statfs(folder.c_str(), &info) == 0 ? unsafeKind(std::uint32_t(info.f_type)) : std::string();
}

std::string unsafeKind(std::uint32_t magic)
{
    const auto found = std::ranges::find(kUnsafe, magic, &Kind::magic);
    return found == kUnsafe.end() ? "" : found->name;
}

} // namespace tributary::store
