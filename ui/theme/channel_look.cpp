#include "ui/theme/channel_look.h"

#include "ui/theme/theme.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

struct Names {
    Q_DECLARE_TR_FUNCTIONS(Channel)
};

} // namespace

Strand strandOf(model::Channel channel)
{
    using enum model::Channel;
    switch (channel) {
    case Email: return Strand::Email;
    case WebChat: return Strand::Chat;
    case WhatsApp: return Strand::WhatsApp;
    case Messenger: return Strand::Messenger;
    case Instagram: return Strand::Instagram;
    case Telegram: return Strand::Telegram;
    case WeChat: return Strand::WeChat;
    case Sms: return Strand::Sms;
    case Phone: return Strand::Phone;
    case Line:
    case X:
    case Api: return Strand::Chat;
    }
    return Strand::Chat;
}

Strand strandOf(const model::TimelineItem &item)
{
    using enum model::TimelineItem::Kind;
    switch (item.kind) {
    case Note: return Strand::Note;
    case Order:
    case Payment: return Strand::Order;
    case Call: return Strand::Phone;
    default: return strandOf(item.channel);
    }
}

const Tone &toneOf(const Theme &theme, Strand strand)
{
    const Colors::Channels &c = theme.colors().channel;
    switch (strand) {
    case Strand::Chat: return c.chat;
    case Strand::Email: return c.email;
    case Strand::WhatsApp: return c.whatsapp;
    case Strand::Messenger: return c.messenger;
    case Strand::Instagram: return c.instagram;
    case Strand::WeChat: return c.wechat;
    case Strand::Telegram: return c.telegram;
    case Strand::Sms: return c.sms;
    case Strand::Phone: return c.phone;
    case Strand::Order: return c.order;
    case Strand::Note: return c.note;
    }
    return c.order;
}

QString iconOf(Strand strand)
{
    switch (strand) {
    case Strand::Chat: return QStringLiteral("channel-chat");
    case Strand::Email: return QStringLiteral("channel-email");
    case Strand::WhatsApp: return QStringLiteral("channel-whatsapp");
    case Strand::Messenger: return QStringLiteral("channel-messenger");
    case Strand::Instagram: return QStringLiteral("channel-instagram");
    case Strand::WeChat: return QStringLiteral("channel-wechat");
    case Strand::Telegram: return QStringLiteral("channel-telegram");
    case Strand::Sms: return QStringLiteral("channel-sms");
    case Strand::Phone: return QStringLiteral("channel-phone");
    case Strand::Order: return QStringLiteral("channel-order");
    case Strand::Note: return QStringLiteral("channel-note");
    }
    return {};
}

QString iconOf(model::Channel channel)
{
    return channel == model::Channel::Api ? QStringLiteral("plug") : iconOf(strandOf(channel));
}

QString channelName(model::Channel channel)
{
    using enum model::Channel;
    switch (channel) {
    case Email: return Names::tr("Email");
    case WebChat: return Names::tr("Web chat");
    case WhatsApp: return QStringLiteral("WhatsApp");
    case Messenger: return QStringLiteral("Messenger");
    case Instagram: return QStringLiteral("Instagram");
    case Telegram: return QStringLiteral("Telegram");
    case WeChat: return QStringLiteral("WeChat");
    case Sms: return Names::tr("SMS");
    case Phone: return Names::tr("Phone");
    case Line: return QStringLiteral("LINE");
    case X: return QStringLiteral("X");
    case Api: return QStringLiteral("API");
    }
    return {};
}

QString strandName(Strand strand)
{
    switch (strand) {
    case Strand::Chat: return channelName(model::Channel::WebChat);
    case Strand::Email: return channelName(model::Channel::Email);
    case Strand::WhatsApp: return channelName(model::Channel::WhatsApp);
    case Strand::Messenger: return channelName(model::Channel::Messenger);
    case Strand::Instagram: return channelName(model::Channel::Instagram);
    case Strand::WeChat: return channelName(model::Channel::WeChat);
    case Strand::Telegram: return channelName(model::Channel::Telegram);
    case Strand::Sms: return channelName(model::Channel::Sms);
    case Strand::Phone: return channelName(model::Channel::Phone);
    case Strand::Order: return Names::tr("Orders");
    case Strand::Note: return Names::tr("Notes");
    }
    return {};
}

} // namespace tributary::ui
