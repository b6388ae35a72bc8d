// Frames of the live link and pages of the bootstrap: any bytes are refused in words or mean something that can be said
// again.
#include "core/wire/frames.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    // The first byte chooses the reader.
    const ByteView bytes(reinterpret_cast<const std::byte *>(data) + 1, size - 1);
    if (data[0] % 4 == 0) {
        const auto page = wire::unpackPage(bytes);
        if (!page) {
            promise(!page.error().detail.empty(), "a page is refused in words");
            return 0;
        }
        const auto again = wire::unpackPage(wire::pack(*page));
        promise(again && *again == *page, "a page that was read is written so that it reads the same");
        return 0;
    }
    const auto frame = wire::unpack(bytes);
    if (!frame)
        promise(!frame.error().detail.empty(), "a frame is refused in words");
    if (!frame || !*frame)
        return 0;
    const auto again = wire::unpack(wire::pack(**frame), wire::kMaxPlainBytes);
    promise(again && *again && **again == **frame, "a frame that was read is written so that it reads the same");
    return 0;
}
