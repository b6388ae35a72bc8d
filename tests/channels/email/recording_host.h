#pragma once

#include "core/channels/channel_driver.h"

#include <condition_variable>
#include <mutex>
#include <set>

namespace tributary::channels::email {

/// A hub in memory: knows what it has by external id, keeps states, and can be told to fail.
class RecordingHost final : public DriverHost {
public:
    void ingest(InboundEnvelope envelope, std::function<void(Result<IngestOutcome>)> done) override
    {
        std::optional<Error> error;
        bool isKnown = false;
        bool answers = true;
        {
            const std::lock_guard lock(m_mutex);
            ++m_calls;
            answers = m_answers != 0;
            if (m_answers > 0)
                --m_answers;
            if (m_failure && answers)
                error = m_failure;
            else if (m_noFiles && !envelope.attachments.empty())
                error = m_noFiles;
            else if (m_refusedSubject && envelope.subject == *m_refusedSubject)
                error = Error{Error::Kind::Invalid, "refused by the test"};
            if (answers && !error) {
                isKnown = !m_known.insert(envelope.externalId).second;
                if (!isKnown)
                    m_taken.push_back(std::move(envelope));
            }
        }
        if (!answers)
            return; // as a hub that was killed
        if (error)
            done(failure(*error));
        else
            done(IngestOutcome{.known = isKnown});
    }
    void reportHealth(AccountHealth health) override
    {
        const std::lock_guard lock(m_mutex);
        m_health.push_back(std::move(health));
    }
    std::string loadState(const std::string &key) override
    {
        const std::lock_guard lock(m_mutex);
        return m_states[key];
    }
    void saveState(const std::string &key, const std::string &value) override
    {
        const std::lock_guard lock(m_mutex);
        if (m_answers != 0)
            m_states[key] = value;
    }
    std::string loadSecret(const std::string &name) override
    {
        const std::lock_guard lock(m_mutex);
        return m_secrets[name];
    }
    Result<void> replaceSecret(const std::string &name, const std::string &was, const std::string &becomes) override
    {
        const std::lock_guard lock(m_mutex);
        if (m_failure)
            return failure(*m_failure);
        if (std::string &kept = m_secrets[name]; kept.empty() || kept == was)
            kept = becomes;
        return {};
    }

    void failWith(std::optional<Error> error)
    {
        const std::lock_guard lock(m_mutex);
        m_failure = std::move(error);
    }
    /// Where files are kept cannot be written.
    void failFilesWith(std::optional<Error> error)
    {
        const std::lock_guard lock(m_mutex);
        m_noFiles = std::move(error);
    }
    void refuseSubject(std::string subject)
    {
        const std::lock_guard lock(m_mutex);
        m_refusedSubject = std::move(subject);
    }
    /// Dies after @p count more ingests: answers nothing and keeps nothing. -1: lives.
    void dieAfter(int count)
    {
        const std::lock_guard lock(m_mutex);
        m_answers = count;
    }
    std::vector<InboundEnvelope> taken() const
    {
        const std::lock_guard lock(m_mutex);
        return m_taken;
    }
    std::vector<std::string> subjects() const
    {
        std::vector<std::string> all;
        for (const InboundEnvelope &envelope : taken())
            all.push_back(envelope.subject);
        return all;
    }
    bool has(const std::string &subject) const
    {
        const auto all = subjects();
        return std::find(all.begin(), all.end(), subject) != all.end();
    }
    int calls() const
    {
        const std::lock_guard lock(m_mutex);
        return m_calls;
    }
    AccountHealth health() const
    {
        const std::lock_guard lock(m_mutex);
        return m_health.empty() ? AccountHealth{} : m_health.back();
    }
    std::vector<AccountHealth> healths() const
    {
        const std::lock_guard lock(m_mutex);
        return m_health;
    }

private:
    mutable std::mutex m_mutex;
    std::set<std::string> m_known;
    std::vector<InboundEnvelope> m_taken;
    std::vector<AccountHealth> m_health;
    std::map<std::string, std::string> m_states;
    std::map<std::string, std::string> m_secrets; ///< Those that were replaced.
    std::optional<Error> m_failure, m_noFiles;
    std::optional<std::string> m_refusedSubject;
    int m_answers = -1;
    int m_calls = 0;
};

} // namespace tributary::channels::email
