#include "ui/news/news_desk.h"

#include "ui/shell/when_done.h"

#include <algorithm>

namespace tributary::ui {
namespace {

constexpr const char *kSeen = "news.seen_ms";
constexpr int kSoonMs = 200;
/// More than so many items at once are a catch-up: the list has them, nobody wants them one by one.
constexpr std::size_t kMostAtOnce = 100;
constexpr std::size_t kMostTold = 5000;
constexpr auto kFresh = std::chrono::minutes(2);

} // namespace

NewsDesk::NewsDesk(client::Workspace &workspace, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_clock(clock)
    , m_agent(workspace.agent().id)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, [this] {
        tell(std::exchange(m_touched, {}), true);
        tell(std::exchange(m_caughtUp, {}), false);
        reload();
    });
    connect(&workspace, &client::Workspace::changed, this, &NewsDesk::onChanged);
    connect(&workspace, &client::Workspace::agentChanged, this, [this] {
        forgetOthers(); // at once: the window shows the sign-in page by now
        m_soon.start();
    });
    connect(&workspace, &client::Workspace::statusChanged, this, [this, was = client::Status::State::Closed]() mutable {
        const bool same = was == m_workspace.status().state;
        was = m_workspace.status().state;
        forgetOthers(); // another profile was opened
        if (!same && !m_soon.isActive())
            m_soon.start();
    });
    m_soon.start();
}

bool NewsDesk::isUnseen(const store::News &news) const
{
    return m_seenMs != 0 && !news.looked && toMs(news.at) > m_seenMs;
}

int NewsDesk::unseen() const
{
    return int(std::ranges::count_if(m_news, [this](const store::News &news) { return isUnseen(news); }));
}

void NewsDesk::markSeen()
{
    if (!m_read)
        return;
    // By the time of what stands there, not by this computer's clock, which may be another than the hub's.
    m_seenMs = m_news.empty() ? std::max<std::int64_t>(m_seenMs, 1) : toMs(m_news.front().at);
    m_workspace.setSetting(kSeen, std::to_string(m_seenMs));
    emit changed();
}

void NewsDesk::onChanged(const store::ChangeSet &changes)
{
    if (changes.items.empty() && changes.conversations.empty() && !changes.everything)
        return;
    // A link that was away for a moment catches up with what was said meanwhile before it is live again.
    const client::Status::State state = m_workspace.status().state;
    if (!changes.everything && state == client::Status::State::Live)
        m_touched.insert(changes.items.begin(), changes.items.end());
    else if (!changes.everything && state == client::Status::State::CatchingUp)
        m_caughtUp.insert(changes.items.begin(), changes.items.end());
    if (!m_soon.isActive())
        m_soon.start();
}

void NewsDesk::tell(const Items &touched, bool live)
{
    if (touched.empty() || touched.size() > kMostAtOnce)
        return;
    whenDone(m_workspace.newsAmong({touched.begin(), touched.end()}), this,
             [this, live, agent = m_agent](const Result<std::vector<store::News>> &found) {
                 if (!found || agent != m_agent)
                     return;
                 std::vector<store::News> fresh;
                 for (const store::News &news : *found) {
                     // Known when the channel gives up, or when a note that was written offline comes to the hub. What is
                     // caught up with may have been known for as long as the copy, or this computer, was not there.
                     const bool late =
                         live && (news.kind == store::News::Kind::Failed || news.kind == store::News::Kind::NotTold);
                     if (!late && (news.looked || news.at < m_clock.now() - kFresh))
                         continue;
                     if (m_told.size() > kMostTold)
                         m_told.clear();
                     if (m_told.emplace(news.item, news.kind).second)
                         fresh.push_back(news);
                 }
                 if (!fresh.empty())
                     emit arrived(fresh);
             });
}

void NewsDesk::forgetOthers()
{
    if (m_agent == m_workspace.agent().id)
        return;
    m_agent = m_workspace.agent().id;
    ++m_question; // what is being read is theirs, too
    m_news.clear();
    m_told.clear();
    m_touched.clear();
    m_caughtUp.clear();
    m_seenMs = 0;
    m_read = false;
    emit forgotten();
    emit changed();
}

void NewsDesk::reload()
{
    if (m_agent.isNull())
        return;
    const std::string seen = m_workspace.setting(kSeen);
    m_seenMs = seen.empty() ? 0 : std::atoll(seen.c_str());
    const std::uint64_t question = ++m_question;
    whenDone(m_workspace.newsSince(m_clock.now() - std::chrono::hours(24 * kDays), kMost), this,
             [this, question](const Result<std::vector<store::News>> &found) {
                 if (question != m_question || !found)
                     return;
                 const bool same = m_read && *found == m_news;
                 m_read = true;
                 m_news = *found;
                 if (m_seenMs == 0 && m_workspace.status().state == client::Status::State::Live)
                     return markSeen(); // somebody new has not missed what was before them
                 if (!same)
                     emit changed();
             });
}

} // namespace tributary::ui
