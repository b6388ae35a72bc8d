#pragma once

#include "core/channels/webchat/webchat_service.h"

#include <atomic>
#include <map>
#include <mutex>
#include <set>

namespace tributary::channels::webchat {

/// A hub in memory for tests: keeps what ingest takes, numbers it, and answers the web chat at once. Any thread.
class MemoryHub final : public WebChatStore, public DriverHost {
public:
    explicit MemoryHub(const Clock &clock)
        : m_clock(clock)
        , m_ids(clock, m_rng)
    {
    }

    // WebChatStore
    void createVisitor(const std::string &id, const Sha256 &tokenHash, Done<Visitor> done) override;
    void findVisitor(const Sha256 &tokenHash, Done<Visitor> done) override;
    bool mayFindVisitor(const Sha256 &tokenHash) override;
    void revokeToken(const Sha256 &tokenHash, Done<bool> done) override;
    void saveClaims(const std::string &visitor, const std::string &name, const std::string &email,
                    Done<Visitor> done) override;
    void bindProof(const std::string &visitor, const std::string &identifier, const std::string &email,
                   const std::string &name, const Sha256 &oldToken, const Sha256 &newToken, Done<Visitor> done) override;
    void append(const std::string &visitor, model::TimelineItemId item, const std::string &clientId,
                Done<Appended> done) override;
    void findByClientId(const std::string &visitor, const std::string &clientId,
                        Done<std::optional<ChatEvent>> done) override;
    void eventsAfter(const std::string &visitor, std::int64_t after, std::size_t limit,
                     Done<std::vector<ChatEvent>> done) override;
    void eventsBefore(const std::string &visitor, std::int64_t before, std::size_t limit,
                      Done<std::vector<ChatEvent>> done) override;
    void markVisitor(const std::string &visitor, std::int64_t delivered, std::int64_t read, Done<Marked> done) override;
    void markAgents(const std::string &visitor, std::int64_t delivered, std::int64_t seen, Done<Visitor> done) override;
    void saveUpload(const std::string &visitor, const std::string &network, InboundAttachment file,
                    Done<Uploaded> done) override;
    void loadUploads(const std::string &visitor, const std::vector<std::string> &ids,
                     Done<std::vector<InboundAttachment>> done) override;
    void findFile(const std::string &visitor, const std::string &attachment, Done<StoredFile> done) override;

    // DriverHost
    void ingest(InboundEnvelope envelope, std::function<void(Result<IngestOutcome>)> done) override;
    void reportHealth(AccountHealth health) override { lastHealth = std::move(health); }
    std::string loadState(const std::string &) override { return {}; }
    void saveState(const std::string &, const std::string &) override {}
    std::string loadSecret(const std::string &) override { return {}; }
    Result<void> replaceSecret(const std::string &, const std::string &, const std::string &) override { return {}; }

    // For tests
    std::atomic<bool> takesNoUploads = false; ///< Too many are unsent.
    /// As if a day had passed.
    void forgetUploads();
    /// A reply to a visitor as the hub's delivery would hand it to the driver.
    OutboundMessage reply(const std::string &visitor, const std::string &text, const std::string &agentName = "Maya",
                          std::optional<InboundAttachment> file = std::nullopt);
    void block(const std::string &visitor);
    /// As restored from a backup that lacks the newest @p events of @p visitor, in another epoch.
    void goBack(const std::string &visitor, std::int64_t events);
    /// As restored from a backup of before @p visitor came.
    void goBackBefore(const std::string &visitor);
    /// As if @p visitor had been erased: their messages are known to have come, and are not there.
    void erase(const std::string &visitor);
    std::vector<std::string> visitorIds();
    std::vector<InboundEnvelope> envelopes(InboundEnvelope::Kind kind);
    std::vector<ChatEvent> log(const std::string &visitor);
    AccountHealth lastHealth;
    bool failing = false; ///< Everything that would write answers Kind::Failed.

private:
    void beginEpoch();

    struct Record {
        Visitor visitor;
        std::vector<ChatEvent> log;
        std::string movedInto; ///< After a proof.
    };
    Record *record(const std::string &visitor);
    Appended appendTo(Record &into, const model::TimelineItem &item, const std::string &clientId);

    const Clock &m_clock;
    SystemRng m_rng;
    IdMaker m_ids;
    std::mutex m_mutex;
    std::map<std::string, Record> m_visitors;
    std::map<Sha256, std::string> m_tokens;
    std::map<std::string, std::string> m_identifiers;
    std::map<std::string, model::TimelineItem> m_items; ///< By external id, for those in; by id, for those out.
    std::map<model::TimelineItemId, model::TimelineItem> m_itemsById;
    std::map<std::string, std::pair<std::string, InboundAttachment>> m_uploads; ///< Id to visitor and file.
    std::map<model::AttachmentId, std::shared_ptr<const std::string>> m_blobs;
    std::vector<InboundEnvelope> m_envelopes;
    std::set<std::string> m_seen;
    std::string m_epoch = "memory";
};

} // namespace tributary::channels::webchat
