#pragma once

#include "core/hub/change_log.h"
#include "core/hub/hub_store.h"

#include <unordered_map>
#include <unordered_set>

namespace tributary::hub::exchange {

/// Of imported history: what lies further apart is not of one conversation, unless somebody says so.
constexpr std::chrono::days kApartInHistory{14};

/// Of imported history: a conversation that nobody says is open is over when its last word is older than this. How long an
/// account opens conversations again is another matter: that is about what customers write from now on.
inline TimePoint overInHistory(TimePoint now)
{
    return now - kApartInHistory;
}

/// Who and what a history speaks of, found or made in the store, and remembered within bounds so that a line costs no
/// look-up of what the line before it needed. For jobs of the store's writer; one ChangeLog at a time.
class HistoryBook {
public:
    explicit HistoryBook(HubStore &store)
        : m_store(store)
    {
    }

    /// To be called first in each transaction: forgets what is remembered if others have written meanwhile.
    Result<void> begin(ChangeLog &changes);
    /// To be called last in each transaction, before the log is finished: writes what was changed. With @p all also the
    /// times of last use, which otherwise are written once in thirty days of history.
    Result<void> end(bool all);
    /// After the log is finished.
    void finished(std::int64_t head) { m_head = head; }

    /// One of our own addresses, by address or name. An empty name is the imported account of that channel.
    Result<model::ChannelAccount> account(model::Channel channel, const std::string &name, const std::string &address = {});
    /// The same, where it is known.
    std::optional<model::ChannelAccount> knownAccount(model::Channel channel, const std::string &name,
                                                      const std::string &address = {}) const;
    /// The name of the one account of a channel; empty if there are several, or none.
    std::string onlyAccount(model::Channel channel) const;
    /// Whoever is not known yet is made as @p active says; of the others nothing is changed.
    Result<model::Agent> agentByEmail(const std::string &email, const std::string &name = {}, bool active = true);
    std::optional<model::Agent> agentNamed(const std::string &name) const;
    /// An agent as a line names one: by e-mail (made if there is none) or by name; nothing for a name nobody has.
    Result<std::optional<model::Agent>> agentAs(const std::string &emailOrName);
    Result<model::TeamId> team(const std::string &name);
    Result<void> setTeams(model::Agent &agent, const std::vector<std::string> &teams);

    struct Person {
        model::Channel channel = model::Channel::Email;
        std::string handle; ///< As written.
        std::string shown;  ///< Empty: as written.
        std::string name;
        std::string source;
        std::string key; ///< Empty: whoever has the handle.
        bool verified = false;
        std::string problem;
        bool used = true; ///< Something was said with it, at @p at.
    };
    /// The identity of somebody at @p account, found or made. Invalid: the handle has nothing in it.
    Result<model::Identity> identity(const Person &person, model::ChannelAccountId account, TimePoint at);
    /// The customer a source calls @p key, found or made.
    Result<model::CustomerId> customer(const std::string &source, const std::string &key, const std::string &name,
                                       TimePoint at);
    /// Whether this book has made them: nobody here knew them before.
    bool hasMade(model::CustomerId id) const { return m_made.contains(id); }
    Result<std::optional<model::CustomerId>> knownCustomer(const std::string &source, const std::string &key);

    /// What a source calls @p name; a UUID is its own id.
    Result<std::optional<RawId>> keyed(const std::string &source, const char *kind, const std::string &name);
    Result<void> setKey(const std::string &source, const char *kind, const std::string &name, const RawId &id);

    /// A conversation to read and change; valid until the transaction's end. Null if there is none of that id.
    Result<model::Conversation *> conversation(model::ConversationId id);
    model::Conversation &add(model::Conversation conversation);
    void changed(model::ConversationId id);
    /// That one, or the one it was joined into as long as both are of one person: where what comes for it goes on.
    Result<model::Conversation *> goesOnIn(model::Conversation *conversation);
    /// The conversation that a message of @p identity at @p at continues, or null.
    Result<model::Conversation *> latest(const model::Identity &identity, model::ChannelAccountId account, TimePoint at);
    void setLatest(const model::Conversation &conversation);

private:
    struct KnownIdentity {
        model::Identity identity;
        TimePoint writtenUse; ///< lastUsedAt as it stands in the store.
        bool dirty = false;
    };
    struct KnownConversation {
        model::Conversation conversation;
        bool dirty = false;
    };
    void forget();
    Result<void> writeUses();
    Result<void> loadOurs();
    void changed(KnownIdentity &known);
    Result<void> write(KnownIdentity &known);
    Result<model::Conversation *> fitting(model::ConversationId id, TimePoint at);
    Result<model::CustomerId> make(model::CustomerId id, const std::string &name, TimePoint at);
    Result<model::CustomerId> homeFor(const Person &person, TimePoint at);
    Result<void> meet(KnownIdentity &known, const Person &person, TimePoint at);

    HubStore &m_store;
    ChangeLog *m_changes = nullptr;
    std::int64_t m_head = -1;
    std::vector<model::ChannelAccount> m_accounts;
    std::vector<model::Agent> m_agents;
    std::unordered_map<std::string, model::TeamId> m_teams;
    std::unordered_map<std::string, RawId> m_keys;
    std::unordered_set<model::CustomerId> m_made;                ///< Some 50 bytes for each, until the import ends.
    std::unordered_map<std::string, KnownIdentity> m_identities; ///< By channel, address and account.
    std::vector<KnownIdentity *> m_changedIdentities;
    std::unordered_map<model::IdentityId, TimePoint> m_uses; ///< Not written yet, of identities that were forgotten.
    std::unordered_map<model::ConversationId, KnownConversation> m_conversations;
    std::vector<model::ConversationId> m_dirty;
    std::unordered_map<std::string, model::ConversationId> m_latest; ///< By identity and account.
};

} // namespace tributary::hub::exchange
