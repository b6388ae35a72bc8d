#include "core/hub/intake.h"

#include "core/base/compression.h"
#include "core/text/utf8.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;

constexpr std::size_t kMaxRawBytes = 32 * 1024 * 1024;
constexpr std::size_t kMaxSubject = 1000;
constexpr std::size_t kMaxDetail = 2000;

/// At most @p bytes, cut between characters.
std::string cut(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return std::string(text);
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80)
        --bytes;
    return std::string(text.substr(0, bytes));
}

Result<Attachment> keep(HubStore &store, std::string name, std::string mediaType, std::string_view content)
{
    Attachment attachment{.id = store.makeId<AttachmentId>(),
                          .name = std::move(name),
                          .mediaType = std::move(mediaType),
                          .sizeBytes = std::int64_t(content.size())};
    TRIBUTARY_TRY_ASSIGN(attachment.sha256, store.blobs().add(bytesOf(content)));
    return attachment;
}

} // namespace

Result<PreparedEnvelope> prepare(HubStore &store, channels::InboundEnvelope envelope)
{
    PreparedEnvelope prepared;
    for (channels::InboundAttachment &file : envelope.attachments) {
        if (prepared.attachments.size() >= kMaxAttachments) {
            envelope.problems.push_back("more than 50 attachments: the rest is in the original only");
            break;
        }
        Attachment attachment{.id = store.makeId<AttachmentId>(),
                              .name = text::scrubbed(cut(file.name, 255)),
                              .mediaType = file.mediaType,
                              .sizeBytes = file.sizeBytes,
                              .contentId = cut(file.contentId, 255),
                              .isInline = file.isInline,
                              .state = Attachment::State::TooLarge};
        if (!file.sha256.empty()) {
            TRIBUTARY_TRY(store.blobs().hold(file.sha256));
            attachment.sha256 = file.sha256;
            attachment.state = Attachment::State::Available;
        } else if (file.content) {
            TRIBUTARY_TRY_ASSIGN(attachment.sha256, store.blobs().add(bytesOf(*file.content)));
            attachment.sizeBytes = std::int64_t(file.content->size());
            attachment.state = Attachment::State::Available;
            file.content.reset();
        }
        prepared.attachments.push_back(std::move(attachment));
    }
    envelope.text = text::scrubbedLines(envelope.text);
    envelope.html = text::scrubbed(envelope.html);
    envelope.subject = cut(text::scrubbed(envelope.subject), kMaxSubject);
    for (auto &[key, value] : envelope.details)
        value = cut(text::scrubbed(value), kMaxDetail);
    if (envelope.text.size() > kMaxBodyBytes) {
        TRIBUTARY_TRY_ASSIGN(Attachment whole, keep(store, kWholeText, "text/plain", envelope.text));
        prepared.attachments.push_back(std::move(whole));
        envelope.text = cut(envelope.text, kMaxBodyBytes);
    }
    if (envelope.html.size() > kMaxHtmlBytes) {
        TRIBUTARY_TRY_ASSIGN(Attachment whole, keep(store, kWholeHtml, "text/html", envelope.html));
        prepared.attachments.push_back(std::move(whole));
        envelope.html.clear(); // half of it would not be HTML; the text is shown meanwhile
    }
    if (envelope.raw && envelope.raw->size() <= kMaxRawBytes)
        prepared.raw = compress(bytesOf(*envelope.raw));
    envelope.raw.reset();
    prepared.envelope = std::move(envelope);
    return prepared;
}

} // namespace tributary::hub
