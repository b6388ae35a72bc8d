#include "core/hub/intake.h"

#include "core/base/compression.h"
#include "core/text/utf8.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;

constexpr std::size_t kMaxRawBytes = 32 * 1024 * 1024;
constexpr std::size_t kMaxSubject = 1000;
constexpr std::size_t kMaxMediaType = 100;
/// Of all that an item has, before packing, which makes nothing of noise smaller: it is to fit into a live frame.
constexpr std::size_t kMaxRow = 56 * 1024;
constexpr std::size_t kRowBesides = 3 * 1024; ///< Ids, names of fields, who wrote it, what a channel says of its delivery.
constexpr std::size_t kMaxDetails = 12 * 1024;
constexpr std::size_t kMaxFiles = 24 * 1024;
constexpr std::size_t kFileBesides = 300; ///< Its hash, id, size and state.

/// At most @p bytes, cut between characters.
std::string cut(std::string_view text, std::size_t bytes)
{
    if (text.size() <= bytes)
        return std::string(text);
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80)
        --bytes;
    return std::string(text.substr(0, bytes));
}

/// What is told of files, in a row.
std::size_t sizeOf(const std::vector<Attachment> &files)
{
    std::size_t size = 0;
    for (const Attachment &file : files)
        size += kFileBesides + file.name.size() + file.mediaType.size() + file.contentId.size();
    return size;
}

std::size_t sizeOf(const std::map<std::string, std::string> &details)
{
    std::size_t size = 0;
    for (const auto &[name, value] : details)
        size += name.size() + value.size() + 6;
    return size;
}

/// Long ones are cut, the longest most; of very many the last go.
void shorten(std::map<std::string, std::string> &details)
{
    for (const std::size_t most : {2000, 500, 100}) {
        for (auto &[name, value] : details)
            value = cut(value, most);
        if (sizeOf(details) <= kMaxDetails)
            return;
    }
    std::size_t size = 0;
    std::erase_if(details, [&size](const auto &detail) {
        size += detail.first.size() + detail.second.size() + 6;
        return size > kMaxDetails;
    });
}

void shortenNames(std::vector<Attachment> &files)
{
    constexpr std::size_t most = 100;
    for (Attachment &file : files) {
        if (const std::size_t dot = file.name.rfind('.'); file.name.size() > most && file.name.size() - dot < most / 2)
            file.name = cut(file.name, most - (file.name.size() - dot)) + file.name.substr(dot); // what it is stays known
        file.name = cut(file.name, most);
        if (file.contentId.size() > most)
            file.contentId.clear(); // cut it would be another's
    }
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
        // What an export has of a message with 50 files besides: its whole text and HTML, which stand behind them.
        const bool isWhole = file.name == kWholeText || file.name == kWholeHtml;
        if (prepared.attachments.size() >= kMaxAttachments + (isWhole ? 2 : 0)) {
            envelope.problems.push_back("more than 50 attachments: the rest is in the original only");
            break;
        }
        Attachment attachment{.id = store.makeId<AttachmentId>(),
                              .name = text::scrubbed(cut(file.name, 255)),
                              .mediaType = cut(file.mediaType, kMaxMediaType),
                              .sizeBytes = file.sizeBytes,
                              .contentId = file.contentId.size() <= 255 ? file.contentId : std::string(),
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
    for (auto &[name, value] : envelope.details)
        value = text::scrubbed(value);
    shorten(envelope.details);
    if (sizeOf(prepared.attachments) > kMaxFiles)
        shortenNames(prepared.attachments);
    // Two more files may follow: what of the text and the HTML does not fit.
    const std::size_t besides = kRowBesides + envelope.subject.size() + sizeOf(envelope.details)
                                + sizeOf(prepared.attachments) + 2 * (kFileBesides + 60);
    const std::size_t room = kMaxRow - std::min(kMaxRow, besides);
    const std::size_t mostText = std::min(kMaxBodyBytes, room);
    if (envelope.text.size() > mostText) {
        TRIBUTARY_TRY_ASSIGN(Attachment whole, keep(store, kWholeText, "text/plain", envelope.text));
        prepared.attachments.push_back(std::move(whole));
        envelope.text = cut(envelope.text, mostText);
    }
    if (envelope.html.size() > std::min(kMaxHtmlBytes, room - envelope.text.size())) {
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
