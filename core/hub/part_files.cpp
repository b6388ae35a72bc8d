#include "core/hub/part_files.h"

namespace tributary::hub {

namespace fs = std::filesystem;

fs::path partFile(const fs::path &folder, const std::string &name)
{
    return folder / ("import-" + name + ".part");
}

void removePartFiles(const fs::path &folder)
{
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        // Older versions had one `import.part` for all.
        if (!name.starts_with("import") || !name.ends_with(".part"))
            continue;
        std::error_code ignored;
        fs::remove(at->path(), ignored);
    }
}

} // namespace tributary::hub
