#include "core/hub/exchange/file_hash.h"

#include "core/base/digest.h"

#include <fcntl.h>
#include <unistd.h>

namespace tributary::hub::exchange {

Result<std::string> sha256Of(const std::filesystem::path &path, const std::function<Result<void>()> &goOn)
{
    Sha256Stream digest;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return failure(Error::Kind::NotFound, "cannot read " + path.filename().string());
    Bytes piece(256 * 1024);
    ssize_t got = 0;
    Result<void> wanted;
    while ((wanted = goOn ? goOn() : Result<void>()) && (got = ::read(file, piece.data(), piece.size())) > 0)
        digest.add(ByteView(piece).first(std::size_t(got)));
    ::close(file);
    TRIBUTARY_TRY(wanted);
    if (got < 0)
        return failure(Error::Kind::Failed, "cannot read " + path.filename().string());
    return toHex(digest.finish());
}

} // namespace tributary::hub::exchange
