#pragma once

#include "core/client/workspace.h"
#include "mini_hub.h"
#include "waited.h"

#include <QTemporaryDir>
#include <QTest>

/// A teapot shop of one customer at a MiniHub, and the profile of an agent who works there.
namespace tributary::client::testing {

using namespace tributary::model;

inline const auto kConversation = idOf<ConversationId>(10);
inline const auto kCustomer = idOf<CustomerId>(20);
inline const auto kIdentity = idOf<IdentityId>(30);
inline const auto kMailbox = idOf<ChannelAccountId>(40);

/// A hub with one shop, one customer and one open conversation.
inline void furnish(MiniHub &hub)
{
    hub.agent = {.id = idOf<AgentId>(3), .email = "ana@teapots.example", .name = "Ana"};
    hub.put(hub.agent);
    hub.put(Customer{.id = kCustomer, .name = "Layla"});
    hub.put(Identity{.id = kIdentity, .customer = kCustomer, .address = "layla@example.org", .shown = "layla@example.org"});
    hub.put(ChannelAccount{.id = kMailbox, .name = "Help", .undoSeconds = 10});
    Conversation conversation{
        .id = kConversation, .number = 1, .customer = kCustomer, .identity = kIdentity, .account = kMailbox};
    conversation.subject = "Where is my teapot?";
    conversation.tags = {"late"};
    conversation.inboundCount = 1;
    conversation.lastItemAt = fromMs(1'700'000'000'000);
    hub.put(conversation);
    TimelineItem item{.id = idOf<TimelineItemId>(50), .conversation = kConversation, .customer = kCustomer};
    item.identity = kIdentity;
    item.account = kMailbox;
    item.kind = TimelineItem::Kind::Inbound;
    item.at = conversation.lastItemAt;
    item.body = "I ordered a blue teapot.";
    hub.put(item);
}

inline SendMessage replyOf(int item, const std::string &body)
{
    return {
        .item = idOf<TimelineItemId>(item), .conversation = kConversation, .to = kIdentity, .from = kMailbox, .body = body};
}

/// A profile that is signed in and live.
struct Desk {
    QTemporaryDir folder;
    std::unique_ptr<Workspace> workspace;

    void open()
    {
        workspace = std::make_unique<Workspace>();
        const auto opened = waited(workspace->open(folder.path()));
        QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
    }
    void signIn(const MiniHub &hub)
    {
        open();
        const auto in = waited(workspace->signIn(hub.url(), "ana@teapots.example", hub.password));
        QVERIFY2(in, in ? "" : in.error().detail.c_str());
        live();
    }
    void live() { QTRY_VERIFY_WITH_TIMEOUT(workspace->status().state == Status::State::Live, 15'000); }
    void close() { workspace.reset(); }
    Conversation conversation()
    {
        const auto row = waited(workspace->conversationRow(kConversation));
        return row && *row ? (*row)->conversation : Conversation();
    }
};

} // namespace tributary::client::testing
