#include "ui/news/news_words.h"

#include "ui/theme/channel_look.h"

#include <QCoreApplication>
#include <QLocale>

namespace tributary::ui {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("tributary::ui::News", text);
}

} // namespace

QString newsTitle(const store::News &news)
{
    using Kind = store::News::Kind;
    const QString customer = news.customerName.empty() ? tr("A visitor") : QString::fromStdString(news.customerName);
    const QString by = QString::fromStdString(news.by);
    switch (news.kind) {
    case Kind::Message: return customer;
    case Kind::Assigned: return by.isEmpty() ? tr("%1 is yours now").arg(customer) : tr("%1 gave you %2").arg(by, customer);
    case Kind::Mention: return tr("%1 mentioned you: %2").arg(by, customer);
    case Kind::Followed:
        return by.isEmpty() ? tr("%1, whom you follow").arg(customer)
                            : tr("%1 wrote: %2, whom you follow").arg(by, customer);
    case Kind::Failed: return tr("Your message to %1 did not arrive").arg(customer);
    case Kind::Unassigned: return tr("%1 waits for somebody").arg(customer);
    case Kind::Resolved: return tr("%1 resolved %2").arg(by, customer);
    case Kind::NotTold: {
        const QStringList names = by.split(u'\n');
        const QString all = QLocale().createSeparatedList(names);
        return names.size() == 1 ? tr("%1 was not told of your note: %2").arg(all, customer)
                                 : tr("%1 were not told of your note: %2").arg(all, customer);
    }
    }
    return customer;
}

QString newsText(const store::News &news)
{
    return news.text.empty() ? channelName(news.channel) : QString::fromStdString(news.text);
}

QString spokenNews(const store::News &news, const QString &time, bool unseen)
{
    const QString all = tr("%1. %2. %3. %4.").arg(newsTitle(news), channelName(news.channel), newsText(news), time);
    return unseen ? tr("New. %1").arg(all) : all;
}

} // namespace tributary::ui
