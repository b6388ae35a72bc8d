#include "tests/ui/gallery/samples.h"

#include <QDateTime>
#include <QPainter>
#include <QPainterPath>
#include <QTimeZone>

namespace tributary::samples {
namespace {

using model::Channel;
using Item = model::TimelineItem;
using Kind = Item::Kind;
using State = model::Delivery::State;

constexpr int kMara = 1, kTomas = 2, kAiko = 3, kNoor = 4, kYusuf = 5;

TimePoint at(const char *iso)
{
    return fromMs(QDateTime::fromString(QString::fromLatin1(iso) + u'Z', Qt::ISODate).toMSecsSinceEpoch());
}

struct Builder {
    std::vector<Item> items;
    int next = 1;

    Item &add(Kind kind, Channel channel, const char *time, std::string body, int conversation = 1)
    {
        Item item;
        item.id = id<model::TimelineItemId>(next++);
        item.conversation = id<model::ConversationId>(conversation);
        item.customer = id<model::CustomerId>(1);
        item.identity = id<model::IdentityId>(int(channel) + 1);
        item.account = id<model::ChannelAccountId>(int(channel) + 1);
        item.channel = channel;
        item.kind = kind;
        item.at = at(time);
        item.body = std::move(body);
        item.version = 1;
        items.push_back(std::move(item));
        return items.back();
    }
    Item &by(Item &item, int agent)
    {
        item.author = id<model::AgentId>(agent);
        return item;
    }
    Item &out(Channel channel, const char *time, std::string body, int agent, State state, int conversation = 1)
    {
        Item &item = by(add(Kind::Outbound, channel, time, std::move(body), conversation), agent);
        item.delivery = model::Delivery{.state = state, .at = item.at};
        return item;
    }
};

model::Attachment file(int number, const char *name, const char *type, std::int64_t size, int width = 0, int height = 0)
{
    model::Attachment attachment;
    attachment.id = id<model::AttachmentId>(number);
    attachment.name = name;
    attachment.mediaType = type;
    attachment.sizeBytes = size;
    attachment.width = width;
    attachment.height = height;
    return attachment;
}

model::ChannelAccount account(Channel channel, const char *address)
{
    model::ChannelAccount account;
    account.id = id<model::ChannelAccountId>(int(channel) + 1);
    account.channel = channel;
    account.address = address;
    return account;
}

void prepare(ui::TimelineModel &model, const QString &customer)
{
    model.reset(customer, id<model::AgentId>(kMara));
    model.setComplete(true);
    model.setAgentNames({{id<model::AgentId>(kMara), QStringLiteral("Mara Lindqvist")},
                         {id<model::AgentId>(kTomas), QStringLiteral("Tomás Ferreira")},
                         {id<model::AgentId>(kAiko), QStringLiteral("Aiko Tanaka")},
                         {id<model::AgentId>(kNoor), QStringLiteral("Noor Haddou")},
                         {id<model::AgentId>(kYusuf), QStringLiteral("Yusuf Demir")}});
    model.setAccounts({account(Channel::Email, "help@juniperkiln.example"), account(Channel::WhatsApp, "+971 4 555 0134"),
                       account(Channel::Sms, "+33 1 55 55 01 80"), account(Channel::Instagram, "@juniperkiln"),
                       account(Channel::WebChat, "juniperkiln.example/trays"),
                       account(Channel::WeChat, "Juniper & Kiln 官方号")});
}

model::Conversation conversation(int number, const char *subject, model::Conversation::Status status,
                                 const char *resolved = nullptr)
{
    model::Conversation conversation;
    conversation.id = id<model::ConversationId>(number);
    conversation.subject = subject;
    conversation.status = status;
    if (resolved)
        conversation.resolvedAt = at(resolved);
    return conversation;
}

} // namespace

TimePoint now()
{
    return at("2025-11-04T14:04:00");
}

void fillLayla(ui::TimelineModel &model)
{
    prepare(model, QStringLiteral("Layla Al-Haddad"));
    model::Identity whatsapp;
    whatsapp.id = id<model::IdentityId>(int(Channel::WhatsApp) + 1);
    whatsapp.name = "Layla";
    model.setIdentities({whatsapp});
    model.setConversations({conversation(1, "Two cups arrived broken", model::Conversation::Status::Open)});
    Builder b;
    Item &mail = b.add(Kind::Inbound, Channel::Email, "2025-11-03T16:42:00",
                       "Hello, the set is beautiful but two of the six cups came cracked. Can you send new ones?");
    mail.subject = "Two cups arrived broken";
    mail.attachments = {file(1, "cup-1.jpg", "image/jpeg", 412000, 800, 800),
                        file(2, "cup-2.jpg", "image/jpeg", 398000, 800, 800)};
    b.by(b.add(Kind::Note, Channel::Email, "2025-11-03T17:05:00",
               "Transit damage, claim opened with DHL. Stock of two celadon cups held in Dubai. @Mara she prefers Arabic on "
               "WhatsApp."),
         kAiko);
    Item &call = b.by(b.add(Kind::Call, Channel::Phone, "2025-11-04T09:12:00", ""), kTomas);
    call.details = {{"direction", "in"}, {"durationMs", "245000"}, {"outcome", "answered"}};
    call.attachments = {file(3, "call.ogg", "audio/ogg", 900000)};
    b.add(Kind::Inbound, Channel::WhatsApp, "2025-11-04T13:52:00",
          "مرحباً، هل من جديد بخصوص الأكواب البديلة؟ أحتاجها قبل الجمعة.");
    b.add(Kind::Event, Channel::WhatsApp, "2025-11-04T13:52:30", "").details = {
        {"event", "assigned"}, {"rule", "Arabic speakers"}, {"to", "Mara Lindqvist"}};
    b.out(Channel::WhatsApp, "2025-11-04T13:55:00", "أهلاً ليلى، هل يمكنك إرسال صورة للكسر من قرب؟", kMara, State::Read);
    Item &photo = b.add(Kind::Inbound, Channel::WhatsApp, "2025-11-04T14:02:00", "هذه صورة أوضح للكسر في الكوب الثاني");
    photo.attachments = {file(4, "IMG-4.jpg", "image/jpeg", 612000, 720, 240)};
    const auto unread = photo.id;
    model.setFirstUnread(unread);
    model.apply(std::move(b.items));
}

void fillAmelie(ui::TimelineModel &model)
{
    prepare(model, QStringLiteral("Amélie Rousseau"));
    model.setConversations({conversation(1, "Refund for JK-20614", model::Conversation::Status::Open)});
    Builder b;
    b.add(Kind::Inbound, Channel::Instagram, "2025-10-29T18:20:00",
          "Bonjour ! Est-ce que ce bol indigo existe en plus grand ?");
    b.out(Channel::Instagram, "2025-10-29T18:26:00", "Oui, en 24 cm, de retour en stock vendredi.", kMara, State::Read);
    b.by(b.add(Kind::Event, Channel::Instagram, "2025-10-30T10:04:00", ""), kAiko).details = {
        {"event", "merged"}, {"from", "amelie.r"}, {"count", "9"}, {"link", "one"}};
    model.setMerges({"one"});
    Item &mail =
        b.add(Kind::Inbound, Channel::Email, "2025-11-03T08:55:00",
              "Bonjour Mara, le bol est reparti hier par Colissimo. Pouvez-vous confirmer le remboursement de 64 € et "
              "m’envoyer une facture corrigée ?\n\nLe 28 oct. 2025 à 17:10, Juniper & Kiln <help@juniperkiln.example> a "
              "écrit :\n> Bonjour Amélie, "
              "voici l’étiquette de retour.");
    mail.subject = "Facture et remboursement, commande JK-20614";
    mail.attachments = {file(11, "facture-JK-20614.pdf", "application/pdf", 86000),
                        file(12, "recu-colissimo.jpg", "image/jpeg", 217000, 900, 1200)};
    Item &call = b.add(Kind::Call, Channel::Phone, "2025-11-03T11:37:00", "");
    call.details = {{"direction", "in"},
                    {"durationMs", "21000"},
                    {"outcome", "voicemail"},
                    {"transcript", "Bonjour, c’est Amélie, je voulais savoir si le colis est bien arrivé chez vous…"}};
    call.attachments = {file(13, "voicemail.ogg", "audio/ogg", 90000)};
    Item &sms = b.out(Channel::Sms, "2025-11-03T11:52:00",
                      "Bonjour Amélie, le colis est arrivé ce matin, tout est en ordre.", kTomas, State::Failed);
    sms.delivery->problem = "recipient";
    sms.delivery->problemText = "this number is a landline";
    b.add(Kind::Order, Channel::Api, "2025-11-03T15:30:00", "").details = {
        {"number", "JK-20614"}, {"status", "returned"}, {"items", "indigo bowl, 18 cm"}, {"total", "€64.00"}};
    Item &held =
        b.out(Channel::Email, "2025-11-04T14:03:57",
              "Le remboursement est en route, voici la facture corrigée. Merci de votre patience.", kMara, State::Held);
    held.details["to"] = "amelie@mail.example";
    held.delivery->heldUntil = at("2025-11-04T14:04:07");
    model.apply(std::move(b.items));
}

void fillChen(ui::TimelineModel &model)
{
    prepare(model, QStringLiteral("陈思远"));
    model.setConversations(
        {conversation(1, "Restock of celadon trays", model::Conversation::Status::Open),
         conversation(2, "Invoice for the studio order", model::Conversation::Status::Resolved, "2025-10-14T09:00:00")});
    Builder b;
    for (int i = 0; i < 6; ++i)
        b.add(i % 2 ? Kind::Outbound : Kind::Inbound, Channel::Email, "2025-10-13T10:00:00", "About the invoice.", 2).at +=
            std::chrono::hours(i);
    Item &mail = b.add(Kind::Inbound, Channel::Email, "2025-10-31T08:12:00",
                       "Please add our company VAT number to the last three invoices.");
    mail.subject = "VAT number on invoices";
    mail.details["to"] = "accounts@juniperkiln.example";
    b.add(Kind::Inbound, Channel::WebChat, "2025-11-03T15:20:00", "Hi, does the celadon tray ship to Hangzhou?");
    b.out(Channel::WebChat, "2025-11-03T15:22:00", "It does, from our Shanghai partner, in 3 to 5 days.", kNoor,
          State::Read);
    b.add(Kind::Event, Channel::WebChat, "2025-11-03T15:31:00", "").details = {{"event", "linked"}, {"to", "WeChat"}};
    b.items.back().authorName = "Chen Siyuan";
    Item &order = b.add(Kind::Order, Channel::Api, "2025-11-03T15:40:00", "");
    order.details = {{"number", "JK-20898"},
                     {"status", "packing"},
                     {"items", "Celadon tea tray, 1 piece"},
                     {"total", "CNY 468"},
                     {"courier", "SF Express"}};
    order.attachments = {file(21, "tray.jpg", "image/jpeg", 30000, 200, 200)};
    b.add(Kind::Inbound, Channel::WeChat, "2025-11-04T13:54:00", "请问青瓷茶盘什么时候补货？想再订两套。");
    b.add(Kind::Inbound, Channel::WeChat, "2025-11-04T13:54:30", "最好能在周末之前到，谢谢！");
    b.by(b.add(Kind::Note, Channel::WeChat, "2025-11-04T13:57:00",
               "Restock lands Thursday, 24 trays. I reserved two for him, SF can make Saturday."),
         kYusuf);
    model.apply(std::move(b.items));
    model.setTyping({{QStringLiteral("陈思远"), Channel::WeChat}});
}

void fillVariety(ui::TimelineModel &model)
{
    prepare(model, QStringLiteral("Hannah Breuer"));
    model.setConversations({conversation(1, "Wholesale", model::Conversation::Status::Open)});
    model.setComplete(false);
    model.setGaps({{{{at("2025-09-02T00:00:00"), {}}, {at("2025-09-09T00:00:00"), {}}}, ui::TimelineGap::State::Missing}});
    Builder b;
    Item &rating = b.add(Kind::Rating, Channel::WebChat, "2025-09-01T10:00:00", "Quick and kind, thank you.");
    rating.details = {{"score", "4"}, {"max", "5"}};
    Item &html = b.add(Kind::Inbound, Channel::Email, "2025-10-01T09:00:00", "Please quote: bowls, plates.");
    html.subject = "Wholesale price list for spring, who can I speak to?";
    html.html =
        "<p>Dear team,</p><p>please quote for:</p><ul><li><b>24</b> indigo bowls</li><li><b>12</b> celadon plates</li></ul>"
        "<p>See <a href=\"https://breuer.example/list\">our list</a>. <img src=\"https://tracker.example/1.gif\"></p>"
        "<blockquote><p>On Monday you wrote: hello</p></blockquote>";
    html.details["cc"] = "einkauf@breuer.example, lager@breuer.example";
    Item &longMail = b.add(Kind::Inbound, Channel::Email, "2025-10-01T09:30:00", "");
    longMail.subject = "All the details";
    for (int i = 1; i <= 40; ++i)
        longMail.body += "Line " + std::to_string(i) + " of a long list of wishes for the spring season.\n";
    Item &payment = b.add(Kind::Payment, Channel::Api, "2025-10-02T09:30:00", "");
    payment.details = {{"total", "€1,240.00"}, {"status", "paid"}};
    Item &form = b.add(Kind::Form, Channel::WebChat, "2025-10-02T09:45:00", "");
    form.details = {{"Company", "Breuer GmbH"}, {"Pieces a month", "about 300"}};
    for (const char *type : {"resolved", "reopened", "waiting"})
        b.by(b.add(Kind::Event, Channel::WebChat, "2025-10-03T09:45:00", ""), kMara).details = {{"event", type}};
    b.add(Kind::Inbound, Channel::Messenger, "2025-11-04T12:00:00",
          "Short question about https://juniperkiln.example/bowls (again).");
    b.add(Kind::Inbound, Channel::Messenger, "2025-11-04T12:01:00", "And one more.");
    Item &gone = b.add(Kind::Inbound, Channel::Messenger, "2025-11-04T12:02:00", "Never mind");
    gone.deleted = true;
    Item &delivered = b.out(Channel::Messenger, "2025-11-04T12:05:00",
                            "Of course, ask away. We are here until six, and the page has all the sizes we make.", kMara,
                            State::Delivered);
    delivered.inReplyTo = b.items[b.items.size() - 4].id;
    Item &unsure = b.out(Channel::Email, "2025-11-04T13:00:00", "The list is attached.", kMara, State::Uncertain);
    unsure.subject = "Re: Wholesale price list";
    unsure.attachments = {file(31, "prices-spring.pdf", "application/pdf", 2400000)};
    Item &waiting = b.out(Channel::Messenger, "2025-11-04T14:03:00", "I will be offline for a while.", kMara, State::Queued);
    waiting.version = 0;
    model.setPending({{waiting.id, ui::PendingState::Outbox}});
    model.apply(std::move(b.items));
}

void fillMany(ui::TimelineModel &model, int count)
{
    prepare(model, QStringLiteral("Many"));
    model.setConversations({conversation(1, "Everything", model::Conversation::Status::Open)});
    static const char *const texts[]{
        "Is it possible to change the delivery address for the order I placed yesterday evening?", "Thanks!",
        "مرحباً، هل من جديد بخصوص الأكواب البديلة؟", "请问青瓷茶盘什么时候补货？想再订两套。",
        "The second parcel came today. One plate has a hairline crack along the rim, which I only saw after washing it, and "
        "the "
        "glaze of the smaller bowl looks different from the photo. Could you tell me whether that is intended?"};
    static constexpr Channel channels[]{Channel::Email, Channel::WhatsApp, Channel::WebChat, Channel::Instagram,
                                        Channel::Sms};
    Builder b;
    const TimePoint start = now() - std::chrono::hours(24 * 365 * 3);
    const auto step = std::chrono::hours(24 * 365 * 3) / std::max(count, 1);
    for (int i = 0; i < count; ++i) {
        const Channel channel = channels[(i / 7) % 5];
        const int kind = i % 11;
        Item &item = kind == 3   ? b.by(b.add(Kind::Note, channel, "2025-01-01T00:00:00", texts[i % 5]), kAiko)
                     : kind == 6 ? b.by(b.add(Kind::Event, channel, "2025-01-01T00:00:00", ""), kMara)
                     : kind % 2  ? b.out(channel, "2025-01-01T00:00:00", texts[(i * 7) % 5], kMara, State::Read)
                                 : b.add(Kind::Inbound, channel, "2025-01-01T00:00:00", texts[(i * 3) % 5]);
        if (item.kind == Kind::Event)
            item.details = {{"event", "assigned"}, {"to", "Mara Lindqvist"}};
        if (channel == Channel::Email)
            item.subject = "About order JK-" + std::to_string(20000 + i);
        item.at = start + std::chrono::duration_cast<Milliseconds>(step * i);
    }
    model.apply(std::move(b.items));
}

QImage cup(int number, QSize size)
{
    QImage image(size, QImage::Format_RGB32);
    QPainter p(&image);
    p.setRenderHint(QPainter::Antialiasing);
    p.scale(size.width() / 120.0, size.height() / 90.0);
    if (number == 21) {
        p.fillRect(QRectF(0, 0, 120, 90), QColor("#3A4146"));
        p.fillRect(QRectF(0, 62, 120, 28), QColor("#2B3136"));
    } else {
        p.fillRect(QRectF(0, 0, 120, 90), QColor("#D9D2C5"));
        p.fillRect(QRectF(0, 62, 120, 28), QColor("#B9A98F"));
    }
    p.setPen(Qt::NoPen);
    p.setBrush(number == 2 ? QColor("#A7BFAE") : QColor("#9DB8A5"));
    QPainterPath body;
    body.moveTo(30, 28);
    body.lineTo(84, 28);
    body.lineTo(79, 62);
    body.quadTo(78, 68, 72, 68);
    body.lineTo(42, 68);
    body.quadTo(36, 68, 35, 62);
    body.closeSubpath();
    p.drawPath(body);
    p.setBrush(QColor("#5E7767"));
    p.drawEllipse(QPointF(57, 28.5), 25, 4);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(QColor("#9DB8A5"), 5));
    p.drawArc(QRectF(72, 34, 20, 22), 80 * 16, -170 * 16);
    p.setPen(QPen(QColor("#4A3B2C"), 1.6));
    p.drawPolyline(QPolygonF({{47, 30}, {51, 39}, {46, 46}, {52, 54}, {49, 67}}));
    return image;
}

} // namespace tributary::samples
