// The head and body of an HTTP request, from anybody: read alike in whatever pieces it comes, or refused with a status.
#include "core/hub/edge/request_reader.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using namespace tributary::edge;
using fuzz::promise;

namespace {

struct Read {
    RequestReader::State state = RequestReader::State::Head;
    int status = 0;
    std::string target, body; ///< What is asked for, and with what.
    std::size_t used = 0;
    bool operator==(const Read &) const = default;
};

Read read(std::string_view bytes, std::size_t pieces)
{
    static const Settings settings = [] {
        Settings small;
        small.limits.bodyBytes = 4'096;
        return small;
    }();
    RequestReader reader(settings, "1");
    reader.setBodyLimit(settings.limits.bodyBytes);
    Read done;
    std::size_t offered = 0;
    using State = RequestReader::State;
    while (reader.state() != State::Done && reader.state() != State::Failed) {
        const std::size_t before = done.used, was = offered;
        offered = std::min(bytes.size(), std::max(offered, done.used) + pieces);
        done.used += reader.feed(bytes.substr(done.used, offered - done.used));
        promise(done.used <= offered, "no more is used than was offered");
        promise(reader.bodyBytes() <= settings.limits.bodyBytes, "a body is as large as it may be at most");
        if (offered == was && done.used == before && offered == bytes.size())
            break;
    }
    done.state = reader.state();
    if (done.state == State::Failed) {
        done.status = reader.failureStatus();
        promise(done.status >= 400 && done.status < 500, "what is refused has a status");
        done.used = 0; // how far it came before is not said
    }
    if (done.state == State::Done) {
        Request request = reader.take();
        done.target = request.method + " " + request.path;
        for (const auto &[name, value] : request.query)
            done.target += "&" + name + "=" + value;
        done.body = request.body;
    }
    return done;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
    const Read whole = read(bytes, bytes.size() + 1);
    const Read parts = read(bytes, 1 + data[0] % 32);
    // One that is not whole, or not good, may be refused sooner or later.
    if (whole.state == RequestReader::State::Done || parts.state == RequestReader::State::Done)
        promise(whole == parts, "a request is read alike in whatever pieces it comes");
    return 0;
}
