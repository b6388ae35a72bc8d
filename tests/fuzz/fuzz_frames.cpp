// Frames of the live link, pages of the bootstrap and what is said of comparing copies: any bytes are refused in words or
// mean something that can be said again. What is of a newer program is kept, and never said again.
#include "core/wire/digests.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using fuzz::promise;

namespace {

bool isUnderstood(const wire::Frame &frame)
{
    return std::visit(
        [](const auto &one) {
            if constexpr (requires { one.unread; })
                return one.unread.empty();
            else if constexpr (requires { one.command.unknown; })
                return one.command.unknown.empty();
            else
                return true;
        },
        frame);
}

template<class Said>
int readAs(const Result<Said> &said, Result<Said> (*read)(ByteView))
{
    if (!said) {
        promise(!said.error().detail.empty(), "it is refused in words");
        return 0;
    }
    const auto again = read(wire::pack(*said));
    promise(again && *again == *said, "what was read is written so that it reads the same");
    return 0;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    // The first byte chooses the reader.
    const ByteView bytes(reinterpret_cast<const std::byte *>(data) + 1, size - 1);
    if (data[0] % 8 == 2)
        return readAs(wire::unpackDigestRequest(bytes), &wire::unpackDigestRequest);
    if (data[0] % 8 == 6)
        return readAs(wire::unpackDigestAnswer(bytes), &wire::unpackDigestAnswer);
    if (data[0] % 4 == 0) {
        const auto page = wire::unpackPage(bytes);
        if (!page) {
            promise(!page.error().detail.empty(), "a page is refused in words");
            return 0;
        }
        if (!page->unread.empty())
            return 0;
        const auto again = wire::unpackPage(wire::pack(*page));
        promise(again && *again == *page, "a page that was read is written so that it reads the same");
        return 0;
    }
    const auto frame = wire::unpack(bytes);
    if (!frame)
        promise(!frame.error().detail.empty(), "a frame is refused in words");
    if (!frame || !*frame || !isUnderstood(**frame))
        return 0;
    const auto again = wire::unpack(wire::pack(**frame), wire::kMaxPlainBytes);
    promise(again && *again && **again == **frame, "a frame that was read is written so that it reads the same");
    return 0;
}
