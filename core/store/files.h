#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>

/// Files that are there whole or not at all, also after a power cut. For small ones, for copies and for blobs.
namespace tributary::store {

/// Whether @p error, an errno, says that there is no room: on the disk (ENOSPC), or within its owner's quota (EDQUOT).
bool isNoRoom(int error);

/// Makes the names in @p folder survive a power cut.
Result<void> syncFolder(const std::filesystem::path &folder);
/// Makes what is in a file survive a power cut.
Result<void> syncFile(const std::filesystem::path &path);
/// Writes @p content under another name (@p path and @p suffix), makes it durable, and puts it in the place of @p path
/// (mode 0600).
Result<void> replaceFile(const std::filesystem::path &path, ByteView content, const std::string &suffix = ".new");
/// The same with a content that comes in pieces, until one is empty; an error of @p next leaves @p path as it is.
Result<void> replaceFile(const std::filesystem::path &path, const std::function<Result<Bytes>()> &next,
                         const std::string &suffix = ".new");
/// The same for a folder of somebody else's: no file of theirs is in the way of the other name, and a system that does not
/// say that the name is kept (a share, say) has the content all the same.
Result<void> saveFile(const std::filesystem::path &path, const std::function<Result<Bytes>()> &next);
/// Gives the pieces of @p content, which outlives it, one after the other; then an empty one.
std::function<Result<Bytes>()> inPieces(ByteView content, std::size_t size = 1 << 20);
/// Opens @p path to be read in pieces: what is returned gives the next one, of as many bytes as it is asked for, fewer at
/// the end, and an empty one behind it. NotFound: there is no such file.
Result<std::function<Result<Bytes>(std::size_t size)>> readInPieces(const std::filesystem::path &path);
/// Copies @p from to @p to (mode 0600), which must not be there, and makes it durable; @p taken is given each piece, in
/// order.
Result<void> copyFile(const std::filesystem::path &from, const std::filesystem::path &to,
                      const std::function<void(ByteView)> &taken = {});
/// The whole of a small file. NotFound: there is none. TooLarge: it has more than @p maxBytes.
Result<Bytes> readFile(const std::filesystem::path &path, std::size_t maxBytes);

} // namespace tributary::store
