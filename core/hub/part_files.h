#pragma once

#include <filesystem>
#include <string>

/// Files of the data folder in which something is put together before it has its place. Each job has its own.
namespace tributary::hub {

/// Where the job that is called @p name puts something together. Its file is the job's to remove.
std::filesystem::path partFile(const std::filesystem::path &folder, const std::string &name);

/// Removes what jobs that were cut off have left. For whoever has the folder's lock and begins.
void removePartFiles(const std::filesystem::path &folder);

} // namespace tributary::hub
