#pragma once

#include "core/channels/webchat/webchat_store.h"
#include "core/hub/hub_store.h"

namespace tributary::hub {

/// Visitors of one web chat account and their numbered events, in the hub's database. Callable from any thread.
class WebChatSqlStore final : public channels::webchat::WebChatStore {
public:
    /// Runs a job elsewhere than on the loop, for files that are written. False: too many wait already.
    using Worker = std::function<bool(std::function<void()> job)>;

    WebChatSqlStore(HubStore &store, model::ChannelAccountId account, Worker worker)
        : m_store(store)
        , m_account(account)
        , m_worker(std::move(worker))
    {
    }

    void createVisitor(const std::string &id, const Sha256 &tokenHash, Done<channels::webchat::Visitor> done) override;
    void findVisitor(const Sha256 &tokenHash, Done<channels::webchat::Visitor> done) override;
    bool mayFindVisitor(const Sha256 &tokenHash) override;
    void revokeToken(const Sha256 &tokenHash, Done<bool> done) override;
    void saveClaims(const std::string &visitor, const std::string &name, const std::string &email,
                    Done<channels::webchat::Visitor> done) override;
    void bindProof(const std::string &visitor, const std::string &identifier, const std::string &email,
                   const std::string &name, const Sha256 &oldToken, const Sha256 &newToken,
                   Done<channels::webchat::Visitor> done) override;
    void append(const std::string &visitor, model::TimelineItemId item, const std::string &clientId,
                Done<Appended> done) override;
    void findByClientId(const std::string &visitor, const std::string &clientId,
                        Done<std::optional<channels::webchat::ChatEvent>> done) override;
    void eventsAfter(const std::string &visitor, std::int64_t after, std::size_t limit,
                     Done<std::vector<channels::webchat::ChatEvent>> done) override;
    void eventsBefore(const std::string &visitor, std::int64_t before, std::size_t limit,
                      Done<std::vector<channels::webchat::ChatEvent>> done) override;
    void markVisitor(const std::string &visitor, std::int64_t delivered, std::int64_t read, Done<Marked> done) override;
    void markAgents(const std::string &visitor, std::int64_t delivered, std::int64_t seen,
                    Done<channels::webchat::Visitor> done) override;
    void saveUpload(const std::string &visitor, const std::string &network, channels::InboundAttachment file,
                    Done<Uploaded> done) override;
    void loadUploads(const std::string &visitor, const std::vector<std::string> &ids,
                     Done<std::vector<channels::InboundAttachment>> done) override;
    void findFile(const std::string &visitor, const std::string &attachment,
                  Done<channels::webchat::StoredFile> done) override;

private:
    void noteMet(const std::string &visitor);

    HubStore &m_store;
    const model::ChannelAccountId m_account;
    const Worker m_worker;
    std::unique_ptr<store::Database> m_tokens; ///< mayFindVisitor()'s own: it does not wait for what else is read.
};

} // namespace tributary::hub
