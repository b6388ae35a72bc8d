// The JSON bodies with which anybody asks the listen side for something, before a password is looked at.
#include "core/base/json_writer.h"
#include "core/hub/agent_requests.h"
#include "core/text/utf8.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using fuzz::promise;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const auto fields = hub::fieldsIn(std::string(reinterpret_cast<const char *>(data), size));
    if (!fields)
        return 0;
    JsonWriter json;
    json.beginObject();
    for (const auto &[name, value] : *fields) {
        promise(text::isValidUtf8(name) && text::isValidUtf8(value), "what is taken is text");
        json.field(name, value);
    }
    json.endObject();
    promise(hub::fieldsIn(json.take()) == fields, "said again it says the same");
    return 0;
}
