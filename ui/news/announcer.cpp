#include "ui/news/announcer.h"

#include "ui/news/news_words.h"
#include "ui/theme/channel_look.h"

#include <algorithm>

namespace tributary::ui {
namespace {

using Kind = store::News::Kind;

/// It is a message, and not something that was done.
bool isSaid(const store::News &news)
{
    return news.kind == Kind::Message || news.kind == Kind::Followed || news.kind == Kind::Unassigned;
}

/// What stands on the screen of one customer is one pop-up; what is done about another kind is another.
QString keyOf(const store::News &news)
{
    const std::string customer = idToText(news.customer.bytes);
    return QString::fromStdString(customer) + (isSaid(news) ? QString() : QStringLiteral(" %1").arg(int(news.kind)));
}

} // namespace

const std::vector<NewsSetting> &newsSettings()
{
    static const std::vector<NewsSetting> all{
        {Kind::Message, "news.message", true},    {Kind::Assigned, "news.assigned", true},
        {Kind::Mention, "news.mention", true},    {Kind::Followed, "news.followed", true},
        {Kind::Failed, "news.failed", true},      {Kind::Unassigned, "news.unassigned", false},
        {Kind::Resolved, "news.resolved", false}, {Kind::NotTold, "news.not-told", true}};
    return all;
}

bool popsUp(const client::Workspace &workspace, Kind kind)
{
    const auto &all = newsSettings();
    const auto found = std::ranges::find(all, kind, &NewsSetting::kind);
    return found != all.end() && workspace.setting(found->key, found->usual ? "on" : "off") == "on";
}

Announcer::Announcer(NewsDesk &desk, client::Workspace &workspace, const Clock &clock, PopUps &popUps, QObject *parent)
    : QObject(parent)
    , m_workspace(workspace)
    , m_clock(clock)
    , m_popUps(popUps)
{
    connect(&desk, &NewsDesk::arrived, this, &Announcer::onArrived);
    connect(&desk, &NewsDesk::forgotten, this, &Announcer::forgetAll);
    connect(&popUps, &PopUps::activated, this, &Announcer::onActivated);
    connect(&popUps, &PopUps::closed, this, [this](const QString &key) { m_said.erase(key); });
}

void Announcer::onArrived(const std::vector<store::News> &all)
{
    std::set<QString> touched;
    for (const store::News &news : all) {
        if (isMuted() || !popsUp(m_workspace, news.kind) || (isLookedAt && isLookedAt(news.conversation)))
            continue;
        Said &said = m_said[keyOf(news)];
        said.latest = news;
        ++said.count;
        touched.insert(keyOf(news));
    }
    const bool hidden = m_workspace.setting(kNewsContent, "shown") == "hidden";
    for (const QString &key : touched) {
        const Said &said = m_said[key];
        const QString title = newsTitle(said.latest), channel = channelName(said.latest.channel);
        PopUp popUp{.key = key, .title = title};
        if (said.count > 1 && isSaid(said.latest)) //: %1 is a customer's name.
            popUp.title = tr("%1, %n messages", nullptr, said.count).arg(title);
        popUp.text = hidden ? channel : tr("%1: %2").arg(channel, newsText(said.latest));
        popUp.actions = {{"reply", tr("Reply")}, {"snooze", tr("Snooze")}};
        m_popUps.show(popUp);
    }
}

void Announcer::onActivated(const QString &key, const QString &action)
{
    const auto found = m_said.find(key);
    if (found == m_said.end())
        return;
    const store::News news = found->second.latest;
    m_said.erase(found);
    m_popUps.withdraw(key);
    emit openWanted(news.conversation, news.item);
    if (action == "reply")
        emit replyWanted(news.conversation);
    else if (action == "snooze")
        emit snoozeWanted(news.conversation);
}

void Announcer::forget(model::ConversationId conversation)
{
    for (auto it = m_said.begin(); it != m_said.end();) {
        if (it->second.latest.conversation == conversation) {
            m_popUps.withdraw(it->first);
            it = m_said.erase(it);
        } else {
            ++it;
        }
    }
}

void Announcer::forgetAll()
{
    for (const auto &[key, said] : std::exchange(m_said, {}))
        m_popUps.withdraw(key);
}

} // namespace tributary::ui
