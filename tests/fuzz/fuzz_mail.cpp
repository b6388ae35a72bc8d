// A mail as it came over the wire, all the way to what the hub takes in.
#include "core/channels/email/mail_envelope.h"
#include "core/text/utf8.h"
#include "tests/fuzz/promise.h"

using namespace tributary;
using namespace tributary::channels;
using fuzz::promise;

namespace {

bool isClean(const std::string &text)
{
    return text::isValidUtf8(text) && text.find('\0') == std::string::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const email::MailAccount account{.ownAddresses = {"support@tributary.test"},
                                            .plusTagKey = copyOf(bytesOf("key"))};
    const std::string raw(reinterpret_cast<const char *>(data), size);
    const email::ParsedMail mail = email::parseMail(raw);
    const InboundEnvelope envelope = email::toEnvelope(mail, account, fromMs(1'000));
    promise(!envelope.externalId.empty(), "every mail has a key");
    promise(!envelope.sender.address.empty(), "every mail has a sender");
    for (const std::string *text : {&envelope.externalId, &envelope.sender.address, &envelope.sender.name, &envelope.subject,
                                    &envelope.text, &envelope.html})
        promise(isClean(*text), "texts are valid UTF-8 without NUL");
    for (const auto &[name, value] : envelope.details)
        promise(isClean(name) && isClean(value), "details are valid UTF-8 without NUL");
    for (const InboundAttachment &file : envelope.attachments)
        promise(isClean(file.name) && !file.name.empty() && file.name.find_first_of("/\\") == std::string::npos,
                "names of files are safe");
    for (const std::string &defect : mail.defects)
        promise(isClean(defect), "defects are told in words");
    return 0;
}
