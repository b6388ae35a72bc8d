// A mail as it came over the wire, all the way to what the hub takes in.
#include "core/channels/email/mail_envelope.h"
#include "core/text/utf8.h"
#include "tests/fuzz/promise.h"

#include <algorithm>

using namespace tributary;
using namespace tributary::channels;
using fuzz::promise;

namespace {

bool isClean(const std::string &text)
{
    return text::isValidUtf8(text) && text.find('\0') == std::string::npos;
}

/// All that the hub makes something of, one behind the other.
std::string told(const InboundEnvelope &envelope)
{
    std::string all;
    const auto say = [&all](const std::string &text) { all += std::to_string(text.size()) + ":" + text; };
    const auto number = [&say](std::int64_t value) { say(std::to_string(value)); };
    const auto list = [&](const std::vector<std::string> &texts) {
        number(std::int64_t(texts.size()));
        std::ranges::for_each(texts, say);
    };
    for (const std::string *text :
         {&envelope.externalId, &envelope.sender.address, &envelope.sender.shown, &envelope.sender.name, &envelope.subject,
          &envelope.text, &envelope.html, &envelope.threadKey, &envelope.delivery.problem, &envelope.delivery.problemText})
        say(*text);
    for (const auto *texts :
         {&envelope.messageIds, &envelope.references, &envelope.about, &envelope.failedFor, &envelope.problems})
        list(*texts);
    for (const std::int64_t value :
         {std::int64_t(envelope.kind), std::int64_t(toMs(envelope.at)), std::int64_t(envelope.automatic),
          std::int64_t(envelope.isToMany), std::int64_t(envelope.claimsEcho), envelope.conversationNumber.value_or(-1),
          envelope.claimedNumber.value_or(-1), std::int64_t(envelope.delivery.state)})
        number(value);
    for (const auto &[name, value] : envelope.details)
        say(name), say(value);
    for (const InboundAttachment &file : envelope.attachments) {
        say(file.name), say(file.mediaType), say(file.contentId), number(file.isInline);
        say(file.content ? *file.content : "-");
    }
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const email::MailAccount account{.ownAddresses = {"support@tributary.test"},
                                            .plusTagKey = copyOf(bytesOf("key"))};
    const std::string raw(reinterpret_cast<const char *>(data), size);
    const email::ParsedMail mail = email::parseMail(raw);
    const InboundEnvelope envelope = email::toEnvelope(mail, account, fromMs(1'000));
    promise(told(envelope) == told(email::toEnvelope(email::parseMail(raw), account, fromMs(1'000))),
            "the same bytes are read the same");
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
