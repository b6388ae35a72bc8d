#pragma once

#include "core/client/keyring.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <map>
#include <utility>
#include <vector>

/// A keyring in memory that can be absent or locked. It answers later, as the real one does.
class FakeKeyring final : public tributary::client::Keyring {
public:
    /// Outlives the Workspace that owns the keyring.
    struct State {
        std::map<std::string, std::string> entries;
        bool absent = false;
        bool silent = false; ///< Never answers: somebody looks for the password still.
        bool holds = false;  ///< Answers with answer(): they have found it.
        std::vector<std::function<void()>> held;
        std::function<void()> removing = [] {}; ///< Called before an entry goes.
        void answer()
        {
            holds = false;
            for (const auto &one : std::exchange(held, {}))
                one();
        }
    };
    explicit FakeKeyring(State &state)
        : m_state(state)
    {
    }
    void read(const std::string &name, Read done) override
    {
        later([this, name, done] {
            const auto found = m_state.entries.find(name);
            if (m_state.absent)
                done(tributary::failure(tributary::Error::Kind::Offline, "absent"));
            else if (found == m_state.entries.end())
                done(tributary::failure(tributary::Error::Kind::NotFound, "nothing"));
            else
                done(found->second);
        });
    }
    void write(const std::string &name, const std::string &secret, Done done) override
    {
        later([this, name, secret, done] {
            if (m_state.absent)
                return done(tributary::failure(tributary::Error::Kind::Offline, "absent"));
            m_state.entries[name] = secret;
            done({});
        });
    }
    void remove(const std::string &name) override
    {
        m_state.removing();
        m_state.entries.erase(name);
    }

private:
    void later(std::function<void()> answer)
    {
        if (m_state.holds)
            m_state.held.push_back(std::move(answer));
        else if (!m_state.silent)
            QTimer::singleShot(0, &m_here, std::move(answer));
    }
    State &m_state;
    QObject m_here;
};
